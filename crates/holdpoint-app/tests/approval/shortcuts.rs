//! Shortcuts that one person could take: a supplier's word made milder, a date that pins it, a pilot on something else, a
//! baseline that belongs to no site, a control that its owner calls working.

use crate::acting::statement;
use crate::policies::holds_from_now;
use crate::support::{LITTLE, World, code, looked, worlds};
use holdpoint_app::approval::baselines::{self, NewBaseline};
use holdpoint_app::approval::decisions::{self, SignOutcome};
use holdpoint_app::approval::exemptions::{self, NewExemption, OnNamed, Works};
use holdpoint_app::approval::test_records::{self, NewRun, Where};
use holdpoint_app::{AppError, Caller, statements};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Force, Place};
use holdpoint_domain::compatibility::StatedState;
use holdpoint_domain::control::{Burden, Control, ControlUse, Verification};
use holdpoint_domain::decision::ExemptionKind;
use holdpoint_domain::exemption::{ReasonCode, What};
use holdpoint_domain::patch_state::SupplierState;
use holdpoint_domain::test_record::TestRun;

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
        world.import(&rows);
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
        backup: "image of today, on the plant's NAS".to_owned(),
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
        verify(&engineer, Works::Yes).unwrap();
        verify(&owner, Works::No).unwrap();
    }
}
