//! The state of the whole in one answer, for the frame of the front and for monitoring.

use axum::Json;
use axum::extract::State;
use holdpoint_app::status::{self, Status};
use holdpoint_domain::site::Site;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::feeds::FeedContentView;
use super::lists::NoParams;
use crate::config::DemoData;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::Query;
use crate::server::Server;

/// The newest entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditHeadView {
    /// Its place; 0: the log is empty.
    pub sequence: u64,
    /// Its hash.
    pub hash: String,
}

/// How much there is, within the caller's sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusCounts {
    /// Assets.
    pub assets: u64,
    /// Advisories.
    pub advisories: u64,
    /// Match lines that say yes; counting stops at 100,000.
    pub matches_yes: u64,
    /// Match lines of which it cannot be said; counting stops at 100,000.
    pub matches_unknown: u64,
    /// Documents in quarantine that were not released.
    pub quarantine: u64,
    /// Products of current documents whose version expression was not understood.
    pub expressions_not_understood: u64,
}

/// How old the knowledge is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourcesStatus {
    /// How many providers are checked.
    pub providers: u64,
    /// When a source was last asked.
    pub last_check_at: Option<String>,
    /// `new`, `none` or `failed`.
    pub last_check_result: Option<String>,
    /// The oldest among the last successful checks of each source: what came after it may be missing.
    pub oldest_success_at: Option<String>,
    /// Each kind of feed that was ever read, with its age.
    pub feeds: Vec<FeedContentView>,
}

/// A site that the caller may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SiteRef {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `connected` or `air-gapped`.
    pub connectivity: String,
    /// IANA time zone.
    pub time_zone: String,
}

/// The state of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Status)]
pub struct StatusView {
    /// The program's version.
    pub version: String,
    /// Whether the company is invented.
    pub demo: bool,
    /// The server's clock.
    pub now: String,
    /// `sqlite` or `postgresql`.
    pub database: String,
    /// The head of the audit log; write it down to find out later that the end was cut off.
    pub audit: AuditHeadView,
    /// How much there is.
    pub counts: StatusCounts,
    /// How old the knowledge is.
    pub sources: SourcesStatus,
    /// The caller's sites.
    pub sites: Vec<SiteRef>,
}

/// Gives the state of the whole.
#[utoipa::path(get, path = "/status", tag = "plant",
    responses((status = 200, description = "The state", body = StatusView)))]
pub async fn show(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<StatusView>, Problem> {
    let found = server.run(move |app| status::status(app, &who.caller)).await?;
    Ok(Json(StatusView { demo: server.demo() == DemoData::Yes, ..found.into() }))
}

impl From<Status> for StatusView {
    /// Says that the data are real; whoever knows better says so.
    fn from(found: Status) -> Self {
        let newest = found.last_checks.iter().max_by_key(|check| check.finished_at);
        let sources = SourcesStatus {
            providers: found.providers,
            last_check_at: newest.map(|check| check.finished_at.to_string()),
            last_check_result: newest.map(|check| check.result.word().to_owned()),
            oldest_success_at: found
                .last_successes
                .iter()
                .map(|check| check.finished_at)
                .min()
                .map(|at| at.to_string()),
            feeds: found.feeds.into_iter().map(|content| FeedContentView::of(content, found.now)).collect(),
        };
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            demo: false,
            now: found.now.to_string(),
            database: found.database.to_owned(),
            audit: AuditHeadView { sequence: found.audit.0, hash: found.audit.1.to_string() },
            counts: StatusCounts {
                assets: found.assets,
                advisories: found.advisories,
                matches_yes: found.matches_yes,
                matches_unknown: found.matches_unknown,
                quarantine: found.quarantine,
                expressions_not_understood: found.expressions.not_understood,
            },
            sources,
            sites: found.sites.into_iter().map(site_ref).collect(),
        }
    }
}

fn site_ref(site: Site) -> SiteRef {
    SiteRef {
        id: site.id.to_string(),
        name: site.name,
        connectivity: site.connectivity.word().to_owned(),
        time_zone: site.time_zone,
    }
}
