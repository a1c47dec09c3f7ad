//! EPSS scores of one day, with their model.

use std::convert::Infallible;

use holdpoint_domain::intelligence::EpssScore;
use holdpoint_domain::{Parsed, Rejected};
use holdpoint_formats::intelligence::StreamError;
use holdpoint_formats::intelligence::epss::{Summary, visit};
use proptest::prelude::{any, proptest};

const DAY: &str = "#model_version:v2025.03.14,score_date:2026-03-14T12:55:00Z\ncve,epss,percentile\n\
                   CVE-1999-0001,0.01297,0.79123\nCVE-2099-0002,9e-05,1.0\n";

fn read(bytes: &[u8]) -> Result<(Vec<EpssScore>, Parsed<Summary>), Rejected> {
    let mut all = Vec::new();
    match visit(bytes, |score| {
        all.push(score);
        Ok::<(), Infallible>(())
    }) {
        Ok(parsed) => Ok((all, parsed)),
        Err(StreamError::Rejected(rejected)) => Err(rejected),
        Err(StreamError::Stopped(never)) => match never {},
    }
}

#[test]
fn scores_are_read_with_their_model_and_day() {
    let (scores, parsed) = read(DAY.as_bytes()).unwrap();
    assert_eq!(parsed.warnings, []);
    assert_eq!(
        (&*parsed.value.model, &*parsed.value.day, parsed.value.rows),
        ("v2025.03.14", "2026-03-14", 2)
    );
    assert_eq!((scores[0].probability_ppm, scores[0].percentile_ppm), (12_970, 791_230));
    assert_eq!((scores[1].probability_ppm, scores[1].percentile_ppm), (90, 1_000_000));
    assert_eq!((&*scores[1].cve, &*scores[1].day), ("CVE-2099-0002", "2026-03-14"));
}

#[test]
fn what_cannot_be_read_is_left_out_and_said() {
    let odd = "cve,epss,percentile\r\nCVE-2099-0001,1.5,0.1\nCVE-2099-0002,NaN,0.1\nEVE-1,0.1,0.1\nCVE-2099-3,0.1,0.2\r\n";
    let (scores, parsed) = read(odd.as_bytes()).unwrap();
    assert_eq!((scores.len(), parsed.value.unreadable), (1, 3));
    assert_eq!(parsed.warnings.last().unwrap().code, "epss-head");
}

#[test]
fn cut_off_and_hostile_files() {
    // A cut inside the last row cannot be seen in a CSV; the shortened row is left out or reads as a row.
    assert!(read(&DAY.as_bytes()[..40]).is_err());
    assert!(read(b"").is_err());
    assert!(read(b"<html>").is_err());
    assert!(read(&[b'a'; 100_000]).unwrap_err().what.contains("a line has more"));
    assert!(read(b"cve,epss,percentile\n\xff\xfe\n").unwrap_err().what.contains("UTF-8"));
}

#[test]
fn the_receiver_can_stop() {
    assert_eq!(visit(DAY.as_bytes(), |_| Err("enough")), Err(StreamError::Stopped("enough")));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let _ = read(&[DAY.as_bytes(), &bytes].concat());
    }
}
