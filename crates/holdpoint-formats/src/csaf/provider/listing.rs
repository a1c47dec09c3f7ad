//! `changes.csv` and `index.txt`: the lists of a folder of documents (7.1.12, 7.1.13).
//!
//! The surprise: a path of a list is input of a stranger; one that leaves its folder, names another host or holds
//! control characters is left out with a warning.

use holdpoint_domain::{Moment, Parsed, Rejected, Warning};

use crate::csaf::date::Instant;
use crate::csaf::parse::{Limits, open};
use crate::csaf::text::short;

/// One line of `changes.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeEntry {
    /// Path of the document below the folder, as written; it does not leave the folder.
    pub path: String,
    /// When its present revision came out; `None` when the line does not say it readably.
    pub released: Option<Moment>,
}

/// How many lines a list may have.
const LINES: usize = 2_000_000;

/// How many warnings are kept for one list; more are only counted.
const WARNINGS: usize = 1_000;

/// Reads `changes.csv`, quoted or not; the newest change should come first.
///
/// # Errors
/// [`Rejected`] with code `too-large`, `too-many` or `not-utf8`. An empty list is an empty result.
pub fn parse_changes_csv(bytes: &[u8]) -> Result<Parsed<Vec<ChangeEntry>>, Rejected> {
    let mut warnings = Vec::new();
    let text = open_list(bytes, &mut warnings)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut entries: Vec<ChangeEntry> = Vec::new();
    let mut notes = Notes::default();
    let mut sorted = true;
    for (at, record) in reader.records().enumerate() {
        let row = at + 1;
        let Ok(record) = record else {
            notes.add("changes-row", row, "the row is no CSV; it was left out".to_owned());
            continue;
        };
        let path = record.get(0).unwrap_or_default().trim();
        if let Err(problem) = check_path(path) {
            notes.add("listing-path", row, format!("`{}` {problem}; it was left out", short(path)));
            continue;
        }
        let date = record.get(1).unwrap_or_default().trim();
        let released = Instant::parse(date).map(|instant| Moment::from_micros(instant.micros()));
        if released.is_none() {
            notes.add("changes-date", row, format!("`{}` is no date and time", short(date)));
        }
        sorted &= entries.last().is_none_or(|last| released.is_none() || last.released >= released);
        entries.push(ChangeEntry { path: path.to_owned(), released });
    }
    notes.move_into(&mut warnings);
    if !sorted {
        let message = "the newest change does not come first, as it should; nothing is lost by it";
        warnings.push(Warning::new("changes-order", "", message));
    }
    Ok(Parsed { value: entries, warnings })
}

/// Reads `index.txt`: the paths of all documents below the folder.
///
/// # Errors
/// As [`parse_changes_csv`].
pub fn parse_index_txt(bytes: &[u8]) -> Result<Parsed<Vec<String>>, Rejected> {
    let mut warnings = Vec::new();
    let text = open_list(bytes, &mut warnings)?;
    let mut paths = Vec::new();
    let mut notes = Notes::default();
    for (at, line) in text.lines().enumerate() {
        let path = line.trim();
        if path.is_empty() {
            continue;
        }
        match check_path(path) {
            Ok(()) => paths.push(path.to_owned()),
            Err(problem) => {
                notes.add("listing-path", at + 1, format!("`{}` {problem}; it was left out", short(path)));
            }
        }
    }
    notes.move_into(&mut warnings);
    Ok(Parsed { value: paths, warnings })
}

/// The text of a list, within the limits; an empty file is an empty list.
fn open_list<'a>(bytes: &'a [u8], warnings: &mut Vec<Warning>) -> Result<&'a str, Rejected> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok("");
    }
    let limits = Limits { containers: usize::MAX, depth: usize::MAX, ..Limits::for_listings() };
    let text = open(bytes, &limits, warnings)?;
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    if lines > LINES {
        let what = format!("the list has {lines} lines, more than the limit of {LINES}");
        return Err(Rejected::new("too-many", what, "nothing of this list was taken", "look at the source"));
    }
    Ok(text)
}

/// Whether a path stays below its folder and names a JSON document.
fn check_path(path: &str) -> Result<(), &'static str> {
    let outside = path.starts_with(['/', '\\']) || path.contains("://") || path.contains('\\');
    let climbs = path.split('/').any(|part| matches!(part, "." | ".." | ""));
    if path.contains(|c: char| c.is_control() || matches!(c, '?' | '#' | ':')) {
        return Err("holds characters that no path of a document needs");
    }
    if outside || climbs {
        return Err("leaves its folder");
    }
    if climbs_in_disguise(path) {
        return Err("leaves its folder in an escaped form");
    }
    if !path.ends_with(".json") {
        return Err("is no JSON document");
    }
    Ok(())
}

/// `%2e`, `%2f` and `%5c` can become `.`, `/` and `\` on the way.
fn climbs_in_disguise(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    ["%2e", "%2f", "%5c", "%00"].iter().any(|escape| lower.contains(escape))
}

/// Warnings on rows, bounded in number.
#[derive(Default)]
struct Notes {
    kept: Vec<Warning>,
    more: usize,
}

impl Notes {
    fn add(&mut self, code: &str, row: usize, message: String) {
        if self.kept.len() < WARNINGS {
            self.kept.push(Warning::new(code, format!("row {row}"), message));
        } else {
            self.more += 1;
        }
    }

    fn move_into(self, warnings: &mut Vec<Warning>) {
        warnings.extend(self.kept);
        if self.more > 0 {
            let message = format!("{} more rows have the like", self.more);
            warnings.push(Warning::new("listing-more", "", message));
        }
    }
}
