//! A baseline as a file for people: every patch as it stands, with what it rests on and what suppliers say beside it.

use super::baselines::{self, Resolved};
use super::card::standing_words;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::decision::checks::ends_at;
use holdpoint_domain::decision::{Basis, Decision, Footing, Matter, State};
use holdpoint_store::decision::footing_word;

const HEAD: &[&str] = &[
    "patch",
    "state",
    "since",
    "by",
    "decided_in",
    "inherited",
    "why",
    "hold",
    "supplier",
    "footing",
    "risk_owner",
    "evidence",
    "signed_by",
    "expires_at",
    "blocked",
    "superseded_by",
    "decision",
];

/// The patches of a baseline as CSV, what is inherited included. An override shows, with its risk owner.
///
/// # Errors
/// As [`baselines::resolved`].
pub fn csv(app: &App, caller: &Caller, baseline: &str, as_of: Moment) -> Result<Vec<u8>, AppError> {
    let all = baselines::resolved(app, caller, baseline, as_of)?;
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    holdpoint_formats::plain_table::csv(HEAD, &rows).map_err(|error| {
        AppError::invalid("export", error.to_string(), "no file was made", "narrow what is exported")
    })
}

fn row(one: &Resolved) -> Vec<String> {
    let decision = one.decision.as_ref();
    let what = decision.and_then(|decision| match &decision.matter {
        Matter::Authorise(what) => Some(what),
        Matter::Reject { .. } | Matter::Readmit { .. } | Matter::Standard(_) | Matter::Exempt { .. } => None,
    });
    let risk_owner = what.map(|what| match &what.footing {
        Footing::Override { risk_owner, .. } => risk_owner.clone(),
        Footing::Released | Footing::OnConditions { .. } | Footing::NoVendorQualification { .. } => {
            String::new()
        }
    });
    let successors = one.successors.iter().map(|(name, state)| {
        let state = state.map_or("nobody has decided", |state| state.word());
        format!("{name} ({state})")
    });
    vec![
        one.entry.patch.clone(),
        one.entry.state.owner_state().word().to_owned(),
        one.entry.since.to_string(),
        one.entry.by.name.clone(),
        one.from.clone(),
        if one.inherited { "yes" } else { "no" }.to_owned(),
        match &one.entry.state {
            holdpoint_domain::baseline::EntryState::NotAuthorized { why } => why.clone(),
            holdpoint_domain::baseline::EntryState::InInternalTest
            | holdpoint_domain::baseline::EntryState::Authorized { .. }
            | holdpoint_domain::baseline::EntryState::Effective { .. } => String::new(),
        },
        one.entry.hold.as_ref().map(|hold| hold.why.clone()).unwrap_or_default(),
        standing_words(&one.standing),
        what.map(|what| footing_word(&what.footing).to_owned()).unwrap_or_default(),
        risk_owner.unwrap_or_default(),
        what.map(|what| evidence(&what.basis)).unwrap_or_default(),
        decision.map(signers).unwrap_or_default(),
        what.and_then(ends_at).map(|at| at.to_string()).unwrap_or_default(),
        one.blocked.join("; "),
        successors.collect::<Vec<_>>().join("; "),
        decision.map(|decision| decision.id.to_string()).unwrap_or_default(),
    ]
}

/// What a decision rests on, in words.
pub(crate) fn evidence(basis: &Basis) -> String {
    match basis {
        Basis::Inspection { reason } => format!("inspection: {reason}"),
        Basis::Tested(runs) => {
            let ids: Vec<String> = runs.iter().map(ToString::to_string).collect();
            format!("test runs: {}", ids.join(" "))
        }
    }
}

/// Who signed a decision that stands.
pub(crate) fn signers(decision: &Decision) -> String {
    match &decision.state {
        State::Waiting(signatures) | State::Granted { signatures, .. } => {
            let names: Vec<&str> = signatures.all().iter().map(|one| one.by.name.as_str()).collect();
            names.join("; ")
        }
        State::Returned(_)
        | State::Rejected(_)
        | State::Withdrawn(_)
        | State::Lapsed(_)
        | State::Revoked(_) => String::new(),
    }
}
