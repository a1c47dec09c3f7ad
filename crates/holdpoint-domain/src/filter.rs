//! The one grammar by which people, programs and pages choose rows of a list.
//!
//! A filter is a row of terms with blanks between them; all of them must hold:
//!
//! ```text
//! zone:Z2 severity>=high exploited:true firmware~"V2.9" -state:deferred seen<30d pump
//! ```
//!
//! * `field:value` and `field=value`: is (`:` ignores case in texts, `=` does not); `field:a,b` is one of them;
//!   `field:""` is empty. `!=` is not. `<` `<=` `>` `>=` compare numbers, times, versions and ranked words.
//!   `~` contains, ignoring case.
//! * `-` before a term turns it around.
//! * A value with blanks, commas or quotes stands in `"…"`; inside, `\"` is a quote and `\\` a backslash.
//! * A term without an operator is a free word; it is looked for in the texts of the noun.
//! * Times are dates (`2026-11-22`, the whole day in UTC), RFC 3339 moments, or ages: `seen<30d` is "less than
//!   30 days ago". Ages count in `min`, `h`, `d`, `w`, `y` (365 days).
//!
//! The surprise: the parser knows no fields. [`Filter::resolve`] takes those of a noun and says, for an unknown
//! one, which exist. A field that is not known is an error, never ignored.

use crate::moment::Moment;
use std::fmt;

mod lexer;
mod resolve;

pub use resolve::{Criterion, FieldKind, FieldSpec, Period, Test};

/// Longest filter that is read, in bytes.
pub const MAX_BYTES: usize = 4 * 1024;
/// Most terms of a filter.
pub const MAX_TERMS: usize = 64;
/// Most values in one comma list.
pub const MAX_VALUES: usize = 256;

/// How a field is compared with its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `:`, is one of the values, ignoring case in texts.
    Is,
    /// `=`, is one of the values exactly.
    Exactly,
    /// `!=`, is none of the values exactly.
    Not,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `~`, contains one of the values, ignoring case.
    Contains,
}

impl Operator {
    /// All operators.
    pub const ALL: &'static [Operator] = &[
        Self::Is,
        Self::Exactly,
        Self::Not,
        Self::Less,
        Self::AtMost,
        Self::More,
        Self::AtLeast,
        Self::Contains,
    ];

    /// How it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Is => ":",
            Self::Exactly => "=",
            Self::Not => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::Contains => "~",
        }
    }
}

/// Whether a term must hold or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sense {
    /// Must hold.
    Holds,
    /// `-`: must not hold. What is not known does not hold either, so it is kept.
    Fails,
}

/// One term, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Where it begins, in characters from 1.
    pub position: usize,
    /// With or without `-`.
    pub sense: Sense,
    /// What it says.
    pub body: TermBody,
}

/// What a term says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermBody {
    /// A field compared with at least one value.
    Field {
        /// The field's name, in lower case.
        name: String,
        /// The operator.
        operator: Operator,
        /// The values, as written, without quotes.
        values: Vec<String>,
    },
    /// A free word, not empty.
    Word(String),
}

/// A filter that was read, whose fields are not yet known to exist.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// The terms, in order. None: everything.
    pub terms: Vec<Term>,
}

/// What is wrong with a filter, and where: characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// Longer than [`MAX_BYTES`].
    #[error("the filter has {bytes} bytes; at most {MAX_BYTES} are read; filter in two steps")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// More than [`MAX_TERMS`] terms or [`MAX_VALUES`] values.
    #[error("the filter has too many {what} at character {position}; at most {limit} are read")]
    TooMany {
        /// Terms or values.
        what: &'static str,
        /// Where the first one too many begins.
        position: usize,
        /// The limit.
        limit: usize,
    },
    /// A quote that does not end.
    #[error("the quote at character {position} of the filter does not end; write another `\"` at its end")]
    OpenQuote {
        /// Where it begins.
        position: usize,
    },
    /// A term that breaks the grammar.
    #[error("the filter cannot be read at character {position}: {why}")]
    Malformed {
        /// Where.
        position: usize,
        /// What was expected.
        why: &'static str,
    },
    /// A field that the noun does not have.
    #[error("there is no field `{name}` (character {position} of the filter); there are: {fields}")]
    UnknownField {
        /// Where.
        position: usize,
        /// The name, cut to 64 characters.
        name: String,
        /// The fields that exist, with commas.
        fields: String,
    },
    /// An operator that the field's kind does not have.
    #[error(
        "field `{name}` cannot be compared with `{operator}` (character {position} of the filter); it takes {allowed}"
    )]
    Operator {
        /// Where.
        position: usize,
        /// The field.
        name: String,
        /// The operator's sign.
        operator: &'static str,
        /// The signs that it takes.
        allowed: &'static str,
    },
    /// A value that the field's kind does not take.
    #[error("`{value}` is no value of field `{name}` (character {position} of the filter); {expected}")]
    Value {
        /// Where.
        position: usize,
        /// The field.
        name: String,
        /// The value, cut to 64 characters.
        value: String,
        /// What it takes.
        expected: String,
    },
}

impl Filter {
    /// Reads a filter. An empty text is the filter that everything passes.
    ///
    /// # Errors
    /// [`FilterError`] for a text that is too long or breaks the grammar.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        lexer::read(text).map(|terms| Self { terms })
    }

    /// Checks the terms against the fields of a noun and reads their values; `now` is what ages count from.
    ///
    /// # Errors
    /// [`FilterError`] for an unknown field, an operator or a value that the field does not take.
    pub fn resolve(&self, fields: &[FieldSpec], now: Moment) -> Result<Vec<Criterion>, FilterError> {
        self.terms.iter().map(|term| resolve::term(term, fields, now)).collect()
    }
}

/// Writes the filter so that it reads back the same.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            if term.sense == Sense::Fails {
                f.write_str("-")?;
            }
            match &term.body {
                TermBody::Word(word) => lexer::write_value(word, f)?,
                TermBody::Field { name, operator, values } => {
                    write!(f, "{name}{}", operator.sign())?;
                    for (place, value) in values.iter().enumerate() {
                        if place > 0 {
                            f.write_str(",")?;
                        }
                        lexer::write_value(value, f)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The first characters of a text, for a message.
fn cut(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests;
