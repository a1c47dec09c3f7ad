//! Decisions: asking, the card, signing one or many, answering otherwise, taking back.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::AppError;
use holdpoint_app::approval::card;
use holdpoint_app::approval::decisions::{
    self, AskAuthorise, AskStandard, Rejection, SignOutcome, SignRequest, Urgency,
};
use holdpoint_app::approval::known::Source;
use holdpoint_app::approval::waiting;
use holdpoint_domain::decision::{Basis, Ending, EvidenceHold, Footing, MetCondition, Posting, WayBack};
use holdpoint_domain::id::{DecisionId, TestRunId};
use holdpoint_domain::signature::CardHash;
use serde::Deserialize;
use utoipa::ToSchema;

use super::approval_views::{DecisionView, EmergencyView, MetConditionView, moment_at, unusable, word};
use super::baselines::{PieceParams, RowOutcome, piece, some_rows};
use super::card_views::{CardView, WaitingView};
use super::lists::{List, ListParams, NoParams};
use crate::gate::SignedIn;
use crate::problem::{Problem, ProblemCode};
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists decisions, the newest first. The queue is `filter=state:waiting`.
///
/// Filter fields: kind state procedure risk footing patch baseline reason author signer signed needed asked changed
/// expires review reviewed.
#[utoipa::path(get, path = "/decisions", tag = "approval", params(ListParams),
    responses((status = 200, description = "One page", body = List<DecisionView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<DecisionView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| decisions::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Lists what waits for the caller's own signature, or for one that they give in another's name, the oldest first.
///
/// `word`: `own` or `lent`.
#[utoipa::path(get, path = "/decisions:waiting", tag = "approval", params(PieceParams),
    responses((status = 200, description = "One page", body = List<WaitingView>)))]
pub async fn waits(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<PieceParams>,
) -> Result<Json<List<WaitingView>>, Problem> {
    let mut all = server.run(move |app| waiting::waiting(app, &who.caller)).await?;
    match params.word.as_deref().unwrap_or_default() {
        "" => {}
        "own" => all.retain(|one| one.cannot_sign.is_empty()),
        "lent" => all.retain(|one| !one.cannot_sign.is_empty()),
        other => {
            return Err(Problem::new(ProblemCode::Invalid, format!("`{other}` is not `own` or `lent`")));
        }
    }
    Ok(Json(piece(all, &params)?))
}

/// Gives the card of a decision: everything that a signer must see.
#[utoipa::path(get, path = "/decisions/{id}", tag = "approval",
    params(("id" = String, Path, description = "The decision")),
    responses((status = 200, description = "The card", body = CardView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<CardView>, Problem> {
    Ok(Json(server.run(move |app| card::card(app, &who.caller, &id)).await?.into()))
}

/// Patches that shall be authorised.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskBody {
    /// The baseline's id or name.
    pub baseline: String,
    /// The patches; each becomes a decision of its own.
    #[schema(max_items = 500)]
    pub patches: Vec<String>,
    /// The ids of passed test runs that it rests on. With several patches, each takes those of its own.
    #[serde(default)]
    pub runs: Vec<String>,
    /// Why looking was enough, when there is no test.
    pub inspection: Option<String>,
    /// The supplier's word under it: `released` (as without it), `released_on_conditions`, `no_vendor_qualification` or
    /// `override`.
    pub footing: Option<String>,
    /// The conditions of the supplier that are met here, as `supplier.conditions` names them. Of a release on conditions each
    /// must be said.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub conditions_met: Vec<MetConditionView>,
    /// The reason of that footing, unless it rests on the supplier's release.
    pub footing_reason: Option<String>,
    /// Who bears the risk of an override.
    pub risk_owner: Option<String>,
    /// Until when an override holds.
    pub override_expires_at: Option<String>,
    /// `later` (as without it) or `at_once`: whether the patch is posted as soon as it is authorised.
    pub posting: Option<String>,
    /// Until when the authorisation holds; absent: until it is taken back.
    pub expires_at: Option<String>,
    /// The id of a standard change.
    pub standard: Option<String>,
    /// The declaration of an emergency.
    pub emergency: Option<EmergencyView>,
    /// Why.
    pub reason: String,
}

fn said(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

impl AskBody {
    fn footing(&self) -> Result<Footing, Problem> {
        let reason = self.footing_reason.clone().unwrap_or_default();
        match self.footing.as_deref().unwrap_or("released") {
            "released" if self.conditions_met.is_empty() => Ok(Footing::Released),
            "released" | "released_on_conditions" => {
                let met = self.conditions_met.iter().take(100).cloned();
                let met = met.map(|one| MetCondition { condition: one.condition, why: one.why });
                Ok(Footing::OnConditions { met: met.collect() })
            }
            other if !self.conditions_met.is_empty() => Err(unusable(
                "/conditions_met",
                &format!("conditions are met where it rests on the supplier's release, not on `{other}`"),
            )),
            "no_vendor_qualification" => Ok(Footing::NoVendorQualification { reason }),
            "override" => Ok(Footing::Override {
                reason,
                risk_owner: self.risk_owner.clone().unwrap_or_default(),
                expires: moment_at(
                    "/override_expires_at",
                    self.override_expires_at.as_deref().unwrap_or_default(),
                )?,
                of: None,
            }),
            other => Err(unusable("/footing", &format!("`{other}` is no footing"))),
        }
    }

    fn urgency(&self) -> Result<Urgency, Problem> {
        match (&self.standard, &self.emergency) {
            (None, None) => Ok(Urgency::Normal),
            (Some(_), Some(_)) => Err(unusable("/emergency", "an emergency is no standard change")),
            (Some(id), None) => {
                let id =
                    id.parse::<DecisionId>().map_err(|error| unusable("/standard", &error.to_string()))?;
                Ok(Urgency::Standard(id))
            }
            (None, Some(one)) if said(one.way_back.as_deref()) && said(one.no_way_back.as_deref()) => {
                Err(unusable("/emergency/no_way_back", "there is a way back, or there is none: not both"))
            }
            (None, Some(one)) if said(one.evidence.as_deref()) && said(one.no_evidence.as_deref()) => {
                Err(unusable("/emergency/no_evidence", "evidence was kept, or it was not needed: not both"))
            }
            (None, Some(one)) => {
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                Ok(Urgency::Emergency {
                    reason: one.reason.clone(),
                    backup: one.backup.clone(),
                    way_back: match &one.way_back {
                        Some(steps) => WayBack::Steps(steps.clone()),
                        None => {
                            WayBack::None { statement: text(&one.no_way_back), by: text(&one.no_way_back_by) }
                        }
                    },
                    evidence: match &one.evidence {
                        Some(kept) => EvidenceHold::Kept(kept.clone()),
                        None => EvidenceHold::NotNeeded(text(&one.no_evidence)),
                    },
                })
            }
        }
    }

    fn runs(&self) -> Result<Vec<TestRunId>, Problem> {
        let ids = self
            .runs
            .iter()
            .take(100)
            .map(|id| id.parse::<TestRunId>().map_err(|error| unusable("/runs", &error.to_string())));
        ids.collect()
    }

    /// The wording that all its patches share.
    ///
    /// # Errors
    /// A [`Problem`] that names the part that cannot be used.
    pub fn wording(&self) -> Result<AskAuthorise, Problem> {
        let runs = self.runs()?;
        let basis = match (&self.inspection, runs.is_empty()) {
            (Some(reason), true) => Basis::Inspection { reason: reason.clone() },
            (Some(_), false) => {
                return Err(unusable("/inspection", "it rests on tests or on looking, not on both"));
            }
            (None, _) => Basis::Tested(runs),
        };
        let posting = match self.posting.as_deref() {
            None => Posting::Later,
            Some(text) => word("/posting", text)?,
        };
        let expires = self.expires_at.as_deref().map(|text| moment_at("/expires_at", text)).transpose()?;
        Ok(AskAuthorise {
            baseline: self.baseline.clone(),
            patch: String::new(),
            basis,
            footing: self.footing()?,
            posting,
            expires,
            urgency: self.urgency()?,
            reason: self.reason.clone(),
        })
    }
}

/// Asks that patches be authorised in a baseline, row by row. A row that waits is a decision that others sign.
#[utoipa::path(post, path = "/decisions:approve", tag = "approval", request_body = AskBody,
    responses((status = 200, description = "Row by row; `state` of a row that was done is the decision's id",
        body = List<RowOutcome>)))]
pub async fn ask(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<AskBody>,
) -> Result<Json<List<RowOutcome>>, Problem> {
    some_rows(body.patches.len(), "/patches")?;
    let wording = body.wording()?;
    let rows = server.run(move |app| -> Result<Vec<RowOutcome>, AppError> {
        let mut rows = Vec::new();
        for patch in body.patches {
            let mut ask = AskAuthorise { patch: patch.clone(), ..wording.clone() };
            if let Basis::Tested(runs) = &ask.basis {
                ask.basis = Basis::Tested(decisions::runs_of(app, &who.caller, &patch, runs)?);
            }
            let done = decisions::ask_authorise(app, &who.caller, &ask);
            rows.push(RowOutcome::of(patch, done.map(|decision| decision.id.to_string())));
        }
        Ok(rows)
    });
    Ok(Json(List::whole(rows.await?)))
}

/// A kind of change that shall be approved beforehand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskStandardBody {
    /// Its name.
    pub name: String,
    /// The baseline's id or name.
    pub baseline: String,
    /// The classes of patches that it covers.
    pub classes: Vec<String>,
    /// Up to which risk: `low` or `normal`.
    pub most_risk: String,
    /// Until when; at most a year.
    pub until: String,
    /// Why.
    pub reason: String,
}

impl AskStandardBody {
    /// What is asked for.
    ///
    /// # Errors
    /// A [`Problem`] that names the word or the moment that cannot be read.
    pub fn asked(self) -> Result<AskStandard, Problem> {
        Ok(AskStandard {
            classes: self.classes.iter().map(|class| word("/classes", class)).collect::<Result<_, _>>()?,
            most_risk: word("/most_risk", &self.most_risk)?,
            until: moment_at("/until", &self.until)?,
            name: self.name,
            baseline: self.baseline,
            reason: self.reason,
        })
    }
}

/// Asks that a kind of change be approved beforehand.
#[utoipa::path(post, path = "/decisions:standard", tag = "approval", request_body = AskStandardBody,
    responses((status = 201, description = "The card of the decision that waits", body = CardView)))]
pub async fn standard(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<AskStandardBody>,
) -> Result<(StatusCode, Json<CardView>), Problem> {
    let ask = body.asked()?;
    let card = server.run(move |app| -> Result<_, AppError> {
        let asked = decisions::ask_standard(app, &who.caller, &ask)?;
        card::card(app, &who.caller, &asked.id.to_string())
    });
    Ok((StatusCode::CREATED, Json(card.await?.into())))
}

/// Patches that shall not be used.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectBody {
    /// The baseline's id or name; absent: everywhere, from now on.
    pub baseline: Option<String>,
    /// The patches.
    #[schema(max_items = 500)]
    pub patches: Vec<String>,
    /// Whether patches may be meant that no source here knows yet; the reason says from where they are known.
    #[serde(default)]
    pub unseen: bool,
    /// Why.
    pub reason: String,
}

/// Rejects patches in a baseline, which holds at once, or asks that they be declined everywhere, which waits for signatures;
/// row by row.
#[utoipa::path(post, path = "/decisions:reject", tag = "approval", request_body = RejectBody,
    responses((status = 200, description = "Row by row; `state` of a row that was done is the decision's id",
        body = List<RowOutcome>)))]
pub async fn reject(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<RejectBody>,
) -> Result<Json<List<RowOutcome>>, Problem> {
    some_rows(body.patches.len(), "/patches")?;
    let rows = server.run(move |app| -> Result<Vec<RowOutcome>, AppError> {
        let rows = body.patches.into_iter().map(|patch| {
            let wanted = Rejection {
                baseline: body.baseline.clone(),
                patch: patch.clone(),
                source: if body.unseen { Source::NotYet } else { Source::Asked },
                reason: body.reason.clone(),
            };
            let done = decisions::reject(app, &who.caller, &wanted);
            RowOutcome::of(patch, done.map(|decision| decision.id.to_string()))
        });
        Ok(rows.collect())
    });
    Ok(Json(List::whole(rows.await?)))
}

/// One signature.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignRow {
    /// The decision.
    pub id: String,
    /// The hash of the card that was shown.
    pub shown: String,
}

/// Signatures.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignBody {
    /// What is signed.
    #[schema(max_items = 500)]
    pub decisions: Vec<SignRow>,
    /// What is written beside it.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: String,
    /// The name of the person whose right was lent to the caller.
    pub on_behalf_of: Option<String>,
}

/// The hash in its written form.
///
/// # Errors
/// A [`Problem`] when it is none.
pub fn card_hash(text: &str) -> Result<CardHash, Problem> {
    let hash = holdpoint_domain::audit::ChainHash::from_hex(text);
    hash.map(|hash| CardHash(hash.0))
        .ok_or_else(|| unusable("/shown", "the hash of a card has 64 hexadecimal digits"))
}

/// Signs decisions, row by row. A decision whose matter changed lapses; a signature on another card is refused.
#[utoipa::path(post, path = "/decisions:sign", tag = "approval", request_body = SignBody,
    responses((status = 200, description = "Row by row; `state` is `waiting`, `granted` or `lapsed`",
        body = List<RowOutcome>)))]
pub async fn sign(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<SignBody>,
) -> Result<Json<List<RowOutcome>>, Problem> {
    some_rows(body.decisions.len(), "/decisions")?;
    let hashes: Vec<CardHash> =
        body.decisions.iter().map(|row| card_hash(&row.shown)).collect::<Result<_, _>>()?;
    let rows = server.run(move |app| -> Result<Vec<RowOutcome>, AppError> {
        let rows = body.decisions.into_iter().zip(hashes).map(|(row, shown)| {
            let request = SignRequest {
                id: row.id.clone(),
                shown,
                note: body.note.clone(),
                on_behalf_of: body.on_behalf_of.clone(),
            };
            let mut why = None;
            let done = decisions::sign(app, &who.caller, &request).map(|outcome| {
                let word = match &outcome {
                    SignOutcome::Waiting(_) => "waiting",
                    SignOutcome::Granted(_) => "granted",
                    SignOutcome::Lapsed(decision) => {
                        why = decision.state.closing().map(|closing| closing.why.clone());
                        "lapsed"
                    }
                };
                word.to_owned()
            });
            let row = RowOutcome::of(row.id, done);
            RowOutcome { why: row.why.clone().or(why), ..row }
        });
        Ok(rows.collect())
    });
    Ok(Json(List::whole(rows.await?)))
}

/// An answer other than a signature.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseBody {
    /// `withdraw` (its author), `reject` or `return` (an approver), `revoke` (an approver, of what holds), or `review`
    /// (an approver, of an emergency).
    pub deed: String,
    /// Why; the question; or what the review found.
    pub reason: String,
}

/// Takes a decision back, rejects it, returns it with a question, revokes what holds, or reviews an emergency. To revoke a
/// decline everywhere is a decision of its own, which waits for signatures; its card is the answer then.
#[utoipa::path(post, path = "/decisions/{id}/answer", tag = "approval", request_body = CloseBody,
    params(("id" = String, Path, description = "The decision")),
    responses((status = 200, description = "Its card", body = CardView)))]
pub async fn answer(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<CloseBody>,
) -> Result<Json<CardView>, Problem> {
    if !["withdraw", "reject", "return", "revoke", "review"].contains(&body.deed.as_str()) {
        return Err(unusable("/deed", &format!("`{}` is no answer", body.deed)));
    }
    let card = server.run(move |app| -> Result<_, AppError> {
        let caller = &who.caller;
        let done = match body.deed.as_str() {
            "withdraw" => decisions::close(app, caller, &id, Ending::Withdrawn, &body.reason)?,
            "reject" => decisions::close(app, caller, &id, Ending::Rejected, &body.reason)?,
            "return" => decisions::close(app, caller, &id, Ending::Returned, &body.reason)?,
            "revoke" => decisions::revoke(app, caller, &id, &body.reason)?,
            _ => decisions::review(app, caller, &id, &body.reason)?,
        };
        card::card(app, caller, &done.id.to_string())
    });
    Ok(Json(card.await?.into()))
}
