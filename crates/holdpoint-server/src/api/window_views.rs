//! How windows, their occurrences and calendars look in the API.

use super::approval_views::{moment_at, word};
use super::text::{end, said};
use crate::problem::Problem;
use holdpoint_app::store::plan::KeptStep;
use holdpoint_app::store::window::KeptWindow;
use holdpoint_app::windows::{self, Calendar, Entry, Found, LengthWord, NewWindow, OpenPart, ReachNamed};
use holdpoint_domain::Moment;
use holdpoint_domain::window::{Length, WindowReach};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A window of work or a freeze.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Window)]
pub struct WindowView {
    /// Its id.
    pub id: String,
    /// Counts its versions from 1; a change names the one it was read at.
    pub revision: u64,
    /// Its name.
    pub name: String,
    /// `maintenance`, `outage`, `turnaround` or `freeze`.
    pub kind: String,
    /// `everywhere`, `site`, `zone` or `asset`.
    pub reach: String,
    /// The id of what it reaches; `null`: everything.
    pub reach_id: Option<String>,
    /// The name of what it reaches; `null`: everything.
    pub reach_name: Option<String>,
    /// The site that it belongs to; `null`: all.
    pub site_id: Option<String>,
    /// That site's name.
    pub site: Option<String>,
    /// Its zone of the IANA database; all its wall times are of this zone.
    pub time_zone: String,
    /// Wall time of the first start.
    pub first: String,
    /// How long it lasts, in minutes.
    pub minutes: u32,
    /// `wall`: until that time is on the clock; `exact`: exactly so many minutes.
    pub length: String,
    /// How it recurs (RFC 5545); `null`: once.
    pub rule: Option<String>,
    /// Starts besides those of the rule, as wall times.
    pub added: Vec<String>,
    /// Starts that do not happen, as wall times.
    pub left_out: Vec<String>,
    /// People who are there; `null`: nobody has said.
    pub people: Option<u16>,
    /// Steps that may run at once; `null`: nobody has said.
    pub steps: Option<u16>,
    /// What people should know.
    pub note: String,
    /// The calendar event that it came from; `null`: a person wrote it.
    pub calendar_uid: Option<String>,
    /// Who made it.
    pub author: String,
    /// When it changed last.
    pub changed_at: String,
    /// When it was ended; `null`: it holds.
    pub ended_at: Option<String>,
    /// What people should know before they count on it: that it is over, or that the clock is changed at one of its starts within two
    /// years. Inside a calendar it is left empty; there each time says what the clock does.
    pub remarks: Vec<String>,
}

impl WindowView {
    /// The window with what there is to know of it at a moment.
    #[must_use]
    pub fn seen(kept: KeptWindow, now: Moment) -> Self {
        let remarks =
            if kept.ended_at == Moment::OPEN { windows::remarks(&kept.window, now) } else { vec![] };
        Self { remarks, ..kept.into() }
    }
}

impl From<KeptWindow> for WindowView {
    fn from(kept: KeptWindow) -> Self {
        let window = kept.window;
        let (reach, reach_id) = match window.reach {
            WindowReach::Everywhere => ("everywhere", None),
            WindowReach::Site(id) => ("site", Some(id.to_string())),
            WindowReach::Zone(id) => ("zone", Some(id.to_string())),
            WindowReach::Asset(id) => ("asset", Some(id.to_string())),
        };
        let (length, minutes) = match window.schedule.length() {
            Length::Wall { minutes } => ("wall", minutes),
            Length::Exact { minutes } => ("exact", minutes),
        };
        let schedule = window.schedule;
        Self {
            id: window.id.to_string(),
            revision: kept.revision,
            kind: window.kind.word().to_owned(),
            reach: reach.to_owned(),
            reach_id,
            reach_name: said(&kept.reach_name),
            site_id: kept.site.map(|site| site.to_string()),
            site: said(&kept.site_name),
            time_zone: schedule.zone().to_string(),
            first: schedule.first().to_string(),
            minutes,
            length: length.to_owned(),
            rule: schedule.recurrence().map(ToString::to_string),
            added: schedule.added().iter().map(ToString::to_string).collect(),
            left_out: schedule.left_out().iter().map(ToString::to_string).collect(),
            people: window.capacity.people.map(std::num::NonZero::get),
            steps: window.capacity.steps.map(std::num::NonZero::get),
            note: window.note,
            name: window.name,
            calendar_uid: said(&kept.calendar_uid),
            author: kept.author,
            changed_at: kept.changed_at.to_string(),
            ended_at: end(kept.ended_at),
            remarks: Vec::new(),
        }
    }
}

/// A window to be kept, whole.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowBody {
    /// Its name, unique within what it reaches.
    #[schema(max_length = 100)]
    pub name: String,
    /// `maintenance`, `outage`, `turnaround` or `freeze`.
    pub kind: String,
    /// `everywhere` (a freeze only), `site`, `zone` or `asset`.
    pub reach: String,
    /// The id or name of the site, the id or `Site/Zone` of the zone, the id or tag of the asset.
    pub on: Option<String>,
    /// A zone of the IANA database; absent: that of the site.
    pub time_zone: Option<String>,
    /// Wall time of the first start, as `2026-11-21T22:00`.
    pub first: String,
    /// How long it lasts, in minutes.
    pub minutes: u32,
    /// `wall` (absent) or `exact`.
    pub length: Option<String>,
    /// How it recurs, as `FREQ=WEEKLY;BYDAY=SA`; absent: once.
    #[schema(max_length = 1024)]
    pub rule: Option<String>,
    /// Starts besides those of the rule, as wall times.
    #[serde(default)]
    #[schema(max_items = 2000)]
    pub added: Vec<String>,
    /// Starts that do not happen, as wall times.
    #[serde(default)]
    #[schema(max_items = 2000)]
    pub left_out: Vec<String>,
    /// People who are there; absent: nobody has said.
    pub people: Option<u16>,
    /// Steps that may run at once; absent: nobody has said.
    pub steps: Option<u16>,
    /// What people should know.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: String,
    /// The version that was read, when one is changed.
    pub revision: Option<u64>,
    /// Why, for the audit log.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub reason: String,
}

impl WindowBody {
    /// The same for the use case.
    ///
    /// # Errors
    /// A [`Problem`] that names the part that cannot be used.
    pub fn wording(self) -> Result<NewWindow, Problem> {
        let on = self.on.unwrap_or_default();
        let reach = match self.reach.as_str() {
            "everywhere" => ReachNamed::Everywhere,
            "site" => ReachNamed::Site(on),
            "zone" => ReachNamed::Zone(on),
            "asset" => ReachNamed::Asset(on),
            other => {
                let why = format!("`{other}` is none of everywhere, site, zone and asset");
                return Err(super::approval_views::unusable("/reach", &why));
            }
        };
        let length = match self.length.as_deref() {
            None | Some("wall") => LengthWord::Wall,
            Some("exact") => LengthWord::Exact,
            Some(other) => {
                let why = format!("`{other}` is neither wall nor exact");
                return Err(super::approval_views::unusable("/length", &why));
            }
        };
        Ok(NewWindow {
            name: self.name,
            kind: word("/kind", &self.kind)?,
            reach,
            time_zone: self.time_zone,
            first: self.first,
            minutes: self.minutes,
            length,
            rule: self.rule.unwrap_or_default(),
            added: self.added,
            left_out: self.left_out,
            people: self.people,
            steps: self.steps,
            note: self.note,
        })
    }
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Stretch)]
pub struct StretchView {
    /// From when.
    pub from: String,
    /// Until when.
    pub to: String,
}

impl From<OpenPart> for StretchView {
    fn from(part: OpenPart) -> Self {
        Self { from: part.from.to_string(), to: part.to.to_string() }
    }
}

/// One occurrence of a window or a freeze.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Occurrence)]
pub struct OccurrenceView {
    /// The window.
    pub window_id: String,
    /// Wall time of the start, in the window's zone.
    pub wall_start: String,
    /// Its start.
    pub from: String,
    /// Its end.
    pub to: String,
    /// What the clock does at its start or end: `skipped` (it goes forward), `twice` (it goes back); or between them: `shorter`
    /// (time is lost), `longer` (time is gained); `null`: nothing.
    pub clock: Option<String>,
    /// What freezes leave of it.
    pub open: Vec<StretchView>,
    /// The freezes that take something off it.
    pub cut_by: Vec<String>,
    /// Freezes that take something off a part of what it reaches.
    pub cut_in_part: Vec<String>,
    /// How many steps are planned in it.
    pub steps: u64,
    /// Minutes that these hold, undo and margin included.
    pub booked_minutes: u64,
    /// Minutes that are open, times the steps that may run at once; `null`: nobody has said how many may.
    pub room_minutes: Option<u64>,
    /// The last moment at which all of its steps may still start and be undone in time.
    pub last_safe_start: Option<String>,
}

impl From<Entry> for OccurrenceView {
    fn from(entry: Entry) -> Self {
        let clock = match (clock(entry.at_start), clock(entry.at_end)) {
            (Some(word), _) | (None, Some(word)) => Some(word.to_owned()),
            (None, None) if entry.lost_minutes > 0 => Some("shorter".to_owned()),
            (None, None) if entry.lost_minutes < 0 => Some("longer".to_owned()),
            (None, None) => None,
        };
        Self {
            window_id: entry.window.to_string(),
            wall_start: entry.wall_start,
            from: entry.from.to_string(),
            to: entry.to.to_string(),
            clock,
            open: entry.open.into_iter().map(Into::into).collect(),
            cut_by: entry.cut_by,
            cut_in_part: entry.cut_in_part,
            steps: entry.steps,
            booked_minutes: entry.booked_minutes,
            room_minutes: entry.room_minutes,
            last_safe_start: entry.last_safe_start.map(|at| at.to_string()),
        }
    }
}

const fn clock(change: holdpoint_app::windows::ClockChange) -> Option<&'static str> {
    use holdpoint_app::windows::ClockChange as C;
    match change {
        C::None => None,
        C::Skipped => Some("skipped"),
        C::Twice => Some("twice"),
    }
}

/// A step of a plan as calendars and lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanStep)]
pub struct PlannedStepView {
    /// Its number in the plan.
    pub number: u32,
    /// The asset.
    pub asset_id: String,
    /// Its tag.
    pub asset: String,
    /// The patch.
    pub patch: String,
    /// The window.
    pub window_id: String,
    /// Its name.
    pub window: String,
    /// When it starts.
    pub start: String,
    /// When it is done if nothing goes wrong.
    pub end: String,
    /// When it is undone if everything goes wrong, margin included.
    pub free_at: String,
    /// The last moment at which it may start and still be undone in time.
    pub last_safe_start: String,
    /// Minutes of work.
    pub work_minutes: u32,
    /// Minutes of undo.
    pub undo_minutes: u32,
    /// `learned` or `declared`.
    pub estimate: String,
    /// How the duration is known.
    pub estimate_why: String,
    /// How many people it takes.
    pub people: u16,
    /// The way back.
    pub way_back: String,
    /// Steps that must be done before, by number.
    pub after: Vec<u32>,
    /// The plan.
    pub plan_id: String,
    /// Its title.
    pub plan: String,
    /// Where the plan stands.
    pub plan_state: String,
}

impl From<KeptStep> for PlannedStepView {
    fn from(kept: KeptStep) -> Self {
        let step = kept.step;
        Self {
            number: step.number,
            asset_id: step.asset.to_string(),
            asset: kept.tag,
            patch: step.patch,
            window_id: step.window.to_string(),
            window: kept.window,
            start: step.start.to_string(),
            end: step.end.to_string(),
            free_at: step.free_at.to_string(),
            last_safe_start: step.last_safe_start.to_string(),
            work_minutes: step.estimate.work_minutes,
            undo_minutes: step.estimate.undo_minutes,
            estimate: step.estimate.source.word().to_owned(),
            estimate_why: kept.why,
            people: step.people,
            way_back: holdpoint_app::planning::way_words(&step.way_back),
            after: step.after,
            plan_id: kept.plan.to_string(),
            plan: kept.plan_title,
            plan_state: kept.plan_state.word().to_owned(),
        }
    }
}

/// Windows, what they give, and what is planned, over a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Calendar)]
pub struct CalendarView {
    /// From when.
    pub from: String,
    /// Until when.
    pub to: String,
    /// The windows and freezes, by name.
    pub windows: Vec<WindowView>,
    /// Their occurrences, in order of their starts.
    pub occurrences: Vec<OccurrenceView>,
    /// Steps of released plans and of plans that wait for release, in order of their starts.
    pub steps: Vec<PlannedStepView>,
    /// Windows with more occurrences than are given, by id.
    pub cut: Vec<String>,
}

impl From<Calendar> for CalendarView {
    fn from(one: Calendar) -> Self {
        Self {
            from: one.from.to_string(),
            to: one.to.to_string(),
            windows: one.windows.into_iter().map(Into::into).collect(),
            occurrences: one.entries.into_iter().map(Into::into).collect(),
            steps: one.steps.into_iter().map(Into::into).collect(),
            cut: one.cut.into_iter().map(|id| id.to_string()).collect(),
        }
    }
}

/// The earliest place of a piece of work, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FoundSlot)]
pub struct SlotView {
    /// The asset.
    pub asset_id: String,
    /// Its tag.
    pub asset: String,
    /// The window; `null`: there is no place.
    pub window_id: Option<String>,
    /// Its name.
    pub window: Option<String>,
    /// When the work starts.
    pub start: Option<String>,
    /// When it is done if nothing goes wrong.
    pub end: Option<String>,
    /// The last moment at which it may start in this stretch of the window.
    pub last_safe_start: Option<String>,
    /// Why stretches of windows do not take it.
    pub reasons: Vec<String>,
}

impl From<Found> for SlotView {
    fn from(found: Found) -> Self {
        let slot = found.slot.as_ref().map(|(slot, _)| slot);
        Self {
            asset_id: found.asset.asset.id.to_string(),
            asset: found.asset.asset.tag.clone(),
            window_id: slot.map(|slot| slot.window.to_string()),
            start: slot.map(|slot| slot.start.to_string()),
            end: slot.map(|slot| slot.end.to_string()),
            last_safe_start: slot.map(|slot| slot.last_safe_start.to_string()),
            window: found.slot.as_ref().map(|(_, name)| name.clone()),
            reasons: found.reasons,
        }
    }
}

/// Reads an optional moment of a query.
///
/// # Errors
/// A [`Problem`] that names the parameter.
pub fn optional_moment(
    pointer: &str,
    text: Option<&str>,
) -> Result<Option<holdpoint_domain::Moment>, Problem> {
    text.filter(|text| !text.is_empty()).map(|text| moment_at(pointer, text)).transpose()
}
