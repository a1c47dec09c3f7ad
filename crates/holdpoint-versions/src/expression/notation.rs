//! Doubts about the notation of an installed version against that of a bound.
//!
//! The surprise: `1.05` is newer than `1.1` when its parts are counted and older when it is read as one decimal number,
//! and makers do both. Doubts from how much of a version is given are in `shape.rs`.

use crate::Scheme;

/// Why two texts of a notation say nothing about each other; `None` when they do.
pub(crate) fn doubt(scheme: Scheme, bound: &str, installed: &str) -> Option<String> {
    if scheme != Scheme::Ot {
        let is_other = has_sign(bound) != has_sign(installed) && scheme != Scheme::Generic;
        return is_other.then(|| {
            format!("of `{bound}` and `{installed}` only one has a `v`, which counts in `{scheme}`")
        });
    }
    is_decimal(bound, installed).then(|| {
        format!("`{bound}` and `{installed}` may be decimal numbers, which stand the other way round")
    })
}

/// Whether an installed text is two versions, from one to the other: `2.1-2.5`.
pub(crate) fn is_span(installed: &str) -> bool {
    let Some((low, high)) = installed.split_once('-') else { return false };
    match (numbers(low.trim()), numbers(high.trim())) {
        (Some(low), Some(high)) => low.len() > 1 && low.len() == high.len() && low < high,
        _ => false,
    }
}

/// A `v` set right before the number.
fn has_sign(text: &str) -> bool {
    text.trim().strip_prefix(['v', 'V']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The numbers of a text of digits and dots; a `v` in front is no part of them.
fn numbers(text: &str) -> Option<Vec<u64>> {
    plain(text).split('.').map(|part| part.parse().ok()).collect()
}

fn plain(text: &str) -> &str {
    text.trim().trim_start_matches(['v', 'V'])
}

/// Two numbers with one dot each, of which one has a leading zero behind it, and whose order turns with the reading.
fn is_decimal(bound: &str, installed: &str) -> bool {
    let parts = |text: &'_ str| -> bool {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        text.split_once('.').is_some_and(|(whole, behind)| digits(whole) && digits(behind))
    };
    let (bound, installed) = (plain(bound), plain(installed));
    if !(bound.contains(".0") || installed.contains(".0")) || !parts(bound) || !parts(installed) {
        return false;
    }
    let (Some((whole, behind)), Some((own, own_behind))) = (bound.split_once('.'), installed.split_once('.'))
    else {
        return false;
    };
    // Zeros before the first number say that zeros only fill up.
    let is_filled = [whole, own].iter().any(|part| part.len() > 1 && part.starts_with('0'));
    if whole != own || is_filled {
        return false;
    }
    let counted = |text: &str| text.trim_start_matches('0').to_owned();
    let (a, b) = (counted(behind), counted(own_behind));
    let by_count = a.len().cmp(&b.len()).then_with(|| a.cmp(&b));
    by_count != behind.trim_end_matches('0').cmp(own_behind.trim_end_matches('0'))
        && behind.starts_with('0') != own_behind.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::{is_decimal, is_span};

    #[test]
    fn a_leading_zero_turns_the_order_of_some_pairs() {
        for (bound, installed) in [("1.1", "1.05"), ("1.05", "1.1"), ("V1.5", "1.05"), ("33.9", "33.011")] {
            assert!(is_decimal(bound, installed), "{bound} and {installed}");
        }
        for (bound, installed) in [
            ("1.10", "1.05"),
            ("1.9", "1.05"),
            ("2.1", "1.05"),
            ("01.1", "1.05"),
            ("3.0", "3.00"),
            ("1.1", "1.0"),
            ("1.1", "1.10"),
            ("1.1.2", "1.05.2"),
        ] {
            assert!(!is_decimal(bound, installed), "{bound} and {installed}");
        }
    }

    #[test]
    fn two_versions_with_a_dash_are_no_version() {
        for text in ["2.1-2.5", "V2.1 - V2.5", "1.2.3-1.2.9"] {
            assert!(is_span(text), "{text}");
        }
        for text in ["2.1-5", "3.3-005", "2.5-2.1", "V02.20.126.11-36", "1-02-07", "2.1"] {
            assert!(!is_span(text), "{text}");
        }
    }
}
