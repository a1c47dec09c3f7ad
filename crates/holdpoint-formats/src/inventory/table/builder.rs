//! Builds a table row by row and watches its limits.
//!
//! Nothing is read here. The surprise: the first row with something in it is the header, whatever it holds; a
//! file without a header shows up in the mapping, where no column is recognised.

use super::{Limits, Options, Origin, RowSpan, Table, column_letters, refused};
use holdpoint_domain::{Parsed, Rejected, Warning};
use std::collections::BTreeMap;

/// So many remarks of one kind are listed; the rest is counted.
const LISTED: usize = 100;

/// A table in the making.
pub(super) struct Builder {
    limits: Limits,
    first_row: u32,
    header: Option<Vec<String>>,
    text: String,
    ends: Vec<u32>,
    rows: Vec<RowSpan>,
    not_text: BTreeMap<usize, usize>,
    warnings: Vec<Warning>,
    counts: BTreeMap<&'static str, usize>,
}

impl Builder {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            limits: options.limits,
            first_row: options.header_row.unwrap_or(0),
            header: None,
            text: String::new(),
            ends: Vec::new(),
            rows: Vec::new(),
            not_text: BTreeMap::new(),
            warnings: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Notes a remark; after [`LISTED`] of one kind they are only counted.
    pub(super) fn warn(&mut self, code: &'static str, place: &str, message: String) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= LISTED {
            self.warnings.push(Warning::new(code, place, message));
        }
    }

    /// Notes that a cell of a column is stored as a number or a date.
    pub(super) fn note_not_text(&mut self, column: usize) {
        if self.header.is_some() {
            *self.not_text.entry(column).or_default() += 1;
        }
    }

    /// Whether nothing has come yet.
    pub(super) fn is_blank(&self) -> bool {
        self.header.is_none()
    }

    /// Takes one row; rows of blank cells only are passed over.
    pub(super) fn push<'c>(
        &mut self,
        number: u32,
        cells: impl Iterator<Item = &'c str>,
    ) -> Result<(), Rejected> {
        if number < self.first_row {
            return Ok(());
        }
        let (text_start, first_cell) = (self.text.len(), self.ends.len());
        let mut filled = first_cell;
        for cell in cells {
            let cell = cell.trim();
            self.check_cell(number, cell, self.ends.len() - first_cell, filled)?;
            self.text.push_str(cell);
            self.ends.push(offset(self.text.len())?);
            if !cell.is_empty() {
                filled = self.ends.len();
            }
        }
        self.ends.truncate(filled);
        let width = filled - first_cell;
        if width == 0 {
            return Ok(());
        }
        let span = RowSpan {
            number,
            text_start: offset(text_start)?,
            first_cell: offset(first_cell)?,
            cells: u16::try_from(width).map_err(|_| self.too_many_columns(number))?,
        };
        self.keep(span)
    }

    fn check_cell(&self, number: u32, cell: &str, column: usize, filled: usize) -> Result<(), Rejected> {
        if cell.len() > self.limits.cell_bytes {
            return Err(refused(
                "cell-too-large",
                format!(
                    "row {number}, column {} holds {} bytes, more than the limit of {}",
                    column_letters(column),
                    cell.len(),
                    self.limits.cell_bytes
                ),
                "look whether a quote in this row is never closed, or shorten the cell",
            ));
        }
        if !cell.is_empty() && column >= self.limits.columns {
            return Err(self.too_many_columns(number));
        }
        if filled.max(self.ends.len()) >= self.limits.cells {
            return Err(refused(
                "too-many-cells",
                format!("the table has more than {} cells", self.limits.cells),
                "split it into several files, or delete columns that are not needed",
            ));
        }
        Ok(())
    }

    fn too_many_columns(&self, number: u32) -> Rejected {
        refused(
            "too-many-columns",
            format!("row {number} has more than {} columns", self.limits.columns),
            "delete the columns that are not needed, or look whether the separator is right",
        )
    }

    fn keep(&mut self, span: RowSpan) -> Result<(), Rejected> {
        let Some(header) = &self.header else {
            self.header = Some(self.take_header(span));
            return Ok(());
        };
        let (width, cells) = (header.len(), usize::from(span.cells));
        if cells > width {
            self.warn(
                "table-cells-beyond-header",
                &format!("row {}", span.number),
                format!("the row has {cells} cells and the header {width}; what lies beyond is not used"),
            );
        }
        if self.rows.len() >= self.limits.rows {
            return Err(refused(
                "too-many-rows",
                format!("the table has more than {} rows", self.limits.rows),
                "split it into several files",
            ));
        }
        self.rows.push(span);
        Ok(())
    }

    fn take_header(&mut self, span: RowSpan) -> Vec<String> {
        let mut header: Vec<String> = Vec::new();
        let mut start = span.text_start as usize;
        for (column, end) in self.ends.drain(span.first_cell as usize..).enumerate() {
            let name = &self.text[start..end as usize];
            let is_repeat = !name.is_empty() && header.iter().any(|known| known == name);
            header.push(if name.is_empty() {
                format!("(column {})", column_letters(column))
            } else {
                name.to_owned()
            });
            if is_repeat {
                let message = format!("the column name `{name}` occurs more than once");
                self.warnings.push(Warning::new(
                    "table-repeated-column",
                    format!("row {}", span.number),
                    message,
                ));
            }
            start = end as usize;
        }
        self.text.clear();
        header
    }

    /// The finished table.
    pub(super) fn finish(mut self, origin: Origin) -> Result<Parsed<Table>, Rejected> {
        let Some(header) = self.header else {
            return Err(refused(
                "empty",
                "the file holds no row".to_owned(),
                "look whether the right file or sheet was chosen",
            ));
        };
        for (code, count) in self.counts.iter().filter(|(_, count)| **count > LISTED) {
            let message = format!("{} more remarks of this kind are not listed", count - LISTED);
            self.warnings.push(Warning::new(*code, "", message));
        }
        Ok(Parsed {
            value: Table {
                header,
                origin,
                text: self.text,
                ends: self.ends,
                rows: self.rows,
                not_text: self.not_text,
            },
            warnings: self.warnings,
        })
    }
}

fn offset(value: usize) -> Result<u32, Rejected> {
    u32::try_from(value).map_err(|_| {
        refused(
            "too-large",
            "the table holds more than 4 GiB of text".to_owned(),
            "split it into several files",
        )
    })
}
