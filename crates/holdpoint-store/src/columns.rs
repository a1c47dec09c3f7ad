//! Columns that hold more than a plain value: JSON, and words that may be missing.
//!
//! JSON is TEXT on both engines: the database never looks inside. What cannot be read back is an error that
//! names the column.

use crate::error::StoreError;
use crate::value::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The text of a value made of texts, numbers, lists and maps with text keys.
pub(crate) fn write_json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data with text keys has a JSON form")
}

/// Reads the JSON text of a column.
pub(crate) fn read_json<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> Result<T, StoreError> {
    let text: String = row.get(index)?;
    serde_json::from_str(&text).map_err(|why| row.damaged(index, &why.to_string()))
}

/// Reads a word of a closed vocabulary, or nothing.
pub(crate) fn word_opt<T>(row: &Row<'_>, index: usize) -> Result<Option<T>, StoreError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text: Option<String> = row.get(index)?;
    text.map(|text| text.parse().map_err(|why: T::Err| row.damaged(index, &why.to_string()))).transpose()
}

/// The text without zero characters, which PostgreSQL cannot keep; each becomes the replacement character. The raw
/// bytes of a document are kept as they are.
pub(crate) fn storable(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') {
        std::borrow::Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        std::borrow::Cow::Borrowed(text)
    }
}
