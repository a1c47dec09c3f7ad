//! The list of advisories, with the assets that each touches.
//!
//! The surprise: assets are counted by configuration first, worst answer of each, and only then multiplied with the
//! assets that have it. An asset has one configuration at a time, so the sums are distinct assets.

use super::{AdvisoryLine, AssetCounts, OutcomeCounts, RevisionStanding};
use crate::columns::read_json;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::ranking::pressing;
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, Value};
use crate::vulnerability_record::{EXPLOITATION, EXPLOITATION_SQL, KevState, kev_state};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::advisory::SignatureState;

pub(super) const COLUMNS: &str = "d.id, r.id, d.tracking_id, r.publisher, d.namespace, r.title, r.status, \
    r.category, r.aggregate_severity, r.tlp, r.lang, r.tracking_version, r.vendors, r.cves, r.initial_release, \
    r.current_release, r.received_at, r.raw_sha256, r.source, r.signature, r.fingerprint, r.ordinal, \
    r.vulnerability_count, r.cve_count, r.product_count, r.max_base_tenths, r.decided, r.conditional, \
    r.not_understood, r.standing, COALESCE(c.touched, 0), COALESCE(c.doubtful, 0), COALESCE(c.untouched, 0), \
    (COALESCE(k.revision_no, 0) >= r.number), (SELECT COUNT(*) FROM advisory_comment o \
    WHERE o.advisory_no = d.number AND o.standing = 'kept' AND o.valid_from <= $1 AND o.valid_to > $1)";

/// Assets are counted by configuration; then an asset whose own facts settle something of a document is taken out of its
/// configuration's answer and put into its own.
const FROM: &str = concat!(
    "advisory_revision r JOIN advisory d ON d.number = r.advisory_no
    LEFT JOIN (SELECT u.advisory_no,
            CAST(SUM(CASE WHEN u.weight = 3 THEN u.assets ELSE 0 END) AS BIGINT) AS touched,
            CAST(SUM(CASE WHEN u.weight = 2 THEN u.assets ELSE 0 END) AS BIGINT) AS doubtful,
            CAST(SUM(CASE WHEN u.weight = 1 THEN u.assets ELSE 0 END) AS BIGINT) AS untouched
        FROM (SELECT w.advisory_no, w.weight, n.assets
            FROM (SELECT m.advisory_no, m.configuration_no, MAX(m.weight) AS weight FROM product_match m
                WHERE m.valid_from <= $1 AND m.valid_to > $1 AND m.weight > 0
                GROUP BY m.advisory_no, m.configuration_no) w
            JOIN (SELECT a.configuration_no, COUNT(*) AS assets FROM asset_version a
                WHERE a.valid_from <= $1 AND a.valid_to > $1 AND a.configuration_no IS NOT NULL AND {reach}
                GROUP BY a.configuration_no) n ON n.configuration_no = w.configuration_no
            UNION ALL SELECT e.advisory_no, CASE b.side WHEN 1 THEN e.own ELSE e.of_all END, b.side
            FROM (SELECT h.advisory_no, h.asset_no, MAX(m.weight) AS of_all,
                    MAX(COALESCE(mo.weight, m.weight)) AS own
                FROM ",
    crate::matches::holders!(),
    " h JOIN asset_version a ON a.number = h.asset_no AND a.valid_from <= $1 AND a.valid_to > $1 AND {reach}
                JOIN product_match m ON m.configuration_no = h.configuration_no AND m.advisory_no = h.advisory_no
                    AND m.valid_from <= $1 AND m.valid_to > $1
                LEFT JOIN match_overlay mo ON mo.match_no = m.match_no AND mo.asset_no = h.asset_no
                    AND mo.valid_from <= $1 AND mo.valid_to > $1
                GROUP BY h.advisory_no, h.asset_no) e
            JOIN (SELECT 1 AS side UNION ALL SELECT -1) b ON e.own <> e.of_all) u
        GROUP BY u.advisory_no) c ON c.advisory_no = d.number
    LEFT JOIN read_mark k ON k.advisory_no = d.number AND k.reader = {reader} AND k.at <= $1"
);

pub(super) const CONDITION: &str = "r.valid_from <= $1 AND r.valid_to > $1";

const NAMED: &str =
    "SELECT 1 FROM revision_vulnerability rv JOIN vulnerability v ON v.number = rv.vulnerability_no
    WHERE rv.revision_no = r.number AND ({condition})";
const WRITTEN: &str = "SELECT 1 FROM advisory_product p JOIN expression e ON e.number = p.expression_no
    WHERE p.revision_no = r.number AND ({condition})";

/// A field of which a revision has many values in `revision_fact`, sorted by the lowest.
macro_rules! fact {
    ($name:literal) => {
        fact!($name, $name)
    };
    ($name:literal, $kind:literal) => {
        FilterField::text($name, "f.value")
            .any(concat!(
                "SELECT 1 FROM revision_fact f WHERE f.revision_no = r.number AND f.kind = '",
                $kind,
                "' AND ({condition})"
            ))
            .sorted_by(concat!(
                "(SELECT MIN(f.value) FROM revision_fact f WHERE f.revision_no = r.number AND f.kind = '",
                $kind,
                "')"
            ))
    };
}

/// The lowest value of a column over the products of a revision.
macro_rules! lowest_product {
    ($column:literal) => {
        concat!(
            "(SELECT MIN(",
            $column,
            ") FROM advisory_product p JOIN expression e ON e.number = p.expression_no
            WHERE p.revision_no = r.number)"
        )
    };
}

/// The lowest value of a column of the document's own history.
macro_rules! lowest_history {
    ($column:literal) => {
        concat!("(SELECT MIN(", $column, ") FROM revision_history h WHERE h.revision_no = r.number)")
    };
}

const RECORDED: &str = "SELECT 1 FROM revision_history h WHERE h.revision_no = r.number AND ({condition})";
const COMMENTED: &str =
    "SELECT 1 FROM advisory_comment o WHERE o.advisory_no = d.number AND o.standing = 'kept'
    AND o.valid_from <= $1 AND o.valid_to > $1 AND ({condition})";
const LOWEST_CVE: &str = "(SELECT MIN(v.reference) FROM revision_vulnerability rv
    JOIN vulnerability v ON v.number = rv.vulnerability_no WHERE rv.revision_no = r.number)";
const FIRST_COMMENT: &str = "(SELECT MIN(o.body) FROM advisory_comment o WHERE o.advisory_no = d.number
    AND o.standing = 'kept' AND o.valid_from <= $1 AND o.valid_to > $1)";
const COMMENTS: &str = "(SELECT COUNT(*) FROM advisory_comment o WHERE o.advisory_no = d.number
    AND o.standing = 'kept' AND o.valid_from <= $1 AND o.valid_to > $1)";

const FIELDS: &[FilterField] = &[
    FilterField::text("id", "d.tracking_id"),
    FilterField::text("publisher", "r.publisher"),
    FilterField::text("namespace", "d.namespace"),
    FilterField::text("title", "r.title"),
    FilterField::text("vendor", "e.vendor").any(WRITTEN).sorted_by(lowest_product!("e.vendor")),
    FilterField::text("product", "e.product").any(WRITTEN).sorted_by(lowest_product!("e.product")),
    FilterField::text("product_version", "e.version_text")
        .any(WRITTEN)
        .sorted_by(lowest_product!("e.version_text")),
    FilterField::text("product_name", "p.name").any(WRITTEN).sorted_by(lowest_product!("p.name")),
    FilterField::text("product_id", "p.product_id").any(WRITTEN).sorted_by(lowest_product!("p.product_id")),
    fact!("family"),
    fact!("branch"),
    fact!("group"),
    fact!("cpe"),
    fact!("purl"),
    fact!("model_number"),
    fact!("serial_number"),
    fact!("sku"),
    fact!("hash"),
    fact!("file_name"),
    fact!("sbom_url"),
    fact!("uri"),
    FilterField::text("cve", "v.reference").any(NAMED).sorted_by(LOWEST_CVE),
    FilterField::word(
        "severity",
        "NULLIF(r.severity, 'unscored')",
        &["none", "low", "medium", "high", "critical"],
    ),
    FilterField::number("score", "(r.max_base_tenths / 10.0)"),
    FilterField::time("published", "r.initial_release"),
    FilterField::time("updated", "r.current_release"),
    FilterField::time("received", "r.received_at"),
    FilterField::text("status", "r.status"),
    FilterField::text("category", "r.category"),
    FilterField::text("version", "r.tracking_version"),
    fact!("versioning"),
    fact!("csaf_version"),
    FilterField::text("publisher_category", "r.publisher_category"),
    fact!("publisher_contact", "contact"),
    fact!("publisher_authority", "authority"),
    fact!("alias"),
    fact!("engine"),
    FilterField::text("history_number", "h.number").any(RECORDED).sorted_by(lowest_history!("h.number")),
    FilterField::time("history_date", "h.released").any(RECORDED).sorted_by(lowest_history!("h.released")),
    FilterField::text("history_summary", "h.summary").any(RECORDED).sorted_by(lowest_history!("h.summary")),
    FilterField::text("history_legacy", "h.legacy_version")
        .any(RECORDED)
        .sorted_by(lowest_history!("h.legacy_version")),
    FilterField::text("lang", "r.lang"),
    FilterField::text("tlp", "r.tlp"),
    FilterField::text("aggregate_severity", "r.aggregate_severity"),
    FilterField::flag("read", "(COALESCE(k.revision_no, 0) >= r.number)"),
    FilterField::text("comment", "o.body").any(COMMENTED).sorted_by(FIRST_COMMENT),
    FilterField::number("comments", COMMENTS),
    FilterField::word("signature", "r.signature", &["not_checked", "absent", "verified"]),
    FilterField::text("source", "r.source"),
    FilterField::word("standing", "r.standing", RevisionStanding::WORDS),
    FilterField::number("revisions", "r.ordinal"),
    FilterField::number("cves", "r.cve_count"),
    FilterField::number("products", "r.product_count"),
    FilterField::number("not_understood", "r.not_understood"),
    FilterField::number("conditional", "r.conditional"),
    FilterField::number("yes", "COALESCE(c.touched, 0)"),
    FilterField::number("unknown", "COALESCE(c.doubtful, 0)"),
    FilterField::number("no", "COALESCE(c.untouched, 0)"),
    FilterField::word("kev", kev_state!(), KevState::WORDS).any(NAMED),
    FilterField::number("epss", "(v.epss_ppm / 1000000.0)").any(NAMED),
    FilterField::word("ssvc.exploitation", EXPLOITATION_SQL, EXPLOITATION).any(NAMED),
    FilterField::word("lane", pressing::lane_word!(pressing::within_advisory!()), pressing::LANES),
    FilterField::time("due", pressing::due!(pressing::within_advisory!())),
];

/// The list of advisories.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "advisory",
    fields: FIELDS,
    words: &["d.tracking_id", "r.title", "r.publisher", "r.vendors", "r.cves"],
    unique: "d.number",
    default_sort: ("updated", Direction::Descending),
};

/// `FROM` and its parameters: `$1` is the moment, then the sites within reach, then the reader.
pub(crate) fn tables(as_of: Moment, reach: &Reach, reader: &str) -> (String, Vec<Value<'static>>) {
    let (condition, sites) = reach_condition(reach, "a.site_id", 2);
    let mut values = vec![Value::from(instant(as_of))];
    values.extend(sites);
    values.push(Value::from(reader.to_owned()));
    let named = format!("${}", values.len());
    (FROM.replace("{reach}", &condition).replace("{reader}", &named), values)
}

/// The statement behind the list, over tables that [`tables`] made.
pub(crate) fn spec_sql<'a>(tables: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: &tables.0, condition: CONDITION, params: tables.1.clone() }
}

impl Reader<'_> {
    /// The advisories as they were, each with the assets within reach that it touches. To nobody all are unread.
    ///
    /// # Errors
    /// As [`Reader::advisories_for`].
    pub fn advisories(&mut self, query: &ListQuery) -> Result<Paged<AdvisoryLine>, StoreError> {
        self.advisories_for(query, "")
    }

    /// The advisories as they were, with what this reader has read of them.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn advisories_for(
        &mut self,
        query: &ListQuery,
        reader: &str,
    ) -> Result<Paged<AdvisoryLine>, StoreError> {
        let tables = tables(query.as_of, &query.reach, reader);
        self.list(&SPEC, spec_sql(&tables), query, line)
    }
}

/// Reads [`COLUMNS`].
pub(super) fn line(row: &Row<'_>) -> Result<AdvisoryLine, StoreError> {
    let tenths: Option<u32> = row.get(25)?;
    Ok(AdvisoryLine {
        id: row.get(0)?,
        revision: row.get(1)?,
        tracking_id: row.get(2)?,
        publisher: row.get(3)?,
        namespace: row.get(4)?,
        title: row.get(5)?,
        status: row.get(6)?,
        category: row.get(7)?,
        aggregate_severity: row.get(8)?,
        tlp: row.get(9)?,
        lang: row.get(10)?,
        tracking_version: row.get(11)?,
        vendors: read_json(row, 12)?,
        cves: read_json(row, 13)?,
        initial_release: row.get(14)?,
        current_release: row.get(15)?,
        received_at: row.get(16)?,
        raw_sha256: row.get(17)?,
        source: row.get(18)?,
        signature: signature(row, 19)?,
        revision_count: row.get(21)?,
        vulnerability_count: row.get(22)?,
        cve_count: row.get(23)?,
        product_count: row.get(24)?,
        max_base_tenths: tenths
            .map(|tenths| u16::try_from(tenths).map_err(|_| row.damaged(25, "it is no base score")))
            .transpose()?,
        outcomes: OutcomeCounts {
            decided: row.get(26)?,
            conditional: row.get(27)?,
            not_understood: row.get(28)?,
        },
        standing: row.word(29)?,
        assets: AssetCounts { yes: row.get(30)?, unknown: row.get(31)?, no: row.get(32)? },
        read: row.get(33)?,
        comment_count: row.get(34)?,
    })
}

/// Reads the word of a signature's state, and the fingerprint in the column after it.
pub(super) fn signature(row: &Row<'_>, index: usize) -> Result<SignatureState, StoreError> {
    let word: String = row.get(index)?;
    let fingerprint: Option<String> = row.get(index + 1)?;
    match (word.as_str(), fingerprint) {
        ("not_checked", None) => Ok(SignatureState::NotChecked),
        ("absent", None) => Ok(SignatureState::Absent),
        ("verified", Some(fingerprint)) => Ok(SignatureState::Verified { fingerprint }),
        _ => Err(row.damaged(index, "it is no state of a signature")),
    }
}
