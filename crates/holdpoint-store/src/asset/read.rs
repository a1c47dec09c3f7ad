//! Reading versions of assets: one, all of a moment, the history of one.
//!
//! A row of the database becomes a [`StoredAsset`] in two steps: the columns first, then, for a whole chunk at
//! once, the JSON beside them and the components that it names.

use super::{AssetMatchCount, Provenance, StoredAsset};
use crate::columns::read_json;
use crate::component::distinct;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::{Asset, Field, FieldValue, InstalledComponent};
use holdpoint_domain::component::Component;
use holdpoint_domain::id::{AssetId, ObservationId};
use std::collections::{BTreeMap, HashMap};

/// The columns that [`read_version`] reads; the table is `asset_version a` joined with `asset i`.
macro_rules! version_columns {
    () => {
        concat!(
            "a.version_no, a.number, i.id, a.tag, a.site_id, a.zone_id, a.configuration_no, a.revision, \
             a.valid_from, a.valid_to, a.seen_at, ",
            $crate::asset::field_columns!()
        )
    };
}
pub(super) use version_columns;

crate::statements! {
    BY_ID = concat!("SELECT ", version_columns!(), " FROM asset i JOIN asset_version a ON a.number = i.number
        WHERE i.id = $1 AND a.valid_from <= $2 AND a.valid_to > $2");
    BY_TAG = concat!("SELECT ", version_columns!(), " FROM asset i JOIN asset_version a ON a.number = i.number
        WHERE a.tag = $1 AND a.valid_from <= $2 AND a.valid_to > $2");
    BY_NUMBER = concat!("SELECT ", version_columns!(), " FROM asset i JOIN asset_version a ON a.number = i.number
        WHERE a.number = $1 AND a.valid_from <= $2 AND a.valid_to > $2");
    HISTORY = concat!("SELECT ", version_columns!(), " FROM asset i JOIN asset_version a ON a.number = i.number
        WHERE i.id = $1 ORDER BY a.revision");
    CHUNK = concat!("SELECT ", version_columns!(), " FROM asset i JOIN asset_version a ON a.number = i.number
        WHERE a.number > $2 AND a.valid_from <= $1 AND a.valid_to > $1
        ORDER BY a.number LIMIT 1000");
}

const DETAILS: &str =
    "SELECT version_no, seen, fields, installed FROM asset_version_detail WHERE version_no IN ({list})";
const OF_CONFIGURATIONS: &str = "SELECT a.configuration_no, i.id, a.tag FROM asset_version a
    JOIN asset i ON i.number = a.number
    WHERE a.valid_from <= $1 AND a.valid_to > $1 AND a.configuration_no IN ({list})";
const MATCH_COUNTS: &str = concat!(
    "SELECT a.number, ",
    crate::matches::line_verdict!(),
    ", COUNT(*) FROM asset_version a
    JOIN product_match m ON m.configuration_no = a.configuration_no AND m.valid_from <= $1 AND m.valid_to > $1
    JOIN statement s ON s.product_no = m.product_no AND ",
    crate::matches::is_listed!(),
    crate::matches::overlays!("a.number", "$1"),
    "WHERE a.valid_from <= $1 AND a.valid_to > $1 AND a.number IN ({list})
    GROUP BY a.number, 2"
);

/// A version as its columns give it.
pub(super) struct Version {
    number_of_row: i64,
    stored: StoredAsset,
}

impl Reader<'_> {
    /// The asset of that id as it was; `None` when it was not there.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn asset(&mut self, id: AssetId, as_of: Moment) -> Result<Option<StoredAsset>, StoreError> {
        let found = self.query(BY_ID, params![id, instant(as_of)], read_version)?;
        Ok(self.complete(found)?.pop())
    }

    /// The asset that had that tag.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn asset_by_tag(&mut self, tag: &str, as_of: Moment) -> Result<Option<StoredAsset>, StoreError> {
        let found = self.query(BY_TAG, params![tag, instant(as_of)], read_version)?;
        Ok(self.complete(found)?.pop())
    }

    /// The asset of that dense number as it was.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn asset_by_number(&mut self, number: i64, as_of: Moment) -> Result<Option<StoredAsset>, StoreError> {
        let found = self.query(BY_NUMBER, params![number, instant(as_of)], read_version)?;
        Ok(self.complete(found)?.pop())
    }

    /// All versions of an asset, oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn asset_history(&mut self, id: AssetId) -> Result<Vec<StoredAsset>, StoreError> {
        let found = self.query(HISTORY, params![id], read_version)?;
        self.complete(found)
    }

    /// Visits all assets as they were, whoever asks, by number and in bounded memory.
    ///
    /// # Errors
    /// When the database fails or holds damaged data, and what `visit` gives.
    pub fn all_assets(
        &mut self,
        as_of: Moment,
        mut visit: impl FnMut(StoredAsset) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let found = self.query(CHUNK, params![instant(as_of), after], read_version)?;
            let Some(last) = found.last() else { return Ok(()) };
            after = last.stored.number;
            for stored in self.complete(found)? {
                visit(stored)?;
            }
        }
    }

    /// The assets that had these configurations: configuration, asset, tag; by configuration and tag.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn assets_of_configurations(
        &mut self,
        configurations: &[i64],
        as_of: Moment,
    ) -> Result<Vec<(i64, AssetId, String)>, StoreError> {
        let mut found =
            self.query_in(OF_CONFIGURATIONS, params![instant(as_of)], distinct(configurations), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<String>(2)?))
            })?;
        found.sort_unstable_by(|(a, _, tag), (b, _, other)| (a, tag).cmp(&(b, other)));
        Ok(found)
    }

    /// How many match lines each of these assets had, as [`Reader::match_list`] counts them without a filter on the
    /// status; by number, assets without any left out.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn asset_match_counts(
        &mut self,
        numbers: &[i64],
        as_of: Moment,
    ) -> Result<Vec<AssetMatchCount>, StoreError> {
        let found = self.query_in(MATCH_COUNTS, params![instant(as_of)], distinct(numbers), |row| {
            Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<u64>(2)?))
        })?;
        let mut counts: BTreeMap<i64, AssetMatchCount> = BTreeMap::new();
        for (number, verdict, lines) in found {
            let count = counts.entry(number).or_insert(AssetMatchCount { number, yes: 0, unknown: 0 });
            match verdict.as_str() {
                "yes" => count.yes += lines,
                "unknown" => count.unknown += lines,
                _ => {}
            }
        }
        Ok(counts.into_values().collect())
    }

    /// Adds to versions what does not lie in their own columns.
    pub(super) fn complete(&mut self, versions: Vec<Version>) -> Result<Vec<StoredAsset>, StoreError> {
        let rows: Vec<i64> = versions.iter().map(|version| version.number_of_row).collect();
        let mut details: HashMap<i64, Provenance> = self
            .query_in(DETAILS, &[], distinct(&rows), |row| {
                let known = Provenance {
                    seen: read_json(row, 1)?,
                    fields: read_json(row, 2)?,
                    installed: read_json(row, 3)?,
                };
                Ok((row.get(0)?, known))
            })?
            .into_iter()
            .collect();
        let wanted: Vec<i64> =
            details.values().flat_map(|known| known.installed.iter().map(|(number, _)| *number)).collect();
        let components: HashMap<i64, Component> =
            if wanted.is_empty() { HashMap::new() } else { self.components(&wanted)?.into_iter().collect() };
        versions
            .into_iter()
            .map(|version| {
                let known = details.remove(&version.number_of_row).unwrap_or_default();
                completed(version, &known, &components)
            })
            .collect()
    }
}

/// Reads the columns of `version_columns`. The fields' values have no source yet.
pub(super) fn read_version(row: &Row<'_>) -> Result<Version, StoreError> {
    let nobody = ObservationId::from_bytes([0; 16]);
    let mut fields = BTreeMap::new();
    for (place, field) in Field::ALL.iter().enumerate() {
        let value: String = row.get(FIRST_FIELD + place)?;
        if !value.is_empty() {
            let unsourced = FieldValue {
                value,
                observation: nobody,
                source: String::new(),
                observed_at: Moment::default(),
            };
            fields.insert(*field, unsourced);
        }
    }
    let asset = Asset { id: row.get(2)?, tag: row.get(3)?, fields, installed: Vec::new() };
    let stored = StoredAsset {
        asset,
        site: row.get(4)?,
        zone: row.get(5)?,
        configuration_no: row.get(6)?,
        revision: row.get(7)?,
        valid_from: row.get(8)?,
        valid_to: row.get(9)?,
        number: row.get(1)?,
        observed_at: row.get(10)?,
    };
    Ok(Version { number_of_row: row.get(0)?, stored })
}

/// Where the fields begin in `version_columns`.
const FIRST_FIELD: usize = 11;

fn completed(
    version: Version,
    known: &Provenance,
    components: &HashMap<i64, Component>,
) -> Result<StoredAsset, StoreError> {
    let mut stored = version.stored;
    let tag = stored.asset.tag.clone();
    let damaged = |what: &str| StoreError::damaged(format!("asset `{tag}`: {what}"));
    let seen = |place: usize| -> Result<(ObservationId, &str, Moment), StoreError> {
        let (id, source, at) = known.seen.get(place).ok_or_else(|| damaged("a source is missing"))?;
        let id = id.parse().map_err(|_| damaged("the id of an observation is none"))?;
        Ok((id, source, Moment::from_micros(*at)))
    };
    for (field, value) in &mut stored.asset.fields {
        let place = known.fields.get(field.word()).ok_or_else(|| damaged("a value has no source"))?;
        let (observation, source, observed_at) = seen(*place)?;
        value.observation = observation;
        value.source = source.to_owned();
        value.observed_at = observed_at;
    }
    for (number, place) in &known.installed {
        let component = components.get(number).ok_or_else(|| damaged("a component is missing"))?.clone();
        let (observation, _, observed_at) = seen(*place)?;
        stored.asset.installed.push(InstalledComponent { component, observation, observed_at });
    }
    stored.asset.installed.sort();
    Ok(stored)
}
