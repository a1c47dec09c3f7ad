//! Vulnerabilities: what every source says of one, side by side, and which assets it touches.
//!
//! Vulnerabilities belong to no site: any grant to read the plant shows them. Assets are cut to the caller's sites.

pub mod sbom;
pub mod touch;

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::intelligence::{EpssScore, FeedKind};
use holdpoint_store::StoreError;
use holdpoint_store::feed::FeedContent;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::vex::StoredVex;
use holdpoint_store::vulnerability_record::{KevPeriod, StoredRecord, Threat, Treating, VulnerabilityLine};
use std::collections::HashMap;

/// When the catalogues were read from which the threat is told; `None`: never.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadAt {
    /// KEV.
    pub kev: Option<FeedContent>,
    /// EPSS.
    pub epss: Option<FeedContent>,
}

impl ReadAt {
    fn of(contents: Vec<FeedContent>) -> Self {
        let mut read = Self::default();
        for content in contents {
            match content.kind {
                FeedKind::Kev => read.kev = Some(content),
                FeedKind::Epss => read.epss = Some(content),
                FeedKind::Cve
                | FeedKind::Nvd
                | FeedKind::Osv
                | FeedKind::Debian
                | FeedKind::RedHat
                | FeedKind::Msrc
                | FeedKind::MicrosoftCatalogue
                | FeedKind::WsusScan
                | FeedKind::CyclonedxVex
                | FeedKind::OpenVex => {}
            }
        }
        read
    }
}

/// A page of vulnerabilities, and how old what it tells of the threat is.
#[derive(Debug, Clone)]
pub struct Vulnerabilities {
    /// The page.
    pub page: Paged<VulnerabilityLine>,
    /// When the catalogues were read.
    pub read_at: ReadAt,
}

/// Everything that is known of one vulnerability.
#[derive(Debug, Clone)]
pub struct VulnerabilityDetail {
    /// Over all sources.
    pub line: VulnerabilityLine,
    /// What each source says.
    pub records: Vec<StoredRecord>,
    /// What KEV ever said, oldest first.
    pub kev: Vec<KevPeriod>,
    /// The scores of EPSS that were kept, oldest first.
    pub epss: Vec<EpssScore>,
    /// What VEX documents state.
    pub vex: Vec<StoredVex>,
    /// The advisories that treat it.
    pub advisories: Vec<Treating>,
    /// When the catalogues were read.
    pub read_at: ReadAt,
}

/// Lists vulnerabilities.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Vulnerabilities, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| {
        let page = r.vulnerability_list(&query)?;
        Ok(Vulnerabilities { page, read_at: ReadAt::of(r.feed_standings()?) })
    })?)
}

/// Everything that is known of a vulnerability, by its CVE or another source's id. Case does not matter for a CVE.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn get(app: &App, caller: &Caller, reference: &str) -> Result<VulnerabilityDetail, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let reference = canonical(reference);
    let found = app.store().read(|r| {
        let Some(line) = r.vulnerability(&reference, &reach)? else { return Ok(None) };
        Ok(Some(VulnerabilityDetail {
            records: r.records_of(&reference)?,
            kev: r.kev_history(&reference)?,
            epss: r.epss_history(&reference)?,
            vex: r.vex_of(&reference, Moment::OPEN)?,
            advisories: r.advisories_treating(&reference)?,
            read_at: ReadAt::of(r.feed_standings()?),
            line,
        }))
    })?;
    found
        .ok_or_else(|| AppError::NotFound { noun: "vulnerability", id: reference.chars().take(64).collect() })
}

/// The threat by each of these, for lists of other things; names that nobody knows are left out.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn threats(
    app: &App,
    caller: &Caller,
    references: &[String],
) -> Result<(HashMap<String, Threat>, ReadAt), AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| {
        let threats = r.threats(references.iter().map(String::as_str))?;
        Ok::<_, StoreError>((threats, ReadAt::of(r.feed_standings()?)))
    })?)
}

/// The threat by every vulnerability that an advisory names, for lists that are streamed whole.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn threats_of_advisories(
    app: &App,
    caller: &Caller,
) -> Result<(HashMap<String, Threat>, ReadAt), AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| {
        let threats = r.threats_of_advisories()?;
        Ok::<_, StoreError>((threats, ReadAt::of(r.feed_standings()?)))
    })?)
}

/// A CVE's name in capitals; other names as they are.
fn canonical(reference: &str) -> String {
    let trimmed = reference.trim();
    match trimmed.get(..4) {
        Some(head) if head.eq_ignore_ascii_case("cve-") => trimmed.to_ascii_uppercase(),
        Some(_) | None => trimmed.to_owned(),
    }
}
