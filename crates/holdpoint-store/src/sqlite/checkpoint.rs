//! Folding the journal into the file beside the work, so that no change waits for it.
//!
//! SQLite writes changes to a journal first and folds it into the file when it has grown; by itself it does so inside the commit
//! that made it grow, and whoever committed waits. Here a thread of its own does it, as soon as enough rows were changed. The
//! surprise: while changes come without a pause the thread never folds the newest one, and only a journal that is folded whole begins
//! anew. The commit that finds the journal at [`JOURNAL_PAGES`] therefore still folds it itself; little is left to do by then.

use rusqlite::{Connection, OpenFlags};
use std::cell::Cell;
use std::ops::Deref;
use std::path::Path;
use std::sync::MutexGuard;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Pages of the journal at which a commit folds it in itself: 48 MiB.
pub(super) const JOURNAL_PAGES: u32 = 12_288;
/// So many changed rows are worth a fold; with their indexes they are some four thousand pages at most.
const ROWS: u64 = 1_000;
/// A fold that meets another process' is left to the next one after so long.
const PATIENCE: Duration = Duration::from_secs(1);

/// The thread that folds, and the way to wake it. Dropped, it ends what it is at and is gone.
pub(super) struct Checkpoints {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Of this file. Without a thread to be had, commits fold the journal as SQLite does by itself.
    pub(super) fn of(path: &Path) -> Self {
        let (wake, woken) = sync_channel(1);
        let path = path.to_owned();
        let thread = std::thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || fold_when(&path, &woken));
        Self { wake: Some(wake), thread: thread.ok() }
    }

    fn wake(&self) {
        // One call that waits is as good as two.
        if let Some(wake) = &self.wake {
            wake.try_send(()).ok();
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn fold_when(path: &Path, woken: &Receiver<()>) {
    let mut connection: Option<Connection> = None;
    while woken.recv().is_ok() {
        // What cannot be folded now is folded later, or by a commit: nothing hangs on it.
        if connection.is_none() {
            connection = open(path).ok();
        }
        let folded = connection
            .as_ref()
            .is_some_and(|open| open.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).is_ok());
        if !folded {
            connection = None;
        }
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch("PRAGMA synchronous = FULL;")?;
    Ok(connection)
}

/// The one connection that writes, while somebody has it. Given back, it wakes the thread when enough was changed.
pub(crate) struct Writer<'a> {
    connection: MutexGuard<'a, WriterState>,
    checkpoints: Option<&'a Checkpoints>,
}

/// The connection, and how many rows had been changed when the journal was folded last.
pub(super) struct WriterState {
    connection: Connection,
    folded_at: Cell<u64>,
}

impl WriterState {
    pub(super) const fn new(connection: Connection) -> Self {
        Self { connection, folded_at: Cell::new(0) }
    }
}

impl<'a> Writer<'a> {
    pub(super) const fn new(
        connection: MutexGuard<'a, WriterState>,
        checkpoints: Option<&'a Checkpoints>,
    ) -> Self {
        Self { connection, checkpoints }
    }
}

impl Deref for Writer<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection.connection
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        let Some(checkpoints) = self.checkpoints else { return };
        let changed = self.connection.connection.total_changes();
        if changed.saturating_sub(self.connection.folded_at.get()) >= ROWS {
            self.connection.folded_at.set(changed);
            checkpoints.wake();
        }
    }
}
