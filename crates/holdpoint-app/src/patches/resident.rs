//! The graph of supersedence, kept in memory until a record changes.

use super::packages::Offers;
use holdpoint_domain::patch::PatchSource;
use holdpoint_engine::supersedence::PatchGraph;
use holdpoint_store::patch::StoredPatch;
use holdpoint_store::{Reader, StoreError};
use std::sync::{Arc, Mutex, PoisonError};

/// The graph and the packages of repositories, with the generation of records that they were built from.
#[derive(Debug, Default)]
pub(crate) struct Resident {
    held: Mutex<Option<Held>>,
}

#[derive(Debug)]
struct Held {
    generation: u64,
    graph: Arc<PatchGraph>,
    offers: Arc<Offers>,
}

impl Resident {
    /// The graph of what the store holds now.
    pub(crate) fn graph(&self, r: &mut Reader<'_>) -> Result<Arc<PatchGraph>, StoreError> {
        Ok(self.both(r)?.0)
    }

    /// The graph and the packages of what the store holds now.
    pub(crate) fn both(&self, r: &mut Reader<'_>) -> Result<(Arc<PatchGraph>, Arc<Offers>), StoreError> {
        let generation = r.patch_generation()?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = held.as_ref()
            && known.generation == generation
        {
            return Ok((Arc::clone(&known.graph), Arc::clone(&known.offers)));
        }
        let mut records = r.all_patch_records()?;
        let is_package = |stored: &StoredPatch| matches!(stored.source, PatchSource::Apt | PatchSource::Dnf);
        let offers: Vec<StoredPatch> = records.extract_if(.., |stored| is_package(stored)).collect();
        let offers = Arc::new(Offers::of(&offers));
        records.retain(|stored| stored.source.is_microsofts());
        let graph =
            Arc::new(PatchGraph::build(records.iter().map(|stored| (stored.source.word(), &stored.record))));
        *held = Some(Held { generation, graph: Arc::clone(&graph), offers: Arc::clone(&offers) });
        Ok((graph, offers))
    }
}
