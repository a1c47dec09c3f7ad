//! What devices saw, and what of the processor's time was the server's.

use std::time::Duration;

/// What the devices of one thread saw.
pub(crate) struct Saw {
    pub(crate) took: Vec<Duration>,
    pub(crate) own_processor_s: f64,
}

/// The sum of all: how long each took, and the processor time of everything else than the devices.
pub(crate) fn summed(saw: Vec<Saw>, used_s: f64) -> (Vec<Duration>, f64) {
    let devices: f64 = saw.iter().map(|one| one.own_processor_s).sum();
    let mut took: Vec<Duration> = saw.into_iter().flat_map(|one| one.took).collect();
    took.sort_unstable();
    (took, used_s - devices)
}

/// The time below which that part of all stays.
pub(crate) fn at(took: &[Duration], part: f64) -> Duration {
    took[((took.len() - 1) as f64 * part) as usize]
}

/// What this process, or this thread, has used of all processors, in seconds.
pub(crate) fn processor_s(place: &str) -> f64 {
    let text = std::fs::read_to_string(place).unwrap();
    let after = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let fields: Vec<&str> = after.split(' ').collect();
    let ticks = |n: usize| fields[n].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / 100.0
}

/// How many runnable processes there were on average in the last minute.
pub(crate) fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("unknown").to_owned()
}
