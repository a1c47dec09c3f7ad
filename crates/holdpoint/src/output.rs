//! Printing: tables for people, JSON for programs. Data go to standard output, everything else to standard error.

use crate::cli::Output;
use anyhow::Result;
use comfy_table::presets;
use comfy_table::{ContentArrangement, Table};
use serde::Serialize;
use std::io::{BufWriter, Write};

/// Says something beside the data, on standard error. What cannot be written there is dropped: a full disk under it stops nothing.
macro_rules! beside {
    ($($said:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($said)*);
    }};
}
pub(crate) use beside;

/// So much of a list is handed to the system at once.
const BUFFER_BYTES: usize = 64 * 1024;

/// Prints one value: as JSON, or in words by `table`.
pub fn value<T: Serialize>(output: Output, value: &T, table: impl FnOnce() -> String) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match output {
        Output::Table => writeln!(out, "{}", table().trim_end())?,
        Output::Json => writeln!(out, "{}", serde_json::to_string_pretty(value)?)?,
        Output::Jsonl => writeln!(out, "{}", serde_json::to_string(value)?)?,
    }
    Ok(())
}

/// A page of a list.
pub struct Listed<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where to go on.
    pub next: Option<String>,
    /// How many rows there are in all.
    pub count: u64,
}

/// Prints a page of a list, with how to go on.
pub fn list<T: Serialize>(
    output: Output,
    listed: &Listed<T>,
    header: &[&str],
    row: impl Fn(&T) -> Vec<String>,
) -> Result<()> {
    // Standard output alone would hand each line to the system by itself.
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, std::io::stdout().lock());
    match output {
        Output::Table => {
            writeln!(out, "{}", table(header, listed.items.iter().map(row)))?;
            out.flush()?;
            eprintln!("{} of {}", listed.items.len(), listed.count);
            if let Some(next) = &listed.next {
                eprintln!("hint: more with --cursor {next}");
            }
        }
        Output::Json => {
            let page = serde_json::json!({
                "items": listed.items, "next": listed.next, "count": {"value": listed.count, "exact": true},
            });
            writeln!(out, "{}", serde_json::to_string_pretty(&page)?)?;
        }
        Output::Jsonl => {
            for item in &listed.items {
                // As an error of the output, so that a reader that goes away is no fault of ours.
                serde_json::to_writer(&mut out, item).map_err(std::io::Error::from)?;
                out.write_all(b"\n")?;
            }
        }
    }
    out.flush()?;
    Ok(())
}

/// What is shown where nobody has said; never blank, which could be read as "no".
pub const UNKNOWN: &str = "?";

/// A value, or the sign that nobody has said.
pub fn said<T: ToString>(value: Option<&T>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), ToString::to_string)
}

/// A score with so many digits behind the point, or the sign that nobody has said.
pub fn scored(score: Option<f64>, digits: usize) -> String {
    score.map_or_else(|| UNKNOWN.to_owned(), |score| format!("{score:.digits$}"))
}

/// A count of which a nought says nothing: no source gives any.
pub fn counted(count: u64) -> String {
    if count == 0 { UNKNOWN.to_owned() } else { count.to_string() }
}

/// Draws a table without lines, cells kept on one line where the terminal is wide enough.
pub fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    for row in rows {
        table.add_row(row.into_iter().map(|cell| printable(&cell)));
    }
    table.to_string()
}

/// A text of others without what could command a terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{FFFD}' } else { c }).collect()
}
