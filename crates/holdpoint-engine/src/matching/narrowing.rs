//! What narrows a listed product beside its version: remarks in its name, the variants of its CPE name, the architecture
//! of its package URL.
//!
//! A document that speaks of one variant says nothing of the others. The surprise: a condition that surely fails is no
//! "no" here, because names and identifiers are written more loosely than versions; the question stays open.

use super::component::ComponentFact;
use super::judge;
use holdpoint_versions::Answer;
use holdpoint_versions::cpe::{Attribute, Cpe};
use holdpoint_versions::expression::{self, ARCHITECTURE, Facts, Predicate};
use holdpoint_versions::purl::Purl;

/// One condition, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowing {
    /// What must hold.
    pub predicate: Predicate,
    source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// A remark of the name, by its letters and digits.
    Name(String),
    /// An attribute of the CPE name.
    Cpe(&'static str, Attribute),
    /// A qualifier of the package URL.
    Purl(&'static str, String),
}

/// All that narrows a product which a document writes like this.
#[must_use]
pub fn narrowings(product: &str, cpe: Option<&Cpe>, purl: Option<&Purl>) -> Vec<Narrowing> {
    let mut found = Vec::new();
    for remark in expression::remarks_in_name(product) {
        let source = Source::Name(letters(&remark.text));
        found.extend(
            remark.predicates.into_iter().map(|predicate| Narrowing { predicate, source: source.clone() }),
        );
    }
    for (name, attribute) in cpe.into_iter().flat_map(Cpe::variants) {
        if let Attribute::Value(value) = attribute {
            let predicate = variant(name, &value.replace('\\', ""));
            found.push(Narrowing { predicate, source: Source::Cpe(name, attribute.clone()) });
        }
    }
    // A source package stands for all that is built of it.
    let narrows = |text: &&String| {
        !["noarch", "src", "source", "all", "any", "*", ""]
            .iter()
            .any(|all| text.trim().eq_ignore_ascii_case(all))
    };
    for (name, attribute) in QUALIFIERS {
        let text = purl.and_then(|purl| purl.qualifiers.get(*name)).filter(narrows);
        found.extend(text.map(|text| Narrowing {
            predicate: variant(attribute, text),
            source: Source::Purl(name, text.clone()),
        }));
    }
    found
}

/// Qualifiers of package URLs that tell builds of one version apart, and what they are of. The others say where a package
/// lies, or are a part of its version.
const QUALIFIERS: &[(&str, &str)] = &[
    ("arch", ARCHITECTURE),
    ("classifier", "classifier"),
    ("distro", "distribution"),
    ("os", "operating system"),
    ("platform", "platform"),
];

fn variant(attribute: &str, text: &str) -> Predicate {
    Predicate::Variant { attribute: attribute.to_owned(), text: text.to_owned() }
}

/// The letters and digits of a text, for comparing.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Narrowing {
    /// Whether it holds, by what is known.
    fn holds(&self, component: &ComponentFact, facts: &Facts<'_>) -> bool {
        let is_said = |name: &str, text: &str| {
            judge::qualifier(component, name).is_some_and(|own| own.trim().eq_ignore_ascii_case(text.trim()))
        };
        let told = match &self.source {
            Source::Name(text) => letters(&component.component.product).contains(text.as_str()),
            Source::Cpe(name, listed) => component
                .cpe
                .as_ref()
                .is_some_and(|cpe| cpe.variants().any(|(own, value)| own == *name && value == listed)),
            Source::Purl(name, text) => is_said(name, text),
        };
        told || self.predicate.evaluate(facts) == Answer::Yes
    }
}

/// Why a product that is recognised may yet be another variant than the listed one; `None` when nothing says so.
pub(super) fn doubt(all: &[Narrowing], component: &ComponentFact, facts: &Facts<'_>) -> Option<String> {
    let open: Vec<String> = all
        .iter()
        .filter(|one| !one.holds(component, facts))
        .map(|one| format!("{} (listed: {})", one.predicate.attribute(), one.predicate))
        .collect();
    (!open.is_empty()).then(|| format!("it depends on what is not known: {}", open.join(", ")))
}
