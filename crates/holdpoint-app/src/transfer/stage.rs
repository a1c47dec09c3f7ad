//! What an office puts together for people to sign: everything that a plant without a line should have.
//!
//! The surprise: approvals are words, and not decisions. What the office decided travels with who signed it and on what evidence, and
//! the plant's own people sign what holds there. Signed papers for devices are carried as they are.

use super::kept::approvals_of;
use super::keys::no_paper;
use super::{Content, DAY, Item, TARGETS_DAYS, base, file_trouble, fingerprint, records, second};
use crate::App;
use crate::access_check::Caller;
use crate::advisories;
use crate::error::AppError;
use crate::patches::{self, files as patch_files};
use holdpoint_domain::access::Permission;
use holdpoint_store::page::{ListQuery, MAX_LIMIT};
use holdpoint_wire::repository::{self as tuf, File, Head};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What is put together besides the advisories, which always go along.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gathered<'a> {
    /// A folder with files of feeds.
    pub feeds: Option<&'a Path>,
    /// A folder with suppliers' lists of what they qualified.
    pub statements: Option<&'a Path>,
    /// A folder with signed papers for devices.
    pub papers: Option<&'a Path>,
    /// Patches that go along: what the sources say of them, and their kept files.
    pub patches: &'a [String],
    /// Baselines whose decisions go along.
    pub baselines: &'a [String],
    /// A site that has said what it has taken in: that does not travel again. The bundle is for this site alone.
    pub since: Option<&'a str>,
}

/// What was staged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// The version of the list of files.
    pub version: u64,
    /// How many things it carries, by kind.
    pub items: BTreeMap<String, usize>,
    /// What was named and brought nothing, in words.
    pub missing: Vec<String>,
    /// How many things the other end has already.
    pub came_before: usize,
    /// What it builds on, in words; empty: everything is in it.
    pub builds_on: String,
}

/// Puts what is known here into a folder, with an unsigned list of it: every advisory as its publisher wrote it, and what is gathered.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] for a patch or a baseline; [`AppError::File`].
pub fn stage(app: &App, caller: &Caller, folder: &Path, gathered: &Gathered<'_>) -> Result<Staged, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let (base, before) = match gathered.since.map(|site| base::of(app, caller, site)).transpose()? {
        Some((base, before)) => (Some(base), before),
        None => (None, Vec::new()),
    };
    let version = match fs::read(folder.join("targets.json")) {
        Ok(before) => tuf::stated(&before).map_err(no_paper)?.0 + 1,
        Err(_) => 1,
    };
    let targets = folder.join("targets");
    if targets.is_dir() {
        fs::remove_dir_all(&targets).map_err(|why| file_trouble("the folder", &why))?;
    }
    fs::create_dir_all(&targets).map_err(|why| file_trouble("the folder", &why))?;
    let mut shelf =
        Shelf { targets: &targets, before, files: BTreeMap::new(), items: Vec::new(), missing: Vec::new() };
    shelf.advisories(app, caller)?;
    shelf.folder("feed", gathered.feeds)?;
    shelf.folder("statements", gathered.statements)?;
    shelf.patches(app, caller, gathered.patches)?;
    for name in gathered.baselines {
        let told = approvals_of(app, caller, name)?;
        if told.is_empty() {
            shelf.missing.push(format!("baseline `{name}` has no decision yet, so none travels"));
        }
        let bytes = serde_json::to_vec(&told).map_err(|why| file_trouble("the approvals", &why))?;
        shelf.put("approvals", ("approvals", name), &bytes, |_| {})?;
    }
    shelf.folder("paper", gathered.papers)?;
    let mut items = BTreeMap::new();
    for item in shelf.items.iter().filter(|item| !item.came_before) {
        *items.entry(item.kind.clone()).or_default() += 1;
    }
    let came_before = shelf.items.iter().filter(|item| item.came_before).count();
    let builds_on = base.as_ref().map(super::Base::words).unwrap_or_default();
    let content = serde_json::to_vec(&Content { version: 1, items: shelf.items.clone(), base })
        .map_err(|why| file_trouble("the list", &why))?;
    shelf.keep("content.json", &content)?;
    let expires = second(app.now().plus_micros(TARGETS_DAYS * DAY));
    let paper = tuf::targets(Head { version, expires: &expires }, &shelf.files).map_err(no_paper)?;
    let path = folder.join("targets.json");
    fs::write(path, tuf::unsigned(&paper)).map_err(|why| file_trouble("the list", &why))?;
    Ok(Staged { version, items, missing: shelf.missing, came_before, builds_on })
}

pub(super) fn files_in(folder: &Path) -> Result<Vec<std::path::PathBuf>, AppError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|why| file_trouble("the folder", &why))? {
        let path = entry.map_err(|why| file_trouble("the folder", &why))?.path();
        if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Files under names that follow from their content.
struct Shelf<'a> {
    targets: &'a Path,
    /// What the other end has already.
    before: Vec<Item>,
    files: BTreeMap<String, File>,
    items: Vec<Item>,
    missing: Vec<String>,
}

impl Shelf<'_> {
    fn advisories(&mut self, app: &App, caller: &Caller) -> Result<(), AppError> {
        let mut query = ListQuery::everything(MAX_LIMIT, app.now());
        loop {
            let page = advisories::list(app, caller, &query)?;
            for line in page.items {
                let (_, bytes) = advisories::raw(app, caller, &line.id.to_string(), None)?;
                self.put("advisory", ("advisory", &line.tracking_id), &bytes, |_| {})?;
            }
            query.page.cursor = page.next;
            if query.page.cursor.is_none() {
                return Ok(());
            }
        }
    }

    /// The files of a folder, each under its own name.
    fn folder(&mut self, kind: &str, folder: Option<&Path>) -> Result<(), AppError> {
        let files = folder.map(files_in).transpose()?.unwrap_or_default();
        if let (Some(folder), true) = (folder, files.is_empty()) {
            self.missing.push(format!("no file lies in `{}`, so no {kind} travels", folder.display()));
        }
        for path in files {
            let bytes = fs::read(&path).map_err(|why| file_trouble("a file", &why))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            self.put(kind, (kind, &name), &bytes, |_| {})?;
        }
        Ok(())
    }

    /// What the sources say of each patch, and its kept files: neither is of use to a plant without the other.
    fn patches(&mut self, app: &App, caller: &Caller, names: &[String]) -> Result<(), AppError> {
        for name in names {
            let shown = patches::get(app, caller, name)?;
            let patch = &shown.line.name;
            match records::to_carry(&shown) {
                Some(bytes) => self.put("patch", ("patch", patch), &bytes, |_| {})?,
                None if shown.records.is_empty() => self.missing.push(format!(
                    "no source here says what patch `{patch}` is, so the plant cannot plan it; read its feed or its repository"
                )),
                None => {}
            }
            if shown.files.is_empty() {
                self.missing.push(format!(
                    "no file of patch `{patch}` is kept here, so none travels; `patch add-file` puts one in"
                ));
            }
            for file in &shown.files {
                let (kept, bytes) = patch_files::bytes(app, caller, patch, file.number)?;
                self.put("patch_file", ("file", &kept.name), &bytes, |item| {
                    item.patch.clone_from(patch);
                    item.origin.clone_from(&kept.origin);
                    item.scanner = format!("{}: {}", kept.scan.word(), kept.scanner);
                    item.scanned_at = kept.scanned_at.map(|at| at.to_string()).unwrap_or_default();
                })?;
            }
        }
        Ok(())
    }

    fn put(
        &mut self,
        kind: &str,
        (prefix, name): (&str, &str),
        bytes: &[u8],
        more: impl FnOnce(&mut Item),
    ) -> Result<(), AppError> {
        let file = format!("{prefix}-{}", fingerprint(bytes));
        let mut item = Item {
            file: file.clone(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            patch: String::new(),
            origin: String::new(),
            scanner: String::new(),
            scanned_at: String::new(),
            came_before: false,
        };
        more(&mut item);
        let same = |one: &Item| {
            (&one.file, &one.kind, &one.name, &one.patch) == (&item.file, &item.kind, &item.name, &item.patch)
        };
        if self.items.iter().any(same) {
            return Ok(());
        }
        item.came_before = self.before.iter().any(same);
        // The same bytes may be a file of two patches.
        if !item.came_before && !self.files.contains_key(&file) {
            self.keep(&file, bytes)?;
        }
        self.items.push(item);
        Ok(())
    }

    fn keep(&mut self, file: &str, bytes: &[u8]) -> Result<(), AppError> {
        fs::write(self.targets.join(file), bytes).map_err(|why| file_trouble("a file", &why))?;
        let entry = File { size_bytes: bytes.len() as u64, sha256: fingerprint(bytes) };
        self.files.insert(file.to_owned(), entry);
        Ok(())
    }
}
