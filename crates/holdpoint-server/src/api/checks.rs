//! What a deployment asks outside before steps begin: a web address, a Prometheus query, a value of a controller or of an OPC UA
//! server.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::execution::{self, CheckWritten, PermitValue, Question};
use holdpoint_app::store::execution::KeptCheck;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, NoParams, WriteParams, invalid};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// What is asked, and what must be answered. What cannot be read is unknown and lets nothing begin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = CheckQuestion)]
pub enum QuestionView {
    /// A web address whose answer must have a text in it.
    Web {
        /// The address.
        url: String,
        /// The text.
        text: String,
    },
    /// A query of Prometheus whose one number must stand so to a value.
    Prometheus {
        /// The address of Prometheus.
        url: String,
        /// The query.
        query: String,
        /// `below`, `above` or `equal`.
        must: String,
        /// The value.
        value: f64,
    },
    /// A value that a controller must show, read by Modbus.
    Modbus {
        /// Its name or address.
        address: String,
        /// The port.
        port: u16,
        /// The unit.
        unit: u8,
        /// `coil`, `discrete_input`, `holding_register` or `input_register`.
        table: String,
        /// The place in the table, from 0.
        place: u16,
        /// The value.
        value: u16,
    },
    /// A value that an OPC UA server must show, read without security by an anonymous reader. Only the plain status *good* counts.
    OpcUa {
        /// The server, as `opc.tcp://HOST:PORT/PATH`; the port is 4840 unless it is written.
        #[schema(max_length = 1000)]
        endpoint: String,
        /// The value's node, as `ns=2;s=NAME`, `ns=3;i=1001` or `ns=4;g=GUID`.
        #[schema(max_length = 1000)]
        node: String,
        /// The value that permits: a Boolean, or a whole number. The node must be of that type.
        value: PermitValueView,
        /// How old the value may be by the time of its source, in seconds.
        #[serde(default = "an_hour")]
        #[schema(minimum = 1, maximum = 604_800, default = 3600)]
        max_age_s: u32,
    },
}

const fn an_hour() -> u32 {
    3_600
}

/// A Boolean, or a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = PermitValue)]
pub enum PermitValueView {
    /// A Boolean.
    Bit(bool),
    /// A whole number.
    Number(i64),
}

impl From<PermitValue> for PermitValueView {
    fn from(one: PermitValue) -> Self {
        match one {
            PermitValue::Bit(bit) => Self::Bit(bit),
            PermitValue::Number(number) => Self::Number(number),
        }
    }
}

impl From<PermitValueView> for PermitValue {
    fn from(one: PermitValueView) -> Self {
        match one {
            PermitValueView::Bit(bit) => Self::Bit(bit),
            PermitValueView::Number(number) => Self::Number(number),
        }
    }
}

impl From<Question> for QuestionView {
    fn from(one: Question) -> Self {
        match one {
            Question::Web { url, text } => Self::Web { url, text },
            Question::Prometheus { url, query, must, value } => Self::Prometheus { url, query, must, value },
            Question::Modbus { address, port, unit, table, place, value } => {
                Self::Modbus { address, port, unit, table, place, value }
            }
            Question::OpcUa { endpoint, node, value, max_age_s } => {
                Self::OpcUa { endpoint, node, value: value.into(), max_age_s }
            }
        }
    }
}

impl From<QuestionView> for Question {
    fn from(one: QuestionView) -> Self {
        match one {
            QuestionView::Web { url, text } => Self::Web { url, text },
            QuestionView::Prometheus { url, query, must, value } => {
                Self::Prometheus { url, query, must, value }
            }
            QuestionView::Modbus { address, port, unit, table, place, value } => {
                Self::Modbus { address, port, unit, table, place, value }
            }
            QuestionView::OpcUa { endpoint, node, value, max_age_s } => {
                Self::OpcUa { endpoint, node, value: value.into(), max_age_s }
            }
        }
    }
}

/// A check of a plan with what it said last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DeploymentCheck)]
pub struct CheckView {
    /// Its number within the plan.
    pub number: u32,
    /// What people call it.
    pub name: String,
    /// `wave`: before each wave but the first; `step`: before every step.
    pub before: String,
    /// What is asked.
    pub question: QuestionView,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub written_at: String,
    /// `passed`, `refused` or `unknown`; `null`: it was not asked yet.
    pub answer: Option<String>,
    /// In words.
    pub what: Option<String>,
    /// When.
    pub asked_at: Option<String>,
}

impl From<(KeptCheck, Question)> for CheckView {
    fn from((kept, question): (KeptCheck, Question)) -> Self {
        let (answer, what, asked_at) = match kept.answer {
            Some(last) => (Some(last.word), Some(last.what), Some(last.at.to_string())),
            None => (None, None, None),
        };
        Self {
            number: kept.number,
            name: kept.check.name,
            before: kept.check.before,
            question: question.into(),
            by: kept.by,
            written_at: kept.written_at.to_string(),
            answer,
            what,
            asked_at,
        }
    }
}

/// A check as somebody writes it down.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDeploymentCheck)]
pub struct CheckBody {
    /// What people call it.
    #[schema(max_length = 80)]
    pub name: String,
    /// `wave`: before each wave but the first; `step`: before every step.
    pub before: String,
    /// What is asked.
    pub question: QuestionView,
    /// Why, for the audit log.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

impl CheckBody {
    /// The same for the use case, with the reason.
    #[must_use]
    pub fn wording(self) -> (CheckWritten, String) {
        let new = CheckWritten { name: self.name, before: self.before, question: self.question.into() };
        (new, self.reason)
    }
}

/// Lists the checks of a plan, begun or not.
#[utoipa::path(get, path = "/deployments/{id}/checks", tag = "deployments",
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "All of them", body = List<CheckView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<CheckView>>, Problem> {
    let found = server.run(move |app| execution::checks(app, &who.caller, &id)).await?;
    Ok(Json(List::whole(found.into_iter().map(Into::into).collect())))
}

/// Adds a check to a plan, begun or not. Until it has passed, no step behind it begins.
#[utoipa::path(post, path = "/deployments/{id}/checks", tag = "deployments", request_body = CheckBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 201, description = "All of them", body = List<CheckView>)))]
pub async fn add(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<CheckBody>,
) -> Result<(StatusCode, Json<List<CheckView>>), Problem> {
    let (new, reason) = body.wording();
    let found = server
        .run(move |app| {
            execution::put_check(app, &who.caller, &id, &new, &reason)?;
            execution::checks(app, &who.caller, &id)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(List::whole(found.into_iter().map(Into::into).collect()))))
}

/// Takes a check away, with a reason.
#[utoipa::path(delete, path = "/deployments/{id}/checks/{number}", tag = "deployments",
    params(("id" = String, Path, description = "The plan, by id or number"),
        ("number" = String, Path, description = "The check's number"), WriteParams),
    responses((status = 200, description = "Those that are left", body = List<CheckView>)))]
pub async fn remove(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, number)): Path<(String, String)>,
    Query(params): Query<WriteParams>,
) -> Result<Json<List<CheckView>>, Problem> {
    let number: u32 =
        number.parse().map_err(|_| invalid("/number", "number", "a check has a number".to_owned()))?;
    let reason = params.reason.unwrap_or_default();
    let found = server
        .run(move |app| {
            execution::remove_check(app, &who.caller, (&id, number), &reason)?;
            execution::checks(app, &who.caller, &id)
        })
        .await?;
    Ok(Json(List::whole(found.into_iter().map(Into::into).collect())))
}
