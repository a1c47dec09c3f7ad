//! Tests on what is said of one product more than once: 6.1.6, 6.1.7, 6.1.33.

use crate::csaf::finding::Findings;
use crate::csaf::model::{ProductStatus, Score};
use crate::csaf::text::{Text, short};
use crate::csaf::validate::subject::{Marks, Subject};
use crate::csaf::words::FlagLabel;

/// 6.1.6 Contradicting product status.
pub(super) fn test_6_1_6(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        let Some(status) = one.product_status.as_ref().filter(|status| uses_two_groups(status)) else {
            continue;
        };
        let mut marks: Marks<'_, '_, '_, u8> = Marks::new(subject);
        for (group, name, list) in grouped(status) {
            for (number, id) in list.iter().enumerate() {
                let mark = marks.of(id);
                let before = *mark & !(1 << group);
                *mark |= 1 << group;
                if before != 0 {
                    let other = GROUPS[before.trailing_zeros() as usize];
                    let message =
                        format!("the product `{}` is {} and {other} at once", short(id), GROUPS[group]);
                    let place = format!("/vulnerabilities/{at}/product_status/{name}/{number}");
                    found.mandatory("6.1.6", place, message);
                }
            }
        }
    }
}

const GROUPS: [&str; 4] = ["affected", "not affected", "fixed", "under investigation"];

/// The lists with the number of their group; `recommended` contradicts nothing.
fn grouped<'d, 'a>(status: &'d ProductStatus<'a>) -> [(usize, &'static str, &'d [Text<'a>]); 7] {
    [
        (0, "first_affected", &status.first_affected),
        (0, "known_affected", &status.known_affected),
        (0, "last_affected", &status.last_affected),
        (1, "known_not_affected", &status.known_not_affected),
        (2, "first_fixed", &status.first_fixed),
        (2, "fixed", &status.fixed),
        (3, "under_investigation", &status.under_investigation),
    ]
}

fn uses_two_groups(status: &ProductStatus<'_>) -> bool {
    let used = |wanted| grouped(status).iter().any(|(group, _, list)| *group == wanted && !list.is_empty());
    (0..GROUPS.len()).filter(|group| used(*group)).count() > 1
}

/// 6.1.7 Multiple scores with same version per product.
pub(super) fn test_6_1_7(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        if one.scores.len() < 2 {
            continue;
        }
        let mut marks: Marks<'_, '_, '_, u8> = Marks::new(subject);
        for (number, score) in one.scores.iter().enumerate() {
            let versions = versions_of(score);
            for (place, id) in score.products.iter().enumerate() {
                let mark = marks.of(id);
                let twice = *mark & versions;
                *mark |= versions;
                if twice != 0 {
                    let version = VERSIONS[twice.trailing_zeros() as usize];
                    let message = format!("the product `{}` has more than one score of {version}", short(id));
                    let place = format!("/vulnerabilities/{at}/scores/{number}/products/{place}");
                    found.mandatory("6.1.7", place, message);
                }
            }
        }
    }
}

const VERSIONS: [&str; 4] = ["CVSS 2.0", "CVSS 3.0", "CVSS 3.1", "CVSS 3 of no known version"];

/// One bit for each entry of [`VERSIONS`] that the score has.
fn versions_of(score: &Score<'_>) -> u8 {
    let three = score.cvss_v3.as_ref().map_or(0, |cvss| match cvss.version.as_deref() {
        Some("3.0") => 2,
        Some("3.1") => 4,
        _ => 8,
    });
    u8::from(score.cvss_v2.is_some()) | three
}

/// 6.1.33 Multiple flags with VEX justification codes per product.
pub(super) fn test_6_1_33(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        if one.flags.len() < 2 {
            continue;
        }
        // The mark is the number of the flag, counted from 1, that already speaks of the product.
        let mut marks: Marks<'_, '_, '_, usize> = Marks::new(subject);
        for (number, flag) in one.flags.iter().enumerate() {
            if !flag.label.as_ref().is_some_and(is_justification) {
                continue;
            }
            for id in subject.expand(&flag.product_ids, &flag.group_ids) {
                let mark = marks.of(id);
                if *mark != 0 && *mark != number + 1 {
                    let message = format!("the product `{}` has more than one justification", short(id));
                    found.mandatory("6.1.33", format!("/vulnerabilities/{at}/flags/{number}"), message);
                }
                *mark = number + 1;
            }
        }
    }
}

/// Every label that CSAF 2.0 knows is a justification of VEX.
fn is_justification(label: &FlagLabel<'_>) -> bool {
    match label {
        FlagLabel::ComponentNotPresent
        | FlagLabel::InlineMitigationsAlreadyExist
        | FlagLabel::VulnerableCodeCannotBeControlledByAdversary
        | FlagLabel::VulnerableCodeNotInExecutePath
        | FlagLabel::VulnerableCodeNotPresent => true,
        FlagLabel::Other(_) => false,
    }
}
