//! OPC UA's binary encoding, as far as reading one value needs it: little-endian numbers, texts behind their length, node ids.
//!
//! What the messages mean is said in `talk.rs`. The surprise: a text may be absent, which is not the same as empty, and is written
//! as the length -1.

use super::Told;

/// Longest text of a server that is taken; the standard's own limit for addresses.
const TEXT_BYTES: usize = 4_096;

/// A message that is being written.
#[derive(Debug, Default)]
pub(super) struct Out(Vec<u8>);

impl Out {
    pub(super) fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn u8(self, value: u8) -> Self {
        self.raw(&[value])
    }

    pub(super) fn u16(self, value: u16) -> Self {
        self.raw(&value.to_le_bytes())
    }

    pub(super) fn u32(self, value: u32) -> Self {
        self.raw(&value.to_le_bytes())
    }

    pub(super) fn i64(self, value: i64) -> Self {
        self.raw(&value.to_le_bytes())
    }

    pub(super) fn f64(self, value: f64) -> Self {
        self.raw(&value.to_le_bytes())
    }

    /// A text or bytes that are not there.
    pub(super) fn absent(self) -> Self {
        self.u32(u32::MAX)
    }

    pub(super) fn bytes(self, bytes: &[u8]) -> Self {
        // Everything that is written here is a text of ours, far below this.
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.u32(length).raw(bytes)
    }

    pub(super) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// The id of a message or of a type of the standard.
    pub(super) fn type_id(self, id: u16) -> Self {
        self.raw(&[1, 0]).u16(id)
    }

    pub(super) fn done(self) -> Vec<u8> {
        self.0
    }
}

/// What is left of a message that is being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct In<'a>(&'a [u8]);

impl<'a> In<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(super) fn take(&mut self, n: usize) -> Told<&'a [u8]> {
        let Some((taken, rest)) = self.0.split_at_checked(n) else {
            return Err(format!("the answer ends {} bytes too early", n - self.0.len()));
        };
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Told<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    pub(super) fn u8(&mut self) -> Told<u8> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Told<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Told<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn i64(&mut self) -> Told<i64> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Told<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// A signed number of 1, 2, 4 or 8 bytes.
    pub(super) fn signed(&mut self, n_bytes: usize) -> Told<i128> {
        Ok(match n_bytes {
            1 => i8::from_le_bytes(self.array()?).into(),
            2 => i16::from_le_bytes(self.array()?).into(),
            4 => i32::from_le_bytes(self.array()?).into(),
            _ => self.i64()?.into(),
        })
    }

    /// How many things of a list follow. Each is one byte at least, so a list that is longer than the message is a lie.
    pub(super) fn count(&mut self) -> Told<usize> {
        let count = self.u32()?;
        if count == u32::MAX {
            return Ok(0);
        }
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count > self.0.len() {
            return Err("the answer promises more than it holds".into());
        }
        Ok(count)
    }

    /// Bytes behind their length; `None`: they are absent.
    pub(super) fn bytes(&mut self) -> Told<Option<&'a [u8]>> {
        let length = self.u32()?;
        if length == u32::MAX {
            return Ok(None);
        }
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > self.0.len() {
            return Err("the answer promises more than it holds".into());
        }
        self.take(length).map(Some)
    }

    /// A text; empty when it is absent.
    pub(super) fn text(&mut self) -> Told<&'a str> {
        let bytes = self.bytes()?.unwrap_or_default();
        if bytes.len() > TEXT_BYTES {
            return Err(format!("a text of the answer has more than {TEXT_BYTES} bytes"));
        }
        std::str::from_utf8(bytes).map_err(|_| "a text of the answer is no UTF-8".to_owned())
    }

    /// A text with its language, which is not needed.
    pub(super) fn skip_localized(&mut self) -> Told<()> {
        let has = self.u8()?;
        for part in [1, 2] {
            if has & part != 0 {
                self.text()?;
            }
        }
        Ok(())
    }

    /// A list of texts, which is not needed.
    pub(super) fn skip_texts(&mut self) -> Told<()> {
        for _ in 0..self.count()? {
            self.text()?;
        }
        Ok(())
    }

    /// A node id as it is written, to be sent back.
    pub(super) fn node_id(&mut self) -> Told<&'a [u8]> {
        let all = self.0;
        let form = self.u8()?;
        match form {
            0 => self.take(1).map(drop)?,
            1 => self.take(3).map(drop)?,
            2 => self.take(6).map(drop)?,
            3 | 5 => {
                self.u16()?;
                self.bytes()?;
            }
            4 => self.take(18).map(drop)?,
            other => return Err(format!("the answer has a node id of the unknown form {other}")),
        }
        Ok(&all[..all.len() - self.0.len()])
    }

    /// The id of a message of the standard; `None`: it is of somebody else.
    pub(super) fn type_id(&mut self) -> Told<Option<u32>> {
        let mut id = Self(self.node_id()?);
        Ok(match id.u8()? {
            0 => Some(id.u8()?.into()),
            1 => (id.u8()? == 0).then_some(id.u16()?.into()),
            2 => (id.u16()? == 0).then_some(id.u32()?),
            _ => None,
        })
    }

    /// An object of any type, which is not needed.
    pub(super) fn skip_object(&mut self) -> Told<()> {
        self.node_id()?;
        match self.u8()? {
            0 => Ok(()),
            1 | 2 => self.bytes().map(drop),
            other => Err(format!("the answer has an object of the unknown form {other}")),
        }
    }

    /// What a server says about its difficulties, which is not needed. One may hold another; each takes a byte at least.
    pub(super) fn skip_diagnostics(&mut self) -> Told<()> {
        loop {
            let has = self.u8()?;
            for part in [0x01, 0x02, 0x04, 0x08] {
                if has & part != 0 {
                    self.u32()?;
                }
            }
            if has & 0x10 != 0 {
                self.text()?;
            }
            if has & 0x20 != 0 {
                self.u32()?;
            }
            if has & 0x40 == 0 {
                return Ok(());
            }
        }
    }
}
