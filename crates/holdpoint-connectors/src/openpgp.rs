//! Detached OpenPGP signatures: did the holder of one of these keys sign exactly these bytes?
//!
//! The library proves the arithmetic; the rules are here: may this key sign, is it expired, revoked or not
//! yet valid, does its own signature bind the subkey, is the digest one that still proves something.
//! Whether a key *belongs* to a publisher is not decided here: that is the announced fingerprint, compared
//! by [`same_fingerprint`], and the person who trusts it.
//! The surprise: a key that has expired by now is refused although it was valid when it signed, because
//! CSAF asks for signatures that stay valid; ask about an earlier moment to check an old copy.

mod blocks;
mod error;
mod keys;
mod standing;
mod verify;

pub use error::{KeyProblem, SignatureError, SignatureWarning};
pub use keys::{KeyError, PublicKey, parse_public_keys, same_fingerprint};
pub use verify::{Verified, verify_detached};
