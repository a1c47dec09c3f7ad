//! Reading advisories, their impact, and what was not understood. Only deleting writes, and lives in [`deletion`].
//!
//! Advisories belong to no site: any grant to read the plant shows them. Counts of assets and impact are cut to
//! the caller's sites.

pub mod deletion;
pub mod outlook;
pub mod revision;

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::document::DocumentFacts;
use holdpoint_domain::id::{AdvisoryId, RevisionId};
use holdpoint_store::advisory::{
    AdvisoryLine, RevisionLine, StatementRow, StoredAdvisory, StoredProduct, StoredVulnerability,
};
use holdpoint_store::expression::ExpressionLine;
use holdpoint_store::impact::{Impact, ImpactRow};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::{Reader, StoreError};

/// Lists advisories.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<AdvisoryLine>, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    let reader = caller.key();
    Ok(app.store().read(|r| r.advisories_for(&query, &reader))?)
}

/// Finds an advisory by its id, or by its tracking id when only one publisher uses it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] when several publishers use the tracking id.
pub fn find(app: &App, caller: &Caller, id: &str) -> Result<AdvisoryId, AppError> {
    caller.require(Permission::ReadPlant)?;
    if let Ok(id) = id.parse() {
        return Ok(id);
    }
    let found = app.store().read(|r| r.advisory_by_tracking_id(id))?;
    match found.as_slice() {
        [] => Err(missing(id)),
        [one] => Ok(one.id),
        several => {
            let ids: Vec<String> =
                several.iter().map(|head| format!("{} of {}", head.id, head.namespace)).collect();
            Err(AppError::invalid(
                "ambiguous",
                format!("several publishers use the id `{id}`: {}", ids.join(", ")),
                "none was chosen",
                "name one by its long id",
            ))
        }
    }
}

fn missing(id: &str) -> AppError {
    AppError::NotFound { noun: "advisory", id: id.chars().take(64).collect() }
}

/// An advisory with its current revision, as of a moment.
///
/// # Errors
/// As [`find`].
pub fn get(app: &App, caller: &Caller, id: &str, as_of: Moment) -> Result<AdvisoryDetail, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let found = find(app, caller, id)?;
    let reader = caller.key();
    let detail = app.store().read(|r| {
        let Some(advisory) = r.advisory_for(found, as_of, &reach, &reader)? else { return Ok(None) };
        let vulnerabilities = r.vulnerabilities_of(advisory.line.revision)?;
        let facts = r.document_facts(advisory.line.revision)?;
        Ok(Some(AdvisoryDetail { advisory, vulnerabilities, facts }))
    })?;
    detail.ok_or_else(|| missing(id))
}

/// An advisory with the vulnerabilities of its revision.
#[derive(Debug, Clone)]
pub struct AdvisoryDetail {
    /// The advisory.
    pub advisory: StoredAdvisory,
    /// Its vulnerabilities, in the order of the document.
    pub vulnerabilities: Vec<StoredVulnerability>,
    /// Its own history and other properties.
    pub facts: DocumentFacts,
}

/// The products of an advisory's revision with what is stated of each.
///
/// # Errors
/// As [`find`].
pub fn products(
    app: &App,
    caller: &Caller,
    id: &str,
    query: &ListQuery,
) -> Result<(Paged<StoredProduct>, Vec<StatementRow>), AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let found = find(app, caller, id)?;
    let read = app.store().read(|r| {
        let Some(advisory) = r.advisory(found, query.as_of, &reach)? else { return Ok(None) };
        let products = r.product_list(advisory.line.revision, query)?;
        let numbers: Vec<i64> = products.items.iter().map(|product| product.product_no).collect();
        let statements = r.statements_of_products(&numbers)?;
        Ok(Some((products, statements)))
    })?;
    read.ok_or_else(|| missing(id))
}

/// All revisions of an advisory, newest first.
///
/// # Errors
/// As [`find`].
pub fn revisions(app: &App, caller: &Caller, id: &str) -> Result<Vec<RevisionLine>, AppError> {
    let found = find(app, caller, id)?;
    let revisions = app.store().read(|r| r.revisions(found))?;
    if revisions.is_empty() { Err(missing(id)) } else { Ok(revisions) }
}

/// The bytes of a revision as they came in; without a revision, of the current one.
///
/// # Errors
/// As [`find`]; [`AppError::NotFound`] also for a revision of another advisory.
pub fn raw(
    app: &App,
    caller: &Caller,
    id: &str,
    revision: Option<RevisionId>,
) -> Result<(RevisionLine, Vec<u8>), AppError> {
    let revisions = revisions(app, caller, id)?;
    let wanted = revisions.into_iter().find(|line| match revision {
        Some(revision) => line.id == revision,
        None => line.valid_to == Moment::OPEN,
    });
    let line = wanted.ok_or_else(|| missing(id))?;
    let bytes = app.store().read(|r| r.blob(&line.raw_sha256))?.ok_or_else(|| missing(id))?;
    Ok((line, bytes))
}

/// What an advisory means for the caller's assets.
#[derive(Debug, Clone)]
pub struct AdvisoryImpact {
    /// The advisory.
    pub line: AdvisoryLine,
    /// Totals and zones.
    pub impact: Impact,
    /// The assets, the worst first.
    pub rows: Paged<ImpactRow>,
}

/// What an advisory means for the caller's assets, as of a moment.
///
/// # Errors
/// As [`find`].
pub fn impact(app: &App, caller: &Caller, id: &str, query: &ListQuery) -> Result<AdvisoryImpact, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, ..query.clone() };
    let found = find(app, caller, id)?;
    let read = app.store().read(|r| impact_of(r, found, &query))?;
    read.ok_or_else(|| missing(id))
}

fn impact_of(
    r: &mut Reader<'_>,
    id: AdvisoryId,
    query: &ListQuery,
) -> Result<Option<AdvisoryImpact>, StoreError> {
    let Some(advisory) = r.advisory(id, query.as_of, &query.reach)? else { return Ok(None) };
    let Some(impact) = r.impact(id, query.as_of, &query.reach)? else { return Ok(None) };
    let rows = r.impact_rows(id, query)?;
    Ok(Some(AdvisoryImpact { line: advisory.line, impact, rows }))
}

/// Distinct version expressions of current documents, those not understood first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn expressions(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<ExpressionLine>, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| r.expressions(&query))?)
}
