//! The nouns of patching, and which change of state is legal.
//!
//! Pure: no clock, no randomness, no file, no network. Times, ids and random bytes come as arguments.
//! Domain types are not an API: the server and the wire have their own views of them.

pub mod parsed;

pub use parsed::{Parsed, Rejected, Warning};
