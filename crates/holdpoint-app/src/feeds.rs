//! Feeds of intelligence: which are read, when they were read last, and taking in their files by hand.
//!
//! How a feed is fetched is in [`visit`], how its files are read in `taking` and `reading`. The surprise: what a feed
//! says belongs to its kind, so a stick and a download of the same catalogue end in the same records.

mod defaults;
mod pieces;
mod reading;
mod sniff;
mod taking;
pub mod trust;
pub mod visit;

pub use defaults::{Default as FeedDefault, default_of};
pub use sniff::{Sniffed, sniff};
pub use taking::{FeedReport, Skipped};
pub use visit::{check, due, run_due, run_due_with};

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::FeedId;
use holdpoint_domain::intelligence::FeedKind;
use holdpoint_store::StoreError;
use holdpoint_store::feed::{Feed, FeedCheck, FeedContent};
use holdpoint_store::page::{ListQuery, Paged};
use serde_json::json;
use std::path::Path;
use taking::{Delivered, Taking};

/// The most addresses of one feed: NVD has one a year.
const MAX_ADDRESSES: usize = 100;

/// A feed to be added.
#[derive(Debug, Clone, Default)]
pub struct NewFeed {
    /// Its name; unique.
    pub name: String,
    /// What it carries; `None` only for a folder, whose files tell.
    pub kind: Option<FeedKind>,
    /// Where its files are; none: where the publisher puts them, unless there is a folder.
    pub addresses: Vec<String>,
    /// The folder into which its files are put by hand; empty: it is fetched.
    pub folder: String,
    /// The proxy; empty: that of the installation.
    pub proxy: String,
    /// A file with further TLS roots; empty: none.
    pub ca_file: String,
    /// Minutes between checks; `None`: as suits the kind.
    pub interval_minutes: Option<u32>,
    /// Whether it is checked by the clock; `None`: yes.
    pub enabled: Option<bool>,
}

/// What changes of a feed; `None`: stays.
#[derive(Debug, Clone, Default)]
pub struct FeedChange {
    /// Its name.
    pub name: Option<String>,
    /// Where its files are.
    pub addresses: Option<Vec<String>>,
    /// The folder of its files.
    pub folder: Option<String>,
    /// The proxy.
    pub proxy: Option<String>,
    /// Further TLS roots.
    pub ca_file: Option<String>,
    /// Minutes between checks.
    pub interval_minutes: Option<u32>,
    /// Whether it is checked by the clock.
    pub enabled: Option<bool>,
}

/// A feed and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFeed {
    /// The feed.
    pub feed: Feed,
    /// Its last check; `None`: it was never checked.
    pub last_check: Option<FeedCheck>,
    /// When a check last brought something new; `None`: never.
    pub last_changed: Option<Moment>,
    /// How its kind's content stands; `None`: nothing of it is here.
    pub content: Option<FeedContent>,
}

/// Lists feeds by name.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn feeds(app: &App, caller: &Caller) -> Result<Vec<KnownFeed>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| {
        let (checks, changes, contents) = (r.last_feed_checks()?, r.last_feed_changes()?, r.feed_contents()?);
        let known = r.feeds()?.into_iter().map(|feed| KnownFeed {
            last_check: checks.iter().find(|check| check.feed == Some(feed.id)).cloned(),
            last_changed: changes
                .iter()
                .find(|check| check.feed == Some(feed.id))
                .map(|check| check.finished_at),
            content: contents.iter().find(|content| Some(content.kind) == feed.kind).cloned(),
            feed,
        });
        Ok(known.collect())
    })?)
}

/// How the content of each kind stands that was ever read, also by hand.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn contents(app: &App, caller: &Caller) -> Result<Vec<FeedContent>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.feed_contents())?)
}

/// A feed by its name or id.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn find(app: &App, caller: &Caller, name: &str) -> Result<KnownFeed, AppError> {
    feeds(app, caller)?
        .into_iter()
        .find(|known| known.feed.name == name || known.feed.id.to_string() == name)
        .ok_or_else(|| AppError::NotFound { noun: "feed", id: name.chars().take(64).collect() })
}

fn refuse<T>(what: String, remedy: &str) -> Result<T, AppError> {
    Err(AppError::invalid("feed", what, "nothing was changed", remedy))
}

fn checked(feed: Feed, others: &[Feed]) -> Result<Feed, AppError> {
    if feed.name.trim().is_empty() || feed.name.chars().count() > 100 {
        return refuse("a feed needs a name of at most 100 characters".to_owned(), "give it a short name");
    }
    if others.iter().any(|other| other.id != feed.id && other.name == feed.name) {
        return refuse(format!("there is a feed `{}` already", feed.name), "give it another name");
    }
    if !(1..=525_600).contains(&feed.interval_minutes) {
        return refuse("the interval must be between 1 minute and a year".to_owned(), "name it in minutes");
    }
    match (feed.addresses.is_empty(), feed.folder.is_empty()) {
        (true, true) => {
            let remedy = "name an https address, or a folder into which its files are put";
            return refuse("the feed has neither an address nor a folder".to_owned(), remedy);
        }
        (false, false) => {
            let remedy = "make two feeds: one that is fetched, and one for the folder";
            return refuse("the feed has addresses and a folder".to_owned(), remedy);
        }
        (true, false) | (false, true) => {}
    }
    if feed.kind.is_none() && feed.folder.is_empty() {
        let remedy = "name the kind; only a folder may hold files of several kinds";
        return refuse("the feed has no kind".to_owned(), remedy);
    }
    if feed.addresses.len() > MAX_ADDRESSES {
        return refuse(format!("a feed has at most {MAX_ADDRESSES} addresses"), "make two feeds of them");
    }
    for address in &feed.addresses {
        let plain = address.len() <= 1_000 && !address.contains(char::is_whitespace);
        if !plain || !address.starts_with("https://") {
            let remedy = "name the https address of a file; `{years:2002}` stands for each year since 2002";
            return refuse(format!("`{address}` is no https address"), remedy);
        }
    }
    visit::way_out(&feed)?;
    Ok(feed)
}

/// Adds a feed.
///
/// # Errors
/// [`AppError::Invalid`] for settings that cannot be; [`AppError::Refused`]; [`AppError::Store`].
pub fn add(app: &App, caller: &Caller, new: &NewFeed, reason: &str) -> Result<Feed, AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let at = app.now();
    let usual = new.kind.map(default_of);
    let mut addresses: Vec<String> = new.addresses.iter().map(|text| text.trim().to_owned()).collect();
    if addresses.is_empty() && new.folder.trim().is_empty() {
        addresses = usual
            .map(|usual| usual.addresses.iter().map(|text| (*text).to_owned()).collect())
            .unwrap_or_default();
    }
    let feed = Feed {
        id: FeedId::new(at, app.random_bytes()),
        name: new.name.trim().to_owned(),
        kind: new.kind,
        addresses,
        folder: new.folder.trim().to_owned(),
        proxy: new.proxy.trim().to_owned(),
        ca_file: new.ca_file.trim().to_owned(),
        enabled: new.enabled.unwrap_or(true),
        interval_minutes: new
            .interval_minutes
            .unwrap_or_else(|| usual.map_or(defaults::FOLDER_MINUTES, |usual| usual.interval_minutes)),
        created_at: at,
    };
    put(app, caller, "feed.add", feed, reason)
}

fn put(app: &App, caller: &Caller, action: &str, feed: Feed, reason: &str) -> Result<Feed, AppError> {
    let committed = app.store().change(&app.intent(caller, action, reason), |c| {
        let feed = checked(feed.clone(), &c.feeds()?)?;
        c.put_feed(&feed)?;
        c.about("feed", &feed.name);
        c.detail("kind", json!(feed.kind.map(FeedKind::word)));
        c.detail("addresses", json!(feed.addresses));
        c.detail("folder", json!(feed.folder));
        c.detail("enabled", json!(feed.enabled));
        Ok::<_, AppError>(feed)
    })?;
    Ok(committed.value)
}

/// Changes a feed.
///
/// # Errors
/// As [`add`]; [`AppError::NotFound`].
pub fn change(
    app: &App,
    caller: &Caller,
    name: &str,
    change: &FeedChange,
    reason: &str,
) -> Result<Feed, AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let mut feed = find(app, caller, name)?.feed;
    let texts = [
        (&mut feed.name, &change.name),
        (&mut feed.folder, &change.folder),
        (&mut feed.proxy, &change.proxy),
        (&mut feed.ca_file, &change.ca_file),
    ];
    for (own, wanted) in texts {
        if let Some(text) = wanted {
            *own = text.trim().to_owned();
        }
    }
    if let Some(addresses) = &change.addresses {
        feed.addresses.clone_from(addresses);
    }
    feed.interval_minutes = change.interval_minutes.unwrap_or(feed.interval_minutes);
    feed.enabled = change.enabled.unwrap_or(feed.enabled);
    put(app, caller, "feed.change", feed, reason)
}

/// Forgets a feed. What it said and its checks stay.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn remove(app: &App, caller: &Caller, name: &str, reason: &str) -> Result<(), AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let feed = find(app, caller, name)?.feed;
    app.store().change(&app.intent(caller, "feed.remove", reason), |c| {
        let at = c.at();
        c.remove_feed(feed.id, at)?;
        c.about("feed", &feed.name);
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

/// Lists checks, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn checks(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<FeedCheck>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.feed_checks(query))?)
}

/// Takes in a file of a feed, an archive or a folder of them. Without a kind, each file's content must tell it.
///
/// # Errors
/// [`AppError::File`] when the path cannot be read at all; [`AppError::Refused`]; [`AppError::Store`], and then the
/// files before are kept. A file that cannot be read is no error: it is among the report's problems.
pub fn import_path(
    app: &App,
    caller: &Caller,
    path: &Path,
    kind: Option<FeedKind>,
    reason: &str,
) -> Result<FeedReport, AppError> {
    caller.require(Permission::WriteAdvisories)?;
    let label = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let what = if path.is_dir() { "folder" } else { "file" };
    let mut taking = Taking::new(app, caller, format!("{what} {label}"), kind, reason);
    for piece in pieces::at(path)? {
        match piece {
            Ok(piece) => {
                let file = Delivered { name: piece.name, bytes: piece.bytes, ..Delivered::default() };
                if path.is_dir() { taking.take_beside(file)? } else { taking.take(file)? }
            }
            Err((name, rejected)) => taking.missing(name, rejected),
        }
    }
    finished(app, taking)
}

/// Takes in the bytes of a file of a feed, or of an archive.
///
/// # Errors
/// As [`import_path`].
pub fn import_bytes(
    app: &App,
    caller: &Caller,
    name: &str,
    bytes: Vec<u8>,
    kind: Option<FeedKind>,
    reason: &str,
) -> Result<FeedReport, AppError> {
    caller.require(Permission::WriteAdvisories)?;
    let mut taking = Taking::new(app, caller, format!("file {name}"), kind, reason);
    taking.take(Delivered { name: name.to_owned(), bytes, ..Delivered::default() })?;
    finished(app, taking)
}

fn finished(app: &App, mut taking: Taking<'_>) -> Result<FeedReport, AppError> {
    taking.flush()?;
    follow(app, &taking.report)?;
    Ok(taking.report)
}

/// What a feed says may end what an exemption was accepted under: that is looked at in the same round.
fn follow(app: &App, report: &FeedReport) -> Result<(), AppError> {
    if report.records.wrote() && !app.store().read(|r| r.open_exemptions())?.is_empty() {
        // What is exploited is weighed by ranking, so that comes first.
        crate::ranking::refresh::now(app)?;
        crate::approval::sweep::sweep(app)?;
    }
    Ok(())
}
