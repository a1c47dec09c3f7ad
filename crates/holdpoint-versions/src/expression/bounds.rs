//! Reads text that holds only operators, versions, `|` and `,`.
//!
//! What comes in has been freed of words by `phrase.rs`; what goes out are constraints, still in the order of
//! the text. The surprise: a version with an `x` (`8.1.x`) is a family, and a family as a bound can be read in two
//! ways, so every constraint carries an outer and a certain half.

use std::borrow::Cow;

use super::{Context, dates, models};
use crate::profile::Profile;
use crate::range::{Bound, Interval};
use crate::version::Version;

/// Most constraints that one text may have.
const MAX_CONSTRAINTS: usize = 256;

/// A comparison sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

impl Operator {
    pub(crate) fn is_upper(self) -> bool {
        matches!(self, Self::Less | Self::LessEqual)
    }

    pub(crate) fn is_lower(self) -> bool {
        matches!(self, Self::Greater | Self::GreaterEqual)
    }
}

/// One comparison with the version it names.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(crate) operator: Operator,
    /// True when no operator was written.
    pub(crate) bare: bool,
    pub(crate) limit: Limit,
    /// True when the constraint stands behind a `|` or `,`.
    pub(crate) separated: bool,
}

/// What a constraint compares with.
#[derive(Debug, Clone)]
pub(crate) enum Limit {
    /// Every version (`*`).
    Any,
    /// One version.
    Version(Version),
    /// All versions that begin alike, between two edges.
    Family(Version, Version),
    /// As a family, but where it begins or ends is not sure (`4.2x`).
    Blurred(Version, Version),
}

impl Limit {
    /// A version inside the limit, for ordering limits among each other.
    pub(crate) fn probe(&self) -> Option<&Version> {
        match self {
            Self::Any => None,
            Self::Version(version) | Self::Family(version, _) | Self::Blurred(version, _) => Some(version),
        }
    }
}

/// Outer and certain interval of one constraint; the certain one is `None` when nothing is certain.
pub(crate) struct Span {
    pub(crate) outer: Interval,
    pub(crate) certain: Option<Interval>,
}

impl Constraint {
    /// The interval this constraint describes alone; `None` for `!=`.
    pub(crate) fn span(&self) -> Option<Span> {
        use Bound::{Excluded, Included, Unbounded};
        let interval = |lower, upper| Interval { lower, upper };
        let sure = |i: Interval| Span { certain: Some(i.clone()), outer: i };
        Some(match (&self.limit, self.operator) {
            (_, Operator::NotEqual) => return None,
            (Limit::Any, _) => sure(Interval::all()),
            (Limit::Version(v), Operator::Equal) => sure(Interval::exact(v.clone())),
            (Limit::Version(v), Operator::Less) => sure(interval(Unbounded, Excluded(v.clone()))),
            (Limit::Version(v), Operator::LessEqual) => sure(interval(Unbounded, Included(v.clone()))),
            (Limit::Version(v), Operator::Greater) => sure(interval(Excluded(v.clone()), Unbounded)),
            (Limit::Version(v), Operator::GreaterEqual) => sure(interval(Included(v.clone()), Unbounded)),
            (Limit::Family(a, b), Operator::Equal) => {
                sure(interval(Included(a.clone()), Excluded(b.clone())))
            }
            (Limit::Family(_, b), Operator::LessEqual) => sure(interval(Unbounded, Excluded(b.clone()))),
            (Limit::Family(a, _), Operator::GreaterEqual) => sure(interval(Included(a.clone()), Unbounded)),
            (Limit::Family(a, b) | Limit::Blurred(a, b), operator) => {
                let (outer, certain) = if operator.is_upper() {
                    (interval(Unbounded, Excluded(b.clone())), Some(interval(Unbounded, Excluded(a.clone()))))
                } else if operator.is_lower() {
                    (interval(Included(a.clone()), Unbounded), Some(interval(Included(b.clone()), Unbounded)))
                } else {
                    (interval(Included(a.clone()), Excluded(b.clone())), None)
                };
                Span { outer, certain }
            }
        })
    }
}

/// One piece of a text: the words before its first operator, and its constraints.
pub(crate) struct Pieces {
    /// Words before an operator that are neither a version nor the product's name.
    pub(crate) subject: Option<String>,
    pub(crate) constraints: Vec<Constraint>,
    /// Words of the product's name were skipped.
    pub(crate) name_skipped: bool,
    /// A qualifier stood alone behind a separator.
    pub(crate) rejoined: bool,
}

/// Reads the whole text.
pub(crate) fn read(context: &Context<'_>, profile: Profile, text: &str) -> Result<Pieces, String> {
    let mut pieces = Pieces { subject: None, constraints: Vec::new(), name_skipped: false, rejoined: false };
    let (text, rejoined) = rejoin_qualifiers(text);
    pieces.rejoined = rejoined;
    for part in text.split(['|', ',']) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        for part in side_by_side(part) {
            piece(context, profile, part, &mut pieces)?;
        }
        if pieces.constraints.len() > MAX_CONSTRAINTS {
            return Err("it lists more versions than a reader would check".to_owned());
        }
    }
    if pieces.constraints.is_empty() {
        return Err("there is no version in it".to_owned());
    }
    Ok(pieces)
}

/// `2.51 2.52` is a list whose separator was lost: every word is a dotted version of its own.
fn side_by_side(part: &str) -> Vec<&str> {
    let dotted = |word: &str| {
        word.contains('.')
            && word.starts_with(|c: char| c.is_ascii_digit())
            && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'x' | b'X'))
    };
    let words: Vec<&str> = part.split(' ').filter(|word| !word.is_empty()).collect();
    if words.len() > 1 && words.iter().all(|word| dotted(word)) { words } else { vec![part] }
}

/// `< 4.8 | SP5` was `< 4.8 SP5` once: a qualifier cannot stand alone behind a version.
fn rejoin_qualifiers(text: &str) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    let mut rejoined = false;
    for (nth, part) in text.split('|').enumerate() {
        let body = part.trim_start();
        let qualifier = ["SP", "FP", "HF", "Update", "Upd", "Hotfix"].iter().any(|word| {
            body.strip_prefix(word)
                .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        });
        let after_version = out.trim_end().ends_with(|c: char| c.is_ascii_digit());
        if nth > 0 && qualifier && after_version {
            out.truncate(out.trim_end().len());
            out.push(' ');
            out.push_str(body);
            rejoined = true;
        } else {
            if nth > 0 {
                out.push('|');
            }
            out.push_str(part);
        }
    }
    (out, rejoined)
}

fn piece(context: &Context<'_>, profile: Profile, part: &str, pieces: &mut Pieces) -> Result<(), String> {
    let first = part.find(['<', '>', '=', '!']).unwrap_or(part.len());
    let (lead, mut rest) = part.split_at(first);
    let lead = lead.trim().trim_end_matches(':').trim_end();
    let decoration = ["v", "version", "versions", "fw", "firmware", "sw", "software", "ver", "rev", "x"];
    if rest.is_empty() && lead.split_once(' ').is_some_and(|(part, _)| is_part(part) || is_hardware(part)) {
        return Err("a part of the product stands in the list beside its versions".to_owned());
    }
    let lead = if decoration.iter().any(|word| lead.eq_ignore_ascii_case(word)) { "" } else { lead };
    let mut separated = !pieces.constraints.is_empty();
    if !lead.is_empty() {
        let whole =
            !lead.contains(' ') && lead.starts_with(char::is_alphabetic) && names_word(context.product, lead);
        let named = if whole && !rest.is_empty() { "" } else { strip_product_words(context, lead) };
        pieces.name_skipped |= named.len() != lead.len();
        if !named.is_empty() {
            let ordered = !rest.is_empty() && models::is_order_number(&named.replace(' ', ""));
            let named = &*completed(&pieces.constraints, named, separated)?;
            match limit(profile, named) {
                Ok(_) if ordered && pieces.subject.is_none() => pieces.subject = Some(part_name(named)),
                Ok(_) if !rest.is_empty() && is_name(named) && pieces.subject.is_none() => {
                    pieces.subject = Some(part_name(named));
                }
                Ok(limit) => {
                    pieces.constraints.push(Constraint {
                        operator: Operator::Equal,
                        bare: true,
                        limit,
                        separated,
                    });
                    separated = false;
                }
                Err(_) if !rest.is_empty() && pieces.subject.is_none() && !is_sentence(named) => {
                    pieces.subject = Some(part_name(named))
                }
                Err(why) => return Err(why),
            }
        }
    }
    while !rest.is_empty() {
        let (operator, used) = operator_at(rest).ok_or_else(|| "it has a lone `!`".to_owned())?;
        let after = &rest[used..];
        let end = after.find(['<', '>', '=', '!']).unwrap_or(after.len());
        let (body, next) = after.split_at(end);
        let body = strip_product_words(context, body.trim());
        pieces.name_skipped |= body.len() != after[..end].trim().len();
        let body = match body.split_once(' ') {
            Some((part, rest)) if is_part(part) && pieces.subject.is_none() => {
                pieces.subject = Some(part.to_owned());
                rest.trim_start()
            }
            _ => body,
        };
        for body in governed(body) {
            let body = completed(&pieces.constraints, body, separated)?;
            let limit = limit(profile, &body)?;
            pieces.constraints.push(Constraint { operator, bare: false, limit, separated });
            separated = true;
        }
        separated = false;
        rest = next;
    }
    Ok(())
}

/// `SP3` behind `4.2 SP1` is `4.2 SP3`: a qualifier takes what it lacks from the version before it.
fn completed<'t>(before: &[Constraint], text: &'t str, separated: bool) -> Result<Cow<'t, str>, String> {
    const WORDS: [&str; 10] =
        ["Service Pack", "SP", "FP", "HF", "CU", "MP", "Update", "Upd", "Hotfix", "Patch"];
    let qualifier = WORDS.iter().find(|word| {
        text.strip_prefix(**word)
            .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    });
    let (Some(word), Some(last)) = (qualifier, before.last()) else { return Ok(text.into()) };
    let Limit::Version(version) = &last.limit else { return Ok(text.into()) };
    let lacking = || format!("`{text}` stands apart from the version it belongs to");
    let whole = version.text();
    let stem = match whole.rfind(word) {
        Some(at) => &whole[..at],
        None if WORDS.iter().any(|other| whole.contains(other)) || separated => return Err(lacking()),
        None => whole,
    };
    Ok(format!("{} {text}", stem.trim_end()).into())
}

/// `< v36.011 v35.013`: one operator in front of several versions governs each of them.
fn governed(body: &str) -> Vec<&str> {
    let version = |word: &str| {
        let number = word.strip_prefix('v').unwrap_or("");
        number.contains('.') && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    let words: Vec<&str> = body.split(' ').filter(|word| !word.is_empty()).collect();
    if words.len() > 1 && words.iter().all(|word| version(word)) { words } else { vec![body] }
}

/// Words that always name a part with versions of its own (`< BIOS V22.01`).
fn is_part(word: &str) -> bool {
    let word = word.to_ascii_uppercase();
    matches!(
        word.as_str(),
        "BIOS" | "UEFI" | "ME" | "U-BOOT" | "BOOTLOADER" | "KERNEL" | "FPGA" | "CPLD" | "BSP"
    )
}

fn is_hardware(word: &str) -> bool {
    ["hw", "hardware", "pcb", "board"].iter().any(|entry| word.eq_ignore_ascii_case(entry))
}

/// A verb among the words in front of an operator: prose, not the name of a part.
fn is_sentence(lead: &str) -> bool {
    let verb = |w: &str| {
        matches!(
            w.trim_end_matches(':'),
            "is" | "are"
                | "was"
                | "has"
                | "have"
                | "been"
                | "be"
                | "may"
                | "could"
                | "not"
                | "fixed"
                | "unaffected"
                | "patched"
                | "resolved"
                | "solved"
                | "corrected"
                | "fix"
                | "no"
        )
    };
    lead.split(' ').any(|word| verb(&word.to_ascii_lowercase())) || lead.split(' ').count() > 10
}

/// `BIOS versions` → `BIOS`.
fn part_name(lead: &str) -> String {
    let kept = lead.strip_suffix(" versions").or_else(|| lead.strip_suffix(" version")).unwrap_or(lead);
    kept.trim_end_matches([':', ' ']).to_owned()
}

/// `NMC2` in front of an operator names a part; `V4.7` and `A.01` are versions.
fn is_name(lead: &str) -> bool {
    lead.bytes().take_while(u8::is_ascii_alphabetic).count() >= 2 && !lead.contains(['.', ' '])
}

pub(crate) fn operator_at(text: &str) -> Option<(Operator, usize)> {
    let (operator, used) = match text.as_bytes() {
        [b'<', b'=', ..] => (Operator::LessEqual, 2),
        [b'>', b'=', ..] => (Operator::GreaterEqual, 2),
        [b'!', b'=', ..] => (Operator::NotEqual, 2),
        [b'<', ..] => (Operator::Less, 1),
        [b'>', ..] => (Operator::Greater, 1),
        [b'=', ..] => (Operator::Equal, 1),
        _ => return None,
    };
    Some((operator, used))
}

/// Cuts leading words that also stand in the product's or the vendor's name, and words like `versions`.
pub(crate) fn strip_product_words<'t>(context: &Context<'_>, text: &'t str) -> &'t str {
    let mut rest = text;
    while let Some((word, after)) = rest.split_once(' ') {
        let begins_with_letter = word.starts_with(|c: char| c.is_alphabetic());
        let part = word.trim_matches(|c: char| !c.is_alphanumeric());
        let version_like = part.len() > 1
            && part.starts_with(['v', 'V', 'r', 'R'])
            && part[1..].starts_with(|c: char| c.is_ascii_digit());
        if !begins_with_letter
            || version_like
            || !(names_word(context.product, part) || names_word(context.vendor, part))
        {
            break;
        }
        rest = after.trim_start();
    }
    rest
}

/// True when the word stands as a whole word in the name.
fn names_word(name: &str, word: &str) -> bool {
    !word.is_empty() && name.split(|c: char| !c.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case(word))
}

/// Reads what a constraint compares with.
pub(crate) fn limit(profile: Profile, text: &str) -> Result<Limit, String> {
    if text.contains("..") || text.contains('\u{2026}') {
        return Err(format!("`{}` goes on where its dots stand, and how is not said", text.trim()));
    }
    let mut text = text.trim().trim_end_matches(['.', ';', ':']).trim_end();
    if text.ends_with('-') {
        return Err(format!("`{text}` ends with a hyphen, so its end may be missing"));
    }
    while let Some((word, rest)) = text.split_once(' ')
        && ["version", "versions", "firmware", "software"].iter().any(|w| word.eq_ignore_ascii_case(w))
    {
        text = rest.trim_start();
    }
    if text == "*" {
        return Ok(Limit::Any);
    }
    if text.starts_with(['.', '-', '+']) {
        return Err(format!("`{text}` leaves out the beginning of the version"));
    }
    if let Some(word) = text.split(' ').next().filter(|word| is_preposition(word)) {
        return Err(format!("`{word}` is a word whose bearing on the version is not known"));
    }
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    if hexadecimal.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_hexdigit())) {
        return Err(format!("`{text}` is a hexadecimal number"));
    }
    if text.is_empty() {
        return Err("an operator has no version behind it".to_owned());
    }
    let lower = text.to_ascii_lowercase();
    let mut stem = lower.as_str();
    while let Some(shorter) =
        stem.strip_suffix(".x").or_else(|| stem.strip_suffix(".*")).or_else(|| stem.strip_suffix("-x"))
    {
        stem = shorter;
    }
    let stem = &text[..stem.len()];
    let closed_by_digit = |t: &str| t.ends_with(|c: char| c.is_ascii_digit());
    if stem.len() < text.len() && closed_by_digit(stem) {
        let (start, end) = Version::family(profile, stem, text).map_err(|error| error.to_string())?;
        return Ok(Limit::Family(start, end));
    }
    if dates::is_dotted_day(text) {
        return Err(format!("`{text}` can be a day as well as a version"));
    }
    if let Some(stem) = blurred_stem(text) {
        let (start, end) = Version::family(profile, stem, text).map_err(|error| error.to_string())?;
        return Ok(Limit::Blurred(start, end));
    }
    Version::parse_ot(profile, text).map(Limit::Version).map_err(|error| error.to_string())
}

/// Words of several languages that stand before a version and say something of it, but are not part of it.
fn is_preposition(word: &str) -> bool {
    const WORDS: [&str; 44] = [
        "unter", "über", "von", "ab", "bis", "nach", "seit", "desde", "hasta", "de", "del", "da", "dal",
        "dalla", "dalle", "di", "fino", "du", "des", "depuis", "entre", "tra", "fra", "sotto", "sopra",
        "sous", "dès", "après", "avant", "à", "la", "las", "le", "les", "antes", "e.g", "e.g.", "i.e.",
        "etc", "etc.", "ca", "ca.", "approx.", "circa",
    ];
    // `LA` and `DA` in capitals are names.
    WORDS.contains(&word) || (word.len() > 2 && WORDS.contains(&word.to_lowercase().as_str()))
}

/// `4.2x`, `V3.X.17`, `17.0 ?.10`, `1.2 *`: the part before the uncertain place, cut back to a whole number.
fn blurred_stem(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    if let Some(stem) = text.strip_suffix(" *") {
        return Some(stem.trim_end());
    }
    if let Some(at) = lower.find(".x.").or_else(|| lower.find(" ?.")) {
        return Some(&text[..at]);
    }
    let stem = lower.strip_suffix('x')?;
    let dot = stem.rfind('.')?;
    stem.ends_with(|c: char| c.is_ascii_digit()).then(|| &text[..dot])
}
