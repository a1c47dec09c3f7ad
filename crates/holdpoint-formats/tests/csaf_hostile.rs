//! Input that wants to hurt: too large, too deep, cut off, not UTF-8, not JSON, of the wrong types, full of markup.
//!
//! Nothing may panic, hang or grow without bound; everything that is refused is refused in words.

#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test where it breaks")]

mod csaf_base;

use csaf_base::patched;
use holdpoint_domain::Rejected;
use holdpoint_formats::csaf::{Limits, Scope, difference, parse, parse_within, to_advisory, validate};
use proptest::prelude::{any, prop, proptest};
use serde_json::{Value, json};

fn rejected(bytes: &[u8]) -> Rejected {
    parse(bytes).unwrap_err()
}

fn code(bytes: &[u8]) -> String {
    rejected(bytes).code
}

#[test]
fn empty_and_other_kinds() {
    for bytes in [&b""[..], b" \n\t", b"\xef\xbb\xbf"] {
        assert_eq!(code(bytes), "empty");
    }
    for bytes in
        [&b"[]"[..], b"1", b"\"x\"", b"null", b"{}", br#"{"document":{}}"#, br#"{"vulnerabilities":[]}"#]
    {
        assert_eq!(code(bytes), "not-csaf", "{}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(code(br#"{"document":{"csaf_version":"2.1"}}"#), "csaf-edition");
    assert_eq!(code(br#"{"document":{"csaf_version":"1.9"},"vulnerabilities":{}}"#), "csaf-version");
    assert!(rejected(br#"{"document":{"csaf_version":"2.1"}}"#).what.contains("is CSAF 2.1"));
}

#[test]
fn not_json_says_where() {
    let error = rejected(b"{\n  \"document\": {,}\n}");
    assert_eq!(error.code, "not-json");
    assert!(error.what.contains("line 2 column 16"), "{error}");
    assert!(rejected(b"{\"document\": {").what.contains("cut off"));
    assert_eq!(code(b"<html></html>"), "not-json");
    assert_eq!(code(b"{} {}"), "not-json");
    assert_eq!(code(b"{\"a\": NaN}"), "not-json");
    let lone = String::from_utf8(patched(&[])).unwrap().replacen("Overlong", "\\ud800", 1);
    let lone = rejected(lone.as_bytes());
    assert!(lone.code == "not-json" && lone.what.contains("hex escape"), "{lone}");
    let number = String::from_utf8(patched(&[])).unwrap().replace("9.8", "1e999");
    assert_eq!(code(number.as_bytes()), "not-json");
}

#[test]
fn not_utf8_says_where() {
    let mut bytes = patched(&[]);
    bytes[40] = 0xff;
    let error = rejected(&bytes);
    assert_eq!(error.code, "not-utf8");
    assert!(error.what.contains("byte 40"), "{error}");
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend(&bytes);
    assert!(rejected(&marked).what.contains("byte 43"));
    assert!(rejected(b"\xff\xfe{\0}\0").what.contains("UTF-16"));
}

#[test]
fn a_byte_order_mark_is_passed_over_with_a_warning() {
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(patched(&[]));
    let parsed = parse(&bytes).unwrap();
    assert_eq!(parsed.warnings.len(), 1);
    assert_eq!(parsed.warnings[0].code, "byte-order-mark");
    assert_eq!(parsed.value.tracking_id(), Some("EXPA-2024-0007"));
}

#[test]
fn every_truncation_is_refused() {
    let bytes = patched(&[]);
    let end = bytes.len();
    for length in (0..end).step_by(7) {
        let error = rejected(&bytes[..length]);
        assert!(matches!(error.code.as_str(), "empty" | "not-json"), "{length}: {error}");
    }
}

#[test]
fn wrong_types_name_the_place() {
    for (pointer, value) in [
        ("/document/title", json!(7)),
        ("/document/lang", Value::Bool(true)),
        ("/document/tracking/revision_history/1/number", json!(2)),
        ("/product_tree/branches/0/branches", json!("x")),
        ("/vulnerabilities/0/scores/0/cvss_v3/baseScore", json!("9.8")),
        ("/vulnerabilities/0/product_status/known_affected/1", json!({})),
        ("/vulnerabilities", json!({})),
        ("/document", json!([])),
    ] {
        let error = rejected(&patched(&[(pointer, value)]));
        if pointer == "/document" {
            assert_eq!(error.code, "not-csaf");
        } else {
            assert_eq!(error.code, "wrong-type");
            assert!(error.what.starts_with(&format!("`{pointer}`")), "{error}");
        }
    }
    let long = json!({"cve": "x".repeat(1_000_000)});
    let error =
        rejected(&patched(&[("/document/title", long), ("/document/lang", json!(["y".repeat(1_000_000)]))]));
    assert!(
        error.code == "wrong-type" && error.what.len() < 1_000,
        "a long value does not make a long message"
    );
    let null = String::from_utf8(patched(&[])).unwrap().replace("\"lang\": \"en\"", "\"lang\": null");
    assert!(rejected(null.as_bytes()).what.contains("`/document/lang`"), "null is no text");
}

#[test]
fn size_and_depth_are_bounded() {
    let bytes = patched(&[]);
    let small = Limits { bytes: 1_000, ..Limits::default() };
    assert_eq!(parse_within(&bytes, &small).unwrap_err().code, "too-large");
    for depth in [1_000, 1_000_000] {
        let mut deep = br#"{"document":"#.to_vec();
        deep.extend(std::iter::repeat_n(b'[', depth));
        assert_eq!(code(&deep), "too-deep");
    }
    let unbounded = Limits { depth: usize::MAX, ..Limits::default() };
    let deep = "[".repeat(100_000);
    assert_eq!(
        parse_within(deep.as_bytes(), &unbounded).unwrap_err().code,
        "too-deep",
        "the stack stays safe"
    );
}

#[test]
fn branches_as_deep_as_the_limit_allows() {
    let leaf =
        json!({"category": "product_version", "name": "1", "product": {"name": "n", "product_id": "DEEP"}});
    let nest = |levels: usize| {
        let wrap = |inner: Value, _| json!({"category": "product_family", "name": "f", "branches": [inner]});
        (0..levels).fold(leaf.clone(), wrap)
    };
    let bytes = patched(&[("/product_tree/branches/-", nest(30))]);
    let parsed = parse(&bytes).unwrap();
    assert_eq!(parsed.value.products().get("DEEP").unwrap().path.len(), 31);
    assert_eq!(code(&patched(&[("/product_tree/branches/-", nest(60))])), "too-deep");
}

#[test]
fn numbers_of_things_are_bounded() {
    let bytes = patched(&[]);
    for limits in [
        Limits { containers: 20, ..Limits::default() },
        Limits { products: 3, ..Limits::default() },
        Limits { vulnerabilities: 0, ..Limits::default() },
        Limits { group_members: 1, ..Limits::default() },
        Limits { pairs: 3, ..Limits::default() },
    ] {
        assert_eq!(parse_within(&bytes, &limits).unwrap_err().code, "too-many", "{limits:?}");
    }
    let mut small_things = br#"{"document":{"csaf_version":"2.0"},"vulnerabilities":["#.to_vec();
    small_things.extend(b"{},".repeat(1_000_000));
    small_things.extend(b"{}]}");
    assert_eq!(code(&small_things), "too-many");
}

#[test]
fn groups_cannot_multiply() {
    let members: Vec<String> = (0..5_000).map(|number| format!("P{number}")).collect();
    let group = json!({"group_id": "BIG", "product_ids": members});
    let threat = json!({"category": "impact", "details": "d", "group_ids": ["BIG"]});
    let threats = Value::Array(vec![threat; 1_000]);
    let changes = [("/product_tree/product_groups/-", group), ("/vulnerabilities/0/threats", threats)];
    assert_eq!(code(&patched(&changes)), "too-many");
}

#[test]
fn markup_is_kept_as_text_and_told() {
    let script = "<script>alert(1)</script>";
    for text in [script, "a <IMG src=x onerror=y>", "x <!-- y -->", "</b>", "<br/>"] {
        let bytes = patched(&[("/vulnerabilities/0/notes/0/text", json!(text))]);
        let parsed = parse(&bytes).unwrap();
        assert_eq!(parsed.value.vulnerabilities[0].notes[0].text.as_deref(), Some(text));
        assert_eq!(parsed.warnings.len(), 1, "{text}");
        assert_eq!(parsed.warnings[0].place, "/vulnerabilities/0/notes/0/text");
        assert_eq!(to_advisory(&parsed.value).unwrap().value.vulnerabilities[0].notes[0].text, text);
    }
    for text in ["< 4.2", "<V1.2>", "a<b", "<4.2|>5", "<beta>", "x << y"] {
        let bytes = patched(&[("/vulnerabilities/0/notes/0/text", json!(text))]);
        assert_eq!(parse(&bytes).unwrap().warnings, [], "{text}");
    }
}

#[test]
fn a_key_that_stands_twice_is_a_breach() {
    let text = String::from_utf8(patched(&[])).unwrap();
    let twice = text.replacen("\"lang\": \"en\",", "\"lang\": \"en\", \"lang\": \"de\",", 1);
    let parsed = parse(twice.as_bytes()).unwrap();
    let found = validate(&parsed.value, Scope::Mandatory);
    let places: Vec<(&str, &str)> =
        found.failures().map(|finding| (finding.test, finding.place.as_str())).collect();
    assert_eq!(places, [("schema", "/document/lang")]);
}

#[test]
fn findings_are_bounded() {
    let wrong: Vec<String> = (0..20_000).map(|number| format!("NOWHERE-{number}")).collect();
    let bytes = patched(&[("/vulnerabilities/0/product_status/known_affected", json!(wrong))]);
    let parsed = parse(&bytes).unwrap();
    let found = validate(&parsed.value, Scope::All);
    assert!(found.findings.len() <= 2_000 && found.omitted > 10_000, "{}", found.omitted);
    let mut extra = serde_json::Map::new();
    (0..5_000).for_each(|number| drop(extra.insert(format!("a{number}"), json!(1))));
    let bytes = patched(&[("/document/tracking/generator", Value::Object(extra))]);
    assert!(parse(&bytes).unwrap().warnings.len() < 100);
}

#[test]
fn a_long_chain_of_combinations_ends() {
    let relation = |number: usize| {
        json!({"category": "installed_with", "product_reference": format!("R{}", (number + 1) % 5_000),
               "relates_to_product_reference": "PANEL",
               "full_product_name": {"name": "n", "product_id": format!("R{number}")}})
    };
    let list: Vec<Value> = (0..5_000).map(relation).collect();
    let bytes = patched(&[("/product_tree/relationships", json!(list))]);
    let parsed = parse(&bytes).unwrap();
    let found = validate(&parsed.value, Scope::Mandatory);
    assert!(found.failures().any(|finding| finding.test == "6.1.3"));
    assert_eq!(parsed.value.products().parts("R0"), ["PANEL"]);
}

/// Everything that can be done with a document, on any bytes.
fn exercise(bytes: &[u8]) {
    if let Ok(parsed) = parse(bytes) {
        validate(&parsed.value, Scope::All);
        drop(to_advisory(&parsed.value));
        let products = parsed.value.products();
        products.records().iter().filter_map(|one| one.product.product_id.as_deref()).for_each(|id| {
            products.parts(id);
        });
    }
    drop(difference(bytes, &patched(&[])));
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        exercise(&bytes);
    }

    #[test]
    fn a_sound_document_with_any_bytes_changed(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = patched(&[]);
        for (index, value) in changes {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        exercise(&bytes);
    }

    #[test]
    fn a_sound_document_with_words_exchanged(from in "[a-z_]{1,12}|[0-9.]{1,4}", to in "\\PC{0,8}", cut in 0..4_000_usize) {
        let text = String::from_utf8(patched(&[])).unwrap().replace(&from, &to.replace(['"', '\\'], "-"));
        exercise(text.as_bytes());
        let end = cut.min(text.len());
        exercise(&text.as_bytes()[..end]);
        exercise(&text.as_bytes()[end..]);
    }
}
