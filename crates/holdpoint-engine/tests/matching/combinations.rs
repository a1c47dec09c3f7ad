//! Products made of others: one installed on another, a component that is there by default.

use super::{CPU, CPU_ORDER, combination, device, leaves, matched, ordered, product, software};
use holdpoint_domain::advisory::RelationCategory;
use holdpoint_domain::component::Component;
use holdpoint_domain::matching::{Confidence, Verdict};
use holdpoint_engine::matching::Leaves;

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
fn a_part_that_is_another_article_is_not_there_whatever_its_versions() {
    let other = "6ES7512-1CK01-0AB0";
    let known = leaves(vec![
        ordered(product("CPU", "Siemens", CPU, ""), &[CPU_ORDER]),
        product("OS", "Contoso", "PlantOS 11", ""),
        combination("BOTH", RelationCategory::InstalledWith, "CPU", "OS"),
    ]);
    let os = || device("Contoso", "PlantOS 11", "", "");
    let verdict = |order: &str| {
        let found = matched(&known, vec![device("Siemens", CPU, order, "V2"), os()]);
        found.iter().find(|found| found.leaf == 3).map(|found| found.decision.verdict)
    };
    assert_eq!(verdict(CPU_ORDER), Some(Verdict::Yes), "the document gives no version");
    assert_eq!(verdict(other), Some(Verdict::No));
}

#[test]
fn the_sentence_on_a_combination_is_no_longer_than_others() {
    let long = |word: &str| format!("{word} {}", "x".repeat(3_900));
    let (app, os) = (long("Historian 5"), long("PlantOS 11"));
    let known = leaves(vec![
        product("APP", "Acme", &app, "< 5.2"),
        product("OS", "Contoso", &os, ""),
        combination("BOTH", RelationCategory::InstalledOn, "APP", "OS"),
    ]);
    let found = matched(&known, vec![software("Acme", &app, "5.1"), device("Contoso", &os, "", "")]);
    let both = found.iter().find(|found| found.leaf == 3).unwrap();
    assert!(both.decision.why.len() <= 4_003, "{}", both.decision.why.len());
    assert!(both.decision.why.ends_with('…'));
}
