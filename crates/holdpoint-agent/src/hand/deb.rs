//! Packages of Debian: simulate with apt, compare with the order, act with apt, go back with dpkg.
//!
//! Here: what is asked of dpkg and apt, and how their answers are read. Not here: fetching; all files lie in the agent's
//! folder, their hashes known, and apt may not download anything.
//!
//! The surprise: apt decides by itself what else to change. So it is asked first, and when its answer is not exactly
//! what the order names, nothing is done.

use super::{Bench, Fact};
use crate::error::{Result, Trouble};
use crate::process::{self, Ended, Hand, Program};
use holdpoint_wire::command::{PackageChange, PackageWork, SettingsFiles};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

/// What dpkg knows of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Architecture.
    pub architecture: String,
    /// The source it was built from.
    pub source: String,
    /// Two letters and maybe a third: what is wanted, what is there, what is wrong.
    pub state: String,
}

const FORMAT: &str = "${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${db:Status-Abbrev}\\n";

/// The files that dpkg and apt lock while they work.
const LOCKS: [&str; 4] = [
    "/var/lib/dpkg/lock-frontend",
    "/var/lib/dpkg/lock",
    "/var/lib/apt/lists/lock",
    "/var/cache/apt/archives/lock",
];

/// Everything that dpkg knows.
///
/// # Errors
/// When dpkg does not answer as it should.
pub fn known(bench: Bench<'_>) -> Result<Vec<Known>> {
    let answer = question(bench, "dpkg-query", &["-W", &format!("-f={FORMAT}")])?;
    if answer.code != Some(0) {
        return Err(Trouble::Program(format!("`dpkg-query` failed: {}", answer.text.trim())));
    }
    answer.text.lines().map(read_known).collect()
}

/// Reads one line of the list; five fields, none left out.
fn read_known(line: &str) -> Result<Known> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [name, version, architecture, source, state] = fields.as_slice() else {
        return Err(Trouble::Program(format!("`dpkg-query` said `{line}`, which is not five fields")));
    };
    Ok(Known {
        name: (*name).to_owned(),
        version: (*version).to_owned(),
        architecture: (*architecture).to_owned(),
        source: (*source).to_owned(),
        state: state.trim_end().to_owned(),
    })
}

/// How the packages of an order stand.
#[must_use]
pub fn look(bench: Bench<'_>, work: &PackageWork) -> Fact {
    let known = match known(bench) {
        Ok(known) => known,
        Err(trouble) => return Fact::CannotTell(trouble.in_full()),
    };
    let by_name: BTreeMap<(&str, &str), &Known> =
        known.iter().map(|one| ((one.name.as_str(), one.architecture.as_str()), one)).collect();
    judge(work, |change| {
        let one = by_name.get(&(change.name.as_str(), change.architecture.as_str()))?;
        let is_there = one.state.as_bytes().get(1);
        match is_there {
            // Not there, or only settings files are left of it.
            Some(b'n' | b'c') | None => None,
            Some(b'i') if one.state.len() == 2 => Some((one.version.clone(), true)),
            Some(_) => Some((one.version.clone(), false)),
        }
    })
}

/// Holds what is installed against an order; `find` gives the version and whether it is whole.
pub(super) fn judge(work: &PackageWork, find: impl Fn(&PackageChange) -> Option<(String, bool)>) -> Fact {
    let (mut n_after, mut n_before, mut between) = (0, 0, Vec::new());
    for change in &work.packages {
        let found = find(change);
        match (&found, &change.from) {
            (Some((version, true)), _) if version == change.to.as_str() => n_after += 1,
            (Some((version, true)), Some(from)) if version == from.as_str() => n_before += 1,
            (None, None) => n_before += 1,
            (Some((version, is_whole)), _) => {
                let how = if *is_whole { "" } else { " and is not whole" };
                between.push(format!("{} is at {version}{how}", change.name));
            }
            (None, Some(_)) => between.push(format!("{} is not installed", change.name)),
        }
    }
    match (n_after, n_before, between.is_empty()) {
        (n, _, true) if n == work.packages.len() => Fact::After,
        (_, n, true) if n == work.packages.len() => Fact::Before,
        (n_after, n_before, true) => {
            Fact::Between(format!("{n_after} packages are at the new version, {n_before} at the old"))
        }
        (_, _, false) => Fact::Between(between.join("; ")),
    }
}

/// Whether somebody else is at work with dpkg or apt.
///
/// # Errors
/// When the locks cannot be asked. `Ok(Some(words))` says which is held.
pub fn locked() -> Result<Option<String>> {
    for lock in LOCKS {
        if crate::system::is_locked_by_another(lock.as_ref())? {
            return Ok(Some(format!(
                "another program holds `{lock}`; wait for it, or find out what it does"
            )));
        }
    }
    Ok(None)
}

/// Whether anything is half done, as dpkg itself says.
///
/// # Errors
/// When dpkg does not answer. `Ok(Some(words))` says what is not whole.
pub fn not_whole(bench: Bench<'_>) -> Result<Option<String>> {
    let audit = question(bench, "dpkg", &["--audit"])?;
    if audit.text.trim().is_empty() && audit.code == Some(0) {
        return Ok(None);
    }
    Ok(Some(format!("dpkg says that packages are not whole: {}. Repair them first", audit.text.trim())))
}

/// Looks whether each file is the package that the order says, and would not write into the agent's own places.
///
/// # Errors
/// When dpkg does not answer. `Ok(Some(words))` says what does not hold.
pub fn wrong_file(bench: Bench<'_>, work: &PackageWork) -> Result<Option<String>> {
    for change in &work.packages {
        let installs = [(&change.install, Some(&change.to))];
        let back = change.way_back.as_ref().map(|hash| (hash, change.from.as_ref()));
        for (hash, version) in installs.into_iter().chain(back) {
            let path = crate::files::path_of(bench.state, hash);
            let path = path.to_string_lossy();
            let said = question(bench, "dpkg-deb", &["-f", &path, "Package", "Version", "Architecture"])?;
            let wanted = format!(
                "Package: {}\nVersion: {}\nArchitecture: {}\n",
                change.name,
                version.map(ToString::to_string).unwrap_or_default(),
                change.architecture
            );
            if said.text != wanted {
                return Ok(Some(format!("file {hash} is not {}: {}", wanted.replace('\n', " "), said.text)));
            }
            let listed = question(bench, "dpkg-deb", &["--contents", &path])?;
            if let Some(own) = own_place_in(bench, &listed.text) {
                return Ok(Some(format!(
                    "package {} would write into the agent's own place `{own}`",
                    change.name
                )));
            }
        }
    }
    Ok(None)
}

/// A package must not overwrite what the agent remembers.
fn own_place_in(bench: Bench<'_>, listed: &str) -> Option<String> {
    let settings = bench.settings;
    let own = [&settings.state, &settings.witness, &settings.scripts];
    let own: Vec<String> = own.map(|path| path.to_string_lossy().trim_start_matches('/').to_owned()).into();
    let paths = listed.lines().filter_map(|line| line.split_once(" ./").map(|(_, path)| path));
    let mut inside = paths.filter(|path| own.iter().any(|own| path.starts_with(own.as_str())));
    inside.next().map(str::to_owned)
}

/// Asks apt what it would do, and compares with the order.
///
/// # Errors
/// When apt does not answer. `Ok(Some(words))` says what it would do besides.
pub fn would_do_more(bench: Bench<'_>, work: &PackageWork) -> Result<Option<String>> {
    let mut arguments = vec!["--simulate".to_owned()];
    arguments.extend(apt_arguments(bench, work)?);
    let program = Program { name: "apt-get", arguments, surroundings: SURROUNDINGS.to_vec(), account: None };
    let answer = process::ask(bench.settings, &program)?;
    if answer.code != Some(0) {
        return Ok(Some(format!("apt refuses: {}", answer.text.trim())));
    }
    let would = simulated(&answer.text);
    let wanted: BTreeSet<String> =
        work.packages.iter().map(|change| format!("Inst {} {}", change.name, change.to)).collect();
    if would == wanted {
        return Ok(None);
    }
    let list = |set: Vec<&String>| set.into_iter().cloned().collect::<Vec<_>>().join(", ");
    let more = list(would.difference(&wanted).collect());
    let less = list(wanted.difference(&would).collect());
    Ok(Some(format!(
        "apt would do more: [{more}]; and would not do: [{less}]. Nothing was done; plan it again"
    )))
}

/// The changes in apt's simulation: `Inst NAME [OLD] (NEW …)`, `Remv NAME [OLD]`. `Conf` lines follow from them.
fn simulated(text: &str) -> BTreeSet<String> {
    let change = |line: &str| {
        let mut words = line.split_whitespace();
        let (verb, name) = (words.next()?, words.next()?);
        let name = name.split(':').next()?;
        match verb {
            "Inst" => {
                let new = words.find(|word| word.starts_with('('))?;
                Some(format!("Inst {name} {}", new.trim_start_matches('(').trim_end_matches(')')))
            }
            "Remv" | "Purg" => Some(format!("{verb} {name}")),
            _ => None,
        }
    };
    text.lines().filter_map(change).collect()
}

const SURROUNDINGS: [(&str, &str); 3] = [
    ("DEBIAN_FRONTEND", "noninteractive"),
    ("DEBCONF_NONINTERACTIVE_SEEN", "true"),
    ("APT_LISTCHANGES_FRONTEND", "none"),
];

fn apt_arguments(bench: Bench<'_>, work: &PackageWork) -> Result<Vec<String>> {
    let fixed = [
        "--quiet",
        "--yes",
        "--no-remove",
        "--no-install-recommends",
        "--allow-change-held-packages",
        // The files lie where apt's own unprivileged user may not look.
        "--option=APT::Sandbox::User=root",
        // Nothing may be brought by apt itself. (`--no-download` would refuse files as well.)
        "--option=Acquire::http::Proxy=http://127.0.0.1:9/",
        "--option=Acquire::https::Proxy=http://127.0.0.1:9/",
        "--option=Acquire::Retries=0",
        "--option=DPkg::Lock::Timeout=60",
        "--option=Dpkg::Use-Pty=0",
        // What the agent judges by must be on the disk before the act is over.
        "--option=DPkg::Options::=--force-confdef",
    ];
    let mut arguments: Vec<String> = fixed.map(str::to_owned).into();
    arguments.push(match work.settings {
        SettingsFiles::KeepOld => "--option=DPkg::Options::=--force-confold".to_owned(),
        SettingsFiles::TakeNew => "--option=DPkg::Options::=--force-confnew".to_owned(),
    });
    arguments.push("install".to_owned());
    for change in &work.packages {
        arguments
            .push(crate::files::as_package(bench.state, &change.install)?.to_string_lossy().into_owned());
    }
    Ok(arguments)
}

/// Installs.
///
/// # Errors
/// When apt cannot be started or watched.
pub fn install(bench: Bench<'_>, hand: &Hand, work: &PackageWork, log: &str) -> Result<Ended> {
    let program = Program {
        name: "apt-get",
        arguments: apt_arguments(bench, work)?,
        surroundings: SURROUNDINGS.to_vec(),
        account: None,
    };
    hand.act(bench.settings, bench.state, &program, log, seconds(work.time_limit_s))
}

/// Goes back: the old files with dpkg, which also works while a package is half done; what is new is taken away.
///
/// # Errors
/// When dpkg cannot be started or watched.
pub fn go_back(
    bench: Bench<'_>,
    hand: &Hand,
    work: &PackageWork,
    log: &str,
    limit: Duration,
) -> Result<Ended> {
    let olds: Vec<String> = work
        .packages
        .iter()
        .filter_map(|change| change.way_back.as_ref())
        .map(|hash| crate::files::path_of(bench.state, hash).to_string_lossy().into_owned())
        .collect();
    let news = work.packages.iter().filter(|change| change.from.is_none());
    let news: Vec<String> = news.map(|change| change.name.to_string()).collect();
    // What looks at these packages may have been left half done; everything was whole before the order began.
    let rest = vec!["--pending".to_owned()];
    let acts = [
        (vec!["--force-confdef", "--force-confold", "--install"], olds),
        (vec!["--remove"], news),
        (vec!["--force-confdef", "--force-confold", "--configure"], rest),
    ];
    let mut ended = Ended::By(Some(0));
    for (options, names) in acts.into_iter().filter(|(_, names)| !names.is_empty()) {
        let arguments = options.into_iter().map(str::to_owned).chain(names).collect();
        let program = Program { name: "dpkg", arguments, surroundings: SURROUNDINGS.to_vec(), account: None };
        ended = hand.act(bench.settings, bench.state, &program, log, limit)?;
        if ended != Ended::By(Some(0)) {
            break;
        }
    }
    Ok(ended)
}

/// The settings files of packages, as dpkg lists them.
///
/// # Errors
/// When dpkg does not answer.
pub fn settings_files(bench: Bench<'_>, work: &PackageWork) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for change in work.packages.iter().filter(|change| change.from.is_some()) {
        let answer = question(bench, "dpkg-query", &["-W", "-f=${Conffiles}\\n", change.name.as_str()])?;
        let paths = answer.text.lines().filter_map(|line| line.split_whitespace().next());
        files.extend(paths.filter(|path| path.starts_with('/')).map(PathBuf::from));
    }
    Ok(files)
}

fn question(bench: Bench<'_>, name: &str, arguments: &[&str]) -> Result<process::Answer> {
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    process::ask(
        bench.settings,
        &Program { name, arguments, surroundings: SURROUNDINGS.to_vec(), account: None },
    )
}

fn seconds(n: u32) -> Duration {
    Duration::from_secs(u64::from(n))
}

#[cfg(test)]
mod tests {
    use super::{read_known, simulated};

    #[test]
    fn apts_simulation_is_read_line_by_line() {
        let text = "Reading package lists...\nRemv old [1.0]\nInst hp-demo [1.0] (1.1 local-deb [all])\n\
                    Inst new:i386 (2:3.4-1 Debian:12 [i386])\nConf hp-demo (1.1 local-deb [all])\n";
        let changes: Vec<String> = simulated(text).into_iter().collect();
        assert_eq!(changes, ["Inst hp-demo 1.1", "Inst new 2:3.4-1", "Remv old"]);
    }

    #[test]
    fn a_line_of_dpkg_has_five_fields() {
        let one = read_known("hp-demo\t1.1\tall\thp-demo\tii ").expect("five fields");
        assert_eq!((one.version.as_str(), one.state.as_str()), ("1.1", "ii"));
        assert!(read_known("hp-demo 1.1").is_err());
    }
}
