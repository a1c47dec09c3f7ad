//! The decision tables, as data with the id and version under which they are published.
//!
//! One row in, one outcome out, no weights. Every table rises with each of its inputs, which tests check row by row; so
//! the outcome of a span of inputs is the span between the outcomes of its ends. The surprise: the published texts on
//! Human Impact contradict each other in four cells. The table is the authority; the reading of the prose is here as
//! [`HumanImpactTable::Conservative`], and every result says which of them was used.

use super::point::{
    Automatable, Exploitation, HumanImpact, Level, Listed, Mission, Outcome, Possible, PubliclyExposed,
    Safety, TechnicalImpact, Timeline, WellBeing,
};
use crate::site::Exposure;
use crate::words::vocabulary;

vocabulary! {
    /// Which reading of Human Impact is used.
    HumanImpactTable, "human impact table" {
        /// The published table.
        Published = "table",
        /// The prose of the value definitions, which is never milder.
        Conservative = "conservative",
    }
}

impl HumanImpactTable {
    /// The table's id and version.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Published => "ssvc:DT_HI:1.0.0",
            Self::Conservative => "ssvc:HI:2.0.2 (prose)",
        }
    }

    /// Safety and mission as one.
    #[must_use]
    pub const fn human_impact(self, safety: Safety, mission: Mission) -> HumanImpact {
        let rows = match self {
            Self::Published => PUBLISHED,
            Self::Conservative => CONSERVATIVE,
        };
        match rows[safety as usize].as_bytes()[mission as usize] {
            b'L' => HumanImpact::Low,
            b'M' => HumanImpact::Medium,
            b'H' => HumanImpact::High,
            _ => HumanImpact::VeryHigh,
        }
    }

    /// Of all that is possible.
    #[must_use]
    pub fn span(self, safety: Possible<Safety>, mission: Possible<Mission>) -> Possible<HumanImpact> {
        Possible::between(
            self.human_impact(safety.lowest(), mission.lowest()),
            self.human_impact(safety.highest(), mission.highest()),
        )
    }
}

/// Rows: safety from negligible; columns: mission from degraded. L low, M medium, H high, V very high.
const PUBLISHED: [&str; 4] = ["LLMV", "LLMV", "MHHV", "VVVV"];
const CONSERVATIVE: [&str; 4] = ["LLMV", "MMHV", "HHHV", "VVVV"];

/// Id of the deployer's table.
pub const DEPLOYER: &str = "ssvc:DT_DPAP:1.0.0";

/// Rows: exploitation, exposure, automatable, the last changing fastest; columns: human impact from low.
/// D defer, S scheduled, O out-of-cycle, I immediate.
const DEPLOYER_ROWS: [&str; 18] = [
    "DDSS", "DSSS", "DSSS", "SSSS", "DSSS", "SSSO", "DSSS", "SSSS", "DSSS", "SSSO", "SSSO", "SSOO", "SSOO",
    "SOOO", "SSOO", "OOOO", "SOOI", "OOII",
];

/// The deployer's answer.
#[must_use]
pub const fn deployer(
    exploitation: Exploitation,
    exposure: Exposure,
    automatable: Automatable,
    impact: HumanImpact,
) -> Outcome {
    let row = exploitation as usize * 6 + exposure as usize * 2 + automatable as usize;
    match DEPLOYER_ROWS[row].as_bytes()[impact as usize] {
        b'D' => Outcome::Defer,
        b'S' => Outcome::Scheduled,
        b'O' => Outcome::OutOfCycle,
        _ => Outcome::Immediate,
    }
}

/// The deployer's answers to all that is possible.
#[must_use]
pub fn deployer_span(
    exploitation: Possible<Exploitation>,
    exposure: Possible<Exposure>,
    automatable: Possible<Automatable>,
    impact: Possible<HumanImpact>,
) -> Possible<Outcome> {
    Possible::between(
        deployer(exploitation.lowest(), exposure.lowest(), automatable.lowest(), impact.lowest()),
        deployer(exploitation.highest(), exposure.highest(), automatable.highest(), impact.highest()),
    )
}

/// Id of CISA's coordinator table.
pub const COORDINATOR: &str = "cisa:DT_CO:2.0.3";

/// Rows: exploitation, automatable, technical impact; columns: mission and well-being from low. T track, C track*, A attend, X act.
const COORDINATOR_ROWS: [&str; 12] =
    ["TTT", "TTC", "TTA", "TTA", "TTC", "TCA", "TTA", "TCA", "TTA", "TAX", "AAX", "AXX"];

/// The coordinator's answer.
#[must_use]
pub const fn coordinator(
    exploitation: Exploitation,
    automatable: Automatable,
    technical: TechnicalImpact,
    well_being: WellBeing,
) -> Level {
    let row = exploitation as usize * 4 + automatable as usize * 2 + technical as usize;
    match COORDINATOR_ROWS[row].as_bytes()[well_being as usize] {
        b'T' => Level::Track,
        b'C' => Level::TrackClosely,
        b'A' => Level::Attend,
        _ => Level::Act,
    }
}

/// The coordinator's answers to all that is possible.
#[must_use]
pub fn coordinator_span(
    exploitation: Possible<Exploitation>,
    automatable: Possible<Automatable>,
    technical: Possible<TechnicalImpact>,
    well_being: Possible<WellBeing>,
) -> Possible<Level> {
    Possible::between(
        coordinator(exploitation.lowest(), automatable.lowest(), technical.lowest(), well_being.lowest()),
        coordinator(exploitation.highest(), automatable.highest(), technical.highest(), well_being.highest()),
    )
}

/// Id of the table of BOD 26-04.
pub const BOD_26_04: &str = "cisa:DT_BOD2604:1.0.0";

/// Rows: in KEV, publicly exposed, automatable; columns: technical impact. U upgrade, 6, 1 and 3 the days' first digit, F forensic.
const BOD_ROWS: [&str; 8] = ["UU", "66", "61", "13", "11", "1F", "1F", "3F"];

/// The directive's answer.
#[must_use]
pub const fn bod_26_04(
    listed: Listed,
    exposed: PubliclyExposed,
    automatable: Automatable,
    technical: TechnicalImpact,
) -> Timeline {
    let row = listed as usize * 4 + exposed as usize * 2 + automatable as usize;
    match BOD_ROWS[row].as_bytes()[technical as usize] {
        b'U' => Timeline::SystemUpgrade,
        b'6' => Timeline::SixtyDays,
        b'1' => Timeline::FourteenDays,
        b'3' => Timeline::ThreeDays,
        _ => Timeline::ThreeDaysForensic,
    }
}

/// The directive's answers to all that is possible.
#[must_use]
pub fn bod_26_04_span(
    listed: Possible<Listed>,
    exposed: Possible<PubliclyExposed>,
    automatable: Possible<Automatable>,
    technical: Possible<TechnicalImpact>,
) -> Possible<Timeline> {
    Possible::between(
        bod_26_04(listed.lowest(), exposed.lowest(), automatable.lowest(), technical.lowest()),
        bod_26_04(listed.highest(), exposed.highest(), automatable.highest(), technical.highest()),
    )
}
