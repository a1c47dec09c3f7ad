//! Releases that one maker counts in two ways: Java before 9, and Windows by half-years.
//!
//! `1.8.0_341`, `8u341` and `8.0.3410.10` are one release of Java, and `21H2` is the build 10.0.19044 of Windows. The order of
//! the numbers says nothing between two such notations. The surprise: nothing names the product here, so only notations
//! that hardly anybody else has are looked for.

use std::cmp::Ordering;

use crate::Scheme;

/// The releases of Windows that a year and a month name.
const WINDOWS_MONTHS: [&str; 10] =
    ["1507", "1511", "1607", "1703", "1709", "1803", "1809", "1903", "1909", "2004"];

/// Why two texts say nothing about each other; `None` when they do.
pub(super) fn doubt(bound: &str, installed: &str) -> Option<String> {
    if is_java_twice(bound, installed) {
        return Some(format!("Java counts `{bound}` and `{installed}` in two ways"));
    }
    is_windows_twice(bound, installed).then(|| {
        format!("Windows names its releases in several ways, of which `{bound}` and `{installed}` are two")
    })
}

fn is_java_twice(bound: &str, installed: &str) -> bool {
    let (bound, installed) = (java_text(bound), java_text(installed));
    let (feature, other) = match (old_java(bound), old_java(installed)) {
        (Some((feature, _)), None) => (feature, installed),
        (None, Some((feature, _))) => (feature, bound),
        (Some(_), Some(_)) | (None, None) => return false,
    };
    let release = |text: &str| old_java(text).or_else(|| new_java(text));
    if let (Some(of_bound), Some(of_installed)) = (release(bound), release(installed)) {
        return by_keys(bound, installed) != Some(of_bound.cmp(&of_installed));
    }
    let first = other.split(|c: char| !c.is_ascii_digit()).next().and_then(|first| first.parse().ok());
    first.is_some_and(|first: u32| (2..=feature).contains(&first))
}

/// The order that the numbers give.
fn by_keys(one: &str, other: &str) -> Option<Ordering> {
    Some(Scheme::Ot.encode(one).ok()?.cmp(&Scheme::Ot.encode(other).ok()?))
}

/// The text without `jdk`, `jre` or `java` in front.
fn java_text(text: &str) -> &str {
    let text = text.trim();
    let word = ["jdk", "jre", "java"].iter().find_map(|word| {
        let head = text.get(..word.len())?;
        head.eq_ignore_ascii_case(word).then(|| text[word.len()..].trim_start_matches([' ', '-', '_']))
    });
    word.unwrap_or(text)
}

/// `1.8.0_341`: the release and its update.
fn old_java(text: &str) -> Option<(u32, u32)> {
    let (feature, update) = text.strip_prefix("1.")?.split_once(".0_")?;
    let update = update.split(['-', ' ', '+']).next()?;
    let release = (number(feature)?, number(update)?);
    (2..=9).contains(&release.0).then_some(release)
}

/// `8u341`, `8 Update 341`, and `8.0.3410.10` as installers count it, with ten times the update.
fn new_java(text: &str) -> Option<(u32, u32)> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (feature, rest) = text.split_at(digits);
    let feature = number(feature)?;
    if let Some(rest) = rest.strip_prefix(".0.") {
        let (update, build) = rest.split_once('.')?;
        let update = number(update).filter(|_| number(build).is_some())?;
        return (update >= 100 && update.is_multiple_of(10)).then_some((feature, update / 10));
    }
    let rest = rest.trim_start();
    let word = rest.find(|c: char| !c.is_ascii_alphabetic())?;
    let update = ["u", "upd", "update"].iter().any(|entry| rest[..word].eq_ignore_ascii_case(entry));
    let behind = rest[word..].trim_start().split(['-', '+']).next()?;
    Some((feature, number(behind).filter(|_| update)?))
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn is_windows_twice(bound: &str, installed: &str) -> bool {
    let numbered =
        |text: &str| text.trim_start_matches(['v', 'V', ' ']).starts_with(|c: char| c.is_ascii_digit());
    if is_half_year(bound) != is_half_year(installed) {
        return numbered(bound) && numbered(installed);
    }
    let is_build = |text: &str| text.len() == 5 && number(text).is_some();
    let is_month = |text: &str| WINDOWS_MONTHS.contains(&text);
    (is_month(bound) && is_build(installed)) || (is_build(bound) && is_month(installed))
}

/// `21H2`: a year in two digits and its half, with nothing or something apart behind.
fn is_half_year(text: &str) -> bool {
    let text = text.trim_start_matches(['v', 'V', ' ']);
    matches!(text.as_bytes(), [y @ b'1'..=b'3', z, b'H' | b'h', b'1' | b'2', rest @ ..]
        if y.is_ascii_digit() && z.is_ascii_digit() && rest.first().is_none_or(|next| !next.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::doubt;

    #[test]
    fn two_notations_of_java_are_told_apart() {
        for (bound, installed) in [
            ("1.8.0_351", "8u341"),
            ("1.8.0_351", "8U341"),
            ("1.8.0_351", "8u341-b10"),
            ("1.8.0_351", "8 Update 341"),
            ("1.8.0_351", "8.0.3410.10"),
            ("1.8.0_351", "8.0.341"),
            ("1.8.0_351", "jre8u341"),
            ("1.8.0_351", "7u80"),
            ("1.8.0_351", "8"),
            ("1.8.0_351-b10", "7.0.800.15"),
            ("7u80", "1.8.0_341"),
            ("8u300", "1.8.0_341"),
        ] {
            assert!(doubt(bound, installed).is_some(), "{bound} and {installed}");
        }
        for (bound, installed) in [
            ("8u351", "1.8.0_341"),
            ("1.8.0_351", "1.8.0_341"),
            ("1.8.0_351", "8u361"),
            ("1.8.0_351", "8.0.3610.9"),
            ("1.8.0_351", "11.0.2"),
            ("1.8.0_351", "17"),
            ("1.8.0_351", "1.7.0"),
            ("8u351", "8u341"),
            ("1.8.0", "8.1"),
        ] {
            assert_eq!(doubt(bound, installed), None, "{bound} and {installed}");
        }
    }

    #[test]
    fn a_half_year_of_windows_is_no_number_of_a_build() {
        for (bound, installed) in [
            ("10.0.19045", "21H2"),
            ("10.0.19045", "21h2"),
            ("20H2", "1909"),
            ("20H2", "2004"),
            ("22H2", "10.0.19044"),
            ("1903", "17763"),
            ("19041", "1909"),
        ] {
            assert!(doubt(bound, installed).is_some(), "{bound} and {installed}");
        }
        for (bound, installed) in [
            ("22H2", "21H2"),
            ("21H2", "21H1"),
            ("1909", "1809"),
            ("19045", "19044"),
            ("10.0.19045", "10.0.19044"),
        ] {
            assert_eq!(doubt(bound, installed), None, "{bound} and {installed}");
        }
    }
}
