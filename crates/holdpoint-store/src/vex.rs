//! VEX documents and their statements: who says that a product is not affected, or fixed, and why.
//!
//! The surprise: a document is known by an identity that its format gives it; the next document of that identity ends
//! the one before, whose statements stay readable as of the past.

use crate::change::Change;
use crate::columns::storable;
use crate::component::distinct;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::validity::{begin_after, instant};
use crate::value::{Row, Value, params};
use crate::vulnerability_record::{read_subjects, write_subjects};
use holdpoint_domain::Moment;
use holdpoint_domain::intelligence::{FeedKind, VexStatement};
use std::collections::BTreeSet;

macro_rules! statement_columns {
    () => {
        "SELECT v.reference, x.status, x.justification, x.statement, x.stated_at, x.subjects, d.kind, d.identity,
            d.author, d.edition, d.source, d.valid_from, d.raw_sha256
        FROM vex_statement x JOIN vex_document d ON d.number = x.document_no
        JOIN vulnerability v ON v.number = x.vulnerability_no"
    };
}

crate::statements! {
    OPEN_DOCUMENT = "SELECT number, valid_from, raw_sha256 FROM vex_document
        WHERE kind = $1 AND identity = $2 AND valid_to = 9223372036854775807";
    DOCUMENT_END = "UPDATE vex_document SET valid_to = $2 WHERE number = $1";
    SPOKEN_OF = "SELECT DISTINCT vulnerability_no FROM vex_statement WHERE document_no = $1";
    SPOKEN_BY = "SELECT DISTINCT d.author, x.vulnerability_no FROM vex_document d
        JOIN vex_statement x ON x.document_no = d.number WHERE d.valid_to = 9223372036854775807";
    LAST_DOCUMENT = "SELECT COALESCE(MAX(number), 0) FROM vex_document";
    DOCUMENT_INSERT = "INSERT INTO vex_document (number, kind, identity, author, edition, source, raw_sha256,
            valid_from, valid_to)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 9223372036854775807)";
    STATEMENT_INSERT = "INSERT INTO vex_statement (document_no, ordinal, vulnerability_no, status, justification,
            statement, stated_at, subjects)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OF_ONE = concat!(statement_columns!(), " WHERE v.reference = $1 AND d.valid_from <= $2 AND d.valid_to > $2
        ORDER BY d.kind, d.identity, x.ordinal");
    ALL = concat!(statement_columns!(), " WHERE d.valid_from <= $1 AND d.valid_to > $1
        ORDER BY d.number, x.ordinal");
}

const OF_SOME: &str = concat!(
    statement_columns!(),
    " WHERE x.vulnerability_no IN ({list}) AND d.valid_to = 9223372036854775807
        ORDER BY d.number, x.ordinal"
);

/// A VEX document that came in.
#[derive(Debug, Clone, Copy)]
pub struct NewVex<'a> {
    /// Its format.
    pub kind: FeedKind,
    /// What its format knows it by.
    pub identity: &'a str,
    /// Who made it, as written; empty: it does not say.
    pub author: &'a str,
    /// Its version or time stamp, as written.
    pub edition: &'a str,
    /// Where it came from, in words.
    pub source: &'a str,
    /// SHA-256 of its bytes.
    pub raw_sha256: [u8; 32],
    /// When it came.
    pub received_at: Moment,
    /// What it states.
    pub statements: &'a [VexStatement],
}

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VexStanding {
    /// Its identity was not known.
    New,
    /// It ended the one before.
    Replaced,
    /// It is here, byte for byte.
    Unchanged,
}

/// A statement with the document that makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVex {
    /// What is stated.
    pub statement: VexStatement,
    /// The document's format.
    pub kind: FeedKind,
    /// The document.
    pub identity: String,
    /// Who made it.
    pub author: String,
    /// Its version or time stamp.
    pub edition: String,
    /// Where it came from.
    pub source: String,
    /// Since when it is here.
    pub received_at: Moment,
    /// SHA-256 of its bytes.
    pub raw_sha256: [u8; 32],
}

impl Reader<'_> {
    /// What VEX documents state of one vulnerability, as of a moment.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn vex_of(&mut self, reference: &str, as_of: Moment) -> Result<Vec<StoredVex>, StoreError> {
        self.query(OF_ONE, params![reference, instant(as_of)], stored)
    }

    /// What the VEX documents that count now state of these vulnerabilities.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn vex_of_vulnerabilities(&mut self, numbers: &[i64]) -> Result<Vec<StoredVex>, StoreError> {
        self.query_in(OF_SOME, &[], distinct(numbers), stored)
    }

    /// Every statement of every document that counts now, in the order in which documents came.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn vex_statements(&mut self) -> Result<Vec<StoredVex>, StoreError> {
        self.query(ALL, params![instant(Moment::OPEN)], stored)
    }
}

impl Change<'_> {
    /// Has everything looked at anew that the documents of now speak of which `picked` picks by author: whether they count
    /// is another matter than before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn touch_vex_of_authors(&mut self, picked: impl Fn(&str) -> bool) -> Result<(), StoreError> {
        let spoken: Vec<(String, i64)> =
            self.query(SPOKEN_BY, params![], |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.touch_vulnerabilities(
            spoken.into_iter().filter(|(author, _)| picked(author)).map(|(_, number)| number),
        );
        Ok(())
    }

    /// Keeps a document; the one before it of the same identity ends.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_vex(&mut self, new: NewVex<'_>) -> Result<VexStanding, StoreError> {
        let known: Option<(i64, Moment, [u8; 32])> =
            self.query_opt(OPEN_DOCUMENT, params![new.kind.word(), &*storable(new.identity)], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        if known.as_ref().is_some_and(|(_, _, sha256)| *sha256 == new.raw_sha256) {
            return Ok(VexStanding::Unchanged);
        }
        let begin = begin_after(new.received_at, known.as_ref().map(|(_, began, _)| *began));
        if let Some((number, ..)) = &known {
            self.exec(DOCUMENT_END, params![*number, begin])?;
            let before = self.query(SPOKEN_OF, params![*number], |row| row.get(0))?;
            self.touch_vulnerabilities(before);
        }
        let last: i64 = self.query_one(LAST_DOCUMENT, params![], |row| row.get(0))?;
        self.exec(
            DOCUMENT_INSERT,
            params![
                last + 1,
                new.kind.word(),
                &*storable(new.identity),
                &*storable(new.author),
                &*storable(new.edition),
                &*storable(new.source),
                new.raw_sha256,
                begin,
            ],
        )?;
        let references: BTreeSet<&str> = new.statements.iter().map(|one| one.reference.as_str()).collect();
        let numbers = self.name_vulnerabilities(&references)?;
        let rows = new.statements.iter().enumerate().filter_map(|(ordinal, one)| {
            let number = numbers.get(&*storable(&one.reference))?;
            Some(vec![
                Value::from(last + 1),
                Value::from(ordinal),
                Value::from(*number),
                Value::from(one.status.word()),
                Value::from(storable(&one.justification).into_owned()),
                Value::from(storable(&one.statement).into_owned()),
                Value::from(one.at),
                Value::from(write_subjects(&one.subjects)),
            ])
        });
        let rows: Vec<_> = rows.collect();
        self.touch_vulnerabilities(numbers.into_values());
        self.insert_many(STATEMENT_INSERT, rows)?;
        Ok(if known.is_some() { VexStanding::Replaced } else { VexStanding::New })
    }
}

fn stored(row: &Row<'_>) -> Result<StoredVex, StoreError> {
    let subjects: Vec<u8> = row.get(5)?;
    Ok(StoredVex {
        statement: VexStatement {
            reference: row.get(0)?,
            subjects: read_subjects(&subjects)?,
            status: row.word(1)?,
            justification: row.get(2)?,
            statement: row.get(3)?,
            at: row.get(4)?,
        },
        kind: row.word(6)?,
        identity: row.get(7)?,
        author: row.get(8)?,
        edition: row.get(9)?,
        source: row.get(10)?,
        received_at: row.get(11)?,
        raw_sha256: row.get(12)?,
    })
}
