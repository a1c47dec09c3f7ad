//! What a person reads where a program could look, and what a person says of work that has ended: by whose word, and by how many eyes.

use crate::agents::{GOOD, Site, site};
use crate::work_orders::{entered, reading, ticked};
use holdpoint_app::execution::{self, Said};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::work_orders::{self, LineResult, ResultBody, WorkOrder};
use holdpoint_app::{Caller, agents};
use holdpoint_domain::execution::{HandWord, Observed};

const ENGINES: [&str; 2] = ["sqlite", "postgres"];
const MINUTE: i64 = 60_000_000;

/// What the server and the devices do in that many looks, while nobody says anything of restarts.
fn looks(site: &mut Site, times: usize) {
    for _ in 0..times {
        execution::work(&site.world.app).unwrap();
        agents::settle(&site.world.app).unwrap();
        for device in &mut site.devices {
            device.round(&site.world);
        }
        site.world.clock.advance_micros(10_000_000);
    }
}

fn state(site: &Site, id: &str) -> String {
    site.lines(id)[0].0.clone()
}

fn say(site: &Site, by: &Caller, id: &str, said: &Said) -> Result<(), holdpoint_app::AppError> {
    execution::say(&site.world.app, by, (id, 1), said, "").map(drop)
}

/// A step that its agent has installed.
fn installed(engine: &'static str, wants_restart: bool) -> (Site, String) {
    let mut site = site(engine, 1);
    site.approve(&[GOOD]);
    site.devices[0].wants_restart = wants_restart;
    let id = site.begun(GOOD);
    site.clock_to_start(&id, 1);
    looks(&mut site, 12);
    assert_eq!(state(&site, &id), "awaiting_restart", "{:?}", site.lines(&id));
    (site, id)
}

fn told(order: &WorkOrder, site: &Site, lines: Vec<LineResult>) -> ResultBody {
    let now = site.world.app.now();
    ResultBody {
        code: order.code.clone(),
        word: "installed".to_owned(),
        restart: "done".to_owned(),
        what: String::new(),
        began_at: now.plus_micros(-MINUTE).to_string(),
        done_at: now.to_string(),
        done_by: "K. Technician".to_owned(),
        lines,
    }
}

/// The step is ended by a person, done on paper, and said to be installed.
pub(crate) fn by_hand(site: &Site, id: &str) -> WorkOrder {
    let (app, cast) = (&site.world.app, &site.cast);
    say(site, &cast.engineer, id, &Said::Ended { why: "the screen stays dark".into() }).unwrap();
    assert_eq!(state(site, id), "by_hand");
    let order = work_orders::issue(app, &cast.engineer, (id, 1), "K. Technician", "").unwrap();
    site.world.clock.advance_micros(5 * MINUTE);
    let body = told(&order, site, ticked(&order));
    work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap();
    say(site, &cast.engineer, id, &Said::HandedBack(HandWord::Installed)).unwrap();
    site.world.clock.advance_micros(MINUTE);
    order
}

#[test]
fn a_restart_that_the_asset_asks_for_is_not_read_away_by_whoever_wants_the_work_done() {
    for engine in ENGINES {
        let (mut site, id) = installed(engine, true);
        let none = Said::Restart(execution::RestartWord::None);
        say(&site, &site.cast.engineer, &id, &none).unwrap();
        looks(&mut site, 6);
        assert_eq!(state(&site, &id), "awaiting_restart", "the look finds the mark: {:?}", site.lines(&id));
        let order = by_hand(&site, &id);
        let (app, cast) = (&site.world.app, &site.cast);
        let seen = reading(&site.world, Observed::AsPromised);
        let refused = work_orders::observe(app, &cast.engineer, &order.code, &seen).unwrap_err();
        assert_eq!(refused.code(), "four-eyes");
        assert!(refused.to_string().contains("asks for a restart (libraries in use"), "{refused}");
        assert_eq!(state(&site, &id), "to_verify", "nothing was verified by it");
        work_orders::observe(app, &cast.both, &order.code, &seen).unwrap();
        assert_eq!(state(&site, &id), "verified", "a second person read it: {:?}", site.lines(&id));
        let (events, _) = execution::step(app, &cast.viewer, &id, 1).unwrap();
        let evidence = events.iter().filter_map(|one| one.evidence.as_deref()).next_back().unwrap();
        assert!(evidence.contains("the asset asked for a restart before: libraries in use"), "{evidence}");
    }
}

#[test]
fn a_reading_where_an_agent_leads_to_the_asset_says_so_and_does_not_outweigh_the_agent() {
    for engine in ENGINES {
        let (mut site, id) = installed(engine, false);
        let order = by_hand(&site, &id);
        let observe = |site: &Site| {
            let seen = reading(&site.world, Observed::AsPromised);
            work_orders::observe(&site.world.app, &site.cast.engineer, &order.code, &seen)
        };
        let hands_over = |site: &mut Site, version: &str| {
            site.devices[0].version = version.to_owned();
            site.devices[0].hands_over(&site.world);
            site.world.clock.advance_micros(MINUTE);
        };
        hands_over(&mut site, "1.0");
        let refused = observe(&site).unwrap_err();
        assert_eq!(refused.code(), "agent-says-otherwise");
        assert!(refused.to_string().contains("shows `plant-hmi` at 1.0"), "{refused}");
        hands_over(&mut site, "1.1");
        observe(&site).unwrap();
        let (app, cast) = (&site.world.app, &site.cast);
        let query = ListQuery::everything(10, app.now());
        let row = execution::Verification::list(app, &cast.viewer, &query).unwrap().items.remove(0);
        assert_eq!(row.observed.as_deref(), Some("as_promised"));
        let what = row.observed_what.unwrap();
        assert!(what.ends_with("'s word, though an agent leads to it") && what.starts_with("by "), "{what}");
    }
}

#[test]
fn what_works_after_a_person_had_it_in_hand_goes_back_by_a_second_pair_of_eyes() {
    for engine in ENGINES {
        let (site, id) = installed(engine, false);
        let cast = &site.cast;
        say(&site, &cast.planner, &id, &Said::Ended { why: "the screen stays dark".into() }).unwrap();
        say(&site, &cast.planner, &id, &Said::HandedBack(HandWord::Installed)).unwrap();
        assert_eq!(state(&site, &id), "to_verify");
        let back = Said::BackWanted { why: "the shift wants the old one".into() };
        for (who, part) in [(&cast.engineer, "drafted the plan"), (&cast.planner, "had a hand in the step")] {
            let refused = say(&site, who, &id, &back).unwrap_err();
            assert_eq!(refused.code(), "four-eyes", "{part}");
            assert!(refused.to_string().contains(part), "{refused}");
        }
        assert_eq!(state(&site, &id), "to_verify");
        say(&site, &cast.both, &id, &back).unwrap();
        assert_eq!(state(&site, &id), "broken", "its way back is gone");
    }
}
