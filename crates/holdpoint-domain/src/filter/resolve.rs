//! From terms to what they mean for the fields of one noun.

use super::{FilterError, Operator, Sense, Term, TermBody, cut};
use crate::moment::Moment;
use holdpoint_versions::{Scheme, VersionKey};

const DAY_US: i64 = 86_400_000_000;

/// What a field holds, and so how it can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A text: `:` `=` `!=` `~`.
    Text,
    /// A number: all but `~`.
    Number,
    /// A moment: all but `~`; takes dates, moments and ages.
    Time,
    /// A word of a closed vocabulary, from the lowest to the highest: all but `~`.
    Word(&'static [&'static str]),
    /// `true` or `false`: `:` `=` `!=`.
    Flag,
    /// A version as it is written: as a text, and `<` `<=` `>` `>=` by the order of versions.
    Version,
}

/// A field of a noun that can be filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name, in lower case.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
}

/// A stretch of time: from its first moment to before its last one; `None` is without bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// The first moment in it.
    pub from: Option<Moment>,
    /// The first moment after it.
    pub before: Option<Moment>,
}

/// One condition on a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Criterion {
    /// A word that one of the noun's texts contains, ignoring case.
    Word {
        /// Must it hold?
        sense: Sense,
        /// The word.
        text: String,
    },
    /// A test of a field.
    Field {
        /// Must it hold?
        sense: Sense,
        /// The field's place in the fields given to [`super::Filter::resolve`].
        field: usize,
        /// The test.
        test: Test,
    },
}

/// A test of one field; lists mean "one of these".
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Nothing is stored, or an empty text.
    Empty,
    /// The text is one of these, ignoring case.
    SameText(Vec<String>),
    /// The text is exactly one of these.
    ExactText(Vec<String>),
    /// The text contains one of these, ignoring case.
    ContainsText(Vec<String>),
    /// The number is one of these.
    Numbers(Vec<f64>),
    /// The number compares so with this one; the operator is one of `<` `<=` `>` `>=`.
    NumberRange(Operator, f64),
    /// The version compares so with this one; the operator is one of `<` `<=` `>` `>=`.
    VersionRange(Operator, VersionKey),
    /// The moment lies in one of these.
    Periods(Vec<Period>),
    /// The word is one of these; none for a comparison that no word fulfils.
    Words(Vec<&'static str>),
    /// The flag is this.
    Flag(bool),
}

/// Reads one term against the fields.
pub(super) fn term(term: &Term, fields: &[FieldSpec], now: Moment) -> Result<Criterion, FilterError> {
    let (name, operator, values) = match &term.body {
        TermBody::Word(text) => return Ok(Criterion::Word { sense: term.sense, text: text.clone() }),
        TermBody::Field { name, operator, values } => (name, *operator, values),
    };
    let Some(field) = fields.iter().position(|field| field.name == name) else {
        return Err(FilterError::UnknownField {
            position: term.position,
            name: cut(name),
            fields: fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", "),
        });
    };
    let asked = Asked { position: term.position, name: fields[field].name, operator, values, now };
    let sense = match (operator, term.sense) {
        (Operator::Not, Sense::Holds) => Sense::Fails,
        (Operator::Not, Sense::Fails) => Sense::Holds,
        (_, sense) => sense,
    };
    Ok(Criterion::Field { sense, field, test: asked.test(fields[field].kind)? })
}

struct Asked<'a> {
    position: usize,
    name: &'static str,
    operator: Operator,
    values: &'a [String],
    now: Moment,
}

impl Asked<'_> {
    fn test(&self, kind: FieldKind) -> Result<Test, FilterError> {
        let equality = matches!(self.operator, Operator::Is | Operator::Exactly | Operator::Not);
        if equality && self.values == [""] {
            return Ok(Test::Empty);
        }
        match kind {
            FieldKind::Text => self.text(),
            FieldKind::Number => self.number(),
            FieldKind::Time => self.time(),
            FieldKind::Word(words) => self.word(words),
            FieldKind::Flag => self.flag(),
            FieldKind::Version => self.version(),
        }
    }

    fn version(&self) -> Result<Test, FilterError> {
        match self.operator {
            Operator::Is | Operator::Exactly | Operator::Not | Operator::Contains => self.text(),
            Operator::Less | Operator::AtMost | Operator::More | Operator::AtLeast => {
                let text = self.single()?;
                let key = Scheme::Ot.encode(text);
                let key = key.map_err(|_| self.value(text, "it takes a version, as in `V4.5.2`"))?;
                Ok(Test::VersionRange(self.operator, key))
            }
        }
    }

    fn operator(&self, allowed: &'static str) -> FilterError {
        FilterError::Operator {
            position: self.position,
            name: self.name.to_owned(),
            operator: self.operator.sign(),
            allowed,
        }
    }

    fn value(&self, value: &str, expected: impl Into<String>) -> FilterError {
        FilterError::Value {
            position: self.position,
            name: self.name.to_owned(),
            value: cut(value),
            expected: expected.into(),
        }
    }

    /// The one value of a comparison.
    fn single(&self) -> Result<&str, FilterError> {
        match self.values {
            [value] => Ok(value),
            _ => Err(self.value(&self.values.join(","), "a comparison takes one value")),
        }
    }

    fn text(&self) -> Result<Test, FilterError> {
        let values = self.values.to_vec();
        match self.operator {
            Operator::Is => Ok(Test::SameText(values)),
            Operator::Exactly | Operator::Not => Ok(Test::ExactText(values)),
            Operator::Contains => match values.iter().find(|value| value.is_empty()) {
                Some(empty) => Err(self.value(empty, "every text contains the empty one")),
                None => Ok(Test::ContainsText(values)),
            },
            Operator::Less | Operator::AtMost | Operator::More | Operator::AtLeast => {
                Err(self.operator("`:` `=` `!=` `~`"))
            }
        }
    }

    fn number(&self) -> Result<Test, FilterError> {
        let read = |text: &str| {
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            number.ok_or_else(|| self.value(text, "it takes a number, as in `7.5`"))
        };
        match self.operator {
            Operator::Is | Operator::Exactly | Operator::Not => {
                let numbers: Result<Vec<f64>, FilterError> =
                    self.values.iter().map(|value| read(value)).collect();
                Ok(Test::Numbers(numbers?))
            }
            Operator::Less | Operator::AtMost | Operator::More | Operator::AtLeast => {
                Ok(Test::NumberRange(self.operator, read(self.single()?)?))
            }
            Operator::Contains => Err(self.operator("`:` `=` `!=` `<` `<=` `>` `>=`")),
        }
    }

    fn word(&self, words: &'static [&'static str]) -> Result<Test, FilterError> {
        let read = |text: &str| {
            words
                .iter()
                .position(|word| word.eq_ignore_ascii_case(text))
                .ok_or_else(|| self.value(text, format!("it takes one of: {}", words.join(", "))))
        };
        let kept = |keep: &dyn Fn(usize) -> bool| {
            let kept = words.iter().enumerate().filter(|(rank, _)| keep(*rank));
            Test::Words(kept.map(|(_, word)| *word).collect())
        };
        Ok(match self.operator {
            Operator::Is | Operator::Exactly | Operator::Not => {
                let ranks: Result<Vec<usize>, FilterError> =
                    self.values.iter().map(|value| read(value)).collect();
                let ranks = ranks?;
                kept(&|rank| ranks.contains(&rank))
            }
            Operator::Less => {
                let bound = read(self.single()?)?;
                kept(&|rank| rank < bound)
            }
            Operator::AtMost => {
                let bound = read(self.single()?)?;
                kept(&|rank| rank <= bound)
            }
            Operator::More => {
                let bound = read(self.single()?)?;
                kept(&|rank| rank > bound)
            }
            Operator::AtLeast => {
                let bound = read(self.single()?)?;
                kept(&|rank| rank >= bound)
            }
            Operator::Contains => return Err(self.operator("`:` `=` `!=` `<` `<=` `>` `>=`")),
        })
    }

    fn flag(&self) -> Result<Test, FilterError> {
        match self.operator {
            Operator::Is | Operator::Exactly | Operator::Not => {}
            Operator::Less | Operator::AtMost | Operator::More | Operator::AtLeast | Operator::Contains => {
                return Err(self.operator("`:` `=` `!=`"));
            }
        }
        let value = self.single()?;
        match value.to_ascii_lowercase().as_str() {
            "true" | "yes" => Ok(Test::Flag(true)),
            "false" | "no" => Ok(Test::Flag(false)),
            _ => Err(self.value(value, "it takes `true` or `false`")),
        }
    }

    fn time(&self) -> Result<Test, FilterError> {
        match self.operator {
            Operator::Is | Operator::Exactly | Operator::Not => {
                let periods: Result<Vec<Period>, FilterError> = self
                    .values
                    .iter()
                    .map(|value| match self.instant(value)? {
                        Instant::Lasting { from, before } => {
                            Ok(Period { from: Some(from), before: Some(before) })
                        }
                        Instant::Age(_) => {
                            Err(self.value(value, "an age is compared with `<`, `<=`, `>` or `>=`"))
                        }
                    })
                    .collect();
                Ok(Test::Periods(periods?))
            }
            Operator::Less | Operator::AtMost | Operator::More | Operator::AtLeast => {
                let instant = self.instant(self.single()?)?;
                Ok(Test::Periods(vec![compared(self.operator, instant)]))
            }
            Operator::Contains => Err(self.operator("`:` `=` `!=` `<` `<=` `>` `>=`")),
        }
    }

    fn instant(&self, text: &str) -> Result<Instant, FilterError> {
        if let Some(age) = age_us(text) {
            return Ok(Instant::Age(self.now.plus_micros(-age)));
        }
        let from: Moment = text.parse().map_err(|_| {
            self.value(
                text,
                "it takes a date (`2026-11-22`), a moment (`2026-11-22T22:00:00Z`) or an age (`30d`)",
            )
        })?;
        let lasts = if text.len() == 10 { DAY_US } else { 1 };
        Ok(Instant::Lasting { from, before: from.plus_micros(lasts) })
    }
}

enum Instant {
    /// A day, or one microsecond.
    Lasting { from: Moment, before: Moment },
    /// That long ago.
    Age(Moment),
}

/// `<` of an age is "younger", so it reaches to the other side than `<` of a date.
fn compared(operator: Operator, instant: Instant) -> Period {
    let since = |from: Moment| Period { from: Some(from), before: None };
    let until = |before: Moment| Period { from: None, before: Some(before) };
    match (operator, instant) {
        (Operator::Less, Instant::Lasting { from, .. }) => until(from),
        (Operator::AtMost, Instant::Lasting { before, .. }) => until(before),
        (Operator::More, Instant::Lasting { before, .. }) => since(before),
        (Operator::AtLeast, Instant::Lasting { from, .. }) => since(from),
        (Operator::Less, Instant::Age(at)) => since(at.plus_micros(1)),
        (Operator::AtMost, Instant::Age(at)) => since(at),
        (Operator::More, Instant::Age(at)) => until(at),
        (Operator::AtLeast, Instant::Age(at)) => until(at.plus_micros(1)),
        (Operator::Is | Operator::Exactly | Operator::Not | Operator::Contains, _) => Period::default(),
    }
}

/// `30d` in microseconds; `None` for a text that is no age.
fn age_us(text: &str) -> Option<i64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 9 {
        return None;
    }
    let (number, unit) = text.split_at(digits);
    let unit_us = match unit {
        "min" => 60_000_000,
        "h" => 3_600_000_000,
        "d" => DAY_US,
        "w" => 7 * DAY_US,
        "y" => 365 * DAY_US,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit_us)
}
