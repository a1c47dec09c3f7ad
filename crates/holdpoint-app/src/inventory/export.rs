//! The inventory as a file that can be edited and imported again: ids and etags travel along.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Rejected;
use holdpoint_domain::access::Permission;
use holdpoint_formats::inventory::export::{self, ByteOrderMark, CsvOptions, ExportRow, Provenance, ReadMe};
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::page::ListQuery;

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// RFC 4180, UTF-8.
    Csv,
    /// An Excel workbook with validation lists and a page that says what it holds.
    Xlsx,
}

/// The most assets that one export holds.
pub const MAX_EXPORTED: usize = 200_000;

/// Exports the assets that a query finds, all pages of it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] when there are more than [`MAX_EXPORTED`]; [`AppError::Store`].
pub fn export(
    app: &App,
    caller: &Caller,
    query: &ListQuery,
    filter_text: &str,
    format: ExportFormat,
) -> Result<Vec<u8>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, ..query.clone() };
    let mut found: Vec<(StoredAsset, String)> = Vec::new();
    let mut too_many = false;
    let head = app.store().read(|r| {
        found.clear();
        r.assets_each(&query, |asset| {
            if found.len() < MAX_EXPORTED {
                let etag = asset.revision.to_string();
                found.push((asset, etag));
            } else {
                too_many = true;
            }
            Ok(())
        })?;
        r.audit_head()
    })?;
    if too_many {
        return Err(AppError::invalid(
            "too-many",
            format!("more than {MAX_EXPORTED} assets fit the filter"),
            "nothing was exported",
            "narrow the filter, for example to one site",
        ));
    }
    let rows: Vec<ExportRow<'_>> =
        found.iter().map(|(stored, etag)| ExportRow { asset: &stored.asset, etag }).collect();
    let bytes = match format {
        ExportFormat::Csv => {
            export::csv(&rows, CsvOptions { provenance: Provenance::Omit, mark: ByteOrderMark::Omit })
        }
        ExportFormat::Xlsx => export::xlsx(
            &rows,
            Provenance::Omit,
            &ReadMe {
                filter: filter_text.to_owned(),
                as_of: query.as_of.min(app.now()),
                made_at: app.now(),
                made_by: caller.actor.name().to_owned(),
                audit_head: head.1.to_string(),
            },
        ),
    };
    bytes.map_err(|error| {
        AppError::Invalid(Rejected::new(
            "export",
            error.to_string(),
            "no file was made",
            "narrow the filter and try again",
        ))
    })
}
