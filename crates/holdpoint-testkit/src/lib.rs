//! Test support: throw-away databases, hosts to work on, an OPC UA server, and web servers that lie.
//!
//! Never part of a program. Not here: inputs of single tests, which lie beside them.

pub mod hosts;
pub mod opcua;
pub mod postgres;
pub mod web;
