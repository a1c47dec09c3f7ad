//! Sources of advisories, the quarantine, observations, runs of imports and remembered mappings.

use crate::support::{at, filtered, stores};
use holdpoint_domain::advisory::CheckResult;
use holdpoint_domain::id::{CheckId, MappingId, ObservationId, ProviderId, QuarantineId};
use holdpoint_domain::observation::{Observation, SourceKind};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::mapping::Mapping;
use holdpoint_store::observation::ImportRun;
use holdpoint_store::provider::{DocumentCounts, Provider, SourceCheck, SourceDocument};
use holdpoint_store::quarantine::{Quarantined, Release};

fn provider(tail: u8, name: &str) -> Provider {
    Provider {
        id: ProviderId::from_bytes([tail; 16]),
        name: name.to_owned(),
        address: "acme.example".to_owned(),
        enabled: true,
        fingerprints: vec!["ABCD".to_owned()],
        interval_minutes: 60,
        created_at: at(1),
    }
}

fn check(tail: u8, result: CheckResult, started: Moment) -> SourceCheck {
    SourceCheck {
        id: CheckId::from_bytes([tail; 16]),
        provider: Some(ProviderId::from_bytes([1; 16])),
        source: "acme.example".to_owned(),
        started_at: started,
        finished_at: started.plus_micros(5),
        result,
        counts: DocumentCounts { read: 9, new: 1, changed: 2, unchanged: 5, quarantined: 1 },
        message: "words".to_owned(),
    }
}

#[test]
fn every_check_is_kept_also_one_that_found_nothing() {
    for store in stores() {
        let all = [
            check(1, CheckResult::New, at(10)),
            check(2, CheckResult::None, at(20)),
            check(3, CheckResult::Failed, at(30)),
        ];
        store.write(|c| {
            c.put_provider(&provider(1, "Acme"))?;
            all.iter().try_for_each(|one| c.put_check(one))
        });
        let listed = store.read(|r| r.checks(&filtered("")));
        assert_eq!(listed.items, [all[2].clone(), all[1].clone(), all[0].clone()], "{}", store.engine);
        assert_eq!(store.read(|r| r.checks(&filtered("result:none"))).items, [all[1].clone()]);
        assert_eq!(store.read(|r| r.last_checks()), [all[2].clone()]);
        assert_eq!(store.read(|r| r.last_successes()), [all[1].clone()]);
    }
}

#[test]
fn a_removed_provider_leaves_its_checks_and_frees_its_name() {
    for store in stores() {
        let acme = provider(1, "Acme");
        let changed = Provider { enabled: false, created_at: at(99), ..acme.clone() };
        store.write(|c| {
            c.put_provider(&acme)?;
            c.put_provider(&changed)?;
            c.put_check(&check(1, CheckResult::None, at(10)))
        });
        let kept = store.read(|r| r.provider(acme.id)).unwrap();
        assert_eq!((kept.enabled, kept.created_at), (false, at(1)), "{}", store.engine);
        let seen = SourceDocument {
            provider: acme.id,
            url: "https://acme.example/1.json".to_owned(),
            etag: Some("\"1\"".to_owned()),
            last_modified: None,
            raw_sha256: Some([5; 32]),
            checked_at: at(10),
        };
        let later = SourceDocument { etag: None, checked_at: at(11), ..seen.clone() };
        store.write(|c| {
            c.put_source_document(&seen)?;
            c.put_source_document(&later)
        });
        assert_eq!(store.read(|r| r.source_documents(acme.id)), [later]);
        assert!(store.write(|c| c.remove_provider(acme.id, at(20))));
        assert!(!store.write(|c| c.remove_provider(acme.id, at(21))));
        assert_eq!(store.read(|r| r.providers()), []);
        assert_eq!(store.read(|r| r.source_documents(acme.id)), []);
        assert_eq!(store.read(|r| r.checks(&filtered(""))).count.value, 1);
        store.write(|c| c.put_provider(&provider(2, "Acme")));
        assert_eq!(store.read(|r| r.providers()).len(), 1);
    }
}

#[test]
fn a_document_stays_in_quarantine_until_somebody_releases_it_and_is_listed_after_that() {
    for store in stores() {
        let document = Quarantined {
            id: QuarantineId::from_bytes([1; 16]),
            source: "folder oct24".to_owned(),
            name: "broken.json".to_owned(),
            raw_sha256: [6; 32],
            rejected: Rejected::new("not-json", "it is no JSON", "nothing was taken", "ask the publisher"),
            received_at: at(10),
            released: None,
        };
        store.write(|c| c.put_quarantine(&document));
        assert_eq!(
            store.read(|r| r.quarantined_by_hash(&[6; 32])),
            std::slice::from_ref(&document),
            "{}",
            store.engine
        );
        assert_eq!(store.read(|r| r.quarantine(&filtered("code:not-json released:\"\""))).count.value, 1);
        assert!(store.write(|c| c.release_quarantine(document.id, "a.weber", at(20))));
        assert!(!store.write(|c| c.release_quarantine(document.id, "m.other", at(21))));
        let kept = store.read(|r| r.quarantined(document.id)).unwrap();
        assert_eq!(kept.released, Some(Release { at: at(20), by: "a.weber".to_owned() }));
        assert_eq!(store.read(|r| r.quarantined_by_hash(&[6; 32])), []);
        assert_eq!(store.read(|r| r.quarantine(&filtered(""))).items, [kept]);
    }
}

#[test]
fn a_mapping_is_found_by_the_header_that_it_is_for() {
    for store in stores() {
        let mapping = Mapping {
            id: MappingId::from_bytes([1; 16]),
            name: "Maintenance list".to_owned(),
            header_fingerprint: [3; 32],
            header: vec!["Anlage".to_owned(), "FW".to_owned()],
            columns: serde_json::json!({"FW": "firmware_version"}),
            updated_at: at(10),
        };
        let newer = Mapping {
            id: MappingId::from_bytes([2; 16]),
            columns: serde_json::json!({"FW": "hardware_revision"}),
            ..mapping.clone()
        };
        store.write(|c| {
            c.put_mapping(&mapping)?;
            c.put_mapping(&newer)
        });
        let kept = Mapping { id: mapping.id, ..newer };
        assert_eq!(
            store.read(|r| r.mapping_by_fingerprint(&[3; 32])),
            Some(kept.clone()),
            "{}",
            store.engine
        );
        assert_eq!(store.read(|r| r.mappings()), [kept]);
        assert!(store.write(|c| c.remove_mapping(mapping.id)));
        assert_eq!(store.read(|r| r.mapping(mapping.id)), None);
    }
}

#[test]
fn observations_and_runs_are_found_again() {
    for store in stores() {
        let seen = Observation {
            id: ObservationId::from_bytes([1; 16]),
            kind: SourceKind::File,
            source: "plant.csv".to_owned(),
            observed_at: at(5),
            raw_sha256: [4; 32],
        };
        let run = ImportRun {
            kind: "asset".to_owned(),
            source: "plant.csv".to_owned(),
            raw_sha256: [4; 32],
            at: at(6),
            counts: serde_json::json!({"rows": 3}),
        };
        let numbers = store.write(|c| {
            c.put_observation(&seen, 3)?;
            Ok((c.put_import_run(&run)?, c.put_import_run(&run)?))
        });
        assert_eq!(numbers, (1, 2), "{}", store.engine);
        let kept = store.read(|r| r.observation(seen.id)).unwrap();
        assert_eq!((kept.observation, kept.row_count), (seen, 3));
        assert_eq!(store.read(|r| r.observation_by_hash(&[4; 32])).len(), 1);
        assert_eq!(store.read(|r| r.import_runs(1)), [(2, run)]);
    }
}
