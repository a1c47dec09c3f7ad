//! Questions to suppliers: asked when, by whom, of whom, about what, due, reminded, escalated, answered, closed.
//!
//! How a question stands follows from its steps, which are only added to. The surprise: an answer may hold no statement
//! on a patch ("there is no fix yet"); only an answer that names the supplier's word becomes one.

use crate::id::QuestionId;
use crate::moment::Moment;
use crate::words::vocabulary;

vocabulary! {
    /// What was done to a question.
    QuestionDeed, "step of a question" {
        /// It was asked.
        Asked = "asked",
        /// The supplier was reminded.
        Reminded = "reminded",
        /// Its time was over, and whoever asked was told.
        FellDue = "fell_due",
        /// It was taken to somebody higher, at the supplier or here.
        Escalated = "escalated",
        /// The supplier answered.
        Answered = "answered",
        /// Nothing more is expected.
        Closed = "closed",
    }
}

vocabulary! {
    /// How a question stands.
    QuestionState, "state of a question" {
        /// It waits for an answer.
        Open = "open",
        /// It is answered.
        Answered = "answered",
        /// Nothing more is expected.
        Closed = "closed",
    }
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuestionTopic {
    /// A patch; empty: none.
    pub patch: String,
    /// A product, when it is about a release; empty: none.
    pub product: String,
    /// The version of that product; empty: none.
    pub version: String,
    /// An order number; empty: none.
    pub order_number: String,
    /// A vulnerability or an advisory; empty: none.
    pub reference: String,
}

impl QuestionTopic {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A question as it was asked. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// The supplier who was asked: a vendor or an integrator.
    pub supplier: String,
    /// The person or address there; empty: not said.
    pub contact: String,
    /// What it is about.
    pub topic: QuestionTopic,
    /// The question itself.
    pub text: String,
    /// By when an answer is wanted.
    pub due_at: Option<Moment>,
}

/// One step in the life of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionStep {
    /// What was done.
    pub deed: QuestionDeed,
    /// When.
    pub at: Moment,
    /// Who did it, by name.
    pub by: String,
    /// What was said: the answer, the reminder, the reason.
    pub note: String,
}

/// A question that has ended cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the question is {state} and cannot be {deed} any more")]
pub struct QuestionEnded {
    /// How it stands.
    pub state: QuestionState,
    /// What was tried.
    pub deed: QuestionDeed,
}

impl QuestionState {
    /// The state after a deed.
    ///
    /// # Errors
    /// [`QuestionEnded`] when it cannot be done any more. An answered question may be answered again, because suppliers
    /// correct themselves, and closed; a closed one stays closed.
    pub const fn after(self, deed: QuestionDeed) -> Result<Self, QuestionEnded> {
        match (self, deed) {
            (Self::Open, QuestionDeed::Reminded | QuestionDeed::FellDue | QuestionDeed::Escalated) => {
                Ok(Self::Open)
            }
            (Self::Open | Self::Answered, QuestionDeed::Answered) => Ok(Self::Answered),
            (Self::Open | Self::Answered, QuestionDeed::Closed) => Ok(Self::Closed),
            (Self::Answered, QuestionDeed::Reminded | QuestionDeed::FellDue | QuestionDeed::Escalated)
            | (
                Self::Closed,
                QuestionDeed::Reminded
                | QuestionDeed::FellDue
                | QuestionDeed::Escalated
                | QuestionDeed::Answered,
            )
            | (Self::Closed, QuestionDeed::Closed)
            | (Self::Open | Self::Answered | Self::Closed, QuestionDeed::Asked) => {
                Err(QuestionEnded { state: self, deed })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_legal_and_illegal_is_this_table() {
        let mut table = String::new();
        for state in QuestionState::ALL {
            let to: Vec<String> = QuestionDeed::ALL
                .iter()
                .map(|deed| match state.after(*deed) {
                    Ok(next) => format!("{deed}={next}"),
                    Err(_) => format!("{deed}=no"),
                })
                .collect();
            table.push_str(&format!("{state}: {}\n", to.join(" ")));
        }
        assert_eq!(
            table,
            "open: asked=no reminded=open fell_due=open escalated=open answered=answered closed=closed\n\
             answered: asked=no reminded=no fell_due=no escalated=no answered=answered closed=closed\n\
             closed: asked=no reminded=no fell_due=no escalated=no answered=no closed=no\n"
        );
    }
}
