//! The ledger: what has a place already, and the earliest place that is left for one more piece of work.
//!
//! The surprise: time is searched by jumps. Whatever stands against a start names the moment until which it surely stands
//! against every later start too, so the search never walks minute by minute.

use holdpoint_domain::Moment;
use holdpoint_domain::id::{AssetId, PlanId, WindowId};
use holdpoint_domain::plan::ChangePlan;
use holdpoint_domain::window::Capacity;
use std::collections::BTreeMap;

use super::facts::{AssetFacts, Door, Facts, Work};
use super::report::{Wait, WaitCause, WaitReport};
use super::room::Room;
use super::waves::Sorted;
use crate::calendar::{OpenSpan, Period};

pub(super) const MICROS_PER_MINUTE: i64 = 60_000_000;

/// A place for a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) window: WindowId,
    pub(super) start: Moment,
    pub(super) end: Moment,
    pub(super) free_at: Moment,
    pub(super) last_safe_start: Moment,
}

/// What became of a piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    Open,
    Placed(Place),
    Waits(Vec<WaitCause>),
}

#[derive(Debug, Clone, Copy)]
struct Taken {
    period: Period,
    people: u16,
}

#[derive(Debug, Clone, Default)]
struct Bookings {
    /// In order of their starts.
    items: Vec<Taken>,
    longest: i64,
}

impl Bookings {
    fn add(&mut self, taken: Taken) {
        let place = self.items.partition_point(|other| other.period <= taken.period);
        self.items.insert(place, taken);
        self.longest = self.longest.max(taken.period.micros());
    }

    fn touching(&self, period: Period) -> impl Iterator<Item = &Taken> {
        let first = self
            .items
            .partition_point(|taken| taken.period.from().plus_micros(self.longest) <= period.from());
        self.items[first..]
            .iter()
            .take_while(move |taken| taken.period.from() < period.to())
            .filter(move |taken| taken.period.touches(period))
    }

    /// When a start in this period is too full, the moment until which it stays so.
    fn full_until(&self, period: Period, capacity: Capacity, people: u16) -> Option<Moment> {
        if capacity.people.is_none() && capacity.steps.is_none() {
            return None;
        }
        let touching: Vec<&Taken> = self.touching(period).collect();
        let starts = touching.iter().map(|taken| taken.period.from().max(period.from()));
        for moment in starts {
            let at_work: Vec<&&Taken> = touching
                .iter()
                .filter(|taken| taken.period.from() <= moment && moment < taken.period.to())
                .collect();
            let heads: u32 =
                u32::from(people) + at_work.iter().map(|taken| u32::from(taken.people)).sum::<u32>();
            let steps = at_work.len() + 1;
            let too_many = capacity.people.is_some_and(|most| heads > u32::from(most.get()))
                || capacity.steps.is_some_and(|most| steps > usize::from(most.get()));
            if too_many {
                return at_work.iter().map(|taken| taken.period.to()).min();
            }
        }
        None
    }
}

/// Everything that has a place.
#[derive(Clone)]
pub(super) struct Ledger<'a> {
    facts: &'a Facts,
    fates: Vec<Fate>,
    windows: BTreeMap<WindowId, Bookings>,
    busy: BTreeMap<AssetId, Vec<Period>>,
    groups: BTreeMap<&'a str, Vec<(Period, AssetId)>>,
    room: &'a Room<'a>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(facts: &'a Facts, room: &'a Room<'a>) -> Self {
        let mut ledger = Self {
            facts,
            fates: vec![Fate::Open; facts.work.len()],
            windows: BTreeMap::new(),
            busy: BTreeMap::new(),
            groups: BTreeMap::new(),
            room,
        };
        for booking in &facts.booked {
            let taken = Taken { period: booking.period, people: booking.people };
            ledger.windows.entry(booking.window).or_default().add(taken);
        }
        for (asset, period) in &facts.busy {
            ledger.occupy(*asset, *period);
        }
        for group in &facts.groups {
            let always = Period::new(Moment::from_micros(i64::MIN), Moment::OPEN);
            let out = group.out_now.iter().filter_map(|asset| always.map(|always| (always, *asset)));
            ledger.groups.entry(group.name.as_str()).or_default().extend(out);
        }
        ledger
    }

    pub(super) fn fate(&self, place: usize) -> &Fate {
        &self.fates[place]
    }

    /// Lets a piece of work wait for one more reason; what has a place keeps it.
    pub(super) fn wait(&mut self, place: usize, causes: Vec<WaitCause>) {
        match &mut self.fates[place] {
            Fate::Open => self.fates[place] = Fate::Waits(causes),
            Fate::Waits(known) => known.extend(causes),
            Fate::Placed(_) => {}
        }
    }

    /// Gives a piece of work the earliest place from `not_before` on, or lets it wait.
    pub(super) fn place(&mut self, place: usize, not_before: Moment) {
        let work = &self.facts.work[place];
        match self.earliest(work, not_before) {
            Ok(found) => {
                self.fates[place] = Fate::Placed(found);
                if let Some(period) = Period::new(found.start, found.free_at) {
                    let taken = Taken { period, people: work.people };
                    self.windows.entry(found.window).or_default().add(taken);
                    self.occupy(work.asset, period);
                }
            }
            Err(causes) => self.wait(place, causes),
        }
    }

    fn occupy(&mut self, asset: AssetId, period: Period) {
        self.busy.entry(asset).or_default().push(period);
        let group = self.room.assets.get(&asset).and_then(|known| known.group.as_deref());
        if let Some(group) = group {
            self.groups.entry(group).or_default().push((period, asset));
        }
    }

    fn earliest(&self, work: &Work, not_before: Moment) -> Result<Place, Vec<WaitCause>> {
        let room = self.room;
        let asset = room.assets.get(&work.asset).ok_or_else(|| vec![WaitCause::NoAsset])?;
        let open = room.of(work.asset).ok_or_else(|| vec![WaitCause::NoAsset])?;
        if open.spans.is_empty() {
            return Err(vec![match open.frozen.len() {
                0 => WaitCause::NoWindow,
                occurrences => WaitCause::Frozen { occurrences },
            }]);
        }
        let mut best: Option<Place> = None;
        for span in &open.spans {
            if best.is_some_and(|best| best.start <= span.period.from()) {
                break;
            }
            if let Some(found) = self.in_span(work, asset, span, not_before)
                && best.is_none_or(|best| found.start < best.start)
            {
                best = Some(found);
            }
        }
        best.ok_or_else(|| vec![self.why_none(work, &open.spans)])
    }

    fn in_span(&self, work: &Work, asset: &AssetFacts, span: &OpenSpan, not_before: Moment) -> Option<Place> {
        let estimate = work.estimate?;
        let whole = whole_micros(self.facts, work)?;
        let last_safe_start = span.period.to().plus_micros(-whole);
        let capacity = self.room.capacities.get(&span.window).copied().unwrap_or_default();
        if capacity.people.is_some_and(|people| people.get() < work.people) {
            return None;
        }
        let bookings = self.windows.get(&span.window);
        let mut start = span.period.from().max(not_before);
        loop {
            if start > last_safe_start {
                return None;
            }
            let period = Period::new(start, start.plus_micros(whole))?;
            let full = bookings.and_then(|bookings| bookings.full_until(period, capacity, work.people));
            let later = full
                .or_else(|| self.busy_until(work.asset, period))
                .or_else(|| self.group_until(asset, period));
            match later {
                Some(later) if later > start => start = later,
                Some(_) => return None,
                None => {
                    let end = start.plus_micros(i64::from(estimate.work_minutes) * MICROS_PER_MINUTE);
                    let free_at = period.to();
                    return Some(Place { window: span.window, start, end, free_at, last_safe_start });
                }
            }
        }
    }

    fn busy_until(&self, asset: AssetId, period: Period) -> Option<Moment> {
        self.busy.get(&asset)?.iter().filter(|busy| busy.touches(period)).map(|busy| busy.to()).max()
    }

    /// When too many other members are out at some moment of the period, the moment until which they surely are.
    fn group_until(&self, asset: &AssetFacts, period: Period) -> Option<Moment> {
        let name = asset.group.as_deref()?;
        let may_lose = self.room.groups.get(name)?.may_lose?;
        let others: Vec<&(Period, AssetId)> = self
            .groups
            .get(name)?
            .iter()
            .filter(|(busy, member)| *member != asset.id && busy.touches(period))
            .collect();
        let moments = others.iter().map(|(busy, _)| busy.from().max(period.from()));
        for moment in moments {
            let out = || others.iter().filter(|(busy, _)| busy.from() <= moment && moment < busy.to());
            let mut members: Vec<AssetId> = out().map(|(_, member)| *member).collect();
            members.sort_unstable();
            members.dedup();
            if members.len() + 1 > usize::from(may_lose) {
                return out().map(|(busy, _)| busy.to()).min();
            }
        }
        None
    }

    fn why_none(&self, work: &Work, spans: &[OpenSpan]) -> WaitCause {
        let needed = whole_micros(self.facts, work).unwrap_or(i64::MAX) / MICROS_PER_MINUTE;
        let longest = spans.iter().map(|span| span.period.micros() / MICROS_PER_MINUTE).max().unwrap_or(0);
        if longest < needed {
            return WaitCause::TooShort { longest, needed };
        }
        let people =
            |span: &OpenSpan| self.room.capacities.get(&span.window).and_then(|capacity| capacity.people);
        let long = spans.iter().filter(|span| span.period.micros() / MICROS_PER_MINUTE >= needed);
        let said: Vec<Option<std::num::NonZeroU16>> = long.map(people).collect();
        if said.iter().all(|said| said.is_some_and(|most| most.get() < work.people)) {
            let most = said.iter().flatten().map(|most| most.get()).max().unwrap_or(0);
            return WaitCause::TooFewPeople { most, needed: work.people };
        }
        WaitCause::Full
    }

    /// The plan and the report.
    pub(super) fn finish(self, facts: &Facts, id: PlanId, sorted: &Sorted) -> (ChangePlan, WaitReport) {
        let plan = super::waves::assemble(facts, id, sorted, &self.fates);
        let remarks = self.room.remarks(plan.steps.iter().map(|step| step.window));
        let assets = plan.steps.iter().filter_map(|step| self.room.assets.get(&step.asset));
        let mut by_person: Vec<(&str, AssetId)> = assets
            .filter(|asset| asset.door == Door::Nothing)
            .map(|asset| (asset.tag.as_str(), asset.id))
            .collect();
        by_person.sort_unstable();
        by_person.dedup();
        let by_person = by_person.into_iter().map(|(_, asset)| asset).collect();
        let mut waits: Vec<Wait> = Vec::new();
        for (work, fate) in facts.work.iter().zip(self.fates) {
            let mut causes = match fate {
                Fate::Placed(_) => continue,
                Fate::Open => vec![WaitCause::WaveBefore],
                Fate::Waits(causes) => causes,
            };
            causes.sort_unstable();
            causes.dedup();
            waits.push(Wait { work: work.number, asset: work.asset, patch: work.patch.clone(), causes });
        }
        waits.sort_by_key(|wait| wait.work);
        (plan, WaitReport { waits, remarks, by_person })
    }
}

/// Microseconds from a start to the moment at which the work is undone and its margin over.
pub(super) fn whole_micros(facts: &Facts, work: &Work) -> Option<i64> {
    let estimate = work.estimate?;
    let minutes = i64::from(estimate.work_minutes)
        + i64::from(estimate.undo_minutes)
        + i64::from(facts.rules.margin_minutes);
    Some(minutes * MICROS_PER_MINUTE)
}
