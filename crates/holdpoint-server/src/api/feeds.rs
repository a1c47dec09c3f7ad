//! Feeds of intelligence: which are read, how old they are, every time that one was asked, and files by hand.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::feeds::{self, FeedChange, FeedReport, KnownFeed, NewFeed};
use holdpoint_app::store::feed::{FeedCheck, FeedContent, RecordCounts};
use holdpoint_domain::Moment;
use holdpoint_domain::intelligence::FeedKind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lists::{List, ListParams, NoParams, WriteParams, invalid};
use super::text::age_seconds;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query, Upload};
use crate::server::Server;

/// How the files of a run fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FeedFileCounts)]
pub struct FileCountsView {
    /// Looked at.
    pub read: u64,
    /// Taken in.
    pub taken: u64,
    /// Here already, byte for byte.
    pub unchanged: u64,
    /// Not to be had or not to be read.
    pub failed: u64,
}

/// How the records of a run fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FeedRecordCounts)]
pub struct RecordCountsView {
    /// Read.
    pub read: u64,
    /// Not known before.
    pub new: u64,
    /// Known, and now other.
    pub changed: u64,
    /// As they were.
    pub unchanged: u64,
    /// Left out, because what is here is newer.
    pub older: u64,
    /// Taken out by their issuer.
    pub withdrawn: u64,
}

impl From<RecordCounts> for RecordCountsView {
    fn from(counts: RecordCounts) -> Self {
        Self {
            read: counts.read,
            new: counts.new,
            changed: counts.changed,
            unchanged: counts.unchanged,
            older: counts.older,
            withdrawn: counts.withdrawn,
        }
    }
}

/// One time that a feed was asked, also when it had nothing new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FeedCheck)]
pub struct FeedCheckView {
    /// Its id.
    pub id: String,
    /// The feed; `null`: a file by hand.
    pub feed_id: Option<String>,
    /// The feed's name.
    pub source: String,
    /// Its kind; `null`: each file's content told.
    pub kind: Option<String>,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub finished_at: String,
    /// `new`, `none` or `failed`.
    pub result: String,
    /// Its files.
    pub files: FileCountsView,
    /// Their records.
    pub records: RecordCountsView,
    /// How many warnings the reading gave.
    pub warnings: u64,
    /// What happened, for people.
    pub message: String,
}

impl From<FeedCheck> for FeedCheckView {
    fn from(check: FeedCheck) -> Self {
        Self {
            id: check.id.to_string(),
            feed_id: check.feed.map(|id| id.to_string()),
            source: check.source,
            kind: check.kind.map(|kind| kind.word().to_owned()),
            started_at: check.started_at.to_string(),
            finished_at: check.finished_at.to_string(),
            result: check.result.word().to_owned(),
            files: FileCountsView {
                read: check.files.read,
                taken: check.files.taken,
                unchanged: check.files.unchanged,
                failed: check.files.failed,
            },
            records: check.records.into(),
            warnings: check.warnings,
            message: check.message,
        }
    }
}

/// How a kind of feed stands: which edition is here, and how old the look at it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FeedContent)]
pub struct FeedContentView {
    /// The kind.
    pub kind: String,
    /// When it was last read, also when nothing was new.
    pub read_at: String,
    /// Seconds since then.
    pub age_seconds: u64,
    /// When something was new last.
    pub changed_at: String,
    /// What the content says of its own edition; `null`: nothing.
    pub edition: Option<String>,
    /// The moment of that edition.
    pub edition_at: Option<String>,
    /// How many records are here.
    pub records: u64,
}

impl FeedContentView {
    /// The view at a moment.
    #[must_use]
    pub fn of(content: FeedContent, now: Moment) -> Self {
        Self {
            kind: content.kind.word().to_owned(),
            age_seconds: age_seconds(content.read_at, now),
            read_at: content.read_at.to_string(),
            changed_at: content.changed_at.to_string(),
            edition: (!content.edition.is_empty()).then_some(content.edition),
            edition_at: content.edition_at.map(|at| at.to_string()),
            records: content.records,
        }
    }
}

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Feed)]
pub struct FeedView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it carries; `null`: each file's content tells.
    pub kind: Option<String>,
    /// Where its files are; `{years:2002}` stands for each year since then.
    pub addresses: Vec<String>,
    /// The folder into which its files are put; `null`: it is fetched.
    pub folder: Option<String>,
    /// Its own proxy; `null`: that of the installation. A password in it is never given out.
    pub proxy: Option<String>,
    /// A file with further TLS roots.
    pub ca_file: Option<String>,
    /// Whether it is checked.
    pub enabled: bool,
    /// How often, in minutes.
    pub interval_minutes: u32,
    /// The last check; `null`: never.
    pub last_check: Option<FeedCheckView>,
    /// When a check last brought something new; `null`: never.
    pub last_changed_at: Option<String>,
    /// How the content of its kind stands; `null`: nothing of it is here.
    pub content: Option<FeedContentView>,
}

impl FeedView {
    /// The view at a moment.
    #[must_use]
    pub fn of(known: KnownFeed, now: Moment) -> Self {
        let feed = known.feed;
        let some = |text: String| (!text.is_empty()).then_some(text);
        Self {
            id: feed.id.to_string(),
            name: feed.name,
            kind: feed.kind.map(|kind| kind.word().to_owned()),
            addresses: feed.addresses,
            folder: some(feed.folder),
            proxy: some(without_password(&feed.proxy)),
            ca_file: some(feed.ca_file),
            enabled: feed.enabled,
            interval_minutes: feed.interval_minutes,
            last_check: known.last_check.map(Into::into),
            last_changed_at: known.last_changed.map(|at| at.to_string()),
            content: known.content.map(|content| FeedContentView::of(content, now)),
        }
    }
}

/// A proxy's address without name and password.
fn without_password(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        (None, Some((_, host))) => host.to_owned(),
        (_, None) => address.to_owned(),
    }
}

/// Lists feeds, each with its last check and its age.
#[utoipa::path(get, path = "/feeds", tag = "sources",
    responses((status = 200, description = "All", body = List<FeedView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<FeedView>>, Problem> {
    let now = server.app().now();
    let all = server.run(move |app| feeds::feeds(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(|known| FeedView::of(known, now)).collect())))
}

/// Says of each kind of feed that was ever read which edition is here, and how old the look at it is.
#[utoipa::path(get, path = "/feed-contents", tag = "sources",
    responses((status = 200, description = "All", body = List<FeedContentView>)))]
pub async fn contents(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<FeedContentView>>, Problem> {
    let now = server.app().now();
    let all = server.run(move |app| feeds::contents(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(|one| FeedContentView::of(one, now)).collect())))
}

/// A feed to be read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeedBody {
    /// Its name.
    #[schema(max_length = 100)]
    pub name: String,
    /// What it carries: cve nvd kev epss osv debian redhat msrc microsoft-catalogue wsusscn2 cyclonedx-vex openvex;
    /// absent only with a folder, whose files tell.
    pub kind: Option<String>,
    /// Where its files are; absent: where they are usually published.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// The folder into which its files are put by hand, on the server.
    pub folder: Option<String>,
    /// Its own proxy.
    pub proxy: Option<String>,
    /// A PEM file with further TLS roots, on the server.
    pub ca_file: Option<String>,
    /// Whether to check it; absent: yes.
    pub enabled: Option<bool>,
    /// How often, in minutes; absent: as suits the kind.
    #[schema(minimum = 1, maximum = 525600)]
    pub interval_minutes: Option<u32>,
}

fn kind(pointer: &str, text: Option<&str>) -> Result<Option<FeedKind>, Problem> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|error| invalid(pointer, "kind", format!("{error}"))),
    }
}

/// Adds a feed.
#[utoipa::path(post, path = "/feeds", tag = "sources", params(WriteParams), request_body = NewFeedBody,
    responses((status = 201, description = "Added", body = FeedView)))]
pub async fn create(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<NewFeedBody>,
) -> Result<(StatusCode, Json<FeedView>), Problem> {
    let new = NewFeed {
        name: body.name,
        kind: kind("/kind", body.kind.as_deref())?,
        addresses: body.addresses,
        folder: body.folder.unwrap_or_default(),
        proxy: body.proxy.unwrap_or_default(),
        ca_file: body.ca_file.unwrap_or_default(),
        interval_minutes: body.interval_minutes,
        enabled: body.enabled,
    };
    let (now, reason) = (server.app().now(), params.reason.unwrap_or_default());
    let known = server
        .run(move |app| {
            let feed = feeds::add(app, &who.caller, &new, &reason)?;
            feeds::find(app, &who.caller, &feed.name)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(FeedView::of(known, now))))
}

/// What is to change on a feed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedPatch {
    /// Its name.
    #[schema(max_length = 100)]
    pub name: Option<String>,
    /// Where its files are.
    pub addresses: Option<Vec<String>>,
    /// The folder of its files.
    pub folder: Option<String>,
    /// Its own proxy; empty: that of the installation.
    pub proxy: Option<String>,
    /// A PEM file with further TLS roots; empty: none.
    pub ca_file: Option<String>,
    /// Whether to check it.
    pub enabled: Option<bool>,
    /// How often, in minutes.
    #[schema(minimum = 1, maximum = 525600)]
    pub interval_minutes: Option<u32>,
}

/// Changes a feed.
#[utoipa::path(patch, path = "/feeds/{id}", tag = "sources",
    params(("id" = String, Path, description = "The feed"), WriteParams), request_body = FeedPatch,
    responses((status = 200, description = "As it is now", body = FeedView)))]
pub async fn patch(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
    Body(body): Body<FeedPatch>,
) -> Result<Json<FeedView>, Problem> {
    let change = FeedChange {
        name: body.name,
        addresses: body.addresses,
        folder: body.folder,
        proxy: body.proxy,
        ca_file: body.ca_file,
        interval_minutes: body.interval_minutes,
        enabled: body.enabled,
    };
    let (now, reason) = (server.app().now(), params.reason.unwrap_or_default());
    let known = server
        .run(move |app| {
            let feed = feeds::change(app, &who.caller, &id, &change, &reason)?;
            feeds::find(app, &who.caller, &feed.name)
        })
        .await?;
    Ok(Json(FeedView::of(known, now)))
}

/// Removes a feed. What it said and its checks stay.
#[utoipa::path(delete, path = "/feeds/{id}", tag = "sources",
    params(("id" = String, Path, description = "The feed"), WriteParams),
    responses((status = 204, description = "Removed")))]
pub async fn remove(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
) -> Result<StatusCode, Problem> {
    let reason = params.reason.unwrap_or_default();
    server.run(move |app| feeds::remove(app, &who.caller, &id, &reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads a feed now; the answer comes when it is done, which can take minutes.
#[utoipa::path(post, path = "/feeds/{id}/check", tag = "sources",
    params(("id" = String, Path, description = "The feed"), WriteParams),
    responses((status = 200, description = "What was found", body = FeedCheckView)))]
pub async fn check(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
) -> Result<Json<FeedCheckView>, Problem> {
    let reason = params.reason.unwrap_or_default();
    let check = server.run(move |app| feeds::check(app, &who.caller, &id, &reason)).await?;
    Ok(Json(check.into()))
}

/// Lists every time that a feed was read, newest first. Filter fields: source kind result started new changed
/// warnings.
#[utoipa::path(get, path = "/feed-checks", tag = "sources", params(ListParams),
    responses((status = 200, description = "One page", body = List<FeedCheckView>)))]
pub async fn checks(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<FeedCheckView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| feeds::checks(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// What came in.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FeedImportParams {
    /// The file's name, for people.
    #[param(max_length = 255)]
    pub name: String,
    /// Its kind; absent: its content must tell it.
    pub kind: Option<String>,
    /// Why, for the audit log.
    #[param(max_length = 500)]
    pub reason: Option<String>,
}

/// A file that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeedProblemView {
    /// The file's name.
    pub name: String,
    /// A stable word.
    pub code: String,
    /// What happened, what it means and what to do.
    pub text: String,
}

/// A file that holds no data and was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FeedSkipped)]
pub struct FeedSkippedView {
    /// Its name.
    pub name: String,
    /// What it is.
    pub why: String,
}

/// What was taken in of a feed's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FeedImport)]
pub struct FeedImportView {
    /// The kinds that were met.
    pub kinds: Vec<String>,
    /// Files.
    pub files: FileCountsView,
    /// Their records.
    pub records: RecordCountsView,
    /// How many warnings the reading gave.
    pub warnings: u64,
    /// The first of them.
    pub remarks: Vec<String>,
    /// Files of a folder that hold no data: lists, notes, signatures. Nothing is missing for them.
    pub skipped: Vec<FeedSkippedView>,
    /// What was not taken.
    pub problems: Vec<FeedProblemView>,
    /// The last audit entry that was written; `null`: nothing was.
    pub audit_sequence: Option<u64>,
}

impl From<FeedReport> for FeedImportView {
    fn from(report: FeedReport) -> Self {
        Self {
            kinds: report.kinds.into_iter().map(str::to_owned).collect(),
            files: FileCountsView {
                read: report.files.read,
                taken: report.files.taken,
                unchanged: report.files.unchanged,
                failed: report.files.failed,
            },
            records: report.records.into(),
            warnings: report.warnings,
            remarks: report.remarks,
            skipped: report
                .skipped
                .into_iter()
                .map(|file| FeedSkippedView { name: file.name, why: file.why.to_owned() })
                .collect(),
            problems: report
                .problems
                .into_iter()
                .map(|problem| FeedProblemView {
                    name: problem.name,
                    text: problem.rejected.to_string(),
                    code: problem.rejected.code,
                })
                .collect(),
            audit_sequence: report.audit_sequence,
        }
    }
}

/// Takes in a file of a feed, packed or not, or a zip archive of files, at most 256 MiB.
///
/// Larger files are taken in at the command line or through a folder.
#[utoipa::path(post, path = "/feeds:import", tag = "sources", params(FeedImportParams),
    request_body(content_type = "application/octet-stream", description = "The file's bytes"),
    responses((status = 200, description = "What was done", body = FeedImportView)))]
pub async fn import(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<FeedImportParams>,
    upload: Upload,
) -> Result<Json<FeedImportView>, Problem> {
    let wanted = kind("?kind", params.kind.as_deref())?;
    let report = server
        .run(move |app| {
            let _place = upload.place;
            let reason = params.reason.unwrap_or_default();
            feeds::import_bytes(app, &who.caller, &params.name, upload.bytes.into(), wanted, &reason)
        })
        .await?;
    Ok(Json(report.into()))
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_proxy_is_shown_without_its_password() {
        assert_eq!(without_password("http://me:secret@proxy:3128"), "http://proxy:3128");
        assert_eq!(without_password("http://proxy:3128"), "http://proxy:3128");
    }
}
