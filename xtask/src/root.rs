//! Where the workspace is, and how a tool runs another program in it.
//!
//! Not here: what is run. The surprise: the workspace is found from where this crate was compiled, so the tools
//! work from every folder below it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The folder that holds the workspace's `Cargo.toml`.
pub fn folder() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies in a folder of the workspace").to_path_buf()
}

/// The folder of cargo's results: `CARGO_TARGET_DIR`, or `target` in the workspace.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(named) => folder().join(named),
        None => folder().join("target"),
    }
}

/// The debug build of the program, whether it is there or not.
pub fn debug_binary() -> PathBuf {
    target().join("debug").join(format!("holdpoint{}", std::env::consts::EXE_SUFFIX))
}

/// A cargo command in the workspace, with the cargo that runs this tool.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder());
    command
}

/// An npm command in `web/`.
pub fn npm() -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder().join("web"));
    command
}

/// Runs a command to its end and gives what it printed on stdout.
///
/// # Errors
/// When it cannot be started or ends badly; the error then carries what it printed on stderr.
pub fn read(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.output().with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed something that is not UTF-8"))
}

/// The command as a person would type it.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
