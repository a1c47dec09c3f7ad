//! Packages of repositories on an asset, from the records that were kept of them.

use super::asset::PatchOnAsset;
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_engine::package::{PackageStanding, package_standing};
use holdpoint_store::patch::StoredPatch;
use holdpoint_versions::purl::Purl;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The packages that repositories offer, by type, namespace and name.
#[derive(Debug, Default)]
pub(crate) struct Offers {
    by_name: HashMap<(String, String, String), Vec<Offer>>,
}

#[derive(Debug)]
struct Offer {
    patch: String,
    fixes: Vec<String>,
    purl: Purl,
    distros: Vec<String>,
}

impl Offers {
    /// What these records offer.
    pub(crate) fn of(records: &[StoredPatch]) -> Self {
        let mut offers = Self::default();
        for stored in records {
            let record = &stored.record;
            // One package has one package URL for each name of its distribution.
            let mut packages: BTreeMap<(String, String), (Purl, Vec<String>)> = BTreeMap::new();
            for purl in record.products.iter().filter_map(|text| Purl::parse(text).ok()) {
                let key = (purl.name.clone(), format!("{:?}{:?}", purl.version, purl.qualifiers.get("arch")));
                let distro = purl.qualifiers.get("distro").cloned().unwrap_or_default();
                packages.entry(key).or_insert_with(|| (purl, Vec::new())).1.push(distro);
            }
            for (purl, distros) in packages.into_values() {
                let offer =
                    Offer { patch: record.identifier.clone(), fixes: record.fixes.clone(), purl, distros };
                offers.by_name.entry(key(&offer.purl)).or_default().push(offer);
            }
        }
        offers
    }

    /// How what repositories offer stands on these components.
    pub(crate) fn rows(&self, components: &[Component]) -> Vec<PatchOnAsset> {
        let mut rows: BTreeMap<String, PatchOnAsset> = BTreeMap::new();
        let mut newer = Newer::default();
        let packages = components.iter().filter(|component| component.kind == ComponentKind::Package);
        for component in packages {
            let Ok(mut installed) = Purl::parse(&component.purl) else { continue };
            if installed.version.is_none() && !component.version.is_empty() {
                installed.version = Some(component.version.clone());
            }
            let offers = self.by_name.get(&key(&installed)).map(Vec::as_slice).unwrap_or_default();
            newer.learn(&installed, offers);
            for offer in offers {
                let Some(row) = row(component, &installed, offer) else { continue };
                let known = rows.entry(offer.patch.clone()).or_insert_with(|| row.clone());
                if rank(row.standing) < rank(known.standing) {
                    *known = row;
                }
            }
        }
        newer.say(&mut rows);
        rows.into_values().collect()
    }
}

/// Which missing updates do what other missing ones do: by patch and package, the newest that is later.
#[derive(Default)]
struct Newer {
    of: BTreeMap<String, Vec<Later>>,
}

/// For one package that is missing: the newest later patch, and every later one.
type Later = (Option<String>, BTreeSet<String>);

impl Newer {
    fn learn(&mut self, installed: &Purl, offers: &[Offer]) {
        let is_missing = |one: &&Offer| {
            matches!(package_standing(installed, &one.purl, &one.distros), PackageStanding::Missing)
        };
        let missing: Vec<&Offer> = offers.iter().filter(is_missing).collect();
        let covers = |new: &Offer, old: &Offer| {
            new.patch != old.patch
                && matches!(package_standing(&new.purl, &old.purl, &old.distros), PackageStanding::Covered)
        };
        for old in &missing {
            let newest = missing
                .iter()
                .find(|new| covers(new, old) && !missing.iter().any(|other| covers(other, new)));
            let newer = missing.iter().filter(|new| covers(new, old)).map(|new| new.patch.clone());
            let known = self.of.entry(old.patch.clone()).or_default();
            known.push((newest.map(|new| new.patch.clone()), newer.collect()));
        }
    }

    /// An update is superseded when one other update is later in every package of it that is missing; that one then fixes
    /// what it fixes.
    fn say(self, rows: &mut BTreeMap<String, PatchOnAsset>) {
        for (old, by_package) in self.of {
            let newer = by_package.iter().map(|(_, newer)| newer.clone());
            if let Some(row) = rows.get_mut(&old).filter(|row| row.standing == "missing") {
                let all = newer.reduce(|all, newer| all.intersection(&newer).cloned().collect());
                row.newer = all.into_iter().flatten().collect();
            }
            let Some((Some(new), _)) = by_package.first().cloned() else { continue };
            if by_package.iter().any(|(one, _)| one.as_ref() != Some(&new)) {
                continue;
            }
            let Some(row) = rows.get_mut(&old).filter(|row| row.standing == "missing") else { continue };
            row.superseded_by = Some(new.clone());
            let fixes = row.fixes.clone();
            if let Some(row) = rows.get_mut(&new) {
                row.fixes.extend(fixes);
                row.fixes.sort();
                row.fixes.dedup();
            }
        }
    }
}

/// An update with several packages is missing when one of them is.
fn rank(standing: &str) -> usize {
    ["missing", "unknown", "installed", "covered"].iter().position(|one| *one == standing).unwrap_or(9)
}

fn key(purl: &Purl) -> (String, String, String) {
    (purl.type_.clone(), purl.namespace.clone().unwrap_or_default(), purl.name.clone())
}

fn row(component: &Component, installed: &Purl, offer: &Offer) -> Option<PatchOnAsset> {
    let have = installed.version.as_deref().unwrap_or("(version not known)");
    let want = offer.purl.version.as_deref().unwrap_or_default();
    let name = &installed.name;
    let (standing, why) = match package_standing(installed, &offer.purl, &offer.distros) {
        PackageStanding::Installed => ("installed", format!("{name} {have} is installed")),
        PackageStanding::Covered => {
            ("covered", format!("{name} {have} is installed, which is later than {want}"))
        }
        PackageStanding::Missing => {
            ("missing", format!("{name} {have} is installed, which is before {want}"))
        }
        PackageStanding::Unknown(why) => ("unknown", format!("{name}: {why}")),
        PackageStanding::Elsewhere => return None,
    };
    let product = format!("{} {}", component.product, component.version).trim().to_owned();
    let fixes: BTreeSet<String> = offer.fixes.iter().cloned().collect();
    Some(PatchOnAsset {
        patch: offer.patch.clone(),
        product,
        standing,
        why,
        steps: Vec::new(),
        fixes: fixes.into_iter().collect(),
        superseded_by: None,
        newer: Vec::new(),
        own_fix: None,
    })
}
