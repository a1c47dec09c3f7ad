//! What a key was worth at a moment: alive, allowed to sign, bound by its holder, until when.
//!
//! All statements of a key about itself are signatures by its primary key, and only those that verify count.
//! The surprise: whoever serves a key file can hang thousands of strangers' signatures on it, so only those
//! that claim to be the key's own are verified, and of those no more than [`MOST_CHECKED`] for each part.

use holdpoint_domain::Moment;
use pgp::composed::{SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{RevocationCode, Signature, SignatureType, SubpacketData};
use pgp::ser::Serialize as _;
use pgp::types::{KeyDetails, PublicParams, Tag};

use super::error::KeyProblem;
use super::keys::readable;

/// Most of its own signatures that are verified for one part of a key.
const MOST_CHECKED: usize = 64;

/// Until here (2023-02-01) a key could in good faith be bound with SHA-1.
const SHA1_ENDS: i64 = 1_675_209_600;

/// The least bits of an RSA or DSA key. A key of 2048 bits may have a modulus a few bits shorter.
const FEWEST_BITS: u16 = 2_040;

/// A second, in microseconds.
pub(super) const SECOND: i64 = 1_000_000;

/// A key that may vouch for a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) until: Option<Moment>,
    pub(super) user_id: Option<String>,
    pub(super) binding: Binding,
}

/// How strongly the parts are bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    Strong,
    Sha1,
}

/// The two moments that count: when the document was signed, and when we ask.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) signed_at: Moment,
    pub(super) now: Moment,
}

/// A statement of the key about itself that verifies.
struct Own<'a> {
    signature: &'a Signature,
    created: Moment,
    user: Option<String>,
}

/// Whether the primary key may have signed a document.
pub(super) fn of_primary(key: &SignedPublicKey, asked: Asked) -> Result<Standing, KeyProblem> {
    let (standing, own) = alive(key, asked)?;
    let flags = own.iter().find_map(|own| sign_flag(own.signature));
    match flags {
        Some(Flag::Sign) | None => Ok(standing),
        Some(Flag::Other) => Err(KeyProblem::NotForSigning),
    }
}

/// Whether this subkey may have signed a document.
pub(super) fn of_subkey(
    key: &SignedPublicKey,
    subkey: &SignedPublicSubKey,
    asked: Asked,
) -> Result<Standing, KeyProblem> {
    let (mut standing, _) = alive(key, asked)?;
    refuse_weak(subkey.key.public_params())?;
    let from = seconds(subkey.key.created_at().as_secs());
    if from > asked.signed_at {
        return Err(KeyProblem::NotYet { from });
    }
    let verify =
        |signature: &Signature| signature.verify_subkey_binding(&key.primary_key, &subkey.key).is_ok();
    let revocations =
        subkey.signatures.iter().filter(|one| one.typ() == Some(SignatureType::SubkeyRevocation));
    refuse_revoked(revocations.take(MOST_CHECKED).filter(|one| verify(one)), asked)?;

    let bindings = subkey.signatures.iter().filter(|one| one.typ() == Some(SignatureType::SubkeyBinding));
    let newest = bindings
        .take(MOST_CHECKED)
        .filter_map(|one| counts(one, asked.now))
        .filter(|(one, _)| verify(one))
        .max_by_key(|(_, created)| *created);
    let Some((binding, _)) = newest else {
        return Err(KeyProblem::Unbound);
    };
    if sign_flag(binding) != Some(Flag::Sign) {
        return Err(KeyProblem::NotForSigning);
    }
    let back = binding.embedded_signature().ok_or(KeyProblem::Unbound)?;
    if counts(back, asked.now).is_none()
        || back.verify_primary_key_binding(&subkey.key, &key.primary_key).is_err()
    {
        return Err(KeyProblem::Unbound);
    }
    let until = expiry(subkey.key.created_at().as_secs(), binding);
    refuse_expired(until, asked)?;
    standing.until = earlier(standing.until, until);
    standing.binding = weaker(standing.binding, weaker(strength(binding), strength(back)));
    Ok(standing)
}

/// Whether the primary key lives, and its own statements, newest first.
fn alive(key: &SignedPublicKey, asked: Asked) -> Result<(Standing, Vec<Own<'_>>), KeyProblem> {
    refuse_weak(key.public_params())?;
    let from = seconds(key.created_at().as_secs());
    if from > asked.signed_at {
        return Err(KeyProblem::NotYet { from });
    }
    let own_revocations = key.details.revocation_signatures.iter().filter(|one| claims_own(key, one));
    let verified = own_revocations.take(MOST_CHECKED).filter(|one| one.verify_key(&key.primary_key).is_ok());
    refuse_revoked(verified, asked)?;

    let mut own = statements(key, asked.now);
    own.sort_by_key(|own| std::cmp::Reverse(own.created));
    let Some(newest) = own.first() else {
        return Err(KeyProblem::Unbound);
    };
    let until = expiry(key.created_at().as_secs(), newest.signature);
    refuse_expired(until, asked)?;
    let named = own.iter().filter(|own| own.user.is_some());
    let main = named.clone().find(|own| own.signature.is_primary()).or_else(|| named.clone().next());
    let standing = Standing {
        until,
        user_id: main.and_then(|own| own.user.clone()),
        binding: strength(newest.signature),
    };
    Ok((standing, own))
}

/// What the primary key says about itself, directly or on one of its user ids, and has not taken back.
fn statements(key: &SignedPublicKey, now: Moment) -> Vec<Own<'_>> {
    let direct = key.details.direct_signatures.iter();
    let mut own: Vec<Own<'_>> = direct
        .filter(|one| one.typ() == Some(SignatureType::Key) && claims_own(key, one))
        .take(MOST_CHECKED)
        .filter_map(|one| counts(one, now))
        .filter(|(one, _)| one.verify_key(&key.primary_key).is_ok())
        .map(|(signature, created)| Own { signature, created, user: None })
        .collect();
    for user in key.details.users.iter().take(MOST_CHECKED) {
        let valid =
            |one: &&Signature| one.verify_certification(&key.primary_key, Tag::UserId, &user.id).is_ok();
        let mine = user.signatures.iter().filter(|one| claims_own(key, one)).take(MOST_CHECKED);
        let (taken_back, given): (Vec<_>, Vec<_>) =
            mine.filter(valid).partition(|one| one.typ() == Some(SignatureType::CertRevocation));
        let revoked = taken_back.iter().filter_map(|one| created(one)).max();
        let newest = given
            .into_iter()
            .filter_map(|one| counts(one, now))
            .max_by_key(|(_, created)| *created)
            .filter(|(_, created)| revoked.is_none_or(|revoked| revoked < *created));
        if let Some((signature, created)) = newest {
            own.push(Own { signature, created, user: Some(readable(user.id.id())) });
        }
    }
    own
}

/// A revocation for a harmless reason counts from its date on; every other one counts for ever.
fn refuse_revoked<'a>(
    revocations: impl Iterator<Item = &'a Signature>,
    asked: Asked,
) -> Result<(), KeyProblem> {
    for revocation in revocations {
        let harmless = matches!(
            revocation.revocation_reason_code(),
            Some(RevocationCode::KeySuperseded | RevocationCode::KeyRetired)
        );
        let before = created(revocation).is_some_and(|revoked| asked.signed_at < revoked);
        if !(harmless && before) {
            let reason = revocation.revocation_reason_string().map(|reason| readable(reason));
            return Err(KeyProblem::Revoked { reason: reason.unwrap_or_default() });
        }
    }
    Ok(())
}

/// RSA and DSA keys too short; the written form of both begins with the bits of their modulus.
fn refuse_weak(params: &PublicParams) -> Result<(), KeyProblem> {
    let written = match params {
        PublicParams::RSA(rsa) => rsa.to_bytes(),
        PublicParams::DSA(dsa) => dsa.to_bytes(),
        _ => return Ok(()),
    };
    let head = written.ok().and_then(|bytes| bytes.first_chunk::<2>().copied());
    match head.map(u16::from_be_bytes) {
        Some(bits) if bits >= FEWEST_BITS => Ok(()),
        bits => Err(KeyProblem::TooWeak { bits: bits.unwrap_or(0) }),
    }
}

fn refuse_expired(until: Option<Moment>, asked: Asked) -> Result<(), KeyProblem> {
    match until {
        Some(until) if until <= asked.now || until <= asked.signed_at => Err(KeyProblem::Expired { until }),
        Some(_) | None => Ok(()),
    }
}

/// Whether a signature that binds counts at all: dated, not from the future, not run out, not forgeable.
fn counts(signature: &Signature, now: Moment) -> Option<(&Signature, Moment)> {
    let created = created(signature)?;
    if created > now || signature_until(signature).is_some_and(|until| until <= now) {
        return None;
    }
    match signature.hash_alg()? {
        HashAlgorithm::Sha1 if created >= seconds_i64(SHA1_ENDS) => None,
        HashAlgorithm::Sha1 => Some((signature, created)),
        other if is_strong(other) => Some((signature, created)),
        _ => None,
    }
}

/// Digests whose collisions nobody can make.
pub(super) fn is_strong(hash: HashAlgorithm) -> bool {
    matches!(
        hash,
        HashAlgorithm::Sha224
            | HashAlgorithm::Sha256
            | HashAlgorithm::Sha384
            | HashAlgorithm::Sha512
            | HashAlgorithm::Sha3_256
            | HashAlgorithm::Sha3_512
    )
}

fn strength(signature: &Signature) -> Binding {
    match signature.hash_alg() {
        Some(HashAlgorithm::Sha1) => Binding::Sha1,
        _ => Binding::Strong,
    }
}

fn weaker(one: Binding, other: Binding) -> Binding {
    match (one, other) {
        (Binding::Strong, Binding::Strong) => Binding::Strong,
        (Binding::Sha1, _) | (_, Binding::Sha1) => Binding::Sha1,
    }
}

/// Whether a signature claims to be by this primary key, or claims nothing.
fn claims_own(key: &SignedPublicKey, signature: &Signature) -> bool {
    let (ids, fingerprints) = (signature.issuer_key_id(), signature.issuer_fingerprint());
    (ids.is_empty() && fingerprints.is_empty())
        || fingerprints.iter().any(|one| **one == key.fingerprint())
        || ids.iter().any(|one| **one == key.legacy_key_id())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flag {
    Sign,
    Other,
}

/// What the key flags of a statement say about signing documents; nothing when it has none.
fn sign_flag(signature: &Signature) -> Option<Flag> {
    signature.config()?.hashed_subpackets().find_map(|part| match &part.data {
        SubpacketData::KeyFlags(flags) if flags.sign() => Some(Flag::Sign),
        SubpacketData::KeyFlags(_) => Some(Flag::Other),
        _ => None,
    })
}

fn expiry(created: u32, statement: &Signature) -> Option<Moment> {
    let lifetime = statement.key_expiration_time().map(|time| time.as_secs()).filter(|time| *time > 0)?;
    Some(seconds(created).plus_micros(i64::from(lifetime) * SECOND))
}

/// The last moment of a signature, if it has one.
pub(super) fn signature_until(signature: &Signature) -> Option<Moment> {
    let time = signature.signature_expiration_time().map(|time| time.as_secs()).filter(|time| *time > 0)?;
    Some(created(signature)?.plus_micros(i64::from(time) * SECOND))
}

/// When a signature says it was made, from its signed part.
pub(super) fn created(signature: &Signature) -> Option<Moment> {
    signature.created().map(|at| seconds(at.as_secs()))
}

/// The earlier of two ends, where none is the latest.
pub(super) fn earlier(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, None) => one,
        (None, other) => other,
    }
}

fn seconds(since_1970: u32) -> Moment {
    seconds_i64(i64::from(since_1970))
}

const fn seconds_i64(since_1970: i64) -> Moment {
    Moment::from_micros(since_1970 * SECOND)
}
