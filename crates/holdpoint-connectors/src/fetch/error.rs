//! The ways a fetch fails, one variant per cause.
//!
//! Each message says what happened, what it means and what to do. Addresses are shown without credentials
//! and cut to a length, because they come from others. The surprise: a transfer that broke off carries the
//! part that arrived, so that it can be continued.

use std::time::Duration;

use super::answer::Partial;
use super::settings::Cause;

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address does not parse, or has a scheme we do not speak.
    #[error(
        "`{url}` is no address to fetch from: {why}; nothing was sent; \
         correct it where it was entered, or tell the publisher when it is theirs"
    )]
    BadUrl {
        /// The address as given, cut.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Plain HTTP.
    #[error(
        "`{url}` is not HTTPS: anyone on the way could change what it says; nothing was sent; \
         use the `https` address, or tell the publisher that CSAF asks for TLS"
    )]
    NotHttps {
        /// The address.
        url: String,
    },
    /// The host is this machine, its link, or the metadata of a cloud.
    #[error(
        "`{host}` leads to {address}, inside this machine or beside it, where no publisher is: nothing was sent; \
         correct the address; if a mirror really stands there, allow that host by name with `--inner-host`"
    )]
    InnerAddress {
        /// The address.
        url: String,
        /// The host as it was written.
        host: String,
        /// Where it leads.
        address: std::net::IpAddr,
    },
    /// The name does not resolve.
    #[error(
        "the name `{host}` has no address: either it is misspelt or the DNS asked here does not know it; \
         check the name, or set its address by hand for a split DNS"
    )]
    Dns {
        /// The address.
        url: String,
        /// The host name.
        host: String,
        /// What the resolver said.
        #[source]
        source: Cause,
    },
    /// Nobody answers at that address.
    #[error(
        "no connection to `{host}`{}: the server is down, or a firewall or proxy stands in between; \
         check the way out of this network, then try again", through(.proxy.as_deref())
    )]
    Unreachable {
        /// The address.
        url: String,
        /// Host and port.
        host: String,
        /// The proxy on the way, without credentials.
        proxy: Option<String>,
        /// What the network said.
        #[source]
        source: Cause,
    },
    /// The TLS handshake failed.
    #[error(
        "no trusted connection to `{host}`: {why}; it may be another machine than it claims, so nothing was \
         asked of it; check its certificate, or add its authority to the trusted roots if you know it"
    )]
    Tls {
        /// The address.
        url: String,
        /// Host and port.
        host: String,
        /// What is wrong with the certificate or the handshake.
        why: String,
        /// What the TLS library said.
        #[source]
        source: Cause,
    },
    /// Too slow.
    #[error(
        "`{url}` is too slow: {part} took longer than {} s; the answer was given up and nothing of it is used; \
         it will be tried again, or raise the time limit for this source", .limit.as_secs_f32()
    )]
    TooSlow {
        /// The address.
        url: String,
        /// Which part of the exchange.
        part: SlowPart,
        /// The limit that was passed.
        limit: Duration,
        /// What arrived, if it can be continued.
        partial: Option<Box<Partial>>,
    },
    /// The body ended early.
    #[error(
        "`{url}` broke off after {received} bytes{}: the document is incomplete and is not used; \
         it will be tried again; if it stays so, the server or a proxy is faulty", of(*.announced)
    )]
    Truncated {
        /// The address.
        url: String,
        /// Bytes that arrived.
        received: u64,
        /// Bytes that were announced, if they were.
        announced: Option<u64>,
        /// What arrived, if it can be continued.
        partial: Option<Box<Partial>>,
        /// What the network said.
        #[source]
        source: Option<Cause>,
    },
    /// The body passes the limit.
    #[error(
        "`{url}` is larger than the limit of {limit} bytes{}: reading stopped there and nothing of it is used; \
         a CSAF document stays far below, so look at the source before raising the limit", announcing(*.announced)
    )]
    TooLarge {
        /// The address.
        url: String,
        /// The limit.
        limit: u64,
        /// Bytes that were announced, if they were.
        announced: Option<u64>,
    },
    /// A redirect that is not followed.
    #[error(
        "`{url}` sends us on to `{to}`, which was refused: {why}; nothing was fetched from there; \
         if the publisher has moved, enter the new address yourself"
    )]
    Redirect {
        /// The address.
        url: String,
        /// Where it points, cut.
        to: String,
        /// Why it was not followed.
        why: RedirectProblem,
    },
    /// 404 or 410.
    #[error(
        "there is nothing at `{url}` (status {status}): the document was removed or never was there; \
         a listing that still names it is out of date, tell the publisher"
    )]
    NotFound {
        /// The address.
        url: String,
        /// The status.
        status: u16,
    },
    /// 401, 403, 407 or 451.
    #[error(
        "`{url}` is not given to us (status {status}): the server or the proxy asks for a sign-in, a client \
         certificate or another address; get access from its owner, then set it for this source"
    )]
    Forbidden {
        /// The address.
        url: String,
        /// The status.
        status: u16,
    },
    /// 429, or 503 with a time.
    #[error(
        "`{url}` asks us to come back later (status {status}): we asked too often, or it is overloaded; \
         it will be tried again, or lengthen the pause between requests"
    )]
    AskedToWait {
        /// The address.
        url: String,
        /// The status.
        status: u16,
        /// How long it asked for.
        wait: Option<Duration>,
    },
    /// 5xx.
    #[error(
        "`{url}` failed at its end (status {status}): this says nothing about the document; \
         it will be tried again; if it stays so, tell the publisher"
    )]
    ServerFault {
        /// The address.
        url: String,
        /// The status.
        status: u16,
    },
    /// Any other status.
    #[error(
        "`{url}` answered with status {status}, which is no answer to our question: nothing of it is used; \
         check that the address is the one of a document"
    )]
    UnexpectedStatus {
        /// The address.
        url: String,
        /// The status.
        status: u16,
    },
    /// The compressed body cannot be unpacked.
    #[error(
        "`{url}` cannot be unpacked: {why}; nothing of it is used; \
         fetch it without compression, or tell the publisher"
    )]
    Unpacking {
        /// The address.
        url: String,
        /// What is wrong.
        why: String,
    },
    /// The second part does not belong to the first.
    #[error(
        "`{url}` continued with something else: {why}; both parts were thrown away; \
         it will be fetched again from its beginning"
    )]
    WrongPart {
        /// The address.
        url: String,
        /// What does not fit.
        why: &'static str,
    },
    /// The answer is not HTTP.
    #[error(
        "`{url}` does not speak HTTP as it should: the answer was not understood and is not used; \
         check host and port; a proxy or another service may answer there"
    )]
    Protocol {
        /// The address.
        url: String,
        /// What the library said.
        #[source]
        source: Cause,
    },
}

/// Which part of an exchange was too slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlowPart {
    /// Reaching the server.
    Connecting,
    /// Waiting for the next byte.
    Silence,
    /// The whole exchange.
    Whole,
}

impl std::fmt::Display for SlowPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connecting => "connecting",
            Self::Silence => "waiting for the next byte",
            Self::Whole => "the whole answer",
        })
    }
}

/// Why a redirect was not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectProblem {
    /// None is followed.
    NoneAllowed,
    /// It leaves the host.
    OtherHost,
    /// It leaves TLS, or goes to another scheme.
    OtherScheme,
    /// There were too many.
    TooMany,
    /// There is no place to go to, or it does not parse.
    Nowhere,
}

impl std::fmt::Display for RedirectProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoneAllowed => "documents are fetched from where they were announced, without redirects",
            Self::OtherHost => "it leads to another host or port",
            Self::OtherScheme => "it leads away from the protocol in use",
            Self::TooMany => "there were too many redirects in a row",
            Self::Nowhere => "it names no address that can be read",
        })
    }
}

/// Whether trying the same again makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// No: the same will happen until somebody changes something.
    Never,
    /// Yes, after a pause.
    Later,
}

impl FetchError {
    /// Whether trying the same again makes sense.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Dns { .. }
            | Self::Unreachable { .. }
            | Self::TooSlow { .. }
            | Self::Truncated { .. }
            | Self::AskedToWait { .. }
            | Self::ServerFault { .. }
            | Self::WrongPart { .. } => Retry::Later,
            Self::BadUrl { .. }
            | Self::NotHttps { .. }
            | Self::InnerAddress { .. }
            | Self::Tls { .. }
            | Self::TooLarge { .. }
            | Self::Redirect { .. }
            | Self::NotFound { .. }
            | Self::Forbidden { .. }
            | Self::UnexpectedStatus { .. }
            | Self::Unpacking { .. }
            | Self::Protocol { .. } => Retry::Never,
        }
    }

    /// A stable word for the cause, for stored records and filters.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadUrl { .. } => "bad_url",
            Self::NotHttps { .. } => "not_https",
            Self::InnerAddress { .. } => "inner_address",
            Self::Dns { .. } => "dns",
            Self::Unreachable { .. } => "unreachable",
            Self::Tls { .. } => "tls",
            Self::TooSlow { .. } => "too_slow",
            Self::Truncated { .. } => "truncated",
            Self::TooLarge { .. } => "too_large",
            Self::Redirect { .. } => "redirect",
            Self::NotFound { .. } => "not_found",
            Self::Forbidden { .. } => "forbidden",
            Self::AskedToWait { .. } => "asked_to_wait",
            Self::ServerFault { .. } => "server_fault",
            Self::UnexpectedStatus { .. } => "unexpected_status",
            Self::Unpacking { .. } => "unpacking",
            Self::WrongPart { .. } => "wrong_part",
            Self::Protocol { .. } => "protocol",
        }
    }

    /// The address that failed, cut and without credentials.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::BadUrl { url, .. }
            | Self::NotHttps { url }
            | Self::InnerAddress { url, .. }
            | Self::Dns { url, .. }
            | Self::Unreachable { url, .. }
            | Self::Tls { url, .. }
            | Self::TooSlow { url, .. }
            | Self::Truncated { url, .. }
            | Self::TooLarge { url, .. }
            | Self::Redirect { url, .. }
            | Self::NotFound { url, .. }
            | Self::Forbidden { url, .. }
            | Self::AskedToWait { url, .. }
            | Self::ServerFault { url, .. }
            | Self::UnexpectedStatus { url, .. }
            | Self::Unpacking { url, .. }
            | Self::WrongPart { url, .. }
            | Self::Protocol { url, .. } => url,
        }
    }

    /// Takes the part that arrived, to continue with [`super::Fetcher::resume`].
    #[must_use]
    pub fn take_partial(&mut self) -> Option<Partial> {
        match self {
            Self::TooSlow { partial, .. } | Self::Truncated { partial, .. } => {
                partial.take().map(|partial| *partial)
            }
            Self::BadUrl { .. }
            | Self::NotHttps { .. }
            | Self::InnerAddress { .. }
            | Self::Dns { .. }
            | Self::Unreachable { .. }
            | Self::Tls { .. }
            | Self::TooLarge { .. }
            | Self::Redirect { .. }
            | Self::NotFound { .. }
            | Self::Forbidden { .. }
            | Self::AskedToWait { .. }
            | Self::ServerFault { .. }
            | Self::UnexpectedStatus { .. }
            | Self::Unpacking { .. }
            | Self::WrongPart { .. }
            | Self::Protocol { .. } => None,
        }
    }

    /// How long the server asked us to wait, if it did.
    #[must_use]
    pub fn wish(&self) -> Option<Duration> {
        if let Self::AskedToWait { wait, .. } = self { *wait } else { None }
    }
}

fn through(proxy: Option<&str>) -> String {
    proxy.map(|proxy| format!(" through the proxy `{proxy}`")).unwrap_or_default()
}

fn of(announced: Option<u64>) -> String {
    announced.map(|bytes| format!(" of {bytes}")).unwrap_or_default()
}

fn announcing(announced: Option<u64>) -> String {
    announced.map(|bytes| format!(" (it announces {bytes})")).unwrap_or_default()
}
