//! Lists of package repositories: fetched or read from a mirror's folder, held against the hash of their index, unpacked.
//!
//! What the lists say is read elsewhere. The surprise: the hash is that of the packed bytes, so it is compared before
//! anything is unpacked.

use crate::fetch::folder::read_file;
use crate::fetch::{Answer, Conditional, Fetcher};
use crate::hashes::{Algorithm, Digest};
use crate::unpack::Unpacked;
use std::io::{self, Read, Write};
use std::path::PathBuf;

/// Where a repository lies.
#[derive(Debug)]
pub enum Mirror {
    /// In a folder of this machine.
    Folder(PathBuf),
    /// At an https address.
    Address(String, Box<Fetcher>),
}

/// Why a list cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// It cannot be fetched or read.
    #[error("`{path}` cannot be read: {why}")]
    Unreadable {
        /// Its path below the mirror.
        path: String,
        /// Why.
        why: String,
    },
    /// Its path leads out of the mirror.
    #[error("`{path}` leads out of the mirror")]
    Outside {
        /// The path.
        path: String,
    },
    /// Its bytes have another hash than the index says.
    #[error("`{path}` does not have the hash that the index gives")]
    OtherHash {
        /// Its path below the mirror.
        path: String,
    },
}

impl Mirror {
    /// The packed bytes at a path below the mirror.
    ///
    /// # Errors
    /// [`ListError`].
    pub fn bytes(&self, path: &str, max_bytes: u64) -> Result<Vec<u8>, ListError> {
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains('\\');
        if path.len() > 500 || !path.split('/').all(is_plain) || path.contains([':', '?', '#', '%']) {
            return Err(ListError::Outside { path: path.chars().take(100).collect() });
        }
        let unreadable = |why: String| ListError::Unreadable { path: path.to_owned(), why };
        match self {
            Self::Folder(folder) => {
                read_file(&folder.join(path), max_bytes).map_err(|error| unreadable(error.to_string()))
            }
            Self::Address(base, fetcher) => {
                let address = format!("{}/{path}", base.trim_end_matches('/'));
                let fetched = fetcher.get(&address, &Conditional::default());
                match fetched.map_err(|error| unreadable(error.to_string()))?.answer {
                    Answer::Modified(document) => Ok(document.bytes),
                    Answer::NotModified => Err(unreadable("the server says that nothing changed".to_owned())),
                }
            }
        }
    }

    /// The unpacked bytes of a list whose packed bytes have this SHA-256; empty: no hash is known.
    ///
    /// # Errors
    /// [`ListError`].
    pub fn list(&self, path: &str, sha256: &str, max_bytes: u64) -> Result<Vec<u8>, ListError> {
        let packed = self.bytes(path, max_bytes)?;
        if !sha256.is_empty() {
            let digest = Digest::from_hex(Algorithm::Sha256, sha256);
            if !digest.is_ok_and(|digest| digest.matches(&packed)) {
                return Err(ListError::OtherHash { path: path.to_owned() });
            }
        }
        let unpacked = unpacked(&packed, max_bytes);
        unpacked.map_err(|error| ListError::Unreadable { path: path.to_owned(), why: error.to_string() })
    }
}

/// Bytes unpacked by how they begin: gzip, xz, zstd, or as they are; at most `limit` of them.
///
/// # Errors
/// When they are cut off or damaged, or more than the limit comes out.
pub fn unpacked(bytes: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    if bytes.starts_with(b"\xfd7zXZ\0") {
        let mut out = Bounded { bytes: Vec::new(), limit };
        let mut input = bytes;
        lzma_rs::xz_decompress(&mut input, &mut out)
            .map_err(|error| io::Error::other(format!("{error:?}")))?;
        return Ok(out.bytes);
    }
    if bytes.starts_with(b"\x28\xb5\x2f\xfd") {
        let mut out = Vec::new();
        zstd::stream::read::Decoder::new(bytes)?.take(limit.saturating_add(1)).read_to_end(&mut out)?;
        return if out.len() as u64 > limit { Err(too_much(limit)) } else { Ok(out) };
    }
    Unpacked::new(bytes, limit).whole()
}

fn too_much(limit: u64) -> io::Error {
    io::Error::other(format!("it unpacks to more than {limit} bytes"))
}

struct Bounded {
    bytes: Vec<u8>,
    limit: u64,
}

impl Write for Bounded {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        if (self.bytes.len() + part.len()) as u64 > self.limit {
            return Err(too_much(self.limit));
        }
        self.bytes.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that fails may panic")]
    use super::{Mirror, unpacked};

    #[test]
    fn lists_come_out_of_each_packing_and_end_at_the_limit() {
        let text = vec![b'a'; 5_000];
        let mut xz = Vec::new();
        lzma_rs::xz_compress(&mut text.as_slice(), &mut xz).unwrap();
        for packed in [xz, zstd::bulk::compress(&text, 3).unwrap(), text.clone()] {
            assert_eq!(unpacked(&packed, 5_000).unwrap(), text);
            assert!(unpacked(&packed, 4_999).unwrap_err().to_string().contains("4999"));
        }
        assert!(unpacked(b"\xfd7zXZ\0rubbish", 100).is_err());
    }

    #[test]
    fn a_path_stays_inside_the_mirror_and_a_hash_is_held_against() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Packages"), "x").unwrap();
        let mirror = Mirror::Folder(folder.path().to_owned());
        for path in ["../etc/passwd", "/etc/passwd", "a//b", "a/./b", "https://example.com"] {
            assert!(mirror.list(path, "", 10).unwrap_err().to_string().contains("leads out"), "{path}");
        }
        assert_eq!(mirror.list("Packages", "", 10).unwrap(), b"x");
        let hash = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
        assert_eq!(mirror.list("Packages", hash, 10).unwrap(), b"x");
        let error = mirror.list("Packages", &hash.replace('2', "3"), 10).unwrap_err();
        assert!(error.to_string().contains("hash"), "{error}");
    }
}
