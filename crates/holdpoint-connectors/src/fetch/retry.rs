//! Trying again, within bounds and without a clock.
//!
//! The waiting itself is a function the caller gives, so a test does not sleep and a shutdown can cut in.
//! The surprise: a transfer that broke off is continued, not repeated, when the server allows it.

use std::time::Duration;

use super::answer::{Conditional, Fetched};
use super::client::Fetcher;
use super::error::{FetchError, Retry};

/// The pauses between tries; there is one try more than there are pauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How long to wait before the second, third, … try.
    pub delays: Vec<Duration>,
    /// Longest wait a server may ask for with `Retry-After`; a longer wish is cut to this.
    pub longest_wait: Duration,
}

impl RetryPolicy {
    /// One try and no more.
    #[must_use]
    pub fn once() -> Self {
        Self { delays: Vec::new(), longest_wait: Duration::ZERO }
    }

    fn wait_before(&self, attempt: usize, wish: Option<Duration>) -> Option<Duration> {
        let own = *self.delays.get(attempt)?;
        Some(own.max(wish.unwrap_or_default().min(self.longest_wait)))
    }
}

impl Default for RetryPolicy {
    /// Four tries: after 2, 8 and 30 seconds; a server may ask for up to 2 minutes.
    fn default() -> Self {
        Self { delays: [2, 8, 30].map(Duration::from_secs).to_vec(), longest_wait: Duration::from_secs(120) }
    }
}

impl Fetcher {
    /// Like [`Fetcher::get`], trying again where that makes sense and continuing what broke off.
    ///
    /// # Errors
    /// The error of the last try, or the first one after which trying again makes no sense.
    pub fn get_with_retries(
        &self,
        url: &str,
        conditional: &Conditional,
        policy: &RetryPolicy,
        sleep: &mut dyn FnMut(Duration),
    ) -> Result<Fetched, FetchError> {
        let mut outcome = self.get(url, conditional);
        for attempt in 0..policy.delays.len() {
            let mut failed = match outcome {
                Ok(fetched) => return Ok(fetched),
                Err(error) => error,
            };
            let wait = match failed.retry() {
                Retry::Never => return Err(failed),
                Retry::Later => policy.wait_before(attempt, failed.wish()),
            };
            sleep(wait.unwrap_or_default());
            outcome = match failed.take_partial() {
                Some(partial) => self.resume(url, partial),
                None => self.get(url, conditional),
            };
        }
        outcome
    }
}
