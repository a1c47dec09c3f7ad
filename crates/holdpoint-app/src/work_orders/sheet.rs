//! What a sheet says: made from the plan and what is known of the asset now, with its hash and its code.
//!
//! The surprise: a sheet is made anew whenever somebody looks, and compared with the one that was printed. What differs is told
//! line by line; a sheet on paper cannot know that it is old.

use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::{Asset, Field};
use holdpoint_domain::id::WorkOrderId;
use holdpoint_domain::plan::{ChangePlan, PlannedStep, WayBack};
use holdpoint_domain::window::Window;
use holdpoint_store::Reader;
use holdpoint_store::plan::PlanLine;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A line of a sheet that somebody ticks or fills in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetLine {
    /// Its number.
    pub number: u32,
    /// What is to be done or looked at.
    pub what: String,
    /// What should come of it; empty: nothing but done.
    pub expect: String,
    /// `tick`, `text` or `minutes`.
    pub field: String,
}

/// A file that the work needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetFile {
    /// Its name.
    pub name: String,
    /// Its hashes, each with its algorithm.
    pub hashes: Vec<String>,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The plan, as number and title.
    pub plan: String,
    /// The step.
    pub step: u32,
    /// The patch.
    pub patch: String,
    /// The site.
    pub site: String,
    /// Its time zone.
    pub time_zone: String,
    /// The asset's tag.
    pub tag: String,
    /// What is known of it: label and value.
    pub asset: Vec<(String, String)>,
    /// The window's name.
    pub window: String,
    /// When the work may begin.
    pub start: String,
    /// When it must have begun at the latest.
    pub last_safe_start: String,
    /// When everything must be over, undo included.
    pub free_at: String,
    /// Minutes of work and of undo.
    pub minutes: (u32, u32),
    /// How many people it takes.
    pub people: u16,
    /// Files with their hashes.
    pub files: Vec<SheetFile>,
    /// What must hold before the work begins.
    pub before: Vec<SheetLine>,
    /// The work.
    pub work: Vec<SheetLine>,
    /// When to stop.
    pub stop: Vec<String>,
    /// The way back.
    pub way_back: String,
}

/// What a sheet is made from.
pub(super) struct Ground<'a> {
    pub line: &'a PlanLine,
    pub plan: &'a ChangePlan,
    pub step: &'a PlannedStep,
    pub asset: &'a Asset,
    pub window: Option<Window>,
    pub files: Vec<SheetFile>,
    pub restart: String,
}

/// The files of a patch, and what its source says of a restart.
pub(super) fn files(r: &mut Reader<'_>, patch: &str) -> Result<(Vec<SheetFile>, String), AppError> {
    let mut files: Vec<SheetFile> = Vec::new();
    let mut restart = String::new();
    for kept in r.patch_records(patch)? {
        if restart.is_empty() {
            restart.clone_from(&kept.record.restart);
        }
        for file in kept.record.files {
            let new = SheetFile { name: file.name, hashes: file.hashes };
            if !files.contains(&new) && files.len() < 20 {
                files.push(new);
            }
        }
    }
    Ok((files, restart))
}

/// Makes the sheet.
pub(super) fn make(ground: &Ground<'_>) -> Sheet {
    let step = ground.step;
    let value = |field: Field| ground.asset.value(field).map(str::to_owned);
    let labelled = [
        ("Name", Field::Name),
        ("Location", Field::Location),
        ("Zone", Field::Zone),
        ("Vendor", Field::Vendor),
        ("Product", Field::Product),
        ("Order number", Field::OrderNumber),
        ("Serial number", Field::SerialNumber),
        ("Firmware now", Field::FirmwareVersion),
        ("System now", Field::OsVersion),
    ];
    let asset = labelled.iter().filter_map(|(label, field)| Some(((*label).to_owned(), value(*field)?)));
    Sheet {
        plan: format!("{} {}", ground.line.number, ground.line.title),
        step: step.number,
        patch: step.patch.clone(),
        site: ground.line.site_name.clone(),
        time_zone: ground.line.time_zone.clone(),
        tag: ground.asset.tag.clone(),
        asset: asset.collect(),
        window: ground.window.as_ref().map_or_else(String::new, |window| window.name.clone()),
        start: wall(step.start, &ground.line.time_zone),
        last_safe_start: wall(step.last_safe_start, &ground.line.time_zone),
        free_at: wall(step.free_at, &ground.line.time_zone),
        minutes: (step.estimate.work_minutes, step.estimate.undo_minutes),
        people: step.people,
        files: ground.files.clone(),
        before: before(ground),
        work: work(ground),
        stop: stop(ground),
        way_back: crate::planning::way_words(&step.way_back),
    }
}

fn lines(texts: Vec<(String, &str, &str)>) -> Vec<SheetLine> {
    (1..)
        .zip(texts)
        .map(|(number, (what, expect, field))| SheetLine {
            number,
            what,
            expect: expect.to_owned(),
            field: field.to_owned(),
        })
        .collect()
}

/// The line of the backup.
pub(super) const BACKUP_LINE: &str = "A backup was made, and it was read back";
/// The line of the files, on sheets of a patch whose files are known.
pub(super) const FILES_LINE: &str = "The files are here, and their hashes are those below";

fn before(ground: &Ground<'_>) -> Vec<SheetLine> {
    let mut texts = vec![
        ("This is the asset: compare the tag and the serial number with the plate".to_owned(), "", "tick"),
        ("The control room knows, and the process permits the work".to_owned(), "", "tick"),
        (BACKUP_LINE.to_owned(), "where it lies", "text"),
    ];
    if !ground.files.is_empty() {
        texts.push((FILES_LINE.to_owned(), "", "tick"));
    }
    for numbered in ground.plan.holds_of(ground.step.number) {
        let hold = numbered.hold;
        texts.push((format!("Hold point, opened by {}: {}", hold.opened_by, hold.evidence), "open", "tick"));
    }
    if let Some(note) =
        ground.window.as_ref().map(|window| window.note.clone()).filter(|note| !note.is_empty())
    {
        texts.push((note, "", "tick"));
    }
    lines(texts)
}

fn work(ground: &Ground<'_>) -> Vec<SheetLine> {
    let restart = if ground.restart.is_empty() {
        "Restart what has to be restarted; the source does not say what".to_owned()
    } else {
        format!("Restart what has to be restarted; the source says: {}", ground.restart)
    };
    lines(vec![
        ("Read the version before".to_owned(), "version", "text"),
        (format!("Install {}", ground.step.patch), "", "tick"),
        (restart, "", "tick"),
        ("Read the version after".to_owned(), "version", "text"),
        ("Check the function with the control room".to_owned(), "as before", "tick"),
        ("Measure how long it took".to_owned(), "minutes", "minutes"),
    ])
}

fn stop(ground: &Ground<'_>) -> Vec<String> {
    let step = ground.step;
    let mut stop = vec![
        format!("It is later than {}.", wall(step.last_safe_start, &ground.line.time_zone)),
        "A line above cannot be ticked.".to_owned(),
        "The process does not permit it any more.".to_owned(),
        "A sheet with a higher revision exists.".to_owned(),
    ];
    if matches!(step.way_back, WayBack::None { .. }) {
        stop.push("There is no way back: when in doubt, do not begin.".to_owned());
    }
    stop
}

/// A moment on the clock of the site.
fn wall(at: Moment, zone: &str) -> String {
    let known = holdpoint_domain::clock::zone_rules(zone);
    let stamp = jiff::Timestamp::from_microsecond(at.micros()).ok();
    match (known, stamp) {
        (Some(zone), Some(stamp)) => stamp.to_zoned(zone).strftime("%Y-%m-%d %H:%M %Z").to_string(),
        _ => at.to_string(),
    }
}

impl Sheet {
    /// The text that is kept and hashed.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers have a JSON form")
    }

    /// What this sheet says otherwise than an older one, line by line.
    #[must_use]
    pub fn differences(&self, older: &Self) -> Vec<String> {
        let (new, old) = (flat(self), flat(older));
        let mut found = Vec::new();
        for (key, value) in &new {
            match old.iter().find(|(other, _)| other == key) {
                None => found.push(format!("{key}: {value} is new")),
                Some((_, before)) if before != value => found.push(format!("{key}: {before} → {value}")),
                Some(_) => {}
            }
        }
        for (key, value) in &old {
            if !new.iter().any(|(other, _)| other == key) {
                found.push(format!("{key}: {value} is gone"));
            }
        }
        found
    }
}

fn flat(sheet: &Sheet) -> Vec<(String, String)> {
    let mut all = vec![
        ("patch".to_owned(), sheet.patch.clone()),
        ("asset".to_owned(), sheet.tag.clone()),
        ("window".to_owned(), sheet.window.clone()),
        ("start".to_owned(), sheet.start.clone()),
        ("last safe start".to_owned(), sheet.last_safe_start.clone()),
        ("free at".to_owned(), sheet.free_at.clone()),
        ("minutes".to_owned(), format!("{} and {} of undo", sheet.minutes.0, sheet.minutes.1)),
        ("people".to_owned(), sheet.people.to_string()),
        ("way back".to_owned(), sheet.way_back.clone()),
    ];
    all.extend(sheet.asset.iter().map(|(label, value)| (label.to_lowercase(), value.clone())));
    all.extend(sheet.files.iter().map(|file| (format!("file {}", file.name), file.hashes.join(" "))));
    for (part, lines) in [("before", &sheet.before), ("work", &sheet.work)] {
        all.extend(lines.iter().map(|line| (format!("{part} {}", line.number), line.what.clone())));
    }
    all.extend((1..).zip(&sheet.stop).map(|(number, text)| (format!("stop {number}"), text.clone())));
    all
}

/// SHA-256 of a text.
#[must_use]
pub fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The first characters of a hash, as they stand on a sheet.
#[must_use]
pub fn short(hash: &[u8; 32]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The text of a sheet's code: which order, which revision, which content.
#[must_use]
pub fn code(id: WorkOrderId, revision: u32, hash: &[u8; 32]) -> String {
    format!("HOLDPOINT-WO {id} {revision} {}", short(hash))
}

/// The parts of a code that somebody read from a sheet.
#[must_use]
pub fn read_code(text: &str) -> Option<(WorkOrderId, u32, String)> {
    let mut words = text.split_whitespace();
    if words.next() != Some("HOLDPOINT-WO") {
        return None;
    }
    let id = words.next()?.parse().ok()?;
    let revision = words.next()?.parse().ok()?;
    let hash = words.next()?.to_ascii_lowercase();
    (hash.len() == 16 && words.next().is_none()).then_some((id, revision, hash))
}

/// A code as a picture (SVG), with a quarter of it spare against dirt.
///
/// # Errors
/// [`AppError::Invalid`] for a text that is too long, which a code never is.
pub fn picture(text: &str) -> Result<String, AppError> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::Q)
        .map_err(|why| crate::planning::invalid("code", why.to_string(), "shorten it"))?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(160, 160).quiet_zone(true).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_and_another_text_is_none() {
        let id = WorkOrderId::new(Moment::from_micros(7), [3; 10]);
        let text = code(id, 2, &[0xab; 32]);
        assert_eq!(read_code(&text), Some((id, 2, "ab".repeat(8))));
        assert_eq!(read_code(&format!("  {text}\r\n")), Some((id, 2, "ab".repeat(8))));
        for wrong in ["", "https://plant.example", "HOLDPOINT-WO x 2 abababababababab", &format!("{text} 9")]
        {
            assert_eq!(read_code(wrong), None, "{wrong}");
        }
        assert!(picture(&text).is_ok_and(|svg| svg.contains("<svg")));
    }
}
