//! What is asked outside before steps of a plan begin, and what it said last.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::params;
use holdpoint_domain::Moment;
use holdpoint_domain::id::PlanId;

crate::statements! {
    CHECKS = "SELECT k.place, k.name, k.before, k.body, k.by_name, k.written_at, k.looked_at, k.answer, k.what
        FROM plan_check k JOIN change_plan p ON p.number = k.plan_no WHERE p.id = $1 ORDER BY k.place";
    PUT = "INSERT INTO plan_check (plan_no, place, name, before, body, by_name, written_at, looked_at, answer, what)
        SELECT p.number, (SELECT COALESCE(MAX(k.place), 0) + 1 FROM plan_check k WHERE k.plan_no = p.number),
            $2, $3, $4, $5, $6, NULL, NULL, NULL FROM change_plan p WHERE p.id = $1";
    ANSWERED = "UPDATE plan_check SET looked_at = $3, answer = $4, what = $5
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2";
    REMOVE = "DELETE FROM plan_check WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2";
}

/// A check to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCheck {
    /// What people call it.
    pub name: String,
    /// Before what it is asked: `wave` or `step`.
    pub before: String,
    /// What is asked and what must be answered, as JSON.
    pub body: String,
}

/// What a check said last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckAnswer {
    /// When.
    pub at: Moment,
    /// `passed`, `refused` or `unknown`.
    pub word: String,
    /// In words.
    pub what: String,
}

/// A check as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheck {
    /// Its number within the plan.
    pub number: u32,
    /// What it is.
    pub check: NewCheck,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub written_at: Moment,
    /// What it said last; `None`: it was never asked.
    pub answer: Option<CheckAnswer>,
}

impl Reader<'_> {
    /// The checks of a plan.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn plan_checks(&mut self, plan: PlanId) -> Result<Vec<KeptCheck>, StoreError> {
        self.query(CHECKS, params![plan], |row| {
            let at: Option<Moment> = row.get(6)?;
            let (word, what): (Option<String>, Option<String>) = (row.get(7)?, row.get(8)?);
            let answer = at.map(|at| CheckAnswer {
                at,
                word: word.unwrap_or_else(|| "unknown".into()),
                what: what.unwrap_or_default(),
            });
            Ok(KeptCheck {
                number: row.get(0)?,
                check: NewCheck { name: row.get(1)?, before: row.get(2)?, body: row.get(3)? },
                by: row.get(4)?,
                written_at: row.get(5)?,
                answer,
            })
        })
    }
}

impl Change<'_> {
    /// Keeps a check.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_plan_check(&mut self, plan: PlanId, check: &NewCheck, by: &str) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(
            PUT,
            params![
                plan,
                &*storable(&check.name),
                check.before.as_str(),
                &*storable(&check.body),
                &*storable(by),
                at
            ],
        )?;
        Ok(())
    }

    /// Keeps what a check said.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_check_answer(
        &mut self,
        plan: PlanId,
        number: u32,
        answer: &CheckAnswer,
    ) -> Result<(), StoreError> {
        self.exec(
            ANSWERED,
            params![plan, number, answer.at, answer.word.as_str(), &*storable(&answer.what)],
        )?;
        Ok(())
    }

    /// Takes a check away; how many were there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_plan_check(&mut self, plan: PlanId, number: u32) -> Result<u64, StoreError> {
        self.exec(REMOVE, params![plan, number])
    }
}
