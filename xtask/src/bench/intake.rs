//! `bench intake FOLDER`: a folder of advisories imported into an empty store, then once more.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use super::measure::{machine, measure};
use crate::root;

/// Measures the import of one folder.
///
/// # Errors
/// When the options are wrong, the release build fails, or the measured command ends badly.
pub(super) fn run(options: &[&str]) -> Result<ExitCode> {
    let [folder] = options else { bail!("`bench intake` takes one folder") };
    intake(Path::new(folder))
}

/// Imports a folder of advisories twice: into an empty store, and again when nothing is new.
fn intake(folder: &Path) -> Result<ExitCode> {
    let folder = folder.canonicalize().with_context(|| format!("`{}` cannot be read", folder.display()))?;
    let built = root::cargo().args(["build", "--release", "--package", "holdpoint"]).status()?;
    if !built.success() {
        bail!("the release build failed");
    }
    let binary = root::target().join("release/holdpoint");
    let data = std::env::temp_dir().join(format!("holdpoint-bench-{}", std::process::id()));
    fs::create_dir(&data)?;
    println!("machine: {}", machine());
    println!("| what | wall s | CPU s | peak MiB | answer |\n|---|---|---|---|---|");
    let mut outcome = Ok(());
    for what in ["first import", "second import"] {
        let mut command = Command::new(&binary);
        command.arg("--data-dir").arg(&data).args(["advisory", "import"]).arg(&folder).args(["-o", "json"]);
        outcome = measure(&mut command).map(|(cost, answer)| {
            let answer = answer.split_whitespace().collect::<Vec<_>>().join(" ");
            println!(
                "| {what} | {:.2} | {:.2} | {:.0} | `{answer}` |",
                cost.wall_s, cost.cpu_s, cost.peak_mib
            );
        });
        if outcome.is_err() {
            break;
        }
    }
    fs::remove_dir_all(&data)?;
    outcome.map(|()| ExitCode::SUCCESS)
}
