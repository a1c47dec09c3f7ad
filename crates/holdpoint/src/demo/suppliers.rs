//! What an invented supplier of control systems says of patches: its lists, and the mapping that reads them.
//!
//! Supplier, system and numbers of updates are invented, so that no list can be mistaken for one of a real vendor. The
//! surprise: the second list holds a word that no mapping explains, because new words come without notice.

use holdpoint_domain::Moment;

/// The invented supplier.
pub const SUPPLIER: &str = "Nordvik Process Systems";
/// Its control system.
pub const SYSTEM: &str = "Nordvik Plantview";
/// The mapping that reads its lists.
pub const MAPPING: &str = r#"
[mapping]
name = "nordvik-monthly"
title = "Nordvik's monthly list, one column a release"
publisher = "Nordvik Process Systems"
format = "table"
dates = ["%Y-%m-%d"]
separators = ";,"

[patch]
vendor = { value = "Microsoft" }
identifier = { column = "Update" }
identifier_kind = "kb"
title = { column = "Title", optional = true }
severity = { column = "Severity", optional = true }
released = { column = "Released", optional = true }
supersedes = { column = "Replaces", optional = true }

[product]
vendor = { value = "Nordvik Process Systems" }
name = { value = "Nordvik Plantview" }
platform = { column = "System", optional = true }

[statement]
tested = { column = "Tested", optional = true }
issued = { column = "Published", optional = true }
comment = { column = "Remark", optional = true }

[[release]]
column = "Plantview {version}"

[words]
approved = ["tested, waits for its release"]
not_approved = ["do not install"]
not_applicable = ["not needed"]
in_test = ["being tested"]
available = ["not yet looked at"]
released = ["released for use"]
blank = "no-statement"
"#;

/// An update: number, title, severity, days before today when it was released, what it replaces, where it runs, days before
/// today when the supplier published its word (0: it has not), its word for two releases, a remark.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    i64,
    &'static str,
    &'static str,
    i64,
    [&'static str; 2],
    &'static str,
);

#[rustfmt::skip]
const FIRST: &[Row] = &[
    ("KB5990101", "Cumulative update for Windows Server 2019", "Critical", 58, "", "Windows Server 2019", 45, ["released for use", "released for use"], ""),
    ("KB5990102", "Cumulative update for Windows 10 LTSC 2019", "Critical", 58, "", "Windows 10 LTSC 2019", 45, ["released for use", "released for use"], ""),
    ("KB5990103", "Security update for SQL Server 2016", "Important", 58, "", "Windows Server 2019", 27, ["do not install", "released for use"], "the archive of 4.2 does not start after it"),
    ("KB5990104", "Update for .NET Framework", "Moderate", 58, "", "Windows Server 2019", 45, ["not needed", "not needed"], ""),
    ("KB5990111", "Cumulative update for Windows Server 2019", "Critical", 30, "KB5990101", "Windows Server 2019", 25, ["being tested", "released for use"], ""),
    ("KB5990112", "Cumulative update for Windows 10 LTSC 2019", "Critical", 30, "KB5990102", "Windows 10 LTSC 2019", 25, ["being tested", ""], ""),
    ("KB5990113", "Security update for the printing service", "Important", 30, "", "Windows Server 2019", 25, ["not yet looked at", "not yet looked at"], ""),
];

#[rustfmt::skip]
const SECOND: &[Row] = &[
    ("KB5990111", "Cumulative update for Windows Server 2019", "Critical", 30, "KB5990101", "Windows Server 2019", 6, ["released for use", "released for use"], ""),
    ("KB5990112", "Cumulative update for Windows 10 LTSC 2019", "Critical", 30, "KB5990102", "Windows 10 LTSC 2019", 6, ["released for use with setting 7", "released for use"], "setting 7: see the letter of this month"),
    ("KB5990113", "Security update for the printing service", "Important", 30, "", "Windows Server 2019", 6, ["do not install", "being tested"], "reports are not printed any more"),
    ("KB5990121", "Cumulative update for Windows Server 2019", "Critical", 9, "KB5990111", "Windows Server 2019", 6, ["being tested", "being tested"], ""),
    ("KB5990122", "Cumulative update for Windows 10 LTSC 2019", "Critical", 9, "KB5990112", "Windows 10 LTSC 2019", 6, ["not yet looked at", "being tested"], ""),
    ("KB5990123", "Servicing stack", "Important", 9, "", "Windows Server 2019", 6, ["released for use", "see hotline"], ""),
];

/// The list of a month ago.
pub fn first_list(today: Moment) -> Vec<u8> {
    list(FIRST, today)
}

/// The list of this week.
pub fn second_list(today: Moment) -> Vec<u8> {
    list(SECOND, today)
}

const HEADER: &str =
    "Update;Title;Severity;Released;Replaces;System;Tested;Published;Plantview 4.2;Plantview 5.0;Remark";

fn list(rows: &[Row], today: Moment) -> Vec<u8> {
    let day = |days: i64| -> String {
        let at = Moment::from_micros(today.micros() - days * 86_400_000_000).to_string();
        at.chars().take(10).collect()
    };
    let mut text = format!("{HEADER}\n");
    for (number, title, severity, released, replaces, system, published, [older, newer], remark) in rows {
        let month: String = day(*released).chars().take(7).collect();
        let (tested, published) = (day(published + 1), day(*published));
        let head = format!("{number};{month} {title};{severity};{};{replaces};{system}", day(*released));
        text.push_str(&format!("{head};{tested};{published};{older};{newer};{remark}\n"));
    }
    text.into_bytes()
}
