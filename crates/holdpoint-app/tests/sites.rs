//! Sites and zones: what is refused, what is written once, and who sees which.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use holdpoint_app::access_check::Limit;
use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller, sites};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::id::{SiteId, UserId, ZoneId};
use holdpoint_domain::site::{Connectivity, Exposure, PurdueLevel, Site, Zone};
use std::sync::Arc;

fn app() -> App {
    let store = Store::open(&Location::Memory).unwrap();
    let clock = Arc::new(FixedClock::new("2026-03-18T10:00:00Z".parse::<Moment>().unwrap()));
    App::new(store, clock, Arc::new(SeededRandom::new(7)), AppSettings::default())
}

fn site(app: &App, name: &str) -> Site {
    Site {
        id: SiteId::new(app.now(), app.random_bytes()),
        name: name.to_owned(),
        time_zone: "Europe/Helsinki".to_owned(),
        connectivity: Connectivity::AirGapped,
    }
}

fn zone(app: &App, site: SiteId, name: &str) -> Zone {
    Zone {
        id: ZoneId::new(app.now(), app.random_bytes()),
        site,
        name: name.to_owned(),
        purdue_level: Some(PurdueLevel::L1),
        exposure: Some(Exposure::Small),
        target_security_level: Some(2),
    }
}

fn person(app: &App, role: Role, scope: Scope) -> Caller {
    let id = UserId::new(app.now(), app.random_bytes());
    Caller {
        actor: Actor::Person { id, name: "somebody".to_owned() },
        via: Via::Page,
        grants: vec![Grant { role, scope }],
        limit: Limit::None,
        roles: RoleTable::default(),
    }
}

fn entries(app: &App) -> u64 {
    app.store().verify_audit().unwrap().entries
}

#[test]
fn what_is_said_of_a_site_is_kept_and_saying_it_again_writes_nothing() {
    let (app, operator) = (app(), Caller::operator("root"));
    let mut here = site(&app, "Tornholm");
    sites::put_site(&app, &operator, &here, "new").unwrap();
    let tanks = zone(&app, here.id, "Tank farm");
    sites::put_zone(&app, &operator, &tanks, "new").unwrap();
    let written = entries(&app);
    sites::put_site(&app, &operator, &here, "again").unwrap();
    sites::put_zone(&app, &operator, &tanks, "again").unwrap();
    assert_eq!(entries(&app), written);
    here.connectivity = Connectivity::Connected;
    sites::put_site(&app, &operator, &here, "a cable was laid").unwrap();
    assert_eq!(entries(&app), written + 1);
    assert_eq!(sites::sites(&app, &operator).unwrap(), [here]);
    assert_eq!(sites::zones(&app, &operator).unwrap(), [tanks]);
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_written() {
    let (app, operator) = (app(), Caller::operator("root"));
    let here = site(&app, "Tornholm");
    sites::put_site(&app, &operator, &here, "").unwrap();
    sites::put_zone(&app, &operator, &zone(&app, here.id, "Tank farm"), "").unwrap();
    let written = entries(&app);
    let code = |result: Result<(), holdpoint_app::AppError>| result.unwrap_err().code().to_owned();
    let put = |site: &Site| code(sites::put_site(&app, &operator, site, ""));
    assert_eq!(put(&Site { time_zone: "Helsinki time".to_owned(), ..site(&app, "Elsewhere") }), "time-zone");
    assert_eq!(put(&site(&app, " ")), "name");
    assert_eq!(put(&site(&app, "Tornholm")), "name-taken");
    let put = |zone: &Zone| code(sites::put_zone(&app, &operator, zone, ""));
    assert_eq!(put(&zone(&app, here.id, "Tank farm")), "name-taken");
    assert_eq!(put(&zone(&app, site(&app, "Nowhere").id, "Jetty")), "not-found");
    let strict = Zone { target_security_level: Some(5), ..zone(&app, here.id, "Jetty") };
    assert_eq!(put(&strict), "security-level");
    assert_eq!(entries(&app), written);
}

#[test]
fn only_an_administrator_changes_sites_and_everybody_sees_their_own() {
    let (app, operator) = (app(), Caller::operator("root"));
    let (here, there) = (site(&app, "Tornholm"), site(&app, "Brynhaven"));
    for place in [&here, &there] {
        sites::put_site(&app, &operator, place, "").unwrap();
        sites::put_zone(&app, &operator, &zone(&app, place.id, "Hall"), "").unwrap();
    }
    let engineer = person(&app, Role::Engineer, Scope::AllSites);
    assert_eq!(sites::put_site(&app, &engineer, &here, "").unwrap_err().code(), "not-allowed");
    let local = person(&app, Role::Administrator, Scope::Site(here.id));
    let changed = Zone { exposure: Some(Exposure::Open), ..zone(&app, here.id, "Gate") };
    assert_eq!(sites::put_zone(&app, &local, &changed, "").unwrap_err().code(), "not-allowed");
    assert_eq!(sites::sites(&app, &local).unwrap(), std::slice::from_ref(&here));
    assert!(sites::zones(&app, &local).unwrap().iter().all(|zone| zone.site == here.id));
    let administrator = person(&app, Role::Administrator, Scope::AllSites);
    sites::put_zone(&app, &administrator, &changed, "a gate was built").unwrap();
    assert_eq!(sites::zones(&app, &administrator).unwrap().len(), 3);
}
