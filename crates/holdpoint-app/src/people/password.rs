//! Passwords: which ones are taken, how they are kept, how one is checked.
//!
//! Kept as argon2id in the PHC text form. The rules ask for length and nothing else: rules of composition make
//! people write passwords down. The surprise: checking the password of an account that does not exist costs the
//! same work as checking one that does, so the time of an answer tells nobody which names exist.

use std::sync::OnceLock;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// The fewest characters of a password.
pub const MIN_CHARS: usize = 12;
/// The most bytes of a password: beyond it the text is an attack on memory, not a password.
pub const MAX_BYTES: usize = 1024;

/// 19 MiB, 2 passes, 1 lane: the smallest setting that OWASP's cheat sheet of 2025 recommends for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A password that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Too short.
    #[error(
        "the password has {chars} characters and needs at least {MIN_CHARS}; nothing was changed; \
             a sentence of four or five words is long enough"
    )]
    TooShort {
        /// How many it has.
        chars: usize,
    },
    /// Too long.
    #[error("the password is longer than {MAX_BYTES} bytes; nothing was changed; choose a shorter one")]
    TooLong,
    /// It is the name, once or several times.
    #[error("the password is made of the account's name; nothing was changed; choose another one")]
    IsTheName,
    /// One character or a short piece again and again.
    #[error("the password is one short piece repeated; nothing was changed; choose several unrelated words")]
    Repeats,
}

impl BadPassword {
    /// Stable machine word.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "too-short",
            Self::TooLong => "too-long",
            Self::IsTheName => "is-the-name",
            Self::Repeats => "repeats",
        }
    }
}

/// Says whether this password is taken for an account with that name.
///
/// # Errors
/// [`BadPassword`] with the rule that it breaks.
pub fn check_rules(password: &str, account: &str) -> Result<(), BadPassword> {
    let chars = password.chars().count();
    if password.len() > MAX_BYTES {
        return Err(BadPassword::TooLong);
    }
    if chars < MIN_CHARS {
        return Err(BadPassword::TooShort { chars });
    }
    let lower = password.to_lowercase();
    let name = account.to_lowercase();
    if !name.is_empty() && lower.replace(&name, "").chars().count() < MIN_CHARS / 2 {
        return Err(BadPassword::IsTheName);
    }
    let letters: Vec<char> = lower.chars().collect();
    if (1..=3).any(|period| letters.iter().zip(letters.iter().skip(period)).all(|(a, b)| a == b)) {
        return Err(BadPassword::Repeats);
    }
    Ok(())
}

/// The PHC text under which a password is kept. The salt must be fresh random bytes.
#[must_use]
pub fn hash(password: &str, salt: [u8; 16]) -> String {
    argon2()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .expect("16 bytes are a lawful salt and the parameters are constants")
        .to_string()
}

/// Whether the password belongs to this account.
///
/// `kept` is `None` for an account that does not exist or may not sign in: the answer is no, after the same work.
#[must_use]
pub fn verify(password: &str, kept: Option<&str>) -> bool {
    // Cut, not refused: a refusal would come back sooner than a check.
    let bytes = password.as_bytes();
    let bytes = &bytes[..bytes.len().min(MAX_BYTES)];
    let right = argon2().verify_password(bytes, kept.unwrap_or_else(|| decoy())).is_ok();
    right && kept.is_some() && password.len() <= MAX_BYTES
}

/// The hash against which the passwords of nobody are checked.
fn decoy() -> &'static str {
    static DECOY: OnceLock<String> = OnceLock::new();
    DECOY.get_or_init(|| hash("nobody has this password", [0x5a; 16]))
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are lawful constants");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_the_only_demand_but_the_name_and_repeats_do_not_count() {
        assert_eq!(check_rules("correct horse battery", "a.weber"), Ok(()));
        assert_eq!(check_rules("alllowercase", "a.weber"), Ok(()));
        assert_eq!(check_rules("elevenchars", "x"), Err(BadPassword::TooShort { chars: 11 }));
        assert_eq!(check_rules("A.WeberA.Weber!", "a.weber"), Err(BadPassword::IsTheName));
        assert_eq!(check_rules("aaaaaaaaaaaaaaaa", "x"), Err(BadPassword::Repeats));
        assert_eq!(check_rules("abcabcabcabcabc", "x"), Err(BadPassword::Repeats));
        assert_eq!(check_rules(&"word ".repeat(300), "x"), Err(BadPassword::TooLong));
    }

    #[test]
    fn a_password_verifies_against_its_own_hash_alone() {
        let kept = hash("correct horse battery", [9; 16]);
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse battery", Some(&kept)));
        assert!(!verify("correct horse batterz", Some(&kept)));
        assert!(!verify("correct horse battery", None));
        assert!(!verify("nobody has this password", None), "the decoy's own password opens nothing");
    }
}
