//! Questions to suppliers and their steps.
//!
//! The question's row says how it stands, for lists; its steps are the truth and are only added to.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::QuestionId;
use holdpoint_domain::question::{Question, QuestionDeed, QuestionState, QuestionStep, QuestionTopic};

/// The columns that [`line`] wants.
macro_rules! columns {
    () => {
        "q.id, q.supplier, q.contact, q.patch, q.product, q.version, q.order_number, q.reference, q.body, q.due_at,
            q.asked_at, q.asked_by, q.state, q.answered_at, q.reminders, q.escalations, q.last_at"
    };
}

crate::statements! {
    ONE = concat!("SELECT ", columns!(), " FROM supplier_question q WHERE q.id = $1");
    OVERDUE = concat!("SELECT ", columns!(), " FROM supplier_question q
        WHERE q.state = 'open' AND COALESCE(q.due_at, q.asked_at + $2) <= $1 ORDER BY q.number");
    STEPS = "SELECT t.deed, t.at, t.by_name, t.note FROM supplier_question_step t
        JOIN supplier_question q ON q.number = t.question_no WHERE q.id = $1 ORDER BY t.place";
    LAST = "SELECT COALESCE(MAX(number), 0) FROM supplier_question";
    ADD = "INSERT INTO supplier_question (number, id, supplier, contact, patch, product, version, order_number, reference,
            body, asked_at, asked_by, due_at, state, answered_at, reminders, escalations, last_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'open', NULL, 0, 0, $11)";
    STEP = "INSERT INTO supplier_question_step (question_no, place, deed, at, by_name, note)
        VALUES ((SELECT number FROM supplier_question WHERE id = $1),
            (SELECT COALESCE(MAX(t.place), 0) + 1 FROM supplier_question_step t
                JOIN supplier_question q ON q.number = t.question_no WHERE q.id = $1), $2, $3, $4, $5)";
    MOVE = "UPDATE supplier_question SET state = $2, answered_at = COALESCE(answered_at, $3), reminders = reminders + $4,
            escalations = escalations + $5, last_at = $6 WHERE id = $1";
    SUPPLIERS = "SELECT q.supplier, COUNT(*), SUM(CASE WHEN q.state = 'open' THEN 1 ELSE 0 END),
            SUM(CASE WHEN q.state = 'open' AND q.due_at < $1 THEN 1 ELSE 0 END),
            SUM(CASE WHEN q.answered_at IS NULL THEN 0 ELSE 1 END),
            MIN(CASE WHEN q.state = 'open' THEN q.asked_at ELSE NULL END),
            CAST(SUM(CASE WHEN q.answered_at IS NULL THEN 0 ELSE (q.answered_at - q.asked_at) / 1000000 END) AS BIGINT),
            SUM(CASE WHEN q.state = 'open' AND q.escalations > 0 THEN 1 ELSE 0 END)
        FROM supplier_question q GROUP BY q.supplier ORDER BY 3 DESC, 1";
}

const STATES: &[&str] = &["closed", "answered", "open"];

const FIELDS: &[FilterField] = &[
    FilterField::text("supplier", "q.supplier").required(),
    FilterField::text("contact", "q.contact"),
    FilterField::text("patch", "q.patch"),
    FilterField::text("product", "q.product"),
    FilterField::text("version", "q.version"),
    FilterField::text("order_number", "q.order_number"),
    FilterField::text("reference", "q.reference"),
    FilterField::text("question", "q.body"),
    FilterField::word("state", "q.state", STATES).required(),
    FilterField::time("asked", "q.asked_at").required(),
    FilterField::time("due", "q.due_at"),
    FilterField::time("answered", "q.answered_at"),
    FilterField::text("asked_by", "q.asked_by"),
    FilterField::number("reminders", "q.reminders"),
    FilterField::number("escalations", "q.escalations"),
];

/// The list of questions.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "question",
    fields: FIELDS,
    words: &["q.supplier", "q.body", "q.patch", "q.product", "q.order_number"],
    unique: "q.number",
    default_sort: ("asked", Direction::Descending),
};

/// The statement behind the list.
pub(crate) fn spec_sql() -> ListSql<'static> {
    ListSql { columns: columns!(), from: "supplier_question q", condition: "TRUE", params: Vec::new() }
}

/// A question as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionLine {
    /// The question.
    pub question: Question,
    /// When it was asked.
    pub asked_at: Moment,
    /// By whom.
    pub asked_by: String,
    /// How it stands.
    pub state: QuestionState,
    /// When it was first answered.
    pub answered_at: Option<Moment>,
    /// How often the supplier was reminded.
    pub reminders: u64,
    /// How often it was taken higher.
    pub escalations: u64,
    /// When something was last done about it.
    pub last_at: Moment,
}

/// How a supplier stands with our questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplierLine {
    /// The supplier.
    pub supplier: String,
    /// All questions.
    pub questions: u64,
    /// Those that wait for an answer.
    pub open: u64,
    /// Those of them that are overdue.
    pub overdue: u64,
    /// Those that were answered.
    pub answered: u64,
    /// Since when the oldest open one waits.
    pub waiting_since: Option<Moment>,
    /// How many seconds all answers together took.
    pub answer_seconds: u64,
    /// The open ones that were taken higher.
    pub escalated: u64,
}

impl Reader<'_> {
    /// The questions, the newest first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn questions(&mut self, query: &ListQuery) -> Result<Paged<QuestionLine>, StoreError> {
        self.list(&SPEC, spec_sql(), query, line)
    }

    /// A question.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn question(&mut self, id: QuestionId) -> Result<Option<QuestionLine>, StoreError> {
        self.query_opt(ONE, params![id], line)
    }

    /// Open questions whose time is over; where nobody said a time, `usual` after they were asked.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn overdue_questions(&mut self, now: Moment, usual: i64) -> Result<Vec<QuestionLine>, StoreError> {
        self.query(OVERDUE, params![now, usual], line)
    }

    /// The steps of a question, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn question_steps(&mut self, id: QuestionId) -> Result<Vec<QuestionStep>, StoreError> {
        self.query(STEPS, params![id], |row| {
            Ok(QuestionStep { deed: row.word(0)?, at: row.get(1)?, by: row.get(2)?, note: row.get(3)? })
        })
    }

    /// The suppliers that were ever asked, those with most open questions first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn question_suppliers(&mut self, now: Moment) -> Result<Vec<SupplierLine>, StoreError> {
        self.query(SUPPLIERS, params![now], |row| {
            Ok(SupplierLine {
                supplier: row.get(0)?,
                questions: row.get(1)?,
                open: row.get(2)?,
                overdue: row.get(3)?,
                answered: row.get(4)?,
                waiting_since: row.get(5)?,
                answer_seconds: row.get(6)?,
                escalated: row.get(7)?,
            })
        })
    }
}

impl Change<'_> {
    /// Keeps a question with its first step.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_question(&mut self, new: &Question, asked: &QuestionStep) -> Result<(), StoreError> {
        let number: i64 = self.query_one(LAST, params![], |row| row.get::<i64>(0))? + 1;
        let topic = &new.topic;
        let text = |text: &str| storable(text).into_owned();
        self.exec(
            ADD,
            params![
                number,
                new.id,
                text(&new.supplier),
                text(&new.contact),
                text(&topic.patch),
                text(&topic.product),
                text(&topic.version),
                text(&topic.order_number),
                text(&topic.reference),
                text(&new.text),
                asked.at,
                text(&asked.by),
                new.due_at,
            ],
        )?;
        self.put_step(new.id, asked)
    }

    /// Adds a step to a question, which stands so from then on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn move_question(
        &mut self,
        id: QuestionId,
        step: &QuestionStep,
        state: QuestionState,
    ) -> Result<(), StoreError> {
        let answered = (step.deed == QuestionDeed::Answered).then_some(step.at);
        let is = |deed: QuestionDeed| i64::from(step.deed == deed);
        self.exec(
            MOVE,
            params![
                id,
                state.word(),
                answered,
                is(QuestionDeed::Reminded),
                is(QuestionDeed::Escalated),
                step.at,
            ],
        )?;
        self.put_step(id, step)
    }

    fn put_step(&mut self, id: QuestionId, step: &QuestionStep) -> Result<(), StoreError> {
        self.exec(
            STEP,
            params![id, step.deed.word(), step.at, &*storable(&step.by), &*storable(&step.note)],
        )?;
        Ok(())
    }
}

fn line(row: &Row<'_>) -> Result<QuestionLine, StoreError> {
    Ok(QuestionLine {
        question: Question {
            id: row.get(0)?,
            supplier: row.get(1)?,
            contact: row.get(2)?,
            topic: QuestionTopic {
                patch: row.get(3)?,
                product: row.get(4)?,
                version: row.get(5)?,
                order_number: row.get(6)?,
                reference: row.get(7)?,
            },
            text: row.get(8)?,
            due_at: row.get(9)?,
        },
        asked_at: row.get(10)?,
        asked_by: row.get(11)?,
        state: row.word(12)?,
        answered_at: row.get(13)?,
        reminders: row.get(14)?,
        escalations: row.get(15)?,
        last_at: row.get(16)?,
    })
}
