//! A record's facts as they lie in the database: JSON, so that a reader of the database can read them.
//!
//! The surprise: the hash of the content is that of this text, so two records that say the same are the same whatever
//! order their lists had: the lists are sorted first.

use crate::columns::storable;
use crate::error::StoreError;
use crate::value::Row;
use holdpoint_domain::Moment;
use holdpoint_domain::patch::{PatchClass, PatchFile, PatchRecord, PatchReference, canonical_kb};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Serialize, Deserialize)]
struct Facts {
    vendor: String,
    identifier: String,
    update_id: String,
    title: String,
    classification: String,
    bulletin: String,
    architecture: String,
    restart: String,
    fixed_build: String,
    url: String,
    products: Vec<String>,
    fixes: Vec<String>,
    supersedes: Vec<Reference>,
    superseded_by: Vec<Reference>,
    needs: Vec<Reference>,
    files: Vec<File>,
}

#[derive(Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
enum Reference {
    Identifier(String),
    UpdateId(String),
}

#[derive(Serialize, Deserialize)]
struct File {
    name: String,
    url: String,
    size_bytes: Option<u64>,
    hashes: Vec<String>,
}

fn sorted(texts: &[String]) -> Vec<String> {
    let mut texts = texts.to_vec();
    texts.sort();
    texts.dedup();
    texts
}

fn references(list: &[PatchReference]) -> Vec<Reference> {
    let turned = list.iter().map(|reference| match reference {
        PatchReference::Identifier(text) => Reference::Identifier(text.clone()),
        PatchReference::UpdateId(text) => Reference::UpdateId(text.clone()),
    });
    let mut turned: Vec<Reference> = turned.collect();
    turned.sort();
    turned.dedup();
    turned
}

fn back(list: Vec<Reference>) -> Vec<PatchReference> {
    let turned = list.into_iter().map(|reference| match reference {
        Reference::Identifier(text) => PatchReference::Identifier(text),
        Reference::UpdateId(text) => PatchReference::UpdateId(text),
    });
    turned.collect()
}

/// The text of a record's facts.
pub(super) fn facts(record: &PatchRecord) -> String {
    let file = |file: &PatchFile| File {
        name: file.name.clone(),
        url: file.url.clone(),
        size_bytes: file.size_bytes,
        hashes: file.hashes.clone(),
    };
    crate::columns::write_json(&Facts {
        vendor: record.vendor.clone(),
        identifier: record.identifier.clone(),
        update_id: record.update_id.clone(),
        title: record.title.clone(),
        classification: record.classification.clone(),
        bulletin: record.bulletin.clone(),
        architecture: record.architecture.clone(),
        restart: record.restart.clone(),
        fixed_build: record.fixed_build.clone(),
        url: record.url.clone(),
        products: sorted(&record.products),
        fixes: sorted(&record.fixes),
        supersedes: references(&record.supersedes),
        superseded_by: references(&record.superseded_by),
        needs: references(&record.needs),
        files: record.files.iter().map(file).collect(),
    })
}

/// SHA-256 over everything that a record says.
pub(super) fn content_key(record: &PatchRecord, facts: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"holdpoint-patch-v1\n");
    hash.update(record.class.word().as_bytes());
    hash.update(b"\n");
    hash.update(record.severity.as_bytes());
    hash.update(b"\n");
    hash.update(record.released.map_or(i64::MIN, Moment::micros).to_be_bytes());
    hash.update(facts.as_bytes());
    hash.finalize().into()
}

/// Reads class, severity, released, facts from `first` on.
pub(super) fn read(row: &Row<'_>, first: usize) -> Result<PatchRecord, StoreError> {
    let facts: Facts = crate::columns::read_json(row, first + 3)?;
    let file = |file: File| PatchFile {
        name: file.name,
        url: file.url,
        size_bytes: file.size_bytes,
        hashes: file.hashes,
    };
    Ok(PatchRecord {
        class: row.word::<PatchClass>(first)?,
        severity: row.get(first + 1)?,
        released: row.get(first + 2)?,
        vendor: facts.vendor,
        identifier: facts.identifier,
        update_id: facts.update_id,
        title: facts.title,
        classification: facts.classification,
        bulletin: facts.bulletin,
        architecture: facts.architecture,
        restart: facts.restart,
        fixed_build: facts.fixed_build,
        url: facts.url,
        products: facts.products,
        fixes: facts.fixes,
        supersedes: back(facts.supersedes),
        superseded_by: back(facts.superseded_by),
        needs: back(facts.needs),
        files: facts.files.into_iter().map(file).collect(),
    })
}

/// The longest name of a patch or of a document; what is longer is no name.
pub(super) const MAX_NAME_BYTES: usize = 200;

/// Under which name a record's patch is kept; `None`: nothing names it.
pub(super) fn name(record: &PatchRecord) -> Option<String> {
    let said = |text: &str| {
        let text = storable(text.trim()).into_owned();
        Some(text).filter(|text| !text.is_empty() && text.len() <= MAX_NAME_BYTES)
    };
    canonical_kb(&record.identifier)
        .or_else(|| said(&record.identifier))
        .or_else(|| said(&record.update_id).map(|id| format!("update {}", id.to_lowercase())))
        .or_else(|| said(&record.fixed_build).map(|build| format!("build {build}")))
}
