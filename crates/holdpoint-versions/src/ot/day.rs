//! The days that a number inside a version may be.
//!
//! Vendors write the day of a build as a number, in eight digits or in six, the year, the day or the month in front. Here is
//! only whether the order of two such numbers is the order of their days. The surprise: leading zeros are not in the key, so
//! that seven digits may be eight and five may be six.

use std::cmp::Ordering;

/// What stands in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    Year,
    Day,
    Month,
}

const NOTATIONS: [Notation; 3] = [Notation::Year, Notation::Day, Notation::Month];

/// Year, month and day.
pub(crate) type Day = (u32, u32, u32);

/// The days that a number may be, by notation; `None` where it is no day in that notation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Readings([Option<Day>; 3]);

impl Readings {
    /// What a row of digits may be.
    pub(crate) fn of(digits: &[u8]) -> Self {
        Self(NOTATIONS.map(|notation| read(notation, digits)))
    }

    /// A day that is the same in every notation.
    pub(crate) fn sure(day: Day) -> Self {
        Self([Some(day); 3])
    }

    /// Only what it is with the year in front.
    pub(crate) fn year_first(self) -> Self {
        Self([self.0[0], None, None])
    }

    /// Only what it is with the year behind.
    pub(crate) fn year_last(self) -> Self {
        Self([None, self.0[1], self.0[2]])
    }

    /// The day with the year in front.
    pub(crate) fn by_year(self) -> Option<Day> {
        self.0[0]
    }

    /// Whether it may be any day.
    pub(crate) fn is_day(self) -> bool {
        self.days().next().is_some()
    }

    fn days(&self) -> impl Iterator<Item = Day> + '_ {
        self.0.iter().flatten().copied()
    }
}

/// Whether a number may be a day with its whole year, as in `20190409` or `06162022`.
pub(super) fn names_whole_year(digits: &[u8]) -> bool {
    matches!(digits.len(), 7 | 8) && Readings::of(digits).days().next().is_some()
}

/// Whether the order of two different numbers is not that of the days that they may be.
///
/// A notation that both may have is the one that counts; without such a one every pair of days does.
pub(super) fn contradict(x: &[u8], y: &[u8]) -> bool {
    if x.len() < 5 || y.len() < 5 {
        return false;
    }
    let by_number = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
    differ(Readings::of(x), Readings::of(y), by_number)
}

/// Whether an order of two texts is not that of the days that they may be.
pub(crate) fn differ(ours: Readings, theirs: Readings, by_number: Ordering) -> bool {
    let differs = |a: Day, b: Day| a.cmp(&b) != by_number && by_number != Ordering::Equal;
    let mut common = ours.0.iter().zip(theirs.0).filter_map(|(a, b)| Some(((*a)?, b?))).peekable();
    if common.peek().is_some() {
        return common.any(|(a, b)| differs(a, b));
    }
    ours.days().any(|a| theirs.days().any(|b| differs(a, b)))
}

fn read(notation: Notation, digits: &[u8]) -> Option<Day> {
    let mut padded = [b'0'; 8];
    let (digits, year_digits) = match (digits.len(), notation) {
        (7 | 8, _) => {
            padded[8 - digits.len()..].copy_from_slice(digits);
            (&padded[..], 4)
        }
        // A day and the time behind it.
        (10 | 12 | 14, Notation::Year) => (&digits[..8], 4),
        (5 | 6, _) => {
            padded[6 - digits.len()..6].copy_from_slice(digits);
            (&padded[..6], 2)
        }
        _ => return None,
    };
    let number =
        |from: usize, to: usize| digits[from..to].iter().fold(0, |n, d| n * 10 + u32::from(d - b'0'));
    let end = digits.len();
    let (year, month, day) = match notation {
        Notation::Year => (number(0, year_digits), number(year_digits, end - 2), number(end - 2, end)),
        Notation::Day => (number(4, end), number(2, 4), number(0, 2)),
        Notation::Month => (number(4, end), number(0, 2), number(2, 4)),
    };
    let year = self::year(year, year_digits)?;
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((year, month, day))
}

/// The whole year of a number of two or four digits; `None` for years that no version is from.
pub(crate) fn year(number: u32, digits: usize) -> Option<u32> {
    match (digits, number) {
        (4, 1990..=2059) => Some(number),
        (2, 0..=39) => Some(2000 + number),
        (2, 90..=99) => Some(1900 + number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{contradict, names_whole_year};

    #[test]
    fn numbers_that_may_be_days_are_ordered_only_as_their_days_are() {
        for (x, y) in [
            ("6162022", "12312021"),
            ("5032019", "12312018"),
            ("1012019", "31122018"),
            ("10119", "311218"),
            ("190813", "20190701"),
            ("190701", "20190701"),
            ("180806", "20171231"),
            ("20190701", "201906010930"),
            ("20181231", "1022019"),
        ] {
            assert!(contradict(x.as_bytes(), y.as_bytes()), "{x} and {y}");
            assert!(contradict(y.as_bytes(), x.as_bytes()), "{y} and {x}");
        }
        for (x, y) in [
            ("20190701", "20190813"),
            ("190813", "20190901"),
            ("754993420", "754993421"),
            ("18000", "18999"),
            ("830", "190813"),
            ("17763", "19041"),
            ("16102416", "16102417"),
        ] {
            assert!(!contradict(x.as_bytes(), y.as_bytes()), "{x} and {y}");
            assert!(!contradict(y.as_bytes(), x.as_bytes()), "{y} and {x}");
        }
    }

    #[test]
    fn a_whole_year_is_four_digits_of_our_time() {
        assert!(names_whole_year(b"20190409") && names_whole_year(b"6162022"));
        assert!(!names_whole_year(b"190409") && !names_whole_year(b"16102416"));
    }
}
