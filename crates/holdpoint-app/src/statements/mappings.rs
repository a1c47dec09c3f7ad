//! Mappings of qualification lists: those that come with the program, those that people wrote, and explaining a word.
//!
//! A mapping that somebody wrote stands in place of a shipped one of the same name. The surprise: explaining a word reads
//! every document of that mapping again, in the same change, so that no statement is left behind.

use super::taking::{self, Reading};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Rejected;
use holdpoint_domain::access::Permission;
use holdpoint_domain::compatibility::{StatedState, folded};
use holdpoint_domain::patch_state::SupplierState;
pub use holdpoint_formats::qualification::MappedFormat;
use holdpoint_formats::qualification::{BadMapping, QualificationMapping, SHIPPED};
use holdpoint_store::compatibility::{StatementCounts, StatementDocument, StoredMapping};
use holdpoint_store::{Change, Reader, StoreError};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Where a mapping comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It comes with the program.
    Shipped,
    /// Somebody wrote it.
    Written {
        /// Who.
        by: String,
        /// When.
        at: holdpoint_domain::Moment,
    },
}

/// A mapping that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMapping {
    /// Where it comes from.
    pub origin: Origin,
    /// Its text.
    pub body: String,
    /// What it says.
    pub mapping: QualificationMapping,
}

impl KnownMapping {
    /// SHA-256 of its text.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.body.as_bytes()).into()
    }
}

/// All mappings, by name. One that was written by an older program and is not understood any more is left out.
pub(crate) fn all(r: &mut Reader<'_>) -> Result<Vec<KnownMapping>, StoreError> {
    let written = r.qualification_mappings()?;
    let mut known: Vec<KnownMapping> = written
        .into_iter()
        .filter_map(|stored| {
            let mapping = QualificationMapping::parse(&stored.body).ok()?;
            let origin = Origin::Written { by: stored.author, at: stored.valid_from };
            Some(KnownMapping { origin, body: stored.body, mapping })
        })
        .collect();
    for text in SHIPPED {
        let Ok(mapping) = QualificationMapping::parse(text) else { continue };
        if !known.iter().any(|one| one.mapping.name == mapping.name) {
            known.push(KnownMapping { origin: Origin::Shipped, body: text.to_owned(), mapping });
        }
    }
    known.sort_by(|a, b| a.mapping.name.cmp(&b.mapping.name));
    Ok(known)
}

/// Lists mappings by name.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller) -> Result<Vec<KnownMapping>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(all)?)
}

/// A mapping by its name.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn get(app: &App, caller: &Caller, name: &str) -> Result<KnownMapping, AppError> {
    list(app, caller)?
        .into_iter()
        .find(|known| known.mapping.name == name)
        .ok_or_else(|| AppError::NotFound { noun: "mapping", id: name.chars().take(64).collect() })
}

/// Reads a mapping's text without keeping it.
///
/// # Errors
/// [`AppError::Invalid`] says what is wrong and where.
pub fn check(text: &str) -> Result<QualificationMapping, AppError> {
    QualificationMapping::parse(text).map_err(|bad| invalid(&bad))
}

fn invalid(bad: &BadMapping) -> AppError {
    AppError::Invalid(Rejected::new(
        "bad-mapping",
        bad.to_string(),
        "the mapping was not kept, and what was read with the one before stays",
        "correct it and check it with `holdpoint statement mapping check`",
    ))
}

/// Keeps a mapping; the one of that name before it ends. One that reads more mildly than what is there needs somebody who may
/// approve.
///
/// # Errors
/// As [`check`]; [`AppError::Conflict`] when it reads more mildly; [`AppError::Refused`]; [`AppError::Store`].
pub fn add(app: &App, caller: &Caller, text: &str, reason: &str) -> Result<KnownMapping, AppError> {
    super::may_explain(caller)?;
    let mapping = check(text)?;
    app.store().change(&app.intent(caller, "statement-mapping.put", reason), |c| {
        let before = c.qualification_mapping(&mapping.name)?;
        if before.as_ref().is_some_and(|before| before.body == text) {
            c.nothing_to_do();
            return Ok(());
        }
        super::may_read_milder(caller, milder_by(c, &mapping)?)?;
        c.put_qualification_mapping(&stored(caller, &mapping, text, c.at()))?;
        c.about("statement-mapping", &mapping.name);
        c.detail("before", json!(before.map(|before| before.body)));
        c.detail("text", json!(text));
        Ok::<_, AppError>(())
    })?;
    get(app, caller, &mapping.name)
}

/// What a mapping reads more mildly than one that is there: a word that a mapping of the same name or supplier explains
/// otherwise, or a statement of a document that was read by it.
fn milder_by(c: &mut Change<'_>, new: &QualificationMapping) -> Result<Option<String>, AppError> {
    let known = all(c)?;
    let of_supplier = |one: &&KnownMapping| {
        one.mapping.name == new.name || folded(&one.mapping.publisher) == folded(&new.publisher)
    };
    for one in known.iter().filter(of_supplier) {
        for (word, state) in new.words() {
            let (now, before) =
                (StatedState::Known(state), one.mapping.state_of(word).map(StatedState::Known));
            if let Some(before) = before.filter(|before| now.is_milder_than(*before)) {
                let name = &one.mapping.name;
                return Ok(Some(format!(
                    "`{word}` stands for {before} in `{name}`, and would stand for {now}"
                )));
            }
        }
    }
    let Some(before) = known.iter().find(|one| one.mapping.name == new.name) else { return Ok(None) };
    let now = c.at();
    for document in c.statement_documents_of(&new.name)? {
        let bytes = c.blob(&document.raw_sha256)?.unwrap_or_default();
        let read = |mapping| taking::parsed(mapping, &document.name, document.raw_sha256, (&bytes, now));
        // A document that one of them cannot read becomes no statement by it.
        let (Ok(old), Ok(new)) = (read(&before.mapping), read(new)) else { continue };
        let said: HashMap<String, StatedState> =
            old.value.statements.iter().map(|one| (one.subject(), one.state)).collect();
        for one in &new.value.statements {
            if let Some(old) = said.get(&one.subject()).filter(|old| one.state.is_milder_than(**old)) {
                let (state, patch, name) = (one.state, one.patch_name(), &document.name);
                return Ok(Some(format!("{patch} is {old} by `{name}`, and would be {state}")));
            }
        }
    }
    Ok(None)
}

fn stored(
    caller: &Caller,
    mapping: &QualificationMapping,
    text: &str,
    at: holdpoint_domain::Moment,
) -> StoredMapping {
    let author = caller.actor.name().to_owned();
    StoredMapping { name: mapping.name.clone(), body: text.to_owned(), author, valid_from: at }
}

/// What came of explaining a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Explained {
    /// The documents that were read again.
    pub documents: u64,
    /// What came of their statements.
    pub counts: StatementCounts,
    /// The audit entry.
    pub sequence: u64,
}

/// Says what a word of a mapping means: the mapping is kept with it, and all documents of the mapping are read again.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown mapping; [`AppError::Invalid`] without a word or a reason, or when a document
/// cannot be read any more; [`AppError::Conflict`] for a word that is explained, and when statements would become milder
/// by somebody who may not approve; [`AppError::Refused`]; [`AppError::Store`].
pub fn explain(
    app: &App,
    caller: &Caller,
    name: &str,
    (word, state): (&str, SupplierState),
    reason: &str,
) -> Result<Explained, AppError> {
    super::may_explain(caller)?;
    if word.trim().is_empty() || reason.trim().is_empty() {
        return Err(AppError::invalid(
            "bad-explanation",
            "a word is explained by the word itself and by why it means that",
            "nothing was changed",
            "name the word and give a reason, for example where the vendor says so",
        ));
    }
    let known = get(app, caller, name)?;
    if let Some(stands) = known.mapping.state_of(word) {
        return Err(AppError::Conflict(Rejected::new(
            "word-explained",
            format!("`{name}` explains `{}` already: it stands for {stands}", word.trim()),
            "nothing was changed",
            "when that is wrong, have the mapping corrected and kept anew: `holdpoint statement mapping add`",
        )));
    }
    let text =
        QualificationMapping::with_word(&known.body, word.trim(), state, caller.actor.name(), reason.trim());
    let mapping = check(&text)?;
    let new = KnownMapping { origin: known.origin, body: text, mapping };
    let committed = app.store().change(&app.intent(caller, "statement-word.explain", reason), |c| {
        let at = c.at();
        c.put_qualification_mapping(&stored(caller, &new.mapping, &new.body, at))?;
        let (mut readings, mut numbers) = (Vec::new(), Vec::new());
        for document in c.statement_documents_of(name)? {
            let bytes = c.blob(&document.raw_sha256)?.unwrap_or_default();
            let parsed = taking::parsed(&new.mapping, &document.name, document.raw_sha256, (&bytes, at))?;
            let unknown = taking::not_understood(&parsed.value.statements);
            let again = StatementDocument {
                mapping_sha256: new.sha256(),
                received_at: at,
                received_by: caller.actor.name().to_owned(),
                // Its bytes came by whom they came; who explains a word of it stands in the audit log.
                brought_by: document.brought_by.clone(),
                statements: parsed.value.statements.len() as u64,
                not_understood: unknown,
                ..document
            };
            numbers.push(c.put_statement_document(&again)?);
            readings.push(parsed.value.statements);
        }
        let read: Vec<Reading<'_>> = readings
            .iter()
            .zip(&numbers)
            .map(|(statements, number)| Reading { statements, document_no: *number })
            .collect();
        let counts = taking::put(app, c, &read, at)?;
        super::may_read_milder(caller, taking::milder(&counts))?;
        c.about("statement-mapping", name);
        c.detail("word", json!(word));
        c.detail("state", json!(state.word()));
        c.detail("documents", json!(readings.len()));
        c.detail("changed", json!(counts.changed));
        Ok::<_, AppError>(Explained { documents: readings.len() as u64, counts, sequence: 0 })
    })?;
    crate::approval::sweep::sweep(app)?;
    Ok(Explained { sequence: committed.sequence, ..committed.value })
}
