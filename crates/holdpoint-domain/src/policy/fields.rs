//! The fields of every kind: keys, words for people, bounds, and what the program brings along.
//!
//! A key is never renamed: revisions that were written with it stay readable for ever.

use super::PolicyKind;
use super::field::{Field, Preset, Shape};
use super::meaning::Category;
use crate::access::{Permission, RoleSet};
use crate::approval_policy::{EvidenceRule, RiskClass};
use crate::ranking::policy::{Lane, MAX_DAYS, Unknowns};
use crate::ranking::table::HumanImpactTable;

/// The fields of a kind.
pub(super) const fn of(kind: PolicyKind) -> &'static [Field] {
    match kind {
        PolicyKind::ScanSchedule => SCAN_SCHEDULE,
        PolicyKind::Categories => CATEGORIES,
        PolicyKind::PrioritiesAndDeadlines => PRIORITIES,
        PolicyKind::ApprovalRules => APPROVAL,
        PolicyKind::RegularCycle => CYCLE,
        PolicyKind::Emergency => EMERGENCY,
        PolicyKind::Exemptions => EXEMPTIONS,
        PolicyKind::Roles => ROLES,
    }
}

macro_rules! words_of {
    ($($name:ident = $vocabulary:ty;)*) => {$(
        fn $name() -> Vec<&'static str> {
            <$vocabulary>::ALL.iter().map(|one| one.word()).collect()
        }
    )*};
}

words_of! {
    lanes = Lane;
    unknowns = Unknowns;
    tables = HumanImpactTable;
    evidence = EvidenceRule;
    permissions = Permission;
    kinds = PolicyKind;
    categories = Category;
    shortened = super::meaning::EmergencyStep;
}

/// As what the unknown can count: never as little.
fn unsaid() -> Vec<&'static str> {
    RiskClass::ALL.iter().filter(|class| **class > RiskClass::Low).map(|class| class.word()).collect()
}

/// The roles that can ever carry `approve`.
fn acceptors() -> Vec<&'static str> {
    RoleSet::APPROVING.words()
}

const fn count(
    key: &'static str,
    name: &'static str,
    about: &'static str,
    (least, most, unit): (i64, i64, &'static str),
    brought: i64,
) -> Field {
    Field { key, name, about, shape: Shape::Count { least, most, unit }, preset: Preset::Count(brought) }
}

const fn days(key: &'static str, name: &'static str, about: &'static str, most: i64, brought: i64) -> Field {
    count(key, name, about, (1, most, "days"), brought)
}

const fn switch(key: &'static str, name: &'static str, about: &'static str, brought: bool) -> Field {
    Field { key, name, about, shape: Shape::Switch, preset: Preset::Switch(brought) }
}

const fn word(
    key: &'static str,
    name: &'static str,
    about: &'static str,
    allowed: fn() -> Vec<&'static str>,
    brought: &'static str,
) -> Field {
    Field { key, name, about, shape: Shape::Word(allowed), preset: Preset::Text(brought) }
}

const fn words(
    key: &'static str,
    name: &'static str,
    about: &'static str,
    allowed: fn() -> Vec<&'static str>,
    preset: Preset,
) -> Field {
    Field { key, name, about, shape: Shape::Words(allowed), preset }
}

const SCAN_SCHEDULE: &[Field] = &[
    count(
        "retry_after_minutes",
        "longest wait after a failed check",
        "After a check that failed, the next one comes no later than this.",
        (1, 1_440, "minutes"),
        60,
    ),
    count(
        "providers.longest_interval_minutes",
        "longest time between two checks of a provider",
        "A provider of advisories is checked by its own interval, but never later than this after its last check.",
        (15, 525_600, "minutes"),
        50_400,
    ),
    count(
        "feeds.longest_interval_minutes",
        "longest time between two checks of a feed",
        "A feed (KEV, EPSS, NVD, …) is checked by its own interval, but never later than this after its last check.",
        (15, 525_600, "minutes"),
        50_400,
    ),
];

const CATEGORIES: &[Field] = &[
    switch(
        "exploited_is_urgent",
        "what fixes something exploited is urgent",
        "A patch that fixes a vulnerability on the list of exploited ones is urgent, whatever its class.",
        true,
    ),
    word(
        "classes.security_critical",
        "category of critical security patches",
        "A patch that fixes a vulnerability which its publisher calls critical.",
        categories,
        "urgent",
    ),
    word(
        "classes.security",
        "category of security patches",
        "A patch that fixes a vulnerability.",
        categories,
        "regular",
    ),
    word(
        "classes.recommended",
        "category of recommended patches",
        "A patch that its publisher recommends.",
        categories,
        "planned",
    ),
    word(
        "classes.feature",
        "category of feature patches",
        "A patch that brings something new.",
        categories,
        "on-request",
    ),
    word("classes.firmware", "category of firmware", "Firmware of a device.", categories, "planned"),
    word(
        "classes.unknown",
        "category of patches of unknown class",
        "A patch whose source does not say what it is. It may be a security patch, so it is not put off by default.",
        categories,
        "regular",
    ),
];

/// The four lines of an outcome.
macro_rules! outcome {
    ($word:literal, $lane:literal, $days:literal) => {
        [
            word(
                concat!("outcomes.", $word, ".lane"),
                concat!("lane of *", $word, "*"),
                "When it is dealt with.",
                lanes,
                $lane,
            ),
            days(
                concat!("outcomes.", $word, ".days"),
                concat!("deadline of *", $word, "*"),
                "Calendar days from the day on which the finding opened.",
                MAX_DAYS as i64,
                $days,
            ),
        ]
    };
}
const IMMEDIATE: [Field; 2] = outcome!("immediate", "now", 3);
const OUT_OF_CYCLE: [Field; 2] = outcome!("out_of_cycle", "next-window", 30);
const SCHEDULED: [Field; 2] = outcome!("scheduled", "next-outage", 180);
const DEFER: [Field; 2] = outcome!("defer", "accept", 365);

const PRIORITIES: &[Field] = &[
    word(
        "human_impact",
        "reading of Human Impact",
        "`table`: as SSVC publishes it. `conservative`: by the prose of the value definitions, never milder.",
        tables,
        "table",
    ),
    word(
        "unknown_inputs",
        "how unknown inputs count",
        "`standard`: by SSVC's own defaults. `worst`: the worst that is possible. Never: as if it were nothing.",
        unknowns,
        "standard",
    ),
    IMMEDIATE[0],
    IMMEDIATE[1],
    OUT_OF_CYCLE[0],
    OUT_OF_CYCLE[1],
    SCHEDULED[0],
    SCHEDULED[1],
    DEFER[0],
    DEFER[1],
    switch(
        "clocks.kev",
        "clock of KEV",
        "The due dates of CISA's list of exploited vulnerabilities bind.",
        true,
    ),
    switch("clocks.bod_26_04", "clock of BOD 26-04", "The timelines of CISA's BOD 26-04 bind.", false),
    switch("clocks.cip_007", "clocks of CIP-007 R2", "The two 35-day clocks of NERC CIP-007 R2 bind.", false),
    count(
        "clocks.nis2_days",
        "days of NIS2",
        "What NIS2's \"without undue delay\" is taken to be here; 0: NIS2 does not bind.",
        (0, MAX_DAYS as i64, "days"),
        0,
    ),
];

/// The two lines of a class of risk.
macro_rules! class {
    ($word:literal, $signatures:literal, $evidence:literal) => {
        [
            count(
                concat!($word, ".signatures"),
                concat!("signatures for ", $word, " risk"),
                "How many persons sign, besides whoever asks.",
                (1, 5, "signatures"),
                $signatures,
            ),
            word(
                concat!($word, ".evidence"),
                concat!("evidence for ", $word, " risk"),
                "What an authorisation rests on; `inspection`: a passed test, or a written reason why looking is enough.",
                evidence,
                $evidence,
            ),
        ]
    };
}
const LOW: [Field; 2] = class!("low", 1, "inspection");
const NORMAL: [Field; 2] = class!("normal", 1, "test");
const HIGH: [Field; 2] = class!("high", 2, "test");
const CRITICAL: [Field; 2] = class!("critical", 2, "test_and_pilot");

const APPROVAL: &[Field] = &[
    days(
        "override_most_days",
        "longest override of a supplier's word",
        "An authorisation against or ahead of the supplier's word ends within this time.",
        365,
        90,
    ),
    days(
        "delegation_most_days",
        "longest delegation",
        "Nobody lends their right to sign for longer.",
        365,
        60,
    ),
    days(
        "test_most_days",
        "greatest age of a test",
        "A decision rests on no test that is older.",
        1_826,
        365,
    ),
    switch(
        "tests_by_plan_only",
        "only a run by a plan is a full test",
        "A run by steps that its tester wrote for it shows something to whoever reads it, and is no full test.",
        false,
    ),
    words(
        "second_person_for",
        "policies that need a second person",
        "Kinds of policies that somebody else must publish. `approval_rules` and `roles` cannot be left out.",
        kinds,
        Preset::AllWords,
    ),
    word(
        "unsaid_counts_as",
        "class of what nobody has said",
        "As how much a respect counts in which nobody has said what the loss of an asset would do. Never as little.",
        unsaid,
        "high",
    ),
    LOW[0],
    LOW[1],
    NORMAL[0],
    NORMAL[1],
    HIGH[0],
    HIGH[1],
    CRITICAL[0],
    CRITICAL[1],
];

const CYCLE: &[Field] = &[
    Field {
        key: "rule",
        name: "rule of the cycle",
        about: "How the cycle comes round, as calendars write it (RFC 5545): the second Tuesday of every month.",
        shape: Shape::Line { most: 200 },
        preset: Preset::Text("FREQ=MONTHLY;BYDAY=2TU"),
    },
    Field {
        key: "starts_on",
        name: "first day of the cycle",
        about: "The day from which the rule counts, as YYYY-MM-DD.",
        shape: Shape::Line { most: 10 },
        preset: Preset::Text("2026-01-13"),
    },
    days(
        "evaluate_within_days",
        "days to evaluate",
        "From the beginning of a cycle until every new patch was looked at.",
        366,
        7,
    ),
    days("test_within_days", "days to test", "Until what is to be installed was tested.", 366, 21),
    days("install_within_days", "days to install", "Until it was installed, planned or exempted.", 366, 35),
];

const EMERGENCY: &[Field] = &[
    count(
        "signatures",
        "signatures of an emergency",
        "How many persons sign, besides whoever asks, when `signatures` may be shortened.",
        (1, 5, "signatures"),
        1,
    ),
    days(
        "review_within_days",
        "days to review an emergency",
        "What was shortened is looked at afterwards within this time.",
        30,
        5,
    ),
    days(
        "backup_most_days",
        "oldest backup of an emergency",
        "An emergency goes on only with a backup that is no older than this.",
        90,
        7,
    ),
    words(
        "may_shorten",
        "what an emergency may shorten",
        "`test`: a written reason may stand in for it. A reason or a test, a backup and a way back are never left out.",
        shortened,
        Preset::AllWords,
    ),
];

const EXEMPTIONS: &[Field] = &[
    days(
        "most_days",
        "longest exemption",
        "Nothing stays unpatched by an exemption for longer; it can be decided anew.",
        365,
        365,
    ),
    days(
        "control_verify_days",
        "days between two looks at a control",
        "A compensating control that nobody looked at for this long protects nothing any more.",
        365,
        90,
    ),
    words(
        "high_accepted_by",
        "roles that accept a high residual risk",
        "Who signs an exemption that leaves much risk has one of these roles there, and may approve by it.",
        acceptors,
        Preset::AllWords,
    ),
    words(
        "critical_accepted_by",
        "roles that accept a critical residual risk",
        "The same for what is left of a risk to safety or the environment.",
        acceptors,
        Preset::AllWords,
    ),
];

const ROLES: &[Field] = &[
    words("viewer", "what a viewer may do", "Looks.", permissions, Preset::Words(&["read-plant"])),
    words(
        "engineer",
        "what an engineer may do",
        "Takes in inventory and advisories, judges matches, tests, asks for decisions.",
        permissions,
        Preset::Words(&[
            "read-plant",
            "write-inventory",
            "write-advisories",
            "write-matches",
            "write-rules",
            "write-decisions",
            "record-test",
            "write-plans",
            "read-audit",
        ]),
    ),
    words(
        "approver",
        "what an approver may do",
        "Signs decisions and publishes policies that others wrote.",
        permissions,
        Preset::Words(&["read-plant", "write-decisions", "approve", "read-audit"]),
    ),
    words(
        "administrator",
        "what an administrator may do",
        "Runs the installation: people, tokens, sources. Can never carry `approve`.",
        permissions,
        Preset::Words(&[
            "read-plant",
            "write-advisories",
            "read-audit",
            "read-people",
            "write-people",
            "write-settings",
        ]),
    ),
    words(
        "auditor",
        "what an auditor may do",
        "Sees everything and changes nothing.",
        permissions,
        Preset::Words(&["read-plant", "read-audit", "read-people"]),
    ),
];
