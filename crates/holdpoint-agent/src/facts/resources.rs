//! Room, memory, running time, battery, and how the clock is kept.

use crate::hand::Bench;
use crate::process::{self, Program};
use crate::system::free_room;
use holdpoint_wire::inventory::{ClockState, Disk, Memory};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Kinds of file systems that hold data of a device; all others live in memory or elsewhere.
const REAL: [&str; 10] = ["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "vfat", "zfs", "overlay", "jfs"];

/// Every real file system, once.
pub fn disks(remarks: &mut Vec<String>) -> Vec<Disk> {
    let Ok(mounts) = fs::read_to_string("/proc/self/mounts") else {
        remarks.push("the mounted file systems cannot be listed".to_owned());
        return Vec::new();
    };
    let mut seen = BTreeSet::new();
    let mut disks = Vec::new();
    for line in mounts.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let [device, path, kind, ..] = fields.as_slice() else { continue };
        if !REAL.contains(kind) || !seen.insert((*device).to_owned()) || disks.len() == 256 {
            continue;
        }
        // Blanks in a path are written as `\040`.
        let path = path.replace("\\040", " ");
        match free_room(Path::new(&path)) {
            Ok(room) => disks.push(Disk { path, size_bytes: room.size_bytes, free_bytes: room.free_bytes }),
            Err(trouble) => remarks.push(trouble.in_full()),
        }
    }
    disks
}

/// Memory; `None` when it cannot be read.
#[must_use]
pub fn memory() -> Option<Memory> {
    memory_in(&fs::read_to_string("/proc/meminfo").ok()?)
}

fn memory_in(text: &str) -> Option<Memory> {
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
    };
    Some(Memory { size_bytes: value("MemTotal")?, free_bytes: value("MemAvailable")? })
}

/// Since when the system runs; `None` when it cannot be read.
#[must_use]
pub fn uptime_s() -> Option<u64> {
    let text = fs::read_to_string("/proc/uptime").ok()?;
    text.split_whitespace().next()?.split('.').next()?.parse().ok()
}

/// Charge of the battery in per cent; `None` on a device without one, or one on mains.
#[must_use]
pub fn battery_percent() -> Option<u8> {
    battery_below(Path::new("/sys/class/power_supply"))
}

fn battery_below(folder: &Path) -> Option<u8> {
    let read = |path: &Path, name: &str| Some(fs::read_to_string(path.join(name)).ok()?.trim().to_owned());
    let supplies: Vec<_> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    let is = |path: &Path, kind: &str| read(path, "type").as_deref() == Some(kind);
    let on_mains =
        supplies.iter().any(|path| is(path, "Mains") && read(path, "online").as_deref() == Some("1"));
    if on_mains {
        return None;
    }
    let batteries = supplies.iter().filter(|path| is(path, "Battery"));
    // The battery of a mouse is none of the device.
    let own = batteries.filter(|path| read(path, "scope").as_deref() != Some("Device"));
    own.filter_map(|path| read(path, "capacity")?.parse().ok()).min()
}

/// How the clock is kept, by the first time service that answers.
#[must_use]
pub fn clock(bench: Bench<'_>) -> ClockState {
    let asked = [
        ("timedatectl", ["show", "--property=NTPSynchronized"], "NTPSynchronized=yes", "NTPSynchronized=no"),
        ("chronyc", ["-n", "tracking"], "Leap status     : Normal", "Not synchronised"),
    ];
    for (name, arguments, yes, no) in asked {
        if !process::exists(bench.settings, name) {
            continue;
        }
        let arguments = arguments.map(str::to_owned).into();
        let answer =
            process::ask(bench.settings, &Program { name, arguments, surroundings: vec![], account: None });
        match answer {
            Ok(answer) if answer.text.contains(yes) => return ClockState::Synchronised,
            Ok(answer) if answer.text.contains(no) => return ClockState::NotSynchronised,
            Ok(_) | Err(_) => {}
        }
    }
    ClockState::Unknown
}

#[cfg(test)]
mod tests {
    use super::{battery_below, memory_in};

    #[test]
    fn memory_is_read_in_its_unit() {
        let memory = memory_in("MemTotal:       2048 kB\nMemFree: 1 kB\nMemAvailable:   1024 kB\n")
            .expect("both are there");
        assert_eq!((memory.size_bytes, memory.free_bytes), (2_097_152, 1_048_576));
        assert_eq!(memory_in("MemTotal: 2048 kB\n"), None);
        assert_eq!(memory_in("MemTotal: many kB\nMemAvailable: 1 kB"), None);
    }

    #[test]
    fn a_battery_counts_unless_there_is_mains() {
        let folder = tempfile::tempdir().expect("a folder");
        let supply = |name: &str, files: &[(&str, &str)]| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(&path).expect("a folder");
            for (file, text) in files {
                std::fs::write(path.join(file), text).expect("a file");
            }
        };
        assert_eq!(battery_below(folder.path()), None);
        supply("BAT0", &[("type", "Battery\n"), ("capacity", "37\n")]);
        supply("mouse", &[("type", "Battery\n"), ("capacity", "2\n"), ("scope", "Device\n")]);
        assert_eq!(battery_below(folder.path()), Some(37));
        supply("AC", &[("type", "Mains\n"), ("online", "1\n")]);
        assert_eq!(battery_below(folder.path()), None);
    }
}
