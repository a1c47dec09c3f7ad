//! Suppliers' statements: lists, lists of theirs taken in, mappings, words that wait for an explanation, lag, the matrix.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::statements;
use holdpoint_app::statements::mappings;
use holdpoint_app::statements::taking::{self, Mode, NewList};
use holdpoint_domain::Moment;
use holdpoint_domain::compatibility::{
    CompatibilityStatement, IdentifierKind, StatedPatch, StatedProduct, StatedState, StatementSource,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lists::{DatedListParams, List, NoParams, WriteParams, invalid};
use super::statement_views::{
    CompatibilityStatementView, MatrixView, StatementDetailView, StatementDocumentView, StatementImportView,
    StatementMappingView, VendorLagView, WaitingWordView,
};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query, Upload};
use crate::server::Server;

/// Lists what suppliers say of patches, the newest first.
///
/// Filter fields: patch title vendor product version platform publisher state word issued said received document mapping.
#[utoipa::path(get, path = "/statements", tag = "patches", params(DatedListParams),
    responses((status = 200, description = "One page", body = List<CompatibilityStatementView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<CompatibilityStatementView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| statements::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Gives one statement with everything that its publisher has said on the same.
#[utoipa::path(get, path = "/statements/{id}", tag = "patches",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The statement", body = StatementDetailView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<StatementDetailView>, Problem> {
    let shown = server.run(move |app| statements::get(app, &who.caller, &id)).await?;
    Ok(Json(shown.into()))
}

/// A statement that a person enters.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStatementBody {
    /// Who says so.
    pub publisher: String,
    /// Where it stands: a letter, a page, a call.
    pub reference: String,
    /// Who publishes the patch.
    pub patch_vendor: String,
    /// The patch.
    pub identifier: String,
    /// `kb`, `msrc`, `vendor-id`, `cve` or `version`.
    pub identifier_kind: String,
    /// Who makes the product.
    pub vendor: String,
    /// The product.
    pub product: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
    /// On what it was tested.
    #[serde(default)]
    pub platform: String,
    /// One of the six states, or `unknown`.
    pub state: String,
    /// The supplier's own word.
    pub word: String,
    /// When it was issued.
    pub issued_at: Option<String>,
    /// On what it depends.
    #[serde(default)]
    pub conditions: String,
    /// A comment.
    #[serde(default)]
    pub comment: String,
}

impl NewStatementBody {
    /// What is to be entered.
    ///
    /// # Errors
    /// A [`Problem`] that names the word or the moment that cannot be read.
    pub fn statement(self) -> Result<CompatibilityStatement, Problem> {
        let state: StatedState = self
            .state
            .parse()
            .map_err(|e: holdpoint_domain::words::UnknownWord| invalid("/state", "state", e.to_string()))?;
        let kind: IdentifierKind =
            self.identifier_kind.parse().map_err(|e: holdpoint_domain::words::UnknownWord| {
                invalid("/identifier_kind", "identifier-kind", e.to_string())
            })?;
        Ok(CompatibilityStatement {
            publisher: self.publisher,
            source: StatementSource::Entered { reference: self.reference },
            issued: at("/issued_at", self.issued_at.as_deref())?,
            patch: StatedPatch {
                vendor: self.patch_vendor,
                identifier: self.identifier,
                kind,
                title: String::new(),
                url: String::new(),
                released: None,
                severity: String::new(),
                supersedes: Vec::new(),
                superseded_by: Vec::new(),
                prerequisites: Vec::new(),
                security_related: None,
            },
            product: StatedProduct {
                vendor: self.vendor,
                name: self.product,
                version: self.version,
                platform: self.platform,
            },
            state,
            word: self.word,
            tested: None,
            restart: String::new(),
            conditions: self.conditions,
            comment: self.comment,
        })
    }
}

/// Reads a moment of a body; absent is `None`.
pub(super) fn at(pointer: &str, text: Option<&str>) -> Result<Option<Moment>, Problem> {
    text.filter(|text| !text.is_empty())
        .map(|text| {
            text.parse().map_err(|error: holdpoint_domain::moment::NoMoment| {
                invalid(pointer, "moment", error.to_string())
            })
        })
        .transpose()
}

/// Enters a statement by hand.
#[utoipa::path(post, path = "/statements", tag = "patches", params(WriteParams), request_body = NewStatementBody,
    responses((status = 201, description = "The statement", body = CompatibilityStatementView)))]
pub async fn enter(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<NewStatementBody>,
) -> Result<(StatusCode, Json<CompatibilityStatementView>), Problem> {
    let statement = body.statement()?;
    let reason = params.reason.unwrap_or_default();
    let line = server.run(move |app| statements::enter(app, &who.caller, &statement, &reason)).await?;
    Ok((StatusCode::CREATED, Json(line.into())))
}

/// Why a statement is confirmed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementConfirmBody {
    /// Where the supplier's own word was seen.
    pub reason: String,
}

/// Confirms a statement that somebody else entered, or the document in which it stands: from then on they too may ask for an
/// approval that rests on it.
#[utoipa::path(post, path = "/statements/{id}/confirm", tag = "patches", request_body = StatementConfirmBody,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The statement", body = CompatibilityStatementView)))]
pub async fn confirm(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<StatementConfirmBody>,
) -> Result<Json<CompatibilityStatementView>, Problem> {
    let line = server.run(move |app| statements::confirm(app, &who.caller, &id, &body.reason)).await?;
    Ok(Json(line.into()))
}

/// How a list is taken in.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatementImportParams {
    /// The file's name.
    pub name: String,
    /// The mapping; absent: the only one that fits.
    pub mapping: Option<String>,
    /// `true`: read it and keep nothing.
    pub dry_run: Option<bool>,
    /// Why, for the audit log.
    #[param(max_length = 500)]
    pub reason: Option<String>,
}

/// Takes in a supplier's qualification list: CSV, XLSX or XML.
#[utoipa::path(post, path = "/statements:import", tag = "patches", params(StatementImportParams),
    request_body(content_type = "application/octet-stream", description = "The file's bytes"),
    responses((status = 200, description = "What was done", body = StatementImportView)))]
pub async fn import(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<StatementImportParams>,
    upload: Upload,
) -> Result<Json<StatementImportView>, Problem> {
    let report = server
        .run(move |app| {
            let _place = upload.place;
            let mode = if params.dry_run == Some(true) { Mode::DryRun } else { Mode::Write };
            let reason = params.reason.unwrap_or_default();
            let mapping = params.mapping.as_deref().filter(|name| !name.is_empty());
            let new = NewList { name: &params.name, bytes: &upload.bytes, mapping, mode };
            taking::import(app, &who.caller, &new, &reason)
        })
        .await?;
    Ok(Json(report.into()))
}

/// Lists the words of suppliers that nobody has explained: a task each.
#[utoipa::path(get, path = "/statements:words", tag = "patches",
    responses((status = 200, description = "All", body = List<WaitingWordView>)))]
pub async fn words(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<WaitingWordView>>, Problem> {
    let all = server.run(move |app| statements::words_waiting(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// What a word means.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainBody {
    /// The mapping that does not explain it yet.
    pub mapping: String,
    /// The word.
    pub word: String,
    /// One of the six states.
    pub state: String,
    /// Why it means that.
    pub reason: String,
}

/// What came of explaining a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ExplainedWord)]
pub struct ExplainedView {
    /// The documents that were read again.
    pub documents: u64,
    /// The statements that changed.
    pub changed: u64,
    /// The audit entry.
    pub audit_sequence: u64,
}

/// Says what a supplier's word means; all documents of the mapping are read again.
#[utoipa::path(post, path = "/statements:explain", tag = "patches", request_body = ExplainBody,
    responses((status = 200, description = "What was done", body = ExplainedView)))]
pub async fn explain(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ExplainBody>,
) -> Result<Json<ExplainedView>, Problem> {
    let state = body
        .state
        .parse()
        .map_err(|e: holdpoint_domain::words::UnknownWord| invalid("/state", "state", e.to_string()))?;
    let done = server
        .run(move |app| mappings::explain(app, &who.caller, &body.mapping, (&body.word, state), &body.reason))
        .await?;
    Ok(Json(ExplainedView {
        documents: done.documents,
        changed: done.counts.new + done.counts.changed,
        audit_sequence: done.sequence,
    }))
}

/// Says how long each vendor takes from the release of a patch to its word on it.
#[utoipa::path(get, path = "/statements:lag", tag = "patches",
    responses((status = 200, description = "All", body = List<VendorLagView>)))]
pub async fn lag(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<VendorLagView>>, Problem> {
    let all = server.run(move |app| statements::lag(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Lists the last thousand documents of suppliers, the newest first.
#[utoipa::path(get, path = "/statement-documents", tag = "patches",
    responses((status = 200, description = "At most a thousand", body = List<StatementDocumentView>)))]
pub async fn documents(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<StatementDocumentView>>, Problem> {
    let all = server.run(move |app| statements::documents(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Lists the mappings of qualification lists.
#[utoipa::path(get, path = "/statement-mappings", tag = "patches",
    responses((status = 200, description = "All", body = List<StatementMappingView>)))]
pub async fn list_mappings(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<StatementMappingView>>, Problem> {
    let all = server.run(move |app| mappings::list(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// A mapping of qualification lists.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingBody {
    /// Its text, TOML.
    pub text: String,
}

/// Keeps a mapping; the one of its name before it ends.
#[utoipa::path(put, path = "/statement-mappings", tag = "patches", params(WriteParams), request_body = MappingBody,
    responses((status = 200, description = "As it is kept", body = StatementMappingView)))]
pub async fn put_mapping(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<MappingBody>,
) -> Result<Json<StatementMappingView>, Problem> {
    let reason = params.reason.unwrap_or_default();
    let known = server.run(move |app| mappings::add(app, &who.caller, &body.text, &reason)).await?;
    Ok(Json(known.into()))
}

/// The parameters of the matrix.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MatrixParams {
    /// Which patches, as in the list of patches.
    pub filter: Option<String>,
    /// A field of patches to sort by.
    pub sort: Option<String>,
    /// How many patches at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the patches before.
    pub cursor: Option<String>,
    /// Which releases: fields vendor, product, version, key.
    pub release_filter: Option<String>,
    /// How many releases at most; 20 when nobody says.
    #[param(minimum = 1, maximum = 1000)]
    pub release_limit: Option<u32>,
    /// `next` of the releases before.
    pub release_cursor: Option<String>,
    /// The moment of which the cells speak; absent: now.
    pub as_of: Option<String>,
}

/// Gives a page of the qualification matrix: patches × releases of suppliers' products.
#[utoipa::path(get, path = "/patches:matrix", tag = "patches", params(MatrixParams),
    responses((status = 200, description = "One page both ways", body = MatrixView)))]
pub async fn matrix(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<MatrixParams>,
) -> Result<Json<MatrixView>, Problem> {
    let now = server.app().now();
    let patches = DatedListParams {
        filter: params.filter,
        sort: params.sort,
        limit: params.limit,
        cursor: params.cursor,
        as_of: params.as_of,
    };
    let releases = DatedListParams {
        filter: params.release_filter,
        sort: None,
        limit: Some(params.release_limit.unwrap_or(20)),
        cursor: params.release_cursor,
        as_of: None,
    };
    let (patches, releases) = (patches.query(now)?, releases.query(now)?);
    let page = server.run(move |app| statements::matrix(app, &who.caller, &patches, &releases)).await?;
    Ok(Json(page.into()))
}
