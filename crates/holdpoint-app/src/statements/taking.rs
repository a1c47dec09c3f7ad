//! Taking in a supplier's list: its mapping is named or found, its bytes are kept, its statements written in one change.
//!
//! The surprise: a list that says two things of one patch for one release and platform is not settled by the order of its
//! rows; the word that asks for more caution counts, and a remark says so.

use super::mappings::{self, KnownMapping};
use super::speakers;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_connectors::fetch::folder;
use holdpoint_domain::access::Permission;
use holdpoint_domain::compatibility::{CompatibilityStatement, StatedState};
use holdpoint_domain::id::StatementId;
use holdpoint_domain::{Moment, Parsed, Rejected, Warning};
use holdpoint_formats::qualification::{
    self, Limits, QualificationList, QualificationMapping, UnknownWordSeen,
};
use holdpoint_store::compatibility::{NewStatement, Origin, StatementCounts, StatementDocument};
use holdpoint_store::{Change, StoreError};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// Whether a list is only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is taken in.
    Write,
    /// It is read, and nothing is kept.
    DryRun,
}

/// What came of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListReport {
    /// The mapping that read it.
    pub mapping: String,
    /// Whose statements these are.
    pub publisher: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// How many statements it makes.
    pub statements: u64,
    /// How many of them are not understood.
    pub not_understood: u64,
    /// Cells that hold no statement.
    pub blanks: u64,
    /// What came of them.
    pub counts: StatementCounts,
    /// Whether this very file was read by this very mapping before; then nothing is written.
    pub known: bool,
    /// Words that the mapping does not explain.
    pub unknown_words: Vec<UnknownWordSeen>,
    /// Remarks.
    pub warnings: Vec<Warning>,
    /// The first statements, to be looked at.
    pub sample: Vec<CompatibilityStatement>,
    /// The audit entry; `None`: nothing was written.
    pub audit_sequence: Option<u64>,
}

/// A list to be taken in.
#[derive(Debug, Clone, Copy)]
pub struct NewList<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The mapping; `None`: the only one that fits.
    pub mapping: Option<&'a str>,
    /// Whether it is kept.
    pub mode: Mode,
}

/// What one document says, with its number.
pub(super) struct Reading<'a> {
    pub statements: &'a [CompatibilityStatement],
    pub document_no: i64,
}

/// Takes in a list from a file.
///
/// # Errors
/// [`AppError::File`] when it cannot be read; as [`import`].
pub fn import_path(
    app: &App,
    caller: &Caller,
    path: &Path,
    mapping: Option<&str>,
    mode: Mode,
    reason: &str,
) -> Result<ListReport, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let limit = Limits::default().bytes as u64;
    let bytes = folder::read_file(path, limit).map_err(|error| {
        AppError::File(Rejected::new(
            "file",
            format!("`{}` cannot be read: {error}", path.display()),
            "nothing was taken in",
            "look at the path and the rights",
        ))
    })?;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    import(app, caller, &NewList { name: &name, bytes: &bytes, mapping, mode }, reason)
}

/// Takes in a list.
///
/// # Errors
/// [`AppError::Invalid`] when no mapping or more than one fits, or the list cannot be read by it;
/// [`AppError::NotFound`] for an unknown mapping; [`AppError::Refused`]; [`AppError::Store`].
pub fn import(app: &App, caller: &Caller, new: &NewList<'_>, reason: &str) -> Result<ListReport, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let known = match new.mapping {
        Some(name) => mappings::get(app, caller, name)?,
        None => only_fitting(mappings::list(app, caller)?, new.bytes)?,
    };
    let sha256: [u8; 32] = Sha256::digest(new.bytes).into();
    let parsed = parsed(&known.mapping, new.name, sha256, (new.bytes, app.now()))?;
    let (list, warnings) = (parsed.value, parsed.warnings);
    let mut report = ListReport {
        mapping: known.mapping.name.clone(),
        publisher: known.mapping.publisher.clone(),
        sha256,
        statements: list.statements.len() as u64,
        not_understood: not_understood(&list.statements),
        blanks: list.blanks as u64,
        counts: StatementCounts::default(),
        known: false,
        unknown_words: list.unknown_words.clone(),
        warnings,
        sample: list.statements.iter().take(20).cloned().collect(),
        audit_sequence: None,
    };
    if new.mode == Mode::Write {
        write(app, caller, new, (&known, &list), &mut report, reason)?;
        if !report.known {
            crate::approval::sweep::sweep(app)?;
        }
    }
    Ok(report)
}

fn write(
    app: &App,
    caller: &Caller,
    new: &NewList<'_>,
    (known, list): (&KnownMapping, &QualificationList),
    report: &mut ListReport,
    reason: &str,
) -> Result<(), AppError> {
    let committed = app.store().change(&app.intent(caller, "statement.import", reason), |c| {
        let name = &known.mapping.name;
        if c.has_statement_document(&report.sha256, name, &known.sha256())? {
            c.nothing_to_do();
            return Ok(None);
        }
        let at = c.at();
        let read_before = c.statement_documents()?.iter().any(|one| one.raw_sha256 == report.sha256);
        c.put_blob(new.bytes)?;
        let document_no = c.put_statement_document(&StatementDocument {
            number: 0,
            name: new.name.to_owned(),
            raw_sha256: report.sha256,
            mapping: name.clone(),
            mapping_sha256: known.sha256(),
            publisher: known.mapping.publisher.clone(),
            received_at: at,
            received_by: caller.actor.name().to_owned(),
            brought_by: crate::approval::person(caller),
            statements: report.statements,
            not_understood: report.not_understood,
        })?;
        let counts = put(app, c, &[Reading { statements: &list.statements, document_no }], at)?;
        // The supplier said nothing new, so what is milder comes from how it is read.
        super::may_read_milder(caller, milder(&counts).filter(|_| read_before))?;
        c.about("statement-document", new.name);
        c.detail("mapping", json!(name));
        c.detail("publisher", json!(known.mapping.publisher));
        let sha256 = holdpoint_domain::audit::ChainHash(report.sha256).to_string();
        c.detail("sha256", json!(sha256));
        c.detail("statements", json!(report.statements));
        c.detail("not_understood", json!(report.not_understood));
        Ok::<_, AppError>(Some(counts))
    })?;
    match committed.value {
        Some(counts) => {
            report.counts = counts;
            report.audit_sequence = Some(committed.sequence);
        }
        None => {
            report.known = true;
            report.counts.unchanged = report.statements;
        }
    }
    Ok(())
}

/// That statements would ask for less caution than those that they replace; `None`: none does.
pub(super) fn milder(counts: &StatementCounts) -> Option<String> {
    let n = counts.milder;
    let statements = if n == 1 { "statement" } else { "statements" };
    (n > 0).then(|| format!("of what was read before, {n} {statements} would ask for less caution"))
}

/// The only mapping that a file has everything for.
fn only_fitting(known: Vec<KnownMapping>, bytes: &[u8]) -> Result<KnownMapping, AppError> {
    let all: Vec<QualificationMapping> = known.iter().map(|one| one.mapping.clone()).collect();
    let names: Vec<&str> = qualification::fitting(&all, bytes, &Limits::default())
        .into_iter()
        .map(|mapping| mapping.name.as_str())
        .collect();
    match names.as_slice() {
        [one] => {
            let found = known.into_iter().find(|known| known.mapping.name == *one);
            Ok(found.expect("the name comes from this list"))
        }
        [] => Err(AppError::invalid(
            "no-mapping",
            "no mapping has columns or elements that this file has",
            "nothing was taken in",
            "write a mapping for this list: `holdpoint statement mapping show rockwell-style` prints one to begin with",
        )),
        several => Err(AppError::invalid(
            "several-mappings",
            format!("several mappings fit this file: {}", several.join(", ")),
            "nothing was taken in, because each may read it otherwise",
            "name one with `--mapping`",
        )),
    }
}

/// Reads a list as of a moment, with one statement a subject; a refusal becomes a wrong request.
pub(super) fn parsed(
    mapping: &QualificationMapping,
    name: &str,
    sha256: [u8; 32],
    (bytes, now): (&[u8], Moment),
) -> Result<Parsed<QualificationList>, AppError> {
    let read =
        qualification::read(mapping, name, sha256, bytes, &Limits::default()).map_err(AppError::Invalid)?;
    let mut warnings = read.warnings;
    let value = settled(dated(read.value, now, &mut warnings), &mut warnings);
    Ok(Parsed { value, warnings })
}

pub(super) fn not_understood(statements: &[CompatibilityStatement]) -> u64 {
    statements.iter().filter(|one| one.state == StatedState::NotUnderstood).count() as u64
}

/// Takes away dates in the future: such a word would stand above everything that the supplier says later.
fn dated(mut list: QualificationList, now: Moment, warnings: &mut Vec<Warning>) -> QualificationList {
    for statement in &mut list.statements {
        if !super::is_ahead(statement, now) {
            continue;
        }
        if let Some(issued) = statement.issued.take()
            && warnings.len() < 500
        {
            let text = format!(
                "`{}` of {} is dated {issued}, which is in the future; it counts as said without a date",
                statement.word,
                statement.patch_name()
            );
            warnings.push(Warning::new("future-date", "", text));
        }
    }
    list
}

/// One statement a subject: where a list contradicts itself, the more cautious word.
fn settled(mut list: QualificationList, warnings: &mut Vec<Warning>) -> QualificationList {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<CompatibilityStatement> = Vec::new();
    for statement in list.statements {
        let subject = statement.subject();
        let Some(place) = first.get(&subject).copied() else {
            first.insert(subject, kept.len());
            kept.push(statement);
            continue;
        };
        let known = &mut kept[place];
        if known.state == statement.state && known.conditions == statement.conditions {
            continue;
        }
        if warnings.len() < 500 {
            let text = format!(
                "the list says `{}` and `{}` of {} for {}; the one that asks for more caution counts",
                known.word,
                statement.word,
                statement.patch_name(),
                super::product_text(&statement)
            );
            warnings.push(Warning::new("contradiction", "", text));
        }
        let is_weightier =
            known.state != statement.state && known.state.more_cautious(statement.state) == statement.state;
        if is_weightier {
            *known = statement;
        } else if known.state == statement.state && !statement.conditions.is_empty() {
            // Both hold: neither condition may be lost.
            let conditions = [known.conditions.as_str(), statement.conditions.as_str()];
            known.conditions =
                conditions.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
        }
    }
    list.statements = kept;
    list
}

/// Writes what documents say. Of two documents on one subject the one issued later counts, else the later in the list.
pub(super) fn put(
    app: &App,
    c: &mut Change<'_>,
    readings: &[Reading<'_>],
    at: Moment,
) -> Result<StatementCounts, StoreError> {
    let mut all: BTreeMap<String, (&CompatibilityStatement, i64)> = BTreeMap::new();
    for reading in readings {
        for statement in reading.statements {
            let subject = statement.subject();
            let is_older = all.get(&subject).is_some_and(
                |(known, _)| matches!((statement.issued, known.issued), (Some(new), Some(old)) if new < old),
            );
            if !is_older {
                all.insert(subject, (statement, reading.document_no));
            }
        }
    }
    let new: Vec<NewStatement<'_>> = all
        .into_values()
        .map(|(statement, document_no)| NewStatement {
            id: StatementId::new(at, app.random_bytes()),
            statement,
            origin: Origin::Document(document_no),
        })
        .collect();
    let counts = c.put_statements(&new, at)?;
    speakers::keep_voices(c)?;
    Ok(counts)
}
