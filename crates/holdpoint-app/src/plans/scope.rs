//! What a plan is asked for: an advisory, findings, assets, a baseline or patches become pairs of asset and patch, by site.
//!
//! The surprise: an asset that is touched and for which no patch is known stays in, with an empty patch, so that the plan
//! says that it waits. Nothing that was asked for is left out silently.

use super::gather::Standings;
use super::propose::Proposal;
use crate::App;
use crate::approval::members::{Configurations, governed};
use crate::approval::{baselines, patch_name};
use crate::error::AppError;
use crate::planning::{find_asset, find_site, invalid};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{AdvisoryId, AssetId, SiteId};
use holdpoint_domain::matching::Verdict;
use holdpoint_store::Reader;
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::page::{ListQuery, MAX_LIMIT, Page};
use holdpoint_store::plan::Wanted;
use std::collections::{BTreeMap, BTreeSet};

/// Most pairs of one proposal, over all sites.
const MOST_WANTED: usize = 20_000;

/// What was asked for.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// By site; assets that stand at none come with `None`.
    pub by_site: BTreeMap<Option<SiteId>, BTreeSet<Wanted>>,
    /// In words, for the plan.
    pub origin: String,
}

/// Assets with the vulnerabilities for whose sake they are touched; none given: all that is missing on them.
type Touched = BTreeMap<AssetId, (StoredAsset, Option<BTreeSet<String>>)>;

pub(super) fn asked(
    app: &App,
    r: &mut Reader<'_>,
    (proposal, advisory): (&Proposal, Option<AdvisoryId>),
    reach: &Reach,
) -> Result<Asked, AppError> {
    let mut touched = Touched::new();
    let mut origin = Vec::new();
    if let (Some(name), Some(advisory)) = (&proposal.advisory, advisory) {
        origin.push(format!("advisory {name}"));
        of_advisory(r, advisory, reach, &mut touched)?;
    }
    if !proposal.findings.is_empty() {
        origin.push(format!("{} findings", proposal.findings.len()));
        of_findings(r, &proposal.findings, reach, &mut touched)?;
    }
    let mut by_name = BTreeSet::new();
    for name in &proposal.assets {
        let asset = find_asset(r, name, reach)?;
        by_name.insert(asset.asset.id);
        touched.entry(asset.asset.id).or_insert((asset, None));
    }
    if !proposal.assets.is_empty() {
        origin.push(format!("{} named assets", proposal.assets.len()));
    }
    if let Some(name) = &proposal.baseline {
        let baseline = baselines::find_in(r, name, reach)?;
        origin.push(format!("baseline {}", baseline.name));
        let (all, configurations) = (r.baselines()?, Configurations::read(r)?);
        for member in governed(r, &all, baseline.id, &configurations)? {
            if reach.covers(member.site)
                && let Some(asset) = r.asset(member.id, Moment::OPEN)?
            {
                touched.entry(member.id).or_insert((asset, None));
            }
        }
    }
    if origin.is_empty() {
        return Err(invalid(
            "scope",
            "a plan is asked for an advisory, findings, assets or a baseline, and none is named",
            "name at least one of them",
        ));
    }
    let site = proposal.site.as_deref().map(|name| find_site(r, name, reach)).transpose()?;
    if let Some(site) = &site {
        touched.retain(|_, (asset, _)| asset.site == Some(site.id));
    }
    let patches: Vec<String> =
        proposal.patches.iter().map(|name| patch_name(name)).collect::<Result<_, _>>()?;
    let by_site = pairs(app, r, touched, (&patches, &by_name))?;
    Ok(Asked { by_site, origin: origin.join(", ") })
}

fn pairs(
    app: &App,
    r: &mut Reader<'_>,
    touched: Touched,
    (patches, by_name): (&[String], &BTreeSet<AssetId>),
) -> Result<BTreeMap<Option<SiteId>, BTreeSet<Wanted>>, AppError> {
    let mut standings = Standings::new(app);
    let mut by_site: BTreeMap<Option<SiteId>, BTreeSet<Wanted>> = BTreeMap::new();
    let mut count = 0;
    for (id, (asset, vulnerabilities)) in touched {
        let wanted = if patches.is_empty() {
            derived(&mut standings, r, id, &asset, vulnerabilities.as_ref())?
        } else {
            // A patch that is named for a class of assets is not yet named for each of them.
            let named = by_name.contains(&id);
            patches.iter().map(|patch| Wanted { asset: id, patch: patch.clone(), named }).collect()
        };
        count += wanted.len();
        if count > MOST_WANTED {
            return Err(invalid(
                "scope",
                format!("more than {MOST_WANTED} pieces of work are asked for at once"),
                "ask for one site, one baseline or fewer patches",
            ));
        }
        by_site.entry(asset.site).or_default().extend(wanted);
    }
    Ok(by_site)
}

/// The patches that are missing on an asset, or may be; newer ones instead of those that they replace.
fn derived(
    standings: &mut Standings<'_>,
    r: &mut Reader<'_>,
    id: AssetId,
    asset: &StoredAsset,
    vulnerabilities: Option<&BTreeSet<String>>,
) -> Result<Vec<Wanted>, AppError> {
    let patches = standings.of(r, asset.configuration_no)?;
    let rows = &patches.rows;
    let concerns = |fixes: &[String]| {
        vulnerabilities.is_none_or(|wanted| fixes.iter().any(|fixed| wanted.contains(fixed)))
    };
    let own: Vec<_> = rows.iter().filter(|row| concerns(&row.fixes)).collect();
    let mut wanted: Vec<Wanted> = own
        .iter()
        .filter(|row| matches!(row.standing, "missing" | "unknown") && row.superseded_by.is_none())
        .map(|row| Wanted { asset: id, patch: row.patch.clone(), named: false })
        .collect();
    wanted.sort();
    wanted.dedup();
    if own.is_empty() && vulnerabilities.is_some() {
        wanted.push(Wanted { asset: id, patch: String::new(), named: false });
    }
    Ok(wanted)
}

fn of_advisory(
    r: &mut Reader<'_>,
    advisory: AdvisoryId,
    reach: &Reach,
    touched: &mut Touched,
) -> Result<(), AppError> {
    let Some(impact) = r.impact(advisory, Moment::OPEN, reach)? else {
        return Err(AppError::NotFound { noun: "advisory", id: advisory.to_string() });
    };
    let all: BTreeSet<String> =
        r.vulnerabilities_of(impact.revision)?.into_iter().map(|one| one.vulnerability.reference).collect();
    each_touched(r, advisory, reach, |asset, verdict| {
        if verdict != Verdict::No {
            touch(touched, asset, &all);
        }
    })
}

/// An asset that is touched twice keeps the wider wish.
fn touch(touched: &mut Touched, asset: StoredAsset, vulnerabilities: &BTreeSet<String>) {
    let slot = touched.entry(asset.asset.id).or_insert((asset, Some(BTreeSet::new())));
    if let Some(known) = &mut slot.1 {
        known.extend(vulnerabilities.iter().cloned());
    }
}

fn each_touched(
    r: &mut Reader<'_>,
    advisory: AdvisoryId,
    reach: &Reach,
    mut visit: impl FnMut(StoredAsset, Verdict),
) -> Result<(), AppError> {
    let mut cursor = None;
    loop {
        let mut query = ListQuery::everything(MAX_LIMIT, Moment::OPEN);
        query.reach = reach.clone();
        query.page = Page { limit: MAX_LIMIT, cursor };
        let page = r.impact_rows(advisory, &query)?;
        for row in page.items {
            if let Some(asset) = r.asset(row.asset_id, Moment::OPEN)? {
                visit(asset, row.verdict);
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

fn of_findings(
    r: &mut Reader<'_>,
    numbers: &[i64],
    reach: &Reach,
    touched: &mut Touched,
) -> Result<(), AppError> {
    for number in numbers {
        let missing = || AppError::NotFound { noun: "finding", id: number.to_string() };
        let finding = r.ranked_finding(*number, reach)?.ok_or_else(missing)?;
        let asset = r.asset(finding.asset_id, Moment::OPEN)?.ok_or_else(missing)?;
        touch(touched, asset, &BTreeSet::from([finding.vulnerability]));
    }
    Ok(())
}
