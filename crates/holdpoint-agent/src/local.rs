//! People at the device: what they are told, and what they say.
//!
//! Here: the message, and the words put it off and yes as files in the agent's folder, which only its owner can write.
//! A screen of the plant can show the message file and write the answer; `holdpoint agent confirm` does the same.

use crate::error::{Result, Trouble};
use crate::process::{self, Program};
use crate::settings::Settings;
use crate::state::{StateFolder, read_at_most, write_whole};
use holdpoint_wire::text::{Id, Words};
use std::fs;
use std::path::{Path, PathBuf};

/// What a person at the device says to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It may begin.
    Confirm,
    /// Not now.
    Postpone,
}

fn place(folder: &Path, order: &Id, word: Word) -> PathBuf {
    let ending = match word {
        Word::Confirm => "confirm",
        Word::Postpone => "postpone",
    };
    folder.join("local").join(format!("{order}.{ending}"))
}

/// Says a word to an order; the agent that runs finds it.
///
/// # Errors
/// When the word cannot be written.
pub fn say(settings: &Settings, order: &Id, word: Word, who: &Words) -> Result<()> {
    write_whole(&place(&settings.state, order, word), who.as_str().as_bytes(), 0o600)
}

/// Takes a word that was said: who said it. It is taken once.
///
/// # Errors
/// When the folder cannot be read.
pub fn heard(state: &StateFolder, order: &Id, word: Word) -> Result<Option<Words>> {
    let path = place(state.path(), order, word);
    let Some(bytes) = read_at_most(&path, 2_000)? else { return Ok(None) };
    fs::remove_file(&path).map_err(Trouble::system("take away", &path))?;
    Ok(Some(Words::cut(&String::from_utf8_lossy(&bytes))))
}

/// Tells people: a file for screens, and a line on every terminal.
///
/// # Errors
/// When the file cannot be written. That nobody sits at a terminal is none.
pub fn tell(settings: &Settings, state: &StateFolder, order: &Id, message: &Words) -> Result<()> {
    let path = state.at("local").join(format!("{order}.message"));
    write_whole(&path, message.as_str().as_bytes(), 0o600)?;
    if process::exists(settings, "wall") {
        let text = format!("Holdpoint, order {order}: {message}");
        let _ = process::ask(
            settings,
            &Program { name: "wall", arguments: vec![text], surroundings: vec![], account: None },
        );
    }
    Ok(())
}

/// Takes the message away.
pub fn untell(state: &StateFolder, order: &Id) {
    for ending in ["message", "confirm", "postpone"] {
        // What is not there need not be taken away.
        let _ = fs::remove_file(state.at("local").join(format!("{order}.{ending}")));
    }
}
