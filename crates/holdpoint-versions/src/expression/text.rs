//! Makes the many spellings of one text equal before it is read.
//!
//! Blanks, dashes, quotes and operators become ASCII; underscores that stand for blanks become blanks. The
//! surprise: an underscore between two digits stays, because it separates the parts of one version there.

use super::flag::Flag;

/// The cleaned text.
pub(crate) fn clean(text: &str, flags: &mut Vec<Flag>) -> String {
    if is_clean(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    let characters: Vec<char> = text.chars().collect();
    for (at, character) in characters.iter().enumerate() {
        match character {
            '≤' | '≦' | '⩽' => out.push_str("<="),
            '≥' | '≧' | '⩾' => out.push_str(">="),
            '≠' => out.push_str("!="),
            // Marks without a width are not seen by who wrote them.
            '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{ad}' | '®' | '™' => {}
            c @ '\u{ff01}'..='\u{ff5e}' => out.push(full_width(*c)),
            '\u{2010}' | '\u{2011}' | '\u{2212}' => out.push('-'),
            // A long dash stands between two ends.
            '\u{2012}'..='\u{2015}' => out.push_str(" - "),
            '-' if characters.get(at + 1) == Some(&'-') => out.push(' '),
            '-' if at.checked_sub(1).and_then(|before| characters.get(before)) == Some(&'-') => {
                out.push_str("- ");
            }
            '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}' | '`' | '\'' => {}
            '_' => {
                let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
                let inside =
                    digit(at.checked_sub(1).and_then(|i| characters.get(i))) && digit(characters.get(at + 1));
                out.push(if inside { '_' } else { ' ' });
            }
            '{' => out.push('('),
            '}' => out.push(')'),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                out.push_str(if ends_line(&out, &characters[at + 1..]) { " | " } else { " " });
            }
            c if c.is_whitespace() || c.is_control() => out.push(' '),
            c => out.push(*c),
        }
    }
    let out = spelled_out(
        &out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&nbsp;", " "),
    );
    // `< vers:/ V17` and `< vers:all/V17`: the prefix of the notation fell behind an operator.
    let unprefixed = out.replace("vers:all/", "").replace("vers:/", "");
    if unprefixed != out {
        flags.push(Flag::VersMisuse);
    }
    repair_operators(&unprefixed, flags)
}

/// Whether a line of a list ends here; other lines only go on in the next one.
fn ends_line(before: &str, behind: &[char]) -> bool {
    const CLOSING: [&str; 14] = [
        "earlier",
        "prior",
        "below",
        "older",
        "lower",
        "previous",
        "later",
        "above",
        "newer",
        "higher",
        "onwards",
        "inclusive",
        "version",
        "versions",
    ];
    const GOING_ON: [&str; 16] = [
        "and", "or", "to", "through", "thru", "und", "oder", "bis", "with", "only", "if", "when", "where",
        "-", "&", "sp",
    ];
    let last = before.trim_end().rsplit(' ').next().unwrap_or("");
    let word: String =
        behind.iter().skip_while(|c| c.is_whitespace()).take_while(|c| !c.is_whitespace()).collect();
    let is_one_of = |word: &str, list: &[&str]| list.iter().any(|entry| word.eq_ignore_ascii_case(entry));
    let closes = last.ends_with(|c: char| c.is_ascii_digit() || c == ')') || is_one_of(last, &CLOSING);
    closes && !word.is_empty() && !word.starts_with(['(', '|', ',', ';']) && !is_one_of(&word, &GOING_ON)
}

/// The commonest texts, an operator and a version, need no cleaning.
fn is_clean(text: &str) -> bool {
    let body = text.trim_start_matches(['<', '>', '=']);
    let sign = &text[..text.len() - body.len()];
    let body = body.strip_prefix(' ').unwrap_or(body);
    matches!(sign, "" | "<" | "<=" | ">" | ">=" | "=")
        && !body.is_empty()
        && (body == "*" || body.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.'))
}

/// `＜` → `<`: the wide forms of ASCII lie at a fixed distance.
fn full_width(character: char) -> char {
    char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
}

/// Signs that stand apart as words: `1.0 ~ 2.0`, `>= 1.0 && < 2.0`, `1.0 and/or 1.1`.
fn spelled_out(text: &str) -> String {
    let word = |word: &'_ str| match word {
        "~" => Some("-"),
        "&&" => Some("and"),
        "||" => Some("|"),
        _ if word.eq_ignore_ascii_case("and/or") => Some("or"),
        _ => None,
    };
    if !text.split(' ').any(|part| word(part).is_some()) {
        return text.to_owned();
    }
    text.split(' ').map(|part| word(part).unwrap_or(part)).collect::<Vec<_>>().join(" ")
}

/// `=<`, `=>`, `< =` become `<=`, `>=`; `==` becomes `=`; runs of blanks become one.
fn repair_operators(text: &str, flags: &mut Vec<Flag>) -> String {
    let repaired = text.replace("=<", "<=").replace("=>", ">=");
    if repaired != text {
        flags.push(Flag::OperatorRepaired);
    }
    let repaired = repaired.replace("==", "=");
    let mut words: Vec<&str> = repaired.split(' ').filter(|word| !word.is_empty()).collect();
    // `< = 5` with a blank inside the operator.
    let mut out = String::with_capacity(repaired.len());
    let mut rest = words.drain(..).peekable();
    while let Some(word) = rest.next() {
        out.push_str(word);
        let split_operator =
            (word.ends_with('<') || word.ends_with('>')) && rest.peek().is_some_and(|w| w.starts_with('='));
        if rest.peek().is_some() && !split_operator {
            out.push(' ');
        }
    }
    out.trim_matches(|c: char| c == ' ' || c == ';').to_owned()
}
