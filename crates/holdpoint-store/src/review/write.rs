//! Writing rules and their steps. The only thing that is ever changed is the end of a step's period.

use super::row::{example_json, subject_json};
use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::validity::begin_after;
use crate::value::params;
use holdpoint_domain::Moment;
use holdpoint_domain::id::RuleId;
use holdpoint_domain::review::{MappingRule, RuleState, RuleStep};

crate::statements! {
    LAST = "SELECT COALESCE(MAX(number), 0) FROM mapping_rule";
    INSERT = "INSERT INTO mapping_rule (number, id, kind, subject, ours, theirs, vendor, verdict, author, decided_at,
            reason, expires_at, example, origin)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    OPEN_STEP = "SELECT k.number, s.place, s.valid_from, s.state
        FROM mapping_rule k JOIN mapping_rule_step s ON s.rule_no = k.number
        WHERE k.id = $1 AND s.valid_to = 9223372036854775807";
    STEP_END = "UPDATE mapping_rule_step SET valid_to = $3 WHERE rule_no = $1 AND place = $2";
    STEP_INSERT = "INSERT INTO mapping_rule_step (rule_no, place, valid_from, valid_to, state, by_name, by_account,
            reason) VALUES ($1, $2, $3, 9223372036854775807, $4, $5, $6, $7)";
}

struct OpenStep {
    rule_no: i64,
    place: i64,
    from: Moment,
    state: RuleState,
}

impl Change<'_> {
    /// Keeps a rule with its first step.
    ///
    /// # Errors
    /// When the id is taken or the database fails.
    pub fn put_rule(&mut self, rule: &MappingRule, origin: &str, first: &RuleStep) -> Result<(), StoreError> {
        let number: i64 = self.query_one(LAST, params![], |row| row.get::<i64>(0))? + 1;
        self.exec(
            INSERT,
            params![
                number,
                rule.id,
                rule.subject.kind().word(),
                &*storable(&subject_json(&rule.subject)),
                &*storable(&rule.subject.ours_text()),
                &*storable(&rule.subject.theirs_text()),
                &*storable(rule.subject.vendor()),
                rule.verdict.word(),
                &*storable(&rule.author),
                rule.decided_at,
                &*storable(&rule.reason),
                rule.expires_at,
                &*storable(&example_json(&rule.example)),
                &*storable(origin),
            ],
        )?;
        self.insert_step(number, 1, first.at, first)
    }

    /// Takes a rule into another state.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such rule or its state does not lead there; else when the database
    /// fails.
    pub fn step_rule(&mut self, id: RuleId, step: &RuleStep) -> Result<(), StoreError> {
        let open = self.query_opt(OPEN_STEP, params![id], |row| {
            Ok(OpenStep { rule_no: row.get(0)?, place: row.get(1)?, from: row.get(2)?, state: row.word(3)? })
        })?;
        let Some(open) = open else {
            return Err(StoreError::Conflict { rule: format!("there is no rule {id}") });
        };
        if !open.state.may_become(step.state) {
            let rule = format!("rule {id} is {} and cannot become {}", open.state, step.state);
            return Err(StoreError::Conflict { rule });
        }
        let begin = begin_after(step.at, Some(open.from));
        self.exec(STEP_END, params![open.rule_no, open.place, begin])?;
        self.insert_step(open.rule_no, open.place + 1, begin, step)
    }

    fn insert_step(
        &mut self,
        rule_no: i64,
        place: i64,
        at: Moment,
        step: &RuleStep,
    ) -> Result<(), StoreError> {
        self.exec(
            STEP_INSERT,
            params![
                rule_no,
                place,
                at,
                step.state.word(),
                &*storable(&step.by),
                &*storable(&step.account),
                &*storable(&step.reason),
            ],
        )?;
        Ok(())
    }
}
