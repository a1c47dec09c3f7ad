//! Every state of a step with every event, as one table that a person can read.

use holdpoint_domain::Moment;
use holdpoint_domain::execution::{
    Applied, Attempt, Deed, ErrorClass, Event, HandWord, Observed, Outcome, Started, StepRun, StepState,
};
use std::fmt::Write;

const AT: Moment = Moment::from_micros(1_000_000);

/// The events of one deed done once, up to the state that is wanted.
fn states() -> Vec<StepRun> {
    let good = |deed| ended(deed, Outcome::Succeeded);
    let seen = |deed, seen| ended(deed, Outcome::Seen(seen));
    let broken = |deed| ended(deed, failed(ErrorClass::Broken));
    let path = [
        intend(Deed::Stage),
        good(Deed::Stage),
        intend(Deed::Preflight),
        good(Deed::Preflight),
        intend(Deed::Backup),
        good(Deed::Backup),
        intend(Deed::Install),
        good(Deed::Install),
        intend(Deed::Restart),
        good(Deed::Restart),
        intend(Deed::Verify),
        seen(Deed::Verify, Observed::AsPromised),
        intend(Deed::Recheck),
        seen(Deed::Recheck, Observed::AsPromised),
    ];
    let back = [
        broken(Deed::Install),
        intend(Deed::Undo),
        good(Deed::Undo),
        intend(Deed::VerifyUndo),
        seen(Deed::VerifyUndo, Observed::AsBefore),
    ];
    let stop = Event::Stopped { at: AT, why: "a person ends it".into() };
    let mut found = vec![StepRun::new(1)];
    for event in &path {
        let next = follow(found.last().expect("one"), event);
        found.push(next);
    }
    found.push(follow(&found[0], &stop));
    let mut run = found[7].clone();
    found.push(follow(&run, &stop));
    for event in &back {
        run = follow(&run, event);
        found.push(run.clone());
    }
    found
}

fn follow(run: &StepRun, event: &Event) -> StepRun {
    match run.after(event) {
        Ok(Applied::Changed(after)) => after,
        other => panic!("{event:?} on {run:?}: {other:?}"),
    }
}

fn intend(deed: Deed) -> Event {
    let attempt = Attempt { number: 1, intended_at: AT, deadline: AT.plus_micros(1) };
    Event::Intended { deed, attempt }
}

fn ended(deed: Deed, outcome: Outcome) -> Event {
    Event::Ended { deed, attempt: 1, at: AT, outcome }
}

fn failed(class: ErrorClass) -> Outcome {
    Outcome::Failed { class, what: "x".into() }
}

/// The next intent of a deed, whatever was tried before.
fn intend_next(run: &StepRun, deed: Deed) -> Event {
    let attempt =
        Attempt { number: run.last_attempt(deed) + 1, intended_at: AT, deadline: AT.plus_micros(1) };
    Event::Intended { deed, attempt }
}

fn row(text: &mut String, run: &StepRun, name: &str, event: &Event) {
    let to = match run.after(event) {
        Ok(Applied::Changed(after)) => after.state.word().to_string(),
        Ok(Applied::Late(_)) => "late: kept beside it".into(),
        Ok(Applied::Already) => "heard before".into(),
        Err(refused) => format!("refused: {}", refused.why),
    };
    let _ = writeln!(text, "{:<18} {name:<26} {to}", run.state.word().to_string());
}

fn table() -> String {
    let late = AT.plus_micros(10);
    let mut text = String::new();
    for run in states() {
        for deed in Deed::ALL {
            row(&mut text, &run, &format!("intend {deed}"), &intend_next(&run, *deed));
        }
        if let Some((deed, _)) = run.state.open_attempt() {
            let outcomes = [
                ("succeeded", Outcome::Succeeded),
                ("seen as promised", Outcome::Seen(Observed::AsPromised)),
                ("seen not restarted", Outcome::Seen(Observed::NotRestarted { what: "x".into() })),
                ("seen as before", Outcome::Seen(Observed::AsBefore)),
                ("seen otherwise", Outcome::Seen(Observed::Otherwise { what: "x".into() })),
                ("unreachable", failed(ErrorClass::Unreachable)),
                ("interrupted", failed(ErrorClass::Interrupted)),
                ("mismatch", failed(ErrorClass::Mismatch)),
                ("impossible", failed(ErrorClass::Impossible)),
                ("unknown", Outcome::Unknown { what: "x".into() }),
                ("not done", Outcome::NotDone { what: "x".into() }),
                ("not begun", Outcome::NotBegun { what: "x".into() }),
                ("refused", Outcome::Refused { what: "x".into() }),
                ("not told", Outcome::NotTold { what: "x".into() }),
            ];
            for (name, outcome) in outcomes {
                row(&mut text, &run, &format!("{deed} {name}"), &ended(deed, outcome));
            }
        }
        row(&mut text, &run, "overdue", &Event::Overdue { at: late });
        row(&mut text, &run, "no restart needed", &Event::NoRestartNeeded { at: late, against: None });
        row(&mut text, &run, "stopped", &Event::Stopped { at: late, why: "x".into() });
        row(&mut text, &run, "restaged", &Event::Restaged { at: late, why: "x".into() });
        row(&mut text, &run, "back wanted", &Event::BackWanted { at: late, why: "x".into() });
        row(&mut text, &run, "reopened", &Event::Reopened { at: late });
        for (name, says) in
            [("handed back: installed", HandWord::Installed), ("handed back: before", HandWord::AsBefore)]
        {
            row(&mut text, &run, name, &Event::HandedBack { at: late, says });
        }
        text.push('\n');
    }
    text
}

#[test]
fn every_state_with_every_event_is_in_the_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/execution/table.txt");
    let table = table();
    if std::env::var_os("HOLDPOINT_BLESS").is_some() {
        std::fs::write(&path, &table).expect("the table is written");
    }
    let golden = std::fs::read_to_string(&path).expect("the table is there");
    assert_eq!(table, golden, "look at every line that changed; then write it with HOLDPOINT_BLESS=1");
}

#[test]
fn the_states_of_the_table_are_all_there_are() {
    use holdpoint_domain::execution::StepStateWord;
    let there: std::collections::BTreeSet<StepStateWord> =
        states().iter().map(|run| run.state.word()).collect();
    let missing: Vec<_> = StepStateWord::ALL.iter().filter(|word| !there.contains(word)).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
}

#[test]
fn an_outcome_of_an_attempt_that_nobody_intended_is_refused() {
    let run = follow(&StepRun::new(1), &intend(Deed::Stage));
    let other = Event::Ended { deed: Deed::Stage, attempt: 2, at: AT, outcome: Outcome::Succeeded };
    assert!(run.after(&other).is_err());
    assert!(run.after(&ended(Deed::Install, Outcome::Succeeded)).is_err());
}

#[test]
fn an_installation_in_doubt_is_looked_at_and_never_tried_again() {
    let mut run = states()[7].clone();
    run = follow(&run, &ended(Deed::Install, Outcome::Unknown { what: "the link is gone".into() }));
    assert!(matches!(&run.state, StepState::ToVerify { doubt: Some(_), .. }));
    run = follow(&run, &intend(Deed::Verify));
    run = follow(&run, &ended(Deed::Verify, Outcome::Seen(Observed::AsBefore)));
    let StepState::RolledBack { why, .. } = &run.state else { panic!("{run:?}") };
    assert!(why.contains("not known") && why.contains("nothing has changed"), "{why}");
}

#[test]
fn an_installation_in_doubt_that_took_place_is_asked_for_its_restart() {
    let doubts = [
        ended(Deed::Install, Outcome::Unknown { what: "the link is gone".into() }),
        ended(Deed::Install, failed(ErrorClass::Interrupted)),
        Event::Overdue { at: AT.plus_micros(10) },
    ];
    for doubt in doubts {
        let looking = follow(&follow(&states()[7], &doubt), &intend(Deed::Verify));
        for started in [Started::NotRead, Started::NotAgain, Started::Again] {
            let seen = looking.with_start(Observed::AsPromised, started, None);
            let after = follow(&looking, &ended(Deed::Verify, Outcome::Seen(seen)));
            assert!(matches!(after.state, StepState::AwaitingRestart { .. }), "{doubt:?}: {after:?}");
            // It is known that nothing has to be restarted: the next look counts.
            let none = follow(&after, &Event::NoRestartNeeded { at: AT, against: None });
            let looking = follow(&none, &intend_next(&none, Deed::Verify));
            assert_eq!(
                looking.with_start(Observed::AsPromised, Started::NotAgain, None),
                Observed::AsPromised
            );
        }
        assert_eq!(looking.with_start(Observed::AsBefore, Started::NotAgain, None), Observed::AsBefore);
    }
}

#[test]
fn a_restart_that_was_not_seen_goes_to_a_person_whatever_was_reported() {
    let restarting = &states()[9];
    let looked = |told: Outcome, started| {
        let looking = follow(&follow(restarting, &ended(Deed::Restart, told)), &intend(Deed::Verify));
        let seen = looking.with_start(Observed::AsPromised, started, None);
        follow(&looking, &ended(Deed::Verify, Outcome::Seen(seen))).state
    };
    let lost = || Outcome::Unknown { what: "the link is gone".into() };
    for told in [Outcome::Succeeded, lost()] {
        let StepState::ByHand { why, .. } = looked(told.clone(), Started::NotAgain) else {
            panic!("{told:?}")
        };
        assert!(why.contains("installed and not restarted"), "{why}");
        assert!(matches!(looked(told, Started::Again), StepState::Verified { .. }));
    }
    assert!(
        matches!(looked(Outcome::Succeeded, Started::NotRead), StepState::Verified { .. }),
        "its own word"
    );
    assert!(matches!(looked(lost(), Started::NotRead), StepState::ByHand { .. }), "nobody knows");
    let stop = Event::Stopped { at: AT, why: "overdue".into() };
    let by_hand =
        follow(&follow(&states()[8], &stop), &Event::HandedBack { at: AT, says: HandWord::Installed });
    let looking = follow(&by_hand, &intend(Deed::Verify));
    let seen = looking.with_start(Observed::AsPromised, Started::NotAgain, None);
    let after = follow(&looking, &ended(Deed::Verify, Outcome::Seen(seen)));
    assert!(matches!(after.state, StepState::AwaitingRestart { .. }), "a person's word is no restart");
}

#[test]
fn an_asset_that_asks_for_a_restart_is_not_verified_on_a_word_that_did_not_know_of_it() {
    let ask = Some("the system: plant-hmi");
    let none = |against: Option<&str>| {
        let event = Event::NoRestartNeeded { at: AT, against: against.map(str::to_owned) };
        let after = follow(&states()[8], &event);
        follow(&after, &intend(Deed::Verify))
    };
    let looked = |looking: &StepRun, started, asks| {
        let seen = looking.with_start(Observed::AsPromised, started, asks);
        follow(looking, &ended(Deed::Verify, Outcome::Seen(seen))).state
    };
    for started in [Started::NotRead, Started::NotAgain] {
        assert!(
            matches!(looked(&none(None), started, ask), StepState::AwaitingRestart { .. }),
            "{started:?}"
        );
        assert!(matches!(looked(&none(None), started, None), StepState::Verified { .. }), "nothing asks");
        let known = none(Some("by Ola's word, against the host's own mark: the system: plant-hmi"));
        assert!(matches!(looked(&known, started, ask), StepState::Verified { .. }), "{started:?}");
        assert!(known.against_mark().is_some_and(|why| why.starts_with("by Ola's word")));
    }
    assert!(
        matches!(looked(&none(None), Started::Again, ask), StepState::Verified { .. }),
        "it was restarted"
    );
}

#[test]
fn a_fault_is_what_spoke_against_the_work_and_not_against_the_way_to_it() {
    let states = states();
    let (staging, checking, installing, verifying) = (&states[1], &states[3], &states[7], &states[11]);
    let unreached = follow(checking, &ended(Deed::Preflight, failed(ErrorClass::Unreachable)));
    let stop = Event::Stopped { at: AT, why: "a person ends it".into() };
    assert!(follow(&unreached, &stop).has_failed() && !follow(&unreached, &stop).is_faulted());
    assert!(!follow(installing, &ended(Deed::Install, failed(ErrorClass::Interrupted))).is_faulted());
    let mismatch = follow(staging, &ended(Deed::Stage, failed(ErrorClass::Mismatch)));
    assert!(mismatch.is_faulted(), "the files are not what was signed");
    assert!(!follow(&mismatch, &Event::Reopened { at: AT }).is_faulted(), "it begins anew");
    assert!(follow(installing, &ended(Deed::Install, failed(ErrorClass::Unreachable))).is_faulted());
    let seen = |run: &StepRun, what| follow(run, &ended(Deed::Verify, Outcome::Seen(what)));
    assert!(!seen(verifying, Observed::AsPromised).is_faulted());
    assert!(seen(verifying, Observed::AsBefore).is_faulted(), "it was reported as installed");
    let lost =
        follow(installing, &ended(Deed::Install, Outcome::Unknown { what: "the link is gone".into() }));
    let doubted = follow(&lost, &intend(Deed::Verify));
    assert!(!seen(&doubted, Observed::AsBefore).is_faulted(), "nobody knows that it was ever begun");
    assert!(seen(&doubted, Observed::Otherwise { what: "x".into() }).is_faulted());
}
