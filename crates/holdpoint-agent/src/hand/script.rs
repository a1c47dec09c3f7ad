//! Scripts of the device: the template by its name, its text by its hash, its program by its hash.
//!
//! The surprise: that the work ended well is never the proof that it was well. Its check says that, another run that only looks; without one
//! nobody on the device does.

use super::Bench;
use crate::error::{Result, Trouble};
use crate::preflight::Obstacle;
use crate::process::{self, Ended, Hand, Program};
use crate::state::read_at_most;
use crate::system::{account_of, free_room, standing_of};
use holdpoint_wire::command::{ScriptRun, ScriptWork};
use holdpoint_wire::inventory::{Checked, SeenCheck};
use holdpoint_wire::message::{self, Message as _};
use holdpoint_wire::template::ScriptTemplate;
use holdpoint_wire::text::{Hash, Id, Words};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// A program that is hashed before it runs.
const PROGRAM_LIMIT_BYTES: u64 = 64 * 1024 * 1024;
/// So much room is left for what scripts say.
const LOG_ROOM_BYTES: u64 = 4 * 1024 * 1024;

/// What became of a run that changes the device.
#[derive(Debug)]
pub enum Ran {
    /// It was not begun.
    NotBegun(Trouble),
    /// It ended; whether its template calls that done.
    Ended(Ended, bool),
    /// It was begun, and how it ended is not known.
    Lost(Trouble),
}

/// A run that is filled and whose program is the one that its template names.
struct Ready {
    template: ScriptTemplate,
    arguments: Vec<String>,
    account: (u32, u32),
}

/// Finds the template and looks whether it and its program are what was approved.
fn template(bench: Bench<'_>, run: &ScriptRun) -> Result<ScriptTemplate> {
    let path = bench.settings.scripts.join(format!("{}.json", run.script));
    let bytes = read_at_most(&path, ScriptTemplate::LIMIT_BYTES as u64)?.ok_or_else(|| {
        Trouble::Program(format!(
            "this device has no script `{}`: `{}` is not there",
            run.script,
            path.display()
        ))
    })?;
    let template: ScriptTemplate =
        message::read(&bytes).map_err(|error| Trouble::Program(error.to_string()))?;
    if template.hash() != run.script_hash {
        return Err(Trouble::Program(format!(
            "script `{}` of this device is another than the approved one ({} here)",
            run.script,
            template.hash()
        )));
    }
    let program = Path::new(template.program.as_str());
    let found = read_at_most(program, PROGRAM_LIMIT_BYTES)?.map(|bytes| Hash::of(&bytes));
    if found.as_ref() != Some(&template.program_hash) {
        return Err(Trouble::Program(format!(
            "`{}` is not the program that script `{}` names",
            template.program, run.script
        )));
    }
    let standing = standing_of(&fs::metadata(program).map_err(Trouble::system("look at", program))?);
    if standing.mode & 0o111 == 0 {
        return Err(Trouble::Program(format!(
            "`{}` cannot be run: its mode is {:o}",
            template.program, standing.mode
        )));
    }
    Ok(template)
}

fn ready(bench: Bench<'_>, run: &ScriptRun) -> Result<Ready> {
    let template = template(bench, run)?;
    let arguments = template.fill(&run.arguments).map_err(|error| Trouble::Program(error.to_string()))?;
    let account = account_of(&run.account).map_err(Trouble::Program)?;
    Ok(Ready { template, arguments, account })
}

impl Ready {
    fn program(&self) -> Program<'_> {
        Program {
            name: self.template.program.as_str(),
            arguments: self.arguments.clone(),
            surroundings: vec![],
            account: Some(self.account),
        }
    }

    fn is_done(&self, ended: &Ended) -> bool {
        match ended {
            Ended::By(Some(code)) => {
                u8::try_from(*code).is_ok_and(|code| self.template.done_codes.contains(&code))
            }
            Ended::By(None) | Ended::OutOfTime => false,
        }
    }
}

/// What speaks against the work: the work itself, its check or what takes it back could not be run.
///
/// # Errors
/// When the room cannot be asked for.
pub fn obstacle(bench: Bench<'_>, work: &ScriptWork) -> Result<Option<Obstacle>> {
    let parts = [("the work", Some(&work.run)), ("its check", work.check.as_ref())];
    for (part, run) in parts.into_iter().chain([("what takes it back", work.undo.as_ref())]) {
        if let Some(trouble) = run.and_then(|run| ready(bench, run).err()) {
            let words = format!("{part} cannot be run: {}", trouble.in_full());
            return Ok(Some(Obstacle { rule: "script", words }));
        }
    }
    let (place, free) = (bench.state.path(), free_room(bench.state.path())?.free_bytes);
    Ok((free < LOG_ROOM_BYTES).then(|| Obstacle {
        rule: "disk_full",
        words: format!("`{}` has {free} bytes free, and {LOG_ROOM_BYTES} are needed", place.display()),
    }))
}

/// Runs it; whether that was well says the template.
#[must_use]
pub fn run(bench: Bench<'_>, hand: &Hand, run: &ScriptRun, log: &str) -> Ran {
    let ready = match ready(bench, run) {
        Ok(ready) => ready,
        Err(trouble) => return Ran::NotBegun(trouble),
    };
    let limit = Duration::from_secs(u64::from(run.time_limit_s));
    match hand.act(bench.settings, bench.state, &ready.program(), log, limit) {
        Ok(ended) => {
            let is_done = ready.is_done(&ended);
            Ran::Ended(ended, is_done)
        }
        Err(trouble @ Trouble::System { what: "open" | "start", .. }) => Ran::NotBegun(trouble),
        Err(trouble) => Ran::Lost(trouble),
    }
}

/// Runs the check of an order's script, which only looks and may be run again.
#[must_use]
pub fn check(bench: Bench<'_>, order: &Id, run: &ScriptRun) -> SeenCheck {
    let looked = || -> Result<(Checked, String)> {
        let ready = ready(bench, run)?;
        let limit = Duration::from_secs(u64::from(run.time_limit_s));
        let log = format!("{order}.check.log");
        let (ended, said) = process::look(bench.settings, bench.state, &ready.program(), &log, limit)?;
        let found = match &ended {
            Ended::By(Some(_)) if ready.is_done(&ended) => Checked::Well,
            Ended::By(Some(_)) => Checked::NotWell,
            Ended::By(None) | Ended::OutOfTime => Checked::Unknown,
        };
        let how = match ended {
            Ended::By(Some(code)) => format!("ended with code {code}"),
            Ended::By(None) | Ended::OutOfTime => process::in_words(&ended),
        };
        let said = if said.is_empty() { "it said nothing".to_owned() } else { format!("it said: {said}") };
        Ok((found, format!("{how}; {said}")))
    };
    let (found, words) = looked().unwrap_or_else(|trouble| (Checked::Unknown, trouble.in_full()));
    let words = Words::cut(&format!("by its own check `{}`: {words}", run.script));
    SeenCheck { order: order.clone(), found, words }
}

/// A check that was not run, because others took the time.
#[must_use]
pub fn unchecked(order: &Id, run: &ScriptRun) -> SeenCheck {
    let words = format!("its own check `{}` was not run: checks of other scripts took too long", run.script);
    SeenCheck { order: order.clone(), found: Checked::Unknown, words: Words::cut(&words) }
}
