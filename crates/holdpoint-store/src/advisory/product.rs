//! Products of revisions: what the matching engine reads, and the list that a page shows.

use super::{ProductReading, SaidProduct, StatementRow, StoredProduct};
use crate::columns::read_json;
use crate::component::distinct;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::stance::Stance;
use crate::validity::instant;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::advisory::{Helpers, NumberRules, PathStep, ProductExpression, Relation};
use holdpoint_domain::id::{AdvisoryId, RevisionId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The one product of the same name that is the last affected one wherever this is the first, or the first wherever this
/// is the last, as long as nothing else is said of this. Few products are ends, and only of those it is asked.
macro_rules! span_with {
    () => {
        "CASE WHEN p.stance = 'edge' THEN (SELECT CASE WHEN COUNT(*) = COUNT(o.product_no)
                AND MIN(o.product_no) = MAX(o.product_no) THEN MIN(o.product_no) END
            FROM statement s LEFT JOIN statement o ON o.vulnerability_no = s.vulnerability_no
                AND ((s.status = 'first_affected' AND o.status = 'last_affected')
                    OR (s.status = 'last_affected' AND o.status = 'first_affected'))
                AND o.product_no IN (SELECT q.product_no FROM advisory_product q
                    JOIN expression f ON f.number = q.expression_no
                    WHERE q.revision_no = p.revision_no AND q.product_no <> p.product_no
                        AND f.vendor = e.vendor AND f.product = e.product)
            WHERE s.product_no = p.product_no) END"
    };
}

macro_rules! columns {
    () => {
        concat!(
            "p.product_no, d.id, r.id, p.ordinal, p.product_id, p.name, p.detail, p.stance, e.vendor_key, \
             e.product_key, e.outcome, e.range_text, e.predicates_text, e.why, ",
            span_with!()
        )
    };
}

macro_rules! tables {
    () => {
        "advisory_product p JOIN advisory_revision r ON r.number = p.revision_no
        JOIN advisory d ON d.number = p.advisory_no JOIN expression e ON e.number = p.expression_no "
    };
}

crate::statements! {
    OF_REVISION = concat!("SELECT ", columns!(), " FROM ", tables!(), "WHERE r.id = $1 ORDER BY p.ordinal");
    BY_NUMBER = concat!("SELECT ", columns!(), " FROM ", tables!(), "WHERE p.product_no = $1");
    CURRENT = concat!("SELECT ", columns!(), " FROM ", tables!(), "WHERE r.valid_from <= $1 AND r.valid_to > $1
        ORDER BY p.product_no");
}

// The joins are written in the order in which they are to be made: without counts of its tables SQLite would begin with
// every current revision there is.
const OF_ADVISORIES: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM advisory d CROSS JOIN advisory_revision r CROSS JOIN advisory_product p CROSS JOIN expression e
    WHERE r.advisory_no = d.number AND r.valid_to = 9223372036854775807 AND p.revision_no = r.number
        AND e.number = p.expression_no AND d.id IN ({list}) ORDER BY p.product_no"
);
const STATEMENTS_OF_PRODUCTS: &str = "SELECT s.product_no, v.reference, s.status FROM statement s
    JOIN vulnerability v ON v.number = s.vulnerability_no
    WHERE s.status <> '' AND s.product_no IN ({list}) ORDER BY s.product_no, s.ordinal, s.place";

const SAID_PRODUCTS: &str =
    "SELECT product_no, expression_no, name FROM advisory_product WHERE product_no IN ({list})";

const FIELDS: &[FilterField] = &[
    FilterField::number("ordinal", "p.ordinal"),
    FilterField::text("product_id", "p.product_id"),
    FilterField::text("name", "p.name"),
    FilterField::text("vendor", "e.vendor"),
    FilterField::text("product", "e.product"),
    FilterField::text("version", "e.version_text"),
    FilterField::word("outcome", "e.outcome", &["not_understood", "conditional", "decided"]),
    FilterField::word("stance", "p.stance", Stance::WORDS),
];

/// The list of the products of one revision.
pub(crate) const PRODUCT_SPEC: ListSpec = ListSpec {
    noun: "product",
    fields: FIELDS,
    words: &["p.product_id", "p.name", "e.vendor", "e.product", "e.version_text"],
    unique: "p.product_no",
    default_sort: ("ordinal", Direction::Ascending),
};

/// The statement behind the list.
pub(crate) fn product_spec_sql(revision: RevisionId) -> ListSql<'static> {
    ListSql {
        columns: columns!(),
        from: tables!(),
        condition: "r.id = $1",
        params: vec![Value::from(revision)],
    }
}

/// The JSON column of a product.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ProductDetail {
    path: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cpe: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    models: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    serials: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    skus: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<String>,
    /// Whether patterns of numbers mean whole numbers, as CSAF 2.1 says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    whole_numbers: bool,
    /// Category, component, what it relates to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    relation: Option<(String, String, String)>,
    pointer: String,
    /// Versions that the document's fixes name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) fixes: Vec<String>,
}

impl ProductDetail {
    /// The product ids of the component and of what it is on, where this is a combination.
    pub(super) fn parts(&self) -> Option<(&str, &str)> {
        self.relation.as_ref().map(|(_, component, parent)| (component.as_str(), parent.as_str()))
    }

    /// What of a product goes into the JSON column.
    pub(super) fn of(product: &ProductExpression, fixes: Vec<String>) -> Self {
        let helpers = product.helpers.clone();
        Self {
            fixes,
            path: product
                .path
                .iter()
                .map(|step| (step.category.word().to_owned(), step.name.clone()))
                .collect(),
            cpe: helpers.cpe,
            purl: helpers.purl,
            models: helpers.model_numbers,
            serials: helpers.serial_numbers,
            skus: helpers.skus,
            hashes: helpers.hashes,
            whole_numbers: helpers.rules == NumberRules::Csaf21,
            relation: product.relation.as_ref().map(|relation| {
                (relation.category.word().to_owned(), relation.product.clone(), relation.relates_to.clone())
            }),
            pointer: product.pointer.clone(),
        }
    }
}

impl Reader<'_> {
    /// The products of a revision in the order of the document; empty for an unknown revision.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn products_of(&mut self, revision: RevisionId) -> Result<Vec<StoredProduct>, StoreError> {
        self.query(OF_REVISION, params![revision], product)
    }

    /// The products of the current revisions of these advisories, by number within each chunk of advisories.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn products_of_advisories(
        &mut self,
        advisories: &[AdvisoryId],
    ) -> Result<Vec<StoredProduct>, StoreError> {
        self.query_in(OF_ADVISORIES, &[], advisories.iter().map(|id| Value::from(*id)), product)
    }

    /// The product of that number, whatever its revision.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn product(&mut self, product_no: i64) -> Result<Option<StoredProduct>, StoreError> {
        self.query_opt(BY_NUMBER, params![product_no], product)
    }

    /// What documents say of these products, whatever id they have there.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn said_products(&mut self, products: &[i64]) -> Result<HashMap<i64, SaidProduct>, StoreError> {
        let found = self.query_in(SAID_PRODUCTS, &[], distinct(products), |row| {
            Ok((row.get(0)?, SaidProduct { expression_no: row.get(1)?, name: row.get(2)? }))
        })?;
        Ok(found.into_iter().collect())
    }

    /// Visits the products of all revisions that were current, by number and in bounded memory.
    ///
    /// # Errors
    /// When the database fails or holds damaged data, and what `visit` gives.
    pub fn current_products(
        &mut self,
        as_of: Moment,
        mut visit: impl FnMut(StoredProduct) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(CURRENT, params![instant(as_of)], |row| visit(product(row)?))
    }

    /// The products of a revision as a list. Advisories belong to no site: the query's reach does not matter.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn product_list(
        &mut self,
        revision: RevisionId,
        query: &ListQuery,
    ) -> Result<Paged<StoredProduct>, StoreError> {
        self.list(&PRODUCT_SPEC, product_spec_sql(revision), query, product)
    }

    /// All statements on these products, by product and place in the document within each chunk of products.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn statements_of_products(&mut self, products: &[i64]) -> Result<Vec<StatementRow>, StoreError> {
        self.query_in(STATEMENTS_OF_PRODUCTS, &[], distinct(products), |row| {
            Ok(StatementRow { product_no: row.get(0)?, vulnerability: row.get(1)?, status: row.word(2)? })
        })
    }
}

fn product(row: &Row<'_>) -> Result<StoredProduct, StoreError> {
    let mut detail: ProductDetail = read_json(row, 6)?;
    let fixes = std::mem::take(&mut detail.fixes);
    let reading = ProductReading {
        vendor_key: row.get(8)?,
        product_key: row.get(9)?,
        outcome: row.word(10)?,
        range_text: row.get(11)?,
        predicates_text: row.get(12)?,
        why: row.get(13)?,
    };
    Ok(StoredProduct {
        product_no: row.get(0)?,
        advisory: row.get(1)?,
        revision: row.get(2)?,
        ordinal: row.get(3)?,
        expression: expression(row, detail)?,
        reading,
        stance: row.word(7)?,
        fixes,
        span_with: row.get(14)?,
    })
}

fn expression(row: &Row<'_>, detail: ProductDetail) -> Result<ProductExpression, StoreError> {
    let unknown = |_| row.damaged(6, "it holds an unknown category");
    let path = detail
        .path
        .into_iter()
        .map(|(category, name)| Ok(PathStep { category: category.parse().map_err(unknown)?, name }));
    let relation = detail.relation.map(|(category, product, relates_to)| {
        Ok::<_, StoreError>(Relation { category: category.parse().map_err(unknown)?, product, relates_to })
    });
    Ok(ProductExpression {
        product_id: row.get(4)?,
        name: row.get(5)?,
        path: path.collect::<Result<_, StoreError>>()?,
        helpers: Helpers {
            cpe: detail.cpe,
            purl: detail.purl,
            model_numbers: detail.models,
            serial_numbers: detail.serials,
            skus: detail.skus,
            hashes: detail.hashes,
            rules: if detail.whole_numbers { NumberRules::Csaf21 } else { NumberRules::Csaf20 },
        },
        relation: relation.transpose()?,
        pointer: detail.pointer,
    })
}
