//! Listening for real: a socket, TLS, and what is refused before anything is served.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;

use holdpoint_server::{DemoData, PlainHttp, ServeConfig, ServeError, TlsFiles, Transport, serve};

use crate::world::World;

fn any_port() -> SocketAddr {
    "127.0.0.1:0".parse().expect("an address")
}

#[test]
fn plain_http_is_refused_where_others_could_listen() {
    let world = World::sqlite();
    let config = ServeConfig::on("0.0.0.0:0".parse().expect("an address"));
    let refused = serve(&config, world.app.clone(), |_| panic!("nothing may be served"));
    assert!(matches!(refused, Err(ServeError::PlainHttpForOthers { .. })), "{refused:?}");
    let words = refused.expect_err("refused").to_string();
    assert!(words.contains("certificate") && words.contains("127.0.0.1"), "{words}");
}

#[test]
fn a_certificate_that_cannot_be_read_is_named() {
    let world = World::sqlite();
    let tls = TlsFiles { certificate: "/nowhere/cert.pem".into(), key: "/nowhere/key.pem".into() };
    let config = ServeConfig { tls: Some(tls), ..ServeConfig::on(any_port()) };
    let refused = serve(&config, world.app.clone(), |_| panic!("nothing may be served"));
    assert!(refused.expect_err("there is no such file").to_string().contains("/nowhere/cert.pem"));
}

#[test]
fn a_taken_port_is_said_in_words() {
    let world = World::sqlite();
    let taken = std::net::TcpListener::bind(any_port()).expect("a free port");
    let config = ServeConfig::on(taken.local_addr().expect("an address"));
    let refused = serve(&config, world.app.clone(), |_| panic!("nothing may be served"));
    assert!(refused.expect_err("the port is taken").to_string().contains("another program"));
}

#[test]
fn the_transport_decides_whether_cookies_insist_on_tls() {
    let here = ServeConfig::on(any_port());
    assert_eq!(here.transport(), Transport::PlainLoopback);
    let behind = ServeConfig { plain_http: PlainHttp::BehindProxy, demo: DemoData::No, ..here.clone() };
    assert!(behind.transport().is_encrypted());
    assert!(!here.transport().is_encrypted());
}

/// Starts a server that lives as long as the test program.
fn start(config: ServeConfig) -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let world = World::sqlite();
        serve(&config, world.app.clone(), |address| sender.send(address).expect("the test waits"))
            .expect("served");
    });
    receiver.recv().expect("the server says where it listens")
}

#[test]
fn a_real_request_gets_a_real_answer() {
    let address = start(ServeConfig::on(any_port()));
    let mut connection = TcpStream::connect(address).expect("it listens");
    connection
        .write_all(b"GET /api/v1/setup HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .expect("it takes the request");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with("{\"needed\":true}"), "{answer}");
}

#[test]
fn tls_is_spoken_with_the_given_certificate_and_no_cookie_is_sent_without_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let signed = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let files =
        TlsFiles { certificate: folder.path().join("certificate.pem"), key: folder.path().join("key.pem") };
    std::fs::write(&files.certificate, signed.cert.pem()).expect("written");
    std::fs::write(&files.key, signed.signing_key.serialize_pem()).expect("written");
    let address = start(ServeConfig { tls: Some(files), ..ServeConfig::on(any_port()) });
    let mut roots = rustls::RootCertStore::empty();
    roots.add(signed.cert.der().clone()).expect("a root");
    let mut config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let name = "localhost".try_into().expect("a name");
    let mut tls = rustls::ClientConnection::new(std::sync::Arc::new(config), name).expect("a client");
    let mut socket = TcpStream::connect(address).expect("it listens");
    let mut connection = rustls::Stream::new(&mut tls, &mut socket);
    connection
        .write_all(b"DELETE /api/v1/session HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .expect("it takes the request");
    let mut answer = Vec::new();
    // The server closes without a farewell; what came before it is the answer.
    drop(connection.read_to_end(&mut answer));
    assert_eq!(tls.alpn_protocol(), Some(&b"http/1.1"[..]), "a browser is not offered what is not served");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(
        answer.contains("__Host-holdpoint=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0"),
        "{answer}"
    );
    assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
}
