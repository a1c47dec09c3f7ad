//! Numbers of a workbook as the text that a person sees.
//!
//! Only fixed decimals (`0.00`) and leading zeros (`0000`) of number formats are followed; other formats give the
//! plain number. The surprise: a workbook keeps no more than 15 digits, so nothing longer is made up.

/// The most digits that a spreadsheet program keeps of a number.
const DIGITS: usize = 15;

/// The text of a number under a number format code (`General`, `0.00`, `0000`).
pub(super) fn shown(value: f64, format: Option<&str>) -> String {
    match format.and_then(fixed) {
        Some((zeros, decimals)) => {
            let text = format!("{:.decimals$}", value.abs());
            let whole = text.split('.').next().map_or(0, str::len);
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}{text}", "0".repeat(zeros.saturating_sub(whole)))
        }
        None => plain(value),
    }
}

/// Digits before and after the point of a format that is nothing but zeros, such as `0.00`.
fn fixed(format: &str) -> Option<(usize, usize)> {
    let (whole, decimals) = format.split_once('.').unwrap_or((format, ""));
    let is_zeros = |text: &str| text.len() <= DIGITS && text.bytes().all(|byte| byte == b'0');
    (!whole.is_empty() && is_zeros(whole) && is_zeros(decimals)).then_some((whole.len(), decimals.len()))
}

/// The number with at most 15 digits and without a trailing `.0`.
fn plain(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let rounded: f64 = format!("{value:.*e}", DIGITS - 1).parse().unwrap_or(value);
    if rounded == 0.0 {
        return "0".to_owned();
    }
    if rounded.abs() >= 1e21 || rounded.abs() < 1e-9 {
        return format!("{rounded:e}");
    }
    format!("{rounded}")
}

/// Whether a number may have lost digits on its way through a spreadsheet program: it has a fraction, so `1.10`
/// may stand behind `1.1`, or it is longer than the program keeps.
pub(super) fn may_have_lost_digits(value: f64) -> bool {
    value.fract() != 0.0 || value.abs() >= 1e15
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_they_look() {
        assert_eq!(shown(33.0, None), "33");
        assert_eq!(shown(33.011, Some("General")), "33.011");
        assert_eq!(shown(0.1 + 0.2, None), "0.3");
        assert_eq!(shown(1.1, Some("0.00")), "1.10");
        assert_eq!(shown(7.0, Some("0000")), "0007");
        assert_eq!(shown(-0.0, None), "0");
        assert_eq!(shown(-1.5, Some("0.0")), "-1.5");
        assert_eq!(shown(123_456_789_012.0, Some("0")), "123456789012");
        assert_eq!(shown(f64::NAN, None), "");
        assert!(may_have_lost_digits(1.1) && !may_have_lost_digits(33.0));
    }
}
