//! Lifting what stopped a deployment: who asked, for which failed steps, and what a second person said.
//!
//! The surprise: a lift is nothing by itself. What was agreed to stands as a word beside each step that was named, so a step that
//! fails later stops the deployment again.

use crate::change::Change;
use crate::columns::{read_json, storable, write_json};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::params;
use holdpoint_domain::Moment;
use holdpoint_domain::id::PlanId;
use holdpoint_domain::signature::Person;

crate::statements! {
    LAST = "SELECT l.steps, l.stops, l.reason, l.asked_at, l.asked_by, l.asked_account, l.state, l.decided_at, l.decided_by, l.note
        FROM plan_lift l JOIN change_plan p ON p.number = l.plan_no WHERE p.id = $1 ORDER BY l.nth DESC LIMIT 1";
    PUT = "INSERT INTO plan_lift (plan_no, nth, steps, stops, reason, asked_at, asked_by, asked_account, state)
        SELECT p.number, (SELECT COALESCE(MAX(l.nth), 0) + 1 FROM plan_lift l WHERE l.plan_no = p.number),
            $2, $3, $4, $5, $6, $7, 'asked' FROM change_plan p WHERE p.id = $1";
    DECIDE = "UPDATE plan_lift SET state = $2, decided_at = $3, decided_by = $4, note = $5
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND state = 'asked'";
}

/// Where a lift stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiftState {
    /// Somebody asked, and nobody else has said anything.
    Asked,
    /// A second person agreed: the deployment goes on.
    Lifted,
    /// A second person refused.
    Refused,
    /// Somebody asked anew before anybody decided.
    Replaced,
}

impl LiftState {
    /// Its fixed word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Lifted => "lifted",
            Self::Refused => "refused",
            Self::Replaced => "replaced",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Asked, Self::Lifted, Self::Refused, Self::Replaced].into_iter().find(|one| one.word() == word)
    }
}

/// Somebody's wish to let a stopped deployment go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    /// The failed steps that were named.
    pub steps: Vec<u32>,
    /// What was stopped then, in words.
    pub stops: String,
    /// Why it may go on.
    pub reason: String,
    /// When.
    pub asked_at: Moment,
    /// Who asked.
    pub asked_by: Person,
    /// Where it stands.
    pub state: LiftState,
    /// When it was decided.
    pub decided_at: Option<Moment>,
    /// By whom.
    pub decided_by: Option<String>,
    /// With what words.
    pub note: Option<String>,
}

/// A lift to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLift<'a> {
    /// The failed steps.
    pub steps: &'a [u32],
    /// What is stopped, in words.
    pub stops: &'a str,
    /// Why it may go on.
    pub reason: &'a str,
    /// Who asks.
    pub by: &'a Person,
}

impl Reader<'_> {
    /// The last lift that somebody asked for; `None`: nobody has.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn last_lift(&mut self, plan: PlanId) -> Result<Option<Lift>, StoreError> {
        self.query_opt(LAST, params![plan], |row| {
            let word: String = row.get(6)?;
            let state = LiftState::of(&word)
                .ok_or_else(|| StoreError::damaged(format!("a lift stands at `{word}`")))?;
            Ok(Lift {
                steps: read_json(row, 0)?,
                stops: row.get(1)?,
                reason: row.get(2)?,
                asked_at: row.get(3)?,
                asked_by: Person { name: row.get(4)?, account: row.get(5)? },
                state,
                decided_at: row.get(7)?,
                decided_by: row.get(8)?,
                note: row.get(9)?,
            })
        })
    }
}

impl Change<'_> {
    /// Keeps that somebody asks; a wish that nobody decided on yet is replaced by it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_lift(&mut self, plan: PlanId, new: &NewLift<'_>) -> Result<(), StoreError> {
        self.decide_lift(plan, LiftState::Replaced, (&new.by.name, ""))?;
        let at = self.at();
        let (stops, reason) = (storable(new.stops), storable(new.reason));
        self.exec(
            PUT,
            params![
                plan,
                write_json(&new.steps),
                &*stops,
                &*reason,
                at,
                &*storable(&new.by.name),
                &*storable(&new.by.account)
            ],
        )?;
        Ok(())
    }

    /// Keeps what became of the wish that stands open; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn decide_lift(
        &mut self,
        plan: PlanId,
        state: LiftState,
        (by, note): (&str, &str),
    ) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(DECIDE, params![plan, state.word(), at, &*storable(by), &*storable(note)])? == 1)
    }
}
