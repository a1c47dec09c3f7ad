//! The demo keeps its promises: valid documents, enough to look at, the same every time, nobody's database touched.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use super::{DATABASE, FILLING, MARKER, Place, Prepared, advisories, assets, company, csaf, prepare, story};
use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::store::page::{ListQuery, Page};
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{
    App, AppSettings, Caller, advisories as advisory_lists, audit, inventory, matching, sites,
};
use holdpoint_app::{execution, work_orders};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::matching::Verdict;
use holdpoint_domain::site::Connectivity;
use holdpoint_formats::csaf::{Scope, Severity};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::OnceLock;

fn now() -> Moment {
    "2026-03-18T10:20:30Z".parse().unwrap()
}

struct Filled {
    app: App,
    caller: Caller,
}

/// Filled once for all tests: it is the slow part.
fn filled() -> &'static Filled {
    static FILLED: OnceLock<Filled> = OnceLock::new();
    FILLED.get_or_init(fresh)
}

fn fresh() -> Filled {
    let store = Store::open(&Location::Memory).unwrap();
    story::fill(store.clone(), now()).unwrap();
    let clock = Arc::new(FixedClock::new(now()));
    let app = App::new(store, clock, Arc::new(SeededRandom::new(1)), AppSettings::default());
    Filled { app, caller: Caller::operator("test") }
}

fn query(filter: &str, as_of: Moment) -> ListQuery {
    ListQuery {
        filter: Filter::parse(filter).unwrap(),
        sort: None,
        page: Page { limit: 1_000, cursor: None },
        as_of,
        now: now(),
        reach: Reach::Everywhere,
    }
}

fn matches(demo: &Filled, filter: &str) -> u64 {
    matching::list(&demo.app, &demo.caller, &query(filter, Moment::OPEN)).unwrap().count.value
}

#[test]
fn every_document_passes_the_mandatory_tests() {
    let grown = advisories::rtu500_grown();
    let mut all = advisories::all();
    assert!((38..=50).contains(&all.len()), "{} advisories", all.len());
    all.push(&grown);
    for advisory in all {
        let edition = csaf::Edition::first(now());
        for edition in [edition, edition.revised(now().plus_micros(86_400_000_000))] {
            let bytes = csaf::document(advisory, edition);
            let parsed = holdpoint_formats::csaf::parse(&bytes).unwrap();
            let checked = holdpoint_formats::csaf::validate(&parsed.value, Scope::All);
            let broken: Vec<_> =
                checked.findings.iter().filter(|finding| finding.severity == Severity::Mandatory).collect();
            assert!(broken.is_empty(), "advisory {}: {broken:#?}", advisory.number);
            let unchecked: Vec<_> =
                checked.findings.iter().filter(|finding| finding.test.starts_with("6.1")).collect();
            assert!(unchecked.is_empty(), "advisory {}: {unchecked:#?}", advisory.number);
        }
    }
}

#[test]
fn the_damaged_document_breaks_a_mandatory_test() {
    let bytes = csaf::broken_document(&advisories::DAMAGED, csaf::Edition::first(now()));
    let parsed = holdpoint_formats::csaf::parse(&bytes).unwrap();
    assert!(!holdpoint_formats::csaf::validate(&parsed.value, Scope::Mandatory).is_valid());
    let sound = csaf::document(&advisories::DAMAGED, csaf::Edition::first(now()));
    let parsed = holdpoint_formats::csaf::parse(&sound).unwrap();
    assert!(holdpoint_formats::csaf::validate(&parsed.value, Scope::Mandatory).is_valid());
}

#[test]
fn documents_never_claim_to_be_the_vendors() {
    for advisory in advisories::all() {
        let text = String::from_utf8(csaf::document(advisory, csaf::Edition::first(now()))).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["document"]["publisher"]["name"], csaf::PUBLISHER);
        assert_eq!(value["document"]["publisher"]["namespace"], csaf::NAMESPACE);
        for address in text.split("https://").skip(1) {
            assert!(address.starts_with("demo.holdpoint.example"), "a foreign address: {address:.60}");
        }
    }
}

#[test]
fn numbers_of_advisories_are_unique() {
    let numbers: BTreeSet<u32> = advisories::all().iter().map(|advisory| advisory.number).collect();
    assert_eq!(numbers.len(), advisories::all().len());
    assert!(!numbers.contains(&advisories::DAMAGED.number));
}

#[test]
fn tags_and_addresses_are_unique_and_every_row_is_whole() {
    let (mut tags, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    let ip = assets::COLUMNS.iter().position(|column| *column == "ip").unwrap();
    for site in company::SITES {
        for row in assets::rows(site) {
            assert_eq!(row.len(), assets::COLUMNS.len());
            assert!(tags.insert(row[0].clone()), "{} twice", row[0]);
            assert!(row[ip].is_empty() || addresses.insert(row[ip].clone()), "{} twice", row[ip]);
        }
    }
}

#[test]
fn a_vendor_is_one_of_many() {
    let vendors: BTreeSet<&str> = company::SITES
        .iter()
        .flat_map(|site| assets::of_site(site.code))
        .map(|fleet| fleet.device[0])
        .filter(|vendor| !vendor.is_empty())
        .collect();
    assert!(vendors.len() >= 9, "{vendors:?}");
}

#[test]
fn the_company_has_three_sites_and_one_is_air_gapped() {
    let demo = filled();
    let sites = sites::sites(&demo.app, &demo.caller).unwrap();
    assert_eq!(sites.len(), 3);
    assert_eq!(sites.iter().filter(|site| site.connectivity == Connectivity::AirGapped).count(), 1);
    let zones = sites::zones(&demo.app, &demo.caller).unwrap();
    assert_eq!(zones.len(), company::ZONES.len(), "no import made a zone that nobody planned");
    assert!(zones.iter().all(|zone| zone.exposure.is_some() && zone.purdue_level.is_some()));
}

#[test]
fn there_is_enough_to_look_at() {
    let demo = filled();
    let assets = inventory::list(&demo.app, &demo.caller, &query("", Moment::OPEN)).unwrap().count.value;
    assert!((380..=440).contains(&assets), "{assets} assets");
    let (yes, unknown, no) =
        (matches(demo, "verdict:yes"), matches(demo, "verdict:unknown"), matches(demo, "verdict:no"));
    assert!(yes > 50 && unknown > 20 && no > 0, "yes {yes}, unknown {unknown}, no {no}");
    let open =
        advisory_lists::expressions(&demo.app, &demo.caller, &query("outcome:not_understood", Moment::OPEN));
    assert!(open.unwrap().count.value > 0, "everything was understood, which is not how it is");
    let quarantine = holdpoint_app::sources::quarantine(&demo.app, &demo.caller, &query("", Moment::OPEN));
    assert_eq!(quarantine.unwrap().count.value, 1);
    let mappings = inventory::mappings::list(&demo.app, &demo.caller).unwrap();
    assert_eq!(mappings.len(), 1);
}

#[test]
fn the_audit_chain_holds() {
    let demo = filled();
    let report = audit::verify(&demo.app, &demo.caller).unwrap();
    assert!(report.fault.is_none(), "{:?}", report.fault);
    assert!(report.entries > 50, "{} entries", report.entries);
}

#[test]
fn the_upgrade_of_two_weeks_ago_shows_in_the_past_and_in_the_matches() {
    let demo = filled();
    let past = Moment::from_micros(now().micros() - 18 * 86_400_000_000);
    let firmware = |as_of| {
        let asset = inventory::get(&demo.app, &demo.caller, "HC-PLC-01", as_of).unwrap();
        asset.asset.value(holdpoint_domain::asset::Field::FirmwareVersion).unwrap().to_owned()
    };
    assert_eq!((firmware(past).as_str(), firmware(Moment::OPEN).as_str()), ("V3.0.3", "V3.1.4"));
    let touched = |as_of| {
        let query = query("asset:HC-PLC-01 advisory:OTC-DEMO-001 verdict:yes", as_of);
        matching::list(&demo.app, &demo.caller, &query).unwrap().count.value
    };
    assert_eq!((touched(past), touched(Moment::OPEN)), (1, 0));
}

#[test]
fn the_silent_change_touches_the_terminal() {
    let demo = filled();
    let before = Moment::from_micros(now().micros() - 13 * 43_200_000_000);
    let touched = |as_of| {
        let query = query("advisory:OTC-DEMO-039 asset:TT-RTU-01 verdict:yes", as_of);
        matching::list(&demo.app, &demo.caller, &query).unwrap().count.value
    };
    assert_eq!(touched(before), 0);
    assert!(touched(Moment::OPEN) > 0);
}

#[test]
fn the_same_moment_gives_the_same_database() {
    let again = fresh();
    let head = |demo: &Filled| audit::verify(&demo.app, &demo.caller).unwrap().head;
    assert_eq!(head(filled()), head(&again), "the audit chain covers every write");
    let lines = |demo: &Filled| -> Vec<String> {
        let found = inventory::list(&demo.app, &demo.caller, &query("", Moment::OPEN)).unwrap();
        found.items.iter().map(|asset| format!("{asset:?}")).collect()
    };
    assert_eq!(lines(filled()), lines(&again));
    let lines = |demo: &Filled| -> Vec<String> {
        let found = matching::list(&demo.app, &demo.caller, &query("", Moment::OPEN)).unwrap();
        found.items.iter().map(|line| format!("{line:?}")).collect()
    };
    assert_eq!(lines(filled()), lines(&again));
}

#[test]
fn the_story_ends_before_now_at_any_hour_of_any_day() {
    let hours = ["00:00:01", "23:59:59", "05:10:00", "09:20:00", "13:30:00", "17:40:00", "21:50:00"];
    for (day, hour) in (1..).zip(hours) {
        let now: Moment = format!("2026-03-0{day}T{hour}Z").parse().unwrap();
        let store = Store::open(&Location::Memory).unwrap();
        story::fill(store.clone(), now).unwrap();
        let entries = store.read(|r| r.audit_entries(1, 1_000)).unwrap();
        let times: Vec<Moment> = entries.iter().map(|entry| entry.at).collect();
        assert!(times.is_sorted(), "the clock went back");
        assert!(times.last().is_some_and(|last| *last <= now), "something happens in the future");
    }
}

#[test]
fn the_outstations_show_what_was_verified_what_went_back_and_what_was_replaced() {
    let demo = filled();
    let found = execution::deployments(&demo.app, &demo.caller, &query("", Moment::OPEN)).unwrap();
    let [one] = found.items.as_slice() else { panic!("{found:?}") };
    assert_eq!((one.steps, one.done, one.failed, one.drift), (5, 1, 1, 1), "{one:?}");
    assert_eq!(one.state, "stopped");
    let drift = execution::drifts(&demo.app, &demo.caller, None, &query("", Moment::OPEN)).unwrap();
    assert_eq!(drift.items[0].what, "firmware 2.07.2 is 2.06.4 now");
    let orders = work_orders::list(&demo.app, &demo.caller, &query("state:closed", Moment::OPEN)).unwrap();
    assert_eq!(orders.items.len(), 2, "one was verified twice, one went back");
}

#[test]
fn a_database_that_is_not_a_demos_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database: PathBuf = folder.path().join(DATABASE);
    std::fs::write(&database, b"somebody's data").unwrap();
    let place = Place::Kept(folder.path().to_owned());
    let refused = prepare(&place, now()).err().unwrap();
    assert!(refused.to_string().contains("not a demo's"), "{refused}");
    assert_eq!(std::fs::read(&database).unwrap(), b"somebody's data");
    assert!(!folder.path().join(MARKER).exists());
}

#[test]
fn a_demo_that_was_not_completed_is_made_anew_and_a_complete_one_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(MARKER), FILLING).unwrap();
    std::fs::write(folder.path().join(DATABASE), b"half of it").unwrap();
    let place = Place::Kept(folder.path().to_owned());
    let (store, prepared) = prepare(&place, now()).unwrap();
    assert_eq!(prepared, Prepared::Made);
    let head = store.verify_audit().unwrap().head;
    drop(store);
    let (store, prepared) = prepare(&place, now().plus_micros(86_400_000_000)).unwrap();
    assert_eq!(prepared, Prepared::Found);
    assert_eq!(store.verify_audit().unwrap().head, head);
}

#[test]
fn people_have_worked_and_feeds_were_read() {
    let demo = filled();
    let all = query("", Moment::OPEN);
    let begun = csaf::tracking_id(advisories::numbered(1));
    let statistics =
        holdpoint_app::remediation::statistics(&demo.app, &demo.caller, &begun, Moment::OPEN).unwrap();
    assert!(statistics.lines.in_progress > 0 && statistics.lines.done > 0, "{statistics:?}");
    assert_eq!(
        holdpoint_app::comments::list(&demo.app, &demo.caller, &begun, Moment::OPEN).unwrap().len(),
        2
    );
    let exploited = query("kev:yes", Moment::OPEN);
    let found = holdpoint_app::vulnerabilities::list(&demo.app, &demo.caller, &exploited).unwrap();
    assert_eq!(found.page.items.len(), 2, "the archiver and the library for logging");
    let said = |asset: &str, cve: &str| {
        holdpoint_app::vulnerabilities::touch::explain(&demo.app, &demo.caller, asset, cve).unwrap()
    };
    assert_eq!(said("HC-WS-01", "CVE-2025-0411").verdict, Verdict::Yes, "an old archiver");
    let gateway = |cve: &str| {
        let explained = said(super::software::BILL_ASSET, cve);
        (explained.verdict, explained.judged.sources.iter().map(|source| source.vex.len()).sum::<usize>())
    };
    assert_eq!(gateway("CVE-2021-44228"), (Verdict::No, 0), "it has a mended version");
    assert_eq!(gateway("CVE-2023-26048"), (Verdict::No, 1), "a statement names exactly its version");
    let open = holdpoint_app::review::queue::list(&demo.app, &demo.caller, &all).unwrap();
    assert!(open.count.value > 0, "some questions wait");
}

#[test]
fn the_queue_has_all_lanes_and_suppliers_leave_something_open() {
    let demo = filled();
    let counts = holdpoint_app::ranking::read::counts(&demo.app, &demo.caller).unwrap();
    let lanes: BTreeSet<_> = counts.iter().map(|one| one.lane).collect();
    assert_eq!(lanes.len(), 4, "{counts:?}");
    let waiting = holdpoint_app::statements::words_waiting(&demo.app, &demo.caller).unwrap();
    assert_eq!(waiting.len(), 2, "two words wait for an explanation: {waiting:?}");
    let suppliers = holdpoint_app::questions::suppliers(&demo.app, &demo.caller).unwrap();
    assert!(suppliers.iter().any(|one| one.overdue > 0 && one.answered > 0), "{suppliers:?}");
    let patches = holdpoint_app::patches::list(&demo.app, &demo.caller, &query("", Moment::OPEN)).unwrap();
    assert!(patches.count.value > 50, "{} patches", patches.count.value);
    let filed =
        holdpoint_app::patches::list(&demo.app, &demo.caller, &query("file~.", Moment::OPEN)).unwrap();
    assert_eq!(filed.count.value, 2, "two patches lie here as files");
}
