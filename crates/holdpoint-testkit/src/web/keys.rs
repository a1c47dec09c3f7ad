//! OpenPGP keys for tests: sound ones, and ones with one thing wrong.
//!
//! Everything a key says about itself is signed here piece by piece, because the library's generator knows
//! neither expiry nor revocation. The surprise: dates are chosen by the test, also those of the future.

use std::time::{SystemTime, UNIX_EPOCH};

use pgp::composed::{
    ArmorOptions, DetachedSignature, EncryptionCaps, KeyType, SecretKeyParamsBuilder, SignedSecretKey,
    SubkeyParamsBuilder,
};
pub use pgp::crypto::hash::HashAlgorithm as TestHash;
use pgp::packet::{
    KeyFlags, Notation, RevocationCode, Signature, SignatureConfig, SignatureType, Subpacket, SubpacketData,
};
use pgp::ser::Serialize as _;
use pgp::types::{Duration, KeyDetails, Password, SigningKey, Tag, Timestamp};
use rand::thread_rng;

/// Seconds since 1970, by the clock of this machine.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "test support: keys need a date near the real one")]
pub fn now_seconds() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    u32::try_from(since.as_secs()).expect("the year is below 2106")
}

/// Which part of the key signs documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningPart {
    /// The primary key itself.
    Primary,
    /// A subkey that may sign, properly bound both ways.
    Subkey,
    /// A subkey that may sign and never agreed to belong to this key.
    SubkeyWithoutConsent,
    /// The primary key, although it only may certify.
    PrimaryNotAllowed,
}

/// A holder taking a key back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The secret leaked.
    Compromised,
    /// Another key is used from this second (since 1970) on.
    SupersededAt(u32),
}

/// The arithmetic of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Ed25519: quick to make, and refuses weak digests by itself.
    Ed25519,
    /// RSA with 2048 bits: slow to make, and signs whatever it is given.
    Rsa,
}

/// How a key is made.
#[derive(Debug, Clone)]
pub struct KeyOptions {
    /// Its arithmetic.
    pub kind: KeyKind,
    /// Whom it says it belongs to.
    pub user_id: String,
    /// When it was made, in seconds since 1970.
    pub created: u32,
    /// How long the primary key lives, in seconds; for ever without.
    pub lifetime: Option<u32>,
    /// How long the subkey lives, in seconds; for ever without.
    pub subkey_lifetime: Option<u32>,
    /// Which part signs.
    pub signs: SigningPart,
    /// Whether it was taken back.
    pub revoked: Option<Revocation>,
    /// The digest its own statements are made with.
    pub bound_with: TestHash,
}

impl Default for KeyOptions {
    /// Made an hour ago, for ever, signing by itself.
    fn default() -> Self {
        Self {
            kind: KeyKind::Ed25519,
            user_id: "Test Publisher <psirt@publisher.example>".into(),
            created: now_seconds() - 3_600,
            lifetime: None,
            subkey_lifetime: None,
            signs: SigningPart::Primary,
            revoked: None,
            bound_with: TestHash::Sha512,
        }
    }
}

/// How a document is signed.
#[derive(Debug, Clone)]
pub struct SigningOptions {
    /// The digest.
    pub hash: TestHash,
    /// When, in seconds since 1970; undated without.
    pub signed_at: Option<u32>,
    /// How long the signature holds, in seconds; for ever without.
    pub lifetime: Option<u32>,
    /// A condition nobody understands, marked as critical.
    pub strange_condition: Option<String>,
}

impl Default for SigningOptions {
    /// SHA-512, a minute ago, for ever.
    fn default() -> Self {
        Self {
            hash: TestHash::Sha512,
            signed_at: Some(now_seconds() - 60),
            lifetime: None,
            strange_condition: None,
        }
    }
}

/// A secret key of a test.
#[derive(Debug, Clone)]
pub struct TestKey {
    key: SignedSecretKey,
    signs: SigningPart,
}

impl TestKey {
    /// A key without faults.
    #[must_use]
    pub fn sound() -> Self {
        Self::new(&KeyOptions::default())
    }

    /// A key as described.
    #[must_use]
    pub fn new(options: &KeyOptions) -> Self {
        let mut key = raw(options);
        key.details.direct_signatures.clear();
        for user in &mut key.details.users {
            let config =
                about(&key.primary_key, options, SignatureType::CertPositive, Some(options.lifetime));
            let statement = config
                .sign_certification(
                    &key.primary_key,
                    key.primary_key.public_key(),
                    &Password::empty(),
                    Tag::UserId,
                    &user.id,
                )
                .expect("the primary key certifies its user id");
            user.signatures = vec![statement];
        }
        bind_subkeys(&mut key, options);
        if let Some(revocation) = options.revoked {
            key.details.revocation_signatures.push(revoke(&key, options, revocation));
        }
        Self { key, signs: options.signs }
    }

    /// The public half, armoured.
    #[must_use]
    pub fn public_armored(&self) -> String {
        let public = self.key.to_public_key();
        public.to_armored_string(ArmorOptions::default()).expect("a key can be written")
    }

    /// The secret half, armoured: what a publisher must never put on a server.
    #[must_use]
    pub fn secret_armored(&self) -> String {
        self.key.to_armored_string(ArmorOptions::default()).expect("a key can be written")
    }

    /// The fingerprint of the primary key, upper case.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.key.primary_key.fingerprint().to_string().to_uppercase()
    }

    /// An armoured detached signature.
    #[must_use]
    pub fn sign(&self, document: &[u8]) -> String {
        self.sign_with(document, &SigningOptions::default())
    }

    /// An armoured detached signature as described.
    #[must_use]
    pub fn sign_with(&self, document: &[u8], options: &SigningOptions) -> String {
        let signature = self.signature(document, options);
        DetachedSignature::new(signature)
            .to_armored_string(ArmorOptions::default())
            .expect("a signature can be written")
    }

    /// A detached signature as packets, without armour.
    #[must_use]
    pub fn sign_binary(&self, document: &[u8]) -> Vec<u8> {
        let signature = self.signature(document, &SigningOptions::default());
        DetachedSignature::new(signature).to_bytes().expect("a signature can be written")
    }

    fn signature(&self, document: &[u8], options: &SigningOptions) -> Signature {
        match (self.signs, self.key.secret_subkeys.first()) {
            (SigningPart::Subkey | SigningPart::SubkeyWithoutConsent, Some(subkey)) => {
                made(&subkey.key, document, options)
            }
            _ => made(&self.key.primary_key, document, options),
        }
    }
}

fn raw(options: &KeyOptions) -> SignedSecretKey {
    let created = Timestamp::from_secs(options.created);
    let kind = match options.kind {
        KeyKind::Ed25519 => KeyType::Ed25519Legacy,
        KeyKind::Rsa => KeyType::Rsa(2_048),
    };
    let mut params = SecretKeyParamsBuilder::default();
    params
        .key_type(kind.clone())
        .can_certify(true)
        .can_sign(true)
        .can_encrypt(EncryptionCaps::None)
        .created_at(created)
        .primary_user_id(options.user_id.clone());
    if matches!(options.signs, SigningPart::Subkey | SigningPart::SubkeyWithoutConsent) {
        let mut subkey = SubkeyParamsBuilder::default();
        subkey.key_type(kind).can_sign(true).created_at(created);
        params.subkeys(vec![subkey.build().expect("the subkey is complete")]);
    }
    params.build().expect("the key is complete").generate(thread_rng()).expect("the machine can make a key")
}

/// A statement of a key, dated to its making; with key flags and life where `lifetime` is given.
fn about(
    key: &impl SigningKey,
    options: &KeyOptions,
    kind: SignatureType,
    lifetime: Option<Option<u32>>,
) -> SignatureConfig {
    let mut config = SignatureConfig::v4(kind, key.algorithm(), options.bound_with);
    config
        .hashed_subpackets
        .push(part(SubpacketData::SignatureCreationTime(Timestamp::from_secs(options.created))));
    config.hashed_subpackets.push(part(SubpacketData::IssuerFingerprint(key.fingerprint())));
    if let Some(lifetime) = lifetime {
        let mut flags = KeyFlags::default();
        flags.set_certify(kind != SignatureType::SubkeyBinding);
        flags.set_sign(options.signs != SigningPart::PrimaryNotAllowed);
        config.hashed_subpackets.push(part(SubpacketData::KeyFlags(flags)));
        if let Some(seconds) = lifetime {
            let life = Duration::from_secs(seconds);
            config.hashed_subpackets.push(part(SubpacketData::KeyExpirationTime(life)));
        }
    }
    config
}

fn bind_subkeys(key: &mut SignedSecretKey, options: &KeyOptions) {
    let (nobody, primary) = (Password::empty(), &key.primary_key);
    for subkey in &mut key.secret_subkeys {
        let mut binding =
            about(primary, options, SignatureType::SubkeyBinding, Some(options.subkey_lifetime));
        if options.signs == SigningPart::Subkey {
            let consent = about(&subkey.key, options, SignatureType::KeyBinding, None)
                .sign_primary_key_binding(&subkey.key, subkey.key.public_key(), &nobody, primary.public_key())
                .expect("the subkey consents");
            binding.hashed_subpackets.push(part(SubpacketData::EmbeddedSignature(Box::new(consent))));
        }
        let bound = binding
            .sign_subkey_binding(primary, primary.public_key(), &nobody, subkey.key.public_key())
            .expect("the primary key binds its subkey");
        subkey.signatures = vec![bound];
    }
}

fn revoke(key: &SignedSecretKey, options: &KeyOptions, revocation: Revocation) -> Signature {
    let mut options = options.clone();
    let code = match revocation {
        Revocation::Compromised => RevocationCode::KeyCompromised,
        Revocation::SupersededAt(at) => {
            options.created = at;
            RevocationCode::KeySuperseded
        }
    };
    let mut config = about(&key.primary_key, &options, SignatureType::KeyRevocation, None);
    config.hashed_subpackets.push(part(SubpacketData::RevocationReason(code, "taken back by a test".into())));
    config
        .sign_key(&key.primary_key, &Password::empty(), key.primary_key.public_key())
        .expect("the primary key revokes itself")
}

fn made(key: &impl SigningKey, document: &[u8], options: &SigningOptions) -> Signature {
    let mut config = SignatureConfig::v4(SignatureType::Binary, key.algorithm(), options.hash);
    config.hashed_subpackets.push(part(SubpacketData::IssuerFingerprint(key.fingerprint())));
    if let Some(at) = options.signed_at {
        let at = Timestamp::from_secs(at);
        config.hashed_subpackets.push(part(SubpacketData::SignatureCreationTime(at)));
    }
    if let Some(seconds) = options.lifetime {
        let life = Duration::from_secs(seconds);
        config.hashed_subpackets.push(part(SubpacketData::SignatureExpirationTime(life)));
    }
    if let Some(text) = &options.strange_condition {
        let strange = SubpacketData::Notation(Notation {
            readable: true,
            name: "condition@publisher.example".into(),
            value: text.clone().into(),
        });
        config.hashed_subpackets.push(Subpacket::critical(strange).expect("the condition is short"));
    }
    config.sign(key, &Password::empty(), document).expect("the key signs")
}

fn part(data: SubpacketData) -> Subpacket {
    Subpacket::regular(data).expect("the part is short")
}
