//! The only place of this room that asks the system for the time or for chance.

use crate::error::{Result, Trouble};
use holdpoint_wire::moment::Moment;
use std::path::Path;

/// The moment that the clock of the device says.
#[must_use]
pub fn now() -> Moment {
    #[expect(clippy::disallowed_methods, reason = "this is the agent's one look at the clock")]
    let now = std::time::SystemTime::now();
    let micros = match now.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        // A clock before 1970 is as wrong as one can be; the checks of orders say so.
        Err(_) => 0,
    };
    Moment(micros)
}

/// Bytes that nobody can foretell.
///
/// # Errors
/// When the system has none to give.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    #[expect(clippy::disallowed_methods, reason = "this is the agent's one source of chance")]
    let filled = getrandom::fill(&mut bytes);
    filled.map_err(|error| Trouble::System {
        what: "draw random bytes from",
        path: Path::new("the system").to_owned(),
        source: std::io::Error::other(error.to_string()),
    })?;
    Ok(bytes)
}
