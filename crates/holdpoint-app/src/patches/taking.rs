//! Taking in one of Microsoft's files: reading it, and writing what it says through the change of whoever has fetched it.
//!
//! Feeds, fetched or brought by hand, end here. The surprise: the document under which a record is kept is the smallest thing
//! that comes again as a whole: a package for the catalogue and the offline scan file, a month or an advisory for MSRC.
//! A newer scan file leaves packages out that are superseded; what an older one said of them is kept.

use holdpoint_domain::intelligence::FeedKind;
use holdpoint_domain::patch::{PatchRecord, PatchSource};
use holdpoint_domain::{Moment, Parsed, Rejected};
use holdpoint_formats::microsoft::{self, Limits, MicrosoftFile, Shape};
use holdpoint_store::feed::RecordCounts;
use holdpoint_store::patch::NewPatches;
use holdpoint_store::{Change, StoreError};
use std::collections::BTreeMap;

/// Documents that are written at once.
const CHUNK: usize = 2_000;

/// The kind of feed that these bytes belong to; `None`: they are none of Microsoft's files for certain.
#[must_use]
pub fn kind_of(bytes: &[u8]) -> Option<FeedKind> {
    microsoft::shape_of(bytes).map(Shape::feed)
}

/// Reads one of Microsoft's files of that kind of feed, unpacked.
///
/// # Errors
/// Why it cannot be read; `other-kind` when it belongs to another kind of feed.
pub fn read(kind: FeedKind, bytes: &[u8]) -> Result<Parsed<MicrosoftFile>, Rejected> {
    if let Some(other) = kind_of(bytes).filter(|other| *other != kind) {
        return Err(Rejected::new(
            "other-kind",
            format!("the file belongs to the kind `{other}`, not to `{kind}`"),
            "it was not taken in; what was here before stays",
            "leave the kind away, or name the right one",
        ));
    }
    microsoft::read(bytes, &Limits::default())
}

/// Writes the patches and the vulnerabilities of a file. When all of it is known, nothing is written.
///
/// # Errors
/// When the database fails.
pub fn put(
    c: &mut Change<'_>,
    kind: FeedKind,
    file: &MicrosoftFile,
    at: Moment,
) -> Result<RecordCounts, StoreError> {
    let mut documents: BTreeMap<&str, Vec<&PatchRecord>> = BTreeMap::new();
    for record in &file.patches {
        documents.entry(document_of(file, record)).or_default().push(record);
    }
    // A month that names no patch any more says so of those that it named before.
    if !file.id.is_empty() && kind == FeedKind::Msrc {
        documents.entry(&file.id).or_default();
    }
    let Some(source) = source_of(kind) else { return Ok(RecordCounts::default()) };
    let documents: Vec<NewPatches<'_>> =
        documents.iter().map(|(&document, records)| NewPatches { source, document, records }).collect();
    let mut counts = RecordCounts::default();
    for chunk in documents.chunks(CHUNK) {
        counts.add(c.put_patches(chunk, at)?);
    }
    if !file.vulnerabilities.is_empty() {
        counts.add(c.put_records(kind, &file.vulnerabilities, at)?);
    }
    Ok(counts)
}

/// The source of patches that a kind of feed is; `None`: it is none.
fn source_of(kind: FeedKind) -> Option<PatchSource> {
    PatchSource::ALL.iter().copied().find(|source| source.is_microsofts() && source.word() == kind.word())
}

/// The document under which a record is kept.
fn document_of<'f>(file: &'f MicrosoftFile, record: &'f PatchRecord) -> &'f str {
    let names =
        [record.update_id.as_str(), file.id.as_str(), record.bulletin.as_str(), record.identifier.as_str()];
    names.into_iter().find(|name| !name.is_empty() && name.len() <= 200).unwrap_or("file")
}
