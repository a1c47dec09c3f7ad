//! What an approval and an exemption rest on is watched as long as they hold: what hangs on the assets, which assets there
//! are, what is exploited, and what suppliers say, in whatever words they name a release.

use crate::acting::{CVE, PATCH, exposed, feed, fixes, kev, proposal, statement};
use crate::support::{COLUMNS, LITTLE, World, code, looked, worlds};
use holdpoint_app::approval::baselines::EntryDeed;
use holdpoint_app::approval::exemptions::{self, OnNamed};
use holdpoint_app::approval::{baselines, decisions, evidence, sweep};
use holdpoint_app::{Caller, statements};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Place, SystemRelease};
use holdpoint_domain::decision::Footing;
use holdpoint_domain::exemption::{ExemptionState, Trigger, What};
use holdpoint_domain::patch_state::{SupplierStanding, SupplierState};

fn triggers(world: &World, who: &Caller, id: &str) -> Vec<Trigger> {
    sweep::sweep(&world.app).unwrap();
    match exemptions::show(&world.app, who, id).unwrap().0.exemption.state {
        ExemptionState::UnderReview { triggers, .. } => triggers,
        ExemptionState::Holding { .. } => Vec::new(),
        other => panic!("{}: {other:?}", world.engine),
    }
}

#[test]
fn an_exemption_hears_of_new_assets_of_more_risk_of_exploitation_and_of_the_fixes_supplier() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        world.baseline(&engineer, "Servers", None);
        exposed(&world);
        fixes(&world);
        feed(&world, &kev(9));
        let accept = |what: What, on: OnNamed| {
            let (one, asked) =
                exemptions::propose(&world.app, &engineer, &proposal(&world, what, on)).unwrap();
            world.signed(&approver, &asked);
            one.id.to_string()
        };
        let zones = world.app.store().read(|r| r.zones()).unwrap();
        let zone = zones.into_iter().find(|one| one.name == "Z2").unwrap().id.to_string();
        let flaw = || What::Vulnerability(CVE.to_owned());
        let in_zone = accept(flaw(), OnNamed::Zone(zone));
        let in_baseline = accept(flaw(), OnNamed::Baseline("Servers".to_owned()));
        let on_asset = accept(flaw(), OnNamed::Asset("SRV-2".to_owned()));
        let patch = accept(What::Patch(PATCH.to_owned()), OnNamed::Asset("SRV-2".to_owned()));
        for id in [&in_zone, &in_baseline, &on_asset, &patch] {
            assert_eq!(triggers(&world, &engineer, id), [], "{}: nothing changed", world.engine);
        }
        world.import("asset_tag,site,zone,kind,vendor,product\nSRV-9,North,Z2,server,Acme,Historian\n");
        assert_eq!(triggers(&world, &engineer, &in_zone), [Trigger::AssetMoved]);
        assert_eq!(triggers(&world, &engineer, &in_baseline), [Trigger::AssetMoved]);
        world.import("asset_tag,environment_consequence\nSRV-2,major\n");
        assert_eq!(triggers(&world, &engineer, &on_asset), [Trigger::RiskUp]);
        assert_eq!(triggers(&world, &engineer, &patch), [Trigger::RiskUp]);
        feed(&world, &kev(11));
        let heard = triggers(&world, &engineer, &patch);
        assert_eq!(heard, [Trigger::RiskUp, Trigger::Kev, Trigger::ExploitationUp], "more comes to a review");

        let again = accept(flaw(), OnNamed::Asset("SRV-3".to_owned()));
        world.import("asset_tag,vendor,product,version,purl,cpe\nSRV-3,Acme,Historian,4.2,,\n");
        assert_eq!(triggers(&world, &engineer, &again), []);
        let said = statement(PATCH, ("Acme", "Historian", "4.2"), SupplierState::Released);
        world.clock.advance_micros(1_000_000);
        statements::enter(&world.app, &engineer, &said, "the bulletin").unwrap();
        assert_eq!(triggers(&world, &engineer, &again), [Trigger::VendorStateChanged]);
    }
}

#[test]
fn what_was_approved_where_less_hung_on_it_is_held_until_somebody_decides_anew() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        world.baseline(&engineer, "Servers", None);
        let ask = world.ask("Servers", PATCH, looked());
        let asked = decisions::ask_authorise(&world.app, &engineer, &ask).unwrap();
        world.sign(&approver, &asked).unwrap();
        let row = || baselines::resolved(&world.app, &engineer, "Servers", Moment::OPEN).unwrap().remove(0);
        assert!(row().blocked.is_empty(), "{:?}", row().blocked);
        assert_eq!(sweep::sweep(&world.app).unwrap(), sweep::Swept::default(), "nothing changed");
        world.import("asset_tag,safety_consequence\nSRV-1,catastrophic\n");
        assert_eq!(sweep::sweep(&world.app).unwrap().held, 1, "{}", world.engine);
        let held = row();
        let why = held.entry.hold.unwrap().why;
        assert!(why.contains("more hangs on its assets"), "{why}");
        assert!(why.contains("safety consequence catastrophic"), "{why}");
        assert!(!held.blocked.is_empty());
        let other = world.person("m.ruiz", &[Role::Approver]);
        let release =
            baselines::act(&world.app, &other, "Servers", PATCH, EntryDeed::Release, "looked again");
        assert_eq!(code(release), "hold-stays", "{}: nobody waves it through", world.engine);
        assert_eq!(sweep::sweep(&world.app).unwrap(), sweep::Swept::default(), "twice changes nothing");
    }
}

#[test]
fn a_supplier_is_heard_in_whatever_words_it_names_the_release() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let scope = AssetScope {
            kind: Some(AssetKind::Server),
            vendor: "Acme".to_owned(),
            product: String::new(),
            release: Some(SystemRelease { product: "Historian".to_owned(), version: "13.00".to_owned() }),
            place: Place::Everywhere,
        };
        let new = baselines::NewBaseline {
            name: "Release 13".to_owned(),
            description: String::new(),
            parent: None,
            scope,
            reason: "a test".to_owned(),
        };
        baselines::create(&world.app, &engineer, &new).unwrap();
        let heard = |product: &str, version: &str| {
            let patch = format!("KB51{:05}", world.app.now().micros() / 1_000_000 % 100_000);
            world.clock.advance_micros(1_000_000);
            let said = statement(&patch, ("Acme", product, version), SupplierState::NotApproved);
            statements::enter(&world.app, &engineer, &said, "the bulletin").unwrap();
            world.catalogue(&patch, &[&patch]);
            let standing = evidence::needed(&world.app, &engineer, "Release 13", &patch).unwrap().standing;
            matches!(standing, SupplierStanding::Said { state: SupplierState::NotApproved, .. })
        };
        for version in
            ["13.00", "V13.00", "13.0", "All", "12.00 and later", "12.0-13.0", "12.00, 13.00", "", "see note"]
        {
            assert!(heard("Historian", version), "{}: {version}", world.engine);
        }
        for version in ["12.00", "14.00 and later", "V14"] {
            assert!(!heard("Historian", version), "{}: {version}", world.engine);
        }
        assert!(heard("Historian Server", "13.00"), "perhaps the same product");
        assert!(!heard("Historian Server", "12.00"), "and surely another release");
        assert!(!heard("Gateway", "13.00"), "another product");
    }
}

#[test]
fn an_exemption_on_an_asset_hears_the_supplier_of_the_system_release_that_governs_it() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        // Somebody else built the component; the system in which it works is Acme's, and so is its baseline.
        world.import("asset_tag,vendor,product,version,purl,cpe\nSRV-1,Bolt,Historian,4.2,,\n");
        fixes(&world);
        let scope = AssetScope {
            kind: Some(AssetKind::Server),
            vendor: "Acme".to_owned(),
            product: String::new(),
            release: Some(SystemRelease { product: "Historian".to_owned(), version: "4.2".to_owned() }),
            place: Place::Everywhere,
        };
        let new = baselines::NewBaseline {
            name: "Release 4.2".to_owned(),
            description: String::new(),
            parent: None,
            scope,
            reason: "a test".to_owned(),
        };
        baselines::create(&world.app, &engineer, &new).unwrap();
        let on = OnNamed::Asset("SRV-1".to_owned());
        let wanted = proposal(&world, What::Patch(PATCH.to_owned()), on);
        let (one, asked) = exemptions::propose(&world.app, &engineer, &wanted).unwrap();
        world.signed(&approver, &asked);
        let id = one.id.to_string();
        assert_eq!(triggers(&world, &engineer, &id), [], "{}", world.engine);
        world.clock.advance_micros(1_000_000);
        let said = statement(PATCH, ("Acme", "Historian", "4.2"), SupplierState::NotApproved);
        statements::enter(&world.app, &engineer, &said, "the bulletin").unwrap();
        assert_eq!(triggers(&world, &engineer, &id), [Trigger::VendorStateChanged], "{}", world.engine);
    }
}

#[test]
fn what_rests_on_a_release_is_held_when_an_asset_comes_that_does_not_run_the_released_product() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let other = world.person("m.ruiz", &[Role::Approver]);
        world.installs_historian();
        world.baseline(&engineer, "Servers", None);
        let said = statement(PATCH, ("Acme", "Historian", "4.2"), SupplierState::Released);
        statements::enter(&world.app, &approver, &said, "the bulletin").unwrap();
        let ask = |footing| decisions::AskAuthorise { footing, ..world.ask("Servers", PATCH, looked()) };
        let asked = decisions::ask_authorise(&world.app, &engineer, &ask(Footing::Released)).unwrap();
        world.signed(&other, &asked);
        assert_eq!(sweep::sweep(&world.app).unwrap().held, 0, "each asset runs it");
        let row = || baselines::resolved(&world.app, &engineer, "Servers", Moment::OPEN).unwrap().remove(0);
        assert!(row().blocked.is_empty(), "{:?}", row().blocked);

        let comes = format!("{COLUMNS}SRV-9,North,Z2,server,Bolt,Archive,{LITTLE}\n");
        world.grows(&comes);
        world.import("asset_tag,vendor,product,version,purl,cpe\nSRV-9,Bolt,Archive,1.0,,\n");
        assert!(!row().blocked.is_empty(), "{}: at once, before any sweep", world.engine);
        assert_eq!(sweep::sweep(&world.app).unwrap().held, 1, "{}", world.engine);
        let why = row().entry.hold.unwrap().why;
        assert!(why.contains("rests on a supplier's release") && why.contains("`SRV-9`"), "{why}");
        let third = world.person("p.nowak", &[Role::Approver]);
        let release = || {
            let why = "seen what came";
            code(baselines::act(&world.app, &third, "Servers", PATCH, EntryDeed::Release, why))
        };
        assert_eq!(release(), "hold-stays", "{}: nobody waves it through", world.engine);
        // Once it runs what was released, or is another kind of asset, the release counts again and a person says so.
        world.import("asset_tag,vendor,product,version,purl,cpe\nSRV-9,Acme,Historian,4.2,,\n");
        assert!(release().starts_with("done"), "{}: {}", world.engine, release());
        assert!(row().blocked.is_empty(), "{:?}", row().blocked);
        assert_eq!(sweep::sweep(&world.app).unwrap().held, 0);
    }
}
