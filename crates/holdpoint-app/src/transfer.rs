//! Across the air gap: content, intelligence and approvals travel in, signed results and the head of the audit log travel out.
//!
//! A bundle holds two repositories. The *image* repository says what may exist and is signed by a threshold of offline keys; the
//! *order* repository says which bundle this is, for which site and with which number, and is signed by the server's key. Whoever
//! steals the server's key can choose among what was approved, and nothing else. The surprise: the highest number that was seen
//! lies in the database, in a file outside of it, and in the audit log; a database that is put back does not forget it.

mod age;
mod base;
mod carry;
mod kept;
mod keys;
mod ledger;
mod make;
mod pack;
mod records;
mod stage;
mod take;
mod waiting;

pub use age::{Age, age, answer_override, ask_override, overrides};
pub use kept::{ApprovalBeside, KeptFile, OfficeApproval, approvals, kept, kept_bytes};
pub use keys::{Signed, Signing, new_key, new_root, sign_file};
pub use make::{Exported, Going, NewSite, export, results};
pub use stage::{Gathered, Staged, stage};
pub use take::{Carried, Taken, import};
pub use waiting::{Replaced, Waiting, place, waiting};

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::planning::invalid;
use holdpoint_domain::access::Permission;
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::Change;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::transfer::KeptBundle;
use holdpoint_wire::believed::Reader;
use holdpoint_wire::repository::{NoPaper, Part, counted, keys_of};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::PathBuf;

const DAY: i64 = 86_400_000_000;
/// How long each paper holds: long enough for a courier, and never without end.
const TIMESTAMP_DAYS: i64 = 45;
const SNAPSHOT_DAYS: i64 = 90;
const TARGETS_DAYS: i64 = 400;

/// Where this installation keeps what belongs to transfers besides its database.
#[derive(Debug, Clone)]
pub struct Places {
    /// Where a bundle is unpacked before anything of it is believed.
    pub quarantine: PathBuf,
    /// The file with the highest numbers, outside of the data directory.
    pub ledger: PathBuf,
    /// What believes a repository. It is handed in, so that this room does not know the library.
    pub reader: Reader,
}

/// Which bundle this is: the one file of the order repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    version: u32,
    kind: String,
    site: String,
    sequence: u64,
    made_at: String,
    /// SHA-256 of the image repository's list of files; empty: there is none.
    image: String,
}

/// One thing that a content bundle carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    /// The name of the file in the repository.
    file: String,
    /// `advisory`, `feed`, `statements`, `patch`, `patch_file`, `approvals` or `paper`.
    kind: String,
    /// What it was called.
    name: String,
    /// The patch, of a file of one.
    #[serde(default)]
    patch: String,
    /// Where it comes from.
    #[serde(default)]
    origin: String,
    /// What scanned it for malware, and with what result; empty: nothing.
    #[serde(default)]
    scanner: String,
    /// When; empty: it was not.
    #[serde(default)]
    scanned_at: String,
    /// Whether it came with the bundle that this one builds on, and so is not in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    came_before: bool,
}

/// What a content bundle carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u32,
    items: Vec<Item>,
    /// The bundle that it builds on; left out: none, everything is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base: Option<Base>,
}

/// The bundle on which another builds: the other end has taken it in, and said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    site: String,
    sequence: u64,
    /// SHA-256 of its file.
    sha256: String,
}

impl Base {
    fn words(&self) -> String {
        format!("builds on bundle {} for {}", self.sequence, self.site)
    }
}

/// Bundles that were made, taken or refused, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<KeptBundle>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.transfer_bundles(query))?)
}

/// Pins the first root of a repository, which a person brought by another way than the bundle.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] for what is no root; [`AppError::Conflict`] when one is pinned already.
pub fn pin(
    app: &App,
    caller: &Caller,
    (site, which): (&str, &str),
    root: &[u8],
    reason: &str,
) -> Result<String, AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let (version, _) = holdpoint_wire::repository::stated(root)
        .map_err(|why| invalid("root", why.to_string(), "bring the root as it was made"))?;
    if !matches!(which, "image" | "order" | "results") {
        let what = "what is pinned is `image`, `order` or `results`".to_owned();
        return Err(invalid("repository", what, "use one of these words"));
    }
    bears_itself(root)?;
    let key = pin_key(site, which);
    let text = String::from_utf8_lossy(root).into_owned();
    let committed = app.store().change(&app.intent(caller, "transfer.pin", reason), |c| {
        apart(c, (site, which), &text)?;
        if c.setting(&key)?.is_some() {
            let what = format!("a root of `{which}` is pinned for `{site}`");
            let why = Rejected::new(
                "pinned",
                what,
                "nothing was changed; a root follows only from the one before it, inside a bundle",
                "bring a bundle with the next root",
            );
            return Err(AppError::Conflict(why));
        }
        c.put_setting(&key, &json!(text))?;
        c.about("transfer", format!("{site}/{which}"));
        c.detail("version", json!(version));
        let hash = fingerprint(root);
        c.detail("fingerprint", json!(hash));
        Ok(hash)
    })?;
    Ok(committed.value)
}

/// Refuses one root in two places: whoever may write orders must not say what may exist.
fn apart(c: &mut Change<'_>, (site, which): (&str, &str), text: &str) -> Result<(), AppError> {
    for other in ["image", "order"].into_iter().filter(|other| *other != which && which != "results") {
        if c.setting(&pin_key(site, other))?.and_then(|known| known.as_str().map(|known| known == text))
            == Some(true)
        {
            let what = format!("this very root is pinned as the root of `{other}` for `{site}`");
            let why = Rejected::new(
                "wrong_root",
                what,
                "nothing was changed; the two must be apart, so that a stolen server key cannot say what may exist",
                "bring the root that was made for this",
            );
            return Err(AppError::Conflict(why));
        }
    }
    Ok(())
}

/// Refuses a root that too few of its own keys have signed: pinned once, it would refuse every bundle, and be there for good.
fn bears_itself(root: &[u8]) -> Result<(), AppError> {
    let unread = |why: NoPaper| invalid("root", why.to_string(), "bring the root as it was made");
    let keys = keys_of(root, Part::Root).map_err(unread)?;
    let signed = counted(root, &keys).map_err(unread)?;
    if keys.threshold == 0 || signed < keys.threshold {
        let what =
            format!("{signed} of its own keys have signed this root, and it asks for {}", keys.threshold);
        return Err(invalid("root", what, "have enough of the keys that it names sign it, and pin it then"));
    }
    Ok(())
}

fn pin_key(site: &str, which: &str) -> String {
    format!("transfer.root.{which}.{site}")
}

/// SHA-256 of some bytes, in hexadecimal digits, as people compare it.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    holdpoint_wire::text::hex(&Sha256::digest(bytes))
}

/// A moment as papers write it: whole seconds.
fn second(at: Moment) -> String {
    jiff::Timestamp::from_second(at.micros().div_euclid(1_000_000)).map_or_else(
        |_| "9999-12-31T23:59:59Z".to_owned(),
        |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}

/// A moment of a paper as ours.
const fn moment(at: holdpoint_wire::moment::Moment) -> Moment {
    Moment::from_micros(at.0)
}

fn file_trouble(what: &str, why: &dyn std::fmt::Display) -> AppError {
    AppError::File(Rejected::new(
        "file",
        format!("{what}: {why}"),
        "nothing was changed",
        "check the path and its rights",
    ))
}
