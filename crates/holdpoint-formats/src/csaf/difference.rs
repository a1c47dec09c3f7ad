//! What changed between two revisions of a document, as places and words.
//!
//! Works on the JSON itself, so that properties which the model does not know count too; order of keys and white space
//! do not. The surprise: items of a list are matched by what names them (product id, CVE, revision number, address…),
//! so that one new item is one addition and not a change of all that follow.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use holdpoint_domain::Rejected;
use serde_json::{Map, Value};

use super::parse::{Limits, not_json, open, wrong_type};

/// What happened to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It is only in the new revision.
    Added,
    /// It is only in the old revision.
    Removed,
    /// It is in both and differs.
    Changed,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// JSON pointer: into the old revision for what was removed, else into the new one.
    pub place: String,
    /// The old value, shortened to 200 characters.
    pub before: Option<String>,
    /// The new value, shortened to 200 characters.
    pub after: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (self.before.as_deref().unwrap_or(""), self.after.as_deref().unwrap_or(""));
        match self.kind {
            ChangeKind::Added => write!(f, "`{}` was added: {after}", self.place),
            ChangeKind::Removed => write!(f, "`{}` was removed: {before}", self.place),
            ChangeKind::Changed => write!(f, "`{}` changed from {before} to {after}", self.place),
        }
    }
}

/// How the content of two revisions compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revisions {
    /// The content is the same.
    Same,
    /// The content differs, and so does the revision number.
    Announced,
    /// The content differs under the same revision number.
    Silent,
}

/// All changes between two revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Whether anything changed, and whether the revision number says so.
    pub revisions: Revisions,
    /// The changes, at most 500.
    pub changes: Vec<Change>,
    /// How many changes were left out.
    pub omitted: usize,
}

/// How many changes are kept.
const KEPT: usize = 500;

/// Longest value shown, in characters.
const SHOWN: usize = 200;

/// Compares two revisions of a document.
///
/// # Errors
/// [`Rejected`] as `parse` gives it when one of the two is too large, too deep, no UTF-8 or no JSON.
pub fn difference(old: &[u8], new: &[u8]) -> Result<Difference, Rejected> {
    let (old, new) = (read(old)?, read(new)?);
    let mut walk = Walk { changes: Vec::new(), omitted: 0 };
    walk.values(&old, &new, &Places { old: String::new(), new: String::new() });
    let version = |document: &Value| document.pointer("/document/tracking/version").cloned();
    let revisions = match (walk.changes.is_empty(), version(&old) == version(&new)) {
        (true, _) => Revisions::Same,
        (false, true) => Revisions::Silent,
        (false, false) => Revisions::Announced,
    };
    Ok(Difference { revisions, changes: walk.changes, omitted: walk.omitted })
}

fn read(bytes: &[u8]) -> Result<Value, Rejected> {
    let text = open(bytes, &Limits::default(), &mut Vec::new())?;
    serde_json::from_str(text).map_err(|error| not_json(text).unwrap_or_else(|| wrong_type(&error)))
}

/// The pointer of one value in both revisions; they differ below lists.
struct Places {
    old: String,
    new: String,
}

impl Places {
    fn key(&self, key: &str) -> Self {
        let key = key.replace('~', "~0").replace('/', "~1");
        Self { old: format!("{}/{key}", self.old), new: format!("{}/{key}", self.new) }
    }

    fn items(&self, old: usize, new: usize) -> Self {
        Self { old: format!("{}/{old}", self.old), new: format!("{}/{new}", self.new) }
    }
}

struct Walk {
    changes: Vec<Change>,
    omitted: usize,
}

impl Walk {
    /// Goes down both values; their depth is bounded by the limits of reading.
    fn values(&mut self, old: &Value, new: &Value, places: &Places) {
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => self.objects(old, new, places),
            (Value::Array(old), Value::Array(new)) => self.lists(old, new, places),
            _ if old == new => {}
            _ => self.add(ChangeKind::Changed, places.new.clone(), Some(old), Some(new)),
        }
    }

    fn objects(&mut self, old: &Map<String, Value>, new: &Map<String, Value>, places: &Places) {
        for (key, value) in old {
            match new.get(key) {
                Some(other) => self.values(value, other, &places.key(key)),
                None => self.add(ChangeKind::Removed, places.key(key).old, Some(value), None),
            }
        }
        for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
            self.add(ChangeKind::Added, places.key(key).new, None, Some(value));
        }
    }

    fn lists(&mut self, old: &[Value], new: &[Value], places: &Places) {
        let mut open: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for (at, item) in old.iter().enumerate() {
            open.entry(name_of(item)).or_default().push_back(at);
        }
        for (at, item) in new.iter().enumerate() {
            match open.get_mut(&name_of(item)).and_then(VecDeque::pop_front) {
                Some(before) => self.values(&old[before], item, &places.items(before, at)),
                None => self.add(ChangeKind::Added, places.items(at, at).new, None, Some(item)),
            }
        }
        let mut gone: Vec<usize> = open.into_values().flatten().collect();
        gone.sort_unstable();
        for at in gone {
            self.add(ChangeKind::Removed, places.items(at, at).old, Some(&old[at]), None);
        }
    }

    fn add(&mut self, kind: ChangeKind, place: String, before: Option<&Value>, after: Option<&Value>) {
        if self.changes.len() < KEPT {
            self.changes.push(Change { kind, place, before: before.map(shown), after: after.map(shown) });
        } else {
            self.omitted += 1;
        }
    }
}

/// The properties that name an item of a list, the surest first.
const NAMES: [&[&str]; 12] = [
    &["product_id"],
    &["group_id"],
    &["cve"],
    &["number"],
    &["url"],
    &["label"],
    &["filename"],
    &["algorithm"],
    &["system_name", "text"],
    &["category", "name"],
    &["category", "details"],
    &["category", "title"],
];

/// What names an item: its value for a scalar, its naming properties for an object; nothing for others, which are then
/// matched in their order.
fn name_of(item: &Value) -> String {
    match item {
        Value::Object(object) => {
            let parts = NAMES.iter().find_map(|names| parts_of(object, names));
            parts.unwrap_or_else(|| "{}".to_owned())
        }
        Value::Array(_) => "[]".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => item.to_string(),
    }
}

fn parts_of(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    let mut parts = String::new();
    for name in names {
        parts.push_str(object.get(*name)?.as_str()?);
        parts.push('\n');
    }
    Some(format!("{}\n{parts}", names[0]))
}

/// A value for people: texts in quotes, objects by their name and size.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Object(object) => {
            let known = ["name", "title", "cve", "summary", "details", "text", "product_id", "url", "number"];
            let name = known.iter().find_map(|key| object.get(*key)?.as_str());
            match name.or_else(|| object.get("product")?.get("name")?.as_str()) {
                Some(name) => format!("“{name}”"),
                None => format!("an object of {} properties", object.len()),
            }
        }
        Value::Array(list) => format!("a list of {} items", list.len()),
        Value::String(text) => format!("“{text}”"),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
