//! `holdpoint demo` from outside: what it prints, what it refuses, and that it serves until it is stopped.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

fn holdpoint(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
    command.env_remove("HOLDPOINT_DATA_DIR").env_remove("HOLDPOINT_DATABASE").args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    holdpoint(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn prepared(folder: &Path) -> Output {
    run(&["demo", "--prepare-only", "--keep", folder.to_str().unwrap()])
}

#[test]
fn a_kept_demo_can_be_read_by_the_other_commands() {
    let folder = tempfile::tempdir().unwrap();
    let output = prepared(folder.path());
    assert!(output.status.success(), "{}", said(&output));
    let text = said(&output);
    for name in ["marek.lind", "aino.salmela", "jonas.krogh", "ingrid.aasen", "peter.vinter", "lea.holmgren"]
    {
        assert!(text.contains(name), "no sign-in for {name} in: {text}");
    }
    let data = folder.path().to_str().unwrap();
    let verified = run(&["--data-dir", data, "audit", "verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
    let listed =
        run(&["--data-dir", data, "match", "list", "-o", "jsonl", "--filter", "advisory:OTC-DEMO-045"]);
    assert!(listed.status.success(), "{}", said(&listed));
    let lines: Vec<serde_json::Value> = String::from_utf8(listed.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.iter().any(|line| line["verdict"] == "unknown"), "{lines:?}");
}

#[test]
fn it_refuses_what_would_be_dangerous_and_says_what_to_do() {
    let open = run(&["demo", "--listen", "0.0.0.0:0"]);
    assert!(!open.status.success());
    assert!(said(&open).contains("this machine only"), "{}", said(&open));
    let other = run(&["demo", "--database", "postgres://somebody@localhost/plant"]);
    assert!(!other.status.success());
    assert!(said(&other).contains("a database of its own"), "{}", said(&other));
    let nowhere = run(&["demo", "--prepare-only"]);
    assert!(!nowhere.status.success());
    assert!(said(&nowhere).contains("--keep"), "{}", said(&nowhere));
}

#[test]
fn a_database_of_somebody_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let made = run(&["--data-dir", data, "status"]);
    assert!(made.status.success(), "{}", said(&made));
    let file = folder.path().join("holdpoint.sqlite");
    let before = std::fs::read(&file).unwrap();
    let refused = prepared(folder.path());
    assert!(!refused.status.success());
    assert!(said(&refused).contains("not a demo's"), "{}", said(&refused));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

/// Stops the program also when the test fails.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // A child that is gone already cannot be killed, and then there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_serves_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().to_str().unwrap();
    let child = holdpoint(&["demo", "--listen", "127.0.0.1:0", "--keep", kept])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut serving = Serving(child);
    let output = BufReader::new(serving.0.stdout.take().unwrap());
    let (sender, lines) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let address = loop {
        let line = lines.recv_timeout(Duration::from_secs(60)).expect("it says where it serves");
        if let Some((_, address)) = line.split_once("http://") {
            break address.trim_end_matches('/').to_owned();
        }
    };
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    std::io::Write::write_all(
        &mut stream,
        format!("GET /api/v1/session HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes(),
    )
    .unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
}
