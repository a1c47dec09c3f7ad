//! How much hangs on a decision, with the reasons: from what the assets can do when they fail, and from whose word is
//! overridden.

use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::asset::{AssetKind, Consequence};
use holdpoint_domain::control::Control;
use holdpoint_domain::exemption::{Exploitation, Listed};
use holdpoint_domain::ranking::point::Outcome;
use holdpoint_domain::ranking::policy::Lane;

/// One asset, as far as risk asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetAtStake {
    /// Its kind.
    pub kind: Option<AssetKind>,
    /// The consequences that somebody named: safety, production, environment, quality, data.
    pub consequences: [Option<Consequence>; 5],
    /// As how much a respect counts in which nobody has said anything, by the rules of its site.
    pub unsaid: RiskClass,
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

/// The class of risk, with a clause for each reason. A respect in which nobody
/// has said anything of an asset counts as its site's rules say, and never as little.
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
    let nameless = assets.iter().filter(|one| one.kind.is_none()).count();
    if nameless > 0 {
        raise(
            RiskClass::Normal,
            format!("of {nameless} asset(s) nobody has said what kind of thing they are"),
        );
    }
    let silent = assets.iter().filter(|one| one.consequences.iter().any(Option::is_none));
    if let Some(counted) = silent.clone().map(|one| one.unsaid).max() {
        let counted = counted.max(RiskClass::Normal);
        let what = format!(
            "of {} asset(s) nobody has said, or not in every respect, what their loss would do: counted as {counted}",
            silent.count()
        );
        raise(counted, what);
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

/// How pressing what an exemption leaves open is, as far as anything is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOpen {
    /// Whether it is listed as exploited; `None`: not known.
    pub listed: Option<Listed>,
    /// How much it is exploited; `None`: not known.
    pub exploitation: Option<Exploitation>,
    /// The worst outcome and lane of the open findings that it covers; `None`: no finding is known.
    pub worst: Option<(Outcome, Lane)>,
}

/// The least risk that stands behind an exemption, whatever its author says is left. What is exploited, or is to be dealt
/// with at once, weighs at least much, and as much as the assets do; anything else as much as the assets do, and no more than
/// much.
#[must_use]
pub fn least_left(assets: &[AssetAtStake], open: &LeftOpen) -> (RiskClass, Vec<String>) {
    let (class, stakes) = class_of(assets, Word::Kept);
    let mut why = Vec::new();
    if open.listed == Some(Listed::Yes) {
        why.push("it is listed as exploited".to_owned());
    } else if open.exploitation == Some(Exploitation::Active) {
        why.push("it is exploited".to_owned());
    }
    if let Some((outcome, lane)) = open.worst
        && (outcome == Outcome::Immediate || lane == Lane::Now)
    {
        why.push(format!("a finding of it has the outcome {outcome} and lies in lane {lane}"));
    }
    if !why.is_empty() {
        why.extend(stakes);
        return (class.max(RiskClass::High), why);
    }
    if open.worst.is_none() && open.listed.is_none() {
        why.push("nothing is known here of what it leaves open".to_owned());
        why.extend(stakes);
        return (class.clamp(RiskClass::Normal, RiskClass::High), why);
    }
    (class.min(RiskClass::High), stakes)
}

/// The least risk that somebody who bears it may say is left while these controls hold: one class less when one of them
/// changes what the ranking asks. What weighs much never becomes little.
#[must_use]
pub fn least_with(least: RiskClass, holding: &[Control]) -> RiskClass {
    if holding.iter().all(|control| control.cap().is_none()) {
        return least;
    }
    match least {
        RiskClass::Low | RiskClass::Normal => RiskClass::Low,
        RiskClass::High => RiskClass::Normal,
        RiskClass::Critical => RiskClass::High,
    }
}
