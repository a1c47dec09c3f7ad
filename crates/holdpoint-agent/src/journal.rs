//! The journal: what was about to be done and what became of it, line by line, on the disk before anything is done.
//!
//! Here: the file, its chain of sums, what a torn end means. Not here: what follows from the lines (`ledger`).
//!
//! Each line is `SUM JSON`, where the sum is over the sum before and the JSON. A line is written and made to last
//! before the caller goes on, so an act whose intent is not here never began. A crash can tear only the last line: it
//! is cut off and the cut is recorded. A wrong sum anywhere else means that somebody changed the file, and then the
//! agent does nothing until a person has looked.

use crate::error::{Result, Trouble};
use crate::state::sync_folder;
use holdpoint_wire::envelope::Envelope;
use holdpoint_wire::moment::Moment;
use holdpoint_wire::progress::{Outcome, Step};
use holdpoint_wire::text::{Id, Words, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;

/// A line may be this long: one order with its signatures, escaped twice.
const LINE_LIMIT_BYTES: u64 = 4 * 1024 * 1024;

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Entry {
    /// The first line of all.
    Began {
        /// Names this journal.
        journal: Id,
    },
    /// A torn last line was cut off.
    Torn {
        /// So many bytes.
        n_bytes: u64,
    },
    /// An order was let in and is kept.
    Held {
        /// The order as it came.
        envelope: Box<Envelope>,
    },
    /// A part of the work on an order, before or after.
    Event {
        /// The order, where its id is known.
        order: Option<Id>,
        /// Which attempt, from 1.
        attempt: u32,
        /// Which part.
        step: Step,
        /// What became of it.
        outcome: Outcome,
        /// The stable name of the reason, or empty.
        rule: String,
        /// For people.
        words: Words,
        /// What the next start needs to judge an intent without an outcome: the start of the system.
        mark: Option<String>,
        /// Until when somebody put it off.
        until: Option<Moment>,
    },
    /// The highest numbers that were seen.
    Seen {
        /// Of orders.
        counter: u64,
        /// Of images.
        image_version: u64,
        /// Of moments.
        time: Moment,
    },
    /// The server keeps all events up to this line.
    Delivered {
        /// The number of the line.
        through: u64,
    },
    /// A person at the device said that the clock is right now, though it went back.
    ClockCorrected {
        /// What the clock says.
        time: Moment,
        /// Why.
        words: Words,
    },
}

/// A line with its number and moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Rises by one.
    pub seq: u64,
    /// What the clock said.
    pub at: Moment,
    /// What it says.
    pub entry: Entry,
}

/// The open journal.
#[derive(Debug)]
pub struct Journal {
    file: File,
    last_sum: String,
    next_seq: u64,
}

impl Journal {
    /// Opens the journal and gives all its lines; a journal that is not there begins.
    ///
    /// # Errors
    /// When a line other than the last does not fit the one before it.
    pub fn open(path: &Path, new_id: &Id, now: Moment) -> Result<(Self, Vec<Line>)> {
        let file = OpenOptions::new().create(true).read(true).append(true).open(path);
        let file = file.map_err(Trouble::system("open", path))?;
        crate::system::set_mode(path, 0o600)?;
        let (lines, last_sum, end) = read_lines(&file, path)?;
        let n_bytes = file.metadata().map_err(Trouble::system("look at", path))?.len();
        let next_seq = lines.last().map_or(1, |line| line.seq + 1);
        let mut journal = Self { file, last_sum, next_seq };
        let mut lines = lines;
        if end < n_bytes {
            journal.file.set_len(end).map_err(Trouble::system("cut", path))?;
            lines.push(journal.append(Entry::Torn { n_bytes: n_bytes - end }, now)?);
        }
        if lines.is_empty() {
            lines.push(journal.append(Entry::Began { journal: new_id.clone() }, now)?);
            sync_folder(path.parent().unwrap_or(Path::new("/")))?;
        }
        Ok((journal, lines))
    }

    /// Writes a line and makes it last.
    ///
    /// # Errors
    /// When the system does not do it; then nothing may be done that the line announces.
    pub fn append(&mut self, entry: Entry, now: Moment) -> Result<Line> {
        let line = Line { seq: self.next_seq, at: now, entry };
        let json = serde_json::to_string(&line).expect("lines hold only texts and numbers");
        let sum = sum_of(&self.last_sum, json.as_bytes());
        let path = Path::new("journal");
        self.file.write_all(format!("{sum} {json}\n").as_bytes()).map_err(Trouble::system("write", path))?;
        self.file.sync_data().map_err(Trouble::system("write", path))?;
        self.last_sum = sum;
        self.next_seq += 1;
        Ok(line)
    }
}

/// Reads the lines of a journal without opening it for writing; a torn end is passed over.
///
/// # Errors
/// When it cannot be read, or a line does not fit the one before it.
pub fn read(path: &Path) -> Result<Vec<Line>> {
    let file = File::open(path).map_err(Trouble::system("open", path))?;
    Ok(read_lines(&file, path)?.0)
}

/// All whole lines, the sum of the last, and where they end.
fn read_lines(file: &File, path: &Path) -> Result<(Vec<Line>, String, u64)> {
    let mut reader = BufReader::new(file);
    let (mut lines, mut sum, mut end) = (Vec::<Line>::new(), String::new(), 0_u64);
    loop {
        let mut bytes = Vec::new();
        let read = reader.by_ref().take(LINE_LIMIT_BYTES).read_until(b'\n', &mut bytes);
        let n_read = read.map_err(Trouble::system("read", path))?;
        if n_read == 0 || !bytes.ends_with(b"\n") {
            let is_too_long = n_read as u64 == LINE_LIMIT_BYTES;
            return if is_too_long { Err(broken(path, lines.len() + 1)) } else { Ok((lines, sum, end)) };
        }
        let expected = lines.last().map_or(1, |line| line.seq + 1);
        match parsed(&bytes[..n_read - 1], &sum).filter(|(line, _)| line.seq == expected) {
            Some((line, new_sum)) => {
                lines.push(line);
                sum = new_sum;
                end += n_read as u64;
            }
            // Blocks of a torn line may reach the disk in another order, so its end can be there without its middle.
            None if reader.fill_buf().map_err(Trouble::system("read", path))?.is_empty() => {
                return Ok((lines, sum, end));
            }
            None => return Err(broken(path, lines.len() + 1)),
        }
    }
}

fn parsed(bytes: &[u8], sum_before: &str) -> Option<(Line, String)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (sum, json) = text.split_once(' ')?;
    let expected = sum_of(sum_before, json.as_bytes());
    (sum == expected).then_some(())?;
    Some((serde_json::from_str(json).ok()?, expected))
}

fn sum_of(before: &str, json: &[u8]) -> String {
    let digest = Sha256::new().chain_update(before).chain_update(json).finalize();
    hex(&digest[..16])
}

fn broken(path: &Path, n_line: usize) -> Trouble {
    Trouble::Records(format!(
        "line {n_line} of the journal `{}` does not follow from the one before it. Somebody changed it, or the disk is \
         broken. The agent does nothing more. Keep the file for whoever looks into it, then enrol the device anew",
        path.display()
    ))
}
