//! `cargo xtask bench`: whole-process measurements of the release build, as rows for `docs/benchmarks.md`.
//!
//! Here: the table of verbs; each verb is one file of the folder beside this one. Not here: benches of single
//! functions, which lie beside their crates. The surprise: a verb that needs the crates themselves runs
//! `holdpoint-bench`, so that this tool needs no crate of the project.

mod committed;
mod door;
mod identity;
mod intake;
mod measure;
mod rank;
mod scale;
mod versions;

use std::process::ExitCode;

use anyhow::{Result, bail};

/// One verb: its name, what it takes, and what runs it.
struct Verb {
    name: &'static str,
    takes: &'static str,
    run: fn(&[&str]) -> Result<ExitCode>,
}

/// Every verb; one line each.
const VERBS: &[Verb] = &[
    Verb { name: "committed", takes: "FOLDER [ASSETS]", run: committed::run },
    Verb { name: "door", takes: "[DEVICES] [PART]", run: door::run },
    Verb { name: "identity", takes: "FOLDER", run: identity::run },
    Verb { name: "csaf", takes: "FOLDER", run: scale::csaf },
    Verb { name: "intake", takes: "FOLDER", run: intake::run },
    Verb { name: "rank", takes: "[FINDINGS]", run: rank::run },
    Verb { name: "versions", takes: "", run: versions::run },
    Verb { name: "agreement", takes: "", run: versions::agreement },
    Verb { name: "oracles", takes: "[PAIRS]", run: versions::oracles },
    Verb { name: "nvd", takes: "FILES", run: scale::nvd },
    Verb { name: "fleet-nvd", takes: "FILES", run: scale::fleet_nvd },
    Verb { name: "dense", takes: "FILES", run: scale::dense },
    Verb { name: "adversarial", takes: "FILES", run: scale::adversarial },
    Verb { name: "incremental", takes: "FILES", run: scale::incremental },
    Verb { name: "restart", takes: "FILES", run: scale::restart },
    Verb { name: "fleet-ot", takes: "FOLDER", run: scale::fleet_ot },
    Verb { name: "plan", takes: "", run: scale::plan },
    Verb { name: "replay", takes: "FOLDERS", run: scale::replay },
];

/// Measures what is asked for.
///
/// # Errors
/// When the verb is not known, the release build fails, or the measured command ends badly.
pub fn run(options: &[&str]) -> Result<ExitCode> {
    let asked = options
        .split_first()
        .and_then(|(name, rest)| VERBS.iter().find(|verb| verb.name == *name).map(|verb| (verb, rest)));
    if let Some((verb, rest)) = asked {
        return (verb.run)(rest);
    }
    let known: Vec<String> = VERBS
        .iter()
        .map(|verb| format!("`{}`", format!("{} {}", verb.name, verb.takes).trim_end()))
        .collect();
    bail!("bench knows {}", known.join(", "))
}
