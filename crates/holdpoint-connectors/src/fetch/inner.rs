//! Addresses that lead back into this machine, or to what only this machine may see.
//!
//! Whoever may enter the address of a feed or a document could otherwise make this program ask services that listen
//! for nobody else: on the loopback, on the link, and the metadata of a cloud, which gives out credentials. The surprise:
//! the check is made on the addresses that a name resolves to, at the moment of connecting, because a name
//! can be made to say one thing first and another later. Addresses of the plant's own network are not refused: mirrors
//! stand there.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Addresses of cloud metadata that are not on the link.
const METADATA: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

/// Whether nobody outside could have meant this address.
pub(super) fn is_inner(address: IpAddr) -> bool {
    if METADATA.contains(&address) {
        return true;
    }
    match address {
        IpAddr::V4(v4) => is_inner_v4(v4),
        IpAddr::V6(v6) => {
            let embedded = v6.to_ipv4_mapped().or_else(|| translated(v6));
            embedded.is_some_and(|v4| is_inner(IpAddr::V4(v4)))
                || v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.segments()[0] & 0xffc0 == 0xfe80
        }
    }
}

fn is_inner_v4(address: Ipv4Addr) -> bool {
    address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.octets()[0] == 0
}

/// The address behind a translation between the protocols: `64:ff9b::/96`, and the old `::a.b.c.d`.
fn translated(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = address.segments();
    let is_translated = parts[..6] == [0x64, 0xff9b, 0, 0, 0, 0];
    let is_compatible = parts[..6] == [0; 6] && parts[6] != 0;
    (is_translated || is_compatible).then(|| {
        let [a, b] = parts[6].to_be_bytes();
        let [c, d] = parts[7].to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    })
}

/// A name or an address that leads inside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{host}` is {address}, inside this machine or beside it")]
pub(super) struct Inner {
    pub(super) host: String,
    pub(super) address: IpAddr,
}

/// Resolves names, and refuses those that lead inside.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    /// Hosts that may lead inside, lower case.
    pub(super) allowed: Vec<String>,
}

impl Guard {
    /// Whether this host may lead inside.
    pub(super) fn allows(&self, host: &str) -> bool {
        self.allowed.iter().any(|one| one.eq_ignore_ascii_case(host))
    }

    fn checked(&self, host: String, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Inner> {
        // One inner address among others is refused too: which one would be taken is not ours to guess.
        match found.iter().find(|address| is_inner(address.ip())) {
            Some(address) if !self.allows(&host) => Err(Inner { host, address: address.ip() }),
            Some(_) | None => Ok(found),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, host) = (self.clone(), name.as_str().to_owned());
        Box::pin(async move {
            let failed = |error| Box::new(error) as Box<dyn Error + Send + Sync>;
            let found = tokio::net::lookup_host((host.clone(), 0)).await.map_err(failed)?;
            let found = guard.checked(host, found.collect())?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_inside_is_known_in_every_spelling() {
        let inner = [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "169.254.169.254",
            "100.100.100.200",
            "168.63.129.16",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "ff02::1",
            "fd00:ec2::254",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "::127.0.0.1",
        ];
        for text in inner {
            assert!(is_inner(text.parse().expect("an address")), "{text}");
        }
        for text in [
            "192.0.2.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "2001:db8::1",
            "fd12::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(!is_inner(text.parse().expect("an address")), "{text}");
        }
    }

    #[test]
    fn one_inner_address_among_others_is_enough() {
        let guard = Guard { allowed: vec!["mirror.plant.example".to_owned()] };
        let found: Vec<SocketAddr> =
            ["192.0.2.1:0", "127.0.0.1:0"].map(|text| text.parse().expect("one")).to_vec();
        let refused = guard.checked("feed.example".to_owned(), found.clone());
        assert_eq!(refused.expect_err("refused").address.to_string(), "127.0.0.1");
        assert_eq!(guard.checked("Mirror.plant.example".to_owned(), found.clone()), Ok(found));
    }
}
