//! What a statement says besides its columns, as JSON, and reading a row back.

use crate::columns::{read_json, write_json};
use crate::error::StoreError;
use crate::value::Row;
use holdpoint_domain::Moment;
use holdpoint_domain::compatibility::{
    CompatibilityStatement, IdentifierKind, KeptStatement, StatedPatch, StatedProduct, StatementSource,
};
use holdpoint_domain::id::QuestionId;
use holdpoint_domain::signature::Person;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The columns that [`read`] wants, over `s`, `r` and `d`.
macro_rules! columns {
    () => {
        "s.id, s.publisher, s.platform, s.state, s.word, s.issued_at, s.patch_released, s.received_at, s.valid_to,
            s.question_id, s.place, s.facts, r.vendor, r.product, r.version, d.name, d.raw_sha256, d.mapping,
            COALESCE(d.brought_account, s.brought_account), COALESCE(d.brought_by, s.brought_by),
            COALESCE(d.confirmed_account, s.confirmed_account), COALESCE(d.confirmed_by, s.confirmed_by),
            CASE WHEN d.number IS NULL THEN s.confirmed_at ELSE d.confirmed_at END"
    };
}
pub(super) use columns;

/// How many columns [`read`] wants.
pub(super) const WIDTH: usize = 23;

#[derive(Serialize, Deserialize)]
struct Facts {
    patch_vendor: String,
    identifier: String,
    identifier_kind: String,
    title: String,
    url: String,
    severity: String,
    supersedes: Vec<String>,
    superseded_by: Vec<String>,
    prerequisites: Vec<String>,
    security_related: Option<bool>,
    tested_at: Option<i64>,
    restart: String,
    conditions: String,
    comment: String,
    /// Where an entered statement stands.
    reference: String,
}

/// The text of what has no column of its own.
pub(super) fn facts(statement: &CompatibilityStatement) -> String {
    let patch = &statement.patch;
    let clean = |text: &String| crate::columns::storable(text).into_owned();
    write_json(&Facts {
        patch_vendor: clean(&patch.vendor),
        identifier: clean(&patch.identifier),
        identifier_kind: patch.kind.word().to_owned(),
        title: clean(&patch.title),
        url: clean(&patch.url),
        severity: clean(&patch.severity),
        supersedes: patch.supersedes.clone(),
        superseded_by: patch.superseded_by.clone(),
        prerequisites: patch.prerequisites.clone(),
        security_related: patch.security_related,
        tested_at: statement.tested.map(Moment::micros),
        restart: clean(&statement.restart),
        conditions: clean(&statement.conditions),
        comment: clean(&statement.comment),
        reference: match &statement.source {
            StatementSource::Entered { reference } => clean(reference),
            StatementSource::Document { .. } | StatementSource::Answer { .. } => String::new(),
        },
    })
}

/// SHA-256 over everything that a statement says, but not over where it stands.
pub(super) fn content_key(statement: &CompatibilityStatement, facts: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"holdpoint-compatibility-v1\n");
    let released = statement.patch.released.map_or(i64::MIN, Moment::micros).to_be_bytes();
    let issued = statement.issued.map_or(i64::MIN, Moment::micros).to_be_bytes();
    let parts: [&[u8]; 5] =
        [statement.state.word().as_bytes(), statement.word.as_bytes(), &issued, &released, facts.as_bytes()];
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Reads a statement from `first` on.
pub(super) fn read(row: &Row<'_>, first: usize) -> Result<KeptStatement, StoreError> {
    let facts: Facts = read_json(row, first + 11)?;
    let question: Option<QuestionId> = row.get(first + 9)?;
    let document: Option<String> = row.get(first + 15)?;
    let source = match (question, document) {
        (Some(question), _) => StatementSource::Answer { question },
        (None, Some(name)) => StatementSource::Document {
            name,
            sha256: row.get(first + 16)?,
            place: row.get(first + 10)?,
            mapping: row.get(first + 17)?,
        },
        (None, None) => StatementSource::Entered { reference: facts.reference },
    };
    let statement = CompatibilityStatement {
        publisher: row.get(first + 1)?,
        source,
        issued: row.get(first + 5)?,
        patch: StatedPatch {
            vendor: facts.patch_vendor,
            identifier: facts.identifier,
            kind: facts
                .identifier_kind
                .parse::<IdentifierKind>()
                .map_err(|why| row.damaged(first + 11, &why.to_string()))?,
            title: facts.title,
            url: facts.url,
            released: row.get(first + 6)?,
            severity: facts.severity,
            supersedes: facts.supersedes,
            superseded_by: facts.superseded_by,
            prerequisites: facts.prerequisites,
            security_related: facts.security_related,
        },
        product: StatedProduct {
            vendor: row.get(first + 12)?,
            name: row.get(first + 13)?,
            version: row.get(first + 14)?,
            platform: row.get(first + 2)?,
        },
        state: row.word(first + 3)?,
        word: row.get(first + 4)?,
        tested: facts.tested_at.map(Moment::from_micros),
        restart: facts.restart,
        conditions: facts.conditions,
        comment: facts.comment,
    };
    Ok(KeptStatement {
        id: row.get(first)?,
        statement,
        received_at: row.get(first + 7)?,
        valid_to: row.get(first + 8)?,
        brought_by: Person { account: row.get(first + 18)?, name: row.get(first + 19)? },
        confirmed: match row.get::<Option<Moment>>(first + 22)? {
            Some(at) => Some((Person { account: row.get(first + 20)?, name: row.get(first + 21)? }, at)),
            None => None,
        },
    })
}
