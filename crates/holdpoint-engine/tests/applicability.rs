//! The catalogue and the fleet against the plain walk of the trees, on random records and random inventories.
//!
//! Whatever the index says must be what [`explain`] says, in every direction: batch, record to assets, asset to
//! records, new record, after a restart, and when the work is split.

use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, End, Inclusion, Role, Subject, Unlisted, VersionTest,
};
use holdpoint_engine::applicability::{Builder, Catalogue, DecodeError, Item, Truth, explain};
use holdpoint_engine::fleet::{
    Answers, Cause, Event, Findings, Fleet, FleetBuilder, Generation, Percolator, RecordAt, Subject as Whom,
    difference,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

type Records = Vec<(String, Vec<Applicability>)>;

fn catalogue(records: &Records) -> Catalogue {
    let mut builder = Builder::new();
    for (reference, statements) in records {
        builder.push(reference, statements).expect("a small tree");
    }
    builder.finish()
}

fn fleet(configurations: &[Vec<Component>]) -> Fleet {
    let mut builder = FleetBuilder::new();
    for (at, components) in configurations.iter().enumerate() {
        let places: Vec<u32> =
            components.iter().map(|component| builder.component(at as i64, component)).collect();
        builder.configuration(at as i64 * 10, &places);
        for asset in 0..at as i64 % 3 {
            builder.asset(1000 - at as i64 * 3 - asset, at as i64 * 10);
        }
    }
    builder.finish()
}

fn version() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[0-4](\\.[0-3]){0,2}",
        1 => "0?[0-2](\\.0?[0-2]){0,4}",
        1 => Just("2.0 SP1".to_owned()),
        1 => Just("2019".to_owned()),
        1 => Just("1.0a".to_owned()),
        1 => Just("what?".to_owned()),
    ]
}

fn end() -> impl Strategy<Value = Option<End>> {
    let inclusion = prop_oneof![Just(Inclusion::Included), Just(Inclusion::Excluded)];
    prop::option::of((version(), inclusion).prop_map(|(version, inclusion)| End { version, inclusion }))
}

fn test() -> impl Strategy<Value = VersionTest> {
    let scheme =
        prop_oneof![4 => Just(String::new()), 1 => Just("semver".to_owned()), 1 => Just("git".to_owned())];
    let leaf = prop_oneof![
        1 => Just(VersionTest::Any),
        1 => Just(VersionTest::NotStated),
        4 => version().prop_map(|version| VersionTest::Exact { version, update: String::new() }),
        1 => version().prop_map(|version| VersionTest::Exact { version, update: "sp1".into() }),
        4 => (scheme, end(), end()).prop_map(|(scheme, low, high)| VersionTest::Between { scheme, low, high }),
        1 => Just(VersionTest::Expression("V2.0 and earlier".into())),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(VersionTest::OneOf),
            (inner.clone(), prop::collection::vec(inner, 0..3))
                .prop_map(|(meant, taken_out)| VersionTest::Except { meant: Box::new(meant), taken_out }),
        ]
    })
}

const VENDORS: [&str; 2] = ["acme", "bolt"];
const PRODUCTS: [&str; 3] = ["box", "tool", "drive"];

fn cpe() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec!["a", "o", "h", "*"]);
    let rest = prop::sample::select(vec!["*:*", "*:*", "sp1:*", "-:*", "*:x64"]);
    let version = prop_oneof![
        Just("*".to_owned()),
        Just("-".to_owned()),
        version().prop_map(|v| v.replace(['?', ' '], "_"))
    ];
    (part, 0..2_usize, 0..3_usize, version, rest).prop_map(|(part, vendor, product, version, rest)| {
        let (update, target) = rest.split_once(':').expect("two");
        let (vendor, product) = (VENDORS[vendor], PRODUCTS[product]);
        format!("cpe:2.3:{part}:{vendor}:{product}:{version}:{update}:*:*:*:*:{target}:*")
    })
}

fn subject() -> impl Strategy<Value = Subject> {
    prop_oneof![
        6 => cpe().prop_map(Subject::Cpe),
        1 => (0..3_usize, any::<bool>(), any::<bool>()).prop_map(|(at, source_package, released)| Subject::Package {
            kind: "deb".into(),
            namespace: "debian".into(),
            name: PRODUCTS[at].into(),
            release: if released { "bookworm".into() } else { String::new() },
            source_package,
        }),
        1 => (0..3_usize, 0..5_usize, any::<bool>()).prop_map(|(vendor, product, bound)| Subject::Product {
            vendor: VENDORS.get(vendor).map_or("n/a".to_owned(), |vendor| vendor.to_uppercase()),
            product: [PRODUCTS[0], PRODUCTS[1], PRODUCTS[2], "box, tool and drive", "acme box"][product].into(),
            platforms: if bound { vec!["Windows".into()] } else { Vec::new() },
        }),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let role = prop_oneof![3 => Just(Role::Vulnerable), 2 => Just(Role::Platform)];
    let leaf = (role, subject(), test())
        .prop_map(|(role, subject, versions)| Condition::Is(Criterion { role, subject, versions }));
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 0..4).prop_map(Condition::All),
            3 => prop::collection::vec(inner.clone(), 0..4).prop_map(Condition::Any),
            1 => inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    })
}

fn records() -> impl Strategy<Value = Records> {
    let statement = condition().prop_map(|root| Applicability {
        source: "test".into(),
        unlisted: Unlisted::NotSaid,
        root,
    });
    let statements = prop::collection::vec(statement, 0..3);
    prop::collection::vec((0..12_u8, statements), 0..8).prop_map(|rows| {
        let named = rows.into_iter().map(|(number, statements)| (format!("CVE-{number}"), statements));
        named.collect::<BTreeMap<_, _>>().into_iter().rev().collect()
    })
}

fn component() -> impl Strategy<Value = Component> {
    let kind = prop::sample::select(ComponentKind::ALL.to_vec());
    let stated = prop_oneof![Just(String::new()), version()];
    (kind, stated, prop::option::of(cpe()), 0..6_usize, any::<bool>()).prop_map(
        |(kind, version, cpe, at, packaged)| Component {
            vendor: if at < 3 { VENDORS[at % 2].into() } else { String::new() },
            product: PRODUCTS[at % 3].into(),
            purl: if packaged {
                format!("pkg:deb/debian/{}@{}?distro=debian-{}", PRODUCTS[at % 3], at % 4, 11 + at % 2)
            } else {
                String::new()
            },
            cpe: cpe.unwrap_or_default(),
            version,
            ..Component::empty(kind)
        },
    )
}

fn inventory() -> impl Strategy<Value = Vec<Vec<Component>>> {
    prop::collection::vec(prop::collection::vec(component(), 0..5), 0..6)
}

/// What the plain walk says: configuration, reference, answer.
fn expected(records: &Records, configurations: &[Vec<Component>]) -> Vec<(u32, String, Truth)> {
    let mut rows = Vec::new();
    for (at, components) in configurations.iter().enumerate() {
        let items: Vec<Item> = components.iter().map(Item::new).collect();
        for (reference, statements) in records {
            let truth = explain(statements, &items).truth;
            if truth != Truth::No {
                rows.push((at as u32, reference.clone(), truth));
            }
        }
    }
    rows.sort();
    rows
}

fn rows(catalogue: &Catalogue, fleet: &Fleet, findings: &Findings) -> Vec<(u32, String, Truth)> {
    let all = 0..fleet.configurations() as u32;
    all.flat_map(|at| findings.of_configuration(at).iter().map(move |finding| (at, *finding)))
        .map(|(at, finding)| (at, catalogue.reference(finding.record()).to_owned(), finding.truth()))
        .collect()
}

fn match_all(catalogue: &Catalogue, fleet: &Fleet) -> (Answers, Findings) {
    let answers = Answers::of(catalogue, fleet);
    let findings = Findings::of(catalogue, fleet, &answers);
    (answers, findings)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn every_direction_says_what_the_plain_walk_says(records in records(), inventory in inventory()) {
        let (catalogue, fleet) = (catalogue(&records), fleet(&inventory));
        let (answers, findings) = match_all(&catalogue, &fleet);
        let expected = expected(&records, &inventory);
        prop_assert_eq!(&rows(&catalogue, &fleet, &findings), &expected);

        let mut percolator = Percolator::new(&fleet);
        let affected = percolator.affected(&catalogue, &fleet);
        for record in 0..catalogue.len() as u32 {
            let of_expected: Vec<(u32, Truth)> = expected
                .iter()
                .filter(|(_, reference, _)| reference == catalogue.reference(record))
                .map(|(at, _, truth)| (*at, *truth))
                .collect();
            prop_assert_eq!(&findings.of_record(&catalogue, &fleet, &answers, record), &of_expected);
            prop_assert_eq!(&affected[record as usize], &of_expected);
        }
    }

    #[test]
    fn few_among_many_are_found_as_all_are(records in records(), mut inventory in inventory()) {
        // With so many, the touched are sorted instead of looked for; twice, because nothing may be left of the first time.
        inventory.extend(vec![Vec::new(); 200]);
        let (catalogue, fleet) = (catalogue(&records), fleet(&inventory));
        let expected = expected(&records, &inventory);
        let mut percolator = Percolator::new(&fleet);
        for _ in 0..2 {
            let affected = percolator.affected(&catalogue, &fleet).into_iter().zip(0..);
            let named = |record: u32| catalogue.reference(record).to_owned();
            let rows = affected.flat_map(|(found, record)| {
                found.into_iter().map(move |(at, truth)| (at, named(record), truth))
            });
            let mut rows: Vec<(u32, String, Truth)> = rows.collect();
            rows.sort();
            prop_assert_eq!(&rows, &expected);
        }
    }

    #[test]
    fn a_restart_and_a_split_change_nothing(records in records(), inventory in inventory(), cut in 0..6_u32) {
        let (catalogue, fleet) = (catalogue(&records), fleet(&inventory));
        let (_, findings) = match_all(&catalogue, &fleet);
        let whole = rows(&catalogue, &fleet, &findings);
        let bytes = (catalogue.encode(), fleet.encode());
        let again = (Catalogue::decode(&bytes.0).expect("our own"), Fleet::decode(&bytes.1).expect("our own"));
        prop_assert_eq!((&again.0.encode(), &again.1), (&bytes.0, &fleet));
        let (components, configurations) = (again.1.components() as u32, again.1.configurations() as u32);
        let (a, b) = (cut.min(components), cut.min(configurations));
        let answers = Answers::join(vec![
            Answers::part(&again.0, &again.1, 0..a),
            Answers::part(&again.0, &again.1, a..components),
        ]);
        let findings = Findings::join(vec![
            Findings::part(&again.0, &again.1, &answers, 0..b),
            Findings::part(&again.0, &again.1, &answers, b..configurations),
        ]);
        prop_assert_eq!(rows(&again.0, &again.1, &findings), whole);
    }

    #[test]
    fn a_damaged_file_is_refused_or_harmless(
        records in records(), inventory in inventory(), at in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut file = catalogue(&records).encode();
        let place = at.index(file.len());
        let same = file[place] == byte;
        file[place] = byte;
        prop_assert_eq!(Catalogue::decode(&file).is_ok(), same);
        let mut file = fleet(&inventory).encode();
        let place = at.index(file.len());
        let same = file[place] == byte;
        file[place] = byte;
        prop_assert_eq!(Fleet::decode(&file).is_ok(), same);
    }

    #[test]
    fn what_changes_between_two_generations_is_told_with_its_cause(
        before in records(), after in records(), inventory in inventory(), later in inventory()
    ) {
        let old = (catalogue(&before), fleet(&inventory));
        let new = (catalogue(&after), fleet(&inventory));
        let (_, old_findings) = match_all(&old.0, &old.1);
        let (_, new_findings) = match_all(&new.0, &new.1);
        let old_world = Generation { catalogue: &old.0, fleet: &old.1, findings: &old_findings };
        let new_world = Generation { catalogue: &new.0, fleet: &new.1, findings: &new_findings };
        let mut state: BTreeMap<(u32, String), Truth> =
            rows(&old.0, &old.1, &old_findings).into_iter().map(|(at, name, truth)| ((at, name), truth)).collect();
        let mut wanted: BTreeMap<(u32, String), Truth> =
            rows(&new.0, &new.1, &new_findings).into_iter().map(|(at, name, truth)| ((at, name), truth)).collect();
        for event in difference(old_world, new_world) {
            let Whom::Configuration(number) = event.subject else { panic!("no asset moved") };
            let name = match event.record {
                RecordAt::New(record) => new.0.reference(record),
                RecordAt::Old(record) => old.0.reference(record),
            };
            let key = (old.1.configuration_place(number).expect("kept"), name.to_owned());
            prop_assert_eq!(state.get(&key).copied(), event.before);
            prop_assert!(event.cause != Cause::InventoryChanged && event.cause != Cause::RulesChanged);
            match event.now {
                Some(truth) => state.insert(key, truth),
                None => state.remove(&key),
            };
        }
        // Configurations without assets have nobody to tell.
        let has_assets = |at: u32| !new.1.assets_of(at).is_empty();
        state.retain(|(at, _), _| has_assets(*at));
        wanted.retain(|(at, _), _| has_assets(*at));
        prop_assert_eq!(state, wanted);
        prop_assert_eq!(difference(old_world, old_world), Vec::<Event>::new());

        let moved = fleet(&later);
        let (_, moved_findings) = match_all(&old.0, &moved);
        let moved_world = Generation { catalogue: &old.0, fleet: &moved, findings: &moved_findings };
        for event in difference(old_world, moved_world) {
            prop_assert!(event.before != event.now);
        }
    }
}

fn is(role: Role, cpe: &str, versions: VersionTest) -> Condition {
    Condition::Is(Criterion { role, subject: Subject::Cpe(cpe.into()), versions })
}

fn firmware_on_device() -> Records {
    let low = "cpe:2.3:o:siemens:cpu_firmware:*:*:*:*:*:*:*:*";
    let below = VersionTest::Between {
        scheme: String::new(),
        low: None,
        high: Some(End { version: "2.0".into(), inclusion: Inclusion::Excluded }),
    };
    let root = Condition::All(vec![
        Condition::Any(vec![is(Role::Vulnerable, low, below)]),
        Condition::Any(vec![is(
            Role::Platform,
            "cpe:2.3:h:siemens:cpu:-:*:*:*:*:*:*:*",
            VersionTest::NotStated,
        )]),
    ]);
    vec![("CVE-1".into(), vec![Applicability { source: "nvd".into(), unlisted: Unlisted::NotSaid, root }])]
}

fn with_cpe(kind: ComponentKind, cpe: &str) -> Component {
    Component { cpe: cpe.into(), ..Component::empty(kind) }
}

#[test]
fn a_device_that_the_inventory_does_not_list_is_unknown_and_another_device_is_a_no() {
    let records = firmware_on_device();
    let firmware = with_cpe(ComponentKind::Firmware, "cpe:2.3:o:siemens:cpu_firmware:1.8:*:*:*:*:*:*:*");
    let device = with_cpe(ComponentKind::Hardware, "cpe:2.3:h:siemens:cpu:*:*:*:*:*:*:*:*");
    let other = with_cpe(ComponentKind::Hardware, "cpe:2.3:h:siemens:panel:*:*:*:*:*:*:*:*");
    let truth = |components: &[&Component]| {
        let items: Vec<Item> = components.iter().map(|component| Item::new(component)).collect();
        explain(&records[0].1, &items)
    };
    assert_eq!(truth(&[&firmware, &device]).truth, Truth::Yes);
    assert_eq!(truth(&[&firmware, &other]).truth, Truth::No);
    assert_eq!(truth(&[&device]).truth, Truth::No);
    let open = truth(&[&firmware]);
    assert_eq!(open.truth, Truth::Unknown);
    let leaf = open.leaves.iter().find(|leaf| leaf.role == Role::Platform).expect("the device");
    assert_eq!(leaf.path, "all/2/any/1");
    assert!(leaf.why.contains("lists nothing of that kind"), "{}", leaf.why);
}

#[test]
fn the_row_of_a_device_is_no_list_of_operating_systems() {
    let root = Condition::All(vec![
        is(Role::Vulnerable, "cpe:2.3:a:adobe:flash_player:*:*:*:*:*:*:*:*", VersionTest::Any),
        is(Role::Platform, "cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*", VersionTest::NotStated),
    ]);
    let statement = Applicability { source: "nvd".into(), unlisted: Unlisted::NotSaid, root };
    let records: Records = vec![("CVE-1".into(), vec![statement])];
    let player = Component {
        vendor: "Adobe".into(),
        product: "Flash Player".into(),
        ..Component::empty(ComponentKind::Application)
    };
    let device = Component {
        vendor: "Siemens".into(),
        product: "SIMATIC IPC427E".into(),
        version: "V1".into(),
        ..Component::empty(ComponentKind::Firmware)
    };
    let cpe = "cpe:2.3:o:siemens:simatic_ipc427e_firmware:1:*:*:*:*:*:*:*";
    let named = Component { cpe: cpe.into(), ..device.clone() };
    let windows =
        Component { product: "Windows 10".into(), ..Component::empty(ComponentKind::OperatingSystem) };
    for (components, wanted) in [
        (vec![player.clone()], Truth::Unknown),
        (vec![device.clone(), player.clone()], Truth::Unknown),
        (vec![named, player.clone()], Truth::Unknown),
        (vec![device.clone(), windows, player], Truth::No),
        (vec![device], Truth::No),
    ] {
        let inventory = vec![Vec::new(), components];
        let (catalogue, fleet) = (catalogue(&records), fleet(&inventory));
        let found = rows(&catalogue, &fleet, &match_all(&catalogue, &fleet).1);
        assert_eq!(found, expected(&records, &inventory));
        assert_eq!(found.first().map_or(Truth::No, |row| row.2), wanted, "{:#?}", inventory[1]);
    }
}

#[test]
fn a_file_of_another_kind_is_refused_in_words() {
    let file = fleet(&[]).encode();
    assert_eq!(Catalogue::decode(&file).err(), Some(DecodeError::OtherKind));
    let text = Catalogue::decode(b"HPINDEX").expect_err("too short").to_string();
    assert!(text.contains("built anew"), "{text}");
}

#[test]
fn a_tree_without_end_is_refused_by_name() {
    let mut root = is(Role::Vulnerable, "cpe:2.3:a:acme:box:*:*:*:*:*:*:*:*", VersionTest::Any);
    for _ in 0..100 {
        root = Condition::Not(Box::new(root));
    }
    let refused = Builder::new()
        .push("CVE-2", &[Applicability { source: "test".into(), unlisted: Unlisted::NotSaid, root }]);
    assert!(refused.expect_err("too deep").to_string().contains("CVE-2"));
}

#[test]
fn assets_of_a_configuration_are_one_run_and_found_by_number() {
    let component = with_cpe(ComponentKind::Application, "cpe:2.3:a:acme:box:1.0:*:*:*:*:*:*:*");
    let mut builder = FleetBuilder::new();
    let place = builder.component(7, &component);
    assert_eq!(builder.component(8, &component), place, "the same content is one component");
    let one = builder.configuration_of(&[place]);
    let none = builder.configuration_of(&[]);
    assert_eq!(builder.configuration_of(&[place, place]), one);
    for (asset, configuration) in [(50, one), (10, none), (30, one), (20, none)] {
        builder.asset(asset, configuration);
    }
    let fleet = builder.finish();
    let at = fleet.configuration_place(one).expect("it is there");
    let assets: Vec<i64> = fleet.assets_of(at).map(|at| fleet.asset_number(at)).collect();
    assert_eq!(assets, [30, 50]);
    let asset = fleet.asset_place(50).expect("it is there");
    assert_eq!(fleet.configuration_at(asset), at);
    assert_eq!(fleet.assets_of_all([at]).len(), 2);
    assert_eq!(fleet.asset_place(51), None);
    assert_eq!(fleet.component_number(place), 7);
}

#[test]
fn a_negated_root_speaks_of_those_that_have_the_product_and_of_nobody_else() {
    let below_five = VersionTest::Between {
        scheme: String::new(),
        low: None,
        high: Some(End { version: "5".into(), inclusion: Inclusion::Excluded }),
    };
    let leaf = is(Role::Vulnerable, "cpe:2.3:a:acme:box:*:*:*:*:*:*:*:*", below_five);
    let root = Condition::Not(Box::new(leaf));
    let statements = [Applicability { source: "test".into(), unlisted: Unlisted::NotSaid, root }];
    let truth = |cpe: &str| {
        let component = with_cpe(ComponentKind::Application, cpe);
        explain(&statements, &[Item::new(&component)]).truth
    };
    assert_eq!(truth("cpe:2.3:a:acme:box:6.0:*:*:*:*:*:*:*"), Truth::Yes);
    assert_eq!(truth("cpe:2.3:a:acme:box:4.0:*:*:*:*:*:*:*"), Truth::No);
    assert_eq!(truth("cpe:2.3:a:acme:box:*:*:*:*:*:*:*:*"), Truth::Unknown);
    assert_eq!(truth("cpe:2.3:a:acme:other:6.0:*:*:*:*:*:*:*"), Truth::No);
}

#[test]
fn a_negated_wildcard_leaves_open_whom_it_takes_out() {
    let every = |cpe: &str| is(Role::Vulnerable, cpe, VersionTest::Any);
    let root = Condition::All(vec![
        every("cpe:2.3:a:acme:box:*:*:*:*:*:*:*:*"),
        Condition::Not(Box::new(every("cpe:2.3:a:acme:b*:*:*:*:*:*:*:*:*"))),
    ]);
    let statements = [Applicability { source: "test".into(), unlisted: Unlisted::NotSaid, root }];
    let component = with_cpe(ComponentKind::Application, "cpe:2.3:a:acme:box:6.0:*:*:*:*:*:*:*");
    let found = explain(&statements, &[Item::new(&component)]);
    assert_eq!(found.truth, Truth::Unknown);
    let unusable = found.leaves.iter().find(|leaf| leaf.asked.contains("acme:b*")).expect("it is shown");
    assert!(unusable.truth == Truth::Unknown && unusable.why.contains("wildcard"), "{unusable:?}");
    let records = vec![("CVE-1".to_owned(), statements.to_vec())];
    let (catalogue, fleet) = (catalogue(&records), fleet(&[vec![component]]));
    let (_, findings) = match_all(&catalogue, &fleet);
    let found: Vec<Truth> =
        rows(&catalogue, &fleet, &findings).into_iter().map(|(_, _, truth)| truth).collect();
    assert_eq!(found, [Truth::Unknown], "the catalogue says the same");
}

#[test]
fn a_distribution_is_the_linux_that_a_program_runs_on_and_its_kernel_is_not_guessed() {
    let leaf = |role, cpe: &str, versions| {
        Condition::Is(Criterion { role, subject: Subject::Cpe(cpe.into()), versions })
    };
    let program = leaf(Role::Vulnerable, "cpe:2.3:a:acme:box:*:*:*:*:*:*:*:*", VersionTest::Any);
    let kernel = "cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*";
    let windows = "cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*";
    let on = |ground: &str| {
        let root =
            Condition::All(vec![program.clone(), leaf(Role::Platform, ground, VersionTest::NotStated)]);
        [Applicability { source: "nvd".into(), unlisted: Unlisted::NotSaid, root }]
    };
    let of_kernel = [Applicability {
        source: "nvd".into(),
        unlisted: Unlisted::NotSaid,
        root: leaf(Role::Vulnerable, kernel, VersionTest::Any),
    }];
    let items = |system: &str| {
        let acme = Component {
            vendor: "Acme".into(),
            product: "Box".into(),
            ..Component::empty(ComponentKind::Application)
        };
        let system = Component { product: system.into(), ..Component::empty(ComponentKind::OperatingSystem) };
        [Item::new(&acme), Item::new(&system)]
    };
    assert_eq!(explain(&on(kernel), &items("Debian GNU/Linux 12")).truth, Truth::Yes);
    assert_eq!(explain(&on(windows), &items("Debian GNU/Linux 12")).truth, Truth::No);
    assert_eq!(explain(&on(windows), &items("Windows 11 Pro")).truth, Truth::Yes);
    assert_eq!(explain(&of_kernel, &items("Debian GNU/Linux 12")).truth, Truth::No);
}

/// What a tracker says of one package in two releases, of a package of the inventory.
fn of_two_releases(purl: &str) -> Truth {
    let before = |release: &str, fixed: &str| {
        let subject = Subject::Package {
            kind: "deb".into(),
            namespace: "debian".into(),
            name: "openssh".into(),
            release: release.into(),
            source_package: true,
        };
        let high = Some(End { version: fixed.into(), inclusion: Inclusion::Excluded });
        let versions = VersionTest::Between { scheme: "deb".into(), low: None, high };
        Condition::Is(Criterion { role: Role::Vulnerable, subject, versions })
    };
    let root = Condition::Any(vec![before("bookworm", "1:9.2p1-2+deb12u3"), before("sid", "1:9.7p1-7")]);
    let statements = [Applicability { source: "debian".into(), unlisted: Unlisted::NotSaid, root }];
    let component = Component { purl: purl.into(), ..Component::empty(ComponentKind::Package) };
    explain(&statements, &[Item::new(&component)]).truth
}

#[test]
fn a_backport_and_a_package_of_another_release_are_no_sure_no() {
    for (version, distro, expected) in [
        ("1:9.2p1-2+deb12u3", "debian-12.5", Truth::No),
        ("1:9.2p1-2+deb12u2", "debian-12.5", Truth::Yes),
        ("1:9.6p1-2", "sid", Truth::Yes),
        ("1:9.6p1-2~bpo12+1", "debian-12", Truth::Unknown),
        ("1:9.4p1-1+deb13u1", "debian-12", Truth::Unknown),
        ("1:9.8p1-1~bpo12+1", "debian-12", Truth::No),
    ] {
        let purl = format!("pkg:deb/debian/openssh@{version}?arch=source&distro={distro}");
        assert_eq!(of_two_releases(&purl), expected, "{purl}");
    }
}

/// What the walk and the catalogue say, which must be one, of a component with that CPE name and version.
fn both_say(cpe: &str, versions: VersionTest, installed: &str) -> Truth {
    let root = is(Role::Vulnerable, cpe, versions);
    let statement = Applicability { source: "nvd".into(), unlisted: Unlisted::NotSaid, root };
    let records: Records = vec![("CVE-1".into(), vec![statement])];
    let name = cpe.split(':').take(5).collect::<Vec<_>>().join(":");
    let component = Component {
        version: installed.into(),
        cpe: format!("{name}:*:*:*:*:*:*:*:*"),
        ..Component::empty(ComponentKind::Application)
    };
    let inventory = vec![vec![component]];
    let (catalogue, fleet) = (catalogue(&records), fleet(&inventory));
    let found = rows(&catalogue, &fleet, &match_all(&catalogue, &fleet).1);
    assert_eq!(found, expected(&records, &inventory), "{installed}");
    found.first().map_or(Truth::No, |row| row.2)
}

fn before(version: &str) -> VersionTest {
    let high = Some(End { version: version.into(), inclusion: Inclusion::Excluded });
    VersionTest::Between { scheme: String::new(), low: None, high }
}

#[test]
fn packages_are_ordered_as_their_own_tools_order_them() {
    let says = |kind: &str, low: Option<&str>, high: (&str, Inclusion), installed: &str| {
        let subject = Subject::Package {
            kind: kind.into(),
            namespace: String::new(),
            name: "box".into(),
            release: String::new(),
            source_package: false,
        };
        let end = |version: &str, inclusion| End { version: version.into(), inclusion };
        let low = low.map(|low| end(low, Inclusion::Included));
        let high = Some(end(high.0, high.1));
        let versions = VersionTest::Between { scheme: kind.into(), low, high };
        let root = Condition::Is(Criterion { role: Role::Vulnerable, subject, versions });
        let statement = Applicability { source: "osv".into(), unlisted: Unlisted::NotAffected, root };
        let records: Records = vec![("CVE-1".into(), vec![statement])];
        let purl = format!("pkg:{kind}/box@{}", installed.replace('+', "%2B"));
        let inventory = vec![vec![Component { purl, ..Component::empty(ComponentKind::Package) }]];
        let (catalogue, fleet) = (catalogue(&records), fleet(&inventory));
        let found = rows(&catalogue, &fleet, &match_all(&catalogue, &fleet).1);
        assert_eq!(found, expected(&records, &inventory), "{kind} {installed}");
        found.first().map_or(Truth::No, |row| row.2)
    };
    let before = |version| (version, Inclusion::Excluded);
    for (kind, fixed, installed, expected) in [
        ("apk", "1.5.0-r2", "1.5.0-r1", Truth::Yes),
        ("apk", "1.5.0-r2", "1.5.0_rc1-r9", Truth::Yes),
        ("apk", "1.5.0-r2", "1.5.0-r10", Truth::No),
        ("apk", "1.5.0-r2", "1.5-what", Truth::Unknown),
        ("composer", "v1.5.0", "1.4.0", Truth::Yes),
        ("composer", "v1.5.0", "1.5.0-beta2", Truth::Yes),
        ("composer", "v1.5.0", "1.5", Truth::No),
        ("composer", "v1.5.0", "dev-main", Truth::Unknown),
        ("gem", "1.5.0", "1.4.9", Truth::Yes),
        ("gem", "1.5.0", "1.5.0.rc1", Truth::Yes),
        ("gem", "1.5.0", "1.5", Truth::No),
        ("gem", "1.5.0", "1.13.4-java", Truth::Unknown),
    ] {
        assert_eq!(says(kind, Some("0"), before(fixed), installed), expected, "{kind} {installed}");
    }
    // A local version of a Python package is its public one.
    for (high, installed, expected) in [
        (("1.9", Inclusion::Included), "1.9+cu118", Truth::Yes),
        (("1.9", Inclusion::Excluded), "1.9+cu118", Truth::No),
        (("1.9", Inclusion::Included), "1.9.post1", Truth::No),
        (("1.9+cu117", Inclusion::Included), "1.9+cu118", Truth::No),
        (("1.10", Inclusion::Excluded), "1.9+cu118", Truth::Yes),
    ] {
        assert_eq!(says("pypi", None, high, installed), expected, "{high:?} {installed}");
    }
}

#[test]
fn of_several_alternatives_the_near_one_is_explained() {
    let cpe = |product: &str| format!("cpe:2.3:a:acme:{product}:*:*:*:*:*:*:*:*");
    let root = Condition::Any(vec![
        is(Role::Vulnerable, &cpe("drive"), before("2.0")),
        is(Role::Vulnerable, &cpe("box"), before("2.0")),
    ]);
    let statements = [Applicability { source: "nvd".into(), unlisted: Unlisted::NotSaid, root }];
    let component = Component { version: "3.0".into(), ..with_cpe(ComponentKind::Application, &cpe("box")) };
    let explained = explain(&statements, &[Item::new(&component)]);
    assert_eq!(explained.truth, Truth::No);
    assert_eq!(explained.leaves[0].component, Some(0), "{explained:?}");
}

#[test]
fn of_several_releases_that_of_the_host_is_explained() {
    let of = |release: &str, version: &str| {
        let subject = Subject::Package {
            kind: "deb".into(),
            namespace: "debian".into(),
            name: "curl".into(),
            release: release.into(),
            source_package: true,
        };
        let versions = before(version);
        Condition::Is(Criterion { role: Role::Vulnerable, subject, versions })
    };
    let lines =
        [of("bullseye", "7.74.0-1.3+deb11u9"), of("bookworm", "7.88.1-10+deb12u5"), of("buster", "7.64.0-4")];
    for turned in 0..lines.len() {
        let mut root = lines.to_vec();
        root.rotate_left(turned);
        let root = Condition::Any(root);
        let statements = [Applicability { source: "osv".into(), unlisted: Unlisted::NotSaid, root }];
        let component = Component {
            purl: "pkg:deb/debian/curl@7.88.1-10+deb12u5?distro=debian-12".into(),
            ..Component::empty(ComponentKind::Package)
        };
        let explained = explain(&statements, &[Item::new(&component)]);
        assert_eq!(explained.truth, Truth::No);
        assert!(explained.leaves[0].asked.contains("deb12u5"), "{explained:?}");
    }
}

#[test]
fn a_build_of_another_line_of_one_product_is_no_comparison() {
    let named = |product: &str| Subject::Product {
        vendor: "Microsoft".into(),
        product: product.into(),
        platforms: Vec::new(),
    };
    let gdr = Criterion {
        role: Role::Vulnerable,
        subject: named("Microsoft SQL Server 2019 (GDR)"),
        versions: before("15.0.2110.4"),
    };
    let root = Condition::Is(gdr);
    let statements = [Applicability { source: "cve".into(), unlisted: Unlisted::NotSaid, root }];
    let component = |version: &str| Component {
        vendor: "Microsoft".into(),
        product: "Microsoft SQL Server 2019".into(),
        version: version.into(),
        ..Component::empty(ComponentKind::Application)
    };
    let explained = |version: &str| explain(&statements, &[Item::new(&component(version))]);
    assert_eq!(explained("15.0.2000.5").truth, Truth::Unknown);
    assert_eq!(explained("15.0.4053.23").leaves[0].component, None, "it is of the other line");
}

#[test]
fn several_products_in_one_name_are_a_question_for_each() {
    let says = |vendor: &str, product: &str, installed: (&str, &str), version: &str| {
        let subject =
            Subject::Product { vendor: vendor.into(), product: product.into(), platforms: Vec::new() };
        let versions = before("1.8");
        let root = Condition::Is(Criterion { role: Role::Vulnerable, subject, versions });
        let statement = Applicability { source: "cve".into(), unlisted: Unlisted::NotSaid, root };
        let records: Records = vec![("CVE-1".into(), vec![statement])];
        let component = Component {
            vendor: installed.0.into(),
            product: installed.1.into(),
            version: version.into(),
            ..Component::empty(ComponentKind::Application)
        };
        let inventory = vec![vec![component]];
        let (catalogue, fleet) = (catalogue(&records), fleet(&inventory));
        let found = rows(&catalogue, &fleet, &match_all(&catalogue, &fleet).1);
        assert_eq!(found, expected(&records, &inventory), "{installed:?}");
        found.first().map_or(Truth::No, |row| row.2)
    };
    let list = "Tool, Tool Pro, and Tool Lite";
    assert_eq!(says("Acme", list, ("Acme", "Tool Pro"), "1.7"), Truth::Unknown);
    assert_eq!(says("Acme", list, ("Acme", "Tool Pro"), "1.8"), Truth::No);
    assert_eq!(says("Acme", list, ("Acme", "Tool Max"), "1.7"), Truth::No);
    assert_eq!(says("n/a", "Acme Tool", ("Acme", "Tool"), "1.7"), Truth::Unknown);
    assert_eq!(says("n/a", "Acme Tool", ("Other", "Tool"), "1.7"), Truth::No);
    let sql = ("Microsoft", "Microsoft SQL Server 2019 (CU 25)");
    assert_eq!(says(sql.0, sql.1, ("Microsoft", "SQL Server 2019"), "1.7"), Truth::Unknown);
    assert_eq!(says(sql.0, sql.1, ("Microsoft", "Microsoft SQL Server 2019 (CU 25)"), "1.7"), Truth::Yes);
}

#[test]
fn a_windows_by_its_name_is_not_held_against_a_build() {
    let windows = "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*";
    for (bound, installed, expected) in [
        ("10.0.17763.5576", "1809", Truth::Unknown),
        ("10.0.20348.2000", "21H2", Truth::Unknown),
        ("6.1.7601.24000", "7 SP1", Truth::Unknown),
        ("6.3.9600.20000", "8.1", Truth::Unknown),
        ("10.0.22621.1000", "11", Truth::Unknown),
        ("10.0.19045.3000", "19044.1200", Truth::Unknown),
        ("10.0.17763.5576", "10.0.17763.5000", Truth::Yes),
        ("10.0.17763.5576", "10.0.17763.5600", Truth::No),
        ("10.0.17763.5576", "8.1", Truth::Yes),
        ("6.1.7601.24000", "8.1", Truth::No),
    ] {
        assert_eq!(both_say(windows, before(bound), installed), expected, "{bound} {installed}");
    }
}

#[test]
fn an_update_may_be_counted_in_the_numbers() {
    let wincc = |update: &str| format!("cpe:2.3:a:siemens:simatic_wincc:7.4:{update}:*:*:*:*:*:*");
    let exact =
        |version: &str, update: &str| VersionTest::Exact { version: version.into(), update: update.into() };
    for (cpe, test) in [(wincc("sp1"), exact("7.4", "")), (wincc("*"), exact("7.4", "SP1"))] {
        for installed in
            ["7.4.1.9", "V7.4.1.9", "7.4.0.1", "7.4", "07.04.01.03", "7.04.1.3", "V7.4 SP1 Update 3"]
        {
            assert_eq!(both_say(&cpe, test.clone(), installed), Truth::Unknown, "{installed}");
        }
        for installed in ["7.5.1", "7.3.1.9", "7.41", "8.0", "07.05.01"] {
            assert_eq!(both_say(&cpe, test.clone(), installed), Truth::No, "{installed}");
        }
    }
    for (product, version, update, installed) in [
        ("siemens:totally_integrated_automation_portal", "16", "update5", "V16.0.5"),
        ("siemens:totally_integrated_automation_portal", "15.1", "update_6", "15.1.0.6"),
        ("vmware:vcenter_server", "7.0", "update3", "7.0.3"),
        ("vmware:vcenter_server", "6.7", "update1b", "6.7.0.20100"),
        ("vmware:vcenter_server", "5.5", "1a", "5.5.0.20000"),
        ("vmware:esxi", "7.0", "update_3c", "7.0.3 build-19193900"),
        ("microsoft:internet_explorer", "11", "-", "11.0.9600.17000"),
        ("microsoft:internet_explorer", "11", "", "9.11.17134.0"),
        ("microsoft:.net_framework", "4.8", "", "4.8.03761"),
        ("microsoft:.net_framework", "4.7.2", "", "4.7.03062"),
        ("microsoft:.net_framework", "4.6", "", "4.6.00079"),
        ("microsoft:sql_server", "2019", "-", "15.0.2000.5"),
        ("microsoft:office", "2016", "-", "16.0.5000.1000"),
    ] {
        let cpe = format!("cpe:2.3:a:{product}:*:*:*:*:*:*:*:*");
        assert_eq!(both_say(&cpe, exact(version, update), installed), Truth::Unknown, "{installed}");
    }
}

#[test]
fn what_is_plainly_another_version_stays_a_no() {
    let exact =
        |version: &str, update: &str| VersionTest::Exact { version: version.into(), update: update.into() };
    let cpe = "cpe:2.3:o:acme:box:*:*:*:*:*:*:*:*";
    for (version, update, installed) in [
        ("1.2.3", "", "1.2.4"),
        ("1.2.3", "-", "1.2.4"),
        ("1.2.3", "-", "1.2.30"),
        ("1.2.3", "sp1", "1.2.4.1"),
        ("1.2.3", "", "1.2"),
        // A version before its release is the stem of nothing.
        ("6.7", "rc1", "6.7.3"),
        ("6.7", "beta2", "6.7.0.1"),
        ("1.0", "", "1.2"),
        ("1", "rc1", "1.2"),
    ] {
        assert_eq!(
            both_say(cpe, exact(version, update), installed),
            Truth::No,
            "{version} {update} {installed}"
        );
    }
    assert_eq!(both_say(cpe, exact("6.7", "rc1"), "6.7"), Truth::Unknown, "which one it was is not said");
    assert_eq!(both_say(cpe, exact("1.2.3", ""), "1.2.3"), Truth::Yes);
}

#[test]
fn only_java_counts_updates_in_its_numbers() {
    for version in ["15.0.2000.5", "8.0.3410.10", "2.0.100.3"] {
        let cpe = format!("cpe:2.3:a:acme:tool:{version}:-:*:*:*:*:*:*");
        let exact = VersionTest::Exact { version: version.into(), update: "-".into() };
        assert_ne!(both_say(&cpe, exact, version), Truth::No, "the same version: {version}");
        assert_ne!(both_say("cpe:2.3:a:acme:tool:*:-:*:*:*:*:*:*", before("99"), version), Truth::No);
    }
    let java = "cpe:2.3:a:oracle:jre:*:-:*:*:*:*:*:*";
    assert_eq!(both_say(java, before("99"), "8.0.3410.10"), Truth::No, "an update is none without one");
}

#[test]
fn a_release_of_java_is_one_however_it_is_written() {
    let java = |update: &str| format!("cpe:2.3:a:oracle:jre:1.8.0:{update}:*:*:*:*:*:*");
    let exact = |update: &str| VersionTest::Exact { version: "1.8.0".into(), update: update.into() };
    for update in ["update341", "update_341"] {
        for installed in ["1.8.0_341", "1.8.0_341-b10", "8u341", "8.0.3410.10", "8 Update 341", "1.8.0.341"] {
            assert_eq!(both_say(&java(update), exact(update), installed), Truth::Yes, "{installed}");
        }
        for installed in ["1.8.0", "8", "8.0"] {
            assert_eq!(both_say(&java(update), exact(update), installed), Truth::Unknown, "{installed}");
        }
        for installed in ["1.8.0_351", "8u331", "8.0.3510.10", "1.7.0_341", "11.0.2"] {
            assert_eq!(both_say(&java(update), exact(update), installed), Truth::No, "{installed}");
        }
    }
    for (version, update, installed) in [
        ("1.7.0", "update80", "7.0.800"),
        ("1.7.0", "update_80", "7.0.800.15"),
        ("1.6.0", "update45", "6.0.450"),
        ("1.6.0", "update_95", "1.6.0.95"),
        ("8", "update341", "8.0.341"),
        ("8", "update341", "1.8.0.341.b10"),
    ] {
        let cpe = format!("cpe:2.3:a:oracle:openjdk:{version}:{update}:*:*:*:*:*:*");
        let test = VersionTest::Exact { version: version.into(), update: String::new() };
        assert_eq!(both_say(&cpe, test.clone(), installed), Truth::Yes, "{installed}");
        assert_eq!(both_say(&cpe, test, "7.0.790"), Truth::No);
    }
    let any = "cpe:2.3:a:oracle:jre:*:*:*:*:*:*:*:*";
    for (installed, expected) in [
        ("8u341", Truth::Yes),
        ("8.0.3410.10", Truth::Yes),
        ("8u361", Truth::No),
        ("1.8.0_341", Truth::Yes),
        ("1.8.0_361", Truth::No),
    ] {
        assert_eq!(both_say(any, before("1.8.0_351"), installed), expected, "{installed}");
    }
}

/// What the source says of an installed product that has neither a CPE name nor a package URL.
fn of_written(kind: ComponentKind, cpe: &str, test: VersionTest, written: [&str; 3]) -> Truth {
    let root = is(Role::Vulnerable, cpe, test);
    let statement = Applicability { source: "nvd".into(), unlisted: Unlisted::NotSaid, root };
    let records: Records = vec![("CVE-1".into(), vec![statement])];
    let [vendor, product, version] = written.map(str::to_owned);
    let inventory = vec![vec![Component { vendor, product, version, ..Component::empty(kind) }]];
    let (catalogue, fleet) = (catalogue(&records), fleet(&inventory));
    let found = rows(&catalogue, &fleet, &match_all(&catalogue, &fleet).1);
    assert_eq!(found, expected(&records, &inventory), "{written:?}");
    found.first().map_or(Truth::No, |row| row.2)
}

#[test]
fn a_name_that_carries_its_maker_or_its_release_is_a_question() {
    let exact = |version: &str| VersionTest::Exact { version: version.into(), update: String::new() };
    let os = |name: &str| format!("cpe:2.3:o:{name}:*:*:*:*:*:*:*:*");
    let system = |cpe: &str, version: &str, product: &str, installed: &str| {
        of_written(ComponentKind::OperatingSystem, &os(cpe), exact(version), ["", product, installed])
    };
    for (cpe, version, product, installed) in [
        ("cisco:ios", "15.2\\(7\\)e8", "Cisco IOS", "15.2(7)E8"),
        ("cisco:ios_xe", "17.3.4a", "Cisco IOS XE Software", "17.3.4a"),
        ("cisco:ios_xe", "17.3.4a", "Cisco IOS-XE", "17.3.4a"),
        ("vmware:esxi", "7.0", "VMware ESXi", "7.0.3"),
        ("juniper:junos", "20.4", "Juniper Junos", "20.4R3-S8"),
        ("paloaltonetworks:pan-os", "10.1.9", "Palo Alto Networks PAN-OS", "10.1.9-h1"),
    ] {
        assert_eq!(system(cpe, version, product, installed), Truth::Unknown, "{product}");
        assert_eq!(system(cpe, "1.0", product, installed), Truth::No, "{product}");
    }
    let program = |cpe: &str, version: &str, product: &str, installed: &str| {
        let cpe = format!("cpe:2.3:a:{cpe}:*:*:*:*:*:*:*:*");
        of_written(ComponentKind::Application, &cpe, exact(version), ["Microsoft", product, installed])
    };
    for (cpe, version, product, installed) in [
        ("microsoft:.net_framework", "4.7.2", "Microsoft .NET Framework 4.7.2", "4.7.03062"),
        ("microsoft:.net_framework", "3.5", "Microsoft .NET Framework 3.5 SP1", "3.5.30729"),
        ("microsoft:sql_server", "2019", "SQL Server 2019 Standard (64-bit)", "15.0.2000.5"),
        ("microsoft:office", "2016", "Office Professional Plus 2016", "16.0.5439.1000"),
    ] {
        assert_eq!(program(cpe, version, product, installed), Truth::Unknown, "{product}");
    }
    let other = program("microsoft:sql_server", "2014", "SQL Server 2019", "15.0.2000.5");
    assert_eq!(other, Truth::No, "the release that the name carries is another one");
}
