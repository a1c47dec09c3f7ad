//! What is exported comes back as it was: assets → CSV and XLSX → the same reports, also for evil values.

use holdpoint_domain::Moment;
use holdpoint_domain::asset::{Asset, Field, FieldValue};
use holdpoint_domain::id::{AssetId, ObservationId};
use holdpoint_formats::inventory::assets::{self, RowOutcome, RowReport};
use holdpoint_formats::inventory::export::{self, ByteOrderMark, CsvOptions, ExportRow, Provenance, ReadMe};
use holdpoint_formats::inventory::mapping::{self, Recognition};
use holdpoint_formats::inventory::table::{self, Options, Origin};
use proptest::prelude::*;
use std::collections::BTreeMap;

const AT: Moment = Moment::from_micros(1_790_000_000_000_000);

fn asset(number: u8, tag: &str, values: &[(Field, &str)]) -> Asset {
    let value = |text: &str| FieldValue {
        value: text.to_owned(),
        observation: ObservationId::new(AT, [number; 10]),
        source: "file =evil.csv".to_owned(),
        observed_at: AT,
    };
    Asset {
        id: AssetId::new(AT, [number; 10]),
        tag: tag.to_owned(),
        fields: values.iter().map(|(field, text)| (*field, value(text))).collect(),
        installed: Vec::new(),
    }
}

fn evil_assets() -> Vec<Asset> {
    vec![
        asset(1, "PLC-1", &[(Field::FirmwareVersion, "1.10"), (Field::OrderNumber, "6ES7 511-1AK02-0AB0")]),
        asset(2, "=cmd|' /C calc'!A0", &[(Field::Name, "@SUM(1+1)"), (Field::Vendor, "+Plus GmbH")]),
        asset(3, "'quoted", &[(Field::Name, "'=twice"), (Field::Vendor, "''-thrice"), (Field::Product, "'")]),
        asset(4, "0007", &[(Field::SerialNumber, "00012345678901234567"), (Field::OsVersion, "10")]),
        asset(5, "a,b;c d", &[(Field::Product, "say \"hello\", then go; | 5\"")]),
        asset(6, "Rückkühlwerk-日本-🜂", &[(Field::Owner, "Žofia Łęcka"), (Field::Location, "\u{ff1d}1+1")]),
        asset(7, "-", &[(Field::Name, "(clear)"), (Field::Vendor, "-"), (Field::EndOfSupport, "2027-12-31")]),
        asset(
            8,
            "all",
            &[
                (Field::PurdueLevel, "3.5"),
                (Field::Kind, "safety-controller"),
                (Field::Management, "agentless"),
                (Field::Ip, "10.1.2.3 fe80::1"),
                (Field::Mac, "00:1b:1b:01:02:03"),
                (Field::SafetyConsequence, "major"),
                (Field::HardwareRevision, "2.0"),
                (Field::FirmwareVersion, "1e5"),
                (Field::Zone, "TRUE"),
            ],
        ),
        asset(9, "bare", &[]),
    ]
}

fn rows(assets: &[Asset]) -> Vec<ExportRow<'_>> {
    assets.iter().map(|asset| ExportRow { asset, etag: "W/\"7\"" }).collect()
}

fn read_me() -> ReadMe {
    ReadMe {
        filter: "=site:\"Nord\"".to_owned(),
        as_of: AT,
        made_at: AT,
        made_by: "a.weber".to_owned(),
        audit_head: "ab".repeat(32),
    }
}

/// Reads an export the way import does and compares every asset with what it was.
fn assert_comes_back(bytes: &[u8], assets: &[Asset]) {
    let parsed = table::read(bytes, &Options::default()).expect("our own export is a table");
    assert_eq!(parsed.warnings, [], "our own export gives no cause for remarks");
    let table = parsed.value;
    let proposal = mapping::propose(table.header());
    assert_eq!(proposal.recognition, Recognition::Canonical);
    let outcomes = assets::read(&table, &proposal.mapping).expect("our own mapping fits").value;
    assert_eq!(outcomes.len(), assets.len());
    for (outcome, asset) in outcomes.iter().zip(assets) {
        let RowOutcome::Report(row) = outcome else { panic!("refused: {outcome:?}") };
        let RowReport { report, id, etag, .. } = row.as_ref();
        let fields: BTreeMap<Field, String> =
            asset.fields.iter().map(|(field, known)| (*field, known.value.clone())).collect();
        assert_eq!(report.tag, asset.tag);
        assert_eq!(report.fields, fields, "{}", asset.tag);
        assert_eq!(report.cleared, []);
        assert_eq!((*id, etag.as_deref()), (Some(asset.id), Some("W/\"7\"")));
    }
}

#[test]
fn csv_comes_back_without_a_difference() {
    let assets = evil_assets();
    for provenance in [Provenance::Omit, Provenance::Include] {
        for mark in [ByteOrderMark::Omit, ByteOrderMark::Write] {
            let bytes =
                export::csv(&rows(&assets), CsvOptions { provenance, mark }).expect("it can be written");
            assert_comes_back(&bytes, &assets);
        }
    }
}

#[test]
fn xlsx_comes_back_without_a_difference() {
    let assets = evil_assets();
    for provenance in [Provenance::Omit, Provenance::Include] {
        let bytes = export::xlsx(&rows(&assets), provenance, &read_me()).expect("it can be written");
        assert_comes_back(&bytes, &assets);
        let again = export::xlsx(&rows(&assets), provenance, &read_me()).expect("it can be written");
        assert_eq!(bytes, again, "the same assets give the same bytes");
    }
}

#[test]
fn no_cell_of_a_csv_export_begins_like_a_formula() {
    let assets = evil_assets();
    let options = CsvOptions { provenance: Provenance::Include, mark: ByteOrderMark::Omit };
    let bytes = export::csv(&rows(&assets), options).expect("it can be written");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
    for record in reader.records() {
        for cell in &record.expect("it is CSV") {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\u{ff1d}']), "{cell}");
        }
    }
}

#[test]
fn a_workbook_has_its_lists_hidden_columns_and_read_me() {
    let assets = evil_assets();
    let bytes = export::xlsx(&rows(&assets), Provenance::Omit, &read_me()).expect("it can be written");
    let part = |name: &str| {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes[..])).expect("it is an archive");
        let mut text = String::new();
        let mut part = archive.by_name(name).expect("the part is there");
        std::io::Read::read_to_string(&mut part, &mut text).expect("the part is text");
        text
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("hidden=\"1\""), "id and etag are hidden");
    assert!(sheet.contains("state=\"frozen\""));
    assert!(sheet.contains("safety-controller,server"), "kinds are offered");
    assert!(!sheet.contains("<f>"), "no cell is a formula");
    let options = Options { sheet: Some("Read me".to_owned()), ..Options::default() };
    let table = table::read(&bytes, &options).expect("the sheet is there").value;
    assert_eq!(*table.origin(), Origin::Workbook { sheet: "Read me".to_owned() });
    let said: Vec<(&str, &str)> = table.rows().map(|row| (row.cell(0), row.cell(1))).collect();
    assert!(said.contains(&("Filter", "=site:\"Nord\"")));
    assert!(said.contains(&("Head of the audit log", "ab".repeat(32).as_str())));
}

#[test]
fn a_value_that_cannot_come_back_is_not_exported() {
    let assets = [asset(1, "PLC-1", &[(Field::Name, "two\nlines")])];
    let error = export::csv(&rows(&assets), CsvOptions::default()).expect_err("it holds a line break");
    assert!(error.to_string().contains("`PLC-1`"), "{error}");
    assert!(export::xlsx(&rows(&assets), Provenance::Omit, &read_me()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_comes_back(names in proptest::collection::vec("['=+@()a-z\",;| é-]{0,12}", 1..8)) {
        let assets: Vec<Asset> = names
            .iter()
            .enumerate()
            .map(|(index, name)| {
                let name = name.trim();
                let values = [(Field::Vendor, "V"), (Field::Name, name)];
                let values = if name.is_empty() { &values[..1] } else { &values[..] };
                asset(u8::try_from(index).expect("few assets"), &format!("T{index}"), values)
            })
            .collect();
        assert_comes_back(&export::csv(&rows(&assets), CsvOptions::default()).expect("it can be written"), &assets);
        let book = export::xlsx(&rows(&assets), Provenance::Omit, &read_me()).expect("it can be written");
        assert_comes_back(&book, &assets);
    }
}
