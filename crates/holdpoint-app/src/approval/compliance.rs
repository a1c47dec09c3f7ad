//! Compliance: the assets that a baseline governs against what was decided in it.
//!
//! What is seen comes from what patches say of an asset (`patches::asset`): an answer for a configuration serves all assets
//! that share it. The surprise: of firmware and packages only what was decided on is compared; that an asset has a version
//! which nobody decided on is no deviation.

use super::baselines::{Resolved, find_in, resolve};
use super::members::{Configurations, Member, governed};
use super::reading;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::patches::asset::{PatchOnAsset, instead, of_components, offered};
use crate::patches::fits::{self, Fit, Fits};
use crate::patches::vendor::Documents;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::component::Component;
use holdpoint_domain::id::AssetId;
use holdpoint_domain::patch_state::OwnerState;
pub use holdpoint_engine::approval::compliance::Compared;
use holdpoint_engine::approval::compliance::{Seen, Tally, compare};
use holdpoint_engine::supersedence::PatchGraph;
use holdpoint_store::Reader;
use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// One patch on one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The asset.
    pub asset: AssetId,
    /// Its tag.
    pub tag: String,
    /// The patch.
    pub patch: String,
    /// What was decided; `None`: nothing.
    pub decided: Option<OwnerState>,
    /// How it compares.
    pub compared: Compared,
    /// Why, in words.
    pub why: String,
}

/// One asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetCompliance {
    /// The asset.
    pub asset: AssetId,
    /// Its tag.
    pub tag: String,
    /// `complies`, `deviates` or `unknown`.
    pub word: &'static str,
    /// Counts of its rows.
    pub tally: Tally,
    /// What is missing to be sure that the baseline governs it; empty: it does.
    pub missing: Vec<&'static str>,
}

/// How a baseline's assets compare with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compliance {
    /// How many comply.
    pub complies: u64,
    /// How many deviate.
    pub deviates: u64,
    /// Of how many nobody can say.
    pub unknown: u64,
    /// The assets, by tag.
    pub assets: Vec<AssetCompliance>,
    /// The rows that are not as decided, by tag and patch.
    pub rows: Vec<Row>,
}

/// The answer for one configuration: patch, decided, compared, why.
type Answer = Vec<(String, Option<OwnerState>, Compared, String)>;

/// Compares the assets that a baseline governs with it, as far as the caller's sites go.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn compliance(app: &App, caller: &Caller, baseline: &str) -> Result<Compliance, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let now = app.now();
    reading(app, |r| {
        let found = find_in(r, baseline, &reach)?;
        let all = r.baselines()?;
        let decided = resolve(r, &found, &all, Moment::OPEN, now)?;
        let configurations = Configurations::read(r)?;
        let members = governed(r, &all, found.id, &configurations)?;
        let mut looking = Looking {
            graph: app.patches().graph(r)?,
            decided: decided.iter().map(|one| (one.entry.patch.as_str(), one)).collect(),
            documents: Documents::default(),
            fits: Fits::default(),
        };
        let mut answers: HashMap<Option<i64>, Answer> = HashMap::new();
        let mut result = Compliance::default();
        for member in members.into_iter().filter(|member| covers(&reach, member)) {
            let number = member.configuration_no;
            let answer = match answers.entry(number) {
                Slot::Occupied(known) => known.into_mut(),
                Slot::Vacant(slot) => {
                    slot.insert(looking.answer(app, r, (number, &configurations.of(number)))?)
                }
            };
            count(&mut result, member, answer);
        }
        Ok(result)
    })
}

fn covers(reach: &Reach, member: &Member) -> bool {
    reach.covers(member.site)
}

/// What the answers of all configurations rest on.
struct Looking<'d> {
    graph: Arc<PatchGraph>,
    decided: BTreeMap<&'d str, &'d Resolved>,
    documents: Documents,
    fits: Fits,
}

impl Looking<'_> {
    fn answer(
        &mut self,
        app: &App,
        r: &mut Reader<'_>,
        (number, components): (Option<i64>, &[Component]),
    ) -> Result<Answer, AppError> {
        let mut seen = of_components(&self.graph, components);
        let is_listed = seen.products.iter().any(|product| !product.candidates.is_empty());
        // What the graph of supersedence does not know is firmware, or a package.
        if self.decided.keys().any(|patch| !self.graph.knows(patch)) {
            let others = offered(app, r, (number, components), &mut self.documents)?;
            seen.rows.extend(others.into_iter().filter(|row| self.decided.contains_key(row.patch.as_str())));
        }
        let of_patch = |patch: &str| -> Vec<PatchOnAsset> {
            seen.rows.iter().filter(|row| row.patch == patch).cloned().collect()
        };
        let mut rows: BTreeMap<String, (Option<OwnerState>, Seen, String)> = BTreeMap::new();
        for row in seen.rows.iter().cloned() {
            let state = self.decided.get(row.patch.as_str()).map(|one| one.entry.state.owner_state());
            let what = match row.standing {
                "installed" => Seen::Installed,
                "covered" => Seen::Covered,
                "missing" => Seen::Missing,
                _ => Seen::Unknown,
            };
            let slot = rows.entry(row.patch).or_insert((state, what, row.why.clone()));
            // Of two products on one asset, the worse answer counts.
            if rank(what) > rank(slot.1) {
                *slot = (state, what, row.why);
            }
        }
        for (patch, one) in &self.decided {
            if rows.contains_key(*patch) || (self.graph.knows(patch) && is_listed) {
                continue;
            }
            let ground = fits::Ground { configuration: number, components, patches: &seen };
            let why = match fits::fit(app, r, ground, patch, (&mut self.documents, &mut self.fits))? {
                // A class holds many models, and what is for another one is not to be compared.
                Fit::No(_) => continue,
                Fit::Yes(why) | Fit::Unknown(why) => {
                    format!("nobody has listed what would show it on this asset: {why}")
                }
            };
            rows.insert((*patch).to_owned(), (Some(one.entry.state.owner_state()), Seen::Unknown, why));
        }
        let may = self.may_be_installed();
        let made = rows.into_iter().map(|(patch, (state, what, why))| {
            let compared = compare(state, what);
            if compared != Compared::EffectiveNotSeen {
                // What is missing and undecided is the catalogue's business, and only counted.
                return (patch, state, compared, why);
            }
            if !may.contains(&patch) {
                let why = self.decided.get(patch.as_str()).map_or(why, |one| one.blocked.join("; "));
                return (patch, state, Compared::Blocked, why);
            }
            let own = of_patch(&patch);
            match instead(&own.iter().collect::<Vec<_>>(), &may) {
                Some(why) => (patch, state, Compared::Superseded, why),
                None => (patch, state, compared, why),
            }
        });
        Ok(made.collect())
    }

    /// The patches that nothing keeps from being installed.
    fn may_be_installed(&self) -> BTreeSet<String> {
        let free = self.decided.iter().filter(|(_, one)| one.blocked.is_empty());
        free.map(|(patch, _)| (*patch).to_owned()).collect()
    }
}

const fn rank(seen: Seen) -> u8 {
    match seen {
        Seen::Covered => 0,
        Seen::Installed => 1,
        Seen::Unknown => 2,
        Seen::Missing => 3,
    }
}

fn count(result: &mut Compliance, member: Member, answer: &Answer) {
    let mut tally = Tally::default();
    for (patch, decided, compared, why) in answer {
        // Of a patch that nobody decided on and nobody can see, there is nothing to compare.
        if decided.is_none() && *compared == Compared::Unknown {
            continue;
        }
        tally.add(*compared);
        match compared {
            Compared::AsDecided | Compared::Undecided => {}
            Compared::EffectiveNotSeen
            | Compared::SeenNotEffective
            | Compared::Unknown
            | Compared::Superseded
            | Compared::Blocked => result.rows.push(Row {
                asset: member.id,
                tag: member.tag.clone(),
                patch: patch.clone(),
                decided: *decided,
                compared: *compared,
                why: why.clone(),
            }),
        }
    }
    // Whether it belongs here at all is not known, so nobody can say that it complies or deviates.
    let word = if member.missing.is_empty() { tally.word() } else { "unknown" };
    match word {
        "complies" => result.complies += 1,
        "deviates" => result.deviates += 1,
        _ => result.unknown += 1,
    }
    result.assets.push(AssetCompliance {
        asset: member.id,
        tag: member.tag,
        word,
        tally,
        missing: member.missing,
    });
}
