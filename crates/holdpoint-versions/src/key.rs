//! The sortable key of a version: bytes whose order is the order of the versions.
//!
//! Here lives the key and its writer. What the bytes mean is the business of each scheme. The surprise: keys of
//! different schemes can be compared as bytes without an error, and the result then means nothing.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::eight;

/// Bytes kept without an allocation; real versions rarely need more.
const INLINE: usize = 30;

/// Most bytes a key may have; a version that needs more is refused.
pub(crate) const MAX_KEY_BYTES: usize = 192;

/// How many bytes of an allocated key are kept beside it, so that most comparisons do not follow the pointer.
const HEAD: usize = 14;

#[derive(Clone)]
enum Store {
    /// Zeros stand behind the end.
    Inline {
        len: u8,
        bytes: [u8; INLINE],
    },
    Heap {
        head: [u8; HEAD],
        bytes: Box<[u8]>,
    },
}

/// A sortable key: comparing two keys of one scheme byte by byte orders their versions.
///
/// The order is total, so it is fit for indexes and `ORDER BY`. It is *not* the answer to "is this version
/// affected": ask [`Version::compare`](crate::Version::compare), which refuses pairs that cannot be compared.
#[derive(Clone)]
pub struct VersionKey(Store);

/// There may be millions of keys in memory.
const _: () = assert!(size_of::<VersionKey>() == 32, "a key takes 32 bytes");

impl VersionKey {
    /// Takes bytes that [`VersionKey::as_bytes`] gave before, for example from a database column.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        if bytes.len() <= INLINE {
            let mut inline = [0; INLINE];
            inline[..bytes.len()].copy_from_slice(bytes);
            // The cast cannot cut: the length is at most INLINE.
            Self(Store::Inline { len: bytes.len() as u8, bytes: inline })
        } else {
            let mut head = [0; HEAD];
            head.copy_from_slice(&bytes[..HEAD]);
            Self(Store::Heap { head, bytes: bytes.into() })
        }
    }

    /// The bytes of the key, at most 192; store them as `BLOB` or `bytea`.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Store::Inline { len, bytes } => &bytes[..usize::from(*len)],
            Store::Heap { bytes, .. } => bytes,
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

    /// The first eight bytes as a number that orders as they do, padded with zeros.
    #[inline]
    fn head(&self) -> u64 {
        match &self.0 {
            Store::Inline { bytes, .. } => word(bytes, 0),
            Store::Heap { head, .. } => word(head, 0),
        }
    }
}

/// Eight bytes as a number that orders as they do.
#[inline]
fn word(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |eight| u64::from_be_bytes(*eight))
}

impl PartialEq for VersionKey {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Store::Inline { len: a, bytes: left }, Store::Inline { len: b, bytes: right }) => {
                a == b && left == right
            }
            (Store::Heap { bytes: left, .. }, Store::Heap { bytes: right, .. }) => left == right,
            (Store::Inline { .. }, Store::Heap { .. }) | (Store::Heap { .. }, Store::Inline { .. }) => false,
        }
    }
}

impl Eq for VersionKey {}

impl Hash for VersionKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl PartialOrd for VersionKey {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for VersionKey {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        let (left, right) = (self.head(), other.head());
        if left != right {
            return left.cmp(&right);
        }
        let (Store::Inline { len: a, bytes: left }, Store::Inline { len: b, bytes: right }) =
            (&self.0, &other.0)
        else {
            return self.as_bytes().cmp(other.as_bytes());
        };
        // The last eight bytes overlap those before, which are equal when they are asked. Where all are equal, one key is
        // the other with zeros behind it, and the shorter one comes first.
        for at in [8, 16, INLINE - 8] {
            let (left, right) = (word(left, at), word(right, at));
            if left != right {
                return left.cmp(&right);
            }
        }
        a.cmp(b)
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

/// The room for the bytes of any key: a power of two, so that a byte is written without asking whether there is room.
pub(crate) const ROOM: usize = 256;

/// What most keys need. Beginning with 256 zeros is a good part of what a short key costs.
pub(crate) const LITTLE_ROOM: usize = 64;

/// The longest text whose key mostly fits into little room: most schemes give about two bytes for each of its own.
pub(crate) const SHORT: usize = 32;

/// Collects the bytes of a key; zeros stand behind the last. What is written beyond the bound is worthless, and the writer
/// remembers that it was.
///
/// The bytes stand outside, so that the length can stay in a register: as one value with them it would be stored and loaded
/// again for each byte.
pub(crate) struct Writer<'a, const ROOM: usize> {
    bytes: &'a mut [u8; ROOM],
    len: usize,
    overflow: bool,
}

impl<'a, const ROOM: usize> Writer<'a, ROOM> {
    /// Begins a key in room that is all zeros.
    #[inline]
    pub(crate) fn new(bytes: &'a mut [u8; ROOM]) -> Self {
        Self { bytes, len: 0, overflow: false }
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

    /// Writes the number at a place of a text as [`KeyWriter::number`] does; gives where its digits end. `None` when it has
    /// more than 31 digits without leading zeros.
    #[inline(always)]
    pub(crate) fn number_at(&mut self, tag: u8, text: &[u8], at: usize) -> Option<usize> {
        // Most numbers have one digit.
        if let Some(first @ b'1'..=b'9') = text.get(at).copied()
            && !text.get(at + 1).is_some_and(u8::is_ascii_digit)
        {
            self.push(tag + 1);
            self.push(first);
            return Some(at + 1);
        }
        let word = eight::bytes_at(text, at);
        let count = eight::digits(word);
        let free = self.bytes.get_mut(self.len..).and_then(|free| free.first_chunk_mut::<9>());
        if count < 8
            && let Some(free) = free
        {
            let zeros = eight::zeros(word);
            let kept = count - zeros;
            // Zeros stay behind the digits, as everywhere behind the end.
            let digits = word >> (zeros * 8) & !(u64::MAX << (kept * 8));
            free[1..].copy_from_slice(&digits.to_le_bytes());
            // The cast cannot cut: there are less than eight digits.
            free[0] = tag + kept as u8;
            self.len += 1 + kept;
            return Some(at + count);
        }
        let end = eight::digits_end(text, at);
        self.number(tag, text.get(at..end)?).then_some(end)
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
        while self.len > len {
            self.len -= 1;
            self.bytes[self.len % ROOM] = 0;
        }
    }

    pub(crate) fn overflowed(&self) -> bool {
        self.overflow || self.len > MAX_KEY_BYTES.min(ROOM)
    }

    #[inline]
    pub(crate) fn finish(&self) -> VersionKey {
        kept(self.bytes, self.len.min(MAX_KEY_BYTES.min(ROOM)))
    }
}

/// The key of what was written, in room that has zeros behind its end.
#[inline(never)]
fn kept(room: &[u8], len: usize) -> VersionKey {
    match room.first_chunk() {
        // A copy of fixed size is quicker than one of the length. The cast cannot cut: the length is at most INLINE.
        Some(bytes) if len <= INLINE => VersionKey(Store::Inline { len: len as u8, bytes: *bytes }),
        _ => VersionKey::from_bytes(&room[..len]),
    }
}
