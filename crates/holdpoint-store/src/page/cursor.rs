//! Cursors: where a page ended, as an opaque text.
//!
//! A cursor holds the sort key and the tie-break of the last row, and a mark of the list it belongs to, so that
//! it cannot be used with another filter or order by mistake. It is no secret and gives no rights.

use super::{Direction, ListQuery, ListSpec};
use crate::error::StoreError;
use crate::value::Value;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Longest cursor that is read, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// The mark of a list: noun, filter, order and moment.
pub(super) fn mark(spec: &ListSpec, query: &ListQuery) -> [u8; 8] {
    let (field, direction) =
        query.sort.as_ref().map_or(spec.default_sort, |sort| (sort.field.as_str(), sort.direction));
    let way = match direction {
        Direction::Ascending => "up",
        Direction::Descending => "down",
    };
    let text = format!("{}\n{}\n{field}\n{way}\n{}", spec.noun, query.filter, query.as_of.micros());
    let digest = Sha256::digest(text.as_bytes());
    let mut mark = [0; 8];
    mark.copy_from_slice(&digest[..8]);
    mark
}

/// Writes a cursor.
pub(super) fn write(mark: [u8; 8], key: &Value<'_>, unique: &Value<'_>) -> String {
    let mut bytes = mark.to_vec();
    for value in [key, unique] {
        let (tag, body): (u8, Cow<'_, [u8]>) = match value {
            Value::Null => (b'n', Cow::Borrowed(&[])),
            Value::Int(value) => (b'i', Cow::Owned(value.to_be_bytes().to_vec())),
            Value::Real(value) => (b'r', Cow::Owned(value.to_bits().to_be_bytes().to_vec())),
            Value::Bool(value) => (b'f', Cow::Owned(vec![u8::from(*value)])),
            Value::Text(value) => (b't', Cow::Borrowed(value.as_bytes())),
            Value::Bytes(value) => (b'b', Cow::Borrowed(value)),
        };
        bytes.push(tag);
        bytes.extend_from_slice(&(body.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&body);
    }
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a text cannot fail");
        text
    })
}

/// Reads a cursor of the list with this mark.
pub(super) fn read(cursor: &str, mark: [u8; 8]) -> Result<(Value<'static>, Value<'static>), StoreError> {
    let refuse = |why: &str| StoreError::List { why: why.to_owned() };
    let bytes = from_hex(cursor)
        .ok_or_else(|| refuse("the cursor is not one that Holdpoint gave out; begin with the first page"))?;
    let Some(rest) = bytes.strip_prefix(&mark) else {
        return Err(refuse(
            "the cursor belongs to a list with another filter, order or moment; begin with the first page",
        ));
    };
    let broken = || refuse("the cursor is damaged; begin with the first page");
    let (key, rest) = value(rest).ok_or_else(broken)?;
    let (unique, rest) = value(rest).ok_or_else(broken)?;
    if rest.is_empty() { Ok((key, unique)) } else { Err(broken()) }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() > MAX_BYTES || !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?)).collect()
}

fn value(bytes: &[u8]) -> Option<(Value<'static>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let (body, rest) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    let value = match tag {
        b'i' => Value::Int(i64::from_be_bytes(body.try_into().ok()?)),
        b'r' => Value::Real(f64::from_bits(u64::from_be_bytes(body.try_into().ok()?))),
        b't' => Value::Text(Cow::Owned(String::from_utf8(body.to_vec()).ok()?)),
        b'b' => Value::Bytes(Cow::Owned(body.to_vec())),
        _ => return None,
    };
    Some((value, rest))
}
