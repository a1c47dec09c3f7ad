//! Plans that are carried out: what happened to each step, and what was said about it.
//!
//! The surprise: a step is what its events say. It is read by applying them one after the other, and an event that does not
//! fit is refused before it is written, so two turns that meet cannot both be right. The state beside it serves lists alone.

mod backup;
mod check;
mod drift;
mod event;
mod later;
mod lift;
mod line;
mod list;
mod one;
mod partner;

pub use check::{CheckAnswer, KeptCheck, NewCheck};
pub use drift::{AssetSnapshot, Drift, DriftQuery};
pub use later::LaterStep;
pub use lift::{Lift, LiftState, NewLift};
pub use line::{Door, HostLine, host_key};
pub use list::{DeploymentLine, StepQuery, StepRow};
pub use one::{OwnPrograms, Served};
pub use partner::{Partner, PartnerWay};

#[cfg(test)]
pub(crate) use backup::STATEMENTS as BACKUP_STATEMENTS;
#[cfg(test)]
pub(crate) use check::STATEMENTS as CHECK_STATEMENTS;
#[cfg(test)]
pub(crate) use drift::{DRIFT_SPEC, STATEMENTS as DRIFT_STATEMENTS, drift_sql, drift_within};
#[cfg(test)]
pub(crate) use later::STATEMENTS as LATER_STATEMENTS;
#[cfg(test)]
pub(crate) use lift::STATEMENTS as LIFT_STATEMENTS;
#[cfg(test)]
pub(crate) use line::{LINE_SPEC, STATEMENTS as LINE_STATEMENTS, line_sql, line_within};
#[cfg(test)]
pub(crate) use list::{SPEC, STEP_SPEC, spec_sql, step_sql, step_within, within};
#[cfg(test)]
pub(crate) use one::STATEMENTS as ONE_STATEMENTS;
#[cfg(test)]
pub(crate) use partner::STATEMENTS as PARTNER_STATEMENTS;

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::params;
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{
    Applied, Deed, Event, HandWord, Observed, ObservedBy, Outcome, StepRun, StepState,
};
use holdpoint_domain::id::{AssetId, PlanId, SiteId};
use std::collections::{BTreeMap, BTreeSet};

crate::statements! {
    BEGIN = "INSERT INTO plan_run (plan_no, started_at, started_by, paused, turned_at, open_steps)
        SELECT p.number, $2, $3, NULL, NULL, p.n_steps FROM change_plan p WHERE p.id = $1";
    BEGIN_STEPS = "INSERT INTO step_run (plan_no, place, asset_id, patch, state, failed, changed_at)
        SELECT t.plan_no, t.place, t.asset_id, t.patch, 'waiting', 0, $2 FROM change_plan_step t
        JOIN change_plan p ON p.number = t.plan_no WHERE p.id = $1";
    RUN = "SELECT x.started_at, x.started_by, x.paused, x.turned_at, x.open_steps, x.stopped, x.told_against_at FROM plan_run x
        JOIN change_plan p ON p.number = x.plan_no WHERE p.id = $1";
    OPEN_RUNS = "SELECT p.id FROM plan_run x JOIN change_plan p ON p.number = x.plan_no WHERE x.open_steps > 0 ORDER BY p.number";
    FINISHED = "SELECT p.id FROM plan_run x JOIN change_plan p ON p.number = x.plan_no
        WHERE x.open_steps = 0 AND p.state = 'released' ORDER BY p.number";
    ENDINGS = "SELECT s.state, COUNT(*) FROM step_run s JOIN change_plan p ON p.number = s.plan_no WHERE p.id = $1 GROUP BY s.state";
    PAUSE = "UPDATE plan_run SET paused = $2, told_against_at = $3 WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1)";
    TURNED = "UPDATE plan_run SET turned_at = $2, open_steps = (SELECT COUNT(*) FROM step_run s
            WHERE s.plan_no = plan_run.plan_no AND s.state NOT IN ('done', 'aborted', 'rolled_back'))
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1)";
    STOPPED = "UPDATE plan_run SET stopped = $2 WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1)";
    OVERDUE = "UPDATE step_run SET overdue = $3, overdue_since = CASE WHEN CAST($3 AS TEXT) IS NULL THEN NULL ELSE COALESCE(overdue_since, $4) END
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2";
    REPORTED = "UPDATE step_run SET reported = $3, reported_at = $4
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2";
    OBSERVED = "UPDATE step_run SET observed = $3, observed_what = $4, observed_at = $5, verified_at = $6, observed_by = NULL
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2";
    OBSERVED_TOO = "UPDATE step_run SET observed_what = CASE WHEN observed_what IS NULL THEN CAST($3 AS TEXT)
            ELSE observed_what || '; ' || CAST($3 AS TEXT) END
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2";
    OBSERVED_BY = "UPDATE step_run SET observed_by = $3
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2";
    EVENTS = "SELECT e.place, e.body FROM step_event e JOIN change_plan p ON p.number = e.plan_no
        WHERE p.id = $1 ORDER BY e.place, e.nth";
    STEP_EVENTS = "SELECT e.at, e.by_name, e.body, e.evidence FROM step_event e JOIN change_plan p ON p.number = e.plan_no
        WHERE p.id = $1 AND e.place = $2 ORDER BY e.nth";
    PUT_EVENT = "INSERT INTO step_event (plan_no, place, nth, at, by_name, body, evidence, outcome_of)
        SELECT p.number, $2, (SELECT COALESCE(MAX(e.nth), 0) + 1 FROM step_event e WHERE e.plan_no = p.number AND e.place = $2),
            $3, $4, $5, $6, $7 FROM change_plan p WHERE p.id = $1";
    MOVE = "UPDATE step_run SET state = $3, deadline = $4, failed = $5, wait_for = NULL, wait_why = NULL, wait_until = NULL,
            changed_at = $6, faulted = $7
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2";
    WAITS = "UPDATE step_run SET wait_for = $3, wait_why = $4, wait_until = $5
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2";
    LINES = "SELECT s.place, s.asset_id, COALESCE(t.tag, ''), s.patch, s.state, s.deadline, s.failed, s.wait_for, s.wait_why,
            s.wait_until, s.changed_at, t.start_at, s.overdue FROM step_run s JOIN change_plan p ON p.number = s.plan_no
        JOIN change_plan_step t ON t.plan_no = s.plan_no AND t.place = s.place WHERE p.id = $1 ORDER BY s.place";
    WORDS = "SELECT w.place, w.kind, w.at, w.by_name, w.body FROM step_word w JOIN change_plan p ON p.number = w.plan_no
        WHERE p.id = $1 ORDER BY w.place, w.kind";
    SAY = "INSERT INTO step_word (plan_no, place, kind, at, by_name, body)
        SELECT p.number, $2, $3, $4, $5, $6 FROM change_plan p WHERE p.id = $1
        ON CONFLICT (plan_no, place, kind) DO UPDATE SET at = excluded.at, by_name = excluded.by_name, body = excluded.body";
    CLOSE_HOLDS = "DELETE FROM step_word
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2 AND kind LIKE 'hold:%'";
    CLOSE_HOLD = "DELETE FROM step_word
        WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2 AND kind = $3";
    BEGIN_ANEW = "DELETE FROM step_word WHERE plan_no = (SELECT number FROM change_plan WHERE id = $1) AND place = $2
        AND kind IN ('accepted', 'lifted', 'backup')";
    FAULTS_ELSEWHERE = "SELECT s.patch, p.number, s.place FROM step_run s JOIN change_plan p ON p.number = s.plan_no
        WHERE s.faulted = 1 AND p.id <> $1
            AND s.patch IN (SELECT m.patch FROM step_run m JOIN change_plan q ON q.number = m.plan_no WHERE q.id = $1)
            AND NOT EXISTS (SELECT 1 FROM step_word w
                WHERE w.plan_no = s.plan_no AND w.place = s.place AND w.kind IN ('accepted', 'lifted'))
        ORDER BY s.patch, p.number, s.place";
    WITHOUT_WAY = "SELECT s.place FROM step_run s JOIN change_plan p ON p.number = s.plan_no
        WHERE p.id = $1 AND s.state IN ('waiting', 'staged', 'checked', 'backed_up')
            AND NOT EXISTS (SELECT 1 FROM asset_line l WHERE l.asset_id = s.asset_id)
            AND NOT EXISTS (SELECT 1 FROM agent a WHERE a.asset_id = s.asset_id AND a.ended_at = 9223372036854775807)
            AND NOT EXISTS (SELECT 1 FROM controller k WHERE k.asset_id = s.asset_id AND k.state = 'accepted')
        ORDER BY s.place";
    OUT_ELSEWHERE = "SELECT DISTINCT s.asset_id FROM step_run s JOIN change_plan p ON p.number = s.plan_no
        WHERE p.id <> $1 AND s.state IN ('installing', 'awaiting_restart', 'restarting', 'to_verify', 'verifying', 'broken',
            'undoing', 'to_verify_undo', 'verifying_undo', 'by_hand')";
    WORK_ON = "SELECT COUNT(*) FROM step_run WHERE asset_id = $1 AND state IN ('installing', 'awaiting_restart', 'restarting', 'to_verify',
            'verifying', 'broken', 'undoing', 'to_verify_undo', 'verifying_undo', 'by_hand')";
    IN_HAND = "SELECT DISTINCT s.asset_id, a.redundancy_group, p.id FROM step_run s JOIN change_plan p ON p.number = s.plan_no
        JOIN asset i ON i.id = s.asset_id JOIN asset_version a ON a.number = i.number AND a.valid_to = 9223372036854775807
        WHERE a.site_id = $1 AND s.state IN ('by_hand', 'broken')";
    WORKED_ON = "SELECT DISTINCT asset_id FROM step_run WHERE patch = $1 AND changed_at >= $2 AND state IN ('verified',
            'rechecking', 'done', 'broken', 'undoing', 'to_verify_undo', 'verifying_undo', 'rolled_back')";
    LINE_OF = "SELECT address, port, account, fingerprint, rights, note, changed_at FROM asset_line WHERE asset_id = $1";
    PUT_LINE = "INSERT INTO asset_line (asset_id, address, port, account, fingerprint, rights, note, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (asset_id) DO UPDATE SET address = excluded.address, port = excluded.port, account = excluded.account,
            fingerprint = excluded.fingerprint, rights = excluded.rights, note = excluded.note, changed_at = excluded.changed_at";
    END_LINE = "DELETE FROM asset_line WHERE asset_id = $1";
}

/// A plan that is carried out, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRun {
    /// Since when.
    pub started_at: Moment,
    /// Who began it.
    pub started_by: String,
    /// Why it is paused; `None`: it is not.
    pub paused: Option<String>,
    /// When it was looked at last.
    pub turned_at: Option<Moment>,
    /// How many steps are not over.
    pub open_steps: u64,
    /// What was stopped at the last turn, in words; `None`: nothing.
    pub stopped: Option<String>,
    /// When the result was told that paused it, because something stood against that work; `None`: it is not paused, or a person
    /// has done it.
    pub told_against_at: Option<Moment>,
}

/// A step as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepLine {
    /// Its number.
    pub number: u32,
    /// The asset.
    pub asset: AssetId,
    /// Its tag.
    pub tag: String,
    /// The patch.
    pub patch: String,
    /// The word of its state.
    pub state: String,
    /// When an outcome is overdue; `None`: nothing is being done.
    pub deadline: Option<Moment>,
    /// Whether it counts as failed.
    pub failed: bool,
    /// What it waits for, as a word.
    pub wait_for: Option<String>,
    /// Why, as a clause.
    pub wait_why: Option<String>,
    /// When that changes by itself.
    pub wait_until: Option<Moment>,
    /// When it moved last.
    pub changed_at: Moment,
    /// When it was planned to begin.
    pub start: Moment,
    /// What is overdue, as a clause.
    pub overdue: Option<String>,
}

/// Something that happened to a step, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEvent {
    /// When it was written.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// What.
    pub event: Event,
    /// What was read on the way, word by word.
    pub evidence: Option<String>,
}

/// The last word of a kind about a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// When it was said.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// What.
    pub body: String,
}

/// How a host without an agent is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetLine {
    /// Its name or address.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The account.
    pub account: String,
    /// The fingerprint of its key.
    pub fingerprint: String,
    /// `own` or `sudo`.
    pub rights: String,
    /// Where that is known from.
    pub note: String,
    /// When it was written.
    pub changed_at: Moment,
}

fn step_line(row: &crate::value::Row<'_>) -> Result<StepLine, StoreError> {
    Ok(StepLine {
        number: row.get(0)?,
        asset: row.get(1)?,
        tag: row.get(2)?,
        patch: row.get(3)?,
        state: row.get(4)?,
        deadline: row.get(5)?,
        failed: row.get::<i64>(6)? != 0,
        wait_for: row.get(7)?,
        wait_why: row.get(8)?,
        wait_until: row.get(9)?,
        changed_at: row.get(10)?,
        start: row.get(11)?,
        overdue: row.get(12)?,
    })
}

impl Reader<'_> {
    /// How a plan is carried out; `None`: nobody has begun it.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn plan_run(&mut self, plan: PlanId) -> Result<Option<PlanRun>, StoreError> {
        let rows = self.query(RUN, params![plan], |row| {
            Ok(PlanRun {
                started_at: row.get(0)?,
                started_by: row.get(1)?,
                paused: row.get(2)?,
                turned_at: row.get(3)?,
                open_steps: row.get(4)?,
                stopped: row.get(5)?,
                told_against_at: row.get(6)?,
            })
        })?;
        Ok(rows.into_iter().next())
    }

    /// Plans with steps that are not over.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_runs(&mut self) -> Result<Vec<PlanId>, StoreError> {
        self.query(OPEN_RUNS, params![], |row| row.get(0))
    }

    /// The steps of a plan as their events say, by number.
    ///
    /// # Errors
    /// When the database fails, or holds events that do not follow from each other.
    pub fn step_runs(&mut self, plan: PlanId) -> Result<BTreeMap<u32, StepRun>, StoreError> {
        let lines = self.step_lines(plan)?;
        let mut runs: BTreeMap<u32, StepRun> =
            lines.iter().map(|line| (line.number, StepRun::new(line.number))).collect();
        let events =
            self.query(EVENTS, params![plan], |row| Ok((row.get::<u32>(0)?, row.get::<String>(1)?)))?;
        for (number, body) in events {
            let Some(run) = runs.get_mut(&number) else { continue };
            let event = event::read(&body).map_err(|why| damaged(number, &why))?;
            match run.after(&event) {
                Ok(Applied::Changed(after) | Applied::Late(after)) => *run = after,
                Ok(Applied::Already) => {}
                Err(why) => return Err(damaged(number, &why.to_string())),
            }
        }
        Ok(runs)
    }

    /// The steps of a plan as lists show them, by number.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn step_lines(&mut self, plan: PlanId) -> Result<Vec<StepLine>, StoreError> {
        self.query(LINES, params![plan], step_line)
    }

    /// What happened to a step, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn step_events(&mut self, plan: PlanId, number: u32) -> Result<Vec<KeptEvent>, StoreError> {
        let rows = self.query(STEP_EVENTS, params![plan, number], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<String>(2)?, row.get(3)?))
        })?;
        rows.into_iter()
            .map(|(at, by, body, evidence)| {
                let event = event::read(&body).map_err(|why| damaged(number, &why))?;
                Ok(KeptEvent { at, by, event, evidence })
            })
            .collect()
    }

    /// What was said about the steps of a plan: step and kind, the last word.
    ///
    /// # Errors
    /// When the database fails.
    pub fn step_words(&mut self, plan: PlanId) -> Result<BTreeMap<(u32, String), Word>, StoreError> {
        let rows = self.query(WORDS, params![plan], |row| {
            let word = Word { at: row.get(2)?, by: row.get(3)?, body: row.get(4)? };
            Ok(((row.get::<u32>(0)?, row.get::<String>(1)?), word))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Released plans of which every step is over.
    ///
    /// # Errors
    /// When the database fails.
    pub fn finished_runs(&mut self) -> Result<Vec<PlanId>, StoreError> {
        self.query(FINISHED, params![], |row| row.get(0))
    }

    /// How many steps of a plan stand in each state, by its word.
    ///
    /// # Errors
    /// When the database fails.
    pub fn step_states(&mut self, plan: PlanId) -> Result<BTreeMap<String, u32>, StoreError> {
        let rows = self.query(ENDINGS, params![plan], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.into_iter().collect())
    }

    /// The steps of other plans in which something spoke against a patch of this plan, by patch: plan number and step. What a
    /// person has accepted is not among them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn faults_elsewhere(
        &mut self,
        plan: PlanId,
    ) -> Result<BTreeMap<String, Vec<(i64, u32)>>, StoreError> {
        let rows = self.query(FAULTS_ELSEWHERE, params![plan], |row| {
            Ok((row.get::<String>(0)?, (row.get::<i64>(1)?, row.get::<u32>(2)?)))
        })?;
        let mut found: BTreeMap<String, Vec<(i64, u32)>> = BTreeMap::new();
        for (patch, step) in rows {
            found.entry(patch).or_default().push(step);
        }
        Ok(found)
    }

    /// Steps of a plan that have not begun, on assets without line, agent and controller.
    ///
    /// # Errors
    /// When the database fails.
    pub fn steps_without_way(&mut self, plan: PlanId) -> Result<Vec<u32>, StoreError> {
        self.query(WITHOUT_WAY, params![plan], |row| row.get(0))
    }

    /// Assets that other plans have in work.
    ///
    /// # Errors
    /// When the database fails.
    pub fn assets_in_work_elsewhere(&mut self, plan: PlanId) -> Result<Vec<AssetId>, StoreError> {
        self.query(OUT_ELSEWHERE, params![plan], |row| row.get(0))
    }

    /// Whether any plan has an asset in work.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_in_work(&mut self, asset: AssetId) -> Result<bool, StoreError> {
        let found = self.query_opt(WORK_ON, params![asset], |row| row.get::<i64>(0))?;
        Ok(found.is_some_and(|steps| steps > 0))
    }

    /// Assets of a site that stand broken or in a person's hands by other plans than that one, with their redundancy groups: nobody knows
    /// when they are back.
    ///
    /// # Errors
    /// When the database fails.
    pub fn assets_in_hand(
        &mut self,
        site: SiteId,
        but: Option<PlanId>,
    ) -> Result<Vec<(AssetId, String)>, StoreError> {
        let rows = self.query(IN_HAND, params![site], |row| {
            Ok((row.get::<AssetId>(0)?, row.get::<String>(1)?, row.get::<PlanId>(2)?))
        })?;
        let others = rows.into_iter().filter(|(_, _, plan)| Some(*plan) != but);
        Ok(others.map(|(asset, group, _)| (asset, group)).collect())
    }

    /// The assets on which this patch was installed, or broke something, since a moment.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn assets_worked_on(&mut self, patch: &str, since: Moment) -> Result<BTreeSet<AssetId>, StoreError> {
        let found = self.query(WORKED_ON, params![&*storable(patch), since], |row| row.get(0))?;
        Ok(found.into_iter().collect())
    }

    /// How an asset is reached; `None`: nobody has said.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn asset_line(&mut self, asset: AssetId) -> Result<Option<AssetLine>, StoreError> {
        self.query_opt(LINE_OF, params![asset], line::line)
    }
}

impl Change<'_> {
    /// Begins a plan: its steps wait from now on.
    ///
    /// # Errors
    /// When it was begun before; when the database fails.
    pub fn begin_plan(&mut self, plan: PlanId, by: &str) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(BEGIN, params![plan, at, &*storable(by)])?;
        self.exec(BEGIN_STEPS, params![plan, at])?;
        Ok(())
    }

    /// Pauses a plan, or lets it go on; with the moment of the result that paused it, when it was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn pause_plan(
        &mut self,
        plan: PlanId,
        why: Option<&str>,
        told_against_at: Option<Moment>,
    ) -> Result<(), StoreError> {
        self.exec(PAUSE, params![plan, why.map(|why| storable(why).into_owned()), told_against_at])?;
        Ok(())
    }

    /// Writes what happened to a step, and gives the step after it.
    ///
    /// An outcome that comes after its attempt was given up is kept with its evidence and changes nothing. A second outcome of an
    /// attempt is kept nowhere: neither the step nor the database takes it.
    ///
    /// # Errors
    /// When the step does not allow it: nothing is written then. When the database fails.
    pub fn put_step_event(
        &mut self,
        plan: PlanId,
        run: &StepRun,
        event: &Event,
        by: &str,
        evidence: Option<&str>,
    ) -> Result<StepRun, StoreError> {
        let after = match run.after(event) {
            Ok(Applied::Changed(after)) => after,
            // Kept beside the step, which stands where it stood.
            Ok(Applied::Late(_)) => run.clone(),
            Ok(Applied::Already) => return Ok(run.clone()),
            Err(why) => return Err(damaged(run.number, &why.to_string())),
        };
        let at = self.at();
        self.exec(
            PUT_EVENT,
            params![
                plan,
                run.number,
                at,
                &*storable(by),
                event::write(event),
                evidence.map(|text| storable(text).into_owned()),
                outcome_of(event)
            ],
        )?;
        if after != *run {
            self.keep_seen(plan, run, event, &after)?;
            let deadline = after.state.open_attempt().map(|(_, attempt)| attempt.deadline);
            self.exec(
                MOVE,
                params![
                    plan,
                    run.number,
                    after.state.word().word(),
                    deadline,
                    i64::from(after.has_failed()),
                    at,
                    i64::from(after.is_faulted())
                ],
            )?;
        }
        Ok(after)
    }

    /// Keeps what was reported and what was observed beside the step, for lists.
    fn keep_seen(
        &mut self,
        plan: PlanId,
        run: &StepRun,
        event: &Event,
        after: &StepRun,
    ) -> Result<(), StoreError> {
        let at = self.at();
        let said = match event {
            Event::Ended {
                deed: Deed::Install,
                outcome: Outcome::NotBegun { .. } | Outcome::Refused { .. },
                ..
            } => None,
            Event::Ended { deed: Deed::Install, outcome, .. } => Some(reported(outcome)),
            Event::Overdue { .. } if matches!(run.state, StepState::Installing(_)) => Some("unknown"),
            Event::HandedBack { says: HandWord::Installed, .. } => Some("by_hand"),
            Event::HandedBack { says: HandWord::AsBefore, .. }
            | Event::Ended { .. }
            | Event::Intended { .. }
            | Event::Overdue { .. }
            | Event::NoRestartNeeded { .. }
            | Event::Stopped { .. }
            | Event::Restaged { .. }
            | Event::BackWanted { .. }
            | Event::Reopened { .. } => None,
        };
        if let Some(said) = said {
            self.exec(REPORTED, params![plan, run.number, said, at])?;
        }
        if let Event::Ended { outcome: Outcome::Seen(seen), .. } = event {
            let (word, what) = match seen {
                Observed::AsPromised => {
                    ("as_promised", run.against_mark().map(|why| storable(why).into_owned()))
                }
                Observed::NotRestarted { what } => ("not_restarted", Some(storable(what).into_owned())),
                Observed::AsBefore => ("as_before", None),
                Observed::Otherwise { what } => ("otherwise", Some(storable(what).into_owned())),
            };
            let verified = match &after.state {
                StepState::Verified { at } | StepState::Done { at } => Some(*at),
                _ => None,
            };
            self.exec(OBSERVED, params![plan, run.number, word, what, at, verified])?;
        }
        Ok(())
    }

    /// Keeps something beside what was observed of a step, for lists.
    ///
    /// # Errors
    /// When the database fails.
    pub fn note_observed(&mut self, plan: PlanId, number: u32, what: &str) -> Result<(), StoreError> {
        self.exec(OBSERVED_TOO, params![plan, number, storable(what).into_owned()])?;
        Ok(())
    }

    /// Keeps who read the asset at the last look.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_observed_by(&mut self, plan: PlanId, number: u32, by: ObservedBy) -> Result<(), StoreError> {
        self.exec(OBSERVED_BY, params![plan, number, by.word()])?;
        Ok(())
    }

    /// Writes what is stopped in a deployment, for lists; `None`: nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_stopped(&mut self, plan: PlanId, why: Option<&str>) -> Result<(), StoreError> {
        self.exec(STOPPED, params![plan, why.map(|why| storable(why).into_owned())])?;
        Ok(())
    }

    /// Writes what is overdue of a step; `None`: nothing any more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_step_overdue(
        &mut self,
        plan: PlanId,
        number: u32,
        why: Option<&str>,
    ) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(OVERDUE, params![plan, number, why.map(|why| storable(why).into_owned()), at])?;
        Ok(())
    }

    /// Writes what a step waits for.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_step_wait(
        &mut self,
        plan: PlanId,
        number: u32,
        (for_what, why, until): (&str, &str, Option<Moment>),
    ) -> Result<(), StoreError> {
        self.exec(WAITS, params![plan, number, for_what, &*storable(why), until])?;
        Ok(())
    }

    /// A plan was looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub fn plan_turned(&mut self, plan: PlanId) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(TURNED, params![plan, at])?;
        Ok(())
    }

    /// Keeps the last word of a kind about a step.
    ///
    /// # Errors
    /// When the database fails.
    pub fn say_of_step(
        &mut self,
        plan: PlanId,
        number: u32,
        kind: &str,
        (by, body): (&str, &str),
    ) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(SAY, params![plan, number, kind, at, &*storable(by), &*storable(body)])?;
        Ok(())
    }

    /// Closes the hold points before a step again: it begins anew, and so does the looking. The audit log keeps what was said.
    ///
    /// # Errors
    /// When the database fails.
    pub fn close_holds(&mut self, plan: PlanId, number: u32) -> Result<(), StoreError> {
        self.exec(CLOSE_HOLDS, params![plan, number])?;
        Ok(())
    }

    /// Closes one hold point again, named by the step that it stands before and its number there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn close_hold(&mut self, plan: PlanId, before: u32, hold: u32) -> Result<(), StoreError> {
        self.exec(CLOSE_HOLD, params![plan, before, format!("hold:{hold}")])?;
        Ok(())
    }

    /// Takes back what people said of the try before, because the step begins anew: that its failure is accepted, and where its
    /// backup lies. The audit log keeps it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_words_of_try(&mut self, plan: PlanId, number: u32) -> Result<(), StoreError> {
        self.exec(BEGIN_ANEW, params![plan, number])?;
        Ok(())
    }

    /// Keeps how an asset is reached; `None` forgets it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_asset_line(&mut self, asset: AssetId, line: Option<&AssetLine>) -> Result<(), StoreError> {
        let at = self.at();
        match line {
            None => self.exec(END_LINE, params![asset])?,
            Some(line) => self.exec(
                PUT_LINE,
                params![
                    asset,
                    &*storable(&line.address),
                    u32::from(line.port),
                    &*storable(&line.account),
                    &*storable(&line.fingerprint),
                    line.rights.as_str(),
                    &*storable(&line.note),
                    at
                ],
            )?,
        };
        Ok(())
    }
}

/// The deed and attempt whose outcome an event is; `None`: it is none.
fn outcome_of(event: &Event) -> Option<String> {
    match event {
        Event::Ended { deed, attempt, .. } => Some(format!("{} {attempt}", deed.word())),
        _ => None,
    }
}

const fn reported(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded | Outcome::Seen(_) => "succeeded",
        Outcome::Failed { .. } => "failed",
        Outcome::Unknown { .. }
        | Outcome::NotDone { .. }
        | Outcome::NotBegun { .. }
        | Outcome::Refused { .. }
        | Outcome::NotTold { .. } => "unknown",
    }
}

fn damaged(number: u32, why: &str) -> StoreError {
    StoreError::damaged(format!("step {number}: {why}"))
}
