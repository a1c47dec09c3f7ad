//! The only part of this program that changes something on an asset: over SSH, by pinned scripts.
//!
//! Here live: the line to a host ([`ssh`]) and what is done on a Debian host with it ([`debian`]). Whether something may be
//! done does not live here: whoever calls has an intent in the store. The surprise: a script that changes the host marks its
//! order there first and is refused a second time by that mark, so a server that repeats itself does no harm.

pub mod debian;
pub mod ssh;
