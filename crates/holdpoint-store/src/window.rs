//! Windows of work and freezes.
//!
//! The surprise: wall times are kept as text in the zone of the window, and never as moments: a rule that is read again
//! after a zone changed its clocks then gives the new moments.

use crate::change::Change;
use crate::columns::{read_json, storable, write_json};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{AssetId, SiteId, WindowId, ZoneId};
use holdpoint_domain::recurrence::Recurrence;
use holdpoint_domain::window::{Capacity, Length, Schedule, Window, WindowReach, ZoneName};
use jiff::civil::DateTime;
use std::collections::BTreeSet;
use std::num::NonZeroU16;

macro_rules! columns {
    () => {
        "w.id, w.revision, w.name, w.kind, w.reach_kind, w.reach_id, w.site_id, w.time_zone, w.first_start, \
         w.length_kind, w.minutes, w.rule, w.added, w.left_out, w.people, w.steps, w.note, w.calendar_uid, w.author, \
         w.changed_at, w.ended_at, \
         COALESCE((SELECT MAX(v.tag) FROM asset a JOIN asset_version v ON v.number = a.number \
            AND v.valid_to = 9223372036854775807 WHERE w.reach_kind = 'asset' AND a.id = w.reach_id), \
            (SELECT z.name FROM zone z WHERE w.reach_kind = 'zone' AND z.id = w.reach_id), \
            (SELECT s.name FROM site s WHERE w.reach_kind = 'site' AND s.id = w.reach_id), ''), \
         COALESCE((SELECT s.name FROM site s WHERE s.id = w.site_id), '')"
    };
}
const COLUMNS: &str = columns!();

crate::statements! {
    ONE = concat!("SELECT ", columns!(), " FROM work_window w WHERE w.id = $1");
    OPEN = concat!("SELECT ", columns!(), " FROM work_window w
        WHERE w.ended_at = 9223372036854775807 AND (w.site_id = $1 OR w.site_id IS NULL) ORDER BY w.number");
    ALL_OPEN = concat!("SELECT ", columns!(), " FROM work_window w
        WHERE w.ended_at = 9223372036854775807 ORDER BY w.number");
    PUT = "INSERT INTO work_window (number, id, revision, name, kind, reach_kind, reach_id, site_id, time_zone, first_start,
            length_kind, minutes, rule, added, left_out, people, steps, note, calendar_uid, author, created_at, changed_at,
            ended_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM work_window), $1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
            $13, $14, $15, $16, $17, $18, $19, $19, 9223372036854775807)
        ON CONFLICT (id) DO UPDATE SET revision = work_window.revision + 1, name = excluded.name, kind = excluded.kind,
            reach_kind = excluded.reach_kind, reach_id = excluded.reach_id, site_id = excluded.site_id,
            time_zone = excluded.time_zone, first_start = excluded.first_start, length_kind = excluded.length_kind,
            minutes = excluded.minutes, rule = excluded.rule, added = excluded.added, left_out = excluded.left_out,
            people = excluded.people, steps = excluded.steps, note = excluded.note, calendar_uid = excluded.calendar_uid,
            changed_at = excluded.changed_at";
    END = "UPDATE work_window SET ended_at = $2, changed_at = $2, revision = revision + 1 WHERE id = $1";
}

const FIELDS: &[FilterField] = &[
    FilterField::text("name", "w.name").required(),
    FilterField::word("kind", "w.kind", &["maintenance", "outage", "turnaround", "freeze"]),
    FilterField::word("reach", "w.reach_kind", &["everywhere", "site", "zone", "asset"]),
    FilterField::text("site", "COALESCE((SELECT s.name FROM site s WHERE s.id = w.site_id), '')"),
    FilterField::text(
        "zone",
        "COALESCE((SELECT z.name FROM zone z WHERE w.reach_kind = 'zone' AND z.id = w.reach_id), '')",
    ),
    FilterField::text("time_zone", "w.time_zone").required(),
    FilterField::text("first", "w.first_start").required(),
    FilterField::number("minutes", "w.minutes"),
    FilterField::number("people", "w.people"),
    FilterField::number("steps", "w.steps"),
    FilterField::text("note", "w.note"),
    FilterField::time("changed", "w.changed_at").required(),
    FilterField::flag("ended", "w.ended_at < 9223372036854775807"),
];

/// The list of windows.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "window",
    fields: FIELDS,
    words: &["w.name", "w.note"],
    unique: "w.number",
    default_sort: ("name", Direction::Ascending),
};

/// What of the windows a person may see: those of their sites, and what holds everywhere.
pub(crate) fn within(reach: &Reach) -> (String, Vec<Value<'static>>) {
    let (condition, params) = reach_condition(reach, "w.site_id", 1);
    (format!("(w.site_id IS NULL OR {condition})"), params)
}

pub(crate) fn spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: "work_window w", condition: &within.0, params: within.1.clone() }
}

/// A window as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptWindow {
    /// The window.
    pub window: Window,
    /// Counts its versions from 1.
    pub revision: u64,
    /// The site that it belongs to; `None`: all.
    pub site: Option<SiteId>,
    /// That site's name; empty: all.
    pub site_name: String,
    /// The name of what it reaches: a tag, a zone, a site; empty: everything.
    pub reach_name: String,
    /// The UID of the calendar event that it came from; empty: a person wrote it.
    pub calendar_uid: String,
    /// Who made it.
    pub author: String,
    /// When it changed last.
    pub changed_at: Moment,
    /// When it was ended; [`Moment::OPEN`]: it holds.
    pub ended_at: Moment,
}

impl Reader<'_> {
    /// A window, ended or not.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn window(&mut self, id: WindowId) -> Result<Option<KeptWindow>, StoreError> {
        self.query_opt(ONE, params![id], line)
    }

    /// The windows and freezes of a site that hold, those that hold everywhere included.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn windows_of(&mut self, site: SiteId) -> Result<Vec<KeptWindow>, StoreError> {
        self.query(OPEN, params![site], line)
    }

    /// All windows and freezes that hold.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn all_windows(&mut self) -> Result<Vec<KeptWindow>, StoreError> {
        self.query(ALL_OPEN, params![], line)
    }

    /// Windows, by name.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn window_list(&mut self, query: &ListQuery) -> Result<Paged<KeptWindow>, StoreError> {
        let within = within(&query.reach);
        self.list(&SPEC, spec_sql(&within), query, line)
    }
}

impl Change<'_> {
    /// Keeps a window, new or changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_window(
        &mut self,
        window: &Window,
        site: Option<SiteId>,
        calendar_uid: &str,
        author: &str,
    ) -> Result<(), StoreError> {
        let at = self.at();
        let schedule = &window.schedule;
        let (reach, reach_id) = match window.reach {
            WindowReach::Everywhere => ("everywhere", None),
            WindowReach::Site(id) => ("site", Some(id.as_bytes().to_vec())),
            WindowReach::Zone(id) => ("zone", Some(id.as_bytes().to_vec())),
            WindowReach::Asset(id) => ("asset", Some(id.as_bytes().to_vec())),
        };
        let (length, minutes) = match schedule.length() {
            Length::Wall { minutes } => ("wall", minutes),
            Length::Exact { minutes } => ("exact", minutes),
        };
        let rule = schedule.recurrence().map(ToString::to_string).unwrap_or_default();
        self.exec(
            PUT,
            params![
                window.id,
                &*storable(&window.name),
                window.kind.word(),
                reach,
                reach_id,
                site,
                schedule.zone().as_str(),
                schedule.first().to_string(),
                length,
                minutes,
                rule,
                dates(schedule.added()),
                dates(schedule.left_out()),
                window.capacity.people.map(|people| u32::from(people.get())),
                window.capacity.steps.map(|steps| u32::from(steps.get())),
                &*storable(&window.note),
                &*storable(calendar_uid),
                &*storable(author),
                at,
            ],
        )?;
        Ok(())
    }

    /// Ends a window: from now on it gives no time, and takes none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_window(&mut self, id: WindowId) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(END, params![id, at])?;
        Ok(())
    }
}

fn dates(all: &BTreeSet<DateTime>) -> String {
    let texts: Vec<String> = all.iter().map(ToString::to_string).collect();
    write_json(&texts)
}

fn read_dates(row: &Row<'_>, index: usize) -> Result<BTreeSet<DateTime>, StoreError> {
    let texts: Vec<String> = read_json(row, index)?;
    let dates = texts.iter().map(|text| text.parse::<DateTime>());
    dates.collect::<Result<_, _>>().map_err(|why| row.damaged(index, &why.to_string()))
}

fn schedule(row: &Row<'_>) -> Result<Schedule, StoreError> {
    let zone: ZoneName = row.word(7)?;
    let first: String = row.get(8)?;
    let first = first.parse::<DateTime>().map_err(|why| row.damaged(8, &why.to_string()))?;
    let minutes: u32 = u32::try_from(row.get::<i64>(10)?).map_err(|why| row.damaged(10, &why.to_string()))?;
    let length = match row.get::<String>(9)?.as_str() {
        "wall" => Length::Wall { minutes },
        "exact" => Length::Exact { minutes },
        _ => return Err(row.damaged(9, "no length of a window")),
    };
    let rule: String = row.get(11)?;
    let recurrence = if rule.is_empty() {
        None
    } else {
        let read = Recurrence::read(&rule, &zone.rules());
        Some(read.map_err(|why| row.damaged(11, &why.to_string()))?)
    };
    let (added, left_out) = (read_dates(row, 12)?, read_dates(row, 13)?);
    Schedule::new(zone, first, length, recurrence, added, left_out)
        .map_err(|why| row.damaged(10, &why.to_string()))
}

fn reach(row: &Row<'_>) -> Result<WindowReach, StoreError> {
    let id: Option<[u8; 16]> = match row.get::<Option<Vec<u8>>>(5)? {
        Some(bytes) => Some(bytes.try_into().map_err(|_| row.damaged(5, "no id of 16 bytes"))?),
        None => None,
    };
    Ok(match (row.get::<String>(4)?.as_str(), id) {
        ("everywhere", None) => WindowReach::Everywhere,
        ("site", Some(id)) => WindowReach::Site(SiteId::from_bytes(id)),
        ("zone", Some(id)) => WindowReach::Zone(ZoneId::from_bytes(id)),
        ("asset", Some(id)) => WindowReach::Asset(AssetId::from_bytes(id)),
        _ => return Err(row.damaged(4, "a window reaches everything, a site, a zone or an asset")),
    })
}

fn number(row: &Row<'_>, index: usize) -> Result<Option<NonZeroU16>, StoreError> {
    let value: Option<i64> = row.get(index)?;
    let read = value.map(|value| u16::try_from(value).ok().and_then(NonZeroU16::new));
    read.map(|number| number.ok_or_else(|| row.damaged(index, "no number of people or steps"))).transpose()
}

fn line(row: &Row<'_>) -> Result<KeptWindow, StoreError> {
    Ok(KeptWindow {
        window: Window {
            id: row.get(0)?,
            name: row.get(2)?,
            kind: row.word(3)?,
            reach: reach(row)?,
            schedule: schedule(row)?,
            capacity: Capacity { people: number(row, 14)?, steps: number(row, 15)? },
            note: row.get(16)?,
        },
        revision: row.get(1)?,
        site: row.get(6)?,
        calendar_uid: row.get(17)?,
        author: row.get(18)?,
        changed_at: row.get(19)?,
        ended_at: row.get(20)?,
        reach_name: row.get(21)?,
        site_name: row.get(22)?,
    })
}
