//! The verbs at the size of a large operator: `holdpoint-bench`, built for release, does the work and counts it.

use std::process::ExitCode;

use anyhow::{Result, bail};

use super::measure::machine;
use crate::root;

fn measured(verb: &str, paths: &[&str]) -> Result<ExitCode> {
    if paths.is_empty() {
        bail!("`bench {verb}` takes the files or folders to read");
    }
    run(verb, paths)
}

fn run(verb: &str, paths: &[&str]) -> Result<ExitCode> {
    println!("machine: {}", machine());
    let mut command = root::cargo();
    command.args(["run", "--quiet", "--release", "--package", "holdpoint-bench", "--", verb]);
    for path in paths {
        // The command runs in the workspace, the paths are from where the person stands.
        command.arg(std::path::absolute(path)?);
    }
    if command.status()?.success() { Ok(ExitCode::SUCCESS) } else { bail!("`bench {verb}` did not end well") }
}

pub(super) fn nvd(paths: &[&str]) -> Result<ExitCode> {
    measured("nvd", paths)
}

pub(super) fn fleet_nvd(paths: &[&str]) -> Result<ExitCode> {
    measured("fleet-nvd", paths)
}

pub(super) fn dense(paths: &[&str]) -> Result<ExitCode> {
    measured("dense", paths)
}

pub(super) fn adversarial(paths: &[&str]) -> Result<ExitCode> {
    measured("adversarial", paths)
}

pub(super) fn incremental(paths: &[&str]) -> Result<ExitCode> {
    measured("incremental", paths)
}

pub(super) fn restart(paths: &[&str]) -> Result<ExitCode> {
    measured("restart", paths)
}

pub(super) fn fleet_ot(paths: &[&str]) -> Result<ExitCode> {
    measured("fleet-ot", paths)
}

pub(super) fn csaf(paths: &[&str]) -> Result<ExitCode> {
    measured("csaf", paths)
}

pub(super) fn replay(paths: &[&str]) -> Result<ExitCode> {
    measured("replay", paths)
}

pub(super) fn plan(paths: &[&str]) -> Result<ExitCode> {
    if !paths.is_empty() {
        bail!("`bench plan` makes its own plant and takes no files");
    }
    run("plan", paths)
}
