//! Whose certificate a connection shows: put beside each of its requests.
//!
//! That it was signed by the authority and is not over was looked at in the handshake; whether its agent was revoked is
//! asked at each request.

use axum_server::accept::Accept;
use axum_server::tls_rustls::RustlsAcceptor;
use std::future::Future;
use std::io;
use std::pin::Pin;
use tokio::net::TcpStream;
use tower_http::add_extension::AddExtension;

/// SHA-256 of the certificate that the connection showed; `None`: it showed none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub Option<[u8; 32]>);

/// Accepts TLS and remembers the certificate.
#[derive(Debug, Clone)]
pub(super) struct PeerAcceptor {
    inner: RustlsAcceptor,
}

impl PeerAcceptor {
    pub(super) const fn new(inner: RustlsAcceptor) -> Self {
        Self { inner }
    }
}

type Secured<S> = <RustlsAcceptor as Accept<TcpStream, S>>::Stream;

impl<S: Send + 'static> Accept<TcpStream, S> for PeerAcceptor {
    type Stream = Secured<S>;
    type Service = AddExtension<S, Peer>;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let accepting = self.inner.accept(stream, service);
        Box::pin(async move {
            let (stream, service) = accepting.await?;
            let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
            let peer = Peer(shown.map(|certificate| holdpoint_app::agents::fingerprint(certificate)));
            Ok((stream, AddExtension::new(service, peer)))
        })
    }
}
