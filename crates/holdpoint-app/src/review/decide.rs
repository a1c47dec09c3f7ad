//! Answering questions: one or many with one reason, in one change.

use super::queue::{self, ORIGIN, Open};
use super::rules::{self, Decider, Known, Settled, Written, contradicts};
use super::wording::{check_expiry, check_reason, invalid};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::matching::MatchCounts;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::RuleId;
use holdpoint_domain::review::{MappingRule, RuleExample, RuleState, RuleSubject, RuleVerdict};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// Most questions that are answered at once.
pub const MAX_KEYS: usize = 500;

/// How far an answer reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Exactly the two names of the question.
    #[default]
    Names,
    /// The rule that the question suggests, which may speak of a whole family or of two spellings of a vendor.
    Suggested,
}

/// An answer to questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The questions' keys.
    pub keys: Vec<String>,
    /// The same product, or different ones.
    pub verdict: RuleVerdict,
    /// How far it reaches; a "different" always speaks of the two names alone.
    pub scope: Scope,
    /// Why, once for all of them.
    pub reason: String,
    /// Until when it holds.
    pub expires_at: Option<Moment>,
}

/// A question with what its answer did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The question's key.
    pub key: String,
    /// What came of it.
    pub settled: Settled,
}

/// Answers questions. All of them are answered, or none is; giving the same answer again writes nothing.
///
/// # Errors
/// [`AppError::NotFound`] for a key that names no question, open or answered; [`AppError::Conflict`] when a rule says
/// the opposite; [`AppError::Invalid`] for reason, expiry or too many keys; [`AppError::Refused`]; [`AppError::Store`].
pub fn decide(app: &App, caller: &Caller, answer: &Answer) -> Result<Vec<Answered>, AppError> {
    let decider = Decider::new(app, caller)?;
    let reason = check_reason(&answer.reason)?;
    check_expiry(answer.expires_at, decider.at)?;
    let keys: BTreeSet<&String> = answer.keys.iter().collect();
    if keys.is_empty() || keys.len() > MAX_KEYS {
        return Err(invalid(
            "keys",
            format!("1 to {MAX_KEYS} questions are answered at once, not {}", keys.len()),
            "name their keys, or answer in several steps",
        ));
    }
    // Names are asked of all sites: the answer is one on names, and so are its effects.
    let reach = caller.require(holdpoint_domain::access::Permission::ReadPlant)?;
    let open: HashMap<String, Open> =
        queue::open(app, &Reach::Everywhere)?.into_iter().map(|open| (open.key.clone(), open)).collect();
    let visible: BTreeSet<String> = match reach {
        Reach::Everywhere => open.keys().cloned().collect(),
        Reach::Sites(_) | Reach::Nowhere => {
            queue::open(app, &reach)?.into_iter().map(|open| open.key).collect()
        }
    };
    let planned: Vec<(&String, Option<MappingRule>)> = keys
        .into_iter()
        .map(|key| {
            let open = open.get(key).filter(|_| visible.contains(key));
            (key, open.map(|open| rule_of(app, &decider, answer, &reason, open)))
        })
        .collect();
    let committed = app.store().change(&app.intent(caller, "review.decide", &reason), |c| {
        let mut known = Known::read(c)?;
        let (mut all, mut subjects) = (Vec::new(), Vec::new());
        for (key, rule) in &planned {
            let origin = format!("{ORIGIN}{key}");
            let Some(rule) = rule else {
                all.push(already(c.rules_in(RuleState::Holding, Moment::OPEN)?, key, answer.verdict)?);
                continue;
            };
            let (settled, changed) = rules::put(c, &mut known, &decider, rule, &origin)?;
            all.push(settled);
            subjects.extend(changed);
        }
        c.detail("questions", json!(planned.iter().map(|(key, _)| key).collect::<Vec<_>>()));
        rules::finish(app, c, all, &subjects)
    })?;
    let keys = planned.into_iter().map(|(key, _)| key.clone());
    Ok(keys.zip(committed.value).map(|(key, settled)| Answered { key, settled }).collect())
}

fn rule_of(app: &App, decider: &Decider, answer: &Answer, reason: &str, open: &Open) -> MappingRule {
    let question = &open.question;
    let names = || RuleSubject::Names { ours: question.ours.clone(), theirs: question.theirs.clone() };
    let subject = match (answer.verdict, answer.scope) {
        (RuleVerdict::Same, Scope::Suggested) => question.suggests.clone(),
        (RuleVerdict::Same, Scope::Names) | (RuleVerdict::Different, _) => names(),
    };
    MappingRule {
        id: RuleId::new(decider.at, app.random_bytes()),
        subject,
        verdict: answer.verdict,
        author: decider.name.clone(),
        decided_at: decider.at,
        reason: reason.to_owned(),
        expires_at: answer.expires_at,
        example: RuleExample {
            ours: question.ours_written.clone(),
            theirs: question.theirs_written.clone(),
            tracking_id: open.tracking_id.clone(),
        },
    }
}

/// A question that is no longer open: the rule that answered it, if it gave the same answer.
fn already(
    holding: Vec<holdpoint_store::review::RuleLine>,
    key: &str,
    verdict: RuleVerdict,
) -> Result<Settled, AppError> {
    let answers = |line: &holdpoint_store::review::RuleLine| {
        line.origin.strip_prefix(ORIGIN) == Some(key)
            || match &line.rule.subject {
                RuleSubject::Names { ours, theirs } => queue::key_of(ours, theirs) == key,
                RuleSubject::Family { .. } | RuleSubject::Vendor { .. } | RuleSubject::Expression { .. } => {
                    false
                }
            }
    };
    let line = holding.into_iter().find(answers).ok_or_else(|| queue::missing(key))?;
    if line.rule.verdict != verdict {
        return Err(contradicts(&line.rule));
    }
    Ok(Settled {
        rule: line.rule.id,
        state: RuleState::Holding,
        written: Written::There,
        matches: MatchCounts::default(),
    })
}
