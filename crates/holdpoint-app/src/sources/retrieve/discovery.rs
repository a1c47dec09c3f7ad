//! From a domain or an address to metadata and keys.
//!
//! A domain is asked for its well-known address and for its security.txt, always both; only when neither leads to
//! metadata, the DNS name `csaf.data.security.<domain>` is tried. The surprise: a key is used only when it has the
//! fingerprint that the metadata announce and, where the owner pinned keys, one of the owner's.

use super::account::Account;
use super::line::{Line, cause};
use super::places::Places;
use crate::error::AppError;
use holdpoint_connectors::fetch::FetchError;
use holdpoint_connectors::openpgp::{self, PublicKey};
use holdpoint_domain::Rejected;
use holdpoint_formats::csaf::provider::{
    self, Distribution, Link, ProviderMetadata, ProviderRole, SecurityTxt, Transport,
};
use holdpoint_store::provider::Provider;
use url::Url;

/// How many announced keys are fetched.
const MOST_KEYS: usize = 16;
/// How many addresses of a security.txt are tried.
const MOST_LINKS: usize = 5;

/// Whether documents must be proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    /// Hash and signature must be there and hold: what a trusted provider promises.
    Both,
    /// A signature by a key that the owner entered must be there and hold; a hash must hold when it is announced.
    Signature,
    /// They must hold when they are announced.
    WhenOffered,
}

/// A provider as it was found.
#[derive(Debug)]
pub(super) struct Found {
    /// What it says of itself.
    pub(super) metadata: ProviderMetadata,
    /// Keys that are accepted.
    pub(super) keys: Vec<PublicKey>,
    /// Servers that may be asked.
    pub(super) places: Places,
    /// What is demanded of its documents.
    pub(super) demand: Demand,
}

/// Finds a provider's metadata and its keys.
///
/// # Errors
/// [`AppError::Remote`], in words, when there is no metadata, or no accepted key although one is needed.
pub(super) fn discover(
    line: &Line<'_>,
    provider: &Provider,
    account: &mut Account,
) -> Result<Found, AppError> {
    let (url, metadata) = if provider.address.contains("://") {
        let metadata = metadata_at(line, &provider.address, account)
            .map_err(|why| nowhere(&provider.address, &[why]))?;
        (provider.address.clone(), metadata)
    } else {
        by_domain(line, &provider.address, account)?
    };
    if metadata.canonical.url != url {
        account.note(format!(
            "the metadata came from `{url}` and say that they belong at `{}`; enter that address if it is the \
             provider's own",
            shown(&metadata.canonical.url)
        ));
    }
    let mut places = Places::of_owner(&url);
    for link in links(&metadata) {
        if let Err(why) = places.admit(link) {
            account.fail(why);
        }
    }
    let demand = match (&metadata.role, provider.fingerprints.is_empty()) {
        (ProviderRole::TrustedProvider, _) => Demand::Both,
        (ProviderRole::Publisher | ProviderRole::Provider | ProviderRole::Other(_), false) => {
            Demand::Signature
        }
        (ProviderRole::Publisher | ProviderRole::Provider | ProviderRole::Other(_), true) => {
            Demand::WhenOffered
        }
    };
    let keys = keys(line, provider, (&metadata, &places), account);
    if demand != Demand::WhenOffered && keys.is_empty() {
        return Err(AppError::Remote(Rejected::new(
            "no-accepted-key",
            format!("none of the keys that {} announces could be accepted", provider.name),
            "its documents could not be proven, so none was asked for",
            "look at the remarks on its keys, compare fingerprints with the publisher, then check again",
        )));
    }
    Ok(Found { metadata, keys, places, demand })
}

/// Addresses where metadata say that documents are.
fn links(metadata: &ProviderMetadata) -> Vec<&Link> {
    let mut links = Vec::new();
    for distribution in &metadata.distributions {
        match distribution {
            Distribution::Directory { link, .. } => links.push(link),
            Distribution::Rolie(rolie) => {
                links.extend(rolie.feeds.iter().map(|feed| &feed.link));
                links.extend(&rolie.services);
            }
        }
    }
    links
}

fn metadata_at(line: &Line<'_>, url: &str, account: &mut Account) -> Result<ProviderMetadata, String> {
    let bytes = line.whole(url).map_err(|error| cause(&error))?;
    let parsed = provider::parse_provider_metadata(&bytes)
        .map_err(|rejected| format!("`{url}` is no provider metadata: {}", rejected.what))?;
    account.remark("metadata", &parsed.warnings);
    Ok(parsed.value)
}

fn by_domain(
    line: &Line<'_>,
    domain: &str,
    account: &mut Account,
) -> Result<(String, ProviderMetadata), AppError> {
    let domain = domain.trim_end_matches('/');
    let server =
        server_of(domain).ok_or_else(|| nowhere(domain, &["it is no name of a domain".to_owned()]))?;
    let mut reasons = Vec::new();
    let well_known = format!("https://{server}/.well-known/csaf/provider-metadata.json");
    let direct = metadata_at(line, &well_known, account).map_err(|why| reasons.push(why)).ok();
    let named = match security_txt(line, &server) {
        Ok(text) => named_by(line, &server, &text, account),
        Err(why) => {
            reasons.push(why);
            Vec::new()
        }
    };
    if let Some(metadata) = direct {
        let others = named.iter().filter(|link| link.url != well_known && link.url != metadata.canonical.url);
        for other in others {
            account.note(format!(
                "security.txt also names `{}`; it was not asked; add it as a provider if you want it",
                shown(&other.url)
            ));
        }
        return Ok((well_known, metadata));
    }
    for link in named.iter().filter(|link| link.url != well_known).take(MOST_LINKS) {
        match metadata_at(line, &link.url, account) {
            Ok(metadata) => return Ok((link.url.clone(), metadata)),
            Err(why) => reasons.push(why),
        }
    }
    let by_dns = format!("https://csaf.data.security.{server}/");
    match metadata_at(line, &by_dns, account) {
        Ok(metadata) => Ok((by_dns, metadata)),
        Err(why) => {
            reasons.push(why);
            Err(nowhere(domain, &reasons))
        }
    }
}

/// `host` or `host:port`, when the text is nothing else.
fn server_of(domain: &str) -> Option<String> {
    let url = Url::parse(&format!("https://{domain}/")).ok()?;
    let plain = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let host = url.host_str().filter(|_| plain)?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

fn security_txt(line: &Line<'_>, server: &str) -> Result<SecurityTxt, String> {
    let url = format!("https://{server}/.well-known/security.txt");
    let bytes = match line.small(&url) {
        Err(FetchError::NotFound { .. }) => line.small(&format!("https://{server}/security.txt")),
        other => other,
    };
    let bytes = bytes.map_err(|error| cause(&error))?;
    let parsed = provider::parse_security_txt(&bytes).map_err(|rejected| rejected.what)?;
    if parsed.value.csaf.is_empty() {
        return Err(format!("the security.txt of `{server}` has no line `CSAF:`"));
    }
    Ok(parsed.value)
}

/// Addresses of metadata in security.txt that may be asked.
fn named_by(line: &Line<'_>, server: &str, text: &SecurityTxt, account: &mut Account) -> Vec<Link> {
    if text.expires.is_some_and(|until| until <= line.app.now()) {
        account.note(format!("the security.txt of `{server}` has run out; tell the publisher"));
    }
    let places = Places::of_owner(&format!("https://{server}/"));
    let mut links = Vec::new();
    for link in &text.csaf {
        match places.may_ask(link) {
            Ok(()) => links.push(link.clone()),
            Err(why) => account.note(why),
        }
    }
    links
}

fn nowhere(address: &str, reasons: &[String]) -> AppError {
    AppError::Remote(Rejected::new(
        "no-metadata",
        format!("no provider metadata was found by `{}`: {}", shown(address), reasons.join("; ")),
        "its documents could not be looked for, so nothing is known of what is new there",
        "check the address and the way out of this network, then check again",
    ))
}

fn keys(
    line: &Line<'_>,
    provider: &Provider,
    (metadata, places): (&ProviderMetadata, &Places),
    account: &mut Account,
) -> Vec<PublicKey> {
    let mut accepted: Vec<PublicKey> = Vec::new();
    for announced in metadata.keys.iter().take(MOST_KEYS) {
        let url = &announced.link.url;
        if announced.link.transport != Transport::Https || places.may_ask(&announced.link).is_err() {
            account.note(format!(
                "the key at `{}` was not fetched: only public https addresses are",
                shown(url)
            ));
            continue;
        }
        let found = match line.small(url).map_err(|error| cause(&error)).and_then(|bytes| {
            openpgp::parse_public_keys(&bytes).map_err(|error| format!("`{}`: {}", shown(url), cause(&error)))
        }) {
            Ok(found) => found,
            Err(why) => {
                account.note(format!("a key was not used: {why}"));
                continue;
            }
        };
        for key in found {
            match acceptable(&key, announced.fingerprint.as_deref(), &provider.fingerprints) {
                Ok(()) => accepted.push(key),
                Err(why) => account.note(format!("the key {} was not used: {why}", key.fingerprint())),
            }
        }
    }
    if metadata.keys.len() > MOST_KEYS {
        account.note(format!("the metadata announce more than {MOST_KEYS} keys; the rest was not fetched"));
    }
    accepted
}

fn acceptable(key: &PublicKey, announced: Option<&str>, pinned: &[String]) -> Result<(), String> {
    if !pinned.is_empty() && !pinned.iter().any(|pin| key.matches_fingerprint(pin)) {
        return Err("it is none of the keys that were entered for this provider".to_owned());
    }
    match announced {
        Some(announced) if !key.matches_fingerprint(announced) => {
            Err(format!("the metadata announce another fingerprint, {announced}"))
        }
        Some(_) | None => Ok(()),
    }
}

fn shown(text: &str) -> String {
    text.chars().take(200).collect()
}
