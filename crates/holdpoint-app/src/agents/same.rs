//! From where agents were enrolled, and what else leads to the same address: one device under two assets.
//!
//! The surprise: an address proves nothing, because several devices may stand behind one. So it is said and refuses nothing; whoever
//! knows the plant ends one of them, since a freeze or a group of the one asset does not hold for the other.

use holdpoint_domain::Moment;
use holdpoint_domain::id::AssetId;
use holdpoint_store::agent::AgentLine;
use holdpoint_store::execution::{Door, host_key};
use holdpoint_store::{Change, Reader, StoreError};
use serde_json::json;
use std::collections::HashMap;

fn key(asset: AssetId) -> String {
    format!("agents.from.{asset}")
}

/// Keeps from where the agent of an asset was enrolled.
pub(super) fn keep(c: &mut Change<'_>, asset: AssetId, from: &str) -> Result<(), StoreError> {
    c.put_setting(&key(asset), &json!(host_key(from)))
}

/// What is to be said of agents, by asset: lines and clients of other assets at the address from which they were enrolled.
pub(super) fn remarks(
    r: &mut Reader<'_>,
    agents: &[AgentLine],
) -> Result<HashMap<AssetId, String>, StoreError> {
    let mut from: HashMap<AssetId, String> = HashMap::new();
    for agent in agents.iter().filter(|agent| agent.ended_at == Moment::OPEN) {
        if let Some(address) = r.setting(&key(agent.asset))?.as_ref().and_then(|kept| kept.as_str()) {
            from.insert(agent.asset, address.to_owned());
        }
    }
    if from.is_empty() {
        return Ok(HashMap::new());
    }
    let mut by_host: HashMap<String, Vec<Door>> = HashMap::new();
    for door in r.doors_of_hosts()? {
        by_host.entry(door.host.clone()).or_default().push(door);
    }
    let said = from.into_iter().filter_map(|(asset, host)| {
        let others: Vec<String> = by_host
            .get(&host)?
            .iter()
            .filter(|door| door.asset != asset)
            .map(|door| format!("the {} of `{}`", door.what, door.tag))
            .collect();
        let others = (!others.is_empty()).then(|| others.join(" and "))?;
        Some((asset, format!(
            "It was enrolled from {host}, and {others} leads to that address: if they are one device, end one of them, because a \
             freeze or a group of the one asset does not hold for the other."
        )))
    });
    Ok(said.collect())
}
