//! Two whole order numbers that differ: plainly, or only where the difference tells two articles apart for nobody.
//!
//! Numbers are of the scheme that says its own length ([`super::keys::is_designation`]): four signs for the line
//! (`6ES7`), six for the device (`5111AK`), two for the edition (`02`), four for the rest (`0AB0`). The surprise: an `X`
//! is a letter in a document, which writes whole numbers, and may be a sign that nobody noted in an inventory.

/// Signs of the line and the device.
const DEVICE_END: usize = 10;
/// Signs of the line alone.
const LINE_END: usize = 4;
/// The line of hardened devices; each is the twin of one of another line.
const HARDENED: &str = "6AG";

/// Why two numbers that differ may be one article; the likeliest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// Ours has an `X` wherever they differ.
    Placeholder,
    /// One of them has letters of another alphabet.
    OtherAlphabet,
    /// They name one device, in two editions or for two climates.
    Edition,
}

/// How near two bare numbers of one length are, look-alike letters written as digits; `None`: plainly two articles.
pub(super) fn nearness(ours: &str, listed: &str) -> Option<Nearness> {
    if !ours.is_ascii() || !listed.is_ascii() {
        return Some(Nearness::OtherAlphabet);
    }
    let agree = |(ours, listed): (u8, u8)| ours == listed || ours == b'X';
    let agree_in = |from: usize, to: usize| {
        let lengths = [ours.len(), listed.len()].map(|length| length.clamp(from, to));
        let mut pairs = ours.bytes().zip(listed.bytes()).skip(from).take(to - from);
        lengths[0] == lengths[1] && pairs.all(agree)
    };
    let hardened = |text: &str| text.starts_with(HARDENED);
    if agree_in(0, usize::MAX) {
        Some(Nearness::Placeholder)
    } else if agree_in(0, DEVICE_END)
        || (hardened(ours) != hardened(listed) && agree_in(LINE_END, DEVICE_END))
    {
        Some(Nearness::Edition)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_says_whether_it_is_another_article() {
        for (ours, listed, wanted) in [
            ("6GK74431EX3X0XE0", "6GK74431EX300XE0", Some(Nearness::Placeholder)),
            ("6GK74431XXXX0XE0", "6GK74431EX300XE0", Some(Nearness::Placeholder)),
            ("6GK74431EX300XE0", "6GK74431EX3X0XE0", Some(Nearness::Edition)),
            ("6ES75111AK000AB0", "6ES75111AK010AB0", Some(Nearness::Edition)),
            ("6AG15111AK012AB0", "6ES75111AK010AB0", Some(Nearness::Edition)),
            ("6ES75111AK010AB0", "6AG15111AK012AB0", Some(Nearness::Edition)),
            ("6ES79991AK\u{39f}10AB0", "6ES75111AK010AB0", Some(Nearness::OtherAlphabet)),
            ("6ES75111FK010AB0", "6ES75111AK010AB0", None),
            ("6ES75131AK010AB0", "6ES75111AK010AB0", None),
            ("6GK75111AK010AB0", "6ES75111AK010AB0", None),
            ("6AG15111AK012AB0", "6AG25111AK012AB0", None),
        ] {
            assert_eq!(nearness(ours, listed), wanted, "{ours} {listed}");
        }
    }
}
