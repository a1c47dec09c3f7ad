//! What a card's decision leaves open or closes: how pressing it is on its own assets, and what could be installed instead.
//!
//! Not here: who is affected (`affected`) and how it is carried out (`carrying`). The surprise: a finding out of the reader's
//! reach is not counted, and that nothing stands open is said only where a
//! vulnerability is known here that it is about.

use super::carrying::{self, Way};
use super::members::Member;
use super::{members, reading, sweep};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::ranking::read::{Date, due_on};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::clock::ClockState;
use holdpoint_domain::exemption::{Exemption, What};
use holdpoint_domain::patch_state::{OwnerState, SupplierStanding};
use holdpoint_store::Reader;
use holdpoint_store::ranking::list::FindingLine;
use holdpoint_store::ranking::pressing::PressingCount;
use std::collections::HashSet;

/// The most patches that are named as being on offer; the rest is counted.
const MOST_OFFERS: usize = 5;
/// The most baselines that are named with a patch.
const MOST_BASELINES: usize = 5;

/// How pressing the open findings are that a decision is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Stake {
    /// As of when.
    pub now: Moment,
    /// The findings by lane and clock, on its assets within the reader's reach.
    pub counts: Vec<PressingCount>,
    /// The first of them in the queue; `None`: none stands open there.
    pub first: Option<FindingLine>,
}

impl Stake {
    /// The last day in time of the first finding, and how that clock stands today.
    #[must_use]
    pub fn due(&self) -> Option<(Date, ClockState)> {
        self.first.as_ref().map(|line| due_on(self.now, line))
    }
}

/// The open findings of what is exempted or patched, on these assets; `None`: no vulnerability is known that it is about, so that
/// nobody can say whether one stands open.
pub(super) fn of(
    r: &mut Reader<'_>,
    (what, assets): (&What, &[Member]),
    (reach, now): (&Reach, Moment),
) -> Result<Option<Stake>, AppError> {
    let names = r.vulnerabilities_exempted(what)?;
    let numbers = r.vulnerability_numbers_of(names.iter().map(String::as_str))?;
    let numbers: Vec<i64> = numbers.into_values().collect();
    if numbers.is_empty() {
        return Ok(None);
    }
    let own: HashSet<i64> =
        assets.iter().filter(|one| reach.covers(one.site)).map(|one| one.number).collect();
    let (counts, first) = r.pressing_on(&numbers, &own, now)?;
    let first = match first {
        Some(number) => r.ranked_finding(number, reach)?,
        None => None,
    };
    Ok(Some(Stake { now, counts, first }))
}

/// A patch that an exemption leaves uninstalled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The patch.
    pub patch: String,
    /// What suppliers say of it for what the exemption is on.
    pub standing: SupplierStanding,
    /// How it stands in the baselines that decided on it; whether a hold is on it.
    pub decided: Vec<(String, OwnerState, bool)>,
    /// What the work costs, for each kind of work that somebody wrote down; empty: nobody has.
    pub ways: Vec<Way>,
}

/// What could be installed instead.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offers {
    /// The first of them, by name.
    pub patches: Vec<Offer>,
    /// How many more there are.
    pub more: u64,
}

/// The patches that an exemption on these assets leaves uninstalled.
pub(super) fn offers(r: &mut Reader<'_>, one: &Exemption, on: &[Member]) -> Result<Offers, AppError> {
    let names = match &one.what {
        What::Patch(patch) => vec![patch.clone()],
        What::Vulnerability(name) => r.patches_against(name)?,
    };
    let mut found = Offers { patches: Vec::new(), more: names.len().saturating_sub(MOST_OFFERS) as u64 };
    for patch in names.into_iter().take(MOST_OFFERS) {
        let entries = r.entries_of_patch(&patch)?.into_iter().take(MOST_BASELINES);
        let decided =
            entries.map(|one| (one.baseline, one.entry.state.owner_state(), one.entry.hold.is_some()));
        let decided = decided.collect();
        let standing = sweep::supplier::standing_of(r, one.on, on, &patch)?;
        let ways = carrying::ways(r, &patch, on)?;
        found.patches.push(Offer { patch, standing, decided, ways });
    }
    Ok(found)
}

/// How pressing what an exemption leaves open is, and what could be installed instead; `None`: as on its card.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn of_exemption(app: &App, caller: &Caller, id: &str) -> Result<(Option<Stake>, Offers), AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let (kept, _) = super::exemptions::show(app, caller, id)?;
    let now = app.now();
    reading(app, |r| {
        let one = &kept.exemption;
        let on = members::of_exemption(r, one.on)?;
        Ok((of(r, (&one.what, &on), (&reach, now))?, offers(r, one, &on)?))
    })
}
