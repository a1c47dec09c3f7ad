//! A document and an asset: from the asset its documents, from the document its assets, and the statistics of both.
//!
//! The surprise: the state of a pair is that of its slowest vulnerability; a pair is done when all of them are.

use super::Narrow;
use super::line::{Lines, state};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::value::{Row, Value};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{AdvisoryId, AssetId};
use holdpoint_domain::matching::{Confidence, Verdict};
use holdpoint_domain::remediation::RemediationState;

/// The state of several lines together: that of the slowest.
macro_rules! slowest {
    () => {
        "CASE WHEN g.open_lines > 0 THEN 'not_remediated' WHEN g.busy_lines > 0 THEN 'in_progress' ELSE 'done' END"
    };
}
pub(super) use slowest;

/// The worst answer of several lines.
macro_rules! worst {
    () => {
        "CASE WHEN g.touched > 0 THEN 'yes' ELSE 'unknown' END"
    };
}
pub(super) use worst;

/// The surest match of several lines.
macro_rules! surest {
    () => {
        "CASE g.surest WHEN 1 THEN 'confirmed' WHEN 2 THEN 'likely' WHEN 3 THEN 'possible' ELSE 'version_unknown' END"
    };
}
pub(super) use surest;

/// What is counted of the lines of a group.
pub(super) const COUNTED: &str = concat!(
    "CAST(COUNT(*) AS BIGINT) AS all_lines,
    CAST(SUM(CASE WHEN ",
    state!(),
    " = 'not_remediated' THEN 1 ELSE 0 END) AS BIGINT) AS open_lines,
    CAST(SUM(CASE WHEN ",
    state!(),
    " = 'in_progress' THEN 1 ELSE 0 END) AS BIGINT) AS busy_lines,
    CAST(SUM(CASE WHEN ",
    state!(),
    " = 'done' THEN 1 ELSE 0 END) AS BIGINT) AS done_lines,
    CAST(SUM(CASE WHEN w.verdict = 'yes' THEN 1 ELSE 0 END) AS BIGINT) AS touched,
    MIN(CASE w.confidence WHEN 'confirmed' THEN 1 WHEN 'likely' THEN 2 WHEN 'possible' THEN 3 ELSE 4 END) AS surest,
    MAX(t.valid_from) AS changed"
);

const COLUMNS: &str = concat!(
    "d.id, d.tracking_id, r.publisher, r.title, r.tracking_version, r.current_release, r.max_base_tenths, i.id, a.tag, \
     a.name, si.name, z.name, a.vendor, a.product, a.firmware_version, ",
    worst!(),
    ", ",
    surest!(),
    ", ",
    slowest!(),
    ", g.all_lines, g.open_lines, g.busy_lines, g.done_lines, g.changed"
);

const FIELDS: &[FilterField] = &[
    FilterField::text("advisory", "d.tracking_id"),
    FilterField::text("title", "r.title"),
    FilterField::text("publisher", "r.publisher"),
    FilterField::time("updated", "r.current_release"),
    FilterField::number("score", "(r.max_base_tenths / 10.0)"),
    FilterField::text("asset", "a.tag"),
    FilterField::text("site", "COALESCE(si.name, '')"),
    FilterField::text("zone", "COALESCE(z.name, '')"),
    FilterField::text("vendor", "a.vendor"),
    FilterField::text("product", "a.product"),
    FilterField::text("kind", "a.kind"),
    FilterField::text("version", "a.firmware_version"),
    FilterField::word("verdict", worst!(), &["unknown", "yes"]),
    FilterField::word("confidence", surest!(), crate::matches::CONFIDENCE),
    FilterField::word("state", slowest!(), &["done", "in_progress", "not_remediated"]),
    FilterField::number("vulnerabilities", "g.all_lines"),
    FilterField::number("not_remediated", "g.open_lines"),
    FilterField::number("in_progress", "g.busy_lines"),
    FilterField::number("done", "g.done_lines"),
    FilterField::time("changed", "g.changed"),
];

/// The list of pairs.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "matched pair",
    fields: FIELDS,
    words: &["d.tracking_id", "r.title", "a.tag", "a.name", "a.vendor", "a.product"],
    unique: "(CAST(g.advisory_no AS TEXT) || '-' || CAST(g.asset_no AS TEXT))",
    default_sort: ("state", Direction::Descending),
};

/// The tables of the list, over lines.
pub(crate) fn spec_sql(lines: &Lines) -> (String, Vec<Value<'static>>) {
    let from = format!(
        "(SELECT w.advisory_no, a.number AS asset_no, MAX(w.revision_no) AS revision_no, {COUNTED} FROM {} WHERE {}
            GROUP BY w.advisory_no, a.number) g
        JOIN advisory d ON d.number = g.advisory_no JOIN advisory_revision r ON r.number = g.revision_no
        JOIN asset i ON i.number = g.asset_no
        JOIN asset_version a ON a.number = g.asset_no AND a.valid_from <= $1 AND a.valid_to > $1
        LEFT JOIN site si ON si.id = a.site_id LEFT JOIN zone z ON z.id = a.zone_id",
        lines.from, lines.condition
    );
    (from, lines.params.clone())
}

/// The statement behind the list.
pub(crate) fn sql<'a>(tables: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: &tables.0, condition: "TRUE", params: tables.1.clone() }
}

/// How many of something stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusCounts {
    /// All.
    pub all: u64,
    /// Not remediated.
    pub not_remediated: u64,
    /// Remediation in progress.
    pub in_progress: u64,
    /// Remediation done.
    pub done: u64,
}

/// A document and an asset that match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedPair {
    /// The advisory.
    pub advisory_id: AdvisoryId,
    /// The publisher's id for it.
    pub advisory: String,
    /// Name of the publisher.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// The publisher's version.
    pub tracking_version: String,
    /// Release of that revision.
    pub current_release: Moment,
    /// The highest base score in tenths.
    pub max_base_tenths: Option<u16>,
    /// The asset.
    pub asset_id: AssetId,
    /// Its tag.
    pub asset_tag: String,
    /// Its name; empty when nobody has said.
    pub asset_name: String,
    /// Its site.
    pub site: Option<String>,
    /// Its zone.
    pub zone: Option<String>,
    /// Its vendor.
    pub vendor: String,
    /// Its product.
    pub product: String,
    /// Its firmware; empty when nobody has said.
    pub firmware_version: String,
    /// The worst answer.
    pub verdict: Verdict,
    /// The surest match.
    pub confidence: Confidence,
    /// Where the slowest vulnerability stands.
    pub state: RemediationState,
    /// Its vulnerabilities by status.
    pub vulnerabilities: StatusCounts,
    /// When a status changed last; `None`: never.
    pub changed: Option<Moment>,
}

/// The statistics of a document (CSAF 2.0, 9.1.13): assets that match it at all, and how many stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RemediationStatistics {
    /// Assets, each by its slowest vulnerability.
    pub assets: StatusCounts,
    /// Of them, those of which it cannot be said whether they are touched.
    pub assets_unknown: u64,
    /// Vulnerabilities times assets.
    pub lines: StatusCounts,
}

impl Reader<'_> {
    /// Documents and assets that match, within reach.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn matched_pairs(
        &mut self,
        narrow: Narrow,
        query: &ListQuery,
    ) -> Result<Paged<MatchedPair>, StoreError> {
        let lines = Lines::new(narrow, query.as_of, &query.reach);
        let tables = spec_sql(&lines);
        self.list(&SPEC, sql(&tables), query, pair)
    }

    /// The statistics of a document over the assets within reach.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn remediation_statistics(
        &mut self,
        advisory: AdvisoryId,
        as_of: Moment,
        reach: &Reach,
    ) -> Result<RemediationStatistics, StoreError> {
        let lines = Lines::new(Narrow::Advisory(advisory), as_of, reach);
        let sql = format!(
            "SELECT {}, CAST(COUNT(*) AS BIGINT), CAST(SUM(CASE WHEN g.touched = 0 THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(g.all_lines) AS BIGINT), CAST(SUM(g.open_lines) AS BIGINT),
                CAST(SUM(g.busy_lines) AS BIGINT), CAST(SUM(g.done_lines) AS BIGINT)
            FROM (SELECT a.number AS asset_no, {COUNTED} FROM {} WHERE {} GROUP BY a.number) g GROUP BY 1",
            slowest!(),
            lines.from,
            lines.condition
        );
        let mut found = RemediationStatistics::default();
        self.each(&sql, &lines.params, |row| {
            let assets: u64 = row.get(1)?;
            match row.word(0)? {
                RemediationState::NotRemediated => found.assets.not_remediated = assets,
                RemediationState::InProgress => found.assets.in_progress = assets,
                RemediationState::Done => found.assets.done = assets,
            }
            found.assets.all += assets;
            found.assets_unknown += row.get::<u64>(2)?;
            found.lines.all += row.get::<u64>(3)?;
            found.lines.not_remediated += row.get::<u64>(4)?;
            found.lines.in_progress += row.get::<u64>(5)?;
            found.lines.done += row.get::<u64>(6)?;
            Ok(())
        })?;
        Ok(found)
    }
}

fn pair(row: &Row<'_>) -> Result<MatchedPair, StoreError> {
    let tenths: Option<u32> = row.get(6)?;
    Ok(MatchedPair {
        advisory_id: row.get(0)?,
        advisory: row.get(1)?,
        publisher: row.get(2)?,
        title: row.get(3)?,
        tracking_version: row.get(4)?,
        current_release: row.get(5)?,
        max_base_tenths: tenths
            .map(|tenths| u16::try_from(tenths).map_err(|_| row.damaged(6, "it is no base score")))
            .transpose()?,
        asset_id: row.get(7)?,
        asset_tag: row.get(8)?,
        asset_name: row.get(9)?,
        site: row.get(10)?,
        zone: row.get(11)?,
        vendor: row.get(12)?,
        product: row.get(13)?,
        firmware_version: row.get(14)?,
        verdict: row.word(15)?,
        confidence: row.word(16)?,
        state: row.word(17)?,
        vulnerabilities: StatusCounts {
            all: row.get(18)?,
            not_remediated: row.get(19)?,
            in_progress: row.get(20)?,
            done: row.get(21)?,
        },
        changed: row.get(22)?,
    })
}
