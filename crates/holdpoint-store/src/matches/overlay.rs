//! What differs from the answer of a match: for one asset by its own facts, for one vulnerability by a more exact
//! statement. Kept over time like matches, and brought up to date by comparison.
//!
//! The surprise: whoever brings them up to date names a scope, and what is not wanted inside of it ends.

use super::write::products_of;
use crate::change::Change;
use crate::columns::storable;
use crate::component::distinct;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::stance::weight_of;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::advisory::ProductStatus;
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::matching::{Confidence, Rung, Verdict};
use std::collections::{BTreeMap, HashSet};

macro_rules! overlay_columns {
    () => {
        "SELECT o.match_no, o.asset_no, o.configuration_no, o.advisory_no, o.weight, o.verdict, o.confidence, o.rung,
            o.why FROM match_overlay o WHERE o.valid_to = 9223372036854775807"
    };
}
macro_rules! weighed_columns {
    () => {
        "SELECT o.match_no, o.vulnerability_no, o.asset_no, o.configuration_no, o.advisory_no, o.verdict, o.why
            FROM match_weighed o WHERE o.valid_to = 9223372036854775807"
    };
}

crate::statements! {
    OVERLAYS = overlay_columns!();
    WEIGHED = weighed_columns!();
    CLOSE_OVERLAY = "UPDATE match_overlay
        SET valid_to = CASE WHEN valid_from >= $3 THEN valid_from + 1 ELSE CAST($3 AS BIGINT) END
        WHERE match_no = $1 AND asset_no = $2 AND valid_to = 9223372036854775807";
    CLOSE_WEIGHED = "UPDATE match_weighed
        SET valid_to = CASE WHEN valid_from >= $4 THEN valid_from + 1 ELSE CAST($4 AS BIGINT) END
        WHERE match_no = $1 AND vulnerability_no = $2 AND asset_no = $3 AND valid_to = 9223372036854775807";
    // A period begins when the one before it is over, whatever the clock does.
    OPEN_OVERLAY = "INSERT INTO match_overlay (match_no, asset_no, valid_from, valid_to, configuration_no, advisory_no,
            weight, verdict, confidence, rung, why)
        SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT),
            COALESCE(MAX(CASE WHEN x.valid_to > $3 THEN x.valid_to END), CAST($3 AS BIGINT)), 9223372036854775807,
            CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS TEXT), CAST($8 AS TEXT),
            CAST($9 AS TEXT), CAST($10 AS TEXT)
        FROM match_overlay x WHERE x.match_no = $1 AND x.asset_no = $2";
    OPEN_WEIGHED = "INSERT INTO match_weighed (match_no, vulnerability_no, asset_no, valid_from, valid_to,
            configuration_no, advisory_no, verdict, why)
        SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT),
            COALESCE(MAX(CASE WHEN x.valid_to > $4 THEN x.valid_to END), CAST($4 AS BIGINT)), 9223372036854775807,
            CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS TEXT), CAST($8 AS TEXT)
        FROM match_weighed x WHERE x.match_no = $1 AND x.vulnerability_no = $2 AND x.asset_no = $3";
}

const OVERLAYS_OF_ADVISORIES: &str = concat!(
    overlay_columns!(),
    " AND o.advisory_no IN (SELECT d.number FROM advisory d WHERE d.id IN ({list}))"
);
const OVERLAYS_OF_CONFIGURATIONS: &str = concat!(overlay_columns!(), " AND o.configuration_no IN ({list})");
const WEIGHED_OF_ADVISORIES: &str = concat!(
    weighed_columns!(),
    " AND o.advisory_no IN (SELECT d.number FROM advisory d WHERE d.id IN ({list}))"
);
const WEIGHED_OF_CONFIGURATIONS: &str = concat!(weighed_columns!(), " AND o.configuration_no IN ({list})");
const CLEARED: &str = "SELECT DISTINCT s.product_no FROM statement s WHERE s.turn IN ('clear', 'cure') AND s.product_no IN ({list})";
const SAID: &str = "SELECT s.product_no, s.vulnerability_no, s.status FROM statement s
    WHERE s.listed >= 1 AND s.status <> '' AND s.product_no IN ({list}) ORDER BY s.product_no, s.ordinal";
const OWN_FACTS: &str = "SELECT a.number, a.configuration_no, a.serial_number, a.hardware_revision
    FROM asset_version a WHERE a.valid_to = 9223372036854775807
        AND (a.serial_number <> '' OR a.hardware_revision <> '') AND a.configuration_no IN ({list})";

/// Which overlays are brought up to date.
#[derive(Debug, Clone, Copy)]
pub enum OverlayScope<'a> {
    /// All of them.
    Everything,
    /// Those of these advisories.
    Advisories(&'a [AdvisoryId]),
    /// Those of these configurations.
    Configurations(&'a [i64]),
}

/// What a match says for one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOverlay {
    /// The match.
    pub match_no: i64,
    /// The asset's number.
    pub asset_no: i64,
    /// The asset's configuration.
    pub configuration_no: i64,
    /// The product of the match.
    pub product_no: i64,
    /// The answer for this asset.
    pub verdict: Verdict,
    /// How sure.
    pub confidence: Confidence,
    /// What recognised the product.
    pub rung: Rung,
    /// One sentence, without a full stop.
    pub why: String,
    /// What it counts for the advisory as a whole, where more exact statements change that.
    pub counts_as: Option<Verdict>,
}

/// What a match says of one vulnerability instead of what its product's own statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWeighed {
    /// The match.
    pub match_no: i64,
    /// The vulnerability's number.
    pub vulnerability_no: i64,
    /// The asset's number; 0: every asset of the configuration that has no overlay of the match.
    pub asset_no: i64,
    /// The configuration.
    pub configuration_no: i64,
    /// The product of the match.
    pub product_no: i64,
    /// The answer.
    pub verdict: Verdict,
    /// One sentence, without a full stop.
    pub why: String,
}

/// What a document says of a product and a vulnerability, where one statement of several leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaidOfProduct {
    /// The product.
    pub product_no: i64,
    /// The vulnerability's number.
    pub vulnerability_no: i64,
    /// What it says.
    pub status: ProductStatus,
}

/// What an asset alone has, with its configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFacts {
    /// The asset's number.
    pub asset_no: i64,
    /// Its configuration.
    pub configuration_no: i64,
    /// Its serial number; empty: nobody has said.
    pub serial_number: String,
    /// Its hardware revision; empty: nobody has said.
    pub hardware_revision: String,
}

/// Configuration, advisory, weight, verdict, confidence, rung, sentence.
type Overlay = (i64, i64, i64, Verdict, Confidence, Rung, String);
/// Configuration, advisory, verdict, sentence.
type Weighed = (i64, i64, Verdict, String);

impl Reader<'_> {
    /// Those of these products that are stated to be fixed or not affected of something.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn cleared_products(&mut self, products: &[i64]) -> Result<HashSet<i64>, StoreError> {
        Ok(self.query_in(CLEARED, &[], distinct(products), |row| row.get(0))?.into_iter().collect())
    }

    /// The leading statements on these products.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn said_of_products(&mut self, products: &[i64]) -> Result<Vec<SaidOfProduct>, StoreError> {
        self.query_in(SAID, &[], distinct(products), |row| {
            Ok(SaidOfProduct { product_no: row.get(0)?, vulnerability_no: row.get(1)?, status: row.word(2)? })
        })
    }

    /// The assets of these configurations of which a serial number or a hardware revision is known, by number.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn own_facts(&mut self, configurations: &[i64]) -> Result<Vec<OwnFacts>, StoreError> {
        let mut found = self.query_in(OWN_FACTS, &[], distinct(configurations), |row| {
            Ok(OwnFacts {
                asset_no: row.get(0)?,
                configuration_no: row.get(1)?,
                serial_number: row.get(2)?,
                hardware_revision: row.get(3)?,
            })
        })?;
        found.sort_unstable_by_key(|facts| facts.asset_no);
        Ok(found)
    }

    fn open_overlays(&mut self, scope: OverlayScope<'_>) -> Result<BTreeMap<[i64; 2], Overlay>, StoreError> {
        let found = match scope {
            OverlayScope::Everything => self.query(OVERLAYS, params![], overlay)?,
            OverlayScope::Advisories(ids) => {
                let list = ids.iter().map(|id| Value::from(*id));
                self.query_in(OVERLAYS_OF_ADVISORIES, &[], list, overlay)?
            }
            OverlayScope::Configurations(numbers) => {
                self.query_in(OVERLAYS_OF_CONFIGURATIONS, &[], distinct(numbers), overlay)?
            }
        };
        Ok(found.into_iter().collect())
    }

    fn open_weighed(&mut self, scope: OverlayScope<'_>) -> Result<BTreeMap<[i64; 3], Weighed>, StoreError> {
        let found = match scope {
            OverlayScope::Everything => self.query(WEIGHED, params![], weighed)?,
            OverlayScope::Advisories(ids) => {
                let list = ids.iter().map(|id| Value::from(*id));
                self.query_in(WEIGHED_OF_ADVISORIES, &[], list, weighed)?
            }
            OverlayScope::Configurations(numbers) => {
                self.query_in(WEIGHED_OF_CONFIGURATIONS, &[], distinct(numbers), weighed)?
            }
        };
        Ok(found.into_iter().collect())
    }
}

impl Change<'_> {
    /// Makes the open overlays of a scope equal to these; says how many began, ended or changed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a product is unknown; else when the database fails.
    pub fn settle_overlays(
        &mut self,
        scope: OverlayScope<'_>,
        overlays: &[NewOverlay],
        lines: &[NewWeighed],
        at: Moment,
    ) -> Result<u64, StoreError> {
        let mut products: Vec<i64> = overlays.iter().map(|one| one.product_no).collect();
        products.extend(lines.iter().map(|one| one.product_no));
        let products = products_of(self, &products)?;
        let product = |number: i64| {
            products
                .get(&number)
                .ok_or_else(|| StoreError::Conflict { rule: format!("product {number} is unknown") })
        };
        let mut wanted: BTreeMap<[i64; 2], Overlay> = BTreeMap::new();
        for one in overlays {
            let of = product(one.product_no)?;
            let weight = one.counts_as.map_or_else(|| of.stance.weight(one.verdict), weight_of);
            let why = storable(&one.why).into_owned();
            let content =
                (one.configuration_no, of.advisory_no, weight, one.verdict, one.confidence, one.rung, why);
            // When a document gives one product id to several products, they are one match.
            let known = wanted.entry([one.match_no, one.asset_no]).or_insert_with(|| content.clone());
            if content.2 > known.2 {
                *known = content;
            }
        }
        let mut lines_wanted: BTreeMap<[i64; 3], Weighed> = BTreeMap::new();
        for one in lines {
            let of = product(one.product_no)?;
            let why = storable(&one.why).into_owned();
            let content = (one.configuration_no, of.advisory_no, one.verdict, why);
            lines_wanted.entry([one.match_no, one.vulnerability_no, one.asset_no]).or_insert(content);
        }
        let known = self.open_overlays(scope)?;
        let lines_known = self.open_weighed(scope)?;
        let of_overlays = differing(&known, &wanted).map(|one| (one.1, one.0));
        let of_lines = differing(&lines_known, &lines_wanted).map(|one| (one.1, one.0));
        let (advisories, configurations) = of_overlays.chain(of_lines).unzip();
        self.stale.matches(advisories, configurations);
        Ok(self.write_overlays(&known, &wanted, at)? + self.write_weighed(&lines_known, &lines_wanted, at)?)
    }

    fn write_overlays(
        &mut self,
        known: &BTreeMap<[i64; 2], Overlay>,
        wanted: &BTreeMap<[i64; 2], Overlay>,
        at: Moment,
    ) -> Result<u64, StoreError> {
        let ended = known.iter().filter(|(key, content)| wanted.get(*key) != Some(*content));
        let ended: Vec<Vec<Value<'_>>> =
            ended.map(|(key, _)| vec![Value::from(key[0]), Value::from(key[1]), Value::from(at)]).collect();
        let begun = wanted.iter().filter(|(key, content)| known.get(*key) != Some(*content));
        let begun: Vec<Vec<Value<'_>>> = begun
            .map(|(key, (configuration, advisory, weight, verdict, confidence, rung, why))| {
                vec![
                    Value::from(key[0]),
                    Value::from(key[1]),
                    Value::from(at),
                    Value::from(*configuration),
                    Value::from(*advisory),
                    Value::from(*weight),
                    Value::from(verdict.word()),
                    Value::from(confidence.word()),
                    Value::from(rung.word()),
                    Value::from(why.as_str()),
                ]
            })
            .collect();
        let changes = ended.len().max(begun.len()) as u64;
        self.exec_many(CLOSE_OVERLAY, ended)?;
        self.exec_many(OPEN_OVERLAY, begun)?;
        Ok(changes)
    }

    fn write_weighed(
        &mut self,
        known: &BTreeMap<[i64; 3], Weighed>,
        wanted: &BTreeMap<[i64; 3], Weighed>,
        at: Moment,
    ) -> Result<u64, StoreError> {
        let ended = known.iter().filter(|(key, content)| wanted.get(*key) != Some(*content));
        let ended: Vec<Vec<Value<'_>>> = ended
            .map(|(key, _)| key.iter().copied().map(Value::from).chain([Value::from(at)]).collect())
            .collect();
        let begun = wanted.iter().filter(|(key, content)| known.get(*key) != Some(*content));
        let begun: Vec<Vec<Value<'_>>> = begun
            .map(|(key, (configuration, advisory, verdict, why))| {
                let rest = [
                    Value::from(at),
                    Value::from(*configuration),
                    Value::from(*advisory),
                    Value::from(verdict.word()),
                    Value::from(why.as_str()),
                ];
                key.iter().copied().map(Value::from).chain(rest).collect()
            })
            .collect();
        let changes = ended.len().max(begun.len()) as u64;
        self.exec_many(CLOSE_WEIGHED, ended)?;
        self.exec_many(OPEN_WEIGHED, begun)?;
        Ok(changes)
    }
}

/// What stands on one side alone, or otherwise on the other.
fn differing<'m, K: Ord, V: PartialEq>(
    known: &'m BTreeMap<K, V>,
    wanted: &'m BTreeMap<K, V>,
) -> impl Iterator<Item = &'m V> {
    let ended = known.iter().filter(|(key, content)| wanted.get(*key) != Some(*content));
    let begun = wanted.iter().filter(|(key, content)| known.get(*key) != Some(*content));
    ended.chain(begun).map(|(_, content)| content)
}

fn overlay(row: &Row<'_>) -> Result<([i64; 2], Overlay), StoreError> {
    let content =
        (row.get(2)?, row.get(3)?, row.get(4)?, row.word(5)?, row.word(6)?, row.word(7)?, row.get(8)?);
    Ok(([row.get(0)?, row.get(1)?], content))
}

fn weighed(row: &Row<'_>) -> Result<([i64; 3], Weighed), StoreError> {
    let content = (row.get(3)?, row.get(4)?, row.word(5)?, row.get(6)?);
    Ok(([row.get(0)?, row.get(1)?, row.get(2)?], content))
}
