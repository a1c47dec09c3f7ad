//! Attacks on the invariants: random people do random things in random orders and at once, on both databases.
//!
//! After every round the same questions are asked of what is stored: nothing is authorised without evidence and other
//! persons' signatures, nothing may be installed that is not effective, and every write has its audit entry.

use crate::support::{World, looked, tested, worlds};
use holdpoint_app::approval::baselines::{self, EntryDeed};
use holdpoint_app::approval::decisions::{self, AskAuthorise, Rejection, SignRequest, Urgency};
use holdpoint_app::approval::known::Source;
use holdpoint_app::approval::{delegations, sweep};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{App, Caller};
use holdpoint_domain::access::Role;
use holdpoint_domain::decision::{
    Basis, Ending, EvidenceHold, Footing, Matter, Posting, Procedure, State, WayBack,
};
use holdpoint_domain::id::TestRunId;
use holdpoint_domain::patch_state::OwnerState;
use holdpoint_domain::signature::Signature;
use holdpoint_domain::test_record::{RunState, StepResult};
use std::collections::BTreeSet;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// A run and the patch that it tests.
type Runs = Vec<(TestRunId, String)>;

fn people(world: &World) -> Vec<Caller> {
    let roles: [&[Role]; 7] = [
        &[Role::Engineer],
        &[Role::Approver],
        &[Role::Approver],
        &[Role::Engineer, Role::Approver],
        &[Role::Administrator, Role::Approver],
        &[Role::Viewer],
        &[Role::Engineer, Role::Approver],
    ];
    let mut all: Vec<Caller> =
        roles.iter().enumerate().map(|(at, roles)| world.person(&format!("person-{at}"), roles)).collect();
    all.push(Caller::operator("root"));
    all
}

/// One deed of somebody; most are refused, and that is the point.
fn deed(world: &World, dice: &mut Dice, people: &[Caller], (patches, runs): (&[String], &mut Runs)) {
    let app = &world.app;
    let (who, patch) = (dice.of(people).clone(), dice.of(patches).as_str());
    match dice.below(14) {
        0 => runs.extend(world.begin(&who, "Servers", patch).map(|run| (run.id, run.patch))),
        1 => {
            let result = *dice.of(&[StepResult::Passed, StepResult::Passed, StepResult::Failed]);
            if !runs.is_empty() {
                drop(world.record(&who, dice.of(runs).0, result));
            }
        }
        2..=4 => drop(decisions::ask_authorise(app, &who, &asked(world, dice, patch, runs))),
        5..=9 => drop(sign(app, dice, &who, people)),
        10 => {
            let all =
                [EntryDeed::Reopen, EntryDeed::Refuse, EntryDeed::Post, EntryDeed::Hold, EntryDeed::Release];
            drop(baselines::act(app, &who, "Servers", patch, *dice.of(&all), "just so"));
        }
        11 => {
            let baseline = (dice.below(2) == 0).then(|| "Servers".to_owned());
            let wanted = Rejection {
                baseline,
                patch: patch.to_owned(),
                source: Source::Asked,
                reason: "just so".to_owned(),
            };
            // Everything would be declined at once otherwise.
            if dice.below(8) == 0 {
                drop(decisions::reject(app, &who, &wanted));
            }
        }
        12 => {
            let to = format!("person-{}", dice.below(7));
            drop(delegations::give(app, &who, &to, world.in_days(9), "away"));
        }
        _ => drop(end(app, dice, &who)),
    }
}

fn asked(world: &World, dice: &mut Dice, patch: &str, runs: &Runs) -> AskAuthorise {
    let basis = match dice.below(8) {
        0 | 3 | 4 => looked(),
        1 => Basis::Inspection { reason: String::new() },
        2 if !runs.is_empty() => Basis::Tested(vec![dice.of(runs).0]),
        _ => Basis::Tested(runs.iter().find(|run| run.1 == patch).map(|run| run.0).into_iter().collect()),
    };
    let urgency = match dice.below(8) {
        0 => Urgency::Emergency {
            reason: "now".to_owned(),
            backup: (*dice.of(&["", "image on NAS-2, 2026-11-01", "image on NAS-2, 2026-11-01"])).to_owned(),
            way_back: WayBack::Steps((*dice.of(&["", "restore it", "restore it"])).to_owned()),
            evidence: EvidenceHold::NotNeeded("no sign of intrusion".to_owned()),
        },
        _ => Urgency::Normal,
    };
    let usual = world.ask("Servers", patch, basis);
    let footing = match dice.below(12) {
        0 => Footing::Released,
        1 => Footing::Override {
            reason: "no other way".to_owned(),
            risk_owner: (*dice.of(&["", "person-1"])).to_owned(),
            expires: world.in_days(*dice.of(&[-1, 5, 50, 500, 20])),
            of: None,
        },
        _ => usual.footing.clone(),
    };
    let posting = *dice.of(&[Posting::AtOnce, Posting::Later]);
    AskAuthorise { footing, urgency, posting, ..usual }
}

fn waiting(app: &App) -> Vec<holdpoint_domain::decision::Decision> {
    let query = ListQuery::everything(500, app.now());
    let all = decisions::list(app, &Caller::operator("test"), &query).unwrap().items;
    all.into_iter().map(|kept| kept.decision).filter(|one| matches!(one.state, State::Waiting(_))).collect()
}

fn sign(app: &App, dice: &mut Dice, who: &Caller, people: &[Caller]) -> Option<()> {
    let waiting = waiting(app);
    if waiting.is_empty() {
        return None;
    }
    let one = dice.of(&waiting);
    let on_behalf_of = (dice.below(3) == 0).then(|| dice.of(people).actor.name().to_owned());
    let request = SignRequest { id: one.id.to_string(), shown: one.card, note: String::new(), on_behalf_of };
    decisions::sign(app, who, &request).ok().map(drop)
}

fn end(app: &App, dice: &mut Dice, who: &Caller) -> Option<()> {
    let waiting = waiting(app);
    let ending = *dice.of(&[Ending::Withdrawn, Ending::Rejected, Ending::Returned]);
    let one = waiting.first().filter(|_| dice.below(3) == 0)?;
    decisions::close(app, who, &one.id.to_string(), ending, "just so").ok().map(drop)
}

/// What must be true of everything that is stored, whoever did what.
fn invariants_hold(world: &World) {
    let app = &world.app;
    let at = app.now();
    let query = ListQuery::everything(1_000, at);
    let all = decisions::list(app, &Caller::operator("test"), &query).unwrap().items;
    for kept in &all {
        let one = &kept.decision;
        let (Matter::Authorise(what), State::Granted { signatures, at }) = (&one.matter, &one.state) else {
            continue;
        };
        invariant_3_evidence_and_four_eyes(world, one, what, signatures.all());
        if let Footing::Override { reason, risk_owner, expires, of: _ } = &what.footing {
            assert!(reason.len() > 2 && risk_owner.len() > 2 && expires > at, "invariant 4: {one:?}");
        }
        assert!(signatures.count() >= usize::from(one.needed) && one.needed >= 1, "{one:?}");
    }
    let rows = baselines::resolved(app, &Caller::operator("test"), "Servers", holdpoint_domain::Moment::OPEN)
        .unwrap();
    for row in rows {
        let state = row.entry.state.owner_state();
        if row.blocked.is_empty() {
            assert_eq!(state, OwnerState::Effective, "invariant 1");
            assert!(row.entry.hold.is_none(), "invariant 2");
            assert!(matches!(row.decision.unwrap().state, State::Granted { .. }), "invariant 1");
        }
    }
    let report = app.store().verify_audit().unwrap();
    assert!(report.fault.is_none(), "invariant 9: {:?}", report.fault);
}

fn invariant_3_evidence_and_four_eyes(
    world: &World,
    one: &holdpoint_domain::decision::Decision,
    what: &holdpoint_domain::decision::Authorisation,
    signatures: &[Signature],
) {
    let mut accounts = BTreeSet::new();
    for account in signatures.iter().flat_map(Signature::accounts) {
        assert_ne!(account, one.author.account, "author ≠ approver");
        assert!(!one.testers.contains(account), "tester ≠ approver");
        assert!(account.starts_with("person:"), "a person");
        assert!(accounts.insert(account.to_owned()), "one person, one signature");
    }
    match &what.basis {
        Basis::Inspection { reason } => assert!(reason.len() > 2, "a written reason"),
        Basis::Tested(runs) => {
            assert!(!runs.is_empty());
            for id in runs {
                let line = world.app.store().read(|r| r.test_run(*id)).unwrap().unwrap();
                assert_eq!(line.run.state, RunState::Passed);
                assert_eq!(line.run.patch, what.patch);
                assert!(line.run.testers().is_subset(&one.testers));
            }
        }
    }
    if let Procedure::Emergency(declared) = &one.procedure {
        assert!(declared.backup.len() > 2, "never without a backup");
    }
}

#[test]
fn invariants_1_3_4_9_hold_whatever_random_people_do_in_random_order() {
    for world in worlds() {
        let people = people(&world);
        world.baseline(&people[0], "Servers", None);
        world.bench(&people[0], "Servers");
        let mut granted = 0;
        for seed in 0..4 {
            let mut dice = Dice(seed * 7_919 + 13);
            let mut runs = Vec::new();
            let patches: Vec<String> = (0..6).map(|n| format!("KB500{seed}00{n}")).collect();
            let names: Vec<&str> = patches.iter().map(String::as_str).collect();
            world.catalogue(&format!("round {seed}"), &names);
            for turn in 0..150 {
                deed(&world, &mut dice, &people, (&patches, &mut runs));
                if turn % 40 == 0 {
                    world.days_pass(3);
                    sweep::sweep(&world.app).unwrap();
                }
            }
            invariants_hold(&world);
            granted = n_granted(&world);
        }
        assert!(granted > 5, "the attack gets somewhere on {}: {granted}", world.engine);
    }
}

fn n_granted(world: &World) -> usize {
    let query = ListQuery::everything(1_000, world.app.now());
    let all = decisions::list(&world.app, &Caller::operator("test"), &query).unwrap().items;
    all.iter()
        .filter(|kept| {
            matches!(kept.decision.matter, Matter::Authorise(_))
                && kept.decision.state.word().word() == "granted"
        })
        .count()
}

#[test]
fn invariant_3_gives_in_to_no_race() {
    for world in worlds() {
        let people = people(&world);
        world.baseline(&people[0], "Servers", None);
        world.bench(&people[0], "Servers");
        world.import("asset_tag,production_consequence\nSRV-1,major\n");
        let run = world.passed(&people[0], "Servers", "KB5000001");
        let ask = world.ask("Servers", "KB5000001", tested(&run));
        let one = decisions::ask_authorise(&world.app, &people[0], &ask).unwrap();
        assert_eq!(one.needed, 2);
        // Everybody signs at once, some of them again and again, while one says no.
        std::thread::scope(|scope| {
            for at in [0, 1, 1, 1, 3, 4, 7] {
                let (world, who, one) = (&world, &people[at], &one);
                scope.spawn(move || drop(world.sign(who, one)));
            }
            let (world, who, id) = (&world, &people[2], one.id.to_string());
            scope.spawn(move || drop(decisions::close(&world.app, who, &id, Ending::Rejected, "no")));
        });
        invariants_hold(&world);
        let kept = world.app.store().read(|r| r.decision(one.id)).unwrap().unwrap();
        let rows =
            baselines::resolved(&world.app, &people[0], "Servers", holdpoint_domain::Moment::OPEN).unwrap();
        let is_effective = rows[0].entry.state.owner_state() == OwnerState::Effective;
        assert_eq!(is_effective, matches!(kept.decision.state, State::Granted { .. }), "{}", world.engine);
    }
}
