//! Whether a patch is for an asset at all, as far as the sources that name it say.
//!
//! A baseline decides for a class of assets, and a class holds many models: firmware for one of them is none for the next.
//! The surprise: that nothing stands on an asset of a patch is a "no" only where somebody has looked, and where the
//! source says for which products it is; otherwise nobody knows, and then it is said so.

use super::asset::{AssetPatches, PatchOnAsset};
use super::vendor::Documents;
use crate::App;
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::matching::{Confidence, Rung, Verdict};
use holdpoint_domain::patch::PatchSource;
use holdpoint_store::matches::MatchRow;
use holdpoint_store::patch::StoredPatch;
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// How many products are named that a patch is for.
const MOST_NAMES: usize = 3;

/// Whether a patch is for an asset, each with the reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It is.
    Yes(String),
    /// It is for something else.
    No(String),
    /// Nobody can say.
    Unknown(String),
}

/// What is asked about: a configuration with what it holds and how patches stand on it.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    /// Its number; `None`: nothing is known of what is installed.
    pub configuration: Option<i64>,
    /// What it holds.
    pub components: &'a [Component],
    /// How patches stand on it.
    pub patches: &'a AssetPatches,
}

/// What was read for one answer, and is read once.
#[derive(Default)]
pub(crate) struct Fits {
    records: HashMap<String, Rc<Vec<StoredPatch>>>,
    /// Of the configuration that was asked for last.
    matches: Option<(i64, Rc<Vec<MatchRow>>)>,
}

impl Fits {
    fn records(&mut self, r: &mut Reader<'_>, patch: &str) -> Result<Rc<Vec<StoredPatch>>, StoreError> {
        if let Some(known) = self.records.get(patch) {
            return Ok(Rc::clone(known));
        }
        let found = Rc::new(r.patch_records(patch)?);
        self.records.insert(patch.to_owned(), Rc::clone(&found));
        Ok(found)
    }

    fn matches(&mut self, r: &mut Reader<'_>, configuration: i64) -> Result<Rc<Vec<MatchRow>>, StoreError> {
        if let Some((number, known)) = &self.matches
            && *number == configuration
        {
            return Ok(Rc::clone(known));
        }
        let found = Rc::new(r.matches_of_configurations(&[configuration])?);
        self.matches = Some((configuration, Rc::clone(&found)));
        Ok(found)
    }
}

/// Whether a patch is for the assets of a configuration.
pub(crate) fn fit(
    app: &App,
    r: &mut Reader<'_>,
    ground: Ground<'_>,
    patch: &str,
    (documents, fits): (&mut Documents, &mut Fits),
) -> Result<Fit, StoreError> {
    let rows: Vec<&PatchOnAsset> = ground.patches.rows.iter().filter(|row| row.patch == patch).collect();
    if let Some(fit) = by_rows(&rows) {
        return Ok(fit);
    }
    if ground.components.is_empty() {
        return Ok(Fit::Unknown("nobody has said what is installed on the asset".to_owned()));
    }
    let records = fits.records(r, patch)?;
    let mut answers = Vec::new();
    if app.patches().graph(r)?.knows(patch) {
        answers.push(of_microsoft(ground.patches));
    }
    let packages: Vec<&StoredPatch> =
        records.iter().filter(|one| matches!(one.source, PatchSource::Apt | PatchSource::Dnf)).collect();
    if packages.iter().any(|one| !one.record.products.is_empty()) {
        answers.push(of_packages(ground.components));
    }
    let named: BTreeSet<&str> = records
        .iter()
        .filter(|one| one.source == PatchSource::Advisory)
        .flat_map(|one| one.record.products.iter().map(String::as_str))
        .collect();
    if !named.is_empty() {
        answers.push(of_advisories(r, ground, (patch, &named), (documents, fits))?);
    }
    Ok(together(answers))
}

/// What stands on the asset: one product of it that needs or has the patch is enough.
fn by_rows(rows: &[&PatchOnAsset]) -> Option<Fit> {
    let known = rows.iter().find(|row| row.standing != "unknown");
    let first = known.or(rows.first())?;
    let why = first.why.clone();
    Some(if known.is_some() { Fit::Yes(why) } else { Fit::Unknown(why) })
}

/// One source that says yes is enough; a no counts when none is in doubt.
fn together(answers: Vec<Fit>) -> Fit {
    let rank = |fit: &Fit| match fit {
        Fit::Yes(_) => 0,
        Fit::Unknown(_) => 1,
        Fit::No(_) => 2,
    };
    let unsaid = || Fit::Unknown("no source says for which products it is".to_owned());
    answers.into_iter().min_by_key(rank).unwrap_or_else(unsaid)
}

fn of_microsoft(patches: &AssetPatches) -> Fit {
    let known: Vec<&str> = patches
        .products
        .iter()
        .filter(|product| !product.candidates.is_empty())
        .map(|product| product.component.as_str())
        .collect();
    if known.is_empty() {
        return Fit::Unknown(
            "no product of Microsoft is known on the asset for which it could be".to_owned(),
        );
    }
    Fit::No(format!("its sources list it for other products than {}", known.join(", ")))
}

fn of_packages(components: &[Component]) -> Fit {
    if components.iter().any(|one| one.kind == ComponentKind::Package) {
        return Fit::No("none of its packages is installed on the asset".to_owned());
    }
    Fit::Unknown("nobody has listed the packages of the asset".to_owned())
}

/// What matching said of the products for which advisories name it.
fn of_advisories(
    r: &mut Reader<'_>,
    ground: Ground<'_>,
    (patch, named): (&str, &BTreeSet<&str>),
    (documents, fits): (&mut Documents, &mut Fits),
) -> Result<Fit, StoreError> {
    let matches = match ground.configuration {
        Some(number) => fits.matches(r, number)?,
        None => Rc::default(),
    };
    let mut found: Vec<Fit> = Vec::new();
    for row in matches.iter() {
        let document = documents.get(r, row.advisory, row.revision)?;
        let mut fixes = document.fixes.iter().filter(|fix| fix.record.identifier == patch);
        if fixes.any(|fix| fix.product_ids.binary_search(&row.product_id).is_ok()) {
            found.push(of_match(row));
        }
    }
    if !found.is_empty() {
        return Ok(together(found));
    }
    let recognisable = |one: &&Component| !one.product.trim().is_empty() || !one.order_number.is_empty();
    if ground.components.iter().find(recognisable).is_none() {
        return Ok(Fit::Unknown("no product of the asset is known by its name or number".to_owned()));
    }
    let mut names: Vec<&str> = named.iter().copied().take(MOST_NAMES).collect();
    if named.len() > MOST_NAMES {
        names.push("others");
    }
    Ok(Fit::No(format!("it is for {}, and nothing of that was recognised on the asset", names.join(", "))))
}

/// What one match says of the product, whatever the version.
fn of_match(row: &MatchRow) -> Fit {
    let why = row.why.clone();
    match (row.verdict, row.rung) {
        (Verdict::Yes, _) => Fit::Yes(why),
        // Recognised by nothing but a likeness, or by a rule that may say as well that the products are different.
        (Verdict::Unknown, _) | (Verdict::No, Rung::Candidate | Rung::Family) => Fit::Unknown(why),
        // Another article under the same name.
        (Verdict::No, Rung::OrderNumber) if row.confidence == Confidence::Likely => Fit::No(why),
        (
            Verdict::No,
            Rung::Serial | Rung::OrderNumber | Rung::Purl | Rung::Cpe | Rung::ProtocolIdentity | Rung::Name,
        ) => Fit::Yes(format!("it is for this product: {why}")),
    }
}
