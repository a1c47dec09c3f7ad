//! Writing a revision: the document's rows in a fixed handful of bulk statements.
//!
//! Ids are derived from content and time, so that no randomness is needed. The surprise: statements on products
//! that the document does not define are left out of the rows, with a warning; the raw bytes still hold them.

use super::statement::{Saying, ordinals, sayings, stances};
use super::vulnerability::VulnerabilityDetail;
use super::{NewRevision, ProductReading, PutRevision, RevisionStanding, fixes};
use crate::advisory::product::ProductDetail;
use crate::change::Change;
use crate::columns::{storable, write_json};
use crate::error::StoreError;
use crate::validity::begin_after;
use crate::value::{Value, params};
use holdpoint_domain::advisory::{AdvisoryContent, AdvisoryVulnerability, ProductExpression, ProductStatus};
use holdpoint_domain::id::{AdvisoryId, RevisionId};
use holdpoint_domain::matching::ExpressionOutcome;
use holdpoint_domain::{Moment, Warning};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

crate::statements! {
    ADVISORY = "SELECT d.number, d.id, r.ordinal, r.valid_from, r.tracking_version, r.valid_to FROM advisory d
        LEFT JOIN advisory_revision r ON r.advisory_no = d.number
        WHERE d.namespace = $1 AND d.tracking_id = $2 ORDER BY r.ordinal DESC LIMIT 1";
    ADVISORY_LAST = "SELECT COALESCE(MAX(number), 0) FROM advisory";
    ADVISORY_INSERT = "INSERT INTO advisory (number, id, namespace, tracking_id) VALUES ($1, $2, $3, $4)";
    LASTS = "SELECT (SELECT COALESCE(MAX(number), 0) FROM advisory_revision),
        (SELECT COALESCE(MAX(product_no), 0) FROM advisory_product),
        (SELECT COALESCE(MAX(number), 0) FROM expression),
        (SELECT COALESCE(MAX(number), 0) FROM vulnerability)";
    REVISION_END = "UPDATE advisory_revision SET valid_to = $2
        WHERE advisory_no = $1 AND valid_to = 9223372036854775807";
    REVISION_INSERT = "INSERT INTO advisory_revision (number, id, advisory_no, ordinal, valid_from, valid_to,
            raw_sha256, source, signature, fingerprint, standing, received_at, tracking_version, status, category,
            title, lang, tlp, aggregate_severity, publisher, publisher_category, initial_release, current_release,
            vulnerability_count, cve_count, product_count, max_base_tenths, severity, decided, conditional,
            not_understood, vendors, cves)
        VALUES ($1, $2, $3, $4, $5, 9223372036854775807, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
            $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    PROSE_INSERT = "INSERT INTO advisory_revision_prose (revision_no, notes, link_list, warnings)
        VALUES ($1, $2, $3, $4)";
    EXPRESSION_INSERT = "INSERT INTO expression (number, content_key, vendor, product, category, version_text,
            vendor_key, product_key, outcome, range_text, predicates_text, why)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    PRODUCT_INSERT = "INSERT INTO advisory_product (product_no, revision_no, advisory_no, expression_no, ordinal,
            stance, product_id, name, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    NAME_INSERT = "INSERT INTO vulnerability (number, reference) VALUES ($1, $2)";
    VULNERABILITY_INSERT = "INSERT INTO revision_vulnerability (revision_no, ordinal, vulnerability_no, cve, title,
            cwe, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    STATEMENT_INSERT = "INSERT INTO statement (product_no, ordinal, place, vulnerability_no, status, turn, listed)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
}

const NAMES: &str = "SELECT reference, number FROM vulnerability WHERE reference IN ({list})";
const EXPRESSIONS: &str = "SELECT content_key, number FROM expression WHERE content_key IN ({list})";

/// The last numbers given so far.
struct Lasts {
    revision: i64,
    product: i64,
    expression: i64,
    vulnerability: i64,
}

/// An advisory before its next revision.
struct Known {
    number: i64,
    id: AdvisoryId,
    ordinal: u64,
    began: Option<Moment>,
    /// The end of a last revision that is not current any more: the advisory was deleted.
    ended: Option<Moment>,
    tracking_version: Option<String>,
}

impl Change<'_> {
    /// Stores a revision as the current one of its advisory; the one before it ends, and nothing is deleted.
    ///
    /// Open matches stay on the products of the revision before: close them and open new ones in the same change.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is not one reading for each product; else when the database fails.
    pub fn put_revision(&mut self, new: &NewRevision<'_>) -> Result<PutRevision, StoreError> {
        let content = new.content;
        if content.products.len() != new.readings.len() {
            let rule = "each product of a revision needs its reading".to_owned();
            return Err(StoreError::Conflict { rule });
        }
        let known = self.known_advisory(content, new.received_at)?;
        let begin = begin_after(new.received_at, known.began).max(known.ended.unwrap_or(new.received_at));
        let lasts = self.query_one(LASTS, params![], |row| {
            let (revision, product) = (row.get(0)?, row.get(1)?);
            Ok(Lasts { revision, product, expression: row.get(2)?, vulnerability: row.get(3)? })
        })?;
        let standing = standing(&known, &content.tracking_version);
        let ordinal = known.ordinal + 1;
        let id =
            RevisionId::new(begin, tail(&[known.id.as_bytes(), &new.raw_sha256, &ordinal.to_be_bytes()]));
        if known.began.is_some() && known.ended.is_none() {
            self.exec(REVISION_END, params![known.number, begin])?;
        }
        let number = lasts.revision + 1;
        let facts = Facts { number, id, ordinal, begin, standing, advisory_no: known.number };
        self.exec(REVISION_INSERT, &revision_row(new, &facts))?;
        let names = self.vulnerability_numbers(&content.vulnerabilities, lasts.vulnerability)?;
        let told = fixes::of(content, new.readings);
        let (sayings, mut warnings) = sayings(content, &names, &told.cured);
        warnings.splice(0..0, new.warnings.iter().cloned());
        self.exec(PROSE_INSERT, &prose_row(content, number, &warnings))?;
        self.write_products(new, &lasts, &facts, (&sayings, told.fixes))?;
        self.write_vulnerabilities(content, number, &names)?;
        self.write_statements(&sayings, lasts.product + 1)?;
        Ok(PutRevision { advisory: known.id, revision: id, standing })
    }

    fn known_advisory(&mut self, content: &AdvisoryContent, at: Moment) -> Result<Known, StoreError> {
        let (namespace, tracking_id) =
            (storable(&content.publisher.namespace), storable(&content.tracking_id));
        let found = self.query_opt(ADVISORY, params![&*namespace, &*tracking_id], |row| {
            Ok(Known {
                number: row.get(0)?,
                id: row.get(1)?,
                ordinal: row.get::<Option<u64>>(2)?.unwrap_or(0),
                began: row.get(3)?,
                ended: row.get::<Option<Moment>>(5)?.filter(|end| *end != Moment::OPEN),
                tracking_version: row.get(4)?,
            })
        })?;
        if let Some(known) = found {
            return Ok(known);
        }
        let number: i64 = self.query_one(ADVISORY_LAST, params![], |row| row.get::<i64>(0))? + 1;
        let id = AdvisoryId::new(at, tail(&[namespace.as_bytes(), tracking_id.as_bytes()]));
        self.exec(ADVISORY_INSERT, params![number, id, &*namespace, &*tracking_id])?;
        Ok(Known { number, id, ordinal: 0, began: None, ended: None, tracking_version: None })
    }

    /// The numbers of the vulnerabilities' references, in their order; new ones are stored.
    fn vulnerability_numbers(
        &mut self,
        vulnerabilities: &[AdvisoryVulnerability],
        last: i64,
    ) -> Result<Vec<i64>, StoreError> {
        let references: Vec<_> = vulnerabilities.iter().map(|v| storable(&v.reference)).collect();
        let list = references.iter().map(|name| Value::from(name.clone().into_owned()));
        let found = self.query_in(NAMES, &[], list, |row| Ok((row.get::<String>(0)?, row.get(1)?)))?;
        let mut known: HashMap<String, i64> = found.into_iter().collect();
        let mut last = last;
        let mut rows = Vec::new();
        let mut numbers = Vec::with_capacity(references.len());
        for reference in &references {
            let number = known.get(reference.as_ref()).copied().unwrap_or_else(|| {
                last += 1;
                known.insert(reference.clone().into_owned(), last);
                rows.push(vec![Value::from(last), Value::from(reference.as_ref())]);
                last
            });
            numbers.push(number);
        }
        self.insert_many(NAME_INSERT, rows)?;
        Ok(numbers)
    }

    fn write_products(
        &mut self,
        new: &NewRevision<'_>,
        lasts: &Lasts,
        facts: &Facts,
        (sayings, mut fixes): (&[Saying], Vec<Vec<String>>),
    ) -> Result<(), StoreError> {
        let products = &new.content.products;
        let expressions = self.expression_numbers(products, new.readings, lasts.expression)?;
        let stances = stances(products, sayings);
        self.mark_fixes()?;
        let rows = products.iter().enumerate().map(|(place, product)| {
            vec![
                Value::from(lasts.product + 1 + signed(place)),
                Value::from(facts.number),
                Value::from(facts.advisory_no),
                Value::from(expressions[place]),
                Value::from(place),
                Value::from(stances[place].word()),
                Value::Text(storable(&product.product_id)),
                Value::Text(storable(&product.name)),
                Value::from(write_json(&ProductDetail::of(product, std::mem::take(&mut fixes[place])))),
            ]
        });
        self.insert_many(PRODUCT_INSERT, rows)?;
        Ok(())
    }

    /// The numbers of these expressions, each with its reading; new ones are stored behind the last.
    pub(super) fn expression_numbers(
        &mut self,
        products: &[ProductExpression],
        readings: &[ProductReading],
        last: i64,
    ) -> Result<Vec<i64>, StoreError> {
        let keys: Vec<[u8; 32]> = products
            .iter()
            .zip(readings)
            .map(|(product, reading)| expression_key(product, reading))
            .collect();
        let list = keys.iter().map(|key| Value::from(*key));
        let found = self.query_in(EXPRESSIONS, &[], list, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut known: HashMap<[u8; 32], i64> = found.into_iter().collect();
        let mut last = last;
        let mut rows = Vec::new();
        let mut numbers = Vec::with_capacity(keys.len());
        for (place, key) in keys.into_iter().enumerate() {
            let number = *known.entry(key).or_insert_with(|| {
                last += 1;
                rows.push(expression_row(last, key, &products[place], &readings[place]));
                last
            });
            numbers.push(number);
        }
        self.insert_many(EXPRESSION_INSERT, rows)?;
        Ok(numbers)
    }

    fn write_vulnerabilities(
        &mut self,
        content: &AdvisoryContent,
        revision_no: i64,
        names: &[i64],
    ) -> Result<(), StoreError> {
        let ordinals = ordinals(&content.products);
        let rows = content.vulnerabilities.iter().enumerate().map(|(place, vulnerability)| {
            vec![
                Value::from(revision_no),
                Value::from(place),
                Value::from(names[place]),
                vulnerability.cve.as_deref().map_or(Value::Null, |cve| Value::Text(storable(cve))),
                Value::Text(storable(&vulnerability.title)),
                vulnerability.cwe.as_deref().map_or(Value::Null, |cwe| Value::Text(storable(cwe))),
                Value::from(write_json(&VulnerabilityDetail::of(vulnerability, &ordinals))),
            ]
        });
        self.insert_many(VULNERABILITY_INSERT, rows)?;
        Ok(())
    }

    fn write_statements(&mut self, sayings: &[Saying], first_product: i64) -> Result<(), StoreError> {
        let rows = sayings.iter().map(|saying| {
            vec![
                Value::from(first_product + signed(saying.product)),
                Value::from(saying.ordinal),
                Value::from(saying.place),
                Value::from(saying.vulnerability_no),
                Value::from(saying.status.map_or("", ProductStatus::word)),
                Value::from(saying.turn.word()),
                Value::from(saying.listed as i64),
            ]
        });
        self.insert_many(STATEMENT_INSERT, rows)?;
        Ok(())
    }
}

/// What was decided of a revision before its row is written.
struct Facts {
    number: i64,
    id: RevisionId,
    ordinal: u64,
    begin: Moment,
    standing: RevisionStanding,
    advisory_no: i64,
}

fn standing(known: &Known, tracking_version: &str) -> RevisionStanding {
    match &known.tracking_version {
        Some(_) if known.ended.is_some() => RevisionStanding::Restored,
        None => RevisionStanding::First,
        Some(before) if before == tracking_version => RevisionStanding::ChangedSilently,
        Some(_) => RevisionStanding::Changed,
    }
}

fn revision_row<'a>(new: &'a NewRevision<'_>, facts: &Facts) -> Vec<Value<'a>> {
    let content = new.content;
    let cves = once_each(content.vulnerabilities.iter().filter_map(|v| v.cve.as_deref()));
    let vendors = once_each(content.products.iter().filter_map(ProductExpression::vendor));
    let scores = content.vulnerabilities.iter().flat_map(|v| v.scores.iter());
    let max_base = scores.filter_map(|score| score.base_tenths).max();
    let outcomes = |wanted: ExpressionOutcome| {
        Value::from(new.readings.iter().filter(|reading| reading.outcome == wanted).count())
    };
    vec![
        Value::from(facts.number),
        Value::from(facts.id),
        Value::from(facts.advisory_no),
        Value::from(facts.ordinal),
        Value::from(facts.begin),
        Value::from(new.raw_sha256),
        Value::Text(storable(&new.source)),
        Value::from(new.signature.word()),
        Value::from(new.signature.fingerprint()),
        Value::from(facts.standing.word()),
        Value::from(new.received_at),
        Value::Text(storable(&content.tracking_version)),
        Value::Text(storable(&content.status)),
        Value::Text(storable(&content.category)),
        Value::Text(storable(&content.title)),
        Value::Text(storable(&content.lang)),
        Value::Text(storable(&content.tlp)),
        Value::Text(storable(&content.aggregate_severity)),
        Value::Text(storable(&content.publisher.name)),
        Value::Text(storable(&content.publisher.category)),
        Value::from(content.initial_release),
        Value::from(content.current_release),
        Value::from(content.vulnerabilities.len()),
        Value::from(cves.len()),
        Value::from(content.products.len()),
        Value::from(max_base.map(u32::from)),
        Value::from(severity(max_base)),
        outcomes(ExpressionOutcome::Decided),
        outcomes(ExpressionOutcome::Conditional),
        outcomes(ExpressionOutcome::NotUnderstood),
        Value::from(write_json(&vendors)),
        Value::from(write_json(&cves)),
    ]
}

/// The qualitative rating of CVSS 3 and 4 for a base score; `unscored` when there is none.
fn severity(base_tenths: Option<u16>) -> &'static str {
    match base_tenths {
        None => "unscored",
        Some(0) => "none",
        Some(1..=39) => "low",
        Some(40..=69) => "medium",
        Some(70..=89) => "high",
        Some(90..) => "critical",
    }
}

fn once_each<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    texts.filter(|text| seen.insert(*text)).collect()
}

fn prose_row(content: &AdvisoryContent, revision_no: i64, warnings: &[Warning]) -> Vec<Value<'static>> {
    let notes: Vec<_> = content.notes.iter().map(|n| (&n.category, &n.title, &n.text)).collect();
    let links: Vec<_> = content.references.iter().map(|r| (&r.category, &r.summary, &r.url)).collect();
    let warnings: Vec<_> = warnings.iter().map(|w| (&w.code, &w.place, &w.message)).collect();
    vec![
        Value::from(revision_no),
        Value::from(write_json(&notes)),
        Value::from(write_json(&links)),
        Value::from(write_json(&warnings)),
    ]
}

/// The category and the text of the version; empty when the product names none.
fn version_of(product: &ProductExpression) -> (&'static str, &str) {
    product.version().map_or(("", ""), |(category, text)| (category.word(), text))
}

fn expression_key(product: &ProductExpression, reading: &ProductReading) -> [u8; 32] {
    let (category, text) = version_of(product);
    let mut hash = Sha256::new();
    for part in [
        product.vendor().unwrap_or_default(),
        product.product().unwrap_or_default(),
        category,
        text,
        &reading.vendor_key,
        &reading.product_key,
        reading.outcome.word(),
        &reading.range_text,
        &reading.predicates_text,
        &reading.why,
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

fn expression_row<'a>(
    number: i64,
    key: [u8; 32],
    product: &'a ProductExpression,
    reading: &'a ProductReading,
) -> Vec<Value<'a>> {
    let (category, text) = version_of(product);
    vec![
        Value::from(number),
        Value::from(key),
        Value::Text(storable(product.vendor().unwrap_or_default())),
        Value::Text(storable(product.product().unwrap_or_default())),
        Value::from(category),
        Value::Text(storable(text)),
        Value::Text(storable(&reading.vendor_key)),
        Value::Text(storable(&reading.product_key)),
        Value::from(reading.outcome.word()),
        Value::Text(storable(&reading.range_text)),
        Value::Text(storable(&reading.predicates_text)),
        Value::Text(storable(&reading.why)),
    ]
}

fn signed(place: usize) -> i64 {
    i64::try_from(place).expect("a document has fewer than 2^63 products")
}

/// Ten bytes that follow from these parts, for an id that needs no randomness.
fn tail(parts: &[&[u8]]) -> [u8; 10] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let mut tail = [0; 10];
    tail.copy_from_slice(&digest[..10]);
    tail
}
