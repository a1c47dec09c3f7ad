//! `bench committed FOLDER [ASSETS]`: one new advisory against a whole fleet in the store, from bytes to the commit.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::measure::machine;
use crate::root;

/// Runs the bench `committed` of `holdpoint-app`.
///
/// # Errors
/// When the options are wrong, or the bench cannot be built or fails.
pub(super) fn run(options: &[&str]) -> Result<ExitCode> {
    let (folder, rest) = options.split_first().context("`bench committed` takes a folder of advisories")?;
    if rest.len() > 1 {
        bail!("`bench committed` takes a folder and at most a number of assets");
    }
    let folder = Path::new(folder).canonicalize().with_context(|| format!("`{folder}` cannot be read"))?;
    println!("machine: {}", machine());
    let mut cargo = root::cargo();
    cargo.args(["bench", "--quiet", "--package", "holdpoint-app", "--bench", "committed", "--"]);
    let done = cargo.arg(folder).args(rest).status()?;
    if !done.success() {
        bail!("the bench failed");
    }
    Ok(ExitCode::SUCCESS)
}
