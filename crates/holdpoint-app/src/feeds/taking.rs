//! Taking in the files of a feed: known or not, which kind, parsed, written in one change each, or put aside.
//!
//! A catalogue (KEV, EPSS, NVD, Debian) is one change: when it breaks off half-way, nothing of it counts and the last
//! good state stays. Documents of one record each go in batches; one that cannot be read is put into quarantine and the
//! others count. The surprise: a file whose bytes are here already is not even opened, and nothing is written for it.

use super::pieces::{self, Piece};
use super::reading::{self, Document};
use super::sniff::{Sniffed, sniff};
use crate::App;
use crate::access_check::Caller;
use crate::applicability::findings;
use crate::error::AppError;
use crate::intake::Problem;
use holdpoint_connectors::unpack::Packing;
use holdpoint_domain::id::QuarantineId;
use holdpoint_domain::intelligence::{FeedKind, FindingCause, VulnerabilityRecord};
use holdpoint_domain::{Moment, Rejected, Warning};
use holdpoint_store::blob::MAX_BLOB_BYTES;
use holdpoint_store::feed::{FeedContent, FeedFile, FileCounts, RecordCounts};
use holdpoint_store::quarantine::Quarantined;
use holdpoint_store::vex::{NewVex, VexStanding};
use holdpoint_store::{Change, StoreError};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Documents of a batch.
const BATCH_DOCUMENTS: usize = 1_000;
/// Bytes of a batch's documents.
const BATCH_BYTES: usize = 32 * 1024 * 1024;
/// Remarks that are kept for a person; more are counted.
const MOST_REMARKS: usize = 100;

/// What came of the files of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FeedReport {
    /// The kinds that were met.
    pub kinds: BTreeSet<&'static str>,
    /// Files.
    #[serde(serialize_with = "files")]
    pub files: FileCounts,
    /// Their records.
    #[serde(serialize_with = "records")]
    pub records: RecordCounts,
    /// How many warnings the reading gave.
    pub warnings: u64,
    /// The first of them, with the name of the file.
    pub remarks: Vec<String>,
    /// Files that hold no data, by name, with what they are: they were passed over, and nothing is missing.
    pub skipped: Vec<Skipped>,
    /// What was not taken, with the reason.
    #[serde(serialize_with = "problems")]
    pub problems: Vec<Problem>,
    /// The last audit entry that the run wrote; `None`: nothing was written.
    pub audit_sequence: Option<u64>,
}

/// A file that was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its name.
    pub name: String,
    /// What it is.
    pub why: &'static str,
}

fn files<S: serde::Serializer>(counts: &FileCounts, to: S) -> Result<S::Ok, S::Error> {
    json!({
        "read": counts.read, "taken": counts.taken, "unchanged": counts.unchanged, "failed": counts.failed,
    })
    .serialize(to)
}

fn records<S: serde::Serializer>(counts: &RecordCounts, to: S) -> Result<S::Ok, S::Error> {
    record_counts(*counts).serialize(to)
}

fn problems<S: serde::Serializer>(problems: &[Problem], to: S) -> Result<S::Ok, S::Error> {
    let words = problems.iter().map(|problem| {
        let why = &problem.rejected;
        json!({
            "name": problem.name, "code": why.code, "what": why.what, "meaning": why.meaning, "remedy": why.remedy,
        })
    });
    words.collect::<Vec<_>>().serialize(to)
}

fn record_counts(counts: RecordCounts) -> serde_json::Value {
    json!({
        "read": counts.read, "new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged,
        "older": counts.older, "withdrawn": counts.withdrawn,
    })
}

/// A file as it was handed over.
#[derive(Debug, Clone, Default)]
pub(super) struct Delivered {
    /// Its address or name.
    pub(super) name: String,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// The server's mark of its version.
    pub(super) etag: Option<String>,
    /// The server's time of its last change.
    pub(super) last_modified: Option<String>,
}

/// A run over the files of a feed.
pub(super) struct Taking<'a> {
    app: &'a App,
    caller: &'a Caller,
    source: String,
    wanted: Option<FeedKind>,
    reason: &'a str,
    pub(super) report: FeedReport,
    /// Files that were found to be here already, with the marks that their server gives them now.
    pub(super) seen: Vec<FeedFile>,
    batch: Vec<(FeedKind, Document)>,
    aside: Vec<(Piece, Rejected)>,
    batch_bytes: usize,
    /// Files outside archives whose document waits.
    waiting_files: u64,
}

impl<'a> Taking<'a> {
    pub(super) fn new(
        app: &'a App,
        caller: &'a Caller,
        source: String,
        wanted: Option<FeedKind>,
        reason: &'a str,
    ) -> Self {
        Self {
            app,
            caller,
            source,
            wanted,
            reason,
            report: FeedReport::default(),
            seen: Vec::new(),
            batch: Vec::new(),
            aside: Vec::new(),
            batch_bytes: 0,
            waiting_files: 0,
        }
    }

    /// Notes a file that could not be had.
    pub(super) fn missing(&mut self, name: String, rejected: Rejected) {
        self.report.files.read += 1;
        self.fail(name, rejected);
    }

    fn fail(&mut self, name: String, rejected: Rejected) {
        self.report.files.failed += 1;
        self.report.problems.push(Problem { name, rejected });
    }

    fn remark(&mut self, name: &str, warnings: &[Warning]) {
        self.report.warnings += warnings.len() as u64;
        let room = MOST_REMARKS.saturating_sub(self.report.remarks.len());
        self.report.remarks.extend(warnings.iter().take(room).map(|warning| format!("`{name}`: {warning}")));
    }

    fn met(&mut self, kind: FeedKind) {
        self.report.kinds.insert(kind.word());
    }

    /// Takes in a file that lies in a folder beside others: lists, notes and signatures are passed over with the reason.
    pub(super) fn take_beside(&mut self, file: Delivered) -> Result<(), AppError> {
        match sniff(&file.bytes) {
            Sniffed::Kind(_) | Sniffed::Advisory => {}
            Sniffed::Unknown => {
                if let Some(why) = without_data(&file.name, &file.bytes) {
                    self.report.skipped.push(Skipped { name: file.name, why });
                    return Ok(());
                }
            }
        }
        self.take(file)
    }

    /// Takes one file in, or the files inside an archive.
    pub(super) fn take(&mut self, file: Delivered) -> Result<(), AppError> {
        self.report.files.read += 1;
        let raw_sha256: [u8; 32] = Sha256::digest(&file.bytes).into();
        let here = self.app.store().read(|r| r.feed_files_by_hash(&raw_sha256))?;
        if let Some(known) = here.into_iter().find(|one| self.wanted.is_none_or(|kind| kind == one.kind)) {
            self.report.files.unchanged += 1;
            self.met(known.kind);
            let FeedFile { kind, taken_at, size_bytes, .. } = known;
            let Delivered { name, etag, last_modified, .. } = file;
            self.seen.push(FeedFile {
                kind,
                name,
                etag,
                last_modified,
                raw_sha256,
                size_bytes,
                taken_at: taken_at.max(self.app.now()),
            });
            return Ok(());
        }
        // A workbook is a zip archive too, and is one file.
        let is_whole = matches!(sniff(&file.bytes), Sniffed::Kind(_));
        if Packing::of(&file.bytes) == Packing::Zip && !is_whole {
            return self.archive(file, raw_sha256);
        }
        let piece = Piece { name: file.name.clone(), bytes: file.bytes };
        let kind = match (self.wanted, sniff(&piece.bytes)) {
            (Some(kind), _) | (None, Sniffed::Kind(kind)) => kind,
            (None, Sniffed::Advisory) => {
                self.fail(piece.name, an_advisory());
                return Ok(());
            }
            (None, Sniffed::Unknown) => {
                self.fail(piece.name, of_no_kind());
                return Ok(());
            }
        };
        let known = FeedFile {
            kind,
            name: file.name,
            etag: file.etag,
            last_modified: file.last_modified,
            raw_sha256,
            size_bytes: piece.bytes.len() as u64,
            taken_at: self.app.now(),
        };
        match self.piece(kind, piece, Some(known))? {
            Fate::Taken => self.report.files.taken += 1,
            Fate::Waiting => self.waiting_files += 1,
            Fate::Failed => self.report.files.failed += 1,
        }
        Ok(())
    }

    fn archive(&mut self, file: Delivered, raw_sha256: [u8; 32]) -> Result<(), AppError> {
        let before = self.report.problems.len();
        let entries = match pieces::inside(&file.name, &file.bytes) {
            Ok(entries) => entries,
            Err(rejected) => {
                self.fail(file.name.clone(), rejected);
                return Ok(());
            }
        };
        let mut kinds = BTreeSet::new();
        for entry in entries {
            match entry {
                Err((name, rejected)) => self.report.problems.push(Problem { name, rejected }),
                Ok(piece) => {
                    let Some(kind) = self.kind_of_entry(&piece, kinds.last().copied()) else { continue };
                    kinds.insert(kind);
                    self.piece(kind, piece, None)?;
                }
            }
        }
        self.flush()?;
        if kinds.is_empty() && self.report.problems.len() == before {
            self.fail(file.name, of_no_kind());
            return Ok(());
        }
        if self.report.problems.len() > before {
            self.report.files.failed += 1;
            return Ok(());
        }
        self.report.files.taken += 1;
        let taken_at = self.app.now();
        let intent = self.app.intent(self.caller, "feed.import", self.reason);
        let committed = self.app.store().change(&intent, |c| {
            for kind in &kinds {
                c.put_feed_file(&FeedFile {
                    kind: *kind,
                    name: file.name.clone(),
                    etag: file.etag.clone(),
                    last_modified: file.last_modified.clone(),
                    raw_sha256,
                    size_bytes: file.bytes.len() as u64,
                    taken_at,
                })?;
                c.about("feed", kind.word());
            }
            c.detail("file", json!(file.name));
            Ok::<_, StoreError>(())
        })?;
        self.report.audit_sequence = Some(committed.sequence);
        Ok(())
    }

    /// The kind of a file inside an archive; lists and notes that lie beside records are passed over. A broken document
    /// counts as one of those beside it, so that it is put aside and not overlooked.
    fn kind_of_entry(&mut self, piece: &Piece, beside: Option<FeedKind>) -> Option<FeedKind> {
        match (self.wanted, sniff(&piece.bytes)) {
            (_, Sniffed::Kind(kind)) => Some(kind),
            (Some(kind @ (FeedKind::MicrosoftCatalogue | FeedKind::Msrc | FeedKind::RedHat)), _) => {
                Some(kind)
            }
            (wanted, Sniffed::Unknown) if wanted.or(beside).is_some() && reading::is_broken(piece) => {
                wanted.or(beside)
            }
            (Some(_) | None, Sniffed::Advisory | Sniffed::Unknown) => {
                let text = "it is none of the documents that are read here, and was passed over";
                self.remark(&piece.name, &[Warning::new("not-of-a-feed", "", text)]);
                None
            }
        }
    }

    fn piece(&mut self, kind: FeedKind, piece: Piece, file: Option<FeedFile>) -> Result<Fate, AppError> {
        self.met(kind);
        match kind {
            FeedKind::Kev
            | FeedKind::Epss
            | FeedKind::Nvd
            | FeedKind::Debian
            | FeedKind::Msrc
            | FeedKind::MicrosoftCatalogue
            | FeedKind::WsusScan => self.catalogue(kind, piece, file),
            FeedKind::Cve | FeedKind::Osv | FeedKind::RedHat | FeedKind::CyclonedxVex | FeedKind::OpenVex => {
                self.document(kind, piece)
            }
        }
    }

    /// A whole catalogue: one change, or the state before it.
    fn catalogue(&mut self, kind: FeedKind, piece: Piece, file: Option<FeedFile>) -> Result<Fate, AppError> {
        let at = self.app.now();
        let intent = self.app.intent(self.caller, "feed.import", self.reason);
        let done = self.app.store().change(&intent, |c| {
            let read = reading::catalogue(c, kind, &piece.bytes, at)?;
            if read.counts.older > 0 && !read.counts.wrote() && kind != FeedKind::Nvd {
                c.nothing_to_do();
                return Ok(read);
            }
            put_content(c, kind, at, &read.edition, read.counts)?;
            findings::after_feed(self.app, c, FindingCause::Record)?;
            if let Some(file) = &file {
                c.put_feed_file(file)?;
            }
            c.about("feed", kind.word());
            c.detail("file", json!(piece.name));
            c.detail("source", json!(self.source));
            c.detail("edition", json!(read.edition.name));
            c.detail("records", record_counts(read.counts));
            Ok::<_, AppError>(read)
        });
        match done {
            Ok(committed) => {
                if committed.value.counts.older == 0 || committed.value.counts.wrote() {
                    self.report.audit_sequence = Some(committed.sequence);
                }
                self.report.records.add(committed.value.counts);
                self.remark(&piece.name, &committed.value.warnings);
                Ok(Fate::Taken)
            }
            Err(AppError::Invalid(rejected)) => {
                self.put_aside(piece, rejected)?;
                Ok(Fate::Failed)
            }
            Err(error) => Err(error),
        }
    }

    fn document(&mut self, kind: FeedKind, piece: Piece) -> Result<Fate, AppError> {
        let mut fate = Fate::Waiting;
        self.batch_bytes += piece.bytes.len();
        match reading::document(kind, &piece) {
            Ok(parsed) => {
                self.remark(&piece.name, &parsed.warnings);
                self.batch.push((kind, parsed.value));
            }
            Err(rejected) => {
                self.aside.push((piece, rejected));
                fate = Fate::Failed;
            }
        }
        if self.batch.len() + self.aside.len() >= BATCH_DOCUMENTS || self.batch_bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(fate)
    }

    /// Writes the documents that wait.
    pub(super) fn flush(&mut self) -> Result<(), AppError> {
        self.batch_bytes = 0;
        for (piece, rejected) in std::mem::take(&mut self.aside) {
            self.put_aside(piece, rejected)?;
        }
        let files = std::mem::take(&mut self.waiting_files);
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() {
            return Ok(());
        }
        let at = self.app.now();
        let intent = self.app.intent(self.caller, "feed.import", self.reason);
        let source = &self.source;
        let committed = self.app.store().change(&intent, |c| {
            let counts = write_documents(c, &batch, source, at)?;
            let vex = batch.iter().all(|(_, document)| matches!(document, Document::Vex(_)));
            findings::after_feed(self.app, c, if vex { FindingCause::Vex } else { FindingCause::Record })?;
            Ok::<_, StoreError>(counts)
        })?;
        let counts = committed.value;
        if counts.wrote() {
            self.report.audit_sequence = Some(committed.sequence);
            self.report.files.taken += files;
        } else {
            self.report.files.unchanged += files;
        }
        self.report.records.add(counts);
        Ok(())
    }

    /// Puts a document into quarantine with the reason, unless it waits there already.
    fn put_aside(&mut self, piece: Piece, rejected: Rejected) -> Result<(), AppError> {
        let at = self.app.now();
        let sha256: [u8; 32] = Sha256::digest(&piece.bytes).into();
        let held = !self.app.store().read(|r| r.quarantined_by_hash(&sha256))?.is_empty();
        if !held && piece.bytes.len() as u64 <= MAX_BLOB_BYTES {
            let id = QuarantineId::new(at, self.app.random_bytes());
            let document = Quarantined {
                id,
                source: self.source.clone(),
                name: piece.name.clone(),
                raw_sha256: sha256,
                rejected: rejected.clone(),
                received_at: at,
                released: None,
            };
            let intent = self.app.intent(self.caller, "feed.quarantine", self.reason);
            let committed = self.app.store().change(&intent, |c| {
                c.put_blob(&piece.bytes)?;
                c.put_quarantine(&document)?;
                c.about("quarantine", &document.name);
                c.detail("code", json!(document.rejected.code));
                Ok::<_, StoreError>(())
            })?;
            self.report.audit_sequence = Some(committed.sequence);
        }
        self.report.problems.push(Problem { name: piece.name, rejected });
        Ok(())
    }
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Taken,
    Waiting,
    Failed,
}

fn write_documents(
    c: &mut Change<'_>,
    batch: &[(FeedKind, Document)],
    source: &str,
    at: Moment,
) -> Result<RecordCounts, StoreError> {
    let mut counts = RecordCounts::default();
    for kind in batch.iter().map(|(kind, _)| *kind).collect::<BTreeSet<_>>() {
        let own = batch.iter().filter(|(other, _)| *other == kind).map(|(_, document)| document);
        let mut of_kind = RecordCounts::default();
        let mut records: Vec<VulnerabilityRecord> = Vec::new();
        for document in own {
            match document {
                Document::Records(list) => records.extend(list.iter().cloned()),
                Document::Vex(vex) => {
                    let standing = c.put_vex(NewVex {
                        kind,
                        identity: &vex.identity,
                        author: &vex.author,
                        edition: &vex.edition,
                        source,
                        raw_sha256: vex.raw_sha256,
                        received_at: at,
                        statements: &vex.statements,
                    })?;
                    of_kind.read += vex.statements.len() as u64;
                    let changed = match standing {
                        VexStanding::New => &mut of_kind.new,
                        VexStanding::Replaced => &mut of_kind.changed,
                        VexStanding::Unchanged => &mut of_kind.unchanged,
                    };
                    *changed += vex.statements.len() as u64;
                }
            }
        }
        of_kind.add(c.put_records(kind, &records, at)?);
        if of_kind.wrote() {
            let newest = records.iter().filter_map(|record| record.modified).max();
            let edition = reading::Edition { name: String::new(), at: newest };
            put_content(c, kind, at, &edition, of_kind)?;
            c.about("feed", kind.word());
            c.detail(kind.word(), record_counts(of_kind));
        }
        counts.add(of_kind);
    }
    if counts.wrote() {
        c.detail("source", json!(source));
    } else {
        c.nothing_to_do();
    }
    Ok(counts)
}

/// Remembers which edition of a kind is here, and since when.
fn put_content(
    c: &mut Change<'_>,
    kind: FeedKind,
    at: Moment,
    edition: &reading::Edition,
    counts: RecordCounts,
) -> Result<(), StoreError> {
    let before = c.feed_standings()?.into_iter().find(|content| content.kind == kind);
    let (changed, newest) = match &before {
        Some(before) => (before.changed_at, before.edition_at.max(edition.at)),
        None => (at, edition.at),
    };
    let name = match &before {
        Some(before) if before.edition_at > edition.at => before.edition.clone(),
        Some(_) | None => edition.name.clone(),
    };
    c.put_feed_content(&FeedContent {
        kind,
        read_at: at,
        changed_at: if counts.wrote() { at } else { changed },
        edition: name,
        edition_at: newest,
        records: 0,
    })
}

/// What a file beside data is, by its name and form, when it surely holds none.
fn without_data(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let lower = name.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    let begins = |heads: &[&str]| heads.iter().any(|head| lower.starts_with(head));
    if matches!(lower.as_str(), "index.txt" | "changes.csv" | "releases.csv" | "deletions.csv") {
        Some("a list of the files in a folder")
    } else if ends(&[".asc", ".sig", ".gpg"]) {
        Some("a signature")
    } else if ends(&[".sha256", ".sha512", ".md5", ".meta"]) {
        Some("a hash of another file")
    } else if begins(&["readme", "license", "licence", "copying", "notice"]) || ends(&[".md"]) {
        Some("a note for people")
    } else if is_list_of_documents(bytes) {
        Some("a publisher's list of its documents")
    } else {
        None
    }
}

/// `{"@odata.context": …, "value": [{"ID": …}]}`: what Microsoft publishes, and no document of it.
fn is_list_of_documents(bytes: &[u8]) -> bool {
    const LOOKED_AT: usize = 400;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(LOOKED_AT)]);
    head.trim_start().starts_with('{') && head.contains("\"@odata.context\"") && head.contains("\"CvrfUrl\"")
}

fn of_no_kind() -> Rejected {
    Rejected::new(
        "kind-not-certain",
        "its content does not say with certainty which feed it belongs to",
        "it was not taken in; what was here before stays",
        "name the kind with `--kind`, for example `--kind nvd`, after looking at where the file comes from",
    )
}

fn an_advisory() -> Rejected {
    Rejected::new(
        "advisory",
        "it is an advisory in CSAF, not a file of a feed",
        "it was not taken in here",
        "take it in with `holdpoint advisory import`; if it is a vendor's VEX that belongs to a feed, name its kind",
    )
}
