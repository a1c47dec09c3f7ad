//! The rules of ranking as data: written as JSON that people read, versioned, with a preview before they hold.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::SiteId;
use holdpoint_domain::ranking::point::Outcome;
use holdpoint_domain::ranking::policy::{Binding, LaneRule, RankingPolicy};
use holdpoint_domain::ranking::table::DEPLOYER;
use holdpoint_store::StoreError;
use holdpoint_store::ranking::rules::StoredRules;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The rules as people write them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyText {
    /// `table` or `conservative`.
    pub human_impact: String,
    /// `standard` or `worst`.
    pub unknown_inputs: String,
    /// What each outcome means.
    pub outcomes: OutcomesText,
    /// Which clocks bind.
    pub clocks: ClocksText,
}

/// What each outcome means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomesText {
    /// Of *immediate*.
    pub immediate: LaneText,
    /// Of *out-of-cycle*.
    pub out_of_cycle: LaneText,
    /// Of *scheduled*.
    pub scheduled: LaneText,
    /// Of *defer*.
    pub defer: LaneText,
}

/// A lane and its days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneText {
    /// `now`, `next-window`, `next-outage` or `accept`.
    pub lane: String,
    /// Calendar days from the finding's opening.
    pub days: i32,
}

/// Which clocks bind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClocksText {
    /// The due date of KEV.
    pub kev: bool,
    /// BOD 26-04.
    pub bod_26_04: bool,
    /// NERC CIP-007 R2.
    pub cip_007: bool,
    /// Days that NIS2's "without undue delay" is taken to be; absent: it does not bind.
    pub nis2_days: Option<i32>,
}

impl PolicyText {
    /// The text of rules.
    #[must_use]
    pub fn of(policy: &RankingPolicy) -> Self {
        let lane = |outcome| {
            let rule = policy.rule(outcome);
            LaneText { lane: rule.lane.word().to_owned(), days: rule.days }
        };
        let binding = policy.binding;
        Self {
            human_impact: policy.human_impact.word().to_owned(),
            unknown_inputs: policy.unknowns.word().to_owned(),
            outcomes: OutcomesText {
                immediate: lane(Outcome::Immediate),
                out_of_cycle: lane(Outcome::OutOfCycle),
                scheduled: lane(Outcome::Scheduled),
                defer: lane(Outcome::Defer),
            },
            clocks: ClocksText {
                kev: binding.kev,
                bod_26_04: binding.bod_26_04,
                cip_007: binding.cip_007,
                nis2_days: binding.nis2_days,
            },
        }
    }

    /// The rules of a text.
    ///
    /// # Errors
    /// In words, what is no rule.
    pub fn read(&self, version: u64) -> Result<RankingPolicy, String> {
        let rule = |text: &LaneText| -> Result<LaneRule, String> {
            let lane =
                text.lane.parse().map_err(|why: holdpoint_domain::words::UnknownWord| why.to_string())?;
            Ok(LaneRule { lane, days: text.days })
        };
        let word = |why: holdpoint_domain::words::UnknownWord| why.to_string();
        let outcomes = &self.outcomes;
        let policy = RankingPolicy {
            version,
            human_impact: self.human_impact.parse().map_err(word)?,
            unknowns: self.unknown_inputs.parse().map_err(word)?,
            lanes: [
                rule(&outcomes.defer)?,
                rule(&outcomes.scheduled)?,
                rule(&outcomes.out_of_cycle)?,
                rule(&outcomes.immediate)?,
            ],
            binding: Binding {
                kev: self.clocks.kev,
                bod_26_04: self.clocks.bod_26_04,
                cip_007: self.clocks.cip_007,
                nis2_days: self.clocks.nis2_days,
            },
        };
        policy.checked().map_err(|why| why.to_string())
    }
}

/// Stored rules.
pub(super) fn stored(stored: &StoredRules) -> Result<RankingPolicy, StoreError> {
    let text: PolicyText = serde_json::from_str(&stored.rules)
        .map_err(|why| StoreError::damaged(format!("ranking rules {}: {why}", stored.version)))?;
    text.read(stored.version)
        .map_err(|why| StoreError::damaged(format!("ranking rules {}: {why}", stored.version)))
}

/// Rules with where they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion {
    /// The rules.
    pub text: PolicyText,
    /// Version, site, author, period; `None`: what the program brings along.
    pub stored: Option<StoredRules>,
}

/// The rules that hold: the general ones first, then those of sites.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller) -> Result<Vec<PolicyVersion>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let mut found = Vec::new();
    for rules in app.store().read(|r| r.ranking_rules())? {
        if rules.site.is_none() || reach.covers(rules.site) {
            let text = PolicyText::of(&stored(&rules)?);
            found.push(PolicyVersion { text, stored: Some(rules) });
        }
    }
    if !found.iter().any(|one| one.stored.as_ref().is_some_and(|stored| stored.site.is_none())) {
        let text = PolicyText::of(&RankingPolicy::default());
        found.insert(0, PolicyVersion { text, stored: None });
    }
    Ok(found)
}

/// Writes the next version of the rules of a site, or of all that have none. Everything is ranked anew.
///
/// # Errors
/// [`AppError::Invalid`] for rules that cannot hold or a missing reason; [`AppError::NotFound`] for an unknown site;
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn put(
    app: &App,
    caller: &Caller,
    site: Option<SiteId>,
    text: &PolicyText,
    reason: &str,
) -> Result<u64, AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    super::word::reason_given(reason)?;
    let policy = text.read(0).map_err(|why| {
        AppError::invalid(
            "ranking-policy",
            why,
            "nothing was changed",
            "correct the rules and send them again",
        )
    })?;
    let rules = serde_json::to_string(text).expect("plain fields become JSON");
    let tables = format!("{DEPLOYER} {}", policy.human_impact.id());
    let committed = app.store().change(&app.intent(caller, "ranking.policy", reason), |c| {
        if let Some(site) = site
            && !c.sites()?.iter().any(|known| known.id == site)
        {
            return Err(AppError::NotFound { noun: "site", id: site.to_string() });
        }
        let version = c.put_ranking_rules(site, caller.actor.name(), reason, (&tables, &rules))?;
        c.about("ranking-policy", version);
        c.detail("rules", json!(text));
        c.detail("site", json!(site.map(|site| site.to_string())));
        Ok(version)
    })?;
    super::refresh::now(app)?;
    Ok(committed.value)
}
