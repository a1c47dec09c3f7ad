//! What a thing is called, and which of two versions is newer.
//!
//! Here live the schemes of version numbers with their sortable keys, ranges of versions, the `vers:` notation,
//! the reader of version expressions as advisories really write them, CPE and package URLs, and the
//! normalisation of vendor and product names. Not here: matching against an inventory (that is the engine),
//! the reading of whole documents, and anything that touches a clock, a file or a network.
//!
//! The one surprise: two versions can be *incommensurable*. [`Version::compare`] then says
//! [`Comparison::Undecidable`] with the reason, and every answer built on it is [`Answer::Unknown`]. A total
//! order for sorting exists all the same: the bytes of [`VersionKey`]. A decision is never made from the key alone.

pub mod build;
pub mod cpe;
mod eight;
pub mod expression;
pub mod fix;
mod key;
mod lines;
pub mod names;
mod ot;
mod profile;
pub mod purl;
mod range;
pub mod release;
mod scheme;
pub mod vers;
mod version;

pub use key::VersionKey;
pub use lines::Lines;
pub use profile::Profile;
pub use range::{Answer, Bound, Interval, VersionRange};
pub use version::{Comparison, Scheme, Undecidable, Version, VersionError};

/// Longest text of an expression that is read, in bytes. Longer texts are prose, not a version expression.
pub const MAX_EXPRESSION_BYTES: usize = 4096;

/// Longest text of a single version that is read, in bytes.
pub const MAX_VERSION_BYTES: usize = 128;

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeExamples;
