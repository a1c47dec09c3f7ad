//! Document, digest, signature and key of one provider, fetched and compared; and each way it breaks.

use holdpoint_connectors::fetch::{Conditional, Fetcher};
use holdpoint_connectors::hashes::{Algorithm, Digest};
use holdpoint_connectors::openpgp::{parse_public_keys, verify_detached};
use holdpoint_domain::Moment;
use holdpoint_testkit::web::{CsafProvider, Fault, now_seconds};

use crate::support::{PATH, patient, provider};

/// What the check of the document finds: `proven`, or the word for what is wrong.
fn check(provider: &CsafProvider) -> String {
    let fetcher = Fetcher::new(patient(provider)).unwrap();
    let get = |path: &str| {
        let fetched = fetcher.get(&provider.url(path), &Conditional::default());
        fetched.map(|fetched| fetched.into_document().unwrap().bytes).map_err(|error| error.code().to_owned())
    };
    let outcome = || -> Result<(), String> {
        let keys = parse_public_keys(&get("/csaf/openpgp/key.asc")?).map_err(|error| error.to_string())?;
        if !keys.iter().any(|key| key.matches_fingerprint(&provider.fingerprint())) {
            return Err("fingerprint".into());
        }
        let document = get(PATH)?;
        for (ending, algorithm) in [("sha256", Algorithm::Sha256), ("sha512", Algorithm::Sha512)] {
            let file = String::from_utf8(get(&format!("{PATH}.{ending}"))?).map_err(|_| "no text")?;
            let digest = Digest::from_hex(algorithm, file.split_whitespace().next().unwrap_or_default());
            if !digest.map_err(|_| "no digest")?.matches(&document) {
                return Err(ending.into());
            }
        }
        let now = Moment::from_micros(i64::from(now_seconds()) * 1_000_000);
        let verified = verify_detached(&document, &get(&format!("{PATH}.asc"))?, &keys, now);
        verified.map(|_| ()).map_err(|error| error.code().to_owned())
    };
    outcome().map_or_else(|word| word, |()| "proven".to_owned())
}

#[test]
fn an_honest_provider_is_proven_and_every_lie_is_noticed() {
    let provider = provider();
    assert_eq!(check(&provider), "proven");
    let garbage = Fault::Replace { bytes: b"\x00\xff{{{".to_vec(), content_type: "application/json".into() };
    for (path, fault, word) in [
        ("*.json", Fault::ChangedByte, "sha256"),
        ("*.sha256", Fault::WrongDigest, "sha256"),
        ("*.sha512", Fault::WrongDigest, "sha512"),
        ("*.sha256", Fault::Html, "no digest"),
        ("*.json.asc", Fault::OtherKey, "unknown_key"),
        ("*.json.asc", Fault::OtherDocument, "signature_mismatch"),
        ("*.json.asc", Fault::Html, "not_a_signature"),
        ("*.json.asc", garbage, "not_a_signature"),
        ("*.json.asc", Fault::Status(404), "not_found"),
        ("*/key.asc", Fault::Status(404), "not_found"),
        ("*.json", Fault::Redirect("/elsewhere".into()), "redirect"),
    ] {
        provider.clear_faults();
        provider.set_fault(path, fault.clone());
        assert_eq!(check(&provider), word, "{path} {fault:?}");
    }
    provider.clear_faults();
    assert_eq!(check(&provider), "proven");
}
