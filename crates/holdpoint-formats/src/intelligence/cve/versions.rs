//! The versions of an `affected` block: entries with a status each, and the test they become together.
//!
//! The rules are those of the CVE programme's `versions.md`: entries should not overlap, an upper end of `*` is infinity
//! (`2.*` is the end of all of 2), `0` as a lower end is "from the beginning", `changes` turn the status inside a range, and
//! without a default status the others are unknown. The surprise: where entries overlap after all, what is *unaffected* is
//! taken out of ranges, but never out of a version that an entry names as affected by itself.

use holdpoint_domain::intelligence::{End, Inclusion, VersionTest};
use holdpoint_versions::{Comparison, Scheme};
use serde::Deserialize;

use crate::intelligence::nvd::named_version;
use crate::intelligence::text::{List, Text};

/// What is said of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Affected,
    Unaffected,
    Unknown,
}

impl Status {
    /// Reads the word; no word, and a word that is not known, are "unknown".
    pub(super) fn read(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "affected" => Self::Affected,
            "unaffected" => Self::Unaffected,
            _ => Self::Unknown,
        }
    }
}

/// One entry: a version or a range, with its status.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry<'a> {
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    status: Text<'a>,
    #[serde(borrow, default)]
    version_type: Text<'a>,
    #[serde(borrow, default)]
    less_than: Option<Text<'a>>,
    #[serde(borrow, default)]
    less_than_or_equal: Option<Text<'a>>,
    #[serde(borrow, default)]
    changes: List<Change<'a>>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow, default)]
    at: Text<'a>,
    #[serde(borrow, default)]
    status: Text<'a>,
}

impl Entry<'_> {
    /// Whether the entry speaks of commits of a repository, which no inventory has.
    pub(super) fn names_commits(&self) -> bool {
        let kind = self.version_type.trim().to_ascii_lowercase();
        matches!(kind.as_str(), "git" | "hg" | "svn") || kind.contains("commit")
    }

    fn high(&self) -> Option<(&Text<'_>, Inclusion)> {
        match (&self.less_than, &self.less_than_or_equal) {
            (_, Some(high)) => Some((high, Inclusion::Included)),
            (Some(high), None) => Some((high, Inclusion::Excluded)),
            (None, None) => None,
        }
    }

    /// Whether the upper end lies below the lower one, so that no version lies between: a slip, and what was meant is not
    /// known.
    pub(super) fn is_empty(&self) -> bool {
        let Some((high, inclusion)) = self.high().filter(|_| self.changes.is_empty()) else { return false };
        let (Some(low), Upper::At(high)) =
            (lower(&self.version).0, upper(high, inclusion, &self.version_type))
        else {
            return false;
        };
        let named = scheme(&self.version_type, [low.version.as_str(), high.version.as_str()].into_iter());
        let order = Scheme::from_name(&named).unwrap_or(Scheme::Ot);
        match order.compare(&low.version, &high.version) {
            Ok(Comparison::Greater) => true,
            Ok(Comparison::Equal) => high.inclusion == Inclusion::Excluded,
            Ok(Comparison::Less | Comparison::Undecidable(_)) | Err(_) => false,
        }
    }
}

/// What a block's versions mean together.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meant {
    /// These versions are affected, or may be.
    Test(VersionTest),
    /// No version is affected.
    Nothing,
    /// Only commits are named.
    OnlyCommits,
}

/// What the entries mean together with the default status.
pub(super) fn meant(entries: &[Entry<'_>], default: Status) -> Meant {
    if !entries.is_empty() && entries.iter().all(Entry::names_commits) {
        return Meant::OnlyCommits;
    }
    let mut pieces = Pieces::default();
    for entry in entries.iter().filter(|entry| !entry.names_commits()) {
        pieces.add(entry);
    }
    pieces.together(default).map_or(Meant::Nothing, Meant::Test)
}

#[derive(Default)]
struct Pieces {
    /// Affected versions that are named by themselves.
    single: Vec<VersionTest>,
    /// Affected ranges.
    ranges: Vec<VersionTest>,
    unaffected: Vec<VersionTest>,
    unknown: Vec<VersionTest>,
}

impl Pieces {
    fn add(&mut self, entry: &Entry<'_>) {
        let status = Status::read(&entry.status);
        match entry.high() {
            Some(_) if entry.is_empty() => self.keep(status, VersionTest::NotStated),
            None if entry.changes.is_empty() => self.keep(status, single(&entry.version)),
            None => self.add_range(entry, status, Upper::Infinite),
            Some((high, inclusion)) => {
                self.add_range(entry, status, upper(high, inclusion, &entry.version_type))
            }
        }
    }

    fn add_range(&mut self, entry: &Entry<'_>, status: Status, high: Upper) {
        let (high, high_is_said) = match high {
            Upper::Infinite => (None, true),
            Upper::At(end) => (Some(end), true),
            Upper::NotSaid => (None, false),
        };
        let (low, low_is_said) = lower(&entry.version);
        let ends = entry.changes.iter().map(|change| (&*change.at.0, Status::read(&change.status)));
        let scheme = scheme(&entry.version_type, low.iter().chain(&high).map(|end| end.version.as_str()));
        let (mut from, mut from_is_said, mut status) = (low, low_is_said, status);
        for (at, next) in ends {
            let end = End { version: at.trim().to_owned(), inclusion: Inclusion::Excluded };
            if from_is_said || status == Status::Affected {
                self.keep(status, between(&scheme, from.take(), Some(end.clone())));
            }
            from = Some(End { inclusion: Inclusion::Included, ..end });
            (from_is_said, status) = (true, next);
        }
        // An end that is not said makes an affected range wider; of other ranges nothing is sure then.
        if (from_is_said && high_is_said) || status == Status::Affected {
            self.keep(status, between(&scheme, from, high));
        }
    }

    fn keep(&mut self, status: Status, test: VersionTest) {
        match (status, &test) {
            (Status::Affected, VersionTest::Exact { .. } | VersionTest::Expression(_)) => {
                self.single.push(test)
            }
            (Status::Affected, _) => self.ranges.push(test),
            (Status::Unaffected, VersionTest::NotStated) => {}
            (Status::Unaffected, _) => self.unaffected.push(test),
            (Status::Unknown, _) => self.unknown.push(unknown_within(test)),
        }
    }

    fn together(self, default: Status) -> Option<VersionTest> {
        let Self { single, mut ranges, mut unaffected, unknown } = self;
        let all_unaffected = unaffected.contains(&VersionTest::Any);
        let default = if all_unaffected { Status::Unaffected } else { default };
        // "All are unaffected" beside affected ones can only mean: all others.
        unaffected.retain(|test| *test != VersionTest::Any);
        let silent = single.is_empty() && ranges.is_empty() && unknown.is_empty();
        match default {
            Status::Affected => {
                unaffected.extend(unknown);
                let rest = except(VersionTest::Any, unaffected);
                return one_of(single.into_iter().chain([rest]).collect());
            }
            // Nothing is said to be affected, and the rest is unknown.
            Status::Unknown if silent => return Some(except(VersionTest::NotStated, unaffected)),
            Status::Unknown | Status::Unaffected => {}
        }
        ranges.extend(unknown);
        let ranges = one_of(ranges).map(|test| except(test, unaffected));
        one_of(single.into_iter().chain(ranges).collect())
    }
}

fn one_of(mut tests: Vec<VersionTest>) -> Option<VersionTest> {
    match tests.len() {
        0 => None,
        1 => tests.pop(),
        _ => Some(VersionTest::OneOf(tests)),
    }
}

fn except(meant: VersionTest, taken_out: Vec<VersionTest>) -> VersionTest {
    if taken_out.is_empty() { meant } else { VersionTest::Except { meant: Box::new(meant), taken_out } }
}

fn between(scheme: &str, low: Option<End>, high: Option<End>) -> VersionTest {
    if low.is_none() && high.is_none() {
        return VersionTest::Any;
    }
    VersionTest::Between { scheme: scheme.to_owned(), low, high }
}

/// A test that is unknown where the given one holds, and does not hold elsewhere.
fn unknown_within(test: VersionTest) -> VersionTest {
    let turned = |end: End| End {
        inclusion: match end.inclusion {
            Inclusion::Included => Inclusion::Excluded,
            Inclusion::Excluded => Inclusion::Included,
        },
        ..end
    };
    let (scheme, low, high) = match test {
        VersionTest::Between { scheme, low, high } => (scheme, low, high),
        VersionTest::Exact { version, .. } => {
            let end = End { version, inclusion: Inclusion::Included };
            (String::new(), Some(end.clone()), Some(end))
        }
        VersionTest::Any
        | VersionTest::NotStated
        | VersionTest::OneOf(_)
        | VersionTest::Except { .. }
        | VersionTest::Expression(_) => return VersionTest::NotStated,
    };
    let below = low.map(|end| between(&scheme, None, Some(turned(end))));
    let above = high.map(|end| between(&scheme, Some(turned(end)), None));
    except(VersionTest::NotStated, below.into_iter().chain(above).collect())
}

/// Whether a text only says that there is nothing to say.
pub(super) fn not_stated(text: &str) -> bool {
    let word = text.trim().to_ascii_lowercase();
    matches!(word.as_str(), "" | "n/a" | "na" | "-" | "unspecified" | "unknown" | "none" | "not applicable")
}

fn all(text: &str) -> bool {
    let word = text.trim().to_ascii_lowercase();
    matches!(word.as_str(), "*" | "all" | "any" | "all versions" | "all version" | "any version")
}

/// A version that stands by itself.
fn single(text: &str) -> VersionTest {
    let text = text.trim();
    if all(text) {
        VersionTest::Any
    } else if not_stated(text) || text == "0" {
        // A lone `0` is meant as the beginning of a range whose end was forgotten.
        VersionTest::NotStated
    } else if is_plain(text) {
        VersionTest::Exact { version: text.to_owned(), update: String::new() }
    } else {
        VersionTest::Expression(text.to_owned())
    }
}

/// Whether a text is one version and no expression over versions.
fn is_plain(text: &str) -> bool {
    let usual = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+' | b'~' | b':' | b'(' | b')')
    };
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let lower = text.to_ascii_lowercase();
    // `1.011-1.012` and `1.02~4.02` are ranges, `2.0+` is "and later", a long word belongs to a name.
    let dotted =
        |part: &str| part.contains('.') && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let range =
        ['-', '~'].iter().any(|dash| text.split_once(*dash).is_some_and(|(a, b)| dotted(a) && dotted(b)));
    let word = lower.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 8);
    let series = lower.ends_with(".x") || lower.contains(".x.");
    digit && text.bytes().all(usual) && !series && !range && !word && !lower.ends_with('+')
}

/// An end without what some write around it: the CPE name that holds it, an operator that only repeats the key.
fn bare(text: &str, operator: &str) -> String {
    if text.starts_with("cpe:2.3:")
        && let VersionTest::Exact { version, .. } = named_version(text)
    {
        return version;
    }
    match text.strip_prefix(operator).filter(|rest| !rest.starts_with('=')) {
        Some(rest) => rest.trim().to_owned(),
        None => text.to_owned(),
    }
}

/// The lower end, and whether it is said.
fn lower(text: &str) -> (Option<End>, bool) {
    let text = text.trim();
    let word = text.to_ascii_lowercase();
    if text == "0" || text == "-" || all(text) || word.ends_with("all versions") {
        return (None, true);
    }
    if not_stated(text) {
        return (None, false);
    }
    // The beginning of `8.0.*` is `8.0`.
    let series = word.strip_suffix(".x").or_else(|| word.strip_suffix(".*")).map_or(text.len(), str::len);
    (Some(End { version: bare(&text[..series], ">="), inclusion: Inclusion::Included }), true)
}

enum Upper {
    Infinite,
    At(End),
    NotSaid,
}

fn upper(text: &str, inclusion: Inclusion, kind: &str) -> Upper {
    let text = text.trim();
    if all(text) {
        return Upper::Infinite;
    }
    if not_stated(text) {
        return Upper::NotSaid;
    }
    match text.strip_suffix(".*").map(|series| after(series, kind)) {
        Some(Some(version)) => Upper::At(End { version, inclusion: Inclusion::Excluded }),
        Some(None) => Upper::NotSaid,
        None => {
            let operator = match inclusion {
                Inclusion::Included => "<=",
                Inclusion::Excluded => "<",
            };
            Upper::At(End { version: bare(text, operator), inclusion })
        }
    }
}

/// The first version behind a series: `3` behind `2.*`, and `3.0.0-0`, its earliest pre-release, in semantic versions.
fn after(series: &str, kind: &str) -> Option<String> {
    let mut numbers = series.split('.').map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<u32>>>()?;
    let last = numbers.last_mut()?;
    *last = last.checked_add(1)?;
    let semantic = kind.trim().eq_ignore_ascii_case("semver");
    if semantic {
        numbers.resize(numbers.len().max(3), 0);
    }
    let text = numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
    Some(if semantic { format!("{text}-0") } else { text })
}

/// The order that a version type names, when it is known and all ends can be read in it; else empty.
fn scheme<'t>(kind: &str, mut ends: impl Iterator<Item = &'t str>) -> String {
    let kind = kind.trim().to_ascii_lowercase();
    match Scheme::from_name(&kind) {
        None | Some(Scheme::Generic | Scheme::Ot) => String::new(),
        Some(scheme) if ends.all(|end| scheme.parse(end).is_ok()) => scheme.name().to_owned(),
        Some(_) => String::new(),
    }
}
