//! What a person or a clock can ask for: the use cases, the same for API, pages, CLI and jobs.
//!
//! Reads facts, asks the engine, writes through a `Change` of the store. Synchronous throughout: the HTTP server
//! calls from blocking threads. Does not live here: SQL, sockets, HTTP, or a rule about versions.

pub mod access_check;
pub mod advisories;
pub mod agents;
pub mod applicability;
pub mod approval;
mod asked;
pub mod audit;
pub mod change_records;
pub mod comments;
pub mod controllers;
pub mod edge;
pub mod error;
pub mod execution;
pub mod feeds;
pub mod intake;
pub mod inventory;
pub mod matching;
pub mod notices;
pub mod patches;
pub mod people;
pub mod planning;
pub mod plans;
pub mod policies;
pub mod questions;
pub mod ranking;
pub mod remediation;
pub mod review;
pub mod runs;
pub mod serving;
pub mod sites;
pub mod sources;
pub mod statements;
pub mod status;
pub mod transfer;
pub mod versions;
pub mod vulnerabilities;
pub mod windows;
pub mod work_orders;

pub use access_check::{Caller, Refused};
pub use error::{AppError, ErrorKind};
pub use holdpoint_connectors as connectors;
pub use holdpoint_store as store;

use edge::{Clock, Random};
use holdpoint_connectors::apply::debian::Fitness;
use holdpoint_connectors::apply::ssh::LoginKey;
use holdpoint_connectors::fetch::FetchSettings;
use holdpoint_domain::Moment;
use holdpoint_store::{Intent, Store};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// What the use cases need besides the store.
#[derive(Debug, Clone, Default)]
pub struct AppSettings {
    /// How providers are fetched: proxy, TLS roots, limits.
    pub fetch: FetchSettings,
    /// Hosts inside the plant that checks of a deployment may ask without TLS, in lower case.
    pub clear_checks: Vec<String>,
    /// The key to sign in to hosts with; `None`: nothing is done over SSH.
    pub login_key: Option<LoginKey>,
    /// What a host must have before work begins on it.
    pub fitness: Fitness,
    /// How long a host is waited for that restarts; `None`: as long as its attempt has time.
    pub restart_patience: Option<std::time::Duration>,
    /// Where the keys of the devices' door lie; `None`: no device is enrolled, and no order is signed.
    pub door_folder: Option<std::path::PathBuf>,
}

/// The use cases' hold on the world: a store, a clock, dice, settings. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    settings: AppSettings,
    resident: matching::resident::Resident,
    questions: review::queue::Kept,
    applicability: applicability::Resident,
    patches: patches::resident::Resident,
    agents: agents::Resident,
    controllers: controllers::Resident,
    /// Controllers by number: when each last told what it is, since this program was started.
    told: Mutex<HashMap<i64, Moment>>,
    /// Controllers that are asked to tell what they are.
    asked: Mutex<HashSet<i64>>,
    /// The last audit entry at a look for what changes by itself that found nothing to do.
    swept_at: Mutex<Option<u64>>,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, random: Arc<dyn Random>, settings: AppSettings) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                clock,
                random,
                settings,
                resident: matching::resident::Resident::default(),
                questions: review::queue::Kept::default(),
                applicability: applicability::Resident::default(),
                patches: patches::resident::Resident::default(),
                agents: agents::Resident::default(),
                controllers: controllers::Resident::default(),
                told: Mutex::default(),
                asked: Mutex::default(),
                swept_at: Mutex::default(),
            }),
        }
    }

    #[cfg(test)]
    pub(crate) fn with_resident(mut self, resident: matching::resident::Resident) -> Self {
        Arc::get_mut(&mut self.inner).expect("nobody else has it yet").resident = resident;
        self
    }

    pub(crate) fn applicability(&self) -> &applicability::Resident {
        &self.inner.applicability
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.inner.clock.now()
    }

    /// Fresh random bytes.
    #[must_use]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.inner.random.fill(&mut bytes);
        bytes
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &AppSettings {
        &self.inner.settings
    }

    /// What matching keeps in memory.
    pub(crate) fn resident(&self) -> &matching::resident::Resident {
        &self.inner.resident
    }

    /// The questions of the review queue, kept until what they are made from changes.
    pub(crate) fn questions(&self) -> &review::queue::Kept {
        &self.inner.questions
    }

    /// The graph of supersedence that is kept in memory.
    pub(crate) fn patches(&self) -> &patches::resident::Resident {
        &self.inner.patches
    }

    /// The last audit entry at a look for what changes by itself that found nothing to do.
    pub(crate) fn swept_at(&self) -> Option<u64> {
        *self.inner.swept_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A look for what changes by itself found nothing to do.
    pub(crate) fn set_swept_at(&self, head: u64) {
        *self.inner.swept_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
    }

    /// A controller told what it is.
    pub(crate) fn controllers_told(&self, controller: i64) {
        let now = self.now();
        self.inner.told.lock().unwrap_or_else(PoisonError::into_inner).insert(controller, now);
        self.inner.asked.lock().unwrap_or_else(PoisonError::into_inner).remove(&controller);
    }

    /// Whether a controller told what it is since a moment; if not, it is asked to.
    pub(crate) fn controllers_has_told(&self, controller: i64, since: Moment) -> bool {
        let told = self.inner.told.lock().unwrap_or_else(PoisonError::into_inner);
        let has = told.get(&controller).is_some_and(|at| *at >= since);
        if !has {
            self.inner.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(controller);
        }
        has
    }

    /// Whether a controller is to be asked what it is.
    pub(crate) fn controllers_wish(&self, controller: i64) -> bool {
        self.inner.asked.lock().unwrap_or_else(PoisonError::into_inner).contains(&controller)
    }

    /// What is kept in memory about agents.
    pub(crate) fn agents(&self) -> &agents::Resident {
        &self.inner.agents
    }

    /// What is kept in memory about controllers.
    pub(crate) fn controllers(&self) -> &controllers::Resident {
        &self.inner.controllers
    }

    /// What a change is opened with.
    #[must_use]
    pub fn intent(&self, caller: &Caller, action: &str, reason: &str) -> Intent {
        Intent {
            actor: caller.actor.clone(),
            via: caller.via,
            action: action.to_owned(),
            reason: reason.to_owned(),
            at: self.now(),
        }
    }
}
