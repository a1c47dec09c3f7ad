//! Version expressions of current documents, as they are written, and how far they were understood.

use axum::Json;
use axum::extract::State;
use holdpoint_app::advisories;
use holdpoint_app::store::expression::ExpressionLine;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, ListParams};
use super::text::said;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::Query;
use crate::server::Server;

/// One distinct version expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Expression)]
pub struct ExpressionView {
    /// Vendor as written.
    pub vendor: String,
    /// Product as written.
    pub product: String,
    /// `product_version` or `product_version_range`.
    pub category: String,
    /// The expression as written.
    pub text: String,
    /// `decided`, `conditional` or `not_understood`.
    pub outcome: String,
    /// Why it was not understood.
    pub why: Option<String>,
    /// The range that was understood.
    pub range: Option<String>,
    /// What must be known besides the version.
    pub predicates: Option<String>,
    /// How many products are written so.
    pub products: u64,
    /// How many advisories write so.
    pub advisories: u64,
    /// How many assets within the caller's sites it touches.
    pub assets: u64,
}

impl From<ExpressionLine> for ExpressionView {
    fn from(line: ExpressionLine) -> Self {
        Self {
            vendor: line.vendor,
            product: line.product,
            category: line.category,
            outcome: line.outcome.word().to_owned(),
            why: said(&line.why),
            range: said(&line.range_text),
            predicates: said(&line.predicates_text),
            text: line.text,
            products: line.products,
            advisories: line.advisories,
            assets: line.assets,
        }
    }
}

/// Lists distinct version expressions, those not understood first.
///
/// Filter fields: vendor product category text outcome why products advisories assets.
#[utoipa::path(get, path = "/expressions", tag = "advisories", params(ListParams),
    responses((status = 200, description = "One page", body = List<ExpressionView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<ExpressionView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| advisories::expressions(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}
