//! The secured connection: TLS 1.3, the server known by a fingerprint, the device by its certificate.
//!
//! Here: whom the device believes. No list of public authorities is used: a plant has its own. The fingerprint is that of
//! the server's own certificate, or of an authority that the server shows with it; with an authority the server may
//! renew its certificate without a visit to every device.

use crate::error::{Result, Trouble};
use holdpoint_wire::text::Hash;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme, version};
use std::sync::Arc;

/// Believes a certificate of this fingerprint, and what an authority of this fingerprint has signed.
#[derive(Debug)]
struct Pinned {
    fingerprint: Hash,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, Error> {
        let is_pinned = |certificate: &CertificateDer<'_>| Hash::of(certificate) == self.fingerprint;
        if is_pinned(end_entity) {
            return Ok(ServerCertVerified::assertion());
        }
        let Some(authority) = intermediates.iter().find(|certificate| is_pinned(certificate)) else {
            let why = "the server shows a certificate of another fingerprint than the one that was given; compare it with the one \
                       that `holdpoint agents code` shows, and mind who may stand between";
            return Err(Error::General(why.to_owned()));
        };
        let mut roots = RootCertStore::empty();
        roots.add(authority.clone().into_owned())?;
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider));
        let verifier = verifier.build().map_err(|error| Error::General(error.to_string()))?;
        verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What the device shows of itself.
#[derive(Debug, Clone, Copy)]
pub struct OwnCertificate<'a> {
    /// Its certificates in PEM, its own first.
    pub certificates: &'a str,
    /// Its key in PEM.
    pub key: &'a str,
}

/// How to connect to a server of this fingerprint.
///
/// # Errors
/// When the certificate and the key cannot be read or do not belong together.
pub fn config(fingerprint: &Hash, own: Option<OwnCertificate<'_>>) -> Result<Arc<ClientConfig>> {
    let bad = |error: &dyn std::fmt::Display| {
        Trouble::Records(format!("the device's certificate cannot be used: {error}"))
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = Pinned { fingerprint: fingerprint.clone(), provider: Arc::clone(&provider) };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&version::TLS13])
        .map_err(|error| bad(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let Some(own) = own else { return Ok(Arc::new(builder.with_no_client_auth())) };
    let certificates: std::result::Result<Vec<_>, _> =
        CertificateDer::pem_slice_iter(own.certificates.as_bytes()).collect();
    let key = PrivateKeyDer::from_pem_slice(own.key.as_bytes()).map_err(|error| bad(&error))?;
    let certificates = certificates.map_err(|error| bad(&error))?;
    Ok(Arc::new(builder.with_client_auth_cert(certificates, key).map_err(|error| bad(&error))?))
}
