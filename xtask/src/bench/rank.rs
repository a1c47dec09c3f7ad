//! `bench rank [FINDINGS]`: ranking a whole plant, an update of KEV, and one asset.

use std::process::ExitCode;

use anyhow::{Result, bail};

use super::measure::machine;
use crate::root;

/// Runs the bench `ranked` of `holdpoint-app`.
///
/// # Errors
/// When the options are wrong, or the bench cannot be built or fails.
pub(super) fn run(options: &[&str]) -> Result<ExitCode> {
    if options.len() > 1 {
        bail!("`bench rank` takes at most a number of findings");
    }
    println!("machine: {}", machine());
    let mut cargo = root::cargo();
    cargo.args(["bench", "--quiet", "--package", "holdpoint-app", "--bench", "ranked", "--"]);
    if !cargo.args(options).status()?.success() {
        bail!("the bench failed");
    }
    Ok(ExitCode::SUCCESS)
}
