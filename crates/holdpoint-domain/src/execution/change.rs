//! Which event may bring a step from which state to which.
//!
//! The surprise: an attempt has one outcome. A second one is nothing, and nobody keeps it; the first one of an attempt that was
//! given up is kept as a fact beside the step, changes nothing there, and a look at the asset decides.

use super::{Attempt, Deed, ErrorClass, Failure, Observed, Outcome, StepRun, StepState};
use crate::Moment;

/// Something that happened to a step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    /// A deed is intended; it is written before anything is done.
    Intended {
        /// Which.
        deed: Deed,
        /// Its attempt.
        attempt: Attempt,
    },
    /// A deed ended.
    Ended {
        /// Which.
        deed: Deed,
        /// The number of the attempt that ended.
        attempt: u16,
        /// When it was heard.
        at: Moment,
        /// How.
        outcome: Outcome,
    },
    /// The deadline of an attempt passed without an outcome.
    Overdue {
        /// When that was noticed.
        at: Moment,
    },
    /// Nothing is restarted: a person says that nothing has to be.
    NoRestartNeeded {
        /// When.
        at: Moment,
        /// By whose word, where the asset itself asks for a restart, as a clause; `None`: it does not, as far as was read.
        against: Option<String>,
    },
    /// The step is ended, by a person or a rule. Before the installation it is aborted, later a person must take it.
    Stopped {
        /// When.
        at: Moment,
        /// Why, as a clause.
        why: String,
    },
    /// What passed so far is too old or not true any more; the step begins again, nothing on the asset was changed.
    Restaged {
        /// When.
        at: Moment,
        /// Why, as a clause.
        why: String,
    },
    /// A person wants the way back gone though nothing failed, or takes it out of a person's hands again.
    BackWanted {
        /// When.
        at: Moment,
        /// Why, as a clause.
        why: String,
    },
    /// A step that ended before anything was changed is begun again by a person.
    Reopened {
        /// When.
        at: Moment,
    },
    /// The person who has it says what was done; a look at the asset follows.
    HandedBack {
        /// When.
        at: Moment,
        /// What was done.
        says: HandWord,
    },
}

/// What a person says who had a step in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HandWord {
    /// The patch is on it.
    Installed,
    /// It is as it was before.
    AsBefore,
}

/// What an event did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// The step stands elsewhere now.
    Changed(StepRun),
    /// The attempt was given up before its outcome came: it is kept beside the step, which stands where it stood. The step knows
    /// that it was heard.
    Late(StepRun),
    /// The attempt has its outcome: this is none, and is kept nowhere.
    Already,
}

/// An event that the state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("step {step} is `{from}`: {why}")]
pub struct IllegalEvent {
    /// The step.
    pub step: u32,
    /// The name of its state.
    pub from: super::StepStateWord,
    /// Why not, as a clause.
    pub why: String,
}

impl StepRun {
    /// The step after an event.
    ///
    /// # Errors
    /// When the state does not allow it; nothing is changed then.
    pub fn after(&self, event: &Event) -> Result<Applied, IllegalEvent> {
        match event {
            Event::Intended { deed, attempt } => self.intended(*deed, *attempt).map(Applied::Changed),
            Event::Ended { deed, attempt, at, outcome } => self.ended(*deed, *attempt, *at, outcome),
            Event::Overdue { at } => self.overdue(*at).map(Applied::Changed),
            Event::NoRestartNeeded { at, against } => {
                self.no_restart(*at, against.as_deref()).map(Applied::Changed)
            }
            Event::Stopped { at, why } => self.stopped(*at, why).map(Applied::Changed),
            Event::Restaged { at, why } => self.restaged(*at, why).map(Applied::Changed),
            Event::BackWanted { at, why } => self.back_wanted(*at, why).map(Applied::Changed),
            Event::Reopened { .. } => self.reopened().map(Applied::Changed),
            Event::HandedBack { at, says } => self.handed_back(*at, *says).map(Applied::Changed),
        }
    }

    fn illegal(&self, why: impl Into<String>) -> IllegalEvent {
        IllegalEvent { step: self.number, from: self.state.word(), why: why.into() }
    }

    fn at(&self, state: StepState) -> Self {
        Self { state, ..self.clone() }
    }

    fn intended(&self, deed: Deed, attempt: Attempt) -> Result<Self, IllegalEvent> {
        let expected = self.last_attempt(deed).saturating_add(1);
        if attempt.number != expected {
            return Err(self.illegal(format!(
                "the next attempt to {deed} is number {expected}, not {}",
                attempt.number
            )));
        }
        if deed.changes_the_asset() && self.attempts(deed) > 0 {
            return Err(self.illegal(format!("{deed} was tried, and is not tried again; a person decides")));
        }
        let state = match (&self.state, deed) {
            (StepState::Waiting, Deed::Stage) => StepState::Staging(attempt),
            (StepState::Staged { .. }, Deed::Preflight) => StepState::Checking(attempt),
            (StepState::Checked { at }, Deed::Backup) => StepState::BackingUp { attempt, checked_at: *at },
            (StepState::BackedUp { .. }, Deed::Install) => StepState::Installing(attempt),
            (StepState::AwaitingRestart { .. }, Deed::Restart) => StepState::Restarting(attempt),
            (StepState::ToVerify { since, doubt }, Deed::Verify) => {
                StepState::Verifying { attempt, since: *since, doubt: doubt.clone() }
            }
            (StepState::Verified { at }, Deed::Recheck) => {
                StepState::Rechecking { attempt, verified_at: *at }
            }
            (StepState::Broken { why, .. }, Deed::Undo) => StepState::Undoing { attempt, why: why.clone() },
            (StepState::ToVerifyUndo { since, why }, Deed::VerifyUndo) => {
                StepState::VerifyingUndo { attempt, since: *since, why: why.clone() }
            }
            _ => return Err(self.illegal(format!("{deed} does not come next"))),
        };
        let mut run = self.at(state);
        run.attempts[deed as usize] = attempt.number;
        if deed == Deed::Install {
            run.begun_at = Some(attempt.intended_at);
        }
        Ok(run)
    }

    fn ended(
        &self,
        deed: Deed,
        attempt: u16,
        at: Moment,
        outcome: &Outcome,
    ) -> Result<Applied, IllegalEvent> {
        match self.state.open_attempt() {
            Some((open, tried)) if open == deed && tried.number == attempt => {
                let mut run = self.at(self.state_after(deed, at, outcome)?);
                run.last_failure = self.failure_after(deed, at, outcome);
                run.faulted |= self.shows_fault(deed, outcome);
                run.ended.push((deed, attempt));
                run.doubt_of(deed, outcome);
                run.begun_or_not(deed, outcome);
                Ok(Applied::Changed(run))
            }
            _ if attempt == 0 || attempt > self.last_attempt(deed) => {
                Err(self.illegal(format!("attempt {attempt} to {deed} was never intended")))
            }
            _ if self.ended.contains(&(deed, attempt)) => Ok(Applied::Already),
            _ => {
                let mut run = self.clone();
                run.ended.push((deed, attempt));
                Ok(Applied::Late(run))
            }
        }
    }

    fn failure_after(&self, deed: Deed, at: Moment, outcome: &Outcome) -> Option<Failure> {
        match outcome {
            Outcome::Succeeded
            | Outcome::Seen(_)
            | Outcome::NotDone { .. }
            | Outcome::NotBegun { .. }
            | Outcome::NotTold { .. } => None,
            Outcome::Failed { class, what } => Some(Failure { deed, at, class: *class, what: what.clone() }),
            // A check said no before anything was begun.
            Outcome::Refused { what } => {
                Some(Failure { deed, at, class: ErrorClass::Unfit, what: what.clone() })
            }
            Outcome::Unknown { what } => {
                Some(Failure { deed, at, class: ErrorClass::Unreachable, what: what.clone() })
            }
        }
    }

    /// Whether an outcome speaks against the work itself.
    const fn shows_fault(&self, deed: Deed, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Succeeded
            | Outcome::Unknown { .. }
            | Outcome::NotDone { .. }
            | Outcome::NotBegun { .. }
            | Outcome::Refused { .. }
            | Outcome::NotTold { .. } => false,
            Outcome::Failed { class, .. } => match class {
                ErrorClass::Interrupted | ErrorClass::Impossible => false,
                ErrorClass::Unreachable | ErrorClass::Busy | ErrorClass::Unfit => deed.changes_the_asset(),
                ErrorClass::Mismatch | ErrorClass::Broken => match deed {
                    // A look that could not be had says nothing of what there is to see.
                    Deed::Verify | Deed::Recheck | Deed::VerifyUndo => false,
                    Deed::Stage
                    | Deed::Preflight
                    | Deed::Backup
                    | Deed::Install
                    | Deed::Restart
                    | Deed::Undo => true,
                },
            },
            Outcome::Seen(seen) => {
                let wanted_back = matches!(self.state, StepState::VerifyingUndo { .. });
                let in_doubt = matches!(self.state, StepState::Verifying { doubt: Some(_), .. });
                match seen {
                    Observed::AsPromised => wanted_back,
                    // The patch is on it, and nothing speaks against it.
                    Observed::NotRestarted { .. } => wanted_back,
                    Observed::AsBefore => !wanted_back && !in_doubt,
                    Observed::Otherwise { .. } => true,
                }
            }
        }
    }

    fn state_after(&self, deed: Deed, at: Moment, outcome: &Outcome) -> Result<StepState, IllegalEvent> {
        match deed {
            Deed::Stage | Deed::Preflight | Deed::Backup => self.prepared(deed, at, outcome),
            Deed::Install | Deed::Restart => self.worked(deed, at, outcome),
            Deed::Undo => self.undone(at, outcome),
            Deed::Verify | Deed::Recheck | Deed::VerifyUndo => self.looked(at, outcome),
        }
    }

    /// After a deed that changes nothing: one further, or back to where it may be tried again.
    fn prepared(&self, deed: Deed, at: Moment, outcome: &Outcome) -> Result<StepState, IllegalEvent> {
        match outcome {
            Outcome::Seen(_) => Err(self.illegal(format!("{deed} is no look at the asset"))),
            Outcome::Failed { class, what } if !class.passes_by_itself() => {
                Ok(StepState::Aborted { at, why: format!("{deed} failed: {what}") })
            }
            Outcome::Refused { what } => Ok(StepState::Aborted {
                at,
                why: format!("{deed} was refused, and nothing was begun: {what}"),
            }),
            Outcome::Succeeded
            | Outcome::Failed { .. }
            | Outcome::Unknown { .. }
            | Outcome::NotDone { .. }
            | Outcome::NotBegun { .. }
            | Outcome::NotTold { .. } => {
                let good = !matches!(
                    outcome,
                    Outcome::Failed { .. } | Outcome::Unknown { .. } | Outcome::NotBegun { .. }
                );
                Ok(match (&self.state, good) {
                    (StepState::Staging(_), true) => StepState::Staged { at },
                    (StepState::Checking(_), true) => StepState::Checked { at },
                    (StepState::Checking(_), false) => StepState::Staged { at },
                    (StepState::BackingUp { checked_at, .. }, true) => {
                        StepState::BackedUp { checked_at: *checked_at, at }
                    }
                    (StepState::BackingUp { checked_at, .. }, false) => {
                        StepState::Checked { at: *checked_at }
                    }
                    _ => StepState::Waiting,
                })
            }
        }
    }

    /// After a deed that changes the asset: further by report, to a look when in doubt, or broken.
    fn worked(&self, deed: Deed, at: Moment, outcome: &Outcome) -> Result<StepState, IllegalEvent> {
        Ok(match (deed, outcome) {
            (_, Outcome::Seen(_)) => return Err(self.illegal(format!("{deed} is no look at the asset"))),
            (Deed::Restart, Outcome::NotDone { .. }) => StepState::ToVerify { since: at, doubt: None },
            // How long it may be put off counts from the installation, however often it is ordered in vain.
            (Deed::Restart, Outcome::NotBegun { .. }) => {
                StepState::AwaitingRestart { installed_at: self.begun_at.unwrap_or(at) }
            }
            // Whether it is still fit, and still may, is asked anew.
            (_, Outcome::NotBegun { .. }) => StepState::Staged { at },
            // A person's, and no way back: there is nothing to go back from.
            (Deed::Restart, Outcome::Refused { what }) => StepState::ByHand {
                since: at,
                why: format!("it is installed, and its restart was refused: {what}"),
            },
            (_, Outcome::Refused { what }) => {
                StepState::Aborted { at, why: format!("{deed} was refused, and nothing was begun: {what}") }
            }
            (_, Outcome::NotDone { .. } | Outcome::NotTold { .. }) => {
                return Err(self.illegal(format!("{deed} was intended, so somebody has to say how it ended")));
            }
            (Deed::Install, Outcome::Succeeded) => StepState::AwaitingRestart { installed_at: at },
            (_, Outcome::Succeeded) => StepState::ToVerify { since: at, doubt: None },
            (_, Outcome::Failed { class: ErrorClass::Interrupted, what }) => StepState::ToVerify {
                since: at,
                doubt: Some(format!("how {deed} ended is not known: {what}")),
            },
            (_, Outcome::Failed { what, .. }) => {
                StepState::Broken { since: at, why: format!("{deed} failed: {what}") }
            }
            (_, Outcome::Unknown { what }) => StepState::ToVerify {
                since: at,
                doubt: Some(format!("how {deed} ended is not known: {what}")),
            },
        })
    }

    fn undone(&self, at: Moment, outcome: &Outcome) -> Result<StepState, IllegalEvent> {
        let StepState::Undoing { why, .. } = &self.state else {
            return Err(self.illegal("nothing is being undone"));
        };
        Ok(match outcome {
            Outcome::Seen(_) => return Err(self.illegal("undo is no look at the asset")),
            Outcome::NotDone { .. } | Outcome::NotTold { .. } => {
                return Err(self.illegal("undo was intended, so somebody has to say how it ended"));
            }
            Outcome::Succeeded => StepState::ToVerifyUndo { since: at, why: why.clone() },
            Outcome::NotBegun { .. } => StepState::Broken { since: at, why: why.clone() },
            Outcome::Refused { what } => StepState::ByHand {
                since: at,
                why: format!("{why}; the way back was refused, and nothing of it was begun: {what}"),
            },
            Outcome::Unknown { what } | Outcome::Failed { class: ErrorClass::Interrupted, what } => {
                StepState::ToVerifyUndo {
                    since: at,
                    why: format!("{why}; how the way back ended is not known: {what}"),
                }
            }
            Outcome::Failed { what, .. } => {
                StepState::ByHand { since: at, why: format!("{why}; the way back failed: {what}") }
            }
        })
    }

    /// After a look: what is seen decides, whatever was reported before.
    fn looked(&self, at: Moment, outcome: &Outcome) -> Result<StepState, IllegalEvent> {
        let seen = match outcome {
            Outcome::Succeeded | Outcome::NotDone { .. } | Outcome::NotTold { .. } => {
                return Err(self.illegal("a look must say what was seen"));
            }
            Outcome::Failed { .. }
            | Outcome::Unknown { .. }
            | Outcome::NotBegun { .. }
            | Outcome::Refused { .. } => None,
            Outcome::Seen(seen) => Some(seen),
        };
        Ok(match &self.state {
            StepState::Verifying { since, doubt, .. } => match seen {
                None => StepState::ToVerify { since: *since, doubt: doubt.clone() },
                Some(Observed::AsPromised) => StepState::Verified { at },
                Some(Observed::NotRestarted { what }) => self.not_restarted(at, what),
                Some(Observed::AsBefore) => StepState::RolledBack {
                    at,
                    why: match doubt {
                        Some(doubt) => format!("{doubt}; a look shows that nothing has changed"),
                        None => "reported as installed, but a look shows that nothing has changed".into(),
                    },
                },
                Some(Observed::Otherwise { what }) => StepState::Broken { since: at, why: what.clone() },
            },
            StepState::Rechecking { verified_at, .. } => match seen {
                None => StepState::Verified { at: *verified_at },
                Some(Observed::AsPromised) => StepState::Done { at },
                Some(Observed::NotRestarted { what }) => self.not_restarted(at, what),
                Some(Observed::AsBefore) => StepState::RolledBack {
                    at,
                    why: "it was verified, and after the soak it is as it was before".into(),
                },
                Some(Observed::Otherwise { what }) => {
                    StepState::Broken { since: at, why: format!("after the soak: {what}") }
                }
            },
            StepState::VerifyingUndo { since, why, .. } => match seen {
                None => StepState::ToVerifyUndo { since: *since, why: why.clone() },
                Some(Observed::AsBefore) => StepState::RolledBack { at, why: why.clone() },
                Some(Observed::AsPromised | Observed::NotRestarted { .. }) => StepState::ByHand {
                    since: at,
                    why: format!("{why}; after the way back the patch is still on it"),
                },
                Some(Observed::Otherwise { what }) => {
                    StepState::ByHand { since: at, why: format!("{why}; after the way back: {what}") }
                }
            },
            _ => return Err(self.illegal("nobody is looking at it")),
        })
    }

    /// The patch is on it and the restart is open: it is asked for once. One that was ordered and did not come is a person's.
    fn not_restarted(&self, at: Moment, what: &str) -> StepState {
        if self.attempts(Deed::Restart) == 0 {
            return StepState::AwaitingRestart { installed_at: at };
        }
        StepState::ByHand { since: at, why: format!("it is installed and not restarted: {what}") }
    }

    fn overdue(&self, at: Moment) -> Result<Self, IllegalEvent> {
        let Some((deed, attempt)) = self.state.open_attempt() else {
            return Err(self.illegal("nothing is being done that could be overdue"));
        };
        if at < attempt.deadline {
            return Err(self.illegal(format!("{deed} has time until {}", attempt.deadline)));
        }
        let unknown = Outcome::Unknown { what: format!("no answer by {}", attempt.deadline) };
        let mut run = self.at(self.state_after(deed, at, &unknown)?);
        run.last_failure = self.failure_after(deed, at, &unknown);
        run.doubt_of(deed, &unknown);
        Ok(run)
    }

    /// Remembers what nobody began: it does not count as tried.
    fn begun_or_not(&mut self, deed: Deed, outcome: &Outcome) {
        let is_in_vain = matches!(outcome, Outcome::NotBegun { .. });
        if is_unbegun(outcome) {
            let count = &mut self.not_begun[deed as usize];
            *count = count.saturating_add(1);
        }
        if deed == Deed::Install {
            self.in_vain = if is_in_vain { self.in_vain.saturating_add(1) } else { 0 };
            if is_unbegun(outcome) {
                self.begun_at = None;
            }
        }
    }

    /// Remembers of what nobody knows how it ended, as far as a restart hangs on it.
    fn doubt_of(&mut self, deed: Deed, outcome: &Outcome) {
        if matches!(self.state, StepState::AwaitingRestart { .. }) {
            self.doubted = None;
        }
        if !matches!(deed, Deed::Install | Deed::Restart) || is_unbegun(outcome) {
            return;
        }
        let in_doubt = match outcome {
            Outcome::Unknown { .. } | Outcome::Failed { class: ErrorClass::Interrupted, .. } => true,
            Outcome::Succeeded
            | Outcome::Seen(_)
            | Outcome::Failed { .. }
            | Outcome::NotDone { .. }
            | Outcome::NotBegun { .. }
            | Outcome::Refused { .. }
            | Outcome::NotTold { .. } => false,
        };
        self.doubted = in_doubt.then_some(deed);
    }

    fn no_restart(&self, at: Moment, against: Option<&str>) -> Result<Self, IllegalEvent> {
        match &self.state {
            StepState::AwaitingRestart { .. } => {
                let mut run = self.at(StepState::ToVerify { since: at, doubt: None });
                run.against_mark = against.map(str::to_owned);
                Ok(run)
            }
            _ => Err(self.illegal("it does not wait for a restart")),
        }
    }

    fn stopped(&self, at: Moment, why: &str) -> Result<Self, IllegalEvent> {
        use super::Footing;
        match self.state.footing() {
            Footing::Untouched => Ok(self.at(StepState::Aborted { at, why: why.to_owned() })),
            Footing::InWork if matches!(self.state, StepState::ByHand { .. }) => {
                Err(self.illegal("a person has it already; that person says what was done"))
            }
            Footing::InWork | Footing::Soaking => {
                Ok(self.at(StepState::ByHand { since: at, why: why.to_owned() }))
            }
            Footing::Over(ending) => Err(self.illegal(format!("it is over ({ending})"))),
        }
    }

    fn restaged(&self, at: Moment, why: &str) -> Result<Self, IllegalEvent> {
        match &self.state {
            StepState::Checked { .. } | StepState::BackedUp { .. } => {
                let mut run = self.at(StepState::Staged { at });
                run.last_failure = Some(Failure {
                    deed: Deed::Preflight,
                    at,
                    class: ErrorClass::Unfit,
                    what: why.to_owned(),
                });
                Ok(run)
            }
            _ => Err(self.illegal("no preflight stands that could be taken back")),
        }
    }

    /// Where a patch is on the asset, or may be, and no deed is under way. The way back is gone once.
    fn back_wanted(&self, at: Moment, why: &str) -> Result<Self, IllegalEvent> {
        match &self.state {
            StepState::AwaitingRestart { .. }
            | StepState::ToVerify { .. }
            | StepState::Verified { .. }
            | StepState::ByHand { .. }
                if self.attempts(Deed::Undo) == 0 =>
            {
                Ok(self.at(StepState::Broken { since: at, why: why.to_owned() }))
            }
            _ if self.attempts(Deed::Undo) > 0 => Err(self.illegal("the way back was taken once already")),
            _ => Err(self.illegal("there is nothing to go back from, or something is being done")),
        }
    }

    fn reopened(&self) -> Result<Self, IllegalEvent> {
        match &self.state {
            StepState::Aborted { .. } if self.attempts(Deed::Install) == 0 => {
                let mut run = self.at(StepState::Waiting);
                run.last_failure = None;
                run.faulted = false;
                run.in_vain = 0;
                Ok(run)
            }
            StepState::Aborted { .. } => {
                Err(self.illegal("it was installed once, and is not installed a second time"))
            }
            _ => Err(self.illegal("only what ended before anything was changed is begun again")),
        }
    }

    fn handed_back(&self, at: Moment, says: HandWord) -> Result<Self, IllegalEvent> {
        let StepState::ByHand { why, .. } = &self.state else {
            return Err(self.illegal("no person has it"));
        };
        let mut run = self.at(match says {
            HandWord::Installed => {
                StepState::ToVerify { since: at, doubt: Some(format!("done by hand: {why}")) }
            }
            HandWord::AsBefore => StepState::ToVerifyUndo { since: at, why: why.clone() },
        });
        // Whoever had it in hand answers for the restart too.
        run.doubted = None;
        Ok(run)
    }
}
/// Whether it is certain that nobody began it.
const fn is_unbegun(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NotBegun { .. } | Outcome::Refused { .. })
}
