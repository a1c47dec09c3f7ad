//! Rows of installed software: one component a row, gathered by asset.
//!
//! The surprise: what is in the list is installed, but what is not in the list may be installed all the same; a
//! list from a file is never complete.

use super::cells::{self, Columns};
use super::{CellReason, RejectedRow, Remarks, RowOutcome, RowReport};
use crate::inventory::guard;
use crate::inventory::mapping::{InstalledField, Target};
use crate::inventory::table::{Row, Table};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::observation::{AssetReport, Completeness};
use packageurl::PackageUrl;
use std::collections::BTreeMap;
use std::str::FromStr;

/// The most characters of one part of a name.
const PART_CHARS: usize = 1024;

/// The parts of the name of one piece of software, as the cells have them.
#[derive(Default)]
pub(super) struct Parts<'a> {
    vendor: &'a str,
    product: &'a str,
    version: &'a str,
    purl: &'a str,
    cpe: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn set(&mut self, part: InstalledField, text: &'a str) {
        match part {
            InstalledField::Vendor => self.vendor = text,
            InstalledField::Product => self.product = text,
            InstalledField::Version => self.version = text,
            InstalledField::Purl => self.purl = text,
            InstalledField::Cpe => self.cpe = text,
        }
    }

    fn all(&self) -> [&'a str; 5] {
        [self.vendor, self.product, self.version, self.purl, self.cpe]
    }
}

/// The component that the parts name; `None` when nothing was said.
///
/// A package URL gives the product and version where the row leaves them blank.
pub(super) fn component(parts: &Parts<'_>) -> Result<Option<Component>, String> {
    if parts.all().iter().all(|part| part.is_empty()) {
        return Ok(None);
    }
    if parts.product.is_empty() && parts.purl.is_empty() && parts.cpe.is_empty() {
        return Err("it does not say what is installed: product, purl and cpe are all blank".to_owned());
    }
    for part in parts.all() {
        if part.chars().count() > PART_CHARS {
            return Err(format!("a part of the software's name is longer than {PART_CHARS} characters"));
        }
        if part.chars().any(char::is_control) {
            return Err("the software's name holds control characters, for example a line break".to_owned());
        }
    }
    let mut component = Component {
        vendor: parts.vendor.to_owned(),
        product: parts.product.to_owned(),
        version: parts.version.to_owned(),
        cpe: parts.cpe.to_owned(),
        ..Component::empty(kind_of_cpe(parts.cpe)?)
    };
    if !parts.purl.is_empty() {
        let purl = PackageUrl::from_str(parts.purl)
            .map_err(|error| format!("`{}` is no package URL: {error}", cut(parts.purl)))?;
        fill_from_purl(&mut component, &purl)?;
        component.purl = parts.purl.to_owned();
    }
    Ok(Some(component))
}

fn fill_from_purl(component: &mut Component, purl: &PackageUrl<'_>) -> Result<(), String> {
    component.kind = ComponentKind::Package;
    if component.product.is_empty() {
        component.product = purl.name().to_owned();
    }
    match purl.version() {
        Some(version) if component.version.is_empty() => component.version = version.to_owned(),
        Some(version) if version != component.version => {
            return Err(format!(
                "the version is `{}` and the package URL says `{}`; one of them is wrong",
                cut(&component.version),
                cut(version)
            ));
        }
        Some(_) | None => {}
    }
    Ok(())
}

/// The kind that a CPE name states, an application when there is none.
pub(in crate::inventory) fn kind_of_cpe(cpe: &str) -> Result<ComponentKind, String> {
    let part = match cpe.get(..8) {
        Some("cpe:2.3:") => cpe[8..].chars().next(),
        _ => cpe.strip_prefix("cpe:/").and_then(|rest| rest.chars().next()),
    };
    match part {
        Some('o') => Ok(ComponentKind::OperatingSystem),
        Some('h') => Ok(ComponentKind::Hardware),
        Some('a' | '*') => Ok(ComponentKind::Application),
        None if cpe.is_empty() => Ok(ComponentKind::Application),
        Some(_) | None => Err(format!("`{}` is no CPE name such as cpe:2.3:a:vendor:product:…", cut(cpe))),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

/// What one good row says: which asset, what is installed.
struct Line {
    tag: String,
    component: Component,
}

/// Reads a table of software: a report an asset in the order of first mention, then the refused rows.
pub(super) fn read(table: &Table, columns: &Columns<'_>, remarks: &mut Remarks) -> Vec<RowOutcome> {
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    let mut reports: Vec<RowReport> = Vec::new();
    let mut refused = Vec::new();
    for row in table.rows() {
        match line(row, columns) {
            Ok(Line { tag, component }) => {
                let next = reports.len();
                let index = *order.entry(tag).or_insert_with_key(|tag| {
                    reports.push(empty_report(tag, row.number()));
                    next
                });
                reports[index].rows.push(row.number());
                reports[index].report.installed.push(component);
            }
            Err(row) => refused.push(RowOutcome::Rejected(row)),
        }
    }
    for report in &mut reports {
        drop_repeats(report, remarks);
    }
    let mut outcomes: Vec<RowOutcome> =
        reports.into_iter().map(|report| RowOutcome::Report(Box::new(report))).collect();
    outcomes.extend(refused);
    outcomes
}

fn empty_report(tag: &str, row: u32) -> RowReport {
    let report = AssetReport {
        tag: tag.to_owned(),
        completeness: Completeness::Partial,
        place: format!("row {row}"),
        ..AssetReport::default()
    };
    RowReport { report, ..RowReport::default() }
}

fn drop_repeats(row: &mut RowReport, remarks: &mut Remarks) {
    let before = row.report.installed.len();
    row.report.installed.sort();
    row.report.installed.dedup();
    let repeats = before - row.report.installed.len();
    if repeats > 0 {
        let message =
            format!("asset `{}` has {repeats} rows that repeat another; they count once", row.report.tag);
        remarks.add("inventory-repeated-row", &row.report.place, message);
    }
}

fn line(row: Row<'_>, columns: &Columns<'_>) -> Result<Line, RejectedRow> {
    let mut tag = String::new();
    let mut parts = Parts::default();
    let (mut reasons, mut has_bad_tag) = (Vec::new(), false);
    for (header, target, cell) in columns.filled(row) {
        let text = guard::take_off(cell);
        let taken = cells::readable(text).and_then(|()| match target {
            Target::AssetTag => cells::tag(text).map(|text| tag = text),
            Target::Installed(_) if cell.eq_ignore_ascii_case(guard::CLEAR) => {
                Err("a part of the name of software cannot be emptied; leave the cell blank".to_owned())
            }
            Target::Installed(part) => {
                parts.set(part, text);
                Ok(())
            }
            Target::Field(_) | Target::Id | Target::Etag | Target::Ignore => Ok(()),
        });
        if let Err(reason) = taken {
            has_bad_tag |= target == Target::AssetTag;
            reasons.push(CellReason { column: Some(header.to_owned()), reason });
        }
    }
    if tag.is_empty() && !has_bad_tag {
        reasons.push(CellReason { column: None, reason: "the asset tag is missing".to_owned() });
    }
    match component(&parts) {
        Ok(Some(component)) if reasons.is_empty() => return Ok(Line { tag, component }),
        Ok(Some(_)) => {}
        Ok(None) => {
            reasons.push(CellReason { column: None, reason: "it does not say what is installed".to_owned() });
        }
        Err(reason) => reasons.push(CellReason { column: None, reason }),
    }
    Err(RejectedRow { row: row.number(), tag: (!tag.is_empty()).then_some(tag), reasons })
}
