//! A rule's example: the rule's own test, run by the engine that makes matches.

use super::holding;
use super::wording::invalid;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::advisory::{BranchCategory, Helpers, PathStep, ProductExpression};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::id::RuleId;
use holdpoint_domain::review::{MappingRule, RuleExample, RuleSubject, RuleVerdict};
use holdpoint_engine::matching::identity::{Identity, identity};
use holdpoint_engine::matching::judge::{self, VersionAnswer};
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::rules::name_key;
use holdpoint_engine::matching::{ComponentFact, Leaf, LeafInput, Rules};

/// How an example came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// The rule.
    pub rule: RuleId,
    /// What it connects, for people.
    pub ours: String,
    /// Its other side.
    pub theirs: String,
    /// What it says.
    pub verdict: RuleVerdict,
    /// Whether the engine gives the answer that the rule must give.
    pub outcome: Outcome,
}

/// Whether an example gives the answer that it must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It does.
    Passed,
    /// It does not.
    Failed {
        /// What came out instead, in words.
        why: String,
    },
}

/// Runs the examples of all rules that hold, each against all of them together. The same rules give the same result.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn replay(app: &App, caller: &Caller, as_of: Moment) -> Result<Vec<Replayed>, AppError> {
    caller.require(Permission::ReadPlant)?;
    let at = if as_of == Moment::OPEN { app.now() } else { as_of };
    let rules = app.store().read(|r| holding(r, as_of, at))?;
    let in_force = Rules::new(rules.clone(), at);
    Ok(rules
        .iter()
        .map(|rule| Replayed {
            rule: rule.id,
            ours: rule.subject.ours_text(),
            theirs: rule.subject.theirs_text(),
            verdict: rule.verdict,
            outcome: run(rule, &in_force),
        })
        .collect())
}

/// Checks that the example speaks of what the rule speaks of, and that the engine then answers as the rule says.
pub(super) fn check(new: &MappingRule, holding: &[MappingRule], at: Moment) -> Result<(), AppError> {
    if let Err(why) = speaks_of(new) {
        return Err(invalid("example", why, "give an example of exactly what is decided"));
    }
    let with = Rules::new(holding.iter().cloned().chain([new.clone()]).collect(), at);
    match run(new, &with) {
        Outcome::Passed => Ok(()),
        Outcome::Failed { why } => Err(invalid(
            "example-fails",
            format!("the rule's example does not give the rule's answer: {why}"),
            "correct the example, or the rule",
        )),
    }
}

fn fact(example: &RuleExample) -> ComponentFact {
    let [vendor, product, order_number, version] = example.ours.clone();
    ComponentFact::new(
        1,
        Component {
            kind: ComponentKind::Firmware,
            vendor,
            product,
            version,
            order_number,
            hardware_revision: String::new(),
            purl: String::new(),
            cpe: String::new(),
        },
    )
}

fn leaf(rule: &MappingRule) -> Leaf {
    let [vendor, product, text] = &rule.example.theirs;
    // The example writes no order numbers for the document; where the rule asks for one, it is the document's.
    let listed = match &rule.subject {
        RuleSubject::Names { theirs, .. } | RuleSubject::Family { theirs, .. } => theirs.order_number.clone(),
        RuleSubject::Vendor { .. } | RuleSubject::Expression { .. } => String::new(),
    };
    let model_numbers = Some(listed).filter(|number| !number.is_empty()).into_iter().collect();
    let steps = [
        (BranchCategory::Vendor, vendor),
        (BranchCategory::ProductName, product),
        (BranchCategory::ProductVersionRange, text),
    ];
    let path = steps
        .into_iter()
        .filter(|(_, name)| !name.is_empty())
        .map(|(category, name)| PathStep { category, name: name.clone() });
    let expression = ProductExpression {
        product_id: "example".to_owned(),
        name: format!("{vendor} {product}"),
        path: path.collect(),
        helpers: Helpers { model_numbers, ..Helpers::default() },
        relation: None,
        pointer: String::new(),
    };
    Leaf::new(LeafInput { number: 1, document: 1, standing: Standing::Stated, expression, fixes: Vec::new() })
}

/// Whether the example's names are those of the rule.
fn speaks_of(rule: &MappingRule) -> Result<(), String> {
    let RuleExample { ours, theirs, .. } = &rule.example;
    let (fact, leaf) = (fact(&rule.example), leaf(rule));
    let our_key = name_key(&ours[0], &ours[1], &fact.order_number);
    let their_key = name_key(&theirs[0], &theirs[1], "");
    let agrees = |wanted: &str, known: &str| wanted.is_empty() || wanted == known;
    let fault = |side: &str, known: &dyn std::fmt::Display, wanted: &str| {
        Err(format!("the example's {side} side is `{known}`, and the rule speaks of `{wanted}`"))
    };
    match &rule.subject {
        RuleSubject::Names { ours, theirs } => {
            if !(agrees(&ours.vendor, &our_key.vendor)
                && agrees(&ours.product, &our_key.product)
                && agrees(&ours.order_number, &our_key.order_number))
            {
                return fault("inventory", &our_key, &ours.to_string());
            }
            if !(agrees(&theirs.vendor, &their_key.vendor) && agrees(&theirs.product, &their_key.product)) {
                return fault("advisory", &their_key, &theirs.to_string());
            }
            Ok(())
        }
        RuleSubject::Family { theirs, vendor, .. } => {
            if !agrees(vendor, &our_key.vendor) {
                return fault("inventory", &our_key, vendor);
            }
            if !(agrees(&theirs.vendor, &their_key.vendor) && agrees(&theirs.product, &their_key.product)) {
                return fault("advisory", &their_key, &theirs.to_string());
            }
            Ok(())
        }
        RuleSubject::Vendor { ours, theirs } => {
            let known = [&fact.names.spelt_vendor, &leaf.names.spelt_vendor];
            if known == [ours, theirs] || known == [theirs, ours] {
                return Ok(());
            }
            let both = format!("{} / {}", known[0], known[1]);
            Err(format!("the example's vendors are `{both}`, and the rule speaks of `{ours}` / `{theirs}`"))
        }
        RuleSubject::Expression { vendor, product, text, .. } => {
            if !(agrees(vendor, &their_key.vendor) && agrees(product, &their_key.product)) {
                return fault("advisory", &their_key, &format!("{vendor} {product}"));
            }
            if theirs[2].trim() == text {
                return Ok(());
            }
            Err(format!("the example's version text is `{}`, and the rule reads `{text}`", theirs[2]))
        }
    }
}

/// Runs an example under these rules.
fn run(rule: &MappingRule, rules: &Rules) -> Outcome {
    let (fact, leaf) = (fact(&rule.example), leaf(rule));
    let failed = |why: String| Outcome::Failed { why };
    if let RuleSubject::Expression { .. } = &rule.subject {
        return match judge::version(&fact, &leaf, rules) {
            VersionAnswer::Covered | VersionAnswer::Excluded => Outcome::Passed,
            VersionAnswer::Open { why } => failed(format!("whether the version is meant stays open: {why}")),
            VersionAnswer::NotGiven | VersionAnswer::NotInstalledKnown => {
                failed("the example lacks an installed version or a version text".to_owned())
            }
        };
    }
    let found = identity(&fact, &leaf, rules);
    match (rule.verdict, found) {
        (RuleVerdict::Same, Some(Identity::Same { .. }))
        | (RuleVerdict::Different, Some(Identity::Different { .. }) | None) => Outcome::Passed,
        (RuleVerdict::Same, Some(Identity::Perhaps { why } | Identity::Different { why, .. })) => {
            failed(format!("the product is not recognised: {why}"))
        }
        (RuleVerdict::Same, None) => failed("the two sides have nothing in common".to_owned()),
        (RuleVerdict::Different, Some(Identity::Same { rung, .. })) => failed(format!(
            "the product is recognised all the same, by its {}",
            rung.word().replace('_', " ")
        )),
        (RuleVerdict::Different, Some(Identity::Perhaps { why })) => {
            failed(format!("it is still a candidate: {why}"))
        }
    }
}
