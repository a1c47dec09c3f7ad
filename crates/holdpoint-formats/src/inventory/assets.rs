//! Rows become reports on assets, or are refused with a reason for each bad cell.
//!
//! A blank cell says nothing; the word `(clear)` empties a field. One bad cell refuses its whole row, because
//! half a row is not what its author meant. The surprise: two rows with the same tag are both refused, each
//! naming the other, unless they say exactly the same; which of the two is right only their author knows.

mod cells;
mod software;

pub(super) use software::kind_of_cpe;

use super::mapping::{Mapping, Shape};
use super::table::Table;
use cells::Columns;
use holdpoint_domain::id::AssetId;
use holdpoint_domain::observation::AssetReport;
use holdpoint_domain::{Parsed, Rejected, Warning};
use std::collections::BTreeMap;

/// What became of one row (in a table of software: of all good rows of one asset).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    /// It says something of an asset.
    Report(Box<RowReport>),
    /// It cannot be used.
    Rejected(RejectedRow),
}

/// What one row says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowReport {
    /// The rows it stands in, as a spreadsheet program shows them; never empty.
    pub rows: Vec<u32>,
    /// What is said.
    pub report: AssetReport,
    /// Holdpoint's id of the asset when the file comes from an export.
    pub id: Option<AssetId>,
    /// The state of the asset at the time of that export.
    pub etag: Option<String>,
}

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    /// The row as a spreadsheet program shows it.
    pub row: u32,
    /// The asset's tag when there is one.
    pub tag: Option<String>,
    /// What is wrong, at least one reason.
    pub reasons: Vec<CellReason>,
}

/// What is wrong with one cell, or with the whole row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellReason {
    /// The column by its name in the file; `None`: the whole row.
    pub column: Option<String>,
    /// What is wrong and what would be right, as a sentence without a full stop.
    pub reason: String,
}

impl RejectedRow {
    /// All reasons as one text.
    #[must_use]
    pub fn reason(&self) -> String {
        let reasons: Vec<String> = self
            .reasons
            .iter()
            .map(|CellReason { column, reason }| match column {
                Some(column) => format!("column `{column}`: {reason}"),
                None => reason.clone(),
            })
            .collect();
        reasons.join("; ")
    }
}

/// Reads the rows of a table with a mapping.
///
/// # Errors
/// A mapping that was made for another header, or that cannot be used.
pub fn read(table: &Table, mapping: &Mapping) -> Result<Parsed<Vec<RowOutcome>>, Rejected> {
    if !mapping.fits(table) {
        return Err(refused(
            "mapping-of-another-header",
            "the column mapping was made for a file with other columns".to_owned(),
            "map the columns of this file",
        ));
    }
    mapping.check().map_err(|error| {
        refused(
            "mapping-unusable",
            format!("the column mapping cannot be used: {error}"),
            "change the mapping",
        )
    })?;
    let mut remarks = Remarks::default();
    let columns = Columns::new(table, mapping, &mut remarks);
    let value = match mapping.shape {
        Shape::Assets => asset_rows(table, &columns, &mut remarks),
        Shape::Software => software::read(table, &columns, &mut remarks),
    };
    Ok(Parsed { value, warnings: remarks.finish() })
}

fn refused(code: &str, what: String, remedy: &str) -> Rejected {
    Rejected::new(code, what, "nothing of this file was taken", remedy)
}

fn asset_rows(table: &Table, columns: &Columns<'_>, remarks: &mut Remarks) -> Vec<RowOutcome> {
    let mut outcomes: Vec<RowOutcome> = table.rows().map(|row| columns.asset_row(row, remarks)).collect();
    refuse_repeated_tags(&mut outcomes, remarks);
    outcomes
}

/// Rows of the same tag are folded into the first when they say the same, else all are refused.
fn refuse_repeated_tags(outcomes: &mut Vec<RowOutcome>, remarks: &mut Remarks) {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        match outcome {
            RowOutcome::Report(row) => places.entry(&row.report.tag).or_default().push(index),
            // A refused row claims its tag too: its sibling may be the wrong one of the two.
            RowOutcome::Rejected(row) => {
                if let Some(tag) = &row.tag {
                    places.entry(tag).or_default().push(index);
                }
            }
        }
    }
    warn_of_similar_tags(places.keys().copied(), remarks);
    let repeated: Vec<Vec<usize>> = places.into_values().filter(|indexes| indexes.len() > 1).collect();
    let mut is_folded = vec![false; outcomes.len()];
    for indexes in repeated {
        fold_or_refuse(outcomes, &indexes, &mut is_folded, remarks);
    }
    let mut folded = is_folded.into_iter();
    outcomes.retain(|_| !folded.next().unwrap_or(false));
}

fn fold_or_refuse(
    outcomes: &mut [RowOutcome],
    indexes: &[usize],
    is_folded: &mut [bool],
    remarks: &mut Remarks,
) {
    let numbers: Vec<u32> = indexes.iter().map(|index| first_row(&outcomes[*index])).collect();
    let first = &outcomes[indexes[0]];
    if indexes.iter().all(|index| says_the_same(first, &outcomes[*index])) {
        let place = format!("row {}", numbers[0]);
        let message = format!("rows {} say exactly the same and count once", listed(&numbers));
        remarks.add("inventory-repeated-row", &place, message);
        if let RowOutcome::Report(row) = &mut outcomes[indexes[0]] {
            row.rows = numbers;
        }
        indexes[1..].iter().for_each(|index| is_folded[*index] = true);
        return;
    }
    for (index, number) in indexes.iter().zip(&numbers) {
        let others: Vec<u32> = numbers.iter().copied().filter(|other| other != number).collect();
        let reason = CellReason {
            column: None,
            reason: format!("the same asset tag stands in row {} and says something else", listed(&others)),
        };
        match &mut outcomes[*index] {
            RowOutcome::Rejected(row) => row.reasons.push(reason),
            RowOutcome::Report(row) => {
                let tag = Some(row.report.tag.clone());
                outcomes[*index] =
                    RowOutcome::Rejected(RejectedRow { row: *number, tag, reasons: vec![reason] });
            }
        }
    }
}

fn says_the_same(first: &RowOutcome, other: &RowOutcome) -> bool {
    match (first, other) {
        (RowOutcome::Report(first), RowOutcome::Report(other)) => {
            let (a, b) = (&first.report, &other.report);
            (&a.fields, &a.cleared, &a.installed) == (&b.fields, &b.cleared, &b.installed)
                && (&first.id, &first.etag) == (&other.id, &other.etag)
        }
        (RowOutcome::Report(_) | RowOutcome::Rejected(_), _) => false,
    }
}

fn first_row(outcome: &RowOutcome) -> u32 {
    match outcome {
        RowOutcome::Report(row) => row.rows.first().copied().unwrap_or(0),
        RowOutcome::Rejected(row) => row.row,
    }
}

/// At most ten numbers, then how many more.
fn listed(numbers: &[u32]) -> String {
    let shown: Vec<String> = numbers.iter().take(10).map(u32::to_string).collect();
    let more = numbers.len().saturating_sub(10);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

fn warn_of_similar_tags<'a>(tags: impl Iterator<Item = &'a str>, remarks: &mut Remarks) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for tag in tags {
        if let Some(other) = seen.insert(tag.to_lowercase(), tag) {
            let message = format!("tags `{other}` and `{tag}` differ only in case; they are two assets");
            remarks.add("inventory-similar-tags", "", message);
        }
    }
}

/// Remarks in the making: a hundred of a kind are listed, the rest is counted.
#[derive(Default)]
struct Remarks {
    warnings: Vec<Warning>,
    counts: BTreeMap<&'static str, usize>,
}

impl Remarks {
    const LISTED: usize = 100;

    fn add(&mut self, code: &'static str, place: &str, message: String) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= Self::LISTED {
            self.warnings.push(Warning::new(code, place, message));
        }
    }

    fn finish(mut self) -> Vec<Warning> {
        for (code, count) in self.counts.iter().filter(|(_, count)| **count > Self::LISTED) {
            let message = format!("{} more remarks of this kind are not listed", count - Self::LISTED);
            self.warnings.push(Warning::new(*code, "", message));
        }
        self.warnings
    }
}
