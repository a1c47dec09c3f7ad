//! Checking a feed: fetching its files or looking into its folder, and logging that it was done.
//!
//! A file is asked for with the marks of the copy that is here; once a week it is fetched whole, whatever the server's
//! marks say. A download that breaks off is continued where the server gives a strong mark. The surprise: a check that
//! could not see every file is `failed` even when others of its files brought something new.

use super::defaults::default_of;
use super::taking::{Delivered, Taking};
use super::{FeedReport, find, pieces};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::policies::holding;
use crate::sources::retrieve::{Conduct, RECHECK_AFTER_DAYS};
use holdpoint_connectors::fetch::folder::read_file;
use holdpoint_connectors::fetch::{
    Answer, Conditional, Encoding, FetchSettings, Fetcher, Proxy, ProxyAddress, Redirects, Roots,
};
use holdpoint_domain::access::Permission;
use holdpoint_domain::advisory::CheckResult;
use holdpoint_domain::id::CheckId;
use holdpoint_domain::intelligence::FeedKind;
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::StoreError;
use holdpoint_store::feed::{Feed, FeedCheck, FeedFile};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// The longest a file may take to come: the largest have a gigabyte, and lines of plants are thin.
const LONGEST_DOWNLOAD: Duration = Duration::from_secs(4 * 60 * 60);
/// The largest file of TLS roots.
const MAX_ROOTS_BYTES: u64 = 4 * 1024 * 1024;
/// The longest message of a check, in characters.
const LONGEST_MESSAGE: usize = 4_000;

/// Checks a feed, takes in what is new, and logs the check, whatever came of it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`]. A feed that fails is no error: it is a check
/// with the result `failed` and the reason in its message, and the last good state stays.
pub fn check(app: &App, caller: &Caller, name: &str, reason: &str) -> Result<FeedCheck, AppError> {
    check_with(app, caller, name, reason, &Conduct::polite())
}

/// As [`check`], with another conduct than the usual.
///
/// # Errors
/// As [`check`].
pub fn check_with(
    app: &App,
    caller: &Caller,
    name: &str,
    reason: &str,
    conduct: &Conduct,
) -> Result<FeedCheck, AppError> {
    caller.require(Permission::WriteAdvisories)?;
    let feed = find(app, caller, name)?.feed;
    let started_at = app.now();
    let mut taking = Taking::new(app, caller, format!("feed {}", feed.name), feed.kind, reason);
    let went = match feed.folder.is_empty() {
        true => fetch_all(app, &feed, conduct, &mut taking),
        false => look_into(&feed, &mut taking),
    };
    let broken = match went.and_then(|()| taking.flush()) {
        Ok(()) => None,
        Err(AppError::Remote(rejected) | AppError::File(rejected) | AppError::Invalid(rejected)) => {
            taking.missing(feed.name.clone(), rejected);
            None
        }
        Err(error) => Some(error),
    };
    let seen = std::mem::take(&mut taking.seen);
    super::follow(app, &taking.report)?;
    let mut check = account(app, &feed, started_at, &taking.report);
    if let Some(error) = &broken {
        check.result = CheckResult::Failed;
        check.message = cut(&format!("the check broke off: {error}; {}", check.message));
    }
    let logged = log(app, caller, reason, &check, &seen);
    broken.map_or(logged, Err)?;
    Ok(check)
}

fn account(app: &App, feed: &Feed, started_at: Moment, report: &FeedReport) -> FeedCheck {
    let finished_at = app.now();
    let result = if report.files.failed > 0 || !report.problems.is_empty() {
        CheckResult::Failed
    } else if report.records.wrote() {
        CheckResult::New
    } else {
        CheckResult::None
    };
    let mut words: Vec<String> =
        report.problems.iter().map(|problem| format!("`{}`: {}", problem.name, problem.rejected)).collect();
    if report.records.older > 0 {
        words
            .push(format!("{} records are older than what is here, and were left out", report.records.older));
    }
    words.extend(report.remarks.iter().take(5).cloned());
    FeedCheck {
        id: CheckId::new(finished_at, app.random_bytes()),
        feed: Some(feed.id),
        source: feed.name.clone(),
        kind: feed.kind,
        started_at,
        finished_at,
        result,
        files: report.files,
        records: report.records,
        warnings: report.warnings,
        message: cut(&words.join("; ")),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_MESSAGE).collect()
}

/// Keeps the account of a check, and what was learned of files that are as they were.
fn log(
    app: &App,
    caller: &Caller,
    reason: &str,
    check: &FeedCheck,
    seen: &[FeedFile],
) -> Result<(), AppError> {
    app.store().change(&app.intent(caller, "feed.check", reason), |c| {
        for file in seen {
            c.put_feed_file(file)?;
            if check.result != CheckResult::Failed {
                c.mark_feed_read(file.kind, check.finished_at)?;
            }
        }
        if let (Some(kind), true) = (check.kind, check.result != CheckResult::Failed) {
            c.mark_feed_read(kind, check.finished_at)?;
        }
        c.put_feed_check(check)?;
        c.about("feed", &check.source);
        c.detail("result", json!(check.result.word()));
        c.detail("message", json!(check.message));
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

fn look_into(feed: &Feed, taking: &mut Taking<'_>) -> Result<(), AppError> {
    for piece in pieces::at(Path::new(&feed.folder))? {
        match piece {
            Ok(piece) => {
                let file = Delivered { name: piece.name, bytes: piece.bytes, ..Delivered::default() };
                taking.take_beside(file)?;
            }
            Err((name, rejected)) => taking.missing(name, rejected),
        }
    }
    Ok(())
}

fn fetch_all(app: &App, feed: &Feed, conduct: &Conduct, taking: &mut Taking<'_>) -> Result<(), AppError> {
    let Some(kind) = feed.kind else { return Ok(()) };
    let settings = settings(app, feed, kind)?;
    let fetcher = Fetcher::new(settings).map_err(|error| {
        AppError::Remote(Rejected::new(
            "fetch-settings",
            format!("the settings of the way out cannot be used: {error}"),
            "the feed was not asked; what was here before stays",
            "correct proxy or trusted roots, then check again",
        ))
    })?;
    for url in expanded(&feed.addresses, app.now()) {
        if !(conduct.go_on)() {
            taking.missing(url, told_to_stop());
            continue;
        }
        let known = app.store().read(|r| r.feed_file(kind, &url))?;
        let fresh = known.filter(|file| app.now().since(file.taken_at) < RECHECK_AFTER_DAYS * DAY);
        let marks = fresh
            .as_ref()
            .map(|file| Conditional { etag: file.etag.clone(), last_modified: file.last_modified.clone() });
        let mut sleep = |time| (conduct.sleep)(time);
        let fetched = fetcher.get_with_retries(&url, &marks.unwrap_or_default(), &conduct.retry, &mut sleep);
        match fetched.map(|fetched| fetched.answer) {
            Ok(Answer::NotModified) => {
                taking.report.files.read += 1;
                taking.report.files.unchanged += 1;
            }
            Ok(Answer::Modified(document)) => taking.take(Delivered {
                name: url,
                bytes: document.bytes,
                etag: document.etag,
                last_modified: document.last_modified,
            })?,
            Err(error) => taking.missing(
                url,
                Rejected::new(
                    "not-fetched",
                    error.to_string(),
                    "what was here before stays",
                    "check again when the server answers",
                ),
            ),
        }
    }
    Ok(())
}

fn told_to_stop() -> Rejected {
    Rejected::new(
        "check-ended",
        "the check was told to stop",
        "what was here before stays",
        "check again; it goes on with the files that are missing",
    )
}

fn settings(app: &App, feed: &Feed, kind: FeedKind) -> Result<FetchSettings, AppError> {
    let own = way_out(feed)?;
    let usual = app.settings().fetch.clone();
    Ok(FetchSettings {
        max_body_bytes: default_of(kind).max_bytes.max(usual.max_body_bytes),
        // Unpacked by the server it could not be continued when it breaks off.
        encoding: Encoding::Identity,
        redirects: Redirects::FollowSameHost { max: 3 },
        total_timeout: LONGEST_DOWNLOAD,
        proxy: own.proxy.unwrap_or(usual.proxy),
        roots: own.roots.unwrap_or(usual.roots),
        ..usual
    })
}

/// The feed's own way out; `None` where that of the installation is taken.
pub(super) struct WayOut {
    proxy: Option<Proxy>,
    roots: Option<Roots>,
}

/// Reads the feed's own proxy and roots.
///
/// # Errors
/// [`AppError::Invalid`] for what cannot be used.
pub(super) fn way_out(feed: &Feed) -> Result<WayOut, AppError> {
    let refuse = |what: String, remedy: &str| {
        AppError::invalid("feed", what, "nothing was fetched; what was here before stays", remedy)
    };
    let proxy = match feed.proxy.as_str() {
        "" => None,
        text => {
            let address = ProxyAddress::parse(text).map_err(|error| {
                refuse(format!("the proxy cannot be used: {error}"), "name it as http://HOST:PORT")
            })?;
            Some(Proxy::Through { address, except: Vec::new() })
        }
    };
    let roots = match feed.ca_file.as_str() {
        "" => None,
        path => {
            let pem = read_file(Path::new(path), MAX_ROOTS_BYTES).map_err(|error| {
                refuse(format!("the file of TLS roots cannot be read: {error}"), "name a PEM file")
            })?;
            Some(Roots::SystemAnd(pem))
        }
    };
    Ok(WayOut { proxy, roots })
}

/// The addresses with `{years:2002}` written out for each year from then until now.
fn expanded(addresses: &[String], now: Moment) -> Vec<String> {
    let this_year: u32 = now.to_string().get(..4).and_then(|year| year.parse().ok()).unwrap_or(2026);
    let mut urls = Vec::new();
    for address in addresses {
        let parts = address.split_once("{years:").and_then(|(before, rest)| {
            let (year, after) = rest.split_once('}')?;
            Some((before, year.parse::<u32>().ok()?, after))
        });
        match parts {
            Some((before, first, after)) => {
                urls.extend((first.max(1990)..=this_year).map(|year| format!("{before}{year}{after}")));
            }
            None => urls.push(address.clone()),
        }
    }
    urls
}

/// The feeds that the clock should check now: enabled, and never checked or last checked longer ago than their
/// interval, or than the scan schedule lets anything go unlooked at.
///
/// # Errors
/// [`AppError::Store`].
pub fn due(app: &App) -> Result<Vec<Feed>, AppError> {
    let now = app.now();
    let (feeds, checks, rules) =
        app.store().read(|r| Ok((r.feeds()?, r.last_feed_checks()?, holding::scan(r)?)))?;
    let is_due = |feed: &Feed| {
        let Some(last) = checks.iter().find(|check| check.feed == Some(feed.id)) else { return true };
        let minutes = match last.result {
            CheckResult::Failed => rules.of_feed(feed.interval_minutes).clamp(1, rules.retry_minutes),
            CheckResult::New | CheckResult::None => rules.of_feed(feed.interval_minutes),
        };
        now.since(last.started_at) >= i64::from(minutes) * MINUTE
    };
    Ok(feeds.into_iter().filter(|feed| feed.enabled && is_due(feed)).collect())
}

/// Checks every feed that is [`due`], one after the other.
///
/// # Errors
/// [`AppError::Store`]: the first, after the other feeds have had their turn.
pub fn run_due(app: &App) -> Result<Vec<FeedCheck>, AppError> {
    run_due_with(app, &Conduct::polite())
}

/// As [`run_due`], with another conduct than the usual.
///
/// # Errors
/// As [`run_due`].
pub fn run_due_with(app: &App, conduct: &Conduct) -> Result<Vec<FeedCheck>, AppError> {
    let caller = Caller::system("feed-check");
    let mut done = Vec::new();
    let mut first_error = None;
    for feed in due(app)? {
        if !(conduct.go_on)() {
            break;
        }
        match check_with(app, &caller, &feed.id.to_string(), "", conduct) {
            Ok(check) => done.push(check),
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    first_error.map_or(Ok(done), Err)
}

#[cfg(test)]
mod tests {
    use super::expanded;
    use holdpoint_domain::Moment;

    #[test]
    fn years_are_written_out_until_now() {
        let now: Moment = "2004-05-01".parse().expect("a valid day");
        let urls = expanded(&["https://x/{years:2002}.gz".to_owned(), "https://x/m.gz".to_owned()], now);
        assert_eq!(urls, ["https://x/2002.gz", "https://x/2003.gz", "https://x/2004.gz", "https://x/m.gz"]);
    }
}
