//! The small files of metadata: relationships, titles, and the rest.
//!
//! Each is a fragment of XML with several outermost elements. The surprise: a digest stands in base 64 here and in
//! hexadecimal everywhere else.

use std::collections::HashMap;

use holdpoint_domain::Rejected;
use holdpoint_domain::patch::{PatchFile, canonical_kb};

use crate::microsoft::{Limits, refused, xml};

/// Which of the small files.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// `c\N`: what it is and what it replaces.
    Core,
    /// `l\en\N`: its title in English.
    English,
    /// `x\N`: article, severity, restart, files.
    Extended,
}

/// What the small files of one revision say together.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub title: String,
    pub url: String,
    pub article: Option<String>,
    pub severity: String,
    pub bulletin: String,
    pub restart: String,
    /// `Software`, `Category`, `Detectoid`, `Driver`; empty: not said.
    pub kind: String,
    /// Update ids.
    pub supersedes: Vec<String>,
    pub files: Vec<File>,
}

/// A file of a revision.
#[derive(Debug, Default)]
pub(super) struct File {
    /// SHA-1 in base 64: the key under which the list knows its address.
    pub digest: String,
    pub name: String,
    pub size_bytes: Option<u64>,
    /// SHA-256 in base 64; empty: none.
    pub sha256: String,
}

impl File {
    pub fn to_patch_file(&self, locations: &HashMap<String, String>) -> PatchFile {
        let url = locations.get(&self.digest).cloned().unwrap_or_default();
        let last = url.rsplit('/').next().unwrap_or_default();
        let mut hashes = Vec::new();
        for (algorithm, bytes, text) in [("sha1", 20, &self.digest), ("sha256", 32, &self.sha256)] {
            if let Some(hex) = hex_of(text, bytes) {
                hashes.push(format!("{algorithm}:{hex}"));
            }
        }
        PatchFile {
            name: if self.name.is_empty() { last.to_owned() } else { self.name.clone() },
            url,
            size_bytes: self.size_bytes,
            hashes,
        }
    }
}

impl Metadata {
    /// Takes over what another part of the same revision says.
    pub fn add(&mut self, other: Metadata) {
        for (mine, theirs) in [
            (&mut self.title, other.title),
            (&mut self.url, other.url),
            (&mut self.severity, other.severity),
            (&mut self.bulletin, other.bulletin),
            (&mut self.restart, other.restart),
            (&mut self.kind, other.kind),
        ] {
            if mine.is_empty() {
                *mine = theirs;
            }
        }
        self.article = self.article.take().or(other.article);
        self.supersedes.extend(other.supersedes);
        self.files.extend(other.files);
    }
}

pub(super) fn read(part: Part, bytes: &[u8], limits: &Limits) -> Result<Metadata, Rejected> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| refused("not-utf8", "it is no UTF-8".to_owned(), "fetch it again; it may be damaged"))?;
    let tree = xml::tree(text, limits)?;
    Ok(match part {
        Part::Core => core(&tree),
        Part::English => english(&tree),
        Part::Extended => extended(&tree),
    })
}

fn core(tree: &xml::Element) -> Metadata {
    let superseded = tree.child("Relationships").and_then(|relations| relations.child("SupersededUpdates"));
    let ids = superseded.into_iter().flat_map(|list| list.all("UpdateIdentity"));
    Metadata {
        kind: tree.child("Properties").map_or("", |one| one.attribute("UpdateType")).to_owned(),
        supersedes: ids.map(|one| one.attribute("UpdateID").to_ascii_lowercase()).collect(),
        ..Metadata::default()
    }
}

fn english(tree: &xml::Element) -> Metadata {
    let Some(properties) = tree.child("LocalizedProperties") else {
        return Metadata::default();
    };
    Metadata {
        title: properties.text_of("Title").to_owned(),
        url: properties.text_of("MoreInfoUrl").to_owned(),
        ..Metadata::default()
    }
}

fn extended(tree: &xml::Element) -> Metadata {
    let mut metadata = Metadata::default();
    if let Some(properties) = tree.child("ExtendedProperties") {
        metadata.article = canonical_kb(properties.text_of("KBArticleID"));
        metadata.bulletin = properties.text_of("SecurityBulletinID").to_owned();
        metadata.severity = properties.attribute("MsrcSeverity").to_owned();
        let behaviour = properties.child("InstallationBehavior");
        metadata.restart = behaviour.map_or("", |one| one.attribute("RebootBehavior")).to_owned();
    }
    let files = tree.child("Files").into_iter().flat_map(|list| list.all("File"));
    metadata.files = files
        .map(|file| File {
            digest: file.attribute("Digest").to_owned(),
            name: file.attribute("FileName").to_owned(),
            size_bytes: file.attribute("Size").parse().ok(),
            sha256: file
                .all("AdditionalDigest")
                .find(|digest| digest.attribute("Algorithm").eq_ignore_ascii_case("sha256"))
                .map_or("", |digest| digest.text.trim())
                .to_owned(),
        })
        .collect();
    metadata
}

/// Base 64 of exactly so many bytes, as hexadecimal digits.
fn hex_of(text: &str, n_bytes: usize) -> Option<String> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(n_bytes);
    let (mut held, mut n_bits) = (0_u32, 0_u32);
    for letter in digits.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(value)) & 0xfff;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((held >> n_bits & 0xff) as u8);
        }
        if bytes.len() > n_bytes {
            return None;
        }
    }
    (bytes.len() == n_bytes).then(|| bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
