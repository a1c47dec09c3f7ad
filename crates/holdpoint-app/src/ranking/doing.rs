//! What is known of dealing with one finding: its patches with the vendor's and the owner's word, what documents offer
//! instead, redundancy, windows, certificates, backups.
//!
//! The surprise: what the maker of a product names as its own fix for that product counts as released by it, unless a
//! statement says otherwise; of anybody else's patch only a statement speaks.

use crate::App;
use crate::access_check::Caller;
use crate::approval::baselines::{self, ForAsset};
use crate::approval::{reading, standing};
use crate::error::AppError;
use crate::patches::asset::{PatchOnAsset, of_asset};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::{AssetKind, Field};
use holdpoint_domain::component::Component;
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::matching::Verdict;
use holdpoint_domain::patch_state::{SupplierStanding, SupplierState};
use holdpoint_engine::priority::gate::{
    BackupFact, Candidate, CertificateFact, GateFacts, OwnerWord, PatchWord, Redundancy, WindowFact,
};
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::ranking::list::FindingLine;
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeMap, HashMap};

/// More patches than this for one finding help nobody.
const MOST_PATCHES: usize = 20;
/// More advice than this is a book.
const MOST_ADVICE: usize = 50;

/// What is known of dealing with a finding.
///
/// # Errors
/// As [`crate::inventory::get`].
pub(super) fn of(app: &App, caller: &Caller, line: &FindingLine) -> Result<GateFacts, AppError> {
    let (asset, patches) = of_asset(app, caller, &line.asset_tag, Moment::OPEN)?;
    let decided = baselines::for_asset(app, caller, &line.asset_tag)?;
    let fixing: Vec<PatchOnAsset> = patches
        .rows
        .into_iter()
        .filter(|row| row.standing != "installed" && row.standing != "covered" && row.superseded_by.is_none())
        .filter(|row| row.fixes.contains(&line.vulnerability))
        .take(MOST_PATCHES)
        .collect();
    reading(app, |r| {
        let components: Vec<Component> = match asset.configuration_no {
            Some(number) => r.configuration(number)?.into_iter().map(|(_, one)| one).collect(),
            None => Vec::new(),
        };
        let mut words: BTreeMap<String, PatchWord> = BTreeMap::new();
        for row in &fixing {
            if !words.contains_key(&row.patch) {
                let found = word(r, &asset, &components, row, &decided)?;
                words.insert(row.patch.clone(), found);
            }
        }
        let group = asset.asset.value(Field::RedundancyGroup).unwrap_or_default();
        let redundancy =
            if group.is_empty() { Redundancy::Unknown } else { Redundancy::Group(group.to_owned()) };
        Ok(GateFacts {
            patches: words.into_values().collect(),
            instead: instead(r, &asset, &line.vulnerability)?,
            redundancy,
            window: next_window(),
            certificate: certificate(&asset),
            backup: BackupFact::Unknown,
        })
    })
}

fn word(
    r: &mut Reader<'_>,
    asset: &StoredAsset,
    components: &[Component],
    row: &PatchOnAsset,
    decided: &ForAsset,
) -> Result<PatchWord, StoreError> {
    let vendor = asset.asset.value(Field::Vendor).unwrap_or_default();
    let heard = standing::on_asset(r, vendor, components, &row.patch, Moment::OPEN)?;
    let (supplier, said_by) = match (heard.line, &row.own_fix) {
        (Some(line), _) => (heard.standing, line.kept.statement.publisher),
        (None, Some(own)) => {
            let said = SupplierStanding::Said { state: SupplierState::Released, at: own.since };
            (said, format!("its own fix in {}", own.document))
        }
        (None, None) => (heard.standing, String::new()),
    };
    let has = |rows: &[baselines::Resolved]| rows.iter().position(|one| one.entry.patch == row.patch);
    let owner = match (has(&decided.should_have), has(&decided.blocked)) {
        (Some(_), _) => OwnerWord::Effective,
        (None, Some(at)) => match decided.blocked[at].blocked.as_slice() {
            [] => OwnerWord::Blocked(vec!["not every baseline of the asset has it effective".to_owned()]),
            why => OwnerWord::Blocked(why.to_vec()),
        },
        (None, None) => OwnerWord::Undecided,
    };
    Ok(PatchWord { patch: row.patch.clone(), supplier, said_by, owner })
}

/// What the documents that speak of the asset say can be done instead, each text once.
fn instead(
    r: &mut Reader<'_>,
    asset: &StoredAsset,
    vulnerability: &str,
) -> Result<Vec<Candidate>, StoreError> {
    let Some(number) = asset.configuration_no else { return Ok(Vec::new()) };
    let mut rows = r.matches_of_configurations(&[number])?;
    rows.retain(|row| row.verdict != Verdict::No);
    let mut revisions: Vec<_> = rows.iter().map(|row| (row.advisory, row.revision)).collect();
    revisions.sort_unstable();
    revisions.dedup();
    let treating: HashMap<AdvisoryId, String> =
        r.advisories_treating(vulnerability)?.into_iter().map(|one| (one.id, one.tracking_id)).collect();
    let mut found: Vec<Candidate> = Vec::new();
    for (advisory, revision) in revisions {
        let Some(source) = treating.get(&advisory) else { continue };
        let products: Vec<&str> =
            rows.iter().filter(|row| row.revision == revision).map(|row| row.product_id.as_str()).collect();
        for stored in r.vulnerabilities_of(revision)? {
            let one = stored.vulnerability;
            if one.reference != vulnerability && one.cve.as_deref() != Some(vulnerability) {
                continue;
            }
            for advice in one.remediations {
                use holdpoint_domain::advisory::RemediationCategory as C;
                let here = advice.products.iter().any(|id| products.contains(&id.as_str()));
                let is_advice = match advice.category {
                    C::VendorFix => false,
                    C::Workaround | C::Mitigation | C::NoneAvailable | C::NoFixPlanned => true,
                };
                let text = advice.details.trim().to_owned();
                if here && is_advice && !found.iter().any(|known| known.text == text) {
                    found.push(Candidate { category: advice.category, text, source: source.clone() });
                }
            }
        }
    }
    found.truncate(MOST_ADVICE);
    Ok(found)
}

/// When work may happen next on the asset. No window is kept here yet, so none is known.
const fn next_window() -> WindowFact {
    WindowFact::Unknown
}

fn certificate(asset: &StoredAsset) -> CertificateFact {
    match asset.asset.value(Field::Kind).and_then(|word| word.parse::<AssetKind>().ok()) {
        Some(AssetKind::SafetyController) => CertificateFact::ToSettle,
        Some(_) | None => CertificateFact::Unknown,
    }
}
