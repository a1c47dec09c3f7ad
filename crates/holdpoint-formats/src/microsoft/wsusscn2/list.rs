//! `package.xml`: the list of revisions, read as a stream because it has hundreds of megabytes.
//!
//! Not here: titles and articles (`metadata`). The surprise: `Revision` and `UpdateId` elements mean different things by the
//! element around them.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufReader, Read};

use holdpoint_domain::{Moment, Rejected};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::microsoft::{Limits, moment, refused, too_many, xml};

/// The list.
#[derive(Default)]
pub(super) struct List {
    pub package_id: String,
    pub created: Option<Moment>,
    /// By revision.
    pub updates: BTreeMap<u64, Update>,
    /// Addresses of files by their digest in base 64.
    pub locations: HashMap<String, String>,
}

/// One revision of one update.
#[derive(Default)]
pub(super) struct Update {
    pub update_id: String,
    pub created: String,
    pub is_software: bool,
    pub superseded_by: Vec<u64>,
    pub bundled_by: Vec<u64>,
    pub prerequisites: Vec<String>,
    /// (type, id)
    pub categories: Vec<(String, String)>,
    /// Digests in base 64.
    pub files: Vec<String>,
}

/// One element's name and attributes.
type Tag = (String, Vec<(String, String)>);

pub(super) fn read(source: &mut dyn Read, limits: &Limits) -> Result<List, Rejected> {
    let mut reader = Reader::from_reader(BufReader::new(source));
    let mut buffer = Vec::new();
    let mut walk = Walk { list: List::default(), open: Vec::new(), current: None, limits };
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| xml::broken(&error.to_string()))?;
        match event {
            Event::Start(tag) => {
                let (name, attributes) = xml::named(&tag)?;
                walk.start((name.clone(), attributes))?;
                walk.open.push(name);
                if walk.open.len() > limits.depth {
                    return Err(refused(
                        "xml-too-large",
                        format!("`package.xml` nests deeper than {} elements", limits.depth),
                        "raise the limit if you trust the source",
                    ));
                }
            }
            Event::Empty(tag) => {
                let tag = xml::named(&tag)?;
                let name = tag.0.clone();
                walk.start(tag)?;
                walk.end(&name);
            }
            Event::End(_) => {
                if let Some(name) = walk.open.pop() {
                    walk.end(&name);
                }
            }
            Event::DocType(_) => return Err(xml::doctype()),
            Event::Text(_)
            | Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if !walk.open.is_empty() {
        return Err(xml::broken("`package.xml` ends before all elements are closed"));
    }
    Ok(walk.list)
}

struct Walk<'a> {
    list: List,
    open: Vec<String>,
    current: Option<(u64, Update)>,
    limits: &'a Limits,
}

impl Walk<'_> {
    fn start(&mut self, (name, attributes): Tag) -> Result<(), Rejected> {
        let value = |key: &str| {
            attributes.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value.as_str())
        };
        match name.as_str() {
            "OfflineSyncPackage" => {
                self.list.package_id = value("PackageId").to_owned();
                self.list.created = moment(value("CreationDate"));
            }
            "Update" if self.current.is_none() => {
                if self.list.updates.len() >= self.limits.records {
                    return Err(too_many("updates", self.limits.records));
                }
                let update = Update {
                    update_id: value("UpdateId").to_ascii_lowercase(),
                    created: value("CreationDate").to_owned(),
                    is_software: !value("IsSoftware").eq_ignore_ascii_case("false"),
                    ..Update::default()
                };
                self.current = value("RevisionId").parse().ok().map(|revision| (revision, update));
            }
            "FileLocation" if self.list.locations.len() < self.limits.records => {
                self.list.locations.insert(value("Id").to_owned(), value("Url").to_owned());
            }
            _ => return self.inside(&name, &value),
        }
        Ok(())
    }

    /// An element inside an update.
    fn inside<'v>(&mut self, name: &str, value: &dyn Fn(&str) -> &'v str) -> Result<(), Rejected> {
        let Some((_, update)) = &mut self.current else {
            return Ok(());
        };
        let is_in = |around: &str| self.open.iter().rev().take(3).any(|open| open == around);
        let n_references = match name {
            "Revision" if is_in("SupersededBy") => {
                update.superseded_by.extend(value("Id").parse::<u64>());
                update.superseded_by.len()
            }
            "Revision" if is_in("BundledBy") => {
                update.bundled_by.extend(value("Id").parse::<u64>());
                update.bundled_by.len()
            }
            "UpdateId" if is_in("Prerequisites") => {
                update.prerequisites.push(value("Id").to_ascii_lowercase());
                update.prerequisites.len()
            }
            "Category" => {
                update.categories.push((value("Type").to_owned(), value("Id").to_ascii_lowercase()));
                update.categories.len()
            }
            "File" if is_in("PayloadFiles") => {
                update.files.push(value("Id").to_owned());
                update.files.len()
            }
            _ => 0,
        };
        if n_references > self.limits.references {
            return Err(too_many("references of one update", self.limits.references));
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        if name == "Update"
            && let Some((revision, update)) = self.current.take()
        {
            self.list.updates.insert(revision, update);
        }
    }
}
