//! One listed document: ask, compare with what is here, have it proven, look at its name and its namespace.
//!
//! A document whose publisher is another than the provider's is taken with a warning, because mirrors and
//! coordinators publish for others; but when it would replace an advisory that came from elsewhere, it goes to
//! quarantine: one provider must not rewrite what another said.

use super::DAY;
use super::RECHECK_AFTER_DAYS;
use super::discovery::Found;
use super::line::Line;
use super::listing::Listed;
use super::proof;
use crate::intake::{IncomingDocument, prepare};
use holdpoint_connectors::fetch::{Answer, Conditional, FetchError};
use holdpoint_domain::advisory::SignatureState;
use holdpoint_domain::id::ProviderId;
use holdpoint_domain::{Rejected, Warning};
use holdpoint_formats::csaf;
use holdpoint_formats::csaf::provider::{HashAlgorithm, parse_hash_file};
use holdpoint_store::provider::SourceDocument;
use std::collections::{HashMap, HashSet};

/// What is here already.
#[derive(Debug)]
pub(super) struct Known {
    /// What was seen of the provider's documents, by address.
    pub(super) rows: HashMap<String, SourceDocument>,
    /// The hashes of what came from this provider.
    pub(super) own: HashSet<[u8; 32]>,
    /// The current advisories: hash of the bytes by namespace and id.
    pub(super) current: HashMap<(String, String), [u8; 32]>,
}

/// How it went.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It is as it was, and what was learned of it, if anything.
    Unchanged(Option<SourceDocument>),
    /// It came and is proven as far as it has to be.
    Came(Box<IncomingDocument>),
    /// It came and must not be taken.
    Refused(Box<IncomingDocument>, Rejected),
    /// It came and is still not proven, but these very bytes are current already: a person took them on their
    /// word, or they came by another way.
    HereUnproven(String, Rejected),
    /// It did not come.
    NotReceived(FetchError),
}

/// Who asks, and for whom.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a, 'b> {
    pub(super) line: &'a Line<'b>,
    pub(super) found: &'a Found,
    pub(super) known: &'a Known,
    pub(super) provider: ProviderId,
}

impl Asking<'_, '_> {
    /// Asks for one document.
    pub(super) fn fetch(&self, listed: &Listed) -> Outcome {
        let row = self.known.rows.get(&listed.url);
        let conditional = row.and_then(|row| self.marks(row));
        if conditional.is_none() && row.is_some_and(|row| self.same_hash(row, listed)) {
            return Outcome::Unchanged(None);
        }
        let fetched = match self.line.get(&listed.url, &conditional.unwrap_or_default()) {
            Ok(fetched) => fetched,
            Err(error) => return Outcome::NotReceived(error),
        };
        let document = match fetched.answer {
            Answer::NotModified => return Outcome::Unchanged(None),
            Answer::Modified(document) => *document,
        };
        let sha256 = prepare::sha256(&document.bytes);
        let seen = SourceDocument {
            provider: self.provider,
            url: listed.url.clone(),
            etag: document.etag,
            last_modified: document.last_modified,
            raw_sha256: Some(sha256),
            checked_at: self.line.app.now(),
        };
        if row.is_some_and(|row| row.raw_sha256 == Some(sha256)) {
            return Outcome::Unchanged(Some(seen));
        }
        self.judge(listed, document.bytes, seen)
    }

    /// The marks by which the server can say "as it was"; none when there are none or the copy is due to be
    /// fetched whole.
    fn marks(&self, row: &SourceDocument) -> Option<Conditional> {
        if !self.is_fresh(row) || (row.etag.is_none() && row.last_modified.is_none()) {
            return None;
        }
        Some(Conditional { etag: row.etag.clone(), last_modified: row.last_modified.clone() })
    }

    fn is_fresh(&self, row: &SourceDocument) -> bool {
        row.raw_sha256.is_some() && self.line.app.now().since(row.checked_at) < RECHECK_AFTER_DAYS * DAY
    }

    /// Whether the document's SHA-256 file says that it is as it was; asked only of servers that give no marks.
    fn same_hash(&self, row: &SourceDocument, listed: &Listed) -> bool {
        let unmarked = row.etag.is_none() && row.last_modified.is_none() && self.is_fresh(row);
        let file =
            listed.hashes.iter().find(|url| HashAlgorithm::of_name(url) == Some(HashAlgorithm::Sha256));
        let (Some(url), Some(sha256), true) = (file, row.raw_sha256, unmarked) else { return false };
        let Ok(bytes) = self.line.small(url) else { return false };
        let hex: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        parse_hash_file(&bytes, HashAlgorithm::Sha256).is_ok_and(|file| file.value.digest == hex)
    }

    fn judge(&self, listed: &Listed, bytes: Vec<u8>, seen: SourceDocument) -> Outcome {
        let path = listed.url.split(['?', '#']).next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let proof = proof::prove(self.line, self.found, listed, &bytes);
        let mut incoming = IncomingDocument {
            name,
            source: format!("provider {}", listed.url),
            bytes,
            signature: SignatureState::NotChecked,
            warnings: Vec::new(),
            seen: None,
        };
        let proof = match proof {
            Ok(proof) => proof,
            Err(rejected) if self.known.current.values().any(|hash| seen.raw_sha256 == Some(*hash)) => {
                return Outcome::HereUnproven(incoming.name, rejected);
            }
            Err(rejected) => return Outcome::Refused(Box::new(incoming), rejected),
        };
        incoming.signature = proof.signature;
        incoming.warnings = proof.warnings;
        match self.look(&incoming) {
            Ok(warnings) => incoming.warnings.extend(warnings),
            Err(rejected) => return Outcome::Refused(Box::new(incoming), rejected),
        }
        incoming.seen = Some(seen);
        Outcome::Came(Box::new(incoming))
    }

    /// What name and namespace of a proven document tell. One that cannot be read is left to the intake.
    fn look(&self, incoming: &IncomingDocument) -> Result<Vec<Warning>, Rejected> {
        let mut warnings = Vec::new();
        let Some(named) = Named::of(&incoming.bytes) else { return Ok(warnings) };
        if let Some(right) = named.file_name.filter(|right| *right != incoming.name) {
            warnings.push(Warning::new(
                "csaf-file-name",
                "/document/tracking/id",
                format!("the file is called `{}`; by its tracking id it should be `{right}`", incoming.name),
            ));
        }
        let own = &self.found.metadata.publisher.namespace;
        let Some(namespace) = named.namespace.filter(|other| !same_namespace(own, other)) else {
            return Ok(warnings);
        };
        if let Some(id) = named.tracking_id {
            let elsewhere = self.known.current.get(&(namespace.clone(), id.clone()));
            let sha256 = prepare::sha256(&incoming.bytes);
            if elsewhere.is_some_and(|hash| *hash != sha256 && !self.known.own.contains(hash)) {
                return Err(foreign(own, &namespace, &id));
            }
        }
        warnings.push(Warning::new(
            "csaf-other-publisher",
            "/document/publisher/namespace",
            format!("the publisher is `{namespace}`, and the provider is `{own}`"),
        ));
        Ok(warnings)
    }
}

/// By what a document says that it is named, whatever edition of CSAF it is.
struct Named {
    file_name: Option<String>,
    namespace: Option<String>,
    tracking_id: Option<String>,
}

impl Named {
    fn of(bytes: &[u8]) -> Option<Self> {
        match csaf::parse(bytes) {
            Ok(parsed) => Some(Self {
                file_name: parsed.value.file_name(),
                namespace: parsed.value.publisher_namespace().map(str::to_owned),
                tracking_id: parsed.value.tracking_id().map(str::to_owned),
            }),
            Err(rejected) if csaf::edition21::is_other_edition(&rejected) => {
                let read = csaf::edition21::read(bytes).ok()?;
                Some(Self {
                    file_name: read.file_name,
                    namespace: Some(read.content.publisher.namespace),
                    tracking_id: Some(read.content.tracking_id),
                })
            }
            Err(_) => None,
        }
    }
}

/// Whether two namespaces are one, but for case and a slash at the end.
fn same_namespace(one: &str, other: &str) -> bool {
    one.trim_end_matches('/').eq_ignore_ascii_case(other.trim_end_matches('/'))
}

fn foreign(own: &str, namespace: &str, id: &str) -> Rejected {
    Rejected::new(
        "foreign-publisher",
        format!(
            "the provider `{own}` sent a revision of `{id}`, which `{namespace}` published and which came from elsewhere"
        ),
        "what is here was not replaced",
        "compare both with the publisher, then release this one from quarantine if it is right",
    )
}
