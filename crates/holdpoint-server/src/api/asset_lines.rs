//! How hosts without an agent are reached: the address, the account, the pinned key of each.

use axum::Json;
use axum::extract::State;
use holdpoint_app::execution::{self, NewLine};
use holdpoint_app::store::execution::{AssetLine, HostLine};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, ListParams, NoParams, WriteParams};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// How a host is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HostLine)]
pub struct LineView {
    /// Its name or address.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The account.
    pub account: String,
    /// The fingerprint of its key, as `SHA256:…`.
    pub fingerprint: String,
    /// `own` or `sudo`: with whose rights scripts run.
    pub rights: String,
    /// Where that is known from.
    pub note: String,
    /// When it was written.
    pub changed_at: String,
}

impl From<AssetLine> for LineView {
    fn from(line: AssetLine) -> Self {
        Self {
            address: line.address,
            port: line.port,
            account: line.account,
            fingerprint: line.fingerprint,
            rights: line.rights,
            note: line.note,
            changed_at: line.changed_at.to_string(),
        }
    }
}

/// How an asset is reached, if somebody has said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HostLineShown)]
pub struct LineShownView {
    /// The line; `null`: nobody has said.
    pub line: Option<LineView>,
}

/// A host that is reached over SSH, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HostLineRow)]
pub struct LineRowView {
    /// The id of the asset.
    pub asset_id: String,
    /// The asset's tag.
    pub asset: String,
    /// The site's name; empty: it stands on none.
    pub site: String,
    /// How it is reached.
    pub line: LineView,
    /// Who serves it: `ssh`, or an `agent` or a `controller`, which go before the line.
    pub served: String,
    /// When a step of a deployment last moved on it, by whatever hand; `null`: never.
    pub worked_at: Option<String>,
}

impl From<HostLine> for LineRowView {
    fn from(row: HostLine) -> Self {
        Self {
            asset_id: row.asset.to_string(),
            asset: row.tag,
            site: row.site_name,
            line: row.line.into(),
            served: row.served,
            worked_at: row.worked_at.map(|at| at.to_string()),
        }
    }
}

/// How an asset is to be reached.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    /// Its name or address.
    #[schema(max_length = 253)]
    pub address: String,
    /// The port; absent: 22.
    pub port: Option<u16>,
    /// The account.
    #[schema(max_length = 64)]
    pub account: String,
    /// The fingerprint of its key, as `SHA256:…`, compared at the machine.
    #[schema(max_length = 64)]
    pub fingerprint: String,
    /// `own` or `sudo`.
    pub rights: String,
    /// Where that is known from.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: String,
    /// Why, for the audit log.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

impl LineBody {
    /// The same for the use case, with the reason.
    #[must_use]
    pub fn wording(self) -> (NewLine, String) {
        let line = NewLine {
            address: self.address,
            port: self.port.unwrap_or(22),
            account: self.account,
            fingerprint: self.fingerprint,
            rights: self.rights,
            note: self.note,
        };
        (line, self.reason)
    }
}

/// Lists hosts that are reached over SSH.
///
/// Filter fields: asset site address port account rights served worked changed.
#[utoipa::path(get, path = "/asset-lines", tag = "deployments", params(ListParams),
    responses((status = 200, description = "One page", body = List<LineRowView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<LineRowView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| execution::lines(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Gives how an asset is reached.
#[utoipa::path(get, path = "/assets/{id}/line", tag = "deployments",
    params(("id" = String, Path, description = "The asset, by id or tag")),
    responses((status = 200, description = "How it is reached", body = LineShownView)))]
pub async fn show(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<LineShownView>, Problem> {
    let line = server
        .run(move |app| {
            let asset = execution::asset_named(app, &who.caller, &id)?;
            execution::line_of(app, &who.caller, asset)
        })
        .await?;
    Ok(Json(LineShownView { line: line.map(Into::into) }))
}

/// Says how an asset is reached.
#[utoipa::path(put, path = "/assets/{id}/line", tag = "deployments", request_body = LineBody,
    params(("id" = String, Path, description = "The asset, by id or tag")),
    responses((status = 200, description = "How it is reached", body = LineShownView)))]
pub async fn put(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<LineBody>,
) -> Result<Json<LineShownView>, Problem> {
    let (new, reason) = body.wording();
    let line = server
        .run(move |app| {
            let asset = execution::asset_named(app, &who.caller, &id)?;
            execution::put_line(app, &who.caller, asset, Some(&new), &reason)?;
            execution::line_of(app, &who.caller, asset)
        })
        .await?;
    Ok(Json(LineShownView { line: line.map(Into::into) }))
}

/// Forgets how an asset is reached: nothing is done on it over SSH any more.
#[utoipa::path(delete, path = "/assets/{id}/line", tag = "deployments",
    params(("id" = String, Path, description = "The asset, by id or tag"), WriteParams),
    responses((status = 200, description = "Nothing is left", body = LineShownView)))]
pub async fn forget(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
) -> Result<Json<LineShownView>, Problem> {
    let reason = params.reason.unwrap_or_default();
    server
        .run(move |app| {
            let asset = execution::asset_named(app, &who.caller, &id)?;
            execution::put_line(app, &who.caller, asset, None, &reason)
        })
        .await?;
    Ok(Json(LineShownView { line: None }))
}

/// A host to be asked for its key.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyBody {
    /// Its name or address.
    #[schema(max_length = 253)]
    pub address: String,
    /// The port; absent: 22.
    pub port: Option<u16>,
}

/// Keys, for a person to compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HostKey)]
pub struct HostKeyView {
    /// The fingerprint that the host shows.
    pub fingerprint: String,
}

/// Asks a host for the fingerprint of its key, for a person to compare at the machine. Nobody signs in.
#[utoipa::path(post, path = "/asset-lines:show-key", tag = "deployments", request_body = KeyBody,
    responses((status = 200, description = "What the host shows", body = HostKeyView)))]
pub async fn show_key(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<KeyBody>,
) -> Result<Json<HostKeyView>, Problem> {
    let port = body.port.unwrap_or(22);
    let fingerprint = server.run(move |_| execution::show_key(&who.caller, &body.address, port)).await?;
    Ok(Json(HostKeyView { fingerprint }))
}

/// The key with which this installation signs in to hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LoginKey)]
pub struct LoginKeyView {
    /// Its public half, as a line of `authorized_keys`.
    pub public_line: String,
}

/// Gives the public half of the key with which this installation signs in to hosts.
#[utoipa::path(get, path = "/asset-lines:login-key", tag = "deployments",
    responses((status = 200, description = "The public half", body = LoginKeyView)))]
pub async fn login_key(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<LoginKeyView>, Problem> {
    let public_line = server.run(move |app| execution::public_key(app, &who.caller)).await?;
    Ok(Json(LoginKeyView { public_line }))
}
