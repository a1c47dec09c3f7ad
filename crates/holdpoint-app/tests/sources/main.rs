//! Providers of advisories, asked for real: web servers with TLS and OpenPGP signatures, honest and lying.
//!
//! Matching what came in is not tested here. The surprise: nobody waits in these tests; the pause between
//! requests is zero and the waiting of retries is left out.
#![expect(clippy::unwrap_used, reason = "a test may fail by a panic")]

mod corpus;
mod honest;
mod interrupted;
mod lies;
mod support;
mod ways;
