//! Which servers may be asked: the one that the owner named, and those that its metadata names.
//!
//! A feed is the word of a stranger. What it names elsewhere is not fetched, so that it cannot send us to machines
//! inside the plant. The surprise: metadata may name other hosts by name but never by a bare address or a name
//! without a dot, because those are machines of the inside.

use holdpoint_formats::csaf::provider::{Link, Transport};
use std::collections::BTreeSet;
use url::{Host, Url};

/// The servers that may be asked, as `host:port`.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    servers: BTreeSet<String>,
}

impl Places {
    /// The server behind an address that the owner gave.
    pub(super) fn of_owner(url: &str) -> Self {
        Self { servers: server(url).into_iter().collect() }
    }

    /// Whether an address that metadata name may be asked; then its server counts for documents as well.
    ///
    /// # Errors
    /// Why not, in words.
    pub(super) fn admit(&mut self, link: &Link) -> Result<(), String> {
        self.may_ask(link)?;
        self.servers.extend(server(&link.url));
        Ok(())
    }

    /// Whether an address that metadata or security.txt name may be asked.
    ///
    /// # Errors
    /// Why not, in words.
    pub(super) fn may_ask(&self, link: &Link) -> Result<(), String> {
        let shown: String = link.url.chars().take(200).collect();
        match link.transport {
            Transport::Https => {}
            Transport::Http => return Err(format!("`{shown}` is not encrypted, so it was not asked")),
            Transport::Other => return Err(format!("`{shown}` is no https address, so it was not asked")),
        }
        let parsed = Url::parse(&link.url).map_err(|_| format!("`{shown}` is no address"))?;
        if self.holds(&link.url) {
            return Ok(());
        }
        match parsed.host() {
            Some(Host::Domain(name)) if name.trim_end_matches('.').contains('.') => Ok(()),
            Some(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)) | None => Err(format!(
                "`{shown}` names a machine without a public name, which could be one of this network, so it was \
                 not asked"
            )),
        }
    }

    /// Whether a document, hash or signature at this address may be fetched.
    pub(super) fn holds(&self, url: &str) -> bool {
        server(url).is_some_and(|server| self.servers.contains(&server))
    }
}

/// `host:port` of an https address.
fn server(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let plain = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    let host = url.host_str().filter(|_| plain)?;
    Some(format!("{host}:{}", url.port_or_known_default()?))
}

/// The address of a file of a folder; `None` when it would leave the folder.
pub(super) fn below(folder: &str, path: &str) -> Option<String> {
    let base = Url::parse(folder).ok()?;
    let joined = base.join(path).ok()?;
    let stays = joined.as_str().starts_with(base.as_str()) && joined.origin() == base.origin();
    stays.then(|| joined.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str) -> Link {
        let transport = if url.starts_with("https://") { Transport::Https } else { Transport::Http };
        Link { url: url.to_owned(), transport }
    }

    #[test]
    fn only_named_servers_are_asked() {
        let mut places = Places::of_owner("https://vendor.example/x");
        assert!(places.holds("https://vendor.example/csaf/1.json"));
        assert!(places.holds("https://VENDOR.example:443/csaf/1.json"));
        for other in [
            "https://vendor.example:8443/1.json",
            "https://vendor.example.evil.example/1.json",
            "https://evil.example/vendor.example/1.json",
            "https://vendor.example@evil.example/1.json",
            "https://user@vendor.example/1.json",
            "http://vendor.example/1.json",
            "file:///etc/passwd",
        ] {
            assert!(!places.holds(other), "{other}");
        }
        assert!(places.admit(&link("https://cdn.example/feed.json")).is_ok());
        assert!(places.holds("https://cdn.example/csaf/1.json"));
    }

    #[test]
    fn metadata_cannot_send_us_inside() {
        let mut places = Places::of_owner("https://vendor.example/x");
        for inside in [
            "https://10.0.0.1/feed.json",
            "https://0x7f000001/feed.json",
            "https://[::1]/feed.json",
            "https://localhost/feed.json",
            "https://plc7./feed.json",
            "http://vendor.example/feed.json",
        ] {
            assert!(places.admit(&link(inside)).is_err(), "{inside}");
        }
        let own = Places::of_owner("https://10.0.0.1:8443/csaf/provider-metadata.json");
        assert!(own.may_ask(&link("https://10.0.0.1:8443/feed.json")).is_ok());
        assert!(own.may_ask(&link("https://10.0.0.1/feed.json")).is_err());
    }

    #[test]
    fn names_of_a_list_stay_below_their_folder() {
        let folder = "https://vendor.example/csaf/white/";
        assert_eq!(
            below(folder, "2024/a-1.json").as_deref(),
            Some("https://vendor.example/csaf/white/2024/a-1.json")
        );
        for path in [
            "../a.json",
            "/a.json",
            "//evil.example/a.json",
            "https://evil.example/a.json",
            "x/../../a.json",
            "%2e%2e/a.json",
        ] {
            assert_eq!(below(folder, path), None, "{path}");
        }
    }
}
