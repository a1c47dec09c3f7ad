//! CVSS vectors of all versions: their scores, computed, and what they say that ranking asks for.
//!
//! The formulas of 2.0 to 4.0 are those of the `cvss` crate; a test compares every vector of the conformance data. What a
//! source writes as its score stands beside the computed one and never replaces it. The surprise: a score of version 4.0
//! takes in threat and environment at once, so its base score is that of the vector cut down to its base metrics.

use holdpoint_domain::ranking::point::{Automatable, Exploitation};
use std::str::FromStr as _;

/// The longest vector that is read: all metrics of 4.0 have 220 characters.
pub const MAX_CHARS: usize = 512;

/// A vector that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreVector {
    /// `2.0`, `3.0`, `3.1` or `4.0`.
    pub version: &'static str,
    /// The base score in tenths.
    pub base_tenths: u16,
    /// The score with every metric that the vector has, in tenths.
    pub full_tenths: u16,
    /// The environmental score in tenths, as versions 2.0 and 3.x define it: with changed scope 3.1 rounds it otherwise than
    /// the base score, even where no environmental metric is given. `None` for 4.0, which has no such score.
    pub environmental_tenths: Option<u16>,
    /// Whether an attacker on the network needs neither rights nor a user nor luck: what stands for Automatable when nobody has
    /// said. `None`: the vector's version does not tell.
    pub effortless: Option<Effortless>,
    /// What the vector says of harm to people (4.0 alone has a word for it).
    pub safety: SafetyWord,
    /// Exploit maturity of 4.0: `A` attacked, `P` proof of concept, `U` somebody looked and found neither. The temporal words
    /// of older versions are not read: they mix what is public with how good it is.
    pub exploitation: Option<Exploitation>,
    /// The word of 4.0 on automation.
    pub automatable: Option<Automatable>,
}

/// Whether an attack asks nothing of the attacker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effortless {
    /// Network, low complexity, no privileges, no user.
    Yes,
    /// Something of that is needed.
    No,
}

/// What a vector says of harm to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SafetyWord {
    /// Consequences as IEC 61508 has them from marginal on.
    Present,
    /// Below that.
    Negligible,
    /// Nothing: not "none".
    NotSaid,
}

/// A vector that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no CVSS vector of version 2.0, 3.0, 3.1 or 4.0")]
pub struct NoVector {
    /// The text, cut to 64 characters.
    pub text: String,
}

/// Metrics of the base: all of them must be there, or the score would be that of another vector.
const BASE_2: [&str; 6] = ["AV", "AC", "Au", "C", "I", "A"];
const BASE_3: [&str; 8] = ["AV", "AC", "PR", "UI", "S", "C", "I", "A"];
const BASE_4: [&str; 11] = ["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"];

/// Reads a vector.
///
/// # Errors
/// [`NoVector`].
pub fn read(text: &str) -> Result<ScoreVector, NoVector> {
    let refuse = || NoVector { text: text.chars().take(64).collect() };
    if text.len() > MAX_CHARS {
        return Err(refuse());
    }
    let (version, base, full, environmental) = scores(text).ok_or_else(refuse)?;
    let environmental_tenths = environmental.and_then(tenths);
    let metric = |name: &str| {
        text.split('/')
            .filter_map(|part| part.split_once(':'))
            .find(|(key, _)| *key == name)
            .map(|(_, word)| word)
    };
    let is = |name, word| metric(name) == Some(word);
    let base_metrics: &[&str] = match version {
        "2.0" => &BASE_2,
        "4.0" => &BASE_4,
        _ => &BASE_3,
    };
    if base_metrics.iter().any(|name| metric(name).is_none()) {
        return Err(refuse());
    }
    let effortless = match version {
        "2.0" => None,
        _ => {
            let open = is("AV", "N") && is("AC", "L") && is("PR", "N") && is("UI", "N");
            // 4.0 splits what 3.x calls complexity: conditions that the attacker does not rule are `AT:P`.
            let open = open && (version != "4.0" || is("AT", "N"));
            Some(if open { Effortless::Yes } else { Effortless::No })
        }
    };
    let safety = match version {
        "4.0" if is("S", "P") || is("MSI", "S") || is("MSA", "S") => SafetyWord::Present,
        "4.0" if is("S", "N") => SafetyWord::Negligible,
        _ => SafetyWord::NotSaid,
    };
    let (exploitation, automatable) = match version {
        "4.0" => (maturity(metric("E")), automation(metric("AU"))),
        _ => (None, None),
    };
    let (base_tenths, full_tenths) = (tenths(base).ok_or_else(refuse)?, tenths(full).ok_or_else(refuse)?);
    Ok(ScoreVector {
        version,
        base_tenths,
        full_tenths,
        environmental_tenths,
        effortless,
        safety,
        exploitation,
        automatable,
    })
}

fn maturity(word: Option<&str>) -> Option<Exploitation> {
    match word {
        Some("A") => Some(Exploitation::Active),
        Some("P") => Some(Exploitation::PublicPoc),
        Some("U") => Some(Exploitation::None),
        Some(_) | None => None,
    }
}

fn automation(word: Option<&str>) -> Option<Automatable> {
    match word {
        Some("Y") => Some(Automatable::Yes),
        Some("N") => Some(Automatable::No),
        Some(_) | None => None,
    }
}

/// Version, base score, score of all metrics, environmental score.
type Scores = (&'static str, f64, f64, Option<f64>);

fn scores(text: &str) -> Option<Scores> {
    Some(match cvss::Cvss::from_str(text).ok()? {
        cvss::Cvss::CvssV20(vector) => {
            let environmental = vector.environmental_score().value();
            let full = if vector.cdp.is_some() || vector.td.is_some() || vector.cr.is_some() {
                environmental
            } else if vector.e.is_some() || vector.rl.is_some() || vector.rc.is_some() {
                vector.temporal_score().value()
            } else {
                vector.score().value()
            };
            ("2.0", vector.score().value(), full, Some(environmental))
        }
        cvss::Cvss::CvssV30(vector) => three("3.0", &vector),
        cvss::Cvss::CvssV31(vector) => three("3.1", &vector),
        cvss::Cvss::CvssV40(vector) => {
            let base = cvss::v4::Vector::from_str(&base_of_4(text)).ok()?;
            ("4.0", base.score().value(), vector.score().value(), None)
        }
        _ => return None,
    })
}

fn three(version: &'static str, vector: &cvss::v3::Vector) -> Scores {
    let environmental = Some(vector.environmental_score().value());
    (version, vector.base_score().value(), vector.score().value(), environmental)
}

/// The vector of 4.0 with its base metrics alone.
fn base_of_4(text: &str) -> String {
    let kept = text.split('/').filter(|part| {
        part.split_once(':').is_some_and(|(name, _)| name == "CVSS" || BASE_4.contains(&name))
    });
    kept.collect::<Vec<_>>().join("/")
}

fn tenths(score: f64) -> Option<u16> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked first")]
    (-0.01..=10.0).contains(&score).then(|| (score.max(0.0) * 10.0).round() as u16)
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::disallowed_methods,
        reason = "vectors are read from the data folder, and its absence is said"
    )]

    use super::*;

    fn conformance(name: &str) -> Option<String> {
        let folder = std::env::var_os("HOLDPOINT_DATA").map_or_else(
            || std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
            std::path::PathBuf::from,
        );
        let text = std::fs::read_to_string(folder.join("conformance/cvss").join(name)).ok();
        if text.is_none() {
            eprintln!("not checked: {name} is absent; set HOLDPOINT_DATA to the folder with the vectors");
        }
        text
    }

    #[test]
    fn every_vector_of_the_conformance_data_has_the_score_that_it_should_have() {
        let mut wrong = Vec::new();
        let mut checked = 0;
        for name in ["simple2", "simple3", "simple31", "simple4", "security4", "supplemental4", "threat4"] {
            let Some(text) = conformance(&format!("vectors_{name}")) else { continue };
            for line in text.lines().filter(|line| !line.is_empty()) {
                let (vector, scores) = line.split_once(" - ").expect("a vector and its scores");
                let wanted: Vec<f64> = scores
                    .trim_matches(['(', ')'])
                    .split(',')
                    .filter_map(|score| score.trim().parse().ok())
                    .collect();
                let number = |place: usize| wanted.get(place).map(|score| tenths(*score).expect("a score"));
                let found = read(vector);
                let right = found.as_ref().is_ok_and(|found| {
                    if name.ends_with('4') {
                        // One number, that of the whole vector.
                        return Some(found.full_tenths) == number(0);
                    }
                    let environmental = number(2);
                    Some(found.base_tenths) == number(0)
                        && (environmental.is_none() || found.environmental_tenths == environmental)
                });
                checked += 1;
                if !right {
                    wrong.push(format!("{line}: {found:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{} of {checked}: {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);
        assert!(checked == 0 || checked == 7_607, "{checked}");
    }

    #[test]
    fn what_ranking_asks_for_is_read_from_the_vector() {
        let four = read("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:P/S:P")
            .expect("a vector");
        assert_eq!((four.base_tenths, four.safety), (93, SafetyWord::Present));
        assert!(four.full_tenths < four.base_tenths, "a proof of concept alone weighs less");
        assert_eq!(four.effortless, Some(Effortless::Yes));
        assert_eq!((four.exploitation, four.automatable), (Some(Exploitation::PublicPoc), None));
        let words = |tail: &str| {
            let text = format!("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N{tail}");
            read(&text).map(|read| (read.exploitation, read.automatable)).expect("a vector")
        };
        assert_eq!(words("/E:A/AU:Y"), (Some(Exploitation::Active), Some(Automatable::Yes)));
        assert_eq!(words("/E:U/AU:N"), (Some(Exploitation::None), Some(Automatable::No)));
        assert_eq!(words("/E:X"), (None, None), "not defined says nothing");
        let local = read("CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H").expect("a vector");
        assert_eq!((local.effortless, local.safety), (Some(Effortless::No), SafetyWord::NotSaid));
        assert_eq!(read("AV:N/AC:L/Au:N/C:C/I:C/A:C").expect("a vector").effortless, None);
        let modified =
            read("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N/MSA:S").expect("a vector");
        assert_eq!((modified.safety, modified.effortless), (SafetyWord::Present, Some(Effortless::No)));
    }

    #[test]
    fn what_is_no_vector_is_refused_in_words() {
        let long: String = format!("CVSS:3.1/{}", "AV:N/".repeat(200));
        for text in ["", "9.8", "CVSS:5.0/AV:N", "CVSS:3.1/AV:N", "CVSS:4.0/AV:N/AC:L", long.as_str()] {
            assert!(read(text).is_err(), "{text}");
        }
        let refused = read("hello").expect_err("no vector").to_string();
        assert!(refused.contains("`hello` is no CVSS vector"), "{refused}");
    }
}
