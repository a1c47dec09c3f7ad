//! The XLSX form of an export: a sheet with the assets and a sheet that says what they are.
//!
//! The surprise: even empty cells below the last asset are formatted as text, because a version typed there
//! would otherwise become a number and lose its last zero.

use super::{Column, ExportError, ExportRow, Provenance};
use crate::inventory::guard;
use crate::inventory::table::READ_ME;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::{AssetKind, Consequence, Field, Management};
use holdpoint_domain::site::{Exposure, PurdueLevel};
use rust_xlsxwriter::{DataValidation, DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// The last row of a worksheet, counted from 0.
const LAST_ROW: u32 = 1_048_575;

/// What the sheet `Read me` says of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadMe {
    /// The filter that chose the assets, in words; empty: all assets.
    pub filter: String,
    /// The moment as of which the values hold.
    pub as_of: Moment,
    /// When the export was made.
    pub made_at: Moment,
    /// Who made it.
    pub made_by: String,
    /// The hash of the head of the audit log at that time, as hexadecimal digits.
    pub audit_head: String,
}

/// Writes assets as a workbook with the sheets `Assets` and `Read me`.
///
/// The header is frozen, `id` and `etag` are hidden, columns with a fixed vocabulary offer its words.
///
/// # Errors
/// A value with control characters; more assets than a worksheet has rows.
pub fn xlsx(
    rows: &[ExportRow<'_>],
    provenance: Provenance,
    read_me: &ReadMe,
) -> Result<Vec<u8>, ExportError> {
    if rows.len() >= LAST_ROW as usize {
        return Err(ExportError::TooManyAssets { assets: rows.len() });
    }
    let mut workbook = Workbook::new();
    // Given, not read from a clock: the same assets give the same bytes.
    let made = ExcelDateTime::from_timestamp(read_me.made_at.micros() / 1_000_000)?;
    workbook.set_properties(&DocProperties::new().set_title("Holdpoint assets").set_creation_datetime(&made));
    write_assets(workbook.add_worksheet(), rows, &Column::all(provenance))?;
    write_read_me(workbook.add_worksheet(), rows.len(), read_me)?;
    Ok(workbook.save_to_buffer()?)
}

fn write_assets(
    sheet: &mut Worksheet,
    rows: &[ExportRow<'_>],
    columns: &[Column],
) -> Result<(), ExportError> {
    let text = Format::new().set_num_format("@");
    let head = Format::new().set_bold().set_num_format("@");
    sheet.set_name("Assets")?;
    sheet.set_freeze_panes(1, 3)?;
    for (index, column) in (0_u16..).zip(columns) {
        sheet.set_column_format(index, &text)?;
        sheet.set_column_width(index, 18)?;
        sheet.write_string_with_format(0, index, column.name(), &head)?;
        match column {
            Column::Id | Column::Etag => {
                sheet.set_column_hidden(index)?;
            }
            Column::Value(field) => offer_words(sheet, index, *field)?,
            Column::Tag | Column::Source(_) | Column::ObservedAt(_) => {}
        }
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (index, column) in (0_u16..).zip(columns) {
            let value = column.value(row)?;
            if !value.is_empty() {
                sheet.write_string_with_format(line, index, guard::put_on_text_cell(&value), &text)?;
            }
        }
    }
    Ok(())
}

/// Lets a cell offer the words of its field's vocabulary; other words are still refused only at import.
fn offer_words(sheet: &mut Worksheet, column: u16, field: Field) -> Result<(), XlsxError> {
    let words = vocabulary(field);
    if words.is_empty() {
        return Ok(());
    }
    let offer = DataValidation::new()
        .allow_list_strings(&words)?
        .set_error_title("Not a word of this column")?
        .set_error_message("Choose one from the list, leave the cell blank, or write (clear) to empty it.")?
        .set_error_style(rust_xlsxwriter::DataValidationErrorStyle::Warning);
    sheet.add_data_validation(1, column, LAST_ROW, column, &offer)?;
    Ok(())
}

/// The words a field may have; none when it takes any text.
fn vocabulary(field: Field) -> Vec<&'static str> {
    match field {
        Field::PurdueLevel => PurdueLevel::ALL.iter().map(|word| word.word()).collect(),
        Field::ZoneExposure => Exposure::ALL.iter().map(|word| word.word()).collect(),
        Field::Kind => AssetKind::ALL.iter().map(|word| word.word()).collect(),
        Field::Management => Management::ALL.iter().map(|word| word.word()).collect(),
        Field::SafetyConsequence
        | Field::ProductionConsequence
        | Field::EnvironmentConsequence
        | Field::QualityConsequence
        | Field::DataConsequence => Consequence::ALL.iter().map(|word| word.word()).collect(),
        Field::Name
        | Field::Site
        | Field::Zone
        | Field::Vendor
        | Field::Product
        | Field::OrderNumber
        | Field::SerialNumber
        | Field::HardwareRevision
        | Field::FirmwareVersion
        | Field::OsName
        | Field::OsVersion
        | Field::Ip
        | Field::Mac
        | Field::Owner
        | Field::Location
        | Field::RedundancyGroup
        | Field::EndOfSupport
        | Field::SafetyCertificate
        | Field::CertificateUntil
        | Field::CertifiedReleases => Vec::new(),
    }
}

fn write_read_me(sheet: &mut Worksheet, assets: usize, read_me: &ReadMe) -> Result<(), XlsxError> {
    let filter = if read_me.filter.is_empty() { "none: all assets" } else { &read_me.filter };
    let lines = [
        (
            "What this is",
            "Assets from Holdpoint. Change cells on the sheet Assets and import the file again.".to_owned(),
        ),
        ("Assets", assets.to_string()),
        ("Filter", filter.to_owned()),
        ("As of", read_me.as_of.to_string()),
        ("Made at", read_me.made_at.to_string()),
        ("Made by", read_me.made_by.clone()),
        ("Head of the audit log", read_me.audit_head.clone()),
        ("Blank cells", "A blank cell changes nothing. Write (clear) to empty a value.".to_owned()),
        (
            "Hidden columns",
            "id and etag tie a row to its asset and find changes made since. Leave them alone.".to_owned(),
        ),
        ("Versions", "All cells are text, so that 1.10 does not become 1.1. Keep them text.".to_owned()),
    ];
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    sheet.set_name(READ_ME)?;
    sheet.set_column_width(0, 24)?;
    sheet.set_column_width(1, 90)?;
    for (line, (what, value)) in (0_u32..).zip(&lines) {
        sheet.write_string_with_format(line, 0, *what, &bold)?;
        sheet.write_string_with_format(line, 1, value, &text)?;
    }
    Ok(())
}
