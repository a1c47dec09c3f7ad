//! The patterns of the JSON schema as plain functions on text.
//!
//! Not here: what a value means. The surprise: no regular expressions, because these run on every value of every
//! document; each function says in words which pattern it stands for.

/// An absolute URI by its characters (RFC 3986): a scheme, a colon, and only characters that a URI may hold, with
/// whole percent escapes.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let scheme_ok = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    scheme_ok && has_uri_characters(rest.as_bytes())
}

fn has_uri_characters(rest: &[u8]) -> bool {
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        let allowed = byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&byte);
        let escape =
            byte == b'%' && rest.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        if !allowed && !escape {
            return false;
        }
        at += if escape { 3 } else { 1 };
    }
    true
}

/// `CVE-`, four digits, `-`, four or more digits.
pub(crate) fn is_cve(text: &str) -> bool {
    let Some((year, number)) = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')) else {
        return false;
    };
    year.len() == 4 && is_digits(year) && number.len() >= 4 && is_digits(number)
}

/// `CWE-` and one to six digits, the first not 0.
pub(crate) fn is_cwe(text: &str) -> bool {
    text.strip_prefix("CWE-").is_some_and(|number| {
        (1..=6).contains(&number.len()) && is_digits(number) && !number.starts_with('0')
    })
}

/// At least 32 hexadecimal digits.
pub(crate) fn is_hash(text: &str) -> bool {
    text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// At least one character; neither the first nor the last is white space; no line break inside.
pub(crate) fn is_tracking_id(text: &str) -> bool {
    let ends_ok = !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace);
    !text.is_empty() && ends_ok && !text.contains(['\n', '\r'])
}

/// At least one character; neither the first nor the last is white space, `-`, `_` or `.`; no line break inside.
pub(crate) fn is_category(text: &str) -> bool {
    let barred = |c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && !text.starts_with(barred) && !text.ends_with(barred) && !text.contains(['\n', '\r'])
}

/// An integer without leading zeros, or a semantic version.
pub(crate) fn is_revision_number(text: &str) -> bool {
    is_plain_number(text) || is_semantic_version(text)
}

/// Digits without a needless leading zero.
pub(crate) fn is_plain_number(text: &str) -> bool {
    is_digits(text) && (text == "0" || !text.starts_with('0'))
}

/// `MAJOR.MINOR.PATCH`, then perhaps `-PRERELEASE`, then perhaps `+BUILD` (Semantic Versioning 2.0.0).
pub(crate) fn is_semantic_version(text: &str) -> bool {
    let (text, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let (core, pre) = text.split_once('-').map_or((text, None), |(rest, pre)| (rest, Some(pre)));
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let pre_word = |text: &str| word(text) && (!is_digits(text) || is_plain_number(text));
    core.split('.').count() == 3
        && core.split('.').all(is_plain_number)
        && pre.is_none_or(|pre| pre.split('.').all(pre_word))
        && build.is_none_or(|build| build.split('.').all(word))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `pkg:`, a type, `/`, and something after it.
pub(crate) fn is_purl(text: &str) -> bool {
    let Some((kind, name)) = text.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let kind_ok = kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte))
        && kind.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    kind_ok && !name.is_empty()
}

/// A CPE 2.3 formatted string, or a CPE 2.2 URI.
pub(crate) fn is_cpe(text: &str) -> bool {
    match text.strip_prefix("cpe:2.3:") {
        Some(rest) => is_cpe_23(rest),
        None => is_cpe_22(text),
    }
}

/// The part, five attributes, the language, and four attributes.
fn is_cpe_23(rest: &str) -> bool {
    let mut fields = CpeFields(Some(rest));
    let part_ok = fields.next().is_some_and(|part| matches!(part, "a" | "h" | "o" | "*" | "-"));
    let fields: Vec<&str> = fields.take(11).collect();
    part_ok
        && fields.len() == 10
        && fields.iter().enumerate().all(|(index, field)| match index {
            5 => is_cpe_language(field),
            _ => is_cpe_attribute(field),
        })
}

/// The fields between colons that are not escaped.
struct CpeFields<'a>(Option<&'a str>);

impl<'a> Iterator for CpeFields<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        let mut escaped = false;
        let end = rest.bytes().position(|byte| {
            let found = byte == b':' && !escaped;
            escaped = byte == b'\\' && !escaped;
            found
        });
        self.0 = end.map(|end| &rest[end + 1..]);
        Some(end.map_or(rest, |end| &rest[..end]))
    }
}

/// `*`, `-`, or characters with wildcards only at the two ends: any number of `?`, or one `*`.
fn is_cpe_attribute(field: &str) -> bool {
    if matches!(field, "*" | "-") {
        return true;
    }
    let start =
        field.bytes().take_while(|byte| *byte == b'?').count().max(usize::from(field.starts_with('*')));
    let mut rest = &field.as_bytes()[start..];
    let mut characters = 0;
    while let Some(&byte) = rest.first() {
        let step = match byte {
            b'\\' if rest.get(1).is_some_and(|next| CPE_ESCAPED.contains(next)) => 2,
            b'-' | b'.' | b'_' => 1,
            _ if byte.is_ascii_alphanumeric() => 1,
            _ => break,
        };
        rest = &rest[step..];
        characters += 1;
    }
    characters > 0 && (rest == b"*" || rest.iter().all(|byte| *byte == b'?'))
}

const CPE_ESCAPED: &[u8] = b"\\*?!\"#$%&'()+,/:;<=>@[]^`{|}~";

fn is_cpe_language(field: &str) -> bool {
    let (language, region) = field.split_once('-').map_or((field, None), |(a, b)| (a, Some(b)));
    let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let region_ok = region.is_none_or(|region| {
        (region.len() == 2 && letters(region)) || (region.len() == 3 && is_digits(region))
    });
    matches!(field, "*" | "-") || ((2..=3).contains(&language.len()) && letters(language) && region_ok)
}

/// `cpe:/`, perhaps a part letter, and up to six fields.
fn is_cpe_22(text: &str) -> bool {
    let head_ok =
        text.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("cpe:/") && head.ends_with(":/"));
    let Some(rest) = text.get(5..).filter(|_| head_ok) else {
        return false;
    };
    let mut fields = rest.split(':');
    let part_ok = fields.next().is_some_and(|part| matches!(part, "" | "a" | "h" | "o" | "A" | "H" | "O"));
    let field_ok =
        |field: &str| field.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-~%".contains(&byte));
    part_ok && fields.clone().count() <= 6 && fields.all(field_ok)
}

/// A language tag by the form that RFC 5646 gives, as the schema writes it.
pub(crate) fn is_language_tag(text: &str) -> bool {
    if ["i-default", "i-mingo"].iter().any(|tag| tag.eq_ignore_ascii_case(text)) {
        return true;
    }
    let mut parts = text.split('-').peekable();
    let Some(language) = parts.next() else {
        return false;
    };
    if language.eq_ignore_ascii_case("x") {
        return are_private_parts(&mut parts);
    }
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !letters(language) || !(2..=8).contains(&language.len()) {
        return false;
    }
    if language.len() <= 3 {
        (0..3).for_each(|_| skip_if(&mut parts, |part| part.len() == 3 && letters(part)));
    }
    skip_if(&mut parts, |part| part.len() == 4 && letters(part));
    skip_if(&mut parts, |part| (part.len() == 2 && letters(part)) || (part.len() == 3 && is_digits(part)));
    while parts.peek().is_some_and(|part| is_language_variant(part)) {
        parts.next();
    }
    are_extensions(&mut parts)
}

type Parts<'a> = std::iter::Peekable<std::str::Split<'a, char>>;

fn skip_if(parts: &mut Parts<'_>, test: impl Fn(&str) -> bool) {
    parts.next_if(|part| test(part));
}

fn is_language_variant(part: &str) -> bool {
    let word = part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    word && ((5..=8).contains(&part.len())
        || (part.len() == 4 && part.starts_with(|c: char| c.is_ascii_digit())))
}

/// Extensions (a letter or digit and its words) and at the end perhaps a private part.
fn are_extensions(parts: &mut Parts<'_>) -> bool {
    while let Some(singleton) = parts.next() {
        if singleton.eq_ignore_ascii_case("x") {
            return are_private_parts(parts);
        }
        let word =
            |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        if singleton.len() != 1 || !singleton.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return false;
        }
        if parts.next_if(|part| word(part)).is_none() {
            return false;
        }
        while parts.next_if(|part| word(part)).is_some() {}
    }
    true
}

fn are_private_parts(parts: &mut Parts<'_>) -> bool {
    let mut count = 0;
    let sound = parts.all(|part| {
        count += 1;
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    sound && count > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(test: fn(&str) -> bool, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(test(text), "`{text}` should pass");
        }
        for text in bad {
            assert!(!test(text), "`{text}` should fail");
        }
    }

    #[test]
    fn uris() {
        check(
            is_uri,
            &["https://a.example/x?y=%20#z", "mailto:a@b.example"],
            &["", "a.example", "https://a b", "x:%2"],
        );
    }

    #[test]
    fn ids() {
        check(
            is_cve,
            &["CVE-2024-1234", "CVE-2024-123456"],
            &["CVE-2024-123", "cve-2024-1234", "CVE-24-1234", "CVE-"],
        );
        check(is_cwe, &["CWE-79", "CWE-1"], &["CWE-079", "CWE-", "CWE-1234567", "79"]);
        check(is_tracking_id, &["A", "A B"], &["", " A", "A ", "A\nB"]);
        check(is_category, &["csaf_base", "Siemens Security Advisory"], &["", "_a", "a-", "a."]);
    }

    #[test]
    fn revision_numbers() {
        let good = ["0", "1", "10", "1.0.0", "1.0.0-rc.1+x-1", "1.0.0-0a", "1.2.3+001"];
        check(is_revision_number, &good, &["", "01", "1.0", "1.0.0-01", "1.0.0-", "1.0.0+", "v1", "1.0.0.0"]);
    }

    #[test]
    fn cpes() {
        let good = [
            "cpe:2.3:o:vendor:product:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:a:ven\\:dor:pro*:-:*:*:en-us:*:*:*:*",
            "cpe:/a:vendor:product:1",
            "cpe:/",
        ];
        let bad = [
            "cpe:2.3:x:v:p:1:*:*:*:*:*:*:*",
            "cpe:2.3:a:v:p:1:*:*:*:*:*:*",
            "cpe:2.3:a:v p:p:1:*:*:*:*:*:*:*",
            "é",
        ];
        check(is_cpe, &good, &bad);
    }

    #[test]
    fn language_tags() {
        let good = [
            "en",
            "de-DE",
            "zh-Hant-TW",
            "en-x-abc",
            "x-a",
            "i-default",
            "sl-rozaj-biske",
            "en-u-co-phonebk",
        ];
        check(is_language_tag, &good, &["", "e", "en-", "en_US", "x", "en-x", "en-u", "123", "en--US"]);
    }
}
