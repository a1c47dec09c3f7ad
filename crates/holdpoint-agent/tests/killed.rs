//! The agent is killed at random points while it works with real dpkg: nothing is done twice, nothing is lost, and what
//! is reported is what is there.
//!
//! 10 kills by default, for the ordinary test run; `HOLDPOINT_KILLS=100` for the whole measure. Every second kill takes
//! the act along, as when the power fails; the others leave apt running alone. The seed is printed.

mod plant;

use holdpoint_wire::order::Order;
use holdpoint_wire::progress::{Event, Outcome, Step};
use plant::Device;
use std::time::Duration;

/// Numbers that look random and are the same for a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn an_agent_that_is_killed_anywhere_does_nothing_twice_and_loses_nothing() {
    let Some(mut device) = Device::new() else { return };
    let n_kills: u64 = std::env::var("HOLDPOINT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(10);
    let seed = std::env::var("HOLDPOINT_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(41);
    eprintln!("{n_kills} kills, seed {seed}");
    let mut chance = Chance(seed);
    let mut ends: std::collections::BTreeMap<String, u32> = Default::default();
    for n in 0..n_kills {
        set_back(&device);
        let order = device.upgrade("1.0", "1.1", 60);
        device.hand_over(&[&order]);
        let n_before = upgrades(&device);

        let mut agent = device.start_once();
        if chance.below(3) == 0 {
            std::thread::sleep(Duration::from_millis(chance.below(2_500)));
        } else {
            wait_for_intent(&device, &order, &mut agent);
            std::thread::sleep(Duration::from_millis(chance.below(900)));
        }
        agent.kill().expect("it can be killed");
        agent.wait().expect("it can be waited for");
        if n % 2 == 1 {
            end_act(&device);
        }
        let events = device.until_closed(&order);
        let outcome = holds(&device, &order, &events);
        *ends.entry(format!("{outcome:?}")).or_default() += 1;
        let n_acts = upgrades(&device) - n_before;
        let went_back = events.iter().any(|event| event.step == Step::WayBack);
        assert!(
            n_acts <= if went_back { 2 } else { 1 },
            "kill {n}: {n_acts} acts for one order: {events:#?}"
        );
    }
    eprintln!("ends: {ends:?}");
    let journal = device.journal();
    let n_after = journal.matches(r#""rule":"after_crash""#).count();
    eprintln!("{n_after} of the kills came between an intent and its outcome");
    assert!(n_after > 0 || n_kills < 10, "the kills must meet the act");
    assert_eq!(journal.matches(r#""what":"held""#).count() as u64, n_kills, "every order is held once");
}

/// A person puts the older version back: also on a device that somebody must look at, as the words ask. No order may do that.
fn set_back(device: &Device) {
    if device.installed("hp-demo") == "1.0 ii" {
        return;
    }
    let file = &device.files["1.0"].sha256;
    let (is_back, said) = device.inside(&["dpkg", "--install", &format!("/stick/files/{file}")]);
    assert!(is_back, "{said}");
    // apt knows the list of packages again by its second and its length, and one version follows the other within a second.
    let (is_gone, said) = device.inside(&["sh", "-c", "rm -f /var/cache/apt/*.bin"]);
    assert!(is_gone, "{said}");
}

/// Most of the time the agent only looks; the points that matter are those after the intent.
fn wait_for_intent(device: &Device, order: &Order, agent: &mut std::process::Child) {
    let intent = format!(r#""order":"{}","attempt":1,"step":"install","outcome":"intended""#, order.order);
    while agent.try_wait().expect("it can be waited for").is_none() {
        let journal = std::fs::read_to_string(device.state().join("journal.jsonl")).unwrap_or_default();
        if journal.contains(&intent) {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// How often dpkg brought `hp-demo` from one version to another.
fn upgrades(device: &Device) -> usize {
    device.dpkg_log().lines().filter(|line| line.contains(" upgrade hp-demo")).count()
}

/// Ends the act that runs, with everything it started.
fn end_act(device: &Device) {
    let Ok(mark) = std::fs::read_to_string(device.state().join("hand.json")) else { return };
    let mark: serde_json::Value = serde_json::from_str(&mark).expect("a mark");
    let group = mark["group"].as_i64().expect("a number");
    // Only while it is the process that was marked; another may have its number by now.
    let stat = std::fs::read_to_string(format!("/proc/{group}/stat")).unwrap_or_default();
    let started = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(19)?.parse().ok());
    if group <= 1 || started != mark["started"].as_u64() {
        return;
    }
    let _ = device.inside(&["sh", "-c", &format!("kill -9 -{group}")]);
}

/// What was reported is what is there; gives how the order ended.
fn holds(device: &Device, order: &Order, events: &[Event]) -> Outcome {
    let closings: Vec<&Event> = events.iter().filter(|event| event.step == Step::Order).collect();
    assert_eq!(closings.len(), 1, "{events:#?}");
    let intents =
        |step| events.iter().filter(|event| event.step == step && event.outcome == Outcome::Intended).count();
    assert!(intents(Step::Install) <= 1 && intents(Step::WayBack) <= 1, "no act is begun twice: {events:#?}");
    let outcomes =
        |step| events.iter().filter(|event| event.step == step && event.outcome != Outcome::Intended).count();
    assert_eq!(intents(Step::Install), outcomes(Step::Install), "every intent has its outcome: {events:#?}");
    let there = device.installed("hp-demo");
    let holdpoint_wire::command::Command::Deb(work) = &order.command else { unreachable!("packages") };
    let to = work.packages[0].to.as_str();
    match closings[0].outcome {
        Outcome::Done => assert_eq!(there, format!("{to} ii"), "{events:#?}"),
        Outcome::NotDone => assert_eq!(there, "1.0 ii", "{events:#?}"),
        Outcome::Failed if closings[0].rule == "went_back" => {
            assert_eq!(there, "1.0 ii", "{events:#?}")
        }
        Outcome::Failed | Outcome::Unknown => {
            eprintln!(
                "order {} ended {:?} ({}), and {there} is there",
                order.order, closings[0].outcome, closings[0].words
            );
        }
        other => panic!("{other:?} is no end: {events:#?}"),
    }
    closings[0].outcome
}
