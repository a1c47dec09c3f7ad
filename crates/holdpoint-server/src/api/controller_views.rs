//! How devices with a client of their own look in the API.

use holdpoint_app::store::controller::Controller;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A device with an update client of its own (DDI).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Controller)]
pub struct ControllerView {
    /// What it calls itself.
    pub name: String,
    /// `candidate`, `accepted` or `refused`.
    pub state: String,
    /// The id of the asset that it is; `null`: none yet.
    pub asset_id: Option<String>,
    /// That asset's tag; empty: none yet.
    pub asset: String,
    /// From where it showed up first.
    pub address: String,
    /// When.
    pub first_at: String,
    /// Who accepted or refused it; empty: nobody yet.
    pub decided_by: String,
    /// When; `null`: not yet.
    pub decided_at: Option<String>,
    /// When it last asked and proved itself, up to ten minutes coarse; at first when it showed up.
    pub seen_at: String,
}

impl From<Controller> for ControllerView {
    fn from(one: Controller) -> Self {
        Self {
            name: one.name,
            state: one.state,
            asset_id: one.asset.map(|id| id.to_string()),
            asset: one.tag,
            address: one.address,
            first_at: one.first_at.to_string(),
            decided_by: one.decided_by,
            decided_at: one.decided_at.map(|at| at.to_string()),
            seen_at: one.seen_at.to_string(),
        }
    }
}

/// Which asset a device is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ControllerAcceptance)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    /// The asset, by id or tag.
    pub asset: String,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// The token of a device; it is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ControllerToken)]
pub struct ControllerTokenView {
    /// The token.
    pub token: String,
}
