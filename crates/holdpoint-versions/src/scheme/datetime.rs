//! Dates and times of RFC 3339, for example `2024-01-31` or `2024-01-31T10:00:00Z`.
//!
//! The surprise: a zone is optional; without one the time counts as UTC, and a date alone is its first moment.

use crate::key::{LITTLE_ROOM, VersionKey, Writer};

/// Encodes seconds since year 0 and the fraction.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    const WHY: &str = "it is not a date or time of RFC 3339";
    let bytes = text.as_bytes();
    let days = bytes.get(..10).and_then(day_of).ok_or(WHY)?;
    let (seconds, fraction) = match bytes.get(10..) {
        None | Some([]) => (0, &[][..]),
        Some([b'T' | b't' | b' ', time @ ..]) => clock(time).ok_or(WHY)?,
        Some(_) => return Err(WHY),
    };
    let total = i64::from(days) * 86_400 + seconds;
    let mut room = [0; LITTLE_ROOM];
    let mut key = Writer::new(&mut room);
    // A week is added so that an offset before the first day stays positive.
    key.extend(&(total + 604_800).to_be_bytes());
    let zeros = fraction.iter().rev().take_while(|digit| **digit == b'0').count();
    key.extend(&fraction[..fraction.len() - zeros]);
    Ok(key.finish())
}

/// Days since 0000-01-01 of `YYYY-MM-DD`, when that day exists.
fn day_of(date: &[u8]) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else { return None };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    days_from_civil(year, two(*m1, *m2)?, two(*d1, *d2)?)
}

/// Days since 0000-01-01; `None` for a day that does not exist.
pub(crate) fn days_from_civil(year: i32, month: i32, day: i32) -> Option<i32> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let index = usize::try_from(month - 1).ok()?;
    let length = *lengths.get(index)?;
    if day < 1 || day > length || !(0..=9999).contains(&year) {
        return None;
    }
    let before = year - 1;
    let leaps = if year > 0 { before / 4 - before / 100 + before / 400 + 1 } else { 0 };
    Some(year * 365 + leaps + lengths[..index].iter().sum::<i32>() + day - 1)
}

/// The number of two digits.
fn two(tens: u8, ones: u8) -> Option<i32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
}

/// A number of any digits, as a clock is rarely written.
fn digits(text: &[u8]) -> Option<i32> {
    match text {
        [tens, ones] => two(*tens, *ones),
        [] => None,
        _ if !text.iter().all(u8::is_ascii_digit) => None,
        _ => text
            .iter()
            .try_fold(0_i32, |sum, digit| sum.checked_mul(10)?.checked_add(i32::from(digit - b'0'))),
    }
}

/// Seconds of the day in UTC and the fraction's digits.
fn clock(time: &[u8]) -> Option<(i64, &[u8])> {
    let (clock, offset) = split_zone(time)?;
    let (clock, fraction) = match split(clock, b'.') {
        Some((clock, fraction)) => (clock, fraction),
        None => (clock, &[][..]),
    };
    if !fraction.iter().all(u8::is_ascii_digit) || fraction.len() > 12 {
        return None;
    }
    let (hour, rest) = split(clock, b':')?;
    let (minute, second) = match split(rest, b':') {
        Some((minute, second)) => (minute, digits(second)?),
        None => (rest, 0),
    };
    let (hour, minute) = (digits(hour)?, digits(minute)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some((i64::from(hour * 3600 + minute * 60 + second) - offset, fraction))
}

/// What stands before the first sign and behind it.
fn split(text: &[u8], sign: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == sign)?;
    Some((&text[..at], &text[at + 1..]))
}

fn split_zone(time: &[u8]) -> Option<(&[u8], i64)> {
    if let [clock @ .., b'Z' | b'z'] = time {
        return Some((clock, 0));
    }
    let Some(at) = time.iter().rposition(|byte| matches!(byte, b'+' | b'-')) else { return Some((time, 0)) };
    let (hours, minutes) = split(&time[at + 1..], b':')?;
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = i64::from(hours * 3600 + minutes * 60);
    let sign = if time[at] == b'-' { -1 } else { 1 };
    Some((&time[..at], sign * seconds))
}
