//! Events of a step as JSON. A word that is not known is damage and is said, never skipped.

use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Attempt, Event, HandWord, Observed, Outcome};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Stored {
    Intended {
        deed: String,
        attempt: u16,
        at: i64,
        deadline: i64,
    },
    Ended {
        deed: String,
        attempt: u16,
        at: i64,
        outcome: StoredOutcome,
    },
    Overdue {
        at: i64,
    },
    NoRestartNeeded {
        at: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        against: Option<String>,
    },
    Stopped {
        at: i64,
        why: String,
    },
    Restaged {
        at: i64,
        why: String,
    },
    BackWanted {
        at: i64,
        why: String,
    },
    Reopened {
        at: i64,
    },
    HandedBack {
        at: i64,
        says: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
enum StoredOutcome {
    Succeeded,
    AsPromised,
    NotRestarted { what: String },
    AsBefore,
    Otherwise { what: String },
    Failed { class: String, what: String },
    Unknown { what: String },
    NotDone { what: String },
    NotBegun { what: String },
    Refused { what: String },
    NotTold { what: String },
}

pub(super) fn write(event: &Event) -> String {
    crate::columns::write_json(&match event {
        Event::Intended { deed, attempt } => Stored::Intended {
            deed: deed.word().to_owned(),
            attempt: attempt.number,
            at: attempt.intended_at.micros(),
            deadline: attempt.deadline.micros(),
        },
        Event::Ended { deed, attempt, at, outcome } => Stored::Ended {
            deed: deed.word().to_owned(),
            attempt: *attempt,
            at: at.micros(),
            outcome: write_outcome(outcome),
        },
        Event::Overdue { at } => Stored::Overdue { at: at.micros() },
        Event::NoRestartNeeded { at, against } => {
            Stored::NoRestartNeeded { at: at.micros(), against: against.clone() }
        }
        Event::Stopped { at, why } => Stored::Stopped { at: at.micros(), why: why.clone() },
        Event::Restaged { at, why } => Stored::Restaged { at: at.micros(), why: why.clone() },
        Event::BackWanted { at, why } => Stored::BackWanted { at: at.micros(), why: why.clone() },
        Event::Reopened { at } => Stored::Reopened { at: at.micros() },
        Event::HandedBack { at, says } => {
            Stored::HandedBack { at: at.micros(), says: hand_word(*says).to_owned() }
        }
    })
}

fn write_outcome(outcome: &Outcome) -> StoredOutcome {
    match outcome {
        Outcome::Succeeded => StoredOutcome::Succeeded,
        Outcome::Seen(Observed::AsPromised) => StoredOutcome::AsPromised,
        Outcome::Seen(Observed::NotRestarted { what }) => StoredOutcome::NotRestarted { what: what.clone() },
        Outcome::Seen(Observed::AsBefore) => StoredOutcome::AsBefore,
        Outcome::Seen(Observed::Otherwise { what }) => StoredOutcome::Otherwise { what: what.clone() },
        Outcome::Failed { class, what } => {
            StoredOutcome::Failed { class: class.word().to_owned(), what: what.clone() }
        }
        Outcome::Unknown { what } => StoredOutcome::Unknown { what: what.clone() },
        Outcome::NotDone { what } => StoredOutcome::NotDone { what: what.clone() },
        Outcome::NotBegun { what } => StoredOutcome::NotBegun { what: what.clone() },
        Outcome::Refused { what } => StoredOutcome::Refused { what: what.clone() },
        Outcome::NotTold { what } => StoredOutcome::NotTold { what: what.clone() },
    }
}

const fn hand_word(says: HandWord) -> &'static str {
    match says {
        HandWord::Installed => "installed",
        HandWord::AsBefore => "as_before",
    }
}

pub(super) fn read(text: &str) -> Result<Event, String> {
    let stored: Stored = serde_json::from_str(text).map_err(|why| why.to_string())?;
    let word = |why: holdpoint_domain::words::UnknownWord| why.to_string();
    let moment = Moment::from_micros;
    Ok(match stored {
        Stored::Intended { deed, attempt, at, deadline } => Event::Intended {
            deed: deed.parse().map_err(word)?,
            attempt: Attempt { number: attempt, intended_at: moment(at), deadline: moment(deadline) },
        },
        Stored::Ended { deed, attempt, at, outcome } => Event::Ended {
            deed: deed.parse().map_err(word)?,
            attempt,
            at: moment(at),
            outcome: match outcome {
                StoredOutcome::Succeeded => Outcome::Succeeded,
                StoredOutcome::AsPromised => Outcome::Seen(Observed::AsPromised),
                StoredOutcome::NotRestarted { what } => Outcome::Seen(Observed::NotRestarted { what }),
                StoredOutcome::AsBefore => Outcome::Seen(Observed::AsBefore),
                StoredOutcome::Otherwise { what } => Outcome::Seen(Observed::Otherwise { what }),
                StoredOutcome::Failed { class, what } => {
                    Outcome::Failed { class: class.parse().map_err(word)?, what }
                }
                StoredOutcome::Unknown { what } => Outcome::Unknown { what },
                StoredOutcome::NotDone { what } => Outcome::NotDone { what },
                StoredOutcome::NotBegun { what } => Outcome::NotBegun { what },
                StoredOutcome::Refused { what } => Outcome::Refused { what },
                StoredOutcome::NotTold { what } => Outcome::NotTold { what },
            },
        },
        Stored::Overdue { at } => Event::Overdue { at: moment(at) },
        Stored::NoRestartNeeded { at, against } => Event::NoRestartNeeded { at: moment(at), against },
        Stored::Stopped { at, why } => Event::Stopped { at: moment(at), why },
        Stored::Restaged { at, why } => Event::Restaged { at: moment(at), why },
        Stored::BackWanted { at, why } => Event::BackWanted { at: moment(at), why },
        Stored::Reopened { at } => Event::Reopened { at: moment(at) },
        Stored::HandedBack { at, says } => Event::HandedBack {
            at: moment(at),
            says: match says.as_str() {
                "installed" => HandWord::Installed,
                "as_before" => HandWord::AsBefore,
                other => return Err(format!("`{other}` is no word of a person who had a step in hand")),
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdpoint_domain::execution::{Deed, ErrorClass};

    #[test]
    fn every_event_comes_back_as_it_was() {
        let at = Moment::from_micros(7);
        let ended = |deed, outcome| Event::Ended { deed, attempt: 2, at, outcome };
        let attempt = Attempt { number: 1, intended_at: at, deadline: at.plus_micros(5) };
        let otherwise = Outcome::Seen(Observed::Otherwise { what: "a".into() });
        let events = [
            Event::Intended { deed: Deed::Install, attempt },
            ended(Deed::Stage, Outcome::Succeeded),
            ended(Deed::Verify, Outcome::Seen(Observed::AsPromised)),
            ended(Deed::Verify, Outcome::Seen(Observed::NotRestarted { what: "i".into() })),
            ended(Deed::Verify, Outcome::Seen(Observed::AsBefore)),
            ended(Deed::Recheck, otherwise),
            ended(Deed::Stage, Outcome::Failed { class: ErrorClass::Busy, what: "b".into() }),
            ended(Deed::Undo, Outcome::Unknown { what: "c".into() }),
            ended(Deed::Backup, Outcome::NotDone { what: "g".into() }),
            ended(Deed::Preflight, Outcome::NotTold { what: "h".into() }),
            ended(Deed::Install, Outcome::NotBegun { what: "i".into() }),
            ended(Deed::Install, Outcome::Refused { what: "k".into() }),
            Event::Overdue { at },
            Event::NoRestartNeeded { at, against: None },
            Event::NoRestartNeeded { at, against: Some("j".into()) },
            Event::Stopped { at, why: "d".into() },
            Event::Restaged { at, why: "e".into() },
            Event::BackWanted { at, why: "f".into() },
            Event::Reopened { at },
            Event::HandedBack { at, says: HandWord::Installed },
            Event::HandedBack { at, says: HandWord::AsBefore },
        ];
        for event in events {
            assert_eq!(read(&write(&event)).as_ref(), Ok(&event));
        }
        assert!(read("{\"kind\":\"overdue\"}").is_err());
        assert!(read("{\"kind\":\"melted\",\"at\":1}").is_err());
    }
}
