//! What is kept between components never changes an answer: each pair is judged as if it were the only one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_domain::advisory::{BranchCategory, Helpers, PathStep, ProductExpression};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::matching::Decision;
use holdpoint_engine::matching::judge::judge;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::{
    ComponentFact, Components, LeafInput, Leaves, Memo, Rules, match_configuration,
};
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::Arc;

const LISTED_VENDORS: &[&str] = &["Siemens", "SIEMENS AG", "Acme", "Acme, Siemens"];
const VENDORS: &[&str] = &["Siemens", "SIEMENS AG", "Acme", "Acme, Siemens", "Acme GmbH", ""];
const NAMES: &[&str] = &[
    "SIMATIC WinCC",
    "SIMATIC WinCC V7.4",
    "SIMATIC WinCC V7.5 SP1",
    "SIMATIC S7-1500 CPU 1511-1 PN",
    "SIMATIC S7-1500 CPU family (incl. related variants)",
    "1756-EN2T Series A, B, and C",
    "EtherNet bridge 1756-EN2T/B",
    "Modicon M340 CPU (part numbers BMXP34*)",
    "Modicon M340 BMXP342020",
    "Pump controller (6ES7511-1AK02-0AB0)",
    "RS900NC(32M) V5.X",
    "",
];
const ORDERS: &[&str] =
    &["", "6ES7511-1AK02-0AB0", "6ES7511-1AK02", "6ES7 512-1CK01-0AB0", "1756-EN2T/C", "BMXP342020"];
const VERSIONS: &[&str] = &["", "V7.4 SP1", "7.5.2", "V2.9.4", "5.3", "0.9", "?"];
const RANGES: &[&str] = &["", "vers:all/*", "< V7.4 SP2", "<= 5", "something else"];
const PURLS: &[&str] = &["", "pkg:generic/acme/pump@5.3", "pkg:pnio/42/6ES7%20511-1AK02-0AB0%20@V2.9.4"];

fn leaf(number: usize, vendor: &str, name: &str, order: &str, range: &str) -> LeafInput {
    let step = |category, name: &str| PathStep { category, name: name.to_owned() };
    let mut path = vec![step(BranchCategory::Vendor, vendor), step(BranchCategory::ProductName, name)];
    if !range.is_empty() {
        path.push(step(BranchCategory::ProductVersionRange, range));
    }
    let model_numbers = if order.is_empty() { Vec::new() } else { vec![order.to_owned()] };
    let number = i64::try_from(number).unwrap();
    LeafInput {
        number,
        document: number,
        standing: Standing::Stated,
        expression: ProductExpression {
            product_id: format!("P{number}"),
            name: format!("{vendor} {name} {range}"),
            path,
            helpers: Helpers { model_numbers, ..Helpers::default() },
            relation: None,
            pointer: format!("/product_tree/{number}"),
        },
        fixes: Vec::new(),
    }
}

fn component() -> impl Strategy<Value = Component> {
    let texts = (select(VENDORS), select(NAMES), select(ORDERS), select(VERSIONS), select(PURLS));
    texts.prop_map(|(vendor, product, order_number, version, purl)| Component {
        vendor: vendor.to_owned(),
        product: product.to_owned(),
        order_number: order_number.to_owned(),
        version: version.to_owned(),
        purl: purl.to_owned(),
        ..Component::empty(ComponentKind::Firmware)
    })
}

proptest! {
    #[test]
    fn a_pair_is_judged_as_if_it_were_the_only_one(
        listed in prop::collection::vec((select(LISTED_VENDORS), select(NAMES), select(ORDERS), select(RANGES)), 1..12),
        inventory in prop::collection::vec(component(), 1..8),
    ) {
        let inputs = listed.iter().enumerate();
        let inputs = inputs.map(|(at, (vendor, name, order, range))| leaf(at, vendor, name, order, range));
        let (leaves, rules) = (Leaves::new(inputs.collect()), Rules::default());
        let mut memo = Memo::default();
        for (at, part) in inventory.into_iter().enumerate() {
            let fact = ComponentFact::new(i64::try_from(at).unwrap(), part);
            let found = match_configuration(&leaves, &[&fact], &rules, &mut memo);
            let found: Vec<(i64, Decision)> =
                found.into_iter().map(|found| (found.leaf, Arc::unwrap_or_clone(found.decision))).collect();
            let keys = fact.keys();
            let alone: Vec<(i64, Decision)> = leaves
                .iter()
                .filter(|leaf| leaf.keys().iter().any(|key| keys.contains(key)))
                .filter_map(|leaf| Some((leaf.number, judge(&fact, leaf, &rules)?)))
                .collect();
            prop_assert_eq!(&found, &alone);
            let near = Components::new(vec![fact.clone()]).near(&leaves, &rules);
            let again = match_configuration(&leaves, &[&fact], &rules, &mut Memo::near(near));
            let again: Vec<(i64, Decision)> =
                again.into_iter().map(|found| (found.leaf, Arc::unwrap_or_clone(found.decision))).collect();
            prop_assert_eq!(again, alone);
        }
    }
}
