//! The versions that a document names as fixed, beside the products of which it lists single versions.
//!
//! Matching needs them for every such product, so they lie in the product's own row: what remedies of any kind tell to
//! update to, what the document itself lists as fixed or recommended, and, where nothing is listed as affected, the fixed
//! version alone. Others have none: their ranges say themselves where they end. The surprises: a remedy under the
//! heading of a mitigation names fixes too, and all follows from what is stored of the revision, so a database of
//! an older program gets them when its matches are made anew.

use super::ProductReading;
use super::product::ProductDetail;
use super::statement::ordinals;
use super::vulnerability::{ProductRef, VulnerabilityDetail};
use crate::change::Change;
use crate::columns::{read_json, write_json};
use crate::error::StoreError;
use crate::value::{Value, params};
use holdpoint_domain::advisory::{AdvisoryContent, ProductStatus, RemediationCategory, StatusGroup};
use holdpoint_domain::matching::ExpressionOutcome;
use holdpoint_versions::fix;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Most versions that are kept for one product.
const MAX_FIXES: usize = 128;
/// Counts up when a text may name other versions, so that a database of an older program is found and mended.
const FIXES: u64 = 2;
const FIXES_SETTING: &str = "advisory.fixes";

crate::statements! {
    PRODUCTS = "SELECT p.product_no, p.revision_no, p.ordinal, e.outcome, e.range_text, e.vendor_key, e.product_key
        FROM advisory_product p JOIN advisory_revision r ON r.number = p.revision_no
        JOIN expression e ON e.number = p.expression_no
        WHERE r.valid_to = 9223372036854775807 ORDER BY p.revision_no, p.ordinal";
    DETAIL = "SELECT detail FROM advisory_product WHERE product_no = $1";
    SAID = "SELECT s.ordinal, p.ordinal, s.status FROM statement s
        JOIN advisory_product p ON p.product_no = s.product_no
        WHERE p.revision_no = $1 AND s.status <> '' ORDER BY s.ordinal, s.place";
    DETAILS = "SELECT detail FROM revision_vulnerability WHERE revision_no = $1 ORDER BY ordinal";
    SET_DETAIL = "UPDATE advisory_product SET detail = $2 WHERE product_no = $1";
}

/// A product as fixes are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    name: (String, String),
    versions: Versions,
}

/// What of a product's versions matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Versions {
    /// Single ones.
    Single(Vec<String>),
    /// One and all after it.
    From(String),
    /// Ranges that say themselves where they end, all, none, or nothing that was understood.
    Other,
}

impl Versions {
    /// From a range as it is written for people; the engine looks again.
    fn of(outcome: ExpressionOutcome, range_text: &str) -> Self {
        match outcome {
            ExpressionOutcome::NotUnderstood => return Self::Other,
            ExpressionOutcome::Decided | ExpressionOutcome::Conditional => {}
        }
        match range_text.strip_prefix(">= ") {
            Some(from) if !from.contains(['<', '>', ',']) && !from.contains(" or ") => {
                Self::From(from.to_owned())
            }
            _ if range_text.is_empty()
                || ["all versions", "no version"].contains(&range_text)
                || range_text.contains(['<', '>'])
                || range_text.contains(" except ") =>
            {
                Self::Other
            }
            _ => Self::Single(range_text.split(" or ").map(str::to_owned).collect()),
        }
    }

    fn named(&self) -> &[String] {
        match self {
            Self::Single(versions) => versions,
            Self::From(version) => std::slice::from_ref(version),
            Self::Other => &[],
        }
    }
}

/// What a document says of one vulnerability, as far as it matters here.
#[derive(Debug, Default)]
struct Told {
    /// The versions that each remedy names, and for which products.
    remedies: Vec<(Vec<String>, Vec<usize>)>,
    statuses: Vec<(usize, ProductStatus)>,
}

/// The versions that a document names as fixed for each product, in the order of the products.
pub(super) fn of(content: &AdvisoryContent, readings: &[ProductReading]) -> Vec<Vec<String>> {
    let listed = readings.iter().map(|reading| Listed {
        name: (reading.vendor_key.clone(), reading.product_key.clone()),
        versions: Versions::of(reading.outcome, &reading.range_text),
    });
    let listed: Vec<Listed> = listed.collect();
    if listed.iter().all(|product| product.versions == Versions::Other) {
        return vec![Vec::new(); listed.len()];
    }
    let ordinals = ordinals(&content.products);
    let place = |id: &String| ordinals.get(id.as_str()).copied();
    let told = content.vulnerabilities.iter().map(|vulnerability| Told {
        remedies: vulnerability
            .remediations
            .iter()
            .map(|remedy| {
                let named = named_by(remedy.category.word(), &remedy.details, remedy.url.as_deref());
                (named, remedy.products.iter().filter_map(place).collect())
            })
            .collect(),
        statuses: vulnerability
            .statements
            .iter()
            .filter_map(|(id, status)| Some((place(id)?, *status)))
            .collect(),
    });
    for_each(&listed, &told.collect::<Vec<_>>())
}

/// The versions that one remedy names as those to have. Every version in a vendor's fix counts; elsewhere those alone
/// that somebody is told to update to.
fn named_by(category: &str, details: &str, url: Option<&str>) -> Vec<String> {
    if category == RemediationCategory::VendorFix.word() {
        let mut named = fix::named_versions(details);
        named.extend(url.into_iter().flat_map(fix::versions_of_file));
        named
    } else {
        fix::named_updates(details)
    }
}

fn for_each(listed: &[Listed], told: &[Told]) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![Vec::new(); listed.len()];
    for one in told {
        for (named, places) in &one.remedies {
            for place in places {
                if matches!(listed[*place].versions, Versions::Single(_)) {
                    add(&mut found[*place], named);
                }
            }
        }
    }
    add_statuses(listed, told, &mut found);
    found
}

/// What the document's statuses say of versions that hold the fix.
fn add_statuses(listed: &[Listed], told: &[Told], found: &mut [Vec<String>]) {
    let mut affected: HashMap<&(String, String), HashSet<usize>> = HashMap::new();
    let mut cured: HashMap<&(String, String), Vec<usize>> = HashMap::new();
    for (place, status) in told.iter().flat_map(|one| &one.statuses) {
        let name = &listed[*place].name;
        match status.group() {
            StatusGroup::Affected | StatusGroup::UnderInvestigation => {
                affected.entry(name).or_default().insert(*place);
            }
            StatusGroup::Fixed | StatusGroup::Recommendation if !name.1.is_empty() => {
                cured.entry(name).or_default().push(*place);
            }
            StatusGroup::Fixed | StatusGroup::Recommendation | StatusGroup::NotAffected => {}
        }
    }
    for (place, product) in listed.iter().enumerate() {
        let Some(cures) = cured.get(&product.name) else { continue };
        // Nothing is listed as affected: then what is older than the fixed version is not spoken of, and not cleared.
        let is_asked = match (&product.versions, affected.get(&product.name)) {
            (Versions::Single(_), Some(affected)) => affected.contains(&place),
            (Versions::Single(_) | Versions::From(_), None) => cures.contains(&place),
            (Versions::From(_), Some(_)) | (Versions::Other, _) => false,
        };
        if is_asked {
            cures.iter().for_each(|cure| add(&mut found[place], listed[*cure].versions.named()));
        }
    }
}

fn add(found: &mut Vec<String>, named: &[String]) {
    for version in named {
        if found.len() < MAX_FIXES && !found.contains(version) {
            found.push(version.clone());
        }
    }
}

impl Change<'_> {
    /// Says that this program found the fixes, when it is the first to write a revision.
    pub(super) fn mark_fixes(&mut self) -> Result<(), StoreError> {
        if self.setting(FIXES_SETTING)?.is_none() {
            self.put_setting(FIXES_SETTING, &serde_json::json!(FIXES))?;
        }
        Ok(())
    }

    /// Finds the fixes of all current revisions again when another program found them, or none did; says of how many
    /// products they were others, `None` when there was nothing to do.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn keep_fixes(&mut self) -> Result<Option<u64>, StoreError> {
        if self.setting(FIXES_SETTING)? == Some(serde_json::json!(FIXES)) {
            return Ok(None);
        }
        let mut revisions: BTreeMap<i64, Vec<(i64, Listed)>> = BTreeMap::new();
        let products = self.query(PRODUCTS, params![], |row| {
            let versions = Versions::of(row.word(3)?, &row.get::<String>(4)?);
            let listed = Listed { name: (row.get(5)?, row.get(6)?), versions };
            Ok((row.get::<i64>(1)?, row.get::<i64>(0)?, listed))
        })?;
        for (revision, number, listed) in products {
            revisions.entry(revision).or_default().push((number, listed));
        }
        let mut rows = Vec::new();
        for (revision, products) in revisions {
            if products.iter().any(|(_, product)| product.versions != Versions::Other) {
                self.other_fixes(revision, products, &mut rows)?;
            }
        }
        let n_changed = rows.len() as u64;
        if n_changed == 0 && self.setting(FIXES_SETTING)?.is_none() {
            return Ok(None);
        }
        self.exec_many(SET_DETAIL, rows)?;
        self.put_setting(FIXES_SETTING, &serde_json::json!(FIXES))?;
        Ok(Some(n_changed))
    }

    /// The rows of one revision whose fixes are others now.
    fn other_fixes(
        &mut self,
        revision: i64,
        products: Vec<(i64, Listed)>,
        rows: &mut Vec<Vec<Value>>,
    ) -> Result<(), StoreError> {
        let (numbers, listed): (Vec<i64>, Vec<Listed>) = products.into_iter().unzip();
        let details =
            self.query(DETAILS, params![revision], |row| read_json::<VulnerabilityDetail>(row, 0))?;
        let mut told: Vec<Told> = details.iter().map(|detail| told(detail, listed.len())).collect();
        let said = self.query(SAID, params![revision], |row| {
            Ok((row.get::<u32>(0)? as usize, row.get::<u32>(1)? as usize, row.word(2)?))
        })?;
        for (vulnerability, place, status) in said {
            if let Some(told) = told.get_mut(vulnerability)
                && place < listed.len()
            {
                told.statuses.push((place, status));
            }
        }
        for ((number, product), fixes) in numbers.into_iter().zip(&listed).zip(for_each(&listed, &told)) {
            if product.versions == Versions::Other {
                continue;
            }
            let mut kept = self.query(DETAIL, params![number], |row| read_json::<ProductDetail>(row, 0))?;
            let Some(mut detail) = kept.pop() else { continue };
            if fixes != detail.fixes {
                detail.fixes = fixes;
                rows.push(vec![Value::from(number), Value::from(write_json(&detail))]);
            }
        }
        Ok(())
    }
}

fn told(detail: &VulnerabilityDetail, n_products: usize) -> Told {
    let remedies = detail.remediations.iter().map(|remedy| {
        let places = remedy.products.iter().filter_map(|product| match product {
            ProductRef::Place(place) => (*place < n_products).then_some(*place),
            ProductRef::Undefined(_) => None,
        });
        (named_by(&remedy.category, &remedy.details, remedy.url.as_deref()), places.collect())
    });
    Told { remedies: remedies.collect(), statuses: Vec::new() }
}

#[cfg(test)]
mod tests;
