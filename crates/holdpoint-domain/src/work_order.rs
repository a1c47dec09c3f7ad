//! Work orders: a step of a plan that a person carries out, with a sheet in hand.
//!
//! Lives here: how an order stands, and what a person's result means for the step. Does not live here: what the sheet says.
//! The surprise: a result never verifies anything. It brings the step to where a fresh look is wanted, and a result that comes
//! late only lies beside the step.

use crate::Moment;
use crate::execution::{
    Applied, Attempt, Deed, ErrorClass, Event, HandWord, IllegalEvent, Outcome, StepRun, StepState,
};
use crate::words::vocabulary;

vocabulary! {
    /// How a work order stands.
    WorkOrderState, "state of a work order" {
        /// The sheet is out; nobody has begun.
        Issued = "issued",
        /// Somebody has begun.
        Begun = "begun",
        /// What was done is told; a fresh look is wanted.
        Told = "told",
        /// The step is over.
        Closed = "closed",
        /// Taken back before anything was done.
        Void = "void",
        /// The step ended without it: nothing is to be done by its sheet any more.
        Withdrawn = "withdrawn",
    }
}

vocabulary! {
    /// How results came in.
    ResultWay, "way of a result" {
        /// Typed in.
        Entered = "entered",
        /// Typed in after the sheet's code was read.
        Scanned = "scanned",
        /// Taken from a file.
        Imported = "imported",
    }
}

vocabulary! {
    /// What the person says in one word.
    ResultWord, "result of a work order" {
        /// The patch is on it.
        Installed = "installed",
        /// It was not begun.
        NotDone = "not_done",
        /// It was begun and failed; it is not as it was before.
        Failed = "failed",
        /// It was begun and failed, and is as it was before.
        WentBack = "went_back",
    }
}

vocabulary! {
    /// What was restarted.
    RestartDone, "restart" {
        /// Nothing had to be.
        NotNeeded = "not_needed",
        /// What had to be was restarted.
        Done = "done",
    }
}

/// What a person says was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// In one word.
    pub word: ResultWord,
    /// What was restarted, when it was installed.
    pub restart: RestartDone,
    /// When the work began.
    pub began_at: Moment,
    /// What happened, as a clause; needed unless it was installed.
    pub what: String,
    /// How the files, the look and the backup before the work ended, as it is told. What is not named was not told.
    pub before: Vec<(Deed, Outcome)>,
}

/// What a result means for a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// The step afterwards.
    pub run: StepRun,
    /// The events, in order.
    pub events: Vec<Event>,
}

/// The events that follow from a person's result. When the step has gone on without it, there are none but the late outcome.
///
/// # Errors
/// When the step is over, or was never to be done by this person.
pub fn meaning(run: &StepRun, told: &Told, at: Moment) -> Result<Meant, IllegalEvent> {
    let mut steps = Steps { run: run.clone(), events: Vec::new(), at, began_at: told.began_at };
    match &run.state {
        StepState::Waiting
        | StepState::Staged { .. }
        | StepState::Checked { .. }
        | StepState::BackedUp { .. } => {
            if told.word == ResultWord::NotDone {
                steps.put(Event::Stopped { at, why: format!("it was not done: {}", told.what) })?;
                return Ok(steps.done());
            }
            steps.prepare(told)?;
            steps.intend(Deed::Install)?;
            steps.installed(told)?;
        }
        StepState::Installing(_) => steps.installed(told)?,
        _ => {
            // The deadline passed before the result came: it is kept, and the look decides.
            steps.late(told)?;
        }
    }
    Ok(steps.done())
}

struct Steps {
    run: StepRun,
    events: Vec<Event>,
    at: Moment,
    began_at: Moment,
}

impl Steps {
    fn done(self) -> Meant {
        Meant { run: self.run, events: self.events }
    }

    fn put(&mut self, event: Event) -> Result<(), IllegalEvent> {
        match self.run.after(&event)? {
            Applied::Changed(after) | Applied::Late(after) => self.run = after,
            Applied::Already => return Ok(()),
        }
        self.events.push(event);
        Ok(())
    }

    fn intend(&mut self, deed: Deed) -> Result<(), IllegalEvent> {
        let number = self.run.last_attempt(deed).saturating_add(1);
        let attempt = Attempt {
            number,
            intended_at: self.began_at.min(self.at),
            deadline: self.at.plus_micros(60_000_000),
        };
        self.put(Event::Intended { deed, attempt })
    }

    fn end(&mut self, deed: Deed, outcome: Outcome) -> Result<(), IllegalEvent> {
        let attempt = self.run.last_attempt(deed);
        let at = self.at;
        self.put(Event::Ended { deed, attempt, at, outcome })
    }

    /// What the sheet asks for before the work: the files, the look, the backup. What nobody told is called that, and not done.
    fn prepare(&mut self, told: &Told) -> Result<(), IllegalEvent> {
        for deed in [Deed::Stage, Deed::Preflight, Deed::Backup] {
            let comes = matches!(
                (&self.run.state, deed),
                (StepState::Waiting, Deed::Stage)
                    | (StepState::Staged { .. }, Deed::Preflight)
                    | (StepState::Checked { .. }, Deed::Backup)
            );
            if comes {
                self.intend(deed)?;
                let ended =
                    told.before.iter().find(|(named, _)| *named == deed).map(|(_, ended)| ended.clone());
                let not_told = || Outcome::NotTold { what: "the work was told without it".to_owned() };
                self.end(deed, ended.unwrap_or_else(not_told))?;
            }
        }
        Ok(())
    }

    fn installed(&mut self, told: &Told) -> Result<(), IllegalEvent> {
        let at = self.at;
        let failed = || Outcome::Failed { class: ErrorClass::Broken, what: told.what.clone() };
        match told.word {
            ResultWord::Installed => {
                self.end(Deed::Install, Outcome::Succeeded)?;
                match told.restart {
                    RestartDone::NotNeeded => self.put(Event::NoRestartNeeded { at, against: None }),
                    RestartDone::Done => {
                        self.intend(Deed::Restart)?;
                        self.end(Deed::Restart, Outcome::Succeeded)
                    }
                }
            }
            ResultWord::Failed => {
                self.end(Deed::Install, failed())?;
                self.put(Event::Stopped { at, why: format!("the work failed: {}", told.what) })
            }
            ResultWord::WentBack | ResultWord::NotDone => {
                self.end(Deed::Install, failed())?;
                self.put(Event::Stopped { at, why: format!("the work failed: {}", told.what) })?;
                self.put(Event::HandedBack { at, says: HandWord::AsBefore })
            }
        }
    }

    fn late(&mut self, told: &Told) -> Result<(), IllegalEvent> {
        let outcome = match told.word {
            ResultWord::Installed => Outcome::Succeeded,
            ResultWord::NotDone | ResultWord::Failed | ResultWord::WentBack => {
                Outcome::Failed { class: ErrorClass::Broken, what: told.what.clone() }
            }
        };
        self.end(Deed::Install, outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::StepStateWord;

    fn at(minutes: i64) -> Moment {
        Moment::from_micros(minutes * 60_000_000)
    }

    fn told(word: ResultWord) -> Told {
        Told {
            word,
            restart: RestartDone::NotNeeded,
            began_at: at(1),
            what: "the cable was short".into(),
            before: vec![(Deed::Preflight, Outcome::Succeeded)],
        }
    }

    #[test]
    fn a_result_brings_the_step_to_a_fresh_look_and_never_further() {
        for (word, state) in [
            (ResultWord::Installed, StepStateWord::ToVerify),
            (ResultWord::NotDone, StepStateWord::Aborted),
            (ResultWord::Failed, StepStateWord::ByHand),
            (ResultWord::WentBack, StepStateWord::ToVerifyUndo),
        ] {
            let meant = meaning(&StepRun::new(1), &told(word), at(60)).expect("legal");
            assert_eq!(meant.run.state.word(), state, "{word}");
        }
        let restarted = Told { restart: RestartDone::Done, ..told(ResultWord::Installed) };
        let meant = meaning(&StepRun::new(1), &restarted, at(60)).expect("legal");
        assert_eq!(meant.run.state.word(), StepStateWord::ToVerify);
        assert_eq!(meant.run.attempts(Deed::Restart), 1);
    }

    #[test]
    fn what_was_not_told_of_before_the_work_is_not_called_done() {
        let meant = meaning(&StepRun::new(1), &told(ResultWord::Installed), at(60)).expect("legal");
        let ended = |deed: Deed| {
            meant.events.iter().find_map(|event| match event {
                Event::Ended { deed: of, outcome, .. } if *of == deed => Some(outcome.clone()),
                _ => None,
            })
        };
        assert_eq!(ended(Deed::Preflight), Some(Outcome::Succeeded));
        for deed in [Deed::Stage, Deed::Backup] {
            assert!(matches!(ended(deed), Some(Outcome::NotTold { .. })), "{deed}");
        }
    }

    #[test]
    fn a_result_that_comes_twice_or_late_changes_nothing_and_one_of_nothing_is_refused() {
        let once = meaning(&StepRun::new(1), &told(ResultWord::Installed), at(60)).expect("legal");
        let twice = meaning(&once.run, &told(ResultWord::Installed), at(61)).expect("legal");
        assert_eq!(twice.run.state, once.run.state);
        assert!(twice.events.is_empty(), "the attempt has its outcome");
        let mut late = StepRun::new(1);
        for event in &once.events[..once.events.len() - 2] {
            let Ok(Applied::Changed(after)) = late.after(event) else { panic!("{event:?}") };
            late = after;
        }
        let Ok(Applied::Changed(overdue)) = late.after(&Event::Overdue { at: at(90) }) else {
            panic!("{late:?}")
        };
        let told_late = meaning(&overdue, &told(ResultWord::Installed), at(99)).expect("legal");
        assert_eq!(told_late.events.len(), 1, "it lies beside the step");
        assert_eq!(told_late.run.state, overdue.state);
        let stopped = StepRun::new(1).after(&Event::Stopped { at: at(2), why: "x".into() }).expect("legal");
        let Applied::Changed(stopped) = stopped else { panic!("it stops") };
        assert!(meaning(&stopped, &told(ResultWord::Installed), at(60)).is_err());
    }
}
