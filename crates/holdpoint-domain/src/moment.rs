//! A moment: microseconds since 1970 in UTC, the only time that is stored.
//!
//! No clock is read here: a moment comes as an argument or out of a text. The surprise: texts with leap
//! seconds (`23:59:60`) are taken as the second before, as the time library does.

use std::fmt;
use std::str::FromStr;

/// An instant in UTC, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(i64);

/// A text that is no RFC 3339 date and time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no date and time as in `2026-11-22T22:00:00Z` or `2026-11-22`")]
pub struct NoMoment {
    /// The text, cut to 64 characters.
    pub text: String,
}

impl Moment {
    /// "Still valid": the end of a period that has no end yet, in temporal tables.
    pub const OPEN: Moment = Moment(i64::MAX);

    /// The moment that many microseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since 1970, for time-ordered ids; 0 before 1970.
    #[must_use]
    pub fn millis(self) -> u64 {
        u64::try_from(self.0 / 1_000).unwrap_or(0)
    }

    /// This moment and that many microseconds; stays at the ends of the range instead of wrapping.
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this moment; negative when this one is the earlier.
    #[must_use]
    pub const fn since(self, earlier: Moment) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Day and minute for people, in UTC: `2026-11-22 06:45 UTC`. What is compared or kept is the moment itself.
    #[must_use]
    pub fn minute(self) -> String {
        let text = self.to_string();
        match (text.get(..10), text.get(11..16)) {
            (Some(day), Some(time)) if text.as_bytes().get(10) == Some(&b'T') => format!("{day} {time} UTC"),
            _ => text,
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(at) => write!(f, "{at}"),
            Err(_) => f.write_str("without end"),
        }
    }
}

impl FromStr for Moment {
    type Err = NoMoment;

    /// Reads RFC 3339, with any offset; a bare date means its first moment in UTC.
    fn from_str(text: &str) -> Result<Self, NoMoment> {
        let refuse = || NoMoment { text: text.chars().take(64).collect() };
        let text_of_day;
        let full = if text.len() == 10 {
            text_of_day = format!("{text}T00:00:00Z");
            text_of_day.as_str()
        } else {
            text
        };
        let at: jiff::Timestamp = full.parse().map_err(|_| refuse())?;
        Ok(Self(at.as_microsecond()))
    }
}

/// So many minutes, as people say it: `1 minute`, `2 minutes`.
#[must_use]
pub fn minutes_in_words(minutes: impl Into<u64>) -> String {
    match minutes.into() {
        1 => "1 minute".to_owned(),
        other => format!("{other} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_back_what_it_prints() {
        let at: Moment = "2021-09-14T02:00:00.000500+02:00".parse().expect("a valid text");
        assert_eq!(at.to_string(), "2021-09-14T00:00:00.0005Z");
        assert_eq!(at.to_string().parse(), Ok(at));
    }

    #[test]
    fn people_read_the_minute() {
        let at: Moment = "2021-09-14T02:07:59.000500+02:00".parse().expect("a valid text");
        assert_eq!(at.minute(), "2021-09-14 00:07 UTC");
    }

    #[test]
    fn a_date_is_its_first_moment_and_prose_is_refused() {
        assert_eq!("1970-01-02".parse(), Ok(Moment::from_micros(86_400_000_000)));
        assert!("next Tuesday".parse::<Moment>().is_err());
        assert_eq!(Moment::OPEN.to_string(), "without end");
    }
}
