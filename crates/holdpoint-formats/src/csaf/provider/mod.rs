//! What a provider of CSAF documents publishes beside the documents: where they are, what changed, hashes.
//!
//! Not here: fetching anything, and signatures. The surprise: every address is kept as text with the transport it
//! asks for, and every path of a listing is checked to stay below its folder; the caller decides what to follow.

mod aggregator;
mod hash_file;
mod listing;
mod metadata;
mod rolie;
mod security_txt;

pub use aggregator::{Aggregator, AggregatorCategory, Issuer, parse_aggregator};
pub use hash_file::{HashAlgorithm, HashFile, parse_hash_file};
pub use listing::{ChangeEntry, parse_changes_csv, parse_index_txt};
pub use metadata::{
    Distribution, FeedLink, Identity, ProviderMetadata, ProviderRole, PublicKey, RolieDistribution,
    parse_provider_metadata,
};
pub use rolie::{
    RolieCollection, RolieEntry, RolieFeed, RolieLink, parse_rolie_categories, parse_rolie_feed,
    parse_rolie_service,
};
pub use security_txt::{SecurityTxt, parse_security_txt};

use holdpoint_domain::{Moment, Rejected, Warning};
use serde::Deserialize;

use super::inspection::Inspection;
use super::object::Node;
use super::parse::{Limits, not_json, open, wrong_type};
use super::place::Place;
use super::text::{DateTime, short};

/// How an address is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// `https://`: the only one that CSAF allows.
    Https,
    /// `http://`: can be read and changed on the way.
    Http,
    /// Another scheme, or no absolute address at all.
    Other,
}

/// An address as the document writes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// The address, verbatim.
    pub url: String,
    /// How it is reached.
    pub transport: Transport,
}

impl Link {
    /// Takes an address and warns when it is not `https`.
    pub(crate) fn new(url: &str, place: &str, warnings: &mut Vec<Warning>) -> Self {
        let transport = transport(url);
        let message = match transport {
            Transport::Https => None,
            Transport::Http => Some("is not encrypted, so anybody on the way can change what comes"),
            Transport::Other => Some("is no https address"),
        };
        if let Some(message) = message {
            warnings.push(Warning::new("csaf-not-https", place, format!("`{}` {message}", short(url))));
        }
        Self { url: url.to_owned(), transport }
    }
}

fn transport(url: &str) -> Transport {
    let has = |scheme: &str| {
        let head = url.get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme))
            && url[scheme.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
            && !url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\')
    };
    match (has("https://"), has("http://")) {
        (true, _) => Transport::Https,
        (false, true) => Transport::Http,
        (false, false) => Transport::Other,
    }
}

impl Limits {
    /// Limits for listings: feeds and lists of large publishers are larger than any document.
    #[must_use]
    pub fn for_listings() -> Self {
        Self { bytes: 64 * 1024 * 1024, containers: 2_000_000, ..Self::default() }
    }
}

/// Reads a JSON object of a provider; what breaks its rules becomes warnings.
fn read<'a, T: Deserialize<'a> + Node>(
    bytes: &'a [u8],
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<T, Rejected> {
    let text = open(bytes, limits, warnings)?;
    let value: T = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return Err(not_json(text).unwrap_or_else(|| wrong_type(&error))),
    };
    let mut inspection = Inspection::default();
    value.inspect(&Place::ROOT, &mut inspection);
    for finding in inspection.structure {
        warnings.push(Warning::new("csaf-provider-structure", finding.place, finding.message));
    }
    for place in inspection.unknown {
        warnings.push(Warning::new(
            "csaf-unknown-property",
            place,
            "the property is not known; it was not used",
        ));
    }
    Ok(value)
}

/// The rejection of JSON that is another kind of document.
fn other_kind(wanted: &str, lacks: &str) -> Rejected {
    Rejected::new(
        "wrong-kind",
        format!("the document is JSON, but has no `{lacks}`, so it is no {wanted}"),
        "nothing of this document was taken",
        "check the address it came from",
    )
}

fn owned(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn moment(date: Option<&DateTime<'_>>) -> Option<Moment> {
    date.and_then(DateTime::instant).map(|instant| Moment::from_micros(instant.micros()))
}
