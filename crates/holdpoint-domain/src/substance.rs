//! Texts on which something rests: whether they say anything.
//!
//! A reason, a look at a control or a way back is read by the next person and by an auditor. Dots, `none`, `unknown` and
//! `to be made` fill the field and say nothing. The surprise: a text is judged as a whole, so "the next planned outage is in
//! March" is a reason and "planned" is none; of what must have been done already, a plan is no evidence wherever it stands.

use crate::Rejected;
use crate::signature::{refused, written};

/// Words that say nothing, however many of them stand together.
const FILLERS: &[&str] = &[
    "a",
    "all",
    "an",
    "any",
    "applicable",
    "be",
    "been",
    "checked",
    "decided",
    "defined",
    "done",
    "far",
    "filled",
    "follow",
    "follows",
    "forgot",
    "forgotten",
    "has",
    "have",
    "hope",
    "hopefully",
    "i",
    "in",
    "is",
    "it",
    "know",
    "known",
    "later",
    "made",
    "missing",
    "n",
    "na",
    "never",
    "nil",
    "no",
    "nobody",
    "nobodys",
    "none",
    "not",
    "nothing",
    "null",
    "on",
    "one",
    "open",
    "pending",
    "planned",
    "possible",
    "so",
    "soon",
    "still",
    "tba",
    "tbc",
    "tbd",
    "that",
    "the",
    "there",
    "this",
    "to",
    "todo",
    "unknown",
    "was",
    "we",
    "will",
    "without",
    "wip",
    "written",
    "yet",
];

/// Words of something that has not been done, or was not.
const UNDONE: &[&str] =
    &["forgot", "forgotten", "hope", "hopefully", "pending", "planned", "tba", "tbc", "tbd", "todo", "wip"];

/// What follows `to be` and `will be` where something has not been done.
const TO_COME: &[&str] = &[
    "added",
    "checked",
    "confirmed",
    "decided",
    "defined",
    "done",
    "filled",
    "kept",
    "made",
    "saved",
    "taken",
    "tested",
    "verified",
    "written",
];

/// A text that says something: written, and more than words that fill a field.
///
/// # Errors
/// A refusal that names the text and what it is wanted for.
pub fn told(what: &str, text: &str) -> Result<String, Rejected> {
    let text = written(what, text)?;
    if says_something(&text) {
        return Ok(text);
    }
    let remedy = "write in a sentence what the next person needs to know";
    Err(refused("says-nothing", format!("`{text}` says nothing: the {what} is asked for"), remedy))
}

/// A text that says what was seen or done; a plan to do it is none.
///
/// # Errors
/// As [`told`], and for what is still to come.
pub fn seen(what: &str, text: &str) -> Result<String, Rejected> {
    let text = told(what, text)?;
    let words = words(&text);
    let undone = words.iter().any(|word| UNDONE.contains(&word.as_str()));
    let to_come = words.windows(3).any(|three| {
        matches!((three[0].as_str(), three[1].as_str()), ("to" | "will", "be"))
            && TO_COME.contains(&three[2].as_str())
    });
    if !undone && !to_come {
        return Ok(text);
    }
    let what = format!("`{text}` says that it has not been done: the {what} is asked for");
    Err(refused("says-nothing", what, "do it first, then write what was seen"))
}

/// Whether a text holds a word that is no filler.
fn says_something(text: &str) -> bool {
    let words = words(text);
    let is_number = |word: &String| word.chars().all(|c| c.is_ascii_digit());
    let is_filler = |word: &&String| FILLERS.contains(&word.as_str()) || is_one_letter(word);
    let (numbers, others): (Vec<_>, Vec<_>) = words.iter().partition(|word| is_number(word));
    // The number of a ticket is something; a day beside `to be made` is not.
    if others.is_empty() { !numbers.is_empty() } else { !others.iter().all(is_filler) }
}

/// `xxx`, `aaaa`.
fn is_one_letter(word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next();
    letters.all(|letter| Some(letter) == first)
}

fn words(text: &str) -> Vec<String> {
    let apart = |c: char| !c.is_alphanumeric() && c != '\'' && c != '’';
    let bare = |word: &str| word.replace(['\'', '’'], "").to_lowercase();
    text.split(apart).map(bare).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<String, Rejected>) -> String {
        result.map_or_else(|why| why.code, |_| "taken".to_owned())
    }

    #[test]
    fn a_text_that_only_fills_the_field_says_nothing() {
        for text in [
            "...",
            "…… …",
            "---",
            "???",
            "none",
            "None.",
            "n/a",
            "n.a.",
            "N / A",
            "unknown",
            "Unknown!",
            "tbd",
            "TBD.",
            "todo",
            "later",
            "planned",
            "pending",
            "hope",
            "xxx",
            "aaaa aaaa",
            "there is none",
            "not possible",
            "not known yet",
            "to be made",
            "to be made, 2026-11-21",
            "will be done later",
            "we forgot it",
            "we forgot it on 2026-11-21",
            "nobody",
            "nothing",
            "not applicable",
            "null",
        ] {
            let found = code(told("reason", text));
            assert!(found == "says-nothing" || found == "text", "{text}: {found}");
        }
    }

    #[test]
    fn a_sentence_that_holds_such_a_word_says_something() {
        for text in [
            "the next planned outage is in March",
            "no control system runs on it",
            "the vendor knows of no restart",
            "documentation only",
            "there is no way back, the firmware cannot be lowered",
            "monthly round",
            "ticket 4711",
            "4711",
            "Prüfung im Werk erledigt",
            "工厂已检查",
        ] {
            assert_eq!(code(told("reason", text)), "taken", "{text}");
        }
    }

    #[test]
    fn of_what_must_have_been_done_a_plan_is_no_evidence() {
        for text in [
            "memory image to be made",
            "the scan will be done on Monday",
            "a scan is planned",
            "we forgot the scan",
            "scan: TBD",
            "I hope the rule works",
        ] {
            assert_eq!(code(seen("evidence", text)), "says-nothing", "{text}");
        }
        for text in ["no answer on port 445 in the scan of today", "the port was seen to be empty", "blocked"]
        {
            assert_eq!(code(seen("evidence", text)), "taken", "{text}");
        }
    }
}
