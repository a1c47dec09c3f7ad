//! What an installation needs besides the device's own state: the package, its files, and the image that names them.
//!
//! The surprise: nothing here chooses what may be done. The signed image says which command a patch has and which files, and what it
//! does not say is no job.

use super::super::papers::{read_text, wire_hash, wire_patch};
use super::super::wire_time;
use super::file::is_file;
use super::script::is_script;
use super::{Facts, unfit};
use crate::App;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{ErrorClass, Outcome};
use holdpoint_domain::id::SiteId;
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_store::Reader;
use holdpoint_store::patch::KeptFile;
use holdpoint_versions::{Comparison, Scheme};
use holdpoint_wire::command::{CommandName, ScriptWork};
use holdpoint_wire::image::{Approved, Image, Place};
use holdpoint_wire::inventory::PackageDatabase;
use holdpoint_wire::order::{ClockNeed, Needs};
use std::collections::HashMap;

/// What an installation needs besides the device's own state.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) brings: Brings,
    pub(super) entry: Approved,
    pub(super) image_version: u64,
    /// What must hold on the device, asked once more there.
    pub(super) needs: Needs,
}

/// What a job brings to a device.
#[derive(Clone)]
pub(super) enum Brings {
    /// A package, by the device's own database, and its file.
    Package(PackagePatch, KeptFile),
    /// A file, at the place that the image says.
    File(Place, KeptFile),
    /// Nothing: a script that lies there already is run, as the image says.
    Script(ScriptWork),
}

/// Jobs of one look, each worked out once for all devices of a class: a wave is many devices and one patch.
pub(super) struct Jobs {
    now: Moment,
    needs: Needs,
    known: HashMap<(SiteId, String, String), Result<Job, Outcome>>,
}

impl Jobs {
    pub(super) fn new(app: &App, now: Moment) -> Self {
        let fitness = app.settings().fitness;
        let needs = Needs {
            free_disk_bytes: fitness.disk_kib * 1_024,
            free_memory_bytes: fitness.memory_kib * 1_024,
            clock: ClockNeed::Plausible,
            battery_percent: fitness.battery_percent,
        };
        Self { now, needs, known: HashMap::new() }
    }

    pub(super) fn of(&mut self, r: &mut Reader<'_>, facts: &Facts) -> Result<Result<Job, Outcome>, AppError> {
        let key = (facts.agent.site, facts.agent.class.clone(), facts.planned.patch.clone());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let job = job(r, facts, (self.now, self.needs))?;
        self.known.insert(key, job.clone());
        Ok(job)
    }
}

fn job(
    r: &mut Reader<'_>,
    facts: &Facts,
    (now, needs): (Moment, Needs),
) -> Result<Result<Job, Outcome>, AppError> {
    let patch = &facts.planned.patch;
    let package = package_of(patch);
    if package.is_none() && !is_file(patch) && !is_script(patch) {
        return Ok(Err(impossible(format!("`{patch}` is {NO_WORK}"))));
    }
    if let Some(why) = package.as_ref().and_then(PackagePatch::stands_beside) {
        return Ok(Err(impossible(why)));
    }
    let file = r.patch_files(patch)?;
    if file.is_empty() && !is_script(patch) {
        return Ok(Err(unfit(format!("no file of `{patch}` is kept here"))));
    }
    let Some(kept) = r.agent_image(facts.agent.site, &facts.agent.class)? else {
        return Ok(Err(unfit(format!("class `{}` has no signed image", facts.agent.class))));
    };
    let image: Image = read_text(&kept)?;
    if image.expires_at < wire_time(now) {
        let (class, at) = (&facts.agent.class, image.expires_at);
        return Ok(Err(unfit(format!("the image of class `{class}` is over since {at}"))));
    }
    let Some(entry) = image.entry(&wire_patch(patch)).cloned() else {
        let (version, class) = (image.image_version, &facts.agent.class);
        return Ok(Err(unfit(format!("image {version} of class `{class}` does not name it"))));
    };
    Ok(approved((patch, package), (image.image_version, entry), file, needs))
}

/// The job, as far as the image approves it.
fn approved(
    (patch, package): (&str, Option<PackagePatch>),
    (image_version, entry): (u64, Approved),
    kept: Vec<KeptFile>,
    needs: Needs,
) -> Result<Job, Outcome> {
    let command = command_of(patch, package.as_ref());
    if !entry.commands.contains(&command) {
        let name = command.as_str();
        return Err(unfit(format!("image {image_version} does not approve `{name}` of it")));
    }
    let unsaid = |what: &str| unfit(format!("image {image_version} does not say {what}"));
    let brings = match package {
        Some(package) => Brings::Package(package, only(&kept, |file| is_named(&entry, file))?),
        None if command == CommandName::Script => {
            Brings::Script(entry.script.clone().ok_or_else(|| unsaid("how it runs"))?)
        }
        None => {
            let place = entry.place.clone().ok_or_else(|| unsaid("where it is put"))?;
            let is_it = |file: &KeptFile| is_named(&entry, file) && wire_hash(&file.sha256) == place.install;
            let file = only(&kept, is_it)?;
            Brings::File(place, file)
        }
    };
    Ok(Job { brings, entry, image_version, needs })
}

/// The one kept file that is meant.
fn only(kept: &[KeptFile], is_meant: impl Fn(&KeptFile) -> bool) -> Result<KeptFile, Outcome> {
    let meant: Vec<&KeptFile> = kept.iter().filter(|file| is_meant(file)).collect();
    match meant.as_slice() {
        [file] => Ok((*file).clone()),
        _ => {
            let n = meant.len();
            Err(unfit(format!("{n} of its kept files are named by the image, and it takes exactly one")))
        }
    }
}

/// The command that carries a patch out which an agent can be ordered.
pub(in crate::agents) fn command_of(patch: &str, package: Option<&PackagePatch>) -> CommandName {
    match package {
        Some(package) => package.command(),
        None if is_script(patch) => CommandName::Script,
        None => CommandName::File,
    }
}

fn is_named(entry: &Approved, file: &KeptFile) -> bool {
    entry.files.iter().any(|one| one.sha256 == wire_hash(&file.sha256) && one.size_bytes == file.size_bytes)
}

/// What agents are not ordered, said where something else is wanted.
pub(in crate::agents) const NO_WORK: &str = "no package of Debian or of rpm, and no file or script with its version (`file NAME VERSION`, `script NAME VERSION`), and agents are ordered nothing else";

fn impossible(what: impl Into<String>) -> Outcome {
    Outcome::Failed { class: ErrorClass::Impossible, what: what.into() }
}

/// A package that a patch brings, as package repositories are read: `deb NAME VERSION (ARCHITECTURE)`, or
/// `rpm NAME [EPOCH:]VERSION-RELEASE (ARCHITECTURE)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackagePatch {
    /// Whose package it is.
    pub(crate) database: PackageDatabase,
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Its architecture.
    pub(crate) architecture: String,
}

impl PackagePatch {
    /// As inventories name it.
    pub(in crate::agents) fn full(&self) -> String {
        format!("{}:{}", self.name, self.architecture)
    }

    /// The command that installs it.
    pub(in crate::agents) const fn command(&self) -> CommandName {
        match self.database {
            PackageDatabase::Dpkg => CommandName::Deb,
            PackageDatabase::Rpm => CommandName::Rpm,
        }
    }

    /// What people call its kind of package.
    pub(super) const fn kind(&self) -> &'static str {
        kind_of(self.database)
    }

    /// Whether a version is surely older than this one, by the rules of its kind of package.
    pub(super) fn is_newer_than(&self, version: &str) -> bool {
        let scheme = match self.database {
            PackageDatabase::Dpkg => Scheme::Dpkg,
            PackageDatabase::Rpm => Scheme::Rpm,
        };
        scheme.compare(version, &self.version).is_ok_and(|order| order == Comparison::Less)
    }

    /// Why no order installs it, as a clause: kernels of rpm stand beside each other, and an upgrade would take away the one that runs.
    pub(super) fn stands_beside(&self) -> Option<String> {
        const TOOLS: [&str; 6] = ["headers", "tools", "doc", "rpm-macros", "srpm-macros", "abi-stablelists"];
        if self.database == PackageDatabase::Dpkg {
            return None;
        }
        let part = self.name.strip_prefix("kernel")?;
        let is_tool =
            part.strip_prefix('-').is_some_and(|part| TOOLS.iter().any(|tool| part.starts_with(tool)));
        let is_kernel = (part.is_empty() || part.starts_with('-')) && !is_tool;
        is_kernel.then(|| {
            format!(
                "`{}` is a kernel, which stands beside the one before; an upgrade by rpm would take away the one that runs, so a person \
                 installs it",
                self.name
            )
        })
    }
}

/// What people call a kind of package.
pub(super) const fn kind_of(database: PackageDatabase) -> &'static str {
    match database {
        PackageDatabase::Dpkg => "Debian",
        PackageDatabase::Rpm => "rpm",
    }
}

/// The package of a patch, as package repositories are read; `None`: it is none.
pub(crate) fn package_of(patch: &str) -> Option<PackagePatch> {
    let mut words = patch.split(' ');
    let database = match words.next()? {
        "deb" => PackageDatabase::Dpkg,
        "rpm" => PackageDatabase::Rpm,
        _ => return None,
    };
    let (name, version) = (words.next()?, words.next()?);
    let architecture = words.next()?.strip_prefix('(')?.strip_suffix(')')?;
    let (name, version, architecture) = (name.to_owned(), version.to_owned(), architecture.to_owned());
    Some(PackagePatch { database, name, version, architecture })
}

/// The other versions of a patch's package that are in the catalogue, by their names.
pub(in crate::agents) fn other_versions(r: &mut Reader<'_>, patch: &str) -> Result<Vec<String>, AppError> {
    let Some(package) = package_of(patch) else { return Ok(Vec::new()) };
    let is_other = |other: &String| {
        other != patch
            && package_of(other)
                .is_some_and(|other| other.database == package.database && other.name == package.name)
    };
    Ok(r.patches_with_files()?.into_iter().filter(is_other).collect())
}

pub(super) fn way_back_file(
    r: &mut Reader<'_>,
    facts: &Facts,
    job: &Job,
    before: &Snapshot,
) -> Result<Option<KeptFile>, AppError> {
    let Brings::Package(package, _) = &job.brings else { return Ok(None) };
    let Some(from) = before.software.as_ref().and_then(|software| software.get(&package.full())) else {
        return Ok(None);
    };
    for other in other_versions(r, &facts.planned.patch)? {
        let is_it = package_of(&other)
            .is_some_and(|other| other.version == *from && other.architecture == package.architecture);
        if is_it {
            let file = r.patch_files(&other)?.into_iter().find(|file| is_named(&job.entry, file));
            if file.is_some() {
                return Ok(file);
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read_as_repositories_name_them_and_nothing_else_is_one() {
        let one = package_of("rpm openssl-libs 1:3.0.7-27.el9 (x86_64)").expect("a package of rpm");
        assert_eq!((one.full().as_str(), one.version.as_str()), ("openssl-libs:x86_64", "1:3.0.7-27.el9"));
        assert_eq!(one.command(), CommandName::Rpm);
        assert_eq!(package_of("deb nano 7.2-1 (amd64)").map(|one| one.command()), Some(CommandName::Deb));
        for other in ["KB5041578", "RHSA-2026:1", "rpm openssl", "deb nano 7.2-1", "rpm a 1-1 x86_64"] {
            assert_eq!(package_of(other), None, "{other}");
        }
    }

    #[test]
    fn older_is_older_by_the_rules_of_its_own_kind() {
        let newer = |patch: &str, than: &str| package_of(patch).expect("a package").is_newer_than(than);
        assert!(newer("rpm hmi 1:1.0-1 (noarch)", "2.0-1"), "the epoch goes before");
        assert!(newer("rpm hmi 1.10-1 (noarch)", "1.9-1") && newer("deb hmi 1.0 (all)", "1.0~rc1"));
        assert!(!newer("rpm hmi 1.0-1 (noarch)", "1.0-1") && !newer("rpm hmi 1.0-1 (noarch)", "1.0^git1-1"));
    }

    #[test]
    fn a_kernel_of_rpm_is_never_upgraded_in_the_place_of_the_one_that_runs() {
        let beside = |patch: &str| package_of(patch).expect("a package").stands_beside().is_some();
        for kernel in ["kernel", "kernel-core", "kernel-modules-extra", "kernel-rt-core", "kernel-devel"] {
            assert!(beside(&format!("rpm {kernel} 5.14.0-503.el9 (x86_64)")), "{kernel}");
        }
        for other in ["kernel-headers", "kernel-tools-libs", "kernelshark"] {
            assert!(!beside(&format!("rpm {other} 5.14.0-503.el9 (x86_64)")), "{other}");
        }
        assert!(!beside("deb kernel 6.1 (all)"));
    }
}
