//! The catalogue of exploited vulnerabilities, and what changed between two states.

use holdpoint_domain::intelligence::KnownUse;
use holdpoint_formats::intelligence::kev::{delta, parse};
use proptest::prelude::{any, proptest};

use crate::corpus::corpus;

const CATALOGUE: &str = r#"{"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.03.13",
 "dateReleased": "2026-03-13T16:38:24.564Z", "count": 2, "vulnerabilities": [
 {"cveID": "CVE-2099-0001", "vendorProject": "Acme", "product": "PLC", "vulnerabilityName": "Acme PLC overflow",
  "dateAdded": "2099-01-10", "shortDescription": "x", "requiredAction": "Update.", "dueDate": "2099-01-31",
  "knownRansomwareCampaignUse": "Known", "notes": "https:\/\/example.com", "cwes": ["CWE-787"]},
 {"cveID": "CVE-2099-0002", "vendorProject": "Acme", "product": "HMI", "dateAdded": "2099-01-11",
  "knownRansomwareCampaignUse": "Unknown"}]}"#;

#[test]
fn the_catalogue_is_read_and_unknown_use_is_not_no() {
    let parsed = parse(CATALOGUE.as_bytes()).unwrap();
    assert_eq!(parsed.warnings, []);
    assert_eq!(parsed.value.version, "2026.03.13");
    assert_eq!(parsed.value.released.unwrap().to_string(), "2026-03-13T16:38:24.564Z");
    let [first, second] = &*parsed.value.entries else { panic!() };
    assert_eq!((&*first.vendor, &*first.due, first.ransomware), ("Acme", "2099-01-31", Some(KnownUse)));
    assert_eq!((&*second.product, second.ransomware), ("HMI", None));
}

#[test]
fn half_a_catalogue_is_none() {
    for length in 0..CATALOGUE.len() {
        assert!(parse(&CATALOGUE.as_bytes()[..length]).is_err());
    }
    let rejected = parse(&CATALOGUE.as_bytes()[..CATALOGUE.len() - 3]).unwrap_err();
    assert_eq!((rejected.code.as_str(), rejected.meaning.as_str()), ("cut-off", "nothing of it was taken"));
    assert_eq!(parse(CATALOGUE.replacen("cveID", "id", 1).as_bytes()).unwrap_err().code, "kev-entries");
    assert!(parse(b"<html>").is_err());
}

#[test]
fn a_double_entry_is_said_and_a_wrong_count_is_refused() {
    let odd = CATALOGUE.replace("CVE-2099-0002", "CVE-2099-0001");
    let parsed = parse(odd.as_bytes()).unwrap();
    let codes: Vec<_> = parsed.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["kev-twice"]);
    assert_eq!((parsed.value.entries.len(), &*parsed.value.entries[0].product), (1, "HMI"));
    // What is missing would look as if it had been taken back.
    let cut = CATALOGUE.replace("\"count\": 2", "\"count\": 5");
    assert_eq!(parse(cut.as_bytes()).unwrap_err().code, "kev-count");
    let empty = r#"{"title": "t", "catalogVersion": "1", "dateReleased": "2026-03-13T16:38:24.564Z", "count": 0, "vulnerabilities": []}"#;
    assert_eq!(parse(empty.as_bytes()).unwrap_err().code, "kev-count");
}

#[test]
fn two_states_become_what_changed() {
    let before = parse(CATALOGUE.as_bytes()).unwrap().value;
    let after = CATALOGUE.replace("2099-01-31", "2099-02-01").replace("CVE-2099-0002", "CVE-2099-0003");
    let after = parse(after.as_bytes()).unwrap().value;
    let delta = delta(&before, &after);
    let (was, now) = &delta.changed[0];
    assert_eq!((&*was.due, &*now.due), ("2099-01-31", "2099-02-01"));
    assert_eq!((&*delta.added[0].cve, &*delta.removed[0].cve), ("CVE-2099-0003", "CVE-2099-0002"));
}

#[test]
fn states_of_the_corpus() {
    let Some(folder) = corpus("kev", "reading of the catalogue of exploited vulnerabilities") else { return };
    let read = |name: &str| {
        let parsed = parse(&std::fs::read(folder.join(name)).unwrap()).unwrap();
        assert_eq!(parsed.warnings, []);
        parsed.value
    };
    let (before, after) = (read("kev-2025-08-25.json"), read("kev-2026-03-13.json"));
    assert_eq!((before.entries.len(), after.entries.len()), (1404, 1542));
    let delta = delta(&before, &after);
    assert_eq!((delta.added.len(), delta.removed.len()), (138, 0));
    // 31 entries differ; of 3 only the notes, which are not kept, and of some only the description.
    assert!((25..=31).contains(&delta.changed.len()), "{}", delta.changed.len());
}

proptest! {
    #[test]
    fn no_change_of_bytes_makes_it_panic(
        changes in proptest::collection::vec((0..CATALOGUE.len(), any::<u8>()), 1..8),
    ) {
        let mut bytes = CATALOGUE.as_bytes().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        let _ = parse(&bytes);
    }
}
