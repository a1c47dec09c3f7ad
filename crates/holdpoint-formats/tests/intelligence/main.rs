//! Feeds on vulnerabilities: each format with a real shape, a cut-off one, hostile ones, and the feeds of the corpus.

#![expect(clippy::disallowed_methods, reason = "tests on real feeds read them from files")]
#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test where it breaks")]

#[path = "../csaf_data/mod.rs"]
mod corpus;
mod cve;
mod cyclonedx_vex;
mod debian;
mod epss;
mod kev;
mod kleene;
mod nvd;
mod openvex;
mod osv;
mod redhat;
