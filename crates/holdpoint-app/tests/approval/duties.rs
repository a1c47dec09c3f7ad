//! Fields by which more is asked of work on an asset: one person's word never asks for less.

use crate::support::{World, code, tested, worlds};
use holdpoint_app::approval::baselines::{self, EntryDeed};
use holdpoint_app::approval::decisions;
use holdpoint_app::approval::evidence;
use holdpoint_app::inventory;
use holdpoint_app::inventory::edit::{self, Edit};
use holdpoint_app::planning;
use holdpoint_app::ranking::lowering;
use holdpoint_app::{AppError, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::asset::{AssetKind, Field};
use holdpoint_domain::ranking::lowering::{Lowering, LoweringEnd};

const PATCH: &str = "KB5000001";

fn console() -> Caller {
    Caller::operator("test")
}

fn value(world: &World, field: Field) -> Option<String> {
    let asset = inventory::get(&world.app, &console(), "SRV-1", Moment::OPEN).unwrap();
    asset.asset.value(field).map(str::to_owned)
}

fn say(world: &World, who: &Caller, field: Field, said: Option<&str>) {
    world.clock.advance_micros(1_000_000);
    let asset = inventory::get(&world.app, &console(), "SRV-1", Moment::OPEN).unwrap();
    let change = Edit {
        expected_revision: asset.revision,
        fields: [(field, said.map(str::to_owned))].into(),
        reason: "it was written down wrongly".to_owned(),
    };
    edit::edit(&world.app, who, asset.asset.id, &change).unwrap();
}

fn waiting(world: &World) -> Vec<Lowering> {
    let all = lowering::waiting(&world.app, &console()).unwrap();
    all.into_iter().map(|one| one.lowering).collect()
}

fn agree(world: &World, who: &Caller) -> Result<Option<LoweringEnd>, AppError> {
    let id = waiting(world)[0].id;
    let found = lowering::agree(&world.app, who, id, "seen the type plate")?;
    Ok(found.ended.map(|(_, how, _, _)| how))
}

#[test]
fn one_person_makes_no_server_of_a_safety_controller() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let both = world.person("t.kern", &[Role::Engineer, Role::Approver]);
        let second = world.person("l.okafor", &[Role::Approver]);
        world.baseline_of(&engineer, "Safety", None, AssetKind::SafetyController);
        say(&world, &engineer, Field::Kind, Some("safety-controller"));
        assert_eq!(value(&world, Field::Kind).as_deref(), Some("safety-controller"), "more is asked at once");
        assert!(waiting(&world).is_empty(), "{}", world.engine);
        let risk = || evidence::needed(&world.app, &engineer, "Safety", PATCH).unwrap().risk;
        assert_eq!(risk(), RiskClass::Critical);
        for lower in [Some("server"), None] {
            say(&world, &both, Field::Kind, lower);
            assert_eq!(value(&world, Field::Kind).as_deref(), Some("safety-controller"), "{}", world.engine);
            assert_eq!(risk(), RiskClass::Critical, "{}: {lower:?}", world.engine);
        }
        // A file says it again every night: it stays one line, and the first author is no second person.
        world.clock.advance_micros(1_000_000);
        world.import("asset_tag,kind\nSRV-1,server\n");
        world.import("asset_tag,kind\nSRV-1,server\n");
        assert_eq!(value(&world, Field::Kind).as_deref(), Some("safety-controller"), "{}", world.engine);
        let found = waiting(&world);
        assert_eq!(found.len(), 1, "{}: {found:?}", world.engine);
        assert_eq!(
            (found[0].before().as_str(), found[0].now.as_str()),
            ("kind safety-controller", "kind server")
        );
        assert_eq!(code(agree(&world, &both)), "four-eyes-author");
        lowering::refuse(&world.app, &second, found[0].id, "it trips the boiler").unwrap();
        assert_eq!(
            (value(&world, Field::Kind).as_deref(), risk()),
            (Some("safety-controller"), RiskClass::Critical)
        );
        say(&world, &both, Field::Kind, Some("server"));
        assert_eq!(agree(&world, &second).unwrap(), Some(LoweringEnd::Agreed), "{}", world.engine);
        assert_eq!(value(&world, Field::Kind).as_deref(), Some("server"));
        assert!(waiting(&world).is_empty());
    }
}

#[test]
fn a_certificate_is_taken_away_extended_and_denied_by_two_persons() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let second = world.person("l.okafor", &[Role::Approver]);
        let at_once = [
            (Field::Kind, "safety-controller"),
            (Field::SafetyCertificate, "TUV 12"),
            (Field::CertificateUntil, "2027-01-31"),
        ];
        for (field, said) in at_once {
            say(&world, &engineer, field, Some(said));
            assert_eq!(value(&world, field).as_deref(), Some(said), "{}: {field}", world.engine);
        }
        let less = [
            (Field::CertifiedReleases, Some("KB5000001")),
            (Field::CertificateUntil, Some("2035-01-31")),
            (Field::SafetyCertificate, Some("none")),
        ];
        for (field, said) in less {
            let before = value(&world, field);
            say(&world, &engineer, field, said);
            assert_eq!(value(&world, field), before, "{}: {field}", world.engine);
        }
        let found = waiting(&world);
        assert_eq!(found.len(), 1, "{}", world.engine);
        let now = "certificate until 2035-01-31, certified releases KB5000001, safety certificate none";
        assert_eq!(found[0].now, now);
        assert!(found[0].before().contains("certified releases not said"), "{}", found[0].before());
        // What is said directly by now is wanted no more.
        say(&world, &engineer, Field::CertificateUntil, Some("2026-12-31"));
        assert_eq!(
            value(&world, Field::CertificateUntil).as_deref(),
            Some("2026-12-31"),
            "shorter counts at once"
        );
        assert!(!waiting(&world)[0].now.contains("certificate until"), "{}", world.engine);
        agree(&world, &second).unwrap();
        assert_eq!(value(&world, Field::SafetyCertificate).as_deref(), Some("none"));
        assert_eq!(value(&world, Field::CertificateUntil).as_deref(), Some("2026-12-31"));
    }
}

#[test]
fn a_group_loses_no_member_by_one_person_and_never_all_of_those_that_are_left() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let second = world.person("l.okafor", &[Role::Approver]);
        world.import("asset_tag,redundancy_group\nSRV-1,HIST\nSRV-2,HIST\n");
        planning::put_group(&world.app, &console(), "North", ("HIST", 1, "P&ID 7"), "the twin takes over")
            .unwrap();
        let group = || planning::groups(&world.app, &console()).unwrap().remove(0);
        assert_eq!((group().members.len(), group().counts), (2, Some(1)), "{}", world.engine);
        say(&world, &engineer, Field::RedundancyGroup, None);
        assert_eq!((group().members.len(), group().counts), (2, Some(1)), "{}: one person", world.engine);
        agree(&world, &second).unwrap();
        assert_eq!(
            (group().members.len(), group().counts),
            (1, Some(0)),
            "{}: the last goes on",
            world.engine
        );
        assert_eq!(group().said.map(|(said, _)| said), Some(1), "what was written stays visible");
    }
}

#[test]
fn one_person_moves_no_asset_from_where_a_patch_is_refused_to_where_it_may_be_installed() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let second = world.person("m.klein", &[Role::Approver]);
        let grants = |baseline: &str| {
            world.bench(&engineer, baseline);
            let run = world.passed(&engineer, baseline, PATCH);
            let ask = world.ask(baseline, PATCH, tested(&run));
            let asked = decisions::ask_authorise(&world.app, &engineer, &ask).unwrap();
            world.signed(&approver, &asked);
        };
        world.baseline_of(&engineer, "Servers", None, AssetKind::Server);
        world.baseline_of(&engineer, "Historians", None, AssetKind::Historian);
        // Nothing is refused yet: the kind is what people say.
        say(&world, &engineer, Field::Kind, Some("historian"));
        say(&world, &engineer, Field::Kind, Some("server"));
        assert!(waiting(&world).is_empty(), "{}", world.engine);
        grants("Historians");
        grants("Servers");
        baselines::act(&world.app, &approver, "Servers", PATCH, EntryDeed::Refuse, "it broke the licence")
            .unwrap();
        say(&world, &engineer, Field::Kind, Some("historian"));
        assert_eq!(
            value(&world, Field::Kind).as_deref(),
            Some("server"),
            "{}: the refusal stays",
            world.engine
        );
        let own = baselines::for_asset(&world.app, &engineer, "SRV-1").unwrap();
        assert_eq!(own.names, ["Servers"], "{}", world.engine);
        assert!(own.should_have.is_empty() && !own.is_effective(PATCH), "{}", world.engine);
        agree(&world, &second).unwrap();
        assert_eq!(value(&world, Field::Kind).as_deref(), Some("historian"));
        // Towards the refusal anybody may say so.
        say(&world, &engineer, Field::Kind, Some("server"));
        assert_eq!(value(&world, Field::Kind).as_deref(), Some("server"), "{}", world.engine);
        assert!(waiting(&world).is_empty(), "{}", world.engine);
    }
}
