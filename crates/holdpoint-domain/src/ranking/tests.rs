//! Every table row by row against the published vectors, and that all of them rise with each input.
#![expect(
    clippy::disallowed_methods,
    reason = "published tables are read from the data folder, and its absence is said"
)]

use super::criticality::{Bearer, Criticality, Dimension, Profile};
use super::point::{
    Automatable, Exploitation, HumanImpact, Level, Listed, Mission, Outcome, Point, Possible,
    PubliclyExposed, Safety, TechnicalImpact, Timeline, WellBeing,
};
use super::policy::{BadPolicy, Lane, RankingPolicy};
use super::replacement::{PointValue, Replaceable, Spans};
use super::table::{
    HumanImpactTable, bod_26_04, bod_26_04_span, coordinator, coordinator_span, deployer, deployer_span,
};
use crate::asset::Consequence;
use crate::site::Exposure;
use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, proptest};
use std::path::PathBuf;

/// The rows of a published table without its head; `None`, and a word about it, when the data folder is absent.
fn rows(name: &str) -> Option<Vec<Vec<String>>> {
    let folder = std::env::var_os("HOLDPOINT_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let Ok(text) = std::fs::read_to_string(folder.join("ssvc").join(name)) else {
        eprintln!(
            "not checked: {name} is absent; set HOLDPOINT_DATA to the folder with the published tables"
        );
        return None;
    };
    let cells = |line: &str| line.trim_end().split(',').map(str::to_owned).collect();
    Some(text.lines().skip(1).filter(|line| !line.is_empty()).map(cells).collect())
}

fn read<T: std::str::FromStr<Err = crate::words::UnknownWord>>(word: &str) -> T {
    word.parse().expect("a word of the point")
}

#[test]
fn all_288_rows_of_the_deployer_are_as_published_in_both_readings() {
    let Some(rows) = rows("deployer_expanded_288.csv") else { return };
    let mut differing = 0;
    for row in &rows {
        let outcome = |table: HumanImpactTable, impact: &str| {
            let impact: HumanImpact = read(impact);
            assert_eq!(table.human_impact(read(&row[3]), read(&row[4])), impact, "{row:?}");
            deployer(read(&row[0]), read(&row[1]), read(&row[2]), impact)
        };
        let (published, prose) =
            (outcome(HumanImpactTable::Published, &row[5]), outcome(HumanImpactTable::Conservative, &row[7]));
        assert_eq!((published, prose), (read(&row[6]), read(&row[8])), "{row:?}");
        assert!(published <= prose, "the conservative reading is never milder: {row:?}");
        differing += u32::from(published != prose);
    }
    assert_eq!((rows.len(), differing), (288, 24));
}

#[test]
fn the_tables_of_the_coordinator_and_of_the_directive_are_as_published() {
    if let Some(rows) = rows("cisa_coordinator_2_0_3.csv") {
        assert_eq!(rows.len(), 36);
        for row in rows {
            let level: Level = read(&row[5]);
            assert_eq!(
                coordinator(read(&row[1]), read(&row[2]), read(&row[3]), read(&row[4])),
                level,
                "{row:?}"
            );
        }
    }
    if let Some(rows) = rows("cisa_bod_26_04_1_0_0.csv") {
        assert_eq!(rows.len(), 16);
        for row in rows {
            let timeline: Timeline = read(&row[5]);
            assert_eq!(
                bod_26_04(read(&row[1]), read(&row[2]), read(&row[3]), read(&row[4])),
                timeline,
                "{row:?}"
            );
        }
    }
}

#[test]
fn the_deployer_has_as_many_rows_of_each_outcome_as_its_standard_says() {
    let mut count = [0; 4];
    for exploitation in Exploitation::ALL {
        for exposure in Exposure::ALL {
            for automatable in Automatable::ALL {
                for impact in HumanImpact::ALL {
                    count[deployer(*exploitation, *exposure, *automatable, *impact) as usize] += 1;
                }
            }
        }
    }
    assert_eq!(count, [7, 42, 20, 3]);
}

fn any<T: Point>() -> impl Strategy<Value = T> {
    (0..T::all().len()).prop_map(|place| T::all()[place])
}

fn span<T: Point>() -> impl Strategy<Value = Possible<T>> {
    (any::<T>(), any::<T>()).prop_map(|(one, other)| Possible::between(one, other))
}

/// The lowest and the highest of all combinations, tried one by one.
fn tried<T: Point>(outcomes: impl Iterator<Item = T>) -> Possible<T> {
    outcomes
        .map(Possible::exactly)
        .reduce(|all, one| {
            Possible::between(all.lowest().min(one.lowest()), all.highest().max(one.highest()))
        })
        .expect("a span is never empty")
}

proptest! {
    #[test]
    fn the_span_of_the_deployer_is_what_trying_every_value_gives(
        e in span::<Exploitation>(), x in span::<Exposure>(), a in span::<Automatable>(),
        s in span::<Safety>(), m in span::<Mission>(),
        table in (0..2_usize).prop_map(|place| HumanImpactTable::ALL[place])
    ) {
        let all = e.values().flat_map(|e| x.values().flat_map(move |x| a.values().flat_map(move |a| {
            s.values().flat_map(move |s| m.values().map(move |m| deployer(e, x, a, table.human_impact(s, m))))
        })));
        prop_assert_eq!(deployer_span(e, x, a, table.span(s, m)), tried(all));
    }

    #[test]
    fn the_spans_of_the_other_tables_are_what_trying_every_value_gives(
        e in span::<Exploitation>(), a in span::<Automatable>(), t in span::<TechnicalImpact>(),
        w in span::<WellBeing>(), k in span::<Listed>(), p in span::<PubliclyExposed>()
    ) {
        let levels = e.values().flat_map(|e| a.values().flat_map(move |a| {
            t.values().flat_map(move |t| w.values().map(move |w| coordinator(e, a, t, w)))
        }));
        prop_assert_eq!(coordinator_span(e, a, t, w), tried(levels));
        let timelines = k.values().flat_map(|k| p.values().flat_map(move |p| {
            a.values().flat_map(move |a| t.values().map(move |t| bod_26_04(k, p, a, t)))
        }));
        prop_assert_eq!(bod_26_04_span(k, p, a, t), tried(timelines));
    }

    #[test]
    fn knowing_less_never_narrows_and_an_outcome_never_falls_when_an_input_rises(
        e in span::<Exploitation>(), x in span::<Exposure>(), a in span::<Automatable>(),
        h in span::<HumanImpact>(), table in Just(HumanImpactTable::Published)
    ) {
        let known = deployer_span(e, x, a, h);
        let less = deployer_span(Possible::any(), x, a, h);
        prop_assert!(less.lowest() <= known.lowest() && known.highest() <= less.highest());
        let worse = deployer_span(e.worse_of(Possible::exactly(Exploitation::Active)), x, a, h);
        prop_assert!(worse.lowest() >= known.lowest() && worse.highest() >= known.highest());
        let capped = deployer_span(e, x.capped(Exposure::Small), a, h);
        prop_assert!(capped.highest() <= known.highest());
        prop_assert_eq!(table.id(), "ssvc:DT_HI:1.0.0");
    }

    #[test]
    fn acceptance_is_proposed_only_when_nothing_higher_is_possible(possible in span::<Outcome>()) {
        let policy = RankingPolicy::default();
        let rule = policy.rule_within(possible.lowest(), possible);
        prop_assert_eq!(rule.lane == Lane::Accept, possible.highest() == Outcome::Defer);
    }
}

#[test]
fn the_highest_that_was_said_holds_in_each_dimension_and_says_of_what() {
    use Consequence::{Catastrophic, Major, Minor, Moderate};
    let asset = Profile::default()
        .with(Dimension::Production, Some(Moderate))
        .with(Dimension::Quality, Some(Catastrophic));
    let function =
        Profile::default().with(Dimension::Production, Some(Major)).with(Dimension::Data, Some(Minor));
    let zone =
        Profile::default().with(Dimension::Production, Some(Major)).with(Dimension::Safety, Some(Moderate));
    let held = Criticality::inherited(asset, function, zone);
    assert_eq!(held.of(Dimension::Production), Some((Major, Bearer::Function)));
    assert_eq!(held.of(Dimension::Safety), Some((Moderate, Bearer::Zone)));
    assert_eq!(held.of(Dimension::Quality), Some((Catastrophic, Bearer::Asset)));
    assert_eq!(held.of(Dimension::Environment), None);
    assert_eq!(held.safety(), Possible::exactly(Safety::Marginal));
    assert_eq!(held.mission(), Possible::exactly(Mission::AllFail));
}

#[test]
fn a_dimension_of_which_nobody_spoke_stays_open_above_what_others_say() {
    let environment = Profile::default().with(Dimension::Environment, Some(Consequence::Major));
    let held = Criticality::inherited(environment, Profile::default(), Profile::default());
    assert_eq!(held.safety(), Possible::at_least(Safety::Critical));
    assert_eq!(held.mission(), Possible::any());
    assert!(Profile::default().is_silent() && !environment.is_silent());
    assert_eq!(environment.joined(Profile::default()), environment);
}

#[test]
fn a_policy_in_which_the_pressing_waits_longer_is_refused() {
    let mut policy = RankingPolicy::default();
    assert!(policy.clone().checked().is_ok());
    policy.lanes[Outcome::Immediate as usize].days = 31;
    let refused = policy.clone().checked();
    assert_eq!(refused, Err(BadPolicy::Disorder { higher: Outcome::Immediate, lower: Outcome::OutOfCycle }));
    policy.lanes[Outcome::Immediate as usize].days = 0;
    assert!(matches!(policy.checked(), Err(BadPolicy::Days { days: 0, .. })));
}

#[test]
fn a_replacement_and_a_cap_touch_their_own_point_alone() {
    let open = Spans {
        exploitation: Possible::any(),
        exposure: Possible::exactly(Exposure::Open),
        automatable: Possible::any(),
        safety: Possible::any(),
        mission: Possible::any(),
    };
    let capped = open.capped(PointValue::Exposure(Exposure::Small));
    assert_eq!(capped, Spans { exposure: Possible::exactly(Exposure::Small), ..open });
    let value = PointValue::read(Replaceable::Mission, "mef failure").expect("a word");
    assert_eq!((value.point(), value.word()), (Replaceable::Mission, "mef failure"));
    assert_eq!(open.replaced(value).mission, Possible::exactly(Mission::OneFails));
    assert!(PointValue::read(Replaceable::Safety, "open").is_err());
}

#[test]
fn a_span_prints_what_is_possible() {
    assert_eq!(Possible::<Outcome>::any().to_string(), "defer to immediate");
    assert_eq!(Possible::exactly(Safety::Critical).to_string(), "critical");
    assert_eq!(Possible::<Exposure>::any().known(), None);
}
