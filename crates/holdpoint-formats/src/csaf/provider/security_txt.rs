//! `security.txt` (RFC 9116): the lines that lead to provider metadata, and until when the file holds (7.1.8).
//!
//! The surprise: the file is often a signed message; the armour around it is passed over, the signature not checked.

use holdpoint_domain::{Moment, Parsed, Rejected, Warning};

use super::Link;
use crate::csaf::date::Instant;

/// What `security.txt` says for CSAF.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecurityTxt {
    /// Addresses of provider metadata, in the order of the file.
    pub csaf: Vec<Link>,
    /// Until when the file holds; `None` when it does not say it readably.
    pub expires: Option<Moment>,
}

/// Larger files are not read.
const BYTES: usize = 1024 * 1024;

/// How many CSAF lines are kept.
const LINES: usize = 100;

/// Reads `security.txt`. Bytes that are not UTF-8 are passed over with a warning.
///
/// # Errors
/// [`Rejected`] with code `too-large` above 1 MiB.
pub fn parse_security_txt(bytes: &[u8]) -> Result<Parsed<SecurityTxt>, Rejected> {
    if bytes.len() > BYTES {
        let what = format!("the file has {} bytes, more than the limit of {BYTES}", bytes.len());
        return Err(Rejected::new(
            "too-large",
            what,
            "nothing of it was taken",
            "look at the address it came from",
        ));
    }
    let mut warnings = Vec::new();
    let text = String::from_utf8_lossy(bytes);
    if text.contains(char::REPLACEMENT_CHARACTER) {
        warnings.push(Warning::new(
            "not-utf8",
            "",
            "the file holds bytes that are not UTF-8; they were passed over",
        ));
    }
    let mut value = SecurityTxt::default();
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.starts_with("-----BEGIN PGP SIGNATURE") {
            break;
        }
        let line = line.strip_prefix("- ").unwrap_or(line);
        let Some((field, content)) = line.split_once(':') else {
            continue;
        };
        let content = content.trim();
        let place = format!("row {}", at + 1);
        if field.trim().eq_ignore_ascii_case("csaf") && !content.is_empty() {
            if value.csaf.len() < LINES {
                value.csaf.push(Link::new(content, &place, &mut warnings));
            }
        } else if field.trim().eq_ignore_ascii_case("expires") {
            value.expires = Instant::parse(content).map(|instant| Moment::from_micros(instant.micros()));
            if value.expires.is_none() {
                let message = "the date until which the file holds cannot be read";
                warnings.push(Warning::new("security-txt-expires", place, message));
            }
        }
    }
    Ok(Parsed { value, warnings })
}
