//! What is measured is also right: the catalogue against the plain walk on real feeds, and a replay against its batch.

use std::path::PathBuf;

use holdpoint_bench::hosts::Hosts;
use holdpoint_bench::nvd::{feeds, products, records};
use holdpoint_bench::ot::{Plant, batch, replay};
use holdpoint_bench::plant::{Market, read};
use holdpoint_domain::advisory::AdvisoryContent;
use holdpoint_engine::applicability::{Builder, Item, Truth, explain};
use holdpoint_engine::fleet::{Answers, Findings, FleetBuilder};

fn data() -> PathBuf {
    std::env::var_os("HOLDPOINT_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    )
}

#[test]
fn on_real_feeds_the_catalogue_says_what_the_plain_walk_says() {
    let Ok(found) = feeds(&[data().join("nvd")]) else {
        eprintln!("no feeds of NVD at `{}`: the comparison on real feeds was not made", data().display());
        return;
    };
    let records = records(&found).expect("feeds that can be read");
    let mut builder = Builder::new();
    for (reference, statements) in &records {
        builder.push(reference, statements).expect("a tree within the limits");
    }
    let catalogue = builder.finish();
    let products = products(&records);
    let mut hosts = Hosts::new(&products, 7);
    // Small and large ones: the plain walk looks at every leaf of every record for each.
    let sample: Vec<_> = (0..3).map(|nth| hosts.configuration(if nth < 2 { 100 } else { 0 })).collect();
    let mut fleet = FleetBuilder::new();
    for (number, components) in sample.iter().enumerate() {
        let places: Vec<u32> = components.iter().map(|component| fleet.component(0, component)).collect();
        fleet.configuration(number as i64, &places);
    }
    let fleet = fleet.finish();
    let findings = Findings::of(&catalogue, &fleet, &Answers::of(&catalogue, &fleet));
    assert!(findings.len() > 20, "the sample meets something: {}", findings.len());
    for (at, components) in sample.iter().enumerate() {
        let items: Vec<Item> = components.iter().map(Item::new).collect();
        for (reference, statements) in &records {
            let record = catalogue.number(reference).expect("it was pushed");
            let indexed = findings.find(at as u32, record).map_or(Truth::No, |finding| finding.truth());
            let walked = explain(statements, &items);
            assert_eq!(indexed, walked.truth, "{reference} on host {at}: {walked:#?}");
        }
    }
}

/// A document about one product, as small as the standard allows.
fn document(id: &str, day: u32, version: u32, product: &str, range: &str) -> AdvisoryContent {
    let released = format!("2024-01-{day:02}T00:00:00Z");
    let text = format!(
        r#"{{"document": {{"category": "csaf_security_advisory", "csaf_version": "2.0", "title": "{id}",
            "publisher": {{"category": "vendor", "name": "Acme", "namespace": "https://acme.example"}},
            "tracking": {{"id": "{id}", "status": "final", "version": "{version}",
              "initial_release_date": "2024-01-01T00:00:00Z", "current_release_date": "{released}",
              "revision_history": [{{"date": "{released}", "number": "{version}", "summary": "a revision"}}]}}}},
          "product_tree": {{"branches": [{{"category": "vendor", "name": "Acme", "branches": [
            {{"category": "product_name", "name": "{product}", "branches": [
              {{"category": "product_version_range", "name": "{range}",
                "product": {{"product_id": "P-1", "name": "Acme {product} {range}"}}}}]}}]}}]}},
          "vulnerabilities": [{{"cve": "CVE-2024-0001", "product_status": {{"known_affected": ["P-1"]}}}}]}}"#
    );
    read(text.as_bytes()).expect("a CSAF document")
}

#[test]
fn a_replay_ends_where_the_batch_does_also_when_a_revision_takes_something_back() {
    let documents = [
        document("A", 1, 1, "Flow Meter 300", "<2.0"),
        document("B", 2, 1, "Gateway X1", "vers:all/*"),
        document("C", 3, 1, "Panel 7", "<=V3.1"),
        // The first is corrected to another range, and the second turns out to speak of another product.
        document("A", 4, 2, "Flow Meter 300", "<1.0"),
        document("B", 5, 2, "Gateway Z9", "vers:all/*"),
    ];
    let mut market = Market::of(&documents, 3);
    let devices: Vec<_> = (0..60).map(|_| market.device()).collect();
    let plant = Plant::of(devices.iter().map(Vec::as_slice));
    let (end, times) = replay(&plant, &documents);
    assert_eq!(times.len(), documents.len());
    assert!(end.len() > 10, "the plant has what the documents name: {}", end.len());
    assert_eq!(end, batch(&plant, &documents));
}
