//! Who does something, and by which way in. Every change names both.

use crate::id::{TokenId, UserId};
use crate::words::vocabulary;
use std::fmt;

vocabulary! {
    /// The way by which a command came in.
    Via, "way in" {
        /// The browser front.
        Page = "page",
        /// A program that uses an API token.
        Api = "api",
        /// The command line, on the machine that holds the data.
        Cli = "cli",
        /// Holdpoint itself, by the clock or because something came in.
        Job = "job",
    }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person with an account, signed in.
    Person {
        /// The account.
        id: UserId,
        /// The sign-in name at that time.
        name: String,
    },
    /// A program that holds an API token of a person.
    Token {
        /// The token.
        id: TokenId,
        /// The account that the token belongs to.
        owner: UserId,
        /// `owner's name/token's name` at that time.
        name: String,
    },
    /// Somebody at the machine's own command line, known to the operating system only.
    Operator {
        /// The operating system's name for them.
        name: String,
    },
    /// Holdpoint itself.
    System {
        /// The job, for example `match` or `demo`.
        job: String,
    },
}

impl Actor {
    /// The kind's fixed word: `person`, `token`, `operator` or `system`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Person { .. } => "person",
            Self::Token { .. } => "token",
            Self::Operator { .. } => "operator",
            Self::System { .. } => "system",
        }
    }

    /// The name that people read.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person { name, .. } | Self::Token { name, .. } | Self::Operator { name } => name,
            Self::System { job } => job,
        }
    }

    /// The id of the account or token as text; empty for operators and the system.
    #[must_use]
    pub fn id_text(&self) -> String {
        match self {
            Self::Person { id, .. } => id.to_string(),
            Self::Token { id, .. } => id.to_string(),
            Self::Operator { .. } | Self::System { .. } => String::new(),
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.name())
    }
}
