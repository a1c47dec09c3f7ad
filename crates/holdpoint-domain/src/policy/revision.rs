//! Revisions: what a policy said when, who wrote it, why, and who published it.
//!
//! A revision is proposed and then published, rejected or taken back; its values never change. The surprise: a revision
//! remembers which one it was written against, so nobody publishes a rule over one that they have not seen.

use super::{PolicyKind, Values};
use crate::Rejected;
use crate::id::SiteId;
use crate::moment::Moment;
use crate::signature::{Barred, CardHash, Person, Signature, Signatures, refused, written};
use crate::words::vocabulary;
use std::collections::BTreeSet;

vocabulary! {
    /// How a revision stands.
    RevisionWord, "state of a revision" {
        /// It waits for somebody to publish it.
        Proposed = "proposed",
        /// It was published: it holds, held, or will.
        Published = "published",
        /// Somebody rejected it.
        Rejected = "rejected",
        /// Its author took it back.
        Withdrawn = "withdrawn",
    }
}

/// Who ended the waiting of a revision, when, and what they wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Who.
    pub by: Person,
    /// When.
    pub at: Moment,
    /// In words; may be empty for a publication.
    pub note: String,
}

/// How a revision stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevisionState {
    /// It waits.
    Proposed,
    /// It holds from a moment on, until a later one does.
    Published {
        /// By whom.
        closed: Closed,
        /// From when.
        from: Moment,
    },
    /// It never holds.
    Rejected(Closed),
    /// It never holds.
    Withdrawn(Closed),
}

impl RevisionState {
    /// Its word.
    #[must_use]
    pub const fn word(&self) -> RevisionWord {
        match self {
            Self::Proposed => RevisionWord::Proposed,
            Self::Published { .. } => RevisionWord::Published,
            Self::Rejected(_) => RevisionWord::Rejected,
            Self::Withdrawn(_) => RevisionWord::Withdrawn,
        }
    }

    /// Who ended the waiting.
    #[must_use]
    pub const fn closed(&self) -> Option<&Closed> {
        match self {
            Self::Proposed => None,
            Self::Published { closed, .. } | Self::Rejected(closed) | Self::Withdrawn(closed) => Some(closed),
        }
    }
}

/// Whether somebody else than the author must publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondPerson {
    /// Yes.
    Needed,
    /// The author may.
    NotNeeded,
}

/// One revision of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number: counted up over all sites of a kind, from 1; 0 is what the program brings along.
    pub number: u64,
    /// Where it holds; `None`: wherever a site has none of its own.
    pub site: Option<SiteId>,
    /// What it says.
    pub values: Values,
    /// The revision that held there when it was written.
    pub base: u64,
    /// Who wrote it.
    pub author: Person,
    /// Why.
    pub reason: String,
    /// When.
    pub proposed_at: Moment,
    /// From when it is to hold; `None`: from its publication on.
    pub wanted_from: Option<Moment>,
    /// How it stands.
    pub state: RevisionState,
}

/// How far ahead a revision may be published: two years.
const MOST_AHEAD_DAYS: u32 = 730;

impl Revision {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> PolicyKind {
        self.values.kind()
    }

    /// Checks what a person wrote beside the values.
    ///
    /// # Errors
    /// A refusal without a reason, for a day that is over or too far ahead, and for a site where the kind has none.
    pub fn proposed(self) -> Result<Self, Rejected> {
        let reason = written("reason", &self.reason)?;
        if self.site.is_some() && self.kind().reaches() == super::Reaches::AllOnly {
            let what = format!("the policy `{}` is the same for all sites", self.kind());
            return Err(refused("policy-site", what, "leave `site` out"));
        }
        if let Some(from) = self.wanted_from
            && (from < self.proposed_at
                || from.since(self.proposed_at) > crate::signature::days(MOST_AHEAD_DAYS))
        {
            let what = format!("a policy holds from now, or from a moment within {MOST_AHEAD_DAYS} days");
            return Err(refused("policy-from", what, "name another moment, or none"));
        }
        Ok(Self { reason, ..self })
    }

    /// Published: it holds from now on, or from the moment that its author wanted.
    ///
    /// # Errors
    /// A refusal when it does not wait, when `holding` is another revision than the one it was written against, and when
    /// the publisher is nobody, or is the author and must not be.
    pub fn published(self, closed: Closed, second: SecondPerson, holding: u64) -> Result<Self, Rejected> {
        self.waits()?;
        if holding != self.base {
            let what = format!(
                "revision {} was written against revision {}, and {holding} holds now",
                self.number, self.base
            );
            return Err(refused("policy-base", what, "look at the difference and propose it anew"));
        }
        let author = match second {
            SecondPerson::Needed => self.author.account.clone(),
            SecondPerson::NotNeeded => String::new(),
        };
        let signature = Signature {
            by: closed.by.clone(),
            on_behalf_of: None,
            at: closed.at,
            note: closed.note.clone(),
            shown: CardHash([0; 32]),
        };
        Signatures::default().with(signature, &Barred { author, testers: BTreeSet::new() })?;
        let from = self.wanted_from.map_or(closed.at, |wanted| wanted.max(closed.at));
        Ok(Self { state: RevisionState::Published { closed, from }, ..self })
    }

    /// Rejected.
    ///
    /// # Errors
    /// A refusal when it does not wait, or nobody says why.
    pub fn rejected(self, closed: Closed) -> Result<Self, Rejected> {
        self.waits()?;
        let note = written("reason", &closed.note)?;
        Ok(Self { state: RevisionState::Rejected(Closed { note, ..closed }), ..self })
    }

    /// Taken back by its author.
    ///
    /// # Errors
    /// A refusal when it does not wait, or another person tries.
    pub fn withdrawn(self, closed: Closed) -> Result<Self, Rejected> {
        self.waits()?;
        if closed.by.account != self.author.account {
            let what = format!("`{}` did not write revision {}", closed.by.name, self.number);
            return Err(refused("policy-author", what, "reject it instead"));
        }
        Ok(Self { state: RevisionState::Withdrawn(closed), ..self })
    }

    fn waits(&self) -> Result<(), Rejected> {
        match &self.state {
            RevisionState::Proposed => Ok(()),
            RevisionState::Published { .. } | RevisionState::Rejected(_) | RevisionState::Withdrawn(_) => {
                let what = format!("revision {} is {} already", self.number, self.state.word());
                Err(refused("policy-state", what, "propose a new one"))
            }
        }
    }
}
