//! What came with a bundle and has no place yet: kept, listed, and tried again.
//!
//! The surprise: the reason is the one of the newest try. A file whose patch was unknown when it came may wait for something else by now.

use super::carry::{Became, carry_item};
use super::{Item, file_trouble};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::intake::prepare::sha256;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::WaitingId;
use holdpoint_store::blob::MAX_BLOB_BYTES;
use holdpoint_store::transfer::WaitingThing;
use serde_json::json;

/// Something that waits for its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: WaitingId,
    /// The site of the bundle.
    pub site: String,
    /// The number of the bundle that brought it.
    pub sequence: u64,
    /// What kind of thing it is: `patch_file`, `patch`, `statements`, `paper`.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// The patch, of a file of one; empty: it is none.
    pub patch: String,
    /// SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// Its size.
    pub size_bytes: u64,
    /// Why it could not be placed.
    pub why: String,
    /// When it was last tried.
    pub at: Moment,
}

/// What came of placing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replaced {
    /// What has its place now, by name.
    pub placed: Vec<String>,
    /// What still waits.
    pub left: Vec<Waiting>,
}

fn read(one: &WaitingThing) -> Result<Item, AppError> {
    serde_json::from_str(&one.item).map_err(|why| file_trouble("what waits", &why))
}

fn shown(one: WaitingThing) -> Result<Waiting, AppError> {
    let item = read(&one)?;
    Ok(Waiting {
        id: one.id,
        site: one.site,
        sequence: one.sequence,
        kind: item.kind,
        name: item.name,
        patch: item.patch,
        sha256: holdpoint_wire::text::hex(&one.sha256),
        size_bytes: one.size_bytes,
        why: one.why,
        at: one.at,
    })
}

/// What waits for its place, the oldest first; of one site, when one is named.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn waiting(app: &App, caller: &Caller, site: Option<&str>) -> Result<Vec<Waiting>, AppError> {
    caller.require_everywhere(Permission::ReadPlant)?;
    let all = app.store().read(|r| r.transfer_waiting())?;
    all.into_iter().filter(|one| site.is_none_or(|site| one.site == site)).map(shown).collect()
}

fn text(item: &Item) -> String {
    serde_json::to_string(item).expect("texts have a JSON form")
}

/// Keeps something until it has its place, and says so in words; what is too large to be kept is told to be brought by hand.
pub(super) fn keep(
    app: &App,
    caller: &Caller,
    (site, sequence): (&str, u64),
    (item, bytes, why): (&Item, &[u8], &str),
) -> Result<String, AppError> {
    if bytes.len() as u64 > MAX_BLOB_BYTES {
        return Ok(format!(
            "its {} bytes are too many to be kept here: keep the medium, and place the file by hand",
            bytes.len()
        ));
    }
    let id = WaitingId::new(app.now(), app.random_bytes());
    app.store().change(&app.intent(caller, "transfer.wait", ""), |c| {
        let new = WaitingThing {
            id,
            site: site.to_owned(),
            sequence,
            item: text(item),
            sha256: c.put_blob(bytes)?,
            size_bytes: bytes.len() as u64,
            why: why.to_owned(),
            at: c.at(),
        };
        c.put_transfer_waiting(&new)?;
        c.about("site", site);
        c.detail("sequence", json!(sequence));
        c.detail("name", json!(item.name));
        c.detail("why", json!(why));
        Ok::<_, AppError>(())
    })?;
    Ok("it is kept and waits; `transfer place` tries again".to_owned())
}

/// Notes that something which waited has its place, because a bundle brought it again.
pub(super) fn is_placed(
    app: &App,
    caller: &Caller,
    (site, item): (&str, &Item),
    bytes: &[u8],
) -> Result<(), AppError> {
    let all = app.store().read(|r| r.transfer_waiting())?;
    if all.is_empty() {
        return Ok(());
    }
    let (hash, text) = (sha256(bytes), text(item));
    let same = |one: &&WaitingThing| one.site == site && one.sha256 == hash && one.item == text;
    all.iter().filter(same).try_for_each(|one| note(app, caller, one, ""))
}

fn note(app: &App, caller: &Caller, one: &WaitingThing, reason: &str) -> Result<(), AppError> {
    app.store().change(&app.intent(caller, "transfer.place", reason), |c| {
        c.transfer_placed(one.id, caller.actor.name())?;
        c.about("site", &one.site);
        c.detail("sequence", json!(one.sequence));
        c.detail("sha256", json!(holdpoint_wire::text::hex(&one.sha256)));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// Tries again to place what waits: everything, or what came for one site, or one thing.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] for a thing that does not wait; [`AppError::Store`].
pub fn place(
    app: &App,
    caller: &Caller,
    (site, id): (Option<&str>, Option<&str>),
    reason: &str,
) -> Result<Replaced, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let wanted = |one: &WaitingThing| {
        site.is_none_or(|site| one.site == site) && id.is_none_or(|id| one.id.to_string() == id)
    };
    let all: Vec<WaitingThing> =
        app.store().read(|r| r.transfer_waiting())?.into_iter().filter(wanted).collect();
    if let (Some(id), true) = (id, all.is_empty()) {
        return Err(AppError::NotFound { noun: "waiting thing", id: id.chars().take(64).collect() });
    }
    let mut done = Replaced::default();
    for mut one in all {
        let item = read(&one)?;
        let bytes = app.store().read(|r| r.blob(&one.sha256))?;
        let source = format!("bundle {} for {}", one.sequence, one.site);
        let became = match &bytes {
            Some(bytes) => carry_item(app, caller, (&item, bytes, &source), &mut Vec::new())?,
            None => Became::Waits("its bytes are not here any more; bring the bundle again".to_owned()),
        };
        match became {
            Became::Placed => {
                note(app, caller, &one, reason)?;
                done.placed.push(item.name);
            }
            // Words for people are kept with their bundle, or too large for that: neither waits for a place that could come.
            Became::Kept(_) => done.left.push(shown(one)?),
            // Told to whoever tries; the thing waits for what it waited for.
            Became::NotYours(why) => {
                one.why = why;
                done.left.push(shown(one)?);
            }
            Became::Waits(why) => {
                if let Some(bytes) = bytes.filter(|_| one.why != why) {
                    keep(app, caller, (&one.site, one.sequence), (&item, &bytes, &why))?;
                }
                one.why = why;
                done.left.push(shown(one)?);
            }
        }
    }
    Ok(done)
}
