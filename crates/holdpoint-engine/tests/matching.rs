//! Matching as an engineer would tell it: an asset's component, a product of a document, and the answer.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_domain::advisory::{
    BranchCategory, Helpers, PathStep, ProductExpression, Relation, RelationCategory,
};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::matching::{Confidence, Rung, Verdict};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::{
    ComponentFact, Components, ConfigurationMatch, LeafInput, Leaves, Rules, explain, match_configuration,
};
use proptest::prelude::*;

fn product(id: &str, vendor: &str, name: &str, version: &str) -> ProductExpression {
    let step = |category, name: &str| PathStep { category, name: name.to_owned() };
    let mut path = vec![step(BranchCategory::Vendor, vendor), step(BranchCategory::ProductName, name)];
    if !version.is_empty() {
        path.push(step(BranchCategory::ProductVersionRange, version));
    }
    ProductExpression {
        product_id: id.to_owned(),
        name: format!("{vendor} {name} {version}"),
        path,
        helpers: Helpers::default(),
        relation: None,
        pointer: format!("/product_tree/{id}"),
    }
}

fn ordered(mut product: ProductExpression, numbers: &[&str]) -> ProductExpression {
    product.helpers.model_numbers = numbers.iter().map(|number| (*number).to_owned()).collect();
    product
}

fn combination(id: &str, category: RelationCategory, part: &str, whole: &str) -> ProductExpression {
    ProductExpression {
        path: Vec::new(),
        relation: Some(Relation { category, product: part.to_owned(), relates_to: whole.to_owned() }),
        ..product(id, "", "", "")
    }
}

fn leaves(products: Vec<ProductExpression>) -> Leaves {
    let used: Vec<String> = products
        .iter()
        .filter_map(|product| product.relation.as_ref())
        .flat_map(|relation| [relation.product.clone(), relation.relates_to.clone()])
        .collect();
    Leaves::new(
        products
            .into_iter()
            .enumerate()
            .map(|(at, expression)| LeafInput {
                number: i64::try_from(at).unwrap() + 1,
                document: 1,
                standing: if used.contains(&expression.product_id) {
                    Standing::Named
                } else {
                    Standing::Stated
                },
                expression,
                fixes: Vec::new(),
            })
            .collect(),
    )
}

fn device(vendor: &str, name: &str, order_number: &str, version: &str) -> Component {
    Component {
        vendor: vendor.into(),
        product: name.into(),
        order_number: order_number.into(),
        version: version.into(),
        ..Component::empty(ComponentKind::Firmware)
    }
}

fn software(vendor: &str, name: &str, version: &str) -> Component {
    Component { kind: ComponentKind::Application, ..device(vendor, name, "", version) }
}

fn matched(leaves: &Leaves, components: Vec<Component>) -> Vec<ConfigurationMatch> {
    let facts: Vec<ComponentFact> = components
        .into_iter()
        .enumerate()
        .map(|(at, component)| ComponentFact::new(i64::try_from(at).unwrap() + 1, component))
        .collect();
    match_configuration(leaves, &facts.iter().collect::<Vec<_>>(), &Rules::default(), &mut Memo::default())
}

fn only(found: Vec<ConfigurationMatch>) -> (Verdict, Confidence, Rung) {
    assert_eq!(found.len(), 1, "{found:#?}");
    (found[0].decision.verdict, found[0].decision.confidence, found[0].decision.rung)
}

const CPU: &str = "SIMATIC S7-1500 CPU 1511-1 PN";
const CPU_ORDER: &str = "6ES7511-1AK02-0AB0";

#[test]
fn an_order_number_confirms_whatever_the_name() {
    let known = leaves(vec![ordered(
        product("P1", "Siemens", &format!("{CPU} ({CPU_ORDER})"), "< V3.1.4"),
        &[CPU_ORDER],
    )]);
    let asset = |version| vec![device("Siemens AG", "PLC line 2", "6es7 511-1ak02-0ab0", version)];
    assert_eq!(
        only(matched(&known, asset("V2.9.4"))),
        (Verdict::Yes, Confidence::Confirmed, Rung::OrderNumber)
    );
    assert_eq!(
        only(matched(&known, asset("V3.1.4"))),
        (Verdict::No, Confidence::Confirmed, Rung::OrderNumber)
    );
    assert_eq!(
        only(matched(&known, asset(""))),
        (Verdict::Unknown, Confidence::VersionUnknown, Rung::OrderNumber)
    );
}

#[test]
fn an_order_number_under_another_spelling_of_the_vendor_is_a_question() {
    let known = leaves(vec![ordered(product("P1", "Siemens", CPU, "< V3.1.4"), &[CPU_ORDER])]);
    let asset = vec![device("Simens", "PLC line 2", CPU_ORDER, "V2.9.4")];
    let found = matched(&known, asset);
    assert!(found[0].decision.why.contains("not known to be one vendor"), "{}", found[0].decision.why);
    assert_eq!(only(found), (Verdict::Unknown, Confidence::Possible, Rung::Candidate));
}

#[test]
fn a_service_pack_below_the_version_is_a_part_of_it() {
    let mut listed = product("P1", "Acme", "Pump Studio 12", "");
    for (category, name) in [(BranchCategory::ProductVersion, "1.0"), (BranchCategory::ServicePack, "SP1")] {
        listed.path.push(PathStep { category, name: name.to_owned() });
    }
    let known = leaves(vec![listed]);
    let verdict = |version| only(matched(&known, vec![software("Acme", "Pump Studio 12", version)])).0;
    assert_eq!(verdict("1.0 SP1"), Verdict::Yes);
    assert_ne!(verdict("1.0"), Verdict::Yes);
}

#[test]
fn a_branch_that_narrows_a_version_is_a_condition_and_never_decides() {
    use holdpoint_domain::advisory::ProductStatus::{KnownAffected, KnownNotAffected};
    use holdpoint_engine::matching::lines::{Said, outweighed};
    let kinds = [
        (BranchCategory::Architecture, "x86", "the architecture"),
        (BranchCategory::HostName, "plant1", "the host name"),
        (BranchCategory::Language, "German", "the language"),
        (BranchCategory::Specification, "with option G28", "the specification"),
        (BranchCategory::Legacy, "old", "the meaning of a branch"),
    ];
    for (category, name, missing) in kinds {
        for is_below in [true, false] {
            let mut narrowed = product("P2", "Acme", "Dingo 100", "");
            let narrow = PathStep { category, name: name.to_owned() };
            let version = PathStep { category: BranchCategory::ProductVersion, name: "V2.0".to_owned() };
            narrowed.path.extend(if is_below { [version, narrow] } else { [narrow, version] });
            let known = leaves(vec![product("P1", "Acme", "Dingo 100", "vers:all/*"), narrowed]);
            let found = |version| matched(&known, vec![software("Acme", "Dingo 100", version)]);
            let installed = found("V2.0");
            let decision = &installed.iter().find(|one| one.leaf == 2).unwrap().decision;
            assert_eq!(decision.verdict, Verdict::Unknown, "{name}: {}", decision.why);
            assert!(decision.why.contains(missing), "{}", decision.why);
            let said = [(1, KnownAffected), (2, KnownNotAffected)];
            let said = said.map(|(leaf, status)| Said { leaf, vulnerability: 1, status });
            assert_eq!(outweighed(&known, &installed, &said), [], "it is no more exact statement");
            let other = found("V1.0");
            let decision = &other.iter().find(|one| one.leaf == 2).unwrap().decision;
            assert_eq!(decision.verdict, Verdict::No, "outside of its versions nothing is left to ask");
        }
    }
}

#[test]
fn a_branch_that_stands_for_all_narrows_nothing_and_a_package_says_its_architecture() {
    let listed = |architecture: &str| {
        let mut listed = product("P1", "Acme", "pump", "1.0");
        let step = PathStep { category: BranchCategory::Architecture, name: architecture.to_owned() };
        listed.path.push(step);
        listed.helpers.purl = Some("pkg:rpm/acme/pump".to_owned());
        leaves(vec![listed])
    };
    let asset = |purl: &str| vec![Component { purl: purl.into(), ..software("Acme", "pump", "1.0") }];
    let verdict = |architecture, purl| only(matched(&listed(architecture), asset(purl))).0;
    assert_eq!(verdict("noarch", "pkg:rpm/acme/pump"), Verdict::Yes);
    assert_eq!(verdict("x86_64", "pkg:rpm/acme/pump?arch=x86_64"), Verdict::Yes);
    assert_eq!(verdict("x86_64", "pkg:rpm/acme/pump?arch=amd64"), Verdict::Unknown, "one may be the other");
    assert_eq!(verdict("x86_64", "pkg:rpm/acme/pump"), Verdict::Unknown);
}

#[test]
fn a_pattern_that_says_nothing_recognises_nothing() {
    let asset = |name| vec![device("Siemens", name, "6ES7 511-1AK00-0AB0", "V2.0")];
    for pattern in ["*", "6", "6*", "6?", "???????-*", "6*-*"] {
        let known = leaves(vec![ordered(product("P1", "Siemens", "CPU A", "< V3.0"), &[pattern])]);
        let found = matched(&known, asset(CPU));
        assert_eq!(
            only(found),
            (Verdict::Unknown, Confidence::Possible, Rung::Candidate),
            "{pattern}: a question, neither a yes nor silence"
        );
        assert_eq!(
            only(matched(&known, asset("CPU A"))).1,
            Confidence::Likely,
            "{pattern}: by its name as well"
        );
    }
    for pattern in ["6ES7*", "6ES7 511*", "6ES7511-1AK0?-0AB0"] {
        let known = leaves(vec![ordered(product("P1", "Siemens", "CPU A", "< V3.0"), &[pattern])]);
        let found = only(matched(&known, asset(CPU)));
        assert_eq!(found, (Verdict::Yes, Confidence::Confirmed, Rung::OrderNumber), "{pattern}");
    }
    let known = leaves(vec![ordered(product("P1", "Acme", "Bridge", "< 2"), &["S"])]);
    let found = only(matched(&known, vec![device("Acme", "Pump", "S-100", "1")]));
    assert_ne!(found.0, Verdict::Yes, "one letter before a separator is no article either");
}

#[test]
fn a_name_that_bounds_a_release_is_not_that_release() {
    let known = leaves(vec![product("P1", "Acme", "Kappa < 3", "vers:all/*")]);
    assert_eq!(only(matched(&known, vec![software("Acme", "Kappa 3", "3.0")])).0, Verdict::Unknown);
    assert_eq!(only(matched(&known, vec![software("Acme", "Kappa < 3", "3.0")])).0, Verdict::Yes);
}

#[test]
fn a_document_with_pages_for_a_name_costs_a_line_a_few_words() {
    let long = format!("Valve 12 {}", "x".repeat(100_000));
    let known = leaves(vec![product("P1", "Acme", &long, &format!("< 1.{}", "0.".repeat(50_000)))]);
    let found = matched(&known, vec![software("Acme", &long, "1.0"), software("Acme", "Valve 12", "1.0")]);
    for one in &found {
        assert!(one.decision.why.len() < 4_100, "{}", one.decision.why.len());
    }
    assert!(!found.is_empty());
    let leaf = known.by_number(1).unwrap();
    assert!(holdpoint_engine::matching::lines::quoted(leaf).len() < 2_100);
}

#[test]
fn another_order_number_outweighs_an_equal_name() {
    let known = leaves(vec![ordered(
        product("P1", "Siemens", &format!("{CPU} ({CPU_ORDER})"), "< V3.1.4"),
        &[CPU_ORDER],
    )]);
    let other = vec![device("Siemens", CPU, "6ES7512-1DK00-0AB0", "V2.9.4")];
    assert_eq!(only(matched(&known, other)), (Verdict::No, Confidence::Likely, Rung::OrderNumber));
}

#[test]
fn the_spelling_of_an_order_number_never_makes_a_no() {
    let name = "SINUMERIK ONE NCU";
    let known = leaves(vec![ordered(product("P1", "Siemens", name, "< V3.1.4"), &["6ES7517-3TP00-0AB0"])]);
    let verdict = |order: &str| only(matched(&known, vec![device("Siemens", name, order, "V2.0")])).0;
    for order in
        ["6ES75173TP000AB0", "6ES7517 3TP00 0AB0", "6ES7517\u{2013}3TP00\u{2013}0AB0", "6es7517-3tp00-0ab0"]
    {
        assert_eq!(verdict(order), Verdict::Yes, "{order}");
    }
    for order in ["unknown", "n/a", "10023456", "MLFB pending", "6ES7517-3TPOO-OABO", "6ES7517-3TP00-...."] {
        assert_ne!(verdict(order), Verdict::No, "{order}");
    }
    assert_eq!(verdict("6ES7518-3TP00-0AB1"), Verdict::No, "another article");
    assert_eq!(verdict("6ES7518 3TP00 0AB0"), Verdict::No, "another article, with blanks");
}

#[test]
fn only_a_plainly_other_order_number_clears() {
    let name = "SIMATIC CP 443-1";
    let known = leaves(vec![ordered(product("P1", "Siemens", name, "< V3.3"), &["6GK7443-1EX30-0XE0"])]);
    let found = |order: &str, version| matched(&known, vec![device("Siemens", name, order, version)]);
    for (order, says) in [
        ("6GK7443-1EX3X-0XE0", "has an `X`"),
        ("6gk7 443-1xxxx-0xe0", "has an `X`"),
        ("6GK7443-1EX\u{39f}0-0XE0", "another alphabet"),
        ("6GK7443-1E\u{41a}30-0XE0", "another alphabet"),
        ("6GK7443-1EX40-0XE0", "another edition"),
        ("6GK7443-1EX30-0XE1", "another edition"),
        ("6AG1443-1EX30-4XE0", "another edition"),
    ] {
        let matches = found(order, "V3.2");
        assert!(matches[0].decision.why.contains(says), "{order}: {}", matches[0].decision.why);
        assert_eq!(only(matches), (Verdict::Unknown, Confidence::Possible, Rung::Candidate), "{order}");
        assert_eq!(only(found(order, "V3.3")).0, Verdict::No, "{order}: its version clears it all the same");
    }
    for order in ["6GK7443-1GX30-0XE0", "6GK7343-1EX30-0XE0", "6GK7443-5XXXX-0XE0", "6AG1443-1GX30-4XE0"] {
        assert_eq!(only(found(order, "V3.2")).0, Verdict::No, "{order}");
    }
    let nameless = matched(&known, vec![device("Siemens", "Press 7", "6GK7443-1EX3X-0XE0", "V3.2")]);
    assert_eq!(only(nameless).0, Verdict::Unknown, "found by the beginning of its number");
}

#[test]
fn a_revision_that_the_name_contradicts_clears_nothing() {
    let listed = "SIMATIC S7-400 CPU hardware version 5.0 (incl. SIPLUS variants)";
    let known = leaves(vec![product("P1", "Siemens", listed, "All firmware versions < V5.2")]);
    let found = |name: &str, revision: &str, version: &str| {
        let asset = device("Siemens", name, "", version);
        matched(&known, vec![Component { hardware_revision: revision.into(), ..asset }])
    };
    let named = "SIMATIC S7-400 CPU hardware version 5.0";
    assert_eq!(only(found(named, "7", "V5.1")).0, Verdict::Unknown);
    assert_eq!(only(found(named, "5.0", "V5.1")).0, Verdict::Unknown, "the name is not wholly the same");
    let newer = found(named, "7", "V5.2");
    assert!(newer[0].decision.why.contains("lies outside"), "{}", newer[0].decision.why);
    assert_eq!(only(newer).0, Verdict::No);
    for other in found("SIMATIC S7-400 CPU", "7", "V5.1") {
        let why = &other.decision.why;
        assert!(!why.contains("lies outside"), "the version does not exclude it: {why}");
        assert!(other.decision.verdict != Verdict::No || why.contains("revision `7`"), "{why}");
    }
}

#[test]
fn a_function_state_is_read_from_the_hardware_revision() {
    let version = "All versions <= V2.5.0 and Function State (FS) <= 9";
    let known = leaves(vec![product("P1", "Siemens", "S7-200 SMART CPU ST20", version)]);
    let found = |revision: &str| {
        let asset = device("Siemens", "S7-200 SMART CPU ST20", "", "V2.4");
        matched(&known, vec![Component { hardware_revision: revision.into(), ..asset }])
    };
    assert_eq!(only(found("FS:09")).0, Verdict::Yes);
    let cleared = found("FS 10");
    assert!(cleared[0].decision.why.contains("hardware revision `FS 10`"), "{}", cleared[0].decision.why);
    assert_eq!(only(cleared).0, Verdict::No);
    assert_eq!(only(found("10")).0, Verdict::Unknown, "a bare number says not what it counts");
}

#[test]
fn what_would_change_another_article_is_not_its_version() {
    let known = leaves(vec![ordered(product("P1", "Siemens", CPU, "< V3.1.4"), &[CPU_ORDER])]);
    let fact = ComponentFact::new(1, device("Siemens", CPU, "6ES7512-1DK00-0AB0", "V2.9"));
    let told = explain(&known, &[&fact], &Rules::default(), 1).unwrap();
    assert_eq!(told.decision.verdict, Verdict::No);
    let change = told.what_would_change_it.join("; ");
    assert!(change.contains("order number") && !change.contains("version"), "{change}");
}

#[test]
fn a_release_in_the_name_confirms_with_an_installed_version_of_it_and_another_release_is_nothing() {
    let known = leaves(vec![product("P1", "Siemens", "SIMATIC WinCC V7.4", "vers:all/*")]);
    let asset = |version| vec![device("Siemens", "SIMATIC WinCC", "", version)];
    assert_eq!(only(matched(&known, asset("V7.4 SP1"))), (Verdict::Yes, Confidence::Confirmed, Rung::Name));
    assert_eq!(only(matched(&known, asset("7"))).0, Verdict::Unknown, "which 7 it is, nobody has said");
    let ranged = leaves(vec![product("P1", "Siemens", "SIMATIC WinCC V7.4", "< V7.4 SP1 Update 14")]);
    assert_eq!(only(matched(&ranged, asset("V7.4 SP1 Update 13"))).0, Verdict::Yes);
    assert_eq!(only(matched(&ranged, asset("V7.4 SP1 Update 14"))).0, Verdict::No);
    assert_eq!(only(matched(&known, asset(""))).0, Verdict::Unknown);
    assert!(matched(&known, asset("V7.2")).is_empty());
    let family =
        leaves(vec![product("P1", "Siemens", "SIMATIC HMI Comfort Panels (incl. SIPLUS variants)", "< V17")]);
    let panel = vec![device("Siemens", "SIMATIC HMI Comfort Panels", "", "V16")];
    assert_eq!(only(matched(&family, panel)).0, Verdict::Unknown);
}

#[test]
fn articles_beside_the_recognised_one_are_no_noise() {
    let orders = ["6ES7511-1AK00-0AB0", "6ES7511-1AK01-0AB0", CPU_ORDER];
    let products = orders.iter().map(|order| ordered(product(order, "Siemens", CPU, "< V3.1.4"), &[order]));
    let known = leaves(products.collect());
    let found = matched(&known, vec![device("Siemens", CPU, CPU_ORDER, "V2.9.4")]);
    assert_eq!(only(found), (Verdict::Yes, Confidence::Confirmed, Rung::OrderNumber));
}

#[test]
fn serial_numbers_and_the_edges_of_a_train_leave_the_answer_open() {
    let mut some = product("P1", "Acme", "Valve 12", "vers:all/*");
    some.helpers.serial_numbers = vec!["SN-100*".to_owned()];
    let found = matched(&leaves(vec![some]), vec![device("Acme", "Valve 12", "", "1")]);
    assert_eq!(only(found).0, Verdict::Unknown);
    let input = LeafInput {
        number: 1,
        document: 1,
        standing: Standing::Edge,
        expression: product("P1", "Acme", "Valve 12", "vers:intdot/1.0"),
        fixes: Vec::new(),
    };
    let first = Leaves::new(vec![input]);
    assert_eq!(only(matched(&first, vec![device("Acme", "Valve 12", "", "2.0")])).0, Verdict::Unknown);
    assert_eq!(only(matched(&first, vec![device("Acme", "Valve 12", "", "1.0")])).0, Verdict::Yes);
}

#[test]
fn a_longer_order_number_is_the_listed_one_only_behind_a_separator() {
    let known = leaves(vec![ordered(product("P1", "Acme", "Bridge", "< 11.003"), &["1756-EN2T"])]);
    let verdict = |order: &str| only(matched(&known, vec![device("Acme", "Box", order, "10.1")])).0;
    assert_eq!(verdict("1756-EN2T"), Verdict::Yes);
    assert_eq!(verdict("1756-EN2T/C"), Verdict::Yes);
    assert_eq!(verdict("1756-EN2TR"), Verdict::Unknown);
    // CSAF 2.0 lets a document cut a number anywhere; that it did is likely where the name agrees too.
    let cut = leaves(vec![ordered(product("P1", "Acme", "Hydra pump", "< 11.003"), &["ABC-12"])]);
    let found = |name: &str| only(matched(&cut, vec![device("Acme", name, "ABC-1234", "10.1")]));
    assert_eq!(found("Hydra pump 12 kW"), (Verdict::Yes, Confidence::Likely, Rung::OrderNumber));
    assert_eq!(found("Medusa valve"), (Verdict::Unknown, Confidence::Possible, Rung::Candidate));
}

#[test]
fn evidence_points_to_what_it_compares() {
    let mut listed = product("P1", "Acme", "Valve 12", "< 2");
    listed.pointer = "/product_tree/branches/0/branches/7/branches/1/product".to_owned();
    let fact = ComponentFact::new(1, device("Acme", "Valve 12", "", "1"));
    let explained = explain(&leaves(vec![listed]), &[&fact], &Rules::default(), 1).unwrap();
    let places: Vec<&str> = explained.evidence.iter().map(|row| row.advisory_pointer.as_str()).collect();
    assert_eq!(
        places,
        [
            "/product_tree/branches/0/name",
            "/product_tree/branches/0/branches/7/name",
            "/product_tree/branches/0/branches/7/branches/1/name"
        ]
    );
}

#[test]
fn a_version_that_is_written_in_two_ways_decides_nothing() {
    let mut listed = product("P1", "Moxa", "NPort 5110", "2.1");
    listed.name = "NPort 5110: Firmware Versions 2.10".to_owned();
    let known = leaves(vec![listed]);
    for version in ["2.10", "2.1"] {
        let found = matched(&known, vec![device("Moxa", "NPort 5110", "", version)]);
        assert_eq!(only(found).0, Verdict::Unknown, "{version}");
    }
}

#[test]
fn a_cpe_name_that_names_nothing_recognises_nothing() {
    let verdict = |name: &str| {
        let mut listed = product("P1", "Acme", "Valve 12", "vers:all/*");
        listed.helpers.cpe = Some(name.to_owned());
        let part = Component { cpe: name.to_owned(), ..device("Else", "Other 77", "", "1") };
        matched(&leaves(vec![listed]), vec![part]).first().map(|found| found.decision.verdict)
    };
    assert_eq!(verdict("cpe:2.3:*:*:*:*:*:*:*:*:*:*:*"), None);
    assert_eq!(verdict("cpe:2.3:h:acme:valve_12:*:*:*:*:*:*:*:*"), Some(Verdict::Yes));
}

#[test]
fn a_cpe_name_of_another_platform_is_a_candidate() {
    let mut listed = product("P1", "Acme", "Viewer", "vers:all/*");
    listed.helpers.cpe = Some("cpe:2.3:a:acme:viewer:*:*:*:*:*:android:*:*".to_owned());
    let part = Component {
        cpe: "cpe:2.3:a:acme:viewer:1:*:*:*:*:windows:*:*".to_owned(),
        ..device("Acme", "Viewer for desks", "", "1")
    };
    let answer = only(matched(&leaves(vec![listed]), vec![part]));
    assert_eq!(answer, (Verdict::Unknown, Confidence::Possible, Rung::Candidate));
}

#[test]
fn half_an_order_number_is_never_a_yes_nor_a_no() {
    let known = leaves(vec![ordered(product("P1", "Siemens", CPU, "< V3.1.4"), &[CPU_ORDER])]);
    let half = vec![device("Siemens", "S7 CPU", "6ES7511-1AK", "V2.9.4")];
    assert_eq!(only(matched(&known, half)), (Verdict::Unknown, Confidence::Possible, Rung::Candidate));
}

#[test]
fn a_name_confirms_where_no_order_number_is_listed_and_is_likely_where_one_is() {
    let plain = leaves(vec![product("P1", "Schneider Electric Software, LLC", "Modicon M340", "< SV3.60")]);
    let asset = vec![device("Schneider Electric", "MODICON  M340", "", "SV3.50")];
    assert_eq!(only(matched(&plain, asset)), (Verdict::Yes, Confidence::Confirmed, Rung::Name));
    let listed = leaves(vec![ordered(product("P1", "Siemens", CPU, "< V3.1.4"), &[CPU_ORDER])]);
    let asset = vec![device("Siemens", CPU, "", "V2.9.4")];
    assert_eq!(only(matched(&listed, asset)), (Verdict::Yes, Confidence::Likely, Rung::Name));
}

#[test]
fn a_family_is_a_candidate_and_a_stranger_is_nothing() {
    let family = "SIMATIC S7-1500 CPU family (incl. related ET200 CPUs and SIPLUS variants)";
    let known = leaves(vec![product("P1", "Siemens", family, "< V2.9.7")]);
    let asset = |version| vec![device("Siemens", CPU, CPU_ORDER, version)];
    assert_eq!(
        only(matched(&known, asset("V2.9.4"))),
        (Verdict::Unknown, Confidence::Possible, Rung::Candidate)
    );
    let excluded = matched(&known, asset("V3.0.0"));
    assert!(excluded[0].decision.why.contains("if it is this product"), "{}", excluded[0].decision.why);
    assert_eq!(only(excluded), (Verdict::No, Confidence::Possible, Rung::Candidate));
    assert!(matched(&known, vec![device("Moxa", "EDS-405A", "", "V3.5")]).is_empty());
    // The same name of another maker: the inventory may have the vendor wrong.
    let known = leaves(vec![product("P1", "Siemens", CPU, "< V2.9.7")]);
    let stranger = matched(&known, vec![device("Rockwell Automation", CPU, "", "V2.9.4")]);
    assert_eq!(only(stranger).2, Rung::Candidate);
}

#[test]
fn without_a_vendor_an_equal_name_is_a_candidate() {
    let known = leaves(vec![product("P1", "CODESYS", "Control RTE", "< 3.5.18.0")]);
    let found = matched(&known, vec![software("", "Control RTE", "3.5.17.0")]);
    assert_eq!(only(found), (Verdict::Unknown, Confidence::Possible, Rung::Candidate));
}

#[test]
fn what_is_not_understood_is_unknown_never_no() {
    let known =
        leaves(vec![product("P1", "Acme", "Boiler Brain 3000", "see the table in the manual, rev. c")]);
    let found = matched(&known, vec![device("Acme", "Boiler Brain 3000", "", "7.1")]);
    assert_eq!(only(found), (Verdict::Unknown, Confidence::Possible, Rung::Name));
    let silent = leaves(vec![product("P1", "Acme", "Boiler Brain 3000", "")]);
    let found = matched(&silent, vec![device("Acme", "Boiler Brain 3000", "", "7.1")]);
    assert_eq!(only(found).0, Verdict::Unknown);
}

#[test]
fn all_versions_needs_no_version() {
    let known = leaves(vec![product("P1", "Acme", "Valve 12", "vers:all/*")]);
    let found = matched(&known, vec![device("Acme", "Valve 12", "", "")]);
    assert_eq!(only(found), (Verdict::Yes, Confidence::Confirmed, Rung::Name));
}

fn combined(category: RelationCategory) -> Leaves {
    leaves(vec![
        product("APP", "Acme", "Historian 5", "< 5.2"),
        product("OS", "Contoso", "PlantOS 11", ""),
        combination("BOTH", category, "APP", "OS"),
    ])
}

#[test]
fn a_combination_needs_both_and_its_parts_are_no_matches() {
    let known = combined(RelationCategory::InstalledOn);
    let app = |version| software("Acme", "Historian 5", version);
    let os = || device("Contoso", "PlantOS 11", "", "");
    let found = matched(&known, vec![app("5.1"), os()]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].leaf, found[0].decision.verdict), (3, Verdict::Yes));
    assert_eq!(matched(&known, vec![app("5.2"), os()])[0].decision.verdict, Verdict::No);
    assert_eq!(
        matched(&known, vec![app("5.1")])[0].decision.verdict,
        Verdict::Unknown,
        "the system is not recognised"
    );
    assert_eq!(
        matched(&known, vec![os()])[0].decision.verdict,
        Verdict::Unknown,
        "nobody listed the software"
    );
    let other = software("Acme", "Viewer", "1");
    assert!(matched(&known, vec![os(), other]).is_empty(), "the software is listed and this is not among it");
}

#[test]
fn a_default_component_is_there_with_its_parent() {
    let known = combined(RelationCategory::DefaultComponentOf);
    let found = matched(&known, vec![device("Contoso", "PlantOS 11", "", "")]);
    assert_eq!((found[0].decision.verdict, found[0].decision.confidence), (Verdict::Yes, Confidence::Likely));
}

/// The verdict on "Historian 5 < 5.2, CATEGORY, PlantOS 11" for these components; `None` when it is no match.
fn says_of(category: RelationCategory, components: Vec<Component>) -> Option<Verdict> {
    let found = matched(&combined(category), components);
    assert!(found.iter().all(|found| found.leaf == 3), "the parts are no matches by themselves: {found:#?}");
    found.first().map(|found| found.decision.verdict)
}

#[test]
fn each_of_the_five_relations_asks_for_the_parts_that_it_needs() {
    use RelationCategory as R;
    let app = |version| software("Acme", "Historian 5", version);
    let os = || device("Contoso", "PlantOS 11", "", "");
    let other = || software("Acme", "Viewer", "1");
    for category in [
        R::InstalledOn,
        R::InstalledWith,
        R::DefaultComponentOf,
        R::OptionalComponentOf,
        R::ExternalComponentOf,
    ] {
        let says = |components| says_of(category, components);
        assert_eq!(says(vec![app("5.1"), os()]), Some(Verdict::Yes), "{category}: both are there");
        assert_eq!(says(vec![app("5.2"), os()]), Some(Verdict::No), "{category}: the version is excluded");
        assert_eq!(says(vec![app(""), os()]), Some(Verdict::Unknown), "{category}: no version is known");
        assert_eq!(says(vec![app("5.1")]), Some(Verdict::Unknown), "{category}: the other is not recognised");
        assert_eq!(says(vec![app("5.2")]), Some(Verdict::No), "{category}: that alone excludes it");
        assert_eq!(says(vec![other()]), None, "{category}: neither is there");
    }
    // The parent alone: enough for what is there by default, open for the others, and nothing where all software on
    // the host is listed and this is not among it.
    assert_eq!(says_of(R::DefaultComponentOf, vec![os()]), Some(Verdict::Yes));
    for category in [R::InstalledOn, R::InstalledWith, R::OptionalComponentOf, R::ExternalComponentOf] {
        assert_eq!(says_of(category, vec![os()]), Some(Verdict::Unknown), "{category}");
    }
    for category in [R::InstalledOn, R::InstalledWith] {
        assert_eq!(says_of(category, vec![os(), other()]), None, "{category}");
    }
    for category in [R::OptionalComponentOf, R::ExternalComponentOf] {
        assert_eq!(says_of(category, vec![os(), other()]), Some(Verdict::Unknown), "{category}");
    }
}

#[test]
fn a_circle_of_combinations_ends() {
    let known = leaves(vec![
        product("A", "Acme", "Valve 12", "1"),
        combination("X", RelationCategory::InstalledOn, "A", "Y"),
        combination("Y", RelationCategory::InstalledOn, "X", "A"),
    ]);
    assert!(matched(&known, vec![device("Acme", "Valve 12", "", "1")]).len() <= 2);
}

#[test]
fn an_explanation_gives_the_same_answer_with_its_evidence() {
    let known = leaves(vec![ordered(product("P1", "Siemens", CPU, "< V3.1.4"), &[CPU_ORDER])]);
    let fact = ComponentFact::new(1, device("Siemens AG", CPU, CPU_ORDER, "V2.9.4"));
    let explained = explain(&known, &[&fact], &Rules::default(), 1).unwrap();
    assert_eq!(explained.decision, *matched(&known, vec![fact.component.clone()])[0].decision);
    let tests: Vec<(&str, Verdict)> =
        explained.evidence.iter().map(|row| (row.test.as_str(), row.result)).collect();
    assert_eq!(
        tests,
        [
            ("vendor", Verdict::Yes),
            ("product", Verdict::Yes),
            ("order number", Verdict::Yes),
            ("version", Verdict::Yes)
        ]
    );
    assert!(explained.decision.why.contains("V2.9.4"), "{}", explained.decision.why);
}

#[test]
fn both_directions_find_the_same_pairs() {
    let known = leaves(vec![
        ordered(product("P1", "Siemens", "X", "< 2"), &["6ES7511*", "DH-?PC", "AB"]),
        product("P2", "Siemens", CPU, "< 2"),
        product("P3", "Acme", "Valve 12", "vers:all/*"),
    ]);
    let parts = [
        device("Siemens", "Y", "6ES7511-9", "1"),
        device("Siemens", "Z", "DH-IPC", "1"),
        device("Siemens", "Q", "ABX-1", "1"),
        device("Siemens", "S7-1500", "", "1"),
        device("", "Valve 12", "", ""),
        device("Nobody", "Nothing", "", ""),
    ];
    let facts: Vec<ComponentFact> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| ComponentFact::new(i64::try_from(at).unwrap(), part.clone()))
        .collect();
    let from_leaves = Components::new(facts).near(&known, &Rules::default());
    assert_eq!(from_leaves, [0, 1, 2, 3, 4]);
    for (at, part) in parts.iter().enumerate() {
        let found = !matched(&known, vec![part.clone()]).is_empty();
        assert_eq!(found, from_leaves.contains(&i64::try_from(at).unwrap()), "{part:?}");
    }
}

proptest! {
    /// Whatever stands in inventories and documents: no panic, and the same answer twice.
    #[test]
    fn any_text_is_judged_the_same_way_twice(
        vendor in ".{0,24}", name in ".{0,40}", order in ".{0,20}", version in ".{0,24}", range in ".{0,40}"
    ) {
        let known = leaves(vec![
            ordered(product("P1", &vendor, &name, &range), &[&order]),
            product("P2", &vendor, &format!("{name} X100"), &range),
        ]);
        let part = device(&vendor, &name, &order, &version);
        prop_assert_eq!(matched(&known, vec![part.clone()]), matched(&known, vec![part]));
    }
}

/// What one product of a document says to one asset of the same vendor.
fn says(name: &str, asset: &str, order: &str) -> Option<(Verdict, Rung)> {
    let known = leaves(vec![product("P1", "Acme", name, "< 5")]);
    let part = device("Acme", asset, order, "2");
    let near = Components::new(vec![ComponentFact::new(1, part.clone())]).near(&known, &Rules::default());
    let found = matched(&known, vec![part]);
    assert!(found.is_empty() || near == [1], "both directions find the same pairs");
    found.first().map(|found| (found.decision.verdict, found.decision.rung))
}

#[test]
fn part_numbers_inside_a_name_find_the_asset() {
    let yes = Some((Verdict::Yes, Rung::OrderNumber));
    let open = Some((Verdict::Unknown, Rung::Candidate));
    let m340 = "Modicon M340 CPU (part numbers BMXP34*)";
    assert_eq!(says(m340, "Modicon M340", "BMXP342020"), yes);
    assert_eq!(says(m340, "Modicon M340 BMXP342020", ""), yes);
    assert_eq!(says(m340, "power supply", "BMXCPS2010"), None);
    let cpus = "MELSEC iQ-R Series R04/08/16/32/120(EN)CPU";
    assert_eq!(says(cpus, "MELSEC iQ-R R08ENCPU", ""), yes);
    assert_eq!(says(cpus, "PLC", "R120CPU"), yes);
    assert_eq!(says(cpus, "R08ENCPU", ""), open, "the rest of the name is not said");
    assert_eq!(says(cpus, "PLC", "R64CPU"), None);
    assert_eq!(says("CS1D-CPU**S", "CS1D-CPU65S", ""), yes);
    assert_eq!(says("DH-IPC-HFW1XXX", "Camera", "DH-IPC-HFW1230"), open, "a capital X may be an X");
    let fx5 = "FX5U-xMy/z x=32,64,80, y=T,R, z=ES,DS,ESS,DSS";
    assert_eq!(says(fx5, "MELSEC iQ-F", "FX5U-64MT/DSS"), yes);
    assert_eq!(says(fx5, "MELSEC iQ-F", "FX5U-64M"), open);
    let serial = "FX5U-xMy/z x=32,64, y=T,R, z=ES (Serial number 179**** and prior)";
    assert_eq!(says(serial, "MELSEC iQ-F", "FX5U-64MT/ES"), open, "the serial number decides");
    assert_eq!(says("ATV6xx DTM", "Altivar ATV630", "ATV630"), open, "a program for the drive");
    assert_eq!(says("SIMATIC ITC1500 PRO", "Panel", "ITC1500"), open, "a variant of it");
    assert_eq!(says("SIMATIC IPC427D (incl. SIPLUS variants)", "Panel", "IPC427D"), yes);
    assert_eq!(says("RS900NC(32M) V5.X", "RS900NC(32M) V4.X", ""), open, "another release");
    assert_eq!(says("W-1700 IEEE 802.11ac family", "Radio", "802.11ac"), None);
    assert_eq!(says("800xA for MOD 300", "800xA for DCI", ""), None);
}

#[test]
fn a_hardware_series_is_part_of_the_identity() {
    let listed = "1756-EN2T Series A, B, and C";
    assert_eq!(says(listed, "Bridge", "1756-EN2T/C"), Some((Verdict::Yes, Rung::OrderNumber)));
    assert_eq!(says(listed, "Bridge", "1756-EN2T/D"), Some((Verdict::No, Rung::OrderNumber)));
    assert_eq!(says(listed, "Bridge", "1756-EN2T"), Some((Verdict::Unknown, Rung::Candidate)));
    assert_eq!(says(listed, "Bridge", "1756-EN2TR/C"), None);
    assert_eq!(says("1756-EN2T", "Bridge", "1756-EN2T/D"), Some((Verdict::Yes, Rung::OrderNumber)));
}

/// A device of which the inventory knows only what its protocol told.
fn told(purl: &str) -> Component {
    Component { purl: purl.into(), ..Component::empty(ComponentKind::Firmware) }
}

#[test]
fn what_a_device_tells_by_its_protocol_is_an_identity() {
    let known = leaves(vec![
        ordered(product("P1", "Siemens", "SIMATIC S7-300 CPU 315", "< V3.3"), &["6ES7315-2EH14-0AB0"]),
        product("P2", "Rockwell Automation", "1756-ENBT Series A", "< 4.0"),
        product("P3", "Johnson Controls Inc.", "MS-NAE4510-2", "< 6.0"),
        product("P4", "Schneider Electric", "TM221CE40T", "< 2.0"),
    ]);
    let answers = |purl: &str| -> Vec<(i64, Verdict, Rung)> {
        let part = told(purl);
        let near = Components::new(vec![ComponentFact::new(1, part.clone())]).near(&known, &Rules::default());
        let found = matched(&known, vec![part]);
        assert!(found.is_empty() || near == [1], "both directions find the same pairs");
        found.iter().map(|found| (found.leaf, found.decision.verdict, found.decision.rung)).collect()
    };
    let yes = |leaf| vec![(leaf, Verdict::Yes, Rung::ProtocolIdentity)];
    assert_eq!(answers("pkg:pnio/42/6ES7%20315-2EH14-0AB0%20@V3.2.7"), yes(1));
    assert_eq!(answers("pkg:bacnet/5/MS-NAE4510-2@5.1.0.4400"), yes(3));
    assert_eq!(answers("pkg:modbus/Schneider%20Electric/TM221CE40T@1.3"), yes(4));
    assert_eq!(
        answers("pkg:enip/1/12/58@3.4"),
        [(2, Verdict::Unknown, Rung::Candidate)],
        "the series is open"
    );
    let with_series = Component { hardware_revision: "A".into(), ..told("pkg:enip/1/12/58@3.4") };
    let found = matched(&known, vec![with_series]);
    assert_eq!((found[0].leaf, found[0].decision.rung), (2, Rung::ProtocolIdentity));
    assert!(found[0].decision.why.contains("EtherNet/IP"), "{}", found[0].decision.why);
    for nothing in
        ["pkg:enip/1/12/59999@3.4", "pkg:enip/x/12/58", "pkg:snmp/1.3.6.1.4.1.8691.7", "pkg:snmp/a.b"]
    {
        assert_eq!(answers(nothing), [], "{nothing}");
    }
    let other_vendor = Component { vendor: "Moxa".into(), ..told("pkg:pnio/42/6ES7315-2EH14-0AB0@V3.2.7") };
    assert!(matched(&known, vec![other_vendor]).is_empty(), "the inventory's own word is not overruled");
}

fn exactly(versions: &[&str], fixes: &[&str]) -> Leaves {
    let input = |(number, version): (i64, &&str)| LeafInput {
        number,
        document: 1,
        standing: Standing::Stated,
        expression: product(&format!("P{number}"), "Acme", "Valve 12", version),
        fixes: fixes.iter().map(|fix| (*fix).to_owned()).collect(),
    };
    Leaves::new((1_i64..).zip(versions).map(input).collect())
}

#[test]
fn a_single_listed_version_excludes_nothing_that_lies_before_the_fix() {
    let fixes = ["v33.017", "v34.014"];
    let listed = exactly(&["32.011"], &fixes);
    let of = |version: &str| only(matched(&listed, vec![device("Acme", "Valve 12", "", version)]));
    assert_eq!(of("32.011").0, Verdict::Yes);
    for before in ["33.011", "31.011", "34.011"] {
        assert_eq!(of(before).0, Verdict::Unknown, "{before}");
    }
    for fixed in ["33.017", "33.018", "34.014", "35.011"] {
        assert_eq!(of(fixed).0, Verdict::No, "{fixed}");
    }
    let silent = exactly(&["32.011"], &[]);
    assert_eq!(only(matched(&silent, vec![device("Acme", "Valve 12", "", "33.011")])).0, Verdict::No);
}

#[test]
fn a_version_that_another_leaf_lists_is_no_doubt_of_this_one() {
    let listed = exactly(&["32.011", "33.011"], &["v33.017"]);
    let verdicts = |version: &str| -> Vec<Verdict> {
        let found = matched(&listed, vec![device("Acme", "Valve 12", "", version)]);
        found.into_iter().map(|found| found.decision.verdict).collect()
    };
    assert_eq!(verdicts("33.011"), [Verdict::No, Verdict::Yes]);
    assert_eq!(verdicts("33.012"), [Verdict::Unknown, Verdict::Unknown]);
}

#[test]
fn a_component_of_a_combination_excludes_nothing_that_lies_before_the_fix() {
    let input = |number: i64, expression: ProductExpression, standing, fixes: &[&str]| LeafInput {
        number,
        document: 1,
        standing,
        expression,
        fixes: fixes.iter().map(|fix| (*fix).to_owned()).collect(),
    };
    let firmware = |id: &str, version: &str| product(id, "Acme", "Valve Firmware 12", version);
    let on = |id: &str, part: &str| combination(id, RelationCategory::InstalledOn, part, "HW");
    let known = Leaves::new(vec![
        input(1, firmware("OLD", "5.1.0"), Standing::Named, &["5.2.0"]),
        input(2, firmware("SPARED", "5.1.3"), Standing::Named, &[]),
        input(3, product("HW", "Acme", "Valve M16", ""), Standing::Named, &[]),
        input(4, on("OLD-HW", "OLD"), Standing::Stated, &[]),
        input(5, on("SPARED-HW", "SPARED"), Standing::Stated, &[]),
    ]);
    let says = |version: &str| -> Vec<(i64, Verdict)> {
        let found = matched(&known, vec![device("Acme", "Valve Firmware 12", "", version)]);
        found.into_iter().map(|found| (found.leaf, found.decision.verdict)).collect()
    };
    let (no, unknown) = (Verdict::No, Verdict::Unknown);
    assert_eq!(says("5.1.0"), [(4, unknown), (5, no)], "the hardware is not recognised");
    assert_eq!(says("5.1.5"), [(4, unknown), (5, no)], "between what is listed and the fix");
    assert_eq!(says("5.2.0"), [(4, no), (5, no)], "it has the fix");
    assert_eq!(says("5.1.3"), [(4, no), (5, unknown)], "another combination speaks of that very version");
}

#[test]
fn a_document_that_names_only_the_cure_does_not_clear_what_is_older() {
    let cured = |version: &str, fix: &str| {
        let expression = product("P", "Acme", "Gamma 10", version);
        let (number, document, standing) = (1, 1, Standing::Cured);
        Leaves::new(vec![LeafInput { number, document, standing, expression, fixes: vec![fix.to_owned()] }])
    };
    for (text, fix) in [("2.0", "2.0"), ("vers:intdot/>=2.0", "2.0"), ("vers:intdot/>=2.0|<3.0", "2.0")] {
        let known = cured(text, fix);
        let says = |version: &str| only(matched(&known, vec![device("Acme", "Gamma 10", "", version)])).0;
        assert_eq!(says("1.9"), Verdict::Unknown, "{text}");
        assert_eq!(says("2.0"), Verdict::Yes, "{text}: the statement itself turns it into a no");
        assert_ne!(says("3.1"), Verdict::Unknown, "{text}");
    }
}
