//! What changed between two revisions of an advisory, and facts that an older program did not keep.

use super::{missing, revisions};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_formats::csaf;
pub use holdpoint_formats::csaf::{ChangeKind, Difference, Revisions};
use holdpoint_store::StoreError;
use holdpoint_store::advisory::RevisionLine;
use serde_json::json;

/// Two revisions of an advisory and what changed from one to the other.
#[derive(Debug, Clone)]
pub struct RevisionDifference {
    /// The older one, or whichever was named first.
    pub from: RevisionLine,
    /// The newer one, or whichever was named second.
    pub to: RevisionLine,
    /// The changes.
    pub difference: Difference,
}

/// Compares two stored revisions of an advisory, each named by its id or by the publisher's version. Without names the
/// newest is compared with the one before it.
///
/// # Errors
/// As [`super::find`]; [`AppError::NotFound`] for a revision that is not there; [`AppError::Invalid`] when there is only
/// one, or when bytes that were taken on a person's word cannot be compared.
pub fn difference(
    app: &App,
    caller: &Caller,
    id: &str,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<RevisionDifference, AppError> {
    let all = revisions(app, caller, id)?;
    let to = match to {
        Some(name) => named(&all, name)?,
        None => all.first().ok_or_else(|| missing(id))?,
    };
    let from = match from {
        Some(name) => named(&all, name)?,
        None => all.iter().find(|line| line.ordinal < to.ordinal).ok_or_else(|| {
            AppError::invalid(
                "one-revision",
                format!("`{id}` has no revision before version {}", to.tracking_version),
                "there is nothing to compare it with",
                "wait for the publisher's next revision, or name two revisions",
            )
        })?,
    };
    let (old, new) = app.store().read(|r| Ok((r.blob(&from.raw_sha256)?, r.blob(&to.raw_sha256)?)))?;
    let (old, new) = old.zip(new).ok_or_else(|| missing(id))?;
    let difference = csaf::difference(&old, &new).map_err(AppError::Invalid)?;
    Ok(RevisionDifference { from: from.clone(), to: to.clone(), difference })
}

/// The revision of that id; else the newest of that version.
fn named<'a>(all: &'a [RevisionLine], name: &str) -> Result<&'a RevisionLine, AppError> {
    let by_id = all.iter().find(|line| line.id.to_string() == name);
    by_id
        .or_else(|| all.iter().find(|line| line.tracking_version == name))
        .ok_or_else(|| AppError::NotFound { noun: "revision", id: name.chars().take(64).collect() })
}

/// How many revisions are read again in one change.
const AT_ONCE: usize = 200;

/// Reads what lists search of revisions that an older program stored without it; says of how many. Bytes that cannot
/// be read any more get the version of CSAF alone, so that they are not tried for ever.
///
/// # Errors
/// [`AppError::Store`].
pub fn keep_current(app: &App) -> Result<u64, AppError> {
    let without = app.store().read(|r| r.revisions_without_facts())?;
    let caller = Caller::system("read-again");
    for chunk in without.chunks(AT_ONCE) {
        let intent =
            app.intent(&caller, "advisory.read-again", "lists search more of a document than before");
        app.store().change(&intent, |c| {
            for (revision, sha256) in chunk {
                let bytes = c.blob(sha256)?.unwrap_or_default();
                let read = csaf::parse(&bytes).map(|parsed| csaf::facts(&parsed.value));
                let read = read.or_else(|_| csaf::edition21::read(&bytes).map(|read| read.facts));
                let mut facts = read.unwrap_or_default();
                let kind = holdpoint_domain::document::FactKind::CsafVersion;
                if !facts.facts.iter().any(|(known, _)| *known == kind) {
                    facts.facts.push((kind, "2.0".to_owned()));
                }
                c.put_facts(*revision, &facts)?;
            }
            c.detail("revisions", json!(chunk.len()));
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(without.len() as u64)
}
