//! Whether a restart is due: what the system says, which kernel runs, which libraries in use are gone from the disk.
//!
//! The surprise: a minimal Debian does not write `/run/reboot-required` after a new kernel, so its absence alone
//! says nothing. A newer kernel is told by its file being younger than the start of the system, not by its number.

use holdpoint_wire::inventory::{Kernel, RestartState};
use holdpoint_wire::text::Words;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// So many processes are looked at; a device has some hundred.
const PROCESS_LIMIT: usize = 5_000;

/// Looks for signs.
pub fn look(kernel: &Kernel, remarks: &mut Vec<String>) -> RestartState {
    let mut signs = Vec::new();
    if Path::new("/run/reboot-required").exists() {
        let packages = fs::read_to_string("/run/reboot-required.pkgs").unwrap_or_default();
        let mut names: Vec<&str> = packages.lines().take(50).collect();
        names.sort_unstable();
        names.dedup();
        signs.push(format!("the system asks for it: {}", names.join(", ")));
    }
    if let Some(running) = &kernel.running {
        if !kernel.installed.is_empty() && !kernel.installed.contains(running) {
            signs.push(format!("kernel {running} runs and is not installed any more"));
        }
        signs.extend(younger_kernels(kernel, running));
    }
    let (in_use, n_unread) = gone_libraries(Path::new("/proc"));
    if !in_use.is_empty() {
        let names: Vec<String> = in_use.into_iter().take(20).collect();
        signs.push(format!("libraries in use were replaced: {}", names.join(", ")));
    }
    if !signs.is_empty() {
        return RestartState::Needed(signs.iter().map(|sign| Words::cut(sign)).collect());
    }
    if kernel.running.is_none() || n_unread > 0 {
        let why = format!("{n_unread} processes could not be looked into");
        remarks.push(why.clone());
        return RestartState::Unknown(Words::cut(&why));
    }
    RestartState::NotNeeded
}

fn younger_kernels(kernel: &Kernel, running: &str) -> Vec<String> {
    let since = super::resources::uptime_s().map(Duration::from_secs);
    let started = since.and_then(|since| now().checked_sub(since));
    let Some(started) = started else { return Vec::new() };
    let others = kernel.installed.iter().filter(|name| *name != running);
    let is_younger = |name: &&String| {
        let modified = fs::metadata(format!("/boot/vmlinuz-{name}")).and_then(|file| file.modified());
        modified.is_ok_and(|modified| modified > started)
    };
    others.filter(is_younger).map(|name| format!("kernel {name} was installed since the start")).collect()
}

fn now() -> SystemTime {
    let micros = u64::try_from(crate::edge::now().0).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_micros(micros)
}

/// Libraries that processes have in use and that are gone from the disk, and how many processes could not be read.
fn gone_libraries(proc: &Path) -> (BTreeSet<String>, usize) {
    let (mut gone, mut n_unread) = (BTreeSet::new(), 0);
    let Ok(entries) = fs::read_dir(proc) else { return (gone, 1) };
    let is_process = |name: &str| name.bytes().all(|letter| letter.is_ascii_digit());
    let processes = entries.flatten().filter(|entry| is_process(&entry.file_name().to_string_lossy()));
    for process in processes.take(PROCESS_LIMIT) {
        match fs::read_to_string(process.path().join("maps")) {
            Ok(maps) => gone.extend(maps.lines().filter_map(gone_library)),
            // One that has ended meanwhile uses nothing any more.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) if error.raw_os_error() == Some(3) => {}
            Err(_) => n_unread += 1,
        }
    }
    (gone, n_unread)
}

/// The path of a mapped library that is not on the disk any more.
fn gone_library(line: &str) -> Option<String> {
    let path = &line[line.find('/')?..];
    let path = path.strip_suffix(" (deleted)")?;
    let is_library = path.contains(".so") && (path.starts_with("/usr/") || path.starts_with("/lib"));
    is_library.then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::gone_library;

    #[test]
    fn only_replaced_libraries_count() {
        let map = |path: &str| format!("7f00-7f01 r-xp 00000000 08:01 123   {path}");
        assert_eq!(
            gone_library(&map("/usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)")),
            Some("/usr/lib/x86_64-linux-gnu/libssl.so.3".to_owned())
        );
        assert_eq!(gone_library(&map("/usr/lib/libssl.so.3")), None);
        assert_eq!(gone_library(&map("/dev/shm/x (deleted)")), None);
        assert_eq!(gone_library("7f00-7f01 rw-p 00000000 00:00 0"), None);
    }
}
