//! Texts without a structure: the key is the text itself. Used for lexicographic and for equality-only schemes.

use crate::key::{ROOM, VersionKey, Writer};

/// The bytes of the text; UTF-8 orders as code points do.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    if text.is_empty() {
        return Err("it is empty");
    }
    let mut room = [0; ROOM];
    let mut key = Writer::new(&mut room);
    key.extend(text.as_bytes());
    Ok(key.finish())
}
