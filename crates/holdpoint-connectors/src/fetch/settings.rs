//! How to go out: which hosts in the clear, which roots, which proxy, how long, how much.
//!
//! Settings are data; nothing is opened here. The surprise: the defaults are the strict ones (HTTPS alone,
//! no redirect, 32 MiB), because a forgotten setting must never be the permissive one.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use super::proxy::Proxy;

/// Everything that decides how a [`super::Fetcher`] behaves.
#[derive(Debug, Clone)]
pub struct FetchSettings {
    /// Whether a host may be spoken to without TLS.
    pub transport: Transport,
    /// What to do when a server answers "it is over there".
    pub redirects: Redirects,
    /// Whom to believe about certificates.
    pub roots: Roots,
    /// The certificate to show to servers that ask for one.
    pub client_certificate: Option<ClientCertificate>,
    /// The way out of the plant's network.
    pub proxy: Proxy,
    /// Longest time to reach the server, TLS included.
    pub connect_timeout: Duration,
    /// Longest silence: before the first byte, and between two pieces of the body.
    pub idle_timeout: Duration,
    /// Longest time for one request from its start to the last byte; defeats a server that drips.
    pub total_timeout: Duration,
    /// Most bytes of a body, counted on the line and counted again after unpacking.
    pub max_body_bytes: u64,
    /// Whether to ask for compressed bodies.
    pub encoding: Encoding,
    /// Hosts that may lead to this machine itself, to its link or to the metadata of a cloud; every other such host
    /// is refused, whatever address it resolves to. A proxy and the hosts of `resolve_to` need not be named.
    pub inner_hosts: Vec<String>,
    /// Hosts whose address is given here and not by DNS: split DNS in plants, and tests. The port counts
    /// where an address (URL) names none.
    pub resolve_to: Vec<(String, SocketAddr)>,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            transport: Transport::HttpsOnly,
            redirects: Redirects::Refuse,
            roots: Roots::System,
            client_certificate: None,
            proxy: Proxy::None,
            connect_timeout: Duration::from_secs(15),
            idle_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(300),
            max_body_bytes: 32 * 1024 * 1024,
            encoding: Encoding::AskForGzip,
            inner_hosts: Vec::new(),
            resolve_to: Vec::new(),
        }
    }
}

/// Whether anything may travel in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// HTTPS alone.
    HttpsOnly,
    /// HTTPS, and plain HTTP for exactly these host names. For tests, and for checks of a process that an operator has allowed
    /// inside the plant; never for what is taken in.
    PlainHttpForTests {
        /// Host names without port, lower case.
        hosts: Vec<String>,
    },
}

/// What to do with a redirect. CSAF asks providers to have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redirects {
    /// Refuse each one, in words.
    Refuse,
    /// Follow within one scheme, host and port; refuse every other.
    FollowSameHost {
        /// Most redirects in a row.
        max: u8,
    },
}

/// Which certificate authorities are believed.
#[derive(Clone, PartialEq, Eq)]
pub enum Roots {
    /// Those of the operating system.
    System,
    /// Those of the operating system, and these certificates (PEM, one or more).
    SystemAnd(Vec<u8>),
    /// These certificates (PEM, one or more) and no other.
    Only(Vec<u8>),
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("System"),
            Self::SystemAnd(pem) => write!(f, "SystemAnd({} bytes)", pem.len()),
            Self::Only(pem) => write!(f, "Only({} bytes)", pem.len()),
        }
    }
}

/// Whether to ask servers for compressed bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Ask for gzip. Saves the line; a broken transfer then starts again from its beginning.
    AskForGzip,
    /// Ask for the bytes as they are, so that a broken transfer can be continued.
    Identity,
}

/// A key and its certificate chain, shown to servers that ask for one.
#[derive(Clone)]
pub struct ClientCertificate {
    pem: Vec<u8>,
}

impl ClientCertificate {
    /// From PEM: the private key and the certificates, in any order. Checked by [`super::Fetcher::new`].
    #[must_use]
    pub fn from_pem(pem: Vec<u8>) -> Self {
        Self { pem }
    }

    pub(super) fn pem(&self) -> &[u8] {
        &self.pem
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate(not shown)")
    }
}

/// Settings with which nothing can be fetched.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The extra roots hold no certificate.
    #[error(
        "the file of trusted roots holds no certificate: no server could be checked against it; \
         give PEM text with at least one `BEGIN CERTIFICATE`"
    )]
    NoRoots,
    /// The extra roots do not parse.
    #[error(
        "the file of trusted roots does not parse: no server could be checked against it; \
         give PEM text as exported by your certificate authority"
    )]
    BadRoots {
        /// What the parser says.
        #[source]
        source: Cause,
    },
    /// The client certificate does not parse.
    #[error(
        "the client certificate does not parse: servers that ask for one would turn us away; \
         give PEM text with the private key and its certificates"
    )]
    BadClientCertificate {
        /// What the parser says.
        #[source]
        source: Cause,
    },
    /// A limit is zero.
    #[error("the setting `{name}` is zero: nothing could ever be fetched; give a value above zero")]
    Zero {
        /// The name of the setting.
        name: &'static str,
    },
    /// The HTTP client cannot be built.
    #[error(
        "the HTTPS client cannot be started: often the operating system has no trusted roots; \
         install them (Debian: `ca-certificates`) or give your own roots"
    )]
    Client {
        /// What the library says.
        #[source]
        source: Cause,
    },
}

/// The cause underneath, as an error of the library that met it.
pub(super) type Cause = Box<dyn std::error::Error + Send + Sync + 'static>;
