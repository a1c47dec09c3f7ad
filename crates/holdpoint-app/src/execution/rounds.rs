//! The server's own turns: who does what a turn hands out, how many at the same time, and what a dead server left behind.
//!
//! The surprise: the deeds of one round go to workers, and the round does not wait for them. A host that answers slowly holds one
//! worker and nothing else; a turn intends no more than there are workers free.

use super::checks::wants_asking;
use super::{Left, ask_outside, carry_out, drift, end_finished, hand_over, report, turn};
use crate::App;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{ErrorClass, Outcome};
use holdpoint_domain::id::PlanId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Most turns of one plan in one round.
const MOST_TURNS: usize = 64;

/// A deployment in which nothing happened is looked at again after so long: approvals, windows and groups change without it.
const LOOK_AGAIN: i64 = 15_000_000;

/// Those who do what turns hand out. Cheap to clone.
#[derive(Clone)]
pub struct Workers {
    inner: Arc<Inner>,
}

struct Inner {
    most: usize,
    busy: Mutex<usize>,
    freed: Condvar,
    stopping: AtomicBool,
    looked: Mutex<BTreeMap<PlanId, Looked>>,
    asking: Mutex<BTreeSet<PlanId>>,
    /// The newest version of an asset that was held against the baselines.
    swept: AtomicI64,
}

/// When a deployment is looked at next, unless it moves before.
#[derive(Clone, Copy)]
struct Looked {
    turned_at: Option<Moment>,
    next: Moment,
}

impl Workers {
    /// As many as that, at least one.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let inner = Inner {
            most: most.max(1),
            busy: Mutex::new(0),
            freed: Condvar::new(),
            stopping: false.into(),
            looked: Mutex::new(BTreeMap::new()),
            asking: Mutex::new(BTreeSet::new()),
            swept: AtomicI64::new(0),
        };
        Self { inner: Arc::new(inner) }
    }

    fn busy(&self) -> MutexGuard<'_, usize> {
        self.inner.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many are free.
    #[must_use]
    pub fn free(&self) -> usize {
        self.inner.most.saturating_sub(*self.busy())
    }

    /// Whether nothing new begins any more.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.inner.stopping.load(Ordering::SeqCst)
    }

    /// One round over all deployments: turns until nothing moves at this moment or nobody is free; the deeds are done by workers.
    /// Gives how many deeds were begun.
    ///
    /// # Errors
    /// [`AppError::Store`] when the deployments cannot be read; a plan that cannot be looked at is told to `trouble` and holds
    /// up no other.
    pub fn round(&self, app: &App, trouble: &dyn Fn(&AppError)) -> Result<u64, AppError> {
        let mut begun = 0;
        for plan in app.store().read(|r| r.open_runs())? {
            self.ask(app, plan)?;
            if !self.is_due(app, plan)? {
                continue;
            }
            let mut seen = None;
            for _ in 0..MOST_TURNS {
                if self.is_stopping() {
                    return Ok(begun);
                }
                let turned = match turn(app, plan, self.free()) {
                    Ok(turned) => turned,
                    Err(why) => {
                        trouble(&why);
                        break;
                    }
                };
                seen = turned.turned_at;
                begun += turned.hand_outs.len() as u64;
                // What could not be handed over is found by the next look after agents and controllers.
                for hand_out in hand_over(app, turned.hand_outs).unwrap_or_else(|why| {
                    trouble(&why);
                    Vec::new()
                }) {
                    self.begin(app, hand_out);
                }
                if turned.moved == 0 {
                    break;
                }
            }
            self.looked_at(app, plan, seen)?;
        }
        end_finished(app)?;
        let after = self.inner.swept.load(Ordering::SeqCst);
        let (newest, _) = drift::sweep(app, after)?;
        self.inner.swept.store(newest, Ordering::SeqCst);
        Ok(begun)
    }

    /// Asks outside what a deployment waits for, beside the round: an answer may take its time.
    fn ask(&self, app: &App, plan: PlanId) -> Result<(), AppError> {
        let asking = || self.inner.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if asking().contains(&plan) || !wants_asking(app, plan)? {
            return Ok(());
        }
        asking().insert(plan);
        let (workers, app) = (self.clone(), app.clone());
        let work = move || {
            // What could not be written is asked again.
            let _ = ask_outside(&app, plan);
            workers.inner.asking.lock().unwrap_or_else(PoisonError::into_inner).remove(&plan);
            workers.inner.freed.notify_all();
        };
        if std::thread::Builder::new().name("check".to_owned()).spawn(work).is_err() {
            asking().remove(&plan);
        }
        Ok(())
    }

    /// Whether a deployment moved since the last look, or its time has come.
    fn is_due(&self, app: &App, plan: PlanId) -> Result<bool, AppError> {
        let known = self.looked().get(&plan).copied();
        let Some(known) = known.filter(|known| app.now() < known.next) else { return Ok(true) };
        let run = app.store().read(|r| r.plan_run(plan))?;
        Ok(run.is_none_or(|run| run.turned_at != known.turned_at))
    }

    fn looked_at(&self, app: &App, plan: PlanId, turned_at: Option<Moment>) -> Result<(), AppError> {
        let now = app.now();
        let steps = app.store().read(|r| r.step_lines(plan))?;
        let due = steps.iter().flat_map(|step| [step.wait_until, step.deadline]).flatten();
        let next = due.filter(|at| *at > now).fold(now.plus_micros(LOOK_AGAIN), Ord::min);
        // Somebody without a worker waits for the next free one, and not for time to pass.
        let next = if self.free() == 0 { now } else { next };
        self.looked().insert(plan, Looked { turned_at, next });
        Ok(())
    }

    fn looked(&self) -> MutexGuard<'_, BTreeMap<PlanId, Looked>> {
        self.inner.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, app: &App, hand_out: super::HandOut) {
        *self.busy() += 1;
        let (workers, app) = (self.clone(), app.clone());
        let name = format!("deed-{}", hand_out.step);
        let work = move || {
            let done = Done(workers);
            // What cannot be reported stays an intent without an outcome: it is overdue by its deadline and looked at.
            let _ = carry_out(&app, &hand_out);
            drop(done);
        };
        if std::thread::Builder::new().name(name).spawn(work).is_err() {
            *self.busy() -= 1;
        }
    }

    /// Waits until a worker has become free, at most that long.
    pub fn wait(&self, at_most: Duration) {
        let busy = self.busy();
        drop(self.inner.freed.wait_timeout(busy, at_most));
    }

    /// Nothing new begins from now on; waits for what is under way, at most that long. Whether all of it came to its end.
    #[must_use]
    pub fn stop(&self, at_most: Duration) -> bool {
        self.inner.stopping.store(true, Ordering::SeqCst);
        let busy = self.busy();
        let waited = self.inner.freed.wait_timeout_while(busy, at_most, |busy| *busy > 0);
        waited.map_or(true, |(busy, _)| *busy == 0)
    }
}

/// Frees a worker, however its work ends.
struct Done(Workers);

impl Drop for Done {
    fn drop(&mut self) {
        *self.0.busy() -= 1;
        self.0.inner.freed.notify_all();
    }
}

/// Takes up what an earlier process of this program left: deeds that were intended and of which nobody will report any more.
///
/// What changes an asset may have happened, so it is unknown and looked at; anything else is tried again at once. Gives how many
/// there were.
///
/// # Errors
/// [`AppError::Store`].
pub fn recover(app: &App) -> Result<u64, AppError> {
    let mut found = 0;
    for plan in app.store().read(|r| r.open_runs())? {
        let (runs, lines) = app.store().read(|r| {
            let mut own = BTreeSet::new();
            for line in r.step_lines(plan)? {
                // An agent has the order, and reports by itself when it can.
                if r.agent_of(line.asset)?.is_none() && r.controller_of(line.asset)?.is_none() {
                    own.insert(line.number);
                }
            }
            Ok((r.step_runs(plan)?, own))
        })?;
        for (number, run) in runs {
            let Some((deed, attempt)) = run.state.open_attempt().filter(|_| lines.contains(&number)) else {
                continue;
            };
            let what = "the server was ended while it was under way".to_owned();
            let outcome = if deed.changes_the_asset() {
                Outcome::Unknown { what }
            } else {
                Outcome::Failed { class: ErrorClass::Interrupted, what }
            };
            report(app, plan, number, (deed, attempt.number), (outcome, Left::default()))?;
            found += 1;
        }
    }
    Ok(found)
}
