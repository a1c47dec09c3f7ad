//! Where the work stands on each vulnerability of each asset: lists in four directions, statistics, setting it.
//!
//! Setting goes by filter, so that one line and ten thousand are the same deed: [`preview`] says what it would touch,
//! [`set`] does it and refuses when that has changed since. The surprise: nothing here marks anything done by itself.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::runs::news::Offers;
use holdpoint_domain::access::Permission;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::id::AssetId;
use holdpoint_domain::remediation::{RemediationState, StatusCause};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::page::{ListQuery, Page, Paged, Sort};
use holdpoint_store::remediation::{
    Finding, MatchedPair, MatchedProduct, Narrow, NewStatus, ProductAdvisory, RemediationLine,
    RemediationStatistics, StatusPeriod,
};
use holdpoint_store::{Reader, StoreError};
use serde_json::json;
use std::collections::HashMap;

/// The most lines that one deed sets.
pub const MOST_SET: usize = 100_000;
/// How many lines a preview shows.
const SHOWN: usize = 50;

/// Which lines a list speaks of, by the names that people use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Within {
    /// Only this advisory: its id, or its tracking id when one publisher alone uses it.
    pub advisory: Option<String>,
    /// Only this asset: its id or tag.
    pub asset: Option<String>,
}

/// Finds what a list is narrowed to.
fn narrow(app: &App, caller: &Caller, within: &Within, as_of: Moment) -> Result<Narrow, AppError> {
    let advisory = match &within.advisory {
        Some(id) => {
            let advisory = crate::advisories::find(app, caller, id)?;
            let known = app.store().read(|r| r.revisions(advisory))?;
            if known.is_empty() {
                return Err(AppError::NotFound { noun: "advisory", id: id.chars().take(64).collect() });
            }
            Some(advisory)
        }
        None => None,
    };
    let asset = match &within.asset {
        Some(id) => Some(crate::inventory::get(app, caller, id, as_of)?.asset.id),
        None => None,
    };
    Ok(match (advisory, asset) {
        (Some(advisory), Some(asset)) => Narrow::Both(advisory, asset),
        (Some(advisory), None) => Narrow::Advisory(advisory),
        (None, Some(asset)) => Narrow::Asset(asset),
        (None, None) => Narrow::Everything,
    })
}

fn seen(caller: &Caller, query: &ListQuery) -> Result<ListQuery, AppError> {
    Ok(ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() })
}

/// Lists documents, vulnerabilities and assets that match, with where the work stands.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`], which holds filter errors in words.
pub fn lines(
    app: &App,
    caller: &Caller,
    within: &Within,
    query: &ListQuery,
) -> Result<Paged<RemediationLine>, AppError> {
    let query = seen(caller, query)?;
    let narrow = narrow(app, caller, within, query.as_of)?;
    Ok(app.store().read(|r| r.remediation_lines(narrow, &query))?)
}

/// Lists documents and assets that match: the assets of an advisory, the advisories of an asset, or all.
///
/// # Errors
/// As [`lines`].
pub fn pairs(
    app: &App,
    caller: &Caller,
    within: &Within,
    query: &ListQuery,
) -> Result<Paged<MatchedPair>, AppError> {
    let query = seen(caller, query)?;
    let narrow = narrow(app, caller, within, query.as_of)?;
    Ok(app.store().read(|r| r.matched_pairs(narrow, &query))?)
}

/// Lists vulnerabilities of assets over all documents.
///
/// # Errors
/// As [`lines`].
pub fn findings(
    app: &App,
    caller: &Caller,
    within: &Within,
    query: &ListQuery,
) -> Result<Paged<Finding>, AppError> {
    let query = seen(caller, query)?;
    let narrow = narrow(app, caller, within, query.as_of)?;
    Ok(app.store().read(|r| r.findings(narrow, &query))?)
}

/// Lists the products of the inventory that match an advisory, or any.
///
/// # Errors
/// As [`lines`].
pub fn products(
    app: &App,
    caller: &Caller,
    advisory: Option<&str>,
    query: &ListQuery,
) -> Result<Paged<MatchedProduct>, AppError> {
    let query = seen(caller, query)?;
    let within = Within { advisory: advisory.map(str::to_owned), asset: None };
    let advisory = match narrow(app, caller, &within, query.as_of)? {
        Narrow::Advisory(id) | Narrow::Both(id, _) => Some(id),
        Narrow::Asset(_) | Narrow::Everything => None,
    };
    Ok(app.store().read(|r| r.matched_products(advisory, &query))?)
}

/// Lists the advisories that match a product of the inventory.
///
/// # Errors
/// As [`lines`].
pub fn product_advisories(
    app: &App,
    caller: &Caller,
    number: i64,
    query: &ListQuery,
) -> Result<Paged<ProductAdvisory>, AppError> {
    let query = seen(caller, query)?;
    Ok(app.store().read(|r| r.product_advisories(number, &query))?)
}

/// The statistics of a document over the caller's assets.
///
/// # Errors
/// As [`lines`].
pub fn statistics(
    app: &App,
    caller: &Caller,
    id: &str,
    as_of: Moment,
) -> Result<RemediationStatistics, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let within = Within { advisory: Some(id.to_owned()), asset: None };
    match narrow(app, caller, &within, as_of)? {
        Narrow::Advisory(advisory) | Narrow::Both(advisory, _) => {
            Ok(app.store().read(|r| r.remediation_statistics(advisory, as_of, &reach))?)
        }
        Narrow::Asset(_) | Narrow::Everything => Ok(RemediationStatistics::default()),
    }
}

/// All periods of one status, oldest first: who said what, when and why.
///
/// # Errors
/// As [`lines`].
pub fn history(
    app: &App,
    caller: &Caller,
    advisory: &str,
    vulnerability: &str,
    asset: &str,
) -> Result<Vec<StatusPeriod>, AppError> {
    let advisory = crate::advisories::find(app, caller, advisory)?;
    let asset: AssetId = crate::inventory::get(app, caller, asset, Moment::OPEN)?.asset.id;
    Ok(app.store().read(|r| r.status_history(advisory, vulnerability, asset))?)
}

/// What is to be set.
#[derive(Debug, Clone)]
pub struct SetRequest {
    /// Only this advisory, or this asset.
    pub within: Within,
    /// Which lines; may be empty only when an advisory or an asset is named.
    pub filter: Filter,
    /// Where the work stands.
    pub state: RemediationState,
    /// Why.
    pub reason: String,
    /// How many lines the caller saw in the preview; `None`: none was looked at.
    pub expected: Option<u64>,
}

/// What setting would touch, or has touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetOutcome {
    /// Lines that change.
    pub changes: u64,
    /// Lines that the filter lets through and that stand so already.
    pub already: u64,
    /// Assets whose lines change.
    pub assets: u64,
    /// The first lines that change, as they are before.
    pub shown: Vec<RemediationLine>,
}

/// Says what setting would touch; writes nothing.
///
/// # Errors
/// As [`set`].
pub fn preview(app: &App, caller: &Caller, request: &SetRequest) -> Result<SetOutcome, AppError> {
    let (narrow, query) = plan(app, caller, request)?;
    let found = app.store().read(|r| gather(r, narrow, &query, request.state))?;
    Ok(found.map_err(too_many)?.outcome())
}

/// Sets where the work stands on all lines that the filter lets through.
///
/// # Errors
/// [`AppError::Refused`] without the permission to judge matches; [`AppError::Conflict`] when another number of lines is
/// touched than was expected; [`AppError::Invalid`] without a filter, or for too many lines; [`AppError::Store`].
pub fn set(app: &App, caller: &Caller, request: &SetRequest) -> Result<SetOutcome, AppError> {
    let (narrow, query) = plan(app, caller, request)?;
    let committed = app.store().change(&app.intent(caller, "remediation.set", &request.reason), |c| {
        let found = gather(c, narrow, &query, request.state)?.map_err(too_many)?;
        let changes = found.lines.len() as u64;
        if let Some(expected) = request.expected.filter(|expected| *expected != changes) {
            return Err(AppError::Conflict(Rejected::new(
                "preview-outdated",
                format!("{changes} lines would change, and {expected} were expected"),
                "nothing was changed",
                "look at the preview again and decide anew",
            )));
        }
        if found.lines.is_empty() {
            c.nothing_to_do();
            return Ok(found.outcome());
        }
        let mut offers: HashMap<i64, Offers> = HashMap::new();
        let mut statuses = Vec::with_capacity(found.lines.len());
        for line in &found.lines {
            let advisory_no = line.triple.advisory_no;
            if let std::collections::hash_map::Entry::Vacant(free) = offers.entry(advisory_no) {
                free.insert(Offers::of(c, advisory_no)?);
            }
            let offer = offers.get(&advisory_no).expect("it was just put in");
            c.about("advisory", &line.advisory);
            c.about("asset", &line.asset_tag);
            statuses.push(NewStatus {
                triple: line.triple,
                state: request.state,
                cause: StatusCause::Set,
                by: caller.actor.name().to_owned(),
                reason: request.reason.clone(),
                revision_no: line.revision_no,
                hash: offer.hash(line.configuration_no, line.triple.vulnerability_no),
            });
        }
        c.set_statuses(&statuses)?;
        c.detail("state", json!(request.state.word()));
        c.detail("lines", json!(changes));
        c.detail("before", found.before());
        Ok(found.outcome())
    })?;
    crate::ranking::refresh::now(app)?;
    Ok(committed.value)
}

fn plan(app: &App, caller: &Caller, request: &SetRequest) -> Result<(Narrow, ListQuery), AppError> {
    let reach = caller.require(Permission::WriteMatches)?;
    if request.filter.terms.is_empty() && request.within == Within::default() {
        return Err(AppError::invalid(
            "filter-missing",
            "neither a filter nor an advisory nor an asset was named",
            "nothing was changed, because that would mean every line there is",
            "say which lines you mean",
        ));
    }
    let narrow = narrow(app, caller, &request.within, Moment::OPEN)?;
    let filter = request.filter.clone();
    let sort = Some(Sort::parse("advisory"));
    let now = app.now();
    Ok((narrow, ListQuery { filter, sort, page: Page::first(1), as_of: Moment::OPEN, now, reach }))
}

/// The lines that a deed would touch.
struct Gathered {
    lines: Vec<RemediationLine>,
    already: u64,
}

impl Gathered {
    fn outcome(&self) -> SetOutcome {
        let mut assets: Vec<i64> = self.lines.iter().map(|line| line.triple.asset_no).collect();
        assets.sort_unstable();
        assets.dedup();
        SetOutcome {
            changes: self.lines.len() as u64,
            already: self.already,
            assets: assets.len() as u64,
            shown: self.lines.iter().take(SHOWN).cloned().collect(),
        }
    }

    /// How many lines stood where before, for the audit log.
    fn before(&self) -> serde_json::Value {
        let count = |state| self.lines.iter().filter(|line| line.state == state).count();
        let counted =
            RemediationState::ALL.iter().map(|state| (state.word().to_owned(), json!(count(*state))));
        serde_json::Value::Object(counted.collect())
    }
}

fn gather(
    r: &mut Reader<'_>,
    narrow: Narrow,
    query: &ListQuery,
    state: RemediationState,
) -> Result<Result<Gathered, usize>, StoreError> {
    let mut found = Gathered { lines: Vec::new(), already: 0 };
    let mut over = 0;
    r.remediation_lines_each(narrow, query, |line| {
        if line.state == state {
            found.already += 1;
        } else if found.lines.len() < MOST_SET {
            found.lines.push(line);
        } else {
            over += 1;
        }
        Ok(())
    })?;
    Ok(if over == 0 { Ok(found) } else { Err(MOST_SET + over) })
}

fn too_many(lines: usize) -> AppError {
    AppError::invalid(
        "too-many-lines",
        format!("{lines} lines would change, at most {MOST_SET} are set at once"),
        "nothing was changed",
        "narrow the filter, for example by site, and set them in parts",
    )
}
