//! What a bundle carries, thing by thing, to the use cases that anybody else calls.
//!
//! The surprise: what cannot be placed stops nothing else and is not lost. It is kept with its bytes, is listed, is tried again with the
//! next bundle, and anybody who may take bundles can place it once what it lacks is here.

use super::kept::MOST_KEPT;
use super::take::Taken;
use super::{Content, Item, file_trouble, records, waiting};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::intake::{self, Admission, IncomingDocument};
use crate::patches::files::{self as patch_files, NewFile};
use crate::statements::taking::{self, NewList};
use holdpoint_domain::Moment;
use holdpoint_domain::patch::ScanResult;
use std::fs;
use std::path::Path;

/// What a bundle says of things that came with the one on which it builds.
pub(super) const CAME_BEFORE: &str = "came_before";

/// What became of one thing.
pub(super) enum Became {
    /// It has its place.
    Placed,
    /// It is for people to read, and is kept under this name.
    Kept(String),
    /// It has no place yet, and why.
    Waits(String),
    /// Whoever tries may not place it, which says nothing of the thing itself.
    NotYours(String),
}

/// What the list says of the contents of a bundle.
pub(super) fn content(folder: &Path) -> Result<Content, AppError> {
    let bytes = fs::read(folder.join("image/targets/content.json"))
        .map_err(|why| file_trouble("the contents", &why))?;
    serde_json::from_slice(&bytes).map_err(|why| file_trouble("the contents", &why))
}

/// Hands everything on: advisories first, then what others need, and files of patches after what is said of them.
pub(super) fn carry_content(
    app: &App,
    caller: &Caller,
    (folder, source): (&Path, &str),
    taken: &mut Taken,
) -> Result<(), AppError> {
    let targets = folder.join("image/targets");
    let mut items = content(folder)?.items;
    items.retain(|item| !item.came_before);
    items.sort_by_key(|item| rank(&item.kind));
    let mut documents = Vec::new();
    for item in items.iter().filter(|item| item.kind == "advisory") {
        documents.push(Ok::<_, intake::Problem>(IncomingDocument::unproven(
            item.name.clone(),
            source,
            read_item(&targets, item)?,
        )));
    }
    let report = intake::import(app, caller, documents.into_iter(), Admission::ByTheRules, source)?;
    taken.problems.extend(report.problems.iter().map(|one| format!("{}: {}", one.name, one.rejected)));
    let bundle = (taken.bundle.site.clone(), taken.bundle.sequence);
    for item in items.iter().filter(|item| item.kind != "advisory") {
        let bytes = read_item(&targets, item)?;
        match carry_item(app, caller, (item, &bytes, source), &mut taken.problems)? {
            Became::Placed => waiting::is_placed(app, caller, (&bundle.0, item), &bytes)?,
            Became::Kept(name) => taken.kept.push((name, bytes)),
            Became::Waits(why) | Became::NotYours(why) => {
                let kept = waiting::keep(app, caller, (&bundle.0, bundle.1), (item, &bytes, &why))?;
                taken.problems.push(format!("{}: {why}; {kept}", item.name));
            }
        }
    }
    Ok(())
}

/// What others need comes before them.
fn rank(kind: &str) -> u8 {
    match kind {
        "advisory" => 0,
        "feed" => 1,
        "patch" => 2,
        "statements" => 3,
        "patch_file" => 4,
        _ => 5,
    }
}

fn read_item(targets: &Path, item: &Item) -> Result<Vec<u8>, AppError> {
    if !holdpoint_wire::repository::is_flat(&item.file) {
        return Err(file_trouble("the contents", &"a name leads elsewhere"));
    }
    fs::read(targets.join(&item.file)).map_err(|why| file_trouble(&item.name, &why))
}

/// Hands one thing on. What a feed could not read of itself is told, and lies where unread documents lie.
pub(super) fn carry_item(
    app: &App,
    caller: &Caller,
    (item, bytes, source): (&Item, &[u8], &str),
    problems: &mut Vec<String>,
) -> Result<Became, AppError> {
    let name = &item.name;
    let done = match item.kind.as_str() {
        "feed" => {
            let report = crate::feeds::import_bytes(app, caller, name, bytes.to_vec(), None, source)?;
            problems.extend(report.problems.iter().map(|one| format!("{}: {}", one.name, one.rejected)));
            Ok(())
        }
        "statements" => {
            let new = NewList { name, bytes, mapping: None, mode: taking::Mode::Write };
            taking::import(app, caller, &new, source).map(drop)
        }
        "patch" => records::take(app, caller, bytes, source),
        "paper" if crate::agents::has_paper(app, bytes)? => Ok(()),
        "paper" => crate::agents::put_paper(app, caller, bytes, source).map(drop),
        "approvals" if bytes.len() as u64 > MOST_KEPT => {
            return Ok(Became::Waits(format!("{} bytes are too many to keep for people", bytes.len())));
        }
        "approvals" => return Ok(Became::Kept(format!("approvals {name}"))),
        "patch_file" => patch_file(app, caller, (item, bytes), source),
        other => {
            let what =
                format!("`{other}` is of no kind that this program knows; update it, and place it then");
            return Ok(Became::Waits(what));
        }
    };
    match done {
        Ok(()) => Ok(Became::Placed),
        Err(AppError::Store(why)) => Err(AppError::Store(why)),
        Err(AppError::Refused(why)) => Ok(Became::NotYours(why.to_string())),
        Err(why) => Ok(Became::Waits(why.to_string())),
    }
}

fn patch_file(
    app: &App,
    caller: &Caller,
    (item, bytes): (&Item, &[u8]),
    source: &str,
) -> Result<(), AppError> {
    let scanned_at: Option<Moment> = item.scanned_at.parse().ok();
    let clean = item.scanner.starts_with(ScanResult::Clean.word()) && scanned_at.is_some();
    let file = NewFile {
        name: item.name.clone(),
        bytes: bytes.to_vec(),
        expected_sha256: String::new(),
        origin: format!("{source}; before that: {}", item.origin),
        scan: if clean { ScanResult::Clean } else { ScanResult::NotScanned },
        scanner: item.scanner.clone(),
        scanned_at,
    };
    patch_files::add(app, caller, &item.patch, &file, source).map(drop)
}
