//! What the tests of this room share: one small document, one provider, impatient settings.

use std::time::Duration;

use holdpoint_connectors::fetch::{FetchSettings, Roots};
use holdpoint_testkit::web::CsafProvider;

/// The largest body the tests take.
pub const LIMIT: u64 = 256 * 1024;

/// A document that is enough for transport; no CSAF validity is claimed.
pub const DOCUMENT: &[u8] = br#"{"document":{"title":"A valve controller accepts commands without sign-in",
"tracking":{"id":"TST-1","current_release_date":"2024-11-05T10:00:00.000Z"}}}"#;

/// Where the document is served.
pub const PATH: &str = "/csaf/white/2024/tst-1.json";

/// One document under its path.
pub fn documents() -> Vec<(String, Vec<u8>)> {
    vec![("2024/tst-1.json".to_owned(), DOCUMENT.to_vec())]
}

/// An honest provider with one document.
pub fn provider() -> CsafProvider {
    CsafProvider::start(documents())
}

/// Trusts this authority and no other, and waits for nobody.
pub fn only(pem: &[u8]) -> FetchSettings {
    FetchSettings {
        roots: Roots::Only(pem.to_vec()),
        connect_timeout: Duration::from_secs(1),
        idle_timeout: Duration::from_secs(1),
        total_timeout: Duration::from_secs(2),
        max_body_bytes: LIMIT,
        inner_hosts: vec!["localhost".to_owned()],
        ..FetchSettings::default()
    }
}

/// Trusts this provider and no other, and waits as long as a busy machine needs.
pub fn patient(provider: &CsafProvider) -> FetchSettings {
    FetchSettings {
        connect_timeout: Duration::from_secs(20),
        idle_timeout: Duration::from_secs(20),
        total_timeout: Duration::from_secs(40),
        ..impatient(provider)
    }
}

/// Trusts this provider and no other, and waits for nobody.
pub fn impatient(provider: &CsafProvider) -> FetchSettings {
    FetchSettings { resolve_to: provider.resolve_to(), ..only(&provider.ca_pem()) }
}

/// The most memory this process ever held, in bytes; 0 where the system does not tell.
pub fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
}
