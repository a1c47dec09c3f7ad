//! Public keys: read from a file of a publisher, named by their fingerprint.
//!
//! Reading proves nothing yet: whether a key is expired, revoked or able to sign is asked for a moment,
//! when a signature is checked. The surprise: short key ids never match anything here; they can be forged.

use std::fmt;

use pgp::composed::{Deserializable, SignedPublicKey};
use pgp::types::{KeyDetails, KeyVersion};

use super::blocks::{Blocks, MOST_BLOCKS, blocks, holds};

/// Largest file of keys, in bytes.
const LARGEST_FILE: usize = 1024 * 1024;

/// Most keys of one file.
const MOST_KEYS: usize = 64;

/// A public key with everything that is bound to it.
#[derive(Clone)]
pub struct PublicKey {
    pub(super) key: SignedPublicKey,
    fingerprint: String,
    user_ids: Vec<String>,
}

/// Why there is no key in these bytes.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is too large.
    #[error(
        "the key file has {bytes} bytes, more than the {LARGEST_FILE} that are read: nothing of it is used; \
         ask the publisher for a key without the signatures of strangers"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is something else.
    #[error(
        "the file is no OpenPGP public key: it begins with `{beginning}`; no signature can be checked with it; \
         check the address, a web page is often served in its place"
    )]
    NotAKey {
        /// Its first characters.
        beginning: String,
    },
    /// It is a secret key.
    #[error(
        "the file holds a SECRET key: whoever published it can no longer be believed, so it is not used; \
         tell the publisher at once"
    )]
    SecretKey,
    /// It is damaged.
    #[error(
        "the public key cannot be read: the file is damaged or of a kind not understood; \
         no signature can be checked with it; fetch it again, or ask the publisher"
    )]
    Damaged {
        /// What the library says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It is of a version that is no longer believed.
    #[error(
        "the public key is of version {version}, which is no longer believed: its fingerprint can be forged; \
         ask the publisher for a present-day key"
    )]
    OldVersion {
        /// The key's version.
        version: u8,
    },
    /// There are too many keys.
    #[error(
        "the key file holds more than {MOST_KEYS} keys: nothing of it is used; \
         ask the publisher for the key that signs, alone"
    )]
    TooMany,
}

/// Reads the public keys of a file: binary or armoured, one block or several.
///
/// # Errors
/// When there is no key, it is damaged, too large or of an old version, or is a secret one.
pub fn parse_public_keys(bytes: &[u8]) -> Result<Vec<PublicKey>, KeyError> {
    if bytes.len() > LARGEST_FILE {
        return Err(KeyError::TooLarge { bytes: bytes.len() });
    }
    if holds(bytes, "PRIVATE KEY BLOCK") {
        return Err(KeyError::SecretKey);
    }
    let mut keys = Vec::new();
    match blocks(bytes, "PUBLIC KEY BLOCK") {
        Blocks::Binary(packets) => {
            let parsed = SignedPublicKey::from_bytes_many(packets).map_err(damaged)?;
            take(&mut keys, parsed)?;
        }
        Blocks::Armoured(blocks) if blocks.len() > MOST_BLOCKS => return Err(KeyError::TooMany),
        Blocks::Armoured(blocks) => {
            for block in blocks {
                let (parsed, _) = SignedPublicKey::from_armor_many_buf(block).map_err(damaged)?;
                take(&mut keys, parsed)?;
            }
        }
        Blocks::Other => return Err(KeyError::NotAKey { beginning: beginning(bytes) }),
    }
    if keys.is_empty() {
        return Err(KeyError::NotAKey { beginning: beginning(bytes) });
    }
    Ok(keys)
}

fn take(
    keys: &mut Vec<PublicKey>,
    parsed: impl Iterator<Item = pgp::errors::Result<SignedPublicKey>>,
) -> Result<(), KeyError> {
    for key in parsed {
        if keys.len() >= MOST_KEYS {
            return Err(KeyError::TooMany);
        }
        keys.push(PublicKey::new(key.map_err(damaged)?)?);
    }
    Ok(())
}

fn damaged(error: pgp::errors::Error) -> KeyError {
    KeyError::Damaged { source: Box::new(error) }
}

/// The first characters of a file that is not what it should be, for a message.
pub(super) fn beginning(bytes: &[u8]) -> String {
    let head = bytes.get(..bytes.len().min(120)).unwrap_or_default();
    let text = String::from_utf8_lossy(head);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("nothing");
    line.trim().chars().filter(|c| !c.is_control()).take(40).collect()
}

impl PublicKey {
    fn new(key: SignedPublicKey) -> Result<Self, KeyError> {
        match key.version() {
            KeyVersion::V4 | KeyVersion::V6 => {}
            old => return Err(KeyError::OldVersion { version: old.into() }),
        }
        let fingerprint = hex(&key.fingerprint());
        let user_ids = key.details.users.iter().map(|user| readable(user.id.id())).collect();
        Ok(Self { key, fingerprint, user_ids })
    }

    /// The fingerprint of the primary key: 40 or 64 hexadecimal digits, upper case.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Whom the key says it belongs to, as written in the file; cut, without control characters. Not proven
    /// until a signature was checked, and even then only the holder's own word.
    #[must_use]
    pub fn user_ids(&self) -> &[String] {
        &self.user_ids
    }

    /// Whether this is the key with the announced fingerprint; see [`same_fingerprint`].
    #[must_use]
    pub fn matches_fingerprint(&self, announced: &str) -> bool {
        same_fingerprint(&self.fingerprint, announced)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {:?})", self.fingerprint, self.user_ids)
    }
}

pub(super) fn hex(fingerprint: &pgp::types::Fingerprint) -> String {
    fingerprint.as_bytes().iter().map(|octet| format!("{octet:02X}")).collect()
}

pub(super) fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Whether two fingerprints name the same key. Case, blanks, colons and a leading `0x` do not count; both
/// must be whole (40 or 64 digits), so a short key id is never the same as anything.
#[must_use]
pub fn same_fingerprint(one: &str, other: &str) -> bool {
    match (plain(one), plain(other)) {
        (Some(one), Some(other)) => one == other,
        (None, _) | (_, None) => false,
    }
}

fn plain(text: &str) -> Option<String> {
    if text.len() > 256 {
        return None;
    }
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
    let digits = digits.to_ascii_uppercase();
    let digits = digits.strip_prefix("0X").unwrap_or(&digits);
    let whole = matches!(digits.len(), 40 | 64) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    whole.then(|| digits.to_owned())
}
