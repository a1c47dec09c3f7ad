//! The agents' door: TLS 1.3 on an address of its own, certificates of the installation's authority on both sides.
//!
//! Here: the listener, who a connection belongs to, and the routes. What is done is in the app; the contract is in
//! `docs/wire.md`. The surprise: a connection without a certificate is accepted, and can do one thing: enrol.

mod agent;
mod peer;

pub use peer::Peer;

use crate::config::DoorConfig;
use crate::desk::Desk;
use crate::frame::with_body;
use crate::problem::{Problem, ProblemCode};
use crate::serve::{ServeError, impatient};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use holdpoint_app::agents::{self, Authority, ToldBy};
use holdpoint_app::people::limit::SignInLimits;
use holdpoint_app::{App, AppError};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, version};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long one request of an agent may take, its body included: a whole inventory over a slow line.
const REQUEST_LIMIT: Duration = Duration::from_secs(60);
/// How long open requests may go on when the program stops.
const STOP_LIMIT: Duration = Duration::from_secs(5);
/// How many questions of agents go to the database at once; the pages have more.
const MOST_AT_ONCE: usize = 16;

/// Everything that agents can ask: method, path, and whether a certificate is demanded. A test walks it.
pub const ROUTES: [(&str, &str, Demand); 6] = [
    ("POST", "/agent/v1/enrol", Demand::Code),
    ("POST", "/agent/v1/renew", Demand::Certificate),
    ("GET", "/agent/v1/work", Demand::Certificate),
    ("POST", "/agent/v1/events", Demand::Certificate),
    ("PUT", "/agent/v1/inventory", Demand::Certificate),
    ("GET", "/agent/v1/artifacts/{sha256}", Demand::Certificate),
];

/// What a request must bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// A code for enrolment, in the body.
    Code,
    /// The certificate of an agent that was not revoked.
    Certificate,
}

/// What the handlers have at hand.
#[derive(Clone)]
pub struct Door {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    desk: Desk<ToldBy, u64>,
    codes: SignInLimits,
    places: Arc<Semaphore>,
}

impl Door {
    /// A door over these use cases. Must be made inside a runtime.
    #[must_use]
    pub fn new(app: App) -> Self {
        let own = app.clone();
        let desk = Desk::open(ToldBy::progress_len, move |told| agents::keep_events(&own, told));
        let places = Arc::new(Semaphore::new(MOST_AT_ONCE));
        Self { inner: Arc::new(Inner { app, desk, codes: SignInLimits::default(), places }) }
    }

    fn app(&self) -> &App {
        &self.inner.app
    }

    /// Runs one use case on a blocking thread.
    async fn run<T: Send + 'static>(
        &self,
        use_case: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Arc::clone(&self.inner.places).acquire_owned().await;
        let place = place.expect("the semaphore is never closed");
        let app = self.inner.app.clone();
        let work = tokio::task::spawn_blocking(move || {
            let _place = place;
            use_case(&app)
        });
        match work.await {
            Ok(done) => done.map_err(Problem::from),
            Err(broken) => {
                tracing::error!(error = %broken, "a use case of the door broke off");
                Err(Problem::plain(ProblemCode::Ours))
            }
        }
    }
}

/// All routes of the door with what is around them.
pub fn router(door: Door) -> axum::Router {
    axum::Router::new()
        .route("/agent/v1/enrol", post(agent::enrol))
        .route("/agent/v1/renew", post(agent::renew))
        .route("/agent/v1/work", get(agent::work))
        .route("/agent/v1/events", post(agent::events))
        .route("/agent/v1/inventory", put(agent::inventory))
        .route("/agent/v1/artifacts/{sha256}", get(agent::artifact))
        .fallback(|| async { Problem::plain(ProblemCode::NotFound) })
        .layer(DefaultBodyLimit::max(agent::MOST_BYTES))
        .layer(middleware::from_fn_with_state(door.clone(), around))
        .with_state(door)
}

/// Holds a request to its time and gives a refusal its body.
async fn around(State(_): State<Door>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = match tokio::time::timeout(REQUEST_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::plain(ProblemCode::Timeout).into_response(),
    };
    if response.status().is_client_error() || response.status().is_server_error() {
        tracing::info!(path, status = response.status().as_u16(), "the door refused");
        return with_body(response, &path, "");
    }
    response
}

/// A door that is open.
#[derive(Debug)]
pub struct OpenDoor {
    handle: Handle<SocketAddr>,
    /// Where it is listened.
    pub address: SocketAddr,
}

impl OpenDoor {
    /// Lets open requests end, and takes no new ones.
    pub fn close(&self) {
        self.handle.graceful_shutdown(Some(STOP_LIMIT));
    }
}

/// Opens the door in the running runtime.
///
/// # Errors
/// [`ServeError`] when the keys cannot be used or the address is taken.
pub fn open(config: &DoorConfig, app: App) -> Result<OpenDoor, ServeError> {
    let no_keys = |why: &dyn std::fmt::Display| ServeError::Door { why: why.to_string() };
    let authority = agents::authority(&app).map_err(|why| no_keys(&why))?;
    let tls = tls(&authority, &app, &names(config)).map_err(|why| no_keys(&why))?;
    let taken = |source| ServeError::Listen { listen: config.listen, source };
    let listener = std::net::TcpListener::bind(config.listen).map_err(taken)?;
    listener.set_nonblocking(true).map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let acceptor = peer::PeerAcceptor::new(RustlsAcceptor::new(RustlsConfig::from_config(Arc::new(tls))));
    let server = axum_server::from_tcp(listener).map_err(taken)?.acceptor(acceptor);
    let handle = Handle::new();
    let service = router(Door::new(app)).into_make_service_with_connect_info::<SocketAddr>();
    let serving = impatient(server.handle(handle.clone())).serve(service);
    tokio::spawn(async move {
        if let Err(error) = serving.await {
            tracing::error!(%error, "the agents' door broke off");
        }
    });
    println!("Agents come in at {address}; they must see {}", authority.fingerprint());
    Ok(OpenDoor { handle, address })
}

/// The names that were given, and the address that is listened on.
fn names(config: &DoorConfig) -> Vec<String> {
    let mut names = config.names.clone();
    let ip = config.listen.ip();
    if !ip.is_unspecified() {
        names.push(ip.to_string());
    }
    names.push("127.0.0.1".to_owned());
    names.push("localhost".to_owned());
    names.dedup();
    names
}

fn tls(authority: &Authority, app: &App, names: &[String]) -> Result<ServerConfig, String> {
    let words = |why: &dyn std::fmt::Display| why.to_string();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    let own = CertificateDer::from(authority.der().to_vec());
    roots.add(own).map_err(|why| words(&why))?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .allow_unauthenticated()
        .build()
        .map_err(|why| words(&why))?;
    let identity = authority.server(app, names).map_err(|why| words(&why))?;
    let chain = identity.chain.into_iter().map(CertificateDer::from).collect();
    let key = PrivateKeyDer::try_from(identity.key).map_err(|why| words(&why))?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&version::TLS13])
        .map_err(|why| words(&why))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .map_err(|why| words(&why))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
