//! One step of a change plan while it is carried out: where it stands, and which event may bring it where.
//!
//! Lives here: the states with their data, the deeds, and the one function that changes a state. Does not live here: what
//! should happen next (the engine's `execution`), who does it, and when. The surprise: no state says that something is being
//! done without an intent that was written before; and an intent whose end nobody knows leads to a fresh look at the asset,
//! never to a second try.

mod change;

pub use change::{Applied, Event, HandWord, IllegalEvent};

use crate::Moment;
use crate::words::vocabulary;

vocabulary! {
    /// One act on an asset, or for it. Each is an intent, a permission and an outcome of its own.
    Deed, "deed" {
        /// Bring the files near, with their hashes and signatures checked.
        Stage = "stage",
        /// Look whether the asset is fit for the work.
        Preflight = "preflight",
        /// Take the snapshot before, and prove that there is a backup to go back to.
        Backup = "backup",
        /// Install the patch. Never tried a second time by itself.
        Install = "install",
        /// Restart what the patch wants restarted.
        Restart = "restart",
        /// Look at the asset afresh and compare it with the promise.
        Verify = "verify",
        /// Look again when it has soaked.
        Recheck = "recheck",
        /// Go the way back.
        Undo = "undo",
        /// Look whether the way back led where it should.
        VerifyUndo = "verify_undo",
    }
}

impl Deed {
    /// Whether it changes the asset. Such a deed is done once; the others may be tried again.
    #[must_use]
    pub const fn changes_the_asset(self) -> bool {
        match self {
            Self::Install | Self::Restart | Self::Undo => true,
            Self::Stage
            | Self::Preflight
            | Self::Backup
            | Self::Verify
            | Self::Recheck
            | Self::VerifyUndo => false,
        }
    }
}

vocabulary! {
    /// What kind of failure it was; how soon another try makes sense follows from it.
    ErrorClass, "class of failure" {
        /// No way to the asset, or it did not answer in time.
        Unreachable = "unreachable",
        /// Something else holds what is needed: a lock, an operator at the panel.
        Busy = "busy",
        /// A check said no: too little disk, the partner is not healthy, an alarm stands.
        Unfit = "unfit",
        /// Bytes are not what was signed, or the asset is not what was planned for.
        Mismatch = "mismatch",
        /// It was tried and did not work.
        Broken = "broken",
        /// It can never go in this way, whoever tries it: a kind of file or client that has no such deed. Nothing speaks against the patch.
        Impossible = "impossible",
        /// The program itself was ended while it was under way. Nobody's failure: it is tried again at once.
        Interrupted = "interrupted",
    }
}

impl ErrorClass {
    /// Whether the same deed may bring something else later without anybody doing anything.
    #[must_use]
    pub const fn passes_by_itself(self) -> bool {
        match self {
            Self::Unreachable | Self::Busy | Self::Unfit | Self::Interrupted => true,
            Self::Mismatch | Self::Broken | Self::Impossible => false,
        }
    }
}

/// What a fresh look at the asset shows, compared with the promise of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Observed {
    /// Everything that was promised, and no difference that nobody planned.
    AsPromised,
    /// Everything that was promised stands there, but the restart that is wanted was not seen: what ran before may run still.
    NotRestarted {
        /// What is known of it, as a clause.
        what: String,
    },
    /// Exactly what the snapshot before shows.
    AsBefore,
    /// Anything else.
    Otherwise {
        /// What, as a clause.
        what: String,
    },
}

/// Whether an asset was started again since the work that may want it, as a look read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Started {
    /// Nobody read it.
    #[default]
    NotRead,
    /// It runs since before.
    NotAgain,
    /// It was started again.
    Again,
}

vocabulary! {
    /// Who read the asset at a look.
    ObservedBy, "reader of an asset" {
        /// The device's own client, which also reported the work: its own word.
        Device = "device",
        /// The asset's agent, which also did the work: its own word.
        Agent = "agent",
        /// This server, over SSH.
        Host = "host",
        /// A person.
        Person = "person",
    }
}

impl ObservedBy {
    /// Whether whoever reported the work is also the one who read what came of it.
    #[must_use]
    pub const fn is_own_word(self) -> bool {
        match self {
            Self::Device | Self::Agent => true,
            Self::Host | Self::Person => false,
        }
    }
}

/// How a deed ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is reported as done. Of a look: use [`Outcome::Seen`].
    Succeeded,
    /// A look at the asset was had, and shows this.
    Seen(Observed),
    /// It is reported as failed.
    Failed {
        /// What kind of failure.
        class: ErrorClass,
        /// What happened, as a clause.
        what: String,
    },
    /// Nobody knows how it ended.
    Unknown {
        /// Why not, as a clause.
        what: String,
    },
    /// Nobody did it, and that is known: the step goes on without it, and nowhere is it called done.
    NotDone {
        /// Why not, and what stands in its place, as a clause.
        what: String,
    },
    /// It was intended, and it is certain that nobody began it: nothing was changed by it, and it may be intended again.
    NotBegun {
        /// Why not, as a clause.
        what: String,
    },
    /// Whoever was to do it refused it before beginning anything: nothing was changed by it, and a person says whether it is asked again.
    Refused {
        /// Why, as a clause.
        what: String,
    },
    /// Somebody did the work after it and has not told whether this was done: the step goes on without it.
    NotTold {
        /// Who told what, as a clause.
        what: String,
    },
}

/// A deed that was intended and has no outcome yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// Its number among the attempts at this deed on this step, from 1.
    pub number: u16,
    /// When the intent was written; the deed itself came after that, or never.
    pub intended_at: Moment,
    /// When an outcome is overdue.
    pub deadline: Moment,
}

/// Where a step stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StepState {
    /// Nothing was done for it yet.
    Waiting,
    /// Files are being brought near.
    Staging(Attempt),
    /// The files are near and checked.
    Staged {
        /// Since when.
        at: Moment,
    },
    /// The asset is being looked at.
    Checking(Attempt),
    /// Preflight passed.
    Checked {
        /// When; it grows old.
        at: Moment,
    },
    /// The backup is being proven.
    BackingUp {
        /// The attempt.
        attempt: Attempt,
        /// When preflight passed.
        checked_at: Moment,
    },
    /// The way back is settled: proven, told by a person, or signed that there is none.
    BackedUp {
        /// When preflight passed.
        checked_at: Moment,
        /// When that was settled.
        at: Moment,
    },
    /// The patch is being installed.
    Installing(Attempt),
    /// Installed by report; what must be restarted is not restarted yet.
    AwaitingRestart {
        /// When the installation was reported.
        installed_at: Moment,
    },
    /// It restarts.
    Restarting(Attempt),
    /// The work is over by report, or nobody knows: a fresh look is wanted.
    ToVerify {
        /// Since when.
        since: Moment,
        /// What is not known of the work before, as a clause; `None`: it was reported as done.
        doubt: Option<String>,
    },
    /// It is being looked at.
    Verifying {
        /// The attempt.
        attempt: Attempt,
        /// Since when a look was wanted.
        since: Moment,
        /// What is not known of the work before.
        doubt: Option<String>,
    },
    /// Observed as promised; it soaks.
    Verified {
        /// Since when.
        at: Moment,
    },
    /// It is being looked at a second time.
    Rechecking {
        /// The attempt.
        attempt: Attempt,
        /// When it was verified first.
        verified_at: Moment,
    },
    /// Observed as promised twice, with the soak between.
    Done {
        /// When.
        at: Moment,
    },
    /// Ended before anything on the asset was changed.
    Aborted {
        /// When.
        at: Moment,
        /// Why, as a clause.
        why: String,
    },
    /// The asset is not as it should be; the way back must be gone, or a person must take it.
    Broken {
        /// Since when.
        since: Moment,
        /// What is wrong, as a clause.
        why: String,
    },
    /// The way back is being gone.
    Undoing {
        /// The attempt.
        attempt: Attempt,
        /// Why.
        why: String,
    },
    /// The way back was gone by report, or nobody knows: a fresh look is wanted.
    ToVerifyUndo {
        /// Since when.
        since: Moment,
        /// Why it was gone.
        why: String,
    },
    /// It is being looked at.
    VerifyingUndo {
        /// The attempt.
        attempt: Attempt,
        /// Since when a look was wanted.
        since: Moment,
        /// Why the way back was gone.
        why: String,
    },
    /// Observed as it was before.
    RolledBack {
        /// When.
        at: Moment,
        /// Why the patch is not on it, as a clause.
        why: String,
    },
    /// A person has it. The program does nothing on the asset until that person says what was done.
    ByHand {
        /// Since when.
        since: Moment,
        /// Why, as a clause.
        why: String,
    },
}

vocabulary! {
    /// The name of a state, without its data; what lists, filters and the store use.
    StepStateWord, "state of a step" {
        /// Nothing was done for it yet.
        Waiting = "waiting",
        /// Files are being brought near.
        Staging = "staging",
        /// The files are near.
        Staged = "staged",
        /// Preflight runs.
        Checking = "checking",
        /// Preflight passed.
        Checked = "checked",
        /// The backup is being proven.
        BackingUp = "backing_up",
        /// The backup is proven.
        BackedUp = "backed_up",
        /// The patch is being installed.
        Installing = "installing",
        /// Installed by report.
        AwaitingRestart = "awaiting_restart",
        /// It restarts.
        Restarting = "restarting",
        /// A fresh look is wanted.
        ToVerify = "to_verify",
        /// It is being looked at.
        Verifying = "verifying",
        /// As promised; it soaks.
        Verified = "verified",
        /// It is being looked at a second time.
        Rechecking = "rechecking",
        /// As promised, twice.
        Done = "done",
        /// Ended before anything was changed.
        Aborted = "aborted",
        /// Not as it should be.
        Broken = "broken",
        /// The way back is being gone.
        Undoing = "undoing",
        /// A look is wanted after the way back.
        ToVerifyUndo = "to_verify_undo",
        /// It is being looked at after the way back.
        VerifyingUndo = "verifying_undo",
        /// As it was before.
        RolledBack = "rolled_back",
        /// A person has it.
        ByHand = "by_hand",
    }
}

impl StepState {
    /// The name of the state.
    #[must_use]
    pub const fn word(&self) -> StepStateWord {
        match self {
            Self::Waiting => StepStateWord::Waiting,
            Self::Staging(_) => StepStateWord::Staging,
            Self::Staged { .. } => StepStateWord::Staged,
            Self::Checking(_) => StepStateWord::Checking,
            Self::Checked { .. } => StepStateWord::Checked,
            Self::BackingUp { .. } => StepStateWord::BackingUp,
            Self::BackedUp { .. } => StepStateWord::BackedUp,
            Self::Installing(_) => StepStateWord::Installing,
            Self::AwaitingRestart { .. } => StepStateWord::AwaitingRestart,
            Self::Restarting(_) => StepStateWord::Restarting,
            Self::ToVerify { .. } => StepStateWord::ToVerify,
            Self::Verifying { .. } => StepStateWord::Verifying,
            Self::Verified { .. } => StepStateWord::Verified,
            Self::Rechecking { .. } => StepStateWord::Rechecking,
            Self::Done { .. } => StepStateWord::Done,
            Self::Aborted { .. } => StepStateWord::Aborted,
            Self::Broken { .. } => StepStateWord::Broken,
            Self::Undoing { .. } => StepStateWord::Undoing,
            Self::ToVerifyUndo { .. } => StepStateWord::ToVerifyUndo,
            Self::VerifyingUndo { .. } => StepStateWord::VerifyingUndo,
            Self::RolledBack { .. } => StepStateWord::RolledBack,
            Self::ByHand { .. } => StepStateWord::ByHand,
        }
    }

    /// The deed that is being done, with its attempt.
    #[must_use]
    pub const fn open_attempt(&self) -> Option<(Deed, Attempt)> {
        match self {
            Self::Staging(attempt) => Some((Deed::Stage, *attempt)),
            Self::Checking(attempt) => Some((Deed::Preflight, *attempt)),
            Self::BackingUp { attempt, .. } => Some((Deed::Backup, *attempt)),
            Self::Installing(attempt) => Some((Deed::Install, *attempt)),
            Self::Restarting(attempt) => Some((Deed::Restart, *attempt)),
            Self::Verifying { attempt, .. } => Some((Deed::Verify, *attempt)),
            Self::Rechecking { attempt, .. } => Some((Deed::Recheck, *attempt)),
            Self::Undoing { attempt, .. } => Some((Deed::Undo, *attempt)),
            Self::VerifyingUndo { attempt, .. } => Some((Deed::VerifyUndo, *attempt)),
            Self::Waiting
            | Self::Staged { .. }
            | Self::Checked { .. }
            | Self::BackedUp { .. }
            | Self::AwaitingRestart { .. }
            | Self::ToVerify { .. }
            | Self::Verified { .. }
            | Self::Done { .. }
            | Self::Aborted { .. }
            | Self::Broken { .. }
            | Self::ToVerifyUndo { .. }
            | Self::RolledBack { .. }
            | Self::ByHand { .. } => None,
        }
    }

    /// What the asset is to the plant while the step stands here.
    #[must_use]
    pub const fn footing(&self) -> Footing {
        match self {
            Self::Waiting
            | Self::Staging(_)
            | Self::Staged { .. }
            | Self::Checking(_)
            | Self::Checked { .. }
            | Self::BackingUp { .. }
            | Self::BackedUp { .. } => Footing::Untouched,
            Self::Installing(_)
            | Self::AwaitingRestart { .. }
            | Self::Restarting(_)
            | Self::ToVerify { .. }
            | Self::Verifying { .. }
            | Self::Broken { .. }
            | Self::Undoing { .. }
            | Self::ToVerifyUndo { .. }
            | Self::VerifyingUndo { .. }
            | Self::ByHand { .. } => Footing::InWork,
            Self::Verified { .. } | Self::Rechecking { .. } => Footing::Soaking,
            Self::Done { .. } => Footing::Over(Ending::Done),
            Self::Aborted { .. } => Footing::Over(Ending::Aborted),
            Self::RolledBack { .. } => Footing::Over(Ending::RolledBack),
        }
    }
}

/// What an asset is to the plant while a step on it stands somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Footing {
    /// Nothing on it was changed.
    Untouched,
    /// It cannot be counted on: a redundancy group has it as lost.
    InWork,
    /// It works with the patch and is watched.
    Soaking,
    /// The step is over.
    Over(Ending),
}

vocabulary! {
    /// How a step ended.
    Ending, "ending of a step" {
        /// The patch is on the asset, observed twice.
        Done = "done",
        /// Nothing was changed.
        Aborted = "aborted",
        /// It is as it was before.
        RolledBack = "rolled_back",
    }
}

/// A step while it is carried out: its state, and what was tried.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StepRun {
    /// Its number in the plan.
    pub number: u32,
    /// Where it stands.
    pub state: StepState,
    /// How often each deed was intended, in the order of [`Deed::ALL`].
    attempts: [u16; 9],
    /// How often each of them certainly was not begun, in the same order.
    not_begun: [u16; 9],
    /// How often in a row its installation was intended and not begun, since somebody last began the step anew.
    in_vain: u16,
    /// The last failure, until the next success.
    pub last_failure: Option<Failure>,
    /// Something spoke against the work itself, and not only against the way to it.
    faulted: bool,
    /// The attempts that have their outcome.
    ended: Vec<(Deed, u16)>,
    /// When its installation was intended; `None`: it was not.
    begun_at: Option<Moment>,
    /// The installation or restart of which nobody knows how it ended, until something settles what is to be restarted.
    doubted: Option<Deed>,
    /// By whose word it went on without a restart though its asset asks for one, as a clause.
    against_mark: Option<String>,
}

/// A failure that did not end the step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Failure {
    /// What was tried.
    pub deed: Deed,
    /// When it failed.
    pub at: Moment,
    /// What kind of failure.
    pub class: ErrorClass,
    /// What happened, as a clause.
    pub what: String,
}

impl StepRun {
    /// A step of which nothing has begun.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self {
            number,
            state: StepState::Waiting,
            attempts: [0; 9],
            not_begun: [0; 9],
            in_vain: 0,
            last_failure: None,
            faulted: false,
            ended: Vec::new(),
            begun_at: None,
            doubted: None,
            against_mark: None,
        }
    }

    /// When its installation was intended; `None`: it was not.
    #[must_use]
    pub const fn begun_at(&self) -> Option<Moment> {
        self.begun_at
    }

    /// By whose word it went on without a restart though its asset asks for one, as a clause; `None`: it did not.
    #[must_use]
    pub fn against_mark(&self) -> Option<&str> {
        self.against_mark.as_deref()
    }

    /// Whether something spoke against the work itself: the installation failed, a look showed something else, files were not
    /// what was signed. A host that nobody reached, a step that a person ended and a death of the server are no such thing.
    #[must_use]
    pub const fn is_faulted(&self) -> bool {
        self.faulted
    }

    /// What a look means for the step when it is also known whether the asset was started again, and what on it asks for a restart
    /// (`None`: nothing that was read): what was promised may stand on it while the restart that it wants was never asked for, or never
    /// came.
    #[must_use]
    pub fn with_start(&self, seen: Observed, started: Started, asks: Option<&str>) -> Observed {
        let StepState::Verifying { doubt, .. } = &self.state else { return seen };
        if seen != Observed::AsPromised {
            return seen;
        }
        let ordered = self.attempts(Deed::Restart) > 0;
        let by_hand = doubt.is_some() && self.doubted.is_none();
        let what = match (self.doubted, ordered, started) {
            (_, true, Started::NotAgain) => "its restart was ordered, and it runs since before that",
            (Some(Deed::Restart), _, Started::NotRead) => {
                "whether the restart that was ordered came is not known"
            }
            (Some(Deed::Install), false, _) => {
                "how the installation ended was not known, so nothing was restarted after it"
            }
            (None, false, Started::NotAgain) if by_hand => {
                "a person worked on it, and it runs since before that"
            }
            (_, false, Started::NotAgain | Started::NotRead) if self.against_mark.is_none() => {
                let Some(asks) = asks else { return seen };
                let what = format!("nothing was restarted, and the asset itself asks for it: {asks}");
                return Observed::NotRestarted { what };
            }
            _ => return seen,
        };
        Observed::NotRestarted { what: what.to_owned() }
    }

    /// How often a deed was intended and, as far as is known, begun.
    #[must_use]
    pub const fn attempts(&self, deed: Deed) -> u16 {
        self.attempts[deed as usize].saturating_sub(self.not_begun[deed as usize])
    }

    /// The number of the last attempt at a deed, those that nobody began among them; 0: it was never intended.
    #[must_use]
    pub const fn last_attempt(&self, deed: Deed) -> u16 {
        self.attempts[deed as usize]
    }

    /// How often in a row its installation was intended and not begun.
    #[must_use]
    pub const fn in_vain(&self) -> u16 {
        self.in_vain
    }

    /// Whether it has failed, as far as thresholds go: it went back, a person has it, or it was aborted by a failure.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        match &self.state {
            StepState::Broken { .. }
            | StepState::Undoing { .. }
            | StepState::ToVerifyUndo { .. }
            | StepState::VerifyingUndo { .. }
            | StepState::ByHand { .. }
            | StepState::RolledBack { .. } => true,
            StepState::Aborted { .. } => self.last_failure.is_some(),
            StepState::Waiting
            | StepState::Staging(_)
            | StepState::Staged { .. }
            | StepState::Checking(_)
            | StepState::Checked { .. }
            | StepState::BackingUp { .. }
            | StepState::BackedUp { .. }
            | StepState::Installing(_)
            | StepState::AwaitingRestart { .. }
            | StepState::Restarting(_)
            | StepState::ToVerify { .. }
            | StepState::Verifying { .. }
            | StepState::Verified { .. }
            | StepState::Rechecking { .. }
            | StepState::Done { .. } => false,
        }
    }
}
