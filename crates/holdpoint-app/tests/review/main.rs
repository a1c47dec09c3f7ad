//! People's decisions on names: what they settle, what they refuse, what ends them. Every test on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod decisions;
mod exchange;
mod rules;
mod support;
