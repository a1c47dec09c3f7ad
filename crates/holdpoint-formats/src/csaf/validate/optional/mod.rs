//! The optional tests, section 6.2: a document that fails one is valid, and has a likely defect.

mod document;
mod products;
mod vulnerabilities;

use super::subject::Subject;
use crate::csaf::finding::Findings;

type Test = fn(&Subject<'_, '_>, &mut Findings);

/// Carries out all tests, in the order of their numbers.
pub(super) fn run(subject: &Subject<'_, '_>, found: &mut Findings) {
    for test in TESTS {
        test(subject, found);
    }
}

const TESTS: [Test; 20] = [
    products::test_6_2_1,
    vulnerabilities::test_6_2_2,
    vulnerabilities::test_6_2_3,
    document::test_6_2_4,
    document::test_6_2_5,
    document::test_6_2_6,
    vulnerabilities::test_6_2_7,
    products::test_6_2_8,
    products::test_6_2_9,
    document::test_6_2_10,
    document::test_6_2_11,
    document::test_6_2_12,
    document::test_6_2_13,
    document::test_6_2_14,
    document::test_6_2_15,
    products::test_6_2_16,
    vulnerabilities::test_6_2_17,
    products::test_6_2_18,
    vulnerabilities::test_6_2_19,
    document::test_6_2_20,
];
