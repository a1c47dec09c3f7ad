//! What narrows a listed product beside its version: an asset of which it is not known is a question.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_domain::advisory::{BranchCategory as B, Helpers, PathStep, ProductExpression};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::matching::{Decision, Verdict};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::{
    AssetFacts, ComponentFact, LeafInput, Leaves, Rules, for_asset, match_configuration,
};

const NUMBER: &str = "6SR2511-0AA00-0AB0";

fn leaves(steps: &[(B, &str)], helpers: Helpers) -> Leaves {
    let path =
        steps.iter().map(|(category, name)| PathStep { category: *category, name: (*name).to_owned() });
    let expression = ProductExpression {
        product_id: "P1".into(),
        name: "a product".into(),
        path: path.collect(),
        helpers,
        relation: None,
        pointer: "/product_tree/branches/0/product".into(),
    };
    Leaves::new(vec![LeafInput {
        number: 1,
        document: 1,
        standing: Standing::Stated,
        expression,
        fixes: Vec::new(),
    }])
}

fn decide(leaves: &Leaves, component: &Component, options: Option<&[&str]>) -> Decision {
    let fact = ComponentFact::new(1, component.clone());
    let found = match_configuration(leaves, &[&fact], &Rules::default(), &mut Memo::default());
    let options = options.map(|all| all.iter().map(|one| (*one).to_owned()).collect());
    let facts = AssetFacts { options, ..AssetFacts::default() };
    for_asset(&found[0], Some(&fact), leaves.by_number(1).unwrap(), &Rules::default(), &facts)
}

fn drive(product: &str, version: &str) -> Component {
    Component {
        vendor: "Acme".into(),
        product: product.into(),
        version: version.into(),
        order_number: NUMBER.into(),
        ..Component::empty(ComponentKind::Firmware)
    }
}

fn listed(product: &str) -> Leaves {
    let helpers = Helpers { model_numbers: vec![NUMBER.to_owned()], ..Helpers::default() };
    leaves(&[(B::Vendor, "Acme"), (B::ProductName, product), (B::ProductVersionRange, "< 2.0")], helpers)
}

#[test]
fn a_remark_in_the_name_names_what_must_be_known() {
    let known = listed("Drive 12 (x86, option G28 only)");
    let found = decide(&known, &drive("Drive 12", "1.0"), None);
    assert_eq!(found.verdict, Verdict::Unknown, "{}", found.why);
    assert!(found.why.contains("fitted options") && found.why.contains("architecture"), "{}", found.why);
    assert_eq!(
        decide(&known, &drive("Drive 12", "2.0"), None).verdict,
        Verdict::No,
        "the version excludes it"
    );
    let same = drive("Drive 12 (x86, option G28 only)", "1.0");
    assert_eq!(decide(&known, &same, None).verdict, Verdict::Yes, "our own name says it");
    let known = listed("Drive 12 (with option G28)");
    assert_eq!(decide(&known, &drive("Drive 12", "1.0"), None).verdict, Verdict::Unknown);
    assert_eq!(decide(&known, &drive("Drive 12", "1.0"), Some(&["G28", "G31"])).verdict, Verdict::Yes);
    assert_eq!(decide(&known, &drive("Drive 12", "1.0"), Some(&["G31"])).verdict, Verdict::Unknown);
    let known = listed("Drive 12 (incl. SIPLUS variants)");
    assert_eq!(decide(&known, &drive("Drive 12", "1.0"), None).verdict, Verdict::Yes, "it adds");
}

#[test]
fn a_family_below_the_version_is_a_condition() {
    let helpers = Helpers { model_numbers: vec![NUMBER.to_owned()], ..Helpers::default() };
    let known = leaves(
        &[
            (B::Vendor, "Acme"),
            (B::ProductName, "Drive 12"),
            (B::ProductVersionRange, "< 2.0"),
            (B::ProductFamily, "with safety module"),
        ],
        helpers.clone(),
    );
    let found = decide(&known, &drive("Drive 12", "1.0"), None);
    assert_eq!(found.verdict, Verdict::Unknown, "{}", found.why);
    assert!(found.why.contains("product family"), "{}", found.why);
    let above = leaves(
        &[
            (B::Vendor, "Acme"),
            (B::ProductFamily, "Drives"),
            (B::ProductName, "Drive 12"),
            (B::ProductVersionRange, "< 2.0"),
        ],
        helpers,
    );
    assert_eq!(decide(&above, &drive("Drive 12", "1.0"), None).verdict, Verdict::Yes);
}

#[test]
fn a_variant_in_a_cpe_name_must_be_that_of_the_asset() {
    let cpe = |target: &str| Helpers {
        cpe: Some(format!("cpe:2.3:a:acme:tool:*:*:*:*:*:{target}:*")),
        ..Helpers::default()
    };
    let steps = [(B::Vendor, "Acme"), (B::ProductName, "Tool"), (B::ProductVersionRange, "< 2.0")];
    let ours = |target: &str| Component {
        cpe: format!("cpe:2.3:a:acme:tool:1.0:*:*:*:*:{target}:*"),
        version: "1.0".into(),
        ..Component::empty(ComponentKind::Application)
    };
    for (listed, own, named) in [
        ("*:x64", "*:*", "target hardware"),
        ("windows:*", "*:*", "target software"),
        ("windows:x64", "*:x64", "target software"),
    ] {
        let found = decide(&leaves(&steps, cpe(listed)), &ours(own), None);
        assert_eq!(found.verdict, Verdict::Unknown, "{listed} {own}: {}", found.why);
        assert!(found.why.contains(named), "{}", found.why);
    }
    for (listed, own) in [("*:x64", "*:x64"), ("windows:*", "windows:*"), ("*:*", "windows:x64")] {
        let found = decide(&leaves(&steps, cpe(listed)), &ours(own), None);
        assert_eq!(found.verdict, Verdict::Yes, "{listed} {own}: {}", found.why);
    }
}

#[test]
fn the_architecture_of_a_package_url_must_be_that_of_the_asset() {
    let helpers = |purl: &str| Helpers { purl: Some(purl.to_owned()), ..Helpers::default() };
    let steps =
        [(B::Vendor, "Acme"), (B::ProductName, "libtool"), (B::ProductVersionRange, "vers:rpm/<2.0-1")];
    let ours = |purl: &str| Component { purl: purl.into(), ..Component::empty(ComponentKind::Package) };
    let arm = leaves(&steps, helpers("pkg:rpm/acme/libtool?arch=aarch64"));
    let found = decide(&arm, &ours("pkg:rpm/acme/libtool@1.0-1"), None);
    assert_eq!(found.verdict, Verdict::Unknown, "{}", found.why);
    assert!(found.why.contains("architecture"), "{}", found.why);
    assert_eq!(decide(&arm, &ours("pkg:rpm/acme/libtool@1.0-1?arch=aarch64"), None).verdict, Verdict::Yes);
    let source = leaves(&steps, helpers("pkg:rpm/acme/libtool?arch=src"));
    assert_eq!(decide(&source, &ours("pkg:rpm/acme/libtool@1.0-1?arch=x86_64"), None).verdict, Verdict::Yes);
    let nameless = [(B::Vendor, "Acme"), (B::ProductName, "libtool")];
    let versionless = leaves(&nameless, helpers("pkg:rpm/acme/libtool?arch=aarch64"));
    let found = decide(&versionless, &ours("pkg:rpm/acme/libtool@1.0-1"), None);
    assert!(found.verdict == Verdict::Unknown && found.why.contains("architecture"), "{}", found.why);
}

#[test]
fn a_release_in_the_name_does_not_speak_of_another_line() {
    let known = listed("Portal V16");
    let found = decide(&known, &drive("Portal V16", "V15.1"), None);
    assert_eq!(found.verdict, Verdict::No, "`< 2.0` leaves it out: {}", found.why);
    let steps = |text| [(B::Vendor, "Acme"), (B::ProductName, "Portal V16"), (B::ProductVersionRange, text)];
    let helpers = || Helpers { model_numbers: vec![NUMBER.to_owned()], ..Helpers::default() };
    for text in ["vers:all/*", "< V16 Update 4"] {
        let known = leaves(&steps(text), helpers());
        let found = decide(&known, &drive("Portal V16", "V15.1"), None);
        assert_eq!(found.verdict, Verdict::Unknown, "{text}: {}", found.why);
        assert!(found.why.contains("release `v16`"), "{}", found.why);
        assert_eq!(
            decide(&known, &drive("Portal V16", "V16 Update 2"), None).verdict,
            Verdict::Yes,
            "{text}"
        );
        assert_eq!(decide(&known, &drive("Portal", "16.0"), None).verdict, Verdict::Yes, "{text}");
    }
    assert_eq!(
        decide(&leaves(&steps("< V16 Update 4"), helpers()), &drive("Portal V16", "V17"), None).verdict,
        Verdict::No
    );
}
