//! Which documents a provider has: by its ROLIE feeds, else by its folders.
//!
//! Feeds are preferred; folders are read when no feed could be. The surprise: a feed or folder that cannot be read
//! makes the whole check `failed`, even when others could, except a feed that is marked as protected and not given
//! to us, which is only noted.

use super::account::Account;
use super::discovery::{Demand, Found};
use super::line::{Line, cause};
use super::places::below;
use crate::error::AppError;
use holdpoint_connectors::fetch::FetchError;
use holdpoint_domain::{Moment, Rejected, Warning};
use holdpoint_formats::csaf::provider::{
    self, Distribution, FeedLink, HashAlgorithm, Link, RolieEntry, Transport,
};
use std::collections::HashSet;

/// How many feeds and folders of one provider are read.
const MOST_LISTINGS: usize = 100;
/// How many documents one provider may list.
const MOST_DOCUMENTS: usize = 500_000;
/// How many hash files of one document are tried.
const MOST_HASHES: usize = 4;

/// A document that a provider lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// Its address.
    pub(super) url: String,
    /// Files with its hash, to be tried in this order.
    pub(super) hashes: Vec<String>,
    /// Its signature.
    pub(super) signature: Option<String>,
    released: Option<Moment>,
}

/// Lists a provider's documents, the newest first.
///
/// # Errors
/// [`AppError::Remote`], in words, when there is no listing that can be read.
pub(super) fn list(line: &Line<'_>, found: &Found, account: &mut Account) -> Result<Vec<Listed>, AppError> {
    let mut reader = Reader { line, found, account, documents: Vec::new(), known: HashSet::new(), read: 0 };
    let mut feeds = Vec::new();
    let mut folders = Vec::new();
    for distribution in &found.metadata.distributions {
        match distribution {
            Distribution::Rolie(rolie) if rolie.feeds.is_empty() => {
                feeds.extend(reader.services(&rolie.services))
            }
            Distribution::Rolie(rolie) => feeds.extend(rolie.feeds.iter().cloned()),
            Distribution::Directory { link, .. } => folders.push(link),
        }
    }
    for feed in bounded(&feeds) {
        reader.feed(feed);
    }
    if reader.read == 0 {
        for folder in bounded(&folders) {
            reader.folder(folder);
        }
    }
    if feeds.len().max(folders.len()) > MOST_LISTINGS {
        reader
            .account
            .fail(format!("more than {MOST_LISTINGS} feeds or folders are named; the rest was not read"));
    }
    if reader.read == 0 {
        return Err(AppError::Remote(Rejected::new(
            "no-listing",
            "none of the feeds and folders that the provider names could be read",
            "nothing is known of what is new there",
            "look at the reasons before this one, then check again",
        )));
    }
    let mut documents = reader.documents;
    documents.sort_by_key(|document| std::cmp::Reverse(document.released));
    Ok(documents)
}

fn bounded<T>(all: &[T]) -> &[T] {
    all.get(..MOST_LISTINGS).unwrap_or(all)
}

struct Reader<'a, 'b> {
    line: &'a Line<'b>,
    found: &'a Found,
    account: &'a mut Account,
    documents: Vec<Listed>,
    known: HashSet<String>,
    read: usize,
}

impl Reader<'_, '_> {
    /// The feeds that service documents name.
    fn services(&mut self, services: &[Link]) -> Vec<FeedLink> {
        let mut feeds = Vec::new();
        for service in bounded(services) {
            let Some(bytes) = self.fetch(service, "") else { continue };
            match provider::parse_rolie_service(&bytes) {
                Ok(parsed) => {
                    self.remark(&service.url, &parsed.warnings);
                    let feed = |link| FeedLink { tlp_label: String::new(), link, summary: String::new() };
                    feeds.extend(parsed.value.into_iter().map(|collection| feed(collection.link)));
                }
                Err(rejected) => self.fail(&service.url, &rejected.what),
            }
        }
        feeds
    }

    fn feed(&mut self, feed: &FeedLink) {
        let Some(bytes) = self.fetch(&feed.link, &feed.tlp_label) else { return };
        match provider::parse_rolie_feed(&bytes) {
            Ok(parsed) => {
                self.read += 1;
                self.remark(&feed.link.url, &parsed.warnings);
                for entry in parsed.value.entries {
                    self.entry(entry);
                }
            }
            Err(rejected) => self.fail(&feed.link.url, &rejected.what),
        }
    }

    fn entry(&mut self, entry: RolieEntry) {
        if entry.document.transport != Transport::Https {
            self.account
                .fail(format!("`{}` is no https address; it was not fetched", shown(&entry.document.url)));
            return;
        }
        let places = &self.found.places;
        let mut hashes: Vec<String> = entry
            .hashes
            .into_iter()
            .map(|link| link.url)
            .filter(|url| HashAlgorithm::of_name(url).is_some() && places.holds(url))
            .take(MOST_HASHES)
            .collect();
        hashes.sort_by_key(|url| HashAlgorithm::of_name(url));
        let signature = entry.signature.map(|link| link.url).filter(|url| places.holds(url));
        self.add(Listed { url: entry.document.url, hashes, signature, released: entry.updated });
    }

    fn folder(&mut self, link: &Link) {
        let folder = if link.url.ends_with('/') { link.url.clone() } else { format!("{}/", link.url) };
        let at = |name: &str| Link { url: format!("{folder}{name}"), transport: link.transport };
        let changes = at("changes.csv");
        let changed = match self.line.whole(&changes.url) {
            Ok(bytes) => provider::parse_changes_csv(&bytes).map_err(|rejected| rejected.what),
            Err(error) => Err(cause(&error)),
        };
        match changed {
            Ok(parsed) if !parsed.value.is_empty() => {
                self.read += 1;
                self.listing_remarks(&changes.url, &parsed.warnings);
                for entry in parsed.value {
                    self.below(&folder, &entry.path, entry.released);
                }
                return;
            }
            Ok(_) => {}
            Err(why) => self.account.note(format!("{why}; `index.txt` was read instead")),
        }
        let index = at("index.txt");
        let Some(bytes) = self.fetch(&index, "") else { return };
        match provider::parse_index_txt(&bytes) {
            Ok(parsed) => {
                self.read += 1;
                self.listing_remarks(&index.url, &parsed.warnings);
                for path in parsed.value {
                    self.below(&folder, &path, None);
                }
            }
            Err(rejected) => self.fail(&index.url, &rejected.what),
        }
    }

    fn below(&mut self, folder: &str, path: &str, released: Option<Moment>) {
        match below(folder, path) {
            Some(url) => self.add(Listed { url, hashes: Vec::new(), signature: None, released }),
            None => self.account.fail(format!("`{}` leaves its folder; it was not fetched", shown(path))),
        }
    }

    fn add(&mut self, mut document: Listed) {
        if !self.found.places.holds(&document.url) {
            self.account.fail(format!(
                "`{}` is on a server that the metadata do not name; it was not fetched",
                shown(&document.url)
            ));
            return;
        }
        if self.documents.len() >= MOST_DOCUMENTS {
            self.account
                .fail(format!("more than {MOST_DOCUMENTS} documents are listed; the rest was left out"));
            return;
        }
        let url = &document.url;
        if self.found.demand == Demand::Both && document.hashes.is_empty() {
            document.hashes = vec![format!("{url}.sha256"), format!("{url}.sha512")];
        }
        if self.found.demand != Demand::WhenOffered {
            document.signature.get_or_insert_with(|| format!("{url}.asc"));
        }
        if self.known.insert(document.url.clone()) {
            self.documents.push(document);
        }
    }

    fn fetch(&mut self, link: &Link, label: &str) -> Option<Vec<u8>> {
        if !self.found.places.holds(&link.url) {
            self.fail(&link.url, "it is on a server that the metadata do not name");
            return None;
        }
        match self.line.whole(&link.url) {
            Ok(bytes) => Some(bytes),
            Err(FetchError::Forbidden { .. }) if matches!(label, "GREEN" | "AMBER" | "RED") => {
                self.account
                    .note(format!("the feed `{}` (TLP:{label}) is not given to us", shown(&link.url)));
                None
            }
            Err(error) => {
                self.account.fail(cause(&error));
                None
            }
        }
    }

    fn fail(&mut self, url: &str, why: &str) {
        self.account.fail(format!("`{}` was not read: {why}", shown(url)));
    }

    fn remark(&mut self, url: &str, warnings: &[Warning]) {
        self.account.remark(&shown(url), warnings);
        let left_out =
            warnings.iter().filter(|warning| warning.code == "rolie-entry-without-document").count();
        if left_out > 0 {
            self.fail(url, &format!("{left_out} entries have no address of their document"));
        }
    }

    /// A line that was left out may be a document that was not seen.
    fn listing_remarks(&mut self, url: &str, warnings: &[Warning]) {
        for warning in warnings {
            match warning.code.as_str() {
                "listing-path" | "changes-row" => self.fail(url, &warning.to_string()),
                _ => self.account.remark(&shown(url), std::slice::from_ref(warning)),
            }
        }
    }
}

fn shown(text: &str) -> String {
    text.chars().take(200).collect()
}
