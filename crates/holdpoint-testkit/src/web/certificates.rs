//! A certificate authority of the test's own, and server certificates good and bad.
//!
//! The surprise: a certificate for 127.0.0.1 must name it as an address, not as a host.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

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

impl Authority {
    /// A new authority.
    #[must_use]
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Holdpoint test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("the machine can make a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("the parameters are complete");
        Self { issuer }
    }

    /// Its certificate, to be trusted by a client.
    #[must_use]
    pub fn pem(&self) -> Vec<u8> {
        self.issuer.pem().into_bytes()
    }

    /// A server's TLS settings with a certificate of this authority.
    pub(super) fn server(&self, name: &ServerName) -> Arc<ServerConfig> {
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
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows the present versions")
            .with_no_client_auth()
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
