//! The `affected` blocks of a CVE record: which product each means, and the condition it becomes.
//!
//! Not here: versions (`versions`). The surprise: a block that names no product (`n/a`) says nothing and is left out; the
//! record then names fewer products, which is not "no product".

use std::collections::BTreeSet;

use holdpoint_domain::Warning;
use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, Role, Subject, Unlisted, VersionTest,
};
use serde::Deserialize;

use super::versions::{Entry, Meant, Status, meant, not_stated};
use crate::intelligence::nvd::{Configuration, named_version};
use crate::intelligence::package;
use crate::intelligence::text::{List, Text};

/// CPE names that are kept of one block; records with more are lists of whole product families.
const MOST_CPES: usize = 5_000;

#[derive(Deserialize)]
pub(super) struct Affected<'a> {
    #[serde(borrow, default)]
    vendor: Text<'a>,
    #[serde(borrow, default)]
    product: Text<'a>,
    #[serde(borrow, default, rename = "collectionURL")]
    collection: Text<'a>,
    #[serde(borrow, default, rename = "packageName")]
    package: Text<'a>,
    #[serde(borrow, default)]
    cpes: List<Text<'a>>,
    #[serde(borrow, default)]
    platforms: List<Text<'a>>,
    #[serde(borrow, default, rename = "defaultStatus")]
    default_status: Text<'a>,
    #[serde(borrow, default)]
    versions: List<Entry<'a>>,
}

/// Adds one container's blocks: those whose other versions are said to be unaffected, and those that do not say, apart.
pub(super) fn add(
    to: &mut Vec<Applicability>,
    blocks: &[Affected<'_>],
    source: &str,
    warnings: &mut Vec<Warning>,
) {
    let with_versions: BTreeSet<(&str, &str)> = blocks
        .iter()
        .filter(|block| block.versions.iter().any(|entry| !entry.names_commits()))
        .map(|block| (&*block.vendor.0, &*block.product.0))
        .collect();
    let (mut unaffected, mut not_said) = (Vec::new(), Vec::new());
    let mut nameless = 0_usize;
    let entries = blocks.iter().flat_map(|block| &*block.versions);
    let empty = entries.filter(|entry| !entry.names_commits() && entry.is_empty()).count();
    if empty > 0 {
        let text = format!(
            "{empty} spans of versions of `{source}` end below their beginning: which versions are meant is not known, so \
             they are unknown"
        );
        warnings.push(Warning::new("cve-empty-span", "/containers", text));
    }
    for block in blocks {
        let default = Status::read(&block.default_status);
        let test = match meant(&block.versions, default) {
            Meant::Test(test) => test,
            Meant::Nothing => continue,
            // Commits say nothing of versions; another block of the same product does.
            Meant::OnlyCommits if with_versions.contains(&(&*block.vendor.0, &*block.product.0)) => continue,
            Meant::OnlyCommits => VersionTest::NotStated,
        };
        match (block.condition(&test), default) {
            (None, _) => nameless += 1,
            (Some(condition), Status::Unaffected) => unaffected.push(condition),
            (Some(condition), Status::Affected | Status::Unknown) => not_said.push(condition),
        }
    }
    if nameless > 0 {
        let text = format!("{nameless} products of `{source}` were left out, because they have no name");
        warnings.push(Warning::new("cve-no-product", "/containers", text));
    }
    for (conditions, unlisted) in [(unaffected, Unlisted::NotAffected), (not_said, Unlisted::NotSaid)] {
        if let Some(root) = any(conditions) {
            to.push(Applicability { source: source.to_owned(), unlisted, root });
        }
    }
}

/// Adds one container's trees over CPE names, which have NVD's shape.
pub(super) fn add_trees(to: &mut Vec<Applicability>, trees: &[Configuration<'_>], source: &str) {
    if let Some(root) = any(trees.iter().filter_map(Configuration::condition).collect()) {
        to.push(Applicability { source: source.to_owned(), unlisted: Unlisted::NotSaid, root });
    }
}

fn any(mut conditions: Vec<Condition>) -> Option<Condition> {
    match conditions.len() {
        0 => None,
        1 => conditions.pop(),
        _ => Some(Condition::Any(conditions)),
    }
}

impl Affected<'_> {
    /// The block as a condition: its product under each name that it gives; `None` when it gives none.
    fn condition(&self, test: &VersionTest) -> Option<Condition> {
        let cpes: Vec<String> = self.cpes.iter().take(MOST_CPES).map(Text::owned).collect();
        let vendor = stated(&self.vendor);
        let product = stated(&self.product);
        let platforms: Vec<String> =
            self.platforms.iter().map(Text::owned).filter(|name| !name.is_empty()).collect();
        let named = (!product.is_empty()).then(|| Subject::Product {
            vendor: vendor.clone(),
            product: product.clone(),
            platforms: platforms.clone(),
        });
        let name = stated(&self.package);
        if let Some(package) = package::in_collection(&self.collection, &name, &cpes) {
            return Some(packaged(package, named, test));
        }
        let mut ways = Vec::new();
        match named {
            Some(product) => ways.push(leaf(Role::Vulnerable, product, test.clone())),
            None if !name.is_empty() => {
                let product = Subject::Product { vendor, product: name, platforms };
                ways.push(leaf(Role::Vulnerable, product, test.clone()));
            }
            None => {}
        }
        for cpe in cpes.into_iter().filter(|cpe| cpe.starts_with("cpe:")) {
            let test = if self.versions.is_empty() { named_version(&cpe) } else { test.clone() };
            ways.push(leaf(Role::Vulnerable, Subject::Cpe(cpe), test));
        }
        any(ways)
    }
}

/// A package; when its distribution's release is not told, only on the product that the block names beside it.
fn packaged(package: Subject, product: Option<Subject>, test: &VersionTest) -> Condition {
    let needs_ground = matches!(
        &package,
        Subject::Package { namespace, release, .. } if namespace == "redhat" && release.is_empty()
    );
    let scheme = package::scheme_of(&package);
    let leaf_of_package = leaf(Role::Vulnerable, package, in_order_of(test, &scheme));
    match product {
        Some(product) if needs_ground => {
            Condition::All(vec![leaf_of_package, leaf(Role::Platform, product, VersionTest::Any)])
        }
        Some(_) | None => leaf_of_package,
    }
}

/// The same test, its ranges in the order of an ecosystem where none is named.
fn in_order_of(test: &VersionTest, scheme: &str) -> VersionTest {
    match test {
        VersionTest::Between { scheme: said, low, high } if said.is_empty() => {
            VersionTest::Between { scheme: scheme.to_owned(), low: low.clone(), high: high.clone() }
        }
        VersionTest::OneOf(tests) => {
            VersionTest::OneOf(tests.iter().map(|test| in_order_of(test, scheme)).collect())
        }
        VersionTest::Except { meant, taken_out } => VersionTest::Except {
            meant: Box::new(in_order_of(meant, scheme)),
            taken_out: taken_out.iter().map(|test| in_order_of(test, scheme)).collect(),
        },
        VersionTest::Any
        | VersionTest::NotStated
        | VersionTest::Exact { .. }
        | VersionTest::Between { .. }
        | VersionTest::Expression(_) => test.clone(),
    }
}

fn leaf(role: Role, subject: Subject, versions: VersionTest) -> Condition {
    Condition::Is(Criterion { role, subject, versions })
}

/// A name, or nothing when the text only says that there is none.
fn stated(text: &Text<'_>) -> String {
    let text = text.owned();
    if not_stated(&text) { String::new() } else { text }
}
