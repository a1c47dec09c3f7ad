//! The door for devices with an update client of their own: the Direct Device Integration API, version 1.
//!
//! Here: the listener, who a request comes from, and the routes. What is done is in the app's `controllers`. The surprise:
//! nothing is open by itself: each way to prove who one is has to be switched on, and without one nobody is answered.

mod files;
mod talk;

use crate::config::{DdiConfig, TargetTokens, TlsFiles};
use crate::desk::Desk;
use crate::problem::{Problem, ProblemCode};
use crate::serve::{ServeError, impatient, tls};
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum_server::Handle;
use holdpoint_app::controllers::{Answered, Given, Known, Told};
use holdpoint_app::{App, AppError, agents, controllers};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// The largest body: a report with 50 messages of 4 KB each.
const MOST_BYTES: usize = 256 * 1024;
/// How long one request may take, a large file over a slow line included.
const REQUEST_LIMIT: Duration = Duration::from_secs(600);
/// How many questions go to the database at once.
const MOST_AT_ONCE: usize = 16;
/// So many requests one address may make in a second: reading, writing. Behind a proxy it is each device.
const MOST_A_SECOND: (f64, f64) = (200.0, 50.0);
/// So many are counted at once; who was silent for two seconds is forgotten first.
const MOST_COUNTED: usize = 50_000;
/// The old hashes of so many files are kept.
const MOST_HASHES: usize = 1_000;

/// Everything that a device can ask, below `/{tenant}/controller/v1/{controller}`. A test walks it.
pub const ROUTES: [(&str, &str); 16] = [
    ("GET", ""),
    ("PUT", "/configData"),
    ("GET", "/deploymentBase/{action}"),
    ("POST", "/deploymentBase/{action}/feedback"),
    ("GET", "/cancelAction/{action}"),
    ("POST", "/cancelAction/{action}/feedback"),
    ("GET", "/installedBase/{action}"),
    ("PUT", "/installedBase"),
    ("GET", "/confirmationBase"),
    ("GET", "/confirmationBase/{action}"),
    ("POST", "/confirmationBase/{action}/feedback"),
    ("POST", "/confirmationBase/activateAutoConfirm"),
    ("POST", "/confirmationBase/deactivateAutoConfirm"),
    ("GET", "/softwaremodules/{module}/artifacts"),
    ("GET", "/softwaremodules/{module}/artifacts/{file}"),
    ("GET", "/softwaremodules/{module}/artifacts/{file}.MD5SUM"),
];

/// What the handlers have at hand.
#[derive(Clone)]
pub struct Ddi {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    config: DdiConfig,
    places: Arc<Semaphore>,
    desk: Desk<Told, Answered>,
    given: Desk<Given, ()>,
    rates: Mutex<HashMap<(Counted, bool), (Instant, f64)>>,
    hashes: Mutex<HashMap<[u8; 32], files::OldHashes>>,
}

/// Whose requests are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Counted {
    /// Everybody at an address.
    Address(IpAddr),
    /// A device behind a proxy that says who it is.
    Device(String),
}

/// Who asks, proven.
#[derive(Debug, Clone)]
struct Asking {
    name: String,
    base: String,
    /// `None`: a candidate, who is told nothing but how often to ask.
    known: Option<Arc<Known>>,
}

impl Ddi {
    /// A door over these use cases. Must be made inside a runtime.
    #[must_use]
    pub fn new(app: App, config: DdiConfig) -> Self {
        let places = Arc::new(Semaphore::new(MOST_AT_ONCE));
        let own = app.clone();
        let desk = Desk::open(|_| 1, move |told: &[Told]| controllers::answer(&own, told));
        let own = app.clone();
        let given = Desk::open(|_| 1, move |given: &[Given]| controllers::given(&own, given));
        let (rates, hashes) = (Mutex::default(), Mutex::default());
        Self { inner: Arc::new(Inner { app, config, places, desk, given, rates, hashes }) }
    }

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
                tracing::error!(error = %broken, "a use case of the devices' door broke off");
                Err(Problem::plain(ProblemCode::Ours))
            }
        }
    }

    /// Whether somebody has asked too often within the last second.
    fn too_often(&self, who: Counted, method: &Method) -> bool {
        let writes = method != Method::GET;
        let most = if writes { MOST_A_SECOND.1 } else { MOST_A_SECOND.0 };
        let now = Instant::now();
        let mut rates = self.inner.rates.lock().unwrap_or_else(PoisonError::into_inner);
        if rates.len() >= MOST_COUNTED {
            rates.retain(|_, (at, _)| now.duration_since(*at) < Duration::from_secs(2));
        }
        let (at, left) = rates.entry((who, writes)).or_insert((now, most));
        *left = (*left + now.duration_since(*at).as_secs_f64() * most).min(most);
        *at = now;
        if *left < 1.0 {
            return true;
        }
        *left -= 1.0;
        false
    }

    /// The old hashes of a file that is kept under this SHA-256, when they are known.
    fn hashes(&self, sha256: &[u8; 32]) -> Option<files::OldHashes> {
        self.inner.hashes.lock().unwrap_or_else(PoisonError::into_inner).get(sha256).cloned()
    }

    fn keep_hashes(&self, sha256: [u8; 32], old: &files::OldHashes) {
        let mut kept = self.inner.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_HASHES {
            kept.clear();
        }
        kept.insert(sha256, old.clone());
    }
}

/// All routes with what is around them.
pub fn router(ddi: Ddi) -> axum::Router {
    let base = "/{tenant}/controller/v1/{controller}";
    let at = |rest: &str| format!("{base}{rest}");
    axum::Router::new()
        .route(base, get(talk::poll))
        .route(&at("/"), get(talk::poll))
        .route(&at("/configData"), axum::routing::put(talk::config_data))
        .route(&at("/deploymentBase/{action}"), get(talk::deployment))
        .route(&at("/deploymentBase/{action}/feedback"), post(talk::deployment_feedback))
        .route(&at("/cancelAction/{action}"), get(talk::cancel))
        .route(&at("/cancelAction/{action}/feedback"), post(talk::cancel_feedback))
        .route(&at("/installedBase/{action}"), get(talk::installed))
        .route(&at("/installedBase"), axum::routing::put(talk::side_loaded))
        .route(&at("/confirmationBase"), get(talk::confirmations))
        .route(&at("/confirmationBase/{action}"), get(talk::confirmation))
        .route(&at("/confirmationBase/{action}/feedback"), post(talk::confirmation_feedback))
        .route(&at("/confirmationBase/activateAutoConfirm"), post(talk::activate))
        .route(&at("/confirmationBase/deactivateAutoConfirm"), post(talk::deactivate))
        .route(&at("/softwaremodules/{module}/artifacts"), get(files::list))
        .route(&at("/softwaremodules/{module}/artifacts/{file}"), get(files::one))
        .fallback(|| async { Problem::plain(ProblemCode::NotFound) })
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn_with_state(ddi.clone(), around))
        .with_state(ddi)
}

/// Counts, asks who it is, holds to the time, and gives refusals their bodies.
async fn around(State(ddi): State<Ddi>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let asked = ask(&ddi, &mut request).await;
    let response = match asked {
        Ok(()) => match tokio::time::timeout(REQUEST_LIMIT, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Problem::plain(ProblemCode::Timeout).into_response(),
        },
        Err(problem) => problem.into_response(),
    };
    // A word of our own, `410`, has no problem behind it and stays as it is.
    if response.extensions().get::<Problem>().is_some() {
        tracing::info!(path, status = response.status().as_u16(), "the devices' door refused");
        return crate::frame::with_body(response, &path, "");
    }
    response
}

async fn ask(ddi: &Ddi, request: &mut Request) -> Result<(), Problem> {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = address.ok_or_else(|| Problem::plain(ProblemCode::NotSignedIn))?;
    let mut parts = request.uri().path().trim_start_matches('/').split('/');
    let (tenant, name) = (parts.next(), parts.nth(2));
    let name = name.and_then(percent).filter(|name| !name.is_empty());
    let counted = match &name {
        Some(name) if by_proxy(ddi, request.headers(), name, address) => Counted::Device(name.clone()),
        _ => Counted::Address(address),
    };
    if ddi.too_often(counted, request.method()) {
        let mut problem = Problem::plain(ProblemCode::TooMany);
        problem.retry_after_s = Some(1);
        return Err(problem);
    }
    let (Some(tenant), Some(name)) = (tenant, name) else {
        return Err(Problem::plain(ProblemCode::NotFound));
    };
    if tenant != ddi.inner.config.tenant {
        return Err(Problem::plain(ProblemCode::NotFound));
    }
    let base = format!("{}/{tenant}/controller/v1/{name}", origin(ddi, request.headers(), address));
    let known = prove(ddi, request.headers(), &name, address).await?;
    request.extensions_mut().insert(Asking { name, base, known });
    Ok(())
}

/// Whether a proxy that checks certificates says that it is this device.
fn by_proxy(ddi: &Ddi, headers: &HeaderMap, name: &str, address: IpAddr) -> bool {
    let said = headers.get("x-controller-id").is_some_and(|said| said.as_bytes() == name.as_bytes());
    said && ddi.inner.config.proxies.contains(&address)
}

/// The letters that a controller's name may have need no other escape than these.
fn percent(text: &str) -> Option<String> {
    let plain = text.replace("%3A", ":").replace("%3a", ":").replace("%40", "@");
    (!plain.contains('%')).then_some(plain)
}

/// Whether it is proven who asks; gives the device, or `None` for a candidate. One that may show up and that nobody knows becomes
/// a candidate here.
async fn prove(
    ddi: &Ddi,
    headers: &HeaderMap,
    name: &str,
    address: IpAddr,
) -> Result<Option<Arc<Known>>, Problem> {
    let config = &ddi.inner.config;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let authorization = text("authorization");
    let hash = |token: &str| agents::fingerprint(token.trim().as_bytes());
    let by_gateway = authorization
        .strip_prefix("GatewayToken ")
        .zip(config.gateway_token)
        .is_some_and(|(token, wanted)| hash(token) == wanted);
    let by_other = by_gateway || by_proxy(ddi, headers, name, address);
    let own =
        authorization.strip_prefix("TargetToken ").filter(|_| config.target_tokens == TargetTokens::Taken);
    let denied = || {
        let words = "this needs a token or a certificate that is known here; nothing was done; have the device accepted";
        Problem::new(ProblemCode::NotSignedIn, words)
    };
    if !by_other && own.is_none() {
        return Err(denied());
    }
    let known = match controllers::in_memory(&ddi.inner.app, name) {
        Some(known) => Some(known),
        None => {
            let (name, from) = (name.to_owned(), address.to_string());
            ddi.run(move |app| controllers::come_in(app, &name, &from)).await?
        }
    };
    let wanted = known.as_ref().and_then(|known| known.token);
    let by_token = own.zip(wanted).is_some_and(|(token, wanted)| hash(token) == wanted);
    if !(by_other || by_token) {
        return Err(denied());
    }
    if let Some(known) = &known {
        controllers::seen(&ddi.inner.app, known);
    }
    Ok(known)
}

/// How the device reached us, for the links that it is given.
fn origin(ddi: &Ddi, headers: &HeaderMap, address: IpAddr) -> String {
    let config = &ddi.inner.config;
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let fits = |host: &&str| {
        (1..=255).contains(&host.len())
            && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c))
    };
    let host = text(header::HOST).filter(fits).unwrap_or("localhost");
    let by_proxy = config.proxies.contains(&address)
        && headers.get("x-forwarded-proto").is_some_and(|scheme| scheme.as_bytes() == b"https");
    let scheme = if config.tls.is_some() || by_proxy { "https" } else { "http" };
    format!("{scheme}://{host}")
}

/// A door that is open.
#[derive(Debug)]
pub struct OpenDdi {
    handle: Handle<SocketAddr>,
    /// Where it is listened.
    pub address: SocketAddr,
}

impl OpenDdi {
    /// Lets open requests end, and takes no new ones.
    pub fn close(&self) {
        self.handle.graceful_shutdown(Some(Duration::from_secs(5)));
    }
}

/// Opens the door in the running runtime.
///
/// # Errors
/// [`ServeError`] for plain HTTP on an address of others without a proxy, for bad certificates, and for a taken address.
pub async fn open(config: &DdiConfig, app: App) -> Result<OpenDdi, ServeError> {
    if config.tls.is_none() && config.proxies.is_empty() && !config.listen.ip().is_loopback() {
        return Err(ServeError::PlainHttpForOthers { listen: config.listen });
    }
    let taken = |source| ServeError::Listen { listen: config.listen, source };
    let listener = std::net::TcpListener::bind(config.listen).map_err(taken)?;
    listener.set_nonblocking(true).map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let handle = Handle::new();
    let service = router(Ddi::new(app, config.clone())).into_make_service_with_connect_info::<SocketAddr>();
    let own = handle.clone();
    let broke = |ended: std::io::Result<()>| {
        if let Err(error) = ended {
            tracing::error!(%error, "the devices' door broke off");
        }
    };
    match &config.tls {
        Some(TlsFiles { certificate, key }) => {
            let files = TlsFiles { certificate: certificate.clone(), key: key.clone() };
            let server = axum_server::from_tcp_rustls(listener, tls(&files).await?).map_err(taken)?;
            tokio::spawn(async move { broke(impatient(server.handle(own)).serve(service).await) });
        }
        None => {
            let server = axum_server::from_tcp(listener).map_err(taken)?;
            tokio::spawn(async move { broke(impatient(server.handle(own)).serve(service).await) });
        }
    }
    println!("Devices with a client of their own come in at {address}");
    Ok(OpenDdi { handle, address })
}
