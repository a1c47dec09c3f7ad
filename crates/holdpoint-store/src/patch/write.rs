//! Taking in what documents say: new records are opened, what is not said any more is closed.

use super::{GENERATION, NewPatches, record};
use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::feed::RecordCounts;
use crate::value::{Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::patch::{PatchClass, PatchRecord};
use std::collections::{BTreeMap, BTreeSet, HashMap};

crate::statements! {
    PATCH_LAST = "SELECT COALESCE(MAX(number), 0) FROM patch";
    RECORD_LAST = "SELECT COALESCE(MAX(number), 0) FROM patch_record";
    PATCH_ADD = "INSERT INTO patch (number, name, records, sources, title, class, severity, bulletin, restart, released,
            products, fixes) VALUES ($1, $2, 0, '', '', 'unknown', '', '', '', NULL, 0, 0)";
    PATCH_SUM = "UPDATE patch SET records = $2, sources = $3, title = $4, class = $5, severity = $6, bulletin = $7,
            restart = $8, released = $9, products = $10, fixes = $11 WHERE number = $1";
    RECORD_ADD = "INSERT INTO patch_record (number, patch_no, source, document, content_sha256, valid_from, valid_to,
            class, severity, released, facts)
        VALUES ($1, $2, $3, $4, $5, $6, 9223372036854775807, $7, $8, $9, $10)";
    RECORD_CLOSE = "UPDATE patch_record SET valid_to = $2 WHERE number = $1";
    FIX_ADD = "INSERT INTO patch_fix (record_no, reference) VALUES ($1, $2)";
    /// What a supplier's statement says of a patch of which no source speaks.
    SEEN = "UPDATE patch SET title = CASE WHEN title = '' THEN $2 ELSE title END,
            severity = CASE WHEN severity = '' THEN $3 ELSE severity END, released = COALESCE(released, $4),
            class = CASE WHEN class = 'unknown' THEN $5 ELSE class END WHERE number = $1 AND records = 0";
    PRODUCT_ADD = "INSERT INTO patch_product (record_no, product) VALUES ($1, $2)";
}

const PATCHES_BY_NAME: &str = "SELECT name, number FROM patch WHERE name IN ({list})";
const OPEN_OF_DOCUMENTS: &str = "SELECT r.document, r.content_sha256, r.number, r.patch_no, r.valid_from
    FROM patch_record r WHERE r.source = $1 AND r.valid_to = 9223372036854775807 AND r.document IN ({list})";
const OPEN_OF_PATCHES: &str = "SELECT r.patch_no, r.source, r.class, r.severity, r.released, r.facts
    FROM patch_record r WHERE r.valid_to = 9223372036854775807 AND r.patch_no IN ({list})";

/// How much of a vulnerability's name is searched.
const MAX_REFERENCE_CHARS: usize = 64;
/// How much of a product's name is searched.
const MAX_PRODUCT_CHARS: usize = 400;

/// A record that is open now.
struct Open {
    number: i64,
    patch_no: i64,
    valid_from: Moment,
}

/// A record that may have to be opened.
struct Wanted<'a> {
    document: &'a str,
    name: String,
    record: &'a PatchRecord,
    facts: String,
    key: [u8; 32],
}

impl Change<'_> {
    /// Takes in what these documents of one source say. Records that nothing names are left out. When nothing
    /// differs, nothing is written.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_patches(
        &mut self,
        documents: &[NewPatches<'_>],
        at: Moment,
    ) -> Result<RecordCounts, StoreError> {
        let mut counts = RecordCounts::default();
        let sources: BTreeSet<&str> = documents.iter().map(|document| document.source.word()).collect();
        let mut touched = BTreeSet::new();
        for source in sources {
            let own: Vec<&NewPatches<'_>> =
                documents.iter().filter(|document| document.source.word() == source).collect();
            counts.add(self.put_of_source(source, &own, at, &mut touched)?);
        }
        if !touched.is_empty() {
            self.sum_up(&touched)?;
            let next = self.patch_generation()? + 1;
            self.put_setting(GENERATION, &serde_json::json!(next))?;
        }
        Ok(counts)
    }

    fn put_of_source(
        &mut self,
        source: &str,
        documents: &[&NewPatches<'_>],
        at: Moment,
        touched: &mut BTreeSet<i64>,
    ) -> Result<RecordCounts, StoreError> {
        let mut open = self.open_records(source, documents)?;
        let mut counts = RecordCounts::default();
        let mut wanted: Vec<Wanted<'_>> = Vec::new();
        for document in documents {
            let mut seen = BTreeSet::new();
            let was_here = open.contains_key(document.document);
            for record in document.records {
                let Some(name) = record::name(record) else { continue };
                let facts = record::facts(record);
                let key = record::content_key(record, &facts);
                if !seen.insert(key) {
                    continue;
                }
                counts.read += 1;
                if open.get_mut(document.document).and_then(|open| open.remove(&key)).is_some() {
                    counts.unchanged += 1;
                    continue;
                }
                *(if was_here { &mut counts.changed } else { &mut counts.new }) += 1;
                wanted.push(Wanted { document: document.document, name, record, facts, key });
            }
        }
        let closed: Vec<Open> = open.into_values().flat_map(HashMap::into_values).collect();
        counts.withdrawn += (closed.len() as u64).saturating_sub(counts.changed);
        for old in &closed {
            let end = at.max(old.valid_from.plus_micros(1));
            self.exec(RECORD_CLOSE, params![old.number, end])?;
            touched.insert(old.patch_no);
        }
        self.open_new(source, &wanted, at, touched)?;
        Ok(counts)
    }

    fn open_records(
        &mut self,
        source: &str,
        documents: &[&NewPatches<'_>],
    ) -> Result<HashMap<String, HashMap<[u8; 32], Open>>, StoreError> {
        let names: BTreeSet<&str> = documents.iter().map(|document| document.document).collect();
        let rows = self.query_in(
            OPEN_OF_DOCUMENTS,
            params![source],
            names.into_iter().map(|name| Value::from(name.to_owned())),
            |row| {
                let open = Open { number: row.get(2)?, patch_no: row.get(3)?, valid_from: row.get(4)? };
                Ok((row.get::<String>(0)?, row.get::<[u8; 32]>(1)?, open))
            },
        )?;
        let mut open: HashMap<String, HashMap<[u8; 32], Open>> = HashMap::new();
        for (document, key, record) in rows {
            open.entry(document).or_default().insert(key, record);
        }
        Ok(open)
    }

    /// The numbers of these patches; new ones get a row.
    pub(crate) fn patch_numbers(
        &mut self,
        names: BTreeSet<&str>,
    ) -> Result<HashMap<String, i64>, StoreError> {
        let known = self.query_in(
            PATCHES_BY_NAME,
            &[],
            names.iter().map(|name| Value::from((*name).to_owned())),
            |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)),
        )?;
        let mut numbers: HashMap<String, i64> = known.into_iter().collect();
        let mut last: i64 = self.query_one(PATCH_LAST, params![], |row| row.get(0))?;
        let mut rows = Vec::new();
        for name in names {
            if !numbers.contains_key(name) {
                last += 1;
                numbers.insert(name.to_owned(), last);
                rows.push(vec![Value::from(last), Value::from(name.to_owned())]);
            }
        }
        self.insert_many(PATCH_ADD, rows)?;
        Ok(numbers)
    }

    fn open_new(
        &mut self,
        source: &str,
        wanted: &[Wanted<'_>],
        at: Moment,
        touched: &mut BTreeSet<i64>,
    ) -> Result<(), StoreError> {
        let numbers = self.patch_numbers(wanted.iter().map(|new| new.name.as_str()).collect())?;
        let mut number: i64 = self.query_one(RECORD_LAST, params![], |row| row.get(0))?;
        let (mut records, mut fixes, mut products) = (Vec::new(), Vec::new(), Vec::new());
        for new in wanted {
            number += 1;
            let patch_no = numbers[&new.name];
            touched.insert(patch_no);
            records.push(vec![
                Value::from(number),
                Value::from(patch_no),
                Value::from(source),
                Value::from(new.document),
                Value::from(new.key),
                Value::from(at),
                Value::from(new.record.class.word()),
                Value::from(storable(&new.record.severity).into_owned()),
                Value::from(new.record.released),
                Value::from(&new.facts),
            ]);
            // An index holds no text of any length; the whole text stands in the facts.
            let each = |texts: &[String], most: usize| {
                let cut = texts.iter().map(|text| storable(text).chars().take(most).collect());
                cut.collect::<BTreeSet<String>>()
            };
            for text in each(&new.record.fixes, MAX_REFERENCE_CHARS) {
                fixes.push(vec![Value::from(number), Value::from(text.to_uppercase())]);
            }
            for text in each(&new.record.products, MAX_PRODUCT_CHARS) {
                products.push(vec![Value::from(number), Value::from(text)]);
            }
        }
        self.insert_many(RECORD_ADD, records)?;
        self.insert_many(FIX_ADD, fixes)?;
        self.insert_many(PRODUCT_ADD, products)
    }

    /// Notes what suppliers' statements say of patches of which no source speaks: number, title, severity, released, class.
    pub(crate) fn put_stated(&mut self, rows: Vec<Vec<Value<'_>>>) -> Result<(), StoreError> {
        self.exec_many(SEEN, rows).map(drop)
    }

    /// Makes the summaries of these patches anew.
    fn sum_up(&mut self, patches: &BTreeSet<i64>) -> Result<(), StoreError> {
        let mut sums: BTreeMap<i64, Sum> = patches.iter().map(|number| (*number, Sum::default())).collect();
        let rows =
            self.query_in(OPEN_OF_PATCHES, &[], patches.iter().map(|number| Value::from(*number)), |row| {
                Ok((row.get::<i64>(0)?, row.get::<String>(1)?, record::read(row, 2)?))
            })?;
        for (number, source, record) in rows {
            sums.entry(number).or_default().add(source, record);
        }
        let rows: Vec<Vec<Value<'_>>> = sums.into_iter().map(|(number, sum)| sum.row(number)).collect();
        self.exec_many(PATCH_SUM, rows)?;
        Ok(())
    }
}

/// What all records of a patch say together.
#[derive(Default)]
struct Sum {
    records: u64,
    sources: BTreeSet<String>,
    titles: BTreeSet<String>,
    class: Option<PatchClass>,
    severity: String,
    bulletin: String,
    restart: BTreeSet<String>,
    released: Option<Moment>,
    products: BTreeSet<String>,
    fixes: BTreeSet<String>,
}

/// From the gravest to the least.
fn severity_rank(word: &str) -> usize {
    ["critical", "important", "moderate", "low"]
        .iter()
        .position(|known| known.eq_ignore_ascii_case(word))
        .unwrap_or(usize::MAX)
}

impl Sum {
    fn add(&mut self, source: String, record: PatchRecord) {
        self.records += 1;
        self.sources.insert(source);
        if !record.title.is_empty() {
            self.titles.insert(record.title);
        }
        // The classes are declared from the gravest on.
        self.class = Some(self.class.map_or(record.class, |known| known.min(record.class)));
        if severity_rank(&record.severity) < severity_rank(&self.severity) {
            self.severity = record.severity;
        }
        if self.bulletin.is_empty() {
            self.bulletin = record.bulletin;
        }
        if !record.restart.is_empty() {
            self.restart.insert(record.restart);
        }
        self.released = match (self.released, record.released) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.products.extend(record.products);
        self.fixes.extend(record.fixes);
    }

    fn row(self, number: i64) -> Vec<Value<'static>> {
        let joined =
            |texts: BTreeSet<String>, between: &str| texts.into_iter().collect::<Vec<_>>().join(between);
        let title = self.titles.into_iter().next().unwrap_or_default();
        vec![
            Value::from(number),
            Value::from(self.records),
            Value::from(joined(self.sources, " ")),
            Value::from(storable(&title).into_owned()),
            Value::from(self.class.unwrap_or(PatchClass::Unknown).word().to_owned()),
            Value::from(storable(&self.severity).into_owned()),
            Value::from(storable(&self.bulletin).into_owned()),
            Value::from(storable(&joined(self.restart, ", ")).into_owned()),
            Value::from(self.released),
            Value::from(self.products.len()),
            Value::from(self.fixes.len()),
        ]
    }
}
