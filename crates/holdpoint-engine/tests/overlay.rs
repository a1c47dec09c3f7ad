//! What one asset's own facts settle: serial numbers, and never more than was open.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_domain::advisory::{BranchCategory, Helpers, PathStep, ProductExpression};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::matching::{Decision, Rung, Verdict};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::{
    AssetFacts, ComponentFact, LeafInput, Leaves, Rules, for_asset, match_configuration,
};

fn leaves(version: &str, serials: &[&str], standing: Standing) -> Leaves {
    let step = |category, name: &str| PathStep { category, name: name.to_owned() };
    let mut path = vec![step(BranchCategory::Vendor, "Acme"), step(BranchCategory::ProductName, "Valve 12")];
    if !version.is_empty() {
        path.push(step(BranchCategory::ProductVersionRange, version));
    }
    let serial_numbers = serials.iter().map(|number| (*number).to_owned()).collect();
    let expression = ProductExpression {
        product_id: "P1".into(),
        name: "Valve 12".into(),
        path,
        helpers: Helpers { serial_numbers, ..Helpers::default() },
        relation: None,
        pointer: "/product_tree/branches/0/product".into(),
    };
    Leaves::new(vec![LeafInput { number: 1, document: 1, standing, expression, fixes: Vec::new() }])
}

fn decide(leaves: &Leaves, version: &str, name: &str, serial: &str) -> Decision {
    let component = Component {
        vendor: "Acme".into(),
        product: name.into(),
        version: version.into(),
        ..Component::empty(ComponentKind::Firmware)
    };
    let fact = ComponentFact::new(1, component);
    let found = match_configuration(leaves, &[&fact], &Rules::default(), &mut Memo::default());
    let facts = AssetFacts { serial_number: serial.into(), ..AssetFacts::default() };
    for_asset(&found[0], Some(&fact), leaves.by_number(1).unwrap(), &Rules::default(), &facts)
}

#[test]
fn a_serial_number_settles_what_the_configuration_left_open() {
    let known = leaves("< 2.0", &["SN-100*", "SN-2??"], Standing::Stated);
    let verdict = |serial: &str| decide(&known, "1.4", "Valve 12", serial).verdict;
    assert_eq!(verdict(""), Verdict::Unknown, "nobody knows the serial number");
    assert_eq!(verdict("sn-10077"), Verdict::Yes);
    assert_eq!(verdict("SN-2AB"), Verdict::Yes);
    assert_eq!(verdict("SN-300"), Verdict::No);
    assert_eq!(verdict("SN-1"), Verdict::Unknown, "it may be cut off");
    let yes = decide(&known, "1.4", "Valve 12", "SN-10077");
    assert_eq!(yes.rung, Rung::Serial);
    assert!(yes.why.contains("SN-10077") && yes.why.contains("1.4"), "{}", yes.why);
}

#[test]
fn serial_numbers_never_bring_back_an_excluded_version() {
    let known = leaves("< 2.0", &["SN-100*"], Standing::Stated);
    assert_eq!(decide(&known, "2.1", "Valve 12", "SN-1001").verdict, Verdict::No);
    assert_eq!(decide(&known, "", "Valve 12", "SN-1001").verdict, Verdict::Unknown, "no version is known");
    assert_eq!(decide(&known, "", "Valve 12", "SN-9").verdict, Verdict::No, "whatever runs on it");
}

#[test]
fn a_listed_serial_number_recognises_what_the_name_only_resembled() {
    let known = leaves("vers:all/*", &["SN-100*"], Standing::Stated);
    let found = decide(&known, "1.0", "Valve 12 (new) V3", "SN-1001");
    assert_eq!((found.verdict, found.rung), (Verdict::Yes, Rung::Serial));
    let found = decide(&known, "1.0", "Valve 12 (new) V3", "SN-7");
    assert_eq!((found.verdict, found.rung), (Verdict::Unknown, Rung::Candidate), "the product stays open");
}

#[test]
fn a_pattern_of_every_serial_number_recognises_nothing() {
    let known = leaves("vers:all/*", &["*"], Standing::Stated);
    let found = decide(&known, "1.0", "Valve 12 (new) V3", "SN-1001");
    assert_eq!((found.verdict, found.rung), (Verdict::Unknown, Rung::Candidate));
    assert_eq!(decide(&known, "1.0", "Valve 12", "SN-1001").verdict, Verdict::Yes, "the name does");
}

#[test]
fn the_edge_of_a_train_stays_open_for_every_asset() {
    let known = leaves("1.0", &["SN-100*"], Standing::Edge);
    assert_eq!(decide(&known, "2.0", "Valve 12", "SN-1001").verdict, Verdict::Unknown);
}

#[test]
fn a_range_that_cannot_be_read_stays_open_for_every_asset() {
    let known = leaves("see the table in the manual, rev. c", &["SN-100*"], Standing::Stated);
    assert_eq!(decide(&known, "1.0", "Valve 12", "SN-1001").verdict, Verdict::Unknown);
}

#[test]
fn conditions_in_the_version_text_are_settled_by_what_is_known_of_the_asset() {
    let known = leaves("the first 5 digits of serial number 22081 or prior", &[], Standing::Stated);
    let range = known.by_number(1).unwrap().version.as_ref().unwrap();
    assert_eq!(range.predicates().len(), 1, "{range}");
    let verdict = |serial: &str| decide(&known, "1.0", "Valve 12", serial).verdict;
    assert_eq!(verdict(""), Verdict::Unknown);
    assert_eq!(verdict("220510001"), Verdict::Yes);
    assert_eq!(verdict("221010001"), Verdict::No);
}

#[test]
fn placeholders_in_a_serial_number_clear_nothing() {
    let known = leaves("vers:all/*", &["24061*"], Standing::Stated);
    let verdict = |known: &Leaves, serial: &str| decide(known, "1.0", "Valve 12", serial).verdict;
    for serial in [
        "2407xxxx", "2407XXXX", "S C-…x", "2407????", "24x7", "24X61777", "n/a", "00000000", "unknown", "240",
    ] {
        assert_eq!(verdict(&known, serial), Verdict::Unknown, "{serial}");
    }
    assert_eq!(verdict(&known, "24071777"), Verdict::No, "a plain number is compared");
    assert_eq!(verdict(&known, "24061777"), Verdict::Yes);
    for listed in [
        "24061XXXX",
        "24061xxxx",
        "24061…",
        "24061000-24061999",
        "24061000 to 24061999",
        "<= 24061",
        "SN 24071777",
    ] {
        let known = leaves("vers:all/*", &[listed], Standing::Stated);
        assert_eq!(verdict(&known, "24071777"), Verdict::Unknown, "{listed}");
    }
}

#[test]
fn a_number_that_a_pattern_may_mean_in_another_spelling_is_open() {
    let verdict = |listed: &[&str], serial: &str| {
        decide(&leaves("< 2.0", listed, Standing::Stated), "1.0", "Valve 12", serial).verdict
    };
    assert_eq!(verdict(&["24-0417-*"], "24-0417-99"), Verdict::Yes);
    for serial in [
        "24041799",
        "24-O417-99",
        "24-04I7-99",
        "24 0417 99",
        "24-0417/99",
        "24.0417.99",
        "S/N 24-0417-99",
        "24\u{2013}0417\u{2013}99",
    ] {
        assert_eq!(verdict(&["24-0417-*"], serial), Verdict::Unknown, "{serial}");
    }
    for listed in [["SN-2404*", "A1B2C3"], ["SN-240417", "A1B2C3"], ["SN-2404??", "A1B2C3"]] {
        for serial in ["SN 2404 17", "SN240417", "S/N SN-240417", "SN\u{2013}240417", "240417"] {
            assert_ne!(verdict(&listed, serial), Verdict::No, "{serial} and {listed:?}");
        }
        assert_eq!(verdict(&listed, "SN-240517"), Verdict::No, "{listed:?}");
    }
    assert_eq!(verdict(&["24-0417-01"], "24-O417-01"), Verdict::Unknown);
    for serial in ["24041899", "25 0417 99", "31-0417-99", "24-B417-99"] {
        assert_eq!(verdict(&["24-0417-*"], serial), Verdict::No, "{serial}");
    }
}

#[test]
fn placeholders_clear_nothing_in_the_version_text_either() {
    let known = leaves("serial number 240617777", &[], Standing::Stated);
    let verdict = |serial: &str| decide(&known, "1.0", "Valve 12", serial).verdict;
    assert_eq!(verdict("24061xxxx"), Verdict::Unknown);
    assert_eq!(verdict("24061"), Verdict::Unknown);
    assert_eq!(verdict("240618888"), Verdict::No);
}

#[test]
fn a_pattern_that_says_hardly_a_sign_clears_nobody() {
    for listed in ["*", "S", "?*", "*99", "SN5"] {
        let cleared = leaves("vers:all/*", &[listed], Standing::Cleared);
        let verdict = |leaves: &Leaves, serial: &str| decide(leaves, "1.0", "Valve 12", serial).verdict;
        assert_eq!(verdict(&cleared, ""), Verdict::Unknown, "{listed}");
        assert_eq!(verdict(&cleared, "SN5-10099"), Verdict::Unknown, "{listed}");
        let cured = leaves("vers:all/*", &[listed], Standing::Cured);
        assert_eq!(verdict(&cured, "SN5-10099"), Verdict::Unknown, "{listed}");
        let touched = leaves("vers:all/*", &[listed], Standing::Stated);
        assert_eq!(verdict(&touched, "SN5-10099"), Verdict::Yes, "{listed} affects");
    }
    let whole = leaves("vers:all/*", &["SN5"], Standing::Cleared);
    assert_eq!(decide(&whole, "1.0", "Valve 12", "SN5").verdict, Verdict::Yes, "the whole number is listed");
    let much = leaves("vers:all/*", &["SN5-100*"], Standing::Cleared);
    assert_eq!(decide(&much, "1.0", "Valve 12", "SN5-10099").verdict, Verdict::Yes);
}
