//! The round over all listed documents, in batches that are taken in as they come.
//!
//! The surprise: many failures in a row end the round, because a server that is down would else be asked for every
//! single document.

use super::Visit;
use super::account::Account;
use super::discovery::{Demand, Found};
use super::document::{Asking, Known, Outcome};
use super::line::{Line, cause};
use super::listing::Listed;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::intake::{self, Admission, Incoming, IncomingDocument};
use holdpoint_connectors::fetch::{FetchError, Retry};
use holdpoint_domain::Rejected;
use holdpoint_domain::advisory::SignatureState;
use holdpoint_store::StoreError;
use holdpoint_store::provider::Provider;

/// That many documents in a row that did not come for a passing reason end the round.
const MOST_FAILURES_IN_A_ROW: usize = 10;
/// A batch is taken in when it holds that many bytes, so that memory stays bounded.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// What a round needs.
#[derive(Clone, Copy)]
pub(super) struct Round<'a, 'b> {
    pub(super) caller: &'a Caller,
    pub(super) provider: &'a Provider,
    pub(super) visit: Visit<'a>,
    pub(super) line: &'a Line<'b>,
    pub(super) found: &'a Found,
}

/// Fetches and takes in what is new of the listed documents.
///
/// # Errors
/// [`AppError::Remote`] when the round had to end early; [`AppError::Store`]. What was taken in is kept.
pub(super) fn walk(
    round: Round<'_, '_>,
    listing: Vec<Listed>,
    account: &mut Account,
) -> Result<(), AppError> {
    let known = round.known()?;
    let asking = Asking { line: round.line, found: round.found, known: &known, provider: round.provider.id };
    let mut batch = Batch::default();
    let mut in_a_row = 0;
    let mut ended = None;
    for listed in &listing {
        if let Some(why) = round.line.must_end() {
            ended = Some(why);
            break;
        }
        let outcome = asking.fetch(listed);
        in_a_row = match &outcome {
            Outcome::NotReceived(error) if error.retry() == Retry::Later => in_a_row + 1,
            Outcome::NotReceived(_)
            | Outcome::Unchanged(_)
            | Outcome::Came(_)
            | Outcome::Refused(..)
            | Outcome::HereUnproven(..) => 0,
        };
        batch.take(outcome, round.found.demand, account);
        if batch.documents.len() >= round.visit.conduct.batch_documents.max(1) || batch.bytes >= BATCH_BYTES {
            round.take_in(std::mem::take(&mut batch), account)?;
        }
        if in_a_row >= MOST_FAILURES_IN_A_ROW {
            ended = Some(given_up());
            break;
        }
    }
    round.take_in(batch, account)?;
    ended.map_or(Ok(()), |why| Err(AppError::Remote(why)))
}

fn given_up() -> Rejected {
    Rejected::new(
        "server-gone",
        format!("{MOST_FAILURES_IN_A_ROW} documents in a row did not come, so the rest was not asked for"),
        "what was taken in so far is kept",
        "check again when the server answers; it goes on where this check ended",
    )
}

impl Round<'_, '_> {
    fn known(&self) -> Result<Known, StoreError> {
        self.line.app.store().read(|r| {
            let rows = r.source_documents(self.provider.id)?;
            let heads = r.advisory_heads()?.into_iter();
            Ok(Known {
                own: rows.iter().filter_map(|row| row.raw_sha256).collect(),
                rows: rows.into_iter().map(|row| (row.url.clone(), row)).collect(),
                current: heads.map(|head| ((head.namespace, head.tracking_id), head.raw_sha256)).collect(),
            })
        })
    }

    /// Takes a batch in. What was learned of documents that turned out to be known is kept for the check's own
    /// change, since nothing else is written for them.
    fn take_in(&self, batch: Batch, account: &mut Account) -> Result<(), AppError> {
        if batch.documents.is_empty() {
            return Ok(());
        }
        let seen: Vec<_> = batch
            .documents
            .iter()
            .filter_map(|incoming| match incoming {
                Incoming::Document(document) => document.seen.clone(),
                Incoming::Refused(..) | Incoming::Unreadable(_) => None,
            })
            .collect();
        let documents = batch.documents.into_iter();
        let report =
            intake::import(self.line.app, self.caller, documents, Admission::AsPublished, self.visit.reason)?;
        if report.audit_sequence.is_none() {
            account.seen.extend(seen);
        }
        account.imported(&report);
        Ok(())
    }
}

/// Documents that wait to be taken in.
#[derive(Default)]
struct Batch {
    documents: Vec<Incoming>,
    bytes: usize,
}

impl Batch {
    fn take(&mut self, outcome: Outcome, demand: Demand, account: &mut Account) {
        match outcome {
            Outcome::Unchanged(seen) => account.unchanged(seen),
            Outcome::Came(document) => {
                remark(&document, demand, account);
                self.bytes += document.bytes.len();
                self.documents.push(Incoming::Document(*document));
            }
            Outcome::Refused(document, rejected) => {
                self.bytes += document.bytes.len();
                self.documents.push(Incoming::Refused(*document, rejected));
            }
            Outcome::HereUnproven(name, rejected) => {
                account.unchanged(None);
                account.note(format!("`{name}` is here already, and still: {}", rejected.what));
            }
            Outcome::NotReceived(error) => not_received(&error, account),
        }
    }
}

fn not_received(error: &FetchError, account: &mut Account) {
    account.counts.read += 1;
    account.fail(format!("{} (asked for again at the next check)", cause(error)));
}

fn remark(document: &IncomingDocument, demand: Demand, account: &mut Account) {
    if demand == Demand::WhenOffered && document.signature == SignatureState::Absent {
        account.note("documents of this provider are not signed, so nothing proves that they are its own");
    }
    for warning in &document.warnings {
        match warning.code.as_str() {
            "signature" | "signature-not-checked" => account.note(warning.message.clone()),
            _ => account.note(format!("`{}`: {warning}", document.name)),
        }
    }
}
