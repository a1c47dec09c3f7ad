//! Scripts of the device: the template by its name, its text by its hash, its program by its hash.

use super::Bench;
use crate::error::{Result, Trouble};
use crate::process::{Ended, Hand, Program};
use crate::state::read_at_most;
use holdpoint_wire::command::ScriptWork;
use holdpoint_wire::message::{self, Message as _};
use holdpoint_wire::template::ScriptTemplate;
use holdpoint_wire::text::Hash;
use std::path::Path;
use std::time::Duration;

/// A program that is hashed before it runs.
const PROGRAM_LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// Finds the template and looks whether it and its program are what was approved.
///
/// # Errors
/// When it is not there or is another.
pub fn template(bench: Bench<'_>, work: &ScriptWork) -> Result<ScriptTemplate> {
    let path = bench.settings.scripts.join(format!("{}.json", work.script));
    let bytes = read_at_most(&path, ScriptTemplate::LIMIT_BYTES as u64)?.ok_or_else(|| {
        Trouble::Program(format!(
            "this device has no script `{}`: `{}` is not there",
            work.script,
            path.display()
        ))
    })?;
    let template: ScriptTemplate =
        message::read(&bytes).map_err(|error| Trouble::Program(error.to_string()))?;
    if template.hash() != work.script_hash {
        return Err(Trouble::Program(format!(
            "script `{}` of this device is another than the approved one ({} here)",
            work.script,
            template.hash()
        )));
    }
    let program = Path::new(template.program.as_str());
    let found = read_at_most(program, PROGRAM_LIMIT_BYTES)?.map(|bytes| Hash::of(&bytes));
    if found.as_ref() != Some(&template.program_hash) {
        return Err(Trouble::Program(format!(
            "`{}` is not the program that script `{}` names",
            template.program, work.script
        )));
    }
    Ok(template)
}

/// Runs it; whether that was well says the template.
///
/// # Errors
/// When it cannot be filled, started or watched.
pub fn run(bench: Bench<'_>, hand: &Hand, work: &ScriptWork, log: &str) -> Result<(Ended, bool)> {
    let template = template(bench, work)?;
    let arguments = template.fill(&work.arguments).map_err(|error| Trouble::Program(error.to_string()))?;
    let program = Program { name: template.program.as_str(), arguments, surroundings: vec![] };
    let limit = Duration::from_secs(u64::from(work.time_limit_s));
    let ended = hand.act(bench.settings, bench.state, &program, log, limit)?;
    let is_done = match &ended {
        Ended::By(Some(code)) => u8::try_from(*code).is_ok_and(|code| template.done_codes.contains(&code)),
        Ended::By(None) | Ended::OutOfTime => false,
    };
    Ok((ended, is_done))
}
