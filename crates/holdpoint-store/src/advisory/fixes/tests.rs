//! Which versions stand beside which products.

use super::*;

fn listed(product: &str, range: &str) -> Listed {
    Listed {
        name: ("v".to_owned(), product.to_owned()),
        versions: Versions::of(ExpressionOutcome::Decided, range),
    }
}

fn told(statuses: &[(usize, ProductStatus)], remedies: &[(&str, &str, &[usize])]) -> Told {
    let remedies =
        remedies.iter().map(|(category, words, places)| (named_by(category, words, None), places.to_vec()));
    Told { remedies: remedies.collect(), statuses: statuses.to_vec() }
}

#[test]
fn a_remedy_of_any_kind_names_the_fix() {
    let products = [listed("a", "1.0"), listed("b", "< 2.0")];
    for category in ["vendor_fix", "mitigation", "workaround", "none_available", "no_fix_planned"] {
        let said = told(&[(0, ProductStatus::KnownAffected)], &[(category, "Update to 2.0.", &[0, 1])]);
        assert_eq!(for_each(&products, &[said]), [vec!["2.0".to_owned()], vec![]], "{category}");
    }
}

#[test]
fn what_the_document_lists_as_fixed_or_recommended_stands_beside_what_is_affected() {
    for status in [ProductStatus::Fixed, ProductStatus::FirstFixed, ProductStatus::Recommended] {
        let products = [listed("a", "1.0"), listed("a", "2.0"), listed("b", "9.0")];
        let said = told(&[(0, ProductStatus::KnownAffected), (1, status), (2, status)], &[]);
        let found = for_each(&products, &[said]);
        assert_eq!(found[0], ["2.0"]);
    }
}

#[test]
fn a_fixed_version_alone_does_not_clear_what_is_older() {
    let products = [listed("a", "2.0"), listed("b", ">= 3.1"), listed("c", "1.0"), listed("c", "4.0")];
    let said = told(
        &[
            (0, ProductStatus::FirstFixed),
            (1, ProductStatus::Fixed),
            (2, ProductStatus::KnownNotAffected),
            (3, ProductStatus::KnownNotAffected),
        ],
        &[],
    );
    assert_eq!(
        for_each(&products, &[said]),
        [vec!["2.0".to_owned()], vec!["3.1".to_owned()], vec![], vec![]]
    );
}

#[test]
fn where_ranges_are_listed_as_affected_the_range_of_the_fixed_says_nothing_new() {
    let products = [listed("a", "< 2.0"), listed("a", ">= 2.0")];
    let said = told(&[(0, ProductStatus::KnownAffected), (1, ProductStatus::Fixed)], &[]);
    assert_eq!(for_each(&products, &[said]), [Vec::<String>::new(), vec![]]);
}
