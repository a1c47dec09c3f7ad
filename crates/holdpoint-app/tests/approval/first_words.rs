//! What nobody has said stays unknown, however often one person says something of it.

use crate::support::{COLUMNS, LITTLE, World, code, worlds};
use holdpoint_app::Caller;
use holdpoint_app::approval::evidence;
use holdpoint_app::inventory;
use holdpoint_app::inventory::edit::{self, Edit};
use holdpoint_app::ranking::function::{self, NewFunction};
use holdpoint_app::ranking::lowering;
use holdpoint_app::sites;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::asset::{AssetKind, Consequence, Field};
use holdpoint_domain::ranking::criticality::{Criticality, Dimension, Profile};
use std::collections::BTreeMap;

const PATCH: &str = "KB5000001";
const ASSETS: [&str; 6] = ["W-1", "W-2", "W-3", "W-4", "W-5", "W-6"];
const ZONES: [&str; 4] = ["Blank", "Mild", "Quiet", "Z2"];
const FUNCTIONS: [&str; 2] = ["Shared", "Own"];

/// One person's random words, the same on each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn word(&mut self) -> Option<Consequence> {
        use Consequence as C;
        [
            None,
            Some(C::None),
            Some(C::None),
            Some(C::Minor),
            Some(C::Minor),
            Some(C::Moderate),
            Some(C::Major),
        ][self.roll(7)]
    }

    /// The same of all dimensions, or of each its own.
    fn profile(&mut self) -> Profile {
        let same = self.word();
        let together = self.roll(2) == 0;
        Dimension::ALL.iter().fold(Profile::default(), |all, dimension| {
            let own = self.word();
            all.with(*dimension, if together { same } else { own })
        })
    }
}

fn change(world: &World, who: &Caller, tag: &str, fields: BTreeMap<Field, Option<String>>) {
    world.clock.advance_micros(1_000_000);
    let asset = inventory::get(&world.app, &Caller::operator("test"), tag, Moment::OPEN).unwrap();
    let change = Edit { expected_revision: asset.revision, fields, reason: "found otherwise".to_owned() };
    edit::edit(&world.app, who, asset.asset.id, &change).unwrap();
}

fn say(world: &World, who: &Caller, tag: &str, profile: Profile) {
    let fields =
        Dimension::ALL.iter().map(|one| (one.field(), profile.of(*one).map(|said| said.word().to_owned())));
    change(world, who, tag, fields.collect());
}

fn all(value: Consequence) -> Profile {
    Dimension::ALL.iter().fold(Profile::default(), |all, one| all.with(*one, Some(value)))
}

fn criticality(world: &World, tag: &str) -> Criticality {
    let asset = inventory::get(&world.app, &Caller::operator("test"), tag, Moment::OPEN).unwrap();
    world.app.store().read(|r| r.ranked_assets(Some(&[asset.number]))).unwrap().remove(0).criticality()
}

fn risk(world: &World) -> RiskClass {
    evidence::needed(&world.app, &Caller::operator("test"), "Panels", PATCH).unwrap().risk
}

fn write(world: &World, who: &Caller, name: &str, profile: Profile, tags: &[&str]) {
    let of = |tag: &&str| inventory::get(&world.app, who, tag, Moment::OPEN).unwrap();
    let site = of(&"W-1").site.unwrap();
    let assets: Vec<_> = tags.iter().map(|tag| of(tag).asset.id).collect();
    let new = NewFunction { site, name, profile, assets: &assets };
    function::put(&world.app, who, &new, "written anew").unwrap();
}

fn write_zone(world: &World, who: &Caller, name: &str, profile: Profile) {
    let zones = sites::zones(&world.app, who).unwrap().into_iter();
    let zone = zones.filter(|one| one.name == name).map(|one| one.id).next().unwrap();
    function::put_zone(&world.app, who, zone, profile, "written anew").unwrap();
}

/// Panels of which something, or nothing, is known by two persons.
fn panels(world: &World) -> Caller {
    let engineer = world.person("a.weber", &[Role::Engineer]);
    world.baseline_of(&engineer, "Panels", None, AssetKind::Hmi);
    world.import("asset_tag,site,zone,kind,vendor,product\nW-1,North,Z2,hmi,Acme,Panel\nW-2,North,Blank,hmi,Acme,Panel\n");
    world.import("asset_tag,site,zone,kind,vendor,product\nW-5,North,Quiet,hmi,Acme,Panel\nW-6,North,Mild,hmi,Acme,Panel\n");
    let row = |tag: &str, said: &str| format!("{tag},North,Blank,hmi,Acme,Panel,{said}\n");
    world.import(&format!(
        "{COLUMNS}{}{}",
        row("W-3", "moderate,moderate,moderate,moderate,moderate"),
        row("W-4", LITTLE)
    ));
    write(world, &engineer, "Shared", all(Consequence::Moderate), &["W-3"]);
    write_zone(world, &engineer, "Mild", all(Consequence::Moderate));
    write_zone(world, &engineer, "Quiet", all(Consequence::Minor));
    world.settles();
    world.person("t.kern", &[Role::Engineer, Role::Approver])
}

/// Whether a dimension counts for no less than it did: the unknown as unknown or as much, a known value as no less than that,
/// or as unknown, which weighs more than what is moderate. None and little are one class.
fn bears(before: Criticality, now: Criticality, dimension: Dimension) -> bool {
    let value = |all: Criticality| all.of(dimension).map(|(value, _)| value.max(Consequence::Minor));
    let unknown = |all: Criticality| value(all).is_none() || all.is_at_least(dimension);
    if unknown(before) {
        return unknown(now) || value(now) >= Some(Consequence::Major);
    }
    value(now) >= value(before) || (unknown(now) && value(before) < Some(Consequence::Major))
}

fn says_something(world: &World, who: &Caller, dice: &mut Dice) -> String {
    let profile = dice.profile();
    match dice.roll(10) {
        0..4 => {
            let tag = ASSETS[dice.roll(ASSETS.len())];
            say(world, who, tag, profile);
            format!("{tag} {profile:?}")
        }
        4..6 => {
            let (tag, zone) = (ASSETS[dice.roll(ASSETS.len())], ZONES[dice.roll(ZONES.len())]);
            change(world, who, tag, [(Field::Zone, Some(zone.to_owned()))].into());
            format!("{tag} moves to {zone}")
        }
        6..8 => {
            let name = FUNCTIONS[dice.roll(2)];
            let known = function::list(&world.app, who).unwrap().into_iter().find(|one| one.name == name);
            // Either what is lost with it, or who serves it.
            let profile = known.filter(|_| dice.roll(2) == 0).map_or(profile, |one| one.profile);
            let tags: Vec<&str> = ASSETS.into_iter().filter(|_| dice.roll(3) == 0).collect();
            write(world, who, name, profile, &tags);
            format!("{name} {tags:?} {profile:?}")
        }
        8 => {
            let known = function::list(&world.app, who).unwrap();
            let removed = known.get(dice.roll(2)).map(|one| {
                // That it waits already is an answer as well.
                let _ = function::remove(&world.app, who, one.id, "it is no more");
            });
            format!("a function is removed: {removed:?}")
        }
        _ => {
            let zone = ZONES[dice.roll(ZONES.len())];
            write_zone(world, who, zone, profile);
            format!("{zone} {profile:?}")
        }
    }
}

#[test]
fn by_one_persons_words_nothing_counts_for_less_than_before_the_first() {
    for world in worlds() {
        let author = panels(&world);
        let before = ASSETS.map(|tag| criticality(&world, tag));
        assert_eq!(risk(&world), RiskClass::High, "{}", world.engine);
        for seed in 1..=4 {
            let (mut dice, mut told) = (Dice(seed), Vec::new());
            for _ in 0..30 {
                told.push(says_something(&world, &author, &mut dice));
                for (tag, before) in ASSETS.iter().zip(before) {
                    let now = criticality(&world, tag);
                    let less = Dimension::ALL.iter().find(|one| !bears(before, now, **one));
                    assert_eq!(less, None, "{} {seed} {tag}\n{before:#?}\n{now:#?}\n{told:#?}", world.engine);
                }
                assert!(risk(&world) >= RiskClass::High, "{} {seed} {told:#?}", world.engine);
            }
            for one in lowering::waiting(&world.app, &author).unwrap() {
                let agreed = lowering::agree(&world.app, &author, one.lowering.id, "I looked twice");
                assert_eq!(code(agreed), "four-eyes-author", "{}", world.engine);
            }
        }
        for tag in ASSETS {
            say(&world, &author, tag, all(Consequence::Minor));
        }
        world.settles();
        for tag in ASSETS {
            let now = criticality(&world, tag);
            assert!(
                !Dimension::ALL.iter().any(|one| now.is_waiting(*one)),
                "{} {tag}: {now:?}",
                world.engine
            );
        }
    }
}

#[test]
fn a_word_that_was_only_waiting_is_nothing_to_go_back_to() {
    for world in worlds() {
        let author = panels(&world);
        let (little, none) = (all(Consequence::Minor), all(Consequence::None));
        for profile in [little, none, little, all(Consequence::Moderate), none] {
            for tag in ["W-1", "W-2"] {
                say(&world, &author, tag, profile);
                let now = criticality(&world, tag);
                assert!(
                    now.is_at_least(Dimension::Safety) && now.is_waiting(Dimension::Safety),
                    "{profile:?}"
                );
            }
            assert_eq!(risk(&world), RiskClass::High, "{}: {profile:?}", world.engine);
            let waiting = lowering::waiting(&world.app, &author).unwrap();
            let words: Vec<String> = waiting.iter().map(|one| one.lowering.before()).collect();
            let unknown =
                "safety unknown, production unknown, environment unknown, quality unknown, data unknown";
            assert_eq!(words, [unknown, unknown], "{}", world.engine);
        }
        let ids: Vec<_> =
            lowering::waiting(&world.app, &author).unwrap().iter().map(|one| one.lowering.id).collect();
        let second = world.person("l.okafor", &[Role::Approver]);
        lowering::agree_to_all(&world.app, &second, &ids, "walked the line with them").unwrap();
        assert_eq!(risk(&world), RiskClass::Normal, "{}: two agree, and W-3 weighs something", world.engine);
    }
}

#[test]
fn an_asset_that_comes_to_a_function_or_a_zone_is_no_better_known_by_one_person() {
    for world in worlds() {
        let author = panels(&world);
        let unknown = || criticality(&world, "W-1").is_at_least(Dimension::Safety);
        let second = world.person("l.okafor", &[Role::Approver]);
        let only = || lowering::waiting(&world.app, &author).unwrap().remove(0).lowering;
        write(&world, &author, "Shared", all(Consequence::Moderate), &["W-1", "W-3"]);
        assert!(unknown(), "{}", world.engine);
        assert_eq!(only().name, "W-1, newly of `Shared`");
        lowering::refuse(&world.app, &second, only().id, "it does not cool").unwrap();
        assert_eq!(function::list(&world.app, &author).unwrap()[0].assets, 1, "{}", world.engine);
        change(&world, &author, "W-1", [(Field::Zone, Some("Quiet".to_owned()))].into());
        assert!(unknown(), "{}", world.engine);
        lowering::agree(&world.app, &second, only().id, "saw it there").unwrap();
        let now = criticality(&world, "W-1");
        assert!(
            !now.is_at_least(Dimension::Safety) && now.of(Dimension::Safety).is_some(),
            "{}",
            world.engine
        );
    }
}
