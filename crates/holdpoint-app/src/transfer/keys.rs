//! Keys and papers: making them, signing, and whether a key counts for what it is to sign.
//!
//! The surprise: a signature that does not count is refused before it is written, with the name of the key and of the root that was
//! asked. Where no root lies beside a paper, nobody can say whether the key counts, and that is said.

use super::{DAY, file_trouble, second};
use crate::edge::{OsRandom, Random};
use crate::error::AppError;
use crate::planning::invalid;
use holdpoint_domain::{Moment, Rejected};
use holdpoint_wire::repository::{self as tuf, Head, Keys, NoPaper, Part, PrivateKey};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

pub(super) fn no_paper(why: NoPaper) -> AppError {
    invalid("paper", why.to_string(), "check which file it is, and which key")
}

/// Makes a key: the text of its file, and its public half.
#[must_use]
pub fn new_key() -> (String, String) {
    let mut seed = [0; 32];
    OsRandom.fill(&mut seed);
    let key = PrivateKey::new(&seed);
    (key.text(), key.public())
}

/// Who signs what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// The offline keys, by their public halves: they sign the root and the list of files.
    pub offline: Vec<String>,
    /// How many of them must.
    pub threshold: usize,
    /// The server's key: it signs what is newest.
    pub online: String,
    /// The root's version, from 1.
    pub version: u64,
    /// How many days it holds.
    pub days: u32,
}

/// A root that nobody has signed yet.
///
/// # Errors
/// [`AppError::Invalid`] for keys that are none, or too few.
pub fn new_root(signing: &Signing, now: Moment) -> Result<Vec<u8>, AppError> {
    let offline = Keys { threshold: signing.threshold, public: signing.offline.clone() };
    let online = Keys { threshold: 1, public: vec![signing.online.clone()] };
    let roles = BTreeMap::from([
        (Part::Root, offline.clone()),
        (Part::Targets, offline),
        (Part::Snapshot, online.clone()),
        (Part::Timestamp, online),
    ]);
    let expires = second(now.plus_micros(i64::from(signing.days.clamp(1, 3_660)) * DAY));
    let root = tuf::root(Head { version: signing.version, expires: &expires }, &roles).map_err(no_paper)?;
    Ok(tuf::unsigned(&root))
}

/// Who has signed a paper, and how far it is from counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The keys that have signed it, by their ids.
    pub signers: Vec<String>,
    /// By each root that was asked: its version, how many of its keys have signed, and how many must. Empty: no root lies beside
    /// the paper, so nobody has looked whether these keys count.
    pub counted: Vec<(u64, usize, usize)>,
}

/// Adds a key's signature to a paper in a file. The roots that lie in the same folder say whether the key counts for it.
///
/// # Errors
/// [`AppError::File`]; [`AppError::Invalid`] for what is no paper or no key; [`AppError::Conflict`] for a key that does not count.
pub fn sign_file(paper: &Path, key: &str) -> Result<Signed, AppError> {
    let key = read_key(key)?;
    let bytes = fs::read(paper).map_err(|why| file_trouble("the paper", &why))?;
    let (part, asked) = asked(paper, &bytes)?;
    let mut named = Vec::new();
    for (version, root) in &asked {
        named.push((*version, tuf::keys_of(root, part).map_err(no_paper)?));
    }
    let public = key.public();
    if !named.is_empty() && !named.iter().any(|(_, keys)| keys.public.contains(&public)) {
        let by: Vec<String> = named.iter().map(|(version, keys)| in_words(*version, keys)).collect();
        let what =
            format!("the key {} does not count for the {}: {}", short(&public), part.name(), by.join("; "));
        return Err(wrong_key(what));
    }
    let signed = tuf::sign(&bytes, &key).map_err(no_paper)?;
    fs::write(paper, &signed).map_err(|why| file_trouble("the paper", &why))?;
    let mut counted = Vec::new();
    for (version, keys) in &named {
        counted.push((*version, tuf::counted(&signed, keys).map_err(no_paper)?, keys.threshold));
    }
    Ok(Signed { signers: tuf::signers(&signed).map_err(no_paper)?, counted })
}

/// Roots with their versions, the oldest first.
type Roots = Vec<(u64, Vec<u8>)>;

/// Which paper it is, and the roots that say who may sign it: for a root itself and the one before it, else the newest beside it.
fn asked(paper: &Path, bytes: &[u8]) -> Result<(Part, Roots), AppError> {
    let whole: serde_json::Value = serde_json::from_slice(bytes).map_err(|why| {
        invalid("paper", format!("this is no paper of a repository: {why}"), "check which file it is")
    })?;
    let word = whole["signed"]["_type"].as_str().unwrap_or_default();
    let Some(part) = Part::ALL.into_iter().find(|part| part.name() == word) else {
        let what = "this is no paper of a repository: it does not say which one it is".to_owned();
        return Err(invalid(
            "paper",
            what,
            "sign a root or a targets.json; papers for devices are signed by `holdpoint paper sign`",
        ));
    };
    let own = tuf::stated(bytes).map_err(no_paper)?.0;
    let beside = roots_beside(paper);
    if part == Part::Root {
        let before = beside.into_iter().rfind(|(version, _)| *version < own);
        return Ok((part, before.into_iter().chain([(own, bytes.to_vec())]).collect()));
    }
    Ok((part, beside.into_iter().next_back().into_iter().collect()))
}

/// The roots in the folder of a paper, by their versions.
pub(super) fn roots_beside(paper: &Path) -> BTreeMap<u64, Vec<u8>> {
    let folder = paper.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    let found = entries.flatten().filter_map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let version: u64 = name.strip_suffix(".root.json")?.parse().ok()?;
        let bytes = fs::read(entry.path()).ok()?;
        (tuf::stated(&bytes).ok()?.0 == version).then_some((version, bytes))
    });
    found.collect()
}

/// Reads the text of a key file.
pub(super) fn read_key(text: &str) -> Result<PrivateKey, AppError> {
    PrivateKey::read(text).ok_or_else(|| {
        let other = holdpoint_wire::text::from_hex::<32>(text.trim()).is_some();
        let what = if other {
            "this is a key for the papers of devices, or a public half, and no key for transfers"
        } else {
            "this is no key file of Holdpoint"
        };
        invalid("key", what.to_owned(), "give the file that `transfer key` made")
    })
}

/// Refuses a root that would not let this key alone sign these papers now: what it signs would be refused at the other end.
pub(super) fn counts(
    root: &[u8],
    (which, key): (&str, &PrivateKey),
    parts: &[Part],
    now: Moment,
) -> Result<(), AppError> {
    super::bears_itself(root)?;
    let (version, expires) = tuf::stated(root).map_err(no_paper)?;
    if expires.parse::<Moment>().is_ok_and(|at| at <= now) {
        let what = format!("root {version} of {which} expired at {expires}");
        return Err(nothing_made("expired", what, "make the next root and have it signed"));
    }
    let public = key.public();
    for part in parts {
        let keys = tuf::keys_of(root, *part).map_err(no_paper)?;
        if !keys.public.contains(&public) {
            let what = format!(
                "the key {} does not count for the {} of {which}: {}",
                short(&public),
                part.name(),
                in_words(version, &keys)
            );
            return Err(wrong_key(what));
        }
        if keys.threshold > 1 {
            let what = format!(
                "root {version} wants {} keys for the {} of {which}, and this program signs with one",
                keys.threshold,
                part.name()
            );
            return Err(nothing_made("threshold_missed", what, "make that root with a threshold of 1"));
        }
    }
    Ok(())
}

fn in_words(version: u64, keys: &Keys) -> String {
    let all: Vec<String> = keys.public.iter().map(|public| short(public)).collect();
    format!("root {version} names {} and wants {} of them", all.join(", "), keys.threshold)
}

/// The beginning of a public half, as people compare it with what `transfer key` printed.
fn short(public: &str) -> String {
    format!("{}…", public.chars().take(12).collect::<String>())
}

fn wrong_key(what: String) -> AppError {
    nothing_made(
        "wrong_key",
        what,
        "sign with a key that the root names; or check whether it is the right root",
    )
}

/// A refusal before anything was written.
pub(super) fn nothing_made(code: &str, what: String, remedy: &str) -> AppError {
    AppError::Conflict(Rejected::new(code, what, "nothing was signed and nothing was written", remedy))
}
