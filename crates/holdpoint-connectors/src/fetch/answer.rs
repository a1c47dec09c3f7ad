//! What comes back: a whole document with its digests, or the word that nothing changed.
//!
//! The surprise: a [`Partial`] is only kept when the server gave a strong ETag, because without one nobody
//! can prove that the second half belongs to the first.

use crate::hashes::{Algorithm, Digest};

/// What we already have, so that the server may say "not modified".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditional {
    /// The ETag of the copy we hold, as the server wrote it.
    pub etag: Option<String>,
    /// The `Last-Modified` of the copy we hold, as the server wrote it.
    pub last_modified: Option<String>,
}

/// The answer to one question, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The address that answered, after redirects.
    pub url: String,
    /// The addresses that sent us on, in order; empty nearly always.
    pub redirects: Vec<String>,
    /// What it said.
    pub answer: Answer,
}

impl Fetched {
    /// The document, or nothing when it was not modified.
    #[must_use]
    pub fn into_document(self) -> Option<Document> {
        match self.answer {
            Answer::Modified(document) => Some(*document),
            Answer::NotModified => None,
        }
    }
}

/// Either new bytes or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Bytes, whole.
    Modified(Box<Document>),
    /// The server says our copy is still the current one.
    NotModified,
}

/// A whole document as it arrived, unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The bytes, at most the setting's limit.
    pub bytes: Vec<u8>,
    /// The ETag, as the server wrote it.
    pub etag: Option<String>,
    /// The `Last-Modified`, as the server wrote it.
    pub last_modified: Option<String>,
    /// The `Content-Type`, as the server wrote it; a claim, not a fact.
    pub content_type: Option<String>,
    /// SHA-256 of the bytes.
    pub sha256: Digest,
    /// SHA-512 of the bytes.
    pub sha512: Digest,
}

impl Document {
    pub(super) fn new(bytes: Vec<u8>, labels: Labels) -> Self {
        let sha256 = Digest::of(Algorithm::Sha256, &bytes);
        let sha512 = Digest::of(Algorithm::Sha512, &bytes);
        let Labels { etag, last_modified, content_type } = labels;
        Self { bytes, etag, last_modified, content_type, sha256, sha512 }
    }
}

/// The headers that travel with a document.
#[derive(Debug, Clone, Default)]
pub(super) struct Labels {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    pub(super) content_type: Option<String>,
}

/// The first part of a document whose transfer broke off.
#[derive(Clone, PartialEq, Eq)]
pub struct Partial {
    pub(super) bytes: Vec<u8>,
    pub(super) etag: String,
    pub(super) total: Option<u64>,
}

impl Partial {
    /// How many bytes are already here.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.bytes.len() as u64
    }
}

impl std::fmt::Debug for Partial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Partial({} of {:?} bytes, etag {})", self.bytes.len(), self.total, self.etag)
    }
}
