//! A server with a clock that stands still, and clients that keep a cookie.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::people::{accounts, setup};
use holdpoint_app::store::patch::NewPatches;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppError, AppSettings, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Role, Scope};
use holdpoint_domain::id::{SiteId, UserId};
use holdpoint_domain::patch::{PatchRecord, PatchSource};
use holdpoint_server::{DemoData, Server, Transport, frame};
use holdpoint_testkit::postgres;
use serde_json::{Value, json};
use tower::ServiceExt;

/// 2026-11-20T12:00:00Z.
pub const NOON: Moment = Moment::from_micros(1_795_176_000_000_000);
pub const PASSWORD: &str = "correct horse battery staple";
pub const MINUTE: i64 = 60 * 1_000_000;

/// A server and what its tests turn.
pub struct World {
    pub engine: &'static str,
    pub app: App,
    pub clock: Arc<FixedClock>,
    router: axum::Router,
    runtime: tokio::runtime::Runtime,
    _database: Option<postgres::Database>,
    _folder: Option<tempfile::TempDir>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error} in {}", String::from_utf8_lossy(&self.bytes)))
    }

    /// The answer's JSON, which must have come with that status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        if self.bytes.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem's code, which must have come with that status.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        let problem = self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["status"], status);
        problem["code"].as_str().expect("a problem has a code").to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// The cookie that the answer sets, as the browser would send it back.
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
    }
}

/// One world on each engine.
pub fn worlds() -> Vec<World> {
    vec![World::sqlite(), World::postgres()]
}

impl World {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = Location::Sqlite(folder.path().join("holdpoint.db"));
        let store = Store::open(&location).expect("a fresh file opens");
        Self::over("sqlite", store, None, Some(folder))
    }

    pub fn postgres() -> Self {
        let database = postgres::database();
        let location = Location::parse(&database.url()).expect("testkit gives a good address");
        let store = Store::open(&location).expect("a fresh database opens");
        Self::over("postgresql", store, Some(database), None)
    }

    fn over(
        engine: &'static str,
        store: Store,
        database: Option<postgres::Database>,
        folder: Option<tempfile::TempDir>,
    ) -> Self {
        let clock = Arc::new(FixedClock::new(NOON));
        let random = Arc::new(SeededRandom::new(7));
        let app = App::new(store, clock.clone(), random, AppSettings::default());
        let server = Server::new(app.clone(), Transport::PlainLoopback, DemoData::No);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let router = frame::router(server);
        let runtime = runtime.expect("a runtime");
        Self { engine, app, clock, router, runtime, _database: database, _folder: folder }
    }

    /// Lets a catalogue know these patches: of one that nobody knows, the risk is never little.
    pub fn catalogue(&self, names: &[&str]) {
        let records: Vec<PatchRecord> = names
            .iter()
            .map(|name| PatchRecord {
                identifier: (*name).to_owned(),
                title: (*name).to_owned(),
                ..PatchRecord::of("Plant".to_owned())
            })
            .collect();
        let intent = self.app.intent(&Caller::operator("test"), "patch.read-repository", "a test");
        let written = self.app.store().change(&intent, |c| {
            let (at, records) = (c.at(), records.iter().collect::<Vec<_>>());
            let new = NewPatches { source: PatchSource::Apt, document: "articles", records: &records };
            c.put_patches(&[new], at)?;
            Ok::<_, AppError>(())
        });
        written.expect("it is kept");
    }

    /// The articles that tests of approval speak of.
    pub fn articles(&self) {
        let mut names: Vec<String> = (1..=30).map(|number| format!("KB50000{number:02}")).collect();
        names.extend((100..=103).map(|number| format!("KB5000{number}")));
        names.extend((1..=5).map(|number| format!("KB{number}")));
        self.catalogue(&names.iter().map(String::as_str).collect::<Vec<_>>());
    }

    pub fn minutes_pass(&self, minutes: i64) {
        self.clock.advance_micros(minutes * MINUTE);
    }

    pub fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await.expect("the router never fails");
            let (parts, body) = answer.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("the body comes to its end");
            Answer { status: parts.status, headers: parts.headers, bytes: bytes.to_vec() }
        })
    }

    pub fn nobody(&self) -> Client<'_> {
        Client { world: self, headers: Vec::new() }
    }

    /// An account with these roles, made behind the server's back.
    pub fn account(&self, name: &str, grants: &[Grant]) -> UserId {
        let new = accounts::NewAccount {
            name: name.to_owned(),
            display_name: String::new(),
            password: PASSWORD.to_owned(),
            grants: grants.to_vec(),
            reason: "for a test".to_owned(),
        };
        accounts::create(&self.app, &Caller::operator("test"), &new).expect("a new account").id
    }

    /// A client signed in with one role everywhere; the account is named after the role.
    pub fn with_role(&self, role: Role) -> Client<'_> {
        self.account(role.word(), &[Grant { role, scope: Scope::AllSites }]);
        self.sign_in(role.word())
    }

    pub fn sign_in(&self, name: &str) -> Client<'_> {
        let answer = self.nobody().post("/session", &json!({"name": name, "password": PASSWORD}));
        answer.expect(200);
        Client { world: self, headers: vec![("cookie".to_owned(), answer.cookie())] }
    }

    pub fn setup_secret(&self) -> String {
        setup::secret(&self.app).expect("the store answers").expect("nobody has an account")
    }

    /// A site by name; the import of assets makes sites.
    pub fn site(&self, name: &str) -> SiteId {
        let found = self.app.store().read(|reader| reader.site_by_name(name)).expect("the store answers");
        found.expect("the site is there").id
    }

    /// Two sites with a few assets, and one advisory that touches some of them.
    pub fn fill(&self) {
        let engineer = self.with_role(Role::Engineer);
        engineer.upload("/assets:import?name=plant.csv", PLANT.as_bytes()).expect(200);
        engineer.upload("/advisories:import?name=pump.json", ADVISORY.as_bytes()).expect(200);
    }
}

/// Somebody who sends requests.
pub struct Client<'w> {
    pub world: &'w World,
    pub headers: Vec<(String, String)>,
}

impl Client<'_> {
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let path = if path.starts_with('/') { format!("/api/v1{path}") } else { format!("/{path}") };
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.world.send(request.body(Body::from(body)).expect("a well-formed request"))
    }

    pub fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.request(method, path, &headers, serde_json::to_vec(body).expect("JSON"))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], Vec::new())
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path, &[], Vec::new())
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.json("POST", path, body)
    }

    pub fn upload(&self, path: &str, bytes: &[u8]) -> Answer {
        self.request("POST", path, &[("content-type", "application/octet-stream")], bytes.to_vec())
    }

    /// The same account's token instead of its cookie.
    pub fn bearer(&self, token: &str) -> Client<'_> {
        Client { world: self.world, headers: vec![("authorization".to_owned(), format!("Bearer {token}"))] }
    }
}

const PLANT: &str = include_str!("../fixtures/plant.csv");
const ADVISORY: &str = include_str!("../fixtures/advisory.json");
