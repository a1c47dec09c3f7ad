//! One row of a table or one element of XML, asked for the text at a place.

use super::mapping::{BadMapping, QualificationMapping, ReleaseColumn};
use super::place::Place;
use crate::inventory::table::{Row, Table};
use crate::microsoft::xml::Element;
use holdpoint_domain::compatibility::folded;
use std::collections::BTreeMap;

/// How many columns of a file are named when one is missing.
const MOST_NAMED: usize = 40;

/// The columns of a table as a mapping wants them.
#[derive(Debug)]
pub(super) struct Columns {
    by_name: BTreeMap<String, usize>,
    /// The release columns: index, version, product, platform.
    pub releases: Vec<Release>,
    /// Names of columns that nothing reads.
    pub unread: Vec<String>,
    /// The sheet, where several were read; else empty.
    pub sheet: String,
}

/// A release column of this table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Release {
    pub index: usize,
    pub version: String,
    pub product: Option<String>,
    pub platform: Option<String>,
}

impl Columns {
    /// Finds the columns; the error names what does not fit.
    pub(super) fn of(mapping: &QualificationMapping, table: &Table) -> Result<Self, BadMapping> {
        let unfit = |why: String| BadMapping::Content { name: mapping.name.clone(), why };
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        let mut repeated: Vec<String> = Vec::new();
        for (index, name) in table.header().iter().enumerate() {
            let key = folded(name);
            if by_name.insert(key.clone(), index).is_some() {
                repeated.push(key);
            }
        }
        let (mut missing, mut used) = (Vec::new(), Vec::new());
        for (field, place) in mapping.places() {
            let Place::Column { column, optional } = place else { continue };
            let key = folded(column);
            if repeated.contains(&key) {
                return Err(unfit(format!(
                    "the file has column `{column}` twice, so `{field}` is not certain"
                )));
            }
            match by_name.get(&key) {
                Some(index) => used.push(*index),
                None if *optional => {}
                None => missing.push(format!("`{column}` for `{field}`")),
            }
        }
        if !missing.is_empty() {
            let there = there(table);
            return Err(unfit(format!("the file does not have column {}; {there}", missing.join(", "))));
        }
        let releases = releases(mapping, table, &used);
        let is_there = |release: &&ReleaseColumn| {
            release.column.contains("{version}") || by_name.contains_key(&folded(&release.column))
        };
        if let Some(absent) = mapping.releases.iter().find(|release| !is_there(release)) {
            let (name, there) = (&absent.column, there(table));
            return Err(unfit(format!("the file does not have the release column `{name}`; {there}")));
        }
        if releases.is_empty() && !mapping.releases.is_empty() {
            let there = there(table);
            return Err(unfit(format!("the file has none of its release columns; {there}")));
        }
        if let Some(twice) =
            releases.iter().find(|one| repeated.contains(&folded(&table.header()[one.index])))
        {
            let name = &table.header()[twice.index];
            return Err(unfit(format!("the file has the release column `{name}` twice")));
        }
        let is_read = |index: &usize| used.contains(index) || releases.iter().any(|one| one.index == *index);
        let unread = (0..table.header().len())
            .filter(|index| !is_read(index))
            .map(|index| table.header()[index].clone());
        let unread = unread.collect();
        Ok(Self { by_name, releases, unread, sheet: String::new() })
    }

    /// The same, of a sheet among several.
    pub(super) fn in_sheet(self, sheet: String) -> Self {
        Self { sheet, ..self }
    }
}

/// The columns that a file has, in words.
fn there(table: &Table) -> String {
    let mut names: Vec<String> =
        table.header().iter().take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
    if table.header().len() > MOST_NAMED {
        names.push(format!("{} more", table.header().len() - MOST_NAMED));
    }
    format!("it has {}", names.join(", "))
}

fn releases(mapping: &QualificationMapping, table: &Table, used: &[usize]) -> Vec<Release> {
    let mut found = Vec::new();
    for (index, name) in table.header().iter().enumerate().filter(|(index, _)| !used.contains(index)) {
        // Columns that are named as a whole go before those with a part left open.
        let exact = mapping.releases.iter().filter(|release| !release.column.contains("{version}"));
        let open = mapping.releases.iter().filter(|release| release.column.contains("{version}"));
        let fit = exact.chain(open).find_map(|release| Some((release, version_of(release, name)?)));
        if let Some((release, version)) = fit {
            let (product, platform) = (release.product.clone(), release.platform.clone());
            found.push(Release { index, version, product, platform });
        }
    }
    found
}

/// The version that a column is for; `None`: it is not this release's column.
fn version_of(release: &ReleaseColumn, header: &str) -> Option<String> {
    let words = header.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((before, after)) = release.column.split_once("{version}") else {
        return (folded(&release.column) == folded(header))
            .then(|| release.version.clone().unwrap_or_default());
    };
    // Compared letter by letter, so that the middle keeps its own spelling.
    let rest = strip(&words, before.trim_start(), Side::Front)?;
    let middle = strip(rest, after.trim_end(), Side::Back)?.trim();
    (!middle.is_empty()).then(|| release.version.clone().unwrap_or_else(|| middle.to_owned()))
}

#[derive(Clone, Copy)]
enum Side {
    Front,
    Back,
}

fn strip<'t>(text: &'t str, part: &str, side: Side) -> Option<&'t str> {
    let at = match side {
        Side::Front => part.len(),
        Side::Back => text.len().checked_sub(part.len())?,
    };
    let (front, back) = text.split_at_checked(at)?;
    match side {
        Side::Front => front.eq_ignore_ascii_case(part).then_some(back),
        Side::Back => back.eq_ignore_ascii_case(part).then_some(front),
    }
}

/// One row.
pub(super) enum Record<'a> {
    /// Of a table.
    Row(&'a Columns, Row<'a>),
    /// Of XML: the elements from the outermost to the one of the row, and its number.
    Element(&'a [&'a Element], usize),
}

impl Record<'_> {
    /// Where it stands, for people.
    pub(super) fn place(&self) -> String {
        match self {
            Self::Row(columns, row) if columns.sheet.is_empty() => format!("row {}", row.number()),
            Self::Row(columns, row) => format!("sheet `{}`, row {}", columns.sheet, row.number()),
            Self::Element(_, number) => format!("element {number}"),
        }
    }

    /// The texts at a place: one for a table, any number for a path.
    pub(super) fn texts(&self, place: &Place) -> Vec<String> {
        match (place, self) {
            (Place::Value { value }, _) => vec![value.trim().to_owned()],
            (Place::Column { column, .. }, Self::Row(columns, row)) => {
                let index = columns.by_name.get(&folded(column));
                index.map(|index| row.cell(*index).trim().to_owned()).into_iter().collect()
            }
            (Place::Path { path }, Self::Element(ancestors, _)) => at_path(ancestors, path),
            // The mapping was checked against its format.
            (Place::Column { .. }, Self::Element(..)) | (Place::Path { .. }, Self::Row(..)) => Vec::new(),
        }
    }

    /// The first text at a place; empty: nothing stands there.
    pub(super) fn text(&self, place: &Place) -> String {
        self.texts(place).into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }
}

fn at_path(ancestors: &[&Element], path: &str) -> Vec<String> {
    let steps: Vec<&str> = path.split('/').collect();
    let n_up = steps.iter().take_while(|step| **step == "..").count();
    let Some(start) = ancestors.len().checked_sub(n_up + 1).map(|at| ancestors[at]) else {
        return Vec::new();
    };
    let mut here = vec![start];
    for step in &steps[n_up..] {
        if let Some(name) = step.strip_prefix('@') {
            return here.into_iter().map(|element| element.attribute(name).trim().to_owned()).collect();
        }
        if *step != "." {
            here = here.into_iter().flat_map(|element| element.all(step)).collect();
        }
    }
    here.into_iter().map(|element| element.text.trim().to_owned()).collect()
}
