//! Remembered column mappings: list, put, remove.

use super::read::fingerprint_bytes;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::MappingId;
use holdpoint_formats::inventory::mapping::{self, Target};
use holdpoint_store::StoreError;
use holdpoint_store::mapping::Mapping as StoredMapping;
use serde_json::json;
use std::collections::BTreeMap;

/// A remembered mapping, with its columns as header → target word.
#[derive(Debug, Clone, PartialEq)]
pub struct RememberedMapping {
    /// As it is stored.
    pub stored: StoredMapping,
    /// Header → target word, for the columns that are taken.
    pub columns: BTreeMap<String, String>,
}

/// Lists remembered mappings.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller) -> Result<Vec<RememberedMapping>, AppError> {
    caller.require(Permission::ReadPlant)?;
    let stored = app.store().read(|r| r.mappings())?;
    Ok(stored.into_iter().map(|stored| RememberedMapping { columns: columns(&stored), stored }).collect())
}

fn columns(stored: &StoredMapping) -> BTreeMap<String, String> {
    let Ok(mapping) = serde_json::from_value::<mapping::Mapping>(stored.columns.clone()) else {
        return BTreeMap::new();
    };
    mapping
        .columns
        .into_iter()
        .filter(|column| column.target != Target::Ignore)
        .map(|column| {
            let word = column.target.to_string();
            let word = word.strip_prefix("field:").map_or(word.clone(), str::to_owned);
            (column.header, word)
        })
        .collect()
}

/// Remembers a mapping for a header; one for the same header is replaced.
///
/// # Errors
/// [`AppError::Invalid`] when the columns do not fit the header or no column is the tag; [`AppError::Refused`];
/// [`AppError::Store`].
pub fn put(
    app: &App,
    caller: &Caller,
    name: &str,
    header: &[String],
    columns: &BTreeMap<String, String>,
) -> Result<RememberedMapping, AppError> {
    caller.require(Permission::WriteInventory)?;
    let mapping = super::read::by_columns(mapping::propose(header).mapping, columns)?;
    let at = app.now();
    let stored = StoredMapping {
        id: MappingId::new(at, app.random_bytes()),
        name: name.to_owned(),
        header_fingerprint: fingerprint_bytes(&mapping.fingerprint),
        header: header.to_vec(),
        columns: serde_json::to_value(&mapping).expect("a mapping is plain data"),
        updated_at: at,
    };
    app.store().change(&app.intent(caller, "mapping.put", ""), |c| {
        c.put_mapping(&stored)?;
        c.about("mapping", &stored.name);
        c.detail("columns", json!(columns));
        Ok::<_, StoreError>(())
    })?;
    Ok(RememberedMapping { columns: columns.clone(), stored })
}

/// Forgets a mapping.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn remove(app: &App, caller: &Caller, id: MappingId) -> Result<(), AppError> {
    caller.require(Permission::WriteInventory)?;
    let known = app.store().read(|r| r.mappings())?.into_iter().find(|known| known.id == id);
    let known = known.ok_or_else(|| AppError::NotFound { noun: "mapping", id: id.to_string() })?;
    app.store().change(&app.intent(caller, "mapping.remove", ""), |c| {
        c.remove_mapping(id)?;
        c.about("mapping", &known.name);
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}
