//! Rules handed out and taken in.

use crate::support::{World, compact_is_fx300, empty, operator, plants};
use holdpoint_app::AppError;
use holdpoint_app::inventory::Run;
use holdpoint_app::review::exchange::{Fate, Import, export, import};
use holdpoint_app::review::{NewRule, rules};
use holdpoint_domain::Moment;
use holdpoint_domain::review::RuleVerdict;

fn exported(world: &World) -> String {
    export(&world.app, &operator(), Moment::OPEN).unwrap()
}

fn taken(world: &World, text: &str, run: Run) -> Import {
    import(&world.app, &operator(), "rules.json", text.as_bytes(), run, "from the sister plant").unwrap()
}

/// A file with one rule.
fn file(new: &NewRule) -> String {
    let world = empty().remove(0);
    rules::create(&world.app, &operator(), new).unwrap();
    exported(&world)
}

#[test]
fn the_same_rules_are_the_same_bytes_and_settle_matches_elsewhere() {
    let text = file(&compact_is_fx300());
    assert_eq!(text, file(&compact_is_fx300()));
    for world in plants() {
        let entries = world.entries();
        let preview = taken(&world, &text, Run::Dry);
        assert_eq!((preview.count("new"), world.entries()), (1, entries), "a preview writes nothing");
        let done = taken(&world, &text, Run::Apply);
        assert_eq!(done.matches.changed, 6);
        assert_eq!(world.lines("F-1"), ["ACME-1 yes family", "ACME-2 yes family"]);
        let again = taken(&world, &text, Run::Apply);
        assert_eq!((again.count("same"), again.count("new")), (1, 0));
        let kept = rules::list(&world.app, &operator(), &world.query("")).unwrap().items;
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].origin, "import rules.json");
        assert_eq!(kept[0].rule.author, "a.weber");
        assert_eq!(exported(&world), text, "what was taken in is handed out byte by byte");
    }
}

#[test]
fn a_rule_whose_id_another_has_here_is_taken_under_one_of_ours() {
    for world in plants() {
        let text = file(&compact_is_fx300());
        taken(&world, &text, Run::Apply);
        let ours = rules::list(&world.app, &operator(), &world.query("")).unwrap().items.remove(0).rule.id;
        world.clock.advance_micros(1_000_000);
        rules::withdraw(&world.app, &operator(), &ours.to_string(), "it was wrong").unwrap();
        world.clock.advance_micros(1_000_000);
        let done = taken(&world, &text, Run::Apply);
        assert_eq!(done.count("new"), 1, "{done:?}");
        let kept = rules::list(&world.app, &operator(), &world.query("")).unwrap().items;
        assert_eq!(kept.len(), 2, "the old rule and its end stay");
        assert_ne!(kept[0].rule.id, kept[1].rule.id);
        assert_eq!(world.lines("F-1"), ["ACME-1 yes family", "ACME-2 yes family"]);
    }
}

#[test]
fn what_contradicts_is_shown_and_never_wins() {
    let opposite = file(&NewRule { verdict: RuleVerdict::Different, ..compact_is_fx300() });
    for world in plants() {
        let ours = rules::create(&world.app, &operator(), &compact_is_fx300()).unwrap();
        let done = taken(&world, &opposite, Run::Apply);
        let Fate::Conflicting { with } = &done.rules[0].fate else { panic!("{done:?}") };
        assert!(with.contains(&ours.rule.to_string()), "{with}");
        assert_eq!(world.lines("F-1"), ["ACME-1 yes family", "ACME-2 yes family"]);
    }
}

#[test]
fn a_file_that_was_changed_or_is_none_is_refused_in_words() {
    let world = empty().remove(0);
    let text = file(&compact_is_fx300());
    for (broken, word) in [
        (text.replace("FX300 Compact", "FX300 Extra"), "hash"),
        (text[..text.len() / 2].to_owned(), "no file of rules"),
        (text.replace("holdpoint-rules-1", "holdpoint-rules-9"), "format"),
        ("{}".to_owned(), "no file of rules"),
        (String::new(), "no file of rules"),
    ] {
        let error = import(&world.app, &operator(), "x", broken.as_bytes(), Run::Apply, "").unwrap_err();
        assert!(matches!(error, AppError::Invalid(_)) && error.to_string().contains(word), "{error}");
    }
    assert_eq!(world.entries(), 0);
}

#[test]
fn a_rule_whose_time_is_over_is_refused_and_the_others_are_taken() {
    for world in plants() {
        let end = world.app.now().plus_micros(1_000_000);
        let text = file(&NewRule { expires_at: Some(end), ..compact_is_fx300() });
        world.clock.advance_micros(2_000_000);
        let done = taken(&world, &text, Run::Apply);
        let Fate::Refused { why } = &done.rules[0].fate else { panic!("{done:?}") };
        assert!(why.contains("over"), "{why}");
    }
}
