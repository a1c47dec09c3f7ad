//! A signed paper: its text, and signatures of known keys over exactly that text.
//!
//! Here: keys, key sets with their threshold, signing, and the check of signatures. Not here: what a paper says.
//!
//! # What is signed, version 1
//! The ASCII line `holdpoint-wire-v1\n`, the kind of the paper (`order`, `image`, `root`, `stick`), `\n`, the length of the
//! text in bytes as decimal digits, `\n`, then the text itself. The kind is part of it, so a signature under an order
//! is worth nothing under an image. Signatures are Ed25519 (RFC 8032), checked strictly: no weak key, no second form.
//!
//! The surprise: the id of a key is the hash of the key, computed here and never read, so two keys cannot share an id
//! and one key cannot count twice.

use crate::message::{self, Message, VersionOne, at_most};
use crate::refusal::{Paper, Refusal};
use crate::text::{Hash, from_hex, hex};
use ed25519_dalek::{Signature as EdSignature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// What may be signed.
pub trait Signable: Message {
    /// Which paper it is.
    const PAPER: Paper;
}

/// A text with signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Always 1.
    pub version: VersionOne,
    /// Which paper it holds.
    pub kind: Paper,
    /// The paper, as the exact text that was signed.
    pub text: String,
    /// The signatures, in any order.
    pub signatures: Vec<Signature>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The id of the key: SHA-256 of its 32 bytes.
    pub key: Hash,
    /// 64 bytes in 128 lower-case hexadecimal digits.
    pub value: String,
}

impl Message for Envelope {
    const KIND: &'static str = "signed paper";
    /// An image of 2,000 patches with 10 files each has about 3 MiB as an escaped text.
    const LIMIT_BYTES: usize = 8 * 1024 * 1024;

    fn check(&self) -> Result<(), String> {
        at_most("signatures", self.signatures.len(), 32)
    }
}

/// A public key: 32 bytes in 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a key; `None` for what is no key, or a weak one.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let key = VerifyingKey::from_bytes(&from_hex::<32>(text)?).ok()?;
        (!key.is_weak()).then_some(Self(key))
    }

    /// The key in hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        hex(self.0.as_bytes())
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Hash {
        Hash::of(self.0.as_bytes())
    }
}

impl Serialize for PublicKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text)
            .ok_or_else(|| serde::de::Error::custom("no Ed25519 key in 64 lower-case digits"))
    }
}

/// Keys of which so many different ones must sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySet {
    /// How many different keys must sign.
    pub threshold: usize,
    /// The keys.
    pub keys: Vec<PublicKey>,
}

impl KeySet {
    /// Whether the threshold can be met and is not nothing.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        at_most("keys", self.keys.len(), 32)?;
        let n_different = self.keys.iter().map(PublicKey::id).collect::<BTreeSet<_>>().len();
        if n_different != self.keys.len() {
            return Err("a key stands there twice".to_owned());
        }
        if self.threshold == 0 || self.threshold > n_different {
            return Err(format!("a threshold of {} with {n_different} keys", self.threshold));
        }
        Ok(())
    }

    fn find(&self, id: &Hash) -> Option<&PublicKey> {
        self.keys.iter().find(|key| key.id() == *id)
    }
}

/// A private key. It is made from 32 random bytes that the caller brings, and is never shown.
pub struct Signer(SigningKey);

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public().id())
    }
}

impl Signer {
    /// The key of a seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }
}

/// Writes a paper and signs it with each of these keys.
#[must_use]
pub fn sign<P: Signable>(paper: &P, signers: &[&Signer]) -> Envelope {
    let text = String::from_utf8(message::write(paper)).expect("JSON is UTF-8");
    let signed = signed_bytes(P::PAPER, &text);
    let signatures = signers.iter().map(|signer| Signature {
        key: signer.public().id(),
        value: hex(&signer.0.sign(&signed).to_bytes()),
    });
    Envelope { version: VersionOne, kind: P::PAPER, signatures: signatures.collect(), text }
}

/// Adds the signature of one more key; a person signs what another has signed.
///
/// # Errors
/// When the envelope does not hold such a paper: nobody signs what they cannot read.
pub fn sign_more<P: Signable>(envelope: &mut Envelope, signer: &Signer) -> Result<(), Refusal> {
    paper_of::<P>(envelope)?;
    let key = signer.public().id();
    let value = hex(&signer.0.sign(&signed_bytes(envelope.kind, &envelope.text)).to_bytes());
    envelope.signatures.retain(|signature| signature.key != key);
    envelope.signatures.push(Signature { key, value });
    Ok(())
}

/// The bytes under a signature; see the head of this file.
#[must_use]
pub fn signed_bytes(paper: Paper, text: &str) -> Vec<u8> {
    let mut bytes = format!("holdpoint-wire-v1\n{paper}\n{}\n", text.len()).into_bytes();
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// Gives the paper when enough keys of the set have signed exactly this text.
///
/// Signatures are looked at before the text is read: what nobody signed is not parsed.
///
/// # Errors
/// The first rule that is broken.
pub fn open<P: Signable>(envelope: &Envelope, keys: &KeySet) -> Result<P, Refusal> {
    kind_of::<P>(envelope)?;
    check_signatures(envelope, keys)?;
    paper_of(envelope)
}

fn kind_of<P: Signable>(envelope: &Envelope) -> Result<(), Refusal> {
    if envelope.kind == P::PAPER {
        return Ok(());
    }
    Err(Refusal::WrongKind { expected: P::PAPER, found: envelope.kind })
}

/// Reads the text strictly: it must be exactly what this room would write.
fn paper_of<P: Signable>(envelope: &Envelope) -> Result<P, Refusal> {
    kind_of::<P>(envelope)?;
    let paper: P = message::read(envelope.text.as_bytes())?;
    if message::write(&paper) != envelope.text.as_bytes() {
        return Err(Refusal::NotCanonical { paper: P::PAPER });
    }
    Ok(paper)
}

fn check_signatures(envelope: &Envelope, keys: &KeySet) -> Result<(), Refusal> {
    let paper = envelope.kind;
    let signed = signed_bytes(paper, &envelope.text);
    let mut valid = BTreeSet::new();
    let (mut unknown, mut broken) = (None, None);
    for signature in &envelope.signatures {
        let Some(key) = keys.find(&signature.key) else {
            unknown.get_or_insert(&signature.key);
            continue;
        };
        let value = from_hex::<64>(&signature.value).map(|bytes| EdSignature::from_bytes(&bytes));
        if value.is_some_and(|value| key.0.verify_strict(&signed, &value).is_ok()) {
            valid.insert(&signature.key);
        } else {
            broken.get_or_insert(&signature.key);
        }
    }
    if keys.threshold > 0 && valid.len() >= keys.threshold {
        return Ok(());
    }
    Err(match (broken, unknown, valid.len()) {
        (Some(key), _, _) => Refusal::ChangedByte { paper, key: key.clone() },
        (None, Some(key), 0) => Refusal::UnknownKey { paper, key: key.clone() },
        (None, _, n_valid) => Refusal::ThresholdMissed { paper, n_valid, n_needed: keys.threshold },
    })
}
