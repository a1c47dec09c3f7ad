//! One component against one leaf: is it this product, and is its version meant?

use super::component::ComponentFact;
use super::contradicted;
use super::identity::{Identity, decided_by, identity};
use super::leaf::{Leaf, Standing};
use super::narrowing;
use super::rules::Rules;
use super::wording::contradicts;
use holdpoint_domain::matching::{Confidence, Decision, Rung, Verdict};
use holdpoint_versions::Answer;
use holdpoint_versions::expression::{Expression, Facts, Predicate};
use holdpoint_versions::names;
use std::borrow::Cow;

/// Room for the words of a sentence beside what it quotes of versions.
const ROOM_FOR_WORDS: usize = 112;
/// Longest sentence that a decision keeps, in bytes: two pages, more than any person reads of one line.
const MOST_BYTES: usize = 4_000;

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
/// Eight things keep it open that no version text says: a document that speaks of some serial numbers only, one that speaks
/// of a variant of the product ([`narrowing`]) or of another release in its name, one that names just the first or the last affected version, one that writes
/// the version in two ways, a name or a CPE name that says something else ([`contradicted`]), one that lists single versions and names a fix that lies above the installed one, and one that says nothing between a listed
/// version and a cleared one.
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
    let answer = match by_text(component, expression_of(leaf, rules)) {
        VersionAnswer::Excluded if lies_in_span(component, leaf, rules) => VersionAnswer::Covered,
        answer => answer,
    };
    match answer {
        VersionAnswer::Excluded if leaf.standing.is_edge() => VersionAnswer::Open {
            why: "it is named as the first or the last affected version, and which others are affected is not said"
                .to_owned(),
        },
        VersionAnswer::Excluded => match contradicted::doubt(component, leaf, rules) {
            Some(why) => VersionAnswer::Open { why },
            None => fix_above(component, leaf, rules).unwrap_or(VersionAnswer::Excluded),
        },
        answer @ (VersionAnswer::Covered | VersionAnswer::NotGiven) => {
            let doubt = narrowing::doubt(&leaf.narrowings, component, &Facts::default());
            match doubt.or_else(|| of_another_release(component, leaf)) {
                Some(why) => VersionAnswer::Open { why },
                None => answer,
            }
        }
        answer @ (VersionAnswer::NotInstalledKnown | VersionAnswer::Open { .. }) => answer,
    }
}

/// Whether the installed version lies between the first and the last affected one.
fn lies_in_span(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> bool {
    let span = leaf.span.as_ref().filter(|_| rules.reading(leaf).is_none());
    span.is_some_and(|span| span.contains(component.version()) == Answer::Yes)
}

/// Why an installed version that lies within the listed ones is yet not surely meant: the listed name speaks of a release, and
/// the version is of another one.
pub(super) fn of_another_release(component: &ComponentFact, leaf: &Leaf) -> Option<String> {
    let (installed, release) = (component.version(), leaf.names.release.as_str());
    let is_other = contradicts(release, installed);
    is_other.then(|| {
        format!("`{}` speaks of release `{release}`, and `{installed}` is of another one", leaf.product)
    })
}

/// The doubt about a "no" that rests on single versions, or on those alone that hold the fix: the document's own fix is
/// newer than what is installed, or it says nothing from the listed version up to a cleared one.
pub(super) fn fix_above(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> Option<VersionAnswer> {
    let (beside, read) = (leaf.beside.as_ref()?, leaf.version.as_ref()?);
    if rules.reading(leaf).is_some() {
        return None;
    }
    let installed = component.version();
    // Of another vulnerability the document may say that this very version is affected: that says nothing of a cure.
    if leaf.standing == Standing::Cured {
        let fix = beside.fix_newer_than(read, installed)?;
        let why = format!(
            "the document names only versions that hold the fix; `{installed}` is older than `{fix}`, and whether it is \
             affected is not said"
        );
        return Some(VersionAnswer::Open { why });
    }
    if let Some(fix) = beside.fix_above(read, installed) {
        let why = format!(
            "the document lists single versions only, and a fix that it gives names `{fix}`, which is newer than \
             `{installed}`"
        );
        return Some(VersionAnswer::Open { why });
    }
    let gap = beside.gap_around(read, installed).filter(|_| leaf.may_lie_beside_a_gap())?;
    Some(VersionAnswer::Open { why: gap.why(installed) })
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
    let answer = with_facts(component, expression, |facts| {
        let answer = expression.contains_with(installed, facts);
        match revision_in_doubt(component, expression, facts, &answer) {
            Some(why) => Answer::Unknown { why },
            None => answer,
        }
    });
    match answer {
        Answer::Yes => VersionAnswer::Covered,
        Answer::No => VersionAnswer::Excluded,
        Answer::Unknown { why } => VersionAnswer::Open { why },
    }
}

/// Asks something with what the component itself knows besides its version.
fn with_facts<T>(component: &ComponentFact, expression: &Expression, ask: impl FnOnce(&Facts<'_>) -> T) -> T {
    let (order, product) = (component.component.order_number.trim(), component.component.product.trim());
    let models = listed_models(expression, &[order, product]);
    let revision = component.component.hardware_revision.trim();
    ask(&Facts {
        hardware_revision: Some(revision).filter(|text| !text.is_empty()),
        models: &models,
        architecture: architecture(component),
        ..Facts::default()
    })
}

/// The architecture that a package URL says, where the component has one.
pub(super) fn architecture(component: &ComponentFact) -> Option<&str> {
    qualifier(component, "arch")
}

/// What the component's package URL says of itself beside name and version.
pub(super) fn qualifier<'c>(component: &'c ComponentFact, name: &str) -> Option<&'c str> {
    component.purl.as_ref()?.qualifiers.get(name).map(String::as_str)
}

/// Why a "no" by the hardware revision is none: our own name says another revision, and with that it would be no "no".
pub(super) fn revision_in_doubt(
    component: &ComponentFact,
    expression: &Expression,
    facts: &Facts<'_>,
    answer: &Answer,
) -> Option<String> {
    let asks = |predicate: &Predicate| matches!(predicate, Predicate::HardwareRevision { .. });
    if *answer != Answer::No || !expression.predicates().iter().any(asks) {
        return None;
    }
    let (given, named) = (facts.hardware_revision?, named_revision(&component.component.product)?);
    let by_name = Facts { hardware_revision: Some(named), ..*facts };
    (expression.contains_with(component.version(), &by_name) != Answer::No)
        .then(|| format!("the hardware revision is given as `{given}`, and the name says `{named}`"))
}

/// The revision of the hardware that a name says: `5.0` of `S7-400 CPU hardware version 5.0`.
fn named_revision(product: &str) -> Option<&str> {
    let words: Vec<&str> = product.split_whitespace().collect();
    let is = |word: &str, known: &[&str]| known.iter().any(|known| word.eq_ignore_ascii_case(known));
    words.windows(3).find_map(|three| {
        let says = is(three[0], &["hardware", "hw"]) && is(three[1], &["version", "revision", "rev", "rev."]);
        let number = three[2].trim_matches(|c: char| !c.is_ascii_alphanumeric());
        (says && number.bytes().any(|byte| byte.is_ascii_digit())).then_some(number)
    })
}

/// What excludes an installed version that the range alone does not: a condition beside it that does not hold.
fn failing_condition(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> Option<String> {
    let expression = expression_of(leaf, rules).filter(|expression| {
        !expression.predicates().is_empty() && expression.contains(component.version()) != Answer::No
    })?;
    with_facts(component, expression, |facts| {
        let fails = |predicate: &&Predicate| predicate.evaluate(facts) == Answer::No;
        let failing = expression.predicates().iter().find(fails)?;
        let is_revision = matches!(failing, Predicate::HardwareRevision { .. });
        Some(match facts.hardware_revision.filter(|_| is_revision) {
            Some(given) => format!("`{failing}` does not hold for hardware revision `{given}`"),
            None => format!("`{failing}` does not hold"),
        })
    })
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
        | Predicate::Variant { .. }
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
    Some(judge_as(&identity(component, leaf, rules)?, component, leaf, rules))
}

/// Judges a pair of which it is known already how the product stands to the component.
pub(super) fn judge_as(
    identity: &Identity<'_>,
    component: &ComponentFact,
    leaf: &Leaf,
    rules: &Rules,
) -> Decision {
    match identity {
        Identity::Same { rung, confidence, rule } => {
            let (listed, answer) = (listed(leaf, rules), version(component, leaf, rules));
            let mut decision = decide(component, leaf, rules, &listed, (*rung, *confidence), answer);
            let reading = rules.reading(leaf).map(|(rule, _)| rule);
            for rule in rule.iter().copied().chain(reading) {
                decision.why = format!("{} ({})", decision.why, decided_by(rule));
            }
            cut(&mut decision.why);
            decision
        }
        Identity::Different { rung, confidence, why } => different(*rung, *confidence, why),
        Identity::Perhaps { why } => {
            excluded_candidate(component, leaf, rules, why).unwrap_or_else(|| candidate(why))
        }
    }
}

/// What holds for a product whatever its version, when no [`excluded_candidate`] goes before it: one decision for all pairs.
pub(super) fn whatever_the_version(identity: &Identity<'_>) -> Option<Decision> {
    match identity {
        Identity::Same { .. } => None,
        Identity::Different { rung, confidence, why } => Some(different(*rung, *confidence, why)),
        Identity::Perhaps { why } => Some(candidate(why)),
    }
}

/// Ends a sentence that a document made longer than anybody reads: each is stored once for every pair.
pub(super) fn cut(sentence: &mut String) {
    if sentence.len() > MOST_BYTES {
        sentence.truncate(sentence.floor_char_boundary(MOST_BYTES));
        sentence.push('…');
    }
}

fn shortened(why: &str) -> String {
    let mut sentence = why.to_owned();
    cut(&mut sentence);
    sentence
}

fn different(rung: Rung, confidence: Confidence, why: &str) -> Decision {
    Decision { verdict: Verdict::No, confidence, rung, why: shortened(why) }
}

fn candidate(why: &str) -> Decision {
    Decision {
        verdict: Verdict::Unknown,
        confidence: Confidence::Possible,
        rung: Rung::Candidate,
        why: shortened(why),
    }
}

/// The "no" to a product that is perhaps ours. Whether or not it is, an excluded version is not meant. It is said all the
/// same: the question was seen, and it is answered.
pub(super) fn excluded_candidate(
    component: &ComponentFact,
    leaf: &Leaf,
    rules: &Rules,
    why: &str,
) -> Option<Decision> {
    match version(component, leaf, rules) {
        VersionAnswer::Excluded => {}
        VersionAnswer::NotGiven
        | VersionAnswer::Open { .. }
        | VersionAnswer::NotInstalledKnown
        | VersionAnswer::Covered => return None,
    }
    let sentence = |parts: &[&str]| {
        let mut sentence = String::with_capacity(parts.iter().map(|part| part.len()).sum());
        parts.iter().for_each(|part| sentence.push_str(part));
        sentence
    };
    let mut why = match failing_condition(component, leaf, rules) {
        Some(fails) => sentence(&["not affected, if it is this product: ", &fails, " (", why, ")"]),
        None => {
            const BEGIN: &str = "not affected by its version, if it is this product: installed `";
            let listed = listed(leaf, rules);
            sentence(&[BEGIN, component.version(), "` lies outside ", &listed, " (", why, ")"])
        }
    };
    cut(&mut why);
    let (verdict, confidence) = (Verdict::No, Confidence::Possible);
    Some(Decision { verdict, confidence, rung: Rung::Candidate, why })
}

fn decide(
    component: &ComponentFact,
    leaf: &Leaf,
    rules: &Rules,
    listed: &str,
    (rung, confidence): (Rung, Confidence),
    answer: VersionAnswer,
) -> Decision {
    let installed = component.version();
    // Sentences are most of what a match costs, so that each is written once, and in one piece of memory.
    let mut sentence = String::with_capacity(ROOM_FOR_WORDS + installed.len() + listed.len());
    recognised_by(component, leaf, rung, &mut sentence);
    let mut add = |parts: &[&str]| parts.iter().for_each(|part| sentence.push_str(part));
    let (verdict, confidence) = match answer {
        VersionAnswer::Covered if installed.is_empty() => {
            add(&[", and ", listed, " are meant"]);
            (Verdict::Yes, confidence)
        }
        VersionAnswer::Covered => {
            add(&[", and installed `", installed, "` lies within ", listed]);
            (Verdict::Yes, confidence)
        }
        VersionAnswer::Excluded => {
            match failing_condition(component, leaf, rules) {
                Some(fails) => add(&[", but ", &fails]),
                None => add(&[", but installed `", installed, "` lies outside ", listed]),
            }
            (Verdict::No, confidence)
        }
        VersionAnswer::NotInstalledKnown => {
            add(&[", but nobody knows which version is installed; listed: ", listed]);
            (Verdict::Unknown, Confidence::VersionUnknown)
        }
        VersionAnswer::NotGiven => {
            add(&[", but the document gives no version for it"]);
            (Verdict::Unknown, Confidence::Possible)
        }
        VersionAnswer::Open { why } => {
            add(&[", but by itself ", listed, " does not say whether it is meant: ", &why]);
            (Verdict::Unknown, Confidence::Possible)
        }
    };
    Decision { verdict, confidence, rung, why: sentence }
}

/// Adds how the product was recognised to a sentence.
fn recognised_by(component: &ComponentFact, leaf: &Leaf, rung: Rung, sentence: &mut String) {
    let known = &component.component;
    let mut add = |parts: &[&str]| parts.iter().for_each(|part| sentence.push_str(part));
    match rung {
        Rung::OrderNumber if leaf.has_order_numbers() => {
            add(&["order number `", component.shown_order(), "` is listed"]);
        }
        Rung::OrderNumber => {
            let shown = if known.order_number.is_empty() { &known.product } else { &known.order_number };
            add(&["`", shown, "` is one of `", &leaf.product, "`"]);
        }
        Rung::Purl => add(&["package `", &known.purl, "` is listed"]),
        Rung::Cpe => add(&["CPE `", &known.cpe, "` is listed"]),
        Rung::Name => add(&[&known.vendor, " `", &known.product, "` is listed by name"]),
        Rung::ProtocolIdentity => match &component.protocol {
            Some(told) => {
                let number = &component.order_number;
                let shown = if number.is_empty() { &component.names.product } else { number };
                add(&["the device tells by ", told.protocol(), " that it is `", shown]);
                add(&["` (`", &known.purl, "`), which is listed"]);
            }
            None => add(&["`", &leaf.product, "` is listed"]),
        },
        Rung::Serial | Rung::Family | Rung::Candidate => add(&["`", &leaf.product, "` is listed"]),
    }
}

/// The listed versions for people: the canonical range when understood, else the document's own words.
#[must_use]
pub fn listed<'l>(leaf: &'l Leaf, rules: &Rules) -> Cow<'l, str> {
    match rules.reading(leaf) {
        None => Cow::Borrowed({
            let versions = leaf.span.as_deref().or(leaf.version.as_ref());
            leaf.listed_words.get_or_init(|| words_of(versions, leaf))
        }),
        Some((_, expression)) => Cow::Owned(words_of(Some(expression), leaf)),
    }
}

fn words_of(expression: Option<&Expression>, leaf: &Leaf) -> String {
    match expression {
        None => "no version".to_owned(),
        Some(expression) if expression.why().is_some() => format!("`{}`", leaf.version_text),
        Some(expression) => match expression.range() {
            Some(range) if range.is_all() => "all versions".to_owned(),
            Some(range) => format!("`{range}`"),
            None => format!("`{}`", leaf.version_text),
        },
    }
}
