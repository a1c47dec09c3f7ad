//! Tables: CSV and XLSX files as a header and rows of texts, with the row numbers a person sees.
//!
//! What a column means is not decided here (see [`super::mapping`]). The surprise: all cells lie in one text
//! with their ends beside it, because a hostile file of nothing but separators would cost twenty times its own
//! size if every cell were a value of its own.

mod archive;
mod builder;
mod delimited;
mod encoding;
mod merged;
mod number;
mod workbook;

pub(super) use workbook::READ_ME;

use holdpoint_domain::{Parsed, Rejected};
use std::collections::BTreeMap;

/// How much of a file is taken before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Bytes of all parts of a workbook together, unpacked.
    pub unpacked_bytes: u64,
    /// Rows that hold something, without the header.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Cells in all rows together, blank ones between filled ones included.
    pub cells: usize,
    /// Bytes of one cell, as UTF-8.
    pub cell_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            unpacked_bytes: 512 << 20,
            rows: 1_000_000,
            columns: 200,
            cells: 25_000_000,
            cell_bytes: 32 << 10,
        }
    }
}

/// What the reader is told besides the bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The limits.
    pub limits: Limits,
    /// The sheet to read from a workbook; `None`: the first one that is not empty.
    pub sheet: Option<String>,
    /// The row of the header as a spreadsheet program shows it, for files with a title above; what stands above is
    /// passed over. `None`: the first row that holds something.
    pub header_row: Option<u32>,
}

/// What kind of file a table came out of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Text with separators.
    Delimited {
        /// The separator that was found.
        delimiter: char,
        /// The encoding that was found, by its name in the WHATWG standard.
        encoding: &'static str,
    },
    /// A workbook.
    Workbook {
        /// The sheet that was read.
        sheet: String,
    },
}

/// A header and rows of texts. Every text is trimmed; a cell that is not there reads as empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    header: Vec<String>,
    origin: Origin,
    text: String,
    ends: Vec<u32>,
    rows: Vec<RowSpan>,
    not_text: BTreeMap<usize, usize>,
}

/// Where a row lies in the table's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RowSpan {
    number: u32,
    text_start: u32,
    first_cell: u32,
    cells: u16,
}

impl Table {
    /// The names of the columns as the file has them; a column without a name is called `(column C)`.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// What kind of file it came out of.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// How many rows hold something.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is nothing below the header.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows that hold something, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|span| Row { table: self, span: *span })
    }

    /// How many cells of a column (counted from 0) a workbook stores as numbers or dates instead of text.
    #[must_use]
    pub fn cells_not_text(&self, column: usize) -> usize {
        self.not_text.get(&column).copied().unwrap_or(0)
    }
}

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    span: RowSpan,
}

impl<'a> Row<'a> {
    /// The number of the row as a spreadsheet program shows it; the first row of a file is 1.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.span.number
    }

    /// The text of a column, counted from 0; empty when the row is shorter.
    #[must_use]
    pub fn cell(&self, column: usize) -> &'a str {
        if column >= usize::from(self.span.cells) {
            return "";
        }
        let index = self.span.first_cell as usize + column;
        let start = if column == 0 { self.span.text_start } else { self.table.ends[index - 1] };
        &self.table.text[start as usize..self.table.ends[index] as usize]
    }

    /// The texts of all columns of the header, in their order.
    pub fn cells(&self) -> impl Iterator<Item = &'a str> {
        let row = *self;
        (0..self.table.header.len()).map(move |column| row.cell(column))
    }
}

/// Whether the bytes are a workbook (also one that cannot be read, such as an old binary one).
#[must_use]
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") || is_compound_file(bytes)
}

fn is_compound_file(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
}

/// The names of a workbook's sheets, in its order; none for text.
///
/// # Errors
/// A workbook that is larger than a limit, or cannot be read.
pub fn sheets(bytes: &[u8], options: &Options) -> Result<Vec<String>, Rejected> {
    if is_compound_file(bytes) || !is_workbook(bytes) {
        return Ok(Vec::new());
    }
    workbook::sheets(bytes, options)
}

/// Reads a CSV or XLSX file, whichever the bytes are.
///
/// # Errors
/// A file that is empty, larger than a limit, cut off, encrypted, or no table at all.
pub fn read(bytes: &[u8], options: &Options) -> Result<Parsed<Table>, Rejected> {
    if bytes.len() > options.limits.bytes {
        return Err(refused(
            "too-large",
            format!("the file has {} bytes, more than the limit of {}", bytes.len(), options.limits.bytes),
            "split it into several files",
        ));
    }
    if is_compound_file(bytes) {
        return Err(refused(
            "xls-old-or-encrypted",
            "the file is an old binary Excel file (.xls) or protected with a password".to_owned(),
            "open it and save it as .xlsx without a password, or as CSV",
        ));
    }
    if is_workbook(bytes) {
        return workbook::read(bytes, options);
    }
    delimited::read(bytes, options)
}

/// A rejection of the whole file.
fn refused(code: &str, what: String, remedy: &str) -> Rejected {
    Rejected::new(code, what, "nothing of this file was taken", remedy)
}

/// The letters a spreadsheet program shows for a column counted from 0: `A`, `Z`, `AA`.
fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        let digit = u8::try_from(rest % 26).expect("a remainder of 26 fits");
        letters.push(char::from(b'A' + digit));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    letters.iter().rev().collect()
}
