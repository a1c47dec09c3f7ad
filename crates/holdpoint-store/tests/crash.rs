//! A program that is killed in the middle of a change leaves all of the change or nothing, and a log that verifies.
//!
//! The test starts its own file again as a child, which makes one change after the other and says before and after
//! each what it does. The parent kills it (SIGKILL) at a random moment, opens the same database, and compares. A
//! change that the child called done must be there: an audit log may not lose what it confirmed.
#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use holdpoint_domain::Moment;
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_store::{Intent, Location, Store, StoreError};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The child's place for data; without it the child's test works in memory.
const PLACE: &str = "HOLDPOINT_CRASH_TEST_PLACE";
/// Settings that each change writes; all have to agree afterwards.
const SETTINGS: u64 = 40;
/// Documents that each change adds.
const DOCUMENTS: u64 = 5;

fn key(place: u64) -> String {
    format!("crash-{place}")
}

fn document(change: u64, place: u64) -> Vec<u8> {
    format!("document {place} of change {change}; ").repeat(200).into_bytes()
}

fn hash_of(document: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(document).into()
}

/// Makes change number `n`, which is the `n`th entry of the log.
fn make_change(store: &Store, n: u64) -> Result<(u64, String), StoreError> {
    let intent = Intent {
        actor: Actor::System { job: "crash-test".to_owned() },
        via: Via::Job,
        action: "crash.write".to_owned(),
        reason: String::new(),
        at: Moment::from_micros(1_000_000 * i64::try_from(n).unwrap()),
    };
    let done = store.change(&intent, |c| -> Result<(), StoreError> {
        for place in 0..SETTINGS {
            c.put_setting(&key(place), &n.into())?;
            if place % (SETTINGS / DOCUMENTS) == 0 {
                c.put_blob(&document(n, place / (SETTINGS / DOCUMENTS)))?;
            }
        }
        c.about("crash", n);
        Ok(())
    })?;
    Ok((done.sequence, done.hash.to_string()))
}

/// Looks whether changes 1 to the last one are whole and nothing is there of the next one; gives the last one.
fn check(store: &Store) -> u64 {
    let report = store.verify_audit().unwrap();
    assert_eq!(report.fault, None);
    let last = report.entries;
    store
        .read(|r| {
            for place in 0..SETTINGS {
                let found = r.setting(&key(place))?.and_then(|value| value.as_u64()).unwrap_or(0);
                assert_eq!(found, last, "setting {place}: half of a change is there");
            }
            for place in 0..DOCUMENTS {
                if last > 0 {
                    let kept = r.blob(&hash_of(&document(last, place)))?;
                    assert!(kept.is_some(), "document {place} of change {last} is gone");
                }
                let early = r.blob(&hash_of(&document(last + 1, place)))?;
                assert!(
                    early.is_none(),
                    "document {place} of change {}, which was not made, is there",
                    last + 1
                );
            }
            Ok(())
        })
        .unwrap();
    last
}

/// The child: changes without end, until it is killed. In memory, as a test of its own, ten changes.
#[test]
fn changes_follow_each_other() {
    let place = std::env::var(PLACE).ok();
    let location = place.as_deref().map_or(Location::Memory, |place| Location::parse(place).unwrap());
    let mut out = std::io::stdout();
    let mut say = |text: String| {
        writeln!(out, "{text}").unwrap();
        out.flush().unwrap();
    };
    say("opening".to_owned());
    let store = Store::open(&location).unwrap();
    let mut n = store.read(|r| r.audit_head()).unwrap().0;
    say("ready".to_owned());
    while place.is_some() || n < 10 {
        n += 1;
        say(format!("begin {n}"));
        let (sequence, hash) = make_change(&store, n).unwrap();
        say(format!("done {sequence} {hash}"));
    }
    assert_eq!(check(&store), 10);
}

/// A child that makes changes until it is killed.
struct Victim {
    child: Child,
    said: BufReader<std::process::ChildStdout>,
    words: Words,
}

/// What the child said until now.
#[derive(Default)]
struct Words {
    /// The change that it began last.
    began: u64,
    /// The last change that it called done, and its hash.
    done: Option<(u64, String)>,
}

impl Words {
    /// Takes a line that was said to its end.
    fn take(&mut self, line: &str) {
        match line.trim_end().split(' ').collect::<Vec<_>>().as_slice() {
            ["begin", n] => self.began = n.parse().unwrap(),
            ["done", sequence, hash] => {
                self.done = Some((sequence.parse().unwrap(), (*hash).to_owned()));
            }
            _ => {}
        }
    }
}

impl Victim {
    fn start(place: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "changes_follow_each_other", "--nocapture"])
            .env(PLACE, place)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Self { child, said, words: Words::default() }
    }

    /// Waits until the child has said that word so many times.
    fn wait_for(&mut self, word: &str, times: u64) {
        let mut heard = 0;
        let mut line = String::new();
        while heard < times {
            line.clear();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "the child ended before it said `{word}`");
            self.words.take(&line);
            heard += u64::from(line.split_whitespace().any(|said| said == word));
        }
    }

    fn kill(mut self) -> Words {
        self.child.kill().unwrap();
        let status = self.child.wait().unwrap();
        assert!(!status.success(), "the child ended by itself");
        let mut text = String::new();
        self.said.read_to_string(&mut text).unwrap();
        // The kill may have cut the last line.
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            self.words.take(line);
        }
        self.words
    }
}

/// Pauses that differ from round to round; which ones does not matter, since the machine adds its own chance.
struct Pauses(u64);

impl Pauses {
    fn next(&mut self, below_us: u64) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_micros((self.0 >> 33) % below_us)
    }
}

/// Kills a writer `rounds` times; says how many kills hit an unfinished change.
fn kill_writers(place: &str, rounds: u64) -> u64 {
    let location = Location::parse(place).unwrap();
    drop(Store::open(&location).unwrap());
    let mut pauses = Pauses(rounds);
    let mut in_the_middle = 0;
    let mut before = 0;
    for round in 0..rounds {
        let mut victim = Victim::start(place);
        victim.wait_for("ready", 1);
        victim.wait_for("done", round % 3);
        std::thread::sleep(pauses.next(20_000));
        let words = victim.kill();

        let store = Store::open(&location).unwrap();
        let last = check(&store);
        assert!(last >= before, "round {round}: {last} changes are left of {before}");
        if let Some((sequence, hash)) = words.done {
            let kept = store.read(|r| r.audit_entries(sequence, 1)).unwrap();
            let kept = kept.first().map(|entry| (entry.sequence, entry.hash.to_string()));
            assert_eq!(kept, Some((sequence, hash)), "round {round}: a change that was done is gone");
        }
        in_the_middle += u64::from(words.began > last);
        before = last;
    }
    assert!(before >= rounds / 2, "hardly any change was made: {before}");
    in_the_middle
}

#[test]
fn a_hundred_killed_writers_leave_whole_changes_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let place = format!("sqlite:{}", folder.path().join("plant.db").display());
    let in_the_middle = kill_writers(&place, 100);
    eprintln!("100 writers killed on SQLite, {in_the_middle} of them in the middle of a change");
    assert!(in_the_middle >= 5, "only {in_the_middle} kills hit a change");
}

#[test]
fn killed_writers_leave_whole_changes_on_postgresql() {
    let database = holdpoint_testkit::postgres::database();
    let in_the_middle = kill_writers(&database.url(), 20);
    eprintln!("20 writers killed on PostgreSQL, {in_the_middle} of them in the middle of a change");
    assert!(in_the_middle >= 3, "only {in_the_middle} kills hit a change");
}

#[test]
fn a_first_run_that_is_killed_can_be_run_again() {
    let mut pauses = Pauses(1);
    for round in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let place = format!("sqlite:{}", folder.path().join("plant.db").display());
        let mut victim = Victim::start(&place);
        victim.wait_for("opening", 1);
        std::thread::sleep(pauses.next(40_000));
        victim.kill();
        let store = Store::open(&Location::parse(&place).unwrap())
            .unwrap_or_else(|why| panic!("round {round}: {why:?}"));
        check(&store);
    }
}
