//! `wsusscn2.cab`, the offline scan file: cabinets in a cabinet, with one list of updates and one small file of metadata
//! for each part of each update.
//!
//! Inside are `package.cab` with `package.xml` (which revisions exist, what supersedes them, where their files are) and
//! `package2.cab`… with `c\N` (relationships), `l\en\N` (titles) and `x\N` (article, severity, restart, files) for
//! revision `N`. The surprise: the list speaks of *revisions* in one direction and the metadata of *updates* in the
//! other; both are kept, because each knows edges that the other lacks.

mod list;
mod metadata;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{Cursor, Read, Seek};

use holdpoint_domain::patch::{PatchFile, PatchRecord, PatchReference, kbs_in};
use holdpoint_domain::{Parsed, Rejected, Warning};

use self::list::{List, Update};
use self::metadata::Metadata;
use super::cabinet::{Budget, Cabinet, Entry};
use super::{Limits, MicrosoftFile, VENDOR, class_of, moment, refused, said, title};

/// A part of an update's metadata is at most this large; the largest seen so far has some 300 KB.
const MAX_PART_BYTES: u32 = 16 << 20;

/// Categories that every offline scan file uses: the kinds of change, by their published ids.
const KINDS: [(&str, &str); 9] = [
    ("0fa1201d-4330-4fa8-8ae9-b877473b6441", "Security Updates"),
    ("e6cf1350-c01b-414d-a61f-263d14d133b4", "Critical Updates"),
    ("28bc880e-0592-4cbf-8f95-c79b17911d5f", "Update Rollups"),
    ("cd5ffd1e-e932-4e3a-bf74-18bf0b1bbd83", "Updates"),
    ("68c5b0a3-d1a6-4553-ae49-01d3a7827828", "Service Packs"),
    ("b54e7d24-7add-428f-8b75-90a396fa584f", "Feature Packs"),
    ("3689bdc8-b205-4af4-8d4d-a63924c5e9d5", "Upgrades"),
    ("b4832bd8-e735-4761-8daf-37f882276dab", "Tools"),
    ("e0789628-ce08-4437-be74-2495b842f43b", "Definition Updates"),
];

/// Reads the file from anything that can be read and sought in; only one inner cabinet at a time is held in memory.
///
/// # Errors
/// `cabinet-broken`, `unpacks-too-large`, `not-wsusscn2`, `not-xml`, `xml-too-large` or `too-many`.
pub fn read<R: Read + Seek>(source: R, limits: &Limits) -> Result<Parsed<MicrosoftFile>, Rejected> {
    let mut budget = Budget { left: limits.unpacked_bytes };
    let mut outer = Cabinet::open(source)?;
    let mut warnings = Vec::new();
    let mut list = None;
    outer.visit(
        &mut budget,
        |name| name.eq_ignore_ascii_case("package.cab"),
        |entry, bytes, budget| {
            let mut inner = open_inner(entry, bytes, limits)?;
            inner.visit(
                budget,
                |name| name.eq_ignore_ascii_case("package.xml"),
                |_, xml, _| {
                    list = Some(list::read(xml, limits)?);
                    Ok(())
                },
            )
        },
    )?;
    let Some(list) = list else {
        return Err(refused(
            "not-wsusscn2",
            "the cabinet holds no `package.cab` with a `package.xml`".to_owned(),
            "give wsusscn2.cab as Microsoft publishes it",
        ));
    };
    let mut metadata = BTreeMap::new();
    outer.visit(&mut budget, is_metadata_cabinet, |entry, bytes, budget| {
        let mut inner = open_inner(entry, bytes, limits)?;
        inner.visit(
            budget,
            |name| part_of(name).is_some(),
            |part, bytes, _| take_part(part, bytes, &list, limits, &mut metadata, &mut warnings),
        )
    })?;
    let value = Join::new(&list, &metadata, &mut warnings).file(limits)?;
    Ok(Parsed { value, warnings })
}

fn is_metadata_cabinet(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".cab") && name != "package.cab"
}

fn open_inner(
    entry: &Entry,
    bytes: &mut dyn Read,
    limits: &Limits,
) -> Result<Cabinet<Cursor<Vec<u8>>>, Rejected> {
    if u64::from(entry.size) > limits.inner_cabinet_bytes {
        let what =
            format!("`{}` inside the cabinet has {} bytes, more than the limit", entry.name, entry.size);
        return Err(refused("too-large", what, "raise the limit if you trust the source"));
    }
    // The declared size is not believed for the allocation: the bytes must really come.
    let mut held = Vec::new();
    bytes.read_to_end(&mut held).map_err(|error| {
        refused(
            "cabinet-broken",
            format!("`{}` cannot be unpacked: {error}", entry.name),
            "fetch it again; it may be cut off",
        )
    })?;
    Cabinet::open(Cursor::new(held))
}

/// Which part of which revision a name stands for: `c\N`, `l\en\N` or `x\N`.
fn part_of(name: &str) -> Option<(metadata::Part, u64)> {
    let (folder, number) = name.rsplit_once(['\\', '/'])?;
    let part = match folder.to_ascii_lowercase().as_str() {
        "c" => metadata::Part::Core,
        "x" => metadata::Part::Extended,
        "l\\en" | "l/en" => metadata::Part::English,
        _ => return None,
    };
    Some((part, number.parse().ok()?))
}

fn take_part(
    entry: &Entry,
    bytes: &mut dyn Read,
    list: &List,
    limits: &Limits,
    metadata: &mut BTreeMap<u64, Metadata>,
    warnings: &mut Vec<Warning>,
) -> Result<(), Rejected> {
    let Some((part, revision)) =
        part_of(&entry.name).filter(|(_, revision)| list.updates.contains_key(revision))
    else {
        return Ok(());
    };
    let mut refuse = |what: String| {
        if warnings.len() < 200 {
            warnings.push(Warning::new(
                "wsus-odd-part",
                &entry.name,
                format!("{what}; the part was left out"),
            ));
        }
    };
    if entry.size > MAX_PART_BYTES {
        refuse(format!("it has {} bytes, more than the limit of {MAX_PART_BYTES}", entry.size));
        return Ok(());
    }
    let mut held = Vec::new();
    bytes.read_to_end(&mut held).map_err(|error| {
        refused(
            "cabinet-broken",
            format!("`{}` cannot be unpacked: {error}", entry.name),
            "fetch it again; it may be cut off",
        )
    })?;
    match metadata::read(part, &held, limits) {
        Ok(read) => metadata.entry(revision).or_default().add(read),
        Err(rejected) => refuse(rejected.what),
    }
    Ok(())
}

/// The list and the metadata together.
struct Join<'a> {
    list: &'a List,
    metadata: &'a BTreeMap<u64, Metadata>,
    articles: HashMap<&'a str, String>,
    titles: HashMap<&'a str, &'a str>,
    parts: HashMap<u64, Vec<u64>>,
}

impl<'a> Join<'a> {
    fn new(list: &'a List, metadata: &'a BTreeMap<u64, Metadata>, warnings: &mut Vec<Warning>) -> Self {
        let mut join =
            Self { list, metadata, articles: HashMap::new(), titles: HashMap::new(), parts: HashMap::new() };
        for (revision, update) in &list.updates {
            for bundle in &update.bundled_by {
                join.parts.entry(*bundle).or_default().push(*revision);
            }
            let Some(known) = metadata.get(revision) else {
                continue;
            };
            join.titles.insert(&update.update_id, &known.title);
            let in_title = kbs_in(&known.title).into_iter().next();
            let article = known.article.clone().or_else(|| in_title.clone());
            if let (Some(one), Some(other)) = (&known.article, in_title)
                && *one != other
                && warnings.len() < 200
            {
                let message =
                    format!("the metadata name {one} and the title {other}; the metadata are believed");
                warnings.push(Warning::new("wsus-two-articles", format!("revision {revision}"), message));
            }
            if let Some(article) = article {
                join.articles.insert(&update.update_id, article);
            }
        }
        join
    }

    fn file(&self, limits: &Limits) -> Result<MicrosoftFile, Rejected> {
        let mut patches = Vec::new();
        for (revision, update) in &self.list.updates {
            if self.is_patch(*revision, update) {
                patches.push(self.patch(*revision, update));
            }
        }
        if patches.len() > limits.records {
            return Err(super::too_many("patches", limits.records));
        }
        let changed = self.list.created.or_else(|| patches.iter().filter_map(|patch| patch.released).max());
        Ok(MicrosoftFile { id: self.list.package_id.clone(), changed, patches, vulnerabilities: Vec::new() })
    }

    /// Categories and detectors are no patches, and the parts of a bundle are its files.
    fn is_patch(&self, revision: u64, update: &Update) -> bool {
        let kind = self.metadata.get(&revision).map_or("", |known| known.kind.as_str());
        update.bundled_by.is_empty() && update.is_software && matches!(kind, "" | "Software" | "Driver")
    }

    fn patch(&self, revision: u64, update: &Update) -> PatchRecord {
        let nothing = Metadata::default();
        let known = self.metadata.get(&revision).unwrap_or(&nothing);
        let classification = self.classification(update);
        let (superseded_by, supersedes) = self.supersedence(update, known);
        PatchRecord {
            identifier: self.articles.get(update.update_id.as_str()).cloned().unwrap_or_default(),
            class: class_of(&classification, &known.severity),
            classification,
            bulletin: known.bulletin.clone(),
            severity: said(&known.severity).to_owned(),
            released: moment(&update.created),
            products: self.products(update, known),
            architecture: title::architecture(&known.title).to_owned(),
            supersedes,
            superseded_by,
            needs: self.needs(update),
            restart: self.restart(revision, known),
            files: self.files(revision, update),
            url: known.url.clone(),
            title: known.title.clone(),
            update_id: update.update_id.clone(),
            ..PatchRecord::of(VENDOR.to_owned())
        }
    }

    fn reference(&self, update_id: &str) -> PatchReference {
        match self.articles.get(update_id) {
            Some(article) => PatchReference::Identifier(article.clone()),
            None => PatchReference::UpdateId(update_id.to_owned()),
        }
    }

    /// Both directions, each reference once.
    fn supersedence(&self, update: &Update, known: &Metadata) -> (Vec<PatchReference>, Vec<PatchReference>) {
        let of_revision = |revision: &u64| {
            let newer = self.list.updates.get(revision)?;
            Some(self.reference(&newer.update_id))
        };
        let by: BTreeSet<PatchReference> = update.superseded_by.iter().filter_map(of_revision).collect();
        let older: BTreeSet<PatchReference> = known.supersedes.iter().map(|id| self.reference(id)).collect();
        (by.into_iter().collect(), older.into_iter().collect())
    }

    /// The product of the title, else the names of the product categories as far as the file names them.
    fn products(&self, update: &Update, known: &Metadata) -> Vec<String> {
        if let Some(product) = title::product(&known.title) {
            return vec![product.to_owned()];
        }
        let of_category = |(kind, id): &(String, String)| {
            let name = self.titles.get(id.as_str()).filter(|name| !name.is_empty())?;
            (kind == "Product").then(|| (*name).to_owned())
        };
        update.categories.iter().filter_map(of_category).collect()
    }

    fn classification(&self, update: &Update) -> String {
        let kind = update.categories.iter().find(|(kind, _)| kind == "UpdateClassification");
        let Some((_, id)) = kind else {
            return String::new();
        };
        let known = KINDS.iter().find(|(known, _)| known == id).map(|(_, name)| *name);
        known.or_else(|| self.titles.get(id.as_str()).copied()).unwrap_or_default().to_owned()
    }

    /// Only prerequisites that are updates themselves: the others are questions to the machine.
    fn needs(&self, update: &Update) -> Vec<PatchReference> {
        let known = update.prerequisites.iter().filter_map(|id| self.articles.get(id.as_str()));
        let needs: BTreeSet<PatchReference> = known.cloned().map(PatchReference::Identifier).collect();
        needs.into_iter().collect()
    }

    fn with_parts(&self, revision: u64) -> impl Iterator<Item = u64> {
        std::iter::once(revision).chain(self.parts.get(&revision).into_iter().flatten().copied())
    }

    fn restart(&self, revision: u64, known: &Metadata) -> String {
        if !known.restart.is_empty() {
            return known.restart.clone();
        }
        let words: BTreeSet<&str> = self
            .with_parts(revision)
            .filter_map(|part| self.metadata.get(&part))
            .map(|part| part.restart.as_str())
            .filter(|word| !word.is_empty())
            .collect();
        words.into_iter().collect::<Vec<_>>().join(", ")
    }

    fn files(&self, revision: u64, update: &Update) -> Vec<PatchFile> {
        let mut files: BTreeMap<String, PatchFile> = BTreeMap::new();
        for part in self.with_parts(revision) {
            for file in self.metadata.get(&part).map_or(&[][..], |known| &known.files) {
                files.entry(file.digest.clone()).or_insert_with(|| file.to_patch_file(&self.list.locations));
            }
            let listed = if part == revision { Some(update) } else { self.list.updates.get(&part) };
            for digest in listed.map_or(&[][..], |update| &update.files) {
                files.entry(digest.clone()).or_insert_with(|| {
                    metadata::File { digest: digest.clone(), ..metadata::File::default() }
                        .to_patch_file(&self.list.locations)
                });
            }
        }
        files.into_values().collect()
    }
}
