//! What crossed the air gap, how old it is, and overrides of an expiry.
//!
//! Making, signing and taking in bundles is done where the medium is, by the command line; the keys never come here.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::AppError;
use holdpoint_app::store::transfer::{ExpiryOverride, KeptBundle};
use holdpoint_app::transfer::{self, Age, ApprovalBeside, KeptFile, Replaced, Waiting};
use holdpoint_domain::Moment;
use holdpoint_domain::audit::ChainHash;
use holdpoint_domain::transfer::OverrideState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lists::{List, ListParams, NoParams};
use super::rules::ReasonBody;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// A bundle that was made, taken or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TransferBundle)]
pub struct BundleView {
    /// Its id.
    pub id: String,
    /// `out` or `in`.
    pub direction: String,
    /// `content` or `results`.
    pub kind: String,
    /// `made`, `taken`, `taken_expired` or `refused`.
    pub state: String,
    /// The site.
    pub site: String,
    /// Its number for that site; 0: it could not be read.
    pub sequence: u64,
    /// SHA-256 of the file; empty: it could not be read to its end.
    pub sha256: String,
    /// Its size.
    pub size_bytes: u64,
    /// When it was made; `null`: not known.
    pub made_at: Option<String>,
    /// When it expires; `null`: not known.
    pub expires_at: Option<String>,
    /// Who signed, or which papers held.
    pub signed_by: String,
    /// What is in it, as JSON.
    pub contents: String,
    /// The serial number of the medium; `null`: nobody has said.
    pub medium: Option<String>,
    /// Who carried it; `null`: nobody has said.
    pub carrier: Option<String>,
    /// The stable word of why it was refused; `null`: it was not.
    pub refusal: Option<String>,
    /// What happened, in words.
    pub words: Option<String>,
    /// Who made it or brought it in.
    pub by: String,
    /// When.
    pub at: String,
    /// How many things of it wait for their place.
    pub waiting: u64,
}

fn said(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn known(at: Moment) -> Option<String> {
    (at != Moment::OPEN).then(|| at.to_string())
}

impl From<KeptBundle> for BundleView {
    fn from(one: KeptBundle) -> Self {
        Self {
            id: one.id.to_string(),
            direction: one.direction.word().to_owned(),
            kind: one.kind.word().to_owned(),
            state: one.state.word().to_owned(),
            site: one.site,
            sequence: one.sequence,
            sha256: if one.sha256 == [0; 32] { String::new() } else { ChainHash(one.sha256).to_string() },
            size_bytes: one.size_bytes,
            made_at: known(one.made_at),
            expires_at: known(one.expires_at),
            signed_by: one.signed_by,
            contents: one.contents,
            medium: said(one.medium),
            carrier: said(one.carrier),
            refusal: said(one.refusal),
            words: said(one.words),
            by: one.by,
            at: one.at.to_string(),
            waiting: one.waiting,
        }
    }
}

/// Two persons' word that an expired bundle may come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ExpiryOverride)]
pub struct OverrideView {
    /// Its id.
    pub id: String,
    /// SHA-256 of the bundle's file.
    pub sha256: String,
    /// The site.
    pub site: String,
    /// The bundle's number.
    pub sequence: u64,
    /// When the bundle expired.
    pub expired_at: String,
    /// Why it may come in all the same.
    pub reason: String,
    /// `asked`, `agreed`, `declined` or `used`.
    pub state: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: String,
    /// Who answered; `null`: nobody yet.
    pub agreed_by: Option<String>,
    /// When.
    pub agreed_at: Option<String>,
    /// Until when it can be used.
    pub until: String,
}

impl From<ExpiryOverride> for OverrideView {
    fn from(one: ExpiryOverride) -> Self {
        Self {
            id: one.id.to_string(),
            sha256: ChainHash(one.sha256).to_string(),
            site: one.site,
            sequence: one.sequence,
            expired_at: one.expired_at.to_string(),
            reason: one.reason,
            state: one.state.word().to_owned(),
            asked_by: one.asked_by,
            asked_at: one.asked_at.to_string(),
            agreed_by: said(one.agreed_by),
            agreed_at: one.agreed_at.map(|at| at.to_string()),
            until: one.until.to_string(),
        }
    }
}

/// How old what a site has is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TransferAge)]
pub struct AgeView {
    /// The newest bundle with content that was taken in; `null`: none was.
    pub newest: Option<BundleView>,
    /// Whole days since it was made; `null`: nobody knows.
    pub days: Option<i64>,
    /// Since when it has expired; `null`: it holds.
    pub expired_at: Option<String>,
    /// The override by which it came in; `null`: it held then.
    pub overridden: Option<OverrideView>,
}

impl From<Age> for AgeView {
    fn from(age: Age) -> Self {
        Self {
            newest: age.newest.map(Into::into),
            days: age.days,
            expired_at: age.expired.map(|at| at.to_string()),
            overridden: age.overridden.map(Into::into),
        }
    }
}

/// What the office decided of a patch, beside what stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = OfficeApproval)]
pub struct OfficeApprovalView {
    /// The baseline.
    pub baseline: String,
    /// The patch.
    pub patch: String,
    /// The owner's state at the office.
    pub state: String,
    /// Since when.
    pub since: String,
    /// Who brought it there.
    pub by: String,
    /// Who signed; `null`: nobody.
    pub signed_by: Option<String>,
    /// What it rests on; `null`: nothing was said.
    pub evidence: Option<String>,
    /// What suppliers say.
    pub supplier: String,
    /// Why the office would not install it; `null`: it would.
    pub blocked: Option<String>,
    /// The owner's state in the baseline of the same name here; `null`: nobody here has decided.
    pub here: Option<String>,
    /// The number of the bundle that brought it.
    pub sequence: u64,
}

impl From<ApprovalBeside> for OfficeApprovalView {
    fn from(one: ApprovalBeside) -> Self {
        Self {
            baseline: one.office.baseline,
            patch: one.office.patch,
            state: one.office.state,
            since: one.office.since,
            by: one.office.by,
            signed_by: said(one.office.signed_by),
            evidence: said(one.office.evidence),
            supplier: one.office.supplier,
            blocked: said(one.office.blocked),
            here: one.here,
            sequence: one.sequence,
        }
    }
}

/// A file that came with a bundle and is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TransferKeptFile)]
pub struct KeptFileView {
    /// Its name.
    pub name: String,
    /// SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// Its size.
    pub size_bytes: u64,
    /// The number of the bundle that brought it.
    pub sequence: u64,
}

impl From<(String, KeptFile)> for KeptFileView {
    fn from((name, one): (String, KeptFile)) -> Self {
        Self { name, sha256: one.sha256, size_bytes: one.size_bytes, sequence: one.sequence }
    }
}

/// Something that came with a bundle and waits for its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TransferWaiting)]
pub struct WaitingView {
    /// Its id.
    pub id: String,
    /// The site of the bundle.
    pub site: String,
    /// The number of the bundle that brought it.
    pub sequence: u64,
    /// `patch`, `patch_file`, `statements`, `paper`, or a kind that this program does not know.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// The patch, of a file of one; `null`: it is none.
    pub patch: Option<String>,
    /// SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// Its size.
    pub size_bytes: u64,
    /// Why it could not be placed.
    pub why: String,
    /// When it was last tried.
    pub at: String,
}

impl From<Waiting> for WaitingView {
    fn from(one: Waiting) -> Self {
        Self {
            id: one.id.to_string(),
            site: one.site,
            sequence: one.sequence,
            kind: one.kind,
            name: one.name,
            patch: said(one.patch),
            sha256: one.sha256,
            size_bytes: one.size_bytes,
            why: one.why,
            at: one.at.to_string(),
        }
    }
}

/// What came of placing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TransferPlaced)]
pub struct PlacedView {
    /// What has its place now, by name.
    pub placed: Vec<String>,
    /// What still waits, with the reason of this try.
    pub left: Vec<WaitingView>,
}

impl From<Replaced> for PlacedView {
    fn from(done: Replaced) -> Self {
        Self { placed: done.placed, left: done.left.into_iter().map(Into::into).collect() }
    }
}

/// Lists bundles that were made, taken or refused.
///
/// Filter fields: direction kind state site sequence size made expires signed_by medium carrier refusal at.
#[utoipa::path(get, path = "/transfers", tag = "transfer", params(ListParams),
    responses((status = 200, description = "One page", body = List<BundleView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<BundleView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| transfer::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Which site.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgeParams {
    /// The site's name.
    pub site: String,
}

/// Says how old what a site has is.
#[utoipa::path(get, path = "/transfers:age", tag = "transfer", params(AgeParams),
    responses((status = 200, description = "The age", body = AgeView)))]
pub async fn age(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<AgeParams>,
) -> Result<Json<AgeView>, Problem> {
    Ok(Json(server.run(move |app| transfer::age(app, &who.caller, &params.site)).await?.into()))
}

/// Lists what the office decided, beside what stands here.
#[utoipa::path(get, path = "/transfers:approvals", tag = "transfer", params(AgeParams),
    responses((status = 200, description = "All", body = List<OfficeApprovalView>)))]
pub async fn approvals(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<AgeParams>,
) -> Result<Json<List<OfficeApprovalView>>, Problem> {
    let all = server.run(move |app| transfer::approvals(app, &who.caller, &params.site)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Lists what came with bundles and is kept of a site.
#[utoipa::path(get, path = "/transfers:kept", tag = "transfer", params(AgeParams),
    responses((status = 200, description = "All", body = List<KeptFileView>)))]
pub async fn kept(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<AgeParams>,
) -> Result<Json<List<KeptFileView>>, Problem> {
    let all = server.run(move |app| transfer::kept(app, &who.caller, &params.site)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Which kept file.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct KeptFileParams {
    /// The site's name.
    pub site: String,
    /// The file's name, as the list of what is kept gives it.
    pub name: String,
}

/// Gives the bytes of a kept file, as they were signed.
#[utoipa::path(get, path = "/transfers:kept-file", tag = "transfer", params(KeptFileParams),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream")))]
pub async fn kept_file(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<KeptFileParams>,
) -> Result<Response, Problem> {
    let KeptFileParams { site, name } = params;
    let read = server.run(move |app| {
        let bytes = transfer::kept_bytes(app, &who.caller, (&site, &name))?;
        let file = transfer::kept(app, &who.caller, &site)?.remove(&name);
        Ok::<_, AppError>((bytes, file.map(|file| file.sha256).unwrap_or_default()))
    });
    let (bytes, digest) = read.await?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{digest}.bin\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// Which site, or all.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WaitingParams {
    /// The site's name; left out: all of them.
    pub site: Option<String>,
}

/// Lists what came with bundles and waits for its place, the oldest first.
#[utoipa::path(get, path = "/transfers:waiting", tag = "transfer", params(WaitingParams),
    responses((status = 200, description = "All", body = List<WaitingView>)))]
pub async fn waiting(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WaitingParams>,
) -> Result<Json<List<WaitingView>>, Problem> {
    let all = server.run(move |app| transfer::waiting(app, &who.caller, params.site.as_deref())).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// What is to be placed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceBody {
    /// Only what came for this site; left out: for any.
    pub site: Option<String>,
    /// Only this thing; left out: everything.
    pub id: Option<String>,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// Tries again to place what waits. What has no place yet goes on waiting, with the reason of this try.
#[utoipa::path(post, path = "/transfers:place", tag = "transfer", request_body = PlaceBody,
    responses((status = 200, description = "What came of it", body = PlacedView)))]
pub async fn place(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<PlaceBody>,
) -> Result<Json<PlacedView>, Problem> {
    let done = server.run(move |app| {
        let which = (body.site.as_deref(), body.id.as_deref());
        transfer::place(app, &who.caller, which, &body.reason)
    });
    Ok(Json(done.await?.into()))
}

/// Lists overrides, the newest first.
#[utoipa::path(get, path = "/transfer-overrides", tag = "transfer",
    responses((status = 200, description = "All", body = List<OverrideView>)))]
pub async fn overrides(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<OverrideView>>, Problem> {
    let all = server.run(move |app| transfer::overrides(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Asks that a bundle, which was refused for its age alone, may come in.
#[utoipa::path(post, path = "/transfers/{id}/override", tag = "transfer", request_body = ReasonBody,
    params(("id" = String, Path, description = "The refused bundle")),
    responses((status = 201, description = "Asked", body = OverrideView)))]
pub async fn ask(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<(StatusCode, Json<OverrideView>), Problem> {
    let made = server.run(move |app| transfer::ask_override(app, &who.caller, &id, &body.reason)).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Agrees to an override, as a second person.
#[utoipa::path(post, path = "/transfer-overrides/{id}/agree", tag = "transfer", request_body = ReasonBody,
    params(("id" = String, Path, description = "The override")),
    responses((status = 200, description = "Agreed", body = OverrideView)))]
pub async fn agree(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<OverrideView>, Problem> {
    let answer = OverrideState::Agreed;
    let done =
        server.run(move |app| transfer::answer_override(app, &who.caller, &id, answer, &body.reason)).await?;
    Ok(Json(done.into()))
}

/// Declines an override.
#[utoipa::path(post, path = "/transfer-overrides/{id}/decline", tag = "transfer", request_body = ReasonBody,
    params(("id" = String, Path, description = "The override")),
    responses((status = 200, description = "Declined", body = OverrideView)))]
pub async fn decline(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<OverrideView>, Problem> {
    let answer = OverrideState::Declined;
    let done =
        server.run(move |app| transfer::answer_override(app, &who.caller, &id, answer, &body.reason)).await?;
    Ok(Json(done.into()))
}
