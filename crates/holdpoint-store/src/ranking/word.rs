//! People's words on decision points: written, read, ended. Never changed and never deleted.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::OverrideId;
use holdpoint_domain::ranking::replacement::{Override, PointValue, Replaceable, Second};

macro_rules! word_columns {
    () => {
        "SELECT o.id, o.vulnerability_no, o.asset_no, o.point, o.value, o.reason, o.author, o.at, o.expires_at,
            o.ended_at, o.ended_by, o.end_reason, o.author_id, o.confirmed_at, o.confirmed_by,
            o.end_asked_at, o.end_asked_by, o.end_asked_id, o.end_asked_why FROM ranking_override o"
    };
}

crate::statements! {
    OPEN_WORDS = concat!(word_columns!(), " WHERE o.ended_at IS NULL ORDER BY o.at, o.id");
    WORDS_ON = concat!(word_columns!(), " WHERE (o.vulnerability_no = $1 OR o.vulnerability_no IS NULL)
        AND (o.asset_no = $2 OR o.asset_no IS NULL) ORDER BY o.at, o.id");
    WORD = concat!(word_columns!(), " WHERE o.id = $1");
    OVER = concat!(word_columns!(), " WHERE o.ended_at IS NULL AND o.expires_at <= $1 ORDER BY o.at, o.id");
    PUT_WORD = "INSERT INTO ranking_override (id, vulnerability_no, asset_no, point, value, reason, author, author_id,
            at, expires_at, ended_at, ended_by, end_reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, '', '')";
    CONFIRM_WORD = "UPDATE ranking_override SET confirmed_at = $2, confirmed_by = $3
        WHERE id = $1 AND ended_at IS NULL AND confirmed_at IS NULL";
    ASK_END = "UPDATE ranking_override SET end_asked_at = $2, end_asked_by = $3, end_asked_id = $4, end_asked_why = $5
        WHERE id = $1 AND ended_at IS NULL";
    KEEP_WORD = "UPDATE ranking_override SET end_asked_at = NULL, end_asked_by = '', end_asked_id = '',
            end_asked_why = ''
        WHERE id = $1 AND ended_at IS NULL AND end_asked_at IS NOT NULL";
    END_WORD = "UPDATE ranking_override SET ended_at = $2, ended_by = $3, end_reason = $4
        WHERE id = $1 AND ended_at IS NULL";
}

/// A person's word with what it is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWord {
    /// Its id.
    pub id: OverrideId,
    /// The vulnerability; `None`: any of the asset.
    pub vulnerability_no: Option<i64>,
    /// The asset; `None`: any that has the vulnerability.
    pub asset_no: Option<i64>,
    /// What was said.
    pub word: Override,
    /// The account of whoever said so.
    pub author_account: String,
    /// That somebody wants it ended, though two persons stand behind it.
    pub end_asked: Option<EndAsked>,
    /// When somebody ended it, or its time did; `None`: it stands.
    pub ended_at: Option<Moment>,
    /// Who ended it.
    pub ended_by: String,
    /// Why it ended.
    pub end_reason: String,
}

/// That somebody wants a word ended, and a second person has to agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndAsked {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: String,
    /// Their account.
    pub account: String,
    /// Why.
    pub why: String,
}

impl StoredWord {
    /// As it counts: one that somebody wants ended only raises, until a second person agrees or it is kept.
    #[must_use]
    pub fn counted(&self) -> Override {
        let second = self.word.second.clone().filter(|_| self.end_asked.is_none());
        Override { second, ..self.word.clone() }
    }

    /// Whether it is on this finding.
    #[must_use]
    pub fn is_on(&self, vulnerability_no: i64, asset_no: i64) -> bool {
        self.vulnerability_no.is_none_or(|number| number == vulnerability_no)
            && self.asset_no.is_none_or(|number| number == asset_no)
    }
}

impl Reader<'_> {
    /// All words that nobody ended.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn open_words(&mut self) -> Result<Vec<StoredWord>, StoreError> {
        self.query(OPEN_WORDS, params![], stored)
    }

    /// All words that were ever on a finding, oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn words_on(&mut self, vulnerability_no: i64, asset_no: i64) -> Result<Vec<StoredWord>, StoreError> {
        self.query(WORDS_ON, params![vulnerability_no, asset_no], stored)
    }

    /// One word.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn word(&mut self, id: OverrideId) -> Result<Option<StoredWord>, StoreError> {
        self.query_opt(WORD, params![id], stored)
    }

    /// Words that nobody ended and whose time is over.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn words_over(&mut self, now: Moment) -> Result<Vec<StoredWord>, StoreError> {
        self.query(OVER, params![now], stored)
    }
}

impl Change<'_> {
    /// Writes a word; what it is on is stale then.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_word(&mut self, new: &StoredWord) -> Result<(), StoreError> {
        let word = &new.word;
        self.exec(
            PUT_WORD,
            &[
                Value::from(new.id),
                Value::from(new.vulnerability_no),
                Value::from(new.asset_no),
                Value::from(word.value.point().word()),
                Value::from(word.value.word()),
                Value::Text(storable(&word.reason)),
                Value::Text(storable(&word.author)),
                Value::from(new.author_account.as_str()),
                Value::from(word.at),
                Value::from(word.expires_at),
            ],
        )?;
        self.touch(new);
        Ok(())
    }

    /// Keeps that a second person confirms a word; says whether it stood and waited for that.
    ///
    /// # Errors
    /// When the database fails.
    pub fn confirm_word(&mut self, word: &StoredWord, by: &str) -> Result<bool, StoreError> {
        let at = self.at();
        self.touch(word);
        Ok(self.exec(CONFIRM_WORD, params![word.id, at, &*storable(by)])? == 1)
    }

    /// Keeps that somebody wants a word ended; says whether it stood.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ask_word_end(&mut self, word: &StoredWord, asked: &EndAsked) -> Result<bool, StoreError> {
        self.touch(word);
        let asked = [
            Value::from(word.id),
            Value::from(asked.at),
            Value::Text(storable(&asked.by)),
            Value::from(asked.account.as_str()),
            Value::Text(storable(&asked.why)),
        ];
        Ok(self.exec(ASK_END, &asked)? == 1)
    }

    /// Keeps a word that somebody wanted ended; says whether somebody did.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_word(&mut self, word: &StoredWord) -> Result<bool, StoreError> {
        self.touch(word);
        Ok(self.exec(KEEP_WORD, params![word.id])? == 1)
    }

    /// Ends a word; says whether it stood.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_word(&mut self, word: &StoredWord, by: &str, reason: &str) -> Result<bool, StoreError> {
        let at = self.at();
        self.touch(word);
        Ok(self.exec(END_WORD, params![word.id, at, by, reason])? == 1)
    }

    fn touch(&mut self, word: &StoredWord) {
        match (word.asset_no, word.vulnerability_no) {
            (Some(asset), _) => self.stale.asset(asset),
            (None, Some(vulnerability)) => self.stale.vulnerabilities([vulnerability]),
            (None, None) => self.stale.all(),
        }
    }
}

fn stored(row: &Row<'_>) -> Result<StoredWord, StoreError> {
    let point: Replaceable = row.word(3)?;
    let value =
        PointValue::read(point, &row.get::<String>(4)?).map_err(|why| row.damaged(4, &why.to_string()))?;
    Ok(StoredWord {
        id: row.get(0)?,
        vulnerability_no: row.get(1)?,
        asset_no: row.get(2)?,
        word: Override {
            value,
            reason: row.get(5)?,
            author: row.get(6)?,
            at: row.get(7)?,
            expires_at: row.get(8)?,
            second: match row.get::<Option<Moment>>(13)? {
                Some(at) => Some(Second { by: row.get(14)?, at }),
                None => None,
            },
        },
        author_account: row.get(12)?,
        end_asked: match row.get::<Option<Moment>>(15)? {
            Some(at) => Some(EndAsked { at, by: row.get(16)?, account: row.get(17)?, why: row.get(18)? }),
            None => None,
        },
        ended_at: row.get(9)?,
        ended_by: row.get(10)?,
        end_reason: row.get(11)?,
    })
}
