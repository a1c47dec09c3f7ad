//! The release of a distribution, in one form whoever wrote it.
//!
//! A feed says `Alpine:v3.18`, an inventory `alpine-3.18.4`; a tracker says `bookworm`, a bill of materials `debian-12.5`. Both
//! sides are read here, so that they meet. The surprise: a text that is not understood is no other release, and a number without
//! its service pack may be any of them; [`is`] leaves both open.

/// Before a text that is not understood.
const NOT_UNDERSTOOD: char = '?';
/// Before what tells the releases of one number apart: a service pack, the minor release or the module of a package of an
/// Enterprise Linux. Nothing behind it: not said.
pub(crate) const LEVEL: char = '~';
/// Before what may stand beside each other in one release: a module, a stream of longer support.
const STREAM: char = '/';

/// Debian's releases.
const DEBIAN: &[(&str, &str)] = &[
    ("6", "squeeze"),
    ("7", "wheezy"),
    ("8", "jessie"),
    ("9", "stretch"),
    ("10", "buster"),
    ("11", "bullseye"),
    ("12", "bookworm"),
    ("13", "trixie"),
    ("14", "forky"),
    ("15", "duke"),
    ("unstable", "sid"),
];

/// Ubuntu's releases.
const UBUNTU: &[(&str, &str)] = &[
    ("12.04", "precise"),
    ("14.04", "trusty"),
    ("16.04", "xenial"),
    ("18.04", "bionic"),
    ("20.04", "focal"),
    ("20.10", "groovy"),
    ("21.04", "hirsute"),
    ("21.10", "impish"),
    ("22.04", "jammy"),
    ("22.10", "kinetic"),
    ("23.04", "lunar"),
    ("23.10", "mantic"),
    ("24.04", "noble"),
    ("24.10", "oracular"),
    ("25.04", "plucky"),
    ("25.10", "questing"),
];

/// Ubuntu's streams beside a release.
const UBUNTU_STREAMS: &[&str] = &["fips", "updates", "preview", "esm", "infra", "apps", "realtime"];

/// What stands beside the number of an Enterprise Linux and says nothing of its release.
const ENTERPRISE_WORDS: &[&str] = &[
    "rhel",
    "redhat",
    "red",
    "hat",
    "enterprise",
    "linux",
    "server",
    "client",
    "workstation",
    "centos",
    "stream",
    "rocky",
    "rockylinux",
    "alma",
    "almalinux",
    "oracle",
    "oraclelinux",
    "ol",
    "baseos",
    "appstream",
    "crb",
    "eus",
    "aus",
    "tus",
    "e4s",
    "els",
];

/// How a distribution writes its releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Debian,
    Ubuntu,
    /// Red Hat Enterprise Linux and what is built as it.
    EnterpriseLinux,
    Alpine,
    Suse,
    OpenSuse,
    OpenEuler,
    Mageia,
    /// Its name, then a number.
    Other,
}

impl Family {
    pub(crate) fn of(namespace: &str) -> Self {
        match namespace {
            "debian" | "raspbian" => Self::Debian,
            "ubuntu" => Self::Ubuntu,
            "redhat" | "rhel" | "centos" | "almalinux" | "alma" | "rocky" | "rocky-linux" | "rockylinux"
            | "oracle" | "oraclelinux" | "ol" => Self::EnterpriseLinux,
            "alpine" => Self::Alpine,
            "openeuler" => Self::OpenEuler,
            "mageia" => Self::Mageia,
            name if name.starts_with("opensuse") => Self::OpenSuse,
            name if name.starts_with("suse") || name.starts_with("sle") => Self::Suse,
            _ => Self::Other,
        }
    }
}

/// The one form of a release, by the namespace of its packages: `bookworm` of `debian-12.5`, `el9` of `rhel-server-9.3`, `3.18` of
/// `v3.18`; empty when nothing is said, and the text behind a `?` where it is not understood.
#[must_use]
pub fn key(namespace: &str, text: &str) -> String {
    let text = text.trim().to_lowercase();
    let text = text.trim_start_matches(NOT_UNDERSTOOD);
    if text.is_empty() {
        return String::new();
    }
    let words = words(text);
    let namespace = namespace.to_lowercase();
    let namespace =
        if namespace.is_empty() { words.first().copied().unwrap_or_default() } else { &namespace };
    let own: Vec<&str> = self::words(namespace);
    let said = |noise: &[&str]| -> Vec<&str> {
        words.iter().copied().filter(|word| !noise.contains(word) && !own.contains(word)).collect()
    };
    let read = match Family::of(namespace) {
        Family::Debian => named(DEBIAN, &said(&["debian", "gnu", "linux"]), 1),
        Family::Ubuntu => named(UBUNTU, &said(&["ubuntu", "lts", "pro"]), 2),
        Family::EnterpriseLinux => enterprise_linux(&said(ENTERPRISE_WORDS)),
        Family::Alpine => alpine(&said(&["alpine", "linux"])),
        Family::Suse => suse(&words),
        Family::OpenSuse => open_suse(&said(&["opensuse"])),
        Family::OpenEuler => open_euler(&said(&["openeuler"])),
        Family::Mageia => only_number(&said(&["mageia", "linux"])).map(|number| major(number).to_owned()),
        Family::Other => only_number(&said(&[])).map(str::to_owned),
    };
    // What stands between several releases cannot stand inside one.
    read.unwrap_or_else(|| format!("{NOT_UNDERSTOOD}{}", text.replace(['|', '!', '^', ';'], " ")))
}

/// Whether a key, as [`key`] gives it, is of a text that was not understood.
#[must_use]
pub fn is_understood(key: &str) -> bool {
    !key.starts_with(NOT_UNDERSTOOD)
}

/// The key of what is told apart within a release: the stream of a module.
#[must_use]
pub fn with_level(key: &str, level: &str) -> String {
    format!("{key}{LEVEL}{level}")
}

/// The main line, `el9`, of a minor release that is looked after for longer, `el9~2`; `None`: it is no such one.
#[must_use]
pub fn main_of(key: &str) -> Option<&str> {
    let (main, level) = key.split_once(LEVEL)?;
    (main.starts_with("el") && is_number(level)).then_some(main)
}

/// Whether a key is of one of Ubuntu's releases by its name.
pub(crate) fn is_known_to_ubuntu(key: &str) -> bool {
    UBUNTU.iter().any(|(_, name)| *name == key)
}

/// Whether what is said of a release, as [`key`] gives it, is said of a package that was built for another; `None` where it
/// cannot be told. The one line of an Enterprise Linux goes through all its minor releases, `el9` through `el9~3`; what is said
/// of one minor release, which is looked after for longer, is said of that alone.
#[must_use]
pub fn speaks_of(said: &str, built: &str) -> Option<bool> {
    if main_of(built) == Some(said) { Some(true) } else { is(said, built) }
}

/// A key as people read it.
#[must_use]
pub fn shown(key: &str) -> String {
    key.strip_prefix(NOT_UNDERSTOOD).map_or_else(
        || {
            key.trim_end_matches(LEVEL)
                .replace("~module", " module")
                .replace([LEVEL], ".")
                .replace(STREAM, " ")
        },
        str::to_owned,
    )
}

/// Whether two releases, as [`key`] gives them, are one; `None` where it cannot be said.
#[must_use]
pub fn is(one: &str, other: &str) -> Option<bool> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    if one == other {
        return Some(true);
    }
    if !is_understood(one) || !is_understood(other) {
        return None;
    }
    let ((one, one_level, one_stream), (other, other_level, other_stream)) = (parts(one), parts(other));
    let more_exact = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.starts_with('.'));
    if one != other {
        return if more_exact(one, other) || more_exact(other, one) { None } else { Some(false) };
    }
    // SUSE's modules are parts of a host's own release, and a host never calls itself by one.
    if one_level == other_level && !one_level.is_empty() && is_module(one_stream) != is_module(other_stream) {
        return Some(true);
    }
    let levels_differ = one_level != other_level && !one_level.is_empty() && !other_level.is_empty();
    // Of one release; where only the streams differ, what is in one may be in the other.
    levels_differ.then_some(false)
}

fn is_module(stream: &str) -> bool {
    stream.starts_with("module for ")
}

fn parts(key: &str) -> (&str, &str, &str) {
    let (release, stream) = key.split_once(STREAM).unwrap_or((key, ""));
    let (base, level) = release.split_once(LEVEL).unwrap_or((release, ""));
    (base, level, stream)
}

/// The words of a text; a dot parts them unless it stands between digits.
fn words(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let mut from = 0;
    let mut found = Vec::new();
    for (at, letter) in text.char_indices() {
        let parts = match letter {
            '.' => !(digit(at.checked_sub(1)) && digit(Some(at + 1))),
            ' ' | '-' | '/' | ':' | ',' | '(' | ')' | '"' => true,
            _ => false,
        };
        if parts {
            found.push(&text[from..at]);
            from = at + letter.len_utf8();
        }
    }
    found.push(&text[from..]);
    found.retain(|word| !word.is_empty());
    found
}

fn is_number(word: &str) -> bool {
    word.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn major(number: &str) -> &str {
    number.split('.').next().unwrap_or_default()
}

/// The first parts of a number; `None` when it has fewer.
fn first(number: &str, parts: usize) -> Option<&str> {
    if number.split('.').count() < parts {
        return None;
    }
    let end = number.match_indices('.').nth(parts - 1).map_or(number.len(), |(at, _)| at);
    Some(&number[..end])
}

fn only_number<'a>(words: &[&'a str]) -> Option<&'a str> {
    match words {
        [number] if is_number(number) => Some(number),
        _ => None,
    }
}

/// Releases that have a name and a number of so many parts.
fn named(table: &[(&str, &str)], words: &[&str], parts: usize) -> Option<String> {
    let mut found: Option<String> = None;
    let (mut by_name, mut streams) = (false, Vec::new());
    for word in words {
        let number = if is_number(word) { first(word, parts) } else { Some(*word) };
        let known = table.iter().find(|(known, name)| Some(*known) == number || name == word);
        let release = match (known, number) {
            (Some((_, name)), _) => (*name).to_owned(),
            (None, Some(number)) if is_number(number) => number.to_owned(),
            _ => {
                streams.push(*word);
                continue;
            }
        };
        by_name |= known.is_some_and(|(_, name)| name == word);
        if found.as_ref().is_some_and(|known| *known != release) {
            return None;
        }
        found = Some(release);
    }
    let found = found?;
    if streams.is_empty() {
        return Some(found);
    }
    // A number beside a strange word may be the number of something else; a release's own name is not.
    let known = by_name || streams.iter().all(|word| UBUNTU_STREAMS.contains(word));
    known.then(|| format!("{found}{STREAM}{}", streams.join(" ")))
}

fn enterprise_linux(words: &[&str]) -> Option<String> {
    let [word] = words else { return None };
    let number = word.strip_prefix("el").unwrap_or(word);
    let (number, level) = number.split_once(LEVEL).unwrap_or((number, ""));
    let number = number.split('_').next().unwrap_or_default();
    let number = major(is_number(number).then_some(number)?);
    // A host is of its latest minor release; a stream of longer support, which says it itself, is of that one alone.
    let level = if is_number(level) { format!("{LEVEL}{level}") } else { String::new() };
    (number.len() <= 2).then(|| format!("el{number}{level}"))
}

fn alpine(words: &[&str]) -> Option<String> {
    match words {
        ["edge"] => Some("edge".to_owned()),
        [word] => {
            let number = word.strip_prefix('v').unwrap_or(word);
            if is_number(number) { first(number, 2).map(str::to_owned) } else { None }
        }
        _ => None,
    }
}

/// `sle-15~4` of `sles-15.4`, `15-SP4` and `Linux Enterprise Server 15 SP4`; modules and streams of it behind a stroke.
fn suse(words: &[&str]) -> Option<String> {
    let (mut number, mut level, mut stream) = (None, "", Vec::new());
    let enterprise = words.contains(&"enterprise") && words.contains(&"linux");
    let ours = enterprise || words.iter().any(|word| word.starts_with("sle"));
    for word in words {
        let (head, pack) = match word.split_once("sp") {
            Some((head, pack)) if !pack.is_empty() && is_number(pack) => (head, pack),
            _ => (*word, ""),
        };
        match head {
            "" => level = pack,
            head if is_number(head) && number.is_none() => {
                number = Some(major(head));
                level =
                    if pack.is_empty() { head.split_once('.').map_or(level, |(_, rest)| rest) } else { pack };
            }
            "suse" | "linux" | "enterprise" | "sle" | "sles" | "server" => {}
            "sled" => stream.push("desktop"),
            "sles_sap" => stream.push("for sap applications"),
            _ => stream.push(word),
        }
    }
    let number = number.filter(|_| ours || stream.is_empty())?;
    let stream = if stream.is_empty() { String::new() } else { format!("{STREAM}{}", stream.join(" ")) };
    Some(format!("sle-{number}{LEVEL}{level}{stream}"))
}

fn open_suse(words: &[&str]) -> Option<String> {
    match words {
        ["tumbleweed"] => Some("tumbleweed".to_owned()),
        ["tumbleweed", date] if is_number(date) => Some("tumbleweed".to_owned()),
        ["leap", number] | [number] if is_number(number) => Some(format!("leap-{number}")),
        _ => None,
    }
}

fn open_euler(words: &[&str]) -> Option<String> {
    let (number, level) = words.split_first()?;
    let known = level.iter().all(|word| *word == "lts" || word.strip_prefix("sp").is_some_and(is_number));
    let number = first(number, 2).filter(|number| is_number(number) && known)?;
    Some(format!("{number}{LEVEL}{}", level.join("-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_has_one_form_whoever_wrote_it() {
        for (namespace, form, texts) in [
            (
                "debian",
                "bookworm",
                "debian-12|debian-12.5|debian-bookworm|12|Debian 12|bookworm|debian-12 (bookworm)",
            ),
            ("debian", "sid", "sid|debian-sid|unstable"),
            (
                "ubuntu",
                "jammy",
                "ubuntu-22.04.3|ubuntu-22.04|22.04 LTS|jammy|ubuntu-jammy|22.04:LTS|Pro:22.04:LTS",
            ),
            ("alpine", "3.18", "v3.18|alpine-3.18.4|3.18|3.18.4"),
            ("rocky-linux", "el9", "rocky-linux-9.3|rocky-9.3|9|el9|el9_3"),
            ("redhat", "el9", "rhel-server-9.3|rhel-9.4|redhat-9|centos-stream-9"),
            ("almalinux", "el9", "almalinux-9.3|alma-9"),
            (
                "suse",
                "sle-15~4",
                "sles-15.4|sles-15-sp4|15.4|15SP4|Linux Enterprise Server 15 SP4|suse.linux.enterprise.server-15.4",
            ),
            ("sles", "sle-15~4", "sles-15.4"),
            ("suse", "sle-15~4/module for basesystem", "Linux Enterprise Module for Basesystem 15 SP4"),
            ("opensuse", "leap-15.5", "opensuse-leap-15.5|Leap 15.5|leap-15.5"),
            ("opensuse", "tumbleweed", "opensuse-tumbleweed-20240101|Tumbleweed"),
            ("redhat", "el9~2", "el9~2"),
            ("openeuler", "22.03~lts-sp1", "22.03-LTS-SP1|openEuler-22.03-LTS-SP1"),
            ("mageia", "9", "mageia-9|9"),
            ("fedora", "39", "fedora-39"),
            ("", "bookworm", "debian-12.5"),
            ("debian", "", "| "),
        ] {
            for text in texts.split('|') {
                assert_eq!(key(namespace, text), form, "{namespace} {text}");
            }
        }
    }

    #[test]
    fn a_text_that_is_not_understood_is_no_other_release() {
        for (namespace, text) in [
            ("debian", "stable"),
            ("debian", "debian-testing"),
            ("debian", "bookworm/sid"),
            ("debian", "ubuntu-22.04"),
            ("debian", "raspbian-12"),
            ("ubuntu", "linuxmint-21"),
            ("ubuntu", "22"),
            ("redhat", "rhcos-4.12"),
            ("alpine", "3.21_alpha20240923"),
            ("suse", "Manager Server Module 4.3"),
            ("opensuse", "Leap Micro 5.3"),
        ] {
            let read = key(namespace, text);
            assert!(!is_understood(&read), "{text}: {read}");
            assert_eq!(key(namespace, &read), read, "read again");
            assert_eq!(shown(&read), text.to_lowercase());
            for known in ["bookworm", "jammy", "el9", "3.18", "sle-15~4", "leap-15.5"] {
                assert_eq!(is(&read, known), None, "{text} {known}");
                assert_eq!(is(known, &read), None, "{text} {known}");
            }
        }
    }

    #[test]
    fn the_line_of_an_enterprise_linux_goes_through_its_minor_releases() {
        for (said, built, expected) in [
            ("el9", "el9~3", Some(true)),
            ("el9", "el9", Some(true)),
            ("el9~2", "el9~2", Some(true)),
            ("el9~2", "el9~3", Some(false)),
            ("el9~2", "el9", None),
            ("el8", "el8~module 18", None),
            ("el8", "el9~3", Some(false)),
        ] {
            assert_eq!(speaks_of(said, built), expected, "{said} {built}");
        }
        assert_eq!((shown("el9~2"), shown("el8~module 18")), ("el9.2".into(), "el8 module 18".into()));
    }

    #[test]
    fn another_release_is_a_no_and_what_may_be_the_same_is_left_open() {
        for (one, other, expected) in [
            ("bookworm", "trixie", Some(false)),
            ("bookworm", "bookworm", Some(true)),
            ("bookworm/armbian", "bookworm", None),
            ("bookworm/armbian", "bullseye", Some(false)),
            ("sle-15~4", "sle-15~3", Some(false)),
            ("sle-15~", "sle-15~3", None),
            ("sle-15~4/module for basesystem", "sle-15~4", Some(true)),
            ("sle-15~4/module for basesystem", "sle-15~4/for sap applications", Some(true)),
            ("sle-15~4/module for basesystem", "sle-15~", None),
            ("sle-15~4/module for basesystem", "sle-15~3", Some(false)),
            ("sle-15~4/ltss", "sle-15~4", None),
            ("sle-15~4/module for basesystem", "sle-12~5", Some(false)),
            ("22.03~", "22.03~lts-sp1", None),
            ("22.03~lts", "22.03~lts-sp1", Some(false)),
            ("2", "2.1", None),
            ("2", "2023", Some(false)),
            ("", "el9", None),
            ("el9~2", "el9~3", Some(false)),
            ("el9~2", "el9", None),
            ("el8~module 18", "el8~module 16", Some(false)),
            ("el8~module 18", "el8", None),
        ] {
            assert_eq!(is(one, other), expected, "{one} {other}");
            assert_eq!(is(other, one), expected, "{other} {one}");
        }
    }
}
