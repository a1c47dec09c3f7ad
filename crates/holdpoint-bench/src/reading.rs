//! How long a folder of CSAF documents takes until it can be matched: read, mandatory tests, nouns, index in memory.
//!
//! No store and no network: what is measured is the reading alone, on one thread. The surprise: the figure is the best
//! of several rounds with the parts beside it, and documents that break a mandatory rule are read and tested but not
//! indexed, as in an import.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use holdpoint_domain::Parsed;
use holdpoint_domain::advisory::AdvisoryContent;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::{LeafInput, Leaves};
use holdpoint_formats::csaf::{self, CsafDocument, Scope};

use crate::cost::cpu_seconds;

const ROUNDS: usize = 9;

/// Seconds of one round, by part.
#[derive(Debug, Clone, Copy, Default)]
struct Times {
    files: f64,
    parse: f64,
    tests: f64,
    nouns: f64,
    index: f64,
}

impl Times {
    fn sum(&self) -> f64 {
        self.files + self.parse + self.tests + self.nouns + self.index
    }
}

/// Reads a folder of documents several times and prints the best round.
///
/// # Errors
/// When the folder cannot be read.
pub fn best_round(folder: &Path) -> Result<()> {
    let mut paths = Vec::new();
    documents(folder, &mut paths)?;
    let (mut best, mut counted) = (None::<Times>, (0, 0));
    for _ in 0..ROUNDS {
        let (times, counts) = round(&paths)?;
        counted = counts;
        if best.is_none_or(|least| times.sum() < least.sum()) {
            best = Some(times);
        }
    }
    let Times { files, parse, tests, nouns, index } = best.unwrap_or_default();
    let (valid, leaves) = counted;
    println!(
        "{} documents, {valid} valid, {leaves} products, best of {ROUNDS} rounds, CPU seconds of one thread",
        paths.len()
    );
    println!(
        "| files s | parse s | mandatory tests s | nouns s | index s | sum s |\n|---|---|---|---|---|---|"
    );
    let sum = files + parse + tests + nouns + index;
    println!("| {files:.3} | {parse:.3} | {tests:.3} | {nouns:.3} | {index:.3} | {sum:.3} |");
    Ok(())
}

fn documents(folder: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("`{}` cannot be read", folder.display()))?;
    let mut entries = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            documents(&path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            into.push(path);
        }
    }
    Ok(())
}

fn round(paths: &[PathBuf]) -> Result<(Times, (usize, usize))> {
    let mut times = Times::default();
    let bytes = timed(&mut times.files, || paths.iter().map(fs::read).collect::<Result<Vec<Vec<u8>>, _>>())?;
    let parsed = timed(&mut times.parse, || {
        bytes.iter().filter_map(|bytes| csaf::parse(bytes).ok()).collect::<Vec<_>>()
    });
    let valid = timed(&mut times.tests, || {
        let tested =
            |parsed: &&Parsed<CsafDocument<'_>>| csaf::validate(&parsed.value, Scope::Mandatory).is_valid();
        parsed.iter().filter(tested).collect::<Vec<_>>()
    });
    let advisories = timed(&mut times.nouns, || {
        valid.iter().filter_map(|parsed| csaf::to_advisory(&parsed.value).ok()).collect::<Vec<_>>()
    });
    let leaves = timed(&mut times.index, || {
        Leaves::new(inputs(advisories.into_iter().map(|advisory| advisory.value)))
    });
    Ok((times, (valid.len(), leaves.len())))
}

fn inputs(advisories: impl Iterator<Item = AdvisoryContent>) -> Vec<LeafInput> {
    let mut inputs = Vec::new();
    for (document, advisory) in (0..).zip(advisories) {
        for expression in advisory.products {
            let number = inputs.len() as i64;
            inputs.push(LeafInput {
                number,
                document,
                standing: Standing::Stated,
                expression,
                fixes: Vec::new(),
            });
        }
    }
    inputs
}

fn timed<T>(total: &mut f64, work: impl FnOnce() -> T) -> T {
    let start = cpu_seconds();
    let done = work();
    *total += cpu_seconds() - start;
    done
}
