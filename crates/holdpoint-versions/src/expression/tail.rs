//! Whether a version may be only the end of another one that is made of two.
//!
//! `3.1 release 3112.00` and `14.00.15.00_51.25.00.01` are two numberings of one product, and inventories often hold
//! the second alone. Other doubts from the shape of a version are in `shape.rs`. The surprise: a tail need not be equal to be
//! one; what counts is that it begins nearer to the second numbering than to the first.

/// Words that stand in front of a numbering of its own, and in front of an installed tail of it.
const NUMBERINGS: [&str; 8] = ["release", "rel", "build", "bld", "bn", "rev", "revision", "kit"];

/// Whether `end` may be the tail of `whole` alone.
pub(super) fn may_be(end: &str, whole: &str) -> bool {
    let whole = whole.trim();
    let Some((head, tail)) = joined(whole) else { return false };
    let (named, numbers) = after_word(end.trim());
    let (tail_named, tail_numbers) = after_word(tail);
    let is_numbering = |word: &str| NUMBERINGS.iter().any(|entry| word.eq_ignore_ascii_case(entry));
    if is_numbering(named) && named.eq_ignore_ascii_case(tail_named) {
        return true;
    }
    let (Some(own), Some(second)) = (parts(numbers), parts(tail_numbers)) else { return false };
    if own != second || own < 2 || !(named.is_empty() || is_numbering(named) || is_decoration(named)) {
        return false;
    }
    let Some(first) = number(head.trim_start_matches(|c: char| !c.is_ascii_digit())) else { return false };
    let (Some(own), Some(second)) = (number(numbers), number(tail_numbers)) else { return false };
    own.abs_diff(second) < own.abs_diff(first)
}

/// The two versions of a text such as `3.1 release 3112.00`: a whole number in front, the rest behind the first joint.
fn joined(whole: &str) -> Option<(&str, &str)> {
    let at = whole.find(|c: char| c.is_ascii_digit())?;
    let joint = at + whole[at..].find([' ', '_', '-', '+'])?;
    let tail = whole[joint..].trim_start_matches([' ', '_', '-', '+']);
    let head = &whole[..joint];
    (head.ends_with(|c: char| c.is_ascii_alphanumeric()) && !tail.is_empty()).then_some((head, tail))
}

/// The word in front, often none, and what stands behind it.
fn after_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_at(text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len()));
    (word, rest.trim_start_matches([' ', '.', ':', '-', '_']))
}

fn is_decoration(word: &str) -> bool {
    crate::ot::words::is_decoration(word.as_bytes())
}

/// How many numbers with dots between them a text is; `None` when there is anything else in it.
fn parts(text: &str) -> Option<usize> {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split('.').all(plain).then(|| text.split('.').count())
}

/// The number at the beginning of a text.
fn number(text: &str) -> Option<u64> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::may_be;

    #[test]
    fn an_end_is_told_from_a_version_by_where_it_begins() {
        for (end, whole) in [
            ("3111.00", "3.1 release 3112.00"),
            ("3112.00", "3.1 release 3112.00"),
            ("release 3111.00", "3.1 release 3112.00"),
            ("51.24.00.00", "V14.00.15.00_51.25.00.01"),
            ("51.25.00.01", "V14.00.15.00_51.25.00.01"),
            ("V51.25.00.01", "V14.00.15.00_51.25.00.01"),
            ("release 165", "1.69 release 166"),
            ("Build 12", "4.2 Build 20"),
        ] {
            assert!(may_be(end, whole), "{end} and {whole}");
        }
        for (end, whole) in [
            ("3.0", "3.1 release 3112.00"),
            ("15.00.16.00", "V14.00.15.00_51.25.00.01"),
            ("V17", "V16 Update 7"),
            ("V21", "V16 Update 20"),
            ("HF3", "V4.5 HF4"),
            ("2.0", "1.69 release 166"),
            ("3111.00", "3112.00"),
            ("2.1", "ABC-1.0"),
        ] {
            assert!(!may_be(end, whole), "{end} and {whole}");
        }
    }
}
