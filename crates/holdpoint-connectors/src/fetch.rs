//! Getting bytes from a server that may be slow, broken or hostile.
//!
//! One [`Fetcher`] per set of settings; one call is one document, whole and counted, or one
//! [`FetchError`] that says which of the ways to fail it was. What the bytes say is nobody's business here.
//! The surprise: decompression is done here and not by the HTTP library, so that one limit counts what
//! arrives and the same limit counts what it unpacks to.

mod answer;
mod body;
mod client;
mod error;
pub mod folder;
mod inner;
mod proxy;
mod retry;
mod settings;
mod trouble;

pub use answer::{Answer, Conditional, Document, Fetched, Partial};
pub use client::Fetcher;
pub use error::{FetchError, RedirectProblem, Retry, SlowPart};
pub use proxy::{BadProxy, Proxy, ProxyAddress};
pub use retry::RetryPolicy;
pub use settings::{ClientCertificate, Encoding, FetchSettings, Redirects, Roots, SettingsError, Transport};
