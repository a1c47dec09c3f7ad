//! Eight bytes of a text looked at together: how many digits begin here, and where a sign stands.
//!
//! Here live the few sums that the encoders of versions are quick by; what a digit or a sign means is the business of
//! each scheme. The surprise: the first byte of the text is the lowest of the number, so a shift to the right drops
//! bytes from the front.

/// A byte in all eight places.
const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The eight bytes at a place; zeros stand for what lies behind the end of the text.
#[inline]
pub(crate) fn bytes_at(text: &[u8], at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    if let Some(eight) = rest.first_chunk() {
        u64::from_le_bytes(*eight)
    } else if let Some(last) = text.last_chunk() {
        // The last eight without those before the place, which is quicker than one byte after the other.
        let bits = u32::try_from((8 - rest.len()) * 8).unwrap_or(u32::MAX);
        u64::from_le_bytes(*last).checked_shr(bits).unwrap_or(0)
    } else {
        rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
    }
}

/// How many of the eight are digits, before the first that is none.
#[inline]
pub(crate) fn digits(word: u64) -> usize {
    let values = word ^ all(b'0');
    // Above nine the sum reaches the highest bit. What it carries into the next byte stands behind that place.
    let others = (values.wrapping_add(all(0x76)) | values) & all(0x80);
    others.trailing_zeros() as usize / 8
}

/// How many of the eight are the digit zero, before the first that is not.
#[inline]
pub(crate) fn zeros(word: u64) -> usize {
    (word ^ all(b'0')).trailing_zeros() as usize / 8
}

/// The highest bit of each byte that is this sign.
#[inline]
fn signs(word: u64, sign: u8) -> u64 {
    let others = word ^ all(sign);
    !((others & all(0x7f)).wrapping_add(all(0x7f)) | others | all(0x7f))
}

/// Where the digits end that begin at a place.
#[inline]
pub(crate) fn digits_end(text: &[u8], mut at: usize) -> usize {
    loop {
        let count = digits(bytes_at(text, at));
        at += count;
        if count < 8 {
            return at;
        }
    }
}

/// Whether the text has this sign, which is not the zero byte.
#[inline]
pub(crate) fn contains(text: &[u8], sign: u8) -> bool {
    (0..text.len()).step_by(8).any(|at| signs(bytes_at(text, at), sign) != 0)
}

/// The last place of this sign, which is not the zero byte.
#[inline]
pub(crate) fn last(text: &[u8], sign: u8) -> Option<usize> {
    let mut found = None;
    for at in (0..text.len()).step_by(8) {
        let signs = signs(bytes_at(text, at), sign);
        if signs != 0 {
            found = Some(at + 7 - signs.leading_zeros() as usize / 8);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{contains, digits, digits_end, last, zeros};

    #[test]
    fn every_byte_is_a_digit_or_none_at_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut eight = [b'9'; 8];
                eight[place] = byte;
                let word = u64::from_le_bytes(eight);
                assert_eq!(digits(word), if byte.is_ascii_digit() { 8 } else { place }, "{byte} at {place}");
                let mut eight = [b'0'; 8];
                eight[place] = byte;
                assert_eq!(zeros(u64::from_le_bytes(eight)), if byte == b'0' { 8 } else { place });
            }
        }
    }

    #[test]
    fn a_look_at_eight_bytes_finds_what_a_look_at_each_finds() {
        let texts =
            ["", "1", "-", "1-2", "12345678", "123456789-", "1.2-3,4-5--6", "-,-,-,-,-,-,-,-,-", "\u{80}-é"];
        for text in texts {
            for end in 0..=text.len() {
                let bytes = &text.as_bytes()[..end];
                for sign in [b'-', b':', b',', b'9', 0x80, 0xc3] {
                    assert_eq!(contains(bytes, sign), bytes.contains(&sign), "{text} {end} {sign}");
                    assert_eq!(
                        last(bytes, sign),
                        bytes.iter().rposition(|byte| *byte == sign),
                        "{text} {end}"
                    );
                }
                for at in 0..=end {
                    let count = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                    assert_eq!(digits_end(bytes, at), at + count, "{text} {end} {at}");
                }
            }
        }
    }
}
