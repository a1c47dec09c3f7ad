//! Inventories that agents hand over: kept as they came, taken into the inventory of assets, and read as snapshots.
//!
//! The surprise: a list of packages is whole, so a package that it does not name any more is gone; what other sources said of
//! other software stays.

use super::orders::{PackagePatch, all_checks, all_places};
use super::problem;
use super::resident::Known;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::inventory::reconcile::{self, Action};
use crate::runs::{self, Asker, TouchedAssets};
use crate::{App, applicability, inventory};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::id::{AssetId, ObservationId};
use holdpoint_domain::observation::{AssetReport, Completeness, Observation, SourceKind};
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::{Change, Reader, StoreError};
use holdpoint_versions::purl::Purl;
use holdpoint_wire::inventory::{Inventory, PackageDatabase, PackageState, Packages, RestartState};
use holdpoint_wire::message;
use serde_json::json;
use std::collections::BTreeMap;

/// Takes an inventory in.
///
/// # Errors
/// [`AppError::Invalid`] for bytes that are none; [`AppError::NotFound`] when the agent was revoked or the asset is gone.
pub fn take_inventory(app: &App, who: &Known, bytes: &[u8]) -> Result<(), AppError> {
    let seen: Inventory = super::read(bytes)?;
    applicability::warm(app)?;
    let caller = Caller::system(format!("agent {}", who.tag));
    let now = app.now();
    let observation = Observation {
        id: ObservationId::new(now, app.random_bytes()),
        kind: SourceKind::Agent,
        source: who.tag.clone(),
        // The device's own clock is kept beside it and not believed.
        observed_at: now,
        raw_sha256: crate::intake::prepare::sha256(bytes),
    };
    app.store().change(&app.intent(&caller, "agent.inventory", ""), |c| {
        let missing = || AppError::NotFound { noun: "asset", id: who.tag.clone() };
        c.agent_of(who.asset)?.ok_or_else(missing)?;
        let known = c.asset(who.asset, Moment::OPEN)?.ok_or_else(missing)?;
        let taken_at = Moment::from_micros(seen.taken_at.0);
        c.put_agent_inventory(who.asset, bytes, taken_at, seen.agent_version.as_str())?;
        c.put_observation(&observation, 1)?;
        c.about("asset", &known.asset.tag);
        c.about("observation", observation.id);
        c.detail("taken_at", json!(taken_at.to_string()));
        c.detail("packages", json!(seen.packages.as_ref().map(|packages| packages.items.len())));
        write(app, c, known, (&seen, &observation), &caller)
    })?;
    app.agents().granted(who.asset);
    let mut found = all_places(&seen);
    if !seen.checks.is_empty() {
        found.extend(app.store().read(|r| all_checks(r, who.asset, &seen))?);
    }
    crate::execution::placed(app, who.asset, &found)?;
    Ok(())
}

fn write(
    app: &App,
    c: &mut Change<'_>,
    known: StoredAsset,
    (seen, observation): (&Inventory, &Observation),
    caller: &Caller,
) -> Result<(), AppError> {
    let report = report(&known, seen)?;
    let planned = reconcile::apply(0, Some(known), &report, observation);
    if planned.action() == Action::Unchanged {
        return Ok(());
    }
    let asker = Asker { caller, reason: "" };
    let configurations = inventory::write::put(c, app, &planned, &asker)?;
    let mut touched = TouchedAssets::default();
    touched.add(runs::Known::Before, &planned.tag, configurations);
    runs::after_assets(app, c, &asker, touched)?;
    Ok(())
}

/// What the inventory says of the asset; software of other kinds stays as it is known.
fn report(known: &StoredAsset, seen: &Inventory) -> Result<AssetReport, AppError> {
    let mut fields = BTreeMap::new();
    if let Some(os) = &seen.os {
        fields.insert(Field::OsName, os_name(&os.id));
        if !os.version_id.is_empty() {
            fields.insert(Field::OsVersion, os.version_id.clone());
        }
    }
    let Some(packages) = &seen.packages else {
        return Ok(AssetReport {
            tag: known.asset.tag.clone(),
            fields,
            place: "agent".into(),
            ..AssetReport::default()
        });
    };
    let (type_, head) = match packages.database {
        PackageDatabase::Dpkg => ("deb", "pkg:deb/"),
        PackageDatabase::Rpm => ("rpm", "pkg:rpm/"),
    };
    let os = seen.os.as_ref();
    let mut installed: Vec<Component> = known
        .asset
        .installed
        .iter()
        .map(|one| one.component.clone())
        .filter(|one| !one.purl.starts_with(head))
        .collect();
    for package in packages.items.iter().filter(|one| one.state == PackageState::Installed) {
        let mut qualifiers = BTreeMap::from([("arch".to_owned(), package.architecture.clone())]);
        if let Some(os) = os {
            qualifiers.insert("distro".to_owned(), format!("{}-{}", os.id, os.version_id));
        }
        let purl = Purl {
            type_: type_.to_owned(),
            namespace: os.map(|os| os.id.clone()),
            name: package.name.to_lowercase(),
            version: Some(package.version.clone()),
            qualifiers,
            subpath: None,
        };
        if package.name.is_empty() || package.name.len() > 200 || package.version.len() > 200 {
            return Err(problem(
                "package-name",
                "a package has a name or a version that cannot be",
                "look at the device",
            ));
        }
        installed.push(Component {
            product: package.name.clone(),
            version: package.version.clone(),
            purl: purl.to_string(),
            ..Component::empty(ComponentKind::Package)
        });
    }
    let (tag, place) = (known.asset.tag.clone(), "agent".to_owned());
    Ok(AssetReport {
        tag,
        fields,
        installed,
        completeness: Completeness::Complete,
        place,
        ..AssetReport::default()
    })
}

/// The name by which advisories know the system.
fn os_name(id: &str) -> String {
    match id {
        "debian" => "Debian".to_owned(),
        "ubuntu" => "Ubuntu".to_owned(),
        "rhel" => "Red Hat Enterprise Linux".to_owned(),
        other => other.to_owned(),
    }
}

/// The inventory as a snapshot: what it does not look at is not read.
pub(super) fn snapshot(seen: &Inventory) -> Snapshot {
    let software = seen.packages.as_ref().map(software);
    let mut system = BTreeMap::new();
    if let Some(running) = &seen.kernel.running {
        system.insert("kernel".to_owned(), running.clone());
    }
    let restart = match &seen.restart {
        RestartState::NotNeeded => "not needed",
        RestartState::Needed(_) => "needed",
        RestartState::Unknown(_) => "not known",
    };
    system.insert("restart".to_owned(), restart.to_owned());
    Snapshot { software, system: Some(system), ..Snapshot::default() }
}

/// Packages with their versions. One that stands there in several versions, as kernels of rpm do, has them all behind its name.
fn software(packages: &Packages) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in &packages.items {
        let version = match package.state {
            PackageState::Installed => package.version.clone(),
            PackageState::Broken => format!("{} (not whole)", package.version),
            PackageState::SettingsLeft => continue,
        };
        all.entry(format!("{}:{}", package.name, package.architecture)).or_default().push(version);
    }
    let joined = |mut versions: Vec<String>| {
        versions.sort_unstable();
        versions.join(", ")
    };
    all.into_iter().map(|(name, versions)| (name, joined(versions))).collect()
}

/// When the last inventory of an asset's agent came, and which version of a package it shows; `None`: there is no agent, or it has not
/// said which packages there are.
pub(crate) fn installed_by_agent(
    r: &mut Reader<'_>,
    asset: AssetId,
    package: &PackagePatch,
) -> Result<Option<(Moment, Option<String>)>, AppError> {
    let Some(agent) = r.agent_of(asset)? else { return Ok(None) };
    let (Some(came), Some(sha256)) = (agent.inventory_at, agent.inventory_sha256) else { return Ok(None) };
    let Some(bytes) = r.blob(&sha256)? else { return Ok(None) };
    let seen: Inventory =
        message::read(&bytes).map_err(|why| StoreError::damaged(format!("an inventory: {why}")))?;
    let software = seen.packages.as_ref().map(software);
    Ok(software.map(|software| (came, software.get(&package.full()).cloned())))
}

/// What on the device asks for a restart, by its agent's own word.
pub(super) fn asks_restart(seen: &Inventory) -> Option<String> {
    const MOST_LETTERS: usize = 400;
    match &seen.restart {
        RestartState::Needed(signs) => {
            let signs: Vec<String> = signs.iter().map(ToString::to_string).collect();
            Some(signs.join("; ").chars().take(MOST_LETTERS).collect())
        }
        RestartState::NotNeeded | RestartState::Unknown(_) => None,
    }
}
