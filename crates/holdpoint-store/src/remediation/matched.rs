//! Products of the inventory and the documents that match them: from the product its documents, from the document its
//! products.
//!
//! A product is a component of the inventory, shared by all assets that have it. The surprise: a match can rest on
//! several components together; it then stands under number 0.

use crate::error::StoreError;
use crate::matches::{holders, is_held};
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::component::ComponentKind;
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::matching::{Confidence, Verdict};

/// The matches by component, configuration and advisory, and once more for each asset whose own facts settle something of
/// the document; `{narrow}` is a condition on them.
const WORST: &str = concat!(
    "(SELECT COALESCE(q.component_no, 0) AS component_no, q.configuration_no, q.advisory_no, q.holder,
        MAX(q.weight) AS weight, MAX(q.revision_no) AS revision_no,
        MIN(CASE q.confidence WHEN 'confirmed' THEN 1 WHEN 'likely' THEN 2 WHEN 'possible' THEN 3 ELSE 4 END)
            AS surest
    FROM (SELECT m.component_no, m.configuration_no, m.advisory_no, m.weight, m.revision_no, m.confidence, 0 AS holder
        FROM product_match m WHERE m.valid_from <= $1 AND m.valid_to > $1 AND m.weight >= 2{narrow}
        UNION ALL SELECT m.component_no, m.configuration_no, m.advisory_no, COALESCE(mo.weight, m.weight),
            m.revision_no, COALESCE(mo.confidence, m.confidence), h.asset_no
        FROM ",
    holders!(),
    " h JOIN product_match m ON m.configuration_no = h.configuration_no AND m.advisory_no = h.advisory_no
            AND m.valid_from <= $1 AND m.valid_to > $1
        LEFT JOIN match_overlay mo ON mo.match_no = m.match_no AND mo.asset_no = h.asset_no
            AND mo.valid_from <= $1 AND mo.valid_to > $1
        WHERE COALESCE(mo.weight, m.weight) >= 2{narrow}) q
    GROUP BY COALESCE(q.component_no, 0), q.configuration_no, q.advisory_no, q.holder) w
    JOIN asset_version a ON a.configuration_no = w.configuration_no AND a.valid_from <= $1 AND a.valid_to > $1
        AND {reach} AND ",
    is_held!("w")
);

const PRODUCT_COLUMNS: &str = "g.component_no, COALESCE(c.kind, ''), COALESCE(c.vendor, ''), COALESCE(c.product, ''), \
    COALESCE(c.version, ''), COALESCE(c.order_number, ''), g.advisories, g.assets, g.touched, g.weight, g.surest";

const PRODUCT_FIELDS: &[FilterField] = &[
    FilterField::text("vendor", "COALESCE(c.vendor, '')"),
    FilterField::text("product", "COALESCE(c.product, '')"),
    FilterField::text("version", "COALESCE(c.version, '')"),
    FilterField::text("order_number", "COALESCE(c.order_number, '')"),
    FilterField::text("kind", "COALESCE(c.kind, '')"),
    FilterField::number("advisories", "g.advisories"),
    FilterField::number("assets", "g.assets"),
    FilterField::number("affected", "g.touched"),
];

/// The list of matched products.
pub(crate) const PRODUCT_SPEC: ListSpec = ListSpec {
    noun: "matched product",
    fields: PRODUCT_FIELDS,
    words: &["COALESCE(c.vendor, '')", "COALESCE(c.product, '')", "COALESCE(c.version, '')"],
    unique: "g.component_no",
    default_sort: ("assets", Direction::Descending),
};

const ADVISORY_COLUMNS: &str = "d.id, d.tracking_id, r.publisher, r.title, r.tracking_version, r.current_release, \
    r.max_base_tenths, g.weight, g.surest, g.assets, g.touched";

const ADVISORY_FIELDS: &[FilterField] = &[
    FilterField::text("advisory", "d.tracking_id"),
    FilterField::text("publisher", "r.publisher"),
    FilterField::text("title", "r.title"),
    FilterField::time("updated", "r.current_release"),
    FilterField::number("score", "(r.max_base_tenths / 10.0)"),
    FilterField::word("verdict", "CASE g.weight WHEN 3 THEN 'yes' ELSE 'unknown' END", &["unknown", "yes"]),
    FilterField::word(
        "confidence",
        "CASE g.surest WHEN 1 THEN 'confirmed' WHEN 2 THEN 'likely' WHEN 3 THEN 'possible' ELSE 'version_unknown' END",
        crate::matches::CONFIDENCE,
    ),
    FilterField::number("assets", "g.assets"),
    FilterField::number("affected", "g.touched"),
];

/// The list of the advisories that match a product.
pub(crate) const PRODUCT_ADVISORY_SPEC: ListSpec = ListSpec {
    noun: "advisory of a product",
    fields: ADVISORY_FIELDS,
    words: &["d.tracking_id", "r.title", "r.publisher"],
    unique: "g.advisory_no",
    default_sort: ("updated", Direction::Descending),
};

/// The tables of the lists, with their parameters.
pub(crate) struct Matched {
    from: String,
    params: Vec<Value<'static>>,
}

impl Matched {
    /// The products that match an advisory, or any; `$1` the moment, the advisory, then the sites within reach.
    pub(crate) fn products(advisory: Option<AdvisoryId>, as_of: Moment, reach: &Reach) -> Self {
        let mut params = vec![Value::from(instant(as_of))];
        let narrow =
            advisory.map_or("", |_| " AND m.advisory_no = (SELECT q.number FROM advisory q WHERE q.id = $2)");
        params.extend(advisory.map(Value::from));
        let (within, sites) = reach_condition(reach, "a.site_id", params.len() + 1);
        params.extend(sites);
        let worst = WORST.replace("{narrow}", narrow).replace("{reach}", &within);
        let from = format!(
            "(SELECT w.component_no, COUNT(DISTINCT w.advisory_no) AS advisories, COUNT(DISTINCT a.number) AS assets,
                COUNT(DISTINCT CASE WHEN w.weight = 3 THEN a.number END) AS touched, MAX(w.weight) AS weight,
                MIN(w.surest) AS surest
            FROM {worst} GROUP BY w.component_no) g LEFT JOIN component c ON c.number = g.component_no"
        );
        Self { from, params }
    }

    /// The advisories that match a component; `$1` the moment, `$2` the component, then the sites within reach.
    pub(crate) fn advisories(component_no: i64, as_of: Moment, reach: &Reach) -> Self {
        let mut params = vec![Value::from(instant(as_of)), Value::from(component_no)];
        let (within, sites) = reach_condition(reach, "a.site_id", 3);
        params.extend(sites);
        let worst = WORST
            .replace("{narrow}", " AND COALESCE(m.component_no, 0) = CAST($2 AS BIGINT)")
            .replace("{reach}", &within);
        let from = format!(
            "(SELECT w.advisory_no, MAX(w.revision_no) AS revision_no, COUNT(DISTINCT a.number) AS assets,
                COUNT(DISTINCT CASE WHEN w.weight = 3 THEN a.number END) AS touched, MAX(w.weight) AS weight,
                MIN(w.surest) AS surest
            FROM {worst} GROUP BY w.advisory_no) g
            JOIN advisory d ON d.number = g.advisory_no JOIN advisory_revision r ON r.number = g.revision_no"
        );
        Self { from, params }
    }

    /// The statement of the list of products.
    pub(crate) fn products_sql(&self) -> ListSql<'_> {
        ListSql { columns: PRODUCT_COLUMNS, from: &self.from, condition: "TRUE", params: self.params.clone() }
    }

    /// The statement of the list of advisories.
    pub(crate) fn advisories_sql(&self) -> ListSql<'_> {
        ListSql {
            columns: ADVISORY_COLUMNS,
            from: &self.from,
            condition: "TRUE",
            params: self.params.clone(),
        }
    }
}

/// A product of the inventory that some document matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedProduct {
    /// The component's number; 0: several components together.
    pub number: i64,
    /// Its kind; `None`: several components together.
    pub kind: Option<ComponentKind>,
    /// Its vendor.
    pub vendor: String,
    /// Its product.
    pub product: String,
    /// Its version; empty: nobody has said.
    pub version: String,
    /// Its order number; empty: none is known.
    pub order_number: String,
    /// Advisories that match it.
    pub advisories: u64,
    /// Assets within reach that have it and match.
    pub assets: u64,
    /// Of them, those that are touched; of the others it cannot be said.
    pub affected: u64,
    /// The worst answer.
    pub verdict: Verdict,
    /// The surest match.
    pub confidence: Confidence,
    /// The document's ids of the products that match it; filled for one document only.
    pub product_ids: Vec<String>,
}

/// An advisory that matches a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductAdvisory {
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
    /// The worst answer.
    pub verdict: Verdict,
    /// The surest match.
    pub confidence: Confidence,
    /// Assets within reach with the product that match.
    pub assets: u64,
    /// Of them, those that are touched.
    pub affected: u64,
}

crate::statements! {
    IDS = "SELECT COALESCE(m.component_no, 0), m.product_id FROM product_match m
        WHERE m.valid_from <= $1 AND m.valid_to > $1 AND m.weight >= 2
            AND m.advisory_no = (SELECT q.number FROM advisory q WHERE q.id = $2)
        GROUP BY COALESCE(m.component_no, 0), m.product_id ORDER BY 1, 2";
}

impl Reader<'_> {
    /// The products of the inventory that match an advisory, or any advisory.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn matched_products(
        &mut self,
        advisory: Option<AdvisoryId>,
        query: &ListQuery,
    ) -> Result<Paged<MatchedProduct>, StoreError> {
        let matched = Matched::products(advisory, query.as_of, &query.reach);
        let mut found = self.list(&PRODUCT_SPEC, matched.products_sql(), query, product)?;
        let Some(advisory) = advisory else { return Ok(found) };
        self.each(IDS, params![instant(query.as_of), advisory], |row| {
            let number: i64 = row.get(0)?;
            let id: String = row.get(1)?;
            for product in found.items.iter_mut().filter(|product| product.number == number) {
                product.product_ids.push(id.clone());
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The advisories that match a component; number 0: those that match several components together.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn product_advisories(
        &mut self,
        component_no: i64,
        query: &ListQuery,
    ) -> Result<Paged<ProductAdvisory>, StoreError> {
        let matched = Matched::advisories(component_no, query.as_of, &query.reach);
        self.list(&PRODUCT_ADVISORY_SPEC, matched.advisories_sql(), query, advisory)
    }
}

fn verdict(weight: i64) -> Verdict {
    if weight == 3 { Verdict::Yes } else { Verdict::Unknown }
}

fn confidence(surest: i64) -> Confidence {
    match surest {
        1 => Confidence::Confirmed,
        2 => Confidence::Likely,
        3 => Confidence::Possible,
        _ => Confidence::VersionUnknown,
    }
}

fn product(row: &Row<'_>) -> Result<MatchedProduct, StoreError> {
    let kind: String = row.get(1)?;
    let kind = if kind.is_empty() { None } else { Some(row.word(1)?) };
    Ok(MatchedProduct {
        number: row.get(0)?,
        kind,
        vendor: row.get(2)?,
        product: row.get(3)?,
        version: row.get(4)?,
        order_number: row.get(5)?,
        advisories: row.get(6)?,
        assets: row.get(7)?,
        affected: row.get(8)?,
        verdict: verdict(row.get(9)?),
        confidence: confidence(row.get(10)?),
        product_ids: Vec::new(),
    })
}

fn advisory(row: &Row<'_>) -> Result<ProductAdvisory, StoreError> {
    let tenths: Option<u32> = row.get(6)?;
    Ok(ProductAdvisory {
        advisory_id: row.get(0)?,
        advisory: row.get(1)?,
        publisher: row.get(2)?,
        title: row.get(3)?,
        tracking_version: row.get(4)?,
        current_release: row.get(5)?,
        max_base_tenths: tenths
            .map(|tenths| u16::try_from(tenths).map_err(|_| row.damaged(6, "it is no base score")))
            .transpose()?,
        verdict: verdict(row.get(7)?),
        confidence: confidence(row.get(8)?),
        assets: row.get(9)?,
        affected: row.get(10)?,
    })
}
