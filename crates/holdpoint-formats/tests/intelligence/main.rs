//! Feeds on vulnerabilities: each format with a real shape, a cut-off one, hostile ones, and the feeds of the corpus.

#![expect(clippy::disallowed_methods, reason = "tests on real feeds read them from files")]
#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test where it breaks")]

#[expect(dead_code, reason = "the NVD feeds are packed, the records of other feeds lie in folders")]
#[path = "../csaf_data/mod.rs"]
mod corpus;
mod nvd;
