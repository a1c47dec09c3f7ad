//! The list of lines: one document, one vulnerability, one asset, with where the work stands.
//!
//! Of several products of a document that match one asset the worst answer leads, so a line stands for all of them.

use super::Narrow;
use crate::columns::word_opt;
use crate::error::StoreError;
use crate::matches::{
    CONFIDENCE, MatchLineId, holders, is_held, is_listed, line_verdict, overlays, probability,
};
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{AdvisoryId, AssetId, SiteId};
use holdpoint_domain::matching::{Confidence, Rung, Verdict};
use holdpoint_domain::remediation::{RemediationState, StatusCause};

/// The word of a line's state; the tables are those of [`Lines`].
macro_rules! state {
    () => {
        "COALESCE(t.state, 'not_remediated')"
    };
}
pub(super) use state;

const COLUMNS: &str = concat!(
    "w.advisory_no, w.vulnerability_no, a.number, d.id, d.tracking_id, r.title, r.tracking_version, v.reference, \
     i.id, a.tag, a.name, a.site_id, si.name, z.name, a.vendor, a.product, w.verdict, w.confidence, w.rung, ",
    state!(),
    ", t.cause, t.by_name, t.valid_from, t.reason, w.match_no, w.product_id, w.why, w.configuration_no, r.number"
);

/// The matching lines by configuration, and once more for each asset whose own facts settle something of the document;
/// `{narrow}` is a condition on them. `holder` is that asset, else 0.
const WORST: &str = concat!(
    "(SELECT q.*, ROW_NUMBER() OVER (PARTITION BY q.advisory_no, q.configuration_no, q.holder, q.vulnerability_no
            ORDER BY CASE q.verdict WHEN 'yes' THEN 1 WHEN 'unknown' THEN 2 ELSE 3 END,
            CASE q.confidence WHEN 'confirmed' THEN 1 WHEN 'likely' THEN 2 WHEN 'possible' THEN 3 ELSE 4 END,
            q.match_no) AS standing
    FROM (SELECT m.match_no, m.advisory_no, m.revision_no, m.configuration_no, m.product_id, m.component_no, \
     m.confidence, m.rung, COALESCE(mw.why, m.why) AS why, s.vulnerability_no, 0 AS holder, COALESCE(mw.verdict, ",
    "CASE WHEN m.verdict = 'yes' AND s.turn = 'doubt' THEN 'unknown' ELSE m.verdict END) AS verdict
        FROM product_match m JOIN statement s ON s.product_no = m.product_no AND ",
    is_listed!(),
    "
        LEFT JOIN match_weighed mw ON mw.match_no = m.match_no AND mw.vulnerability_no = s.vulnerability_no
            AND mw.asset_no = 0 AND mw.valid_from <= $1 AND mw.valid_to > $1
        WHERE m.valid_from <= $1 AND m.valid_to > $1 AND m.verdict <> 'no' AND s.turn <> 'clear'{narrow}
    UNION ALL SELECT m.match_no, m.advisory_no, m.revision_no, m.configuration_no, m.product_id, m.component_no, \
     COALESCE(mo.confidence, m.confidence), COALESCE(mo.rung, m.rung), COALESCE(mw.why, mo.why, m.why), \
     s.vulnerability_no, h.asset_no, ",
    line_verdict!(),
    " FROM ",
    holders!(),
    " h JOIN product_match m ON m.configuration_no = h.configuration_no AND m.advisory_no = h.advisory_no
            AND m.valid_from <= $1 AND m.valid_to > $1
        JOIN statement s ON s.product_no = m.product_no AND ",
    is_listed!(),
    overlays!("h.asset_no", "$1"),
    " WHERE s.turn <> 'clear'{narrow}) q WHERE q.verdict <> 'no') w"
);

const JOINS: &str = concat!(
    " JOIN asset_version a ON a.configuration_no = w.configuration_no AND a.valid_from <= $1 AND a.valid_to > $1 AND ",
    is_held!("w"),
    " JOIN asset i ON i.number = a.number
    JOIN advisory d ON d.number = w.advisory_no
    JOIN advisory_revision r ON r.number = w.revision_no
    JOIN vulnerability v ON v.number = w.vulnerability_no
    LEFT JOIN remediation_status t ON t.advisory_no = w.advisory_no AND t.vulnerability_no = w.vulnerability_no
        AND t.asset_no = a.number AND t.valid_from <= $1 AND t.valid_to > $1
    LEFT JOIN site si ON si.id = a.site_id
    LEFT JOIN zone z ON z.id = a.zone_id"
);

const FIELDS: &[FilterField] = &[
    FilterField::text("advisory", "d.tracking_id"),
    FilterField::text("namespace", "d.namespace"),
    FilterField::text("title", "r.title"),
    FilterField::text("publisher", "r.publisher"),
    FilterField::text("vulnerability", "v.reference"),
    FilterField::text("asset", "a.tag"),
    FilterField::word("state", state!(), &["not_remediated", "in_progress", "done"]),
    FilterField::word("verdict", "w.verdict", &["unknown", "yes"]),
    FilterField::word("confidence", "w.confidence", CONFIDENCE),
    FilterField::text("rung", "w.rung"),
    FilterField::number("probability", probability!(["w.verdict"], ["w.confidence"], ["w.rung"])),
    FilterField::text("site", "COALESCE(si.name, '')"),
    FilterField::text("zone", "COALESCE(z.name, '')"),
    FilterField::text("vendor", "a.vendor"),
    FilterField::text("product", "a.product"),
    FilterField::text("kind", "a.kind"),
    FilterField::text("version", "r.tracking_version"),
    FilterField::number("score", "(r.max_base_tenths / 10.0)"),
    FilterField::time("changed", "t.valid_from"),
    FilterField::text("by", "COALESCE(t.by_name, '')"),
    FilterField::text("cause", "COALESCE(t.cause, '')"),
];

/// The list of lines.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "remediation",
    fields: FIELDS,
    words: &["d.tracking_id", "r.title", "v.reference", "a.tag", "a.name", "a.vendor", "a.product"],
    unique: "(v.reference || '\t' || a.tag || '\t' || CAST(w.advisory_no AS TEXT) || '-' || \
             CAST(w.vulnerability_no AS TEXT) || '-' || CAST(a.number AS TEXT))",
    default_sort: ("advisory", Direction::Ascending),
};

crate::statements! {
    HISTORY = "SELECT t.state, t.cause, t.by_name, t.reason, t.valid_from, t.valid_to, r.tracking_version
        FROM remediation_status t JOIN advisory d ON d.number = t.advisory_no
        JOIN vulnerability v ON v.number = t.vulnerability_no JOIN asset i ON i.number = t.asset_no
        JOIN advisory_revision r ON r.number = t.revision_no
        WHERE d.id = $1 AND v.reference = $2 AND i.id = $3 ORDER BY t.valid_from";
}

/// The tables and the condition of the list: `$1` the moment, what it is narrowed to, then the sites within reach.
pub(crate) struct Lines {
    pub(super) from: String,
    pub(super) condition: String,
    pub(super) params: Vec<Value<'static>>,
}

impl Lines {
    /// The lines within reach, as they were.
    pub(crate) fn new(narrow: Narrow, as_of: Moment, reach: &Reach) -> Self {
        let mut params = vec![Value::from(instant(as_of))];
        let inside = match narrow {
            Narrow::Everything => String::new(),
            Narrow::Advisory(id) => {
                params.push(Value::from(id));
                " AND m.advisory_no = (SELECT q.number FROM advisory q WHERE q.id = $2)".to_owned()
            }
            Narrow::Asset(id) => {
                params.push(Value::from(id));
                " AND m.configuration_no IN (SELECT q.configuration_no FROM asset_version q
                    JOIN asset y ON y.number = q.number WHERE y.id = $2 AND q.valid_from <= $1 AND q.valid_to > $1)"
                    .to_owned()
            }
            Narrow::Both(advisory, asset) => {
                params.extend([Value::from(asset), Value::from(advisory)]);
                " AND m.advisory_no = (SELECT q.number FROM advisory q WHERE q.id = $3)
                    AND m.configuration_no IN (SELECT q.configuration_no FROM asset_version q
                    JOIN asset y ON y.number = q.number WHERE y.id = $2 AND q.valid_from <= $1 AND q.valid_to > $1)"
                    .to_owned()
            }
        };
        let (within, sites) = reach_condition(reach, "a.site_id", params.len() + 1);
        params.extend(sites);
        let only = match narrow {
            Narrow::Everything | Narrow::Advisory(_) => "",
            Narrow::Asset(_) | Narrow::Both(..) => " AND i.id = $2",
        };
        Self {
            from: format!("{}{JOINS}", WORST.replace("{narrow}", &inside)),
            condition: format!("w.standing = 1 AND {within}{only}"),
            params,
        }
    }

    /// The statement behind the list.
    pub(crate) fn sql(&self) -> ListSql<'_> {
        ListSql {
            columns: COLUMNS,
            from: &self.from,
            condition: &self.condition,
            params: self.params.clone(),
        }
    }
}

/// The numbers of a document, a vulnerability and an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Triple {
    /// The advisory's number.
    pub advisory_no: i64,
    /// The vulnerability's number.
    pub vulnerability_no: i64,
    /// The asset's number.
    pub asset_no: i64,
}

/// One document, one vulnerability, one asset, and where the work stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemediationLine {
    /// Its numbers.
    pub triple: Triple,
    /// The advisory.
    pub advisory_id: AdvisoryId,
    /// The publisher's id for it.
    pub advisory: String,
    /// Its title.
    pub title: String,
    /// The publisher's version of the revision that the match rests on.
    pub tracking_version: String,
    /// The number of that revision.
    pub revision_no: i64,
    /// The vulnerability; empty when the document names the product without one.
    pub vulnerability: String,
    /// The asset.
    pub asset_id: AssetId,
    /// Its tag.
    pub asset_tag: String,
    /// Its name; empty when nobody has said.
    pub asset_name: String,
    /// Its site.
    pub site_id: Option<SiteId>,
    /// The site's name.
    pub site: Option<String>,
    /// The zone's name.
    pub zone: Option<String>,
    /// Its vendor.
    pub vendor: String,
    /// Its product.
    pub product: String,
    /// Yes or unknown.
    pub verdict: Verdict,
    /// How sure.
    pub confidence: Confidence,
    /// What recognised the product.
    pub rung: Rung,
    /// Where the work stands.
    pub state: RemediationState,
    /// Why it stands so; `None`: nobody has said anything yet.
    pub cause: Option<StatusCause>,
    /// Who said so; `None`: nobody yet.
    pub by: Option<String>,
    /// Since when; `None`: from the beginning.
    pub since: Option<Moment>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// The match line behind it, for the explanation.
    pub line_id: MatchLineId,
    /// The document's id of the product that decided.
    pub product_id: String,
    /// Why it matches, in one sentence.
    pub why: String,
    /// The asset's configuration.
    pub configuration_no: i64,
}

/// One period of a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusPeriod {
    /// Where the work stood.
    pub state: RemediationState,
    /// Why.
    pub cause: StatusCause,
    /// Who said so.
    pub by: String,
    /// Why, in their words.
    pub reason: String,
    /// From when.
    pub from: Moment,
    /// Until when; [`Moment::OPEN`]: it holds.
    pub to: Moment,
    /// The publisher's version of the revision at that time.
    pub tracking_version: String,
}

impl Reader<'_> {
    /// The lines within reach, as they were.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn remediation_lines(
        &mut self,
        narrow: Narrow,
        query: &ListQuery,
    ) -> Result<Paged<RemediationLine>, StoreError> {
        let lines = Lines::new(narrow, query.as_of, &query.reach);
        self.list(&SPEC, lines.sql(), query, line)
    }

    /// Visits every line that the query's filter lets through, in order and in bounded memory.
    ///
    /// # Errors
    /// When the filter or the sort is wrong; when the database fails or holds damaged data; what `visit` gives.
    pub fn remediation_lines_each(
        &mut self,
        narrow: Narrow,
        query: &ListQuery,
        mut visit: impl FnMut(RemediationLine) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let lines = Lines::new(narrow, query.as_of, &query.reach);
        self.list_each(&SPEC, lines.sql(), query, |row| visit(line(row)?))
    }

    /// All periods of the status of a document, a vulnerability and an asset, oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn status_history(
        &mut self,
        advisory: AdvisoryId,
        vulnerability: &str,
        asset: AssetId,
    ) -> Result<Vec<StatusPeriod>, StoreError> {
        self.query(HISTORY, params![advisory, vulnerability, asset], |row| {
            Ok(StatusPeriod {
                state: row.word(0)?,
                cause: row.word(1)?,
                by: row.get(2)?,
                reason: row.get(3)?,
                from: row.get(4)?,
                to: row.get(5)?,
                tracking_version: row.get(6)?,
            })
        })
    }
}

fn line(row: &Row<'_>) -> Result<RemediationLine, StoreError> {
    let triple = Triple { advisory_no: row.get(0)?, vulnerability_no: row.get(1)?, asset_no: row.get(2)? };
    Ok(RemediationLine {
        triple,
        advisory_id: row.get(3)?,
        advisory: row.get(4)?,
        title: row.get(5)?,
        tracking_version: row.get(6)?,
        vulnerability: row.get(7)?,
        asset_id: row.get(8)?,
        asset_tag: row.get(9)?,
        asset_name: row.get(10)?,
        site_id: row.get(11)?,
        site: row.get(12)?,
        zone: row.get(13)?,
        vendor: row.get(14)?,
        product: row.get(15)?,
        verdict: row.word(16)?,
        confidence: row.word(17)?,
        rung: row.word(18)?,
        state: row.word(19)?,
        cause: word_opt(row, 20)?,
        by: row.get(21)?,
        since: row.get(22)?,
        reason: row.get(23)?,
        line_id: MatchLineId {
            match_no: row.get(24)?,
            asset_number: triple.asset_no,
            vulnerability_no: triple.vulnerability_no,
        },
        product_id: row.get(25)?,
        why: row.get(26)?,
        configuration_no: row.get(27)?,
        revision_no: row.get(28)?,
    })
}
