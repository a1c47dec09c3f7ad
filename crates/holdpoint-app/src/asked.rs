//! When devices last asked, kept in memory and written down some minutes coarse, outside the audit log.
//!
//! The surprise: this outlives what else is known of a device. Who asked has asked, whatever it is to be told now.

use holdpoint_domain::Moment;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// So much later than written down a device must have asked before it is written down again.
const MARK_AFTER: i64 = 10 * 60_000_000;
/// So many are written down at once.
const MOST_MARKS: usize = 2_000;

/// When a device last asked, and up to when that is written down; microseconds, 0: not since the start.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    at: AtomicI64,
    marked: AtomicI64,
}

impl Asked {
    pub(crate) fn note(&self, now: Moment) {
        self.at.store(now.micros(), Ordering::Relaxed);
    }
}

/// The devices of one kind, by what names them.
#[derive(Debug)]
pub(crate) struct Marks<K>(RwLock<HashMap<K, Arc<Asked>>>);

impl<K> Default for Marks<K> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<K: Copy + Eq + Hash> Marks<K> {
    fn read(&self) -> std::sync::RwLockReadGuard<'_, HashMap<K, Arc<Asked>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// When a device last asked, since this program was started.
    pub(crate) fn asked_at(&self, device: K) -> Option<Moment> {
        let found = self.read().get(&device).map(|asked| asked.at.load(Ordering::Relaxed));
        found.filter(|at| *at > 0).map(Moment::from_micros)
    }

    /// Where it is noted that a device asks; `marked`: up to when that is written down.
    pub(crate) fn of(&self, device: K, marked: Moment) -> Arc<Asked> {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let asked = Arc::clone(all.entry(device).or_default());
        asked.marked.fetch_max(marked.micros(), Ordering::Relaxed);
        asked
    }

    /// Devices that asked well after what is written down, some of them.
    pub(crate) fn to_mark(&self) -> Vec<(K, Moment)> {
        let all = self.read();
        let due = all.iter().filter_map(|(device, asked)| {
            let at = asked.at.load(Ordering::Relaxed);
            let late = at.saturating_sub(asked.marked.load(Ordering::Relaxed)) >= MARK_AFTER;
            late.then(|| (*device, Moment::from_micros(at)))
        });
        due.take(MOST_MARKS).collect()
    }

    /// That they asked is written down.
    pub(crate) fn marked(&self, seen: &[(K, Moment)]) {
        let all = self.read();
        for (device, at) in seen {
            if let Some(asked) = all.get(device) {
                asked.marked.fetch_max(at.micros(), Ordering::Relaxed);
            }
        }
    }
}
