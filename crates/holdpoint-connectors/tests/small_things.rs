//! Digests and the pace per host.

use std::time::Duration;

use holdpoint_connectors::hashes::{Algorithm, Digest};
use holdpoint_connectors::limits::{HostLimits, Turn};
use holdpoint_domain::Moment;

#[test]
fn a_digest_is_read_in_either_case_and_compared() {
    let empty = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
    let digest = Digest::from_hex(Algorithm::Sha256, &format!(" {empty}\n")).expect("64 digits");
    assert!(digest.matches(b""));
    assert!(!digest.matches(b"x"));
    assert_eq!(digest.to_string(), empty.to_lowercase());
    let long = Digest::of(Algorithm::Sha512, b"abc");
    assert!(long.to_string().starts_with("ddaf35a193617abacc417349ae204131"));
    assert_eq!(Digest::from_hex(Algorithm::Sha512, &long.to_string()), Ok(long));
}

#[test]
fn what_is_no_digest_is_refused_with_what_is_wrong() {
    let refused = |text: &str| Digest::from_hex(Algorithm::Sha256, text).expect_err("no digest").to_string();
    assert!(refused("abc").contains("expected 64 hexadecimal digits, got 3 characters"));
    assert!(refused(&"g".repeat(64)).contains("some are no such digits"));
    assert!(refused(&"é".repeat(32)).contains("got 32 characters"));
    assert!(refused("").contains("got 0 characters"));
    assert!(refused(&"a".repeat(128)).contains("got 128 characters"));
}

fn at(millis: i64) -> Moment {
    Moment::from_micros(millis * 1_000)
}

#[test]
fn one_request_at_a_time_and_a_pause_between_two() {
    let limits = HostLimits::new(Duration::from_millis(500));
    let Turn::Go(pass) = limits.begin("Publisher.example", at(0)) else { panic!("the first may go") };
    assert!(matches!(limits.begin("publisher.example", at(9_000)), Turn::Busy));
    let Turn::Go(_other) = limits.begin("other.example", at(0)) else { panic!("hosts are apart") };
    drop(pass);
    let Turn::Wait(rest) = limits.begin("publisher.example", at(200)) else { panic!("too early") };
    assert_eq!(rest, Duration::from_millis(300));
    assert!(matches!(limits.begin("publisher.example", at(500)), Turn::Go(_)));
}

#[test]
fn a_clock_that_jumps_back_costs_no_more_than_one_pause() {
    let limits = HostLimits::new(Duration::from_millis(500));
    drop(limits.begin("a.example", at(1_000_000)));
    let Turn::Wait(rest) = limits.begin("a.example", at(0)) else { panic!("the pause holds") };
    assert_eq!(rest, Duration::from_millis(500));
}

#[test]
fn hosts_at_rest_are_forgotten_before_memory_grows() {
    let limits = HostLimits::new(Duration::from_millis(1));
    for host in 0..20_000 {
        assert!(matches!(limits.begin(&format!("h{host}.example"), at(host * 10)), Turn::Go(_)));
    }
}
