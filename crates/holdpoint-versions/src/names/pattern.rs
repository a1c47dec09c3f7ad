//! Patterns of model numbers, by the rules of the two CSAF versions.
//!
//! The surprises: in CSAF 2.0 a number without its end stands for every number that begins so; in 2.1 a pattern
//! must fit the whole number. A literal `X` in a number is a letter, not a wildcard; a backslash makes `*` and `?`
//! literal.

use super::order::order_number_key;

/// Longest pattern, in characters.
const MAX_PATTERN: usize = 256;

/// A pattern that breaks the rules of its CSAF version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing is left after normalising.
    #[error("the model number is empty")]
    Empty,
    /// More than 256 characters.
    #[error("the model number is longer than 256 characters")]
    TooLong,
    /// A backslash stands at the end.
    #[error("the model number ends with a lone backslash")]
    LoneBackslash,
    /// Two stars in a row.
    #[error("the model number has two `*` in a row")]
    DoubleStar,
    /// More than one unescaped star, which CSAF 2.1 forbids.
    #[error("the model number has more than one unescaped `*`")]
    SeveralStars,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Literal(char),
    One,
    Many,
}

/// A compiled pattern of model numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelPattern {
    tokens: Vec<Token>,
    open_end: bool,
}

impl ModelPattern {
    /// Compiles a number of a CSAF 2.0 document: `?` is one character, `*` any number, and the end may be missing.
    ///
    /// # Errors
    /// When the text is empty, too long, has `**`, or ends with a lone backslash.
    pub fn csaf20(text: &str) -> Result<Self, PatternError> {
        let tokens = tokens(text)?;
        if tokens.windows(2).any(|pair| pair == [Token::Many, Token::Many]) {
            return Err(PatternError::DoubleStar);
        }
        Ok(Self { tokens, open_end: true })
    }

    /// Compiles a number of a CSAF 2.1 document: the pattern must fit the whole number, with one `*` at most.
    ///
    /// # Errors
    /// When the text is empty, too long, has several stars, or ends with a lone backslash.
    pub fn csaf21(text: &str) -> Result<Self, PatternError> {
        let tokens = tokens(text)?;
        if tokens.iter().filter(|token| **token == Token::Many).count() > 1 {
            return Err(PatternError::SeveralStars);
        }
        Ok(Self { tokens, open_end: false })
    }

    /// True when the pattern has no wildcard: only its text (in 2.0 also what begins with it) fits.
    pub fn is_literal(&self) -> bool {
        self.tokens.iter().all(|token| matches!(token, Token::Literal(_)))
    }

    /// What every number that fits begins with, in the form of [`order_number_key`]; for an index.
    pub fn key_prefix(&self) -> String {
        self.tokens
            .iter()
            .map_while(|token| match token {
                Token::Literal(character) => Some(*character),
                Token::One | Token::Many => None,
            })
            .collect()
    }

    /// Whether a number fits; blanks and case do not count. Never when the number is empty.
    pub fn matches(&self, number: &str) -> bool {
        let number: Vec<char> = order_number_key(number).chars().collect();
        !number.is_empty() && self.fits(&number)
    }

    /// True when the number is exactly the literal pattern, not only begins with it.
    pub fn equals(&self, number: &str) -> bool {
        self.is_literal() && self.key_prefix() == order_number_key(number)
    }

    /// Wildcard match with one point to come back to: the last star.
    fn fits(&self, number: &[char]) -> bool {
        let (mut token, mut at) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        while at < number.len() {
            match self.tokens.get(token) {
                Some(Token::Many) => {
                    star = Some((token, at));
                    token += 1;
                    continue;
                }
                Some(Token::One) => {
                    token += 1;
                    at += 1;
                    continue;
                }
                Some(Token::Literal(character)) if *character == number[at] => {
                    token += 1;
                    at += 1;
                    continue;
                }
                None if self.open_end => return true,
                Some(Token::Literal(_)) | None => {}
            }
            let Some((back, from)) = star else { return false };
            star = Some((back, from + 1));
            token = back + 1;
            at = from + 1;
        }
        self.tokens[token..].iter().all(|rest| *rest == Token::Many)
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, PatternError> {
    let key = order_number_key(text);
    if key.is_empty() {
        return Err(PatternError::Empty);
    }
    if text.chars().count() > MAX_PATTERN {
        return Err(PatternError::TooLong);
    }
    let mut tokens = Vec::new();
    let mut characters = key.chars();
    while let Some(character) = characters.next() {
        tokens.push(match character {
            '\\' => Token::Literal(characters.next().ok_or(PatternError::LoneBackslash)?),
            '?' => Token::One,
            '*' => Token::Many,
            other => Token::Literal(other),
        });
    }
    Ok(tokens)
}
