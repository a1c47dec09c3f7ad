//! What an asset should have, by the baselines that govern it.
//!
//! A baseline decides for a class of assets. The surprise: what was decided is held against the asset itself, because a class
//! holds many models; what is for another one is left out with the reason, and of what nobody can say it, it is said so.

use super::{Resolved, resolve};
use crate::App;
use crate::access_check::Caller;
use crate::approval::{members, reading};
use crate::error::AppError;
use crate::patches::asset::{PatchOnAsset, instead, of_configuration};
use crate::patches::fits::{self, Fit, Fits};
use crate::patches::vendor::Documents;
use holdpoint_domain::Moment;
use holdpoint_domain::component::Component;
use holdpoint_domain::id::BaselineId;
use holdpoint_engine::approval::governing::{Governing, governing};
use holdpoint_store::Reader;
use holdpoint_store::asset::StoredAsset;
use std::collections::{BTreeMap, BTreeSet};

/// The baselines that govern an asset, and what a newly commissioned asset like it should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForAsset {
    /// Which baseline governs it.
    pub governing: Governing,
    /// The names of the baselines that come into question.
    pub names: Vec<String>,
    /// The patches that may be installed and are for this asset: effective in every baseline that comes into question, and
    /// not superseded by another one of them.
    pub should_have: Vec<Resolved>,
    /// Those that may be installed and are for this asset, and in whose place another one is: the patch, and why.
    pub superseded: Vec<(Resolved, String)>,
    /// Those that may be installed, and of which nobody knows whether they are for this asset.
    pub unsure: Vec<Unsure>,
    /// Those that one of them blocks, with the reasons.
    pub blocked: Vec<Resolved>,
    /// Those that were decided on and are for something else: the patch, and why.
    pub for_others: Vec<(String, String)>,
}

/// A patch of which nobody knows whether it is for an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsure {
    /// How it stands.
    pub row: Resolved,
    /// What is not known.
    pub why: String,
}

impl ForAsset {
    /// Whether a patch may be installed by every baseline that comes into question.
    #[must_use]
    pub fn is_effective(&self, patch: &str) -> bool {
        let sure = self.should_have.iter().chain(self.superseded.iter().map(|(row, _)| row));
        sure.chain(self.unsure.iter().map(|one| &one.row)).any(|one| one.entry.patch == patch)
    }
}

/// What an asset should have by the baselines that govern it.
///
/// # Errors
/// As [`crate::inventory::get`].
pub fn for_asset(app: &App, caller: &Caller, asset: &str) -> Result<ForAsset, AppError> {
    let asset = crate::inventory::get(app, caller, asset, Moment::OPEN)?;
    let now = app.now();
    reading(app, |r| {
        let all = r.baselines()?;
        let components: Vec<Component> = match asset.configuration_no {
            Some(number) => r.configuration(number)?.into_iter().map(|(_, one)| one).collect(),
            None => Vec::new(),
        };
        let governing = governing(&all, &members::facts(&asset, &components));
        let ids = match &governing {
            Governing::None => Vec::new(),
            Governing::One(id) => vec![*id],
            Governing::Several(ids) | Governing::Unknown { candidates: ids, .. } => ids.clone(),
        };
        let mut found = ForAsset {
            governing,
            names: Vec::new(),
            should_have: Vec::new(),
            superseded: Vec::new(),
            unsure: Vec::new(),
            blocked: Vec::new(),
            for_others: Vec::new(),
        };
        let mut by_patch: BTreeMap<String, Vec<Resolved>> = BTreeMap::new();
        for baseline in all.iter().filter(|one| ids.contains(&one.id)) {
            found.names.push(baseline.name.clone());
            for one in resolve(r, baseline, &all, Moment::OPEN, now)? {
                by_patch.entry(one.entry.patch.clone()).or_default().push(one);
            }
        }
        held_against(app, r, (&asset, &components), (by_patch, &ids), &mut found)?;
        Ok(found)
    })
}

/// Sorts what was decided by whether it may be installed, and whether it is for this asset.
fn held_against(
    app: &App,
    r: &mut Reader<'_>,
    (asset, components): (&StoredAsset, &[Component]),
    (by_patch, ids): (BTreeMap<String, Vec<Resolved>>, &[BaselineId]),
    found: &mut ForAsset,
) -> Result<(), AppError> {
    if by_patch.is_empty() {
        return Ok(());
    }
    let (mut documents, mut fits) = (Documents::default(), Fits::default());
    let configuration = asset.configuration_no;
    let patches = of_configuration(app, r, configuration, &mut documents)?;
    let ground = fits::Ground { configuration, components, patches: &patches };
    for (patch, mut rows) in by_patch {
        let effective = rows.len() == ids.len() && rows.iter().all(|row| row.blocked.is_empty());
        let at = rows.iter().position(|row| !row.blocked.is_empty()).unwrap_or(0);
        let row = rows.swap_remove(at);
        match (fits::fit(app, r, ground, &patch, (&mut documents, &mut fits))?, effective) {
            (Fit::No(why), _) => found.for_others.push((patch, why)),
            (Fit::Yes(_), true) => found.should_have.push(row),
            (Fit::Unknown(why), true) => found.unsure.push(Unsure { row, why }),
            (Fit::Yes(_) | Fit::Unknown(_), false) => found.blocked.push(row),
        }
    }
    let effective: BTreeSet<String> = found.should_have.iter().map(|row| row.entry.patch.clone()).collect();
    for row in std::mem::take(&mut found.should_have) {
        let own: Vec<&PatchOnAsset> =
            patches.rows.iter().filter(|one| one.patch == row.entry.patch).collect();
        match instead(&own, &effective) {
            Some(why) => found.superseded.push((row, why)),
            None => found.should_have.push(row),
        }
    }
    Ok(())
}
