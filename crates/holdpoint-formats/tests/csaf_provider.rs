//! What providers publish beside documents: metadata, aggregators, feeds, lists, hash files, security.txt.

#![expect(clippy::disallowed_methods, reason = "tests on real documents read them from files")]
#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test where it breaks")]

mod csaf_data;

use holdpoint_domain::{Moment, Warning};
use holdpoint_formats::csaf::provider::{
    AggregatorCategory, Distribution, HashAlgorithm, ProviderRole, Transport, parse_aggregator,
    parse_changes_csv, parse_hash_file, parse_index_txt, parse_provider_metadata, parse_rolie_categories,
    parse_rolie_feed, parse_rolie_service, parse_security_txt,
};
use serde_json::{Value, json};

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn codes(warnings: &[Warning]) -> Vec<(&str, &str)> {
    warnings.iter().map(|warning| (warning.code.as_str(), warning.place.as_str())).collect()
}

fn at(text: &str) -> Option<Moment> {
    Some(text.parse().unwrap())
}

fn metadata() -> Value {
    json!({
        "canonical_url": "https://pumps.example/.well-known/csaf/provider-metadata.json",
        "distributions": [{
            "directory_url": "https://pumps.example/csaf/",
            "rolie": {
                "categories": ["https://pumps.example/csaf/category.json"],
                "feeds": [{"summary": "All", "tlp_label": "WHITE", "url": "https://pumps.example/csaf/feed.json"}],
                "services": ["https://pumps.example/csaf/service.json"]
            }
        }],
        "last_updated": "2024-05-02T10:00:00Z",
        "list_on_CSAF_aggregators": true,
        "metadata_version": "2.0",
        "mirror_on_CSAF_aggregators": false,
        "public_openpgp_keys": [
            {"fingerprint": "abcdef0123456789abcdef0123456789abcdef01", "url": "https://pumps.example/key.asc"}
        ],
        "publisher": {"category": "vendor", "name": "Example Pumps", "namespace": "https://pumps.example"},
        "role": "csaf_trusted_provider"
    })
}

#[test]
fn provider_metadata() {
    let parsed = parse_provider_metadata(&bytes(&metadata())).unwrap();
    assert_eq!(parsed.warnings, []);
    let value = parsed.value;
    assert_eq!(value.role, ProviderRole::TrustedProvider);
    assert_eq!(value.publisher.namespace, "https://pumps.example");
    assert_eq!(value.last_updated, at("2024-05-02T10:00:00Z"));
    assert_eq!(value.keys[0].fingerprint.as_deref(), Some("ABCDEF0123456789ABCDEF0123456789ABCDEF01"));
    let [Distribution::Rolie(rolie), Distribution::Directory { link, tlp_label: None }] =
        &value.distributions[..]
    else {
        panic!("feeds come before the folder: {:?}", value.distributions);
    };
    assert_eq!(
        (rolie.feeds[0].tlp_label.as_str(), rolie.services.len(), rolie.categories.len()),
        ("WHITE", 1, 1)
    );
    assert_eq!((link.url.as_str(), link.transport), ("https://pumps.example/csaf/", Transport::Https));
}

#[test]
fn provider_metadata_with_defects_is_read_with_warnings() {
    let mut value = metadata();
    value["role"] = json!("csaf_king");
    value["distributions"][0]["directory_url"] = json!("http://pumps.example/csaf/");
    value["public_openpgp_keys"][0]["fingerprint"] = json!("abc");
    value["distributions"][0]["rolie"]["feeds"][0]["url"] = json!("file:///etc/passwd");
    value.as_object_mut().unwrap().remove("last_updated");
    let parsed = parse_provider_metadata(&bytes(&value)).unwrap();
    assert_eq!(
        codes(&parsed.warnings),
        [
            ("csaf-provider-structure", ""),
            ("csaf-provider-role", "/role"),
            ("csaf-not-https", "/distributions/0/rolie/feeds/0/url"),
            ("csaf-not-https", "/distributions/0/directory_url"),
            ("csaf-provider-key", "/public_openpgp_keys/0/fingerprint"),
        ]
    );
    assert_eq!(parsed.value.keys[0].fingerprint, None);
    let Distribution::Rolie(rolie) = &parsed.value.distributions[0] else { panic!("feeds come first") };
    assert_eq!(rolie.feeds[0].link.transport, Transport::Other);
}

#[test]
fn provider_metadata_that_is_something_else() {
    let code = |bytes: &[u8]| parse_provider_metadata(bytes).unwrap_err().code;
    assert_eq!(code(b"<html>404</html>"), "not-json");
    assert_eq!(code(b"{}"), "wrong-kind");
    assert_eq!(code(b"[]"), "wrong-type");
    assert_eq!(code(b""), "empty");
    assert_eq!(code(br#"{"canonical_url": 7}"#), "wrong-type");
    assert_eq!(code(&vec![b' '; 16 * 1024 * 1024]), "too-large");
}

#[test]
fn directory_as_version_2_1_writes_it() {
    let mut value = metadata();
    value["distributions"] =
        json!([{"directory": {"tlp_label": "CLEAR", "url": "https://pumps.example/v2.1/"}}]);
    let parsed = parse_provider_metadata(&bytes(&value)).unwrap();
    let [Distribution::Directory { tlp_label, .. }] = &parsed.value.distributions[..] else {
        panic!("one folder")
    };
    assert_eq!(tlp_label.as_deref(), Some("CLEAR"));
}

#[test]
fn aggregator() {
    let issuer = |url: &str| {
        json!({"metadata": {"last_updated": "2024-05-02T10:00:00Z", "url": url, "role": "csaf_provider",
               "publisher": {"category": "vendor", "name": "P", "namespace": "https://p.example"}},
               "mirrors": ["https://list.example/p/provider-metadata.json"]})
    };
    let value = json!({
        "aggregator": {"category": "lister", "name": "List", "namespace": "https://list.example"},
        "aggregator_version": "2.0",
        "canonical_url": "https://list.example/.well-known/csaf-aggregator/aggregator.json",
        "csaf_providers": [issuer("https://p.example/provider-metadata.json"), issuer("http://q.example/x.json")],
        "last_updated": "2024-05-03T10:00:00Z"
    });
    let parsed = parse_aggregator(&bytes(&value)).unwrap();
    assert_eq!(codes(&parsed.warnings), [("csaf-not-https", "/csaf_providers/1/metadata/url")]);
    assert_eq!(parsed.value.category, AggregatorCategory::Lister);
    assert_eq!(parsed.value.providers.len(), 2);
    assert_eq!(parsed.value.providers[0].role, Some(ProviderRole::Provider));
    assert_eq!(parsed.value.providers[0].mirrors.len(), 1);
    assert_eq!(parse_aggregator(&bytes(&metadata())).unwrap_err().code, "wrong-kind");
}

fn feed() -> Value {
    let link = |rel: &str, end: &str| json!({"rel": rel, "href": format!("https://pumps.example/csaf/2024/a.json{end}")});
    json!({"feed": {
        "id": "pumps-white", "title": "All", "updated": "2024-05-02T10:00:00Z",
        "category": [{"scheme": "urn:ietf:params:rolie:category:information-type", "term": "csaf"}],
        "link": [{"rel": "self", "href": "https://pumps.example/csaf/feed.json"}],
        "entry": [{
            "id": "EXPA-2024-0007", "title": "T", "published": "2024-04-11T10:00:00Z", "updated": "2024-05-02T10:00:00Z",
            "content": {"src": "https://pumps.example/csaf/2024/a.json", "type": "application/json"},
            "format": {"schema": "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json", "version": "2.0"},
            "link": [link("self", ""), link("hash", ".sha256"), link("hash", ".sha512"), link("signature", ".asc")],
            "summary": {"content": "S"}
        }]
    }})
}

#[test]
fn rolie_feed() {
    let parsed = parse_rolie_feed(&bytes(&feed())).unwrap();
    assert_eq!(parsed.warnings, []);
    let entry = &parsed.value.entries[0];
    assert_eq!(entry.id, "EXPA-2024-0007");
    assert_eq!(entry.updated, at("2024-05-02T10:00:00Z"));
    assert_eq!(entry.document.url, "https://pumps.example/csaf/2024/a.json");
    assert_eq!(entry.hashes.len(), 2);
    assert!(entry.signature.as_ref().unwrap().url.ends_with(".asc"));
    assert_eq!(entry.format_version, "2.0");
}

#[test]
fn rolie_feed_with_defects() {
    let mut value = feed();
    value["feed"]["category"] = json!([{"term": "other"}]);
    value["feed"]["entry"][0].as_object_mut().unwrap().remove("content");
    value["feed"]["entry"].as_array_mut().unwrap().push(json!({"id": "LOST"}));
    let parsed = parse_rolie_feed(&bytes(&value)).unwrap();
    assert_eq!(parsed.value.entries.len(), 1, "a link with rel self is as good as content");
    assert_eq!(parsed.value.entries[0].document.url, "https://pumps.example/csaf/2024/a.json");
    let codes = codes(&parsed.warnings);
    assert!(codes.contains(&("rolie-not-csaf", "/feed/category")));
    assert!(codes.contains(&("rolie-entry-without-document", "/feed/entry/1")));
    let empty = json!({"feed": {"id": "x", "title": "y", "updated": "2024-05-02T10:00:00Z", "entry": []}});
    assert_eq!(parse_rolie_feed(&bytes(&empty)).unwrap().value.entries, []);
    assert_eq!(parse_rolie_feed(br#"{"service": {}}"#).unwrap_err().code, "wrong-kind");
}

#[test]
fn rolie_service_and_categories() {
    let service = json!({"service": {"workspace": [{"title": "Public", "collection": [
        {"title": "White", "href": "https://pumps.example/csaf/feed.json", "categories": {"category": [
            {"scheme": "urn:ietf:params:rolie:category:information-type", "term": "csaf"}]}}]}]}});
    let parsed = parse_rolie_service(&bytes(&service)).unwrap();
    assert_eq!((parsed.value[0].title.as_str(), parsed.value[0].link.transport), ("White", Transport::Https));
    let categories = json!({"categories": {"category": [{"term": "Pumps"}, {"term": "Valves"}]}});
    assert_eq!(parse_rolie_categories(&bytes(&categories)).unwrap().value, ["Pumps", "Valves"]);
}

#[test]
fn feeds_of_the_corpus() {
    for file in ["csaf-vendor/siemens/ssa-feed-tlp-white.json", "csaf-vendor/sick/csaf-feed-tlp-white.json"] {
        let Some(path) = csaf_data::corpus(file, "a vendor's feed") else {
            return;
        };
        let parsed = parse_rolie_feed(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(parsed.warnings, []);
        assert!(
            parsed.value.entries.iter().all(|entry| entry.signature.is_some() && !entry.hashes.is_empty())
        );
    }
    let Some(folder) = csaf_data::corpus("csaf-vendor", "JSON files of vendors") else {
        return;
    };
    assert!(csaf_data::json_files(&folder).len() >= 5);
}

#[test]
fn changes_quoted_and_not() {
    let text = "\"2024/a.json\",\"2024-05-02T10:00:00Z\"\r\n2024/b.json,2024-04-11T10:00:00Z\n\n";
    let parsed = parse_changes_csv(text.as_bytes()).unwrap();
    assert_eq!(parsed.warnings, []);
    assert_eq!(parsed.value[0].path, "2024/a.json");
    assert_eq!(parsed.value[1].released, at("2024-04-11T10:00:00Z"));
    assert_eq!(parse_changes_csv(b"").unwrap().value, []);
}

#[test]
fn changes_with_defects() {
    let text = "2023/old.json,2023-01-01T00:00:00Z\n2024/new.json,yesterday\n2024/new2.json,2024-01-01T00:00:00Z\n\
                ../../etc/passwd.json,2024-01-01T00:00:00Z\nlonely.json\n";
    let parsed = parse_changes_csv(text.as_bytes()).unwrap();
    let paths: Vec<&str> = parsed.value.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["2023/old.json", "2024/new.json", "2024/new2.json", "lonely.json"]);
    assert_eq!(parsed.value[1].released, None, "a date that cannot be read is unknown");
    let expected = [
        ("changes-date", "row 2"),
        ("listing-path", "row 4"),
        ("changes-date", "row 5"),
        ("changes-order", ""),
    ];
    assert_eq!(codes(&parsed.warnings), expected);
}

#[test]
fn index_with_paths_that_leave_the_folder() {
    let text = "2024/a.json\r\n\n/etc/a.json\nhttps://evil.example/a.json\n2024/../../a.json\n2024//a.json\n\
                2024\\a.json\n2024/%2e%2e/a.json\n2024/a.txt\n2024/a.json?x=1.json\n2024/b.json";
    let parsed = parse_index_txt(text.as_bytes()).unwrap();
    assert_eq!(parsed.value, ["2024/a.json", "2024/b.json"]);
    assert_eq!(parsed.warnings.len(), 8);
    assert_eq!(parse_index_txt(b"\xff\xfe").unwrap_err().code, "not-utf8");
    let many = "../x.json\n".repeat(5_000);
    assert_eq!(parse_index_txt(many.as_bytes()).unwrap().warnings.len(), 1_001, "warnings are bounded");
}

#[test]
fn security_txt_signed_and_plain() {
    let text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# comment\nContact: mailto:a@pumps.example\n\
                CSAF: https://pumps.example/.well-known/csaf/provider-metadata.json\n- csaf : http://old.example/p.json\n\
                Expires: 2030-01-01T00:00:00Z\n-----BEGIN PGP SIGNATURE-----\nCSAF: https://forged.example/x\n";
    let parsed = parse_security_txt(text.as_bytes()).unwrap();
    let urls: Vec<&str> = parsed.value.csaf.iter().map(|link| link.url.as_str()).collect();
    assert_eq!(
        urls,
        ["https://pumps.example/.well-known/csaf/provider-metadata.json", "http://old.example/p.json"]
    );
    assert_eq!(parsed.value.expires, at("2030-01-01T00:00:00Z"));
    assert_eq!(codes(&parsed.warnings), [("csaf-not-https", "row 7")]);
    assert_eq!(parse_security_txt(b"Expires: soon").unwrap().value.expires, None);
    assert_eq!(parse_security_txt(&vec![b'a'; 2 << 20]).unwrap_err().code, "too-large");
}

#[test]
fn hash_files() {
    let digest = "026A37919b182ef7c63791e82c9645e2f897a3f0b73c7a6028c7febf62e93838";
    let read = |text: String| parse_hash_file(text.as_bytes(), HashAlgorithm::Sha256);
    let parsed = read(format!("{digest}  a.json\n")).unwrap();
    assert_eq!(parsed.value.digest, digest.to_lowercase());
    assert_eq!(parsed.value.file_name.as_deref(), Some("a.json"));
    assert_eq!(read(format!("\u{feff}{digest} *a.json")).unwrap().value.file_name.as_deref(), Some("a.json"));
    assert_eq!(read(digest.to_owned()).unwrap().value.file_name, None);
    assert_eq!(codes(&read(format!("{digest}\n{digest}")).unwrap().warnings), [("hash-lines", "row 2")]);
    for wrong in
        [String::new(), format!("SHA256 (a.json) = {digest}"), digest[1..].to_owned(), format!("{digest}00")]
    {
        assert_eq!(read(wrong).unwrap_err().code, "no-hash");
    }
    assert!(parse_hash_file(digest.as_bytes(), HashAlgorithm::Sha512).is_err());
    assert_eq!(HashAlgorithm::of_name("https://x/a.json.sha512"), Some(HashAlgorithm::Sha512));
    assert_eq!(HashAlgorithm::of_name("a.json.md5"), None);
}
