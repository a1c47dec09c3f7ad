//! Authors of VEX documents whose all-clear counts.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::applicability::voices::TrustedAuthor;
use holdpoint_app::feeds::trust;
use holdpoint_domain::Moment;
use holdpoint_domain::moment::NoMoment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, NoParams, WriteParams, invalid};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// An author of VEX documents whose "not affected" and "fixed" count for every product that they name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = VexAuthor)]
pub struct VexAuthorView {
    /// As the documents write it; case and blanks do not matter.
    pub author: String,
    /// Since when.
    pub since: String,
    /// Until when.
    pub until: String,
    /// Who said so.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl From<TrustedAuthor> for VexAuthorView {
    fn from(one: TrustedAuthor) -> Self {
        Self { author: one.author, since: one.at, until: one.until, by: one.by, reason: one.reason }
    }
}

/// Lists the authors of VEX documents who are trusted.
#[utoipa::path(get, path = "/vex-authors", tag = "sources",
    responses((status = 200, description = "All", body = List<VexAuthorView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<VexAuthorView>>, Problem> {
    let all = server.run(move |app| trust::list(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Who is to be trusted.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VexAuthorBody {
    /// As the documents write it.
    #[schema(max_length = 200)]
    pub author: String,
    /// Until when, as `2027-06-30`; absent: for a year.
    #[serde(default)]
    pub until: Option<String>,
}

/// Reads until when.
fn until(text: Option<&str>) -> Result<Option<Moment>, Problem> {
    let read =
        |text: &str| text.parse().map_err(|error: NoMoment| invalid("/until", "until", error.to_string()));
    text.filter(|text| !text.is_empty()).map(read).transpose()
}

/// Trusts an author of VEX documents. The reason is required; lists follow at once.
#[utoipa::path(post, path = "/vex-authors", tag = "sources",
    params(WriteParams), request_body = VexAuthorBody,
    responses((status = 201, description = "Trusted", body = VexAuthorView)))]
pub async fn create(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<VexAuthorBody>,
) -> Result<(StatusCode, Json<VexAuthorView>), Problem> {
    let reason = params.reason.unwrap_or_default();
    let until = until(body.until.as_deref())?;
    let added = server.run(move |app| trust::add(app, &who.caller, &body.author, until, &reason)).await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}

/// Trusts an author no longer. The reason is required; lists follow at once.
#[utoipa::path(delete, path = "/vex-authors/{author}", tag = "sources",
    params(("author" = String, Path, description = "The author, as the documents write it"), WriteParams),
    responses((status = 204, description = "Trusted no longer")))]
pub async fn remove(
    State(server): State<Server>,
    who: SignedIn,
    Path(author): Path<String>,
    Query(params): Query<WriteParams>,
) -> Result<StatusCode, Problem> {
    let reason = params.reason.unwrap_or_default();
    server.run(move |app| trust::remove(app, &who.caller, &author, &reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}
