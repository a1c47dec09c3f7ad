//! `cargo xtask tidy`: the rules of the house, checked on every change.
//!
//! Here: the order of the checks and how a violation is told. Each check is a module of its own that returns
//! [`Violation`]s. Not here: formatting and clippy, which are steps of `cargo xtask test`.

mod files;
mod floors;
mod generated;
mod licences;
mod links;
mod manifests;
mod purity;
mod rust_source;
mod sizes;
mod words;

use std::fmt;
use std::process::ExitCode;

use anyhow::{Result, bail};

/// One place where the house's rules do not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// File or folder, relative to the workspace.
    pub path: String,
    /// Line from 1; `None` when the whole file is meant.
    pub line: Option<usize>,
    /// What was found.
    pub what: String,
    /// Why the rule exists.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: ", self.path)?,
            None => write!(f, "{}: ", self.path)?,
        }
        write!(f, "{}\n    why: {}\n    do:  {}", self.what, self.why, self.remedy)
    }
}

/// Which checks to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Everything.
    Full,
    /// Only what needs no build: neither generated files nor licences.
    Quick,
}

/// Runs the checks, prints the violations and says whether there was none.
///
/// # Errors
/// When a check could not be made; what was not checked is never taken for right.
pub fn run(options: &[&str]) -> Result<ExitCode> {
    let (mut depth, mut show_warnings) = (Depth::Full, false);
    for option in options {
        match *option {
            "--quick" => depth = Depth::Quick,
            "-v" => show_warnings = true,
            other => bail!("tidy does not know `{other}`; it knows -v and --quick"),
        }
    }
    let files = files::all()?;
    if show_warnings {
        sizes::print_near_limits(&files);
    }
    let mut violations = Vec::new();
    violations.extend(floors::check()?);
    violations.extend(purity::check(&files)?);
    violations.extend(manifests::check(&files));
    violations.extend(sizes::check(&files));
    violations.extend(words::check(&files));
    violations.extend(links::check(&files));
    if depth == Depth::Full {
        violations.extend(licences::check()?);
        violations.extend(generated::check()?);
    }
    violations.sort();
    for violation in &violations {
        println!("{violation}");
    }
    if violations.is_empty() {
        println!("tidy: {} files, nothing to say", files.len());
        return Ok(ExitCode::SUCCESS);
    }
    println!("tidy: {} violations in {} files", violations.len(), files.len());
    Ok(ExitCode::FAILURE)
}
