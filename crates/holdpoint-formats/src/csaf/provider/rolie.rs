//! ROLIE in JSON: feeds of documents, the service document, the category document (7.1.15 to 7.1.17, RFC 8322).
//!
//! The surprise: some feeds name a document only by `content.src`, some only by a link with `rel` `self`; either will do.

use holdpoint_domain::{Moment, Parsed, Rejected, Warning};

use super::{Link, moment, other_kind, owned, read};
use crate::csaf::parse::Limits;
use crate::csaf::text::short;

mod wire {
    //! The JSON as it stands.
    use crate::csaf::object::object;
    use crate::csaf::text::{DateTime, Text, Uri};

    object! {
        /// A file with a feed.
        struct FeedFile<'a> {
            /// The feed.
            must feed "feed": Feed<'a>,
        }
    }
    object! {
        /// A feed.
        struct Feed<'a> {
            /// What kind of feed.
            some category "category": Category<'a>,
            /// Its entries.
            some entry "entry": Entry<'a>,
            /// Its id.
            must id "id": Text<'a>,
            /// Its links.
            some link "link": Link<'a>,
            /// Its title.
            must title "title": Text<'a>,
            /// When it changed last.
            must updated "updated": DateTime<'a>,
        }
    }
    object! {
        /// A category.
        struct Category<'a> {
            /// A name for people.
            may label "label": Text<'a>,
            /// The scheme.
            may scheme "scheme": Text<'a>,
            /// The term.
            must term "term": Text<'a>,
        }
    }
    object! {
        /// A link.
        struct Link<'a> {
            /// The address.
            must href "href": Uri<'a>,
            /// What it is.
            must rel "rel": Text<'a>,
        }
    }
    object! {
        /// An entry.
        struct Entry<'a> {
            /// Categories of the document.
            some category "category": Category<'a>,
            /// The document.
            must content "content": Content<'a>,
            /// Its format.
            must format "format": Format<'a>,
            /// Its tracking id.
            must id "id": Text<'a>,
            /// Its links.
            all link "link": Link<'a>,
            /// When it came out first.
            must published "published": DateTime<'a>,
            /// A summary.
            may summary "summary": Summary<'a>,
            /// Its title.
            must title "title": Text<'a>,
            /// When it changed last.
            must updated "updated": DateTime<'a>,
        }
    }
    object! {
        /// Where the document is.
        struct Content<'a> {
            /// Its address.
            must src "src": Uri<'a>,
            /// Its media type.
            must kind "type": Text<'a>,
        }
    }
    object! {
        /// The format of the document.
        struct Format<'a> {
            /// Its schema.
            must schema "schema": Text<'a>,
            /// Its version.
            must version "version": Text<'a>,
        }
    }
    object! {
        /// A summary.
        struct Summary<'a> {
            /// The text.
            may content "content": Text<'a>,
        }
    }
    object! {
        /// A file with a service document.
        struct ServiceFile<'a> {
            /// The service.
            must service "service": Service<'a>,
        }
    }
    object! {
        /// A service.
        struct Service<'a> {
            /// Its workspaces.
            all workspace "workspace": Workspace<'a>,
        }
    }
    object! {
        /// A workspace.
        struct Workspace<'a> {
            /// Its feeds.
            all collection "collection": Collection<'a>,
            /// Its title.
            may title "title": Text<'a>,
        }
    }
    object! {
        /// A feed of a workspace.
        struct Collection<'a> {
            /// What it holds.
            may categories "categories": Categories<'a>,
            /// Its address.
            must href "href": Uri<'a>,
            /// Its title.
            may title "title": Text<'a>,
        }
    }
    object! {
        /// A list of categories.
        struct Categories<'a> {
            /// The categories.
            all category "category": Category<'a>,
        }
    }
    object! {
        /// A file with a category document.
        struct CategoriesFile<'a> {
            /// The categories.
            must categories "categories": Categories<'a>,
        }
    }
}

/// A link with its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolieLink {
    /// `self`, `service`, `hash`, `signature` or another word.
    pub rel: String,
    /// The address.
    pub link: Link,
}

/// One document of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolieEntry {
    /// The tracking id of the document.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When it came out first.
    pub published: Option<Moment>,
    /// When it changed last.
    pub updated: Option<Moment>,
    /// The document itself.
    pub document: Link,
    /// Files with its hashes.
    pub hashes: Vec<Link>,
    /// Its detached signature.
    pub signature: Option<Link>,
    /// A summary; empty when not given.
    pub summary: String,
    /// The version of CSAF it is written in; empty when not given.
    pub format_version: String,
}

/// A feed of documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolieFeed {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When it changed last.
    pub updated: Option<Moment>,
    /// Its own links.
    pub links: Vec<RolieLink>,
    /// Its documents, in the order of the feed.
    pub entries: Vec<RolieEntry>,
}

/// A feed that a service document names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolieCollection {
    /// Its title; empty when not given.
    pub title: String,
    /// The feed.
    pub link: Link,
}

const SCHEME: &str = "urn:ietf:params:rolie:category:information-type";

/// Reads a ROLIE feed. An entry without an address is left out with a warning.
///
/// # Errors
/// As `parse`, and `wrong-kind` when it has no `feed`.
pub fn parse_rolie_feed(bytes: &[u8]) -> Result<Parsed<RolieFeed>, Rejected> {
    let mut warnings = Vec::new();
    let wire: wire::FeedFile<'_> = read(bytes, &Limits::for_listings(), &mut warnings)?;
    let feed = wire.feed.as_ref().ok_or_else(|| other_kind("ROLIE feed", "feed"))?;
    let is_csaf = |category: &wire::Category<'_>| {
        category.scheme.as_deref() == Some(SCHEME) && category.term.as_deref() == Some("csaf")
    };
    if !feed.category.iter().any(is_csaf) {
        let message = "the feed does not say that it holds CSAF documents";
        warnings.push(Warning::new("rolie-not-csaf", "/feed/category", message));
    }
    let value = RolieFeed {
        id: owned(feed.id.as_deref()),
        title: owned(feed.title.as_deref()),
        updated: moment(feed.updated.as_ref()),
        links: links(&feed.link, "/feed/link", &mut warnings),
        entries: entries(&feed.entry, &mut warnings),
    };
    Ok(Parsed { value, warnings })
}

fn links(list: &[wire::Link<'_>], place: &str, warnings: &mut Vec<Warning>) -> Vec<RolieLink> {
    let convert = |(at, link): (usize, &wire::Link<'_>)| {
        let url = link.href.as_deref()?;
        let link_to = Link::new(url, &format!("{place}/{at}/href"), warnings);
        Some(RolieLink { rel: owned(link.rel.as_deref()), link: link_to })
    };
    list.iter().enumerate().filter_map(convert).collect()
}

fn entries(list: &[wire::Entry<'_>], warnings: &mut Vec<Warning>) -> Vec<RolieEntry> {
    let mut entries = Vec::with_capacity(list.len());
    for (at, entry) in list.iter().enumerate() {
        let place = format!("/feed/entry/{at}");
        let links = links(&entry.link, &format!("{place}/link"), warnings);
        let of =
            |rel: &str| links.iter().filter(|link| link.rel == rel).map(|link| link.link.clone()).collect();
        let selves: Vec<Link> = of("self");
        let source = entry.content.as_ref().and_then(|content| content.src.as_deref());
        let source = source.map(|url| Link::new(url, &format!("{place}/content/src"), warnings));
        let Some(document) = source.or_else(|| selves.into_iter().next()) else {
            let id = entry.id.as_deref().unwrap_or_default();
            let message =
                format!("the entry `{}` has no address of its document; it was left out", short(id));
            warnings.push(Warning::new("rolie-entry-without-document", place, message));
            continue;
        };
        let signatures: Vec<Link> = of("signature");
        entries.push(RolieEntry {
            id: owned(entry.id.as_deref()),
            title: owned(entry.title.as_deref()),
            published: moment(entry.published.as_ref()),
            updated: moment(entry.updated.as_ref()),
            document,
            hashes: of("hash"),
            signature: signatures.into_iter().next(),
            summary: owned(entry.summary.as_ref().and_then(|summary| summary.content.as_deref())),
            format_version: owned(entry.format.as_ref().and_then(|format| format.version.as_deref())),
        });
    }
    entries
}

/// Reads a ROLIE service document: the feeds that there are.
///
/// # Errors
/// As `parse`, and `wrong-kind` when it has no `service`.
pub fn parse_rolie_service(bytes: &[u8]) -> Result<Parsed<Vec<RolieCollection>>, Rejected> {
    let mut warnings = Vec::new();
    let wire: wire::ServiceFile<'_> = read(bytes, &Limits::for_listings(), &mut warnings)?;
    let service = wire.service.as_ref().ok_or_else(|| other_kind("ROLIE service document", "service"))?;
    let mut collections = Vec::new();
    for (number, workspace) in service.workspace.iter().enumerate() {
        for (at, collection) in workspace.collection.iter().enumerate() {
            let place = format!("/service/workspace/{number}/collection/{at}/href");
            if let Some(url) = collection.href.as_deref() {
                let title = owned(collection.title.as_deref());
                collections.push(RolieCollection { title, link: Link::new(url, &place, &mut warnings) });
            }
        }
    }
    Ok(Parsed { value: collections, warnings })
}

/// Reads a ROLIE category document: the terms that entries may carry.
///
/// # Errors
/// As `parse`, and `wrong-kind` when it has no `categories`.
pub fn parse_rolie_categories(bytes: &[u8]) -> Result<Parsed<Vec<String>>, Rejected> {
    let mut warnings = Vec::new();
    let wire: wire::CategoriesFile<'_> = read(bytes, &Limits::for_listings(), &mut warnings)?;
    let categories =
        wire.categories.as_ref().ok_or_else(|| other_kind("ROLIE category document", "categories"))?;
    let terms = categories.category.iter().filter_map(|category| category.term.as_deref());
    Ok(Parsed { value: terms.map(str::to_owned).collect(), warnings })
}
