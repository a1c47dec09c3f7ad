//! Patches: what the sources say of them, and how they stand on assets.
//!
//! Taking in is in [`taking`], [`repository`] and [`vendor`], one asset's answer in [`asset`], a whole fleet's answer for one
//! vulnerability in [`fleet`], which patches to take first in [`cover`], for which assets one is at all in [`fits`], what a maker's own fix means in [`own_fix`], files that were put in in [`files`].
//! The surprise: nothing of an answer is stored. It is worked out when somebody asks, from the records and from what
//! was seen on the asset, so a record that comes tomorrow changes tomorrow's answer and no row.

pub mod asset;
pub mod cover;
pub mod files;
pub mod fits;
pub mod fleet;
pub mod own;
pub mod own_fix;
mod packages;
pub mod repository;
pub(crate) mod resident;
mod subject;
pub mod taking;
pub mod vendor;
mod words;

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::patch::canonical_kb;
use holdpoint_store::compatibility::StatementLine;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::patch::{KeptFile, PatchLine, StoredPatch};

/// A patch with what each source says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownPatch {
    /// What all sources say together.
    pub line: PatchLine,
    /// What each document says.
    pub records: Vec<StoredPatch>,
    /// What suppliers say of it now.
    pub statements: Vec<StatementLine>,
    /// The files that somebody put in.
    pub files: Vec<KeptFile>,
    /// What replaces it for some product, by all sources together; a newer patch's record says so as well as its own.
    pub successors: Vec<String>,
}

/// Lists patches.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<PatchLine>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.patches(query))?)
}

/// A patch by its name, in any spelling of its article.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn get(app: &App, caller: &Caller, name: &str) -> Result<ShownPatch, AppError> {
    caller.require(Permission::ReadPlant)?;
    let name = canonical_kb(name).unwrap_or_else(|| name.trim().to_owned());
    let found = app.store().read(|r| {
        let Some(line) = r.patch(&name)? else { return Ok(None) };
        let statements = r.statements_of_patch(&name, Moment::OPEN)?;
        let files = r.patch_files(&name)?;
        let (graph, _) = app.patches().both(r)?;
        let successors = graph.successors(&name).into_iter().map(str::to_owned).collect();
        Ok(Some(ShownPatch { line, records: r.patch_records(&name)?, statements, files, successors }))
    })?;
    found.ok_or_else(|| AppError::NotFound { noun: "patch", id: name.chars().take(64).collect() })
}
