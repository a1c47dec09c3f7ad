//! What an installation needs besides the device's own state: the package, its files, and the image that names them.
//!
//! The surprise: nothing here chooses what may be done. The signed image says which command a patch has and which files, and what it
//! does not say is no job.

use super::super::papers::{read_text, wire_hash, wire_patch};
use super::super::wire_time;
use super::Facts;
use crate::App;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::id::SiteId;
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_store::Reader;
use holdpoint_store::patch::KeptFile;
use holdpoint_wire::image::{Approved, Image};
use holdpoint_wire::order::{ClockNeed, Needs};
use std::collections::HashMap;

/// What an installation needs besides the device's own state.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) architecture: String,
    pub(super) file: Vec<KeptFile>,
    pub(super) entry: Approved,
    pub(super) image_version: u64,
    /// What must hold on the device, asked once more there.
    pub(super) needs: Needs,
}

/// Jobs of one look, each worked out once for all devices of a class: a wave is many devices and one patch.
pub(super) struct Jobs {
    now: Moment,
    needs: Needs,
    known: HashMap<(SiteId, String, String), Result<Job, String>>,
}

impl Jobs {
    pub(super) fn new(app: &App, now: Moment) -> Self {
        let fitness = app.settings().fitness;
        let needs = Needs {
            free_disk_bytes: fitness.disk_kib * 1_024,
            free_memory_bytes: fitness.memory_kib * 1_024,
            clock: ClockNeed::Plausible,
            battery_percent: 0,
        };
        Self { now, needs, known: HashMap::new() }
    }

    pub(super) fn of(&mut self, r: &mut Reader<'_>, facts: &Facts) -> Result<Result<Job, String>, AppError> {
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
) -> Result<Result<Job, String>, AppError> {
    let patch = &facts.planned.patch;
    let Some((name, version, architecture)) = package_of(patch) else {
        return Ok(Err(format!("`{patch}` is no package of Debian, and agents are given nothing else yet")));
    };
    let file = r.patch_files(patch)?;
    if file.is_empty() {
        return Ok(Err(format!("no file of `{patch}` is kept here")));
    }
    let Some(kept) = r.agent_image(facts.agent.site, &facts.agent.class)? else {
        return Ok(Err(format!("class `{}` has no signed image", facts.agent.class)));
    };
    let image: Image = read_text(&kept)?;
    if image.expires_at < wire_time(now) {
        return Ok(Err(format!(
            "the image of class `{}` is over since {}",
            facts.agent.class, image.expires_at
        )));
    }
    let Some(entry) = image.entry(&wire_patch(patch)).cloned() else {
        return Ok(Err(format!(
            "image {} of class `{}` does not name it",
            image.image_version, facts.agent.class
        )));
    };
    let named: Vec<KeptFile> = file.into_iter().filter(|file| is_named(&entry, file)).collect();
    if named.len() != 1 {
        let n = named.len();
        return Ok(Err(format!("{n} of its kept files are named by the image, and it takes exactly one")));
    }
    let image_version = image.image_version;
    Ok(Ok(Job { name, version, architecture, file: named, entry, image_version, needs }))
}

fn is_named(entry: &Approved, file: &KeptFile) -> bool {
    entry.files.iter().any(|one| one.sha256 == wire_hash(&file.sha256) && one.size_bytes == file.size_bytes)
}

/// Name, version and architecture of `deb NAME VERSION (ARCHITECTURE)`, as package repositories are read.
pub(crate) fn package_of(patch: &str) -> Option<(String, String, String)> {
    let mut words = patch.strip_prefix("deb ")?.split(' ');
    let (name, version) = (words.next()?, words.next()?);
    let architecture = words.next()?.strip_prefix('(')?.strip_suffix(')')?;
    Some((name.to_owned(), version.to_owned(), architecture.to_owned()))
}

/// The other versions of a patch's package that are in the catalogue, by their names.
pub(in crate::agents) fn other_versions(r: &mut Reader<'_>, patch: &str) -> Result<Vec<String>, AppError> {
    let Some((name, _, _)) = package_of(patch) else { return Ok(Vec::new()) };
    let head = format!("deb {name} ");
    Ok(r.patches_with_files()?
        .into_iter()
        .filter(|other| other != patch && other.starts_with(&head))
        .collect())
}

pub(super) fn way_back_file(
    r: &mut Reader<'_>,
    facts: &Facts,
    job: &Job,
    before: &Snapshot,
) -> Result<Option<KeptFile>, AppError> {
    let full = format!("{}:{}", job.name, job.architecture);
    let Some(from) = before.software.as_ref().and_then(|software| software.get(&full)) else {
        return Ok(None);
    };
    for other in other_versions(r, &facts.planned.patch)? {
        let is_it = package_of(&other)
            .is_some_and(|(_, version, architecture)| version == *from && architecture == job.architecture);
        if is_it {
            let file = r.patch_files(&other)?.into_iter().find(|file| is_named(&job.entry, file));
            if file.is_some() {
                return Ok(file);
            }
        }
    }
    Ok(None)
}
