//! Taking in statements: what is new is opened, what it replaces is closed, what is older is only kept.

use super::row;
use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::value::{Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::compatibility::{
    CompatibilityStatement, KeptStatement, StatedState, StatementSource, folded,
};
use holdpoint_domain::id::StatementId;
use holdpoint_domain::signature::Person;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};

crate::statements! {
    LAST = "SELECT COALESCE(MAX(number), 0) FROM compatibility_statement";
    ADD = "INSERT INTO compatibility_statement (number, id, subject, content_sha256, patch_no, release_no, publisher,
            platform, state, word, issued_at, said_at, patch_released, received_at, valid_from, valid_to, document_no,
            question_id, place, facts, brought_account, brought_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
    CONFIRM = "UPDATE compatibility_statement SET confirmed_account = $2, confirmed_by = $3, confirmed_at = $4
        WHERE id = $1";
    CONFIRM_DOCUMENT = "UPDATE statement_document SET confirmed_account = $2, confirmed_by = $3, confirmed_at = $4
        WHERE number = (SELECT s.document_no FROM compatibility_statement s WHERE s.id = $1)";
    CLOSE = "UPDATE compatibility_statement SET valid_to = $2 WHERE number = $1";
    RELEASE_LAST = "SELECT COALESCE(MAX(number), 0) FROM supplier_release";
    RELEASE_ADD = "INSERT INTO supplier_release (number, release_key, vendor, product, version)
        VALUES ($1, $2, $3, $4, $5)";
    COUNT = "UPDATE patch SET statements = (SELECT COUNT(*) FROM compatibility_statement s
            WHERE s.patch_no = patch.number AND s.valid_to = 9223372036854775807) WHERE number = $1";
}

const BY_SUBJECT: &str =
    "SELECT s.subject, s.content_sha256, s.number, s.issued_at, s.valid_from, s.valid_to,
        s.state
    FROM compatibility_statement s WHERE s.subject IN ({list})";
const RELEASES: &str = "SELECT release_key, number FROM supplier_release WHERE release_key IN ({list})";

/// A statement to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewStatement<'a> {
    /// Its id, if it turns out to be new.
    pub id: StatementId,
    /// What it says.
    pub statement: &'a CompatibilityStatement,
    /// How it came here.
    pub origin: Origin<'a>,
}

/// How a statement came here.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'a> {
    /// It stands in the document with this number, which says who took it in.
    Document(i64),
    /// This person entered it, or noted the answer to a question.
    Person(&'a Person),
}

/// What came of some statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatementCounts {
    /// Their subject was not spoken of before.
    pub new: u64,
    /// They replace another.
    pub changed: u64,
    /// They say what is known.
    pub unchanged: u64,
    /// They are older than what is known, and only kept.
    pub older: u64,
    /// Of those that replace another, how many ask for less caution than it.
    pub milder: u64,
}

impl StatementCounts {
    /// Whether anything was written.
    #[must_use]
    pub const fn wrote(&self) -> bool {
        self.new + self.changed + self.older > 0
    }
}

/// A row of the same subject.
struct Known {
    content: [u8; 32],
    number: i64,
    issued: Option<Moment>,
    valid_from: Moment,
    is_open: bool,
    state: StatedState,
}

/// Everything of one statement that is worked out before the database is asked.
struct Ready<'a> {
    new: NewStatement<'a>,
    subject: [u8; 32],
    content: [u8; 32],
    facts: String,
    patch: String,
    release: String,
}

impl Change<'_> {
    /// Takes in statements. One that says what is known already writes nothing; of two on one subject the later in the
    /// list counts.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_statements(
        &mut self,
        statements: &[NewStatement<'_>],
        at: Moment,
    ) -> Result<StatementCounts, StoreError> {
        let mut last_of: BTreeMap<[u8; 32], Ready<'_>> = BTreeMap::new();
        for new in statements {
            let ready = ready(*new);
            last_of.insert(ready.subject, ready);
        }
        let known = self.known_subjects(last_of.keys().copied())?;
        let mut counts = StatementCounts::default();
        let known_of = |ready: &Ready<'_>| known.get(&ready.subject).map(Vec::as_slice).unwrap_or_default();
        let n_all = last_of.len() as u64;
        let said: Vec<Ready<'_>> =
            last_of.into_values().filter(|ready| !is_known(ready, known_of(ready))).collect();
        counts.unchanged = n_all - said.len() as u64;
        // Whoever says nothing new leaves no trace, not even of its patch.
        let patches = self.patches_of(said.iter())?;
        let releases = self.releases_of(said.iter())?;
        let mut number: i64 = self.query_one(LAST, params![], |row| row.get(0))?;
        let (mut rows, mut closed, mut touched) = (Vec::new(), Vec::new(), BTreeSet::new());
        for ready in said {
            let open = known_of(&ready).iter().find(|row| row.is_open);
            let is_older = is_older(&ready, open);
            let mut from = at;
            match open {
                None => counts.new += 1,
                Some(_) if is_older => counts.older += 1,
                Some(open) => {
                    counts.changed += 1;
                    counts.milder += u64::from(ready.new.statement.state.is_milder_than(open.state));
                    from = at.max(open.valid_from.plus_micros(1));
                    closed.push(vec![Value::from(open.number), Value::from(from)]);
                }
            }
            number += 1;
            let patch_no = patches[&ready.patch];
            touched.insert(patch_no);
            let to = if is_older { from } else { Moment::OPEN };
            let release_no = releases[&ready.release];
            rows.push(ready.row(number, (patch_no, release_no), (from, to), at));
        }
        self.exec_many(CLOSE, closed)?;
        self.insert_many(ADD, rows)?;
        self.exec_many(COUNT, touched.into_iter().map(|number| vec![Value::from(number)]))?;
        Ok(counts)
    }

    /// Writes down that somebody confirmed a statement, or the document that it stands in.
    ///
    /// # Errors
    /// When the database fails.
    pub fn confirm_statement(
        &mut self,
        statement: &KeptStatement,
        by: &Person,
        at: Moment,
    ) -> Result<(), StoreError> {
        let sql = match statement.statement.source {
            StatementSource::Document { .. } => CONFIRM_DOCUMENT,
            StatementSource::Answer { .. } | StatementSource::Entered { .. } => CONFIRM,
        };
        self.exec(sql, params![statement.id, &by.account, &*storable(&by.name), at])?;
        Ok(())
    }

    fn known_subjects(
        &mut self,
        subjects: impl Iterator<Item = [u8; 32]>,
    ) -> Result<HashMap<[u8; 32], Vec<Known>>, StoreError> {
        let rows = self.query_in(BY_SUBJECT, &[], subjects.map(Value::from), |row| {
            let known = Known {
                content: row.get(1)?,
                number: row.get(2)?,
                issued: row.get(3)?,
                valid_from: row.get(4)?,
                is_open: row.get::<Moment>(5)? == Moment::OPEN,
                state: row.word(6)?,
            };
            Ok((row.get::<[u8; 32]>(0)?, known))
        })?;
        let mut known: HashMap<[u8; 32], Vec<Known>> = HashMap::new();
        for (subject, row) in rows {
            known.entry(subject).or_default().push(row);
        }
        Ok(known)
    }

    /// The patches by name; one that no source speaks of gets a row with what the statement says of it.
    fn patches_of<'r, 's: 'r>(
        &mut self,
        all: impl Iterator<Item = &'r Ready<'s>>,
    ) -> Result<HashMap<String, i64>, StoreError> {
        let said: BTreeMap<&str, &CompatibilityStatement> =
            all.map(|ready| (ready.patch.as_str(), ready.new.statement)).collect();
        let numbers = self.patch_numbers(said.keys().copied().collect())?;
        let told = said.iter().map(|(name, statement)| {
            let patch = &statement.patch;
            vec![
                Value::from(numbers[*name]),
                Value::from(storable(&patch.title).into_owned()),
                Value::from(storable(&patch.severity).into_owned()),
                Value::from(patch.released),
                Value::from(if patch.security_related == Some(true) { "security" } else { "unknown" }),
            ]
        });
        self.put_stated(told.collect())?;
        Ok(numbers)
    }

    fn releases_of<'r, 's: 'r>(
        &mut self,
        all: impl Iterator<Item = &'r Ready<'s>>,
    ) -> Result<HashMap<String, i64>, StoreError> {
        let wanted: BTreeMap<&str, &CompatibilityStatement> =
            all.map(|ready| (ready.release.as_str(), ready.new.statement)).collect();
        let keys = wanted.keys().map(|key| Value::from((*key).to_owned()));
        let known =
            self.query_in(RELEASES, &[], keys, |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))?;
        let mut numbers: HashMap<String, i64> = known.into_iter().collect();
        let mut last: i64 = self.query_one(RELEASE_LAST, params![], |row| row.get(0))?;
        let mut rows = Vec::new();
        for (key, statement) in wanted {
            if !numbers.contains_key(key) {
                last += 1;
                numbers.insert(key.to_owned(), last);
                let product = &statement.product;
                let texts = [&product.vendor, &product.name, &product.version];
                let mut row = vec![Value::from(last), Value::from(key.to_owned())];
                row.extend(texts.map(|text| Value::from(storable(text.trim()).into_owned())));
                rows.push(row);
            }
        }
        self.insert_many(RELEASE_ADD, rows)?;
        Ok(numbers)
    }
}

fn is_older(ready: &Ready<'_>, open: Option<&Known>) -> bool {
    let issued = ready.new.statement.issued;
    open.is_some_and(|open| matches!((issued, open.issued), (Some(new), Some(old)) if new < old))
}

/// Whether it was said already, by what stands or, where it is older, by anything before.
fn is_known(ready: &Ready<'_>, known: &[Known]) -> bool {
    let open = known.iter().find(|row| row.is_open);
    open.is_some_and(|open| open.content == ready.content)
        || (is_older(ready, open) && known.iter().any(|row| row.content == ready.content))
}

fn ready(new: NewStatement<'_>) -> Ready<'_> {
    let statement = new.statement;
    let facts = row::facts(statement);
    let product = &statement.product;
    let key = [&product.vendor, &product.name, &product.version].map(|text| folded(&storable(text)));
    Ready {
        new,
        subject: Sha256::digest(statement.subject()).into(),
        content: row::content_key(statement, &facts),
        facts,
        patch: storable(&statement.patch_name()).into_owned(),
        release: key.join("\u{1f}"),
    }
}

impl Ready<'_> {
    fn row(
        self,
        number: i64,
        (patch_no, release_no): (i64, i64),
        (from, to): (Moment, Moment),
        at: Moment,
    ) -> Vec<Value<'static>> {
        let statement = self.new.statement;
        let (question, place) = match &statement.source {
            StatementSource::Document { place, .. } => (None, place.clone()),
            StatementSource::Answer { question } => (Some(*question), String::new()),
            StatementSource::Entered { .. } => (None, String::new()),
        };
        let (document_no, account, name) = match self.new.origin {
            Origin::Document(number) => (Some(number), "", ""),
            Origin::Person(who) => (None, who.account.as_str(), who.name.as_str()),
        };
        let text = |text: &str| Value::from(storable(text).into_owned());
        vec![
            Value::from(number),
            Value::from(self.new.id),
            Value::from(self.subject),
            Value::from(self.content),
            Value::from(patch_no),
            Value::from(release_no),
            text(&statement.publisher),
            text(&statement.product.platform),
            Value::from(statement.state.word()),
            text(&statement.word),
            Value::from(statement.issued),
            Value::from(statement.said_at(at)),
            Value::from(statement.patch.released),
            Value::from(at),
            Value::from(from),
            Value::from(to),
            Value::from(document_no),
            Value::from(question),
            text(&place),
            Value::from(self.facts),
            text(account),
            text(name),
        ]
    }
}
