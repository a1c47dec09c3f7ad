//! The apostrophe that keeps a spreadsheet program from running a value, put on by export, taken off by import.
//!
//! The surprise: values that already begin with apostrophes get one more, so that taking one off always gives
//! back exactly what was exported, whatever it was.

use std::borrow::Cow;

/// The word in a cell that empties a field.
pub(crate) const CLEAR: &str = "(clear)";

/// Whether a spreadsheet program might run this text, or our own import would take it for a command.
fn needs_guard(text: &str) -> bool {
    matches!(
        text.chars().next(),
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
    ) || text.eq_ignore_ascii_case(CLEAR)
}

/// A value as it is written to a file that a spreadsheet program opens as typed input (CSV).
pub(crate) fn put_on(value: &str) -> Cow<'_, str> {
    if needs_guard(value.trim_start_matches('\'')) {
        Cow::Owned(format!("'{value}"))
    } else {
        Cow::Borrowed(value)
    }
}

/// A value as it is written into a text cell of a workbook: nothing runs there, so only what import would
/// change is guarded.
pub(crate) fn put_on_text_cell(value: &str) -> Cow<'_, str> {
    if value.starts_with('\'') || value.eq_ignore_ascii_case(CLEAR) {
        put_on(value)
    } else {
        Cow::Borrowed(value)
    }
}

/// A cell as it was before [`put_on`]; cells that no guard was put on come back unchanged.
pub(crate) fn take_off(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_guard(rest.trim_start_matches('\'')) => rest,
        Some(_) | None => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_survives_the_guard() {
        for value in
            ["=1+1", "'=1+1", "''@x", "-", "+49", "plain", "'quoted'", "", "'", "(clear)", "'(Clear)"]
        {
            assert_eq!(take_off(&put_on(value)), value);
            assert_eq!(take_off(&put_on_text_cell(value)), value);
        }
        assert_eq!(put_on("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(put_on_text_cell("=1"), "=1");
    }
}
