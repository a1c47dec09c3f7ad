//! `bench csaf FOLDER`: CSAF documents read, tested and indexed in memory.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::measure::machine;
use crate::root;

/// Runs the bench `csaf` of `holdpoint-app`.
///
/// # Errors
/// When the options are wrong, or the bench cannot be built or fails.
pub(super) fn run(options: &[&str]) -> Result<ExitCode> {
    let [folder] = options else { bail!("`bench csaf` takes one folder") };
    let folder = Path::new(folder).canonicalize().with_context(|| format!("`{folder}` cannot be read"))?;
    println!("machine: {}", machine());
    let mut cargo = root::cargo();
    cargo.args(["bench", "--quiet", "--package", "holdpoint-app", "--bench", "csaf", "--"]);
    let done = cargo.arg(folder).status()?;
    if !done.success() {
        bail!("the bench failed");
    }
    Ok(ExitCode::SUCCESS)
}
