//! The program on an asset: it asks for signed orders, obeys what holds, and reports what it finds.
//!
//! Here: everything that runs on a device. It knows `holdpoint-wire` alone, so it can be read, built and shipped by
//! itself. Not here: any judgement whether a patch is wanted; that was made by people and signed.
//!
//! The surprise: it trusts nobody, its server least. What it obeys is decided by signatures and by what it remembers;
//! what it reports is decided by a fresh look and not by the exit code of a program. It can be killed at any moment:
//! an act has its intent on the disk before and its outcome after, and no act is begun twice.

pub use holdpoint_wire as wire;

pub mod agent;
mod backup;
pub mod command;
pub mod door;
pub mod edge;
pub mod enrol;
pub mod error;
pub mod facts;
mod files;
pub mod hand;
pub mod journal;
pub mod ledger;
pub mod local;
mod preflight;
pub mod process;
pub mod run;
pub mod settings;
pub mod state;
mod system;
