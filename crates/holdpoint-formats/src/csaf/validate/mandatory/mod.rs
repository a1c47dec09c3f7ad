//! The mandatory tests, section 6.1: a document that fails one of them is not valid.
//!
//! Grouped by what they look at, in files; each function is named by its test. The surprise: some of them say nothing
//! where they cannot know (a weakness or language that is not in our tables); that is an informative finding.

mod document;
mod products;
mod profiles;
mod references;
mod revisions;
mod scores;
mod status;
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

const TESTS: [Test; 43] = [
    references::test_6_1_1,
    products::test_6_1_2,
    products::test_6_1_3,
    references::test_6_1_4,
    products::test_6_1_5,
    status::test_6_1_6,
    status::test_6_1_7,
    scores::test_6_1_8,
    scores::test_6_1_9,
    scores::test_6_1_10,
    vulnerabilities::test_6_1_11,
    document::test_6_1_12,
    products::test_6_1_13,
    revisions::test_6_1_14,
    document::test_6_1_15,
    revisions::test_6_1_16,
    revisions::test_6_1_17,
    revisions::test_6_1_18,
    revisions::test_6_1_19,
    revisions::test_6_1_20,
    revisions::test_6_1_21,
    revisions::test_6_1_22,
    vulnerabilities::test_6_1_23,
    vulnerabilities::test_6_1_24,
    products::test_6_1_25,
    document::test_6_1_26,
    profiles::test_6_1_27_1,
    profiles::test_6_1_27_2,
    profiles::test_6_1_27_3,
    profiles::test_6_1_27_4,
    profiles::test_6_1_27_5,
    profiles::test_6_1_27_6,
    profiles::test_6_1_27_7,
    profiles::test_6_1_27_8,
    profiles::test_6_1_27_9,
    profiles::test_6_1_27_10,
    profiles::test_6_1_27_11,
    document::test_6_1_28,
    references::test_6_1_29,
    revisions::test_6_1_30,
    products::test_6_1_31,
    references::test_6_1_32,
    status::test_6_1_33,
];
