//! `bench identity FOLDER`: how well products are recognised, against gold sets made from a folder of documents.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::measure::machine;
use crate::root;

/// Runs the bench `identity` of `holdpoint-engine`.
///
/// # Errors
/// When the options are wrong, or the bench cannot be built or fails.
pub(super) fn run(options: &[&str]) -> Result<ExitCode> {
    let (folder, rest) = options.split_first().context("`bench identity` takes a folder of advisories")?;
    if !rest.is_empty() {
        bail!("`bench identity` takes a folder and nothing else");
    }
    let folder = Path::new(folder).canonicalize().with_context(|| format!("`{folder}` cannot be read"))?;
    println!("machine: {}", machine());
    let mut cargo = root::cargo();
    cargo.args(["bench", "--quiet", "--package", "holdpoint-engine", "--bench", "identity", "--"]);
    let done = cargo.arg(folder).status()?;
    if !done.success() {
        bail!("the bench failed");
    }
    Ok(ExitCode::SUCCESS)
}
