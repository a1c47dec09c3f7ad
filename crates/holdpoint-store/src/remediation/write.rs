//! Setting statuses, carrying them over to a vulnerability's new name, and what a run needs to compare revisions.
//!
//! The surprise: a status of a product that does not match any more is kept, so that it is there again when the match
//! comes back.

use super::Triple;
use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::matches::is_listed;
use crate::reader::Reader;
use crate::validity::begin_after;
use crate::value::{Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::{AdvisoryId, RevisionId};
use holdpoint_domain::matching::Verdict;
use holdpoint_domain::remediation::{RemediationHash, RemediationState, StatusCause};
use std::collections::{BTreeMap, BTreeSet};

crate::statements! {
    OPEN = "INSERT INTO remediation_status (advisory_no, vulnerability_no, asset_no, valid_from, valid_to, state, cause,
            by_name, reason, revision_no, remediation_hash)
        VALUES ($1, $2, $3, $4, 9223372036854775807, $5, $6, $7, $8, $9, $10)";
    CLOSE = "UPDATE remediation_status SET valid_to = $4 WHERE advisory_no = $1 AND vulnerability_no = $2
        AND asset_no = $3 AND valid_to = 9223372036854775807";
    OF_ADVISORY = "SELECT advisory_no, vulnerability_no, asset_no, valid_from, state, by_name, reason, remediation_hash
        FROM remediation_status WHERE advisory_no = $1 AND valid_to = 9223372036854775807
        ORDER BY vulnerability_no, asset_no";
    RENAME = "INSERT INTO vulnerability_rename (advisory_no, old_no, new_no, revision_no) VALUES ($1, $2, $3, $4)
        ON CONFLICT (advisory_no, old_no, revision_no) DO UPDATE SET new_no = excluded.new_no";
    RENAMED = "SELECT new_no FROM vulnerability_rename WHERE advisory_no = $1 AND old_no = $2
        ORDER BY revision_no DESC LIMIT 1";
    ADVISORY_OF_MATCH = "SELECT advisory_no FROM product_match WHERE match_no = $1 LIMIT 1";
    NUMBERS = "SELECT d.number, r.number, r.id, r.tracking_version FROM advisory d JOIN advisory_revision r
        ON r.advisory_no = d.number AND r.valid_to = 9223372036854775807 WHERE d.id = $1";
    VULNERABILITY_NUMBERS = "SELECT DISTINCT v.reference, v.number FROM revision_vulnerability rv
        JOIN vulnerability v ON v.number = rv.vulnerability_no WHERE rv.revision_no = $1 ORDER BY v.number";
    // What a line of the configuration says: as for an asset without facts of its own.
    MATCHED = concat!("SELECT m.advisory_no, m.revision_no, r.id, m.configuration_no, s.vulnerability_no, v.reference,
            m.product_id, CASE WHEN m.verdict <> 'no' AND ", is_listed!(), " THEN 1 ELSE 0 END,
            CASE WHEN mw.verdict IS NOT NULL THEN mw.verdict WHEN m.verdict = 'yes' AND s.turn = 'doubt' THEN 'unknown'
                WHEN m.verdict = 'yes' AND s.turn IN ('clear', 'cure') THEN 'no' ELSE m.verdict END,
            CASE WHEN EXISTS (SELECT 1 FROM match_overlay mo WHERE mo.match_no = m.match_no
                AND mo.valid_to = 9223372036854775807 AND mo.verdict <> 'no') THEN 1 ELSE 0 END,
            COALESCE(mw.why, m.why), s.turn
        FROM product_match m JOIN statement s ON s.product_no = m.product_no AND s.listed >= 1
        JOIN advisory_revision r ON r.number = m.revision_no
        JOIN vulnerability v ON v.number = s.vulnerability_no
        LEFT JOIN match_weighed mw ON mw.match_no = m.match_no AND mw.vulnerability_no = s.vulnerability_no
            AND mw.asset_no = 0 AND mw.valid_to = 9223372036854775807
        WHERE m.advisory_no = $1 AND m.valid_to = 9223372036854775807
        ORDER BY m.configuration_no, s.vulnerability_no, m.product_id");
    ASSETS_OF = "SELECT a.configuration_no, a.number FROM asset_version a
        JOIN (SELECT DISTINCT m.configuration_no FROM product_match m
            WHERE m.advisory_no = $1 AND m.valid_to = 9223372036854775807) w ON w.configuration_no = a.configuration_no
        WHERE a.valid_to = 9223372036854775807 ORDER BY a.number";
}

/// A status that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStatus {
    /// What it is of.
    pub triple: Triple,
    /// Where the work stands.
    pub state: RemediationState,
    /// Why it is set.
    pub cause: StatusCause,
    /// By whom, by name.
    pub by: String,
    /// Why, in their words.
    pub reason: String,
    /// The number of the revision that is current.
    pub revision_no: i64,
    /// What the document offers now.
    pub hash: RemediationHash,
}

/// A status that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenStatus {
    /// What it is of.
    pub triple: Triple,
    /// Since when.
    pub since: Moment,
    /// Where the work stands.
    pub state: RemediationState,
    /// Who said so.
    pub by: String,
    /// Why, in their words.
    pub reason: String,
    /// What the document offered then.
    pub hash: RemediationHash,
}

/// A product of a document that a configuration matches, for one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedStatement {
    /// The advisory's number.
    pub advisory_no: i64,
    /// The number of the revision that the match rests on.
    pub revision_no: i64,
    /// That revision.
    pub revision: RevisionId,
    /// The configuration.
    pub configuration_no: i64,
    /// The vulnerability's number.
    pub vulnerability_no: i64,
    /// Its reference.
    pub vulnerability: String,
    /// The document's id of the product.
    pub product_id: String,
    /// Whether it is a yes or unknown that gives work: what is offered for it counts.
    pub is_offered: bool,
    /// Whether that is still so when the document's other statements have had their say, for an asset at least.
    pub is_open: bool,
    /// Why it is a "no" for the configuration, when it is one.
    pub cleared: Option<String>,
}

/// A vulnerability that a newer revision calls otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rename {
    /// The advisory's number.
    pub advisory_no: i64,
    /// The vulnerability's number until now.
    pub old_no: i64,
    /// Its number from now on.
    pub new_no: i64,
    /// The revision's number.
    pub revision_no: i64,
}

/// How many names of one vulnerability are followed.
const MOST_RENAMES: usize = 64;

impl Reader<'_> {
    /// The statuses of a document that hold, whatever the assets match now.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn open_statuses(&mut self, advisory_no: i64) -> Result<Vec<OpenStatus>, StoreError> {
        self.query(OF_ADVISORY, params![advisory_no], |row| {
            Ok(OpenStatus {
                triple: Triple {
                    advisory_no: row.get(0)?,
                    vulnerability_no: row.get(1)?,
                    asset_no: row.get(2)?,
                },
                since: row.get(3)?,
                state: row.word(4)?,
                by: row.get(5)?,
                reason: row.get(6)?,
                hash: RemediationHash(row.get(7)?),
            })
        })
    }

    /// What matches a document now, by configuration, vulnerability and product.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn matched_statements(&mut self, advisory_no: i64) -> Result<Vec<MatchedStatement>, StoreError> {
        self.query(MATCHED, params![advisory_no], |row| {
            let (is_offered, verdict) = (row.get::<i64>(7)? == 1, row.word::<Verdict>(8)?);
            let (is_no, why): (bool, String) = (verdict == Verdict::No, row.get(10)?);
            let turn: String = row.get(11)?;
            let why = match turn.as_str() {
                "clear" => format!("{why}, which the document calls not affected, or fixed"),
                _ => why,
            };
            Ok(MatchedStatement {
                is_offered,
                is_open: is_offered && (!is_no || row.get::<i64>(9)? == 1),
                cleared: is_no.then_some(why),
                advisory_no: row.get(0)?,
                revision_no: row.get(1)?,
                revision: row.get(2)?,
                configuration_no: row.get(3)?,
                vulnerability_no: row.get(4)?,
                vulnerability: row.get(5)?,
                product_id: row.get(6)?,
            })
        })
    }

    /// The assets by the configuration with which they match a document now.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn assets_by_configuration(
        &mut self,
        advisory_no: i64,
    ) -> Result<BTreeMap<i64, Vec<i64>>, StoreError> {
        let mut found: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        self.each(ASSETS_OF, params![advisory_no], |row| {
            found.entry(row.get(0)?).or_default().push(row.get(1)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// An advisory's number, its current revision's number and id, and the publisher's version.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn advisory_numbers(
        &mut self,
        advisory: AdvisoryId,
    ) -> Result<Option<(i64, i64, RevisionId, String)>, StoreError> {
        self.query_opt(NUMBERS, params![advisory], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
    }

    /// The references of a revision's vulnerabilities with their numbers.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn numbers_in_revision(&mut self, revision_no: i64) -> Result<BTreeMap<String, i64>, StoreError> {
        let found =
            self.query(VULNERABILITY_NUMBERS, params![revision_no], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.into_iter().collect())
    }

    /// The number under which the match's document knows a vulnerability now, following every change of its name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn renamed_in_match(
        &mut self,
        match_no: i64,
        vulnerability_no: i64,
    ) -> Result<Option<i64>, StoreError> {
        let advisory: Option<i64> = self.query_opt(ADVISORY_OF_MATCH, params![match_no], |row| row.get(0))?;
        let Some(advisory_no) = advisory else { return Ok(None) };
        let mut met = BTreeSet::from([vulnerability_no]);
        let mut last = None;
        let mut number = vulnerability_no;
        while met.len() <= MOST_RENAMES {
            let next: Option<i64> =
                self.query_opt(RENAMED, params![advisory_no, number], |row| row.get(0))?;
            match next {
                Some(next) if met.insert(next) => {
                    last = Some(next);
                    number = next;
                }
                Some(_) | None => break,
            }
        }
        Ok(last)
    }
}

impl Change<'_> {
    /// Sets statuses; each ends the one before it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_statuses(&mut self, new: &[NewStatus]) -> Result<(), StoreError> {
        let at = self.at();
        for one in new {
            self.stale.asset(one.triple.asset_no);
        }
        let mut began: BTreeMap<Triple, Moment> = BTreeMap::new();
        let advisories: BTreeSet<i64> = new.iter().map(|one| one.triple.advisory_no).collect();
        for advisory_no in advisories {
            began.extend(self.open_statuses(advisory_no)?.into_iter().map(|open| (open.triple, open.since)));
        }
        let rows: BTreeMap<Triple, (Moment, &NewStatus)> = new
            .iter()
            .map(|one| (one.triple, (begin_after(at, began.get(&one.triple).copied()), one)))
            .collect();
        let closed =
            rows.iter().filter(|(triple, _)| began.contains_key(triple)).map(|(triple, (from, _))| {
                vec![
                    Value::from(triple.advisory_no),
                    Value::from(triple.vulnerability_no),
                    Value::from(triple.asset_no),
                    Value::from(*from),
                ]
            });
        self.exec_many(CLOSE, closed)?;
        let opened = rows.values().map(|(from, one)| {
            vec![
                Value::from(one.triple.advisory_no),
                Value::from(one.triple.vulnerability_no),
                Value::from(one.triple.asset_no),
                Value::from(*from),
                Value::from(one.state.word()),
                Value::from(one.cause.word()),
                Value::Text(storable(&one.by)),
                Value::Text(storable(&one.reason)),
                Value::from(one.revision_no),
                Value::from(one.hash.0),
            ]
        });
        self.insert_many(OPEN, opened)
    }

    /// Remembers that newer revisions call vulnerabilities otherwise.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_renames(&mut self, renames: &[Rename]) -> Result<(), StoreError> {
        let rows = renames.iter().map(|one| {
            vec![
                Value::from(one.advisory_no),
                Value::from(one.old_no),
                Value::from(one.new_no),
                Value::from(one.revision_no),
            ]
        });
        self.exec_many(RENAME, rows).map(drop)
    }
}
