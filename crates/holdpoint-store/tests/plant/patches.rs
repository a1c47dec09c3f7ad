//! Patches: records with their periods, summaries, lists, and the assets of configurations.

use crate::support::{TestStore, at, device, filtered, put_sites, site_id, stores};
use holdpoint_domain::access::Reach;
use holdpoint_domain::component::Configuration;
use holdpoint_domain::patch::{PatchClass, PatchFile, PatchRecord, PatchReference, PatchSource};
use holdpoint_store::asset::NewAsset;
use holdpoint_store::feed::RecordCounts;
use holdpoint_store::patch::NewPatches;

fn record(number: &str, product: &str, fixes: &[&str]) -> PatchRecord {
    PatchRecord {
        identifier: number.to_owned(),
        title: format!("Update {number}"),
        class: PatchClass::Security,
        severity: "Important".to_owned(),
        released: Some(at(1_000)),
        products: vec![product.to_owned()],
        fixes: fixes.iter().map(|&cve| cve.to_owned()).collect(),
        supersedes: vec![PatchReference::Identifier("KB1000000".to_owned())],
        superseded_by: vec![PatchReference::UpdateId("abc".to_owned())],
        files: vec![PatchFile {
            name: "a.cab".to_owned(),
            url: String::new(),
            size_bytes: Some(7),
            hashes: vec!["sha1:00".to_owned()],
        }],
        ..PatchRecord::of("Microsoft".to_owned())
    }
}

fn put(store: &TestStore, document: &str, seconds: i64, records: &[PatchRecord]) -> RecordCounts {
    let records: Vec<&PatchRecord> = records.iter().collect();
    let new = NewPatches { source: PatchSource::Msrc, document, records: &records };
    store.write(|c| c.put_patches(&[new], at(seconds)))
}

#[test]
fn records_come_back_as_they_were_and_a_second_time_is_harmless() {
    for store in stores() {
        let one = record("5000001", "Windows 10", &["CVE-2031-0001", "cve-2031-0002"]);
        let first = put(&store, "2031-Jan", 10, std::slice::from_ref(&one));
        assert_eq!((first.read, first.new), (1, 1), "{}", store.engine);
        let generation = store.read(|r| r.patch_generation());
        let again = put(&store, "2031-Jan", 11, std::slice::from_ref(&one));
        assert_eq!((again.unchanged, again.new, again.changed), (1, 0, 0));
        assert_eq!(store.read(|r| r.patch_generation()), generation);
        let stored = store.read(|r| r.patch_records("KB5000001"));
        assert_eq!(stored.len(), 1);
        assert_eq!((&stored[0].record, stored[0].valid_from), (&one, at(10)));
        assert_eq!(store.read(|r| r.all_patch_records()).len(), 1);
        let line = store.read(|r| r.patch("KB5000001")).unwrap();
        assert_eq!((line.products, line.fixes, line.class), (1, 2, PatchClass::Security));
        assert!(store.read(|r| r.patch("KB7")).is_none());
    }
}

#[test]
fn a_document_that_comes_again_closes_what_it_does_not_say_any_more() {
    for store in stores() {
        let (a, b) =
            (record("5000001", "Windows 10", &["CVE-1"]), record("5000002", "Windows 11", &["CVE-2"]));
        put(&store, "2031-Jan", 10, &[a.clone(), b.clone()]);
        let other =
            PatchRecord { severity: "Critical".to_owned(), class: PatchClass::SecurityCritical, ..a.clone() };
        let counts = put(&store, "2031-Jan", 20, std::slice::from_ref(&other));
        assert_eq!((counts.changed, counts.withdrawn), (1, 1), "{}", store.engine);
        assert_eq!(store.read(|r| r.patch("KB5000001")).unwrap().severity, "Critical");
        // Nobody speaks of the second any more.
        assert!(store.read(|r| r.patch("KB5000002")).is_none());
        assert_eq!(store.read(|r| r.patches(&filtered(""))).items.len(), 1);
        // Another document that speaks of the same patch stands beside.
        put(&store, "2031-Feb", 30, &[a, b]);
        assert_eq!(store.read(|r| r.patch_records("KB5000001")).len(), 2);
        let line = store.read(|r| r.patch("KB5000001")).unwrap();
        assert_eq!((line.class, line.severity.as_str()), (PatchClass::SecurityCritical, "Critical"));
        assert!(store.read(|r| r.patch("KB5000002")).is_some());
    }
}

#[test]
fn patches_are_filtered_by_what_their_records_say() {
    for store in stores() {
        let nameless =
            PatchRecord { update_id: "ABCD".to_owned(), ..PatchRecord::of("Microsoft".to_owned()) };
        let nobody = PatchRecord::of("Microsoft".to_owned());
        let build =
            PatchRecord { fixed_build: "17.4.17".to_owned(), ..PatchRecord::of("Microsoft".to_owned()) };
        let later = PatchRecord {
            released: Some(at(2_000)),
            ..record("5000002", "Windows Server 2016", &["CVE-2031-0002"])
        };
        let all = [record("5000001", "Windows 10", &["CVE-2031-0001"]), later, nameless, nobody, build];
        assert_eq!(put(&store, "2031-Jan", 10, &all).read, 4);
        let names = |filter: &str| -> Vec<String> {
            store.read(|r| r.patches(&filtered(filter))).items.into_iter().map(|line| line.name).collect()
        };
        assert_eq!(names(""), ["KB5000002", "KB5000001", "update abcd", "build 17.4.17"]);
        assert_eq!(names("cve:CVE-2031-0002"), ["KB5000002"]);
        assert_eq!(names("product~server"), ["KB5000002"]);
        assert_eq!(names("severity>=important source:msrc document:2031-Jan"), ["KB5000002", "KB5000001"]);
        assert_eq!(names("class:security fixes>0 5000001"), ["KB5000001"]);
        assert_eq!(names("name:\"update abcd\""), ["update abcd"]);
    }
}

#[test]
fn hostile_texts_are_kept_or_left_out_but_never_an_error() {
    for store in stores() {
        let long = "x".repeat(20_000);
        let hostile = PatchRecord {
            products: vec![long.clone(), "with\u{0}zero".to_owned(), format!("{long}y")],
            fixes: vec![long.clone(), "CVE\u{0}".to_owned()],
            severity: "a\u{0}b".to_owned(),
            title: "t\u{0}".to_owned(),
            ..record("5000001", "", &[])
        };
        let nameless = PatchRecord { update_id: long, ..PatchRecord::of(String::new()) };
        assert_eq!(put(&store, "d", 10, &[hostile, nameless]).read, 1, "{}", store.engine);
        assert_eq!(store.read(|r| r.patch("KB5000001")).unwrap().products, 3);
    }
}

#[test]
fn assets_of_configurations_are_counted_and_paged_within_reach() {
    for store in stores() {
        let configuration = store.write(|c| {
            put_sites(c)?;
            let mut last = 0;
            for (number, tag, site) in [(1, "A", 1), (2, "B", 1), (3, "C", 2), (4, "D", 1)] {
                let asset = device(number, tag, "Station", "1");
                last = c.intern_configuration(&Configuration::new(asset.components()))?;
                let new = NewAsset {
                    asset: &asset,
                    site: Some(site_id(site)),
                    zone: None,
                    configuration_no: Some(last),
                };
                c.put_asset(&new, at(10))?;
            }
            Ok(last)
        });
        let north = Reach::Sites(vec![site_id(1)]);
        let count = |reach: &Reach| store.read(|r| r.count_configured(&[configuration, 99], reach));
        assert_eq!(count(&Reach::Everywhere), [(configuration, 4)]);
        assert_eq!(count(&north), [(configuration, 3)]);
        assert_eq!(count(&Reach::Nowhere), []);
        let tags = |after: &str, limit| -> Vec<String> {
            let page = store.read(|r| r.configured_assets(&[configuration], &north, after, limit));
            page.into_iter().map(|asset| asset.tag).collect()
        };
        assert_eq!(tags("", 2), ["A", "B"]);
        assert_eq!(tags("B", 2), ["D"]);
    }
}
