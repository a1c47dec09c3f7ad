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
mod orphans;
mod purity;
mod rust_source;
mod schemas;
mod sizes;
mod words;
mod writes;

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
/// When an option is unknown or our files cannot be read. A check that could not be made is told with the violations,
/// and is never taken for right.
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
    let mut checks = vec![
        ("rules of import", floors::check()),
        ("purity", purity::check(&files)),
        ("manifests", Ok(manifests::check(&files))),
        ("sizes", Ok(sizes::check(&files))),
        ("words", Ok(words::check(&files))),
        ("writes", Ok(writes::check(&files))),
        ("orphans", Ok(orphans::check(&files))),
        ("shapes of the API", Ok(schemas::check(&files))),
        ("links", Ok(links::check(&files))),
    ];
    if depth == Depth::Full {
        checks.push(("licences", licences::check()));
        checks.push(("generated files", generated::check()));
    }
    Ok(verdict(checks, files.len()))
}

/// Prints what the checks found; a check that could not be made counts as failed, and hides no other.
fn verdict(checks: Vec<(&str, Result<Vec<Violation>>)>, n_files: usize) -> ExitCode {
    let (mut violations, mut n_unmade) = (Vec::new(), 0);
    for (name, outcome) in checks {
        match outcome {
            Ok(found) => violations.extend(found),
            Err(error) => {
                println!("error: {name} could not be checked: {error:#}");
                n_unmade += 1;
            }
        }
    }
    violations.sort();
    for violation in &violations {
        println!("{violation}");
    }
    if violations.is_empty() && n_unmade == 0 {
        println!("tidy: {n_files} files, nothing to say");
        return ExitCode::SUCCESS;
    }
    println!("tidy: {} violations in {n_files} files, {n_unmade} checks not made", violations.len());
    ExitCode::FAILURE
}
