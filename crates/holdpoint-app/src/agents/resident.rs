//! What is kept in memory about agents, so that a poll that brings nothing new costs no question to the database.
//!
//! The surprise: another process may change what an agent is to be told. Every such change counts a number up in the store,
//! and what is kept here is forgotten when the number is another than the one that was seen.

use crate::asked::{Asked, Marks};
use holdpoint_domain::Moment;
use holdpoint_domain::id::{AssetId, SiteId};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Who an agent is, by its certificate, and the tag of what it was told last.
#[derive(Debug)]
pub struct Known {
    /// The asset.
    pub asset: AssetId,
    /// Its tag.
    pub tag: String,
    /// Its site.
    pub site: SiteId,
    /// Its class.
    pub class: String,
    /// The root that it was given first.
    pub root_version: u64,
    /// The hash of roots, image and orders that stand open for it; empty: not known.
    pub(super) content: RwLock<String>,
    /// When it last asked.
    pub(super) asked: Arc<Asked>,
}

/// How soon an agent should ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Nothing is planned for it soon.
    Usual,
    /// Something is intended, or begins soon.
    Soon,
}

/// What is kept.
#[derive(Debug, Default)]
pub(crate) struct Resident {
    by_certificate: RwLock<HashMap<[u8; 32], Arc<Known>>>,
    by_asset: RwLock<HashMap<AssetId, Arc<Known>>>,
    /// Outlives what is forgotten: who asked has asked, whatever it is to be told now.
    pub(super) asked: Marks<AssetId>,
    wishes: RwLock<HashSet<AssetId>>,
    /// `None` until the first look after the start: then everybody counts as due, because nobody knows better.
    due: RwLock<Option<HashSet<AssetId>>>,
    generation: AtomicU64,
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

impl Resident {
    /// When the agent of an asset last asked, since this program was started.
    pub(crate) fn asked_at(&self, asset: AssetId) -> Option<Moment> {
        self.asked.asked_at(asset)
    }

    pub(super) fn known(&self, certificate: &[u8; 32]) -> Option<Arc<Known>> {
        read(&self.by_certificate).get(certificate).cloned()
    }

    pub(super) fn keep(&self, certificate: [u8; 32], known: &Arc<Known>) {
        write(&self.by_certificate).insert(certificate, Arc::clone(known));
        write(&self.by_asset).insert(known.asset, Arc::clone(known));
    }

    /// What these assets are to be told is another thing now.
    pub(super) fn changed(&self, assets: impl IntoIterator<Item = AssetId>) {
        let by_asset = read(&self.by_asset);
        for known in assets.into_iter().filter_map(|asset| by_asset.get(&asset)) {
            write(&known.content).clear();
        }
    }

    /// Nobody is known any more: papers, certificates or orders changed elsewhere.
    pub(super) fn forget(&self) {
        write(&self.by_certificate).clear();
        write(&self.by_asset).clear();
    }

    /// Notes the number that the store has; forgets everything when somebody else counted it up.
    pub(super) fn seen_generation(&self, now: u64) {
        if self.generation.swap(now, Ordering::SeqCst) != now {
            self.forget();
        }
    }

    /// This program itself counted the number up for these assets alone.
    pub(super) fn counted(&self, to: u64, assets: impl IntoIterator<Item = AssetId>) {
        let was = self.generation.compare_exchange(to - 1, to, Ordering::SeqCst, Ordering::SeqCst);
        match was {
            Ok(_) => self.changed(assets),
            Err(_) => self.forget(),
        }
    }

    pub(super) fn wish(&self, asset: AssetId) {
        write(&self.wishes).insert(asset);
    }

    pub(super) fn wishes(&self, asset: AssetId) -> bool {
        read(&self.wishes).contains(&asset)
    }

    pub(super) fn granted(&self, asset: AssetId) {
        write(&self.wishes).remove(&asset);
    }

    pub(super) fn put_due(&self, due: HashSet<AssetId>) {
        *write(&self.due) = Some(due);
    }

    /// Whether something is intended for an asset, or begins soon.
    pub(crate) fn is_due(&self, asset: AssetId) -> bool {
        read(&self.due).as_ref().is_none_or(|due| due.contains(&asset))
    }

    pub(super) fn pace(&self, asset: AssetId) -> Pace {
        if self.is_due(asset) { Pace::Soon } else { Pace::Usual }
    }
}
