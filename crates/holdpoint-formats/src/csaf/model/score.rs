//! Scores: CVSS 2.0, 3.0 and 3.1 objects as they stand in the document.
//!
//! Not here: whether they are sound and what they compute to (`validate`). The surprise: nothing is required here, so
//! that a broken score is still read; its defects are findings of tests 6.1.8 to 6.1.10.

use serde::de::{Deserialize, Deserializer};

use crate::csaf::inspection::Inspection;
use crate::csaf::object::{Node, object};
use crate::csaf::place::Place;
use crate::csaf::text::Text;

/// A JSON number, for example a score from 0.0 to 10.0.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Number(pub f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Number)
    }
}

impl Node for Number {
    fn inspect(&self, _: &Place<'_>, _: &mut Inspection) {}
}

impl<T: Node> Node for Box<T> {
    fn inspect(&self, place: &Place<'_>, to: &mut Inspection) {
        (**self).inspect(place, to);
    }
}

object! {
    /// Scores that hold for some products.
    struct Score<'a> {
        /// CVSS 2.0.
        may cvss_v2 "cvss_v2": Box<CvssV2<'a>>,
        /// CVSS 3.0 or 3.1.
        may cvss_v3 "cvss_v3": Box<CvssV3<'a>>,
        /// The products.
        all products "products": Text<'a>,
    }
    check score_is_sound
}
object! {
    /// A CVSS 2.0 object; every metric is the word of FIRST's JSON schema, for example `ADJACENT_NETWORK`.
    struct CvssV2<'a> {
        /// Metric AC.
        may access_complexity "accessComplexity": Text<'a>,
        /// Metric AV.
        may access_vector "accessVector": Text<'a>,
        /// Metric Au.
        may authentication "authentication": Text<'a>,
        /// Metric A.
        may availability_impact "availabilityImpact": Text<'a>,
        /// Metric AR.
        may availability_requirement "availabilityRequirement": Text<'a>,
        /// The base score.
        may base_score "baseScore": Number,
        /// Metric CDP.
        may collateral_damage_potential "collateralDamagePotential": Text<'a>,
        /// Metric C.
        may confidentiality_impact "confidentialityImpact": Text<'a>,
        /// Metric CR.
        may confidentiality_requirement "confidentialityRequirement": Text<'a>,
        /// The environmental score.
        may environmental_score "environmentalScore": Number,
        /// Metric E.
        may exploitability "exploitability": Text<'a>,
        /// Metric I.
        may integrity_impact "integrityImpact": Text<'a>,
        /// Metric IR.
        may integrity_requirement "integrityRequirement": Text<'a>,
        /// Metric RL.
        may remediation_level "remediationLevel": Text<'a>,
        /// Metric RC.
        may report_confidence "reportConfidence": Text<'a>,
        /// Metric TD.
        may target_distribution "targetDistribution": Text<'a>,
        /// The temporal score.
        may temporal_score "temporalScore": Number,
        /// The vector, without a prefix.
        may vector_string "vectorString": Text<'a>,
        /// `2.0`.
        may version "version": Text<'a>,
    }
}
object! {
    /// A CVSS 3.0 or 3.1 object; every metric is the word of FIRST's JSON schema, for example `ADJACENT_NETWORK`.
    struct CvssV3<'a> {
        /// Metric AC.
        may attack_complexity "attackComplexity": Text<'a>,
        /// Metric AV.
        may attack_vector "attackVector": Text<'a>,
        /// Metric A.
        may availability_impact "availabilityImpact": Text<'a>,
        /// Metric AR.
        may availability_requirement "availabilityRequirement": Text<'a>,
        /// The base score.
        may base_score "baseScore": Number,
        /// The base severity.
        may base_severity "baseSeverity": Text<'a>,
        /// Metric C.
        may confidentiality_impact "confidentialityImpact": Text<'a>,
        /// Metric CR.
        may confidentiality_requirement "confidentialityRequirement": Text<'a>,
        /// The environmental score.
        may environmental_score "environmentalScore": Number,
        /// The environmental severity.
        may environmental_severity "environmentalSeverity": Text<'a>,
        /// Metric E.
        may exploit_code_maturity "exploitCodeMaturity": Text<'a>,
        /// Metric I.
        may integrity_impact "integrityImpact": Text<'a>,
        /// Metric IR.
        may integrity_requirement "integrityRequirement": Text<'a>,
        /// Metric MAC.
        may modified_attack_complexity "modifiedAttackComplexity": Text<'a>,
        /// Metric MAV.
        may modified_attack_vector "modifiedAttackVector": Text<'a>,
        /// Metric MA.
        may modified_availability_impact "modifiedAvailabilityImpact": Text<'a>,
        /// Metric MC.
        may modified_confidentiality_impact "modifiedConfidentialityImpact": Text<'a>,
        /// Metric MI.
        may modified_integrity_impact "modifiedIntegrityImpact": Text<'a>,
        /// Metric MPR.
        may modified_privileges_required "modifiedPrivilegesRequired": Text<'a>,
        /// Metric MS.
        may modified_scope "modifiedScope": Text<'a>,
        /// Metric MUI.
        may modified_user_interaction "modifiedUserInteraction": Text<'a>,
        /// Metric PR.
        may privileges_required "privilegesRequired": Text<'a>,
        /// Metric RL.
        may remediation_level "remediationLevel": Text<'a>,
        /// Metric RC.
        may report_confidence "reportConfidence": Text<'a>,
        /// Metric S.
        may scope "scope": Text<'a>,
        /// The temporal score.
        may temporal_score "temporalScore": Number,
        /// The temporal severity.
        may temporal_severity "temporalSeverity": Text<'a>,
        /// Metric UI.
        may user_interaction "userInteraction": Text<'a>,
        /// The vector, with its prefix `CVSS:3.0/` or `CVSS:3.1/`.
        may vector_string "vectorString": Text<'a>,
        /// `3.0` or `3.1`.
        may version "version": Text<'a>,
    }
}

fn score_is_sound(score: &Score<'_>, place: &Place<'_>, to: &mut Inspection) {
    if score.cvss_v2.is_none() && score.cvss_v3.is_none() && !score.keys.has_unknown() {
        to.breach(place, "the score names products and no score");
    }
    super::document::unique(&score.products, &place.key("products"), to);
}
