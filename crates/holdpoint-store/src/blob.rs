//! Raw documents by their SHA-256, compressed, each stored once; and the settings of the installation.

use crate::change::Change;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::store::Store;
use crate::value::params;
use sha2::{Digest, Sha256};

/// Largest document that is stored, in bytes.
pub const MAX_BLOB_BYTES: u64 = 256 * 1024 * 1024;
/// Fast, and four fifths smaller for JSON.
const LEVEL: i32 = 3;

crate::statements! {
    ADD = "INSERT INTO blob (sha256, size_bytes, zstd) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING";
    HAS = "SELECT size_bytes FROM blob WHERE sha256 = $1";
    GET = "SELECT size_bytes, zstd FROM blob WHERE sha256 = $1";
    SETTING = "SELECT value FROM setting WHERE key = $1";
    SET = "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
}

impl Reader<'_> {
    /// The document with this hash; its bytes are checked against the hash.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the stored bytes are not those.
    pub fn blob(&mut self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        let found: Option<(u64, Vec<u8>)> =
            self.query_opt(GET, params![sha256], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let Some((size, packed)) = found else { return Ok(None) };
        let damaged = |why: String| StoreError::damaged(format!("document `{}`: {why}", hex(sha256)));
        if size > MAX_BLOB_BYTES {
            return Err(damaged(format!("a size of {size} bytes cannot be")));
        }
        let capacity = usize::try_from(size).map_err(|why| damaged(why.to_string()))?;
        let bytes = zstd::bulk::decompress(&packed, capacity).map_err(|why| damaged(why.to_string()))?;
        if <[u8; 32]>::from(Sha256::digest(&bytes)) != *sha256 {
            return Err(damaged("its bytes have another hash".to_owned()));
        }
        Ok(Some(bytes))
    }

    /// A setting of the installation.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is no JSON.
    pub fn setting(&mut self, key: &str) -> Result<Option<serde_json::Value>, StoreError> {
        let text: Option<String> = self.query_opt(SETTING, params![key], |row| row.get(0))?;
        text.map(|text| {
            serde_json::from_str(&text).map_err(|why| StoreError::damaged(format!("setting `{key}`: {why}")))
        })
        .transpose()
    }
}

impl Change<'_> {
    /// Stores a document unless it is there; gives its SHA-256.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] above [`MAX_BLOB_BYTES`].
    pub fn put_blob(&mut self, bytes: &[u8]) -> Result<[u8; 32], StoreError> {
        let size = bytes.len() as u64;
        if size > MAX_BLOB_BYTES {
            return Err(StoreError::TooLarge { what: "document", size, limit: MAX_BLOB_BYTES });
        }
        let sha256: [u8; 32] = Sha256::digest(bytes).into();
        if self.query_opt(HAS, params![&sha256], |row| row.get::<u64>(0))?.is_none() {
            let packed = zstd::bulk::compress(bytes, LEVEL).map_err(|source| StoreError::Statement {
                doing: "compress a document".to_owned(),
                source: source.into(),
            })?;
            self.exec(ADD, params![&sha256, size, packed])?;
        }
        Ok(sha256)
    }

    /// Stores a setting of the installation.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub fn put_setting(&mut self, key: &str, value: &serde_json::Value) -> Result<(), StoreError> {
        self.exec(SET, params![key, value.to_string()]).map(drop)
    }
}

impl Store {
    /// Leaves a setting as a mark: not audited, and left out while SQLite is busy. Whether it was left.
    ///
    /// # Errors
    /// When the database fails.
    pub fn mark_setting(&self, key: &str, value: &serde_json::Value) -> Result<bool, StoreError> {
        self.mark(SET, &mut std::iter::once(params![key, value.to_string()].to_vec()))
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    holdpoint_domain::audit::ChainHash(*bytes).to_string()
}
