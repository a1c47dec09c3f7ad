//! Assets with all their versions: every change of an asset is a new row, and the old one keeps its period.
//!
//! The values of the fields are plain columns, so that lists are filtered and sorted by the database; where each
//! value came from and the installed software lie beside them as JSON. The surprise: an empty column means that
//! nobody has said, because a value that was said is never empty.

mod list;
mod read;
mod unmatched;
mod write;

#[cfg(test)]
pub(crate) use list::{SPEC, Within, spec_sql};
#[cfg(test)]
pub(crate) use read::STATEMENTS as READ_STATEMENTS;
#[cfg(test)]
pub(crate) use unmatched::STATEMENTS as UNMATCHED_STATEMENTS;
#[cfg(test)]
pub(crate) use write::STATEMENTS as WRITE_STATEMENTS;

pub use unmatched::{Named, WithoutLine};

use holdpoint_domain::Moment;
use holdpoint_domain::asset::Asset;
use holdpoint_domain::id::{SiteId, ZoneId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One version of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAsset {
    /// What is known.
    pub asset: Asset,
    /// The site that it stands on; `None`: none that is known here.
    pub site: Option<SiteId>,
    /// The zone that it stands in; `None`: none that is known here.
    pub zone: Option<ZoneId>,
    /// Its configuration; `None`: it has none yet.
    pub configuration_no: Option<i64>,
    /// Counts the versions of this asset from 1; it is the asset's etag.
    pub revision: u64,
    /// From when it was so.
    pub valid_from: Moment,
    /// Until when it was so; [`Moment::OPEN`] for the current version.
    pub valid_to: Moment,
    /// A dense number, the same over all versions.
    pub number: i64,
    /// When the newest of its values was seen; `None` when it has none.
    pub observed_at: Option<Moment>,
}

/// What is to become the current version of an asset.
#[derive(Debug, Clone, Copy)]
pub struct NewAsset<'a> {
    /// The whole asset, not only what changed.
    pub asset: &'a Asset,
    /// The site that it stands on.
    pub site: Option<SiteId>,
    /// The zone that it stands in.
    pub zone: Option<ZoneId>,
    /// Its configuration, see [`crate::Change::intern_configuration`].
    pub configuration_no: Option<i64>,
}

/// Where a version of an asset went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PutAsset {
    /// The asset's dense number.
    pub number: i64,
    /// The version's place in its history, from 1.
    pub revision: u64,
}

/// How many match lines an asset has, by answer. Lines with the answer no are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AssetMatchCount {
    /// The asset's number.
    pub number: i64,
    /// Lines with the answer yes.
    pub yes: u64,
    /// Lines with the answer unknown.
    pub unknown: u64,
}

/// The columns of the fields, in the order of [`holdpoint_domain::asset::Field::ALL`].
macro_rules! field_columns {
    () => {
        "a.name, a.said_site, a.said_zone, a.purdue_level, a.kind, a.vendor, a.product, a.order_number, \
         a.serial_number, a.hardware_revision, a.firmware_version, a.os_name, a.os_version, a.ip, a.mac, \
         a.owner, a.location, a.redundancy_group, a.management, a.end_of_support, a.safety_consequence, \
         a.production_consequence, a.environment_consequence, a.quality_consequence, a.data_consequence, \
         a.safety_certificate, a.certificate_until, a.certified_releases, a.zone_exposure"
    };
}
pub(crate) use field_columns;

/// Where the values of a version came from, as it lies in the JSON columns.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Provenance {
    /// Observation, source in words, moment in microseconds.
    seen: Vec<(String, String, i64)>,
    /// Field to its place in `seen`.
    fields: BTreeMap<String, usize>,
    /// Component number and its place in `seen`.
    installed: Vec<(i64, usize)>,
}
