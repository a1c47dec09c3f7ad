//! Names that stand for several products and write their number rounded, or only its beginning: `X-200 switch family`.
//!
//! Not here: families by a table of their members' numbers ([`holdpoint_versions::names::families_of`]). The surprise: a
//! word is read in this way only where the name says itself that it is of several products, and the answer is a question.

use super::component::ComponentFact;
use super::keys::{self, Key};
use super::tokens;
use holdpoint_versions::names::NamedCode;

/// The shortest code whose beginning says something.
const SHORTEST: usize = 4;

/// A word of a family's name that members' codes are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyCode {
    /// As the name writes it.
    pub text: String,
    /// What a member's code begins with.
    begins: String,
    /// How many digits a member's number has at least, and the letters behind them; `None`: anything may follow.
    rounded: Option<(usize, String)>,
}

/// The codes of a name that says itself that it stands for several products; of others none.
#[must_use]
pub fn family_codes(named: &str, codes: &[NamedCode]) -> Vec<FamilyCode> {
    // `1756-EN2T Series A` is one article of one hardware series.
    if !tokens::names_a_family(named) || codes.iter().any(|code| !code.series.is_empty()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for word in named.split(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | ';' | '(' | ')')).take(32)
    {
        let bare = keys::bare(word);
        let letters = bare.find(|c: char| c.is_ascii_digit()).unwrap_or(bare.len());
        let digits = bare[letters..].bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || letters == 0 || word.starts_with(['v', 'V']) {
            continue;
        }
        let (number, tail) = bare[letters..].split_at(digits);
        let lead = number.trim_end_matches('0');
        if digits >= 3
            && number.len() >= lead.len() + 2
            && !lead.is_empty()
            && tail.bytes().all(|b| b.is_ascii_uppercase())
        {
            let (begins, rounded) = (format!("{}{lead}", &bare[..letters]), Some((digits, tail.to_owned())));
            found.push(FamilyCode { text: word.to_owned(), begins, rounded });
        }
        if bare.len() >= SHORTEST && digits >= 2 {
            found.push(FamilyCode { text: word.to_owned(), begins: bare, rounded: None });
        }
    }
    found
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
        let Some((digits, tail)) = &self.rounded else { return true };
        let lead = self.begins.bytes().filter(u8::is_ascii_digit).count();
        let more = rest.bytes().take_while(u8::is_ascii_digit).count();
        lead + more >= *digits && rest[more..].starts_with(tail.as_str())
    }
}

/// Why a component may be one of the family that a listed name writes; `None` when nothing says so.
pub(super) fn by_code(component: &ComponentFact, listed: &[FamilyCode], product: &str) -> Option<String> {
    listed.iter().find_map(|code| {
        let own = component.codes.iter().find(|own| code.holds(&own.bare))?;
        Some(format!("`{}` may be one of `{}`, by `{product}`", own.bare, code.text))
    })
}
