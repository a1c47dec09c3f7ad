//! The word of a person that the process permits a step: what it takes, how it is kept, and when it is over.
//!
//! The surprise: it holds for five minutes, whatever is said, and shorter when somebody says until when. A process moves on.

use crate::error::AppError;
use crate::planning::invalid;
use holdpoint_domain::Moment;
use holdpoint_engine::execution::Interlock;
use holdpoint_store::execution::Word;

use super::Said;

/// The longest that somebody may name; the word itself is old after minutes.
const LONGEST: i64 = 24 * 3_600_000_000;

/// Refuses what a word does not take: nothing that somebody says is dropped in silence.
pub(super) fn takes(word: &str, hold: Option<u32>, until: Option<Moment>) -> Result<(), AppError> {
    if until.is_some() && !matches!(word, "permit" | "postpone") {
        let what = format!("`{word}` takes no moment until which it holds");
        return Err(invalid("until", what, "leave it out; `permit` and `postpone` take one"));
    }
    if hold.is_some() && word != "open_hold" {
        let what = format!("`{word}` opens no hold point");
        return Err(invalid("hold", what, "leave the number out; `open_hold` takes one"));
    }
    Ok(())
}

/// Refuses a permission that is over when it is given, or that is to last longer than anybody can answer for.
pub(super) fn permit_in_time(said: &Said, at: Moment) -> Result<(), AppError> {
    let Said::Permitted { until: Some(until), .. } = said else { return Ok(()) };
    if *until > at && until.since(at) <= LONGEST {
        return Ok(());
    }
    let what = format!("{until} is not within the next 24 hours");
    Err(invalid("until", what, "say it when the work can begin; a permission holds for five minutes"))
}

/// How it is kept.
pub(super) fn permitted(until: Option<Moment>, what: &str) -> String {
    let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
    let what = if what.is_empty() { String::new() } else { format!(": {what}") };
    format!("permitted{until}{what}")
}

/// When a permission that somebody gave ends, where it was given for a time.
pub(super) fn ends(word: &Word) -> Option<Moment> {
    let head = word.body.split_once(": ").map_or(word.body.as_str(), |(head, _)| head);
    head.strip_prefix("permitted until ")?.parse().ok()
}

/// What was said of the process, as it stands now.
pub(super) fn interlock(word: Option<&Word>, now: Moment) -> Interlock {
    let Some(word) = word else { return Interlock::NotAsked };
    let (head, what) = word.body.split_once(": ").unwrap_or((word.body.as_str(), ""));
    if head == "refused" {
        return Interlock::Refused { what: what.to_owned() };
    }
    let unread = || Interlock::Unknown { what: "it is asked for, and nobody has said anything".into() };
    let Some(rest) = head.strip_prefix("permitted") else { return unread() };
    if rest.is_empty() {
        return Interlock::Permitted { at: word.at };
    }
    match rest.strip_prefix(" until ").and_then(|until| until.parse::<Moment>().ok()) {
        Some(until) if now < until => Interlock::Permitted { at: word.at },
        Some(until) => {
            Interlock::Unknown { what: format!("{} permitted it until {until}, and that is over", word.by) }
        }
        None => unread(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_ends_when_it_was_said_to_and_a_word_that_cannot_be_read_permits_nothing() {
        let at = Moment::from_micros(1_700_000_000_000_000);
        let until = at.plus_micros(60_000_000);
        let later = |micros: i64| until.plus_micros(micros);
        let read = |body: String, now: Moment| interlock(Some(&Word { by: "jo".into(), at, body }), now);
        let kept = permitted(Some(until), "as the shift: until the mill starts");
        assert_eq!(read(kept.clone(), later(-1)), Interlock::Permitted { at });
        assert_eq!(ends(&Word { by: "jo".into(), at, body: kept.clone() }), Some(until));
        assert_eq!(ends(&Word { by: "jo".into(), at, body: permitted(None, "the mill stands") }), None);
        assert!(matches!(read(kept, until), Interlock::Unknown { what } if what.contains("is over")));
        assert_eq!(read(permitted(None, ""), later(9)), Interlock::Permitted { at });
        assert_eq!(read(permitted(None, "the mill stands"), later(9)), Interlock::Permitted { at });
        assert!(matches!(read("permitted until whenever".into(), at), Interlock::Unknown { .. }));
        assert!(matches!(read("asked".into(), at), Interlock::Unknown { .. }));
        assert!(matches!(read("refused: it runs".into(), at), Interlock::Refused { .. }));
        assert_eq!(interlock(None, at), Interlock::NotAsked);
    }
}
