//! CVSS objects: the words of their properties, the vector taken apart, and what the vector computes to.
//!
//! The formulas are those of the `cvss` crate; here is what it does not have: FIRST's JSON words, strict vectors, and
//! the temporal score of version 3. The surprise: properties may hold metrics that the vector leaves out; they then
//! count for temporal and environmental scores.

use std::str::FromStr;

use cvss::v3::metric::Metric as _;

use crate::csaf::model::{CvssV2, CvssV3};
use crate::csaf::text::Text;

/// One metric: its JSON property, its name in a vector, its words with their codes.
pub(crate) struct Metric {
    /// The JSON property, for example `attackVector`.
    pub(crate) property: &'static str,
    /// The name in a vector, for example `AV`.
    pub(crate) name: &'static str,
    /// Word and code, for example `NETWORK` and `N`.
    pub(crate) words: &'static [(&'static str, &'static str)],
}

impl Metric {
    /// The code of a word.
    pub(crate) fn code(&self, word: &str) -> Option<&'static str> {
        self.words.iter().find(|(known, _)| *known == word).map(|(_, code)| *code)
    }
}

/// A CVSS object of any version, so that one test serves all.
pub(crate) struct Object<'o> {
    /// How many metrics at the head of [`Object::metrics`] a vector must have.
    pub(crate) base_metrics: usize,
    pub(crate) metrics: &'static [Metric],
    /// The word given for each metric, in the same order.
    pub(crate) given: Vec<Option<&'o str>>,
    pub(crate) version: Option<&'o str>,
    /// The versions that this object may say.
    pub(crate) versions: &'static [&'static str],
    pub(crate) vector: Option<&'o str>,
    /// Property, score given, property of the severity, severity given; base, temporal, environmental.
    pub(crate) scores: [GivenScore<'o>; 3],
    /// Whether the base severity must be there.
    pub(crate) needs_severity: bool,
}

/// One score of an object as it stands.
pub(crate) struct GivenScore<'o> {
    pub(crate) property: &'static str,
    pub(crate) value: Option<f64>,
    pub(crate) severity_property: &'static str,
    pub(crate) severity: Option<&'o str>,
}

fn words<'o>(fields: &[&'o Option<Text<'_>>]) -> Vec<Option<&'o str>> {
    fields.iter().map(|field| field.as_deref()).collect()
}

impl<'o> Object<'o> {
    /// A CVSS 2.0 object; the order of the fields is that of [`METRICS_2`].
    pub(crate) fn of_v2(cvss: &'o CvssV2<'_>) -> Self {
        let score = |property, value: Option<crate::csaf::model::Number>| GivenScore {
            property,
            value: value.map(|value| value.0),
            severity_property: "",
            severity: None,
        };
        Self {
            base_metrics: 6,
            metrics: METRICS_2,
            given: words(&[
                &cvss.access_vector,
                &cvss.access_complexity,
                &cvss.authentication,
                &cvss.confidentiality_impact,
                &cvss.integrity_impact,
                &cvss.availability_impact,
                &cvss.exploitability,
                &cvss.remediation_level,
                &cvss.report_confidence,
                &cvss.collateral_damage_potential,
                &cvss.target_distribution,
                &cvss.confidentiality_requirement,
                &cvss.integrity_requirement,
                &cvss.availability_requirement,
            ]),
            version: cvss.version.as_deref(),
            versions: &["2.0"],
            vector: cvss.vector_string.as_deref(),
            scores: [
                score("baseScore", cvss.base_score),
                score("temporalScore", cvss.temporal_score),
                score("environmentalScore", cvss.environmental_score),
            ],
            needs_severity: false,
        }
    }

    /// A CVSS 3.0 or 3.1 object; the order of the fields is that of [`METRICS_3`].
    pub(crate) fn of_v3(cvss: &'o CvssV3<'_>) -> Self {
        Self {
            base_metrics: 8,
            metrics: METRICS_3,
            given: words(&[
                &cvss.attack_vector,
                &cvss.attack_complexity,
                &cvss.privileges_required,
                &cvss.user_interaction,
                &cvss.scope,
                &cvss.confidentiality_impact,
                &cvss.integrity_impact,
                &cvss.availability_impact,
                &cvss.exploit_code_maturity,
                &cvss.remediation_level,
                &cvss.report_confidence,
                &cvss.confidentiality_requirement,
                &cvss.integrity_requirement,
                &cvss.availability_requirement,
                &cvss.modified_attack_vector,
                &cvss.modified_attack_complexity,
                &cvss.modified_privileges_required,
                &cvss.modified_user_interaction,
                &cvss.modified_scope,
                &cvss.modified_confidentiality_impact,
                &cvss.modified_integrity_impact,
                &cvss.modified_availability_impact,
            ]),
            version: cvss.version.as_deref(),
            versions: &["3.0", "3.1"],
            vector: cvss.vector_string.as_deref(),
            scores: Self::scores_3(cvss),
            needs_severity: true,
        }
    }

    fn scores_3(cvss: &'o CvssV3<'_>) -> [GivenScore<'o>; 3] {
        [
            GivenScore {
                property: "baseScore",
                value: cvss.base_score.map(|score| score.0),
                severity_property: "baseSeverity",
                severity: cvss.base_severity.as_deref(),
            },
            GivenScore {
                property: "temporalScore",
                value: cvss.temporal_score.map(|score| score.0),
                severity_property: "temporalSeverity",
                severity: cvss.temporal_severity.as_deref(),
            },
            GivenScore {
                property: "environmentalScore",
                value: cvss.environmental_score.map(|score| score.0),
                severity_property: "environmentalSeverity",
                severity: cvss.environmental_severity.as_deref(),
            },
        ]
    }

    /// The part of the vector that holds metrics, without the prefix that version 3 has.
    ///
    /// # Errors
    /// What is wrong with the prefix, in words.
    fn metric_part(&self) -> Result<&'o str, String> {
        let vector = self.vector.unwrap_or_default();
        if self.versions.len() == 1 {
            return Ok(vector);
        }
        let version = self.version.unwrap_or_default();
        let rest = vector.strip_prefix("CVSS:").and_then(|rest| rest.strip_prefix(version));
        rest.and_then(|rest| rest.strip_prefix('/'))
            .ok_or_else(|| format!("the vector does not begin with `CVSS:{version}/`"))
    }

    /// The code of each metric in the vector, in the order of [`Object::metrics`].
    ///
    /// # Errors
    /// What is wrong with the vector, in words.
    pub(crate) fn codes(&self) -> Result<Vec<Option<&'static str>>, String> {
        let mut codes = vec![None; self.metrics.len()];
        for part in self.metric_part()?.split('/') {
            let (name, code) = part.split_once(':').unwrap_or((part, ""));
            let at = self.metrics.iter().position(|metric| metric.name == name);
            let known = at
                .and_then(|at| Some((at, self.metrics[at].words.iter().find(|(_, known)| *known == code)?)));
            let Some((at, (_, code))) = known else {
                return Err(format!(
                    "the vector has `{}`, which is no metric",
                    crate::csaf::text::short(part)
                ));
            };
            if codes[at].replace(*code).is_some() {
                return Err(format!("the vector has the metric `{name}` twice"));
            }
        }
        match codes.iter().take(self.base_metrics).position(Option::is_none) {
            Some(at) => Err(format!("the vector lacks the metric `{}`", self.metrics[at].name)),
            None => Ok(codes),
        }
    }

    /// The three scores that the vector computes to; `None` when the vector is not sound.
    pub(crate) fn computed(&self) -> Option<[f64; 3]> {
        self.codes().ok()?;
        let vector = self.vector?;
        let full = self.completed()?;
        if self.versions.len() == 1 {
            let base = cvss::v2::Vector::from_str(vector).ok()?;
            let full = cvss::v2::Vector::from_str(&full).ok()?;
            return Some([
                base.score().value(),
                full.temporal_score().value(),
                full.environmental_score().value(),
            ]);
        }
        let base = cvss::v3::Vector::from_str(vector).ok()?;
        let full = cvss::v3::Vector::from_str(&full).ok()?;
        Some([base.base_score().value(), temporal_3(&full), full.environmental_score().value()])
    }

    /// The vector with the metrics that only the properties give.
    fn completed(&self) -> Option<String> {
        let codes = self.codes().ok()?;
        let mut full = self.vector?.to_owned();
        for ((metric, code), given) in self.metrics.iter().zip(codes).zip(&self.given) {
            if let (None, Some(code)) = (code, given.and_then(|word| metric.code(word))) {
                full.push('/');
                full.push_str(metric.name);
                full.push(':');
                full.push_str(code);
            }
        }
        Some(full)
    }
}

/// The temporal score of version 3: the base score times three weights, rounded up.
fn temporal_3(vector: &cvss::v3::Vector) -> f64 {
    let exploit = vector.e.map_or(1.0, |metric| metric.score());
    let level = vector.rl.map_or(1.0, |metric| metric.score());
    let confidence = vector.rc.map_or(1.0, |metric| metric.score());
    let score = cvss::v3::Score::new(vector.base_score().value() * exploit * level * confidence);
    score.roundup_for_version(vector.minor_version).value()
}

/// The word for a score of version 3.
pub(crate) fn severity_word(score: f64) -> &'static str {
    match score {
        score if score < 0.1 => "NONE",
        score if score < 4.0 => "LOW",
        score if score < 7.0 => "MEDIUM",
        score if score < 9.0 => "HIGH",
        _ => "CRITICAL",
    }
}

/// The words for severities of version 3.
pub(crate) const SEVERITIES: [&str; 5] = ["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

/// The base score that a vector of any version computes to, in tenths; `None` when the vector cannot be read.
pub(crate) fn base_score(vector: &str) -> Option<u16> {
    let score = match cvss::Cvss::from_str(vector).ok()? {
        cvss::Cvss::CvssV20(vector) => vector.score().value(),
        cvss::Cvss::CvssV30(vector) | cvss::Cvss::CvssV31(vector) => vector.base_score().value(),
        other => other.score(),
    };
    tenths(score)
}

/// A score in tenths; `None` outside 0.0 to 10.0.
pub(crate) fn tenths(score: f64) -> Option<u16> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked first")]
    (0.0..=10.0).contains(&score).then(|| (score * 10.0).round() as u16)
}

const fn metric(
    property: &'static str,
    name: &'static str,
    words: &'static [(&'static str, &'static str)],
) -> Metric {
    Metric { property, name, words }
}

type Words = &'static [(&'static str, &'static str)];

const IMPACT_2: Words = &[("NONE", "N"), ("PARTIAL", "P"), ("COMPLETE", "C")];
const REQUIREMENT_2: Words = &[("LOW", "L"), ("MEDIUM", "M"), ("HIGH", "H"), ("NOT_DEFINED", "ND")];

/// The metrics of version 2.0: six of the base, three temporal, five environmental.
const METRICS_2: &[Metric] = &[
    metric("accessVector", "AV", &[("NETWORK", "N"), ("ADJACENT_NETWORK", "A"), ("LOCAL", "L")]),
    metric("accessComplexity", "AC", &[("HIGH", "H"), ("MEDIUM", "M"), ("LOW", "L")]),
    metric("authentication", "Au", &[("MULTIPLE", "M"), ("SINGLE", "S"), ("NONE", "N")]),
    metric("confidentialityImpact", "C", IMPACT_2),
    metric("integrityImpact", "I", IMPACT_2),
    metric("availabilityImpact", "A", IMPACT_2),
    metric(
        "exploitability",
        "E",
        &[
            ("UNPROVEN", "U"),
            ("PROOF_OF_CONCEPT", "POC"),
            ("FUNCTIONAL", "F"),
            ("HIGH", "H"),
            ("NOT_DEFINED", "ND"),
        ],
    ),
    metric(
        "remediationLevel",
        "RL",
        &[
            ("OFFICIAL_FIX", "OF"),
            ("TEMPORARY_FIX", "TF"),
            ("WORKAROUND", "W"),
            ("UNAVAILABLE", "U"),
            ("NOT_DEFINED", "ND"),
        ],
    ),
    metric(
        "reportConfidence",
        "RC",
        &[("UNCONFIRMED", "UC"), ("UNCORROBORATED", "UR"), ("CONFIRMED", "C"), ("NOT_DEFINED", "ND")],
    ),
    metric(
        "collateralDamagePotential",
        "CDP",
        &[
            ("NONE", "N"),
            ("LOW", "L"),
            ("LOW_MEDIUM", "LM"),
            ("MEDIUM_HIGH", "MH"),
            ("HIGH", "H"),
            ("NOT_DEFINED", "ND"),
        ],
    ),
    metric(
        "targetDistribution",
        "TD",
        &[("NONE", "N"), ("LOW", "L"), ("MEDIUM", "M"), ("HIGH", "H"), ("NOT_DEFINED", "ND")],
    ),
    metric("confidentialityRequirement", "CR", REQUIREMENT_2),
    metric("integrityRequirement", "IR", REQUIREMENT_2),
    metric("availabilityRequirement", "AR", REQUIREMENT_2),
];

const IMPACT_3: Words = &[("NONE", "N"), ("LOW", "L"), ("HIGH", "H")];
const REQUIREMENT_3: Words = &[("LOW", "L"), ("MEDIUM", "M"), ("HIGH", "H"), ("NOT_DEFINED", "X")];
const MODIFIED_IMPACT_3: Words = &[("NONE", "N"), ("LOW", "L"), ("HIGH", "H"), ("NOT_DEFINED", "X")];

/// The metrics of versions 3.0 and 3.1: eight of the base, three temporal, eleven environmental.
const METRICS_3: &[Metric] = &[
    metric(
        "attackVector",
        "AV",
        &[("NETWORK", "N"), ("ADJACENT_NETWORK", "A"), ("LOCAL", "L"), ("PHYSICAL", "P")],
    ),
    metric("attackComplexity", "AC", &[("HIGH", "H"), ("LOW", "L")]),
    metric("privilegesRequired", "PR", &[("HIGH", "H"), ("LOW", "L"), ("NONE", "N")]),
    metric("userInteraction", "UI", &[("NONE", "N"), ("REQUIRED", "R")]),
    metric("scope", "S", &[("UNCHANGED", "U"), ("CHANGED", "C")]),
    metric("confidentialityImpact", "C", IMPACT_3),
    metric("integrityImpact", "I", IMPACT_3),
    metric("availabilityImpact", "A", IMPACT_3),
    metric(
        "exploitCodeMaturity",
        "E",
        &[
            ("UNPROVEN", "U"),
            ("PROOF_OF_CONCEPT", "P"),
            ("FUNCTIONAL", "F"),
            ("HIGH", "H"),
            ("NOT_DEFINED", "X"),
        ],
    ),
    metric(
        "remediationLevel",
        "RL",
        &[
            ("OFFICIAL_FIX", "O"),
            ("TEMPORARY_FIX", "T"),
            ("WORKAROUND", "W"),
            ("UNAVAILABLE", "U"),
            ("NOT_DEFINED", "X"),
        ],
    ),
    metric(
        "reportConfidence",
        "RC",
        &[("UNKNOWN", "U"), ("REASONABLE", "R"), ("CONFIRMED", "C"), ("NOT_DEFINED", "X")],
    ),
    metric("confidentialityRequirement", "CR", REQUIREMENT_3),
    metric("integrityRequirement", "IR", REQUIREMENT_3),
    metric("availabilityRequirement", "AR", REQUIREMENT_3),
    metric(
        "modifiedAttackVector",
        "MAV",
        &[
            ("NETWORK", "N"),
            ("ADJACENT_NETWORK", "A"),
            ("LOCAL", "L"),
            ("PHYSICAL", "P"),
            ("NOT_DEFINED", "X"),
        ],
    ),
    metric("modifiedAttackComplexity", "MAC", &[("HIGH", "H"), ("LOW", "L"), ("NOT_DEFINED", "X")]),
    metric(
        "modifiedPrivilegesRequired",
        "MPR",
        &[("HIGH", "H"), ("LOW", "L"), ("NONE", "N"), ("NOT_DEFINED", "X")],
    ),
    metric("modifiedUserInteraction", "MUI", &[("NONE", "N"), ("REQUIRED", "R"), ("NOT_DEFINED", "X")]),
    metric("modifiedScope", "MS", &[("UNCHANGED", "U"), ("CHANGED", "C"), ("NOT_DEFINED", "X")]),
    metric("modifiedConfidentialityImpact", "MC", MODIFIED_IMPACT_3),
    metric("modifiedIntegrityImpact", "MI", MODIFIED_IMPACT_3),
    metric("modifiedAvailabilityImpact", "MA", MODIFIED_IMPACT_3),
];
