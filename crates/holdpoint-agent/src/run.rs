//! When to ask: the interval with its spread, what the server says, and the back-off when it does not answer.
//!
//! Here: the loop and the arithmetic of waiting. What stands open is worked on between polls too, with or without a
//! server: a window opens by the device's clock, and people at the device are heard within seconds.

use crate::agent::{Agent, Round};
use crate::door::Door;
use crate::door::folder::FolderDoor;
use crate::door::https::HttpsDoor;
use crate::edge;
use crate::enrol::{self, OwnIdentity};
use crate::error::{Result, Trouble};
use crate::settings::Settings;
use holdpoint_wire::text::Hash;
use std::path::Path;
use std::time::{Duration, Instant};

/// Between two looks at what is held.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Bounds of the interval, whatever a server says.
const INTERVAL_S: (u32, u32) = (10, 86_400);
/// The longest back-off; a plant whose server was away for a week is heard of within the hour.
const BACK_OFF_LIMIT_S: u32 = 3_600;

/// Opens the agent and its way to the server; a folder when one is given.
///
/// # Errors
/// When the device is not enrolled, or its papers do not hold.
pub fn open(settings: Settings, folder: Option<&Path>) -> Result<(Agent, Door)> {
    let agent = Agent::open(settings)?;
    if let Some(folder) = folder {
        return Ok((agent, Door::Folder(FolderDoor::new(folder))));
    }
    let Some(fingerprint) = agent.enrolled().fingerprint.clone() else {
        return Err(Trouble::Asked("this device has no server; name the folder that you brought".to_owned()));
    };
    let target = OwnIdentity::read(agent.state())?.target(&agent.enrolled().server, &fingerprint)?;
    Ok((agent, Door::Https(Box::new(HttpsDoor::new(target)))))
}

/// Asks and works until the process is ended; `say` hears what goes wrong.
///
/// # Errors
/// When the agent's own records do not hold.
pub fn run(settings: Settings, say: impl Fn(&str)) -> Result<()> {
    let (mut agent, mut door) = open(settings, None)?;
    let mut interval_s = agent.enrolled().poll_every_s;
    let mut n_failed = 0;
    loop {
        let round = agent.round(&mut door)?;
        interval_s = round.ask_again_s.unwrap_or(interval_s);
        n_failed = if round.server.is_some() { n_failed + 1 } else { 0 };
        if let Some(why) = &round.server {
            say(why);
        }
        if round.server.is_none()
            && let Some(renewed) = renew_when_due(&agent, &say)?
        {
            door = renewed;
        }
        let chance = u32::from_be_bytes(edge::random()?);
        let until = Instant::now() + Duration::from_millis(wait_ms(&round, interval_s, n_failed, chance));
        while Instant::now() < until {
            std::thread::sleep(LOOK_EVERY.min(until.saturating_duration_since(Instant::now())));
            agent.between(&mut door)?;
        }
    }
}

/// The door with a renewed certificate, when it was time and the server agreed.
fn renew_when_due(agent: &Agent, say: &impl Fn(&str)) -> Result<Option<Door>> {
    let Some(fingerprint) = &agent.enrolled().fingerprint else { return Ok(None) };
    if !OwnIdentity::read(agent.state())?.is_due(edge::now()) {
        return Ok(None);
    }
    renew(agent, fingerprint).map_or_else(
        |why| {
            say(&why.in_full());
            Ok(None)
        },
        |door| Ok(Some(door)),
    )
}

/// Renews the certificate now, and gives the door with it.
///
/// # Errors
/// When the server cannot be asked or says no; the old certificate stays then.
pub fn renew(agent: &Agent, fingerprint: &Hash) -> Result<Door> {
    let server = &agent.enrolled().server;
    let target = enrol::renew(agent.state(), server, fingerprint)?.target(server, fingerprint)?;
    Ok(Door::Https(Box::new(HttpsDoor::new(target))))
}

/// How long to wait after a round, in milliseconds: the server's word, or the interval, or the back-off, spread by
/// chance over ten per cent, so that a plant after a power cut does not ask in step.
#[must_use]
fn wait_ms(round: &Round, interval_s: u32, n_failed: u32, chance: u32) -> u64 {
    let interval_s = interval_s.clamp(INTERVAL_S.0, INTERVAL_S.1);
    let base_s = match (round.later_s, n_failed) {
        (Some(later_s), _) => later_s.max(1),
        (None, 0) => interval_s,
        (None, n) => interval_s.saturating_mul(1 << n.min(10)).min(BACK_OFF_LIMIT_S.max(interval_s)),
    };
    let base_ms = u64::from(base_s) * 1_000;
    let spread = base_ms / 5 * u64::from(chance) / u64::from(u32::MAX);
    // Never earlier than the server said; else from 90 to 110 per cent.
    if round.later_s.is_some() { base_ms + spread } else { base_ms - base_ms / 10 + spread }
}

#[cfg(test)]
mod tests {
    use super::wait_ms;
    use crate::agent::Round;

    const ROUND: Round = Round { ask_again_s: None, later_s: None, server: None };

    #[test]
    fn the_interval_is_spread_by_a_tenth() {
        assert_eq!(wait_ms(&ROUND, 300, 0, 0), 270_000);
        assert_eq!(wait_ms(&ROUND, 300, 0, u32::MAX), 330_000);
        assert_eq!(wait_ms(&ROUND, 0, 0, 0), 9_000);
    }

    #[test]
    fn a_server_that_is_away_is_asked_less_and_less() {
        let waits: Vec<u64> = (1..8).map(|n| wait_ms(&ROUND, 300, n, u32::MAX / 2) / 1_000).collect();
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
        assert!(waits.iter().all(|seconds| *seconds <= 3_960), "{waits:?}");
    }

    #[test]
    fn a_busy_server_is_never_asked_before_the_time_it_said() {
        let busy = Round { later_s: Some(120), ..ROUND };
        assert!(wait_ms(&busy, 10, 0, 0) >= 120_000);
        assert!(wait_ms(&busy, 10, 0, u32::MAX) <= 144_000);
    }
}
