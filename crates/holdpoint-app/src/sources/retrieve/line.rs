//! The line to a provider: fetching at a polite pace, with bounds for small files.
//!
//! The surprise: waiting for a turn is bounded even when the clock stands still or jumps, because being a little
//! impolite is better than hanging.

use super::conduct::Conduct;
use super::{HOUR, LONGEST_CHECK_HOURS};
use crate::App;
use holdpoint_connectors::fetch::{Conditional, Document, FetchError, FetchSettings, Fetched, Fetcher};
use holdpoint_connectors::limits::{Pass, Turn};
use holdpoint_domain::{Moment, Rejected};
use std::time::Duration;
use url::Url;

/// The largest key, hash, signature or security.txt that is read.
const SMALL_FILE_BYTES: u64 = 1024 * 1024;
/// How often a turn is waited for.
const MOST_WAITS: usize = 3;
/// How long somebody else's request to the same host is waited for, each time and how often.
const BUSY_PAUSE: Duration = Duration::from_millis(50);
const MOST_BUSY: usize = 600;

/// The line to a provider.
pub(super) struct Line<'a> {
    pub(super) app: &'a App,
    conduct: &'a Conduct,
    whole: Fetcher,
    small: Fetcher,
    until: Moment,
}

impl<'a> Line<'a> {
    /// Opens nothing yet.
    ///
    /// # Errors
    /// In words, when the settings of the way out cannot be used.
    pub(super) fn new(app: &'a App, conduct: &'a Conduct) -> Result<Self, Rejected> {
        let settings = app.settings().fetch.clone();
        let small = settings.max_body_bytes.min(SMALL_FILE_BYTES);
        let open = |settings: FetchSettings| {
            Fetcher::new(settings).map_err(|error| {
                Rejected::new(
                    "fetch-settings",
                    format!("the settings of the way out cannot be used: {error}"),
                    "no provider was asked",
                    "correct proxy, trusted roots or limits, then check again",
                )
            })
        };
        Ok(Self {
            app,
            conduct,
            small: open(FetchSettings { max_body_bytes: small, ..settings.clone() })?,
            whole: open(settings)?,
            until: app.now().plus_micros(LONGEST_CHECK_HOURS * HOUR),
        })
    }

    /// Why the check has to end now, if it has to.
    pub(super) fn must_end(&self) -> Option<Rejected> {
        let why = if !(self.conduct.go_on)() {
            "it was told to stop".to_owned()
        } else if self.app.now() >= self.until {
            format!("it took longer than {LONGEST_CHECK_HOURS} hours")
        } else {
            return None;
        };
        Some(Rejected::new(
            "check-ended",
            format!("the check ended before it had seen every document: {why}"),
            "what was taken in so far is kept",
            "check again; it goes on where this one ended",
        ))
    }

    /// A document or listing, unless the server's copy is still ours.
    pub(super) fn get(&self, url: &str, conditional: &Conditional) -> Result<Fetched, FetchError> {
        self.ask(&self.whole, url, conditional)
    }

    /// A listing or metadata.
    pub(super) fn whole(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        Ok(bytes(self.get(url, &Conditional::default())?))
    }

    /// A key, a hash, a signature, a security.txt.
    pub(super) fn small(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        Ok(bytes(self.ask(&self.small, url, &Conditional::default())?))
    }

    fn ask(&self, fetcher: &Fetcher, url: &str, conditional: &Conditional) -> Result<Fetched, FetchError> {
        let _pass = self.turn(url);
        let mut sleep = |time| (self.conduct.sleep)(time);
        fetcher.get_with_retries(url, conditional, &self.conduct.retry, &mut sleep)
    }

    /// Waits until the host may be asked.
    fn turn(&self, url: &str) -> Option<Pass> {
        let host = Url::parse(url).ok()?.host_str()?.to_owned();
        let (mut waits, mut busy) = (0, 0);
        let mut waited = Duration::ZERO;
        while waits < MOST_WAITS && busy < MOST_BUSY {
            // A clock that stands still must not make the wait endless, so what was slept is counted in.
            let slept = i64::try_from(waited.as_micros()).unwrap_or(i64::MAX);
            let now = self.app.now().plus_micros(slept);
            let time = match self.conduct.hosts.begin(&host, now) {
                Turn::Go(pass) => return Some(pass),
                Turn::Wait(time) => {
                    waits += 1;
                    waited += time;
                    time
                }
                Turn::Busy => {
                    busy += 1;
                    BUSY_PAUSE
                }
            };
            (self.conduct.sleep)(time);
        }
        None
    }
}

fn bytes(fetched: Fetched) -> Vec<u8> {
    // An unconditional question cannot be answered by "not modified": the fetcher refuses that.
    fetched.into_document().map(|Document { bytes, .. }| bytes).unwrap_or_default()
}

/// What happened, without what it means and what to do: the beginning of a message of the connectors.
pub(super) fn cause(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let first = text.split("; ").next().unwrap_or_default();
    first.chars().take(500).collect()
}
