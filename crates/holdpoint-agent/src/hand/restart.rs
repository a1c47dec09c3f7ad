//! The restart: asked of the system, and known to have happened only by another start's name.

use super::{Bench, Fact};
use crate::error::Result;
use crate::process::{Ended, Hand, Program};
use std::time::Duration;

/// The name of this start of the system; an intent carries it.
#[must_use]
pub fn mark() -> Option<String> {
    crate::system::machine().0
}

/// Whether the system was started again since an intent with this mark.
#[must_use]
pub fn look(mark_before: Option<&String>) -> Fact {
    match (mark_before, mark()) {
        (Some(before), Some(now)) if *before == now => Fact::Before,
        (Some(_), Some(_)) => Fact::After,
        (None, _) | (_, None) => Fact::CannotTell("the system does not name its starts".to_owned()),
    }
}

/// Asks the system to restart.
///
/// # Errors
/// When it cannot be asked.
pub fn ask(bench: Bench<'_>, hand: &Hand, log: &str) -> Result<Ended> {
    let arguments = ["-r", "now", "Holdpoint: restart as ordered"].map(str::to_owned).into();
    let program = Program { name: "shutdown", arguments, surroundings: vec![], account: None };
    hand.act(bench.settings, bench.state, &program, log, Duration::from_secs(60))
}
