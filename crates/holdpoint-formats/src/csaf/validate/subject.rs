//! A document prepared for the tests: product ids and groups are looked up many times, so they are indexed once.
//!
//! Not here: the tests. The surprise: products are numbered, so that a test can keep one mark per product in a flat
//! list; ids that the document never defines are marked in a side table.

use std::collections::BTreeMap;

use crate::csaf::model::{CsafDocument, each_product};
use crate::csaf::text::Text;

/// The document under test.
pub(crate) struct Subject<'d, 'a> {
    pub(crate) doc: &'d CsafDocument<'a>,
    /// All product ids that are defined, sorted, each once.
    ids: Vec<&'d str>,
    /// The members of each group; the first definition counts.
    groups: BTreeMap<&'d str, &'d [Text<'a>]>,
}

impl<'d, 'a> Subject<'d, 'a> {
    pub(crate) fn new(doc: &'d CsafDocument<'a>) -> Self {
        let mut ids = Vec::new();
        let mut groups = BTreeMap::new();
        if let Some(tree) = &doc.product_tree {
            each_product(tree, &mut |product, _, _, _| ids.extend(product.product_id.as_deref()));
            for group in &tree.product_groups {
                if let Some(id) = group.group_id.as_deref() {
                    groups.entry(id).or_insert(group.product_ids.as_slice());
                }
            }
        }
        ids.sort_unstable();
        ids.dedup();
        Self { doc, ids, groups }
    }

    /// The number of a defined product.
    pub(crate) fn number(&self, product_id: &str) -> Option<usize> {
        self.ids.binary_search(&product_id).ok()
    }

    /// How many products are defined.
    pub(crate) fn product_count(&self) -> usize {
        self.ids.len()
    }

    /// All defined products, by number.
    pub(crate) fn product_ids(&self) -> &[&'d str] {
        &self.ids
    }

    /// Whether the group is defined.
    pub(crate) fn has_group(&self, group_id: &str) -> bool {
        self.groups.contains_key(group_id)
    }

    /// Products named directly and through groups; one product may come more than once.
    pub(crate) fn expand<'s>(
        &'s self,
        product_ids: &'d [Text<'a>],
        group_ids: &'s [Text<'_>],
    ) -> impl Iterator<Item = &'d str> + use<'s, 'd, 'a> {
        let members = group_ids.iter().flat_map(|group| self.groups.get(&**group).copied().unwrap_or(&[]));
        product_ids.iter().chain(members).map(|id| &**id)
    }

    /// The category of the document, empty when absent.
    pub(crate) fn category(&self) -> &'d str {
        self.doc.document.category.as_deref().unwrap_or_default()
    }
}

/// One mark for each product, defined or not.
pub(crate) struct Marks<'s, 'd, 'a, T> {
    subject: &'s Subject<'d, 'a>,
    defined: Vec<T>,
    undefined: BTreeMap<&'d str, T>,
}

impl<'s, 'd, 'a, T: Copy + Default> Marks<'s, 'd, 'a, T> {
    /// All marks at their default.
    pub(crate) fn new(subject: &'s Subject<'d, 'a>) -> Self {
        Self { subject, defined: vec![T::default(); subject.product_count()], undefined: BTreeMap::new() }
    }

    /// The mark of a product, to read and to change.
    pub(crate) fn of(&mut self, product_id: &'d str) -> &mut T {
        match self.subject.number(product_id) {
            Some(number) => &mut self.defined[number],
            None => self.undefined.entry(product_id).or_default(),
        }
    }
}
