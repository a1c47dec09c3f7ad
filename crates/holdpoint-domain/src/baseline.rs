//! Approval baselines: for which assets a set of decisions holds, and how each patch stands in it.
//!
//! An entry is one patch in one baseline; its state changes only by [`crate::patch_state::transition`], and only a
//! granted decision makes it authorised. The surprise: a hold is no state. A supplier that takes its word back puts a hold
//! on the entry; what the owner decided stays visible beneath it, and nothing may be installed while it is there.

use crate::Rejected;
use crate::asset::AssetKind;
use crate::decision::checks::ends_at;
use crate::decision::{Authorisation, Decision, Matter, State};
use crate::id::{AssetId, BaselineId, DecisionId, SiteId, ZoneId};
use crate::moment::Moment;
use crate::patch_state::{OwnerState, PatchState, SupplierStanding, SupplierState, transition};
use crate::signature::{Person, refused, written};
use std::collections::BTreeSet;

/// A release of a control system: a product in one version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemRelease {
    /// The product, as the inventory names it.
    pub product: String,
    /// The version.
    pub version: String,
}

/// Where a baseline holds in space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Everywhere.
    Everywhere,
    /// On one site.
    Site(SiteId),
    /// In one zone of a site.
    Zone(SiteId, ZoneId),
}

impl Place {
    /// The site, when it is bound to one.
    #[must_use]
    pub const fn site(self) -> Option<SiteId> {
        match self {
            Self::Everywhere => None,
            Self::Site(site) | Self::Zone(site, _) => Some(site),
        }
    }
}

/// For which assets a baseline holds. Empty texts and `None` do not narrow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetScope {
    /// Kind of asset.
    pub kind: Option<AssetKind>,
    /// Vendor.
    pub vendor: String,
    /// Product.
    pub product: String,
    /// Release of the control system that runs on it.
    pub release: Option<SystemRelease>,
    /// Where.
    pub place: Place,
}

/// A baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// Its id.
    pub id: BaselineId,
    /// Its name, unique.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// From which baseline it inherits.
    pub parent: Option<BaselineId>,
    /// For which assets it holds.
    pub scope: AssetScope,
    /// Whether it governs.
    pub force: Force,
    /// Assets that it goes on governing, though nothing of its release is seen on them any more, until a second person agrees
    /// that they left it.
    pub keeps: BTreeSet<AssetId>,
}

/// Whether a baseline is another one, or inherits from it, however far off.
#[must_use]
pub fn is_heir(all: &[Baseline], one: BaselineId, from: BaselineId) -> bool {
    let mut at = Some(one);
    // A chain of parents is no longer than all baselines, so a circle ends as well.
    for _ in 0..=all.len() {
        match at {
            Some(id) if id == from => return true,
            Some(id) => at = all.iter().find(|known| known.id == id).and_then(|known| known.parent),
            None => return false,
        }
    }
    false
}

/// Whether a baseline governs. One that inherits approvals, or takes assets over from another, is a draft until a second
/// person has put it in force: till then what governed before goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Force {
    /// It governs nothing yet.
    Draft {
        /// The account that made it, and that does not put it in force.
        author: String,
    },
    /// It governs.
    InForce,
}

impl Baseline {
    /// In force, by the word of a second person.
    ///
    /// # Errors
    /// A refusal when it is in force, or its author asks.
    pub fn put_in_force(self, by: &Person) -> Result<Self, Rejected> {
        match &self.force {
            Force::InForce => {
                Err(refused("in-force", "the baseline is in force already", "nothing needs to be done"))
            }
            Force::Draft { author } if *author == by.account => {
                let what = "whoever made a baseline does not put it in force";
                Err(refused("four-eyes-author", what, "ask another person who may approve"))
            }
            Force::Draft { .. } => Ok(Self { force: Force::InForce, ..self }),
        }
    }
}

/// What keeps a patch from being used although it was decided otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub why: String,
    /// Since when.
    pub since: Moment,
}

/// How a patch stands in a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// It is tested.
    InInternalTest,
    /// It may not be used.
    NotAuthorized {
        /// Why.
        why: String,
    },
    /// It may be posted.
    Authorized {
        /// By this decision.
        decision: DecisionId,
    },
    /// It may be installed.
    Effective {
        /// By this decision.
        decision: DecisionId,
    },
}

impl EntryState {
    /// The state of the standard.
    #[must_use]
    pub const fn owner_state(&self) -> OwnerState {
        match self {
            Self::InInternalTest => OwnerState::InInternalTest,
            Self::NotAuthorized { .. } => OwnerState::NotAuthorized,
            Self::Authorized { .. } => OwnerState::Authorized,
            Self::Effective { .. } => OwnerState::Effective,
        }
    }

    /// The decision it rests on.
    #[must_use]
    pub const fn decision(&self) -> Option<DecisionId> {
        match self {
            Self::Authorized { decision } | Self::Effective { decision } => Some(*decision),
            Self::InInternalTest | Self::NotAuthorized { .. } => None,
        }
    }
}

/// A patch in a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The baseline.
    pub baseline: BaselineId,
    /// The patch.
    pub patch: String,
    /// How it stands.
    pub state: EntryState,
    /// What blocks it, if anything.
    pub hold: Option<Hold>,
    /// Since when it stands so.
    pub since: Moment,
    /// By whom.
    pub by: Person,
}

/// What changes with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A test begins, or what was refused is looked at again.
    BeginTest,
    /// It is refused or taken back.
    Refuse {
        /// Why.
        why: String,
    },
    /// An authorised patch is posted for use.
    Post,
    /// A hold is set.
    Hold {
        /// Why.
        why: String,
    },
    /// The hold is taken away.
    Release {
        /// What the supplier says by now.
        standing: SupplierStanding,
    },
}

/// Who does something when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Who.
    pub by: Person,
    /// When.
    pub at: Moment,
}

/// How an entry stands after a step. `None` goes in where nobody has decided anything yet.
///
/// # Errors
/// The refusal of an illegal step, in words.
pub fn step(
    entry: Option<Entry>,
    key: (BaselineId, &str),
    step: Step,
    deed: Deed,
) -> Result<Entry, Rejected> {
    let Deed { by, at } = deed;
    let fresh = |state, hold| Entry {
        baseline: key.0,
        patch: key.1.to_owned(),
        state,
        hold,
        since: at,
        by: by.clone(),
    };
    match step {
        Step::BeginTest => {
            legal(entry.as_ref(), OwnerState::InInternalTest)?;
            Ok(fresh(EntryState::InInternalTest, None))
        }
        Step::Refuse { why } => {
            let why = written("reason", &why)?;
            legal(entry.as_ref(), OwnerState::NotAuthorized)?;
            Ok(fresh(EntryState::NotAuthorized { why }, None))
        }
        Step::Post => {
            legal(entry.as_ref(), OwnerState::Effective)?;
            match entry {
                Some(Entry { state: EntryState::Authorized { decision }, hold: None, .. }) => {
                    Ok(fresh(EntryState::Effective { decision }, None))
                }
                Some(Entry { hold: Some(hold), .. }) => Err(held(&hold)),
                Some(_) | None => Err(nothing(key.1)),
            }
        }
        Step::Hold { why } => {
            let why = written("reason of the hold", &why)?;
            let Some(entry) = entry else { return Err(nothing(key.1)) };
            Ok(fresh(entry.state, Some(Hold { why, since: at })))
        }
        Step::Release { standing } => {
            let Some(entry) = entry.filter(|entry| entry.hold.is_some()) else {
                return Err(refused(
                    "no-hold",
                    format!("there is no hold on {}", key.1),
                    "nothing is to be taken away",
                ));
            };
            if standing.state() == Some(SupplierState::NotApproved) {
                let what = "the supplier still says that it is not approved";
                return Err(refused("hold-stays", what, "decide anew, with an override"));
            }
            Ok(fresh(entry.state, None))
        }
    }
}

/// The entry that a granted decision makes, posted at once when it says so.
///
/// # Errors
/// A refusal when the decision is not granted, is about something else, or the change of state is illegal.
pub fn authorise(entry: Option<Entry>, decision: &Decision, deed: Deed) -> Result<Entry, Rejected> {
    let (Matter::Authorise(what), State::Granted { .. }) = (&decision.matter, &decision.state) else {
        let text = format!("decision {} grants no authorisation", decision.id);
        return Err(refused("not-granted", text, "ask for a decision"));
    };
    legal(entry.as_ref(), OwnerState::Authorized)?;
    let state = match what.posting {
        crate::decision::Posting::Later => EntryState::Authorized { decision: decision.id },
        crate::decision::Posting::AtOnce => EntryState::Effective { decision: decision.id },
    };
    let Deed { by, at } = deed;
    Ok(Entry { baseline: what.baseline, patch: what.patch.clone(), state, hold: None, since: at, by })
}

fn legal(entry: Option<&Entry>, to: OwnerState) -> Result<(), Rejected> {
    let from = match entry {
        None => PatchState::Supplier(SupplierState::Released),
        Some(entry) => PatchState::Owner(entry.state.owner_state()),
    };
    match transition(from, PatchState::Owner(to)) {
        Ok(_) => Ok(()),
        Err(why) => {
            Err(refused("illegal-transition", why.to_string(), "look at the entry, and decide otherwise"))
        }
    }
}

fn held(hold: &Hold) -> Rejected {
    refused(
        "on-hold",
        format!("a hold is on it since {}: {}", hold.since.minute(), hold.why),
        "settle the hold first",
    )
}

fn nothing(patch: &str) -> Rejected {
    refused(
        "no-entry",
        format!("nobody has decided anything on {patch} in this baseline"),
        "ask for a decision first",
    )
}

/// Whether a patch may be installed now: the one question that release and execution ask.
///
/// # Errors
/// Every reason why not, in words.
pub fn may_install(
    entry: Option<&Entry>,
    decision: Option<&Decision>,
    standing: &SupplierStanding,
    at: Moment,
) -> Result<(), Vec<String>> {
    let mut why = Vec::new();
    let Some(entry) = entry else {
        return Err(vec!["nobody has decided anything on this patch for this asset".to_owned()]);
    };
    if entry.state.owner_state() != OwnerState::Effective {
        why.push(format!("the patch is {} in its baseline, not effective", entry.state.owner_state()));
    }
    if let Some(hold) = &entry.hold {
        why.push(format!("a hold is on it since {}: {}", hold.since.minute(), hold.why));
    }
    let rests_on = decision.filter(|decision| entry.state.decision() == Some(decision.id));
    match rests_on.map(|decision| (&decision.matter, &decision.state)) {
        Some((Matter::Authorise(what), State::Granted { .. })) => still(what, standing, at, &mut why),
        Some(_) | None => why.push("no granted decision stands behind it".to_owned()),
    }
    if why.is_empty() { Ok(()) } else { Err(why) }
}

fn still(what: &Authorisation, standing: &SupplierStanding, at: Moment, why: &mut Vec<String>) {
    if let Some(end) = ends_at(what).filter(|end| *end <= at) {
        why.push(format!("the authorisation ended at {}", end.minute()));
    }
    why.extend(what.footing.doubt(standing));
}

#[cfg(test)]
mod tests;
