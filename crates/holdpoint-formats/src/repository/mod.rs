//! Repositories of Linux packages: apt's `Release` and `Packages`, dnf's `repomd.xml`, `primary.xml` and `updateinfo.xml`.
//!
//! Bytes come unpacked; fetching and hashes are elsewhere. The surprise: a repository lists everything it has, and a plant
//! has little of it; so reading takes a filter, and what it lets through alone becomes patches.

pub mod apt;
pub mod dnf;

use holdpoint_domain::patch::PatchRecord;

/// How much of a file is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file, unpacked: Debian's largest list has 50 MB, Fedora's 200 MB.
    pub bytes: usize,
    /// Packages of a list.
    pub packages: usize,
    /// Elements of XML that is read as a whole.
    pub elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 512 << 20, packages: 1_000_000, elements: 20_000_000 }
    }
}

/// A file that a repository's index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedFile {
    /// Its path below the index's folder.
    pub path: String,
    /// SHA-256 as 64 hexadecimal digits; empty: the index gives none.
    pub sha256: String,
}

/// What a list of packages says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackageList {
    /// The patches that the filter let through.
    pub patches: Vec<PatchRecord>,
    /// How many packages the list has in all.
    pub packages: usize,
}

/// Letters that stand in a package URL as they are; others as `%XX`.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
