//! `aggregator.json`: a list of issuing parties, with or without mirrors of their documents (7.1.21).

use holdpoint_domain::{Moment, Parsed, Rejected, Warning};

use super::{Identity, Link, ProviderRole, moment, other_kind, owned, read};
use crate::csaf::parse::Limits;
use crate::csaf::text::{Uri, short};

mod wire {
    //! The JSON as it stands.
    use crate::csaf::model::Publisher;
    use crate::csaf::object::object;
    use crate::csaf::text::{DateTime, Text, Uri};

    object! {
        /// The whole file.
        struct File<'a> {
            /// Who lists.
            must aggregator "aggregator": Lister<'a>,
            /// Version of the format.
            must aggregator_version "aggregator_version": Text<'a>,
            /// Its own address.
            must canonical_url "canonical_url": Uri<'a>,
            /// Listed providers.
            all csaf_providers "csaf_providers": Issuer<'a>,
            /// Listed publishers.
            some csaf_publishers "csaf_publishers": Issuer<'a>,
            /// When it changed last.
            must last_updated "last_updated": DateTime<'a>,
        }
    }
    object! {
        /// Who lists.
        struct Lister<'a> {
            /// Lister or aggregator.
            must category "category": Text<'a>,
            /// How to reach them.
            may contact_details "contact_details": Text<'a>,
            /// Their authority.
            may issuing_authority "issuing_authority": Text<'a>,
            /// Their name.
            must name "name": Text<'a>,
            /// Their namespace.
            must namespace "namespace": Uri<'a>,
        }
    }
    object! {
        /// A listed party.
        struct Issuer<'a> {
            /// Who it is and where.
            must metadata "metadata": Metadata<'a>,
            /// Mirrors of its documents.
            some mirrors "mirrors": Uri<'a>,
            /// How often a publisher is asked.
            may update_interval "update_interval": Text<'a>,
        }
    }
    object! {
        /// Who a listed party is.
        struct Metadata<'a> {
            /// When its metadata changed last.
            must last_updated "last_updated": DateTime<'a>,
            /// Who.
            must publisher "publisher": Publisher<'a>,
            /// Its role.
            may role "role": Text<'a>,
            /// The address of its metadata.
            must url "url": Uri<'a>,
        }
    }
}

/// What an aggregator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregatorCategory {
    /// Lists and mirrors.
    Aggregator,
    /// Lists only.
    Lister,
    /// Does not say, or says a word that is not known.
    Unknown,
}

/// A party that an aggregator lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// The address of its metadata.
    pub metadata: Link,
    /// Who it is.
    pub publisher: Identity,
    /// Its role; `None` when not given, which means provider.
    pub role: Option<ProviderRole>,
    /// When its metadata changed last.
    pub last_updated: Option<Moment>,
    /// Metadata of mirrors of its documents.
    pub mirrors: Vec<Link>,
    /// How often a publisher is asked, in words; empty for providers.
    pub update_interval: String,
}

/// What an aggregator lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregator {
    /// The address this file should have come from.
    pub canonical: Link,
    /// What it does.
    pub category: AggregatorCategory,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// When it changed last.
    pub last_updated: Option<Moment>,
    /// Listed providers.
    pub providers: Vec<Issuer>,
    /// Listed publishers.
    pub publishers: Vec<Issuer>,
}

/// Reads `aggregator.json`.
///
/// # Errors
/// As `parse`, and `wrong-kind` when it has no `aggregator` or no `canonical_url`.
pub fn parse_aggregator(bytes: &[u8]) -> Result<Parsed<Aggregator>, Rejected> {
    let mut warnings = Vec::new();
    let wire: wire::File<'_> = read(bytes, &Limits::for_listings(), &mut warnings)?;
    let lister = wire.aggregator.as_ref().ok_or_else(|| other_kind("list of an aggregator", "aggregator"))?;
    let url =
        wire.canonical_url.as_deref().ok_or_else(|| other_kind("list of an aggregator", "canonical_url"))?;
    let category = match lister.category.as_deref() {
        Some("aggregator") => AggregatorCategory::Aggregator,
        Some("lister") => AggregatorCategory::Lister,
        other => {
            let message =
                format!("`{}` is neither `aggregator` nor `lister`", short(other.unwrap_or_default()));
            warnings.push(Warning::new("csaf-aggregator-category", "/aggregator/category", message));
            AggregatorCategory::Unknown
        }
    };
    let value = Aggregator {
        canonical: Link::new(url, "/canonical_url", &mut warnings),
        category,
        name: owned(lister.name.as_deref()),
        namespace: owned(lister.namespace.as_deref()),
        last_updated: moment(wire.last_updated.as_ref()),
        providers: issuers(&wire.csaf_providers, "/csaf_providers", &mut warnings),
        publishers: issuers(&wire.csaf_publishers, "/csaf_publishers", &mut warnings),
    };
    Ok(Parsed { value, warnings })
}

fn issuers(list: &[wire::Issuer<'_>], place: &str, warnings: &mut Vec<Warning>) -> Vec<Issuer> {
    let mut issuers = Vec::new();
    for (at, item) in list.iter().enumerate() {
        let place = format!("{place}/{at}");
        let Some((metadata, url)) = item.metadata.as_ref().and_then(|one| Some((one, one.url.as_deref()?)))
        else {
            continue;
        };
        let mirror = |(at, url): (usize, &Uri<'_>)| (format!("{place}/mirrors/{at}"), url.to_string());
        let mirrors: Vec<(String, String)> = item.mirrors.iter().enumerate().map(mirror).collect();
        let role = metadata.role.as_deref();
        issuers.push(Issuer {
            metadata: Link::new(url, &format!("{place}/metadata/url"), warnings),
            publisher: Identity::of(metadata.publisher.as_ref()),
            role: role.map(|role| ProviderRole::of(role, &format!("{place}/metadata/role"), warnings)),
            last_updated: moment(metadata.last_updated.as_ref()),
            mirrors: mirrors.iter().map(|(place, url)| Link::new(url, place, warnings)).collect(),
            update_interval: owned(item.update_interval.as_deref()),
        });
    }
    issuers
}
