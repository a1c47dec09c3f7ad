//! Patching against controls, side by side: cost, work, downtime and the risk that is left.
//!
//! The surprise: what nobody has said is a gap and never a zero, so an option with a gap is neither better nor worse there.

use holdpoint_domain::approval_policy::RiskClass;

/// One way to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its name: `patch KB5034441`, `traffic_filter`, `do nothing`.
    pub name: String,
    /// Cost in hundredths of the plant's currency.
    pub cost_cents: Option<u64>,
    /// Work in minutes.
    pub effort_min: Option<u32>,
    /// Downtime in minutes.
    pub downtime_min: Option<u32>,
    /// The risk that is left.
    pub risk_left: Option<RiskClass>,
}

/// A choice with what the others show of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The choice.
    pub choice: Choice,
    /// Those that are at least as good in everything and better in something, by name.
    pub beaten_by: Vec<String>,
    /// What nobody has said of it.
    pub gaps: Vec<&'static str>,
}

/// Compares choices. One beats another only where both have said everything.
#[must_use]
pub fn compare(choices: Vec<Choice>) -> Vec<Compared> {
    let beaten: Vec<Vec<String>> = choices
        .iter()
        .map(|one| choices.iter().filter(|other| beats(other, one)).map(|other| other.name.clone()).collect())
        .collect();
    let rows = choices.into_iter().zip(beaten);
    rows.map(|(choice, beaten_by)| Compared { gaps: gaps(&choice), choice, beaten_by }).collect()
}

fn gaps(one: &Choice) -> Vec<&'static str> {
    let said = [
        ("cost", one.cost_cents.is_some()),
        ("effort", one.effort_min.is_some()),
        ("downtime", one.downtime_min.is_some()),
        ("risk left", one.risk_left.is_some()),
    ];
    said.into_iter().filter(|(_, said)| !said).map(|(name, _)| name).collect()
}

fn terms(one: &Choice) -> Option<[u64; 4]> {
    let risk = one.risk_left?;
    let rank = RiskClass::ALL.iter().position(|class| *class == risk)? as u64;
    Some([one.cost_cents?, u64::from(one.effort_min?), u64::from(one.downtime_min?), rank])
}

fn beats(one: &Choice, other: &Choice) -> bool {
    let (Some(one), Some(other)) = (terms(one), terms(other)) else { return false };
    one != other && one.iter().zip(&other).all(|(one, other)| one <= other)
}
