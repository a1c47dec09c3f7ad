//! What a scan sees on an asset takes it out of no stricter baseline before a second person has agreed.

use crate::support::{World, code, looked, worlds};
use holdpoint_app::approval::baselines::{self, Governing, NewBaseline};
use holdpoint_app::approval::decisions::{self, Rejection};
use holdpoint_app::approval::known::Source;
use holdpoint_app::ranking::lowering;
use holdpoint_app::{AppError, Caller};
use holdpoint_domain::access::Role;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Place, SystemRelease};
use holdpoint_domain::ranking::lowering::{Lowered, Lowering};

const PATCH: &str = "KB5000001";

/// The release 4.2 refuses the patch, and all other servers may have it.
fn plant(world: &World) -> (Caller, Caller) {
    let engineer = world.person("a.weber", &[Role::Engineer]);
    let approver = world.person("l.okafor", &[Role::Approver]);
    for tag in ["SRV-1", "SRV-2", "SRV-3"] {
        sees(world, tag, "4.2");
    }
    let release = Some(SystemRelease { product: "View".to_owned(), version: "4.2".to_owned() });
    let scope = AssetScope {
        kind: Some(AssetKind::Server),
        vendor: "Acme".to_owned(),
        product: String::new(),
        release,
        place: Place::Everywhere,
    };
    let new = NewBaseline {
        name: "Release 4.2".to_owned(),
        description: String::new(),
        parent: None,
        scope,
        reason: "a test".to_owned(),
    };
    world.baseline(&engineer, "Servers", None);
    let made = baselines::create(&world.app, &engineer, &new).unwrap();
    baselines::put_in_force(&world.app, &approver, &made.name, "seen what it takes over").unwrap();
    let asked =
        decisions::ask_authorise(&world.app, &engineer, &world.ask("Servers", PATCH, looked())).unwrap();
    world.signed(&approver, &asked);
    let no = Rejection {
        baseline: Some("Release 4.2".to_owned()),
        patch: PATCH.to_owned(),
        source: Source::Asked,
        reason: "the historian stops with it".to_owned(),
    };
    decisions::reject(&world.app, &approver, &no).unwrap();
    (engineer, approver)
}

fn sees(world: &World, tag: &str, version: &str) {
    world.import(&format!("asset_tag,vendor,product,version,purl,cpe\n{tag},Acme,View,{version},,\n"));
}

fn seen(world: &World, version: &str) {
    sees(world, "SRV-1", version);
}

fn waiting(world: &World) -> Vec<Lowering> {
    let found = lowering::waiting(&world.app, &Caller::operator("test")).unwrap().into_iter();
    found.map(|one| one.lowering).filter(|one| matches!(one.of, Lowered::Release(..))).collect()
}

/// By how many baselines SRV-1 is governed, and whether the patch may be installed there.
fn governed(world: &World, who: &Caller) -> (usize, bool) {
    let found = baselines::for_asset(&world.app, who, "SRV-1").unwrap();
    let n_governing = match &found.governing {
        Governing::None => 0,
        Governing::One(_) => 1,
        Governing::Several(ids) | Governing::Unknown { candidates: ids, .. } => ids.len(),
    };
    (n_governing, found.is_effective(PATCH))
}

fn agree(world: &World, who: &Caller, one: &Lowering) -> Result<(), AppError> {
    lowering::agree(&world.app, who, one.id, "the new release was installed on Monday").map(drop)
}

#[test]
fn an_asset_on_which_the_release_is_not_seen_any_more_stays_in_the_stricter_baseline_until_two_agree() {
    for world in worlds() {
        let (engineer, approver) = plant(&world);
        assert_eq!(governed(&world, &engineer), (1, false), "{}: its release refuses it", world.engine);
        seen(&world, "5.0");
        assert_eq!(
            governed(&world, &engineer),
            (2, false),
            "{}: what refused goes on refusing",
            world.engine
        );
        let waits = waiting(&world).remove(0);
        assert_eq!(waits.name, "SRV-1");
        assert_eq!(
            (waits.before().as_str(), waits.now.as_str()),
            ("baseline Release 4.2", "baseline Servers")
        );
        assert_eq!(
            code(lowering::refuse(&world.app, &approver, waits.id, "the old release is there")),
            "seen-not-said"
        );
        // Nobody with an account said so: the first who agrees takes it over.
        agree(&world, &approver, &waits).unwrap();
        assert_eq!(code(agree(&world, &approver, &waits)), "four-eyes-author");
        assert_eq!(governed(&world, &engineer), (2, false), "{}: one alone lowers nothing", world.engine);
        agree(&world, &world.person("m.ruiz", &[Role::Approver]), &waits).unwrap();
        assert_eq!(waiting(&world), []);
        assert_eq!(governed(&world, &engineer), (1, true), "{}: the baseline of all servers", world.engine);
    }
}

#[test]
fn a_release_that_is_seen_again_waits_for_nobody() {
    for world in worlds() {
        let (engineer, _) = plant(&world);
        seen(&world, "5.0");
        assert_eq!(waiting(&world).len(), 1, "{}", world.engine);
        seen(&world, "5.1");
        assert_eq!(waiting(&world).len(), 1, "{}: it waits once", world.engine);
        seen(&world, "4.2");
        assert_eq!(waiting(&world), [], "{}", world.engine);
        assert_eq!(governed(&world, &engineer), (1, false));
    }
}
