//! Part numbers inside product names against the codes that an asset shows.
//!
//! A document may write `BMXP34*` or `R04/08/16CPU` where an asset shows `BMXP342020` or `R08CPU`, as its order number
//! or as a word of its name. The surprises: a code alone is not the product when the name says that it is something
//! *for* or *with* the coded thing; and a hardware series, where the document names one, is part of the identity.

use super::component::ComponentFact;
use super::keys::{self, Key};
use super::listed::ListedProduct;
use super::tokens;
use holdpoint_versions::names::{Certainty, CodeMatch, NamedCode};

/// Where an asset shows a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// It is the order number.
    OrderNumber,
    /// It is a word of the product's name.
    Name,
}

/// A code that an asset shows: letters and digits, upper case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCode {
    /// The code.
    pub bare: String,
    /// Where it stands.
    pub origin: Origin,
    /// How many letters and digits stand in front of each sign between groups: 9 for `1769-L16ER-BB1B`.
    pub groups: Vec<usize>,
}

/// The most codes of one asset.
const MOST_CODES: usize = 16;
/// A beginning of a code that is shorter says nothing.
const SHORTEST_BEGINNING: usize = 5;

/// Words that tell a thing from what the code names: something for it, with it, or about it.
const OTHER_THINGS: &[&str] = &[
    "adapter",
    "app",
    "cable",
    "configurator",
    "driver",
    "dtm",
    "extension",
    "for",
    "from",
    "in",
    "kit",
    "library",
    "loader",
    "manager",
    "on",
    "plugin",
    "runtime",
    "sdk",
    "serial",
    "server",
    "simulator",
    "software",
    "studio",
    "suite",
    "tool",
    "tools",
    "under",
    "updater",
    "used",
    "using",
    "utility",
    "via",
    "with",
    "without",
];

/// The codes of an order number and a product name, those of the order number first.
#[must_use]
pub fn own_codes(order_number: &str, product: &str) -> Vec<OwnCode> {
    let mut found: Vec<OwnCode> = Vec::new();
    let mut add = |text: &str, origin: Origin| {
        let bare = keys::bare(text);
        let says = bare.len() >= 3 && bare.contains(|c: char| c.is_ascii_digit());
        if says && found.len() < MOST_CODES && found.iter().all(|known| known.bare != bare) {
            found.push(OwnCode { groups: groups(text), bare, origin });
        }
    };
    for text in [Some(order_number), without_series(order_number)].into_iter().flatten() {
        add(text, Origin::OrderNumber);
    }
    let mut stem = "";
    for word in product.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')')).take(32) {
        if word.contains(|c: char| c.is_ascii_digit()) {
            for text in [Some(word), without_series(word)].into_iter().flatten() {
                add(text, Origin::Name);
            }
            if !stem.is_empty() {
                add(&format!("{stem}{word}"), Origin::Name);
            }
        }
        let is_stem = (2..=6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        stem = if is_stem { word } else { "" };
    }
    found
}

/// How many letters and digits stand in front of each sign between groups, where enough do to name an article; a
/// hardware series at the end is compared as such.
fn groups(text: &str) -> Vec<usize> {
    let text = without_series(text).unwrap_or(text);
    let ends = text.char_indices().filter(|(_, c)| matches!(c, '-' | '/' | '.' | ' '));
    let before = ends.map(|(at, _)| &text[..at]).filter(|before| is_article(before));
    let mut found: Vec<usize> = before.map(|before| keys::bare(before).len()).collect();
    found.dedup();
    found
}

/// `1756-EN2T` of `1756-EN2T/C`.
fn without_series(code: &str) -> Option<&str> {
    let (before, after) = code.trim().rsplit_once('/')?;
    (after.len() == 1 && after.bytes().all(|byte| byte.is_ascii_alphabetic()) && before.len() >= 4)
        .then_some(before)
}

/// The hardware series that an asset shows: behind its order number, in its name, or as its hardware revision.
#[must_use]
pub fn own_series(order_number: &str, product: &str, hardware_revision: &str) -> Option<char> {
    let letter = |text: &str| match text.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => Some(char::from(letter.to_ascii_uppercase())),
        _ => None,
    };
    let behind = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let named = words.windows(2).find_map(|pair| {
            let says = pair[0].eq_ignore_ascii_case("series") || pair[0].eq_ignore_ascii_case("ser");
            says.then(|| letter(pair[1].trim_matches(','))).flatten()
        });
        named.or_else(|| words.iter().find_map(|word| letter(&word[without_series(word)?.len() + 1..])))
    };
    behind(order_number)
        .or_else(|| behind(product))
        .or_else(|| behind(hardware_revision))
        .or_else(|| letter(hardware_revision.trim()))
}

/// The keys of an asset's codes.
pub fn keys(vendor: &str, codes: &[OwnCode], into: &mut Vec<Key>) {
    for code in codes {
        for length in 2..=6.min(code.bare.chars().count()) {
            into.push(keys::named_code(vendor, &code.bare, length));
        }
    }
}

/// The keys of the codes in a leaf's name.
pub fn leaf_keys(vendor: &str, codes: &[NamedCode], into: &mut Vec<Key>) {
    for beginning in codes.iter().flat_map(NamedCode::beginnings) {
        let length = beginning.chars().count().min(6);
        into.push(keys::named_code(vendor, &beginning, length));
        if !vendor.is_empty() {
            into.push(keys::named_code("", &beginning, length));
        }
    }
}

/// What the codes say of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Codes {
    /// It is the product.
    Same,
    /// It may be.
    Perhaps {
        /// Why it is not sure.
        why: String,
    },
    /// The code is the same and the hardware series is another.
    OtherSeries {
        /// Why.
        why: String,
    },
}

/// Compares the codes of both sides; `None` when they have nothing in common.
#[must_use]
pub fn compare(component: &ComponentFact, leaf: &ListedProduct) -> Option<Codes> {
    let mut perhaps: Option<Codes> = None;
    let mut other: Option<Codes> = None;
    for named in &leaf.codes {
        for own in &component.codes {
            match pair(component, leaf, named, own) {
                Some(Codes::Same) => return Some(Codes::Same),
                Some(found @ Codes::Perhaps { .. }) => perhaps = perhaps.or(Some(found)),
                Some(found @ Codes::OtherSeries { .. }) => other = other.or(Some(found)),
                None => {}
            }
        }
    }
    perhaps.or(other)
}

fn pair(component: &ComponentFact, leaf: &ListedProduct, named: &NamedCode, own: &OwnCode) -> Option<Codes> {
    let text = &named.text;
    let certainty = match named.matches(&own.bare) {
        CodeMatch::None => return goes_on(named, own),
        CodeMatch::Beginning if named.is_pattern() && own.bare.len() >= SHORTEST_BEGINNING => {
            let why = format!("`{}` is only the beginning of what `{text}` stands for", own.bare);
            return Some(Codes::Perhaps { why });
        }
        CodeMatch::Beginning if is_article(&own.bare) && groups(text).contains(&own.bare.len()) => {
            let why = format!("`{}` is only the beginning of the listed `{text}`", own.bare);
            return Some(Codes::Perhaps { why });
        }
        CodeMatch::Beginning => return None,
        CodeMatch::Whole(certainty) => certainty,
    };
    let is_strong = match own.origin {
        // A plain word of both names is left to the comparison of names.
        Origin::Name if !named.is_pattern() || own.bare == keys::bare(text) => return None,
        Origin::Name => rest_agrees(component, leaf, named),
        Origin::OrderNumber => (named.is_pattern() || is_article(text)) && nothing_follows(leaf, named),
    };
    let is_strong = is_strong && releases_agree(component, leaf);
    if certainty == Certainty::Perhaps || !is_strong {
        let why = format!("`{text}` in the listed name may stand for `{}`", own.bare);
        return Some(Codes::Perhaps { why });
    }
    if let Some(word) = other_thing(component, leaf) {
        let why = format!("`{text}` stands for `{}`, but the listed name says `{word}` besides", own.bare);
        return Some(Codes::Perhaps { why });
    }
    if named.series.is_empty() {
        return Some(Codes::Same);
    }
    let listed: String = named.series.iter().map(char::to_string).collect::<Vec<_>>().join(", ");
    match component.series {
        None => Some(Codes::Perhaps {
            why: format!("`{text}` is listed for series {listed}, and which series this is, nobody has said"),
        }),
        Some(series) if named.series.contains(&series) => Some(Codes::Same),
        Some(series) => Some(Codes::OtherSeries {
            why: format!("`{text}` is listed for series {listed}, and this is series {series}"),
        }),
    }
}

/// `1769-L16ER-BB1B` goes on behind a sign where the listed `1769-L16ER` ends: documents leave out what tells editions
/// and equipment apart.
fn goes_on(named: &NamedCode, own: &OwnCode) -> Option<Codes> {
    let is_meant = |length: &usize| {
        let beginning = own.bare.get(..*length)?;
        matches!(named.matches(beginning), CodeMatch::Whole(_)).then_some(beginning)
    };
    // Hardly any code gets as far as this.
    let beginning = own.groups.iter().find_map(is_meant)?;
    if !named.is_pattern() && !is_article(&named.text) {
        return None;
    }
    let why =
        format!("`{}` goes on where `{beginning}` ends, which the listed `{}` means", own.bare, named.text);
    Some(Codes::Perhaps { why })
}

/// `1756-EN2T`, `RD81OPC96`: long enough, and with enough letters and digits, to name one article.
pub(super) fn is_article(text: &str) -> bool {
    // Most texts are versions, and too short already.
    if text.len() < 7 {
        return false;
    }
    let bare = keys::bare(text);
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let letters = bare.chars().filter(char::is_ascii_alphabetic).count();
    bare.len() >= 7 && digits >= 2 && letters >= 2
}

fn other_thing(component: &ComponentFact, leaf: &ListedProduct) -> Option<String> {
    let ours = component.component.product.to_lowercase();
    let has = |word: &str| ours.split(|c: char| !c.is_alphanumeric()).any(|known| known == word);
    let lower = leaf.named.to_lowercase();
    let mut said = lower.split(|c: char| !c.is_alphanumeric());
    said.find(|word| OTHER_THINGS.binary_search(word).is_ok() && !has(word)).map(str::to_owned)
}

/// Whether the words around the codes are the same on both sides: a word more may make it another product.
fn rest_agrees(component: &ComponentFact, leaf: &ListedProduct, named: &NamedCode) -> bool {
    let written = || {
        let beside = |code: &&NamedCode| *code == named || is_article(&code.text);
        leaf.codes.iter().filter(beside).filter(|code| leaf.named.contains(&code.text))
    };
    let coded: Vec<String> = written().flat_map(|code| tokens::words(&code.text)).collect();
    let is_code = |word: &str| {
        let bare = keys::bare(word);
        coded.iter().any(|known| known == word)
            || written().any(|code| keys::bare(&code.text).contains(&bare))
    };
    let is_own_code = |word: &str| {
        let bare = keys::bare(word);
        component.codes.iter().any(|own| own.bare.contains(&bare))
    };
    let (ours, theirs) = (&component.names.words, &leaf.names.words);
    theirs.iter().filter(|word| !is_code(word)).all(|word| ours.binary_search(word).is_ok())
        && ours.iter().filter(|word| !is_own_code(word)).all(|word| theirs.binary_search(word).is_ok())
}

/// Whether the code ends the name, but for a series and further codes: `ITC1500 PRO` is not the `ITC1500`.
fn nothing_follows(leaf: &ListedProduct, named: &NamedCode) -> bool {
    // `x=32,64,80` explains a letter of the code.
    let explained = leaf.named.split(' ').take_while(|word| !word.contains('='));
    let words = tokens::in_order(&explained.collect::<Vec<_>>().join(" "));
    let coded = tokens::in_order(&named.text);
    let is_code = |word: &String| {
        let bare = keys::bare(word);
        coded.contains(word)
            || keys::bare(&named.text) == bare
            || leaf.codes.iter().any(|code| is_article(&code.text) && keys::bare(&code.text).contains(&bare))
    };
    let last =
        words.iter().rposition(|word| coded.contains(word) || keys::bare(&named.text) == keys::bare(word));
    let after = last.map_or(&[][..], |at| &words[at + 1..]);
    after.iter().all(|word| word.len() == 1 || is_code(word) || matches!(word.as_str(), "and" | "or"))
}

/// Whether every release that the listed name gives (`V3`) is that of the installed version.
fn releases_agree(component: &ComponentFact, leaf: &ListedProduct) -> bool {
    let installed = if component.names.release.is_empty() {
        component.version()
    } else {
        component.names.release.as_str()
    };
    releases(leaf).all(|release| tokens::is_of_release(installed, release))
}

/// The words of a listed name that are releases.
pub(super) fn releases(leaf: &ListedProduct) -> impl Iterator<Item = &String> {
    leaf.names.words.iter().filter(|word| {
        let rest = word.strip_prefix('v').unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_tell_things_apart_are_sorted_so_that_they_are_found() {
        assert!(OTHER_THINGS.is_sorted());
    }

    #[test]
    fn codes_and_series_are_read_from_wherever_they_stand() {
        let bare =
            |order, product| own_codes(order, product).into_iter().map(|own| own.bare).collect::<Vec<_>>();
        assert_eq!(bare("1756-EN2T/C", "EtherNet bridge"), ["1756EN2TC", "1756EN2T"]);
        assert_eq!(bare("", "Axiocontrol ILC 350 PN"), ["350", "ILC350"]);
        assert_eq!(own_series("1756-EN2T/C", "", ""), Some('C'));
        assert_eq!(own_series("", "1756-EN2T Series B", "3"), Some('B'));
        assert_eq!(own_series("1756-EN2T", "", "c"), Some('C'));
        assert_eq!(own_series("1756-EN2T", "", "V2"), None);
    }
}
