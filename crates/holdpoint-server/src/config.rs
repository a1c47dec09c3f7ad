//! How the server listens: where, with or without TLS, and with which limits.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How bytes travel between the browser and this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// TLS ends in this program.
    Tls,
    /// Plain HTTP behind something that ends TLS and passes `Host` and `Origin` on unchanged.
    PlainBehindProxy,
    /// Plain HTTP on this machine alone.
    PlainLoopback,
}

impl Transport {
    /// Whether the browser speaks TLS, so that cookies can insist on it.
    #[must_use]
    pub const fn is_encrypted(self) -> bool {
        match self {
            Self::Tls | Self::PlainBehindProxy => true,
            Self::PlainLoopback => false,
        }
    }
}

/// Certificate and key, in PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate with its chain.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Who ends TLS when this program does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainHttp {
    /// Nobody: only addresses of this machine are listened on.
    LoopbackOnly,
    /// A proxy in front of this program.
    BehindProxy,
}

/// How to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeConfig {
    /// Where; port 0 takes a free one.
    pub listen: SocketAddr,
    /// TLS by this program; `None`: plain HTTP by the rule of `plain_http`.
    pub tls: Option<TlsFiles>,
    /// What plain HTTP means here.
    pub plain_http: PlainHttp,
    /// Whether the data are the demo's.
    pub demo: DemoData,
    /// The agents' door; `None`: it is not opened.
    pub door: Option<DoorConfig>,
    /// The door for devices with a client of their own; `None`: it is not opened.
    pub ddi: Option<DdiConfig>,
}

/// Where devices with a client of their own come in (DDI), and what they may prove themselves with. Each is off by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DdiConfig {
    /// Where; port 0 takes a free one.
    pub listen: SocketAddr,
    /// TLS by this program.
    pub tls: Option<TlsFiles>,
    /// The tenant in the path; clients have one, and here it is always the same.
    pub tenant: String,
    /// Whether each device may show the token that it was given.
    pub target_tokens: TargetTokens,
    /// SHA-256 of a token with which a gateway may speak for every device; `None`: nobody may.
    pub gateway_token: Option<[u8; 32]>,
    /// Proxies that check devices' certificates and say in `X-Controller-Id` who it is.
    pub proxies: Vec<std::net::IpAddr>,
}

/// Whether tokens of devices are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetTokens {
    /// They are.
    Taken,
    /// They are not.
    Refused,
}

/// Where agents come in: always TLS 1.3, with the installation's own authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorConfig {
    /// Where; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Names and addresses by which devices reach it.
    pub names: Vec<String>,
}

/// Whether the pages say that the company is invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoData {
    /// The company is invented.
    Yes,
    /// It is real.
    No,
}

impl ServeConfig {
    /// Plain HTTP on this machine, real data.
    #[must_use]
    pub const fn on(listen: SocketAddr) -> Self {
        Self {
            listen,
            tls: None,
            plain_http: PlainHttp::LoopbackOnly,
            demo: DemoData::No,
            door: None,
            ddi: None,
        }
    }

    /// How bytes will travel.
    #[must_use]
    pub const fn transport(&self) -> Transport {
        match (&self.tls, self.plain_http) {
            (Some(_), _) => Transport::Tls,
            (None, PlainHttp::BehindProxy) => Transport::PlainBehindProxy,
            (None, PlainHttp::LoopbackOnly) => Transport::PlainLoopback,
        }
    }
}

/// The most bytes of an ordinary body. The largest, a column mapping with its header row, needs some tens of KiB.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// The most bytes of an upload: a zip of the whole archive of the largest publisher today is below 100 MB.
pub const MAX_UPLOAD_BYTES: usize = 256 * 1024 * 1024;
/// How many uploads are held in memory at once.
pub const MAX_UPLOADS: usize = 2;
/// How many passwords are checked at once.
pub const MAX_SIGN_INS: usize = 4;
/// How many use cases run at once; more wait.
pub const MAX_USE_CASES: usize = 48;
/// The longest that an ordinary request may take.
pub const REQUEST_LIMIT: Duration = Duration::from_secs(60);
/// The longest that an import, an export or a check of a source may take.
pub const LONG_REQUEST_LIMIT: Duration = Duration::from_secs(1800);
/// The longest that the head of a request may take to arrive.
pub const HEADER_LIMIT: Duration = Duration::from_secs(15);
/// How long open requests may go on after the program was told to stop.
pub const STOP_LIMIT: Duration = Duration::from_secs(20);
