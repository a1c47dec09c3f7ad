//! Exceptions of single assets: what is true of an asset's configuration, but not of this asset.

use super::assets::AssetSet;
use super::build::Fleet;
use std::collections::BTreeMap;

/// Why a finding does not count for one asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExceptionKind {
    /// A person decided that it is not to be shown.
    Suppressed,
    /// A VEX statement or a person says that this asset is not affected.
    NotAffected,
    /// A compensating control is in place.
    Mitigated,
    /// A patch was deployed that the inventory does not show yet.
    Patched,
}

/// An exception with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// What kind.
    pub kind: ExceptionKind,
    /// Why, as whoever decided wrote it.
    pub reason: String,
}

/// All exceptions, by the caller's numbers of assets and by references: they outlive every generation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overlay {
    by_reference: BTreeMap<String, BTreeMap<i64, Exception>>,
}

impl Overlay {
    /// Adds an exception; it takes the place of an earlier one for the same asset and record.
    pub fn insert(&mut self, asset: i64, reference: &str, exception: Exception) {
        self.by_reference.entry(reference.to_owned()).or_default().insert(asset, exception);
    }

    /// The exception of an asset for a record.
    #[must_use]
    pub fn find(&self, asset: i64, reference: &str) -> Option<&Exception> {
        self.by_reference.get(reference)?.get(&asset)
    }

    /// The exceptions for a record, by asset.
    pub fn of_reference(&self, reference: &str) -> impl Iterator<Item = (i64, &Exception)> {
        self.by_reference.get(reference).into_iter().flatten().map(|(asset, exception)| (*asset, exception))
    }

    /// A record's assets without those that have an exception for it.
    #[must_use]
    pub fn apply(&self, fleet: &Fleet, reference: &str, assets: AssetSet) -> AssetSet {
        let places: Vec<u32> = self
            .of_reference(reference)
            .filter_map(|(asset, _)| fleet.asset_place(asset))
            .filter(|place| assets.contains(*place))
            .collect();
        if places.is_empty() { assets } else { assets.without(places) }
    }
}
