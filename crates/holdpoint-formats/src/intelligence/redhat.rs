//! Red Hat's CSAF VEX documents: one vulnerability, and the packages of each product stream with their status.
//!
//! After these documents as they are known to us; no real one was at hand, so the samples are ours. The bytes are read by our CSAF
//! reader. The surprise: "affected" is written as the version that *fixes*; what is older is affected. And two streams of one
//! release (9.0 with long support, 9.4) have different fixes: a package between the two may be of either, so that what is said
//! of the main line leaves it open. The streams of a module are told apart by the versions of their packages.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, End, Inclusion, Role, Subject, Unlisted, VersionTest,
    VulnerabilityRecord,
};
use holdpoint_domain::{Parsed, Rejected, Warning};
use holdpoint_versions::{Scheme, build, release};

use super::text::moment;
use super::{package, score};
use crate::csaf;
use crate::csaf::model::{CsafDocument, ProductIndex, Vulnerability};

/// Who says so.
pub const SOURCE: &str = "Red Hat";

/// A package and the ground it stands on.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    name: String,
    /// `el9`, or `el9~2` of a stream of longer support; empty when it cannot be told.
    release: String,
    /// CPE names of the stream when the release cannot be told.
    cpes: Vec<String>,
    /// Whether the name is of a source package.
    source_package: bool,
}

/// What is said of one package on one ground.
#[derive(Default)]
struct Said {
    /// Versions that hold the fix, with epoch.
    fixed: Vec<String>,
    affected: bool,
    investigated: bool,
    cleared: bool,
}

impl Said {
    fn without_fixes(&self) -> Self {
        Self { fixed: Vec::new(), ..*self }
    }
}

/// Reads a document: one record for each vulnerability in it.
///
/// # Errors
/// When the bytes are no CSAF 2.0 document, cut off or too large.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Vec<VulnerabilityRecord>>, Rejected> {
    let parsed = csaf::parse(bytes)?;
    let document = &parsed.value;
    let index = document.products();
    let mut warnings = parsed.warnings;
    let records =
        document.vulnerabilities.iter().map(|one| record(document, &index, one, &mut warnings)).collect();
    Ok(Parsed { value: records, warnings })
}

fn record(
    document: &CsafDocument<'_>,
    index: &ProductIndex<'_, '_>,
    one: &Vulnerability<'_>,
    warnings: &mut Vec<Warning>,
) -> VulnerabilityRecord {
    let reference = one.cve.as_deref().or(document.tracking_id()).unwrap_or_default().to_owned();
    let mut record = VulnerabilityRecord {
        title: one.title.as_deref().unwrap_or_default().to_owned(),
        published: one.release_date.as_deref().and_then(moment),
        modified: document
            .document
            .tracking
            .as_ref()
            .and_then(|tracking| tracking.current_release_date.as_deref().and_then(moment)),
        cwes: one.cwe.iter().filter_map(|cwe| cwe.id.as_deref().map(str::to_owned)).collect(),
        links: one
            .references
            .iter()
            .filter_map(|link| link.url.as_deref().map(str::to_owned))
            .take(1_000)
            .collect(),
        ..VulnerabilityRecord::named(reference.clone())
    };
    for cvss in one.scores.iter().filter_map(|score| score.cvss_v3.as_deref()) {
        let (vector, version) = (cvss.vector_string.as_deref(), cvss.version.as_deref());
        let written = cvss.base_score.map(|score| score.0);
        let score = score::sourced(SOURCE, version.unwrap_or_default(), vector.unwrap_or_default(), written);
        if let Some(score) = score.filter(|score| !record.scores.contains(score)) {
            record.scores.push(score);
        }
    }
    let description = one.notes.iter().filter(|note| {
        note.category
            .as_ref()
            .is_some_and(|category| matches!(category, csaf::words::NoteCategory::Description))
    });
    record.description =
        description.filter_map(|note| note.text.as_deref()).next().unwrap_or_default().to_owned();
    record.applicability = applicability(index, one, &reference, warnings);
    record
}

fn applicability(
    index: &ProductIndex<'_, '_>,
    one: &Vulnerability<'_>,
    reference: &str,
    warnings: &mut Vec<Warning>,
) -> Vec<Applicability> {
    let Some(status) = &one.product_status else { return Vec::new() };
    let mut all: BTreeMap<Key, Said> = BTreeMap::new();
    let mut others = 0_usize;
    for id in status.fixed.iter().chain(&status.first_fixed) {
        match package_of(index, id) {
            Some((key, Some(version))) => all.entry(key).or_default().fixed.push(version),
            Some((key, None)) => all.entry(key).or_default().investigated = true,
            None => others += 1,
        }
    }
    for id in status.known_affected.iter().chain(&status.first_affected).chain(&status.last_affected) {
        match package_of(index, id) {
            Some((key, _)) => all.entry(key).or_default().affected = true,
            None => others += 1,
        }
    }
    for id in &status.under_investigation {
        match package_of(index, id) {
            Some((key, _)) => all.entry(key).or_default().investigated = true,
            None => others += 1,
        }
    }
    for id in &status.known_not_affected {
        match package_of(index, id) {
            // Kept, though it names no version: a release that is not named is one of which nobody speaks.
            Some((key, _)) => all.entry(key).or_default().cleared = true,
            None => others += 1,
        }
    }
    if others > 0 {
        let text = format!(
            "{others} products are no packages of a stream (images, modules, sources) and were left out"
        );
        warnings.push(Warning::new("redhat-no-package", reference, text));
    }
    let longer = of_longer_support(&all);
    let mut ways: Vec<Condition> =
        all.into_iter().flat_map(|(key, said)| conditions(key, &said, &longer)).collect();
    let root = match ways.len() {
        0 => return Vec::new(),
        1 => ways.swap_remove(0),
        _ => Condition::Any(ways),
    };
    vec![Applicability { source: SOURCE.to_owned(), unlisted: Unlisted::NotSaid, root }]
}

/// The binary package that a product of the document means, and its version.
fn package_of(index: &ProductIndex<'_, '_>, id: &str) -> Option<(Key, Option<String>)> {
    let own_id = index.get(id)?.product.product_id.as_deref()?;
    let (mut found, mut cpes) = (None, Vec::new());
    for part in index.parts(own_id) {
        let Some(helper) =
            index.get(part).and_then(|record| record.product.product_identification_helper.as_ref())
        else {
            continue;
        };
        if let Some(purl) = helper.purl.as_deref().filter(|purl| purl.starts_with("pkg:rpm/")) {
            found = package::of_purl(purl);
        } else if let Some(cpe) = helper.cpe.as_deref() {
            cpes.push(cpe.to_owned());
        }
    }
    let (subject, version) = found?;
    // A source package is never installed; what is built from it is named beside it. Without a version it stands for all.
    let (name, source) = match subject {
        Subject::Package { name, source_package, .. } => (name, source_package),
        Subject::Cpe(_) | Subject::Product { .. } => return None,
    };
    if source && version.is_some() {
        return None;
    }
    let release = package::red_hat_release(&cpes);
    if !release.is_empty() {
        cpes.clear();
    }
    Some((Key { name, release, cpes, source_package: source }, version))
}

/// The fixes that streams of longer support have, by package and main release.
type Longer = BTreeMap<(String, String), Vec<String>>;

fn of_longer_support(all: &BTreeMap<Key, Said>) -> Longer {
    let mut longer = Longer::new();
    for (key, said) in all {
        if let Some(main) = release::main_of(&key.release) {
            longer.entry((key.name.clone(), main.to_owned())).or_default().extend(said.fixed.iter().cloned());
        }
    }
    longer
}

/// What is said of one package on one ground: one condition for each stream of a module, else one.
fn conditions(key: Key, said: &Said, longer: &Longer) -> Vec<Condition> {
    let mut streams: BTreeMap<Option<String>, Said> = BTreeMap::new();
    for version in &said.fixed {
        let stream = build::module(&key.name, version).map(|(_, stream)| stream);
        streams.entry(stream).or_insert_with(|| said.without_fixes()).fixed.push(version.clone());
    }
    if streams.is_empty() {
        streams.insert(None, said.without_fixes());
    }
    if let (Some(main), Some(more)) =
        (streams.get_mut(&None), longer.get(&(key.name.clone(), key.release.clone())))
        && !main.fixed.is_empty()
    {
        main.fixed.extend(more.iter().cloned());
    }
    streams.into_values().map(|said| condition(&key, &said)).collect()
}

fn condition(key: &Key, said: &Said) -> Condition {
    let Key { name, release, cpes, source_package } = key;
    let (kind, namespace) = ("rpm".to_owned(), "redhat".to_owned());
    let (name, release, source_package) = (name.clone(), release.clone(), *source_package);
    let subject = Subject::Package { kind, namespace, name, release, source_package };
    let leaf = Condition::Is(Criterion { role: Role::Vulnerable, subject, versions: versions(said) });
    let mut grounds: Vec<Condition> = cpes
        .iter()
        .map(|cpe| {
            let subject = Subject::Cpe(cpe.clone());
            Condition::Is(Criterion { role: Role::Platform, subject, versions: VersionTest::NotStated })
        })
        .collect();
    match grounds.len() {
        0 => leaf,
        1 => Condition::All(vec![leaf, grounds.swap_remove(0)]),
        _ => Condition::All(vec![leaf, Condition::Any(grounds)]),
    }
}

/// Older than every fix: affected. From the newest fix on: not, unless another stream has none. Between: it depends.
fn versions(said: &Said) -> VersionTest {
    let (oldest, newest) = ends(&said.fixed);
    let end = |version: &str, inclusion| End { version: version.to_owned(), inclusion };
    let below = |version: &str| VersionTest::Between {
        scheme: "rpm".to_owned(),
        low: None,
        high: Some(end(version, Inclusion::Excluded)),
    };
    let (Some(oldest), Some(newest)) = (oldest, newest) else {
        return match said {
            Said { affected: true, .. } => VersionTest::Any,
            Said { cleared: true, investigated: false, .. } => VersionTest::OneOf(Vec::new()),
            _ => VersionTest::NotStated,
        };
    };
    if said.affected || said.investigated {
        return VersionTest::OneOf(vec![below(oldest), VersionTest::NotStated]);
    }
    if oldest == newest {
        return below(oldest);
    }
    let from = VersionTest::Between {
        scheme: "rpm".to_owned(),
        low: Some(end(newest, Inclusion::Included)),
        high: None,
    };
    let between = VersionTest::Except { meant: Box::new(VersionTest::NotStated), taken_out: vec![from] };
    VersionTest::OneOf(vec![below(oldest), between])
}

/// The oldest and the newest of some versions.
fn ends(versions: &[String]) -> (Option<&str>, Option<&str>) {
    let order = |a: &&String, b: &&String| match (Scheme::Rpm.encode(a), Scheme::Rpm.encode(b)) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Err(_), _) | (_, Err(_)) => Ordering::Equal,
    };
    let oldest = versions.iter().min_by(order).map(String::as_str);
    (oldest, versions.iter().max_by(order).map(String::as_str))
}
