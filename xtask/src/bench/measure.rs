//! One run of a command: wall time, processor time, peak memory from `/proc` (Linux only).
//!
//! Not here: what is run. The surprise: processor time is read while the ended process still waits to be collected,
//! memory is sampled while it runs.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::root;

/// How often memory is sampled; the peak is the kernel's own, so a pause can lose only the last moments.
const PAUSE: Duration = Duration::from_millis(5);

/// The program's exit code when some documents went into quarantine, as in any large folder.
const PARTLY: i32 = 7;

/// Numbers the runs of this process, so that their answers do not meet in one file.
static RUNS: AtomicU32 = AtomicU32::new(0);

/// What one run cost.
pub(super) struct Cost {
    pub(super) wall_s: f64,
    pub(super) cpu_s: f64,
    pub(super) peak_mib: f64,
}

/// The machine, for the head of a table.
pub(super) fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    let cores = thread::available_parallelism().map_or(0, usize::from);
    format!("{cores} cores, {}", model.unwrap_or("unknown processor"))
}

/// Runs a command to its end; its answer comes beside what it cost.
///
/// # Errors
/// When it cannot be started, or ends badly.
pub(super) fn measure(command: &mut Command) -> Result<(Cost, String)> {
    let shown = root::shown(command);
    // The answer goes to a file, not to a pipe that nobody empties while the process is watched.
    let number = RUNS.fetch_add(1, Ordering::Relaxed);
    let answer = std::env::temp_dir().join(format!("holdpoint-bench-answer-{}-{number}", std::process::id()));
    let start = Instant::now();
    let mut child = command
        .stdout(fs::File::create(&answer)?)
        .stderr(Stdio::inherit())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let mut peak_kib = 0;
    while !has_ended(&child)? {
        peak_kib = peak_kib.max(peak_memory_kib(&child).unwrap_or(0));
        thread::sleep(PAUSE);
    }
    let wall_s = start.elapsed().as_secs_f64();
    let cpu_s = cpu_seconds(&child)?;
    let status = child.wait()?;
    let text = fs::read_to_string(&answer)?;
    fs::remove_file(&answer)?;
    if !status.success() && status.code() != Some(PARTLY) {
        bail!("`{shown}` ended with {status}: {text}");
    }
    Ok((Cost { wall_s, cpu_s, peak_mib: f64::from(peak_kib) / 1024.0 }, text))
}

/// The fields of `/proc/PID/stat` behind the program's name, which may itself contain blanks and brackets.
fn stat(child: &Child) -> Result<Vec<String>> {
    let path = format!("/proc/{}/stat", child.id());
    let text = fs::read_to_string(&path).with_context(|| format!("`{path}` cannot be read"))?;
    let (_, fields) = text.rsplit_once(") ").context("a process line without a name")?;
    Ok(fields.split_whitespace().map(str::to_owned).collect())
}

fn has_ended(child: &Child) -> Result<bool> {
    Ok(stat(child)?.first().is_some_and(|state| state == "Z"))
}

/// User and system time; the kernel counts in hundredths of a second on every Linux we know.
fn cpu_seconds(child: &Child) -> Result<f64> {
    let fields = stat(child)?;
    // Fields 14 and 15 of proc(5), of which two stand before the rest.
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
    let (user, system) = ticks(11).zip(ticks(12)).context("a process line without times")?;
    Ok((user + system) / 100.0)
}

fn peak_memory_kib(child: &Child) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::measure;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_run_is_measured_and_its_answer_kept() {
        let busy = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo done";
        let (cost, answer) = measure(&mut shell(busy)).expect("a shell is there");
        assert_eq!(answer, "done\n");
        assert!(cost.cpu_s > 0.0 && cost.peak_mib > 0.0, "{} s, {} MiB", cost.cpu_s, cost.peak_mib);
        assert!(cost.wall_s >= cost.cpu_s / 2.0, "one thread cannot use much more than the wall time");
    }

    #[test]
    fn a_bad_end_is_an_error_and_a_partly_done_one_is_not() {
        assert!(measure(&mut shell("exit 1")).is_err());
        assert!(measure(&mut shell("exit 7")).is_ok());
    }
}
