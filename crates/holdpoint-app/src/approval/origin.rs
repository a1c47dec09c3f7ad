//! Whose word a decision rests on besides the supplier's: the documents that name the patch or the vulnerability, with
//! their publishers, and how and when they came here.
//!
//! The surprise: a record of a feed has no publisher of its own; the feed is its origin, and since when it is known is its
//! date.

use crate::error::AppError;
use crate::patches::vendor::document_name;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::exemption::What;
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::patch::PatchSource;
use holdpoint_store::Reader;
use std::collections::BTreeSet;

/// The most documents that a card names.
const MOST: usize = 20;

/// A document that speaks of what is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// The advisory; `None`: it is a record of a feed or a catalogue.
    pub advisory: Option<AdvisoryId>,
    /// Its publisher; empty: a record has none.
    pub publisher: String,
    /// Its publisher's id for it, or the name of the document of a feed.
    pub document: String,
    /// The way it came here: a provider, a file or a bundle by name, or the feed.
    pub origin: String,
    /// When what is said now came in.
    pub received_at: Moment,
}

/// The documents that name a patch.
pub(crate) fn of_patch(r: &mut Reader<'_>, patch: &str) -> Result<Vec<Spoken>, AppError> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for one in r.patch_records(patch)? {
        if found.len() >= MOST || !seen.insert((one.source.word(), one.document.clone())) {
            continue;
        }
        let own = match one.source {
            PatchSource::Advisory => of_document(r, &one.document)?,
            PatchSource::Msrc
            | PatchSource::MicrosoftCatalogue
            | PatchSource::WsusScan
            | PatchSource::Apt
            | PatchSource::Dnf
            | PatchSource::Person => None,
        };
        found.push(own.unwrap_or_else(|| Spoken {
            advisory: None,
            publisher: String::new(),
            origin: one.source.word().to_owned(),
            document: one.document,
            received_at: one.valid_from,
        }));
    }
    Ok(found)
}

/// The documents behind what an exemption leaves open.
pub(crate) fn of_exempted(r: &mut Reader<'_>, what: &What) -> Result<Vec<Spoken>, AppError> {
    let name = match what {
        What::Patch(patch) => return of_patch(r, patch),
        What::Vulnerability(name) => name,
    };
    let mut found = Vec::new();
    for treating in r.advisories_treating(name)?.into_iter().take(MOST) {
        found.extend(of_advisory(r, treating.id)?);
    }
    for one in r.records_of(name)?.into_iter().take(MOST.saturating_sub(found.len())) {
        found.push(Spoken {
            advisory: None,
            publisher: String::new(),
            document: name.clone(),
            origin: one.source.word().to_owned(),
            received_at: one.received_at,
        });
    }
    Ok(found)
}

/// The advisory that a document of the patch catalogue stands for.
fn of_document(r: &mut Reader<'_>, document: &str) -> Result<Option<Spoken>, AppError> {
    let Some((tracking_id, _)) = document.rsplit_once(' ') else { return Ok(None) };
    let heads = r.heads_of(&[tracking_id])?;
    match heads.iter().find(|head| document_name(&head.namespace, &head.tracking_id) == document) {
        Some(head) => of_advisory(r, head.id),
        None => Ok(None),
    }
}

fn of_advisory(r: &mut Reader<'_>, id: AdvisoryId) -> Result<Option<Spoken>, AppError> {
    let found = r.advisory(id, Moment::OPEN, &Reach::Nowhere)?;
    Ok(found.map(|one| Spoken {
        advisory: Some(one.line.id),
        publisher: one.line.publisher,
        document: one.line.tracking_id,
        origin: one.line.source,
        received_at: one.line.received_at,
    }))
}
