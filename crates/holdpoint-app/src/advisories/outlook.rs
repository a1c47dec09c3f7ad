//! How it goes on with the assets that an advisory touches: the patches that would fix it there, the supplier's word on each,
//! and when work may begin next.
//!
//! The surprise: suppliers are heard as for a finding ([`standing`]), so that the impact of an advisory and its findings never
//! tell two different words. Of a past moment nothing is told: windows were kept as they are now.

use super::ImpactRow;
use crate::App;
use crate::access_check::Caller;
use crate::approval::{members, standing};
use crate::error::AppError;
use crate::patches::asset::{PatchOnAsset, of_configuration};
use crate::patches::vendor::Documents;
use crate::ranking::doing;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::baseline::Baseline;
use holdpoint_domain::component::Component;
use holdpoint_domain::id::{AssetId, SiteId, ZoneId};
use holdpoint_domain::matching::Verdict;
use holdpoint_domain::patch_state::SupplierStanding;
use holdpoint_domain::window::WindowReach;
pub use holdpoint_engine::priority::gate::WindowFact;
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::{Reader, StoreError};
use std::collections::{HashMap, HashSet};

/// More patches than this for one asset help nobody.
const MOST_PATCHES: usize = 20;

/// How it goes on with one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The patches that would fix it there; empty: no source lists one.
    pub patches: Vec<FixWord>,
    /// When work may begin next.
    pub window: WindowFact,
}

/// A patch that would fix it, and the supplier's word on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixWord {
    /// The patch.
    pub patch: String,
    /// What suppliers say of it for what the asset runs.
    pub supplier: SupplierStanding,
    /// Who says so and where; empty: nobody.
    pub said_by: String,
}

/// How it goes on with those of these assets that are touched, or may be.
///
/// # Errors
/// [`AppError::Store`].
pub fn of_rows(
    app: &App,
    caller: &Caller,
    rows: &[ImpactRow],
) -> Result<HashMap<AssetId, Outlook>, AppError> {
    let touched: Vec<&ImpactRow> = rows.iter().filter(|row| row.verdict != Verdict::No).collect();
    let read = app.store().read(|r| {
        let baselines = r.baselines()?;
        let (mut documents, mut known) = (Documents::default(), HashMap::new());
        let mut found = Vec::new();
        for row in &touched {
            let Some(asset) = r.asset(row.asset_id, Moment::OPEN)? else { continue };
            let configuration = asset.configuration_no;
            if let std::collections::hash_map::Entry::Vacant(place) = known.entry(configuration) {
                place.insert(of_configuration(app, r, configuration, &mut documents)?.rows);
            }
            let patches = words(r, &asset, fixing(&known[&configuration], row), &baselines)?;
            found.push((asset, patches));
        }
        Ok::<_, StoreError>(found)
    })?;
    let mut windows = Windows::default();
    let mut found = HashMap::new();
    for (asset, patches) in read {
        let window = windows.next(app, caller, &asset)?;
        found.insert(asset.asset.id, Outlook { patches, window });
    }
    Ok(found)
}

/// The patches that are not on the asset and would fix what the advisory speaks of, the newest of each chain.
fn fixing<'a>(all: &'a [PatchOnAsset], row: &ImpactRow) -> Vec<&'a PatchOnAsset> {
    let mut names: HashSet<&str> = HashSet::new();
    all.iter()
        .filter(|one| one.standing != "installed" && one.standing != "covered" && one.superseded_by.is_none())
        .filter(|one| one.fixes.iter().any(|fixed| row.vulnerabilities.contains(fixed)))
        .filter(|one| names.insert(one.patch.as_str()))
        .take(MOST_PATCHES)
        .collect()
}

fn words(
    r: &mut Reader<'_>,
    asset: &StoredAsset,
    fixing: Vec<&PatchOnAsset>,
    baselines: &[Baseline],
) -> Result<Vec<FixWord>, StoreError> {
    if fixing.is_empty() {
        return Ok(Vec::new());
    }
    let components: Vec<Component> = match asset.configuration_no {
        Some(number) => r.configuration(number)?.into_iter().map(|(_, one)| one).collect(),
        None => Vec::new(),
    };
    let releases = standing::releases(baselines, &members::facts(asset, &components));
    let vendor = asset.asset.value(Field::Vendor).unwrap_or_default();
    let mut found = Vec::new();
    for row in fixing {
        let own_fix = row.own_fix.as_ref();
        let listener = standing::Listener { vendor, components: &components, releases: &releases, own_fix };
        let heard = standing::on_asset(r, listener, &row.patch, Moment::OPEN)?;
        let said_by = heard.said_by();
        found.push(FixWord { patch: row.patch.clone(), supplier: heard.standing, said_by });
    }
    Ok(found)
}

/// Windows that were looked for already: all assets of a zone have the same, unless one is for the asset alone.
#[derive(Default)]
struct Windows {
    /// The assets of a site that have windows of their own.
    own: HashMap<SiteId, HashSet<AssetId>>,
    known: HashMap<(SiteId, Option<ZoneId>), WindowFact>,
}

impl Windows {
    fn next(&mut self, app: &App, caller: &Caller, asset: &StoredAsset) -> Result<WindowFact, AppError> {
        let Some(site) = asset.site else { return Ok(WindowFact::Unknown) };
        if let std::collections::hash_map::Entry::Vacant(place) = self.own.entry(site) {
            let all = app.store().read(|r| r.windows_of(site))?;
            place.insert(
                all.into_iter()
                    .filter_map(|one| match one.window.reach {
                        WindowReach::Asset(id) => Some(id),
                        WindowReach::Everywhere | WindowReach::Site(_) | WindowReach::Zone(_) => None,
                    })
                    .collect(),
            );
        }
        if self.own[&site].contains(&asset.asset.id) {
            return doing::next_window(app, caller, asset);
        }
        let key = (site, asset.zone);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let next = doing::next_window(app, caller, asset)?;
        self.known.insert(key, next);
        Ok(next)
    }
}
