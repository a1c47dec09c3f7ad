//! Snapshots and promises as JSON, as they are kept about a step.

use holdpoint_domain::snapshot::Snapshot;
use holdpoint_engine::verification::Promise;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn write(snapshot: &Snapshot) -> String {
    json!({
        "software": snapshot.software,
        "system": snapshot.system,
        "ports": snapshot.ports,
        "services": snapshot.services,
        "accounts": snapshot.accounts,
        "settings": snapshot.settings,
    })
    .to_string()
}

/// The snapshot; a part that is not there was not read.
pub(crate) fn read(text: &str) -> Snapshot {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let map = |name: &str| -> Option<BTreeMap<String, String>> {
        let object: &Map<String, Value> = value.get(name)?.as_object()?;
        Some(
            object
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
                .collect(),
        )
    };
    let set = |name: &str| -> Option<BTreeSet<String>> {
        let items = value.get(name)?.as_array()?;
        Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
    };
    Snapshot {
        software: map("software"),
        system: map("system"),
        ports: set("ports"),
        services: set("services"),
        accounts: set("accounts"),
        settings: map("settings"),
    }
}

pub(crate) fn write_promise(promise: &Promise) -> String {
    json!(promise).to_string()
}

pub(crate) fn read_promise(text: &str) -> Promise {
    serde_json::from_str(text).unwrap_or_default()
}

/// A simulation names packages without their architecture; snapshots name them with it.
pub(super) fn with_architecture(before: &Snapshot, after: &Snapshot, promise: Promise) -> Promise {
    let names = || after.software.iter().chain(&before.software).flat_map(BTreeMap::keys);
    promise
        .into_iter()
        .map(|(name, version)| {
            let whole = names().find(|full| **full == name || full.split(':').next() == Some(name.as_str()));
            (whole.cloned().unwrap_or(name), version)
        })
        .collect()
}
