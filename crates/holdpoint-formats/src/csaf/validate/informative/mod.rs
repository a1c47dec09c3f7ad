//! The informative tests, section 6.3: a document that fails one is valid, and could serve its readers better.
//!
//! Tests 6.3.6 and 6.3.7 ask the network and 6.3.8 a dictionary; they are named as not performed. What can be told
//! without a network, that a URL can never resolve, is told.

use super::subject::Subject;
use crate::csaf::finding::{Findings, NotPerformed};
use crate::csaf::model::{Branch, Reference, each_branch, each_product};
use crate::csaf::text::short;
use crate::csaf::words::{BranchCategory, ReferenceCategory};

type Test = fn(&Subject<'_, '_>, &mut Findings);

/// Carries out all tests, in the order of their numbers.
pub(super) fn run(subject: &Subject<'_, '_>, found: &mut Findings) {
    for test in TESTS {
        test(subject, found);
    }
}

const TESTS: [Test; 10] = [
    test_6_3_1,
    test_6_3_2,
    test_6_3_3,
    test_6_3_4,
    test_6_3_5,
    test_6_3_6,
    test_6_3_7,
    test_6_3_9,
    test_6_3_10,
    test_6_3_11,
];

/// The tests that were not carried out, as far as the document gives them something to do.
pub(super) fn not_performed(subject: &Subject<'_, '_>) -> Vec<NotPerformed> {
    const NO_NETWORK: &str =
        "only URLs that can never resolve were found; whether the others resolve needs the network";
    let mut list = vec![
        NotPerformed { test: "6.3.6", why: NO_NETWORK },
        NotPerformed { test: "6.3.7", why: NO_NETWORK },
    ];
    if subject.doc.document.lang.is_some() {
        list.push(NotPerformed {
            test: "6.3.8",
            why: "no dictionary is at hand, so the spelling was not looked at",
        });
    }
    list
}

/// 6.3.1 Use of CVSS v2 as the only scoring system.
fn test_6_3_1(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        for (number, score) in one.scores.iter().enumerate() {
            if score.cvss_v2.is_some() && score.cvss_v3.is_none() {
                let place = format!("/vulnerabilities/{at}/scores/{number}");
                found.informative("6.3.1", place, "CVSS 2.0 is the only score here");
            }
        }
    }
}

/// 6.3.2 Use of CVSS v3.0.
fn test_6_3_2(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        for (number, score) in one.scores.iter().enumerate() {
            let version = score.cvss_v3.as_ref().and_then(|cvss| cvss.version.as_deref());
            if version == Some("3.0") {
                let place = format!("/vulnerabilities/{at}/scores/{number}/cvss_v3/version");
                found.informative("6.3.2", place, "CVSS 3.0 was replaced by 3.1");
            }
        }
    }
}

/// 6.3.3 Missing CVE.
fn test_6_3_3(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        if one.cve.is_none() {
            found.informative("6.3.3", format!("/vulnerabilities/{at}"), "the vulnerability has no CVE");
        }
    }
}

/// 6.3.4 Missing CWE.
fn test_6_3_4(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        if one.cwe.is_none() {
            found.informative("6.3.4", format!("/vulnerabilities/{at}"), "the vulnerability has no CWE");
        }
    }
}

/// 6.3.5 Use of short hash: fewer than 64 digits.
fn test_6_3_5(subject: &Subject<'_, '_>, found: &mut Findings) {
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
            for (number, hash) in hashes.file_hashes.iter().enumerate() {
                if hash.value.as_deref().is_some_and(|value| value.len() < 64) {
                    let item = list.index(at);
                    let place = item.key("file_hashes");
                    let place = place.index(number);
                    found.informative("6.3.5", place.key("value"), "the hash has fewer than 64 digits");
                }
            }
        }
    });
}

/// 6.3.6 Use of non-self referencing URLs failing to resolve, as far as no network is needed.
fn test_6_3_6(subject: &Subject<'_, '_>, found: &mut Findings) {
    let message = "the URL can never resolve: its host is reserved for examples of failure";
    each_reference(subject, |reference, place| {
        if !is_self(reference) && reference.url.as_deref().is_some_and(never_resolves) {
            found.informative("6.3.6", place, message);
        }
    });
    for (at, acknowledgment) in subject.doc.document.acknowledgments.iter().enumerate() {
        for (number, url) in acknowledgment.urls.iter().enumerate() {
            if never_resolves(url) {
                found.informative("6.3.6", format!("/document/acknowledgments/{at}/urls/{number}"), message);
            }
        }
    }
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        for (number, remediation) in one.remediations.iter().enumerate() {
            if remediation.url.as_deref().is_some_and(never_resolves) {
                found.informative(
                    "6.3.6",
                    format!("/vulnerabilities/{at}/remediations/{number}/url"),
                    message,
                );
            }
        }
    }
}

/// 6.3.7 Use of self referencing URLs failing to resolve, as far as no network is needed.
fn test_6_3_7(subject: &Subject<'_, '_>, found: &mut Findings) {
    each_reference(subject, |reference, place| {
        if is_self(reference) && reference.url.as_deref().is_some_and(never_resolves) {
            let message = "the URL can never resolve: its host is reserved for examples of failure";
            found.informative("6.3.7", place, message);
        }
    });
}

fn is_self(reference: &Reference<'_>) -> bool {
    reference.category == Some(ReferenceCategory::Self_)
}

fn each_reference(subject: &Subject<'_, '_>, mut test: impl FnMut(&Reference<'_>, String)) {
    for (at, reference) in subject.doc.document.references.iter().enumerate() {
        test(reference, format!("/document/references/{at}/url"));
    }
    for (number, one) in subject.doc.vulnerabilities.iter().enumerate() {
        for (at, reference) in one.references.iter().enumerate() {
            test(reference, format!("/vulnerabilities/{number}/references/{at}/url"));
        }
    }
}

/// Whether the host ends in `.invalid`, which never resolves (RFC 6761).
fn never_resolves(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
    host.rsplit('.').next().is_some_and(|label| label.eq_ignore_ascii_case("invalid"))
}

/// 6.3.9 Branch categories: vendor, then product name, then product version on the way to every product.
fn test_6_3_9(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    each_product(tree, &mut |_, path, _, place| {
        if !path.is_empty() && !has_usual_path(path) {
            let message =
                "the way to the product does not go from vendor over product name to product version";
            found.informative("6.3.9", place, message);
        }
    });
}

fn has_usual_path(path: &[&Branch<'_>]) -> bool {
    let mut wanted =
        [BranchCategory::Vendor, BranchCategory::ProductName, BranchCategory::ProductVersion].iter();
    let mut next = wanted.next();
    for branch in path {
        if next.is_some() && branch.category.as_ref() == next {
            next = wanted.next();
        }
    }
    next.is_none()
}

/// 6.3.10 Usage of product version range.
fn test_6_3_10(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    each_branch(tree, &mut |branch, place| {
        if branch.category == Some(BranchCategory::ProductVersionRange) {
            let message = "a range leaves to the reader which versions it means; a list of versions does not";
            found.informative("6.3.10", place.key("category"), message);
        }
    });
}

/// 6.3.11 Usage of V as version indicator.
fn test_6_3_11(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tree) = &subject.doc.product_tree else {
        return;
    };
    each_branch(tree, &mut |branch, place| {
        let name = branch.name.as_deref().unwrap_or_default();
        let indicated = name.starts_with(['v', 'V']) && name[1..].starts_with(|c: char| c.is_ascii_digit());
        if branch.category == Some(BranchCategory::ProductVersion) && indicated {
            let message = format!("`{}` begins with a `v` that is not part of the version", short(name));
            found.informative("6.3.11", place.key("name"), message);
        }
    });
}
