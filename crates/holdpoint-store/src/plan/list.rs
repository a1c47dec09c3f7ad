//! Reading plans: the list, one plan whole, its steps and what waits page by page, and the steps that hold places.

use super::{Reserved, StepQuery, body, life};
use crate::columns::read_json;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::planning::{StoredWayBack, small};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{AssetId, PlanId, SiteId};
use holdpoint_domain::plan::life::{PlanState, PlanWord};
use holdpoint_domain::plan::{ChangePlan, Estimate, PlannedStep};
use holdpoint_domain::signature::Person;

macro_rules! columns {
    () => {
        "p.id, p.number, p.site_id, s.name, s.time_zone, p.title, p.state, p.life, p.author_name, p.author_account, p.reason, \
         p.made_at, p.until_at, p.first_start, p.last_free, p.n_steps, p.n_assets, p.n_waits, p.exposure_planned, \
         p.exposure_bound, p.replaces, p.changed_at, (SELECT x.started_at FROM plan_run x WHERE x.plan_no = p.number)"
    };
}
macro_rules! step_columns {
    () => {
        "t.place, t.asset_id, t.tag, t.patch, t.window_id, t.start_at, t.end_at, t.free_at, t.last_safe_start, \
         t.work_minutes, t.undo_minutes, t.estimate, t.people, t.way_back, t.goes_after, t.why, p.id, p.title, p.state, \
         COALESCE(w.name, '')"
    };
}
const COLUMNS: &str = columns!();
const STEP_COLUMNS: &str = step_columns!();
const FROM: &str = "change_plan p JOIN site s ON s.id = p.site_id";
const STEP_FROM: &str = "change_plan_step t JOIN change_plan p ON p.number = t.plan_no LEFT JOIN work_window w ON w.id = t.window_id";

crate::statements! {
    ONE = concat!("SELECT ", columns!(), " FROM change_plan p JOIN site s ON s.id = p.site_id WHERE p.id = $1");
    BY_NUMBER = "SELECT p.id FROM change_plan p WHERE p.number = $1";
    WHOLE = "SELECT p.site_id, p.made_at, p.body FROM change_plan p WHERE p.id = $1";
    EXPORT = "SELECT p.export FROM change_plan p WHERE p.id = $1";
    STEPS = concat!("SELECT ", step_columns!(), " FROM change_plan_step t JOIN change_plan p ON p.number = t.plan_no
        LEFT JOIN work_window w ON w.id = t.window_id WHERE p.id = $1 ORDER BY t.place");
    HELD = concat!("SELECT ", step_columns!(), " FROM change_plan_step t JOIN change_plan p ON p.number = t.plan_no
        LEFT JOIN work_window w ON w.id = t.window_id
        WHERE t.start_at < $2 AND t.free_at > $1 AND (p.state IN ('released', 'ended') OR p.state = $3)
            AND NOT EXISTS (SELECT 1 FROM step_run r WHERE r.plan_no = t.plan_no AND r.place = t.place
                AND r.state IN ('done', 'aborted', 'rolled_back') AND r.changed_at <= $1)
        ORDER BY t.start_at, p.number, t.place");
    HELD_AT = concat!("SELECT ", step_columns!(), " FROM change_plan_step t JOIN change_plan p ON p.number = t.plan_no
        LEFT JOIN work_window w ON w.id = t.window_id
        WHERE t.start_at < $2 AND t.free_at > $1 AND (p.state IN ('released', 'ended') OR p.state = $3)
            AND NOT EXISTS (SELECT 1 FROM step_run r WHERE r.plan_no = t.plan_no AND r.place = t.place
                AND r.state IN ('done', 'aborted', 'rolled_back') AND r.changed_at <= $1) AND p.site_id = $4
        ORDER BY t.start_at, p.number, t.place");
    KNOWN_WORK = "SELECT t.asset_id, t.patch, p.id, p.number, p.state, COALESCE(r.state, 'waiting'), r.verified_at,
            (SELECT MAX(d.seen_at) FROM asset_drift d WHERE d.asset_id = t.asset_id)
        FROM change_plan_step t JOIN change_plan p ON p.number = t.plan_no
        LEFT JOIN step_run r ON r.plan_no = t.plan_no AND r.place = t.place
        WHERE p.site_id = $1 AND (p.state IN ('released', 'submitted') OR r.state IS NOT NULL)
            AND COALESCE(r.state, 'waiting') NOT IN ('aborted', 'rolled_back')
        ORDER BY p.number, t.place";
}

const FIELDS: &[FilterField] = &[
    FilterField::text("title", "p.title").required(),
    FilterField::word(
        "state",
        "p.state",
        &["superseded", "withdrawn", "rejected", "ended", "draft", "submitted", "released"],
    ),
    FilterField::text("site", "s.name").required(),
    FilterField::text("author", "p.author_name").required(),
    FilterField::number("steps", "p.n_steps").required(),
    FilterField::number("assets", "p.n_assets").required(),
    FilterField::number("waits", "p.n_waits").required(),
    FilterField::time("made", "p.made_at").required(),
    FilterField::time("first", "p.first_start"),
    FilterField::time("last", "p.last_free"),
    FilterField::time("changed", "p.changed_at").required(),
];

/// The list of plans.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "plan",
    fields: FIELDS,
    words: &["p.title", "s.name", "p.author_name", "p.reason"],
    unique: "p.number",
    default_sort: ("made", Direction::Descending),
};

const STEP_FIELDS: &[FilterField] = &[
    FilterField::number("number", "t.place").required(),
    FilterField::text("asset", "t.tag").required(),
    FilterField::text("patch", "t.patch").required(),
    FilterField::text("window", "COALESCE(w.name, '')"),
    FilterField::time("start", "t.start_at").required(),
    FilterField::time("end", "t.end_at").required(),
    FilterField::number("minutes", "t.work_minutes").required(),
    FilterField::word("estimate", "t.estimate", &["learned", "declared"]),
    FilterField::number("people", "t.people").required(),
];

/// The list of a plan's steps.
pub(crate) const STEP_SPEC: ListSpec = ListSpec {
    noun: "planned step",
    fields: STEP_FIELDS,
    words: &["t.tag", "t.patch", "COALESCE(w.name, '')"],
    unique: "t.place",
    default_sort: ("number", Direction::Ascending),
};

const CAUSES: &[&str] = &[
    "approval",
    "need",
    "estimate",
    "way-back",
    "asset",
    "number-twice",
    "group",
    "needs",
    "circle",
    "wave-before",
    "no-window",
    "frozen",
    "too-short",
    "people",
    "full",
    "no-patch",
    "elsewhere",
];
const WAIT_FIELDS: &[FilterField] = &[
    FilterField::number("number", "x.place").required(),
    FilterField::text("asset", "x.tag").required(),
    FilterField::text("patch", "x.patch").required(),
    FilterField::word("cause", "x.cause", CAUSES),
    FilterField::text("why", "x.why"),
];

/// The list of what waits.
pub(crate) const WAIT_SPEC: ListSpec = ListSpec {
    noun: "wait",
    fields: WAIT_FIELDS,
    words: &["x.tag", "x.patch", "x.why"],
    unique: "x.place",
    default_sort: ("number", Direction::Ascending),
};

/// What of the plans a person may see.
pub(crate) fn within(reach: &Reach) -> (String, Vec<Value<'static>>) {
    reach_condition(reach, "p.site_id", 1)
}

pub(crate) fn spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: FROM, condition: &within.0, params: within.1.clone() }
}

/// The rows of one plan.
pub(crate) fn rows_within(plan: PlanId) -> (&'static str, Vec<Value<'static>>) {
    ("p.id = $1", vec![Value::from(plan)])
}

pub(crate) fn step_sql(within: (&'static str, Vec<Value<'static>>)) -> ListSql<'static> {
    ListSql { columns: STEP_COLUMNS, from: STEP_FROM, condition: within.0, params: within.1 }
}

pub(crate) fn wait_sql(within: (&'static str, Vec<Value<'static>>)) -> ListSql<'static> {
    ListSql {
        columns: "x.asset_id, x.tag, x.patch, x.cause, x.why",
        from: "change_plan_wait x JOIN change_plan p ON p.number = x.plan_no",
        condition: within.0,
        params: within.1,
    }
}

/// A plan as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanLine {
    /// The plan.
    pub id: PlanId,
    /// Its running number, for people.
    pub number: i64,
    /// Its site.
    pub site: SiteId,
    /// The site's name.
    pub site_name: String,
    /// The site's time zone.
    pub time_zone: String,
    /// What people call it.
    pub title: String,
    /// Where it stands.
    pub state: PlanState,
    /// Who proposed it.
    pub author: Person,
    /// Why.
    pub reason: String,
    /// When it was made.
    pub made_at: Moment,
    /// The last moment that was looked at.
    pub until: Moment,
    /// When its first step starts; `None`: it has none.
    pub first_start: Option<Moment>,
    /// When its last step is free.
    pub last_free: Option<Moment>,
    /// How many steps it has.
    pub steps: u64,
    /// On how many assets.
    pub assets: u64,
    /// How much waits.
    pub waits: u64,
    /// Exposure that is left, in weight times hours.
    pub exposure_planned: f64,
    /// What no plan of the same work can be below.
    pub exposure_bound: f64,
    /// The plan that it takes the place of.
    pub replaces: Option<PlanId>,
    /// When it changed last in its life.
    pub changed_at: Moment,
    /// When it was begun; `None`: it was not.
    pub begun_at: Option<Moment>,
}

/// A step as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptStep {
    /// The step.
    pub step: PlannedStep,
    /// The asset's tag.
    pub tag: String,
    /// Why it is where it is.
    pub why: String,
    /// The window's name.
    pub window: String,
    /// The plan.
    pub plan: PlanId,
    /// Its title.
    pub plan_title: String,
    /// Where the plan stands.
    pub plan_state: PlanWord,
}

/// Work that stands in a plan, or that one has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownWork {
    /// The asset.
    pub asset: AssetId,
    /// The patch.
    pub patch: String,
    /// The plan.
    pub plan: PlanId,
    /// Its running number.
    pub plan_number: i64,
    /// Where the plan stands.
    pub plan_state: PlanWord,
    /// The word of the step's state; `waiting` also where nobody has begun the plan.
    pub state: String,
    /// When a look showed what was promised.
    pub verified_at: Option<Moment>,
    /// When the asset was last seen to be otherwise than it was left.
    pub drifted_at: Option<Moment>,
}

/// Something without a place in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptWait {
    /// The asset.
    pub asset: AssetId,
    /// Its tag.
    pub tag: String,
    /// The patch; empty: none is known.
    pub patch: String,
    /// The first cause, as a word.
    pub cause: String,
    /// All causes, as a clause.
    pub why: String,
}

impl Reader<'_> {
    /// Plans, the newest first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn plan_list(&mut self, query: &ListQuery) -> Result<Paged<PlanLine>, StoreError> {
        let within = within(&query.reach);
        self.list(&SPEC, spec_sql(&within), query, line)
    }

    /// A plan as lists show it.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn change_plan(&mut self, id: PlanId) -> Result<Option<PlanLine>, StoreError> {
        self.query_opt(ONE, params![id], line)
    }

    /// The id of the plan with that running number.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn plan_by_number(&mut self, number: i64) -> Result<Option<PlanId>, StoreError> {
        self.query_opt(BY_NUMBER, params![number], |row| row.get(0))
    }

    /// A plan whole, with what belongs to it.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn whole_plan(&mut self, id: PlanId) -> Result<Option<(ChangePlan, body::PlanBody)>, StoreError> {
        let head: Option<(SiteId, Moment, body::Read)> =
            self.query_opt(WHOLE, params![id], |row| Ok((row.get(0)?, row.get(1)?, body::read(row, 2)?)))?;
        let Some((site, made_at, (waves, holds, body))) = head else { return Ok(None) };
        let steps = self.query(STEPS, params![id], |row| Ok(step(row)?.step))?;
        Ok(Some((ChangePlan { id, site, made_at, steps, waves, holds }, body)))
    }

    /// A plan and what waits, as it was written when the plan was made.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn plan_export(&mut self, id: PlanId) -> Result<Option<String>, StoreError> {
        self.query_opt(EXPORT, params![id], |row| row.get(0))
    }

    /// The steps of a plan, in their order.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn plan_steps(&mut self, plan: PlanId, query: &ListQuery) -> Result<Paged<KeptStep>, StoreError> {
        self.list(&STEP_SPEC, step_sql(rows_within(plan)), query, step)
    }

    /// What waits in a plan.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn plan_waits(&mut self, plan: PlanId, query: &ListQuery) -> Result<Paged<KeptWait>, StoreError> {
        self.list(&WAIT_SPEC, wait_sql(rows_within(plan)), query, |row| {
            Ok(KeptWait {
                asset: row.get(0)?,
                tag: row.get(1)?,
                patch: row.get(2)?,
                cause: row.get(3)?,
                why: row.get(4)?,
            })
        })
    }

    /// Work of a site that stands in plans that are released or wait for it, and work that was done or is being done in any plan. What
    /// ended untouched or went back is not among it.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn known_work(&mut self, site: SiteId) -> Result<Vec<KnownWork>, StoreError> {
        self.query(KNOWN_WORK, params![site], |row| {
            Ok(KnownWork {
                asset: row.get(0)?,
                patch: row.get(1)?,
                plan: row.get(2)?,
                plan_number: row.get(3)?,
                plan_state: row.word(4)?,
                state: row.get(5)?,
                verified_at: row.get(6)?,
                drifted_at: row.get(7)?,
            })
        })
    }

    /// The steps that hold places in a stretch of time, in order of their starts. What was over when it began holds none.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn held_steps(&mut self, query: StepQuery) -> Result<Vec<KeptStep>, StoreError> {
        let word = match query.of {
            Reserved::Released => PlanWord::Released.word(),
            Reserved::Asked => PlanWord::Submitted.word(),
        };
        match query.site {
            None => self.query(HELD, params![query.from, query.to, word], step),
            Some(site) => self.query(HELD_AT, params![query.from, query.to, word, site], step),
        }
    }
}

fn line(row: &Row<'_>) -> Result<PlanLine, StoreError> {
    let text: String = row.get(7)?;
    Ok(PlanLine {
        id: row.get(0)?,
        number: row.get(1)?,
        site: row.get(2)?,
        site_name: row.get(3)?,
        time_zone: row.get(4)?,
        title: row.get(5)?,
        state: life::read(&text, row.word(6)?).map_err(|why| row.damaged(7, &why))?,
        author: Person { name: row.get(8)?, account: row.get(9)? },
        reason: row.get(10)?,
        made_at: row.get(11)?,
        until: row.get(12)?,
        first_start: row.get(13)?,
        last_free: row.get(14)?,
        steps: row.get(15)?,
        assets: row.get(16)?,
        waits: row.get(17)?,
        exposure_planned: row.get(18)?,
        exposure_bound: row.get(19)?,
        replaces: row.get(20)?,
        changed_at: row.get(21)?,
        begun_at: row.get(22)?,
    })
}

fn step(row: &Row<'_>) -> Result<KeptStep, StoreError> {
    let way: StoredWayBack = read_json(row, 13)?;
    Ok(KeptStep {
        step: PlannedStep {
            number: row.get(0)?,
            asset: row.get(1)?,
            patch: row.get(3)?,
            window: row.get(4)?,
            start: row.get(5)?,
            end: row.get(6)?,
            free_at: row.get(7)?,
            last_safe_start: row.get(8)?,
            estimate: Estimate {
                work_minutes: row.get(9)?,
                undo_minutes: row.get(10)?,
                source: row.word(11)?,
            },
            people: small(row, 12)?,
            way_back: way.read(),
            after: read_json(row, 14)?,
        },
        tag: row.get(2)?,
        why: row.get(15)?,
        plan: row.get(16)?,
        plan_title: row.get(17)?,
        plan_state: row.word(18)?,
        window: row.get(19)?,
    })
}
