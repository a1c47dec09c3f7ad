//! The plant in the box: devices with a version each, a link to each, and a way for everything to go wrong.

use super::dice::Dice;
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Deed, ErrorClass, Observed, Outcome, Started};

pub const MINUTE: i64 = 60_000_000;

/// What is on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    Before,
    After,
    Spoiled,
}

#[derive(Debug, Clone)]
pub struct Device {
    pub version: Version,
    /// It answers from this moment on.
    pub silent_until: Moment,
    pub backup: bool,
    /// By how many minutes its clock is ahead; less than 0: behind.
    pub clock_off: i64,
    /// The newest instruction that it obeyed: one that comes again is not obeyed again.
    pub obeyed: u64,
    /// The patch is on it, and it was not restarted since.
    pub unrestarted: bool,
    /// Looks at it tell whether it was started again.
    pub tells_its_start: bool,
    /// Since it was worked on, it asks for a restart by a mark of its own.
    pub asks: bool,
    /// How often an installation really began on it.
    pub installations: u32,
}

/// How bad the plant is, each per thousand.
#[derive(Debug, Clone, Copy)]
pub struct Faults {
    pub link: u64,
    pub device: u64,
    pub server: u64,
    pub people: u64,
    pub clock: u64,
}

impl Faults {
    pub fn of(seed: u64, dice: &mut Dice) -> Self {
        // Every eighth plant is perfect: there everything must come to its end.
        if seed.is_multiple_of(8) {
            return Self { link: 0, device: 0, server: 0, people: 0, clock: 0 };
        }
        Self {
            link: dice.below(250),
            device: dice.below(250),
            server: dice.below(200),
            people: dice.below(60),
            clock: dice.below(40),
        }
    }
}

/// A deed on its way to a device, or its answer on the way back.
#[derive(Debug, Clone)]
pub struct Flight {
    pub step: u32,
    pub device: usize,
    pub deed: Deed,
    pub attempt: u16,
    /// Its number among all instructions.
    pub counter: u64,
    pub issued: Moment,
    /// The instruction is void after this moment.
    pub expires: Moment,
    pub arrives: Moment,
    pub answer: Option<(Moment, Outcome)>,
}

/// What an instruction did on the device, with the answer that it gives; `None`: the device says nothing.
pub fn act(
    device: &mut Device,
    flight: &Flight,
    now: Moment,
    faults: Faults,
    dice: &mut Dice,
) -> Option<Outcome> {
    // An instruction whose time is over is not obeyed, whoever sends it.
    if now > flight.expires || device.silent_until > now {
        return None;
    }
    if let Some(refused) = by_its_clock(device, flight, now)? {
        return Some(refused);
    }
    let bad = dice.falls(faults.device);
    let outcome = match flight.deed {
        Deed::Stage => match (bad, dice.below(8)) {
            (false, _) => Outcome::Succeeded,
            (true, 0) => failed(ErrorClass::Mismatch, "half of the file, and its hash is another"),
            (true, _) => failed(ErrorClass::Unreachable, "cut in the middle of the file"),
        },
        Deed::Preflight if bad => failed(ErrorClass::Unfit, "an alarm stands"),
        Deed::Backup if bad => failed(ErrorClass::Busy, "the engineering station holds the project"),
        Deed::Backup => {
            device.backup = true;
            Outcome::Succeeded
        }
        Deed::Preflight => Outcome::Succeeded,
        Deed::Install => install(device, bad, now, dice)?,
        Deed::Restart => {
            device.silent_until = now.plus_micros(MINUTE * i64::try_from(1 + dice.below(4)).unwrap_or(1));
            // It calls a restart done that never came, where a look can tell.
            if bad && device.tells_its_start && dice.below(2) == 0 {
                return Some(Outcome::Succeeded);
            }
            // It is lost on the way, before or after.
            device.unrestarted &= bad && dice.below(2) == 0;
            if bad {
                return None;
            }
            Outcome::Succeeded
        }
        Deed::Undo => match (bad, dice.below(3)) {
            (false, _) => {
                device.version = Version::Before;
                Outcome::Succeeded
            }
            (true, 0) => {
                device.version = Version::Before;
                return None;
            }
            (true, 1) => Outcome::Succeeded,
            (true, _) => {
                device.version = Version::Spoiled;
                failed(ErrorClass::Broken, "the old firmware is refused")
            }
        },
        Deed::Verify | Deed::Recheck | Deed::VerifyUndo if bad => {
            failed(ErrorClass::Unreachable, "no answer")
        }
        Deed::Verify | Deed::Recheck | Deed::VerifyUndo => Outcome::Seen(match device.version {
            Version::Before => Observed::AsBefore,
            Version::After => Observed::AsPromised,
            Version::Spoiled => Observed::Otherwise { what: "a version that nobody planned".into() },
        }),
    };
    Some(outcome)
}

/// What the device refuses by its own clock and memory; `None`: it stays silent, because it has done that already.
fn by_its_clock(device: &mut Device, flight: &Flight, now: Moment) -> Option<Option<Outcome>> {
    let own = now.plus_micros(device.clock_off * MINUTE);
    if flight.deed == Deed::Preflight && device.clock_off != 0 {
        return Some(Some(failed(ErrorClass::Unfit, "its clock is off")));
    }
    if !matches!(flight.deed, Deed::Install | Deed::Restart | Deed::Undo) {
        return Some(None);
    }
    if flight.counter <= device.obeyed {
        return None;
    }
    if own < flight.issued || own > flight.expires {
        return Some(Some(failed(ErrorClass::Unfit, "by its clock the instruction is not for now")));
    }
    device.obeyed = flight.counter;
    Some(None)
}

fn install(device: &mut Device, bad: bool, now: Moment, dice: &mut Dice) -> Option<Outcome> {
    device.installations += 1;
    device.unrestarted = true;
    device.asks = device.tells_its_start && dice.below(2) == 0;
    if !bad {
        device.version = Version::After;
        return Some(Outcome::Succeeded);
    }
    match dice.below(7) {
        0 => Some(failed(ErrorClass::Broken, "refused, nothing was changed")),
        1 => {
            device.version = Version::Spoiled;
            Some(failed(ErrorClass::Broken, "stopped at 60 per cent"))
        }
        // It lies, in both directions.
        2 => Some(Outcome::Succeeded),
        3 => {
            device.version = Version::After;
            Some(failed(ErrorClass::Broken, "the tool lost sight of it"))
        }
        4 => {
            device.version = Version::Spoiled;
            Some(Outcome::Succeeded)
        }
        // A restart in the middle, and silence.
        5 => {
            device.silent_until = now.plus_micros(MINUTE * 45);
            device.version = Version::After;
            None
        }
        _ => {
            device.silent_until = now.plus_micros(MINUTE * 600);
            device.version = Version::Spoiled;
            None
        }
    }
}

fn failed(class: ErrorClass, what: &str) -> Outcome {
    Outcome::Failed { class, what: what.into() }
}

impl Device {
    /// What on it asks for a restart, as a look tells; the mark is gone with the restart.
    pub fn mark(&self) -> Option<&'static str> {
        (self.asks && self.unrestarted).then_some("the system")
    }

    /// What a look tells of its start.
    pub fn started(&self) -> Started {
        match (self.tells_its_start, self.unrestarted) {
            (false, _) => Started::NotRead,
            (true, true) => Started::NotAgain,
            (true, false) => Started::Again,
        }
    }
}
