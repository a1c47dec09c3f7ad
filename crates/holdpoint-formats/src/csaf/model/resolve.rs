//! Looking products up: by id with their path, groups expanded, combinations taken apart.
//!
//! Not here: the definitions (`product_tree`). The surprise: ids may be defined twice and relationships may form a
//! circle in a bad document; every walk here ends, and [`ProductIndex::get`] gives the first definition.

use std::collections::{BTreeMap, BTreeSet};

use super::CsafDocument;
use super::product_tree::{Branch, FullProductName, ProductTree, Relationship};
use crate::csaf::place::Place;
use crate::csaf::text::Text;

/// Where a product is defined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Origin<'d, 'a> {
    /// At the leaf of a path of branches.
    Branch,
    /// In the flat list of names.
    Name,
    /// By a relationship of two other products.
    Combination(&'d Relationship<'a>),
}

/// A product with everything about where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductRecord<'d, 'a> {
    /// Its definition.
    pub product: &'d FullProductName<'a>,
    /// The branches from the root of the tree down to it; empty outside the branches.
    pub path: Vec<&'d Branch<'a>>,
    /// Where it is defined.
    pub origin: Origin<'d, 'a>,
    /// JSON pointer of its definition.
    pub pointer: String,
}

/// All products and groups of a document.
#[derive(Debug, Clone, Default)]
pub struct ProductIndex<'d, 'a> {
    records: Vec<ProductRecord<'d, 'a>>,
    by_id: BTreeMap<&'d str, usize>,
    groups: BTreeMap<&'d str, &'d [Text<'a>]>,
}

impl<'d, 'a> ProductIndex<'d, 'a> {
    pub(crate) fn new(document: &'d CsafDocument<'a>) -> Self {
        let mut index = Self::default();
        let Some(tree) = &document.product_tree else {
            return index;
        };
        each_product(tree, &mut |product, path, origin, place| {
            if let Some(id) = product.product_id.as_deref() {
                index.by_id.entry(id).or_insert(index.records.len());
            }
            index.records.push(ProductRecord {
                product,
                path: path.to_vec(),
                origin,
                pointer: place.to_string(),
            });
        });
        for group in &tree.product_groups {
            if let Some(id) = group.group_id.as_deref() {
                index.groups.entry(id).or_insert(&group.product_ids);
            }
        }
        index
    }

    /// All products, in the order of the document.
    pub fn records(&self) -> &[ProductRecord<'d, 'a>] {
        &self.records
    }

    /// The first definition of a product id.
    pub fn get(&self, product_id: &str) -> Option<&ProductRecord<'d, 'a>> {
        self.by_id.get(product_id).map(|at| &self.records[*at])
    }

    /// The members of a group; empty when it is not defined.
    pub fn group(&self, group_id: &str) -> &'d [Text<'a>] {
        self.groups.get(group_id).copied().unwrap_or(&[])
    }

    /// Product ids and the members of groups as one list without repetition, in the order of the document.
    pub fn expand(&self, product_ids: &'d [Text<'a>], group_ids: &[Text<'_>]) -> Vec<&'d str> {
        let members = group_ids.iter().flat_map(|group| self.group(group));
        let mut seen = BTreeSet::new();
        product_ids.iter().chain(members).map(|id| &**id).filter(|id| seen.insert(*id)).collect()
    }

    /// The products that a product is made of: itself, or, for a combination, the parts that are no combinations.
    /// A circle of combinations is cut where it closes.
    pub fn parts(&self, product_id: &'d str) -> Vec<&'d str> {
        let mut parts = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![product_id];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match self.get(id).map(|record| record.origin) {
                Some(Origin::Combination(relation)) => {
                    open.extend(relation.relates_to_product_reference.as_deref());
                    open.extend(relation.product_reference.as_deref());
                }
                Some(Origin::Branch | Origin::Name) | None => parts.push(id),
            }
        }
        parts
    }
}

/// What [`each_product`] calls: product, path of branches, origin, place.
pub(crate) type ProductVisit<'v, 'd, 'a> =
    dyn FnMut(&'d FullProductName<'a>, &[&'d Branch<'a>], Origin<'d, 'a>, &Place<'_>) + 'v;

/// Visits every product definition, in the order branches, names, relationships.
pub(crate) fn each_product<'d, 'a>(tree: &'d ProductTree<'a>, visit: &mut ProductVisit<'_, 'd, 'a>) {
    let root = Place::ROOT.key("product_tree");
    walk(&tree.branches, &root, &mut Vec::new(), visit);
    let names = root.key("full_product_names");
    for (at, product) in tree.full_product_names.iter().enumerate() {
        visit(product, &[], Origin::Name, &names.index(at));
    }
    let relationships = root.key("relationships");
    for (at, relation) in tree.relationships.iter().enumerate() {
        if let Some(product) = &relation.full_product_name {
            visit(
                product,
                &[],
                Origin::Combination(relation),
                &relationships.index(at).key("full_product_name"),
            );
        }
    }
}

/// Goes down the branches; the depth is bounded by the nesting limit of reading.
fn walk<'d, 'a>(
    branches: &'d [Branch<'a>],
    parent: &Place<'_>,
    path: &mut Vec<&'d Branch<'a>>,
    visit: &mut ProductVisit<'_, 'd, 'a>,
) {
    let list = parent.key("branches");
    for (at, branch) in branches.iter().enumerate() {
        let place = list.index(at);
        path.push(branch);
        if let Some(product) = &branch.product {
            visit(product, path, Origin::Branch, &place.key("product"));
        }
        walk(&branch.branches, &place, path, visit);
        path.pop();
    }
}

/// Visits every branch with its place.
pub(crate) fn each_branch<'d, 'a>(
    tree: &'d ProductTree<'a>,
    visit: &mut dyn FnMut(&'d Branch<'a>, &Place<'_>),
) {
    fn down<'d, 'a>(
        branches: &'d [Branch<'a>],
        parent: &Place<'_>,
        visit: &mut dyn FnMut(&'d Branch<'a>, &Place<'_>),
    ) {
        let list = parent.key("branches");
        for (at, branch) in branches.iter().enumerate() {
            let place = list.index(at);
            visit(branch, &place);
            down(&branch.branches, &place, visit);
        }
    }
    down(&tree.branches, &Place::ROOT.key("product_tree"), visit);
}
