//! XLSX: one sheet of a workbook as rows of texts.
//!
//! Cells are streamed, never the rectangle that the sheet declares: a sheet may declare sixteen thousand columns
//! and hold one. A merged cell carries its value into every cell that it covers, in rows that hold something of their own.
//! The surprise: what looks like a version may be stored as a number or even a date; the text a
//! person sees is taken, with a warning where the program may have eaten digits.

use super::builder::Builder;
use super::merged::Merged;
use super::{Options, Origin, Table, archive, column_letters, number, refused};
use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use holdpoint_domain::{Parsed, Rejected};
use std::io::Cursor;

/// The sheet with explanations in our own export.
pub(in crate::inventory) const READ_ME: &str = "Read me";

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads a sheet of a workbook.
pub(super) fn read(bytes: &[u8], options: &Options) -> Result<Parsed<Table>, Rejected> {
    archive::check(bytes, &options.limits)?;
    // The bytes are hostile and the library is not ours: should it panic, the file is refused like any other.
    std::panic::catch_unwind(|| read_book(bytes, options)).unwrap_or_else(|_| {
        Err(refused("xlsx-broken", "the workbook cannot be read".to_owned(), "save it again, or use CSV"))
    })
}

/// The names of a workbook's sheets, in its order, without our own explanations; none for a file of another kind.
///
/// # Errors
/// A file that is larger than a limit, or no workbook that can be read.
pub(in crate::inventory) fn sheets(bytes: &[u8], options: &Options) -> Result<Vec<String>, Rejected> {
    archive::check(bytes, &options.limits)?;
    let names = std::panic::catch_unwind(|| {
        let book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error.to_string()))?;
        Ok(book.sheet_names().into_iter().filter(|name| name != READ_ME).collect())
    });
    names.unwrap_or_else(|_| Err(broken("it is not what it says that it is")))
}

fn read_book(bytes: &[u8], options: &Options) -> Result<Parsed<Table>, Rejected> {
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error.to_string()))?;
    let names = book.sheet_names();
    if let Some(wanted) = &options.sheet {
        if !names.contains(wanted) {
            return Err(refused(
                "xlsx-no-such-sheet",
                format!("the workbook has no sheet `{wanted}`; it has: {}", names.join(", ")),
                "name one of these",
            ));
        }
        return read_sheet(&mut book, wanted, options)?.finish(Origin::Workbook { sheet: wanted.clone() });
    }
    for (index, name) in names.iter().enumerate() {
        let mut builder = read_sheet(&mut book, name, options)?;
        if builder.is_blank() {
            continue;
        }
        let others: Vec<&str> =
            names[index + 1..].iter().map(String::as_str).filter(|other| *other != READ_ME).collect();
        if !others.is_empty() {
            let message = format!("only the sheet `{name}` was read, not: {}", others.join(", "));
            builder.warn("xlsx-other-sheets", "", message);
        }
        return builder.finish(Origin::Workbook { sheet: name.clone() });
    }
    Builder::new(options).finish(Origin::Workbook { sheet: String::new() })
}

fn read_sheet(book: &mut Book<'_>, sheet: &str, options: &Options) -> Result<Builder, Rejected> {
    let mut builder = Builder::new(options);
    let regions = book.merge_cells_by_sheet_name(sheet).map_err(|error| broken(&error.to_string()))?;
    let mut merged = Merged::new(regions.into_iter().map(|one| (one.start, one.end)), options.limits.columns);
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| broken(&error.to_string()))?;
    let mut row: Vec<String> = Vec::new();
    let mut current = 0;
    while let Some((cell, style)) =
        reader.next_cell_with_style_id().map_err(|error| broken(&error.to_string()))?
    {
        let (at, column) = cell.get_position();
        let column = column as usize;
        if at != current {
            merged.carry(current, &mut row);
            builder.push(current.saturating_add(1), row.iter().map(String::as_str))?;
            row.clear();
            current = at;
        }
        let format = reader.styles().get(style).and_then(|style| style.number_format.as_ref());
        let format = format.map(|format| format.format_code.as_str());
        let place = Place { row: at.saturating_add(1), column };
        let text = text_of(cell.get_value(), format, place, &mut builder);
        if text.trim().is_empty() {
            continue;
        }
        if column >= options.limits.columns {
            return Err(refused(
                "too-many-columns",
                format!("row {} has more than {} columns", place.row, options.limits.columns),
                "delete the columns that are not needed",
            ));
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }
    merged.carry(current, &mut row);
    builder.push(current.saturating_add(1), row.iter().map(String::as_str))?;
    Ok(builder)
}

/// Where a cell is: the row as shown, the column counted from 0.
#[derive(Clone, Copy)]
struct Place {
    row: u32,
    column: usize,
}

impl Place {
    fn words(self) -> String {
        format!("row {}, column {}", self.row, column_letters(self.column))
    }
}

fn text_of(value: &DataRef<'_>, format: Option<&str>, place: Place, builder: &mut Builder) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Int(value) => {
            builder.note_not_text(place.column);
            value.to_string()
        }
        DataRef::Float(value) => {
            builder.note_not_text(place.column);
            let text = number::shown(*value, format);
            if number::may_have_lost_digits(*value) {
                let message = format!(
                    "`{text}` is stored as a number; spreadsheet programs turn 1.10 into 1.1, so check it and \
                     format versions as text"
                );
                builder.warn("xlsx-number", &place.words(), message);
            }
            text
        }
        DataRef::DateTime(value) => {
            builder.note_not_text(place.column);
            date_text(*value, place, builder)
        }
        DataRef::Error(error) => {
            let message = format!("the cell shows the error `{error}`; it is taken as that text");
            builder.warn("xlsx-error-cell", &place.words(), message);
            error.to_string()
        }
    }
}

/// A date as `2027-12-31`, with the time of day when there is one.
fn date_text(value: ExcelDateTime, place: Place, builder: &mut Builder) -> String {
    let serial = value.as_f64();
    if value.is_duration() || !(0.0..2_958_466.0).contains(&serial) {
        let text = number::shown(serial, None);
        let message = format!("the cell is a time span; it is taken as the number `{text}`");
        builder.warn("xlsx-time-span", &place.words(), message);
        return text;
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        date
    } else {
        format!("{date} {hour:02}:{minute:02}:{second:02}")
    }
}

fn broken(error: &str) -> Rejected {
    refused(
        "xlsx-broken",
        format!("the workbook cannot be read: {error}"),
        "look whether the file was cut off, or save it again",
    )
}
