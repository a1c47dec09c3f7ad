//! What a key, a comparison and the reading of an expression cost, by scheme.
//!
//! `cargo xtask bench versions`. The OT versions and expressions are those of the tests; the other schemes have small
//! lists of their own. The surprise: a figure is the best of many rounds, because other work on the machine can only
//! add to it.

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::hint::black_box;
use std::time::Instant;

use holdpoint_versions::expression::{self, Category, Context};
use holdpoint_versions::{Profile, Scheme, Version, VersionKey};

const CHAINS: &str = include_str!("../tests/fixtures/ot_order.txt");
const EXPRESSIONS: &str = include_str!("../tests/fixtures/expressions.tsv");

const ROUNDS: usize = 50;

fn main() {
    println!("| scheme | versions | encode ns | compare prefixes ns | compare whole keys ns | decide ns |");
    println!("|---|---|---|---|---|---|");
    let ot: Vec<String> = CHAINS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .flat_map(|line| line.split(" < ").flat_map(|group| group.split(" = ")))
        .map(|version| version.trim().to_owned())
        .collect();
    row(Scheme::Ot, &ot);
    for scheme in Scheme::ALL.into_iter().filter(|scheme| *scheme != Scheme::Ot) {
        row(scheme, &listed(scheme));
    }
    expressions();
}

/// Versions of the shape that this scheme is used for.
fn listed(scheme: Scheme) -> Vec<String> {
    (0..64_u32)
        .map(|n| match scheme {
            Scheme::Dpkg => format!("1:{n}.{}.3+dfsg-{}~deb12u1", n % 7, n % 5),
            Scheme::Rpm => format!("0:{n}.18.0-{}.el8_{}", n * 3, n % 9),
            Scheme::Semver | Scheme::Maven | Scheme::Nuget => format!("{n}.{}.3-rc.{}", n % 11, n % 4),
            Scheme::Pep440 => format!("{n}.{}.post{}", n % 11, n % 4),
            Scheme::Datetime => format!("2024-{:02}-{:02}T10:00:00Z", n % 12 + 1, n % 28 + 1),
            Scheme::WindowsBuild => format!("10.0.19045.{}", 4000 + n),
            Scheme::Kb => format!("KB{}", 5_001_000 + n),
            Scheme::Apk => format!("{n}.{}.3_p{}-r{}", n % 7, n % 3, n % 5),
            Scheme::Composer => format!("{n}.{}.3-beta{}", n % 11, n % 4),
            Scheme::Gem => format!("{n}.{}.3.rc{}", n % 11, n % 4),
            Scheme::Ot | Scheme::Intdot | Scheme::Lexicographic | Scheme::Generic => {
                format!("{n}.{}.3", n % 11)
            }
        })
        .collect()
}

fn row(scheme: Scheme, texts: &[String]) {
    let versions: Vec<Version> = texts.iter().map(|text| scheme.parse(text).expect("a version")).collect();
    let keys: Vec<&VersionKey> = versions.iter().map(Version::key).collect();
    let prefixes: Vec<u128> = keys.iter().map(|key| key.prefix()).collect();
    let encode = best(texts.len(), || {
        for text in texts {
            black_box(scheme.encode(black_box(text)).is_ok());
        }
    });
    let pairs = texts.len() * texts.len();
    let prefix = best(pairs, || each_pair(&prefixes, |a, b| a.cmp(b)));
    let whole = best(pairs, || each_pair(&keys, |a, b| a.cmp(b)));
    let decide = best(pairs, || each_pair(&versions, Version::compare));
    println!("| {scheme} | {} | {encode:.1} | {prefix:.2} | {whole:.2} | {decide:.1} |", texts.len());
}

fn each_pair<T, R>(items: &[T], compare: impl Fn(&T, &T) -> R) {
    for a in items {
        for b in items {
            black_box(compare(black_box(a), black_box(b)));
        }
    }
}

fn expressions() {
    let rows: Vec<Vec<&str>> = EXPRESSIONS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    let read = |row: &[&'static str]| {
        let category = if row[2] == "v" { Category::Version } else { Category::Range };
        expression::parse(&Context { vendor: row[0], product: row[1], category }, row[3])
    };
    let all = best(rows.len(), || {
        for row in &rows {
            black_box(read(black_box(row)));
        }
    });
    let common = Context { vendor: "Siemens", product: "SIMATIC X", category: Category::Range };
    let plain = best(1, || {
        black_box(expression::parse(black_box(&common), black_box("vers:all/<V4.4.1")));
    });
    let range = expression::parse(&common, "vers:all/>=V3.0<V4.4.1");
    let version = Version::parse_ot(Profile::Common, "V4.2 SP1").expect("a version");
    let inside = best(1, || {
        black_box(range.contains_version(black_box(&version)));
    });
    println!("\n| what | ns |\n|---|---|");
    println!("| compare whole keys whose first 16 bytes are equal | {:.2} |", alike());
    println!("| read one of the 300 checked expressions, on average | {all:.0} |");
    println!("| read `vers:all/<V4.4.1` | {plain:.0} |");
    println!("| is a version inside `>= V3.0, < V4.4.1` | {inside:.1} |");
}

/// Comparing keys that differ behind the prefix.
fn alike() -> f64 {
    let key = |n: u32| Scheme::Ot.encode(&format!("V10.20.30.40.50.60.{n}")).expect("a version");
    let keys: Vec<VersionKey> = (0..64).map(|n| key(100 + n)).collect();
    assert!(keys.iter().all(|key| key.prefix() == keys[0].prefix()), "the prefixes are equal");
    best(keys.len() * keys.len(), || each_pair(&keys, |a, b| a.cmp(b)))
}

/// Nanoseconds for one item: the best of many rounds, each long enough for the clock.
fn best(items: usize, work: impl Fn()) -> f64 {
    let repeat = (20_000 / items).max(1);
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..repeat {
            work();
        }
        least = least.min(start.elapsed().as_secs_f64());
    }
    least * 1e9 / (repeat * items) as f64
}
