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

/// Whether a text may name a release in a way of its own, so that its numbers are no order beside other notations: `1809`, `21H2`,
/// `7 SP1`, `11`, `19044.1200`, `1.8.0_341`, `8u341`, `8.0.3410.10`.
#[must_use]
pub fn is_a_name(text: &str) -> bool {
    let text = text.trim();
    let java = java_text(text);
    old_java(java).is_some()
        || new_java(java).is_some()
        || is_half_year(text)
        || is_bare_build(text)
        || build_in_place(text).is_some()
        || of_windows(text).is_some()
        || number(text).is_some_and(|_| text.len() == 5)
}

/// The update of a release of Java: 341 of `1.8.0_341`, `8u341` and `8.0.3410.10`.
#[must_use]
pub fn java_update(text: &str) -> Option<u32> {
    let text = java_text(text);
    old_java(text).or_else(|| new_java(text)).map(|(_, update)| update)
}

/// The release and the update of a version of a program that is known to be Java, in every notation that one has: `1.7.0_80`,
/// `7u80`, `1.7.0.80`, `7.0.800` as Windows lists what Oracle installs, `8.0.392.8` as others number their builds.
///
/// The surprise: Oracle counts in tens, so that `7.0.800` is update 80; a number that does not end in zero is the update itself.
#[must_use]
pub fn release_of_java(text: &str) -> Option<(u32, u32)> {
    let text = java_text(text);
    let read = old_java(text).or_else(|| dotted_java(text)).or_else(|| new_java(text));
    read.filter(|(feature, update)| (2..=8).contains(feature) && (1..1000).contains(update))
}

/// `7.0.800` and `8.0.392.8`, with `1.` in front where the third number is the update whatever it ends in.
fn dotted_java(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split(['.', '-']);
    let (first, second, third) = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
    if first == 1 {
        let update = number(parts.next()?)?;
        return (third == 0).then_some((second, update));
    }
    match third {
        _ if second != 0 => None,
        tens if tens >= 10 && tens.is_multiple_of(10) => Some((first, tens / 10)),
        update if update >= 100 => Some((first, update)),
        _ => None,
    }
}

/// The order of two releases of Java, whichever way each is written; `None` where one of them is none.
#[must_use]
pub fn java_order(one: &str, other: &str) -> Option<Ordering> {
    let release = |text: &str| old_java(text).or_else(|| new_java(text));
    let (one, other) = (java_text(one), java_text(other));
    // Two of one notation have an order already, and one that knows of builds.
    if old_java(one).is_some() == old_java(other).is_some() {
        return None;
    }
    Some(release(one)?.cmp(&release(other)?))
}

/// Whether a release of Java is an update of what is written without one: `1.8.0_341`, or `8u341`, of `1.8.0`.
#[must_use]
pub fn is_java_update_of(update: &str, release: &str) -> bool {
    let update = java_text(update);
    let Some((feature, _)) = old_java(update).or_else(|| new_java(update)) else { return false };
    let plain = release.trim().strip_prefix("1.").map(|rest| rest.strip_suffix(".0").unwrap_or(rest));
    plain.and_then(number) == Some(feature)
}

/// Why two texts say nothing about each other; `None` when they do.
#[must_use]
pub fn doubt(bound: &str, installed: &str) -> Option<String> {
    if is_java_twice(bound, installed) {
        return Some(format!("Java counts `{bound}` and `{installed}` in two ways"));
    }
    if is_build_beside_name(bound, installed) || is_build_beside_name(installed, bound) {
        return Some(format!(
            "of `{bound}` and `{installed}` one may be the number that the other is built by"
        ));
    }
    if is_firmware_alone(bound, installed) || is_firmware_alone(installed, bound) {
        return Some(format!("of `{bound}` and `{installed}` one may be the firmware number of the other"));
    }
    is_windows_twice(bound, installed).then(|| {
        format!("Windows names its releases in several ways, of which `{bound}` and `{installed}` are two")
    })
}

fn is_java_twice(bound: &str, installed: &str) -> bool {
    let (bound, installed) = (java_text(bound), java_text(installed));
    if (has_dotted_update(bound) && is_short(installed)) || (is_short(bound) && has_dotted_update(installed))
    {
        return true;
    }
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

/// `1.8.0.352`, as a bill of materials has it.
fn has_dotted_update(text: &str) -> bool {
    let rest = text.strip_prefix("1.").and_then(|rest| rest.split_once(".0."));
    rest.is_some_and(|(feature, update)| {
        number(feature).is_some_and(|feature| (2..=9).contains(&feature)) && number(update).is_some()
    })
}

/// `8u342`, and nothing with a dot in it.
fn is_short(text: &str) -> bool {
    !text.contains('.') && new_java(text).is_some()
}

/// `22` beside `03.10.10(22)`: WAGO counts its firmware, and writes that number behind the version of the runtime.
fn is_firmware_alone(whole: &str, alone: &str) -> bool {
    let two = |text: &str| text.len() == 2 && number(text).is_some();
    let Some((version, rest)) = whole.trim().split_once('(') else { return false };
    let counted = rest.strip_suffix(')').is_some_and(two);
    counted && version.split('.').count() == 3 && version.split('.').all(two) && two(alone.trim())
}

/// A number of a build that stands in the place of a release: `4.7.03062` of .NET, `9.11.17134.0` of Internet Explorer.
fn build_in_place(text: &str) -> Option<(&str, &str)> {
    let mut numbers = text.trim().split('.');
    let (first, second, third) = (numbers.next()?, numbers.next()?, numbers.next()?);
    number(third)?;
    match (first, third.len()) {
        ("9", 4 | 5) if matches!(second, "10" | "11") => Some((first, second)),
        ("4", 5) => Some((first, second)),
        _ => None,
    }
}

/// A release beside such a number: `4.7.2` of .NET, `11` of Internet Explorer.
fn is_build_beside_name(name: &str, build: &str) -> bool {
    let Some((first, second)) = build_in_place(build) else { return false };
    let mut named = name.trim().split('.');
    if first == "9" {
        return named.next() == Some(second);
    }
    let is_same = named.next() == Some(first) && named.next() == Some(second);
    let level = named.next().filter(|level| level.len() == 1 && number(level).is_some());
    is_same && level.is_some() && named.next().is_none()
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
    if is_name_beside_build(bound, installed) || is_name_beside_build(installed, bound) {
        return true;
    }
    let is_build = |text: &str| text.len() == 5 && number(text).is_some();
    let is_month = |text: &str| WINDOWS_MONTHS.contains(&text);
    (is_month(bound) && is_build(installed)) || (is_build(bound) && is_month(installed))
}

/// The major and minor number of Windows in `10.0.17763.5576`, `6.1.7601`: with the build, without which it may be anything.
fn of_build(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.').map(number);
    let (major, minor, build) = (parts.next()??, parts.next()??, parts.next()??);
    let known = match (major, minor) {
        (6, 0..=3) => (6000..10_000).contains(&build),
        (10, 0) => (10_240..30_000).contains(&build),
        _ => false,
    };
    (known && parts.all(|part| part.is_some())).then_some((major, minor))
}

/// The first numbers that builds have of a Windows that is written by its name: `1809`, `7 SP1`, `8.1`, `11 Pro`.
fn of_windows(text: &str) -> Option<(u32, u32)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !rest.is_empty() && !rest.starts_with([' ', '-', '_', '(']) {
        return None;
    }
    match name {
        "7" => Some((6, 1)),
        "8" => Some((6, 2)),
        "8.1" => Some((6, 3)),
        "11" => Some((10, 0)),
        name => WINDOWS_MONTHS.contains(&name).then_some((10, 0)),
    }
}

/// `19044.1200`: a build as the registry has it, without `10.0`.
fn is_bare_build(text: &str) -> bool {
    let build = |text: &str| number(text).is_some_and(|build| (10_240..30_000).contains(&build));
    text.split_once('.').is_some_and(|(head, rest)| build(head) && number(rest).is_some())
}

/// A release by name beside a build that is of it or of a later one; of an earlier one the order of the numbers holds.
fn is_name_beside_build(name: &str, build: &str) -> bool {
    let (name, build) = (name.trim(), build.trim().trim_start_matches(['v', 'V']));
    let Some(of_build) = of_build(build) else { return false };
    let later = |of_name| of_name <= of_build;
    match of_windows(name) {
        // Under 10 the order of `8` and `10.0` is the order of the releases.
        Some((6, minor)) => of_build.0 == 6 && later((6, minor)),
        Some(of_name) => later(of_name),
        None => of_build == (10, 0) && is_bare_build(name),
    }
}

/// `21H2`: a year in two digits and its half, with nothing or something apart behind.
fn is_half_year(text: &str) -> bool {
    let text = text.trim_start_matches(['v', 'V', ' ']);
    matches!(text.as_bytes(), [y @ b'1'..=b'3', z, b'H' | b'h', b'1' | b'2', rest @ ..]
        if y.is_ascii_digit() && z.is_ascii_digit() && rest.first().is_none_or(|next| !next.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_windows_by_name_is_no_number_of_a_build() {
        for (bound, installed) in [
            ("10.0.17763.5576", "1809"),
            ("10.0.14393.6000", "1607"),
            ("6.1.7601.24000", "7 SP1"),
            ("6.1.7601.24000", "7"),
            ("6.3.9600.20000", "8.1"),
            ("6.2.9200", "8"),
            ("6.3.9600.20000", "7"),
            ("10.0.22621.1000", "11"),
            ("10.0.22621.1000", "11 Pro"),
            ("10.0.19045.3000", "19044.1200"),
            ("11", "10.0.22621.1000"),
            ("03.10.10(22)", "22"),
            ("1.8.0.352", "8u342"),
            ("4.7.2", "4.7.03062"),
            ("4.5.2", "4.5.51209"),
            ("11", "9.11.17134.0"),
        ] {
            assert!(doubt(bound, installed).is_some(), "{bound} and {installed}");
        }
        for (bound, installed) in [
            ("6.1.7601.24000", "8.1"),
            ("6.1.7601.24000", "11"),
            ("10.0.17763.5576", "8.1"),
            ("10.0.17763.5576", "10.0.17763.5000"),
            ("10.0.1.5", "11"),
            ("10.0", "11"),
            ("6.2", "7"),
            ("15.2(22)", "22"),
            ("1.8.0.352", "8.1"),
            ("4.7.2", "4.8.03761"),
            ("4.7.2", "4.7.306"),
            ("5.7.2", "5.7.03062"),
            ("12", "9.11.17134.0"),
        ] {
            assert_eq!(doubt(bound, installed), None, "{bound} and {installed}");
        }
    }

    #[test]
    fn releases_of_java_have_one_order() {
        for text in ["1.8.0_341", "8u341", "8.0.3410.10"] {
            assert!(is_a_name(text), "{text}");
            assert_eq!(java_update(text), Some(341), "{text}");
            assert!(is_java_update_of(text, "1.8.0"), "{text}");
            assert!(!is_java_update_of(text, "1.7.0"), "{text}");
        }
        assert_eq!(java_order("8u341", "1.8.0_341"), Some(Ordering::Equal));
        assert_eq!(java_order("8.0.3510.10", "1.8.0_341"), Some(Ordering::Greater));
        assert_eq!(java_order("1.8.0_341", "1.8.0_351"), None);
        assert_eq!(java_order("17.0.1", "1.8.0_351"), None);
    }

    #[test]
    fn what_is_known_to_be_java_has_one_update_in_every_notation() {
        for (text, release) in [
            ("1.7.0_80", (7, 80)),
            ("7u80", (7, 80)),
            ("7.0.800", (7, 80)),
            ("7.0.800.15", (7, 80)),
            ("6.0.450", (6, 45)),
            ("1.6.0.45", (6, 45)),
            ("1.8.0.341", (8, 341)),
            ("1.8.0.341.b10", (8, 341)),
            ("8.0.341", (8, 341)),
            ("8.0.3410.10", (8, 341)),
            ("8.0.392.8", (8, 392)),
            ("1.8.0.352.b08-2.el9_1", (8, 352)),
        ] {
            assert_eq!(release_of_java(text), Some(release), "{text}");
        }
        for text in ["7.0.5", "8.0", "8", "1.8.0", "11.0.200", "17.0.110", "8.1.100", "8.0.3411.10", "2.3"] {
            assert_eq!(release_of_java(text), None, "{text}");
        }
    }

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
