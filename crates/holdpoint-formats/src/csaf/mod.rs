//! The Common Security Advisory Framework 2.0, and 2.1 by way of it: reading, checking, and turning into Holdpoint's nouns.
//!
//! Not here: fetching, signatures, matching. The surprise: reading is tolerant and checking is strict; a document that
//! breaks rules is read as far as possible, and [`validate`] says which rules it breaks.

pub mod advisory;
mod date;
mod difference;
pub mod edition21;
mod facts;
mod finding;
mod inspection;
pub mod model;
mod object;
mod parse;
mod pattern;
mod place;
pub mod provider;
mod scan;
mod text;
mod validate;
pub mod words;

pub use advisory::to_advisory;
pub use date::Instant;
pub use difference::{Change, ChangeKind, Difference, Revisions, difference};
pub use facts::facts;
pub use finding::{Finding, NotPerformed, Severity};
pub use inspection::Inspection;
pub use model::CsafDocument;
pub use object::{KeyRemark, Keys};
pub use parse::{Limits, parse, parse_within};
pub use text::{
    CategoryName, Cpe, Cve, CweId, DateTime, HashValue, Language, Purl, RevisionNumber, Text, TrackingId, Uri,
};
pub use validate::{Scope, Validation, validate};
