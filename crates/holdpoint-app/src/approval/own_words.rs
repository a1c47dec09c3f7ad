//! Whose hands a supplier's word went through: who brought or explained it neither asks for what rests on it nor signs that,
//! unless another person has looked at the supplier's own word as well.
//!
//! The surprise: it is asked whether the decision would bear without this person's words. Where a second list says the same,
//! it does.

use super::baselines::{self, explained_since, said_since};
use super::standing;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::decision::{Authorisation, Decision, Footing, Matter};
use holdpoint_domain::signature::Person;
use holdpoint_store::Reader;
use holdpoint_store::compatibility::StatementLine;

/// Whether this person brought or explained a statement, and nobody else has confirmed it.
pub(crate) fn is_of(r: &mut Reader<'_>, who: &Person, line: &StatementLine) -> Result<bool, AppError> {
    let kept = &line.kept;
    if kept.is_confirmed_besides(&who.account) {
        return Ok(false);
    }
    if !kept.brought_by.account.is_empty() && kept.brought_by.account == who.account {
        return Ok(true);
    }
    let unwritten = kept.brought_by.account.is_empty();
    let patch = unwritten.then_some(line.patch.as_str());
    explained_since(r, who, (patch, &kept.statement.source), kept.received_at)
}

/// The name under whose statement an authorisation would rest on this person's word alone; `None`: it bears without it.
pub(super) fn alone(
    r: &mut Reader<'_>,
    who: &Person,
    what: &Authorisation,
) -> Result<Option<StatementLine>, AppError> {
    match what.footing {
        Footing::Released | Footing::OnConditions { .. } => {}
        Footing::NoVendorQualification { .. } | Footing::Override { .. } => return Ok(None),
    }
    let found = baselines::by_id(r, what.baseline)?;
    let mut own = Vec::new();
    for line in r.statements_of_patch(&what.patch, Moment::OPEN)? {
        if standing::is_yes(line.kept.statement.state) && is_of(r, who, &line)? {
            own.push(line);
        }
    }
    if own.is_empty() {
        return Ok(None);
    }
    let without = standing::heard_without(r, &found, &what.patch, &own)?;
    Ok(what.footing.doubt(&without.standing).and_then(|_| own.into_iter().next()))
}

/// Why who asks would ask for what rests on their own word; `None`: they do not.
pub(super) fn of_author(
    r: &mut Reader<'_>,
    who: &Person,
    what: &Authorisation,
) -> Result<Option<(String, String)>, AppError> {
    Ok(alone(r, who, what)?.map(|line| {
        let name = &who.name;
        let text = format!("`{name}` brought the supplier's word, and an approval that `{name}` asks for would rest on it alone");
        let id = line.kept.id;
        let remedy = format!(
            "have another person look at the supplier's own word and confirm it (Patches, the patch, Confirm; `statement confirm {id}`), \
             or ask for the approval in your place"
        );
        (text, remedy)
    }))
}

/// Why this person has made what a decision rests on: they brought or explained the supplier's word that counts.
pub(super) fn of_signer(
    r: &mut Reader<'_>,
    who: &Person,
    decision: &Decision,
) -> Result<Option<String>, AppError> {
    let Matter::Authorise(what) = &decision.matter else { return Ok(None) };
    let found = baselines::by_id(r, what.baseline)?;
    let Some(line) = standing::heard(r, &found, &what.patch, Moment::OPEN)?.line else { return Ok(None) };
    let counts = !line.kept.is_confirmed_besides(&who.account)
        && (is_of(r, who, &line)? || said_since(r, who, &what.patch, line.kept.received_at)?);
    let made = counts || alone(r, who, what)?.is_some();
    Ok(made
        .then(|| format!("`{}` entered or explained what the supplier says, and cannot sign it", who.name)))
}
