//! `bench versions | agreement | oracles`: the crate of versions by itself.
//!
//! `versions` measures keys, comparisons and expressions; `agreement` prints how our readings agree with other
//! sources, with named fixes, and how much of the published documents is read; `oracles` compares generated pairs with
//! `apt`, `rpm` and Python. The surprise: `agreement` is a test of the crate with its tables shown, so what the bench
//! prints is what the test holds.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use super::measure::machine;
use crate::root;

const CRATE: &str = "holdpoint-versions";

/// Measures keys, comparisons and the reading of expressions.
///
/// # Errors
/// When the options are wrong, or the build fails.
pub(super) fn run(options: &[&str]) -> Result<ExitCode> {
    let [] = options else { bail!("`bench versions` takes nothing") };
    ended(root::cargo().args(["bench", "--quiet", "--package", CRATE, "--bench", "versions"]))
}

/// Prints agreement with other sources; the data is looked for as the tests do.
///
/// # Errors
/// When the options are wrong, or the build fails.
pub(super) fn agreement(options: &[&str]) -> Result<ExitCode> {
    let [] = options else { bail!("`bench agreement` takes nothing") };
    let mut command = root::cargo();
    command.args(["test", "--quiet", "--release", "--package", CRATE, "--test", "agreement", "--"]);
    ended(command.args(["--nocapture", "--test-threads", "1"]))
}

/// Compares generated pairs with the tools that own the notations.
///
/// # Errors
/// When the options are wrong, or the build fails.
pub(super) fn oracles(options: &[&str]) -> Result<ExitCode> {
    if options.len() > 1 {
        bail!("`bench oracles` takes at most a number of pairs");
    }
    let mut command = root::cargo();
    command.args(["bench", "--quiet", "--package", CRATE, "--bench", "oracles", "--"]);
    ended(command.args(options))
}

fn ended(command: &mut Command) -> Result<ExitCode> {
    println!("machine: {}", machine());
    let status = command.status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
