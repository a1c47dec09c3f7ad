//! What a test of versions says of one version: yes, no or unknown, read the plain way, to compare a parser with a rule.

use std::cmp::Ordering;

use holdpoint_domain::intelligence::{End, Inclusion, VersionTest};
use holdpoint_versions::{Comparison, Scheme};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    No,
    Unknown,
    Yes,
}

fn not(truth: Truth) -> Truth {
    match truth {
        Truth::No => Truth::Yes,
        Truth::Unknown => Truth::Unknown,
        Truth::Yes => Truth::No,
    }
}

fn side(end: Option<&End>, wanted: Ordering, version: &str) -> Truth {
    let Some(end) = end else { return Truth::Yes };
    let order = match Scheme::Ot.compare(version, &end.version) {
        Ok(Comparison::Less) => Ordering::Less,
        Ok(Comparison::Equal) => Ordering::Equal,
        Ok(Comparison::Greater) => Ordering::Greater,
        Ok(Comparison::Undecidable(_)) | Err(_) => return Truth::Unknown,
    };
    let inside = order == wanted || (order == Ordering::Equal && end.inclusion == Inclusion::Included);
    if inside { Truth::Yes } else { Truth::No }
}

pub fn says(test: &VersionTest, version: &str) -> Truth {
    match test {
        VersionTest::Any => Truth::Yes,
        VersionTest::NotStated | VersionTest::Expression(_) => Truth::Unknown,
        VersionTest::Exact { version: only, .. } if only == version => Truth::Yes,
        VersionTest::Exact { .. } => Truth::No,
        VersionTest::Between { low, high, .. } => {
            side(low.as_ref(), Ordering::Greater, version).min(side(high.as_ref(), Ordering::Less, version))
        }
        VersionTest::OneOf(tests) => tests.iter().map(|test| says(test, version)).max().unwrap_or(Truth::No),
        VersionTest::Except { meant, taken_out } => {
            let out = taken_out.iter().map(|test| says(test, version)).max().unwrap_or(Truth::No);
            says(meant, version).min(not(out))
        }
    }
}
