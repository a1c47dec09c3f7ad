//! The nouns of patching, and which change of state is legal.
//!
//! Pure: no clock, no randomness, no file, no network. Times, ids and random bytes come as arguments.
//! Domain types are not an API: the server and the wire have their own views of them. The import order of the
//! modules is the workflow: asset and advisory, then matching.

pub mod access;
pub mod actor;
pub mod advisory;
pub mod approval_policy;
pub mod asset;
pub mod audit;
pub mod baseline;
pub mod clock;
pub mod compatibility;
pub mod component;
pub mod control;
pub mod decision;
pub mod document;
pub mod execution;
pub mod exemption;
pub mod filter;
pub mod id;
pub mod intelligence;
pub mod matching;
pub mod moment;
pub mod notice;
pub mod observation;
pub mod parsed;
pub mod patch;
pub mod patch_state;
pub mod plan;
pub mod policy;
pub mod question;
pub mod ranking;
pub mod recurrence;
pub mod remediation;
pub mod review;
pub mod run;
pub mod score;
pub mod signature;
pub mod site;
pub mod snapshot;
pub mod substance;
pub mod test_record;
pub mod transfer;
pub mod window;
pub mod words;
pub mod work_order;

pub use moment::Moment;
pub use parsed::{Parsed, Rejected, Warning};
