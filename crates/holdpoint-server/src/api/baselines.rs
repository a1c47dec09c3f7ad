//! Approval baselines: how patches stand in them, what an asset should have, and how assets compare.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::approval::baselines::{self, EntryDeed, NewBaseline};
use holdpoint_app::approval::compliance;
use holdpoint_domain::baseline::{AssetScope, Place, SystemRelease};
use holdpoint_domain::id::{SiteId, ZoneId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::approval_views::{
    AssetBaselineView, AssetComplianceView, BaselineLineView, BaselineView, ComplianceRowView, EntryView,
    ResolvedView, ScopeView, unusable, word,
};
use super::lists::{CountView, DatedListParams, List, ListParams, NoParams};
use crate::gate::SignedIn;
use crate::problem::{Problem, ProblemCode};
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists baselines, by name.
///
/// Filter fields: name parent kind vendor product release version site zone author created.
#[utoipa::path(get, path = "/baselines", tag = "approval", params(ListParams),
    responses((status = 200, description = "One page", body = List<BaselineLineView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<BaselineLineView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| baselines::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// A baseline to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBaselineBody {
    /// Its name.
    #[schema(max_length = 100)]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The id or name of the one that it inherits from.
    pub parent: Option<String>,
    /// For which assets it holds.
    #[serde(default)]
    pub scope: ScopeView,
    /// Why, for the audit log.
    #[serde(default)]
    pub reason: String,
}

/// A scope as it is asked for.
///
/// # Errors
/// A [`Problem`] that names the part.
pub fn scope(view: ScopeView) -> Result<AssetScope, Problem> {
    let site =
        |text: String| text.parse::<SiteId>().map_err(|error| unusable("/scope/site_id", &error.to_string()));
    let zone =
        |text: String| text.parse::<ZoneId>().map_err(|error| unusable("/scope/zone_id", &error.to_string()));
    let place = match (view.site_id, view.zone_id) {
        (None, None) => Place::Everywhere,
        (None, Some(_)) => {
            return Err(unusable("/scope/zone_id", "a zone needs the site that it belongs to"));
        }
        (Some(id), None) => Place::Site(site(id)?),
        (Some(id), Some(in_zone)) => Place::Zone(site(id)?, zone(in_zone)?),
    };
    let release = match (view.release_product, view.release_version) {
        (None, None) => None,
        (Some(product), Some(version)) => Some(SystemRelease { product, version }),
        (None, Some(_)) | (Some(_), None) => {
            return Err(unusable("/scope/release_version", "a release is a product and a version"));
        }
    };
    Ok(AssetScope {
        kind: view.kind.map(|kind| word("/scope/kind", &kind)).transpose()?,
        vendor: view.vendor.unwrap_or_default(),
        product: view.product.unwrap_or_default(),
        release,
        place,
    })
}

/// Makes a baseline.
#[utoipa::path(post, path = "/baselines", tag = "approval", request_body = NewBaselineBody,
    responses((status = 201, description = "Made", body = BaselineView)))]
pub async fn create(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<NewBaselineBody>,
) -> Result<(StatusCode, Json<BaselineView>), Problem> {
    let new = NewBaseline {
        name: body.name,
        description: body.description,
        parent: body.parent,
        scope: scope(body.scope)?,
        reason: body.reason,
    };
    let made = server.run(move |app| baselines::create(app, &who.caller, &new)).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Why a baseline is put in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutInForceBody {
    /// Why, for the audit log.
    pub reason: String,
}

/// Puts a draft in force: it takes assets over from another baseline, and a second person has looked at it. What the other
/// one refused stays refused.
#[utoipa::path(post, path = "/baselines/{id}/force", tag = "approval", request_body = PutInForceBody,
    params(("id" = String, Path, description = "Its id or name")),
    responses((status = 200, description = "It governs from now on", body = BaselineView)))]
pub async fn put_in_force(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<PutInForceBody>,
) -> Result<Json<BaselineView>, Problem> {
    let made = server.run(move |app| baselines::put_in_force(app, &who.caller, &id, &body.reason)).await?;
    Ok(Json(made.into()))
}

/// Gives a baseline.
#[utoipa::path(get, path = "/baselines/{id}", tag = "approval",
    params(("id" = String, Path, description = "Its id or name")),
    responses((status = 200, description = "The baseline", body = BaselineView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<BaselineView>, Problem> {
    Ok(Json(server.run(move |app| baselines::find(app, &who.caller, &id)).await?.into()))
}

/// Lists the entries that were decided in a baseline itself, the newest first.
///
/// Filter fields: patch baseline state why hold by since.
#[utoipa::path(get, path = "/baselines/{id}/entries", tag = "approval",
    params(("id" = String, Path, description = "Its id or name"), DatedListParams),
    responses((status = 200, description = "One page", body = List<EntryView>)))]
pub async fn entries(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<EntryView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| baselines::entries(app, &who.caller, Some(&id), &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Lists how patches stand in all baselines, the newest first.
///
/// Filter fields: patch baseline state why hold by since.
#[utoipa::path(get, path = "/baseline-entries", tag = "approval", params(DatedListParams),
    responses((status = 200, description = "One page", body = List<EntryView>)))]
pub async fn all_entries(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<EntryView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| baselines::entries(app, &who.caller, None, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// A page of an answer that is worked out.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PieceParams {
    /// Only rows with this word, where the list says which there are.
    pub word: Option<String>,
    /// The moment of which the answer speaks; absent: now.
    pub as_of: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// One piece of a list that was worked out whole.
///
/// # Errors
/// A [`Problem`] for a limit or a cursor that cannot be.
pub fn piece<S, T: From<S>>(all: Vec<S>, params: &PieceParams) -> Result<List<T>, Problem> {
    let limit = params.limit.unwrap_or(100);
    if !(1..=1_000).contains(&limit) {
        return Err(Problem::new(ProblemCode::Invalid, format!("a page has 1 to 1000 items, not {limit}")));
    }
    let cursor = params.cursor.as_deref().unwrap_or("0");
    let offset: usize = cursor
        .parse()
        .map_err(|_| Problem::new(ProblemCode::Invalid, format!("`{cursor}` is no cursor of this list")))?;
    let n_all = all.len();
    let items: Vec<T> = all.into_iter().skip(offset).take(limit as usize).map(Into::into).collect();
    let reached = offset + items.len();
    let next = (reached < n_all && !items.is_empty()).then(|| reached.to_string());
    Ok(List { items, next, count: CountView { value: n_all as u64, exact: true } })
}

/// Lists how every patch stands for the assets of a baseline, what is inherited included; the nearest decision wins.
///
/// `word`: `installable` or `blocked`.
#[utoipa::path(get, path = "/baselines/{id}/patches", tag = "approval",
    params(("id" = String, Path, description = "Its id or name"), PieceParams),
    responses((status = 200, description = "One page", body = List<ResolvedView>)))]
pub async fn resolved(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<PieceParams>,
) -> Result<Json<List<ResolvedView>>, Problem> {
    let as_of = super::lists::moment(params.as_of.as_deref())?;
    let mut all = server.run(move |app| baselines::resolved(app, &who.caller, &id, as_of)).await?;
    match params.word.as_deref().unwrap_or_default() {
        "" => {}
        "installable" => all.retain(|one| one.blocked.is_empty()),
        "blocked" => all.retain(|one| !one.blocked.is_empty()),
        other => {
            return Err(Problem::new(
                ProblemCode::Invalid,
                format!("`{other}` is not `installable` or `blocked`"),
            ));
        }
    }
    Ok(Json(piece(all, &params)?))
}

/// Gives the steps of a patch in a baseline, the oldest first.
#[utoipa::path(get, path = "/baselines/{id}/patches/{patch}", tag = "approval",
    params(("id" = String, Path, description = "Its id or name"), ("patch" = String, Path, description = "The patch")),
    responses((status = 200, description = "All steps", body = List<EntryView>)))]
pub async fn history(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, patch)): Path<(String, String)>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<EntryView>>, Problem> {
    let all = server.run(move |app| baselines::history(app, &who.caller, &id, &patch)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// What is to be done with patches of a baseline.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryDeedBody {
    /// The patches.
    #[schema(max_items = 500)]
    pub patches: Vec<String>,
    /// `reopen`, `refuse`, `post`, `hold` or `release`.
    pub deed: String,
    /// Why.
    pub reason: String,
}

/// What came of one row of many.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RowOutcome {
    /// The row: a patch or an id.
    pub key: String,
    /// Whether it was done.
    pub done: bool,
    /// How it stands, or the stable word of the refusal.
    pub state: String,
    /// Why it was refused, or why a decision lapsed instead of being signed.
    pub why: Option<String>,
}

impl RowOutcome {
    /// The outcome of a row.
    #[must_use]
    pub fn of(key: String, result: Result<String, holdpoint_app::AppError>) -> Self {
        match result {
            Ok(state) => Self { key, done: true, state, why: None },
            Err(error) => {
                Self { key, done: false, state: error.code().to_owned(), why: Some(error.to_string()) }
            }
        }
    }
}

/// The most rows of one request.
pub const MOST_ROWS: usize = 500;

/// Refuses more rows than one request may have, or none.
///
/// # Errors
/// A [`Problem`] that says how many there may be.
pub fn some_rows(n: usize, pointer: &str) -> Result<(), Problem> {
    if (1..=MOST_ROWS).contains(&n) {
        return Ok(());
    }
    Err(unusable(pointer, &format!("a request has 1 to {MOST_ROWS} rows, not {n}")))
}

/// Looks again at, refuses, posts, holds or releases patches of a baseline, row by row.
#[utoipa::path(post, path = "/baselines/{id}/patches", tag = "approval", request_body = EntryDeedBody,
    params(("id" = String, Path, description = "Its id or name")),
    responses((status = 200, description = "Row by row", body = List<RowOutcome>)))]
pub async fn act(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<EntryDeedBody>,
) -> Result<Json<List<RowOutcome>>, Problem> {
    some_rows(body.patches.len(), "/patches")?;
    let deed = match body.deed.as_str() {
        "reopen" => EntryDeed::Reopen,
        "refuse" => EntryDeed::Refuse,
        "post" => EntryDeed::Post,
        "hold" => EntryDeed::Hold,
        "release" => EntryDeed::Release,
        other => return Err(unusable("/deed", &format!("`{other}` is no deed"))),
    };
    let rows = server.run(move |app| -> Result<Vec<RowOutcome>, holdpoint_app::AppError> {
        let rows = body.patches.into_iter().map(|patch| {
            let done = baselines::act(app, &who.caller, &id, &patch, deed, &body.reason);
            RowOutcome::of(patch, done.map(|entry| entry.state.owner_state().word().to_owned()))
        });
        Ok(rows.collect())
    });
    Ok(Json(List::whole(rows.await?)))
}

/// Says how the assets that a baseline governs compare with it.
///
/// `word`: `complies`, `deviates` or `unknown`.
#[utoipa::path(get, path = "/baselines/{id}/compliance", tag = "approval",
    params(("id" = String, Path, description = "Its id or name"), PieceParams),
    responses((status = 200, description = "One page of the assets, by tag", body = List<AssetComplianceView>)))]
pub async fn assets(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<PieceParams>,
) -> Result<Json<List<AssetComplianceView>>, Problem> {
    let mut found = server.run(move |app| compliance::compliance(app, &who.caller, &id)).await?;
    let wanted = params.word.as_deref().unwrap_or_default();
    found.assets.retain(|one| wanted.is_empty() || one.word == wanted);
    Ok(Json(piece(found.assets, &params)?))
}

/// Lists the patches on assets that are not as decided, or of which nobody can say.
///
/// `word`: `effective_not_seen`, `seen_not_effective`, `unknown`, `superseded` or `blocked`.
#[utoipa::path(get, path = "/baselines/{id}/deviations", tag = "approval",
    params(("id" = String, Path, description = "Its id or name"), PieceParams),
    responses((status = 200, description = "One page, by tag and patch", body = List<ComplianceRowView>)))]
pub async fn deviations(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<PieceParams>,
) -> Result<Json<List<ComplianceRowView>>, Problem> {
    let mut found = server.run(move |app| compliance::compliance(app, &who.caller, &id)).await?;
    let wanted = params.word.as_deref().unwrap_or_default();
    found.rows.retain(|row| wanted.is_empty() || row.compared.word() == wanted);
    Ok(Json(piece(found.rows, &params)?))
}

/// Says which baseline governs an asset, and what a newly commissioned asset like it should have.
#[utoipa::path(get, path = "/assets/{id}/baseline", tag = "approval",
    params(("id" = String, Path, description = "The asset's id or tag")),
    responses((status = 200, description = "What it should have", body = AssetBaselineView)))]
pub async fn of_asset(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<AssetBaselineView>, Problem> {
    Ok(Json(server.run(move |app| baselines::for_asset(app, &who.caller, &id)).await?.into()))
}
