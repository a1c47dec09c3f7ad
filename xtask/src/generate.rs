//! `cargo xtask generate`: writes the files that are made from the program.
//!
//! Here: `docs/openapi.json`, which the program prints itself, and `web/src/api/schema.ts`, which openapi-typescript
//! makes from it. Not here: the comparison with what is committed (`tidy`).

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::root;

/// The description of the API.
pub const OPENAPI: &str = "docs/openapi.json";
/// The web front's types of the API.
pub const SCHEMA: &str = "web/src/api/schema.ts";

/// Writes both files.
///
/// # Errors
/// When the program does not build, or the web's packages are not installed.
pub fn run() -> Result<ExitCode> {
    write(OPENAPI, &printed(&["build", "--quiet", "--package", "holdpoint", "--bin", "holdpoint"])?)?;
    write(SCHEMA, &schema()?)?;
    Ok(ExitCode::SUCCESS)
}

fn write(path: &str, text: &str) -> Result<()> {
    fs::write(root::folder().join(path), text).with_context(|| format!("cannot write `{path}`"))?;
    println!("wrote {path}");
    Ok(())
}

/// The API's description as the program prints it, for the comparison.
///
/// The whole workspace is built, as the tests do it: cargo then keeps one set of results instead of two. Whoever only wants the
/// files written anew waits for the program alone.
///
/// # Errors
/// When the program does not build or does not print it.
pub fn openapi() -> Result<String> {
    printed(&["build", "--quiet", "--workspace", "--all-targets"])
}

fn printed(build: &[&str]) -> Result<String> {
    if !root::cargo().args(build).status()?.success() {
        bail!("the API's description could not be made: the program does not build");
    }
    root::read(std::process::Command::new(root::debug_binary()).arg("openapi"))
}

/// The web's types, made from the committed description.
///
/// # Errors
/// When the web's packages are not installed.
pub fn schema() -> Result<String> {
    let generator = root::folder().join("web/node_modules/openapi-typescript/bin/cli.js");
    if !generator.is_file() {
        bail!("`{SCHEMA}` was not checked: run `npm ci --ignore-scripts` in web/ first");
    }
    let mut command = std::process::Command::new("node");
    command.current_dir(root::folder()).arg(generator).arg(OPENAPI);
    root::read(&mut command)
}
