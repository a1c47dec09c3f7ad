//! Questions to the outside: a real Modbus server, an OPC UA server, and answers that are none.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use holdpoint_connectors::ask::opcua::{Endpoint, Node, Permit, Wanted, permit};
use holdpoint_connectors::ask::{Must, Said, Signal, Table, prometheus, signal, web};
use holdpoint_connectors::fetch::FetchSettings;
use holdpoint_domain::Moment;
use holdpoint_testkit::opcua::{OpcUaServer, Shown};
use std::future::{Ready, ready};
use std::net::SocketAddr;
use tokio_modbus::prelude::{ExceptionCode, Request, Response};
use tokio_modbus::server::Service;
use tokio_modbus::server::tcp::{Server, accept_tcp_connection};

/// A controller: coil 3 is on, holding register 7 is 42, everything else is refused. A write would be a panic.
struct Mill;

impl Service for Mill {
    type Request = Request<'static>;
    type Response = Response;
    type Exception = ExceptionCode;
    type Future = Ready<Result<Response, ExceptionCode>>;

    fn call(&self, request: Self::Request) -> Self::Future {
        ready(match request {
            Request::ReadCoils(3, 1) => Ok(Response::ReadCoils(vec![true])),
            Request::ReadHoldingRegisters(7, 1) => Ok(Response::ReadHoldingRegisters(vec![42])),
            Request::ReadCoils(..) | Request::ReadHoldingRegisters(..) => {
                Err(ExceptionCode::IllegalDataAddress)
            }
            other => panic!("nobody may ask a controller for {other:?}"),
        })
    }
}

/// Starts the controller for as long as the test runs; its port.
fn mill() -> u16 {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
            let listener = tokio::net::TcpListener::bind(any).await.unwrap();
            tell.send(listener.local_addr().unwrap().port()).unwrap();
            let server = Server::new(listener);
            let connected =
                |stream, address| async move { accept_tcp_connection(stream, address, |_| Ok(Some(Mill))) };
            server.serve(&connected, |why| eprintln!("{why}")).await.unwrap();
        });
    });
    told.recv().unwrap()
}

fn at(port: u16, table: Table, place: u16) -> Signal {
    Signal { address: "127.0.0.1".into(), port, unit: 1, table, place }
}

#[test]
fn a_signal_passes_only_when_it_was_read_and_is_the_one_that_is_wanted() {
    let port = mill();
    assert!(matches!(signal(&at(port, Table::Coil, 3), 1), Said::Passed { .. }));
    let Said::Refused { what } = signal(&at(port, Table::HoldingRegister, 7), 41) else { panic!() };
    assert_eq!(what, format!("holding register 7 of unit 1 at 127.0.0.1:{port} is 42 and must be 41"));
    let Said::Unknown { what } = signal(&at(port, Table::Coil, 4), 0) else { panic!() };
    assert!(what.contains("refuses"), "{what}");
    let Said::Unknown { .. } = signal(&at(1, Table::Coil, 3), 1) else { panic!("nobody listens there") };
}

/// The moment of these tests, in microseconds since 1970.
const NOW: i64 = 1_900_000_000_000_000;

fn read(server: &OpcUaServer, node: &str, wanted: Wanted) -> Said {
    let endpoint = Endpoint::read(&server.endpoint()).unwrap();
    let node = Node::read(node).unwrap();
    permit(&Permit { endpoint, node, wanted, max_age_s: 600 }, Moment::from_micros(NOW))
}

#[test]
fn a_permit_of_an_opc_ua_server_is_read_once_and_nothing_is_written() {
    let server = OpcUaServer::start();
    server.show("Permit", Shown::bit(true, NOW));
    let Said::Passed { what } = read(&server, "ns=2;s=Permit", Wanted::Bit(true)) else { panic!() };
    assert_eq!(what, format!("`ns=2;s=Permit` at {} is true", server.endpoint()));
    // Open a channel and a session, be anonymous, read, close both; the last has no answer, and may still be on its way.
    assert_eq!(server.requests()[..5], [446, 461, 467, 631, 473]);
    server.show("Permit", Shown::bit(false, NOW));
    assert!(matches!(read(&server, "ns=2;s=Permit", Wanted::Bit(true)), Said::Refused { .. }));
    assert!(matches!(read(&server, "ns=2;s=Permit", Wanted::Bit(false)), Said::Passed { .. }));
    assert!(server.requests().iter().all(|id| [446, 461, 467, 631, 473, 452].contains(id)));
}

#[test]
fn an_opc_ua_value_that_is_not_understood_is_unknown() {
    let server = OpcUaServer::start();
    server.show("Number", Shown { value: vec![6, 1, 0, 0, 0], status: 0, source: Some(NOW) });
    server.show(
        "Text",
        Shown { value: vec![12, 4, 0, 0, 0, b't', b'r', b'u', b'e'], status: 0, source: Some(NOW) },
    );
    server.show("Bad", Shown { status: 0x8031_0000, ..Shown::bit(true, NOW) });
    server.show("Uncertain", Shown { status: 0x4090_0000, ..Shown::bit(true, NOW) });
    server.show("Old", Shown::bit(true, NOW - 601_000_000));
    server.show("Timeless", Shown { source: None, ..Shown::bit(true, NOW) });
    server.show("Empty", Shown { value: Vec::new(), ..Shown::bit(true, NOW) });
    for (name, why) in [
        ("Number", "is a whole number, and a Boolean is asked for"),
        ("Text", "is a text, and a Boolean is asked for"),
        ("Bad", "the server has no connection to the device (BadNoCommunication, 0x80310000)"),
        ("Uncertain", "it is no longer brought up to date (UncertainLastUsableValue, 0x40900000)"),
        ("Old", "is true, but of 2030-03-17T17:36:39Z, and may be at most 600 seconds old"),
        ("Timeless", "its source does not say since when"),
        ("Empty", "has no value"),
        ("Nowhere", "the server has no such node (BadNodeIdUnknown, 0x80340000)"),
    ] {
        let said = read(&server, &format!("ns=2;s={name}"), Wanted::Bit(true));
        let Said::Unknown { what } = said else { panic!("{name}: {said:?}") };
        assert!(what.contains(why), "{what}");
    }
    assert!(matches!(read(&server, "ns=2;s=Number", Wanted::Number(1)), Said::Passed { .. }));
}

#[test]
fn what_cannot_be_asked_is_unknown() {
    let settings = FetchSettings::default();
    assert!(matches!(web(&settings, "no address", "ok"), Said::Unknown { .. }));
    let below = (Must::BeBelow, 1.0);
    let now = Moment::from_micros(1_800_000_000_000_000);
    let asked = prometheus(&settings, ("http://127.0.0.1:1", "up"), below, now);
    assert!(matches!(asked, Said::Unknown { .. }));
}
