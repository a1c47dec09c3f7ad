//! `holdpoint-bench VERB …`: one measurement, printed as rows of a table. `cargo xtask bench` calls it.

mod verbs;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: holdpoint-bench VERB FILES…
  nvd FILES          packed NVD feeds into a catalogue, for each 100,000 records
  fleet-nvd FILES    1,000,000 assets in 20,000 configurations against 380,000 records with trees
  dense FILES        the same with one family of products: every component meets every repetition
  adversarial FILES  1,000,000 assets, each its own configuration
  incremental FILES  new records against 1,000,000 assets
  restart FILES      catalogue and fleet written, read and used in a new process
  csaf FOLDER        CSAF documents read, tested and indexed, by part
  fleet-ot FOLDER    1,000,000 made-up OT assets against all leaves of CSAF documents
  plan               10,000 pieces of work in 500 windows, planned and checked
  replay FOLDERS     CSAF documents by date against a fixed plant; the end must be the batch";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let Some((verb, rest)) = arguments.split_first() else { bail!("{USAGE}") };
    let paths: Vec<PathBuf> = rest.iter().map(PathBuf::from).collect();
    match verb.as_str() {
        "nvd" => verbs::nvd(&paths),
        "fleet-nvd" => verbs::fleet_nvd(&paths),
        "dense" => verbs::dense(&paths),
        "adversarial" => verbs::adversarial(&paths),
        "incremental" => verbs::incremental(&paths),
        "restart" => verbs::restart(&paths),
        "csaf" => verbs::csaf(&paths),
        "fleet-ot" => verbs::fleet_ot(&paths),
        "plan" => verbs::plan(),
        "replay" => verbs::replay(&paths),
        "restart-load" => verbs::restart_load(&paths),
        _ => bail!("{USAGE}"),
    }
}
