//! Restore tests: that somebody restored a backup of an asset.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::planning::{self, NewRestoreTest};
use holdpoint_domain::plan::ground::RestoreTest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::approval_views::moment_at;
use super::lists::{List, NoParams};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// A backup of an asset that somebody restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RestoreTest)]
pub struct RestoreTestView {
    /// When it was restored.
    pub tested_at: String,
    /// Who did it.
    pub tested_by: String,
    /// What was restored, and where.
    pub what: String,
    /// Who wrote it down.
    pub recorded_by: String,
    /// When.
    pub recorded_at: String,
}

impl From<RestoreTest> for RestoreTestView {
    fn from(test: RestoreTest) -> Self {
        Self {
            tested_at: test.tested_at.to_string(),
            tested_by: test.tested_by,
            what: test.what,
            recorded_by: test.recorded_by,
            recorded_at: test.recorded_at.to_string(),
        }
    }
}

/// A restore test, as somebody writes it down.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreTestBody {
    /// When the backup was restored; absent: now.
    pub tested_at: Option<String>,
    /// Who did it; absent: whoever writes it down.
    #[serde(default)]
    #[schema(max_length = 120)]
    pub tested_by: String,
    /// What was restored, and where.
    #[schema(max_length = 2000)]
    pub what: String,
    /// Why, for the audit log.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// Gives the restore tests of an asset's backups, the newest first.
#[utoipa::path(get, path = "/assets/{id}/restore-tests", tag = "planning",
    params(("id" = String, Path, description = "The asset, by id or tag")),
    responses((status = 200, description = "All of them", body = List<RestoreTestView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<RestoreTestView>>, Problem> {
    let all = server.run(move |app| planning::restore_tests(app, &who.caller, &id)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Writes down that a backup of an asset was restored.
#[utoipa::path(post, path = "/assets/{id}/restore-tests", tag = "planning", request_body = RestoreTestBody,
    params(("id" = String, Path, description = "The asset, by id or tag")),
    responses((status = 201, description = "It is kept", body = RestoreTestView)))]
pub async fn put(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<RestoreTestBody>,
) -> Result<(StatusCode, Json<RestoreTestView>), Problem> {
    let new = NewRestoreTest {
        tested_at: body.tested_at.as_deref().map(|at| moment_at("/tested_at", at)).transpose()?,
        tested_by: body.tested_by,
        what: body.what,
    };
    let kept =
        server.run(move |app| planning::put_restore_test(app, &who.caller, &id, &new, &body.reason)).await?;
    Ok((StatusCode::CREATED, Json(kept.into())))
}
