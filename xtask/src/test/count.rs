//! How many tests ran, from the words of the runners themselves.
//!
//! Here: the closing lines of cargo test, vitest, and Node's own runner. Not here: any guess; a line that is not
//! understood counts nothing, and a runner that counted nothing is an error of the step.

use std::io::{BufRead, BufReader, Read, Write};
use std::ops::Add;

use anyhow::Result;

/// Tests by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Tests that ran and held.
    pub passed: usize,
    /// Tests that ran and did not hold.
    pub failed: usize,
    /// Tests that did not run.
    pub ignored: usize,
}

impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            ignored: self.ignored + other.ignored,
        }
    }
}

/// Passes the lines on to stdout and counts what they say; bytes that are not UTF-8 are shown as they are.
///
/// # Errors
/// When reading or printing fails.
pub fn show_and_count(output: impl Read) -> Result<Count> {
    let mut total = Count::default();
    let mut stdout = std::io::stdout().lock();
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        stdout.write_all(&line)?;
        stdout.write_all(b"\n")?;
        stdout.flush()?;
        total = total + in_line(&String::from_utf8_lossy(&line));
    }
    Ok(total)
}

fn in_line(line: &str) -> Count {
    let line = without_colour(line);
    let line = line.trim();
    if let Some(rest) = line.strip_prefix("test result: ") {
        // "ok. 3 passed; 0 failed; 0 ignored; 0 measured; …"
        return numbered(rest.split_once(". ").map_or("", |(_, counts)| counts), ';');
    }
    if let Some(rest) = line.strip_prefix("Tests ") {
        // vitest: "Tests  1 failed | 12 passed | 1 skipped (14)"
        return numbered(rest, '|');
    }
    for (prefix, kind) in [("pass ", "passed"), ("fail ", "failed"), ("skipped ", "skipped")] {
        // Node's runner: "# pass 3" or "ℹ pass 3", one line each.
        let said = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")).unwrap_or_default();
        if let Some(number) = said.strip_prefix(prefix) {
            return numbered(&format!("{number} {kind}"), ';');
        }
    }
    Count::default()
}

/// Reads pieces such as `3 passed`, separated by `separator`.
fn numbered(text: &str, separator: char) -> Count {
    let mut count = Count::default();
    for piece in text.split(separator) {
        let mut words = piece.split_whitespace();
        let (Some(number), Some(kind)) = (words.next().and_then(|word| word.parse().ok()), words.next())
        else {
            continue;
        };
        match kind {
            "passed" => count.passed = number,
            "failed" => count.failed = number,
            "ignored" | "skipped" | "todo" => count.ignored = number,
            _ => {}
        }
    }
    count
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("\u{1b}[") {
        plain.push_str(&rest[..start]);
        let sequence = &rest[start + 2..];
        let end = sequence
            .find(|character: char| character.is_ascii_alphabetic())
            .map_or(sequence.len(), |at| at + 1);
        rest = &sequence[end..];
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::{Count, in_line};

    #[track_caller]
    fn check(line: &str, passed: usize, failed: usize, ignored: usize) {
        assert_eq!(in_line(line), Count { passed, failed, ignored }, "{line}");
    }

    #[test]
    fn the_runners_are_understood() {
        check(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            12,
            0,
            1,
        );
        check("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out", 1, 2, 0);
        check("      Tests  1 failed | 12 passed | 3 skipped (16)", 12, 1, 3);
        check(
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m12 passed\u{1b}[39m\u{1b}[22m (12)",
            12,
            0,
            0,
        );
        check("ℹ pass 7", 7, 0, 0);
        check("# fail 2", 0, 2, 0);
    }

    #[test]
    fn other_lines_count_nothing() {
        check(" Test Files  2 passed (2)", 0, 0, 0);
        check("test a::b ... ok", 0, 0, 0);
        check("5 passed", 0, 0, 0);
        check("ℹ tests 7", 0, 0, 0);
        check("test result: ", 0, 0, 0);
    }
}
