//! Exemptions: deferring, mitigating and accepting, with the controls that stand in for patching.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::AppError;
use holdpoint_app::approval::card;
use holdpoint_app::approval::control_files;
use holdpoint_app::approval::exemptions::{self, Choice, Compared, NewExemption, OnNamed, Works};
use holdpoint_app::approval::stake;
use holdpoint_domain::control::{Burden, Control, ControlUse, Verification};
use holdpoint_domain::exemption::What;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::approval_views::{moment_at, unusable, word};
use super::card_views::CardView;
use super::exemption_views::{ControlKindView, ExemptionShownView, ExemptionView};
use super::lists::{List, ListParams, NoParams};
use super::rules::ReasonBody;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists the kinds of compensating controls, what each changes while it holds, and what proves it.
#[utoipa::path(get, path = "/controls", tag = "approval",
    responses((status = 200, description = "All", body = List<ControlKindView>)))]
pub async fn controls(
    _who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<ControlKindView>>, Problem> {
    Ok(Json(List::whole(Control::ALL.iter().copied().map(Into::into).collect())))
}

/// Lists exemptions, the next to end first.
///
/// Filter fields: kind state code what on residual controls author reason proposed expires changed.
#[utoipa::path(get, path = "/exemptions", tag = "approval", params(ListParams),
    responses((status = 200, description = "One page", body = List<ExemptionView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<ExemptionView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| exemptions::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// A control that stands in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewControl {
    /// Which, from the catalogue.
    pub control: String,
    /// What exactly is done where.
    pub what: String,
    /// Who looks after it: the name of an account; whoever has none is kept as `outside: NAME`.
    pub owner: String,
    /// Cost in hundredths of the plant's currency; absent: nobody has said.
    pub cost_cents: Option<u64>,
    /// Work in minutes.
    pub effort_min: Option<u32>,
    /// Downtime in minutes.
    pub downtime_min: Option<u32>,
}

impl NewControl {
    /// The same for the use case; nobody has looked at it yet.
    ///
    /// # Errors
    /// A [`Problem`] when the catalogue has no such control.
    pub fn wording(self) -> Result<ControlUse, Problem> {
        Ok(ControlUse {
            control: word("/controls/control", &self.control)?,
            what: self.what,
            owner: self.owner,
            burden: Burden {
                cost_cents: self.cost_cents,
                effort_min: self.effort_min,
                downtime_min: self.downtime_min,
            },
            verification: Verification::Never,
        })
    }
}

/// An exemption to be proposed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExemptionBody {
    /// `defer`, `mitigate` or `accept`.
    pub kind: String,
    /// The vulnerability that stays; or `patch`.
    pub vulnerability: Option<String>,
    /// The patch that is not installed; or `vulnerability`.
    pub patch: Option<String>,
    /// `asset`, `baseline`, `zone` or `site`.
    pub on_kind: String,
    /// The id, tag or name of what it is on.
    pub on: String,
    /// Why, as a code.
    pub reason_code: String,
    /// Why.
    pub reason: String,
    /// What is done instead.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub controls: Vec<NewControl>,
    /// The risk that is left: `low`, `normal`, `high` or `critical`.
    pub residual: String,
    /// Its end.
    pub expires_at: String,
}

impl NewExemptionBody {
    /// The same for the use case.
    ///
    /// # Errors
    /// A [`Problem`] that names the part that cannot be used.
    pub fn wording(self) -> Result<NewExemption, Problem> {
        let what = match (self.vulnerability, self.patch) {
            (Some(name), None) => What::Vulnerability(name),
            (None, Some(name)) => What::Patch(name),
            (Some(_), Some(_)) | (None, None) => {
                return Err(unusable("/vulnerability", "an exemption names one vulnerability or one patch"));
            }
        };
        let on = match self.on_kind.as_str() {
            "asset" => OnNamed::Asset(self.on),
            "baseline" => OnNamed::Baseline(self.on),
            "zone" => OnNamed::Zone(self.on),
            "site" => OnNamed::Site(self.on),
            other => {
                return Err(unusable("/on_kind", &format!("`{other}` is no asset, baseline, zone or site")));
            }
        };
        let controls = self.controls.into_iter().map(NewControl::wording);
        Ok(NewExemption {
            kind: word("/kind", &self.kind)?,
            what,
            on,
            reason_code: word("/reason_code", &self.reason_code)?,
            reason: self.reason,
            controls: controls.collect::<Result<_, Problem>>()?,
            residual: word("/residual", &self.residual)?,
            expires: moment_at("/expires_at", &self.expires_at)?,
        })
    }
}

/// Proposes an exemption and asks for its decision.
#[utoipa::path(post, path = "/exemptions", tag = "approval", request_body = NewExemptionBody,
    responses((status = 201, description = "The card of the decision that waits", body = CardView)))]
pub async fn propose(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<NewExemptionBody>,
) -> Result<(StatusCode, Json<CardView>), Problem> {
    let new = body.wording()?;
    let card = server.run(move |app| -> Result<_, AppError> {
        let (_, asked) = exemptions::propose(app, &who.caller, &new)?;
        card::card(app, &who.caller, &asked.id.to_string())
    });
    Ok((StatusCode::CREATED, Json(card.await?.into())))
}

/// An exemption with everything that is shown of it.
///
/// # Errors
/// As the use cases behind it.
pub fn shown(
    app: &holdpoint_app::App,
    caller: &holdpoint_app::Caller,
    id: &str,
) -> Result<ExemptionShownView, AppError> {
    let (kept, steps) = exemptions::show(app, caller, id)?;
    let files = control_files::list(app, caller, id)?;
    let lower = exemptions::lower_choices(app, caller, id)?;
    let (stake, on_offer) = stake::of_exemption(app, caller, id)?;
    Ok(ExemptionShownView {
        stake: stake.map(Into::into),
        on_offer: on_offer.into(),
        lower: lower.into_iter().map(Into::into).collect(),
        exemption: kept.into(),
        steps: steps.into_iter().map(Into::into).collect(),
        files: files.into_iter().map(Into::into).collect(),
    })
}

/// Gives an exemption with its steps.
#[utoipa::path(get, path = "/exemptions/{id}", tag = "approval",
    params(("id" = String, Path, description = "The exemption")),
    responses((status = 200, description = "The exemption", body = ExemptionShownView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<ExemptionShownView>, Problem> {
    Ok(Json(server.run(move |app| shown(app, &who.caller, &id)).await?))
}

/// A look at a control.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyBody {
    /// Which control, from 1.
    pub control: usize,
    /// Whether it was found working.
    pub works: bool,
    /// What was seen.
    pub evidence: String,
}

/// Writes down a look at a control. One that does not work ends what the exemption protects, at once.
#[utoipa::path(post, path = "/exemptions/{id}/controls", tag = "approval", request_body = VerifyBody,
    params(("id" = String, Path, description = "The exemption")),
    responses((status = 200, description = "The exemption", body = ExemptionShownView)))]
pub async fn verify(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<VerifyBody>,
) -> Result<Json<ExemptionShownView>, Problem> {
    let works = if body.works { Works::Yes } else { Works::No };
    let view = server.run(move |app| -> Result<_, AppError> {
        exemptions::verify(app, &who.caller, &id, body.control, (works, &body.evidence))?;
        shown(app, &who.caller, &id)
    });
    Ok(Json(view.await?))
}

/// Closes an exemption: patched, or not needed any more.
#[utoipa::path(post, path = "/exemptions/{id}/close", tag = "approval", request_body = ReasonBody,
    params(("id" = String, Path, description = "The exemption")),
    responses((status = 200, description = "The exemption", body = ExemptionShownView)))]
pub async fn close(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<ExemptionShownView>, Problem> {
    let view = server.run(move |app| -> Result<_, AppError> {
        exemptions::close(app, &who.caller, &id, &body.reason)?;
        shown(app, &who.caller, &id)
    });
    Ok(Json(view.await?))
}

/// The risk that is left, by somebody who bears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResidualBody {
    /// `low`, `normal` or `high`: less than was signed for.
    pub residual: String,
    /// Why.
    pub reason: String,
}

/// Says that less risk is left than was signed for: by one of those who signed, down to what its controls can bear.
#[utoipa::path(post, path = "/exemptions/{id}/residual", tag = "approval", request_body = ResidualBody,
    params(("id" = String, Path, description = "The exemption")),
    responses((status = 200, description = "The exemption", body = ExemptionShownView)))]
pub async fn lower(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ResidualBody>,
) -> Result<Json<ExemptionShownView>, Problem> {
    let residual = word("/residual", &body.residual)?;
    let view = server.run(move |app| -> Result<_, AppError> {
        exemptions::lower(app, &who.caller, &id, residual, &body.reason)?;
        shown(app, &who.caller, &id)
    });
    Ok(Json(view.await?))
}

/// Asks for a new decision on an exemption that is under review.
#[utoipa::path(post, path = "/exemptions/{id}/ask-again", tag = "approval", request_body = ReasonBody,
    params(("id" = String, Path, description = "The exemption")),
    responses((status = 201, description = "The card of the decision that waits", body = CardView)))]
pub async fn ask_again(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<(StatusCode, Json<CardView>), Problem> {
    let card = server.run(move |app| -> Result<_, AppError> {
        let asked = exemptions::ask_again(app, &who.caller, &id, &body.reason)?;
        card::card(app, &who.caller, &asked.id.to_string())
    });
    Ok((StatusCode::CREATED, Json(card.await?.into())))
}

/// One way to go on. What nobody has said is absent, and never counts as nothing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Choice)]
#[serde(deny_unknown_fields)]
pub struct ChoiceView {
    /// Its name.
    pub name: String,
    /// Cost in hundredths of the plant's currency.
    pub cost_cents: Option<u64>,
    /// Work in minutes.
    pub effort_min: Option<u32>,
    /// Downtime in minutes.
    pub downtime_min: Option<u32>,
    /// The risk that is left.
    pub risk_left: Option<String>,
}

/// Ways to go on besides the controls of the exemption.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareBody {
    /// For example patching in the next outage.
    #[schema(max_items = 20)]
    pub choices: Vec<ChoiceView>,
}

impl CompareBody {
    /// The ways as the app takes them.
    ///
    /// # Errors
    /// A problem that names what cannot be.
    pub fn wording(self) -> Result<Vec<Choice>, Problem> {
        if self.choices.len() > 20 {
            return Err(unusable("/choices", "at most 20 ways are compared"));
        }
        let choices = self.choices.into_iter().map(|one| {
            let risk = one.risk_left.as_deref().map(|risk| word("/choices/risk_left", risk)).transpose()?;
            Ok(Choice {
                name: one.name,
                cost_cents: one.cost_cents,
                effort_min: one.effort_min,
                downtime_min: one.downtime_min,
                risk_left: risk,
            })
        });
        choices.collect()
    }
}

/// A way to go on beside the others.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ComparedChoice)]
pub struct ComparedView {
    /// The way.
    pub choice: ChoiceView,
    /// Those that are at least as good in everything and better in something.
    pub beaten_by: Vec<String>,
    /// What nobody has said of it.
    pub gaps: Vec<String>,
}

impl From<Compared> for ComparedView {
    fn from(one: Compared) -> Self {
        Self {
            choice: ChoiceView {
                name: one.choice.name,
                cost_cents: one.choice.cost_cents,
                effort_min: one.choice.effort_min,
                downtime_min: one.choice.downtime_min,
                risk_left: one.choice.risk_left.map(|risk| risk.word().to_owned()),
            },
            beaten_by: one.beaten_by,
            gaps: one.gaps.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// Compares patching with the controls of an exemption: cost, work, downtime and the risk that is left.
#[utoipa::path(post, path = "/exemptions/{id}/compare", tag = "approval", request_body = CompareBody,
    params(("id" = String, Path, description = "The exemption")),
    responses((status = 200, description = "Side by side", body = List<ComparedView>)))]
pub async fn compare(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<CompareBody>,
) -> Result<Json<List<ComparedView>>, Problem> {
    let choices = body.wording()?;
    let rows = server.run(move |app| exemptions::compared(app, &who.caller, &id, choices)).await?;
    Ok(Json(List::whole(rows.into_iter().map(Into::into).collect())))
}
