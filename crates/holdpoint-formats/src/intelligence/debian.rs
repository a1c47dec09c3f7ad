//! Debian's security tracker, the one JSON file: source package, then CVE, then release.
//!
//! After the shape of security-tracker.debian.org/tracker/data/json as it is known to us; no real file was at hand, so the samples are ours. Not here: which
//! binary package is built from which source. The surprise: "resolved" with the fixed version `0` means that the release never
//! had the flaw, and a release that is not listed says nothing at all.

use std::collections::BTreeMap;
use std::fmt;

use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, End, Inclusion, Role, Unlisted, VersionTest, VulnerabilityRecord,
};
use holdpoint_domain::{Parsed, Rejected, Warning};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::error::Category;

use super::package;
use super::text::{Text, short};

/// Who says so.
pub const SOURCE: &str = "Debian";

/// Bytes of the file that are read at most; it has about 70 MB.
pub const MAX_BYTES: usize = 512 << 20;

/// Warnings that are kept.
const MOST_WARNINGS: usize = 200;

#[derive(Deserialize)]
struct Issue<'a> {
    #[serde(borrow, default)]
    description: Text<'a>,
    #[serde(borrow, default)]
    releases: Option<Pairs<'a, Release<'a>>>,
}

#[derive(Deserialize)]
struct Release<'a> {
    #[serde(borrow, default)]
    status: Text<'a>,
    #[serde(borrow, default)]
    fixed_version: Text<'a>,
    #[serde(borrow, default)]
    urgency: Text<'a>,
}

/// An object of many keys, in the order of the file.
struct Pairs<'a, T>(Vec<(Text<'a>, T)>);

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Pairs<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
            type Value = Vec<(Text<'de>, T)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(PairsVisitor(std::marker::PhantomData)).map(Pairs)
    }
}

/// One vulnerability while it is collected from all packages.
#[derive(Default)]
struct Gathered {
    description: String,
    ways: Vec<Condition>,
    urgencies: Vec<String>,
}

/// Reads the whole file: one record for each CVE (or `TEMP-…` id), in the order of their names.
///
/// # Errors
/// When the bytes are no such file, cut off or too large. Half a file is none.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Vec<VulnerabilityRecord>>, Rejected> {
    let refuse = |code: &str, what: String| {
        let remedy = "fetch it again, and look whether the right file was chosen";
        Rejected::new(code, what, "nothing of it was taken", remedy)
    };
    if bytes.len() > MAX_BYTES {
        return Err(refuse(
            "too-large",
            format!("the file has {} bytes, more than {MAX_BYTES}", bytes.len()),
        ));
    }
    let packages: Pairs<'_, Pairs<'_, Issue<'_>>> = serde_json::from_slice(bytes).map_err(|error| {
        let why = short(&error.to_string());
        match error.classify() {
            Category::Eof => refuse("cut-off", format!("the file ends in the middle: {why}")),
            Category::Data => refuse("not-debian", format!("the file has not the tracker's shape: {why}")),
            Category::Syntax | Category::Io => refuse("not-json", format!("the file is no JSON: {why}")),
        }
    })?;
    if packages.0.is_empty() {
        return Err(refuse("not-debian", "the file names no package".to_owned()));
    }
    let mut warnings = Vec::new();
    let mut all: BTreeMap<String, Gathered> = BTreeMap::new();
    for (package, issues) in &packages.0 {
        for (id, issue) in &issues.0 {
            gather(all.entry(id.owned()).or_default(), package, id, issue, &mut warnings);
        }
    }
    if warnings.len() > MOST_WARNINGS {
        let more = warnings.len() - MOST_WARNINGS;
        warnings.truncate(MOST_WARNINGS);
        let text = format!("{more} more remarks on releases were left out");
        warnings.push(Warning::new("remarks-left-out", "", text));
    }
    Ok(Parsed { value: all.into_iter().map(|(id, gathered)| record(id, gathered)).collect(), warnings })
}

fn gather(to: &mut Gathered, package: &str, id: &str, issue: &Issue<'_>, warnings: &mut Vec<Warning>) {
    if to.description.is_empty() {
        to.description = issue.description.owned();
    }
    for (release, said) in issue.releases.iter().flat_map(|releases| &releases.0) {
        let urgency = said.urgency.owned();
        if !urgency.is_empty() && urgency != "not yet assigned" && !to.urgencies.contains(&urgency) {
            to.urgencies.push(urgency);
        }
        let (versions, remark) = affected(said);
        if let Some(text) = remark {
            warnings.push(Warning::new("debian-status", format!("{package} {id} {release}"), text));
        }
        let subject = package::of_distribution("deb", "debian", package, release);
        to.ways.push(Condition::Is(Criterion { role: Role::Vulnerable, subject, versions }));
    }
}

/// The affected versions in one release, none of them when the release never had the flaw; and a remark on an odd status.
fn affected(said: &Release<'_>) -> (VersionTest, Option<String>) {
    let below = |version: &str| VersionTest::Between {
        scheme: "deb".to_owned(),
        low: None,
        high: Some(End { version: version.to_owned(), inclusion: Inclusion::Excluded }),
    };
    match (said.status.trim(), said.fixed_version.trim()) {
        // Kept, though it is empty: a release that is not named is one of which nobody speaks.
        ("resolved", "0") => (VersionTest::OneOf(Vec::new()), None),
        ("open", "") => (VersionTest::Any, None),
        ("undetermined", _) => (VersionTest::NotStated, None),
        // Open, and yet a version that has the fix: what is older is affected, and newer ones may be.
        ("open", version) => (VersionTest::OneOf(vec![below(version), VersionTest::NotStated]), None),
        ("resolved", "") => {
            let text = "it is resolved without a version, so what was affected is not known".to_owned();
            (VersionTest::NotStated, Some(text))
        }
        ("resolved", version) => (below(version), None),
        (other, _) => {
            let text =
                format!("the status `{}` is not known, so it cannot be told what is affected", short(other));
            (VersionTest::NotStated, Some(text))
        }
    }
}

fn record(id: String, gathered: Gathered) -> VulnerabilityRecord {
    let mut ways = gathered.ways;
    let root = match ways.len() {
        0 => None,
        1 => ways.pop(),
        _ => Some(Condition::Any(ways)),
    };
    let unlisted = Unlisted::NotSaid;
    VulnerabilityRecord {
        description: gathered.description,
        tags: gathered.urgencies,
        applicability: root
            .map(|root| Applicability { source: SOURCE.to_owned(), unlisted, root })
            .into_iter()
            .collect(),
        ..VulnerabilityRecord::named(id)
    }
}
