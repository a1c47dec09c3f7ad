//! Which of several scores is shown, and the probability that stands for a class of match.
//!
//! The surprise: the numbers of [`probability`] are a translation of words, the same everywhere and not measured on any
//! plant; they are there because CSAF's asset matching speaks of probabilities, and the words decide.

use crate::advisory::Score;
use crate::matching::{Confidence, Rung, Verdict};

/// The score that leads for a product: the highest base score, of equals the newest version of CVSS (CSAF 2.0, 9.1.11).
/// A score that nobody can read comes after all others.
#[must_use]
pub fn leading_score<'s>(scores: &'s [Score], product_id: &str) -> Option<&'s Score> {
    let speaks = scores.iter().filter(|score| score.products.iter().any(|id| id == product_id));
    leading(speaks)
}

/// The score that leads over all products of a vulnerability.
#[must_use]
pub fn leading_score_of_all(scores: &[Score]) -> Option<&Score> {
    leading(scores.iter())
}

fn leading<'s>(scores: impl Iterator<Item = &'s Score>) -> Option<&'s Score> {
    let mut best: Option<&Score> = None;
    for score in scores {
        let rank = |one: &Score| (one.base_tenths, version_rank(&one.version));
        if best.is_none_or(|best| rank(score) > rank(best)) {
            best = Some(score);
        }
    }
    best
}

fn version_rank(version: &str) -> (u32, u32) {
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    (major.parse().unwrap_or(0), minor.parse().unwrap_or(0))
}

/// A probability with the reason for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probability {
    /// From 0 to 1.
    pub value: f64,
    /// Why, in words.
    pub reason: &'static str,
}

/// The probability that the document speaks of the asset, fixed for each class of match.
#[must_use]
pub fn probability(verdict: Verdict, confidence: Confidence, rung: Rung) -> Probability {
    let (identity, reason) = match rung {
        Rung::Serial => (0.999, "serial number or file hash"),
        Rung::OrderNumber => (0.99, "order or model number"),
        Rung::Purl => (0.99, "package URL"),
        Rung::Cpe => (0.98, "CPE name"),
        Rung::ProtocolIdentity => (0.98, "what the device says of itself"),
        Rung::Name => (0.95, "vendor and product name, both equal"),
        Rung::Family => (0.9, "a reviewed rule on a family"),
        Rung::Candidate => (0.3, "something in common; a person has to look"),
    };
    match (verdict, confidence) {
        (Verdict::No, _) => Probability { value: 1.0 - identity, reason: "the version is excluded" },
        (Verdict::Yes | Verdict::Unknown, Confidence::Confirmed) => Probability { value: identity, reason },
        (Verdict::Yes, Confidence::Likely) => Probability { value: identity, reason },
        (Verdict::Unknown, Confidence::Likely) => Probability {
            value: identity * 0.5,
            reason: "the product is right; what else decides is not known",
        },
        (Verdict::Yes | Verdict::Unknown, Confidence::VersionUnknown) => {
            Probability { value: identity * 0.5, reason: "the product is right; its version is not known" }
        }
        (Verdict::Yes | Verdict::Unknown, Confidence::Possible) => {
            let value = if identity < 0.5 { identity } else { 0.5 };
            Probability { value, reason: "a family, a partial name, or words that were not understood" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(version: &str, base: Option<u16>, product: &str) -> Score {
        Score {
            version: version.to_owned(),
            vector: format!("{version} {base:?}"),
            base_tenths: base,
            products: vec![product.to_owned()],
        }
    }

    #[test]
    fn the_highest_base_score_leads_and_of_equals_the_newest_version() {
        let scores = [
            score("2.0", Some(75), "P1"),
            score("3.0", Some(75), "P1"),
            score("3.1", Some(75), "P1"),
            score("3.0", Some(98), "P2"),
            score("4.0", None, "P1"),
        ];
        assert_eq!(leading_score(&scores, "P1"), Some(&scores[2]));
        assert_eq!(leading_score(&scores, "P2"), Some(&scores[3]));
        assert_eq!(leading_score(&scores, "P3"), None);
        assert_eq!(leading_score_of_all(&scores), Some(&scores[3]));
    }

    #[test]
    fn an_unknown_is_never_as_improbable_as_a_no_of_the_same_rung() {
        for rung in Rung::ALL.iter().filter(|rung| **rung != Rung::Candidate) {
            let no = probability(Verdict::No, Confidence::Confirmed, *rung).value;
            for confidence in Confidence::ALL {
                let (unknown, yes) = (
                    probability(Verdict::Unknown, *confidence, *rung),
                    probability(Verdict::Yes, *confidence, *rung),
                );
                assert!(no < unknown.value && unknown.value <= yes.value, "{rung} {confidence}");
                assert!((0.0..=1.0).contains(&yes.value));
            }
        }
    }
}
