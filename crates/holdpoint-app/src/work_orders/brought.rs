//! A stick that comes back: its list is believed when the site's server has signed it, and each result counts by its sheet.
//!
//! The surprise: one result that is refused, or not written yet, keeps no other from being taken. Files that the list does not name are
//! told and never read.

use super::stick::LIST;
use super::{Entered, ResultBody, WorkOrder, enter, read_code};
use crate::App;
use crate::access_check::Caller;
use crate::agents::order_key;
use crate::approval::baselines::conflict;
use crate::approval::reading;
use crate::error::AppError;
use crate::planning::{find_site, invalid};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::site::Site;
use holdpoint_domain::work_order::ResultWay;
use holdpoint_wire::envelope::{Envelope, KeySet, open};
use holdpoint_wire::message;
use holdpoint_wire::stick::{Stick, StickFileKind, StickOrder};
use holdpoint_wire::text::Hash;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;

/// The most files of a stick that are looked at.
const MOST_FILES: usize = 4_100;
/// The most bytes of a stick that are looked at, unpacked.
const MOST_BYTES: u64 = 768 * 1024 * 1024;
/// The most bytes of a file with a result: some thousand lines.
const MOST_RESULT: usize = 1024 * 1024;

/// What a stick brought.
#[derive(Debug)]
pub struct Brought {
    /// The site.
    pub site: String,
    /// When the stick was made.
    pub made_at: Moment,
    /// Its results, in the order of the list.
    pub results: Vec<OneBrought>,
    /// Files that the list does not name, by name: nobody has looked at them.
    pub strange: Vec<String>,
}

/// What became of one result.
#[derive(Debug)]
pub struct OneBrought {
    /// The file.
    pub file: String,
    /// What became of it.
    pub outcome: ResultOutcome,
}

/// What became of a result on a stick.
#[derive(Debug)]
pub enum ResultOutcome {
    /// It was taken; how the order stands.
    Taken(Box<WorkOrder>),
    /// Nobody has written anything into it.
    Blank,
    /// It is not on the stick.
    Missing,
    /// It was refused: the stable word, and why.
    Refused {
        /// The stable word.
        code: String,
        /// Why, in words.
        why: String,
    },
}

/// Files by their names.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The files of a stick that was packed into one file again (zip).
///
/// # Errors
/// [`AppError::Invalid`] for what is no archive, or too much.
pub fn unpacked(bytes: &[u8]) -> Result<Files, AppError> {
    let broken = |why: &dyn std::fmt::Display| unreadable(format!("it is no stick: {why}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|why| broken(&why))?;
    if archive.len() > MOST_FILES {
        return Err(unreadable(format!("it has more than {MOST_FILES} files")));
    }
    let (mut files, mut left) = (Files::new(), MOST_BYTES);
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|why| broken(&why))?;
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map_err(|why| broken(&why))?.into_owned();
        let mut bytes = Vec::new();
        entry.take(left + 1).read_to_end(&mut bytes).map_err(|why| broken(&why))?;
        left = left.checked_sub(bytes.len() as u64).ok_or_else(too_much)?;
        files.insert(name, bytes);
    }
    Ok(files)
}

/// The files of a stick that lies here as a folder.
///
/// # Errors
/// [`AppError::Invalid`] for what cannot be read, or too much.
pub fn in_folder(folder: &Path) -> Result<Files, AppError> {
    let broken = |why: std::io::Error| unreadable(format!("`{}`: {why}", folder.display()));
    let (mut files, mut left) = (Files::new(), MOST_BYTES);
    for entry in std::fs::read_dir(folder).map_err(broken)? {
        let entry = entry.map_err(broken)?;
        if !entry.file_type().map_err(broken)?.is_file() {
            continue;
        }
        if files.len() == MOST_FILES {
            return Err(unreadable(format!("it has more than {MOST_FILES} files")));
        }
        let mut bytes = Vec::new();
        let file = std::fs::File::open(entry.path()).map_err(broken)?;
        file.take(left + 1).read_to_end(&mut bytes).map_err(broken)?;
        left = left.checked_sub(bytes.len() as u64).ok_or_else(too_much)?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), bytes);
    }
    Ok(files)
}

fn too_much() -> AppError {
    unreadable(format!("it has more than {MOST_BYTES} bytes"))
}

fn unreadable(what: String) -> AppError {
    invalid("unreadable", what, "bring the stick as it was, with its list and the results")
}

/// Takes the results of a stick.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] for what is no stick; [`AppError::Conflict`] `foreign` when the site's server did not
/// sign its list, and `changed_byte` when a sheet or a file of a patch is another one; [`AppError::Store`].
pub fn take_stick(app: &App, caller: &Caller, files: Files, reason: &str) -> Result<Brought, AppError> {
    caller.require(Permission::WritePlans)?;
    let files = beside_the_list(files)?;
    let (list, site) = match believed(app, caller, &files) {
        Ok(found) => found,
        Err(why @ AppError::Conflict(_)) => return Err(refused(app, caller, why, reason)),
        Err(why) => return Err(why),
    };
    caller.require_at(Permission::WritePlans, Some(site.id))?;
    let mut results = Vec::new();
    for order in &list.orders {
        let outcome = one(app, caller, (order, &list), (&files, reason))?;
        results.push(OneBrought { file: order.result.to_string(), outcome });
    }
    let is_named = |name: &str| name == LIST || list.files.iter().any(|file| file.name.as_str() == name);
    let strange = files.keys().filter(|name| !is_named(name)).cloned().collect();
    Ok(Brought { site: site.name, made_at: Moment::from_micros(list.made_at.0), results, strange })
}

/// The files that lie where the list lies, by their own names: whoever packs a folder packs its name, too.
fn beside_the_list(files: Files) -> Result<Files, AppError> {
    let end = |name: &String| name == LIST || name.ends_with(&format!("/{LIST}"));
    let list = files.keys().filter(|name| end(name)).min_by_key(|name| name.len()).cloned();
    let Some(list) = list else {
        return Err(unreadable(format!("it has no `{LIST}`, which names what was on the stick")));
    };
    let prefix = list.trim_end_matches(LIST).to_owned();
    Ok(files
        .into_iter()
        .map(|(name, bytes)| (name.strip_prefix(&prefix).map(str::to_owned).unwrap_or(name), bytes))
        .collect())
}

/// The list, when the server of its site has signed it and nothing that it binds was changed.
fn believed(app: &App, caller: &Caller, files: &Files) -> Result<(Stick, Site), AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let bytes = files.get(LIST).map(Vec::as_slice).unwrap_or_default();
    let envelope: Envelope = message::read(bytes).map_err(|why| unreadable(format!("its list: {why}")))?;
    let stated: serde_json::Value = serde_json::from_str(&envelope.text).unwrap_or_default();
    let name = stated["site"].as_str().unwrap_or_default().to_owned();
    let foreign = |what: String| {
        let remedy = "do not use the stick; ask where it comes from, and tell results by the codes of sheets of this plant";
        conflict("foreign", what, remedy)
    };
    let site = match reading(app, |r| find_site(r, &name, &reach)) {
        Ok(site) => site,
        Err(AppError::NotFound { .. }) => {
            return Err(foreign("the list names a site that is not here, or not yours".to_owned()));
        }
        Err(why) => return Err(why),
    };
    let keys = KeySet { threshold: 1, keys: vec![order_key(app, site.id)?.public()] };
    let list: Stick = open(&envelope, &keys).map_err(|why| {
        foreign(format!("the server of {} did not sign this list, or it was changed since: {why}", site.name))
    })?;
    for file in list.files.iter().filter(|file| file.kind != StickFileKind::Result) {
        let Some(bytes) = files.get(file.name.as_str()) else { continue };
        if Hash::of(bytes) != file.sha256 {
            let what = format!("`{}` is another file than the one that was put on the stick", file.name);
            let remedy = "find out who changed it and what was installed; then tell each result by hand, as somebody who has looked";
            return Err(conflict("changed_byte", what, remedy));
        }
    }
    Ok((list, site))
}

/// Writes down that a stick was refused.
fn refused(app: &App, caller: &Caller, why: AppError, reason: &str) -> AppError {
    let kept = app.store().change(&app.intent(caller, "work_order.refuse_bundle", reason), |c| {
        c.detail("refusal", json!(why.code()));
        c.detail("why", json!(why.to_string()));
        Ok::<_, AppError>(())
    });
    match kept {
        Ok(_) => why,
        Err(store) => store,
    }
}

fn one(
    app: &App,
    caller: &Caller,
    (order, list): (&StickOrder, &Stick),
    (files, reason): (&Files, &str),
) -> Result<ResultOutcome, AppError> {
    let Some(bytes) = files.get(order.result.as_str()) else { return Ok(ResultOutcome::Missing) };
    if list.files.iter().any(|file| file.name == order.result && file.sha256 == Hash::of(bytes)) {
        return Ok(ResultOutcome::Blank);
    }
    match result_of(order, bytes).and_then(|body| {
        let entered = Entered { body: &body, way: ResultWay::Imported, looked_at: None };
        enter(app, caller, &entered, reason)
    }) {
        Ok(order) => Ok(ResultOutcome::Taken(Box::new(order))),
        Err(AppError::Store(why)) => Err(AppError::Store(why)),
        Err(why) => Ok(ResultOutcome::Refused { code: why.code().to_owned(), why: why.to_string() }),
    }
}

/// A result that answers the sheet which was on the stick, and no other.
fn result_of(order: &StickOrder, bytes: &[u8]) -> Result<ResultBody, AppError> {
    let unread = |why: String| {
        let what = format!("`{}` is no result of a work order: {why}", order.result);
        invalid("unreadable", what, "write into the file as it was on the stick, and leave its shape")
    };
    if bytes.len() > MOST_RESULT {
        return Err(unread(format!("it has more than {MOST_RESULT} bytes")));
    }
    // Editors of some systems put a mark before the first letter.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let body: ResultBody = serde_json::from_slice(bytes).map_err(|why| unread(why.to_string()))?;
    let own = read_code(&body.code).is_some_and(|(id, revision, hash)| {
        id.to_string() == order.order.as_str()
            && revision == order.revision
            && order.sheet.as_str().starts_with(&hash)
    });
    if own {
        return Ok(body);
    }
    let what = format!("`{}` answers another sheet than the one that was on this stick", order.result);
    Err(conflict("foreign", what, "tell it with the stick of that sheet, or by hand"))
}
