//! One large JSON list inside an object, read record by record from a reader, with bounded memory.
//!
//! Not here: what a record is; the caller reads it from the bytes it is shown. The surprise: a record that the buffer
//! holds only in part is read once in vain and again when the rest has come; with a buffer of many records that
//! costs about one record in a hundred, and spares a second scan over everything to find where records end.

use std::io::Read;

use holdpoint_domain::{Rejected, Warning};
use serde::de::{Deserialize, IgnoredAny};
use serde_json::error::Category;
use serde_json::{Deserializer, Value};

use super::text::short;

/// What reading a stream may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamLimits {
    /// Bytes after unpacking; the largest yearly NVD feed has about 250 MB, all of them together below 3 GB.
    pub bytes: u64,
    /// Bytes of one record; the largest seen is below 1 MB.
    pub record_bytes: usize,
    /// Records; the CVE programme has given out below 400,000 numbers.
    pub records: u64,
    /// Warnings that are kept; more are counted.
    pub warnings: usize,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self { bytes: 16 << 30, record_bytes: 16 << 20, records: 5_000_000, warnings: 200 }
    }
}

/// Why a stream ended before its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreamError<E> {
    /// The bytes are no such feed, are cut off, or would cost too much. Records before that place were handed over.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// The caller did not want more, and why.
    #[error("the receiver of the records stopped the reading")]
    Stopped(E),
}

/// What a stream says beside its records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamSummary {
    /// Records handed over.
    pub records: u64,
    /// Records that could not be read; each has a warning as long as there is room.
    pub unreadable: u64,
    /// The scalars that stand beside the list, as text: `timestamp`, `totalResults`…
    pub head: Vec<(String, String)>,
}

impl StreamSummary {
    /// One scalar of the head; `None` when it is not there.
    #[must_use]
    pub fn head(&self, key: &str) -> Option<&str> {
        self.head.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }
}

/// What became of one look at the bytes of a record.
pub(super) enum Look<E> {
    /// A record was read, and is this long.
    Taken(usize),
    /// The bytes are no such record.
    Failed(serde_json::Error),
    /// The caller wants no more.
    Stop(E),
}

/// Reads one value of a type from the front of the bytes and hands it on.
pub(super) fn look<'a, T: Deserialize<'a>, E>(
    bytes: &'a [u8],
    take: impl FnOnce(T) -> Result<(), E>,
) -> Look<E> {
    let mut values = Deserializer::from_slice(bytes).into_iter::<T>();
    match values.next() {
        Some(Ok(value)) => {
            let length = values.byte_offset();
            match take(value) {
                Ok(()) => Look::Taken(length),
                Err(stop) => Look::Stop(stop),
            }
        }
        Some(Err(error)) => Look::Failed(error),
        None => Look::Taken(0),
    }
}

/// Bytes held at first; a few dozen records fit.
const FIRST_BUFFER: usize = 512 << 10;

/// The longest value of the head that is kept, in bytes.
const LONGEST_HEAD: usize = 4 << 10;

pub(super) struct RecordStream<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes taken from the reader.
    taken: u64,
    ended: bool,
    limits: StreamLimits,
    pub(super) summary: StreamSummary,
    pub(super) warnings: Vec<Warning>,
    warnings_left_out: usize,
}

impl<R: Read> RecordStream<R> {
    pub(super) fn new(reader: R, limits: StreamLimits) -> Self {
        let size = FIRST_BUFFER.min(limits.record_bytes.max(1));
        Self {
            reader,
            buffer: vec![0; size],
            start: 0,
            end: 0,
            taken: 0,
            ended: false,
            limits,
            summary: StreamSummary::default(),
            warnings: Vec::new(),
            warnings_left_out: 0,
        }
    }

    /// Walks through the whole document; `read` is shown the bytes from the beginning of a record on.
    pub(super) fn run<E>(
        mut self,
        list: &str,
        mut read: impl FnMut(&[u8], &mut Vec<Warning>) -> Look<E>,
    ) -> Result<(StreamSummary, Vec<Warning>), StreamError<E>> {
        self.skip_mark()?;
        self.expect(b'{', list)?;
        let mut found = false;
        loop {
            match self.peek()? {
                Some(b'}') => break,
                Some(b',') => self.start += 1,
                Some(b'"') => {
                    let key = self.key()?;
                    self.expect(b':', list)?;
                    if key != list {
                        self.head_value(key)?;
                    } else if std::mem::replace(&mut found, true) {
                        return Err(self.refuse(&format!("the list `{list}` stands twice")).into());
                    } else {
                        self.records(list, &mut read)?;
                    }
                }
                Some(_) => return Err(self.refuse("it is no JSON object of the expected shape").into()),
                None => return Err(self.cut_off().into()),
            }
        }
        self.start += 1;
        if !found {
            return Err(self.refuse(&format!("it has no list `{list}`")).into());
        }
        if self.peek()?.is_some() {
            self.warn(
                "trailing",
                "",
                "after the end of the document stands more, which was not read".to_owned(),
            );
        }
        Ok(self.finish())
    }

    fn finish(mut self) -> (StreamSummary, Vec<Warning>) {
        if self.warnings_left_out > 0 {
            let text = format!("{} more remarks on records were left out", self.warnings_left_out);
            self.warnings.push(Warning::new("remarks-left-out", "", text));
        }
        (self.summary, self.warnings)
    }

    fn records<E>(
        &mut self,
        list: &str,
        read: &mut impl FnMut(&[u8], &mut Vec<Warning>) -> Look<E>,
    ) -> Result<(), StreamError<E>> {
        self.expect(b'[', list)?;
        loop {
            match self.peek()? {
                Some(b']') => {
                    self.start += 1;
                    return Ok(());
                }
                Some(b',') => self.start += 1,
                Some(b'{') => self.record(list, read)?,
                Some(_) => return Err(self.refuse(&format!("in `{list}` stands what is no object")).into()),
                None => return Err(self.cut_off().into()),
            }
        }
    }

    fn record<E>(
        &mut self,
        list: &str,
        read: &mut impl FnMut(&[u8], &mut Vec<Warning>) -> Look<E>,
    ) -> Result<(), StreamError<E>> {
        let number = self.summary.records + self.summary.unreadable;
        if number >= self.limits.records {
            return Err(self.refuse(&format!("it has more than {} records", self.limits.records)).into());
        }
        loop {
            let mut remarks = Vec::new();
            match read(&self.buffer[self.start..self.end], &mut remarks) {
                Look::Taken(length) => {
                    self.start += length;
                    self.summary.records += 1;
                    for remark in remarks {
                        self.keep(remark);
                    }
                    return Ok(());
                }
                Look::Stop(stop) => return Err(StreamError::Stopped(stop)),
                Look::Failed(error) if error.classify() == Category::Eof => {
                    self.more()?;
                }
                Look::Failed(error) if error.classify() == Category::Data => {
                    self.skip_value()?;
                    self.summary.unreadable += 1;
                    let why = format!("the record was left out: {}", short(&error.to_string()));
                    self.warn("record-unreadable", &format!("/{list}/{number}"), why);
                    return Ok(());
                }
                Look::Failed(error) => {
                    return Err(self
                        .refuse(&format!("record {number} is no JSON: {}", short(&error.to_string())))
                        .into());
                }
            }
        }
    }

    /// Steps over one value, whatever it is.
    fn skip_value(&mut self) -> Result<std::ops::Range<usize>, Rejected> {
        loop {
            let bytes = &self.buffer[self.start..self.end];
            let outcome = look::<IgnoredAny, ()>(bytes, |_| Ok(()));
            match outcome {
                // A number that ends where the buffer ends may go on.
                Look::Taken(length) if length > 0 && (length < bytes.len() || self.ended) => {
                    let range = self.start..self.start + length;
                    self.start += length;
                    return Ok(range);
                }
                Look::Taken(_) | Look::Stop(()) => self.more()?,
                Look::Failed(error) if error.classify() == Category::Eof => self.more()?,
                Look::Failed(error) => return Err(self.refuse(&short(&error.to_string()))),
            }
        }
    }

    fn key(&mut self) -> Result<String, Rejected> {
        let range = self.skip_value()?;
        serde_json::from_slice(&self.buffer[range]).map_err(|error| self.refuse(&short(&error.to_string())))
    }

    fn head_value(&mut self, key: String) -> Result<(), Rejected> {
        let range = self.skip_value()?;
        if range.len() <= LONGEST_HEAD && self.summary.head.len() < 32 {
            let text = match serde_json::from_slice::<Value>(&self.buffer[range]) {
                Ok(Value::String(text)) => text,
                Ok(Value::Number(number)) => number.to_string(),
                Ok(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => return Ok(()),
                Err(error) => return Err(self.refuse(&short(&error.to_string()))),
            };
            self.summary.head.push((key, text));
        }
        Ok(())
    }

    fn expect(&mut self, wanted: u8, list: &str) -> Result<(), Rejected> {
        match self.peek()? {
            Some(byte) if byte == wanted => {
                self.start += 1;
                Ok(())
            }
            Some(_) => Err(self.refuse(&format!("it is no JSON object with a list `{list}`"))),
            None => Err(self.cut_off()),
        }
    }

    /// Steps over a byte order mark.
    fn skip_mark(&mut self) -> Result<(), Rejected> {
        self.peek()?;
        if self.buffer[self.start..self.end].starts_with(&[0xef, 0xbb, 0xbf]) {
            self.start += 3;
        }
        Ok(())
    }

    /// The next byte that is no blank, without taking it.
    fn peek(&mut self) -> Result<Option<u8>, Rejected> {
        loop {
            while self.start < self.end {
                let byte = self.buffer[self.start];
                if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                    return Ok(Some(byte));
                }
                self.start += 1;
            }
            if self.ended {
                return Ok(None);
            }
            self.fill()?;
        }
    }

    /// Gets more of a value that is not complete.
    fn more(&mut self) -> Result<(), Rejected> {
        if self.ended {
            return Err(self.cut_off());
        }
        if self.start == 0 && self.end == self.buffer.len() {
            if self.buffer.len() >= self.limits.record_bytes {
                let what = format!("one record has more than {} bytes", self.limits.record_bytes);
                return Err(self.refuse(&what));
            }
            let size = (self.buffer.len() * 2).min(self.limits.record_bytes);
            self.buffer.resize(size, 0);
        }
        self.fill()
    }

    /// Moves what is left to the front and fills the rest of the buffer.
    fn fill(&mut self) -> Result<(), Rejected> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while self.end < self.buffer.len() && !self.ended {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(count) => {
                    self.end += count;
                    self.taken += u64::try_from(count).unwrap_or(u64::MAX);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(
                        self.refuse(&format!("its bytes could not be read: {}", short(&error.to_string())))
                    );
                }
            }
            if self.taken > self.limits.bytes {
                return Err(self.refuse(&format!("it has more than {} bytes", self.limits.bytes)));
            }
        }
        Ok(())
    }

    fn keep(&mut self, warning: Warning) {
        if self.warnings.len() < self.limits.warnings {
            self.warnings.push(warning);
        } else {
            self.warnings_left_out += 1;
        }
    }

    fn warn(&mut self, code: &str, place: &str, message: String) {
        self.keep(Warning::new(code, place, message));
    }

    fn cut_off(&self) -> Rejected {
        self.rejected("cut-off", &format!("the document ends in the middle, after {} bytes", self.taken))
    }

    fn refuse(&self, why: &str) -> Rejected {
        let place = self.taken.saturating_sub(u64::try_from(self.end - self.start).unwrap_or(0));
        self.rejected("not-this-feed", &format!("the document cannot be read at byte {place}: {why}"))
    }

    fn rejected(&self, code: &str, what: &str) -> Rejected {
        let meaning = match self.summary.records {
            0 => "nothing of it was taken".to_owned(),
            count => format!("the {count} records before were read, what follows is not known"),
        };
        Rejected::new(code, what, meaning, "fetch it again, and look whether the right file was chosen")
    }
}
