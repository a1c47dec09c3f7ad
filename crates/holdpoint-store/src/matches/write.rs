//! Opening and closing matches, one or many at once.
//!
//! A match keeps its number over all its periods. The surprise: opening one that is open already closes the old
//! period first, so that two periods of one match never overlap.

use super::NewMatch;
use crate::change::Change;
use crate::columns::storable;
use crate::component::distinct;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::stance::{Stance, weight_of};
use crate::value::{Value, params};
use holdpoint_domain::Moment;
use std::collections::{BTreeMap, HashMap, HashSet};

crate::statements! {
    LAST = "SELECT COALESCE(MAX(match_no), 0) FROM product_match";
    // A period lasts a microsecond at least, whatever the clock does.
    CLOSE = "UPDATE product_match
        SET valid_to = CASE WHEN valid_from >= $2 THEN valid_from + 1 ELSE CAST($2 AS BIGINT) END
        WHERE match_no = $1 AND valid_to = 9223372036854775807";
    OPEN = "INSERT INTO product_match (match_no, valid_from, valid_to, configuration_no, advisory_no, revision_no,
            product_no, product_id, component_no, weight, verdict, confidence, rung, why, expression)
        VALUES ($1, $2, 9223372036854775807, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
}

const PRODUCTS: &str = "SELECT product_no, advisory_no, revision_no, product_id, stance FROM advisory_product
    WHERE product_no IN ({list})";
const PERIODS_OF_ADVISORIES: &str = "SELECT configuration_no, advisory_no, product_id, match_no,
    valid_from, valid_to FROM product_match WHERE advisory_no IN ({list})";
const PERIODS_OF_CONFIGURATIONS: &str = "SELECT configuration_no, advisory_no, product_id, match_no,
    valid_from, valid_to FROM product_match WHERE configuration_no IN ({list})";

const TOUCHED: &str = "SELECT DISTINCT advisory_no, configuration_no FROM product_match
    WHERE match_no IN ({list}) AND valid_to = 9223372036854775807";

pub(super) struct Product {
    pub(super) advisory_no: i64,
    revision_no: i64,
    product_id: String,
    pub(super) stance: Stance,
}

/// The newest period of a match.
#[derive(Clone, Copy)]
struct Period {
    match_no: i64,
    from: Moment,
    to: Moment,
}

/// Configuration, advisory, product id.
type Identity = (i64, i64, String);

impl Change<'_> {
    /// Opens a match and gives its number; see [`Change::open_matches`].
    ///
    /// # Errors
    /// As [`Change::open_matches`].
    pub fn open_match(&mut self, new: &NewMatch, at: Moment) -> Result<i64, StoreError> {
        let numbers = self.open_matches(std::slice::from_ref(new), at)?;
        numbers.first().copied().ok_or_else(|| StoreError::damaged("a match was opened without a number"))
    }

    /// Opens matches and gives their numbers, in the same order. A match of the same configuration, advisory and
    /// product id that is open is closed first, and so is the one that it continues; one that was closed gets its old
    /// number back. When a document gives
    /// one product id to several products, the match that weighs more for the asset is kept.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a product is unknown; else when the database fails.
    pub fn open_matches(&mut self, new: &[NewMatch], at: Moment) -> Result<Vec<i64>, StoreError> {
        let products = products_of(self, &new.iter().map(|one| one.product_no).collect::<Vec<_>>())?;
        let mut periods = self.newest_periods(new, &products)?;
        let open_periods: HashMap<i64, Period> = periods
            .values()
            .filter(|period| period.to == Moment::OPEN)
            .map(|period| (period.match_no, *period))
            .collect();
        let continued: HashSet<i64> = new.iter().filter_map(|one| one.continues).collect();
        let mut last: i64 = self.query_one(LAST, params![], |row| row.get(0))?;
        let (mut closed, mut numbers) = (Vec::new(), Vec::new());
        let mut opened: BTreeMap<i64, Opened<'_>> = BTreeMap::new();
        for one in new {
            let Some(product) = products.get(&one.product_no) else {
                return Err(StoreError::Conflict { rule: format!("product {} is unknown", one.product_no) });
            };
            let identity = (one.configuration_no, product.advisory_no, product.product_id.clone());
            let going_on = one.continues.and_then(|number| open_periods.get(&number).copied());
            // The number of a match that goes on under another id is not given away with its old id.
            let is_free = |period: &Period| {
                !continued.contains(&period.match_no)
                    && (period.to == Moment::OPEN || !open_periods.contains_key(&period.match_no))
            };
            let known = going_on.or_else(|| periods.get(&identity).copied().filter(is_free));
            if let Some(before) = known.and_then(|period| opened.get_mut(&period.match_no)) {
                numbers.push(before.match_no);
                before.keep_the_weightier(one, product);
                continue;
            }
            let (match_no, from) = match known {
                Some(period) if period.to == Moment::OPEN => {
                    closed.push(period.match_no);
                    (period.match_no, at.max(period.from.plus_micros(1)))
                }
                Some(period) => (period.match_no, at.max(period.to)),
                None => {
                    last += 1;
                    (last, at)
                }
            };
            periods.insert(identity, Period { match_no, from, to: Moment::OPEN });
            opened.insert(match_no, Opened { match_no, from, one, product });
            numbers.push(match_no);
        }
        self.close_rows(&closed, at)?;
        let advisories = products.values().map(|product| product.advisory_no).collect();
        self.stale.matches(advisories, new.iter().map(|one| one.configuration_no).collect());
        self.insert_many(OPEN, opened.values().map(Opened::row))?;
        Ok(numbers)
    }

    /// Ends a match; says whether it was open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn close_match(&mut self, match_no: i64, at: Moment) -> Result<bool, StoreError> {
        Ok(self.close_matches(&[match_no], at)? == 1)
    }

    /// Ends matches; says how many of them were open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn close_matches(&mut self, numbers: &[i64], at: Moment) -> Result<u64, StoreError> {
        let touched: Vec<(i64, i64)> =
            self.query_in(TOUCHED, &[], distinct(numbers), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (advisories, configurations) = touched.into_iter().unzip();
        self.stale.matches(advisories, configurations);
        self.close_rows(numbers, at)
    }

    fn close_rows(&mut self, numbers: &[i64], at: Moment) -> Result<u64, StoreError> {
        self.exec_many(CLOSE, numbers.iter().map(|number| vec![Value::from(*number), Value::from(at)]))
    }

    /// The newest period of each match that could be one of these, found from the side that has fewer.
    fn newest_periods(
        &mut self,
        new: &[NewMatch],
        products: &HashMap<i64, Product>,
    ) -> Result<HashMap<Identity, Period>, StoreError> {
        let configurations = distinct(&new.iter().map(|one| one.configuration_no).collect::<Vec<_>>());
        let advisories = distinct(&products.values().map(|product| product.advisory_no).collect::<Vec<_>>());
        let (sql, list) = if advisories.len() <= configurations.len() {
            (PERIODS_OF_ADVISORIES, advisories)
        } else {
            (PERIODS_OF_CONFIGURATIONS, configurations)
        };
        let found = self.query_in(sql, &[], list, |row| {
            let period = Period { match_no: row.get(3)?, from: row.get(4)?, to: row.get(5)? };
            Ok(((row.get(0)?, row.get(1)?, row.get(2)?), period))
        })?;
        let mut newest: HashMap<Identity, Period> = HashMap::with_capacity(found.len());
        for (identity, period) in found {
            let known = newest.entry(identity).or_insert(period);
            if period.from > known.from {
                *known = period;
            }
        }
        Ok(newest)
    }
}

/// These products, by number.
pub(super) fn products_of(r: &mut Reader<'_>, numbers: &[i64]) -> Result<HashMap<i64, Product>, StoreError> {
    let found = r.query_in(PRODUCTS, &[], distinct(numbers), |row| {
        let product = Product {
            advisory_no: row.get(1)?,
            revision_no: row.get(2)?,
            product_id: row.get(3)?,
            stance: row.word(4)?,
        };
        Ok((row.get(0)?, product))
    })?;
    Ok(found.into_iter().collect())
}

/// A match that is about to be opened.
struct Opened<'a> {
    match_no: i64,
    from: Moment,
    one: &'a NewMatch,
    product: &'a Product,
}

impl<'a> Opened<'a> {
    fn weight(&self) -> i64 {
        self.one.counts_as.map_or_else(|| self.product.stance.weight(self.one.verdict), weight_of)
    }

    fn keep_the_weightier(&mut self, one: &'a NewMatch, product: &'a Product) {
        let other = Opened { one, product, ..*self };
        if other.weight() > self.weight() {
            *self = other;
        }
    }

    fn row(&self) -> Vec<Value<'a>> {
        let (one, product) = (self.one, self.product);
        vec![
            Value::from(self.match_no),
            Value::from(self.from),
            Value::from(one.configuration_no),
            Value::from(product.advisory_no),
            Value::from(product.revision_no),
            Value::from(one.product_no),
            Value::from(&product.product_id),
            Value::from(one.component_no),
            Value::from(self.weight()),
            Value::from(one.verdict.word()),
            Value::from(one.confidence.word()),
            Value::from(one.rung.word()),
            Value::Text(storable(&one.why)),
            Value::Text(storable(&one.expression)),
        ]
    }
}
