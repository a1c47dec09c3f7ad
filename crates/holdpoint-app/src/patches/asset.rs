//! How patches stand on one asset: installed, covered, missing or unknown, each with the reason.
//!
//! The surprise: without a list of patches for the asset's product there are no rows at all, and the answer says so: an
//! empty list never means "nothing is missing".

use super::own_fix::OwnFix;
use super::subject::{Release, Subject, subjects};
use super::vendor::Documents;
use super::words;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::component::Component;
use holdpoint_engine::supersedence::{Listing, PatchGraph, ProductView, Standing, Step};
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// One patch on one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchOnAsset {
    /// The patch.
    pub patch: String,
    /// The product of the asset that it is about, as written.
    pub product: String,
    /// `installed`, `covered`, `missing` or `unknown`.
    pub standing: &'static str,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// The steps of supersedence that it rests on.
    pub steps: Vec<Step>,
    /// The vulnerabilities that it fixes for this product.
    pub fixes: Vec<String>,
    /// A missing patch that does what this one does; `None`: none is known.
    pub superseded_by: Option<String>,
    /// All missing patches that do what this one does, `superseded_by` among them.
    pub newer: Vec<String>,
    /// Where the maker of the product names it as its own fix; `None`: it is no such fix.
    pub own_fix: Option<OwnFix>,
}

/// A product of an asset, and what is known of its patches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchedProduct {
    /// The component as written.
    pub component: String,
    /// What it may be among the products for which sources list patches. Empty: no source lists any, and nothing can be
    /// said.
    pub candidates: Vec<String>,
    /// Circles in which the sources contradict each other.
    pub circles: Vec<Vec<String>>,
}

/// How patches stand on one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetPatches {
    /// Its products of Microsoft, the operating system first. Patches of advisories and of repositories have no line here.
    pub products: Vec<PatchedProduct>,
    /// Whether somebody has listed its patches.
    pub listed: bool,
    /// The patches, by product and name.
    pub rows: Vec<PatchOnAsset>,
}

/// How patches stand on an asset, by its id or tag.
///
/// # Errors
/// As [`crate::inventory::get`].
pub fn of_asset(
    app: &App,
    caller: &Caller,
    id: &str,
    as_of: Moment,
) -> Result<(StoredAsset, AssetPatches), AppError> {
    let asset = crate::inventory::get(app, caller, id, as_of)?;
    let patches =
        app.store().read(|r| of_configuration(app, r, asset.configuration_no, &mut Documents::default()))?;
    Ok((asset, patches))
}

/// How patches stand on all assets that share this configuration.
pub(crate) fn of_configuration(
    app: &App,
    r: &mut Reader<'_>,
    configuration: Option<i64>,
    documents: &mut Documents,
) -> Result<AssetPatches, StoreError> {
    let components: Vec<Component> = match configuration {
        Some(number) => r.configuration(number)?.into_iter().map(|(_, component)| component).collect(),
        None => Vec::new(),
    };
    let graph = app.patches().graph(r)?;
    let mut answer = of_components(&graph, &components);
    answer.rows.extend(offered(app, r, (configuration, &components), documents)?);
    Ok(answer)
}

/// How the patches of repositories and the makers' own fixes stand on all assets that share this configuration.
pub(crate) fn offered(
    app: &App,
    r: &mut Reader<'_>,
    (configuration, components): (Option<i64>, &[Component]),
    documents: &mut Documents,
) -> Result<Vec<PatchOnAsset>, StoreError> {
    let (_, offers) = app.patches().both(r)?;
    let mut rows = offers.rows(components);
    if let Some(number) = configuration {
        rows.extend(super::vendor::rows(r, number, documents)?);
    }
    Ok(rows)
}

/// How patches stand on these components.
pub(crate) fn of_components(graph: &PatchGraph, components: &[Component]) -> AssetPatches {
    let subjects = subjects(graph, components);
    let listed = subjects.iter().any(|subject| subject.evidence.listing == Listing::Made);
    let mut answer = AssetPatches { products: Vec::new(), listed, rows: Vec::new() };
    for subject in &subjects {
        let views: Vec<ProductView<'_>> =
            subject.candidates.iter().map(|product| graph.for_product(product)).collect();
        let mut circles: Vec<Vec<String>> = Vec::new();
        for circle in views.iter().flat_map(ProductView::circles) {
            circles.push(circle.into_iter().map(str::to_owned).collect());
        }
        circles.sort();
        circles.dedup();
        answer.products.push(PatchedProduct {
            component: subject.component.clone(),
            candidates: subject.candidates.iter().map(ToString::to_string).collect(),
            circles,
        });
        let mut own = rows(subject, &views);
        let missing: Vec<String> =
            own.iter().filter(|row| row.standing == "missing").map(|row| row.patch.clone()).collect();
        for row in own.iter_mut().filter(|row| row.standing == "missing") {
            let replaces = |newer: &str, older: &str| views.iter().all(|view| view.replaces(newer, older));
            // The end of the chain: one that does what this one does and that none of the others replaces.
            let newer: Vec<&String> = missing.iter().filter(|other| replaces(other, &row.patch)).collect();
            let is_end = |one: &&&String| !newer.iter().any(|other| *other != **one && replaces(other, one));
            row.superseded_by = newer.iter().filter(is_end).max().map(|end| (*end).clone());
            row.newer = newer.into_iter().cloned().collect();
        }
        answer.rows.extend(own);
    }
    answer
}

/// Why one of these is asked for in the place of a patch; `None`: none of them does what it does wherever it is for.
pub(crate) fn instead(rows: &[&PatchOnAsset], of: &BTreeSet<String>) -> Option<String> {
    let mut whys = BTreeSet::new();
    for row in rows {
        whys.insert(match row.standing {
            "covered" => row.why.clone(),
            "missing" => {
                let newer = row.newer.iter().filter(|name| of.contains(*name)).max()?;
                format!("{newer} does what it does, and may be installed as well")
            }
            _ => return None,
        });
    }
    if whys.is_empty() { None } else { Some(whys.into_iter().collect::<Vec<_>>().join("; ")) }
}

fn rows(subject: &Subject, views: &[ProductView<'_>]) -> Vec<PatchOnAsset> {
    let mut standings: BTreeMap<&str, Vec<Standing>> = BTreeMap::new();
    for view in views {
        for (patch, standing) in view.standings(&subject.evidence) {
            standings.entry(patch).or_default().push(standing);
        }
    }
    let mut rows = Vec::new();
    for (patch, standings) in standings {
        let Some((standing, why)) = together(patch, &standings, views.len(), subject.release) else {
            continue;
        };
        let fixes: BTreeSet<&str> = views.iter().flat_map(|view| view.fixes(patch)).collect();
        rows.push(PatchOnAsset {
            patch: patch.to_owned(),
            product: subject.component.clone(),
            standing: words::word(&standing),
            why,
            steps: words::steps(&standing),
            fixes: fixes.into_iter().map(str::to_owned).collect(),
            superseded_by: None,
            newer: Vec::new(),
            own_fix: None,
        });
    }
    rows
}

/// One answer out of those for every product that the asset may be; `None`: the patch is for none of them.
fn together(
    patch: &str,
    standings: &[Standing],
    n_views: usize,
    release: Release,
) -> Option<(Standing, String)> {
    let relevant: Vec<&Standing> =
        standings.iter().filter(|standing| **standing != Standing::OtherProduct).collect();
    let first = (*relevant.first()?).clone();
    let same_word = relevant.iter().all(|standing| words::word(standing) == words::word(&first));
    let is_there = matches!(first, Standing::Installed | Standing::Covered(_));
    let for_all = relevant.len() == n_views;
    // What is there is there, whichever product it is; what is missing is missing only if every one needs it.
    let is_certain = is_there || (for_all && (first != Standing::NotInstalled || release == Release::Known));
    if same_word && is_certain {
        let why = words::sentence(patch, &first);
        return Some((first, why));
    }
    let open = holdpoint_engine::supersedence::Doubt::PerhapsNotFor;
    let why = format!(
        "{patch} stands differently for the products that this asset may be; its exact release and architecture would settle it"
    );
    Some((Standing::Unknown(open), why))
}
