//! Web servers for tests: real TLS on 127.0.0.1, one that is honest and one that lies as it is told.
//!
//! A [`CsafProvider`] serves documents as a CSAF trusted provider does: `provider-metadata.json`,
//! `security.txt`, ROLIE feed, directory form, digests and real OpenPGP signatures. [`Fault`]s are set per
//! path while it runs. Keys and certificates are made anew each time; nothing secret lies in the repository.
//! The surprise: the server has a thread and a runtime of its own, so synchronous tests can use it, and it
//! stops, in the middle of a body if need be, when the handle is dropped.

mod certificates;
mod faults;
mod keys;
mod provider;
mod server;
mod site;
mod tunnel;

pub use certificates::{Authority, Clients, ServerName};
pub use faults::Fault;
pub use keys::{
    KeyKind, KeyOptions, Revocation, SigningOptions, SigningPart, TestHash, TestKey, now_seconds,
};
pub use provider::{Addressing, CertificateKind, CsafProvider, Forms, ProviderOptions};
pub use server::SeenRequest;
pub use tunnel::TunnelProxy;
