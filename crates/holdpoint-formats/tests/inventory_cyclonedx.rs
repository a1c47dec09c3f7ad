//! Bills of materials in both forms, of all versions, and what becomes of them in the domain.
#![expect(
    clippy::disallowed_methods,
    reason = "one test reads a shared corpus and says on stderr when it is absent"
)]

use holdpoint_domain::asset::Field;
use holdpoint_domain::component::ComponentKind;
use holdpoint_formats::inventory::cyclonedx::{self, Bom, BomKind, MAX_DEPTH, Scope};
use std::fmt::Write;
use std::path::PathBuf;

const JSON: &str = r#"{
  "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
  "version": 2,
  "metadata": {
    "timestamp": "2026-03-01T10:00:00+01:00",
    "tools": {"components": [{"type": "application", "name": "bom-maker"}]},
    "component": {"type": "firmware", "name": "Relay 7", "version": "4.10", "manufacturer": {"name": "Example Relays"},
      "supplier": {"name": "A Distributor"},
      "properties": [{"name": "cdx:device:serialNumber", "value": "00123"}, {"name": "acme:orderNumber", "value": "R7-1"},
                     {"name": "cdx:device:sku", "value": "S"}]}
  },
  "components": [
    {"type": "operating-system", "bom-ref": "os", "name": "tinyos", "version": "1.10", "group": "org.example",
     "hashes": [{"alg": "SHA-256", "content": "ABCDEF"}],
     "components": [{"type": "library", "name": "tls", "purl": "pkg:generic/tls@1.2.3",
        "pedigree": {"ancestors": [{"type": "library", "name": "old-tls", "version": "0.9"}]},
        "components": [{"type": "library", "name": "deep", "version": "1"}]}]},
    {"type": "library", "name": "test-only", "version": "1", "scope": "excluded"},
    {"type": "file", "name": "readme.txt"},
    {"type": "application", "name": "web", "version": "2.0", "cpe": "cpe:2.3:a:example:web:2.0:*:*:*:*:*:*:*",
     "publisher": "Example Web"}
  ],
  "vulnerabilities": [{"id": "CVE-2020-0001"}]
}"#;

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<b:bom xmlns:b="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="2">
  <b:metadata>
    <b:timestamp>2026-03-01T10:00:00+01:00</b:timestamp>
    <b:tools><b:components><b:component type="application"><b:name>bom-maker</b:name></b:component></b:components></b:tools>
    <b:component type="firmware">
      <b:manufacturer><b:name>Example Relays</b:name></b:manufacturer>
      <b:supplier><b:name>A Distributor</b:name></b:supplier>
      <b:name>Relay 7</b:name><b:version>4.10</b:version>
      <b:properties><b:property name="cdx:device:serialNumber">00123</b:property>
        <b:property name="acme:orderNumber">R7-1</b:property><b:property name="cdx:device:sku">S</b:property></b:properties>
    </b:component>
  </b:metadata>
  <b:components>
    <b:component type="operating-system" bom-ref="os"><b:group>org.example</b:group><b:name>tinyos</b:name>
      <b:version>1.10</b:version><b:hashes><b:hash alg="SHA-256">ABCDEF</b:hash></b:hashes>
      <b:components><b:component type="library"><b:name>tls</b:name><b:purl>pkg:generic/tls@1.2.3</b:purl>
        <b:pedigree><b:ancestors><b:component type="library"><b:name>old-tls</b:name></b:component></b:ancestors></b:pedigree>
        <b:components><b:component type="library"><b:name>deep</b:name><b:version>1</b:version></b:component></b:components>
      </b:component></b:components></b:component>
    <b:component type="library"><b:name>test-only</b:name><b:version>1</b:version><b:scope>excluded</b:scope></b:component>
    <b:component type="file"><b:name>readme.txt</b:name></b:component>
    <b:component type="application"><b:publisher>Example Web</b:publisher><b:name><![CDATA[web]]></b:name>
      <b:version>2&#46;0</b:version><b:cpe>cpe:2.3:a:example:web:2.0:*:*:*:*:*:*:*</b:cpe></b:component>
  </b:components>
  <b:vulnerabilities><b:vulnerability/></b:vulnerabilities>
</b:bom>"#;

fn bom(text: &str) -> Bom {
    cyclonedx::parse(text.as_bytes()).expect("the bill is good").value
}

#[test]
fn both_forms_say_the_same() {
    assert_eq!(bom(JSON), bom(XML));
}

#[test]
fn a_bill_is_read_with_its_nesting() {
    let bom = bom(JSON);
    let names: Vec<(&str, Option<usize>)> =
        bom.components.iter().map(|component| (component.name.as_str(), component.parent)).collect();
    let expected = [
        ("tinyos", None),
        ("tls", Some(0)),
        ("deep", Some(1)),
        ("test-only", None),
        ("readme.txt", None),
        ("web", None),
    ];
    assert_eq!(names, expected, "tools and ancestors are no components");
    assert_eq!((bom.spec_version.as_str(), bom.version, bom.vulnerabilities_present), ("1.6", Some(2), true));
    assert_eq!(bom.timestamp.expect("it is dated").to_string(), "2026-03-01T09:00:00Z");
    let subject = bom.subject.as_ref().expect("it has a subject");
    assert_eq!((&subject.kind, subject.vendor.as_str()), (&BomKind::Firmware, "Example Relays"));
    assert_eq!(bom.components[0].vendor, "org.example");
    assert_eq!(bom.components[0].hashes[0].digest, "abcdef");
    assert_eq!(bom.components[3].scope, Scope::Excluded);
}

#[test]
fn a_bill_becomes_a_report_on_one_asset() {
    let parsed = bom(JSON).report("REL-7", "file relay.json");
    let report = parsed.value;
    let field = |field| report.fields.get(&field).map(String::as_str);
    assert_eq!(field(Field::Vendor), Some("Example Relays"));
    assert_eq!(field(Field::Product), Some("Relay 7"));
    assert_eq!(field(Field::FirmwareVersion), Some("4.10"));
    assert_eq!(field(Field::OrderNumber), Some("R7-1"), "an order number is surer than a sku");
    assert_eq!(field(Field::SerialNumber), Some("00123"));
    let installed: Vec<(ComponentKind, &str, &str)> =
        report.installed.iter().map(|c| (c.kind, c.product.as_str(), c.version.as_str())).collect();
    let expected = [
        (ComponentKind::OperatingSystem, "tinyos", "1.10"),
        (ComponentKind::Application, "web", "2.0"),
        (ComponentKind::Package, "deep", "1"),
        (ComponentKind::Package, "tls", "1.2.3"),
    ];
    assert_eq!(installed, expected, "the package URL gives the version that is not said otherwise");
    let left_out: Vec<&str> = parsed.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert!(left_out.contains(&"1 components of kind file are left out"), "{left_out:?}");
    assert!(left_out.contains(&"1 components with the scope `excluded` are left out"), "{left_out:?}");
}

#[test]
fn a_hardware_bill_keeps_numbers_of_its_devices() {
    let bom = bom(
        r#"{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"device","name":"Rack 1","version":"rev-2"}},
        "components":[{"type":"device","name":"CPU card","supplier":{"name":"Example"},"properties":[
          {"name":"cdx:device:quantity","value":"2"},{"name":"x:modelNumber","value":"CC-100"},
          {"name":"x:hardwareRevision","value":"B"},{"name":"cdx:device:serialNumber","value":"0001"}]}]}"#,
    );
    assert_eq!(bom.components[0].serial_number, "0001");
    let parsed = bom.report("RACK-1", "rack.json");
    let card = &parsed.value.installed[0];
    assert_eq!((card.kind, card.order_number.as_str()), (ComponentKind::Hardware, "CC-100"));
    assert_eq!(card.hardware_revision, "B");
    assert_eq!(parsed.value.fields.get(&Field::FirmwareVersion), None, "`rev-2` may be of the hardware");
    assert!(parsed.warnings.iter().any(|warning| warning.code == "cyclonedx-device-version"));
}

#[test]
fn all_versions_are_read_and_a_foreign_one_is_remarked() {
    for version in ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "9.9"] {
        let json = format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"{version}","components":[{{"type":"library","name":"a"}}]}}"#
        );
        let xml = format!(
            r#"<bom xmlns="http://cyclonedx.org/schema/bom/{version}"><components><component type="library"><name>a</name></component></components></bom>"#
        );
        for text in [json, xml] {
            let parsed = cyclonedx::parse(text.as_bytes()).expect("the bill is good");
            assert_eq!(parsed.value.spec_version, version);
            assert_eq!(parsed.value.components.len(), 1);
            assert_eq!(parsed.warnings.len(), usize::from(version == "9.9"));
        }
    }
}

#[test]
fn values_of_a_wrong_type_are_remarked_and_not_guessed() {
    let text = r#"{"bomFormat":"CycloneDX","specVersion":"1.4","metadata":[],"components":[
        {"type":"library","name":"a","version":1.10,"hashes":"none","supplier":"Acme","properties":{"a":1}},
        {"type":"library","name":"b","version":7}, "c", null, 5, {"type":"gadget","name":["x"],"version":"1"}]}"#;
    let parsed = cyclonedx::parse(text.as_bytes()).expect("the bill is good");
    let versions: Vec<&str> = parsed.value.components.iter().map(|c| c.version.as_str()).collect();
    assert_eq!(versions, ["", "7", "1"], "1.10 as a number is 1.1, so it counts as not said");
    let codes: Vec<&str> = parsed.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["cyclonedx-misfit", "cyclonedx-kind", "cyclonedx-misfit", "cyclonedx-no-name"]);
}

#[test]
fn a_range_of_versions_is_not_a_version() {
    let text = r#"{"bomFormat":"CycloneDX","specVersion":"1.7","components":[
        {"type":"library","name":"a","isExternal":true,"versionRange":"vers:generic/>=1"}]}"#;
    let parsed = cyclonedx::parse(text.as_bytes()).expect("the bill is good");
    assert_eq!(parsed.value.components[0].version, "");
    assert_eq!(parsed.warnings[0].code, "cyclonedx-version-range");
}

#[test]
fn names_that_are_none_are_left_blank() {
    let text = r#"{"bomFormat":"CycloneDX","specVersion":"1.4","components":[
        {"type":"library","name":"a","purl":"not a purl","cpe":"cpe-of-sorts"}]}"#;
    let parsed = bom(text).domain_components();
    assert_eq!((parsed.value[0].purl.as_str(), parsed.value[0].cpe.as_str()), ("", ""));
    assert_eq!(parsed.warnings.len(), 2);
}

#[test]
fn other_encodings_and_marks_are_read() {
    let marked = format!("\u{feff}{JSON}");
    assert_eq!(bom(&marked), bom(JSON));
    let xml = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\">\
        <components><component type=\"library\"><name>K\u{fc}hl</name></component></components></bom>";
    let latin: Vec<u8> =
        xml.chars().map(|letter| u8::try_from(u32::from(letter)).expect("it is Latin")).collect();
    let parsed = cyclonedx::parse(&latin).expect("the encoding is declared").value;
    assert_eq!(parsed.components[0].name, "Kühl");
    let utf16: Vec<u8> = format!("\u{feff}{}", xml.replace("ISO-8859-1", "UTF-16"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(cyclonedx::parse(&utf16).expect("the mark says so").value.components[0].name, "Kühl");
}

#[test]
fn hostile_bills_are_refused_in_words() {
    let deep_json = format!(
        r#"{{"bomFormat":"CycloneDX","components":[{}{}]}}"#,
        r#"{"name":"a","components":["#.repeat(MAX_DEPTH + 1),
        "]}".repeat(MAX_DEPTH + 1)
    );
    let deep_xml = format!(
        r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.4">{}</bom>"#,
        "<components><component>".repeat(100_000)
    );
    let laughs = "<!DOCTYPE bom [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>\
        <bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\">&b;</bom>";
    let entity = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component><name>&xxe;</name></component></components></bom>"#;
    let brackets = "[".repeat(100_000);
    let cases: [(&str, &str); 12] = [
        (&deep_json, "too-many-components"),
        (&deep_xml, "xml-too-large"),
        (laughs, "xml-doctype"),
        (entity, "not-xml"),
        (&brackets, "not-cyclonedx"),
        ("", "not-cyclonedx"),
        ("{", "not-json"),
        ("{}", "not-cyclonedx"),
        (r#"{"bomFormat":"SPDX"}"#, "not-cyclonedx"),
        ("<html><body/></html>", "not-cyclonedx"),
        (r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components>"#, "not-xml"),
        (r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><licenses><a>"#, "not-xml"),
    ];
    for (text, code) in cases {
        let rejected = cyclonedx::parse(text.as_bytes()).expect_err("the bill is bad");
        assert_eq!(rejected.code, code, "{rejected}");
    }
    let mut many = String::from(r#"{"bomFormat":"CycloneDX","components":["#);
    for _ in 0..1_600_000 {
        many.push_str("{},");
    }
    many.push_str("{}]}");
    assert_eq!(cyclonedx::parse(many.as_bytes()).expect_err("too many").code, "too-many-components");
}

#[test]
fn every_truncation_is_refused_or_read_but_never_panics() {
    for text in [JSON, XML] {
        for end in 0..text.len() {
            assert!(cyclonedx::parse(&text.as_bytes()[..end]).is_err(), "a bill cut at {end} is not whole");
        }
    }
}

#[test]
fn a_broad_bill_is_read_whole() {
    let mut text = String::from(r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":["#);
    for number in 0..50_000 {
        write!(text, r#"{{"type":"library","name":"lib{number}","version":"1"}},"#)
            .expect("a text can be written");
    }
    text.push_str(r#"{"type":"library","name":"last"}]}"#);
    assert_eq!(bom(&text).components.len(), 50_001);
}

fn corpus() -> Option<PathBuf> {
    let root = std::env::var_os("HOLDPOINT_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let folder = root.join("inventory/cyclonedx");
    folder.is_dir().then_some(folder)
}

#[test]
fn bills_of_others_are_read() {
    let Some(folder) = corpus() else {
        eprintln!("no corpus of CycloneDX files is here: bills made by other programs were not checked");
        return;
    };
    let mut seen = Vec::new();
    for folder in std::fs::read_dir(folder).expect("the corpus can be listed") {
        let folder = folder.expect("the corpus can be listed").path();
        for file in std::fs::read_dir(&folder).expect("the corpus can be listed") {
            let path = file.expect("the corpus can be listed").path();
            let bytes = std::fs::read(&path).expect("the file can be read");
            let parsed =
                cyclonedx::parse(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(!parsed.value.components.is_empty(), "{}", path.display());
            assert!(!parsed.value.domain_components().value.is_empty(), "{}", path.display());
            seen.push((path, parsed.value));
        }
    }
    assert!(!seen.is_empty(), "the corpus is empty");
    for (path, json) in seen.iter().filter(|(path, _)| path.ends_with("bom.json")) {
        let Some((_, xml)) = seen.iter().find(|(other, _)| *other == path.with_extension("xml")) else {
            continue;
        };
        let names = |bom: &Bom| -> Vec<(String, String, String)> {
            bom.components.iter().map(|c| (c.name.clone(), c.version.clone(), c.purl.clone())).collect()
        };
        assert_eq!(names(json), names(xml), "{} in both forms", path.display());
    }
}
