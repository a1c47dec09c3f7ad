//! Red Hat's VEX documents: packages on streams, and what is affected below a fix.

use holdpoint_domain::intelligence::{
    Condition, Criterion, End, Inclusion, Role, Subject, VersionTest, VulnerabilityRecord,
};
use holdpoint_formats::intelligence::redhat::parse;
use serde_json::{Value, json};

fn package(id: &str, purl: &str) -> Value {
    json!({"category": "product_version", "name": id,
        "product": {"name": id, "product_id": id, "product_identification_helper": {"purl": purl}}})
}

fn stream(id: &str, cpe: &str) -> Value {
    json!({"category": "product_name", "name": id,
        "product": {"name": id, "product_id": id, "product_identification_helper": {"cpe": cpe}}})
}

fn on(package: &str, stream: &str) -> Value {
    json!({"category": "default_component_of", "product_reference": package, "relates_to_product_reference": stream,
        "full_product_name": {"name": format!("{package} of {stream}"), "product_id": format!("{stream}:{package}")}})
}

fn document(status: Value) -> String {
    json!({"document": {"category": "csaf_vex", "csaf_version": "2.0", "title": "x",
            "publisher": {"category": "vendor", "name": "Red Hat", "namespace": "https://www.redhat.com"},
            "tracking": {"id": "CVE-2099-0001", "current_release_date": "2099-02-01T00:00:00+00:00", "status": "final",
                "version": "3", "initial_release_date": "2099-01-01T00:00:00+00:00", "revision_history": []}},
        "product_tree": {"branches": [{"category": "vendor", "name": "Red Hat", "branches": [
                stream("AppStream-9.2", "cpe:/a:redhat:enterprise_linux:9::appstream"),
                stream("BaseOS-9.0.EUS", "cpe:/o:redhat:rhel_eus:9.0::baseos"),
                stream("BaseOS-8", "cpe:/o:redhat:enterprise_linux:8::baseos"),
                stream("Platform", "cpe:/a:redhat:openshift:4"),
                package("ssl-92", "pkg:rpm/redhat/openssl@3.0.7-25.el9_2?arch=x86_64&epoch=1"),
                package("ssl-90", "pkg:rpm/redhat/openssl@3.0.1-43.el9_0?arch=x86_64&epoch=1"),
                package("ssl-src", "pkg:rpm/redhat/openssl@3.0.7-25.el9_2?arch=src&epoch=1"),
                package("ssl", "pkg:rpm/redhat/openssl"),
                package("node-16", "pkg:rpm/redhat/nodejs@16.19.1-1.module%2Bel8.7.0%2B1%2Ba?arch=x86_64&epoch=1"),
                package("node-18", "pkg:rpm/redhat/nodejs@18.14.2-2.module%2Bel8.7.0%2B1%2Bb?arch=x86_64&epoch=1"),
                package("image", "pkg:oci/openssl@sha256%3Aabc")]}],
            "relationships": [on("ssl-92", "AppStream-9.2"), on("ssl-90", "BaseOS-9.0.EUS"), on("ssl-src", "AppStream-9.2"),
                on("ssl", "BaseOS-8"), on("ssl", "Platform"), on("image", "Platform"),
                on("node-16", "BaseOS-8"), on("node-18", "BaseOS-8")]},
        "vulnerabilities": [{"cve": "CVE-2099-0001", "title": "openssl: a flaw", "cwe": {"id": "CWE-787", "name": "x"},
            "notes": [{"category": "description", "text": "A flaw.", "title": "Vulnerability description"}],
            "scores": [{"cvss_v3": {"version": "3.1", "baseScore": 9.8, "baseSeverity": "CRITICAL",
                "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}, "products": ["AppStream-9.2:ssl-92"]}],
            "product_status": status}]})
    .to_string()
}

fn read(status: Value) -> VulnerabilityRecord {
    parse(document(status).as_bytes()).unwrap().value.remove(0)
}

fn root(status: Value) -> Condition {
    read(status).applicability[0].root.clone()
}

fn openssl(release: &str) -> Subject {
    Subject::Package {
        kind: "rpm".to_owned(),
        namespace: "redhat".to_owned(),
        name: "openssl".to_owned(),
        release: release.to_owned(),
        source_package: false,
    }
}

fn between(low: Option<&str>, high: Option<&str>) -> VersionTest {
    let end = |version: &str, inclusion| End { version: version.to_owned(), inclusion };
    VersionTest::Between {
        scheme: "rpm".to_owned(),
        low: low.map(|version| end(version, Inclusion::Included)),
        high: high.map(|version| end(version, Inclusion::Excluded)),
    }
}

#[test]
fn what_is_older_than_the_fix_is_affected() {
    let record = read(json!({"fixed": ["AppStream-9.2:ssl-92", "AppStream-9.2:ssl-src"]}));
    assert_eq!(
        (&*record.reference, &*record.title, &*record.description),
        ("CVE-2099-0001", "openssl: a flaw", "A flaw.")
    );
    assert_eq!((record.scores[0].base_tenths, &*record.cwes), (Some(98), &["CWE-787".to_owned()][..]));
    let versions = between(None, Some("1:3.0.7-25.el9_2"));
    let leaf = Criterion { role: Role::Vulnerable, subject: openssl("el9"), versions };
    assert_eq!(record.applicability[0].root, Condition::Is(leaf));
}

#[test]
fn between_the_fixes_of_two_streams_it_depends() {
    let Condition::Any(ways) = root(json!({"fixed": ["AppStream-9.2:ssl-92", "BaseOS-9.0.EUS:ssl-90"]}))
    else {
        panic!("of the main line, and of the stream of longer support")
    };
    let leaf = |way: &Condition| match way {
        Condition::Is(leaf) => leaf.clone(),
        other => panic!("{other:?}"),
    };
    let (main, longer) = (leaf(&ways[0]), leaf(&ways[1]));
    assert_eq!((main.subject, longer.subject), (openssl("el9"), openssl("el9~0")));
    assert_eq!(longer.versions, between(None, Some("1:3.0.1-43.el9_0")));
    let unknown = VersionTest::Except {
        meant: Box::new(VersionTest::NotStated),
        taken_out: vec![between(Some("1:3.0.7-25.el9_2"), None)],
    };
    assert_eq!(main.versions, VersionTest::OneOf(vec![between(None, Some("1:3.0.1-43.el9_0")), unknown]));
}

#[test]
fn the_streams_of_a_module_are_told_apart() {
    let root = root(json!({"fixed": ["AppStream-9.2:ssl-92", "BaseOS-8:node-16", "BaseOS-8:node-18"]}));
    let Condition::Any(ways) = root else { panic!("{root:?}") };
    let fixes: Vec<&VersionTest> = ways
        .iter()
        .filter_map(|way| match way {
            Condition::Is(Criterion { subject: Subject::Package { name, .. }, versions, .. }) => {
                (name == "nodejs").then_some(versions)
            }
            _ => None,
        })
        .collect();
    let fixed = |version| between(None, Some(version));
    assert_eq!(fixes, [&fixed("1:16.19.1-1.module+el8.7.0+1+a"), &fixed("1:18.14.2-2.module+el8.7.0+1+b")]);
}

#[test]
fn a_package_without_a_fix_is_affected_in_every_version_on_its_ground() {
    let all = root(json!({"known_affected": ["BaseOS-8:ssl", "Platform:ssl", "Platform:image"]}));
    let Condition::Any(ways) = all else { panic!("{all:?}") };
    let any =
        |release| Criterion { role: Role::Vulnerable, subject: openssl(release), versions: VersionTest::Any };
    assert!(ways.contains(&Condition::Is(any("el8"))));
    let Some(Condition::All(parts)) = ways.iter().find(|way| matches!(way, Condition::All(_))) else {
        panic!()
    };
    assert_eq!(parts[0], Condition::Is(any("")));
    assert!(matches!(
        &parts[1],
        Condition::Is(Criterion { role: Role::Platform, subject: Subject::Cpe(_), .. })
    ));
    let parsed = parse(document(json!({"known_affected": ["Platform:image"]})).as_bytes()).unwrap();
    assert!(parsed.warnings.iter().any(|warning| warning.code == "redhat-no-package"));
    assert_eq!(parsed.value[0].applicability, []);
}

#[test]
fn investigated_is_unknown_and_not_affected_names_no_version() {
    let Condition::Is(leaf) = root(json!({"under_investigation": ["BaseOS-8:ssl"]})) else { panic!() };
    assert_eq!(leaf.versions, VersionTest::NotStated);
    let Condition::Is(leaf) = root(json!({"known_not_affected": ["BaseOS-8:ssl"]})) else { panic!() };
    assert_eq!(leaf.versions, VersionTest::OneOf(Vec::new()));
    let Condition::Is(leaf) =
        root(json!({"under_investigation": ["BaseOS-8:ssl"], "known_not_affected": ["BaseOS-8:ssl"]}))
    else {
        panic!()
    };
    assert_eq!(leaf.versions, VersionTest::NotStated);
}

#[test]
fn cut_off_and_hostile_documents_are_rejected() {
    let whole = document(json!({"fixed": ["nowhere"]}));
    assert!(parse(whole.as_bytes()).unwrap().value[0].applicability.is_empty());
    for length in (0..whole.len()).step_by(7) {
        assert!(parse(&whole.as_bytes()[..length]).is_err());
    }
    assert!(parse(b"<html>").is_err());
    let circle =
        whole.replace("\"product_reference\":\"ssl-92\"", "\"product_reference\":\"AppStream-9.2:ssl-92\"");
    assert!(parse(circle.as_bytes()).is_ok());
}
