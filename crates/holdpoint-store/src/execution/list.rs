//! Lists of deployments and of their steps.
//!
//! The surprise: the steps are one list, whether of one deployment or of all: what is overdue and what was not verified is asked
//! over all of them.

use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::value::{Row, Value};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::execution::ObservedBy;
use holdpoint_domain::id::{AssetId, PlanId, SiteId};
use holdpoint_domain::words::UnknownWord;

macro_rules! state {
    () => {
        "(CASE WHEN x.open_steps = 0 THEN 'over' WHEN p.state <> 'released' THEN 'taken_back' \
         WHEN x.stopped IS NOT NULL THEN 'stopped' WHEN x.paused IS NOT NULL THEN 'paused' ELSE 'running' END)"
    };
}
macro_rules! counted {
    ($condition:literal) => {
        concat!("(SELECT COUNT(*) FROM step_run r WHERE r.plan_no = x.plan_no AND ", $condition, ")")
    };
}
macro_rules! done {
    () => {
        counted!("r.state = 'done'")
    };
}
macro_rules! failed {
    () => {
        counted!("r.failed = 1")
    };
}
macro_rules! in_work {
    () => {
        counted!(
            "r.state IN ('installing', 'awaiting_restart', 'restarting', 'to_verify', 'verifying', 'broken', 'undoing', \
             'to_verify_undo', 'verifying_undo', 'by_hand')"
        )
    };
}
macro_rules! overdue {
    () => {
        counted!("r.overdue IS NOT NULL")
    };
}
macro_rules! last {
    () => {
        "(SELECT MAX(r.changed_at) FROM step_run r WHERE r.plan_no = x.plan_no)"
    };
}
macro_rules! drift {
    () => {
        "(SELECT COUNT(*) FROM asset_drift d JOIN asset_snapshot n ON n.number = d.snapshot_no \
         WHERE d.closed_at IS NULL AND n.plan_no = x.plan_no)"
    };
}
const COLUMNS: &str = concat!(
    "p.id, p.number, p.title, p.state, p.site_id, s.name, s.time_zone, x.started_at, x.started_by, x.paused, x.stopped, \
     x.turned_at, p.n_steps, x.open_steps, p.first_start, p.last_free, ",
    state!(),
    ", ",
    done!(),
    ", ",
    failed!(),
    ", ",
    in_work!(),
    ", ",
    overdue!(),
    ", ",
    drift!(),
    ", ",
    last!()
);
const FROM: &str = "plan_run x JOIN change_plan p ON p.number = x.plan_no JOIN site s ON s.id = p.site_id";

const FIELDS: &[FilterField] = &[
    FilterField::number("number", "p.number").required(),
    FilterField::text("title", "p.title").required(),
    FilterField::text("site", "s.name").required(),
    FilterField::word("state", state!(), &["over", "taken_back", "running", "paused", "stopped"]),
    FilterField::number("steps", "p.n_steps").required(),
    FilterField::number("open", "x.open_steps").required(),
    FilterField::number("done", done!()).required(),
    FilterField::number("failed", failed!()).required(),
    FilterField::number("work", in_work!()).required(),
    FilterField::number("overdue", overdue!()).required(),
    FilterField::number("drift", drift!()).required(),
    FilterField::time("started", "x.started_at").required(),
    FilterField::time("moved", last!()),
    FilterField::time("first", "p.first_start"),
    FilterField::time("last", "p.last_free"),
];

/// The list of deployments.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "deployment",
    fields: FIELDS,
    words: &["p.title", "s.name", "x.started_by"],
    unique: "p.number",
    default_sort: ("started", Direction::Descending),
};

const STEP_COLUMNS: &str = "p.id, p.number, p.title, s.name, s.time_zone, r.place, r.asset_id, t.tag, r.patch, r.state, \
    r.deadline, r.failed, r.wait_for, r.wait_why, r.wait_until, r.changed_at, t.start_at, r.overdue, r.overdue_since, \
    r.reported, r.reported_at, r.observed, r.observed_what, r.observed_at, r.verified_at, \
    r.observed_by, (SELECT COUNT(*) FROM asset_drift d WHERE d.asset_id = r.asset_id AND d.closed_at IS NULL)";
const STEP_FROM: &str =
    "step_run r JOIN change_plan p ON p.number = r.plan_no JOIN site s ON s.id = p.site_id
    JOIN change_plan_step t ON t.plan_no = r.plan_no AND t.place = r.place";

const STATES: &[&str] = &[
    "done",
    "rolled_back",
    "aborted",
    "waiting",
    "staging",
    "staged",
    "checking",
    "checked",
    "backing_up",
    "backed_up",
    "verified",
    "rechecking",
    "installing",
    "awaiting_restart",
    "restarting",
    "to_verify",
    "verifying",
    "undoing",
    "to_verify_undo",
    "verifying_undo",
    "broken",
    "by_hand",
];
const WAITS: &[&str] = &[
    "soak",
    "back_off",
    "outcome",
    "window",
    "freeze",
    "earlier",
    "group",
    "capacity",
    "pause",
    "release",
    "proof",
    "permission",
    "approval",
    "supplier",
    "interlock",
    "signal",
    "operator",
    "hold_point",
    "stop",
    "person",
];
const STEP_FIELDS: &[FilterField] = &[
    FilterField::number("plan", "p.number").required(),
    FilterField::text("title", "p.title").required(),
    FilterField::text("site", "s.name").required(),
    FilterField::number("number", "r.place").required(),
    FilterField::text("asset", "t.tag").required(),
    FilterField::text("patch", "r.patch").required(),
    FilterField::word("state", "r.state", STATES),
    FilterField::word("wait", "r.wait_for", WAITS),
    FilterField::flag("failed", "(r.failed = 1)"),
    FilterField::flag("overdue", "(r.overdue IS NOT NULL)"),
    FilterField::flag(
        "drift",
        "EXISTS (SELECT 1 FROM asset_drift d WHERE d.asset_id = r.asset_id AND d.closed_at IS NULL)",
    ),
    FilterField::word("reported", "r.reported", &["succeeded", "by_hand", "unknown", "failed"]),
    FilterField::word("observed", "r.observed", &["as_promised", "not_restarted", "as_before", "otherwise"]),
    FilterField::word("read_by", "r.observed_by", &["person", "host", "agent", "device"]),
    FilterField::flag("verified", "(r.verified_at IS NOT NULL)"),
    FilterField::time("start", "t.start_at").required(),
    FilterField::time("moved", "r.changed_at").required(),
    FilterField::time("deadline", "r.deadline"),
    FilterField::time("seen", "r.observed_at"),
];

/// The list of steps of deployments.
pub(crate) const STEP_SPEC: ListSpec = ListSpec {
    noun: "step of a deployment",
    fields: STEP_FIELDS,
    words: &["t.tag", "r.patch", "p.title", "COALESCE(r.wait_why, '')"],
    unique: "p.number * 100000 + r.place",
    default_sort: ("number", Direction::Ascending),
};

/// What of the deployments a person may see.
pub(crate) fn within(reach: &Reach) -> (String, Vec<Value<'static>>) {
    reach_condition(reach, "p.site_id", 1)
}

pub(crate) fn spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: FROM, condition: &within.0, params: within.1.clone() }
}

/// Whose steps are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepQuery {
    /// Those of all deployments.
    All,
    /// Those of one.
    Of(PlanId),
    /// Those of which something is known after the work: reported or observed.
    Worked,
}

/// What of the steps a person may see.
pub(crate) fn step_within(which: StepQuery, reach: &Reach) -> (String, Vec<Value<'static>>) {
    match which {
        StepQuery::All => reach_condition(reach, "p.site_id", 1),
        StepQuery::Of(plan) => {
            let (condition, mut params) = reach_condition(reach, "p.site_id", 2);
            params.insert(0, Value::from(plan));
            (format!("p.id = $1 AND {condition}"), params)
        }
        StepQuery::Worked => {
            let (condition, params) = reach_condition(reach, "p.site_id", 1);
            (format!("(r.reported IS NOT NULL OR r.observed IS NOT NULL) AND {condition}"), params)
        }
    }
}

pub(crate) fn step_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: STEP_COLUMNS, from: STEP_FROM, condition: &within.0, params: within.1.clone() }
}

/// A deployment as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentLine {
    /// The plan.
    pub plan: PlanId,
    /// Its running number.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// The word of the plan's state.
    pub plan_state: String,
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub site_name: String,
    /// Its time zone.
    pub time_zone: String,
    /// Since when.
    pub started_at: Moment,
    /// Who began it.
    pub started_by: String,
    /// Why it is paused.
    pub paused: Option<String>,
    /// What is stopped.
    pub stopped: Option<String>,
    /// When it was looked at last.
    pub turned_at: Option<Moment>,
    /// How many steps it has.
    pub steps: u64,
    /// How many are not over.
    pub open: u64,
    /// When its first step was planned to start.
    pub first_start: Option<Moment>,
    /// When its last step was planned to be free.
    pub last_free: Option<Moment>,
    /// `over`, `taken_back`, `stopped`, `paused` or `running`.
    pub state: String,
    /// How many steps are done.
    pub done: u64,
    /// How many have failed.
    pub failed: u64,
    /// How many are in work.
    pub in_work: u64,
    /// How many have something overdue.
    pub overdue: u64,
    /// How many drifts from its baselines stand open.
    pub drift: u64,
    /// When a step moved last.
    pub moved_at: Option<Moment>,
}

/// A step as lists over deployments show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// The plan.
    pub plan: PlanId,
    /// Its running number.
    pub plan_number: i64,
    /// Its title.
    pub title: String,
    /// The site's name.
    pub site_name: String,
    /// The site's time zone.
    pub time_zone: String,
    /// The step as its plan shows it.
    pub step: super::StepLine,
    /// Since when something is overdue.
    pub overdue_since: Option<Moment>,
    /// What was reported of the installation.
    pub reported: Option<String>,
    /// When.
    pub reported_at: Option<Moment>,
    /// What the last look showed.
    pub observed: Option<String>,
    /// In words, when it is something else.
    pub observed_what: Option<String>,
    /// When.
    pub observed_at: Option<Moment>,
    /// When it was verified; `None`: it is not, or not any more.
    pub verified_at: Option<Moment>,
    /// Who read it at the last look; `None`: nobody, or nobody kept who.
    pub observed_by: Option<ObservedBy>,
    /// How many drifts of its asset stand open.
    pub drift: u64,
}

impl Reader<'_> {
    /// Deployments, those begun last first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn deployment_list(&mut self, query: &ListQuery) -> Result<Paged<DeploymentLine>, StoreError> {
        let within = within(&query.reach);
        self.list(&SPEC, spec_sql(&within), query, line)
    }

    /// Steps of deployments.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn deployment_steps(
        &mut self,
        which: StepQuery,
        query: &ListQuery,
    ) -> Result<Paged<StepRow>, StoreError> {
        let within = step_within(which, &query.reach);
        self.list(&STEP_SPEC, step_sql(&within), query, step_row)
    }
}

fn line(row: &Row<'_>) -> Result<DeploymentLine, StoreError> {
    Ok(DeploymentLine {
        plan: row.get(0)?,
        number: row.get(1)?,
        title: row.get(2)?,
        plan_state: row.get(3)?,
        site: row.get(4)?,
        site_name: row.get(5)?,
        time_zone: row.get(6)?,
        started_at: row.get(7)?,
        started_by: row.get(8)?,
        paused: row.get(9)?,
        stopped: row.get(10)?,
        turned_at: row.get(11)?,
        steps: row.get(12)?,
        open: row.get(13)?,
        first_start: row.get(14)?,
        last_free: row.get(15)?,
        state: row.get(16)?,
        done: row.get(17)?,
        failed: row.get(18)?,
        in_work: row.get(19)?,
        overdue: row.get(20)?,
        drift: row.get(21)?,
        moved_at: row.get(22)?,
    })
}

fn reader(row: &Row<'_>, index: usize) -> Result<Option<ObservedBy>, StoreError> {
    let word: Option<String> = row.get(index)?;
    let read = word.map(|word| word.parse().map_err(|why: UnknownWord| row.damaged(index, &why.to_string())));
    read.transpose()
}

fn step_row(row: &Row<'_>) -> Result<StepRow, StoreError> {
    Ok(StepRow {
        plan: row.get(0)?,
        plan_number: row.get(1)?,
        title: row.get(2)?,
        site_name: row.get(3)?,
        time_zone: row.get(4)?,
        step: super::StepLine {
            number: row.get(5)?,
            asset: row.get::<AssetId>(6)?,
            tag: row.get(7)?,
            patch: row.get(8)?,
            state: row.get(9)?,
            deadline: row.get(10)?,
            failed: row.get::<i64>(11)? != 0,
            wait_for: row.get(12)?,
            wait_why: row.get(13)?,
            wait_until: row.get(14)?,
            changed_at: row.get(15)?,
            start: row.get(16)?,
            overdue: row.get(17)?,
        },
        overdue_since: row.get(18)?,
        reported: row.get(19)?,
        reported_at: row.get(20)?,
        observed: row.get(21)?,
        observed_what: row.get(22)?,
        observed_at: row.get(23)?,
        verified_at: row.get(24)?,
        observed_by: reader(row, 25)?,
        drift: row.get(26)?,
    })
}
