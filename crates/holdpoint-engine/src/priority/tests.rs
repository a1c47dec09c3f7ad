//! Property tests over random cases, and the examples that a reader would try first.

use super::evidence::{Effortless, Evidence, Harm, SsvcWord, VectorFact, weigh};
use super::explain::{Certainty, explain};
use super::gate::{
    BackupFact, Candidate, Certificate, CertificateFact, GateFacts, OwnerWord, PatchWord, Redundancy, Way,
    WindowFact, ask,
};
use super::{Case, Progress, Round, rank};
use holdpoint_domain::Moment;
use holdpoint_domain::advisory::RemediationCategory;
use holdpoint_domain::asset::Consequence;
use holdpoint_domain::clock::{ClockKind, days_after, earliest};
use holdpoint_domain::patch_state::{SupplierStanding, SupplierState};
use holdpoint_domain::policy::{Category, CyclePhase};
use holdpoint_domain::ranking::criticality::{Criticality, Dimension, Profile};
use holdpoint_domain::ranking::fact::{AssetFacts, Kev, Ransomware, Said, VulnerabilityFacts};
use holdpoint_domain::ranking::point::{
    Automatable, Exploitation, Mission, Outcome, Point, Possible, Safety, TechnicalImpact,
};
use holdpoint_domain::ranking::policy::{Binding, Lane, RankingPolicy, Unknowns};
use holdpoint_domain::ranking::replacement::{ControlEffect, Override, PointValue, Second};
use holdpoint_domain::ranking::table::HumanImpactTable;
use holdpoint_domain::site::Exposure;
use jiff::civil::{Date, date};
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

const NOW: Moment = Moment::from_micros(1_800_000_000_000_000);
const TODAY: Date = date(2027, 1, 15);

fn said<T: Point>() -> impl Strategy<Value = Said<T>> {
    let value = (0..T::all().len(), 0..T::all().len());
    value.prop_map(|(one, other)| Said {
        possible: Possible::between(T::all()[one], T::all()[other]),
        source: "a source".to_owned(),
        on: None,
    })
}

fn days() -> impl Strategy<Value = Date> {
    (0..4_000_i32).prop_map(|days| holdpoint_domain::clock::days_after(date(2018, 1, 1), days))
}

fn kev() -> impl Strategy<Value = Kev> {
    let listed = (prop::option::of(days()), prop::option::of(days()), any::<bool>()).prop_map(
        |(added, due, known)| Kev::Listed {
            added,
            due,
            ransomware: if known { Ransomware::Known } else { Ransomware::NotKnown },
        },
    );
    prop_oneof![listed, Just(Kev::NotListed), Just(Kev::NeverRead)]
}

fn vulnerability() -> impl Strategy<Value = VulnerabilityFacts> {
    (
        said(),
        said(),
        said(),
        kev(),
        prop::option::of(Just("a vector".to_owned())),
        prop::option::of(0..=100_u16),
        prop::option::of(0..=1_000_000_u32),
    )
        .prop_map(
            |(exploitation, automatable, technical_impact, kev, harm, base_tenths, epss_percentile_ppm)| {
                VulnerabilityFacts {
                    exploitation,
                    automatable,
                    technical_impact,
                    kev,
                    harm,
                    base_tenths,
                    epss_percentile_ppm,
                }
            },
        )
}

fn profile() -> impl Strategy<Value = Profile> {
    prop::collection::vec(prop::option::of(0..Consequence::ALL.len()), 5).prop_map(|said| {
        Dimension::ALL.iter().zip(said).fold(Profile::default(), |profile, (dimension, said)| {
            profile.with(*dimension, said.map(|place| Consequence::ALL[place]))
        })
    })
}

fn asset() -> impl Strategy<Value = AssetFacts> {
    (said(), profile(), profile(), profile()).prop_map(|(exposure, own, function, zone)| AssetFacts {
        exposure,
        criticality: Criticality::inherited(own, function, zone),
    })
}

fn policy() -> impl Strategy<Value = RankingPolicy> {
    (any::<bool>(), any::<bool>(), any::<[bool; 3]>(), prop::option::of(1..200_i32)).prop_map(
        |(conservative, worst, [kev, bod_26_04, cip_007], nis2_days)| RankingPolicy {
            human_impact: if conservative {
                HumanImpactTable::Conservative
            } else {
                HumanImpactTable::Published
            },
            unknowns: if worst { Unknowns::Worst } else { Unknowns::Standard },
            binding: Binding { kev, bod_26_04, cip_007, nis2_days },
            ..RankingPolicy::default()
        },
    )
}

fn progress() -> impl Strategy<Value = Progress> {
    let round = prop_oneof![
        Just(Round::None),
        Just(Round::Outside(Category::Planned)),
        days().prop_map(|begins| Round::In(phase(begins))),
    ];
    let day = || prop::option::of(days());
    (days(), day(), day(), day(), round).prop_map(|(opened, evaluated, planned, again, round)| Progress {
        opened,
        evaluated,
        planned,
        again,
        round,
    })
}

/// A round that takes 35 days.
fn phase(begins: Date) -> CyclePhase {
    CyclePhase {
        begins,
        evaluate_by: days_after(begins, 10),
        test_by: days_after(begins, 20),
        install_by: days_after(begins, 35),
    }
}

fn case<'a>(
    vulnerability: &'a VulnerabilityFacts,
    asset: &'a AssetFacts,
    policy: &'a RankingPolicy,
    progress: Progress,
) -> Case<'a> {
    Case { vulnerability, asset, overrides: &[], controls: &[], policy, progress, at: NOW }
}

fn word(supplier: SupplierStanding, owner: OwnerWord) -> PatchWord {
    PatchWord { patch: "KB5000001".to_owned(), supplier, said_by: String::new(), owner, category: None }
}

fn doing() -> GateFacts {
    GateFacts {
        patches: vec![word(SupplierStanding::NoStatement { last_checked: None }, OwnerWord::Undecided)],
        instead: Vec::new(),
        redundancy: Redundancy::Unknown,
        window: WindowFact::Unknown,
        certificate: CertificateFact::Unknown,
        backup: BackupFact::Unknown,
    }
}

proptest! {
    #[test]
    fn the_outcome_is_always_possible_and_acceptance_needs_certainty(
        v in vulnerability(), a in asset(), p in policy(), at in progress()
    ) {
        let ranked = rank(&case(&v, &a, &p, at));
        prop_assert!(ranked.range.contains(ranked.outcome));
        if ranked.range.highest() > Outcome::Defer {
            prop_assert!(ranked.lane > Lane::Accept, "{ranked:?}");
        }
    }

    #[test]
    fn no_clock_moves_an_outcome_a_lane_or_a_number(
        v in vulnerability(), a in asset(), p in policy(), at in progress()
    ) {
        let free = RankingPolicy { binding: Binding::default(), ..p.clone() };
        let (bound, unbound) = (rank(&case(&v, &a, &p, at)), rank(&case(&v, &a, &free, at)));
        prop_assert_eq!((bound.outcome, bound.range, bound.lane, bound.order),
            (unbound.outcome, unbound.range, unbound.lane, unbound.order));
        prop_assert!(bound.due.map(|due| due.0) <= unbound.due.map(|due| due.0));
    }

    #[test]
    fn the_explanation_says_what_the_ranking_says(
        v in vulnerability(), a in asset(), p in policy(), at in progress()
    ) {
        let case = case(&v, &a, &p, at);
        let why = explain(&case, &doing());
        prop_assert_eq!(why.ranked, rank(&case));
        prop_assert_eq!(why.terms.iter().map(|term| term.share).sum::<i64>(), why.ranked.order);
        prop_assert_eq!(earliest(&why.clocks).and_then(|clock| clock.due()), why.ranked.due.map(|due| due.0));
        prop_assert_eq!(why.questions.len(), 5);
        // Where every question is known there is one outcome.
        if why.questions.iter().all(|question| question.certainty == Certainty::Known) {
            prop_assert!(why.ranked.range.known().is_some());
        }
    }

    #[test]
    fn a_control_never_raises_and_gives_back_what_it_took(
        v in vulnerability(), a in asset(), p in policy(), at in progress()
    ) {
        let held = |until| ControlEffect {
            control: "segmentation".to_owned(),
            source: "conduit closed".to_owned(),
            cap: PointValue::Exposure(Exposure::Small),
            verified_at: Moment::from_micros(0),
            until,
        };
        let without = rank(&case(&v, &a, &p, at));
        let (holding, over) = ([held(Moment::OPEN)], [held(NOW)]);
        let with = rank(&Case { controls: &holding, ..case(&v, &a, &p, at) });
        prop_assert!(with.outcome <= without.outcome && with.range.highest() <= without.range.highest());
        prop_assert_eq!(rank(&Case { controls: &over, ..case(&v, &a, &p, at) }), without);
    }

    #[test]
    fn worse_news_never_lowers_an_outcome(v in vulnerability(), a in asset(), p in policy(), at in progress()) {
        let worse = VulnerabilityFacts {
            exploitation: Said::by("KEV", Exploitation::Active, None), ..v.clone()
        };
        let (before, after) = (rank(&case(&v, &a, &p, at)), rank(&case(&worse, &a, &p, at)));
        prop_assert!(after.outcome >= before.outcome && after.lane >= before.lane);
        let conservative = RankingPolicy { human_impact: HumanImpactTable::Conservative, ..p.clone() };
        prop_assert!(rank(&case(&v, &a, &conservative, at)).outcome >= before.outcome || p.human_impact == HumanImpactTable::Conservative);
    }
}

fn known_asset() -> AssetFacts {
    let own = Profile::default()
        .with(Dimension::Safety, Some(Consequence::Major))
        .with(Dimension::Production, Some(Consequence::Major));
    AssetFacts {
        exposure: Said::by("zone Z3", Exposure::Open, None),
        criticality: Criticality::inherited(own, Profile::default(), Profile::default()),
    }
}

#[test]
fn a_listing_in_kev_makes_a_reachable_controller_urgent_and_shows_what_would_change_it() {
    let listed = weigh(&Evidence {
        exploitation: vec![SsvcWord { value: Exploitation::None, source: "CISA".to_owned(), on: None }],
        automatable: vec![],
        technical_impact: vec![],
        kev: Kev::Listed {
            added: Some(date(2026, 11, 14)),
            due: Some(date(2026, 12, 5)),
            ransomware: Ransomware::NotKnown,
        },
        vectors: vec![VectorFact {
            source: "CVSS 3.1 of the vendor".to_owned(),
            effortless: Effortless::Yes,
            harm: Harm::NotSaid,
            base_tenths: 98,
        }],
        written_base_tenths: Some(97),
        epss_percentile_ppm: None,
    });
    let (asset, policy) = (known_asset(), RankingPolicy::default());
    let progress = Progress {
        opened: date(2026, 11, 20),
        evaluated: None,
        planned: None,
        again: None,
        round: Round::None,
    };
    let case = case(&listed, &asset, &policy, progress);
    let why = explain(&case, &doing());
    assert_eq!((why.ranked.outcome, why.ranked.lane), (Outcome::Immediate, Lane::Now));
    assert_eq!(why.ranked.due, Some((date(2026, 11, 23), ClockKind::Site)));
    assert_eq!(why.gate.way, Way::MitigateNow);
    assert_eq!(
        why.sentence,
        "now: exploitation active, exposure open, automatable yes, safety critical, mission mef failure, so immediate."
    );
    let exploitation = &why.questions[0];
    assert_eq!((exploitation.source.as_str(), exploitation.on), ("KEV", Some(date(2026, 11, 14))));
    let if_not = exploitation.otherwise.iter().find(|other| other.value == "none").expect("another value");
    assert_eq!((if_not.outcome, if_not.lane), (Outcome::Scheduled, Lane::NextOutage));
    assert_eq!(why.clocks.iter().filter(|clock| clock.due().is_some()).count(), 2);
}

#[test]
fn nothing_known_is_a_span_and_is_never_accepted() {
    let (nothing, policy) = (VulnerabilityFacts::unknown(), RankingPolicy::default());
    let asset = AssetFacts { exposure: Said::unknown(), criticality: Criticality::default() };
    let progress =
        Progress { opened: TODAY, evaluated: None, planned: None, again: None, round: Round::None };
    let why = explain(&case(&nothing, &asset, &policy, progress), &doing());
    assert_eq!(why.ranked.range, Possible::any());
    assert_eq!((why.ranked.outcome, why.ranked.lane), (Outcome::OutOfCycle, Lane::NextWindow));
    assert!(why.questions.iter().all(|question| question.certainty != Certainty::Known));
    assert_eq!(why.questions[0].certainty, Certainty::WouldNarrow);
    assert!(why.sentence.ends_with("possible is defer to immediate, as long as inputs are unknown."));
}

#[test]
fn a_persons_word_holds_until_its_end_and_leaves_the_facts_in_sight() {
    let (nothing, policy, asset) = (VulnerabilityFacts::unknown(), RankingPolicy::default(), known_asset());
    let progress =
        Progress { opened: TODAY, evaluated: None, planned: None, again: None, round: Round::None };
    let word = |expires_at| {
        [Override {
            value: PointValue::Exploitation(Exploitation::None),
            reason: "looked for exploits in four places".to_owned(),
            author: "a.weber".to_owned(),
            at: Moment::from_micros(1),
            expires_at,
            second: Some(Second { by: "l.okafor".to_owned(), at: Moment::from_micros(2) }),
        }]
    };
    let (holds, over) = (word(Moment::OPEN), word(NOW));
    let plain = case(&nothing, &asset, &policy, progress);
    let alone = word(Moment::OPEN).map(|word| Override { second: None, ..word });
    let single = explain(&Case { overrides: &alone, ..plain }, &doing());
    assert_eq!(single.ranked, rank(&plain), "one person's word lowers nothing");
    assert!(single.questions[0].replaced[0].by.ends_with("it lowers once a second has confirmed it"));
    let why = explain(&Case { overrides: &holds, ..plain }, &doing());
    assert!(why.ranked.outcome < rank(&plain).outcome);
    assert_eq!(why.questions[0].replaced[0].instead_of, "none to active");
    assert!(why.questions[0].replaced[0].by.starts_with("a.weber says none: looked"));
    assert_eq!(rank(&Case { overrides: &over, ..plain }), rank(&plain));
}

#[test]
fn words_raise_alone_and_put_nothing_exploited_to_acceptance() {
    let listed = Kev::Listed { added: None, due: None, ransomware: Ransomware::NotKnown };
    let said = Said::by("KEV", Exploitation::Active, None);
    let exploited = VulnerabilityFacts { exploitation: said, kev: listed, ..VulnerabilityFacts::unknown() };
    let (policy, asset) = (RankingPolicy::default(), known_asset());
    let progress =
        Progress { opened: TODAY, evaluated: None, planned: None, again: None, round: Round::None };
    let word = |value, second: bool| Override {
        value,
        reason: "nothing reaches it".to_owned(),
        author: "a.weber".to_owned(),
        at: Moment::from_micros(1),
        expires_at: Moment::OPEN,
        second: second.then(|| Second { by: "l.okafor".to_owned(), at: Moment::from_micros(2) }),
    };
    let plain = case(&exploited, &asset, &policy, progress);
    assert!(rank(&plain).lane > Lane::Accept);
    let lowest = [
        PointValue::Exploitation(Exploitation::None),
        PointValue::Exposure(Exposure::Small),
        PointValue::Automatable(Automatable::No),
        PointValue::Safety(Safety::Negligible),
        PointValue::Mission(Mission::Degraded),
    ];
    let words = |second| lowest.map(|value| word(value, second));
    assert_eq!(rank(&Case { overrides: &words(false), ..plain }), rank(&plain));
    let by_two = words(true);
    let why = explain(&Case { overrides: &by_two, ..plain }, &doing());
    assert_eq!(why.questions[0].counted, "active", "no word denies what is listed");
    let denied = &why.questions[0].replaced[0].by;
    assert!(denied.ends_with("KEV lists it as exploited, so the word lowers nothing"), "{denied}");
    assert_eq!(why.ranked.outcome, Outcome::Scheduled, "{}", why.sentence);
    let unlisted = VulnerabilityFacts { kev: Kev::NotListed, ..exploited.clone() };
    let plain = case(&unlisted, &asset, &policy, progress);
    let why = explain(&Case { overrides: &by_two, ..plain }, &doing());
    assert_eq!((why.ranked.outcome, why.ranked.lane), (Outcome::Defer, Lane::NextOutage), "{}", why.sentence);
    assert!(why.sentence.ends_with("only an exemption leaves it undone."), "{}", why.sentence);
    let quiet = VulnerabilityFacts { kev: Kev::NotListed, ..VulnerabilityFacts::unknown() };
    assert_eq!(
        rank(&Case { overrides: &by_two, ..case(&quiet, &asset, &policy, progress) }).lane,
        Lane::Accept
    );
}

#[test]
fn a_vector_that_speaks_of_harm_raises_only_what_the_owner_left_open() {
    let harm = VulnerabilityFacts { harm: Some("CVSS 4.0".to_owned()), ..VulnerabilityFacts::unknown() };
    let said = |own| AssetFacts {
        exposure: Said::unknown(),
        criticality: Criticality::inherited(own, Profile::default(), Profile::default()),
    };
    let silent = said(Profile::default());
    let none = said(Profile::default().with(Dimension::Safety, Some(Consequence::None)));
    assert_eq!(super::evidence::safety(&harm, &silent), Possible::at_least(Safety::Marginal));
    assert_eq!(super::evidence::safety(&harm, &none), Possible::exactly(Safety::Negligible));
}

#[test]
fn the_clocks_of_the_directive_take_the_shortest_that_is_possible() {
    let vulnerability = VulnerabilityFacts {
        technical_impact: Said::by("CISA", TechnicalImpact::Total, None),
        automatable: Said::by("CISA", Automatable::Yes, None),
        kev: Kev::NotListed,
        ..VulnerabilityFacts::unknown()
    };
    let policy = RankingPolicy {
        binding: Binding { bod_26_04: true, ..Binding::default() },
        ..RankingPolicy::default()
    };
    let asset = known_asset();
    let progress =
        Progress { opened: TODAY, evaluated: None, planned: None, again: None, round: Round::None };
    let why = explain(&case(&vulnerability, &asset, &policy, progress), &doing());
    assert_eq!(why.timeline.to_string(), "60 days to 3 days");
    let clock = why.clocks.iter().find(|clock| clock.kind == ClockKind::Bod2604).expect("its clock");
    assert_eq!(clock.due(), Some(date(2027, 1, 18)));
    assert!(clock.source.contains("the shortest possible counts"), "{}", clock.source);
}

#[test]
fn the_gate_says_how_and_when() {
    let said = |state| SupplierStanding::said(state, NOW);
    let ready = GateFacts {
        patches: vec![word(said(SupplierState::Released), OwnerWord::Effective)],
        instead: Vec::new(),
        redundancy: Redundancy::Group("pair 7".to_owned()),
        window: WindowFact::Next(TODAY),
        certificate: CertificateFact::NoneHeld("person a.weber".to_owned()),
        backup: BackupFact::Proven(TODAY),
    };
    assert_eq!(ask(Lane::Now, &ready).way, Way::Patch);
    assert_eq!(ask(Lane::Accept, &ready).way, Way::Review);
    let untested = word(said(SupplierState::Available), OwnerWord::Undecided);
    let untested = GateFacts { patches: vec![untested], ..ready.clone() };
    assert_eq!(ask(Lane::Now, &untested).way, Way::MitigateNow);
    let answer = ask(Lane::NextOutage, &untested);
    assert_eq!(
        (answer.way, answer.missing.as_slice()),
        (Way::Prepare, ["KB5000001: the vendor says `available`".to_owned()].as_slice())
    );
    let blocked = OwnerWord::Blocked(vec!["the supplier says that it is not approved".to_owned()]);
    let blocked = GateFacts { patches: vec![word(said(SupplierState::Released), blocked)], ..ready.clone() };
    assert_eq!(ask(Lane::Now, &blocked).way, Way::MitigateNow, "the owner's hold counts");
    let both = vec![blocked.patches[0].clone(), ready.patches[0].clone()];
    assert_eq!(ask(Lane::Now, &GateFacts { patches: both, ..ready }).way, Way::Patch, "one is enough");
}

#[test]
fn a_safety_certificate_asks_its_holder_before_a_patch_leaves_what_it_covers() {
    let said = |state| SupplierStanding::said(state, NOW);
    let named = |patch: &str| PatchWord {
        patch: patch.to_owned(),
        ..word(said(SupplierState::Released), OwnerWord::Effective)
    };
    let held = Certificate {
        name: "TÜV 968/FSP 1234, SIL 3".to_owned(),
        until: Some(date(2031, 6, 30)),
        today: TODAY,
        product: "Acme  FX300".to_owned(),
        covers: vec!["V2.8.1".to_owned(), "KB5000001".to_owned()],
    };
    let facts = |patches: &[&str], certificate: Certificate| GateFacts {
        patches: patches.iter().map(|patch| named(patch)).collect(),
        instead: Vec::new(),
        redundancy: Redundancy::Group("pair 7".to_owned()),
        window: WindowFact::Next(TODAY),
        certificate: CertificateFact::Held(certificate),
        backup: BackupFact::Proven(TODAY),
    };
    for covered in ["KB5000001", "acme fx300 v2.8.1"] {
        assert_eq!(ask(Lane::Now, &facts(&[covered], held.clone())).way, Way::Patch, "{covered}");
    }
    let other = ask(Lane::Now, &facts(&["Acme Viewer V2.8.1"], held.clone()));
    assert_eq!(other.way, Way::MitigateNow, "the release of another product is another thing");
    let beyond = ask(Lane::NextWindow, &facts(&["Acme FX300 V2.9"], held.clone()));
    assert_eq!(beyond.way, Way::Prepare);
    assert!(beyond.missing[0].contains("leaves what the safety certificate"), "{beyond:?}");
    let both = ask(Lane::Now, &facts(&["Acme FX300 V2.9", "Acme FX300 V2.8.1"], held.clone()));
    assert_eq!((both.way, both.patches[0].patch.as_str()), (Way::Patch, "Acme FX300 V2.8.1"));
    let silent = Certificate { covers: Vec::new(), ..held.clone() };
    let silent = ask(Lane::Now, &facts(&["Acme FX300 V2.9"], silent));
    assert!(silent.missing.is_empty() && silent.unknown[0].contains("is unknown"), "{silent:?}");
    assert_eq!(silent.way, Way::MitigateNow, "an unknown is no permission");
    let endless = Certificate { until: None, ..held.clone() };
    assert_eq!(ask(Lane::Now, &facts(&["KB5000001"], endless)).unknown.len(), 1);
    let over = Certificate { until: Some(date(2020, 1, 1)), ..held };
    let over = ask(Lane::Now, &facts(&["KB5000001"], over));
    assert!(over.missing[0].contains("expired on 2020-01-01"), "{over:?}");
}

#[test]
fn the_gate_never_calls_an_unknown_a_no_and_offers_what_can_be_done_instead() {
    let candidate =
        |category, text: &str| Candidate { category, text: text.to_owned(), source: "SSA-1".to_owned() };
    let instead = vec![
        candidate(RemediationCategory::NoFixPlanned, "no fix is planned"),
        candidate(RemediationCategory::Workaround, "block port 102"),
    ];
    let answer = ask(Lane::Now, &GateFacts { patches: Vec::new(), instead, ..doing() });
    assert_eq!(answer.way, Way::MitigateNow);
    assert!(answer.missing.is_empty(), "{:?}", answer.missing);
    assert_eq!(
        answer.unknown,
        ["no source lists a patch that fixes it here", "no window is known", "nothing is known of a backup"]
    );
    assert!(answer.notes.iter().any(|note| note == "SSA-1 says `no_fix_planned`: no fix is planned"));
    assert_eq!(answer.instead.len(), 1);
    assert!(ask(Lane::Now, &doing()).unknown[0].ends_with("no statement of the vendor received"));
}

#[test]
fn the_controls_that_would_help_are_those_that_lower_the_outcome() {
    let (policy, asset) = (RankingPolicy::default(), known_asset());
    let vulnerability = VulnerabilityFacts {
        exploitation: Said::by("KEV", Exploitation::Active, None),
        automatable: Said::by("a source", Automatable::Yes, None),
        ..VulnerabilityFacts::unknown()
    };
    let progress =
        Progress { opened: TODAY, evaluated: None, planned: None, again: None, round: Round::None };
    let why = explain(&case(&vulnerability, &asset, &policy, progress), &doing());
    assert_eq!(why.ranked.outcome, Outcome::Immediate);
    assert!(why.controls.iter().all(|one| one.outcome < Outcome::Immediate), "{:?}", why.controls);
    assert!(why.controls.iter().any(|one| one.control.word() == "traffic_filter"));
    assert!(why.controls.iter().all(|one| one.control.word() != "monitoring"), "it only tells");
}

#[test]
fn the_cycle_binds_what_is_done_in_the_next_window_and_nothing_else() {
    let round = Round::In(phase(date(2027, 2, 9)));
    assert_eq!(round.binds(Lane::NextWindow).map(|one| one.install_by), Some(date(2027, 3, 16)));
    for lane in [Lane::Accept, Lane::NextOutage, Lane::Now] {
        assert_eq!(round.binds(lane), None, "{lane}");
    }
    assert_eq!(Round::Outside(Category::Urgent).binds(Lane::NextWindow), None);
    let urgent = PatchWord {
        category: Some(Category::Urgent),
        ..word(SupplierStanding::said(SupplierState::Released, NOW), OwnerWord::Effective)
    };
    let regular = PatchWord { category: Some(Category::Regular), ..urgent.clone() };
    let notes =
        |lane, patch: &PatchWord| ask(lane, &GateFacts { patches: vec![patch.clone()], ..doing() }).notes;
    let has = |notes: Vec<String>, words: &str| notes.iter().any(|note| note.contains(words));
    assert!(has(notes(Lane::NextWindow, &urgent), "`urgent`, outside the regular cycle"));
    assert!(has(notes(Lane::NextWindow, &regular), "`regular`, in the regular cycle"));
    assert!(
        has(notes(Lane::Now, &regular), "outside the regular cycle"),
        "what is pressing waits for no cycle"
    );
}
