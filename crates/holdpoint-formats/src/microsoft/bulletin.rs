//! The workbook of Microsoft's security bulletins, both eras: 2001–2008 and after.
//!
//! One row is one article for one product. The surprise: two columns are called "Severity" and two "Impact"; the first of
//! each speaks of the bulletin, the second of the row.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_domain::patch::{PatchRecord, PatchReference, canonical_kb};
use holdpoint_domain::{Parsed, Rejected, Warning};

use super::{Limits, MicrosoftFile, VENDOR, class_of, csaf, refused, said, supersedence, too_many};
use crate::inventory::table::{self, Options, Table};

/// The columns that must be there.
const NEEDED: [&str; 4] = ["bulletin id", "affected product", "component kb", "supersedes"];

/// Whether a workbook is one of bulletins.
pub(super) fn is_bulletin(bytes: &[u8]) -> bool {
    let mut options = Options::default();
    options.limits.bytes = 32 << 20;
    table::read(bytes, &options).is_ok_and(|table| Columns::of(&table.value).is_ok())
}

/// The places of the columns.
struct Columns(BTreeMap<String, Vec<usize>>);

impl Columns {
    fn of(table: &Table) -> Result<Self, Rejected> {
        let mut columns: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, name) in table.header().iter().enumerate() {
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
            columns.entry(name).or_default().push(at);
        }
        match NEEDED.iter().find(|name| !columns.contains_key(**name)) {
            None => Ok(Self(columns)),
            Some(name) => Err(refused(
                "not-bulletin",
                format!("the workbook has no column `{name}`"),
                "give the workbook of bulletins as Microsoft publishes it",
            )),
        }
    }

    /// The last column of that name: where a name stands twice, the row's own value.
    fn last<'a>(&self, row: &table::Row<'a>, name: &str) -> &'a str {
        self.0.get(name).and_then(|places| places.last()).map_or("", |at| said(row.cell(*at)))
    }
}

/// What rows of one article share; their products differ.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Shared {
    identifier: String,
    bulletin: String,
    title: String,
    severity: String,
    day: String,
    supersedes: Vec<PatchReference>,
    fixes: Vec<String>,
    restart: String,
}

/// Reads the workbook.
///
/// # Errors
/// What the reader of tables says; `not-bulletin`, `too-many`.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Parsed<MicrosoftFile>, Rejected> {
    super::check_size(bytes, limits)?;
    let table = table::read(bytes, &Options::default())?;
    let columns = Columns::of(&table.value)?;
    let mut warnings = Vec::new();
    let mut odd = BTreeSet::new();
    let mut records: BTreeMap<Shared, BTreeSet<String>> = BTreeMap::new();
    for row in table.value.rows() {
        let kb = [columns.last(&row, "component kb"), columns.last(&row, "bulletin kb")];
        let Some(identifier) = kb.into_iter().find_map(canonical_kb) else {
            let message = "the row names no article; it was left out";
            warnings.push(Warning::new("bulletin-no-article", format!("row {}", row.number()), message));
            continue;
        };
        let shared = Shared {
            identifier,
            bulletin: columns.last(&row, "bulletin id").to_ascii_uppercase(),
            title: columns.last(&row, "title").to_owned(),
            severity: columns.last(&row, "severity").to_owned(),
            day: columns.last(&row, "date posted").to_owned(),
            supersedes: supersedence(columns.last(&row, "supersedes"), &mut odd),
            fixes: cves(columns.last(&row, "cves")),
            restart: columns.last(&row, "reboot").to_owned(),
        };
        records.entry(shared).or_default().insert(product(&columns, &row));
        if records.len() > limits.records {
            return Err(too_many("patches", limits.records));
        }
    }
    super::odd_supersedence(odd, &mut warnings);
    let patches: Vec<PatchRecord> =
        records.into_iter().map(|(shared, products)| record(shared, products)).collect();
    let changed = patches.iter().filter_map(|patch| patch.released).max();
    Ok(Parsed {
        value: MicrosoftFile { id: String::new(), changed, patches, vulnerabilities: Vec::new() },
        warnings,
    })
}

/// The product, and the part of it when the row is about a part.
fn product(columns: &Columns, row: &table::Row<'_>) -> String {
    let product = columns.last(row, "affected product");
    let component = columns.last(row, "affected component");
    if component.is_empty() || component == product {
        product.to_owned()
    } else {
        format!("{component} on {product}")
    }
}

fn cves(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'))
        .map(str::to_ascii_uppercase)
        .filter(|word| word.starts_with("CVE-") && word.len() >= 13)
        .collect();
    found.sort();
    found.dedup();
    found
}

fn record(shared: Shared, products: BTreeSet<String>) -> PatchRecord {
    let products: Vec<String> = products.into_iter().filter(|name| !name.is_empty()).collect();
    PatchRecord {
        identifier: shared.identifier,
        class: class_of("Security Updates", &shared.severity),
        url: format!(
            "https://learn.microsoft.com/security-updates/securitybulletins/{}",
            year_path(&shared.bulletin)
        ),
        title: shared.title,
        classification: String::new(),
        bulletin: shared.bulletin,
        severity: shared.severity,
        released: shared.day.get(..10).and_then(|day| day.parse().ok()),
        architecture: csaf::one_architecture(&products),
        products,
        fixes: shared.fixes,
        supersedes: shared.supersedes,
        restart: shared.restart,
        ..PatchRecord::of(VENDOR.to_owned())
    }
}

/// `2017/ms17-023` of `MS17-023`.
fn year_path(bulletin: &str) -> String {
    let year = bulletin.get(2..4).and_then(|year| year.parse::<u16>().ok()).unwrap_or_default();
    format!("{}/{}", if year > 90 { 1900 + year } else { 2000 + year }, bulletin.to_ascii_lowercase())
}
