//! Inventories of others: spreadsheets and bills of materials become reports on assets, and assets become
//! spreadsheets again.
//!
//! Bytes come in, values go out; nothing here knows what is already stored, so a diff is made elsewhere. The
//! surprise: a spreadsheet is read in three steps (table, mapping, reports), because only a person can say what
//! the columns of a foreign file mean, and what they said is remembered by the fingerprint of the header.

pub mod address;
pub mod assets;
pub mod cyclonedx;
pub mod export;
pub(crate) mod guard;
pub mod mapping;
pub mod table;

/// What a file looks like from its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A zip archive or an old Excel file: for [`table::read`].
    Workbook,
    /// Text that is neither JSON nor XML: for [`table::read`].
    DelimitedText,
    /// A JSON object: for [`cyclonedx::parse`].
    CycloneDxJson,
    /// An XML document: for [`cyclonedx::parse`].
    CycloneDxXml,
}

/// Says which reader a file is for, from its content alone; names of files are not believed.
#[must_use]
pub fn kind_of(bytes: &[u8]) -> FileKind {
    if table::is_workbook(bytes) {
        return FileKind::Workbook;
    }
    const MARKS: [&[u8]; 3] = [&[0xef, 0xbb, 0xbf], &[0xff, 0xfe], &[0xfe, 0xff]];
    let body = MARKS.iter().find_map(|mark| bytes.strip_prefix(*mark)).unwrap_or(bytes);
    // In UTF-16 a NUL stands beside each of these letters.
    let mut visible = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace() && *byte != 0);
    match visible.next() {
        Some(b'{') => FileKind::CycloneDxJson,
        Some(b'<') => FileKind::CycloneDxXml,
        Some(_) | None => FileKind::DelimitedText,
    }
}
