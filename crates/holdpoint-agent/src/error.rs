//! What can go wrong on the device besides an order's own failure.
//!
//! Here: one kind for what a person must repair before the agent goes on, and one for what passes by itself. Not here:
//! the outcome of a step, which is a result and no error.

use holdpoint_wire::refusal::Refusal;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why the agent could not go on.
#[derive(Debug, Error)]
pub enum Trouble {
    /// The system did not do what was asked.
    #[error("cannot {what} `{}`", path.display())]
    System {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The agent's own records do not hold; nothing is done until a person has looked.
    #[error("{0}")]
    Records(String),
    /// A paper was refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The server could not be asked, or did not answer as agreed. It passes, or the server's log says more.
    #[error("{0}")]
    Server(String),
    /// A program of the device did not answer as expected.
    #[error("{0}")]
    Program(String),
    /// Something was asked for that the device's settings or state do not allow.
    #[error("{0}")]
    Asked(String),
}

impl Trouble {
    /// For `map_err` on what the system did not do.
    pub(crate) fn system(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::System { what, path, source }
    }

    /// The words with their causes, on one line.
    #[must_use]
    pub fn in_full(&self) -> String {
        let mut words = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(source) = cause {
            words = format!("{words}: {source}");
            cause = source.source();
        }
        words
    }
}

/// A result of the agent.
pub type Result<T> = std::result::Result<T, Trouble>;
