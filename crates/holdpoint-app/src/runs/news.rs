//! What of a newer revision is news: another remediation is, another score or status is only noted, and what was a yes or
//! unknown and is a "no" now is cleared. A "no" is never raised.
//!
//! Compares what matched before a run with what matches after it, by configuration and vulnerability. The surprise:
//! a status is held against the remediation that was offered when somebody set it, not against the last revision, so
//! ten quiet revisions in between change nothing.

use holdpoint_domain::advisory::AdvisoryVulnerability;
use holdpoint_domain::id::{AdvisoryId, RevisionId};
use holdpoint_domain::remediation::{
    QuietChange, RemediationHash, RemediationState, StatusCause, quiet_changes, remediation_changes,
};
use holdpoint_store::remediation::NewStatus;
use holdpoint_store::run::{NewNews, NewsKind};
use holdpoint_store::{Change, Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Who sets a status when a revision does.
const BY: &str = "Holdpoint";

/// What matched a document before a run.
pub(crate) struct Before {
    advisory_no: i64,
    revision_no: i64,
    version: String,
    offers: Offers,
    renames: BTreeMap<i64, i64>,
}

/// What a document offers for each configuration and vulnerability that match it.
pub(crate) struct Offers {
    by_pair: BTreeMap<(i64, i64), Offer>,
    /// Why a pair is answered with "no", where a product that it matches is.
    cleared: BTreeMap<(i64, i64), String>,
    vulnerabilities: HashMap<(RevisionId, i64), AdvisoryVulnerability>,
}

/// A vulnerability as a revision treats it, with the products that matter.
type Side<'s> = (&'s AdvisoryVulnerability, &'s BTreeSet<&'s str>);

struct Offer {
    revision: RevisionId,
    products: BTreeSet<String>,
    hash: RemediationHash,
    /// Whether it is still a yes or unknown when all statements of the document have had their say.
    is_open: bool,
}

impl Offers {
    /// What the open matches of a document offer.
    pub(crate) fn of(r: &mut Reader<'_>, advisory_no: i64) -> Result<Self, StoreError> {
        let mut pairs: BTreeMap<(i64, i64), (RevisionId, BTreeSet<String>, bool)> = BTreeMap::new();
        let mut cleared = BTreeMap::new();
        for matched in r.matched_statements(advisory_no)? {
            let pair = (matched.configuration_no, matched.vulnerability_no);
            if let Some(why) = matched.cleared {
                cleared.entry(pair).or_insert(why);
            }
            if matched.is_offered {
                let known = pairs.entry(pair);
                let (newest, products, is_open) =
                    known.or_insert_with(|| (matched.revision, BTreeSet::new(), false));
                *newest = (*newest).max(matched.revision);
                *is_open |= matched.is_open;
                products.insert(matched.product_id);
            }
        }
        let revisions: BTreeSet<RevisionId> = pairs.values().map(|(revision, ..)| *revision).collect();
        let mut vulnerabilities = HashMap::new();
        for revision in revisions {
            for stored in r.vulnerabilities_of(revision)? {
                let known = vulnerabilities.entry((revision, stored.number));
                known.and_modify(|one| merge(one, &stored.vulnerability)).or_insert(stored.vulnerability);
            }
        }
        let mut hashes: HashMap<(RevisionId, i64, BTreeSet<String>), RemediationHash> = HashMap::new();
        let by_pair = pairs.into_iter().map(|(pair, (revision, products, is_open))| {
            let hash = *hashes.entry((revision, pair.1, products.clone())).or_insert_with(|| {
                let names: BTreeSet<&str> = products.iter().map(String::as_str).collect();
                vulnerabilities
                    .get(&(revision, pair.1))
                    .map_or_else(|| RemediationHash::of([]), |one| RemediationHash::for_products(one, &names))
            });
            (pair, Offer { revision, products, hash, is_open })
        });
        Ok(Self { by_pair: by_pair.collect(), cleared, vulnerabilities })
    }

    /// What is offered to a configuration for a vulnerability; of nothing when they do not match.
    pub(crate) fn hash(&self, configuration_no: i64, vulnerability_no: i64) -> RemediationHash {
        let found = self.by_pair.get(&(configuration_no, vulnerability_no));
        found.map_or_else(|| RemediationHash::of([]), |offer| offer.hash)
    }

    /// What is offered for a pair that is a yes or unknown.
    fn open(&self, pair: (i64, i64)) -> Option<&Offer> {
        self.by_pair.get(&pair).filter(|offer| offer.is_open)
    }

    fn quiet(
        &self,
        offer: &Offer,
        vulnerability_no: i64,
        after: (&Self, &Offer, i64),
    ) -> BTreeSet<QuietChange> {
        self.compare(offer, vulnerability_no, after, quiet_changes)
    }

    /// What became of the remediation, as the end of a sentence; empty when it cannot be told.
    fn changes(&self, offer: &Offer, vulnerability_no: i64, after: (&Self, &Offer, i64)) -> String {
        match self.compare(offer, vulnerability_no, after, remediation_changes) {
            text if text.is_empty() => text,
            text => format!(": {text}"),
        }
    }

    /// What a comparison says of the vulnerability before and after; nothing when one of them is not there.
    fn compare<T: Default>(
        &self,
        offer: &Offer,
        vulnerability_no: i64,
        after: (&Self, &Offer, i64),
        comparison: impl Fn(Side<'_>, Side<'_>) -> T,
    ) -> T {
        let old = self.vulnerabilities.get(&(offer.revision, vulnerability_no));
        let new = after.0.vulnerabilities.get(&(after.1.revision, after.2));
        let before_names: BTreeSet<&str> = offer.products.iter().map(String::as_str).collect();
        let after_names: BTreeSet<&str> = after.1.products.iter().map(String::as_str).collect();
        match (old, new) {
            (Some(old), Some(new)) => comparison((old, &before_names), (new, &after_names)),
            (None, _) | (_, None) => T::default(),
        }
    }
}

/// Two places of a document that have one name are one vulnerability.
fn merge(one: &mut AdvisoryVulnerability, other: &AdvisoryVulnerability) {
    one.statements.extend(other.statements.iter().cloned());
    one.scores.extend(other.scores.iter().cloned());
    one.remediations.extend(other.remediations.iter().cloned());
}

/// What matches an advisory whose newer revision was put and not matched yet.
pub(crate) fn before(
    c: &mut Change<'_>,
    advisory: AdvisoryId,
    renames: BTreeMap<i64, i64>,
) -> Result<Option<Before>, StoreError> {
    let Some((advisory_no, revision_no, _, version)) = c.advisory_numbers(advisory)? else { return Ok(None) };
    let offers = Offers::of(c, advisory_no)?;
    Ok(Some(Before { advisory_no, revision_no, version, offers, renames }))
}

/// What is news after the run; statuses whose remediation changed are taken back, with the reason.
pub(crate) fn after(c: &mut Change<'_>, before: Before) -> Result<Vec<NewNews>, StoreError> {
    let offers = Offers::of(c, before.advisory_no)?;
    let mut old: BTreeMap<(i64, i64), (&Offer, i64)> = BTreeMap::new();
    for ((configuration_no, number), offer) in &before.offers.by_pair {
        old.insert((*configuration_no, before.name_now(*number)), (offer, *number));
    }
    let cleared: BTreeSet<(i64, i64)> =
        before.offers.cleared.keys().map(|(at, number)| (*at, before.name_now(*number))).collect();
    let pairs: BTreeSet<(i64, i64)> = old.keys().chain(offers.by_pair.keys()).copied().collect();
    let mut news = Vec::new();
    for pair in pairs {
        let was = old.get(&pair).copied().filter(|(was, _)| was.is_open);
        let found = match (was, offers.open(pair)) {
            (was, Some(offer)) => before.said_again(was, cleared.contains(&pair), (&offers, offer, pair.1)),
            (Some(_), None) => Some(before.ended(offers.cleared.get(&pair))),
            (None, None) => None,
        };
        news.extend(found.map(|(kind, why)| NewNews {
            advisory_no: before.advisory_no,
            revision_no: before.revision_no,
            vulnerability_no: pair.1,
            configuration_no: pair.0,
            kind,
            why,
        }));
    }
    take_back(c, &before, &offers, &old)?;
    Ok(news)
}

impl Before {
    /// The number that a vulnerability has in the newer revision.
    fn name_now(&self, number: i64) -> i64 {
        self.renames.get(&number).copied().unwrap_or(number)
    }

    /// What it means that a pair is a yes or unknown now.
    fn said_again(
        &self,
        was: Option<(&Offer, i64)>,
        was_cleared: bool,
        now: (&Offers, &Offer, i64),
    ) -> Option<(NewsKind, String)> {
        let version = &self.version;
        match was {
            None if was_cleared => {
                let why =
                    format!("version {version} does not clear this asset of this vulnerability any more");
                Some((NewsKind::Raised, why))
            }
            None => Some((
                NewsKind::Raised,
                format!("version {version} speaks of this asset and this vulnerability for the first time"),
            )),
            Some((was, number)) if was.hash != now.1.hash => {
                let what = self.offers.changes(was, number, now);
                Some((NewsKind::Raised, format!("version {version} changed the remediation{what}")))
            }
            Some((was, number)) => words(&self.offers.quiet(was, number, now)).map(|what| {
                let why = format!("version {version} changed the {what}; the remediation is the same");
                (NewsKind::Noted, why)
            }),
        }
    }

    /// What it means that a pair is no yes or unknown any more.
    fn ended(&self, cleared: Option<&String>) -> (NewsKind, String) {
        let version = &self.version;
        match cleared {
            Some(why) => (NewsKind::Cleared, format!("version {version} clears this asset: {why}")),
            // That nothing is said proves nothing.
            None => (
                NewsKind::Noted,
                format!(
                    "version {version} no longer says that this vulnerability affects this asset, or may affect it"
                ),
            ),
        }
    }
}

fn words(quiet: &BTreeSet<QuietChange>) -> Option<&'static str> {
    match (quiet.contains(&QuietChange::Score), quiet.contains(&QuietChange::ProductStatus)) {
        (true, true) => Some("score and the product's status"),
        (true, false) => Some("score"),
        (false, true) => Some("product's status"),
        (false, false) => None,
    }
}

fn take_back(
    c: &mut Change<'_>,
    before: &Before,
    offers: &Offers,
    old: &BTreeMap<(i64, i64), (&Offer, i64)>,
) -> Result<(), StoreError> {
    let mut configuration_of: HashMap<i64, i64> = HashMap::new();
    for (configuration_no, assets) in c.assets_by_configuration(before.advisory_no)? {
        configuration_of.extend(assets.into_iter().map(|asset| (asset, configuration_no)));
    }
    let mut taken = Vec::new();
    for status in c.open_statuses(before.advisory_no)? {
        let triple = status.triple;
        let Some(configuration_no) = configuration_of.get(&triple.asset_no) else { continue };
        let pair = (*configuration_no, triple.vulnerability_no);
        let Some(offer) = offers.by_pair.get(&pair) else { continue };
        if status.state == RemediationState::NotRemediated || offer.hash == status.hash {
            continue;
        }
        // What changed is known only against the offer on which the status was set.
        let what = match old.get(&pair) {
            Some((was, number)) if was.hash == status.hash => {
                before.offers.changes(was, *number, (offers, offer, triple.vulnerability_no))
            }
            Some(_) | None => String::new(),
        };
        taken.push(NewStatus {
            triple,
            state: RemediationState::NotRemediated,
            cause: StatusCause::RemediationChanged,
            by: BY.to_owned(),
            reason: format!(
                "version {} changed the remediation{what}; before it was {}, said {}",
                before.version,
                status.state.word().replace('_', " "),
                status.by
            ),
            revision_no: before.revision_no,
            hash: offer.hash,
        });
    }
    c.set_statuses(&taken)
}
