//! CISA's catalogue of Known Exploited Vulnerabilities (JSON), and what changed between two states of it.
//!
//! Not here: what to do about an entry. The surprise: entries change silently (a due date, a use in ransomware that became
//! known), and "Unknown" use in ransomware is not "no".

use std::collections::BTreeMap;
use std::convert::Infallible;

use holdpoint_domain::intelligence::{KevEntry, KnownUse};
use holdpoint_domain::{Moment, Parsed, Rejected, Warning};
use serde::Deserialize;

use super::stream::{RecordStream, StreamError, StreamLimits, look};
use super::text::{Text, moment};

/// The catalogue at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// Its version as written, for example `2026.03.13`.
    pub version: String,
    /// When it was released.
    pub released: Option<Moment>,
    /// Its entries in the order of the file; each CVE once.
    pub entries: Vec<KevEntry>,
}

/// What changed from one state of the catalogue to another, each list in the order of the CVEs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delta {
    /// Entries that are new.
    pub added: Vec<KevEntry>,
    /// Entries that say something else than before: before, and now.
    pub changed: Vec<(KevEntry, KevEntry)>,
    /// Entries that are gone: CISA takes some back.
    pub removed: Vec<KevEntry>,
}

/// The catalogue has 1.5 MB and 1,600 entries after five years.
const LIMITS: StreamLimits =
    StreamLimits { bytes: 256 << 20, record_bytes: 1 << 20, records: 200_000, warnings: 100 };

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw<'a> {
    #[serde(borrow, rename = "cveID")]
    cve: Text<'a>,
    #[serde(borrow, default)]
    vendor_project: Text<'a>,
    #[serde(borrow, default)]
    product: Text<'a>,
    #[serde(borrow, default)]
    vulnerability_name: Text<'a>,
    #[serde(borrow, default)]
    date_added: Text<'a>,
    #[serde(borrow, default)]
    required_action: Text<'a>,
    #[serde(borrow, default)]
    due_date: Text<'a>,
    #[serde(borrow, default)]
    known_ransomware_campaign_use: Text<'a>,
}

/// Reads the catalogue.
///
/// # Errors
/// When the bytes are no such catalogue, cut off or too large. Half a catalogue is none: an entry that is missing would
/// look like one that was taken back.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Catalogue>, Rejected> {
    let mut entries: BTreeMap<String, (usize, KevEntry)> = BTreeMap::new();
    let mut twice = Vec::new();
    let read = RecordStream::new(bytes, LIMITS).run::<Infallible>("vulnerabilities", |bytes, _| {
        look(bytes, |raw: Raw<'_>| {
            let (at, entry) = (entries.len(), entry(&raw));
            if let Some((_, old)) = entries.insert(entry.cve.clone(), (at, entry)) {
                twice.push(old.cve);
            }
            Ok(())
        })
    });
    let (summary, mut warnings) = match read {
        Ok(read) => read,
        Err(StreamError::Rejected(mut rejected)) => {
            "nothing of it was taken".clone_into(&mut rejected.meaning);
            return Err(rejected);
        }
        Err(StreamError::Stopped(never)) => match never {},
    };
    if summary.unreadable > 0 {
        return Err(Rejected::new(
            "kev-entries",
            format!(
                "{} of {} entries have not the shape of the catalogue",
                summary.unreadable,
                summary.unreadable + summary.records
            ),
            "nothing of it was taken, because an entry that is missing would look like one that was taken back",
            "look whether the right file was chosen; the format may have changed",
        ));
    }
    for cve in twice.into_iter().take(LIMITS.warnings) {
        warnings.push(Warning::new("kev-twice", cve, "the entry stands twice, the later one counts"));
    }
    let missing = summary.head("count").filter(|count| **count != summary.records.to_string());
    if missing.is_some() || summary.records == 0 {
        let told = missing.map(|count| format!("the catalogue says it has {count} entries, and has "));
        return Err(Rejected::new(
            "kev-count",
            format!("{}{} entries", told.unwrap_or_else(|| "the catalogue has ".to_owned()), summary.records),
            "nothing of it was taken, because an entry that is missing would look like one that was taken back",
            "fetch the catalogue again; this file is cut or damaged",
        ));
    }
    let mut ordered: Vec<(usize, KevEntry)> = entries.into_values().collect();
    ordered.sort_by_key(|(at, _)| *at);
    let value = Catalogue {
        version: summary.head("catalogVersion").unwrap_or_default().to_owned(),
        released: summary.head("dateReleased").and_then(moment),
        entries: ordered.into_iter().map(|(_, entry)| entry).collect(),
    };
    Ok(Parsed { value, warnings })
}

fn entry(raw: &Raw<'_>) -> KevEntry {
    let ransomware = raw.known_ransomware_campaign_use.trim().eq_ignore_ascii_case("known");
    KevEntry {
        cve: raw.cve.owned().to_ascii_uppercase(),
        vendor: raw.vendor_project.owned(),
        product: raw.product.owned(),
        name: raw.vulnerability_name.owned(),
        added: raw.date_added.owned(),
        required_action: raw.required_action.owned(),
        due: raw.due_date.owned(),
        ransomware: ransomware.then_some(KnownUse),
    }
}

/// What changed from one state to the other.
#[must_use]
pub fn delta(before: &Catalogue, after: &Catalogue) -> Delta {
    let by_cve = |catalogue: &Catalogue| -> BTreeMap<String, KevEntry> {
        catalogue.entries.iter().map(|entry| (entry.cve.clone(), entry.clone())).collect()
    };
    let mut old = by_cve(before);
    let mut delta = Delta::default();
    for (cve, now) in by_cve(after) {
        match old.remove(&cve) {
            None => delta.added.push(now),
            Some(was) if was != now => delta.changed.push((was, now)),
            Some(_) => {}
        }
    }
    delta.removed = old.into_values().collect();
    delta
}
