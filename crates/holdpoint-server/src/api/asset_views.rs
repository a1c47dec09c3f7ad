//! The shapes in which assets leave the program: the line, the whole with sources and ages, the history.

use std::collections::{BTreeSet, HashMap};

use holdpoint_app::store::asset::{AssetMatchCount, StoredAsset};
use holdpoint_app::{App, AppError, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::{Asset, Field, InstalledComponent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pressing_views::PressingView;
use super::text::{age_seconds, end, said};

/// How bad it is when the asset is lost or wrong, by dimension; `null`: nobody has said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CriticalityView {
    /// Safety.
    pub safety: Option<String>,
    /// Production.
    pub production: Option<String>,
    /// Environment.
    pub environment: Option<String>,
    /// Quality.
    pub quality: Option<String>,
    /// Data.
    pub data: Option<String>,
}

/// Open matches of an asset that say yes or unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssetMatches {
    /// Affected.
    pub yes: u64,
    /// It cannot be said.
    pub unknown: u64,
}

impl AssetMatches {
    /// What lists count of these assets as of a moment, in their order: open matches and open findings.
    ///
    /// # Errors
    /// [`AppError::Refused`]; [`AppError::Store`].
    pub fn counted(
        app: &App,
        caller: &Caller,
        assets: &[StoredAsset],
        as_of: Moment,
    ) -> Result<Vec<(Self, PressingView)>, AppError> {
        let matches = Self::of(app, assets, as_of)?;
        Ok(matches.into_iter().zip(PressingView::of_assets(app, caller, assets, as_of)?).collect())
    }

    /// The open matches of these assets as of a moment, in their order.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn of(app: &App, assets: &[StoredAsset], as_of: Moment) -> Result<Vec<Self>, AppError> {
        let numbers: Vec<i64> = assets.iter().map(|asset| asset.number).collect();
        let counts = app.store().read(|reader| reader.asset_match_counts(&numbers, as_of))?;
        let one = |count: AssetMatchCount| (count.number, Self { yes: count.yes, unknown: count.unknown });
        let counts: HashMap<i64, Self> = counts.into_iter().map(one).collect();
        Ok(numbers.iter().map(|number| counts.get(number).copied().unwrap_or_default()).collect())
    }
}

/// An asset as lists show it. `null` means that nobody has said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AssetLine)]
pub struct AssetLineView {
    /// Its id.
    pub id: String,
    /// The owner's tag.
    pub tag: String,
    /// Human name.
    pub name: Option<String>,
    /// Kind of device.
    pub kind: Option<String>,
    /// Vendor as its source writes it.
    pub vendor: Option<String>,
    /// Product as its source writes it.
    pub product: Option<String>,
    /// Order number.
    pub order_number: Option<String>,
    /// Serial number.
    pub serial_number: Option<String>,
    /// Hardware revision.
    pub hardware_revision: Option<String>,
    /// Firmware version.
    pub firmware_version: Option<String>,
    /// Operating system.
    pub os_name: Option<String>,
    /// Version of the operating system.
    pub os_version: Option<String>,
    /// Site's name.
    pub site: Option<String>,
    /// Site.
    pub site_id: Option<String>,
    /// Zone's name.
    pub zone: Option<String>,
    /// Zone.
    pub zone_id: Option<String>,
    /// Purdue level.
    pub purdue_level: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Criticality.
    pub criticality: CriticalityView,
    /// How many pieces of software were seen on it.
    pub installed_count: u64,
    /// When the newest of its values was seen.
    pub observed_at: Option<String>,
    /// Where its values came from, in words.
    pub sources: Vec<String>,
    /// Open matches.
    pub matches: AssetMatches,
    /// How pressing its open findings are.
    #[serde(flatten)]
    pub pressing: PressingView,
    /// Counts up with each change.
    pub revision: u64,
    /// For `If-Match`.
    pub etag: String,
}

impl AssetLineView {
    /// The view of an asset with its count of matches and how pressing its findings are.
    #[must_use]
    pub fn of(stored: &StoredAsset, (matches, pressing): (AssetMatches, PressingView)) -> Self {
        let value = |field| stored.asset.value(field).map(str::to_owned);
        Self {
            id: stored.asset.id.to_string(),
            tag: stored.asset.tag.clone(),
            name: value(Field::Name),
            kind: value(Field::Kind),
            vendor: value(Field::Vendor),
            product: value(Field::Product),
            order_number: value(Field::OrderNumber),
            serial_number: value(Field::SerialNumber),
            hardware_revision: value(Field::HardwareRevision),
            firmware_version: value(Field::FirmwareVersion),
            os_name: value(Field::OsName),
            os_version: value(Field::OsVersion),
            site: value(Field::Site),
            site_id: stored.site.map(|id| id.to_string()),
            zone: value(Field::Zone),
            zone_id: stored.zone.map(|id| id.to_string()),
            purdue_level: value(Field::PurdueLevel),
            owner: value(Field::Owner),
            criticality: CriticalityView {
                safety: value(Field::SafetyConsequence),
                production: value(Field::ProductionConsequence),
                environment: value(Field::EnvironmentConsequence),
                quality: value(Field::QualityConsequence),
                data: value(Field::DataConsequence),
            },
            installed_count: stored.asset.installed.len() as u64,
            observed_at: stored.observed_at.map(|at| at.to_string()),
            sources: sources(&stored.asset),
            matches,
            pressing,
            revision: stored.revision,
            etag: etag(stored.revision),
        }
    }
}

fn sources(asset: &Asset) -> Vec<String> {
    let all: BTreeSet<&str> = asset.fields.values().map(|known| known.source.as_str()).collect();
    all.into_iter().map(str::to_owned).collect()
}

/// The entity tag of a revision, with its quotes.
#[must_use]
pub fn etag(revision: u64) -> String {
    format!("\"{revision}\"")
}

/// One value with where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldView {
    /// The field's word.
    pub field: String,
    /// The value.
    pub value: String,
    /// Where it came from, in words.
    pub source: String,
    /// When it was seen.
    pub observed_at: String,
    /// Seconds since then.
    pub age_seconds: u64,
    /// The observation.
    pub observation_id: String,
}

/// Software that was seen on an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InstalledView {
    /// Kind of component.
    pub kind: String,
    /// Vendor as its source writes it.
    pub vendor: Option<String>,
    /// Product as its source writes it.
    pub product: Option<String>,
    /// Version; `null`: not known.
    pub version: Option<String>,
    /// Package URL.
    pub purl: Option<String>,
    /// CPE.
    pub cpe: Option<String>,
    /// The observation.
    pub observation_id: String,
    /// When it was seen.
    pub observed_at: String,
    /// Seconds since then.
    pub age_seconds: u64,
}

/// An asset with the source and age of each value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Asset)]
pub struct AssetView {
    /// What lists show.
    #[serde(flatten)]
    pub line: AssetLineView,
    /// The values, each with its source.
    pub fields: Vec<FieldView>,
    /// Software seen on it.
    pub installed: Vec<InstalledView>,
    /// The number of its configuration; assets with the same components share it.
    pub configuration: Option<String>,
    /// Since when it stands as shown.
    pub valid_from: String,
    /// Until when; `null`: still.
    pub valid_to: Option<String>,
}

impl AssetView {
    /// The view of an asset at `now`.
    #[must_use]
    pub fn of(stored: &StoredAsset, counted: (AssetMatches, PressingView), now: Moment) -> Self {
        let field = |(field, known): (&Field, &holdpoint_domain::asset::FieldValue)| FieldView {
            field: field.word().to_owned(),
            value: known.value.clone(),
            source: known.source.clone(),
            observed_at: known.observed_at.to_string(),
            age_seconds: age_seconds(known.observed_at, now),
            observation_id: known.observation.to_string(),
        };
        let software = |seen: &InstalledComponent| InstalledView {
            kind: seen.component.kind.word().to_owned(),
            vendor: said(&seen.component.vendor),
            product: said(&seen.component.product),
            version: said(&seen.component.version),
            purl: said(&seen.component.purl),
            cpe: said(&seen.component.cpe),
            observation_id: seen.observation.to_string(),
            observed_at: seen.observed_at.to_string(),
            age_seconds: age_seconds(seen.observed_at, now),
        };
        Self {
            line: AssetLineView::of(stored, counted),
            fields: stored.asset.fields.iter().map(field).collect(),
            installed: stored.asset.installed.iter().map(software).collect(),
            configuration: stored.configuration_no.map(|number| number.to_string()),
            valid_from: stored.valid_from.to_string(),
            valid_to: end(stored.valid_to),
        }
    }
}

/// What changed in one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldChangeView {
    /// The field's word.
    pub field: String,
    /// Before; `null`: nobody had said.
    pub before: Option<String>,
    /// After; `null`: emptied.
    pub after: Option<String>,
    /// Where the new value came from, in words; `null` when it was emptied.
    pub source: Option<String>,
}

/// One revision of an asset, against the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssetRevisionView {
    /// Its number.
    pub revision: u64,
    /// Since when.
    pub valid_from: String,
    /// Until when; `null`: still.
    pub valid_to: Option<String>,
    /// Fields that changed.
    pub changes: Vec<FieldChangeView>,
    /// Software that came.
    pub installed_added: Vec<String>,
    /// Software that went.
    pub installed_removed: Vec<String>,
}

/// The history, newest first, out of the revisions, oldest first.
#[must_use]
pub fn history(revisions: &[StoredAsset]) -> Vec<AssetRevisionView> {
    let mut all = Vec::with_capacity(revisions.len());
    let mut before: Option<&Asset> = None;
    for stored in revisions {
        let (installed_added, installed_removed) = software_changes(before, &stored.asset);
        all.push(AssetRevisionView {
            revision: stored.revision,
            valid_from: stored.valid_from.to_string(),
            valid_to: end(stored.valid_to),
            changes: field_changes(before, &stored.asset),
            installed_added,
            installed_removed,
        });
        before = Some(&stored.asset);
    }
    all.reverse();
    all
}

fn field_changes(before: Option<&Asset>, after: &Asset) -> Vec<FieldChangeView> {
    let old_value = |field| before.and_then(|asset| asset.value(field));
    let changed = |field: &Field| old_value(*field) != after.value(*field);
    let view = |field: &Field| FieldChangeView {
        field: field.word().to_owned(),
        before: old_value(*field).map(str::to_owned),
        after: after.value(*field).map(str::to_owned),
        source: after.fields.get(field).map(|known| known.source.clone()),
    };
    Field::ALL.iter().filter(|field| changed(field)).map(view).collect()
}

fn software_changes(before: Option<&Asset>, after: &Asset) -> (Vec<String>, Vec<String>) {
    let names = |asset: &Asset| -> BTreeSet<String> {
        asset
            .installed
            .iter()
            .map(|seen| {
                let one = &seen.component;
                [one.vendor.as_str(), one.product.as_str(), one.version.as_str()].join(" ").trim().to_owned()
            })
            .collect()
    };
    let old = before.map(names).unwrap_or_default();
    let new = names(after);
    (new.difference(&old).cloned().collect(), old.difference(&new).cloned().collect())
}
