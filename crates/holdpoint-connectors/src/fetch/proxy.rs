//! The proxy of the plant: its address, and a password that nobody ever reads in a log.
//!
//! The surprise: `Display` and `Debug` show scheme, host and port alone; the credentials leave this file
//! only towards the HTTP client.

use std::fmt;

use reqwest::Url;

/// The way out.
#[derive(Debug, Clone)]
pub enum Proxy {
    /// Straight out. Variables of the environment are not looked at.
    None,
    /// Through a proxy.
    Through {
        /// The proxy.
        address: ProxyAddress,
        /// Hosts, domains (`.plant.example`) and networks (`10.0.0.0/8`) that are reached without it.
        except: Vec<String>,
    },
}

/// A proxy: `http`, `https`, `socks5` (names resolved here) or `socks5h` (names resolved there).
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress {
    url: Url,
}

/// A text that names no proxy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the proxy address is not usable: {why}; write it as `http://proxy.plant.example:3128`, \
     with `user:password@` before the host where the proxy asks for it"
)]
pub struct BadProxy {
    /// What is wrong with it; never the text itself, which may hold a password.
    pub why: &'static str,
}

impl ProxyAddress {
    /// Reads `scheme://[user:password@]host[:port]`.
    ///
    /// # Errors
    /// When the text is no URL, has another scheme, no host, or a path.
    pub fn parse(text: &str) -> Result<Self, BadProxy> {
        let url = Url::parse(text.trim()).map_err(|_| BadProxy { why: "it does not parse as a URL" })?;
        if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
            return Err(BadProxy { why: "its scheme is none of http, https, socks5, socks5h" });
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(BadProxy { why: "it names no host" });
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err(BadProxy { why: "it has a path behind the host" });
        }
        Ok(Self { url })
    }

    /// The host, without the brackets of an IPv6 address.
    pub(super) fn host(&self) -> Option<String> {
        self.url.host_str().map(|host| host.trim_matches(['[', ']']).to_owned())
    }

    pub(super) fn with_credentials(&self) -> &str {
        self.url.as_str()
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.url.scheme(), self.url.host_str().unwrap_or_default())?;
        match self.url.port() {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyAddress({self})")
    }
}

impl Proxy {
    /// The proxy in words for a message, without credentials.
    pub(super) fn named(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Through { address, .. } => Some(address.to_string()),
        }
    }
}
