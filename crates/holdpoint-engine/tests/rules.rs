//! What a person decided, replayed: names, families, vendors, both verdicts, and what a rule must never do.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_domain::Moment;
use holdpoint_domain::advisory::{BranchCategory, Helpers, PathStep, ProductExpression};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::id::RuleId;
use holdpoint_domain::matching::{Confidence, Decision, Rung, Verdict};
use holdpoint_domain::review::{MappingRule, RuleExample, RuleSubject, RuleVerdict};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::rules::name_key;
use holdpoint_engine::matching::{
    ComponentFact, Components, LeafInput, Leaves, Rules, explain, match_configuration,
};
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;

fn leaves(vendor: &str, name: &str, version: &str, numbers: &[&str]) -> Leaves {
    let step = |category, name: &str| PathStep { category, name: name.to_owned() };
    let path = vec![
        step(BranchCategory::Vendor, vendor),
        step(BranchCategory::ProductName, name),
        step(BranchCategory::ProductVersionRange, version),
    ];
    let model_numbers = numbers.iter().map(|number| (*number).to_owned()).collect();
    let expression = ProductExpression {
        product_id: "P1".into(),
        name: format!("{vendor} {name}"),
        path,
        helpers: Helpers { model_numbers, ..Helpers::default() },
        relation: None,
        pointer: "/product_tree/branches/0/product".into(),
    };
    Leaves::new(vec![LeafInput {
        number: 1,
        document: 1,
        standing: Standing::Stated,
        expression,
        fixes: Vec::new(),
    }])
}

fn device(vendor: &str, name: &str, order_number: &str, version: &str) -> ComponentFact {
    let component = Component {
        vendor: vendor.into(),
        product: name.into(),
        order_number: order_number.into(),
        version: version.into(),
        ..Component::empty(ComponentKind::Firmware)
    };
    ComponentFact::new(1, component)
}

fn rule(subject: RuleSubject, verdict: RuleVerdict, decided_on: i64) -> MappingRule {
    let decided_at = Moment::from_micros(decided_on * DAY);
    MappingRule {
        id: RuleId::new(decided_at, [7; 10]),
        subject,
        verdict,
        author: "a.weber".into(),
        decided_at,
        reason: "read off the nameplate".into(),
        expires_at: None,
        example: RuleExample {
            ours: Default::default(),
            theirs: Default::default(),
            tracking_id: String::new(),
        },
    }
}

fn names(ours: (&str, &str), theirs: (&str, &str)) -> RuleSubject {
    RuleSubject::Names { ours: name_key(ours.0, ours.1, ""), theirs: name_key(theirs.0, theirs.1, "") }
}

fn answer(leaves: &Leaves, fact: &ComponentFact, rules: Vec<MappingRule>, day: i64) -> Option<Decision> {
    let rules = Rules::new(rules, Moment::from_micros(day * DAY));
    let found = match_configuration(leaves, &[fact], &rules, &mut Memo::default());
    let near = Components::new(vec![fact.clone()]).near(leaves, &rules);
    assert!(found.is_empty() || near == [1], "both directions find the same pairs");
    found.into_iter().next().map(|found| Arc::unwrap_or_clone(found.decision))
}

const PLC: (&str, &str) = ("Acme", "Boiler brain (old type)");
const LISTED: (&str, &str) = ("Acme Holdings", "BB-3000");

#[test]
fn a_rule_on_names_confirms_and_says_who_decided() {
    let known = leaves(LISTED.0, LISTED.1, "< 2.0", &[]);
    let asset = device(PLC.0, PLC.1, "", "1.4");
    assert_eq!(answer(&known, &asset, vec![], 1), None, "nothing in common");
    let same = || vec![rule(names(PLC, LISTED), RuleVerdict::Same, 19_000)];
    let decision = answer(&known, &asset, same(), 19_001).unwrap();
    assert_eq!(
        (decision.verdict, decision.confidence, decision.rung),
        (Verdict::Yes, Confidence::Confirmed, Rung::Family)
    );
    for part in ["a.weber", "2022-01-08", "read off the nameplate"] {
        assert!(decision.why.contains(part), "{}", decision.why);
    }
    let rules = Rules::new(same(), Moment::from_micros(19_001 * DAY));
    let explained = explain(&known, &[&asset], &rules, 1).unwrap();
    let row = explained.evidence.iter().find(|row| row.test == "rule").unwrap();
    assert_eq!(row.result, Verdict::Yes);
}

#[test]
fn an_expired_rule_does_nothing() {
    let known = leaves(LISTED.0, LISTED.1, "< 2.0", &[]);
    let asset = device(PLC.0, PLC.1, "", "1.4");
    let mut ends = rule(names(PLC, LISTED), RuleVerdict::Same, 100);
    ends.expires_at = Some(Moment::from_micros(200 * DAY));
    assert!(answer(&known, &asset, vec![ends.clone()], 199).is_some());
    assert_eq!(answer(&known, &asset, vec![ends], 200), None);
}

#[test]
fn a_rejected_pair_is_a_no_with_the_persons_name() {
    let known = leaves("Acme", "Valve 12", "< 2.0", &[]);
    let asset = device("Acme", "Valve 12 XL", "", "1.4");
    let apart = names(("Acme", "Valve 12 XL"), ("Acme", "Valve 12"));
    let decision = answer(&known, &asset, vec![rule(apart, RuleVerdict::Different, 100)], 101).unwrap();
    assert_eq!((decision.verdict, decision.rung), (Verdict::No, Rung::Family));
    assert!(decision.why.contains("a.weber"), "{}", decision.why);
}

#[test]
fn the_latest_decision_counts_whatever_the_order_of_the_list() {
    let known = leaves(LISTED.0, LISTED.1, "< 2.0", &[]);
    let asset = device(PLC.0, PLC.1, "", "1.4");
    let early = rule(names(PLC, LISTED), RuleVerdict::Different, 100);
    let late = rule(names(PLC, LISTED), RuleVerdict::Same, 101);
    for list in [vec![early.clone(), late.clone()], vec![late, early]] {
        assert_eq!(answer(&known, &asset, list, 102).unwrap().verdict, Verdict::Yes);
    }
}

#[test]
fn a_family_rule_takes_products_by_order_number_or_by_words() {
    let family = "SIMATIC S7-1500 CPU family (incl. related ET200 CPUs and SIPLUS variants)";
    let known = leaves("Siemens", family, "< V2.9.7", &[]);
    let subject = RuleSubject::Family {
        theirs: name_key("Siemens", family, ""),
        vendor: "siemens".into(),
        order_patterns: vec!["6ES7515-*".into()],
        name_words: vec!["s7-1500 cpu".into()],
    };
    let says = |fact: &ComponentFact, verdict| {
        answer(&known, fact, vec![rule(subject.clone(), verdict, 100)], 101)
            .map(|decision| (decision.verdict, decision.rung))
    };
    let by_number = device("Siemens AG", "PLC of line 2", "6ES7515-2AM01-0AB0", "V2.9.4");
    let by_words = device("Siemens", "SIMATIC S7-1500 CPU 1511-1 PN", "", "V2.9.4");
    let stranger = device("Siemens", "SCALANCE X200", "6GK5200-1AA00-0AA0", "V2.9.4");
    for member in [&by_number, &by_words] {
        assert_eq!(says(member, RuleVerdict::Same), Some((Verdict::Yes, Rung::Family)));
        assert_eq!(says(member, RuleVerdict::Different), Some((Verdict::No, Rung::Family)));
    }
    assert_eq!(says(&stranger, RuleVerdict::Same), None);
}

#[test]
fn a_rule_on_vendors_makes_two_spellings_one_and_can_part_them() {
    let known = leaves("Boiler Works", "Valve 12", "< 2.0", &[]);
    let asset = device("BW Automation", "Valve 12", "", "1.4");
    assert_eq!(answer(&known, &asset, vec![], 1), None);
    let vendors = |ours: &str, theirs: &str| RuleSubject::Vendor { ours: ours.into(), theirs: theirs.into() };
    let same = rule(vendors("bw automation", "boiler works"), RuleVerdict::Same, 100);
    let decision = answer(&known, &asset, vec![same], 101).unwrap();
    assert_eq!((decision.verdict, decision.rung), (Verdict::Yes, Rung::Name));
    assert!(decision.why.contains("a.weber"), "{}", decision.why);

    let listed = leaves("Rockwell Automation", "Valve 12", "< 2.0", &[]);
    let asset = device("Rockwell", "Valve 12", "", "1.4");
    assert_eq!(answer(&listed, &asset, vec![], 1).unwrap().verdict, Verdict::Yes);
    let apart = rule(vendors("rockwell", "rockwell automation"), RuleVerdict::Different, 100);
    assert_eq!(answer(&listed, &asset, vec![apart], 101), None);
}

#[test]
fn a_rule_settles_the_product_and_never_the_version() {
    let same = || vec![rule(names(PLC, LISTED), RuleVerdict::Same, 100)];
    let open = leaves(LISTED.0, LISTED.1, "see the table in the manual, rev. c", &[]);
    let asset = device(PLC.0, PLC.1, "", "1.4");
    assert_eq!(answer(&open, &asset, same(), 101).unwrap().verdict, Verdict::Unknown);
    let unknown = device(PLC.0, PLC.1, "", "");
    let known = leaves(LISTED.0, LISTED.1, "< 2.0", &[]);
    let decision = answer(&known, &unknown, same(), 101).unwrap();
    assert_eq!((decision.verdict, decision.confidence), (Verdict::Unknown, Confidence::VersionUnknown));
}

#[test]
fn an_order_number_outweighs_a_rule() {
    let number = "6ES7511-1AK02-0AB0";
    let known = leaves("Siemens", "CPU 1511", "< V3", &[number]);
    let listed = device("Siemens", "CPU 1511", number, "V2");
    let apart = names(("Siemens", "CPU 1511"), ("Siemens", "CPU 1511"));
    let decision = answer(&known, &listed, vec![rule(apart.clone(), RuleVerdict::Different, 100)], 101);
    assert_eq!(decision.unwrap().rung, Rung::OrderNumber);
    let other = device("Siemens", "CPU 1511", "6ES7511-1AK00-0AB0", "V2");
    let decision = answer(&known, &other, vec![rule(apart, RuleVerdict::Same, 100)], 101).unwrap();
    assert_eq!(decision.verdict, Verdict::Unknown, "the rule and the order number disagree");
}

#[test]
fn a_persons_reading_of_a_version_text_takes_the_place_of_the_programs() {
    let text = "see the table in the manual, rev. c";
    let known = leaves("Acme", "Valve 12", text, &[]);
    let asset = |version| device("Acme", "Valve 12", "", version);
    assert_eq!(answer(&known, &asset("1.4"), vec![], 1).unwrap().verdict, Verdict::Unknown);
    let subject = |range: &str| RuleSubject::Expression {
        vendor: "acme".into(),
        product: String::new(),
        text: text.into(),
        range: range.into(),
    };
    let read = || vec![rule(subject("vers:intdot/<2.0"), RuleVerdict::Same, 100)];
    let decision = answer(&known, &asset("1.4"), read(), 101).unwrap();
    assert_eq!((decision.verdict, decision.rung), (Verdict::Yes, Rung::Name));
    assert!(decision.why.contains("a.weber"), "{}", decision.why);
    assert_eq!(answer(&known, &asset("2.0"), read(), 101).unwrap().verdict, Verdict::No);
    let riddle = vec![rule(subject("as the manual says"), RuleVerdict::Same, 100)];
    assert_eq!(answer(&known, &asset("1.4"), riddle, 101).unwrap().verdict, Verdict::Unknown);
}

#[test]
fn vendors_that_a_person_told_apart_are_not_asked_about_again() {
    let listed = leaves("Siemens", "SIMATIC S7-1500", "< V3", &["6ES7511-1AK02-0AB0"]);
    let ours = device("Simens", "PLC", "6ES7511-1AK02-0AB0", "V2");
    assert_eq!(answer(&listed, &ours, vec![], 1).unwrap().verdict, Verdict::Unknown);
    let apart = RuleSubject::Vendor { ours: "simens".into(), theirs: "siemens".into() };
    assert_eq!(answer(&listed, &ours, vec![rule(apart, RuleVerdict::Different, 1)], 2), None);
}
