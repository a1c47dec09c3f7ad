//! Providers of advisories, and every time that one was asked.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::sources::{self, KnownProvider, NewProvider, ProviderChange};
use holdpoint_app::store::provider::SourceCheck;
use holdpoint_domain::id::ProviderId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::import_views::DocumentCountsView;
use super::lists::{List, ListParams, NoParams, WriteParams};
use crate::gate::SignedIn;
use crate::problem::{Problem, ProblemCode};
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// One time that a source was asked, also when it had nothing new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SourceCheck)]
pub struct CheckView {
    /// Its id.
    pub id: String,
    /// The provider; `null`: a file, folder or archive.
    pub provider_id: Option<String>,
    /// The source, in words.
    pub source: String,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub finished_at: String,
    /// `new`, `none` or `failed`.
    pub result: String,
    /// How documents fared.
    pub documents: DocumentCountsView,
    /// What happened, for people.
    pub message: String,
}

impl From<SourceCheck> for CheckView {
    fn from(check: SourceCheck) -> Self {
        Self {
            id: check.id.to_string(),
            provider_id: check.provider.map(|id| id.to_string()),
            source: check.source,
            started_at: check.started_at.to_string(),
            finished_at: check.finished_at.to_string(),
            result: check.result.word().to_owned(),
            documents: DocumentCountsView {
                read: check.counts.read,
                new: check.counts.new,
                changed: check.counts.changed,
                unchanged: check.counts.unchanged,
                quarantined: check.counts.quarantined,
            },
            message: check.message,
        }
    }
}

/// A provider of advisories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Provider)]
pub struct ProviderView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its domain, or the address of its provider-metadata.json.
    pub address: String,
    /// Whether it is checked.
    pub enabled: bool,
    /// How often, in minutes.
    pub interval_minutes: u32,
    /// Fingerprints of keys that a person has confirmed; empty: those that the provider announces.
    pub fingerprints: Vec<String>,
    /// The last check.
    pub last_check: Option<CheckView>,
}

impl From<KnownProvider> for ProviderView {
    fn from(known: KnownProvider) -> Self {
        let KnownProvider { provider, last_check } = known;
        Self {
            id: provider.id.to_string(),
            name: provider.name,
            address: provider.address,
            enabled: provider.enabled,
            interval_minutes: provider.interval_minutes,
            fingerprints: provider.fingerprints,
            last_check: last_check.map(Into::into),
        }
    }
}

/// Lists providers, each with its last check.
#[utoipa::path(get, path = "/providers", tag = "sources",
    responses((status = 200, description = "All", body = List<ProviderView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<ProviderView>>, Problem> {
    let all = server.run(move |app| sources::providers(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// A provider to be checked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProviderBody {
    /// Its name.
    #[schema(max_length = 100)]
    pub name: String,
    /// Its domain, or the https address of its provider-metadata.json.
    #[schema(max_length = 2000)]
    pub address: String,
    /// Whether to check it; absent: yes.
    pub enabled: Option<bool>,
    /// How often, in minutes; absent: once a day.
    #[schema(minimum = 15, maximum = 525600)]
    pub interval_minutes: Option<u32>,
    /// Fingerprints of keys that a person has confirmed.
    #[serde(default)]
    pub fingerprints: Vec<String>,
}

/// Adds a provider.
#[utoipa::path(post, path = "/providers", tag = "sources", params(WriteParams), request_body = NewProviderBody,
    responses((status = 201, description = "Added", body = ProviderView)))]
pub async fn create(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<NewProviderBody>,
) -> Result<(StatusCode, Json<ProviderView>), Problem> {
    let new = NewProvider {
        name: body.name,
        address: body.address,
        enabled: body.enabled,
        interval_minutes: body.interval_minutes,
        fingerprints: body.fingerprints,
    };
    let reason = params.reason.unwrap_or_default();
    let provider = server.run(move |app| sources::add(app, &who.caller, &new, &reason)).await?;
    Ok((StatusCode::CREATED, Json(KnownProvider { provider, last_check: None }.into())))
}

/// What is to change on a provider.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderPatch {
    /// Its name.
    #[schema(max_length = 100)]
    pub name: Option<String>,
    /// Its domain, or the https address of its provider-metadata.json.
    #[schema(max_length = 2000)]
    pub address: Option<String>,
    /// Whether to check it.
    pub enabled: Option<bool>,
    /// How often, in minutes.
    #[schema(minimum = 15, maximum = 525600)]
    pub interval_minutes: Option<u32>,
    /// Fingerprints of keys that a person has confirmed.
    pub fingerprints: Option<Vec<String>>,
}

/// Changes a provider.
#[utoipa::path(patch, path = "/providers/{id}", tag = "sources",
    params(("id" = String, Path, description = "The provider"), WriteParams), request_body = ProviderPatch,
    responses((status = 200, description = "As it is now", body = ProviderView)))]
pub async fn patch(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
    Body(body): Body<ProviderPatch>,
) -> Result<Json<ProviderView>, Problem> {
    let (id, caller) = (provider(&id)?, who.caller.clone());
    let change = ProviderChange {
        name: body.name,
        address: body.address,
        enabled: body.enabled,
        interval_minutes: body.interval_minutes,
        fingerprints: body.fingerprints,
    };
    let reason = params.reason.unwrap_or_default();
    let changed = server.run(move |app| sources::change(app, &who.caller, id, &change, &reason)).await?;
    let all = server.run(move |app| sources::providers(app, &caller)).await?;
    let last_check = all.into_iter().find(|known| known.provider.id == id).and_then(|known| known.last_check);
    Ok(Json(KnownProvider { provider: changed, last_check }.into()))
}

/// Removes a provider. Its advisories and checks stay.
#[utoipa::path(delete, path = "/providers/{id}", tag = "sources",
    params(("id" = String, Path, description = "The provider"), WriteParams),
    responses((status = 204, description = "Removed")))]
pub async fn remove(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
) -> Result<StatusCode, Problem> {
    let id = provider(&id)?;
    let reason = params.reason.unwrap_or_default();
    server.run(move |app| sources::remove(app, &who.caller, id, &reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks a provider now; the answer comes when it is done, which can take minutes.
#[utoipa::path(post, path = "/providers/{id}/check", tag = "sources",
    params(("id" = String, Path, description = "The provider"), WriteParams),
    responses((status = 200, description = "What was found", body = CheckView)))]
pub async fn check(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
) -> Result<Json<CheckView>, Problem> {
    let id = provider(&id)?;
    let reason = params.reason.unwrap_or_default();
    let check = server.run(move |app| sources::check(app, &who.caller, id, &reason)).await?;
    Ok(Json(check.into()))
}

/// Lists every time that a source was asked, newest first. Filter fields: source result started.
#[utoipa::path(get, path = "/checks", tag = "sources", params(ListParams),
    responses((status = 200, description = "One page", body = List<CheckView>)))]
pub async fn checks(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<CheckView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| sources::checks(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

fn provider(text: &str) -> Result<ProviderId, Problem> {
    text.parse().map_err(|_| Problem::new(ProblemCode::NotFound, "there is no such provider"))
}
