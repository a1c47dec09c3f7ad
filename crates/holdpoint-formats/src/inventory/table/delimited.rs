//! CSV and its cousins: which separator, then row by row.
//!
//! The surprise: a file that ends inside a quoted cell is refused as a whole, because it was cut off and its last
//! value may be half a value.

use super::builder::Builder;
use super::{Options, Origin, Table, encoding, refused};
use crate::inventory::mapping;
use holdpoint_domain::{Parsed, Rejected, Warning};
use std::borrow::Cow;

const CANDIDATES: [char; 4] = [',', ';', '\t', '|'];

/// So much of the file decides about the separator.
const SAMPLE_BYTES: usize = 64 << 10;
const SAMPLE_ROWS: usize = 20;

/// Reads a text file with separators.
pub(super) fn read(bytes: &[u8], options: &Options) -> Result<Parsed<Table>, Rejected> {
    let decoded = encoding::decode(bytes);
    let mut builder = Builder::new(options);
    for Warning { message, .. } in decoded.warnings.iter().filter(|w| w.code == "table-encoding") {
        builder.warn("table-encoding", "", message.clone());
    }
    for Warning { message, .. } in decoded.warnings.iter().filter(|w| w.code == "table-broken-encoding") {
        builder.warn("table-broken-encoding", "", message.clone());
    }
    let text = plain_line_ends(&decoded.text);
    let text = text.trim_end_matches('\0');
    let (said, body, first_line) = said_delimiter(text);
    let delimiter = said.unwrap_or_else(|| sniff(from_row(body, first_line, options.header_row)));
    if body.contains('\0') {
        builder.warn(
            "table-nul-bytes",
            "",
            "the file holds NUL bytes; rows that hold one are refused".to_owned(),
        );
    }
    read_rows(body, delimiter, first_line, &mut builder)?;
    builder.finish(Origin::Delimited { delimiter, encoding: decoded.encoding })
}

/// Files of old Macs end their lines with a carriage return alone.
fn plain_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') && !text.contains('\n') {
        Cow::Owned(text.replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The line `sep=;` that spreadsheet programs write in front, the rest, and the number of its first line.
fn said_delimiter(text: &str) -> (Option<char>, &str, u32) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches('\r');
    match line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")) {
        Some(_) => match line[4..].chars().next() {
            Some(said) if CANDIDATES.contains(&said) && line.chars().count() == 5 => (Some(said), rest, 2),
            Some(_) | None => (None, text, 1),
        },
        None => (None, text, 1),
    }
}

/// What is left of a text from a row on; the text begins with the row `first`.
fn from_row(text: &str, first: u32, row: Option<u32>) -> &str {
    let above = row.unwrap_or(0).saturating_sub(first) as usize;
    let start = text.match_indices('\n').take(above).last().map_or(0, |(at, _)| at + 1);
    &text[start..]
}

/// The separator that gives known column names, else even rows, else many columns; a comma when in doubt.
fn sniff(text: &str) -> char {
    let mut end = text.len().min(SAMPLE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = &text[..end];
    let mut best = (',', (0, 0, 0));
    for candidate in CANDIDATES {
        let score = score(sample, candidate);
        if score > best.1 {
            best = (candidate, score);
        }
    }
    best.0
}

/// Known names in the header, rows as wide as the header, columns of the header; nothing for a single column.
fn score(sample: &str, delimiter: char) -> (usize, usize, usize) {
    let mut reader = reader(sample, delimiter);
    let mut rows = reader.records().take(SAMPLE_ROWS).filter_map(Result::ok);
    let Some(header) = rows.next() else { return (0, 0, 0) };
    if header.len() < 2 {
        return (0, 0, 0);
    }
    let known = header.iter().filter(|name| mapping::is_known_name(name)).count();
    let even = rows.filter(|row| row.len() == header.len()).count();
    (known, even, header.len())
}

fn reader(text: &str, delimiter: char) -> csv::Reader<&[u8]> {
    let delimiter = u8::try_from(delimiter).expect("all candidates are ASCII");
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

fn read_rows(text: &str, delimiter: char, first_line: u32, builder: &mut Builder) -> Result<(), Rejected> {
    let mut reader = reader(text, delimiter);
    let mut record = csv::StringRecord::new();
    let (mut line, mut from) = (first_line, 0);
    let mut last = (from, line);
    loop {
        let is_row = reader.read_record(&mut record).map_err(|error| {
            refused(
                "csv-broken",
                format!("row {line} cannot be read: {error}"),
                "look at this row in an editor",
            )
        })?;
        let to = usize::try_from(reader.position().byte()).unwrap_or(text.len()).min(text.len());
        if !is_row {
            break;
        }
        // Line ends in front of a row belong to blank lines, or to the row before it.
        let raw = &text[from..to];
        let start = raw.len() - raw.trim_start_matches(['\r', '\n']).len();
        line += line_ends(&raw[..start]);
        last = (from + start, line);
        builder.push(line, record.iter())?;
        line += line_ends(&raw[start..]);
        from = to;
    }
    if ends_inside_quotes(&text[last.0..], delimiter) {
        return Err(refused(
            "csv-cut-off",
            format!("the file ends inside a quoted cell of row {}", last.1),
            "look whether the file was cut off, or close the quote in this row",
        ));
    }
    Ok(())
}

fn line_ends(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

/// Whether the last row opens a quote that is never closed.
fn ends_inside_quotes(row: &str, delimiter: char) -> bool {
    enum At {
        CellStart,
        Plain,
        Quoted,
        QuoteInQuoted,
    }
    let mut at = At::CellStart;
    for letter in row.chars() {
        at = match (at, letter) {
            (At::CellStart, '"') | (At::QuoteInQuoted, '"') => At::Quoted,
            (At::Quoted, '"') => At::QuoteInQuoted,
            (At::Quoted, _) => At::Quoted,
            (At::CellStart | At::Plain | At::QuoteInQuoted, letter) if letter == delimiter => At::CellStart,
            (At::CellStart | At::Plain | At::QuoteInQuoted, _) => At::Plain,
        };
    }
    matches!(at, At::Quoted)
}
