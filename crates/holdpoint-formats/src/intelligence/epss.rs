//! EPSS scores of one day: the CSV that FIRST publishes, unpacked, row by row.
//!
//! Not here: unpacking. The surprise: the model and the day stand only in the first line, a comment; scores of two
//! models must not be compared, so a file without that line is read with a warning and an empty model.

use std::io::{BufRead, BufReader, Read};

use holdpoint_domain::intelligence::EpssScore;
use holdpoint_domain::{Parsed, Rejected, Warning};

use super::stream::StreamError;
use super::text::short;

/// The longest line that is read; real ones have below 100 bytes.
const LONGEST_LINE: u64 = 1_024;

/// Rows that are taken at most; there are below 400,000 CVEs.
const MOST_ROWS: u64 = 5_000_000;

/// Warnings that are kept.
const MOST_WARNINGS: usize = 100;

/// What the file says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The model's version as written; empty when not said.
    pub model: String,
    /// The day of the scores, `YYYY-MM-DD`; empty when not said.
    pub day: String,
    /// Scores handed over.
    pub rows: u64,
    /// Rows that could not be read.
    pub unreadable: u64,
}

/// Visits each score in the order of the file. `reader` gives unpacked CSV.
///
/// # Errors
/// [`StreamError::Rejected`] when the bytes are no such file; [`StreamError::Stopped`] with what `each` gave.
pub fn visit<R: Read, E>(
    reader: R,
    mut each: impl FnMut(EpssScore) -> Result<(), E>,
) -> Result<Parsed<Summary>, StreamError<E>> {
    let mut lines = Lines { reader: BufReader::with_capacity(256 << 10, reader), line: Vec::new() };
    let mut summary = Summary::default();
    let mut warnings = Vec::new();
    let mut header = false;
    while let Some(line) = lines.next(summary.rows)? {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() {
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            read_head(comment, &mut summary);
        } else if !header {
            if !line.to_ascii_lowercase().replace(' ', "").starts_with("cve,epss,percentile") {
                return Err(no_epss(&format!("its header is `{}`", short(line))).into());
            }
            header = true;
        } else if summary.rows + summary.unreadable >= MOST_ROWS {
            return Err(no_epss(&format!("it has more than {MOST_ROWS} rows")).into());
        } else if let Some(score) = score(line, &summary) {
            summary.rows += 1;
            each(score).map_err(StreamError::Stopped)?;
        } else {
            summary.unreadable += 1;
            if warnings.len() < MOST_WARNINGS {
                let text = format!(
                    "the row `{}` was left out: it is no CVE with two numbers from 0 to 1",
                    short(line)
                );
                warnings.push(Warning::new(
                    "epss-row",
                    format!("row {}", summary.rows + summary.unreadable),
                    text,
                ));
            }
        }
    }
    if !header {
        return Err(no_epss("it has no header `cve,epss,percentile`").into());
    }
    if summary.model.is_empty() || summary.day.is_empty() {
        let text = "the file does not say of which model and day its scores are, so they cannot be compared with others";
        warnings.push(Warning::new("epss-head", "", text));
    }
    Ok(Parsed { value: summary, warnings })
}

struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
}

impl<R: Read> Lines<R> {
    fn next(&mut self, rows: u64) -> Result<Option<&str>, Rejected> {
        self.line.clear();
        let read = self.reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut self.line);
        let broken = |why: &str| {
            let meaning = match rows {
                0 => "nothing of it was taken".to_owned(),
                rows => format!("the {rows} rows before were read, what follows is not known"),
            };
            Rejected::new("epss", why, meaning, "fetch it again, and look whether the right file was chosen")
        };
        match read {
            Err(error) => Err(broken(&format!("the bytes could not be read: {}", short(&error.to_string())))),
            Ok(0) => Ok(None),
            Ok(count) if u64::try_from(count) == Ok(LONGEST_LINE) && !self.line.ends_with(b"\n") => {
                Err(broken(&format!("a line has more than {LONGEST_LINE} bytes")))
            }
            Ok(_) => std::str::from_utf8(&self.line).map(Some).map_err(|_| broken("a line is no UTF-8")),
        }
    }
}

fn no_epss(why: &str) -> Rejected {
    let what = format!("the file holds no EPSS scores: {why}");
    Rejected::new("not-epss", what, "nothing of it was taken", "look whether the right file was chosen")
}

fn read_head(comment: &str, summary: &mut Summary) {
    for part in comment.split(',') {
        match part.trim().split_once(':') {
            Some(("model_version", model)) => model.trim().clone_into(&mut summary.model),
            Some(("score_date", day)) => summary.day = day.trim().chars().take(10).collect(),
            Some(_) | None => {}
        }
    }
}

fn score(line: &str, summary: &Summary) -> Option<EpssScore> {
    let mut cells = line.split(',').map(str::trim);
    let (cve, probability, percentile) = (cells.next()?, cells.next()?, cells.next()?);
    let number = cve.strip_prefix("CVE-")?;
    let plain = number.len() <= 24 && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    plain.then_some(())?;
    Some(EpssScore {
        cve: cve.to_owned(),
        probability_ppm: millionths(probability)?,
        percentile_ppm: millionths(percentile)?,
        model: summary.model.clone(),
        day: summary.day.clone(),
    })
}

/// A number from 0 to 1 in millionths; small ones are written as `9e-05`.
fn millionths(text: &str) -> Option<u32> {
    let number: f64 = text.parse().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and a million"
    )]
    (0.0..=1.0).contains(&number).then(|| (number * 1e6).round() as u32)
}
