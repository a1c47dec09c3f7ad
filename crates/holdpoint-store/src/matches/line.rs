//! Match lines: the list, the whole of it as a stream, and one by its name.
//!
//! Lines are not stored. The order is advisory, product id, vulnerability, asset tag; the key of that order is one
//! text with tabs between its parts, because a tab sorts before every character that stands in them.

use super::{MatchLine, MatchLineId, SettledBy, is_listed, line_verdict, overlays, own_verdict, probability};
use crate::columns::word_opt;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, Value};
use crate::vulnerability_record::{EXPLOITATION, EXPLOITATION_SQL, KevState, kev_state};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::advisory::{ProductStatus, StatusGroup};
use holdpoint_domain::filter::{Filter, Operator, Sense, TermBody};
use holdpoint_domain::matching::Verdict;

const COLUMNS: &str = concat!(
    "m.match_no, a.number, s.vulnerability_no, d.tracking_id, d.id, d.namespace, r.publisher, r.tracking_version, \
     r.id, r.raw_sha256, m.product_no, m.product_id, v.reference, a.tag, i.id, a.name, si.name, z.name, a.vendor, \
     a.product, m.verdict, ",
    line_verdict!(),
    ", COALESCE(mo.confidence, m.confidence), COALESCE(mo.rung, m.rung), m.expression, COALESCE(mo.why, m.why), \
     s.status, m.configuration_no, m.component_no, mw.why, ",
    own_verdict!(),
    ", m.why, (mo.match_no IS NOT NULL AND mo.verdict <> m.verdict)"
);

const FROM: &str = concat!(
    "product_match m
    JOIN asset_version a ON a.configuration_no = m.configuration_no AND a.valid_from <= $1 AND a.valid_to > $1
    JOIN asset i ON i.number = a.number
    JOIN advisory d ON d.number = m.advisory_no
    JOIN advisory_revision r ON r.number = m.revision_no
    JOIN statement s ON s.product_no = m.product_no
    JOIN vulnerability v ON v.number = s.vulnerability_no
    LEFT JOIN site si ON si.id = a.site_id
    LEFT JOIN zone z ON z.id = a.zone_id",
    overlays!("a.number", "$1")
);

const FIELDS: &[FilterField] = &[
    FilterField::text("advisory", "d.tracking_id"),
    FilterField::text("asset", "a.tag"),
    FilterField::word("verdict", line_verdict!(), &["no", "unknown", "yes"]),
    FilterField::word("confidence", "COALESCE(mo.confidence, m.confidence)", CONFIDENCE),
    FilterField::word("rung", "COALESCE(mo.rung, m.rung)", RUNG),
    FilterField::number(
        "probability",
        probability!(
            [line_verdict!()],
            ["COALESCE(mo.confidence, m.confidence)"],
            ["COALESCE(mo.rung, m.rung)"]
        ),
    ),
    FilterField::text("vulnerability", "v.reference"),
    FilterField::word("status", "NULLIF(s.status, '')", STATUS),
    FilterField::text("site", "COALESCE(si.name, '')"),
    FilterField::text("zone", "COALESCE(z.name, '')"),
    FilterField::text("vendor", "a.vendor"),
    FilterField::text("product", "a.product"),
    FilterField::text("kind", "a.kind"),
    FilterField::text("publisher", "r.publisher"),
    FilterField::text("product_id", "m.product_id"),
    FilterField::text("revision", "r.tracking_version"),
    FilterField::word(
        "severity",
        "NULLIF(r.severity, 'unscored')",
        &["none", "low", "medium", "high", "critical"],
    ),
    FilterField::word("kev", kev_state!(), KevState::WORDS),
    FilterField::number("epss", "(v.epss_ppm / 1000000.0)"),
    FilterField::number("cvss", "(v.max_base_tenths / 10.0)"),
    FilterField::word("ssvc.exploitation", EXPLOITATION_SQL, EXPLOITATION),
];

/// The numbers of all assets that ever had one of these tags.
const TAGGED: &str =
    "SELECT DISTINCT number FROM asset_version WHERE lower(tag /*+pg COLLATE \"default\" */) IN ({list})";
/// The numbers of the advisories with one of these tracking ids.
const TRACKED: &str =
    "SELECT number FROM advisory WHERE lower(tracking_id /*+pg COLLATE \"default\" */) IN ({list})";
/// More numbers than these do not narrow a list.
const MOST_NUMBERS: usize = 256;

/// From the least to the most sure.
pub(crate) const CONFIDENCE: &[&str] = &["version_unknown", "possible", "likely", "confirmed"];

/// From the lowest rung to the surest.
const RUNG: &[&str] =
    &["candidate", "family", "name", "protocol_identity", "cpe", "purl", "order_number", "serial"];

const STATUS: &[&str] = &[
    "recommended",
    "fixed",
    "first_fixed",
    "known_not_affected",
    "under_investigation",
    "last_affected",
    "first_affected",
    "known_affected",
];

/// The list of match lines.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "match",
    fields: FIELDS,
    words: &["d.tracking_id", "a.tag", "a.name", "v.reference", "a.vendor", "a.product", "m.expression"],
    unique: "(m.product_id || '\t' || v.reference || '\t' || a.tag || '\t' || CAST(m.match_no AS TEXT) || '-' || \
             CAST(a.number AS TEXT) || '-' || CAST(s.vulnerability_no AS TEXT))",
    default_sort: ("advisory", Direction::Ascending),
};

/// The condition of the list and its parameters: `$1` the moment, `$2` from when on statements are listed, then the
/// sites within reach.
pub(crate) struct Lines {
    condition: String,
    params: Vec<Value<'static>>,
}

impl Lines {
    /// The lines within reach; with statements on cleared products when the filter names the status.
    pub(crate) fn new(as_of: Moment, reach: &Reach, filter: &Filter) -> Self {
        let (within, sites) = reach_condition(reach, "a.site_id", 3);
        let mut params = vec![Value::from(instant(as_of)), Value::from(least_listed(filter))];
        params.extend(sites);
        let condition = format!(
            concat!(
                "m.valid_from <= $1 AND m.valid_to > $1 AND (s.listed >= CAST($2 AS BIGINT) OR ",
                is_listed!(),
                ") AND {within}"
            ),
            within = within
        );
        Self { condition, params }
    }

    /// Only rows with one of these numbers; too many are left to the filter.
    fn narrow(&mut self, column: &str, numbers: &[i64]) {
        if numbers.is_empty() {
            self.condition.push_str(" AND FALSE");
        } else if numbers.len() <= MOST_NUMBERS {
            let list = crate::reader::in_list("{list}", self.params.len(), numbers.len());
            self.condition.push_str(&format!(" AND {column} IN ({list})"));
            self.params.extend(numbers.iter().map(|number| Value::from(*number)));
        }
    }
}

/// The values of the terms that a row must fulfil by being one of them; ignoring case is enough here.
fn named<'f>(filter: &'f Filter, field: &'static str) -> impl Iterator<Item = &'f [String]> {
    filter.terms.iter().filter_map(move |term| match (&term.body, term.sense) {
        (TermBody::Field { name, operator: Operator::Is | Operator::Exactly, values }, Sense::Holds)
            if name == field && values.iter().all(|value| !value.is_empty()) =>
        {
            Some(values.as_slice())
        }
        (TermBody::Field { .. } | TermBody::Word(_), Sense::Holds | Sense::Fails) => None,
    })
}

/// The statement behind the list.
pub(crate) fn spec_sql(lines: &Lines) -> ListSql<'_> {
    ListSql { columns: COLUMNS, from: FROM, condition: &lines.condition, params: lines.params.clone() }
}

fn least_listed(filter: &Filter) -> i64 {
    let asks = filter.terms.iter().any(|term| match &term.body {
        TermBody::Field { name, .. } => name == "status",
        TermBody::Word(_) => false,
    });
    if asks { 1 } else { 2 }
}

impl Reader<'_> {
    /// The condition of a list; a filter by names of assets or advisories is answered from their numbers, because the
    /// engines cannot tell how few rows a comparison without case lets through.
    fn lines(&mut self, query: &ListQuery) -> Result<Lines, StoreError> {
        let mut lines = Lines::new(query.as_of, &query.reach, &query.filter);
        for (field, sql, column) in [("asset", TAGGED, "a.number"), ("advisory", TRACKED, "m.advisory_no")] {
            for values in named(&query.filter, field) {
                let list = values.iter().map(|value| Value::from(value.to_lowercase()));
                let numbers = self.query_in(sql, &[], list, |row| row.get::<i64>(0))?;
                lines.narrow(column, &numbers);
            }
        }
        Ok(lines)
    }

    /// The match lines within reach, as they were.
    ///
    /// Statements that clear a product are listed only when the filter names the field `status`.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn match_list(&mut self, query: &ListQuery) -> Result<Paged<MatchLine>, StoreError> {
        let lines = self.lines(query)?;
        self.list(&SPEC, spec_sql(&lines), query, line)
    }

    /// Visits all match lines that the query's filter lets through, in its order and in bounded memory.
    ///
    /// # Errors
    /// When the filter or the sort is wrong; when the database fails or holds damaged data; what `visit` gives.
    pub fn match_list_each(
        &mut self,
        query: &ListQuery,
        mut visit: impl FnMut(MatchLine) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let lines = self.lines(query)?;
        self.list_each(&SPEC, spec_sql(&lines), query, |row| visit(line(row)?))
    }

    /// One match line by its name, also one that clears a product; `None` when it was not there or is out of reach.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn match_line(
        &mut self,
        id: MatchLineId,
        as_of: Moment,
        reach: &Reach,
    ) -> Result<Option<MatchLine>, StoreError> {
        let mut lines = Lines::new(as_of, reach, &Filter::default());
        lines.params[1] = Value::from(1_i64);
        let first = lines.params.len() + 1;
        let sql = format!(
            "SELECT {COLUMNS} FROM {FROM} WHERE {} AND m.match_no = ${first} AND a.number = ${} AND s.vulnerability_no = ${}",
            lines.condition,
            first + 1,
            first + 2
        );
        let names = [id.match_no, id.asset_number, id.vulnerability_no];
        lines.params.extend(names.map(Value::from));
        self.query_opt(&sql, &lines.params, line)
    }
}

fn line(row: &Row<'_>) -> Result<MatchLine, StoreError> {
    let status: Option<ProductStatus> =
        if row.get::<String>(26)?.is_empty() { None } else { word_opt(row, 26)? };
    let (decided, verdict) = (row.word(30)?, row.word(21)?);
    let weighed: Option<String> = row.get(29)?;
    let settled_by = match (&weighed, row.get::<bool>(32)?) {
        (Some(_), _) => SettledBy::Statement,
        (None, true) => SettledBy::Asset,
        (None, false) => SettledBy::Configuration,
    };
    let own: String = row.get(25)?;
    Ok(MatchLine {
        id: MatchLineId { match_no: row.get(0)?, asset_number: row.get(1)?, vulnerability_no: row.get(2)? },
        advisory: row.get(3)?,
        advisory_id: row.get(4)?,
        namespace: row.get(5)?,
        publisher: row.get(6)?,
        revision: row.get(7)?,
        revision_id: row.get(8)?,
        raw_sha256: row.get(9)?,
        product_no: row.get(10)?,
        product_id: row.get(11)?,
        vulnerability: row.get(12)?,
        asset_tag: row.get(13)?,
        asset_id: row.get(14)?,
        asset_name: row.get(15)?,
        site: row.get(16)?,
        zone: row.get(17)?,
        vendor: row.get(18)?,
        product: row.get(19)?,
        verdict,
        confidence: row.word(22)?,
        rung: row.word(23)?,
        expression: row.get(24)?,
        why: weighed.unwrap_or_else(|| reason(own, decided, verdict, status)),
        status,
        configuration_no: row.get(27)?,
        component_no: row.get(28)?,
        settled_by,
        match_why: row.get(31)?,
    })
}

/// The sentence of a match, with what the document's statement makes of it.
pub(crate) fn reason(
    why: String,
    decided: Verdict,
    verdict: Verdict,
    status: Option<ProductStatus>,
) -> String {
    if decided == verdict {
        return why;
    }
    match status.map(ProductStatus::group) {
        None => format!("{why}; the document names this product and states nothing of it"),
        Some(StatusGroup::UnderInvestigation) => {
            format!(
                "{why}; that much is sure, and yet the answer is open, because the publisher is still investigating \
                 whether this product is affected"
            )
        }
        Some(StatusGroup::NotAffected) => {
            format!("{why}; the publisher states that this product is not affected")
        }
        Some(StatusGroup::Fixed) => format!("{why}; the publisher states that this product holds the fix"),
        Some(StatusGroup::Recommendation) => {
            format!(
                "{why}; the publisher only recommends this product, and states nothing of it being affected"
            )
        }
        Some(StatusGroup::Affected) => why,
    }
}
