//! What changes by itself: authorisations that end, suppliers that take their word back, exemptions that expire or must be
//! looked at again. Run by a clock and before answers; doing it twice changes nothing.
//!
//! The surprise: nothing is deleted here. A supplier's *not approved* puts a hold on an entry and leaves the owner's
//! decision beneath it.

use super::decisions::holdpoint;
use super::rules::verify_days;
use super::{baselines, reading, refused, standing, telling};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::policies::Rules;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::baseline::{self, Deed, Entry, Step};
use holdpoint_domain::decision::Matter;
use holdpoint_domain::exemption::{Exemption, ExemptionState, Exploitation, Listed, On, Watched, What};
use holdpoint_domain::notice::NoticeKind;
use holdpoint_domain::patch_state::{OwnerState, SupplierStanding, SupplierState};
use holdpoint_domain::ranking;
use holdpoint_store::decision::KeptDecision;
use holdpoint_store::exemption::KeptExemption;
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
    /// How many people were told of an overdue review.
    pub reminded: u64,
}

/// What is to be done, found out by reading alone.
#[derive(Debug, Default)]
struct Due {
    entries: Vec<(Entry, Step)>,
    exemptions: Vec<(KeptExemption, Exemption)>,
    reviews: Vec<KeptDecision>,
}

/// Looks at everything that may have changed by itself; writes nothing when nothing did. Findings are ranked anew where a
/// control stopped or began to hold.
///
/// # Errors
/// [`AppError::Store`].
pub fn sweep(app: &App) -> Result<Swept, AppError> {
    let now = app.now();
    // Most rounds find nothing, and then nobody who writes has to wait for them.
    let due = reading(app, |r| due(r, now))?;
    if due.entries.is_empty() && due.exemptions.is_empty() && due.reviews.is_empty() {
        return Ok(Swept::default());
    }
    let caller = Caller::system("approval");
    let committed = app.store().change(&app.intent(&caller, "approval.sweep", ""), |c| {
        let at = c.at();
        let due = self::due(c, at)?;
        let mut swept = Swept::default();
        for (entry, step) in due.entries {
            match &step {
                Step::Hold { .. } => swept.held += 1,
                Step::Refuse { .. } | Step::BeginTest | Step::Post | Step::Release { .. } => swept.ended += 1,
            }
            self::step(app, c, entry, step)?;
        }
        for (kept, now) in due.exemptions {
            exemption(c, &kept, &now, &mut swept)?;
            telling::exemption(app, c, &kept, &now)?;
        }
        for kept in due.reviews {
            swept.reminded += telling::review(app, c, &kept)?;
        }
        if swept == Swept::default() {
            c.nothing_to_do();
        } else {
            c.detail(
                "swept",
                json!([swept.ended, swept.held, swept.expired, swept.to_review, swept.reminded]),
            );
        }
        Ok::<_, AppError>(swept)
    })?;
    crate::ranking::refresh::now(app)?;
    Ok(committed.value)
}

fn due(r: &mut Reader<'_>, at: Moment) -> Result<Due, AppError> {
    let mut due = Due::default();
    entries(r, at, &mut due)?;
    let rules = Rules::read(r)?;
    for kept in r.open_exemptions()? {
        let days = verify_days(&rules, &kept)?;
        let watched = watch(r, &kept.exemption)?;
        let now = kept.exemption.clone().at_moment(&watched, at, days);
        if now != kept.exemption {
            due.exemptions.push((kept, now));
        }
    }
    for kept in r.reviews_overdue(at)? {
        // Told once; it stays in the list of decisions until somebody reviews it.
        if !r.was_told(NoticeKind::ReviewOverdue, &kept.decision.id.to_string())? {
            due.reviews.push(kept);
        }
    }
    Ok(due)
}

fn entries(r: &mut Reader<'_>, at: Moment, due: &mut Due) -> Result<(), AppError> {
    let all = r.baselines()?;
    for line in r.all_entries(Moment::OPEN)? {
        let entry = line.entry;
        if !matches!(entry.state.owner_state(), OwnerState::Authorized | OwnerState::Effective) {
            continue;
        }
        let Some(found) = all.iter().find(|one| one.id == entry.baseline) else { continue };
        let decision = match entry.state.decision() {
            Some(id) => r.decision(id)?,
            None => None,
        };
        let what = decision.and_then(|kept| match kept.decision.matter {
            Matter::Authorise(what) => Some(what),
            Matter::Reject { .. } | Matter::Standard(_) | Matter::Exempt { .. } => None,
        });
        let end = what.as_ref().and_then(holdpoint_domain::decision::checks::ends_at);
        if let Some(end) = end.filter(|end| *end <= at) {
            let why = format!("the authorisation ended at {end}");
            due.entries.push((entry, Step::Refuse { why }));
            continue;
        }
        if entry.hold.is_some() {
            continue;
        }
        let said = standing::of(r, found, &entry.patch, Moment::OPEN)?;
        if what.is_some_and(|what| what.footing.bears(&said)) {
            continue;
        }
        if let SupplierStanding::Said { state: SupplierState::NotApproved, at } = said {
            let why = format!("the supplier says that it is not approved, since {at}");
            due.entries.push((entry, Step::Hold { why }));
        }
    }
    Ok(())
}

fn step(app: &App, c: &mut Change<'_>, entry: Entry, step: Step) -> Result<(), AppError> {
    let told = match &step {
        Step::Hold { why } => Some((NoticeKind::Held, why.clone())),
        Step::Refuse { why } => Some((NoticeKind::AuthorisationEnded, why.clone())),
        Step::BeginTest | Step::Post | Step::Release { .. } => None,
    };
    let (id, patch) = (entry.baseline, entry.patch.clone());
    let deed = Deed { by: holdpoint(), at: c.at() };
    let next = baseline::step(Some(entry.clone()), (id, &patch), step, deed).map_err(refused)?;
    baselines::write_entry(c, Some(&entry), &next)?;
    if let Some((kind, why)) = told {
        let found = baselines::by_id(c, id)?;
        telling::entry(app, c, (&found, &entry), (kind, &why))?;
    }
    Ok(())
}

fn exemption(
    c: &mut Change<'_>,
    kept: &KeptExemption,
    now: &Exemption,
    swept: &mut Swept,
) -> Result<(), AppError> {
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
    c.put_exemption(now, kept.site, &holdpoint(), &note)?;
    c.about("exemption", now.id);
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
            // Documents speak of exploitation too; ranking has weighed all that is said.
            if let Some(number) = r.vulnerability_numbers_of(std::iter::once(name.as_str()))?.remove(name) {
                let facts = r.ranking_facts(Some(&[number]))?.remove(&number);
                let said = facts.and_then(|facts| facts.exploitation.possible.known());
                watched.exploitation = watched.exploitation.max(said.map(weighed));
            }
        }
        What::Patch(patch) => {
            let standing = match one.on {
                On::Baseline(id) => {
                    let found = baselines::by_id(r, id)?;
                    standing::of(r, &found, patch, Moment::OPEN)?
                }
                On::Asset(id) => match r.asset(id, Moment::OPEN)? {
                    Some(asset) => {
                        let vendor = asset.asset.value(Field::Vendor).unwrap_or_default().to_owned();
                        let components = match asset.configuration_no {
                            Some(number) => {
                                r.configuration(number)?.into_iter().map(|(_, one)| one).collect()
                            }
                            None => Vec::new(),
                        };
                        standing::on_asset(r, &vendor, &components, patch, Moment::OPEN)?.standing
                    }
                    None => SupplierStanding::NoStatement { last_checked: None },
                },
                On::Zone(_) | On::Site(_) => standing::of_anybody(r, patch, Moment::OPEN)?,
            };
            watched.supplier = standing.state();
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

const fn weighed(said: ranking::point::Exploitation) -> Exploitation {
    match said {
        ranking::point::Exploitation::None => Exploitation::None,
        ranking::point::Exploitation::PublicPoc => Exploitation::PublicPoc,
        ranking::point::Exploitation::Active => Exploitation::Active,
    }
}

fn exploitation(word: &str) -> Option<Exploitation> {
    match word {
        "poc" | "public_poc" | "public poc" => Some(Exploitation::PublicPoc),
        other => other.parse().ok(),
    }
}
