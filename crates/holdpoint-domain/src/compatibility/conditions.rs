//! On what a supplier's yes depends: what it says in words, and the platforms on which it was tested.
//!
//! Suppliers list one patch once for each platform, so platforms are one condition ("one of these"). The surprise: a
//! statement that names no platform holds on all of them, and then no platform is a condition.

use super::{CompatibilityStatement, StatedState, folded};
use crate::patch_state::SupplierState;
use std::collections::BTreeMap;

/// Texts in a column of conditions that say that there is none.
const NO_CONDITION: [&str; 6] = ["none", "no", "n/a", "na", "nothing", "keine"];
/// Texts in a column of platforms that say that there are no others.
const ALL_PLATFORMS: [&str; 5] = ["all", "any", "all platforms", "n/a", "alle"];

/// On what these statements depend, each condition once. Statements that say no yes depend on nothing.
pub fn conditions_of<'a>(statements: impl IntoIterator<Item = &'a CompatibilityStatement>) -> Vec<String> {
    let mut products: BTreeMap<String, Vec<&CompatibilityStatement>> = BTreeMap::new();
    for one in statements.into_iter().filter(|one| is_yes(one.state)) {
        let product = &one.product;
        let key = [&product.vendor, &product.name, &product.version].map(|text| folded(text));
        products.entry(key.join("\u{1f}")).or_default().push(one);
    }
    let is_one = products.len() == 1;
    let mut found: Vec<String> = Vec::new();
    for own in products.values() {
        let Some(product) = own.first().map(|one| &one.product) else { continue };
        let of = if is_one {
            String::new()
        } else {
            format!("{} {}: ", product.name.trim(), product.version.trim())
        };
        for text in of_product(own) {
            let text = format!("{of}{text}");
            if found.iter().all(|known| folded(known) != folded(&text)) {
                found.push(text);
            }
        }
    }
    found
}

fn of_product(own: &[&CompatibilityStatement]) -> Vec<String> {
    let platform = |one: &CompatibilityStatement| said(&one.product.platform, &ALL_PLATFORMS);
    let mut found: Vec<String> = own
        .iter()
        .filter_map(|one| {
            let text = said(&one.conditions, &NO_CONDITION)?;
            Some(platform(one).map_or_else(|| text.clone(), |on| format!("on {on}: {text}")))
        })
        .collect();
    let named: Option<Vec<String>> = own.iter().map(|one| platform(one)).collect();
    if let Some(mut named) = named {
        named.sort();
        named.dedup_by_key(|one| folded(one));
        found.push(match named.as_slice() {
            [one] => format!("platform {one}"),
            several => format!("platform one of {}", several.join(", ")),
        });
    }
    found
}

/// A text without blanks around it; `None`: it says nothing, or that there is nothing.
fn said(text: &str, nothing: &[&str]) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let says = text.chars().any(char::is_alphanumeric);
    (says && !nothing.contains(&folded(&text).trim_end_matches('.'))).then_some(text)
}

const fn is_yes(state: StatedState) -> bool {
    match state {
        StatedState::Known(SupplierState::Approved | SupplierState::Released) => true,
        StatedState::Known(
            SupplierState::Available
            | SupplierState::InTest
            | SupplierState::NotApproved
            | SupplierState::NotApplicable,
        )
        | StatedState::NotUnderstood => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compatibility::{IdentifierKind, StatedPatch, StatedProduct, StatementSource};

    fn released(version: &str, platform: &str, conditions: &str) -> CompatibilityStatement {
        let text = str::to_owned;
        CompatibilityStatement {
            publisher: text("Acme"),
            source: StatementSource::Entered { reference: text("a letter") },
            issued: None,
            patch: StatedPatch {
                vendor: text("Microsoft"),
                identifier: text("KB5000001"),
                kind: IdentifierKind::Kb,
                title: String::new(),
                url: String::new(),
                released: None,
                severity: String::new(),
                supersedes: Vec::new(),
                superseded_by: Vec::new(),
                prerequisites: Vec::new(),
                security_related: None,
            },
            product: StatedProduct {
                vendor: text("Acme"),
                name: text("View"),
                version: text(version),
                platform: text(platform),
            },
            state: StatedState::Known(SupplierState::Released),
            word: text("released"),
            tested: None,
            restart: String::new(),
            conditions: text(conditions),
            comment: String::new(),
        }
    }

    #[test]
    fn platforms_are_one_condition_and_one_statement_without_any_holds_on_all() {
        let server = released("4.2", "Server 2019", "");
        let client = released("4.2", "Windows 11", "only with HF 3");
        assert_eq!(conditions_of([&server]), ["platform Server 2019"]);
        let both = ["on Windows 11: only with HF 3", "platform one of Server 2019, Windows 11"];
        assert_eq!(conditions_of([&client, &server]), both);
        let anywhere = released("4.2", "All platforms", "");
        assert_eq!(conditions_of([&client, &server, &anywhere]), ["on Windows 11: only with HF 3"]);
        assert!(conditions_of([&anywhere, &server]).is_empty());
        let other = released("5.0", "", "only with HF 3");
        let all = conditions_of([&released("4.2", "", "Only with  HF 3"), &other]);
        assert_eq!(all, ["View 4.2: Only with HF 3", "View 5.0: only with HF 3"], "each for its own product");
    }

    #[test]
    fn a_cell_that_says_none_is_no_condition_and_a_no_depends_on_nothing() {
        for text in ["", " - ", "None", "n/a", "keine."] {
            assert!(conditions_of([&released("4.2", "", text)]).is_empty(), "{text}");
        }
        assert_eq!(conditions_of([&released("4.2", "", "not on pairs")]), ["not on pairs"]);
        let mut no = released("4.2", "Windows 11", "crashes");
        no.state = StatedState::Known(SupplierState::NotApproved);
        assert!(conditions_of([&no]).is_empty());
    }
}
