//! From a file to row reports: what the file is, how its columns are taken, which rows are readable.

use super::{Column, ImportKind, ImportRequest, InventoryReport, MappingChoice, RejectedRow, Run};
use crate::App;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::Warning;
use holdpoint_formats::inventory::assets::{self, RowOutcome, RowReport};
use holdpoint_formats::inventory::mapping::{self, Mapping, Recognition, Shape, Target};
use holdpoint_formats::inventory::table::{self, Options, Origin, Table};
use holdpoint_formats::inventory::{FileKind, cyclonedx, kind_of};

/// A file, read as far as it can be without the store.
pub(crate) struct ReadFile {
    /// One report an asset.
    pub rows: Vec<RowReport>,
    /// The beginning of the import's report: counts of rows, columns, rejected rows, warnings.
    pub report: InventoryReport,
    /// When the file says that it was made.
    pub observed_at: Option<Moment>,
    /// The mapping that was used, with its header, for remembering.
    pub mapping: Option<(Mapping, Vec<String>)>,
}

fn blank(kind: &'static str, run: Run) -> InventoryReport {
    InventoryReport {
        dry_run: run == Run::Dry,
        kind,
        rows: 0,
        new: 0,
        changed: 0,
        unchanged: 0,
        rejected: Vec::new(),
        columns: Vec::new(),
        header_fingerprint: String::new(),
        mapping_needed: false,
        changes: Vec::new(),
        warnings: Vec::new(),
        matches: None,
        audit_sequence: None,
    }
}

/// Reads the file of an import.
///
/// # Errors
/// [`AppError::Invalid`] when the file cannot be read or the mapping does not fit it.
pub(crate) fn read(app: &App, request: &ImportRequest<'_>) -> Result<ReadFile, AppError> {
    match (request.kind, kind_of(request.bytes)) {
        (ImportKind::CycloneDx, _) | (ImportKind::Auto, FileKind::CycloneDxJson | FileKind::CycloneDxXml) => {
            bill_of_materials(request)
        }
        (
            ImportKind::Auto | ImportKind::Assets | ImportKind::Software,
            FileKind::Workbook | FileKind::DelimitedText | FileKind::CycloneDxJson | FileKind::CycloneDxXml,
        ) => rows(app, request),
    }
}

/// A file without sheets is not read as if nobody had named one.
fn no_sheet(request: &ImportRequest<'_>, sheet: &str) -> AppError {
    AppError::invalid(
        "no-workbook",
        format!("`{}` is no workbook, so it has no sheet `{sheet}`", request.name),
        "nothing was taken in",
        "leave the sheet out, or give the workbook itself",
    )
}

fn bill_of_materials(request: &ImportRequest<'_>) -> Result<ReadFile, AppError> {
    if let Some(sheet) = request.table.sheet {
        return Err(no_sheet(request, sheet));
    }
    let Some(tag) = request.asset.map(str::trim).filter(|tag| !tag.is_empty()) else {
        return Err(AppError::invalid(
            "asset-missing",
            format!("`{}` is a bill of materials, and it is not said of which asset", request.name),
            "nothing was taken in",
            "name the asset: `--asset TAG` on the command line, `asset=TAG` in the API",
        ));
    };
    let bom = cyclonedx::parse(request.bytes).map_err(AppError::Invalid)?;
    let report = bom.value.report(tag, request.name);
    let mut file = blank("cyclonedx", request.run);
    file.rows = bom.value.components.len() as u64;
    file.warnings = warnings(bom.warnings.into_iter().chain(report.warnings));
    Ok(ReadFile {
        rows: vec![RowReport { rows: vec![0], report: report.value, id: None, etag: None }],
        report: file,
        observed_at: bom.value.timestamp,
        mapping: None,
    })
}

fn warnings(found: impl Iterator<Item = Warning>) -> Vec<super::ImportWarning> {
    found.map(Into::into).collect()
}

fn rows(app: &App, request: &ImportRequest<'_>) -> Result<ReadFile, AppError> {
    let options = Options {
        sheet: request.table.sheet.map(str::to_owned),
        header_row: request.table.header_row,
        ..Options::default()
    };
    let table = table::read(request.bytes, &options).map_err(AppError::Invalid)?;
    if let (Some(sheet), Origin::Delimited { .. }) = (request.table.sheet, table.value.origin()) {
        return Err(no_sheet(request, sheet));
    }
    let chosen = choose(app, request, &table.value)?;
    let kind = match chosen.mapping.shape {
        Shape::Assets => "assets",
        Shape::Software => "software",
    };
    let mut report = blank(kind, request.run);
    report.rows = table.value.len() as u64;
    report.header_fingerprint = mapping::fingerprint(table.value.header());
    report.columns = columns(table.value.header(), &chosen);
    report.mapping_needed = chosen.needed;
    report.warnings = warnings(table.warnings.into_iter());
    if chosen.needed {
        return Ok(ReadFile { rows: Vec::new(), report, observed_at: None, mapping: None });
    }
    let outcomes = assets::read(&table.value, &chosen.mapping).map_err(AppError::Invalid)?;
    report.warnings.extend(warnings(outcomes.warnings.into_iter()));
    let mut reports = Vec::new();
    for outcome in outcomes.value {
        match outcome {
            RowOutcome::Report(mut row) => {
                empty_what_was_emptied(&mut row, &chosen.mapping);
                reports.push(*row);
            }
            RowOutcome::Rejected(row) => {
                report.rejected.push(RejectedRow { row: row.row, reason: row.reason() });
            }
        }
    }
    let header = table.value.header().to_vec();
    Ok(ReadFile { rows: reports, report, observed_at: None, mapping: Some((chosen.mapping, header)) })
}

/// A row that carries its id and etag is an export that somebody edited: a cell that is blank there was emptied.
/// In any other file a blank cell says nothing.
fn empty_what_was_emptied(row: &mut RowReport, mapping: &Mapping) {
    if row.id.is_none() || row.etag.is_none() {
        return;
    }
    for column in &mapping.columns {
        if let Target::Field(field) = column.target
            && !row.report.fields.contains_key(&field)
            && !row.report.cleared.contains(&field)
        {
            row.report.cleared.push(field);
        }
    }
}

struct Chosen {
    mapping: Mapping,
    how: &'static str,
    needed: bool,
}

fn choose(app: &App, request: &ImportRequest<'_>, table: &Table) -> Result<Chosen, AppError> {
    let header = table.header();
    let proposal = mapping::propose(header);
    match &request.mapping {
        MappingChoice::Columns(columns) => {
            let mapping = by_columns(proposal.mapping, columns)?;
            Ok(Chosen { mapping, how: "by mapping", needed: false })
        }
        MappingChoice::Remembered(id) => {
            let remembered = app.store().read(|r| r.mappings())?.into_iter().find(|known| known.id == *id);
            let known = remembered.ok_or(AppError::NotFound { noun: "mapping", id: id.to_string() })?;
            let mapping = stored(&known.columns)?;
            if !mapping.fits(table) {
                return Err(misfit(&format!("the mapping `{}` was made for another header", known.name)));
            }
            Ok(Chosen { mapping, how: "by mapping", needed: false })
        }
        MappingChoice::Known if proposal.recognition == Recognition::Canonical => {
            Ok(Chosen { mapping: proposal.mapping, how: "by name", needed: false })
        }
        MappingChoice::Known => {
            let fingerprint = fingerprint_bytes(&mapping::fingerprint(header));
            match app.store().read(|r| r.mapping_by_fingerprint(&fingerprint))? {
                Some(known) => {
                    Ok(Chosen { mapping: stored(&known.columns)?, how: "by mapping", needed: false })
                }
                None => Ok(Chosen { mapping: proposal.mapping, how: "proposed", needed: true }),
            }
        }
    }
}

/// The raw bytes of a header fingerprint.
pub(crate) fn fingerprint_bytes(hex: &str) -> [u8; 32] {
    holdpoint_domain::audit::ChainHash::from_hex(hex).map_or([0; 32], |hash| hash.0)
}

fn stored(columns: &serde_json::Value) -> Result<Mapping, AppError> {
    serde_json::from_value(columns.clone())
        .map_err(|error| misfit(&format!("the remembered mapping cannot be read: {error}")))
}

fn misfit(what: &str) -> AppError {
    AppError::invalid(
        "mapping",
        what,
        "nothing was taken in",
        "map the columns anew: each header to a field such as `firmware_version`, and one to `asset_tag`",
    )
}

pub(crate) fn by_columns(
    mut mapping: Mapping,
    columns: &std::collections::BTreeMap<String, String>,
) -> Result<Mapping, AppError> {
    for (header, word) in columns {
        let target = target(word)?;
        let Some(column) = mapping.columns.iter_mut().find(|column| column.header == *header) else {
            return Err(misfit(&format!("the file has no column `{header}`")));
        };
        column.target = target;
    }
    for column in &mut mapping.columns {
        if !columns.contains_key(&column.header) {
            column.target = Target::Ignore;
        }
    }
    let software = mapping.columns.iter().any(|column| matches!(column.target, Target::Installed(_)));
    mapping.shape = if software { Shape::Software } else { Shape::Assets };
    mapping.check().map_err(|error| misfit(&error.to_string()))?;
    Ok(mapping)
}

/// Reads a target word; a bare field word is short for `field:…`.
fn target(word: &str) -> Result<Target, AppError> {
    word.parse::<Target>()
        .or_else(|_| format!("field:{word}").parse::<Target>())
        .map_err(|_| misfit(&format!("`{word}` is no field")))
}

fn columns(header: &[String], chosen: &Chosen) -> Vec<Column> {
    header
        .iter()
        .map(|name| {
            let target = chosen.mapping.columns.iter().find(|column| column.header == *name);
            match target.map(|column| &column.target) {
                None | Some(Target::Ignore) => Column { column: name.clone(), field: None, how: "not taken" },
                Some(target) => {
                    let word = target.to_string();
                    let word = word.strip_prefix("field:").unwrap_or(&word).to_owned();
                    Column { column: name.clone(), field: Some(word), how: chosen.how }
                }
            }
        })
        .collect()
}
