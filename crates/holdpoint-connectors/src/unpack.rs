//! Unpacking what publishers pack: gzip as a reader that ends at a limit, and which packing bytes begin with.
//!
//! Archives of many files are opened by whoever knows what the files are. The surprise: the limit counts unpacked bytes
//! and is met by an error, not by an end, because a document that is cut off must not look whole.

use flate2::read::MultiGzDecoder;
use std::io::{self, Read};

/// How bytes are packed, by how they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Not at all, or in a way that is not known here.
    None,
    /// gzip.
    Gzip,
    /// A zip archive.
    Zip,
    /// A cabinet.
    Cabinet,
}

impl Packing {
    /// The packing that these bytes begin with.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.starts_with(b"\x1f\x8b") {
            Self::Gzip
        } else if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            Self::Zip
        } else if bytes.starts_with(b"MSCF") {
            Self::Cabinet
        } else {
            Self::None
        }
    }
}

/// Reads bytes, unpacked when they are gzip; fails when more than the limit comes out.
pub struct Unpacked<'b> {
    inner: Inner<'b>,
    limit: u64,
    left: u64,
}

enum Inner<'b> {
    Plain(&'b [u8]),
    Gzip(Box<MultiGzDecoder<&'b [u8]>>),
}

impl<'b> Unpacked<'b> {
    /// A reader over these bytes that gives at most `limit` of them.
    #[must_use]
    pub fn new(bytes: &'b [u8], limit: u64) -> Self {
        let inner = match Packing::of(bytes) {
            Packing::Gzip => Inner::Gzip(Box::new(MultiGzDecoder::new(bytes))),
            Packing::None | Packing::Zip | Packing::Cabinet => Inner::Plain(bytes),
        };
        Self { inner, limit, left: limit }
    }

    /// All of it.
    ///
    /// # Errors
    /// When it is cut off or damaged, or more than the limit.
    pub fn whole(mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Its first bytes, at most this many; what comes after them is not looked at.
    ///
    /// # Errors
    /// When it is cut off or damaged before that.
    pub fn first(self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.inner {
            Inner::Plain(bytes) => bytes.read(buffer)?,
            Inner::Gzip(decoder) => decoder.read(buffer)?,
        };
        match self.left.checked_sub(count as u64) {
            Some(left) => {
                self.left = left;
                Ok(count)
            }
            None => Err(io::Error::other(format!("it unpacks to more than {} bytes", self.limit))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that fails may panic")]
    use super::{Packing, Unpacked};
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_comes_out_whole_and_plain_bytes_stay() {
        assert_eq!(Unpacked::new(&packed(b"{}"), 10).whole().unwrap(), b"{}");
        assert_eq!(Unpacked::new(b"{}", 10).whole().unwrap(), b"{}");
        assert_eq!(Packing::of(&packed(b"")), Packing::Gzip);
    }

    #[test]
    fn a_bomb_ends_at_the_limit_and_a_cut_off_file_is_an_error() {
        let bomb = packed(&vec![b' '; 4 * 1024 * 1024]);
        assert!(bomb.len() < 16 * 1024);
        let error = Unpacked::new(&bomb, 1_000_000).whole().unwrap_err();
        assert!(error.to_string().contains("more than 1000000 bytes"), "{error}");
        let whole = packed(b"a document of some length, which will be cut off in its middle");
        assert!(Unpacked::new(&whole[..whole.len() - 12], 1_000).whole().is_err());
        assert_eq!(Unpacked::new(&bomb, 1_000_000).first(3).unwrap(), b"   ");
    }
}
