//! The life of a change plan: drafted by one person, released by another, and never changed in between.
//!
//! Lives here: which step of that life is legal, and who may take it. Does not live here: whether the plan holds (the
//! engine's `plan_check`), or who has which role. The surprise: whoever drafted a plan *or* submitted it cannot release
//! it, so handing the pen round between two people is not enough to sign one's own work.

use crate::Rejected;
use crate::id::PlanId;
use crate::moment::Moment;
use crate::signature::{Person, written};
use crate::words::vocabulary;
use std::fmt;

vocabulary! {
    /// How a change plan stands, as one word.
    PlanWord, "plan state" {
        /// It can be looked at; nobody has asked for its release.
        Draft = "draft",
        /// It waits for a second person.
        Submitted = "submitted",
        /// A second person let it go.
        Released = "released",
        /// A second person refused it.
        Rejected = "rejected",
        /// It was taken back.
        Withdrawn = "withdrawn",
        /// Another plan took its place.
        Superseded = "superseded",
        /// It was carried out: every step is over.
        Ended = "ended",
    }
}

/// Who did something when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Who.
    pub by: Person,
    /// When.
    pub at: Moment,
}

/// How the steps of a plan ended that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Endings {
    /// The patch is on the asset, observed twice.
    pub done: u32,
    /// As it was before.
    pub rolled_back: u32,
    /// Ended before anything was changed.
    pub aborted: u32,
}

impl fmt::Display for Endings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} steps are done, {} went back, {} ended before anything was changed",
            self.done, self.rolled_back, self.aborted
        )
    }
}

/// How a change plan stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanState {
    /// Nobody has asked for its release.
    Draft,
    /// It waits for a second person.
    Submitted {
        /// Who asked.
        submitted: Done,
    },
    /// It may be carried out.
    Released {
        /// Who asked.
        submitted: Done,
        /// Who let it go.
        released: Done,
    },
    /// It was refused.
    Rejected {
        /// Who refused it.
        rejected: Done,
        /// Why.
        why: String,
    },
    /// It was taken back; of a released plan, nothing that has not begun begins any more.
    Withdrawn {
        /// Who took it back.
        withdrawn: Done,
        /// Why.
        why: String,
    },
    /// Another plan took its place.
    Superseded {
        /// Which.
        by: PlanId,
        /// When.
        at: Moment,
    },
    /// It was carried out, and no step is open any more: it holds no place.
    Ended {
        /// Who asked for its release.
        submitted: Done,
        /// Who let it go.
        released: Done,
        /// When that was seen.
        at: Moment,
        /// How its steps ended.
        steps: Endings,
    },
}

impl PlanState {
    /// Its word.
    #[must_use]
    pub const fn word(&self) -> PlanWord {
        match self {
            Self::Draft => PlanWord::Draft,
            Self::Submitted { .. } => PlanWord::Submitted,
            Self::Released { .. } => PlanWord::Released,
            Self::Rejected { .. } => PlanWord::Rejected,
            Self::Withdrawn { .. } => PlanWord::Withdrawn,
            Self::Superseded { .. } => PlanWord::Superseded,
            Self::Ended { .. } => PlanWord::Ended,
        }
    }

    /// Whether it can still become or stay a plan that is carried out.
    #[must_use]
    pub const fn is_alive(&self) -> bool {
        match self {
            Self::Draft | Self::Submitted { .. } | Self::Released { .. } => true,
            Self::Rejected { .. } | Self::Withdrawn { .. } | Self::Superseded { .. } | Self::Ended { .. } => {
                false
            }
        }
    }

    /// Submits a draft for release.
    ///
    /// # Errors
    /// When it is no draft, or nobody with an account asks.
    pub fn submit(self, submitted: Done) -> Result<Self, Rejected> {
        has_account(&submitted.by)?;
        match self {
            Self::Draft => Ok(Self::Submitted { submitted }),
            other => Err(other.not("submitted", "only a draft is submitted; propose a new plan")),
        }
    }

    /// Lets a submitted plan go.
    ///
    /// # Errors
    /// When it does not wait for release, or the one who lets it go drafted or submitted it, or has no account.
    pub fn release(self, author: &Person, released: Done) -> Result<Self, Rejected> {
        has_account(&released.by)?;
        match self {
            Self::Submitted { submitted } => {
                let drafted = released.by.account == author.account;
                if drafted || released.by.account == submitted.by.account {
                    let deed = if drafted { "drafted" } else { "submitted" };
                    return Err(refusal(
                        "four-eyes",
                        format!("`{}` {deed} this plan and cannot release it", released.by.name),
                        "ask another person with the permission `approve`",
                    ));
                }
                Ok(Self::Released { submitted, released })
            }
            other => Err(other.not("released", "only a submitted plan is released")),
        }
    }

    /// Refuses a submitted plan.
    ///
    /// # Errors
    /// When it does not wait for release, there is no reason, or nobody with an account refuses.
    pub fn reject(self, rejected: Done, why: &str) -> Result<Self, Rejected> {
        has_account(&rejected.by)?;
        let why = written("reason", why)?;
        match self {
            Self::Submitted { .. } => Ok(Self::Rejected { rejected, why }),
            other => Err(other.not("rejected", "only a submitted plan is rejected; withdraw it instead")),
        }
    }

    /// Takes a plan back.
    ///
    /// # Errors
    /// When it is over already, or there is no reason.
    pub fn withdraw(self, withdrawn: Done, why: &str) -> Result<Self, Rejected> {
        let why = written("reason", why)?;
        match self {
            Self::Draft | Self::Submitted { .. } | Self::Released { .. } => {
                Ok(Self::Withdrawn { withdrawn, why })
            }
            other @ (Self::Rejected { .. }
            | Self::Withdrawn { .. }
            | Self::Superseded { .. }
            | Self::Ended { .. }) => {
                Err(other.not("withdrawn", "it is over already; nothing needs to be done"))
            }
        }
    }

    /// Another plan takes its place.
    ///
    /// # Errors
    /// When it is over already.
    pub fn supersede(self, by: PlanId, at: Moment) -> Result<Self, Rejected> {
        if self.is_alive() {
            Ok(Self::Superseded { by, at })
        } else {
            Err(self.not("replaced", "it is over already; propose the new plan by itself"))
        }
    }

    /// Every step of a released plan is over.
    ///
    /// # Errors
    /// When it is not released.
    pub fn end(self, at: Moment, steps: Endings) -> Result<Self, Rejected> {
        match self {
            Self::Released { submitted, released } => Ok(Self::Ended { submitted, released, at, steps }),
            other @ (Self::Draft
            | Self::Submitted { .. }
            | Self::Rejected { .. }
            | Self::Withdrawn { .. }
            | Self::Superseded { .. }
            | Self::Ended { .. }) => Err(other.not("ended", "only a released plan is carried out")),
        }
    }

    fn not(&self, verb: &str, remedy: &str) -> Rejected {
        refusal("plan-state", format!("the plan is {} and cannot be {verb}", self.word()), remedy)
    }
}

fn has_account(who: &Person) -> Result<(), Rejected> {
    if who.has_account() {
        return Ok(());
    }
    let what = format!("`{}` is no account of a person", who.name);
    Err(refusal("no-person", what, "sign in with an account of your own"))
}

fn refusal(code: &str, what: String, remedy: &str) -> Rejected {
    Rejected::new(code, what, "nothing was changed", remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(name: &str) -> Done {
        let by = Person { account: format!("person:{name}"), name: name.to_owned() };
        Done { by, at: Moment::from_micros(1) }
    }

    fn submitted() -> PlanState {
        PlanState::Draft.submit(by("ana")).expect("a draft can be submitted")
    }

    #[test]
    fn a_third_person_releases_and_neither_author_nor_submitter() {
        let author = by("eve").by;
        for who in ["eve", "ana"] {
            let refused = submitted().release(&author, by(who)).expect_err("four eyes");
            assert_eq!(refused.code, "four-eyes");
        }
        assert_eq!(submitted().release(&author, by("max")).map(|state| state.word()), Ok(PlanWord::Released));
        let console =
            Done { by: Person { account: "operator:root".into(), name: "root".into() }, at: Moment::OPEN };
        assert_eq!(submitted().release(&author, console).expect_err("no person").code, "no-person");
    }

    #[test]
    fn every_other_step_is_refused_in_words() {
        let author = by("eve").by;
        let released = submitted().release(&author, by("max")).expect("another person");
        assert!(released.clone().release(&author, by("ida")).is_err(), "released once");
        assert!(released.clone().submit(by("ana")).is_err());
        assert!(released.clone().reject(by("ida"), "too late").is_err());
        assert!(PlanState::Draft.release(&author, by("max")).is_err(), "nobody asked");
        assert!(submitted().reject(by("max"), "").is_err(), "a refusal has a reason");
        let ended = released.clone().end(Moment::from_micros(9), Endings { done: 2, ..Endings::default() });
        let ended = ended.expect("what was released can end");
        assert!(!ended.is_alive() && ended.clone().end(Moment::OPEN, Endings::default()).is_err());
        assert!(ended.withdraw(by("ana"), "too late").is_err(), "what has ended is not taken back");
        assert!(submitted().end(Moment::OPEN, Endings::default()).is_err(), "nothing was released");
        let over = released.withdraw(by("ana"), "the outage moved").expect("it can be taken back");
        let refused = over.clone().withdraw(by("ana"), "again").expect_err("once");
        assert_eq!(
            refused.to_string(),
            "the plan is withdrawn and cannot be withdrawn; nothing was changed; \
             it is over already; nothing needs to be done"
        );
        assert!(over.supersede(PlanId::from_bytes([1; 16]), Moment::OPEN).is_err());
    }
}
