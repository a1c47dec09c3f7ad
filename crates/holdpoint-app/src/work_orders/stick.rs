//! Work orders on a stick: sheets, files to write results into, files of patches, and a list of it all that the site's server has signed.
//!
//! The surprise: what comes back is believed as far as the list goes. A result counts by the code of its sheet, as any other; but when a
//! sheet or a file of a patch is another one than the list names, nothing of the stick is taken, because nobody knows what was installed.

use super::page::page;
use super::{LineResult, ResultBody, SheetLine, WorkOrder, show};
use crate::App;
use crate::access_check::Caller;
use crate::agents::{order_key, write};
use crate::approval::baselines::conflict;
use crate::error::AppError;
use crate::intake::prepare::sha256;
use crate::planning::invalid;
use holdpoint_domain::access::Permission;
use holdpoint_domain::work_order::WorkOrderState;
use holdpoint_store::patch::KeptFile;
use holdpoint_wire::envelope::sign;
use holdpoint_wire::message::VersionOne;
use holdpoint_wire::moment::Moment as WireMoment;
use holdpoint_wire::stick::{Stick, StickFile, StickFileKind, StickOrder};
use holdpoint_wire::text::{FileName, Hash, Id, Words, hex};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};

/// The most work orders of one stick: more than a shift carries out.
const MOST_ORDERS: usize = 50;
/// The most bytes of one stick: it is made in memory.
const MOST_BYTES: usize = 512 * 1024 * 1024;
/// The name of the list.
pub(super) const LIST: &str = "manifest.json";

/// A stick as one file (zip).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeStick {
    /// What the file should be called.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of it, in hexadecimal digits.
    pub sha256: String,
    /// The numbers of its work orders.
    pub orders: Vec<u64>,
    /// What the work needs and what is not on it, in words.
    pub missing: Vec<String>,
}

/// A result with nothing filled in.
#[must_use]
pub fn form(order: &WorkOrder) -> ResultBody {
    let line = |part: &str, line: &SheetLine| LineResult {
        part: part.to_owned(),
        number: line.number,
        done: false,
        value: String::new(),
    };
    let before = order.sheet.before.iter().map(|one| line("before", one));
    let work = order.sheet.work.iter().map(|one| line("work", one));
    ResultBody {
        code: order.code.clone(),
        word: "installed | not_done | failed | went_back".to_owned(),
        restart: "done | not_needed".to_owned(),
        what: String::new(),
        began_at: order.line.start.to_string(),
        done_at: String::new(),
        done_by: order.line.technician.clone(),
        lines: before.chain(work).collect(),
    }
}

/// Makes a stick of work orders of one site, named by ids, numbers or codes.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for none, too many, or orders of several sites;
/// [`AppError::Conflict`] for an order that is over or whose sheet is stale; [`AppError::File`] without a key of the site.
pub fn make_stick(app: &App, caller: &Caller, ids: &[String], reason: &str) -> Result<MadeStick, AppError> {
    caller.require(Permission::WritePlans)?;
    let orders = wanted(app, caller, ids)?;
    let site = orders.first().map(|order| order.line.site).expect("one is wanted at least");
    let mut shelf = Shelf::default();
    for order in &orders {
        shelf.order(app, order)?;
    }
    let list = Stick {
        version: VersionOne,
        site: Id::new(site.to_string()).expect("an id is one"),
        made_at: WireMoment(app.now().micros()),
        orders: shelf.orders,
        files: shelf.files.iter().map(|(file, _)| file.clone()).collect(),
        missing: shelf.missing.iter().map(|text| Words::cut(text)).collect(),
    };
    let signed = write(&sign(&list, &[&order_key(app, site)?]));
    let files = shelf.files.iter().map(|(file, bytes)| (file.name.as_str(), bytes.as_slice()));
    let bytes = zipped([(LIST, signed.as_slice())].into_iter().chain(files))?;
    let hash = hex(&sha256(&bytes));
    let numbers: Vec<u64> = orders.iter().map(|order| order.line.number).collect();
    app.store().change(&app.intent(caller, "work_order.bundle", reason), |c| {
        c.about("site", site);
        c.detail("orders", json!(numbers));
        c.detail("sha256", json!(hash));
        Ok::<_, AppError>(())
    })?;
    let named: Vec<String> = numbers.iter().take(5).map(u64::to_string).collect();
    Ok(MadeStick {
        name: format!("work-orders-{}.zip", named.join("-")),
        bytes,
        sha256: hash,
        orders: numbers,
        missing: shelf.missing,
    })
}

/// The orders that are named, each once: they can be worked by, and by the sheets that they have now.
fn wanted(app: &App, caller: &Caller, ids: &[String]) -> Result<Vec<WorkOrder>, AppError> {
    if ids.is_empty() || ids.len() > MOST_ORDERS {
        let what = format!("a stick has 1 to {MOST_ORDERS} work orders, not {}", ids.len());
        return Err(invalid("orders", what, "name those that are carried out together"));
    }
    let mut found: Vec<WorkOrder> = Vec::new();
    for id in ids {
        let order = show(app, caller, id)?;
        let line = &order.line;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        if found.iter().any(|known| known.line.id == line.id) {
            continue;
        }
        if !matches!(line.state, WorkOrderState::Issued | WorkOrderState::Begun) {
            let what = format!("work order {} is {}", line.number, line.state);
            return Err(conflict("work-order-state", what, "leave it out"));
        }
        if !order.stale.is_empty() {
            let what = format!(
                "the sheet of work order {} is stale, because the order says something else by now: {}",
                line.number,
                order.stale.join("; ")
            );
            return Err(conflict("stale-sheet", what, "issue the next revision, and make the stick then"));
        }
        if let Some(first) = found.first().filter(|first| first.line.site != line.site) {
            let what = format!(
                "work order {} is of {}, and work order {} of {}",
                line.number, line.site_name, first.line.number, first.line.site_name
            );
            return Err(invalid("orders", what, "make a stick for each site: each signs with its own key"));
        }
        found.push(order);
    }
    Ok(found)
}

/// What lies on the stick so far.
#[derive(Default)]
struct Shelf {
    orders: Vec<StickOrder>,
    files: Vec<(StickFile, Vec<u8>)>,
    missing: Vec<String>,
    size_bytes: usize,
}

impl Shelf {
    fn order(&mut self, app: &App, order: &WorkOrder) -> Result<(), AppError> {
        let number = order.line.number;
        self.put(&format!("order-{number}.html"), StickFileKind::Sheet, page(order)?.into_bytes())?;
        let blank = serde_json::to_vec_pretty(&form(order)).expect("texts and numbers have a JSON form");
        let result = self.put(&format!("result-{number}.json"), StickFileKind::Result, blank)?;
        self.orders.push(StickOrder {
            order: Id::new(order.line.id.to_string()).expect("an id is one"),
            revision: order.kept.revision,
            sheet: Hash::new(hex(&order.kept.sha256)).expect("a hash in digits is one"),
            result,
        });
        let kept = app.store().read(|r| r.patch_files(&order.line.patch))?;
        for name in lacking(order, &kept) {
            self.missing.push(format!(
                "work order {number}: {name}; put it in with `patch add-file`, or bring it another way"
            ));
        }
        for file in kept {
            let bytes = app.store().read(|r| r.blob(&file.sha256))?;
            let missing = || AppError::NotFound { noun: "file", id: file.name.clone() };
            self.put(&file.name, StickFileKind::Patch, bytes.ok_or_else(missing)?)?;
        }
        Ok(())
    }

    /// Puts a file on; one with the same bytes lies there once.
    fn put(&mut self, name: &str, kind: StickFileKind, bytes: Vec<u8>) -> Result<FileName, AppError> {
        let sha256 = Hash::of(&bytes);
        let same = |file: &StickFile| file.sha256 == sha256 && file.kind == kind;
        if let Some((known, _)) =
            self.files.iter().find(|(file, _)| kind == StickFileKind::Patch && same(file))
        {
            return Ok(known.name.clone());
        }
        self.size_bytes = self.size_bytes.saturating_add(bytes.len());
        if self.size_bytes > MOST_BYTES {
            let what = format!("these orders and their files have more than {MOST_BYTES} bytes");
            return Err(invalid("size", what, "make several sticks, each with fewer orders"));
        }
        let mut plain = plain(name);
        if self.files.iter().any(|(file, _)| file.name.as_str().eq_ignore_ascii_case(&plain)) || plain == LIST
        {
            plain = format!("{}-{plain}", sha256.as_str().get(..8).unwrap_or_default());
        }
        let name = FileName::new(plain).map_err(|why| invalid("name", why.to_string(), "rename the file"))?;
        let file = StickFile { name: name.clone(), kind, size_bytes: bytes.len() as u64, sha256 };
        self.files.push((file, bytes));
        Ok(name)
    }
}

/// A name that every file system takes.
fn plain(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
        .take(150)
        .collect();
    if plain.starts_with(|c: char| c.is_ascii_alphanumeric()) { plain } else { format!("f{plain}") }
}

/// Files that the sheet names and that nobody has put in.
fn lacking(order: &WorkOrder, kept: &[KeptFile]) -> Vec<String> {
    if order.sheet.files.is_empty() && kept.is_empty() {
        return vec![format!("no file of {} is kept here", order.line.patch)];
    }
    let has = |name: &str| kept.iter().any(|file| file.name.eq_ignore_ascii_case(name));
    let names: BTreeSet<&str> = order.sheet.files.iter().map(|file| file.name.as_str()).collect();
    names.into_iter().filter(|name| !has(name)).map(|name| format!("`{name}` is not kept here")).collect()
}

fn zipped<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, AppError> {
    let trouble = |why: &dyn std::fmt::Display| {
        invalid("stick", format!("the stick cannot be packed: {why}"), "make it with fewer orders")
    };
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        archive.start_file(name, options).map_err(|why| trouble(&why))?;
        archive.write_all(bytes).map_err(|why| trouble(&why))?;
    }
    Ok(archive.finish().map_err(|why| trouble(&why))?.into_inner())
}
