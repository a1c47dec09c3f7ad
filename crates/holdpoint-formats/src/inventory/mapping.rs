//! What the columns of a table mean: taken from known headers, else proposed to a person and remembered.
//!
//! Which of the two kinds of table a known header is, is decided by exact sets of names:
//! * software: `asset_tag`, at least one of `version`, `purl`, `cpe`, and nothing but these, `vendor`, `product`;
//! * assets: `asset_tag`, and nothing but `id`, `etag`, the words of [`Field`] and the provenance columns of our
//!   own export (`vendor_source`, `vendor_observed_at`, which are ignored).
//!
//! So `asset_tag,vendor,product` is a table of assets: it says who made the device. The surprise: a column that
//! could mean two things is proposed to nobody, and so are two columns that want the same field; and a name is proposed for
//! the tag where nothing else is one.

mod synonyms;
mod target;

pub use target::{InstalledField, Target, UnknownTarget};

use super::table::Table;
use holdpoint_domain::asset::Field;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Which kind of rows a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One row an asset.
    Assets,
    /// One row an installed piece of software, any number an asset.
    Software,
}

/// What each column of a table with a certain header means. Its JSON form is stored to be used again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The kind of rows.
    pub shape: Shape,
    /// The header's fingerprint, as [`fingerprint`] gives it.
    pub fingerprint: String,
    /// The columns, in the order of the file.
    pub columns: Vec<MappedColumn>,
}

/// One column and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedColumn {
    /// The name of the column in the file.
    pub header: String,
    /// What it means.
    pub target: Target,
}

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMapping {
    /// No column holds the asset's tag.
    #[error(
        "no column is mapped to `asset_tag`, so rows cannot be told apart; choose the column with the tag"
    )]
    NoTag,
    /// Two columns want the same thing.
    #[error("columns `{first}` and `{second}` are both mapped to `{target}`; keep one of them")]
    Twice {
        /// What both mean.
        target: Target,
        /// The earlier column.
        first: String,
        /// The later column.
        second: String,
    },
    /// A table of software with columns that belong to assets.
    #[error("column `{header}` is mapped to `{target}`, which a table of installed software does not have")]
    NotSoftware {
        /// The column.
        header: String,
        /// What it was mapped to.
        target: Target,
    },
    /// A table of software that does not say what is installed.
    #[error(
        "no column says what is installed; map one to `installed:product`, `installed:purl` or `installed:cpe`"
    )]
    NothingInstalled,
}

impl Mapping {
    /// Whether this mapping was made for a table with this header.
    #[must_use]
    pub fn fits(&self, table: &Table) -> bool {
        self.columns.len() == table.header().len() && self.fingerprint == fingerprint(table.header())
    }

    /// Checks that rows can be read with it.
    ///
    /// # Errors
    /// [`BadMapping`] names the columns to change.
    pub fn check(&self) -> Result<(), BadMapping> {
        let mut seen: BTreeMap<Target, &str> = BTreeMap::new();
        for MappedColumn { header, target } in &self.columns {
            if *target == Target::Ignore {
                continue;
            }
            if let Some(first) = seen.insert(*target, header) {
                return Err(BadMapping::Twice {
                    target: *target,
                    first: first.to_owned(),
                    second: header.clone(),
                });
            }
            let is_asset_column = matches!(target, Target::Field(_) | Target::Id | Target::Etag);
            if self.shape == Shape::Software && is_asset_column {
                return Err(BadMapping::NotSoftware { header: header.clone(), target: *target });
            }
        }
        if !seen.contains_key(&Target::AssetTag) {
            return Err(BadMapping::NoTag);
        }
        let says_what = [InstalledField::Product, InstalledField::Purl, InstalledField::Cpe]
            .iter()
            .any(|part| seen.contains_key(&Target::Installed(*part)));
        if self.shape == Shape::Software && !says_what {
            return Err(BadMapping::NothingInstalled);
        }
        Ok(())
    }

    /// The column with this meaning, counted from 0.
    #[must_use]
    pub fn column_of(&self, target: Target) -> Option<usize> {
        self.columns.iter().position(|column| column.target == target)
    }
}

/// How sure a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognition {
    /// A known header: take it without asking.
    Canonical,
    /// Names that were recognised: show it to a person first.
    Proposed,
    /// No column was recognised as the asset's tag: a person has to choose it first.
    TagMissing,
}

/// A mapping that was worked out from the names of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The mapping; columns of which nothing is known are mapped to [`Target::Ignore`].
    pub mapping: Mapping,
    /// How sure it is.
    pub recognition: Recognition,
    /// The columns of which nothing is known, by name, in the order of the file.
    pub unmapped: Vec<String>,
    /// The columns that could mean several things, or that compete with another column.
    pub ambiguous: Vec<Ambiguous>,
}

/// A column that is proposed to nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguous {
    /// Its name.
    pub header: String,
    /// What it could mean.
    pub candidates: Vec<Target>,
}

/// The columns of an inventory that is taken without a mapping step, in the documented order.
#[must_use]
pub fn canonical_header() -> Vec<&'static str> {
    let mut names = vec!["asset_tag"];
    names.extend(Field::ALL.iter().map(|field| field.word()));
    names
}

/// Names a header: SHA-256 over the normalised names in their order, as 64 hexadecimal digits.
///
/// Case, blanks and punctuation of the names do not count; their order does, because a mapping goes by position.
#[must_use]
pub fn fingerprint(header: &[String]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"holdpoint-header-v1\n");
    for name in header {
        let name = normalise(name);
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Works out what the columns mean.
#[must_use]
pub fn propose(header: &[String]) -> Proposal {
    let names: Vec<String> = header.iter().map(|name| normalise(name)).collect();
    if let Some((shape, targets)) = canonical(&names) {
        return Proposal {
            mapping: mapping_of(shape, header, &targets),
            recognition: Recognition::Canonical,
            unmapped: Vec::new(),
            ambiguous: Vec::new(),
        };
    }
    let shape = likely_shape(&names);
    let meanings: Vec<Vec<Target>> = names.iter().map(|name| synonyms::meanings(name, shape)).collect();
    let mut wanted: BTreeMap<Target, usize> = BTreeMap::new();
    for meaning in meanings.iter().filter(|meaning| meaning.len() == 1) {
        *wanted.entry(meaning[0]).or_default() += 1;
    }
    let (mut targets, mut unmapped, mut ambiguous) = (Vec::new(), Vec::new(), Vec::new());
    for (name, meaning) in header.iter().zip(&meanings) {
        let target = match meaning.as_slice() {
            [] => {
                unmapped.push(name.clone());
                Target::Ignore
            }
            [only] if wanted.get(only) == Some(&1) => *only,
            several => {
                ambiguous.push(Ambiguous { header: name.clone(), candidates: several.to_vec() });
                Target::Ignore
            }
        };
        targets.push(target);
    }
    name_as_tag(&mut targets);
    let has_tag = targets.contains(&Target::AssetTag);
    Proposal {
        mapping: mapping_of(shape, header, &targets),
        recognition: if has_tag { Recognition::Proposed } else { Recognition::TagMissing },
        unmapped,
        ambiguous,
    }
}

/// Where no column is the tag and one is the name, the name is proposed for the tag: without a tag no row can be taken.
fn name_as_tag(targets: &mut [Target]) {
    if !targets.contains(&Target::AssetTag)
        && let Some(name) = targets.iter_mut().find(|target| **target == Target::Field(Field::Name))
    {
        *name = Target::AssetTag;
    }
}

/// Whether a column of this name is known at all; decides about the separator of a text file.
pub(super) fn is_known_name(name: &str) -> bool {
    let name = normalise(name);
    canonical_asset_target(&name).is_some()
        || !synonyms::meanings(&name, Shape::Assets).is_empty()
        || !synonyms::meanings(&name, Shape::Software).is_empty()
}

/// Lower case, everything that is no letter or digit becomes one underscore, none at the ends.
fn normalise(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            text.push(letter);
        } else if !text.is_empty() && !text.ends_with('_') {
            text.push('_');
        }
    }
    text.truncate(text.trim_end_matches('_').len());
    text
}

fn mapping_of(shape: Shape, header: &[String], targets: &[Target]) -> Mapping {
    let columns = header
        .iter()
        .zip(targets)
        .map(|(name, target)| MappedColumn { header: name.clone(), target: *target })
        .collect();
    Mapping { shape, fingerprint: fingerprint(header), columns }
}

/// The exact sets of names that are taken without asking.
fn canonical(names: &[String]) -> Option<(Shape, Vec<Target>)> {
    let set: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    if set.len() != names.len() || !set.contains("asset_tag") {
        return None;
    }
    let software: Option<Vec<Target>> = names.iter().map(|name| canonical_software_target(name)).collect();
    let says_more = ["version", "purl", "cpe"].iter().any(|name| set.contains(name));
    if let Some(targets) = software.filter(|_| says_more) {
        let mapping = mapping_of(Shape::Software, names, &targets);
        return mapping.check().is_ok().then_some((Shape::Software, targets));
    }
    let assets: Option<Vec<Target>> = names.iter().map(|name| canonical_asset_target(name)).collect();
    assets.map(|targets| (Shape::Assets, targets))
}

fn canonical_software_target(name: &str) -> Option<Target> {
    match name {
        "asset_tag" => Some(Target::AssetTag),
        "vendor" => Some(Target::Installed(InstalledField::Vendor)),
        "product" => Some(Target::Installed(InstalledField::Product)),
        "version" => Some(Target::Installed(InstalledField::Version)),
        "purl" => Some(Target::Installed(InstalledField::Purl)),
        "cpe" => Some(Target::Installed(InstalledField::Cpe)),
        _ => None,
    }
}

fn canonical_asset_target(name: &str) -> Option<Target> {
    match name {
        "asset_tag" => Some(Target::AssetTag),
        "id" => Some(Target::Id),
        "etag" => Some(Target::Etag),
        _ => match name.parse::<Field>() {
            Ok(field) => Some(Target::Field(field)),
            Err(_) => ["_source", "_observed_at"]
                .iter()
                .any(|end| name.strip_suffix(end).is_some_and(|field| field.parse::<Field>().is_ok()))
                .then_some(Target::Ignore),
        },
    }
}

/// A table that names software but no property of a device is taken for a table of software.
fn likely_shape(names: &[String]) -> Shape {
    let is_asset_column = |name: &String| {
        synonyms::meanings(name, Shape::Assets).iter().any(|target| {
            matches!(target, Target::Field(field) if !matches!(field, Field::Vendor | Field::Product | Field::Name))
        }) && synonyms::meanings(name, Shape::Software).is_empty()
    };
    if names.iter().any(|name| synonyms::names_software(name)) && !names.iter().any(is_asset_column) {
        Shape::Software
    } else {
        Shape::Assets
    }
}
