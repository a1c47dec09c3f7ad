//! Signatures that prove something, and each way in which one does not.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod gnupg_made;

use holdpoint_connectors::openpgp::{
    KeyError, KeyProblem, PublicKey, SignatureError, SignatureWarning, parse_public_keys, same_fingerprint,
    verify_detached,
};
use holdpoint_domain::Moment;
use holdpoint_testkit::web::{
    KeyKind, KeyOptions, Revocation, SigningOptions, SigningPart, TestHash, TestKey, now_seconds,
};

const DOCUMENT: &[u8] = b"{\"document\":{\"title\":\"a pump that never sleeps\"}}";
const DAY: u32 = 86_400;

fn now() -> Moment {
    Moment::from_micros(i64::from(now_seconds()) * 1_000_000)
}

fn public(key: &TestKey) -> Vec<PublicKey> {
    parse_public_keys(key.public_armored().as_bytes()).unwrap()
}

fn check(key: &TestKey, signature: &str) -> Result<Vec<SignatureWarning>, SignatureError> {
    verify_detached(DOCUMENT, signature.as_bytes(), &public(key), now()).map(|verified| verified.warnings)
}

/// The problem of a key made so.
fn problem(options: KeyOptions) -> KeyProblem {
    let key = TestKey::new(&options);
    match check(&key, &key.sign(DOCUMENT)).unwrap_err() {
        SignatureError::Key { problem, fingerprint } => {
            assert_eq!(fingerprint, key.fingerprint());
            problem
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sound_signature_says_who_and_when() {
    for signs in [SigningPart::Primary, SigningPart::Subkey] {
        let key = TestKey::new(&KeyOptions { signs, ..KeyOptions::default() });
        let signature = key.sign(DOCUMENT);
        let verified = verify_detached(DOCUMENT, signature.as_bytes(), &public(&key), now()).unwrap();
        assert_eq!(verified.fingerprint, key.fingerprint());
        assert_eq!(verified.signing_fingerprint == verified.fingerprint, signs == SigningPart::Primary);
        assert_eq!(verified.user_id.as_deref(), Some("Test Publisher <psirt@publisher.example>"));
        assert!((30..=120).contains(&(now().since(verified.signed_at) / 1_000_000)));
        assert_eq!(verified.valid_until, None);
        assert_eq!(verified.warnings, []);
    }
}

#[test]
fn any_other_byte_breaks_it() {
    let key = TestKey::sound();
    let signature = key.sign(DOCUMENT);
    for at in 0..DOCUMENT.len() {
        let mut other = DOCUMENT.to_vec();
        other[at] ^= 1;
        let error = verify_detached(&other, signature.as_bytes(), &public(&key), now()).unwrap_err();
        assert_eq!(error.code(), "signature_mismatch");
    }
    let error = verify_detached(b"", signature.as_bytes(), &public(&key), now()).unwrap_err();
    assert!(error.to_string().contains("does not fit the document"), "{error}");
}

#[test]
fn a_stranger_proves_nothing() {
    let (key, stranger) = (TestKey::sound(), TestKey::sound());
    let error = check(&key, &stranger.sign(DOCUMENT)).unwrap_err();
    let SignatureError::UnknownKey { issuer } = &error else { panic!("{error:?}") };
    assert!(same_fingerprint(issuer, &stranger.fingerprint()));
    let error = verify_detached(DOCUMENT, key.sign(DOCUMENT).as_bytes(), &[], now()).unwrap_err();
    assert_eq!(error.code(), "no_keys");
}

#[test]
fn one_good_signature_is_enough_and_the_others_are_told() {
    let (key, stranger) = (TestKey::sound(), TestKey::sound());
    let both = format!("{}\n{}", stranger.sign(DOCUMENT), key.sign(DOCUMENT));
    let warnings = check(&key, &both).unwrap();
    assert!(
        matches!(&warnings[..], [SignatureWarning::OtherFailed { why }] if why.contains("another key")),
        "{warnings:?}"
    );
    let worst = format!("{}\n{}", stranger.sign(DOCUMENT), key.sign(b"another document"));
    assert_eq!(check(&key, &worst).unwrap_err().code(), "signature_mismatch");
}

#[test]
fn digests_that_can_be_forged_are_refused() {
    let key = TestKey::new(&KeyOptions { kind: KeyKind::Rsa, ..KeyOptions::default() });
    for hash in [TestHash::Md5, TestHash::Sha1] {
        let options = SigningOptions { hash, ..SigningOptions::default() };
        let error = check(&key, &key.sign_with(DOCUMENT, &options)).unwrap_err();
        assert_eq!(error.code(), "weak_hash", "{hash:?}: {error}");
    }
    let options = SigningOptions { hash: TestHash::Sha256, ..SigningOptions::default() };
    assert_eq!(check(&key, &key.sign_with(DOCUMENT, &options)).unwrap(), []);
}

#[test]
fn dates_count() {
    let key = TestKey::sound();
    let signed = |signed_at, lifetime| {
        let options = SigningOptions { signed_at, lifetime, ..SigningOptions::default() };
        check(&key, &key.sign_with(DOCUMENT, &options))
    };
    assert_eq!(signed(None, None).unwrap_err().code(), "undated_signature");
    assert_eq!(signed(Some(now_seconds() + 3_600), None).unwrap_err().code(), "future_signature");
    assert!(signed(Some(now_seconds() + 60), None).is_ok(), "clocks may be a little apart");
    assert_eq!(signed(Some(now_seconds() - 60), Some(30)).unwrap_err().code(), "signature_expired");
    assert!(matches!(
        signed(Some(now_seconds() - 60), Some(5 * DAY)).unwrap()[..],
        [SignatureWarning::RunsOutSoon { days: 4, .. }]
    ));
    let before_the_key = signed(Some(now_seconds() - DAY), None).unwrap_err();
    assert_eq!(before_the_key.code(), "key_not_yet");
}

#[test]
fn a_condition_nobody_understands_is_not_ignored() {
    let key = TestKey::sound();
    let options =
        SigningOptions { strange_condition: Some("only on Tuesdays".into()), ..SigningOptions::default() };
    assert_eq!(check(&key, &key.sign_with(DOCUMENT, &options)).unwrap_err().code(), "other_kind");
}

#[test]
fn a_key_that_has_run_out_proves_nothing_now_and_did_then() {
    let created = now_seconds() - 100 * DAY;
    let options = KeyOptions { created, lifetime: Some(50 * DAY), ..KeyOptions::default() };
    assert!(matches!(problem(options.clone()), KeyProblem::Expired { .. }));

    let key = TestKey::new(&options);
    let signed_at = Some(created + DAY);
    let signature = key.sign_with(DOCUMENT, &SigningOptions { signed_at, ..SigningOptions::default() });
    assert_eq!(check(&key, &signature).unwrap_err().code(), "key_expired");
    let then = Moment::from_micros(i64::from(created + 2 * DAY) * 1_000_000);
    assert!(verify_detached(DOCUMENT, signature.as_bytes(), &public(&key), then).is_ok());

    let subkey = KeyOptions {
        created,
        subkey_lifetime: Some(50 * DAY),
        signs: SigningPart::Subkey,
        ..KeyOptions::default()
    };
    assert!(matches!(problem(subkey.clone()), KeyProblem::Expired { .. }));
    let primary = KeyOptions { subkey_lifetime: None, lifetime: Some(50 * DAY), ..subkey };
    assert!(matches!(problem(primary), KeyProblem::Expired { .. }));
}

#[test]
fn less_than_thirty_days_is_a_warning() {
    let days = |left: u32| {
        let lifetime = Some(3_600 + left * DAY + 60);
        let key = TestKey::new(&KeyOptions { lifetime, ..KeyOptions::default() });
        check(&key, &key.sign(DOCUMENT)).unwrap()
    };
    assert!(matches!(days(29)[..], [SignatureWarning::RunsOutSoon { days: 29, .. }]));
    assert_eq!(days(31), []);
    let text = days(3)[0].to_string();
    assert!(text.contains("holds for 3 more days only"), "{text}");
}

#[test]
fn a_key_taken_back_proves_nothing() {
    let compromised = KeyOptions { revoked: Some(Revocation::Compromised), ..KeyOptions::default() };
    assert_eq!(problem(compromised), KeyProblem::Revoked { reason: "taken back by a test".into() });

    let superseded = |at| KeyOptions { revoked: Some(Revocation::SupersededAt(at)), ..KeyOptions::default() };
    assert!(matches!(problem(superseded(now_seconds() - 600)), KeyProblem::Revoked { .. }));
    let key = TestKey::new(&superseded(now_seconds() - 10));
    assert!(check(&key, &key.sign(DOCUMENT)).is_ok(), "it was signed before the key was put aside");
}

#[test]
fn only_keys_that_may_sign_count() {
    let made = |signs| problem(KeyOptions { signs, ..KeyOptions::default() });
    assert_eq!(made(SigningPart::PrimaryNotAllowed), KeyProblem::NotForSigning);
    assert_eq!(made(SigningPart::SubkeyWithoutConsent), KeyProblem::Unbound);
    let md5 = KeyOptions { kind: KeyKind::Rsa, bound_with: TestHash::Md5, ..KeyOptions::default() };
    assert_eq!(problem(md5), KeyProblem::Unbound);
}

#[test]
fn keys_bound_with_sha1_count_with_a_warning_if_they_are_old() {
    let young = KeyOptions { kind: KeyKind::Rsa, bound_with: TestHash::Sha1, ..KeyOptions::default() };
    assert_eq!(problem(young.clone()), KeyProblem::Unbound);
    let key = TestKey::new(&KeyOptions { created: 1_500_000_000, ..young });
    assert_eq!(check(&key, &key.sign(DOCUMENT)).unwrap(), [SignatureWarning::BoundWithSha1]);
}

#[test]
fn a_file_that_is_something_else_is_said_to_be_so() {
    let key = TestKey::sound();
    let page = "<!doctype html><title>Welcome</title>";
    let error = check(&key, page).unwrap_err();
    assert!(error.to_string().contains("begins with `<!doctype html>"), "{error}");
    assert_eq!(check(&key, "").unwrap_err().code(), "not_a_signature");
    assert_eq!(check(&key, &key.public_armored()).unwrap_err().code(), "not_a_signature");
    assert_eq!(check(&key, &"x".repeat(100_000)).unwrap_err().code(), "signature_too_large");
    let many = key.sign(DOCUMENT).repeat(17);
    assert_eq!(check(&key, &many).unwrap_err().code(), "too_many_signatures");

    assert!(matches!(parse_public_keys(page.as_bytes()), Err(KeyError::NotAKey { .. })));
    assert!(matches!(parse_public_keys(b""), Err(KeyError::NotAKey { .. })));
    assert!(matches!(parse_public_keys(key.secret_armored().as_bytes()), Err(KeyError::SecretKey)));
    assert!(matches!(parse_public_keys(&vec![b'x'; 2 << 20]), Err(KeyError::TooLarge { .. })));
}

#[test]
fn damage_anywhere_is_an_error_and_never_a_panic() {
    let key = TestKey::new(&KeyOptions { signs: SigningPart::Subkey, ..KeyOptions::default() });
    let (keys, signature) = (public(&key), key.sign(DOCUMENT));
    for cut in 0..signature.len() {
        let part = &signature.as_bytes()[..cut];
        if let Ok(verified) = verify_detached(DOCUMENT, part, &keys, now()) {
            // Only the end line, with its checksum, may be missing.
            assert!(cut + 40 > signature.len(), "{cut} of {}: {verified:?}", signature.len());
        }
    }
    let packets = key.sign_binary(DOCUMENT);
    assert!(verify_detached(DOCUMENT, &packets, &keys, now()).is_ok(), "packets without armour are read too");
    for at in 0..packets.len() {
        for mask in [0x01, 0x80, 0xff] {
            let mut other = packets.clone();
            other[at] ^= mask;
            let _ = verify_detached(DOCUMENT, &other, &keys, now());
        }
    }
    let armoured = key.public_armored();
    for cut in (0..armoured.len()).step_by(7) {
        let _ = parse_public_keys(&armoured.as_bytes()[..cut]);
    }
    for at in (0..armoured.len()).step_by(5) {
        let mut bytes = armoured.clone().into_bytes();
        bytes[at] = b'!';
        if let Ok(keys) = parse_public_keys(&bytes) {
            let _ = verify_detached(DOCUMENT, signature.as_bytes(), &keys, now());
        }
    }
}

#[test]
fn text_around_and_several_blocks_are_read() {
    let (one, other) = (TestKey::sound(), TestKey::sound());
    let file = format!("Our keys, 2024\n\n{}\nand\n{}\n", one.public_armored(), other.public_armored());
    let keys = parse_public_keys(file.as_bytes()).unwrap();
    let found: Vec<_> = keys.iter().map(PublicKey::fingerprint).collect();
    assert_eq!(found, [one.fingerprint(), other.fingerprint()]);
    assert!(verify_detached(DOCUMENT, other.sign(DOCUMENT).as_bytes(), &keys, now()).is_ok());
    let many = one.public_armored().repeat(65);
    assert!(matches!(parse_public_keys(many.as_bytes()), Err(KeyError::TooMany)));
}

#[test]
fn fingerprints_are_compared_whole_and_without_their_dress() {
    let key = TestKey::sound();
    let parsed = &public(&key)[0];
    let bare = key.fingerprint();
    let spaced: String =
        bare.as_bytes().chunks(4).map(|four| format!("{} ", String::from_utf8_lossy(four))).collect();
    assert!(parsed.matches_fingerprint(&bare));
    assert!(parsed.matches_fingerprint(&bare.to_lowercase()));
    assert!(parsed.matches_fingerprint(&format!("0x{bare}")));
    assert!(parsed.matches_fingerprint(&spaced));
    assert!(!parsed.matches_fingerprint(&bare[24..]), "a short id can be forged");
    assert!(!parsed.matches_fingerprint(""));
    assert!(!same_fingerprint("", ""));
    assert!(!same_fingerprint(&"0".repeat(40), &bare));
}
