//! One step's next event, or what it waits for.

use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Attempt, Deed, ErrorClass, Event, Footing, StepRun, StepState};
use holdpoint_domain::moment::minutes_in_words;
use holdpoint_domain::plan::{PlannedStep, WayBack};

use super::facts::{PlanFacts, RestartRule, Room, StepFacts};
use super::stop::Stop;
use super::tally::Tally;
use super::{Wait, WaitFor, gate};

/// Microseconds of that many minutes.
pub(super) const fn minutes(minutes: u32) -> i64 {
    minutes as i64 * 60_000_000
}

/// A look at one step, with the others as they stand after the events of this turn.
pub(super) struct Look<'a> {
    pub facts: &'a PlanFacts<'a>,
    pub stops: &'a [Stop],
    pub runs: &'a [StepRun],
    pub tally: &'a Tally<'a>,
    pub index: usize,
}

/// What a step does next.
pub(super) enum Next {
    /// Nothing, it is over.
    Over,
    /// It waits.
    Wait(Wait),
    /// This is written.
    Write(Event),
}

impl Look<'_> {
    pub(super) fn step(&self) -> &StepFacts {
        &self.facts.steps[self.index]
    }

    pub(super) fn run(&self, number: u32) -> Option<&StepRun> {
        self.runs.get(self.tally.place(number)?)
    }

    pub(super) fn say(&self, for_what: WaitFor, why: String, until: Option<Moment>) -> Wait {
        Wait { step: self.step().run.number, for_what, why, until }
    }

    pub(super) fn wait(&self, for_what: WaitFor, why: impl Into<String>) -> Option<Wait> {
        Some(self.say(for_what, why.into(), None))
    }

    pub(super) fn wait_until(&self, for_what: WaitFor, why: &str, until: Option<Moment>) -> Option<Wait> {
        Some(self.say(for_what, why.to_owned(), until))
    }

    pub(super) fn next(&self) -> Next {
        let run = &self.step().run;
        if let Some((deed, attempt)) = run.state.open_attempt() {
            return if self.facts.now >= attempt.deadline {
                Next::Write(Event::Overdue { at: self.facts.now })
            } else {
                let why = format!("attempt {} to {deed} has no outcome yet", attempt.number);
                Next::Wait(self.say(WaitFor::Outcome, why, Some(attempt.deadline)))
            };
        }
        let Some(planned) = self.tally.planned(run.number) else {
            return Next::Wait(self.say(WaitFor::Person, "the plan has no such step".to_owned(), None));
        };
        match &run.state {
            StepState::Waiting
            | StepState::Staged { .. }
            | StepState::Checked { .. }
            | StepState::BackedUp { .. } => self.before(planned),
            StepState::AwaitingRestart { installed_at } => self.restart(planned, *installed_at),
            StepState::ToVerify { .. } => self.look_at(planned, Deed::Verify),
            StepState::Verified { at } => self.soak(planned, *at),
            StepState::Broken { why, .. } => self.go_back(planned, why),
            StepState::ToVerifyUndo { .. } => self.look_at(planned, Deed::VerifyUndo),
            StepState::ByHand { why, .. } => {
                Next::Wait(self.say(WaitFor::Person, format!("a person has it: {why}"), None))
            }
            StepState::Done { .. } | StepState::Aborted { .. } | StepState::RolledBack { .. } => Next::Over,
            StepState::Staging(_)
            | StepState::Checking(_)
            | StepState::BackingUp { .. }
            | StepState::Installing(_)
            | StepState::Restarting(_)
            | StepState::Verifying { .. }
            | StepState::Rechecking { .. }
            | StepState::Undoing { .. }
            | StepState::VerifyingUndo { .. } => Next::Over,
        }
    }

    /// A step of which nothing on the asset was changed.
    fn before(&self, planned: &PlannedStep) -> Next {
        if let Some(why) = self.missed(planned).or_else(|| self.in_vain()) {
            return Next::Write(Event::Stopped { at: self.facts.now, why });
        }
        let (deed, closed) = match &self.step().run.state {
            StepState::Waiting => (Deed::Stage, self.may_stage(planned)),
            StepState::Staged { .. } => (Deed::Preflight, gate::closed(self, planned)),
            StepState::Checked { at } => {
                if let Some(event) = self.too_old(*at) {
                    return Next::Write(event);
                }
                (Deed::Backup, gate::closed(self, planned))
            }
            _ => {
                if let StepState::BackedUp { checked_at, .. } = &self.step().run.state
                    && let Some(event) = self.too_old(*checked_at)
                {
                    return Next::Write(event);
                }
                (Deed::Install, gate::closed(self, planned).or_else(|| gate::signal(self, Deed::Install)))
            }
        };
        if let Some(wait) = gate::withheld(self, deed).or(closed) {
            return Next::Wait(wait);
        }
        match deed {
            Deed::Install => self.intend(deed, minutes(planned.estimate.work_minutes)),
            _ => self.try_again(deed),
        }
    }

    /// Whether it was ordered too often without its device beginning once, as a clause.
    fn in_vain(&self) -> Option<String> {
        const MOST: u16 = 12;
        let times = self.step().run.in_vain();
        (times >= MOST).then(|| {
            format!(
                "it was ordered {times} times, and its device never began; look at the device and its clock"
            )
        })
    }

    /// Whether its window was missed for longer than may be caught up, as a clause.
    pub(super) fn missed(&self, planned: &PlannedStep) -> Option<String> {
        let latest = planned.start.plus_micros(minutes(self.facts.limits.catch_up_minutes));
        (self.facts.now > latest).then(|| format!("its window was missed: it could begin until {latest}"))
    }

    fn may_stage(&self, planned: &PlannedStep) -> Option<Wait> {
        let from = planned.start.plus_micros(-minutes(self.facts.limits.stage_ahead_minutes));
        let frozen = || match self.step().room {
            Room::Frozen { until } => self.wait_until(
                WaitFor::Freeze,
                "a freeze stands, and files are fetched after it",
                Some(until),
            ),
            Room::Open { .. } | Room::Closed { .. } => None,
        };
        let early = || {
            (self.facts.now < from)
                .then(|| self.say(WaitFor::Window, "it is too early to fetch".to_owned(), Some(from)))
        };
        gate::authority(self, planned).or_else(frozen).or_else(early).or_else(|| gate::busy(self, planned))
    }

    fn too_old(&self, checked_at: Moment) -> Option<Event> {
        let limit = self.facts.limits.preflight_minutes;
        (self.facts.now.since(checked_at) > minutes(limit)).then(|| Event::Restaged {
            at: self.facts.now,
            why: format!("preflight of {checked_at} is older than {}", minutes_in_words(limit)),
        })
    }

    /// A restart is work of its own: who may do it is said beforehand, and whether it may be done is asked when it begins.
    fn restart(&self, planned: &PlannedStep, installed_at: Moment) -> Next {
        let latest = installed_at.plus_micros(minutes(self.facts.limits.restart_minutes));
        let asked = || gate::restart(self, planned).or_else(|| gate::signal(self, Deed::Restart));
        let closed = gate::withheld(self, Deed::Restart).or_else(|| match &self.step().restart {
            RestartRule::NotNeeded { .. } => None,
            RestartRule::Automatic => asked(),
            RestartRule::OperatorAgrees(operator) => {
                gate::agreed(self, operator, "the restart").or_else(asked)
            }
            RestartRule::ByHand => self.wait(WaitFor::Person, "a person restarts it"),
        });
        match (closed, &self.step().restart) {
            (None, RestartRule::NotNeeded { against }) => {
                Next::Write(Event::NoRestartNeeded { at: self.facts.now, against: against.clone() })
            }
            (None, _) => self.intend(Deed::Restart, minutes(gate::restart_minutes(self, planned))),
            (Some(wait), _) if self.facts.now > latest => {
                let why = format!(
                    "it is installed and not restarted; the restart could be put off until {latest}, and waits: {}",
                    wait.why
                );
                Next::Write(Event::Stopped { at: self.facts.now, why })
            }
            (Some(wait), _) => Next::Wait(wait),
        }
    }

    fn look_at(&self, planned: &PlannedStep, deed: Deed) -> Next {
        match gate::withheld(self, deed).or_else(|| gate::at_it(self, planned)) {
            Some(wait) => Next::Wait(wait),
            None => self.try_again(deed),
        }
    }

    fn soak(&self, planned: &PlannedStep, verified_at: Moment) -> Next {
        let wave = self.tally.wave_of(planned.number).and_then(|place| self.facts.plan.waves.get(place));
        let until = verified_at.plus_micros(minutes(wave.map_or(0, |wave| wave.soak_minutes)));
        if self.facts.now < until {
            return Next::Wait(self.say(WaitFor::Soak, "it soaks".to_owned(), Some(until)));
        }
        // What another step is changing now is not what this one left.
        match gate::busy(self, planned) {
            Some(wait) => Next::Wait(wait),
            None => self.look_at(planned, Deed::Recheck),
        }
    }

    /// An asset that is not as it should be.
    fn go_back(&self, planned: &PlannedStep, why: &str) -> Next {
        let now = self.facts.now;
        let undo = minutes(planned.estimate.undo_minutes);
        let hand =
            |instead: String| Next::Write(Event::Stopped { at: now, why: format!("{why}; {instead}") });
        match &planned.way_back {
            WayBack::ByHand { instruction } => hand(format!("the way back is gone by hand: {instruction}")),
            WayBack::None { signed_by, .. } => {
                hand(format!("there is no way back, as {signed_by} has signed"))
            }
            WayBack::Automatic { .. } => {
                if self.step().run.attempts(Deed::Undo) > 0 {
                    return hand("the way back was taken once already".to_owned());
                }
                if let Some(wait) = gate::withheld(self, Deed::Undo).or_else(|| gate::laid_over(self)) {
                    return hand(wait.why);
                }
                if self.step().back_from_work
                    && let Some(wait) = gate::back_from_work(self, planned)
                {
                    return Next::Wait(wait);
                }
                match self.step().room {
                    Room::Open { until } if now.plus_micros(undo) <= until => self.intend(Deed::Undo, undo),
                    Room::Open { .. } | Room::Closed { .. } | Room::Frozen { .. } => {
                        hand("the way back does not fit into the window; a person decides".to_owned())
                    }
                }
            }
        }
    }

    /// Intends a deed that changes nothing: after a pause when it failed before, and not without end.
    fn try_again(&self, deed: Deed) -> Next {
        let run = &self.step().run;
        let now = self.facts.now;
        if let Some(failure) = run.last_failure.as_ref().filter(|failure| failure.deed == deed) {
            let tries = run.attempts(deed);
            let counts = !matches!(failure.class, ErrorClass::Unfit | ErrorClass::Interrupted);
            if tries >= self.tries(deed) && counts || tries >= 500 {
                let why = format!("{deed} was tried {tries} times: {}", failure.what);
                return Next::Write(Event::Stopped { at: now, why });
            }
            let pause = super::Limits::back_off_minutes(failure.class, tries);
            let until = failure.at.plus_micros(minutes(pause));
            if now < until {
                let why = format!("{deed} failed: {}", failure.what);
                return Next::Wait(self.say(WaitFor::BackOff, why, Some(until)));
            }
        }
        self.intend(deed, minutes(self.facts.limits.look_minutes))
    }

    /// An asset in work is looked for longer than one that nobody has touched: its state must be known.
    fn tries(&self, deed: Deed) -> u16 {
        let tries = self.facts.limits.tries.max(1);
        match self.step().run.state.footing() {
            Footing::InWork | Footing::Soaking if !deed.changes_the_asset() => tries.saturating_mul(4),
            Footing::InWork | Footing::Soaking | Footing::Untouched | Footing::Over(_) => tries,
        }
    }

    fn intend(&self, deed: Deed, lasts: i64) -> Next {
        let number = self.step().run.last_attempt(deed).saturating_add(1);
        let deadline = self.facts.now.plus_micros(lasts.max(minutes(1)));
        Next::Write(Event::Intended {
            deed,
            attempt: Attempt { number, intended_at: self.facts.now, deadline },
        })
    }
}
