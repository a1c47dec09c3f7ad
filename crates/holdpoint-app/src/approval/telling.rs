//! Who is told when an approval or an exemption changed by itself: those who signed and asked, those who look after it,
//! and the owners of the assets, as far as they have accounts.

use super::members;
use crate::App;
use crate::error::AppError;
use crate::notices::{People, Told, tell};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::baseline::{Baseline, Entry};
use holdpoint_domain::decision::{Decision, Procedure, Review, State};
use holdpoint_domain::exemption::{Exemption, ExemptionState, On, What};
use holdpoint_domain::notice::NoticeKind;
use holdpoint_domain::signature::Signatures;
use holdpoint_store::Change;
use holdpoint_store::decision::KeptDecision;
use holdpoint_store::exemption::KeptExemption;

/// Those who asked for a decision and signed it, on whose behalf as well.
fn of_decision(people: People, decision: &Decision) -> People {
    let none = Signatures::default();
    let signatures = match &decision.state {
        State::Granted { signatures, .. } | State::Waiting(signatures) => signatures,
        State::Returned(_)
        | State::Rejected(_)
        | State::Withdrawn(_)
        | State::Lapsed(_)
        | State::Revoked(_) => &none,
    };
    signatures.all().iter().fold(people.with(&decision.author), |people, one| {
        let people = people.with(&one.by);
        match &one.on_behalf_of {
            Some(lender) => people.with(lender),
            None => people,
        }
    })
}

/// Tells that an entry of a baseline is held or ended.
pub(super) fn entry(
    app: &App,
    c: &mut Change<'_>,
    (baseline, entry): (&Baseline, &Entry),
    (kind, why): (NoticeKind, &str),
) -> Result<(), AppError> {
    let mut people = People::default();
    if let Some(id) = entry.state.decision()
        && let Some(kept) = c.decision(id)?
    {
        people = of_decision(people, &kept.decision);
    }
    let mut owners: Vec<String> =
        members::of_scope(c, baseline)?.into_iter().map(|member| member.owner).collect();
    owners.sort();
    owners.dedup();
    let people = people.named(c, owners.iter().map(String::as_str))?;
    let people = people.or_approvers(c, baseline.scope.place.site())?;
    let text = format!(
        "{} in baseline {}: {why}. Nothing of it is started any more; what was decided stays to be seen. Decide anew.",
        entry.patch, baseline.name
    );
    let told = Told {
        kind,
        noun: "baseline",
        about: baseline.id.to_string(),
        text,
        cause: format!("{} {}", entry.patch, c.at()),
    };
    tell(app, c, &told, people)?;
    Ok(())
}

/// Tells that an exemption stopped holding.
pub(super) fn exemption(
    app: &App,
    c: &mut Change<'_>,
    kept: &KeptExemption,
    now: &Exemption,
) -> Result<(), AppError> {
    let (What::Vulnerability(what) | What::Patch(what)) = &now.what;
    let on = &kept.on_name;
    let (kind, text) = match &now.state {
        ExemptionState::UnderReview { triggers, .. } => {
            let why = triggers.iter().map(|one| one.word()).collect::<Vec<_>>().join(", ");
            let text = format!(
                "The exemption of {what} on {on} does not hold until somebody has looked again: {why}. Its controls \
                 change no rank meanwhile. Look at it, and ask again or close it."
            );
            (NoticeKind::ExemptionReview, text)
        }
        ExemptionState::Ended { note, .. } => {
            let text =
                format!("The exemption of {what} on {on} is over: {note}. Patch it, or propose another one.");
            (NoticeKind::ExemptionEnded, text)
        }
        ExemptionState::Proposed | ExemptionState::Holding { .. } => return Ok(()),
    };
    let mut people = People::default().with(&now.author);
    let decision = match &kept.exemption.state {
        ExemptionState::Holding { decision } | ExemptionState::UnderReview { decision, .. } => {
            Some(*decision)
        }
        ExemptionState::Proposed | ExemptionState::Ended { .. } => None,
    };
    if let Some(id) = decision
        && let Some(found) = c.decision(id)?
    {
        people = of_decision(people, &found.decision);
    }
    let owners: Vec<String> = now.controls.iter().map(|one| one.owner.clone()).collect();
    people = people.named(c, owners.iter().map(String::as_str))?;
    if let On::Asset(id) = now.on
        && let Some(asset) = c.asset(id, Moment::OPEN)?
    {
        let owner = asset.asset.value(Field::Owner).unwrap_or_default().to_owned();
        people = people.named(c, std::iter::once(owner.as_str()))?;
    }
    let people = people.or_approvers(c, kept.site)?;
    let (about, cause) = (now.id.to_string(), c.at().to_string());
    tell(app, c, &Told { kind, noun: "exemption", about, text, cause }, people)?;
    Ok(())
}

/// Tells that the review of an emergency is overdue; says how many it is new to.
pub(super) fn review(app: &App, c: &mut Change<'_>, kept: &KeptDecision) -> Result<u64, AppError> {
    let Procedure::Emergency(declared) = &kept.decision.procedure else { return Ok(0) };
    let Review::Due(due) = declared.review else { return Ok(0) };
    let people = of_decision(People::default(), &kept.decision).approvers(c, kept.site)?;
    let text = format!(
        "The emergency of decision {} was to be reviewed by {due}, and nobody has. Somebody other than {} reviews it.",
        kept.decision.id, kept.decision.author.name
    );
    let about = kept.decision.id.to_string();
    let told =
        Told { kind: NoticeKind::ReviewOverdue, noun: "decision", about, text, cause: due.to_string() };
    Ok(tell(app, c, &told, people)?)
}
