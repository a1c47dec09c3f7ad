//! Assets are sorted and chosen by the order of versions, not by that of letters.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::store::page::{ListQuery, Sort};
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller, matching};
use holdpoint_domain::Moment;
use holdpoint_domain::filter::Filter;
use std::sync::Arc;

const NOW: Moment = Moment::from_micros(1_790_000_000_000_000);

fn tags(app: &App, filter: &str, sort: &str) -> String {
    let query = ListQuery {
        filter: Filter::parse(filter).unwrap(),
        sort: Some(Sort::parse(sort)),
        ..ListQuery::everything(3, NOW)
    };
    let caller = Caller::operator("tester");
    let mut found = Vec::new();
    let mut page = query.page.clone();
    loop {
        let asked = ListQuery { page: page.clone(), ..query.clone() };
        let list = inventory::list(app, &caller, &asked).unwrap();
        found.extend(list.items.into_iter().map(|line| line.asset.tag));
        let Some(next) = list.next else { return found.join(" ") };
        page.cursor = Some(next);
    }
}

fn versions_have_their_order(location: &Location) {
    let store = Store::open(location).unwrap();
    let clock = Arc::new(FixedClock::new(NOW));
    let app = App::new(store, clock, Arc::new(SeededRandom::new(7)), AppSettings::default());
    let table = "asset_tag,vendor,product,firmware_version\n\
        A,Acme,Valve,V4.5.10\nB,Acme,Valve,V4.5.2\nC,Acme,Valve,V16 Update 5\nD,Acme,Valve,V16\n\
        E,Acme,Valve,see sheet\nF,Acme,Valve,\nG,Acme,Valve,4.5\n";
    let request = ImportRequest {
        name: "assets.csv",
        bytes: table.as_bytes(),
        kind: ImportKind::Assets,
        run: Run::Apply,
        mode: Mode::AllOrNothing,
        table: holdpoint_app::inventory::TableChoice::default(),
        mapping: MappingChoice::Known,
        remember_as: None,
        asset: None,
        reason: "",
    };
    inventory::import(&app, &Caller::operator("tester"), &request).unwrap();
    let sorted = tags(&app, "", "firmware");
    assert!(sorted.ends_with("G B A D C"), "{sorted}");
    assert_eq!(tags(&app, "firmware>=4.5.2 firmware<16", "firmware"), "B A");
    assert_eq!(tags(&app, "firmware>V4.5.10", "-firmware"), "C D");
    assert_eq!(tags(&app, "firmware:v4.5.2", "tag"), "B");
    // What is no version is neither below nor above, and is kept when a term must not hold.
    assert_eq!(tags(&app, "-firmware<99", "tag"), "E F");
    assert_eq!(tags(&app, "firmware:\"\"", "tag"), "F");
    let wrong = Filter::parse("firmware<soon").unwrap();
    let query = ListQuery { filter: wrong, ..ListQuery::everything(3, NOW) };
    let said = inventory::list(&app, &Caller::operator("tester"), &query).unwrap_err().to_string();
    assert!(said.contains("it takes a version, as in `V4.5.2`"), "{said}");
    assert_eq!(matching::keep_current(&app).unwrap(), None);
}

#[test]
fn on_sqlite_versions_have_their_order() {
    versions_have_their_order(&Location::Memory);
}

#[test]
fn on_postgresql_versions_have_their_order() {
    let database = holdpoint_testkit::postgres::database();
    versions_have_their_order(&Location::parse(&database.url()).unwrap());
}
