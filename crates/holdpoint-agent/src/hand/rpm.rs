//! Packages of rpm: test with `rpm --test`, compare, act with `rpm --upgrade`, go back with `--oldpackage`.
//!
//! Here: what is asked of rpm. dnf is not used: every file lies in the agent's folder, and rpm alone changes nothing but
//! what it is given, except for what a package declares obsolete, which is looked for before.

use super::deb::judge;
use super::{Bench, Fact};
use crate::error::{Result, Trouble};
use crate::process::{self, Answer, Ended, Hand, Program};
use holdpoint_wire::command::{PackageChange, PackageWork, SettingsFiles};
use holdpoint_wire::text::Hash;
use std::collections::BTreeMap;
use std::time::Duration;

/// What rpm knows of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Name.
    pub name: String,
    /// Epoch where there is one, version, release.
    pub version: String,
    /// Architecture.
    pub architecture: String,
    /// The file of the source it was built from.
    pub source: String,
}

const FORMAT: &str = "%{NAME}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\n";

/// What a package provides that is installed beside the one before it and never in its place.
const STANDS_BESIDE: [&str; 2] = ["installonlypkg(", "multiversion("];

/// Everything that rpm knows.
///
/// # Errors
/// When rpm does not answer as it should.
pub fn known(bench: Bench<'_>) -> Result<Vec<Known>> {
    let answer = question(bench, &["-qa", "--qf", FORMAT])?;
    if answer.code != Some(0) {
        return Err(Trouble::Program(format!("`rpm` failed: {}", answer.text.trim())));
    }
    answer.text.lines().map(read_known).collect()
}

fn read_known(line: &str) -> Result<Known> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [name, version, architecture, source] = fields.as_slice() else {
        return Err(Trouble::Program(format!("`rpm` said `{line}`, which is not four fields")));
    };
    Ok(Known {
        name: (*name).to_owned(),
        // No epoch is the epoch 0; repositories do not tell one from the other, and rpm does not either.
        version: version.strip_prefix("0:").unwrap_or(version).to_owned(),
        architecture: (*architecture).to_owned(),
        source: (*source).to_owned(),
    })
}

/// How the packages of an order stand. Of a name that is there in several versions the wanted one counts.
#[must_use]
pub fn look(bench: Bench<'_>, work: &PackageWork) -> Fact {
    let known = match known(bench) {
        Ok(known) => known,
        Err(trouble) => return Fact::CannotTell(trouble.in_full()),
    };
    let mut by_name: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for one in &known {
        by_name.entry((&one.name, &one.architecture)).or_default().push(&one.version);
    }
    judge(work, |change| {
        let versions = by_name.get(&(change.name.as_str(), change.architecture.as_str()))?;
        let wanted = versions.iter().find(|version| **version == change.to.as_str());
        Some(((*wanted.or(versions.first())?).to_owned(), true))
    })
}

/// Looks whether each file is the package that the order says, and declares nothing obsolete that is there.
///
/// # Errors
/// When rpm does not answer. `Ok(Some(words))` says what does not hold.
pub fn wrong_file(bench: Bench<'_>, work: &PackageWork) -> Result<Option<String>> {
    let installed = known(bench)?;
    for change in &work.packages {
        let back = change.way_back.as_ref().map(|hash| (hash, change.from.as_ref()));
        for (hash, version) in [(&change.install, Some(&change.to))].into_iter().chain(back) {
            let path = path_of(bench, hash);
            let said = question(bench, &["-qp", "--nosignature", "--qf", FORMAT, &path])?;
            let is_right =
                said.text.lines().next().and_then(|line| read_known(line).ok()).is_some_and(|one| {
                    one.name == change.name.as_str()
                        && Some(one.version.as_str())
                            == version.map(holdpoint_wire::text::PackageVersion::as_str)
                        && one.architecture == change.architecture.as_str()
                });
            if !is_right {
                return Ok(Some(format!("file {hash} is not {}: {}", change.name, said.text.trim())));
            }
        }
        let path = path_of(bench, &change.install);
        let obsolete = question(bench, &["-qp", "--nosignature", "--qf", "[%{OBSOLETENAME}\\n]", &path])?;
        let provided = question(bench, &["-qp", "--nosignature", "--qf", "[%{PROVIDENAME}\\n]", &path])?;
        if provided.text.lines().any(|name| STANDS_BESIDE.iter().any(|head| name.starts_with(head))) {
            return Ok(Some(format!(
                "package {} stands beside the one before it, as kernels do, and an upgrade would take that one away",
                change.name
            )));
        }
        let gone = obsolete.text.lines().find(|name| installed.iter().any(|one| one.name == **name));
        if let Some(name) = gone {
            return Ok(Some(format!(
                "package {} would take away {name}, which the order does not name",
                change.name
            )));
        }
    }
    Ok(None)
}

/// Asks rpm whether it would do it.
///
/// # Errors
/// When rpm does not answer. `Ok(Some(words))` says why not.
pub fn would_not_do(bench: Bench<'_>, work: &PackageWork) -> Result<Option<String>> {
    let mut arguments = vec!["--test".to_owned()];
    arguments.extend(install_arguments(bench, work));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let answer = question(bench, &arguments)?;
    Ok((answer.code != Some(0)).then(|| format!("rpm refuses: {}", answer.text.trim())))
}

fn install_arguments(bench: Bench<'_>, work: &PackageWork) -> Vec<String> {
    let mut arguments = vec!["--upgrade".to_owned()];
    match work.settings {
        // rpm keeps or replaces as each package says; there is no switch that always keeps.
        SettingsFiles::KeepOld => {}
        SettingsFiles::TakeNew => arguments.push("--replacefiles".to_owned()),
    }
    arguments.extend(work.packages.iter().map(|change| path_of(bench, &change.install)));
    arguments
}

/// Installs.
///
/// # Errors
/// When rpm cannot be started or watched.
pub fn install(bench: Bench<'_>, hand: &Hand, work: &PackageWork, log: &str) -> Result<Ended> {
    let arguments = install_arguments(bench, work);
    let limit = Duration::from_secs(u64::from(work.time_limit_s));
    hand.act(
        bench.settings,
        bench.state,
        &Program { name: "rpm", arguments, surroundings: vec![], account: None },
        log,
        limit,
    )
}

/// Goes back: the old files, then what is new is taken away.
///
/// # Errors
/// When rpm cannot be started or watched.
pub fn go_back(
    bench: Bench<'_>,
    hand: &Hand,
    work: &PackageWork,
    log: &str,
    limit: Duration,
) -> Result<Ended> {
    let olds = work.packages.iter().filter_map(|change| change.way_back.as_ref());
    let olds: Vec<String> = olds.map(|hash| path_of(bench, hash)).collect();
    let is_new = |change: &&PackageChange| change.from.is_none();
    let news = work.packages.iter().filter(is_new).map(|change| change.name.to_string()).collect();
    let acts = [(vec!["--upgrade", "--oldpackage", "--replacepkgs"], olds), (vec!["--erase"], news)];
    let mut ended = Ended::By(Some(0));
    for (options, names) in acts.into_iter().filter(|(_, names)| !names.is_empty()) {
        let arguments = options.into_iter().map(str::to_owned).chain(names).collect();
        let program = Program { name: "rpm", arguments, surroundings: vec![], account: None };
        ended = hand.act(bench.settings, bench.state, &program, log, limit)?;
        if ended != Ended::By(Some(0)) {
            break;
        }
    }
    Ok(ended)
}

fn path_of(bench: Bench<'_>, hash: &Hash) -> String {
    crate::files::path_of(bench.state, hash).to_string_lossy().into_owned()
}

fn question(bench: Bench<'_>, arguments: &[&str]) -> Result<Answer> {
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    process::ask(bench.settings, &Program { name: "rpm", arguments, surroundings: vec![], account: None })
}

#[cfg(test)]
mod tests {
    use super::read_known;

    #[test]
    fn a_line_of_rpm_has_four_fields() {
        let one =
            read_known("openssl\t1:3.0.7-27.el9\tx86_64\topenssl-3.0.7-27.el9.src.rpm").expect("four fields");
        assert_eq!(one.version, "1:3.0.7-27.el9");
        assert!(read_known("openssl 1:3.0.7").is_err());
        let none = read_known("bash\t0:5.1.8-9.el9\tx86_64\tbash-5.1.8-9.el9.src.rpm").expect("four fields");
        assert_eq!(none.version, "5.1.8-9.el9");
    }
}
