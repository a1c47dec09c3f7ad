//! Work orders, their sheets, results and files.
//!
//! The surprise: the body of a sheet and of a result is text here, and nobody looks inside: what a sheet says is the app's.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::test_record::Attachment;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{AssetId, PlanId, SiteId, WorkOrderId};
use holdpoint_domain::work_order::{ResultWay, WorkOrderState};

// A sheet that is out when its step ends is withdrawn by that, whoever or whatever ended the step.
macro_rules! state {
    () => {
        "CASE WHEN o.state = 'issued' AND r.state IN ('done', 'aborted', 'rolled_back') THEN 'withdrawn' ELSE o.state END"
    };
}
// What stands against work that is under way; once it is told, the result says what it was done against.
macro_rules! halt {
    () => {
        "CASE WHEN o.state = 'begun' THEN o.halt END"
    };
}
macro_rules! columns {
    () => {
        concat!(
            "o.id, o.number, o.plan_id, COALESCE(p.number, 0), COALESCE(p.title, ''), o.step, o.site_id, COALESCE(s.name, ''), \
         o.asset_id, o.tag, o.patch, o.technician, ", state!(), ", o.revision, o.start_at, o.due_at, o.issued_at, o.issued_by, \
         o.changed_at, COALESCE(r.state, ''), ", halt!(), ", o.halt_at"
        )
    };
}
macro_rules! from {
    () => {
        "work_order o LEFT JOIN change_plan p ON p.id = o.plan_id LEFT JOIN site s ON s.id = o.site_id \
         LEFT JOIN step_run r ON r.plan_no = p.number AND r.place = o.step"
    };
}

crate::statements! {
    ONE = concat!("SELECT ", columns!(), " FROM ", from!(), " WHERE o.id = $1");
    BY_NUMBER = "SELECT id FROM work_order WHERE number = $1";
    OF_PLAN = concat!("SELECT ", columns!(), " FROM ", from!(), " WHERE o.plan_id = $1 ORDER BY o.step");
    OF_SITE_OPEN = concat!("SELECT ", columns!(), " FROM ", from!(), "
        WHERE o.site_id = $1 AND ", state!(), " IN ('issued', 'begun', 'told') ORDER BY o.number");
    PUT = "INSERT INTO work_order (number, id, plan_id, step, site_id, asset_id, tag, patch, technician, state, revision,
            start_at, due_at, issued_at, issued_by, changed_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM work_order), $1, $2, $3, $4, $5, $6, $7, $8, 'issued', 0, $9, $10,
            $11, $12, $11)";
    PUT_SHEET = "INSERT INTO work_order_sheet (order_no, revision, body, sha256, made_at, by_name)
        SELECT o.number, o.revision + 1, $2, $3, $4, $5 FROM work_order o WHERE o.id = $1";
    NEXT = "UPDATE work_order SET revision = revision + 1, technician = $2, due_at = $3, changed_at = $4, state = $5
        WHERE id = $1";
    AGAIN = "UPDATE work_order SET technician = $2, due_at = $3, changed_at = $4, state = $5 WHERE id = $1";
    STAND = "UPDATE work_order SET state = $2, changed_at = $3 WHERE id = $1";
    HALT = "UPDATE work_order SET halt = $2, halt_at = $3 WHERE id = $1";
    SHEET = "SELECT h.revision, h.body, h.sha256, h.made_at, h.by_name FROM work_order_sheet h
        JOIN work_order o ON o.number = h.order_no WHERE o.id = $1 AND h.revision = $2";
    RESULTS = "SELECT t.nth, t.revision, t.way, t.body, t.sha256, t.done_by, t.done_at, t.entered_by, t.entered_at
        FROM work_order_result t JOIN work_order o ON o.number = t.order_no WHERE o.id = $1 ORDER BY t.nth";
    PUT_RESULT = "INSERT INTO work_order_result (order_no, nth, revision, way, body, sha256, done_by, done_at, entered_by,
            entered_at)
        SELECT o.number, (SELECT COALESCE(MAX(t.nth), 0) + 1 FROM work_order_result t WHERE t.order_no = o.number),
            $2, $3, $4, $5, $6, $7, $8, $9 FROM work_order o WHERE o.id = $1";
    FILES = "SELECT f.name, f.sha256, f.size_bytes, f.added_by, f.added_at FROM work_order_file f
        JOIN work_order o ON o.number = f.order_no WHERE o.id = $1 ORDER BY f.place";
    PUT_FILE = "INSERT INTO work_order_file (order_no, place, name, sha256, size_bytes, added_by, added_at)
        SELECT o.number, (SELECT COALESCE(MAX(f.place), 0) + 1 FROM work_order_file f WHERE f.order_no = o.number),
            $2, $3, $4, $5, $6 FROM work_order o WHERE o.id = $1";
}

const STATES: &[&str] = &["void", "withdrawn", "closed", "told", "begun", "issued"];

const FIELDS: &[FilterField] = &[
    FilterField::number("number", "o.number").required(),
    FilterField::text("asset", "o.tag").required(),
    FilterField::text("patch", "o.patch").required(),
    FilterField::text("site", "COALESCE(s.name, '')"),
    FilterField::text("plan", "COALESCE(p.title, '')"),
    FilterField::text("technician", "o.technician"),
    FilterField::word("state", state!(), STATES).required(),
    FilterField::text("step", "COALESCE(r.state, '')"),
    FilterField::text("halt", concat!("COALESCE(", halt!(), ", '')")),
    FilterField::time("start", "o.start_at").required(),
    FilterField::time("due", "o.due_at").required(),
    FilterField::time("issued", "o.issued_at").required(),
    FilterField::text("issued_by", "o.issued_by"),
    FilterField::time("changed", "o.changed_at").required(),
];

/// The list of work orders.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "work order",
    fields: FIELDS,
    words: &["o.tag", "o.patch", "o.technician", "COALESCE(p.title, '')"],
    unique: "o.number",
    default_sort: ("start", Direction::Ascending),
};

/// What of the work orders a person may see.
pub(crate) fn within(reach: &Reach) -> (String, Vec<Value<'static>>) {
    reach_condition(reach, "o.site_id", 1)
}

pub(crate) fn spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: columns!(), from: from!(), condition: &within.0, params: within.1.clone() }
}

/// A work order as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkOrderLine {
    /// Its id.
    pub id: WorkOrderId,
    /// Its number, for people.
    pub number: u64,
    /// The plan.
    pub plan: PlanId,
    /// The plan's number.
    pub plan_number: u64,
    /// The plan's title.
    pub plan_title: String,
    /// The step of the plan.
    pub step: u32,
    /// The site.
    pub site: SiteId,
    /// The site's name.
    pub site_name: String,
    /// The asset.
    pub asset: AssetId,
    /// Its tag.
    pub tag: String,
    /// The patch.
    pub patch: String,
    /// Who is to do it; empty: nobody is named.
    pub technician: String,
    /// How it stands.
    pub state: WorkOrderState,
    /// The newest revision of its sheet.
    pub revision: u32,
    /// When the work is planned to begin.
    pub start: Moment,
    /// When a result is overdue.
    pub due: Moment,
    /// When it was issued.
    pub issued_at: Moment,
    /// By whom.
    pub issued_by: String,
    /// When it changed last.
    pub changed_at: Moment,
    /// Where its step stands, as a word; empty: the plan was not begun.
    pub step_state: String,
    /// What stands against the work since it was begun, and since when; `None`: nothing that was seen.
    pub halt: Option<(String, Moment)>,
}

/// A work order to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWorkOrder {
    /// Its id.
    pub id: WorkOrderId,
    /// The plan.
    pub plan: PlanId,
    /// The step.
    pub step: u32,
    /// The site.
    pub site: SiteId,
    /// The asset.
    pub asset: AssetId,
    /// Its tag.
    pub tag: String,
    /// The patch.
    pub patch: String,
    /// Who is to do it.
    pub technician: String,
    /// When the work is planned to begin.
    pub start: Moment,
    /// When a result is overdue.
    pub due: Moment,
    /// By whom it is issued.
    pub by: String,
}

/// One revision of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSheet {
    /// Its number, from 1.
    pub revision: u32,
    /// What it says, as text.
    pub body: String,
    /// SHA-256 of that text.
    pub sha256: [u8; 32],
    /// When it was made.
    pub made_at: Moment,
    /// By whom.
    pub by: String,
}

/// One result that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptResult {
    /// Its place, from 1.
    pub nth: u32,
    /// The revision of the sheet that it answers.
    pub revision: u32,
    /// How it came in.
    pub way: ResultWay,
    /// What it says, as text.
    pub body: String,
    /// SHA-256 of that text.
    pub sha256: [u8; 32],
    /// Who did the work.
    pub done_by: String,
    /// When it was done.
    pub done_at: Moment,
    /// Who entered it.
    pub entered_by: String,
    /// When it was entered.
    pub entered_at: Moment,
}

impl Reader<'_> {
    /// A work order.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn work_order(&mut self, id: WorkOrderId) -> Result<Option<WorkOrderLine>, StoreError> {
        self.query_opt(ONE, params![id], line)
    }

    /// The id of the work order with that number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn work_order_by_number(&mut self, number: i64) -> Result<Option<WorkOrderId>, StoreError> {
        self.query_opt(BY_NUMBER, params![number], |row| row.get(0))
    }

    /// The work orders of a plan, by step.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn work_orders_of(&mut self, plan: PlanId) -> Result<Vec<WorkOrderLine>, StoreError> {
        self.query(OF_PLAN, params![plan], line)
    }

    /// The work orders of a site that are not over.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn open_work_orders(&mut self, site: SiteId) -> Result<Vec<WorkOrderLine>, StoreError> {
        self.query(OF_SITE_OPEN, params![site], line)
    }

    /// Work orders, the next to begin first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn work_order_list(&mut self, query: &ListQuery) -> Result<Paged<WorkOrderLine>, StoreError> {
        let within = within(&query.reach);
        self.list(&SPEC, spec_sql(&within), query, line)
    }

    /// A revision of a sheet.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn work_order_sheet(
        &mut self,
        id: WorkOrderId,
        revision: u32,
    ) -> Result<Option<KeptSheet>, StoreError> {
        self.query_opt(SHEET, params![id, revision], |row| {
            Ok(KeptSheet {
                revision: row.get(0)?,
                body: row.get(1)?,
                sha256: row.get(2)?,
                made_at: row.get(3)?,
                by: row.get(4)?,
            })
        })
    }

    /// The results of a work order, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn work_order_results(&mut self, id: WorkOrderId) -> Result<Vec<KeptResult>, StoreError> {
        self.query(RESULTS, params![id], |row| {
            Ok(KeptResult {
                nth: row.get(0)?,
                revision: row.get(1)?,
                way: row.word(2)?,
                body: row.get(3)?,
                sha256: row.get(4)?,
                done_by: row.get(5)?,
                done_at: row.get(6)?,
                entered_by: row.get(7)?,
                entered_at: row.get(8)?,
            })
        })
    }

    /// The files of a work order, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn work_order_files(&mut self, id: WorkOrderId) -> Result<Vec<Attachment>, StoreError> {
        self.query(FILES, params![id], |row| {
            Ok(Attachment {
                name: row.get(0)?,
                sha256: row.get(1)?,
                size_bytes: row.get(2)?,
                added_by: row.get(3)?,
                added_at: row.get(4)?,
            })
        })
    }
}

impl Change<'_> {
    /// Keeps what stands against work that was begun, from now on; `None`: nothing does any more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn halt_work_order(&mut self, id: WorkOrderId, why: Option<&str>) -> Result<(), StoreError> {
        let at = why.map(|_| self.at());
        self.exec(HALT, params![id, why.map(|why| storable(why).into_owned()), at])?;
        Ok(())
    }

    /// Keeps a new work order; its first sheet follows.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_work_order(&mut self, new: &NewWorkOrder) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(
            PUT,
            params![
                new.id,
                new.plan,
                new.step,
                new.site,
                new.asset,
                &*storable(&new.tag),
                &*storable(&new.patch),
                &*storable(&new.technician),
                new.start,
                new.due,
                at,
                &*storable(&new.by)
            ],
        )?;
        Ok(())
    }

    /// Keeps the next revision of a sheet.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_work_order_sheet(
        &mut self,
        id: WorkOrderId,
        (body, sha256): (&str, &[u8; 32]),
        (technician, due, state): (&str, Moment, WorkOrderState),
        by: &str,
    ) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(PUT_SHEET, params![id, body, sha256, at, &*storable(by)])?;
        self.exec(NEXT, params![id, &*storable(technician), due, at, state.word()])?;
        Ok(())
    }

    /// Issues the newest revision of a sheet once more, because it says the same as one made now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn reissue_work_order(
        &mut self,
        id: WorkOrderId,
        (technician, due): (&str, Moment),
    ) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(AGAIN, params![id, &*storable(technician), due, at, WorkOrderState::Issued.word()])?;
        Ok(())
    }

    /// Moves a work order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn move_work_order(&mut self, id: WorkOrderId, state: WorkOrderState) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(STAND, params![id, state.word(), at])?;
        Ok(())
    }

    /// Keeps a result; its place is given.
    ///
    /// # Errors
    /// When it is there already; when the database fails.
    pub fn put_work_order_result(&mut self, id: WorkOrderId, new: &KeptResult) -> Result<(), StoreError> {
        self.exec(
            PUT_RESULT,
            params![
                id,
                new.revision,
                new.way.word(),
                new.body.as_str(),
                &new.sha256,
                &*storable(&new.done_by),
                new.done_at,
                &*storable(&new.entered_by),
                new.entered_at
            ],
        )?;
        Ok(())
    }

    /// Keeps a file of a work order, whose bytes were stored before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_work_order_file(&mut self, id: WorkOrderId, new: &Attachment) -> Result<(), StoreError> {
        self.exec(
            PUT_FILE,
            params![
                id,
                &*storable(&new.name),
                &new.sha256,
                new.size_bytes,
                &*storable(&new.added_by),
                new.added_at
            ],
        )?;
        Ok(())
    }
}

fn line(row: &Row<'_>) -> Result<WorkOrderLine, StoreError> {
    Ok(WorkOrderLine {
        id: row.get(0)?,
        number: row.get(1)?,
        plan: row.get(2)?,
        plan_number: row.get(3)?,
        plan_title: row.get(4)?,
        step: row.get(5)?,
        site: row.get(6)?,
        site_name: row.get(7)?,
        asset: row.get(8)?,
        tag: row.get(9)?,
        patch: row.get(10)?,
        technician: row.get(11)?,
        state: row.word(12)?,
        revision: row.get(13)?,
        start: row.get(14)?,
        due: row.get(15)?,
        issued_at: row.get(16)?,
        issued_by: row.get(17)?,
        changed_at: row.get(18)?,
        step_state: row.get(19)?,
        halt: row.get::<Option<String>>(20)?.zip(row.get(21)?),
    })
}
