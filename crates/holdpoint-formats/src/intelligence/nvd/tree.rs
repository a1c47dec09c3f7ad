//! NVD's applicability trees: configurations of nodes of CPE matches, and what they become.
//!
//! Not here: whether a CPE name matches. The surprise: an empty `AND` would be true of everything, so nodes without
//! matches are left out of a tree, and a tree that has nothing left says nothing.

use std::borrow::Cow;

use holdpoint_domain::intelligence::{
    Condition, Criterion, End, Inclusion, RecordState, Role, Subject, VersionTest,
};
use serde::Deserialize;

use crate::intelligence::text::{List, Text};

/// How the children of a configuration or node are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Operator {
    /// All of them.
    #[serde(rename = "AND", alias = "and")]
    All,
    /// One of them; also when nothing is written, because that reading misses nothing.
    #[default]
    #[serde(rename = "OR", alias = "or")]
    Any,
}

/// One configuration: nodes joined by an operator.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Configuration<'a> {
    /// How its nodes are joined.
    #[serde(default, deserialize_with = "or_default")]
    pub operator: Operator,
    /// Whether the opposite is meant.
    #[serde(default, deserialize_with = "or_default")]
    pub negate: bool,
    #[serde(borrow, default)]
    nodes: List<Node<'a>>,
}

/// One node: CPE matches joined by an operator.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Node<'a> {
    /// How its matches are joined.
    #[serde(default, deserialize_with = "or_default")]
    pub operator: Operator,
    /// Whether the opposite is meant.
    #[serde(default, deserialize_with = "or_default")]
    pub negate: bool,
    #[serde(borrow, rename = "cpeMatch", default)]
    matches: List<Match<'a>>,
    /// Nodes below this one, as the feed's older edition and its mirrors write them.
    #[serde(borrow, default)]
    children: List<Node<'a>>,
}

/// One leaf: a CPE name, and a range outside the name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Match<'a> {
    /// Whether the product itself is vulnerable; otherwise it is the ground on which another is.
    #[serde(default = "yes")]
    pub vulnerable: bool,
    /// The CPE 2.3 name.
    #[serde(borrow)]
    pub criteria: Text<'a>,
    #[serde(borrow, default)]
    version_start_including: Text<'a>,
    #[serde(borrow, default)]
    version_start_excluding: Text<'a>,
    #[serde(borrow, default)]
    version_end_including: Text<'a>,
    #[serde(borrow, default)]
    version_end_excluding: Text<'a>,
}

const fn yes() -> bool {
    true
}

fn or_default<'de, D: serde::Deserializer<'de>, T: Default + Deserialize<'de>>(
    from: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(from).map(Option::unwrap_or_default)
}

impl<'a> Configuration<'a> {
    /// Its nodes.
    #[must_use]
    pub fn nodes(&self) -> &[Node<'a>] {
        &self.nodes
    }

    /// The configuration as a condition; `None` when nothing stands in it.
    #[must_use]
    pub fn condition(&self) -> Option<Condition> {
        joined(self.operator, self.nodes.iter().filter_map(Node::condition).collect(), self.negate.into())
    }
}

impl<'a> Node<'a> {
    /// Its leaves.
    #[must_use]
    pub fn matches(&self) -> &[Match<'a>] {
        &self.matches
    }

    fn condition(&self) -> Option<Condition> {
        let mut leaves: Vec<Condition> =
            self.matches.iter().map(|leaf| Condition::Is(leaf.criterion())).collect();
        leaves.extend(self.children.iter().filter_map(Node::condition));
        joined(self.operator, leaves, self.negate.into())
    }

    /// Whether it, or a node below it, names no product at all.
    pub(super) fn has_a_gap(&self) -> bool {
        (self.matches.is_empty() && self.children.is_empty()) || self.children.iter().any(Node::has_a_gap)
    }

    /// The names in it, and in the nodes below it, that name no product: they cannot be compared with anything.
    pub(super) fn unusable<'n>(&'n self, found: &mut Vec<&'n str>) {
        found.extend(self.matches.iter().map(|leaf| &*leaf.criteria).filter(|name| !names_a_product(name)));
        self.children.iter().for_each(|child| child.unusable(found));
    }
}

/// Whether the opposite of a node is meant.
enum Sense {
    Straight,
    Opposite,
}

impl From<bool> for Sense {
    fn from(negate: bool) -> Self {
        if negate { Self::Opposite } else { Self::Straight }
    }
}

fn joined(operator: Operator, mut children: Vec<Condition>, sense: Sense) -> Option<Condition> {
    let joined = match (children.len(), operator) {
        (0, _) => return None,
        (1, _) => children.pop()?,
        (_, Operator::All) => Condition::All(children),
        (_, Operator::Any) => Condition::Any(children),
    };
    Some(match sense {
        Sense::Straight => joined,
        Sense::Opposite => Condition::Not(Box::new(joined)),
    })
}

impl Match<'_> {
    /// What the product is to the vulnerability.
    #[must_use]
    pub const fn role(&self) -> Role {
        if self.vulnerable { Role::Vulnerable } else { Role::Platform }
    }

    /// The lower end of the range outside the name; the wider one when both are written.
    #[must_use]
    pub fn low(&self) -> Option<(&str, Inclusion)> {
        end(&self.version_start_including, &self.version_start_excluding)
    }

    /// The upper end of the range outside the name; the wider one when both are written.
    #[must_use]
    pub fn high(&self) -> Option<(&str, Inclusion)> {
        end(&self.version_end_including, &self.version_end_excluding)
    }

    /// Which versions are meant: the range outside the name, else the name's version and update.
    #[must_use]
    pub fn versions(&self) -> VersionTest {
        let own = |(version, inclusion): (&str, Inclusion)| End { version: version.to_owned(), inclusion };
        range_and_name(&self.criteria, self.low().map(own), self.high().map(own))
    }

    /// The leaf as a criterion.
    #[must_use]
    pub fn criterion(&self) -> Criterion {
        Criterion {
            role: self.role(),
            subject: Subject::Cpe(self.criteria.owned()),
            versions: self.versions(),
        }
    }
}

fn end<'t>(including: &'t Text<'_>, excluding: &'t Text<'_>) -> Option<(&'t str, Inclusion)> {
    match (including.trim(), excluding.trim()) {
        ("", "") => None,
        ("", excluding) => Some((excluding, Inclusion::Excluded)),
        (including, _) => Some((including, Inclusion::Included)),
    }
}

/// What a range beside a CPE name and the name together mean for versions.
pub(in crate::intelligence) fn range_and_name(
    name: &str,
    low: Option<End>,
    high: Option<End>,
) -> VersionTest {
    let named = named_version(name);
    if low.is_none() && high.is_none() {
        return named;
    }
    let range = VersionTest::Between { scheme: String::new(), low, high };
    match named {
        VersionTest::Any | VersionTest::NotStated => range,
        // Both a version and a range: the wider reading, until somebody shows what is meant.
        VersionTest::Exact { .. } | VersionTest::Expression(_) => VersionTest::OneOf(vec![named, range]),
        VersionTest::Between { .. } | VersionTest::OneOf(_) | VersionTest::Except { .. } => range,
    }
}

/// What the version and the update of a CPE 2.3 name mean.
pub(in crate::intelligence) fn named_version(name: &str) -> VersionTest {
    let (version, update) = version_and_update(name);
    match version {
        "*" => VersionTest::Any,
        "-" | "" => VersionTest::NotStated,
        value if has_wildcard(value) => VersionTest::Expression(plain(value).into_owned()),
        value => VersionTest::Exact {
            version: plain(value).into_owned(),
            update: if update == "*" { String::new() } else { plain(update).into_owned() },
        },
    }
}

/// How many attributes a CPE 2.3 name has.
const ATTRIBUTES: usize = 11;

/// The attributes of a name, still escaped, and how many there are; `None` when the name is no CPE 2.3 name.
fn attributes(name: &str) -> Option<([&str; ATTRIBUTES], usize)> {
    let rest = name.trim().strip_prefix("cpe:2.3:")?;
    let mut attributes = [""; ATTRIBUTES];
    let (mut at, mut from, mut escaped) = (0, 0, false);
    for (place, byte) in rest.bytes().enumerate() {
        if byte == b':' && !escaped {
            if let Some(attribute) = attributes.get_mut(at) {
                *attribute = &rest[from..place];
            }
            (at, from) = (at + 1, place + 1);
        }
        escaped = byte == b'\\' && !escaped;
    }
    if let Some(attribute) = attributes.get_mut(at) {
        *attribute = &rest[from..];
    }
    Some((attributes, at + 1))
}

/// The version and update attributes of a name, still escaped; empty when the name is no CPE 2.3 name.
fn version_and_update(name: &str) -> (&str, &str) {
    attributes(name).map_or(("", ""), |(attributes, _)| (attributes[3], attributes[4]))
}

/// Whether a name says which product it means: all its attributes are there, vendor and product without wildcards. Names
/// of the older binding are left to the comparison itself.
fn names_a_product(name: &str) -> bool {
    let is_value = |value: &str| !matches!(value, "" | "*" | "-") && !has_wildcard(value);
    match attributes(name) {
        Some((attributes, count)) => {
            count == ATTRIBUTES && is_value(attributes[1]) && is_value(attributes[2])
        }
        None => name.trim().starts_with("cpe:/"),
    }
}

fn has_wildcard(value: &str) -> bool {
    let mut escaped = false;
    value.bytes().any(|byte| {
        let wild = !escaped && matches!(byte, b'*' | b'?');
        escaped = byte == b'\\' && !escaped;
        wild
    })
}

/// A value without its escapes.
fn plain(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        text.push(if character == '\\' { characters.next().unwrap_or('\\') } else { character });
    }
    Cow::Owned(text)
}

/// Whether a record counts, by NVD's word for its status.
pub(super) fn state_of(status: &str) -> RecordState {
    match status.trim() {
        "Rejected" | "rejected" | "REJECTED" => RecordState::Rejected,
        _ => RecordState::Published,
    }
}
