//! Texts that were checked once at the door: ids, hashes, names of packages, versions, paths, words for people.
//!
//! Here: one type for each, with the letters and the length it may have. Not here: what they mean. The surprise: the
//! rules are narrower than those of the systems the texts come from, because every one of these texts may end up as
//! an argument of a program that runs with all rights.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use thiserror::Error;

/// A text that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{shown}` is no {kind}: {rule}")]
pub struct BadText {
    shown: String,
    kind: &'static str,
    rule: &'static str,
}

macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $rule:literal, $holds:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text when it keeps the rule.
            ///
            /// # Errors
            /// When it does not; the error says the rule.
            pub fn new(text: impl Into<String>) -> Result<Self, BadText> {
                let text = text.into();
                let holds: fn(&str) -> bool = $holds;
                if holds(&text) { Ok(Self(text)) } else { Err(BadText { shown: cut(&text, 80), kind: $kind, rule: $rule }) }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadText;
            fn try_from(text: String) -> Result<Self, BadText> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked_text!(
    /// The id of a site, an asset, a class, an order, a baseline or a patch.
    Id, "id", "1 to 64 of a-z A-Z 0-9 . _ -, beginning with a letter or a digit",
    |text| fits(text, 64, |c| c.is_ascii_alphanumeric() || ".-_".contains(c))
);

checked_text!(
    /// SHA-256 in 64 lower-case hexadecimal digits.
    Hash, "hash", "64 lower-case hexadecimal digits", |text| is_hex(text, 64)
);

checked_text!(
    /// The name of a package of dpkg or rpm.
    PackageName, "name of a package", "1 to 128 of a-z A-Z 0-9 + . _ -, beginning with a letter or a digit",
    |text| fits(text, 128, |c| c.is_ascii_alphanumeric() || "+.-_".contains(c))
);

checked_text!(
    /// The version of a package, with epoch and release where it has them.
    PackageVersion, "version of a package", "1 to 128 of a-z A-Z 0-9 + . : ~ ^ _ -, beginning with a letter or a digit",
    |text| fits(text, 128, |c| c.is_ascii_alphanumeric() || "+.:~^_-".contains(c))
);

checked_text!(
    /// The architecture of a package.
    Architecture, "architecture", "1 to 32 of a-z 0-9 _ -, beginning with a letter or a digit",
    |text| fits(text, 32, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c))
);

checked_text!(
    /// The name of a file without any folder.
    FileName, "name of a file", "1 to 200 of a-z A-Z 0-9 + . : ~ ^ _ -, beginning with a letter or a digit",
    |text| fits(text, 200, |c| c.is_ascii_alphanumeric() || "+.:~^_-".contains(c))
);

checked_text!(
    /// The absolute path of a file on a device, without `.` and `..`.
    FilePath, "path", "an absolute path of at most 400 bytes without `.`, `..`, empty parts or control letters",
    |text| text.len() <= 400
        && text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(|part| {
            !part.is_empty() && part != "." && part != ".." && !part.chars().any(char::is_control)
        }))
);

checked_text!(
    /// The name of an account or a group of a device.
    AccountName, "name of an account", "1 to 32 of a-z A-Z 0-9 . _ -, beginning with a letter, a digit or _",
    |text| fits(text.strip_prefix('_').unwrap_or(text), 32, |c| c.is_ascii_alphanumeric() || "._-".contains(c))
);

checked_text!(
    /// Words for a person: at most 2,000 bytes, no control letters but line ends.
    Words, "text for a person", "at most 2,000 bytes without control letters",
    |text| text.len() <= 2_000 && !text.chars().any(|c| c.is_control() && c != '\n')
);

checked_text!(
    /// One argument of a script's template.
    ArgumentText, "argument", "at most 256 of a-z A-Z 0-9 + . , : = @ % / _ -, not beginning with `-`",
    |text| text.len() <= 256
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+.,:=@%/_-".contains(c))
);

impl Hash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex(&Sha256::digest(bytes)))
    }

    /// The hash that a running SHA-256 has come to.
    #[must_use]
    pub fn of_digest(digest: Sha256) -> Self {
        Self(hex(&digest.finalize()))
    }
}

impl Words {
    /// Makes words of any text: control letters become a sign, what is too long is cut off with a mark.
    #[must_use]
    pub fn cut(text: &str) -> Self {
        let clean: String =
            text.chars().map(|c| if c.is_control() && c != '\n' { '\u{FFFD}' } else { c }).collect();
        Self(cut(&clean, 2_000))
    }
}

/// At most so many bytes of a text, with a mark where it was cut.
fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut end = limit - '…'.len_utf8();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}

fn fits(text: &str, limit: usize, holds: fn(char) -> bool) -> bool {
    text.len() <= limit
        && text.chars().next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.chars().all(holds)
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    bytes.iter().flat_map(digits).map(char::from).collect()
}

/// Reads lower-case hexadecimal digits; `None` unless there are exactly as many as the array needs.
#[must_use]
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if !is_hex(text, N * 2) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digit = |letter: u8| char::from(letter).to_digit(16).and_then(|value| u8::try_from(value).ok());
        *byte = digit(pair[0])? * 16 + digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{ArgumentText, FileName, FilePath, Hash, Id, PackageVersion, Words, from_hex, hex};

    #[test]
    fn texts_that_could_command_a_program_are_refused() {
        for bad in ["", "-rf", "a b", "a/b", "ä", "a\n", "$(x)", ".."] {
            assert!(Id::new(bad).is_err(), "{bad}");
            assert!(FileName::new(bad).is_err(), "{bad}");
            assert!(PackageVersion::new(bad).is_err(), "{bad}");
        }
        assert!(ArgumentText::new("--force").is_err());
        assert!(ArgumentText::new("a;b").is_err());
        assert!(ArgumentText::new("/etc/app.conf").is_ok());
        assert!(PackageVersion::new("1:2.4+deb12u1~rc1-2").is_ok());
    }

    #[test]
    fn a_path_leads_nowhere_else() {
        for bad in ["etc/x", "/", "/etc/../x", "/etc//x", "/etc/./x", "/etc/x/", "/etc/\u{7}"] {
            assert!(FilePath::new(bad).is_err(), "{bad}");
        }
        assert!(FilePath::new("/etc/app/settings.conf").is_ok());
    }

    #[test]
    fn hexadecimal_digits_are_read_only_in_one_way() {
        assert_eq!(from_hex::<2>("0aff"), Some([10, 255]));
        assert_eq!(from_hex::<2>("0AFF"), None);
        assert_eq!(from_hex::<2>("0aff0"), None);
        assert_eq!(hex(&[10, 255]), "0aff");
        assert_eq!(
            Hash::of(b"").as_str(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn words_are_cut_between_letters() {
        let long = "ä".repeat(2_000);
        let cut = Words::cut(&long);
        assert!(cut.as_str().len() <= 2_000 && cut.as_str().ends_with('…'));
        assert_eq!(Words::cut("a\u{1b}[31mb").as_str(), "a\u{FFFD}[31mb");
        assert!(Words::new(cut.as_str()).is_ok());
    }
}
