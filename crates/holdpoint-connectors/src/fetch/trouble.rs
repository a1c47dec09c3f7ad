//! From the errors of the HTTP library to causes a person can act on.
//!
//! The surprise: the TLS error sits inside an I/O error that hides it from `source()`, so the chain is
//! walked by hand.

use std::error::Error;
use std::io;

use reqwest::Url;

use super::error::{FetchError, SlowPart};
use super::inner::Inner;
use super::settings::FetchSettings;

/// Longest text of others in a message, in characters.
const SHOWN: usize = 300;

/// A text of others for a message: no control characters, no credentials of a URL, cut.
pub(super) fn shown(text: &str) -> String {
    let hidden = Url::parse(text).ok().filter(has_credentials).and_then(|mut url| {
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        Some(String::from(url))
    });
    let clean = hidden.as_deref().unwrap_or(text);
    let mut out: String = clean.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    if clean.chars().count() > SHOWN {
        out.push('…');
    }
    out
}

pub(super) fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Host and port for a message.
pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => shown(&format!("{host}:{port}")),
        None => shown(host),
    }
}

/// Why no answer came at all.
pub(super) fn before_the_answer(url: &Url, error: reqwest::Error, settings: &FetchSettings) -> FetchError {
    let error = error.without_url();
    let (url, host) = (shown(url.as_str()), host_of(url));
    if let Some(inner) = walk(&error).find_map(|step| step.downcast_ref::<Inner>()) {
        let (host, address) = (shown(&inner.host), inner.address);
        return FetchError::InnerAddress { url, host, address };
    }
    if error.is_timeout() {
        let (part, limit) = match error.is_connect() {
            true => (SlowPart::Connecting, settings.connect_timeout),
            false => (SlowPart::Silence, settings.idle_timeout.min(settings.total_timeout)),
        };
        return FetchError::TooSlow { url, part, limit, partial: None };
    }
    if error.is_dns() && settings.proxy.named().is_none() {
        return FetchError::Dns { url, host, source: Box::new(error) };
    }
    if let Some(why) = tls_problem(&error) {
        return FetchError::Tls { url, host, why, source: Box::new(error) };
    }
    if error.is_connect() || broken_pipe(&error) {
        let proxy = settings.proxy.named();
        return FetchError::Unreachable { url, host, proxy, source: Box::new(error) };
    }
    FetchError::Protocol { url, source: Box::new(error) }
}

/// Whether the total limit cut the body, or the silence before its next piece.
pub(super) fn slow_part(error: &io::Error) -> Option<SlowPart> {
    let inner = error.get_ref()?.downcast_ref::<reqwest::Error>()?;
    match (inner.is_timeout(), inner.is_decode()) {
        (false, _) => None,
        (true, true) => Some(SlowPart::Silence),
        (true, false) => Some(SlowPart::Whole),
    }
}

/// Whether the error came off the line, and not out of the unpacking.
pub(super) fn off_the_line(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<reqwest::Error>())
}

fn broken_pipe(error: &reqwest::Error) -> bool {
    walk(error).any(|step| {
        step.downcast_ref::<io::Error>().is_some_and(|io| {
            matches!(
                io.kind(),
                io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe
                    | io::ErrorKind::UnexpectedEof
            )
        }) || step.to_string() == "connection closed before message completed"
    })
}

fn tls_problem(error: &reqwest::Error) -> Option<String> {
    walk(error).find_map(|step| step.downcast_ref::<rustls::Error>()).map(tls_words)
}

/// The causes of an error, itself first.
fn walk<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |step| below(*step)).take(16)
}

/// The next cause. An I/O error gives the one it wraps, which its own `source()` skips.
fn below<'a>(step: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match step.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => step.source(),
    }
}

/// The commonest ways a handshake fails, in words; the rest in the words of the TLS library.
fn tls_words(error: &rustls::Error) -> String {
    use rustls::CertificateError as Bad;
    let rustls::Error::InvalidCertificate(bad) = error else {
        return format!("the TLS handshake failed ({})", shown(&error.to_string()));
    };
    match bad {
        Bad::Expired | Bad::ExpiredContext { .. } => "its certificate has expired".into(),
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            "its certificate is not valid yet, or the clock of this machine is wrong".into()
        }
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
            "its certificate is for another name".into()
        }
        Bad::UnknownIssuer | Bad::BadSignature => {
            "its certificate comes from an authority that is not trusted here".into()
        }
        Bad::Revoked => "its certificate was revoked".into(),
        other => format!("its certificate is not acceptable ({})", shown(&format!("{other:?}"))),
    }
}
