//! How long a folder of CSAF documents takes until it can be matched: read, mandatory tests, nouns, index in memory.
//!
//! Run by `cargo xtask bench csaf FOLDER`. No store and no network: what is measured is the reading alone. The surprise:
//! the figure is the best of several rounds with the parts beside it, and documents that break a mandatory rule are
//! read and tested but not indexed, as in an import.

#![expect(clippy::unwrap_used, reason = "a bench has no users, and fails by panicking")]

use std::path::{Path, PathBuf};

use holdpoint_domain::Parsed;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::{LeafInput, Leaves};
use holdpoint_formats::csaf::{self, CsafDocument, Scope};

const ROUNDS: usize = 9;

/// Seconds of one round, by part.
#[derive(Clone, Copy, Default)]
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

fn main() {
    let Some(folder) = std::env::args().skip(1).find(|text| text != "--bench") else {
        println!("csaf: give a folder of advisories");
        return;
    };
    let mut paths = Vec::new();
    documents(Path::new(&folder), &mut paths);
    let (mut best, mut counted) = (None::<Times>, (0, 0));
    for _ in 0..ROUNDS {
        let (times, counts) = round(&paths);
        counted = counts;
        if best.is_none_or(|least| times.sum() < least.sum()) {
            best = Some(times);
        }
    }
    let Times { files, parse, tests, nouns, index } = best.unwrap();
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
}

fn documents(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            documents(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            into.push(path);
        }
    }
}

fn round(paths: &[PathBuf]) -> (Times, (usize, usize)) {
    let mut times = Times::default();
    let bytes =
        timed(&mut times.files, || paths.iter().map(|path| std::fs::read(path).unwrap()).collect::<Vec<_>>());
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
        let mut inputs = Vec::new();
        for (document, advisory) in (0..).zip(advisories) {
            for expression in advisory.value.products {
                let number = i64::try_from(inputs.len()).unwrap();
                inputs.push(LeafInput { number, document, standing: Standing::Stated, expression });
            }
        }
        Leaves::new(inputs)
    });
    (times, (valid.len(), leaves.len()))
}

fn timed<T>(total: &mut f64, work: impl FnOnce() -> T) -> T {
    let start = processor_seconds();
    let done = work();
    *total += processor_seconds() - start;
    done
}

/// Processor time of this thread: the clock on the wall also counts what other programs do.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("the figures come from Linux");
    text.split(' ').next().and_then(|field| field.parse::<f64>().ok()).expect("nanoseconds") / 1e9
}
