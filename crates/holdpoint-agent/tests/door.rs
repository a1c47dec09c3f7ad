//! The door over a real secured connection: enrolment, certificates on both sides, polls, reports, files in parts, and a
//! server that is busy, away or another.

use holdpoint_agent::agent::Agent;
use holdpoint_agent::door::Door;
use holdpoint_agent::enrol::{Enrolment, enrol};
use holdpoint_agent::run;
use holdpoint_agent::settings::Settings;
use holdpoint_wire::command::{Command, CommandName, FileWork, InventoryWork};
use holdpoint_wire::enrol::{EnrolAnswer, EnrolRequest};
use holdpoint_wire::envelope::{Envelope, KeySet, Signer, sign};
use holdpoint_wire::image::{Approved, ApprovedFile, Image, Owner, Place};
use holdpoint_wire::inventory::{FoundThere, Inventory};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::order::{Artifact, Needs, Order, WayBack, Window};
use holdpoint_wire::poll::{InventoryWish, PollAnswer};
use holdpoint_wire::progress::{Event, Outcome, Progress, ProgressAnswer, Step};
use holdpoint_wire::root::Root;
use holdpoint_wire::text::{FileName, FilePath, Hash, Id};
use rcgen::{BasicConstraints, CertificateParams, CertificateSigningRequestParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

/// The account that runs the test, as the agent names it.
fn own_account(folder: &Path) -> Owner {
    let probe = folder.join("probe");
    std::fs::write(&probe, b"").expect("a file");
    let path = FilePath::new(probe.to_string_lossy()).expect("a path");
    match holdpoint_agent::hand::file::seen(&path).found {
        FoundThere::File { owner, .. } => owner,
        other => panic!("a file was just written there: {other:?}"),
    }
}

fn id(text: &str) -> Id {
    Id::new(text).expect("an id")
}

/// What the server has and what it was told.
#[derive(Default)]
struct Book {
    orders: Vec<Envelope>,
    image: Option<Envelope>,
    file: Vec<u8>,
    /// Cuts the first answer with a file off after so many bytes.
    cut: Option<usize>,
    busy: bool,
    away: bool,
    events: Vec<Event>,
    inventories: usize,
    requests: Vec<String>,
}

/// A small server that speaks the door's contract.
struct Server {
    address: String,
    fingerprint: Hash,
    book: Arc<Mutex<Book>>,
}

struct Authority {
    key: KeyPair,
    params: CertificateParams,
    der: CertificateDer<'static>,
}

fn authority() -> Authority {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let der = params.self_signed(&key).expect("a certificate").der().clone();
    Authority { key, params, der }
}

impl Server {
    fn start() -> Self {
        let authority = authority();
        let issuer = Issuer::from_params(&authority.params, &authority.key);
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
        let own = params.signed_by(&key, &issuer).expect("a certificate").der().clone();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(authority.der.clone()).expect("an authority");
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let verifier = verifier.allow_unauthenticated().build().expect("a verifier");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("a version")
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![own, authority.der.clone()], key)
            .expect("a certificate");
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let book = Arc::new(Mutex::new(Book::default()));
        let fingerprint = Hash::of(&authority.der);
        let kept = Arc::clone(&book);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if !kept.lock().expect("the book").away {
                    // A client that goes away is no fault of the server.
                    let _ = serve(stream, &config, &authority, &kept);
                }
            }
        });
        Self { address, fingerprint, book }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().expect("the book")
    }
}

/// A status, headers, a body.
type Said = (&'static str, Vec<String>, Vec<u8>);

fn serve(
    stream: TcpStream,
    config: &Arc<ServerConfig>,
    authority: &Authority,
    book: &Mutex<Book>,
) -> std::io::Result<()> {
    let tls = ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(tls, stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).map_err(std::io::Error::other)?;
    let header = |name: &str| {
        head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned)
    };
    let mut body = vec![0; header("content-length").and_then(|n| n.parse().ok()).unwrap_or(0)];
    stream.read_exact(&mut body)?;
    let is_known = stream.conn.peer_certificates().is_some();
    let first = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
    let mut book = book.lock().expect("the book");
    book.requests.push(first.clone());
    let (status, headers, mut answer) = said(&first, &header, &body, is_known, authority, &mut book);
    let more: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\n{more}\r\n", answer.len())?;
    if first.starts_with("GET /agent/v1/artifacts")
        && let Some(cut) = book.cut.take()
    {
        answer.truncate(cut);
    }
    stream.write_all(&answer)?;
    stream.conn.send_close_notify();
    stream.flush()
}

fn said(
    first: &str,
    header: &impl Fn(&str) -> Option<String>,
    body: &[u8],
    is_known: bool,
    authority: &Authority,
    book: &mut Book,
) -> Said {
    let problem =
        |words: &str| format!(r#"{{"type":"about:blank","title":"No","detail":"{words}"}}"#).into_bytes();
    match first {
        "POST /agent/v1/enrol" => enrolled(body, authority),
        _ if !is_known => ("401 Unauthorized", vec![], problem("show your certificate")),
        "GET /agent/v1/work" if book.busy => ("503 Busy", vec!["retry-after: 77".to_owned()], vec![]),
        "GET /agent/v1/work" => {
            let tag = format!("\"{}\"", book.orders.len());
            if header("if-none-match") == Some(tag.clone()) {
                return ("304 Not Modified", vec![], vec![]);
            }
            ("200 OK", vec![format!("etag: {tag}")], message::write(&poll(book)))
        }
        "POST /agent/v1/events" => {
            let progress: Progress = message::read(body).expect("a report as agreed");
            book.events.extend(progress.events);
            let kept_through = book.events.last().map_or(0, |event| event.seq);
            ("200 OK", vec![], message::write(&ProgressAnswer { version: VersionOne, kept_through }))
        }
        "PUT /agent/v1/inventory" => {
            let _: Inventory = message::read(body).expect("an inventory as agreed");
            book.inventories += 1;
            ("204 No Content", vec![], vec![])
        }
        _ if first.starts_with("GET /agent/v1/artifacts/") => {
            let range = header("range")
                .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
            match range {
                None => ("200 OK", vec![], book.file.clone()),
                Some(from) => {
                    ("206 Partial Content", vec![], book.file.get(from..).unwrap_or_default().to_vec())
                }
            }
        }
        _ => ("404 Not Found", vec![], problem("there is nothing here")),
    }
}

fn poll(book: &Book) -> PollAnswer {
    PollAnswer {
        version: VersionOne,
        server_time: holdpoint_agent::edge::now(),
        ask_again_s: 300,
        roots: vec![],
        image: book.image.clone(),
        orders: book.orders.clone(),
        inventory: InventoryWish::NotNeeded,
    }
}

fn enrolled(body: &[u8], authority: &Authority) -> Said {
    let request: EnrolRequest = message::read(body).expect("a request as agreed");
    if request.code != id("7K3-QX9") {
        return ("403 Forbidden", vec![], br#"{"detail":"this code is not known or was used"}"#.to_vec());
    }
    let asked = CertificateSigningRequestParams::from_pem(&request.certificate_request).expect("a request");
    let issuer = Issuer::from_params(&authority.params, &authority.key);
    let signed = asked.signed_by(&issuer).expect("a certificate");
    let answer = EnrolAnswer {
        version: VersionOne,
        site: id("nord"),
        asset: id("hmi-7"),
        class: id("hmi"),
        certificates: signed.pem(),
        root: root(),
        poll_every_s: 300,
        server_time: holdpoint_agent::edge::now(),
    };
    ("201 Created", vec![], message::write(&answer))
}

fn keys() -> [Signer; 3] {
    [1, 2, 4].map(|n| Signer::from_seed(&[n; 32]))
}

fn root() -> Envelope {
    let [anna, ben, server] = keys();
    let root = Root {
        version: VersionOne,
        site: id("nord"),
        root_version: 1,
        expires_at: holdpoint_agent::edge::now().plus_seconds(86_400),
        image: KeySet { threshold: 2, keys: vec![anna.public(), ben.public()] },
        order: KeySet { threshold: 1, keys: vec![server.public()] },
    };
    sign(&root, &[&anna, &ben])
}

fn order(counter: u64, command: Command, artifacts: Vec<Artifact>) -> Envelope {
    let now = holdpoint_agent::edge::now();
    let order = Order {
        version: VersionOne,
        site: id("nord"),
        asset: id("hmi-7"),
        order: id(&format!("order-{counter}")),
        counter,
        patch: id("settings-2"),
        image_version: 1,
        issued_at: now,
        expires_at: now.plus_seconds(3_600),
        window: Window {
            starts_at: now.plus_seconds(-10),
            last_start_at: now.plus_seconds(600),
            ends_at: now.plus_seconds(900),
        },
        artifacts,
        command,
        needs: Needs::default(),
        notice: None,
        way_back: WayBack::Automatic,
    };
    sign(&order, &[&keys()[2]])
}

fn settings(folder: &Path) -> Settings {
    Settings {
        state: folder.join("state"),
        witness: folder.join("etc/seen"),
        scripts: folder.join("scripts"),
        ..Settings::default()
    }
}

fn enrolment(server: &Server) -> Enrolment {
    Enrolment {
        server: server.address.clone(),
        fingerprint: server.fingerprint.clone(),
        code: id("7K3-QX9"),
        root: None,
        host_name: "hmi-7".to_owned(),
    }
}

fn open(folder: &Path) -> (Agent, Door) {
    run::open(settings(folder), None).expect("an enrolled device")
}

#[test]
fn a_device_enrols_with_a_code_and_a_fingerprint() {
    let (server, folder) = (Server::start(), tempfile::tempdir().expect("a folder"));
    let try_with =
        |enrolment: &Enrolment| enrol(&settings(folder.path()), enrolment).map_err(|t| t.in_full());
    let said = try_with(&Enrolment { fingerprint: Hash::of(b"another"), ..enrolment(&server) });
    assert!(said.expect_err("another server").contains("another fingerprint"));
    let said = try_with(&Enrolment { code: id("wrong"), ..enrolment(&server) }).expect_err("a wrong code");
    assert_eq!(said, "the server answered 403: this code is not known or was used");
    let said = try_with(&Enrolment { root: Some(Hash::of(b"another")), ..enrolment(&server) });
    assert!(
        said.expect_err("another root").contains("the device is not enrolled".trim_start_matches("the "))
    );
    assert!(run::open(settings(folder.path()), None).is_err_and(|t| t.in_full().contains("not enrolled")));

    let enrolled = try_with(&enrolment(&server)).expect("all is right");
    assert_eq!((enrolled.asset, enrolled.site), (id("hmi-7"), id("nord")));
    let said = try_with(&enrolment(&server)).expect_err("it is enrolled");
    assert!(said.contains("enrolled already"), "{said}");
    let key = std::fs::metadata(folder.path().join("state/identity.json")).expect("the key");
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777, 0o600);
}

#[test]
fn a_round_polls_works_and_reports_over_both_certificates() {
    let (server, folder) = (Server::start(), tempfile::tempdir().expect("a folder"));
    enrol(&settings(folder.path()), &enrolment(&server)).expect("all is right");
    let (mut agent, mut door) = open(folder.path());
    server.book().orders = vec![order(1, Command::Inventory(InventoryWork {}), vec![])];
    let round = agent.round(&mut door).expect("the records hold");
    assert_eq!((round.ask_again_s, round.server), (Some(300), None));
    let steps: Vec<_> = server.book().events.iter().map(|event| (event.step, event.outcome)).collect();
    assert_eq!(steps, [(Step::Admission, Outcome::Done), (Step::Order, Outcome::Done)]);
    assert_eq!(server.book().inventories, 1);

    let again = agent.round(&mut door).expect("the records hold");
    assert_eq!(again.ask_again_s, None, "nothing has changed since");
    server.book().busy = true;
    assert_eq!(agent.round(&mut door).expect("the records hold").later_s, Some(77));

    // What is done while the server is away is told when it is back.
    (server.book().busy, server.book().away) = (false, true);
    let round = agent.round(&mut door).expect("the records hold");
    assert!(round.server.is_some_and(|why| why.contains(&server.address)));
    agent
        .clock_corrected(&holdpoint_wire::text::Words::cut("battery of the clock replaced"))
        .expect("it is kept");
    drop(agent);
    server.book().away = false;
    let (mut agent, mut door) = open(folder.path());
    agent.round(&mut door).expect("the records hold");
    let last = server.book().events.last().cloned().expect("an event");
    assert_eq!(last.rule, "clock_corrected");
    assert!(agent.ledger().undelivered.is_empty());
}

#[test]
fn a_file_that_broke_off_is_gone_on_with() {
    let (server, folder) = (Server::start(), tempfile::tempdir().expect("a folder"));
    enrol(&settings(folder.path()), &enrolment(&server)).expect("all is right");
    let content = b"setting = 2\n".repeat(5_000);
    let artifact = Artifact {
        name: FileName::new("settings.conf").expect("a name"),
        size_bytes: content.len() as u64,
        sha256: Hash::of(&content),
    };
    let target = folder.path().join("settings.conf");
    let work = FileWork {
        path: FilePath::new(target.to_string_lossy()).expect("a path"),
        from: None,
        install: artifact.sha256.clone(),
        mode: 0o644,
        owner: own_account(folder.path()),
    };
    let place = Place {
        path: work.path.clone(),
        install: work.install.clone(),
        mode: work.mode,
        owner: work.owner.clone(),
    };
    let [anna, ben, _] = keys();
    let image = Image {
        version: VersionOne,
        site: id("nord"),
        class: id("hmi"),
        image_version: 1,
        expires_at: holdpoint_agent::edge::now().plus_seconds(86_400),
        entries: vec![Approved {
            patch: id("settings-2"),
            commands: vec![CommandName::File],
            files: vec![ApprovedFile { sha256: artifact.sha256.clone(), size_bytes: artifact.size_bytes }],
            scripts: vec![],
            place: Some(place),
            script: None,
        }],
    };
    {
        let mut book = server.book();
        book.file = content.clone();
        book.cut = Some(20_000);
        book.image = Some(sign(&image, &[&anna, &ben]));
        book.orders = vec![order(1, Command::File(work), vec![artifact])];
    }
    let (mut agent, mut door) = open(folder.path());
    agent.round(&mut door).expect("the records hold");
    assert!(!target.exists(), "half a file is none");
    agent.round(&mut door).expect("the records hold");
    assert_eq!(std::fs::read(&target).ok(), Some(content));
    let n_asked = server.book().requests.iter().filter(|first| first.contains("artifacts")).count();
    assert_eq!(n_asked, 2);
    assert_eq!(server.book().events.last().map(|event| event.outcome), Some(Outcome::Done));
}
