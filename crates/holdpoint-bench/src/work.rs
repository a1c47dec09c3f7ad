//! A made-up year of work for the planner: assets, redundancy groups, windows and patches from a seed.

use std::collections::BTreeSet;
use std::num::NonZeroU16;

use anyhow::{Context, Result};
use holdpoint_domain::asset::Consequence;
use holdpoint_domain::id::{AssetId, SiteId, WindowId, ZoneId};
use holdpoint_domain::plan::{Estimate, EstimateSource, WayBack};
use holdpoint_domain::recurrence::Recurrence;
use holdpoint_domain::window::{Capacity, Length, Schedule, Window, WindowKind, WindowReach, ZoneName};
use holdpoint_engine::planning::{
    AssetFacts, AssetRole, Door, Facts, GroupFacts, PlanningRules, Proof, Work,
};

use crate::dice::Dice;

/// How much.
#[derive(Debug, Clone, Copy)]
pub struct Amount {
    /// Pieces of work.
    pub steps: usize,
    /// Windows, freezes included.
    pub windows: usize,
}

fn bytes(kind: u8, number: usize) -> [u8; 16] {
    let mut bytes = [kind; 16];
    bytes[8..].copy_from_slice(&(number as u64).to_be_bytes());
    bytes
}

/// Assets in zones of six, a group for every third pair, a window for each zone, and one freeze for everybody.
///
/// # Errors
/// Never, unless a date of this file is none.
pub fn facts(amount: Amount, seed: u64) -> Result<Facts> {
    let mut dice = Dice::new(seed);
    let zone: ZoneName = "Europe/Berlin".parse()?;
    let zones = amount.windows - 1;
    let assets = amount.steps * 3 / 10;
    let mut facts = Facts {
        site: SiteId::from_bytes([9; 16]),
        now: "2026-11-20T08:00:00Z".parse()?,
        until: "2028-11-20T00:00:00Z".parse()?,
        assets: Vec::with_capacity(assets),
        groups: Vec::new(),
        windows: Vec::with_capacity(amount.windows),
        booked: Vec::new(),
        busy: Vec::new(),
        work: Vec::new(),
        rules: PlanningRules { pilots: 2, ..PlanningRules::default() },
    };
    for number in 0..assets {
        let group = (number % 3 == 0).then(|| format!("group-{}", number / 6));
        if number % 6 == 0 {
            let may_lose = Some(1);
            facts.groups.push(GroupFacts {
                name: format!("group-{}", number / 6),
                may_lose,
                out_now: BTreeSet::new(),
            });
        }
        facts.assets.push(AssetFacts {
            id: AssetId::from_bytes(bytes(1, number)),
            tag: format!("PLC-{number}"),
            zone: Some(ZoneId::from_bytes(bytes(2, number % zones))),
            role: if dice.happens(2) { AssetRole::Test } else { AssetRole::Production },
            group,
            importance: Consequence::ALL.get(dice.below(Consequence::ALL.len())).copied(),
            door: Door::Agent,
        });
    }
    for number in 0..zones {
        facts.windows.push(window(&mut dice, &zone, number)?);
    }
    facts.windows.push(Window {
        id: WindowId::from_bytes(bytes(3, zones)),
        name: "holidays".to_owned(),
        kind: WindowKind::Freeze,
        reach: WindowReach::Everywhere,
        schedule: schedule(&zone, "2026-12-20T00:00:00", 18 * 24 * 60, "FREQ=YEARLY")?,
        capacity: Capacity::default(),
        note: String::new(),
    });
    facts.work = work(amount, assets, &mut dice)?;
    Ok(facts)
}

fn work(amount: Amount, assets: usize, dice: &mut Dice) -> Result<Vec<Work>> {
    let mut all = Vec::with_capacity(amount.steps);
    let patches = (amount.steps / 250).max(1);
    for number in 0..amount.steps {
        // Different patches for one asset lie far apart, so no asset wants the same one twice.
        let asset = number % assets;
        let patch = (asset + number / assets * 7) % patches;
        let work_minutes = u32::try_from(dice.between(15, 150))?;
        all.push(Work {
            number: u32::try_from(number)?,
            asset: AssetId::from_bytes(bytes(1, asset)),
            patch: format!("patch-{patch}"),
            weight: u32::try_from(dice.between(1, 100))?,
            missing: Vec::new(),
            traces: None,
            estimate: Some(Estimate {
                work_minutes,
                undo_minutes: work_minutes / 2,
                source: EstimateSource::Learned,
            }),
            people: u16::try_from(dice.between(1, 2))?,
            way_back: Some(WayBack::Automatic { to: "the old version".to_owned() }),
            needs: Vec::new(),
            proof: if dice.happens(30) { Proof::Given } else { Proof::Wanted },
        });
    }
    Ok(all)
}

fn window(dice: &mut Dice, zone: &ZoneName, number: usize) -> Result<Window> {
    let (kind, rule, minutes) = match number % 4 {
        0 => (WindowKind::Outage, "FREQ=MONTHLY;BYDAY=-1SU", 16 * 60),
        1 => (WindowKind::Maintenance, "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", 8 * 60),
        _ => (WindowKind::Maintenance, "FREQ=WEEKLY;BYDAY=WE,SA", 7 * 60),
    };
    let first = format!("2026-11-2{}T2{}:00:00", dice.between(1, 8), dice.below(3));
    Ok(Window {
        id: WindowId::from_bytes(bytes(3, number)),
        name: format!("window-{number}"),
        kind,
        reach: WindowReach::Zone(ZoneId::from_bytes(bytes(2, number))),
        schedule: schedule(zone, &first, minutes, rule)?,
        capacity: Capacity { people: NonZeroU16::new(3), steps: NonZeroU16::new(2) },
        note: String::new(),
    })
}

fn schedule(zone: &ZoneName, first: &str, minutes: u32, rule: &str) -> Result<Schedule> {
    let rule = Recurrence::read(rule, &zone.rules())?;
    let first = first.parse().context("a wall time")?;
    let length = Length::Wall { minutes };
    Ok(Schedule::new(zone.clone(), first, length, Some(rule), BTreeSet::new(), BTreeSet::new())?)
}
