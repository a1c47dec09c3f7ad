//! How much hangs on a decision, with the reasons: from what the assets can do when they fail, and from whose word is
//! overridden.

use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::asset::{AssetKind, Consequence};

/// One asset, as far as risk asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetAtStake {
    /// Its kind.
    pub kind: Option<AssetKind>,
    /// The consequences that somebody named: safety, production, environment, quality, data.
    pub consequences: [Option<Consequence>; 5],
}

/// What a risk is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The supplier's release, or none needed.
    Kept,
    /// Overridden.
    Overridden,
}

const DIMENSIONS: [&str; 5] = ["safety", "production", "environment", "quality", "data"];

/// The class of risk, with a clause for each reason. Nobody's word on an asset counts as the usual risk, never as little.
#[must_use]
pub fn class_of(assets: &[AssetAtStake], supplier: Word) -> (RiskClass, Vec<String>) {
    let mut class = RiskClass::Low;
    let mut why = Vec::new();
    let mut raise = |to: RiskClass, reason: String| {
        class = class.max(to);
        why.push(reason);
    };
    if assets.is_empty() {
        raise(
            RiskClass::Normal,
            "no asset is known to be in the baseline, so what hangs on it is not known".to_owned(),
        );
    }
    let controllers = assets.iter().filter(|one| one.kind == Some(AssetKind::SafetyController)).count();
    if controllers > 0 {
        raise(RiskClass::Critical, format!("{controllers} safety controller(s)"));
    }
    for (at, name) in DIMENSIONS.iter().enumerate() {
        let worst = assets.iter().filter_map(|one| one.consequences[at]).max();
        let reason = |worst: Consequence| format!("{name} consequence {worst}");
        match (worst, at) {
            (Some(worst @ (Consequence::Major | Consequence::Catastrophic)), 0 | 2) => {
                raise(RiskClass::Critical, reason(worst));
            }
            (Some(worst @ (Consequence::Major | Consequence::Catastrophic)), _) => {
                raise(RiskClass::High, reason(worst))
            }
            (Some(worst @ Consequence::Moderate), _) => raise(RiskClass::Normal, reason(worst)),
            (Some(Consequence::None | Consequence::Minor) | None, _) => {}
        }
    }
    let silent = assets.iter().filter(|one| one.consequences.iter().all(Option::is_none)).count();
    if silent > 0 {
        raise(RiskClass::Normal, format!("of {silent} asset(s) nobody has said what their loss would do"));
    }
    match supplier {
        Word::Kept => {}
        Word::Overridden => raise(RiskClass::High, "the supplier's word is overridden".to_owned()),
    }
    if why.is_empty() {
        why.push("no asset of the baseline has more than a minor consequence".to_owned());
    }
    (class, why)
}
