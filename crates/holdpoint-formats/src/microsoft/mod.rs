//! Microsoft's security data: CVRF, CSAF, the update catalogue, the bulletin workbook and the offline scan file become
//! patches, each with what its source says of supersedence.
//!
//! Not here: what an installed patch covers (the engine). The surprise: one knowledge-base article is many packages, and
//! what it replaces differs from product to product; so one article may come out as several records, each with the
//! products for which it holds.

pub mod bulletin;
mod cabinet;
pub mod catalogue;
pub mod csaf;
pub mod cvrf;
mod title;
pub mod wsusscn2;
pub(crate) mod xml;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Cursor;

use holdpoint_domain::intelligence::{FeedKind, VulnerabilityRecord};
use holdpoint_domain::patch::{PatchClass, PatchRecord, PatchReference, canonical_kb};
use holdpoint_domain::{Moment, Parsed, Rejected, Warning};

/// The publisher of everything here.
pub const VENDOR: &str = "Microsoft";

/// How much of a file is taken before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file that is read as a whole; the largest month of CVRF so far has about 12 MB.
    pub bytes: usize,
    /// Bytes of the offline scan file; the real one has about 700 MB.
    pub scan_bytes: u64,
    /// Bytes that all parts of the offline scan file may have together, unpacked.
    pub unpacked_bytes: u64,
    /// Bytes of one cabinet inside the offline scan file.
    pub inner_cabinet_bytes: u64,
    /// Elements of an XML document that is read as a whole.
    pub elements: usize,
    /// How deep elements nest.
    pub depth: usize,
    /// Records of one file.
    pub records: usize,
    /// References of one record to others.
    pub references: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 128 << 20,
            scan_bytes: 2 << 30,
            unpacked_bytes: 12 << 30,
            inner_cabinet_bytes: 1 << 30,
            elements: 8_000_000,
            depth: 40,
            records: 2_000_000,
            references: 20_000,
        }
    }
}

/// What one file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrosoftFile {
    /// The file's own name where it has one (`2024-Mar`, `msrc_CVE-2025-29795`); empty: none.
    pub id: String,
    /// When its content was last changed, as it says.
    pub changed: Option<Moment>,
    /// The patches.
    pub patches: Vec<PatchRecord>,
    /// The vulnerabilities, where the file describes them itself (CVRF); a CSAF document is an advisory instead.
    pub vulnerabilities: Vec<VulnerabilityRecord>,
}

/// Which of Microsoft's files some bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The monthly CVRF, as XML.
    CvrfXml,
    /// The monthly CVRF, as JSON.
    CvrfJson,
    /// A CSAF document of Microsoft's, VEX included.
    Csaf,
    /// Records of the update catalogue.
    Catalogue,
    /// The workbook of bulletins.
    Bulletin,
    /// `wsusscn2.cab`.
    Scan,
}

impl Shape {
    /// The kind of feed such a file comes with.
    #[must_use]
    pub const fn feed(self) -> FeedKind {
        match self {
            Self::CvrfXml | Self::CvrfJson | Self::Csaf => FeedKind::Msrc,
            Self::Catalogue | Self::Bulletin => FeedKind::MicrosoftCatalogue,
            Self::Scan => FeedKind::WsusScan,
        }
    }
}

/// Which of Microsoft's files these bytes are, from their content alone; `None`: none of them for certain.
#[must_use]
pub fn shape_of(bytes: &[u8]) -> Option<Shape> {
    if bytes.starts_with(b"MSCF") {
        return Some(Shape::Scan);
    }
    if crate::inventory::table::is_workbook(bytes) {
        return bulletin::is_bulletin(bytes).then_some(Shape::Bulletin);
    }
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let head = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    match body.first() {
        Some(b'<') => head.contains("cvrfdoc").then_some(Shape::CvrfXml),
        Some(b'{' | b'[') => shape_of_json(body),
        Some(_) | None => None,
    }
}

/// The keys of the outermost object decide; values are passed over without being kept.
fn shape_of_json(body: &[u8]) -> Option<Shape> {
    type Keys = BTreeMap<String, serde::de::IgnoredAny>;
    let keys: BTreeSet<String> = if body.starts_with(b"[") {
        serde_json::from_slice::<Vec<Keys>>(body).ok()?.into_iter().next()?.into_keys().collect()
    } else {
        serde_json::from_slice::<Keys>(body).ok()?.into_keys().collect()
    };
    let has = |key: &str| keys.contains(key);
    if has("update_id") && (has("supersedes") || has("supersededby") || has("kb_article")) {
        Some(Shape::Catalogue)
    } else if has("DocumentTracking") && has("ProductTree") {
        Some(Shape::CvrfJson)
    } else if has("document") && csaf::is_microsofts(body) {
        Some(Shape::Csaf)
    } else {
        None
    }
}

/// Reads any of Microsoft's files, by its content.
///
/// # Errors
/// `unknown-file` when the bytes are none of them; else what the reader of that shape says.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Parsed<MicrosoftFile>, Rejected> {
    match shape_of(bytes) {
        Some(Shape::CvrfXml) => cvrf::read_xml(bytes, limits),
        Some(Shape::CvrfJson) => cvrf::read_json(bytes, limits),
        Some(Shape::Csaf) => csaf::read(bytes, limits),
        Some(Shape::Catalogue) => catalogue::read(bytes, limits),
        Some(Shape::Bulletin) => bulletin::read(bytes, limits),
        Some(Shape::Scan) => wsusscn2::read(Cursor::new(bytes), limits),
        None => Err(refused(
            "unknown-file",
            "the file is none that Microsoft publishes on patches, or it is cut off".to_owned(),
            "give CVRF, CSAF, records of the update catalogue, the bulletin workbook or wsusscn2.cab",
        )),
    }
}

/// A rejection of the whole file.
fn refused(code: &str, what: String, remedy: &str) -> Rejected {
    Rejected::new(code, what, "nothing of this file was taken", remedy)
}

fn check_size(bytes: &[u8], limits: &Limits) -> Result<(), Rejected> {
    if bytes.len() <= limits.bytes {
        return Ok(());
    }
    let what = format!("the file has {} bytes, more than the limit of {}", bytes.len(), limits.bytes);
    Err(refused("too-large", what, "raise the limit if you trust the source"))
}

fn too_many(what: &str, limit: usize) -> Rejected {
    refused(
        "too-many",
        format!("the file holds more than {limit} {what}"),
        "raise the limit if you trust the source",
    )
}

/// Reads `n/a` and blanks as "not said".
fn said(text: &str) -> &str {
    let text = text.trim();
    if text.eq_ignore_ascii_case("n/a") || text == "-" { "" } else { text }
}

/// The articles and bulletins in a list of supersedence such as `3140745`, `4012213, 4012216` or `MS08-001[944653]`.
/// What is neither goes into `odd`.
fn supersedence(text: &str, odd: &mut BTreeSet<String>) -> Vec<PatchReference> {
    let mut found = Vec::new();
    for part in text.split([',', ';', '/', '\n', '\r']).map(said).filter(|part| !part.is_empty()) {
        let (bulletin, inside) = match part.split_once('[') {
            Some((bulletin, rest)) => (bulletin.trim(), rest.trim_end_matches(']')),
            None => ("", part),
        };
        let reference = match canonical_kb(inside) {
            Some(kb) => PatchReference::Identifier(kb),
            None if is_bulletin_id(bulletin) => PatchReference::Identifier(bulletin.to_ascii_uppercase()),
            None if is_bulletin_id(part) => PatchReference::Identifier(part.to_ascii_uppercase()),
            None => {
                odd.insert(part.chars().take(80).collect());
                continue;
            }
        };
        if !found.contains(&reference) {
            found.push(reference);
        }
    }
    found
}

/// `MS17-023`.
fn is_bulletin_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 8
        && bytes[..2].eq_ignore_ascii_case(b"ms")
        && bytes[4] == b'-'
        && [2, 3, 5, 6, 7].iter().all(|at| bytes[*at].is_ascii_digit())
}

fn odd_supersedence(odd: BTreeSet<String>, warnings: &mut Vec<Warning>) {
    for text in odd.into_iter().take(50) {
        let message =
            format!("`{text}` stands where superseded patches are named and is no article; it was left out");
        warnings.push(Warning::new("patch-odd-reference", "", message));
    }
}

/// What Microsoft's words for a kind of change mean.
fn class_of(classification: &str, severity: &str) -> PatchClass {
    let word: String =
        classification.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    match word.as_str() {
        "securityupdate"
        | "securityupdates"
        | "criticalupdates"
        | "monthlyrollup"
        | "securityonly"
        | "iecumulative"
        | "securityhotpatchupdate" => {
            if severity.eq_ignore_ascii_case("critical") {
                PatchClass::SecurityCritical
            } else {
                PatchClass::Security
            }
        }
        "updates" | "updaterollups" | "servicepacks" => PatchClass::Recommended,
        "featurepacks" | "upgrades" | "tools" => PatchClass::Feature,
        _ => PatchClass::Unknown,
    }
}

/// Severity words from the least to the most; a word that is none of them ranks below.
fn severity_rank(word: &str) -> usize {
    const WORDS: [&str; 4] = ["low", "moderate", "important", "critical"];
    WORDS.iter().position(|known| known.eq_ignore_ascii_case(word)).map_or(0, |at| at + 1)
}

/// A date and time as Microsoft writes it; without an offset it is UTC.
fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    text.parse().ok().or_else(|| format!("{text}Z").parse().ok())
}

/// A version or build, as opposed to an address or a sentence in its place.
fn build(text: &str) -> &str {
    let text = text.trim();
    let is_version = text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+~".contains(&byte));
    if is_version { text } else { "" }
}
