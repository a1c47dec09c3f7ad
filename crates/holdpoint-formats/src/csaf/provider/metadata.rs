//! `provider-metadata.json`: who a provider is and where its documents are (7.1.7).
//!
//! The surprise: one item of `distributions` can have a folder and feeds at once; here these are two distributions.

use holdpoint_domain::{Moment, Parsed, Rejected, Warning};
use serde::{Deserialize, Deserializer};

use super::{Link, moment, other_kind, owned, read};
use crate::csaf::inspection::Inspection;
use crate::csaf::model::Publisher;
use crate::csaf::object::{Node, object};
use crate::csaf::parse::Limits;
use crate::csaf::place::Place;
use crate::csaf::text::{DateTime, Text, Uri, short};

/// A JSON truth value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Truth(pub(crate) bool);

impl<'de> Deserialize<'de> for Truth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bool::deserialize(deserializer).map(Truth)
    }
}

impl Node for Truth {
    fn inspect(&self, _: &Place<'_>, _: &mut Inspection) {}
}

mod wire {
    //! The JSON as it stands.
    use super::{DateTime, Publisher, Text, Truth, Uri, object};

    object! {
        /// The whole file.
        struct Metadata<'a> {
            /// Its own address.
            must canonical_url "canonical_url": Uri<'a>,
            /// Where documents are.
            some distributions "distributions": Distribution<'a>,
            /// When it changed last.
            must last_updated "last_updated": DateTime<'a>,
            /// May listers list it?
            must list "list_on_CSAF_aggregators": Truth,
            /// Version of the format.
            must metadata_version "metadata_version": Text<'a>,
            /// May aggregators mirror it?
            must mirror "mirror_on_CSAF_aggregators": Truth,
            /// Keys that sign documents.
            some public_openpgp_keys "public_openpgp_keys": PublicKey<'a>,
            /// Who it is.
            must publisher "publisher": Publisher<'a>,
            /// Its role.
            must role "role": Text<'a>,
        }
    }
    object! {
        /// A place with documents.
        struct Distribution<'a> {
            /// A folder, as 2.1 writes it.
            may directory "directory": Directory<'a>,
            /// A folder.
            may directory_url "directory_url": Uri<'a>,
            /// Feeds.
            may rolie "rolie": Rolie<'a>,
        }
    }
    object! {
        /// A folder, as 2.1 writes it.
        struct Directory<'a> {
            /// Who may read it.
            may tlp_label "tlp_label": Text<'a>,
            /// Its address.
            must url "url": Uri<'a>,
        }
    }
    object! {
        /// Feeds.
        struct Rolie<'a> {
            /// Category documents.
            some categories "categories": Uri<'a>,
            /// The feeds.
            all feeds "feeds": Feed<'a>,
            /// Service documents.
            some services "services": Uri<'a>,
        }
    }
    object! {
        /// A feed.
        struct Feed<'a> {
            /// What is in it.
            may summary "summary": Text<'a>,
            /// Who may read it.
            must tlp_label "tlp_label": Text<'a>,
            /// Its address.
            must url "url": Uri<'a>,
        }
    }
    object! {
        /// A key.
        struct PublicKey<'a> {
            /// Its fingerprint.
            may fingerprint "fingerprint": Text<'a>,
            /// Where it is.
            must url "url": Uri<'a>,
        }
    }
}

/// The name and namespace of an issuing party.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// Its name; empty when not given.
    pub name: String,
    /// Its namespace; empty when not given.
    pub namespace: String,
    /// Its category, for example `vendor`; empty when not given.
    pub category: String,
}

impl Identity {
    pub(crate) fn of(publisher: Option<&Publisher<'_>>) -> Self {
        publisher.map_or_else(Self::default, |publisher| Self {
            name: owned(publisher.name.as_deref()),
            namespace: owned(publisher.namespace.as_deref()),
            category: publisher
                .category
                .as_ref()
                .map(|category| category.as_str().to_owned())
                .unwrap_or_default(),
        })
    }
}

/// What a provider promises (7.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderRole {
    /// Documents only.
    Publisher,
    /// Documents that programs can find.
    Provider,
    /// Provider whose documents carry hashes and signatures.
    TrustedProvider,
    /// A word that CSAF 2.0 does not know; nothing is promised.
    Other(String),
}

impl ProviderRole {
    /// The role for its word, with a warning when the word is not known.
    pub(crate) fn of(word: &str, place: &str, warnings: &mut Vec<Warning>) -> Self {
        match word {
            "csaf_publisher" => Self::Publisher,
            "csaf_provider" => Self::Provider,
            "csaf_trusted_provider" => Self::TrustedProvider,
            _ => {
                let message = format!("`{}` is no role of CSAF 2.0, so it promises nothing", short(word));
                warnings.push(Warning::new("csaf-provider-role", place, message));
                Self::Other(word.to_owned())
            }
        }
    }
}

/// Where documents are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Distribution {
    /// A folder with `index.txt` and `changes.csv`.
    Directory {
        /// Address of the folder.
        link: Link,
        /// Who may read it, when the file says it.
        tlp_label: Option<String>,
    },
    /// ROLIE feeds.
    Rolie(RolieDistribution),
}

/// ROLIE feeds of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RolieDistribution {
    /// The feeds, one for each TLP label or topic.
    pub feeds: Vec<FeedLink>,
    /// Service documents.
    pub services: Vec<Link>,
    /// Category documents.
    pub categories: Vec<Link>,
}

/// One feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    /// `UNLABELED`, `WHITE`, `GREEN`, `AMBER`, `RED` or another word; empty when not given.
    pub tlp_label: String,
    /// Its address.
    pub link: Link,
    /// What is in it; empty when not given.
    pub summary: String,
}

/// An OpenPGP key of the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Upper-case hexadecimal digits, at least 40; `None` when absent or not sound.
    pub fingerprint: Option<String>,
    /// Where the key is.
    pub link: Link,
}

/// What a provider says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderMetadata {
    /// The address this file should have come from.
    pub canonical: Link,
    /// When it changed last.
    pub last_updated: Option<Moment>,
    /// Who it is.
    pub publisher: Identity,
    /// What it promises.
    pub role: ProviderRole,
    /// Where documents are, in the order of the file.
    pub distributions: Vec<Distribution>,
    /// Keys that sign documents.
    pub keys: Vec<PublicKey>,
}

/// Reads `provider-metadata.json`.
///
/// # Errors
/// As `parse`, and `wrong-kind` when it has no `canonical_url`.
pub fn parse_provider_metadata(bytes: &[u8]) -> Result<Parsed<ProviderMetadata>, Rejected> {
    let mut warnings = Vec::new();
    let wire: wire::Metadata<'_> = read(bytes, &Limits::default(), &mut warnings)?;
    let url =
        wire.canonical_url.as_deref().ok_or_else(|| other_kind("provider metadata", "canonical_url"))?;
    let value = ProviderMetadata {
        canonical: Link::new(url, "/canonical_url", &mut warnings),
        last_updated: moment(wire.last_updated.as_ref()),
        publisher: Identity::of(wire.publisher.as_ref()),
        role: ProviderRole::of(wire.role.as_deref().unwrap_or_default(), "/role", &mut warnings),
        distributions: distributions(&wire, &mut warnings),
        keys: keys(&wire, &mut warnings),
    };
    if value.distributions.is_empty() {
        let message = "the provider names no place with documents";
        warnings.push(Warning::new("csaf-provider-empty", "/distributions", message));
    }
    Ok(Parsed { value, warnings })
}

fn distributions(wire: &wire::Metadata<'_>, warnings: &mut Vec<Warning>) -> Vec<Distribution> {
    let mut list = Vec::new();
    for (at, item) in wire.distributions.iter().enumerate() {
        let place = format!("/distributions/{at}");
        if let Some(rolie) = &item.rolie {
            list.push(Distribution::Rolie(feeds(rolie, &format!("{place}/rolie"), warnings)));
        }
        if let Some(url) = item.directory_url.as_deref() {
            let link = Link::new(url, &format!("{place}/directory_url"), warnings);
            list.push(Distribution::Directory { link, tlp_label: None });
        }
        if let Some((directory, url)) =
            item.directory.as_ref().and_then(|one| Some((one, one.url.as_deref()?)))
        {
            let link = Link::new(url, &format!("{place}/directory/url"), warnings);
            list.push(Distribution::Directory {
                link,
                tlp_label: directory.tlp_label.as_deref().map(str::to_owned),
            });
        }
    }
    list
}

fn feeds(rolie: &wire::Rolie<'_>, place: &str, warnings: &mut Vec<Warning>) -> RolieDistribution {
    let mut distribution = RolieDistribution::default();
    for (at, feed) in rolie.feeds.iter().enumerate() {
        let Some(url) = feed.url.as_deref() else {
            continue;
        };
        distribution.feeds.push(FeedLink {
            tlp_label: owned(feed.tlp_label.as_deref()),
            link: Link::new(url, &format!("{place}/feeds/{at}/url"), warnings),
            summary: owned(feed.summary.as_deref()),
        });
    }
    let mut links = |urls: &[Uri<'_>], name: &str| -> Vec<Link> {
        let link = |(at, url): (usize, &Uri<'_>)| Link::new(url, &format!("{place}/{name}/{at}"), warnings);
        urls.iter().enumerate().map(link).collect()
    };
    distribution.services = links(&rolie.services, "services");
    distribution.categories = links(&rolie.categories, "categories");
    distribution
}

fn keys(wire: &wire::Metadata<'_>, warnings: &mut Vec<Warning>) -> Vec<PublicKey> {
    let mut keys = Vec::new();
    for (at, key) in wire.public_openpgp_keys.iter().enumerate() {
        let place = format!("/public_openpgp_keys/{at}");
        let Some(url) = key.url.as_deref() else {
            continue;
        };
        let fingerprint = key.fingerprint.as_deref().filter(|text| is_fingerprint(text));
        if key.fingerprint.is_some() && fingerprint.is_none() {
            let message = "the fingerprint is not at least 40 hexadecimal digits; it was not used";
            warnings.push(Warning::new("csaf-provider-key", format!("{place}/fingerprint"), message));
        }
        let link = Link::new(url, &format!("{place}/url"), warnings);
        keys.push(PublicKey { fingerprint: fingerprint.map(str::to_ascii_uppercase), link });
    }
    keys
}

fn is_fingerprint(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
