//! NVD feeds on disk: into catalogues, into records, and into lists of products with their versions.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use flate2::read::GzDecoder;
use holdpoint_domain::intelligence::{Applicability, Condition, RecordState, Subject, Unlisted, VersionTest};
use holdpoint_engine::applicability::Builder;
use holdpoint_formats::intelligence::StreamLimits;
use holdpoint_formats::intelligence::nvd::{SOURCE, visit_applicability};

/// A record as the catalogue takes it.
pub type Record = (String, Vec<Applicability>);

/// Visits the records of a packed feed that count and say what they apply to.
///
/// # Errors
/// When the file cannot be read, or is no feed.
pub fn visit(path: &Path, mut each: impl FnMut(&str, Vec<Applicability>) -> Result<()>) -> Result<u64> {
    let file = File::open(path).with_context(|| format!("`{}` cannot be opened", path.display()))?;
    let unpacked = GzDecoder::new(BufReader::with_capacity(1 << 18, file));
    let read = visit_applicability(unpacked, StreamLimits::default(), |record| {
        if record.state() == RecordState::Rejected {
            return Ok(());
        }
        let statements = record
            .configurations()
            .iter()
            .filter_map(|configuration| configuration.condition())
            .map(|root| Applicability { source: SOURCE.to_owned(), unlisted: Unlisted::NotSaid, root })
            .collect();
        each(&record.reference, statements)
    });
    match read {
        Ok(parsed) => Ok(parsed.value.records),
        Err(error) => Err(anyhow!("`{}` is no feed of NVD: {error}", path.display())),
    }
}

/// The packed feeds among what was named: files, or folders that hold them.
///
/// # Errors
/// When a folder cannot be read, or nothing is there.
pub fn feeds(named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in named {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
        let feeds = entries.into_iter().map(|entry| entry.path());
        found.extend(feeds.filter(|path| path.to_string_lossy().ends_with(".json.gz")));
    }
    found.sort();
    if found.is_empty() { Err(anyhow!("no `.json.gz` is there")) } else { Ok(found) }
}

/// All records that say what they apply to; of records that occur in several feeds the first.
///
/// # Errors
/// As [`visit`].
pub fn records(feeds: &[PathBuf]) -> Result<Vec<Record>> {
    let mut records = BTreeMap::new();
    for feed in feeds {
        visit(feed, |reference, statements| {
            if !statements.is_empty() {
                records.entry(reference.to_owned()).or_insert(statements);
            }
            Ok(())
        })?;
    }
    Ok(records.into_iter().collect())
}

/// How a few feeds are stretched to as many records as all feeds together have.
#[derive(Debug, Clone, Copy)]
pub struct Stretched {
    /// Records in the end.
    pub records: usize,
    /// How often one set of products is used before the vendors get another name. Years of feeds name other products,
    /// so repeating the same ones for ever would let each component meet every repetition.
    pub rounds_per_vendor: usize,
}

impl Stretched {
    fn rounds(self, records: usize) -> usize {
        if records == 0 { 0 } else { self.records.div_ceil(records) }
    }

    /// How many sets of products there are.
    #[must_use]
    pub fn families(self, records: usize) -> usize {
        self.rounds(records).div_ceil(self.rounds_per_vendor)
    }
}

/// A builder with the records again and again under other references.
///
/// # Errors
/// When a record is too large.
pub fn filled(records: &[Record], stretched: Stretched) -> Result<Builder> {
    let mut builder = Builder::new();
    let all = (0..stretched.rounds(records.len()))
        .flat_map(|round| records.iter().map(move |record| (round, record)))
        .take(stretched.records);
    for (round, (reference, statements)) in all {
        let family = round / stretched.rounds_per_vendor;
        let mut statements = statements.clone();
        statements.iter_mut().for_each(|statement| rename(&mut statement.root, family));
        builder.push(&format!("{reference}+{round:02}"), &statements)?;
    }
    Ok(builder)
}

/// The name of a product in one of the families: its vendor's name with a number behind it.
fn renamed(name: &str, family: usize) -> String {
    if family == 0 {
        return name.to_owned();
    }
    let mut words: Vec<String> = name.split(':').map(str::to_owned).collect();
    if let Some(vendor) = words.get_mut(3) {
        vendor.push_str(&format!("_{family}"));
    }
    words.join(":")
}

fn rename(node: &mut Condition, family: usize) {
    match node {
        Condition::All(children) | Condition::Any(children) => {
            children.iter_mut().for_each(|child| rename(child, family));
        }
        Condition::Not(child) => rename(child, family),
        Condition::Is(criterion) => {
            if let Subject::Cpe(text) = &mut criterion.subject {
                *text = renamed(text, family);
            }
        }
    }
}

/// The products of several families.
#[must_use]
pub fn families(products: &[Product], count: usize) -> Vec<Product> {
    let of = |family: usize| {
        products
            .iter()
            .map(move |product| Product { name: renamed(&product.name, family), ..product.clone() })
    };
    (0..count).flat_map(of).collect()
}

/// A product of the feeds with every version that they name.
#[derive(Debug, Clone, Default)]
pub struct Product {
    /// Its name up to the version: `cpe:2.3:o:siemens:cpu_firmware`.
    pub name: String,
    /// Versions as written in names, and ends of ranges.
    pub versions: Vec<String>,
    /// How many leaves name it.
    pub leaves: usize,
}

/// Every product of the records, by name.
#[must_use]
pub fn products(records: &[Record]) -> Vec<Product> {
    let mut products: BTreeMap<String, Product> = BTreeMap::new();
    let mut open: Vec<&Condition> =
        records.iter().flat_map(|(_, statements)| statements.iter().map(|one| &one.root)).collect();
    while let Some(node) = open.pop() {
        match node {
            Condition::All(children) | Condition::Any(children) => open.extend(children),
            Condition::Not(child) => open.push(child),
            Condition::Is(criterion) => {
                let Subject::Cpe(text) = &criterion.subject else { continue };
                let name = text.split(':').take(5).collect::<Vec<_>>().join(":");
                let product = products.entry(name.clone()).or_default();
                product.name = name;
                product.leaves += 1;
                match &criterion.versions {
                    VersionTest::Exact { version, .. } => product.versions.push(version.clone()),
                    VersionTest::Between { low, high, .. } => {
                        let ends = [low, high].into_iter().flatten();
                        product.versions.extend(ends.map(|end| end.version.clone()));
                    }
                    VersionTest::Any
                    | VersionTest::NotStated
                    | VersionTest::OneOf(_)
                    | VersionTest::Except { .. }
                    | VersionTest::Expression(_) => {}
                }
            }
        }
    }
    let mut list: Vec<Product> = products.into_values().collect();
    for product in &mut list {
        product.versions.sort();
        product.versions.dedup();
    }
    list
}
