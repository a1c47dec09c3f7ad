//! What counts for less than before by one person's word, and waits for a second; and how far zones can be reached.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::ranking::lowering;
use holdpoint_app::sites;
use holdpoint_app::store::ranking::lowering::StoredLowering;
use holdpoint_domain::site::Exposure;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lists::{List, NoParams, invalid};
use super::text::said;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// A lowering: what counted before goes on counting until a second person agrees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Lowering)]
pub struct LoweringView {
    /// Its id.
    pub id: String,
    /// `asset`, `fields` (of an asset), `leaving` (an asset leaves one), `joining` (an asset comes to one), `function`,
    /// `removal` (of one), `zone`, `exposure` or `release` (an asset on which the release of a stricter baseline is not seen any more).
    pub kind: String,
    /// Of what.
    pub name: String,
    /// The site on which it counts.
    pub site_id: Option<String>,
    /// What goes on counting: `safety major, exposure open`, `kind safety-controller`.
    pub before: String,
    /// What is said now, and counts once a second person has agreed.
    pub now: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: String,
    /// Why.
    pub reason: Option<String>,
    /// Whether a person with an account answers for it; where not, the first who agrees takes it over.
    pub answered_for: bool,
    /// When it came to its end; `null`: it waits.
    pub ended: Option<String>,
    /// `agreed`, `refused` or `overtaken`.
    pub end: Option<String>,
    /// By whom.
    pub ended_by: Option<String>,
    /// Why.
    pub end_reason: Option<String>,
}

impl From<StoredLowering> for LoweringView {
    fn from(stored: StoredLowering) -> Self {
        let one = stored.lowering;
        let (mut ended, mut how, mut by, mut why) = (None, None, None, None);
        if let Some((at, end, name, reason)) = stored.ended {
            (ended, how) = (Some(at.to_string()), Some(end.word().to_owned()));
            (by, why) = (said(&name), said(&reason));
        }
        Self {
            id: one.id.to_string(),
            kind: one.of.word().to_owned(),
            site_id: one.site.map(|site| site.to_string()),
            before: one.before(),
            answered_for: one.is_answered_for(),
            name: one.name,
            now: one.now,
            by: one.by,
            at: one.at.to_string(),
            reason: said(&one.reason),
            ended,
            end: how,
            ended_by: by,
            end_reason: why,
        }
    }
}

/// Which lowerings.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LoweringParams {
    /// `waiting` (as without it) or `ended`, the last 200.
    pub standing: Option<String>,
}

/// Lists what is said to count for less than before and waits for a second person.
#[utoipa::path(get, path = "/lowerings", tag = "ranking", params(LoweringParams),
    responses((status = 200, description = "All", body = List<LoweringView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<LoweringParams>,
) -> Result<Json<List<LoweringView>>, Problem> {
    let ended = match params.standing.as_deref() {
        None | Some("" | "waiting") => false,
        Some("ended") => true,
        Some(other) => {
            let what = format!("`{other}` is neither `waiting` nor `ended`");
            return Err(invalid("?standing", "standing", what));
        }
    };
    let found = server
        .run(
            move |app| {
                if ended { lowering::ended(app, &who.caller) } else { lowering::waiting(app, &who.caller) }
            },
        )
        .await?;
    Ok(Json(List::whole(found.into_iter().map(Into::into).collect())))
}

/// An answer to a lowering.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoweringAnswerBody {
    /// Why.
    pub reason: String,
}

/// Agrees to somebody else's lowering: from then on the lower value counts. Where no person with an account answers for it,
/// this takes it over, and another has to agree.
#[utoipa::path(post, path = "/lowerings/{id}/agree", tag = "ranking", request_body = LoweringAnswerBody,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The lowering", body = LoweringView)))]
pub async fn agree(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<LoweringAnswerBody>,
) -> Result<Json<LoweringView>, Problem> {
    let id = id.parse().map_err(|why| invalid("/id", "id", format!("{why}")))?;
    let found = server.run(move |app| lowering::agree(app, &who.caller, id, &body.reason)).await?;
    Ok(Json(found.into()))
}

/// Lowerings that are agreed to together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoweringsAgreeBody {
    /// Their ids, at most 5,000.
    #[schema(max_items = 5000)]
    pub ids: Vec<String>,
    /// Why.
    pub reason: String,
}

/// Agrees to several of other people's lowerings, such as to the first words of an import: to all of them, or to none.
#[utoipa::path(post, path = "/lowerings:agree", tag = "ranking", request_body = LoweringsAgreeBody,
    responses((status = 200, description = "The lowerings", body = List<LoweringView>)))]
pub async fn agree_to_all(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<LoweringsAgreeBody>,
) -> Result<Json<List<LoweringView>>, Problem> {
    let ids = body.ids.iter().map(|id| id.parse()).collect::<Result<Vec<_>, _>>();
    let ids = ids.map_err(|why| invalid("/ids", "id", format!("{why}")))?;
    let found = server.run(move |app| lowering::agree_to_all(app, &who.caller, &ids, &body.reason)).await?;
    Ok(Json(List::whole(found.into_iter().map(Into::into).collect())))
}

/// Puts back what was said before. Whoever said less takes it back this way.
#[utoipa::path(post, path = "/lowerings/{id}/refuse", tag = "ranking", request_body = LoweringAnswerBody,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The lowering", body = LoweringView)))]
pub async fn refuse(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<LoweringAnswerBody>,
) -> Result<Json<LoweringView>, Problem> {
    let id = id.parse().map_err(|why| invalid("/id", "id", format!("{why}")))?;
    let found = server.run(move |app| lowering::refuse(app, &who.caller, id, &body.reason)).await?;
    Ok(Json(found.into()))
}

/// How far a zone can be reached.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExposureBody {
    /// `small`, `controlled` or `open`; `null`: nobody can say, which is not small.
    pub exposure: Option<String>,
    /// Why, for the audit log and the second person.
    pub reason: Option<String>,
}

/// Says how far a zone can be reached; its assets are ranked anew before this answers. Less than before waits for a second
/// person.
#[utoipa::path(put, path = "/zones/{id}/exposure", tag = "ranking", request_body = ExposureBody,
    params(("id" = String, Path, description = "The zone's id")),
    responses((status = 204, description = "It is said now")))]
pub async fn put_exposure(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<ExposureBody>,
) -> Result<StatusCode, Problem> {
    let zone = id.parse().map_err(|why| invalid("/id", "id", format!("{why}")))?;
    let word = body.exposure.as_deref().filter(|word| !word.is_empty());
    let exposure = word
        .map(str::parse::<Exposure>)
        .transpose()
        .map_err(|why| invalid("/exposure", "exposure", format!("{why}")))?;
    let reason = body.reason.unwrap_or_default();
    server.run(move |app| sites::set_exposure(app, &who.caller, zone, exposure, &reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}
