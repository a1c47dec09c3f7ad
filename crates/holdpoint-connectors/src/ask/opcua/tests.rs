//! Answers that are none: cut off, altered, endless, late; and how what was read is judged.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use super::status::Status;
use super::{Endpoint, Node, Permit, Reading, Value, Wanted, judged, within};
use crate::ask::Said;
use holdpoint_domain::Moment;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::time::Duration;

/// Far longer than anything here takes: a test that waits for it has found a fault.
const LONG: Duration = Duration::from_secs(60);

/// What a real server answered, and a moment soon after.
fn recorded() -> (Vec<u8>, Moment) {
    let text = include_str!("../../../tests/fixtures/opcua-permit.hex");
    let digits: String = text.lines().filter(|line| !line.starts_with('#')).collect();
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    ((0..digits.len()).step_by(2).map(byte).collect(), "2026-11-21T19:40:00Z".parse().unwrap())
}

/// Starts a server that gives one guest after the other these bytes and then falls silent; its address.
fn player(answers: Vec<Vec<u8>>) -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            // A guest that understood enough is gone before all is written.
            drop(stream.write_all(&answer));
            drop(stream.shutdown(Shutdown::Write));
            drop(stream.read_to_end(&mut Vec::new()));
        }
    });
    Endpoint::read(&format!("opc.tcp://127.0.0.1:{port}/mill")).unwrap()
}

fn asked(endpoint: &Endpoint) -> Permit {
    let node = Node::read("ns=2;s=Permit").unwrap();
    Permit { endpoint: endpoint.clone(), node, wanted: Wanted::Bit(true), max_age_s: 3_600 }
}

/// What is said of one conversation.
fn said(answer: Vec<u8>) -> String {
    match within(&asked(&player(vec![answer])), recorded().1, LONG) {
        Said::Passed { what } | Said::Refused { what } => panic!("{what}"),
        Said::Unknown { what } => what,
    }
}

/// The place where the answer with the value ends; behind it comes the goodbye.
const READ: usize = 936;
/// The place of the value: its mask, its type, the Boolean.
const MASK: usize = 909;

#[test]
fn a_real_servers_answer_is_understood() {
    let (bytes, now) = recorded();
    let permit = asked(&player(vec![bytes.clone(), bytes.clone(), bytes]));
    let Said::Passed { what } = within(&permit, now, LONG) else { panic!() };
    assert_eq!(what, format!("`ns=2;s=Permit` at {} is true", permit.endpoint.text));
    let Said::Refused { what } = within(&Permit { wanted: Wanted::Bit(false), ..permit.clone() }, now, LONG)
    else {
        panic!()
    };
    assert!(what.ends_with("is true and must be false"), "{what}");
    let Said::Unknown { what } = within(&permit, now.plus_micros(3_600_000_000), LONG) else { panic!() };
    assert!(what.ends_with("and may be at most 3600 seconds old"), "{what}");
}

#[test]
fn no_part_of_an_answer_is_an_answer() {
    let (bytes, now) = recorded();
    let permit = asked(&player((0..bytes.len()).map(|cut| bytes[..cut].to_vec()).collect()));
    for cut in 0..bytes.len() {
        let passed = matches!(within(&permit, now, LONG), Said::Passed { .. });
        assert_eq!(passed, cut >= READ, "cut off after {cut} bytes");
    }
}

#[test]
fn altered_answers_end_in_words_and_a_changed_value_never_permits() {
    let (bytes, now) = recorded();
    let altered = |at: usize, with: u8| {
        let mut bytes = bytes.clone();
        bytes[at] ^= with;
        bytes
    };
    assert_eq!(bytes[MASK..MASK + 3], [15, 1, 1], "a value with status and both times; a Boolean; true");
    for with in [0x01, 0xFF] {
        let permit = asked(&player((0..bytes.len()).map(|at| altered(at, with)).collect()));
        for at in 0..bytes.len() {
            let said = within(&permit, now, LONG);
            // What ties the answer to its question: channel, token, number, kind, handle, success. Then mask, type, value, status.
            let decides = [861..869, 873..881, 889..897, MASK..MASK + 7].iter().any(|all| all.contains(&at));
            assert!(!decides || !matches!(said, Said::Passed { .. }), "byte {at} with {with}");
        }
    }
}

#[test]
fn lengths_that_lie_are_refused_before_anything_is_fetched() {
    let (bytes, _) = recorded();
    let with = |at: usize, new: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + new.len()].copy_from_slice(new);
        bytes
    };
    // The size of a piece, of the policy's text, of the list of doors, of the list of values.
    assert!(said(with(4, &[255; 4])).contains("speaks no OPC UA"));
    assert!(said(with(40, &0x7FFF_FFFF_u32.to_le_bytes())).contains("promises more than it holds"));
    assert!(said(with(0x10D, &0x7FFF_FFFF_u32.to_le_bytes())).contains("promises more than it holds"));
    assert!(said(with(MASK - 4, &2_u32.to_le_bytes())).contains("has 2 values"));
    let head = |kind: &[u8; 4], size: u32| [&kind[..], &size.to_le_bytes(), &bytes[0xAB..0xBB]].concat();
    let opened = bytes[..0xA3].to_vec();
    let endless = [opened.clone(), head(b"MSGC", 24).repeat(100)].concat();
    assert!(said(endless).contains("more than 64 pieces"));
    let piece = [head(b"MSGC", 65_024), vec![0; 65_000]].concat();
    assert!(said([opened, piece.repeat(6)].concat()).contains("more than 262144 bytes"));
}

#[test]
fn what_is_no_server_and_who_refuses_is_said_in_words() {
    assert!(said(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()).contains("speaks no OPC UA"));
    assert!(said(Vec::new()).contains("ended the conversation in the middle"));
    let (mut bytes, _) = recorded();
    bytes.truncate(28);
    bytes.extend([&b"ERRF\x14\0\0\0\0\0\x55\x80"[..], b"\x04\0\0\0none"].concat());
    let words = said(bytes);
    assert!(words.ends_with("without security (BadSecurityPolicyRejected, 0x80550000): none"), "{words}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("opc.tcp://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let permit = asked(&Endpoint::read(&silent).unwrap());
    let Said::Unknown { what } = within(&permit, recorded().1, Duration::from_millis(100)) else { panic!() };
    assert!(what.ends_with("there was no whole answer within 0.1 seconds"), "{what}");
}

#[test]
fn only_a_plain_good_and_fresh_value_of_the_right_type_permits() {
    let now = Moment::from_micros(10_000_000_000);
    let place = Endpoint::read("opc.tcp://mill").unwrap();
    let judge = |value, wanted, status, source: Option<i64>| {
        let permit = Permit { wanted, ..asked(&place) };
        let source = source.map(|ago| now.plus_micros(-ago * 1_000_000));
        let reading = Reading { value, status: Status(status), source };
        match judged("it", &permit, &reading, now) {
            Said::Passed { what } => format!("passed: {what}"),
            Said::Refused { what } => format!("refused: {what}"),
            Said::Unknown { what } => what,
        }
    };
    let (on, yes) = (Value::Bit(true), Wanted::Bit(true));
    let number = |is: i128, wanted| judge(Value::Number(is), Wanted::Number(wanted), 0, Some(0));
    assert_eq!(judge(on, yes, 0, Some(3_600)), "passed: it is true");
    assert_eq!(number(-7, -7), "passed: it is -7");
    assert_eq!(number(i128::from(u64::MAX), -1), "refused: it is 18446744073709551615 and must be -1");
    assert_eq!(judge(on, Wanted::Number(1), 0, Some(0)), "it is a Boolean, and a whole number is asked for");
    assert_eq!(judge(Value::Number(1), yes, 0, Some(0)), "it is a whole number, and a Boolean is asked for");
    assert_eq!(judge(Value::None, yes, 0, Some(0)), "it has no value");
    assert!(judge(on, yes, 0, Some(3_601)).contains("at most 3600 seconds old"));
    assert!(judge(on, yes, 0, Some(-301)).contains("still to come"));
    assert!(judge(on, yes, 0, None).contains("its age is not known"));
    assert!(judge(on, yes, 0x4090_0000, Some(0)).contains("no longer brought up to date"));
    assert!(judge(on, yes, 0x0096_0000, Some(0)).contains("set by hand"));
    assert!(judge(on, yes, 0x0000_0400, Some(0)).contains("with a remark"));
    assert!(judge(on, yes, 0xC000_0000, Some(0)).contains("bad (0xC0000000)"));
}

#[test]
fn addresses_and_node_ids_are_read_or_refused_in_words() {
    let place = |text: &str| Endpoint::read(text).map(|one| (one.host, one.port));
    assert_eq!(place("opc.tcp://mill"), Ok(("mill".into(), 4840)));
    assert_eq!(place("opc.tcp://10.1.1.1:4841/a/b"), Ok(("10.1.1.1".into(), 4841)));
    assert_eq!(place("opc.tcp://[fd00::1]:4841/"), Ok(("fd00::1".into(), 4841)));
    assert_eq!(place("opc.tcp://[fd00::1]"), Ok(("fd00::1".into(), 4840)));
    for wrong in [
        "http://mill",
        "opc.tcp://",
        "opc.tcp://a b",
        "opc.tcp://u:p@mill/",
        "opc.tcp://mill:0",
        "opc.tcp://mill:x",
        "opc.tcp://mill:65536",
        "opc.tcp://[fd00::1]x",
    ] {
        assert!(place(wrong).is_err(), "{wrong}");
    }
    let bytes = |text: &str| Node::read(text).map(|one| one.bytes);
    assert_eq!(bytes("i=2259"), Ok(vec![2, 0, 0, 0xD3, 8, 0, 0]));
    assert_eq!(bytes("ns=300;s=a;b=c"), Ok([&[3, 44, 1, 5, 0, 0, 0][..], b"a;b=c"].concat()));
    // The example of the standard.
    let guid = bytes("g=72962B91-FA75-4AE6-8D28-B404DC7DAF63").unwrap();
    let turned =
        [0x91, 0x2B, 0x96, 0x72, 0x75, 0xFA, 0xE6, 0x4A, 0x8D, 0x28, 0xB4, 4, 0xDC, 0x7D, 0xAF, 0x63];
    assert_eq!(guid, [&[4, 0, 0][..], &turned].concat());
    for wrong in [
        "",
        "Permit",
        "ns=2",
        "ns=2;Permit",
        "ns=x;i=1",
        "ns=65536;i=1",
        "i=-1",
        "i=4294967296",
        "s=",
        "b=AAAA",
        "g=1-2-3-4-5",
        "nsu=urn:mill;i=1",
        "ns=2;s=a\nb",
    ] {
        assert!(bytes(wrong).is_err(), "{wrong}");
    }
}
