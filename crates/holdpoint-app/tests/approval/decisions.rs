//! From a test to an effective patch, and what stops it.

use crate::support::{World, code, looked, tested, worlds};
use holdpoint_app::approval::baselines::{self, EntryDeed};
use holdpoint_app::approval::decisions::{
    self, AskAuthorise, AskStandard, Rejection, SignOutcome, SignRequest, Urgency,
};
use holdpoint_app::approval::known::Source;
use holdpoint_app::approval::{card, compliance, delegations, sweep, test_records};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::decision::{
    DecisionWord, Ending, EvidenceHold, Footing, Procedure, ProcedureWord, Review, State, WayBack,
};
use holdpoint_domain::patch::PatchClass;
use holdpoint_domain::patch_state::OwnerState;
use holdpoint_domain::test_record::StepResult;

struct Cast {
    engineer: holdpoint_app::Caller,
    tester: holdpoint_app::Caller,
    approver: holdpoint_app::Caller,
    second: holdpoint_app::Caller,
}

fn cast(world: &World) -> Cast {
    let cast = Cast {
        engineer: world.person("a.weber", &[Role::Engineer]),
        tester: world.person("t.kern", &[Role::Engineer, Role::Approver]),
        approver: world.person("l.okafor", &[Role::Approver]),
        second: world.person("m.ruiz", &[Role::Approver]),
    };
    world.baseline(&cast.engineer, "Servers", None);
    world.bench(&cast.engineer, "Servers");
    cast
}

fn state(world: &World, cast: &Cast, patch: &str) -> Option<OwnerState> {
    let all = baselines::resolved(&world.app, &cast.engineer, "Servers", Moment::OPEN).unwrap();
    all.into_iter().find(|one| one.entry.patch == patch).map(|one| one.entry.state.owner_state())
}

#[test]
fn a_tested_patch_becomes_effective_by_another_persons_signature() {
    for world in worlds() {
        let cast = cast(&world);
        let run = world.passed(&cast.tester, "Servers", "KB5000001");
        assert_eq!(state(&world, &cast, "KB5000001"), Some(OwnerState::InInternalTest));
        let ask = world.ask("Servers", "kb 5000001", tested(&run));
        let asked = decisions::ask_authorise(&world.app, &cast.engineer, &ask).unwrap();
        assert_eq!(code(decisions::ask_authorise(&world.app, &cast.engineer, &ask)), "waits-already");
        let shown = card::card(&world.app, &cast.approver, &asked.id.to_string()).unwrap();
        assert!(shown.unchanged && shown.cannot_sign.is_empty(), "{:?}", shown.cannot_sign);
        assert_eq!((shown.assets, shown.runs.len()), (3, 1));
        assert_eq!(code(world.sign(&cast.tester, &asked)), "four-eyes-tester");
        assert_eq!(code(world.sign(&cast.engineer, &asked)), "not-allowed");
        assert_eq!(code(world.sign(&holdpoint_app::Caller::operator("root"), &asked)), "not-allowed");
        let Ok(SignOutcome::Granted(granted)) = world.sign(&cast.approver, &asked) else { panic!("granted") };
        assert_eq!(granted.state.word(), DecisionWord::Granted);
        assert_eq!(state(&world, &cast, "KB5000001"), Some(OwnerState::Effective));
        assert_eq!(code(world.sign(&cast.second, &asked)), "decision-over");
        let found = baselines::for_asset(&world.app, &cast.engineer, "SRV-3").unwrap();
        assert_eq!(found.names, ["Servers"]);
        assert_eq!(found.unsure.len(), 1, "no source says for which servers it is: {found:?}");
        assert!(found.should_have.is_empty() && found.is_effective("KB5000001"), "{}", world.engine);
        let seen = compliance::compliance(&world.app, &cast.engineer, "Servers").unwrap();
        assert_eq!((seen.complies, seen.deviates, seen.unknown), (0, 0, 3), "nobody has looked");
    }
}

#[test]
fn two_sign_where_the_policy_says_so_and_an_administrator_never() {
    for world in worlds() {
        let cast = cast(&world);
        world.import("asset_tag,production_consequence\nSRV-1,major\n");
        let run = world.passed(&cast.engineer, "Servers", "KB5000002");
        let asked = decisions::ask_authorise(
            &world.app,
            &cast.engineer,
            &world.ask("Servers", "KB5000002", tested(&run)),
        );
        let asked = asked.unwrap();
        assert_eq!((asked.risk, asked.needed), (RiskClass::High, 2));
        let both = world.person("boss", &[Role::Approver, Role::Administrator]);
        assert_eq!(code(world.sign(&both, &asked)), "administrator");
        assert!(matches!(world.sign(&cast.approver, &asked), Ok(SignOutcome::Waiting(_))));
        assert_eq!(code(world.sign(&cast.approver, &asked)), "signed-already");
        assert_eq!(state(&world, &cast, "KB5000002"), Some(OwnerState::InInternalTest));
        assert!(matches!(world.sign(&cast.second, &asked), Ok(SignOutcome::Granted(_))));
    }
}

#[test]
fn a_decision_lapses_when_its_assets_change_and_a_failed_test_supports_nothing() {
    for world in worlds() {
        let cast = cast(&world);
        let run = world.passed(&cast.engineer, "Servers", "KB5000003");
        let ask = world.ask("Servers", "KB5000003", tested(&run));
        let asked = decisions::ask_authorise(&world.app, &cast.engineer, &ask).unwrap();
        world.import("asset_tag,site,kind,vendor,product\nSRV-9,South,server,Acme,Historian\n");
        let shown = card::card(&world.app, &cast.approver, &asked.id.to_string()).unwrap();
        assert!(!shown.unchanged && shown.sign_for.is_empty());
        assert!(shown.cannot_sign.iter().any(|why| why.contains("lapses")), "{:?}", shown.cannot_sign);
        let Ok(SignOutcome::Lapsed(_)) = world.sign(&cast.approver, &asked) else { panic!("it lapses") };
        assert_eq!(state(&world, &cast, "KB5000003"), Some(OwnerState::InInternalTest));
        let failed = world.begin(&cast.engineer, "Servers", "KB5000004").unwrap();
        let running = decisions::ask_authorise(
            &world.app,
            &cast.engineer,
            &world.ask("Servers", "KB5000004", tested(&failed)),
        );
        assert_eq!(code(running), "evidence");
        let failed = world.record(&cast.engineer, failed.id, StepResult::Failed).unwrap();
        let ask = world.ask("Servers", "KB5000004", tested(&failed));
        assert_eq!(code(decisions::ask_authorise(&world.app, &cast.engineer, &ask)), "test-failed");
        let other = world.ask("Servers", "KB5000005", tested(&run));
        assert_eq!(code(decisions::ask_authorise(&world.app, &cast.engineer, &other)), "evidence");
    }
}

#[test]
fn an_override_ends_by_itself_and_shows_while_it_holds() {
    for world in worlds() {
        let cast = cast(&world);
        let run = world.passed(&cast.engineer, "Servers", "KB5000006");
        let footing = Footing::Override {
            reason: "no other way".to_owned(),
            risk_owner: "l.okafor".to_owned(),
            expires: world.in_days(10),
            of: None,
        };
        let ask = AskAuthorise { footing, ..world.ask("Servers", "KB5000006", tested(&run)) };
        let asked = decisions::ask_authorise(&world.app, &cast.engineer, &ask).unwrap();
        assert_eq!(asked.risk, RiskClass::High);
        world.sign(&cast.approver, &asked).unwrap();
        world.sign(&cast.second, &asked).unwrap();
        let row =
            || baselines::resolved(&world.app, &cast.engineer, "Servers", Moment::OPEN).unwrap().remove(0);
        assert!(row().blocked.is_empty());
        world.days_pass(10);
        assert!(!row().blocked.is_empty(), "it stops at its end, swept or not");
        assert_eq!(sweep::sweep(&world.app).unwrap().ended, 1);
        assert_eq!(state(&world, &cast, "KB5000006"), Some(OwnerState::NotAuthorized));
        assert_eq!(sweep::sweep(&world.app).unwrap(), sweep::Swept::default(), "twice changes nothing");
    }
}

#[test]
fn a_patch_that_is_declined_everywhere_is_stopped_everywhere_until_that_is_taken_back() {
    for world in worlds() {
        let cast = cast(&world);
        world.baseline(&cast.engineer, "Other servers", Some("Servers"));
        let run = world.passed(&cast.engineer, "Servers", "KB5000007");
        let asked = decisions::ask_authorise(
            &world.app,
            &cast.engineer,
            &world.ask("Servers", "KB5000007", tested(&run)),
        );
        world.sign(&cast.approver, &asked.unwrap()).unwrap();
        let child = baselines::resolved(&world.app, &cast.engineer, "Other servers", Moment::OPEN).unwrap();
        assert!(child[0].inherited && child[0].from == "Servers", "inherited, and said from where");
        let wanted = |baseline| Rejection {
            baseline,
            patch: "KB5000007".to_owned(),
            source: Source::Asked,
            reason: "bricks the panel".to_owned(),
        };
        let viewer = world.person("v.iewer", &[Role::Viewer]);
        assert_eq!(code(decisions::reject(&world.app, &viewer, &wanted(None))), "not-allowed");
        let declined = decisions::reject(&world.app, &cast.approver, &wanted(None)).unwrap();
        assert_eq!((declined.needed, declined.state.word()), (2, DecisionWord::Waiting));
        assert_eq!(state(&world, &cast, "KB5000007"), Some(OwnerState::Effective), "nobody has signed it");
        assert_eq!(code(decisions::reject(&world.app, &cast.engineer, &wanted(None))), "waits-already");
        assert_eq!(code(world.sign(&cast.approver, &declined)), "four-eyes-author");
        world.sign(&cast.second, &declined).unwrap();
        assert_eq!(
            state(&world, &cast, "KB5000007"),
            Some(OwnerState::Effective),
            "one alone declines nothing"
        );
        let third = world.person("p.nowak", &[Role::Approver]);
        world.sign(&third, &declined).unwrap();
        assert_eq!(state(&world, &cast, "KB5000007"), Some(OwnerState::NotAuthorized));
        assert_eq!(code(decisions::reject(&world.app, &cast.second, &wanted(None))), "declined");
        let reopen = |who| {
            let why = "look again";
            baselines::act(&world.app, who, "Servers", "KB5000007", EntryDeed::Reopen, why)
        };
        assert_eq!(code(reopen(&cast.second)), "declined");
        assert_eq!(code(world.begin(&cast.engineer, "Servers", "KB5000007")), "declined");
        let again = world.ask("Servers", "KB5000007", tested(&run));
        assert_eq!(code(decisions::ask_authorise(&world.app, &cast.engineer, &again)), "declined");
        let back = |who| decisions::revoke(&world.app, who, &declined.id.to_string(), "mended by the vendor");
        assert_eq!(code(back(&cast.engineer)), "not-allowed");
        let asked = back(&cast.second).unwrap();
        assert_eq!((asked.needed, asked.state.word()), (2, DecisionWord::Waiting), "{}", world.engine);
        assert_eq!(code(back(&third)), "waits-already");
        assert_eq!(code(world.sign(&cast.second, &asked)), "four-eyes-author");
        world.sign(&third, &asked).unwrap();
        assert_eq!(code(reopen(&cast.second)), "declined", "one alone takes nothing back");
        world.sign(&cast.approver, &asked).unwrap();
        let over = card::card(&world.app, &cast.approver, &declined.id.to_string()).unwrap();
        assert_eq!(over.kept.decision.state.word(), DecisionWord::Revoked);
        assert_eq!(
            state(&world, &cast, "KB5000007"),
            Some(OwnerState::NotAuthorized),
            "and approves nothing"
        );
        assert_eq!(code(world.begin(&cast.engineer, "Servers", "KB5000007")), "refused");
        assert_eq!(code(reopen(&cast.engineer)), "not-allowed", "whoever wants it does not reopen it");
        reopen(&cast.second).unwrap();
        decisions::ask_authorise(&world.app, &cast.engineer, &again).unwrap();
        let steps = baselines::history(&world.app, &cast.engineer, "Servers", "KB5000007").unwrap();
        assert_eq!(steps.len(), 4, "every step stays to be seen");
    }
}

#[test]
fn a_hold_keeps_the_decision_beneath_it() {
    for world in worlds() {
        let cast = cast(&world);
        let run = world.passed(&cast.engineer, "Servers", "KB5000008");
        let asked = decisions::ask_authorise(
            &world.app,
            &cast.engineer,
            &world.ask("Servers", "KB5000008", tested(&run)),
        );
        world.sign(&cast.approver, &asked.unwrap()).unwrap();
        let act = |who, deed| baselines::act(&world.app, who, "Servers", "KB5000008", deed, "adverse report");
        act(&cast.engineer, EntryDeed::Hold).unwrap();
        let row =
            || baselines::resolved(&world.app, &cast.engineer, "Servers", Moment::OPEN).unwrap().remove(0);
        assert_eq!(row().entry.state.owner_state(), OwnerState::Effective);
        assert!(!row().blocked.is_empty());
        assert_eq!(code(act(&cast.engineer, EntryDeed::Release)), "not-allowed");
        act(&cast.approver, EntryDeed::Release).unwrap();
        assert!(row().blocked.is_empty());
        assert_eq!(code(act(&cast.approver, EntryDeed::Post)), "illegal-transition");
    }
}

#[test]
fn an_emergency_is_signed_by_one_and_reviewed_by_another() {
    for world in worlds() {
        let cast = cast(&world);
        world.import("asset_tag,safety_consequence\nSRV-1,major\n");
        let usual = world.ask("Servers", "KB5000009", looked());
        assert_eq!(code(decisions::ask_authorise(&world.app, &cast.engineer, &usual)), "evidence");
        let urgent = |backup: &str| AskAuthorise {
            urgency: Urgency::Emergency {
                reason: "exploited next door".to_owned(),
                backup: backup.to_owned(),
                way_back: WayBack::Steps("restore the image".to_owned()),
                evidence: EvidenceHold::Kept("memory image in the safe".to_owned()),
            },
            ..usual.clone()
        };
        assert_eq!(code(decisions::ask_authorise(&world.app, &cast.engineer, &urgent(""))), "text");
        let bare = decisions::ask_authorise(&world.app, &cast.engineer, &urgent("N/A."));
        assert_eq!(code(bare), "not-described");
        let old = decisions::ask_authorise(&world.app, &cast.engineer, &urgent("image on NAS-2, 2026-10-20"));
        let why = old.unwrap_err().to_string();
        assert!(why.contains("2026-10-20") && why.contains("7 days"), "{}: {why}", world.engine);
        let asked =
            decisions::ask_authorise(&world.app, &cast.engineer, &urgent("image on NAS-2, 2026-11-01"));
        let asked = asked.unwrap();
        assert_eq!((asked.risk, asked.needed), (RiskClass::Critical, 1));
        let Ok(SignOutcome::Granted(done)) = world.sign(&cast.approver, &asked) else {
            panic!("one is enough")
        };
        let Procedure::Emergency(declared) = &done.procedure else { panic!("an emergency") };
        assert_eq!(declared.review, Review::Due(world.in_days(5)));
        let review = |who| decisions::review(&world.app, who, &asked.id.to_string(), "it went well");
        assert_eq!(code(review(&cast.approver)), "four-eyes-signer", "whoever signed it alone");
        assert_eq!(code(review(&cast.second)), "not-carried-out", "{}: nothing was installed", world.engine);
        let taken = |deed| {
            baselines::act(&world.app, &cast.approver, "Servers", "KB5000009", deed, "the alarm was false")
        };
        taken(EntryDeed::Refuse).unwrap();
        let reviewed =
            decisions::review(&world.app, &cast.second, &asked.id.to_string(), "it went well").unwrap();
        assert_eq!(reviewed.procedure.word(), ProcedureWord::Emergency);
        assert_eq!(
            code(decisions::review(&world.app, &cast.second, &asked.id.to_string(), "again")),
            "reviewed"
        );
    }
}

#[test]
fn a_standard_change_grants_at_once_with_the_signatures_given_before() {
    for world in worlds() {
        let cast = cast(&world);
        let until = world.in_days(90);
        let ask = AskStandard {
            name: "monthly round".to_owned(),
            baseline: "Servers".to_owned(),
            classes: vec![PatchClass::Security],
            most_risk: RiskClass::Normal,
            until,
            reason: "the same every month".to_owned(),
        };
        let any = AskStandard { classes: vec![PatchClass::Unknown], ..ask.clone() };
        assert_eq!(code(decisions::ask_standard(&world.app, &cast.second, &any)), "patch-class");
        let standard = decisions::ask_standard(&world.app, &cast.second, &ask).unwrap();
        world.sign(&cast.approver, &standard).unwrap();
        assert!(matches!(world.sign(&cast.tester, &standard), Ok(SignOutcome::Granted(_))));
        let run = world.passed(&cast.engineer, "Servers", "KB5000010");
        let usual = world.ask("Servers", "KB5000010", tested(&run));
        let by = AskAuthorise { urgency: Urgency::Standard(standard.id), ..usual };
        assert_eq!(
            code(decisions::ask_authorise(&world.app, &cast.engineer, &by)),
            "standard-change",
            "only what the supplier released"
        );
    }
}

#[test]
fn a_lent_signature_ends_and_never_helps_the_author() {
    for world in worlds() {
        let cast = cast(&world);
        let deputy = world.person("d.moss", &[Role::Engineer]);
        world.person("v.lang", &[Role::Viewer]);
        let run = world.passed(&cast.engineer, "Servers", "KB5000011");
        let asked = decisions::ask_authorise(
            &world.app,
            &cast.engineer,
            &world.ask("Servers", "KB5000011", tested(&run)),
        );
        let asked = asked.unwrap();
        let lent = |from: &str| SignRequest {
            id: asked.id.to_string(),
            shown: asked.card,
            note: String::new(),
            on_behalf_of: Some(from.to_owned()),
        };
        assert_eq!(code(decisions::sign(&world.app, &deputy, &lent("l.okafor"))), "no-delegation");
        let until = world.in_days(3);
        delegations::give(&world.app, &cast.approver, "d.moss", until, "on leave").unwrap();
        delegations::give(&world.app, &cast.approver, "a.weber", until, "on leave").unwrap();
        assert_eq!(
            code(delegations::give(&world.app, &cast.approver, "v.lang", until, "on leave")),
            "no-part-in-decisions"
        );
        let by_author = decisions::sign(&world.app, &cast.engineer, &lent("l.okafor"));
        assert_eq!(code(by_author), "four-eyes-author");
        assert_eq!(
            code(delegations::give(&world.app, &cast.engineer, "d.moss", until, "no right")),
            "not-allowed"
        );
        let far = world.in_days(61);
        assert_eq!(
            code(delegations::give(&world.app, &cast.approver, "d.moss", far, "too long")),
            "delegation-end"
        );
        world.days_pass(4);
        assert_eq!(
            code(decisions::sign(&world.app, &deputy, &lent("l.okafor"))),
            "no-delegation",
            "it ended"
        );
        delegations::give(&world.app, &cast.approver, "d.moss", world.in_days(3), "on leave").unwrap();
        let Ok(SignOutcome::Granted(done)) = decisions::sign(&world.app, &deputy, &lent("l.okafor")) else {
            panic!("a deputy signs")
        };
        let State::Granted { signatures, .. } = &done.state else { panic!("granted") };
        assert_eq!(signatures.all()[0].on_behalf_of.as_ref().unwrap().name, "l.okafor");
    }
}

#[test]
fn a_question_back_ends_the_round_and_files_belong_to_open_runs() {
    for world in worlds() {
        let cast = cast(&world);
        let run = world.begin(&cast.engineer, "Servers", "KB5000013").unwrap();
        let attach = |name: &str, bytes: &[u8]| {
            test_records::attach(&world.app, &cast.engineer, &run.id.to_string(), name, bytes)
        };
        let kept = attach("log.txt", b"fine").unwrap();
        assert_eq!(kept.size_bytes, 4);
        assert_eq!(code(attach("../log.txt", b"fine")), "name");
        assert_eq!(code(attach("empty", b"")), "size");
        let run = world.record(&cast.engineer, run.id, StepResult::Passed).unwrap();
        assert_eq!(code(attach("late.txt", b"late")), "test-over");
        let (_, bytes) = test_records::file(&world.app, &cast.approver, &run.id.to_string(), 1).unwrap();
        assert_eq!(bytes, b"fine");
        let asked = decisions::ask_authorise(
            &world.app,
            &cast.engineer,
            &world.ask("Servers", "KB5000013", tested(&run)),
        );
        let id = asked.unwrap().id.to_string();
        let close = |who, ending, why: &str| decisions::close(&world.app, who, &id, ending, why);
        assert_eq!(code(close(&cast.approver, Ending::Withdrawn, "not mine")), "not-author");
        assert_eq!(code(close(&cast.approver, Ending::Returned, " ")), "text");
        close(&cast.approver, Ending::Returned, "which firmware was on the bench?").unwrap();
        assert_eq!(code(close(&cast.engineer, Ending::Withdrawn, "too late")), "decision-over");
    }
}

#[test]
fn what_was_refused_is_looked_at_again_by_an_approver_who_neither_asked_nor_tested() {
    for world in worlds() {
        let cast = cast(&world);
        let both = world.person("d.ual", &[Role::Engineer, Role::Approver]);
        let run = world.passed(&cast.tester, "Servers", "KB5000021");
        let ask = world.ask("Servers", "KB5000021", tested(&run));
        let asked = decisions::ask_authorise(&world.app, &both, &ask).unwrap();
        world.sign(&cast.approver, &asked).unwrap();
        let act =
            |who, deed| baselines::act(&world.app, who, "Servers", "KB5000021", deed, "it bricks the panel");
        act(&cast.approver, EntryDeed::Refuse).unwrap();
        assert_eq!(code(act(&cast.engineer, EntryDeed::Reopen)), "not-allowed", "{}", world.engine);
        assert_eq!(code(act(&both, EntryDeed::Reopen)), "four-eyes-reopen", "{}", world.engine);
        let begun = world.begin(&cast.engineer, "Servers", "KB5000021").unwrap_err();
        assert!(begun.to_string().contains("it bricks the panel"), "the refusal is shown: {begun}");
        assert_eq!(state(&world, &cast, "KB5000021"), Some(OwnerState::NotAuthorized));
        act(&cast.second, EntryDeed::Reopen).unwrap();
        assert_eq!(state(&world, &cast, "KB5000021"), Some(OwnerState::InInternalTest));
        world.begin(&cast.engineer, "Servers", "KB5000021").unwrap();
    }
}
