//! The first run: one account, made with the secret that the program printed.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use holdpoint_app::people::setup::{self, FirstAdministrator};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::NoParams;
use super::session::{Client, SessionView, signed_in};
use crate::problem::Problem;
use crate::request::{Body, Query};
use crate::server::Server;

/// Whether the first account is still missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetupView {
    /// Whether nobody has an account yet.
    pub needed: bool,
}

/// The first account.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAccount {
    /// The one-time secret that the program printed when it started.
    pub secret: String,
    /// The name with which to sign in.
    #[schema(min_length = 2, max_length = 64)]
    pub name: String,
    /// The name that people read.
    #[schema(max_length = 100)]
    pub display_name: String,
    /// The password, at least 12 characters.
    #[schema(min_length = 12, max_length = 1024, format = Password)]
    pub password: String,
}

/// Says whether the first account is still missing.
#[utoipa::path(get, path = "/setup", tag = "people",
    responses((status = 200, description = "Yes or no", body = SetupView)))]
pub async fn state(
    State(server): State<Server>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<SetupView>, Problem> {
    let needed = server.run(setup::needed).await?;
    Ok(Json(SetupView { needed }))
}

/// Makes the first account, an administrator and engineer everywhere, and signs it in.
#[utoipa::path(post, path = "/setup", tag = "people", request_body = FirstAccount,
    responses((status = 201, description = "Made and signed in", body = SessionView)))]
pub async fn make(
    State(server): State<Server>,
    Query(NoParams {}): Query<NoParams>,
    client: Client,
    Body(body): Body<FirstAccount>,
) -> Result<Response, Problem> {
    let first = FirstAdministrator {
        secret: body.secret,
        name: body.name,
        display_name: body.display_name,
        password: body.password,
        user_agent: client.agent,
    };
    let new = server.run(move |app| setup::first_administrator(app, &first)).await?;
    signed_in(&server, StatusCode::CREATED, new).await
}
