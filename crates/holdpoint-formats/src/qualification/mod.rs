//! Qualification lists of control-system vendors: what they say of which patch for which release of their products.
//!
//! Lists come as tables or XML in as many shapes as there are vendors, so a [`QualificationMapping`] says where what
//! stands and what each of the vendor's words means. Mappings are data that people read and write; four of them for
//! common shapes come with the program. The surprise: a word that the mapping does not explain is kept as it is and
//! means nothing; no word is ever guessed to be an approval, however much it looks like one.

mod mapping;
mod place;
mod read;
mod record;

pub use mapping::{BadMapping, Blank, MappedFormat, QualificationMapping};
pub use read::{QualificationList, UnknownWordSeen, fitting, read};

/// How much of a file is taken before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file; the largest list that vendors hand out has a few megabytes.
    pub bytes: usize,
    /// Elements of an XML file.
    pub elements: usize,
    /// How deep its elements nest.
    pub depth: usize,
    /// Statements of one file: 20,000 patches for 25 releases.
    pub statements: usize,
    /// Characters of one text; what is longer is cut, with a remark.
    pub text_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, elements: 2_000_000, depth: 30, statements: 500_000, text_chars: 2_000 }
    }
}

/// The mappings that come with the program, as texts.
pub const SHIPPED: [&str; 4] = [
    include_str!("../../mappings/siemens-style.toml"),
    include_str!("../../mappings/rockwell-style.toml"),
    include_str!("../../mappings/emerson-style.toml"),
    include_str!("../../mappings/vpc-style.toml"),
];
