//! What feeds say reaches every list: counts and filters, kept current by difference, with their past and its causes.
#![expect(clippy::unwrap_used, reason = "a test may fail by a panic")]

use holdpoint_app::applicability::findings;
use holdpoint_app::edge::{Clock, FixedClock, SeededRandom};
use holdpoint_app::feeds::trust;
use holdpoint_app::inventory::{ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::vulnerabilities::{self, touch};
use holdpoint_app::{App, AppSettings, Caller, feeds, inventory, matching};
use holdpoint_domain::Moment;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::intelligence::FindingCause;
use holdpoint_domain::matching::Verdict;
use holdpoint_testkit::postgres;
use serde_json::{Value, json};
use std::sync::Arc;

struct Plant {
    app: App,
    clock: Arc<FixedClock>,
    engine: &'static str,
    _folder: Option<tempfile::TempDir>,
    _database: Option<postgres::Database>,
}

fn caller() -> Caller {
    Caller::operator("root")
}

/// One plant on each engine, with two assets that have one product in two versions.
fn plants() -> Vec<Plant> {
    let folder = tempfile::tempdir().unwrap();
    let file = Location::Sqlite(folder.path().join("plant.sqlite"));
    let database = postgres::database();
    let server = Location::Postgres(database.url());
    let plants =
        vec![plant("sqlite", &file, Some(folder), None), plant("postgres", &server, None, Some(database))];
    for plant in &plants {
        plant.asset("P-1", "2.3");
        plant.asset("P-2", "2.4");
    }
    plants
}

fn plant(
    engine: &'static str,
    location: &Location,
    folder: Option<tempfile::TempDir>,
    database: Option<postgres::Database>,
) -> Plant {
    let clock = Arc::new(FixedClock::new("2026-03-18T10:00:00Z".parse::<Moment>().unwrap()));
    let store = Store::open(location).unwrap();
    let random = Arc::new(SeededRandom::new(7));
    let app = App::new(store, Arc::clone(&clock) as Arc<dyn Clock>, random, AppSettings::default());
    Plant { app, clock, engine, _folder: folder, _database: database }
}

impl Plant {
    fn bring(&self, table: &str) {
        self.clock.advance_micros(1_000_000);
        let request = ImportRequest {
            name: "table.csv",
            bytes: table.as_bytes(),
            kind: ImportKind::Auto,
            run: Run::Apply,
            mode: Mode::AllOrNothing,
            table: holdpoint_app::inventory::TableChoice::default(),
            mapping: MappingChoice::Known,
            remember_as: None,
            asset: None,
            reason: "",
        };
        let report = inventory::import(&self.app, &caller(), &request).unwrap();
        assert_eq!(report.rejected, []);
    }

    fn asset(&self, tag: &str, version: &str) {
        self.bring(&format!("asset_tag,name,vendor,product\n{tag},{tag},,\n"));
        self.bring(&format!(
            "asset_tag,vendor,product,version,purl,cpe\n\
             {tag},,pump server,{version},,cpe:2.3:a:acme:pump_server:{version}:*:*:*:*:*:*:*\n"
        ));
    }

    fn feed(&self, document: &Value) {
        self.clock.advance_micros(1_000_000);
        let bytes = serde_json::to_vec(document).unwrap();
        let report = feeds::import_bytes(&self.app, &caller(), "file", bytes, None, "").unwrap();
        assert!(report.problems.is_empty(), "{report:?}");
    }

    /// Each vulnerability of the list with how many assets it touches for sure, and perhaps.
    fn listed(&self, filter: &str) -> Vec<(String, u64, u64)> {
        let filter = Filter::parse(filter).unwrap();
        let query = ListQuery { filter, ..ListQuery::everything(100, self.app.now()) };
        let page = vulnerabilities::list(&self.app, &caller(), &query).unwrap().page;
        page.items
            .into_iter()
            .map(|line| (line.threat.reference, line.assets_yes, line.assets_unknown))
            .collect()
    }

    fn trust(&self, author: &str) {
        trust::add(&self.app, &caller(), author, None, "its documents come from its own site").unwrap();
    }

    /// The counts of one vulnerability in the list, after its assets and theirs were compared with it.
    fn counts(&self) -> (u64, u64) {
        let list = self.listed("");
        let query = ListQuery::everything(100, self.app.now());
        for (reference, yes, unknown) in &list {
            let page = touch::assets(&self.app, &caller(), reference, &query).unwrap();
            let of = |wanted| page.items.iter().filter(|one| one.verdict == wanted).count() as u64;
            assert_eq!((of(Verdict::Yes), of(Verdict::Unknown)), (*yes, *unknown), "{}", self.engine);
            for one in page.items {
                let tag = one.asset.asset.tag;
                let (own, _) = touch::of_asset(&self.app, &caller(), &tag, (100, None)).unwrap();
                let own = own.items.into_iter().find(|own| own.reference == *reference).unwrap();
                assert_eq!(own.verdict, one.verdict, "{} {tag}", self.engine);
                let explained = touch::explain(&self.app, &caller(), &tag, reference).unwrap();
                assert_eq!(explained.verdict, one.verdict, "{} {tag}", self.engine);
            }
        }
        list.first().map_or((0, 0), |(_, yes, unknown)| (*yes, *unknown))
    }

    fn history(&self, tag: &str) -> Vec<(Verdict, FindingCause, bool)> {
        let asset = inventory::get(&self.app, &caller(), tag, Moment::OPEN).unwrap();
        let number = asset.configuration_no.unwrap();
        let rows = self.app.store().read(|r| r.feed_finding_history(number, "CVE-2026-0001")).unwrap();
        rows.into_iter().map(|row| (row.verdict, row.cause, row.valid_to == Moment::OPEN)).collect()
    }
}

fn nvd(status: &str, changed: &str, below: &str) -> Value {
    nvd_of("cpe:2.3:a:acme:pump_server:*:*:*:*:*:*:*:*", status, changed, below)
}

fn nvd_of(criteria: &str, status: &str, changed: &str, below: &str) -> Value {
    let leaf = json!({"vulnerable": true, "criteria": criteria, "versionEndExcluding": below, "matchCriteriaId": "X"});
    json!({"resultsPerPage": 1, "startIndex": 0, "totalResults": 1, "format": "NVD_CVE", "version": "2.0",
        "timestamp": "2026-01-03T00:00:00.000", "vulnerabilities": [{"cve": {"id": "CVE-2026-0001",
            "sourceIdentifier": "cna@acme.example", "vulnStatus": status, "published": "2026-01-01T00:00:00.000",
            "lastModified": changed, "descriptions": [{"lang": "en", "value": "A flaw."}], "metrics": {},
            "configurations": [{"nodes": [{"operator": "OR", "negate": false, "cpeMatch": [leaf]}]}]}}]})
}

fn cve(default: Value) -> Value {
    json!({"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-2026-0001",
        "state": "PUBLISHED", "assignerOrgId": "00000000-0000-4000-8000-000000000000"},
        "containers": {"cna": {"providerMetadata": {"orgId": "00000000-0000-4000-8000-000000000000"},
            "descriptions": [{"lang": "en", "value": "A flaw."}], "references": [{"url": "https://acme.example"}],
            "affected": [{"vendor": "Acme", "product": "Pump Server", "defaultStatus": default,
                "versions": [{"version": "2.3", "status": "affected"}]}]}}})
}

fn openvex(version: u32, product: &str, status: &str) -> Value {
    json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.example/vex/1", "author": "Acme PSIRT",
        "timestamp": "2026-03-01T00:00:00Z", "version": version, "statements": [{
            "vulnerability": {"name": "CVE-2026-0001"}, "products": [{"@id": product}], "status": status,
            "justification": "vulnerable_code_not_present"}]})
}

const AT_2_3: &str = "cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*";

#[test]
fn what_a_feed_says_is_counted_filtered_and_follows_its_record() {
    for plant in plants() {
        assert_eq!(plant.listed("affects:yes"), []);
        plant.feed(&nvd("Analyzed", "2026-01-02T00:00:00.000", "2.4"));
        assert_eq!(plant.counts(), (1, 0), "{}", plant.engine);
        assert_eq!(plant.listed("affects:yes").len(), 1);
        assert_eq!(plant.listed("affects:unknown"), []);
        plant.feed(&nvd("Analyzed", "2026-01-04T00:00:00.000", "3"));
        assert_eq!(plant.counts(), (2, 0), "{}", plant.engine);
        plant.feed(&nvd("Rejected", "2026-01-05T00:00:00.000", "3"));
        assert_eq!(plant.counts(), (0, 0), "{}", plant.engine);
        assert_eq!(plant.history("P-1"), [(Verdict::Yes, FindingCause::Record, false)]);
    }
}

#[test]
fn a_changed_inventory_changes_its_own_findings_alone() {
    for plant in plants() {
        plant.feed(&nvd("Analyzed", "2026-01-02T00:00:00.000", "2.4"));
        plant.asset("P-3", "1.0");
        assert_eq!(plant.counts(), (2, 0), "{}", plant.engine);
        assert_eq!(plant.history("P-3"), [(Verdict::Yes, FindingCause::Inventory, true)]);
        assert_eq!(plant.history("P-1"), [(Verdict::Yes, FindingCause::Record, true)]);
        plant.asset("P-3", "2.4");
        assert_eq!(plant.counts(), (1, 0), "{}", plant.engine);
        plant.asset("P-3", "");
        assert_eq!(plant.listed("affects:unknown").len(), 0, "one yes makes a yes");
        let before = matching::rebuild(&plant.app, &caller(), "again").unwrap();
        assert_eq!(before.opened + before.changed + before.closed, 0);
        assert_eq!(findings::keep_current(&plant.app).unwrap(), None);
    }
}

#[test]
fn a_vex_document_raises_doubts_and_clears_in_lists_with_its_reason() {
    for plant in plants() {
        plant.trust("Acme PSIRT");
        plant.feed(&openvex(1, AT_2_3, "affected"));
        assert_eq!(plant.counts(), (1, 0), "{}", plant.engine);
        assert_eq!(plant.history("P-1"), [(Verdict::Yes, FindingCause::Vex, true)]);
        plant.feed(&openvex(2, AT_2_3, "under_investigation"));
        assert_eq!(plant.counts(), (0, 1), "{}", plant.engine);
        plant.feed(&nvd("Analyzed", "2026-01-02T00:00:00.000", "2.4"));
        plant.feed(&openvex(3, AT_2_3, "not_affected"));
        assert_eq!(plant.counts(), (0, 0), "{}", plant.engine);
        assert_eq!(plant.listed("affects:no").len(), 1, "the line stays");
        let (own, _) = touch::of_asset(&plant.app, &caller(), "P-1", (10, None)).unwrap();
        assert_eq!(own.items[0].verdict, Verdict::No);
        let why = &own.items[0].voices[0].why;
        assert!(why.contains("Acme PSIRT") && why.contains("vulnerable_code_not_present"), "{why}");
    }
}

#[test]
fn a_version_that_a_cve_record_does_not_list_is_unknown_in_lists_too() {
    for plant in plants() {
        plant.bring(
            "asset_tag,vendor,product,firmware_version\nF-1,Acme,Pump Server,2.3\nF-2,Acme,Pump Server,9\n",
        );
        plant.feed(&cve(json!("unaffected")));
        assert_eq!(plant.counts(), (1, 0), "{}", plant.engine);
        plant.feed(&cve(json!("unknown")));
        assert_eq!(plant.counts(), (1, 1), "{}", plant.engine);
    }
}

#[test]
fn vendor_and_product_alone_and_operating_systems_are_compared() {
    for plant in plants() {
        plant.bring(
            "asset_tag,vendor,product,firmware_version,os_name,os_version\n\
             N-1,Acme GmbH,Acme Pump Server,2.3,,\nN-2,,Server Pump,1.0,,\nN-3,Other,Pump Server,1.0,,\n\
             W-1,,,,Windows 10 Pro,10.0.19045.4291\nW-2,,,,Windows 10,\nW-3,,,,Windows 10,10.0.19045.6000\n\
             W-4,,,,Windows Server 2019,10.0.17763.1\n",
        );
        plant.feed(&nvd("Analyzed", "2026-01-02T00:00:00.000", "2.4"));
        // P-1 has a CPE name; N-1 is the same vendor and product; N-2 is only alike; N-3 is another vendor's.
        assert_eq!(plant.counts(), (2, 1), "{}", plant.engine);
        let windows = "cpe:2.3:o:microsoft:windows_10_22h2:*:*:*:*:*:*:*:*";
        plant.feed(&nvd_of(windows, "Analyzed", "2026-01-03T00:00:00.000", "10.0.19045.5000"));
        assert_eq!(plant.counts(), (1, 1), "{}", plant.engine);
    }
}

/// Debian's own word on one flaw: bookworm is fixed, bullseye never had it; nobody speaks of older releases.
fn tracker() -> Value {
    json!({"openssh": {"CVE-2026-0001": {"description": "A flaw.", "scope": "remote", "releases": {
        "bookworm": {"status": "resolved", "repositories": {}, "fixed_version": "1:9.2p1-2+deb12u3", "urgency": "low"},
        "bullseye": {"status": "resolved", "repositories": {}, "fixed_version": "0", "urgency": "low"}}}}})
}

/// The same flaw as one of the bulletins that speak of one release alone.
fn bulletin() -> Value {
    json!({"id": "DSA-9999-1", "modified": "2026-01-02T00:00:00Z", "upstream": ["CVE-2026-0001"], "affected": [{
        "package": {"ecosystem": "Debian:12", "name": "openssh"},
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1:9.2p1-2+deb12u3"}]}]}]})
}

#[test]
fn a_release_that_no_source_speaks_of_is_not_cleared_by_silence() {
    let hosts = [
        ("D-10", "1:7.9p1-10", "debian-10"),
        ("D-11", "1:8.4p1-5", "debian-11"),
        ("D-12", "1:9.2p1-2+deb12u1", "debian-12"),
        ("D-13", "1:9.7p1-6", "debian-13"),
    ];
    for plant in plants() {
        for (tag, version, distro) in hosts {
            plant.bring(&format!("asset_tag,name,vendor,product\n{tag},{tag},,\n"));
            plant.bring(&format!(
                "asset_tag,vendor,product,version,purl,cpe\n{tag},,openssh-server,{version},pkg:deb/debian/openssh-server@{version}?arch=amd64&distro={distro}&upstream=openssh,\n"
            ));
        }
        let explained = |tag| touch::explain(&plant.app, &caller(), tag, "CVE-2026-0001").unwrap();
        plant.feed(&bulletin());
        assert_eq!(plant.counts(), (1, 3), "{}: of 10, 11 and 13 the bulletin says nothing", plant.engine);
        plant.feed(&tracker());
        assert_eq!(plant.counts(), (1, 2), "{}: bullseye is cleared by its name", plant.engine);
        assert_eq!(explained("D-10").verdict, Verdict::Unknown);
        let why: Vec<String> = explained("D-10")
            .judged
            .sources
            .iter()
            .flat_map(|one| &one.leaves)
            .map(|leaf| leaf.why.clone())
            .collect();
        assert!(why.iter().all(|why| why.contains("nobody says anything of release `buster`")), "{why:?}");
        assert_eq!(explained("D-11").verdict, Verdict::No);
        assert_eq!(explained("D-12").verdict, Verdict::Yes);
        assert_eq!(explained("D-13").verdict, Verdict::Unknown, "newer by its number, and not spoken of");
    }
}

#[test]
fn a_strangers_all_clear_changes_no_answer_until_a_person_trusts_the_author() {
    for plant in plants() {
        plant.feed(&nvd("Analyzed", "2026-01-02T00:00:00.000", "2.4"));
        let mut document = openvex(1, AT_2_3, "not_affected");
        document["author"] = json!("Random Joe");
        plant.feed(&document);
        assert_eq!(plant.counts(), (1, 0), "{}", plant.engine);
        assert_eq!(plant.listed("affects:no"), []);
        assert_eq!(plant.listed("affects:yes").len(), 1, "{}: lists agree", plant.engine);
        let explained = touch::explain(&plant.app, &caller(), "P-1", "CVE-2026-0001").unwrap();
        assert_eq!(explained.verdict, Verdict::Yes, "{}", plant.engine);
        assert_eq!(explained.judged.sources[0].vex[0].effect.word(), "not_trusted");
        let (own, _) = touch::of_asset(&plant.app, &caller(), "P-1", (10, None)).unwrap();
        let why = &own.items[0].voices[0].why;
        assert!(
            why.contains("nvd") && why.contains("Random Joe") && why.contains("not trusted here"),
            "{why}"
        );

        let refused = trust::add(&plant.app, &caller(), "Random Joe", None, " ").unwrap_err();
        assert_eq!(refused.code(), "reason-missing");
        trust::add(&plant.app, &caller(), "random  joe", None, "he tests our pumps").unwrap();
        assert_eq!(plant.counts(), (0, 0), "{}", plant.engine);
        assert_eq!(plant.listed("affects:no").len(), 1);
        assert_eq!(trust::list(&plant.app, &caller()).unwrap()[0].reason, "he tests our pumps");
        trust::remove(&plant.app, &caller(), "Random Joe", "he left").unwrap();
        assert_eq!(plant.counts(), (1, 0), "{}", plant.engine);
        // The claim is a row of its own: the answer is the same, its reason is not.
        let changes = [Verdict::Yes, Verdict::Yes, Verdict::No, Verdict::Yes];
        assert_eq!(plant.history("P-1").iter().map(|row| row.0).collect::<Vec<_>>(), changes);
        assert!(trust::remove(&plant.app, &caller(), "Random Joe", "again").is_err());
    }
}

#[test]
fn a_file_under_the_vendors_own_name_is_only_a_claim() {
    for plant in plants() {
        let names = ["Acme", "ACME, Inc.", "Acme PSIRT", "acme", "Acme Product Security Team"];
        for (version, name) in (1..).zip(names) {
            let mut forged = openvex(version, AT_2_3, "not_affected");
            forged["author"] = json!(name);
            plant.feed(&forged);
            let alone = touch::explain(&plant.app, &caller(), "P-1", "CVE-2026-0001").unwrap();
            assert_eq!(alone.verdict, Verdict::Unknown, "{}: {name} alone", plant.engine);
            assert_eq!(alone.judged.sources[0].vex[0].effect.word(), "not_trusted");
        }
        plant.feed(&nvd("Analyzed", "2026-01-02T00:00:00.000", "2.4"));
        for (version, status) in (10..).zip(["fixed", "not_affected"]) {
            plant.feed(&openvex(version, AT_2_3, status));
            assert_eq!(plant.counts(), (1, 0), "{}: {status}", plant.engine);
            assert_eq!(plant.listed("affects:no"), []);
        }
        let (own, _) = touch::of_asset(&plant.app, &caller(), "P-1", (10, None)).unwrap();
        let why = &own.items[0].voices[0].why;
        assert!(why.contains("Acme PSIRT") && why.contains("only claimed"), "{why}");
    }
}

#[test]
fn trust_ends_by_itself_and_what_it_cleared_is_open_again() {
    const DAY: i64 = 86_400_000_000;
    for plant in plants() {
        plant.feed(&nvd("Analyzed", "2026-01-02T00:00:00.000", "2.4"));
        plant.feed(&openvex(1, AT_2_3, "not_affected"));
        let now = plant.app.now();
        for end in [now, now.plus_micros(5 * 366 * DAY)] {
            let refused = trust::add(&plant.app, &caller(), "Acme PSIRT", Some(end), "its site").unwrap_err();
            assert_eq!(refused.code(), "until");
        }
        let end = now.plus_micros(10 * DAY);
        trust::add(&plant.app, &caller(), "Acme PSIRT", Some(end), "its site").unwrap();
        assert_eq!(plant.counts(), (0, 0), "{}", plant.engine);
        assert_eq!(trust::end_due(&plant.app).unwrap(), None);
        plant.clock.advance_micros(11 * DAY);
        assert_eq!(trust::end_due(&plant.app).unwrap(), Some(1));
        assert_eq!(plant.counts(), (1, 0), "{}", plant.engine);
        assert_eq!(trust::end_due(&plant.app).unwrap(), None, "twice is harmless");
        assert_eq!(trust::list(&plant.app, &caller()).unwrap(), []);
    }
}

#[test]
fn a_stranger_alone_clears_nothing_and_takes_nothing_from_a_trusted_word() {
    for plant in plants() {
        plant.trust("Acme PSIRT");
        let mut stranger = openvex(1, AT_2_3, "not_affected");
        stranger["author"] = json!("Random Joe");
        stranger["@id"] = json!("https://joe.example/1");
        plant.feed(&stranger);
        let alone = touch::explain(&plant.app, &caller(), "P-1", "CVE-2026-0001").unwrap();
        assert_eq!(alone.verdict, Verdict::Unknown, "{}", plant.engine);
        assert_eq!(alone.judged.sources[0].vex[0].author, "Random Joe");
        plant.feed(&nvd("Analyzed", "2026-01-02T00:00:00.000", "2.4"));
        assert_eq!(plant.counts(), (1, 0), "{}: his claim changes nothing", plant.engine);
        plant.feed(&openvex(1, AT_2_3, "not_affected"));
        assert_eq!(plant.counts(), (0, 0), "{}", plant.engine);
    }
}

#[test]
fn conditions_that_are_too_large_to_be_looked_up_touch_what_they_name_all_the_same() {
    for plant in plants() {
        let mut feed = nvd("Analyzed", "2026-01-02T00:00:00.000", "2.4");
        let node = &mut feed["vulnerabilities"][0]["cve"]["configurations"][0]["nodes"][0]["cpeMatch"];
        node.as_array_mut().unwrap().extend((0..60_000).map(|number| {
            json!({"vulnerable": true, "criteria": format!("cpe:2.3:a:other:part_{number}:1:*:*:*:*:*:*:*"),
                "matchCriteriaId": "X"})
        }));
        plant.feed(&feed);
        assert_eq!(plant.counts(), (1, 0), "{}", plant.engine);
        let explained = touch::explain(&plant.app, &caller(), "P-1", "CVE-2026-0001").unwrap();
        assert!(explained.left_out.is_some());
        plant.asset("P-3", "1.0");
        assert_eq!(plant.counts(), (2, 0), "{}", plant.engine);
        plant.asset("P-3", "2.4");
        assert_eq!(plant.counts(), (1, 0), "what the whole conditions exclude is not listed");
    }
}

#[test]
fn every_voice_of_the_feeds_says_why() {
    for plant in plants() {
        plant.feed(&nvd("Analyzed", "2026-01-02T00:00:00.000", "2.4"));
        let (own, _) = touch::of_asset(&plant.app, &caller(), "P-1", (10, None)).unwrap();
        let why = &own.items[0].voices[0].why;
        assert!(why.starts_with("nvd, ") && why.contains("2.4"), "{}: {why}", plant.engine);
    }
}
