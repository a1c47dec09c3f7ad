//! The catalogue of patches: gathering fixes of advisories, reading repositories, and which patches to take first.

use axum::Json;
use axum::extract::State;
use holdpoint_app::patches::cover::{self, PatchCover};
use holdpoint_app::patches::repository::{self, NewReading, Repository, RepositoryReport};
use holdpoint_app::patches::vendor::{self, Gathered};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lists::{WriteParams, invalid};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Query};
use crate::server::Server;

/// A patch that is worth taking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChosenPatch)]
pub struct ChosenPatchView {
    /// The patch.
    pub patch: String,
    /// How many vulnerabilities on assets it closes that nothing before it closed.
    pub closes: u64,
    /// How many are closed with it in all.
    pub closed: u64,
    /// On how many assets it is missing.
    pub assets: u64,
}

/// The fewest patches that close the most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PatchCover)]
pub struct PatchCoverView {
    /// The patches in the order in which they close most, cut at `limit`.
    pub patches: Vec<ChosenPatchView>,
    /// How many patches the whole answer has.
    pub n_patches: u64,
    /// Vulnerabilities on assets that are there for certain.
    pub open: u64,
    /// Those of them that some patch closes.
    pub closable: u64,
    /// No choice closes all that can be closed with fewer patches than this.
    pub lower_bound: u64,
    /// Vulnerabilities on assets of which nobody can say whether they are there; they are not among `open`.
    pub unknown: u64,
    /// Patches that would close something and are declined everywhere; the answer does without them.
    pub declined: Vec<String>,
}

impl PatchCoverView {
    /// The first `limit` patches of an answer.
    #[must_use]
    pub fn of(cover: PatchCover, limit: usize) -> Self {
        let n_patches = cover.patches.len() as u64;
        let patches = cover.patches.into_iter().take(limit).map(|chosen| ChosenPatchView {
            patch: chosen.patch,
            closes: chosen.closes,
            closed: chosen.closed,
            assets: chosen.assets,
        });
        Self {
            patches: patches.collect(),
            n_patches,
            open: cover.open,
            closable: cover.closable,
            lower_bound: cover.lower_bound,
            unknown: cover.unknown,
            declined: cover.declined,
        }
    }
}

/// How many patches come.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CoverParams {
    /// The most patches; 100 when nobody says.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
}

/// Says which patches to take first: each time the one that closes most of what is still open.
#[utoipa::path(get, path = "/patches:cover", tag = "patches", params(CoverParams),
    responses((status = 200, description = "The patches", body = PatchCoverView)))]
pub async fn fewest(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<CoverParams>,
) -> Result<Json<PatchCoverView>, Problem> {
    let limit = params.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        return Err(invalid("?limit", "limit", format!("`{limit}` is no limit from 1 to 1000")));
    }
    let found = server.run(move |app| cover::fewest(app, &who.caller)).await?;
    Ok(Json(PatchCoverView::of(found, limit as usize)))
}

/// What gathering or reading did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GatheredPatches)]
pub struct GatheredView {
    /// Documents, or what a repository lists.
    pub seen: u64,
    /// Patches that are kept of it.
    pub kept: u64,
    /// Records of patches that were not here.
    pub new: u64,
    /// Records that changed.
    pub changed: u64,
    /// Records that are as they were.
    pub unchanged: u64,
    /// Records that are said no more.
    pub withdrawn: u64,
    /// Remarks, at most 100.
    pub remarks: Vec<String>,
    /// The last audit entry; `null`: nothing was written.
    pub audit_sequence: Option<u64>,
}

impl From<Gathered> for GatheredView {
    fn from(done: Gathered) -> Self {
        Self {
            seen: done.advisories,
            kept: done.counts.read,
            new: done.counts.new,
            changed: done.counts.changed,
            unchanged: done.counts.unchanged,
            withdrawn: done.counts.withdrawn,
            remarks: Vec::new(),
            audit_sequence: done.audit_sequence,
        }
    }
}

impl From<RepositoryReport> for GatheredView {
    fn from(report: RepositoryReport) -> Self {
        Self {
            seen: report.listed,
            kept: report.kept,
            new: report.counts.new,
            changed: report.counts.changed,
            unchanged: report.counts.unchanged,
            withdrawn: report.counts.withdrawn,
            remarks: report.warnings.iter().take(100).map(ToString::to_string).collect(),
            audit_sequence: report.audit_sequence,
        }
    }
}

/// Brings the patches of advisories' fixes up to date, of every advisory that was held against something of the inventory.
#[utoipa::path(post, path = "/patches:gather", tag = "patches", params(WriteParams),
    responses((status = 200, description = "What was done", body = GatheredView)))]
pub async fn gather(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
) -> Result<Json<GatheredView>, Problem> {
    let reason = params.reason.unwrap_or_default();
    let done = server.run(move |app| vendor::gather(app, &who.caller, &reason)).await?;
    Ok(Json(done.into()))
}

/// A repository of Linux packages.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepositoryBody {
    /// Its name here; what it says replaces what it said before under this name.
    pub name: String,
    /// The folder of a mirror on the server's machine, or an https address.
    pub place: String,
    /// `apt` or `dnf`.
    pub kind: String,
    /// apt: the suite, as `bookworm-security`; `./` for a flat repository.
    #[serde(default)]
    pub suite: String,
    /// apt: the components, as `main`; a flat repository has none.
    #[serde(default)]
    pub components: Vec<String>,
    /// apt: the architecture, as `amd64`.
    #[serde(default)]
    pub architecture: String,
    /// The namespace of its packages, as `redhat`; apt: only when the release file names another.
    #[serde(default)]
    pub namespace: String,
    /// The names of the distribution, as `rhel-9`; apt: only with a namespace.
    #[serde(default)]
    pub distros: Vec<String>,
}

/// Reads a repository of Linux packages; what the inventory has of it becomes patches.
#[utoipa::path(post, path = "/patches:read-repository", tag = "patches", params(WriteParams),
    request_body = RepositoryBody, responses((status = 200, description = "What was done", body = GatheredView)))]
pub async fn read_repository(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<RepositoryBody>,
) -> Result<Json<GatheredView>, Problem> {
    let repository = match body.kind.as_str() {
        "apt" => Repository::Apt {
            suite: body.suite,
            components: body.components,
            architecture: body.architecture,
            distribution: repository::named(&body.namespace, &body.distros)?,
        },
        "dnf" => Repository::Dnf { namespace: body.namespace, distros: body.distros },
        other => {
            return Err(invalid("/kind", "kind", format!("`{other}` is no kind; it is `apt` or `dnf`")));
        }
    };
    let new = NewReading { name: body.name, place: body.place, repository };
    let reason = params.reason.unwrap_or_default();
    let report = server.run(move |app| repository::read(app, &who.caller, &new, &reason)).await?;
    Ok(Json(report.into()))
}
