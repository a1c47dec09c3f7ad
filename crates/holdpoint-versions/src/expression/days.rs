//! Days in the place of a version, whatever stands between the day, the month and the year.
//!
//! `05-03-2019`, `05MAR2019`, `v1.2_5.3.2019` and `build 20181231` are numbers in a row, and the order of those numbers is
//! seldom that of the days. Here is only the doubt about two such texts; days of digits alone, one against the other, are
//! told apart in `ot/day.rs`. The surprise: what stands in front counts first, so that `v1.2_05-03-2019` against
//! `v1.3_31-12-2018` is no question of days.

use std::cmp::Ordering;

use super::dates;
use super::shape::is_same_run;
use crate::Scheme;
use crate::ot::day::{self, Readings};

/// Words in front of a day that no version is told by.
const OPENERS: [&str; 10] =
    ["build", "bld", "bn", "date", "dated", "from", "of", "release", "released", "stand"];

/// Most runs of a text that are looked at.
const MOST_RUNS: usize = 16;

/// A day inside a text.
struct Found<'t> {
    /// What stands in front, without words that only open it.
    front: Vec<&'t str>,
    readings: Readings,
    /// Nothing but a day is written like that: a whole year or the name of a month, and no dots.
    is_sure: bool,
    /// Two digits for the year, and dots, as many versions have.
    is_weak: bool,
    /// The first two numbers.
    numbers: [&'t str; 2],
}

impl Found<'_> {
    /// Whether two rows of numbers with two digits each tell more of days than of versions: a leading zero in one of them, and
    /// a number of a day in one.
    fn are_days(&self, other: &Self) -> bool {
        let both = || self.numbers.iter().chain(&other.numbers);
        let is_zero = [self, other].iter().any(|found| found.numbers[0].starts_with('0'));
        !(self.is_weak && other.is_weak) || (is_zero && both().any(|number| *number > "12"))
    }
}

/// Why two texts of which one holds a day say nothing about each other; `None` when they do.
pub(super) fn doubt(bound: &str, installed: &str) -> Option<String> {
    if let Some(why) = by_month(bound, installed) {
        return Some(why);
    }
    if !may_hold(bound) && !may_hold(installed) {
        return None;
    }
    let (ours, theirs) = (separated(installed), separated(bound));
    if ours.is_none() && theirs.is_none() {
        return None;
    }
    let alone = |found: &Found<'_>, other: &str, text: &str| {
        let counts = found.is_sure && goes_on(other, &found.front);
        counts.then(|| format!("`{text}` holds a day and `{other}` holds none that can be seen"))
    };
    match (ours.or_else(|| together(installed)), theirs.or_else(|| together(bound))) {
        (Some(ours), Some(theirs)) => {
            let order = order_of_keys(installed, bound)?;
            let counts = is_same(&ours.front, &theirs.front) && ours.are_days(&theirs);
            (counts && day::differ(ours.readings, theirs.readings, order)).then(|| {
                format!(
                    "`{installed}` and `{bound}` can be days, whose order is another than that of the numbers"
                )
            })
        }
        (Some(ours), None) => alone(&ours, bound, installed),
        (None, Some(theirs)) => alone(&theirs, installed, bound),
        (None, None) => None,
    }
}

/// `1903` against `181231`: a month against a day, in digits alone.
fn by_month(bound: &str, installed: &str) -> Option<String> {
    let (short, long) = if bound.len() < installed.len() { (bound, installed) } else { (installed, bound) };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if short.len() != 4 || long.len() != 6 || !is_number(short) || !is_number(long) {
        return None;
    }
    let first = Readings::of(format!("{short}01").as_bytes()).by_year()?;
    let day = Readings::of(long.as_bytes()).by_year()?;
    (day < first).then(|| format!("`{short}` can be a month and `{long}` a day before it"))
}

/// Whether a text may hold a day, told quickly: most versions do not.
fn may_hold(text: &str) -> bool {
    let mut digits = 0;
    let mut numbers = 0;
    let mut of_two = true;
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            digits += 1;
            if digits == 4 {
                return true;
            }
            continue;
        }
        numbers += usize::from(digits > 0);
        of_two &= digits == 2 || digits == 0;
        digits = 0;
    }
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    letters >= 3 || (of_two && numbers == 2 && digits == 2)
}

/// The order that the numbers of two texts give; `None` when one is no version.
fn order_of_keys(installed: &str, bound: &str) -> Option<Ordering> {
    Some(Scheme::Ot.encode(installed).ok()?.cmp(&Scheme::Ot.encode(bound).ok()?))
}

/// Whether a text begins with these runs and goes on.
fn goes_on(text: &str, front: &[&str]) -> bool {
    let runs = without_openers(&pieces(text));
    runs.len() > front.len() && is_same(&runs[..front.len()], front)
}

fn is_same(one: &[&str], other: &[&str]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same_run(one, other))
}

/// The runs of digits and of letters, without the words that only open them.
fn without_openers<'t>(pieces: &[Piece<'t>]) -> Vec<&'t str> {
    let opens = |piece: &&Piece<'_>| {
        crate::ot::words::is_decoration(piece.run.as_bytes())
            || OPENERS.iter().any(|word| piece.run.eq_ignore_ascii_case(word))
    };
    pieces.iter().skip_while(opens).map(|piece| piece.run).collect()
}

/// A run of digits or of letters, and what stands in front of it.
struct Piece<'t> {
    gap: &'t str,
    run: &'t str,
}

impl Piece<'_> {
    fn is_number(&self) -> bool {
        self.run.as_bytes()[0].is_ascii_digit()
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut rest = text;
    let next = || {
        let start = rest.find(char::is_alphanumeric)?;
        let (gap, behind) = rest.split_at(start);
        let is_digit = behind.as_bytes()[0].is_ascii_digit();
        let ends = |c: char| !c.is_alphanumeric() || c.is_ascii_digit() != is_digit;
        let (run, behind) = behind.split_at(behind.find(ends).unwrap_or(behind.len()));
        rest = behind;
        Some(Piece { gap, run })
    };
    std::iter::from_fn(next).take(MOST_RUNS).collect()
}

/// A day whose parts stand apart, or whose month has a name.
fn separated(text: &str) -> Option<Found<'_>> {
    let all = pieces(text);
    for (at, window) in all.windows(3).enumerate() {
        let [one, two, three] = window else { continue };
        let named = named(one.run, two.run, three.run);
        let gap = two.gap;
        let is_row = gap == three.gap && matches!(gap, "-" | "_" | "/" | "." | " ");
        // `11.0.3.2019` is a longer row of numbers.
        let before = at.checked_sub(1).is_some_and(|before| all[before].is_number() && one.gap == gap);
        let behind = all.get(at + 3).is_some_and(|next| next.is_number() && next.gap == gap);
        let numbers = || {
            let is_day = is_row && !before && !behind && window.iter().all(Piece::is_number);
            is_day.then(|| numbered(one.run, two.run, three.run, all.len() == 3)).flatten()
        };
        let Some(readings) = named.or_else(numbers) else { continue };
        let whole_year = [one, three].iter().any(|piece| piece.run.len() == 4);
        return Some(Found {
            front: without_openers(&all[..at]),
            readings,
            is_sure: named.is_some() || (whole_year && gap != "."),
            is_weak: named.is_none() && !whole_year && gap == ".",
            numbers: [one.run, two.run],
        });
    }
    None
}

/// A day in digits without anything between.
fn together(text: &str) -> Option<Found<'_>> {
    let all = pieces(text);
    let is_day = |piece: &Piece<'_>| {
        piece.run.len() >= 6 && piece.is_number() && Readings::of(piece.run.as_bytes()).is_day()
    };
    let at = all.iter().position(is_day)?;
    let run = all[at].run;
    Some(Found {
        front: without_openers(&all[..at]),
        readings: Readings::of(run.as_bytes()),
        is_sure: false,
        is_weak: false,
        numbers: [run, ""],
    })
}

/// `05 MAR 2019`, `Mar 5 2019`, `2019 Mar 5`, with two digits of the year too.
fn named(one: &str, two: &str, three: &str) -> Option<Readings> {
    let month = |run: &str| dates::month_of(&run.to_ascii_lowercase());
    let number = |run: &str| -> Option<u32> {
        (run.len() <= 4 && run.bytes().all(|byte| byte.is_ascii_digit())).then(|| run.parse().ok()).flatten()
    };
    let (year, month, day) = match (month(one), month(two)) {
        (Some(month), None) => (three, month, number(two)?),
        (None, Some(month)) if one.len() == 4 => (one, month, number(three)?),
        (None, Some(month)) => (three, month, number(one)?),
        _ => return None,
    };
    let year = day::year(number(year)?, year.len())?;
    (1..=31).contains(&day).then(|| Readings::sure((year, month, day)))
}

/// Three numbers in a row. With two digits for the year they are a day only where nothing else stands in the text.
fn numbered(one: &str, two: &str, three: &str, is_whole: bool) -> Option<Readings> {
    let digits = format!("{one:0>2}{two:0>2}{three:0>2}");
    let readings = Readings::of(digits.as_bytes());
    if [one, three].iter().any(|run| run.len() == 4) {
        let kept = if one.len() == 4 { readings.year_first() } else { readings.year_last() };
        return Some(kept).filter(|kept| digits.len() == 8 && kept.is_day());
    }
    let of_two = [one, two, three].iter().all(|run| run.len() == 2);
    (is_whole && of_two && readings.is_day()).then_some(readings)
}

#[cfg(test)]
mod tests {
    use super::doubt;

    #[test]
    fn days_are_ordered_as_days_or_not_at_all() {
        for (bound, installed) in [
            ("05-03-2019", "31-12-2018"),
            ("03-05-2019", "12-31-2018"),
            ("05_03_2019", "31_12_2018"),
            ("05MAR2019", "31DEC2018"),
            ("05-Mar-2019", "31-Dec-2018"),
            ("05-Mar-19", "31-Dec-18"),
            ("v1.2_05-Mar-2019", "v1.2_31-Dec-2018"),
            ("v1.2_05-03-2019", "v1.2_31-12-2018"),
            ("v1.2_5.3.2019", "V1.2_31.12.2018"),
            ("build 5.3.2019", "build 31.12.2018"),
            ("Build 5.3.2019", "31.12.2018"),
            ("build 05-03-2019", "build 31-12-2018"),
            ("build 2019-03-05", "build 20181231"),
            ("2019-03-05", "20181231"),
            ("2019-03-05", "181231"),
            ("05-03-2019", "2018-12-31"),
            ("05.03.19", "31.12.18"),
            ("03.05.19", "12.31.18"),
            ("05-03-19", "31-12-18"),
            ("05-03-19", "07-12-18"),
            ("05-03-2019", "7.0"),
            ("2.0", "05-03-2019"),
            ("v1.2_05-03-2019", "v1.2_6"),
            ("1903", "181231"),
        ] {
            assert!(doubt(bound, installed).is_some(), "{bound} and {installed}");
        }
    }

    #[test]
    fn what_is_no_day_or_ordered_alike_keeps_its_order() {
        for (bound, installed) in [
            ("05-03-2019", "04-02-2019"),
            ("2019-03-05", "2018-12-31"),
            ("05MAR2019", "06APR2019"),
            ("v1.3_05-03-2019", "v1.2_31-12-2018"),
            ("03.10.08", "03.06.19"),
            ("03.10.08", "04.06.19"),
            ("12.1.19", "13.10.18"),
            ("11.0.3.2019", "11.31.12.2018"),
            ("5.3.2019.7", "31.12.2018.2"),
            ("V16 Update 5", "V17"),
            ("2.3", "2.1-2019-03-05"),
            ("1903", "190401"),
            ("1-02-07", "2-02-07"),
        ] {
            assert_eq!(doubt(bound, installed), None, "{bound} and {installed}");
        }
    }
}
