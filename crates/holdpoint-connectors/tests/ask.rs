//! Questions to the outside: a real Modbus server, and answers that are none.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use holdpoint_connectors::ask::{Must, Said, Signal, Table, prometheus, signal, web};
use holdpoint_connectors::fetch::FetchSettings;
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

#[test]
fn what_cannot_be_asked_is_unknown() {
    let settings = FetchSettings::default();
    assert!(matches!(web(&settings, "no address", "ok"), Said::Unknown { .. }));
    let below = (Must::BeBelow, 1.0);
    assert!(matches!(prometheus(&settings, "http://127.0.0.1:1", "up", below), Said::Unknown { .. }));
}
