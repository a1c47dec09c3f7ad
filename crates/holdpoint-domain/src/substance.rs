//! Texts on which something rests: whether they say anything.
//!
//! A reason, a look at a control or a way back is read by the next person and by an auditor. Dots, `none`, `unknown` and
//! `to be made` fill the field and say nothing. The surprise: a text is judged as a whole, so "the next planned outage is in
//! March" is a reason and "planned" is none; of what must have been done already, a plan or a doubt is no evidence wherever it
//! stands, in English, German or French. Better one honest sentence written anew than one guess that is kept as a proof.

use crate::Rejected;
use crate::signature::{refused, written};

/// Words that say nothing, however many of them stand together.
const FILLERS: &[&str] = &[
    "a",
    "above",
    "all",
    "an",
    "any",
    "applicable",
    "be",
    "because",
    "been",
    "below",
    "checked",
    "decided",
    "defined",
    "done",
    "far",
    "filled",
    "fine",
    "follow",
    "follows",
    "forgot",
    "forgotten",
    "good",
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
    "now",
    "null",
    "ok",
    "okay",
    "on",
    "one",
    "open",
    "pending",
    "planned",
    "possible",
    "see",
    "so",
    "soon",
    "still",
    "sure",
    "tba",
    "tbc",
    "tbd",
    "tested",
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
    "yes",
    "yet",
    // German and French.
    "alles",
    "aucun",
    "aucune",
    "das",
    "entfällt",
    "ist",
    "gut",
    "inconnu",
    "ja",
    "jetzt",
    "kein",
    "keine",
    "keiner",
    "nein",
    "nicht",
    "nichts",
    "niemand",
    "noch",
    "non",
    "oui",
    "passt",
    "rien",
    "siehe",
    "oben",
    "unbekannt",
    "weil",
    "später",
];

/// Words of something that is still to be done, or was not done: of what was seen or done nobody speaks like this.
const TO_COME: &[&str] = &[
    // English. `yet` stands in `not pulled out yet` as in `has yet to be pulled`.
    "forgot",
    "forgotten",
    "gonna",
    "pending",
    "planned",
    "scheduled",
    "shall",
    "tba",
    "tbc",
    "tbd",
    "todo",
    "tomorrow",
    "will",
    "wip",
    "wont",
    "yet",
    // German.
    "bald",
    "demnächst",
    "folgt",
    "geplant",
    "kommende",
    "kommenden",
    "morgen",
    "nachgereicht",
    "nächste",
    "nächsten",
    "nächster",
    "vergessen",
    "vorgesehen",
    // French.
    "bientôt",
    "demain",
    "oublié",
    "planifié",
    "prochain",
    "prochaine",
    "prévu",
    "prévue",
    "sera",
    "seront",
];

/// Words of somebody who does not know.
const DOUBT: &[&str] = &[
    // English.
    "apparently",
    "assume",
    "assumed",
    "believe",
    "dunno",
    "guess",
    "guessed",
    "hope",
    "hopefully",
    "likely",
    "maybe",
    "might",
    "perhaps",
    "possibly",
    "presumably",
    "probably",
    "should",
    "supposed",
    "supposedly",
    "think",
    "unclear",
    "unsure",
    "would",
    // German.
    "angeblich",
    "eventuell",
    "glaube",
    "hoffe",
    "hoffentlich",
    "möglicherweise",
    "soll",
    "sollte",
    "sollten",
    "unklar",
    "vermutlich",
    "vielleicht",
    "wahrscheinlich",
    "wohl",
    "würde",
    // French.
    "devrait",
    "espère",
    "probablement",
    "sûrement",
];

/// The same, as words that stand one after the other.
const TO_COME_TOGETHER: &[&[&str]] = &[
    &["as", "soon", "as"],
    &["going", "to"],
    &["has", "to"],
    &["have", "to"],
    &["must", "be"],
    &["need", "to"],
    &["needs", "to"],
    &["next", "week"],
    &["next", "month"],
    &["next", "outage"],
    &["next", "window"],
    &["not", "sure"],
    &["still", "to"],
    &["may", "be"],
    &["may", "have"],
    &["noch", "nicht"],
    &["noch", "zu"],
    &["nicht", "sicher"],
    &["à", "faire"],
    &["pas", "encore"],
    &["pas", "sûr"],
    &["peut", "être"],
    &["plus", "tard"],
];

/// Days on which somebody will do something: `wird am Montag gezogen`; without one, `wird geblockt` is how things are.
const GERMAN_DAYS: &[&str] = &[
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "später",
    "dann",
    "noch",
];

/// Before `to be` it is said what was found: `was seen to be empty`.
const FOUND: &[&str] = &[
    "checked",
    "confirmed",
    "found",
    "known",
    "observed",
    "proved",
    "proven",
    "seen",
    "set",
    "shown",
    "verified",
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
    if !is_open(&words) && !text.contains(['?', '？']) {
        return Ok(text);
    }
    let what = format!(
        "`{text}` speaks of what is to be done, or of what nobody knows for sure: the {what} is asked for"
    );
    Err(refused("says-nothing", what, "do it first, then write what was seen, without plans and doubts"))
}

/// Whether somebody speaks of a plan or of a doubt.
fn is_open(words: &[String]) -> bool {
    let one_of = |list: &[&str], word: &String| list.contains(&word.as_str());
    let any = |list: &[&str]| words.iter().any(|word| one_of(list, word));
    let together = |row: &&[&str]| words.windows(row.len()).any(|found| found == *row);
    let to_be = words.windows(2).enumerate().any(|(at, two)| {
        let found_so = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| one_of(FOUND, word));
        two[0] == "to" && two[1] == "be" && !found_so
    });
    let german = any(&["wird", "werden"]) && any(GERMAN_DAYS);
    any(TO_COME) || any(DOUBT) || TO_COME_TOGETHER.iter().any(together) || to_be || german
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
            "we will see",
            "see above",
            "not tested",
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
    fn of_what_must_have_been_done_a_plan_or_a_doubt_is_no_evidence() {
        for text in [
            "memory image to be made",
            "the scan will be done on Monday",
            "a scan is planned",
            "we forgot the scan",
            "scan: TBD",
            "I hope the rule works",
            "will be pulled on Monday",
            "the cable will be pulled",
            "not pulled out yet",
            "has yet to be pulled",
            "the plug is to be pulled",
            "somebody has to pull it",
            "as soon as the crane is free",
            "NAS-2, 2026-11-20 maybe",
            "NAS-2 ?",
            "it should be on NAS-2",
            "probably on NAS-2",
            "I think it is blocked",
            "not sure whether port 445 is closed",
            "it may be closed",
            "we shall check the rule",
            "because",
            "ok now",
            "all good",
            "yes, it is fine",
            "Stecker wird am Montag gezogen",
            "der Stecker ist noch nicht gezogen",
            "Stecker vermutlich gezogen",
            "Abbild folgt",
            "sollte auf NAS-2 liegen",
            "ja, passt",
            "nichts",
            "pas encore retiré",
            "le câble sera retiré demain",
            "peut-être sur NAS-2",
            "rien",
        ] {
            let found = code(seen("evidence", text));
            assert_eq!(found, "says-nothing", "{text}");
        }
        for text in [
            "no answer on port 445 in the scan of today",
            "the port was seen to be empty",
            "blocked",
            "image on NAS-2, 2026-11-20",
            "pulled on 3 May 2026, photo in the log",
            "the next hop answers, port 445 does not",
            "the well pump's switch shows port 3 down",
            "every server shows HF 3 in its list of updates",
            "Port 445 wird geblockt, Scan von heute",
            "Stecker gezogen am Montag, Foto im Log",
            "câble retiré, photo au journal",
        ] {
            assert_eq!(code(seen("evidence", text)), "taken", "{text}");
        }
    }
}
