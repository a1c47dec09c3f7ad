//! Public conformance files, when they are on this machine.
//!
//! Looked for at `$HOLDPOINT_DATA`, else `../shared/data` beside the workspace. Without them the tests say so and
//! what was not checked; the small facts of the other test files stand without any of this.

#![expect(clippy::disallowed_methods, reason = "a test looks for the corpus and reads its files")]

use std::path::{Path, PathBuf};

use holdpoint_versions::{Answer, Comparison, Profile, Scheme, Version, vers};

fn corpus(what: &str) -> Option<PathBuf> {
    let data = std::env::var_os("HOLDPOINT_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = data.join("conformance").join(what);
    if path.exists() {
        return Some(path);
    }
    eprintln!("the corpus is absent: `{}` was not checked", path.display());
    None
}

fn json_tests(what: &str) -> Vec<serde_json::Value> {
    let Some(path) = corpus(what) else { return Vec::new() };
    let text = std::fs::read_to_string(path).expect("a readable file");
    let json: serde_json::Value = serde_json::from_str(&text).expect("a JSON file");
    json["tests"].as_array().expect("a list of tests").clone()
}

/// Runs comparison and equality tests; the texts of those that fail.
fn comparisons(scheme: Scheme, what: &str) -> (usize, Vec<String>) {
    let (mut run, mut failed) = (0, Vec::new());
    for test in json_tests(what) {
        let versions: Vec<&str> = test["input"]["versions"]
            .as_array()
            .expect("versions")
            .iter()
            .filter_map(|v| v.as_str())
            .collect();
        run += 1;
        let fine = match test["test_type"].as_str() {
            Some("equality") => {
                let equal = scheme.compare(versions[0], versions[1]) == Ok(Comparison::Equal);
                Some(equal) == test["expected_output"].as_bool()
            }
            _ => {
                let expected: Vec<&str> = test["expected_output"]
                    .as_array()
                    .expect("order")
                    .iter()
                    .filter_map(|v| v.as_str())
                    .collect();
                expected.windows(2).all(|pair| {
                    matches!(scheme.compare(pair[0], pair[1]), Ok(Comparison::Less | Comparison::Equal))
                })
            }
        };
        if !fine {
            failed.push(format!("{versions:?}"));
        }
    }
    (run, failed)
}

#[test]
fn maven() {
    let (_, failed) = comparisons(Scheme::Maven, "vers/maven_version_cmp_test.json");
    assert!(failed.is_empty(), "{} fail, for example {:?}", failed.len(), &failed[..failed.len().min(10)]);
}

#[test]
fn apk() {
    let (_, failed) = comparisons(Scheme::Apk, "vers/alpine_version_cmp_test.json");
    assert!(failed.is_empty(), "{} fail, for example {:?}", failed.len(), &failed[..failed.len().min(10)]);
}

#[test]
fn datetime() {
    let (_, failed) = comparisons(Scheme::Datetime, "vers/datetime_version_cmp_test.json");
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn lexicographic() {
    let (_, failed) = comparisons(Scheme::Lexicographic, "vers/lexicographic-test.json");
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn vers_containment() {
    for file in ["vers/npm_range_containment_test.json", "vers/pypi_range_containment_test.json"] {
        for test in json_tests(file) {
            let range = test["input"]["vers"].as_str().expect("range");
            let version = test["input"]["version"].as_str().expect("version");
            let found = vers::parse(range).expect(range).contains(version).expect(version) == Answer::Yes;
            assert_eq!(Some(found), test["expected_output"].as_bool(), "`{version}` in `{range}`");
        }
    }
}

#[test]
fn vers_canonical_form() {
    for test in json_tests("vers/vers_canonical_parse_test.json") {
        let text = test["input"].as_str().expect("text");
        let found = vers::parse_strict(text);
        if test["expected_failure"].as_bool() == Some(true) {
            assert!(found.is_err(), "`{text}` passed: {}", test["description"]);
            continue;
        }
        let found = found.expect(text);
        assert_eq!(Some(found.scheme_name()), test["expected_output"]["scheme"].as_str());
        let expected = test["expected_output"]["version_constraints"].as_array().expect("constraints");
        assert_eq!(found.constraints().len(), expected.len());
        for ((comparator, version), expected) in found.constraints().iter().zip(expected) {
            let sign = if comparator.sign().is_empty() { "=" } else { comparator.sign() };
            assert_eq!(Some(sign), expected[0].as_str());
            assert_eq!(Some(version.as_str()), expected[1].as_str());
        }
    }
}

#[test]
fn rpm() {
    let Some(path) = corpus("versions/rpmvercmp.at") else { return };
    let text = std::fs::read_to_string(path).expect("a readable file");
    let mut run = 0;
    for line in text.lines().filter_map(|line| line.strip_prefix("RPMVERCMP(")) {
        let parts: Vec<&str> = line.trim_end_matches(')').split(',').map(str::trim).collect();
        let [a, b, expected] = parts.as_slice() else { panic!("a line with three parts: {line}") };
        let expected: i8 = expected.parse().expect("a number");
        // The file compares version parts alone; a hyphen in them would start a release here.
        if a.contains('-') || b.contains('-') || a.is_empty() || b.is_empty() {
            continue;
        }
        let found = Scheme::Rpm.compare(a, b);
        assert_eq!(found, Ok(Comparison::from(expected.cmp(&0))), "`{a}` and `{b}`");
        run += 1;
    }
    assert!(run > 50, "only {run} lines were read");
}

/// The OT scheme differs from libversion on purpose where a word is known to follow a release; where it decides
/// and both words are plain, it must agree.
#[test]
fn libversion() {
    let Some(path) = corpus("libversion/compare.tsv") else { return };
    let text = std::fs::read_to_string(path).expect("a readable file");
    let (mut agree, mut differ) = (0, Vec::new());
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let parts: Vec<&str> = line.split('\t').collect();
        let [a, b, "", "", expected] = parts.as_slice() else { continue };
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_'));
        let (Ok(x), Ok(y)) = (Version::parse_ot(Profile::Common, a), Version::parse_ot(Profile::Common, b))
        else {
            continue;
        };
        let expected: i8 = expected.parse().expect("a number");
        match x.compare(&y) {
            Comparison::Undecidable(_) => {}
            found if found == Comparison::from(expected.cmp(&0)) => agree += 1,
            found => differ.push((*a, *b, found, plain(a) && plain(b))),
        }
    }
    assert!(agree > 40, "only {agree} agree");
    let wrong: Vec<_> = differ.iter().filter(|(_, _, _, plain)| *plain).collect();
    assert!(wrong.is_empty(), "plain numbers differ: {wrong:?}");
    eprintln!("libversion: {agree} agree, {} differ on words: {differ:?}", differ.len());
}
