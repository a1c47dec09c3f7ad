//! The pace per host: one request at a time, and a pause between two.
//!
//! No clock is read: now comes as an argument, and what comes back says how long to wait. Sleeping is the
//! caller's. The surprise: the pause counts from the *start* of the last request, so a slow server is not
//! punished twice; a clock that jumped back never makes anyone wait longer than one pause.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use holdpoint_domain::Moment;

/// Most hosts remembered at once; beyond it, hosts at rest are forgotten.
const MOST_HOSTS: usize = 4_096;

/// Who is being spoken to, and when we last began to.
#[derive(Debug, Clone)]
pub struct HostLimits {
    pause: Duration,
    hosts: Arc<Mutex<HashMap<String, HostState>>>,
}

#[derive(Debug, Clone, Copy)]
struct HostState {
    began: Moment,
    speaking: Speaking,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speaking {
    Yes,
    No,
}

/// Whether a request may begin.
#[derive(Debug)]
#[must_use = "a pass that is dropped at once frees the host at once"]
pub enum Turn {
    /// Now; the host is taken until the pass is dropped.
    Go(Pass),
    /// Not before this much time has gone.
    Wait(Duration),
    /// Another request to this host is under way.
    Busy,
}

/// The right to speak to one host; dropping it gives the host free.
#[derive(Debug)]
pub struct Pass {
    host: String,
    hosts: Arc<Mutex<HashMap<String, HostState>>>,
}

impl HostLimits {
    /// With this pause between the starts of two requests to one host.
    #[must_use]
    pub fn new(pause: Duration) -> Self {
        Self { pause, hosts: Arc::default() }
    }

    /// Asks to begin a request to `host` at `now`. Hosts are compared without regard to case.
    pub fn begin(&self, host: &str, now: Moment) -> Turn {
        let host = host.to_ascii_lowercase();
        let mut hosts = locked(&self.hosts);
        if let Some(state) = hosts.get(&host) {
            if state.speaking == Speaking::Yes {
                return Turn::Busy;
            }
            let rest = self.rest(*state, now);
            if !rest.is_zero() {
                return Turn::Wait(rest);
            }
        }
        if hosts.len() >= MOST_HOSTS {
            hosts.retain(|_, state| state.speaking == Speaking::Yes || !self.rest(*state, now).is_zero());
        }
        hosts.insert(host.clone(), HostState { began: now, speaking: Speaking::Yes });
        Turn::Go(Pass { host, hosts: Arc::clone(&self.hosts) })
    }

    fn rest(&self, state: HostState, now: Moment) -> Duration {
        let gone = u64::try_from(now.since(state.began)).unwrap_or(0);
        self.pause.saturating_sub(Duration::from_micros(gone))
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(state) = locked(&self.hosts).get_mut(&self.host) {
            state.speaking = Speaking::No;
        }
    }
}

/// The map holds no half-made change, so a thread that panicked with it spoils nothing.
fn locked(hosts: &Mutex<HashMap<String, HostState>>) -> MutexGuard<'_, HashMap<String, HostState>> {
    hosts.lock().unwrap_or_else(PoisonError::into_inner)
}
