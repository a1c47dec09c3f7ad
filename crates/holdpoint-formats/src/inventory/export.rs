//! Assets become spreadsheets that come back as the same assets: CSV and XLSX.
//!
//! Every value is text, so a version `1.10` stays one. The surprise: values that a spreadsheet program would run
//! as a formula carry an apostrophe in CSV, which import takes off again; in XLSX they are text cells, where
//! nothing runs.

mod workbook;

pub use workbook::{ReadMe, xlsx};

use super::guard;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::{Asset, Field};

/// One asset to write.
#[derive(Debug, Clone, Copy)]
pub struct ExportRow<'a> {
    /// The asset.
    pub asset: &'a Asset,
    /// The state it is in, compared on re-import to find changes that others made since; at most 256 bytes.
    pub etag: &'a str,
}

/// Whether each field comes with its source and the time it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Provenance {
    /// Values only.
    #[default]
    Omit,
    /// Two more columns a field, `vendor_source` and `vendor_observed_at`; import ignores them.
    Include,
}

/// Whether a text file begins with the mark by which Excel knows UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ByteOrderMark {
    /// No mark: for programs.
    #[default]
    Omit,
    /// The mark: for Excel.
    Write,
}

/// How a CSV file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CsvOptions {
    /// Whether sources and times are written.
    pub provenance: Provenance,
    /// Whether the file begins with a mark.
    pub mark: ByteOrderMark,
}

/// Why assets cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A value would not come back as it is.
    #[error(
        "asset `{tag}` cannot be exported: its `{column}` holds control characters; correct the value first"
    )]
    ControlCharacter {
        /// The asset's tag.
        tag: String,
        /// The column.
        column: String,
    },
    /// A worksheet ends before the assets do.
    #[error("a worksheet holds 1,048,575 assets and {assets} were chosen; filter them, or export CSV")]
    TooManyAssets {
        /// How many assets were to be written.
        assets: usize,
    },
    /// The CSV writer failed.
    #[error("the CSV file cannot be written")]
    Csv(#[from] csv::Error),
    /// The XLSX writer failed.
    #[error("the workbook cannot be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

/// A column of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    Etag,
    Tag,
    Value(Field),
    Source(Field),
    ObservedAt(Field),
}

impl Column {
    /// All columns: `id`, `etag`, `asset_tag`, then the fields, then their sources and times.
    fn all(provenance: Provenance) -> Vec<Self> {
        let mut columns = vec![Self::Id, Self::Etag, Self::Tag];
        columns.extend(Field::ALL.iter().copied().map(Self::Value));
        match provenance {
            Provenance::Omit => {}
            Provenance::Include => columns
                .extend(Field::ALL.iter().flat_map(|field| [Self::Source(*field), Self::ObservedAt(*field)])),
        }
        columns
    }

    fn name(self) -> String {
        match self {
            Self::Id => "id".to_owned(),
            Self::Etag => "etag".to_owned(),
            Self::Tag => "asset_tag".to_owned(),
            Self::Value(field) => field.word().to_owned(),
            Self::Source(field) => format!("{}_source", field.word()),
            Self::ObservedAt(field) => format!("{}_observed_at", field.word()),
        }
    }

    /// The value as stored, refused when it could not come back.
    fn value(self, row: &ExportRow<'_>) -> Result<String, ExportError> {
        let known = |field: Field| row.asset.fields.get(&field);
        let value = match self {
            Self::Id => row.asset.id.to_string(),
            Self::Etag => row.etag.to_owned(),
            Self::Tag => row.asset.tag.clone(),
            Self::Value(field) => row.asset.value(field).unwrap_or_default().to_owned(),
            Self::Source(field) => known(field).map(|known| known.source.clone()).unwrap_or_default(),
            Self::ObservedAt(field) => known(field)
                .map(|known| known.observed_at)
                .as_ref()
                .map(Moment::to_string)
                .unwrap_or_default(),
        };
        if value.chars().any(char::is_control) {
            return Err(ExportError::ControlCharacter { tag: row.asset.tag.clone(), column: self.name() });
        }
        Ok(value)
    }
}

/// Writes assets as CSV: RFC 4180, UTF-8, one row an asset, all fields whether known or not.
///
/// # Errors
/// A value with control characters, which would not come back as it is.
pub fn csv(rows: &[ExportRow<'_>], options: CsvOptions) -> Result<Vec<u8>, ExportError> {
    let mut bytes = match options.mark {
        ByteOrderMark::Omit => Vec::new(),
        ByteOrderMark::Write => vec![0xef, 0xbb, 0xbf],
    };
    let columns = Column::all(options.provenance);
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    writer.write_record(columns.iter().map(|column| column.name()))?;
    for row in rows {
        let values: Vec<String> = columns.iter().map(|column| column.value(row)).collect::<Result<_, _>>()?;
        writer.write_record(values.iter().map(|value| guard::put_on(value).into_owned()))?;
    }
    writer.flush().map_err(csv::Error::from)?;
    drop(writer);
    Ok(bytes)
}
