//! Open time: what is left of windows when freezes have won.
//!
//! The surprise: windows that touch or overlap stay apart, each with its own name and capacity, because a step belongs
//! to one window and its people. A freeze cuts a window in two.

use holdpoint_domain::Moment;
use holdpoint_domain::id::WindowId;
use holdpoint_domain::window::{Window, WindowKind};

use super::occurrence::occurrences;

/// From one moment to a later one; the end does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    from: Moment,
    to: Moment,
}

impl Period {
    /// The period, if it holds any time at all.
    #[must_use]
    pub fn new(from: Moment, to: Moment) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// Its first moment.
    #[must_use]
    pub const fn from(self) -> Moment {
        self.from
    }

    /// The first moment after it.
    #[must_use]
    pub const fn to(self) -> Moment {
        self.to
    }

    /// Its length in microseconds.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.to.since(self.from)
    }

    /// Whether both share any time.
    #[must_use]
    pub fn touches(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

/// A stretch of a window in which work may happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSpan {
    /// The window.
    pub window: WindowId,
    /// From when to when work may happen.
    pub period: Period,
    /// The whole occurrence, freezes not taken off.
    pub occurrence: Period,
    /// The freezes that took something off this occurrence, in the order in which they begin.
    pub cut_by: Vec<WindowId>,
}

/// Open time of some windows within a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTime {
    /// In order of their starts; equal starts in order of the window's id.
    pub spans: Vec<OpenSpan>,
    /// Windows of which a freeze took a whole occurrence: the window, the occurrence, the freezes.
    pub frozen: Vec<OpenSpan>,
    /// Windows and freezes with more occurrences than the limit: nothing of them is known after the last one.
    pub cut: Vec<WindowId>,
}

/// What of `windows` is open within `within`. Windows of the kind freeze take time off all others.
///
/// The caller hands over only what reaches the asset in question. At most `limit` occurrences of each are looked at; when a
/// *freeze* has more, the time after its last known occurrence counts as frozen, so that nothing is open by oversight.
#[must_use]
pub fn open_time(windows: &[Window], within: Period, limit: usize) -> OpenTime {
    let mut freezes: Vec<(Period, WindowId)> = Vec::new();
    let mut open = OpenTime { spans: Vec::new(), frozen: Vec::new(), cut: Vec::new() };
    for freeze in windows.iter().filter(|window| window.kind == WindowKind::Freeze) {
        let found = occurrences(&freeze.schedule, within, limit);
        if found.cut {
            open.cut.push(freeze.id);
            let known_to = found.items.last().map_or(within.from(), |last| last.period.to());
            freezes.extend(Period::new(known_to, within.to()).map(|rest| (rest, freeze.id)));
        }
        freezes.extend(found.items.iter().map(|item| (item.period, freeze.id)));
    }
    freezes.sort_unstable();
    for window in windows.iter().filter(|window| window.kind != WindowKind::Freeze) {
        let found = occurrences(&window.schedule, within, limit);
        if found.cut {
            open.cut.push(window.id);
        }
        for occurrence in &found.items {
            take_off(&mut open, window.id, occurrence.period, &freezes);
        }
    }
    let order = |span: &OpenSpan| (span.period, span.window);
    open.spans.sort_by_key(order);
    open.frozen.sort_by_key(order);
    open.cut.sort_unstable();
    open
}

fn take_off(open: &mut OpenTime, window: WindowId, occurrence: Period, freezes: &[(Period, WindowId)]) {
    let mut cut_by = Vec::new();
    let mut pieces = Vec::new();
    let mut from = occurrence.from();
    for (freeze, id) in freezes.iter().filter(|(freeze, _)| freeze.touches(occurrence)) {
        if !cut_by.contains(id) {
            cut_by.push(*id);
        }
        pieces.extend(Period::new(from, freeze.from().min(occurrence.to())));
        from = from.max(freeze.to());
    }
    pieces.extend(Period::new(from, occurrence.to()));
    if pieces.is_empty() {
        open.frozen.push(OpenSpan { window, period: occurrence, occurrence, cut_by });
        return;
    }
    open.spans.extend(pieces.into_iter().map(|period| OpenSpan {
        window,
        period,
        occurrence,
        cut_by: cut_by.clone(),
    }));
}
