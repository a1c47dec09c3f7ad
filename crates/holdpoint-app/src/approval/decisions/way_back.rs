//! Who states that there is no way back: somebody who is here, and can be asked.

use crate::approval::person_named;
use crate::error::AppError;
use holdpoint_domain::decision::{Emergency, Procedure, WayBack};
use holdpoint_store::Reader;

/// A procedure whose statement that there is no way back names an account that is in use.
///
/// # Errors
/// [`AppError::Invalid`] for a name that no account in use has.
pub(super) fn stated(r: &mut Reader<'_>, procedure: Procedure) -> Result<Procedure, AppError> {
    match procedure {
        Procedure::Emergency(Emergency {
            way_back: WayBack::None { statement, by },
            reason,
            backup,
            evidence,
            review,
        }) => {
            let by = person_named(r, "person who states that there is no way back", &by)?;
            let way_back = WayBack::None { statement, by };
            Ok(Procedure::Emergency(Emergency { way_back, reason, backup, evidence, review }))
        }
        other @ (Procedure::Normal | Procedure::Standard(_) | Procedure::Emergency(_)) => Ok(other),
    }
}
