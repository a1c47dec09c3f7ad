//! Flat arrays as bytes and back: the form in which an index is kept on disk.
//!
//! A file is a head (a mark, what it holds, the number of the form, a stamp of the rules it was built by, length,
//! checksum) and then arrays, each with its length in front, everything little-endian. Nothing in it is trusted:
//! lengths are checked against the bytes that are there, and whoever decodes checks every number that points
//! somewhere. The surprise: the checksum finds accidents, not malice; only the checks make hostile bytes harmless.

use holdpoint_versions::Scheme;

/// The first bytes of every such file.
const MARK: &[u8; 8] = b"HPINDEX\n";
/// The number of the form; another one is refused.
const FORM: u32 = 7;
const HEAD: usize = 8 + 4 + 4 + 8 + 8 + 8;

/// Why a kept index cannot be used. It is then built anew from the records; nothing is lost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It is something else.
    #[error("this is not a kept index; it is built anew from the records")]
    NotAnIndex,
    /// It holds another kind of index.
    #[error("this index holds something else than what was asked for; it is built anew from the records")]
    OtherKind,
    /// Another program wrote it.
    #[error(
        "this index has the form {found}, and this program reads the form {FORM}; it is built anew from the records"
    )]
    OtherForm {
        /// The form's number.
        found: u32,
    },
    /// It was built by other rules of versions.
    #[error("this index was built by other rules of versions; it is built anew from the records")]
    OtherRules,
    /// It ends too early, or goes on too long.
    #[error("this index is cut or too long; it is built anew from the records")]
    Length,
    /// Its bytes changed.
    #[error("this index was damaged; it is built anew from the records")]
    Damaged,
    /// A number points outside.
    #[error("this index contradicts itself at `{0}`; it is built anew from the records")]
    Contradiction(&'static str),
}

/// A running fingerprint: stable across programs, quick, not against malice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Print(u64);

impl Print {
    pub(crate) const fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    pub(crate) fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(29);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.word(u64::from_le_bytes(chunk.try_into().expect("eight bytes")));
        }
        let mut last = [0; 8];
        let rest = chunks.remainder();
        last[..rest.len()].copy_from_slice(rest);
        self.word(u64::from_le_bytes(last));
    }

    pub(crate) const fn get(self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// The checksum of a file: four fingerprints side by side, so that the processor need not wait for one.
fn checksum(bytes: &[u8]) -> u64 {
    let mut lanes = [Print::new(); 4];
    let mut blocks = bytes.chunks_exact(32);
    for block in &mut blocks {
        for (lane, chunk) in lanes.iter_mut().zip(block.chunks_exact(8)) {
            lane.word(u64::from_le_bytes(chunk.try_into().expect("eight bytes")));
        }
    }
    let mut sum = Print::new();
    lanes.iter().for_each(|lane| sum.word(lane.get()));
    sum.bytes(blocks.remainder());
    sum.get()
}

/// Gives a changed file its checksum again, so that only the checks of what it says can refuse it.
#[cfg(test)]
pub(crate) fn sealed(mut file: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&file[HEAD..]);
    file[32..HEAD].copy_from_slice(&sum.to_le_bytes());
    file
}

/// A stamp of the rules of versions: some keys, as they come out in this program.
fn rules() -> u64 {
    let samples = ["1.0", "V4.5.2 HF1", "2019-04-09", "1.0.1a", "7.0 Update 3", "1:2.3~rc1-4", "3.2b7"];
    let mut print = Print::new();
    for scheme in Scheme::ALL {
        for text in samples {
            print.bytes(scheme.encode(text).as_ref().map_or(&[][..], |key| key.as_bytes()));
        }
    }
    print.get()
}

/// Collects the arrays of an index.
pub(crate) struct Writer {
    kind: u32,
    body: Vec<u8>,
}

macro_rules! arrays {
    ($($write:ident, $read:ident: $type:ty;)*) => {
        impl Writer {
            $(pub(crate) fn $write(&mut self, values: &[$type]) {
                self.length(values.len());
                self.body.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            })*
        }
        impl Reader<'_> {
            $(pub(crate) fn $read(&mut self) -> Result<Vec<$type>, DecodeError> {
                const SIZE: usize = size_of::<$type>();
                let count = self.length()?;
                let bytes = self.take(count.checked_mul(SIZE).ok_or(DecodeError::Length)?)?;
                let value = |chunk: &[u8]| <$type>::from_le_bytes(chunk.try_into().expect("a whole chunk"));
                Ok(bytes.chunks_exact(SIZE).map(value).collect())
            })*
        }
    };
}

arrays! {
    u16s, read_u16s: u16;
    u32s, read_u32s: u32;
    u64s, read_u64s: u64;
    i64s, read_i64s: i64;
    u128s, read_u128s: u128;
}

impl Writer {
    pub(crate) fn new(kind: u32) -> Self {
        Self { kind, body: Vec::new() }
    }

    fn length(&mut self, length: usize) {
        self.body.extend((length as u64).to_le_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.body.extend(bytes);
    }

    pub(crate) fn shelf(&mut self, shelf: &super::packed::Shelf) {
        let (bytes, ends) = shelf.parts();
        self.bytes(bytes.as_bytes());
        self.u32s(ends);
    }

    /// The whole file.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut file = Vec::with_capacity(HEAD + self.body.len());
        file.extend(MARK);
        file.extend(self.kind.to_le_bytes());
        file.extend(FORM.to_le_bytes());
        file.extend(rules().to_le_bytes());
        file.extend((self.body.len() as u64).to_le_bytes());
        file.extend(checksum(&self.body).to_le_bytes());
        file.extend(self.body);
        file
    }
}

/// Gives the arrays of an index back.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn open(kind: u32, file: &'a [u8]) -> Result<Self, DecodeError> {
        let head = file.get(..HEAD).ok_or(DecodeError::NotAnIndex)?;
        if &head[..8] != MARK {
            return Err(DecodeError::NotAnIndex);
        }
        let word = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("eight bytes"));
        let half = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().expect("four bytes"));
        if half(12) != FORM {
            return Err(DecodeError::OtherForm { found: half(12) });
        }
        if half(8) != kind {
            return Err(DecodeError::OtherKind);
        }
        if word(16) != rules() {
            return Err(DecodeError::OtherRules);
        }
        let body = &file[HEAD..];
        if word(24) != body.len() as u64 {
            return Err(DecodeError::Length);
        }
        if word(32) != checksum(body) {
            return Err(DecodeError::Damaged);
        }
        Ok(Self { rest: body })
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(DecodeError::Length)?;
        self.rest = rest;
        Ok(taken)
    }

    fn length(&mut self) -> Result<usize, DecodeError> {
        let bytes = self.take(8)?;
        let length = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        usize::try_from(length).map_err(|_| DecodeError::Length)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let count = self.length()?;
        self.take(count)
    }

    pub(crate) fn shelf(&mut self, name: &'static str) -> Result<super::packed::Shelf, DecodeError> {
        let bytes = self.bytes()?.to_vec();
        let ends = self.read_u32s()?;
        let text = String::from_utf8(bytes).map_err(|_| DecodeError::Contradiction(name))?;
        super::packed::Shelf::from_parts(text, ends).ok_or(DecodeError::Contradiction(name))
    }

    /// Nothing may follow.
    pub(crate) fn end(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() { Ok(()) } else { Err(DecodeError::Length) }
    }
}

/// A check of decoded numbers.
pub(crate) fn check(holds: bool, name: &'static str) -> Result<(), DecodeError> {
    if holds { Ok(()) } else { Err(DecodeError::Contradiction(name)) }
}

/// Whether these are the starts of `groups` groups over `values` values.
pub(crate) fn are_starts(starts: &[u32], groups: usize, values: usize) -> bool {
    starts.len() == groups + 1
        && starts.first() == Some(&0)
        && starts.last().is_some_and(|last| *last as usize == values)
        && starts.windows(2).all(|pair| pair[0] <= pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut writer = Writer::new(7);
        writer.u32s(&[1, 2, 3]);
        writer.bytes(b"abc");
        writer.finish()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let file = file();
        let mut reader = Reader::open(7, &file).expect("our own file");
        assert_eq!(reader.read_u32s(), Ok(vec![1, 2, 3]));
        assert_eq!(reader.bytes(), Ok(&b"abc"[..]));
        assert_eq!(reader.end(), Ok(()));
    }

    #[test]
    fn every_damage_is_refused_in_words() {
        let good = file();
        let with = |at: usize, byte: u8| {
            let mut file = good.clone();
            file[at] = byte;
            Reader::open(7, &file).err()
        };
        assert_eq!(with(0, b'x'), Some(DecodeError::NotAnIndex));
        assert_eq!(with(12, 9), Some(DecodeError::OtherForm { found: 9 }));
        assert_eq!(with(HEAD, 9), Some(DecodeError::Damaged));
        assert_eq!(with(16, good[16] ^ 1), Some(DecodeError::OtherRules));
        assert_eq!(Reader::open(8, &good).err(), Some(DecodeError::OtherKind));
        assert_eq!(Reader::open(7, &good[..good.len() - 1]).err(), Some(DecodeError::Length));
        assert_eq!(Reader::open(7, b"").err(), Some(DecodeError::NotAnIndex));
    }
}
