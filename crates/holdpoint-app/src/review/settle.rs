//! Bringing the matches up to date that rules touch: no others are looked at.
//!
//! A rule on names touches the documents that write theirs; one on vendors touches what is written with either
//! spelling, and the rarer one covers all pairs of the two.

use crate::App;
use crate::matching::{self, MatchCounts};
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::review::{MappingRule, NameKey, RuleSubject};
use holdpoint_engine::matching::keys::NameParts;
use holdpoint_store::{Change, Reader, StoreError};
use holdpoint_versions::names;
use std::collections::BTreeSet;

/// What has to be compared anew.
#[derive(Debug, Default)]
struct Touched {
    advisories: BTreeSet<AdvisoryId>,
    configurations: BTreeSet<i64>,
}

impl Touched {
    fn len(&self) -> usize {
        self.advisories.len() + self.configurations.len()
    }

    fn add(&mut self, other: Self) {
        self.advisories.extend(other.advisories);
        self.configurations.extend(other.configurations);
    }
}

/// Compares anew what rules with these subjects touch, after one began or ceased to hold.
pub(super) fn settle(
    app: &App,
    c: &mut Change<'_>,
    subjects: &[&RuleSubject],
) -> Result<MatchCounts, StoreError> {
    let mut touched = Touched::default();
    for subject in subjects {
        touched.add(touched_by(c, subject)?);
    }
    let advisories: Vec<AdvisoryId> = touched.advisories.into_iter().collect();
    let mut counts = MatchCounts::default();
    if !advisories.is_empty() {
        counts.add(matching::for_advisories(app, c, &advisories)?);
    }
    let configurations: Vec<i64> = touched.configurations.into_iter().collect();
    counts.add(matching::for_configurations(app, c, &configurations)?);
    Ok(counts)
}

fn touched_by(r: &mut Reader<'_>, subject: &RuleSubject) -> Result<Touched, StoreError> {
    match subject {
        RuleSubject::Names { ours, theirs } if theirs.product.is_empty() => {
            let components = components(r, |parts, order| agrees(ours, parts, order))?;
            let configurations = r.configurations_with(&components)?.into_iter().collect();
            Ok(Touched { configurations, ..Touched::default() })
        }
        RuleSubject::Names { theirs, .. } | RuleSubject::Family { theirs, .. } => {
            // Their order numbers are not asked for: a document too many costs time and changes nothing.
            let named = NameKey { order_number: String::new(), ..theirs.clone() };
            let advisories = advisories(r, |parts, _| agrees(&named, parts, ""))?;
            Ok(Touched { advisories, ..Touched::default() })
        }
        RuleSubject::Expression { vendor, product, text, .. } => {
            let key = NameKey { vendor: vendor.clone(), product: product.clone(), ..NameKey::default() };
            let advisories =
                advisories(r, |parts, written| written.trim() == text && agrees(&key, parts, ""))?;
            Ok(Touched { advisories, ..Touched::default() })
        }
        RuleSubject::Vendor { ours, theirs } => {
            let (one, other) = (of_vendor(r, ours)?, of_vendor(r, theirs)?);
            Ok(if one.len() <= other.len() { one } else { other })
        }
    }
}

/// What is written with a spelling of a vendor, on both sides.
fn of_vendor(r: &mut Reader<'_>, vendor: &str) -> Result<Touched, StoreError> {
    let alias = names::vendor_alias(vendor).to_owned();
    let is = |parts: &NameParts| parts.spelt_vendor == vendor || parts.vendor == alias;
    let advisories = advisories(r, |parts, _| is(parts))?;
    let components = components(r, |parts, _| is(parts))?;
    let configurations = r.configurations_with(&components)?.into_iter().collect();
    Ok(Touched { advisories, configurations })
}

/// The advisories that write a product in a way that passes; asked with the name and the version text.
fn advisories(
    r: &mut Reader<'_>,
    passes: impl Fn(&NameParts, &str) -> bool,
) -> Result<BTreeSet<AdvisoryId>, StoreError> {
    let mut found = BTreeSet::new();
    r.each_written_name(|advisory, vendor, product, text| {
        if !found.contains(&advisory) && passes(&NameParts::of(vendor, product), text) {
            found.insert(advisory);
        }
        Ok(())
    })?;
    Ok(found)
}

/// The components that pass; asked with the name and the normalised order number.
fn components(r: &mut Reader<'_>, passes: impl Fn(&NameParts, &str) -> bool) -> Result<Vec<i64>, StoreError> {
    let all = r.all_components()?;
    let found = all.into_iter().filter(|(_, component)| {
        let order = names::order_number_key(&component.order_number);
        passes(&NameParts::of(&component.vendor, &component.product), &order)
    });
    Ok(found.map(|(number, _)| number).collect())
}

fn agrees(key: &NameKey, parts: &NameParts, order_number: &str) -> bool {
    let same = |wanted: &str, known: &str| wanted.is_empty() || wanted == known;
    same(&key.vendor, &parts.vendor)
        && same(&key.product, &parts.product)
        && same(&key.order_number, order_number)
}

/// What rests on a rule now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resting {
    /// Matches: one for each configuration and product.
    pub matches: u64,
    /// Assets within reach.
    pub assets: u64,
    /// Advisories.
    pub advisories: u64,
}

/// Counts what rests on a rule: the open matches of its two sides that are no mere candidates.
pub(super) fn resting(r: &mut Reader<'_>, rule: &MappingRule, reach: &Reach) -> Result<Resting, StoreError> {
    let touched = touched_by(r, &rule.subject)?;
    let mut rows = r.matches_of_advisories(&touched.advisories.into_iter().collect::<Vec<_>>())?;
    rows.extend(r.matches_of_configurations(&touched.configurations.into_iter().collect::<Vec<_>>())?);
    rows.sort_unstable_by_key(|row| row.match_no);
    rows.dedup_by_key(|row| row.match_no);
    // The engine says in each match on which rule it rests.
    let mark = holdpoint_engine::matching::identity::decided_by(rule);
    rows.retain(|row| row.why.contains(&mark));
    let configurations: BTreeSet<i64> = rows.iter().map(|row| row.configuration_no).collect();
    let places = r.configuration_places()?;
    let held = places
        .iter()
        .filter(|place| configurations.contains(&place.configuration_no) && reach.covers(place.site_id));
    let advisories: BTreeSet<AdvisoryId> = rows.iter().map(|row| row.advisory).collect();
    Ok(Resting {
        matches: rows.len() as u64,
        assets: held.map(|place| place.assets).sum(),
        advisories: advisories.len() as u64,
    })
}
