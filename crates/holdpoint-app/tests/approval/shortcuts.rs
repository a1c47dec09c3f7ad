//! Shortcuts that one person could take: a supplier's word made milder, a date that pins it, a pilot on something else.

use crate::acting::statement;
use crate::support::{LITTLE, World, code, worlds};
use holdpoint_app::approval::test_records::{self, NewRun, Where};
use holdpoint_app::{AppError, Caller, statements};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::Force;
use holdpoint_domain::compatibility::StatedState;
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
        assert_ne!(heir.force, Force::InForce, "it would take approvals over, so it waits for a second person");
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
