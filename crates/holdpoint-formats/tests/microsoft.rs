//! Microsoft's files by made-up examples: real shapes, cut-off ones and hostile ones.

use std::io::{Cursor, Write};

use holdpoint_domain::patch::{PatchRecord, PatchReference};
use holdpoint_formats::microsoft::{Limits, MicrosoftFile, Shape, read, shape_of};
use proptest::prelude::{ProptestConfig, any, proptest};

fn taken(bytes: &[u8]) -> MicrosoftFile {
    read(bytes, &Limits::default()).expect("the example is sound").value
}

fn refused(bytes: &[u8]) -> String {
    refused_within(bytes, &Limits::default())
}

fn refused_within(bytes: &[u8], limits: &Limits) -> String {
    read(bytes, limits).expect_err("the example is broken").code
}

fn kb(number: &str) -> PatchReference {
    PatchReference::Identifier(number.to_owned())
}

const CVRF: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<cvrf:cvrfdoc xmlns:cvrf="urn:c" xmlns:prod="urn:p" xmlns:vuln="urn:v">
  <cvrf:DocumentTracking>
    <cvrf:Identification><cvrf:ID>2031-Jan</cvrf:ID></cvrf:Identification>
    <cvrf:InitialReleaseDate>2031-01-14T08:00:00</cvrf:InitialReleaseDate>
    <cvrf:CurrentReleaseDate>2031-01-15T08:00:00Z</cvrf:CurrentReleaseDate>
  </cvrf:DocumentTracking>
  <prod:ProductTree><prod:Branch Type="Vendor" Name="Microsoft"><prod:Branch Type="Product Family" Name="Windows">
    <prod:FullProductName ProductID="1">Windows 10 Version 22H2 for x64-based Systems</prod:FullProductName>
    <prod:FullProductName ProductID="2">Windows Server 2016</prod:FullProductName>
  </prod:Branch></prod:Branch></prod:ProductTree>
  <vuln:Vulnerability Ordinal="1">
    <vuln:Title>Kernel &amp; more</vuln:Title>
    <vuln:CVE>CVE-2031-1000</vuln:CVE>
    <vuln:ProductStatuses><vuln:Status Type="Known Affected"><vuln:ProductID>1</vuln:ProductID></vuln:Status></vuln:ProductStatuses>
    <vuln:Threats><vuln:Threat Type="Severity"><vuln:Description>Critical</vuln:Description><vuln:ProductID>1</vuln:ProductID></vuln:Threat></vuln:Threats>
    <vuln:Remediations>
      <vuln:Remediation Type="Vendor Fix"><vuln:Description>9900002</vuln:Description><vuln:URL/>
        <vuln:Supercedence>9900001; nonsense</vuln:Supercedence><vuln:ProductID>1</vuln:ProductID>
        <vuln:SubType>Security Update</vuln:SubType><vuln:FixedBuild>10.0.19045.5000</vuln:FixedBuild></vuln:Remediation>
      <vuln:Remediation Type="Vendor Fix"><vuln:Description>9900003</vuln:Description>
        <vuln:ProductID>2</vuln:ProductID><vuln:ProductID>77</vuln:ProductID>
        <vuln:FixedBuild>https://example.org/builds</vuln:FixedBuild></vuln:Remediation>
    </vuln:Remediations>
  </vuln:Vulnerability>
</cvrf:cvrfdoc>"#;

#[test]
fn cvrf_as_xml_says_what_replaces_what_for_which_product() {
    let parsed = read(CVRF.as_bytes(), &Limits::default()).expect("sound");
    let codes: Vec<&str> = parsed.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["patch-odd-reference", "cvrf-unnamed-product"]);
    let [first, second] = parsed.value.patches.as_slice() else { panic!("two patches") };
    assert_eq!(
        (first.identifier.as_str(), first.supersedes.as_slice()),
        ("KB9900002", &[kb("KB9900001")][..])
    );
    assert_eq!((first.severity.as_str(), first.architecture.as_str()), ("Critical", "x64"));
    assert_eq!(first.fixed_build, "10.0.19045.5000");
    assert_eq!((second.identifier.as_str(), second.fixed_build.as_str()), ("KB9900003", ""));
    assert_eq!(parsed.value.vulnerabilities[0].title, "Kernel & more");
}

#[test]
fn cvrf_as_json_reads_as_the_xml_does() {
    let json = r#"{"DocumentTitle":{"Value":"t"},
      "DocumentTracking":{"Identification":{"ID":{"Value":"2031-Jan"}},
        "InitialReleaseDate":"2031-01-14T08:00:00","CurrentReleaseDate":"2031-01-15T08:00:00Z"},
      "ProductTree":{"Branch":[{"Type":0,"Name":"Microsoft","Items":[{"Type":1,"Name":"Windows","Items":[
        {"ProductID":"1","Value":"Windows 10 Version 22H2 for x64-based Systems"}]}]}],
        "FullProductName":[{"ProductID":"2","Value":"Windows Server 2016"}]},
      "Vulnerability":[{"Title":{"Value":"Kernel & more"},"CVE":"CVE-2031-1000","CWE":[{"ID":"CWE-20","Value":"x"}],
        "ProductStatuses":[{"ProductID":["1"],"Type":3}],
        "Threats":[{"Description":{"Value":"Critical"},"ProductID":["1"],"Type":3}],
        "CVSSScoreSets":[{"BaseScore":7.8,"Vector":"CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H","ProductID":["1"]}],
        "Remediations":[
          {"Description":{"Value":"9900002"},"URL":null,"Supercedence":"9900001; nonsense","ProductID":["1"],"Type":2,
           "SubType":"Security Update","RestartRequired":{},"FixedBuild":"10.0.19045.5000"},
          {"Description":{"Value":"9900003"},"ProductID":["2","77"],"Type":2,"FixedBuild":"https://example.org/builds"},
          {"Description":{"Value":"close the port"},"ProductID":["2"],"Type":1}]}]}"#;
    assert_eq!(shape_of(json.as_bytes()), Some(Shape::CvrfJson));
    let from_json = taken(json.as_bytes());
    assert_eq!(from_json.patches, taken(CVRF.as_bytes()).patches);
    assert_eq!(from_json.vulnerabilities[0].scores[0].base_tenths, Some(78));
    assert_eq!(refused(&json.as_bytes()[..json.len() - 40]), "unknown-file");
}

#[test]
fn broken_xml_is_refused_in_words() {
    assert_eq!(refused(&CVRF.as_bytes()[..CVRF.len() - 30]), "not-xml");
    let bomb = CVRF.replacen("<cvrf:cvrfdoc", "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><cvrf:cvrfdoc", 1);
    assert_eq!(refused(bomb.as_bytes()), "xml-doctype");
    assert_eq!(refused(CVRF.replace("Kernel &amp;", "Kernel &boom;").as_bytes()), "not-xml");
    let deep = format!("<cvrfdoc>{}", "<a>".repeat(100_000));
    assert_eq!(refused(deep.as_bytes()), "xml-too-large");
    let limits = Limits { elements: 10, ..Limits::default() };
    assert_eq!(refused_within(CVRF.as_bytes(), &limits), "xml-too-large");
    let limits = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(refused_within(CVRF.as_bytes(), &limits), "too-large");
    assert_eq!(refused(b"<cvrfdoc/>"), "not-cvrf");
    assert_eq!(refused(b""), "unknown-file");
}

#[test]
fn records_of_the_catalogue_are_read_one_or_many() {
    let one = r#"{"update_id":"AB","title":"2031-01 Security Only Quality Update for Windows 7 for x64-based Systems (KB9900010)",
      "architecture":"n/a","classification":"SecurityUpdates","supported_products":"Windows7","msrc_severity":"n/a",
      "kb_article":"9900010","supersededby":[{"title":"no article here","update_id":"CD"}],
      "supersedes":["Update for Windows 7 (KB9900009)","a title that names nothing"],"last_modified":"13/40/2031"}"#;
    let parsed = read(one.as_bytes(), &Limits::default()).expect("sound");
    assert_eq!(parsed.warnings.len(), 1);
    let patch = &parsed.value.patches[0];
    assert_eq!(patch.supersedes, [kb("KB9900009")]);
    assert_eq!(patch.superseded_by, [PatchReference::UpdateId("cd".to_owned())]);
    assert_eq!((patch.released, patch.severity.as_str()), (None, ""));
    let coarse = r#"[{"update_id":"e","title":"A tool","supported_products":"Windows11,Office 2016","kb_article":null,"supersedes":[]}]"#;
    assert_eq!(taken(coarse.as_bytes()).patches[0].products, ["Windows 11", "Office 2016"]);
    assert_eq!(refused(br#"[{"update_id":"","supersedes":[]}]"#), "not-catalogue");
    let many =
        format!(r#"[{{"update_id":"e","supersedes":[{}"KB9900001"]}}]"#, r#""KB9900001","#.repeat(50_000));
    assert_eq!(refused(many.as_bytes()), "too-many");
}

#[test]
fn another_publishers_csaf_is_not_taken_for_microsofts() {
    let other = br#"{"document":{"publisher":{"namespace":"https://example.org"}}}"#;
    assert_eq!(shape_of(other), None);
}

/// A cabinet of our own making; `compression` is that of the `cab` crate.
fn cabinet(files: &[(&str, &[u8])], compression: cab::CompressionType) -> Vec<u8> {
    let mut builder = cab::CabinetBuilder::new();
    let folder = builder.add_folder(compression);
    for (name, _) in files {
        folder.add_file(*name);
    }
    let mut writer = builder.build(Cursor::new(Vec::new())).expect("memory");
    for (_, bytes) in files {
        writer.next_file().expect("memory").expect("a file for each").write_all(bytes).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

const LIST: &str = r#"<OfflineSyncPackage PackageId="p-1" CreationDate="2031-01-14T08:00:00Z"><Updates>
  <Update UpdateId="A1" RevisionId="11" CreationDate="2031-01-01T00:00:00Z" IsBundle="true">
    <SupersededBy><Revision Id="12"/></SupersededBy>
    <Categories><Category Type="Product" Id="C1"/><Category Type="UpdateClassification" Id="28BC880E-0592-4CBF-8F95-C79B17911D5F"/></Categories>
    <Prerequisites><UpdateId Id="a2"/><Or><UpdateId Id="c1"/></Or></Prerequisites></Update>
  <Update UpdateId="A2" RevisionId="12" CreationDate="2031-01-02T00:00:00Z" IsBundle="true"/>
  <Update UpdateId="C1" RevisionId="13" IsSoftware="false"/>
  <Update UpdateId="L1" RevisionId="14"><BundledBy><Revision Id="11"/></BundledBy>
    <PayloadFiles><File Id="fQTAfvF3nDnhdPA/eUmJ+CSM/3Q="/></PayloadFiles></Update>
  </Updates><FileLocations><FileLocation Id="fQTAfvF3nDnhdPA/eUmJ+CSM/3Q=" Url="http://example.org/a/b.cab"/></FileLocations>
  </OfflineSyncPackage>"#;

fn scan(compression: cab::CompressionType) -> Vec<u8> {
    let package = cabinet(&[("package.xml", LIST.as_bytes())], compression);
    let metadata = cabinet(
        &[
            ("c\\12", br#"<UpdateIdentity UpdateID="A2"/><Properties UpdateType="Software"/><Relationships><SupersededUpdates><UpdateIdentity UpdateID="A1"/></SupersededUpdates></Relationships>"#),
            ("l\\en\\11", b"<LocalizedProperties><Title>Feature for nobody</Title></LocalizedProperties>"),
            ("l\\de\\11", b"<LocalizedProperties><Title>Falsch</Title></LocalizedProperties>"),
            ("l\\en\\12", b"<LocalizedProperties><Title>2031-01 Update for Windows 8 (KB9900022)</Title></LocalizedProperties>"),
            ("x\\11", br#"<ExtendedProperties MsrcSeverity="Critical"><KBArticleID>9900021</KBArticleID></ExtendedProperties>"#),
            ("x\\14", br#"<ExtendedProperties><InstallationBehavior RebootBehavior="CanRequestReboot"/></ExtendedProperties><Files><File Digest="fQTAfvF3nDnhdPA/eUmJ+CSM/3Q=" FileName="b.cab" Size="7"/></Files>"#),
            ("x\\12", b"<broken"),
        ],
        compression,
    );
    cabinet(
        &[("index.xml", b"<INDEX/>"), ("package.cab", &package), ("package2.cab", &metadata)],
        compression,
    )
}

fn of<'a>(patches: &'a [PatchRecord], number: &str) -> &'a PatchRecord {
    patches.iter().find(|patch| patch.identifier == number).expect("it is there")
}

#[test]
fn the_scan_file_is_read_packed_or_not() {
    for compression in [cab::CompressionType::None, cab::CompressionType::MsZip] {
        let parsed = read(&scan(compression), &Limits::default()).expect("sound");
        assert_eq!(parsed.warnings.len(), 1, "{:?}", parsed.warnings);
        assert_eq!(parsed.value.patches.len(), 2);
        let old = of(&parsed.value.patches, "KB9900021");
        assert_eq!(old.superseded_by, [kb("KB9900022")]);
        assert_eq!(old.needs, [kb("KB9900022")]);
        assert_eq!(
            (old.classification.as_str(), old.restart.as_str()),
            ("Update Rollups", "CanRequestReboot")
        );
        assert_eq!((old.files[0].name.as_str(), old.files[0].size_bytes), ("b.cab", Some(7)));
        assert_eq!(old.files[0].hashes, ["sha1:7d04c07ef1779c39e174f03f794989f8248cff74"]);
        assert_eq!(old.files[0].url, "http://example.org/a/b.cab");
        let new = of(&parsed.value.patches, "KB9900022");
        assert_eq!(
            (new.supersedes.as_slice(), new.products.as_slice()),
            (&[kb("KB9900021")][..], &["Windows 8".to_owned()][..])
        );
    }
}

/// One LZX block that holds its bytes as they are.
fn lzx_cabinet(content: &[u8], name: &str) -> Vec<u8> {
    let size = u32::try_from(content.len()).expect("small");
    // No translation (1 bit), a block of kind 3 (3 bits), its size (24 bits), filled up to whole words.
    let head = (3_u32 << 28 | size << 4).to_be_bytes();
    let mut packed = vec![head[1], head[0], head[3], head[2]];
    packed.extend_from_slice(&[1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    packed.extend_from_slice(content);
    if content.len() % 2 == 1 {
        packed.push(0);
    }
    around_lzx(&packed, size, name)
}

/// A cabinet with one file whose packed bytes are given; without a checksum.
fn around_lzx(packed: &[u8], size: u32, name: &str) -> Vec<u8> {
    let directory = 36 + 8 + 16 + name.len() + 1;
    let mut bytes = b"MSCF\0\0\0\0".to_vec();
    let total = u32::try_from(directory + 8 + packed.len()).expect("small");
    bytes.extend_from_slice(&total.to_le_bytes());
    bytes.extend_from_slice(&[0, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 3, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend_from_slice(&u32::try_from(directory).expect("small").to_le_bytes());
    bytes.extend_from_slice(&[1, 0, 3, 15]);
    bytes.extend_from_slice(&size.to_le_bytes());
    bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0]);
    bytes.extend_from_slice(name.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(&u16::try_from(packed.len()).expect("small").to_le_bytes());
    bytes.extend_from_slice(&u16::try_from(size).expect("small").to_le_bytes());
    bytes.extend_from_slice(packed);
    bytes
}

#[test]
fn the_scan_file_is_read_with_lzx_inside() {
    let package = lzx_cabinet(LIST.as_bytes(), "package.xml");
    let outer = cabinet(&[("package.cab", &package)], cab::CompressionType::None);
    assert_eq!(taken(&outer).patches.len(), 2);
}

#[test]
fn broken_scan_files_are_refused_in_words() {
    let sound = scan(cab::CompressionType::MsZip);
    for cut in [3, 20, 40, 60, 200, sound.len() / 2, sound.len() - 1] {
        let code = refused(&sound[..cut]);
        assert!(["cabinet-broken", "unknown-file"].contains(&code.as_str()), "{cut}: {code}");
    }
    assert_eq!(refused(&cabinet(&[("a.txt", b"x")], cab::CompressionType::None)), "not-wsusscn2");
    let limits = Limits { unpacked_bytes: 2_000, ..Limits::default() };
    assert_eq!(refused_within(&sound, &limits), "unpacks-too-large");
    let limits = Limits { inner_cabinet_bytes: 100, ..Limits::default() };
    assert_eq!(refused_within(&sound, &limits), "too-large");
    let limits = Limits { records: 1, ..Limits::default() };
    assert_eq!(refused_within(&sound, &limits), "too-many");
}

#[test]
fn a_bomb_of_zeros_costs_no_more_than_the_budget() {
    let zeros = vec![0_u8; 40 << 20];
    let inner = cabinet(&[("package.xml", &zeros)], cab::CompressionType::MsZip);
    assert!(inner.len() < 1 << 20);
    let bomb = cabinet(&[("package.cab", &inner)], cab::CompressionType::MsZip);
    let limits = Limits { unpacked_bytes: 4 << 20, ..Limits::default() };
    assert_eq!(refused_within(&bomb, &limits), "unpacks-too-large");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_damaged_cabinet_never_panics(at in 0_usize..6_000, value in any::<u8>(), at_2 in 0_usize..6_000, kind in 0_u8..3) {
        let mut bytes = match kind {
            0 => scan(cab::CompressionType::None),
            1 => scan(cab::CompressionType::MsZip),
            _ => cabinet(&[("package.cab", &lzx_cabinet(LIST.as_bytes(), "package.xml"))], cab::CompressionType::None),
        };
        let n = bytes.len();
        bytes[at % n] = value;
        bytes[at_2 % n] ^= 0x55;
        // The checksums would hide what lies behind them from this test.
        let _ = read(&bytes, &Limits { unpacked_bytes: 8 << 20, ..Limits::default() });
    }

    #[test]
    fn damaged_lzx_never_panics(packed in proptest::collection::vec(any::<u8>(), 0..400), kind in 0_u8..8, size in 0_u32..40_000) {
        let mut packed = packed;
        if let [_, second, ..] = packed.as_mut_slice() {
            *second = *second & 0x0f | kind << 4;
        }
        let inner = around_lzx(&packed, size, "package.xml");
        let outer = cabinet(&[("package.cab", &inner)], cab::CompressionType::None);
        let _ = read(&outer, &Limits::default());
    }

    #[test]
    fn any_text_is_refused_or_read(text in ".{0,400}") {
        let _ = read(text.as_bytes(), &Limits::default());
        let _ = read(format!("MSCF{text}").as_bytes(), &Limits::default());
        let _ = read(format!("<cvrfdoc>{text}").as_bytes(), &Limits::default());
        let _ = read(format!("{{\"update_id\":\"a\",\"supersedes\":[],\"title\":\"{text}\"}}").as_bytes(), &Limits::default());
    }
}
