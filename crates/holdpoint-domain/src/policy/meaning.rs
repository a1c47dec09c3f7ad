//! What the values of a policy mean: the types that the rest of the program works with, and what values go together.
//!
//! The surprise: three kinds make up one [`ApprovalPolicy`], because how many sign, what an emergency shortens and how
//! long an exemption lasts are written by different people and asked for together.

use super::PolicyKind;
use super::field::{Fault, Values};
use crate::access::{Permission, Role, RoleSet, RoleTable};
use crate::approval_policy::{ApprovalPolicy, ClassRule, Shortened, Step, TestedBy};
use crate::clock::{days_after, read_day};
use crate::patch::PatchClass;
use crate::ranking::point::Outcome;
use crate::ranking::policy::{BadPolicy, Binding, LaneRule, RankingPolicy};
use crate::recurrence::Recurrence;
use crate::words::{UnknownWord, vocabulary};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

vocabulary! {
    /// How a patch is dealt with.
    Category, "category" {
        /// Outside the cycle.
        Urgent = "urgent",
        /// In the next cycle.
        Regular = "regular",
        /// With planned work.
        Planned = "planned",
        /// When somebody asks for it.
        OnRequest = "on-request",
    }
}

vocabulary! {
    /// A step that an emergency may shorten.
    EmergencyStep, "step of the procedure" {
        /// A written reason may stand in for a test.
        Test = "test",
        /// The pilot may be left out.
        Pilot = "pilot",
        /// Fewer persons sign.
        Signatures = "signatures",
    }
}

/// Whether what a patch fixes is exploited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exploited {
    /// Something of it stands on the list.
    Yes,
    /// Nothing of it is known to.
    NotKnown,
}

/// How often sources are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanRules {
    /// The longest time between two checks of a provider, in minutes.
    pub provider_minutes: u32,
    /// The longest time between two checks of a feed, in minutes.
    pub feed_minutes: u32,
    /// The longest wait after a failed check, in minutes.
    pub retry_minutes: u32,
}

impl ScanRules {
    /// Minutes between two checks of a provider that has this interval of its own.
    #[must_use]
    pub fn of_provider(&self, own_minutes: u32) -> u32 {
        own_minutes.min(self.provider_minutes)
    }

    /// Minutes between two checks of a feed that has this interval of its own.
    #[must_use]
    pub fn of_feed(&self, own_minutes: u32) -> u32 {
        own_minutes.min(self.feed_minutes)
    }
}

/// How patches are dealt with, by class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryRules {
    of_class: [Category; 6],
    exploited_is_urgent: bool,
}

impl CategoryRules {
    /// The category of a patch.
    #[must_use]
    pub const fn of(&self, class: PatchClass, exploited: Exploited) -> Category {
        match (self.exploited_is_urgent, exploited) {
            (true, Exploited::Yes) => Category::Urgent,
            (true, Exploited::NotKnown) | (false, Exploited::Yes | Exploited::NotKnown) => {
                self.of_class[class as usize]
            }
        }
    }
}

/// The cycle of regular patching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// How it comes round.
    pub rule: Recurrence,
    /// From which day the rule counts.
    pub starts_on: Date,
    /// Days to evaluate.
    pub evaluate_days: i32,
    /// Days to test.
    pub test_days: i32,
    /// Days to install.
    pub install_days: i32,
}

/// One round of the cycle. Each day is the last one in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CyclePhase {
    /// Its first day.
    pub begins: Date,
    /// Evaluated by.
    pub evaluate_by: Date,
    /// Tested by.
    pub test_by: Date,
    /// Installed by.
    pub install_by: Date,
}

impl Cycle {
    /// The round that begins on a day.
    #[must_use]
    pub fn round(&self, begins: Date) -> CyclePhase {
        CyclePhase {
            begins,
            evaluate_by: days_after(begins, self.evaluate_days),
            test_by: days_after(begins, self.test_days),
            install_by: days_after(begins, self.install_days),
        }
    }
}

/// Whether values that each are legal go together.
///
/// # Errors
/// The first pair that does not, with the key to correct.
pub fn check(values: &Values) -> Result<(), Fault> {
    match values.kind() {
        PolicyKind::ScanSchedule | PolicyKind::Emergency | PolicyKind::Exemptions => Ok(()),
        PolicyKind::Categories => category_rules(values).map(drop),
        PolicyKind::PrioritiesAndDeadlines => {
            ranking_rules(values, 0)?.proposed().map(drop).map_err(|why| ranking_fault(&why))
        }
        PolicyKind::ApprovalRules => {
            let others = [PolicyKind::Emergency, PolicyKind::Exemptions].map(Values::brought);
            approval_rules(values, &others[0], &others[1])?;
            second_person_for(values).map(drop)
        }
        PolicyKind::RegularCycle => cycle(values).map(drop),
        PolicyKind::Roles => role_table(values).map(drop),
    }
}

fn read<T: std::str::FromStr<Err = UnknownWord>>(key: &str, word: &str) -> Result<T, Fault> {
    word.parse().map_err(|why: UnknownWord| Fault::of(key, why.to_string(), "write one of those words"))
}

/// Days and counts are bounded by their fields far below this type's most.
fn small(values: &Values, key: &str) -> i32 {
    i32::try_from(values.count(key)).unwrap_or(i32::MAX)
}

fn minutes(values: &Values, key: &str) -> u32 {
    u32::try_from(values.count(key)).unwrap_or(u32::MAX)
}

/// How often sources are looked at.
#[must_use]
pub fn scan_rules(values: &Values) -> ScanRules {
    ScanRules {
        provider_minutes: minutes(values, "providers.longest_interval_minutes"),
        feed_minutes: minutes(values, "feeds.longest_interval_minutes"),
        retry_minutes: minutes(values, "retry_after_minutes"),
    }
}

/// How patches are dealt with.
///
/// # Errors
/// When critical patches would wait longer than others.
pub fn category_rules(values: &Values) -> Result<CategoryRules, Fault> {
    let of = |key: &str| read::<Category>(key, values.text(key));
    let critical = of("classes.security_critical")?;
    let security = of("classes.security")?;
    if critical > security {
        return Err(Fault::of(
            "classes.security_critical",
            format!("`{critical}` comes later than `{security}`, which security patches have"),
            "let critical patches be dealt with no later than others",
        ));
    }
    Ok(CategoryRules {
        of_class: [
            critical,
            security,
            of("classes.recommended")?,
            of("classes.feature")?,
            of("classes.firmware")?,
            of("classes.unknown")?,
        ],
        exploited_is_urgent: values.switch("exploited_is_urgent"),
    })
}

const OUTCOME_KEYS: [(&str, &str); 4] = [
    ("outcomes.defer.lane", "outcomes.defer.days"),
    ("outcomes.scheduled.lane", "outcomes.scheduled.days"),
    ("outcomes.out_of_cycle.lane", "outcomes.out_of_cycle.days"),
    ("outcomes.immediate.lane", "outcomes.immediate.days"),
];

/// The rules of ranking; `revision` goes into every result.
///
/// # Errors
/// When a more pressing outcome would wait longer than a less pressing one.
pub fn ranking_rules(values: &Values, revision: u64) -> Result<RankingPolicy, Fault> {
    let rule = |(lane, days): (&str, &str)| {
        Ok::<_, Fault>(LaneRule { lane: read(lane, values.text(lane))?, days: small(values, days) })
    };
    let nis2 = small(values, "clocks.nis2_days");
    let policy = RankingPolicy {
        version: revision,
        human_impact: read("human_impact", values.text("human_impact"))?,
        unknowns: read("unknown_inputs", values.text("unknown_inputs"))?,
        lanes: [
            rule(OUTCOME_KEYS[0])?,
            rule(OUTCOME_KEYS[1])?,
            rule(OUTCOME_KEYS[2])?,
            rule(OUTCOME_KEYS[3])?,
        ],
        binding: Binding {
            kev: values.switch("clocks.kev"),
            bod_26_04: values.switch("clocks.bod_26_04"),
            cip_007: values.switch("clocks.cip_007"),
            nis2_days: (nis2 > 0).then_some(nis2),
        },
    };
    policy.checked().map_err(|why| ranking_fault(&why))
}

fn ranking_fault(why: &BadPolicy) -> Fault {
    let of = |outcome: Outcome| format!("outcomes.{}", outcome.word().replace('-', "_"));
    let (key, remedy) = match why {
        BadPolicy::Days { .. } | BadPolicy::TooMany { .. } => ("outcomes".to_owned(), "give fewer days"),
        BadPolicy::Accepted(outcome) => (of(*outcome), "name a lane in which work is done"),
        BadPolicy::Disorder { higher, .. } => {
            (of(*higher), "give the more pressing outcome the earlier lane and no more days")
        }
    };
    Fault::of(key, why.to_string(), remedy)
}

/// The rules of approving, out of three policies.
///
/// # Errors
/// When a higher class of risk would ask for less than a lower one.
pub fn approval_rules(
    approval: &Values,
    emergency: &Values,
    exemptions: &Values,
) -> Result<ApprovalPolicy, Fault> {
    let class = |signatures: &str, evidence: &str| {
        Ok::<_, Fault>(ClassRule {
            signatures: u8::try_from(approval.count(signatures)).unwrap_or(u8::MAX),
            evidence: read(evidence, approval.text(evidence))?,
        })
    };
    let days = |values: &Values, key: &str| u32::try_from(values.count(key)).unwrap_or(u32::MAX);
    let steps = emergency.words("may_shorten");
    let step = |wanted: EmergencyStep| {
        if steps.iter().any(|word| word == wanted.word()) { Step::Shortened } else { Step::Whole }
    };
    let policy = ApprovalPolicy {
        low: class("low.signatures", "low.evidence")?,
        normal: class("normal.signatures", "normal.evidence")?,
        high: class("high.signatures", "high.evidence")?,
        critical: class("critical.signatures", "critical.evidence")?,
        emergency_signatures: u8::try_from(emergency.count("signatures")).unwrap_or(u8::MAX),
        emergency_shortens: Shortened {
            test: step(EmergencyStep::Test),
            pilot: step(EmergencyStep::Pilot),
            signatures: step(EmergencyStep::Signatures),
        },
        emergency_review_days: days(emergency, "review_within_days"),
        exemption_most_days: days(exemptions, "most_days"),
        override_most_days: days(approval, "override_most_days"),
        delegation_most_days: days(approval, "delegation_most_days"),
        test_most_days: days(approval, "test_most_days"),
        control_verify_days: days(exemptions, "control_verify_days"),
        emergency_backup_days: days(emergency, "backup_most_days"),
        high_accepted_by: roles(exemptions, "high_accepted_by")?,
        critical_accepted_by: roles(exemptions, "critical_accepted_by")?,
        unsaid: read("unsaid_counts_as", approval.text("unsaid_counts_as"))?,
        tested_by: if approval.switch("tests_by_plan_only") { TestedBy::Plan } else { TestedBy::AnySteps },
    };
    policy.checked().map_err(|why| Fault::of("", why.what, why.remedy))
}

/// The roles that a line names. All that can be named is no bound.
fn roles(values: &Values, key: &str) -> Result<RoleSet, Fault> {
    let named = values.words(key).iter().map(|word| read(key, word));
    let named = named.collect::<Result<Vec<Role>, Fault>>()?;
    Ok(RoleSet::of(named))
}

/// Which kinds of policies somebody else must publish.
///
/// # Errors
/// When the two that guard four eyes themselves are left out.
pub fn second_person_for(values: &Values) -> Result<BTreeSet<PolicyKind>, Fault> {
    let key = "second_person_for";
    let chosen = values.words(key).iter().map(|word| read(key, word));
    let chosen = chosen.collect::<Result<BTreeSet<PolicyKind>, Fault>>()?;
    for kind in [PolicyKind::ApprovalRules, PolicyKind::Roles] {
        if !chosen.contains(&kind) {
            return Err(Fault::of(
                key,
                format!("`{kind}` is left out, and then one person alone could end four eyes"),
                format!("add `{kind}`"),
            ));
        }
    }
    Ok(chosen)
}

/// The cycle.
///
/// # Errors
/// When the rule or the day cannot be read, or a later step would end before an earlier one.
pub fn cycle(values: &Values) -> Result<Cycle, Fault> {
    let rule = Recurrence::read(values.text("rule"), &TimeZone::UTC).map_err(|why| {
        Fault::of("rule", why.to_string(), "write it as calendars do: `FREQ=MONTHLY;BYDAY=2TU`")
    })?;
    let day = values.text("starts_on");
    let starts_on = read_day(day)
        .ok_or_else(|| Fault::of("starts_on", format!("`{day}` is no day"), "write it as `2026-01-13`"))?;
    let steps = ["evaluate_within_days", "test_within_days", "install_within_days"];
    for pair in steps.windows(2) {
        if values.count(pair[0]) > values.count(pair[1]) {
            let what = format!("it ends before `{}`, which comes first", pair[0]);
            return Err(Fault::of(pair[1], what, "give the later step no fewer days"));
        }
    }
    let [evaluate_days, test_days, install_days] = steps.map(|key| small(values, key));
    Ok(Cycle { rule, starts_on, evaluate_days, test_days, install_days })
}

/// Which role may do what.
///
/// # Errors
/// When it would end four eyes, or lock everybody out.
pub fn role_table(values: &Values) -> Result<RoleTable, Fault> {
    let mut table = RoleTable::empty();
    for role in Role::ALL {
        for word in values.words(role.word()) {
            table = table.with(*role, read::<Permission>(role.word(), word)?);
        }
    }
    table.checked()
}
