//! Tests on references to products and groups: 6.1.1, 6.1.4, 6.1.29, 6.1.32.
//!
//! The surprise: flags refer to products and groups too, although the standard's list of paths forgets them.

use crate::csaf::finding::Findings;
use crate::csaf::model::Vulnerability;
use crate::csaf::place::Place;
use crate::csaf::text::{Text, short};
use crate::csaf::validate::subject::Subject;

/// 6.1.1 Missing definition of product id.
pub(super) fn test_6_1_1(subject: &Subject<'_, '_>, found: &mut Findings) {
    let mut check = |id: &Text<'_>, place: &Place<'_>| {
        if subject.number(id).is_none() {
            let message = format!("the product `{}` is not defined in the product tree", short(id));
            found.mandatory("6.1.1", place, message);
        }
    };
    let root = Place::ROOT.key("product_tree");
    if let Some(tree) = &subject.doc.product_tree {
        let groups = root.key("product_groups");
        for (at, group) in tree.product_groups.iter().enumerate() {
            each(&group.product_ids, &groups.index(at).key("product_ids"), &mut check);
        }
        let relationships = root.key("relationships");
        for (at, relation) in tree.relationships.iter().enumerate() {
            let place = relationships.index(at);
            if let Some(id) = &relation.product_reference {
                check(id, &place.key("product_reference"));
            }
            if let Some(id) = &relation.relates_to_product_reference {
                check(id, &place.key("relates_to_product_reference"));
            }
        }
    }
    let vulnerabilities = Place::ROOT.key("vulnerabilities");
    for (at, vulnerability) in subject.doc.vulnerabilities.iter().enumerate() {
        products_of(vulnerability, &vulnerabilities.index(at), &mut check);
    }
}

fn each(ids: &[Text<'_>], place: &Place<'_>, check: &mut impl FnMut(&Text<'_>, &Place<'_>)) {
    for (at, id) in ids.iter().enumerate() {
        check(id, &place.index(at));
    }
}

fn products_of(one: &Vulnerability<'_>, place: &Place<'_>, check: &mut impl FnMut(&Text<'_>, &Place<'_>)) {
    if let Some(status) = &one.product_status {
        let place = place.key("product_status");
        for (name, list) in status.lists() {
            each(list, &place.key(name), check);
        }
    }
    let list = place.key("scores");
    for (at, score) in one.scores.iter().enumerate() {
        each(&score.products, &list.index(at).key("products"), check);
    }
    let list = place.key("remediations");
    for (at, remediation) in one.remediations.iter().enumerate() {
        each(&remediation.product_ids, &list.index(at).key("product_ids"), check);
    }
    let list = place.key("threats");
    for (at, threat) in one.threats.iter().enumerate() {
        each(&threat.product_ids, &list.index(at).key("product_ids"), check);
    }
    let list = place.key("flags");
    for (at, flag) in one.flags.iter().enumerate() {
        each(&flag.product_ids, &list.index(at).key("product_ids"), check);
    }
}

/// 6.1.4 Missing definition of product group id.
pub(super) fn test_6_1_4(subject: &Subject<'_, '_>, found: &mut Findings) {
    let mut check = |id: &Text<'_>, place: &Place<'_>| {
        if !subject.has_group(id) {
            let message = format!("the product group `{}` is not defined in the product tree", short(id));
            found.mandatory("6.1.4", place, message);
        }
    };
    let vulnerabilities = Place::ROOT.key("vulnerabilities");
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        let place = vulnerabilities.index(at);
        let list = place.key("remediations");
        for (at, remediation) in one.remediations.iter().enumerate() {
            each(&remediation.group_ids, &list.index(at).key("group_ids"), &mut check);
        }
        let list = place.key("threats");
        for (at, threat) in one.threats.iter().enumerate() {
            each(&threat.group_ids, &list.index(at).key("group_ids"), &mut check);
        }
        let list = place.key("flags");
        for (at, flag) in one.flags.iter().enumerate() {
            each(&flag.group_ids, &list.index(at).key("group_ids"), &mut check);
        }
    }
}

/// 6.1.29 Remediation without product reference.
pub(super) fn test_6_1_29(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        for (number, remediation) in one.remediations.iter().enumerate() {
            if remediation.product_ids.is_empty() && remediation.group_ids.is_empty() {
                let place = format!("/vulnerabilities/{at}/remediations/{number}");
                found.mandatory("6.1.29", place, "the remediation names neither products nor product groups");
            }
        }
    }
}

/// 6.1.32 Flag without product reference.
pub(super) fn test_6_1_32(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        for (number, flag) in one.flags.iter().enumerate() {
            if flag.product_ids.is_empty() && flag.group_ids.is_empty() {
                let place = format!("/vulnerabilities/{at}/flags/{number}");
                found.mandatory("6.1.32", place, "the flag names neither products nor product groups");
            }
        }
    }
}
