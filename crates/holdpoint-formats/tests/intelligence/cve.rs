//! CVE records of JSON 5: statuses of versions by the rule, products under all their names, and what CISA adds.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, End, RecordState, Role, Subject, Unlisted, VersionTest,
    VulnerabilityRecord,
};
use holdpoint_formats::intelligence::cve::parse;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use serde_json::{Value, json};

use crate::corpus::{corpus, json_files};
use crate::kleene::{Truth, says};

fn record(cna: Value, adp: Value) -> String {
    json!({"dataType": "CVE_RECORD", "dataVersion": "5.1",
        "cveMetadata": {"cveId": "CVE-2099-0001", "state": "PUBLISHED", "assignerShortName": "acme",
            "datePublished": "2099-01-20T21:23:08.018Z", "dateUpdated": "2099-01-21T00:00:00"},
        "containers": {"cna": cna, "adp": adp}})
    .to_string()
}

fn read(text: &str) -> VulnerabilityRecord {
    parse(text.as_bytes()).unwrap_or_else(|rejected| panic!("{rejected}: {text}")).value
}

fn affected(blocks: Value) -> Vec<Applicability> {
    read(&record(json!({"providerMetadata": {"shortName": "acme"}, "affected": blocks}), json!([])))
        .applicability
}

/// The one criterion of one block.
fn only(block: Value) -> Criterion {
    let all = affected(json!([block]));
    match &*all {
        [Applicability { root: Condition::Is(criterion), .. }] => criterion.clone(),
        other => panic!("{other:?}"),
    }
}

fn versions(default: Value, versions: Value) -> VersionTest {
    only(json!({"vendor": "Acme", "product": "PLC", "defaultStatus": default, "versions": versions})).versions
}

fn answers(test: &VersionTest, probes: &[&str]) -> Vec<Truth> {
    probes.iter().map(|probe| says(test, probe)).collect()
}

use Truth::{No, Unknown, Yes};

#[test]
fn a_record_with_what_cisa_adds() {
    let ssvc = json!({"type": "ssvc", "content": {"role": "CISA Coordinator", "timestamp": "2025-01-16T20:59:16.761958Z",
        "options": [{"Exploitation": "PoC"}, {"Automatable": "Yes"}, {"Technical Impact": "Total"}]}});
    let kev =
        json!({"type": "kev", "content": {"dateAdded": "2099-03-25", "reference": "https://example.com"}});
    let all = read(&record(
        json!({"title": "Overflow", "providerMetadata": {"shortName": "icscert"}, "tags": ["disputed"],
            "descriptions": [{"lang": "de", "value": "Ein Fehler"}, {"lang": "en", "value": "A flaw. "}],
            "problemTypes": [{"descriptions": [{"cweId": "CWE-306", "description": "x"}, {"description": "n/a"}]}],
            "metrics": [{"format": "CVSS", "cvssV3_1": {"version": "3.1", "baseScore": 9.8,
                "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
            "references": [{"url": "https://example.com/a"}]}),
        json!([{"title": "CISA ADP Vulnrichment", "providerMetadata": {"shortName": "CISA-ADP"},
            "metrics": [{"other": ssvc}, {"other": kev}], "references": [{"url": "https://example.com/a"}]}]),
    ));
    assert_eq!(
        (&*all.title, &*all.description, &*all.cwes),
        ("Overflow", "A flaw.", &["CWE-306".to_owned()][..])
    );
    assert_eq!(all.modified.unwrap().to_string(), "2099-01-21T00:00:00Z");
    assert_eq!((&*all.scores[0].source, all.scores[0].base_tenths), ("icscert", Some(98)));
    let points = &all.ssvc[0];
    assert_eq!(points.source, "CISA Coordinator");
    assert_eq!(points.exploitation.as_deref(), Some("public poc"));
    assert_eq!(
        (points.automatable.as_deref(), points.technical_impact.as_deref()),
        (Some("yes"), Some("total"))
    );
    assert_eq!(all.kev.unwrap().added, "2099-03-25");
    assert_eq!((all.links.len(), &*all.tags), (1, &["disputed".to_owned()][..]));
}

#[test]
fn a_rejected_record_says_why_and_names_nothing() {
    let text = record(json!({"rejectedReasons": [{"lang": "en", "value": "Not a flaw."}]}), json!(null))
        .replace("PUBLISHED", "REJECTED");
    let all = read(&text);
    assert_eq!((all.state, &*all.description), (RecordState::Rejected, "Not a flaw."));
    assert_eq!(all.applicability, []);
}

#[test]
fn ranges_and_what_is_said_of_the_rest() {
    let blocks = |default: Value| {
        affected(json!([{"vendor": "Acme", "product": "PLC", "defaultStatus": default, "versions": [
            {"version": "0", "lessThan": "2.0", "status": "affected", "versionType": "custom"}]}]))
    };
    assert_eq!(blocks(json!("unaffected"))[0].unlisted, Unlisted::NotAffected);
    assert_eq!(blocks(json!("unknown"))[0].unlisted, Unlisted::NotSaid);
    assert_eq!(blocks(json!(null))[0].unlisted, Unlisted::NotSaid, "no default is `unknown`");
    let test = versions(
        json!("unaffected"),
        json!([
        {"version": "1.0", "lessThanOrEqual": "1.9", "status": "affected", "versionType": "custom"},
        {"version": "3.1", "status": "affected"}]),
    );
    assert_eq!(answers(&test, &["0.9", "1.0", "1.9", "2.0", "3.1"]), [No, Yes, Yes, No, Yes]);
}

#[test]
fn unaffected_inside_affected_is_taken_out() {
    let test = versions(
        json!("affected"),
        json!([
        {"version": "2.5", "lessThan": "2.*", "status": "unaffected", "versionType": "custom"},
        {"version": "4.0", "lessThan": "*", "status": "unaffected", "versionType": "custom"}]),
    );
    assert_eq!(answers(&test, &["1.0", "2.4", "2.5", "2.99", "3.0", "4.0"]), [Yes, Yes, No, No, Yes, No]);
    let test = versions(
        json!("unaffected"),
        json!([
        {"version": "0", "lessThan": "3.0", "status": "affected", "versionType": "custom"},
        {"version": "2.8.1", "status": "unaffected"}]),
    );
    assert_eq!(answers(&test, &["2.8", "2.8.1", "2.9", "3.0"]), [Yes, No, Yes, No]);
    // A version that is named as affected by itself stays so, whatever range lies over it.
    let test = versions(
        json!("unaffected"),
        json!([
        {"version": "1.0", "lessThan": "2.0", "status": "unaffected", "versionType": "custom"},
        {"version": "1.5", "status": "affected"}]),
    );
    assert_eq!(answers(&test, &["1.4", "1.5"]), [No, Yes]);
}

#[test]
fn changes_turn_the_status_inside_a_range() {
    let test = versions(
        json!("unknown"),
        json!([{"version": "2.0.0", "lessThan": "2.*", "status": "affected",
        "versionType": "custom", "changes": [{"at": "2.5.2", "status": "unaffected"},
            {"at": "2.6.0", "status": "affected"}, {"at": "2.6.3", "status": "unaffected"}]}]),
    );
    let probes = ["1.9", "2.0.0", "2.5.1", "2.5.2", "2.6.0", "2.6.2", "2.6.3", "3.0"];
    assert_eq!(answers(&test, &probes), [No, Yes, Yes, No, Yes, Yes, No, No]);
}

#[test]
fn a_span_that_ends_below_its_beginning_is_a_slip_and_unknown() {
    for (low, high, kind) in
        [("1.8", "1.0", "custom"), ("1.8.0", "1.0.0", "semver"), ("1.8", "1.8", "custom")]
    {
        let listed = json!([{"version": low, "lessThan": high, "status": "affected", "versionType": kind}]);
        let test = versions(json!("unaffected"), listed);
        assert_eq!(answers(&test, &["0.9", "1.5.0", "2.0"]), [Unknown; 3], "{low} {high}");
    }
    let listed = json!([
        {"version": "1.8", "lessThan": "1.0", "status": "affected", "versionType": "custom"},
        {"version": "3.0", "lessThanOrEqual": "3.0", "status": "affected", "versionType": "custom"}]);
    let block =
        json!([{"vendor": "Acme", "product": "PLC", "defaultStatus": "unaffected", "versions": listed}]);
    let all = parse(record(json!({"affected": block}), json!([])).as_bytes()).unwrap();
    assert!(all.warnings.iter().any(|warning| warning.code == "cve-empty-span"), "{:?}", all.warnings);
}

#[test]
fn what_is_not_stated_is_unknown_and_never_no() {
    for version in ["n/a", "unspecified", "", "-", "0"] {
        let test = versions(json!(null), json!([{"version": version, "status": "affected"}]));
        assert_eq!(test, VersionTest::NotStated, "{version}");
    }
    for version in ["*", "All", "all versions"] {
        assert_eq!(
            versions(json!(null), json!([{"version": version, "status": "affected"}])),
            VersionTest::Any
        );
    }
    let test = versions(
        json!("unaffected"),
        json!([
        {"version": "1.0", "lessThan": "2.0", "status": "unknown", "versionType": "custom"},
        {"version": "5", "status": "unknown"}]),
    );
    assert_eq!(
        answers(&test, &["0.9", "1.0", "1.9", "2.0", "5", "6"]),
        [No, Unknown, Unknown, No, Unknown, No]
    );
    let test = versions(
        json!("unknown"),
        json!([{"version": "3.0", "lessThan": "*", "status": "unaffected",
        "versionType": "custom"}]),
    );
    assert_eq!(answers(&test, &["2.0", "3.0"]), [Unknown, No]);
    // The end of a range is not said: wider when affected, nothing when unaffected.
    let test = versions(
        json!("affected"),
        json!([{"version": "3.0", "lessThan": "n/a", "status": "unaffected",
        "versionType": "custom"}]),
    );
    assert_eq!(test, VersionTest::Any);
    let test = only(json!({"vendor": "Acme", "product": "PLC"})).versions;
    assert_eq!(test, VersionTest::NotStated, "neither versions nor a default");
}

#[test]
fn nothing_affected_is_no_condition() {
    assert_eq!(affected(json!([{"vendor": "Acme", "product": "PLC", "defaultStatus": "unaffected"}])), []);
    assert_eq!(
        affected(json!([{"vendor": "Acme", "product": "PLC", "defaultStatus": "unaffected",
        "versions": [{"version": "All", "status": "unaffected"}]}])),
        []
    );
    assert_eq!(
        affected(json!([{"vendor": "n/a", "product": "n/a",
        "versions": [{"version": "n/a", "status": "affected"}]}])),
        []
    );
}

#[test]
fn prose_is_left_to_the_reader_of_expressions() {
    for text in [
        "V3.1 and earlier",
        "< 4.5",
        "1.x",
        "1.0, 1.1",
        "2.9.4 SP3",
        "1.011-1.012",
        "12.0-14.0",
        "1.02~4.02",
        "2.0+",
        "8840_vision_programmer",
    ] {
        let test = versions(json!(null), json!([{"version": text, "status": "affected"}]));
        assert_eq!(test, VersionTest::Expression(text.to_owned()));
    }
}

#[test]
fn ends_are_read_through_what_some_write_around_them() {
    let ends = |low: &str, key: &str, high: &str| match versions(
        json!("unaffected"),
        json!([
        {"version": low, key: high, "status": "affected", "versionType": "custom"}]),
    ) {
        VersionTest::Between { low, high, .. } => {
            let text = |end: Option<End>| end.map(|end| end.version).unwrap_or_default();
            (text(low), text(high))
        }
        other => panic!("{other:?}"),
    };
    let pair = |low: &str, high: &str| (low.to_owned(), high.to_owned());
    assert_eq!(ends("8.0.*", "lessThan", "8.0.30"), pair("8.0", "8.0.30"));
    assert_eq!(ends("8.1.x", "lessThanOrEqual", "<=9.3.5"), pair("8.1", "9.3.5"));
    assert_eq!(ends("0", "lessThan", "cpe:2.3:a:acme:tool:4.8.3:*:*:*:*:*:*:*"), pair("", "4.8.3"));
    assert_eq!(
        ends("0", "lessThan", "<=9.3.5"),
        pair("", "<=9.3.5"),
        "a contradiction is left to be unreadable"
    );
    assert_eq!(ends("Firmware all versions", "lessThanOrEqual", "3.3-006"), pair("", "3.3-006"));
}

#[test]
fn a_named_order_counts_only_when_the_ends_can_be_read_in_it() {
    let scheme = |kind: &str, high: &str| match versions(
        json!("unaffected"),
        json!([
        {"version": "0", "lessThan": high, "status": "affected", "versionType": kind}]),
    ) {
        VersionTest::Between { scheme, .. } => scheme,
        other => panic!("{other:?}"),
    };
    assert_eq!(scheme("semver", "1.2.3"), "semver");
    assert_eq!(scheme("semver", "501.6HF8"), "");
    assert_eq!(scheme("custom", "1.2.3"), "");
    assert_eq!(scheme("rpm", "0:1.2-3.el9"), "rpm");
}

#[test]
fn commits_are_no_versions() {
    let commits = json!({"vendor": "Linux", "product": "Linux", "defaultStatus": "unaffected", "versions": [
        {"version": "1da177e4c3f4", "lessThan": "abc", "status": "affected", "versionType": "git"}]});
    let releases = json!({"vendor": "Linux", "product": "Linux", "defaultStatus": "affected", "versions": [
        {"version": "5.4.262", "lessThanOrEqual": "5.4.*", "status": "unaffected", "versionType": "semver"},
        {"version": "6.7", "lessThanOrEqual": "*", "status": "unaffected", "versionType": "original_commit_for_fix"}]});
    assert_eq!(only(commits.clone()).versions, VersionTest::NotStated);
    let both = affected(json!([commits, releases]));
    let [Applicability { root: Condition::Is(criterion), .. }] = &*both else { panic!("{both:?}") };
    assert_eq!(
        answers(&criterion.versions, &["5.4.261", "5.4.262", "5.4.300", "5.10.1"]),
        [Yes, No, No, Yes]
    );
}

#[test]
fn packages_names_and_cpe_names() {
    let red_hat = only(
        json!({"vendor": "Red Hat", "product": "Red Hat Enterprise Linux 9", "packageName": "postgresql",
        "collectionURL": "https://access.redhat.com/downloads/content/package-browser/",
        "cpes": ["cpe:/a:redhat:enterprise_linux:9::appstream", "cpe:/a:redhat:enterprise_linux:9::crb"],
        "defaultStatus": "affected", "versions": [{"version": "0:13.13-1.el9_3", "lessThan": "*",
            "status": "unaffected", "versionType": "rpm"}]}),
    );
    assert_eq!(
        red_hat.subject,
        Subject::Package {
            kind: "rpm".to_owned(),
            namespace: "redhat".to_owned(),
            name: "postgresql".to_owned(),
            release: "el9".to_owned(),
            source_package: false
        }
    );
    let elsewhere = affected(json!([{"vendor": "Red Hat", "product": "Some Platform 4", "packageName": "p",
        "collectionURL": "https://access.redhat.com/x", "cpes": ["cpe:/a:redhat:openshift:4"], "defaultStatus": "affected"}]));
    assert!(matches!(&elsewhere[0].root, Condition::All(parts) if matches!(&parts[1],
        Condition::Is(Criterion { role: Role::Platform, .. }))));
    let npm = only(json!({"collectionURL": "https://www.npmjs.com/package/", "packageName": "@acme/pad",
        "versions": [{"version": "0", "lessThan": "1.2.0", "status": "affected", "versionType": "custom"}]}));
    assert!(
        matches!(&npm.subject, Subject::Package { kind, namespace, .. } if kind == "npm" && namespace == "@acme")
    );
    assert!(matches!(&npm.versions, VersionTest::Between { scheme, .. } if scheme == "npm"));
    let both = affected(json!([{"vendor": "Acme", "product": "PLC", "platforms": ["Linux"],
        "cpes": ["cpe:2.3:a:acme:plc:1.0:*:*:*:*:*:*:*"]}]));
    let Condition::Any(ways) = &both[0].root else { panic!("{both:?}") };
    assert!(
        matches!(&ways[1], Condition::Is(Criterion { versions: VersionTest::Exact { version, .. }, .. }) if version == "1.0")
    );
}

#[test]
fn trees_over_cpe_names_have_the_shape_of_nvd() {
    let all = read(&record(
        json!({"providerMetadata": {"shortName": "microsoft"}, "cpeApplicability": [{"operator": "AND", "nodes": [
            {"operator": "OR", "negate": false, "cpeMatch": [{"vulnerable": true, "versionEndExcluding": "2.0",
                "criteria": "cpe:2.3:o:acme:fw:*:*:*:*:*:*:*:*"}]},
            {"operator": "OR", "negate": false, "cpeMatch": [{"vulnerable": false,
                "criteria": "cpe:2.3:h:acme:plc:-:*:*:*:*:*:*:*"}]}]}]}),
        json!([]),
    ));
    assert_eq!(all.applicability[0].source, "microsoft");
    assert!(matches!(&all.applicability[0].root, Condition::All(parts) if parts.len() == 2));
}

#[test]
fn cut_off_and_hostile_records_are_rejected_in_words() {
    let whole = record(json!({"affected": [{"vendor": "a", "product": "b"}]}), json!([]));
    for length in 0..whole.len() {
        assert!(parse(&whole.as_bytes()[..length]).is_err());
    }
    assert_eq!(parse(&whole.as_bytes()[..60]).unwrap_err().code, "cut-off");
    assert_eq!(parse(b"<html>").unwrap_err().code, "not-json");
    assert_eq!(parse(b"{}").unwrap_err().code, "not-cve");
    assert_eq!(parse(whole.replace("\"5.1\"", "\"4.0\"").as_bytes()).unwrap_err().code, "not-cve-5");
    let deep = whole.replace("\"b\"", &"[".repeat(100_000));
    assert!(parse(deep.as_bytes()).is_err());
}

/// A whole line of integers, cut into pieces with a status each, so that every version has one status.
fn pieces() -> impl Strategy<Value = Vec<(u32, &'static str)>> {
    let status = prop_oneof![Just("affected"), Just("unaffected"), Just("unknown"), Just("default")];
    proptest::collection::vec((1u32..8, status), 1..8)
}

proptest! {
    #[test]
    fn every_version_has_the_status_that_the_rule_gives_it(
        pieces in pieces(),
        default in prop_oneof![Just("affected"), Just("unaffected"), Just("unknown")],
        lone in any::<bool>(),
    ) {
        let (mut entries, mut at, mut expected) = (Vec::new(), 1, Vec::new());
        for (length, status) in pieces {
            let end = at + length;
            let is = if status == "default" { default } else { status };
            expected.extend((at..end).map(|version| (version, is, status == "default")));
            if status != "default" && lone && length == 1 {
                entries.push(json!({"version": at.to_string(), "status": status}));
            } else if status != "default" {
                entries.push(json!({"version": at.to_string(), "lessThan": end.to_string(), "status": status,
                    "versionType": "custom"}));
            }
            at = end;
        }
        let none = entries.is_empty();
        let all = affected(json!([{"vendor": "a", "product": "b", "defaultStatus": default, "versions": entries}]));
        let test = match &*all {
            [] => VersionTest::OneOf(Vec::new()),
            [Applicability { root: Condition::Is(criterion), .. }] => criterion.versions.clone(),
            other => panic!("{other:?}"),
        };
        for (version, is, by_default) in expected {
            let said = says(&test, &version.to_string());
            match is {
                "affected" => assert_eq!(said, Yes, "{version} of {test:?}"),
                "unaffected" => assert_eq!(said, No, "{version} of {test:?}"),
                // The rest of a block that lists something affected is "not listed".
                _ if by_default && !none => assert_ne!(said, Yes, "{version} of {test:?}"),
                _ => assert_eq!(said, Unknown, "{version} of {test:?}"),
            }
        }
    }

    #[test]
    fn no_change_of_bytes_makes_it_panic(changes in proptest::collection::vec((0usize..900, any::<u8>()), 1..8)) {
        let mut bytes = record(
            json!({"affected": [{"vendor": "a", "product": "b", "cpes": ["cpe:2.3:a:b:c:1:*:*:*:*:*:*:*"], "versions": [
                {"version": "1", "lessThan": "2.*", "status": "affected", "versionType": "semver",
                 "changes": [{"at": "1.5", "status": "unaffected"}]}]}],
                "metrics": [{"cvssV3_1": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}),
            json!([{"metrics": [{"other": {"type": "ssvc", "content": {"options": [{"Exploitation": "none"}]}}}]}]),
        ).into_bytes();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let _ = parse(&bytes);
    }
}

/// Counts the kinds of tests at the leaves, and keeps the texts that are left to the reader of expressions.
fn survey(condition: &Condition, kinds: &mut BTreeMap<&'static str, usize>, texts: &mut BTreeSet<String>) {
    fn name(test: &VersionTest, texts: &mut BTreeSet<String>) -> &'static str {
        match test {
            VersionTest::Any => "any",
            VersionTest::NotStated => "not stated",
            VersionTest::Exact { .. } => "exact",
            VersionTest::Between { .. } => "between",
            VersionTest::OneOf(tests) => {
                for test in tests {
                    name(test, texts);
                }
                "one of"
            }
            VersionTest::Except { meant, .. } => {
                name(meant, texts);
                "except"
            }
            VersionTest::Expression(text) => {
                texts.insert(text.clone());
                "expression"
            }
        }
    }
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| survey(part, kinds, texts))
        }
        Condition::Not(part) => survey(part, kinds, texts),
        Condition::Is(leaf) => *kinds.entry(name(&leaf.versions, texts)).or_default() += 1,
    }
}

#[test]
fn records_of_the_corpus() {
    let Some(folder) = corpus("vulnrichment", "reading of CVE records") else { return };
    let (mut records, mut applicable, mut ssvc, mut kev, mut unscored) = (0, 0, 0, 0, 0);
    let (mut kinds, mut texts) = (BTreeMap::new(), BTreeSet::new());
    for path in json_files(&folder) {
        let parsed = parse(&std::fs::read(&path).unwrap())
            .unwrap_or_else(|rejected| panic!("{}: {rejected}", path.display()));
        records += 1;
        let record = parsed.value;
        applicable += usize::from(!record.applicability.is_empty());
        record.applicability.iter().for_each(|one| survey(&one.root, &mut kinds, &mut texts));
        ssvc += record.ssvc.len();
        kev += usize::from(record.kev.is_some());
        unscored += record.scores.iter().filter(|score| score.base_tenths.is_none()).count();
        for points in &record.ssvc {
            let known = ["none", "public poc", "active"];
            assert!(points.exploitation.as_deref().is_some_and(|word| known.contains(&word)), "{points:?}");
            assert!(points.automatable.is_some() && points.technical_impact.is_some(), "{points:?}");
        }
        assert!(record.modified.is_some() && !record.description.is_empty(), "{}", path.display());
    }
    println!(
        "{records} records, {applicable} name products; {} tests of versions: {kinds:?}",
        kinds.values().sum::<usize>()
    );
    println!("texts for the reader of expressions: {texts:#?}");
    assert_eq!((records, ssvc, kev, unscored), (1050, 1051, 15, 0));
    assert!(applicable >= 1000, "{applicable}");
}
