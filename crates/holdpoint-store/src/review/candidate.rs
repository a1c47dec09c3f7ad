//! What the review queue is made from besides components and products: names as written, and where assets stand.

use crate::component::distinct;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::params;
use holdpoint_domain::Moment;
use holdpoint_domain::id::{AdvisoryId, SiteId};

crate::statements! {
    NAMES = "SELECT d.id, e.vendor, e.product, p.name, e.version_text
        FROM advisory_revision r JOIN advisory_product p ON p.revision_no = r.number
        JOIN expression e ON e.number = p.expression_no JOIN advisory d ON d.number = p.advisory_no
        WHERE r.valid_to = 9223372036854775807
        GROUP BY d.id, e.vendor, e.product, p.name, e.version_text";
    PLACES = "SELECT a.configuration_no, a.site_id, COALESCE(s.name, ''), a.kind, COUNT(*), MIN(a.tag)
        FROM asset_version a LEFT JOIN site s ON s.id = a.site_id
        WHERE a.valid_from <= $1 AND a.valid_to > $1 AND a.configuration_no IS NOT NULL
        GROUP BY a.configuration_no, a.site_id, COALESCE(s.name, ''), a.kind
        ORDER BY a.configuration_no, COALESCE(s.name, ''), a.kind";
    STATE = "SELECT (SELECT COALESCE(MAX(number), 0) FROM advisory_revision),
        (SELECT COALESCE(MAX(version_no), 0) FROM asset_version), (SELECT COALESCE(MAX(number), 0) FROM component)";
}

const TRACKING_IDS: &str = "SELECT p.product_no, d.tracking_id FROM advisory_product p
    JOIN advisory d ON d.number = p.advisory_no WHERE p.product_no IN ({list})";
const WITH_COMPONENTS: &str = "SELECT DISTINCT cc.configuration_no FROM configuration_component cc
    WHERE cc.component_no IN ({list})";

/// Where assets of a configuration stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationPlace {
    /// The configuration.
    pub configuration_no: i64,
    /// The site; `None`: none.
    pub site_id: Option<SiteId>,
    /// Its name; empty: none.
    pub site: String,
    /// Kind of asset as its word; empty: nobody has said.
    pub kind: String,
    /// How many assets.
    pub assets: u64,
    /// The first of their tags.
    pub tag: String,
}

/// Tells whether documents or inventory changed: the last revision, version of an asset and component.
pub type QueueState = [i64; 3];

impl Reader<'_> {
    /// What the queue was made from, to be compared.
    ///
    /// # Errors
    /// When the database fails.
    pub fn queue_state(&mut self) -> Result<QueueState, StoreError> {
        self.query_one(STATE, params![], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))
    }

    /// The publisher's ids of the documents of these products, by product.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn tracking_ids(&mut self, products: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
        let mut found = self
            .query_in(TRACKING_IDS, &[], distinct(products), |row| Ok((row.get::<i64>(0)?, row.get(1)?)))?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Where the assets of each configuration stand.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn configuration_places(&mut self) -> Result<Vec<ConfigurationPlace>, StoreError> {
        self.query(PLACES, params![instant(Moment::OPEN)], |row| {
            Ok(ConfigurationPlace {
                configuration_no: row.get(0)?,
                site_id: row.get(1)?,
                site: row.get(2)?,
                kind: row.get(3)?,
                assets: row.get(4)?,
                tag: row.get(5)?,
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
