//! Match runs and what they found news: one row a run, manual and automatic runs apart.
//!
//! The surprise: what is new altogether has no rows of news; a new match is its own news. Rows are written only where
//! a newer revision meets matches that were there before.

use crate::change::Change;
use crate::columns::{read_json, storable, write_json};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{AdvisoryId, AssetId};
use holdpoint_domain::run::{RunKind, RunTrigger};

macro_rules! columns {
    () => {
        "m.number, m.kind, m.cause, m.started_at, m.ended_at, m.by_name, m.reason, m.subjects, m.subject_count, \
         m.opened, m.changed, m.carried_over, m.closed, m.raised, m.noted, m.cleared"
    };
}

/// News and the assets that had the configuration when the run began: what an asset became later, or was before, it is
/// no news of.
macro_rules! news_from {
    () => {
        "match_news n JOIN match_run x ON x.number = n.run_no \
         JOIN advisory d ON d.number = n.advisory_no JOIN advisory_revision r ON r.number = n.revision_no \
         JOIN vulnerability v ON v.number = n.vulnerability_no \
         JOIN asset_version a ON a.configuration_no = n.configuration_no \
         AND a.valid_from <= x.started_at AND a.valid_to > x.started_at JOIN asset i ON i.number = a.number"
    };
}

/// Whether news is news of an asset: nothing is raised where a line says no. Only an asset whose own facts settled
/// something, or a document whose statements outweigh each other, has to be looked at line by line.
macro_rules! stands {
    () => {
        concat!(
            "(n.kind <> 'raised' OR (NOT EXISTS (SELECT 1 FROM match_overlay ho WHERE ho.asset_no = a.number \
             AND ho.advisory_no = n.advisory_no AND ho.valid_from <= x.started_at AND ho.valid_to > x.started_at) \
             AND NOT EXISTS (SELECT 1 FROM match_weighed hw WHERE hw.configuration_no = n.configuration_no \
             AND hw.advisory_no = n.advisory_no AND hw.valid_from <= x.started_at AND hw.valid_to > x.started_at)) \
             OR EXISTS (SELECT 1 FROM product_match m JOIN statement s ON s.product_no = m.product_no AND ",
            crate::matches::is_listed!(),
            crate::matches::overlays!("a.number", "x.started_at"),
            "WHERE m.configuration_no = n.configuration_no AND m.advisory_no = n.advisory_no \
             AND m.valid_from <= x.started_at AND m.valid_to > x.started_at \
             AND s.vulnerability_no = n.vulnerability_no AND ",
            crate::matches::line_verdict!(),
            " <> 'no'))"
        )
    };
}

crate::statements! {
    LAST = "SELECT COALESCE(MAX(number), 0) FROM match_run";
    ONE = concat!("SELECT ", columns!(), " FROM match_run m WHERE m.number = $1");
    PUT = "INSERT INTO match_run (number, kind, cause, started_at, ended_at, by_name, reason, subjects, subject_count,
            opened, changed, carried_over, closed, raised, noted, cleared)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, 0)";
    NEWS = "INSERT INTO match_news (run_no, place, advisory_no, revision_no, vulnerability_no, configuration_no, kind,
            why)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    // What a run counts are the lines that the list of its news shows, of all sites.
    COUNT_NEWS = concat!("SELECT n.kind, COUNT(*) FROM ", news_from!(), " WHERE n.run_no = $1 AND ", stands!(),
        " GROUP BY n.kind");
    COUNTED = "UPDATE match_run SET raised = $2, noted = $3, cleared = $4 WHERE number = $1";
}

const FIELDS: &[FilterField] = &[
    FilterField::number("run", "m.number").required(),
    FilterField::word("kind", "m.kind", &["manual", "automatic"]),
    FilterField::text("trigger", "m.cause"),
    FilterField::time("started", "m.started_at"),
    FilterField::time("ended", "m.ended_at"),
    FilterField::text("by", "m.by_name"),
    FilterField::number("subjects", "m.subject_count"),
    FilterField::number("opened", "m.opened"),
    FilterField::number("changed", "m.changed"),
    FilterField::number("carried_over", "m.carried_over"),
    FilterField::number("closed", "m.closed"),
    FilterField::number("raised", "m.raised"),
    FilterField::number("noted", "m.noted"),
    FilterField::number("cleared", "m.cleared"),
];

/// The list of runs.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "run",
    fields: FIELDS,
    words: &["m.subjects", "m.reason", "m.by_name"],
    unique: "m.number",
    default_sort: ("run", Direction::Descending),
};

/// The statement behind the list of runs.
pub(crate) fn spec_sql() -> ListSql<'static> {
    ListSql { columns: columns!(), from: "match_run m", condition: "TRUE", params: Vec::new() }
}

const NEWS_COLUMNS: &str = "n.run_no, n.place, n.kind, n.why, d.id, d.tracking_id, r.tracking_version, v.reference, \
    i.id, a.tag, x.started_at";
const NEWS_FIELDS: &[FilterField] = &[
    FilterField::number("run", "n.run_no"),
    FilterField::word("kind", "n.kind", &["cleared", "noted", "raised"]),
    FilterField::text("advisory", "d.tracking_id"),
    FilterField::text("vulnerability", "v.reference"),
    FilterField::text("asset", "a.tag"),
    FilterField::text("why", "n.why"),
    FilterField::time("at", "x.started_at"),
];

/// The list of news.
pub(crate) const NEWS_SPEC: ListSpec = ListSpec {
    noun: "news",
    fields: NEWS_FIELDS,
    words: &["d.tracking_id", "v.reference", "a.tag", "n.why"],
    unique: "(CAST(n.run_no AS TEXT) || '-' || CAST(n.place AS TEXT) || '-' || CAST(a.number AS TEXT))",
    default_sort: ("run", Direction::Descending),
};

/// The condition of the list of news and its parameters: `$1` the moment, then the sites within reach.
pub(crate) fn news_within(as_of: Moment, reach: &Reach) -> (String, Vec<Value<'static>>) {
    let (within, sites) = reach_condition(reach, "a.site_id", 2);
    let condition = format!("x.started_at <= $1 AND {} AND {within}", stands!());
    let mut params = vec![Value::from(instant(as_of))];
    params.extend(sites);
    (condition, params)
}

/// The statement behind the list of news.
pub(crate) fn news_spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: NEWS_COLUMNS, from: news_from!(), condition: &within.0, params: within.1.clone() }
}

/// What a run did, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunCounts {
    /// Matches that are new.
    pub opened: u64,
    /// Matches with another answer.
    pub changed: u64,
    /// Matches that rest on a newer revision and say the same.
    pub carried_over: u64,
    /// Matches that ended.
    pub closed: u64,
    /// Known vulnerabilities of matched assets that are news again.
    pub raised: u64,
    /// Changes that are only noted.
    pub noted: u64,
    /// Known vulnerabilities of matched assets that are answered with "no" now.
    pub cleared: u64,
}

/// A run of matching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchRun {
    /// Its number; given when it is put.
    pub number: i64,
    /// What set it off; the queue follows from it.
    pub trigger: RunTrigger,
    /// When it began.
    pub started_at: Moment,
    /// When it ended.
    pub ended_at: Moment,
    /// Who asked, by name.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The documents or assets, the first of them.
    pub subjects: Vec<String>,
    /// How many there were.
    pub subject_count: u64,
    /// What it did.
    pub counts: RunCounts,
}

impl MatchRun {
    /// The queue.
    #[must_use]
    pub const fn kind(&self) -> RunKind {
        self.trigger.kind()
    }
}

/// Whether a change is news again or only noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NewsKind {
    /// Only noted: nothing has to be done again.
    Noted,
    /// News: the remediation is another one.
    Raised,
    /// What was a yes or unknown is a "no" now: nothing has to be done any more.
    Cleared,
}

impl NewsKind {
    /// The fixed word: `noted`, `raised` or `cleared`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Noted => "noted",
            Self::Raised => "raised",
            Self::Cleared => "cleared",
        }
    }
}

impl std::str::FromStr for NewsKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Noted, Self::Raised, Self::Cleared];
        all.into_iter().find(|one| one.word() == text).ok_or_else(|| format!("`{text}` is no kind of news"))
    }
}

/// A piece of news that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNews {
    /// The advisory's number.
    pub advisory_no: i64,
    /// The number of the revision that made it.
    pub revision_no: i64,
    /// The vulnerability's number.
    pub vulnerability_no: i64,
    /// The configuration.
    pub configuration_no: i64,
    /// Raised, only noted, or cleared.
    pub kind: NewsKind,
    /// One sentence, without a full stop.
    pub why: String,
}

/// A piece of news for one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsLine {
    /// The run.
    pub run: i64,
    /// Raised, only noted, or cleared.
    pub kind: NewsKind,
    /// One sentence, without a full stop.
    pub why: String,
    /// The advisory.
    pub advisory_id: AdvisoryId,
    /// The publisher's id for it.
    pub advisory: String,
    /// The publisher's version of the revision.
    pub tracking_version: String,
    /// The vulnerability.
    pub vulnerability: String,
    /// The asset.
    pub asset_id: AssetId,
    /// Its tag.
    pub asset_tag: String,
    /// When.
    pub at: Moment,
}

impl Reader<'_> {
    /// The runs, the newest first. Filter by `kind` for one queue.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn runs(&mut self, query: &ListQuery) -> Result<Paged<MatchRun>, StoreError> {
        self.list(&SPEC, spec_sql(), query, run)
    }

    /// One run.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn run_of(&mut self, number: i64) -> Result<Option<MatchRun>, StoreError> {
        self.query_opt(ONE, params![number], run)
    }

    /// What newer revisions meant for matched assets within reach, the newest first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn news(&mut self, query: &ListQuery) -> Result<Paged<NewsLine>, StoreError> {
        let within = news_within(query.as_of, &query.reach);
        self.list(&NEWS_SPEC, news_spec_sql(&within), query, news)
    }
}

impl Change<'_> {
    /// Keeps a run and its news; gives its number and its counts, of which those of news are counted by asset here.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn put_run(&mut self, new: &MatchRun, news: &[NewNews]) -> Result<(i64, RunCounts), StoreError> {
        let number = self.query_one(LAST, params![], |row| row.get::<i64>(0))? + 1;
        let counts = new.counts;
        self.exec(
            PUT,
            params![
                number,
                new.kind().word(),
                new.trigger.word(),
                new.started_at,
                new.ended_at,
                &*storable(&new.by),
                &*storable(&new.reason),
                write_json(&new.subjects),
                new.subject_count,
                counts.opened,
                counts.changed,
                counts.carried_over,
                counts.closed,
            ],
        )?;
        let rows = news.iter().enumerate().map(|(place, one)| {
            vec![
                Value::from(number),
                Value::from(place),
                Value::from(one.advisory_no),
                Value::from(one.revision_no),
                Value::from(one.vulnerability_no),
                Value::from(one.configuration_no),
                Value::from(one.kind.word()),
                Value::Text(storable(&one.why)),
            ]
        });
        self.insert_many(NEWS, rows)?;
        if news.is_empty() {
            return Ok((number, RunCounts { raised: 0, noted: 0, cleared: 0, ..counts }));
        }
        let counted: Vec<(NewsKind, u64)> =
            self.query(COUNT_NEWS, params![number], |row| Ok((row.word(0)?, row.get(1)?)))?;
        let of = |kind| counted.iter().find(|(one, _)| *one == kind).map_or(0, |(_, count)| *count);
        let [raised, noted, cleared] = [NewsKind::Raised, NewsKind::Noted, NewsKind::Cleared].map(of);
        self.exec(COUNTED, params![number, raised, noted, cleared])?;
        Ok((number, RunCounts { raised, noted, cleared, ..counts }))
    }
}

fn run(row: &Row<'_>) -> Result<MatchRun, StoreError> {
    Ok(MatchRun {
        number: row.get(0)?,
        trigger: row.word(2)?,
        started_at: row.get(3)?,
        ended_at: row.get(4)?,
        by: row.get(5)?,
        reason: row.get(6)?,
        subjects: read_json(row, 7)?,
        subject_count: row.get(8)?,
        counts: RunCounts {
            opened: row.get(9)?,
            changed: row.get(10)?,
            carried_over: row.get(11)?,
            closed: row.get(12)?,
            raised: row.get(13)?,
            noted: row.get(14)?,
            cleared: row.get(15)?,
        },
    })
}

fn news(row: &Row<'_>) -> Result<NewsLine, StoreError> {
    Ok(NewsLine {
        run: row.get(0)?,
        kind: row.word(2)?,
        why: row.get(3)?,
        advisory_id: row.get(4)?,
        advisory: row.get(5)?,
        tracking_version: row.get(6)?,
        vulnerability: row.get(7)?,
        asset_id: row.get(8)?,
        asset_tag: row.get(9)?,
        at: row.get(10)?,
    })
}
