//! CycloneDX VEX: states, versions, references within the document and to others.

use holdpoint_domain::advisory::ProductStatus;
use holdpoint_domain::intelligence::{Subject, VersionTest, VexStatement};
use holdpoint_formats::intelligence::cyclonedx_vex::parse;
use holdpoint_formats::inventory::cyclonedx::parse as parse_bom;
use proptest::prelude::{any, proptest};
use serde_json::{Value, json};

const SERIAL: &str = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79";

fn document(vulnerabilities: Value) -> String {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": SERIAL, "version": 2,
        "metadata": {"timestamp": "2099-01-01T00:00:00Z", "supplier": {"name": "Acme"},
            "component": {"type": "firmware", "bom-ref": "fw", "name": "PLC firmware", "version": "2.9", "publisher": "Acme"}},
        "components": [{"type": "library", "bom-ref": "ssl", "name": "openssl", "version": "3.0", "purl": "pkg:generic/openssl@3.0",
            "components": [{"type": "library", "bom-ref": "inner", "name": "x", "cpe": "cpe:2.3:a:acme:x:1.0:*:*:*:*:*:*:*"}]}],
        "vulnerabilities": vulnerabilities})
    .to_string()
}

fn read(vulnerability: Value) -> (Vec<VexStatement>, Vec<String>) {
    let parsed = parse(document(json!([vulnerability])).as_bytes(), &[]).unwrap();
    (parsed.value.statements, parsed.warnings.into_iter().map(|warning| warning.code).collect())
}

#[test]
fn states_map_to_the_words_of_csaf() {
    for (state, status) in [
        ("exploitable", ProductStatus::KnownAffected),
        ("not_affected", ProductStatus::KnownNotAffected),
        ("false_positive", ProductStatus::KnownNotAffected),
        ("resolved", ProductStatus::Fixed),
        ("resolved_with_pedigree", ProductStatus::Fixed),
        ("in_triage", ProductStatus::UnderInvestigation),
        ("brand_new_word", ProductStatus::UnderInvestigation),
    ] {
        let (statements, _) = read(
            json!({"id": "CVE-2099-0001", "affects": [{"ref": "ssl"}], "recommendation": "Update.",
            "analysis": {"state": state, "justification": "code_not_reachable", "response": ["will_not_fix", "update"]}}),
        );
        assert_eq!(statements[0].status, status, "{state}");
        assert_eq!(statements[0].justification, "code_not_reachable");
        assert_eq!(statements[0].statement, "Update.\nresponse: will_not_fix, update");
        assert_eq!(statements[0].at.unwrap().to_string(), "2099-01-01T00:00:00Z");
    }
}

#[test]
fn references_lead_to_components() {
    let own = format!("urn:cdx:{}/2#inner", &SERIAL[9..]);
    let (statements, _) = read(
        json!({"id": "GHSA-x", "references": [{"id": "CVE-2099-0001"}], "analysis": {"state": "resolved"},
        "affects": [{"ref": "ssl"}, {"ref": "inner"}, {"ref": "fw"}, {"ref": own},
            {"ref": "urn:cdx:11111111-395b-41f5-a30f-a58921a69b79/1#pkg%3Anpm%2Fpad%401.0"}, {"ref": "nowhere"}]}),
    );
    assert_eq!(statements[0].reference, "CVE-2099-0001");
    let subjects = &statements[0].subjects;
    assert!(matches!(&subjects[0].subject, Some(Subject::Package { name, .. }) if name == "openssl"));
    assert!(matches!(&subjects[1].subject, Some(Subject::Cpe(_))));
    assert!(matches!(&subjects[2].subject, Some(Subject::Product { vendor, .. }) if vendor == "Acme"));
    assert_eq!(subjects[3].subject, subjects[1].subject);
    assert!(matches!(&subjects[4].subject, Some(Subject::Package { name, .. }) if name == "pad"));
    assert_eq!((&subjects[5].subject, &subjects[5].versions), (&None, &VersionTest::NotStated));
}

#[test]
fn a_bom_link_leads_to_another_bill() {
    let bill = parse_bom(document(json!([])).as_bytes()).unwrap().value;
    let link = |version: u32| format!("urn:cdx:{}/{version}#ssl", &SERIAL[9..]);
    let read = |version: u32| {
        let text = document(json!([{"id": "CVE-2099-0001", "analysis": {"state": "not_affected"},
            "affects": [{"ref": link(version)}]}]));
        let text = text
            .replace(SERIAL, "urn:uuid:22222222-395b-41f5-a30f-a58921a69b79")
            .replace("\"ssl\"", "\"other\"");
        parse(text.as_bytes(), std::slice::from_ref(&bill)).unwrap().value.statements[0].subjects[0].clone()
    };
    assert!(matches!(read(2).subject, Some(Subject::Package { name, .. }) if name == "openssl"));
    assert_eq!(read(7).subject, None, "another version of the bill is another bill");
}

#[test]
fn versions_have_statuses_of_their_own_and_a_contradiction_clears_nothing() {
    let affects = json!([{"ref": "fw", "versions": [{"range": "vers:generic/<2.9", "status": "affected"},
        {"version": "2.9", "status": "unaffected"}, {"version": "1.0", "status": "unknown"}]}]);
    let statuses = |state: &str| {
        let (statements, warnings) =
            read(json!({"id": "CVE-2099-0001", "affects": affects, "analysis": {"state": state}}));
        (statements.iter().map(|one| (one.status, one.subjects.len())).collect::<Vec<_>>(), warnings)
    };
    use ProductStatus::{Fixed, KnownAffected, KnownNotAffected, UnderInvestigation};
    assert_eq!(
        statuses("exploitable").0,
        [(KnownAffected, 1), (KnownNotAffected, 1), (UnderInvestigation, 1)]
    );
    assert_eq!(statuses("resolved").0, [(KnownAffected, 1), (Fixed, 1), (UnderInvestigation, 1)]);
    let (cleared, warnings) = statuses("not_affected");
    assert_eq!(cleared, [(KnownNotAffected, 1), (UnderInvestigation, 2)]);
    assert_eq!(warnings, ["cyclonedx-disagree"]);
    let (statements, _) =
        read(json!({"id": "CVE-2099-0001", "affects": affects, "analysis": {"state": "exploitable"}}));
    assert_eq!(statements[0].subjects[0].versions, VersionTest::Expression("vers:generic/<2.9".to_owned()));
}

#[test]
fn a_finding_without_a_state_is_no_statement() {
    let (statements, warnings) = read(json!({"id": "CVE-2099-0001", "affects": [{"ref": "ssl"}]}));
    assert_eq!((statements.len(), &*warnings), (0, &["cyclonedx-no-statement".to_owned()][..]));
}

#[test]
fn cut_off_and_hostile_documents_are_rejected() {
    let whole = document(json!([]));
    for length in 0..whole.len() {
        assert!(parse(&whole.as_bytes()[..length], &[]).is_err());
    }
    assert_eq!(parse(b"{}", &[]).unwrap_err().code, "not-cyclonedx");
    assert_eq!(parse(br#"{"bomFormat": "CycloneDX"}"#, &[]).unwrap_err().code, "no-vulnerabilities");
    assert!(parse("[".repeat(100_000).as_bytes(), &[]).is_err());
    assert!(parse(document(json!([1, {}, {"id": 4, "affects": 5}])).as_bytes(), &[]).is_ok());
}

proptest! {
    #[test]
    fn no_reference_makes_it_panic(reference in any::<String>(), link in "urn:cdx:[a-f0-9-]{0,9}/?[0-9]?#?[%a-z0-9]{0,9}") {
        let affects = json!([{"ref": reference}, {"ref": link, "versions": [{"range": reference}, {"version": reference}]}]);
        let _ = read(json!({"id": reference, "affects": affects, "analysis": {"state": "resolved"}}));
    }
}
