//! Assets that no advisory speaks of, or on which every line is open, each with the reason: what somebody has to look at, for
//! nobody has said "no".

use axum::Json;
use axum::extract::State;
use holdpoint_app::inventory::unmatched::{self, Counted, Unmatched};
use holdpoint_domain::asset::Field;
use holdpoint_domain::matching::NoLine;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lists::{List, ListParams, invalid};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::Query;
use crate::server::Server;

/// The parameters of the list of assets without a line.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnmatchedParams {
    /// Conditions on the asset that all hold: `zone:Z2 vendor:siemens -kind:plc seen<30d`, and free words.
    pub filter: Option<String>,
    /// A field to sort by; with `-` in front: from the highest.
    pub sort: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Only those with this reason: `no_name`, `no_vendor`, `vendor_unknown`, `name_too_general`, `no_product_near`,
    /// `resembles` or `named_cleared`; and, of assets that have lines which are all open, `only_candidates`,
    /// `only_not_understood`, `only_version_open` or `only_investigated`.
    pub reason: Option<String>,
}

/// An asset that no advisory speaks of. `null` means that nobody has said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UnmatchedAsset)]
pub struct UnmatchedAssetView {
    /// Its id.
    pub id: String,
    /// The owner's tag.
    pub tag: String,
    /// Human name.
    pub name: Option<String>,
    /// Kind of device.
    pub kind: Option<String>,
    /// Vendor as its source writes it.
    pub vendor: Option<String>,
    /// Product as its source writes it.
    pub product: Option<String>,
    /// Order number.
    pub order_number: Option<String>,
    /// Firmware version.
    pub firmware_version: Option<String>,
    /// Site's name.
    pub site: Option<String>,
    /// Zone's name.
    pub zone: Option<String>,
    /// Why: one of the words of the parameter `reason`.
    pub reason: String,
    /// The reason in words, with what to do.
    pub why: String,
    /// Keys of open questions on its names (`/review/{key}`), at most five, those first whose answer settles most.
    pub questions: Vec<String>,
}

impl From<Unmatched> for UnmatchedAssetView {
    fn from(found: Unmatched) -> Self {
        let asset = &found.asset.asset;
        let value = |field| asset.value(field).map(str::to_owned);
        Self {
            id: asset.id.to_string(),
            tag: asset.tag.clone(),
            name: value(Field::Name),
            kind: value(Field::Kind),
            vendor: value(Field::Vendor),
            product: value(Field::Product),
            order_number: value(Field::OrderNumber),
            firmware_version: value(Field::FirmwareVersion),
            site: value(Field::Site),
            zone: value(Field::Zone),
            reason: found.reason.word().to_owned(),
            why: in_words(found.reason).to_owned(),
            questions: found.questions,
        }
    }
}

/// A reason in words.
const fn in_words(reason: NoLine) -> &'static str {
    match reason {
        NoLine::NoName => {
            "nothing names its product, so nothing can be found for it: enter product or order number"
        }
        NoLine::NoVendor => {
            "its vendor is not known, and no product of any vendor has just its name: enter the vendor"
        }
        NoLine::VendorUnknown => {
            "no advisory here names its vendor: check the spelling, or add the vendor's feed"
        }
        NoLine::NameTooGeneral => {
            "its name says less than a product's name: enter the whole name or the order number"
        }
        NoLine::NoProductNear => {
            "advisories here name its vendor, and no product like it: check the name, and whether its feed is complete"
        }
        NoLine::Resembles => "a name in an advisory resembles its name: answer the question in the review",
        NoLine::NamedCleared => {
            "advisories name it, but only as fixed, not affected or recommended: nothing says that it is affected"
        }
        NoLine::OnlyCandidates => {
            "advisories name products that it may be, none of them for sure: answer the questions in the review"
        }
        NoLine::OnlyNotUnderstood => {
            "an advisory means it, with versions that are not understood: read its version text in the review"
        }
        NoLine::OnlyVersionOpen => {
            "an advisory means it, and its version or a condition is not known: enter what the match asks for"
        }
        NoLine::OnlyInvestigated => {
            "an advisory means it, and its publisher has not said yet whether it is affected: wait for a revision"
        }
    }
}

/// How many assets have a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UnmatchedReason)]
pub struct UnmatchedReasonView {
    /// The reason: one of the words of the parameter `reason` of the list.
    pub reason: String,
    /// The reason in words, with what to do.
    pub why: String,
    /// Whether these assets have lines, all of them open; else no line stands for them at all.
    pub has_lines: bool,
    /// How many assets within reach have it.
    pub assets: u64,
}

impl From<Counted> for UnmatchedReasonView {
    fn from(counted: Counted) -> Self {
        Self {
            reason: counted.reason.word().to_owned(),
            why: in_words(counted.reason).to_owned(),
            has_lines: counted.reason.has_lines(),
            assets: counted.assets,
        }
    }
}

/// The assets to be counted.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnmatchedCountParams {
    /// Conditions on the asset that all hold, as in the list.
    pub filter: Option<String>,
}

/// Counts the assets on which nothing is settled by the reason. Every reason is given, also with no asset.
#[utoipa::path(get, path = "/assets:unmatched-reasons", tag = "assets", params(UnmatchedCountParams),
    responses((status = 200, description = "Every reason", body = Vec<UnmatchedReasonView>)))]
pub async fn counts(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<UnmatchedCountParams>,
) -> Result<Json<Vec<UnmatchedReasonView>>, Problem> {
    let query = ListParams { filter: params.filter, ..ListParams::default() }.query(server.app().now())?;
    let found = server.run(move |app| unmatched::counts(app, &who.caller, &query)).await?;
    Ok(Json(found.into_iter().map(Into::into).collect()))
}

/// Lists the assets that no line stands for, though a question may be open, each with a reason. None of them is "not
/// affected" for that.
///
/// Filter fields: those of the list of assets.
#[utoipa::path(get, path = "/assets:unmatched", tag = "assets", params(UnmatchedParams),
    responses((status = 200, description = "One page", body = List<UnmatchedAssetView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<UnmatchedParams>,
) -> Result<Json<List<UnmatchedAssetView>>, Problem> {
    let UnmatchedParams { filter, sort, limit, cursor, reason } = params;
    let read =
        |text: &str| text.parse::<NoLine>().map_err(|error| invalid("?reason", "reason", error.to_string()));
    let reason = reason.as_deref().filter(|text| !text.is_empty()).map(read).transpose()?;
    let query = ListParams { filter, sort, limit, cursor }.query(server.app().now())?;
    let page = server.run(move |app| unmatched::list(app, &who.caller, &query, reason)).await?;
    Ok(Json(List::of(page, Into::into)))
}
