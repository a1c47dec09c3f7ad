//! Turns the words of a range into operators: `V2.1 and earlier` becomes `<= V2.1`.
//!
//! What comes out holds operators, versions, `|` and `,`. The surprise: words that are not about ranges stay
//! where they are; the reader of versions then refuses them, which is how unknown prose is caught.

use super::marks;

/// Phrases in front of a version, longest first.
const PREFIXES: &[(&str, &str)] = &[
    ("earlier than or equal to", "<="),
    ("older than or equal to", "<="),
    ("below or equal to", "<="),
    ("before or equal to", "<="),
    ("prior or equal to", "<="),
    ("prior to or equal to", "<="),
    ("earlier or equal to", "<="),
    ("newer than or equal to", ">="),
    ("later than or equal to", ">="),
    ("greater or equal to", ">="),
    ("higher or equal to", ">="),
    ("later or equal to", ">="),
    ("equal to or greater than", ">="),
    ("equal to or higher than", ">="),
    ("equal to or later than", ">="),
    ("equal to or newer than", ">="),
    ("equal to or earlier than", "<="),
    ("equal to or older than", "<="),
    ("up to but not including", "<"),
    ("but not including", "<"),
    ("but excluding", "<"),
    ("up to and including", "<="),
    ("up to", "<="),
    ("less than or equal to", "<="),
    ("lower than or equal to", "<="),
    ("no later than", "<="),
    ("not later than", "<="),
    ("less than or equal", "<="),
    ("less or equal to", "<="),
    ("less or equal", "<="),
    ("lower or equal to", "<="),
    ("equal to or less than", "<="),
    ("equal or less than", "<="),
    ("equal to or lower than", "<="),
    ("smaller than or equal to", "<="),
    ("smaller than", "<"),
    ("at most", "<="),
    ("at or below", "<="),
    ("at or before", "<="),
    ("at or under", "<="),
    ("at or above", ">="),
    ("at or after", ">="),
    ("greater than or equal to", ">="),
    ("higher than or equal to", ">="),
    ("at least", ">="),
    ("below", "<"),
    ("under", "<"),
    ("prior to and including", "<="),
    ("before and including", "<="),
    ("maximum", "<="),
    ("max", "<="),
    ("max.", "<="),
    ("minimum", ">="),
    ("min", ">="),
    ("min.", ">="),
    ("prior to", "<"),
    ("earlier than", "<"),
    ("older than", "<"),
    ("lower than", "<"),
    ("less than", "<"),
    ("before", "<"),
    ("through", "<="),
    ("thru", "<="),
    ("later than", ">"),
    ("newer than", ">"),
    ("higher than", ">"),
    ("greater than", ">"),
    ("after", ">"),
    ("starting from", ">="),
    ("starting with", ">="),
    ("beginning with", ">="),
    ("since", ">="),
    ("from", ">="),
];

const EARLIER: &[&str] = &["earlier", "prior", "below", "older", "lower", "previous", "before", "under"];
const LATER: &[&str] = &["later", "above", "newer", "higher", "onwards", "onward", "up", "subsequent"];
/// True for `and earlier`, `or later versions`: words that close a range.
pub(super) fn closes(text: &str) -> bool {
    text.split(' ').any(|word| is_one_of(word, EARLIER) || is_one_of(word, LATER))
        && text.split(' ').all(|w| {
            is_one_of(w, &["and", "or"])
                || is_one_of(w, EARLIER)
                || is_one_of(w, LATER)
                || is_one_of(w, FILLERS)
        })
}

const FILLERS: &[&str] = &["version", "versions", "releases", "release", "all", "firmware", "any", "of"];

/// Words in front of a number that are no part of it.
const DECORATIONS: &[&str] = &["v", "v.", "ver", "ver.", "rev", "rev.", "r", "fw", "sw", "rel", "rel."];

/// Rewrites one text; what stood in brackets has been taken out before.
pub(crate) fn operators(text: &str) -> String {
    let marked = marks::as_operators(text);
    let spaced = space_operators(&marked);
    let words: Vec<&str> = spaced.split(' ').filter(|word| !word.is_empty()).collect();
    if let [low, from, name, to, high] = words.as_slice()
        && matches!(*from, "<" | "<=")
        && matches!(*to, "<" | "<=")
        && is_one_of(name, &["version", "versions", "v", "x", "fw", "firmware"])
    {
        return format!("{} {low} {to} {high}", if *from == "<" { ">" } else { ">=" });
    }
    let mut writer = Writer { out: Vec::new(), segment: 0 };
    let mut at = 0;
    while at < words.len() {
        at += writer.take(&words[at..]);
    }
    writer.out.join(" ")
}

/// Puts blanks around operators and separators so that words can be split.
fn space_operators(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    for character in text.chars() {
        let operator = matches!(character, '<' | '>' | '=' | '!');
        let was_operator = matches!(before, '<' | '>' | '=' | '!');
        if (operator && !was_operator) || (was_operator && !operator) || matches!(character, '|' | ',' | ';')
        {
            out.push(' ');
        }
        out.push(if character == ';' { ',' } else { character });
        if matches!(character, '|' | ',' | ';') {
            out.push(' ');
        }
        before = character;
    }
    out
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.iter().any(|entry| word.eq_ignore_ascii_case(entry))
}

fn is_operator(word: &str) -> bool {
    word.starts_with(['<', '>', '=', '!'])
}

/// The place of a phrase's last word among words that begin with the phrase.
fn last_of(phrase: &str, words: &[&str]) -> Option<usize> {
    // A comma inside `up to, but not including` was set apart as a word of its own.
    let mut meaningful = words.iter().enumerate().filter(|(at, word)| *at == 0 || **word != ",");
    let mut last = None;
    for part in phrase.split(' ') {
        let (at, word) = meaningful.next()?;
        if !word.trim_matches(',').eq_ignore_ascii_case(part) {
            return None;
        }
        last = Some(at);
    }
    last
}

/// `and below 2.1`: a word that can stand behind a version as well as before one.
fn joins_two_ways(words: &[&str]) -> bool {
    matches!(words, [joint, word, version, ..]
        if is_one_of(joint, &["and", "or", "&"])
            && is_one_of(word, &["below", "under", "before", "above", "after"])
            && version.contains(|c: char| c.is_ascii_digit()))
}

struct Writer<'a> {
    out: Vec<&'a str>,
    /// Where the present segment begins: behind the last separator.
    segment: usize,
}

impl<'a> Writer<'a> {
    fn separator(&mut self, sign: &'a str) {
        self.out.push(sign);
        self.segment = self.out.len();
    }

    fn segment_has_operator(&self) -> bool {
        self.out[self.segment..].iter().any(|word| is_operator(word))
    }

    fn segment_has_text(&self) -> bool {
        self.out.len() > self.segment
    }

    /// Handles the words at the front; how many were used.
    fn take(&mut self, words: &[&'a str]) -> usize {
        let word = words[0];
        if word == "|" || word == "," {
            self.separator(word);
            return 1;
        }
        if is_operator(word) {
            self.out.push(word);
            return 1;
        }
        if let Some(used) = self.closing(words) {
            return used;
        }
        if let Some(used) = self.prefix(words) {
            return used;
        }
        if let Some(used) = self.span(words) {
            return used;
        }
        // `1.4 and below V2.1`: the word may close what stands before it or open what follows.
        if joins_two_ways(words) && self.open_version() == Some(true) {
            self.out.extend(&words[..2]);
            return 2;
        }
        if word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or") || word == "&" {
            return self.conjunction(words);
        }
        if is_one_of(word, FILLERS)
            && (!self.segment_has_text() || self.out.last().is_some_and(|w| is_operator(w)))
        {
            return 1;
        }
        if is_one_of(word, &["either", "both"]) && !self.segment_has_text() {
            return 1;
        }
        let closes = words.get(1).is_none_or(|next| matches!(*next, "|" | ","));
        if closes && is_one_of(word, &["version", "versions"]) && self.segment_has_text() {
            return 1;
        }
        if let Some(number) = word.strip_suffix('+')
            && !self.segment_has_operator()
            && (number.ends_with(|c: char| c.is_ascii_digit())
                || (number.is_empty() && self.segment_has_text()))
        {
            self.out.insert(self.segment, ">=");
            if !number.is_empty() {
                self.out.push(number);
            }
            return 1;
        }
        if word.eq_ignore_ascii_case("between") && !self.segment_has_text() {
            return self.between(words);
        }
        self.out.push(word);
        1
    }

    /// `… and earlier`, `… or later versions`, `… and prior`.
    fn closing(&mut self, words: &[&'a str]) -> Option<usize> {
        let joined = is_one_of(words[0], &["and", "or", "&"]);
        let mut at = usize::from(joined);
        while words.get(at).is_some_and(|word| word.eq_ignore_ascii_case("all")) {
            at += 1;
        }
        let word = words.get(at)?.trim_end_matches(['.', ';']);
        let operator = if is_one_of(word, EARLIER) {
            "<="
        } else if is_one_of(word, LATER) {
            ">="
        } else {
            return None;
        };
        let mut used = at + 1;
        while words.get(used).is_some_and(|word| is_one_of(word.trim_end_matches(['.', ';']), FILLERS)) {
            used += 1;
        }
        let ends = words.get(used).is_none_or(|next| matches!(*next, "|" | "," | "and" | "or"));
        // `before` and `prior` without a conjunction open a phrase instead of closing one.
        if !ends
            || !self.segment_has_text()
            || self.segment_has_operator()
            || (!joined && at == 0 && word == "up")
        {
            return None;
        }
        self.out.insert(self.segment, operator);
        Some(used)
    }

    /// `prior to X`, `up to X`, …
    fn prefix(&mut self, words: &[&'a str]) -> Option<usize> {
        let begins = words[0].trim_matches(',').bytes().next()?.to_ascii_lowercase();
        // Most words are versions, and no phrase begins like them.
        for (phrase, operator) in PREFIXES.iter().filter(|(phrase, _)| phrase.as_bytes()[0] == begins) {
            let Some(last) = last_of(phrase, words) else { continue };
            let next = words.get(last + 1)?;
            if is_operator(next) || matches!(*next, "|" | ",") {
                continue;
            }
            // `2.0 through 3.0` is from-to; `2.0 before 3.0` may be that or not, which is for the combiner to say.
            let from_to = *operator == "<=" || phrase.ends_with("cluding");
            if from_to && self.open_version() == Some(true) {
                self.out.insert(self.segment, ">=");
            } else if self.open_version() == Some(true) && operator.starts_with('<') {
                self.separator("|");
            }
            if self.out.last().is_some_and(|word| is_one_of(word, &["and", "-"])) {
                self.out.pop();
            }
            self.out.push(operator);
            return Some(last + 1);
        }
        None
    }

    /// True when the segment is one version without an operator so far (`2.0` of `2.0 through 3.0`).
    fn open_version(&self) -> Option<bool> {
        let segment = &self.out[self.segment..];
        (!segment.is_empty()).then(|| {
            !self.segment_has_operator()
                && segment.iter().any(|word| word.contains(|c: char| c.is_ascii_digit()))
        })
    }

    /// `A to B`, `A - B`.
    fn span(&mut self, words: &[&'a str]) -> Option<usize> {
        if !(words[0].eq_ignore_ascii_case("to") || words[0] == "-") {
            return None;
        }
        let next = words.get(1)?;
        let version = next.contains(|c: char| c.is_ascii_digit())
            || words
                .get(2)
                .is_some_and(|word| is_one_of(next, FILLERS) && word.contains(|c: char| c.is_ascii_digit()))
            // `1.4 - rev. 2.1`: a number with a dot is a version of its own, and no revision.
            || words.get(2).is_some_and(|word| {
                is_one_of(next, DECORATIONS)
                    && word.contains('.')
                    && word.starts_with(|c: char| c.is_ascii_digit())
            });
        if is_operator(next) && words[0] == "-" && self.segment_has_text() {
            return Some(1);
        }
        if !version || is_operator(next) || self.shortened(next) {
            return None;
        }
        if self.open_version() == Some(true) {
            self.out.insert(self.segment, ">=");
        } else if !self.segment_has_operator() {
            return None;
        }
        self.out.push("<=");
        Some(1)
    }

    /// `4.2 Build 12 - 15`, `1.2.0 to 5`: the end may leave out what the beginning has.
    fn shortened(&self, end: &str) -> bool {
        let last = self.out.last().copied().unwrap_or("");
        let number = last.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or("");
        let small = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let long =
            number.len() < last.trim_start_matches(['v', 'V']).len() || self.out.len() > self.segment + 1;
        let rises = || number.parse::<u32>().ok() < end.parse::<u32>().ok();
        small(end) && small(number) && long && rises()
    }

    fn between(&mut self, words: &[&'a str]) -> usize {
        let joint = words.iter().position(|word| word.eq_ignore_ascii_case("and"));
        let Some(joint) = joint.filter(|at| *at > 1 && *at + 1 < words.len()) else {
            self.out.push(words[0]);
            return 1;
        };
        self.out.push(">=");
        self.out.extend(&words[1..joint]);
        self.out.push("<=");
        joint + 1
    }

    fn conjunction(&mut self, words: &[&'a str]) -> usize {
        let mut used = 1;
        while words.get(used).is_some_and(|word| is_one_of(word, FILLERS)) {
            used += 1;
        }
        let operator_follows = words.get(used).is_some_and(|word| is_operator(word));
        let and = !words[0].eq_ignore_ascii_case("or");
        if !self.segment_has_text() {
            return used;
        }
        if operator_follows && and && self.segment_has_operator() {
            return used;
        }
        self.separator(if operator_follows { "|" } else { "," });
        used
    }
}
