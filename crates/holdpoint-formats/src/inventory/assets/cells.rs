//! One row of a table of assets: each cell by what its column means.
//!
//! The surprise: every bad cell of a row is found, not only the first, so that a file is repaired in one go.

use super::software::{self, Parts};
use super::{CellReason, RejectedRow, Remarks, RowOutcome, RowReport};
use crate::inventory::address;
use crate::inventory::guard;
use crate::inventory::mapping::{InstalledField, Mapping, Target};
use crate::inventory::table::{Row, Table};
use holdpoint_domain::asset::{BadValue, Field};
use holdpoint_domain::observation::Completeness;

/// Words that people write where nothing is known; they are taken as written, with a remark.
const PLACEHOLDERS: [&str; 12] =
    ["-", "--", "?", "n/a", "na", "n.a.", "none", "unknown", "unbekannt", "k.a.", "tbd", "null"];

/// The most characters of an asset tag.
const TAG_CHARS: usize = Field::MAX_CHARS;

/// The most characters of an etag.
const ETAG_CHARS: usize = 256;

/// The columns of a table with their meanings.
pub(super) struct Columns<'a> {
    all: Vec<(usize, &'a str, Target)>,
}

/// What the cells of one row said, before it is known whether the row is good.
#[derive(Default)]
struct Said<'a> {
    report: RowReport,
    parts: Parts<'a>,
    reasons: Vec<CellReason>,
    has_bad_tag: bool,
}

impl<'a> Columns<'a> {
    /// The used columns; remarks on ignored ones and on versions that are stored as numbers.
    pub(super) fn new(table: &Table, mapping: &'a Mapping, remarks: &mut Remarks) -> Self {
        let mut all = Vec::new();
        for (index, column) in mapping.columns.iter().enumerate() {
            if column.target == Target::Ignore {
                continue;
            }
            let count = table.cells_not_text(index);
            if count > 0 && is_spelled_exactly(column.target) {
                let message = format!(
                    "{count} cells of column `{}` are stored as numbers or dates, not as text; spreadsheet programs \
                     drop leading zeros, turn 1.10 into 1.1 and 4.5 into a date, so check them",
                    column.header
                );
                remarks.add("inventory-not-text", "", message);
            }
            all.push((index, column.header.as_str(), column.target));
        }
        Self { all }
    }

    /// The filled cells of a row with name and meaning; the guard of our own export is taken off.
    pub(super) fn filled<'r>(
        &'r self,
        row: Row<'r>,
    ) -> impl Iterator<Item = (&'a str, Target, &'r str)> + use<'a, 'r> {
        self.all.iter().filter_map(move |(index, header, target)| {
            let cell = row.cell(*index);
            (!cell.is_empty()).then_some((*header, *target, cell))
        })
    }

    /// What one row of a table of assets becomes.
    pub(super) fn asset_row(&self, row: Row<'_>, remarks: &mut Remarks) -> RowOutcome {
        let place = format!("row {}", row.number());
        let mut said = Said::default();
        for (header, target, cell) in self.filled(row) {
            if let Err(reason) = said.take(target, cell, (header, &place), remarks) {
                said.has_bad_tag |= target == Target::AssetTag;
                said.reasons.push(CellReason { column: Some(header.to_owned()), reason });
            }
        }
        said.outcome(row.number(), place)
    }
}

impl<'a> Said<'a> {
    fn take(
        &mut self,
        target: Target,
        cell: &'a str,
        (header, place): (&str, &str),
        remarks: &mut Remarks,
    ) -> Result<(), String> {
        if is_placeholder(cell) {
            let message =
                format!("`{cell}` in column `{header}` is taken as written; leave the cell blank if unknown");
            remarks.add("inventory-placeholder", place, message);
        }
        let text = guard::take_off(cell);
        readable(text)?;
        match target {
            Target::AssetTag => self.report.report.tag = tag(text)?,
            Target::Id => {
                let id =
                    text.parse().map_err(|error| format!("{error}; leave ids as the export wrote them"))?;
                self.report.id = Some(id);
            }
            Target::Etag => {
                if text.len() > ETAG_CHARS {
                    return Err("it is no etag of an export; leave etags as the export wrote them".to_owned());
                }
                self.report.etag = Some(text.to_owned());
            }
            Target::Field(field) if cell.eq_ignore_ascii_case(guard::CLEAR) => {
                self.report.report.cleared.push(field);
            }
            Target::Field(field) => {
                let value = field_value(field, text, |message| {
                    remarks.add("inventory-address", place, format!("column `{header}`: {message}"));
                })?;
                self.report.report.fields.insert(field, value);
            }
            Target::Installed(part) => self.parts.set(part, text),
            Target::Ignore => {}
        }
        Ok(())
    }

    fn outcome(mut self, row: u32, place: String) -> RowOutcome {
        let tag = self.report.report.tag.clone();
        if tag.is_empty() && !self.has_bad_tag {
            self.reasons
                .insert(0, CellReason { column: None, reason: "the asset tag is missing".to_owned() });
        }
        match software::component(&self.parts) {
            Ok(component) => self.report.report.installed.extend(component),
            Err(reason) => self.reasons.push(CellReason { column: None, reason }),
        }
        if self.reasons.is_empty() {
            self.report.rows = vec![row];
            self.report.report.place = place;
            self.report.report.cleared.sort();
            self.report.report.completeness = Completeness::Partial;
            RowOutcome::Report(Box::new(self.report))
        } else {
            let tag = (!tag.is_empty()).then_some(tag);
            RowOutcome::Rejected(RejectedRow { row, tag, reasons: self.reasons })
        }
    }
}

/// The tag in stored form.
pub(super) fn tag(text: &str) -> Result<String, String> {
    if text.chars().count() > TAG_CHARS {
        return Err(format!("the asset tag is longer than {TAG_CHARS} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("the asset tag holds control characters, for example a line break".to_owned());
    }
    if text.eq_ignore_ascii_case(guard::CLEAR) {
        return Err("the asset tag cannot be emptied".to_owned());
    }
    Ok(text.to_owned())
}

/// Refuses cells of which the file lost letters.
pub(super) fn readable(text: &str) -> Result<(), String> {
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(
            "some of its bytes are no letters in the file's encoding; save the file as UTF-8".to_owned()
        );
    }
    Ok(())
}

fn field_value(field: Field, text: &str, mut remark: impl FnMut(String)) -> Result<String, String> {
    let value = field.normalise(text).map_err(|BadValue { value, why, .. }| format!("`{value}`: {why}"))?;
    let addresses = match field {
        Field::Ip => address::normalise_ips(&value)?,
        Field::Mac => address::normalise_macs(&value)?,
        _ => return Ok(value),
    };
    addresses.remarks.into_iter().for_each(&mut remark);
    if addresses.text.is_empty() {
        return Err(format!("`{value}` holds no address"));
    }
    Ok(addresses.text)
}

fn is_placeholder(cell: &str) -> bool {
    cell.len() <= 9 && PLACEHOLDERS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// Whether every digit of a column counts.
fn is_spelled_exactly(target: Target) -> bool {
    match target {
        Target::AssetTag | Target::Installed(InstalledField::Version) => true,
        Target::Field(field) => matches!(
            field,
            Field::OrderNumber
                | Field::SerialNumber
                | Field::HardwareRevision
                | Field::FirmwareVersion
                | Field::OsVersion
        ),
        Target::Id | Target::Etag | Target::Installed(_) | Target::Ignore => false,
    }
}
