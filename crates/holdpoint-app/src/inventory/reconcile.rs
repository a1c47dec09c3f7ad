//! What one report means for one asset: field by field, the newest word counts.
//!
//! Planning writes nothing. The rules: a value replaces an older or equally old one; software that a report names
//! replaces other versions of the same product; what a report does not name stays.

use super::{AssetChange, FieldChange, RejectedRow};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::asset::{Asset, Field, FieldValue, InstalledComponent};
use holdpoint_domain::component::Component;
use holdpoint_domain::id::AssetId;
use holdpoint_domain::observation::{AssetReport, Completeness, Observation};
use holdpoint_formats::inventory::assets::RowReport;
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::{Reader, StoreError};
use std::collections::BTreeSet;

/// What a plan does to its asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    New,
    Changed,
    Unchanged,
}

/// What one report would do.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    /// First row that speaks of the asset.
    pub row: u32,
    /// The asset as it is; `None`: it is new.
    pub before: Option<StoredAsset>,
    /// The asset's tag.
    pub tag: String,
    /// Its fields afterwards.
    pub fields: std::collections::BTreeMap<Field, FieldValue>,
    /// Its software afterwards, sorted.
    pub installed: Vec<InstalledComponent>,
}

/// Plans one row. The inner error is a rejection in words.
pub(crate) fn plan(
    r: &mut Reader<'_>,
    row: &RowReport,
    observation: &Observation,
    reach: &Reach,
) -> Result<Result<Planned, RejectedRow>, StoreError> {
    let number = row.rows.first().copied().unwrap_or_default();
    let reject = |reason: String| Ok(Err(RejectedRow { row: number, reason }));
    let before = match row.id {
        Some(id) => match r.asset(id, Moment::OPEN)? {
            Some(known) => Some(known),
            None => {
                return reject(format!(
                    "there is no asset with id `{id}`; leave the id empty to make a new one"
                ));
            }
        },
        None => r.asset_by_tag(&row.report.tag, Moment::OPEN)?,
    };
    if before.is_none() && row.report.fields.is_empty() {
        return reject(format!(
            "there is no asset `{}`, and nothing is said of it but software; mend the tag, or import the asset first",
            row.report.tag
        ));
    }
    if let Some(known) = &before {
        if let Some(reason) = stale(row, known) {
            return reject(reason);
        }
        if known.asset.tag != row.report.tag && r.asset_by_tag(&row.report.tag, Moment::OPEN)?.is_some() {
            return reject(format!("the tag `{}` belongs to another asset", row.report.tag));
        }
        if !reach.covers(known.site) {
            return reject(format!(
                "you may not change assets of the site on which `{}` stands",
                known.asset.tag
            ));
        }
    }
    let planned = apply(number, before, &row.report, observation);
    let site = match planned.fields.get(&Field::Site) {
        Some(value) => r.site_by_name(&value.value)?.map(|site| site.id),
        None => None,
    };
    if !reach.covers(site) {
        return reject(
            "you may not write assets of this site, or without a site; name a site that is yours".to_owned(),
        );
    }
    Ok(Ok(planned))
}

fn stale(row: &RowReport, known: &StoredAsset) -> Option<String> {
    let etag = row.etag.as_deref()?;
    let revision = known.revision.to_string();
    (etag.trim_matches('"') != revision).then(|| {
        format!(
            "`{}` changed since this file was exported (revision {revision}, the file has {etag}); export again and repeat the edit",
            known.asset.tag
        )
    })
}

/// Applies a report to what is known of an asset.
pub(crate) fn apply(
    row: u32,
    before: Option<StoredAsset>,
    report: &AssetReport,
    observation: &Observation,
) -> Planned {
    let (mut fields, known) = before
        .as_ref()
        .map_or_else(Default::default, |known| (known.asset.fields.clone(), known.asset.installed.clone()));
    let newer =
        |known: Option<&FieldValue>| known.is_none_or(|known| known.observed_at <= observation.observed_at);
    for (field, value) in &report.fields {
        let current = fields.get(field);
        if current.is_some_and(|current| current.value == *value) || !newer(current) {
            continue;
        }
        let source = format!("{} {}", observation.kind, observation.source);
        let value = FieldValue {
            value: value.clone(),
            observation: observation.id,
            source,
            observed_at: observation.observed_at,
        };
        fields.insert(*field, value);
    }
    for field in &report.cleared {
        if newer(fields.get(field)) {
            fields.remove(field);
        }
    }
    let installed = installed(known, report, observation);
    Planned { row, before, tag: report.tag.clone(), fields, installed }
}

/// The product that a component is a version of.
fn product_of(component: &Component) -> (String, String, String) {
    let purl = component.purl.split(['@', '?']).next().unwrap_or_default();
    (component.vendor.to_lowercase(), component.product.to_lowercase(), purl.to_owned())
}

fn installed(
    known: Vec<InstalledComponent>,
    report: &AssetReport,
    observation: &Observation,
) -> Vec<InstalledComponent> {
    let named: BTreeSet<_> = report.installed.iter().map(product_of).collect();
    let reported: BTreeSet<&Component> = report.installed.iter().collect();
    let mut after: Vec<InstalledComponent> = known
        .into_iter()
        .filter(|seen| {
            let still_said = reported.contains(&seen.component) || seen.observed_at > observation.observed_at;
            match report.completeness {
                Completeness::Complete => still_said,
                Completeness::Partial => still_said || !named.contains(&product_of(&seen.component)),
            }
        })
        .collect();
    for component in &report.installed {
        if !after.iter().any(|seen| seen.component == *component) {
            after.push(InstalledComponent {
                component: component.clone(),
                observation: observation.id,
                observed_at: observation.observed_at,
            });
        }
    }
    after.sort();
    after
}

impl Planned {
    /// Whether the asset is new, changes, or stays as it is.
    pub fn action(&self) -> Action {
        match &self.before {
            None => Action::New,
            Some(known)
                if known.asset.tag == self.tag
                    && known.asset.fields == self.fields
                    && known.asset.installed == self.installed =>
            {
                Action::Unchanged
            }
            Some(_) => Action::Changed,
        }
    }

    /// The asset afterwards, under the id it has or gets.
    pub fn asset(&self, fresh: impl FnOnce() -> AssetId) -> Asset {
        Asset {
            id: self.before.as_ref().map_or_else(fresh, |known| known.asset.id),
            tag: self.tag.clone(),
            fields: self.fields.clone(),
            installed: self.installed.clone(),
        }
    }

    /// The difference for people; `None` when there is none.
    pub fn difference(&self) -> Option<AssetChange> {
        let action = match self.action() {
            Action::New => "new",
            Action::Changed => "changed",
            Action::Unchanged => return None,
        };
        let before = self.before.as_ref().map(|known| &known.asset);
        let old = |field: Field| before.and_then(|asset| asset.value(field)).map(str::to_owned);
        let mut fields: Vec<FieldChange> = Field::ALL
            .iter()
            .map(|field| FieldChange {
                field: field.word().to_owned(),
                before: old(*field),
                after: self.fields.get(field).map(|value| value.value.clone()),
            })
            .filter(|change| change.before != change.after)
            .collect();
        if let Some(asset) = before.filter(|asset| asset.tag != self.tag) {
            let tag = FieldChange {
                field: "asset_tag".to_owned(),
                before: Some(asset.tag.clone()),
                after: Some(self.tag.clone()),
            };
            fields.insert(0, tag);
        }
        let had: BTreeSet<&Component> =
            before.into_iter().flat_map(|asset| &asset.installed).map(|seen| &seen.component).collect();
        let has: BTreeSet<&Component> = self.installed.iter().map(|seen| &seen.component).collect();
        Some(AssetChange {
            row: self.row,
            asset_tag: self.tag.clone(),
            action,
            fields,
            software_added: has.difference(&had).map(|component| words(component)).collect(),
            software_removed: had.difference(&has).map(|component| words(component)).collect(),
        })
    }
}

fn words(component: &Component) -> String {
    let parts = [&component.vendor, &component.product, &component.version];
    let text: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    if text.is_empty() { component.purl.clone() } else { text.join(" ") }
}
