//! One component against one leaf: is it this product, and is its version meant?

use super::component::ComponentFact;
use super::identity::{Identity, decided_by, identity};
use super::leaf::{Leaf, Standing};
use super::rules::Rules;
use holdpoint_domain::matching::{Confidence, Decision, Rung, Verdict};
use holdpoint_versions::Answer;
use holdpoint_versions::expression::{Expression, Facts, Predicate};
use holdpoint_versions::names;

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

/// Decides the version, whatever the product.
///
/// Four things keep it open that no version text says: a document that speaks of some serial numbers only, one that
/// names just the first or the last affected version, one that writes the version in two ways, and one that lists single
/// versions and names a fix that lies above the installed one.
#[must_use]
pub fn version(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> VersionAnswer {
    match version_alone(component, leaf, rules) {
        VersionAnswer::Covered | VersionAnswer::NotGiven if !leaf.serial_texts.is_empty() => {
            VersionAnswer::Open {
                why: format!(
                    "the document speaks of the serial numbers {} only",
                    leaf.serial_texts.join(", ")
                ),
            }
        }
        answer => answer,
    }
}

/// Decides the version as if no serial numbers were listed.
#[must_use]
pub(super) fn version_alone(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> VersionAnswer {
    if let Some(fuller) = &leaf.fuller_version
        && rules.reading(leaf).is_none()
        && !component.version().is_empty()
    {
        let why =
            format!("the document writes `{}` in one place and `{fuller}` in another", leaf.version_text);
        return VersionAnswer::Open { why };
    }
    match by_text(component, expression_of(leaf, rules)) {
        VersionAnswer::Excluded if leaf.standing == Standing::Edge => VersionAnswer::Open {
            why: "it is named as the first or the last affected version, and which others are affected is not said"
                .to_owned(),
        },
        VersionAnswer::Excluded => fix_above(component, leaf, rules).unwrap_or(VersionAnswer::Excluded),
        answer => answer,
    }
}

/// The doubt about a "no" that rests on single versions, when the document's own fix is newer than what is installed.
pub(super) fn fix_above(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> Option<VersionAnswer> {
    let (beside, read) = (leaf.beside.as_ref()?, leaf.version.as_ref()?);
    if rules.reading(leaf).is_some() {
        return None;
    }
    let installed = component.version();
    let fix = beside.fix_above(read, installed)?;
    let why = format!(
        "the document lists single versions only, and a fix that it gives names `{fix}`, which is newer than `{installed}`"
    );
    Some(VersionAnswer::Open { why })
}

/// Whether the document gives no version at all for the product.
pub(super) fn gives_no_version(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> bool {
    expression_of(leaf, rules).is_none() && version(component, leaf, rules) == VersionAnswer::NotGiven
}

/// The version text as a person reads it, else as the program does.
pub(super) fn expression_of<'l>(leaf: &'l Leaf, rules: &'l Rules) -> Option<&'l Expression> {
    rules.reading(leaf).map(|(_, expression)| expression).or(leaf.version.as_ref())
}

fn by_text(component: &ComponentFact, expression: Option<&Expression>) -> VersionAnswer {
    let Some(expression) = expression else { return VersionAnswer::NotGiven };
    if let Some(why) = expression.why() {
        return VersionAnswer::Open { why: why.to_owned() };
    }
    let installed = component.version();
    if installed.is_empty() {
        let every = expression.range().is_some_and(holdpoint_versions::VersionRange::is_all);
        match (every, expression.predicates().is_empty()) {
            (false, _) => return VersionAnswer::NotInstalledKnown,
            (true, true) => return VersionAnswer::Covered,
            // No version decides here, so a missing one keeps nothing open.
            (true, false) => {}
        }
    }
    let (order, product) = (component.component.order_number.trim(), component.component.product.trim());
    let models = listed_models(expression, &[order, product]);
    let revision = component.component.hardware_revision.trim();
    let facts = Facts {
        hardware_revision: Some(revision).filter(|text| !text.is_empty()),
        models: &models,
        ..Facts::default()
    };
    match expression.contains_with(installed, &facts) {
        Answer::Yes => VersionAnswer::Covered,
        Answer::No => VersionAnswer::Excluded,
        Answer::Unknown { why } => VersionAnswer::Open { why },
    }
}

/// Those of our names that a list of models holds. The others are left out: that a list of models does not hold a
/// number of the owner's own proves nothing.
pub(super) fn listed_models<'n>(expression: &Expression, ours: &[&'n str]) -> Vec<&'n str> {
    let listed = expression.predicates().iter().flat_map(|predicate| match predicate {
        Predicate::ModelList { models } => models.as_slice(),
        Predicate::SerialNumber { .. }
        | Predicate::HardwareRevision { .. }
        | Predicate::Date { .. }
        | Predicate::Option { .. }
        | Predicate::SubComponent { .. }
        | Predicate::OtherProduct { .. }
        | Predicate::Vulnerability { .. }
        | Predicate::Configuration { .. }
        | Predicate::Reading { .. }
        | Predicate::Other { .. } => &[],
    });
    let listed: Vec<String> = listed.map(|model| names::order_number_key(model)).collect();
    if listed.is_empty() {
        return Vec::new();
    }
    let is_listed = |name: &&&str| listed.contains(&names::order_number_key(name));
    ours.iter().filter(|name| !name.is_empty()).filter(is_listed).copied().collect()
}

/// Judges a pair; `None` when it is no match at all, not even a candidate.
#[must_use]
pub fn judge(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> Option<Decision> {
    let answer = || version(component, leaf, rules);
    match identity(component, leaf, rules)? {
        Identity::Same { rung, confidence, rule } => {
            let listed = listed(leaf, rules);
            let mut decision = decide(component, leaf, &listed, (rung, confidence), answer());
            let reading = rules.reading(leaf).map(|(rule, _)| rule);
            for rule in rule.into_iter().chain(reading) {
                decision.why = format!("{} ({})", decision.why, decided_by(rule));
            }
            Some(decision)
        }
        Identity::Different { rung, confidence, why } => {
            Some(Decision { verdict: Verdict::No, confidence, rung, why })
        }
        Identity::Perhaps { why } => Some(match answer() {
            // Whether or not it is this product, an excluded version is not meant. It is said all the same: the
            // question was seen, and it is answered.
            VersionAnswer::Excluded => Decision {
                verdict: Verdict::No,
                confidence: Confidence::Possible,
                rung: Rung::Candidate,
                why: format!(
                    "not affected by its version, if it is this product: installed `{}` lies outside {} ({why})",
                    component.version(),
                    listed(leaf, rules)
                ),
            },
            VersionAnswer::NotGiven
            | VersionAnswer::Open { .. }
            | VersionAnswer::NotInstalledKnown
            | VersionAnswer::Covered => Decision {
                verdict: Verdict::Unknown,
                confidence: Confidence::Possible,
                rung: Rung::Candidate,
                why,
            },
        }),
    }
}

fn decide(
    component: &ComponentFact,
    leaf: &Leaf,
    listed: &str,
    (rung, confidence): (Rung, Confidence),
    answer: VersionAnswer,
) -> Decision {
    let product = recognised_by(component, leaf, rung);
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
        Rung::OrderNumber if leaf.has_order_numbers() => {
            format!("order number `{}` is listed", component.order_number)
        }
        Rung::OrderNumber => {
            let known = &component.component;
            let shown = if known.order_number.is_empty() { &known.product } else { &known.order_number };
            format!("`{shown}` is one of `{}`", leaf.product)
        }
        Rung::Purl => format!("package `{}` is listed", component.component.purl),
        Rung::Cpe => format!("CPE `{}` is listed", component.component.cpe),
        Rung::Name => {
            format!("{} `{}` is listed by name", component.component.vendor, component.component.product)
        }
        Rung::ProtocolIdentity => match &component.protocol {
            Some(told) => format!(
                "the device tells by {} that it is `{}` (`{}`), which is listed",
                told.protocol(),
                if component.order_number.is_empty() {
                    &component.names.product
                } else {
                    &component.order_number
                },
                component.component.purl
            ),
            None => format!("`{}` is listed", leaf.product),
        },
        Rung::Serial | Rung::Family | Rung::Candidate => {
            format!("`{}` is listed", leaf.product)
        }
    }
}

/// The listed versions for people: the canonical range when understood, else the document's own words.
#[must_use]
pub fn listed(leaf: &Leaf, rules: &Rules) -> String {
    match expression_of(leaf, rules) {
        None => "no version".to_owned(),
        Some(expression) if expression.why().is_some() => format!("`{}`", leaf.version_text),
        Some(expression) => match expression.range() {
            Some(range) if range.is_all() => "all versions".to_owned(),
            Some(range) => format!("`{range}`"),
            None => format!("`{}`", leaf.version_text),
        },
    }
}
