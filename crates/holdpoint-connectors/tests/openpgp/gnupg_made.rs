//! Keys and signatures made by another program, GnuPG 2.2, in June 2024; they never expire.
//!
//! Made with `gpg --gen-key` and `gpg --detach-sign` over `gnupg/document.txt`; the secret halves are gone.

use holdpoint_connectors::openpgp::{
    KeyProblem, SignatureError, Verified, parse_public_keys, verify_detached,
};

use super::now;

const DOCUMENT: &[u8] = include_bytes!("gnupg/document.txt");

fn check(key: &[u8], document: &[u8], signature: &[u8]) -> Result<Verified, SignatureError> {
    verify_detached(document, signature, &parse_public_keys(key).unwrap(), now())
}

#[test]
fn a_signing_subkey_below_a_certifying_key_holds_armoured_and_binary() {
    let key = include_bytes!("gnupg/psirt.asc");
    let armoured: &[u8] = include_bytes!("gnupg/document.psirt.asc");
    let binary: &[u8] = include_bytes!("gnupg/document.psirt.sig");
    for signature in [armoured, binary] {
        let verified = check(key, DOCUMENT, signature).unwrap();
        assert_eq!(verified.fingerprint, "9519DCAC50E3FFF6BB5BF9F8BC311070731C1953");
        assert_eq!(verified.signing_fingerprint, "CFAA42DB5CEF1A7067D43ADFC8A63CF61FD810CE");
        assert_eq!(verified.user_id.as_deref(), Some("Fixture Publisher <psirt@fixture.example>"));
        assert_eq!(verified.signed_at.to_string(), "2024-06-02T00:00:00Z");
        assert_eq!(verified.warnings, []);
    }
    assert_eq!(check(key, b"another", armoured).unwrap_err().code(), "signature_mismatch");
}

#[test]
fn rsa_holds_over_bytes_and_over_text() {
    let key = include_bytes!("gnupg/rsa.asc");
    assert!(check(key, DOCUMENT, include_bytes!("gnupg/document.rsa.asc")).is_ok());
    let over_text = include_bytes!("gnupg/document.text.asc");
    assert!(check(key, DOCUMENT, over_text).is_ok());
    let other_line_ends = String::from_utf8_lossy(DOCUMENT).replace('\n', "\r\n");
    assert!(check(key, other_line_ends.as_bytes(), over_text).is_ok(), "a text signature is over the text");
    assert_eq!(check(key, b"other text\n", over_text).unwrap_err().code(), "signature_mismatch");
}

#[test]
fn sha1_and_a_key_of_1024_bits_prove_nothing() {
    let sha1 = check(include_bytes!("gnupg/rsa.asc"), DOCUMENT, include_bytes!("gnupg/document.sha1.asc"));
    assert_eq!(sha1.unwrap_err().code(), "weak_hash");
    let weak = check(include_bytes!("gnupg/weak.asc"), DOCUMENT, include_bytes!("gnupg/document.weak.asc"));
    let Err(SignatureError::Key { problem, .. }) = weak else { panic!("{weak:?}") };
    assert_eq!(problem, KeyProblem::TooWeak { bits: 1_024 });
}
