//! OpenVEX: status words, what is inherited, what clears nothing.

use holdpoint_domain::advisory::ProductStatus;
use holdpoint_domain::intelligence::{Subject, VersionTest};
use holdpoint_formats::intelligence::openvex::parse;
use holdpoint_formats::intelligence::vex::VexDocument;
use proptest::prelude::{any, proptest};
use serde_json::{Value, json};

fn document(statements: Value) -> String {
    json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/vex/1", "author": "Acme",
        "timestamp": "2099-01-08T18:02:03.647787998-06:00", "version": 3, "statements": statements})
    .to_string()
}

fn read(statements: Value) -> (VexDocument, Vec<String>) {
    let parsed = parse(document(statements).as_bytes()).unwrap();
    (parsed.value, parsed.warnings.into_iter().map(|warning| warning.code).collect())
}

#[test]
fn statements_keep_their_order_and_take_the_time_of_the_document() {
    let (read, warnings) = read(json!([
        {"vulnerability": {"@id": "https://example.com/CVE-2099-0001", "name": "GHSA-x", "aliases": ["CVE-2099-0001"]},
         "products": [{"@id": "https://example.com/p", "identifiers": {
            "purl": "pkg:maven/org.acme/tool@2.4", "cpe23": "cpe:2.3:a:acme:tool:2.4:-:*:*:*:*:*:*"}}],
         "status": "not_affected", "justification": "component_not_present", "impact_statement": "Not built in."},
        {"vulnerability": {"name": "CVE-2099-0001"}, "products": [{"@id": "pkg:apk/wolfi/git@2.39.0-r1?arch=armv7"}],
         "status": "fixed", "timestamp": "2099-02-01T00:00:00Z"}]));
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!((&*read.identity, &*read.author, &*read.edition), ("https://example.com/vex/1", "Acme", "3"));
    let [first, second] = &*read.statements else { panic!() };
    assert_eq!((&*first.reference, first.status), ("CVE-2099-0001", ProductStatus::KnownNotAffected));
    assert_eq!((&*first.justification, &*first.statement), ("component_not_present", "Not built in."));
    assert_eq!(first.at, read.issued);
    assert_eq!(first.subjects.len(), 2, "a package URL and a CPE name; the address says less");
    assert!(matches!(&first.subjects[0].subject, Some(Subject::Package { kind, .. }) if kind == "maven"));
    assert_eq!(
        first.subjects[0].versions,
        VersionTest::Exact { version: "2.4".to_owned(), update: String::new() }
    );
    assert_eq!(
        (second.status, second.at.unwrap().to_string().as_str()),
        (ProductStatus::Fixed, "2099-02-01T00:00:00Z")
    );
}

#[test]
fn the_first_form_of_the_format_is_read_too() {
    let (read, _) = read(
        json!([{"vulnerability": "CVE-2099-0001", "products": ["pkg:deb/debian/curl@8.0", "some thing"],
        "status": "under_investigation"}]),
    );
    assert_eq!(read.statements[0].subjects.len(), 2);
    assert_eq!(
        (&read.statements[0].subjects[1].subject, &read.statements[0].subjects[1].versions),
        (&None, &VersionTest::NotStated)
    );
}

#[test]
fn what_is_not_understood_clears_nothing_and_is_said() {
    let (read, warnings) = read(json!([
        {"vulnerability": {"name": "CVE-2099-0001"}, "products": ["pkg:npm/a"], "status": "perhaps"},
        {"vulnerability": {"name": "CVE-2099-0001"}, "products": [], "status": "not_affected"},
        {"vulnerability": {}, "products": ["pkg:npm/a"], "status": "fixed"},
        {"vulnerability": {"name": "CVE-2099-0002"}, "products": [{"@id": "pkg:npm/a", "subcomponents": [{"@id": "pkg:npm/b"}]}],
         "status": "not_affected"}]));
    assert_eq!(
        warnings,
        ["openvex-status", "openvex-no-product", "openvex-no-vulnerability", "openvex-no-reason"]
    );
    assert_eq!(read.statements.len(), 1);
    assert_eq!(read.statements[0].statement, "it concerns the subcomponents pkg:npm/b");
}

#[test]
fn cut_off_and_hostile_documents_are_rejected() {
    let whole = document(json!([]));
    for length in 0..whole.len() {
        assert!(parse(&whole.as_bytes()[..length]).is_err());
    }
    assert_eq!(parse(b"{}").unwrap_err().code, "not-openvex");
    assert_eq!(parse(br#"{"@context": "https://openvex.dev/ns"}"#).unwrap_err().code, "not-openvex");
    assert!(parse("[".repeat(100_000).as_bytes()).is_err());
    assert!(
        parse(
            document(json!([1, null, [], {}, {"vulnerability": 1, "products": 2, "status": 3}])).as_bytes()
        )
        .is_ok()
    );
}

proptest! {
    #[test]
    fn no_identifier_makes_it_panic(id in any::<String>(), purl in "pkg:[a-z/@%?#=.0-9]{0,40}") {
        let _ = read(json!([{"vulnerability": {"name": id}, "products": [{"@id": purl, "identifiers": {"cpe23": id, "cpe22": id}}],
            "status": "fixed"}]));
    }
}
