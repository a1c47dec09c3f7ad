//! The list of ranked findings, the one list from which people work.
//!
//! It reads what is kept, so a page costs as much as its rows. The surprise: it speaks of now; how a finding stood in the past
//! is told by its events.

use super::exploited::{Exploited, exploited, exploited_by};
use super::finding::{lane, place};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::value::{Row, Value};
use crate::vulnerability_record::{KevState, kev_state};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::clock::ClockKind;
use holdpoint_domain::id::{AssetId, SiteId};
use holdpoint_domain::matching::Verdict;
use holdpoint_domain::ranking::decided::DecisionStanding;
use holdpoint_domain::ranking::point::{Outcome, Possible};
use holdpoint_domain::ranking::policy::Lane;

/// Whether an exemption in that state is on the finding. Those on a baseline are not seen here: whom a baseline governs is
/// no question for a database.
macro_rules! exempted {
    ($state:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM exemption x WHERE x.what_kind = 'vulnerability' AND x.what = v.reference \
                AND x.state = '",
            $state,
            "' AND (x.on_id = i.id OR x.on_id = a.zone_id OR x.on_id = a.site_id))"
        )
    };
}
/// Whether a patch that was asked for out of the finding has a decision in that state.
macro_rules! asked_out {
    ($state:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM finding_decision t JOIN decision d ON d.number = t.decision_no \
                WHERE t.finding_no = f.number AND d.kind = 'approve' AND d.state = '",
            $state,
            "')"
        )
    };
}
macro_rules! decision {
    () => {
        concat!(
            "(CASE WHEN ",
            exempted!("holding"),
            " OR ",
            asked_out!("granted"),
            " THEN 'decided' WHEN ",
            exempted!("proposed"),
            " OR ",
            asked_out!("waiting"),
            " THEN 'asked' ELSE 'undecided' END)"
        )
    };
}

const COLUMNS: &str = concat!(
    "f.number, v.reference, v.title, i.id, a.tag, a.name, a.site_id, si.name, z.name, a.vendor, \
     a.product, a.kind, f.verdict, f.lane, f.outcome, f.lowest, f.highest, f.due_at, f.due_clock, f.opened_at, \
     f.closed_at, f.evaluated_at, v.kev_added, v.ransomware, COALESCE(k.base_tenths, v.max_base_tenths), v.epss_percentile_ppm, \
     f.policy_version, COALESCE(si.time_zone, 'UTC'), f.vulnerability_no, f.asset_no, f.planned_at, f.queue, ",
    decision!(),
    ", f.reported_at, ",
    exploited!(),
    ", ",
    exploited_by!(),
    ", f.plan_again_at"
);

const FROM: &str = "finding f JOIN vulnerability v ON v.number = f.vulnerability_no
    JOIN asset i ON i.number = f.asset_no
    JOIN asset_version a ON a.number = f.asset_no AND a.valid_to = 9223372036854775807
    LEFT JOIN site si ON si.id = a.site_id LEFT JOIN zone z ON z.id = a.zone_id
    LEFT JOIN ranking_vulnerability k ON k.vulnerability_no = f.vulnerability_no";

const LANES: &[&str] = &["accept", "next-outage", "next-window", "now"];
const OUTCOMES: &[&str] = &["defer", "scheduled", "out-of-cycle", "immediate"];
const CLOCKS: &[&str] =
    &["kev", "bod-26-04", "bod-26-04-forensic", "cip-007-evaluate", "cip-007-plan", "nis2", "cycle", "site"];
const ADVISORIES: &str = "SELECT 1 FROM revision_vulnerability rv
    JOIN advisory_revision r ON r.number = rv.revision_no AND r.valid_to = 9223372036854775807
    JOIN advisory d ON d.number = r.advisory_no
    JOIN product_match m ON m.advisory_no = d.number AND m.configuration_no = a.configuration_no
        AND m.valid_to = 9223372036854775807 AND m.verdict <> 'no'
    WHERE rv.vulnerability_no = f.vulnerability_no AND ({condition})";

macro_rules! word_of {
    ($column:literal, $($place:literal = $word:literal),*) => {
        concat!("CASE ", $column, $(" WHEN ", $place, " THEN '", $word, "'",)* " END")
    };
}
macro_rules! outcome_word {
    ($column:literal) => {
        word_of!($column, 0 = "defer", 1 = "scheduled", 2 = "out-of-cycle", 3 = "immediate")
    };
}

const FIELDS: &[FilterField] = &[
    FilterField::number("queue", "f.queue").required(),
    FilterField::text("vulnerability", "v.reference"),
    FilterField::text("title", "v.title"),
    FilterField::text("asset", "a.tag"),
    FilterField::text("site", "COALESCE(si.name, '')"),
    FilterField::text("zone", "COALESCE(z.name, '')"),
    FilterField::text("vendor", "a.vendor"),
    FilterField::text("product", "a.product"),
    FilterField::text("kind", "a.kind"),
    FilterField::text("owner", "a.owner"),
    FilterField::word(
        "lane",
        word_of!("f.lane", 0 = "accept", 1 = "next-outage", 2 = "next-window", 3 = "now"),
        LANES,
    ),
    FilterField::word("outcome", outcome_word!("f.outcome"), OUTCOMES),
    FilterField::word("possible", outcome_word!("f.highest"), OUTCOMES),
    FilterField::flag("certain", "(f.lowest = f.highest)"),
    FilterField::word("verdict", "f.verdict", &["unknown", "yes"]),
    FilterField::word("exploited", exploited!(), Exploited::WORDS),
    FilterField::word("kev", kev_state!(), KevState::WORDS),
    // There is no "not used": what no catalogue says stays unknown.
    FilterField::word(
        "ransomware",
        "(CASE WHEN v.ransomware > 0 THEN 'known' ELSE 'unknown' END)",
        &["known", "unknown"],
    ),
    FilterField::number("score", "(COALESCE(k.base_tenths, v.max_base_tenths) / 10.0)"),
    FilterField::number("epss_percentile", "(v.epss_percentile_ppm / 10000.0)"),
    FilterField::time("due", "f.due_at").required(),
    FilterField::word("clock", "f.due_clock", CLOCKS),
    FilterField::time("opened", "f.opened_at"),
    FilterField::flag("open", "(f.closed_at = 9223372036854775807)"),
    FilterField::flag("evaluated", "(f.evaluated_at IS NOT NULL)"),
    FilterField::flag("reported", "(f.reported_at IS NOT NULL)"),
    FilterField::text("advisory", "d.tracking_id").any(ADVISORIES),
    FilterField::word("decision", decision!(), &["asked", "decided", "undecided"]),
];

/// The list.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "finding",
    fields: FIELDS,
    words: &["v.reference", "v.title", "a.tag", "a.name", "a.vendor", "a.product"],
    unique: "f.number",
    default_sort: ("queue", Direction::Descending),
};

/// Whether findings that stand open no more are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Only those that stand open.
    Open,
    /// All.
    All,
}

/// The condition of the list and its values: the sites within reach.
pub(crate) fn condition(standing: Standing, reach: &Reach) -> (String, Vec<Value<'static>>) {
    let (within, sites) = reach_condition(reach, "a.site_id", 1);
    match standing {
        Standing::Open => (format!("f.closed_at = 9223372036854775807 AND {within}"), sites),
        Standing::All => (within, sites),
    }
}

/// The statement behind the list.
pub(crate) fn spec_sql<'c>(condition: &'c (String, Vec<Value<'static>>)) -> ListSql<'c> {
    ListSql { columns: COLUMNS, from: FROM, condition: &condition.0, params: condition.1.clone() }
}

/// A ranked finding as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingLine {
    /// Its number.
    pub number: i64,
    /// The vulnerability.
    pub vulnerability: String,
    /// Its number.
    pub vulnerability_no: i64,
    /// Its title; empty when no source gives one.
    pub title: String,
    /// The asset.
    pub asset_id: AssetId,
    /// Its number.
    pub asset_no: i64,
    /// Its tag.
    pub asset_tag: String,
    /// Its name; empty when nobody has said.
    pub asset_name: String,
    /// Its site.
    pub site_id: Option<SiteId>,
    /// The site's name.
    pub site: Option<String>,
    /// The site's time zone; UTC's when there is no site.
    pub time_zone: String,
    /// Its zone.
    pub zone: Option<String>,
    /// Its vendor.
    pub vendor: String,
    /// Its product.
    pub product: String,
    /// Its kind.
    pub kind: String,
    /// Yes or unknown.
    pub verdict: Verdict,
    /// Its lane.
    pub lane: Lane,
    /// Its outcome.
    pub outcome: Outcome,
    /// What is possible.
    pub range: Possible<Outcome>,
    /// The first moment that is late.
    pub due_at: Moment,
    /// By which clock.
    pub due_clock: ClockKind,
    /// Since when it is known here.
    pub opened_at: Moment,
    /// When it closed; [`Moment::OPEN`]: it stands open.
    pub closed_at: Moment,
    /// When it was evaluated.
    pub evaluated_at: Option<Moment>,
    /// When work on it began.
    pub planned_at: Option<Moment>,
    /// Since when what was planned does not hold any more.
    pub plan_again_at: Option<Moment>,
    /// Since when the work on it is reported as done; it stands open until that is seen.
    pub reported_at: Option<Moment>,
    /// Whether it is exploited, as ranking counts it.
    pub exploited: Exploited,
    /// Who says so; empty when nobody does.
    pub exploited_by: String,
    /// Since when KEV lists it.
    pub kev_added: Option<String>,
    /// Whether KEV knows of ransomware campaigns.
    pub ransomware: u64,
    /// The highest base score in tenths.
    pub max_base_tenths: Option<u32>,
    /// EPSS percentile in millionths.
    pub epss_percentile_ppm: Option<u32>,
    /// The version of the rules.
    pub policy_version: u64,
    /// Lane, outcome and order as one number.
    pub queue: i64,
    /// How far deciding about it has come.
    pub decision: DecisionStanding,
}

impl Reader<'_> {
    /// The findings within reach.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn ranked_findings(
        &mut self,
        standing: Standing,
        query: &ListQuery,
    ) -> Result<Paged<FindingLine>, StoreError> {
        let condition = condition(standing, &query.reach);
        self.list(&SPEC, spec_sql(&condition), query, line)
    }

    /// Visits every finding that the query's filter lets through, in order and in bounded memory.
    ///
    /// # Errors
    /// When the filter or the sort is wrong; when the database fails or holds damaged data; what `visit` gives.
    pub fn ranked_findings_each(
        &mut self,
        standing: Standing,
        query: &ListQuery,
        mut visit: impl FnMut(FindingLine) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let condition = condition(standing, &query.reach);
        self.list_each(&SPEC, spec_sql(&condition), query, |row| visit(line(row)?))
    }

    /// One finding by number, open or closed; `None` when it is out of reach.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn ranked_finding(&mut self, number: i64, reach: &Reach) -> Result<Option<FindingLine>, StoreError> {
        let (within, mut sites) = reach_condition(reach, "a.site_id", 2);
        let mut values = vec![Value::from(number)];
        values.append(&mut sites);
        let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE f.number = $1 AND {within}");
        self.query_opt(&sql, &values, line)
    }

    /// How many findings within reach stand open in each lane, and how many of them are late at that moment.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn finding_counts(&mut self, now: Moment, reach: &Reach) -> Result<Vec<LaneCount>, StoreError> {
        let (within, mut sites) = reach_condition(reach, "a.site_id", 2);
        let mut values = vec![Value::from(now)];
        values.append(&mut sites);
        let sql = format!(
            "SELECT f.lane, f.due_clock, COUNT(*),
                CAST(SUM(CASE WHEN f.due_at <= $1 THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN f.verdict = 'unknown' THEN 1 ELSE 0 END) AS BIGINT), MIN(f.due_at)
            FROM finding f
            JOIN asset_version a ON a.number = f.asset_no AND a.valid_to = 9223372036854775807
            WHERE f.closed_at = 9223372036854775807 AND {within} GROUP BY f.lane, f.due_clock"
        );
        self.query(&sql, &values, |row| {
            Ok(LaneCount {
                lane: lane(row, 0)?,
                clock: row.word(1)?,
                findings: row.get(2)?,
                late: row.get(3)?,
                unknown: row.get(4)?,
                earliest: row.get(5)?,
            })
        })
    }
}

/// How many findings stand open in a lane, by the clock that runs out first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneCount {
    /// The lane.
    pub lane: Lane,
    /// The clock.
    pub clock: ClockKind,
    /// Findings.
    pub findings: u64,
    /// Of them, those that are late.
    pub late: u64,
    /// Of them, those of which it cannot be said whether the asset is touched.
    pub unknown: u64,
    /// The earliest first moment that is late.
    pub earliest: Moment,
}

fn line(row: &Row<'_>) -> Result<FindingLine, StoreError> {
    Ok(FindingLine {
        number: row.get(0)?,
        vulnerability: row.get(1)?,
        title: row.get(2)?,
        asset_id: row.get(3)?,
        asset_tag: row.get(4)?,
        asset_name: row.get(5)?,
        site_id: row.get(6)?,
        site: row.get(7)?,
        zone: row.get(8)?,
        vendor: row.get(9)?,
        product: row.get(10)?,
        kind: row.get(11)?,
        verdict: row.word(12)?,
        lane: lane(row, 13)?,
        outcome: place(row, 14)?,
        range: Possible::between(place(row, 15)?, place(row, 16)?),
        due_at: row.get(17)?,
        due_clock: row.word(18)?,
        opened_at: row.get(19)?,
        closed_at: row.get(20)?,
        evaluated_at: row.get(21)?,
        kev_added: row.get(22)?,
        ransomware: row.get(23)?,
        max_base_tenths: row.get(24)?,
        epss_percentile_ppm: row.get(25)?,
        policy_version: row.get(26)?,
        time_zone: row.get(27)?,
        vulnerability_no: row.get(28)?,
        asset_no: row.get(29)?,
        planned_at: row.get(30)?,
        queue: row.get(31)?,
        decision: row.word(32)?,
        reported_at: row.get(33)?,
        exploited: row.word(34)?,
        exploited_by: row.get(35)?,
        plan_again_at: row.get(36)?,
    })
}
