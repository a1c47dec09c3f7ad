//! What a decision on a pair rests on, row by row, and what would change it.

use super::component::ComponentFact;
use super::identity::{Identity, OrderNumber, decided_by, identity, one_vendor, order_number, same_name};
use super::judge::{VersionAnswer, expression_of, listed, version};
use super::leaf::{Leaf, cpe_key};
use super::rules::Rules;
use holdpoint_domain::matching::{Evidence, Rung, Verdict};
use holdpoint_domain::review::{MappingRule, RuleVerdict};

/// The rows of evidence for a pair, in the order of the tests.
#[must_use]
pub fn evidence(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> Vec<Evidence> {
    let row = |test: &str, ours: &str, theirs: String, result, note: &str| Evidence {
        test: test.to_owned(),
        asset_value: ours.to_owned(),
        advisory_value: theirs,
        advisory_pointer: leaf.place_of(test),
        result,
        note: note.to_owned(),
    };
    let known = &component.component;
    let mut rows = vec![
        row(
            "vendor",
            &known.vendor,
            leaf.vendor.clone(),
            equal_vendor(component, leaf),
            "compared without legal form and spelling",
        ),
        row(
            "product",
            &known.product,
            leaf.product.clone(),
            equal_name(component, leaf),
            "compared without spelling, trade marks and order numbers",
        ),
    ];
    if leaf.has_order_numbers() || !component.order_number.is_empty() {
        let result = order_result(component, leaf);
        rows.push(row("order number", component.shown_order(), leaf.model_texts.join(", "), result, ""));
    }
    rows.extend(by_protocol(component, leaf, rules));
    if let Some(purl) = &leaf.purl {
        let result = component.purl.as_ref().map_or(Verdict::Unknown, |ours| {
            if ours.same_package(purl) { Verdict::Yes } else { Verdict::No }
        });
        rows.push(row("package URL", &known.purl, purl.to_string(), result, ""));
    }
    if let Some(cpe) = &leaf.cpe {
        let result = component.cpe.as_ref().map_or(Verdict::Unknown, |ours| {
            if cpe_key(ours) == cpe_key(cpe) { Verdict::Yes } else { Verdict::No }
        });
        rows.push(row("CPE", &known.cpe, cpe.to_string(), result, "part, vendor and product compared"));
    }
    if !leaf.serial_texts.is_empty() {
        let note = "a component is shared by assets, so serial numbers are left to a person";
        rows.push(row("serial number", "", leaf.serial_texts.join(", "), Verdict::Unknown, note));
    }
    rows.extend(by_rules(component, leaf, rules));
    let (result, note) = match version(component, leaf, rules) {
        VersionAnswer::Covered => (Verdict::Yes, format!("read as {}", listed(leaf, rules))),
        VersionAnswer::Excluded => (Verdict::No, format!("read as {}", listed(leaf, rules))),
        VersionAnswer::NotGiven => (Verdict::Unknown, "the document gives no version".to_owned()),
        VersionAnswer::NotInstalledKnown => {
            (Verdict::Unknown, "the installed version is not known".to_owned())
        }
        VersionAnswer::Open { why } => (Verdict::Unknown, why),
    };
    rows.push(row("version", component.version(), leaf.version_text.clone(), result, &note));
    rows
}

/// Unknown when one side gives nothing.
fn equal(ours: &str, theirs: &str, is_one: impl FnOnce() -> bool) -> Verdict {
    match (ours.is_empty(), theirs.is_empty()) {
        (false, false) if is_one() => Verdict::Yes,
        (false, false) => Verdict::No,
        (true, _) | (_, true) => Verdict::Unknown,
    }
}

fn equal_vendor(component: &ComponentFact, leaf: &Leaf) -> Verdict {
    let (ours, theirs) = (&component.names.vendor, &leaf.names.vendor);
    equal(ours, theirs, || one_vendor(ours, theirs))
}

fn equal_name(component: &ComponentFact, leaf: &Leaf) -> Verdict {
    let (ours, theirs) = (&component.names, &leaf.names);
    equal(&ours.product, &theirs.product, || same_name(ours, theirs))
}

/// What the device tells of itself, and whether that recognised it.
fn by_protocol(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> Option<Evidence> {
    let told = component.protocol.as_ref()?;
    let product = told.product();
    let words: Vec<&str> = [product.vendor.as_str(), &product.product, &product.order_number]
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    Some(Evidence {
        test: "protocol identity".to_owned(),
        asset_value: component.component.purl.clone(),
        advisory_value: leaf.product.clone(),
        advisory_pointer: leaf.place_of("product"),
        result: match identity(component, leaf, rules) {
            Some(Identity::Same { rung: Rung::ProtocolIdentity, .. }) => Verdict::Yes,
            Some(_) | None => Verdict::Unknown,
        },
        note: format!("{} says: {}", told.protocol(), words.join(", ")),
    })
}

/// What people decided on the pair and on the version text.
fn by_rules(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> Vec<Evidence> {
    let row = |ours: String, theirs: &str, rule: &MappingRule| Evidence {
        test: "rule".to_owned(),
        asset_value: ours,
        advisory_value: theirs.to_owned(),
        advisory_pointer: leaf.place_of("product"),
        result: match rule.verdict {
            RuleVerdict::Same => Verdict::Yes,
            RuleVerdict::Different => Verdict::No,
        },
        note: decided_by(rule),
    };
    let pair = rules.of_pair(component, leaf);
    let pair = pair.map(|rule| row(component.component.product.clone(), &leaf.product, rule));
    let vendors = rules.of_vendors(&component.names.vendor, &leaf.names.vendor);
    let vendors = vendors.map(|rule| row(component.component.vendor.clone(), &leaf.vendor, rule));
    let reading = rules.reading(leaf).map(|(rule, read)| row(read.to_string(), &leaf.version_text, rule));
    [pair, vendors, reading].into_iter().flatten().collect()
}

fn order_result(component: &ComponentFact, leaf: &Leaf) -> Verdict {
    match order_number(component, leaf) {
        OrderNumber::Same => Verdict::Yes,
        OrderNumber::Different { .. } => Verdict::No,
        OrderNumber::Doubtful { .. }
        | OrderNumber::Longer { .. }
        | OrderNumber::Vague { .. }
        | OrderNumber::Edition { .. }
        | OrderNumber::Silent => Verdict::Unknown,
    }
}

/// What a person could find out to change the answer.
#[must_use]
pub fn what_would_change_it(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> Vec<String> {
    let mut found = Vec::new();
    match identity(component, leaf, rules) {
        Some(Identity::Perhaps { .. }) => {
            found.push("the exact product: read the order number or the full name off the device".to_owned());
        }
        // Another product stays another one, whatever version it has.
        Some(Identity::Different { rung: Rung::OrderNumber, .. }) => {
            let listed = leaf.model_texts.join(", ");
            let named = if listed.is_empty() { leaf.product.clone() } else { listed };
            return vec![format!("another order number or series on the device than the one noted: {named}")];
        }
        Some(Identity::Different { .. }) => {
            return vec!["another decision of a person on the names".to_owned()];
        }
        Some(Identity::Same { .. }) | None => {}
    }
    if component.order_number.is_empty() && leaf.has_order_numbers() {
        found.push(format!("the order number: {} would confirm the product", leaf.model_texts.join(", ")));
    }
    match version(component, leaf, rules) {
        VersionAnswer::NotInstalledKnown => found.push("the installed version".to_owned()),
        VersionAnswer::Open { why } => {
            let wanted =
                expression_of(leaf, rules).into_iter().flat_map(|expression| expression.predicates());
            let mut wanted: Vec<String> = wanted.map(|predicate| predicate.attribute()).collect();
            wanted.extend(leaf.narrowings.iter().map(|one| one.predicate.attribute()));
            if !leaf.serial_texts.is_empty() {
                wanted.push(format!("the serial number: {} are meant", leaf.serial_texts.join(", ")));
            }
            if wanted.is_empty() {
                found.push(format!("a person's reading of `{}`: {why}", leaf.version_text));
            }
            found.extend(wanted);
        }
        VersionAnswer::Covered => found.push(format!("a version outside {}", listed(leaf, rules))),
        VersionAnswer::Excluded | VersionAnswer::NotGiven => {}
    }
    found
}
