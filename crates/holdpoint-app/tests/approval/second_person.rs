//! What nobody does alone: a baseline that takes over, a risk made small, a clock met by a doubt.

use crate::dealing::{VECTOR, document};
use crate::support::{COLUMNS, LITTLE, World, code, looked, tested, worlds};
use holdpoint_app::approval::baselines::{self, NewBaseline};
use holdpoint_app::approval::decisions::{self, Rejection};
use holdpoint_app::approval::exemptions::{self, NewExemption, OnNamed, Works};
use holdpoint_app::approval::known::Source;
use holdpoint_app::approval::sweep;
use holdpoint_app::ranking::function::{self, NewFunction};
use holdpoint_app::ranking::lowering;
use holdpoint_app::ranking::read::{self};
use holdpoint_app::ranking::word::{self, NewWord, WordScope};
use holdpoint_app::remediation::{self, SetRequest, Within};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::ranking::list::{FindingLine, Standing};
use holdpoint_app::{Caller, feeds, intake, inventory};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::asset::{AssetKind, Consequence};
use holdpoint_domain::baseline::{AssetScope, Force, Place};
use holdpoint_domain::control::{Burden, Control, ControlUse, Verification};
use holdpoint_domain::decision::ExemptionKind;
use holdpoint_domain::exemption::{ExemptionState, ExemptionWord, ReasonCode, Trigger, What};
use holdpoint_domain::filter::Filter;
use holdpoint_domain::ranking::criticality::{Dimension, Profile};
use holdpoint_domain::ranking::replacement::PointValue;
use holdpoint_domain::remediation::RemediationState;
use holdpoint_domain::test_record::StepResult;
use serde_json::json;

struct Cast {
    engineer: Caller,
    approver: Caller,
    second: Caller,
    both: Caller,
    admin: Caller,
}

fn cast(world: &World) -> Cast {
    let cast = Cast {
        engineer: world.person("a.weber", &[Role::Engineer]),
        approver: world.person("l.okafor", &[Role::Approver]),
        second: world.person("m.ruiz", &[Role::Approver]),
        both: world.person("t.kern", &[Role::Engineer, Role::Approver]),
        admin: world.person("root", &[Role::Administrator, Role::Approver, Role::Engineer]),
    };
    world.baseline(&cast.engineer, "Servers", None);
    world.bench(&cast.engineer, "Servers");
    cast
}

fn new(name: &str, parent: Option<&str>, kind: AssetKind, place: Place) -> NewBaseline {
    let scope =
        AssetScope { kind: Some(kind), vendor: String::new(), product: String::new(), release: None, place };
    NewBaseline {
        name: name.to_owned(),
        description: String::new(),
        parent: parent.map(str::to_owned),
        scope,
        reason: "a test".to_owned(),
    }
}

fn governs(world: &World, asset: &str) -> Vec<String> {
    baselines::for_asset(&world.app, &Caller::operator("test"), asset).unwrap().names
}

fn effective(world: &World, cast: &Cast, patch: &str) {
    let ask = world.ask("Servers", patch, looked());
    let asked = decisions::ask_authorise(&world.app, &cast.engineer, &ask).unwrap();
    world.sign(&cast.approver, &asked).unwrap();
}

#[test]
fn invariant_1_a_baseline_takes_assets_over_by_the_hand_of_a_second_person_and_refusals_stay() {
    for world in worlds() {
        let cast = cast(&world);
        effective(&world, &cast, "KB5000001");
        let no = Rejection {
            baseline: Some("Servers".to_owned()),
            patch: "KB5000002".to_owned(),
            source: Source::Asked,
            reason: "bricks the panel".to_owned(),
        };
        decisions::reject(&world.app, &cast.approver, &no).unwrap();
        let site = inventory::get(&world.app, &cast.engineer, "SRV-1", Moment::OPEN).unwrap().site.unwrap();
        let near = new("Near", None, AssetKind::Server, Place::Site(site));
        let operator = Caller::operator("test");
        assert_eq!(
            code(baselines::create(&world.app, &operator, &near)),
            "not-allowed",
            "nobody is answerable"
        );
        let made = baselines::create(&world.app, &cast.both, &near).unwrap();
        assert!(matches!(made.force, Force::Draft { .. }), "{}", world.engine);
        assert_eq!(governs(&world, "SRV-1"), ["Servers"], "a draft governs nothing");
        let force = |who: &Caller| baselines::put_in_force(&world.app, who, "Near", "looked at both");
        assert_eq!(code(force(&cast.engineer)), "not-allowed");
        assert_eq!(code(force(&cast.both)), "four-eyes-author");
        assert_eq!(code(force(&cast.admin)), "administrator");
        assert_eq!(code(force(&Caller::operator("test"))), "not-allowed");
        assert_eq!(code(baselines::put_in_force(&world.app, &cast.approver, "Near", "")), "text");
        let at_once: Vec<String> = std::thread::scope(|scope| {
            let all = [&cast.approver, &cast.second].map(|who| scope.spawn(move || code(force(who))));
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(at_once.iter().filter(|one| *one == "in-force").count(), 1, "{at_once:?}");
        assert_eq!(governs(&world, "SRV-1"), ["Near"]);
        let rows = baselines::resolved(&world.app, &cast.engineer, "Near", Moment::OPEN).unwrap();
        let states: Vec<(&str, &str)> =
            rows.iter().map(|row| (row.entry.patch.as_str(), row.entry.state.owner_state().word())).collect();
        assert_eq!(
            states,
            [("KB5000002", "not_authorized")],
            "what was refused stays refused; nothing is lent"
        );
    }
}

#[test]
fn invariant_3_what_is_inherited_must_bear_what_hangs_on_the_heir() {
    for world in worlds() {
        let cast = cast(&world);
        effective(&world, &cast, "KB5000001");
        world.grows(&format!("{COLUMNS}PLC-1,North,Z2,plc,Acme,Controller,major,minor,minor,minor,minor\n"));
        world.grows(&format!("{COLUMNS}HMI-1,North,Z2,hmi,Acme,Panel,{LITTLE}\n"));
        for (name, kind) in [("Controllers", AssetKind::Plc), ("Panels", AssetKind::Hmi)] {
            let made = baselines::create(
                &world.app,
                &cast.engineer,
                &new(name, Some("Servers"), kind, Place::Everywhere),
            );
            assert!(matches!(made.unwrap().force, Force::Draft { .. }), "approvals are lent by two persons");
            assert!(governs(&world, if kind == AssetKind::Plc { "PLC-1" } else { "HMI-1" }).is_empty());
            baselines::put_in_force(&world.app, &cast.second, name, "as the servers").unwrap();
        }
        let of = |tag: &str| baselines::for_asset(&world.app, &cast.engineer, tag).unwrap();
        let (small, large) = (of("HMI-1"), of("PLC-1"));
        assert!(small.is_effective("KB5000001"), "little hangs on it, as where it was decided: {small:?}");
        assert!(!large.is_effective("KB5000001"), "{}", world.engine);
        let why = large.blocked[0].blocked.join("; ");
        assert!(why.contains("inherited from Servers") && why.contains("asks for 2"), "{why}");
    }
}

#[test]
fn a_test_run_takes_no_inherited_approval_back_and_one_that_fails_does() {
    for world in worlds() {
        let cast = cast(&world);
        effective(&world, &cast, "KB5000001");
        world.grows(&format!("{COLUMNS}HMI-1,North,Z2,hmi,Acme,Panel,{LITTLE}\n"));
        let panels = new("Panels", Some("Servers"), AssetKind::Hmi, Place::Everywhere);
        baselines::create(&world.app, &cast.engineer, &panels).unwrap();
        baselines::put_in_force(&world.app, &cast.second, "Panels", "as the servers").unwrap();
        world.bench(&cast.engineer, "Panels");
        let is_effective = || {
            let found = baselines::for_asset(&world.app, &cast.engineer, "HMI-1").unwrap();
            found.is_effective("KB5000001")
        };
        assert!(is_effective(), "{}", world.engine);
        world.passed(&cast.engineer, "Panels", "KB5000001");
        let run = world.begin(&cast.engineer, "Panels", "KB5000001").unwrap();
        assert!(is_effective(), "{}: nobody has decided anything", world.engine);
        world.record(&cast.engineer, run.id, StepResult::Failed).unwrap();
        assert!(!is_effective(), "{}: what was approved rested on its working", world.engine);
    }
}

#[test]
fn invariant_8_what_is_half_known_or_not_known_at_all_is_never_little_risk() {
    for world in worlds() {
        let cast = cast(&world);
        let asked = |patch: &str| {
            code(decisions::ask_authorise(&world.app, &cast.engineer, &world.ask("Servers", patch, looked())))
        };
        assert_eq!(asked("KB9999999"), "no-such-patch", "nobody knows it at all");
        let fix = json!({"category": "vendor_fix", "details": "Install KB 9999999.", "product_ids": ["P1"]});
        let bytes = document(&fix, VECTOR, "No exploit is known.");
        intake::files::import_bytes(&world.app, &Caller::operator("test"), "a.json", bytes, "").unwrap();
        assert_eq!(asked("KB9999999"), "evidence", "an advisory names it, and no catalogue knows it");
        let run = world.passed(&cast.engineer, "Servers", "KB9999999");
        let ask = world.ask("Servers", "KB9999999", tested(&run));
        let asked_for = decisions::ask_authorise(&world.app, &cast.engineer, &ask).unwrap();
        assert_eq!(asked_for.risk, RiskClass::Normal);
        assert!(
            asked_for.risk_why.iter().any(|why| why.contains("no catalogue")),
            "{:?}",
            asked_for.risk_why
        );
        world.import("asset_tag,site,zone,kind,vendor,product,production_consequence\nSRV-4,North,Z2,server,Acme,Historian,minor\n");
        assert_eq!(asked("KB5000003"), "evidence", "of SRV-4 nobody has said what its loss does to people");
    }
}

#[test]
fn what_hangs_on_a_function_or_a_zone_hangs_on_its_assets() {
    for world in worlds() {
        let cast = cast(&world);
        let risk = |patch: &str| {
            let run = world.passed(&cast.engineer, "Servers", patch);
            let ask = world.ask("Servers", patch, tested(&run));
            let asked = decisions::ask_authorise(&world.app, &cast.engineer, &ask);
            asked.map(|one| (one.risk, one.needed))
        };
        assert_eq!(risk("KB5000001").unwrap(), (RiskClass::Low, 1));
        let asset = inventory::get(&world.app, &cast.engineer, "SRV-1", Moment::OPEN).unwrap();
        let profile = |dimension| Profile::default().with(dimension, Some(Consequence::Catastrophic));
        let cooling = NewFunction {
            site: asset.site.unwrap(),
            name: "Cooling",
            profile: profile(Dimension::Production),
            assets: &[asset.asset.id],
        };
        function::put(&world.app, &cast.engineer, &cooling, "study").unwrap();
        assert_eq!(risk("KB5000002").unwrap(), (RiskClass::High, 2), "{}", world.engine);
        let less = NewFunction {
            profile: Profile::default().with(Dimension::Production, Some(Consequence::None)),
            ..cooling
        };
        function::put(&world.app, &cast.engineer, &less, "study").unwrap();
        assert_eq!(risk("KB5000004").unwrap(), (RiskClass::High, 2), "one person lowers no duty");
        let waits = lowering::waiting(&world.app, &cast.engineer).unwrap().remove(0).lowering;
        lowering::agree(&world.app, &cast.approver, waits.id, "read the study").unwrap();
        assert_eq!(risk("KB5000005").unwrap(), (RiskClass::Low, 1), "{}", world.engine);
        let zone = asset.zone.unwrap();
        function::put_zone(&world.app, &cast.engineer, zone, profile(Dimension::Safety), "study").unwrap();
        assert_eq!(code(risk("KB5000003")), "evidence", "critical asks for a pilot too");
    }
}

fn exemption(world: &World, kind: ExemptionKind, residual: RiskClass) -> NewExemption {
    NewExemption {
        kind,
        what: What::Vulnerability("CVE-2026-0007".to_owned()),
        on: OnNamed::Asset("F-1".to_owned()),
        reason_code: ReasonCode::Outage,
        reason: "the next outage is in March".to_owned(),
        controls: vec![ControlUse {
            control: Control::TrafficFilter,
            what: "access list on conduit C-7".to_owned(),
            owner: "H. Lind".to_owned(),
            burden: Burden::default(),
            verification: Verification::Never,
        }],
        residual,
        expires: world.in_days(100),
    }
}

/// An asset on which much hangs, with one finding.
fn flawed(world: &World, status: &str) {
    flawed_with(world, status, "major");
}

/// An asset on whose production this much hangs, with one finding.
fn flawed_with(world: &World, status: &str, production: &str) {
    world.grows(&format!(
        "{COLUMNS}F-1,North,Z2,server,Acme,Flow Computer FX300,{production},minor,minor,minor,minor\n"
    ));
    world.import("asset_tag,firmware_version\nF-1,1.5\n");
    let fix = json!({"category": "vendor_fix", "details": "Update to V2.0 or later version", "product_ids": ["P1"]});
    let bytes = document(&fix, VECTOR, status);
    intake::files::import_bytes(&world.app, &Caller::operator("test"), "a.json", bytes, "").unwrap();
    holdpoint_app::ranking::refresh::now(&world.app).unwrap();
}

fn finding(world: &World) -> FindingLine {
    let query = ListQuery::everything(10, world.app.now());
    let mut all = read::list(&world.app, &Caller::operator("test"), Standing::Open, &query).unwrap().items;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn an_author_makes_no_pressing_risk_small_and_who_bears_it_says_less_with_a_reason() {
    for world in worlds() {
        let cast = cast(&world);
        flawed(&world, "Exploited in the wild since September.");
        let wanted = exemption(&world, ExemptionKind::Mitigate, RiskClass::Low);
        let (one, asked) = exemptions::propose(&world.app, &cast.engineer, &wanted).unwrap();
        assert_eq!((one.residual, asked.risk, asked.needed), (RiskClass::High, RiskClass::High, 2));
        assert!(asked.risk_why.iter().any(|why| why.contains("exploited")), "{:?}", asked.risk_why);
        let id = one.id.to_string();
        let lower = |who: &Caller, to, why: &str| exemptions::lower(&world.app, who, &id, to, why);
        world.sign(&cast.approver, &asked).unwrap();
        assert_eq!(code(lower(&cast.approver, RiskClass::Normal, "a filter")), "exemption-state");
        world.sign(&cast.second, &asked).unwrap();
        assert_eq!(code(lower(&cast.engineer, RiskClass::Normal, "a filter")), "not-allowed");
        assert_eq!(code(lower(&cast.both, RiskClass::Normal, "a filter")), "not-acceptor");
        assert_eq!(
            code(lower(&cast.second, RiskClass::Normal, "a filter")),
            "residual-floor",
            "nobody saw it work"
        );
        let choices = |who: &Caller| -> Vec<(RiskClass, bool)> {
            let found = exemptions::lower_choices(&world.app, who, &id).unwrap();
            found.into_iter().map(|(class, cannot)| (class, cannot.is_none())).collect()
        };
        let none = vec![(RiskClass::Low, false), (RiskClass::Normal, false)];
        assert_eq!(choices(&cast.second), none, "{}: what would be refused is not offered", world.engine);
        let look = |who: &Caller, seen: &str| exemptions::verify(&world.app, who, &id, 1, (Works::Yes, seen));
        assert_eq!(code(look(&cast.engineer, "a try was blocked")), "four-eyes-author", "{}", world.engine);
        let looker = world.person("h.berg", &[Role::Engineer]);
        for nothing in ["...", "... ...", "unknown", "to be made", "a scan is planned"] {
            let refused = code(look(&looker, nothing));
            assert!(refused == "text" || refused == "says-nothing", "{nothing}: {refused}");
        }
        look(&looker, "a try was blocked").unwrap();
        assert_eq!(choices(&cast.second), [(RiskClass::Low, false), (RiskClass::Normal, true)]);
        assert_eq!(choices(&cast.both), none, "who did not sign bears nothing");
        assert_eq!(code(lower(&cast.second, RiskClass::Low, "a filter")), "residual-floor");
        assert_eq!(code(lower(&cast.second, RiskClass::Normal, "")), "text");
        assert_eq!(
            lower(&cast.second, RiskClass::Normal, "the filter was tried").unwrap().residual,
            RiskClass::Normal
        );
        let higher = NewExemption {
            kind: ExemptionKind::Accept,
            ..exemption(&world, ExemptionKind::Accept, RiskClass::Critical)
        };
        let (one, _) = exemptions::propose(&world.app, &cast.engineer, &higher).unwrap();
        assert_eq!(one.residual, RiskClass::Critical, "more may always be said");
    }
}

#[test]
fn a_decision_meets_the_first_clock_and_a_dated_mitigation_the_second() {
    for world in worlds() {
        let cast = cast(&world);
        flawed(&world, "No exploit is known.");
        assert_eq!((finding(&world).evaluated_at, finding(&world).planned_at), (None, None));
        let wanted = exemption(&world, ExemptionKind::Accept, RiskClass::High);
        let (_, asked) = exemptions::propose(&world.app, &cast.engineer, &wanted).unwrap();
        assert_eq!(finding(&world).evaluated_at, None, "asking decides nothing");
        for who in [&cast.approver, &cast.second] {
            world.sign(who, &asked).unwrap();
        }
        let first = world.app.now();
        assert_eq!((finding(&world).evaluated_at, finding(&world).planned_at), (Some(first), None));
        world.days_pass(3);
        let wanted = exemption(&world, ExemptionKind::Mitigate, RiskClass::High);
        let (mitigation, asked) = exemptions::propose(&world.app, &cast.engineer, &wanted).unwrap();
        for who in [&cast.approver, &cast.second] {
            world.sign(who, &asked).unwrap();
        }
        let now = finding(&world);
        assert_eq!(
            (now.evaluated_at, now.planned_at),
            (Some(first), Some(world.app.now())),
            "{}",
            world.engine
        );
        // Its control fails: nothing is planned any more, and the second clock runs again from then.
        world.days_pass(2);
        let mitigation = mitigation.id.to_string();
        let failed = (Works::No, "the access list was gone after the restart");
        exemptions::verify(&world.app, &cast.engineer, &mitigation, 1, failed).unwrap();
        let again = finding(&world);
        assert_eq!(
            (again.evaluated_at, again.planned_at, again.plan_again_at),
            (Some(first), None, Some(world.app.now())),
            "{}",
            world.engine
        );
    }
}

#[test]
fn an_exemption_hears_of_the_exploitation_that_people_confirmed() {
    for world in worlds() {
        let cast = cast(&world);
        flawed_with(&world, "No exploit is known.", "minor");
        let wanted = exemption(&world, ExemptionKind::Accept, RiskClass::Low);
        let (one, asked) = exemptions::propose(&world.app, &cast.engineer, &wanted).unwrap();
        assert!(one.residual < RiskClass::High, "{}: {:?}", world.engine, asked.risk_why);
        world.signed(&cast.approver, &asked);
        let new = NewWord {
            finding: finding(&world).number,
            scope: WordScope::Finding,
            value: PointValue::Exploitation(holdpoint_domain::ranking::point::Exploitation::Active),
            reason: "seen in the log of the firewall of this plant",
            expires_at: world.in_days(30),
        };
        let said = word::say(&world.app, &cast.engineer, &new).unwrap();
        word::confirm(&world.app, &cast.second, said.id, "read the log").unwrap();
        sweep::sweep(&world.app).unwrap();
        let state =
            exemptions::show(&world.app, &cast.engineer, &one.id.to_string()).unwrap().0.exemption.state;
        let ExemptionState::UnderReview { triggers, .. } = state else { panic!("{state:?}") };
        assert!(triggers.contains(&Trigger::ExploitationUp), "{triggers:?}, {}", world.engine);
        let again =
            exemptions::ask_again(&world.app, &cast.engineer, &one.id.to_string(), "looked again").unwrap();
        assert_eq!((again.risk, again.needed), (RiskClass::High, 2), "{}", world.engine);
        assert!(again.risk_why.iter().any(|why| why.contains("exploited")), "{:?}", again.risk_why);
    }
}

#[test]
fn a_listing_as_exploited_ends_an_exemption_in_the_same_round() {
    for world in worlds() {
        let cast = cast(&world);
        flawed(&world, "No exploit is known.");
        let kev = |version: &str, cve: &str| {
            let entry = json!({"cveID": cve, "vendorProject": "Acme", "product": "FX300", "vulnerabilityName": "A flaw",
                "dateAdded": "2026-10-10", "shortDescription": "x", "requiredAction": "patch", "dueDate": "2026-10-31",
                "knownRansomwareCampaignUse": "Unknown"});
            let all = json!({"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": version,
                "dateReleased": format!("{}T12:00:00.0Z", version.replace('.', "-")), "count": 1, "vulnerabilities": [entry]});
            let bytes = serde_json::to_vec(&all).unwrap();
            let report =
                feeds::import_bytes(&world.app, &Caller::operator("test"), "kev.json", bytes, None, "")
                    .unwrap();
            assert!(report.problems.is_empty(), "{report:?}");
        };
        kev("2026.10.10", "CVE-2020-9999");
        let (one, asked) = exemptions::propose(
            &world.app,
            &cast.engineer,
            &exemption(&world, ExemptionKind::Accept, RiskClass::High),
        )
        .unwrap();
        for who in [&cast.approver, &cast.second] {
            world.sign(who, &asked).unwrap();
        }
        let state =
            || exemptions::show(&world.app, &cast.engineer, &one.id.to_string()).unwrap().0.exemption.state;
        assert_eq!(state().word(), ExemptionWord::Holding);
        kev("2026.10.11", "CVE-2026-0007");
        let ExemptionState::UnderReview { triggers, .. } = state() else { panic!("{:?}", state()) };
        assert!(triggers.contains(&Trigger::Kev), "{triggers:?}, {}", world.engine);
    }
}

#[test]
fn work_that_is_marked_done_is_a_report_and_the_finding_stands_until_it_is_seen() {
    for world in worlds() {
        let cast = cast(&world);
        flawed(&world, "No public exploits are known.");
        let before = finding(&world);
        assert_eq!(before.reported_at, None);
        let done = SetRequest {
            within: Within { advisory: None, asset: Some("F-1".to_owned()) },
            filter: Filter::parse("").unwrap(),
            state: RemediationState::Done,
            reason: "the shift says so".to_owned(),
            expected: None,
        };
        world.clock.advance_micros(1_000_000);
        remediation::set(&world.app, &cast.engineer, &done).unwrap();
        let reported = finding(&world);
        assert_eq!(reported.number, before.number, "{}: it stands open", world.engine);
        assert_eq!(reported.reported_at, Some(world.app.now()), "{}", world.engine);
        let anew = SetRequest { state: RemediationState::InProgress, ..done };
        remediation::set(&world.app, &cast.engineer, &anew).unwrap();
        assert_eq!(finding(&world).reported_at, None, "what is taken back is not reported");
        world.import("asset_tag,firmware_version\nF-1,2.1\n");
        holdpoint_app::ranking::refresh::now(&world.app).unwrap();
        let query = ListQuery::everything(100, world.app.now());
        let open = read::list(&world.app, &Caller::operator("test"), Standing::Open, &query).unwrap();
        assert!(open.items.is_empty(), "{}: the inventory shows it: {:?}", world.engine, open.items);
    }
}
