//! Policies as text: TOML that people read and write, one document a policy, comments included.
//!
//! Reading is strict: a key that the kind does not have is refused with its line, and so is a value out of range; what is
//! left out means what the program brings along, and the writer writes it out. The surprise: the writer gives every field
//! a block of the same number of lines whatever its value, so two texts of one kind can be compared line by line.
//!
//! Several policies go into one file, with a line `+++` between two documents.

mod read;
mod write;

#[cfg(test)]
mod tests;

pub use read::{ReadFault, read, split};
pub use write::{document, join, lines_that_differ, value};

use holdpoint_domain::policy::Values;

/// The longest document.
pub const MAX_BYTES: usize = 64 << 10;
/// The longest file of documents.
pub const MAX_FILE_BYTES: usize = 4 << 20;
/// The most documents of a file.
pub const MAX_DOCUMENTS: usize = 1_000;
/// What stands between two documents.
pub const SEPARATOR: &str = "+++";

/// A policy out of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The name of the site where it is to hold; `None`: wherever a site has none of its own.
    pub site: Option<String>,
    /// What it says.
    pub values: Values,
    /// The keys that the text leaves out, and which mean what the program brings along.
    pub left_out: Vec<&'static str>,
}
