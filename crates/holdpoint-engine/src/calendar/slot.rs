//! Slots: where a piece of work fits into open time, beside what is booked already.
//!
//! The surprise: a slot is refused with every reason that applied, window by window, because "no slot" alone sends a
//! planner to guess.

use holdpoint_domain::Moment;
use holdpoint_domain::id::WindowId;
use holdpoint_domain::window::Capacity;
use std::collections::{BTreeMap, BTreeSet};

use super::open::{OpenSpan, Period};

const MICROS_PER_MINUTE: i64 = 60_000_000;

/// The work for which a place is wanted. All minutes are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotRequest {
    /// How long the work takes, checks and restart included; at least 1.
    pub work_minutes: u32,
    /// How long it takes to undo all of it.
    pub undo_minutes: u32,
    /// What is kept free besides.
    pub margin_minutes: u32,
    /// How many people it takes.
    pub people: u16,
    /// It does not start before this moment.
    pub not_before: Moment,
}

impl SlotRequest {
    /// Minutes from the start to the last moment that the work may need: work, undo and margin.
    #[must_use]
    pub fn whole_minutes(&self) -> i64 {
        i64::from(self.work_minutes) + i64::from(self.undo_minutes) + i64::from(self.margin_minutes)
    }
}

/// Work that has its place already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    /// The window that it is booked in.
    pub window: WindowId,
    /// From its start to the end of its undo and margin.
    pub period: Period,
    /// How many people it takes.
    pub people: u16,
}

/// A place that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The window.
    pub window: WindowId,
    /// When the work starts.
    pub start: Moment,
    /// When the work is done if nothing goes wrong.
    pub end: Moment,
    /// The last moment at which the work may start in this stretch of the window and still be undone in time.
    pub last_safe_start: Moment,
}

/// Why one stretch of a window takes the work not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoSlot {
    /// It is over before the work may begin.
    Over {
        /// The window.
        window: WindowId,
        /// The stretch.
        period: Period,
    },
    /// Work, undo and margin together are longer than it.
    TooShort {
        /// The window.
        window: WindowId,
        /// The stretch.
        period: Period,
        /// Minutes that are there after `not_before`.
        minutes: i64,
        /// Minutes that are needed.
        needed: i64,
    },
    /// The work takes more people than the window has.
    TooFewPeople {
        /// The window.
        window: WindowId,
        /// People that are there.
        people: u16,
    },
    /// It would fit, if nothing were booked.
    Booked {
        /// The window.
        window: WindowId,
        /// The stretch.
        period: Period,
        /// How many bookings stand against it.
        bookings: usize,
    },
}

/// The last moment at which work may start in a period and still be done, undone and have its margin.
#[must_use]
pub fn last_safe_start(period: Period, request: &SlotRequest) -> Option<Moment> {
    let start = period.to().plus_micros(-request.whole_minutes() * MICROS_PER_MINUTE);
    (start >= period.from()).then_some(start)
}

/// The earliest place for the work in `spans`, which lie in order, or why there is none.
///
/// `capacities` holds what people have said of each window; a window that is not in it, or says nothing of people or steps,
/// does not limit them.
///
/// # Errors
/// One reason for each stretch that was looked at.
pub fn find_slot(
    spans: &[OpenSpan],
    capacities: &BTreeMap<WindowId, Capacity>,
    bookings: &[Booking],
    request: &SlotRequest,
) -> Result<Slot, Vec<NoSlot>> {
    let mut best: Option<Slot> = None;
    let mut reasons = Vec::new();
    for span in spans {
        if best.is_some_and(|best| best.start <= span.period.from()) {
            break;
        }
        let capacity = capacities.get(&span.window).copied().unwrap_or_default();
        match try_span(span, capacity, bookings, request) {
            Ok(slot) if best.is_none_or(|best| slot.start < best.start) => best = Some(slot),
            Ok(_) => {}
            Err(reason) => reasons.push(reason),
        }
    }
    best.ok_or(reasons)
}

fn try_span(
    span: &OpenSpan,
    capacity: Capacity,
    bookings: &[Booking],
    request: &SlotRequest,
) -> Result<Slot, NoSlot> {
    let window = span.window;
    let Some(usable) = Period::new(span.period.from().max(request.not_before), span.period.to()) else {
        return Err(NoSlot::Over { window, period: span.period });
    };
    let Some(last) = last_safe_start(usable, request) else {
        let minutes = usable.micros() / MICROS_PER_MINUTE;
        return Err(NoSlot::TooShort {
            window,
            period: span.period,
            minutes,
            needed: request.whole_minutes(),
        });
    };
    if let Some(people) = capacity.people.filter(|people| people.get() < request.people) {
        return Err(NoSlot::TooFewPeople { window, people: people.get() });
    }
    let beside: Vec<&Booking> = bookings
        .iter()
        .filter(|booking| booking.window == window && booking.period.touches(usable))
        .collect();
    // The earliest start is the beginning, or the moment at which some booking ends.
    let starts: BTreeSet<Moment> = std::iter::once(usable.from())
        .chain(beside.iter().map(|booking| booking.period.to()))
        .filter(|start| *start >= usable.from() && *start <= last)
        .collect();
    let fits = |start: &Moment| {
        let end = start.plus_micros(request.whole_minutes() * MICROS_PER_MINUTE);
        Period::new(*start, end).is_some_and(|period| leaves_room(&beside, capacity, period, request.people))
    };
    let Some(start) = starts.into_iter().find(fits) else {
        return Err(NoSlot::Booked { window, period: span.period, bookings: beside.len() });
    };
    let end = start.plus_micros(i64::from(request.work_minutes) * MICROS_PER_MINUTE);
    Ok(Slot { window, start, end, last_safe_start: last })
}

/// Whether at no moment of the period more people or steps are at work than there may be.
fn leaves_room(beside: &[&Booking], capacity: Capacity, period: Period, people: u16) -> bool {
    let touching: Vec<&&Booking> = beside.iter().filter(|booking| booking.period.touches(period)).collect();
    // The load rises only where something begins.
    let moments = std::iter::once(period.from())
        .chain(touching.iter().map(|booking| booking.period.from()).filter(|from| *from > period.from()));
    for moment in moments {
        let at_work =
            touching.iter().filter(|booking| booking.period.from() <= moment && moment < booking.period.to());
        let (mut steps, mut heads) = (1_u32, u32::from(people));
        for booking in at_work {
            steps += 1;
            heads += u32::from(booking.people);
        }
        let too_many_steps = capacity.steps.is_some_and(|most| steps > u32::from(most.get()));
        let too_many_people = capacity.people.is_some_and(|most| heads > u32::from(most.get()));
        if too_many_steps || too_many_people {
            return false;
        }
    }
    true
}
