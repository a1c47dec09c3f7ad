//! The watcher: sees what is written and what happens on devices, and knows the invariants. It shares no code with the rules.

use super::plant::{Device, Flight, MINUTE};
use super::simulator::{Night, World};
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Applied, Deed, Event, Observed, Outcome, StepRun, StepState};
use holdpoint_domain::plan::HoldKind;
use holdpoint_engine::execution::{Approval, BackupBy, Interlock, RestartRule, Supplier, Turn};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub struct Watcher {
    /// Steps whose asset was touched and not seen well since.
    touched: BTreeSet<u32>,
    intended: BTreeMap<(u32, Deed), u16>,
    preflight_at: BTreeMap<u32, Moment>,
    backup_at: BTreeMap<u32, Moment>,
    good_looks: BTreeMap<u32, u32>,
    bad_looks: BTreeSet<u32>,
    /// Steps that went on without a restart, with whether the word knew that the asset asks for one.
    no_restart: BTreeMap<u32, bool>,
    /// Instructions to install that a device obeyed.
    obeyed: BTreeSet<u64>,
}

impl Watcher {
    /// A turn says something of every step that is not over.
    pub fn turn(&self, turn: &Turn, runs: &[StepRun]) {
        for run in runs {
            let moved = turn.events.iter().any(|(step, _)| *step == run.number);
            let waits = turn.waits.iter().any(|wait| wait.step == run.number && !wait.why.is_empty());
            let over = matches!(
                run.state,
                StepState::Done { .. } | StepState::Aborted { .. } | StepState::RolledBack { .. }
            );
            assert!(moved || waits || over, "step {} stands still in silence: {:?}", run.number, run.state);
        }
    }

    /// An event that is being written.
    pub fn event(&mut self, world: &World, step: u32, event: &Event) {
        match event {
            Event::Intended { deed, attempt } => {
                let last = self.intended.insert((step, *deed), attempt.number);
                assert!(last.unwrap_or(0) < attempt.number, "attempts count up");
                if matches!(deed, Deed::Install | Deed::Restart | Deed::Undo) {
                    assert_eq!(attempt.number, 1, "{deed} on step {step} was intended a second time");
                }
                if *deed == Deed::Install {
                    self.install(world, step);
                }
                if *deed == Deed::Restart {
                    self.restart(world, step, attempt.deadline);
                }
                if *deed == Deed::Undo && world.step(step).back_from_work {
                    Self::of_this_moment(world, step);
                    let said = &world.step(step).interlock;
                    let permits = matches!(said, Interlock::NotAsked | Interlock::Permitted { .. });
                    assert!(permits, "step {step} works and goes back though the process says {said:?}");
                }
            }
            Event::Ended { deed, outcome, at, .. } => self.ended(step, *deed, outcome, *at),
            Event::NoRestartNeeded { against, .. } => {
                let waited = matches!(world.step(step).run.state, StepState::AwaitingRestart { .. });
                assert!(waited, "step {step} goes on without a restart before anything was installed");
                self.no_restart.insert(step, against.is_some());
            }
            Event::Overdue { .. }
            | Event::Stopped { .. }
            | Event::Restaged { .. }
            | Event::BackWanted { .. }
            | Event::Reopened { .. }
            | Event::HandedBack { .. } => {}
        }
    }

    fn ended(&mut self, step: u32, deed: Deed, outcome: &Outcome, at: Moment) {
        match (deed, outcome) {
            (Deed::Preflight, Outcome::Succeeded) => {
                self.preflight_at.insert(step, at);
            }
            (Deed::Backup, Outcome::Succeeded) => {
                self.backup_at.insert(step, at);
            }
            (_, Outcome::Seen(Observed::AsPromised)) => {
                *self.good_looks.entry(step).or_default() += 1;
                if deed == Deed::Verify {
                    self.touched.remove(&step);
                }
            }
            (_, Outcome::Seen(Observed::AsBefore)) => {
                self.bad_looks.insert(step);
                self.touched.remove(&step);
            }
            (_, Outcome::Seen(Observed::Otherwise { .. })) => {
                self.touched.insert(step);
            }
            _ => {}
        }
    }

    /// Invariants 1, 2, 5, 6 and 7, at the moment of the intent.
    fn install(&mut self, world: &World, step: u32) {
        let now = world.now;
        let facts = world.step(step);
        let planned = world.planned(step);
        assert_eq!(facts.approval, Approval::Effective, "1: step {step} is not Effective");
        match &facts.supplier {
            Supplier::NotAgainst => {}
            Supplier::Against { overridden_until, .. } => {
                assert!(
                    overridden_until.is_some_and(|until| until > now),
                    "2: the supplier is against step {step}"
                );
            }
        }
        let minutes = i64::from(planned.estimate.work_minutes + planned.estimate.undo_minutes + 30);
        let until = now.plus_micros(minutes * MINUTE);
        let night = world.nights.iter().find(|night| night.from <= now && until <= night.to);
        assert!(night.is_some(), "6: step {step} does not fit into a window at {now}");
        let frozen = world.freezes.iter().any(|Night { from, to }| *from < until && now < *to);
        assert!(!frozen, "6: step {step} touches a freeze at {now}");
        assert!(planned.start <= now, "6: step {step} begins before its time");
        let checked = self.preflight_at.get(&step).expect("7: no preflight");
        assert!(now.since(*checked) <= 60 * MINUTE, "7: preflight of step {step} is old");
        assert!(self.backup_at.contains_key(&step), "7: no backup of step {step}");
        assert_ne!(
            facts.backup,
            BackupBy::Person { told_at: None },
            "7: nobody said where the backup of step {step} lies"
        );
        Self::of_this_moment(world, step);
        self.past_holds(world, step);
        assert!(!world.pulled, "step {step} begins after the release was taken back");
        assert!(!world.paused, "step {step} begins in a plan that is paused");
        self.touched.insert(step);
        let group = world.group_of(step);
        let out: BTreeSet<usize> = self
            .touched
            .iter()
            .filter(|other| group.is_some() && world.group_of(**other) == group)
            .map(|other| world.device_of(*other))
            .collect();
        assert!(out.len() <= 1, "5: {} members of {group:?} are in work", out.len());
    }

    /// A restart takes the asset out of the process once more: what is asked before an installation holds for it too.
    fn restart(&self, world: &World, step: u32, deadline: Moment) {
        let now = world.now;
        let facts = world.step(step);
        let for_nothing = matches!(facts.restart, RestartRule::NotNeeded { .. });
        assert!(!for_nothing, "step {step} restarts for nothing");
        assert_ne!(facts.restart, RestartRule::ByHand, "a person restarts step {step}");
        assert_eq!(facts.approval, Approval::Effective, "1: step {step} restarts and is not Effective");
        let against = match &facts.supplier {
            Supplier::NotAgainst => false,
            Supplier::Against { overridden_until, .. } => overridden_until.is_none_or(|until| until <= now),
        };
        assert!(!against, "2: step {step} restarts, and the supplier is against it");
        let until = deadline.plus_micros(i64::from(world.planned(step).estimate.undo_minutes) * MINUTE);
        let night = world.nights.iter().any(|night| night.from <= now && until <= night.to);
        assert!(night, "6: the restart of step {step} does not fit into a window at {now}");
        let frozen = world.freezes.iter().any(|Night { from, to }| *from < until && now < *to);
        assert!(!frozen, "6: the restart of step {step} touches a freeze at {now}");
        assert!(!world.pulled, "step {step} restarts after the release was taken back");
        assert!(!world.paused, "step {step} restarts in a plan that is paused");
        match &facts.interlock {
            Interlock::NotAsked => {}
            Interlock::Permitted { at } => {
                assert!(now.since(*at) <= 5 * MINUTE, "the permit of step {step} is old");
            }
            Interlock::Refused { .. } | Interlock::Unknown { .. } => {
                panic!("the process does not permit the restart of step {step}");
            }
        }
        Self::of_this_moment(world, step);
    }

    /// What was read of the process permits it, and was read just now.
    fn of_this_moment(world: &World, step: u32) {
        match &world.step(step).signal {
            Interlock::NotAsked => {}
            Interlock::Permitted { at } => {
                let seconds = world.now.since(*at) / 1_000_000;
                assert!(seconds <= 10, "the process was asked {seconds} s before step {step} was changed");
            }
            other => panic!("step {step} is changed though the process says {other:?}"),
        }
    }

    /// Nothing of a wave begins behind a closed hold point, whichever of its steps that stands before; and no step before whose own
    /// traces are secured. Told from the plan and from what people opened, and from nothing that the rules made of it.
    fn past_holds(&self, world: &World, step: u32) {
        let wave_of = |number: u32| world.plan.waves.iter().position(|wave| wave.steps.contains(&number));
        for (place, hold) in world.plan.holds.iter().enumerate() {
            let holds_it = match hold.kind {
                HoldKind::Traces => hold.before == step,
                HoldKind::Wave => wave_of(hold.before) == wave_of(step),
            };
            let earlier =
                world.plan.holds[..place].iter().filter(|other| other.before == hold.before).count();
            let number = u32::try_from(earlier).unwrap_or(u32::MAX) + 1;
            let is_open = world.opened.get(&(hold.before, number)).is_some_and(|at| *at <= world.now);
            assert!(!holds_it || is_open, "step {step} passed the closed hold point before {}", hold.before);
        }
    }

    /// An instruction arrives at a device: it was intended before, and an installation comes once.
    pub fn arrives(&self, step: u32, deed: Deed, attempt: u16) {
        let intended = self.intended.get(&(step, deed)).copied().unwrap_or(0);
        assert!(attempt >= 1 && attempt <= intended, "9: {deed} on step {step} without an intent");
    }

    /// A device obeys an instruction to install: once, and not when its time is over.
    pub fn obeys(&mut self, flight: &Flight, now: Moment) {
        assert!(self.obeyed.insert(flight.counter), "12: step {} was obeyed twice", flight.step);
        assert!(now <= flight.expires, "12: step {} was obeyed after its time", flight.step);
    }

    /// The end: what is called done was seen twice, what is called rolled back was seen as before, nothing is forgotten.
    pub fn end(&self, world: &World, runs: &[StepRun], devices: &[Device]) {
        for run in runs {
            let device = &devices[world.device_of(run.number)];
            let looks = self.good_looks.get(&run.number).copied().unwrap_or(0);
            match &run.state {
                StepState::Done { .. } => {
                    assert!(looks >= 2, "8: step {} is done unseen", run.number);
                    let by_word = self.no_restart.get(&run.number);
                    assert!(
                        by_word.is_some() || !device.unrestarted,
                        "8: step {} is done and not restarted",
                        run.number
                    );
                    let knew = by_word.is_some_and(|knew| *knew);
                    assert!(
                        device.mark().is_none() || knew,
                        "8: step {} is done, and its asset asks for a restart",
                        run.number
                    );
                }
                StepState::RolledBack { .. } => {
                    assert!(self.bad_looks.contains(&run.number), "8: step {} went back unseen", run.number);
                }
                StepState::Aborted { .. } => {
                    assert!(
                        !self.intended.contains_key(&(run.number, Deed::Install)),
                        "aborted after an intent"
                    );
                }
                _ => {}
            }
            if let Some((deed, attempt)) = run.state.open_attempt() {
                let overdue = world.now.since(attempt.deadline) > 24 * 60 * MINUTE;
                assert!(!overdue, "9: {deed} of step {} was forgotten", run.number);
            }
            assert!(device.installations <= world.steps_on(run.number), "installed more often than intended");
        }
    }
}

/// Applies an event as the store does: whole, or not at all.
pub fn apply(runs: &mut [StepRun], step: u32, event: &Event) -> bool {
    let Some(run) = runs.iter_mut().find(|run| run.number == step) else { return false };
    match run.after(event) {
        Ok(Applied::Changed(after)) => {
            *run = after;
            true
        }
        Ok(Applied::Late(after)) => {
            *run = after;
            false
        }
        Ok(Applied::Already) | Err(_) => false,
    }
}
