//! The matches that wait for a person, and what is needed to put questions to them.

use crate::component::distinct;
use crate::error::StoreError;
use crate::page::reach_condition;
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::AdvisoryId;

crate::statements! {
    CANDIDATES = "SELECT m.configuration_no, m.component_no, m.product_no, p.expression_no, m.advisory_no, m.why
        FROM product_match m JOIN advisory_product p ON p.product_no = m.product_no
        WHERE m.rung = 'candidate' AND m.valid_to > $1 AND m.valid_from <= $1
        ORDER BY m.configuration_no, m.product_no";
    NAMES = "SELECT d.id, e.vendor, e.product, p.name, e.version_text
        FROM advisory_revision r JOIN advisory_product p ON p.revision_no = r.number
        JOIN expression e ON e.number = p.expression_no JOIN advisory d ON d.number = p.advisory_no
        WHERE r.valid_to = 9223372036854775807
        GROUP BY d.id, e.vendor, e.product, p.name, e.version_text";
}

const PRODUCTS: &str = "SELECT p.product_no, d.tracking_id, e.vendor, e.product, p.name, e.version_text
    FROM advisory_product p JOIN advisory d ON d.number = p.advisory_no
    JOIN expression e ON e.number = p.expression_no WHERE p.product_no IN ({list})";
const PLACES: &str = "SELECT a.configuration_no, COALESCE(s.name, ''), a.kind, COUNT(*), MIN(a.tag)
    FROM asset_version a LEFT JOIN site s ON s.id = a.site_id
    WHERE a.valid_from <= $1 AND a.valid_to > $1 AND a.configuration_no IS NOT NULL AND {reach}
    GROUP BY a.configuration_no, COALESCE(s.name, ''), a.kind";
const WITH_COMPONENTS: &str = "SELECT DISTINCT cc.configuration_no FROM configuration_component cc
    WHERE cc.component_no IN ({list})";

/// A match that is only a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateMatch {
    /// The configuration.
    pub configuration_no: i64,
    /// The component; `None`: the match is of a combination of products.
    pub component_no: Option<i64>,
    /// The product of the document.
    pub product_no: i64,
    /// Its way of writing, the same for all products that are written alike.
    pub expression_no: i64,
    /// The advisory's number.
    pub advisory_no: i64,
    /// Why it is only a candidate.
    pub why: String,
}

/// A product of a document, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateProduct {
    /// Its number.
    pub product_no: i64,
    /// The publisher's id of the document.
    pub tracking_id: String,
    /// Vendor; empty when none is named.
    pub vendor: String,
    /// Product: its name on the path, else its full name.
    pub product: String,
    /// The version text; empty when none is given.
    pub version_text: String,
}

/// Where assets of a configuration stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationPlace {
    /// The configuration.
    pub configuration_no: i64,
    /// Name of the site; empty: none.
    pub site: String,
    /// Kind of asset as its word; empty: nobody has said.
    pub kind: String,
    /// How many assets.
    pub assets: u64,
    /// The first of their tags.
    pub tag: String,
}

impl Reader<'_> {
    /// The matches that are only candidates, by configuration and product.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn candidate_matches(&mut self, as_of: Moment) -> Result<Vec<CandidateMatch>, StoreError> {
        self.query(CANDIDATES, params![instant(as_of)], |row| {
            Ok(CandidateMatch {
                configuration_no: row.get(0)?,
                component_no: row.get(1)?,
                product_no: row.get(2)?,
                expression_no: row.get(3)?,
                advisory_no: row.get(4)?,
                why: row.get(5)?,
            })
        })
    }

    /// How these products are written, by number.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn candidate_products(&mut self, numbers: &[i64]) -> Result<Vec<CandidateProduct>, StoreError> {
        let mut found = self.query_in(PRODUCTS, &[], distinct(numbers), |row| {
            let (product, name): (String, String) = (row.get(3)?, row.get(4)?);
            Ok(CandidateProduct {
                product_no: row.get(0)?,
                tracking_id: row.get(1)?,
                vendor: row.get(2)?,
                product: if product.is_empty() { name } else { product },
                version_text: row.get(5)?,
            })
        })?;
        found.sort_unstable_by_key(|product| product.product_no);
        found.dedup_by_key(|product| product.product_no);
        Ok(found)
    }

    /// Where the assets of each configuration stand, as far as the reach goes.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn configuration_places(
        &mut self,
        as_of: Moment,
        reach: &Reach,
    ) -> Result<Vec<ConfigurationPlace>, StoreError> {
        let (condition, sites) = reach_condition(reach, "a.site_id", 2);
        let mut values = vec![Value::from(instant(as_of))];
        values.extend(sites);
        self.query(&PLACES.replace("{reach}", &condition), &values, |row| {
            Ok(ConfigurationPlace {
                configuration_no: row.get(0)?,
                site: row.get(1)?,
                kind: row.get(2)?,
                assets: row.get(3)?,
                tag: row.get(4)?,
            })
        })
    }

    /// The configurations that hold one of these components, sorted.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn configurations_with(&mut self, components: &[i64]) -> Result<Vec<i64>, StoreError> {
        let mut found = self.query_in(WITH_COMPONENTS, &[], distinct(components), |row| row.get(0))?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Visits the ways in which current documents write their products: advisory, vendor, product, version text.
    ///
    /// # Errors
    /// When the database fails or holds damaged data, and what `visit` gives.
    pub fn each_written_name(
        &mut self,
        mut visit: impl FnMut(AdvisoryId, &str, &str, &str) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(NAMES, params![], |row| {
            let (vendor, product, name): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
            let product = if product.is_empty() { name } else { product };
            visit(row.get(0)?, &vendor, &product, &row.get::<String>(4)?)
        })
    }
}
