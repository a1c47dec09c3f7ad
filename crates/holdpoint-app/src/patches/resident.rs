//! The graph of supersedence, kept in memory until a record changes.

use holdpoint_engine::supersedence::PatchGraph;
use holdpoint_store::{Reader, StoreError};
use std::sync::{Arc, Mutex, PoisonError};

/// The graph with the generation of records that it was built from.
#[derive(Debug, Default)]
pub(crate) struct Resident {
    held: Mutex<Option<(u64, Arc<PatchGraph>)>>,
}

impl Resident {
    /// The graph of what the store holds now.
    pub(crate) fn graph(&self, r: &mut Reader<'_>) -> Result<Arc<PatchGraph>, StoreError> {
        let generation = r.patch_generation()?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, graph)) = held.as_ref()
            && *known == generation
        {
            return Ok(Arc::clone(graph));
        }
        let records = r.all_patch_records()?;
        let graph =
            Arc::new(PatchGraph::build(records.iter().map(|stored| (stored.source.word(), &stored.record))));
        *held = Some((generation, Arc::clone(&graph)));
        Ok(graph)
    }
}
