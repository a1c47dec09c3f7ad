//! Which scripts' checks are run when stock is taken, and for how long.
//!
//! Here: the choice from the ledger, and the limit of time. Not here: running one (`hand::script`). The newest come
//! first, because a step may wait for them.

use crate::ledger::Ledger;
use holdpoint_wire::command::{Command, ScriptRun, ScriptWork};
use holdpoint_wire::moment::Moment;
use holdpoint_wire::progress::Outcome;
use holdpoint_wire::text::Id;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// After so long no further check is begun: nothing else is heard meanwhile.
const LIMIT_MICROS: i64 = 600_000_000;

/// The checks of scripts that were run by order, each with its order: of the last one for each patch, while `approves`
/// says that the image still has it so and nobody took it back. The newest come first.
pub fn newest(ledger: &Ledger, approves: impl Fn(&Id, &ScriptWork) -> bool) -> Vec<(&Id, &ScriptRun)> {
    let mut last: BTreeMap<&Id, (u64, &Id, &ScriptRun)> = BTreeMap::new();
    for (counter, held) in ledger.orders.iter().filter(|(_, held)| held.closed == Some(Outcome::Done)) {
        let order = &held.order;
        let Command::Script(work) = &order.command else { continue };
        last.remove(&order.patch);
        if let Some(check) = work.check.as_ref().filter(|_| approves(&order.patch, work))
            && !ledger.was_taken_back(&order.order)
        {
            last.insert(&order.patch, (*counter, &order.order, check));
        }
    }
    let mut newest: Vec<(u64, &Id, &ScriptRun)> = last.into_values().collect();
    newest.sort_unstable_by_key(|(counter, ..)| Reverse(*counter));
    newest.into_iter().map(|(_, order, check)| (order, check)).collect()
}

/// Looks at each item in turn; of those that are not begun within ten minutes of the first, `left` says so.
pub fn in_time<T, S>(
    items: impl IntoIterator<Item = T>,
    now: impl Fn() -> Moment,
    look: impl Fn(T) -> S,
    left: impl Fn(T) -> S,
) -> Vec<S> {
    let began = now();
    let is_time_left = || now().0.saturating_sub(began.0) < LIMIT_MICROS;
    items.into_iter().map(|item| if is_time_left() { look(item) } else { left(item) }).collect()
}

#[cfg(test)]
mod tests {
    use super::{in_time, newest};
    use crate::journal::{Entry, Line};
    use crate::ledger::Ledger;
    use holdpoint_wire::envelope::Envelope;
    use holdpoint_wire::message::{self, VersionOne};
    use holdpoint_wire::moment::Moment;
    use holdpoint_wire::order::Order;
    use holdpoint_wire::progress::{Outcome, Step};
    use holdpoint_wire::refusal::Paper;
    use holdpoint_wire::text::Hash;
    use serde_json::{Value, json};
    use std::cell::Cell;

    const MINUTE: i64 = 60_000_000;

    fn run(script: &str) -> Value {
        json!({"script": script, "script_hash": Hash::of(script.as_bytes()), "arguments": {}, "time_limit_s": 60, "account": "root"})
    }

    fn order(counter: u64, patch: &str, command: &Value) -> Line {
        let at = Moment(1_700_000_000_000_000);
        let text = json!({
            "version": 1, "site": "site", "asset": "asset", "order": format!("order-{counter}"), "counter": counter,
            "patch": patch, "image_version": 1, "issued_at": at, "expires_at": at,
            "window": {"starts_at": at, "last_start_at": at, "ends_at": at}, "artifacts": [], "command": command,
            "needs": {"free_disk_bytes": 0, "free_memory_bytes": 0, "clock": "plausible", "battery_percent": 0},
            "notice": null, "way_back": {"none": "a script that only writes a line"},
        });
        message::read::<Order>(text.to_string().as_bytes()).expect("the order of this test can be read");
        let envelope = Envelope {
            version: VersionOne,
            kind: Paper::Order,
            text: text.to_string(),
            signatures: Vec::new(),
        };
        Line { seq: counter, at, entry: Entry::Held { envelope: Box::new(envelope) } }
    }

    fn script(counter: u64, patch: &str, check: Option<&str>) -> Line {
        let work = json!({"run": run("work"), "check": check.map(run), "undo": null});
        order(counter, patch, &json!({"template": "script.run.1", "arguments": work}))
    }

    fn done(lines: &[Line]) -> Ledger {
        let mut ledger = Ledger::of(lines);
        ledger.orders.values_mut().for_each(|held| held.closed = Some(Outcome::Done));
        ledger
    }

    fn names(ledger: &Ledger) -> Vec<String> {
        newest(ledger, |_, _| true).iter().map(|(_, check)| check.script.to_string()).collect()
    }

    #[test]
    fn the_newest_script_of_each_patch_is_looked_at_first() {
        let ledger = done(&[
            script(1, "a", Some("a-old")),
            script(2, "b", Some("b")),
            script(3, "c", Some("c-old")),
            script(4, "a", Some("a-new")),
            script(5, "c", None),
        ]);
        assert_eq!(
            names(&ledger),
            ["a-new", "b"],
            "what has no check any more is not looked at by an older one"
        );
        assert_eq!(newest(&ledger, |patch, _| patch.as_str() == "b").len(), 1);
    }

    #[test]
    fn what_is_not_done_or_was_taken_back_has_no_check() {
        let back = json!({"template": "way_back.1", "arguments": {"of": "order-1", "time_limit_s": 60}});
        let mut ledger = done(&[script(1, "a", Some("a")), order(2, "a", &back), script(3, "b", Some("b"))]);
        assert_eq!(names(&ledger), ["b", "a"]);
        let taken = ledger.orders.get_mut(&2).expect("it was let in");
        taken.steps.insert(Step::WayBack, Outcome::Done);
        assert_eq!(names(&ledger), ["b"]);
        ledger.orders.get_mut(&3).expect("it was let in").closed = Some(Outcome::Failed);
        assert!(names(&ledger).is_empty());
    }

    #[test]
    fn after_ten_minutes_no_further_check_is_begun() {
        let clock = Cell::new(0);
        let look = |item: u8| {
            clock.set(clock.get() + 4 * MINUTE);
            (item, true)
        };
        let seen = in_time(0..5, || Moment(clock.get()), look, |item| (item, false));
        assert_eq!(seen, [(0, true), (1, true), (2, true), (3, false), (4, false)]);
        assert_eq!(clock.get(), 12 * MINUTE, "what was begun is ended");
    }
}
