//! Filling a fleet, and looking things up in it.

use super::assets::AssetSet;
use crate::applicability::packed::{Shelf, group, hash_of, place, starts};
use crate::applicability::{Item, Parts, search};
use hashbrown::HashTable;
use holdpoint_domain::component::{Component, ComponentKind};
use std::ops::Range;

/// Takes in components, configurations and assets in any order within each kind.
#[derive(Default)]
pub struct FleetBuilder {
    components: Vec<(i64, Component)>,
    /// The fields of each component in one text: comparing it touches one place in memory instead of nine.
    contents: Shelf,
    table: HashTable<u32>,
    configurations: Vec<i64>,
    /// Where the components of each configuration end.
    ends: Vec<u32>,
    members: Vec<u32>,
    configuration_table: HashTable<u32>,
    assets: Vec<(i64, i64)>,
    content: String,
    listed: Vec<u32>,
}

impl FleetBuilder {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a component under the caller's number; gives its place for [`FleetBuilder::configuration`]. A component
    /// with the same content has the same place, and keeps the number that came first.
    pub fn component(&mut self, number: i64, component: &Component) -> u32 {
        write_content(component, &mut self.content);
        let hash = hash_of(self.content.as_str());
        let contents = &self.contents;
        if let Some(at) = self.table.find(hash, |at| contents.get(*at) == self.content) {
            return *at;
        }
        let at = self.contents.push(&self.content);
        self.components.push((number, component.clone()));
        self.table.insert_unique(hash, at, |at| hash_of(self.contents.get(*at)));
        at
    }

    /// Takes in a configuration under the caller's number. A number stands for one content for ever: [`super::difference`]
    /// takes two configurations with one number for the same.
    pub fn configuration(&mut self, number: i64, components: &[u32]) {
        self.list(components);
        self.keep(number);
    }

    /// The number of the configuration with these components, for a caller that has no numbers of its own: they are
    /// given in the order of arrival. Not to be mixed with [`FleetBuilder::configuration`].
    pub fn configuration_of(&mut self, components: &[u32]) -> i64 {
        self.list(components);
        let hash = hash_of(self.listed.as_slice());
        let (ends, members) = (&self.ends, &self.members);
        if let Some(at) =
            self.configuration_table.find(hash, |at| members_of(ends, members, *at) == self.listed)
        {
            return i64::from(*at);
        }
        let at = place(self.configurations.len());
        self.keep(i64::from(at));
        let (ends, members) = (&self.ends, &self.members);
        self.configuration_table.insert_unique(hash, at, |at| hash_of(members_of(ends, members, *at)));
        i64::from(at)
    }

    fn list(&mut self, components: &[u32]) {
        self.listed.clear();
        self.listed.extend_from_slice(components);
        self.listed.sort_unstable();
        self.listed.dedup();
    }

    fn keep(&mut self, number: i64) {
        self.configurations.push(number);
        self.members.extend_from_slice(&self.listed);
        self.ends.push(place(self.members.len()));
    }

    /// Takes in an asset with the number of its configuration.
    pub fn asset(&mut self, number: i64, configuration: i64) {
        self.assets.push((number, configuration));
    }

    /// The fleet. Assets whose configuration was never given have none of their own and are left out.
    #[must_use]
    pub fn finish(self) -> Fleet {
        let mut numbered: Vec<(i64, u32)> =
            self.configurations.iter().enumerate().map(|(at, number)| (*number, place(at))).collect();
        numbered.sort_unstable();
        numbered.dedup_by_key(|(number, _)| *number);
        let read: Vec<Item> = self.components.iter().map(|(_, component)| Item::new(component)).collect();
        // Components of one product lie side by side, so that its marks are read once.
        let mut order: Vec<u32> = (0..place(read.len())).collect();
        order.sort_by(|a, b| read[*a as usize].first_name().cmp(read[*b as usize].first_name()));
        let mut ranks = vec![0; read.len()];
        for (rank, old) in order.iter().enumerate() {
            ranks[*old as usize] = place(rank);
        }
        let mut slots: Vec<Option<Item>> = read.into_iter().map(Some).collect();
        let mut made = Fleet::default();
        for old in order {
            made.component_numbers.push(self.components[old as usize].0);
            made.items.push(slots[old as usize].take().expect("each component has one rank"));
        }
        drop(self.components);
        let mut sizes = Vec::with_capacity(numbered.len());
        for (number, at) in numbered {
            let components = members_of(&self.ends, &self.members, at);
            made.configuration_numbers.push(number);
            sizes.push(place(components.len()));
            let from = made.configuration_items.len();
            made.configuration_items.extend(components.iter().map(|old| ranks[*old as usize]));
            made.configuration_items[from..].sort_unstable();
        }
        made.configuration_starts = starts(&sizes);
        made.place_assets(self.assets);
        made.index();
        made
    }
}

/// The fields of a component, each behind its length, so that no text can slide from one into the next.
fn write_content(component: &Component, into: &mut String) {
    into.clear();
    let kind = ComponentKind::ALL.iter().position(|kind| *kind == component.kind).unwrap_or(0);
    into.push(char::from(b'0' + kind as u8));
    for field in [
        &component.vendor,
        &component.product,
        &component.version,
        &component.order_number,
        &component.hardware_revision,
        &component.purl,
        &component.cpe,
    ] {
        // Two characters hold every length that occurs; a longer one is written out in digits behind a mark.
        match u8::try_from(field.len()) {
            Ok(length) if length < 0x7f => into.push(char::from(length)),
            Ok(_) | Err(_) => {
                into.push('\u{7f}');
                into.push_str(&field.len().to_string());
                into.push('\u{7f}');
            }
        }
        into.push_str(field);
    }
}

fn members_of<'a>(ends: &[u32], members: &'a [u32], at: u32) -> &'a [u32] {
    let at = at as usize;
    let start = if at == 0 { 0 } else { ends[at - 1] };
    &members[start as usize..ends[at] as usize]
}

/// The inventory, ready for matching.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fleet {
    pub(super) items: Vec<Item>,
    pub(super) component_numbers: Vec<i64>,
    /// Rising.
    pub(super) configuration_numbers: Vec<i64>,
    pub(super) configuration_starts: Vec<u32>,
    pub(super) configuration_items: Vec<u32>,
    /// Starts of the assets of each configuration.
    pub(super) asset_starts: Vec<u32>,
    /// The caller's number of the asset at each place.
    pub(super) asset_numbers: Vec<i64>,
    /// Places in the order of the numbers.
    pub(super) asset_order: Vec<u32>,
    // What follows is made from the above.
    listed: Vec<Parts>,
    /// Places of components in the order of their numbers.
    component_order: Vec<u32>,
    item_starts: Vec<u32>,
    item_configurations: Vec<u32>,
    names: Shelf,
    name_starts: Vec<u32>,
    name_items: Vec<u32>,
}

impl Fleet {
    fn place_assets(&mut self, assets: Vec<(i64, i64)>) {
        let mut sizes = vec![0_u32; self.configuration_numbers.len()];
        let mut placed: Vec<(u32, i64)> = Vec::with_capacity(assets.len());
        for (number, configuration) in assets {
            if let Ok(at) = self.configuration_numbers.binary_search(&configuration) {
                sizes[at] += 1;
                placed.push((place(at), number));
            }
        }
        placed.sort_unstable();
        self.asset_starts = starts(&sizes);
        self.asset_numbers = placed.into_iter().map(|(_, number)| number).collect();
        self.asset_order = (0..place(self.asset_numbers.len())).collect();
        self.asset_order.sort_unstable_by_key(|at| self.asset_numbers[*at as usize]);
    }

    /// Makes the ways back: from components to configurations, and from names to components.
    pub(super) fn index(&mut self) {
        self.component_order = (0..place(self.items.len())).collect();
        self.component_order.sort_by_key(|at| self.component_numbers[*at as usize]);
        let mut sizes = vec![0_u32; self.items.len()];
        self.configuration_items.iter().for_each(|item| sizes[*item as usize] += 1);
        self.item_starts = starts(&sizes);
        let mut next = self.item_starts.clone();
        self.item_configurations = vec![0; self.configuration_items.len()];
        self.listed = Vec::with_capacity(self.configuration_numbers.len());
        for configuration in 0..self.configuration_numbers.len() {
            let mut listed = Parts::default();
            for item in group(&self.configuration_starts, &self.configuration_items, configuration) {
                listed = listed.and(self.items[*item as usize].parts());
                let slot = &mut next[*item as usize];
                self.item_configurations[*slot as usize] = place(configuration);
                *slot += 1;
            }
            self.listed.push(listed);
        }
        let mut pairs: Vec<(&str, u32)> = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            pairs.extend(item.names.iter().map(|name| (name.name.as_str(), place(at))));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let (mut names, mut sizes, mut items) = (Shelf::default(), Vec::new(), Vec::new());
        let mut last = None;
        for (name, item) in pairs {
            if last != Some(name) {
                names.push(name);
                sizes.push(0);
                last = Some(name);
            }
            *sizes.last_mut().expect("a name was just begun") += 1;
            items.push(item);
        }
        (self.names, self.name_starts, self.name_items) = (names, starts(&sizes), items);
    }

    /// How many distinct components there are.
    #[must_use]
    pub fn components(&self) -> usize {
        self.items.len()
    }

    /// How many configurations there are.
    #[must_use]
    pub fn configurations(&self) -> usize {
        self.configuration_numbers.len()
    }

    /// How many assets there are.
    #[must_use]
    pub fn assets(&self) -> usize {
        self.asset_numbers.len()
    }

    /// The component at a place.
    #[must_use]
    pub fn item(&self, at: u32) -> &Item {
        &self.items[at as usize]
    }

    /// The caller's number of the component at a place.
    #[must_use]
    pub fn component_number(&self, at: u32) -> i64 {
        self.component_numbers[at as usize]
    }

    /// The place of a component, by the caller's number that came first for it.
    #[must_use]
    pub fn component_place(&self, number: i64) -> Option<u32> {
        let found =
            self.component_order.binary_search_by_key(&number, |at| self.component_numbers[*at as usize]);
        found.ok().map(|at| self.component_order[at])
    }

    /// The caller's number of the configuration at a place.
    #[must_use]
    pub fn configuration_number(&self, at: u32) -> i64 {
        self.configuration_numbers[at as usize]
    }

    /// The place of a configuration.
    #[must_use]
    pub fn configuration_place(&self, number: i64) -> Option<u32> {
        self.configuration_numbers.binary_search(&number).ok().map(place)
    }

    /// The places of a configuration's components.
    #[must_use]
    pub fn components_of(&self, configuration: u32) -> &[u32] {
        group(&self.configuration_starts, &self.configuration_items, configuration as usize)
    }

    /// The places of the configurations that have a component.
    #[must_use]
    pub fn configurations_with(&self, component: u32) -> &[u32] {
        group(&self.item_starts, &self.item_configurations, component as usize)
    }

    /// What kinds of things the configuration's inventory lists.
    pub(super) fn listed(&self, configuration: u32) -> Parts {
        self.listed[configuration as usize]
    }

    /// The components that have a name.
    pub(super) fn items_named(&self, name: &str) -> &[u32] {
        search(&self.names, name).map_or(&[], |at| group(&self.name_starts, &self.name_items, at as usize))
    }

    /// The places of a configuration's assets: always one run.
    #[must_use]
    pub fn assets_of(&self, configuration: u32) -> Range<u32> {
        let at = configuration as usize;
        self.asset_starts[at]..self.asset_starts[at + 1]
    }

    /// The assets of several configurations, which rise.
    #[must_use]
    pub fn assets_of_all(&self, configurations: impl IntoIterator<Item = u32>) -> AssetSet {
        let mut set = AssetSet::default();
        for configuration in configurations {
            set.push(self.assets_of(configuration));
        }
        set
    }

    /// The caller's number of the asset at a place.
    #[must_use]
    pub fn asset_number(&self, at: u32) -> i64 {
        self.asset_numbers[at as usize]
    }

    /// The place of an asset.
    #[must_use]
    pub fn asset_place(&self, number: i64) -> Option<u32> {
        let found = self.asset_order.binary_search_by_key(&number, |at| self.asset_numbers[*at as usize]);
        found.ok().map(|at| self.asset_order[at])
    }

    /// The place of the configuration of the asset at a place.
    #[must_use]
    pub fn configuration_at(&self, asset: u32) -> u32 {
        place(self.asset_starts.partition_point(|start| *start <= asset)) - 1
    }
}
