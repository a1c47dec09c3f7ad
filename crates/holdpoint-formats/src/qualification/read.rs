//! Reading a list by its mapping: every row becomes the statements that it makes.

use super::Limits;
use super::mapping::{Blank, MappedFormat, QualificationMapping};
use super::place::Place;
use super::record::{Columns, Record};
use crate::inventory::table::{self, Table};
use crate::microsoft;
use crate::microsoft::xml::{self, Element};
use encoding_rs::Encoding;
use holdpoint_domain::compatibility::{
    CompatibilityStatement, StatedPatch, StatedProduct, StatedState, StatementSource, folded,
};
use holdpoint_domain::{Moment, Parsed, Rejected, Warning};
use std::collections::BTreeMap;

/// Remarks of one kind that are listed; the rest is counted.
const LISTED: usize = 50;

/// What a list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualificationList {
    /// The statements, in the order of the file.
    pub statements: Vec<CompatibilityStatement>,
    /// The vendor's words that the mapping does not explain, by word.
    pub unknown_words: Vec<UnknownWordSeen>,
    /// How many cells were empty where a word could stand, and count as no statement.
    pub blanks: usize,
}

/// A word that the mapping does not explain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWordSeen {
    /// The word as first written; empty: an empty cell.
    pub word: String,
    /// How many statements have it.
    pub count: usize,
    /// Where it stands first.
    pub first_place: String,
}

/// What the reader is told of the file.
#[derive(Debug, Clone, Copy)]
struct File<'a> {
    name: &'a str,
    sha256: [u8; 32],
}

/// Reads a file by a mapping. `name` and `sha256` of the file go into each statement's source.
///
/// # Errors
/// When it is larger than a limit, no file of that format, or does not have what the mapping names.
pub fn read(
    mapping: &QualificationMapping,
    name: &str,
    sha256: [u8; 32],
    bytes: &[u8],
    limits: &Limits,
) -> Result<Parsed<QualificationList>, Rejected> {
    if bytes.len() > limits.bytes {
        let what = format!("the file has {} bytes, more than the limit of {}", bytes.len(), limits.bytes);
        return Err(refused("too-large", what, "hand in the list alone"));
    }
    let mut reading = Reading::new(mapping, File { name, sha256 }, limits);
    match mapping.format {
        MappedFormat::Table => {
            for (columns, table) in tables_of(mapping, bytes, limits, &mut reading.warnings)? {
                reading.table(&columns, &table)?;
            }
        }
        MappedFormat::Xml => {
            let tree = tree_of(bytes, limits)?;
            reading.elements(&tree)?;
        }
    }
    reading.finish()
}

/// The mappings that a file has everything for. More than one: a person has to say which.
#[must_use]
pub fn fitting<'m>(
    mappings: &'m [QualificationMapping],
    bytes: &[u8],
    limits: &Limits,
) -> Vec<&'m QualificationMapping> {
    if bytes.len() > limits.bytes {
        return Vec::new();
    }
    let is_xml = crate::inventory::kind_of(bytes) == crate::inventory::FileKind::CycloneDxXml;
    let tree = if is_xml { tree_of(bytes, limits).ok() } else { None };
    let fits = |mapping: &&QualificationMapping| match (mapping.format, &tree) {
        (MappedFormat::Xml, Some(tree)) => {
            let mut found = false;
            walk(&mut vec![tree], &mapping.rows, &mut |_| {
                found = true;
                Ok(())
            })
            .is_ok()
                && found
        }
        (MappedFormat::Table, None) if !is_xml => tables_of(mapping, bytes, limits, &mut Vec::new()).is_ok(),
        (MappedFormat::Xml | MappedFormat::Table, _) => false,
    };
    mappings.iter().filter(fits).collect()
}

/// The tables of a file that have what the mapping names: the sheet that it names, or every sheet of a workbook that fits.
/// The sheets that are left out are named, with the reason.
fn tables_of(
    mapping: &QualificationMapping,
    bytes: &[u8],
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<(Columns, Table)>, Rejected> {
    let options = table::Options {
        limits: table::Limits { bytes: limits.bytes, rows: 200_000, ..table::Limits::default() },
        sheet: mapping.sheet.clone(),
        header_row: mapping.header_row,
    };
    let sheets = table::sheets(bytes, &options)?;
    if options.sheet.is_some() || sheets.len() < 2 {
        let parsed = table::read(bytes, &options)?;
        let columns = Columns::of(mapping, &parsed.value).map_err(|bad| unfit(bad.to_string()))?;
        warnings.extend(parsed.warnings);
        return Ok(vec![(columns, parsed.value)]);
    }
    let (mut found, mut left_out) = (Vec::new(), Vec::new());
    for sheet in sheets {
        let own = table::Options { sheet: Some(sheet.clone()), ..options.clone() };
        let parsed = match table::read(bytes, &own) {
            Ok(parsed) => parsed,
            Err(why) if why.code.as_str() == "empty" => continue,
            Err(why) => return Err(why),
        };
        match Columns::of(mapping, &parsed.value) {
            Ok(columns) => {
                let within = |one: Warning| Warning { place: in_sheet(&sheet, &one.place), ..one };
                warnings.extend(parsed.warnings.into_iter().map(within));
                found.push((columns.in_sheet(sheet), parsed.value));
            }
            Err(bad) => left_out.push((sheet, bad.to_string())),
        }
    }
    if found.is_empty() {
        let whys: Vec<String> =
            left_out.iter().map(|(sheet, why)| format!("sheet `{sheet}`: {why}")).collect();
        return Err(unfit(whys.join("; ")));
    }
    for (sheet, why) in left_out {
        let text = format!("the sheet `{sheet}` was not read: {why}");
        warnings.push(Warning::new("unread-sheet", in_sheet(&sheet, ""), text));
    }
    Ok(found)
}

fn in_sheet(sheet: &str, place: &str) -> String {
    if place.is_empty() { format!("sheet `{sheet}`") } else { format!("sheet `{sheet}`, {place}") }
}

fn unfit(why: String) -> Rejected {
    let remedy = "choose the mapping that was made for this list, or write one: `statement mapping show` prints an example";
    refused("mapping-unfit", why, remedy)
}

fn tree_of(bytes: &[u8], limits: &Limits) -> Result<Element, Rejected> {
    let (encoding, body) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, &bytes[mark..]),
        None => (encoding_rs::UTF_8, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(body).ok_or_else(|| {
        let what = format!("the file holds bytes that are no {}", encoding.name());
        refused("xml-encoding", what, "save it as UTF-8")
    })?;
    let within =
        microsoft::Limits { elements: limits.elements, depth: limits.depth, ..microsoft::Limits::default() };
    xml::tree(&text, &within)
}

fn refused(code: &str, what: String, remedy: &str) -> Rejected {
    Rejected::new(code, what, "nothing of this file was taken", remedy)
}

/// Shows each element at the path, with all elements around it. The first element of `open` is the nameless one.
fn walk<'t>(
    open: &mut Vec<&'t Element>,
    path: &[String],
    visit: &mut dyn FnMut(&[&'t Element]) -> Result<(), Rejected>,
) -> Result<(), Rejected> {
    let Some((step, rest)) = path.split_first() else { return visit(open) };
    let Some(here) = open.last().copied() else { return Ok(()) };
    for child in &here.children {
        if child.name == *step {
            open.push(child);
            walk(open, rest, visit)?;
            open.pop();
        }
    }
    Ok(())
}

/// How many elements of that name there are below this one, however deep; the reader limits the depth.
fn n_named(here: &Element, name: &str) -> usize {
    let own = |child: &Element| usize::from(child.name == name) + n_named(child, name);
    here.children.iter().map(own).sum()
}

struct Reading<'a> {
    mapping: &'a QualificationMapping,
    file: File<'a>,
    limits: &'a Limits,
    statements: Vec<CompatibilityStatement>,
    unknown: BTreeMap<String, UnknownWordSeen>,
    blanks: usize,
    warnings: Vec<Warning>,
    remarks: BTreeMap<&'static str, usize>,
}

/// The release that a word is about, where columns are releases.
struct Said<'r> {
    word: String,
    version: Option<&'r str>,
    product: Option<&'r str>,
    platform: Option<&'r str>,
}

impl<'a> Reading<'a> {
    fn new(mapping: &'a QualificationMapping, file: File<'a>, limits: &'a Limits) -> Self {
        Self {
            mapping,
            file,
            limits,
            statements: Vec::new(),
            unknown: BTreeMap::new(),
            blanks: 0,
            warnings: Vec::new(),
            remarks: BTreeMap::new(),
        }
    }

    fn warn(&mut self, code: &'static str, place: &str, message: impl Into<String>) {
        let count = self.remarks.entry(code).or_default();
        *count += 1;
        if *count <= LISTED {
            self.warnings.push(Warning::new(code, place, message));
        }
    }

    fn table(&mut self, columns: &Columns, table: &Table) -> Result<(), Rejected> {
        for name in &columns.unread {
            let place = if columns.sheet.is_empty() { String::new() } else { in_sheet(&columns.sheet, "") };
            self.warn("unread-column", &place, format!("column `{name}` is not read by the mapping"));
        }
        for row in table.rows() {
            let record = Record::Row(columns, row);
            if row.cells().any(|cell| cell.contains('\u{fffd}')) {
                let text = "the row holds characters that cannot be read, and was not taken";
                self.warn("broken-row", &record.place(), text);
                continue;
            }
            if columns.releases.is_empty() {
                let place = self.mapping.statement.word.as_ref();
                let word = place.map(|place| record.text(place)).unwrap_or_default();
                self.record(&record, &[Said { word, version: None, product: None, platform: None }])?;
                continue;
            }
            let said: Vec<Said<'_>> = columns
                .releases
                .iter()
                .map(|release| Said {
                    word: row.cell(release.index).trim().to_owned(),
                    version: Some(&release.version),
                    product: release.product.as_deref(),
                    platform: release.platform.as_deref(),
                })
                .collect();
            self.record(&record, &said)?;
        }
        Ok(())
    }

    fn elements(&mut self, tree: &Element) -> Result<(), Rejected> {
        let mut number = 0_usize;
        let path = &self.mapping.rows;
        walk(&mut vec![tree], path, &mut |open| {
            number += 1;
            let record = Record::Element(open, number);
            let place = self.mapping.statement.word.as_ref();
            let word = place.map(|place| record.text(place)).unwrap_or_default();
            self.record(&record, &[Said { word, version: None, product: None, platform: None }])
        })?;
        if number == 0 {
            let what = format!("the file has no element at `{}`", path.join("/"));
            return Err(refused("mapping-unfit", what, "choose the mapping that was made for this list"));
        }
        let name = path.last().map_or("", String::as_str);
        let elsewhere = n_named(tree, name).saturating_sub(number);
        if elsewhere > 0 {
            let text = format!(
                "{elsewhere} elements `{name}` stand elsewhere than at `{}`, and were not taken",
                path.join("/")
            );
            self.warn("unread-element", "", text);
        }
        Ok(())
    }

    /// Makes the statements of one row.
    fn record(&mut self, record: &Record<'_>, said: &[Said<'_>]) -> Result<(), Rejected> {
        let place = record.place();
        let cell = self.text(record, Some(&self.mapping.patch.identifier));
        let identifiers = self.mapping.patch.identifier_kind.identifiers_in(&cell);
        if identifiers.is_empty() {
            let text = format!("`{}` names no patch, and the row was not taken", short(&cell));
            self.warn("no-patch", &place, text);
            return Ok(());
        }
        let product = StatedProduct {
            vendor: self.text(record, Some(&self.mapping.product.vendor)),
            name: self.text(record, Some(&self.mapping.product.name)),
            version: self.text(record, self.mapping.product.version.as_ref()),
            platform: self.text(record, self.mapping.product.platform.as_ref()),
        };
        for said in said {
            let mut product = product.clone();
            let own = [
                (said.version, &mut product.version),
                (said.product, &mut product.name),
                (said.platform, &mut product.platform),
            ];
            for (from, to) in own {
                if let Some(text) = from {
                    text.clone_into(to);
                }
            }
            if product.name.is_empty() {
                self.warn("no-product", &place, "the row names no product, and was not taken");
                continue;
            }
            let Some(state) = self.state(&said.word, &place, identifiers.len()) else { continue };
            for identifier in &identifiers {
                self.push(record, identifier, &product, state, &said.word)?;
            }
        }
        Ok(())
    }

    /// The state of a word; `None`: there is no statement.
    fn state(&mut self, word: &str, place: &str, times: usize) -> Option<StatedState> {
        if word.is_empty() && self.mapping.blank == Blank::NoStatement {
            self.blanks += 1;
            return None;
        }
        if let Some(state) = self.mapping.state_of(word) {
            return Some(StatedState::Known(state));
        }
        let seen = self.unknown.entry(folded(word)).or_insert_with(|| UnknownWordSeen {
            word: short(word),
            count: 0,
            first_place: place.to_owned(),
        });
        seen.count += times;
        Some(StatedState::NotUnderstood)
    }

    fn push(
        &mut self,
        record: &Record<'_>,
        identifier: &str,
        product: &StatedProduct,
        state: StatedState,
        word: &str,
    ) -> Result<(), Rejected> {
        if self.statements.len() >= self.limits.statements {
            let what = format!("the file makes more than {} statements", self.limits.statements);
            return Err(refused("too-many-statements", what, "split it"));
        }
        let said = &self.mapping.statement;
        let patch = self.patch(record, identifier);
        let statement = CompatibilityStatement {
            publisher: self.mapping.publisher.clone(),
            source: StatementSource::Document {
                name: self.file.name.to_owned(),
                sha256: self.file.sha256,
                place: record.place(),
                mapping: self.mapping.name.clone(),
            },
            issued: self.moment(record, said.issued.as_ref()),
            patch,
            product: product.clone(),
            state,
            word: self.cut(word.to_owned(), &record.place()),
            tested: self.moment(record, said.tested.as_ref()),
            restart: self.text(record, said.restart.as_ref()),
            conditions: self.text(record, said.conditions.as_ref()),
            comment: self.text(record, said.comment.as_ref()),
        };
        self.statements.push(statement);
        Ok(())
    }

    fn patch(&mut self, record: &Record<'_>, identifier: &str) -> StatedPatch {
        let places = &self.mapping.patch;
        let security = self.text(record, places.security.as_ref());
        let is_among = |list: &[String]| list.iter().any(|word| folded(word) == folded(&security));
        StatedPatch {
            vendor: self.text(record, Some(&places.vendor)),
            identifier: self.cut(identifier.to_owned(), &record.place()),
            kind: places.identifier_kind,
            title: self.text(record, places.title.as_ref()),
            url: self.text(record, places.url.as_ref()),
            released: self.moment(record, places.released.as_ref()),
            severity: self.text(record, places.severity.as_ref()),
            supersedes: self.references(record, places.supersedes.as_ref()),
            superseded_by: self.references(record, places.superseded_by.as_ref()),
            prerequisites: self.references(record, places.prerequisites.as_ref()),
            security_related: match (is_among(&places.security_yes), is_among(&places.security_no)) {
                (true, false) => Some(true),
                (false, true) => Some(false),
                (true, true) | (false, false) => None,
            },
        }
    }

    fn text(&mut self, record: &Record<'_>, place: Option<&Place>) -> String {
        let text = place.map(|place| record.text(place)).unwrap_or_default();
        if text.chars().count() <= self.limits.text_chars { text } else { self.cut(text, &record.place()) }
    }

    fn cut(&mut self, text: String, place: &str) -> String {
        if text.chars().count() <= self.limits.text_chars {
            return text;
        }
        let most = self.limits.text_chars;
        self.warn("long-text", place, format!("a text has more than {most} characters and was cut"));
        text.chars().take(most).collect()
    }

    /// The identifiers at a place, one or many a cell.
    fn references(&mut self, record: &Record<'_>, place: Option<&Place>) -> Vec<String> {
        let texts = place.map(|place| record.texts(place)).unwrap_or_default();
        let separators = &self.mapping.separators;
        let mut found: Vec<String> = Vec::new();
        for part in texts.iter().flat_map(|text| text.split(|c| separators.contains(c) || c == '\n')) {
            for one in self.mapping.patch.identifier_kind.identifiers_in(part) {
                if !found.contains(&one) && found.len() < 1_000 {
                    found.push(one);
                }
            }
        }
        found
    }

    fn moment(&mut self, record: &Record<'_>, place: Option<&Place>) -> Option<Moment> {
        let text = self.text(record, place);
        if text.is_empty() {
            return None;
        }
        let found = moment_of(&text, &self.mapping.dates);
        if found.is_none() {
            let text = format!(
                "`{}` is no date as the mapping writes it; the date counts as not said",
                short(&text)
            );
            self.warn("no-date", &record.place(), text);
        }
        found
    }

    fn finish(mut self) -> Result<Parsed<QualificationList>, Rejected> {
        for (code, count) in std::mem::take(&mut self.remarks) {
            if count > LISTED {
                let text = format!("{} more remarks of this kind are not listed", count - LISTED);
                self.warnings.push(Warning::new(code, "", text));
            }
        }
        for seen in self.unknown.values() {
            let word =
                if seen.word.is_empty() { "an empty cell".to_owned() } else { format!("`{}`", seen.word) };
            let text = format!(
                "{word} is not explained by the mapping; {} statements with it count as unknown until somebody says what it means",
                seen.count
            );
            self.warnings.push(Warning::new("unknown-word", seen.first_place.clone(), text));
        }
        if self.statements.is_empty() {
            return Err(refused(
                "no-statement",
                "the file makes no statement on any patch".to_owned(),
                "look whether the right file, sheet and mapping were chosen",
            ));
        }
        Ok(Parsed {
            value: QualificationList {
                statements: self.statements,
                unknown_words: self.unknown.into_values().collect(),
                blanks: self.blanks,
            },
            warnings: self.warnings,
        })
    }
}

/// A date in RFC 3339, or by one of the mapping's forms; at the first moment of the day in UTC.
fn moment_of(text: &str, forms: &[String]) -> Option<Moment> {
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    // Workbooks give dates with a time and no offset.
    if let Ok(at) = text.parse::<jiff::civil::DateTime>() {
        return at
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|at| Moment::from_micros(at.timestamp().as_microsecond()));
    }
    forms.iter().find_map(|form| {
        let day = jiff::civil::Date::strptime(form, text).ok()?;
        day.to_string().parse().ok()
    })
}

fn short(text: &str) -> String {
    text.chars().take(120).collect()
}
