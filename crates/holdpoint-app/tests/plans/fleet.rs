//! Many devices with agents at once: a wave is handed out at once, and waits for no worker.

use crate::agents::{GOOD, OLD, Site, operator, site};
use crate::saturdays;
use holdpoint_app::AppError;
use holdpoint_app::execution::{self, Said};
use holdpoint_app::planning::{self, NewRules};
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::agent::{AgentCode, NewAgent};
use holdpoint_app::windows::NewWindow;
use holdpoint_domain::Moment;
use holdpoint_domain::plan::ground::SiteRules;
use std::time::Instant;

/// Devices that are known and silent, beside those that play.
fn crowd(site: &Site, n_devices: usize) {
    let app = &site.world.app;
    let row = |n| format!("I-{n},North,Z2,server,Acme,HMI,{}\n", crate::support::LITTLE);
    for part in (1..=n_devices).collect::<Vec<_>>().chunks(5_000) {
        let rows: String = part.iter().copied().map(row).collect();
        site.world.grows(&format!("{}{rows}", crate::support::COLUMNS));
        let intent = app.intent(&operator(), "agent.enrol", "a crowd");
        let put = |c: &mut holdpoint_app::store::Change<'_>| {
            for n in part {
                let known = c.asset_by_tag(&format!("I-{n}"), Moment::OPEN)?.unwrap();
                let mut certificate = [0; 32];
                certificate[..8].copy_from_slice(&(*n as u64).to_be_bytes());
                let code = AgentCode {
                    asset: known.asset.id,
                    site: known.site.unwrap(),
                    class: "hmi".into(),
                    made_by: "test".into(),
                    expires_at: c.at(),
                    used_at: None,
                };
                let (expires_at, root_version) = (c.at().plus_micros(1 << 50), 1);
                let (agent_version, host_name) = ("0.1".into(), "hmi".into());
                c.put_agent(&NewAgent {
                    code,
                    certificate,
                    expires_at,
                    root_version,
                    agent_version,
                    host_name,
                })?;
            }
            Ok::<_, AppError>(())
        };
        app.store().change(&intent, put).unwrap();
    }
}

/// A plan of one pilot and all of a crowd, begun, in a night without limits of people.
fn night_of(site: &Site, n_devices: usize) -> String {
    let (app, cast) = (&site.world.app, &site.cast);
    let name = "Saturday night";
    holdpoint_app::windows::end(app, &cast.engineer, name, "another one takes its place").unwrap();
    let night = NewWindow { people: None, steps: None, name: "Long night".into(), ..saturdays() };
    holdpoint_app::windows::create(app, &cast.engineer, &night, "agreed").unwrap();
    let shown = planning::rules(app, &cast.viewer, "North").unwrap().1;
    let rules = SiteRules { pilots: 1, wave_steps: 20_000, soak_minutes: 0, ..shown };
    let new = NewRules { rules, test_assets: vec![] };
    planning::put_rules(app, &cast.engineer, "North", &new, "a large fleet").unwrap();
    let crowd = (1..=n_devices).map(|n| format!("I-{n}"));
    let proposal = Proposal {
        title: "All of North".into(),
        assets: std::iter::once("H-1".to_owned()).chain(crowd).collect(),
        patches: vec![GOOD.to_owned()],
        days: Some(60),
        reason: "a test".into(),
        ..Proposal::default()
    };
    let id = plans::propose(app, &cast.engineer, &proposal).unwrap().plans[0].id.to_string();
    plans::submit(app, &cast.planner, &id, "").unwrap();
    plans::release(app, &cast.approver, &id, "go").unwrap();
    execution::begin(app, &cast.engineer, &id, "the shift knows").unwrap();
    id
}

/// `HOLDPOINT_TARGETS` sets the size, to measure: at most 19,999.
#[test]
fn a_wave_of_agents_is_handed_out_at_once_and_waits_for_no_worker() {
    let n_devices: usize = std::env::var("HOLDPOINT_TARGETS").map_or(30, |text| text.parse().unwrap());
    let mut site = site("sqlite", 1);
    site.approve(&[OLD, GOOD]);
    crowd(&site, n_devices);
    let started = Instant::now();
    let id = night_of(&site, n_devices);
    println!("proposed, released, begun in {:.1?}", started.elapsed());
    let all = execution::show(&site.world.app, &site.cast.viewer, &id).unwrap().steps;
    assert_eq!((all.len(), all[0].tag.as_str()), (n_devices + 1, "H-1"));
    // One worker, who would do one deed at a time: agents wait for none.
    let workers = execution::Workers::new(1);
    let round = |site: &Site, what: &str| {
        let started = Instant::now();
        workers.round(&site.world.app, &|why| panic!("{why}")).unwrap();
        println!("{what}: {:.2?}", started.elapsed());
    };
    let count = |site: &Site, state: &str| site.lines(&id).iter().filter(|line| line.0 == state).count();
    site.world.clock.advance_micros(all[0].start.since(site.world.app.now()) - 3_600_000_000);
    round(&site, "files brought near, written and reported");
    assert_eq!(count(&site, "staged"), n_devices + 1);
    site.clock_to_start(&id, 1);
    for _ in 0..30 {
        if count(&site, "done") == 0 {
            site.pass(10);
        }
    }
    assert_eq!(count(&site, "done"), 1, "{:?}", &site.lines(&id)[..2]);
    let holds = plans::show(&site.world.app, &site.cast.viewer, &id).unwrap().plan.holds;
    for hold in holds.iter().filter(|hold| hold.before > 1) {
        let said = Said::HoldOpened { hold: 1, evidence: "the pilot runs".into() };
        execution::say(&site.world.app, &site.cast.planner, (&id, hold.before), &said, "").unwrap();
    }
    site.clock_to_start(&id, 2);
    round(&site, "the wave begins, every target is asked for its inventory");
    let open = execution::show(&site.world.app, &site.cast.viewer, &id).unwrap().steps;
    let asked = open.iter().filter(|step| step.deadline.is_some()).count();
    assert_eq!(asked, n_devices, "{:?}", &site.lines(&id)[1..3]);
}
