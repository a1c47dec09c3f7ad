//! MAN-1 to MAN-13: taking in, listing, deleting, commenting, marking, searching, sorting, comparing.

use crate::plant::{DEVICES, document, me, plants, plants_with, score, vulnerability, with};
use holdpoint_app::comments::{self, ReadMark};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{Caller, advisories, intake, sources};
use holdpoint_connectors::fetch::{FetchSettings, Roots};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::id::UserId;
use holdpoint_domain::remediation::RemediationState;
use holdpoint_formats::csaf::{ChangeKind, Revisions};
use holdpoint_testkit::web::CsafProvider;
use serde_json::json;

#[test]
fn man_01_documents_come_from_the_file_system_or_from_an_address() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme-1.json");
    std::fs::write(&file, serde_json::to_vec(&document("ACME-1", "1")).unwrap()).unwrap();
    let bytes = serde_json::to_vec(&document("ACME-2", "1")).unwrap();
    let server = CsafProvider::start(vec![("2026/acme-2.json".to_owned(), bytes)]);
    let fetch = FetchSettings {
        roots: Roots::Only(server.ca_pem()),
        inner_hosts: vec!["localhost".to_owned()],
        resolve_to: server.resolve_to(),
        ..FetchSettings::default()
    };
    for plant in plants_with(&fetch) {
        assert_eq!(intake::files::import_path(&plant.app, &me(), &file, "").unwrap().documents.new, 1);
        plant.tick();
        let url = server.url("/csaf/white/2026/acme-2.json");
        let report = intake::files::import_url(&plant.app, &me(), &url, "").unwrap();
        assert_eq!(report.documents.new, 1, "{:?}", report.problems);
        assert_eq!(plant.ids("source~address"), ["ACME-2"]);
        let gone = intake::files::import_url(&plant.app, &me(), &server.url("/csaf/white/none.json"), "");
        let error = gone.unwrap_err().to_string();
        assert!(error.contains("none.json") && error.contains("nothing was taken in"), "{error}");
        let plain = intake::files::import_url(&plant.app, &me(), "http://acme.example/a.json", "");
        assert!(plain.is_err(), "nothing travels in the clear");
    }
}

#[test]
fn man_02_all_documents_are_listed() {
    for plant in plants() {
        for number in 1..=5 {
            plant.publish(&document(&format!("ACME-{number}"), "1"));
        }
        assert_eq!(plant.sorted("id"), ["ACME-1", "ACME-2", "ACME-3", "ACME-4", "ACME-5"]);
    }
}

#[test]
fn man_03_a_deleted_document_is_gone_for_now_known_for_ever_and_can_be_restored() {
    for plant in plants() {
        plant.devices(DEVICES);
        let first = document("ACME-1", "1");
        plant.publish(&first);
        let before = plant.app.now();
        assert_eq!(plant.lines("").len(), 4);
        plant.set("advisory:ACME-1 asset:V-1", RemediationState::Done);
        plant.tick();
        let silent = advisories::deletion::delete(&plant.app, &me(), "ACME-1", " ");
        assert!(silent.is_err(), "a deletion needs a reason");
        let deleted =
            advisories::deletion::delete(&plant.app, &me(), "ACME-1", "meant for another plant").unwrap();
        assert_eq!((deleted.by.as_str(), deleted.reason.as_str()), ("a.weber", "meant for another plant"));
        plant.tick();
        assert!(
            plant.ids("").is_empty() && plant.lines("").is_empty(),
            "{}: nothing is left of it now",
            plant.engine
        );
        let past = ListQuery { as_of: before, ..plant.query("") };
        assert_eq!(advisories::list(&plant.app, &me(), &past).unwrap().items.len(), 1, "the past keeps it");
        assert!(advisories::deletion::delete(&plant.app, &me(), "ACME-1", "twice").is_err());

        let again = plant.offer(&first);
        assert_eq!((again.documents.new, again.documents.quarantined), (0, 0));
        let why = &again.problems[0].rejected;
        assert_eq!(why.code, "advisory-deleted");
        assert!(why.what.contains("a.weber") && why.what.contains("meant for another plant"), "{}", why.what);
        let newer = plant.offer(&document("ACME-1", "2"));
        assert_eq!(
            (newer.documents.new, newer.documents.quarantined),
            (0, 1),
            "a newer revision waits for a person"
        );

        plant.tick();
        advisories::deletion::restore(&plant.app, &me(), "ACME-1", "it was meant for us").unwrap();
        plant.tick();
        assert_eq!(plant.ids("standing:restored"), ["ACME-1"]);
        assert_eq!(plant.states("asset:V-1"), ["ACME-1 CVE-2026-0001 V-1 done"], "its statuses waited");
        assert!(advisories::deletion::list(&plant.app, &me()).unwrap().is_empty());

        advisories::deletion::delete(&plant.app, &me(), "ACME-1", "again").unwrap();
        plant.tick();
        let held = sources::quarantine(&plant.app, &me(), &plant.query("")).unwrap();
        let held = held.items.iter().find(|one| one.released.is_none()).unwrap().id.to_string();
        sources::release(&plant.app, &me(), &held, "wanted after all").unwrap();
        plant.tick();
        assert_eq!(plant.ids("version:2"), ["ACME-1"], "a person's word brings it back");
        assert!(advisories::deletion::list(&plant.app, &me()).unwrap().is_empty());
        let all = advisories::revisions(&plant.app, &me(), "ACME-1").unwrap();
        assert_eq!(all.iter().map(|one| one.ordinal).collect::<Vec<_>>(), [3, 2, 1]);
    }
}

#[test]
fn man_04_comments_have_an_author_a_time_and_a_version_for_each_edit() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        plant.tick();
        let first = comments::add(&plant.app, &me(), "ACME-1", " Ask the vendor. ").unwrap();
        assert_eq!(
            (first.text.as_str(), first.version, first.author_name.as_str()),
            ("Ask the vendor.", 1, "a.weber")
        );
        assert_eq!(first.tracking_version.as_deref(), Some("1"));
        let id = first.id.to_string();
        let written = plant.app.now();
        plant.tick();
        let edited = comments::edit(&plant.app, &me(), &id, Some(1), "Asked the vendor.").unwrap();
        assert_eq!((edited.version, edited.created_at), (2, first.created_at));
        assert!(comments::edit(&plant.app, &me(), &id, Some(1), "Lost update").is_err());
        let other = Caller::operator("b.jansen");
        assert!(comments::edit(&plant.app, &other, &id, None, "Not mine").is_err(), "only the author edits");
        assert!(comments::add(&plant.app, &me(), "ACME-1", "  ").is_err());
        let now = comments::list(&plant.app, &me(), "ACME-1", Moment::OPEN).unwrap();
        assert_eq!(now.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["Asked the vendor."]);
        let then = comments::list(&plant.app, &me(), "ACME-1", written).unwrap();
        assert_eq!(then[0].text, "Ask the vendor.", "as it was");
        assert_eq!(plant.ids("comments>=1 comment~asked"), ["ACME-1"]);
        plant.tick();
        comments::withdraw(&plant.app, &me(), &id, None).unwrap();
        assert!(comments::list(&plant.app, &me(), "ACME-1", Moment::OPEN).unwrap().is_empty());
        assert_eq!(comments::versions(&plant.app, &me(), &id).unwrap().len(), 3, "nothing is lost");
        assert!(plant.ids("comments>=1").is_empty());
    }
}

fn person(name: &str, byte: u8) -> Caller {
    let id = UserId::new(Moment::from_micros(0), [byte; 10]);
    Caller {
        actor: Actor::Person { id, name: name.to_owned() },
        via: Via::Page,
        grants: vec![Grant { role: Role::Viewer, scope: Scope::AllSites }],
        limit: holdpoint_app::access_check::Limit::None,
        roles: RoleTable::default(),
    }
}

#[test]
fn man_05_read_marks_are_each_persons_own_and_a_newer_revision_is_unread() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        plant.publish(&document("ACME-2", "1"));
        plant.tick();
        let (anna, ben) = (person("anna", 1), person("ben", 2));
        let unread = |who: &Caller| -> Vec<String> {
            let found = advisories::list(&plant.app, who, &plant.query("read:false")).unwrap();
            let mut ids: Vec<String> = found.items.into_iter().map(|line| line.tracking_id).collect();
            ids.sort();
            ids
        };
        let ids = ["ACME-1".to_owned()];
        assert_eq!(comments::mark(&plant.app, &anna, &ids, ReadMark::Read).unwrap(), 1);
        assert_eq!(comments::mark(&plant.app, &anna, &ids, ReadMark::Read).unwrap(), 0, "twice is once");
        plant.tick();
        assert_eq!((unread(&anna), unread(&ben).len()), (vec!["ACME-2".to_owned()], 2));
        plant.publish(&document("ACME-1", "2"));
        assert_eq!(unread(&anna).len(), 2, "{}: what is new is unread", plant.engine);
        plant.tick();
        comments::mark(&plant.app, &anna, &ids, ReadMark::Read).unwrap();
        plant.tick();
        assert_eq!(unread(&anna), ["ACME-2"]);
        comments::mark(&plant.app, &anna, &ids, ReadMark::Unread).unwrap();
        assert_eq!(unread(&anna).len(), 2);
    }
}

/// A document that differs from the usual one in every property that must be searchable.
fn other() -> serde_json::Value {
    let mut one = document("OTHER-9", "3");
    let part = &mut one["document"];
    part["category"] = json!("csaf_base");
    part["title"] = json!("Zebra crossing");
    part["lang"] = json!("de");
    part["aggregate_severity"] = json!({"text": "Low"});
    part["distribution"] = json!({"tlp": {"label": "GREEN"}});
    part["publisher"] = json!({"category": "coordinator", "name": "Zeta CERT", "namespace": "https://zeta.example",
        "contact_details": "desk@zeta.example", "issuing_authority": "national"});
    part["tracking"]["status"] = json!("interim");
    part["tracking"]["aliases"] = json!(["ZETA-77"]);
    part["tracking"]["generator"] = json!({"engine": {"name": "Pen", "version": "9"}});
    part["tracking"]["initial_release_date"] = json!("2025-06-01T00:00:00Z");
    part["tracking"]["current_release_date"] = json!("2026-03-03T00:00:00Z");
    part["tracking"]["revision_history"] = json!([
        {"date": "2025-06-01T00:00:00Z", "number": "1", "summary": "Zebra one", "legacy_version": "Z.1"},
        {"date": "2025-07-01T00:00:00Z", "number": "2", "summary": "Zebra two"},
        {"date": "2026-03-03T00:00:00Z", "number": "3", "summary": "Zebra three"}]);
    one["product_tree"] = json!({"branches": [{"category": "vendor", "name": "Zeta", "branches": [
    {"category": "product_family", "name": "Zoo", "branches": [
        {"category": "product_name", "name": "Zapper", "branches": [
            {"category": "architecture", "name": "zarm", "branches": [
                {"category": "product_version", "name": "9.9", "product": {"name": "Zeta Zapper 9.9", "product_id": "Z",
                    "product_identification_helper": {
                        "cpe": "cpe:2.3:o:zeta:zapper:9.9:*:*:*:*:*:*:*", "purl": "pkg:generic/zapper@9.9",
                        "model_numbers": ["ZM-1"], "serial_numbers": ["ZS-1"], "skus": ["ZK-1"],
                        "sbom_urls": ["https://zeta.example/sbom"],
                        "hashes": [{"filename": "zapper.bin", "file_hashes": [
                            {"algorithm": "sha256", "value": "ab".repeat(32)}]}],
                        "x_generic_uris": [{"namespace": "https://zeta.example/ns", "uri": "https://zeta.example/z"}]
                    }}}]}]}]}]}]});
    one["vulnerabilities"] = json!([{"cve": "CVE-2026-9999",
        "notes": [{"category": "description", "text": "Flaw."}],
        "product_status": {"known_affected": ["Z"]},
        "scores": [{"products": ["Z"], "cvss_v3": score("CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", 1.8, "LOW")}],
        "remediations": [{"category": "none_available", "details": "None yet", "product_ids": ["Z"]}]}]);
    one
}

/// A search for every property that CSAF wants searched, each of which finds the other document alone.
const DOCUMENT_LEVEL: [&str; 22] = [
    "category:csaf_base",
    "publisher:\"Zeta CERT\"",
    "publisher_category:coordinator",
    "namespace:\"https://zeta.example\"",
    "publisher_contact~desk",
    "publisher_authority:national",
    "title~zebra",
    "id:OTHER-9",
    "alias:ZETA-77",
    "engine:\"pen 9\"",
    "updated>=2026-03-01",
    "published<2025-07-01",
    "history_number:2",
    "history_date<2025-12-31",
    "history_summary~two",
    "history_legacy:Z.1",
    "status:interim",
    "version:3",
    "lang:de",
    "tlp:GREEN",
    "aggregate_severity:low",
    "zebra",
];

const PRODUCT_LEVEL: [&str; 17] = [
    "vendor:zeta",
    "family:zoo",
    "product:zapper",
    "product_version:9.9",
    "product_name~\"zapper 9\"",
    "product_id:Z",
    "branch~zarm",
    "cpe~zapper",
    "purl~zapper",
    "model_number:ZM-1",
    "serial_number:ZS-1",
    "sku:ZK-1",
    "hash~abab",
    "file_name:zapper.bin",
    "sbom_url~sbom",
    "uri~zeta.example/z",
    "-group~acme",
];

#[test]
fn man_06_required_document_level_fields_and_their_children_are_searched() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        plant.publish(&other());
        plant.tick();
        for search in DOCUMENT_LEVEL {
            assert_eq!(plant.ids(search), ["OTHER-9"], "{}: {search}", plant.engine);
        }
        assert_eq!(plant.ids("csaf_version:2.0").len(), 2);
        assert_eq!(plant.ids("versioning:integer").len(), 2);
    }
}

#[test]
fn man_07_documents_are_searched_by_cve() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        plant.publish(&other());
        assert_eq!(plant.ids("cve:CVE-2026-9999"), ["OTHER-9"]);
        assert_eq!(plant.ids("cve:cve-2026-9999,cve-2026-0001").len(), 2, "one or several");
        assert!(plant.ids("cve:CVE-2020-1").is_empty());
    }
}

#[test]
fn man_08_documents_are_searched_by_properties_of_the_product_tree() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        plant.publish(&other());
        for search in PRODUCT_LEVEL {
            assert_eq!(plant.ids(search), ["OTHER-9"], "{}: {search}", plant.engine);
        }
        assert_eq!(plant.ids("group~everything"), ["ACME-1"]);
    }
}

#[test]
fn man_09_every_searchable_property_filters_in_both_senses() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        plant.publish(&other());
        for search in DOCUMENT_LEVEL.iter().chain(&PRODUCT_LEVEL).filter(|search| !search.starts_with('-')) {
            assert_eq!(plant.ids(&format!("-{search}")), ["ACME-1"], "{}: -{search}", plant.engine);
        }
        assert!(plant.ids("vendor:zeta title~nothing").is_empty(), "conditions hold together");
    }
}

#[test]
fn man_10_every_searchable_property_sorts_both_ways() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        plant.publish(&other());
        let fields = DOCUMENT_LEVEL.iter().chain(&PRODUCT_LEVEL).filter_map(|search| {
            let end = search.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')?;
            Some(search[..end].trim_start_matches('-'))
        });
        let mut tried = 0;
        for (document, text) in [("ACME-1", "Zone 2 waits."), ("ACME-1", "Beta"), ("OTHER-9", "Gamma")] {
            comments::add(&plant.app, &me(), document, text).unwrap();
        }
        for field in fields.chain(["cve", "csaf_version", "versioning", "group", "comment"]) {
            let (up, down) = (plant.sorted(field), plant.sorted(&format!("-{field}")));
            assert_eq!((up.len(), down.len()), (2, 2), "{}: {field}", plant.engine);
            let same_for_both = ["history_number", "csaf_version", "versioning"].contains(&field);
            assert!(same_for_both || up[0] != down[0], "{}: {field} sorts {up:?} {down:?}", plant.engine);
            tried += 1;
        }
        assert!(tried > 40, "{tried}");
    }
}

#[test]
fn man_11_documents_are_sorted_by_score_and_by_aggregate_severity() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        plant.publish(&other());
        let unscored = with(document("ACME-3", "1"), "/vulnerabilities/0/scores", json!([]));
        let unscored = {
            let mut one = unscored;
            one["vulnerabilities"][0].as_object_mut().unwrap().remove("scores");
            one["document"].as_object_mut().unwrap().remove("aggregate_severity");
            one
        };
        plant.publish(&unscored);
        assert_eq!(plant.sorted("-score"), ["ACME-1", "OTHER-9", "ACME-3"], "what is not known comes last");
        assert_eq!(plant.sorted("aggregate_severity"), ["ACME-3", "ACME-1", "OTHER-9"]);
        assert_eq!(plant.ids("score>=9"), ["ACME-1"]);
    }
}

#[test]
fn man_12_the_latest_version_is_that_of_the_same_publisher_and_id() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        plant.publish(&document("ACME-1", "2"));
        let namesake =
            with(document("ACME-1", "7"), "/document/publisher/namespace", json!("https://other.example"));
        plant.publish(&namesake);
        assert_eq!(plant.ids("id:ACME-1 version:2"), ["ACME-1"]);
        assert_eq!(plant.ids("id:ACME-1 version:7"), ["ACME-1"]);
        assert!(plant.ids("version:1").is_empty(), "only the latest is current");
        let error = advisories::find(&plant.app, &me(), "ACME-1").unwrap_err().to_string();
        assert!(error.contains("several publishers"), "{error}");
        let old = plant.offer(&document("ACME-1", "1"));
        assert_eq!(old.documents.unchanged, 1, "an old folder does not turn the clock back");
    }
}

#[test]
fn man_13_the_difference_between_two_revisions_is_structured() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        let lone = advisories::revision::difference(&plant.app, &me(), "ACME-1", None, None);
        assert!(lone.unwrap_err().to_string().contains("no revision before"));
        let mut second = document("ACME-1", "2");
        second["vulnerabilities"] = json!([vulnerability("CVE-2026-0001"), vulnerability("CVE-2026-0002")]);
        second["document"]["title"] = json!("Another title");
        plant.publish(&second);
        plant.publish(&document("ACME-1", "3"));
        let found =
            advisories::revision::difference(&plant.app, &me(), "ACME-1", Some("1"), Some("2")).unwrap();
        assert_eq!((found.from.tracking_version.as_str(), found.to.tracking_version.as_str()), ("1", "2"));
        assert_eq!(found.difference.revisions, Revisions::Announced);
        let changes: Vec<(ChangeKind, &str)> =
            found.difference.changes.iter().map(|change| (change.kind, change.place.as_str())).collect();
        assert!(changes.contains(&(ChangeKind::Changed, "/document/title")), "{changes:?}");
        assert!(changes.contains(&(ChangeKind::Added, "/vulnerabilities/1")), "{changes:?}");
        let back =
            advisories::revision::difference(&plant.app, &me(), "ACME-1", Some("2"), Some("1")).unwrap();
        assert!(back.difference.changes.iter().any(|change| change.kind == ChangeKind::Removed));
        let latest = advisories::revision::difference(&plant.app, &me(), "ACME-1", None, None).unwrap();
        assert_eq!((latest.from.tracking_version.as_str(), latest.to.tracking_version.as_str()), ("2", "3"));
        assert!(advisories::revision::difference(&plant.app, &me(), "ACME-1", Some("9"), None).is_err());
    }
}
