//! Change plans: written once, with their steps, what waits, and the steps of their life.

mod body;
mod life;
mod list;

pub use body::{Input, PlanBody, Wanted};
pub use list::{KeptStep, KeptWait, KnownWork, PlanLine};

use crate::change::Change;
use crate::columns::{storable, write_json};
use crate::error::StoreError;
use crate::planning::StoredWayBack;
use crate::reader::Reader;
use crate::value::params;
use holdpoint_domain::Moment;
use holdpoint_domain::id::{PlanId, SiteId};
use holdpoint_domain::plan::ChangePlan;
use holdpoint_domain::plan::life::{PlanState, PlanWord};
use holdpoint_domain::signature::Person;

#[cfg(test)]
pub(crate) use list::{
    SPEC, STATEMENTS as LIST_STATEMENTS, STEP_SPEC, WAIT_SPEC, rows_within, spec_sql, step_sql, wait_sql,
    within,
};

crate::statements! {
    PUT = "INSERT INTO change_plan (number, id, site_id, title, state, author_name, author_account, reason, made_at, until_at,
            first_start, last_free, n_steps, n_assets, n_waits, exposure_planned, exposure_bound, replaces, body, export,
            changed_at, life)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM change_plan), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
            $13, $14, $15, $16, $17, $18, $19, $20, $21)";
    PUT_STEP = "INSERT INTO change_plan_step (plan_no, place, asset_id, tag, patch, window_id, start_at, end_at, free_at,
            last_safe_start, work_minutes, undo_minutes, estimate, people, way_back, goes_after, why)
        SELECT p.number, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17
        FROM change_plan p WHERE p.id = $1";
    PUT_WAIT = "INSERT INTO change_plan_wait (plan_no, place, asset_id, tag, patch, cause, why)
        SELECT p.number, $2, $3, $4, $5, $6, $7 FROM change_plan p WHERE p.id = $1";
    MOVE = "UPDATE change_plan SET state = $2, life = $3, changed_at = $4 WHERE id = $1";
    PUT_EVENT = "INSERT INTO change_plan_event (plan_no, place, at, by_name, by_account, state, note)
        SELECT p.number, (SELECT COALESCE(MAX(e.place), 0) + 1 FROM change_plan_event e WHERE e.plan_no = p.number),
            $2, $3, $4, $5, $6 FROM change_plan p WHERE p.id = $1";
    EVENTS = "SELECT e.at, e.by_name, e.state, e.note FROM change_plan_event e JOIN change_plan p ON p.number = e.plan_no
        WHERE p.id = $1 ORDER BY e.place";
}

/// A plan to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPlan {
    /// The plan itself.
    pub plan: ChangePlan,
    /// What people call it.
    pub title: String,
    /// Who proposed it.
    pub author: Person,
    /// Why.
    pub reason: String,
    /// The last moment that was looked at.
    pub until: Moment,
    /// Exposure that the plan leaves, and the bound that no plan can be below; weight times hours.
    pub exposure: (f64, f64),
    /// The plan that it takes the place of.
    pub replaces: Option<PlanId>,
    /// What else belongs to it.
    pub body: PlanBody,
    /// The tags of its steps' assets and why each step is where it is, in order of the steps.
    pub steps: Vec<(String, String)>,
    /// What waits, and for what.
    pub waits: Vec<KeptWait>,
    /// The plan and what waits as a text.
    pub export: String,
}

/// A step of a plan's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanEvent {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: String,
    /// How it stood from then on.
    pub state: PlanWord,
    /// Why.
    pub note: String,
}

impl Reader<'_> {
    /// The steps of a plan's life, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn plan_events(&mut self, id: PlanId) -> Result<Vec<PlanEvent>, StoreError> {
        self.query(EVENTS, params![id], |row| {
            Ok(PlanEvent { at: row.get(0)?, by: row.get(1)?, state: row.word(2)?, note: row.get(3)? })
        })
    }
}

impl Change<'_> {
    /// Keeps a new plan as a draft, whole.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_plan(&mut self, new: &NewPlan) -> Result<(), StoreError> {
        let at = self.at();
        let plan = &new.plan;
        let first = plan.steps.iter().map(|step| step.start).min();
        let last = plan.steps.iter().map(|step| step.free_at).max();
        let assets: std::collections::BTreeSet<_> = plan.steps.iter().map(|step| step.asset).collect();
        self.exec(
            PUT,
            params![
                plan.id,
                plan.site,
                &*storable(&new.title),
                PlanWord::Draft.word(),
                &*storable(&new.author.name),
                &*storable(&new.author.account),
                &*storable(&new.reason),
                plan.made_at,
                new.until,
                first,
                last,
                plan.steps.len(),
                assets.len(),
                new.waits.len(),
                new.exposure.0,
                new.exposure.1,
                new.replaces,
                &*storable(&body::write(plan, &new.body)),
                &*storable(&new.export),
                at,
                life::write(&PlanState::Draft),
            ],
        )?;
        self.put_rows(new)?;
        self.put_event(plan.id, &new.author, PlanWord::Draft, &new.reason)
    }

    fn put_rows(&mut self, new: &NewPlan) -> Result<(), StoreError> {
        let plan = &new.plan;
        let steps = plan.steps.iter().zip(&new.steps).map(|(step, (tag, why))| {
            params![
                plan.id,
                step.number,
                step.asset,
                storable(tag).into_owned(),
                storable(&step.patch).into_owned(),
                step.window,
                step.start,
                step.end,
                step.free_at,
                step.last_safe_start,
                step.estimate.work_minutes,
                step.estimate.undo_minutes,
                step.estimate.source.word(),
                u32::from(step.people),
                storable(&write_json(&StoredWayBack::of(&step.way_back))).into_owned(),
                write_json(&step.after),
                storable(why).into_owned(),
            ]
            .to_vec()
        });
        self.exec_many(PUT_STEP, steps)?;
        let waits = new.waits.iter().enumerate().map(|(place, wait)| {
            params![
                plan.id,
                place + 1,
                wait.asset,
                storable(&wait.tag).into_owned(),
                storable(&wait.patch).into_owned(),
                wait.cause.as_str(),
                storable(&wait.why).into_owned(),
            ]
            .to_vec()
        });
        self.exec_many(PUT_WAIT, waits)?;
        Ok(())
    }

    /// Moves a plan on in its life.
    ///
    /// # Errors
    /// When it was released before, whoever was faster; when the database fails.
    pub fn move_plan(
        &mut self,
        id: PlanId,
        state: &PlanState,
        by: &Person,
        note: &str,
    ) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(MOVE, params![id, state.word().word(), &*storable(&life::write(state)), at])?;
        self.put_event(id, by, state.word(), note)
    }

    fn put_event(&mut self, id: PlanId, by: &Person, state: PlanWord, note: &str) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(
            PUT_EVENT,
            params![id, at, &*storable(&by.name), &*storable(&by.account), state.word(), &*storable(note)],
        )?;
        Ok(())
    }
}

/// Whose steps are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reserved {
    /// Those of released plans: they hold their places.
    Released,
    /// Those of released plans and of plans that wait for release.
    Asked,
}

/// Which site's steps, from when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepQuery {
    /// The site; `None`: all.
    pub site: Option<SiteId>,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Of which plans.
    pub of: Reserved,
}
