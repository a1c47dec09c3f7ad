//! Debian's security tracker: what each status of a release means.

use holdpoint_domain::intelligence::{
    Condition, Criterion, End, Inclusion, Subject, VersionTest, VulnerabilityRecord,
};
use holdpoint_formats::intelligence::debian::parse;
use proptest::prelude::{any, proptest};

const TRACKER: &str = r#"{
 "openssl": {
  "CVE-2099-0001": {"debianbug": 1, "scope": "remote", "description": "A flaw", "releases": {
    "bookworm": {"status": "resolved", "repositories": {"bookworm": "3.0.15-1"}, "fixed_version": "3.0.14-1~deb12u2", "urgency": "not yet assigned"},
    "bullseye": {"status": "open", "repositories": {"bullseye": "1.1.1w-0"}, "urgency": "low", "nodsa": "Minor", "nodsa_reason": "postponed"},
    "trixie": {"status": "resolved", "fixed_version": "0", "urgency": "unimportant"}}},
  "CVE-2099-0002": {"releases": {"sid": {"status": "undetermined", "repositories": {}, "urgency": "not yet assigned"},
    "trixie": {"status": "resolved"}, "forky": {"status": "strange"}}},
  "CVE-2099-0003": {"releases": {"sid": {"status": "resolved", "fixed_version": "0"}}}},
 "edk2": {"CVE-2099-0001": {"description": "Another text", "releases": {"sid": {"status": "open", "fixed_version": "2025.02-1"}}}}
}"#;

fn records() -> Vec<VulnerabilityRecord> {
    parse(TRACKER.as_bytes()).unwrap().value
}

fn leaves(record: &VulnerabilityRecord) -> Vec<Criterion> {
    match &record.applicability.iter().map(|one| &one.root).collect::<Vec<_>>()[..] {
        [] => Vec::new(),
        [Condition::Is(only)] => vec![only.clone()],
        [Condition::Any(ways)] => ways
            .iter()
            .map(|way| match way {
                Condition::Is(leaf) => leaf.clone(),
                other => panic!("{other:?}"),
            })
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_flaw_is_gathered_from_all_packages_and_releases() {
    let all = records();
    let names: Vec<_> = all.iter().map(|record| &*record.reference).collect();
    assert_eq!(names, ["CVE-2099-0001", "CVE-2099-0002", "CVE-2099-0003"]);
    let first = leaves(&all[0]);
    assert_eq!((first.len(), &*all[0].description), (4, "A flaw"));
    assert_eq!(all[0].tags, ["low", "unimportant"]);
    assert_eq!(
        first[0].subject,
        Subject::Package {
            kind: "deb".to_owned(),
            namespace: "debian".to_owned(),
            name: "openssl".to_owned(),
            release: "bookworm".to_owned(),
            source_package: true,
        }
    );
    let high = Some(End { version: "3.0.14-1~deb12u2".to_owned(), inclusion: Inclusion::Excluded });
    assert_eq!(first[0].versions, VersionTest::Between { scheme: "deb".to_owned(), low: None, high });
    assert_eq!(first[1].versions, VersionTest::Any, "open: every version");
    assert_eq!(first[2].versions, VersionTest::OneOf(Vec::new()), "never: spoken of, and no version");
    assert!(matches!(&first[3].versions, VersionTest::OneOf(ways) if ways[1] == VersionTest::NotStated));
}

#[test]
fn fixed_in_zero_is_never_affected_and_undetermined_is_unknown() {
    let all = records();
    let second = leaves(&all[1]);
    assert!(second.iter().all(|leaf| leaf.versions == VersionTest::NotStated), "{second:?}");
    assert_eq!(second.len(), 3, "an odd status is unknown, not nothing");
    let third = leaves(&all[2]);
    assert_eq!(
        third.iter().map(|leaf| &leaf.versions).collect::<Vec<_>>(),
        [&VersionTest::OneOf(Vec::new())]
    );
    let codes: Vec<_> = parse(TRACKER.as_bytes()).unwrap().warnings;
    assert_eq!(
        codes.iter().map(|warning| &*warning.place).collect::<Vec<_>>(),
        ["openssl CVE-2099-0002 trixie", "openssl CVE-2099-0002 forky"]
    );
}

#[test]
fn half_a_file_is_none() {
    for length in 0..TRACKER.len() {
        assert!(parse(&TRACKER.as_bytes()[..length]).is_err());
    }
    assert_eq!(parse(b"{}").unwrap_err().code, "not-debian");
    assert_eq!(parse(b"[1]").unwrap_err().code, "not-debian");
    assert!(parse(TRACKER.replace("\"A flaw\"", &"[".repeat(100_000)).as_bytes()).is_err());
}

proptest! {
    #[test]
    fn no_change_of_bytes_makes_it_panic(changes in proptest::collection::vec((0..TRACKER.len(), any::<u8>()), 1..8)) {
        let mut bytes = TRACKER.as_bytes().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        let _ = parse(&bytes);
    }
}
