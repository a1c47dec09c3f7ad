//! Why a signature proves nothing, and what to worry about when it does.
//!
//! The surprise: of several signatures one good one is enough; when none is, the gravest reason is told,
//! and a signature that does not fit the document is graver than one by a stranger.

use holdpoint_domain::Moment;

/// Why no signature of the file proves anything about the document.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// The file is too large.
    #[error(
        "the signature file has {bytes} bytes, far more than a signature: nothing of it is used; \
         check the address, another file may be served in its place"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is something else.
    #[error(
        "the file is no OpenPGP signature: it begins with `{beginning}`; the document stays unproven; \
         check the address, a web page is often served in its place"
    )]
    NotASignature {
        /// Its first characters.
        beginning: String,
    },
    /// It is damaged.
    #[error(
        "the signature cannot be read: the file is damaged; the document stays unproven; \
         fetch it again, or tell the publisher"
    )]
    Damaged {
        /// What the library says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// More signatures than are looked at.
    #[error(
        "the signature file holds more signatures than are looked at ({most}): the document stays unproven; \
         ask the publisher for the file with the signature of the key announced"
    )]
    TooMany {
        /// How many are looked at.
        most: usize,
    },
    /// There is no key to check with.
    #[error(
        "there is no public key to check the signature with: the document stays unproven; \
         fetch the keys the provider announces"
    )]
    NoKeys,
    /// None of the keys made it.
    #[error(
        "the signature was made by another key ({issuer}) than the ones announced: it proves nothing; \
         if the publisher has a new key, compare its fingerprint with them before you trust it"
    )]
    UnknownKey {
        /// Fingerprint or key id it claims, or words saying there is none.
        issuer: String,
    },
    /// It was not made over these bytes.
    #[error(
        "the signature does not fit the document: the document was changed after signing, or the signature \
         belongs to another one (key {fingerprint}); do not use it, and tell the publisher"
    )]
    Mismatch {
        /// The key that claims it.
        fingerprint: String,
    },
    /// The digest it was made over proves nothing any more.
    #[error(
        "the signature uses {algorithm}, which can be forged: the document stays unproven; \
         ask the publisher to sign with SHA-256 or better"
    )]
    WeakHash {
        /// The digest's name.
        algorithm: String,
    },
    /// It is of a kind or version that is no signature over a document.
    #[error(
        "the signature is of a kind that proves nothing about a document ({what}); \
         ask the publisher for a detached signature over the file"
    )]
    OtherKind {
        /// What it is.
        what: String,
    },
    /// It says nothing about when it was made.
    #[error("the signature has no date: it cannot be placed before or after anything; tell the publisher")]
    Undated,
    /// It was made later than now.
    #[error(
        "the signature is from the future ({signed_at}): the clock of this machine or of the publisher is wrong; \
         check ours first"
    )]
    FromTheFuture {
        /// When it says it was made.
        signed_at: Moment,
    },
    /// It ran out.
    #[error(
        "the signature ran out on {until}: it proves nothing any more; \
         fetch it again, publishers renew their signatures"
    )]
    Expired {
        /// Its last moment.
        until: Moment,
    },
    /// The key may not do this.
    #[error("the key {fingerprint} {problem}; the document stays unproven; {remedy}", remedy = .problem.remedy())]
    Key {
        /// The primary key.
        fingerprint: String,
        /// What is wrong with it.
        problem: KeyProblem,
    },
}

/// Why a key cannot vouch for a document at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyProblem {
    /// It ran out.
    Expired {
        /// Its last moment.
        until: Moment,
    },
    /// Its holder took it back.
    Revoked {
        /// The reason given, cut; empty when none was.
        reason: String,
    },
    /// It was made after the signature.
    NotYet {
        /// When it was made.
        from: Moment,
    },
    /// It may certify or encrypt but not sign.
    NotForSigning,
    /// Its arithmetic can be broken.
    TooWeak {
        /// The length of its modulus.
        bits: u16,
    },
    /// Nothing its holder signed binds it, or only with a digest that can be forged.
    Unbound,
}

impl std::fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Expired { until } => write!(f, "expired on {until}"),
            Self::Revoked { reason } if reason.is_empty() => write!(f, "was revoked by its holder"),
            Self::Revoked { reason } => write!(f, "was revoked by its holder (`{reason}`)"),
            Self::NotYet { from } => {
                write!(f, "is younger ({from}) than the signature it is said to have made")
            }
            Self::TooWeak { bits } => write!(f, "has {bits} bits only, so others can sign in its name"),
            Self::NotForSigning => f.write_str("is not meant for signing"),
            Self::Unbound => {
                f.write_str("is not bound by a signature of its own that still proves something")
            }
        }
    }
}

impl KeyProblem {
    fn remedy(&self) -> &'static str {
        match self {
            Self::Expired { .. } => {
                "fetch the provider's keys again, a prolonged key has the same fingerprint"
            }
            Self::Revoked { .. } => {
                "ask the publisher which key holds now, and compare its fingerprint with them"
            }
            Self::TooWeak { .. } => "ask the publisher to sign with a key of 3072 bits, or Ed25519",
            Self::NotYet { .. } | Self::NotForSigning | Self::Unbound => "tell the publisher",
        }
    }
}

impl SignatureError {
    /// A stable word for the cause, for stored records and filters.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "signature_too_large",
            Self::NotASignature { .. } => "not_a_signature",
            Self::Damaged { .. } => "signature_damaged",
            Self::TooMany { .. } => "too_many_signatures",
            Self::NoKeys => "no_keys",
            Self::UnknownKey { .. } => "unknown_key",
            Self::Mismatch { .. } => "signature_mismatch",
            Self::WeakHash { .. } => "weak_hash",
            Self::OtherKind { .. } => "other_kind",
            Self::Undated => "undated_signature",
            Self::FromTheFuture { .. } => "future_signature",
            Self::Expired { .. } => "signature_expired",
            Self::Key { problem, .. } => match problem {
                KeyProblem::Expired { .. } => "key_expired",
                KeyProblem::Revoked { .. } => "key_revoked",
                KeyProblem::NotYet { .. } => "key_not_yet",
                KeyProblem::TooWeak { .. } => "key_too_weak",
                KeyProblem::NotForSigning => "key_not_for_signing",
                KeyProblem::Unbound => "key_unbound",
            },
        }
    }

    /// Which reason is told when several signatures fail: the greater one.
    pub(super) fn gravity(&self) -> u8 {
        match self {
            Self::TooLarge { .. } | Self::NotASignature { .. } | Self::NoKeys => 0,
            Self::UnknownKey { .. } => 1,
            Self::OtherKind { .. } | Self::Undated | Self::Damaged { .. } | Self::TooMany { .. } => 2,
            Self::WeakHash { .. } => 3,
            Self::FromTheFuture { .. } | Self::Expired { .. } => 4,
            Self::Key { .. } => 5,
            Self::Mismatch { .. } => 6,
        }
    }
}

/// What to worry about although the signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureWarning {
    /// Key or signature run out within 30 days, the least CSAF asks for.
    RunsOutSoon {
        /// The last moment.
        until: Moment,
        /// Whole days left.
        days: i64,
    },
    /// Another signature of the same file proves nothing.
    OtherFailed {
        /// Why, in words.
        why: String,
    },
    /// The key is bound with SHA-1, from a time when that still proved something.
    BoundWithSha1,
}

impl std::fmt::Display for SignatureWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RunsOutSoon { until, days } => write!(
                f,
                "the signature holds for {days} more days only (until {until}): CSAF asks for 30; \
                 the publisher has to renew key or signature"
            ),
            Self::OtherFailed { why } => {
                write!(f, "another signature of the same file proves nothing: {why}")
            }
            Self::BoundWithSha1 => f.write_str(
                "the key is bound with SHA-1, which was acceptable when it was made; \
                 the publisher should bind it anew",
            ),
        }
    }
}
