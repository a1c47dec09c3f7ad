//! The versions that a document names as fixed, beside the products of which it lists single versions.
//!
//! Matching needs them for every such product, so they lie in the product's own row: what remedies of any kind tell to
//! update to, what the document itself lists as fixed or recommended, and, where nothing is listed as affected, the fixed
//! version alone. Others have none: their ranges say themselves where they end. What is said of a combination ("X installed
//! on Y") is said of its component too, which has the version. Here, too, is found what a document only cures: a
//! product that it calls fixed of a vulnerability, and no version of which it calls affected ([`Cured`]). The surprises: a
//! remedy under the heading of a mitigation names fixes too, and all follows from what is stored of the revision, so a
//! database of an older program gets both when its matches are made anew.

use super::ProductReading;
use super::product::ProductDetail;
use super::statement::ordinals;
use super::vulnerability::{ProductRef, VulnerabilityDetail};
use crate::change::Change;
use crate::columns::{read_json, write_json};
use crate::error::StoreError;
use crate::stance::Turn;
use crate::value::{Value, params};
use holdpoint_domain::advisory::{AdvisoryContent, ProductStatus, RemediationCategory, StatusGroup};
use holdpoint_domain::matching::ExpressionOutcome;
use holdpoint_versions::fix;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How deep combinations of combinations are followed, as in matching.
const MAX_DEPTH: usize = 8;
/// Most versions that are kept for one product.
const MAX_FIXES: usize = 128;
/// Counts up when a text may be read otherwise or name other versions, so that a database of an older program is found and
/// mended.
const FIXES: u64 = 3;
const FIXES_SETTING: &str = "advisory.fixes";
/// What a match counts for its asset that leaves open whether it has the cure.
const OPEN_WEIGHT: i64 = 2;

crate::statements! {
    PRODUCTS = "SELECT p.product_no, p.revision_no, p.ordinal, e.outcome, e.range_text, e.vendor_key, e.product_key
        FROM advisory_product p JOIN advisory_revision r ON r.number = p.revision_no
        JOIN expression e ON e.number = p.expression_no
        WHERE r.valid_to = 9223372036854775807 ORDER BY p.revision_no, p.ordinal";
    DETAIL = "SELECT product_id, detail FROM advisory_product WHERE revision_no = $1 ORDER BY ordinal";
    SAID = "SELECT s.ordinal, p.ordinal, s.status FROM statement s
        JOIN advisory_product p ON p.product_no = s.product_no
        WHERE p.revision_no = $1 AND s.status <> '' ORDER BY s.ordinal, s.place";
    DETAILS = "SELECT detail FROM revision_vulnerability WHERE revision_no = $1 ORDER BY ordinal";
    SET_DETAIL = "UPDATE advisory_product SET detail = $2 WHERE product_no = $1";
    SET_CURED = "UPDATE statement SET turn = 'cure' WHERE product_no = $1 AND ordinal = $2 AND turn = 'clear'
        AND listed = 1 AND status IN ('fixed', 'first_fixed')";
    SET_STANCE = "UPDATE advisory_product SET stance = 'cured' WHERE product_no = $1 AND stance = 'cleared'";
    SET_WEIGHT = "UPDATE product_match SET weight = $2 WHERE product_no = $1 AND weight = 0 AND verdict = 'unknown'
        AND valid_to = 9223372036854775807";
}

/// A product as fixes are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    name: (String, String),
    versions: Versions,
    /// The place of its component, where it is a combination.
    component: Option<usize>,
    /// The place of what the component is on, where it is a combination.
    parent: Option<usize>,
}

/// What of a product's versions matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Versions {
    /// Single ones.
    Single(Vec<String>),
    /// Ranges that begin with one.
    From(Vec<String>),
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
        if range_text.is_empty()
            || ["all versions", "no version"].contains(&range_text)
            || range_text.contains(" except ")
        {
            return Self::Other;
        }
        let parts = range_text.split(" or ");
        if !range_text.contains(['<', '>']) {
            return Self::Single(parts.map(str::to_owned).collect());
        }
        let begins = |part: &str| {
            let first = part.split(',').next().unwrap_or_default().trim();
            let first = first.strip_prefix(">= ").unwrap_or(first);
            (!first.contains(['<', '>'])).then(|| first.to_owned())
        };
        parts.map(begins).collect::<Option<Vec<String>>>().map_or(Self::Other, Self::From)
    }

    fn named(&self) -> &[String] {
        match self {
            Self::Single(versions) | Self::From(versions) => versions,
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

/// What of a document says which versions hold a fix.
#[derive(Debug)]
pub(super) struct Fixed {
    /// The versions that it names as fixed for each product, in the order of the products.
    pub(super) fixes: Vec<Vec<String>>,
    /// What it only cures.
    pub(super) cured: Cured,
}

/// The products that a document calls fixed of a vulnerability while it calls no version of them affected: what is older
/// than the fix is not spoken of, and not cleared.
#[derive(Debug, Default)]
pub(super) struct Cured {
    /// Places of products, by the place of the vulnerability.
    places: Vec<HashSet<usize>>,
}

impl Cured {
    fn of(listed: &[Listed], told: &[Told]) -> Self {
        let cured = told.iter().map(|one| {
            let groups = one.statuses.iter().map(|(place, status)| (*place, status.group()));
            let touched: HashSet<Subject<'_>> = groups
                .clone()
                .filter(|(_, group)| match group {
                    StatusGroup::Affected | StatusGroup::UnderInvestigation => true,
                    StatusGroup::Fixed | StatusGroup::NotAffected | StatusGroup::Recommendation => false,
                })
                .map(|(place, _)| subject(listed, place))
                .collect();
            let is_cured = |place: &usize| {
                let subject = subject(listed, *place);
                if subject.0.1.is_empty() { touched.is_empty() } else { !touched.contains(&subject) }
            };
            let fixed = groups.filter(|(_, group)| *group == StatusGroup::Fixed).map(|(place, _)| place);
            fixed.filter(is_cured).collect()
        });
        Self { places: cured.collect() }
    }

    /// What a statement makes of a yes.
    pub(super) fn turn(&self, vulnerability: usize, product: usize, status: ProductStatus) -> Turn {
        let is_cured = self.places.get(vulnerability).is_some_and(|places| places.contains(&product));
        if is_cured && status.group() == StatusGroup::Fixed { Turn::Cure } else { Turn::of(status) }
    }

    /// The products that are only cured of something, and what these are combinations of.
    fn meant(&self, listed: &[Listed]) -> HashSet<usize> {
        self.places.iter().flatten().flat_map(|place| meant(listed, *place)).collect()
    }
}

/// What a statement is about: the name of the product, or of the innermost component and what it is on.
type Subject<'l> = (&'l (String, String), Option<usize>);

fn subject(listed: &[Listed], place: usize) -> Subject<'_> {
    let innermost = meant(listed, place).last().unwrap_or(place);
    (&listed[innermost].name, listed[place].parent)
}

/// Finds the versions that a document names as fixed, and what it only cures.
pub(super) fn of(content: &AdvisoryContent, readings: &[ProductReading]) -> Fixed {
    let ordinals = ordinals(&content.products);
    let place = |id: &String| ordinals.get(id.as_str()).copied();
    let listed = readings.iter().zip(&content.products).map(|(reading, product)| Listed {
        name: (reading.vendor_key.clone(), reading.product_key.clone()),
        versions: Versions::of(reading.outcome, &reading.range_text),
        component: product.relation.as_ref().and_then(|relation| place(&relation.product)),
        parent: product.relation.as_ref().and_then(|relation| place(&relation.relates_to)),
    });
    let listed: Vec<Listed> = listed.collect();
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
    let told: Vec<Told> = told.collect();
    let cured = Cured::of(&listed, &told);
    Fixed { fixes: for_each(&listed, &told, &cured), cured }
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

fn for_each(listed: &[Listed], told: &[Told], cured: &Cured) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![Vec::new(); listed.len()];
    if listed.iter().all(|product| product.versions == Versions::Other) {
        return found;
    }
    for one in told {
        for (named, places) in &one.remedies {
            let mut seen = HashSet::new();
            for place in places.iter().flat_map(|place| meant(listed, *place)) {
                if matches!(listed[place].versions, Versions::Single(_)) && seen.insert(place) {
                    add(&mut found[place], named);
                }
            }
        }
    }
    add_statuses(listed, told, &cured.meant(listed), &mut found);
    found
}

/// A product, and where it is a combination what it is a combination of: its component, and so on.
fn meant(listed: &[Listed], place: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(place), |place| listed[*place].component).take(MAX_DEPTH)
}

/// What the document's statuses say of versions that hold the fix.
fn add_statuses(listed: &[Listed], told: &[Told], asked: &HashSet<usize>, found: &mut [Vec<String>]) {
    let mut affected: HashMap<&(String, String), HashSet<usize>> = HashMap::new();
    let mut cured: HashMap<&(String, String), BTreeSet<usize>> = HashMap::new();
    let statuses = told.iter().flat_map(|one| &one.statuses);
    let cures_itself = |status: ProductStatus| match status.group() {
        StatusGroup::Fixed | StatusGroup::Recommendation => true,
        StatusGroup::Affected | StatusGroup::UnderInvestigation | StatusGroup::NotAffected => false,
    };
    let stated: HashSet<usize> =
        statuses.clone().filter(|(_, status)| cures_itself(*status)).map(|(place, _)| *place).collect();
    let statuses =
        statuses.flat_map(|(place, status)| meant(listed, *place).map(move |place| (place, *status)));
    for (place, status) in statuses {
        let name = &listed[place].name;
        match status.group() {
            StatusGroup::Affected | StatusGroup::UnderInvestigation => {
                affected.entry(name).or_default().insert(place);
            }
            StatusGroup::Fixed | StatusGroup::Recommendation if !name.1.is_empty() => {
                cured.entry(name).or_default().insert(place);
            }
            StatusGroup::Fixed | StatusGroup::Recommendation | StatusGroup::NotAffected => {}
        }
    }
    for (place, product) in listed.iter().enumerate() {
        let Some(cures) = cured.get(&product.name) else { continue };
        // Nothing is listed as affected: then what is older than the fixed version is not spoken of, and not cleared.
        let is_asked = match (&product.versions, affected.get(&product.name)) {
            (Versions::Other, _) => false,
            (Versions::Single(_) | Versions::From(_), _) if asked.contains(&place) => true,
            (Versions::Single(_), Some(affected)) => affected.contains(&place),
            (Versions::Single(_) | Versions::From(_), None) => stated.contains(&place),
            (Versions::From(_), Some(_)) => false,
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

    /// Whether this program, or one that reads in the same way, found the fixes of the current revisions.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn has_own_fixes(&mut self) -> Result<bool, StoreError> {
        Ok(self.setting(FIXES_SETTING)? == Some(serde_json::json!(FIXES)))
    }

    /// Finds the fixes of all current revisions again when another program found them, or none did; says of how many
    /// products they were others, `None` when there was nothing to do.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn keep_fixes(&mut self) -> Result<Option<u64>, StoreError> {
        if self.has_own_fixes()? {
            return Ok(None);
        }
        let mut revisions: BTreeMap<i64, Vec<(i64, Listed)>> = BTreeMap::new();
        let products = self.query(PRODUCTS, params![], |row| {
            let versions = Versions::of(row.word(3)?, &row.get::<String>(4)?);
            let name = (row.get(5)?, row.get(6)?);
            let listed = Listed { name, versions, component: None, parent: None };
            Ok((row.get::<i64>(1)?, row.get::<i64>(0)?, listed))
        })?;
        for (revision, number, listed) in products {
            revisions.entry(revision).or_default().push((number, listed));
        }
        let mut others = Others::default();
        for (revision, products) in revisions {
            self.other_fixes(revision, products, &mut others)?;
        }
        let n_changed = (others.details.len() + others.stances.len()) as u64;
        if n_changed == 0 && self.setting(FIXES_SETTING)?.is_none() {
            return Ok(None);
        }
        self.exec_many(SET_DETAIL, others.details)?;
        self.exec_many(SET_CURED, others.cured)?;
        let weights =
            others.stances.iter().map(|number| vec![Value::from(*number), Value::from(OPEN_WEIGHT)]);
        self.exec_many(SET_WEIGHT, weights)?;
        self.exec_many(SET_STANCE, others.stances.iter().map(|number| vec![Value::from(*number)]))?;
        self.put_setting(FIXES_SETTING, &serde_json::json!(FIXES))?;
        Ok(Some(n_changed))
    }

    /// The rows of one revision whose fixes are others now, and what it only cures.
    fn other_fixes(
        &mut self,
        revision: i64,
        products: Vec<(i64, Listed)>,
        others: &mut Others,
    ) -> Result<(), StoreError> {
        let said = self.query(SAID, params![revision], |row| {
            Ok((row.get::<u32>(0)? as usize, row.get::<u32>(1)? as usize, row.word::<ProductStatus>(2)?))
        })?;
        let is_fixed = |status: ProductStatus| status.group() == StatusGroup::Fixed;
        if products.iter().all(|(_, product)| product.versions == Versions::Other)
            && !said.iter().any(|(.., status)| is_fixed(*status))
        {
            return Ok(());
        }
        let (numbers, mut listed): (Vec<i64>, Vec<Listed>) = products.into_iter().unzip();
        let kept = self.query(DETAIL, params![revision], |row| {
            Ok((row.get::<String>(0)?, read_json::<ProductDetail>(row, 1)?))
        })?;
        let mut place_of: HashMap<&str, usize> = HashMap::new();
        for (place, (id, _)) in kept.iter().enumerate().take(numbers.len()) {
            place_of.entry(id).or_insert(place);
        }
        for (product, (_, detail)) in listed.iter_mut().zip(&kept) {
            let place = |id: &str| place_of.get(id).copied();
            (product.component, product.parent) = detail
                .parts()
                .map(|(component, parent)| (place(component), place(parent)))
                .unwrap_or_default();
        }
        let details =
            self.query(DETAILS, params![revision], |row| read_json::<VulnerabilityDetail>(row, 0))?;
        let mut told: Vec<Told> = details.iter().map(|detail| told(detail, listed.len())).collect();
        for (vulnerability, place, status) in said {
            if let Some(told) = told.get_mut(vulnerability)
                && place < listed.len()
            {
                told.statuses.push((place, status));
            }
        }
        let cured = Cured::of(&listed, &told);
        others.add_cured(&cured, &numbers);
        let found = numbers.into_iter().zip(&listed).zip(kept).zip(for_each(&listed, &told, &cured));
        for (((number, product), (_, mut detail)), fixes) in found {
            if product.versions != Versions::Other && fixes != detail.fixes {
                detail.fixes = fixes;
                others.details.push(vec![Value::from(number), Value::from(write_json(&detail))]);
            }
        }
        Ok(())
    }
}

/// The rows of which something is to be said otherwise.
#[derive(Debug, Default)]
struct Others {
    /// Products with other fixes.
    details: Vec<Vec<Value<'static>>>,
    /// Statements that only cure.
    cured: Vec<Vec<Value<'static>>>,
    /// Products that are cured of something.
    stances: BTreeSet<i64>,
}

impl Others {
    fn add_cured(&mut self, cured: &Cured, numbers: &[i64]) {
        for (vulnerability, places) in cured.places.iter().enumerate() {
            for number in places.iter().filter_map(|place| numbers.get(*place)) {
                self.cured.push(vec![Value::from(*number), Value::from(vulnerability)]);
                self.stances.insert(*number);
            }
        }
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
