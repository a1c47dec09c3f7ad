//! Statements of one document that meet on one asset: the more specific counts, and a contradiction stays open.

use holdpoint_domain::advisory::{BranchCategory, Helpers, PathStep, ProductExpression, ProductStatus};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::matching::{Rung, Verdict};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::lines::{Said, outweighed};
use holdpoint_engine::matching::statement::{Standpoint, folded, weigh};
use holdpoint_engine::matching::{
    ComponentFact, ConfigurationMatch, LeafInput, Leaves, Rules, match_configuration,
};

/// A document with these (version text, order numbers), numbered from 1.
fn document(products: &[(&str, &[&str])]) -> Leaves {
    let step = |category, name: &str| PathStep { category, name: name.to_owned() };
    let leaf = |(number, (version, orders)): (i64, &(&str, &[&str]))| LeafInput {
        number,
        document: 1,
        standing: Standing::Stated,
        expression: ProductExpression {
            product_id: format!("P{number}"),
            name: "Valve 12".into(),
            path: vec![
                step(BranchCategory::Vendor, "Acme"),
                step(BranchCategory::ProductName, "Valve 12"),
                step(BranchCategory::ProductVersionRange, version),
            ],
            helpers: Helpers {
                model_numbers: orders.iter().map(|order| (*order).to_owned()).collect(),
                ..Helpers::default()
            },
            relation: None,
            pointer: format!("/product_tree/{number}"),
        },
        fixes: Vec::new(),
    };
    Leaves::new((1_i64..).zip(products).map(leaf).collect())
}

fn matched(leaves: &Leaves, version: &str) -> Vec<ConfigurationMatch> {
    let component = Component {
        vendor: "Acme".into(),
        product: "Valve 12".into(),
        order_number: "VA-12-77".into(),
        version: version.into(),
        ..Component::empty(ComponentKind::Firmware)
    };
    let fact = ComponentFact::new(1, component);
    match_configuration(leaves, &[&fact], &Rules::default(), &mut Memo::default())
}

fn says(products: &[(&str, &[&str])], version: &str, statuses: &[ProductStatus]) -> Option<Standpoint> {
    let leaves = document(products);
    let statements: Vec<(i64, ProductStatus)> = (1_i64..).zip(statuses.iter().copied()).collect();
    weigh(&leaves, &matched(&leaves, version), &statements)
}

use ProductStatus::{Fixed, KnownAffected, KnownNotAffected, Recommended, UnderInvestigation};
use std::sync::Arc;

#[test]
fn an_exact_version_outweighs_the_range_around_it() {
    let products: &[(&str, &[&str])] = &[("< 2.0", &[]), ("vers:intdot/1.4.2", &[])];
    let statuses = [KnownAffected, KnownNotAffected];
    assert_eq!(says(products, "1.4.2", &statuses), Some(Standpoint::NotAffected { by: 2 }));
    assert_eq!(says(products, "1.4.1", &statuses), Some(Standpoint::Affected { by: 1 }));
    assert_eq!(says(products, "2.1", &statuses), None);
}

#[test]
fn an_order_number_outweighs_a_name() {
    let products: &[(&str, &[&str])] = &[("< 2.0", &[]), ("< 2.0", &["VA-12-77"])];
    assert_eq!(
        says(products, "1.4", &[KnownAffected, KnownNotAffected]),
        Some(Standpoint::NotAffected { by: 2 })
    );
    assert_eq!(
        says(products, "1.4", &[KnownNotAffected, KnownAffected]),
        Some(Standpoint::Affected { by: 2 })
    );
}

#[test]
fn a_contradiction_stays_open() {
    let products: &[(&str, &[&str])] = &[("< 2.0", &[]), ("< 1.9", &[])];
    for statuses in [[KnownAffected, KnownNotAffected], [Fixed, KnownAffected]] {
        assert!(matches!(says(products, "1.4", &statuses), Some(Standpoint::Open { .. })));
    }
}

#[test]
fn what_may_be_affected_is_not_settled_by_a_range() {
    let products: &[(&str, &[&str])] =
        &[("as the table says", &[]), ("< 2.0", &[]), ("vers:intdot/1.4", &[])];
    let open = says(products, "1.4", &[KnownAffected, KnownNotAffected, Recommended]);
    assert!(matches!(open, Some(Standpoint::Open { .. })), "{open:?}");
    let exact = says(products, "1.4", &[KnownAffected, Recommended, KnownNotAffected]);
    assert_eq!(exact, Some(Standpoint::NotAffected { by: 3 }));
    let bound: &[(&str, &[&str])] = &[("1.4 with option G28", &[]), ("vers:intdot/1.4", &[])];
    for clear in [KnownNotAffected, Fixed] {
        let found = says(bound, "1.4", &[KnownAffected, clear]);
        assert!(matches!(found, Some(Standpoint::Open { .. })), "who has the option is affected: {found:?}");
    }
}

#[test]
fn what_nobody_knows_and_what_is_only_recommended() {
    let products: &[(&str, &[&str])] = &[("< 2.0", &[])];
    assert_eq!(says(products, "1.4", &[UnderInvestigation]), Some(Standpoint::UnderInvestigation { by: 1 }));
    assert_eq!(says(products, "1.4", &[Recommended]), None);
}

#[test]
fn matches_are_folded_by_document_and_answer_and_none_is_lost() {
    let leaves = document(&[("< 2.0", &[]), ("as the table says", &[]), ("see there", &[]), ("< 1.0", &[])]);
    let found = matched(&leaves, "1.4");
    let lines = folded(&leaves, &found);
    let shown: Vec<(Verdict, Vec<i64>)> =
        lines.iter().map(|line| (line.verdict, line.leaves.clone())).collect();
    assert_eq!(shown, [(Verdict::Yes, vec![1]), (Verdict::Unknown, vec![2, 3]), (Verdict::No, vec![4])]);
    assert_eq!(lines.iter().map(|line| line.leaves.len()).sum::<usize>(), found.len());
}

fn lines(
    leaves: &Leaves,
    found: &[ConfigurationMatch],
    statuses: &[ProductStatus],
) -> Vec<(i64, Verdict, String)> {
    let said = (1_i64..).zip(statuses).map(|(leaf, status)| Said { leaf, vulnerability: 7, status: *status });
    let changed = outweighed(leaves, found, &said.collect::<Vec<_>>());
    changed.into_iter().map(|line| (line.leaf, line.verdict, line.why)).collect()
}

#[test]
fn a_line_says_what_the_more_exact_statement_says_and_quotes_it() {
    let leaves = document(&[("< 2.0", &[]), ("vers:intdot/1.4.2", &[])]);
    let found = matched(&leaves, "1.4.2");
    let cleared = lines(&leaves, &found, &[KnownAffected, Fixed]);
    assert_eq!(cleared.len(), 1);
    assert_eq!((cleared[0].0, cleared[0].1), (1, Verdict::No));
    assert!(
        cleared[0].2.contains("`Valve 12 vers:intdot/1.4.2` (P2) says that it holds the fix"),
        "{cleared:?}"
    );
    let touched = lines(&leaves, &found, &[KnownNotAffected, KnownAffected]);
    assert_eq!((touched[0].0, touched[0].1), (1, Verdict::Yes), "the contrary");
    assert_eq!(lines(&leaves, &matched(&leaves, "1.4.1"), &[KnownAffected, Fixed]), []);
}

#[test]
fn lines_that_contradict_each_other_are_open_and_quote_both() {
    let leaves = document(&[("< 2.0", &[]), ("< 1.9", &[])]);
    let open = lines(&leaves, &matched(&leaves, "1.4"), &[KnownAffected, KnownNotAffected]);
    let verdicts: Vec<(i64, Verdict)> = open.iter().map(|line| (line.0, line.1)).collect();
    assert_eq!(verdicts, [(1, Verdict::Unknown), (2, Verdict::Unknown)]);
    assert!(open.iter().all(|line| line.2.contains("(P1)") && line.2.contains("(P2)")), "{open:?}");
}

#[test]
fn what_clears_one_component_says_nothing_of_another() {
    let leaves = document(&[("< 2.0", &[]), ("vers:intdot/1.4.2", &[])]);
    let mut found = matched(&leaves, "1.4.2");
    found[1].component = Some(2);
    assert_eq!(lines(&leaves, &found, &[KnownAffected, Fixed]), []);
    found[1].component = None;
    assert_eq!(lines(&leaves, &found, &[KnownAffected, Fixed]), []);
}

#[test]
fn a_name_clears_nothing_that_an_order_number_recognised() {
    let leaves = document(&[("< 2.0", &["VA-12-77"]), ("vers:intdot/1.4.2", &[])]);
    let mut found = matched(&leaves, "1.4.2");
    Arc::make_mut(&mut found[0].decision).rung = Rung::OrderNumber;
    Arc::make_mut(&mut found[1].decision).rung = Rung::Name;
    let open = lines(&leaves, &found, &[KnownAffected, KnownNotAffected]);
    assert!(open.iter().all(|line| line.1 == Verdict::Unknown) && open.len() == 2, "{open:?}");
}
