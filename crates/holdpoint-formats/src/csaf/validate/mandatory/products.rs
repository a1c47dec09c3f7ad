//! Tests on definitions of products: 6.1.2, 6.1.3, 6.1.5, 6.1.13, 6.1.25, 6.1.31.

use std::collections::BTreeSet;
use std::str::FromStr;

use packageurl::PackageUrl;

use crate::csaf::finding::Findings;
use crate::csaf::model::{each_branch, each_product};
use crate::csaf::text::short;
use crate::csaf::validate::subject::Subject;
use crate::csaf::words::BranchCategory;

/// 6.1.2 Multiple definition of product id.
pub(super) fn test_6_1_2(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    let mut defined = vec![false; subject.product_count()];
    each_product(tree, &mut |product, _, _, place| {
        let Some(id) = product.product_id.as_deref() else {
            return;
        };
        let Some(number) = subject.number(id) else {
            return;
        };
        if std::mem::replace(&mut defined[number], true) {
            let message = format!("the product `{}` is defined more than once", short(id));
            found.mandatory("6.1.2", place.key("product_id"), message);
        }
    });
}

/// 6.1.3 Circular definition of product id.
///
/// A depth-first walk with three colours over the products that relationships define, without recursion.
pub(super) fn test_6_1_3(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = subject.doc.product_tree.as_ref().filter(|tree| !tree.relationships.is_empty()) else {
        return;
    };
    let mut parts: Vec<Vec<usize>> = vec![Vec::new(); subject.product_count()];
    let mut origins = Vec::new();
    for (at, relation) in tree.relationships.iter().enumerate() {
        let id = relation.full_product_name.as_ref().and_then(|name| name.product_id.as_deref());
        let Some(number) = id.and_then(|id| subject.number(id)) else {
            continue;
        };
        let references = [&relation.product_reference, &relation.relates_to_product_reference];
        parts[number].extend(references.into_iter().flatten().filter_map(|id| subject.number(id)));
        origins.push((number, at));
    }
    let mut colours = vec![Colour::White; parts.len()];
    for (start, at) in origins {
        if closes_a_circle(start, &parts, &mut colours) {
            let place = format!("/product_tree/relationships/{at}/full_product_name/product_id");
            let id = short(subject.product_ids()[start]);
            found.mandatory("6.1.3", place, format!("the product `{id}` is defined by itself, in a circle"));
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colour {
    /// Not seen.
    White,
    /// On the way from the start.
    Grey,
    /// Done.
    Black,
}

/// Walks from `start`; whether a circle closes on the way.
fn closes_a_circle(start: usize, parts: &[Vec<usize>], colours: &mut [Colour]) -> bool {
    if colours[start] != Colour::White {
        return false;
    }
    let mut circle = false;
    let mut way = vec![(start, 0)];
    colours[start] = Colour::Grey;
    while let Some((product, next)) = way.last_mut() {
        let Some(part) = parts[*product].get(*next).copied() else {
            colours[*product] = Colour::Black;
            way.pop();
            continue;
        };
        *next += 1;
        match colours[part] {
            Colour::White => {
                colours[part] = Colour::Grey;
                way.push((part, 0));
            }
            Colour::Grey => circle = true,
            Colour::Black => {}
        }
    }
    circle
}

/// 6.1.5 Multiple definition of product group id.
pub(super) fn test_6_1_5(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    let mut defined = BTreeSet::new();
    for (at, group) in tree.product_groups.iter().enumerate() {
        let Some(id) = group.group_id.as_deref() else {
            continue;
        };
        if !defined.insert(id) {
            let message = format!("the product group `{}` is defined more than once", short(id));
            found.mandatory("6.1.5", format!("/product_tree/product_groups/{at}/group_id"), message);
        }
    }
}

/// 6.1.13 Package URL.
pub(super) fn test_6_1_13(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    each_product(tree, &mut |product, _, _, place| {
        let helper = product.product_identification_helper.as_ref();
        let Some(purl) = helper.and_then(|helper| helper.purl.as_deref()) else {
            return;
        };
        let problem = match PackageUrl::from_str(purl) {
            Ok(parsed) if parsed.name().trim().is_empty() => Some("it has no name".to_owned()),
            Ok(_) => None,
            Err(error) => Some(error.to_string()),
        };
        if let Some(problem) = problem {
            let message = format!("`{}` is not a sound package URL: {problem}", short(purl));
            let place = place.key("product_identification_helper");
            found.mandatory("6.1.13", place.key("purl"), message);
        }
    });
}

/// 6.1.25 Multiple use of same hash algorithm.
pub(super) fn test_6_1_25(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    each_product(tree, &mut |product, _, _, place| {
        let Some(helper) = &product.product_identification_helper else {
            return;
        };
        let list = place.key("product_identification_helper");
        let list = list.key("hashes");
        for (at, hashes) in helper.hashes.iter().enumerate() {
            let mut used = BTreeSet::new();
            for (number, hash) in hashes.file_hashes.iter().enumerate() {
                let Some(algorithm) = hash.algorithm.as_deref() else {
                    continue;
                };
                if !used.insert(algorithm) {
                    let item = list.index(at);
                    let message = format!("the file has more than one hash by `{}`", short(algorithm));
                    found.mandatory("6.1.25", item.key("file_hashes").index(number), message);
                }
            }
        }
    });
}

/// 6.1.31 Version range in product version.
pub(super) fn test_6_1_31(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    each_branch(tree, &mut |branch, place| {
        if branch.category != Some(BranchCategory::ProductVersion) {
            return;
        }
        let name = branch.name.as_deref().unwrap_or_default();
        if let Some(sign) = range_sign(name) {
            let name = short(name);
            let message = format!("`{name}` is under `product_version` and says a range by `{sign}`");
            found.mandatory("6.1.31", place.key("name"), message);
        }
    });
}

/// What makes a name a range: a comparison sign anywhere, or one of the words that speak of more than one version.
/// Words count as whole words, so that a version called `after-eight` is one version.
fn range_sign(name: &str) -> Option<&str> {
    if let Some(at) = name.find(['<', '>']) {
        return Some(&name[at..=at]);
    }
    name.split_whitespace().find(|word| RANGE_WORDS.iter().any(|range| range.eq_ignore_ascii_case(word)))
}

const RANGE_WORDS: [&str; 7] = ["after", "all", "before", "earlier", "later", "prior", "versions"];
