//! Shortcuts that one person could take: a supplier's word made milder, a date that pins it, a pilot on something else, a
//! run that is not named, a failure that is passed over, a hold taken away by whoever has an interest in it, a baseline that
//! belongs to no site, a control that its owner calls working.

use crate::acting::statement;
use crate::policies::holds_from_now;
use crate::support::{LITTLE, World, code, looked, tested, worlds};
use holdpoint_app::approval::baselines::{self, EntryDeed, NewBaseline};
use holdpoint_app::approval::decisions::{self, AskStandard, SignOutcome, Urgency};
use holdpoint_app::approval::exemptions::{self, NewExemption, OnNamed, Works};
use holdpoint_app::approval::test_records::{self, NewRun, Where};
use holdpoint_app::approval::{card, evidence};
use holdpoint_app::statements::taking::{self, Mode, NewList};
use holdpoint_app::statements::{self, mappings};
use holdpoint_app::{AppError, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Force, Place};
use holdpoint_domain::compatibility::StatedState;
use holdpoint_domain::control::{Burden, Control, ControlUse, Verification};
use holdpoint_domain::decision::{ExemptionKind, Footing};
use holdpoint_domain::exemption::{ReasonCode, What};
use holdpoint_domain::patch::PatchClass;
use holdpoint_domain::patch_state::OwnerState;
use holdpoint_domain::patch_state::SupplierState;
use holdpoint_domain::test_record::{StepResult, TestRun};

#[test]
fn a_milder_word_is_entered_by_who_may_approve_and_no_date_pins_one() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let enter = |who: &Caller, state, issued: Option<Moment>| {
            let mut one = statement("KB5000001", ("Acme", "Historian", "4.2"), state);
            one.issued = issued;
            let entered = statements::enter(&world.app, who, &one, "the bulletin");
            entered.map(|line| line.kept.statement.state)
        };
        let stands = |answer: Result<StatedState, AppError>, state| {
            assert_eq!(answer.unwrap(), StatedState::Known(state), "{}", world.engine);
        };
        let now = world.app.now();
        stands(enter(&engineer, SupplierState::NotApproved, Some(now)), SupplierState::NotApproved);
        stands(enter(&engineer, SupplierState::NotApproved, Some(now)), SupplierState::NotApproved);
        world.clock.advance_micros(1_000_000);
        assert_eq!(code(enter(&engineer, SupplierState::Released, Some(world.app.now()))), "bad-statement");
        stands(enter(&approver, SupplierState::Released, Some(world.app.now())), SupplierState::Released);
        assert_eq!(code(enter(&approver, SupplierState::NotApproved, Some(now))), "bad-statement", "older");
        assert_eq!(
            code(enter(&approver, SupplierState::Approved, Some(world.in_days(400)))),
            "bad-statement"
        );
        world.clock.advance_micros(1_000_000);
        stands(enter(&engineer, SupplierState::NotApproved, None), SupplierState::NotApproved);
    }
}

fn pilot(world: &World, who: &Caller, tag: &str) -> Result<TestRun, AppError> {
    let new = NewRun {
        patch: "KB5000001".to_owned(),
        baseline: "Servers".to_owned(),
        place: Where::Pilot(vec![tag.to_owned()]),
        plan: None,
        steps: vec![("install and restart".to_owned(), "the historian records".to_owned())],
        reason: String::new(),
    };
    test_records::begin(&world.app, who, &new)
}

#[test]
fn a_pilot_is_one_of_the_class_and_not_the_most_important() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        world.baseline(&engineer, "Servers", None);
        let heir = world.baseline_of(&engineer, "Controllers", Some("Servers"), AssetKind::Plc);
        assert_ne!(
            heir.force,
            Force::InForce,
            "it would take approvals over, so it waits for a second person"
        );
        let rows = format!(
            "asset_tag,site,zone,kind,vendor,product,production_consequence,safety_consequence,\
             environment_consequence,quality_consequence,data_consequence\n\
             PLC-1,North,Z2,plc,Acme,Controller,{LITTLE}\n\
             SRV-9,North,Z2,server,Acme,Historian,major,minor,minor,minor,minor\n\
             BOX-1,North,Z2,,Acme,Historian,{LITTLE}\n"
        );
        world.grows(&rows);
        assert_eq!(code(pilot(&world, &engineer, "PLC-1")), "pilot", "another class, and a draft's");
        assert_eq!(code(pilot(&world, &engineer, "BOX-1")), "pilot", "nobody can say what it is");
        assert_eq!(code(pilot(&world, &engineer, "SRV-9")), "pilot", "most hangs on it");
        pilot(&world, &engineer, "SRV-1").unwrap();
    }
}

/// Three signatures where little hangs on it, on this site.
fn strict(site: &str) -> String {
    let rules = ["low", "normal", "high", "critical"].map(|class| format!("{class}.signatures = 3\n"));
    format!("kind = \"approval_rules\"\nsite = \"{site}\"\n{}", rules.concat())
}

#[test]
fn a_baseline_of_no_site_follows_the_strictest_site_on_which_it_works() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        world.baseline(&engineer, "Servers", None);
        let ask = |baseline: &str, patch: &str| {
            decisions::ask_authorise(&world.app, &engineer, &world.ask(baseline, patch, looked())).unwrap()
        };
        let before = ask("Servers", "KB5000001");
        assert_eq!((before.needed, before.risk_why.len()), (1, 1), "{:?}", before.risk_why);
        holds_from_now(&world, (&engineer, &approver), &strict("South"));
        let asked = ask("Servers", "KB5000002");
        assert_eq!(asked.needed, 3, "{}: an asset of it stands on South", world.engine);
        let why = asked.risk_why.join("; ");
        assert!(why.contains("the rules of site `South` ask for 3 signatures"), "{why}");
        let signed = world.sign(&approver, &before).unwrap();
        assert!(matches!(signed, SignOutcome::Lapsed(_)), "it was asked for with one: {signed:?}");

        let scope = AssetScope {
            kind: Some(AssetKind::Drive),
            vendor: String::new(),
            product: String::new(),
            release: None,
            place: Place::Everywhere,
        };
        let new = NewBaseline {
            name: "Drives".to_owned(),
            description: String::new(),
            parent: None,
            scope,
            reason: "a test".to_owned(),
        };
        baselines::create(&world.app, &engineer, &new).unwrap();
        let test = ask_emergency(&world, &engineer, "Drives", "KB5000003");
        assert!(test.risk_why.iter().any(|why| why.contains("South")), "the first drive may stand anywhere");
        let held = NewExemption {
            kind: ExemptionKind::Accept,
            what: What::Patch("KB5000004".to_owned()),
            on: OnNamed::Baseline("Servers".to_owned()),
            reason_code: ReasonCode::Outage,
            reason: "no outage before March".to_owned(),
            controls: Vec::new(),
            residual: RiskClass::Low,
            expires: world.in_days(20),
        };
        let (_, asked) = exemptions::propose(&world.app, &engineer, &held).unwrap();
        assert_eq!(asked.needed, 3, "{:?}", asked.risk_why);
    }
}

fn ask_emergency(
    world: &World,
    who: &Caller,
    baseline: &str,
    patch: &str,
) -> holdpoint_domain::decision::Decision {
    use holdpoint_domain::decision::{EvidenceHold, WayBack};
    let usual = world.ask(baseline, patch, looked());
    let urgency = decisions::Urgency::Emergency {
        reason: "exploited next door".to_owned(),
        backup: "image on the plant's NAS, 2026-11-01".to_owned(),
        way_back: WayBack::Steps("restore the image".to_owned()),
        evidence: EvidenceHold::NotNeeded("no sign of intrusion".to_owned()),
    };
    decisions::ask_authorise(&world.app, who, &decisions::AskAuthorise { urgency, ..usual }).unwrap()
}

#[test]
fn whoever_looks_after_a_control_does_not_verify_it_and_may_say_that_it_failed() {
    for world in worlds() {
        let owner = world.person("h.lind", &[Role::Engineer]);
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let new = NewExemption {
            kind: ExemptionKind::Mitigate,
            what: What::Vulnerability("CVE-2026-0001".to_owned()),
            on: OnNamed::Asset("SRV-1".to_owned()),
            reason_code: ReasonCode::Outage,
            reason: "the next outage is in March".to_owned(),
            controls: vec![ControlUse {
                control: Control::TrafficFilter,
                what: "access list on conduit C-7".to_owned(),
                owner: "H.Lind".to_owned(),
                burden: Burden::default(),
                verification: Verification::Never,
            }],
            residual: RiskClass::Normal,
            expires: world.in_days(100),
        };
        let (one, asked) = exemptions::propose(&world.app, &engineer, &new).unwrap();
        world.sign(&approver, &asked).unwrap();
        let verify = |who: &Caller, works| {
            exemptions::verify(&world.app, who, &one.id.to_string(), 1, (works, "seen in the log"))
        };
        assert_eq!(code(verify(&owner, Works::Yes)), "four-eyes-owner", "{}", world.engine);
        assert_eq!(code(verify(&engineer, Works::Yes)), "four-eyes-author", "{}", world.engine);
        verify(&world.person("h.berg", &[Role::Engineer]), Works::Yes).unwrap();
        verify(&owner, Works::No).unwrap();
    }
}

const LIST: &[u8] = b"MS KB,MS Release Date,Product,Product Version,Qualification Status,Status Date,Notes\n\
    KB5000001,02/11/2025,View station,14.00,Qualified,02/21/2025,\n\
    KB5000002,02/11/2025,View station,13.00,Not Qualified,02/21/2025,reports fail\n\
    KB5000003,02/11/2025,View station,14.00,Qualified (see notes),02/21/2025,not on pairs\n";

#[test]
fn the_meaning_of_a_suppliers_word_is_made_milder_by_nobody_who_may_not_approve() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let viewer = world.person("v.lang", &[Role::Viewer]);
        let both = world.person("b.nilsen", &[Role::Engineer, Role::Approver]);
        let (name, app) = ("rockwell-style", &world.app);
        let list = |who: &Caller, mapping: &str| {
            let new = NewList { name: "may.csv", bytes: LIST, mapping: Some(mapping), mode: Mode::Write };
            taking::import(app, who, &new, "")
        };
        list(&engineer, name).unwrap();
        let explain = |who: &Caller, word: &str, state| {
            world.clock.advance_micros(1_000_000);
            mappings::explain(app, who, name, (word, state), "so it is meant").map(|done| done.counts.changed)
        };
        let (released, no) = (SupplierState::Released, SupplierState::NotApproved);
        for who in [&engineer, &approver] {
            assert_eq!(code(explain(who, "not  qualified", released)), "word-explained", "{}", world.engine);
        }
        assert_eq!(code(explain(&viewer, "Qualified (see notes)", no)), "not-allowed");
        assert_eq!(code(explain(&engineer, "Qualified (see notes)", released)), "milder-meaning");
        assert_eq!(explain(&approver, "Qualified (see notes)", released).unwrap(), 1);
        let text = mappings::get(app, &engineer, name).unwrap().body;
        let put = |who: &Caller, text: &str| {
            world.clock.advance_micros(1_000_000);
            mappings::add(app, who, text, "").map(|known| known.mapping.name)
        };
        let contradicts = format!(
            "{text}\n[[explained]]\nword = \"Not Qualified\"\nstate = \"released\"\nby = \"a\"\nreason = \"so\"\n"
        );
        assert_eq!(code(put(&engineer, &contradicts)), "milder-meaning", "{}", world.engine);
        let elsewhere = contradicts.replace("name = \"rockwell-style\"", "name = \"ours\"");
        assert_eq!(code(put(&engineer, &elsewhere)), "milder-meaning", "under another name");
        let harsher = text.replace("state = \"released\"", "state = \"not_approved\"");
        assert_eq!(put(&engineer, &harsher).unwrap(), name, "more caution is anybody's who writes rules");
        assert_eq!(code(put(&engineer, &text)), "milder-meaning", "and is not taken back alone");
        // Words that no mapping knows can be given a meaning, and the same bytes do not become milder by them.
        let own = text.replace("name = \"rockwell-style\"", "name = \"ours\"");
        let own = own.replace("publisher = ", "publisher = 'Somebody else' #");
        put(&engineer, &own).unwrap();
        list(&engineer, "ours").unwrap();
        list(&engineer, name).unwrap();
        let milder = put(&approver, &format!("{text}# as before\n")).unwrap();
        assert_eq!(code(list(&engineer, &milder)), "milder-meaning", "the same bytes, read otherwise");
        assert_eq!(list(&both, &milder).unwrap().counts.changed, 1);
    }
}

fn named(world: &World) -> (Caller, Caller, Caller, Caller) {
    let cast = (
        world.person("a.weber", &[Role::Engineer]),
        world.person("t.kern", &[Role::Engineer, Role::Approver]),
        world.person("l.okafor", &[Role::Approver]),
        world.person("m.ruiz", &[Role::Approver, Role::Engineer]),
    );
    world.baseline(&cast.0, "Servers", None);
    world.bench(&cast.0, "Servers");
    world.installs_historian();
    cast
}

#[test]
fn whoever_tested_the_patch_in_the_baseline_signs_nothing_of_it_whatever_run_is_named() {
    for world in worlds() {
        let (engineer, tester, approver, late) = named(&world);
        let own = world.passed(&engineer, "Servers", "KB5000001");
        world.passed(&tester, "Servers", "KB5000001");
        let ask = world.ask("Servers", "KB5000001", tested(&own));
        let asked = decisions::ask_authorise(&world.app, &engineer, &ask).unwrap();
        assert_eq!(code(world.sign(&tester, &asked)), "four-eyes-tester", "{}", world.engine);
        let cannot = || card::card(&world.app, &late, &asked.id.to_string()).unwrap().cannot_sign;
        assert!(cannot().is_empty());
        world.passed(&late, "Servers", "KB5000001");
        assert!(cannot().iter().any(|why| why.contains("tested")), "after it was asked for");
        assert_eq!(code(world.sign(&late, &asked)), "four-eyes-tester");
        assert!(matches!(world.sign(&approver, &asked), Ok(SignOutcome::Granted(_))));
    }
}

#[test]
fn a_failed_run_counts_until_a_later_one_passed_and_holds_what_is_approved() {
    for world in worlds() {
        let (engineer, tester, approver, other) = named(&world);
        let run = world.passed(&engineer, "Servers", "KB5000001");
        let fail = || {
            world.clock.advance_micros(1_000_000);
            let run = world.begin(&tester, "Servers", "KB5000001").unwrap();
            world.record(&tester, run.id, StepResult::Failed).unwrap()
        };
        fail();
        for basis in [tested(&run), looked()] {
            let ask = world.ask("Servers", "KB5000001", basis);
            let asked = decisions::ask_authorise(&world.app, &engineer, &ask);
            assert_eq!(code(asked), "test-failed", "{}", world.engine);
        }
        let needed = evidence::needed(&world.app, &engineer, "Servers", "KB5000001").unwrap();
        assert_eq!(needed.missing, ["a passed test in an environment after the one that failed"]);
        world.clock.advance_micros(1_000_000);
        world.passed(&engineer, "Servers", "KB5000001");
        let ask = world.ask("Servers", "KB5000001", tested(&run));
        let asked = decisions::ask_authorise(&world.app, &engineer, &ask).unwrap();
        let shown = card::card(&world.app, &approver, &asked.id.to_string()).unwrap().runs;
        assert_eq!(shown.len(), 2, "the failed one is shown beside the named one");
        world.sign(&approver, &asked).unwrap();
        let row = || baselines::resolved(&world.app, &engineer, "Servers", Moment::OPEN).unwrap().remove(0);
        assert!(row().blocked.is_empty());
        fail();
        let held = row();
        assert_eq!(held.entry.state.owner_state(), OwnerState::Effective, "what was decided stays");
        assert!(held.entry.hold.unwrap().why.contains("failed"), "{}", world.engine);
        let release = |who| {
            baselines::act(&world.app, who, "Servers", "KB5000001", EntryDeed::Release, "it was the cable")
        };
        assert_eq!(code(release(&tester)), "four-eyes-hold", "they tested, and the hold is theirs");
        assert_eq!(code(release(&approver)), "hold-stays", "nothing has passed since");
        world.clock.advance_micros(1_000_000);
        world.passed(&engineer, "Servers", "KB5000001");
        release(&other).unwrap();
        assert!(row().blocked.is_empty());
    }
}

#[test]
fn a_hold_is_taken_away_by_none_who_set_it_asked_or_entered_the_milder_word() {
    for world in worlds() {
        let (engineer, author, approver, other) = named(&world);
        let say = |who: &Caller, state| {
            world.clock.advance_micros(1_000_000);
            let one = statement("KB5000001", ("Acme", "Historian", "4.2"), state);
            statements::enter(&world.app, who, &one, "the bulletin").unwrap();
        };
        say(&approver, SupplierState::Released);
        let run = world.passed(&engineer, "Servers", "KB5000001");
        let mut ask = world.ask("Servers", "KB5000001", tested(&run));
        ask.footing = Footing::Released;
        let asked = decisions::ask_authorise(&world.app, &author, &ask).unwrap();
        world.sign(&other, &asked).unwrap();
        let row = || baselines::resolved(&world.app, &engineer, "Servers", Moment::OPEN).unwrap().remove(0);
        let release =
            |who| baselines::act(&world.app, who, "Servers", "KB5000001", EntryDeed::Release, "looked again");
        assert!(row().blocked.is_empty());
        say(&engineer, SupplierState::InTest);
        assert!(row().entry.hold.unwrap().why.contains("in_test"), "less than the release it rests on");
        assert_eq!(code(release(&other)), "hold-stays", "{}", world.engine);
        say(&approver, SupplierState::Released);
        assert_eq!(code(release(&approver)), "four-eyes-hold", "the milder word is theirs");
        assert_eq!(code(release(&author)), "four-eyes-hold", "they asked for it");
        release(&other).unwrap();
        let hold = |who: &Caller| {
            baselines::act(&world.app, who, "Servers", "KB5000001", EntryDeed::Hold, "an adverse report")
        };
        world.clock.advance_micros(1_000_000);
        hold(&other).unwrap();
        assert_eq!(code(release(&other)), "four-eyes-hold", "they set it");
        release(&approver).unwrap();
    }
}

#[test]
fn a_standard_change_writes_who_asked_by_it_and_covers_no_unknown_class() {
    for world in worlds() {
        let (engineer, author, approver, _) = named(&world);
        let ask = AskStandard {
            name: "monthly round".to_owned(),
            baseline: "Servers".to_owned(),
            classes: vec![PatchClass::Security],
            most_risk: RiskClass::Normal,
            until: world.in_days(90),
            reason: "the same every month".to_owned(),
        };
        let standard = decisions::ask_standard(&world.app, &author, &ask).unwrap();
        world.signed(&approver, &standard);
        let one = statement("KB5000001", ("Acme", "Historian", "4.2"), SupplierState::Released);
        statements::enter(&world.app, &approver, &one, "the bulletin").unwrap();
        let run = world.passed(&engineer, "Servers", "KB5000001");
        let mut by = world.ask("Servers", "KB5000001", tested(&run));
        (by.footing, by.urgency) = (Footing::Released, Urgency::Standard(standard.id));
        let asked = || decisions::ask_authorise(&world.app, &engineer, &by);
        assert_eq!(code(asked()), "standard-change", "of which class it is nobody knows");
        world.catalogue_of("bulletin", "KB5000001", PatchClass::Security);
        asked().unwrap();
        let row = baselines::resolved(&world.app, &engineer, "Servers", Moment::OPEN).unwrap().remove(0);
        assert_eq!(row.entry.by.name, "a.weber", "{}: who did it", world.engine);
        assert_eq!(row.decision.unwrap().signatures().count(), usize::from(standard.needed));
    }
}

#[test]
fn whoever_entered_the_word_that_counts_does_not_sign_what_rests_on_it() {
    for world in worlds() {
        let (engineer, _, approver, other) = named(&world);
        let said = statement("KB5000001", ("Acme", "Historian", "4.2"), SupplierState::Released);
        world.clock.advance_micros(1_000_000);
        statements::enter(&world.app, &approver, &said, "the bulletin").unwrap();
        let run = world.passed(&engineer, "Servers", "KB5000001");
        let mut ask = world.ask("Servers", "KB5000001", tested(&run));
        ask.footing = Footing::Released;
        let asked = decisions::ask_authorise(&world.app, &engineer, &ask).unwrap();
        let why = card::card(&world.app, &approver, &asked.id.to_string()).unwrap().cannot_sign;
        assert!(why.iter().any(|why| why.contains("what the supplier says")), "{}: {why:?}", world.engine);
        assert_eq!(code(world.sign(&approver, &asked)), "four-eyes-word", "{}", world.engine);
        assert!(matches!(world.sign(&other, &asked), Ok(SignOutcome::Granted(_))));
    }
}
