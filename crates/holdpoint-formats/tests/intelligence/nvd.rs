//! NVD JSON 2.0: a real shape, cut-off and hostile ones, and the feeds of the corpus.

use std::convert::Infallible;
use std::io::{Cursor, Read};

use crate::corpus::corpus;
use holdpoint_domain::intelligence::{
    Condition, Criterion, End, Inclusion, RecordState, Role, Subject, VersionTest, VulnerabilityRecord,
};
use holdpoint_formats::intelligence::nvd::{Operator, visit_applicability, visit_records};
use holdpoint_formats::intelligence::{StreamError, StreamLimits};
use proptest::prelude::{Strategy, any, proptest};

/// A firmware on a device, a second configuration of exact versions, CISA's fields, scores of two givers.
const PAGE: &str = r#"{
 "resultsPerPage": 2, "startIndex": 0, "totalResults": 2, "format": "NVD_CVE", "version": "2.0",
 "timestamp": "2026-03-14T03:00:00.625",
 "vulnerabilities": [
  {"cve": {"id": "CVE-2099-0001", "sourceIdentifier": "cna@example.com", "published": "2099-01-07T19:59:05.107",
   "lastModified": "2099-02-01T10:00:00.000", "vulnStatus": "Analyzed",
   "cveTags": [{"sourceIdentifier": "cna@example.com", "tags": ["disputed"]}],
   "descriptions": [{"lang": "es", "value": "Uno."}, {"lang": "en", "value": "A \"flaw\"."}],
   "metrics": {
    "cvssMetricV40": [{"source": "cna@example.com", "type": "Secondary", "cvssData": {"version": "4.0",
      "vectorString": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "baseScore": 9.3}}],
    "cvssMetricV2": [{"source": "nvd@nist.gov", "type": "Primary", "cvssData": {"version": "2.0",
      "vectorString": "AV:N/AC:L/Au:N/C:C/I:C/A:C", "baseScore": 10.0}}]},
   "weaknesses": [{"source": "nvd@nist.gov", "type": "Primary", "description": [
      {"lang": "en", "value": "CWE-787"}, {"lang": "en", "value": "NVD-CWE-noinfo"}]}],
   "configurations": [
    {"operator": "AND", "nodes": [
      {"operator": "OR", "negate": false, "cpeMatch": [{"vulnerable": true,
        "criteria": "cpe:2.3:o:acme:plc_firmware:*:*:*:*:*:*:*:*", "versionStartIncluding": "1.0",
        "versionEndExcluding": "2.9.4", "matchCriteriaId": "X"}]},
      {"operator": "OR", "negate": false, "cpeMatch": [{"vulnerable": false,
        "criteria": "cpe:2.3:h:acme:plc:-:*:*:*:*:*:*:*", "matchCriteriaId": "Y"}]}]},
    {"nodes": [{"operator": "OR", "negate": false, "cpeMatch": [
      {"vulnerable": true, "criteria": "cpe:2.3:a:acme:tool\\:x:7.0\\(2\\):update1:*:*:*:*:*:*", "matchCriteriaId": "Z"},
      {"vulnerable": true, "criteria": "cpe:2.3:a:acme:tool:8.0:-:*:*:*:*:*:*", "matchCriteriaId": "Q"}]}]}],
   "references": [{"url": "https://example.com/a"}, {"url": "https://example.com/a"}],
   "cisaExploitAdd": "2099-01-10", "cisaActionDue": "2099-01-31", "cisaRequiredAction": "Update.",
   "cisaVulnerabilityName": "Acme PLC overflow"}},
  {"cve": {"id": "CVE-2099-0002", "vulnStatus": "Rejected", "descriptions": [], "metrics": {}, "references": []}}
 ]}"#;

fn records(bytes: &[u8]) -> Vec<VulnerabilityRecord> {
    let mut all = Vec::new();
    let read = visit_records(bytes, StreamLimits::default(), |record| {
        all.push(record);
        Ok::<(), Infallible>(())
    });
    assert_eq!(read.unwrap().warnings, []);
    all
}

fn leaf(role: Role, cpe: &str, versions: VersionTest) -> Condition {
    Condition::Is(Criterion { role, subject: Subject::Cpe(cpe.to_owned()), versions })
}

#[test]
fn a_record_becomes_our_nouns_with_its_whole_tree() {
    let all = records(PAGE.as_bytes());
    let first = &all[0];
    assert_eq!(first.description, "A \"flaw\".");
    assert_eq!(first.published.unwrap().to_string(), "2099-01-07T19:59:05.107Z");
    assert_eq!((first.source_status.as_str(), &*first.tags), ("Analyzed", &["disputed".to_owned()][..]));
    assert_eq!(first.cwes, ["CWE-787"]);
    assert_eq!(first.links, ["https://example.com/a"]);
    let scores: Vec<_> = first.scores.iter().map(|s| (&*s.source, &*s.version, s.base_tenths)).collect();
    assert_eq!(scores, [("cna@example.com", "4.0", Some(93)), ("nvd@nist.gov", "2.0", Some(100))]);
    let kev = first.kev.as_ref().unwrap();
    assert_eq!((&*kev.added, &*kev.due, kev.ransomware), ("2099-01-10", "2099-01-31", None));

    let between = VersionTest::Between {
        scheme: String::new(),
        low: Some(End { version: "1.0".to_owned(), inclusion: Inclusion::Included }),
        high: Some(End { version: "2.9.4".to_owned(), inclusion: Inclusion::Excluded }),
    };
    let exact = |version: &str, update: &str| VersionTest::Exact {
        version: version.to_owned(),
        update: update.to_owned(),
    };
    let expected = Condition::Any(vec![
        Condition::All(vec![
            leaf(Role::Vulnerable, "cpe:2.3:o:acme:plc_firmware:*:*:*:*:*:*:*:*", between),
            leaf(Role::Platform, "cpe:2.3:h:acme:plc:-:*:*:*:*:*:*:*", VersionTest::NotStated),
        ]),
        Condition::Any(vec![
            leaf(
                Role::Vulnerable,
                r"cpe:2.3:a:acme:tool\:x:7.0\(2\):update1:*:*:*:*:*:*",
                exact("7.0(2)", "update1"),
            ),
            leaf(Role::Vulnerable, "cpe:2.3:a:acme:tool:8.0:-:*:*:*:*:*:*", exact("8.0", "-")),
        ]),
    ]);
    assert_eq!(first.applicability.len(), 1);
    assert_eq!(first.applicability[0].source, "nvd@nist.gov");
    assert_eq!(first.applicability[0].root, expected);
    assert_eq!((all[1].state, all[1].applicability.len()), (RecordState::Rejected, 0));
}

#[test]
fn the_lean_visit_shows_the_same_leaves() {
    let mut seen = Vec::new();
    let read = visit_applicability(PAGE.as_bytes(), StreamLimits::default(), |record| {
        for configuration in record.configurations() {
            for node in configuration.nodes() {
                for leaf in node.matches() {
                    seen.push((record.reference.to_string(), configuration.operator, leaf.criterion()));
                }
            }
        }
        Ok::<(), Infallible>(())
    });
    let summary = read.unwrap().value;
    assert_eq!((summary.records, summary.head("timestamp")), (2, Some("2026-03-14T03:00:00.625")));
    assert_eq!(seen.len(), 4);
    assert_eq!((seen[0].1, seen[2].1), (Operator::All, Operator::Any));
    assert_eq!(seen[0].2.versions, {
        let Condition::Any(ways) = &records(PAGE.as_bytes())[0].applicability[0].root else { panic!() };
        let Condition::All(parts) = &ways[0] else { panic!() };
        let Condition::Is(leaf) = &parts[0] else { panic!() };
        leaf.versions.clone()
    });
}

#[test]
fn negation_and_empty_nodes_never_become_true_of_everything() {
    let page = PAGE
        .replace(
            r#""operator": "AND", "nodes": ["#,
            r#""operator": "AND", "nodes": [{"operator": "AND", "cpeMatch": []},"#,
        )
        .replace(
            r#"{"nodes": [{"operator": "OR", "negate": false"#,
            r#"{"nodes": [{"operator": "OR", "negate": true"#,
        );
    let mut all = Vec::new();
    let read = visit_records(page.as_bytes(), StreamLimits::default(), |record| {
        all.push(record);
        Ok::<(), Infallible>(())
    });
    assert_eq!(read.unwrap().warnings[0].code, "nvd-empty-node");
    let Condition::Any(ways) = &all[0].applicability[0].root else { panic!("{:?}", all[0]) };
    assert!(matches!(&ways[0], Condition::All(parts) if parts.len() == 2));
    assert!(matches!(&ways[1], Condition::Not(_)));
}

#[test]
fn nodes_below_nodes_are_read_and_a_name_that_names_nobody_is_said() {
    let with = |node: &str| {
        let page = PAGE
            .replace(r#""operator": "AND", "nodes": ["#, &format!(r#""operator": "AND", "nodes": [{node},"#));
        assert_ne!(page, PAGE);
        let mut all = Vec::new();
        let read = visit_records(page.as_bytes(), StreamLimits::default(), |record| {
            all.push(record);
            Ok::<(), Infallible>(())
        });
        let codes: Vec<String> = read.unwrap().warnings.iter().map(|one| one.code.to_string()).collect();
        (format!("{:?}", all[0].applicability), codes)
    };
    let leaf =
        |name: &str| format!(r#"{{"vulnerable": true, "criteria": "{name}", "matchCriteriaId": "X"}}"#);
    let whole = leaf("cpe:2.3:a:acme:alpha:*:*:*:*:*:*:*:*");
    let (tree, codes) = with(&format!(
        r#"{{"cpeMatch": [], "children": [{{"cpeMatch": [{whole}]}}, {{"cpeMatch": null}}]}}"#
    ));
    assert!(tree.contains("acme:alpha"), "{tree}");
    assert_eq!(codes, ["nvd-empty-node"], "the second has nothing in it");
    for name in [
        "cpe:2.3:a:acme:al*:*:*:*:*:*:*:*:*",
        "cpe:2.3:a:acme:*:*:*:*:*:*:*:*:*",
        "cpe:2.3:a:acme:alpha:1.5:*:*:*:*:*:*",
        "not a cpe",
    ] {
        let (tree, codes) = with(&format!(r#"{{"cpeMatch": [{}]}}"#, leaf(name)));
        assert!(tree.contains(name) && codes == ["nvd-unusable-name"], "{name}: {codes:?}");
    }
    assert!(with(&format!(r#"{{"cpeMatch": [{whole}]}}"#)).1.is_empty());
}

#[test]
fn a_cut_off_feed_is_rejected_in_words_and_says_how_many_came_before() {
    let cut = &PAGE.as_bytes()[..PAGE.len() - 20];
    let rejected = visit_records(cut, StreamLimits::default(), |_| Ok::<(), Infallible>(()));
    let Err(StreamError::Rejected(rejected)) = rejected else { panic!("{rejected:?}") };
    assert_eq!(rejected.code, "cut-off");
    assert!(rejected.meaning.starts_with("the 1 records before"), "{rejected}");
    for length in 0..PAGE.len() {
        let cut = Cursor::new(&PAGE.as_bytes()[..length]);
        assert!(visit_applicability(cut, StreamLimits::default(), |_| Ok::<(), Infallible>(())).is_err());
    }
}

#[test]
fn the_place_where_a_read_ends_does_not_matter() {
    struct Dribble<'a>(&'a [u8]);
    impl Read for Dribble<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let count = 7.min(self.0.len()).min(into.len());
            into[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }
    let mut all = Vec::new();
    visit_records(Dribble(PAGE.as_bytes()), StreamLimits::default(), |record| {
        all.push(record);
        Ok::<(), Infallible>(())
    })
    .unwrap();
    assert_eq!(all, records(PAGE.as_bytes()));
}

#[test]
fn a_record_of_another_shape_is_left_out_with_a_remark_and_the_rest_is_read() {
    let page = PAGE.replacen(r#""vulnerable": true"#, r#""vulnerable": "perhaps""#, 1);
    let mut names = Vec::new();
    let read = visit_records(page.as_bytes(), StreamLimits::default(), |record| {
        names.push(record.reference);
        Ok::<(), Infallible>(())
    })
    .unwrap();
    assert_eq!(names, ["CVE-2099-0002"]);
    assert_eq!((read.value.unreadable, read.warnings[0].code.as_str()), (1, "record-unreadable"));
}

#[test]
fn hostile_documents_are_refused() {
    let refuse = |bytes: &[u8], limits: StreamLimits| {
        let read = visit_records(bytes, limits, |_| Ok::<(), Infallible>(()));
        match read {
            Err(StreamError::Rejected(rejected)) => rejected.what,
            other => panic!("{other:?}"),
        }
    };
    let usual = StreamLimits::default();
    assert!(refuse(b"<html>", usual).contains("no JSON object"));
    assert!(refuse(b"{}", usual).contains("no list"));
    assert!(refuse(b"{\"vulnerabilities\": [1]}", usual).contains("no object"));
    assert!(refuse(b"{\"vulnerabilities\": [], \"vulnerabilities\": []}", usual).contains("twice"));
    assert!(
        refuse(br#"{"vulnerabilities": [{"cveID": "CVE-2099-1"}]}"#, usual).contains("none of its records")
    );
    let deep = format!("{{\"vulnerabilities\": [{{\"cve\": {}", "[".repeat(100_000));
    assert!(!refuse(deep.as_bytes(), usual).is_empty());
    let small = StreamLimits { record_bytes: 1_000, ..usual };
    assert!(refuse(PAGE.as_bytes(), small).contains("more than 1000 bytes"));
    assert!(refuse(PAGE.as_bytes(), StreamLimits { bytes: 100, ..usual }).contains("more than 100 bytes"));
    assert!(refuse(PAGE.as_bytes(), StreamLimits { records: 1, ..usual }).contains("more than 1 records"));
}

#[test]
fn the_receiver_can_stop() {
    let stopped = visit_records(PAGE.as_bytes(), StreamLimits::default(), |_| Err("enough"));
    assert_eq!(stopped, Err(StreamError::Stopped("enough")));
}

proptest! {
    #[test]
    fn no_change_of_bytes_makes_it_panic(
        changes in proptest::collection::vec((0..PAGE.len(), any::<u8>()), 1..8),
    ) {
        let mut bytes = PAGE.as_bytes().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        let _ = visit_records(&*bytes, StreamLimits::default(), |_| Ok::<(), Infallible>(()));
        let _ = visit_applicability(&*bytes, StreamLimits::default(), |_| Ok::<(), Infallible>(()));
    }

    #[test]
    fn no_cpe_name_makes_it_panic(name in any::<String>().prop_map(|text| format!("cpe:2.3:{text}"))) {
        let name = serde_json::to_string(&name).unwrap();
        let page = format!(
            r#"{{"format":"NVD_CVE","vulnerabilities":[{{"cve":{{"id":"X","configurations":[{{"nodes":[{{"cpeMatch":[{{"criteria":{name}}}]}}]}}]}}}}]}}"#
        );
        // What names no product is said, so that `records`, which wants no remark, does not do here.
        let mut count = 0;
        let read = visit_records(page.as_bytes(), StreamLimits::default(), |_| {
            count += 1;
            Ok::<(), Infallible>(())
        });
        assert!(read.is_ok());
        assert_eq!(count, 1);
    }
}

/// The feeds of the corpus, unpacked while they are read.
fn feeds() -> Option<Vec<(String, impl Read)>> {
    let folder = corpus("nvd", "reading of NVD feeds")?;
    let names = ["nvdcve-2.0-2015.json.gz", "nvdcve-2.0-2026.json.gz", "nvdcve-2.0-modified.json.gz"];
    let open = |name: &str| {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        (name.to_owned(), flate2::read::MultiGzDecoder::new(Cursor::new(bytes)))
    };
    Some(names.into_iter().map(open).collect())
}

#[test]
fn feeds_of_the_corpus_lean() {
    let Some(feeds) = feeds() else { return };
    let (mut records, mut leaves) = (0, 0);
    for (name, feed) in feeds {
        let read = visit_applicability(feed, StreamLimits::default(), |record| {
            let nodes = record.configurations().iter().flat_map(|one| one.nodes());
            leaves += nodes.map(|node| node.matches().len()).sum::<usize>();
            Ok::<(), Infallible>(())
        })
        .unwrap();
        assert_eq!(read.warnings, [], "{name}");
        records += read.value.records;
    }
    assert_eq!((records, leaves), (18_401, 104_441));
}

#[test]
fn feeds_of_the_corpus_whole() {
    let Some(feeds) = feeds() else { return };
    let (mut all, mut with_tree, mut rejected, mut kev, mut scores, mut differing) = (0, 0, 0, 0, 0, 0);
    for (name, feed) in feeds {
        let read = visit_records(feed, StreamLimits::default(), |record| {
            all += 1;
            with_tree += usize::from(!record.applicability.is_empty());
            rejected += usize::from(record.state == RecordState::Rejected);
            kev += usize::from(record.kev.is_some());
            scores += record.scores.len();
            differing += record.scores.iter().filter(|score| score.base_tenths.is_none()).count();
            assert!(record.published.is_some() && record.modified.is_some(), "{}", record.reference);
            Ok::<(), Infallible>(())
        })
        .unwrap();
        assert_eq!(read.warnings, [], "{name}");
    }
    assert_eq!((all, with_tree, rejected, kev), (18_401, 13_651, 916, 75));
    assert_eq!((scores, differing), (26_146, 0));
}
