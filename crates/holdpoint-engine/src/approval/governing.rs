//! Which baseline governs an asset: the nearest of those whose scope holds it.

use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Baseline, Force, Place};
use holdpoint_domain::component::Component;
use holdpoint_domain::id::{AssetId, BaselineId, SiteId, ZoneId};
use holdpoint_versions::names::{product_key, vendor_alias, vendor_key};
use holdpoint_versions::{Comparison, Profile, Version};

/// What is known of an asset, as far as scopes ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetFacts<'a> {
    /// Its id; `None`: it has none yet.
    pub id: Option<AssetId>,
    /// Its kind.
    pub kind: Option<AssetKind>,
    /// Its vendor; empty: nobody has said.
    pub vendor: &'a str,
    /// Its product; empty: nobody has said.
    pub product: &'a str,
    /// Its site.
    pub site: Option<SiteId>,
    /// Its zone.
    pub zone: Option<ZoneId>,
    /// Its components.
    pub components: &'a [Component],
}

/// Whether a scope holds an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It cannot be said; this is missing.
    Unknown(Vec<&'static str>),
}

/// Whether a scope holds an asset. One no is enough for a no; else one gap is enough for an unknown.
#[must_use]
pub fn membership(scope: &AssetScope, asset: &AssetFacts<'_>) -> Membership {
    let mut answers = Vec::new();
    if let Some(kind) = scope.kind {
        answers.push(known("kind", asset.kind, kind));
    }
    let vendor = |text: &str| vendor_alias(&vendor_key(text)).to_owned();
    if !scope.vendor.is_empty() {
        let ours = Some(vendor(asset.vendor)).filter(|key| !key.is_empty());
        answers.push(known("vendor", ours, vendor(&scope.vendor)));
    }
    if !scope.product.is_empty() {
        let key = |text: &str| product_key(asset.vendor, text);
        let ours = Some(key(asset.product)).filter(|key| !key.is_empty());
        answers.push(known("product", ours, key(&scope.product)));
    }
    match scope.place {
        Place::Everywhere => {}
        Place::Site(site) => answers.push(known("site", asset.site, site)),
        Place::Zone(site, zone) => {
            answers.push(known("site", asset.site, site));
            // Of another site, the zone does not matter.
            if asset.site.is_none_or(|own| own == site) {
                answers.push(known("zone", asset.zone, zone));
            }
        }
    }
    if let Some(release) = &scope.release {
        answers.push(runs(asset.components, &release.product, &release.version));
    }
    if answers.contains(&Membership::No) {
        return Membership::No;
    }
    let missing: Vec<&'static str> = answers
        .into_iter()
        .flat_map(|answer| match answer {
            Membership::Unknown(missing) => missing,
            Membership::Yes | Membership::No => Vec::new(),
        })
        .collect();
    if missing.is_empty() { Membership::Yes } else { Membership::Unknown(missing) }
}

fn known<T: PartialEq>(what: &'static str, ours: Option<T>, wanted: T) -> Membership {
    match ours {
        None => Membership::Unknown(vec![what]),
        Some(ours) if ours == wanted => Membership::Yes,
        Some(_) => Membership::No,
    }
}

/// Whether a release is among the components. Nothing listed at all says nothing.
fn runs(components: &[Component], product: &str, version: &str) -> Membership {
    if components.is_empty() {
        return Membership::Unknown(vec!["installed software"]);
    }
    let mut answer = Membership::No;
    for one in components {
        if product_key(&one.vendor, &one.product) != product_key(&one.vendor, product) {
            continue;
        }
        if one.version.trim() == version.trim() {
            return Membership::Yes;
        }
        match same_release(&one.vendor, one.version.trim(), version.trim()) {
            Some(true) => return Membership::Yes,
            Some(false) => {}
            None => answer = Membership::Unknown(vec!["version of the control system"]),
        }
    }
    answer
}

/// Whether two texts name one release (`V13.00` and `13.0`); `None`: nobody can say.
fn same_release(vendor: &str, one: &str, other: &str) -> Option<bool> {
    let read = |text: &str| Version::parse_ot(Profile::of_vendor(vendor), text).ok();
    match read(one)?.compare(&read(other)?) {
        Comparison::Equal => Some(true),
        Comparison::Less | Comparison::Greater => Some(false),
        Comparison::Undecidable(_) => None,
    }
}

/// Which baseline governs an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Governing {
    /// None holds it.
    None,
    /// This one.
    One(BaselineId),
    /// These are equally near; a patch must be effective in each of them.
    Several(Vec<BaselineId>),
    /// It cannot be said which of these.
    Unknown {
        /// The nearest that may hold it, and the nearest that does.
        candidates: Vec<BaselineId>,
        /// What is missing.
        missing: Vec<&'static str>,
    },
}

/// The nearest baseline that is in force: place before release before product before vendor before kind; and those that
/// keep the asset, because nobody has agreed yet that it left them.
#[must_use]
pub fn governing<'a>(baselines: impl IntoIterator<Item = &'a Baseline>, asset: &AssetFacts<'_>) -> Governing {
    let in_force: Vec<&Baseline> = baselines.into_iter().filter(|one| one.force == Force::InForce).collect();
    let keeping = in_force.iter().filter(|one| asset.id.is_some_and(|id| one.keeps.contains(&id)));
    let keeping: Vec<BaselineId> = keeping.map(|one| one.id).collect();
    joined(nearest(&in_force, asset), &keeping)
}

/// What governs, together with what goes on governing.
fn joined(found: Governing, keeping: &[BaselineId]) -> Governing {
    let with = |mut ids: Vec<BaselineId>| {
        let known = ids.clone();
        ids.extend(keeping.iter().filter(|id| !known.contains(id)));
        ids
    };
    let sure = match found {
        Governing::Unknown { candidates, missing } => {
            return Governing::Unknown { candidates: with(candidates), missing };
        }
        Governing::None => with(Vec::new()),
        Governing::One(id) => with(vec![id]),
        Governing::Several(ids) => with(ids),
    };
    match sure.as_slice() {
        [] => Governing::None,
        [one] => Governing::One(*one),
        _ => Governing::Several(sure),
    }
}

fn nearest(in_force: &[&Baseline], asset: &AssetFacts<'_>) -> Governing {
    let mut found: Vec<([u8; 5], BaselineId, Vec<&'static str>)> = Vec::new();
    for baseline in in_force {
        match membership(&baseline.scope, asset) {
            Membership::No => {}
            Membership::Yes => found.push((nearness(&baseline.scope), baseline.id, Vec::new())),
            Membership::Unknown(missing) => found.push((nearness(&baseline.scope), baseline.id, missing)),
        }
    }
    found.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    // What is less near than a certain one does not matter; what is as near or nearer does.
    let Some(floor) = found.iter().filter(|one| one.2.is_empty()).map(|one| one.0).max() else {
        let missing = gaps(&found);
        return if found.is_empty() {
            Governing::None
        } else {
            Governing::Unknown { candidates: found.iter().map(|one| one.1).collect(), missing }
        };
    };
    found.retain(|one| one.0 >= floor);
    let missing = gaps(&found);
    let candidates: Vec<BaselineId> = found.iter().map(|one| one.1).collect();
    match (missing.is_empty(), candidates.as_slice()) {
        (false, _) => Governing::Unknown { candidates, missing },
        (true, [one]) => Governing::One(*one),
        (true, _) => Governing::Several(candidates),
    }
}

fn gaps(found: &[([u8; 5], BaselineId, Vec<&'static str>)]) -> Vec<&'static str> {
    let mut missing: Vec<&'static str> = found.iter().flat_map(|one| one.2.iter().copied()).collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}

fn nearness(scope: &AssetScope) -> [u8; 5] {
    let place = match scope.place {
        Place::Everywhere => 0,
        Place::Site(_) => 1,
        Place::Zone(..) => 2,
    };
    let flag = u8::from;
    [
        place,
        flag(scope.release.is_some()),
        flag(!scope.product.is_empty()),
        flag(!scope.vendor.is_empty()),
        flag(scope.kind.is_some()),
    ]
}
