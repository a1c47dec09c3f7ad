//! Columns get their meaning, and rows become reports or are refused with a reason for each cell.

use holdpoint_domain::asset::Field;
use holdpoint_domain::component::ComponentKind;
use holdpoint_domain::observation::Completeness;
use holdpoint_domain::{Parsed, Warning};
use holdpoint_formats::inventory::assets::{self, RejectedRow, RowOutcome, RowReport};
use holdpoint_formats::inventory::mapping::{
    self, BadMapping, InstalledField, Mapping, Proposal, Recognition, Shape, Target,
};
use holdpoint_formats::inventory::table::{self, Options, Table};
use holdpoint_formats::inventory::{FileKind, kind_of};
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;

const CANONICAL: &str = "asset_tag,name,site,zone,purdue_level,kind,vendor,product,order_number,serial_number,\
    hardware_revision,firmware_version,os_name,os_version,ip,mac";

fn table(text: &str) -> Table {
    table::read(text.as_bytes(), &Options::default()).expect("the text is a table").value
}

fn propose(header: &str) -> Proposal {
    mapping::propose(table(header).header())
}

fn read(text: &str) -> Parsed<Vec<RowOutcome>> {
    let table = table(text);
    let proposal = mapping::propose(table.header());
    assert_eq!(proposal.recognition, Recognition::Canonical);
    assets::read(&table, &proposal.mapping).expect("the mapping fits")
}

fn reports(outcomes: &[RowOutcome]) -> Vec<&RowReport> {
    let mut all = Vec::new();
    for outcome in outcomes {
        match outcome {
            RowOutcome::Report(row) => all.push(row.as_ref()),
            RowOutcome::Rejected(_) => {}
        }
    }
    all
}

fn refused(outcomes: &[RowOutcome]) -> Vec<&RejectedRow> {
    let mut all = Vec::new();
    for outcome in outcomes {
        match outcome {
            RowOutcome::Report(_) => {}
            RowOutcome::Rejected(row) => all.push(row),
        }
    }
    all
}

fn codes(warnings: &[Warning]) -> Vec<&str> {
    warnings.iter().map(|warning| warning.code.as_str()).collect()
}

#[test]
fn known_headers_are_taken_without_asking() {
    for (header, shape) in [
        (CANONICAL, Shape::Assets),
        ("asset_tag", Shape::Assets),
        ("vendor,asset_tag,product", Shape::Assets),
        ("Asset Tag,NAME,Purdue-Level", Shape::Assets),
        ("id,etag,asset_tag,owner,location,vendor_source,vendor_observed_at", Shape::Assets),
        ("asset_tag,vendor,product,version,purl,cpe", Shape::Software),
        ("cpe,asset_tag", Shape::Software),
        ("product,version,asset_tag", Shape::Software),
    ] {
        let proposal = propose(header);
        assert_eq!(
            (proposal.recognition, proposal.mapping.shape),
            (Recognition::Canonical, shape),
            "{header}"
        );
        assert_eq!(proposal.mapping.check(), Ok(()), "{header}");
        assert_eq!((proposal.unmapped.len(), proposal.ambiguous.len()), (0, 0));
    }
    let all = mapping::canonical_header().join(",");
    assert_eq!(propose(&all).recognition, Recognition::Canonical);
    assert!(all.starts_with(CANONICAL), "the documented order is the order of the fields");
}

#[test]
fn headers_that_are_nearly_known_are_only_proposed() {
    for header in [
        "asset_tag,name,colour",
        "asset_tag,name,name",
        "asset_tag,version",
        "asset_tag,vendor,product,version,site",
        "name,vendor",
        "asset_tag,version,foo_source",
    ] {
        assert_ne!(propose(header).recognition, Recognition::Canonical, "{header}");
    }
}

#[test]
fn foreign_headers_in_two_languages_are_proposed() {
    let german =
        propose("BMK;Gerätename;Hersteller;MLFB;Seriennummer;FW;IP-Adresse;Werk;Bemerkung;Version;Typ");
    let field = Target::Field;
    let expected = [
        Target::AssetTag,
        field(Field::Name),
        field(Field::Vendor),
        field(Field::OrderNumber),
        field(Field::SerialNumber),
        field(Field::FirmwareVersion),
        field(Field::Ip),
        field(Field::Site),
        Target::Ignore,
        Target::Ignore,
        Target::Ignore,
    ];
    let targets: Vec<Target> = german.mapping.columns.iter().map(|column| column.target).collect();
    assert_eq!(targets, expected);
    assert_eq!(german.recognition, Recognition::Proposed);
    assert_eq!(german.unmapped, ["Bemerkung"]);
    let ambiguous: Vec<&str> = german.ambiguous.iter().map(|column| column.header.as_str()).collect();
    assert_eq!(ambiguous, ["Version", "Typ"]);
    assert!(german.ambiguous[0].candidates.contains(&field(Field::OsVersion)));

    let english =
        propose("Tag,Device name,Manufacturer,Part Number,S/N,Firmware (installed),MAC Address,Remarks");
    let targets: Vec<Target> = english.mapping.columns.iter().map(|column| column.target).collect();
    assert_eq!(
        targets[..5],
        [
            Target::AssetTag,
            field(Field::Name),
            field(Field::Vendor),
            field(Field::OrderNumber),
            field(Field::SerialNumber),
        ]
    );
    assert_eq!(english.unmapped, ["Firmware (installed)", "Remarks"]);

    let software = propose("Hostname;Software;Publisher;Version");
    assert_eq!(software.mapping.shape, Shape::Software);
    let targets: Vec<Target> = software.mapping.columns.iter().map(|column| column.target).collect();
    let part = Target::Installed;
    assert_eq!(
        targets,
        [
            Target::AssetTag,
            part(InstalledField::Product),
            part(InstalledField::Vendor),
            part(InstalledField::Version),
        ]
    );
    assert_eq!(software.mapping.check(), Ok(()));
}

#[test]
fn columns_that_compete_are_proposed_to_nobody() {
    let proposal = propose("Tag,Firmware,FW,Name");
    let ambiguous: Vec<&str> = proposal.ambiguous.iter().map(|column| column.header.as_str()).collect();
    assert_eq!(ambiguous, ["Firmware", "FW"]);
    let proposal = propose("Hersteller,MLFB");
    assert_eq!(proposal.recognition, Recognition::TagMissing);
    assert_eq!(proposal.mapping.check(), Err(BadMapping::NoTag));
}

#[test]
fn a_mapping_is_remembered_as_json_and_found_by_its_fingerprint() {
    let mapping = propose("BMK;Hersteller;Bemerkung").mapping;
    let json = serde_json::to_string(&mapping).expect("it can be written");
    assert!(json.contains(r#"{"header":"Hersteller","target":"field:vendor"}"#), "{json}");
    assert_eq!(serde_json::from_str::<Mapping>(&json).expect("it can be read"), mapping);
    assert!(serde_json::from_str::<Mapping>(&json.replace("field:vendor", "field:colour")).is_err());
    let same = propose(" bmk ;HERSTELLER;Bemerkung:").mapping;
    assert_eq!(same.fingerprint, mapping.fingerprint);
    assert_ne!(propose("Hersteller;BMK;Bemerkung").mapping.fingerprint, mapping.fingerprint);
    let rejected =
        assets::read(&table("BMK;Bemerkung;Hersteller\nA;b;c"), &mapping).expect_err("another header");
    assert_eq!(rejected.code, "mapping-of-another-header");
}

#[test]
fn a_mapping_that_cannot_work_is_refused() {
    let table = table("A;B\n1;2");
    let mut mapping = mapping::propose(table.header()).mapping;
    mapping.columns[0].target = Target::AssetTag;
    mapping.columns[1].target = Target::AssetTag;
    assert!(matches!(mapping.check(), Err(BadMapping::Twice { .. })));
    assert_eq!(assets::read(&table, &mapping).expect_err("two tags").code, "mapping-unusable");
    mapping.columns[1].target = Target::Field(Field::Name);
    assert_eq!(mapping.check(), Ok(()));
    mapping.shape = Shape::Software;
    assert!(matches!(mapping.check(), Err(BadMapping::NotSoftware { .. })));
    mapping.columns[1].target = Target::Installed(InstalledField::Version);
    assert_eq!(mapping.check(), Err(BadMapping::NothingInstalled));
}

#[test]
fn a_row_becomes_a_report() {
    let text = format!(
        "{CANONICAL}\nPLC-1,Mill 3,Nord,Cell A,L1,PLC,Siemens,S7-1500,6ES7 511-1AK02-0AB0,S C-1,2,V2.9.2,,(Clear),\
         \"10.1.2.3, 10.1.2.4/24\",00-1B-1B-01-02-03\n"
    );
    let parsed = read(&text);
    let reports = reports(&parsed.value);
    let report = &reports[0].report;
    assert_eq!((report.tag.as_str(), report.place.as_str()), ("PLC-1", "row 2"));
    let field = |field| report.fields.get(&field).map(String::as_str);
    assert_eq!(field(Field::PurdueLevel), Some("1"));
    assert_eq!(field(Field::Kind), Some("plc"));
    assert_eq!(field(Field::FirmwareVersion), Some("V2.9.2"));
    assert_eq!(field(Field::Ip), Some("10.1.2.3 10.1.2.4"));
    assert_eq!(field(Field::Mac), Some("00:1b:1b:01:02:03"));
    assert_eq!(field(Field::OsName), None, "a blank cell says nothing");
    assert_eq!(report.cleared, [Field::OsVersion]);
    assert_eq!(codes(&parsed.warnings), ["inventory-address"], "the mask was left out");
}

#[test]
fn every_bad_cell_of_a_row_is_named() {
    let parsed = read(
        "asset_tag,kind,purdue_level,ip,mac,end_of_support,id\nA,toaster,9,10.1.2,zz,soon,7\nB,plc,,,,,\n",
    );
    let refused = refused(&parsed.value);
    assert_eq!((refused.len(), refused[0].row, refused[0].tag.as_deref()), (1, 2, Some("A")));
    let columns: Vec<&str> =
        refused[0].reasons.iter().filter_map(|reason| reason.column.as_deref()).collect();
    assert_eq!(columns, ["kind", "purdue_level", "ip", "mac", "end_of_support", "id"]);
    assert!(refused[0].reason().contains("`10.1.2` is no IP address"), "{}", refused[0].reason());
    assert_eq!(reports(&parsed.value).len(), 1, "the good row is taken");
}

#[test]
fn rows_without_a_tag_or_with_a_broken_one_are_refused() {
    let long = "x".repeat(513);
    let parsed = read(&format!("asset_tag,name\n,nameless\n\"a\nb\",x\n{long},x\n(clear),x\n"));
    let reasons: Vec<String> = refused(&parsed.value).iter().map(|row| row.reason()).collect();
    assert_eq!(reasons.len(), 4);
    assert_eq!(reasons[0], "the asset tag is missing");
    assert!(
        reasons[1].contains("line break")
            && reasons[2].contains("longer than")
            && reasons[3].contains("emptied")
    );
}

#[test]
fn repeated_tags_are_refused_naming_each_other_unless_equal() {
    let parsed = read("asset_tag,name\nA,1\nB,1\nA,2\nC,x\nC,x\nD,ok\nd,ok\nE,ok\nE,\"bad\ncell\"\n");
    let refused = refused(&parsed.value);
    let said: Vec<(u32, String)> = refused.iter().map(|row| (row.row, row.reason())).collect();
    assert_eq!(said[0], (2, "the same asset tag stands in row 4 and says something else".to_owned()));
    assert_eq!(said[1], (4, "the same asset tag stands in row 2 and says something else".to_owned()));
    assert_eq!((said[2].0, said[3].0), (9, 10), "a refused row claims its tag too");
    let reports = reports(&parsed.value);
    let rows: Vec<(&str, &[u32])> =
        reports.iter().map(|row| (row.report.tag.as_str(), &row.rows[..])).collect();
    assert_eq!(rows, [("B", &[3][..]), ("C", &[5, 6]), ("D", &[7]), ("d", &[8])]);
    assert_eq!(codes(&parsed.warnings), ["inventory-similar-tags", "inventory-repeated-row"]);
}

#[test]
fn cells_that_look_like_formulas_are_text() {
    let parsed = read("asset_tag,name,vendor,product\n=1+1,@x,'=guarded,'plain'\n-,+49,-5,''=twice\n");
    let reports = reports(&parsed.value);
    assert_eq!(reports[0].report.tag, "=1+1");
    assert_eq!(reports[0].report.fields[&Field::Vendor], "=guarded", "the guard of an export is taken off");
    assert_eq!(reports[0].report.fields[&Field::Product], "'plain'");
    assert_eq!(reports[1].report.fields[&Field::Product], "'=twice");
    assert_eq!(
        codes(&parsed.warnings),
        ["inventory-placeholder"],
        "a lone dash may mean that nothing is known"
    );
}

#[test]
fn cells_that_lost_letters_are_refused() {
    let bytes = [&b"asset_tag,name\nA,K"[..], "ü".as_bytes(), b"hl\nB,M\xfcller\nC,x\0y\n"].concat();
    let table = table::read(&bytes, &Options::default()).expect("it is a table").value;
    let mapping = mapping::propose(table.header()).mapping;
    let outcomes = assets::read(&table, &mapping).expect("the mapping fits").value;
    assert_eq!(reports(&outcomes).len(), 1);
    let rows: Vec<u32> = refused(&outcomes).iter().map(|row| row.row).collect();
    assert_eq!(rows, [3, 4]);
}

#[test]
fn versions_stored_as_numbers_are_remarked() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["asset_tag", "firmware_version", "location"]).expect("cells");
    sheet.write_string(1, 0, "A").expect("a cell").write_number(1, 1, 2).expect("a cell");
    sheet.write_number(1, 2, 7).expect("a cell");
    let bytes = book.save_to_buffer().expect("the workbook can be written");
    assert_eq!(kind_of(&bytes), FileKind::Workbook);
    let table = table::read(&bytes, &Options::default()).expect("it is a table").value;
    let parsed = assets::read(&table, &mapping::propose(table.header()).mapping).expect("the mapping fits");
    assert_eq!(reports(&parsed.value)[0].report.fields[&Field::FirmwareVersion], "2");
    assert_eq!(codes(&parsed.warnings), ["inventory-not-text"], "a location may well be a number");
}

#[test]
fn software_is_gathered_by_asset() {
    let text = "asset_tag,vendor,product,version,purl,cpe\n\
        S1,Example,Historian,1.10,,\n\
        S2,,,,pkg:deb/debian/openssl@3.0.11,\n\
        S1,,,,,cpe:2.3:o:example:os:10:*:*:*:*:*:*:*\n\
        S1,Example,Historian,1.10,,\n\
        S1,Example,,9,,\n\
        S3,,a,,not-a-purl,\n\
        S3,,a,1,pkg:npm/a@2,\n\
        ,,a,1,,\n\
        S3,,a,,,cpe:nonsense\n\
        S3,,,,,\n";
    let parsed = read(text);
    let reports = reports(&parsed.value);
    let tags: Vec<(&str, &[u32])> =
        reports.iter().map(|row| (row.report.tag.as_str(), &row.rows[..])).collect();
    assert_eq!(tags, [("S1", &[2, 4, 5][..]), ("S2", &[3])]);
    let first = &reports[0].report;
    assert_eq!(first.completeness, Completeness::Partial, "a list from a file is never known to be complete");
    let kinds: Vec<ComponentKind> = first.installed.iter().map(|component| component.kind).collect();
    assert_eq!(kinds, [ComponentKind::OperatingSystem, ComponentKind::Application]);
    let package = &reports[1].report.installed[0];
    assert_eq!((package.kind, package.product.as_str()), (ComponentKind::Package, "openssl"));
    assert_eq!(
        (package.version.as_str(), package.purl.as_str()),
        ("3.0.11", "pkg:deb/debian/openssl@3.0.11")
    );
    let rows: Vec<u32> = refused(&parsed.value).iter().map(|row| row.row).collect();
    assert_eq!(rows, [6, 7, 8, 9, 10, 11]);
    assert_eq!(codes(&parsed.warnings), ["inventory-repeated-row"]);
}

#[test]
fn many_remarks_of_a_kind_are_counted_not_listed() {
    let text = format!("asset_tag,name\n{}", (0..1_000).map(|n| format!("T{n},n/a\n")).collect::<String>());
    let parsed = read(&text);
    assert_eq!(reports(&parsed.value).len(), 1_000);
    assert_eq!(parsed.warnings.len(), 101);
    assert!(parsed.warnings[100].message.starts_with("900 more"), "{}", parsed.warnings[100]);
}

#[test]
fn files_are_told_apart_by_content() {
    for (bytes, kind) in [
        (&b"asset_tag,name"[..], FileKind::DelimitedText),
        (b" \n{\"bomFormat\"", FileKind::CycloneDxJson),
        (b"\xef\xbb\xbf<?xml", FileKind::CycloneDxXml),
        (b"\xff\xfe<\0?\0", FileKind::CycloneDxXml),
        (b"PK\x03\x04", FileKind::Workbook),
        (b"", FileKind::DelimitedText),
        ("ä{".as_bytes(), FileKind::DelimitedText),
    ] {
        assert_eq!(kind_of(bytes), kind);
    }
}

proptest! {
    #[test]
    fn every_row_has_exactly_one_outcome(rows in proptest::collection::vec("[AB]?,[a-z=(@']{0,4},[0-9./]{0,9}", 0..20)) {
        let text = format!("asset_tag,name,ip\n{}\n", rows.join("\n"));
        let table = table(&text);
        let outcomes = assets::read(&table, &mapping::propose(table.header()).mapping).expect("the mapping fits").value;
        let mut seen: Vec<u32> = outcomes
            .iter()
            .flat_map(|outcome| match outcome {
                RowOutcome::Report(row) => row.rows.clone(),
                RowOutcome::Rejected(row) => vec![row.row],
            })
            .collect();
        seen.sort_unstable();
        let rows: Vec<u32> = table.rows().map(|row| row.number()).collect();
        prop_assert_eq!(seen, rows);
    }
}
