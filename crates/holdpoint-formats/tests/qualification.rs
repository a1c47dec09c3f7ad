//! Qualification lists: the four shipped mappings on lists of our own making, other shapes, and hostile files.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use holdpoint_domain::compatibility::{StatedState, StatementSource};
use holdpoint_domain::patch_state::SupplierState;
use holdpoint_domain::{Parsed, Rejected};
use holdpoint_formats::qualification::{
    Limits, QualificationList, QualificationMapping, SHIPPED, fitting, read,
};
use proptest::prelude::*;

const SIEMENS: &[u8] = include_bytes!("fixtures/qualification/siemens-style.csv");
const ROCKWELL: &[u8] = include_bytes!("fixtures/qualification/rockwell-style.csv");
const EMERSON: &[u8] = include_bytes!("fixtures/qualification/emerson-style.csv");
const VPC: &[u8] = include_bytes!("fixtures/qualification/vpc-style.xml");

fn shipped() -> Vec<QualificationMapping> {
    SHIPPED.iter().map(|text| QualificationMapping::parse(text).unwrap()).collect()
}

fn mapping(name: &str) -> QualificationMapping {
    shipped().into_iter().find(|mapping| mapping.name == name).unwrap()
}

fn taken(name: &str, bytes: &[u8]) -> Result<Parsed<QualificationList>, Rejected> {
    read(&mapping(name), "list", [7; 32], bytes, &Limits::default())
}

/// Each statement on a line: place, patch, product, version, platform, word, state.
fn told(list: &QualificationList) -> Vec<String> {
    let line = |one: &holdpoint_domain::compatibility::CompatibilityStatement| {
        let StatementSource::Document { place, .. } = &one.source else { panic!("a document") };
        let product = &one.product;
        format!(
            "{place}: {} on {} {} [{}]: {} = {}",
            one.patch.identifier, product.name, product.version, product.platform, one.word, one.state
        )
    };
    list.statements.iter().map(line).collect()
}

#[test]
fn a_list_with_releases_in_columns_gives_one_statement_a_filled_cell() {
    let read = taken("siemens-style", SIEMENS).unwrap();
    assert_eq!(
        told(&read.value),
        [
            "row 2: KB5090001 on SIMATIC PCS 7 V9.1 SP2 [Windows Server 2022]: compatible = approved",
            "row 2: KB5090001 on SIMATIC PCS 7 V10.0 [Windows Server 2022]: Compatible = approved",
            "row 3: KB5090002 on SIMATIC PCS 7 V9.1 SP2 [Windows Server 2022]: not compatible = not_approved",
            "row 3: KB5090002 on SIMATIC PCS 7 V10.0 [Windows Server 2022]: in test = in_test",
            "row 4: KB5090003 on SIMATIC PCS 7 V9.1 SP2 [Windows 10 LTSC]: compatible with restrictions = unknown",
            "row 4: KB5090004 on SIMATIC PCS 7 V9.1 SP2 [Windows 10 LTSC]: compatible with restrictions = unknown",
            "row 5: KB5090005 on SIMATIC PCS 7 V9.1 SP2 [Windows 10 LTSC]: not relevant = not_applicable",
            "row 5: KB5090005 on SIMATIC PCS 7 V10.0 [Windows 10 LTSC]: not relevant = not_applicable",
        ]
    );
    let first = &read.value.statements[0];
    assert_eq!(first.publisher, "Siemens");
    assert_eq!(first.patch.supersedes, ["KB5080001"]);
    assert_eq!(first.patch.released.unwrap().to_string(), "2031-02-11T00:00:00Z");
    assert_eq!(first.issued.unwrap().to_string(), "2031-02-18T00:00:00Z");
    assert_eq!(read.value.blanks, 1);
    let words: Vec<(&str, usize)> =
        read.value.unknown_words.iter().map(|seen| (seen.word.as_str(), seen.count)).collect();
    assert_eq!(words, [("compatible with restrictions", 2)]);
    let codes: Vec<&str> = read.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["no-date", "no-date", "no-patch", "unknown-word"]);
}

#[test]
fn the_same_list_as_a_workbook_says_the_same() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let text = std::str::from_utf8(SIEMENS).unwrap();
    for (row, line) in text.lines().enumerate() {
        for (column, cell) in line.split(';').enumerate() {
            sheet.write_string(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), cell).unwrap();
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let read = taken("siemens-style", &bytes).unwrap();
    assert_eq!(told(&read.value), told(&taken("siemens-style", SIEMENS).unwrap().value));
}

/// Puts a text with separators into a sheet.
fn fill(sheet: &mut rust_xlsxwriter::Worksheet, text: &str) {
    for (row, line) in (0_u32..).zip(text.lines()) {
        for (column, cell) in (0_u16..).zip(line.split(';')) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
}

#[test]
fn every_sheet_that_fits_is_read_and_the_others_are_named_with_the_reason() {
    let text = std::str::from_utf8(SIEMENS).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    fill(book.add_worksheet().set_name("January").unwrap(), text);
    fill(book.add_worksheet().set_name("Remarks").unwrap(), "Written by;On\nA. Weber;Monday");
    fill(book.add_worksheet().set_name("February").unwrap(), &text.replace("KB50", "KB60"));
    let read = taken("siemens-style", &book.save_to_buffer().unwrap()).unwrap();
    let alone = taken("siemens-style", SIEMENS).unwrap().value.statements.len();
    assert_eq!(read.value.statements.len(), 2 * alone);
    let places = told(&read.value);
    assert!(places[0].starts_with("sheet `January`, row"), "{places:?}");
    assert!(places.iter().any(|place| place.starts_with("sheet `February`, row")), "{places:?}");
    let left = read.warnings.iter().find(|warning| warning.code == "unread-sheet").expect("it is named");
    assert!(left.message.contains("`Remarks`") && left.message.contains("`Written by`"), "{left:?}");
}

#[test]
fn a_merged_cell_stands_for_every_row_that_it_covers() {
    let text = std::str::from_utf8(SIEMENS).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let first = lines[1].split(';').next().unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let second = format!("{first};{}", lines[1].split_once(';').unwrap().1);
    fill(sheet, &format!("{}\n{}\n{second}", lines[0], lines[1]));
    let apart = taken("siemens-style", &book.save_to_buffer().unwrap()).unwrap().value.statements.len();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, &format!("{}\n{}\n;{}", lines[0], lines[1], lines[1].split_once(';').unwrap().1));
    sheet.merge_range(1, 0, 2, 0, first, &rust_xlsxwriter::Format::new()).unwrap();
    let merged = taken("siemens-style", &book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(merged.value.statements.len(), apart, "{:?}", merged.warnings);
}

#[test]
fn a_row_a_product_keeps_notes_and_an_empty_status_is_unknown() {
    let read = taken("rockwell-style", ROCKWELL).unwrap();
    assert_eq!(
        told(&read.value),
        [
            "row 2: KB5090001 on View station 14.00 [Windows Server 2022]: Qualified = approved",
            "row 3: KB5090001 on View station 13.00 [Windows Server 2019]: Qualified = approved",
            "row 4: KB5090002 on Historian 9.1 [Windows Server 2022]: Issues Found - Do Not Install = not_approved",
            "row 5: KB5090003 on Historian 9.1 [Windows Server 2022]: Pending = in_test",
            "row 6: KB5090005 on Historian 9.1 [Windows Server 2022]:  = unknown",
            "row 7: KB5090006 on Historian 9.1 [Windows Server 2022]: Qualified (see notes) = unknown",
        ]
    );
    let second = &read.value.statements[1];
    assert_eq!(second.conditions, "only with patch roll-up 3");
    assert_eq!(second.patch.security_related, Some(true));
    assert_eq!(second.patch.superseded_by, ["KB5099001"]);
    assert_eq!(read.value.statements[3].patch.security_related, Some(false));
}

#[test]
fn columns_name_release_and_platform() {
    let read = taken("emerson-style", EMERSON).unwrap();
    assert_eq!(
        told(&read.value),
        [
            "row 2: KB5090001 on DeltaV 15.LTS [servers]: Approved = approved",
            "row 2: KB5090001 on DeltaV 15.LTS [workstations]: Approved = approved",
            "row 2: KB5090001 on DeltaV 14.FP3 [servers]: Do not install = not_approved",
            "row 3: KB5090002 on DeltaV 15.LTS [servers]: Approved = approved",
            "row 3: KB5090002 on DeltaV 15.LTS [workstations]: Under test = in_test",
        ]
    );
    assert_eq!(read.value.statements[0].patch.prerequisites, ["KB5080077"]);
    assert_eq!(read.value.statements[3].conditions, "only with hotfix 3");
    assert_eq!(read.value.statements[3].restart, "No");
}

#[test]
fn xml_is_read_by_path_upwards_and_downwards() {
    let read = taken("vpc-style", VPC).unwrap();
    assert_eq!(
        told(&read.value),
        [
            "element 1: KB5090001 on Plant Control 7.2 [Windows Server 2022]: Approved = approved",
            "element 2: KB5090001 on Plant Control 6.0 []: No longer evaluated = unknown",
            "element 3: KB5090002 on Plant Control 7.2 []: NOT  approved = not_approved",
        ]
    );
    let first = &read.value.statements[0];
    assert_eq!(first.patch.vendor, "Microsoft");
    assert_eq!(first.patch.supersedes, ["KB5080001", "KB5080002"]);
    assert_eq!(first.patch.released.unwrap().to_string(), "2031-02-11T00:00:00Z");
    assert_eq!(first.patch.security_related, Some(true));
    assert_eq!(read.value.statements[2].patch.security_related, None);
    assert_eq!(first.conditions, "hotfix 12 first");
}

#[test]
fn xml_rows_that_stand_elsewhere_are_named_and_not_lost_in_silence() {
    let warned = |text: &str| {
        let warnings = taken("vpc-style", text.as_bytes()).unwrap().warnings;
        warnings.into_iter().find(|one| one.code == "unread-element").map(|one| one.message)
    };
    let text = String::from_utf8(VPC.to_vec()).unwrap();
    assert_eq!(warned(&text), None);
    let at = text.rfind("<VendorProduct").unwrap();
    let end = at + text[at..].find("</VendorProduct>").unwrap() + "</VendorProduct>".len();
    let wrapped =
        format!("{}<VendorProducts>{}</VendorProducts>{}", &text[..at], &text[at..end], &text[end..]);
    let said = warned(&wrapped).unwrap();
    assert!(said.starts_with("1 elements `VendorProduct` stand elsewhere"), "{said}");
}

#[test]
fn a_list_finds_its_mapping_and_no_other() {
    let shipped = shipped();
    for (bytes, name) in [
        (SIEMENS, "siemens-style"),
        (ROCKWELL, "rockwell-style"),
        (EMERSON, "emerson-style"),
        (VPC, "vpc-style"),
    ] {
        let names: Vec<&str> = fitting(&shipped, bytes, &Limits::default())
            .iter()
            .map(|mapping| mapping.name.as_str())
            .collect();
        assert_eq!(names, [name]);
    }
    assert!(fitting(&shipped, b"a,b\n1,2\n", &Limits::default()).is_empty());
    assert!(fitting(&shipped, b"<a/>", &Limits::default()).is_empty());
}

#[test]
fn a_list_that_lost_a_column_is_refused_and_not_read_without_it() {
    let text = std::str::from_utf8(EMERSON).unwrap().replace("Conditions", "Kond.");
    let refused = taken("emerson-style", text.as_bytes()).unwrap_err();
    assert_eq!(refused.code, "mapping-unfit");
    assert!(refused.what.contains("`Conditions` for `statement.conditions`"), "{}", refused.what);
    let twice = "KB number;PCS 7 V9;PCS 7 V9\nKB5090001;compatible;not compatible\n";
    assert!(taken("siemens-style", twice.as_bytes()).unwrap_err().what.contains("twice"));
    let none = "KB number;Title\nKB5090001;x\n";
    assert!(taken("siemens-style", none.as_bytes()).unwrap_err().what.contains("release columns"));
}

#[test]
fn a_new_release_column_is_read_or_told() {
    let text = "KB number;PCS 7 V11;WinCC V8\nKB5090001;compatible;compatible\n";
    let read = taken("siemens-style", text.as_bytes()).unwrap();
    assert_eq!(read.value.statements[0].product.version, "V11");
    assert_eq!(read.warnings[0].code, "unread-column");
    assert!(read.warnings[0].message.contains("WinCC V8"));
}

#[test]
fn mappings_that_do_not_hold_together_say_why() {
    let whole = SHIPPED[1];
    let bad = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        QualificationMapping::parse(&whole.replace(from, to)).unwrap_err().to_string()
    };
    assert!(bad("\"Not Applicable\", \"N/A\"", "\"Qualified\"").contains("stands for"));
    assert!(bad("\"Qualified\", \"Fully Qualified\"", "\"\"").contains("empty word"));
    assert!(bad("rockwell-style\"", "Rock well\"").contains("small letters"));
    assert!(bad("word = { column = \"Qualification Status\" }", "").contains("where the vendor's word"));
    assert!(bad("word = { column", "word = { path").contains("a table does not have"));
    assert!(bad("\"kb\"", "\"knowledge\"").contains("kind of patch identifier"));
    assert!(bad("blank = \"unknown\"", "blank = \"approved\"").contains("cannot be read"));
    assert!(bad("[words]", "[words]\nperhaps = [\"x\"]").contains("cannot be read"));
    assert!(QualificationMapping::parse(&"#".repeat(300_000)).is_err());
    let xml = SHIPPED[3];
    let climbing = xml.replace("\"../Title\"", "\"Title/../..\"");
    assert!(QualificationMapping::parse(&climbing).unwrap_err().to_string().contains("goes up"));
}

#[test]
fn a_word_is_explained_later_with_who_and_why() {
    let word = "Qualified (see \"notes\")\n\\ 'é'";
    let text = QualificationMapping::with_word(SHIPPED[1], word, SupplierState::InTest, "ada", "asked them");
    let text =
        QualificationMapping::with_word(&text, "Pending", SupplierState::Available, "ada", "list of May");
    let mapping = QualificationMapping::parse(&text).unwrap();
    assert_eq!(mapping.state_of(word), Some(SupplierState::InTest));
    assert_eq!(mapping.state_of("PENDING"), Some(SupplierState::Available));
    assert!(QualificationMapping::parse(&text.replace("\"list of May\"", "\"\"")).is_err());
}

#[test]
fn hostile_files_are_refused_in_words() {
    let cut = &VPC[..VPC.len() - 30];
    assert_eq!(taken("vpc-style", cut).unwrap_err().code, "not-xml");
    let doctype = b"<!DOCTYPE a [<!ENTITY b 'c'>]><PatchData/>";
    assert_eq!(taken("vpc-style", doctype).unwrap_err().code, "xml-doctype");
    let deep = "<PatchData>".repeat(100_000);
    assert_eq!(taken("vpc-style", deep.as_bytes()).unwrap_err().code, "xml-too-large");
    let small = Limits { statements: 3, ..Limits::default() };
    let many = read(&mapping("siemens-style"), "list", [0; 32], SIEMENS, &small).unwrap_err();
    assert_eq!(many.code, "too-many-statements");
    let tiny = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(read(&mapping("siemens-style"), "l", [0; 32], SIEMENS, &tiny).unwrap_err().code, "too-large");
    let long = format!("KB number;PCS 7 V9;Title\nKB5090001;compatible;{}\n", "x".repeat(20_000));
    let read = taken("siemens-style", long.as_bytes()).unwrap();
    assert_eq!(read.value.statements[0].patch.title.len(), 2_000);
    assert_eq!(taken("siemens-style", b"").unwrap_err().code, "empty");
}

proptest! {
    #[test]
    fn no_word_outside_the_mapping_is_ever_an_approval(word in "[a-zA-Z ():!*.-]{0,24}") {
        let mapping = mapping("rockwell-style");
        let explained = mapping.words().any(|(known, _)| known == holdpoint_domain::compatibility::folded(&word));
        let text = format!("MS KB,Product,Product Version,Qualification Status\nKB5090001,P,1,\"{word}\"\n");
        let read = read(&mapping, "l", [0; 32], text.as_bytes(), &Limits::default()).unwrap();
        let state = read.value.statements[0].state;
        prop_assert_eq!(explained, state != StatedState::NotUnderstood);
        let is_approval = matches!(state, StatedState::Known(SupplierState::Approved | SupplierState::Released));
        prop_assert!(!is_approval || explained);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for mapping in shipped() {
            drop(read(&mapping, "l", [0; 32], &bytes, &Limits::default()));
        }
    }

    #[test]
    fn any_text_is_a_mapping_or_refused(text in "\\PC{0,200}") {
        drop(QualificationMapping::parse(&text));
    }
}
