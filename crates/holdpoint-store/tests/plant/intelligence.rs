//! Feeds, records of vulnerabilities, the KEV catalogue with its past, EPSS and VEX documents.

use crate::support::{TestStore, at, filtered, stores};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::advisory::{CheckResult, ProductStatus};
use holdpoint_domain::id::{CheckId, FeedId};
use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, End, EpssScore, FeedKind, Inclusion, KevEntry, KnownUse,
    RecordState, Role, SourcedScore, SsvcPoints, Subject, Unlisted, VersionTest, VexStatement, VexSubject,
    VulnerabilityRecord,
};
use holdpoint_store::feed::{Feed, FeedCheck, FeedContent, FeedFile, FileCounts, RecordCounts};
use holdpoint_store::vex::{NewVex, VexStanding};
use holdpoint_store::vulnerability_record::{EpssEdition, KevEdition, KevState};

fn record(reference: &str, modified: i64, base: u16) -> VulnerabilityRecord {
    let leaf = |subject, versions, role| Condition::Is(Criterion { role, subject, versions });
    let firmware = Subject::Cpe(r"cpe:2.3:o:acme:pump_controller_firmware:*:*:*:*:*:*:*:*".to_owned());
    let device = Subject::Product {
        vendor: "Acme".to_owned(),
        product: "Pump".to_owned(),
        platforms: vec!["x86".to_owned()],
    };
    let package = Subject::Package {
        kind: "deb".to_owned(),
        namespace: "debian".to_owned(),
        name: "openssl".to_owned(),
        release: "bookworm".to_owned(),
        source_package: true,
    };
    let range = VersionTest::Between {
        scheme: "dpkg".to_owned(),
        low: None,
        high: Some(End { version: "2.4".to_owned(), inclusion: Inclusion::Excluded }),
    };
    let out = VersionTest::Exact { version: "2.3".to_owned(), update: "u1".to_owned() };
    let except = VersionTest::Except { meant: Box::new(VersionTest::Any), taken_out: vec![out] };
    let texts = VersionTest::OneOf(vec![VersionTest::Expression("V1 and later".to_owned())]);
    VulnerabilityRecord {
        reference: reference.to_owned(),
        aliases: vec!["GHSA-1".to_owned()],
        state: RecordState::Published,
        source_status: "Deferred".to_owned(),
        tags: vec!["disputed".to_owned()],
        title: format!("A flaw, {base}"),
        description: "Text with \u{0} inside".to_owned(),
        published: Some(at(5)),
        modified: Some(at(modified)),
        cwes: vec!["CWE-79".to_owned()],
        scores: vec![SourcedScore {
            source: "nvd@nist.gov".to_owned(),
            version: "3.1".to_owned(),
            vector: "CVSS:3.1/…".to_owned(),
            base_tenths: Some(base),
        }],
        ssvc: vec![SsvcPoints {
            source: "CISA".to_owned(),
            at: Some(at(6)),
            exploitation: Some("public poc".to_owned()),
            automatable: Some("yes".to_owned()),
            technical_impact: Some("total".to_owned()),
        }],
        kev: None,
        applicability: vec![Applicability {
            source: "nvd@nist.gov".to_owned(),
            unlisted: Unlisted::NotAffected,
            root: Condition::All(vec![
                Condition::Any(vec![leaf(firmware, range, Role::Vulnerable)]),
                leaf(device, VersionTest::NotStated, Role::Platform),
                Condition::Not(Box::new(leaf(package.clone(), except, Role::Vulnerable))),
                leaf(package, texts, Role::Vulnerable),
            ]),
        }],
        links: vec!["https://acme.example/1".to_owned()],
    }
}

fn kev(cve: &str, due: &str) -> KevEntry {
    KevEntry {
        cve: cve.to_owned(),
        vendor: "Acme".to_owned(),
        product: "Pump".to_owned(),
        name: "Acme Pump flaw".to_owned(),
        added: "2026-01-02".to_owned(),
        required_action: "Patch".to_owned(),
        due: due.to_owned(),
        ransomware: Some(KnownUse),
    }
}

fn put(store: &TestStore, records: &[VulnerabilityRecord], seconds: i64) -> RecordCounts {
    store.write(|c| c.put_records(FeedKind::Nvd, records, at(seconds)))
}

fn listed(store: &TestStore, filter: &str) -> Vec<String> {
    let page = store.read(|r| r.vulnerability_list(&filtered(filter)));
    let mut names: Vec<String> = page.items.into_iter().map(|line| line.threat.reference).collect();
    names.sort();
    names
}

#[test]
fn a_record_reads_back_as_it_came_with_its_whole_tree() {
    for store in stores() {
        let one = record("CVE-2026-0001", 10, 98);
        let counts = put(&store, std::slice::from_ref(&one), 20);
        assert_eq!((counts.read, counts.new), (1, 1), "{}", store.engine);
        let found = store.read(|r| r.records_of("CVE-2026-0001"));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].source, found[0].received_at), (FeedKind::Nvd, at(20)));
        assert_eq!(found[0].record, one);
        let mut trees = Vec::new();
        store.read(|r| {
            r.each_applicability(|reference, source, list| {
                trees.push((reference.to_owned(), source, list));
                Ok(())
            })
        });
        assert_eq!(trees, [("CVE-2026-0001".to_owned(), FeedKind::Nvd, one.applicability)]);
    }
}

#[test]
fn the_same_changes_nothing_the_newer_replaces_and_the_older_is_left_out() {
    for store in stores() {
        put(&store, &[record("CVE-2026-0001", 10, 98)], 20);
        let again = put(&store, &[record("CVE-2026-0001", 10, 98)], 21);
        assert_eq!((again.unchanged, again.wrote()), (1, false), "{}", store.engine);
        let newer = put(&store, &[record("CVE-2026-0001", 11, 70)], 22);
        assert_eq!(newer.changed, 1);
        let older = put(&store, &[record("CVE-2026-0001", 9, 50)], 23);
        assert_eq!((older.older, older.wrote()), (1, false));
        let line = store.read(|r| r.vulnerability("CVE-2026-0001", &Reach::Everywhere)).unwrap();
        assert_eq!(line.threat.max_base_tenths, Some(70));
        assert_eq!(line.sources, ["nvd"]);
    }
}

#[test]
fn a_rejected_record_raises_nothing_and_takes_back_what_it_raised() {
    for store in stores() {
        put(&store, &[record("CVE-2026-0001", 10, 98)], 20);
        let rejected = VulnerabilityRecord {
            state: RecordState::Rejected,
            modified: Some(at(12)),
            ..record("CVE-2026-0001", 10, 98)
        };
        put(&store, &[rejected], 21);
        let line = store.read(|r| r.vulnerability("CVE-2026-0001", &Reach::Everywhere)).unwrap();
        assert_eq!(line.threat.state, Some(RecordState::Rejected), "{}", store.engine);
        assert_eq!((line.threat.max_base_tenths, line.threat.exploitation), (None, None));
        let mut trees = 0;
        store.read(|r| {
            r.each_applicability(|_, _, _| {
                trees += 1;
                Ok(())
            })
        });
        assert_eq!(trees, 0);
    }
}

#[test]
fn nothing_is_not_listed_before_a_catalogue_was_read() {
    for store in stores() {
        put(&store, &[record("CVE-2026-0001", 10, 98), record("CVE-2026-0002", 10, 50)], 20);
        assert_eq!(listed(&store, "kev:no"), [""; 0], "{}", store.engine);
        assert_eq!(listed(&store, "kev:unknown").len(), 2);
        store.write(|c| {
            let received_at = at(30);
            c.put_feed_content(&FeedContent {
                kind: FeedKind::Kev,
                read_at: received_at,
                changed_at: received_at,
                edition: "2026.01".to_owned(),
                edition_at: None,
                records: 0,
            })?;
            c.put_kev(KevEdition { entries: &[kev("CVE-2026-0001", "2026-02-01")], received_at })
        });
        assert_eq!(listed(&store, "kev:yes"), ["CVE-2026-0001"]);
        assert_eq!(listed(&store, "kev:no"), ["CVE-2026-0002"]);
        assert_eq!(store.read(|r| r.feed_contents())[0].records, 1);
    }
}

#[test]
fn the_catalogue_remembers_what_was_added_changed_and_taken_out() {
    for store in stores() {
        let edition = |entries: &[KevEntry], seconds| {
            store.write(|c| c.put_kev(KevEdition { entries, received_at: at(seconds) }))
        };
        let first = edition(&[kev("CVE-1", "2026-02-01"), kev("CVE-2", "2026-02-01")], 10);
        assert_eq!((first.new, first.read), (2, 2), "{}", store.engine);
        let second = edition(&[kev("CVE-1", "2026-03-01"), kev("CVE-3", "2026-02-01")], 20);
        assert_eq!((second.new, second.changed, second.withdrawn), (1, 1, 1));
        let third = edition(&[kev("CVE-1", "2026-03-01"), kev("CVE-3", "2026-02-01")], 30);
        assert_eq!((third.unchanged, third.wrote()), (2, false));
        let names = |moment| {
            let found = store.read(|r| r.kev_catalogue(moment));
            found.into_iter().map(|period| (period.entry.cve, period.entry.due)).collect::<Vec<_>>()
        };
        let pair = |cve: &str, due: &str| (cve.to_owned(), due.to_owned());
        assert_eq!(names(at(15)), [pair("CVE-1", "2026-02-01"), pair("CVE-2", "2026-02-01")]);
        assert_eq!(names(Moment::OPEN), [pair("CVE-1", "2026-03-01"), pair("CVE-3", "2026-02-01")]);
        let gone = store.read(|r| r.kev_history("CVE-2"));
        assert_eq!((gone.len(), gone[0].valid_to), (1, at(20)));
        // What the catalogue took out is not kept alive by a record that repeats it.
        let repeating =
            VulnerabilityRecord { kev: Some(kev("CVE-2", "2026-02-01")), ..record("CVE-2", 10, 98) };
        put(&store, &[repeating], 40);
        let line = store.read(|r| r.vulnerability("CVE-2", &Reach::Everywhere)).unwrap();
        assert_eq!(line.threat.kev, KevState::Unknown);
    }
}

#[test]
fn epss_is_of_today_and_its_past_is_one_score_a_month_of_what_matters() {
    for store in stores() {
        store
            .write(|c| c.put_kev(KevEdition { entries: &[kev("CVE-1", "2026-02-01")], received_at: at(10) }));
        let day = |day: &str, scores: &[(&str, u32)]| {
            let scores: Vec<EpssScore> = scores
                .iter()
                .map(|(cve, ppm)| EpssScore {
                    cve: (*cve).to_owned(),
                    probability_ppm: *ppm,
                    percentile_ppm: 500_000,
                    model: "v4".to_owned(),
                    day: day.to_owned(),
                })
                .collect();
            store.write(|c| c.put_epss(EpssEdition { scores: &scores, day, model: "v4" }))
        };
        assert_eq!(day("2026-03-01", &[("CVE-1", 10), ("CVE-9", 20)]).new, 2, "{}", store.engine);
        let second = day("2026-03-02", &[("CVE-1", 900_000), ("CVE-9", 20)]);
        assert_eq!((second.changed, second.unchanged), (1, 1));
        assert_eq!(day("2026-04-01", &[("CVE-1", 900_000)]).withdrawn, 1);
        assert_eq!(listed(&store, "epss>=0.5"), ["CVE-1"]);
        let kept: Vec<String> =
            store.read(|r| r.epss_history("CVE-1")).into_iter().map(|score| score.day).collect();
        assert_eq!(kept, ["2026-03-01", "2026-04-01"]);
        assert_eq!(store.read(|r| r.epss_history("CVE-9")), []);
        // A score alone does not make a vulnerability worth a row.
        assert_eq!(listed(&store, ""), ["CVE-1"]);
    }
}

#[test]
fn the_list_is_filtered_by_scores_points_sources_and_products() {
    for store in stores() {
        put(&store, &[record("CVE-2026-0001", 10, 98), record("CVE-2026-0002", 11, 50)], 20);
        for (filter, names) in [
            ("cvss>=9", vec!["CVE-2026-0001"]),
            ("reference:CVE-2026-0002", vec!["CVE-2026-0002"]),
            ("ssvc.exploitation>=public_poc cvss<9", vec!["CVE-2026-0002"]),
            ("ssvc.exploitation:active", vec![]),
            ("product~\"acme pump controller\" source:nvd", vec!["CVE-2026-0001", "CVE-2026-0002"]),
            ("source:cve", vec![]),
            ("has:record", vec!["CVE-2026-0001", "CVE-2026-0002"]),
            ("has:advisory", vec![]),
            ("affects:yes", vec![]),
            ("state:rejected", vec![]),
        ] {
            assert_eq!(listed(&store, filter), names, "{filter} on {}", store.engine);
        }
    }
}

#[test]
fn several_osv_records_of_one_cve_stand_side_by_side() {
    for store in stores() {
        let of = |id: &str| VulnerabilityRecord {
            aliases: vec![id.to_owned()],
            ..record("CVE-2026-0001", 10, 98)
        };
        let put =
            |records: &[VulnerabilityRecord]| store.write(|c| c.put_records(FeedKind::Osv, records, at(20)));
        assert_eq!(put(&[of("GHSA-1"), of("PYSEC-1")]).new, 2, "{}", store.engine);
        assert_eq!(put(&[of("GHSA-1")]).unchanged, 1);
        assert_eq!(store.read(|r| r.records_of("CVE-2026-0001")).len(), 2);
        let line = store.read(|r| r.vulnerability("CVE-2026-0001", &Reach::Everywhere)).unwrap();
        assert_eq!(line.sources, ["osv"]);
    }
}

#[test]
fn a_source_that_is_always_whole_loses_what_it_leaves_out() {
    for store in stores() {
        put(&store, &[record("CVE-1", 10, 98), record("CVE-2", 10, 50)], 20);
        let keep = ["CVE-2".to_owned()].into_iter().collect();
        assert_eq!(store.write(|c| c.keep_only_records(FeedKind::Nvd, &keep)), 1, "{}", store.engine);
        assert_eq!(listed(&store, ""), ["CVE-2"]);
    }
}

#[test]
fn feeds_files_and_checks_are_kept() {
    for store in stores() {
        let feed = Feed {
            id: FeedId::from_bytes([1; 16]),
            name: "KEV".to_owned(),
            kind: Some(FeedKind::Kev),
            addresses: vec!["https://acme.example/kev.json".to_owned()],
            folder: String::new(),
            proxy: String::new(),
            ca_file: String::new(),
            enabled: true,
            interval_minutes: 60,
            created_at: at(1),
        };
        let check = |tail: u8, result, started| FeedCheck {
            id: CheckId::from_bytes([tail; 16]),
            feed: Some(feed.id),
            source: "KEV".to_owned(),
            kind: None,
            started_at: at(started),
            finished_at: at(started + 1),
            result,
            files: FileCounts { read: 1, taken: 1, unchanged: 0, failed: 0 },
            records: RecordCounts { read: 9, new: 8, changed: 1, unchanged: 0, older: 0, withdrawn: 0 },
            warnings: 2,
            message: "words".to_owned(),
        };
        let file = FeedFile {
            kind: FeedKind::Kev,
            name: "https://acme.example/kev.json".to_owned(),
            etag: Some("\"1\"".to_owned()),
            last_modified: None,
            raw_sha256: [7; 32],
            size_bytes: 100,
            taken_at: at(10),
        };
        let checks = [check(1, CheckResult::New, 10), check(2, CheckResult::Failed, 20)];
        store.write(|c| {
            c.put_feed(&feed)?;
            c.put_feed_file(&file)?;
            checks.iter().try_for_each(|one| c.put_feed_check(one))
        });
        assert_eq!(store.read(|r| r.feeds()), *std::slice::from_ref(&feed), "{}", store.engine);
        assert_eq!(store.read(|r| r.feed_files_by_hash(&[7; 32])), *std::slice::from_ref(&file));
        assert_eq!(store.read(|r| r.feed_file(FeedKind::Kev, &file.name)), Some(file));
        assert_eq!(store.read(|r| r.last_feed_checks()), [checks[1].clone()]);
        assert_eq!(store.read(|r| r.last_feed_changes()), [checks[1].clone()]);
        assert_eq!(store.read(|r| r.feed_checks(&filtered("result:failed"))).items, [checks[1].clone()]);
        assert!(store.write(|c| c.remove_feed(feed.id, at(30))));
        assert_eq!(store.read(|r| r.feeds()), []);
    }
}

#[test]
fn a_vex_document_ends_the_one_before_it() {
    for store in stores() {
        let statement = |status| VexStatement {
            reference: "CVE-1".to_owned(),
            subjects: vec![VexSubject {
                identifier: "pkg:deb/debian/openssl@1".to_owned(),
                subject: None,
                versions: VersionTest::Exact { version: "1".to_owned(), update: String::new() },
            }],
            status,
            justification: "component_not_present".to_owned(),
            statement: String::new(),
            at: Some(at(3)),
        };
        let put = |status, tail: u8, seconds| {
            let statements = [statement(status)];
            store.write(|c| {
                c.put_vex(NewVex {
                    kind: FeedKind::OpenVex,
                    identity: "https://acme.example/vex/1",
                    author: "Acme PSIRT",
                    edition: "1",
                    source: "file vex.json",
                    raw_sha256: [tail; 32],
                    received_at: at(seconds),
                    statements: &statements,
                })
            })
        };
        assert_eq!(put(ProductStatus::UnderInvestigation, 1, 10), VexStanding::New, "{}", store.engine);
        assert_eq!(put(ProductStatus::KnownNotAffected, 2, 20), VexStanding::Replaced);
        let now = store.read(|r| r.vex_of("CVE-1", Moment::OPEN));
        assert_eq!(now.len(), 1);
        assert_eq!(now[0].statement, statement(ProductStatus::KnownNotAffected));
        assert_eq!(now[0].author, "Acme PSIRT");
        let then = store.read(|r| r.vex_of("CVE-1", at(15)));
        assert_eq!(then[0].statement.status, ProductStatus::UnderInvestigation);
        assert_eq!(listed(&store, "has:vex"), ["CVE-1"]);
    }
}
