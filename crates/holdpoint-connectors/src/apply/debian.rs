//! The deeds of a step on a Debian host: pinned scripts over a line, and what their words mean.
//!
//! The surprise: nothing here decides by hope. A script that was begun and whose end is not known is [`Outcome::Unknown`];
//! whether the patch is on the host is then said by a look, and by nothing else.

mod read;

use holdpoint_domain::execution::{ErrorClass, Outcome, Started};
use holdpoint_domain::snapshot::Snapshot;
use std::time::{Duration, Instant};

use super::ssh::{Host, Patience, Ran, SshError, run};

const BEGIN: &str = include_str!("debian/begin.sh");
const STAGE: &str = include_str!("debian/stage.sh");
const PREFLIGHT: &str = include_str!("debian/preflight.sh");
const BACKUP: &str = include_str!("debian/backup.sh");
const INSTALL: &str = include_str!("debian/install.sh");
const RESTART: &str = include_str!("debian/restart.sh");
const STARTED: &str = include_str!("debian/started.sh");
const LOOK: &str = include_str!("debian/look.sh");
const UNDO: &str = include_str!("debian/undo.sh");

/// A package with the version that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    /// Its name, such as `openssl`.
    pub name: String,
    /// The exact version.
    pub version: String,
    /// The SHA-256 of its file, in hexadecimal, as it was approved; `None`: the signed index of the repository vouches alone.
    pub sha256: Option<String>,
}

/// The work of one step on one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The order, as an id; it names the folder on the host.
    pub order: String,
    /// The packages.
    pub packages: Vec<Package>,
    /// How long the installation may take, in seconds.
    pub limit_s: u32,
}

/// What a host must have before work begins on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fitness {
    /// Free on `/var` and `/usr`, in KiB.
    pub disk_kib: u64,
    /// Free memory, in KiB.
    pub memory_kib: u64,
    /// By how many seconds its clock may be off.
    pub clock_s: u64,
    /// How full the battery of a device with an agent must be while it runs on it, in per cent. A host over SSH must be on mains.
    pub battery_percent: u8,
}

impl Default for Fitness {
    fn default() -> Self {
        Self { disk_kib: 512 * 1024, memory_kib: 64 * 1024, clock_s: 120, battery_percent: 50 }
    }
}

/// What to restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restart {
    /// The whole machine.
    Machine,
    /// Services by name.
    Services(Vec<String>),
}

/// A deed with its end and what was read on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deeded {
    /// How it ended.
    pub outcome: Outcome,
    /// What was read, word by word; it is the evidence.
    pub evidence: String,
    /// What the transaction would change, by the simulation: name, version before, version after.
    pub changes: Vec<Change>,
    /// The snapshot, of a deed that takes one.
    pub snapshot: Option<Snapshot>,
    /// Of a look: whether the host was started again since its restart was asked for, or since the work.
    pub started: Started,
    /// Whether the host kept that the asking for its restart failed.
    pub restart_failed: bool,
    /// What on the host asks for a restart, as a clause; `None`: nothing that was read, which says little.
    pub asks: Option<String>,
}

/// One line of a simulated transaction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The package with its architecture, as `libssl3:amd64`.
    pub name: String,
    /// Its version now; `None`: it is new.
    pub before: Option<String>,
    /// Its version then; `None`: it is removed.
    pub after: Option<String>,
}

/// Brings the packages near and compares their digests with what was approved.
#[must_use]
pub fn stage(host: &Host, job: &Job) -> Deeded {
    let ran = match start(host, job, STAGE, &job.wanted(), 2_000) {
        Ok(ran) => ran,
        Err(ended) => return *ended,
    };
    let outcome = match ran.code {
        0 => read::digests(job, &ran.output),
        10 => failed(ErrorClass::Unreachable, "the package repository does not answer", &ran),
        11 => failed(ErrorClass::Mismatch, "the repository does not give these packages", &ran),
        _ => failed(ErrorClass::Broken, "files could not be brought near", &ran),
    };
    Deeded::of(outcome, &ran)
}

/// Looks whether the host is fit, and what the transaction would change. `now_s`: seconds since 1970 here.
#[must_use]
pub fn preflight(host: &Host, job: &Job, fitness: Fitness, now_s: u64) -> Deeded {
    let ran = match start(host, job, PREFLIGHT, &job.wanted(), 300) {
        Ok(ran) => ran,
        Err(ended) => return *ended,
    };
    let mut deeded = Deeded::of(Outcome::Succeeded, &ran);
    deeded.changes = read::changes(&ran.output);
    deeded.outcome = if ran.code == 0 {
        read::fitness(job, fitness, now_s, &ran.output, &deeded.changes)
    } else {
        failed(ErrorClass::Unfit, "the host could not be examined", &ran)
    };
    deeded
}

/// Keeps what is needed to go back, proves it, and takes the snapshot before.
#[must_use]
pub fn backup(host: &Host, job: &Job) -> Deeded {
    let ran = match start(host, job, BACKUP, &[], 2_000) {
        Ok(ran) => ran,
        Err(ended) => return *ended,
    };
    let mut deeded = Deeded::of(Outcome::Succeeded, &ran);
    deeded.outcome = match ran.code {
        0 => Outcome::Succeeded,
        12 => failed(
            ErrorClass::Mismatch,
            "the version before is nowhere to be had, so there is no way back",
            &ran,
        ),
        _ => failed(ErrorClass::Unfit, "the backup could not be proven", &ran),
    };
    if ran.code == 0 {
        deeded.snapshot = Some(read::snapshot(&ran.output));
    }
    deeded
}

/// Installs. The host refuses a second beginning by itself.
#[must_use]
pub fn install(host: &Host, job: &Job) -> Deeded {
    let limit = job.limit_s.to_string();
    let mut arguments = vec![limit];
    arguments.extend(job.wanted());
    changing(host, job, INSTALL, &arguments, u64::from(job.limit_s) + 120)
}

/// Restarts. A machine has restarted when it answers in another start of its system, seen within `patience`; what was not seen is
/// [`Outcome::Unknown`], and a look says more.
#[must_use]
pub fn restart(host: &Host, job: &Job, what: &Restart, patience: Duration) -> Deeded {
    let arguments = match what {
        Restart::Machine => vec!["machine".to_owned()],
        Restart::Services(names) => {
            if let Some(bad) = names.iter().find(|name| !read::is_service(name)) {
                return Deeded::refused(format!("`{bad}` is no name of a service"));
            }
            names.clone()
        }
    };
    let asked = changing(host, job, RESTART, &arguments, 300);
    match (&asked.outcome, what) {
        (Outcome::Succeeded, Restart::Machine) => come_back(host, job, &asked, patience),
        _ => asked,
    }
}

/// Waits until the machine answers in another start of its system.
fn come_back(host: &Host, job: &Job, asked: &Deeded, patience: Duration) -> Deeded {
    const PAUSE: Duration = Duration::from_secs(2);
    let until = Instant::now() + patience;
    let mut last = "it was not reached any more".to_owned();
    loop {
        std::thread::sleep(PAUSE.min(until.saturating_duration_since(Instant::now())));
        if let Ok(ran) = start(host, job, STARTED, &[], 30) {
            let mut deeded = Deeded::of(Outcome::Succeeded, &ran);
            deeded.evidence = format!("{}\n{}", asked.evidence.trim_end(), deeded.evidence);
            deeded.started = read::started(&ran.output);
            if deeded.started == Started::Again {
                return deeded;
            }
            if let Some(why) = read::restart_failed(&ran.output) {
                let what = format!("it was not started again: {why}");
                return Deeded { outcome: Outcome::Unknown { what }, ..deeded };
            }
            last = "it still runs since before the restart was asked for".to_owned();
        }
        if Instant::now() >= until {
            let minutes = patience.as_secs() / 60;
            let what = format!("it was not seen in another start of its system within {minutes} min: {last}");
            return Deeded { outcome: Outcome::Unknown { what }, ..asked.clone() };
        }
    }
}

/// Goes back to what [`backup`] kept.
#[must_use]
pub fn undo(host: &Host, job: &Job) -> Deeded {
    changing(host, job, UNDO, &[job.limit_s.to_string()], u64::from(job.limit_s) * 2 + 120)
}

/// A deed that will not be begun any more; a look closes it on the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The installation.
    Install,
    /// The restart.
    Restart,
    /// The way back.
    Undo,
}

/// Looks at the host afresh. The outcome is a success when everything was read; what it means, the caller compares.
///
/// What is in `closing` can surely not begin behind the look, however late an order for it comes.
#[must_use]
pub fn look(host: &Host, job: &Job, closing: &[Closing]) -> Deeded {
    let marks: Vec<String> = closing
        .iter()
        .map(|deed| match deed {
            Closing::Install => "installing".to_owned(),
            Closing::Restart => "restarting".to_owned(),
            Closing::Undo => "undoing".to_owned(),
        })
        .collect();
    let ran = match start(host, job, LOOK, &marks, 120) {
        Ok(ran) => ran,
        Err(ended) => return *ended,
    };
    let mut deeded = Deeded::of(Outcome::Succeeded, &ran);
    if ran.code != 0 {
        deeded.outcome = failed(ErrorClass::Broken, "the host could not be looked at", &ran);
    } else if let Some(busy) = read::still_open(&ran.output) {
        deeded.outcome = Outcome::Failed { class: ErrorClass::Busy, what: busy };
    } else {
        deeded.snapshot = Some(read::snapshot(&ran.output));
    }
    deeded.started = read::started(&ran.output);
    deeded.restart_failed = read::restart_failed(&ran.output).is_some();
    deeded.asks = read::asks(&ran.output);
    let ends = read::ends(&ran.output);
    if !ends.is_empty() {
        deeded.evidence = format!("{}\n{}", ends.join("\n"), deeded.evidence);
    }
    deeded
}

impl Job {
    fn wanted(&self) -> Vec<String> {
        self.packages.iter().map(|package| format!("{}={}", package.name, package.version)).collect()
    }

    /// Whether every word of it is one that may stand in a command.
    fn is_clean(&self) -> Result<(), String> {
        let order_good = !self.order.is_empty()
            && self.order.len() <= 64
            && self.order.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        if !order_good {
            return Err(format!("`{}` is no id of an order", self.order));
        }
        if self.packages.is_empty() {
            return Err("the order names no package".into());
        }
        for package in &self.packages {
            if !read::is_package(&package.name) || !read::is_version(&package.version) {
                return Err(format!("`{}={}` is no package of Debian", package.name, package.version));
            }
        }
        Ok(())
    }
}

impl Deeded {
    fn of(outcome: Outcome, ran: &Ran) -> Self {
        let mut evidence = ran.output.clone();
        if !ran.complaints.is_empty() {
            evidence.push_str("\n-- complaints --\n");
            evidence.push_str(&ran.complaints);
        }
        Self {
            outcome,
            evidence,
            changes: Vec::new(),
            snapshot: None,
            started: Started::NotRead,
            restart_failed: false,
            asks: None,
        }
    }

    fn refused(what: String) -> Self {
        let outcome = Outcome::Failed { class: ErrorClass::Mismatch, what };
        Self {
            outcome,
            evidence: String::new(),
            changes: Vec::new(),
            snapshot: None,
            started: Started::NotRead,
            restart_failed: false,
            asks: None,
        }
    }
}

/// A deed that changes the host: what is not known to have ended is unknown.
fn changing(host: &Host, job: &Job, script: &str, arguments: &[String], patience_s: u64) -> Deeded {
    let ran = match start(host, job, script, arguments, patience_s) {
        Ok(ran) => ran,
        Err(ended) => return *ended,
    };
    let outcome = match ran.code {
        0 => Outcome::Succeeded,
        17 => Outcome::Unknown { what: "the host had begun it before".into() },
        18 => Outcome::Unknown { what: "it had no end in its time, and may still run".into() },
        _ => failed(ErrorClass::Broken, "the host reports a failure", &ran),
    };
    Deeded { asks: read::asks(&ran.output), ..Deeded::of(outcome, &ran) }
}

fn start(
    host: &Host,
    job: &Job,
    script: &str,
    arguments: &[String],
    patience_s: u64,
) -> Result<Ran, Box<Deeded>> {
    job.is_clean().map_err(|what| Box::new(Deeded::refused(what)))?;
    let mut words = vec![job.order.as_str()];
    words.extend(arguments.iter().map(String::as_str));
    let patience = Patience { connect: Duration::from_secs(20), script: Duration::from_secs(patience_s) };
    run(host, &format!("{BEGIN}\n{script}"), &words, patience).map_err(|why| {
        let class = match &why {
            SshError::Unreachable { .. } | SshError::Lost { .. } => ErrorClass::Unreachable,
            SshError::NotLetIn { .. } | SshError::Key { .. } => ErrorClass::Unfit,
            SshError::OtherKey { .. } => ErrorClass::Mismatch,
        };
        let what = why.to_string();
        let outcome =
            if why.nothing_ran() { Outcome::Failed { class, what } } else { Outcome::Unknown { what } };
        Box::new(Deeded {
            outcome,
            evidence: why.to_string(),
            changes: Vec::new(),
            snapshot: None,
            started: Started::NotRead,
            restart_failed: false,
            asks: None,
        })
    })
}

fn failed(class: ErrorClass, what: &str, ran: &Ran) -> Outcome {
    let what = match cause(&ran.output, &ran.complaints) {
        Some(cause) => format!("{what}: {}", cause.chars().take(300).collect::<String>()),
        None => what.to_owned(),
    };
    Outcome::Failed { class, what }
}

/// Why it failed: the last lines that speak of an error, as dpkg, apt, rpm and their scripts write them; where there are none, the
/// last line that is no by-talk. The whole is in the evidence.
fn cause(output: &str, complaints: &str) -> Option<String> {
    const MOST_LINES: usize = 3;
    let is_by_talk = |line: &str| {
        let begins =
            ["sudo: unable to resolve host", "debconf:", "(Reading database", "Warning: Permanently added"];
        line.is_empty() || begins.iter().any(|begin| line.starts_with(begin))
    };
    let speaks_of_error = |line: &str| {
        let small = line.to_lowercase();
        ["error", "cannot", "can't", "failed", "no space left", "unmet", "conflicts", "denied"]
            .iter()
            .any(|word| small.contains(word))
            || line.starts_with("E: ")
    };
    let lines = || output.lines().chain(complaints.lines()).map(str::trim).filter(|line| !is_by_talk(line));
    let mut errors: Vec<&str> = lines().filter(|line| speaks_of_error(line)).collect();
    errors.drain(..errors.len().saturating_sub(MOST_LINES));
    if !errors.is_empty() {
        return Some(errors.join(" | "));
    }
    let last =
        lines().next_back().or_else(|| complaints.lines().map(str::trim).rfind(|line| !line.is_empty()));
    last.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::cause;

    #[test]
    fn the_cause_of_a_failure_is_what_dpkg_says_and_not_what_sudo_says() {
        let output = "Setting up plant-hmi (1.2) ...\nit cannot be configured\ndpkg: error processing package plant-hmi (--configure):\n \
             installed plant-hmi package post-installation script subprocess returned error exit status 1\n";
        let complaints = "sudo: unable to resolve host rev5-3: Temporary failure in name resolution\n";
        let told = cause(output, complaints).expect("a cause");
        assert!(told.starts_with("it cannot be configured | dpkg: error processing"), "{told}");
        assert!(!told.contains("sudo"), "{told}");
        assert_eq!(
            cause("one\ntwo\n\n", complaints).as_deref(),
            Some("two"),
            "the last line where none speaks of an error"
        );
        let alone = cause("", complaints).expect("better than nothing");
        assert!(alone.starts_with("sudo: unable"), "{alone}");
        assert_eq!(cause("", ""), None);
    }
}
