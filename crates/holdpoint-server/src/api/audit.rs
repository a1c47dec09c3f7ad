//! The audit log: its entries, its verification, and its export.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use holdpoint_app::audit;
use holdpoint_app::store::{AuditReport, Store};
use holdpoint_domain::audit::AuditEntry;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::Sender;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::ToSchema;

use super::lists::{List, ListParams, NoParams};
use super::status::AuditHeadView;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Path, Query};
use crate::server::Server;
use holdpoint_domain::access::Permission::ReadAudit;

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActorView {
    /// `person`, `token`, `operator` or `system`.
    pub kind: String,
    /// Name at that time.
    pub name: String,
    /// Account or token; empty for operators and the system.
    pub id: String,
}

/// Something that an entry speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObjectView {
    /// Kind, for example `asset`.
    pub kind: String,
    /// Id or human reference.
    pub id: String,
}

/// One entry of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditEntryView {
    /// Place in the log, from 1 without gaps.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// Who.
    pub actor: ActorView,
    /// `page`, `api`, `cli` or `job`.
    pub via: String,
    /// What was done.
    pub action: String,
    /// Why, in the actor's words.
    pub reason: String,
    /// What it was done to.
    pub objects: Vec<ObjectView>,
    /// Before and after.
    pub details: serde_json::Value,
    /// The same, byte for byte as it was hashed.
    pub details_text: String,
    /// Hash of the entry before.
    pub previous: String,
    /// Hash of this entry.
    pub hash: String,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        let object =
            |object: holdpoint_domain::audit::ObjectRef| ObjectView { kind: object.kind, id: object.id };
        Self {
            sequence: entry.sequence,
            at: entry.at.to_string(),
            actor: ActorView { kind: entry.actor_kind, name: entry.actor_name, id: entry.actor_id },
            via: entry.via,
            action: entry.action,
            reason: entry.reason,
            objects: entry.objects.into_iter().map(object).collect(),
            details: serde_json::from_str(&entry.details).unwrap_or(serde_json::Value::Null),
            details_text: entry.details,
            previous: entry.previous.to_string(),
            hash: entry.hash.to_string(),
        }
    }
}

/// Lists entries, newest first.
#[utoipa::path(get, path = "/audit", tag = "audit", params(ListParams),
    responses((status = 200, description = "One page", body = List<AuditEntryView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<AuditEntryView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| audit::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Gives one entry.
#[utoipa::path(get, path = "/audit/{sequence}", tag = "audit",
    params(("sequence" = u64, Path, description = "Place in the log, from 1")),
    responses((status = 200, description = "The entry", body = AuditEntryView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(sequence): Path<u64>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<AuditEntryView>, Problem> {
    let entry = server.run(move |app| audit::get(app, &who.caller, sequence)).await?;
    Ok(Json(entry.into()))
}

/// The first entry that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaultView {
    /// Its place in the log.
    pub sequence: u64,
    /// What is wrong with it.
    pub what: String,
}

/// What walking the whole log has shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditReport)]
pub struct AuditReportView {
    /// How many entries were walked before the end or the fault.
    pub entries: u64,
    /// The last entry that is as it was written.
    pub head: AuditHeadView,
    /// Whether every entry is as it was written.
    pub intact: bool,
    /// The first that is not.
    pub fault: Option<FaultView>,
}

impl From<AuditReport> for AuditReportView {
    fn from(report: AuditReport) -> Self {
        let fault =
            report.fault.map(|fault| FaultView { sequence: report.entries + 1, what: fault.to_string() });
        Self {
            entries: report.entries,
            head: AuditHeadView { sequence: report.entries, hash: report.head.to_string() },
            intact: fault.is_none(),
            fault,
        }
    }
}

/// Recomputes every hash of the log and names the first entry that is not as it was written.
///
/// What this cannot show is that the end was cut off: compare the head with one that was written down elsewhere.
#[utoipa::path(post, path = "/audit:verify", tag = "audit",
    responses((status = 200, description = "What was found", body = AuditReportView)))]
pub async fn verify(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<AuditReportView>, Problem> {
    let report = server.run(move |app| audit::verify(app, &who.caller)).await?;
    Ok(Json(report.into()))
}

/// Gives the whole log, one entry a line, oldest first.
#[utoipa::path(get, path = "/audit:export", tag = "audit",
    responses((status = 200, description = "One JSON object a line", content_type = "application/x-ndjson")))]
pub async fn export(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Response, Problem> {
    who.caller.require_everywhere(ReadAudit)?;
    let (sender, receiver) = tokio::sync::mpsc::channel(8);
    let store = server.app().store().clone();
    tokio::task::spawn_blocking(move || send_all(&store, &sender));
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(receiver)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    let name = HeaderValue::from_static("attachment; filename=\"holdpoint-audit.jsonl\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// Sends the log in pieces of 500 entries; ends early when nobody listens any more.
fn send_all(store: &Store, sender: &Sender<Result<Bytes, std::io::Error>>) {
    let mut next = 1;
    loop {
        let piece = match store.read(|reader| reader.audit_entries(next, 500)) {
            Ok(entries) => entries,
            Err(error) => {
                tracing::error!(error = %crate::problem::chain(&error), "the export of the audit log broke off");
                // The broken stream tells the reader that the file is not whole.
                drop(sender.blocking_send(Err(std::io::Error::other("the store did not answer"))));
                return;
            }
        };
        let Some(last) = piece.last() else { return };
        next = last.sequence + 1;
        let mut lines = Vec::new();
        for entry in piece {
            let line =
                serde_json::to_vec(&AuditEntryView::from(entry)).expect("an entry is texts and numbers");
            lines.extend_from_slice(&line);
            lines.push(b'\n');
        }
        if sender.blocking_send(Ok(Bytes::from(lines))).is_err() {
            return;
        }
    }
}
