//! One component against one leaf: is it this product, and is its version meant?
//!
//! Identity is a ladder; the first rung that has something to say decides. The surprises: two order numbers
//! that differ outweigh two names that are equal; and a mere candidate is never a "yes", because a shared name
//! is not identity.

use super::component::ComponentFact;
use super::leaf::{Leaf, Standing, cpe_key, purl_key};
use super::{keys, tokens};
use holdpoint_domain::matching::{Confidence, Decision, Evidence, Rung, Verdict};
use holdpoint_versions::Answer;

/// What the ladder of identity says of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// The same product.
    Same {
        /// The rung that recognised it.
        rung: Rung,
        /// How sure this rung makes it.
        confidence: Confidence,
    },
    /// Perhaps the same product.
    Perhaps {
        /// Why it is not sure.
        why: String,
    },
    /// The names agree, and yet it is another product.
    Different {
        /// Why.
        why: String,
    },
}

/// What the version says of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionAnswer {
    /// The document gives no version for the product.
    NotGiven,
    /// The document's version text is not understood, or depends on something that is not known.
    Open {
        /// What is missing or not understood.
        why: String,
    },
    /// Nobody knows which version is installed.
    NotInstalledKnown,
    /// The installed version is meant.
    Covered,
    /// The installed version is not meant.
    Excluded,
}

/// Recognises the product, or says that there is nothing in common.
#[must_use]
pub fn identity(component: &ComponentFact, leaf: &Leaf) -> Option<Identity> {
    let vendors_clash = !component.names.vendor.is_empty()
        && !leaf.names.vendor.is_empty()
        && component.names.vendor != leaf.names.vendor;
    let same = |rung| Identity::Same { rung, confidence: Confidence::Confirmed };
    if let (Some(ours), Some(theirs)) = (&component.purl, &leaf.purl)
        && purl_key(ours) == purl_key(theirs)
        && ours.same_package(theirs)
    {
        return Some(same(Rung::Purl));
    }
    if let (Some(ours), Some(theirs)) = (&component.cpe, &leaf.cpe)
        && cpe_key(ours) == cpe_key(theirs)
    {
        return Some(if theirs.agrees_but_for_version(ours) {
            same(Rung::Cpe)
        } else {
            let why =
                format!("the CPE names `{ours}` and `{theirs}` agree but for update, edition or platform");
            Identity::Perhaps { why }
        });
    }
    if vendors_clash {
        return None;
    }
    match order_number(component, leaf) {
        OrderNumber::Same => Some(same(Rung::OrderNumber)),
        OrderNumber::Doubtful { why } => Some(Identity::Perhaps { why }),
        OrderNumber::Different { why } => {
            let names_agree = !leaf.names.product.is_empty() && component.names.product == leaf.names.product;
            names_agree.then_some(Identity::Different { why })
        }
        OrderNumber::Silent => name_identity(component, leaf),
    }
}

/// Whether a number is the listed one, or the listed one and more behind a separator: a document may abbreviate.
fn begins_with(number: &str, bare: &str, model: &str) -> bool {
    if bare == model {
        return true;
    }
    if !bare.starts_with(model) {
        return false;
    }
    let mut left = model.chars().count();
    let next = number.chars().find(|c| {
        let ended = left == 0;
        left = left.saturating_sub(usize::from(c.is_alphanumeric()));
        ended
    });
    next.is_some_and(|c| !c.is_alphanumeric())
}

/// What two sides' order numbers say of each other.
enum OrderNumber {
    /// They are the same.
    Same,
    /// They may be the same.
    Doubtful { why: String },
    /// Both are whole order numbers of one scheme, and they differ.
    Different { why: String },
    /// One side has none, or what stands there is not comparable: a number of the owner's own, a placeholder.
    Silent,
}

fn order_number(component: &ComponentFact, leaf: &Leaf) -> OrderNumber {
    let (number, bare) = (component.order_number.as_str(), component.order_bare.as_str());
    if bare.is_empty() || !leaf.has_order_numbers() {
        return OrderNumber::Silent;
    }
    if leaf.whole_models.iter().any(|pattern| pattern.matches(number))
        || leaf.bare_models.iter().any(|model| begins_with(number, bare, model))
    {
        return OrderNumber::Same;
    }
    let listed = leaf.model_texts.join(", ");
    let texts = || leaf.model_texts.iter().map(|text| keys::bare(text));
    if bare.len() >= 6 && texts().any(|text| text.starts_with(bare)) {
        return OrderNumber::Doubtful {
            why: format!("order number `{number}` is only the beginning of the listed {listed}"),
        };
    }
    if texts().any(|text| keys::without_lookalikes(&text) == keys::without_lookalikes(bare)) {
        return OrderNumber::Doubtful {
            why: format!(
                "order number `{number}` differs from the listed {listed} only in letters that look alike"
            ),
        };
    }
    if leaf.models.iter().any(|pattern| pattern.matches(number)) {
        return OrderNumber::Doubtful {
            why: format!("order number `{number}` goes on where the listed {listed} ends"),
        };
    }
    if keys::is_designation(bare) && texts().all(|text| keys::is_designation(&text)) {
        return OrderNumber::Different {
            why: format!("the names agree, but order number `{number}` is not the listed {listed}"),
        };
    }
    OrderNumber::Silent
}

fn name_identity(component: &ComponentFact, leaf: &Leaf) -> Option<Identity> {
    let (ours, theirs) = (&component.names, &leaf.names);
    if ours.product.is_empty() || theirs.product.is_empty() {
        return None;
    }
    let vendor_known = !ours.vendor.is_empty() && !theirs.vendor.is_empty();
    if ours.product == theirs.product {
        if !vendor_known {
            let side = if ours.vendor.is_empty() { "asset" } else { "document" };
            return Some(Identity::Perhaps {
                why: format!("the names agree, but the {side} names no vendor"),
            });
        }
        // A name may stand for several order numbers, so it confirms only where the document gives none.
        let confidence = if leaf.has_order_numbers() { Confidence::Likely } else { Confidence::Confirmed };
        return Some(Identity::Same { rung: Rung::Name, confidence });
    }
    if vendor_known && !ours.base.is_empty() && ours.base == theirs.base {
        return release_identity(component, leaf);
    }
    let shared = ours
        .words
        .iter()
        .find(|word| tokens::is_model_code(word) && theirs.words.binary_search(word).is_ok())?;
    let contained =
        tokens::is_subset(&ours.words, &theirs.words) || tokens::is_subset(&theirs.words, &ours.words);
    (vendor_known && contained).then(|| Identity::Perhaps {
        why: format!(
            "`{}` and `{}` share `{shared}` but are not the same name",
            component.component.product, leaf.product
        ),
    })
}

/// The names agree but for a release at the end or for what stands in parentheses.
fn release_identity(component: &ComponentFact, leaf: &Leaf) -> Option<Identity> {
    let (ours, theirs) = (component.names.release.as_str(), leaf.names.release.as_str());
    let installed = if ours.is_empty() { component.version() } else { ours };
    if !theirs.is_empty() && !installed.is_empty() && !tokens::may_be_of_release(installed, theirs) {
        return None;
    }
    let (product, listed) = (&component.component.product, &leaf.product);
    Some(Identity::Perhaps {
        why: format!("`{product}` and `{listed}` differ only in a release or in what stands in parentheses"),
    })
}

/// Decides the version, whatever the product.
///
/// Three things keep it open that no version text says: a document that speaks of some serial numbers only, one that
/// names just the first or the last affected version, and one that writes the version in two ways.
#[must_use]
pub fn version(component: &ComponentFact, leaf: &Leaf) -> VersionAnswer {
    if let Some(fuller) = &leaf.fuller_version
        && !component.version().is_empty()
    {
        let why =
            format!("the document writes `{}` in one place and `{fuller}` in another", leaf.version_text);
        return VersionAnswer::Open { why };
    }
    match by_text(component, leaf) {
        VersionAnswer::Covered | VersionAnswer::NotGiven if !leaf.serial_texts.is_empty() => {
            VersionAnswer::Open {
                why: format!("the document speaks of the serial numbers {} only", leaf.serial_texts.join(", ")),
            }
        }
        VersionAnswer::Excluded if leaf.standing == Standing::Edge => VersionAnswer::Open {
            why: "it is named as the first or the last affected version, and which others are affected is not said"
                .to_owned(),
        },
        answer => answer,
    }
}

fn by_text(component: &ComponentFact, leaf: &Leaf) -> VersionAnswer {
    let Some(expression) = &leaf.version else { return VersionAnswer::NotGiven };
    if let Some(why) = expression.why() {
        return VersionAnswer::Open { why: why.to_owned() };
    }
    let installed = component.version();
    if installed.is_empty() {
        let every = expression.predicates().is_empty()
            && expression.range().is_some_and(holdpoint_versions::VersionRange::is_all);
        return if every { VersionAnswer::Covered } else { VersionAnswer::NotInstalledKnown };
    }
    match expression.contains(installed) {
        Answer::Yes => VersionAnswer::Covered,
        Answer::No => VersionAnswer::Excluded,
        Answer::Unknown { why } => VersionAnswer::Open { why },
    }
}

/// Judges a pair; `None` when it is no match at all, not even a candidate.
#[must_use]
pub fn judge(component: &ComponentFact, leaf: &Leaf) -> Option<Decision> {
    let answer = || version(component, leaf);
    match identity(component, leaf)? {
        Identity::Same { rung, confidence } => Some(decide(component, leaf, rung, confidence, answer())),
        Identity::Different { why } => Some(Decision {
            verdict: Verdict::No,
            confidence: Confidence::Likely,
            rung: Rung::OrderNumber,
            why,
        }),
        // Whether or not it is this product, an excluded version is not meant: nothing to look at.
        Identity::Perhaps { why } => match answer() {
            VersionAnswer::Excluded => None,
            VersionAnswer::NotGiven
            | VersionAnswer::Open { .. }
            | VersionAnswer::NotInstalledKnown
            | VersionAnswer::Covered => Some(Decision {
                verdict: Verdict::Unknown,
                confidence: Confidence::Possible,
                rung: Rung::Candidate,
                why,
            }),
        },
    }
}

fn decide(
    component: &ComponentFact,
    leaf: &Leaf,
    rung: Rung,
    confidence: Confidence,
    answer: VersionAnswer,
) -> Decision {
    let product = recognised_by(component, leaf, rung);
    let listed = listed(leaf);
    let (verdict, confidence, why) = match answer {
        VersionAnswer::Covered if component.version().is_empty() => {
            (Verdict::Yes, confidence, format!("{product}, and {listed} are meant"))
        }
        VersionAnswer::Covered => (
            Verdict::Yes,
            confidence,
            format!("{product}, and installed `{}` lies within {listed}", component.version()),
        ),
        VersionAnswer::Excluded => (
            Verdict::No,
            confidence,
            format!("{product}, but installed `{}` lies outside {listed}", component.version()),
        ),
        VersionAnswer::NotInstalledKnown => (
            Verdict::Unknown,
            Confidence::VersionUnknown,
            format!("{product}, but nobody knows which version is installed; listed: {listed}"),
        ),
        VersionAnswer::NotGiven => (
            Verdict::Unknown,
            Confidence::Possible,
            format!("{product}, but the document gives no version for it"),
        ),
        VersionAnswer::Open { why } => (
            Verdict::Unknown,
            Confidence::Possible,
            format!("{product}, but it stays open whether {listed} covers it: {why}"),
        ),
    };
    Decision { verdict, confidence, rung, why }
}

fn recognised_by(component: &ComponentFact, leaf: &Leaf, rung: Rung) -> String {
    match rung {
        Rung::OrderNumber => format!("order number `{}` is listed", component.order_number),
        Rung::Purl => format!("package `{}` is listed", component.component.purl),
        Rung::Cpe => format!("CPE `{}` is listed", component.component.cpe),
        Rung::Name => {
            format!("{} `{}` is listed by name", component.component.vendor, component.component.product)
        }
        Rung::Serial | Rung::ProtocolIdentity | Rung::Family | Rung::Candidate => {
            format!("`{}` is listed", leaf.product)
        }
    }
}

/// The listed versions for people: the canonical range when understood, else the document's own words.
#[must_use]
pub fn listed(leaf: &Leaf) -> String {
    match &leaf.version {
        None => "no version".to_owned(),
        Some(expression) if expression.why().is_some() => format!("`{}`", leaf.version_text),
        Some(expression) => match expression.range() {
            Some(range) if range.is_all() => "all versions".to_owned(),
            Some(range) => format!("`{range}`"),
            None => format!("`{}`", leaf.version_text),
        },
    }
}

/// The rows of evidence for a pair, in the order of the tests.
#[must_use]
pub fn evidence(component: &ComponentFact, leaf: &Leaf) -> Vec<Evidence> {
    let row = |test: &str, ours: &str, theirs: String, result, note: &str| Evidence {
        test: test.to_owned(),
        asset_value: ours.to_owned(),
        advisory_value: theirs,
        advisory_pointer: leaf.place_of(test),
        result,
        note: note.to_owned(),
    };
    let equal = |ours: &str, theirs: &str| match (ours.is_empty(), theirs.is_empty()) {
        (false, false) if ours == theirs => Verdict::Yes,
        (false, false) => Verdict::No,
        (true, _) | (_, true) => Verdict::Unknown,
    };
    let known = &component.component;
    let mut rows = vec![
        row(
            "vendor",
            &known.vendor,
            leaf.vendor.clone(),
            equal(&component.names.vendor, &leaf.names.vendor),
            "compared without legal form and spelling",
        ),
        row(
            "product",
            &known.product,
            leaf.product.clone(),
            equal(&component.names.product, &leaf.names.product),
            "compared without spelling, trade marks and order numbers",
        ),
    ];
    if leaf.has_order_numbers() || !component.order_number.is_empty() {
        let result = order_result(component, leaf);
        rows.push(row("order number", &component.order_number, leaf.model_texts.join(", "), result, ""));
    }
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
    let (result, note) = match version(component, leaf) {
        VersionAnswer::Covered => (Verdict::Yes, format!("read as {}", listed(leaf))),
        VersionAnswer::Excluded => (Verdict::No, format!("read as {}", listed(leaf))),
        VersionAnswer::NotGiven => (Verdict::Unknown, "the document gives no version".to_owned()),
        VersionAnswer::NotInstalledKnown => {
            (Verdict::Unknown, "the installed version is not known".to_owned())
        }
        VersionAnswer::Open { why } => (Verdict::Unknown, why),
    };
    rows.push(row("version", component.version(), leaf.version_text.clone(), result, &note));
    rows
}

fn order_result(component: &ComponentFact, leaf: &Leaf) -> Verdict {
    match order_number(component, leaf) {
        OrderNumber::Same => Verdict::Yes,
        OrderNumber::Different { .. } => Verdict::No,
        OrderNumber::Doubtful { .. } | OrderNumber::Silent => Verdict::Unknown,
    }
}

/// What a person could find out to change the answer.
#[must_use]
pub fn what_would_change_it(component: &ComponentFact, leaf: &Leaf) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(Identity::Perhaps { .. }) = identity(component, leaf) {
        found.push("the exact product: read the order number or the full name off the device".to_owned());
    }
    if component.order_number.is_empty() && leaf.has_order_numbers() {
        found.push(format!("the order number: {} would confirm the product", leaf.model_texts.join(", ")));
    }
    match version(component, leaf) {
        VersionAnswer::NotInstalledKnown => found.push("the installed version".to_owned()),
        VersionAnswer::Open { why } => {
            let wanted = leaf.version.iter().flat_map(|expression| expression.predicates());
            let mut wanted: Vec<String> = wanted.map(|predicate| predicate.attribute()).collect();
            if !leaf.serial_texts.is_empty() {
                wanted.push(format!("the serial number: {} are meant", leaf.serial_texts.join(", ")));
            }
            if wanted.is_empty() {
                found.push(format!("a person's reading of `{}`: {why}", leaf.version_text));
            }
            found.extend(wanted);
        }
        VersionAnswer::Covered => found.push(format!("a version outside {}", listed(leaf))),
        VersionAnswer::Excluded | VersionAnswer::NotGiven => {}
    }
    found
}
