//! Questions and answers.

use crate::support::{DAY, different, operator, plants, same};
use holdpoint_app::matching::explain::{Replay, explain};
use holdpoint_app::review::policy::Persons;
use holdpoint_app::review::{Written, expiry, policy, queue, rules};
use holdpoint_app::store::page::{ListQuery, Page, Sort};
use holdpoint_app::{AppError, matching};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Scope;
use holdpoint_domain::review::{RuleState, RuleVerdict};

#[test]
fn one_answer_settles_every_asset_and_advisory_that_share_the_names() {
    for world in plants() {
        assert_eq!(world.lines("F-1"), ["ACME-1 unknown candidate", "ACME-2 unknown candidate"]);
        let open = world.questions();
        let first = &open[0];
        assert_eq!(first.question.ours_written[1], "Flow Computer FX300 Compact", "{}", world.engine);
        // F-3 has a version that is not meant; the name is its name all the same.
        assert_eq!((first.assets, first.question.documents, first.settles()), (3, 2, 6));
        assert_eq!(first.settled_assets, 2, "F-3 has its answer already on {}", world.engine);
        assert_eq!(first.sites, ["North", "South"]);
        assert!(!first.question.aligned.is_empty() && !first.question.evidence.is_empty());

        let key = world.key("FX300");
        let answered = world.answer(&operator(), &same(&[&key])).unwrap();
        assert_eq!(answered[0].settled.written, Written::New);
        assert_eq!(answered[0].settled.matches.changed, 6, "three configurations, two documents");
        assert_eq!(world.lines("F-1"), ["ACME-1 yes family", "ACME-2 yes family"]);
        assert_eq!(world.lines("F-3"), ["ACME-1 no family", "ACME-2 no family"]);
        assert_eq!(world.lines("G-1"), ["ACME-3 unknown candidate"], "nothing else was touched");
        assert!(world.questions().iter().all(|open| open.key != key));
        let why = &world.matches("F-1")[0].why;
        assert!(why.contains("a.weber") && why.contains("the type plate says so"), "{why}");

        let rebuilt = matching::rebuild(&world.app, &operator(), "").unwrap();
        assert_eq!(rebuilt, Default::default(), "a rebuild finds nothing to add on {}", world.engine);
    }
}

#[test]
fn an_asset_with_two_questions_is_settled_by_neither_alone() {
    for world in plants() {
        let before = world.questions();
        let first = before.iter().find(|open| open.question.ours_written[1].contains("FX300")).unwrap();
        assert_eq!((first.assets, first.settled_assets), (3, 2), "{}", world.engine);
        world.publish("ACME-9", "Flow Computer FX300 Plus", "vers:all/*");
        let open = world.questions();
        let own: Vec<_> =
            open.iter().filter(|open| open.question.ours_written[1].contains("FX300")).collect();
        assert_eq!(own.len(), 2, "two names of advisories resemble it");
        for question in &own {
            assert_eq!(question.assets, 3);
        }
        let settled: u64 = own.iter().map(|question| question.settled_assets).sum();
        assert!(settled < 2, "two assets have two questions each: {settled}");
        let key = &own.iter().find(|open| open.question.theirs_written[1].contains("Plus")).unwrap().key;
        world.answer(&operator(), &different(&[key])).unwrap();
        let left = world.questions();
        let left = left.iter().find(|open| open.question.ours_written[1].contains("FX300")).unwrap();
        assert_eq!(left.settled_assets, 2, "the last question settles them");
    }
}

#[test]
fn the_same_answer_again_is_harmless_and_the_opposite_one_is_refused_with_the_rule() {
    for world in plants() {
        let key = world.key("FX300");
        let first = world.answer(&operator(), &same(&[&key])).unwrap();
        let entries = world.entries();
        let again = world.answer(&operator(), &same(&[&key, &key])).unwrap();
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].settled.written, Written::There);
        assert_eq!(again[0].settled.rule, first[0].settled.rule);
        assert_eq!(world.entries(), entries, "nothing was written");
        let error = world.answer(&operator(), &different(&[&key])).unwrap_err();
        assert!(matches!(error, AppError::Conflict(_)), "{error}");
        assert!(error.to_string().contains(&first[0].settled.rule.to_string()), "{error}");
    }
}

#[test]
fn a_rejection_is_kept_and_shown_and_asks_no_more() {
    for world in plants() {
        let key = world.key("FX300");
        world.answer(&operator(), &different(&[&key])).unwrap();
        assert!(
            world.lines("F-1").iter().all(|line| !line.contains("candidate")),
            "{:?}",
            world.lines("F-1")
        );
        assert!(world.lines("F-1").iter().all(|line| !line.contains("yes")));
        let kept =
            rules::list(&world.app, &operator(), &world.query("verdict:different state:holding")).unwrap();
        assert_eq!(kept.items.len(), 1);
        assert_eq!(kept.items[0].rule.example.tracking_id, "ACME-1");
        let all = queue::list(&world.app, &operator(), &world.query("")).unwrap();
        assert!(all.items.iter().all(|open| open.key != key));
    }
}

#[test]
fn an_explanation_names_the_rule_with_its_author_reason_day_and_end() {
    for world in plants() {
        let mut answer = same(&[&world.key("FX300")]);
        answer.expires_at = Some("2027-01-31T00:00:00Z".parse().unwrap());
        let rule = world.answer(&operator(), &answer).unwrap()[0].settled.rule;
        let line = world.matches("F-1")[0].id.to_string();
        let explained = explain(&world.app, &operator(), &line, Moment::OPEN).unwrap();
        assert_eq!(explained.replay, Replay::Same);
        let row = explained.explanation.evidence.iter().find(|row| row.test == "rule").unwrap();
        let id = rule.to_string();
        for part in [id.as_str(), "a.weber", "the type plate says so", "2026-11-02", "2027-01-31"] {
            assert!(row.note.contains(part), "{part} is missing in `{}`", row.note);
        }
    }
}

#[test]
fn what_expires_is_brought_back_without_anybodys_doing() {
    for world in plants() {
        let mut answer = same(&[&world.key("FX300")]);
        answer.expires_at = Some(world.app.now().plus_micros(7 * DAY));
        let rule = world.answer(&operator(), &answer).unwrap()[0].settled.rule;
        assert_eq!(expiry::expire_due(&world.app).unwrap(), None);
        world.clock.advance_micros(8 * DAY);
        let done = expiry::expire_due(&world.app).unwrap().unwrap();
        assert_eq!((done.rules, done.matches.changed, done.matches.closed), (1, 6, 0));
        assert_eq!(world.lines("F-1"), ["ACME-1 unknown candidate", "ACME-2 unknown candidate"]);
        let shown = rules::show(&world.app, &operator(), &rule.to_string()).unwrap();
        assert_eq!(shown.kept.state, RuleState::Expired);
        assert_eq!(shown.kept.steps.len(), 2);
        assert!(world.questions().iter().any(|open| open.question.ours_written[1].contains("FX300")));
        assert_eq!(expiry::expire_due(&world.app).unwrap(), None, "twice is harmless");
        let error = rules::withdraw(&world.app, &operator(), &rule.to_string(), "was wrong").unwrap_err();
        assert!(error.to_string().contains("expired"), "{error}");
    }
}

#[test]
fn an_unknown_key_refuses_the_whole_and_changes_nothing() {
    for world in plants() {
        let key = world.key("FX300");
        let entries = world.entries();
        let error = world.answer(&operator(), &same(&[&key, "0123456789abcdef"])).unwrap_err();
        assert!(matches!(error, AppError::NotFound { .. }), "{error}");
        assert_eq!(world.entries(), entries);
        assert_eq!(world.key("FX300"), key, "it is still asked");
        let mut nothing = same(&[&key]);
        nothing.reason = " ".to_owned();
        assert!(matches!(world.answer(&operator(), &nothing), Err(AppError::Invalid(_))));
        let mut over = same(&[&key]);
        over.expires_at = Some(world.app.now());
        assert!(matches!(world.answer(&operator(), &over), Err(AppError::Invalid(_))));
    }
}

#[test]
fn many_questions_take_one_reason_and_one_change() {
    for world in plants() {
        let keys = [world.key("FX300"), world.key("GX700")];
        let entries = world.entries();
        let answered = world.answer(&operator(), &same(&[&keys[0], &keys[1]])).unwrap();
        assert_eq!(answered.len(), 2);
        assert_eq!(world.entries(), entries + 1);
        assert_eq!(world.lines("G-1"), ["ACME-3 yes family"]);
        assert!(world.questions().is_empty());
    }
}

#[test]
fn where_two_persons_are_asked_for_the_first_only_proposes() {
    for world in plants() {
        policy::set(&world.app, &operator(), Persons::Two, "the audit asked for it").unwrap();
        let key = world.key("FX300");
        let (weber, klein) =
            (world.person("a.weber", Scope::AllSites), world.person("b.klein", Scope::AllSites));
        let proposed = world.answer(&weber, &same(&[&key])).unwrap();
        assert_eq!(proposed[0].settled.state, RuleState::Proposed);
        assert_eq!(world.lines("F-1")[0], "ACME-1 unknown candidate", "a proposal does nothing");
        let open = world.questions().into_iter().find(|open| open.key == key).unwrap();
        let proposal = open.proposal.unwrap();
        assert_eq!((proposal.by.as_str(), proposal.verdict), ("a.weber", RuleVerdict::Same));

        let id = proposal.rule.to_string();
        let error = rules::agree(&world.app, &weber, &id, "").unwrap_err();
        assert!(error.to_string().contains("another"), "{error}");
        assert_eq!(world.answer(&weber, &same(&[&key])).unwrap()[0].settled.written, Written::There);
        assert!(matches!(world.answer(&klein, &different(&[&key])), Err(AppError::Conflict(_))));
        let agreed = world.answer(&klein, &same(&[&key])).unwrap();
        assert_eq!(
            (agreed[0].settled.written, agreed[0].settled.state),
            (Written::Agreed, RuleState::Holding)
        );
        assert_eq!(world.lines("F-1")[0], "ACME-1 yes family");
        let shown = rules::show(&world.app, &klein, &id).unwrap();
        let by: Vec<&str> = shown.kept.steps.iter().map(|step| step.by.as_str()).collect();
        assert_eq!(by, ["a.weber", "b.klein"]);
        assert_eq!((shown.settles.matches, shown.settles.assets, shown.settles.advisories), (6, 3, 2));

        let other = world.key("GX700");
        world.answer(&weber, &same(&[&other])).unwrap();
        let waiting = world.questions().into_iter().find(|open| open.key == other).unwrap();
        let waiting = waiting.proposal.unwrap().rule.to_string();
        rules::decline(&world.app, &klein, &waiting, "the plate says GX710").unwrap();
        assert!(world.questions().iter().any(|open| open.key == other && open.proposal.is_none()));
        assert!(rules::agree(&world.app, &klein, &waiting, "").is_err(), "what was declined has ended");
    }
}

#[test]
fn somebody_with_one_site_proposes_and_sees_their_own_assets_alone() {
    for world in plants() {
        let local = world.person("n.ord", Scope::Site(world.site("North")));
        let seen = queue::list(&world.app, &local, &world.query("weight:open")).unwrap().items;
        assert_eq!(seen.len(), 1, "the chromatograph stands elsewhere");
        assert_eq!((seen[0].assets, seen[0].sites.clone()), (1, vec!["North".to_owned()]));
        let elsewhere = world.key("GX700");
        assert!(matches!(world.answer(&local, &same(&[&elsewhere])), Err(AppError::NotFound { .. })));
        let proposed = world.answer(&local, &same(&[&seen[0].key])).unwrap();
        assert_eq!(proposed[0].settled.state, RuleState::Proposed);
        let id = proposed[0].settled.rule.to_string();
        assert!(matches!(rules::withdraw(&world.app, &local, &id, "no, sorry"), Err(AppError::Refused(_))));
        rules::agree(&world.app, &operator(), &id, "").unwrap();
        assert_eq!(world.lines("F-2")[0], "ACME-1 yes family", "on all sites");
    }
}

#[test]
fn the_queue_is_filtered_sorted_and_paged_as_every_list() {
    for world in plants() {
        let found = |filter: &str| {
            let page = queue::list(&world.app, &operator(), &world.query(filter)).unwrap();
            page.items.iter().map(|open| open.question.ours_written[1].clone()).collect::<Vec<_>>()
        };
        assert_eq!(found("site:north"), ["Flow Computer FX300 Compact"]);
        assert_eq!(found("asset_kind:switch"), ["Gas Chromatograph GX700 Field"]);
        assert_eq!(found("assets>=2 vendor:acme"), ["Flow Computer FX300 Compact"]);
        assert_eq!(found("chromatograph -assets>1").len(), 1);
        assert_eq!(found("kind:name,family weight:open state:asked").len(), 2);
        let first =
            ListQuery { page: Page::first(1), sort: Some(Sort::parse("ours")), ..world.query("weight:open") };
        let page = queue::list(&world.app, &operator(), &first).unwrap();
        assert_eq!(page.items[0].question.ours_written[1], "Flow Computer FX300 Compact");
        assert_eq!((page.count.value, page.count.exact), (2, true));
        // The row that ended the page is answered before the next one is asked for.
        world.answer(&operator(), &same(&[&page.items[0].key])).unwrap();
        let second = ListQuery { page: Page { limit: 1, cursor: page.next }, ..first.clone() };
        let page = queue::list(&world.app, &operator(), &second).unwrap();
        assert_eq!(page.items[0].question.ours_written[1], "Gas Chromatograph GX700 Field");
        assert_eq!(page.next, None);
        let other = ListQuery { sort: Some(Sort::parse("-assets")), ..second };
        assert!(queue::list(&world.app, &operator(), &other).is_err(), "a cursor of another order");
        assert!(queue::list(&world.app, &operator(), &world.query("colour:blue")).is_err());
    }
}

#[test]
fn a_new_document_is_answered_by_the_rule_that_is_there() {
    for world in plants() {
        world.answer(&operator(), &same(&[&world.key("FX300")])).unwrap();
        world.publish("ACME-9", "Flow Computer FX300", "vers:intdot/<9");
        assert_eq!(world.lines("F-3")[2], "ACME-9 yes family");
    }
}
