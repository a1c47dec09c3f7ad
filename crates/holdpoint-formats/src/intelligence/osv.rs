//! OSV records: one vulnerability and the packages of ecosystems that it is in.
//!
//! After the OSV schema as it is known to us (ossf.github.io/osv-schema); no real record was at hand, so the samples are ours. Not here: archives of records.
//! The surprise: a range is a list of events on one line of versions, sorted by version and not by their place in the file,
//! and `versions` lists more affected versions beside the ranges: either of them suffices.

use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, End, Inclusion, RecordState, Role, SourcedScore, Unlisted,
    VersionTest, VulnerabilityRecord,
};
use holdpoint_domain::{Parsed, Rejected, Warning};
use holdpoint_versions::{Comparison, Scheme};
use serde::Deserialize;
use serde_json::error::Category;

use super::text::{List, Text, moment, short};
use super::{package, score};

/// Bytes of a record that are read at most; the largest lists of versions have some MB.
pub const MAX_BYTES: usize = 32 << 20;

/// Versions that are listed of one package at most.
const MOST_VERSIONS: usize = 50_000;

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow, default)]
    schema_version: Text<'a>,
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, default)]
    aliases: List<Text<'a>>,
    #[serde(borrow, default)]
    upstream: List<Text<'a>>,
    #[serde(borrow, default)]
    published: Text<'a>,
    #[serde(borrow, default)]
    modified: Text<'a>,
    #[serde(borrow, default)]
    withdrawn: Text<'a>,
    #[serde(borrow, default)]
    summary: Text<'a>,
    #[serde(borrow, default)]
    details: Text<'a>,
    #[serde(borrow, default)]
    severity: List<Severity<'a>>,
    #[serde(borrow, default)]
    affected: List<Affected<'a>>,
    #[serde(borrow, default)]
    references: List<Reference<'a>>,
}

#[derive(Deserialize)]
struct Severity<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    score: Text<'a>,
}

#[derive(Deserialize)]
struct Reference<'a> {
    #[serde(borrow, default)]
    url: Text<'a>,
}

#[derive(Deserialize)]
struct Affected<'a> {
    #[serde(borrow, default)]
    package: Option<Package<'a>>,
    #[serde(borrow, default)]
    severity: List<Severity<'a>>,
    #[serde(borrow, default)]
    ranges: List<Range<'a>>,
    #[serde(borrow, default)]
    versions: List<Text<'a>>,
}

#[derive(Deserialize)]
struct Package<'a> {
    #[serde(borrow, default)]
    ecosystem: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    purl: Text<'a>,
}

#[derive(Deserialize)]
struct Range<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    events: List<Event<'a>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, default)]
    introduced: Option<Text<'a>>,
    #[serde(borrow, default)]
    fixed: Option<Text<'a>>,
    #[serde(borrow, default)]
    last_affected: Option<Text<'a>>,
    #[serde(borrow, default)]
    limit: Option<Text<'a>>,
}

/// Reads one record. Its reference is the CVE when it has exactly one among its names, else its own id.
///
/// # Errors
/// When the bytes are no OSV record, cut off or too large.
pub fn parse(bytes: &[u8]) -> Result<Parsed<VulnerabilityRecord>, Rejected> {
    let refuse = |code: &str, what: String| {
        let remedy = "look whether the right file was chosen; one OSV record a document is read";
        Rejected::new(code, what, "nothing of this record was taken", remedy)
    };
    if bytes.len() > MAX_BYTES {
        return Err(refuse(
            "too-large",
            format!("the record has {} bytes, more than {MAX_BYTES}", bytes.len()),
        ));
    }
    let raw: Raw<'_> = serde_json::from_slice(bytes).map_err(|error| {
        let why = short(&error.to_string());
        match error.classify() {
            Category::Eof => refuse("cut-off", format!("the record ends in the middle: {why}")),
            Category::Data => {
                refuse("not-osv", format!("the document has not the shape of an OSV record: {why}"))
            }
            Category::Syntax | Category::Io => refuse("not-json", format!("the record is no JSON: {why}")),
        }
    })?;
    if raw.id.trim().is_empty() || raw.modified.is_empty() {
        return Err(refuse("not-osv", "the document has no `id` or no `modified`".to_owned()));
    }
    if !raw.schema_version.is_empty() && !raw.schema_version.starts_with("1.") {
        let what = format!("the record has the schema `{}`, and 1 is read", short(&raw.schema_version));
        return Err(refuse("not-osv-1", what));
    }
    Ok(read(&raw))
}

fn read(raw: &Raw<'_>) -> Parsed<VulnerabilityRecord> {
    let mut warnings = Vec::new();
    let id = raw.id.owned();
    let names: Vec<String> = raw.aliases.iter().chain(raw.upstream.iter()).map(Text::owned).collect();
    let cves: Vec<&String> = names.iter().filter(|name| name.starts_with("CVE-")).collect();
    let reference = match cves.as_slice() {
        [only] if !id.starts_with("CVE-") => (*only).clone(),
        _ => id.clone(),
    };
    let aliases = std::iter::once(id.clone()).chain(names.iter().cloned()).filter(|name| *name != reference);
    let mut record = VulnerabilityRecord {
        aliases: aliases.collect(),
        state: if raw.withdrawn.is_empty() { RecordState::Published } else { RecordState::Rejected },
        source_status: if raw.withdrawn.is_empty() { String::new() } else { "withdrawn".to_owned() },
        title: raw.summary.owned(),
        description: raw.details.owned(),
        published: moment(&raw.published),
        modified: moment(&raw.modified),
        scores: scores(&raw.severity, &id),
        links: raw.references.iter().map(|reference| reference.url.owned()).take(1_000).collect(),
        ..VulnerabilityRecord::named(reference.clone())
    };
    for affected in raw.affected.iter() {
        record.scores.extend(scores(&affected.severity, &id));
        add(&mut record.applicability, affected, &id, &mut warnings);
    }
    Parsed { value: record, warnings }
}

fn scores(severity: &[Severity<'_>], source: &str) -> Vec<SourcedScore> {
    let vectors = severity.iter().filter(|one| one.kind.starts_with("CVSS"));
    vectors.filter_map(|one| score::sourced(source, "", &one.score, None)).collect()
}

/// Adds one package, in the applicability of its ecosystem.
fn add(to: &mut Vec<Applicability>, affected: &Affected<'_>, id: &str, warnings: &mut Vec<Warning>) {
    let Some(package) = affected.package.as_ref().filter(|package| !package.name.is_empty()) else {
        let text = "an affected entry names no package, only commits; it was left out";
        warnings.push(Warning::new("osv-no-package", id, text));
        return;
    };
    // The ecosystem says the release, the URL does not.
    let subject = match package.ecosystem.trim() {
        "" => match package::of_purl(&package.purl) {
            Some((subject, _)) => subject,
            None => return,
        },
        ecosystem => package::in_ecosystem(ecosystem, package.name.trim()),
    };
    let versions = tests(affected, &package::scheme_of(&subject));
    let leaf = Condition::Is(Criterion { role: Role::Vulnerable, subject, versions });
    let source = package.ecosystem.split(':').next().unwrap_or_default().to_owned();
    match to.iter_mut().find(|known| known.source == source) {
        Some(Applicability { root: Condition::Any(ways), .. }) => ways.push(leaf),
        Some(known) => {
            let first = std::mem::replace(&mut known.root, Condition::Any(Vec::new()));
            known.root = Condition::Any(vec![first, leaf]);
        }
        None => to.push(Applicability { source, unlisted: Unlisted::NotAffected, root: leaf }),
    }
}

/// The versions of one package: its ranges, and the listed versions that no range can be seen to hold.
fn tests(affected: &Affected<'_>, ecosystem: &str) -> VersionTest {
    let mut tests = Vec::new();
    let (mut commits, mut lines) = (0, 0);
    for range in affected.ranges.iter() {
        let scheme = match range.kind.trim() {
            "SEMVER" => "semver",
            "GIT" => {
                commits += 1;
                continue;
            }
            _ => ecosystem,
        };
        lines += 1;
        pieces(&range.events, scheme, &mut tests);
    }
    let listed =
        affected.versions.iter().take(MOST_VERSIONS).map(Text::owned).filter(|text| !text.is_empty());
    let beside: Vec<VersionTest> = listed
        .filter(|version| !tests.iter().any(|test| surely_holds(test, version)))
        .map(|version| VersionTest::Exact { version, update: String::new() })
        .collect();
    let nothing_listed = beside.is_empty();
    tests.extend(beside);
    match tests.len() {
        // Neither ranges nor versions: all of them, says the schema; only commits: it cannot be told.
        0 if commits > 0 => VersionTest::NotStated,
        0 if lines == 0 && nothing_listed => VersionTest::Any,
        0 => VersionTest::NotStated,
        1 => tests.remove(0),
        _ => VersionTest::OneOf(tests),
    }
}

/// Whether a range without doubt holds a version, so that listing it adds nothing.
fn surely_holds(test: &VersionTest, version: &str) -> bool {
    let VersionTest::Between { scheme, low, high } = test else { return matches!(test, VersionTest::Any) };
    let Some(scheme) = Scheme::from_name(scheme) else { return false };
    let inside = |end: &Option<End>, wanted: &Comparison| match end {
        None => true,
        Some(end) => match scheme.compare(version, &end.version) {
            Ok(Comparison::Equal) => end.inclusion == Inclusion::Included,
            Ok(order) => order == *wanted,
            Err(_) => false,
        },
    };
    inside(low, &Comparison::Greater) && inside(high, &Comparison::Less)
}

/// What an event does to the line of versions.
#[derive(Clone, Copy, PartialEq)]
enum Turn {
    Introduced,
    Ended(Inclusion),
}

/// The affected stretches of one line of events.
fn pieces(events: &[Event<'_>], scheme: &str, to: &mut Vec<VersionTest>) {
    let mut turns: Vec<(String, Turn)> = Vec::new();
    for event in events {
        let all = [
            (&event.introduced, Turn::Introduced),
            (&event.fixed, Turn::Ended(Inclusion::Excluded)),
            (&event.limit, Turn::Ended(Inclusion::Excluded)),
            (&event.last_affected, Turn::Ended(Inclusion::Included)),
        ];
        for (version, turn) in all {
            let Some(version) = version.as_ref().map(Text::owned).filter(|version| !version.is_empty())
            else {
                continue;
            };
            // A limit of `*` is no limit.
            if version != "*" {
                turns.push((version, turn));
            }
        }
    }
    sort(&mut turns, scheme);
    let between = |low: Option<End>, high: Option<End>| match (&low, &high) {
        (None, None) => VersionTest::Any,
        _ => VersionTest::Between { scheme: scheme.to_owned(), low, high },
    };
    // `Some(None)`: affected from the beginning on.
    let mut open: Option<Option<End>> = None;
    for (version, turn) in turns {
        match turn {
            Turn::Introduced if open.is_some() => {}
            Turn::Introduced if version == "0" => open = Some(None),
            Turn::Introduced => open = Some(Some(End { version, inclusion: Inclusion::Included })),
            Turn::Ended(inclusion) => {
                if let Some(low) = open.take() {
                    to.push(between(low, Some(End { version, inclusion })));
                }
            }
        }
    }
    if let Some(low) = open {
        to.push(between(low, None));
    }
}

/// Sorts events by version when all of them can be compared, `0` first; else they stay as written.
fn sort(turns: &mut [(String, Turn)], scheme: &str) {
    let Some(scheme) = Scheme::from_name(scheme) else { return };
    let Ok(keys) = turns
        .iter()
        .map(|(version, _)| if version == "0" { Ok(None) } else { scheme.encode(version).map(Some) })
        .collect::<Result<Vec<_>, _>>()
    else {
        return;
    };
    let mut order: Vec<usize> = (0..turns.len()).collect();
    order.sort_by(|a, b| keys[*a].cmp(&keys[*b]));
    let sorted: Vec<(String, Turn)> = order.into_iter().map(|at| turns[at].clone()).collect();
    turns.clone_from_slice(&sorted);
}
