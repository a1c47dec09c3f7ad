//! Where a piece of work fits on one asset: the earliest place, or every reason why there is none.

use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use crate::planning::{find_asset, invalid, rules_of};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::WindowId;
use holdpoint_domain::moment::minutes_in_words;
use holdpoint_domain::plan::ground::LONGEST_WORK_MINUTES;
use holdpoint_domain::window::{Capacity, Window, WindowKind, WindowReach};
use holdpoint_engine::calendar::{
    Booking, NoSlot, Period, Slot, SlotRequest, find_slot as engine_slot, open_time,
};
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::plan::{KeptStep, Reserved, StepQuery};
use std::collections::{BTreeMap, HashMap};

const DAY: i64 = 86_400_000_000;
/// How many occurrences of one window are looked at.
const OCCURRENCES: usize = 400;
/// How many reasons are given.
const MOST_REASONS: usize = 20;

/// What is to fit where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotQuery {
    /// The asset, by id or tag.
    pub asset: String,
    /// How long the work takes.
    pub work_minutes: u32,
    /// How long its undo takes.
    pub undo_minutes: u32,
    /// What is kept free besides; `None`: as the site's rules say.
    pub margin_minutes: Option<u32>,
    /// How many people it takes.
    pub people: u16,
    /// Not before this moment; `None`: now.
    pub not_before: Option<Moment>,
    /// How many days are looked at.
    pub days: u32,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The asset.
    pub asset: StoredAsset,
    /// The place, with the window's name; `None`: there is none.
    pub slot: Option<(Slot, String)>,
    /// Why a stretch of a window does not take it; the first reasons.
    pub reasons: Vec<String>,
}

/// Finds the earliest place.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for numbers that cannot be.
pub fn find_slot(app: &App, caller: &Caller, query: &SlotQuery) -> Result<Found, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let long = query.work_minutes.max(query.undo_minutes).max(query.margin_minutes.unwrap_or(0));
    if query.work_minutes == 0 || long > LONGEST_WORK_MINUTES || query.people == 0 {
        let what = format!("work takes 1 to {LONGEST_WORK_MINUTES} minutes and at least one person");
        return Err(invalid("minutes", what, "write whole minutes and the people who have to be there"));
    }
    if !(1..=800).contains(&query.days) {
        return Err(invalid("days", "1 to 800 days are looked at", "ask for fewer days"));
    }
    let now = app.now();
    reading(app, |r| {
        let asset = find_asset(r, &query.asset, &reach)?;
        let Some(site) = asset.site else {
            let reasons = vec!["the asset stands at no site, so no window reaches it".to_owned()];
            return Ok(Found { asset, slot: None, reasons });
        };
        let from = query.not_before.unwrap_or(now).max(now);
        let to = from.plus_micros(i64::from(query.days) * DAY);
        let period =
            Period::new(from, to).ok_or_else(|| invalid("days", "no time is left", "ask for more"))?;
        let windows: Vec<Window> = r
            .windows_of(site)?
            .into_iter()
            .map(|one| one.window)
            .filter(|one| reaches(one, &asset))
            .collect();
        let margin_minutes = query.margin_minutes.unwrap_or(rules_of(r, site)?.margin_minutes);
        let held = r.held_steps(StepQuery { site: Some(site), from, to, of: Reserved::Asked })?;
        let request = SlotRequest {
            work_minutes: query.work_minutes,
            undo_minutes: query.undo_minutes,
            margin_minutes,
            people: query.people,
            not_before: from,
        };
        Ok(answer(asset, &windows, &held, period, &request))
    })
}

/// Whether a window reaches an asset.
pub(crate) fn reaches(window: &Window, asset: &StoredAsset) -> bool {
    match window.reach {
        WindowReach::Everywhere => window.kind == WindowKind::Freeze,
        WindowReach::Site(site) => asset.site == Some(site),
        WindowReach::Zone(zone) => asset.zone == Some(zone),
        WindowReach::Asset(id) => asset.asset.id == id,
    }
}

fn answer(
    asset: StoredAsset,
    windows: &[Window],
    held: &[KeptStep],
    period: Period,
    request: &SlotRequest,
) -> Found {
    let names: HashMap<WindowId, &str> = windows.iter().map(|one| (one.id, one.name.as_str())).collect();
    let name = |id: &WindowId| names.get(id).copied().unwrap_or_default().to_owned();
    let capacities: BTreeMap<WindowId, Capacity> = windows.iter().map(|one| (one.id, one.capacity)).collect();
    let bookings: Vec<Booking> = held
        .iter()
        .filter_map(|step| {
            let period = Period::new(step.step.start, step.step.free_at)?;
            Some(Booking { window: step.step.window, period, people: step.step.people })
        })
        .collect();
    let open = open_time(windows, period, OCCURRENCES);
    match engine_slot(&open.spans, &capacities, &bookings, request) {
        Ok(slot) => {
            let found = Some((slot, name(&slot.window)));
            Found { asset, slot: found, reasons: Vec::new() }
        }
        Err(why) => {
            let mut reasons: Vec<String> = why.iter().map(|one| reason(one, &name)).collect();
            reasons.truncate(MOST_REASONS);
            if !open.frozen.is_empty() {
                reasons.push(format!("{} occurrences are frozen as a whole", open.frozen.len()));
            }
            if reasons.is_empty() {
                reasons.push("no window reaches the asset in that time".to_owned());
            }
            Found { asset, slot: None, reasons }
        }
    }
}

fn reason(why: &NoSlot, name: &impl Fn(&WindowId) -> String) -> String {
    match why {
        NoSlot::Over { window, period } => {
            format!("{} from {} is over before the work may begin", name(window), period.from())
        }
        NoSlot::TooShort { window, period, minutes, needed } => format!(
            "{} from {} has {}, and work, undo and margin take {needed}",
            name(window),
            period.from(),
            minutes_in_words((*minutes).max(0).unsigned_abs())
        ),
        NoSlot::TooFewPeople { window, people } => {
            format!("{} has {people} people, and the work takes more", name(window))
        }
        NoSlot::Booked { window, period, bookings } => {
            format!("{} from {} is taken by {bookings} planned steps", name(window), period.from())
        }
    }
}
