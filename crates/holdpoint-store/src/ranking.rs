//! Ranked findings: what ranking reads, what it keeps, and how lists are made of it.
//!
//! Lives here: whose ranking is stale ([`stale`]), the facts that a ranking rests on ([`input`]), the findings themselves
//! ([`finding`]), their list ([`list`]), how pressing they are ([`pressing`]), rules, people's words and functions ([`rules`], [`word`], [`function`]). Does not live
//! here: any rule of ranking. The surprise: writes elsewhere in the store leave marks in the same transaction, so nobody can
//! change an input and forget the findings that rest on it.

pub mod decided;
pub mod exploited;
pub mod finding;
pub mod function;
pub mod input;
pub mod list;
pub mod lowering;
pub mod pressing;
pub(crate) mod stale;
pub mod word;

pub use stale::{Everything, StaleMarks};

#[cfg(test)]
pub(crate) fn statements() -> Vec<(&'static str, &'static str)> {
    [
        decided::STATEMENTS,
        stale::STATEMENTS,
        finding::STATEMENTS,
        function::STATEMENTS,
        input::STATEMENTS,
        lowering::STATEMENTS,
        pressing::STATEMENTS,
        word::STATEMENTS,
    ]
    .concat()
}
