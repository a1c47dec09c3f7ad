//! The only room that opens a connection outward, and the one that believes nothing it gets.
//!
//! Here live: doing something on a host over SSH ([`apply`]), asking what a deployment waits for ([`ask`]), fetching over
//! HTTPS ([`fetch`]), reading a file drop ([`fetch::folder`]), digests ([`hashes`]), detached OpenPGP signatures
//! ([`openpgp`]), the pace per host ([`limits`]), bounded unpacking ([`unpack`]), and the lists of package repositories
//! ([`package_list`]).
//! What the bytes mean does not live here: this room deals in bytes, addresses, digests and signatures.
//! Everything is synchronous. The surprise: the HTTP client keeps a thread of its own, so a [`fetch::Fetcher`]
//! must be used from a blocking thread, never from a worker of an asynchronous runtime.

pub mod apply;
pub mod ask;
pub mod fetch;
pub mod hashes;
pub mod limits;
pub mod openpgp;
pub mod package_list;
pub mod unpack;
