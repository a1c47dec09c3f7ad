//! What a stretch of work cost: wall time, processor time of all threads, peak memory.

use std::fs;
use std::time::Instant;

/// A stretch of work that began.
pub struct Stretch {
    wall: Instant,
    cpu_s: f64,
}

/// What it cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Seconds by the clock.
    pub wall_s: f64,
    /// Seconds of processors.
    pub cpu_s: f64,
    /// The most memory since the beginning of the stretch, in MiB.
    pub peak_mib: f64,
}

impl Stretch {
    /// Begins; the mark of the highest memory is set anew where the kernel allows it.
    #[must_use]
    pub fn begin() -> Self {
        // "5" asks Linux to forget the highest mark; without that the figure is of the whole process.
        let _forgotten = fs::write("/proc/self/clear_refs", "5");
        Self { wall: Instant::now(), cpu_s: cpu_seconds() }
    }

    /// Ends.
    #[must_use]
    pub fn end(self) -> Cost {
        Cost {
            wall_s: self.wall.elapsed().as_secs_f64(),
            cpu_s: cpu_seconds() - self.cpu_s,
            peak_mib: peak_mib(),
        }
    }
}

/// Prints a row of a table.
pub fn row(what: &str, cost: Cost, answer: &str) {
    println!("| {what} | {:.3} | {:.3} | {:.0} | {answer} |", cost.wall_s, cost.cpu_s, cost.peak_mib);
}

/// Prints the head of a table.
pub fn head() {
    println!("| what | wall s | CPU s | peak MiB | answer |\n|---|---|---|---|---|");
}

/// Runs something and prints its row.
pub fn measured<T>(what: &str, work: impl FnOnce() -> T, answer: impl FnOnce(&T) -> String) -> T {
    let stretch = Stretch::begin();
    let made = work();
    let cost = stretch.end();
    row(what, cost, &answer(&made));
    made
}

/// Middle, 99 of 100, 999 of 1,000, and the largest, in microseconds; the list is sorted by this.
pub fn percentiles(times: &mut [f64]) -> String {
    times.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let place = ((times.len() as f64 * share).ceil() as usize).saturating_sub(1);
        times.get(place.min(times.len().saturating_sub(1))).copied().unwrap_or(0.0) * 1e6
    };
    format!(
        "p50 {:.0} µs, p99 {:.0} µs, p99.9 {:.0} µs, largest {:.0} µs",
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    )
}

/// Seconds of processors that this process used, to the nanosecond where the scheduler tells it.
pub(crate) fn cpu_seconds() -> f64 {
    let mut total = 0.0;
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    for task in tasks {
        let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        let first = text.split_whitespace().next().and_then(|field| field.parse::<f64>().ok());
        total += first.unwrap_or(0.0) / 1e9;
    }
    // Threads that ended are only in the sum of the whole process, which counts in hundredths.
    total.max(whole_process())
}

fn whole_process() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        text.rsplit_once(") ").map_or(Vec::new(), |(_, fields)| fields.split_whitespace().collect());
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_mib() -> f64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}
