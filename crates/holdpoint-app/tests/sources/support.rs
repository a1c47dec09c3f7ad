//! What the tests share: small valid advisories, a place to put them, and an impatient conduct.

use holdpoint_app::edge::{Clock, FixedClock, SeededRandom};
use holdpoint_app::sources::retrieve::{Conduct, Visit, visit};
use holdpoint_app::sources::{self, NewProvider};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::provider::{DocumentCounts, Provider, SourceCheck};
use holdpoint_app::store::quarantine::Quarantined;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller};
use holdpoint_connectors::fetch::{FetchSettings, RetryPolicy, Roots};
use holdpoint_connectors::limits::HostLimits;
use holdpoint_domain::Moment;
use holdpoint_testkit::web::{CsafProvider, now_seconds};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The largest body the tests take.
pub const LIMIT: u64 = 256 * 1024;
/// A day, in microseconds.
pub const DAY: i64 = 86_400_000_000;

/// A valid advisory of the publisher that the test server plays.
pub fn advisory(id: &str, title: &str) -> Vec<u8> {
    advisory_of("https://publisher.example", id, title)
}

/// A valid advisory of any publisher.
pub fn advisory_of(namespace: &str, id: &str, title: &str) -> Vec<u8> {
    let date = "2024-10-01T08:00:00Z";
    let product = json!({"category": "product_version_range", "name": "< 2.4",
        "product": {"name": "Valve Unit 7 < 2.4", "product_id": "P-1"}});
    let family = json!({"category": "product_name", "name": "Valve Unit 7", "branches": [product]});
    let document = json!({
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "distribution": {"tlp": {"label": "WHITE"}},
            "lang": "en",
            "notes": [{"category": "summary", "text": "A valve unit trusts what it is sent.", "title": "Summary"}],
            "publisher": {"category": "vendor", "name": "Valves", "namespace": namespace},
            "references": [{"category": "self", "summary": "This advisory", "url": format!("{namespace}/{id}.json")}],
            "title": title,
            "tracking": {
                "current_release_date": date, "id": id, "initial_release_date": date,
                "revision_history": [{"date": date, "number": "1", "summary": "First"}],
                "status": "final", "version": "1",
            },
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Valves", "branches": [family]}]},
        "vulnerabilities": [{
            "cve": "CVE-2024-10001",
            "notes": [{"category": "description", "text": "No check of the sender.", "title": "Description"}],
            "product_status": {"known_affected": ["P-1"]},
            "remediations": [{"category": "mitigation", "details": "Keep it apart", "product_ids": ["P-1"]}],
        }],
    });
    serde_json::to_vec_pretty(&document).unwrap()
}

/// So many advisories, `VAL-1` onwards, under the names that they should have.
pub fn documents(count: usize) -> Vec<(String, Vec<u8>)> {
    let one =
        |n| (format!("2024/val-{n}.json"), advisory(&format!("VAL-{n}"), "A valve unit trusts everybody"));
    (1..=count).map(one).collect()
}

/// An application with one provider.
pub struct Plant {
    pub app: App,
    pub clock: Arc<FixedClock>,
    pub provider: Provider,
    pub conduct: Conduct,
}

/// Settings that trust this server alone and wait for nobody.
pub fn settings(server: &CsafProvider) -> FetchSettings {
    FetchSettings {
        roots: Roots::Only(server.ca_pem()),
        inner_hosts: vec!["localhost".to_owned()],
        resolve_to: server.resolve_to(),
        connect_timeout: Duration::from_secs(20),
        idle_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_secs(4),
        max_body_bytes: LIMIT,
        ..FetchSettings::default()
    }
}

/// A conduct without any waiting.
pub fn impatient() -> Conduct {
    Conduct {
        hosts: HostLimits::new(Duration::ZERO),
        retry: RetryPolicy { delays: vec![Duration::from_secs(9)], longest_wait: Duration::from_secs(9) },
        batch_documents: 3,
        sleep: Arc::new(|_| {}),
        go_on: Arc::new(|| true),
    }
}

/// A clock that shows the present and stands still.
pub fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::new(Moment::from_micros(i64::from(now_seconds()) * 1_000_000)))
}

impl Plant {
    /// One provider, by the address of its metadata, in a store in memory.
    pub fn of(server: &CsafProvider) -> Self {
        let address = server.metadata_url();
        Self::with(
            settings(server),
            NewProvider { name: "valves".to_owned(), address, ..NewProvider::default() },
        )
    }

    pub fn with(fetch: FetchSettings, new: NewProvider) -> Self {
        Self::in_store(Store::open(&Location::Memory).unwrap(), fetch, new)
    }

    pub fn in_store(store: Store, fetch: FetchSettings, new: NewProvider) -> Self {
        let clock = clock();
        let random = Arc::new(SeededRandom::new(7));
        let app = App::new(
            store,
            Arc::clone(&clock) as Arc<dyn Clock>,
            random,
            AppSettings { fetch, ..AppSettings::default() },
        );
        let provider = sources::add(&app, &caller(), &new, "").unwrap();
        Self { app, clock, provider, conduct: impatient() }
    }

    pub fn check(&self) -> SourceCheck {
        self.clock.advance_micros(1_000);
        let visit_ = Visit { provider: self.provider.id, reason: "test", conduct: &self.conduct };
        visit(&self.app, &caller(), visit_).unwrap()
    }

    pub fn quarantine(&self) -> Vec<Quarantined> {
        let query = ListQuery::everything(100, self.app.now());
        sources::quarantine(&self.app, &caller(), &query).unwrap().items
    }

    /// The codes in quarantine by name of the document, those still held.
    pub fn held(&self) -> Vec<(String, String)> {
        let held = self.quarantine().into_iter().filter(|one| one.released.is_none());
        let mut held: Vec<_> = held.map(|one| (one.name, one.rejected.code)).collect();
        held.sort();
        held
    }

    pub fn advisories(&self) -> usize {
        self.app.store().read(|r| r.advisory_heads()).unwrap().len()
    }

    /// All logged checks, the newest first.
    pub fn log(&self) -> Vec<SourceCheck> {
        let query = ListQuery::everything(100, self.app.now());
        sources::checks(&self.app, &caller(), &query).unwrap().items
    }
}

/// Who asks.
pub fn caller() -> Caller {
    Caller::operator("tester")
}

/// Counts in one line: read, new, changed, unchanged, quarantined.
pub fn counts(check: &SourceCheck) -> [u64; 5] {
    let DocumentCounts { read, new, changed, unchanged, quarantined } = check.counts;
    [read, new, changed, unchanged, quarantined]
}

/// How often a path was asked for.
pub fn asked(server: &CsafProvider, path: &str) -> usize {
    server.requests().iter().filter(|request| request.path == path).count()
}
