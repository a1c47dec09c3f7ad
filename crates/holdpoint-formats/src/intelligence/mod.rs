//! Feeds on vulnerabilities: bytes of others become records, scores, conditions on products and VEX statements.
//!
//! Not here: fetching and unpacking (the connectors), what is already stored, and whether an asset is affected (the
//! engine). The surprise: large feeds are visited record by record from a reader, so records are handed over before
//! the end of the document is known; whoever stores them commits only after the visit has ended well.

pub mod cve;
pub mod cyclonedx_vex;
pub mod debian;
pub mod epss;
pub mod kev;
pub mod nvd;
pub mod openvex;
pub mod osv;
mod package;
pub mod redhat;
mod score;
mod stream;
mod text;
pub mod vex;

pub use stream::{StreamError, StreamLimits, StreamSummary};
pub use text::Text;
