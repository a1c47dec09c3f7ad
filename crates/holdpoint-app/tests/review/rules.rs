//! Rules written by hand, and their lives.

use crate::support::{DAY, compact_is_fx300, empty, operator, plants};
use holdpoint_app::review::example::{Outcome, replay};
use holdpoint_app::review::{NewRule, NewSubject, Written, rules};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{AppError, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::review::{RuleExample, RuleState, RuleVerdict};

fn texts(parts: [&str; 3]) -> [String; 3] {
    parts.map(str::to_owned)
}

#[test]
fn a_rule_can_be_written_before_anything_is_known_and_is_taken_back_without_a_trace_in_matches() {
    for world in plants() {
        let settled = rules::create(&world.app, &operator(), &compact_is_fx300()).unwrap();
        assert_eq!((settled.state, settled.written), (RuleState::Holding, Written::New));
        assert_eq!(world.lines("F-1"), ["ACME-1 yes family", "ACME-2 yes family"]);
        let again = rules::create(&world.app, &operator(), &compact_is_fx300()).unwrap();
        assert_eq!((again.rule, again.written), (settled.rule, Written::There));

        let id = settled.rule.to_string();
        assert!(matches!(rules::withdraw(&world.app, &operator(), &id, ""), Err(AppError::Invalid(_))));
        rules::withdraw(&world.app, &operator(), &id, "the plate was another's").unwrap();
        assert_eq!(world.lines("F-1"), ["ACME-1 unknown candidate", "ACME-2 unknown candidate"]);
        let entries = world.entries();
        rules::withdraw(&world.app, &operator(), &id, "once more").unwrap();
        assert_eq!(world.entries(), entries, "twice is harmless");
        let kept = rules::show(&world.app, &operator(), &id).unwrap().kept;
        let steps: Vec<_> = kept.steps.iter().map(|step| (step.state, step.reason.as_str())).collect();
        assert_eq!(
            steps,
            [
                (RuleState::Holding, "the type plate says so"),
                (RuleState::Withdrawn, "the plate was another's")
            ]
        );
    }
}

#[test]
fn a_rule_is_listed_as_it_stood_at_any_moment() {
    for world in empty() {
        let id = rules::create(&world.app, &operator(), &compact_is_fx300()).unwrap().rule.to_string();
        let before = world.app.now().plus_micros(DAY);
        world.clock.advance_micros(2 * DAY);
        rules::withdraw(&world.app, &operator(), &id, "was wrong").unwrap();
        let listed = |as_of, filter: &str| {
            let query = ListQuery { as_of, ..world.query(filter) };
            let items = rules::list(&world.app, &operator(), &query).unwrap().items;
            items.iter().map(|line| line.state.word()).collect::<Vec<_>>()
        };
        assert_eq!(listed(Moment::OPEN, ""), ["withdrawn"]);
        assert_eq!(listed(before, "kind:names author:a.weber"), ["holding"]);
        assert_eq!(listed(before, "state:withdrawn"), Vec::<&str>::new());
    }
}

#[test]
fn another_expiry_for_the_same_decision_replaces_the_rule() {
    for world in plants() {
        let first = rules::create(&world.app, &operator(), &compact_is_fx300()).unwrap();
        let longer =
            NewRule { expires_at: Some(world.app.now().plus_micros(30 * DAY)), ..compact_is_fx300() };
        let second = rules::create(&world.app, &operator(), &longer).unwrap();
        assert_eq!(second.written, Written::New);
        let kept = rules::show(&world.app, &operator(), &first.rule.to_string()).unwrap().kept;
        assert_eq!(kept.state, RuleState::Withdrawn);
        assert!(kept.steps[1].reason.contains(&second.rule.to_string()));
        assert_eq!(world.lines("F-1"), ["ACME-1 yes family", "ACME-2 yes family"]);
    }
}

#[test]
fn an_example_must_be_of_the_rule_and_must_give_its_answer() {
    for world in empty() {
        let mut other = compact_is_fx300();
        other.example.ours[1] = "Valve 12".to_owned();
        let error = rules::create(&world.app, &operator(), &other).unwrap_err();
        assert!(error.to_string().contains("inventory side"), "{error}");

        // Equal names are recognised by themselves; to call them different would need more than a rule on names.
        let mut same_number = compact_is_fx300();
        same_number.verdict = RuleVerdict::Different;
        same_number.subject = NewSubject::Names {
            ours: texts(["Acme", "Flow Computer FX300 Compact", "6ES7511-1AK02-0AB0"]),
            theirs: texts(["Acme", "Flow Computer FX300", "6ES7511-1AK02-0AB0"]),
        };
        same_number.example.ours[2] = "6ES7511-1AK02-0AB0".to_owned();
        let error = rules::create(&world.app, &operator(), &same_number).unwrap_err();
        assert!(error.to_string().contains("recognised all the same"), "{error}");
        assert_eq!(world.entries(), 0, "nothing was written");
    }
}

#[test]
fn what_names_nothing_or_everything_is_refused_in_words() {
    let world = empty().remove(0);
    let with = |subject: NewSubject| NewRule { subject, ..compact_is_fx300() };
    let refused = |new: &NewRule, word: &str| {
        let error = rules::create(&world.app, &operator(), new).unwrap_err();
        assert!(matches!(error, AppError::Invalid(_)) && error.to_string().contains(word), "{error}");
    };
    let names = |ours, theirs| NewSubject::Names { ours: texts(ours), theirs: texts(theirs) };
    refused(&with(names(["Acme", "", ""], ["Acme", "FX300", ""])), "neither a product nor an order number");
    let vendor = NewSubject::Vendor { ours: "Acme".to_owned(), theirs: "ACME Inc.".to_owned() };
    refused(&with(vendor), "already");
    let family = |patterns: &[&str]| NewSubject::Family {
        theirs: texts(["Acme", "FX series", ""]),
        vendor: "Acme".to_owned(),
        order_patterns: patterns.iter().map(|text| (*text).to_owned()).collect(),
        name_words: Vec::new(),
    };
    refused(&with(family(&[])), "a family needs");
    refused(&with(family(&["F*"])), "less than three");
    let reading = |text: &str, range: &str| NewSubject::Expression {
        vendor: "Acme".to_owned(),
        product: String::new(),
        text: text.to_owned(),
        range: range.to_owned(),
    };
    refused(&with(reading("< 2.4", "vers:intdot/<2.4")), "by itself");
    refused(&with(reading("all but the blue ones", "soon")), "no range");
    refused(&NewRule { reason: "ok".to_owned(), ..compact_is_fx300() }, "reason");
    let viewer = Caller { grants: Vec::new(), ..operator() };
    assert!(matches!(rules::create(&world.app, &viewer, &compact_is_fx300()), Err(AppError::Refused(_))));
}

#[test]
fn every_rules_example_is_run_again_and_says_what_it_gives() {
    for world in plants() {
        rules::create(&world.app, &operator(), &compact_is_fx300()).unwrap();
        let run = replay(&world.app, &operator(), Moment::OPEN).unwrap();
        assert_eq!(run.len(), 1);
        assert_eq!(run[0].outcome, Outcome::Passed);
        assert_eq!(run, replay(&world.app, &operator(), Moment::OPEN).unwrap());
    }
}

#[test]
fn a_family_takes_its_members_in_and_a_rejected_member_contradicts_it() {
    for world in plants() {
        let family = NewRule {
            subject: NewSubject::Family {
                theirs: texts(["Acme", "Gas Chromatograph GX700", ""]),
                vendor: "Acme".to_owned(),
                order_patterns: Vec::new(),
                name_words: vec!["GX700 field".to_owned()],
            },
            verdict: RuleVerdict::Same,
            reason: "catalogue, page 12".to_owned(),
            expires_at: None,
            example: RuleExample {
                ours: ["Acme", "Gas Chromatograph GX700 Field", "", "1"].map(str::to_owned),
                theirs: texts(["Acme", "Gas Chromatograph GX700", "vers:intdot/<2"]),
                tracking_id: String::new(),
            },
        };
        rules::create(&world.app, &operator(), &family).unwrap();
        assert_eq!(world.lines("G-1"), ["ACME-3 yes family"]);
        let rejected = NewRule {
            subject: NewSubject::Names {
                ours: texts(["Acme", "Gas Chromatograph GX700 Field", ""]),
                theirs: texts(["Acme", "Gas Chromatograph GX700", ""]),
            },
            verdict: RuleVerdict::Different,
            ..family
        };
        let error = rules::create(&world.app, &operator(), &rejected).unwrap_err();
        assert!(matches!(error, AppError::Conflict(_)), "{error}");
    }
}

#[test]
fn a_persons_reading_of_a_version_text_decides_where_the_program_could_not() {
    for world in plants() {
        world.publish("ACME-4", "Flow Computer FX300 Compact", "all but the blue ones");
        let answers = |tag: &str| {
            world.lines(tag).into_iter().filter(|line| line.starts_with("ACME-4")).collect::<Vec<_>>()
        };
        assert_eq!(answers("F-1"), ["ACME-4 unknown name"]);
        let reading = NewRule {
            subject: NewSubject::Expression {
                vendor: "Acme".to_owned(),
                product: "Flow Computer FX300 Compact".to_owned(),
                text: " all but the blue ones ".to_owned(),
                range: "vers:intdot/<2".to_owned(),
            },
            verdict: RuleVerdict::Same,
            reason: "the vendor's support said so, ticket 4711".to_owned(),
            expires_at: None,
            example: RuleExample {
                ours: ["Acme", "Flow Computer FX300 Compact", "", "1.5"].map(str::to_owned),
                theirs: texts(["Acme", "Flow Computer FX300 Compact", "all but the blue ones"]),
                tracking_id: "ACME-4".to_owned(),
            },
        };
        let mut empty_handed = reading.clone();
        empty_handed.example.ours[3] = String::new();
        let error = rules::create(&world.app, &operator(), &empty_handed).unwrap_err();
        assert!(error.to_string().contains("installed version"), "{error}");
        let id = rules::create(&world.app, &operator(), &reading).unwrap().rule.to_string();
        assert_eq!(
            (answers("F-1"), answers("F-3")),
            (vec!["ACME-4 yes name".to_owned()], vec!["ACME-4 no name".to_owned()])
        );
        let why = world.matches("F-1").into_iter().find(|line| line.advisory == "ACME-4").unwrap().why;
        assert!(why.contains("a.weber") && why.contains("ticket 4711"), "{why}");
        assert_eq!(rules::show(&world.app, &operator(), &id).unwrap().settles.assets, 3);
        rules::withdraw(&world.app, &operator(), &id, "support was wrong").unwrap();
        assert_eq!(answers("F-3"), ["ACME-4 unknown name"]);
    }
}
