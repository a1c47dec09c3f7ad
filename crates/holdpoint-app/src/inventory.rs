//! Taking inventory in: files and edits become observations, observations become assets, field by field.
//!
//! An import is planned first, row by row, against what is known; a dry run stops there. Applying is one change:
//! assets, sites, zones, configurations, matches and the audit entry together. The surprise: a blank cell says
//! nothing and empties no field, unless the row carries its id and etag out of our own export; `(clear)` always does.

pub mod edit;
pub mod export;
pub mod mappings;
pub mod read;
pub mod reconcile;
pub mod unmatched;
pub mod write;

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::matching::MatchCounts;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::{AssetId, MappingId, ObservationId};
use holdpoint_domain::observation::{Observation, SourceKind};
use holdpoint_domain::{Moment, Warning};
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::{Reader, StoreError};
use reconcile::Planned;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a file is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImportKind {
    /// Decide by its content.
    #[default]
    Auto,
    /// A table of assets.
    Assets,
    /// A table of installed software.
    Software,
    /// A CycloneDX bill of materials of one asset.
    CycloneDx,
}

/// Whether to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Only show what would happen.
    Dry,
    /// Do it.
    Apply,
}

/// What a bad row means for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One bad row and nothing is taken.
    AllOrNothing,
    /// Bad rows are left out.
    ValidRows,
}

/// How columns are told apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum MappingChoice {
    /// A known header, else a remembered mapping for exactly this header.
    #[default]
    Known,
    /// This remembered mapping.
    Remembered(MappingId),
    /// These columns: header → target word.
    Columns(BTreeMap<String, String>),
}

/// Where in a file its table stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableChoice<'a> {
    /// The sheet of a workbook; `None`: the first that is not empty.
    pub sheet: Option<&'a str>,
    /// The row of the header as a spreadsheet program shows it, from 1 on, for files with a title above; `None`: the first row that
    /// holds something.
    pub header_row: Option<u32>,
}

/// An import, as asked for.
#[derive(Debug, Clone)]
pub struct ImportRequest<'a> {
    /// The file's name, for people.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What it is taken for.
    pub kind: ImportKind,
    /// Whether to write.
    pub run: Run,
    /// What a bad row means for the others.
    pub mode: Mode,
    /// Where in the file the table stands.
    pub table: TableChoice<'a>,
    /// How columns are told apart.
    pub mapping: MappingChoice,
    /// Remember the mapping under this name.
    pub remember_as: Option<&'a str>,
    /// The asset that a bill of materials belongs to.
    pub asset: Option<&'a str>,
    /// Why, for the audit log.
    pub reason: &'a str,
}

/// A row that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectedRow {
    /// Its number as a spreadsheet shows it.
    pub row: u32,
    /// Why, cell by cell.
    pub reason: String,
}

/// What a column is taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The header.
    pub column: String,
    /// The target's word; `None`: not taken.
    pub field: Option<String>,
    /// `by name`, `by mapping`, `proposed` or `not taken`.
    pub how: &'static str,
}

/// A field that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The field's word.
    pub field: String,
    /// Before; `None`: nobody had said.
    pub before: Option<String>,
    /// After; `None`: emptied.
    pub after: Option<String>,
}

/// An asset that is new or changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetChange {
    /// First row that speaks of it; 0 for a bill of materials.
    pub row: u32,
    /// Its tag.
    pub asset_tag: String,
    /// `new` or `changed`.
    pub action: &'static str,
    /// Fields.
    pub fields: Vec<FieldChange>,
    /// Software that is new on it.
    pub software_added: Vec<String>,
    /// Software that is replaced or gone.
    pub software_removed: Vec<String>,
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InventoryReport {
    /// Whether nothing was written because nothing was asked to be.
    pub dry_run: bool,
    /// `assets`, `software` or `cyclonedx`.
    pub kind: &'static str,
    /// Data rows in the file; for a bill of materials its components.
    pub rows: u64,
    /// Assets that are new.
    pub new: u64,
    /// Assets that change.
    pub changed: u64,
    /// Assets that are known to be so.
    pub unchanged: u64,
    /// Rows that are not taken.
    pub rejected: Vec<RejectedRow>,
    /// What each column is taken for.
    pub columns: Vec<Column>,
    /// Names the header, for remembering its mapping; empty for a bill of materials.
    pub header_fingerprint: String,
    /// Whether a person has to map the columns first; nothing was planned then.
    pub mapping_needed: bool,
    /// The differences, at most [`MAX_SHOWN_CHANGES`].
    pub changes: Vec<AssetChange>,
    /// What a person should know.
    pub warnings: Vec<ImportWarning>,
    /// What happened to matches; `None` in a dry run.
    pub matches: Option<MatchCounts>,
    /// The audit entry; `None` when nothing was written.
    pub audit_sequence: Option<u64>,
}

/// A remark on the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportWarning {
    /// Stable machine word.
    pub code: String,
    /// Where.
    pub place: String,
    /// What it means.
    pub message: String,
}

impl From<Warning> for ImportWarning {
    fn from(warning: Warning) -> Self {
        Self { code: warning.code, place: warning.place, message: warning.message }
    }
}

/// How many differences a report shows; the counts are always of all.
pub const MAX_SHOWN_CHANGES: usize = 2_000;

/// Imports a file, or shows what importing it would do.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] for a file that cannot be read, a mapping that does not fit, or
/// bad rows under [`Mode::AllOrNothing`] when applying; [`AppError::Store`].
pub fn import(app: &App, caller: &Caller, request: &ImportRequest<'_>) -> Result<InventoryReport, AppError> {
    let reach = caller.require(Permission::WriteInventory)?;
    let read = read::read(app, request)?;
    if read.report.mapping_needed {
        return Ok(read.report);
    }
    let observation = observation(app, request, read.observed_at);
    match request.run {
        Run::Dry => {
            let planned = app.store().read(|r| plan(r, &read, &observation, &reach))?;
            Ok(summarise(read.report, &planned))
        }
        Run::Apply => write::apply(app, caller, request, read, &observation, &reach),
    }
}

fn observation(app: &App, request: &ImportRequest<'_>, observed_at: Option<Moment>) -> Observation {
    let now = app.now();
    Observation {
        id: ObservationId::new(now, app.random_bytes()),
        kind: SourceKind::File,
        source: request.name.to_owned(),
        // A file cannot have seen the future; its date counts only when it is past.
        observed_at: observed_at.filter(|at| *at <= now).unwrap_or(now),
        raw_sha256: crate::intake::prepare::sha256(request.bytes),
    }
}

/// A plan for every report of a file.
pub(crate) struct Plan {
    pub planned: Vec<Planned>,
    pub rejected: Vec<RejectedRow>,
}

fn plan(
    r: &mut Reader<'_>,
    read: &read::ReadFile,
    observation: &Observation,
    reach: &Reach,
) -> Result<Plan, StoreError> {
    let mut plan = Plan { planned: Vec::new(), rejected: Vec::new() };
    for row in &read.rows {
        match reconcile::plan(r, row, observation, reach)? {
            Ok(planned) => plan.planned.push(planned),
            Err(rejected) => plan.rejected.push(rejected),
        }
    }
    Ok(plan)
}

fn summarise(mut report: InventoryReport, plan: &Plan) -> InventoryReport {
    for planned in &plan.planned {
        match planned.action() {
            reconcile::Action::New => report.new += 1,
            reconcile::Action::Changed => report.changed += 1,
            reconcile::Action::Unchanged => report.unchanged += 1,
        }
        if report.changes.len() < MAX_SHOWN_CHANGES {
            report.changes.extend(planned.difference());
        }
    }
    report.rejected.extend(plan.rejected.iter().cloned());
    report.rejected.sort_by_key(|rejected| rejected.row);
    report
}

/// Lists assets.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<StoredAsset>, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| r.assets(&query))?)
}

/// An asset by its id or tag, as of a moment.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] also for assets of sites that the caller may not see.
pub fn get(app: &App, caller: &Caller, id: &str, as_of: Moment) -> Result<StoredAsset, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let found = app.store().read(|r| match id.parse::<AssetId>() {
        Ok(id) => r.asset(id, as_of),
        Err(_) => r.asset_by_tag(id, as_of),
    })?;
    found
        .filter(|asset| reach.covers(asset.site))
        .ok_or_else(|| AppError::NotFound { noun: "asset", id: id.chars().take(64).collect() })
}

/// All revisions of an asset, oldest first, those on sites that the caller may not see left out.
///
/// # Errors
/// As [`get`].
pub fn history(app: &App, caller: &Caller, id: &str) -> Result<Vec<StoredAsset>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let asset = get(app, caller, id, Moment::OPEN)?;
    let mut all = app.store().read(|r| r.asset_history(asset.asset.id))?;
    all.retain(|revision| reach.covers(revision.site));
    Ok(all)
}
