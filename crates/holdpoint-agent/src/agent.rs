//! The agent: its records, its papers, and taking in what a server says.
//!
//! Here: opening everything, admitting orders, remembering the highest numbers, delivering reports. Not here: carrying
//! orders out (`work`), which scripts' checks are due (`due_checks`), and when to ask (`run`).

mod due_checks;
mod work;

use crate::door::{Door, Polled};
use crate::edge;
use crate::error::{Result, Trouble};
use crate::facts;
use crate::hand::{Bench, script};
use crate::journal::{Entry, Journal, Line};
use crate::ledger::Ledger;
use crate::settings::Settings;
use crate::state::{StateFolder, read_at_most, take_halves_away, write_whole};
use holdpoint_wire::admit::{Device, Identity, Occasion, admit, open_image};
use holdpoint_wire::command::{Command, ScriptWork};
use holdpoint_wire::envelope::Envelope;
use holdpoint_wire::image::Image;
use holdpoint_wire::inventory::{Inventory, MOST_CHECKS, SeenCheck};
use holdpoint_wire::message::{self, Message as _, VersionOne};
use holdpoint_wire::moment::Moment;
use holdpoint_wire::order::Order;
use holdpoint_wire::poll::{InventoryWish, PollAnswer};
use holdpoint_wire::progress::{Outcome, Progress, Step};
use holdpoint_wire::refusal::Refusal;
use holdpoint_wire::root::{self, Root};
use holdpoint_wire::text::{FilePath, Hash, Id, Words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// So many events go in one report.
const EVENTS_PER_REPORT: usize = 200;
/// The time seen is written down at least this often, so that a clock that goes back by more is noticed.
const REMEMBER_TIME_EVERY_S: i64 = 3_600;

/// Who the device is and where its server is; written once by enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolled {
    /// `HOST:PORT`; empty for a device that is served by a folder alone.
    pub server: String,
    /// SHA-256 of the certificate that the server, or the authority above it, shows.
    pub fingerprint: Option<Hash>,
    /// The site.
    pub site: Id,
    /// The asset.
    pub asset: Id,
    /// The class of devices.
    pub class: Id,
    /// How often to ask, in seconds.
    pub poll_every_s: u32,
}

/// The agent with everything open.
#[derive(Debug)]
pub struct Agent {
    settings: Settings,
    state: StateFolder,
    journal: Journal,
    ledger: Ledger,
    enrolled: Enrolled,
    root: Root,
    image: Option<Image>,
    inventory: InventoryWish,
    fetching: Fetching,
}

/// Whether files are asked of the server now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fetching {
    /// In a round.
    Now,
    /// Between rounds, so that a server that is away is not asked every few seconds.
    Later,
}

/// One event, before it has a number.
struct Told<'a> {
    order: Option<&'a Id>,
    attempt: u32,
    step: Step,
    outcome: Outcome,
    rule: &'a str,
    words: &'a str,
    mark: Option<String>,
    until: Option<Moment>,
}

impl Agent {
    /// Opens the agent of an enrolled device.
    ///
    /// # Errors
    /// When the device is not enrolled, another agent runs, or the records do not hold.
    pub fn open(settings: Settings) -> Result<Self> {
        let state = StateFolder::open(&settings.state)?;
        let Some(enrolled) = read_at_most(&state.at("enrolled.json"), 64 * 1024)? else {
            return Err(Trouble::Asked(
                "this device is not enrolled. Ask for a code on the server, then `holdpoint agent enrol`"
                    .to_owned(),
            ));
        };
        let enrolled: Enrolled = serde_json::from_slice(&enrolled)
            .map_err(|error| Trouble::Records(format!("`enrolled.json` cannot be read: {error}")))?;
        let new_id = Id::new(holdpoint_wire::text::hex(&edge::random::<12>()?)).expect("hexadecimal digits");
        let (journal, lines) = Journal::open(&state.at("journal.jsonl"), &new_id, edge::now())?;
        let root = read_root(&state, &enrolled)?;
        let mut agent = Self {
            ledger: Ledger::of(&lines),
            inventory: InventoryWish::NotNeeded,
            fetching: Fetching::Now,
            image: None,
            settings,
            state,
            journal,
            enrolled,
            root,
        };
        agent.ledger.seen = highest(agent.ledger.seen, read_witness(&agent.settings)?);
        agent.load_image()?;
        let places = agent.ordered_places();
        take_halves_away(&agent.state, places.iter().map(|path| Path::new(path.as_str())));
        Ok(agent)
    }

    /// Where the server is.
    #[must_use]
    pub const fn enrolled(&self) -> &Enrolled {
        &self.enrolled
    }

    /// What follows from the journal.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The agent's folder.
    #[must_use]
    pub const fn state(&self) -> &StateFolder {
        &self.state
    }

    const fn bench(&self) -> Bench<'_> {
        Bench { settings: &self.settings, state: &self.state }
    }

    fn device(&self) -> Device {
        Device {
            identity: Identity {
                site: self.enrolled.site.clone(),
                asset: self.enrolled.asset.clone(),
                class: self.enrolled.class.clone(),
            },
            root: self.root.clone(),
            seen: self.ledger.seen,
        }
    }

    /// The image that was kept; one that does not hold any more approves nothing.
    fn load_image(&mut self) -> Result<()> {
        let Some(bytes) = read_at_most(&self.state.at("image.json"), Envelope::LIMIT_BYTES as u64)? else {
            return Ok(());
        };
        let envelope: Envelope = message::read(&bytes).map_err(Refusal::from)?;
        match open_image(&envelope, &self.device(), edge::now()) {
            Ok(image) => self.image = Some(image),
            Err(refusal) => self.refused(&Hash::of(&bytes), None, &refusal)?,
        }
        Ok(())
    }

    fn append(&mut self, entry: Entry) -> Result<Line> {
        let line = self.journal.append(entry, edge::now())?;
        self.ledger.take(&line);
        Ok(line)
    }

    fn tell(&mut self, told: Told<'_>) -> Result<()> {
        let Told { order, attempt, step, outcome, rule, words, mark, until } = told;
        let (order, rule, words) = (order.cloned(), rule.to_owned(), Words::cut(words));
        self.append(Entry::Event { order, attempt, step, outcome, rule, words, mark, until })?;
        Ok(())
    }

    /// Takes in what stands open. Refusals are told once for each paper and rule.
    ///
    /// # Errors
    /// When the records cannot be written. A refused paper is no error.
    pub fn take(&mut self, answer: &PollAnswer) -> Result<()> {
        for envelope in &answer.roots {
            self.take_root(envelope)?;
        }
        if let Some(envelope) = &answer.image {
            self.take_image(envelope)?;
        }
        for envelope in &answer.orders {
            self.take_order(envelope)?;
        }
        if answer.inventory == InventoryWish::Wanted {
            self.inventory = InventoryWish::Wanted;
        }
        self.remember_time()
    }

    fn take_root(&mut self, envelope: &Envelope) -> Result<()> {
        let bytes = message::write(envelope);
        match root::successor(&self.root, envelope) {
            Ok(root) => {
                write_whole(&self.state.at("root.json"), &bytes, 0o600)?;
                self.root = root;
                Ok(())
            }
            // The one that is held already, or one before it.
            Err(Refusal::RootOutOfOrder { wanted, found }) if found < wanted => Ok(()),
            Err(refusal) => self.refused(&Hash::of(&bytes), None, &refusal),
        }
    }

    fn take_image(&mut self, envelope: &Envelope) -> Result<()> {
        let bytes = message::write(envelope);
        match open_image(envelope, &self.device(), edge::now()) {
            Ok(image) => {
                let is_new = self.image.as_ref() != Some(&image);
                if is_new {
                    write_whole(&self.state.at("image.json"), &bytes, 0o600)?;
                    self.remember(image.image_version)?;
                    self.image = Some(image);
                }
                Ok(())
            }
            Err(refusal) => self.refused(&Hash::of(&bytes), None, &refusal),
        }
    }

    fn take_order(&mut self, envelope: &Envelope) -> Result<()> {
        if self.ledger.orders.values().any(|held| held.envelope.text == envelope.text) {
            return Ok(());
        }
        let device = self.device();
        match admit(envelope, self.image.as_ref(), &device, Occasion::Receipt, edge::now()) {
            Ok(admitted) => {
                let order = admitted.order().order.clone();
                self.append(Entry::Held { envelope: Box::new(envelope.clone()) })?;
                write_witness(&self.settings, &self.ledger)?;
                self.tell(Told {
                    outcome: Outcome::Done,
                    words: "the order is let in and kept",
                    ..Told::plain(Some(&order), Step::Admission)
                })
            }
            Err(refusal) => {
                // Only a text whose signature held may name an order in the report.
                let is_signed = !matches!(
                    refusal,
                    Refusal::UnknownKey { .. }
                        | Refusal::ChangedByte { .. }
                        | Refusal::ThresholdMissed { .. }
                        | Refusal::WrongKind { .. }
                );
                let named = message::read::<Order>(envelope.text.as_bytes()).ok().map(|order| order.order);
                let hash = Hash::of(envelope.text.as_bytes());
                self.refused(&hash, named.filter(|_| is_signed).as_ref(), &refusal)
            }
        }
    }

    /// Tells of a refusal, once.
    fn refused(&mut self, paper: &Hash, order: Option<&Id>, refusal: &Refusal) -> Result<()> {
        let path = self.state.at("refused");
        let told = read_at_most(&path, 1024 * 1024)?.unwrap_or_default();
        let told = String::from_utf8_lossy(&told);
        let line = format!("{paper} {}", refusal.rule());
        if told.lines().any(|known| known == line) {
            return Ok(());
        }
        self.tell(Told {
            outcome: Outcome::Refused,
            rule: refusal.rule(),
            words: &refusal.to_string(),
            ..Told::plain(order, Step::Admission)
        })?;
        let last: Vec<&str> = told.lines().rev().take(255).collect();
        let kept: String =
            last.into_iter().rev().chain([line.as_str()]).map(|line| format!("{line}\n")).collect();
        write_whole(&path, kept.as_bytes(), 0o600)
    }

    fn remember(&mut self, image_version: u64) -> Result<()> {
        let counter = self.ledger.seen.counter;
        self.append(Entry::Seen { counter, image_version, time: edge::now() })?;
        write_witness(&self.settings, &self.ledger)
    }

    fn remember_time(&mut self) -> Result<()> {
        let seen = self.ledger.seen;
        if edge::now().seconds_since(seen.time) < REMEMBER_TIME_EVERY_S {
            return Ok(());
        }
        self.remember(seen.image_version)
    }

    /// A person at the device says that the clock is right, though it went back.
    ///
    /// # Errors
    /// When the records cannot be written.
    pub fn clock_corrected(&mut self, why: &Words) -> Result<()> {
        self.append(Entry::ClockCorrected { time: edge::now(), words: why.clone() })?;
        write_witness(&self.settings, &self.ledger)?;
        self.tell(Told {
            outcome: Outcome::Confirmed,
            rule: "clock_corrected",
            words: why.as_str(),
            ..Told::plain(None, Step::Admission)
        })
    }

    /// One round: ask, take in, work, report. What cannot be delivered is kept.
    ///
    /// # Errors
    /// When the agent's own records do not hold. A server that does not answer is in the result.
    pub fn round(&mut self, door: &mut Door) -> Result<Round> {
        let polled = door.poll();
        let mut round = Round { ask_again_s: None, later_s: None, server: None };
        match polled {
            Ok(Polled::Answer(answer)) => {
                round.ask_again_s = Some(answer.ask_again_s);
                self.take(&answer)?;
            }
            Ok(Polled::NotChanged) => self.remember_time()?,
            Ok(Polled::Later { after_s }) => round.later_s = Some(after_s),
            Err(trouble) => round.server = Some(trouble.in_full()),
        }
        self.work(door)?;
        if let Err(trouble) = self.deliver(door) {
            round.server.get_or_insert(trouble.in_full());
        }
        Ok(round)
    }

    /// Works on what is held, between two polls. Nothing is asked of the server but files that are missing.
    ///
    /// # Errors
    /// When the agent's own records do not hold.
    pub fn between(&mut self, door: &mut Door) -> Result<()> {
        if self.ledger.next_open().is_none() {
            return Ok(());
        }
        self.fetching = Fetching::Later;
        let worked = self.work(door);
        self.fetching = Fetching::Now;
        worked
    }

    /// The places for files that the image approves, and those of orders: what was put there is looked at when nobody approves it any more, too.
    fn places(&self) -> BTreeSet<FilePath> {
        let approved =
            self.image.iter().flat_map(|image| &image.entries).filter_map(|entry| entry.place.as_ref());
        approved.map(|place| place.path.clone()).chain(self.ordered_places()).collect()
    }

    fn ordered_places(&self) -> BTreeSet<FilePath> {
        let ordered = self.ledger.orders.values().filter_map(|held| match &held.order.command {
            Command::File(work) => Some(&work.path),
            Command::Deb(_)
            | Command::Rpm(_)
            | Command::Script(_)
            | Command::WayBack(_)
            | Command::Restart(_)
            | Command::Inventory(_)
            | Command::Stop(_)
            | Command::GoodUntil(_) => None,
        });
        ordered.cloned().collect()
    }

    /// What the checks of scripts say that were run by order and still stand.
    fn checks(&self) -> Vec<SeenCheck> {
        let newest = due_checks::newest(&self.ledger, |patch, work| self.approves(patch, work));
        let run = newest.into_iter().take(MOST_CHECKS);
        let look = |(order, run)| script::check(self.bench(), order, run);
        due_checks::in_time(run, edge::now, look, |(order, run)| script::unchecked(order, run))
    }

    /// Whether the image has the script of a patch so.
    fn approves(&self, patch: &Id, work: &ScriptWork) -> bool {
        let entry = self.image.as_ref().and_then(|image| image.entry(patch));
        entry.is_some_and(|entry| entry.script.as_ref() == Some(work))
    }

    /// Delivers what was not delivered yet.
    fn deliver(&mut self, door: &mut Door) -> Result<()> {
        while !self.ledger.undelivered.is_empty() {
            let events: Vec<_> = self.ledger.undelivered.iter().take(EVENTS_PER_REPORT).cloned().collect();
            let (Some(first), Some(last)) = (events.first().map(|e| e.seq), events.last().map(|e| e.seq))
            else {
                break;
            };
            let journal = self.ledger.journal.clone().expect("every journal begins with its name");
            let kept = door.report(&Progress { version: VersionOne, journal, events })?;
            if kept < first {
                return Err(Trouble::Server("the server took a report and keeps nothing of it".to_owned()));
            }
            self.append(Entry::Delivered { through: kept.min(last) })?;
        }
        if self.inventory == InventoryWish::Wanted {
            let seen = facts::inventory(self.bench(), &self.places(), edge::now());
            door.inventory(&Inventory { checks: self.checks(), ..seen })?;
            self.inventory = InventoryWish::NotNeeded;
        }
        Ok(())
    }
}

/// What a round came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// How long the server says to wait.
    pub ask_again_s: Option<u32>,
    /// The server was too busy and says when to come again.
    pub later_s: Option<u32>,
    /// What went wrong with the server; the agent goes on without it.
    pub server: Option<String>,
}

impl<'a> Told<'a> {
    const fn plain(order: Option<&'a Id>, step: Step) -> Self {
        Self { order, attempt: 1, step, outcome: Outcome::Done, rule: "", words: "", mark: None, until: None }
    }
}

fn read_root(state: &StateFolder, enrolled: &Enrolled) -> Result<Root> {
    let bytes = read_at_most(&state.at("root.json"), Envelope::LIMIT_BYTES as u64)?
        .ok_or_else(|| Trouble::Records("`root.json` is not there; enrol the device anew".to_owned()))?;
    let envelope: Envelope = message::read(&bytes).map_err(Refusal::from)?;
    Ok(root::first(&envelope, &enrolled.site)?)
}

fn highest(
    one: holdpoint_wire::admit::Seen,
    other: holdpoint_wire::admit::Seen,
) -> holdpoint_wire::admit::Seen {
    holdpoint_wire::admit::Seen {
        counter: one.counter.max(other.counter),
        image_version: one.image_version.max(other.image_version),
        time: one.time.max(other.time),
    }
}

/// Three numbers on one line.
fn read_witness(settings: &Settings) -> Result<holdpoint_wire::admit::Seen> {
    let Some(bytes) = read_at_most(&settings.witness, 200)? else { return Ok(Default::default()) };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut numbers = text.split_whitespace();
    let mut next = || numbers.next();
    let read = (|| {
        Some(holdpoint_wire::admit::Seen {
            counter: next()?.parse().ok()?,
            image_version: next()?.parse().ok()?,
            time: Moment(next()?.parse().ok()?),
        })
    })();
    read.ok_or_else(|| {
        Trouble::Records(format!(
            "`{}` is not what the agent wrote. It keeps old orders from coming back. Find out who changed it",
            settings.witness.display()
        ))
    })
}

fn write_witness(settings: &Settings, ledger: &Ledger) -> Result<()> {
    let seen = ledger.seen;
    if let Some(folder) = settings.witness.parent() {
        fs::create_dir_all(folder).map_err(Trouble::system("make the folder", folder))?;
    }
    let line = format!("{} {} {}\n", seen.counter, seen.image_version, seen.time.0);
    write_whole(&settings.witness, line.as_bytes(), 0o600)
}
