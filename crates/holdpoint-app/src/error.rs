//! Why a use case could not be carried out, in words for a person and in kinds for the ways in.

use crate::access_check::Refused;
use holdpoint_domain::Rejected;
use holdpoint_store::StoreError;

/// Whose fault it is, and what the way in should answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request is wrong.
    Yours,
    /// The caller may not.
    NotAllowed,
    /// There is no such thing.
    NotFound,
    /// It clashes with what is there.
    Conflict,
    /// It changed since the caller looked.
    Precondition,
    /// Another machine did not do its part.
    Theirs,
    /// Holdpoint's own fault, or its database's.
    Ours,
    /// It would work later.
    NotNow,
}

/// Why a use case was not carried out. Nothing was changed, unless the text says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The caller may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// There is no such thing, or the caller may not see it.
    #[error("there is no {noun} `{id}` here, or you may not see it")]
    NotFound {
        /// What was looked for.
        noun: &'static str,
        /// By which id or name.
        id: String,
    },
    /// The request clashes with what is there.
    #[error("{0}")]
    Conflict(Rejected),
    /// The thing changed since the caller looked at it.
    #[error(
        "`{id}` is at revision {actual}, and you looked at {expected}; nothing was changed; look again and decide anew"
    )]
    Changed {
        /// What it is.
        id: String,
        /// The revision that the caller named.
        expected: u64,
        /// The revision that is there.
        actual: u64,
    },
    /// The request or the input is wrong.
    #[error("{0}")]
    Invalid(Rejected),
    /// Something else has to happen first, or it has to be tried later.
    #[error("{0}")]
    NotNow(Rejected),
    /// Another machine did not do its part.
    #[error("{0}")]
    Remote(Rejected),
    /// A file or folder of this machine could not be read.
    #[error("{0}")]
    File(Rejected),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AppError {
    /// A wrong request, from its four texts.
    #[must_use]
    pub fn invalid(code: &str, what: impl Into<String>, meaning: &str, remedy: &str) -> Self {
        Self::Invalid(Rejected::new(code, what, meaning, remedy))
    }

    /// The kind, for status and exit codes.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(_) => ErrorKind::NotAllowed,
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::Conflict(_) => ErrorKind::Conflict,
            Self::Changed { .. } => ErrorKind::Precondition,
            Self::Invalid(_) | Self::File(_) => ErrorKind::Yours,
            Self::NotNow(_) => ErrorKind::NotNow,
            Self::Remote(_) => ErrorKind::Theirs,
            Self::Store(_) => ErrorKind::Ours,
        }
    }

    /// The stable machine word.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(_) => "not-allowed",
            Self::NotFound { .. } => "not-found",
            Self::Changed { .. } => "precondition-failed",
            Self::Conflict(r) | Self::Invalid(r) | Self::NotNow(r) | Self::Remote(r) | Self::File(r) => {
                &r.code
            }
            Self::Store(_) => "ours",
        }
    }
}
