//! Two steps on one asset: what the second changes while the first soaks is neither drift nor a reason to go back.

use crate::agents::{FAILING, GOOD, OLD, Site, operator, site};
use crate::placed::{PATH, SCREEN, file, place, ready};
use holdpoint_app::execution;
use holdpoint_app::planning::{self, NewRules};
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::page::ListQuery;
use holdpoint_domain::plan::ground::SiteRules;
use holdpoint_wire::inventory::FoundThere;

const ENGINES: [&str; 2] = ["sqlite", "postgres"];
const DAY: i64 = 24 * 3_600_000_000;

/// A device with a file in place that soaks for a month, and a package on it since, by another plan; both plans.
fn both(engine: &'static str) -> (Site, [String; 2]) {
    let mut site = ready(engine, FoundThere::Nothing);
    let (app, cast) = (&site.world.app, &site.cast);
    let usual = planning::rules(app, &cast.viewer, "North").unwrap().1;
    let rules = SiteRules { soak_minutes: 30 * 24 * 60, ..usual };
    let new = NewRules { rules, test_assets: vec![] };
    planning::put_rules(app, &cast.engineer, "North", &new, "a month").unwrap();
    site.approve_at(&[SCREEN, GOOD], vec![place()]);
    let carried_out = |site: &mut Site, patch: &str| {
        let id = site.begun(patch);
        site.clock_to_start(&id, 1);
        site.pass(300);
        let line = site.lines(&id).remove(0);
        assert_eq!(line.0, "verified", "{engine} {patch}: {line:?}");
        id
    };
    let first = carried_out(&mut site, SCREEN);
    let second = carried_out(&mut site, GOOD);
    assert_eq!(site.lines(&first)[0].0, "verified", "it soaks still");
    (site, [first, second])
}

fn drifts(site: &Site) -> Vec<String> {
    execution::sweep(&site.world.app, 0).unwrap();
    let query = ListQuery::everything(10, site.world.app.now());
    let found = execution::drifts(&site.world.app, &operator(), None, &query).unwrap();
    found.items.into_iter().map(|one| one.what).collect()
}

#[test]
fn a_step_that_another_came_after_is_done_and_takes_nothing_back() {
    for engine in ENGINES {
        let (mut site, [first, second]) = both(engine);
        assert_eq!(drifts(&site), Vec::<String>::new(), "{engine}: our own work is no drift");
        site.world.clock.advance_micros(31 * DAY);
        site.pass(300);
        let (one, two) = (site.lines(&first).remove(0), site.lines(&second).remove(0));
        assert_eq!((one.0.as_str(), two.0.as_str()), ("done", "done"), "{engine}: {one:?} {two:?}");
        let device = &site.devices[0];
        assert_eq!((device.version.as_str(), device.acts.len()), ("1.1", 2), "{engine}");
        assert_eq!(drifts(&site), Vec::<String>::new(), "{engine}");
        let (_, said) = execution::step(&site.world.app, &site.cast.viewer, &first, 1).unwrap();
        assert!(said["later"].body.contains("1.1"), "{said:?}");
    }
}

#[test]
fn what_is_wrong_under_another_step_goes_to_a_person() {
    for engine in ENGINES {
        let (mut site, [first, second]) = both(engine);
        let lies = site.devices[0].places.iter_mut().find(|seen| seen.path.as_str() == PATH).unwrap();
        lies.found = file(b"somebody else's", 0o640, "root");
        site.world.clock.advance_micros(31 * DAY);
        site.pass(300);
        let (one, two) = (site.lines(&first).remove(0), site.lines(&second).remove(0));
        assert_eq!(one.0, "by_hand", "{engine}: {one:?}");
        assert!(one.1.contains("came onto the asset after it"), "{engine}: {one:?}");
        assert_ne!(two.0, "rolled_back", "{engine}: {two:?}");
        assert_eq!(site.devices[0].acts.len(), 2, "{engine}: nothing was taken back by itself");
    }
}

#[test]
fn an_older_version_of_what_was_verified_is_not_planned_and_of_two_versions_the_newer_is() {
    for engine in ENGINES {
        let mut site = site(engine, 1);
        site.approve(&[GOOD]);
        let proposed = |site: &Site, patches: &[&str]| {
            let proposal = Proposal {
                title: "Hosts of North".into(),
                assets: vec!["H-1".into()],
                patches: patches.iter().map(|patch| (*patch).to_owned()).collect(),
                days: Some(60),
                reason: "a test".into(),
                ..Proposal::default()
            };
            let found = plans::propose(&site.world.app, &site.cast.engineer, &proposal).unwrap();
            let id = found.plans[0].id.to_string();
            let (app, viewer) = (&site.world.app, &site.cast.viewer);
            let all = ListQuery::everything(10, app.now());
            let steps = plans::steps(app, viewer, &id, &all).unwrap().items;
            let steps: Vec<String> = steps.into_iter().map(|step| step.step.patch).collect();
            let waits = plans::waits(app, viewer, &id, &all).unwrap().items;
            let waits: Vec<String> = waits.into_iter().map(|wait| wait.why).collect();
            (steps, waits.join("; "))
        };
        let (steps, waits) = proposed(&site, &[GOOD, FAILING]);
        assert_eq!(steps, [FAILING], "{engine}: {waits}");
        assert!(waits.contains("of this plan brings a newer version"), "{engine}: {waits}");
        let id = site.begun(GOOD);
        site.clock_to_start(&id, 1);
        site.pass(300);
        assert_eq!(site.lines(&id)[0].0, "verified", "{engine}");
        // An old list says that the old version is there still.
        let (steps, waits) = proposed(&site, &[OLD]);
        assert!(steps.is_empty(), "{engine}: {steps:?}");
        assert!(waits.contains("for nothing"), "{engine}: {waits}");
    }
}
