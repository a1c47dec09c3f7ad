//! The doors for devices with a whole fleet, over real connections on this machine.
//!
//! Run by `cargo xtask bench door [DEVICES] [agents|ddi|wave]`. The surprise: the devices run in the same process as the door;
//! each of their threads counts its own processor time, so that it can be left out.

#![expect(clippy::unwrap_used, reason = "a bench has no users, and fails by panicking")]

mod agents;
mod ddi;
mod measure;
mod wave;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|text| text != "--bench").collect();
    let fleet: usize = arguments.first().map_or(100_000, |text| text.parse().unwrap());
    let only = arguments.get(1).map(String::as_str);
    let parts: [(&str, fn(usize)); 3] = [("agents", agents::run), ("ddi", ddi::run), ("wave", wave::run)];
    for (name, run) in parts {
        if only.is_none_or(|only| only == name) {
            println!("{name}: {fleet} devices, load average {}", measure::load());
            run(fleet);
        }
    }
}
