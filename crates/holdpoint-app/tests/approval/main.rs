//! Approving from end to end, on both databases: what is asked for, who signs, what stops, and attacks on the invariants.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod acting;
mod attack;
mod cards;
mod dealing;
mod decisions;
mod duties;
mod exemptions;
mod first_words;
mod leaving;
mod models;
mod own_words;
mod policies;
mod repositories;
mod second_person;
mod shortcuts;
mod support;
mod watching;
mod words;
