//! OSV records: events on a line of versions, listed versions, ecosystems.

use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, RecordState, Subject, VersionTest, VulnerabilityRecord,
};
use holdpoint_formats::intelligence::osv::parse;
use proptest::prelude::{any, proptest};
use serde_json::{Value, json};

use crate::kleene::{Truth, says};
use Truth::{No, Yes};

fn record(affected: Value) -> String {
    json!({"schema_version": "1.6.0", "id": "GHSA-aaaa-bbbb-cccc", "modified": "2099-01-02T00:00:00Z",
        "published": "2099-01-01T00:00:00Z", "aliases": ["CVE-2099-0001"], "summary": "A flaw", "details": "Long.",
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "affected": affected, "references": [{"type": "WEB", "url": "https://example.com"}]})
    .to_string()
}

fn read(text: &str) -> VulnerabilityRecord {
    parse(text.as_bytes()).unwrap().value
}

fn only(affected: Value) -> Criterion {
    match &*read(&record(json!([affected]))).applicability {
        [Applicability { root: Condition::Is(criterion), .. }] => criterion.clone(),
        other => panic!("{other:?}"),
    }
}

fn answers(events: Value, probes: &[&str]) -> Vec<Truth> {
    let test = only(json!({"package": {"ecosystem": "PyPI", "name": "My_Pkg"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}]}));
    probes.iter().map(|probe| says(&test.versions, probe)).collect()
}

#[test]
fn a_record_takes_the_name_of_its_one_cve() {
    let all = read(&record(json!([])));
    assert_eq!((&*all.reference, &*all.aliases), ("CVE-2099-0001", &["GHSA-aaaa-bbbb-cccc".to_owned()][..]));
    assert_eq!((all.scores[0].base_tenths, &*all.scores[0].version), (Some(98), "3.1"));
    assert_eq!((all.state, &*all.title), (RecordState::Published, "A flaw"));
    let two = record(json!([])).replace("\"CVE-2099-0001\"", "\"CVE-2099-0001\",\"CVE-2099-0002\"");
    assert_eq!(read(&two).reference, "GHSA-aaaa-bbbb-cccc", "two CVEs: the record is neither of them");
    let withdrawn =
        record(json!([])).replace("\"summary\"", "\"withdrawn\":\"2099-02-01T00:00:00Z\",\"summary\"");
    assert_eq!(read(&withdrawn).state, RecordState::Rejected);
}

#[test]
fn events_are_sorted_by_version_and_not_by_place() {
    let events = json!([{"fixed": "2.3"}, {"introduced": "2.0"}, {"introduced": "0"}, {"fixed": "1.10"}]);
    assert_eq!(answers(events, &["0.1", "1.9", "1.10", "2.0", "2.2", "2.3"]), [Yes, Yes, No, Yes, Yes, No]);
    let last = json!([{"introduced": "1.0"}, {"last_affected": "1.5"}]);
    assert_eq!(answers(last, &["0.9", "1.0", "1.5", "1.6"]), [No, Yes, Yes, No]);
    let limit = json!([{"introduced": "1.0"}, {"limit": "*"}]);
    assert_eq!(answers(limit, &["0.9", "9.9"]), [No, Yes]);
}

#[test]
fn listed_versions_stand_beside_the_ranges() {
    let test = only(json!({"package": {"ecosystem": "PyPI", "name": "p"}, "versions": ["1.1", "7.0"],
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "1.0"}, {"fixed": "2.0"}]}]}))
    .versions;
    let VersionTest::OneOf(tests) = &test else { panic!("{test:?}") };
    assert_eq!(tests.len(), 2, "1.1 is in the range already");
    assert_eq!((says(&test, "7.0"), says(&test, "2.0")), (Yes, No));
    let none = only(json!({"package": {"ecosystem": "PyPI", "name": "p"}}));
    assert_eq!(none.versions, VersionTest::Any);
    let git = json!([{"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "abc"}]}]);
    let commits = only(json!({"package": {"ecosystem": "PyPI", "name": "p"}, "ranges": git}));
    assert_eq!(commits.versions, VersionTest::NotStated, "only commits: it cannot be told");
}

#[test]
fn ecosystems_become_packages() {
    let subject =
        |ecosystem: &str, name: &str| match only(json!({"package": {"ecosystem": ecosystem, "name": name}}))
            .subject
        {
            Subject::Package { kind, namespace, name, release, source_package } => {
                format!("{kind}|{namespace}|{name}|{release}|{source_package}")
            }
            other => format!("{other:?}"),
        };
    assert_eq!(subject("PyPI", "My_Pkg.x"), "pypi||my-pkg-x||false");
    assert_eq!(subject("Maven", "org.acme:tool"), "maven|org.acme|tool||false");
    assert_eq!(subject("npm", "@acme/pad"), "npm|@acme|pad||false");
    assert_eq!(subject("Go", "github.com/acme/tool"), "golang|github.com/acme|tool||false");
    assert_eq!(subject("Debian:12", "openssl"), "deb|debian|openssl|bookworm|true");
    assert_eq!(subject("Ubuntu:22.04:LTS", "openssl"), "deb|ubuntu|openssl|jammy|true");
    assert_eq!(subject("Red Hat:enterprise_linux:9::baseos", "openssl"), "rpm|redhat|openssl|el9|false");
    assert_eq!(subject("Red Hat:rhel_eus:9.2::baseos", "openssl"), "rpm|redhat|openssl|el9~2|false");
    assert_eq!(subject("AlmaLinux:8", "openssl"), "rpm|almalinux|openssl|el8|false");
    assert!(subject("New Ecosystem", "x").starts_with("Product"));
}

#[test]
fn cut_off_and_hostile_records_are_rejected_in_words() {
    let whole = record(json!([{"package": {"ecosystem": "PyPI", "name": "p"}}]));
    for length in 0..whole.len() {
        assert!(parse(&whole.as_bytes()[..length]).is_err());
    }
    assert_eq!(parse(b"{}").unwrap_err().code, "not-osv");
    assert_eq!(parse(b"<html>").unwrap_err().code, "not-json");
    assert_eq!(parse(whole.replace("1.6.0", "2.0").as_bytes()).unwrap_err().code, "not-osv-1");
    assert!(parse(whole.replace("\"p\"", &"[".repeat(100_000)).as_bytes()).is_err());
}

proptest! {
    #[test]
    fn no_change_of_bytes_makes_it_panic(changes in proptest::collection::vec((0usize..900, any::<u8>()), 1..8)) {
        let mut bytes = record(json!([{"package": {"ecosystem": "Debian:12", "name": "p"}, "versions": ["1"],
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2-3"}]}]}])).into_bytes();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let _ = parse(&bytes);
    }
}
