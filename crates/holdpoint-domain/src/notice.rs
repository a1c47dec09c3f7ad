//! Notices: what somebody is told because something changed by itself.
//!
//! A notice decides nothing and stops nothing; what it is about has stopped already. The surprise: it is told once for each
//! person and cause, so whoever looks every minute tells nobody twice.

use crate::id::NoticeId;
use crate::moment::Moment;
use crate::signature::Person;
use crate::words::vocabulary;

vocabulary! {
    /// What happened.
    NoticeKind, "kind of notice" {
        /// A patch that was approved is held, because its supplier took its word back.
        Held = "held",
        /// An authorisation ended by itself.
        AuthorisationEnded = "authorisation_ended",
        /// An exemption does not hold until somebody has looked again.
        ExemptionReview = "exemption_review",
        /// An exemption is over.
        ExemptionEnded = "exemption_ended",
        /// The review of an emergency is overdue.
        ReviewOverdue = "review_overdue",
        /// A supplier has not answered in time.
        QuestionDue = "question_due",
        /// A supplier's silence was taken higher.
        QuestionEscalated = "question_escalated",
        /// An asset is not any more as it was verified.
        Drift = "drift",
        /// A deployment was stopped by a failure.
        DeploymentStopped = "deployment_stopped",
    }
}

/// What one person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// When.
    pub at: Moment,
    /// Who is told.
    pub to: Person,
    /// What happened.
    pub kind: NoticeKind,
    /// What it is about: `baseline`, `exemption`, `decision`, `question`.
    pub noun: String,
    /// The id of that.
    pub about: String,
    /// What happened, what it means and what to do, in sentences.
    pub text: String,
    /// What brought it about; the same cause is told once.
    pub cause: String,
    /// When they read it.
    pub read_at: Option<Moment>,
}
