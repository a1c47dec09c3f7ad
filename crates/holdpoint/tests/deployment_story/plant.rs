//! The plant of the story: twelve hosts in pairs, the people, the approval, the plan, and the server.

use crate::agents;
use holdpoint_app::access_check::Limit;
use holdpoint_app::approval::baselines::{self, NewBaseline};
use holdpoint_app::approval::decisions::{self, AskAuthorise, SignRequest, Urgency};
use holdpoint_app::connectors::apply::ssh::{self, Host, LoginKey, Patience, Ran, Rights};
use holdpoint_app::edge::{OsRandom, SystemClock};
use holdpoint_app::execution::{self, NewLine, Overview, RestartWord, Said};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::people::accounts;
use holdpoint_app::planning::{self, NewRules};
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::execution::StepLine;
use holdpoint_app::store::patch::NewPatches;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::windows::{self, LengthWord, NewWindow, ReachNamed};
use holdpoint_app::{App, AppError, AppSettings, Caller, sites};
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Place};
use holdpoint_domain::decision::{Basis, Footing, Posting};
use holdpoint_domain::patch::{PatchRecord, PatchSource};
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{SiteRules, WorkAsks, WorkProfile};
use holdpoint_domain::site::Site;
use holdpoint_domain::window::WindowKind;
use holdpoint_testkit::hosts::{self, PatchHost};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

pub const OLD: &str = "deb plant-hmi 1.0 (all)";
pub const PATCH: &str = "deb plant-hmi 1.1 (all)";
pub const HOSTS: usize = 12;
/// An alarm is raised on it when its packages were changed. It is reached over SSH.
pub const ALARMED: usize = 7;
/// The watch on it does not accept the new version. It has an agent.
pub const WATCHED: usize = 10;
const MINUTE: i64 = 60_000_000;

/// The program that is told about; `HOLDPOINT_BIN` names another, so that a long measure goes on while one builds.
pub fn program() -> PathBuf {
    std::env::var_os("HOLDPOINT_BIN").map_or_else(|| env!("CARGO_BIN_EXE_holdpoint").into(), PathBuf::from)
}

/// Every second host has an agent; so each pair has one of either kind.
pub fn has_agent(number: usize) -> bool {
    number.is_multiple_of(2)
}

pub struct Plant {
    pub app: App,
    pub hosts: Vec<PatchHost>,
    key: LoginKey,
    pub engineer: Caller,
    pub planner: Caller,
    pub approver: Caller,
    pub folder: tempfile::TempDir,
    /// The port of the agents' door.
    pub door: u16,
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
        table: holdpoint_app::inventory::TableChoice::default(),
        mapping: MappingChoice::Known,
        remember_as: None,
        asset: None,
        reason: "a story",
    };
    inventory::import(app, &Caller::operator("story"), &request).unwrap();
}

/// Hosts `H-01`… in pairs of which one may be out, and what a plan counts on; a step may take so many minutes.
pub fn plant(minutes: u32) -> Plant {
    let program = program();
    let start = |number| if has_agent(number) { hosts::host_with(&program) } else { hosts::host() };
    let hosts: Vec<PatchHost> = (1..=HOSTS).map(start).collect();
    let folder = tempfile::tempdir().unwrap();
    let text = hosts[0].login_key();
    let file = folder.path().join("login-key");
    std::fs::write(&file, &text).unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let store = Store::open(&Location::Sqlite(folder.path().join("holdpoint.sqlite"))).unwrap();
    let settings = AppSettings { door_folder: Some(folder.path().join("door")), ..AppSettings::default() };
    let app = App::new(store, Arc::new(SystemClock), Arc::new(OsRandom), settings);
    let mut rows = String::from(
        "asset_tag,site,zone,kind,vendor,product,safety_consequence,production_consequence,environment_consequence,quality_consequence,data_consequence,redundancy_group\n",
    );
    for number in 1..=HOSTS {
        let pair = number.div_ceil(2);
        rows.push_str(&format!(
            "H-{number:02},North,Z2,server,Acme,HMI,minor,minor,minor,minor,minor,PAIR-{pair}\n"
        ));
    }
    import(&app, &rows);
    let engineer = person(&app, "a.weber", Role::Engineer);
    let planner = person(&app, "p.lang", Role::Engineer);
    let approver = person(&app, "l.okafor", Role::Approver);
    let key = LoginKey::read(&text).unwrap();
    let door = TcpListener::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port();
    let plant = Plant { app, hosts, key, engineer, planner, approver, folder, door };
    plant.ground(minutes);
    agents::catalogue(&plant.app);
    plant.authorise();
    plant
}

impl Plant {
    fn ground(&self, minutes: u32) {
        let (app, engineer) = (&self.app, &self.engineer);
        let operator = Caller::operator("story");
        for site in sites::sites(app, &operator).unwrap() {
            let site = Site { time_zone: "UTC".to_owned(), ..site };
            sites::put_site(app, &operator, &site, "a story").unwrap();
        }
        for (number, host) in (1..).zip(&self.hosts).filter(|(number, _)| !has_agent(*number)) {
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
            // One rollout wave less, and one soak, when it is not the whole measure.
            wave_steps: if std::env::var_os("HOLDPOINT_KILLS").is_some() { 6 } else { 11 },
            soak_minutes: 1,
            margin_minutes: 0,
            failures_allowed: 0,
            measured_at_least: 100,
            catch_up_minutes: 7 * 24 * 60,
            restore_test_days: None,
            test_assets: Vec::new(),
        };
        planning::put_rules(app, engineer, "North", &NewRules { rules, test_assets: Vec::new() }, "")
            .unwrap();
        let profile = WorkProfile {
            patch: None,
            kind: Some(AssetKind::Server),
            work_minutes: minutes,
            undo_minutes: minutes,
            people: 1,
            asks: WorkAsks::default(),
            way_back: Some(WayBack::Automatic { to: "the packages before".into() }),
        };
        planning::put_profile(app, engineer, &profile, "measured").unwrap();
    }

    fn window(&self) {
        let (app, engineer) = (&self.app, &self.engineer);
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

    /// A catalogue knows the patch.
    fn known(&self) {
        let intent = self.app.intent(&Caller::operator("story"), "patch.read-repository", "a story");
        let record = PatchRecord {
            identifier: PATCH.to_owned(),
            title: PATCH.to_owned(),
            ..PatchRecord::of("Plant".to_owned())
        };
        let written = self.app.store().change(&intent, |c| {
            let at = c.at();
            let new = NewPatches { source: PatchSource::Apt, document: "known", records: &[&record] };
            c.put_patches(&[new], at)?;
            Ok::<_, AppError>(())
        });
        written.unwrap();
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
        self.known();
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
    pub fn begun(&self) -> String {
        self.window();
        let proposal = Proposal {
            title: "Twelve hosts of North".into(),
            assets: (1..=HOSTS).map(|number| format!("H-{number:02}")).collect(),
            patches: vec![PATCH.to_owned()],
            days: Some(2),
            lead_minutes: Some(1),
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
        id
    }

    pub fn serve(&self) -> Child {
        let log = std::fs::File::options().create(true).append(true).open(self.log()).unwrap();
        let mut command = Command::new(program());
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--deeds", "6", "--data-dir"])
            .arg(self.folder.path())
            .arg("--login-key")
            .arg(self.folder.path().join("login-key"))
            .args(["--agents", &format!("0.0.0.0:{}", self.door)]);
        for host in &self.hosts {
            command.args(["--agents-name", &host.outside()]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap()
    }

    fn log(&self) -> std::path::PathBuf {
        self.folder.path().join("server.log")
    }

    /// What the servers said, one after the other.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    pub fn overview(&self, id: &str) -> Overview {
        execution::overview(&self.app, &self.engineer, id).unwrap()
    }

    /// Says of the steps that are installed that nothing has to be restarted.
    pub fn say_restarts(&self, id: &str, shown: &Overview) {
        for step in shown.steps.iter().filter(|step| step.state == "awaiting_restart") {
            // The step may have gone on since it was read.
            let none = Said::Restart(RestartWord::None);
            if let Err(why) = execution::say(&self.app, &self.engineer, (id, step.number), &none, "") {
                println!("step {}: {why}", step.number);
            }
        }
    }

    /// Opens the hold points at which steps stand, as an engineer who has the evidence.
    pub fn open_holds(&self, id: &str, shown: &Overview) {
        for hold in shown.holds.iter().filter(|hold| hold.opened.is_none()) {
            let step = shown.steps.iter().find(|step| step.number == hold.before).unwrap();
            let waves = shown.plan.waves.iter().take_while(|wave| !wave.steps.contains(&hold.before));
            let before: Vec<u32> = waves.flat_map(|wave| wave.steps.clone()).collect();
            let over = |step: &StepLine| ["done", "rolled_back"].contains(&step.state.as_str());
            let are_over = shown.steps.iter().filter(|step| before.contains(&step.number)).all(over);
            if step.wait_for.as_deref() != Some("hold_point") || !are_over {
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
    pub fn raise_alarm(&self, number: usize) {
        let script = "printf '%s\\n' 'DPkg::Post-Invoke {\"echo the panel raises an alarm >&2; exit 1\";};' \
                      > /etc/apt/apt.conf.d/99alarm";
        let ran = self.on(number, script);
        assert_eq!(ran.code, 0, "{ran:?}");
    }

    /// Puts a watch on a host that does not accept version 1.1: a package that looks whenever the program is another.
    pub fn watch(&self, number: usize) {
        let script = r#"
set -e
d=$(mktemp -d); mkdir -p "$d/DEBIAN"; chmod 755 "$d"
printf 'Package: plant-watch\nVersion: 1\nArchitecture: all\nMaintainer: Plant <plant@example.invalid>\nDescription: a watch\n' > "$d/DEBIAN/control"
echo 'interest-await /usr/bin/plant-hmi' > "$d/DEBIAN/triggers"
cat > "$d/DEBIAN/postinst" <<'end'
#!/bin/sh
[ "$1" = triggered ] || exit 0
case "$(/usr/bin/plant-hmi)" in *1.1) echo "the watch does not accept it" >&2; exit 1;; esac
end
chmod 755 "$d/DEBIAN/postinst"
dpkg-deb --root-owner-group -b "$d" /tmp/plant-watch.deb
dpkg -i /tmp/plant-watch.deb
rm -rf "$d" /tmp/plant-watch.deb
"#;
        let ran = self.on(number, script);
        assert_eq!(ran.code, 0, "{ran:?}");
    }

    fn on(&self, number: usize, script: &str) -> Ran {
        let host = &self.hosts[number - 1];
        let host = Host {
            address: host.address(),
            port: 22,
            user: "engineer".into(),
            fingerprint: execution::show_key(&self.engineer, &host.address(), 22).unwrap(),
            key: self.key.clone(),
            rights: Rights::Sudo,
        };
        let patience = Patience { connect: Duration::from_secs(20), script: Duration::from_secs(20) };
        ssh::run(&host, script, &[], patience).unwrap()
    }

    pub fn version_on(&self, number: usize) -> String {
        let script = self.hosts[number - 1].file("usr/bin/plant-hmi").unwrap();
        script.lines().last().unwrap().trim_start_matches("echo plant-hmi ").to_owned()
    }

    /// How often a version came after another on a host, as dpkg itself wrote it down.
    pub fn upgrades_on(&self, number: usize, (from, to): (&str, &str)) -> usize {
        let log = self.hosts[number - 1].file("var/log/dpkg.log").unwrap_or_default();
        let wanted = format!(" upgrade plant-hmi:all {from} {to}");
        log.lines().filter(|line| line.ends_with(&wanted)).count()
    }
}
