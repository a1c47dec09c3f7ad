//! What is known, with who says so and since when; and which fact gives which value of a decision point.
//!
//! The surprise: that KEV does not list a vulnerability says nothing of exploitation, because few vendors of plants are
//! named there; and that an attack needs a user says nothing of automation, because SSVC then asks for its default.

use holdpoint_domain::ranking::criticality::Criticality;
use holdpoint_domain::ranking::point::{
    Automatable, Exploitation, Listed, Point, Possible, PubliclyExposed, Safety, TechnicalImpact,
};
use holdpoint_domain::site::Exposure;
use jiff::civil::Date;

/// What is possible of a point, who says so, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// What is possible.
    pub possible: Possible<T>,
    /// Who says so, in words.
    pub source: String,
    /// Since when; `None`: not said.
    pub on: Option<Date>,
}

impl<T: Point> Said<T> {
    /// Nobody has said.
    #[must_use]
    pub fn unknown() -> Self {
        Self { possible: Possible::any(), source: "nobody has said".to_owned(), on: None }
    }

    /// Said by somebody.
    #[must_use]
    pub fn by(source: impl Into<String>, value: T, on: Option<Date>) -> Self {
        Self { possible: Possible::exactly(value), source: source.into(), on }
    }
}

/// Whether CISA's catalogue lists a vulnerability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kev {
    /// It does.
    Listed {
        /// Since when.
        added: Option<Date>,
        /// The issuer's date.
        due: Option<Date>,
        /// Whether use in ransomware campaigns is known.
        ransomware: Ransomware,
    },
    /// The catalogue was read, and does not.
    NotListed,
    /// The catalogue was never read here.
    NeverRead,
}

/// Use in ransomware campaigns. There is no "not used": nobody can know that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ransomware {
    /// It is known.
    Known,
    /// It is not known.
    NotKnown,
}

/// What is known of a vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VulnerabilityFacts {
    /// Exploitation.
    pub exploitation: Said<Exploitation>,
    /// Automatable.
    pub automatable: Said<Automatable>,
    /// Technical impact.
    pub technical_impact: Said<TechnicalImpact>,
    /// CISA's catalogue.
    pub kev: Kev,
    /// Who says with CVSS that people can come to harm; `None`: nobody does, which is not "no".
    pub harm: Option<String>,
    /// The highest base score in tenths.
    pub base_tenths: Option<u16>,
    /// EPSS percentile in millionths.
    pub epss_percentile_ppm: Option<u32>,
}

impl VulnerabilityFacts {
    /// A vulnerability of which nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            exploitation: Said::unknown(),
            automatable: Said::unknown(),
            technical_impact: Said::unknown(),
            kev: Kev::NeverRead,
            harm: None,
            base_tenths: None,
            epss_percentile_ppm: None,
        }
    }

    /// Whether KEV lists it, as a point of BOD 26-04.
    #[must_use]
    pub fn listed(&self) -> Possible<Listed> {
        match self.kev {
            Kev::Listed { .. } => Possible::exactly(Listed::Yes),
            Kev::NotListed => Possible::exactly(Listed::No),
            Kev::NeverRead => Possible::any(),
        }
    }
}

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

/// What is known of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetFacts {
    /// System exposure, from its zone.
    pub exposure: Said<Exposure>,
    /// What is lost with it.
    pub criticality: Criticality,
}

impl AssetFacts {
    /// Whether the public can reach it: nothing says yes today, and a zone that only controlled ways lead to says no.
    #[must_use]
    pub fn publicly_exposed(&self) -> Possible<PubliclyExposed> {
        match self.exposure.possible.highest() {
            Exposure::Small | Exposure::Controlled => Possible::exactly(PubliclyExposed::No),
            Exposure::Open => Possible::any(),
        }
    }
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
