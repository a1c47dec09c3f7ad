//! What leaves the process: the messages between the server and the agent, version 1, and the signed papers.
//!
//! Here: the shape and the limits of every message, the signed papers ([`order`], [`image`], [`root`], [`stick`]), how they are
//! signed and checked ([`envelope`]), and the one function that says whether a device may obey ([`admit`]). Not here:
//! how a message travels, any clock, any file, any key that was made by chance.
//!
//! Two signatures have two meanings. The *image* is signed with keys that are kept offline and says what may exist on
//! a class of devices at all. The *order* is signed with the key of the site's server and says what one device does
//! now. A device needs both, so whoever steals the server can only choose among what was approved.
//!
//! The surprise: nothing is signed in a normal form of JSON. The signature is over the exact text of the paper, which
//! travels as a string; a paper that is not written exactly as this room writes it is refused.

pub mod admit;
pub mod believed;
pub mod command;
pub mod enrol;
pub mod envelope;
pub mod image;
pub mod inventory;
pub mod message;
pub mod moment;
pub mod order;
pub mod poll;
pub mod progress;
pub mod refusal;
pub mod repository;
pub mod root;
pub mod stick;
pub mod template;
pub mod text;
