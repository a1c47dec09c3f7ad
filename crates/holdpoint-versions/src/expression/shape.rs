//! Doubts that come from the shape of an installed version: a beginning of a version, or a bare build number.
//!
//! Inventories often hold half of a version (`2` for 2.9.4) or another number than the advisory compares
//! (`150410` for build 150410 of 5.3.1). The order of such texts is defined and means nothing, so it decides
//! nothing.

use super::{notation, pairs};
use crate::Scheme;
use crate::range::{Answer, Bound, VersionRange};
use crate::version::Version;

/// A number with at least that many digits may be a build number by itself.
const BARE_DIGITS: usize = 3;

/// Turns an answer into unknown when the shape of the installed version does not carry it.
pub(super) fn doubted(range: &VersionRange, installed: &str, answer: Answer) -> Answer {
    let scheme = scheme_of(range);
    if scheme == Scheme::Ot && notation::is_span(installed) && !bounds(range).any(|bound| bound == installed)
    {
        return Answer::Unknown {
            why: format!("`{installed}` reads like two versions, from one to the other"),
        };
    }
    let is_single = has_one_part(installed);
    if answer == Answer::No
        && let Some(bound) = lower_bounds(range).find(|bound| goes_on(bound, installed))
    {
        let why = format!("`{installed}` may be only the beginning of a version; the text names `{bound}`");
        return Answer::Unknown { why };
    }
    for bound in bounds(range) {
        if let Some(why) = notation::doubt(scheme, bound, installed) {
            return Answer::Unknown { why };
        }
        let why = match scheme {
            Scheme::Ot => pairs::doubt(bound, installed),
            // Days and names of releases stand in none of the others.
            Scheme::Dpkg
            | Scheme::Rpm
            | Scheme::Semver
            | Scheme::Pep440
            | Scheme::Maven
            | Scheme::Intdot
            | Scheme::Datetime
            | Scheme::WindowsBuild
            | Scheme::Kb
            | Scheme::Lexicographic
            | Scheme::Generic
            | Scheme::Apk
            | Scheme::Composer
            | Scheme::Gem
            | Scheme::Nuget => pairs::place_doubt(bound, installed),
        };
        if let Some(why) = why {
            return Answer::Unknown { why };
        }
        // Only a text of one part is doubted below, so that most pairs end here.
        if !is_single && !has_one_part(bound) {
            continue;
        }
        let (ours, theirs) = (parts(installed), parts(bound));
        if is_bare_number(&ours, &theirs) {
            let why =
                format!("`{installed}` is a single number and may be a build of a version such as `{bound}`");
            return Answer::Unknown { why };
        }
        if is_bare_number(&theirs, &ours) && !is_year(&theirs[0]) {
            let why =
                format!("`{bound}` is a single number and may be a build of a version such as `{installed}`");
            return Answer::Unknown { why };
        }
        let beginning = ours.len() == 1 && theirs.len() > 1 && theirs.starts_with(&ours);
        if answer == Answer::No && beginning {
            let why =
                format!("`{installed}` may be only the beginning of a version; the text names `{bound}`");
            return Answer::Unknown { why };
        }
    }
    answer
}

/// Why one of the two may count generations while the other counts versions; `None`: nothing says so.
pub(super) fn generations(bound: &str, installed: &str) -> Option<String> {
    if let Some(generation) = in_parentheses(installed)
        && !bound.contains('.')
    {
        return Some(format!(
            "`{bound}` may count what stands in parentheses in `{installed}`, which is {generation}"
        ));
    }
    if let Some(generation) = in_parentheses(bound).or_else(|| build_of(bound))
        && is_generation(installed)
    {
        return Some(format!(
            "`{installed}` may count what stands behind the version in `{bound}`, which is {generation}"
        ));
    }
    (is_generation(bound) && installed.contains('.') && !is_generation(installed))
        .then(|| format!("`{bound}` counts generations, and which one `{installed}` is of is not known"))
}

/// The scheme that the bounds of a range are numbered in.
fn scheme_of(range: &VersionRange) -> Scheme {
    let bound = |bound: &'_ Bound| match bound {
        Bound::Unbounded => None,
        Bound::Included(version) | Bound::Excluded(version) => Some(version.scheme()),
    };
    let mut found = range.intervals().iter().flat_map(|interval| [&interval.lower, &interval.upper]);
    let bounded = found.find_map(bound);
    bounded.or_else(|| range.excluded().first().map(Version::scheme)).unwrap_or(Scheme::Ot)
}

/// Whether a text is written like another one with more behind it, by whole runs of digits and letters.
fn goes_on(whole: &str, beginning: &str) -> bool {
    let (mut whole, beginning) = (runs(whole), runs(beginning));
    let mut any = false;
    for run in beginning {
        if !whole.next().is_some_and(|other| is_same_run(other, run)) {
            return false;
        }
        any = true;
    }
    any && whole.next().is_some()
}

/// Whether a text of several numbers begins with a long number that another text has behind its first ones:
/// `4024.10` and `3.1.4024.11`.
pub(super) fn is_end_of(end: &str, whole: &str) -> bool {
    let mut own = runs(end);
    let Some(first) = own.next().filter(|run| is_long_number(run)) else { return false };
    let mut others = runs(whole);
    let leads =
        others.next().is_some_and(|run| run.len() < first.len() && run.as_bytes()[0].is_ascii_digit());
    own.next().is_some() && leads && others.any(|run| is_same_run(run, first))
}

fn is_long_number(run: &str) -> bool {
    run.len() >= BARE_DIGITS && run.as_bytes()[0].is_ascii_digit() && !is_year(run)
}

/// A text without what stands in front of its first run, and without a leading `v`.
pub(super) fn without_v(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    rest.strip_prefix(['v', 'V']).filter(|behind| !behind.starts_with(char::is_alphabetic)).unwrap_or(rest)
}

/// The run of digits or of letters that a text begins with; empty: it begins with neither.
pub(super) fn first_run(text: &str) -> &str {
    let Some(first) = text.chars().next().filter(|c| c.is_alphanumeric()) else { return "" };
    let ends = |c: char| !c.is_alphanumeric() || c.is_ascii_digit() != first.is_ascii_digit();
    &text[..text.find(ends).unwrap_or(text.len())]
}

/// The runs of digits and of letters as they are written, without a leading `v`.
pub(super) fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = without_v(text);
    std::iter::from_fn(move || {
        let text = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let run = first_run(text);
        rest = &text[run.len()..];
        (!run.is_empty()).then_some(run)
    })
}

/// Whether two runs are the same number or the same letters.
pub(super) fn is_same_run(one: &str, other: &str) -> bool {
    let plain = |run: &'_ str| -> bool { run.starts_with(|c: char| c.is_ascii_digit()) };
    if plain(one) && plain(other) {
        return one.trim_start_matches('0') == other.trim_start_matches('0');
    }
    one.eq_ignore_ascii_case(other)
}

/// The number in parentheses behind a whole version, as in `03.10.08(22)`: some makers count generations there.
fn in_parentheses(installed: &str) -> Option<&str> {
    let (version, number) = installed.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (is_number && version.contains('.')).then_some(number)
}

/// `FW20`, `FW21 Patch 1`: a generation by itself.
fn is_generation(installed: &str) -> bool {
    let number = installed.trim().strip_prefix("FW").map(str::trim_start);
    let number = number.and_then(|number| number.split(' ').next());
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// The build behind a whole version, as in `03.10.08 Build 22`.
fn build_of(bound: &str) -> Option<&str> {
    let (version, build) = bound.rsplit_once(" Build ")?;
    version.contains('.').then_some(build)
}

/// Why a text is no whole sentence: what comes before its `and`, or behind its hyphen, stands somewhere else.
pub(super) fn cut_off(text: &str) -> Option<String> {
    let text = text.trim();
    if ["and ", "or ", "& ", "und ", "oder "].iter().any(|joint| starts(text, joint)) {
        return Some("it goes on from a text that is not here".to_owned());
    }
    let behind = text.strip_prefix(['-', '\u{2013}', '\u{2014}']).map(str::trim_start);
    if behind
        .is_some_and(|rest| rest.trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit()))
    {
        return Some("it begins with a hyphen, so its beginning may be missing".to_owned());
    }
    if let Some(word) = open_end(text) {
        return Some(format!("it ends with `{word}`, so its end may be missing"));
    }
    let stem = text.strip_suffix(['-', '\u{2013}', '\u{2014}'])?.trim_end();
    stem.ends_with(|c: char| c.is_ascii_digit())
        .then(|| "it ends with a hyphen, so its end may be missing".to_owned())
}

/// The word at the end of a text that something must follow: `1.0 on`, `< 2.0 when using`.
fn open_end(text: &str) -> Option<&str> {
    const WORDS: [&str; 22] = [
        "on", "with", "when", "where", "if", "using", "without", "running", "based", "in", "for", "having",
        "unless", "except", "that", "which", "and", "or", "to", "of", "from", "than",
    ];
    let (before, last) = text.trim_end_matches(['.', ',', ';', ':', ' ']).rsplit_once([' ', '_'])?;
    // `from 1.0 on` is whole.
    let opens = ["from ", "since ", "starting ", "ab "].iter().any(|word| starts(before, word));
    if opens && last.eq_ignore_ascii_case("on") {
        return None;
    }
    WORDS.iter().any(|word| last.eq_ignore_ascii_case(word)).then_some(last)
}

/// Why a single version may be two, from one to the other: `1.0_2.0`.
pub(super) fn two_in_one(text: &str) -> Option<String> {
    let text = text.trim();
    let (low, high) = text.split_once('_')?;
    (!high.contains('_') && notation::is_span(&format!("{low}-{high}")))
        .then(|| format!("`{text}` reads like two versions, from one to the other"))
}

fn starts(text: &str, joint: &str) -> bool {
    text.get(..joint.len()).is_some_and(|front| front.eq_ignore_ascii_case(joint))
}

/// Why a single version that was read is none: a protocol (`ICMPv4`), a standard (`J2497`), a name (`Sofia 3G`).
pub(super) fn no_version(product: &str, read: &super::Expression) -> Option<String> {
    let super::Outcome::Decided { range } = &read.outcome else { return None };
    let mut points = range.intervals().iter().filter_map(|interval| interval.point());
    let text = points.find(|point| is_no_version(product, point.text()))?.text();
    Some(format!("`{text}` is a name, a model or a protocol rather than a version"))
}

fn is_no_version(product: &str, text: &str) -> bool {
    const PROTOCOLS: [&str; 18] = [
        "icmp", "ip", "tls", "dtls", "ssl", "ssh", "snmp", "http", "smb", "can", "tcp", "udp", "dhcp", "ntp",
        "iec", "ieee", "iso", "usb",
    ];
    let text = text.trim();
    let head: &str = &text[..text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len())];
    let lower = head.to_ascii_lowercase();
    let behind = &text[head.len()..];
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    // A standard of vehicles: `J2497`, `J1939`.
    if head == "J" && digits == 4 && digits == behind.len() {
        return true;
    }
    let named = lower.strip_suffix('v').unwrap_or(&lower);
    if PROTOCOLS.contains(&named) || text.starts_with("802.1") {
        return true;
    }
    // `S2-LP-1501`: words of capitals between hyphens, and a long number at the end.
    let mut pieces = text.split('-');
    let (_, words, last) = (pieces.next(), pieces.next(), pieces.next());
    let is_word = |word: &str| word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_number = |word: &str| word.len() >= BARE_DIGITS && word.bytes().all(|byte| byte.is_ascii_digit());
    if pieces.next().is_none() && words.is_some_and(is_word) && last.is_some_and(is_number) {
        return true;
    }
    // A word before the number that versions do not begin with. The product's own word may stand there (`SE2021MP3`).
    let begins =
        |word: &&str| !word.is_empty() && product.to_ascii_lowercase().contains(&word.to_ascii_lowercase());
    let run = &text[..head.len() + digits];
    let is_own = digits > 0 && begins(&run);
    head.len() >= 2 && !text.contains('.') && !leads_versions(&lower) && !is_own
}

/// Words that stand before the numbers of versions.
fn leads_versions(word: &str) -> bool {
    const WORDS: [&str; 31] = [
        "ver", "vers", "version", "versions", "rev", "revision", "rel", "release", "fw", "sw", "sv", "sp",
        "fp", "hf", "cu", "mr", "mp", "pr", "build", "update", "upd", "firmware", "software", "bios",
        "patch", "hotfix", "kb", "kit", "service", "boot", "os",
    ];
    WORDS.contains(&word)
}

/// Whether a text looks like models and not like versions: a long word, an underscore, and a number with an `x` inside.
pub(super) fn names_models(text: &str) -> bool {
    let items = text.split('|').filter(|item| !item.trim().is_empty());
    if text.contains('|') && items.clone().all(is_numbered_model) {
        return true;
    }
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '|' | ',' | ';'));
    words.filter_map(|word| word.split_once('_')).any(|(stem, number)| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let open = number.split_once(['x', 'X']).is_some_and(|(front, back)| digits(front) && digits(back));
        stem.len() >= 4 && stem.bytes().all(|b| b.is_ascii_alphabetic()) && open
    })
}

/// `3002 S3`: a number without a point that is no year, and a code behind it that says no release or service pack.
fn is_numbered_model(item: &str) -> bool {
    let mut words = item.split_whitespace();
    let (Some(number), Some(code), None) = (words.next(), words.next(), words.next()) else { return false };
    let is_number =
        (3..=6).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()) && !is_year(number);
    let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
    let release = ["R", "V", "SP", "HF", "FP", "CU", "MR", "U", "P", "B"].contains(&&code[..letters]);
    let digits = code[letters..].bytes().all(|b| b.is_ascii_digit());
    is_number && letters > 0 && letters < code.len() && digits && !release
}

fn lower_bounds(range: &VersionRange) -> impl Iterator<Item = &str> {
    range.intervals().iter().filter_map(|interval| match &interval.lower {
        Bound::Unbounded => None,
        Bound::Included(version) | Bound::Excluded(version) => Some(version.text()),
    })
}

pub(super) fn bounds(range: &VersionRange) -> impl Iterator<Item = &str> {
    range.intervals().iter().flat_map(|interval| [&interval.lower, &interval.upper]).filter_map(|bound| {
        match bound {
            Bound::Unbounded => None,
            Bound::Included(version) | Bound::Excluded(version) => Some(version.text()),
        }
    })
}

fn is_bare_number(ours: &[String], theirs: &[String]) -> bool {
    let [number] = ours else { return false };
    let is_number = |part: &String| part.bytes().all(|b| b.is_ascii_digit());
    let first = theirs.iter().find(|part| is_number(part));
    theirs.len() > 1
        && is_number(number)
        && number.len() >= BARE_DIGITS
        && first.is_some_and(|first| first.len() < number.len())
}

/// A year is a version by itself, and its order against other numbers is judged elsewhere.
fn is_year(number: &str) -> bool {
    number.len() == 4 && (number.starts_with("19") || number.starts_with("20"))
}

/// Whether [`parts`] gives just one.
fn has_one_part(text: &str) -> bool {
    let body = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    // A `v` is left out when it stands alone.
    let behind = body.strip_prefix(['v', 'V']);
    let body = behind.filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() && !c.is_ascii_digit()));
    let body = body.unwrap_or(text).trim_start_matches(|c: char| !c.is_alphanumeric());
    let Some(first) = body.chars().next() else { return false };
    let is_same = |c: char| c.is_alphanumeric() && c.is_ascii_digit() == first.is_ascii_digit();
    !body.trim_start_matches(is_same).contains(char::is_alphanumeric)
}

/// The runs of digits and of letters, in lower case, without a leading `v` and without leading zeros.
fn parts(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut digits = None;
    for character in text.chars() {
        if !character.is_alphanumeric() {
            digits = None;
            continue;
        }
        let is_digit = character.is_ascii_digit();
        if digits != Some(is_digit) {
            found.push(String::new());
            digits = Some(is_digit);
        }
        if let Some(last) = found.last_mut() {
            last.extend(character.to_lowercase());
        }
    }
    if found.first().is_some_and(|first| first == "v") {
        found.remove(0);
    }
    for part in &mut found {
        let trimmed = part.trim_start_matches('0');
        if part.bytes().all(|b| b.is_ascii_digit()) && trimmed.len() < part.len() {
            *part = if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_owned() };
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{Category, Context, parse};
    use crate::range::Answer;

    fn word(text: &str, installed: &str) -> &'static str {
        let context = Context { vendor: "Acme", product: "Valve", category: Category::Range };
        match parse(&context, text).contains(installed) {
            Answer::Yes => "yes",
            Answer::No => "no",
            Answer::Unknown { .. } => "unknown",
        }
    }

    #[test]
    fn a_bare_build_number_decides_nothing() {
        assert_eq!(word("<= 5.17.1-754993421", "754993421"), "unknown");
        assert_eq!(word("<= 2.3.0.r5417", "5416"), "unknown");
        assert_eq!(word("< 3.03 BN 830", "830"), "unknown");
        assert_eq!(word("< 3.1.4024.11", "4024.10"), "unknown");
        assert_eq!(word("< 4024.11", "3.1.4024.10"), "unknown");
        assert_eq!(word("< 4024.11", "4024.10"), "yes");
        assert_eq!(word("<= 03.10.08(22)", "FW20"), "unknown");
        assert_eq!(word("< FW22", "03.06.19(18)"), "unknown");
        assert_eq!(word("< 03.10.10(22)", "FW21 Patch 1"), "unknown");
        assert_eq!(word("> FW16, <= FW26", "03.01.07"), "unknown");
        assert_eq!(word("> FW16, <= FW26", "FW27"), "no");
        assert_eq!(word("<= 850", "900"), "no");
        assert_eq!(word("< 17", "16"), "yes");
    }

    #[test]
    fn an_exception_is_compared_in_its_own_notation() {
        for kind in ["intdot", "semver", "generic", "deb"] {
            assert_eq!(word(&format!("vers:{kind}/!=1.2.3"), "1.2.3"), "no", "{kind}");
            assert_eq!(word(&format!("vers:{kind}/!=1.2.3"), "1.2.4"), "yes", "{kind}");
        }
    }

    #[test]
    fn numbered_models_are_no_versions() {
        assert_eq!(word("3002 S3 | 3005 S3", "2.1"), "unknown");
        assert_eq!(word("2017 R2 | 2019 R1", "2018"), "no");
    }

    #[test]
    fn a_name_a_model_or_a_protocol_is_no_version() {
        for text in [
            "ICMPv4",
            "IPv6",
            "J2497",
            "TLSv1.2",
            "SNMPv3",
            "CAN2.0",
            "802.11ac",
            "Sofia 3G-R",
            "S2-LP-1501",
            "HD 16 | HD23",
            "Gateway V3",
            "CR-IR 357",
        ] {
            let context = Context { vendor: "Acme", product: "Valve", category: Category::Version };
            assert_ne!(parse(&context, text).outcome_name(), "decided", "{text}");
            assert_eq!(word(text, "1.0"), "unknown", "{text}");
        }
        for text in [
            "V16",
            "FW22",
            "SP1",
            "R15A",
            "MX-V4.0.1.15",
            "W2.1.NA",
            "A10",
            "Rev B",
            "LPI 3.5.12.P30",
            "2016 R2",
        ] {
            let context = Context { vendor: "Acme", product: "Valve", category: Category::Version };
            assert_eq!(parse(&context, text).outcome_name(), "decided", "{text}");
        }
        let context = Context { vendor: "Siemens", product: "Solid Edge SE2021", category: Category::Range };
        assert_eq!(parse(&context, "SE2021MP3").outcome_name(), "decided");
    }

    #[test]
    fn the_beginning_of_a_version_excludes_nothing() {
        assert_eq!(word(">= 2.9.1, < 3.0", "2"), "unknown");
        assert_eq!(word(">= 2.9.1, < 3.0", "2.9"), "unknown");
        assert_eq!(word(">= V4.5.3, < V5.0", "V4.5"), "unknown");
        assert_eq!(word("< 2.9.0", "2.9"), "no");
        assert_eq!(word("7.00-20121012", "7.00"), "unknown");
        assert_eq!(word("7.00-20121012", "7.10"), "no");
        assert_eq!(word("9.0 R2", "9.0"), "unknown");
        assert_eq!(word("3.1.2", "3.1"), "unknown");
        assert_eq!(word(">= 2.9.1, < 3.0", "2.8"), "no");
        assert_eq!(word(">= 2.9.1, < 3.0", "3.1"), "no");
        assert_eq!(word("< V2.9.4", "V2.9"), "yes");
        assert_eq!(word("2017 R2", "2017"), "unknown");
    }
}
