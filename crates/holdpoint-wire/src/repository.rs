//! Repositories that clients of The Update Framework read (specification 1.0): the four papers and their signatures.
//!
//! Here: writing the papers, signing them with one key after the other, which key is called what, and how many have signed. Not
//! here: reading and believing a repository, which is done by an independent implementation, files, clocks. The surprise: a paper is written with sorted
//! names and no white space, and only plain printable texts are taken, because then its bytes are its canonical form; whoever
//! signs, signs exactly the bytes that lie there.

use crate::envelope::PublicKey;
use crate::text::{Hash, from_hex, hex};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The most files of a repository.
pub const MAX_FILES: usize = 20_000;
/// The most bytes of a paper.
pub const MAX_PAPER_BYTES: usize = 16 * 1024 * 1024;

/// The four papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Which keys count.
    Root,
    /// Which files there are.
    Targets,
    /// Which version of the list of files holds.
    Snapshot,
    /// That this is the newest.
    Timestamp,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Root, Self::Targets, Self::Snapshot, Self::Timestamp];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Targets => "targets",
            Self::Snapshot => "snapshot",
            Self::Timestamp => "timestamp",
        }
    }
}

/// Why a paper cannot be written or signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPaper {
    /// A text that a canonical form cannot hold.
    #[error("`{0}` is no plain printable text")]
    Text(String),
    /// A moment that is none.
    #[error("`{0}` is no moment as 2026-11-22T02:10:00Z")]
    Moment(String),
    /// A threshold that cannot be met.
    #[error("{part} wants {threshold} of {keys} keys")]
    Threshold {
        /// Which paper.
        part: &'static str,
        /// How many must sign.
        threshold: usize,
        /// How many there are.
        keys: usize,
    },
    /// Something that is no paper.
    #[error("this is no paper of a repository: {0}")]
    NotAPaper(String),
    /// A key that the root does not name for this paper.
    #[error("the key {0} does not count for this paper")]
    WrongKey(String),
    /// Too much.
    #[error("a repository has at most {MAX_FILES} files")]
    TooMany,
}

/// A private key, made of 32 random bytes.
#[derive(Clone)]
pub struct PrivateKey(SigningKey);

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey(not shown)")
    }
}

impl PrivateKey {
    /// The key of these bytes.
    #[must_use]
    pub fn new(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads the text of a key file.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix("holdpoint-key-1 ")?;
        from_hex::<32>(digits).map(|seed| Self::new(&seed))
    }

    /// The text of a key file.
    #[must_use]
    pub fn text(&self) -> String {
        format!("holdpoint-key-1 {}\n", hex(self.0.as_bytes()))
    }

    /// Its public half, in hexadecimal digits.
    #[must_use]
    pub fn public(&self) -> String {
        hex(self.0.verifying_key().as_bytes())
    }
}

/// The id of a key in a repository: SHA-256 of its canonical description.
#[must_use]
pub fn key_id(public: &str) -> String {
    Hash::of(canonical(&described(public)).as_bytes()).to_string()
}

fn described(public: &str) -> Value {
    json!({"keytype": "ed25519", "keyval": {"public": public}, "scheme": "ed25519"})
}

/// Which keys may sign a paper, and how many must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// How many must.
    pub threshold: usize,
    /// The public keys, in hexadecimal digits.
    pub public: Vec<String>,
}

/// A file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// Names without folders, so that nothing lies where it should not.
#[must_use]
pub fn is_flat(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 200
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// What every paper says.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// Its version, from 1.
    pub version: u64,
    /// Until when it holds, as `2026-11-22T02:10:00Z`.
    pub expires: &'a str,
}

fn headed(part: Part, head: Head<'_>) -> Result<Map<String, Value>, NoPaper> {
    let shape = head.expires.len() == 20 && head.expires.ends_with('Z') && head.expires.is_ascii();
    if !shape || head.version == 0 {
        return Err(NoPaper::Moment(head.expires.chars().take(40).collect()));
    }
    let mut map = Map::new();
    map.insert("_type".into(), part.name().into());
    map.insert("spec_version".into(), "1.0.31".into());
    map.insert("version".into(), head.version.into());
    map.insert("expires".into(), head.expires.into());
    Ok(map)
}

/// The root: which keys count for which paper.
///
/// # Errors
/// [`NoPaper`].
pub fn root(head: Head<'_>, roles: &BTreeMap<Part, Keys>) -> Result<Value, NoPaper> {
    let (mut keys, mut named) = (Map::new(), Map::new());
    for part in Part::ALL {
        let none = Keys { threshold: 1, public: Vec::new() };
        let role = roles.get(&part).unwrap_or(&none);
        let mut ids: Vec<String> = Vec::new();
        for public in &role.public {
            if PublicKey::from_hex(public).is_none() {
                return Err(NoPaper::WrongKey(public.chars().take(64).collect()));
            }
            let id = key_id(public);
            keys.insert(id.clone(), described(public));
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        if role.threshold == 0 || role.threshold > ids.len() {
            let (threshold, keys) = (role.threshold, ids.len());
            return Err(NoPaper::Threshold { part: part.name(), threshold, keys });
        }
        named.insert(part.name().into(), json!({"keyids": ids, "threshold": role.threshold}));
    }
    let mut map = headed(Part::Root, head)?;
    map.insert("consistent_snapshot".into(), false.into());
    map.insert("keys".into(), keys.into());
    map.insert("roles".into(), named.into());
    Ok(map.into())
}

/// The list of files.
///
/// # Errors
/// [`NoPaper`].
pub fn targets(head: Head<'_>, files: &BTreeMap<String, File>) -> Result<Value, NoPaper> {
    if files.len() > MAX_FILES {
        return Err(NoPaper::TooMany);
    }
    let mut listed = Map::new();
    for (name, file) in files {
        if !is_flat(name) {
            return Err(NoPaper::Text(name.chars().take(64).collect()));
        }
        let entry = json!({"length": file.size_bytes, "hashes": {"sha256": file.sha256}});
        listed.insert(name.clone(), entry);
    }
    let mut map = headed(Part::Targets, head)?;
    map.insert("targets".into(), listed.into());
    Ok(map.into())
}

/// A paper that names another one with its version, size and hash.
fn naming(part: Part, head: Head<'_>, name: &str, (version, bytes): (u64, &[u8])) -> Result<Value, NoPaper> {
    let meta = json!({name: {
        "version": version, "length": bytes.len(), "hashes": {"sha256": Hash::of(bytes).to_string()},
    }});
    let mut map = headed(part, head)?;
    map.insert("meta".into(), meta);
    Ok(map.into())
}

/// Which list of files holds.
///
/// # Errors
/// [`NoPaper`].
pub fn snapshot(head: Head<'_>, targets: (u64, &[u8])) -> Result<Value, NoPaper> {
    naming(Part::Snapshot, head, "targets.json", targets)
}

/// That this is the newest.
///
/// # Errors
/// [`NoPaper`].
pub fn timestamp(head: Head<'_>, snapshot: (u64, &[u8])) -> Result<Value, NoPaper> {
    naming(Part::Timestamp, head, "snapshot.json", snapshot)
}

/// A paper without signatures, as bytes.
#[must_use]
pub fn unsigned(paper: &Value) -> Vec<u8> {
    canonical(&json!({"signatures": [], "signed": paper})).into_bytes()
}

/// Adds the signature of a key; a second one of the same key takes the first one's place.
///
/// # Errors
/// [`NoPaper::NotAPaper`] for bytes that are none.
pub fn sign(paper: &[u8], key: &PrivateKey) -> Result<Vec<u8>, NoPaper> {
    let mut whole = read(paper)?;
    let signed = whole.get("signed").cloned().unwrap_or_default();
    let signature = key.0.sign(canonical(&signed).as_bytes());
    let entry = json!({"keyid": key_id(&key.public()), "sig": hex(&signature.to_bytes())});
    let mut all: Vec<Value> = whole.get("signatures").and_then(Value::as_array).cloned().unwrap_or_default();
    all.retain(|one| one.get("keyid") != entry.get("keyid"));
    all.push(entry);
    all.sort_by_key(ToString::to_string);
    if let Some(map) = whole.as_object_mut() {
        map.insert("signatures".into(), all.into());
    }
    Ok(canonical(&whole).into_bytes())
}

/// Who has signed a paper, as ids of keys. Nothing is checked by it.
///
/// # Errors
/// [`NoPaper::NotAPaper`].
pub fn signers(paper: &[u8]) -> Result<Vec<String>, NoPaper> {
    let whole = read(paper)?;
    let all = whole.get("signatures").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(all.iter().filter_map(|one| Some(one.get("keyid")?.as_str()?.to_owned())).collect())
}

/// How many of these keys have signed a paper, each counted once, with signatures that hold.
///
/// # Errors
/// [`NoPaper::NotAPaper`].
pub fn counted(paper: &[u8], keys: &Keys) -> Result<usize, NoPaper> {
    let whole = read(paper)?;
    let signed = whole.get("signed").map(canonical).unwrap_or_default();
    let all = whole.get("signatures").and_then(Value::as_array).cloned().unwrap_or_default();
    let holds = |public: &String| {
        let Some(key) = from_hex::<32>(public).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()) else {
            return false;
        };
        let id = key_id(public);
        all.iter().filter(|one| one.get("keyid").and_then(Value::as_str) == Some(&id)).any(|one| {
            let bytes = one.get("sig").and_then(Value::as_str).and_then(from_hex::<64>);
            bytes.is_some_and(|bytes| {
                key.verify_strict(signed.as_bytes(), &Signature::from_bytes(&bytes)).is_ok()
            })
        })
    };
    let distinct: BTreeSet<&String> = keys.public.iter().collect();
    Ok(distinct.into_iter().filter(|public| holds(public)).count())
}

/// The version and the expiry that a paper states. Nothing is checked by it.
///
/// # Errors
/// [`NoPaper::NotAPaper`].
pub fn stated(paper: &[u8]) -> Result<(u64, String), NoPaper> {
    let whole = read(paper)?;
    let signed = whole.get("signed").ok_or_else(|| NoPaper::NotAPaper("nothing is signed".into()))?;
    let version = signed.get("version").and_then(Value::as_u64);
    let expires = signed.get("expires").and_then(Value::as_str);
    match (version, expires) {
        (Some(version), Some(expires)) => Ok((version, expires.to_owned())),
        _ => Err(NoPaper::NotAPaper("it has no version or no expiry".into())),
    }
}

/// The keys that a root names for a paper.
///
/// # Errors
/// [`NoPaper::NotAPaper`].
pub fn keys_of(root: &[u8], part: Part) -> Result<Keys, NoPaper> {
    let whole = read(root)?;
    let none = || NoPaper::NotAPaper(format!("it names no keys for {}", part.name()));
    let role = whole.pointer(&format!("/signed/roles/{}", part.name())).ok_or_else(none)?;
    let ids = role.get("keyids").and_then(Value::as_array).ok_or_else(none)?;
    let public = ids.iter().filter_map(|id| {
        let key = whole.pointer(&format!("/signed/keys/{}/keyval/public", id.as_str()?))?;
        Some(key.as_str()?.to_owned())
    });
    let threshold = role.get("threshold").and_then(Value::as_u64).unwrap_or(0);
    Ok(Keys { threshold: usize::try_from(threshold).unwrap_or(usize::MAX), public: public.collect() })
}

fn read(paper: &[u8]) -> Result<Value, NoPaper> {
    if paper.len() > MAX_PAPER_BYTES {
        return Err(NoPaper::NotAPaper(format!("it has more than {MAX_PAPER_BYTES} bytes")));
    }
    let value: Value = serde_json::from_slice(paper).map_err(|why| NoPaper::NotAPaper(why.to_string()))?;
    if value.get("signed").is_some_and(Value::is_object) {
        return Ok(value);
    }
    Err(NoPaper::NotAPaper("it has no signed part".into()))
}

/// Sorted names, no white space; numbers are whole and texts are plain, so nothing else is to be settled.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            let parts = sorted.iter().map(|(name, value)| format!("{}:{}", quoted(name), canonical(value)));
            format!("{{{}}}", parts.collect::<Vec<_>>().join(","))
        }
        Value::Array(all) => {
            let parts: Vec<String> = all.iter().map(canonical).collect();
            format!("[{}]", parts.join(","))
        }
        Value::String(text) => quoted(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
