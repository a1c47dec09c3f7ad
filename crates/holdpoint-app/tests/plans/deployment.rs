//! Released plans are carried out on real hosts: by waves, through hold points, with the way back when something fails.

use crate::ends::nothing_restarts;
use crate::support::{World, code, world_with};
use crate::{Cast, authorise, cast, saturdays};
use holdpoint_app::connectors::apply::debian::Fitness;
use holdpoint_app::connectors::apply::ssh::LoginKey;
use holdpoint_app::execution::{self, Said};
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{AppSettings, Caller, inventory, planning};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::execution::{Deed, Event, HandWord, Outcome};
use holdpoint_domain::id::AssetId;
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{WorkAsks, WorkProfile};
use holdpoint_testkit::hosts::{self, PatchHost};
use holdpoint_testkit::opcua::{OpcUaServer, Shown};

const GOOD: &str = "deb plant-hmi 1.1 (all)";
/// It asks for a restart by the host's own mark.
const MARKING: &str = "deb plant-hmi 1.4 (all)";
const FAILING: &str = "deb plant-hmi 1.2 (all)";
const MINUTE: i64 = 60_000_000;

/// A site with hosts `H-1`… that can be patched.
struct Site {
    world: World,
    cast: Cast,
    hosts: Vec<PatchHost>,
}

fn asset(world: &World, tag: &str) -> AssetId {
    let query = ListQuery::everything(100, world.app.now());
    let found = inventory::list(&world.app, &Caller::operator("test"), &query).unwrap().items;
    found.iter().find(|line| line.asset.tag == tag).unwrap().asset.id
}

fn site(engine: &'static str, n_hosts: usize) -> Site {
    let hosts: Vec<PatchHost> = (0..n_hosts).map(|_| hosts::host()).collect();
    let settings = AppSettings {
        login_key: Some(LoginKey::read(&hosts[0].login_key()).unwrap()),
        // The clock of the story is not the clock of the hosts.
        clear_checks: vec!["127.0.0.1".to_owned()],
        restart_patience: Some(std::time::Duration::from_secs(20)),
        fitness: Fitness { clock_s: u64::MAX, disk_kib: 1_024, ..Fitness::default() },
        ..AppSettings::default()
    };
    let world = world_with(engine, settings);
    let cast = cast(&world);
    let mut rows = String::from(crate::support::COLUMNS);
    for number in 1..=n_hosts {
        rows.push_str(&format!("H-{number},North,Z2,server,Acme,HMI,{}\n", crate::support::LITTLE));
    }
    world.grows(&rows);
    for (number, host) in (1..).zip(&hosts) {
        let line = execution::NewLine {
            address: host.address(),
            port: 22,
            account: "engineer".into(),
            fingerprint: execution::show_key(&cast.engineer, &host.address(), 22).unwrap(),
            rights: "sudo".into(),
            note: "read at the machine".into(),
        };
        let id = asset(&world, &format!("H-{number}"));
        execution::put_line(&world.app, &cast.engineer, id, Some(&line), "it has no agent").unwrap();
    }
    authorise(&world, &cast, GOOD);
    authorise(&world, &cast, FAILING);
    let profile = WorkProfile {
        patch: None,
        kind: Some(AssetKind::Server),
        work_minutes: 10,
        undo_minutes: 10,
        people: 1,
        asks: WorkAsks::default(),
        way_back: Some(WayBack::Automatic { to: "the packages before".into() }),
    };
    planning::put_profile(&world.app, &cast.engineer, &profile, "measured").unwrap();
    holdpoint_app::windows::create(&world.app, &cast.engineer, &saturdays(), "agreed").unwrap();
    Site { world, cast, hosts }
}

impl Site {
    /// A released plan of all hosts, begun: its id.
    fn begun(&self, patch: &str) -> String {
        let (app, cast) = (&self.world.app, &self.cast);
        let proposal = Proposal {
            title: "Hosts of North".into(),
            assets: (1..=self.hosts.len()).map(|number| format!("H-{number}")).collect(),
            patches: vec![patch.to_owned()],
            days: Some(60),
            reason: "a test".into(),
            ..Proposal::default()
        };
        let id = plans::propose(app, &cast.engineer, &proposal).unwrap().plans[0].id.to_string();
        assert_eq!(code(execution::begin(app, &cast.engineer, &id, "")), "plan-not-released");
        plans::submit(app, &cast.planner, &id, "").unwrap();
        plans::release(app, &cast.approver, &id, "go").unwrap();
        execution::begin(app, &cast.engineer, &id, "the shift knows").unwrap();
        assert_eq!(code(execution::begin(app, &cast.engineer, &id, "")), "plan-begun");
        id
    }

    fn states(&self, id: &str) -> Vec<String> {
        let shown = execution::show(&self.world.app, &self.cast.viewer, id).unwrap();
        shown.steps.into_iter().map(|step| step.state).collect()
    }

    fn waits(&self, id: &str) -> Vec<String> {
        let shown = execution::show(&self.world.app, &self.cast.viewer, id).unwrap();
        shown.steps.into_iter().map(|step| step.wait_why.unwrap_or_default()).collect()
    }

    /// What there is to do now, and nothing has to be restarted.
    fn work(&self) {
        execution::work(&self.world.app).unwrap();
        while nothing_restarts(&self.world.app, &self.cast.engineer) {
            execution::work(&self.world.app).unwrap();
        }
    }

    fn clock_to(&self, at: Moment) {
        let now = self.world.app.now();
        self.world.clock.advance_micros(at.since(now));
    }

    fn start_of(&self, id: &str, number: usize) -> Moment {
        execution::show(&self.world.app, &self.cast.viewer, id).unwrap().steps[number - 1].start
    }

    fn version_on(&self, number: usize) -> String {
        let script = self.hosts[number - 1].file("usr/bin/plant-hmi").unwrap();
        script.lines().last().unwrap().trim_start_matches("echo plant-hmi ").to_owned()
    }
}

#[test]
fn hosts_are_patched_by_waves_and_a_hold_point_stands_between_them() {
    for engine in ["sqlite", "postgres"] {
        let site = site(engine, 3);
        let id = site.begun(GOOD);
        let shown = plans::show(&site.world.app, &site.cast.approver, &id).unwrap();
        let remark = format!("It is not known whether {GOOD} is needed on H-1, H-2, H-3: ");
        assert!(shown.body.remarks.iter().any(|one| one.starts_with(&remark)), "{:?}", shown.body.remarks);
        assert!(plans::export(&site.world.app, &site.cast.approver, &id).unwrap().contains(&remark));
        let check = plans::check(&site.world.app, &site.cast.approver, &id).unwrap();
        assert!(check.holds() && check.remarks.iter().any(|one| one.starts_with(&remark)), "{check:?}");
        site.work();
        assert_eq!(site.states(&id), ["waiting"; 3], "{:?}", site.waits(&id));
        site.clock_to(site.start_of(&id, 1));
        site.work();
        assert_eq!(site.states(&id), ["verified", "waiting", "waiting"], "{:?}", site.waits(&id));
        assert_eq!((site.version_on(1).as_str(), site.version_on(2).as_str()), ("1.1", "1.0"));
        site.clock_to(site.start_of(&id, 2));
        site.work();
        assert_eq!(site.states(&id)[0], "done");
        assert_eq!(site.states(&id)[1], "staged");
        assert!(site.waits(&id)[1].starts_with("engineer opens it when"), "{:?}", site.waits(&id));
        let open = Said::HoldOpened { hold: 1, evidence: "the pilot ran for a week".into() };
        let app = &site.world.app;
        assert!(execution::say(app, &site.cast.viewer, (&id, 2), &open, "").is_err());
        let none = Said::HoldOpened { hold: 2, evidence: "there is no such hold point".into() };
        assert_eq!(code(execution::say(app, &site.cast.planner, (&id, 2), &none, "")), "not-found");
        execution::say(app, &site.cast.planner, (&id, 2), &open, "").unwrap();
        site.work();
        site.world.clock.advance_micros(20 * MINUTE);
        for _ in 0..4 {
            site.work();
            site.world.clock.advance_micros(10 * MINUTE);
        }
        assert_eq!(site.states(&id)[1..], ["verified", "verified"], "{:?}", site.waits(&id));
        assert_eq!((site.version_on(2).as_str(), site.version_on(3).as_str()), ("1.1", "1.1"));
        site.world.days_pass(4);
        site.work();
        assert_eq!(site.states(&id), ["done"; 3]);
        assert!(execution::open(app, &site.cast.viewer).unwrap().is_empty());
        let (events, said) = execution::step(app, &site.cast.viewer, &id, 2).unwrap();
        assert!(events.len() > 10 && events.iter().any(|event| event.evidence.is_some()));
        assert!(said.contains_key("before") && said["differences"].body.contains("1.0 → 1.1"), "{said:?}");
    }
}

#[test]
fn a_restart_is_done_when_the_host_answers_in_another_start_and_else_a_person_has_it() {
    for (engine, refuses) in [("sqlite", true), ("postgres", false)] {
        let site = site(engine, 1);
        let id = site.begun(GOOD);
        let app = &site.world.app;
        let say = |said: &Said| execution::say(app, &site.cast.planner, (&id, 1), said, "").unwrap();
        say(&Said::Restart(execution::RestartWord::Automatic));
        if refuses {
            let refused = site.hosts[0].command("touch").arg("/etc/no-restart").status().unwrap();
            assert!(refused.success());
        }
        site.clock_to(site.start_of(&id, 1));
        site.work();
        let (events, _) = execution::step(app, &site.cast.viewer, &id, 1).unwrap();
        let restarts: Vec<&Outcome> = events
            .iter()
            .filter_map(|kept| match &kept.event {
                Event::Ended { deed: Deed::Restart, outcome, .. } => Some(outcome),
                _ => None,
            })
            .collect();
        assert_eq!(site.version_on(1), "1.1");
        if refuses {
            assert!(matches!(restarts[..], [Outcome::Unknown { .. }]), "{restarts:?}");
            assert_eq!(site.states(&id), ["by_hand"]);
            let why = &site.waits(&id)[0];
            assert!(why.contains("installed and not restarted"), "{why}");
            // Their word alone is no restart; the host's own start is.
            say(&Said::HandedBack(HandWord::Installed));
            site.work();
            assert_eq!(site.states(&id), ["by_hand"], "{:?}", site.waits(&id));
            assert!(site.hosts[0].command("rm").arg("/etc/no-restart").status().unwrap().success());
            assert!(site.hosts[0].command("reboot").status().unwrap().success());
            say(&Said::HandedBack(HandWord::Installed));
            site.work();
        } else {
            assert_eq!(restarts, [&Outcome::Succeeded]);
        }
        assert_eq!(site.states(&id), ["verified"], "{:?}", site.waits(&id));
    }
}

#[test]
fn what_the_host_asks_for_is_not_said_away_by_whoever_wants_the_work_done() {
    for engine in ["sqlite", "postgres"] {
        let site = site(engine, 1);
        authorise(&site.world, &site.cast, MARKING);
        let id = site.begun(MARKING);
        let (app, cast) = (&site.world.app, &site.cast);
        let none = Said::Restart(execution::RestartWord::None);
        let say = |by: &Caller| execution::say(app, by, (&id, 1), &none, "it can wait");
        assert_eq!(code(say(&cast.planner)), "nothing-installed", "before there is anything to say it about");
        let fits = |word: &str| {
            let shown = execution::step_shown(app, &cast.viewer, &id, 1).unwrap();
            shown.fitting.iter().any(|one| one.word == word)
        };
        assert!(!fits("restart_none") && fits("restart_automatic"));
        site.clock_to(site.start_of(&id, 1));
        execution::work(app).unwrap();
        assert_eq!(site.states(&id), ["awaiting_restart"], "{:?}", site.waits(&id));
        assert!(fits("restart_none"));
        let refused = say(&cast.engineer).unwrap_err().to_string();
        assert!(refused.contains("plant-hmi") && refused.contains("drafted the plan"), "{refused}");
        say(&cast.planner).unwrap();
        execution::work(app).unwrap();
        assert_eq!(site.states(&id), ["verified"], "{:?}", site.waits(&id));
        let query = ListQuery::everything(10, app.now());
        let row = execution::Verification::list(app, &cast.viewer, &query).unwrap().items.remove(0);
        let what = row.observed_what.unwrap();
        assert_eq!(what, "by p.lang's word, against the host's own mark: the system: plant-hmi");
        let (events, _) = execution::step(app, &cast.viewer, &id, 1).unwrap();
        let kept = |event: &Event| matches!(event, Event::NoRestartNeeded { against: Some(why), .. } if *why == what);
        assert!(events.iter().any(|one| kept(&one.event)), "{events:?}");
    }
}

#[test]
fn a_mark_that_a_look_finds_first_opens_the_restart_again() {
    let site = site("sqlite", 1);
    let id = site.begun(GOOD);
    let (app, cast) = (&site.world.app, &site.cast);
    site.clock_to(site.start_of(&id, 1));
    execution::work(app).unwrap();
    assert_eq!(site.states(&id), ["awaiting_restart"]);
    let none = Said::Restart(execution::RestartWord::None);
    execution::say(app, &cast.engineer, (&id, 1), &none, "").unwrap();
    assert!(site.hosts[0].command("touch").arg("/run/reboot-required").status().unwrap().success());
    execution::work(app).unwrap();
    assert_eq!(site.states(&id), ["awaiting_restart"], "{:?}", site.waits(&id));
    assert_eq!(code(execution::say(app, &cast.engineer, (&id, 1), &none, "")), "four-eyes");
    let agreed = Said::Restart(execution::RestartWord::Agreed);
    execution::say(app, &cast.engineer, (&id, 1), &agreed, "").unwrap();
    execution::work(app).unwrap();
    assert_eq!(site.states(&id), ["verified"], "{:?}", site.waits(&id));
}

#[test]
fn a_failing_pilot_goes_back_and_the_plan_stops_and_says_so() {
    let site = site("sqlite", 2);
    let id = site.begun(FAILING);
    site.clock_to(site.start_of(&id, 1));
    site.work();
    assert_eq!(site.states(&id)[0], "rolled_back", "{:?}", site.waits(&id));
    assert_eq!(site.version_on(1), "1.0");
    let shown = execution::show(&site.world.app, &site.cast.viewer, &id).unwrap();
    let stops: Vec<String> = shown.stops.iter().map(execution::stop_words).collect();
    assert!(stops[0].starts_with("the plan is stopped: pilot wave 1"), "{stops:?}");
    site.clock_to(site.start_of(&id, 2));
    site.work();
    assert_eq!(site.version_on(2), "1.0");
    assert!(site.waits(&id)[1].contains("failures"), "{:?}", site.waits(&id));
    // A person ends what will not be done.
    let ended = Said::Ended { why: "the supplier is asked".into() };
    execution::say(&site.world.app, &site.cast.planner, (&id, 2), &ended, "").unwrap();
    assert_eq!(site.states(&id), ["rolled_back", "aborted"]);
    let back = Said::HandedBack(HandWord::AsBefore);
    assert_eq!(code(execution::say(&site.world.app, &site.cast.planner, (&id, 2), &back, "")), "step-state");
}

#[test]
fn a_baseline_that_falls_and_a_paused_plan_stop_what_has_not_begun() {
    let site = site("sqlite", 2);
    let id = site.begun(GOOD);
    let app = &site.world.app;
    execution::pause(app, &site.cast.planner, &id, Some("the shift has an alarm")).unwrap();
    site.clock_to(site.start_of(&id, 1));
    site.work();
    assert_eq!(site.states(&id), ["waiting"; 2]);
    assert!(site.waits(&id)[0].contains("the shift has an alarm"), "{:?}", site.waits(&id));
    execution::pause(app, &site.cast.planner, &id, None).unwrap();
    let hold = holdpoint_app::approval::baselines::EntryDeed::Hold;
    holdpoint_app::approval::baselines::act(
        app,
        &site.cast.engineer,
        "Servers",
        GOOD,
        hold,
        "adverse report",
    )
    .unwrap();
    site.work();
    assert_eq!(site.states(&id)[0], "staged");
    assert!(site.waits(&id)[0].contains("not Effective"), "{:?}", site.waits(&id));
    assert_eq!(site.version_on(1), "1.0");
}

/// What a list of software says of one host, seen now.
fn listed(site: &Site, tag: &str, version: &str) {
    let bom =
        serde_json::json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": [
        {"type": "library", "name": "plant-hmi", "version": version,
         "purl": format!("pkg:deb/debian/plant-hmi@{version}?arch=all")},
        {"type": "library", "name": "a-thing-that-nobody-promised", "version": "9"}]})
        .to_string();
    let request = inventory::ImportRequest {
        kind: inventory::ImportKind::Auto,
        mode: inventory::Mode::AllOrNothing,
        run: inventory::Run::Apply,
        name: "host.cdx.json",
        bytes: bom.as_bytes(),
        table: holdpoint_app::inventory::TableChoice::default(),
        mapping: inventory::MappingChoice::Known,
        remember_as: None,
        asset: Some(tag),
        reason: "a round of the plant",
    };
    inventory::import(&site.world.app, &Caller::operator("test"), &request).unwrap();
}

fn drifts(site: &Site) -> Vec<holdpoint_app::store::execution::Drift> {
    let query = ListQuery::everything(10, site.world.app.now());
    execution::drifts(&site.world.app, &site.cast.viewer, None, &query).unwrap().items
}

#[test]
fn an_inventory_that_contradicts_what_was_verified_is_flagged_at_once_and_settled_by_a_person() {
    for engine in ["sqlite", "postgres"] {
        let site = site(engine, 1);
        let id = site.begun(GOOD);
        let app = &site.world.app;
        listed(&site, "H-1", "1.0");
        site.clock_to(site.start_of(&id, 1));
        site.work();
        assert_eq!(site.states(&id), ["verified"], "{:?}", site.waits(&id));
        let workers = execution::Workers::new(1);
        let round = || workers.round(app, &|why| panic!("{why}")).unwrap();
        round();
        assert!(drifts(&site).is_empty(), "what was listed before the work contradicts nothing");
        let learned = planning::observations(app, &Caller::operator("test")).unwrap();
        assert_eq!((learned.len(), learned[0].patch.as_str()), (1, GOOD), "how long it took is remembered");
        site.world.clock.advance_micros(MINUTE);
        listed(&site, "H-1", "1.1");
        round();
        assert!(drifts(&site).is_empty());
        site.world.clock.advance_micros(MINUTE);
        listed(&site, "H-1", "1.0");
        round();
        let found = drifts(&site);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].what, "software plant-hmi:all: 1.1 → 1.0");
        let told = ListQuery::everything(10, app.now());
        let told = holdpoint_app::notices::list(app, &site.cast.engineer, &told).unwrap().items;
        assert!(told.iter().any(|one| one.text.contains("not as it was verified")), "{told:?}");
        round();
        assert_eq!(drifts(&site).len(), 1, "the same is told once");
        assert!(execution::settle_drift(app, &site.cast.viewer, found[0].number, "no").is_err());
        execution::settle_drift(app, &site.cast.planner, found[0].number, "put back for the auditor")
            .unwrap();
        let again = execution::settle_drift(app, &site.cast.planner, found[0].number, "twice");
        assert_eq!(code(again), "drift-settled");
        // A look at the host itself still shows what was verified.
        assert_eq!(execution::look_again(app, &site.cast.planner, "H-1").unwrap(), None);
    }
}

/// Without TLS only hosts are asked that whoever started the program has named.
fn in_the_clear(site: &Site, id: &str, check: &execution::CheckWritten) {
    for (url, allowed) in [
        ("http://10.1.1.1/health", false),
        ("http://127.0.0.1.example/health", false),
        ("http://127.0.0.1:1/health", true),
    ] {
        let question = execution::Question::Web { url: url.into(), text: "ok".into() };
        let clear = execution::CheckWritten { question, ..check.clone() };
        let put = execution::put_check(&site.world.app, &site.cast.planner, id, &clear, "the shift wants it");
        match (put, allowed) {
            (Ok(()), true) => {}
            (Err(refused), false) => assert_eq!(refused.code(), "in-clear", "{url}"),
            (put, _) => panic!("{url}: {put:?}"),
        }
    }
    // Who drafted and began the plan, and who wrote the check, do not take away what holds the work.
    let remove = |who| code(execution::remove_check(&site.world.app, who, (id, 1), "it disturbs me"));
    assert_eq!(remove(&site.cast.engineer), "four-eyes");
    assert_eq!(remove(&site.cast.planner), "four-eyes");
    assert_eq!(execution::checks(&site.world.app, &site.cast.viewer, id).unwrap().len(), 1);
    execution::remove_check(&site.world.app, &site.cast.both, (id, 1), "a try").unwrap();
}

#[test]
fn a_step_waits_for_what_is_asked_outside_and_an_unknown_is_no_pass() {
    let site = site("sqlite", 1);
    let id = site.begun(GOOD);
    let app = &site.world.app;
    let nobody = execution::Question::Modbus {
        address: "127.0.0.1".into(),
        port: 1,
        unit: 1,
        table: "coil".into(),
        place: 0,
        value: 1,
    };
    let check =
        execution::CheckWritten { name: "mill stands".into(), before: "step".into(), question: nobody };
    assert!(execution::put_check(app, &site.cast.viewer, &id, &check, "").is_err());
    for url in ["http://user:secret@10.1.1.1/health", "file:///etc/passwd", "https:///", "https://a b/"] {
        let question = execution::Question::Web { url: url.into(), text: "ok".into() };
        let bad = execution::CheckWritten { question, ..check.clone() };
        let refused =
            execution::put_check(app, &site.cast.planner, &id, &bad, "the shift wants it").unwrap_err();
        assert_eq!(refused.code(), "url", "{url}");
        assert!(!refused.to_string().contains("secret"));
    }
    for (endpoint, node, max_age_s, part) in [
        ("opc.tcp://user:secret@10.1.1.1/", "i=1", 60, "endpoint"),
        ("http://10.1.1.1/", "i=1", 60, "endpoint"),
        ("opc.tcp://10.1.1.1/", "Permit", 60, "node"),
        ("opc.tcp://10.1.1.1/", "i=1", 0, "max_age_s"),
    ] {
        let (endpoint, node) = (endpoint.to_owned(), node.to_owned());
        let value = execution::PermitValue::Number(1);
        let question = execution::Question::OpcUa { endpoint, node, value, max_age_s };
        let bad = execution::CheckWritten { question, ..check.clone() };
        let refused = execution::put_check(app, &site.cast.planner, &id, &bad, "the shift wants it");
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), part);
        assert!(!refused.to_string().contains("secret"));
    }
    in_the_clear(&site, &id, &check);
    execution::put_check(app, &site.cast.planner, &id, &check, "the shift wants it").unwrap();
    site.clock_to(site.start_of(&id, 1));
    site.work();
    assert!(site.waits(&id)[0].contains("not asked yet"), "{:?}", site.waits(&id));
    let plan = execution::overview(app, &site.cast.viewer, &id).unwrap().line.plan;
    assert_eq!(execution::ask_outside(app, plan).unwrap(), 1);
    site.work();
    assert_eq!(site.states(&id), ["staged"]);
    assert!(site.waits(&id)[0].contains("is not known: check `mill stands`"), "{:?}", site.waits(&id));
    assert_eq!(execution::ask_outside(app, plan).unwrap(), 0, "not asked again at once");
    let server = OpcUaServer::start();
    let permit = execution::CheckWritten { question: permit_of(server.endpoint()), ..check.clone() };
    execution::put_check(app, &site.cast.planner, &id, &permit, "the right mill").unwrap();
    execution::remove_check(app, &site.cast.both, (&id, 1), "it was the wrong mill").unwrap();
    site.work();
    assert!(site.waits(&id)[0].contains("not asked yet"), "{:?}", site.waits(&id));
    let shows = |is, within: &str| {
        server.show("Permit", Shown::bit(is, app.now().micros()));
        assert_eq!(execution::ask_outside(app, plan).unwrap(), 1);
        site.work();
        assert!(site.waits(&id)[0].contains(within), "{:?}", site.waits(&id));
        site.clock_to(app.now().plus_micros(61_000_000));
    };
    shows(false, "the process does not permit it: check `mill stands`: `ns=2;s=Permit`");
    assert_eq!(site.states(&id), ["staged"]);
    shows(true, "");
    assert_eq!(site.states(&id), ["verified"], "{:?}", site.waits(&id));
    assert!(!server.requests().contains(&673), "nothing is written");
}

fn permit_of(endpoint: String) -> execution::Question {
    let (node, value) = ("ns=2;s=Permit".to_owned(), execution::PermitValue::Bit(true));
    execution::Question::OpcUa { endpoint, node, value, max_age_s: 600 }
}

#[test]
fn a_permit_that_went_away_a_moment_ago_is_noticed_before_the_asset_is_changed() {
    for engine in ["sqlite", "postgres"] {
        let site = site(engine, 1);
        let id = site.begun(GOOD);
        let app = &site.world.app;
        let server = OpcUaServer::start();
        let question = permit_of(server.endpoint());
        let check = execution::CheckWritten { name: "mill stands".into(), before: "step".into(), question };
        execution::put_check(app, &site.cast.planner, &id, &check, "the shift wants it").unwrap();
        let plan = execution::overview(app, &site.cast.viewer, &id).unwrap().line.plan;
        let asked = |stands: bool| {
            server.show("Permit", Shown::bit(stands, app.now().micros()));
            execution::ask_outside(app, plan).unwrap()
        };
        site.clock_to(site.start_of(&id, 1));
        assert_eq!(asked(true), 1);
        for _ in ["stage", "preflight", "backup"] {
            let handed = execution::turn(app, plan, 9).unwrap().hand_outs;
            execution::carry_out(app, &handed[0]).unwrap();
        }
        assert_eq!(site.states(&id), ["backed_up"]);
        // The answer is eleven seconds old: young enough for preflight, and none for the installation.
        site.clock_to(app.now().plus_micros(11_000_000));
        assert!(execution::turn(app, plan, 9).unwrap().hand_outs.is_empty());
        assert!(site.waits(&id)[0].contains("right before"), "{:?}", site.waits(&id));
        assert!(execution::wants_asking(app, plan).unwrap());
        assert_eq!(asked(false), 1);
        assert!(execution::turn(app, plan, 9).unwrap().hand_outs.is_empty());
        assert!(site.waits(&id)[0].contains("does not permit it"), "{:?}", site.waits(&id));
        assert_eq!(site.version_on(1), "1.0");
        // The same answer counts from when it was given: a controller is asked once a minute, and not in every round after the first.
        site.clock_to(app.now().plus_micros(61_000_000));
        assert_eq!(asked(false), 1);
        assert_eq!(asked(false), 0, "it was asked a moment ago");
        assert!(!execution::wants_asking(app, plan).unwrap());
        // An hour of it would be another preflight; a minute later the mill stands again.
        site.clock_to(app.now().plus_micros(61_000_000));
        assert_eq!(asked(true), 1);
        // An answer that came in a time that is not yet is none.
        site.world.clock.advance_micros(-1_000_000);
        assert!(execution::turn(app, plan, 9).unwrap().hand_outs.is_empty());
        site.world.clock.advance_micros(1_000_000);
        let handed = execution::turn(app, plan, 9).unwrap().hand_outs;
        assert_eq!(site.states(&id), ["installing"], "{:?}", site.waits(&id));
        execution::carry_out(app, &handed[0]).unwrap();
        site.work();
        assert_eq!(site.states(&id), ["verified"], "{:?}", site.waits(&id));
        goes_back_when_the_mill_stands(&site, &id, &asked);
    }
}

/// What works goes back only while the process permits it, asked at that moment.
fn goes_back_when_the_mill_stands(site: &Site, id: &str, asked: &dyn Fn(bool) -> u64) {
    let app = &site.world.app;
    let plan = execution::overview(app, &site.cast.viewer, id).unwrap().line.plan;
    let turned = || execution::turn(app, plan, 9).unwrap().hand_outs;
    let back = Said::BackWanted { why: "the trend looks odd".into() };
    execution::say(app, &site.cast.planner, (id, 1), &back, "").unwrap();
    site.clock_to(app.now().plus_micros(11_000_000));
    assert!(turned().is_empty());
    assert!(site.waits(id)[0].contains("right before"), "{:?}", site.waits(id));
    asked(false);
    assert!(turned().is_empty());
    assert!(site.waits(id)[0].contains("does not permit it"), "{:?}", site.waits(id));
    site.clock_to(app.now().plus_micros(61_000_000));
    assert_eq!(asked(true), 1, "it is asked again, though no step could begin");
    assert_eq!(turned().len(), 1);
    assert_eq!(site.states(id), ["undoing"]);
}

#[test]
fn what_a_dead_server_left_is_looked_at_and_never_done_twice() {
    let site = site("sqlite", 1);
    let id = site.begun(GOOD);
    let app = &site.world.app;
    site.clock_to(site.start_of(&id, 1));
    let plan = execution::overview(app, &site.cast.viewer, &id).unwrap().line.plan;
    // Each deed is intended, and the server dies before it does anything.
    for expected in ["staging", "checking", "backing_up"] {
        assert_eq!(execution::turn(app, plan, 9).unwrap().hand_outs.len(), 1);
        assert_eq!(site.states(&id), [expected]);
        assert_eq!(execution::recover(app).unwrap(), 1);
        let again = execution::turn(app, plan, 9).unwrap();
        execution::carry_out(app, &again.hand_outs[0]).unwrap();
    }
    assert_eq!(
        execution::turn(app, plan, 0).unwrap().hand_outs.len(),
        0,
        "nobody is free, so nothing is intended"
    );
    let handed = execution::turn(app, plan, 9).unwrap().hand_outs.remove(0);
    assert_eq!(site.states(&id), ["installing"]);
    assert_eq!(execution::recover(app).unwrap(), 1);
    assert_eq!(site.states(&id), ["to_verify"]);
    site.work();
    assert_eq!(site.states(&id), ["rolled_back"], "the look shows that nothing was begun");
    // The order that was still on its way comes behind the look, and the host refuses it.
    execution::carry_out(app, &handed).unwrap();
    assert_eq!(site.version_on(1), "1.0");
    assert_eq!(site.states(&id), ["rolled_back"]);
}
