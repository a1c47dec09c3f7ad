//! Digests of documents: what was announced, and whether these bytes have it.
//!
//! SHA-256 and SHA-512 alone: MD5 and SHA-1 prove nothing any more and have no variant here.
//! Reading a digest *file* (`<digest>  <name>`) does not live here.

use std::fmt;

use sha2::{Digest as _, Sha256, Sha512};

/// A digest that still proves something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-512, 64 bytes.
    Sha512,
}

/// A digest with its algorithm.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Digest {
    /// SHA-256.
    Sha256([u8; 32]),
    /// SHA-512.
    Sha512([u8; 64]),
}

/// A text that is no digest of the algorithm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no {algorithm} digest: expected {} hexadecimal digits, got {got} characters{}; \
     the file is damaged or of another kind, ask the publisher",
    .algorithm.hex_digits(), if *.other { " of which some are no such digits" } else { "" }
)]
pub struct DigestError {
    /// The algorithm that was expected.
    pub algorithm: Algorithm,
    /// How many characters there were.
    pub got: usize,
    /// Whether some of them are no hexadecimal digits.
    pub other: bool,
}

impl Algorithm {
    /// How many hexadecimal digits a digest has.
    #[must_use]
    pub const fn hex_digits(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        })
    }
}

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
        match algorithm {
            Algorithm::Sha256 => Self::Sha256(Sha256::digest(bytes).into()),
            Algorithm::Sha512 => Self::Sha512(Sha512::digest(bytes).into()),
        }
    }

    /// Reads hexadecimal digits of either case, blanks around them ignored.
    ///
    /// # Errors
    /// When the length or a character is wrong.
    pub fn from_hex(algorithm: Algorithm, text: &str) -> Result<Self, DigestError> {
        let text = text.trim();
        let other = !text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if other || text.len() != algorithm.hex_digits() {
            return Err(DigestError { algorithm, got: text.chars().count(), other });
        }
        Ok(match algorithm {
            Algorithm::Sha256 => Self::Sha256(octets(text)),
            Algorithm::Sha512 => Self::Sha512(octets(text)),
        })
    }

    /// Whether these bytes have this digest.
    #[must_use]
    pub fn matches(&self, bytes: &[u8]) -> bool {
        *self == Self::of(self.algorithm(), bytes)
    }

    /// The algorithm it was made with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Sha256(_) => Algorithm::Sha256,
            Self::Sha512(_) => Algorithm::Sha512,
        }
    }

    /// The digest itself, 32 or 64 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Sha256(octets) => octets,
            Self::Sha512(octets) => octets,
        }
    }
}

/// Reads exactly `2 * N` hexadecimal digits; the caller has counted and checked them.
fn octets<const N: usize>(text: &str) -> [u8; N] {
    let mut out = [0; N];
    for (octet, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *octet = pair.iter().fold(0, |sum, digit| sum << 4 | nibble(*digit));
    }
    out
}

fn nibble(digit: u8) -> u8 {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok()).unwrap_or(0)
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {self}", self.algorithm())
    }
}
