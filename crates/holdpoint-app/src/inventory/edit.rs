//! A person changes an asset by hand: the same rules as for a file, with the person as the source.

use super::{reconcile, write};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::runs::{self, Asker, Known, TouchedAssets};
use holdpoint_domain::access::Permission;
use holdpoint_domain::asset::Field;
use holdpoint_domain::id::{AssetId, ObservationId};
use holdpoint_domain::observation::{AssetReport, Observation, SourceKind};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_formats::inventory::address;
use holdpoint_store::StoreError;
use holdpoint_store::asset::StoredAsset;
use serde_json::json;
use std::collections::BTreeMap;

/// A change by hand.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The revision that the person looked at.
    pub expected_revision: u64,
    /// Fields: a new value, or `None` to empty it.
    pub fields: BTreeMap<Field, Option<String>>,
    /// Why.
    pub reason: String,
}

/// Changes fields of an asset.
///
/// # Errors
/// [`AppError::NotFound`] also for assets that the caller may not see; [`AppError::Changed`] when somebody was
/// faster; [`AppError::Invalid`] for values that do not fit; [`AppError::Refused`]; [`AppError::Store`].
pub fn edit(app: &App, caller: &Caller, id: AssetId, edit: &Edit) -> Result<StoredAsset, AppError> {
    let visible = caller.require(Permission::ReadPlant)?;
    let reach = caller.require(Permission::WriteInventory)?;
    let missing = || AppError::NotFound { noun: "asset", id: id.to_string() };
    let known = app.store().read(|r| r.asset(id, Moment::OPEN))?.ok_or_else(missing)?;
    if !visible.covers(known.site) {
        return Err(missing());
    }
    caller.require_at(Permission::WriteInventory, known.site)?;
    let report = report(&known, edit)?;
    let raw = json!({"asset": id.to_string(), "fields": edit.fields.iter().map(|(field, value)| (field.word(), value)).collect::<BTreeMap<_, _>>()});
    let raw = raw.to_string().into_bytes();
    let observation = Observation {
        id: ObservationId::new(app.now(), app.random_bytes()),
        kind: SourceKind::Person,
        source: caller.actor.name().to_owned(),
        observed_at: app.now(),
        raw_sha256: crate::intake::prepare::sha256(&raw),
    };
    let intent = app.intent(caller, "asset.edit", &edit.reason);
    let committed = app.store().change(&intent, |c| {
        let current = c.asset(id, Moment::OPEN)?.ok_or_else(missing)?;
        if current.revision != edit.expected_revision {
            let (expected, actual) = (edit.expected_revision, current.revision);
            return Err(AppError::Changed { id: current.asset.tag, expected, actual });
        }
        let planned = reconcile::apply(0, Some(current), &report, &observation);
        if let Some(name) = planned.fields.get(&Field::Site) {
            let site = c.site_by_name(&name.value)?.map(|site| site.id);
            if !reach.covers(site) {
                caller.require_at(Permission::WriteInventory, site)?;
            }
        } else if !reach.covers(None) {
            caller.require_at(Permission::WriteInventory, None)?;
        }
        let Some(difference) = planned.difference() else {
            c.nothing_to_do();
            return Ok::<_, AppError>(());
        };
        c.put_blob(&raw)?;
        c.put_observation(&observation, 1)?;
        let asker = Asker { caller, reason: &edit.reason };
        let touched = write::put(c, app, &planned, &asker)?;
        let mut assets = TouchedAssets::default();
        assets.add(Known::Before, &planned.tag, touched);
        let matches = runs::after_assets(app, c, &asker, assets)?;
        c.detail("fields", json!(difference.fields));
        c.detail("matches", json!(matches));
        Ok(())
    })?;
    let () = committed.value;
    crate::ranking::refresh::now(app)?;
    let after: Result<_, StoreError> = app.store().read(|r| r.asset(id, Moment::OPEN));
    after?.ok_or_else(missing)
}

fn report(known: &StoredAsset, edit: &Edit) -> Result<AssetReport, AppError> {
    let mut report = AssetReport { tag: known.asset.tag.clone(), ..AssetReport::default() };
    for (field, value) in &edit.fields {
        match value.as_deref().map(str::trim).filter(|value| !value.is_empty()) {
            None => report.cleared.push(*field),
            Some(value) => {
                let value = normalise(*field, value).map_err(|why| {
                    AppError::Invalid(Rejected::new(
                        "bad-value",
                        why,
                        "nothing was changed",
                        "write a value that fits the field",
                    ))
                })?;
                report.fields.insert(*field, value);
            }
        }
    }
    Ok(report)
}

fn normalise(field: Field, value: &str) -> Result<String, String> {
    let value = field.normalise(value).map_err(|error| error.to_string())?;
    if field == Field::Ip {
        address::normalise_ips(&value).map(|found| found.text)
    } else if field == Field::Mac {
        address::normalise_macs(&value).map(|found| found.text)
    } else {
        Ok(value)
    }
}
