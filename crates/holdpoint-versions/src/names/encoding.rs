//! Repairs text that went through the wrong encoding, and folds letters to their plain form.
//!
//! The surprise: the repair is applied only when the whole text can be undone, so a name that really contains
//! `Ã` stays as it is.

use std::borrow::Cow;

/// Undoes UTF-8 that was read as Windows-1252 (`GeutebrÃ¼ck` → `Geutebrück`), also when it happened twice.
pub(crate) fn repaired(name: &str) -> Cow<'_, str> {
    match repaired_once(name) {
        None => Cow::Borrowed(name),
        Some(once) => Cow::Owned(repaired_once(&once).unwrap_or(once)),
    }
}

/// `None` when there is nothing to undo.
fn repaired_once(name: &str) -> Option<String> {
    if name.is_ascii() || !name.contains(['Ã', 'Â', 'â']) {
        return None;
    }
    let bytes: Option<Vec<u8>> = name.chars().map(windows_1252).collect();
    String::from_utf8(bytes?).ok()
}

/// The byte that Windows-1252 has for a character.
fn windows_1252(character: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    if let Some(at) = HIGH.iter().position(|high| *high == character) {
        return u8::try_from(0x80 + at).ok();
    }
    u8::try_from(u32::from(character)).ok()
}

/// Writes a character in lower case without its accent; `ß` becomes `ss`, `ø` becomes `o`.
pub(crate) fn push_folded(out: &mut String, character: char) {
    if character.is_ascii() {
        out.push(character.to_ascii_lowercase());
        return;
    }
    for lower in character.to_lowercase() {
        match lower {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => out.push('a'),
            'ç' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ñ' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => out.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ß' => out.push_str("ss"),
            other => out.push(other),
        }
    }
}
