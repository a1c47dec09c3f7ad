//! One step of a plan read by itself, and whose hands its steps need: what a deed asks must not grow with the plan.

use super::{StepLine, Word, damaged, event, step_line};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::params;
use holdpoint_domain::execution::{Applied, StepRun};
use holdpoint_domain::id::{AssetId, PlanId};
use std::collections::{BTreeMap, BTreeSet};

crate::statements! {
    IS_THERE = "SELECT s.place FROM step_run s JOIN change_plan p ON p.number = s.plan_no WHERE p.id = $1 AND s.place = $2";
    EVENTS_OF = "SELECT e.body FROM step_event e JOIN change_plan p ON p.number = e.plan_no
        WHERE p.id = $1 AND e.place = $2 ORDER BY e.nth";
    WORDS_OF = "SELECT w.kind, w.at, w.by_name, w.body FROM step_word w JOIN change_plan p ON p.number = w.plan_no
        WHERE p.id = $1 AND w.place = $2 ORDER BY w.kind";
    ONE_LINE = "SELECT s.place, s.asset_id, COALESCE(t.tag, ''), s.patch, s.state, s.deadline, s.failed, s.wait_for, s.wait_why,
            s.wait_until, s.changed_at, t.start_at, s.overdue FROM step_run s JOIN change_plan p ON p.number = s.plan_no
        JOIN change_plan_step t ON t.plan_no = s.plan_no AND t.place = s.place WHERE p.id = $1 AND s.place = $2";
    BY_AGENT = "SELECT s.place FROM step_run s JOIN change_plan p ON p.number = s.plan_no
        JOIN agent a ON a.asset_id = s.asset_id AND a.ended_at = 9223372036854775807
        WHERE p.id = $1 AND s.state NOT IN ('done', 'aborted', 'rolled_back')";
    AGENTS = "SELECT asset_id FROM agent WHERE ended_at = 9223372036854775807";
    CONTROLLERS = "SELECT asset_id FROM controller WHERE state = 'accepted' AND asset_id IS NOT NULL";
    BY_CONTROLLER = "SELECT s.place FROM step_run s JOIN change_plan p ON p.number = s.plan_no
        JOIN controller k ON k.asset_id = s.asset_id AND k.state = 'accepted'
        WHERE p.id = $1 AND s.state NOT IN ('done', 'aborted', 'rolled_back')";
}

/// Whose own program serves the assets of steps that are not over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Served {
    /// Steps on assets with an agent.
    pub by_agent: BTreeSet<u32>,
    /// Steps on assets with a controller and no agent.
    pub by_controller: BTreeSet<u32>,
}

/// The assets that have a program of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnPrograms {
    /// Those with an agent.
    pub agents: BTreeSet<AssetId>,
    /// Those with a client of their own (DDI).
    pub controllers: BTreeSet<AssetId>,
}

impl Reader<'_> {
    /// The assets that have a program of their own.
    ///
    /// # Errors
    /// When the database fails.
    pub fn own_programs(&mut self) -> Result<OwnPrograms, StoreError> {
        let agents = self.query(AGENTS, params![], |row| row.get(0))?.into_iter().collect();
        let controllers = self.query(CONTROLLERS, params![], |row| row.get(0))?.into_iter().collect();
        Ok(OwnPrograms { agents, controllers })
    }

    /// A step of a plan as its events say; `None`: the plan has no such step, or nobody has begun it.
    ///
    /// # Errors
    /// When the database fails, or holds events that do not follow from each other.
    pub fn step_run(&mut self, plan: PlanId, number: u32) -> Result<Option<StepRun>, StoreError> {
        if self.query_opt(IS_THERE, params![plan, number], |row| row.get::<u32>(0))?.is_none() {
            return Ok(None);
        }
        let mut run = StepRun::new(number);
        for body in self.query(EVENTS_OF, params![plan, number], |row| row.get::<String>(0))? {
            let event = event::read(&body).map_err(|why| damaged(number, &why))?;
            match run.after(&event) {
                Ok(Applied::Changed(after) | Applied::Late(after)) => run = after,
                Ok(Applied::Already) => {}
                Err(why) => return Err(damaged(number, &why.to_string())),
            }
        }
        Ok(Some(run))
    }

    /// A step of a plan as lists show it.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn step_line(&mut self, plan: PlanId, number: u32) -> Result<Option<StepLine>, StoreError> {
        self.query_opt(ONE_LINE, params![plan, number], step_line)
    }

    /// What was said about a step: the last word of each kind.
    ///
    /// # Errors
    /// When the database fails.
    pub fn words_of_step(&mut self, plan: PlanId, number: u32) -> Result<BTreeMap<String, Word>, StoreError> {
        let rows = self.query(WORDS_OF, params![plan, number], |row| {
            Ok((row.get::<String>(0)?, Word { at: row.get(1)?, by: row.get(2)?, body: row.get(3)? }))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Which steps of a plan are done by the assets' own programs, those that are over left out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn steps_served(&mut self, plan: PlanId) -> Result<Served, StoreError> {
        let by_agent: BTreeSet<u32> =
            self.query(BY_AGENT, params![plan], |row| row.get(0))?.into_iter().collect();
        let others = self.query(BY_CONTROLLER, params![plan], |row| row.get(0))?;
        let by_controller = others.into_iter().filter(|place| !by_agent.contains(place)).collect();
        Ok(Served { by_agent, by_controller })
    }
}
