//! Matching as an engineer would tell it: an asset's component, a product of a document, and the answer.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod combinations;
mod explained;
mod identity;
mod questions;
mod versions;

use holdpoint_domain::advisory::{
    BranchCategory, Helpers, PathStep, ProductExpression, Relation, RelationCategory,
};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::matching::{Confidence, Rung, Verdict};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::{
    ComponentFact, ConfigurationMatch, LeafInput, Leaves, Rules, match_configuration,
};

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
