//! The handle of a running provider.
//!
//! The surprise: with [`Addressing::Domain`] all addresses it publishes have that domain and no port; give
//! [`CsafProvider::resolve_to`] to the fetcher so that the domain leads here.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;

use super::certificates::{Authority, Clients, ServerName};
use super::faults::{Fault, PlacedFault};
use super::keys::TestKey;
use super::server::{SeenRequest, Shared, router};
use super::site::{Published, Site};

pub use super::site::Forms;

/// Under which name a provider is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressing {
    /// `https://localhost:PORT`.
    LocalPort,
    /// `http://localhost:PORT`, in the clear.
    PlainLocalPort,
    /// `https://DOMAIN`; also answers for `www.DOMAIN` and `csaf.data.security.DOMAIN`.
    Domain(String),
}

/// How a provider is set up.
#[derive(Debug)]
pub struct ProviderOptions {
    /// Documents by their path below the folder, as `2024/xyz-1.json`.
    pub documents: Vec<(String, Vec<u8>)>,
    /// Its name.
    pub addressing: Addressing,
    /// What it offers.
    pub forms: Forms,
    /// The key it signs with.
    pub key: TestKey,
    /// Whether its certificate is good; the names of [`Addressing::Domain`] are added by themselves.
    pub certificate: CertificateKind,
    /// Whether it asks for one in return.
    pub clients: Clients,
}

/// Whether a provider's certificate is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateKind {
    /// Good.
    Good,
    /// For another host.
    OtherHost,
    /// Run out.
    Expired,
}

impl Default for ProviderOptions {
    fn default() -> Self {
        Self {
            documents: Vec::new(),
            addressing: Addressing::LocalPort,
            forms: Forms::Both,
            key: TestKey::sound(),
            certificate: CertificateKind::Good,
            clients: Clients::Anyone,
        }
    }
}

/// A running provider; stops when dropped.
#[derive(Debug)]
pub struct CsafProvider {
    shared: Arc<Shared>,
    authority: Authority,
    address: SocketAddr,
    base: String,
    domain: Option<String>,
    handle: Handle<SocketAddr>,
    thread: Option<JoinHandle<()>>,
}

impl CsafProvider {
    /// An honest provider of these documents at `https://localhost:PORT`.
    #[must_use]
    pub fn start(documents: Vec<(String, Vec<u8>)>) -> Self {
        Self::start_with(ProviderOptions { documents, ..ProviderOptions::default() })
    }

    /// A provider as described.
    #[must_use]
    pub fn start_with(options: ProviderOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        listener.set_nonblocking(true).expect("a listener can be made non-blocking");
        let address = listener.local_addr().expect("a bound listener has an address");
        let (base, domain) = match &options.addressing {
            Addressing::LocalPort => (format!("https://localhost:{}", address.port()), None),
            Addressing::PlainLocalPort => (format!("http://localhost:{}", address.port()), None),
            Addressing::Domain(domain) => (format!("https://{domain}"), Some(domain.clone())),
        };
        let documents = options.documents.into_iter();
        let documents = documents.map(|(name, bytes)| (name.clone(), Published::new(&name, bytes))).collect();
        let site = Site { base: base.clone(), forms: options.forms, key: options.key, documents };
        let shared = Arc::new(Shared {
            site: RwLock::new(site),
            faults: Mutex::default(),
            seen: Mutex::default(),
            stranger: TestKey::sound(),
        });
        let authority = Authority::new();
        let names = domain.as_deref().map(names_of).unwrap_or_default();
        let name = match options.certificate {
            CertificateKind::Good => ServerName::Right(names),
            CertificateKind::OtherHost => ServerName::Other,
            CertificateKind::Expired => ServerName::Expired(names),
        };
        let tls = match options.addressing {
            Addressing::PlainLocalPort => None,
            Addressing::LocalPort | Addressing::Domain(_) => Some(authority.server(&name, options.clients)),
        };
        let handle = Handle::new();
        let thread = std::thread::spawn({
            let (shared, handle) = (Arc::clone(&shared), handle.clone());
            move || serve(listener, tls, shared, handle)
        });
        Self { shared, authority, address, base, domain, handle, thread: Some(thread) }
    }

    /// `https://localhost:PORT` or `https://DOMAIN`, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// The whole address of a path that begins with `/`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The address of `provider-metadata.json`.
    #[must_use]
    pub fn metadata_url(&self) -> String {
        self.url("/.well-known/csaf/provider-metadata.json")
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The names of the domain and where they lead, for the fetcher's settings; empty without a domain.
    #[must_use]
    pub fn resolve_to(&self) -> Vec<(String, SocketAddr)> {
        let names = self.domain.as_deref().map(names_of).unwrap_or_default();
        names.into_iter().map(|name| (name, self.address)).collect()
    }

    /// The authority behind its certificate, for the fetcher's trusted roots.
    #[must_use]
    pub fn ca_pem(&self) -> Vec<u8> {
        self.authority.pem()
    }

    /// Key and certificate for a client it lets in, where it asks for one.
    #[must_use]
    pub fn client_pem(&self) -> Vec<u8> {
        self.authority.client_pem()
    }

    /// The OpenPGP key it announces.
    #[must_use]
    pub fn public_key_armored(&self) -> String {
        self.site(|site| site.key.public_armored())
    }

    /// The fingerprint it announces.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.site(|site| site.key.fingerprint())
    }

    /// From now on this goes wrong at the paths that fit the pattern (`*` stands for any characters). The
    /// newest fault that fits wins.
    pub fn set_fault(&self, pattern: &str, fault: Fault) {
        let placed = Arc::new(PlacedFault::new(pattern, fault));
        self.shared.faults.lock().unwrap_or_else(PoisonError::into_inner).insert(0, placed);
    }

    /// From now on everything is honest.
    pub fn clear_faults(&self) {
        self.shared.faults.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Publishes a document, new or in place of another.
    pub fn put_document(&self, name: &str, bytes: Vec<u8>) {
        let mut site = self.shared.site.write().unwrap_or_else(PoisonError::into_inner);
        site.documents.insert(name.to_owned(), Published::new(name, bytes));
    }

    /// Takes a document away.
    pub fn remove_document(&self, name: &str) {
        let mut site = self.shared.site.write().unwrap_or_else(PoisonError::into_inner);
        site.documents.remove(name);
    }

    /// All requests so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn site<T>(&self, read: impl FnOnce(&Site) -> T) -> T {
        read(&self.shared.site.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for CsafProvider {
    fn drop(&mut self) {
        self.handle.shutdown();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn names_of(domain: &str) -> Vec<String> {
    ["", "www.", "csaf.data.security."].map(|before| format!("{before}{domain}")).to_vec()
}

fn serve(
    listener: TcpListener,
    tls: Option<Arc<rustls::ServerConfig>>,
    shared: Arc<Shared>,
    handle: Handle<SocketAddr>,
) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime can be started");
    runtime.block_on(async move {
        let app = router(shared).into_make_service();
        let ended = match tls {
            Some(config) => {
                let config = RustlsConfig::from_config(config);
                let server = axum_server::from_tcp_rustls(listener, config).expect("the listener is usable");
                server.handle(handle).serve(app).await
            }
            None => {
                let server = axum_server::from_tcp(listener).expect("the listener is usable");
                server.handle(handle).serve(app).await
            }
        };
        ended.expect("the server ran");
    });
    runtime.shutdown_background();
}
