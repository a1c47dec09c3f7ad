//! Twelve real hosts are patched in waves over SSH by the real server, which is killed again and again; one host fails its
//! installation, is rolled back, and the plan stops and says so. Nothing is done twice, nothing is lost, no redundancy group is
//! broken, and the audit chain is whole.
//!
//! The surprise: this runs by the clock on the wall, because `holdpoint serve` has no other; it takes some ten minutes. It needs
//! root and the programs of `cargo xtask test --only needs`, and is told only when HOLDPOINT_KILLS says how often the server dies:
//! `HOLDPOINT_KILLS=20 cargo test -p holdpoint --test deployment_story -- --nocapture`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_app::access_check::Limit;
use holdpoint_app::approval::baselines::{self, NewBaseline};
use holdpoint_app::approval::decisions::{self, AskAuthorise, SignRequest, Urgency};
use holdpoint_app::connectors::apply::ssh::{self, Host, LoginKey, Patience, Rights};
use holdpoint_app::edge::{OsRandom, SystemClock};
use holdpoint_app::execution::{self, NewLine, Overview, RestartWord, Said};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::people::accounts;
use holdpoint_app::planning::{self, NewRules};
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::{Location, Store};
use holdpoint_app::windows::{self, LengthWord, NewWindow, ReachNamed};
use holdpoint_app::{App, AppSettings, Caller, sites};
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Place};
use holdpoint_domain::decision::{Basis, Footing, Posting};
use holdpoint_domain::execution::{Deed, Event, Observed, Outcome};
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{SiteRules, WorkProfile};
use holdpoint_domain::site::Site;
use holdpoint_domain::window::WindowKind;
use holdpoint_testkit::hosts::{self, PatchHost};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const PATCH: &str = "deb plant-hmi 1.1 (all)";
const HOSTS: usize = 12;
const FAILING: usize = 7;
const MINUTE: i64 = 60_000_000;

struct Plant {
    app: App,
    hosts: Vec<PatchHost>,
    key: LoginKey,
    engineer: Caller,
    planner: Caller,
    approver: Caller,
    folder: tempfile::TempDir,
}

fn person(app: &App, name: &str, role: Role) -> Caller {
    let grants = vec![Grant { role, scope: Scope::AllSites }];
    let new = accounts::NewAccount {
        name: name.to_owned(),
        display_name: String::new(),
        password: "correct horse battery staple".to_owned(),
        grants: grants.clone(),
        reason: "a story".to_owned(),
    };
    let id = accounts::create(app, &Caller::operator("story"), &new).unwrap().id;
    let actor = Actor::Person { id, name: name.to_owned() };
    Caller { actor, via: Via::Page, grants, limit: Limit::None, roles: RoleTable::default() }
}

fn import(app: &App, text: &str) {
    let request = ImportRequest {
        kind: ImportKind::Auto,
        mode: Mode::AllOrNothing,
        run: Run::Apply,
        name: "assets.csv",
        bytes: text.as_bytes(),
        mapping: MappingChoice::Known,
        remember_as: None,
        asset: None,
        reason: "a story",
    };
    inventory::import(app, &Caller::operator("story"), &request).unwrap();
}

/// Hosts `H-01`… in pairs of which one may be out, and what a plan counts on.
fn plant() -> Plant {
    let hosts: Vec<PatchHost> = (0..HOSTS).map(|_| hosts::host()).collect();
    let folder = tempfile::tempdir().unwrap();
    let text = hosts[0].login_key();
    let file = folder.path().join("login-key");
    std::fs::write(&file, &text).unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let store = Store::open(&Location::Sqlite(folder.path().join("holdpoint.sqlite"))).unwrap();
    let app = App::new(store, Arc::new(SystemClock), Arc::new(OsRandom), AppSettings::default());
    let mut rows =
        String::from("asset_tag,site,zone,kind,vendor,product,production_consequence,redundancy_group\n");
    for number in 1..=HOSTS {
        let pair = number.div_ceil(2);
        rows.push_str(&format!("H-{number:02},North,Z2,server,Acme,HMI,minor,PAIR-{pair}\n"));
    }
    import(&app, &rows);
    let engineer = person(&app, "a.weber", Role::Engineer);
    let planner = person(&app, "p.lang", Role::Engineer);
    let approver = person(&app, "l.okafor", Role::Approver);
    let key = LoginKey::read(&text).unwrap();
    let plant = Plant { app, hosts, key, engineer, planner, approver, folder };
    plant.ground();
    plant.authorise();
    plant
}

impl Plant {
    fn ground(&self) {
        let (app, engineer) = (&self.app, &self.engineer);
        let operator = Caller::operator("story");
        for site in sites::sites(app, &operator).unwrap() {
            let site = Site { time_zone: "UTC".to_owned(), ..site };
            sites::put_site(app, &operator, &site, "a story").unwrap();
        }
        for (number, host) in (1..).zip(&self.hosts) {
            let line = NewLine {
                address: host.address(),
                port: 22,
                account: "engineer".into(),
                fingerprint: execution::show_key(engineer, &host.address(), 22).unwrap(),
                rights: "sudo".into(),
                note: "read at the machine".into(),
            };
            let id = execution::asset_named(app, engineer, &format!("H-{number:02}")).unwrap();
            execution::put_line(app, engineer, id, Some(&line), "it has no agent").unwrap();
        }
        for pair in 1..=HOSTS / 2 {
            planning::put_group(app, engineer, "North", (&format!("PAIR-{pair}"), 1, "drawing 7"), "")
                .unwrap();
        }
        let rules = SiteRules {
            pilots: 1,
            wave_steps: 6,
            soak_minutes: 1,
            margin_minutes: 0,
            failures_allowed: 0,
            measured_at_least: 100,
            test_assets: Vec::new(),
        };
        planning::put_rules(app, engineer, "North", &NewRules { rules, test_assets: Vec::new() }, "")
            .unwrap();
        let profile = WorkProfile {
            patch: None,
            kind: Some(AssetKind::Server),
            work_minutes: 1,
            undo_minutes: 1,
            people: 1,
            way_back: Some(WayBack::Automatic { to: "the packages before".into() }),
        };
        planning::put_profile(app, engineer, &profile, "measured").unwrap();
        // A plan that begins at once would be late before it is released.
        let soon = app.now().plus_micros(2 * MINUTE).to_string();
        let window = NewWindow {
            name: "Outage of the story".to_owned(),
            kind: WindowKind::Maintenance,
            reach: ReachNamed::Site("North".to_owned()),
            time_zone: None,
            first: soon.chars().take(16).collect(),
            minutes: 1_440,
            length: LengthWord::Wall,
            rule: String::new(),
            added: Vec::new(),
            left_out: Vec::new(),
            people: Some(6),
            steps: Some(6),
            note: String::new(),
        };
        windows::create(app, engineer, &window, "agreed").unwrap();
    }

    fn authorise(&self) {
        let scope = AssetScope {
            kind: Some(AssetKind::Server),
            vendor: String::new(),
            product: String::new(),
            release: None,
            place: Place::Everywhere,
        };
        let new = NewBaseline {
            name: "Servers".to_owned(),
            description: String::new(),
            parent: None,
            scope,
            reason: "a story".to_owned(),
        };
        baselines::create(&self.app, &self.engineer, &new).unwrap();
        let ask = AskAuthorise {
            baseline: "Servers".to_owned(),
            patch: PATCH.to_owned(),
            basis: Basis::Inspection { reason: "documentation only".to_owned() },
            footing: Footing::NoVendorQualification { reason: "no control system runs on it".to_owned() },
            posting: Posting::AtOnce,
            expires: None,
            urgency: Urgency::Normal,
            reason: "monthly round".to_owned(),
        };
        let asked = decisions::ask_authorise(&self.app, &self.engineer, &ask).unwrap();
        let request = SignRequest {
            id: asked.id.to_string(),
            shown: asked.card,
            note: String::new(),
            on_behalf_of: None,
        };
        decisions::sign(&self.app, &self.approver, &request).unwrap();
    }

    /// A plan of all hosts, released by a second person and begun: its id.
    fn begun(&self) -> String {
        let proposal = Proposal {
            title: "Twelve hosts of North".into(),
            assets: (1..=HOSTS).map(|number| format!("H-{number:02}")).collect(),
            patches: vec![PATCH.to_owned()],
            days: Some(2),
            reason: "the story".into(),
            ..Proposal::default()
        };
        let made = plans::propose(&self.app, &self.engineer, &proposal).unwrap();
        assert_eq!((made.plans[0].steps, made.plans[0].waits), (HOSTS as u64, 0), "every host has a place");
        let id = made.plans[0].id.to_string();
        println!("{}", plans::export(&self.app, &self.engineer, &id).unwrap());
        plans::submit(&self.app, &self.planner, &id, "").unwrap();
        plans::release(&self.app, &self.approver, &id, "go").unwrap();
        execution::begin(&self.app, &self.engineer, &id, "the shift knows").unwrap();
        for number in 1..=HOSTS {
            let none = Said::Restart(RestartWord::None);
            let step = (id.as_str(), u32::try_from(number).unwrap());
            execution::say(&self.app, &self.engineer, step, &none, "").unwrap();
        }
        id
    }

    fn serve(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_holdpoint"))
            .args(["serve", "--listen", "127.0.0.1:0", "--deeds", "6", "--data-dir"])
            .arg(self.folder.path())
            .arg("--login-key")
            .arg(self.folder.path().join("login-key"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn overview(&self, id: &str) -> Overview {
        execution::overview(&self.app, &self.engineer, id).unwrap()
    }

    /// Opens the hold points at which steps stand, as an engineer who has the evidence.
    fn open_holds(&self, id: &str, shown: &Overview) {
        for hold in shown.holds.iter().filter(|hold| hold.opened.is_none()) {
            let step = shown.steps.iter().find(|step| step.number == hold.before).unwrap();
            if step.wait_for.as_deref() != Some("hold_point") {
                continue;
            }
            let said =
                Said::HoldOpened { hold: hold.number, evidence: "the pilot runs, the shift agrees".into() };
            let by = if execution::say(&self.app, &self.planner, (id, hold.before), &said, "").is_ok() {
                "an engineer"
            } else {
                execution::say(&self.app, &self.approver, (id, hold.before), &said, "").unwrap();
                "an approver"
            };
            println!("hold point before step {} opened by {by}", hold.before);
        }
    }

    /// Makes the installation on one host fail in the middle: a hook of apt raises an alarm.
    fn spoil(&self, number: usize) {
        let host = &self.hosts[number - 1];
        let host = Host {
            address: host.address(),
            port: 22,
            user: "engineer".into(),
            fingerprint: execution::show_key(&self.engineer, &host.address(), 22).unwrap(),
            key: self.key.clone(),
            rights: Rights::Sudo,
        };
        let script = "printf '%s\\n' 'DPkg::Post-Invoke {\"echo the panel raises an alarm >&2; exit 1\";};' \
                      > /etc/apt/apt.conf.d/99alarm";
        let patience = Patience { connect: Duration::from_secs(20), script: Duration::from_secs(20) };
        assert_eq!(ssh::run(&host, script, &[], patience).unwrap().code, 0);
    }

    fn version_on(&self, number: usize) -> String {
        let script = self.hosts[number - 1].file("usr/bin/plant-hmi").unwrap();
        script.lines().last().unwrap().trim_start_matches("echo plant-hmi ").to_owned()
    }

    fn upgrades_on(&self, number: usize) -> usize {
        let log = self.hosts[number - 1].file("var/log/dpkg.log").unwrap_or_default();
        log.lines().filter(|line| line.contains(" upgrade plant-hmi:all 1.0 1.1")).count()
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn end(server: &mut Child) {
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn twelve_hosts_are_patched_in_waves_while_the_server_is_killed_again_and_again() {
    let Some(kills) = std::env::var("HOLDPOINT_KILLS").ok().and_then(|n| n.parse::<u32>().ok()) else {
        println!("not told: it takes some ten minutes on twelve real hosts; HOLDPOINT_KILLS=20 tells it");
        return;
    };
    let began = Instant::now();
    let plant = plant();
    plant.spoil(FAILING);
    let id = plant.begun();
    let mut dice = Dice(0x5eed);
    let mut server = plant.serve();
    let mut next_kill = Instant::now() + Duration::from_secs(6 + dice.below(8));
    let (mut killed, mut stopped) = (0, None);
    let mut last = String::new();
    loop {
        std::thread::sleep(Duration::from_millis(300));
        if killed < kills && Instant::now() >= next_kill {
            end(&mut server);
            killed += 1;
            server = plant.serve();
            next_kill = Instant::now() + Duration::from_millis(3_000 + dice.below(9_000));
        }
        let shown = plant.overview(&id);
        let now: Vec<String> =
            shown.steps.iter().map(|step| format!("{}:{}", step.number, step.state)).collect();
        if now.join(" ") != last {
            last = now.join(" ");
            println!("{:>4} s, {killed} kills: {last}", began.elapsed().as_secs());
        }
        if stopped.is_none()
            && let Some(why) = &shown.line.stopped
        {
            println!("stopped: {why}");
            stopped = Some(why.clone());
        }
        plant.open_holds(&id, &shown);
        accept(&plant, &id, &shown);
        if shown.line.open == 0 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(3_000), "it does not come to an end: {last}");
    }
    end(&mut server);
    println!("{killed} kills in {} s", began.elapsed().as_secs());
    let stopped = stopped.expect("the plan stopped and said so");
    assert!(stopped.contains("the plan is stopped") && stopped.contains("failures"), "{stopped}");
    judge(&plant, &id);
}

/// A person has looked at what was rolled back, and lets the plan go on.
fn accept(plant: &Plant, id: &str, shown: &Overview) {
    for step in shown.steps.iter().filter(|step| step.failed && step.state == "rolled_back") {
        let found = execution::step_shown(&plant.app, &plant.engineer, id, step.number).unwrap();
        // Only after the stop was written for people to read.
        if shown.line.stopped.is_some() && !found.words.contains_key("accepted") {
            let said = Said::FailureAccepted { why: "an alarm on one panel".into() };
            execution::say(&plant.app, &plant.engineer, (id, step.number), &said, "").unwrap();
        }
    }
}

fn judge(plant: &Plant, id: &str) {
    let shown = plant.overview(id);
    let mut out: BTreeMap<usize, Vec<(i64, i64)>> = BTreeMap::new();
    for step in &shown.steps {
        let number: usize = step.tag.trim_start_matches("H-").parse().unwrap();
        let (state, version) = if number == FAILING { ("rolled_back", "1.0") } else { ("done", "1.1") };
        assert_eq!(
            (step.state.as_str(), plant.version_on(number).as_str()),
            (state, version),
            "{}",
            step.tag
        );
        assert_eq!(plant.upgrades_on(number), 1, "{}: installed once, whatever happened", step.tag);
        let (events, _) = execution::step(&plant.app, &plant.engineer, id, step.number).unwrap();
        let (mut from, mut to) = (None, None);
        for kept in &events {
            match &kept.event {
                Event::Intended { deed: Deed::Install, attempt } => {
                    assert!(attempt.number == 1 && from.is_none(), "{}: intended twice", step.tag);
                    from = Some(attempt.intended_at.micros());
                }
                Event::Intended { deed: Deed::Restart | Deed::Undo, attempt } => {
                    assert_eq!(attempt.number, 1)
                }
                Event::Ended {
                    at,
                    outcome: Outcome::Seen(Observed::AsPromised | Observed::AsBefore),
                    ..
                } => {
                    to = to.or(Some(at.micros()));
                }
                _ => {}
            }
        }
        out.entry(number.div_ceil(2)).or_default().push((from.unwrap(), to.unwrap()));
    }
    for (pair, spans) in out {
        let overlap = spans.len() == 2 && spans[0].0 < spans[1].1 && spans[1].0 < spans[0].1;
        assert!(!overlap, "both members of PAIR-{pair} were out at the same time: {spans:?}");
    }
    audit_is_whole(plant.folder.path());
}

fn audit_is_whole(folder: &Path) {
    let verified = Command::new(env!("CARGO_BIN_EXE_holdpoint"))
        .args(["audit", "verify", "--data-dir"])
        .arg(folder)
        .output()
        .unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    println!("{}", String::from_utf8_lossy(&verified.stdout).trim());
}
