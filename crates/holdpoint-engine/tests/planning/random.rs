//! Random plants: whatever is planned, a stranger finds nothing wrong with it, and nothing is lost.

use super::script::{self, Story};
use holdpoint_domain::id::PlanId;
use holdpoint_engine::plan_check::check_plan;
use holdpoint_engine::planning::make_plan;
use proptest::prelude::*;
use proptest::sample::select;
use std::fmt::Write;

/// One line of work: asset, patch, weight, minutes, undo, people, what it needs.
type Line = (u8, u8, u32, u32, u32, u16, Option<u8>);

fn script(
    assets: &[(u8, bool, Option<u8>)],
    work: &[Line],
    may_lose: [Option<u16>; 2],
    people: u16,
    freeze: u32,
) -> String {
    let mut text = String::from("now 2026-10-20T08:00:00Z until 2027-03-01T00:00:00Z zone Europe/Berlin\n");
    text.push_str("rules pilots 2 wave 3 soak 1440 margin 15\n");
    let _ = writeln!(
        text,
        "window A maintenance z0 2026-10-21T22:00:00 for 420 rule FREQ=WEEKLY people {people} steps 2"
    );
    let _ = writeln!(
        text,
        "window B outage z1 2026-10-25T00:00:00 for 900 rule FREQ=MONTHLY;BYDAY=-1SU people 4"
    );
    let _ = writeln!(text, "window C maintenance site 2026-10-20T12:00:00 for 45 rule FREQ=DAILY steps 1");
    let _ = writeln!(text, "freeze F everywhere 2026-12-10T00:00:00 for {freeze}");
    for (number, may_lose) in may_lose.iter().enumerate() {
        match may_lose {
            Some(may_lose) => {
                let _ = writeln!(text, "group g{number} may-lose {may_lose}");
            }
            None => {
                let _ = writeln!(text, "group g{number}");
            }
        }
    }
    let words = ["none", "minor", "moderate", "major", "catastrophic"];
    for (number, (zone, test, group)) in assets.iter().enumerate() {
        let _ = write!(text, "asset a{number} zone z{} ", zone % 3);
        if *test {
            text.push_str("test-bed ");
        }
        if let Some(group) = group {
            let _ = write!(text, "group g{} ", group % 2);
        }
        let _ = writeln!(text, "matters {}", words[number % words.len()]);
    }
    let mut seen = std::collections::BTreeSet::new();
    for (number, (asset, patch, weight, minutes, undo, people, need)) in work.iter().enumerate() {
        let asset = usize::from(*asset) % assets.len();
        if !seen.insert((asset, patch)) {
            continue;
        }
        let _ = write!(
            text,
            "work {number} P{patch} on a{asset} weight {weight} takes {minutes} undo {undo} people {people}"
        );
        if let Some(need) = need {
            let _ = write!(text, " needs {need}");
        }
        text.push('\n');
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_holds_and_no_work_is_lost(
        assets in proptest::collection::vec((0..3_u8, prop::bool::weighted(0.2), proptest::option::of(0..2_u8)), 1..14),
        work in proptest::collection::vec(
            (0..14_u8, 0..4_u8, 0..100_u32, 0..500_u32, 0..200_u32, 1..4_u16, proptest::option::weighted(0.3, 0..30_u8)), 1..30),
        may_lose in [select(vec![None, Some(0), Some(1), Some(2)]), select(vec![Some(1), Some(3)])],
        people in 1..4_u16,
        freeze in 60..40_000_u32,
    ) {
        let text = script(&assets, &work, may_lose, people, freeze);
        let Story { facts, .. } = script::read(&text);
        let planned = make_plan(&facts, PlanId::from_bytes([1; 16]));
        prop_assert_eq!(&check_plan(&facts, &planned.plan), &vec![], "{}", text);
        prop_assert_eq!(planned.plan.steps.len() + planned.waits.waits.len(), facts.work.len(), "{}", text);
        prop_assert!(planned.waits.waits.iter().all(|wait| !wait.causes.is_empty()));
        prop_assert!(planned.exposure.planned + 1e-6 >= planned.exposure.bound, "{:?} {}", planned.exposure, text);

        // The order in which the facts lie changes nothing.
        let mut other = facts.clone();
        other.work.reverse();
        other.assets.reverse();
        other.windows.reverse();
        other.groups.reverse();
        prop_assert_eq!(make_plan(&other, PlanId::from_bytes([1; 16])).plan, planned.plan);
    }
}
