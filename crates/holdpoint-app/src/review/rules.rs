//! Mapping rules: writing one, agreeing to one, taking one back, looking at them.
//!
//! A rule is never changed and never deleted. Saying again what already holds writes nothing; another expiry for the
//! same decision replaces the rule by a new one.

use super::wording::{check_expiry, check_reason, invalid};
use super::{NewRule, account_of, example, holding, policy, settle};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::matching::MatchCounts;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::RuleId;
use holdpoint_domain::review::{
    KeptRule, MappingRule, RuleState, RuleStep, RuleSubject, RuleVerdict, contradiction,
};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::review::RuleLine;
use holdpoint_store::{Change, StoreError};
use serde_json::json;

/// What a decision did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// A new rule was written.
    New,
    /// A rule that says the same was there; nothing was written.
    There,
    /// The same decision was proposed by another person, and this one agreed.
    Agreed,
}

/// A decision with what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The rule.
    pub rule: RuleId,
    /// How it stands now.
    pub state: RuleState,
    /// What was done.
    pub written: Written,
    /// The matches that it brought up to date.
    pub matches: MatchCounts,
}

/// A rule with its history and with what rests on it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleShown {
    /// The rule.
    pub kept: KeptRule,
    /// What rests on it.
    pub settles: settle::Resting,
}

/// Who decides, as far as writing needs it.
pub(super) struct Decider {
    pub name: String,
    pub account: String,
    pub at: Moment,
    /// In which state a new rule of theirs begins.
    pub begins: RuleState,
    everywhere: bool,
}

impl Decider {
    /// Asks for the permission, and finds out whether the decision needs a second person.
    pub(super) fn new(app: &App, caller: &Caller) -> Result<Self, AppError> {
        let everywhere = caller.require(Permission::WriteRules)? == Reach::Everywhere;
        let alone = policy::policy(app)?.persons == policy::Persons::One;
        Ok(Self {
            name: caller.actor.name().to_owned(),
            account: account_of(caller),
            at: app.now(),
            begins: if everywhere && alone { RuleState::Holding } else { RuleState::Proposed },
            everywhere,
        })
    }

    pub(super) fn step(&self, state: RuleState, reason: &str) -> RuleStep {
        RuleStep {
            state,
            at: self.at,
            by: self.name.clone(),
            account: self.account.clone(),
            reason: reason.to_owned(),
        }
    }
}

/// The rules that count when another is written.
pub(super) struct Known {
    pub holding: Vec<MappingRule>,
    proposed: Vec<(MappingRule, String)>,
}

impl Known {
    pub(super) fn read(c: &mut Change<'_>) -> Result<Self, StoreError> {
        let at = c.at();
        let mut proposed = Vec::new();
        for line in c.rules_in(RuleState::Proposed, Moment::OPEN)? {
            if line.rule.holds_at(at) {
                let kept = c.kept_rule(line.rule.id)?;
                let account = kept.and_then(|kept| kept.steps.first().map(|step| step.account.clone()));
                proposed.push((line.rule, account.unwrap_or_default()));
            }
        }
        Ok(Self { holding: holding(c, Moment::OPEN, at)?, proposed })
    }

    /// Those that hold, then those that are proposed.
    pub(super) fn all(&self) -> impl Iterator<Item = &MappingRule> {
        self.holding.iter().chain(self.proposed.iter().map(|(rule, _)| rule))
    }
}

/// Writes a rule.
///
/// # Errors
/// [`AppError::Invalid`] in words for names, reason, expiry or an example that fails; [`AppError::Conflict`] when a
/// rule that holds or is proposed says the opposite; [`AppError::Refused`]; [`AppError::Store`].
pub fn create(app: &App, caller: &Caller, new: &NewRule) -> Result<Settled, AppError> {
    let decider = Decider::new(app, caller)?;
    let rule = rule_of(app, &decider, new)?;
    let committed = app.store().change(&app.intent(caller, "rule.create", &new.reason), |c| {
        let mut known = Known::read(c)?;
        let (settled, changed) = put(c, &mut known, &decider, &rule, "written")?;
        finish(app, c, vec![settled], &changed)
    })?;
    Ok(committed.value.into_iter().next().expect("one decision was made"))
}

/// The rule that a wording means, dated and signed.
pub(super) fn rule_of(app: &App, decider: &Decider, new: &NewRule) -> Result<MappingRule, AppError> {
    let reason = check_reason(&new.reason)?;
    check_expiry(new.expires_at, decider.at)?;
    Ok(MappingRule {
        id: RuleId::new(decider.at, app.random_bytes()),
        subject: new.subject()?,
        verdict: new.verdict,
        author: decider.name.clone(),
        decided_at: decider.at,
        reason,
        expires_at: new.expires_at,
        example: new.example.clone(),
    })
}

/// Writes one rule inside a change; gives what was done, and the subjects whose matches must be compared anew.
pub(super) fn put(
    c: &mut Change<'_>,
    known: &mut Known,
    decider: &Decider,
    rule: &MappingRule,
    origin: &str,
) -> Result<(Settled, Vec<RuleSubject>), AppError> {
    let settled = |id, state, written| Settled { rule: id, state, written, matches: MatchCounts::default() };
    let canonical = rule.subject.canonical();
    let same = |other: &MappingRule| other.verdict == rule.verdict && other.subject.canonical() == canonical;
    if let Some(there) = known.holding.iter().find(|there| same(there)).cloned() {
        if there.expires_at == rule.expires_at || decider.begins == RuleState::Proposed {
            return Ok((settled(there.id, RuleState::Holding, Written::There), Vec::new()));
        }
        let why = format!("replaced by {} with another expiry", rule.id);
        c.step_rule(there.id, &decider.step(RuleState::Withdrawn, &why))?;
        c.about("mapping-rule", there.id);
        known.holding.retain(|other| other.id != there.id);
    } else if let Some((there, account)) = known.proposed.iter().find(|(there, _)| same(there)).cloned() {
        if account == decider.account || !decider.everywhere {
            return Ok((settled(there.id, RuleState::Proposed, Written::There), Vec::new()));
        }
        c.step_rule(there.id, &decider.step(RuleState::Holding, &rule.reason))?;
        c.about("mapping-rule", there.id);
        known.proposed.retain(|(other, _)| other.id != there.id);
        let subject = there.subject.clone();
        let id = there.id;
        known.holding.push(there);
        return Ok((settled(id, RuleState::Holding, Written::Agreed), vec![subject]));
    }
    if let Some(other) = contradiction::among(known.all(), rule) {
        return Err(contradicts(other));
    }
    example::check(rule, &known.holding, decider.at)?;
    c.put_rule(rule, origin, &decider.step(decider.begins, &rule.reason))?;
    c.about("mapping-rule", rule.id);
    let subjects = match decider.begins {
        RuleState::Holding => {
            known.holding.push(rule.clone());
            vec![rule.subject.clone()]
        }
        RuleState::Proposed | RuleState::Expired | RuleState::Withdrawn | RuleState::Declined => {
            known.proposed.push((rule.clone(), decider.account.clone()));
            Vec::new()
        }
    };
    Ok((settled(rule.id, decider.begins, Written::New), subjects))
}

/// That a rule stands in the way, which one, and what to do.
pub(super) fn contradicts(other: &MappingRule) -> AppError {
    AppError::Conflict(Rejected::new(
        "rule-contradicts",
        format!(
            "rule {} says the opposite: {} decided on {} that `{}` and `{}` are {}: {}",
            other.id,
            other.author,
            other.decided_at,
            other.subject.ours_text(),
            other.subject.theirs_text(),
            other.verdict,
            other.reason
        ),
        "nothing was changed, and the older rule goes on",
        "withdraw that rule first if it is wrong, or decide on narrower names",
    ))
}

/// Brings matches up to date and ends the change: without an entry when nothing was written.
pub(super) fn finish(
    app: &App,
    c: &mut Change<'_>,
    mut all: Vec<Settled>,
    subjects: &[RuleSubject],
) -> Result<Vec<Settled>, AppError> {
    if all.iter().all(|settled| settled.written == Written::There) {
        c.nothing_to_do();
        return Ok(all);
    }
    let subjects: Vec<&RuleSubject> = subjects.iter().collect();
    let counts = settle::settle(app, c, &subjects)?;
    let states: Vec<_> =
        all.iter().map(|settled| json!([settled.rule.to_string(), settled.state.word()])).collect();
    c.detail("rules", json!(states));
    c.detail("matches", json!(counts));
    // Matches are counted once, at the first decision that wrote something.
    if let Some(first) = all.iter_mut().find(|settled| settled.written != Written::There) {
        first.matches = counts;
    }
    Ok(all)
}

/// Takes a rule back that holds or is proposed. Taking it back again writes nothing.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] when it ended otherwise;
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn withdraw(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<Settled, AppError> {
    end(app, caller, id, reason, RuleState::Withdrawn)
}

/// Declines a rule that another person proposed.
///
/// # Errors
/// As [`withdraw`].
pub fn decline(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<Settled, AppError> {
    end(app, caller, id, reason, RuleState::Declined)
}

fn end(app: &App, caller: &Caller, id: &str, reason: &str, state: RuleState) -> Result<Settled, AppError> {
    caller.require_everywhere(Permission::WriteRules)?;
    let reason = check_reason(reason)?;
    let decider = Decider::new(app, caller)?;
    let id = rule_id(id)?;
    let action = if state == RuleState::Declined { "rule.decline" } else { "rule.withdraw" };
    let committed = app.store().change(&app.intent(caller, action, &reason), |c| {
        let kept = c.kept_rule(id)?.ok_or_else(|| missing(&id.to_string()))?;
        let mut settled =
            Settled { rule: id, state, written: Written::There, matches: MatchCounts::default() };
        if kept.state == state {
            c.nothing_to_do();
            return Ok(settled);
        }
        if !kept.state.may_become(state) {
            return Err(not_from(&kept, state));
        }
        c.step_rule(id, &decider.step(state, &reason))?;
        c.about("mapping-rule", id);
        settled.written = Written::New;
        if kept.state == RuleState::Holding {
            settled.matches = settle::settle(app, c, &[&kept.rule.subject])?;
        }
        c.detail("was", json!(kept.state.word()));
        c.detail("matches", json!(settled.matches));
        Ok::<_, AppError>(settled)
    })?;
    Ok(committed.value)
}

/// Agrees to a rule that another person proposed; from then on it holds.
///
/// # Errors
/// [`AppError::Conflict`] when the caller proposed it, when it does not wait any more, or when a rule that holds by
/// now says the opposite; [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn agree(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<Settled, AppError> {
    caller.require_everywhere(Permission::WriteRules)?;
    let decider = Decider::new(app, caller)?;
    let id = rule_id(id)?;
    let committed = app.store().change(&app.intent(caller, "rule.agree", reason), |c| {
        let kept = c.kept_rule(id)?.ok_or_else(|| missing(&id.to_string()))?;
        let mut settled = Settled {
            rule: id,
            state: RuleState::Holding,
            written: Written::There,
            matches: MatchCounts::default(),
        };
        if kept.state == RuleState::Holding {
            c.nothing_to_do();
            return Ok(settled);
        }
        if kept.state != RuleState::Proposed || !kept.rule.holds_at(c.at()) {
            return Err(not_from(&kept, RuleState::Holding));
        }
        if kept.steps.first().is_some_and(|step| step.account == decider.account) {
            return Err(AppError::Conflict(Rejected::new(
                "second-person",
                format!("`{}` proposed this rule, and the one who agrees must be another", decider.name),
                "nothing was changed; the rule still waits",
                "ask a second person with the permission for all sites",
            )));
        }
        let known = Known::read(c)?;
        if let Some(other) = contradiction::among(&known.holding, &kept.rule) {
            return Err(contradicts(other));
        }
        example::check(&kept.rule, &known.holding, decider.at)?;
        c.step_rule(id, &decider.step(RuleState::Holding, reason.trim()))?;
        c.about("mapping-rule", id);
        settled.written = Written::Agreed;
        settled.matches = settle::settle(app, c, &[&kept.rule.subject])?;
        c.detail("matches", json!(settled.matches));
        Ok::<_, AppError>(settled)
    })?;
    Ok(committed.value)
}

fn not_from(kept: &KeptRule, wanted: RuleState) -> AppError {
    let last = kept.steps.last();
    let by =
        last.map(|step| format!(" (by {} at {}: {})", step.by, step.at, step.reason)).unwrap_or_default();
    let over = match kept.rule.expires_at {
        Some(end) if kept.state == RuleState::Proposed => format!(", and its time was over at {end}"),
        Some(_) | None => String::new(),
    };
    AppError::Conflict(Rejected::new(
        "rule-state",
        format!("rule {} is {}{by}{over}; it cannot become {wanted}", kept.rule.id, kept.state),
        "nothing was changed",
        "decide anew: a new rule begins its own history",
    ))
}

/// The rules, the latest decision first, each as it stood at the moment that the query asks for.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<RuleLine>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.rule_list(query))?)
}

/// A rule with its history and what rests on it now, as far as the caller's sites go.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<RuleShown, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let id = rule_id(id)?;
    let shown = app.store().read(|r| {
        let Some(kept) = r.kept_rule(id)? else { return Ok(None) };
        let settles = match kept.state {
            RuleState::Holding => settle::resting(r, &kept.rule, &reach)?,
            RuleState::Proposed | RuleState::Expired | RuleState::Withdrawn | RuleState::Declined => {
                settle::Resting::default()
            }
        };
        Ok(Some(RuleShown { kept, settles }))
    })?;
    shown.ok_or_else(|| missing(&id.to_string()))
}

fn rule_id(text: &str) -> Result<RuleId, AppError> {
    text.parse().map_err(|_| missing(text))
}

fn missing(id: &str) -> AppError {
    AppError::NotFound { noun: "mapping rule", id: id.chars().take(64).collect() }
}

/// The verdict that a decision in a word means.
///
/// # Errors
/// [`AppError::Invalid`] for another word.
pub fn verdict(word: &str) -> Result<RuleVerdict, AppError> {
    word.parse().map_err(|error: holdpoint_domain::words::UnknownWord| {
        invalid("verdict", error.to_string(), "write one of them")
    })
}
