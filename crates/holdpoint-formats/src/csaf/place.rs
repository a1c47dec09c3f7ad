//! A place in a JSON document while walking down it, written as a JSON pointer (RFC 6901) when somebody asks.
//!
//! Not here: findings and warnings, which keep the written pointer. The surprise: a place is a chain of borrowed
//! steps on the stack, so walking a sound document allocates nothing.

use std::fmt;

/// One place in a JSON document; the root prints as the empty string.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'p> {
    parent: Option<&'p Place<'p>>,
    step: Step,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Root,
    Key(&'static str),
    Index(usize),
}

impl<'p> Place<'p> {
    /// The whole document.
    pub(crate) const ROOT: Place<'static> = Place { parent: None, step: Step::Root };

    /// The value under `name` of the object here; `name` is one of our own and needs no escaping.
    pub(crate) fn key(&'p self, name: &'static str) -> Place<'p> {
        Place { parent: Some(self), step: Step::Key(name) }
    }

    /// The item `index` of the array here, counted from 0.
    pub(crate) fn index(&'p self, index: usize) -> Place<'p> {
        Place { parent: Some(self), step: Step::Index(index) }
    }

    /// The pointer of a property whose name comes from the document, escaped as RFC 6901 asks.
    pub(crate) fn foreign_key(&self, name: &str) -> String {
        format!("{self}/{}", name.replace('~', "~0").replace('/', "~1"))
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            fmt::Display::fmt(parent, f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Key(name) => write!(f, "/{name}"),
            Step::Index(index) => write!(f, "/{index}"),
        }
    }
}
