//! Starting programs: with nothing of our surroundings, a limit of time, a limit of output, and a group that can be ended.
//!
//! Here: questions ([`ask`]), whose answer is read, looks of scripts ([`look`]), and acts ([`act`]), which change the device. Not here: which
//! programs. No shell is ever involved.
//!
//! The surprise is the hand's lock. An act has the file `hand.lock`, locked, as its standard input. Whatever it starts
//! inherits that, so the lock is held as long as any part of the act lives, also when the agent was killed. The next
//! agent waits for the lock before it looks at the facts, and so never takes a work that still runs for one that
//! never began. Output goes to a file, because an act must not die of a reader that is gone.

use crate::error::{Result, Trouble};
use crate::settings::Settings;
use crate::state::{StateFolder, read_at_most};
use crate::system::{self, End, ProcessMark};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// So much of an answer is read. `dpkg-query` of 20,000 packages has about 3 MiB.
const ANSWER_LIMIT_BYTES: u64 = 16 * 1024 * 1024;
/// So long may a question take: a busy disk of an old machine.
const QUESTION_LIMIT: Duration = Duration::from_secs(120);
/// So long may a group tidy up before it is forced to end.
const GRACE: Duration = Duration::from_secs(5);
/// So much of what a look said is told, at most.
const FIRST_BYTES: u64 = 1_200;
/// So many lines of it.
const FIRST_LINES: usize = 20;
/// How often a running program is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A program with its arguments.
#[derive(Debug, Clone)]
pub struct Program<'a> {
    /// Its name, looked for in the settings' path, or an absolute path.
    pub name: &'a str,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What it finds in its surroundings besides the path and a plain language.
    pub surroundings: Vec<(&'static str, &'static str)>,
    /// Whom it runs as, by the numbers of account and group; `None`: as the agent.
    pub account: Option<(u32, u32)>,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// With this code; `None` when a signal ended it.
    By(Option<i32>),
    /// It was ended because its time was over.
    OutOfTime,
}

/// What a question was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output, then standard error.
    pub text: String,
}

/// An act that another agent began still holds its lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StillHeld;

fn command(settings: &Settings, program: &Program<'_>) -> Command {
    let mut command = Command::new(path_of(settings, program.name));
    command.args(&program.arguments).env_clear().current_dir("/");
    command.env("PATH", &settings.program_path).env("LC_ALL", "C.UTF-8").env("HOME", "/nonexistent");
    command.envs(program.surroundings.iter().copied());
    system::own_group(&mut command);
    if let Some(account) = program.account {
        system::run_as(&mut command, account);
    }
    command
}

/// Where a program lies; its bare name when it lies nowhere, so that the error names it.
fn path_of(settings: &Settings, name: &str) -> std::path::PathBuf {
    let found = settings.program_path.split(':').map(|folder| std::path::Path::new(folder).join(name));
    found.into_iter().find(|path| path.is_file()).unwrap_or_else(|| name.into())
}

/// Whether the device has a program.
#[must_use]
pub fn exists(settings: &Settings, name: &str) -> bool {
    path_of(settings, name).is_absolute()
}

/// Asks a program that changes nothing.
///
/// # Errors
/// When it cannot be started, takes too long or says too much.
pub fn ask(settings: &Settings, program: &Program<'_>) -> Result<Answer> {
    let mut child = command(settings, program)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Trouble::system("start", program.name.as_ref()))?;
    let out = child.stdout.take().expect("standard output is piped");
    let err = child.stderr.take().expect("standard error is piped");
    let err = std::thread::spawn(move || read_some(err));
    let out = std::thread::spawn(move || read_some(out));
    let mark = system::mark_of(child.id());
    let ended = wait(&mut child, mark.as_ref(), QUESTION_LIMIT)?;
    let text = |thread: std::thread::JoinHandle<Vec<u8>>| thread.join().unwrap_or_default();
    let (out, err) = (text(out), text(err));
    if (out.len().max(err.len())) as u64 > ANSWER_LIMIT_BYTES {
        return Err(Trouble::Program(format!("`{}` said more than is read", program.name)));
    }
    match ended {
        Ended::OutOfTime => Err(Trouble::Program(format!(
            "`{}` did not answer within {} s",
            program.name,
            QUESTION_LIMIT.as_secs()
        ))),
        Ended::By(code) => Ok(Answer {
            code,
            text: format!("{}{}", String::from_utf8_lossy(&out), String::from_utf8_lossy(&err)),
        }),
    }
}

/// Runs a program that only looks, for so long, its output in `log/NAME` alone; what it said at the beginning is the second part.
///
/// What it may have left running keeps nobody waiting, because nobody reads from it.
///
/// # Errors
/// When it cannot be started or watched. How it ended is the result and no error.
pub fn look(
    settings: &Settings,
    state: &StateFolder,
    program: &Program<'_>,
    log: &str,
    limit: Duration,
) -> Result<(Ended, String)> {
    let log_path = state.at("log").join(log);
    let out = File::create(&log_path).map_err(Trouble::system("open", &log_path))?;
    let err = out.try_clone().map_err(Trouble::system("open", &log_path))?;
    let mut child = command(settings, program)
        .stdin(Stdio::null())
        .stdout(Stdio::from(out))
        .stderr(Stdio::from(err))
        .spawn()
        .map_err(Trouble::system("start", program.name.as_ref()))?;
    let mark = system::mark_of(child.id());
    let ended = wait(&mut child, mark.as_ref(), limit)?;
    let mut said = Vec::new();
    let file = File::open(&log_path).map_err(Trouble::system("open", &log_path))?;
    file.take(FIRST_BYTES).read_to_end(&mut said).map_err(Trouble::system("read", &log_path))?;
    let said = String::from_utf8_lossy(&said);
    let first: Vec<&str> = said.lines().take(FIRST_LINES).collect();
    Ok((ended, first.join("\n").trim().to_owned()))
}

/// Reads one byte more than the limit, so that too much is seen; what follows makes the writer stop.
fn read_some(reader: impl std::io::Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = reader.take(ANSWER_LIMIT_BYTES + 1).read_to_end(&mut bytes);
    bytes
}

/// The lock of the hand; whoever has it may act.
#[derive(Debug)]
pub struct Hand {
    lock: File,
}

impl Hand {
    /// Takes the lock, waiting for an act that still runs; ends that act when its time is over.
    ///
    /// # Errors
    /// When the system does not do it. `Ok(Err(StillHeld))` when something holds it that cannot be ended.
    pub fn take(state: &StateFolder, patience: Duration) -> Result<std::result::Result<Self, StillHeld>> {
        let path = state.at("hand.lock");
        let made = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
        drop(made.map_err(Trouble::system("open", &path))?);
        let lock = File::open(&path).map_err(Trouble::system("open", &path))?;
        let until = Instant::now() + patience;
        let mut ends = [End::Ask, End::Force].into_iter();
        let mut limit = until;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Ok(Self { lock })),
                Err(TryLockError::WouldBlock) if Instant::now() < limit => std::thread::sleep(LOOK_EVERY),
                Err(TryLockError::WouldBlock) => {
                    let Some(end) = ends.next() else { return Ok(Err(StillHeld)) };
                    if let Some(mark) = marked(state)? {
                        system::end_group(&mark, end);
                    }
                    limit = Instant::now() + GRACE;
                }
                Err(TryLockError::Error(source)) => {
                    return Err(Trouble::System { what: "lock", path, source });
                }
            }
        }
    }

    /// Runs a program that changes the device, its output in `log/NAME`.
    ///
    /// # Errors
    /// When it cannot be started or watched. How it ended is the result and no error.
    pub fn act(
        &self,
        settings: &Settings,
        state: &StateFolder,
        program: &Program<'_>,
        log: &str,
        limit: Duration,
    ) -> Result<Ended> {
        let log_path = state.at("log").join(log);
        let out = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log_path)
            .map_err(Trouble::system("open", &log_path))?;
        let twice = |file: &File| file.try_clone().map_err(Trouble::system("open", &log_path));
        let mut child = command(settings, program)
            .stdin(Stdio::from(twice(&self.lock)?))
            .stdout(Stdio::from(twice(&out)?))
            .stderr(Stdio::from(out))
            .spawn()
            .map_err(Trouble::system("start", program.name.as_ref()))?;
        let mark = system::mark_of(child.id());
        if let Some(mark) = &mark {
            let json = serde_json::to_vec(mark).expect("numbers and a text");
            crate::state::write_whole(&state.at("hand.json"), &json, 0o600)?;
        }
        wait(&mut child, mark.as_ref(), limit)
    }
}

fn marked(state: &StateFolder) -> Result<Option<ProcessMark>> {
    let bytes = read_at_most(&state.at("hand.json"), 4 * 1024)?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Waits for a program; ends its whole group when its time is over.
fn wait(child: &mut Child, mark: Option<&ProcessMark>, limit: Duration) -> Result<Ended> {
    let watch = |child: &mut Child, limit: Duration| -> Result<Option<ExitStatus>> {
        let until = Instant::now() + limit;
        loop {
            let status = child.try_wait().map_err(Trouble::system("wait for", "a program".as_ref()))?;
            if status.is_some() || Instant::now() >= until {
                return Ok(status);
            }
            std::thread::sleep(LOOK_EVERY);
        }
    };
    if let Some(status) = watch(child, limit)? {
        return Ok(Ended::By(status.code()));
    }
    for end in [End::Ask, End::Force] {
        if let Some(mark) = mark {
            system::end_group(mark, end);
        }
        if watch(child, GRACE)?.is_some() {
            break;
        }
    }
    // Those of the group that outlived the first of it.
    if let Some(mark) = mark {
        system::end_group(mark, End::Force);
    }
    let _ = child.kill();
    let _ = child.wait();
    Ok(Ended::OutOfTime)
}

/// The end of an act's output, for the report.
#[must_use]
pub fn tail_of_log(state: &StateFolder, log: &str) -> String {
    use std::io::{Seek as _, SeekFrom};
    let read = || -> std::io::Result<String> {
        let mut file = File::open(state.at("log").join(log))?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(1_200)))?;
        let mut bytes = Vec::new();
        file.take(1_200).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    };
    read().unwrap_or_default()
}

/// What the way a program ended means, in words.
#[must_use]
pub fn in_words(ended: &Ended) -> String {
    match ended {
        Ended::By(Some(0)) => "ended well".to_owned(),
        Ended::By(Some(code)) => format!("ended with code {code}"),
        Ended::By(None) => "was ended by a signal".to_owned(),
        Ended::OutOfTime => "did not end in its time and was ended with everything it had started".to_owned(),
    }
}
