//! What an authorisation of a patch in a baseline would still need, before anybody asks for it.
//!
//! Not here: the check itself, which is the domain's and is made again when the decision is asked for and granted.

use super::card::Ground;
use super::{baselines, patch_name, reading};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::approval_policy::{ClassRule, EvidenceRule, RiskClass};
use holdpoint_domain::decision::{Authorisation, Basis, Footing, Matter, Posting, Procedure, State};
use holdpoint_domain::id::{DecisionId, TestRunId};
use holdpoint_domain::patch::PatchClass;
use holdpoint_domain::patch_state::{OwnerState, SupplierStanding};
use holdpoint_domain::test_record::{EvidenceKind, TestRun};
use holdpoint_store::test_record::RunLine;
use holdpoint_store::{Reader, StoreError};

/// A run that was made for the patch, and whether a decision may rest on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The run.
    pub run: RunLine,
    /// Why it supports nothing; `None`: it does.
    pub fault: Option<String>,
}

/// What is there, and what is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// How much hangs on it.
    pub risk: RiskClass,
    /// Why so much.
    pub risk_why: Vec<String>,
    /// What the policy asks of that class.
    pub rule: ClassRule,
    /// The runs of this patch in this baseline, the oldest first.
    pub runs: Vec<Offered>,
    /// What is missing, in words; empty: it can be asked for.
    pub missing: Vec<&'static str>,
    /// What suppliers say.
    pub standing: SupplierStanding,
    /// Why a yes of somebody counts for nothing here; `None`: none was left out.
    pub unheard: Option<String>,
    /// How the patch stands; `None`: nobody has decided anything.
    pub state: Option<OwnerState>,
    /// Why the patch is declined everywhere, if it is.
    pub declined: Option<String>,
    /// The decision that waits already.
    pub waiting: Option<DecisionId>,
    /// Standard changes of this baseline that cover its class and risk: id and name.
    pub standards: Vec<(DecisionId, String)>,
}

impl Needed {
    /// The runs that a decision may rest on.
    #[must_use]
    pub fn usable(&self) -> Vec<TestRunId> {
        self.runs.iter().filter(|one| one.fault.is_none()).map(|one| one.run.run.id).collect()
    }
}

/// What an authorisation of the patch in the baseline would need.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for a name that cannot be.
pub fn needed(app: &App, caller: &Caller, baseline: &str, patch: &str) -> Result<Needed, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let patch = patch_name(patch)?;
    let now = app.now();
    reading(app, |r| {
        let found = baselines::find_in(r, baseline, &reach)?;
        let what = Authorisation {
            baseline: found.id,
            patch: patch.clone(),
            basis: Basis::Tested(Vec::new()),
            footing: Footing::Released,
            posting: Posting::Later,
            expires: None,
        };
        let ground = Ground::read(r, &what, &Procedure::Normal)?;
        let offered = r.test_runs_of(&patch, found.id)?.into_iter().map(|run| {
            let fault = run.run.is_full_test(&patch, found.id, now, &ground.policy).err();
            Offered { run, fault }
        });
        let runs: Vec<Offered> = offered.collect();
        let rule = ground.policy.of(ground.risk);
        let waiting = r.waiting_decisions(&patch)?.into_iter().find(|kept| match &kept.decision.matter {
            Matter::Authorise(other) => other.baseline == found.id,
            Matter::Reject { .. } | Matter::Readmit { .. } | Matter::Standard(_) | Matter::Exempt { .. } => {
                false
            }
        });
        Ok(Needed {
            standards: standards(r, &what, &ground, now)?,
            risk: ground.risk,
            risk_why: ground.risk_why.clone(),
            missing: missing(rule.evidence, &runs, ground.failed()),
            rule,
            runs,
            standing: ground.standing,
            unheard: ground.unheard,
            state: baselines::state_of(ground.entry.as_ref()),
            declined: ground.declined,
            waiting: waiting.map(|kept| kept.decision.id),
        })
    })
}

fn missing(rule: EvidenceRule, runs: &[Offered], failed: Option<&TestRun>) -> Vec<&'static str> {
    let mut missing = lacking(rule, runs);
    if let Some(run) = failed {
        missing.push(match run.place.kind() {
            EvidenceKind::Bench => "a passed test in an environment after the one that failed",
            EvidenceKind::Pilot => "a passed pilot after the one that failed",
        });
    }
    missing
}

fn lacking(rule: EvidenceRule, runs: &[Offered]) -> Vec<&'static str> {
    let has =
        |kind: EvidenceKind| runs.iter().any(|one| one.fault.is_none() && one.run.run.place.kind() == kind);
    match rule {
        EvidenceRule::Inspection => Vec::new(),
        EvidenceRule::Test => {
            let any = has(EvidenceKind::Bench) || has(EvidenceKind::Pilot);
            if any { Vec::new() } else { vec!["a passed test in an environment, or a passed pilot"] }
        }
        EvidenceRule::TestAndPilot => {
            let mut missing = Vec::new();
            if !has(EvidenceKind::Bench) {
                missing.push("a passed test in an environment");
            }
            if !has(EvidenceKind::Pilot) {
                missing.push("a passed pilot");
            }
            missing
        }
    }
}

fn standards(
    r: &mut Reader<'_>,
    what: &Authorisation,
    ground: &Ground,
    now: holdpoint_domain::Moment,
) -> Result<Vec<(DecisionId, String)>, StoreError> {
    let all = r.standard_changes(what.baseline)?;
    let fitting = all.into_iter().filter_map(|kept| match (kept.decision.matter, kept.decision.state) {
        (Matter::Standard(change), State::Granted { .. })
            if now < change.until
                && ground.class != PatchClass::Unknown
                && change.classes.contains(&ground.class)
                && ground.risk <= change.most_risk =>
        {
            Some((kept.decision.id, change.name))
        }
        _ => None,
    });
    Ok(fitting.collect())
}
