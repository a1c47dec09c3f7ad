//! The corpus of real documents: all are read, and what the tests say of them is counted.
//!
//! Needs the corpus; says plainly when it is absent.

#![expect(clippy::disallowed_methods, reason = "tests on real documents read them from files")]
#![expect(clippy::unwrap_used, reason = "a broken corpus should stop the test where it breaks")]

mod csaf_data;

use std::collections::BTreeMap;

use holdpoint_formats::csaf::{Scope, parse, validate};

/// For each test that fails: how often, and the first failure.
type Failures = BTreeMap<&'static str, (usize, String)>;

/// Reads and tests every CSAF document below a folder; gives the number of documents and the failures by test.
fn survey(part: &str) -> Option<(usize, Failures)> {
    let folder = csaf_data::corpus(part, "reading of real documents")?;
    let mut documents = 0;
    let mut failures = Failures::new();
    for path in csaf_data::json_files(&folder) {
        if path.file_name().unwrap().to_str().unwrap().contains("feed") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let parsed = parse(&bytes).unwrap_or_else(|rejected| panic!("{}: {rejected}", path.display()));
        documents += 1;
        for finding in validate(&parsed.value, Scope::All).failures() {
            let first = || (0, format!("{}: {finding}", path.display()));
            failures.entry(finding.test).or_insert_with(first).0 += 1;
        }
    }
    println!("{part}: {documents} documents, mandatory failures {failures:#?}");
    Some((documents, failures))
}

#[test]
fn documents_of_october_2024() {
    if let Some((documents, failures)) = survey("csaf/oct24") {
        assert_eq!(documents, 1907);
        assert!(failures.keys().all(|test| *test != "schema"), "{failures:#?}");
    }
}

#[test]
fn documents_of_february_2025() {
    if let Some((documents, _)) = survey("csaf/feb25_changed") {
        assert!(documents > 100);
    }
}

#[test]
fn documents_of_vendors() {
    if let Some((documents, failures)) = survey("csaf-vendor") {
        assert!(documents >= 3);
        assert!(failures.is_empty(), "{failures:#?}");
    }
}
