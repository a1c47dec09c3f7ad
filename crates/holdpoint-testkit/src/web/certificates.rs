//! A certificate authority of the test's own, and server certificates good and bad.
//!
//! The surprise: a certificate for 127.0.0.1 must name it as an address, not as a host.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

/// A certificate authority made for one test.
#[derive(Debug)]
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// What a server's certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerName {
    /// `localhost`, `127.0.0.1` and these names.
    Right(Vec<String>),
    /// Another host altogether.
    Other,
    /// The right names, run out in 2020.
    Expired(Vec<String>),
}

/// Whether a server asks its clients for a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clients {
    /// It does not.
    Anyone,
    /// It does, one of its own authority.
    NeedCertificate,
}

impl Authority {
    /// A new authority.
    #[must_use]
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        let key = KeyPair::generate().expect("the machine can make a key");
        let mark: String =
            key.public_key_raw().iter().skip(1).take(6).map(|byte| format!("{byte:02x}")).collect();
        params.distinguished_name.push(DnType::CommonName, format!("Holdpoint test authority {mark}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, key).expect("the parameters are complete");
        Self { issuer }
    }

    /// Its certificate, to be trusted by a client.
    #[must_use]
    pub fn pem(&self) -> Vec<u8> {
        self.issuer.pem().into_bytes()
    }

    /// A key and a certificate of this authority for a client, in one PEM text.
    #[must_use]
    pub fn client_pem(&self) -> Vec<u8> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "a plant");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().expect("the machine can make a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("the authority may sign");
        format!("{}{}", key.serialize_pem(), certificate.pem()).into_bytes()
    }

    /// A server's TLS settings with a certificate of this authority.
    pub(super) fn server(&self, name: &ServerName, clients: Clients) -> Arc<ServerConfig> {
        let names = match name {
            ServerName::Right(more) | ServerName::Expired(more) => {
                ["localhost".to_owned(), "127.0.0.1".to_owned()]
                    .into_iter()
                    .chain(more.iter().cloned())
                    .collect()
            }
            ServerName::Other => vec!["someone-else.example".to_owned()],
        };
        let mut params = CertificateParams::new(names).expect("the names are host names");
        if matches!(name, ServerName::Expired(_)) {
            params.not_before = date_time_ymd(2019, 1, 1);
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        let key = KeyPair::generate().expect("the machine can make a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("the authority may sign");
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("the provider knows the present versions");
        let builder = match clients {
            Clients::Anyone => builder.with_no_client_auth(),
            Clients::NeedCertificate => {
                let mut roots = RootCertStore::empty();
                roots.add(self.issuer.der().clone()).expect("the authority is a certificate");
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                    .build()
                    .expect("there is an authority to check against");
                builder.with_client_cert_verifier(verifier)
            }
        };
        let mut config = builder
            .with_single_cert(vec![certificate.der().clone()], secret)
            .expect("the key belongs to the certificate");
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}
