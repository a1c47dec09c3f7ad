//! Taking a decline everywhere back: a decision of its own, signed by as many as a decline.
//!
//! The surprise: while it waits the patch stays declined, and when it is granted nothing is approved by it; where the patch
//! was refused it stays refused, and is looked at anew.

use super::ask::keep;
use crate::approval::card::hash_of_readmission;
use crate::approval::{baselines, refused, rules};
use crate::error::AppError;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::decision::{Decision, DecisionWord, Matter, Procedure, State};
use holdpoint_domain::id::DecisionId;
use holdpoint_domain::signature::{Person, Signatures, written};
use holdpoint_store::{Change, Reader};
use std::collections::BTreeSet;

/// Asks that a decline be taken back.
pub(super) fn ask(
    c: &mut Change<'_>,
    id: DecisionId,
    (decline, why): (&Decision, &str),
    author: Person,
) -> Result<Decision, AppError> {
    let reason = written("reason", why).map_err(refused)?;
    let Matter::Reject { baseline: None, patch } = &decline.matter else {
        let what = format!("decision {} declines nothing everywhere", decline.id);
        return Err(baselines::conflict(
            "revoke-elsewhere",
            what,
            "refuse or reopen the patch in its baseline",
        ));
    };
    if decline.state.word() != DecisionWord::Granted {
        let what =
            format!("decision {} is {}, so nothing is declined by it", decline.id, decline.state.word());
        return Err(baselines::conflict("decision-over", what, "withdraw it while it waits"));
    }
    let same = |matter: &Matter| matches!(matter, Matter::Readmit { decline: of, .. } if *of == decline.id);
    if let Some(other) = c.waiting_decisions(patch)?.iter().find(|one| same(&one.decision.matter)) {
        let text = format!("decision {} waits for signatures on the same", other.decision.id);
        return Err(baselines::conflict("waits-already", text, "sign it, or take it back first"));
    }
    let rules = rules::of_members(c, None, &[])?;
    let mut risk_why =
        vec![format!("it lets a patch be used again that is declined everywhere: {}", decline.reason)];
    risk_why.extend(rules.why(RiskClass::Critical));
    let decision = Decision {
        id,
        matter: Matter::Readmit { decline: decline.id, patch: patch.clone() },
        procedure: Procedure::Normal,
        risk: RiskClass::Critical,
        risk_why,
        card: hash_of_readmission(decline.id, patch, &reason),
        reason,
        author,
        asked_at: c.at(),
        // Never fewer than those who declined it.
        needed: rules.policy.critical.signatures.max(decline.needed),
        testers: BTreeSet::new(),
        state: State::Waiting(Signatures::default()),
    };
    keep(c, &decision, None)?;
    c.about("patch", patch);
    c.detail("decline", serde_json::json!(decline.id.to_string()));
    Ok(decision)
}

/// Why it cannot be granted any more; `None`: it can.
pub(super) fn changed(
    c: &mut Reader<'_>,
    decision: &Decision,
    patch: &str,
) -> Result<Option<String>, AppError> {
    let Matter::Readmit { decline, .. } = &decision.matter else { return Ok(None) };
    if c.decline_of(patch)?.is_none_or(|kept| kept.decision.id != *decline) {
        return Ok(Some("the decline that it would take back does not hold any more".to_owned()));
    }
    let rules = rules::of_members(c, None, &[])?;
    Ok(super::sign::too_few(decision, rules.policy.critical.signatures))
}

/// Takes the decline back.
pub(super) fn effect(c: &mut Change<'_>, decision: &Decision, decline: DecisionId) -> Result<(), AppError> {
    let Some(kept) = c.decision(decline)? else { return Ok(()) };
    let by = decision.signatures().last().map_or(&decision.author, |last| &last.by);
    let revoked = kept.decision.revoke(by.clone(), &decision.reason, c.at()).map_err(refused)?;
    keep(c, &revoked, kept.site)
}
