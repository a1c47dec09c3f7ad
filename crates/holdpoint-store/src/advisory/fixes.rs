//! The versions that a document's fixes name, beside the products of which it lists single versions.
//!
//! Matching needs them for every such product, so they lie in the product's own row. Others have none: their ranges say
//! themselves where they end. The surprise: they follow from what is stored of the revision, so a database of an older
//! program gets them when its matches are made anew.

use super::ProductReading;
use super::product::ProductDetail;
use super::statement::ordinals;
use super::vulnerability::VulnerabilityDetail;
use crate::change::Change;
use crate::columns::{read_json, write_json};
use crate::error::StoreError;
use crate::value::{Value, params};
use holdpoint_domain::advisory::{AdvisoryContent, RemediationCategory};
use holdpoint_domain::matching::ExpressionOutcome;
use holdpoint_versions::fix;

/// Most versions that are kept for one product.
const MAX_FIXES: usize = 128;
/// Counts up when a text may name other versions, so that a database of an older program is found and mended.
const FIXES: u64 = 1;
const FIXES_SETTING: &str = "advisory.fixes";

crate::statements! {
    SINGLE_VERSIONS = "SELECT p.product_no, p.revision_no, p.ordinal, p.detail, e.outcome, e.range_text
        FROM advisory_product p JOIN advisory_revision r ON r.number = p.revision_no
        JOIN expression e ON e.number = p.expression_no
        WHERE r.valid_to = 9223372036854775807 ORDER BY p.revision_no, p.ordinal";
    DETAILS = "SELECT detail FROM revision_vulnerability WHERE revision_no = $1 ORDER BY ordinal";
    SET_DETAIL = "UPDATE advisory_product SET detail = $2 WHERE product_no = $1";
}

/// The versions that the fixes for each product name, in the order of the products.
pub(super) fn of(content: &AdvisoryContent, readings: &[ProductReading]) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![Vec::new(); content.products.len()];
    let asked: Vec<bool> =
        readings.iter().map(|reading| lists_single_versions(reading.outcome, &reading.range_text)).collect();
    if !asked.contains(&true) {
        return found;
    }
    let ordinals = ordinals(&content.products);
    let remedies = content.vulnerabilities.iter().flat_map(|vulnerability| &vulnerability.remediations);
    for remedy in remedies.filter(|remedy| remedy.category == RemediationCategory::VendorFix) {
        let places = remedy.products.iter().filter_map(|id| ordinals.get(id.as_str()).copied());
        let places: Vec<usize> = places.filter(|place| asked[*place]).collect();
        if !places.is_empty() {
            let named = fix::named_versions(&remedy.details);
            places.into_iter().for_each(|place| add(&mut found[place], &named));
        }
    }
    found
}

fn add(found: &mut Vec<String>, named: &[String]) {
    for version in named {
        if found.len() < MAX_FIXES && !found.contains(version) {
            found.push(version.clone());
        }
    }
}

/// Whether a range as it is written for people may be one of single versions; the engine looks again.
fn lists_single_versions(outcome: ExpressionOutcome, range_text: &str) -> bool {
    match outcome {
        ExpressionOutcome::NotUnderstood => false,
        ExpressionOutcome::Decided | ExpressionOutcome::Conditional => {
            !range_text.is_empty() && range_text != "all versions" && !range_text.contains(['<', '>'])
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
        let products = self.query(SINGLE_VERSIONS, params![], |row| {
            let is_asked = lists_single_versions(row.word(4)?, &row.get::<String>(5)?);
            let (number, revision, place) =
                (row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<u32>(2)? as usize);
            Ok(if is_asked {
                Some((number, revision, place, read_json::<ProductDetail>(row, 3)?))
            } else {
                None
            })
        })?;
        let (mut known, mut details) = (None, Vec::new());
        let mut rows = Vec::new();
        for (number, revision, place, mut detail) in products.into_iter().flatten() {
            if known != Some(revision) {
                details =
                    self.query(DETAILS, params![revision], |row| read_json::<VulnerabilityDetail>(row, 0))?;
                known = Some(revision);
            }
            let mut fixes = Vec::new();
            for remedy in details.iter().flat_map(|detail| &detail.remediations) {
                if remedy.fixes(place) {
                    add(&mut fixes, &fix::named_versions(&remedy.details));
                }
            }
            if fixes != detail.fixes {
                detail.fixes = fixes;
                rows.push(vec![Value::from(number), Value::from(write_json(&detail))]);
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
}
