//! The rules of approving as one, and delegations.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::approval::delegations;
use holdpoint_app::policies::read;
use holdpoint_domain::approval_policy::{ApprovalPolicy, ClassRule};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::approval_views::{DelegationView, moment_at};
use super::lists::{List, NoParams};
use super::rules::ReasonBody;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// The rule for one class of risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ClassRule)]
pub struct ClassRuleView {
    /// How many signatures, 1 to 5.
    pub signatures: u8,
    /// `inspection`, `test` or `test_and_pilot`.
    pub evidence: String,
}

/// The rules of approving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ApprovalPolicy)]
pub struct PolicyView {
    /// For little risk.
    pub low: ClassRuleView,
    /// For the usual.
    pub normal: ClassRuleView,
    /// For much.
    pub high: ClassRuleView,
    /// For safety and environment.
    pub critical: ClassRuleView,
    /// Signatures of an emergency, 1 to 5.
    pub emergency_signatures: u8,
    /// Days until an emergency must have been reviewed.
    pub emergency_review_days: u32,
    /// The longest exemption, in days.
    pub exemption_most_days: u32,
    /// The longest override of a supplier's word, in days.
    pub override_most_days: u32,
    /// The longest delegation, in days.
    pub delegation_most_days: u32,
    /// How old a test may be that a decision rests on, in days.
    pub test_most_days: u32,
    /// How often a compensating control must be verified, in days.
    pub control_verify_days: u32,
    /// How old the backup of an emergency may be, in days.
    pub emergency_backup_days: u32,
    /// The roles that may accept an exemption by which a high risk is left.
    pub high_accepted_by: Vec<String>,
    /// The roles that may accept one by which a critical risk is left.
    pub critical_accepted_by: Vec<String>,
    /// The class of risk as which a respect counts in which nobody has said what the loss of an asset would do.
    pub unsaid_counts_as: String,
}

impl From<ApprovalPolicy> for PolicyView {
    fn from(one: ApprovalPolicy) -> Self {
        let rule = |rule: ClassRule| ClassRuleView {
            signatures: rule.signatures,
            evidence: rule.evidence.word().to_owned(),
        };
        Self {
            low: rule(one.low),
            normal: rule(one.normal),
            high: rule(one.high),
            critical: rule(one.critical),
            emergency_signatures: one.emergency_signatures,
            emergency_review_days: one.emergency_review_days,
            exemption_most_days: one.exemption_most_days,
            override_most_days: one.override_most_days,
            delegation_most_days: one.delegation_most_days,
            test_most_days: one.test_most_days,
            control_verify_days: one.control_verify_days,
            emergency_backup_days: one.emergency_backup_days,
            high_accepted_by: one.high_accepted_by.words().into_iter().map(str::to_owned).collect(),
            critical_accepted_by: one.critical_accepted_by.words().into_iter().map(str::to_owned).collect(),
            unsaid_counts_as: one.unsaid.word().to_owned(),
        }
    }
}

/// Gives the rules of approving that hold in general: the policies of approval rules, the emergency and exemptions, as one.
#[utoipa::path(get, path = "/approval-policy", tag = "approval",
    responses((status = 200, description = "The rules", body = PolicyView)))]
pub async fn show(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<PolicyView>, Problem> {
    Ok(Json(server.run(move |app| read::approval(app, &who.caller)).await?.into()))
}

/// Lists delegations, the newest first.
#[utoipa::path(get, path = "/delegations", tag = "approval",
    responses((status = 200, description = "All", body = List<DelegationView>)))]
pub async fn delegated(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<DelegationView>>, Problem> {
    let all = server.run(move |app| delegations::list(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// A delegation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegateBody {
    /// The name of the account that may sign in the caller's place.
    pub to: String,
    /// Until when.
    pub until: String,
    /// Why.
    pub reason: String,
}

/// Lends the caller's own right to sign until an end. Nobody can pass it on.
#[utoipa::path(post, path = "/delegations", tag = "approval", request_body = DelegateBody,
    responses((status = 201, description = "Given", body = DelegationView)))]
pub async fn delegate(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<DelegateBody>,
) -> Result<(StatusCode, Json<DelegationView>), Problem> {
    let until = moment_at("/until", &body.until)?;
    let given =
        server.run(move |app| delegations::give(app, &who.caller, &body.to, until, &body.reason)).await?;
    Ok((StatusCode::CREATED, Json(given.into())))
}

/// Takes a delegation back.
#[utoipa::path(post, path = "/delegations/{id}/revoke", tag = "approval", request_body = ReasonBody,
    params(("id" = String, Path, description = "The delegation")),
    responses((status = 204, description = "It is over")))]
pub async fn revoke(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<StatusCode, Problem> {
    server.run(move |app| delegations::revoke(app, &who.caller, &id, &body.reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}
