//! Takes conditions and remarks apart from the range they restrict.
//!
//! `< V5.0 only if web components are used` is a range and a condition. The surprise: a condition that names a
//! version of another product (`< V8.1 with WinCC V7.3 Upd 19`) describes what fixes the problem, so the bound
//! itself may still be affected; the reader then widens the range.

use super::marks;
use super::phrase;
use super::predicate::Predicate;
use super::{Category, Context, bounds, combine, models};
use crate::profile::Profile;
use crate::range::VersionRange;
use crate::version::Version;

/// Words that open a condition.
const OPENERS: &[&str] = &[
    "with",
    "when",
    "only",
    "where",
    "if",
    "using",
    "installed",
    "without",
    "running",
    "on",
    "packaged",
    "affected",
    "based",
    "in",
    "for",
    "integrated",
    "including",
    "incl.",
    "connected",
    "shipped",
    "manufactured",
    "distributed",
    "having",
    "unless",
    "except",
    "excluding",
    "that",
    "which",
    "dated",
    "model",
    "models",
];

/// Splits at the first word that opens a condition: what stands before, and the condition.
pub(crate) fn split(text: &str) -> (&str, Option<&str>) {
    let mut at = 0;
    let mut before = "";
    for word in text.split(' ') {
        let opener = word.trim_start_matches(['<', '>', '=', '*']);
        let glued = word.len() - opener.len();
        // `up to and including` speaks of a bound.
        let bound = ["including", "excluding"].iter().any(|word| opener.eq_ignore_ascii_case(word))
            && ["and", "not", "but"].iter().any(|joint| before.eq_ignore_ascii_case(joint));
        let opening = opener.eq_ignore_ascii_case("with")
            && ["starting", "beginning"].iter().any(|verb| before.eq_ignore_ascii_case(verb));
        let bound = bound || opening;
        before = word;
        if !bound && OPENERS.iter().any(|entry| opener.eq_ignore_ascii_case(entry)) {
            let place = at + glued;
            return (text[..place].trim_end(), Some(text[place..].trim()));
        }
        if word.eq_ignore_ascii_case("and") && is_hardware_state(&text[at..]) {
            return (text[..at].trim_end(), Some(text[at + 3..].trim()));
        }
        at += word.len() + 1;
    }
    (text, None)
}

fn is_hardware_state(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.starts_with("and function state") || lower.starts_with("and hardware")
}

/// Takes the remarks in brackets out; brackets that belong to a version (`15.2(6)E0a`) stay.
pub(crate) fn brackets(text: &str) -> (String, Vec<String>) {
    let (mut main, mut remarks) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some(open) = rest.find('(') {
        let Some(length) = closing(&rest[open..]) else { break };
        let inside = rest[open + 1..open + length].trim();
        let attached = rest[..open].ends_with(|c: char| c.is_ascii_alphanumeric());
        let short = inside.len() <= 4 && inside.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let excludes = ["excluding", "exclusive"].iter().any(|word| inside.eq_ignore_ascii_case(word));
        // A mark by itself is a remark; of two, each belongs to its bound.
        let others = main.contains('(') || rest[open + length + 1..].contains('(');
        let led = ["from", "up to", "through"].iter().any(|word| ends_with_word(&rest[..open], word));
        let includes = ["including", "inclusive"].iter().any(|word| inside.eq_ignore_ascii_case(word));
        let mark = excludes || (includes && (others || led));
        if let Some(part) = part_of_version(inside).filter(|_| !rest[..open].trim().is_empty()) {
            main.push_str(rest[..open].trim_end());
            main.push(' ');
            main.push_str(&part);
            main.push(' ');
        } else if (attached && short) || mark || inside.eq_ignore_ascii_case("fs") {
            main.push_str(&rest[..=open + length]);
        } else {
            main.push_str(rest[..open].trim_end());
            main.push(' ');
            remarks.push(inside.to_owned());
        }
        rest = &rest[open + length + 1..];
    }
    main.push_str(rest);
    (main.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "), remarks)
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let text = text.trim_end();
    let Some(at) = text.len().checked_sub(word.len()) else { return false };
    text.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(word))
        && (at == 0 || text[..at].ends_with([' ', ',', '|']))
}

/// What belongs to the version in front of the brackets: a build, a service pack, `and earlier`.
fn part_of_version(inside: &str) -> Option<String> {
    let lower = inside.to_ascii_lowercase();
    let numbered = |words: &[&str]| {
        words.iter().any(|word| {
            lower.strip_prefix(word).is_some_and(|rest| {
                let number = rest.trim_start();
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            })
        })
    };
    let revision = lower.strip_prefix("rev ").or_else(|| lower.strip_prefix("rev. ")).map(str::trim);
    if revision.is_some_and(|name| name.len() <= 3 && name.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return Some(inside.to_owned());
    }
    if inside.len() >= 2 && inside.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("Build {inside}"));
    }
    let closing = ["and ", "or "].iter().any(|word| lower.starts_with(word)) && phrase::closes(&lower);
    (closing
        || numbered(&["build", "rev", "sp", "hf", "fp", "cu", "update", "upd", "hotfix", "service pack"]))
    .then(|| inside.to_owned())
}

/// Index of the bracket that closes the one at the start.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// What a remark in brackets does.
pub(crate) enum Remark {
    /// It changes nothing: a former name, an end of life.
    Harmless,
    /// It says that the bound is meant itself.
    Inclusive,
    /// It gives the same version in another notation.
    Alias(String),
    /// It gives the version of another numbering of the same product, such as that of its firmware.
    Numbering(String),
    /// It restricts, and the range stays an outer bound.
    Condition(Predicate),
    /// It names the part whose version is given, so the product's own version says nothing.
    Subject(String),
}

/// Judges one remark.
pub(crate) fn remark(text: &str) -> Remark {
    let lower = text.to_ascii_lowercase();
    let starts = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
    if is_turned(&lower) {
        return Remark::Condition(Predicate::Other { text: text.to_owned() });
    }
    let ids = cve_ids(text);
    if !ids.is_empty() {
        return Remark::Condition(Predicate::Vulnerability { ids });
    }
    if marks::is_inclusive(text) || marks::means_the_bound(text) {
        return Remark::Inclusive;
    }
    let fixes = ["patch", "update", "fix", "build", "release", "version", "service pack"];
    let plain =
        !lower.contains(|c: char| c.is_ascii_digit()) && !fixes.iter().any(|word| lower.contains(word));
    if starts(&["including "]) && plain {
        return Remark::Harmless;
    }
    if starts(&[
        "formerly",
        "including former",
        "previously",
        "end-of-life",
        "eol",
        "discontinued",
        "all editions",
    ]) || starts(&["all language", "all variants"])
        || (starts(&["incl."]) && adds(text) == Addition::Nothing)
        || (starts(&["including all"]) && adds(text) != Addition::Release)
    {
        return Remark::Harmless;
    }
    if let Some(rest) = lower.strip_prefix("aka ") {
        return Remark::Alias(text[text.len() - rest.len()..].to_owned());
    }
    if starts(&["build", "gold build", "rev "]) {
        let numbers = text.split(' ').filter(|word| word.contains(|c: char| c.is_ascii_digit())).count();
        return Remark::Alias(if numbers > 1 { text } else { last_word(text) }.to_owned());
    }
    if starts(&["firmware ", "fw ", "software ", "sw ", "or software version"]) {
        return Remark::Numbering(text.to_owned());
    }
    if is_platform(&lower) {
        return Remark::Condition(Predicate::Configuration { text: text.to_owned() });
    }
    if models::is_model_remark(text) {
        return Remark::Condition(Predicate::ModelList { models: vec![text.to_owned()] });
    }
    if text.contains(|c: char| c.is_ascii_digit()) && crate::Scheme::Ot.parse(text).is_ok() {
        return Remark::Alias(text.to_owned());
    }
    if starts(&["windows", "linux", "ms windows", "microsoft windows"]) {
        return Remark::Condition(Predicate::Configuration { text: text.to_owned() });
    }
    if starts(&["with option", "option "]) {
        return Remark::Condition(option(text));
    }
    let word_count = text.split(' ').count();
    if word_count <= 2 && text.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b' ' | b'/')) {
        return Remark::Subject(text.to_owned());
    }
    if is_condition(&lower) {
        return Remark::Condition(condition(text).predicate);
    }
    Remark::Condition(Predicate::Other { text: text.to_owned() })
}

/// `x64`, `32-bit`: the platform that the version is built for.
pub(crate) fn is_platform(lower: &str) -> bool {
    let bare = lower.replace(['-', ' ', '_'], "");
    matches!(bare.as_str(), "x64" | "x86" | "x8664" | "amd64" | "i386" | "arm" | "arm64" | "32bit" | "64bit")
}

/// Words of remarks that can add versions or turn the meaning round.
const MAY_WIDEN: &[&str] = &[
    "may",
    "also",
    "could",
    "except",
    "excluding",
    "other",
    "more",
    "prior",
    "earlier",
    "before",
    "below",
    "older",
    "later",
    "newer",
    "above",
    "after",
    "fixed",
    "patched",
    "unaffected",
    "not",
    "no",
    "previous",
    "exclusive",
];

/// True when a condition holds further bounds: what stands in front of it is then only a part of the range.
pub(crate) fn spills(predicate: &Predicate, text: &str) -> bool {
    const WORDS: &[&str] =
        &["prior", "before", "earlier", "older", "below", "later", "newer", "above", "through", "after"];
    let listed = text.contains(['|', ';']);
    if adds(text) == Addition::Release {
        return true;
    }
    let bounded = || {
        text.contains(['<', '>', '='])
            || text.split(' ').any(|word| WORDS.iter().any(|w| word.eq_ignore_ascii_case(w)))
            || lists_version(text)
    };
    match predicate {
        Predicate::OtherProduct { range, .. }
        | Predicate::HardwareRevision { range, .. }
        | Predicate::SubComponent { range, .. } => {
            listed || text.contains(',') || range.intervals().len() > 1
        }
        Predicate::SerialNumber { .. } | Predicate::Date { .. } => listed,
        Predicate::Option { .. }
        | Predicate::ModelList { .. }
        | Predicate::Vulnerability { .. }
        | Predicate::Configuration { .. }
        | Predicate::Variant { .. }
        | Predicate::Reading { .. }
        | Predicate::Other { .. } => listed || bounded(),
    }
}

/// Words in front of a version that name nothing which has it.
const LEADING_TO_A_VERSION: [&str; 52] = [
    "including",
    "incl",
    "with",
    "when",
    "only",
    "where",
    "if",
    "using",
    "installed",
    "running",
    "on",
    "and",
    "or",
    "the",
    "is",
    "in",
    "for",
    "of",
    "at",
    "a",
    "an",
    "having",
    "that",
    "which",
    "has",
    "have",
    "are",
    "was",
    "version",
    "versions",
    "ver",
    "rev",
    "release",
    "v",
    "r",
    "firmware",
    "fw",
    "software",
    "sw",
    "build",
    "prior",
    "to",
    "before",
    "earlier",
    "older",
    "below",
    "later",
    "newer",
    "than",
    "above",
    "up",
    "from",
];

/// Whether a condition names a version and nothing that it is the version of, or just the product's own firmware or
/// software: `with firmware V1.5`. Then one text counts one product in two ways.
pub(crate) fn counts_itself(text: &str) -> bool {
    let mut numbered = false;
    // A version ahead of all names is that of nothing else.
    for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))) {
        let letters = word.find(|c: char| c.is_ascii_digit()).map_or("", |at| &word[..at]);
        let decoration = letters.trim_end_matches('.').to_ascii_lowercase();
        let is_decorated = ["v", "r", "fw", "sw", "ver", "rev"].contains(&decoration.as_str());
        let number = if is_decorated { &word[letters.len()..] } else { word };
        let digits = number.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let letters = number.len() - digits.len();
        // `6.x` names a line.
        let is_line = letters > 0 && digits.ends_with('.');
        let is_plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if letters <= 1 && is_plain && !is_line {
            if number.len() < word.len() || digits.contains('.') {
                return true;
            }
            numbered = true;
        } else if !LEADING_TO_A_VERSION
            .iter()
            .any(|entry| word.trim_end_matches('.').eq_ignore_ascii_case(entry))
            && !word.trim_matches('.').is_empty()
        {
            return false;
        }
    }
    numbered
}

/// What `including …` adds to the range in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addition {
    /// Nothing that versions are counted by.
    Nothing,
    /// Fixes of the bound: `including SP1`.
    Fix,
    /// A version: `including V3.1`.
    Release,
}

/// Judges a text that begins with `including`; any other adds nothing.
pub(crate) fn adds(text: &str) -> Addition {
    let lower = text.to_lowercase();
    let opens = ["including", "incl.", "incl ", "inkl", "einschl"].iter().any(|word| lower.starts_with(word));
    if !opens {
        return Addition::Nothing;
    }
    let is_release = |word: &str| {
        let digits = word.strip_prefix('v');
        digits.unwrap_or(word).starts_with(|c: char| c.is_ascii_digit())
            && (digits.is_some() || word.contains('.'))
    };
    if lower.split([' ', ',']).any(is_release) {
        return Addition::Release;
    }
    const FIXES: [&str; 14] = [
        "sp", "hf", "fp", "cu", "upd", "service", "pack", "patch", "hotfix", "update", "build", "rev", "fix",
        "kb",
    ];
    let named = |word: &str| {
        let letters = word.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
        FIXES.iter().any(|fix| letters == *fix || letters.strip_suffix('s') == Some(*fix))
            || letters.ends_with("fixes")
            || letters.ends_with("patches")
    };
    if lower.split([' ', ',']).any(named) { Addition::Fix } else { Addition::Nothing }
}

/// `option A, V4.8`, `Windows and V5.0`: a version that stands in a list with the condition.
fn lists_version(text: &str) -> bool {
    let mut joined = false;
    for word in text.split(' ') {
        let number = word.trim_end_matches([',', ')']);
        let digits = number.strip_prefix(['v', 'V']);
        let version = digits.unwrap_or(number).starts_with(|c: char| c.is_ascii_digit())
            && (digits.is_some() || number.contains('.'));
        if joined && version {
            return true;
        }
        joined =
            word.ends_with(',') || ["and", "or", "&"].iter().any(|joint| word.eq_ignore_ascii_case(joint));
    }
    false
}

/// A remark that is not understood can also add versions (`7.50 may also be affected`).
pub(crate) fn may_widen(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if lower.ends_with("x series") {
        return false;
    }
    lower.contains(|c: char| c.is_ascii_digit()) || lower.split(' ').any(|w| MAY_WIDEN.contains(&w))
}

fn last_word(text: &str) -> &str {
    text.rsplit(' ').next().unwrap_or(text)
}

fn is_condition(lower: &str) -> bool {
    let first = lower.split(' ').next().unwrap_or("");
    first != "excluding" && OPENERS.contains(&first)
}

/// `Hardware version 2 and prior`: a condition on the revision of the hardware.
pub(crate) fn hardware(text: &str) -> Predicate {
    let words = text.split(' ').skip_while(|word| {
        ["hardware", "hw", "revision", "revisions", "version", "versions", "rev", "rev."]
            .iter()
            .any(|entry| word.eq_ignore_ascii_case(entry))
    });
    let rest = phrase::operators(&words.collect::<Vec<_>>().join(" "));
    let context = Context { vendor: "", product: "", category: Category::Other };
    let range = bounds::read(&context, Profile::Common, &rest)
        .and_then(|pieces| combine::combine(Profile::Common, &pieces.constraints, &mut Vec::new()));
    match range {
        Ok(range) if !text.contains([';', ',']) => {
            Predicate::HardwareRevision { name: "hardware revision".to_owned(), range: range.outer }
        }
        Ok(_) | Err(_) => Predicate::Configuration { text: text.to_owned() },
    }
}

/// Words that turn a condition round: it is kept as written, because its attribute alone would say the opposite.
fn is_turned(lower: &str) -> bool {
    const WORDS: [&str; 14] = [
        "without",
        "unless",
        "not",
        "except",
        "excluding",
        "no",
        "other",
        "unaffected",
        "fixed",
        "patched",
        "resolved",
        "never",
        "isnt",
        "arent",
    ];
    lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// A condition, and what it does to the range.
pub(crate) struct Condition {
    pub(crate) predicate: Predicate,
    /// The condition names what fixes the problem: the bound itself may still be affected.
    pub(crate) widens: bool,
}

/// Judges a condition; what is not recognised is a matter of configuration.
pub(crate) fn condition(text: &str) -> Condition {
    let lower = text.to_ascii_lowercase();
    let plain = |predicate| Condition { predicate, widens: false };
    if is_turned(&lower) {
        return plain(Predicate::Configuration { text: text.to_owned() });
    }
    let ids = cve_ids(text);
    if !ids.is_empty() {
        return plain(Predicate::Vulnerability { ids });
    }
    if lower.contains("function state")
        || lower.contains("hardware rev")
        || lower.contains("hardware version")
    {
        if let Some((name, range)) = named_range(text, &["with", "and"]) {
            return plain(Predicate::HardwareRevision { name, range });
        }
        return plain(Predicate::Configuration { text: text.to_owned() });
    }
    if lower.starts_with("model") && text.contains(' ') {
        let models =
            text.split([' ', ',']).skip(1).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        return plain(Predicate::ModelList { models });
    }
    if lower.starts_with("with option") || lower.contains("order code") {
        return plain(option(text));
    }
    if ["shipped", "distributed", "manufactured", "dated"].iter().any(|word| lower.contains(word)) {
        return plain(Predicate::Date { condition: text.to_owned() });
    }
    let words: &[&str] = &["with", "installed", "in", "conjunction", "only", "packaged", "using", "patch"];
    if let Some((name, range)) = named_range(text, words) {
        // The product's own firmware is no other product, whose absence would say something.
        let is_own = counts_itself(text);
        return plain(if is_own {
            Predicate::SubComponent { name, range }
        } else {
            Predicate::OtherProduct { name, range }
        });
    }
    let versioned = lower.starts_with("with ") && lower.contains(|c: char| c.is_ascii_digit());
    Condition { predicate: Predicate::Configuration { text: text.to_owned() }, widens: versioned }
}

/// `with maxView Storage Manager < 4.09`: the name and its range; `None` when the range is not plain.
fn named_range(text: &str, fillers: &[&str]) -> Option<(String, VersionRange)> {
    let rewritten = phrase::operators(text);
    let at = rewritten.find(['<', '>'])?;
    let (name, rest) = rewritten.split_at(at);
    let name: Vec<&str> = name
        .split(' ')
        .filter(|word| !word.is_empty())
        .skip_while(|word| fillers.iter().any(|filler| word.eq_ignore_ascii_case(filler)))
        .collect();
    if name.is_empty() || name.len() > 10 {
        return None;
    }
    let context = Context { vendor: "", product: "", category: Category::Other };
    let pieces = bounds::read(&context, Profile::Common, rest).ok()?;
    let reading = combine::combine(Profile::Common, &pieces.constraints, &mut Vec::new()).ok()?;
    pieces.subject.is_none().then(|| (name.join(" "), reading.outer))
}

/// The versions of `except V3.9`; `None` when it names anything but plain single versions.
pub(crate) fn exceptions(context: &Context<'_>, profile: Profile, text: &str) -> Option<Vec<Version>> {
    let (word, rest) = text.split_once(' ')?;
    // Behind a stroke or a semicolon something else may begin.
    if !["except", "excluding"].iter().any(|entry| word.eq_ignore_ascii_case(entry))
        || rest.contains(['|', ';'])
    {
        return None;
    }
    let pieces = bounds::read(context, profile, &phrase::operators(rest)).ok()?;
    if pieces.subject.is_some() || pieces.name_skipped {
        return None;
    }
    let single = |constraint: &bounds::Constraint| match &constraint.limit {
        bounds::Limit::Version(version) if constraint.bare => Some(version.clone()),
        _ => None,
    };
    pieces.constraints.iter().map(single).collect()
}

/// A revision of the hardware in the product's own name (`CPU hardware version 4.5 and below`) restricts every text.
pub(crate) fn product_hardware(context: &Context<'_>) -> Option<Predicate> {
    if !context.product.contains("ardware") && !context.product.contains("ARDWARE") {
        return None;
    }
    let lower = context.product.to_ascii_lowercase();
    let at = ["hardware version ", "hardware revision "].iter().find_map(|words| lower.find(words))?;
    let text = context.product.get(at..)?.split(['(', ',', ';']).next()?.trim();
    match hardware(text) {
        found @ Predicate::HardwareRevision { .. } => Some(found),
        _ => None,
    }
}

pub(crate) fn option(text: &str) -> Predicate {
    let options: Vec<String> = text
        .split([' ', ','])
        .filter(|word| word.contains(|c: char| c.is_ascii_digit()) && word.len() <= 12)
        .map(str::to_owned)
        .collect();
    if options.is_empty() {
        Predicate::Configuration { text: text.to_owned() }
    } else {
        Predicate::Option { options }
    }
}

/// The CVE numbers in a text.
fn cve_ids(text: &str) -> Vec<String> {
    let upper = text.to_ascii_uppercase();
    upper
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| {
            let mut parts = word.split('-');
            parts.next() == Some("CVE")
                && parts.clone().count() == 2
                && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        })
        .map(str::to_owned)
        .collect()
}

/// A quick look before the text is put into lower case.
fn speaks_of_serials(text: &str) -> bool {
    text.contains("erial") || text.contains("ERIAL")
}

/// The predicate of a text about serial numbers, or why it is not understood; `None` when it is not about them.
pub(crate) fn serial(context: &Context<'_>, text: &str) -> Option<Result<Predicate, String>> {
    if !(speaks_of_serials(text) || speaks_of_serials(context.product)) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let product = context.product.to_ascii_lowercase();
    // `… The first 5 digits of serial No.` in the product's name announces the text as a serial number.
    let announced = product.contains("digits of serial");
    if !(lower.contains("serial n") || lower.contains("digits of serial") || announced) {
        return None;
    }
    // The `No.` of a number turns nothing round.
    let lower = lower.replace("serial no.", "serial number").replace("serial no ", "serial number ");
    if is_turned(&lower) {
        return Some(Ok(Predicate::SerialNumber { leading: None, condition: text.to_owned() }));
    }
    let leading = leading_count(&lower).or_else(|| leading_count(&product));
    let value = lower
        .rsplit(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| word.len() >= 2 && word.bytes().any(|byte| byte.is_ascii_digit()));
    let Some(value) = value else {
        return Some(Err("it speaks of serial numbers but names none".to_owned()));
    };
    if leading.is_some_and(|count| count != value.len()) {
        return Some(Err("the serial number has another length than the text says".to_owned()));
    }
    let numbers = |word: &&str| word.len() >= 3 && word.bytes().any(|byte| byte.is_ascii_digit());
    if lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(numbers).any(|word| word != value) {
        let condition = from_to(&lower).unwrap_or_else(|| text.to_owned());
        return Some(Ok(Predicate::SerialNumber { leading, condition }));
    }
    let rewritten = phrase::operators(&lower);
    let operator = ["<=", ">=", "<", ">"].iter().find(|operator| rewritten.contains(**operator));
    let closing = ["prior", "earlier", "before", "below"].iter().any(|word| lower.contains(word));
    let sign = operator.copied().unwrap_or(if closing { "<=" } else { "=" });
    Some(Ok(Predicate::SerialNumber { leading, condition: format!("{sign} {}", value.to_ascii_uppercase()) }))
}

/// `serial numbers 1000 to 2000`: two numbers of one length and nothing else but the words around them.
fn from_to(lower: &str) -> Option<String> {
    const WORDS: [&str; 13] = [
        "serial", "number", "numbers", "no", "nos", "from", "between", "to", "through", "and", "with", "the",
        "up",
    ];
    let mut numbers = Vec::new();
    for word in lower.split([' ', '.', ':', '-', '#']).filter(|word| !word.is_empty()) {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            numbers.push(word);
        } else if !WORDS.contains(&word) {
            return None;
        }
    }
    let spanned = ["to", "through", "-", "between"].iter().any(|w| lower.split(' ').any(|word| word == *w));
    match numbers.as_slice() {
        [low, high] if spanned && low.len() == high.len() && low < high => {
            Some(format!(">= {low}, <= {high}"))
        }
        _ => None,
    }
}

/// A serial number in the product's own name (`FX5U (Serial number 17X**** or later)`) restricts every text.
pub(crate) fn product_serial(context: &Context<'_>) -> Option<Predicate> {
    if !speaks_of_serials(context.product) {
        return None;
    }
    let product = context.product.to_ascii_lowercase();
    let at = product.find("serial number ").filter(|_| !product.contains("digits of serial"))?;
    let condition = context.product.get(at + "serial number ".len()..)?.trim_end_matches(')');
    (!condition.is_empty())
        .then(|| Predicate::SerialNumber { leading: None, condition: condition.to_owned() })
}

/// `the first 5 digits`, `first five digits`.
fn leading_count(text: &str) -> Option<usize> {
    const NUMBERS: [&str; 10] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let words: Vec<&str> = text.split([' ', '_']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| word.starts_with("digit") || word.starts_with("character"))?;
    let word = words.get(at.checked_sub(1)?)?;
    word.parse().ok().or_else(|| NUMBERS.iter().position(|number| number == word).map(|index| index + 1))
}
