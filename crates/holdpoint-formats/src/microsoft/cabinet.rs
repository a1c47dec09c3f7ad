//! Cabinets (`MSCF`), read one folder after the other without going back, within a budget.
//!
//! Unpacking itself is the work of the `cab` crate. The surprise: that crate unpacks a folder again from its beginning
//! for each file; the offline scan file has folders of thousands. So the directory is read here, and the crate is
//! handed a cabinet with one folder and one file that spans it; what it unpacks is then cut into files here.

use std::io::{Cursor, Read, Seek, SeekFrom};

use holdpoint_domain::Rejected;

use super::refused;

/// The largest size that the `cab` crate accepts for a file.
const WHOLE_FOLDER: u32 = 0x7fff_8000;

/// A name of a file in a cabinet is at most this long, as the format says.
const MAX_NAME_BYTES: usize = 255;

const HAS_PREVIOUS: u16 = 1;
const HAS_NEXT: u16 = 2;
const HAS_RESERVE: u16 = 4;

/// What may still be unpacked from a file with everything inside it.
pub(super) struct Budget {
    pub left: u64,
}

impl Budget {
    fn take(&mut self, bytes: u64) -> Result<(), Rejected> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| {
            refused(
                "unpacks-too-large",
                "the cabinet unpacks to more than the limit".to_owned(),
                "raise the limit if you trust the source",
            )
        })?;
        Ok(())
    }
}

/// One file in a cabinet.
pub(super) struct Entry {
    /// Its name, with `\` between folders.
    pub name: String,
    /// Its size, unpacked.
    pub size: u32,
    offset: u32,
    folder: u16,
}

struct Folder {
    data_offset: u32,
    blocks: u16,
    compression: u16,
}

/// A cabinet that was opened.
pub(super) struct Cabinet<R> {
    source: R,
    start: u64,
    folders: Vec<Folder>,
    /// The files, as they stand in the directory.
    pub files: Vec<Entry>,
    data_reserve: u8,
}

fn broken(what: &str) -> Rejected {
    refused(
        "cabinet-broken",
        format!("the cabinet cannot be read: {what}"),
        "fetch it again; it may be cut off",
    )
}

fn cut_off(error: &std::io::Error) -> Rejected {
    broken(&error.to_string())
}

struct Numbers<'a, R>(&'a mut R);

impl<R: Read> Numbers<'_, R> {
    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Rejected> {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).map_err(|error| cut_off(&error))?;
        Ok(bytes)
    }

    fn u16(&mut self) -> Result<u16, Rejected> {
        Ok(u16::from_le_bytes(self.bytes()?))
    }

    fn u32(&mut self) -> Result<u32, Rejected> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    fn name(&mut self) -> Result<String, Rejected> {
        let mut name = Vec::new();
        loop {
            match self.bytes::<1>()? {
                [0] => return Ok(String::from_utf8_lossy(&name).into_owned()),
                [byte] if name.len() < MAX_NAME_BYTES => name.push(byte),
                [_] => return Err(broken("a name in it is longer than a name can be")),
            }
        }
    }

    fn skip(&mut self, bytes: usize) -> Result<(), Rejected> {
        for _ in 0..bytes {
            self.bytes::<1>()?;
        }
        Ok(())
    }
}

impl<R: Read + Seek> Cabinet<R> {
    /// Reads the directory of a cabinet that begins where the source stands.
    pub fn open(mut source: R) -> Result<Self, Rejected> {
        let start = source.stream_position().map_err(|error| cut_off(&error))?;
        let mut numbers = Numbers(&mut source);
        if numbers.bytes::<4>()? != *b"MSCF" {
            return Err(broken("it does not begin as a cabinet"));
        }
        numbers.skip(12)?;
        let first_file = numbers.u32()?;
        numbers.skip(6)?;
        let (n_folders, n_files, flags) = (numbers.u16()?, numbers.u16()?, numbers.u16()?);
        numbers.skip(4)?;
        let (mut header_reserve, mut folder_reserve, mut data_reserve) = (0_u16, 0_u8, 0_u8);
        if flags & HAS_RESERVE != 0 {
            header_reserve = numbers.u16()?;
            [folder_reserve, data_reserve] = numbers.bytes()?;
        }
        numbers.skip(usize::from(header_reserve))?;
        if flags & (HAS_PREVIOUS | HAS_NEXT) != 0 {
            return Err(broken("it is one of several that belong together, which is not read"));
        }
        let mut folders = Vec::new();
        for _ in 0..n_folders {
            let folder =
                Folder { data_offset: numbers.u32()?, blocks: numbers.u16()?, compression: numbers.u16()? };
            numbers.skip(usize::from(folder_reserve))?;
            folders.push(folder);
        }
        source.seek(SeekFrom::Start(start + u64::from(first_file))).map_err(|error| cut_off(&error))?;
        let mut numbers = Numbers(&mut source);
        let mut files = Vec::new();
        for _ in 0..n_files {
            let (size, offset, folder) = (numbers.u32()?, numbers.u32()?, numbers.u16()?);
            numbers.skip(6)?;
            let name = numbers.name()?;
            if usize::from(folder) >= folders.len() {
                return Err(broken("a file in it lies in a folder that is not there"));
            }
            files.push(Entry { name, size, offset, folder });
        }
        Ok(Self { source, start, folders, files, data_reserve })
    }

    /// Unpacks the files whose names are wanted, in the order in which they lie, and hands over each with a reader of
    /// exactly its bytes.
    pub fn visit(
        &mut self,
        budget: &mut Budget,
        is_wanted: impl Fn(&str) -> bool,
        mut each: impl FnMut(&Entry, &mut dyn Read, &mut Budget) -> Result<(), Rejected>,
    ) -> Result<(), Rejected> {
        for at in 0..self.folders.len() {
            let mut wanted: Vec<&Entry> = self
                .files
                .iter()
                .filter(|file| usize::from(file.folder) == at && is_wanted(&file.name))
                .collect();
            if wanted.is_empty() {
                continue;
            }
            wanted.sort_by_key(|file| file.offset);
            let spliced = Spliced::around(&mut self.source, self.start, &self.folders[at], self.data_reserve);
            let mut unpacker = cab::Cabinet::new(spliced).map_err(|error| cut_off(&error))?;
            let mut folder = unpacker.read_file("f").map_err(|error| cut_off(&error))?;
            let mut position = 0_u64;
            for file in wanted {
                let Some(gap) = u64::from(file.offset).checked_sub(position) else {
                    return Err(broken("two files in it lie in the same place"));
                };
                budget.take(gap + u64::from(file.size))?;
                let skipped = std::io::copy(&mut (&mut folder).take(gap), &mut std::io::sink())
                    .map_err(|error| cut_off(&error))?;
                let mut exact = Exact { reader: &mut folder, left: u64::from(file.size) };
                if skipped < gap {
                    return Err(broken("it ends before its files do"));
                }
                each(file, &mut exact, budget)?;
                // What the receiver left unread is passed over, so that the next file begins where it should.
                std::io::copy(&mut exact, &mut std::io::sink()).map_err(|error| cut_off(&error))?;
                position = u64::from(file.offset) + u64::from(file.size);
            }
        }
        Ok(())
    }
}

/// A reader of exactly so many bytes: fewer are an error, as a file that is cut off must not pass for a shorter one.
struct Exact<'a, R> {
    reader: &'a mut R,
    left: u64,
}

impl<R: Read> Read for Exact<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let n = self.reader.read(&mut buffer[..most])?;
        if n == 0 {
            return Err(std::io::Error::new(
                std::io::ErrorKind::UnexpectedEof,
                "it ends before its files do",
            ));
        }
        self.left -= n as u64;
        Ok(n)
    }
}

/// A directory of our making, and behind it the packed data of one folder where they really lie.
struct Spliced<'a, R> {
    head: Cursor<Vec<u8>>,
    source: &'a mut R,
    data_at: u64,
    position: u64,
}

impl<'a, R: Read + Seek> Spliced<'a, R> {
    fn around(source: &'a mut R, start: u64, folder: &Folder, data_reserve: u8) -> Self {
        const HEADER: u32 = 36 + 4;
        const DIRECTORY: u32 = HEADER + 8 + 16 + 2;
        let mut head = Vec::with_capacity(DIRECTORY as usize);
        head.extend_from_slice(b"MSCF\0\0\0\0");
        head.extend_from_slice(&DIRECTORY.to_le_bytes());
        head.extend_from_slice(&[0; 4]);
        head.extend_from_slice(&(HEADER + 8).to_le_bytes());
        head.extend_from_slice(&[0, 0, 0, 0, 3, 1]);
        for number in [1_u16, 1, HAS_RESERVE, 0, 0, 0] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        head.extend_from_slice(&[0, data_reserve]);
        head.extend_from_slice(&DIRECTORY.to_le_bytes());
        head.extend_from_slice(&folder.blocks.to_le_bytes());
        head.extend_from_slice(&folder.compression.to_le_bytes());
        head.extend_from_slice(&WHOLE_FOLDER.to_le_bytes());
        head.extend_from_slice(&[0; 6]);
        head.extend_from_slice(&[0x21, 0, 0, 0, 0, 0]);
        head.extend_from_slice(b"f\0");
        Self { head: Cursor::new(head), source, data_at: start + u64::from(folder.data_offset), position: 0 }
    }

    fn head_len(&self) -> u64 {
        self.head.get_ref().len() as u64
    }
}

impl<R: Read + Seek> Read for Spliced<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = if self.position < self.head_len() {
            self.head.set_position(self.position);
            self.head.read(buffer)?
        } else {
            self.source.seek(SeekFrom::Start(self.data_at + (self.position - self.head_len())))?;
            self.source.read(buffer)?
        };
        self.position += n as u64;
        Ok(n)
    }
}

impl<R: Read + Seek> Seek for Spliced<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(_) => None,
        };
        self.position = position.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
