//! CVSS vectors of feeds: version and base score in tenths.
//!
//! Not here: the strict tests of CSAF documents. The surprise: a vector may hold more than base metrics (a CNA's threat
//! metric); the base score is computed from the base metrics alone, so that scores of two givers can be compared.

use std::str::FromStr;

use cvss::Cvss;
use holdpoint_domain::intelligence::SourcedScore;

/// The longest vector that is read; CVSS 4.0 with all its metrics stays below 250 bytes.
const LONGEST_VECTOR: usize = 512;

const BASE_2: &[&str] = &["AV", "AC", "Au", "C", "I", "A"];
const BASE_3: &[&str] = &["AV", "AC", "PR", "UI", "S", "C", "I", "A"];
const BASE_4: &[&str] = &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"];

/// A score as a feed gives it; `None` when there is neither a vector nor a number.
pub(super) fn sourced(
    source: &str,
    version: &str,
    vector: &str,
    written: Option<f64>,
) -> Option<SourcedScore> {
    let vector = vector.trim();
    if vector.is_empty() && written.is_none() {
        return None;
    }
    Some(SourcedScore {
        source: source.trim().to_owned(),
        version: version_of(version.trim(), vector).to_owned(),
        vector: vector.to_owned(),
        base_tenths: base_of(vector).or_else(|| written.and_then(tenths)),
    })
}

/// What the vector itself says of its version, else what stands beside it.
fn version_of<'a>(written: &'a str, vector: &'a str) -> &'a str {
    match vector.strip_prefix("CVSS:").and_then(|rest| rest.split_once('/')) {
        Some((version, _)) => version,
        None if written.is_empty() && vector.contains("Au:") => "2.0",
        None => written,
    }
}

/// The base score in tenths that a vector computes to; `None` when it cannot be read.
fn base_of(vector: &str) -> Option<u16> {
    if vector.len() > LONGEST_VECTOR {
        return None;
    }
    let (prefix, metrics, wanted) = if let Some(rest) = vector.strip_prefix("CVSS:4.0/") {
        ("CVSS:4.0/", rest, BASE_4)
    } else if let Some(rest) = vector.strip_prefix("CVSS:3.1/") {
        ("CVSS:3.1/", rest, BASE_3)
    } else if let Some(rest) = vector.strip_prefix("CVSS:3.0/") {
        ("CVSS:3.0/", rest, BASE_3)
    } else {
        ("", vector.trim_start_matches('(').trim_end_matches(')'), BASE_2)
    };
    let base: Vec<&str> = metrics
        .split('/')
        .filter(|part| part.split_once(':').is_some_and(|(name, _)| wanted.contains(&name)))
        .collect();
    if base.len() != wanted.len() {
        return None;
    }
    let read = Cvss::from_str(&format!("{prefix}{}", base.join("/"))).ok()?;
    tenths(read.score())
}

fn tenths(score: f64) -> Option<u16> {
    let tenths = (score * 10.0).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 100")]
    (0.0..=100.0).contains(&tenths).then_some(tenths as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_computes_to_its_base_score_whatever_stands_beside_it() {
        let score = |vector| sourced("x", "", vector, Some(1.0)).and_then(|score| score.base_tenths);
        assert_eq!(score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), Some(98));
        assert_eq!(score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O"), Some(98));
        assert_eq!(score("AV:N/AC:L/Au:N/C:C/I:C/A:C"), Some(100));
        assert_eq!(score("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U"), Some(93));
        assert_eq!(score("nonsense"), Some(10), "the number beside it is all there is");
    }

    #[test]
    fn a_number_without_sense_is_no_score() {
        assert_eq!(sourced("x", "3.1", "", Some(1e9)).map(|score| score.base_tenths), Some(None));
        assert_eq!(sourced("x", "3.1", "", Some(f64::NAN)).map(|score| score.base_tenths), Some(None));
        assert_eq!(sourced("x", "3.1", "", None), None);
    }
}
