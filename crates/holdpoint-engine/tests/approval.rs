//! Approving: whom a baseline governs, what it inherits, and how assets compare with it.

use holdpoint_domain::Moment;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::asset::{AssetKind, Consequence};
use holdpoint_domain::baseline::{AssetScope, Baseline, Force, Place, SystemRelease};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::exemption::{Exploitation, Listed};
use holdpoint_domain::id::{AssetId, BaselineId, SiteId, ZoneId};
use holdpoint_domain::patch_state::OwnerState;
use holdpoint_domain::ranking::point::Outcome;
use holdpoint_domain::ranking::policy::Lane;
use holdpoint_engine::approval::compare::{Choice, compare as compare_choices};
use holdpoint_engine::approval::compliance::{Compared, Seen, Tally, compare};
use holdpoint_engine::approval::governing::{AssetFacts, Governing, Membership, governing, membership};
use holdpoint_engine::approval::inherit::{chain, may_inherit, nearest};
use holdpoint_engine::approval::risk::{AssetAtStake, LeftOpen, Word, class_of, least_left};
use std::collections::{BTreeSet, HashMap};

fn id(n: u8) -> BaselineId {
    BaselineId::new(Moment::from_micros(0), [n; 10])
}

fn site(n: u8) -> SiteId {
    SiteId::new(Moment::from_micros(0), [n; 10])
}

fn zone(n: u8) -> ZoneId {
    ZoneId::new(Moment::from_micros(0), [n; 10])
}

fn wide() -> AssetScope {
    AssetScope {
        kind: None,
        vendor: String::new(),
        product: String::new(),
        release: None,
        place: Place::Everywhere,
    }
}

fn baseline(n: u8, scope: AssetScope) -> Baseline {
    Baseline {
        id: id(n),
        name: format!("B{n}"),
        description: String::new(),
        parent: None,
        scope,
        force: Force::InForce,
        keeps: BTreeSet::new(),
    }
}

fn facts<'a>() -> AssetFacts<'a> {
    AssetFacts {
        id: None,
        kind: Some(AssetKind::Server),
        vendor: "Siemens AG",
        product: "SIMATIC IPC",
        site: Some(site(1)),
        zone: Some(zone(1)),
        components: &[],
    }
}

#[test]
fn an_asset_of_which_something_is_missing_may_belong_and_is_never_left_out() {
    let kind = AssetScope { kind: Some(AssetKind::Server), ..wide() };
    let there = AssetScope { place: Place::Zone(site(1), zone(1)), ..wide() };
    let other_site = AssetScope { place: Place::Zone(site(2), zone(2)), ..wide() };
    assert_eq!(membership(&kind, &facts()), Membership::Yes);
    assert_eq!(membership(&kind, &AssetFacts { kind: None, ..facts() }), Membership::Unknown(vec!["kind"]));
    assert_eq!(membership(&kind, &AssetFacts { kind: Some(AssetKind::Plc), ..facts() }), Membership::No);
    assert_eq!(membership(&there, &AssetFacts { zone: None, ..facts() }), Membership::Unknown(vec!["zone"]));
    assert_eq!(
        membership(&other_site, &AssetFacts { zone: None, ..facts() }),
        Membership::No,
        "another site"
    );
    let vendor = AssetScope { vendor: "SIEMENS".to_owned(), ..wide() };
    assert_eq!(membership(&vendor, &facts()), Membership::Yes, "another spelling of the vendor");
}

#[test]
fn a_release_is_told_by_the_software_and_by_nothing_else() {
    let release = SystemRelease { product: "SIMATIC PCS 7".to_owned(), version: "V9.1".to_owned() };
    let scope = AssetScope { release: Some(release), ..wide() };
    let runs = |product: &str, version: &str| Component {
        vendor: "Siemens".to_owned(),
        product: product.to_owned(),
        version: version.to_owned(),
        ..Component::empty(ComponentKind::Application)
    };
    let ask = |components: &[Component]| membership(&scope, &AssetFacts { components, ..facts() });
    assert_eq!(ask(&[]), Membership::Unknown(vec!["installed software"]));
    assert_eq!(ask(&[runs("SIMATIC PCS 7", "V9.1")]), Membership::Yes);
    assert_eq!(ask(&[runs("SIMATIC PCS 7", "V9.0")]), Membership::No);
    assert_eq!(ask(&[runs("SIMATIC PCS 7", "")]), Membership::Unknown(vec!["version of the control system"]));
    assert_eq!(ask(&[runs("Notepad", "1")]), Membership::No);
}

#[test]
fn the_nearest_baseline_governs_and_a_doubt_about_a_nearer_one_is_a_doubt() {
    let all = [
        baseline(1, wide()),
        baseline(2, AssetScope { place: Place::Site(site(1)), ..wide() }),
        baseline(3, AssetScope { place: Place::Zone(site(1), zone(1)), ..wide() }),
    ];
    assert_eq!(governing(&all, &facts()), Governing::One(id(3)));
    let lost = AssetFacts { zone: None, ..facts() };
    let doubt = Governing::Unknown { candidates: vec![id(3), id(2)], missing: vec!["zone"] };
    assert_eq!(governing(&all, &lost), doubt);
    assert_eq!(governing(&all, &AssetFacts { zone: Some(zone(9)), ..facts() }), Governing::One(id(2)));
    let twins = [baseline(1, wide()), baseline(2, wide())];
    assert_eq!(governing(&twins, &facts()), Governing::Several(vec![id(1), id(2)]));
    assert_eq!(governing([], &facts()), Governing::None);
    let draft = Baseline { force: Force::Draft { author: "person:1".to_owned() }, ..all[2].clone() };
    assert_eq!(
        governing([&all[0], &all[1], &draft], &facts()),
        Governing::One(id(2)),
        "a draft governs nothing"
    );
    let asset: AssetId = "018f3a5e-7c00-7000-8000-000000000009".parse().expect("an id");
    let keeps = Baseline {
        keeps: BTreeSet::from([asset]),
        ..baseline(5, AssetScope { kind: Some(AssetKind::Plc), ..wide() })
    };
    let kept = AssetFacts { id: Some(asset), ..facts() };
    assert_eq!(governing([&all[2], &keeps], &facts()), Governing::One(id(3)), "another asset");
    assert_eq!(governing([&all[2], &keeps], &kept), Governing::Several(vec![id(3), id(5)]));
    assert_eq!(governing([&keeps], &kept), Governing::One(id(5)), "it goes on governing");
    // A far baseline that may hold it does not matter beside a nearer one that does.
    let kind = baseline(4, AssetScope { kind: Some(AssetKind::Server), ..wide() });
    assert_eq!(governing([&kind, &all[2]], &AssetFacts { kind: None, ..facts() }), Governing::One(id(3)));
}

#[test]
fn the_nearest_decision_wins_and_a_circle_ends() {
    let parents = HashMap::from([(id(1), id(2)), (id(2), id(3))]);
    let line = chain(id(1), &parents);
    assert_eq!(line, [id(1), id(2), id(3)]);
    let found = nearest(
        &line,
        [(id(3), "KB1", "far"), (id(1), "KB1", "near"), (id(3), "KB2", "far"), (id(9), "KB3", "-")],
    );
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [("KB1", (id(1), "near")), ("KB2", (id(3), "far"))]);
    assert!(!may_inherit(id(3), id(1), &parents), "a circle");
    assert!(!may_inherit(id(1), id(1), &parents));
    assert!(may_inherit(id(4), id(1), &parents));
    let round = HashMap::from([(id(1), id(2)), (id(2), id(1))]);
    assert_eq!(chain(id(1), &round), [id(1), id(2)]);
}

#[test]
fn every_decision_against_everything_seen_is_this_table() {
    let seen = [Seen::Installed, Seen::Covered, Seen::Missing, Seen::Unknown];
    let mut table = String::new();
    for state in [None].into_iter().chain(OwnerState::ALL.iter().copied().map(Some)) {
        let row: Vec<&str> = seen.iter().map(|seen| compare(state, *seen).word()).collect();
        table.push_str(&format!("{}: {}\n", state.map_or("nothing", |state| state.word()), row.join(" ")));
    }
    assert_eq!(
        table,
        "nothing: seen_not_effective as_decided undecided unknown\n\
         in_internal_test: seen_not_effective as_decided as_decided unknown\n\
         not_authorized: seen_not_effective as_decided as_decided unknown\n\
         authorized: seen_not_effective as_decided as_decided unknown\n\
         effective: as_decided as_decided effective_not_seen unknown\n"
    );
}

#[test]
fn invariant_8_an_asset_complies_only_without_a_gap() {
    let of = |rows: &[Compared]| {
        let mut tally = Tally::default();
        rows.iter().for_each(|row| tally.add(*row));
        tally.word()
    };
    assert_eq!(of(&[Compared::AsDecided]), "complies");
    assert_eq!(of(&[]), "unknown");
    assert_eq!(of(&[Compared::AsDecided, Compared::Unknown]), "unknown");
    assert_eq!(of(&[Compared::EffectiveNotSeen, Compared::Unknown]), "deviates");
    assert_eq!(of(&[Compared::SeenNotEffective]), "deviates");
    assert_eq!(of(&[Compared::AsDecided, Compared::Superseded, Compared::Blocked]), "complies");
    assert_eq!(of(&[Compared::Superseded, Compared::EffectiveNotSeen]), "deviates");
    assert_eq!(of(&[Compared::Blocked]), "unknown", "nothing was compared");
}

#[test]
fn what_nobody_said_of_an_asset_is_never_little_risk() {
    let stake = |safety, production| AssetAtStake {
        kind: Some(AssetKind::Hmi),
        consequences: [safety, production, LITTLE, LITTLE, LITTLE],
        unsaid: RiskClass::High,
    };
    let class = |assets: &[AssetAtStake]| class_of(assets, Word::Kept).0;
    assert_eq!(class(&[]), RiskClass::Normal);
    assert_eq!(class(&[stake(None, None)]), RiskClass::High, "the worst it may be, by the site's rules");
    assert_eq!(class(&[stake(LITTLE, LITTLE)]), RiskClass::Low);
    assert_eq!(class(&[stake(LITTLE, None)]), RiskClass::High, "one respect of which nobody said anything");
    let by = |unsaid| class(&[AssetAtStake { unsaid, ..stake(LITTLE, None) }, stake(LITTLE, LITTLE)]);
    assert_eq!((by(RiskClass::Normal), by(RiskClass::Critical)), (RiskClass::Normal, RiskClass::Critical));
    assert_eq!(by(RiskClass::Low), RiskClass::Normal, "no rule makes the unknown little");
    let (_, why) = class_of(&[stake(LITTLE, None)], Word::Kept);
    assert!(why[0].ends_with("counted as high"), "{why:?}");
    assert_eq!(class(&[stake(None, Some(Consequence::Major))]), RiskClass::High);
    assert_eq!(class(&[stake(Some(Consequence::Major), None)]), RiskClass::Critical);
    let safety =
        AssetAtStake { kind: Some(AssetKind::SafetyController), ..stake(Some(Consequence::None), None) };
    assert_eq!(class(&[safety]), RiskClass::Critical);
    assert_eq!(class_of(&[stake(LITTLE, LITTLE)], Word::Overridden).0, RiskClass::High);
}

const LITTLE: Option<Consequence> = Some(Consequence::Minor);

#[test]
fn an_author_does_not_make_a_pressing_risk_small() {
    let stake = |worst| AssetAtStake {
        kind: Some(AssetKind::Hmi),
        consequences: [worst, LITTLE, LITTLE, LITTLE, LITTLE],
        unsaid: RiskClass::High,
    };
    let (small, deadly) = ([stake(LITTLE)], [stake(Some(Consequence::Catastrophic))]);
    let quiet = LeftOpen {
        listed: Some(Listed::No),
        exploitation: None,
        worst: Some((Outcome::Defer, Lane::Accept)),
    };
    let least = |assets: &[AssetAtStake], open: &LeftOpen| least_left(assets, open).0;
    assert_eq!(least(&small, &quiet), RiskClass::Low);
    assert_eq!(least(&deadly, &quiet), RiskClass::High, "though nobody exploits it, somebody may die of it");
    assert_eq!(least(&small, &LeftOpen::default()), RiskClass::Normal, "nothing is known");
    assert_eq!(least(&deadly, &LeftOpen::default()), RiskClass::High);
    for open in [
        LeftOpen { listed: Some(Listed::Yes), ..quiet },
        LeftOpen { exploitation: Some(Exploitation::Active), ..quiet },
        LeftOpen { worst: Some((Outcome::Immediate, Lane::NextOutage)), ..quiet },
        LeftOpen { worst: Some((Outcome::Defer, Lane::Now)), ..quiet },
    ] {
        assert_eq!((least(&small, &open), least(&deadly, &open)), (RiskClass::High, RiskClass::Critical));
    }
}

#[test]
fn a_choice_is_beaten_only_where_everything_was_said() {
    let choice = |name: &str, cost, risk| Choice {
        name: name.to_owned(),
        cost_cents: cost,
        effort_min: Some(10),
        downtime_min: Some(0),
        risk_left: Some(risk),
    };
    let rows = compare_choices(vec![
        choice("patch", Some(100), RiskClass::Low),
        choice("filter", Some(100), RiskClass::Normal),
        choice("guess", None, RiskClass::Critical),
    ]);
    assert_eq!(rows[1].beaten_by, ["patch"]);
    assert!(rows[2].beaten_by.is_empty(), "its cost is a gap, not a zero");
    assert_eq!(rows[2].gaps, ["cost"]);
}
