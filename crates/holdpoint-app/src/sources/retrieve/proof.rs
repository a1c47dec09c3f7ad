//! Whether a document is its provider's: hash first, then signature, before a byte of it is parsed.
//!
//! The surprise: for a provider that promises nothing, an announced file that is not there counts as none, because
//! who can change its documents can take the file away as well; one that is there and does not fit never counts.

use super::discovery::{Demand, Found};
use super::line::{Line, cause};
use super::listing::Listed;
use holdpoint_connectors::fetch::FetchError;
use holdpoint_connectors::hashes::{Algorithm, Digest};
use holdpoint_connectors::openpgp::{self, SignatureError};
use holdpoint_domain::advisory::SignatureState;
use holdpoint_domain::{Rejected, Warning};
use holdpoint_formats::csaf::provider::{HashAlgorithm, parse_hash_file};

/// What is proven of a document.
#[derive(Debug)]
pub(super) struct Proof {
    /// What is known of its signature.
    pub(super) signature: SignatureState,
    /// What a person should know of it.
    pub(super) warnings: Vec<Warning>,
}

/// Checks hash and signature of a document that came.
///
/// # Errors
/// Why it is not proven, in words; it belongs in quarantine.
pub(super) fn prove(
    line: &Line<'_>,
    found: &Found,
    listed: &Listed,
    bytes: &[u8],
) -> Result<Proof, Rejected> {
    let mut warnings = Vec::new();
    hash(line, found, listed, (bytes, &mut warnings))?;
    let signature = signature(line, found, listed, (bytes, &mut warnings))?;
    Ok(Proof { signature, warnings })
}

fn hash(
    line: &Line<'_>,
    found: &Found,
    listed: &Listed,
    (bytes, warnings): (&[u8], &mut Vec<Warning>),
) -> Result<(), Rejected> {
    let mut not_fetched = None;
    for url in &listed.hashes {
        let Some(algorithm) = HashAlgorithm::of_name(url) else { continue };
        match line.small(url) {
            Ok(file) => return compare(url, &file, algorithm, bytes),
            Err(FetchError::NotFound { .. }) => {}
            Err(error) => not_fetched = Some(cause(&error)),
        }
    }
    if let Some(why) = not_fetched {
        return Err(unproven("hash-not-fetched", format!("its hash could not be fetched: {why}")));
    }
    match found.demand {
        Demand::Both => Err(unproven("hash-missing", "it has no hash beside it".to_owned())),
        Demand::Signature | Demand::WhenOffered if listed.hashes.is_empty() => Ok(()),
        Demand::Signature | Demand::WhenOffered => {
            let message = "the feed announces a hash that is not there";
            warnings.push(Warning::new("hash-missing", "", message));
            Ok(())
        }
    }
}

fn compare(url: &str, file: &[u8], algorithm: HashAlgorithm, bytes: &[u8]) -> Result<(), Rejected> {
    let stated = parse_hash_file(file, algorithm).map_err(|rejected| {
        unproven("hash-unreadable", format!("its hash cannot be read: {}", rejected.what))
    })?;
    let kind = match algorithm {
        HashAlgorithm::Sha256 => Algorithm::Sha256,
        HashAlgorithm::Sha512 => Algorithm::Sha512,
    };
    let digest = Digest::from_hex(kind, &stated.value.digest).map_err(|error| {
        unproven("hash-unreadable", format!("its hash cannot be read: {}", cause(&error)))
    })?;
    if digest.matches(bytes) {
        return Ok(());
    }
    Err(unproven(
        "hash-mismatch",
        format!("its {kind} is {}, and `{url}` says {digest}", Digest::of(kind, bytes)),
    ))
}

fn signature(
    line: &Line<'_>,
    found: &Found,
    listed: &Listed,
    (bytes, warnings): (&[u8], &mut Vec<Warning>),
) -> Result<SignatureState, Rejected> {
    let Some(url) = &listed.signature else { return Ok(SignatureState::Absent) };
    let signature = match (line.small(url), found.demand) {
        (Ok(signature), _) => signature,
        (Err(FetchError::NotFound { .. }), Demand::WhenOffered) => {
            let message = "the feed announces a signature that is not there";
            warnings.push(Warning::new("signature-missing", "", message));
            return Ok(SignatureState::Absent);
        }
        (Err(FetchError::NotFound { .. }), Demand::Both | Demand::Signature) => {
            return Err(unproven("signature-missing", "it has no signature beside it".to_owned()));
        }
        (Err(error), Demand::Both | Demand::Signature | Demand::WhenOffered) => {
            let why = format!("its signature could not be fetched: {}", cause(&error));
            return Err(unproven("signature-not-fetched", why));
        }
    };
    if found.keys.is_empty() {
        let message = "it has a signature, but its provider announces no key that could be used to check it";
        warnings.push(Warning::new("signature-not-checked", "", message));
        return Ok(SignatureState::NotChecked);
    }
    match openpgp::verify_detached(bytes, &signature, &found.keys, line.app.now()) {
        Ok(verified) => {
            let warned = verified.warnings.iter().map(|warning| warning.to_string());
            warnings.extend(warned.map(|text| Warning::new("signature", "", text)));
            Ok(SignatureState::Verified { fingerprint: verified.fingerprint })
        }
        Err(error) => Err(not_signed(&error)),
    }
}

fn not_signed(error: &SignatureError) -> Rejected {
    unproven(&error.code().replace('_', "-"), cause(error))
}

fn unproven(code: &str, what: String) -> Rejected {
    Rejected::new(
        code,
        format!("the document is not proven to be its provider's: {what}"),
        "it was put into quarantine unread, and will be asked for again at the next check",
        "wait for the next check; if it stays so, tell the publisher",
    )
}
