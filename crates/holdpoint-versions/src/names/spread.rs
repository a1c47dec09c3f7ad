//! Spreads an abbreviated code into all the ways to read it.

use std::borrow::Cow;

use super::code::{Certainty, MAX_READINGS, Piece, Reading};

/// `x=32,64,80`: a letter of a template and what it stands for.
pub(super) type Letters = Vec<(char, Vec<String>)>;

/// Takes the definitions of template letters out of a name.
pub(super) fn take_letters(name: &str) -> (Cow<'_, str>, Letters) {
    if !name.contains('=') {
        return (Cow::Borrowed(name), Letters::new());
    }
    let mut kept = Vec::new();
    let mut letters = Letters::new();
    for word in name.split(' ') {
        let mut characters = word.chars();
        let letter = characters.next().filter(char::is_ascii_lowercase);
        match (letter, characters.as_str().strip_prefix('=')) {
            (Some(letter), Some(values)) if letters.len() < 4 => {
                let values = values.split(',').map(bare).filter(|value| !value.is_empty());
                letters.push((letter, values.take(24).collect()));
            }
            _ => kept.push(word),
        }
    }
    (Cow::Owned(kept.join(" ")), letters)
}

/// A digit or a star: a code has one.
pub(super) fn is_telling(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'*'
}

/// Capitals and small `x` behind them alone: `ESWAxx` has no digit, and stands for codes that have.
pub(super) fn is_open_word(word: &str) -> bool {
    let stem = word.trim_end_matches('x');
    word.len() >= stem.len() + 2 && stem.len() >= 3 && stem.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn bare(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// All readings of a word; none when it is no code.
pub(super) fn readings(word: &str, letters: &Letters) -> Vec<Reading> {
    // Without letters to fill in, no reading has a digit or a star that the word does not have.
    let is_word = letters.is_empty() && !word.bytes().any(is_telling) && !is_open_word(word);
    if is_word || !word.is_ascii() {
        return Vec::new();
    }
    if letters.is_empty() && !word.bytes().any(|byte| matches!(byte, b'(' | b'/')) {
        return distinct(pieces(word, Certainty::Sure));
    }
    let mut texts = vec![word.to_owned()];
    texts = texts.iter().flat_map(|text| with_and_without(text)).collect();
    let is_template = letters.iter().any(|(letter, _)| has_template_letter(word, *letter));
    if is_template {
        for (letter, values) in letters {
            texts = texts.iter().flat_map(|text| fill(text, *letter, values)).take(MAX_READINGS).collect();
        }
    }
    let mut found: Vec<Reading> = Vec::new();
    for text in &texts {
        let spread = if is_template { vec![(text.clone(), Certainty::Sure)] } else { slashes(text) };
        found.extend(spread.iter().flat_map(|(code, certainty)| pieces(code, *certainty)));
    }
    distinct(found)
}

/// Each reading once, and not too many.
fn distinct(readings: Vec<Reading>) -> Vec<Reading> {
    if readings.len() < 2 {
        return readings;
    }
    let mut found: Vec<Reading> = Vec::new();
    for reading in readings {
        if found.len() < MAX_READINGS && !found.contains(&reading) {
            found.push(reading);
        }
    }
    found
}

/// `R04(EN)CPU` is `R04CPU` and `R04ENCPU`. What is in parentheses and long is no part of the code.
fn with_and_without(text: &str) -> Vec<String> {
    let Some((before, rest)) = text.split_once('(') else { return vec![text.to_owned()] };
    let Some((inside, after)) = rest.split_once(')') else { return vec![before.to_owned()] };
    let short = inside.len() <= 6
        && inside.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    let mut found = vec![format!("{before}{after}")];
    if short {
        found.push(format!("{before}{inside}{after}"));
    }
    found
}

fn has_template_letter(word: &str, letter: char) -> bool {
    let lower: Vec<char> = word.chars().filter(char::is_ascii_lowercase).collect();
    lower.contains(&letter) && lower.len() <= 4 && word.contains(|c: char| c.is_ascii_uppercase())
}

fn fill(text: &str, letter: char, values: &[String]) -> Vec<String> {
    if !text.contains(letter) {
        return vec![text.to_owned()];
    }
    // Filled-in values hold no lower-case letters, so a later letter is not found in them.
    values.iter().map(|value| text.replacen(letter, &value.to_uppercase(), 1)).collect()
}

/// The codes of a word with slashes.
fn slashes(text: &str) -> Vec<(String, Certainty)> {
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty()).collect();
    let whole = || vec![(text.to_owned(), Certainty::Sure)];
    let [first, rest @ ..] = parts.as_slice() else { return Vec::new() };
    if rest.is_empty() || !first.contains(|c: char| c.is_ascii_digit()) {
        return if parts.iter().all(|part| part.contains(|c: char| c.is_ascii_digit())) && !rest.is_empty() {
            parts.iter().map(|part| ((*part).to_owned(), Certainty::Sure)).collect()
        } else {
            whole()
        };
    }
    let is_number = |part: &&str| part.starts_with(|c: char| c.is_ascii_digit());
    let is_code = |part: &&str| {
        part.len() >= 4
            && part.contains(|c: char| c.is_ascii_digit())
            && part.contains(|c: char| c.is_ascii_uppercase())
    };
    // `750-331/000-001`, `1756-EN2T/C`, `FX5U-32MT/ES`: the slash belongs to the number.
    let article = rest.iter().all(|part| part.contains('-') || !part.contains(|c: char| c.is_ascii_digit()));
    if article && !rest.iter().any(is_code) {
        return whole();
    }
    if rest.iter().all(|part| is_code(part) && !is_number(part))
        || (is_number(first) && parts.iter().all(is_code))
    {
        return parts.iter().map(|part| ((*part).to_owned(), Certainty::Sure)).collect();
    }
    if rest.iter().all(is_number) { numbers(first, rest) } else { whole() }
}

/// `R04`, `08`, `16CPU`: the numbers share what stands before the first and behind the last.
fn numbers(first: &str, rest: &[&str]) -> Vec<(String, Certainty)> {
    let digits_end = first.rfind(|c: char| c.is_ascii_digit()).map_or(first.len(), |at| at + 1);
    let head = &first[..digits_end];
    let digits_start = head.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    let (stem, own_tail) = (&first[..digits_start], &first[digits_end..]);
    let split = |part: &&str| {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        (part[..end].to_owned(), part[end..].to_owned())
    };
    let mut listed = vec![(first[digits_start..digits_end].to_owned(), own_tail.to_owned())];
    listed.extend(rest.iter().map(split));
    let tail = listed.last().map(|(_, tail)| tail.clone()).unwrap_or_default();
    let shared = !tail.is_empty() && listed.iter().rev().skip(1).all(|(_, tail)| tail.is_empty());
    if !shared {
        return listed
            .iter()
            .map(|(number, tail)| (format!("{stem}{number}{tail}"), Certainty::Sure))
            .collect();
    }
    // A long word behind the last number belongs to all; a letter or two may belong to the last alone.
    let long = bare(&tail).len() >= 3;
    let mut found = Vec::new();
    for (at, (number, _)) in listed.iter().enumerate() {
        let last = at + 1 == listed.len();
        let certainty = if long || last { Certainty::Sure } else { Certainty::Perhaps };
        found.push((format!("{stem}{number}{tail}"), certainty));
        if !long && !last {
            found.push((format!("{stem}{number}"), Certainty::Perhaps));
        }
    }
    found
}

/// The readings of one code without lists.
fn pieces(code: &str, certainty: Certainty) -> Vec<Reading> {
    let has_star = code.contains('*');
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '/' | '*' | '+');
    // `cMT-SVR-1xx`: a brand may begin with a small letter.
    let brand = code.strip_prefix(|c: char| c.is_ascii_lowercase() && c != 'x');
    let behind = brand.filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())).unwrap_or(code);
    let others_upper = behind.chars().all(|c| is_part(c) && (!c.is_ascii_lowercase() || c == 'x'));
    let is_open = is_open_word(code);
    let placeholder =
        others_upper && code.contains('x') && (is_open || code.contains(|c: char| c.is_ascii_digit()));
    let certainty = if is_open { Certainty::Perhaps } else { certainty };
    let letters = code.chars().filter(char::is_ascii_alphabetic).count();
    let digits = code.chars().filter(char::is_ascii_digit).count();
    // `802.11ac`, `6.9.4.11`: a number with a point is a standard or a version.
    let pointed = code.split_once('.').is_some_and(|(before, _)| before.bytes().all(|b| b.is_ascii_digit()));
    let says = letters > 0 || (code.contains('-') && digits >= 5);
    let is_code = (digits > 0 || is_open) && !pointed && says && code.chars().all(is_part);
    if !(is_code || has_star && letters >= 3 && code.chars().all(is_part)) {
        return Vec::new();
    }
    if let Some(open) = open_family(code) {
        return reading(&open, |_, c| exactly(c), Certainty::Perhaps).into_iter().collect();
    }
    let mut found = Vec::new();
    if placeholder {
        // `800xA` is a name: one `x` with a letter behind it may be itself.
        let bytes = code.as_bytes();
        let doubtful = bytes.iter().enumerate().any(|(at, byte)| {
            let alone = at == 0 || bytes[at - 1] != b'x';
            *byte == b'x' && alone && bytes.get(at + 1).is_some_and(u8::is_ascii_uppercase)
        });
        if doubtful {
            found.extend(reading(code, |_, c| exactly(c), certainty));
        }
        found.extend(placeholders(code, 'x', if doubtful { Certainty::Perhaps } else { certainty }));
    } else {
        found.extend(reading(code, |_, c| exactly(c), certainty));
        if code.contains("XX") {
            found.extend(placeholders(code, 'X', Certainty::Perhaps));
        }
    }
    found
}

/// `1756-L8*` of `1756-L8z`, `5069-L3*S2` of `5069-L3zS2`: how much the `z` stands for, the name does not say.
fn open_family(code: &str) -> Option<String> {
    let mut around = code.split('z');
    let (before, after) = (around.next()?, around.next()?);
    let is_capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    let stands_open = around.next().is_none()
        && before.ends_with(|c: char| c.is_ascii_digit())
        && before.contains(|c: char| c.is_ascii_uppercase())
        && before.chars().chain(after.chars()).all(is_capital)
        && !after.starts_with(|c: char| c.is_ascii_digit());
    stands_open.then(|| format!("{before}*{after}"))
}

fn exactly(c: char) -> Option<Piece> {
    match c {
        '*' => Some(Piece::Many),
        c if c.is_ascii_alphanumeric() => Some(Piece::Exactly(c.to_ascii_uppercase())),
        _ => None,
    }
}

/// Each placeholder is one character; a run at the end may also stand for fewer or more.
fn placeholders(code: &str, letter: char, certainty: Certainty) -> Vec<Reading> {
    let runs = |at: usize, c: char| {
        let neighbours = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        let in_run =
            neighbours.filter_map(|at| code.as_bytes().get(at)).any(|byte| char::from(*byte) == letter);
        c == letter && (letter == 'x' || in_run)
    };
    let one = |at: usize, c: char| if runs(at, c) { Some(Piece::One) } else { exactly(c) };
    let mut found: Vec<Reading> = reading(code, one, certainty).into_iter().collect();
    let stem = code.trim_end_matches(letter);
    if stem.len() < code.len() {
        found.extend(reading(
            &format!("{stem}*"),
            |at, c| if c == '*' { exactly(c) } else { one(at, c) },
            Certainty::Perhaps,
        ));
    }
    found
}

/// A reading, unless it says too little; what says little is not certain.
fn reading(
    code: &str,
    piece: impl Fn(usize, char) -> Option<Piece>,
    certainty: Certainty,
) -> Option<Reading> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(code.len());
    for (at, c) in code.char_indices() {
        match piece(at, c) {
            Some(Piece::Many) if pieces.last() == Some(&Piece::Many) => {}
            Some(piece) => pieces.push(piece),
            None => {}
        }
    }
    let begins = pieces.iter().take_while(|piece| matches!(piece, Piece::Exactly(_))).count();
    let literal = pieces.iter().filter(|piece| matches!(piece, Piece::Exactly(_))).count();
    if begins < 2 || literal < 3 {
        return None;
    }
    let certainty = if literal < 4 { Certainty::Perhaps } else { certainty };
    Some(Reading { pieces, certainty })
}
