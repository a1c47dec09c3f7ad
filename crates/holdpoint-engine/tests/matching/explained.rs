//! What is said beside the answer: evidence, sentences, and the same answer from both sides.

use super::{CPU, CPU_ORDER, device, leaves, matched, ordered, product, software};
use holdpoint_domain::matching::Verdict;
use holdpoint_engine::matching::{ComponentFact, Components, Rules, explain};
use proptest::prelude::*;

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
fn what_would_change_another_article_is_not_its_version() {
    let known = leaves(vec![ordered(product("P1", "Siemens", CPU, "< V3.1.4"), &[CPU_ORDER])]);
    let fact = ComponentFact::new(1, device("Siemens", CPU, "6ES7512-1DK00-0AB0", "V2.9"));
    let told = explain(&known, &[&fact], &Rules::default(), 1).unwrap();
    assert_eq!(told.decision.verdict, Verdict::No);
    let change = told.what_would_change_it.join("; ");
    assert!(change.contains("order number") && !change.contains("version"), "{change}");
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
