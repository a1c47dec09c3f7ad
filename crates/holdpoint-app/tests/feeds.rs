//! Feeds, read for real: files by hand, folders, archives, and web servers that are honest or lie.
//!
//! The surprise: nobody waits in these tests; the waiting of retries is left out.
#![expect(clippy::unwrap_used, reason = "a test may fail by a panic")]

use flate2::Compression;
use flate2::write::GzEncoder;
use holdpoint_app::edge::{Clock, FixedClock, SeededRandom};
use holdpoint_app::feeds::{self, FeedReport, NewFeed, visit};
use holdpoint_app::sources::retrieve::Conduct;
use holdpoint_app::store::feed::FeedCheck;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::vulnerability_record::KevState;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller, sources, vulnerabilities};
use holdpoint_connectors::fetch::{FetchSettings, RetryPolicy, Roots};
use holdpoint_connectors::limits::HostLimits;
use holdpoint_domain::Moment;
use holdpoint_domain::advisory::CheckResult;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::intelligence::FeedKind;
use holdpoint_testkit::web::{CsafProvider, Fault, now_seconds};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

const PATH: &str = "/csaf/white/feed/file.json";
const NAME: &str = "feed/file.json";

struct Plant {
    app: App,
    clock: Arc<FixedClock>,
}

fn caller() -> Caller {
    Caller::operator("root")
}

fn plant_with(fetch: FetchSettings) -> Plant {
    let clock = Arc::new(FixedClock::new(Moment::from_micros(i64::from(now_seconds()) * 1_000_000)));
    let store = Store::open(&Location::Memory).unwrap();
    let random = Arc::new(SeededRandom::new(7));
    let app = App::new(
        store,
        Arc::clone(&clock) as Arc<dyn Clock>,
        random,
        AppSettings { fetch, ..AppSettings::default() },
    );
    Plant { app, clock }
}

fn plant() -> Plant {
    plant_with(FetchSettings::default())
}

impl Plant {
    fn import(&self, name: &str, bytes: &[u8], kind: Option<FeedKind>) -> FeedReport {
        self.clock.advance_micros(1_000_000);
        feeds::import_bytes(&self.app, &caller(), name, bytes.to_vec(), kind, "stick").unwrap()
    }

    fn check(&self, name: &str) -> FeedCheck {
        self.clock.advance_micros(1_000_000);
        visit::check_with(&self.app, &caller(), name, "", &impatient()).unwrap()
    }

    fn names(&self, filter: &str) -> Vec<String> {
        let now = self.app.now();
        let query = ListQuery { filter: Filter::parse(filter).unwrap(), ..ListQuery::everything(100, now) };
        let found = vulnerabilities::list(&self.app, &caller(), &query).unwrap();
        let mut names: Vec<String> = found.page.items.into_iter().map(|line| line.threat.reference).collect();
        names.sort();
        names
    }

    fn entries(&self) -> u64 {
        self.app.store().verify_audit().unwrap().entries
    }

    fn quarantine(&self) -> Vec<(String, String)> {
        let query = ListQuery::everything(100, self.app.now());
        let held = sources::quarantine(&self.app, &caller(), &query).unwrap().items;
        held.into_iter().map(|one| (one.name, one.rejected.code)).collect()
    }

    fn add(&self, feed: NewFeed) {
        feeds::add(&self.app, &caller(), &feed, "").unwrap();
    }
}

fn impatient() -> Conduct {
    Conduct {
        hosts: HostLimits::new(Duration::ZERO),
        retry: RetryPolicy { delays: vec![Duration::from_secs(9)], longest_wait: Duration::from_secs(9) },
        batch_documents: 3,
        sleep: Arc::new(|_| {}),
        go_on: Arc::new(|| true),
    }
}

fn kev(version: &str, cves: &[&str]) -> Vec<u8> {
    let entries: Vec<Value> = cves
        .iter()
        .map(|cve| {
            json!({"cveID": cve, "vendorProject": "Acme", "product": "Pump", "vulnerabilityName": "Acme Pump flaw",
                "dateAdded": "2026-01-02", "shortDescription": "A flaw.", "requiredAction": "Patch.",
                "dueDate": "2026-02-01", "knownRansomwareCampaignUse": "Unknown", "notes": "", "cwes": []})
        })
        .collect();
    let catalogue = json!({"title": "Catalogue", "catalogVersion": version,
        "dateReleased": format!("{}T12:00:00.0000Z", version.replace('.', "-")),
        "count": entries.len(), "vulnerabilities": entries});
    serde_json::to_vec_pretty(&catalogue).unwrap()
}

fn nvd(cves: &[(&str, &str)]) -> Vec<u8> {
    let items: Vec<Value> = cves
        .iter()
        .map(|(cve, status)| {
            json!({"cve": {"id": cve, "sourceIdentifier": "cna@acme.example", "vulnStatus": status,
                "published": "2026-01-01T00:00:00.000", "lastModified": "2026-01-02T00:00:00.000",
                "descriptions": [{"lang": "en", "value": "A flaw."}],
                "metrics": {"cvssMetricV31": [{"source": "nvd@nist.gov", "type": "Primary", "cvssData": {
                    "version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                    "baseScore": 9.8, "baseSeverity": "CRITICAL"}}]},
                "configurations": [{"nodes": [{"operator": "OR", "negate": false, "cpeMatch": [{
                    "vulnerable": true, "criteria": "cpe:2.3:o:acme:pump_firmware:*:*:*:*:*:*:*:*",
                    "versionEndExcluding": "2.4", "matchCriteriaId": "X"}]}]}]}})
        })
        .collect();
    let feed = json!({"resultsPerPage": items.len(), "startIndex": 0, "totalResults": items.len(),
        "format": "NVD_CVE", "version": "2.0", "timestamp": "2026-01-03T00:00:00.000", "vulnerabilities": items});
    serde_json::to_vec(&feed).unwrap()
}

fn cve(id: &str, exploitation: &str) -> Vec<u8> {
    let record = json!({"dataType": "CVE_RECORD", "dataVersion": "5.1",
        "cveMetadata": {"cveId": id, "assignerOrgId": "00000000-0000-4000-8000-000000000000", "state": "PUBLISHED",
            "datePublished": "2026-01-01T00:00:00.000Z", "dateUpdated": "2026-01-02T00:00:00.000Z"},
        "containers": {
            "cna": {"providerMetadata": {"orgId": "00000000-0000-4000-8000-000000000000", "shortName": "acme"},
                "title": "A flaw in the pump", "descriptions": [{"lang": "en", "value": "A flaw."}],
                "affected": [{"vendor": "Acme", "product": "Pump", "defaultStatus": "unaffected",
                    "versions": [{"version": "0", "lessThan": "2.4", "status": "affected", "versionType": "custom"}]}],
                "references": [{"url": "https://acme.example/1"}]},
            "adp": [{"providerMetadata": {"orgId": "134c704f-9b21-4f2e-91b3-4a467353bcc0", "shortName": "CISA-ADP"},
                "title": "CISA ADP Vulnrichment",
                "metrics": [{"other": {"type": "ssvc", "content": {"id": id, "role": "CISA Coordinator",
                    "timestamp": "2026-01-02T00:00:00.000Z", "version": "2.0.3",
                    "options": [{"Exploitation": exploitation}, {"Automatable": "Yes"},
                        {"Technical Impact": "Total"}]}}}]}]}});
    serde_json::to_vec(&record).unwrap()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zipped(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_catalogue_by_hand_tells_its_kind_and_the_same_bytes_write_nothing() {
    let plant = plant();
    let catalogue = kev("2026.03.01", &["CVE-2026-0001", "CVE-2026-0002"]);
    let first = plant.import("whatever.bin", &catalogue, None);
    assert_eq!((first.files.taken, first.records.new), (1, 2), "{first:?}");
    assert_eq!(first.kinds.iter().copied().collect::<Vec<_>>(), ["kev"]);
    let before = plant.entries();
    let again = plant.import("other-name.bin", &catalogue, None);
    assert_eq!((again.files.unchanged, again.audit_sequence), (1, None));
    assert_eq!(plant.entries(), before);
    assert_eq!(plant.names("kev:yes"), ["CVE-2026-0001", "CVE-2026-0002"]);
}

#[test]
fn a_newer_catalogue_takes_out_and_an_older_one_takes_nothing_back() {
    let plant = plant();
    plant.import("a", &kev("2026.03.01", &["CVE-2026-0001", "CVE-2026-0002"]), None);
    let newer = plant.import("b", &kev("2026.03.02", &["CVE-2026-0002", "CVE-2026-0003"]), None);
    assert_eq!((newer.records.new, newer.records.withdrawn), (1, 1));
    let before = plant.entries();
    let older = plant.import("c", &kev("2026.02.01", &["CVE-2026-0009"]), None);
    assert_eq!((older.records.older, older.records.new), (1, 0));
    assert_eq!(plant.entries(), before);
    assert_eq!(plant.names("kev:yes"), ["CVE-2026-0002", "CVE-2026-0003"]);
    let detail = vulnerabilities::get(&plant.app, &caller(), "cve-2026-0001").unwrap();
    assert_eq!(detail.line.threat.kev, KevState::NotListed);
    assert_eq!(detail.kev.len(), 1);
    assert_ne!(detail.kev[0].valid_to, Moment::OPEN);
}

#[test]
fn a_feed_that_breaks_half_way_keeps_the_last_good_state_and_says_so() {
    let plant = plant();
    plant.import("nvd", &gz(&nvd(&[("CVE-2026-0001", "Analyzed")])), None);
    let mut many: Vec<(String, &str)> = Vec::new();
    many.extend((1..=3_000).map(|n| (format!("CVE-2027-{n:04}"), "Analyzed")));
    let many: Vec<(&str, &str)> = many.iter().map(|(name, status)| (name.as_str(), *status)).collect();
    let whole = gz(&nvd(&many));
    let cut = plant.import("nvd", &whole[..whole.len() - 100], None);
    assert_eq!((cut.files.failed, cut.records.new), (1, 0));
    let meaning = &cut.problems[0].rejected.meaning;
    assert!(meaning.starts_with("nothing of the file was stored"), "{meaning}");
    assert_eq!(plant.names(""), ["CVE-2026-0001"]);
    assert_eq!(plant.quarantine().len(), 1);
    // Brought again it is said again, and waits in quarantine once.
    let again = plant.import("nvd", &whole[..whole.len() - 100], None);
    assert_eq!((again.problems.len(), plant.quarantine().len()), (1, 1));
    assert_eq!(plant.import("nvd", &whole, None).records.new, 3_000);
}

#[test]
fn a_rejected_record_withdraws_what_it_raised() {
    let plant = plant();
    plant.import("nvd", &nvd(&[("CVE-2026-0001", "Analyzed")]), None);
    assert_eq!(plant.names("cvss>=9"), ["CVE-2026-0001"]);
    plant.import("nvd", &nvd(&[("CVE-2026-0001", "Rejected")]), None);
    assert_eq!(plant.names("cvss>=9"), [""; 0]);
    assert_eq!(plant.names("state:rejected"), ["CVE-2026-0001"]);
}

#[test]
fn epss_is_read_packed_and_an_older_day_is_left_out() {
    let plant = plant();
    plant.import("kev", &kev("2026.03.01", &["CVE-2026-0001"]), None);
    let day = |day: &str, score: &str| {
        let text = format!(
            "#model_version:v2025.03.14,score_date:{day}T12:55:00Z\ncve,epss,percentile\nCVE-2026-0001,{score},0.99\n"
        );
        gz(text.as_bytes())
    };
    assert_eq!(plant.import("epss", &day("2026-03-02", "0.87654"), None).records.new, 1);
    assert_eq!(plant.names("epss>=0.8"), ["CVE-2026-0001"]);
    assert_eq!(plant.import("epss", &day("2026-03-01", "0.1"), None).records.older, 1);
    let twice = b"#model_version:v2025.03.14,score_date:2026-03-03T12:55:00Z\ncve,epss,percentile\n\
        CVE-2026-0001,0.9,0.99\nCVE-2026-0001,0.2,0.5\n";
    let report = plant.import("epss", twice, None);
    assert!(report.remarks.iter().any(|remark| remark.contains("more than once")), "{:?}", report.remarks);
    assert_eq!(plant.names("epss>=0.8"), ["CVE-2026-0001"]);
}

#[test]
fn documents_of_an_archive_count_one_by_one_and_a_broken_one_waits_in_quarantine() {
    let plant = plant();
    let broken = cve("CVE-2026-0003", "none")[..300].to_vec();
    let archive = zipped(&[
        ("cves/2026/CVE-2026-0001.json", cve("CVE-2026-0001", "Active")),
        ("cves/2026/CVE-2026-0002.json", cve("CVE-2026-0002", "PoC")),
        ("cves/2026/CVE-2026-0003.json", broken),
        ("cves/delta.json", b"{\"fetchTime\":\"2026\",\"new\":[]}".to_vec()),
    ]);
    let report = plant.import("all.zip", &archive, None);
    assert_eq!((report.records.new, report.problems.len()), (2, 1), "{report:?}");
    assert_eq!(plant.names("ssvc.exploitation:active"), ["CVE-2026-0001"]);
    assert_eq!(plant.names("ssvc.exploitation:public_poc"), ["CVE-2026-0002"]);
    assert_eq!(plant.quarantine().len(), 1);
    let whole = zipped(&[("CVE-2026-0001.json", cve("CVE-2026-0001", "Active"))]);
    assert_eq!(plant.import("some.zip", &whole, None).records.unchanged, 1);
    let before = plant.entries();
    assert_eq!(plant.import("some.zip", &whole, None).files.unchanged, 1);
    assert_eq!(plant.entries(), before);
}

#[test]
fn content_that_does_not_say_what_it_is_is_asked_for_and_not_guessed() {
    let plant = plant();
    for (name, bytes, code) in [
        ("kev.json", &b"{\"vulnerabilities\": []}"[..], "kind-not-certain"),
        ("nvd.json", b"<html>404</html>", "kind-not-certain"),
        ("a.json", b"{\"document\":{\"csaf_version\":\"2.0\",\"category\":\"csaf_base\"}}", "advisory"),
        ("empty", b"", "kind-not-certain"),
    ] {
        let report = plant.import(name, bytes, None);
        assert_eq!(report.problems[0].rejected.code, code, "{name}");
    }
    assert_eq!(plant.entries(), 0);
}

#[test]
fn a_bomb_is_refused_before_it_fills_the_memory() {
    let plant = plant();
    let bomb = gz(&vec![b' '; 65 * 1024 * 1024]);
    let report = plant.import("kev.json.gz", &bomb, Some(FeedKind::Kev));
    assert_eq!(report.problems[0].rejected.code, "not-unpacked", "{:?}", report.problems);
}

#[test]
fn a_drop_folder_is_looked_into_and_holds_files_of_several_kinds() {
    let plant = plant();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("1"), kev("2026.03.01", &["CVE-2026-0001"])).unwrap();
    std::fs::write(folder.path().join("2"), nvd(&[("CVE-2026-0001", "Analyzed")])).unwrap();
    let place = folder.path().display().to_string();
    plant.add(NewFeed { name: "drop".to_owned(), folder: place, ..NewFeed::default() });
    assert_eq!(feeds::due(&plant.app).unwrap().len(), 1);
    let first = plant.check("drop");
    assert_eq!((first.result, first.files.taken, first.records.new), (CheckResult::New, 2, 2), "{first:?}");
    let second = plant.check("drop");
    assert_eq!((second.result, second.files.unchanged), (CheckResult::None, 2));
    assert_eq!(feeds::due(&plant.app).unwrap(), []);
    plant.clock.advance_micros(6 * 60 * 1_000_000);
    assert_eq!(feeds::due(&plant.app).unwrap().len(), 1);
    std::fs::write(folder.path().join("3"), "neither this nor that").unwrap();
    let third = plant.check("drop");
    assert_eq!(third.result, CheckResult::Failed);
    assert!(third.message.contains("does not say with certainty"), "{}", third.message);
}

#[test]
fn lists_notes_and_signatures_beside_data_are_skipped_with_the_reason_and_nothing_else_is() {
    let plant = plant();
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    put("kev.json", &kev("2026.03.01", &["CVE-2026-0001"]));
    put("index.txt", b"2025/msrc_cve-2025-0001.json\n");
    put("kev.json.asc", b"-----BEGIN PGP SIGNATURE-----");
    put("kev.json.sha256", b"00  kev.json");
    put("README.md", b"# what lies here");
    put("updates", br#"{"@odata.context": "x", "value": [{"ID": "2024-Mar", "CvrfUrl": "https://x"}]}"#);
    let report = feeds::import_path(&plant.app, &caller(), folder.path(), None, "stick").unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert_eq!((report.files.read, report.files.taken, report.files.failed), (1, 1, 0), "{report:?}");
    let skipped: Vec<&str> = report.skipped.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(skipped.len(), 5, "{skipped:?}");
    assert!(report.skipped.iter().all(|file| !file.why.is_empty()));
    put("broken.json", b"{\"dataType\": ");
    let report = feeds::import_path(&plant.app, &caller(), folder.path(), None, "stick").unwrap();
    assert_eq!(report.problems.len(), 1, "what may be data is a problem: {:?}", report.problems);
    let asked =
        feeds::import_path(&plant.app, &caller(), &folder.path().join("index.txt"), None, "").unwrap();
    assert_eq!(asked.problems.len(), 1, "a file that was named is not skipped");
}

#[test]
fn real_folders_of_microsoft_have_lists_that_are_skipped() {
    let folder = std::env::var_os("HOLDPOINT_DATA").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        std::path::PathBuf::from,
    );
    let folder = folder.join("microsoft/csaf");
    if !folder.exists() {
        println!("no real files of Microsoft here: their folders were not tried");
        return;
    }
    let report = feeds::import_path(&plant().app, &caller(), &folder, None, "stick").unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert!(report.skipped.iter().any(|file| file.name.ends_with("index.txt")), "{:?}", report.skipped);
}

fn served(bytes: Vec<u8>) -> (CsafProvider, Plant) {
    let server = CsafProvider::start(Vec::new());
    server.put_document(NAME, bytes);
    let plant = plant_with(FetchSettings {
        roots: Roots::Only(server.ca_pem()),
        inner_hosts: vec!["localhost".to_owned()],
        resolve_to: server.resolve_to(),
        idle_timeout: Duration::from_secs(2),
        ..FetchSettings::default()
    });
    plant.add(NewFeed {
        name: "KEV".to_owned(),
        kind: Some(FeedKind::Kev),
        addresses: vec![server.url(PATH)],
        ..NewFeed::default()
    });
    (server, plant)
}

#[test]
fn a_feed_is_fetched_once_and_then_asked_by_its_mark() {
    let (server, plant) = served(kev("2026.03.01", &["CVE-2026-0001"]));
    let first = plant.check("KEV");
    assert_eq!((first.result, first.records.new), (CheckResult::New, 1), "{first:?}");
    let second = plant.check("KEV");
    assert_eq!((second.result, second.files.unchanged), (CheckResult::None, 1));
    assert!(server.requests().last().unwrap().if_none_match.is_some());
    let known = feeds::find(&plant.app, &caller(), "KEV").unwrap();
    let content = known.content.unwrap();
    assert_eq!((content.read_at, content.records), (second.finished_at, 1));
    assert_eq!(content.edition, "2026.03.01");
    assert!(content.changed_at < content.read_at);
    server.put_document(NAME, kev("2026.03.02", &["CVE-2026-0001", "CVE-2026-0002"]));
    assert_eq!(plant.check("KEV").records.new, 1);
}

#[test]
fn a_server_that_fails_or_lies_leaves_the_last_good_state() {
    let (server, plant) = served(kev("2026.03.01", &["CVE-2026-0001"]));
    plant.check("KEV");
    server.put_document(NAME, kev("2026.03.02", &["CVE-2026-0001", "CVE-2026-0002"]));
    for fault in [
        Fault::Status(500),
        Fault::Status(404),
        Fault::Html,
        Fault::Truncated { after: 100, times: 9 },
        Fault::TruncatedChunks { after: 100 },
        Fault::Redirect("https://elsewhere.example/kev.json".to_owned()),
        Fault::Replace { bytes: b"{\"vulnerabilities\": [".to_vec(), content_type: "text/plain".to_owned() },
    ] {
        server.clear_faults();
        server.set_fault(PATH, fault.clone());
        let check = plant.check("KEV");
        assert_eq!(check.result, CheckResult::Failed, "{fault:?}");
        assert!(!check.message.is_empty());
        assert_eq!(plant.names("kev:yes"), ["CVE-2026-0001"], "{fault:?}");
    }
    server.clear_faults();
    assert_eq!(plant.check("KEV").result, CheckResult::New);
    assert_eq!(plant.names("kev:yes"), ["CVE-2026-0001", "CVE-2026-0002"]);
}

#[test]
fn a_download_that_breaks_off_is_continued() {
    let (server, plant) = served(kev("2026.03.01", &["CVE-2026-0001", "CVE-2026-0002"]));
    server.set_fault(PATH, Fault::Truncated { after: 300, times: 1 });
    let check = plant.check("KEV");
    assert_eq!((check.result, check.records.new), (CheckResult::New, 2), "{check:?}");
    assert!(server.requests().iter().any(|request| request.range.is_some()));
}

#[test]
fn a_mark_that_lies_is_found_out_after_a_week() {
    let (server, plant) = served(kev("2026.03.01", &["CVE-2026-0001"]));
    plant.check("KEV");
    server.put_document(NAME, kev("2026.03.02", &["CVE-2026-0001", "CVE-2026-0002"]));
    server.set_fault(PATH, Fault::Status(304));
    plant.check("KEV");
    assert_eq!(plant.names("kev:yes"), ["CVE-2026-0001"]);
    server.clear_faults();
    plant.clock.advance_micros(8 * 86_400_000_000);
    plant.check("KEV");
    assert!(server.requests().last().unwrap().if_none_match.is_none());
    assert_eq!(plant.names("kev:yes"), ["CVE-2026-0001", "CVE-2026-0002"]);
}

#[test]
fn settings_of_a_feed_that_cannot_be_are_refused_in_words() {
    let plant = plant();
    let refused = |feed: NewFeed| feeds::add(&plant.app, &caller(), &feed, "").unwrap_err().to_string();
    let feed = |kind, address: &str, folder: &str| NewFeed {
        name: "x".to_owned(),
        kind,
        addresses: if address.is_empty() { Vec::new() } else { vec![address.to_owned()] },
        folder: folder.to_owned(),
        ..NewFeed::default()
    };
    let some = Some(FeedKind::Kev);
    assert!(refused(feed(some, "http://a.example/k", "")).contains("no https address"));
    assert!(refused(feed(None, "https://a.example/k", "")).contains("has no kind"));
    assert!(refused(feed(some, "https://a.example/k", "/in")).contains("addresses and a folder"));
    assert!(refused(feed(Some(FeedKind::OpenVex), "", "")).contains("neither an address nor a folder"));
    let proxied = NewFeed { proxy: "not a proxy".to_owned(), ..feed(some, "", "") };
    assert!(refused(proxied).contains("proxy cannot be used"));
    assert_eq!(plant.entries(), 0);
    plant.add(feed(some, "", ""));
    assert!(refused(feed(some, "", "")).contains("there is a feed `x` already"));
}
