//! What is on the device: the system, packages, kernels, room, memory, the clock, signs that a restart is due.
//!
//! Here: the look at everything. Each part says in a remark what it could not see; nothing is guessed.

pub mod os_release;
pub mod resources;
pub mod restart_due;

use crate::hand::{Bench, deb, file, restart, rpm};
use crate::process::exists;
use holdpoint_wire::inventory::{
    Inventory, Kernel, MOST_PLACES, Package, PackageDatabase, PackageState, Packages,
};
use holdpoint_wire::message::VersionOne;
use holdpoint_wire::moment::Moment;
use holdpoint_wire::text::{FilePath, Words};
use std::collections::BTreeSet;
use std::fs;

/// The version of this program.
pub const AGENT_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Looks at everything, at these places for files among it. Checks of scripts are run by who knows the orders.
#[must_use]
pub fn inventory(bench: Bench<'_>, places: &BTreeSet<FilePath>, now: Moment) -> Inventory {
    let mut remarks = Vec::new();
    let packages = packages(bench, &mut remarks);
    let kernel = kernel();
    let restart = restart_due::look(&kernel, &mut remarks);
    if places.len() > MOST_PLACES {
        remarks.push(format!("{} places are approved, and {MOST_PLACES} are looked at", places.len()));
    }
    Inventory {
        version: VersionOne,
        taken_at: now,
        agent_version: Words::cut(AGENT_VERSION),
        os: os_release::read(&mut remarks),
        packages,
        restart,
        kernel,
        disks: resources::disks(&mut remarks),
        memory: resources::memory(),
        uptime_s: resources::uptime_s(),
        clock: resources::clock(bench),
        remarks: remarks.iter().map(|remark| Words::cut(remark)).collect(),
        places: places.iter().take(MOST_PLACES).map(file::seen).collect(),
        checks: Vec::new(),
        boot: restart::mark().map(|mark| Words::cut(&mark)),
    }
}

fn packages(bench: Bench<'_>, remarks: &mut Vec<String>) -> Option<Packages> {
    let (database, listed) = if exists(bench.settings, "dpkg-query") {
        (
            PackageDatabase::Dpkg,
            deb::known(bench).map(|known| known.into_iter().filter_map(of_dpkg).collect()),
        )
    } else if exists(bench.settings, "rpm") {
        (PackageDatabase::Rpm, rpm::known(bench).map(|known| known.into_iter().map(of_rpm).collect()))
    } else {
        remarks.push("neither dpkg nor rpm is on this device; its packages are not known".to_owned());
        return None;
    };
    match listed {
        Ok(items) => Some(Packages { database, items }),
        Err(trouble) => {
            remarks.push(trouble.in_full());
            None
        }
    }
}

fn of_dpkg(known: deb::Known) -> Option<Package> {
    let state = match (known.state.as_bytes().get(1), known.state.len()) {
        (Some(b'n'), _) | (None, _) => return None,
        (Some(b'c'), _) => PackageState::SettingsLeft,
        (Some(b'i'), 2) => PackageState::Installed,
        (Some(_), _) => PackageState::Broken,
    };
    let source = (known.source != known.name && !known.source.is_empty()).then_some(known.source);
    Some(Package {
        name: known.name,
        version: known.version,
        architecture: known.architecture,
        source,
        state,
    })
}

fn of_rpm(known: rpm::Known) -> Package {
    let source = (known.source != "(none)").then_some(known.source);
    Package {
        name: known.name,
        version: known.version,
        architecture: known.architecture,
        source,
        state: PackageState::Installed,
    }
}

/// The kernel that runs, and those whose modules are there.
fn kernel() -> Kernel {
    let running = fs::read_to_string("/proc/sys/kernel/osrelease").ok().map(|text| text.trim().to_owned());
    let names = |entries: fs::ReadDir| {
        entries.flatten().filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.strip_prefix("vmlinuz-").map(str::to_owned)
        })
    };
    let mut installed: Vec<String> = fs::read_dir("/boot").into_iter().flat_map(names).collect();
    installed.sort();
    Kernel { running, installed }
}
