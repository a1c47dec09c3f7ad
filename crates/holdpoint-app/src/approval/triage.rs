//! Triage: what is decided about findings of the queue, one or many at once.
//!
//! [`look`] says row by row what a deed would do; [`decide`] does exactly that: it needs the fingerprint of a look, and refuses
//! when it would be something else by now. Nothing is granted here: whatever comes of it waits for its signatures, and until somebody has signed, [`undo`] takes
//! it back. The surprise: two hundred findings can ask for one patch in one baseline, and that is one decision.

mod patches;
mod seen;

use super::decisions;
use super::exemptions::{self, NewExemption, OnNamed};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::control::ControlUse;
use holdpoint_domain::decision::ExemptionKind;
use holdpoint_domain::exemption::{ReasonCode, What};
use holdpoint_domain::filter::Filter;
use holdpoint_domain::id::DecisionId;
use holdpoint_domain::ranking::decided::DecisionStanding;
use holdpoint_store::page::{ListQuery, Page};
use holdpoint_store::ranking::list::{FindingLine, Standing};
pub use patches::{Grounds, Missing, Wanted, WantedState};
use serde_json::json;

/// The most findings of one deed: as many as somebody can look over.
pub const MOST: usize = 500;

/// Which findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// Those with these numbers.
    Numbers(Vec<i64>),
    /// Those that stand open and fit.
    Fitting(Filter),
}

/// An exemption for each finding, on its asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exempting {
    /// Defer, mitigate or accept.
    pub kind: ExemptionKind,
    /// Why, as a code.
    pub code: ReasonCode,
    /// What is done instead.
    pub controls: Vec<ControlUse>,
    /// The risk that is left.
    pub residual: RiskClass,
    /// Its end.
    pub expires: Moment,
}

/// What is to be done with the findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// The patches that close them are asked for.
    Approve(Grounds),
    /// They stay, knowingly.
    Exempt(Exempting),
}

/// A finding, and what the deed would do with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The finding.
    pub line: FindingLine,
    /// Why nothing would be done with it; `None`: something would.
    pub hindrance: Option<String>,
    /// The places of what it needs among the wanted patches.
    pub wanted: Vec<usize>,
}

/// What a deed would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Look {
    /// The findings, in the order of the queue.
    pub rows: Vec<Row>,
    /// The patches that would be asked for, each once a baseline.
    pub wanted: Vec<Wanted>,
}

impl Look {
    /// With how many findings something would be done.
    #[must_use]
    pub fn does(&self) -> usize {
        self.rows.iter().filter(|row| row.hindrance.is_none()).count()
    }

    /// What a deed brings along to be done with exactly these findings, standing as they do.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        seen::fingerprint(self)
    }

    /// How many findings of those something would be done with have each word, the most first.
    #[must_use]
    pub fn count_by(&self, word: impl Fn(&FindingLine) -> &'static str) -> Vec<(&'static str, usize)> {
        let mut counts: Vec<(&'static str, usize)> = Vec::new();
        for row in self.rows.iter().filter(|row| row.hindrance.is_none()) {
            let word = word(&row.line);
            match counts.iter_mut().find(|(known, _)| *known == word) {
                Some((_, n)) => *n += 1,
                None => counts.push((word, 1)),
            }
        }
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        counts
    }

    /// What has to be said besides the reason before it can be done.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        let mut missing: Vec<Missing> = self.wanted.iter().flat_map(Wanted::missing).collect();
        missing.sort();
        missing.dedup();
        missing
    }
}

/// Says what a deed would do; changes nothing.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for no finding or too many; [`AppError::Store`], which
/// holds filter errors in words.
pub fn look(app: &App, caller: &Caller, which: &Which, deed: &Deed) -> Result<Look, AppError> {
    let reach = caller.require(Permission::WriteDecisions)?;
    let lines = lines(app, &reach, which)?;
    match deed {
        Deed::Approve(grounds) => patches::look(app, lines, grounds),
        Deed::Exempt(how) => {
            // The reason is asked for last, so a look does without it.
            let new: Vec<NewExemption> =
                lines.iter().map(|line| exemption(line, how, "not said yet")).collect();
            let hindrances = exemptions::hindrances(app, caller, &new)?;
            let rows = lines.into_iter().zip(hindrances).map(|(line, hindrance)| Row {
                hindrance: settled(&line).or(hindrance),
                wanted: Vec::new(),
                line,
            });
            Ok(Look { rows: rows.collect(), wanted: Vec::new() })
        }
    }
}

/// Why a finding needs no further decision.
fn settled(line: &FindingLine) -> Option<String> {
    if line.closed_at != Moment::OPEN {
        return Some("it does not stand open any more".to_owned());
    }
    match line.decision {
        DecisionStanding::Undecided => None,
        DecisionStanding::Asked => Some("a decision on it waits for signatures".to_owned()),
        DecisionStanding::Decided => Some("it is decided".to_owned()),
    }
}

fn lines(app: &App, reach: &Reach, which: &Which) -> Result<Vec<FindingLine>, AppError> {
    let many = |n: u64| {
        AppError::invalid(
            "rows",
            format!("{n} findings are meant, and one deed has 1 to {MOST}"),
            "nothing was changed",
            "narrow the filter, or choose fewer",
        )
    };
    match which {
        Which::Numbers(numbers) => {
            if numbers.is_empty() || numbers.len() > MOST {
                return Err(many(numbers.len() as u64));
            }
            let found = app.store().read(|r| {
                let found = numbers.iter().map(|number| Ok((*number, r.ranked_finding(*number, reach)?)));
                found.collect::<Result<Vec<_>, holdpoint_store::StoreError>>()
            })?;
            let known = found.into_iter().map(|(number, line)| {
                line.ok_or_else(|| AppError::NotFound { noun: "finding", id: number.to_string() })
            });
            known.collect()
        }
        Which::Fitting(filter) => {
            let query = ListQuery {
                filter: filter.clone(),
                sort: None,
                page: Page { limit: u32::try_from(MOST).unwrap_or(u32::MAX), cursor: None },
                as_of: Moment::OPEN,
                now: app.now(),
                reach: reach.clone(),
            };
            let found = app.store().read(|r| r.ranked_findings(Standing::Open, &query))?;
            if found.items.is_empty() || found.next.is_some() {
                return Err(many(found.count.value));
            }
            Ok(found.items)
        }
    }
}

/// What came of one finding.
#[derive(Debug)]
pub struct Done {
    /// The finding.
    pub finding: i64,
    /// The decisions that wait now because of it, or were there already.
    pub decisions: Vec<DecisionId>,
    /// Why nothing was done.
    pub why_not: Option<String>,
}

/// Does it: with each finding what the look says. Whatever it asks for waits for signatures.
///
/// # Errors
/// As [`look`]; [`AppError::Conflict`] when `expected` is the fingerprint of another look than one now would be;
/// [`AppError::Invalid`] when it is missing, or a reason that is needed.
pub fn decide(
    app: &App,
    caller: &Caller,
    (which, deed): (&Which, &Deed),
    reason: &str,
    expected: Option<&str>,
) -> Result<Vec<Done>, AppError> {
    super::accountable(caller)?;
    let reason = holdpoint_domain::signature::written("reason", reason).map_err(super::refused)?;
    let look = look(app, caller, which, deed)?;
    seen::same(&look, expected)?;
    match deed {
        Deed::Approve(_) => patches::ask(app, caller, look, &reason),
        Deed::Exempt(how) => {
            Ok(look.rows.into_iter().map(|row| exempt(app, caller, row, how, &reason)).collect())
        }
    }
}

fn exempt(app: &App, caller: &Caller, row: Row, how: &Exempting, reason: &str) -> Done {
    let finding = row.line.number;
    if let Some(why) = row.hindrance {
        return Done { finding, decisions: Vec::new(), why_not: Some(why) };
    }
    let new = exemption(&row.line, how, reason);
    match exemptions::propose(app, caller, &new) {
        Ok((_, decision)) => Done { finding, decisions: vec![decision.id], why_not: None },
        Err(error) => Done { finding, decisions: Vec::new(), why_not: Some(error.to_string()) },
    }
}

fn exemption(line: &FindingLine, how: &Exempting, reason: &str) -> NewExemption {
    NewExemption {
        kind: how.kind,
        what: What::Vulnerability(line.vulnerability.clone()),
        on: OnNamed::Asset(line.asset_id.to_string()),
        reason_code: how.code,
        reason: reason.to_owned(),
        controls: how.controls.clone(),
        residual: how.residual,
        expires: how.expires,
    }
}

/// What taking back met: the decision's id as it was given, and whether it is withdrawn now.
pub type Undone = (String, Result<(), AppError>);

/// Takes decisions back that nobody has signed yet, row by row; each must be the caller's own.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] without a reason. What a row met stands with the row.
pub fn undo(app: &App, caller: &Caller, ids: Vec<String>, reason: &str) -> Result<Vec<Undone>, AppError> {
    caller.require(Permission::WriteDecisions)?;
    let reason = holdpoint_domain::signature::written("reason", reason).map_err(super::refused)?;
    let rows = ids.into_iter().map(|id| {
        let done = decisions::undo(app, caller, &id, &reason).map(drop);
        (id, done)
    });
    Ok(rows.collect())
}

/// Writes which findings stand behind decisions, in one change with its entry in the audit log.
fn link(app: &App, caller: &Caller, reason: &str, links: &[(DecisionId, Vec<i64>)]) -> Result<(), AppError> {
    if links.is_empty() {
        return Ok(());
    }
    app.store().change(&app.intent(caller, "finding.triage", reason), |c| {
        for (decision, findings) in links {
            c.put_finding_decisions(*decision, findings)?;
            c.about("decision", decision);
        }
        let n_findings: usize = links.iter().map(|(_, findings)| findings.len()).sum();
        c.detail("findings", json!(n_findings));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}
