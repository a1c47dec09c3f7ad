//! Identity against gold sets from the corpus: the bars that must hold.

#![expect(
    clippy::disallowed_methods,
    reason = "a test looks for the corpus, reads it, and says what it could not do"
)]

mod gold_parts;

use gold_parts::{corpus, names, orders};
use std::path::PathBuf;

fn folder() -> PathBuf {
    let data = std::env::var_os("HOLDPOINT_DATA").map(PathBuf::from);
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    data.unwrap_or(beside).join("csaf/oct24")
}

#[test]
fn order_numbers_and_names_of_the_corpus_are_recognised() {
    let Some(corpus) = corpus::read(&folder()) else {
        eprintln!("no corpus at {}: identity is not measured", folder().display());
        return;
    };
    assert!(corpus.documents > 100, "a corpus of {} documents is none", corpus.documents);
    let found = orders::measure(&corpus);
    assert!(found.precision() >= 0.999, "{} {:?}", found.precision(), found.examples);
    assert!(found.recall() >= 0.99, "{} {:?}", found.recall(), found.examples);
    for (change, measured) in names::measure(&corpus, 8) {
        assert!(measured.precision() >= 0.99, "{change}: {} {:?}", measured.precision(), measured.examples);
        if change == "all" {
            assert!(measured.queue() >= 0.95, "{change}: {} {:?}", measured.queue(), measured.examples);
        }
    }
    let (asked, right) = names::other_names(&corpus);
    assert!(right * 100 >= asked * 95, "another name of the same article: {right} of {asked}");
    assert!(!names::by_code(&corpus).is_empty(), "part numbers in names find something");
}
