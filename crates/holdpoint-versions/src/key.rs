//! The sortable key of a version: bytes whose order is the order of the versions.
//!
//! Here lives the key and its writer. What the bytes mean is the business of each scheme. The surprise: keys of
//! different schemes can be compared as bytes without an error, and the result then means nothing.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// Bytes kept without an allocation; real versions rarely need more.
const INLINE: usize = 30;

/// Most bytes a key may have; a version that needs more is refused.
pub(crate) const MAX_KEY_BYTES: usize = 192;

#[derive(Clone)]
enum Store {
    Inline { len: u8, bytes: [u8; INLINE] },
    Heap(Box<[u8]>),
}

/// A sortable key: comparing two keys of one scheme byte by byte orders their versions.
///
/// The order is total, so it is fit for indexes and `ORDER BY`. It is *not* the answer to "is this version
/// affected": ask [`Version::compare`](crate::Version::compare), which refuses pairs that cannot be compared.
#[derive(Clone)]
pub struct VersionKey(Store);

impl VersionKey {
    /// Takes bytes that [`VersionKey::as_bytes`] gave before, for example from a database column.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        if bytes.len() <= INLINE {
            let mut inline = [0; INLINE];
            inline[..bytes.len()].copy_from_slice(bytes);
            // The cast cannot cut: the length is at most INLINE.
            Self(Store::Inline { len: bytes.len() as u8, bytes: inline })
        } else {
            Self(Store::Heap(bytes.into()))
        }
    }

    /// The bytes of the key, at most 192; store them as `BLOB` or `bytea`.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Store::Inline { len, bytes } => &bytes[..usize::from(*len)],
            Store::Heap(bytes) => bytes,
        }
    }

    /// The first 16 bytes as a big-endian number, padded with zeros: a fast first test of order.
    ///
    /// Different prefixes order as the keys do; equal prefixes say nothing.
    pub fn prefix(&self) -> u128 {
        let bytes = self.as_bytes();
        let mut first = [0; 16];
        let len = bytes.len().min(16);
        first[..len].copy_from_slice(&bytes[..len]);
        u128::from_be_bytes(first)
    }
}

impl PartialEq for VersionKey {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for VersionKey {}

impl Hash for VersionKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl PartialOrd for VersionKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for VersionKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl fmt::Debug for VersionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VersionKey(")?;
        for byte in self.as_bytes() {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}

/// What a writer has room for: a power of two, so that a byte is written without asking whether there is room.
const ROOM: usize = 256;

/// Collects the bytes of a key. What is written beyond the bound is worthless, and the writer remembers that it was.
pub(crate) struct Writer<const ROOM: usize> {
    bytes: [u8; ROOM],
    len: usize,
    overflow: bool,
}

/// A writer that has room for every key.
pub(crate) type KeyWriter = Writer<ROOM>;

/// What most keys need. Beginning with 256 zeros is a good part of what a short key costs.
pub(crate) const LITTLE_ROOM: usize = 64;

impl<const ROOM: usize> Writer<ROOM> {
    pub(crate) fn new() -> Self {
        Self { bytes: [0; ROOM], len: 0, overflow: false }
    }

    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        self.bytes[self.len % ROOM] = byte;
        self.len += 1;
    }

    #[inline]
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        if let Some(free) = self.bytes.get_mut(self.len..self.len + bytes.len()) {
            free.copy_from_slice(bytes);
        }
        self.len += bytes.len();
    }

    /// Writes digits so that longer numbers sort after shorter ones: `tag + length`, then the digits without
    /// leading zeros. False when the number has more than 31 digits.
    #[inline]
    pub(crate) fn number(&mut self, tag: u8, digits: &[u8]) -> bool {
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let digits = &digits[zeros..];
        if digits.len() > 31 {
            return false;
        }
        self.push(tag + digits.len() as u8);
        self.extend(digits);
        true
    }

    /// Writes the number at the beginning of a text as [`KeyWriter::number`] does; gives how many digits were read. `None`
    /// when it has more than 31 digits without leading zeros.
    #[inline]
    pub(crate) fn leading_number(&mut self, tag: u8, text: &[u8]) -> Option<usize> {
        let zeros = text.iter().take_while(|byte| **byte == b'0').count();
        let place = self.len;
        self.push(tag);
        let mut at = zeros;
        while let Some(digit) = text.get(at).filter(|byte| byte.is_ascii_digit()) {
            self.push(*digit);
            at += 1;
        }
        let count = at - zeros;
        if count > 31 {
            return None;
        }
        self.bytes[place % ROOM] = tag + count as u8;
        Some(at)
    }

    /// Writes a word and a zero that ends it.
    #[inline]
    pub(crate) fn word(&mut self, word: &[u8]) {
        for byte in word {
            self.push(*byte);
        }
        self.push(0);
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.overflow = self.overflowed();
        self.len = self.len.min(len);
    }

    pub(crate) fn overflowed(&self) -> bool {
        self.overflow || self.len > MAX_KEY_BYTES.min(ROOM)
    }

    pub(crate) fn finish(&self) -> VersionKey {
        if self.len > INLINE {
            return VersionKey::from_bytes(&self.bytes[..self.len.min(MAX_KEY_BYTES.min(ROOM))]);
        }
        // A copy of fixed size is quicker than one of the length, and what stands behind the end is never read.
        let mut bytes = [0; INLINE];
        bytes.copy_from_slice(&self.bytes[..INLINE]);
        // The cast cannot cut: the length is at most INLINE.
        VersionKey(Store::Inline { len: self.len as u8, bytes })
    }
}
