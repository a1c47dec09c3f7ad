//! How to behave towards the servers of others: pace, patience, and when to stop.
//!
//! The surprise: the pace of the usual conduct is one for the whole process, so two checks of providers on one
//! host keep the pause between them.

use holdpoint_connectors::fetch::RetryPolicy;
use holdpoint_connectors::limits::HostLimits;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// The pause between two requests to one host, in milliseconds.
pub const PAUSE_MILLIS: u64 = 50;

/// Documents of a batch that is taken in at once: what an interruption can lose of the fetching.
const BATCH_DOCUMENTS: usize = 50;

/// How a check behaves. [`Conduct::polite`] is the usual one; tests are impatient.
#[derive(Clone)]
pub struct Conduct {
    /// The pace per host.
    pub hosts: HostLimits,
    /// How often a request is tried again.
    pub retry: RetryPolicy,
    /// How many documents are fetched before they are taken in.
    pub batch_documents: usize,
    /// Waits.
    pub sleep: Arc<dyn Fn(Duration) + Send + Sync>,
    /// Asked before each document; false ends the check, which is then logged as not complete.
    pub go_on: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl Conduct {
    /// The usual conduct: one request at a time and host, [`PAUSE_MILLIS`] between two, two more tries after 1
    /// and 4 seconds, and no more than 30 seconds when a server asks for a wait.
    #[must_use]
    pub fn polite() -> Self {
        static HOSTS: LazyLock<HostLimits> =
            LazyLock::new(|| HostLimits::new(Duration::from_millis(PAUSE_MILLIS)));
        Self {
            hosts: HOSTS.clone(),
            retry: RetryPolicy {
                delays: [1, 4].map(Duration::from_secs).to_vec(),
                longest_wait: Duration::from_secs(30),
            },
            batch_documents: BATCH_DOCUMENTS,
            sleep: Arc::new(std::thread::sleep),
            go_on: Arc::new(|| true),
        }
    }
}

impl std::fmt::Debug for Conduct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conduct").field("retry", &self.retry).finish_non_exhaustive()
    }
}
