//! How a baseline stands in numbers, what a patch in it still needs, and the baseline as a file.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::approval::card::standing_with;
use holdpoint_app::approval::compliance::Compared;
use holdpoint_app::approval::evidence::{self, Needed};
use holdpoint_app::approval::{compliance, export};
use holdpoint_domain::patch_state::SupplierStanding;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::approval_views::StandingView;
use super::lists::{DatedParams, NoParams};
use super::test_record_views::RunView;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Path, Query};
use crate::server::Server;

/// A baseline in numbers. Each counts the rows of one list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BaselineStanding)]
pub struct BaselineStandingView {
    /// Assets that comply.
    pub complies: u64,
    /// Assets that deviate.
    pub deviates: u64,
    /// Assets of which nobody can say.
    pub unknown: u64,
    /// Patches on assets that are effective and not seen.
    pub effective_not_seen: u64,
    /// Patches on assets that are seen and not effective.
    pub seen_not_effective: u64,
    /// Patches on assets of which nobody can say.
    pub patches_unknown: u64,
}

/// Counts how the assets of a baseline compare with it.
#[utoipa::path(get, path = "/baselines/{id}/standing", tag = "approval",
    params(("id" = String, Path, description = "Its id or name")),
    responses((status = 200, description = "The numbers", body = BaselineStandingView)))]
pub async fn standing(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<BaselineStandingView>, Problem> {
    let found = server.run(move |app| compliance::compliance(app, &who.caller, &id)).await?;
    let count = |wanted: Compared| found.rows.iter().filter(|row| row.compared == wanted).count() as u64;
    Ok(Json(BaselineStandingView {
        complies: found.complies,
        deviates: found.deviates,
        unknown: found.unknown,
        effective_not_seen: count(Compared::EffectiveNotSeen),
        seen_not_effective: count(Compared::SeenNotEffective),
        patches_unknown: count(Compared::Unknown),
    }))
}

/// A run that was made for a patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = OfferedRun)]
pub struct OfferedView {
    /// The run.
    pub run: RunView,
    /// Why no decision may rest on it; `null`: one may.
    pub fault: Option<String>,
}

/// A standard change that covers a patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FittingStandard)]
pub struct FittingView {
    /// The id of its decision.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What an authorisation of a patch in a baseline would still need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NeededEvidence)]
pub struct NeededView {
    /// How much hangs on it: `low`, `normal`, `high` or `critical`.
    pub risk: String,
    /// Why so much.
    pub risk_why: Vec<String>,
    /// How many signatures the rules ask of that class.
    pub signatures: u8,
    /// The evidence that they ask of it: `inspection`, `test` or `test_and_pilot`.
    pub evidence: String,
    /// The runs of this patch in this baseline, the oldest first.
    pub runs: Vec<OfferedView>,
    /// What evidence is missing; empty: it can be asked for.
    pub missing: Vec<String>,
    /// What suppliers say.
    pub supplier: StandingView,
    /// How the patch stands; `null`: nobody has decided anything.
    pub state: Option<String>,
    /// Why the patch is declined everywhere, if it is.
    pub declined: Option<String>,
    /// The decision that waits for signatures already.
    pub waiting_id: Option<String>,
    /// Standard changes that cover its class and risk.
    pub standards: Vec<FittingView>,
}

impl StandingView {
    /// The same where a yes may have been left out.
    pub(crate) fn with(standing: &SupplierStanding, unheard: Option<&str>) -> Self {
        Self { text: standing_with(standing, unheard), ..standing.into() }
    }
}

impl From<Needed> for NeededView {
    fn from(one: Needed) -> Self {
        let runs =
            one.runs.into_iter().map(|offered| OfferedView { run: offered.run.into(), fault: offered.fault });
        let standards = one.standards.into_iter().map(|(id, name)| FittingView { id: id.to_string(), name });
        Self {
            risk: one.risk.word().to_owned(),
            risk_why: one.risk_why,
            signatures: one.rule.signatures,
            evidence: one.rule.evidence.word().to_owned(),
            runs: runs.collect(),
            missing: one.missing.into_iter().map(str::to_owned).collect(),
            supplier: StandingView::with(&one.standing, one.unheard.as_deref()),
            state: one.state.map(|state| state.word().to_owned()),
            declined: one.declined,
            waiting_id: one.waiting.map(|id| id.to_string()),
            standards: standards.collect(),
        }
    }
}

/// Says what an authorisation of a patch in a baseline would still need: evidence, signatures, the supplier's word.
#[utoipa::path(get, path = "/baselines/{id}/patches/{patch}/needed", tag = "approval",
    params(("id" = String, Path, description = "Its id or name"), ("patch" = String, Path, description = "The patch")),
    responses((status = 200, description = "What is there and what is asked for", body = NeededView)))]
pub async fn needed(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, patch)): Path<(String, String)>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<NeededView>, Problem> {
    Ok(Json(server.run(move |app| evidence::needed(app, &who.caller, &id, &patch)).await?.into()))
}

/// Gives a baseline as CSV: every patch as it stands, what is inherited included.
#[utoipa::path(get, path = "/baselines/{id}/csv", tag = "approval",
    params(("id" = String, Path, description = "Its id or name"), DatedParams),
    responses((status = 200, description = "The file", content_type = "text/csv")))]
pub async fn csv(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedParams>,
) -> Result<Response, Problem> {
    let as_of = params.moment()?;
    let bytes = server.run(move |app| export::csv(app, &who.caller, &id, as_of)).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"baseline.csv\"")),
    ];
    Ok((headers, bytes).into_response())
}
