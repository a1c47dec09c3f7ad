//! Where the work on a vulnerability of an asset stands, and when a newer revision makes it news again.
//!
//! The status belongs to a document, a vulnerability and an asset together (CSAF 2.0, 9.1.13). The surprise: what makes
//! a match news again is not a newer revision but another *remediation*, so the remediations that speak of a product
//! are boiled down to one hash, and a publisher who mends a comma in a title raises nothing.

use crate::advisory::{AdvisoryVulnerability, Remediation};
use crate::words::vocabulary;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

vocabulary! {
    /// Where the work stands. Without any word it is not remediated.
    RemediationState, "remediation state" {
        /// Nothing is done yet.
        NotRemediated = "not_remediated",
        /// Somebody is at it.
        InProgress = "in_progress",
        /// It is done.
        Done = "done",
    }
}

vocabulary! {
    /// Why a status is as it is.
    StatusCause, "cause of a status" {
        /// Somebody set it.
        Set = "set",
        /// A newer revision changed the remediation, so the status before does not count any more.
        RemediationChanged = "remediation_changed",
        /// The document gave the vulnerability another name; the status came with it.
        Renamed = "renamed",
    }
}

/// What remains of a set of remediations when order, white space and repetition do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RemediationHash(pub [u8; 32]);

impl RemediationHash {
    /// The hash of a set: category, details, address, date, restart and entitlements of each; products do not count.
    #[must_use]
    pub fn of<'a>(remediations: impl IntoIterator<Item = &'a Remediation>) -> Self {
        let all: BTreeSet<Vec<u8>> = remediations.into_iter().map(canonical).collect();
        let mut hash = Sha256::new();
        for one in all {
            part(&mut hash, &one);
        }
        Self(hash.finalize().into())
    }

    /// The hash of the remediations that resolve to one of these products.
    #[must_use]
    pub fn for_products(vulnerability: &AdvisoryVulnerability, products: &BTreeSet<&str>) -> Self {
        let speaks = |one: &&Remediation| one.products.iter().any(|id| products.contains(id.as_str()));
        Self::of(vulnerability.remediations.iter().filter(speaks))
    }
}

fn part(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

fn canonical(one: &Remediation) -> Vec<u8> {
    let entitlements: BTreeSet<String> = one.entitlements.iter().map(|text| words(text)).collect();
    let date = one.date.map(|date| date.micros().to_string()).unwrap_or_default();
    let url = one.url.as_deref().unwrap_or_default().trim().to_owned();
    let restart = one.restart.as_deref().unwrap_or_default().trim().to_owned();
    let fixed = [one.category.word().to_owned(), words(&one.details), url, date, restart];
    let mut bytes = Vec::new();
    for text in fixed.iter().chain(&entitlements) {
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

/// A text with each run of white space as one blank.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A change of a vulnerability that is worth a quiet note and raises nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuietChange {
    /// Another base score.
    Score,
    /// Another status of the product.
    ProductStatus,
}

/// What changed for these products of a vulnerability besides its remediation.
#[must_use]
pub fn quiet_changes(
    before: (&AdvisoryVulnerability, &BTreeSet<&str>),
    after: (&AdvisoryVulnerability, &BTreeSet<&str>),
) -> BTreeSet<QuietChange> {
    let scores = |(one, products): (&AdvisoryVulnerability, &BTreeSet<&str>)| {
        let speaks =
            one.scores.iter().filter(|score| score.products.iter().any(|id| products.contains(id.as_str())));
        speaks
            .map(|score| (score.version.clone(), score.vector.clone(), score.base_tenths))
            .collect::<BTreeSet<_>>()
    };
    let statuses = |(one, products): (&AdvisoryVulnerability, &BTreeSet<&str>)| {
        let speaks = one.statements.iter().filter(|(id, _)| products.contains(id.as_str()));
        speaks.map(|(_, status)| *status).collect::<BTreeSet<_>>()
    };
    let mut changes = BTreeSet::new();
    if scores(before) != scores(after) {
        changes.insert(QuietChange::Score);
    }
    if statuses(before) != statuses(after) {
        changes.insert(QuietChange::ProductStatus);
    }
    changes
}

/// What became of each category of remediation of these products, in words: `mitigation dropped; vendor_fix unchanged`.
/// Empty when neither offers any.
#[must_use]
pub fn remediation_changes(
    before: (&AdvisoryVulnerability, &BTreeSet<&str>),
    after: (&AdvisoryVulnerability, &BTreeSet<&str>),
) -> String {
    let offered = |(one, products): (&AdvisoryVulnerability, &BTreeSet<&str>)| {
        let mut found: BTreeMap<&'static str, BTreeSet<Vec<u8>>> = BTreeMap::new();
        for one in &one.remediations {
            if one.products.iter().any(|id| products.contains(id.as_str())) {
                found.entry(one.category.word()).or_default().insert(canonical(one));
            }
        }
        found
    };
    let (old, new) = (offered(before), offered(after));
    let categories: BTreeSet<&'static str> = old.keys().chain(new.keys()).copied().collect();
    let none = BTreeSet::new();
    let (mut changed, mut same) = (Vec::new(), Vec::new());
    for category in categories {
        let (was, is) = (old.get(category).unwrap_or(&none), new.get(category).unwrap_or(&none));
        match (was.is_empty(), is.is_empty()) {
            (false, true) => changed.push(format!("{category} dropped")),
            (true, _) => changed.push(format!("{category} new")),
            (false, false) if was == is => same.push(format!("{category} unchanged")),
            (false, false) => changed.push(format!("{category} changed")),
        }
    }
    changed.append(&mut same);
    changed.join("; ")
}

/// What a vulnerability can be recognised by in the next revision of its document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VulnerabilityNames {
    /// Its reference: the CVE, else the first other id, else its place.
    pub reference: String,
    /// Its other ids.
    pub ids: Vec<String>,
    /// Its title; empty when none.
    pub title: String,
    /// Its description; empty when none.
    pub description: String,
}

impl VulnerabilityNames {
    /// The names of a vulnerability as its document treats it, with the ids that the document gives besides.
    #[must_use]
    pub fn of(vulnerability: &AdvisoryVulnerability, ids: Vec<String>) -> Self {
        let description = vulnerability.notes.iter().find(|note| note.category == "description");
        Self {
            reference: vulnerability.reference.clone(),
            ids,
            title: words(&vulnerability.title),
            description: description.map(|note| words(&note.text)).unwrap_or_default(),
        }
    }
}

/// Which vulnerability of the old revision goes on under another reference in the new one: (old, new) references.
///
/// A pair must be recognised by a shared id, else by an equal title, else by an equal description, and each of them must
/// be the only one on both sides; two that look alike are never paired, because a status on the wrong one is worse than
/// a status that has to be set again.
#[must_use]
pub fn renamed(old: &[VulnerabilityNames], new: &[VulnerabilityNames]) -> Vec<(String, String)> {
    let kept: BTreeSet<&str> = new.iter().map(|one| one.reference.as_str()).collect();
    let known: BTreeSet<&str> = old.iter().map(|one| one.reference.as_str()).collect();
    // A place is no name: `vulnerability 3` may be another one in the next revision, but then nothing tells them apart.
    let mut gone: Vec<&VulnerabilityNames> =
        old.iter().filter(|one| !kept.contains(one.reference.as_str())).collect();
    let mut come: Vec<&VulnerabilityNames> =
        new.iter().filter(|one| !known.contains(one.reference.as_str())).collect();
    let mut pairs = Vec::new();
    let by_id: Keys = |one| std::iter::once(&one.reference).chain(&one.ids).cloned().collect();
    let by_title: Keys = |one| vec![one.title.clone()];
    let by_description: Keys = |one| vec![one.description.clone()];
    for keys in [by_id, by_title, by_description] {
        for (before, after) in only_ones(&gone, &come, keys) {
            pairs.push((before.clone(), after.clone()));
            gone.retain(|one| one.reference != before);
            come.retain(|one| one.reference != after);
        }
    }
    pairs.sort();
    pairs
}

type Keys = fn(&VulnerabilityNames) -> Vec<String>;

fn only_ones(
    gone: &[&VulnerabilityNames],
    come: &[&VulnerabilityNames],
    keys: Keys,
) -> BTreeMap<String, String> {
    let index = |all: &[&VulnerabilityNames]| {
        let mut by_key: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for one in all {
            for key in keys(one).into_iter().filter(|key| !key.is_empty()) {
                by_key.entry(key).or_default().insert(one.reference.clone());
            }
        }
        by_key
    };
    let (before, after) = (index(gone), index(come));
    let mut pairs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (key, old) in &before {
        let Some(new) = after.get(key) else { continue };
        for one in old {
            pairs.entry(one.clone()).or_default().extend(new.iter().cloned());
        }
    }
    let mut taken: BTreeMap<String, u32> = BTreeMap::new();
    for new in pairs.values().flatten() {
        *taken.entry(new.clone()).or_default() += 1;
    }
    let single = pairs.into_iter().filter_map(|(old, new)| {
        let new = new.into_iter().collect::<Vec<_>>();
        match new.as_slice() {
            [one] if taken.get(one) == Some(&1) => Some((old, one.clone())),
            _ => None,
        }
    });
    single.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advisory::{ProductStatus, RemediationCategory, Score};
    use crate::moment::Moment;

    fn remediation(details: &str) -> Remediation {
        Remediation {
            category: RemediationCategory::VendorFix,
            details: details.to_owned(),
            url: Some("https://acme.example/fix".to_owned()),
            date: None,
            restart: None,
            entitlements: vec!["b".to_owned(), "a".to_owned()],
            products: vec!["P1".to_owned()],
        }
    }

    #[test]
    fn order_white_space_and_products_do_not_count_and_everything_else_does() {
        let (one, two) = (remediation("Update to 2"), remediation("Or close port 102"));
        let same = RemediationHash::of([&one, &two]);
        let spaced = Remediation {
            details: " Update\n to  2 ".to_owned(),
            entitlements: vec!["a".to_owned(), "b".to_owned()],
            products: vec!["P9".to_owned()],
            ..one.clone()
        };
        assert_eq!(RemediationHash::of([&two, &spaced, &one]), same);
        let others = [
            Remediation { category: RemediationCategory::Mitigation, ..one.clone() },
            Remediation { details: "Update to 3".to_owned(), ..one.clone() },
            Remediation { url: None, ..one.clone() },
            Remediation { date: Some(Moment::from_micros(0)), ..one.clone() },
            Remediation { restart: Some("system".to_owned()), ..one.clone() },
            Remediation { entitlements: Vec::new(), ..one.clone() },
        ];
        for other in others {
            assert_ne!(RemediationHash::of([&other, &two]), same, "{other:?}");
        }
        assert_ne!(RemediationHash::of([&one]), RemediationHash::of([]));
    }

    fn names(reference: &str, ids: &[&str], title: &str, description: &str) -> VulnerabilityNames {
        VulnerabilityNames {
            reference: reference.to_owned(),
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            title: title.to_owned(),
            description: description.to_owned(),
        }
    }

    fn pair(old: &str, new: &str) -> (String, String) {
        (old.to_owned(), new.to_owned())
    }

    #[test]
    fn a_vulnerability_that_gets_its_cve_later_is_the_same_one() {
        let old = [names("ACME-7", &[], "", ""), names("vulnerability 2", &[], "Overflow", "")];
        let new = [
            names("CVE-2026-1", &["ACME-7"], "", ""),
            names("CVE-2026-2", &[], "Overflow", ""),
            names("CVE-2026-3", &[], "Another", ""),
        ];
        assert_eq!(
            renamed(&old, &new),
            [pair("ACME-7", "CVE-2026-1"), pair("vulnerability 2", "CVE-2026-2")]
        );
    }

    #[test]
    fn two_that_look_alike_are_never_paired() {
        let old =
            [names("vulnerability 1", &[], "Overflow", "a"), names("vulnerability 2", &[], "Overflow", "b")];
        let new = [names("CVE-2026-1", &[], "Overflow", "c"), names("CVE-2026-2", &[], "Overflow", "b")];
        assert_eq!(
            renamed(&old, &new),
            [pair("vulnerability 2", "CVE-2026-2")],
            "told apart by the description"
        );
        let kept = [names("CVE-2026-9", &[], "Overflow", "")];
        assert_eq!(renamed(&kept, &kept), []);
    }

    #[test]
    fn a_score_or_a_status_is_a_quiet_change() {
        let score = |vector: &str| Score {
            version: "3.1".to_owned(),
            vector: vector.to_owned(),
            base_tenths: None,
            products: vec!["P1".to_owned()],
        };
        let before = AdvisoryVulnerability {
            reference: "CVE-2026-1".to_owned(),
            cve: None,
            title: String::new(),
            cwe: None,
            statements: vec![("P1".to_owned(), ProductStatus::UnderInvestigation)],
            scores: vec![score("a")],
            remediations: Vec::new(),
            notes: Vec::new(),
            threats: Vec::new(),
            flags: Vec::new(),
            pointer: String::new(),
        };
        let after = AdvisoryVulnerability {
            statements: vec![("P1".to_owned(), ProductStatus::KnownAffected)],
            scores: vec![score("b")],
            ..before.clone()
        };
        let products = BTreeSet::from(["P1"]);
        let found = quiet_changes((&before, &products), (&after, &products));
        assert_eq!(found, BTreeSet::from([QuietChange::Score, QuietChange::ProductStatus]));
        assert!(
            quiet_changes((&before, &BTreeSet::from(["P2"])), (&after, &BTreeSet::from(["P2"]))).is_empty()
        );
    }
}
