//! Versions that the text of a remedy names, held against an installed one.
//!
//! An advisory that lists one version alone (`V32.011`) and tells to update to `V33.017` does not say that `V33.011` is
//! fine. Here live the words of that doubt. The surprise: nothing here decides anything. A text names versions for
//! many reasons, so a named version can only ever keep a "no" from being said; it never makes one.

use crate::profile::Profile;
use crate::version::{Comparison, Version};

/// Most versions that are taken from one text.
const MAX_NAMED: usize = 64;
/// Longest word that is looked at.
const MAX_WORD: usize = 40;

/// The words of a text that look like versions, as written and each once.
///
/// A number with a point, a number behind a `V`, a number behind the word "version", and a year behind "update" or
/// "upgrade" count. Addresses, order numbers, versions of protocols and telephone numbers do not.
pub fn named_versions(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let (mut before, mut updates) = (String::new(), false);
    let is_gap = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"' | '|' | '“' | '”');
    for raw in text.split(is_gap).filter(|word| !word.is_empty()) {
        let word = raw.trim_matches(|c: char| matches!(c, '.' | ':' | '\'' | '’' | '*' | '!' | '?'));
        if let Some(version) = version_in(word, &before, updates)
            && found.len() < MAX_NAMED
            && !found.contains(&version)
        {
            found.push(version);
        }
        let lower = word.to_lowercase();
        updates |= ["updat", "upgrad", "migrat"].iter().any(|verb| lower.starts_with(verb));
        updates &= !raw.ends_with('.');
        before = lower;
    }
    found
}

/// The words that look like versions in the sentences which tell somebody to have a newer one.
///
/// For texts that are not said to be about a fix: publishers write "update to V2.1" under the heading of a mitigation, and
/// name other versions in the sentences around it.
pub fn named_updates(text: &str) -> Vec<String> {
    const TELLING: [&str; 14] = [
        "updat", "upgrad", "migrat", "patch", "fixed", "resolv", "correct", "later", "newer", "higher",
        "latest", "greater", "download", "install",
    ];
    let mut found: Vec<String> = Vec::new();
    for sentence in sentences(text) {
        let lower = sentence.to_lowercase();
        if TELLING.iter().any(|word| lower.contains(word)) {
            for version in named_versions(sentence) {
                if found.len() < MAX_NAMED && !found.contains(&version) {
                    found.push(version);
                }
            }
        }
    }
    found
}

/// Texts between line ends, and between full stops with a blank behind them.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split(". ")).filter(|sentence| !sentence.trim().is_empty())
}

/// The versions in the name of the file that an address leads to: `2.0` of `https://example.com/fw-2.0.zip`.
///
/// Pages, and files of no known kind, name none.
pub fn versions_of_file(address: &str) -> Vec<String> {
    const FILES: [&str; 20] = [
        ".zip", ".exe", ".msi", ".bin", ".tar.gz", ".tgz", ".gz", ".iso", ".img", ".swu", ".upd", ".rpm",
        ".deb", ".hex", ".dmg", ".fwl", ".cab", ".msu", ".7z", ".apk",
    ];
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.len() > 4 * MAX_WORD {
        return Vec::new();
    }
    let lower = name.to_ascii_lowercase();
    let Some(ending) = FILES.iter().find(|ending| lower.ends_with(*ending)) else { return Vec::new() };
    let stem = name.get(..name.len() - ending.len()).unwrap_or_default();
    stem.split(['-', '_', ' ', '+']).filter_map(|word| version_in(word, "", false)).take(MAX_NAMED).collect()
}

fn version_in(word: &str, before: &str, updates: bool) -> Option<String> {
    let behind_version =
        ["version", "versions", "firmware", "revision", "release", "frn", "build", "v", "ver", "fw"];
    let of_a_protocol =
        ["tls", "ssl", "dtls", "cvss", "http", "smb", "snmp", "section", "chapter", "port", "step", "usb"];
    if word.is_empty() || word.len() > MAX_WORD || of_a_protocol.contains(&before) {
        return None;
    }
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+'));
    let number = ["FW", "fw", "V.", "v.", "V", "v", "R", "r"].iter().find_map(|head| {
        word.strip_prefix(head).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    let digits = number.unwrap_or(word);
    if !plain || !digits.starts_with(|c: char| c.is_ascii_digit()) || is_telephone(digits) {
        return None;
    }
    let letters = digits.chars().filter(char::is_ascii_alphabetic).count();
    let is_pointed =
        digits.split('.').filter(|part| part.starts_with(|c: char| c.is_ascii_digit())).count() > 1;
    // `1756-EN2T`, `6ES7511-1AK01-0AB0`: an article, unless a point or a head says that it is a version.
    if letters > 3
        || (digits.contains('-') && letters > 1)
        || (number.is_none() && !is_pointed && letters > 1)
    {
        return None;
    }
    let is_year = digits.len() == 4 && digits.starts_with("20") && digits.bytes().all(|b| b.is_ascii_digit());
    let is_meant = is_pointed
        || number.is_some()
        || (behind_version.contains(&before) && digits.len() <= 6)
        || (is_year && updates && !is_of_a_date(before));
    is_meant.then(|| word.to_owned())
}

/// `1.800.722.9377`, `800-722-9377`.
fn is_telephone(digits: &str) -> bool {
    let lengths: Vec<usize> = digits.split(['.', '-']).map(str::len).collect();
    matches!(lengths.as_slice(), [3, 3, 4] | [_, 3, 3, 4])
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
}

fn is_of_a_date(before: &str) -> bool {
    const WORDS: [&str; 7] = ["in", "by", "of", "since", "on", "until", "during"];
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    before.ends_with(|c: char| c.is_ascii_digit())
        || WORDS.contains(&before)
        || before.get(..3).is_some_and(|head| MONTHS.contains(&head))
}

/// The named version that lies above the installed one and keeps "not listed" from meaning "not affected".
///
/// Vendors fix several trains at once, so the versions of the installed one's own train decide, by as many leading
/// numbers as any of them shares with it: with `33.017` and `34.014` named, `33.018` is past its train's fix and
/// `33.011` is not. Versions that cannot be compared say nothing.
pub fn named_above<'n>(profile: Profile, installed: &str, named: &'n [String]) -> Option<&'n str> {
    let own = Version::parse_ot(profile, installed).ok()?;
    let compared = named.iter().filter_map(|text| {
        let version = Version::parse_ot(profile, text).ok()?;
        match own.compare(&version) {
            Comparison::Less => Some((shared(installed, text), true, text.as_str(), version)),
            Comparison::Equal | Comparison::Greater => {
                Some((shared(installed, text), false, text.as_str(), version))
            }
            Comparison::Undecidable(_) => None,
        }
    });
    let compared: Vec<_> = compared.collect();
    let train = compared.iter().map(|(shared, ..)| *shared).max()?;
    let above = compared.into_iter().filter(|(shared, is_above, ..)| *shared == train && *is_above);
    above.min_by(|(.., one), (.., other)| one.key().cmp(other.key())).map(|(_, _, text, _)| text)
}

/// How many leading numbers two versions share.
fn shared(one: &str, other: &str) -> usize {
    numbers(one).zip(numbers(other)).take_while(|(one, other)| one == other).count()
}

fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).map(|run| {
        let plain = run.trim_start_matches('0');
        if plain.is_empty() { "0" } else { plain }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_and_other_numbers_are_not() {
        for (text, found) in [
            (
                "CompactLogix 5480: v33.017, v34.014, v35.013, v36.011 and later",
                &["v33.017", "v34.014", "v35.013", "v36.011"][..],
            ),
            ("1756-EN2TRK Series B versions 5.008 and prior: Update to 5.009 or later", &["5.008", "5.009"]),
            ("Latest firmware revision of MicroLogix 1100, Version FRN 16.0 or later.", &["16.0"]),
            ("Users should upgrade to Proficy iFIX 2023.", &["2023"]),
            ("Upgrade to 16 or later version", &[]),
            ("Update to version 16 or later version", &["16"]),
            ("The update comes in June 2023; call 1.800.722.9377 or 800-722-9377", &[]),
            ("Block port 443/TCP, use TLS 1.2, see CVSS v3.1 and https://example.com/v2.1", &[]),
            ("Update 6ES7511-1AK01-0AB0 to V2.9.4", &["V2.9.4"]),
            ("Update to 3.1-7a, MX-V4 and 1756-EN2T", &["3.1-7a"]),
            ("", &[]),
        ] {
            assert_eq!(named_versions(text), found, "{text}");
        }
    }

    #[test]
    fn a_mitigation_names_what_to_update_to_and_not_what_stands_around_it() {
        for (text, found) in [
            ("Upgrade to V4.019. Versions 3.1 and 3.2 talk Modbus 1.0.", &["V4.019"][..]),
            ("Users are told to use v6.011 or later\nAndroid 7.0 is not concerned", &["v6.011"]),
            ("The vendor has patched this in 1.5.0.12.", &["1.5.0.12"]),
            ("Restrict access to port 80. See section 3.1 of the manual.", &[]),
            ("Do not use 2.0 in open networks", &[]),
        ] {
            assert_eq!(named_updates(text), found, "{text}");
        }
    }

    #[test]
    fn the_name_of_a_file_names_a_version_and_that_of_a_page_does_not() {
        assert_eq!(versions_of_file("https://example.com/v1.0/fw-2.0.zip"), ["2.0"]);
        assert_eq!(versions_of_file("https://example.com/fw_V3.1.4.bin?x=1.2"), ["V3.1.4"]);
        assert!(versions_of_file("https://example.com/notes-2.0.html").is_empty());
        assert!(versions_of_file("https://example.com/2.0/").is_empty());
        assert!(versions_of_file(&format!("https://example.com/{}.zip", "1.".repeat(9_000))).is_empty());
    }

    #[test]
    fn a_hostile_text_names_no_more_than_a_few() {
        let text: String = (0..100_000).map(|n| format!("{n}.1 é€ ")).collect();
        assert_eq!(named_versions(&text).len(), MAX_NAMED);
        assert!(named_versions(&"1.".repeat(50_000)).is_empty());
    }

    #[test]
    fn the_train_of_the_installed_version_decides() {
        let named: Vec<String> = ["v33.017", "v34.014", "v35.013"].map(str::to_owned).to_vec();
        let above = |installed: &str| named_above(Profile::Common, installed, &named);
        assert_eq!(above("33.011"), Some("v33.017"));
        assert_eq!(above("33.018"), None);
        assert_eq!(above("34.014"), None);
        assert_eq!(above("32.015"), Some("v33.017"));
        assert_eq!(above("36.011"), None);
        assert_eq!(above("no version"), None);
    }

    #[test]
    fn a_shorter_version_of_the_same_train_does_not_stand_for_a_longer_one() {
        let named = ["1.3".to_owned(), "1.3.0.8".to_owned()];
        assert_eq!(named_above(Profile::Common, "1.3.0.5", &named), Some("1.3.0.8"));
        assert_eq!(named_above(Profile::Common, "1.3.0.8", &named), None);
    }
}
