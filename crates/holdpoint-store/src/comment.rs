//! Comments on advisories. Each edit is a version of its own; a withdrawn comment stays in the history.
//!
//! The surprise: a comment belongs to the advisory and remembers the revision that its author saw.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::validity::{begin_after, instant};
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::{AdvisoryId, CommentId, RevisionId};

macro_rules! columns {
    () => {
        "SELECT o.id, o.version, d.id, r.id, r.tracking_version, o.author, o.author_name, o.valid_from, o.valid_to,
            o.standing, o.body, (SELECT MIN(f.valid_from) FROM advisory_comment f WHERE f.id = o.id)
        FROM advisory_comment o JOIN advisory d ON d.number = o.advisory_no
        LEFT JOIN advisory_revision r ON r.number = o.revision_no "
    };
}

crate::statements! {
    OF_ADVISORY = concat!(columns!(), "WHERE d.id = $1 AND o.standing = 'kept' AND o.valid_from <= $2
        AND o.valid_to > $2 ORDER BY 12, o.id");
    VERSIONS = concat!(columns!(), "WHERE o.id = $1 ORDER BY o.version");
    LATEST = concat!(columns!(), "WHERE o.id = $1 ORDER BY o.version DESC LIMIT 1");
    END = "UPDATE advisory_comment SET valid_to = $2 WHERE id = $1 AND valid_to = 9223372036854775807";
    PUT = "INSERT INTO advisory_comment (id, version, advisory_no, revision_no, author, author_name, valid_from,
            valid_to, standing, body)
        VALUES ($1, $2, (SELECT number FROM advisory WHERE id = $3),
            (SELECT number FROM advisory_revision WHERE id = $4), $5, $6, $7, 9223372036854775807, $8, $9)";
}

/// Whether a comment is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentStanding {
    /// It is.
    Kept,
    /// Its author took it back.
    Withdrawn,
}

impl CommentStanding {
    /// The fixed word: `kept` or `withdrawn`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl std::str::FromStr for CommentStanding {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Kept, Self::Withdrawn];
        all.into_iter()
            .find(|one| one.word() == text)
            .ok_or_else(|| format!("`{text}` is no standing of a comment"))
    }
}

/// One version of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The comment.
    pub id: CommentId,
    /// Its version, from 1.
    pub version: u64,
    /// The advisory.
    pub advisory: AdvisoryId,
    /// The revision that the author saw.
    pub revision: Option<RevisionId>,
    /// The publisher's version of that revision.
    pub tracking_version: Option<String>,
    /// Who wrote it, as a key: `person:…` or `operator:…`.
    pub author: String,
    /// Who wrote it, by name.
    pub author_name: String,
    /// When the first version was written.
    pub created_at: Moment,
    /// When this version was written.
    pub written_at: Moment,
    /// Until when this version held.
    pub valid_to: Moment,
    /// Whether it is kept.
    pub standing: CommentStanding,
    /// The text, never to be run or rendered as HTML.
    pub text: String,
}

impl Reader<'_> {
    /// The comments on an advisory as they were, oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn comments(&mut self, advisory: AdvisoryId, as_of: Moment) -> Result<Vec<Comment>, StoreError> {
        self.query(OF_ADVISORY, params![advisory, instant(as_of)], comment)
    }

    /// All versions of a comment, oldest first; empty for an unknown one.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn comment_versions(&mut self, id: CommentId) -> Result<Vec<Comment>, StoreError> {
        self.query(VERSIONS, params![id], comment)
    }

    /// The newest version of a comment.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn comment(&mut self, id: CommentId) -> Result<Option<Comment>, StoreError> {
        self.query_opt(LATEST, params![id], comment)
    }
}

impl Change<'_> {
    /// Writes a version of a comment: the first one, an edit, or its withdrawal. Its number and times are found here.
    ///
    /// # Errors
    /// When the advisory is unknown, or the database fails.
    pub fn put_comment(&mut self, new: &Comment) -> Result<(), StoreError> {
        let before = self.comment(new.id)?;
        let at = begin_after(self.at(), before.as_ref().map(|before| before.written_at));
        self.exec(END, params![new.id, at])?;
        let version = before.map_or(0, |before| before.version) + 1;
        self.exec(
            PUT,
            params![
                new.id,
                version,
                new.advisory,
                new.revision,
                &*storable(&new.author),
                &*storable(&new.author_name),
                at,
                new.standing.word(),
                &*storable(&new.text),
            ],
        )?;
        Ok(())
    }
}

fn comment(row: &Row<'_>) -> Result<Comment, StoreError> {
    Ok(Comment {
        id: row.get(0)?,
        version: row.get(1)?,
        advisory: row.get(2)?,
        revision: row.get(3)?,
        tracking_version: row.get(4)?,
        author: row.get(5)?,
        author_name: row.get(6)?,
        written_at: row.get(7)?,
        valid_to: row.get(8)?,
        standing: row.word(9)?,
        text: row.get(10)?,
        created_at: row.get(11)?,
    })
}
