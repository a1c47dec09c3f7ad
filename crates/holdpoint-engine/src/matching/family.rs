//! Names that stand for several products and write their number rounded, or only its beginning: `X-200 switch family`,
//! `ioLogik 2500 series`, `FL SWITCH 4xxx`, `100 to 500 series`.
//!
//! Not here: families by a table of their members' numbers ([`holdpoint_versions::names::families_of`]). The surprises: a
//! word is read in this way only where the name says itself that it is of several products, and the answer is a
//! question; a number alone says so little that all other words of the name have to agree.

use super::component::ComponentFact;
use super::keys::{self, Key, NameParts};
use super::words::{self, Sense};
use super::{tokens, wording};
use holdpoint_versions::names::NamedCode;

/// The shortest code whose beginning says something.
const SHORTEST: usize = 4;
/// A number with more digits is no number of a family.
const MOST_DIGITS: usize = 5;
/// The most codes of one name.
const MOST_CODES: usize = 96;

/// A word of a family's name that members' codes are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyCode {
    /// As the name writes it.
    pub text: String,
    /// What a member's code begins with.
    begins: String,
    /// What follows.
    follows: Follows,
}

/// What follows the beginning of a member's code.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Follows {
    /// Anything.
    Anything,
    /// So many digits in all at least, and these letters behind them.
    Digits(usize, String),
    /// Exactly so many digits in all; the rest of the name has to agree, because a number alone says little.
    Number(usize),
}

/// The codes of a name that says itself that it stands for several products; of others none.
#[must_use]
pub fn family_codes(named: &str, codes: &[NamedCode]) -> Vec<FamilyCode> {
    // `1756-EN2T Series A` is one article of one hardware series.
    if codes.iter().any(|code| !code.series.is_empty()) {
        return Vec::new();
    }
    let is_family = tokens::names_a_family(named);
    let mut found = Vec::new();
    let words: Vec<&str> = named
        .split(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | ';' | '(' | ')'))
        .filter(|word| !word.is_empty())
        .take(32)
        .collect();
    for (at, word) in words.iter().enumerate() {
        if is_family {
            add_code(word, &mut found);
        }
        if let Some((low, high)) = numbers(&words, at, is_family) {
            add_numbers(word, low, high, &mut found);
        }
    }
    found.truncate(MOST_CODES);
    found
}

/// A code of letters and digits.
fn add_code(word: &str, found: &mut Vec<FamilyCode>) {
    let bare = keys::bare(word);
    let letters = bare.find(|c: char| c.is_ascii_digit()).unwrap_or(bare.len());
    let digits = bare[letters..].bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || letters == 0 || word.starts_with(['v', 'V']) {
        return;
    }
    let (number, tail) = bare[letters..].split_at(digits);
    let lead = number.trim_end_matches('0');
    if digits >= 3
        && number.len() >= lead.len() + 2
        && !lead.is_empty()
        && tail.bytes().all(|b| b.is_ascii_uppercase())
    {
        let (begins, follows) =
            (format!("{}{lead}", &bare[..letters]), Follows::Digits(digits, tail.to_owned()));
        found.push(FamilyCode { text: word.to_owned(), begins, follows });
    }
    if bare.len() >= SHORTEST && digits >= 2 {
        found.push(FamilyCode { text: word.to_owned(), begins: bare, follows: Follows::Anything });
    }
}

/// The numbers that a word stands for: `4xxx`, the `2500` of a series, the `100` of `100 to 500 series`.
fn numbers<'w>(words: &[&'w str], at: usize, is_family: bool) -> Option<(&'w str, &'w str)> {
    let is_number = |word: &str| {
        (3..=MOST_DIGITS).contains(&word.len())
            && word.starts_with(|c: char| matches!(c, '1'..='9'))
            && word.trim_end_matches('x').bytes().all(|byte| byte.is_ascii_digit())
    };
    let word = *words.get(at).filter(|word| is_number(word))?;
    if word.ends_with("xx") {
        return Some((word, word));
    }
    let is_plain = |word: &str| is_number(word) && word.ends_with("00");
    let joins = |word: &&str| matches!(*word, "to" | "through" | "-" | "–");
    let end = words.get(at + 1).filter(|word| joins(word)).and(words.get(at + 2));
    match end.filter(|end| is_plain(end) && end.len() == word.len() && **end > word) {
        Some(end) if is_family && is_plain(word) => Some((word, end)),
        Some(_) | None => (is_family && is_plain(word)).then_some((word, word)),
    }
}

/// The beginnings of all numbers from the low to the high one, of which zeros and `x` at the end stand for any digit.
fn add_numbers(text: &str, low: &str, high: &str, found: &mut Vec<FamilyCode>) {
    let digits = low.len();
    // The shortest beginning by which a member's code is found has two signs.
    let lead = |number: &str| number.trim_end_matches(['0', 'x']).len().max(2).min(digits);
    let kept = lead(low).max(lead(high));
    let bound = |number: &str, open: &str| {
        let fixed = number.trim_end_matches(['0', 'x']);
        let all: String = fixed.chars().chain(open.repeat(digits).chars()).take(kept).collect();
        all.parse::<u32>().ok()
    };
    let (Some(low), Some(high)) = (bound(low, "0"), bound(high, "9")) else { return };
    for begins in (low..=high).take(MOST_CODES) {
        let (text, begins) = (text.to_owned(), begins.to_string());
        found.push(FamilyCode { text, begins, follows: Follows::Number(digits) });
    }
}

impl FamilyCode {
    /// The key by which members find it.
    #[must_use]
    pub fn key(&self, vendor: &str) -> Key {
        keys::named_code(vendor, &self.begins, self.begins.chars().count().min(6))
    }

    /// Whether a member's code may be meant.
    #[must_use]
    pub fn holds(&self, own: &str) -> bool {
        let Some(rest) = own.strip_prefix(self.begins.as_str()) else { return false };
        let lead = self.begins.bytes().filter(u8::is_ascii_digit).count();
        let more = rest.bytes().take_while(u8::is_ascii_digit).count();
        match &self.follows {
            Follows::Anything => true,
            Follows::Digits(digits, tail) => {
                lead + more >= *digits && rest[more..].starts_with(tail.as_str())
            }
            Follows::Number(digits) => lead + more == *digits,
        }
    }

    /// Whether the words beside the code suffice, as far as it needs any.
    fn is_carried_by(&self, ours: &NameParts, listed: &NameParts) -> bool {
        match self.follows {
            Follows::Anything | Follows::Digits(..) => true,
            Follows::Number(_) => {
                let own = wording::bare_words(&ours.product);
                let tells = |word: &String| match words::sense(word) {
                    Sense::Weak | Sense::Telling => !matches!(word.as_str(), "to" | "through"),
                    Sense::Filler | Sense::Common | Sense::Number | Sense::Code => false,
                };
                let is_number = |word: &String| word.contains(|c: char| c.is_ascii_digit());
                let listed = wording::bare_words(&listed.product);
                listed.iter().filter(|word| tells(word) && !is_number(word)).all(|word| own.contains(word))
            }
        }
    }
}

/// Why a component may be one of the family that a listed name writes; `None` when nothing says so.
pub(super) fn by_code(
    component: &ComponentFact,
    listed: &[FamilyCode],
    names: &NameParts,
    product: &str,
) -> Option<String> {
    listed.iter().find_map(|code| {
        let own = component.codes.iter().find(|own| code.holds(&own.bare))?;
        if !code.is_carried_by(&component.names, names) {
            return None;
        }
        Some(format!("`{}` may be one of `{}`, by `{product}`", own.bare, code.text))
    })
}
