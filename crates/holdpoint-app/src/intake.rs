//! Taking advisories in: read, check, read the version expressions, store, match; all in one change a batch.
//!
//! What cannot be taken goes to quarantine with its reason and its bytes; nothing is lost. Where documents come
//! from is in [`files`] and in `sources`. The surprise: a document whose bytes are known is skipped unread, and
//! one with a known version but other bytes is a change like any other.

pub mod expressions;
pub mod files;
pub mod prepare;
mod store;

use crate::App;
use crate::access_check::Caller;
use crate::advisories::deletion;
use crate::error::AppError;
use crate::matching::MatchCounts;
use crate::runs::{self, Arrivals, Asker};
use holdpoint_domain::access::Permission;
use holdpoint_domain::advisory::SignatureState;
use holdpoint_domain::id::QuarantineId;
use holdpoint_domain::matching::ExpressionOutcome;
use holdpoint_domain::{Moment, Rejected, Warning};
use holdpoint_store::advisory::{AdvisoryHead, DeletedAdvisory, HashStanding, RevisionStanding};
use holdpoint_store::provider::SourceDocument;
use holdpoint_store::quarantine::Quarantined;
use holdpoint_store::{Change, StoreError};
use prepare::{Prepared, prepare};
use serde::Serialize;
use serde_json::json;
use std::collections::{HashMap, HashSet};
pub(crate) use store::put;

/// A batch is committed when it holds that many documents…
const BATCH_DOCUMENTS: usize = 400;
/// …or that many raw bytes, so that memory stays bounded.
const BATCH_BYTES: usize = 32 * 1024 * 1024;

/// A document that came in, from wherever.
#[derive(Debug, Clone)]
pub struct IncomingDocument {
    /// Its file name or address, for people.
    pub name: String,
    /// Where it came from: `folder oct24`, `provider https://…`.
    pub source: String,
    /// Its bytes, as they came.
    pub bytes: Vec<u8>,
    /// What is known of its signature.
    pub signature: SignatureState,
    /// What its source's check remarked on it; kept with the revision.
    pub warnings: Vec<Warning>,
    /// How it looked at its source, to be remembered in the same change; `None` when it has no such place.
    pub seen: Option<SourceDocument>,
}

impl IncomingDocument {
    /// A document of which nothing but its bytes is known.
    #[must_use]
    pub fn unproven(name: impl Into<String>, source: impl Into<String>, bytes: Vec<u8>) -> Self {
        let signature = SignatureState::NotChecked;
        Self { name: name.into(), source: source.into(), bytes, signature, warnings: Vec::new(), seen: None }
    }
}

/// One thing that an import is handed.
#[derive(Debug, Clone)]
pub enum Incoming {
    /// A document to be read.
    Document(IncomingDocument),
    /// A document that its source's check refused: it goes to quarantine unread.
    Refused(IncomingDocument, Rejected),
    /// Something of which there are no bytes; only reported.
    Unreadable(Problem),
}

impl From<Result<IncomingDocument, Problem>> for Incoming {
    fn from(read: Result<IncomingDocument, Problem>) -> Self {
        read.map_or_else(Self::Unreadable, Self::Document)
    }
}

/// How documents fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Documents {
    /// Looked at.
    pub read: u64,
    /// Advisories that were not known.
    pub new: u64,
    /// Known advisories whose content changed, silently or not.
    pub changed: u64,
    /// Known to the byte.
    pub unchanged: u64,
    /// Not taken; in quarantine with the reason.
    pub quarantined: u64,
}

/// How version expressions of new and changed documents were understood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Expressions {
    /// A range, fully understood.
    pub decided: u64,
    /// A range that holds under conditions that are named.
    pub conditional: u64,
    /// Left for a person.
    pub not_understood: u64,
}

/// A document that needs a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The document's name.
    pub name: String,
    /// Why, and what to do.
    pub rejected: Rejected,
}

/// A known advisory whose content changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedDocument {
    /// The publisher's id.
    pub tracking_id: String,
    /// The publisher's version of what came in.
    pub tracking_version: String,
    /// Whether the publisher's version stayed the same although the content changed.
    pub silent: bool,
    /// Whether the release date or the version went back: publishers do that, and a person should know.
    pub went_back: bool,
}

/// What an import did.
#[derive(Debug, Clone, Default)]
pub struct ImportReport {
    /// How documents fared.
    pub documents: Documents,
    /// How their version expressions were understood.
    pub expressions: Expressions,
    /// What happened to the matches.
    pub matches: MatchCounts,
    /// Changed advisories.
    pub changed: Vec<ChangedDocument>,
    /// Documents in quarantine, and files that are no documents.
    pub problems: Vec<Problem>,
    /// The last audit entry that was written; `None` when nothing changed.
    pub audit_sequence: Option<u64>,
}

/// By which rules documents are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Mandatory tests must pass. A revision that was replaced before stays replaced: an old folder that is
    /// imported again does not turn the clock back.
    ByTheRules,
    /// As it is at its publisher now: mandatory tests must pass, and a publisher may go back to an older revision.
    AsPublished,
    /// A person has looked and takes it on their word: it only has to be readable.
    OnAPersonsWord,
}

/// Takes documents in, batch by batch.
///
/// # Errors
/// [`AppError::Refused`] without the permission; [`AppError::Store`], and then the batches before are kept.
pub fn import(
    app: &App,
    caller: &Caller,
    documents: impl Iterator<Item = impl Into<Incoming>>,
    admission: Admission,
    reason: &str,
) -> Result<ImportReport, AppError> {
    caller.require(Permission::WriteAdvisories)?;
    let known = KnownDocuments::of(app)?;
    let mut intake = Intake { app, caller, reason, admission, report: ImportReport::default(), known };
    let mut batch = Batch::default();
    for document in documents {
        match document.into() {
            Incoming::Document(document) => intake.admit(document, &mut batch)?,
            Incoming::Refused(document, rejected) => intake.refuse(document, rejected, &mut batch),
            Incoming::Unreadable(problem) => intake.report.problems.push(problem),
        }
        if batch.is_full() {
            intake.commit(std::mem::take(&mut batch))?;
        }
    }
    intake.commit(batch)?;
    Ok(intake.report)
}

/// So many documents of an import are looked up one by one; who brings more has all hashes read at once.
const FEW_DOCUMENTS: usize = 16;

/// What is already there, by hash.
struct KnownDocuments {
    /// Deleted advisories by the hash of their last revision, and by namespace and tracking id.
    deleted: Vec<DeletedAdvisory>,
    /// Hashes that this import has taken in itself.
    taken: HashSet<[u8; 32]>,
    asked: usize,
    /// All hashes, once many are asked for.
    all: Option<AllHashes>,
}

/// The hashes of all revisions.
struct AllHashes {
    current: HashSet<[u8; 32]>,
    past: HashSet<[u8; 32]>,
}

impl KnownDocuments {
    fn of(app: &App) -> Result<Self, StoreError> {
        let deleted = app.store().read(|r| r.deleted_advisories())?;
        Ok(Self { deleted, taken: HashSet::new(), asked: 0, all: None })
    }

    /// Whether bytes are those of a revision, those that this import brought included.
    fn standing(&mut self, app: &App, sha256: &[u8; 32]) -> Result<HashStanding, StoreError> {
        self.asked += 1;
        if self.asked > FEW_DOCUMENTS && self.all.is_none() {
            self.all = Some(app.store().read(|r| {
                let current = r.advisory_heads()?.into_iter().map(|head| head.raw_sha256).collect();
                Ok::<_, StoreError>(AllHashes {
                    current,
                    past: r.past_revision_hashes()?.into_iter().collect(),
                })
            })?);
        }
        let found = match &self.all {
            Some(all) => {
                HashStanding { is_current: all.current.contains(sha256), is_past: all.past.contains(sha256) }
            }
            None => app.store().read(|r| r.standing_of_hash(sha256))?,
        };
        Ok(HashStanding { is_current: found.is_current || self.taken.contains(sha256), ..found })
    }

    /// The advisory whose last revision these bytes are, when it is deleted. A person's word counts for more.
    fn deleted(&self, sha256: &[u8; 32], admission: Admission) -> Option<&DeletedAdvisory> {
        match admission {
            Admission::OnAPersonsWord => None,
            Admission::ByTheRules | Admission::AsPublished => {
                self.deleted.iter().find(|deleted| deleted.raw_sha256 == *sha256)
            }
        }
    }

    /// The advisory that a document is a revision of, when it is deleted.
    fn deleted_advisory(&self, prepared: &Prepared, admission: Admission) -> Option<&DeletedAdvisory> {
        let content = &prepared.content;
        match admission {
            Admission::OnAPersonsWord => None,
            Admission::ByTheRules | Admission::AsPublished => self.deleted.iter().find(|deleted| {
                deleted.tracking_id == content.tracking_id && deleted.namespace == content.publisher.namespace
            }),
        }
    }
}

#[derive(Default)]
struct Batch {
    prepared: Vec<Prepared>,
    refused: Vec<(IncomingDocument, [u8; 32], Rejected)>,
    /// How documents looked at their source.
    seen: Vec<SourceDocument>,
    /// Documents that their provider has proven: should they be in quarantine, that is over.
    proven: Vec<[u8; 32]>,
    bytes: usize,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.prepared.len() + self.refused.len() >= BATCH_DOCUMENTS || self.bytes >= BATCH_BYTES
    }
}

struct Intake<'a> {
    app: &'a App,
    caller: &'a Caller,
    reason: &'a str,
    admission: Admission,
    report: ImportReport,
    known: KnownDocuments,
}

impl Intake<'_> {
    fn refuse(&mut self, document: IncomingDocument, rejected: Rejected, batch: &mut Batch) {
        self.report.documents.read += 1;
        let sha256 = prepare::sha256(&document.bytes);
        batch.bytes += document.bytes.len();
        batch.refused.push((document, sha256, rejected));
    }

    fn admit(&mut self, mut document: IncomingDocument, batch: &mut Batch) -> Result<(), StoreError> {
        self.report.documents.read += 1;
        batch.seen.extend(document.seen.take());
        let sha256 = prepare::sha256(&document.bytes);
        if let Some(deleted) = self.known.deleted(&sha256, self.admission) {
            let rejected = deletion::refusal(deleted);
            self.report.documents.unchanged += 1;
            self.report.problems.push(Problem { name: document.name, rejected });
            return Ok(());
        }
        let standing = self.known.standing(self.app, &sha256)?;
        if standing.is_current || (self.admission == Admission::ByTheRules && standing.is_past) {
            self.report.documents.unchanged += 1;
            return Ok(());
        }
        batch.bytes += document.bytes.len();
        match prepare(document, sha256, self.admission) {
            Ok(prepared) => {
                if let Some(deleted) = self.known.deleted_advisory(&prepared, self.admission) {
                    let rejected = deletion::refusal(deleted);
                    batch.refused.push((prepared.back(), sha256, rejected));
                    return Ok(());
                }
                self.known.taken.insert(sha256);
                if self.admission == Admission::AsPublished {
                    batch.proven.push(sha256);
                }
                batch.prepared.push(prepared);
            }
            Err(refused) => {
                let (document, rejected) = *refused;
                batch.refused.push((document, sha256, rejected));
            }
        }
        Ok(())
    }

    fn commit(&mut self, batch: Batch) -> Result<(), AppError> {
        if batch.prepared.is_empty() && batch.refused.is_empty() {
            return Ok(());
        }
        let intent = self.app.intent(self.caller, "advisory.import", self.reason);
        let committed = self.app.store().change(&intent, |c| {
            let asker = Asker { caller: self.caller, reason: self.reason };
            let outcome = write(c, &batch, self.app, &asker)?;
            if outcome.is_nothing() {
                c.nothing_to_do();
            } else {
                settle(c, &batch, self.caller.actor.name())?;
            }
            Ok::<_, StoreError>(outcome)
        })?;
        let outcome = committed.value;
        self.report.documents.new += outcome.new;
        self.report.documents.changed += outcome.changed.len() as u64;
        self.report.documents.unchanged += outcome.unchanged;
        self.report.documents.quarantined += outcome.problems.len() as u64;
        if !outcome.is_nothing() {
            self.report.audit_sequence = Some(committed.sequence);
        }
        self.report.expressions.decided += outcome.expressions.decided;
        self.report.expressions.conditional += outcome.expressions.conditional;
        self.report.expressions.not_understood += outcome.expressions.not_understood;
        self.report.matches.add(outcome.matches);
        self.report.changed.extend(outcome.changed);
        self.report.problems.extend(outcome.problems);
        Ok(())
    }
}

#[derive(Default)]
struct Outcome {
    new: u64,
    unchanged: u64,
    changed: Vec<ChangedDocument>,
    problems: Vec<Problem>,
    quarantined: Vec<[u8; 32]>,
    expressions: Expressions,
    matches: MatchCounts,
}

impl Outcome {
    fn is_nothing(&self) -> bool {
        self.new == 0 && self.changed.is_empty() && self.quarantined.is_empty()
    }
}

fn write(c: &mut Change<'_>, batch: &Batch, app: &App, asker: &Asker<'_>) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome::default();
    let ids: Vec<&str> =
        batch.prepared.iter().map(|prepared| prepared.content.tracking_id.as_str()).collect();
    let mut heads: HashMap<(String, String), AdvisoryHead> = c
        .heads_of(&ids)?
        .into_iter()
        .map(|head| ((head.namespace.clone(), head.tracking_id.clone()), head))
        .collect();
    let mut arrivals = Arrivals::default();
    for prepared in &batch.prepared {
        let key = (prepared.content.publisher.namespace.clone(), prepared.content.tracking_id.clone());
        match heads.get(&key) {
            Some(head) if head.raw_sha256 == prepared.sha256 => outcome.unchanged += 1,
            Some(_) | None => {
                let went_back = heads.get(&key).is_some_and(|head| goes_back(head, prepared));
                let put = put(c, prepared, heads.get(&key), &mut arrivals)?;
                outcome.count(prepared, put.1, went_back);
                heads.insert(key, put.0);
            }
        }
    }
    for (document, sha256, rejected) in &batch.refused {
        outcome.problems.push(Problem { name: document.name.clone(), rejected: rejected.clone() });
        let is_held = outcome.quarantined.contains(sha256) || !c.quarantined_by_hash(sha256)?.is_empty();
        if !is_held {
            quarantine(c, document, *sha256, rejected, app)?;
            outcome.quarantined.push(*sha256);
        }
    }
    outcome.matches = runs::after_documents(app, c, asker, &arrivals)?;
    c.detail(
        "documents",
        json!({"new": outcome.new, "changed": outcome.changed, "quarantined": outcome.quarantined.len()}),
    );
    c.detail("matches", json!(outcome.matches));
    Ok(outcome)
}

/// Remembers how documents looked at their source, and ends the quarantine of those that were proven since.
fn settle(c: &mut Change<'_>, batch: &Batch, by: &str) -> Result<(), StoreError> {
    let at = c.at();
    for sha256 in &batch.proven {
        for held in c.quarantined_by_hash(sha256)? {
            c.release_quarantine(held.id, by, at)?;
            c.about("quarantine", &held.name);
        }
    }
    for seen in &batch.seen {
        c.put_source_document(seen)?;
    }
    Ok(())
}

impl Outcome {
    fn count(&mut self, prepared: &Prepared, standing: RevisionStanding, went_back: bool) {
        let changed = |silent| ChangedDocument {
            tracking_id: prepared.content.tracking_id.clone(),
            tracking_version: prepared.content.tracking_version.clone(),
            silent,
            went_back,
        };
        match standing {
            RevisionStanding::First => self.new += 1,
            RevisionStanding::Changed | RevisionStanding::Restored => self.changed.push(changed(false)),
            RevisionStanding::ChangedSilently => self.changed.push(changed(true)),
        }
        for reading in &prepared.readings {
            match reading.outcome {
                ExpressionOutcome::Decided => self.expressions.decided += 1,
                ExpressionOutcome::Conditional => self.expressions.conditional += 1,
                ExpressionOutcome::NotUnderstood => self.expressions.not_understood += 1,
            }
        }
    }
}

fn goes_back(head: &AdvisoryHead, prepared: &Prepared) -> bool {
    let number = |version: &str| version.parse::<u64>().ok();
    let versions = number(&head.tracking_version).zip(number(&prepared.content.tracking_version));
    prepared.content.current_release < head.current_release || versions.is_some_and(|(old, new)| new < old)
}

fn quarantine(
    c: &mut Change<'_>,
    document: &IncomingDocument,
    sha256: [u8; 32],
    rejected: &Rejected,
    app: &App,
) -> Result<(), StoreError> {
    c.put_blob(&document.bytes)?;
    let received_at: Moment = c.at();
    c.put_quarantine(&Quarantined {
        id: QuarantineId::new(received_at, app.random_bytes()),
        source: document.source.clone(),
        name: document.name.clone(),
        raw_sha256: sha256,
        rejected: rejected.clone(),
        received_at,
        released: None,
    })?;
    c.about("quarantine", &document.name);
    Ok(())
}
