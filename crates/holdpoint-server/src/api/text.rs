//! How moments, hashes and the like are written in the API.

use holdpoint_domain::Moment;

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 3339 in UTC; `None` for a period that has no end.
#[must_use]
pub fn end(at: Moment) -> Option<String> {
    (at != Moment::OPEN).then(|| at.to_string())
}

/// A text, or `None` when nobody has said anything.
#[must_use]
pub fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whole seconds from `earlier` to `now`, never negative.
#[must_use]
pub fn age_seconds(earlier: Moment, now: Moment) -> u64 {
    u64::try_from(now.since(earlier) / 1_000_000).unwrap_or(0)
}
