//! What is known of a vulnerability and of an asset, with who says so and since when.
//!
//! The surprise: there is no "not exploited" and no "not used in ransomware campaigns"; what nobody has said stays open.

use super::criticality::Criticality;
use super::point::{Automatable, Exploitation, Listed, Point, Possible, PubliclyExposed, TechnicalImpact};
use crate::site::Exposure;
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
