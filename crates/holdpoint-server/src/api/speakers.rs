//! Who speaks for a supplier besides the supplier itself.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::statements::speakers::{self, Speaker};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lists::{List, NoParams, WriteParams};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Query};
use crate::server::Server;

/// A publisher whose *released*, *approved* and *not applicable* count for the products of a vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Speaker)]
pub struct SpeakerView {
    /// The publisher, as statements name it; case and blanks do not matter.
    pub publisher: String,
    /// The vendor for whom they speak.
    pub vendor: String,
    /// Since when.
    pub since: String,
    /// Who named them.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl From<Speaker> for SpeakerView {
    fn from(one: Speaker) -> Self {
        let Speaker { publisher, vendor, since, by, reason } = one;
        Self { publisher, vendor, since, by, reason }
    }
}

/// Lists those who speak for a supplier.
#[utoipa::path(get, path = "/speakers", tag = "patches",
    responses((status = 200, description = "All", body = List<SpeakerView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<SpeakerView>>, Problem> {
    let all = server.run(move |app| speakers::list(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Who is to be named.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpeakerBody {
    /// The publisher, as statements name it.
    #[schema(max_length = 200)]
    pub publisher: String,
    /// The vendor for whom they speak.
    #[schema(max_length = 200)]
    pub vendor: String,
}

/// Names a publisher as speaking for a vendor. The reason is required.
#[utoipa::path(post, path = "/speakers", tag = "patches",
    params(WriteParams), request_body = SpeakerBody,
    responses((status = 201, description = "Named", body = SpeakerView)))]
pub async fn create(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<SpeakerBody>,
) -> Result<(StatusCode, Json<SpeakerView>), Problem> {
    let reason = params.reason.unwrap_or_default();
    let added = server
        .run(move |app| speakers::add(app, &who.caller, (&body.publisher, &body.vendor), &reason))
        .await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}

/// Who is named no longer.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnnameParams {
    /// The publisher.
    pub publisher: String,
    /// The vendor.
    pub vendor: String,
    /// Why.
    pub reason: Option<String>,
}

/// A publisher speaks for a vendor no longer. The reason is required.
#[utoipa::path(delete, path = "/speakers", tag = "patches",
    params(UnnameParams), responses((status = 204, description = "Named no longer")))]
pub async fn remove(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<UnnameParams>,
) -> Result<StatusCode, Problem> {
    let reason = params.reason.unwrap_or_default();
    server
        .run(move |app| speakers::remove(app, &who.caller, (&params.publisher, &params.vendor), &reason))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
