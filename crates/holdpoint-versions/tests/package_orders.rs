//! The keys of Alpine's, Composer's and RubyGems' versions against their tools' own comparisons, written down step by step.

use holdpoint_versions::{Comparison, Scheme};
use proptest::prelude::{Strategy, prop_assert_eq, proptest};
use std::cmp::Ordering;

/// Runs of digits, and of letters, of a text.
fn runs(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = ' ';
    for sign in text.chars() {
        match found.last_mut() {
            Some(last) if before.is_alphanumeric() && before.is_ascii_digit() == sign.is_ascii_digit() => {
                last.extend(sign.is_alphanumeric().then_some(sign));
            }
            _ if sign.is_alphanumeric() => found.push(sign.to_string()),
            _ => {}
        }
        before = sign;
    }
    found
}

fn number(run: &str) -> Option<u128> {
    run.parse().ok()
}

/// `Gem::Version#<=>`: canonical segments, missing ones are zero, words before numbers.
fn gem(a: &str, b: &str) -> Ordering {
    let canonical = |text: &str| -> Vec<String> {
        let mut whole = runs(&text.replace('-', ".pre."));
        let word = whole.iter().position(|run| number(run).is_none()).unwrap_or(whole.len());
        let mut behind = whole.split_off(word);
        for part in [&mut whole, &mut behind] {
            while part.last().is_some_and(|run| number(run) == Some(0)) {
                part.pop();
            }
        }
        whole.extend(behind);
        whole
    };
    let (a, b) = (canonical(a), canonical(b));
    let zero = "0".to_owned();
    for at in 0..a.len().max(b.len()) {
        let (left, right) = (a.get(at).unwrap_or(&zero), b.get(at).unwrap_or(&zero));
        let order = match (number(left), number(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (None, None) => left.cmp(right),
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// PHP's `version_compare` of what Composer makes of a text.
fn composer(a: &str, b: &str) -> Ordering {
    fn rank(run: &str) -> i32 {
        match run {
            "dev" => 0,
            "a" | "alpha" => 1,
            "b" | "beta" => 2,
            "rc" => 3,
            "#" => 4,
            _ => 5,
        }
    }
    let normal = |text: &str| -> Vec<String> {
        let lower = text.trim_start_matches('v').to_lowercase();
        let end = lower.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(lower.len());
        let mut parts = runs(&lower[..end]);
        parts.resize(4, "0".to_owned());
        parts.extend(runs(&lower[end..]));
        parts
    };
    let (a, b) = (normal(a), normal(b));
    for (left, right) in a.iter().zip(&b) {
        let order = match (number(left), number(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            (None, None) => rank(left).cmp(&rank(right)),
            (None, Some(_)) => rank(left).cmp(&rank("#")),
            (Some(_), None) => rank("#").cmp(&rank(right)),
        };
        if order.is_ne() {
            return order;
        }
    }
    let rest = |longer: &[String], shorter: &[String]| match longer.get(shorter.len()) {
        None => Ordering::Equal,
        Some(run) if number(run).is_some() => Ordering::Greater,
        Some(run) => rank(run).cmp(&rank("#")),
    };
    rest(&a, &b).then(rest(&b, &a).reverse())
}

/// A token of apk-tools: its kind, the kinds in the order of the parser, and its text.
fn tokens(text: &str) -> Vec<(u8, String)> {
    const DIGIT: u8 = 1;
    const LETTER: u8 = 2;
    const SUFFIX: u8 = 3;
    let mut found = vec![];
    let (main, build) = text.split_once("-r").map_or((text, None), |(main, build)| (main, Some(build)));
    let mut suffixes = main.split('_');
    for (at, part) in suffixes.next().unwrap_or_default().split('.').enumerate() {
        let digits = part.trim_end_matches(|c: char| c.is_ascii_lowercase());
        found.push((if at == 0 { 0 } else { DIGIT }, digits.to_owned()));
        if digits.len() < part.len() {
            found.push((LETTER, part[digits.len()..].to_owned()));
        }
    }
    for suffix in suffixes {
        let word = suffix.trim_end_matches(|c: char| c.is_ascii_digit());
        found.push((SUFFIX, word.to_owned()));
        if word.len() < suffix.len() {
            found.push((SUFFIX + 1, suffix[word.len()..].to_owned()));
        }
    }
    found.extend(build.map(|build| (6, build.to_owned())));
    found.push((7, String::new()));
    found
}

/// `apk_version_compare` of apk-tools 3.
fn apk(a: &str, b: &str) -> Ordering {
    const SUFFIXES: [&str; 9] = ["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"];
    let rank = |word: &str| SUFFIXES.iter().position(|known| *known == word);
    for ((left_kind, left), (right_kind, right)) in tokens(a).into_iter().zip(tokens(b)) {
        if left_kind != right_kind {
            let is_older = |kind: u8, word: &str| kind == 3 && rank(word) < rank("cvs");
            return match (is_older(left_kind, &left), is_older(right_kind, &right)) {
                (true, _) => Ordering::Less,
                (_, true) => Ordering::Greater,
                _ => right_kind.cmp(&left_kind),
            };
        }
        let order = match left_kind {
            1 if left.starts_with('0') || right.starts_with('0') => left.cmp(&right),
            3 => rank(&left).cmp(&rank(&right)),
            2 => left.cmp(&right),
            _ => number(&left).cmp(&number(&right)),
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

fn pair(pattern: &'static str) -> impl Strategy<Value = (String, String)> {
    (pattern, pattern)
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(4_000))]

    #[test]
    fn gems((a, b) in pair("[01](\\.(0|1|10|a|rc1?|b2)){0,4}(-[ab1])?")) {
        prop_assert_eq!(Scheme::Gem.compare(&a, &b), Ok(Comparison::from(gem(&a, &b))), "{} {}", a, b);
    }

    #[test]
    fn php_packages((a, b) in pair("v?[01](\\.(0|1|10)){0,3}([-.]?(alpha|a|beta|RC|pl|patch)(\\.?[0-2]){0,2})?(-dev)?")) {
        prop_assert_eq!(Scheme::Composer.compare(&a, &b), Ok(Comparison::from(composer(&a, &b))), "{} {}", a, b);
    }

    #[test]
    fn alpine_packages((a, b) in pair("[01](\\.(0|1|01|00|10)){0,3}[ab]?(_(alpha|pre|rc|git|p)[0-2]?){0,2}(-r[0-9]{1,2})?")) {
        prop_assert_eq!(Scheme::Apk.compare(&a, &b), Ok(Comparison::from(apk(&a, &b))), "{} {}", a, b);
    }
}
