//! `bench door [DEVICES] [agents|ddi|wave]`: the doors for devices with a whole fleet: polls over real connections, reports kept
//! by group commit, and a wave to everybody.

use std::process::ExitCode;

use anyhow::{Result, bail};

use super::measure::machine;
use crate::root;

/// Runs the bench `doors` of `holdpoint-server`.
///
/// # Errors
/// When the options are wrong, or the bench cannot be built or fails.
pub(super) fn run(options: &[&str]) -> Result<ExitCode> {
    if options.len() > 2 {
        bail!("`bench door` takes at most a number of devices and one of `agents`, `ddi`, `wave`");
    }
    println!("machine: {}", machine());
    let mut cargo = root::cargo();
    cargo.args(["bench", "--quiet", "--package", "holdpoint-server", "--bench", "doors", "--"]);
    if !cargo.args(options).status()?.success() {
        bail!("the bench failed");
    }
    Ok(ExitCode::SUCCESS)
}
