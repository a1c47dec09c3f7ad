//! What a word of a product's name is worth: a code, a word that tells, a weak one, a brand, or nothing.
//!
//! The lists are of words that stand in hundreds of names. The surprise: a word in no list tells something, so a
//! new product's name is looked for without anybody adding it here.

use std::borrow::Cow;

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sense {
    /// Nothing: it widens a name, or joins its words.
    Filler,
    /// A brand of many products, or a class of devices.
    Common,
    /// A short number.
    Number,
    /// Something that many products have.
    Weak,
    /// It tells products apart.
    Telling,
    /// Letters and digits together: it names a product.
    Code,
}

impl Sense {
    /// Whether it has digits.
    #[must_use]
    pub const fn is_number(self) -> bool {
        match self {
            Self::Number | Self::Code => true,
            Self::Filler | Self::Common | Self::Weak | Self::Telling => false,
        }
    }
}

/// A word of a name; it borrows from the name in lower case ([`lowered`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'t> {
    /// In lower case, as it stands there.
    pub shown: &'t str,
    /// Letters and digits alone, without a plural's `s`.
    pub bare: Cow<'t, str>,
    /// What it says.
    pub sense: Sense,
}

impl Part<'_> {
    /// What it is made of, where that is more than one thing.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        let letters = self.bare.find(|c: char| !c.is_alphabetic()).unwrap_or(self.bare.len());
        let (head, tail) = self.bare.split_at(letters);
        let halves = if head.is_empty() || tail.is_empty() { ["", ""] } else { [head, tail] };
        let pieces = self.shown.split(['-', '.']).chain(halves);
        pieces.filter(|piece| !piece.is_empty() && **piece != *self.bare)
    }
}

const FILLERS: &[&str] = &[
    "all",
    "an",
    "and",
    "any",
    "by",
    "cpu",
    "device",
    "earlier",
    "family",
    "firmware",
    "fw",
    "incl",
    "including",
    "later",
    "line",
    "lower",
    "model",
    "module",
    "newer",
    "of",
    "older",
    "or",
    "other",
    "prior",
    "product",
    "range",
    "related",
    "serie",
    "series",
    "system",
    "the",
    "type",
    "variant",
    "ver",
    "version",
    "w",
    "with",
];

const COMMON: &[&str] = &[
    "abb",
    "ability",
    "allenbradley",
    "controller",
    "ecostruxure",
    "factorytalk",
    "logo",
    "melsec",
    "melsoft",
    "modicon",
    "plc",
    "processor",
    "proficy",
    "programmable",
    "ruggedcom",
    "scalance",
    "sentron",
    "sicam",
    "simatic",
    "simotion",
    "sinamics",
    "sinumerik",
    "siplus",
    "siprotec",
    "sirius",
    "sitop",
    "sysmac",
];

const WEAK: &[&str] = &[
    "access",
    "advanced",
    "analyzer",
    "application",
    "automation",
    "basic",
    "bradley",
    "building",
    "center",
    "client",
    "cloud",
    "communication",
    "compact",
    "configuration",
    "connect",
    "console",
    "control",
    "data",
    "database",
    "designer",
    "desktop",
    "display",
    "edge",
    "edition",
    "editor",
    "energy",
    "engine",
    "engineering",
    "enterprise",
    "ethernet",
    "explorer",
    "express",
    "field",
    "gateway",
    "hmi",
    "industrial",
    "information",
    "integration",
    "interface",
    "internet",
    "line",
    "link",
    "logger",
    "management",
    "manager",
    "mobile",
    "monitor",
    "monitoring",
    "network",
    "operator",
    "pack",
    "package",
    "panel",
    "platform",
    "portal",
    "power",
    "pro",
    "process",
    "professional",
    "protection",
    "protocol",
    "remote",
    "router",
    "runtime",
    "safety",
    "security",
    "sensor",
    "server",
    "service",
    "smart",
    "software",
    "standard",
    "station",
    "studio",
    "suite",
    "supervisor",
    "switch",
    "terminal",
    "tool",
    "toolkit",
    "unit",
    "universal",
    "utility",
    "view",
    "viewer",
    "web",
    "wireless",
    "workstation",
];

/// For each first byte of a word in the lists, the lengths that such words have, a bit for each.
const LENGTHS: [u32; 256] = {
    let mut lengths = [0; 256];
    let lists = [FILLERS, COMMON, WEAK];
    let mut list = 0;
    while list < lists.len() {
        let mut at = 0;
        while at < lists[list].len() {
            let word = lists[list][at].as_bytes();
            lengths[word[0] as usize] |= 1 << word.len();
            at += 1;
        }
        list += 1;
    }
    lengths
};

/// Whether a word may stand in a list: most are told from all of those by first letter and length.
fn is_listed(word: &str) -> bool {
    let first = word.bytes().next().map_or(0, |first| LENGTHS[usize::from(first)]);
    word.len() < 32 && first & (1 << word.len()) != 0
}

/// What a bare word says.
#[must_use]
pub fn sense(bare: &str) -> Sense {
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    if digits > 0 {
        let letters = bare.chars().filter(|c| c.is_alphabetic()).count();
        return match (letters, bare.len()) {
            (0, 3..) => Sense::Telling,
            (0, _) => Sense::Number,
            _ if is_release(bare) => Sense::Number,
            (_, 4..) => Sense::Code,
            (_, 3) => Sense::Telling,
            _ => Sense::Weak,
        };
    }
    if !is_listed(bare) {
        return if bare.chars().count() < 3 { Sense::Weak } else { Sense::Telling };
    }
    if FILLERS.binary_search(&bare).is_ok() {
        Sense::Filler
    } else if COMMON.binary_search(&bare).is_ok() {
        Sense::Common
    } else if bare.chars().count() < 3 || WEAK.binary_search(&bare).is_ok() {
        Sense::Weak
    } else {
        Sense::Telling
    }
}

/// `v90`, `v4x`: a release, whatever it is of.
fn is_release(bare: &str) -> bool {
    let rest = bare.strip_prefix('v').unwrap_or_default();
    rest.starts_with(|c: char| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_digit() || c == 'x')
}

/// A text's words in lower case, each with a line's end behind it: what [`parts`] borrows from.
#[must_use]
pub fn lowered(text: &str) -> String {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '+' | '#' | '*' | '\'' | '’');
    let mut lowered = String::with_capacity(text.len() + 1);
    for word in text.split(|c: char| !is_inside(c)) {
        let word = word.trim_matches(['-', '.', '\'', '’']);
        if word.is_empty() {
            continue;
        }
        if word.is_ascii() {
            let start = lowered.len();
            lowered.push_str(word);
            lowered[start..].make_ascii_lowercase();
        } else {
            lowered.push_str(&word.to_lowercase());
        }
        lowered.push('\n');
    }
    lowered
}

/// The words of a text in their order, as they are shown; the text is as [`lowered`] gave it.
fn shown(lowered: &str) -> impl Iterator<Item = &str> {
    lowered.split_terminator('\n').flat_map(|word| {
        // `CPU1214C` is `CPU 1214C`: a word that says nothing was joined to one that does.
        let letters = word.find(|c: char| !c.is_alphabetic()).unwrap_or(word.len());
        let (head, tail) = word.split_at(letters);
        let is_joined = tail.starts_with(|c: char| c.is_ascii_digit())
            && is_listed(head)
            && FILLERS.binary_search(&head).is_ok();
        if is_joined { [head, tail] } else { ["", word] }
    })
}

/// The words of a text in their order; the text is as [`lowered`] gave it.
pub fn parts(lowered: &str) -> impl Iterator<Item = Part<'_>> {
    shown(lowered).filter_map(part)
}

/// The same, of each word the letters and digits alone.
pub fn bare(lowered: &str) -> impl Iterator<Item = Cow<'_, str>> {
    shown(lowered).filter_map(bare_word)
}

/// The same, of each word letters and digits without a plural's `s`; between two digits the sign that divides them, as a
/// hyphen or point.
pub fn written(lowered: &str) -> impl Iterator<Item = Cow<'_, str>> {
    shown(lowered).filter(|word| word.chars().any(char::is_alphanumeric)).map(written_word)
}

fn written_word(shown: &str) -> Cow<'_, str> {
    if !shown.contains(['-', '.', '\'', '’']) {
        return singular(Cow::Borrowed(shown));
    }
    let mut written = String::with_capacity(shown.len());
    let mut divided: Option<char> = None;
    for c in shown.chars() {
        match c {
            '-' | '.' => divided = Some(c),
            '\'' | '’' => {}
            other => {
                let between = divided
                    .take()
                    .filter(|_| other.is_ascii_digit() && written.ends_with(|c: char| c.is_ascii_digit()));
                written.extend(between);
                written.push(other);
            }
        }
    }
    singular(Cow::Owned(written))
}

fn part(shown: &str) -> Option<Part<'_>> {
    let bare = bare_word(shown)?;
    Some(Part { shown, sense: sense(&bare), bare })
}

fn bare_word(shown: &str) -> Option<Cow<'_, str>> {
    let bare = if shown.chars().all(char::is_alphanumeric) {
        Cow::Borrowed(shown)
    } else {
        Cow::Owned(shown.chars().filter(|c| c.is_alphanumeric()).collect())
    };
    (!bare.is_empty()).then(|| singular(bare))
}

/// `controllers` is `controller`; `express`, `status` and `analysis` stay.
fn singular(word: Cow<'_, str>) -> Cow<'_, str> {
    let is_plural = word.len() >= 4
        && word.strip_suffix('s').is_some_and(|stem| !stem.ends_with(['s', 'u', 'i']))
        && word.chars().all(char::is_alphabetic);
    match word {
        Cow::Borrowed(word) if is_plural => Cow::Borrowed(&word[..word.len() - 1]),
        Cow::Owned(mut word) if is_plural => {
            word.pop();
            Cow::Owned(word)
        }
        other @ (Cow::Borrowed(_) | Cow::Owned(_)) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_so_that_words_are_found() {
        for list in [FILLERS, COMMON, WEAK] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn words_say_what_they_say() {
        for (word, said) in [
            ("simatic", Sense::Common),
            ("1214c", Sense::Code),
            ("v17", Sense::Number),
            ("1400", Sense::Telling),
            ("7", Sense::Number),
            ("wincc", Sense::Telling),
            ("server", Sense::Weak),
            ("family", Sense::Filler),
        ] {
            assert_eq!(sense(word), said, "{word}");
        }
        let bare = |text| bare(&lowered(text)).map(Cow::into_owned).collect::<Vec<_>>();
        assert_eq!(bare("S7-1500 CPU1511-1 Controllers"), ["s71500", "cpu", "15111", "controller"]);
        let written = |text| written(&lowered(text)).map(Cow::into_owned).collect::<Vec<_>>();
        assert_eq!(written("V1.1 Fritz's"), ["v1.1", "fritz"]);
    }
}
