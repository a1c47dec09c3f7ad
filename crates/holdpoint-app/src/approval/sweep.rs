//! What changes by itself: authorisations that end, suppliers that take their word back, exemptions that expire or must be
//! looked at again. Run by a clock and before answers; doing it twice changes nothing.
//!
//! The surprise: nothing is deleted here. A supplier's *not approved* puts a hold on an entry and leaves the owner's
//! decision beneath it.

use super::decisions::holdpoint;
use super::{baselines, policy, refused, standing};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::baseline::{self, Deed, Entry, Step};
use holdpoint_domain::decision::{Footing, Matter};
use holdpoint_domain::exemption::{Exemption, ExemptionState, Exploitation, Listed, On, Watched, What};
use holdpoint_domain::patch_state::{OwnerState, SupplierState};
use holdpoint_store::vulnerability_record::KevState;
use holdpoint_store::{Change, Reader};
use serde_json::json;

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Authorisations that ended.
    pub ended: u64,
    /// Holds that were set.
    pub held: u64,
    /// Exemptions that are over.
    pub expired: u64,
    /// Exemptions that must be looked at again.
    pub to_review: u64,
}

/// Looks at everything that may have changed by itself; writes nothing when nothing did.
///
/// # Errors
/// [`AppError::Store`].
pub fn sweep(app: &App) -> Result<Swept, AppError> {
    let caller = Caller::system("approval");
    let committed = app.store().change(&app.intent(&caller, "approval.sweep", ""), |c| {
        let mut swept = Swept::default();
        entries(c, &mut swept)?;
        exemptions(c, &mut swept)?;
        if swept == Swept::default() {
            c.nothing_to_do();
        } else {
            c.detail("swept", json!([swept.ended, swept.held, swept.expired, swept.to_review]));
        }
        Ok::<_, AppError>(swept)
    })?;
    Ok(committed.value)
}

fn entries(c: &mut Change<'_>, swept: &mut Swept) -> Result<(), AppError> {
    let at = c.at();
    let all = c.baselines()?;
    for line in c.all_entries(Moment::OPEN)? {
        let entry = line.entry;
        if !matches!(entry.state.owner_state(), OwnerState::Authorized | OwnerState::Effective) {
            continue;
        }
        let Some(found) = all.iter().find(|one| one.id == entry.baseline) else { continue };
        let decision = match entry.state.decision() {
            Some(id) => c.decision(id)?,
            None => None,
        };
        let what = decision.and_then(|kept| match kept.decision.matter {
            Matter::Authorise(what) => Some(what),
            Matter::Reject { .. } | Matter::Standard(_) | Matter::Exempt { .. } => None,
        });
        let end = what.as_ref().and_then(holdpoint_domain::decision::checks::ends_at);
        if let Some(end) = end.filter(|end| *end <= at) {
            let why = format!("the authorisation ended at {end}");
            step(c, entry, Step::Refuse { why })?;
            swept.ended += 1;
            continue;
        }
        let overridden = what.is_some_and(|what| matches!(what.footing, Footing::Override { .. }));
        let said = standing::of(c, found, &entry.patch, Moment::OPEN)?;
        if said.state() == Some(SupplierState::NotApproved) && entry.hold.is_none() && !overridden {
            step(c, entry, Step::Hold { why: "the supplier says that it is not approved".to_owned() })?;
            swept.held += 1;
        }
    }
    Ok(())
}

fn step(c: &mut Change<'_>, entry: Entry, step: Step) -> Result<(), AppError> {
    let (id, patch) = (entry.baseline, entry.patch.clone());
    let deed = Deed { by: holdpoint(), at: c.at() };
    let next = baseline::step(Some(entry.clone()), (id, &patch), step, deed).map_err(refused)?;
    Ok(baselines::write_entry(c, Some(&entry), &next)?)
}

fn exemptions(c: &mut Change<'_>, swept: &mut Swept) -> Result<(), AppError> {
    let at = c.at();
    let days = policy::policy(c)?.control_verify_days;
    for kept in c.open_exemptions()? {
        let watched = watch(c, &kept.exemption)?;
        let now = kept.exemption.clone().at_moment(&watched, at, days);
        if now == kept.exemption {
            continue;
        }
        let note = match &now.state {
            ExemptionState::Ended { note, .. } => {
                swept.expired += 1;
                note.clone()
            }
            ExemptionState::UnderReview { triggers, .. } => {
                swept.to_review += 1;
                triggers.iter().map(|one| one.word()).collect::<Vec<_>>().join(", ")
            }
            ExemptionState::Proposed | ExemptionState::Holding { .. } => String::new(),
        };
        c.put_exemption(&now, kept.site, &holdpoint(), &note)?;
        c.about("exemption", now.id);
    }
    Ok(())
}

/// What an exemption is watched by, as it is now.
pub(crate) fn watch(r: &mut Reader<'_>, one: &Exemption) -> Result<Watched, AppError> {
    let mut watched = Watched::default();
    match &one.what {
        What::Vulnerability(name) => {
            if let Some(threat) = r.threats(std::iter::once(name.as_str()))?.remove(name) {
                watched.kev = match threat.kev {
                    KevState::Listed => Some(Listed::Yes),
                    KevState::NotListed => Some(Listed::No),
                    KevState::Unknown => None,
                };
                watched.exploitation = threat.exploitation.as_deref().and_then(exploitation);
            }
        }
        What::Patch(patch) => {
            if let On::Baseline(id) = one.on {
                let found = baselines::by_id(r, id)?;
                watched.supplier = standing::of(r, &found, patch, Moment::OPEN)?.state();
            }
        }
    }
    if let On::Asset(id) = one.on
        && let Some(asset) = r.asset(id, Moment::OPEN)?
    {
        watched.zone = asset.zone.map(|zone| zone.to_string());
        watched.end_of_support = asset.asset.value(Field::EndOfSupport).and_then(|date| date.parse().ok());
    }
    Ok(watched)
}

fn exploitation(word: &str) -> Option<Exploitation> {
    match word {
        "poc" | "public_poc" | "public poc" => Some(Exploitation::PublicPoc),
        other => other.parse().ok(),
    }
}
