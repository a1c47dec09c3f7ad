//! A site's rules of ranking: what an outcome means in work, and which clocks bind it.
//!
//! Versioned data: the number of the version goes into every result. The surprise: no finding is proposed for acceptance
//! while a higher outcome is still possible, whatever the policy says; that is not a setting.

use super::point::{Outcome, Possible};
use super::table::HumanImpactTable;
use crate::words::vocabulary;

vocabulary! {
    /// When a finding is to be dealt with. The words are the same on every page.
    Lane, "lane" {
        /// No work now: a person accepts it until a date, or does not.
        Accept = "accept",
        /// With the next outage.
        NextOutage = "next-outage",
        /// In the next window.
        NextWindow = "next-window",
        /// Now.
        Now = "now",
    }
}

vocabulary! {
    /// How an unknown input counts where one outcome is needed.
    Unknowns, "rule for unknown inputs" {
        /// By SSVC's own defaults: exposure open, automatable yes, safety marginal, mission MEF support crippled.
        /// Exploitation has none unless somebody searched, so there the worst counts.
        Standard = "standard",
        /// The worst that is possible.
        Worst = "worst",
    }
}

/// What an outcome means: where it is put, and within how many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LaneRule {
    /// The lane.
    pub lane: Lane,
    /// Days from the finding's opening.
    pub days: i32,
}

/// Which clocks bind a site, besides its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Binding {
    /// The due date of CISA's catalogue.
    pub kev: bool,
    /// CISA's BOD 26-04.
    pub bod_26_04: bool,
    /// NERC CIP-007 R2.
    pub cip_007: bool,
    /// NIS2, which says "without undue delay": the days are what the site takes that to be. `None`: not bound.
    pub nis2_days: Option<i32>,
}

/// The rules of ranking of a site, or of all sites without their own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RankingPolicy {
    /// Its number, counted up with every change; 0 is what the program brings along.
    pub version: u64,
    /// Which reading of Human Impact.
    pub human_impact: HumanImpactTable,
    /// How unknown inputs count.
    pub unknowns: Unknowns,
    /// Of immediate, out-of-cycle, scheduled and defer, by [`Outcome`]'s order.
    pub lanes: [LaneRule; 4],
    /// Which clocks bind.
    pub binding: Binding,
}

impl Default for RankingPolicy {
    /// SSVC gives the words and not the days; these days are a proposal to change.
    fn default() -> Self {
        Self {
            version: 0,
            human_impact: HumanImpactTable::Published,
            unknowns: Unknowns::Standard,
            lanes: [
                LaneRule { lane: Lane::Accept, days: 365 },
                LaneRule { lane: Lane::NextOutage, days: 180 },
                LaneRule { lane: Lane::NextWindow, days: 30 },
                LaneRule { lane: Lane::Now, days: 3 },
            ],
            binding: Binding { kev: true, bod_26_04: false, cip_007: false, nis2_days: None },
        }
    }
}

/// A policy that cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPolicy {
    /// A number of days out of range.
    #[error("{what} gives {days} days; 1 to {MAX_DAYS} are possible")]
    Days {
        /// Of what.
        what: String,
        /// How many.
        days: i32,
    },
    /// More days than a new policy may give.
    #[error("{what} gives {days} days; {most} are the most that a policy may give it")]
    TooMany {
        /// Of what.
        what: String,
        /// How many.
        days: i32,
        /// How many it may give.
        most: i32,
    },
    /// The most pressing outcome would ask for no work.
    #[error("`{0}` is put into the lane `accept`, and then nothing at all would be dealt with at once")]
    Accepted(Outcome),
    /// A more pressing outcome in a later lane, or with more days, than a less pressing one.
    #[error(
        "`{higher}` would be dealt with later than `{lower}`; a more pressing outcome must not wait longer"
    )]
    Disorder {
        /// The more pressing one.
        higher: Outcome,
        /// The less pressing one.
        lower: Outcome,
    },
}

/// Ten years: what a policy that was written once may say at most.
pub const MAX_DAYS: i32 = 3_660;

/// "Without undue delay" is taken to be at most this, in days.
const NIS2_MOST_DAYS: i32 = 90;

/// The most days that a new policy may give an outcome.
#[must_use]
pub const fn most_days(outcome: Outcome) -> i32 {
    match outcome {
        Outcome::Immediate => 30,
        Outcome::OutOfCycle => 180,
        Outcome::Scheduled => 730,
        Outcome::Defer => 1_830,
    }
}

impl RankingPolicy {
    /// What an outcome means here.
    #[must_use]
    pub const fn rule(&self, outcome: Outcome) -> LaneRule {
        self.lanes[outcome as usize]
    }

    /// The rule for an outcome of which `possible` is still open: acceptance is proposed only when nothing above it is.
    #[must_use]
    pub fn rule_within(&self, outcome: Outcome, possible: Possible<Outcome>) -> LaneRule {
        let rule = self.rule(outcome);
        if rule.lane != Lane::Accept {
            return rule;
        }
        let above = Outcome::ALL.iter().filter(|other| **other > outcome && **other <= possible.highest());
        above.map(|other| self.rule(*other)).find(|other| other.lane != Lane::Accept).unwrap_or(rule)
    }

    /// The least pressing rule that asks for work; of a policy that never does, its most pressing one.
    #[must_use]
    pub fn least_work(&self) -> LaneRule {
        let working = Outcome::ALL.iter().map(|outcome| self.rule(*outcome));
        working.into_iter().find(|rule| rule.lane != Lane::Accept).unwrap_or(self.rule(Outcome::Immediate))
    }

    /// Checks what somebody wants to lay down anew. What was laid down before stays readable by [`Self::checked`].
    ///
    /// # Errors
    /// [`BadPolicy`].
    pub fn proposed(self) -> Result<Self, BadPolicy> {
        let own = self.checked()?;
        if own.rule(Outcome::Immediate).lane == Lane::Accept {
            return Err(BadPolicy::Accepted(Outcome::Immediate));
        }
        // The most pressing is named first.
        let pressing = Outcome::ALL.iter().rev();
        let days = pressing.map(|one| (one.word(), own.rule(*one).days, most_days(*one)));
        let nis2 = own.binding.nis2_days.map(|days| ("nis2", days, NIS2_MOST_DAYS));
        for (what, days, most) in days.chain(nis2) {
            if days > most {
                return Err(BadPolicy::TooMany { what: what.to_owned(), days, most });
            }
        }
        Ok(own)
    }

    /// Checks the numbers and their order.
    ///
    /// # Errors
    /// [`BadPolicy`].
    pub fn checked(self) -> Result<Self, BadPolicy> {
        let days = Outcome::ALL.iter().map(|outcome| (outcome.word(), self.rule(*outcome).days));
        let nis2 = self.binding.nis2_days.map(|days| ("nis2", days));
        for (what, days) in days.chain(nis2) {
            if !(1..=MAX_DAYS).contains(&days) {
                return Err(BadPolicy::Days { what: what.to_owned(), days });
            }
        }
        for pair in Outcome::ALL.windows(2) {
            let (lower, higher) = (self.rule(pair[0]), self.rule(pair[1]));
            if higher.lane < lower.lane || higher.days > lower.days {
                return Err(BadPolicy::Disorder { higher: pair[1], lower: pair[0] });
            }
        }
        Ok(self)
    }
}
