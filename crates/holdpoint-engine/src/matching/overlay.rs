//! What one asset adds to the answer of its configuration: its serial number, its hardware revision, its dates.
//!
//! A configuration is shared by assets, and a serial number is not, so a match on a configuration stays unknown where
//! the document speaks of serial numbers, revisions, dates or options. [`for_asset`] settles it for one asset.
//! The surprise: it only ever settles what was open; a "yes" or a "no" of the configuration is never touched.

use super::component::ComponentFact;
use super::configuration::ConfigurationMatch;
use super::contradicted;
use super::judge::{self, VersionAnswer};
use super::leaf::{Leaf, Standing};
use super::narrowing;
use super::rules::Rules;
use holdpoint_domain::matching::{Confidence, Decision, Rung, Verdict};
use holdpoint_versions::Answer;
use holdpoint_versions::expression::{Facts, Predicate};
use holdpoint_versions::names::{
    ModelPattern, SerialWriter, order_number_key, serial_doubt, serials_may_be_one,
};

/// What is known of one asset and of no other. An empty text means that nobody has said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssetFacts {
    /// Serial number as written.
    pub serial_number: String,
    /// Hardware revision as written.
    pub hardware_revision: String,
    /// Day of manufacture as `YYYY-MM-DD`.
    pub manufactured_on: String,
    /// Day of delivery as `YYYY-MM-DD`.
    pub delivered_on: String,
    /// Fitted options and order codes, when the list is known to be whole.
    pub options: Option<Vec<String>>,
}

/// Whether a leaf has anything that an asset's own facts could settle: worth asking before every asset is visited.
#[must_use]
pub fn depends_on_asset(leaf: &Leaf, rules: &Rules) -> bool {
    !leaf.serial_texts.is_empty()
        || leaf.narrowings.iter().any(|one| matches!(one.predicate, Predicate::Option { .. }))
        || judge::expression_of(leaf, rules).into_iter().flat_map(|expression| expression.predicates()).any(
            |predicate| match predicate {
                Predicate::SerialNumber { .. }
                | Predicate::HardwareRevision { .. }
                | Predicate::Date { .. }
                | Predicate::Option { .. } => true,
                Predicate::SubComponent { .. }
                | Predicate::OtherProduct { .. }
                | Predicate::ModelList { .. }
                | Predicate::Vulnerability { .. }
                | Predicate::Configuration { .. }
                | Predicate::Variant { .. }
                | Predicate::Reading { .. }
                | Predicate::Other { .. } => false,
            },
        )
}

/// The decision for one asset, out of the decision for its configuration.
///
/// `component` is the one that decided ([`ConfigurationMatch::component`]); without it, as for combinations, the
/// configuration's decision stands.
#[must_use]
pub fn for_asset(
    matched: &ConfigurationMatch,
    component: Option<&ComponentFact>,
    leaf: &Leaf,
    rules: &Rules,
    facts: &AssetFacts,
) -> Decision {
    let Some(component) = component else { return (*matched.decision).clone() };
    if matched.decision.verdict != Verdict::Unknown || !depends_on_asset(leaf, rules) {
        return (*matched.decision).clone();
    }
    let serial = by_serial(leaf, facts);
    let recognised = matched.decision.rung != Rung::Candidate;
    // `*` lists every serial number there is: it recognises nothing by itself.
    let tells = |pattern: &ModelPattern| {
        pattern.tells_much() && pattern.matches(&order_number_key(&facts.serial_number))
    };
    let by_number = matches!(serial, Some(Settled::Meant(_))) && leaf.serials.iter().any(tells);
    if !recognised && !by_number {
        return (*matched.decision).clone();
    }
    let mut reasons = Vec::new();
    match serial {
        Some(Settled::Open) => return (*matched.decision).clone(),
        Some(Settled::NotMeant(why)) => return settled(matched, Verdict::No, &why),
        Some(Settled::Meant(why)) => reasons.push(why),
        None => {}
    }
    match by_version(component, leaf, rules, facts, &mut reasons) {
        Settled::Open => (*matched.decision).clone(),
        Settled::NotMeant(why) if recognised => settled(matched, Verdict::No, &why),
        Settled::NotMeant(_) => (*matched.decision).clone(),
        Settled::Meant(why) => {
            reasons.push(why);
            let mut decision = settled(matched, Verdict::Yes, &reasons.join(", and "));
            if by_number {
                decision.rung = Rung::Serial;
            }
            decision
        }
    }
}

/// How an asset's own facts settle a condition.
enum Settled {
    /// The asset is meant, because.
    Meant(String),
    /// It is not, because.
    NotMeant(String),
    /// It cannot be said.
    Open,
}

fn settled(matched: &ConfigurationMatch, verdict: Verdict, why: &str) -> Decision {
    let before = &matched.decision;
    let product = before.why.split(", but ").next().unwrap_or_default();
    Decision {
        verdict,
        confidence: Confidence::Confirmed,
        rung: before.rung,
        why: match verdict {
            Verdict::Yes => format!("{product}, and {why}"),
            Verdict::No | Verdict::Unknown => format!("{product}, but {why}"),
        },
    }
}

/// `None` when the leaf lists no serial numbers.
fn by_serial(leaf: &Leaf, facts: &AssetFacts) -> Option<Settled> {
    if leaf.serial_texts.is_empty() {
        return None;
    }
    let listed = leaf.serial_texts.join(", ");
    let ours = order_number_key(&facts.serial_number);
    if ours.is_empty() {
        return Some(Settled::Open);
    }
    // What has placeholders is no number, and neither is, nor is not, a listed one.
    if serial_doubt(&facts.serial_number, SerialWriter::Owner).is_some() {
        return Some(Settled::Open);
    }
    // What says hardly a sign of the number (`*`, `?*`, `SN5`) clears nobody by it.
    let tells = |pattern: &ModelPattern| {
        pattern.tells_much() || (pattern.is_literal() && pattern.matches_whole(&ours))
    };
    let clears = match leaf.standing {
        Standing::Cured | Standing::Cleared => true,
        Standing::Stated
        | Standing::Investigated
        | Standing::Edge
        | Standing::Span { .. }
        | Standing::Named => false,
    };
    let mut fitting = leaf.serials.iter().filter(|pattern| pattern.matches(&ours)).peekable();
    if fitting.peek().is_some() {
        if clears && !fitting.any(tells) {
            return Some(Settled::Open);
        }
        return Some(Settled::Meant(format!("serial number `{}` is among {listed}", facts.serial_number)));
    }
    // A number that is only the beginning of a listed one may be cut off, a single `X` may stand for a sign, and a listed
    // text may be a span, hold placeholders, be unreadable or be written with other signs between.
    let may_be = leaf.serials.iter().any(|pattern| {
        pattern.may_stand_for(&ours) || (!pattern.is_literal() && pattern.may_be_written(&ours))
    });
    let is_open = |text: &String| {
        serial_doubt(text, SerialWriter::Document).is_some() || serials_may_be_one(&facts.serial_number, text)
    };
    if may_be || leaf.serials.len() != leaf.serial_texts.len() || leaf.serial_texts.iter().any(is_open) {
        return Some(Settled::Open);
    }
    Some(Settled::NotMeant(format!("serial number `{}` is not among {listed}", facts.serial_number)))
}

fn by_version(
    component: &ComponentFact,
    leaf: &Leaf,
    rules: &Rules,
    facts: &AssetFacts,
    reasons: &mut Vec<String>,
) -> Settled {
    match judge::version_alone(component, leaf, rules) {
        // Serial numbers without versions mean those devices, whatever runs on them.
        VersionAnswer::NotGiven => return Settled::Meant("the document names no version".to_owned()),
        VersionAnswer::Covered => return Settled::Meant(within(component, leaf, rules)),
        VersionAnswer::Excluded => return Settled::NotMeant(outside(component, leaf, rules)),
        VersionAnswer::NotInstalledKnown | VersionAnswer::Open { .. } => {}
    }
    let Some(expression) = judge::expression_of(leaf, rules) else { return Settled::Open };
    if leaf.fuller_version.is_some() {
        return Settled::Open;
    }
    let known =
        |text: &'_ str| -> Option<String> { Some(text.trim().to_owned()).filter(|text| !text.is_empty()) };
    let revision = known(&facts.hardware_revision).or_else(|| known(&component.component.hardware_revision));
    let (serial, made) = (known(&facts.serial_number), known(&facts.manufactured_on));
    let delivered = known(&facts.delivered_on);
    let options: Option<Vec<&str>> =
        facts.options.as_ref().map(|options| options.iter().map(String::as_str).collect());
    let ours = [component.component.order_number.trim(), component.component.product.trim()];
    let models = judge::listed_models(expression, &ours);
    let own = Facts {
        serial_number: serial.as_deref(),
        hardware_revision: revision.as_deref(),
        manufactured_on: made.as_deref(),
        delivered_on: delivered.as_deref(),
        options: options.as_deref(),
        models: &models,
        architecture: judge::architecture(component),
        ..Facts::default()
    };
    let answer = expression.contains_with(component.version(), &own);
    if judge::revision_in_doubt(component, expression, &own, &answer).is_some() {
        return Settled::Open;
    }
    match answer {
        Answer::Yes
            if narrowing::doubt(&leaf.narrowings, component, &own).is_some()
                || judge::of_another_release(component, leaf).is_some() =>
        {
            Settled::Open
        }
        Answer::Yes => {
            reasons.extend(expression.predicates().iter().map(|predicate| format!("{predicate} holds")));
            Settled::Meant(within(component, leaf, rules))
        }
        Answer::No if leaf.standing.is_edge() => Settled::Open,
        // What a serial number or a revision excludes is excluded; a version beside single ones is not.
        Answer::No
            if expression.contains(component.version()) == Answer::No
                && (judge::fix_above(component, leaf, rules).is_some()
                    || contradicted::doubt(component, leaf, rules).is_some()) =>
        {
            Settled::Open
        }
        Answer::No => Settled::NotMeant(
            failing(expression.predicates(), &own).unwrap_or_else(|| outside(component, leaf, rules)),
        ),
        Answer::Unknown { .. } => Settled::Open,
    }
}

/// The first condition that does not hold.
fn failing(predicates: &[Predicate], own: &Facts<'_>) -> Option<String> {
    let found = predicates.iter().find(|predicate| predicate.evaluate(own) == Answer::No);
    found.map(|predicate| format!("{predicate} does not hold"))
}

fn outside(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> String {
    format!("installed `{}` lies outside {}", component.version(), judge::listed(leaf, rules))
}

fn within(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> String {
    let listed = judge::listed(leaf, rules);
    if component.version().is_empty() {
        format!("{listed} are meant")
    } else {
        format!("installed `{}` lies within {listed}", component.version())
    }
}
