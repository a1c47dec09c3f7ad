//! Which fact gives which value of a decision point.
//!
//! The surprise: that KEV does not list a vulnerability says nothing of exploitation, because few vendors of plants are
//! named there; and that an attack needs a user says nothing of automation, because SSVC then asks for its default.

use holdpoint_domain::ranking::fact::{AssetFacts, Kev, Said, VulnerabilityFacts};
use holdpoint_domain::ranking::point::{Automatable, Exploitation, Point, Possible, Safety, TechnicalImpact};
use jiff::civil::Date;

/// One word of SSVC on a vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsvcWord<T> {
    /// The value.
    pub value: T,
    /// Who said so.
    pub source: String,
    /// When.
    pub on: Option<Date>,
}

/// One vector, as far as ranking asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VectorFact {
    /// Who gave it, and its version.
    pub source: String,
    /// Whether an attacker on the network needs neither rights nor a user nor luck.
    pub effortless: Effortless,
    /// Whether it says that people can come to harm.
    pub harm: Harm,
    /// Its base score in tenths.
    pub base_tenths: u16,
}

/// Whether an attack asks nothing of the attacker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effortless {
    /// It does not.
    Yes,
    /// It does, or the vector does not tell.
    NotSaid,
}

/// Whether people can come to harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// They can.
    Present,
    /// The vector does not say so.
    NotSaid,
}

/// All that sources say of a vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Words on exploitation.
    pub exploitation: Vec<SsvcWord<Exploitation>>,
    /// Words on automation.
    pub automatable: Vec<SsvcWord<Automatable>>,
    /// Words on technical impact.
    pub technical_impact: Vec<SsvcWord<TechnicalImpact>>,
    /// CISA's catalogue.
    pub kev: Kev,
    /// Vectors.
    pub vectors: Vec<VectorFact>,
    /// The highest base score that anybody wrote, in tenths.
    pub written_base_tenths: Option<u16>,
    /// EPSS percentile in millionths.
    pub epss_percentile_ppm: Option<u32>,
}

/// The values that all that gives. Of several words on a point the worst counts, with its source.
#[must_use]
pub fn weigh(evidence: &Evidence) -> VulnerabilityFacts {
    let exploitation = match evidence.kev {
        Kev::Listed { added, .. } => Said::by("KEV", Exploitation::Active, added),
        Kev::NotListed | Kev::NeverRead => worst(&evidence.exploitation).unwrap_or_else(Said::unknown),
    };
    let effortless = evidence.vectors.iter().find(|vector| vector.effortless == Effortless::Yes);
    let automatable = worst(&evidence.automatable)
        .or_else(|| {
            effortless.map(|vector| {
                let source = format!("{}: network, low complexity, no privileges, no user", vector.source);
                Said::by(source, Automatable::Yes, None)
            })
        })
        .unwrap_or_else(Said::unknown);
    let harm = evidence.vectors.iter().find(|vector| vector.harm == Harm::Present);
    VulnerabilityFacts {
        exploitation,
        automatable,
        technical_impact: worst(&evidence.technical_impact).unwrap_or_else(Said::unknown),
        kev: evidence.kev,
        harm: harm.map(|vector| vector.source.clone()),
        base_tenths: evidence
            .vectors
            .iter()
            .map(|vector| vector.base_tenths)
            .chain(evidence.written_base_tenths)
            .max(),
        epss_percentile_ppm: evidence.epss_percentile_ppm,
    }
}

fn worst<T: Point>(words: &[SsvcWord<T>]) -> Option<Said<T>> {
    let worst = words.iter().max_by_key(|word| (word.value, word.on))?;
    Some(Said::by(worst.source.clone(), worst.value, worst.on))
}

/// Safety impact: what the owner said. A vector that speaks of harm to people raises what the owner left open to marginal at
/// least; what the owner said stays, and the explanation shows both.
#[must_use]
pub fn safety(vulnerability: &VulnerabilityFacts, asset: &AssetFacts) -> Possible<Safety> {
    let said = asset.criticality.safety();
    if said.known().is_none() && vulnerability.harm.is_some() {
        said.worse_of(Possible::exactly(Safety::Marginal))
    } else {
        said
    }
}
