//! Whether a device was started again since its installation, as its own inventories show it.
//!
//! The surprise: another name of the start says only that it was started after the backup. That it was after the installation follows from
//! how long it runs, by the one clock that both were told by; where that is not told, nobody knows.

use super::Facts;
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Deed, Started};
use holdpoint_wire::inventory::Inventory;

/// The kind of the word that keeps the name of the start before the work.
pub(super) const BEFORE: &str = "boot";

/// Whether it was started again since the installation.
pub(super) fn started(facts: &Facts, seen: &Inventory) -> Started {
    let is_installation = |of: &holdpoint_store::agent::OrderOf| of.deed == Deed::Install.word();
    let orders = facts.orders.iter().filter(|order| order.of.as_ref().is_some_and(is_installation));
    let installed = orders.filter_map(|order| order.device_at).max();
    let runs_since = seen.uptime_s.and_then(|seconds| {
        let micros = i64::try_from(seconds).ok()?.checked_mul(1_000_000)?;
        Some(Moment::from_micros(seen.taken_at.0.saturating_sub(micros)))
    });
    let now = seen.boot.as_ref().map(|boot| boot.as_str());
    judged((facts.words.get(BEFORE).map(String::as_str), now), (installed, runs_since))
}

/// By the names of the starts before and now, and by when it was installed and since when it runs.
fn judged(
    names: (Option<&str>, Option<&str>),
    (installed, runs_since): (Option<Moment>, Option<Moment>),
) -> Started {
    match names {
        (Some(before), Some(now)) if before == now => Started::NotAgain,
        (Some(_), Some(_)) => match (installed, runs_since) {
            (Some(installed), Some(since)) if since >= installed => Started::Again,
            (Some(_), Some(_)) => Started::NotAgain,
            (None, _) | (_, None) => Started::NotRead,
        },
        (None, _) | (_, None) => Started::NotRead,
    }
}

/// What that says, for the evidence.
pub(super) const fn in_words(started: Started) -> &'static str {
    match started {
        Started::Again => {
            "; it was started again since the installation, as the name of its start and the time that it runs say"
        }
        Started::NotAgain => "; it runs since before the installation, as the name of its start says",
        Started::NotRead => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_counts_only_when_it_came_after_the_installation() {
        let at = |second: i64| Some(Moment::from_micros(second * 1_000_000));
        let names = (Some("a"), Some("b"));
        assert_eq!(judged((Some("a"), Some("a")), (at(10), at(20))), Started::NotAgain);
        assert_eq!(judged(names, (at(10), at(20))), Started::Again);
        assert_eq!(
            judged(names, (at(10), at(5))),
            Started::NotAgain,
            "between the backup and the installation"
        );
        for unknown in [(None, at(20)), (at(10), None)] {
            assert_eq!(judged(names, unknown), Started::NotRead);
        }
        for unread in [(None, Some("b")), (Some("a"), None)] {
            assert_eq!(judged(unread, (at(10), at(20))), Started::NotRead);
        }
    }
}
