//! Scripts of a device: which program runs, and which of its arguments an order may choose, each within bounds.
//!
//! Here: the template and how it is filled. Not here: where it lies, and running it. The surprise: the result is a list
//! of arguments for a program and never a line for a shell, and a value can never become an option.

use crate::message::{self, Message, VersionOne, at_most};
use crate::text::{ArgumentText, FilePath, Hash, Id};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

/// One script that may be ordered by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptTemplate {
    /// Always 1.
    pub version: VersionOne,
    /// Its name.
    pub name: Id,
    /// The program on the device.
    pub program: FilePath,
    /// The hash of the program's bytes; the device looks before it runs it.
    pub program_hash: Hash,
    /// The arguments in their order.
    pub arguments: Vec<Part>,
    /// What an order may choose.
    pub parameters: BTreeMap<Id, Parameter>,
    /// The exit codes that mean done; all others mean failed.
    pub done_codes: Vec<u8>,
}

/// One argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Part {
    /// Always the same text; it may be an option.
    Fixed(String),
    /// The value of a parameter.
    Parameter(Id),
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Parameter {
    /// One of these.
    OneOf(Vec<ArgumentText>),
    /// A whole number from the first to the second.
    Number(i64, i64),
}

/// Why a template cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unfilled {
    /// The order does not give it.
    #[error("the order gives no value for `{0}`")]
    Missing(Id),
    /// The template does not know it.
    #[error("the template has no parameter `{0}`")]
    Unknown(Id),
    /// The value is outside of what the template allows.
    #[error("`{value}` is not allowed for `{name}`")]
    NotAllowed {
        /// The parameter.
        name: Id,
        /// The value.
        value: ArgumentText,
    },
}

impl Message for ScriptTemplate {
    const KIND: &'static str = "script template";
    /// 64 arguments of 256 bytes and as many choices.
    const LIMIT_BYTES: usize = 64 * 1024;

    fn check(&self) -> Result<(), String> {
        at_most("arguments", self.arguments.len(), 64)?;
        at_most("parameters", self.parameters.len(), 32)?;
        let unknown = self.arguments.iter().find_map(|part| match part {
            Part::Parameter(name) if !self.parameters.contains_key(name) => Some(name),
            Part::Parameter(_) | Part::Fixed(_) => None,
        });
        match unknown {
            Some(name) => Err(format!("an argument names parameter `{name}`, which is not there")),
            None => Ok(()),
        }
    }
}

impl ScriptTemplate {
    /// The hash that an image approves: over the template as this room writes it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&message::write(self))
    }

    /// The arguments for the program.
    ///
    /// # Errors
    /// When a value is missing, not known or not allowed.
    pub fn fill(&self, values: &BTreeMap<Id, ArgumentText>) -> Result<Vec<String>, Unfilled> {
        if let Some(name) = values.keys().find(|name| !self.parameters.contains_key(*name)) {
            return Err(Unfilled::Unknown(name.clone()));
        }
        for (name, parameter) in &self.parameters {
            let value = values.get(name).ok_or_else(|| Unfilled::Missing(name.clone()))?;
            if !parameter.allows(value) {
                return Err(Unfilled::NotAllowed { name: name.clone(), value: value.clone() });
            }
        }
        let argument = |part: &Part| match part {
            Part::Fixed(text) => Ok(text.clone()),
            Part::Parameter(name) => {
                let value = values.get(name).ok_or_else(|| Unfilled::Missing(name.clone()))?;
                Ok(value.as_str().to_owned())
            }
        };
        self.arguments.iter().map(argument).collect()
    }
}

impl Parameter {
    fn allows(&self, value: &ArgumentText) -> bool {
        match self {
            Self::OneOf(values) => values.contains(value),
            Self::Number(least, most) => {
                // Only the plain form: neither `+7` nor `007`.
                let number = value.as_str().parse::<i64>().ok();
                number.is_some_and(|n| (least..=most).contains(&&n) && n.to_string() == value.as_str())
            }
        }
    }
}
