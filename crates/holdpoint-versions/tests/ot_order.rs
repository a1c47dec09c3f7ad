//! The OT scheme against chains of versions that are known to be in order.
//!
//! Every pair of a chain is a case: first by the bytes of the keys, then by the decision. A chain must be
//! decidable throughout, except where a further number meets a qualifier; those pairs are only ordered by key.

use std::cmp::Ordering;

use holdpoint_versions::{Comparison, Profile, Scheme, Undecidable, Version};

const CHAINS: &str = include_str!("fixtures/ot_order.txt");
const PAIRS: &str = include_str!("fixtures/ot_undecidable.txt");

/// The versions of one chain with their rank; equal versions share a rank.
fn ranked(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (rank, group) in line.split(" < ").enumerate() {
        found.extend(group.split(" = ").map(|version| (rank, version.trim())));
    }
    found
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn version(text: &str) -> Version {
    Version::parse_ot(Profile::Common, text).expect(text)
}

#[test]
fn every_pair_of_a_chain_is_in_order() {
    let mut cases = 0;
    for line in lines(CHAINS) {
        let chain = ranked(line);
        for (rank_a, a) in &chain {
            for (rank_b, b) in &chain {
                let (x, y) = (version(a), version(b));
                assert_eq!(x.key().cmp(y.key()), rank_a.cmp(rank_b), "key order of `{a}` and `{b}`");
                let decision = x.compare(&y);
                let allowed = matches!(
                    decision,
                    Comparison::Undecidable(
                        Undecidable::QualifierAgainstNumber
                            | Undecidable::LeftLacksBuild
                            | Undecidable::RightLacksBuild
                            | Undecidable::DifferentQualifiers
                            | Undecidable::DifferentWords
                            | Undecidable::LetterMissing
                            | Undecidable::WordAgainstNumber
                    )
                );
                let agrees = decision == Comparison::from(rank_a.cmp(rank_b));
                assert!(agrees || allowed, "decision on `{a}` and `{b}` is {decision:?}");
                cases += usize::from(rank_a != rank_b || a != b);
            }
        }
    }
    assert!(cases >= 1000, "only {cases} cases");
}

#[test]
fn neighbours_in_a_chain_are_decided_when_only_numbers_or_known_fixes_differ() {
    for (a, b) in [
        ("V4.5.2", "V4.5.10"),
        ("V16 Update 5", "V16 SP1"),
        ("V9.1 SP2", "V9.1 SP2 HF3"),
        ("V16", "V16 Update 1"),
        ("2020 R2", "2020 R2 SP1"),
        ("33.9", "33.011"),
        ("7.10", "7.10a"),
        ("2.0 rc1", "2.0"),
        ("V16 Update 3", "V16 Update 3a"),
        ("R2.0", "R2.0SP1"),
        ("6.1 FP1", "6.1 FP2"),
    ] {
        assert_eq!(version(a).compare(&version(b)), Comparison::Less, "`{a}` before `{b}`");
        assert_eq!(version(b).compare(&version(a)), Comparison::Greater, "`{b}` after `{a}`");
    }
}

#[test]
fn what_nobody_can_order_is_not_decided() {
    for line in lines(PAIRS) {
        let mut parts = line.split(" | ");
        let (a, b) = (parts.next().expect(line), parts.next().expect(line));
        for (x, y) in [(a, b), (b, a)] {
            let decision = version(x).compare(&version(y));
            assert!(matches!(decision, Comparison::Undecidable(_)), "`{x}` and `{y}` gave {decision:?}");
        }
    }
}

#[test]
fn a_vendor_whose_versions_end_with_a_letter_needs_the_letter() {
    let of = |text: &str| Version::parse_ot(Profile::NumberWithLetter, text).expect(text);
    assert_eq!(of("1.05F").compare(&of("1.06G")), Comparison::Less);
    assert_eq!(of("1.05").compare(&of("1.05F")), Comparison::Undecidable(Undecidable::LetterMissing));
    assert_eq!(of("1.06").compare(&of("1.05F")), Comparison::Greater);
}

#[test]
fn prose_and_families_are_not_versions() {
    for text in [
        "",
        " ",
        "V",
        "version",
        "8.1.x",
        "V3.X.17",
        "all versions",
        "2.51 2.52",
        "1.0 and 1.1",
        "prior to 3",
        "4.04E v10.95.210.01",
        "9d9eff4",
        "a3b04b7bc4872a5a39e5de3fdc5fbde52c09e10e",
        "1.2.3 with option X",
        "<1.0",
        "1,2",
        "no version",
        "UDP",
        "(1.0)",
        "1.0 (build 5)",
        "1.2/1.3",
        "see below",
        "1.0 ä",
        "99999999999999999999999999999999999999999999",
    ] {
        let error = Scheme::Ot.parse(text).expect_err(text);
        assert!(!error.why.is_empty());
    }
    assert!(Scheme::Ot.parse(&"1.".repeat(100)).is_err(), "too long");
}

#[test]
fn key_prefix_never_contradicts_the_key() {
    let versions: Vec<Version> = lines(CHAINS).flat_map(ranked).map(|(_, text)| version(text)).collect();
    for a in &versions {
        for b in &versions {
            match a.key().prefix().cmp(&b.key().prefix()) {
                Ordering::Equal => {}
                order => assert_eq!(order, a.key().cmp(b.key()), "`{a}` and `{b}`"),
            }
        }
    }
}
