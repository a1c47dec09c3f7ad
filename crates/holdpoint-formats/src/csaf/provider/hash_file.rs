//! Files with the hash of a document beside it: `.sha256` and `.sha512` (7.1.18).
//!
//! Not here: computing a hash. The surprise: only the first word counts; the name behind it is for people, and may be
//! another name than the document's.

use holdpoint_domain::{Parsed, Rejected, Warning};

use crate::csaf::text::short;

/// A hash algorithm that CSAF trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashAlgorithm {
    /// SHA-256, 64 hexadecimal digits.
    Sha256,
    /// SHA-512, 128 hexadecimal digits.
    Sha512,
}

impl HashAlgorithm {
    /// How many hexadecimal digits a value has.
    #[must_use]
    pub const fn digits(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }

    /// The algorithm by the ending of the file's name or address: `.sha256` or `.sha512`.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1 {
            "sha256" => Some(Self::Sha256),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }
}

/// What a hash file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashFile {
    /// The hash, in lower-case hexadecimal digits.
    pub digest: String,
    /// The file name behind it, when there is one.
    pub file_name: Option<String>,
}

/// Larger files are not read.
const BYTES: usize = 64 * 1024;

/// Reads a hash file of an algorithm.
///
/// # Errors
/// [`Rejected`] with code `too-large` above 64 KiB, or `no-hash` when the first word is not a value of the algorithm.
pub fn parse_hash_file(bytes: &[u8], algorithm: HashAlgorithm) -> Result<Parsed<HashFile>, Rejected> {
    if bytes.len() > BYTES {
        let what = format!("the hash file has {} bytes, more than the limit of {BYTES}", bytes.len());
        return Err(reject("too-large", what));
    }
    let mut warnings = Vec::new();
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let line = lines.next().unwrap_or_default().trim();
    let (digest, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    if digest.len() != algorithm.digits() || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let digits = algorithm.digits();
        return Err(reject(
            "no-hash",
            format!("the file begins with `{}`, not with {digits} hexadecimal digits", short(line)),
        ));
    }
    if lines.next().is_some() {
        let message = "the file has more than one line; the first counts";
        warnings.push(Warning::new("hash-lines", "row 2", message));
    }
    let name = name.trim().trim_start_matches('*');
    let file_name = (!name.is_empty()).then(|| name.to_owned());
    Ok(Parsed { value: HashFile { digest: digest.to_ascii_lowercase(), file_name }, warnings })
}

fn reject(code: &str, what: String) -> Rejected {
    let remedy = "fetch it again; if it is the same, tell the publisher";
    Rejected::new(code, what, "the document beside it cannot be checked by this hash", remedy)
}
