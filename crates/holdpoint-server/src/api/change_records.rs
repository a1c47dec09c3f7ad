//! Change records of plans, for systems outside: each field with the way that it goes.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use holdpoint_app::change_records::{self, ChangeRecord, Heard};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::NoParams;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// A field of a change record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChangeRecordField)]
pub struct FieldView {
    /// Its name.
    pub name: String,
    /// `out`: we say it, and the system outside shows it. `in`: they say it, and it is shown here.
    pub way: String,
    /// What it says; `null`: nobody has said.
    pub value: Option<String>,
}

/// The change record of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChangeRecord)]
pub struct RecordView {
    /// The plan's id.
    pub plan: String,
    /// Its running number.
    pub number: i64,
    /// The fields, ours first.
    pub fields: Vec<FieldView>,
    /// When something came in last; `null`: nothing has.
    pub heard_at: Option<String>,
    /// Who brought it.
    pub heard_by: Option<String>,
}

impl From<ChangeRecord> for RecordView {
    fn from(one: ChangeRecord) -> Self {
        let fields = one.fields.into_iter().map(|field| FieldView {
            name: field.name.to_owned(),
            way: field.way.word().to_owned(),
            value: field.value,
        });
        Self {
            plan: one.plan.to_string(),
            number: one.number,
            fields: fields.collect(),
            heard_at: one.heard_at.map(|at| at.to_string()),
            heard_by: one.heard_by,
        }
    }
}

/// What came of a record that was brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChangeRecordHeard)]
pub struct HeardView {
    /// The record as it stands now.
    pub record: RecordView,
    /// Fields of ours that they had changed; nothing of that was taken.
    pub problems: Vec<String>,
}

impl From<Heard> for HeardView {
    fn from(one: Heard) -> Self {
        Self { record: one.record.into(), problems: one.problems }
    }
}

/// A record as a system outside has it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeRecordBody {
    /// `file`, `servicenow` or `jira`.
    pub shape: String,
    /// The record, in that shape.
    pub record: serde_json::Value,
    /// Why, for the audit log.
    #[serde(default)]
    pub reason: String,
}

/// Shows the change record of a plan, with the way that each field goes.
#[utoipa::path(get, path = "/plans/{id}/change-record", tag = "planning",
    params(("id" = String, Path, description = "Its id or number")),
    responses((status = 200, description = "The record", body = RecordView)))]
pub async fn show(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<RecordView>, Problem> {
    Ok(Json(server.run(move |app| change_records::show(app, &who.caller, &id)).await?.into()))
}

/// Writes the change record of a plan as a system outside takes it: `file`, `servicenow` or `jira`.
#[utoipa::path(get, path = "/plans/{id}/change-record/{shape}", tag = "planning",
    params(("id" = String, Path, description = "Its id or number"),
        ("shape" = String, Path, description = "`file`, `servicenow` or `jira`")),
    responses((status = 200, description = "The record in that shape", body = serde_json::Value)))]
pub async fn export(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, shape)): Path<(String, String)>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Response, Problem> {
    let bytes = server.run(move |app| change_records::export(app, &who.caller, &id, shape.parse()?)).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}

/// Takes in what a system outside says of a record. What is ours is never taken from them.
#[utoipa::path(post, path = "/change-records", tag = "planning", request_body = TakeRecordBody,
    responses((status = 200, description = "Taken in", body = HeardView)))]
pub async fn take(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<TakeRecordBody>,
) -> Result<Json<HeardView>, Problem> {
    let heard = server
        .run(move |app| {
            let bytes = body.record.to_string();
            change_records::take(app, &who.caller, bytes.as_bytes(), body.shape.parse()?, &body.reason)
        })
        .await?;
    Ok(Json(heard.into()))
}
