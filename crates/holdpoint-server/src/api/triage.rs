//! Triage: deciding about findings of the queue, one or many: a look at what would be done, doing it, taking it back.

use axum::Json;
use axum::extract::State;
use holdpoint_app::approval::triage::{self, Deed, Exempting, Grounds, Which};
use holdpoint_domain::decision::ExemptionKind;
use holdpoint_domain::exemption::ReasonCode;
use holdpoint_domain::filter::Filter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::approval_views::{moment_at, unusable, word};
use super::baselines::{RowOutcome, some_rows};
use super::exemptions::NewControl;
use super::lists::{List, NoParams, invalid};
use super::triage_views::{TriageDoneView, TriageView};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Query};
use crate::server::Server;

/// Which findings, and what is to be done with them.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TriageBody {
    /// The numbers of the findings; or `filter`.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub findings: Vec<String>,
    /// Those that stand open and fit, at most 500; or `findings`.
    pub filter: Option<String>,
    /// `approve` (ask for the patches that close them), `not_relevant`, `defer`, `accept` or `mitigate`.
    pub deed: String,
    /// Why; may be absent for a look.
    #[serde(default)]
    pub reason: String,
    /// `approve`: why looking was enough, for patches without a passed test.
    pub inspection: Option<String>,
    /// `approve`: why to go on where the supplier has said nothing.
    pub silence: Option<String>,
    /// Of an exemption: why, as a code. `not_relevant` brings its own.
    pub reason_code: Option<String>,
    /// Of an exemption: what is done instead.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub controls: Vec<NewControl>,
    /// Of an exemption: the risk that is left; `normal` when absent, and `low` for `not_relevant`.
    pub residual: Option<String>,
    /// Of an exemption: its end; needed.
    pub expires_at: Option<String>,
    /// Of a decision: `fingerprint` of the look; needed, and refused when other findings are meant now or stand otherwise.
    pub expected: Option<String>,
}

impl TriageBody {
    /// Which findings are meant.
    ///
    /// # Errors
    /// A [`Problem`] that names the part that cannot be used.
    pub fn which(&self) -> Result<Which, Problem> {
        match (&self.filter, self.findings.is_empty()) {
            (Some(_), false) => {
                Err(unusable("/filter", "findings are named one by one or by a filter, not by both"))
            }
            (Some(filter), true) => Ok(Which::Fitting(
                Filter::parse(filter).map_err(|error| invalid("/filter", "filter", error.to_string()))?,
            )),
            (None, _) => {
                some_rows(self.findings.len(), "/findings")?;
                let number = |id: &String| id.parse::<i64>();
                let numbers: Result<Vec<i64>, _> = self.findings.iter().map(number).collect();
                numbers
                    .map(Which::Numbers)
                    .map_err(|_| invalid("/findings", "number", "a finding's id is a number".to_owned()))
            }
        }
    }

    /// What is to be done with them.
    ///
    /// # Errors
    /// A [`Problem`] that names the part that cannot be used.
    pub fn deed(&self) -> Result<Deed, Problem> {
        let kind = match self.deed.as_str() {
            "approve" => {
                let (inspection, silence) = (self.inspection.clone(), self.silence.clone());
                return Ok(Deed::Approve(Grounds { inspection, silence }));
            }
            "not_relevant" | "accept" => ExemptionKind::Accept,
            "defer" => ExemptionKind::Defer,
            "mitigate" => ExemptionKind::Mitigate,
            other => return Err(unusable("/deed", &format!("`{other}` is no deed"))),
        };
        let is_relevant = self.deed != "not_relevant";
        let code = match (&self.reason_code, is_relevant) {
            (None, false) => ReasonCode::NotRelevant,
            (Some(code), true) => word("/reason_code", code)?,
            (Some(_), false) => return Err(unusable("/reason_code", "`not_relevant` brings its own code")),
            (None, true) => {
                return Err(unusable("/reason_code", "an exemption needs the code of its reason"));
            }
        };
        let default = if is_relevant { "normal" } else { "low" };
        let Some(expires) = self.expires_at.as_deref().filter(|text| !text.trim().is_empty()) else {
            let what = format!("`{}` holds until an end: name the day as in `2027-01-31`", self.deed);
            return Err(unusable("/expires_at", &what));
        };
        let controls = self.controls.iter().cloned().map(NewControl::wording);
        Ok(Deed::Exempt(Exempting {
            kind,
            code,
            controls: controls.collect::<Result<_, _>>()?,
            residual: word("/residual", self.residual.as_deref().unwrap_or(default))?,
            expires: moment_at("/expires_at", expires)?,
        }))
    }
}

/// Says row by row what a deed would do with findings; changes nothing.
#[utoipa::path(post, path = "/findings:preview", tag = "ranking", request_body = TriageBody,
    responses((status = 200, description = "What would be done", body = TriageView)))]
pub async fn preview(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<TriageBody>,
) -> Result<Json<TriageView>, Problem> {
    let (which, deed) = (body.which()?, body.deed()?);
    let look = server.run(move |app| triage::look(app, &who.caller, &which, &deed)).await?;
    Ok(Json(TriageView::of(server.app(), look)))
}

/// Decides about findings, row by row. Whatever comes of it waits for signatures.
#[utoipa::path(post, path = "/findings:decide", tag = "ranking", request_body = TriageBody,
    responses((status = 200, description = "Row by row", body = List<TriageDoneView>)))]
pub async fn decide(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<TriageBody>,
) -> Result<Json<List<TriageDoneView>>, Problem> {
    let (which, deed) = (body.which()?, body.deed()?);
    let done = server
        .run(move |app| {
            triage::decide(app, &who.caller, (&which, &deed), &body.reason, body.expected.as_deref())
        })
        .await?;
    Ok(Json(List::whole(done.into_iter().map(Into::into).collect())))
}

/// Decisions that shall be taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoBody {
    /// The ids of the decisions.
    #[schema(max_items = 500)]
    pub decisions: Vec<String>,
    /// Why.
    pub reason: String,
}

/// Takes decisions back that nobody has signed yet, row by row; each must be the caller's own.
#[utoipa::path(post, path = "/findings:undo", tag = "ranking", request_body = UndoBody,
    responses((status = 200, description = "Row by row; `state` is `withdrawn`", body = List<RowOutcome>)))]
pub async fn undo(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<UndoBody>,
) -> Result<Json<List<RowOutcome>>, Problem> {
    some_rows(body.decisions.len(), "/decisions")?;
    let rows = server.run(move |app| triage::undo(app, &who.caller, body.decisions, &body.reason)).await?;
    let rows = rows.into_iter().map(|(id, done)| RowOutcome::of(id, done.map(|()| "withdrawn".to_owned())));
    Ok(Json(List::whole(rows.collect())))
}
