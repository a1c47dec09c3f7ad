//! Listening, TLS, and stopping without breaking off what is under way.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use holdpoint_app::App;
use hyper_util::rt::TokioTimer;

use crate::config::{HEADER_LIMIT, STOP_LIMIT, ServeConfig, TlsFiles, Transport};
use crate::server::Server;
use crate::{ddi, door, frame};

/// Why the server could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Plain HTTP was asked for on an address that others can reach.
    #[error(
        "refusing to serve plain HTTP on {listen}: passwords would travel in the clear; give a certificate and \
         a key, listen on 127.0.0.1, or say that a proxy in front ends TLS"
    )]
    PlainHttpForOthers {
        /// The address.
        listen: SocketAddr,
    },
    /// The certificate or key cannot be used.
    #[error("cannot use the certificate `{certificate}` with the key `{key}`")]
    Tls {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}: another program may have the port")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The keys of the agents' door cannot be used.
    #[error("cannot open the agents' door: {why}")]
    Door {
        /// Why.
        why: String,
    },
    /// The runtime or the listener broke.
    #[error("the server broke off")]
    Broke {
        /// Why.
        source: std::io::Error,
    },
}

/// Serves until the program is told to stop (Ctrl-C or SIGTERM); open requests may end first, for 20 s.
///
/// Blocks the calling thread. `ready` is called once with the address that is listened on.
///
/// # Errors
/// [`ServeError`] in words, before anything is served when it is about the address or the certificate.
pub fn serve(config: &ServeConfig, app: App, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    if config.transport() == Transport::PlainLoopback && !config.listen.ip().is_loopback() {
        return Err(ServeError::PlainHttpForOthers { listen: config.listen });
    }
    let listener = std::net::TcpListener::bind(config.listen)
        .map_err(|source| ServeError::Listen { listen: config.listen, source })?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| ServeError::Broke { source })?;
    let served = runtime.block_on(async {
        let door = match &config.door {
            Some(door) => Some(door::open(door, app.clone())?),
            None => None,
        };
        let ddi = match &config.ddi {
            Some(ddi) => Some(ddi::open(ddi, app.clone()).await?),
            None => None,
        };
        let served = run(config, app, listener, ready).await;
        if let Some(ddi) = ddi {
            ddi.close();
        }
        if let Some(door) = door {
            door.close();
        }
        served
    });
    runtime.shutdown_timeout(STOP_LIMIT);
    served
}

async fn run(
    config: &ServeConfig,
    app: App,
    listener: std::net::TcpListener,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let broke = |source| ServeError::Broke { source };
    listener.set_nonblocking(true).map_err(broke)?;
    let address = listener.local_addr().map_err(broke)?;
    let server = Server::new(app, config.transport(), config.demo);
    let service = frame::router(server).into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    tokio::spawn(stop_when_told(handle.clone()));
    match &config.tls {
        Some(files) => {
            let server = axum_server::from_tcp_rustls(listener, tls(files).await?).map_err(broke)?;
            ready(address);
            impatient(server.handle(handle)).serve(service).await.map_err(broke)
        }
        None => {
            let server = axum_server::from_tcp(listener).map_err(broke)?;
            ready(address);
            impatient(server.handle(handle)).serve(service).await.map_err(broke)
        }
    }
}

/// Closes connections whose sender takes more than 15 s for a request's head: they would hold a place for ever.
///
/// HTTP/1.1 alone: the pages need few requests, and HTTP/2 has ways of its own to keep a server busy.
pub(crate) fn impatient<A>(server: axum_server::Server<SocketAddr, A>) -> axum_server::Server<SocketAddr, A> {
    let mut server = server.http1_only();
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEADER_LIMIT);
    server
}

/// The certificate and the key, ready for TLS 1.2 and 1.3.
pub(crate) async fn tls(files: &TlsFiles) -> Result<RustlsConfig, ServeError> {
    // Taken already when somebody else in the program chose the same provider before; there is only this one.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let config = RustlsConfig::from_pem_file(&files.certificate, &files.key).await.map_err(|source| {
        ServeError::Tls { certificate: files.certificate.clone(), key: files.key.clone(), source }
    })?;
    let mut inner = (*config.get_inner()).clone();
    inner.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.reload_from_config(Arc::new(inner));
    Ok(config)
}

async fn stop_when_told(handle: Handle<SocketAddr>) {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            },
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
    tracing::info!("stopping: open requests may end first");
    handle.graceful_shutdown(Some(STOP_LIMIT));
}
