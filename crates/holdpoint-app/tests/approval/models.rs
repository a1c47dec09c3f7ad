//! A class of assets holds many models, and firmware for one of them is none for the next.

use crate::acting::proposal;
use crate::dealing::{VECTOR, document};
use crate::support::{World, tested, worlds};
use holdpoint_app::approval::baselines::{self, ForAsset};
use holdpoint_app::approval::exemptions::{self, NewExemption, OnNamed};
use holdpoint_app::approval::{compliance, decisions, evidence};
use holdpoint_app::patches::{asset::of_asset, vendor};
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{Caller, intake};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Place, SystemRelease};
use holdpoint_domain::exemption::{ReasonCode, What};
use holdpoint_domain::patch_state::{SupplierStanding, SupplierState};
use serde_json::json;

fn operator() -> Caller {
    Caller::operator("root")
}

/// Flow computers of two models, one of which nothing is known but its kind, and firmware for one of the models that is
/// effective for all of them: its name.
fn plant(world: &World, engineer: &Caller) -> String {
    world.import(
        "asset_tag,site,kind,vendor,product,firmware_version\nF-1,North,plc,Acme,Flow Computer FX300,1.5\n\
         X-1,North,plc,Acme,Valve Positioner VP7,1.5\nN-1,North,plc,,,\n",
    );
    let fix = json!({"category": "vendor_fix", "details": "Update to V2.0 or later version", "product_ids": ["P1"]});
    let bytes = document(&fix, VECTOR, "No public exploits are known.");
    intake::files::import_bytes(&world.app, &operator(), "a.json", bytes, "").unwrap();
    vendor::gather(&world.app, &operator(), "monthly").unwrap();
    let patch = of_asset(&world.app, &operator(), "F-1", Moment::OPEN).unwrap().1.rows[0].patch.clone();
    world.baseline_of(engineer, "Controllers", None, AssetKind::Plc);
    world.bench(engineer, "Controllers");
    let run = world.passed(&world.person("t.kern", &[Role::Engineer]), "Controllers", &patch);
    let asked = world.ask("Controllers", &patch, tested(&run));
    let asked = decisions::ask_authorise(&world.app, engineer, &asked).unwrap();
    world.signed(&world.person("l.okafor", &[Role::Approver]), &asked);
    patch
}

#[test]
fn firmware_for_another_model_is_neither_due_nor_planned() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let patch = plant(&world, &engineer);
        let of = |tag: &str| -> ForAsset { baselines::for_asset(&world.app, &engineer, tag).unwrap() };
        assert_eq!(of("F-1").should_have.len(), 1, "{}: {:?}", world.engine, of("F-1"));
        let other = of("X-1");
        assert!(!other.is_effective(&patch), "{other:?}");
        assert!(other.for_others[0].1.contains("FX300"), "it says for what it is: {other:?}");
        let blank = of("N-1");
        assert!(blank.should_have.is_empty() && blank.for_others.is_empty(), "{blank:?}");
        assert_eq!(blank.unsure.len(), 1, "an unknown is neither a yes nor a no: {blank:?}");
        let seen = compliance::compliance(&world.app, &engineer, "Controllers").unwrap();
        assert!(seen.rows.iter().all(|row| row.tag != "X-1"), "{:?}", seen.rows);
        assert!(seen.rows.iter().any(|row| row.tag == "N-1"), "{:?}", seen.rows);
        let proposal = Proposal {
            baseline: Some("Controllers".to_owned()),
            patches: vec![patch.clone()],
            reason: "the round".to_owned(),
            ..Proposal::default()
        };
        let waits = |proposal: &Proposal| -> Vec<(String, String)> {
            let id = plans::propose(&world.app, &engineer, proposal).unwrap().plans[0].id.to_string();
            let query = ListQuery::everything(100, world.app.now());
            let found = plans::waits(&world.app, &engineer, &id, &query).unwrap().items;
            found.into_iter().map(|one| (one.tag, one.why)).collect()
        };
        let all = waits(&proposal);
        let why = |tag: &str| -> &str {
            all.iter().find(|(own, _)| own == tag).map_or("", |(_, why)| why.as_str())
        };
        assert!(why("X-1").contains("not for this asset"), "{}: {all:?}", world.engine);
        assert!(why("N-1").contains("whether it is needed"), "nobody has named this asset: {all:?}");
        let by_name =
            Proposal { baseline: None, assets: ["X-1", "N-1"].map(str::to_owned).to_vec(), ..proposal };
        let named = waits(&by_name);
        assert!(
            named.iter().any(|(tag, why)| tag == "X-1" && why.contains("not for this asset")),
            "{named:?}"
        );
        let asked = named.iter().any(|(tag, why)| tag == "N-1" && why.contains("whether it is needed"));
        assert!(!asked, "whoever names it for this asset has said so: {named:?}");
    }
}

#[test]
fn the_makers_own_fix_is_its_word_on_its_product_and_on_no_other_system() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let patch = plant(&world, &engineer);
        let standing =
            |baseline: &str| evidence::needed(&world.app, &engineer, baseline, &patch).unwrap().standing;
        let released = |standing: &SupplierStanding| standing.state() == Some(SupplierState::Released);
        assert!(released(&standing("Controllers")), "{}: {:?}", world.engine, standing("Controllers"));
        for (name, vendor, product) in
            [("Its own", "Acme", "Flow Computer FX300"), ("Another's", "Bolt", "Control System 7")]
        {
            let release = SystemRelease { product: product.to_owned(), version: "1.5".to_owned() };
            let scope = AssetScope {
                kind: Some(AssetKind::Plc),
                vendor: vendor.to_owned(),
                product: String::new(),
                release: Some(release),
                place: Place::Everywhere,
            };
            let new = baselines::NewBaseline {
                name: name.to_owned(),
                description: String::new(),
                parent: None,
                scope,
                reason: "a test".to_owned(),
            };
            baselines::create(&world.app, &engineer, &new).unwrap();
        }
        assert!(released(&standing("Its own")), "{:?}", standing("Its own"));
        let silent = standing("Another's");
        assert!(matches!(silent, SupplierStanding::NoStatement { .. }), "{}: {silent:?}", world.engine);
    }
}

#[test]
fn where_a_patch_is_missing_it_is_no_reason_that_there_is_none() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let patch = plant(&world, &engineer);
        let propose = |what: What, tag: &str| {
            let on = OnNamed::Asset(tag.to_owned());
            let new = NewExemption { reason_code: ReasonCode::NoPatch, ..proposal(&world, what, on) };
            exemptions::propose(&world.app, &engineer, &new)
        };
        let flaw = || What::Vulnerability("CVE-2026-0007".to_owned());
        for what in [flaw(), What::Patch(patch.clone())] {
            let refused = propose(what, "F-1").unwrap_err().to_string();
            assert!(refused.contains(&patch) && refused.contains("F-1"), "{}: {refused}", world.engine);
        }
        propose(flaw(), "X-1").unwrap();
    }
}
