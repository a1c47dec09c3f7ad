//! What a result says of the time before the work: the files, the look at the asset, the backup.
//!
//! The surprise: the lines of the sheet are told by whoever did the work, and nobody else saw them. What was not told is not
//! called done, and a work order that is told without lines says nothing of a backup.

use super::result::ResultBody;
use super::sheet::{BACKUP_LINE, FILES_LINE};
use super::{Sheet, SheetLine};
use holdpoint_domain::execution::{Deed, Event, Outcome};

/// The lines of the sheet that stand for a deed before the work.
fn lines_of(sheet: &Sheet, deed: Deed) -> Vec<&SheetLine> {
    let is_of = |line: &&SheetLine| match deed {
        Deed::Stage => line.what == FILES_LINE,
        Deed::Backup => line.what == BACKUP_LINE,
        _ => line.what != FILES_LINE && line.what != BACKUP_LINE,
    };
    sheet.before.iter().filter(is_of).collect()
}

/// What is told of a line: `None`: nothing.
fn told_of(body: &ResultBody, line: &SheetLine) -> Option<bool> {
    let said = body.lines.iter().filter(|one| one.part == "before" && one.number == line.number);
    said.map(|one| one.done).reduce(|one, other| one && other)
}

/// How the deeds before the work ended, as the lines of the sheet tell.
pub(super) fn told_before(sheet: &Sheet, body: &ResultBody) -> Vec<(Deed, Outcome)> {
    let by = body.done_by.trim();
    let ended = |deed: Deed| {
        let lines = lines_of(sheet, deed);
        let named = |is: Option<bool>| {
            let named: Vec<&str> = lines
                .iter()
                .filter(|line| told_of(body, line) == is)
                .map(|line| line.what.as_str())
                .collect();
            named.join("; ")
        };
        let (not_done, not_told) = (named(Some(false)), named(None));
        if !not_done.is_empty() {
            return Outcome::NotDone { what: format!("{by} tells that this was not done: {not_done}") };
        }
        if lines.is_empty() {
            return Outcome::NotTold { what: "the sheet asks nothing of it".to_owned() };
        }
        if !not_told.is_empty() {
            return Outcome::NotTold { what: format!("{by} has not told: {not_told}") };
        }
        Outcome::Succeeded
    };
    [Deed::Stage, Deed::Preflight, Deed::Backup].map(|deed| (deed, ended(deed))).into()
}

/// What an event of a result rests on: for what comes before the work, the words of the person and no others.
pub(super) fn evidence_of(event: &Event, sheet: &Sheet, (body, all): (&ResultBody, &str)) -> String {
    let (Event::Intended { deed, .. } | Event::Ended { deed, .. }) = event else { return all.to_owned() };
    if !matches!(deed, Deed::Stage | Deed::Preflight | Deed::Backup) {
        return all.to_owned();
    }
    let told = |line: &SheetLine| {
        let said = body.lines.iter().filter(|one| one.part == "before" && one.number == line.number);
        let said: Vec<String> = said
            .map(|one| match (one.done, one.value.trim()) {
                (true, "") => "done".to_owned(),
                (true, value) => format!("done, {value}"),
                (false, _) => "NOT done".to_owned(),
            })
            .collect();
        let said = if said.is_empty() { "not told".to_owned() } else { said.join(", ") };
        format!("{}: {said}", line.what)
    };
    let lines: Vec<String> = sheet.before.iter().map(told).collect();
    format!("as {} tells, and nobody else saw: {}", body.done_by.trim(), lines.join("; "))
}
