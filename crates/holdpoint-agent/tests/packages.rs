//! Orders on a real Debian root: packages that install, fail, refuse, hang, want more or less than was ordered.

mod plant;

use holdpoint_wire::order::{Order, WayBack};
use holdpoint_wire::progress::{Event, Outcome, Step};
use holdpoint_wire::text::Words;
use plant::{Device, id, shape};

fn closing(events: &[Event]) -> (Outcome, &str) {
    let closing: Vec<&Event> = events.iter().filter(|event| event.step == Step::Order).collect();
    assert_eq!(closing.len(), 1, "an order is closed once: {events:?}");
    (closing[0].outcome, closing[0].rule.as_str())
}

#[track_caller]
fn ends(device: &Device, order: &Order, outcome: Outcome, rule: &str, installed: &str) -> Vec<Event> {
    device.hand_over(&[order]);
    let events = device.until_closed(order);
    let log = device.inside(&["sh", "-c", "tail -n 40 /var/lib/holdpoint-agent/log/*.log"]).1;
    assert_eq!(closing(&events), (outcome, rule), "{events:#?}\n{log}");
    assert_eq!(device.installed("hp-demo"), installed, "{log}");
    events
}

#[test]
fn a_package_is_brought_from_one_version_to_the_next_in_named_steps() {
    let Some(mut device) = Device::new() else { return };
    let order = device.upgrade("1.0", "1.1", 120);
    let events = ends(&device, &order, Outcome::Done, "", "1.1 ii");
    let expected = [
        (Step::Admission, Outcome::Done),
        (Step::Fetch, Outcome::Done),
        (Step::Preflight, Outcome::Done),
        (Step::Backup, Outcome::Done),
        (Step::Install, Outcome::Intended),
        (Step::Install, Outcome::Done),
        (Step::Verify, Outcome::Done),
        (Step::Order, Outcome::Done),
    ];
    assert_eq!(shape(&events), expected);
    assert!(device.stick().join("results/inventory.json").exists(), "a fresh inventory is handed over");

    // The same papers again, and an order with an old number under a new id: nothing happens.
    let (ended_well, _) = device.once();
    assert!(ended_well);
    let replayed = Order { order: id("again"), ..order.clone() };
    device.hand_over(&[&replayed]);
    device.once();
    let refused = device.events(&id("again"));
    assert_eq!(refused.last().map(|event| event.rule.as_str()), Some("counter_replayed"));
    assert_eq!(device.dpkg_log().matches("upgrade hp-demo").count(), 1);
}

#[test]
fn a_package_that_fails_is_taken_back_by_itself() {
    let Some(mut device) = Device::new() else { return };
    device.inside(&["sh", "-c", "echo own = 1 > /etc/hp-demo.conf"]);
    let order = device.upgrade("1.0", "1.2", 120);
    let events = ends(&device, &order, Outcome::Failed, "went_back", "1.0 ii");
    let acts: Vec<_> = shape(&events).into_iter().filter(|(step, _)| *step >= Step::Install).collect();
    let expected = [
        (Step::Install, Outcome::Intended),
        (Step::Install, Outcome::Failed),
        (Step::WayBack, Outcome::Intended),
        (Step::WayBack, Outcome::Done),
        (Step::Order, Outcome::Failed),
    ];
    assert_eq!(acts, expected);
    assert_eq!(device.inside(&["cat", "/etc/hp-demo.conf"]).1, "own = 1\n", "a person's settings stay");

    let by_hand = Order { way_back: WayBack::Kept, ..device.upgrade("1.0", "1.2", 120) };
    ends(&device, &by_hand, Outcome::Failed, "failed", "1.2 iF");
    // A package that is not whole stops the next order before anything is done.
    let next = device.upgrade("1.0", "1.1", 120);
    ends(&device, &next, Outcome::NotDone, "packages_not_whole", "1.2 iF");
    // And the ordered way back mends it.
    let back = holdpoint_wire::command::WayBackWork { of: by_hand.order.clone(), time_limit_s: 120 };
    let back = device.order(holdpoint_wire::command::Command::WayBack(back));
    ends(&device, &back, Outcome::Done, "", "1.0 ii");
}

#[test]
fn a_package_that_refuses_changes_nothing() {
    let Some(mut device) = Device::new() else { return };
    let order = device.upgrade("1.0", "1.3", 120);
    ends(&device, &order, Outcome::NotDone, "not_done", "1.0 ii");
}

#[test]
fn a_package_that_hangs_is_ended_with_all_it_started_and_taken_back() {
    let Some(mut device) = Device::new() else { return };
    let order = device.upgrade("1.0", "1.5", 3);
    ends(&device, &order, Outcome::Failed, "went_back", "1.0 ii");
    let (_, left) = device.inside(&["sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"]);
    assert!(!left.contains("sleep 3600"), "nothing of it runs on");
}

#[test]
fn what_apt_would_do_besides_stops_the_order() {
    let Some(mut device) = Device::new() else { return };
    for to in ["1.6", "1.7"] {
        let order = device.upgrade("1.0", to, 120);
        ends(&device, &order, Outcome::NotDone, "not_what_was_ordered", "1.0 ii");
    }
    // A package with a file where the agent keeps what it remembers.
    let order = device.upgrade("1.0", "1.8", 120);
    ends(&device, &order, Outcome::NotDone, "not_what_was_ordered", "1.0 ii");
    assert_eq!(device.dpkg_log().matches("upgrade hp-demo").count(), 0);
}

#[test]
fn a_device_that_is_not_as_planned_is_left_alone() {
    let Some(mut device) = Device::new() else { return };
    let order = device.upgrade("1.1", "1.4", 120);
    ends(&device, &order, Outcome::NotDone, "not_as_planned", "1.0 ii");
    let mut full = device.upgrade("1.0", "1.1", 120);
    full.needs.free_disk_bytes = u64::MAX;
    ends(&device, &full, Outcome::NotDone, "disk_full", "1.0 ii");
    let order = device.upgrade("1.0", "1.1", 120);
    ends(&device, &order, Outcome::Done, "", "1.1 ii");
    let there = device.upgrade("1.0", "1.1", 120);
    ends(&device, &there, Outcome::NotDone, "already_there", "1.1 ii");
    // An order to install goes to no older version; only the way back does.
    let older = device.upgrade("1.1", "1.0", 120);
    ends(&device, &older, Outcome::NotDone, "not_what_was_ordered", "1.1 ii");
}

#[test]
fn an_order_waits_for_its_window_and_for_the_lock_of_others() {
    let Some(mut device) = Device::new() else { return };
    let mut order = device.upgrade("1.0", "1.1", 120);
    order.window.starts_at = plant::now().plus_seconds(3_000);
    device.hand_over(&[&order]);
    device.once();
    assert_eq!(
        shape(&device.events(&order.order)),
        [(Step::Admission, Outcome::Done), (Step::Fetch, Outcome::Done)]
    );
    // The stick is pulled out: what is held is known without it, and a stop comes on another.
    let stop = holdpoint_wire::command::StopWork {
        order: order.order.clone(),
        why: Words::cut("the line must run"),
    };
    let stop = device.order(holdpoint_wire::command::Command::Stop(stop));
    device.hand_over(&[&stop]);
    device.until_closed(&stop);
    assert_eq!(closing(&device.events(&order.order)), (Outcome::Stopped, "stopped"));

    // A stop that comes together with its order is heard first, though the order was made first.
    let both = device.upgrade("1.0", "1.1", 120);
    let stop = holdpoint_wire::command::StopWork { order: both.order.clone(), why: Words::cut("a freeze") };
    let stop = device.order(holdpoint_wire::command::Command::Stop(stop));
    device.hand_over(&[&both, &stop]);
    device.until_closed(&both);
    assert_eq!(closing(&device.events(&both.order)), (Outcome::Stopped, "stopped"));
    assert_eq!(device.installed("hp-demo"), "1.0 ii");

    let late = device.upgrade("1.0", "1.1", 120);
    let mut late = Order { issued_at: plant::now().plus_seconds(-900), ..late };
    late.window.starts_at = plant::now().plus_seconds(-800);
    late.window.last_start_at = plant::now().plus_seconds(-700);
    ends(&device, &late, Outcome::Refused, "too_late", "1.0 ii");
}

#[test]
fn an_order_that_is_renewed_begins_and_one_that_is_not_does_not() {
    let Some(mut device) = Device::new() else { return };
    let mut order = device.upgrade("1.0", "1.1", 120);
    order.window.starts_at = plant::now().plus_seconds(-800);
    order.window.last_start_at = plant::now().plus_seconds(-700);
    let until = plant::now().plus_seconds(60);
    let renewal = holdpoint_wire::command::GoodUntilWork { order: order.order.clone(), until };
    let renewal = device.order(holdpoint_wire::command::Command::GoodUntil(renewal));
    device.hand_over(&[&order, &renewal]);
    device.until_closed(&order);
    assert_eq!(closing(&device.events(&order.order)).0, Outcome::Done);
    assert_eq!(closing(&device.events(&renewal.order)).0, Outcome::Done);
    // It names one order, and is worth nothing for another.
    let mut other = device.upgrade("1.1", "1.2", 120);
    other.window.starts_at = plant::now().plus_seconds(-800);
    other.window.last_start_at = plant::now().plus_seconds(-700);
    ends(&device, &other, Outcome::Refused, "too_late", "1.1 ii");
}

#[test]
fn a_new_kernel_or_package_can_ask_for_a_restart_and_the_inventory_says_so() {
    let Some(mut device) = Device::new() else { return };
    let order = device.upgrade("1.0", "1.4", 120);
    ends(&device, &order, Outcome::Done, "", "1.4 ii");
    let inventory =
        std::fs::read_to_string(device.stick().join("results/inventory.json")).expect("an inventory");
    assert!(inventory.contains("the system asks for it: hp-demo"), "{inventory}");
    assert!(inventory.contains(r#""name":"hp-demo","version":"1.4","architecture":"all""#), "{inventory}");
}

/// As if the agent had been ended right after each line of its journal, with the act done or not done.
#[test]
fn an_agent_that_ended_after_any_line_of_its_journal_judges_by_the_facts() {
    let Some(mut device) = Device::new() else { return };
    let order = device.upgrade("1.0", "1.1", 120);
    ends(&device, &order, Outcome::Done, "", "1.1 ii");
    let journal = device.state().join("journal.jsonl");
    let text = std::fs::read_to_string(&journal).expect("the journal");
    let lines: Vec<&str> = text.lines().collect();
    let intent = lines.iter().position(|line| line.contains(r#""step":"install","outcome":"intended""#));
    let intent = intent.expect("the act was announced");
    let n_acts = device.dpkg_log().matches("upgrade hp-demo").count();
    for n_lines in intent + 1..lines.len() {
        std::fs::write(&journal, lines[..n_lines].join("\n") + "\n").expect("it is written");
        let _ = std::fs::remove_dir_all(device.stick().join("results"));
        let events = device.until_closed(&order);
        assert_eq!(closing(&events).0, Outcome::Done, "cut after line {n_lines}: {events:#?}");
    }
    assert_eq!(device.dpkg_log().matches("upgrade hp-demo").count(), n_acts, "nothing was done again");

    // The same intent, and nothing was done: that is what is said, and it is not tried again.
    let file = device.files["1.0"].sha256.clone();
    device.inside(&["dpkg", "--install", &format!("/stick/files/{file}")]);
    std::fs::write(&journal, lines[..=intent].join("\n") + "\n").expect("it is written");
    let _ = std::fs::remove_dir_all(device.stick().join("results"));
    let events = device.until_closed(&order);
    assert_eq!(closing(&events), (Outcome::NotDone, "not_done"), "{events:#?}");
    assert_eq!(device.installed("hp-demo"), "1.0 ii");
}
