//! Which assets have certain configurations now, page by page: for answers that were worked out by configuration.

use crate::component::distinct;
use crate::error::StoreError;
use crate::page::reach_condition;
use crate::reader::Reader;
use crate::value::Value;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::AssetId;

const COUNT: &str = "SELECT a.configuration_no, COUNT(*) FROM asset_version a
    WHERE a.valid_to = 9223372036854775807 AND {reach} AND a.configuration_no IN ({list})
    GROUP BY a.configuration_no";
const PAGE: &str = "SELECT a.configuration_no, i.id, a.tag, a.name
    FROM asset_version a JOIN asset i ON i.number = a.number
    WHERE a.valid_to = 9223372036854775807 AND a.tag > $1 AND {reach} AND a.configuration_no IN ({list})
    ORDER BY a.tag LIMIT {limit}";

/// An asset with the configuration that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfiguredAsset {
    /// Its configuration.
    pub configuration_no: i64,
    /// Its id.
    pub id: AssetId,
    /// Its tag.
    pub tag: String,
    /// Its name; empty: nobody has said.
    pub name: String,
}

impl Reader<'_> {
    /// How many assets within reach have each of these configurations now; those of none are left out.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn count_configured(
        &mut self,
        configurations: &[i64],
        reach: &Reach,
    ) -> Result<Vec<(i64, u64)>, StoreError> {
        let (within, fixed) = reach_condition(reach, "a.site_id", 1);
        let sql = COUNT.replace("{reach}", &within);
        self.query_in(&sql, &fixed, distinct(configurations), |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The assets within reach that have one of these configurations now and a tag after `after`, by tag, at most
    /// `limit` of them.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn configured_assets(
        &mut self,
        configurations: &[i64],
        reach: &Reach,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ConfiguredAsset>, StoreError> {
        let (within, sites) = reach_condition(reach, "a.site_id", 2);
        let sql = PAGE.replace("{reach}", &within).replace("{limit}", &limit.to_string());
        let mut fixed = vec![Value::from(after.to_owned())];
        fixed.extend(sites);
        // A long list of configurations is asked in pieces, each with its own first page.
        let mut found = self.query_in(&sql, &fixed, distinct(configurations), |row| {
            Ok(ConfiguredAsset {
                configuration_no: row.get(0)?,
                id: row.get(1)?,
                tag: row.get(2)?,
                name: row.get(3)?,
            })
        })?;
        found.sort_by(|a, b| a.tag.cmp(&b.tag));
        found.truncate(limit as usize);
        Ok(found)
    }
}
