//! How what is decided would be carried out: when a window comes, whether backups are proven, and the way back. For the card.
//!
//! The surprise: a window is looked for at the first asset of each place, however short the work; whether all of it fits, only
//! a plan says. What nobody has said stays unknown: no profile is no way back, and it is no "none" either.

use super::affected::AffectedPlace;
use super::members::Member;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::ranking::doing;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::execution::Outcome;
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::WorkProfile;
pub use holdpoint_engine::priority::gate::WindowFact;
use holdpoint_store::{Reader, StoreError};

/// The most places for which a window is looked for.
const MOST_PLACES: usize = 8;
/// The most assets whose backups are looked at.
const MOST_ASSETS: usize = 500;

/// How a patch would be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Carrying {
    /// The next window of each place, as far as they are looked at.
    pub windows: Vec<PlaceWindow>,
    /// Of how many assets the last backup is proven.
    pub proven: u64,
    /// Of how many the last try failed.
    pub failed: u64,
    /// Of how many nothing is known.
    pub unproven: u64,
    /// How to get back, for each kind of work that somebody wrote down; empty: nobody has.
    pub ways: Vec<Way>,
}

/// The next window of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceWindow {
    /// The site's name; empty: none that is known.
    pub site: String,
    /// The zone's name; empty: none that is known.
    pub zone: String,
    /// When it is.
    pub next: WindowFact,
}

/// How work of one kind is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The kind of asset; `None`: any.
    pub kind: Option<AssetKind>,
    /// Minutes of work.
    pub work_minutes: u32,
    /// Minutes to undo it.
    pub undo_minutes: u32,
    /// The way back; `None`: nobody has said.
    pub way_back: Option<WayBack>,
}

/// What is known of backups and ways back.
pub(super) fn read(r: &mut Reader<'_>, patch: &str, members: &[Member]) -> Result<Carrying, StoreError> {
    let mut found = Carrying::default();
    for member in members.iter().take(MOST_ASSETS) {
        match r.last_backup(member.id)? {
            Some((_, Outcome::Succeeded)) => found.proven += 1,
            Some((_, Outcome::Failed { .. })) => found.failed += 1,
            Some((
                _,
                Outcome::Seen(_)
                | Outcome::Unknown { .. }
                | Outcome::NotDone { .. }
                | Outcome::NotBegun { .. }
                | Outcome::Refused { .. }
                | Outcome::NotTold { .. },
            ))
            | None => found.unproven += 1,
        }
    }
    found.unproven += members.len().saturating_sub(MOST_ASSETS) as u64;
    found.ways = ways(r, patch, members)?;
    Ok(found)
}

/// How work with a patch is done on these, for each kind that somebody wrote down.
pub(super) fn ways(r: &mut Reader<'_>, patch: &str, members: &[Member]) -> Result<Vec<Way>, StoreError> {
    let mut found = Vec::new();
    let mut kinds: Vec<Option<AssetKind>> = members.iter().map(|member| member.stake.kind).collect();
    kinds.sort();
    kinds.dedup();
    let profiles = r.work_profiles()?;
    for kind in kinds {
        let Some(profile) = best(&profiles, patch, kind) else { continue };
        let way = Way {
            kind: profile.kind,
            work_minutes: profile.work_minutes,
            undo_minutes: profile.undo_minutes,
            way_back: profile.way_back.clone(),
        };
        if !found.contains(&way) {
            found.push(way);
        }
    }
    Ok(found)
}

/// The most exact profile: of patch and kind, of the patch, of the kind, of all.
fn best<'a>(profiles: &'a [WorkProfile], patch: &str, kind: Option<AssetKind>) -> Option<&'a WorkProfile> {
    let fits = |one: &&WorkProfile| {
        one.patch.as_deref().is_none_or(|named| named == patch)
            && one.kind.is_none_or(|named| Some(named) == kind)
    };
    profiles.iter().filter(fits).max_by_key(|one| (one.patch.is_some(), one.kind.is_some()))
}

/// The next window of each of these places, as the caller may see them.
pub(super) fn windows(
    app: &App,
    caller: &Caller,
    places: &[AffectedPlace],
) -> Result<Vec<PlaceWindow>, AppError> {
    let mut found = Vec::new();
    for place in places.iter().take(MOST_PLACES) {
        let Some(tag) = place.tags.first() else { continue };
        let asset = app.store().read(|r| r.asset_by_tag(tag, Moment::OPEN))?;
        let next = match asset {
            Some(asset) => doing::next_window(app, caller, &asset),
            None => Ok(WindowFact::Unknown),
        };
        let next = match next {
            // Of what the caller may not see nothing is said.
            Err(AppError::NotFound { .. } | AppError::Refused(_)) => WindowFact::Unknown,
            other => other?,
        };
        found.push(PlaceWindow { site: place.site.clone(), zone: place.zone.clone(), next });
    }
    Ok(found)
}
