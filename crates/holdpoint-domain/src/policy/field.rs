//! Fields and values: what one line of a policy may say.
//!
//! The surprise: [`Values`] always holds a legal value for every field of its kind, so nobody downstream asks whether
//! something is missing; a text that leaves a field out means what the program brings along.

use super::PolicyKind;

/// What a value may be.
#[derive(Clone, Copy)]
pub enum Shape {
    /// A whole number.
    Count {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
        /// Of what: `days`.
        unit: &'static str,
    },
    /// Yes or no.
    Switch,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// Any of these words, each at most once.
    Words(fn() -> Vec<&'static str>),
    /// A line of text of at most so many characters.
    Line {
        /// The most characters.
        most: usize,
    },
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.allowed())
    }
}

/// What the program brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// A number.
    Count(i64),
    /// Yes or no.
    Switch(bool),
    /// A word or a line.
    Text(&'static str),
    /// Words.
    Words(&'static [&'static str]),
    /// All words that are allowed.
    AllWords,
}

/// One line of a policy.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its key; a dot opens a table.
    pub key: &'static str,
    /// How people call it.
    pub name: &'static str,
    /// What it does, for the comment above it.
    pub about: &'static str,
    /// What it may be.
    pub shape: Shape,
    /// What the program brings along.
    pub preset: Preset,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// A number.
    Count(i64),
    /// Yes or no.
    Switch(bool),
    /// A word or a line.
    Text(String),
    /// Words, in the order in which they are allowed.
    Words(Vec<String>),
}

/// Why a value cannot be, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {what}; {remedy}")]
pub struct Fault {
    /// The key; empty: the whole.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl Fault {
    /// A fault of a key.
    #[must_use]
    pub fn of(key: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { key: key.into(), what: what.into(), remedy: remedy.into() }
    }
}

impl Shape {
    /// What is allowed, in words.
    #[must_use]
    pub fn allowed(self) -> String {
        match self {
            Self::Count { least, most, unit } => format!("{least} to {most} {unit}").trim_end().to_owned(),
            Self::Switch => "true or false".to_owned(),
            Self::Word(words) => format!("one of: {}", words().join(", ")),
            Self::Words(words) => format!("any of: {}", words().join(", ")),
            Self::Line { most } => format!("a line of 1 to {most} characters"),
        }
    }

    /// The value as it is kept, when it is allowed.
    fn take(self, key: &str, value: Value) -> Result<Value, Fault> {
        let refuse = |what: String| Err(Fault::of(key, what, format!("write {}", self.allowed())));
        match (self, value) {
            (Self::Count { least, most, .. }, Value::Count(n)) => {
                if (least..=most).contains(&n) {
                    return Ok(Value::Count(n));
                }
                refuse(format!("{n} is out of range"))
            }
            (Self::Switch, Value::Switch(on)) => Ok(Value::Switch(on)),
            (Self::Word(words), Value::Text(text)) => {
                if words().contains(&text.as_str()) {
                    return Ok(Value::Text(text));
                }
                refuse(format!("`{}` is not known here", cut(&text)))
            }
            (Self::Words(words), Value::Words(chosen)) => {
                let allowed = words();
                if let Some(other) = chosen.iter().find(|word| !allowed.contains(&word.as_str())) {
                    return refuse(format!("`{}` is not known here", cut(other)));
                }
                let kept = allowed.into_iter().filter(|word| chosen.iter().any(|other| other == word));
                let kept: Vec<String> = kept.map(str::to_owned).collect();
                if kept.len() < chosen.len() {
                    return refuse("a word stands there twice".to_owned());
                }
                Ok(Value::Words(kept))
            }
            (Self::Line { most }, Value::Text(text)) => {
                let length = text.chars().count();
                if (1..=most).contains(&length) && !text.chars().any(char::is_control) {
                    return Ok(Value::Text(text));
                }
                refuse(format!("a text of {length} characters does not fit"))
            }
            (
                Self::Count { .. } | Self::Switch | Self::Word(_) | Self::Words(_) | Self::Line { .. },
                Value::Count(_) | Value::Switch(_) | Value::Text(_) | Value::Words(_),
            ) => refuse("this is another kind of value".to_owned()),
        }
    }
}

impl Field {
    /// What the program brings along.
    #[must_use]
    pub fn brought(&self) -> Value {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match (self.preset, self.shape) {
            (Preset::Count(n), _) => Value::Count(n),
            (Preset::Switch(on), _) => Value::Switch(on),
            (Preset::Text(text), _) => Value::Text(text.to_owned()),
            (Preset::Words(words), _) => Value::Words(owned(words)),
            (Preset::AllWords, Shape::Words(words) | Shape::Word(words)) => Value::Words(owned(&words())),
            (Preset::AllWords, Shape::Count { .. } | Shape::Switch | Shape::Line { .. }) => {
                Value::Words(Vec::new())
            }
        }
    }

    /// Before and after in words: numbers with their unit, lists as what comes and what goes.
    #[must_use]
    pub fn in_words(&self, before: &Value, after: &Value) -> (String, String) {
        if let (Value::Words(one), Value::Words(other)) = (before, after) {
            let gone = one.iter().filter(|word| !other.contains(word)).map(|word| format!("− {word}"));
            let come = other.iter().filter(|word| !one.contains(word)).map(|word| format!("+ {word}"));
            let moved: Vec<String> = gone.chain(come).collect();
            return (self.said(before, ""), format!("{} ({})", self.said(after, ""), moved.join(", ")));
        }
        (self.said(before, ""), self.said(after, self.unit()))
    }

    /// A value in words.
    fn said(&self, value: &Value, unit: &str) -> String {
        match value {
            Value::Count(n) => format!("{n} {unit}").trim_end().to_owned(),
            Value::Switch(true) => "yes".to_owned(),
            Value::Switch(false) => "no".to_owned(),
            Value::Text(text) => text.clone(),
            Value::Words(words) if words.is_empty() => "nothing".to_owned(),
            Value::Words(words) => words.join(", "),
        }
    }

    const fn unit(&self) -> &'static str {
        match self.shape {
            Shape::Count { unit, .. } => unit,
            Shape::Switch | Shape::Word(_) | Shape::Words(_) | Shape::Line { .. } => "",
        }
    }
}

/// A value for every field of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Values {
    kind: PolicyKind,
    all: Vec<Value>,
}

impl Values {
    /// What the program brings along: revision 0.
    #[must_use]
    pub fn brought(kind: PolicyKind) -> Self {
        Self { kind, all: kind.fields().iter().map(Field::brought).collect() }
    }

    /// Of which kind.
    #[must_use]
    pub const fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// The fields with their values, in the order in which they are written.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Field, &Value)> {
        self.kind.fields().iter().zip(&self.all)
    }

    /// With another value.
    ///
    /// # Errors
    /// A key that the kind does not have, or a value that the field cannot hold.
    pub fn with(mut self, key: &str, value: Value) -> Result<Self, Fault> {
        let fields = self.kind.fields();
        let Some(place) = fields.iter().position(|field| field.key == key) else {
            return Err(unknown_key(self.kind, key));
        };
        self.all[place] = fields[place].shape.take(key, value)?;
        Ok(self)
    }

    /// The value of a key; what stands first when the kind has no such key, which a test excludes.
    fn value(&self, key: &str) -> &Value {
        let place = self.kind.fields().iter().position(|field| field.key == key);
        &self.all[place.expect("keys are asked for by the table that lists them; a test asks for all")]
    }

    /// A number.
    #[must_use]
    pub fn count(&self, key: &str) -> i64 {
        match self.value(key) {
            Value::Count(n) => *n,
            Value::Switch(_) | Value::Text(_) | Value::Words(_) => 0,
        }
    }

    /// Yes or no.
    #[must_use]
    pub fn switch(&self, key: &str) -> bool {
        matches!(self.value(key), Value::Switch(true))
    }

    /// A word or a line.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        match self.value(key) {
            Value::Text(text) => text,
            Value::Count(_) | Value::Switch(_) | Value::Words(_) => "",
        }
    }

    /// Words.
    #[must_use]
    pub fn words(&self, key: &str) -> &[String] {
        match self.value(key) {
            Value::Words(words) => words,
            Value::Count(_) | Value::Switch(_) | Value::Text(_) => &[],
        }
    }
}

/// A key that the kind does not have, with the one that was perhaps meant.
fn unknown_key(kind: PolicyKind, key: &str) -> Fault {
    let likeness = |field: &&Field| {
        let same = |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(a, b)| a == b).count();
        same(&mut field.key.bytes().zip(key.bytes()))
            + same(&mut field.key.bytes().rev().zip(key.bytes().rev()))
    };
    let near = kind.fields().iter().max_by_key(likeness);
    let near = near.filter(|field| likeness(field) * 2 >= field.key.len());
    let remedy = near.map_or_else(
        || format!("leave it out; `policy show {kind}` lists the keys"),
        |near| format!("did you mean `{}`? else leave it out", near.key),
    );
    Fault::of(cut(key), format!("the policy `{kind}` has no such key"), remedy)
}

/// At most 64 characters of what somebody wrote.
fn cut(text: &str) -> String {
    text.chars().take(64).collect()
}
