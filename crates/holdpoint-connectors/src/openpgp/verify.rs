//! One document, one file of signatures, some keys, one moment: proven or not, and why.
//!
//! The surprise: the arithmetic is done before the key is judged, so that "this key has expired" is only
//! said of a signature that this key really made.

use holdpoint_domain::Moment;
use pgp::composed::{Deserializable, DetachedSignature, SignedPublicKey, SignedPublicSubKey};
use pgp::packet::{Signature, SignatureType, SignatureVersion, SubpacketData};
use pgp::types::{KeyDetails, VerifyingKey};

use super::blocks::{Blocks, blocks};
use super::error::{KeyProblem, SignatureError, SignatureWarning};
use super::keys::{PublicKey, beginning, hex};
use super::standing::{self, Asked, Binding, SECOND, Standing};

/// Largest file of signatures, in bytes.
const LARGEST_FILE: usize = 64 * 1024;

/// Most signatures of one file.
const MOST_SIGNATURES: usize = 16;

/// Most times the document is hashed for one file of signatures.
const MOST_TRIES: usize = 32;

/// How far a publisher's clock may be ahead of ours.
const CLOCKS_APART: i64 = 5 * 60 * SECOND;

/// The least time a signature should still hold, after CSAF.
const SHOULD_HOLD: i64 = 30 * 86_400 * SECOND;

/// What a signature proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The primary key behind it: 40 or 64 hexadecimal digits, upper case.
    pub fingerprint: String,
    /// The key that signed; the same, or one of its subkeys.
    pub signing_fingerprint: String,
    /// Whom the key says it belongs to.
    pub user_id: Option<String>,
    /// When it was signed, as the signer says.
    pub signed_at: Moment,
    /// Until when signature and key hold, if they end.
    pub valid_until: Option<Moment>,
    /// What to worry about all the same.
    pub warnings: Vec<SignatureWarning>,
}

/// Checks a detached signature file (armoured or binary, one signature or several) over these exact bytes.
/// One signature that holds is enough; the others become warnings. `now` is when we ask.
///
/// # Errors
/// When no signature holds: the gravest reason.
pub fn verify_detached(
    document: &[u8],
    signature: &[u8],
    keys: &[PublicKey],
    now: Moment,
) -> Result<Verified, SignatureError> {
    let signatures = read(signature)?;
    if keys.is_empty() {
        return Err(SignatureError::NoKeys);
    }
    let mut tries = MOST_TRIES;
    let mut good: Option<Verified> = None;
    let mut failures = Vec::new();
    for one in &signatures {
        match judge(one, document, keys, Bounds { now, tries: &mut tries }) {
            Ok(verified) => {
                good.get_or_insert(verified);
            }
            Err(error) => failures.push(error),
        }
    }
    let Some(mut verified) = good else {
        let gravest = failures.into_iter().max_by_key(SignatureError::gravity);
        return Err(gravest.unwrap_or(SignatureError::NotASignature { beginning: beginning(signature) }));
    };
    let others = failures.iter().map(|error| SignatureWarning::OtherFailed { why: error.to_string() });
    verified.warnings.extend(others);
    Ok(verified)
}

fn read(bytes: &[u8]) -> Result<Vec<Signature>, SignatureError> {
    if bytes.len() > LARGEST_FILE {
        return Err(SignatureError::TooLarge { bytes: bytes.len() });
    }
    let mut found = Vec::new();
    match blocks(bytes, "SIGNATURE") {
        Blocks::Binary(packets) => {
            take(&mut found, DetachedSignature::from_bytes_many(packets).map_err(damaged)?)?;
        }
        Blocks::Armoured(blocks) => {
            for block in blocks {
                let (parsed, _) = DetachedSignature::from_armor_many_buf(block).map_err(damaged)?;
                take(&mut found, parsed)?;
            }
        }
        Blocks::Other => return Err(SignatureError::NotASignature { beginning: beginning(bytes) }),
    }
    match found.is_empty() {
        true => Err(SignatureError::NotASignature { beginning: beginning(bytes) }),
        false => Ok(found),
    }
}

fn take(
    found: &mut Vec<Signature>,
    parsed: impl Iterator<Item = pgp::errors::Result<DetachedSignature>>,
) -> Result<(), SignatureError> {
    for one in parsed {
        if found.len() >= MOST_SIGNATURES {
            return Err(SignatureError::TooMany { most: MOST_SIGNATURES });
        }
        found.push(one.map_err(damaged)?.signature);
    }
    Ok(())
}

fn damaged(error: pgp::errors::Error) -> SignatureError {
    SignatureError::Damaged { source: Box::new(error) }
}

/// The moment that is asked about, and how often the document may still be hashed.
struct Bounds<'a> {
    now: Moment,
    tries: &'a mut usize,
}

/// A key that could have made the signature.
#[derive(Clone, Copy)]
enum Part<'a> {
    Primary(&'a SignedPublicKey),
    Subkey(&'a SignedPublicKey, &'a SignedPublicSubKey),
}

fn judge(
    signature: &Signature,
    document: &[u8],
    keys: &[PublicKey],
    bounds: Bounds<'_>,
) -> Result<Verified, SignatureError> {
    let signed_at = acceptable(signature, bounds.now)?;
    let mut mismatch = None;
    for part in candidates(signature, keys) {
        let Some(left) = bounds.tries.checked_sub(1) else {
            return Err(SignatureError::TooMany { most: MOST_TRIES });
        };
        *bounds.tries = left;
        if part.verify(signature, document) {
            return part.vouch(signature, Asked { signed_at, now: bounds.now });
        }
        mismatch.get_or_insert_with(|| SignatureError::Mismatch { fingerprint: part.primary() });
    }
    let named = !signature.issuer_fingerprint().is_empty() || !signature.issuer_key_id().is_empty();
    match mismatch {
        Some(mismatch) if named => Err(mismatch),
        Some(_) | None => Err(SignatureError::UnknownKey { issuer: issuer(signature) }),
    }
}

/// What can be refused before any key is looked at; else the moment of signing.
fn acceptable(signature: &Signature, now: Moment) -> Result<Moment, SignatureError> {
    let other = |what: String| SignatureError::OtherKind { what };
    match signature.version() {
        SignatureVersion::V4 | SignatureVersion::V6 => {}
        old => return Err(other(format!("version {old:?}"))),
    }
    match signature.typ() {
        Some(SignatureType::Binary | SignatureType::Text) => {}
        typ => return Err(other(typ.map_or_else(|| "unknown".into(), |typ| format!("{typ:?}")))),
    }
    let unknown = signature.config().is_some_and(|config| {
        config.hashed_subpackets().any(|part| part.is_critical && !is_understood(&part.data))
    });
    if unknown {
        return Err(other("it has a condition that is not understood".into()));
    }
    match signature.hash_alg() {
        Some(hash) if standing::is_strong(hash) => {}
        hash => {
            let algorithm = hash.map_or_else(|| "an unknown digest".into(), |hash| hash.to_string());
            return Err(SignatureError::WeakHash { algorithm });
        }
    }
    let signed_at = standing::created(signature).ok_or(SignatureError::Undated)?;
    if signed_at > now.plus_micros(CLOCKS_APART) {
        return Err(SignatureError::FromTheFuture { signed_at });
    }
    match standing::signature_until(signature) {
        Some(until) if until <= now => Err(SignatureError::Expired { until }),
        Some(_) | None => Ok(signed_at),
    }
}

/// Parts of a signature that, marked as critical, must be understood or the signature does not count.
fn is_understood(part: &SubpacketData) -> bool {
    !matches!(part, SubpacketData::Notation(_) | SubpacketData::Experimental(..) | SubpacketData::Other(..))
}

/// The keys a signature names by fingerprint, else by id; all of them when it names none.
fn candidates<'a>(signature: &Signature, keys: &'a [PublicKey]) -> Vec<Part<'a>> {
    let all = keys.iter().flat_map(|one| {
        let subkeys = one.key.public_subkeys.iter().map(|subkey| Part::Subkey(&one.key, subkey));
        std::iter::once(Part::Primary(&one.key)).chain(subkeys)
    });
    let (ids, fingerprints) = (signature.issuer_key_id(), signature.issuer_fingerprint());
    all.filter(|part| {
        if !fingerprints.is_empty() {
            return fingerprints.iter().any(|one| **one == part.details().fingerprint());
        }
        ids.is_empty() || ids.iter().any(|one| one.is_wildcard() || **one == part.details().legacy_key_id())
    })
    .collect()
}

fn issuer(signature: &Signature) -> String {
    if let Some(fingerprint) = signature.issuer_fingerprint().first() {
        return hex(fingerprint);
    }
    match signature.issuer_key_id().first() {
        Some(id) => id.to_string().to_uppercase(),
        None => "it does not say which".into(),
    }
}

impl Part<'_> {
    fn details(&self) -> &dyn KeyDetails {
        match self {
            Self::Primary(key) => &key.primary_key,
            Self::Subkey(_, subkey) => &subkey.key,
        }
    }

    fn primary(&self) -> String {
        match self {
            Self::Primary(key) | Self::Subkey(key, _) => hex(&key.primary_key.fingerprint()),
        }
    }

    fn verify(&self, signature: &Signature, document: &[u8]) -> bool {
        fn holds(signature: &Signature, key: &impl VerifyingKey, document: &[u8]) -> bool {
            signature.verify(key, document).is_ok()
        }
        match self {
            Self::Primary(key) => holds(signature, &key.primary_key, document),
            Self::Subkey(_, subkey) => holds(signature, &subkey.key, document),
        }
    }

    fn standing(&self, asked: Asked) -> Result<Standing, KeyProblem> {
        match self {
            Self::Primary(key) => standing::of_primary(key, asked),
            Self::Subkey(key, subkey) => standing::of_subkey(key, subkey, asked),
        }
    }

    /// The signature is this key's; whether that is worth anything.
    fn vouch(&self, signature: &Signature, asked: Asked) -> Result<Verified, SignatureError> {
        let fingerprint = self.primary();
        let standing = self
            .standing(asked)
            .map_err(|problem| SignatureError::Key { fingerprint: fingerprint.clone(), problem })?;
        let valid_until = standing::earlier(standing.until, standing::signature_until(signature));
        let mut warnings = Vec::new();
        if let Some(until) = valid_until.filter(|until| until.since(asked.now) < SHOULD_HOLD) {
            let days = until.since(asked.now) / (86_400 * SECOND);
            warnings.push(SignatureWarning::RunsOutSoon { until, days });
        }
        match standing.binding {
            Binding::Strong => {}
            Binding::Sha1 => warnings.push(SignatureWarning::BoundWithSha1),
        }
        Ok(Verified {
            fingerprint,
            signing_fingerprint: hex(&self.details().fingerprint()),
            user_id: standing.user_id,
            signed_at: asked.signed_at,
            valid_until,
            warnings,
        })
    }
}
