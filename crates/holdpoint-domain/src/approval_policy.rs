//! The written rules of approving: how many sign, which evidence is asked for, how long anything may last.
//!
//! The surprise: no number here can switch four eyes off. Fewer than one signature does not exist, and who may sign is
//! not a matter of policy at all (`signature`).

use crate::Rejected;
use crate::access::RoleSet;
use crate::signature::refused;
use crate::words::vocabulary;

vocabulary! {
    /// How much hangs on a decision.
    RiskClass, "risk class" {
        /// Little.
        Low = "low",
        /// The usual.
        Normal = "normal",
        /// Much: production, or a supplier's word is overridden.
        High = "high",
        /// Safety or environment.
        Critical = "critical",
    }
}

vocabulary! {
    /// Which evidence an authorisation asks for.
    EvidenceRule, "evidence rule" {
        /// A passed test, or a written reason why looking is enough.
        Inspection = "inspection",
        /// A passed test in a test environment, or a passed pilot.
        Test = "test",
        /// A passed test in a test environment and a passed pilot.
        TestAndPilot = "test_and_pilot",
    }
}

/// The rule for one class of risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassRule {
    /// How many signatures, 1 to 5.
    pub signatures: u8,
    /// Which evidence.
    pub evidence: EvidenceRule,
}

/// Whether an emergency may shorten a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is done as always.
    Whole,
    /// It may be shortened.
    Shortened,
}

/// By which steps a run is a full test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestedBy {
    /// By any, those that its tester wrote for it among them.
    AnySteps,
    /// By those of a plan that somebody wrote down for all runs.
    Plan,
}

/// Which steps an emergency may shorten. A test or a written reason, a backup and a way back are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortened {
    /// A written reason may stand in for a test.
    pub test: Step,
    /// The pilot may be left out.
    pub pilot: Step,
    /// Fewer sign.
    pub signatures: Step,
}

/// The rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovalPolicy {
    /// For little risk.
    pub low: ClassRule,
    /// For the usual.
    pub normal: ClassRule,
    /// For much.
    pub high: ClassRule,
    /// For safety and environment.
    pub critical: ClassRule,
    /// Signatures of an emergency, 1 to 5.
    pub emergency_signatures: u8,
    /// What an emergency may shorten.
    pub emergency_shortens: Shortened,
    /// Days until an emergency must have been reviewed.
    pub emergency_review_days: u32,
    /// The longest exemption, in days.
    pub exemption_most_days: u32,
    /// The longest override of a supplier's word, in days.
    pub override_most_days: u32,
    /// The longest delegation, in days.
    pub delegation_most_days: u32,
    /// How old a test may be that a decision rests on, in days.
    pub test_most_days: u32,
    /// How often a compensating control must be verified, in days.
    pub control_verify_days: u32,
    /// How old the backup of an emergency may be, in days.
    pub emergency_backup_days: u32,
    /// The roles that may accept an exemption by which much risk is left.
    pub high_accepted_by: RoleSet,
    /// The roles that may accept one by which a risk to safety or the environment is left.
    pub critical_accepted_by: RoleSet,
    /// As how much a respect counts in which nobody has said what the loss of an asset would do; never as little.
    pub unsaid: RiskClass,
    /// By which steps a run is a full test.
    pub tested_by: TestedBy,
}

impl Default for ApprovalPolicy {
    /// What holds until somebody writes another: two sign from high on, a test from normal on, a pilot too for critical.
    fn default() -> Self {
        let rule = |signatures, evidence| ClassRule { signatures, evidence };
        Self {
            low: rule(1, EvidenceRule::Inspection),
            normal: rule(1, EvidenceRule::Test),
            high: rule(2, EvidenceRule::Test),
            critical: rule(2, EvidenceRule::TestAndPilot),
            emergency_signatures: 1,
            emergency_shortens: Shortened {
                test: Step::Shortened,
                pilot: Step::Shortened,
                signatures: Step::Shortened,
            },
            emergency_review_days: 5,
            exemption_most_days: 365,
            override_most_days: 90,
            delegation_most_days: 60,
            test_most_days: 365,
            control_verify_days: 90,
            emergency_backup_days: 7,
            high_accepted_by: RoleSet::APPROVING,
            critical_accepted_by: RoleSet::APPROVING,
            unsaid: RiskClass::High,
            tested_by: TestedBy::AnySteps,
        }
    }
}

impl ApprovalPolicy {
    /// The rule of a class.
    #[must_use]
    pub const fn of(&self, class: RiskClass) -> ClassRule {
        match class {
            RiskClass::Low => self.low,
            RiskClass::Normal => self.normal,
            RiskClass::High => self.high,
            RiskClass::Critical => self.critical,
        }
    }

    /// The roles that may accept an exemption by which this much risk is left.
    #[must_use]
    pub const fn accepted_by(&self, residual: RiskClass) -> RoleSet {
        match residual {
            RiskClass::Low | RiskClass::Normal => RoleSet::APPROVING,
            RiskClass::High => self.high_accepted_by,
            RiskClass::Critical => self.critical_accepted_by,
        }
    }

    /// Which evidence an emergency asks for.
    #[must_use]
    pub fn emergency_evidence(&self, class: RiskClass) -> EvidenceRule {
        let usual = self.of(class).evidence;
        match (self.emergency_shortens.test, self.emergency_shortens.pilot) {
            (Step::Shortened, Step::Shortened | Step::Whole) => EvidenceRule::Inspection,
            (Step::Whole, Step::Shortened) => usual.min(EvidenceRule::Test),
            (Step::Whole, Step::Whole) => usual,
        }
    }

    /// How many sign in an emergency; at least one.
    #[must_use]
    pub fn emergency_signers(&self, class: RiskClass) -> u8 {
        match self.emergency_shortens.signatures {
            Step::Shortened => self.emergency_signatures.max(1),
            Step::Whole => self.of(class).signatures.max(1),
        }
    }

    /// What fulfils both: of everything the stricter of the two.
    #[must_use]
    pub fn strictest(self, other: Self) -> Self {
        let rule = |one: ClassRule, other: ClassRule| ClassRule {
            signatures: one.signatures.max(other.signatures),
            evidence: one.evidence.max(other.evidence),
        };
        let step = |one: Step, other: Step| match (one, other) {
            (Step::Shortened, Step::Shortened) => Step::Shortened,
            (Step::Whole, _) | (_, Step::Whole) => Step::Whole,
        };
        let (mine, others) = (self.emergency_shortens, other.emergency_shortens);
        Self {
            low: rule(self.low, other.low),
            normal: rule(self.normal, other.normal),
            high: rule(self.high, other.high),
            critical: rule(self.critical, other.critical),
            emergency_signatures: self.emergency_signatures.max(other.emergency_signatures),
            emergency_shortens: Shortened {
                test: step(mine.test, others.test),
                pilot: step(mine.pilot, others.pilot),
                signatures: step(mine.signatures, others.signatures),
            },
            emergency_review_days: self.emergency_review_days.min(other.emergency_review_days),
            exemption_most_days: self.exemption_most_days.min(other.exemption_most_days),
            override_most_days: self.override_most_days.min(other.override_most_days),
            delegation_most_days: self.delegation_most_days.min(other.delegation_most_days),
            test_most_days: self.test_most_days.min(other.test_most_days),
            control_verify_days: self.control_verify_days.min(other.control_verify_days),
            emergency_backup_days: self.emergency_backup_days.min(other.emergency_backup_days),
            high_accepted_by: self.high_accepted_by.and(other.high_accepted_by),
            critical_accepted_by: self.critical_accepted_by.and(other.critical_accepted_by),
            unsaid: self.unsaid.max(other.unsaid),
            tested_by: self.tested_by.max(other.tested_by),
        }
    }

    /// The same, when every number can be.
    ///
    /// # Errors
    /// A refusal that names the number.
    pub fn checked(self) -> Result<Self, Rejected> {
        let rules = [self.low, self.normal, self.high, self.critical];
        let counts = rules.iter().map(|rule| rule.signatures).chain([self.emergency_signatures]);
        if counts.into_iter().any(|count| !(1..=5).contains(&count)) {
            let what = "every class and the emergency need 1 to 5 signatures";
            return Err(refused("policy-signatures", what, "name a number in that range"));
        }
        if rules
            .windows(2)
            .any(|pair| pair[0].signatures > pair[1].signatures || pair[0].evidence > pair[1].evidence)
        {
            let what = "a higher class asks for fewer signatures or less evidence than a lower one";
            return Err(refused("policy-order", what, "let the rules rise with the class"));
        }
        if self.high_accepted_by.is_empty() || self.critical_accepted_by.is_empty() {
            let what = "no role is named that may accept what is left of a high or a critical risk";
            return Err(refused("policy-acceptors", what, "name at least one role for each"));
        }
        if self.unsaid == RiskClass::Low {
            let what = "what nobody has said of an asset would count as little";
            return Err(refused("policy-unsaid", what, "let it count as normal at least"));
        }
        let bounds = [
            ("emergency review", self.emergency_review_days, 30),
            ("exemption", self.exemption_most_days, 365),
            ("override", self.override_most_days, 365),
            ("delegation", self.delegation_most_days, 365),
            ("age of a test", self.test_most_days, 1_826),
            ("verification of controls", self.control_verify_days, 365),
            ("age of an emergency's backup", self.emergency_backup_days, 90),
        ];
        for (name, value, most) in bounds {
            if value == 0 || value > most {
                let what = format!("the {name} takes 1 to {most} days, not {value}");
                return Err(refused("policy-days", what, "name a number in that range"));
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_policies_the_stricter_of_everything_counts() {
        let usual = ApprovalPolicy::default();
        let strict = ApprovalPolicy {
            low: ClassRule { signatures: 3, evidence: EvidenceRule::Inspection },
            emergency_shortens: Shortened { pilot: Step::Whole, ..usual.emergency_shortens },
            test_most_days: 30,
            unsaid: RiskClass::Critical,
            ..usual
        };
        let both = usual.strictest(strict);
        assert_eq!(both, strict.strictest(usual), "the order does not matter");
        assert_eq!((both.low.signatures, both.test_most_days, both.unsaid), (3, 30, RiskClass::Critical));
        assert_eq!(both.emergency_shortens.pilot, Step::Whole, "what one of them asks for is done whole");
        assert_eq!(both.critical, usual.critical);
        assert_eq!(usual.strictest(usual), usual);
    }

    #[test]
    fn no_policy_lets_a_decision_pass_without_a_signature() {
        let usual = ApprovalPolicy::default();
        assert_eq!(usual.checked(), Ok(usual));
        assert!(ApprovalPolicy { emergency_signatures: 0, ..usual }.checked().is_err());
        let none = ClassRule { signatures: 0, evidence: EvidenceRule::Inspection };
        assert!(ApprovalPolicy { low: none, ..usual }.checked().is_err());
        let less = ClassRule { signatures: 1, evidence: EvidenceRule::Inspection };
        assert!(ApprovalPolicy { critical: less, ..usual }.checked().is_err(), "rules rise with the class");
        assert!(ApprovalPolicy { exemption_most_days: 366, ..usual }.checked().is_err());
        assert!(
            ApprovalPolicy { unsaid: RiskClass::Low, ..usual }.checked().is_err(),
            "an unknown is no little"
        );
    }
}
