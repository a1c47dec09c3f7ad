//! Signed orders through the open door: obeyed, refused with the rule, done while the server is away and told later.
//!
//! The surprise: orders are written here by hand with the site's own key, so that they can be wrong in every way.

use crate::agent::{Device, Opened, opened};
use crate::{ENGINES, operator};
use holdpoint_agent::agent::Agent;
use holdpoint_agent::door::Door;
use holdpoint_agent::run;
use holdpoint_app::agents;
use holdpoint_app::store::agent::{AgentLine, AgentOrder, NewOrder};
use holdpoint_app::store::patch::NewPatches;
use holdpoint_app::{AppError, patches};
use holdpoint_domain::Moment;
use holdpoint_domain::patch::{PatchRecord, PatchSource, ScanResult};
use holdpoint_wire::command::{Command, CommandName, FileWork, ScriptRun, ScriptWork};
use holdpoint_wire::envelope::{Envelope, Signer, sign};
use holdpoint_wire::image::{Approved, ApprovedFile, Image, Owner, Place};
use holdpoint_wire::inventory::{Checked, FoundThere, Inventory, SeenCheck};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::moment::Moment as WireMoment;
use holdpoint_wire::order::{Artifact, Needs, Order, WayBack, Window};
use holdpoint_wire::template::{Parameter, Part, ScriptTemplate};
use holdpoint_wire::text::{ArgumentText, FileName, FilePath, Hash, Id, Words, from_hex};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const BYTES: &[u8] = b"screen = 2\n";
const PATCH: &str = "deb plant-hmi 1.1 (all)";

/// An agent of `H-1`, a file that is approved for it, and the key that signs its orders.
pub(crate) struct Bench {
    pub(crate) opened: Opened,
    device: Device,
    line: AgentLine,
    key: Signer,
    place: PathBuf,
}

fn id(text: impl Into<String>) -> Id {
    Id::new(text).unwrap()
}

fn bench(engine: &str) -> Bench {
    let opened = opened(engine);
    let device = opened.enrolled("H-1");
    bench_of(opened, device, ("screen.conf", BYTES), CommandName::File)
}

/// What is needed to order `H-1`, which is enrolled, to do something with this file.
pub(crate) fn bench_of(
    opened: Opened,
    device: Device,
    (name, bytes): (&str, &[u8]),
    command: CommandName,
) -> Bench {
    let app = &opened.world.app;
    let line = app.store().read(|r| r.agent_list(&everything(app.now()))).unwrap().items.remove(0);
    let key_file = opened.world.folder.path().join("door").join(format!("order-{}.key", line.site));
    let seed = from_hex::<32>(std::fs::read_to_string(key_file).unwrap().trim()).unwrap();
    let record = PatchRecord {
        identifier: PATCH.to_owned(),
        title: PATCH.to_owned(),
        ..PatchRecord::of("Plant".into())
    };
    let put = |c: &mut holdpoint_app::store::Change<'_>| {
        let at = c.at();
        c.put_patches(
            &[NewPatches { source: PatchSource::Apt, document: "plant", records: &[&record] }],
            at,
        )?;
        Ok::<_, AppError>(())
    };
    app.store().change(&app.intent(&operator(), "patch.read-repository", "a test"), put).unwrap();
    let file = patches::files::NewFile {
        name: name.into(),
        bytes: bytes.to_vec(),
        expected_sha256: String::new(),
        origin: "a test".into(),
        scan: ScanResult::Clean,
        scanner: "a scanner".into(),
        scanned_at: Some(app.now()),
    };
    patches::files::add(app, &operator(), PATCH, &file, "").unwrap();
    let place = opened.world.folder.path().join("screen.conf");
    let bench = Bench { device, line, key: Signer::from_seed(&seed), place, opened };
    bench.approve(bytes, command);
    bench
}

fn everything(now: Moment) -> holdpoint_app::store::page::ListQuery {
    holdpoint_app::store::page::ListQuery::everything(10, now)
}

impl Bench {
    fn now(&self) -> WireMoment {
        WireMoment(self.opened.world.app.now().micros())
    }

    fn approve(&self, bytes: &[u8], command: CommandName) {
        let file = ApprovedFile { sha256: Hash::of(bytes), size_bytes: bytes.len() as u64 };
        let image = Image {
            version: VersionOne,
            site: id(self.line.site.to_string()),
            class: id("hmi"),
            image_version: 1,
            expires_at: self.now().plus_seconds(86_400),
            entries: vec![Approved {
                patch: id("screen"),
                commands: vec![command, CommandName::WayBack],
                files: vec![file],
                scripts: vec![],
                place: Some(Place {
                    path: FilePath::new(self.place.to_str().unwrap()).unwrap(),
                    install: Hash::of(bytes),
                    mode: 0o644,
                    owner: self.owner(),
                }),
                script: None,
            }],
        };
        let signed = message::write(&sign(&image, &[&Signer::from_seed(&[7; 32])]));
        agents::put_paper(&self.opened.world.app, &operator(), &signed, "a test").unwrap();
    }

    /// A script on the device, with its check, that its next image pins.
    fn script(&self) -> ScriptWork {
        let folder = self.opened.world.folder.path();
        let (left, program) = (folder.join("left"), folder.join("flush"));
        let text = format!("#!/bin/sh\n[ $1 = look ] || echo $1 >> {0}\ncat {0}\n", left.display());
        std::fs::write(&program, &text).unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let value = |text: &str| ArgumentText::new(text).unwrap();
        let template = ScriptTemplate {
            version: VersionOne,
            name: id("flush"),
            program: FilePath::new(program.to_str().unwrap()).unwrap(),
            program_hash: Hash::of(text.as_bytes()),
            arguments: vec![Part::Parameter(id("mode"))],
            parameters: BTreeMap::from([(
                id("mode"),
                Parameter::OneOf(["soft", "hard", "look"].map(value).to_vec()),
            )]),
            done_codes: vec![0],
        };
        let scripts = &self.device.settings.scripts;
        std::fs::create_dir_all(scripts).unwrap();
        std::fs::write(scripts.join("flush.json"), message::write(&template)).unwrap();
        let run = |mode: &str| ScriptRun {
            script: id("flush"),
            script_hash: template.hash(),
            arguments: BTreeMap::from([(id("mode"), value(mode))]),
            time_limit_s: 20,
            account: self.owner().user,
        };
        let work = ScriptWork { run: run("soft"), check: Some(run("look")), undo: None };
        let image = Image {
            version: VersionOne,
            site: id(self.line.site.to_string()),
            class: id("hmi"),
            image_version: 2,
            expires_at: self.now().plus_seconds(86_400),
            entries: vec![Approved {
                patch: id("screen"),
                commands: vec![CommandName::Script],
                files: vec![],
                scripts: vec![template.hash()],
                place: None,
                script: Some(work.clone()),
            }],
        };
        let signed = message::write(&sign(&image, &[&Signer::from_seed(&[7; 32])]));
        agents::put_paper(&self.opened.world.app, &operator(), &signed, "a test").unwrap();
        work
    }

    /// An order that runs a script.
    fn scripted(&self, counter: u64, work: ScriptWork) -> Order {
        let way_back = WayBack::None(Words::cut("a person goes it"));
        let order = self.order_of(counter, ("none", b""), Command::Script(work));
        Order { artifacts: vec![], way_back, image_version: 2, ..order }
    }

    /// What the agent told last of the checks of its scripts.
    fn checks(&self) -> Vec<SeenCheck> {
        let read = |r: &mut holdpoint_app::store::Reader<'_>| {
            let sha256 = r.agent_of(self.line.asset)?.unwrap().inventory_sha256.unwrap();
            r.blob(&sha256)
        };
        let bytes = self.opened.world.app.store().read(read).unwrap().unwrap();
        message::read::<Inventory>(&bytes).unwrap().checks
    }

    /// The account that runs the test, as the agent names it.
    fn owner(&self) -> Owner {
        let probe = self.opened.world.folder.path().join("probe");
        std::fs::write(&probe, b"").unwrap();
        let seen = holdpoint_agent::hand::file::seen(&FilePath::new(probe.to_str().unwrap()).unwrap());
        let FoundThere::File { owner, .. } = seen.found else { panic!("a file was just written there") };
        owner
    }

    /// An order that is right: the file is put in place now.
    fn order(&self, counter: u64) -> Order {
        let path = FilePath::new(self.place.to_str().unwrap()).unwrap();
        let owner = self.owner();
        let work = FileWork { path, from: None, install: Hash::of(BYTES), mode: 0o644, owner };
        self.order_of(counter, ("screen.conf", BYTES), Command::File(work))
    }

    /// An order of this command with this file, for now.
    pub(crate) fn order_of(&self, counter: u64, (name, bytes): (&str, &[u8]), command: Command) -> Order {
        let now = self.now();
        let until = now.plus_seconds(3_600);
        let artifact = Artifact {
            name: FileName::new(name).unwrap(),
            size_bytes: bytes.len() as u64,
            sha256: Hash::of(bytes),
        };
        Order {
            version: VersionOne,
            site: id(self.line.site.to_string()),
            asset: id(self.line.asset.to_string()),
            order: id(format!("order.{counter}")),
            counter,
            patch: id("screen"),
            image_version: 1,
            issued_at: now,
            expires_at: until,
            window: Window { starts_at: now.plus_seconds(-60), last_start_at: until, ends_at: until },
            artifacts: vec![artifact],
            command,
            needs: Needs::default(),
            notice: None,
            way_back: WayBack::Kept,
        }
    }

    /// Signs the order and keeps it as one that stands open.
    pub(crate) fn give(&self, order: &Order) {
        self.put(order.counter, order, &sign(order, &[&self.key]));
    }

    /// Keeps the order as one that stands open, whatever it says.
    fn put(&self, row: u64, order: &Order, envelope: &Envelope) {
        let app = &self.opened.world.app;
        let new = NewOrder {
            asset: self.line.asset,
            counter: row,
            name: order.order.to_string(),
            of: None,
            command: order.command.name().as_str().to_owned(),
            envelope: String::from_utf8(message::write(envelope)).unwrap(),
            expires_at: app.now().plus_micros(3_600_000_000),
            renewed: None,
        };
        let intent = app.intent(&operator(), "agent.order", "a test");
        let put = |c: &mut holdpoint_app::store::Change<'_>| {
            c.put_agent_orders(std::slice::from_ref(&new))?;
            // As another program would: the number says that agents are to be told something else.
            c.put_setting("agents.generation", &serde_json::json!(1_000 + row))
        };
        app.store().change(&intent, put).unwrap();
        agents::settle(app).unwrap();
    }

    pub(crate) fn kept(&self, name: &str) -> AgentOrder {
        self.opened.world.app.store().read(|r| r.agent_order(name)).unwrap().unwrap()
    }

    fn rules(&self, name: &str) -> Vec<String> {
        let events = self.opened.world.app.store().read(|r| r.agent_events(name)).unwrap();
        events.into_iter().filter(|event| event.outcome == "refused").map(|event| event.rule).collect()
    }

    fn agent(&self) -> (Agent, Door) {
        run::open(self.device.settings.clone(), None).unwrap()
    }
}

#[test]
fn a_signed_order_is_obeyed_once_and_nothing_new_is_told_in_one_line() {
    for engine in ENGINES {
        let bench = bench(engine);
        let order = bench.order(5);
        bench.give(&order);
        let (mut agent, mut door) = bench.agent();
        let round = agent.round(&mut door).unwrap();
        assert_eq!(round.server, None);
        assert_eq!(std::fs::read(&bench.place).unwrap(), BYTES);
        let kept = bench.kept("order.5");
        assert_eq!(kept.outcome.as_deref(), Some("done"), "{kept:?}");
        drop(agent);
        // Started again it has nothing to do, and what it did is not done again.
        std::fs::remove_file(&bench.place).unwrap();
        let (mut agent, mut door) = bench.agent();
        let first = agent.round(&mut door).unwrap();
        let second = agent.round(&mut door).unwrap();
        assert_eq!((first.server, second.server, second.ask_again_s), (None, None, None));
        assert!(!bench.place.exists());
    }
}

#[test]
fn a_script_is_run_once_as_its_image_says_and_its_check_is_told() {
    for engine in ENGINES {
        let bench = bench(engine);
        let work = bench.script();
        let mut hard = work.clone();
        hard.run.arguments = BTreeMap::from([(id("mode"), ArgumentText::new("hard").unwrap())]);
        let unchecked = ScriptWork { check: None, ..work.clone() };
        for (counter, other) in [(5, hard), (6, unchecked)] {
            bench.give(&bench.scripted(counter, other));
        }
        bench.give(&bench.scripted(7, work));
        let (mut agent, mut door) = bench.agent();
        assert_eq!(agent.round(&mut door).unwrap().server, None);
        for name in ["order.5", "order.6"] {
            assert_eq!(bench.rules(name), ["run_not_approved"], "{engine}");
        }
        let kept = bench.kept("order.7");
        assert_eq!(kept.outcome.as_deref(), Some("done"), "{kept:?}");
        let said = "by its own check `flush`: ended with code 0; it said: soft";
        let events = bench.opened.world.app.store().read(|r| r.agent_events("order.7")).unwrap();
        let verified = events.iter().find(|event| event.part == "verify").unwrap();
        assert_eq!((verified.rule.as_str(), verified.words.as_str()), ("own_check", said), "{engine}");
        let checks = bench.checks();
        assert_eq!((checks.len(), checks[0].order.as_str(), checks[0].found), (1, "order.7", Checked::Well));
        assert_eq!(checks[0].words.as_str(), said, "as the server keeps it");
        drop(agent);
        let (mut agent, mut door) = bench.agent();
        agent.round(&mut door).unwrap();
        let left = std::fs::read_to_string(bench.opened.world.folder.path().join("left")).unwrap();
        assert_eq!(left, "soft\n", "once, and the check left nothing");
    }
}

#[test]
fn an_order_that_breaks_a_rule_is_refused_and_the_server_hears_which() {
    for engine in ENGINES {
        let bench = bench(engine);
        let good = bench.order(9);
        bench.put(1, &good, &sign(&good, &[&bench.key]));
        let (mut agent, mut door) = bench.agent();
        assert_eq!(agent.round(&mut door).unwrap().server, None);
        std::fs::remove_file(&bench.place).unwrap();
        let target = Order { asset: id("somebody-else"), ..bench.order(21) };
        let past = bench.now().plus_seconds(-600);
        let over = Order {
            issued_at: past.plus_seconds(-60),
            expires_at: past,
            window: Window { starts_at: past.plus_seconds(-60), last_start_at: past, ends_at: past },
            ..bench.order(22)
        };
        let replayed = Order { order: id("order.again"), ..bench.order(9) };
        let other_patch = Order { patch: id("unheard-of"), ..bench.order(24) };
        let mut other_place = bench.order(23);
        if let Command::File(work) = &mut other_place.command {
            work.path = FilePath::new("/etc/cron.d/screen").unwrap();
        }
        let own = [
            (&target, "wrong_target"),
            (&over, "expired"),
            (&replayed, "counter_replayed"),
            (&other_patch, "patch_not_approved"),
            (&other_place, "place_not_approved"),
        ];
        for (row, (order, _)) in (2..).zip(&own) {
            bench.put(row, order, &sign(*order, &[&bench.key]));
        }
        let stranger = bench.order(25);
        bench.put(25, &stranger, &sign(&stranger, &[&Signer::from_seed(&[66; 32])]));
        let changed = bench.order(26);
        let mut envelope = sign(&changed, &[&bench.key]);
        envelope.text = envelope.text.replace("\"mode\":420", "\"mode\":511");
        bench.put(26, &changed, &envelope);
        assert_eq!(agent.round(&mut door).unwrap().server, None);
        assert!(!bench.place.exists(), "{engine}: nothing was obeyed");
        for (order, rule) in own {
            let name = order.order.as_str();
            assert_eq!(bench.rules(name), [rule], "{engine}");
            assert_eq!(bench.kept(name).outcome.as_deref(), Some("refused"), "{name}");
        }
        // Whose signature does not hold is not believed in its name either: it stays open until it is over.
        for order in [&stranger, &changed] {
            assert!(bench.kept(order.order.as_str()).closed_at.is_none());
        }
        let told = std::fs::read_to_string(bench.device.settings.state.join("refused")).unwrap();
        for rule in ["unknown_key", "changed_byte"] {
            assert!(told.lines().any(|line| line.ends_with(rule)), "{told}");
        }
    }
}

#[test]
fn what_is_done_while_the_server_is_away_is_told_once_it_is_back() {
    for engine in ENGINES {
        let mut bench = bench(engine);
        let starts_at = bench.now().plus_seconds(3);
        let order = bench.order(5);
        let order = Order { window: Window { starts_at, ..order.window }, ..order };
        bench.give(&order);
        let (mut agent, mut door) = bench.agent();
        assert_eq!(agent.round(&mut door).unwrap().server, None);
        assert!(!bench.place.exists(), "its window is not open");
        bench.opened.door.close();
        drop(agent);
        // Killed and started again in between: the order is in the journal.
        let (mut agent, mut offline) = bench.agent();
        let until = Instant::now() + Duration::from_secs(30);
        while !bench.place.exists() {
            assert!(Instant::now() < until, "the agent does not work without a server");
            agent.between(&mut offline).unwrap();
            std::thread::sleep(Duration::from_millis(100));
        }
        let round = agent.round(&mut offline).unwrap();
        assert!(round.server.is_some(), "nobody answers");
        assert!(bench.kept("order.5").closed_at.is_none());
        bench.opened.open_again();
        let round = agent.round(&mut offline).unwrap();
        assert_eq!(round.server, None);
        assert_eq!(bench.kept("order.5").outcome.as_deref(), Some("done"));
        let events = bench.opened.world.app.store().read(|r| r.agent_events("order.5")).unwrap();
        let acts = events.iter().filter(|event| event.part == "install" && event.outcome == "done");
        assert_eq!(acts.count(), 1, "{events:?}");
    }
}
