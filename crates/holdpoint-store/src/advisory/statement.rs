//! From a document's statements to rows: each once, the leading one of every product and vulnerability marked.
//!
//! Pure. The surprise: a product that is named without any statement has a row too, so that it is not forgotten.

use super::fixes::Cured;
use crate::stance::{Listed, PartOfRelation, Stance, Turn, precedence};
use holdpoint_domain::Warning;
use holdpoint_domain::advisory::{AdvisoryContent, AdvisoryVulnerability, ProductExpression, ProductStatus};
use std::collections::{HashMap, HashSet};

/// One row of `statement`.
#[derive(Debug, PartialEq)]
pub(super) struct Saying {
    pub(super) product: usize,
    pub(super) ordinal: usize,
    pub(super) place: usize,
    pub(super) vulnerability_no: i64,
    pub(super) status: Option<ProductStatus>,
    pub(super) turn: Turn,
    pub(super) listed: Listed,
}

/// Product id to its place; of products that share an id, the first.
pub(super) fn ordinals(products: &[ProductExpression]) -> HashMap<&str, usize> {
    let mut places = HashMap::with_capacity(products.len());
    for (place, product) in products.iter().enumerate() {
        places.entry(product.product_id.as_str()).or_insert(place);
    }
    places
}

/// What the document says of each product, in its order.
pub(super) fn stances(products: &[ProductExpression], sayings: &[Saying]) -> Vec<Stance> {
    let mut statuses: Vec<Vec<(ProductStatus, Turn)>> = vec![Vec::new(); products.len()];
    for saying in sayings {
        statuses[saying.product].extend(saying.status.map(|status| (status, saying.turn)));
    }
    let parts = parts(products);
    statuses
        .iter()
        .zip(products)
        .map(|(statuses, product)| {
            let part = parts.contains(product.product_id.as_str());
            Stance::of(statuses, if part { PartOfRelation::Yes } else { PartOfRelation::No })
        })
        .collect()
}

fn parts(products: &[ProductExpression]) -> HashSet<&str> {
    let relations = products.iter().filter_map(|product| product.relation.as_ref());
    relations.flat_map(|relation| [relation.product.as_str(), relation.relates_to.as_str()]).collect()
}

/// The rows of `statement`: every statement once, the leading one of each pair marked, and one row for each product
/// that the document names without saying anything of it.
pub(super) fn sayings(
    content: &AdvisoryContent,
    names: &[i64],
    cured: &Cured,
) -> (Vec<Saying>, Vec<Warning>) {
    let ordinals = ordinals(&content.products);
    let mut all: Vec<Saying> = Vec::new();
    let mut leading: HashMap<(usize, i64), usize> = HashMap::new();
    let mut seen: HashSet<(usize, usize, ProductStatus)> = HashSet::new();
    let mut warnings = Vec::new();
    for (ordinal, vulnerability) in content.vulnerabilities.iter().enumerate() {
        for (place, (product_id, status)) in vulnerability.statements.iter().enumerate() {
            let Some(product) = ordinals.get(product_id.as_str()).copied() else {
                warnings.push(undefined(vulnerability, product_id));
                continue;
            };
            if !seen.insert((product, ordinal, *status)) {
                continue;
            }
            let vulnerability_no = names[ordinal];
            let listed = lead(&mut all, &mut leading, (product, vulnerability_no), *status);
            let turn = cured.turn(ordinal, product, *status);
            all.push(Saying {
                product,
                ordinal,
                place,
                vulnerability_no,
                status: Some(*status),
                turn,
                listed,
            });
        }
    }
    let said: HashSet<usize> = all.iter().map(|saying| saying.product).collect();
    let parts = parts(&content.products);
    for (product, expression) in content.products.iter().enumerate() {
        if !said.contains(&product) {
            let part = parts.contains(expression.product_id.as_str());
            let listed = if part { Listed::Never } else { Listed::Always };
            let (ordinal, place, vulnerability_no, status, turn) = (0, 0, 0, None, Turn::Doubt);
            all.push(Saying { product, ordinal, place, vulnerability_no, status, turn, listed });
        }
    }
    (all, warnings)
}

/// Decides whether the statement that comes next leads on its pair; a weaker one before it stops leading.
fn lead(
    all: &mut [Saying],
    leading: &mut HashMap<(usize, i64), usize>,
    pair: (usize, i64),
    status: ProductStatus,
) -> Listed {
    let next = all.len();
    match leading.get(&pair).copied() {
        Some(before) if all[before].status.is_some_and(|s| precedence(s) <= precedence(status)) => {
            Listed::Never
        }
        Some(before) => {
            all[before].listed = Listed::Never;
            leading.insert(pair, next);
            Listed::of(status)
        }
        None => {
            leading.insert(pair, next);
            Listed::of(status)
        }
    }
}

fn undefined(vulnerability: &AdvisoryVulnerability, product_id: &str) -> Warning {
    let message = format!("a statement speaks of product `{product_id}`, which the document does not define");
    Warning::new("statement-without-product", &vulnerability.pointer, message)
}
