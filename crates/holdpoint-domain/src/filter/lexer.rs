//! From the text of a filter to its terms, and a value back to text. No fields are known here.

use super::{FilterError, MAX_BYTES, MAX_TERMS, MAX_VALUES, Operator, Sense, Term, TermBody};
use std::fmt;

/// Reads all terms.
pub(super) fn read(text: &str) -> Result<Vec<Term>, FilterError> {
    if text.len() > MAX_BYTES {
        return Err(FilterError::TooLong { bytes: text.len() });
    }
    let chars: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { chars: &chars, at: 0 };
    let mut terms = Vec::new();
    loop {
        lexer.skip_blanks();
        if lexer.peek().is_none() {
            return Ok(terms);
        }
        if terms.len() == MAX_TERMS {
            return Err(FilterError::TooMany { what: "terms", position: lexer.position(), limit: MAX_TERMS });
        }
        terms.push(lexer.term()?);
    }
}

struct Lexer<'a> {
    chars: &'a [char],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn position(&self) -> usize {
        self.at + 1
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn malformed(&self, why: &'static str) -> FilterError {
        FilterError::Malformed { position: self.position(), why }
    }

    fn term(&mut self) -> Result<Term, FilterError> {
        let position = self.position();
        let sense = if self.peek() == Some('-') {
            self.at += 1;
            Sense::Fails
        } else {
            Sense::Holds
        };
        let body = match self.peek() {
            None => return Err(self.malformed("a term is expected after `-`")),
            Some(c) if c.is_whitespace() => return Err(self.malformed("a term is expected after `-`")),
            Some('"') => self.quoted_word()?,
            Some(_) => match self.name_and_operator() {
                Some((name, operator)) => TermBody::Field { name, operator, values: self.values()? },
                None => TermBody::Word(self.until(char::is_whitespace)),
            },
        };
        Ok(Term { position, sense, body })
    }

    fn quoted_word(&mut self) -> Result<TermBody, FilterError> {
        let before = self.position();
        let word = self.quoted()?;
        if word.is_empty() {
            return Err(FilterError::Malformed { position: before, why: "an empty word finds nothing" });
        }
        if self.peek().is_some_and(|c| !c.is_whitespace()) {
            return Err(self.malformed("a blank is expected after a quoted word"));
        }
        Ok(TermBody::Word(word))
    }

    /// A field's name with its operator; moves only when both are there.
    fn name_and_operator(&mut self) -> Option<(String, Operator)> {
        let rest = &self.chars[self.at..];
        if !rest.first()?.is_ascii_alphabetic() {
            return None;
        }
        let length =
            rest.iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).count();
        let (operator, width) = match (rest.get(length)?, rest.get(length + 1)) {
            (':', _) => (Operator::Is, 1),
            ('=', _) => (Operator::Exactly, 1),
            ('!', Some('=')) => (Operator::Not, 2),
            ('<', Some('=')) => (Operator::AtMost, 2),
            ('<', _) => (Operator::Less, 1),
            ('>', Some('=')) => (Operator::AtLeast, 2),
            ('>', _) => (Operator::More, 1),
            ('~', _) => (Operator::Contains, 1),
            _ => return None,
        };
        let name = rest[..length].iter().map(char::to_ascii_lowercase).collect();
        self.at += length + width;
        Some((name, operator))
    }

    fn values(&mut self) -> Result<Vec<String>, FilterError> {
        let mut values = Vec::new();
        loop {
            if values.len() == MAX_VALUES {
                return Err(FilterError::TooMany {
                    what: "values",
                    position: self.position(),
                    limit: MAX_VALUES,
                });
            }
            if self.peek() == Some('"') {
                values.push(self.quoted()?);
            } else {
                let bare = self.until(|c| c == ',' || c.is_whitespace());
                if bare.is_empty() {
                    return Err(self.malformed("a value is expected; write `\"\"` for an empty one"));
                }
                values.push(bare);
            }
            match self.peek() {
                Some(',') => self.at += 1,
                Some(c) if !c.is_whitespace() => {
                    return Err(self.malformed("a blank or a comma is expected after a quoted value"));
                }
                Some(_) | None => return Ok(values),
            }
        }
    }

    fn until(&mut self, ends: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek().filter(|c| !ends(*c)) {
            text.push(c);
            self.at += 1;
        }
        text
    }

    /// A text in quotes; `\"` and `\\` are the only escapes, so a Windows path can stay as it is.
    fn quoted(&mut self) -> Result<String, FilterError> {
        let position = self.position();
        self.at += 1;
        let mut text = String::new();
        loop {
            let c = self.peek().ok_or(FilterError::OpenQuote { position })?;
            self.at += 1;
            match (c, self.peek()) {
                ('"', _) => return Ok(text),
                ('\\', Some(escaped @ ('"' | '\\'))) => {
                    text.push(escaped);
                    self.at += 1;
                }
                (other, _) => text.push(other),
            }
        }
    }
}

/// Writes a word or value, in quotes when it needs them.
pub(super) fn write_value(value: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '+');
    if !value.is_empty() && !value.starts_with('-') && value.chars().all(plain) {
        return f.write_str(value);
    }
    write!(f, "\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}
