//! What there is and how it stands, in one look: the numbers that every page's frame shows.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::audit::ChainHash;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::site::Site;
use holdpoint_store::advisory::OutcomeCounts;
use holdpoint_store::feed::FeedContent;
use holdpoint_store::page::{ListQuery, Page};
use holdpoint_store::provider::SourceCheck;
use holdpoint_store::{Location, StoreError};

/// The state of an installation, cut to the caller's sites.
#[derive(Debug, Clone)]
pub struct Status {
    /// The present moment.
    pub now: Moment,
    /// `sqlite` or `postgresql`.
    pub database: &'static str,
    /// The last audit entry.
    pub audit: (u64, ChainHash),
    /// Assets.
    pub assets: u64,
    /// Advisories.
    pub advisories: u64,
    /// Match lines that say yes.
    pub matches_yes: u64,
    /// Match lines that cannot be decided.
    pub matches_unknown: u64,
    /// Documents in quarantine that nobody released.
    pub quarantine: u64,
    /// How the version expressions of current documents were understood.
    pub expressions: OutcomeCounts,
    /// The providers.
    pub providers: u64,
    /// The last check of each source.
    pub last_checks: Vec<SourceCheck>,
    /// The last check of each source that did not fail.
    pub last_successes: Vec<SourceCheck>,
    /// Each kind of feed that was ever read.
    pub feeds: Vec<FeedContent>,
    /// The sites that the caller may see.
    pub sites: Vec<Site>,
}

/// Reads the state of the installation.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn status(app: &App, caller: &Caller) -> Result<Status, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let now = app.now();
    let query = |filter: &str| -> Result<ListQuery, StoreError> {
        Ok(ListQuery {
            filter: Filter::parse(filter)?,
            sort: None,
            page: Page { limit: 1, cursor: None },
            as_of: Moment::OPEN,
            now,
            reach: reach.clone(),
        })
    };
    let status = app.store().read(|r| {
        let sites = r.sites()?.into_iter().filter(|site| reach.covers(Some(site.id))).collect();
        Ok(Status {
            now,
            database: match app.store().location() {
                Location::Sqlite(_) | Location::Memory => "sqlite",
                Location::Postgres(_) => "postgresql",
            },
            audit: r.audit_head()?,
            assets: r.assets(&query("")?)?.count.value,
            advisories: r.advisories(&query("")?)?.count.value,
            matches_yes: r.match_list(&query("verdict:yes")?)?.count.value,
            matches_unknown: r.match_list(&query("verdict:unknown")?)?.count.value,
            quarantine: r.quarantined_hashes()?.len() as u64,
            expressions: r.expression_counts()?,
            providers: r.providers()?.len() as u64,
            last_checks: r.last_checks()?,
            last_successes: r.last_successes()?,
            feeds: r.feed_contents()?,
            sites,
        })
    })?;
    Ok(status)
}
