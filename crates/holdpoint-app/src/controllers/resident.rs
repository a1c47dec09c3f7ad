//! What is kept in memory about controllers, so that a poll that brings nothing new costs no question to the database.
//!
//! The surprise: what is read while somebody changes it is not kept. Each change counts up here, and what was read before
//! the count is answered with once and forgotten; a change of another program counts a number up in the store.

use crate::asked::{Asked, Marks};
use holdpoint_domain::Moment;
use holdpoint_domain::id::AssetId;
use holdpoint_store::controller::{Controller, ControllerAction};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A controller that a person has accepted.
#[derive(Debug)]
pub struct Known {
    /// The number of its row.
    pub number: i64,
    /// What it calls itself.
    pub name: String,
    /// The asset.
    pub asset: Option<AssetId>,
    /// SHA-256 of its token.
    pub token: Option<[u8; 32]>,
    pub(super) asked: Arc<Asked>,
    told: RwLock<Told>,
}

/// What a controller is to be told, when that is known.
#[derive(Debug, Default)]
struct Told {
    changes: u64,
    standing: Option<Arc<Standing>>,
}

/// What stands open for a controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its open actions, the oldest first.
    pub actions: Vec<ControllerAction>,
    /// Whether it ever told what it is.
    pub has_told: bool,
    /// The action that it finished last.
    pub installed: Option<i64>,
}

impl Standing {
    /// Whether an action is to be taken back, because its time is over.
    pub(super) fn has_overdue(&self, now: Moment) -> bool {
        self.actions.iter().any(|action| is_overdue(action, now))
    }
}

/// Whether an action's time is over and the device does not know yet.
pub(super) fn is_overdue(action: &ControllerAction, now: Moment) -> bool {
    action.state == "open" && action.ends_at < now
}

impl Known {
    fn of(one: Controller, asked: Arc<Asked>) -> Self {
        let Controller { number, name, asset, token, .. } = one;
        Self { number, name, asset, token, asked, told: RwLock::default() }
    }

    fn told(&self) -> RwLockReadGuard<'_, Told> {
        self.told.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn told_mut(&self) -> RwLockWriteGuard<'_, Told> {
        self.told.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// What stands open, when that is in memory.
    pub(super) fn standing(&self) -> Option<Arc<Standing>> {
        self.told().standing.clone()
    }

    /// How often it changed; to be asked before what stands open is read.
    pub(super) fn changes(&self) -> u64 {
        self.told().changes
    }

    /// Keeps what was read, unless it changed since `changes` were counted.
    pub(super) fn keep(&self, changes: u64, standing: &Arc<Standing>) {
        let mut told = self.told_mut();
        if told.changes == changes {
            told.standing = Some(Arc::clone(standing));
        }
    }

    fn changed(&self) {
        let mut told = self.told_mut();
        told.changes += 1;
        told.standing = None;
    }
}

/// What is kept.
#[derive(Debug, Default)]
pub(crate) struct Resident {
    known: RwLock<ByName>,
    /// Outlives what is forgotten.
    pub(super) asked: Marks<i64>,
    generation: AtomicU64,
}

#[derive(Debug, Default)]
struct ByName {
    /// How often everything was forgotten.
    forgotten: u64,
    all: HashMap<String, Arc<Known>>,
    names: HashMap<i64, Arc<Known>>,
}

impl Resident {
    /// When a controller last asked and proved itself, since this program was started.
    pub(crate) fn asked_at(&self, controller: i64) -> Option<Moment> {
        self.asked.asked_at(controller)
    }

    fn read(&self) -> RwLockReadGuard<'_, ByName> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, ByName> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn known(&self, name: &str) -> Option<Arc<Known>> {
        self.read().all.get(name).cloned()
    }

    /// How often everything was forgotten; to be asked before a controller is read.
    pub(super) fn forgotten(&self) -> u64 {
        self.read().forgotten
    }

    /// Keeps a controller that was read, unless everything was forgotten since.
    pub(super) fn keep(&self, forgotten: u64, one: Controller) -> Arc<Known> {
        let asked = self.asked.of(one.number, one.seen_at);
        let known = Arc::new(Known::of(one, asked));
        let mut kept = self.write();
        if kept.forgotten == forgotten {
            kept.all.insert(known.name.clone(), Arc::clone(&known));
            kept.names.insert(known.number, Arc::clone(&known));
        }
        known
    }

    /// What these controllers are to be told is another thing now.
    pub(super) fn changed(&self, numbers: impl IntoIterator<Item = i64>) {
        let kept = self.read();
        for known in numbers.into_iter().filter_map(|number| kept.names.get(&number)) {
            known.changed();
        }
    }

    /// Nobody is known any more.
    pub(super) fn forget(&self) {
        let mut kept = self.write();
        // Whoever has one of them in hand keeps nothing of it.
        *kept = ByName { forgotten: kept.forgotten + 1, ..ByName::default() };
    }

    /// Notes the number that the store has; forgets everything when somebody else counted it up.
    pub(super) fn seen_generation(&self, now: u64) {
        if self.generation.swap(now, Ordering::SeqCst) != now {
            self.forget();
        }
    }

    /// This program itself counted the number up for these controllers alone.
    pub(super) fn counted(&self, to: u64, numbers: impl IntoIterator<Item = i64>) {
        let was = self.generation.compare_exchange(to - 1, to, Ordering::SeqCst, Ordering::SeqCst);
        match was {
            Ok(_) => self.changed(numbers),
            Err(_) => self.forget(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Resident, Standing};
    use holdpoint_domain::Moment;
    use holdpoint_store::controller::Controller;
    use std::sync::Arc;

    fn panel() -> Controller {
        let at = Moment::from_micros(1);
        Controller {
            number: 7,
            name: "panel-1".into(),
            state: "accepted".into(),
            asset: None,
            tag: "H-1".into(),
            site: None,
            token: None,
            confirms: false,
            address: "10.0.0.1".into(),
            first_at: at,
            decided_by: "test".into(),
            decided_at: None,
            seen_at: at,
        }
    }

    fn nothing() -> Arc<Standing> {
        Arc::new(Standing { actions: vec![], has_told: true, installed: None })
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept() {
        let resident = Resident::default();
        let known = resident.keep(resident.forgotten(), panel());
        let before = known.changes();
        resident.counted(1, [7]);
        known.keep(before, &nothing());
        assert_eq!(known.standing(), None);
        known.keep(known.changes(), &nothing());
        assert_eq!(known.standing(), Some(nothing()));
    }

    #[test]
    fn who_was_read_before_everything_was_forgotten_is_not_known() {
        let resident = Resident::default();
        let before = resident.forgotten();
        resident.seen_generation(3);
        resident.keep(before, panel());
        assert!(resident.known("panel-1").is_none());
        resident.keep(resident.forgotten(), panel());
        resident.seen_generation(3);
        assert!(resident.known("panel-1").is_some(), "the same number is nothing new");
        // Another program has counted in between: what is known of the others may be wrong as well.
        resident.counted(9, [7]);
        assert!(resident.known("panel-1").is_none());
    }
}
