//! What the lines of the scripts say. A line that is not understood is kept in the evidence and means nothing.

use holdpoint_domain::execution::{ErrorClass, Outcome, Started};
use holdpoint_domain::snapshot::Snapshot;
use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Fitness, Job, Package};

pub(super) fn is_package(name: &str) -> bool {
    let (name, architecture) = name.split_once(':').unwrap_or((name, "all"));
    let letters =
        |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c));
    name.len() >= 2
        && name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && letters(name)
        && !architecture.is_empty()
        && letters(architecture)
}

pub(super) fn is_version(version: &str) -> bool {
    version.starts_with(|c: char| c.is_ascii_digit())
        && version.len() <= 128
        && version.chars().all(|c| c.is_ascii_alphanumeric() || "+-.:~".contains(c))
}

pub(super) fn is_service(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.len() <= 128
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "@-_.:".contains(c))
}

/// Whether every package that has an approved digest came with it.
pub(super) fn digests(job: &Job, output: &str) -> Outcome {
    for package in &job.packages {
        let Some(wanted) = &package.sha256 else { continue };
        let got = output.lines().filter_map(|line| line.strip_prefix("file ")).find_map(|line| {
            let mut words = line.split(' ');
            let (digest, name, version) = (words.next()?, words.next()?, words.next()?);
            let name_good = name == package.name || name.split(':').next() == Some(package.name.as_str());
            (name_good && version == package.version).then_some(digest)
        });
        match got {
            Some(got) if got.eq_ignore_ascii_case(wanted) => {}
            Some(got) => {
                let what = format!("{} came with the digest {got}, and {wanted} was approved", package.name);
                return Outcome::Failed { class: ErrorClass::Mismatch, what };
            }
            None => {
                let what = format!("{} {} did not come", package.name, package.version);
                return Outcome::Failed { class: ErrorClass::Mismatch, what };
            }
        }
    }
    Outcome::Succeeded
}

/// The lines `plan Inst NAME [OLD] (NEW …)` and `plan Remv NAME [OLD]`.
pub(super) fn changes(output: &str) -> Vec<Change> {
    let mut found: Vec<Change> = output
        .lines()
        .filter_map(|line| {
            let (removed, rest) = match line.strip_prefix("plan Inst ") {
                Some(rest) => (false, rest),
                None => (true, line.strip_prefix("plan Remv ")?),
            };
            let name = rest.split(' ').next()?.to_owned();
            let between = |open: char, close: char| {
                let from = rest.find(open)? + 1;
                let text = &rest[from..];
                text[..text.find(close)?].split(' ').next().map(str::to_owned)
            };
            let after = if removed { None } else { Some(between('(', ')')?) };
            Some(Change { name, before: between('[', ']'), after })
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Whether the host is fit, the first thing that is not said in words.
pub(super) fn fitness(job: &Job, fitness: Fitness, now_s: u64, output: &str, changes: &[Change]) -> Outcome {
    let unfit = |what: String| Outcome::Failed { class: ErrorClass::Unfit, what };
    let wrong = |what: String| Outcome::Failed { class: ErrorClass::Mismatch, what };
    let numbers = |word: &str| -> Vec<u64> {
        let values = output.lines().filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
        values.filter_map(|value| value.trim().parse().ok()).collect()
    };
    if let Some(other) = job.packages.iter().find_map(|package| no_update(package, output)) {
        return unfit(other);
    }
    if let Some(refused) = output.lines().find_map(|line| line.strip_prefix("refused E: ")) {
        return wrong(format!("the packages cannot be installed together: {refused}"));
    }
    if let Some(lock) = output.lines().find_map(|line| line.strip_prefix("lock ")) {
        return Outcome::Failed {
            class: ErrorClass::Busy,
            what: format!("{lock} is held by another program"),
        };
    }
    if let Some(audit) = output.lines().find_map(|line| line.strip_prefix("audit ")) {
        return unfit(format!("packages are not whole: {audit}"));
    }
    if numbers("mains").contains(&0) {
        return unfit("it runs on battery".into());
    }
    let disk = numbers("disk");
    match disk.iter().min() {
        None => return unfit("free disk space could not be read".into()),
        Some(free) if *free < fitness.disk_kib => {
            return unfit(format!("{free} KiB are free on disk, and {} are needed", fitness.disk_kib));
        }
        Some(_) => {}
    }
    match numbers("memory").first() {
        None => return unfit("free memory could not be read".into()),
        Some(free) if *free < fitness.memory_kib => {
            return unfit(format!("{free} KiB of memory are free, and {} are needed", fitness.memory_kib));
        }
        Some(_) => {}
    }
    match numbers("clock").first() {
        None => return unfit("its clock could not be read".into()),
        Some(clock) if clock.abs_diff(now_s) > fitness.clock_s => {
            return unfit(format!("its clock is {} s off", clock.abs_diff(now_s)));
        }
        Some(_) => {}
    }
    if let Some(removed) = changes.iter().find(|change| change.after.is_none()) {
        return wrong(format!("{} would be removed", removed.name));
    }
    for package in &job.packages {
        let there = changes.iter().any(|change| {
            let name = change.name.split(':').next() == package.name.split(':').next();
            name && change.after.as_deref() == Some(package.version.as_str())
        });
        if !there {
            return wrong(format!(
                "{} {} would not be installed: it is there, or held",
                package.name, package.version
            ));
        }
    }
    Outcome::Succeeded
}

/// Whether the host was started again: since the restart was asked for, else since the installation ended, else since the backup.
pub(super) fn started(output: &str) -> Started {
    let boot = |of: &str| {
        let lines = output.lines().filter_map(|line| line.strip_prefix("boot ")?.split_once(' '));
        lines.filter(|(mark, id)| *mark == of && !id.trim().is_empty()).map(|(_, id)| id.trim()).next()
    };
    let since = boot("restarting").or_else(|| boot("installing")).or_else(|| boot("before"));
    match (since, boot("now")) {
        (Some(since), Some(now)) if since == now => Started::NotAgain,
        (Some(_), Some(_)) => Started::Again,
        _ => Started::NotRead,
    }
}

/// Why the asking for a restart failed, as the host kept it; `None`: it did not, as far as anybody knows.
pub(super) fn restart_failed(output: &str) -> Option<String> {
    let code = output.lines().find_map(|line| line.strip_prefix("mark restarting "))?.trim();
    if code == "0" {
        return None;
    }
    let log: Vec<&str> = output.lines().filter_map(|line| line.strip_prefix("log ")).collect();
    let log = if log.is_empty() { String::new() } else { format!(": {}", log.join(" | ")) };
    let what = if code == "never" {
        "it was never begun on the host".to_owned()
    } else {
        format!("it ended with {code}{log}")
    };
    Some(what.chars().take(400).collect())
}

/// What on the host asks for a restart, as a clause; `None`: nothing that was read.
pub(super) fn asks(output: &str) -> Option<String> {
    const MOST_LETTERS: usize = 400;
    let signs: BTreeSet<&str> =
        output.lines().filter_map(|line| line.strip_prefix("asks ")).map(str::trim).collect();
    let signs: Vec<&str> = signs.into_iter().map(|sign| sign.trim_end_matches(':')).collect();
    (!signs.is_empty()).then(|| signs.join("; ").chars().take(MOST_LETTERS).collect())
}

/// Why a package of an order would be no update of what is on the host, in words; `None`: it would be one.
fn no_update(package: &Package, output: &str) -> Option<String> {
    let Package { name, version, .. } = package;
    let of_it = |word: &str| {
        let mut versions = output.lines().filter_map(|line| {
            line.strip_prefix(word)?.strip_prefix(' ')?.strip_prefix(name.as_str())?.strip_prefix(' ')
        });
        versions.next().map(str::to_owned)
    };
    if of_it("there").is_none() {
        return Some(format!(
            "{name} is not on the host, so there is nothing that {version} would update; a first installation is no patch"
        ));
    }
    of_it("newer").map(|newer| {
        format!("{name} is at {newer} on the host, newer than {version}; only the way back goes to an older version")
    })
}

/// A deed that the host has begun and not ended, or a lock that is held.
pub(super) fn still_open(output: &str) -> Option<String> {
    output.lines().find_map(|line| {
        if let Some(deed) = line.strip_prefix("mark ").and_then(|rest| rest.strip_suffix(" open")) {
            return Some(format!("{deed} still runs on the host"));
        }
        line.strip_prefix("lock ").map(|lock| format!("{lock} is held by another program"))
    })
}

/// How deeds ended that the host has kept, in sentences: a server that died in between learns it from here, and from nowhere else.
pub(super) fn ends(output: &str) -> Vec<String> {
    let marks = output.lines().filter_map(|line| line.strip_prefix("mark ")?.split_once(' '));
    marks
        .filter_map(|(deed, end)| {
            let deed = match deed {
                "installing" => "the installation",
                "restarting" => "the restart",
                "undoing" => "the way back",
                _ => return None,
            };
            Some(match end {
                "never" => format!("{deed} was never begun on the host, and is closed there"),
                "cut" => format!("{deed} was cut off on the host and has no exit code"),
                "open" => return None,
                code if code.parse::<u8>().is_ok() => {
                    format!("{deed} ended on the host with exit code {code}")
                }
                _ => format!("how {deed} ended on the host cannot be read"),
            })
        })
        .collect()
}

/// The snapshot in the lines of a script. What has no heading was not read.
pub(super) fn snapshot(output: &str) -> Snapshot {
    let mut snapshot = Snapshot::default();
    let mut software = BTreeMap::new();
    let mut system = BTreeMap::new();
    for line in output.lines() {
        let Some((word, rest)) = line.split_once(' ') else { continue };
        match word {
            "software" => {
                let mut parts = rest.split(' ');
                let (Some(name), Some(version)) = (parts.next(), parts.next()) else { continue };
                let (state, flag) = (parts.next().unwrap_or(""), parts.next().unwrap_or("ok"));
                match (state, flag) {
                    ("installed", "ok") => {
                        software.insert(name.to_owned(), version.to_owned());
                    }
                    // Removed with its settings left behind: not there.
                    ("config-files" | "not-installed", _) => {}
                    (state, _) => {
                        software.insert(name.to_owned(), format!("{version} ({state})"));
                    }
                }
            }
            // Another boot is no difference that anybody must explain.
            "system" => match rest.split_once(' ') {
                Some(("boot", _)) | None => {}
                Some((part, value)) => {
                    system.insert(part.to_owned(), value.to_owned());
                }
            },
            "read" => {
                let empty = || Some(BTreeSet::new());
                match rest {
                    "ports" => snapshot.ports = empty(),
                    "services" => snapshot.services = empty(),
                    "accounts" => snapshot.accounts = empty(),
                    _ => {}
                }
            }
            "port" => add(&mut snapshot.ports, rest),
            "service" => add(&mut snapshot.services, rest),
            "account" => add(&mut snapshot.accounts, rest),
            _ => {}
        }
    }
    snapshot.software = (!software.is_empty()).then_some(software);
    snapshot.system = (!system.is_empty()).then_some(system);
    snapshot
}

fn add(set: &mut Option<BTreeSet<String>>, value: &str) {
    if let Some(set) = set {
        set.insert(value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIT: &str = "disk 9000000\ndisk 9000000\nmemory 800000\nclock 1000\nthere hp-demo 1.0\nplan Inst hp-demo [1.0] (1.1 Lab:lab [all])\n";

    fn job() -> Job {
        let package = Package { name: "hp-demo".into(), version: "1.1".into(), sha256: None };
        Job { order: "o1".into(), packages: vec![package], limit_s: 60 }
    }

    fn judged(output: &str) -> String {
        match fitness(&job(), Fitness::default(), 1000, output, &changes(output)) {
            Outcome::Failed { class, what } => format!("{class}: {what}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_fit_host_passes_and_each_lack_has_its_words() {
        assert_eq!(judged(FIT), "Succeeded");
        assert_eq!(judged(&FIT.replace("memory 800000\n", "")), "unfit: free memory could not be read");
        assert_eq!(judged(&FIT.replace("clock 1000", "clock 5000")), "unfit: its clock is 4000 s off");
        assert_eq!(
            judged(&format!("lock /var/lib/dpkg/lock\n{FIT}")),
            "busy: /var/lib/dpkg/lock is held by another program"
        );
        assert_eq!(judged(&format!("{FIT}plan Remv procps [2]\n")), "mismatch: procps would be removed");
        assert_eq!(
            judged(&FIT.replace("(1.1", "(1.2")),
            "mismatch: hp-demo 1.1 would not be installed: it is there, or held"
        );
        assert_eq!(judged(&format!("mains 0\n{FIT}")), "unfit: it runs on battery");
        assert_eq!(
            judged("disk 10\nmemory 800000\nclock 1000\nthere hp-demo 1.0\n"),
            "unfit: 10 KiB are free on disk, and 524288 are needed"
        );
    }

    #[test]
    fn what_is_not_there_or_newer_is_no_update() {
        let absent = judged(&FIT.replace("there hp-demo 1.0\n", "there hp-demo-more 1.0\n"));
        assert!(absent.starts_with("unfit: hp-demo is not on the host"), "{absent}");
        let newer = FIT.replace("there hp-demo 1.0\n", "there hp-demo 1.4\nnewer hp-demo 1.4\n");
        let newer = judged(&newer.replace("[1.0]", "[1.4]"));
        assert!(newer.starts_with("unfit: hp-demo is at 1.4 on the host, newer than 1.1"), "{newer}");
    }

    #[test]
    fn the_end_of_a_deed_that_only_the_host_knows_is_said_in_words() {
        let said = ends(
            "mark installing 100\nmark undoing cut\nmark restarting never\nmark other 1\nsoftware a 1\n",
        );
        assert_eq!(
            said,
            [
                "the installation ended on the host with exit code 100",
                "the way back was cut off on the host and has no exit code",
                "the restart was never begun on the host, and is closed there",
            ]
        );
        assert_eq!(ends("mark installing x;y\n"), ["how the installation ended on the host cannot be read"]);
        assert!(ends("mark installing open\n").is_empty(), "it still runs");
    }

    #[test]
    fn only_another_start_after_the_restart_was_asked_for_is_one() {
        let read = |lines: &[&str]| started(&lines.join("\n"));
        assert_eq!(read(&["boot before a", "boot installing a", "boot now a"]), Started::NotAgain);
        assert_eq!(
            read(&["boot before a", "boot installing a", "boot restarting a", "boot now b"]),
            Started::Again
        );
        // Started again between backup and restart, and not since.
        assert_eq!(
            read(&["boot before a", "boot installing b", "boot restarting b", "boot now b"]),
            Started::NotAgain
        );
        assert_eq!(read(&["boot before a", "boot installing b", "boot now b"]), Started::NotAgain);
        assert_eq!(read(&["boot before a", "boot now b"]), Started::Again, "nothing else was kept");
        for unread in [&["boot now b"][..], &["boot before a"], &["boot before ", "boot now b"], &[]] {
            assert_eq!(read(unread), Started::NotRead, "{unread:?}");
        }
        assert_eq!(restart_failed("boot now a\n"), None);
        assert_eq!(restart_failed("mark restarting 0\n"), None);
        assert_eq!(
            restart_failed(
                "mark restarting 127\nlog sh: 1: systemctl: not found\nlog sh: 1: reboot: not found\n"
            )
            .as_deref(),
            Some("it ended with 127: sh: 1: systemctl: not found | sh: 1: reboot: not found")
        );
    }

    #[test]
    fn what_asks_for_a_restart_is_said_in_one_clause() {
        assert_eq!(asks("software a 1\nread restart\n"), None);
        assert_eq!(
            asks("asks the system: \nread restart\n").as_deref(),
            Some("the system"),
            "it names no package"
        );
        let both = "asks the system: plant-hmi \nasks library in use was replaced: /usr/lib/libssl.so.3\n";
        assert_eq!(
            asks(both).as_deref(),
            Some("library in use was replaced: /usr/lib/libssl.so.3; the system: plant-hmi")
        );
    }

    #[test]
    fn a_half_configured_package_is_not_its_version() {
        let read = snapshot(
            "software hp-demo:all 1.2 half-configured ok\nsoftware gone:all 1 config-files ok\nread ports\n",
        );
        let software = read.software.expect("read");
        assert_eq!(software.get("hp-demo:all").map(String::as_str), Some("1.2 (half-configured)"));
        assert!(!software.contains_key("gone:all"));
        assert_eq!(read.ports, Some(BTreeSet::new()));
        assert_eq!(read.services, None);
    }

    #[test]
    fn words_that_could_be_more_than_a_name_are_none() {
        for bad in ["", "-y", "a;b", "hp demo", "../x", "A", "a\nb", "x:"] {
            assert!(!is_package(bad), "{bad}");
        }
        for bad in ["", "-1", "1 2", "1;2", "$(x)", "v1"] {
            assert!(!is_version(bad), "{bad}");
        }
        assert!(is_package("libssl3:amd64") && is_version("3.0.17-1~deb12u3"));
        assert!(!is_service("--now") && is_service("ssh@x.service"));
    }
}
