//! Optional tests on products: 6.2.1, 6.2.8, 6.2.9, 6.2.16, 6.2.18.

use crate::csaf::finding::Findings;
use crate::csaf::model::{each_branch, each_product};
use crate::csaf::text::{Text, short};
use crate::csaf::validate::subject::Subject;
use crate::csaf::words::BranchCategory;

/// 6.2.1 Unused definition of product id. An informational advisory may define products without a use.
pub(super) fn test_6_2_1(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    if subject.category() == "csaf_informational_advisory" {
        return;
    }
    let used = used_products(subject);
    each_product(tree, &mut |product, _, _, place| {
        let id = product.product_id.as_deref().unwrap_or_default();
        if subject.number(id).is_some_and(|number| !used[number]) {
            let message = format!("the product `{}` is defined and never used", short(id));
            found.optional("6.2.1", place.key("product_id"), message);
        }
    });
}

/// For each defined product, by number, whether anything refers to it.
fn used_products(subject: &Subject<'_, '_>) -> Vec<bool> {
    let mut used = vec![false; subject.product_count()];
    let mut mark = |ids: &[Text<'_>]| {
        for number in ids.iter().filter_map(|id| subject.number(id)) {
            used[number] = true;
        }
    };
    if let Some(tree) = &subject.doc.product_tree {
        tree.product_groups.iter().for_each(|group| mark(&group.product_ids));
        for relation in &tree.relationships {
            mark(relation.product_reference.as_slice());
            mark(relation.relates_to_product_reference.as_slice());
        }
    }
    for one in &subject.doc.vulnerabilities {
        if let Some(status) = &one.product_status {
            status.lists().iter().for_each(|(_, list)| mark(list));
        }
        one.scores.iter().for_each(|score| mark(&score.products));
        one.remediations.iter().for_each(|remediation| mark(&remediation.product_ids));
        one.threats.iter().for_each(|threat| mark(&threat.product_ids));
        one.flags.iter().for_each(|flag| mark(&flag.product_ids));
    }
    used
}

/// 6.2.8 Use of MD5 as the only hash algorithm.
pub(super) fn test_6_2_8(subject: &Subject<'_, '_>, found: &mut Findings) {
    only_algorithm(subject, "6.2.8", "md5", found);
}

/// 6.2.9 Use of SHA-1 as the only hash algorithm.
pub(super) fn test_6_2_9(subject: &Subject<'_, '_>, found: &mut Findings) {
    only_algorithm(subject, "6.2.9", "sha1", found);
}

fn only_algorithm(subject: &Subject<'_, '_>, test: &'static str, weak: &str, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    each_product(tree, &mut |product, _, _, place| {
        let Some(helper) = &product.product_identification_helper else {
            return;
        };
        for (at, hashes) in helper.hashes.iter().enumerate() {
            let all_weak = hashes.file_hashes.iter().all(|hash| hash.algorithm.as_deref() == Some(weak));
            if all_weak && !hashes.file_hashes.is_empty() {
                let list = place.key("product_identification_helper");
                let message = format!("`{weak}` is the only algorithm for this file, and it is broken");
                found.optional(test, list.key("hashes").index(at).key("file_hashes"), message);
            }
        }
    });
}

/// 6.2.16 Missing product identification helper.
pub(super) fn test_6_2_16(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    each_product(tree, &mut |product, _, _, place| {
        if product.product_identification_helper.is_none() {
            found.optional("6.2.16", place, "the product has no identifier for machines");
        }
    });
}

/// 6.2.18 Product version range without vers.
pub(super) fn test_6_2_18(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    each_branch(tree, &mut |branch, place| {
        let name = branch.name.as_deref().unwrap_or_default();
        if branch.category == Some(BranchCategory::ProductVersionRange) && !is_vers(name) {
            let message = format!("the range `{}` is not written in the `vers:` notation", short(name));
            found.optional("6.2.18", place.key("name"), message);
        }
    });
}

/// `vers:`, a type of lower-case letters, digits, `.`, `-` or `+` that begins with no digit, `/`, and something after.
fn is_vers(name: &str) -> bool {
    let Some((kind, constraints)) = name.strip_prefix("vers:").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-+".contains(&byte);
    kind.starts_with(|c: char| !c.is_ascii_digit()) && kind.bytes().all(sound) && !constraints.is_empty()
}
