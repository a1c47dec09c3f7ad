//! Dates and times of RFC 3339, for example `2024-01-31` or `2024-01-31T10:00:00Z`.
//!
//! The surprise: a zone is optional; without one the time counts as UTC, and a date alone is its first moment.

use crate::key::{KeyWriter, VersionKey};

/// Encodes seconds since year 0 and the fraction.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    const WHY: &str = "it is not a date or time of RFC 3339";
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let days = day_number(date).ok_or(WHY)?;
    let (seconds, fraction) = match time {
        None => (0, String::new()),
        Some(time) => clock(time).ok_or(WHY)?,
    };
    let total = i64::from(days) * 86_400 + seconds;
    let mut key = KeyWriter::new();
    // A week is added so that an offset before the first day stays positive.
    key.extend(&(total + 604_800).to_be_bytes());
    key.extend(fraction.trim_end_matches('0').as_bytes());
    Ok(key.finish())
}

/// Days since 0000-01-01 of `YYYY-MM-DD`, when that day exists.
pub(crate) fn day_number(date: &str) -> Option<i32> {
    let bytes = date.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = digits(date.get(..4)?)?;
    let month = digits(date.get(5..7)?)?;
    let day = digits(date.get(8..)?)?;
    days_from_civil(year, month, day)
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

fn digits(text: &str) -> Option<i32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Seconds of the day in UTC and the fraction's digits.
fn clock(time: &str) -> Option<(i64, String)> {
    let (clock, offset) = split_zone(time)?;
    let (clock, fraction) = clock.split_once('.').map_or((clock, ""), |(a, b)| (a, b));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || fraction.len() > 12 {
        return None;
    }
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?)?;
    let minute = digits(parts.next()?)?;
    let second = digits(parts.next().unwrap_or("0"))?;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some((i64::from(hour * 3600 + minute * 60 + second) - offset, fraction.to_owned()))
}

fn split_zone(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, 0)) };
    let (hours, minutes) = time.get(at + 1..)?.split_once(':')?;
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = i64::from(hours * 3600 + minutes * 60);
    let sign = if time.as_bytes().get(at) == Some(&b'-') { -1 } else { 1 };
    Some((&time[..at], sign * seconds))
}
