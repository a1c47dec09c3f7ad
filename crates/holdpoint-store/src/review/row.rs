//! Reading rules: those in force, one with its history, those whose time is over.

use super::RuleLine;
use crate::columns::{read_json, write_json};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::RuleId;
use holdpoint_domain::review::{
    KeptRule, MappingRule, NameKey, RuleExample, RuleState, RuleStep, RuleSubject,
};
use serde::{Deserialize, Serialize};

macro_rules! columns {
    () => {
        "k.id, k.subject, k.verdict, k.author, k.decided_at, k.reason, k.expires_at, k.example, k.origin, \
         s.state, s.valid_from, s.by_name, s.reason"
    };
}
pub(super) use columns;

macro_rules! tables {
    () => {
        "mapping_rule k JOIN mapping_rule_step s ON s.rule_no = k.number"
    };
}
pub(super) use tables;

crate::statements! {
    IN_STATE = concat!("SELECT ", columns!(), " FROM ", tables!(), "
        WHERE s.state = $1 AND s.valid_from <= $2 AND s.valid_to > $2 ORDER BY k.id");
    OVER = concat!("SELECT ", columns!(), " FROM ", tables!(), "
        WHERE s.state IN ('holding', 'proposed') AND s.valid_to = 9223372036854775807 AND k.expires_at <= $1
        ORDER BY k.id");
    ONE = concat!("SELECT ", columns!(), " FROM ", tables!(), "
        WHERE k.id = $1 AND s.valid_to = 9223372036854775807");
    STEPS = "SELECT s.state, s.valid_from, s.by_name, s.by_account, s.reason
        FROM mapping_rule k JOIN mapping_rule_step s ON s.rule_no = k.number
        WHERE k.id = $1 ORDER BY s.place";
}

impl Reader<'_> {
    /// The rules in a state at a moment, by id. Whether their time is over by then is not looked at.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn rules_in(&mut self, state: RuleState, as_of: Moment) -> Result<Vec<RuleLine>, StoreError> {
        self.query(IN_STATE, params![state.word(), instant(as_of)], rule_line)
    }

    /// The rules that hold or are proposed although their time is over at that moment, by id.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn rules_over(&mut self, at: Moment) -> Result<Vec<RuleLine>, StoreError> {
        self.query(OVER, params![at], rule_line)
    }

    /// A rule with all its steps.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn kept_rule(&mut self, id: RuleId) -> Result<Option<KeptRule>, StoreError> {
        let Some(line) = self.query_opt(ONE, params![id], rule_line)? else { return Ok(None) };
        let steps = self.query(STEPS, params![id], |row| {
            Ok(RuleStep {
                state: row.word(0)?,
                at: row.get(1)?,
                by: row.get(2)?,
                account: row.get(3)?,
                reason: row.get(4)?,
            })
        })?;
        Ok(Some(KeptRule { rule: line.rule, state: line.state, origin: line.origin, steps }))
    }
}

/// Reads the columns of [`columns`].
pub(super) fn rule_line(row: &Row<'_>) -> Result<RuleLine, StoreError> {
    let subject: StoredSubject = read_json(row, 1)?;
    let example: StoredExample = read_json(row, 7)?;
    Ok(RuleLine {
        rule: MappingRule {
            id: row.get(0)?,
            subject: subject.into(),
            verdict: row.word(2)?,
            author: row.get(3)?,
            decided_at: row.get(4)?,
            reason: row.get(5)?,
            expires_at: row.get(6)?,
            example: RuleExample {
                ours: example.ours,
                theirs: example.theirs,
                tracking_id: example.tracking_id,
            },
        },
        origin: row.get(8)?,
        state: row.word(9)?,
        since: row.get(10)?,
        by: row.get(11)?,
        why: row.get(12)?,
    })
}

/// The JSON column of a rule's subject.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum StoredSubject {
    Names { ours: [String; 3], theirs: [String; 3] },
    Family { theirs: [String; 3], vendor: String, orders: Vec<String>, words: Vec<String> },
    Vendor { ours: String, theirs: String },
    Expression { vendor: String, product: String, text: String, range: String },
}

/// The JSON column of a rule's example.
#[derive(Serialize, Deserialize)]
struct StoredExample {
    ours: [String; 4],
    theirs: [String; 3],
    #[serde(default, skip_serializing_if = "String::is_empty")]
    tracking_id: String,
}

fn name_parts(key: &NameKey) -> [String; 3] {
    [key.vendor.clone(), key.product.clone(), key.order_number.clone()]
}

fn name_key([vendor, product, order_number]: [String; 3]) -> NameKey {
    NameKey { vendor, product, order_number }
}

impl From<StoredSubject> for RuleSubject {
    fn from(stored: StoredSubject) -> Self {
        match stored {
            StoredSubject::Names { ours, theirs } => {
                Self::Names { ours: name_key(ours), theirs: name_key(theirs) }
            }
            StoredSubject::Family { theirs, vendor, orders, words } => {
                Self::Family { theirs: name_key(theirs), vendor, order_patterns: orders, name_words: words }
            }
            StoredSubject::Vendor { ours, theirs } => Self::Vendor { ours, theirs },
            StoredSubject::Expression { vendor, product, text, range } => {
                Self::Expression { vendor, product, text, range }
            }
        }
    }
}

/// The text of a subject's column.
pub(super) fn subject_json(subject: &RuleSubject) -> String {
    write_json(&match subject.clone() {
        RuleSubject::Names { ours, theirs } => {
            StoredSubject::Names { ours: name_parts(&ours), theirs: name_parts(&theirs) }
        }
        RuleSubject::Family { theirs, vendor, order_patterns, name_words } => StoredSubject::Family {
            theirs: name_parts(&theirs),
            vendor,
            orders: order_patterns,
            words: name_words,
        },
        RuleSubject::Vendor { ours, theirs } => StoredSubject::Vendor { ours, theirs },
        RuleSubject::Expression { vendor, product, text, range } => {
            StoredSubject::Expression { vendor, product, text, range }
        }
    })
}

/// The text of an example's column.
pub(super) fn example_json(example: &RuleExample) -> String {
    let RuleExample { ours, theirs, tracking_id } = example.clone();
    write_json(&StoredExample { ours, theirs, tracking_id })
}
