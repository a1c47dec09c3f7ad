//! The room there is: for every asset the open stretches of its windows, worked out once for all assets that share them.

use holdpoint_domain::id::{AssetId, WindowId};
use holdpoint_domain::window::{Capacity, Window, WindowKind, WindowReach};
use std::collections::BTreeMap;

use super::facts::{AssetFacts, Facts, GroupFacts};
use super::report::Remark;
use crate::calendar::{OpenTime, Period, open_time};

/// Open time by asset.
pub(super) struct Room<'a> {
    /// The assets by id.
    pub(super) assets: BTreeMap<AssetId, &'a AssetFacts>,
    /// The groups by name.
    pub(super) groups: BTreeMap<&'a str, &'a GroupFacts>,
    /// What people have said of each window.
    pub(super) capacities: BTreeMap<WindowId, Capacity>,
    /// Which of `open` holds for an asset.
    place: BTreeMap<AssetId, usize>,
    open: Vec<OpenTime>,
}

impl<'a> Room<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        let mut room = Self {
            assets: facts.assets.iter().map(|asset| (asset.id, asset)).collect(),
            groups: facts.groups.iter().map(|group| (group.name.as_str(), group)).collect(),
            capacities: facts.windows.iter().map(|window| (window.id, window.capacity)).collect(),
            place: BTreeMap::new(),
            open: Vec::new(),
        };
        let mut windows: Vec<&Window> = facts.windows.iter().collect();
        windows.sort_by_key(|window| window.id);
        let mut by_windows: BTreeMap<Vec<WindowId>, usize> = BTreeMap::new();
        for asset in &facts.assets {
            let reaching: Vec<&Window> =
                windows.iter().copied().filter(|window| reaches(window, asset, facts)).collect();
            let key: Vec<WindowId> = reaching.iter().map(|window| window.id).collect();
            let place = *by_windows.entry(key).or_insert_with(|| {
                let own: Vec<Window> = reaching.into_iter().cloned().collect();
                room.open.push(Period::new(facts.now, facts.until).map_or_else(
                    || OpenTime { spans: Vec::new(), frozen: Vec::new(), cut: Vec::new() },
                    |horizon| open_time(&own, horizon, facts.rules.occurrences),
                ));
                room.open.len() - 1
            });
            room.place.insert(asset.id, place);
        }
        room
    }

    /// The open time of an asset; `None` for one that is not among the facts.
    pub(super) fn of(&self, asset: AssetId) -> Option<&OpenTime> {
        self.place.get(&asset).and_then(|place| self.open.get(*place))
    }

    /// What a plan that uses these windows counts on.
    pub(super) fn remarks(&self, used: impl Iterator<Item = WindowId>) -> Vec<Remark> {
        let mut remarks: Vec<Remark> = self
            .open
            .iter()
            .flat_map(|open| open.cut.iter().map(|window| Remark::OccurrencesCut(*window)))
            .collect();
        for window in used {
            let capacity = self.capacities.get(&window).copied().unwrap_or_default();
            if capacity.people.is_none() {
                remarks.push(Remark::PeopleNotSaid(window));
            }
            if capacity.steps.is_none() {
                remarks.push(Remark::StepsNotSaid(window));
            }
        }
        remarks.sort_unstable();
        remarks.dedup();
        remarks
    }
}

/// Whether a window reaches an asset. A window of work that claims to reach everywhere reaches nothing.
fn reaches(window: &Window, asset: &AssetFacts, facts: &Facts) -> bool {
    match window.reach {
        WindowReach::Everywhere => window.kind == WindowKind::Freeze,
        WindowReach::Site(site) => site == facts.site,
        WindowReach::Zone(zone) => asset.zone == Some(zone),
        WindowReach::Asset(id) => id == asset.id,
    }
}
