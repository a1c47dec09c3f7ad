//! Which kind of feed bytes are, told from their content with certainty, or not at all.
//!
//! Names of files are never believed. Only the head of a large document is looked at. The surprise: a document that
//! could be two things is none: whoever brings it has to say which.

use holdpoint_connectors::unpack::{Packing, Unpacked};
use holdpoint_domain::intelligence::FeedKind;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// How much of a document is looked at, in bytes.
const LOOKED_AT: u64 = 1024 * 1024;
/// The longest value of a head that is kept.
const LONGEST_VALUE: usize = 400;

/// What content says of its own kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// It is this.
    Kind(FeedKind),
    /// It is an advisory in CSAF, which other commands take in.
    Advisory,
    /// It does not say.
    Unknown,
}

/// Tells the kind of a file, unpacked when it is gzip. An archive says nothing; its files do.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Sniffed {
    match Packing::of(bytes) {
        Packing::Cabinet => return Sniffed::Kind(FeedKind::WsusScan),
        Packing::Zip => return microsofts(bytes),
        Packing::None | Packing::Gzip => {}
    }
    let Ok(head) = Unpacked::new(bytes, u64::MAX).first(LOOKED_AT) else { return Sniffed::Unknown };
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    if text.starts_with(b"#model_version:") || text.starts_with(b"cve,epss,percentile") {
        return Sniffed::Kind(FeedKind::Epss);
    }
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => by_keys(text),
        Some(b'[') => microsofts(bytes),
        Some(b'<') => by_root(text),
        Some(_) | None => Sniffed::Unknown,
    }
}

/// The workbook of bulletins, and lists of records of the update catalogue.
fn microsofts(bytes: &[u8]) -> Sniffed {
    crate::patches::taking::kind_of(bytes).map_or(Sniffed::Unknown, Sniffed::Kind)
}

/// An XML document: only CVRF is read.
fn by_root(text: &[u8]) -> Sniffed {
    let head = String::from_utf8_lossy(text.get(..4_096).unwrap_or(text));
    if head.contains("cvrfdoc") && head.contains("icasi.org/CVRF") {
        Sniffed::Kind(FeedKind::Msrc)
    } else {
        Sniffed::Unknown
    }
}

fn by_keys(text: &[u8]) -> Sniffed {
    let head = Head::of(text);
    let kinds = [
        (FeedKind::Nvd, head.says("format", "NVD_CVE")),
        (FeedKind::Kev, head.has("catalogVersion") && head.has("dateReleased")),
        (FeedKind::Cve, head.says("dataType", "CVE_RECORD")),
        (FeedKind::OpenVex, head.value("@context").is_some_and(|value| value.contains("openvex"))),
        (FeedKind::CyclonedxVex, head.says("bomFormat", "CycloneDX") && head.has("vulnerabilities")),
        (FeedKind::Osv, head.has("id") && head.has("modified") && head.has("affected")),
        (FeedKind::Debian, head.is_tracker(text)),
        (FeedKind::Msrc, head.has("DocumentTracking") && head.has("Vulnerability")),
        (
            FeedKind::MicrosoftCatalogue,
            head.has("update_id") && (head.has("supersedes") || head.has("kb_article")),
        ),
    ];
    let mut fitting = kinds.iter().filter(|(_, fits)| *fits).map(|(kind, _)| *kind);
    match (fitting.next(), fitting.next()) {
        (Some(kind), None) => Sniffed::Kind(kind),
        (Some(_), Some(_)) => Sniffed::Unknown,
        (None, _) if head.has("document") => csaf(text),
        (None, _) => Sniffed::Unknown,
    }
}

/// A CSAF document is a feed's only when its publisher's documents are read as one.
fn csaf(text: &[u8]) -> Sniffed {
    let head: String = String::from_utf8_lossy(text).chars().filter(|c| !c.is_whitespace()).collect();
    let vex = head.contains("\"category\":\"csaf_vex\"");
    if !head.contains("\"csaf_version\":") {
        Sniffed::Unknown
    } else if vex && head.contains("\"namespace\":\"https://www.redhat.com\"") {
        Sniffed::Kind(FeedKind::RedHat)
    } else if head.contains("\"namespace\":\"https://msrc.microsoft.com\"") {
        Sniffed::Kind(FeedKind::Msrc)
    } else {
        Sniffed::Advisory
    }
}

/// The keys of the outermost object, as far as the head shows them, with the values that are texts.
#[derive(Default)]
struct Head {
    keys: Vec<(String, Option<String>)>,
}

impl Head {
    fn of(text: &[u8]) -> Self {
        let mut head = Self::default();
        // The head of a large document ends in its middle: what was seen before counts.
        let mut reader = serde_json::Deserializer::from_slice(text);
        let _ended = Outermost(&mut head).deserialize(&mut reader);
        head
    }

    fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|(known, _)| known == key)
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.keys.iter().find(|(known, _)| known == key).and_then(|(_, value)| value.as_deref())
    }

    fn says(&self, key: &str, value: &str) -> bool {
        self.value(key) == Some(value)
    }

    /// Debian's tracker: packages, in them CVEs, in them releases.
    fn is_tracker(&self, text: &[u8]) -> bool {
        let start = String::from_utf8_lossy(text.get(..65_536).unwrap_or(text));
        let mut inside = start.split('{').skip(2);
        let first = inside.next().unwrap_or_default().trim_start();
        (first.starts_with("\"CVE-") || first.starts_with("\"TEMP-"))
            && start.contains("\"releases\"")
            && !self.has("vulnerabilities")
    }
}

struct Outermost<'h>(&'h mut Head);

impl<'de> DeserializeSeed<'de> for Outermost<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Outermost<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if self.0.keys.len() == 256 {
                break;
            }
            self.0.keys.push((key, None));
            let small = ["format", "dataType", "@context", "bomFormat"];
            let last = self.0.keys.last_mut().expect("one was pushed just now");
            if small.contains(&last.0.as_str()) {
                let value: Value = map.next_value()?;
                last.1 = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                    .map(|text| text.chars().take(LONGEST_VALUE).collect());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Sniffed, sniff};
    use holdpoint_domain::intelligence::FeedKind;

    #[test]
    fn content_tells_its_kind_or_nothing_does() {
        let kind = Sniffed::Kind;
        for (text, expected) in [
            (r#"{"resultsPerPage":1,"format":"NVD_CVE","vulnerabilities":[{"cve":{"#, kind(FeedKind::Nvd)),
            (
                r#"{"title":"x","catalogVersion":"1","dateReleased":"2026","vulnerabilities":["#,
                kind(FeedKind::Kev),
            ),
            ("#model_version:v2025.03.14,score_date:2026-01-01\ncve,epss", kind(FeedKind::Epss)),
            (r#"{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{}}"#, kind(FeedKind::Cve)),
            (r#"{"@context":"https://openvex.dev/ns/v0.2.0","statements":[]}"#, kind(FeedKind::OpenVex)),
            (r#"{"bomFormat":"CycloneDX","vulnerabilities":[]}"#, kind(FeedKind::CyclonedxVex)),
            (r#"{"bomFormat":"CycloneDX","components":[]}"#, Sniffed::Unknown),
            (r#"{"id":"GHSA-1","modified":"2026","affected":[]}"#, kind(FeedKind::Osv)),
            (r#"{"openssl":{"CVE-2026-1":{"releases":{}}}}"#, kind(FeedKind::Debian)),
            ("MSCF\0\0", kind(FeedKind::WsusScan)),
            (r#"{"document":{"category":"csaf_base","csaf_version":"2.0"}}"#, Sniffed::Advisory),
            ("<html>", Sniffed::Unknown),
            ("", Sniffed::Unknown),
            ("{\"a\":", Sniffed::Unknown),
        ] {
            assert_eq!(sniff(text.as_bytes()), expected, "{text}");
        }
    }
}
