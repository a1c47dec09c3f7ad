//! Licences, origins and banned crates of what we depend on, through cargo-deny and `deny.toml`.
//!
//! Here: finding or installing the tool, and its verdict as violations. The surprise: the tool is kept outside the
//! target folder, so that cleaning the build does not cost its compilation again.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Violation;
use crate::root;

/// The version whose reading of `deny.toml` we know.
const VERSION: &str = "0.20.2";

/// Runs `cargo deny check bans licenses sources`.
///
/// # Errors
/// When the tool is missing and cannot be installed.
pub fn check() -> Result<Vec<Violation>> {
    let tool = tool()?;
    let mut command = Command::new(&tool);
    command.current_dir(root::folder());
    command.args(["--locked", "--all-features", "--color", "never", "check", "--hide-inclusion-graph"]);
    command.args(["bans", "licenses", "sources"]);
    let output = command.output().with_context(|| format!("cannot start `{}`", tool.display()))?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let violations: Vec<Violation> = said.split("\n\n").filter_map(violation).collect();
    if violations.is_empty() {
        bail!("cargo-deny failed without naming a fault:\n{said}");
    }
    Ok(violations)
}

fn violation(paragraph: &str) -> Option<Violation> {
    let start = paragraph.find("error[")?;
    let lines: Vec<&str> = paragraph[start..].lines().map(str::trim_end).collect();
    Some(Violation {
        path: "deny.toml".to_owned(),
        line: None,
        what: lines.join("\n    "),
        why: "a plant's integrator must be able to ship Holdpoint, and to know where each part comes from"
            .to_owned(),
        remedy: "choose another crate, or add an exception with its reason to deny.toml".to_owned(),
    })
}

/// Finds the tool in the cache, else installs it there.
fn tool() -> Result<PathBuf> {
    let cache = cache_folder()?;
    let tool = cache.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if version_of(&tool).as_deref() == Some(VERSION) {
        return Ok(tool);
    }
    println!("tidy: installing cargo-deny {VERSION} into {} (a few minutes, once)", cache.display());
    // The debug build is quick to compile, and quick enough to run.
    let mut command = root::cargo();
    command.args(["install", "cargo-deny", "--locked", "--debug", "--force", "--version", VERSION, "--root"]);
    let status = command.arg(&cache).status().context("cannot start `cargo install`")?;
    if !status.success() || version_of(&tool).as_deref() != Some(VERSION) {
        bail!(
            "licences were not checked: cargo-deny {VERSION} could not be installed. Make the Rust registry reachable, \
             or put the tool at `{}` yourself: cargo install cargo-deny --locked --version {VERSION} --root {}",
            tool.display(),
            cache.display()
        );
    }
    Ok(tool)
}

fn version_of(tool: &PathBuf) -> Option<String> {
    let output = Command::new(tool).arg("--version").output().ok()?;
    String::from_utf8(output.stdout).ok()?.split_whitespace().nth(1).map(str::to_owned)
}

fn cache_folder() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        return Ok(PathBuf::from(named).join("holdpoint-tools"));
    }
    let home =
        std::env::home_dir().context("there is no home folder to keep cargo-deny in; set XDG_CACHE_HOME")?;
    Ok(home.join(".cache/holdpoint-tools"))
}
