//! Secrets that the program hands out: session cookies, API tokens, the one-time secret of the first run.
//!
//! Each is 256 random bits in hexadecimal behind a prefix that says what it is. The store keeps SHA-256 of the
//! whole text. A slow hash would add nothing: there is nothing to guess in 256 random bits.

use sha2::{Digest, Sha256};

/// The prefix of an API token of a person. Secret scanners look for it.
pub const TOKEN_PREFIX: &str = "hp_pat_";
const SESSION_PREFIX: &str = "hp_ses_";
const SETUP_PREFIX: &str = "hp_setup_";
const CALENDAR_PREFIX: &str = "hp_cal_";

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The cookie of a browser that is signed in.
    Session,
    /// A program's access in the name of a person.
    Token,
    /// The first run, to make the first administrator.
    Setup,
    /// An address of a calendar.
    Calendar,
}

impl Purpose {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => SESSION_PREFIX,
            Self::Token => TOKEN_PREFIX,
            Self::Setup => SETUP_PREFIX,
            Self::Calendar => CALENDAR_PREFIX,
        }
    }
}

/// A secret that is shown once. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: String,
}

impl Secret {
    /// The secret made of these random bytes.
    #[must_use]
    pub fn new(purpose: Purpose, random: [u8; 32]) -> Self {
        let mut text = String::with_capacity(purpose.prefix().len() + 64);
        text.push_str(purpose.prefix());
        for byte in random {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
            }
        }
        Self { text }
    }

    /// The text, for the one moment in which it is handed over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What the store keeps of it.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        fingerprint(&self.text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(not shown)")
    }
}

/// SHA-256 of a secret that somebody presents, to look it up. Any text has one; a wrong text is simply not found.
#[must_use]
pub fn fingerprint(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Whether a presented text has the shape of a secret for that purpose. Saves a look-up, decides nothing.
#[must_use]
pub fn looks_like(purpose: Purpose, text: &str) -> bool {
    text.strip_prefix(purpose.prefix())
        .is_some_and(|rest| rest.len() == 64 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_says_what_it_is_for_and_hides_in_debug() {
        let secret = Secret::new(Purpose::Token, [0xab; 32]);
        assert_eq!(secret.reveal(), format!("hp_pat_{}", "ab".repeat(32)));
        assert!(looks_like(Purpose::Token, secret.reveal()));
        assert!(!looks_like(Purpose::Session, secret.reveal()));
        assert!(!looks_like(Purpose::Token, "hp_pat_"));
        assert_eq!(secret.fingerprint(), fingerprint(secret.reveal()));
        assert!(!format!("{secret:?}").contains("ab"));
    }
}
