//! One question, one answer: the request, the status, the redirect rules, the body.
//!
//! The surprise: the HTTP library is told to follow nothing and to unpack nothing; both happen here, where
//! they can be refused in words.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::blocking::{Client, Response};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{StatusCode, Url};

use super::answer::{Answer, Conditional, Document, Fetched, Labels, Partial};
use super::body::{BodyFailure, Packing, ReadBody, read_body};
use super::error::{FetchError, RedirectProblem, SlowPart};
use super::inner::{Guard, is_inner};
use super::proxy::Proxy;
use super::settings::{Encoding, FetchSettings, Redirects, Roots, SettingsError, Transport};
use super::trouble::{before_the_answer, has_credentials, shown};

/// Longest address that is sent, in bytes.
const LONGEST_URL: usize = 4_096;

/// Longest header value that is kept, in bytes.
const LONGEST_LABEL: usize = 1_024;

/// Fetches documents with one set of settings. Cheap to share, costly to make: it keeps a thread and the
/// open connections.
#[derive(Debug)]
pub struct Fetcher {
    settings: FetchSettings,
    client: Client,
    guard: Guard,
}

/// The bytes already here, and what the server must confirm about the rest.
struct Continuation {
    partial: Partial,
}

impl Fetcher {
    /// A fetcher with these settings.
    ///
    /// # Errors
    /// When roots, client certificate or proxy cannot be used, or a limit is zero.
    pub fn new(settings: FetchSettings) -> Result<Self, SettingsError> {
        refuse_zero(&settings)?;
        let own = reqwest::Client::builder()
            .timeout(settings.total_timeout)
            .connect_timeout(settings.connect_timeout);
        let mut builder = reqwest::blocking::ClientBuilder::from(own)
            .timeout(settings.idle_timeout)
            .user_agent(concat!("holdpoint/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .no_proxy();
        builder = with_roots(builder, &settings.roots)?;
        if let Some(certificate) = &settings.client_certificate {
            let identity = reqwest::Identity::from_pem(certificate.pem())
                .map_err(|source| SettingsError::BadClientCertificate { source: source.into() })?;
            builder = builder.identity(identity);
        }
        if let Proxy::Through { address, except } = &settings.proxy {
            let proxy = reqwest::Proxy::all(address.with_credentials())
                .map_err(|source| SettingsError::Client { source: source.into() })?
                .no_proxy(reqwest::NoProxy::from_string(&except.join(",")));
            builder = builder.proxy(proxy);
        }
        let guard = Guard { allowed: allowed(&settings) };
        builder = builder.dns_resolver(std::sync::Arc::new(guard.clone()));
        for (host, address) in &settings.resolve_to {
            builder = builder.resolve(host, *address);
        }
        let client = builder.build().map_err(|source| SettingsError::Client { source: source.into() })?;
        Ok(Self { settings, client, guard })
    }

    /// The settings it was made with.
    #[must_use]
    pub fn settings(&self) -> &FetchSettings {
        &self.settings
    }

    /// Asks once for the document at `url`; with `conditional`, only if it is not the one we hold.
    ///
    /// # Errors
    /// One [`FetchError`] per cause.
    pub fn get(&self, url: &str, conditional: &Conditional) -> Result<Fetched, FetchError> {
        let mut headers = HeaderMap::new();
        let packing = match self.settings.encoding {
            Encoding::AskForGzip => "gzip",
            Encoding::Identity => "identity",
        };
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(packing));
        put(&mut headers, header::IF_NONE_MATCH, conditional.etag.as_deref());
        put(&mut headers, header::IF_MODIFIED_SINCE, conditional.last_modified.as_deref());
        self.follow(url, &headers, None)
    }

    /// Continues a document that broke off: asks for the rest of the very same one (by its ETag), and takes
    /// the whole of it again when the server has another one by now or cannot continue.
    ///
    /// # Errors
    /// One [`FetchError`] per cause; [`FetchError::WrongPart`] when the rest does not fit.
    pub fn resume(&self, url: &str, partial: Partial) -> Result<Fetched, FetchError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        put(&mut headers, header::RANGE, Some(&format!("bytes={}-", partial.received())));
        put(&mut headers, header::IF_RANGE, Some(&partial.etag));
        self.follow(url, &headers, Some(Continuation { partial }))
    }

    fn follow(
        &self,
        url: &str,
        headers: &HeaderMap,
        continuation: Option<Continuation>,
    ) -> Result<Fetched, FetchError> {
        let mut at = self.checked(url)?;
        let mut redirects = Vec::new();
        loop {
            let response = self
                .client
                .get(at.clone())
                .headers(headers.clone())
                .send()
                .map_err(|error| before_the_answer(&at, error, &self.settings))?;
            if !is_redirect(response.status()) {
                let answer = self.answer(&at, response, headers, continuation)?;
                return Ok(Fetched { url: at.into(), redirects, answer });
            }
            let next = self.next(&at, &response, redirects.len())?;
            redirects.push(String::from(std::mem::replace(&mut at, next)));
        }
    }

    /// Refuses everything that must not even be asked.
    fn checked(&self, text: &str) -> Result<Url, FetchError> {
        let bad = |why| FetchError::BadUrl { url: shown(text), why };
        if text.len() > LONGEST_URL {
            return Err(bad("it is longer than 4096 bytes"));
        }
        let mut url = Url::parse(text).map_err(|_| bad("it does not parse as a URL"))?;
        if has_credentials(&url) {
            return Err(bad("it carries a user name or password, which would end up in logs"));
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| bad("it names no host"))?;
        match (url.scheme(), &self.settings.transport) {
            ("https", _) => {}
            ("http", Transport::PlainHttpForTests { hosts }) if hosts.iter().any(|one| one == host) => {}
            ("http", _) => return Err(FetchError::NotHttps { url: shown(text) }),
            _ => return Err(bad("its scheme is not `https`")),
        }
        // A host that is written as an address is never resolved.
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        if let Some(address) = literal.filter(|address| is_inner(*address) && !self.guard.allows(host)) {
            return Err(FetchError::InnerAddress { url: shown(text), host: shown(host), address });
        }
        url.set_fragment(None);
        Ok(url)
    }

    /// Where a redirect leads, if it may be followed.
    fn next(&self, at: &Url, response: &Response, followed: usize) -> Result<Url, FetchError> {
        let location = response.headers().get(header::LOCATION);
        let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let target = location.as_deref().and_then(|text| at.join(text).ok());
        let to = target.as_ref().map_or_else(|| location.as_deref().unwrap_or("nowhere"), Url::as_str);
        let refuse = |why| FetchError::Redirect { url: shown(at.as_str()), to: shown(to), why };
        let Redirects::FollowSameHost { max } = self.settings.redirects else {
            return Err(refuse(RedirectProblem::NoneAllowed));
        };
        if followed >= usize::from(max) {
            return Err(refuse(RedirectProblem::TooMany));
        }
        let target = target.as_ref().ok_or_else(|| refuse(RedirectProblem::Nowhere))?;
        if target.scheme() != at.scheme() {
            return Err(refuse(RedirectProblem::OtherScheme));
        }
        if target.host_str() != at.host_str() || target.port_or_known_default() != at.port_or_known_default()
        {
            return Err(refuse(RedirectProblem::OtherHost));
        }
        self.checked(target.as_str())
    }

    fn answer(
        &self,
        at: &Url,
        response: Response,
        asked: &HeaderMap,
        continuation: Option<Continuation>,
    ) -> Result<Answer, FetchError> {
        let status = response.status();
        match status {
            StatusCode::OK => self.document(at, response, None).map(Box::new).map(Answer::Modified),
            StatusCode::NOT_MODIFIED
                if asked.contains_key(header::IF_NONE_MATCH)
                    || asked.contains_key(header::IF_MODIFIED_SINCE) =>
            {
                Ok(Answer::NotModified)
            }
            StatusCode::PARTIAL_CONTENT if continuation.is_some() => {
                self.document(at, response, continuation).map(Box::new).map(Answer::Modified)
            }
            StatusCode::RANGE_NOT_SATISFIABLE if continuation.is_some() => {
                Err(FetchError::WrongPart { url: shown(at.as_str()), why: "it has no such part (any more)" })
            }
            other => Err(refused(at, other, response.headers())),
        }
    }

    fn document(
        &self,
        at: &Url,
        response: Response,
        continuation: Option<Continuation>,
    ) -> Result<Document, FetchError> {
        let url = shown(at.as_str());
        let labels = labels(response.headers());
        let packing = packing(response.headers())
            .map_err(|why| FetchError::Unpacking { url: url.clone(), why: shown(&why) })?;
        let already = match continuation {
            None => Vec::new(),
            Some(Continuation { partial }) => {
                fits(&partial, response.headers(), packing)
                    .map_err(|why| FetchError::WrongPart { url: url.clone(), why })?;
                partial.bytes
            }
        };
        let limit = self.settings.max_body_bytes;
        let announced = response.content_length().map(|rest| rest.saturating_add(already.len() as u64));
        if announced.is_some_and(|bytes| bytes > limit) {
            return Err(FetchError::TooLarge { url, limit, announced });
        }
        let mut read = read_body(response, packing, already, limit);
        if read.outcome.is_ok() && packing == Packing::Plain {
            read.outcome = whole(read.bytes.len() as u64, announced);
        }
        let ReadBody { bytes, outcome } = read;
        match outcome {
            Ok(()) => Ok(Document::new(bytes, labels)),
            Err(failure) => {
                let received = bytes.len() as u64;
                let partial = match packing {
                    Packing::Plain => worth_keeping(bytes, &labels, announced),
                    Packing::Gzip => None,
                };
                Err(self.failed(url, failure, Reading { received, announced, partial }))
            }
        }
    }

    fn failed(&self, url: String, failure: BodyFailure, reading: Reading) -> FetchError {
        let Reading { received, announced, partial } = reading;
        let limit = self.settings.max_body_bytes;
        match failure {
            BodyFailure::TooLarge => FetchError::TooLarge { url, limit, announced },
            BodyFailure::TooSlow(part) => {
                let limit = match part {
                    SlowPart::Connecting => self.settings.connect_timeout,
                    SlowPart::Silence => self.settings.idle_timeout,
                    SlowPart::Whole => self.settings.total_timeout,
                };
                FetchError::TooSlow { url, part, limit, partial }
            }
            BodyFailure::Truncated(source) => {
                FetchError::Truncated { url, received, announced, partial, source: source.map(Into::into) }
            }
            BodyFailure::Unpacking(error) => FetchError::Unpacking { url, why: shown(&error.to_string()) },
        }
    }
}

/// How far the reading of a body came.
struct Reading {
    received: u64,
    announced: Option<u64>,
    partial: Option<Box<Partial>>,
}

/// The hosts that may lead inside: those that are named for it, and those whose address somebody set by hand.
fn allowed(settings: &FetchSettings) -> Vec<String> {
    let mut allowed = settings.inner_hosts.clone();
    allowed.extend(settings.resolve_to.iter().map(|(host, _)| host.clone()));
    match &settings.transport {
        Transport::HttpsOnly => {}
        Transport::PlainHttpForTests { hosts } => allowed.extend(hosts.iter().cloned()),
    }
    match &settings.proxy {
        Proxy::None => {}
        Proxy::Through { address, .. } => allowed.extend(address.host()),
    }
    allowed
}

fn refuse_zero(settings: &FetchSettings) -> Result<(), SettingsError> {
    let times = [
        ("connect_timeout", settings.connect_timeout),
        ("idle_timeout", settings.idle_timeout),
        ("total_timeout", settings.total_timeout),
    ];
    if let Some((name, _)) = times.into_iter().find(|(_, time)| time.is_zero()) {
        return Err(SettingsError::Zero { name });
    }
    if settings.max_body_bytes == 0 {
        return Err(SettingsError::Zero { name: "max_body_bytes" });
    }
    Ok(())
}

fn with_roots(
    builder: reqwest::blocking::ClientBuilder,
    roots: &Roots,
) -> Result<reqwest::blocking::ClientBuilder, SettingsError> {
    let (Roots::SystemAnd(pem) | Roots::Only(pem)) = roots else {
        return Ok(builder);
    };
    let certificates = reqwest::Certificate::from_pem_bundle(pem)
        .map_err(|source| SettingsError::BadRoots { source: source.into() })?;
    if certificates.is_empty() {
        return Err(SettingsError::NoRoots);
    }
    Ok(match roots {
        Roots::Only(_) => builder.tls_certs_only(certificates),
        Roots::System | Roots::SystemAnd(_) => builder.tls_certs_merge(certificates),
    })
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 300..=303 | 305..=308)
}

/// The cause behind a status that brings no document.
fn refused(at: &Url, status: StatusCode, headers: &HeaderMap) -> FetchError {
    let url = shown(at.as_str());
    let wait = retry_after(headers);
    let status = status.as_u16();
    match status {
        404 | 410 => FetchError::NotFound { url, status },
        401 | 403 | 407 | 451 => FetchError::Forbidden { url, status },
        429 => FetchError::AskedToWait { url, status, wait },
        503 if wait.is_some() => FetchError::AskedToWait { url, status, wait },
        408 | 425 | 500..=599 => FetchError::ServerFault { url, status },
        _ => FetchError::UnexpectedStatus { url, status },
    }
}

/// `Retry-After` in seconds; the form with a date would need a clock and is not read.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse::<u32>().ok()?;
    Some(Duration::from_secs(u64::from(seconds)))
}

fn packing(headers: &HeaderMap) -> Result<Packing, String> {
    let Some(value) = headers.get(header::CONTENT_ENCODING) else {
        return Ok(Packing::Plain);
    };
    let text = String::from_utf8_lossy(value.as_bytes()).trim().to_ascii_lowercase();
    match text.as_str() {
        "" | "identity" => Ok(Packing::Plain),
        "gzip" | "x-gzip" => Ok(Packing::Gzip),
        other => Err(format!("it is packed as `{other}`, which we did not ask for")),
    }
}

/// A header whose value can be sent; a value that cannot is left out, which only costs a whole transfer.
fn put(headers: &mut HeaderMap, name: HeaderName, value: Option<&str>) {
    if let Some(value) = value.and_then(|text| HeaderValue::from_str(text).ok()) {
        headers.insert(name, value);
    }
}

fn labels(headers: &HeaderMap) -> Labels {
    let text = |name: HeaderName| {
        let value = headers.get(name)?.to_str().ok()?;
        (value.len() <= LONGEST_LABEL).then(|| value.to_owned())
    };
    Labels {
        etag: text(header::ETAG),
        last_modified: text(header::LAST_MODIFIED),
        content_type: text(header::CONTENT_TYPE),
    }
}

/// Whether the part that is offered is the rest of what we hold.
fn fits(partial: &Partial, headers: &HeaderMap, packing: Packing) -> Result<(), &'static str> {
    if packing != Packing::Plain {
        return Err("the part is packed and the beginning was not");
    }
    let etag = headers.get(header::ETAG).and_then(|value| value.to_str().ok());
    if etag.is_some_and(|etag| etag != partial.etag) {
        return Err("its ETag is another one");
    }
    let range = headers.get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok()).and_then(range);
    let Some((first, last, total)) = range else {
        return Err("it does not say which part it is");
    };
    if first != partial.received() {
        return Err("it does not begin where the first part ended");
    }
    if last.checked_add(1) != Some(total) {
        return Err("it is not the whole rest");
    }
    if partial.total.is_some_and(|announced| announced != total) {
        return Err("the whole has another length than was announced");
    }
    Ok(())
}

/// `bytes FIRST-LAST/TOTAL`.
fn range(text: &str) -> Option<(u64, u64, u64)> {
    let (part, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = part.split_once('-')?;
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?, total.trim().parse().ok()?))
}

fn whole(received: u64, announced: Option<u64>) -> Result<(), BodyFailure> {
    match announced {
        Some(announced) if announced != received => Err(BodyFailure::Truncated(None)),
        Some(_) | None => Ok(()),
    }
}

/// Kept only with a strong ETag: without one the rest cannot be proven to belong to it.
fn worth_keeping(bytes: Vec<u8>, labels: &Labels, total: Option<u64>) -> Option<Box<Partial>> {
    let etag = labels.etag.clone().filter(|etag| etag.starts_with('"'))?;
    (!bytes.is_empty()).then(|| Box::new(Partial { bytes, etag, total }))
}
