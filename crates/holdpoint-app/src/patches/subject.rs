//! What of an asset patches are for: its products of Microsoft, and what was seen of its patches.
//!
//! The surprise: an asset whose product is known only in part ("Windows 10", no release) is several products at once; an
//! answer counts only if it is the same for all of them.

use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::patch::{canonical_kb, kbs_in};
use holdpoint_engine::supersedence::{Evidence, Listing, PatchGraph, PatchProduct};

/// Words of an update's history that say that it is not there, or not yet.
const NOT_THERE: [&str; 15] = [
    "failed",
    "failure",
    "pending",
    "not",
    "missing",
    "declined",
    "cancelled",
    "canceled",
    "aborted",
    "uninstalled",
    "removed",
    "rollback",
    "fehlgeschlagen",
    "ausstehend",
    "deinstalliert",
];

/// One product of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The component as written, with its version.
    pub component: String,
    /// What it may be among the products for which sources list patches; empty: none lists any.
    pub candidates: Vec<PatchProduct>,
    /// What was seen.
    pub evidence: Evidence,
    /// Whether the asset says which release it is, where releases have patches of their own. Otherwise the lists' releases
    /// are only guesses at it, and nothing is missing for certain.
    pub release: Release,
}

/// Whether the release of a product is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// It is, or there is only one.
    Known,
    /// It is not.
    NotKnown,
}

/// The products of Microsoft in a configuration, the operating system first.
pub(crate) fn subjects(graph: &PatchGraph, components: &[Component]) -> Vec<Subject> {
    let installed = installed(components);
    let listing = if installed.is_empty() { Listing::Absent } else { Listing::Made };
    let mut subjects: Vec<(bool, Subject)> = Vec::new();
    for component in components.iter().filter(|component| is_microsofts(component)) {
        let Some(product) = PatchProduct::installed(&component.product, &component.version) else {
            continue;
        };
        let evidence = Evidence {
            installed: installed.iter().cloned().collect(),
            listing,
            build: component.version.trim().to_owned(),
            ..Evidence::default()
        };
        let mut candidates = graph.candidates(&product);
        candidates.retain(|candidate| candidate.may_have(&component.version));
        let has_releases = ["windows 10", "windows 11", "windows server"].contains(&product.name.as_str());
        let release =
            if has_releases && product.release.is_empty() { Release::NotKnown } else { Release::Known };
        let is_system = component.kind == ComponentKind::OperatingSystem;
        // An application of which no source lists patches is no subject; an operating system is one all the same.
        if !candidates.is_empty() || is_system {
            let name = format!("{} {}", component.product, component.version).trim().to_owned();
            subjects.push((!is_system, Subject { component: name, candidates, evidence, release }));
        }
    }
    subjects.sort_by(|(a, one), (b, other)| (a, &one.component).cmp(&(b, &other.component)));
    subjects.dedup();
    subjects.into_iter().map(|(_, subject)| subject).collect()
}

/// The articles among the components of a configuration, in canonical spelling. Lists of installed software name patches
/// as programs (`Security Update for Windows (KB5034441)`), so kinds are not believed alone.
fn installed(components: &[Component]) -> Vec<String> {
    let mut all: Vec<String> = components.iter().flat_map(articles).collect();
    all.sort();
    all.dedup();
    all
}

fn articles(component: &Component) -> Vec<String> {
    let product = component.product.trim();
    let lower = product.to_lowercase();
    if [lower.as_str(), &component.version.to_lowercase()].into_iter().any(is_not_there) {
        return Vec::new();
    }
    match component.kind {
        ComponentKind::Patch => {
            let texts = [product, &component.version, &component.order_number];
            texts
                .into_iter()
                .flat_map(|text| canonical_kb(text).map_or_else(|| kbs_in(text), |kb| vec![kb]))
                .collect()
        }
        ComponentKind::Application | ComponentKind::Package => {
            let vendor = component.vendor.to_lowercase();
            let is_patch = ["update", "hotfix", "rollup", "patch"].iter().any(|word| lower.contains(word));
            if !(vendor.is_empty() || vendor.contains("microsoft")) {
                Vec::new()
            } else if lower.starts_with("kb") {
                canonical_kb(product).into_iter().collect()
            } else if is_patch {
                kbs_in(product)
            } else {
                Vec::new()
            }
        }
        ComponentKind::Hardware | ComponentKind::Firmware | ComponentKind::OperatingSystem => Vec::new(),
    }
}

/// Whether a line of an update's history says that the update is not there.
fn is_not_there(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.any(|word| NOT_THERE.contains(&word))
}

fn is_microsofts(component: &Component) -> bool {
    let vendor = component.vendor.to_lowercase();
    let product = component.product.to_lowercase();
    match component.kind {
        ComponentKind::OperatingSystem | ComponentKind::Application | ComponentKind::Package => {
            let is_update =
                component.kind != ComponentKind::OperatingSystem && !articles(component).is_empty();
            let named = vendor.contains("microsoft")
                || product.starts_with("microsoft ")
                || (vendor.is_empty() && product.starts_with("windows"));
            named && !is_update
        }
        ComponentKind::Hardware | ComponentKind::Firmware | ComponentKind::Patch => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_that_failed_is_not_there() {
        let line = |kind: ComponentKind, product: &str, version: &str| {
            let (product, version) = (product.to_owned(), version.to_owned());
            articles(&Component { vendor: "Microsoft".into(), product, version, ..Component::empty(kind) })
        };
        let (application, patch) = (ComponentKind::Application, ComponentKind::Patch);
        for (product, version) in [
            ("Security Update KB5035849 failed", ""),
            ("Security Update for Windows (KB5035849)", "Failed"),
            ("Security Update KB5035849 - pending restart", ""),
            ("Update KB5035849", "not installed"),
            ("Update KB5035849 uninstalled", ""),
        ] {
            for kind in [application, patch] {
                assert!(line(kind, product, version).is_empty(), "{product} {version}");
            }
        }
        for (product, version) in [
            ("Security Update for Windows (KB5035849)", ""),
            ("Update for Removal of Something for Windows (KB5035849)", "1.0"),
        ] {
            for kind in [application, patch] {
                assert_eq!(line(kind, product, version), ["KB5035849"], "{product}");
            }
        }
    }
}
