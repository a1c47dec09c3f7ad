//! Every test file of the standard's own conformance suite, against the outcome the suite expects, and published
//! CVSS vectors against their scores.
//!
//! Needs the corpus; says plainly when it is absent. `csaf_mandatory.rs` and `csaf_optional.rs` hold our own cases.

#![expect(clippy::disallowed_methods, reason = "tests on real documents read them from files")]
#![expect(clippy::unwrap_used, reason = "a broken suite should stop the test where it breaks")]

mod csaf_base;
mod csaf_data;

use std::path::Path;

use csaf_base::patched;
use holdpoint_formats::csaf::model::file_name;
use holdpoint_formats::csaf::{Finding, Scope, Severity, Validation, parse, validate};
use serde_json::{Value, json};

/// Files that only a network or a dictionary can fail: their test must be named as not performed.
const NEEDS_OUTSIDE: [&str; 3] = [
    "informative/oasis_csaf_tc-csaf_2_0-2021-6-3-06-02.json",
    "informative/oasis_csaf_tc-csaf_2_0-2021-6-3-08-01.json",
    "informative/oasis_csaf_tc-csaf_2_0-2021-6-3-08-02.json",
];

/// Files that the suite calls valid and that break its own test 6.1.25: one file with two hashes by one algorithm.
const CONTRADICTS_ITSELF: [&str; 2] = [
    "optional/oasis_csaf_tc-csaf_2_0-2021-6-2-08-02.json",
    "optional/oasis_csaf_tc-csaf_2_0-2021-6-2-09-02.json",
];

fn check(path: &Path) -> Validation {
    let bytes = std::fs::read(path).unwrap();
    let parsed = parse(&bytes).unwrap_or_else(|rejected| panic!("{}: {rejected}", path.display()));
    validate(&parsed.value, Scope::All)
}

fn group_severity(group: &str) -> Severity {
    match group {
        "mandatory" => Severity::Mandatory,
        "optional" => Severity::Optional,
        "informative" => Severity::Informative,
        other => panic!("the suite has a group `{other}`"),
    }
}

#[test]
fn every_file_of_the_suite_has_its_outcome() {
    let Some(folder) = csaf_data::corpus("conformance/csaf-2.0", "the conformance suite of CSAF 2.0") else {
        return;
    };
    let suite: Value =
        serde_json::from_slice(&std::fs::read(folder.join("testcases.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut files = 0;
    for test in suite["tests"].as_array().unwrap() {
        let id = test["id"].as_str().unwrap();
        let severity = group_severity(test["group"].as_str().unwrap());
        for (list, should_fail) in [("failures", true), ("valid", false)] {
            for file in test[list].as_array().into_iter().flatten() {
                files += 1;
                let name = file["name"].as_str().unwrap();
                let found = check(&folder.join(name));
                let hit = |finding: &Finding| finding.test == id && finding.severity == severity;
                let fails = found.findings.iter().any(hit);
                let named = found.not_performed.iter().any(|missing| missing.test == id);
                if NEEDS_OUTSIDE.contains(&name) {
                    assert!(named && !fails, "{name}: {id} must be named as not performed");
                } else if fails != should_fail {
                    wrong.push(format!("{name}: fails {id} is {fails}: {:?}", found.findings));
                }
                let failures: Vec<&str> = found.failures().map(|finding| finding.test).collect();
                if CONTRADICTS_ITSELF.contains(&name) {
                    assert_eq!(failures, ["6.1.25"], "{name}");
                } else if failures.is_empty() != file["valid"].as_bool().unwrap() {
                    wrong.push(format!("{name}: mandatory failures are {failures:?}"));
                }
            }
        }
    }
    assert!(files > 150, "the suite has only {files} files");
    assert!(wrong.is_empty(), "{} of {files} files:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_test_of_the_standard_occurs_in_the_suite() {
    let Some(folder) = csaf_data::corpus("conformance/csaf-2.0", "the list of tests") else {
        return;
    };
    let suite: Value =
        serde_json::from_slice(&std::fs::read(folder.join("testcases.json")).unwrap()).unwrap();
    let ids: Vec<&str> =
        suite["tests"].as_array().unwrap().iter().filter_map(|test| test["id"].as_str()).collect();
    for number in 1..=20 {
        assert!(ids.contains(&format!("6.2.{number}").as_str()));
    }
    for number in 1..=11 {
        assert!(ids.contains(&format!("6.1.27.{number}").as_str()));
    }
}

#[test]
fn file_names_of_the_suite() {
    let Some(folder) = csaf_data::corpus("conformance/csaf-2.0-filenames", "the rule for file names") else {
        return;
    };
    for (part, right) in [("valid", true), ("invalid", false)] {
        let files = csaf_data::json_files(&folder.join(part));
        assert!(!files.is_empty());
        for path in files {
            let bytes = std::fs::read(&path).unwrap();
            let parsed = parse(&bytes).unwrap_or_else(|rejected| panic!("{}: {rejected}", path.display()));
            let name = path.file_name().unwrap().to_str().unwrap();
            assert_eq!(parsed.value.file_name().as_deref() == Some(name), right, "{name}");
        }
    }
}

#[test]
fn documents_of_version_2_1_are_told_from_those_of_2_0() {
    let Some(folder) = csaf_data::corpus("conformance/csaf-2.1", "telling CSAF 2.1") else {
        return;
    };
    let files = csaf_data::json_files(&folder);
    let mut refused = 0;
    for path in files.iter().filter(|path| {
        !path.to_str().unwrap().contains("result") && path.to_str().unwrap().contains("oasis_csaf_tc")
    }) {
        let bytes = std::fs::read(path).unwrap();
        let error = parse(&bytes).map(|parsed| parsed.value.file_name()).unwrap_err();
        assert!(holdpoint_formats::csaf::edition21::is_other_edition(&error), "{}: {error}", path.display());
        refused += 1;
    }
    assert!(refused > 300);
}

#[test]
fn file_names_by_rule() {
    assert_eq!(file_name("Example Company - 2019-YH3234"), "example_company_-_2019-yh3234.json");
    assert_eq!(file_name("RHBA-2019_0024"), "rhba-2019_0024.json");
    assert_eq!(file_name("A__.:Ü+b"), "a_+b.json");
    assert_eq!(file_name("cisco-sa-x"), "cisco-sa-x.json");
}

/// The findings of tests 6.1.8 and 6.1.9 on a document that gives these objects as scores of one product each.
fn findings(property: &str, objects: Vec<Value>) -> Vec<String> {
    let vulnerability = |object: Value| json!({"scores": [{"products": ["PC-4.1"], property: object}]});
    let list: Vec<Value> = objects.into_iter().map(vulnerability).collect();
    let bytes =
        patched(&[("/vulnerabilities", Value::Array(list)), ("/document/category", json!("csaf_base"))]);
    let parsed = parse(&bytes).unwrap();
    let found = validate(&parsed.value, Scope::Mandatory);
    assert_eq!(found.omitted, 0);
    let of_scores = found.findings.iter().filter(|finding| ["6.1.8", "6.1.9"].contains(&finding.test));
    of_scores.map(ToString::to_string).collect()
}

fn severity(score: f64) -> &'static str {
    match score {
        0.0 => "NONE",
        score if score < 4.0 => "LOW",
        score if score < 7.0 => "MEDIUM",
        score if score < 9.0 => "HIGH",
        _ => "CRITICAL",
    }
}

/// Vector and scores of each line `VECTOR - (BASE, TEMPORAL, ENVIRONMENTAL)`; a score that is not defined is `None`.
fn vectors(file: &str) -> Option<Vec<(String, Vec<Option<f64>>)>> {
    let path =
        csaf_data::corpus(&format!("conformance/cvss/{file}"), "the computation of published vectors")?;
    let text = std::fs::read_to_string(path).unwrap();
    let line = |line: &str| {
        let (vector, scores) = line.split_once(" - (").unwrap();
        let scores = scores.trim_end_matches(')').split(',').map(|score| score.trim().parse().ok());
        (vector.to_owned(), scores.collect())
    };
    Some(text.lines().map(line).collect())
}

fn version_3(version: &str, vector: &str, scores: &[Option<f64>]) -> Value {
    let [Some(base), Some(temporal), Some(environmental)] = scores else {
        panic!("{vector} has no three scores");
    };
    json!({"version": version, "vectorString": vector, "baseScore": base, "baseSeverity": severity(*base),
           "temporalScore": temporal, "temporalSeverity": severity(*temporal),
           "environmentalScore": environmental, "environmentalSeverity": severity(*environmental)})
}

#[test]
fn vectors_of_version_3() {
    for (file, version) in [("vectors_simple3", "3.0"), ("vectors_simple31", "3.1")] {
        let Some(vectors) = vectors(file) else {
            return;
        };
        assert_eq!(vectors.len(), 2_592);
        let objects = vectors.iter().map(|(vector, scores)| version_3(version, vector, scores)).collect();
        assert_eq!(findings("cvss_v3", objects), [""; 0]);
        let wrong = vectors.iter().map(|(vector, scores)| {
            let other: Vec<Option<f64>> =
                scores.iter().map(|score| score.map(|score| (score - 0.1).abs())).collect();
            version_3(version, vector, &other)
        });
        let wrong: Vec<Value> = wrong.take(100).collect();
        assert!(findings("cvss_v3", wrong).len() >= 300, "a tenth beside is wrong");
    }
}

#[test]
fn vectors_of_version_2() {
    let Some(vectors) = vectors("vectors_simple2") else {
        return;
    };
    assert_eq!(vectors.len(), 729);
    let object = |(vector, scores): &(String, Vec<Option<f64>>)| json!({"version": "2.0", "vectorString": vector, "baseScore": scores[0].unwrap().abs()});
    assert_eq!(findings("cvss_v2", vectors.iter().map(object).collect()), [""; 0]);
}
