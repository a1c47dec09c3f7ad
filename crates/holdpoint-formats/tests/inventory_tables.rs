//! Files as tables: separators, encodings, limits, and what a workbook makes of versions.

use holdpoint_domain::Parsed;
use holdpoint_formats::inventory::table::{self, Limits, Options, Origin, Table};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use std::io::{Cursor, Write};
use std::sync::LazyLock;
use zip::write::SimpleFileOptions;

fn read(bytes: &[u8]) -> Parsed<Table> {
    table::read(bytes, &Options::default()).expect("the file is a table")
}

fn refused(bytes: &[u8]) -> String {
    table::read(bytes, &Options::default()).expect_err("the file is no table").code
}

fn cells(table: &Table) -> Vec<Vec<String>> {
    table.rows().map(|row| row.cells().map(str::to_owned).collect()).collect()
}

fn codes(parsed: &Parsed<Table>) -> Vec<&str> {
    parsed.warnings.iter().map(|warning| warning.code.as_str()).collect()
}

#[test]
fn separators_are_found() {
    for separator in [',', ';', '\t', '|'] {
        let text =
            "asset_tag#name#ip\r\nA#\"x, y; z | w\"#10.0.0.1\r\nB##\r\n".replace('#', &separator.to_string());
        let parsed = read(text.as_bytes());
        assert_eq!(*parsed.value.origin(), Origin::Delimited { delimiter: separator, encoding: "UTF-8" });
        assert_eq!(cells(&parsed.value), [["A", "x, y; z | w", "10.0.0.1"], ["B", "", ""]]);
    }
    let parsed = read(b"sep=|\nasset_tag,x|name\nA,1|b\n");
    assert_eq!(parsed.value.header(), ["asset_tag,x", "name"]);
    assert_eq!(parsed.value.rows().next().expect("one row").number(), 3);
    assert_eq!(read(b"asset_tag\nA;B\n").value.header(), ["asset_tag"]);
}

#[test]
fn commas_in_a_header_of_semicolons_do_not_mislead() {
    let parsed = read("Tag;Hersteller, Lieferant;FW\nA;Acme, Inc, Ltd;1\nB;C, D, E;2\n".as_bytes());
    assert_eq!(parsed.value.header(), ["Tag", "Hersteller, Lieferant", "FW"]);
}

#[test]
fn rows_have_the_numbers_that_a_person_sees() {
    let parsed = read(b"\n\nasset_tag,name\nA,1\n\n,\nB,\"two\nlines\"\nC,3");
    let numbers: Vec<u32> = parsed.value.rows().map(|row| row.number()).collect();
    assert_eq!(numbers, [4, 7, 9]);
    let old_mac = read(b"asset_tag,name\rA,1\rB,2\r");
    let numbers: Vec<u32> = old_mac.value.rows().map(|row| row.number()).collect();
    assert_eq!(numbers, [2, 3]);
}

#[test]
fn encodings_are_found_or_warned_of() {
    let text = "asset_tag,name\nA,Kühlwerk\n";
    let utf16 = |order: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let mark = if mark { "\u{feff}" } else { "" };
        format!("{mark}{text}").encode_utf16().flat_map(order).collect()
    };
    let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin")).collect();
    let cases: [(Vec<u8>, &str, &[&str]); 7] = [
        (text.as_bytes().to_vec(), "UTF-8", &[]),
        (format!("\u{feff}{text}").into_bytes(), "UTF-8", &[]),
        (utf16(u16::to_le_bytes, true), "UTF-16LE", &[]),
        (utf16(u16::to_be_bytes, true), "UTF-16BE", &[]),
        (utf16(u16::to_le_bytes, false), "UTF-16LE", &["table-encoding"]),
        (utf16(u16::to_be_bytes, false), "UTF-16BE", &["table-encoding"]),
        (latin, "windows-1252", &["table-encoding"]),
    ];
    for (bytes, encoding, warned) in cases {
        let parsed = read(&bytes);
        assert_eq!(*parsed.value.origin(), Origin::Delimited { delimiter: ',', encoding });
        assert_eq!(parsed.value.header(), ["asset_tag", "name"]);
        assert_eq!(cells(&parsed.value), [["A", "Kühlwerk"]]);
        assert_eq!(codes(&parsed), warned);
    }
    let mixed = [text.as_bytes(), b"B,M\xfcller\n"].concat();
    let parsed = read(&mixed);
    assert_eq!(cells(&parsed.value), [["A", "Kühlwerk"], ["B", "M\u{fffd}ller"]], "good letters stay good");
    assert_eq!(codes(&parsed), ["table-broken-encoding"]);
}

#[test]
fn a_title_above_the_header_is_passed_over_when_its_row_is_said() {
    let text = "Inventory, plant North, as of Monday, draft\n\nasset_tag;name\nA;1\n";
    let options = Options { header_row: Some(3), ..Options::default() };
    let table = table::read(text.as_bytes(), &options).expect("it is a table").value;
    assert_eq!(table.header(), ["asset_tag", "name"]);
    assert_eq!(cells(&table), [["A", "1"]]);
    let book = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet
            .write_string(0, 0, "Inventory")
            .expect("a cell")
            .write_string(1, 0, "asset_tag")
            .expect("a cell");
    });
    let options = Options { header_row: Some(2), ..Options::default() };
    assert_eq!(table::read(&book, &options).expect("it is a table").value.header(), ["asset_tag"]);
}

#[test]
fn odd_rows_are_remarked() {
    let parsed = read(b"asset_tag,,name,name\nA,1,2,3,4\nB\n");
    assert_eq!(parsed.value.header(), ["asset_tag", "(column B)", "name", "name"]);
    assert_eq!(codes(&parsed), ["table-repeated-column", "table-cells-beyond-header"]);
    let rows: Vec<&str> = parsed.value.rows().map(|row| row.cell(1)).collect();
    assert_eq!(rows, ["1", ""]);
    assert_eq!(codes(&read(b"asset_tag,name\nA,x\0y\n")), ["table-nul-bytes"]);
    assert!(read(b"asset_tag,name\nA,x\n\0\0\0").warnings.is_empty(), "padding at the end says nothing");
}

#[test]
fn a_file_that_ends_inside_quotes_is_refused() {
    assert_eq!(refused(b"asset_tag,name\nA,\"1.1"), "csv-cut-off");
    assert_eq!(refused(b"asset_tag,name\nA,\"1.1\"\"\n"), "csv-cut-off");
    assert_eq!(cells(&read(b"asset_tag,name\nA,5\" pipe").value), [["A", "5\" pipe"]]);
    assert_eq!(cells(&read(b"asset_tag,name\nA,\"a \"\"b\"\"\"").value), [["A", "a \"b\""]]);
}

#[test]
fn limits_hold() {
    assert_eq!(refused(b""), "empty");
    assert_eq!(refused(b"\n,,\n \n"), "empty");
    assert_eq!(refused(format!("{}x\n", "a,".repeat(200)).as_bytes()), "too-many-columns");
    assert_eq!(read(format!("{}x\n", "a,".repeat(199)).as_bytes()).value.header().len(), 200);
    assert_eq!(refused(format!("asset_tag,name\nA,{}\n", "x".repeat(32_769)).as_bytes()), "cell-too-large");
    let options = |limits| Options { limits, ..Options::default() };
    let rows = options(Limits { rows: 2, ..Limits::default() });
    assert!(table::read(b"asset_tag\nA\nB\n", &rows).is_ok());
    assert_eq!(table::read(b"asset_tag\nA\nB\nC\n", &rows).expect_err("three rows").code, "too-many-rows");
    let bytes = options(Limits { bytes: 3, ..Limits::default() });
    assert_eq!(table::read(b"asset_tag", &bytes).expect_err("nine bytes").code, "too-large");
    let few = options(Limits { cells: 5, ..Limits::default() });
    assert_eq!(table::read(b"a,b\n1,2\n3,4\n5,6\n", &few).expect_err("six cells").code, "too-many-cells");
}

#[test]
fn a_million_blank_rows_are_nothing() {
    let text = format!("asset_tag,name\nA,1\n{}B,2\n", ",,,,\r\n".repeat(1_000_000));
    let parsed = read(text.as_bytes());
    let numbers: Vec<u32> = parsed.value.rows().map(|row| row.number()).collect();
    assert_eq!(numbers, [2, 1_000_003]);
}

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().expect("the workbook can be written")
}

#[test]
fn a_workbook_reads_as_it_looks() {
    let bytes = workbook(|book| {
        book.add_worksheet().set_name("Cover").expect("a name");
        let sheet = book.add_worksheet().set_name("Inventory").expect("a name");
        let date = Format::new().set_num_format("dd.mm.yyyy");
        for (column, name) in
            (0..).zip(["asset_tag", "firmware_version", "hardware_revision", "end_of_support"])
        {
            sheet.write_string(2, column, name).expect("a cell");
        }
        sheet.write_number(3, 0, 33).expect("a cell");
        sheet.write_number(3, 1, 33.011).expect("a cell");
        sheet.write_number_with_format(3, 2, 1.1, &Format::new().set_num_format("0.00")).expect("a cell");
        let day = ExcelDateTime::from_ymd(2027, 12, 31).expect("a date");
        sheet.write_datetime_with_format(3, 3, &day, &date).expect("a cell");
        sheet.write_string(5, 0, "=1+1").expect("a cell");
        sheet.write_formula(5, 1, Formula::new("=1+1").set_result("V2.9.2")).expect("a cell");
        sheet.write_boolean(5, 2, true).expect("a cell");
        book.add_worksheet().set_name("More").expect("a name").write_string(0, 0, "x").expect("a cell");
    });
    let parsed = read(&bytes);
    assert_eq!(*parsed.value.origin(), Origin::Workbook { sheet: "Inventory".to_owned() });
    assert_eq!(
        cells(&parsed.value),
        [["33", "33.011", "1.10", "2027-12-31"], ["=1+1", "V2.9.2", "TRUE", ""]],
        "33 is not 33.0, and 1.1 shown as 1.10 is 1.10"
    );
    let numbers: Vec<u32> = parsed.value.rows().map(|row| row.number()).collect();
    assert_eq!(numbers, [4, 6]);
    assert_eq!(codes(&parsed), ["xlsx-number", "xlsx-number", "xlsx-other-sheets"]);
    assert_eq!(parsed.warnings[0].place, "row 4, column B");
    assert_eq!(parsed.value.cells_not_text(1), 1);
    assert_eq!(parsed.value.cells_not_text(3), 1, "a date is not text either");
}

#[test]
fn a_sheet_is_chosen_by_name() {
    let bytes = workbook(|book| {
        book.add_worksheet().set_name("One").expect("a name").write_string(0, 0, "a").expect("a cell");
        book.add_worksheet().set_name("Two").expect("a name").write_string(0, 0, "b").expect("a cell");
    });
    let options = |sheet: &str| Options { sheet: Some(sheet.to_owned()), ..Options::default() };
    assert_eq!(table::read(&bytes, &options("Two")).expect("it is there").value.header(), ["b"]);
    let rejected = table::read(&bytes, &options("Three")).expect_err("it is not there");
    assert_eq!(rejected.code, "xlsx-no-such-sheet");
    assert!(rejected.what.contains("One, Two"), "{rejected}");
}

#[test]
fn a_workbook_of_nothing_and_one_too_wide_are_refused() {
    assert_eq!(
        refused(&workbook(|book| {
            book.add_worksheet();
        })),
        "empty"
    );
    let wide = workbook(|book| {
        book.add_worksheet().write_string(0, 16_000, "far out").expect("a cell");
    });
    assert_eq!(refused(&wide), "too-many-columns");
}

/// An archive with the parts of a workbook, each part given as it is.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(*name, options).expect("a part");
        writer.write_all(bytes).expect("a part");
    }
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn bombs_are_refused_before_they_unfold() {
    let zeros = vec![b' '; 65 << 20];
    let hidden = archive(&[("xl/worksheets/sharedStrings.xml", &zeros)]);
    assert!(hidden.len() < 1 << 20, "it looks small");
    assert_eq!(refused(&hidden), "xlsx-too-large");
    let options =
        Options { limits: Limits { unpacked_bytes: 1 << 20, ..Limits::default() }, ..Options::default() };
    let sheets = archive(&[("xl/worksheets/sheet1.xml", &zeros[..2 << 20])]);
    assert_eq!(table::read(&sheets, &options).expect_err("too large").code, "xlsx-too-large");
    let many: Vec<(String, &[u8])> = (0..2_001).map(|number| (format!("p{number}"), &b""[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert_eq!(refused(&archive(&many)), "xlsx-too-large");
}

#[test]
fn an_archive_that_lies_about_its_sizes_is_refused() {
    let honest = archive(&[("xl/sharedStrings.xml", &vec![b' '; 3 << 20])]);
    // Every place where the true size is written gets the size 1.
    let (size, lie) = ((3_u32 << 20).to_le_bytes(), 1_u32.to_le_bytes());
    let mut bytes = honest.clone();
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == size {
            bytes[at..at + 4].copy_from_slice(&lie);
        }
    }
    assert_ne!(bytes, honest, "it lies");
    let options =
        Options { limits: Limits { unpacked_bytes: 1 << 20, ..Limits::default() }, ..Options::default() };
    let code = table::read(&bytes, &options).expect_err("it lies").code;
    assert!(code == "xlsx-too-large" || code == "xlsx-broken", "{code}");
}

#[test]
fn what_is_no_workbook_is_refused_in_words() {
    assert_eq!(refused(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]), "xls-old-or-encrypted");
    assert_eq!(refused(b"PK\x03\x04 and nothing more"), "xlsx-broken");
    assert_eq!(refused(&archive(&[("readme.txt", b"hello")])), "xlsx-broken");
    let good = workbook(|book| {
        book.add_worksheet().write_string(0, 0, "asset_tag").expect("a cell");
    });
    for end in (4..good.len()).step_by(97) {
        assert_eq!(refused(&good[..end]), "xlsx-broken", "cut at {end}");
    }
}

/// A workbook whose only sheet is this XML.
fn workbook_with_sheet(sheet: &str) -> Vec<u8> {
    let mut source = zip::ZipArchive::new(Cursor::new(&SMALL[..])).expect("an archive");
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for index in 0..source.len() {
        let mut part = source.by_index(index).expect("a part");
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut bytes).expect("a part");
        let name = part.name().expect("a name").into_owned();
        parts.push(if name.ends_with("sheet1.xml") {
            (name, sheet.as_bytes().to_vec())
        } else {
            (name, bytes)
        });
    }
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    archive(&parts)
}

/// A good workbook to do damage to.
static SMALL: LazyLock<Vec<u8>> = LazyLock::new(|| {
    workbook(|book| {
        let sheet = book.add_worksheet().write_string(0, 0, "asset_tag").expect("a cell");
        sheet.write_number(1, 0, 1.5).expect("a cell");
    })
});

#[test]
fn sheets_made_by_hand_do_no_harm() {
    let sheet = |rows: &str| {
        workbook_with_sheet(&format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
             <dimension ref=\"A1:XFD1048576\"/><sheetData>{rows}</sheetData></worksheet>"
        ))
    };
    let declared = sheet("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>asset_tag</t></is></c></row>");
    assert_eq!(read(&declared).value.header(), ["asset_tag"], "what a sheet declares is not believed");
    for rows in [
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>999999</v></c></row>",
        "<row r=\"1\"><c r=\"A1\" s=\"999999\"><v>1</v></c></row>",
        "<row r=\"99999999999\"><c r=\"A99999999999\"><v>1</v></c></row>",
        "<row r=\"4294967295\"><c r=\"A4294967295\"><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"ZZZZZZZZZZ1\"><v>1</v></c></row>",
        "<row r=\"0\"><c r=\"A0\"><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"\"><v>1e999</v></c></row>",
        "<row r=\"1\"><c t=\"d\"><v>-99999999999-01-01</v></c></row>",
        "<row><c><f>1+</f><v/></c></row>",
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>-1</v></c>",
    ] {
        // Taken or refused, but without a panic and at once.
        drop(table::read(&sheet(rows), &Options::default()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        drop(table::read(&bytes, &Options::default()));
    }

    #[test]
    fn no_text_of_separators_panics(text in "[a,;|\t\"\r\n\0é]{0,200}") {
        if let Ok(parsed) = table::read(text.as_bytes(), &Options::default()) {
            for row in parsed.value.rows() {
                prop_assert!(row.cells().all(|cell| cell.len() <= text.len()));
            }
        }
    }

    #[test]
    fn no_damaged_workbook_panics(flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = SMALL.clone();
        for (index, byte) in flips {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        drop(table::read(&bytes, &Options::default()));
    }

    #[test]
    fn no_damaged_sheet_panics(rows in "(<row r=\"[0-9]{0,12}\">|<c r=\"[A-Z]{0,9}[0-9]{0,12}\" t=\"(s|n|d|b|e|str|inlineStr)\"( s=\"[0-9]{1,9}\")?>|<v>|</v>|</c>|</row>|[-0-9.eE]{0,9}|<is><t>x</t></is>){0,20}") {
        let sheet = format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>");
        drop(table::read(&workbook_with_sheet(&sheet), &Options::default()));
    }
}
