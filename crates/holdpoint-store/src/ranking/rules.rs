//! The rules of ranking, each version with its author, reason and period. The text of the rules is the app's.

use crate::change::Change;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::SiteId;

crate::statements! {
    OPEN_RULES = "SELECT version, site_id, valid_from, valid_to, by_name, reason, tables, rules FROM ranking_policy
        WHERE valid_to = 9223372036854775807 ORDER BY version";
    ALL_RULES = "SELECT version, site_id, valid_from, valid_to, by_name, reason, tables, rules FROM ranking_policy
        ORDER BY version";
    LAST_VERSION = "SELECT COALESCE(MAX(version), 0) FROM ranking_policy";
    END_GENERAL = "UPDATE ranking_policy SET valid_to = $1
        WHERE site_id IS NULL AND valid_to = 9223372036854775807";
    END_OF_SITE = "UPDATE ranking_policy SET valid_to = $1
        WHERE site_id = $2 AND valid_to = 9223372036854775807";
    PUT_RULES = "INSERT INTO ranking_policy (version, site_id, valid_from, valid_to, by_name, reason, tables, rules)
        VALUES ($1, $2, $3, 9223372036854775807, $4, $5, $6, $7)";
}

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRules {
    /// Its number, from 1 over all sites.
    pub version: u64,
    /// The site; `None`: all that have none of their own.
    pub site: Option<SiteId>,
    /// From when it held.
    pub valid_from: Moment,
    /// Until when; [`Moment::OPEN`]: it holds.
    pub valid_to: Moment,
    /// Who wrote it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The tables that it reads, by id, separated by blanks.
    pub tables: String,
    /// The rules, JSON.
    pub rules: String,
}

impl Reader<'_> {
    /// The versions that hold.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn ranking_rules(&mut self) -> Result<Vec<StoredRules>, StoreError> {
        self.query(OPEN_RULES, params![], stored)
    }

    /// All versions, oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn ranking_rules_history(&mut self) -> Result<Vec<StoredRules>, StoreError> {
        self.query(ALL_RULES, params![], stored)
    }
}

impl Change<'_> {
    /// Writes the next version of a site's rules, or of the general ones; the one before ends. Everything is stale then.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_ranking_rules(
        &mut self,
        site: Option<SiteId>,
        by: &str,
        reason: &str,
        text: (&str, &str),
    ) -> Result<u64, StoreError> {
        let at = self.at();
        let version = self.query_one(LAST_VERSION, params![], |row| row.get::<u64>(0))? + 1;
        match site {
            Some(site) => self.exec(END_OF_SITE, params![at, site])?,
            None => self.exec(END_GENERAL, params![at])?,
        };
        self.exec(PUT_RULES, params![version, site, at, by, reason, text.0, text.1])?;
        self.stale.all();
        Ok(version)
    }
}

fn stored(row: &Row<'_>) -> Result<StoredRules, StoreError> {
    Ok(StoredRules {
        version: row.get(0)?,
        site: row.get(1)?,
        valid_from: row.get(2)?,
        valid_to: row.get(3)?,
        by: row.get(4)?,
        reason: row.get(5)?,
        tables: row.get(6)?,
        rules: row.get(7)?,
    })
}
