//! A look at Rust source that is exact about what is code and what is not.
//!
//! Here: blanking comments, strings and characters, and finding functions with their length. Not here: a parser;
//! only brackets and the word `fn` are understood. The surprises: comments nest; `'a'` is a character while `'a` is
//! a lifetime; `r#"…"#` is a string while `r#fn` is a name; `{` inside `<…>` belongs to the signature.

/// One function of a source text.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name; `$name` inside a macro.
    pub name: String,
    /// Line of the word `fn`, from 1.
    pub line: usize,
    /// Lines from the word `fn` to the closing brace, both counted.
    pub n_lines: usize,
}

/// The source with every byte of a comment, string or character replaced by a space; line ends stay.
///
/// The result has the length of the source, so a position in one is a position in the other.
pub fn code_only(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => block_comment_end(bytes, at),
            b'"' => string_end(bytes, at),
            b'r' | b'b' | b'c' if !follows_name(bytes, at) => raw_string_end(bytes, at).unwrap_or(at),
            b'\'' => character_end(source, at).unwrap_or(at),
            _ => at,
        };
        for byte in &mut code[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8(code)
        .expect("whole characters are replaced, because each piece begins and ends with ASCII")
}

fn follows_name(bytes: &[u8], at: usize) -> bool {
    at > 0 && is_name_byte(bytes[at - 1])
}

fn is_name_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |offset| at + offset)
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of `r"…"`, `br#"…"#`, `cr"…"`; `None` when no raw string begins here.
fn raw_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    if matches!(bytes[at], b'b' | b'c') {
        at += 1;
    }
    if bytes.get(at) != Some(&b'r') {
        return None;
    }
    at += 1;
    let n_hashes = bytes[at..].iter().take_while(|&&byte| byte == b'#').count();
    at += n_hashes;
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let mut closing = vec![b'"'];
    closing.resize(n_hashes + 1, b'#');
    let body = &bytes[at + 1..];
    let end = body.windows(closing.len()).position(|part| part == closing.as_slice());
    Some(end.map_or(bytes.len(), |offset| at + 1 + offset + closing.len()))
}

/// The end of a character literal; `None` when the quote begins a lifetime or a label.
fn character_end(source: &str, start: usize) -> Option<usize> {
    let mut rest = source[start + 1..].char_indices();
    let (_, first) = rest.next()?;
    if first == '\\' {
        // The character after the backslash is never the closing quote, even if it is one.
        rest.next()?;
        let (offset, _) = rest.find(|(_, character)| *character == '\'')?;
        return Some(start + 1 + offset + 1);
    }
    let (offset, second) = rest.next()?;
    (second == '\'').then_some(start + 1 + offset + 1)
}

/// The functions of a text in which only code is left (see [`code_only`]), in the order of their heads.
///
/// Declarations without a body are left out; a function inside another counts for both.
pub fn functions(code: &str) -> Vec<Function> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn") {
        let whole_word = !follows_name(bytes, at) && !bytes.get(at + 2).copied().is_some_and(is_name_byte);
        let Some(name) = whole_word.then(|| name_after(code, at + 2)).flatten() else { continue };
        let Some(body) = body_start(bytes, at + 2) else { continue };
        let end = matching_brace(bytes, body);
        let line = line_of(code, at);
        found.push(Function { name, line, n_lines: line_of(code, end) - line + 1 });
    }
    found
}

/// The name that follows `fn`; `None` for a function pointer type such as `fn(u8)`.
fn name_after(code: &str, at: usize) -> Option<String> {
    let rest = code[at..].trim_start();
    let rest = rest.strip_prefix("r#").unwrap_or(rest);
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$');
    let name: String = rest.chars().take_while(|&character| is_part(character)).collect();
    (!name.is_empty()).then_some(name)
}

/// The position of the brace that opens the body; `None` for a declaration.
fn body_start(bytes: &[u8], mut at: usize) -> Option<usize> {
    let (mut brackets, mut angles) = (0_i32, 0_i32);
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets -= 1,
            b'<' => angles += 1,
            b'>' if !matches!(bytes[at - 1], b'-' | b'=') => angles -= 1,
            b';' if brackets == 0 => return None,
            b'{' if brackets == 0 && angles <= 0 => return Some(at),
            b'{' => at = matching_brace(bytes, at),
            // The end of a surrounding item: this was a word of a macro, and no function.
            b'}' => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The position of the brace that closes the one at `open`, or the last byte when none does.
pub fn matching_brace(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in bytes[open..].iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return open + offset;
                }
            }
            _ => {}
        }
    }
    bytes.len() - 1
}

/// The line of a position, from 1.
pub fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() + 1
}

/// The code with every `#[cfg(test)] mod … { … }` blanked as well.
pub fn without_test_modules(code: &str) -> String {
    let mut bytes = code.as_bytes().to_vec();
    for (at, attribute) in code.match_indices("#[cfg(test)]") {
        let rest = &code[at + attribute.len()..];
        let Some(open) = rest.find('{') else { continue };
        if !rest[..open].contains("mod ") || rest[..open].contains(';') {
            continue;
        }
        let end = matching_brace(code.as_bytes(), at + attribute.len() + open);
        for byte in &mut bytes[at..=end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| code.to_owned())
}

#[cfg(test)]
mod tests;
