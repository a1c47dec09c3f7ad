//! The doors for devices with a whole fleet, over real connections on this machine.
//!
//! Run by `cargo xtask bench door [DEVICES] [agents|ddi|wave]`. The surprise: the devices run in the same process as the door;
//! each of their threads counts its own processor time, so that it can be left out.

#![expect(clippy::unwrap_used, reason = "a bench has no users, and fails by panicking")]

mod agents;
mod ddi;
mod measure;
#[path = "../../tests/doors/people.rs"]
mod people;
mod wave;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|text| text != "--bench").collect();
    let fleet: usize = arguments.first().map_or(100_000, |text| text.parse().unwrap());
    let only = arguments.get(1).map(String::as_str);
    for name in ["agents", "ddi", "wave"] {
        if only.is_some_and(|only| only != name) {
            continue;
        }
        println!("{name}: {fleet} devices, load average {}", measure::load());
        match name {
            "agents" => agents::run(fleet),
            "ddi" => ddi::run(fleet),
            _ => wave::run(fleet),
        }
    }
}
