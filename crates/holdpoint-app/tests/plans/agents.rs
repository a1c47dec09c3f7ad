//! Plans are carried out by agents: deeds become signed orders, and a device that keeps the rules of the wire obeys them.
//!
//! The device is played here with the wire's own rules (`admit`), so that both databases and every order of events can be
//! had within seconds. The real agent over a real connection is in the tests of the server and of the agent.

mod device;

use crate::ends::nothing_restarts;
use crate::support::{World, world_with};
use crate::{Cast, authorise, cast, saturdays};
use holdpoint_app::agents::{
    self, ImageProposal, Known, Poll, ProposedPlace, ProposedScript, RootProposal, ShownAgent,
};
use holdpoint_app::connectors::apply::debian::Fitness;
use holdpoint_app::edge::SeededRandom;
use holdpoint_app::execution::{self, Said};
use holdpoint_app::patches::files::{self, NewFile};
use holdpoint_app::planning;
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::patch::NewPatches;
use holdpoint_app::{App, AppError, AppSettings, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::patch::{PatchRecord, PatchSource, ScanResult};
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{Asked, WorkAsks, WorkNotice, WorkProfile};
use holdpoint_wire::admit::{Admitted, Device as Judge, Identity, Occasion, Seen, admit, open_image};
use holdpoint_wire::command::Command;
use holdpoint_wire::enrol::EnrolRequest;
use holdpoint_wire::envelope::{Envelope, Signer, sign};
use holdpoint_wire::inventory::{Checked, FoundThere, PackageDatabase, SeenPlace};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::order::{Confirmation, Needs, Notice, Order};
use holdpoint_wire::poll::PollAnswer;
use holdpoint_wire::progress::Event;
use holdpoint_wire::root::{self, Root};
use holdpoint_wire::text::{Hash, Id, Words, from_hex};
use std::path::Path;
use std::sync::Arc;

pub(crate) const OLD: &str = "deb plant-hmi 1.0 (all)";
pub(crate) const GOOD: &str = "deb plant-hmi 1.1 (all)";
pub(crate) const FAILING: &str = "deb plant-hmi 1.2 (all)";

/// A kind of package: what is on a site's devices, and what is brought to them.
struct Brand {
    database: PackageDatabase,
    system: (&'static str, &'static str),
    architecture: &'static str,
    /// What is there before, what works, and what fails, with their versions.
    patches: [(&'static str, &'static str); 3],
}

const DEB: Brand = Brand {
    database: PackageDatabase::Dpkg,
    system: ("debian", "12"),
    architecture: "all",
    patches: [(OLD, "1.0"), (GOOD, "1.1"), (FAILING, "1.2")],
};

/// By letters 1.10 would come before 1.9.
const RPM: Brand = Brand {
    database: PackageDatabase::Rpm,
    system: ("rhel", "9.4"),
    architecture: "noarch",
    patches: [
        ("rpm plant-hmi 1:1.9-1.el9 (noarch)", "1:1.9-1.el9"),
        ("rpm plant-hmi 1:1.10-1.el9 (noarch)", "1:1.10-1.el9"),
        ("rpm plant-hmi 1:1.11-1.el9 (noarch)", "1:1.11-1.el9"),
    ],
};

/// A site whose assets have agents.
pub(crate) struct Site {
    pub(crate) world: World,
    pub(crate) cast: Cast,
    door: tempfile::TempDir,
    keys: [String; 2],
    pub(crate) devices: Vec<Device>,
    brand: &'static Brand,
}

/// A device that keeps the rules.
pub(crate) struct Device {
    pub(crate) known: Arc<Known>,
    brand: &'static Brand,
    certificate: [u8; 32],
    pub(crate) judge: Judge,
    pub(crate) version: String,
    whole: bool,
    seq: u64,
    events: Vec<Event>,
    tag: Option<String>,
    /// How often each order was acted on.
    pub(crate) acts: Vec<String>,
    /// What the last order asked of the device and its people.
    asked: Option<(Needs, Option<Notice>)>,
    /// It holds what it is ordered and does not begin it.
    pub(crate) lazy: bool,
    /// It asks for a restart by a mark of its own.
    pub(crate) wants_restart: bool,
    /// By so many seconds its clock is behind.
    pub(crate) behind_s: i64,
    pub(crate) held: Vec<Admitted>,
    /// What lies at the places that its image names; a place that is not here holds what `lies` says.
    pub(crate) places: Vec<SeenPlace>,
    /// What lay at a place before the last file was put there.
    was: Option<SeenPlace>,
    /// What lies at a place of which it hears first.
    pub(crate) lies: FoundThere,
    /// It puts half a file in place.
    pub(crate) breaks_files: bool,
    /// It does not look at places.
    pub(crate) blind: bool,
    /// What the check of a script says right after the work, and when stock is taken.
    pub(crate) checks: (Checked, Checked),
    /// The script that it ran last and was not taken back: its order, whether it has a check.
    ran: Option<(Id, bool)>,
    /// The name of its start, and since when it runs; `None`: it tells neither.
    pub(crate) start: Option<(String, i64)>,
    /// It says that it was started again, and was not.
    pub(crate) stays_up: bool,
    /// Until when it may begin, as it was told last.
    pub(crate) good_until: Option<holdpoint_wire::moment::Moment>,
}

pub(crate) fn site(engine: &'static str, n_devices: usize) -> Site {
    site_of(engine, n_devices, &DEB)
}

fn site_of(engine: &'static str, n_devices: usize, brand: &'static Brand) -> Site {
    let door = tempfile::tempdir().unwrap();
    let settings = AppSettings {
        fitness: Fitness { disk_kib: 1_024, ..Fitness::default() },
        door_folder: Some(door.path().join("door")),
        ..AppSettings::default()
    };
    let world = world_with(engine, settings);
    let cast = cast(&world);
    let mut rows = String::from(crate::support::COLUMNS);
    for number in 1..=n_devices {
        rows.push_str(&format!("H-{number},North,Z2,server,Acme,HMI,{}\n", crate::support::LITTLE));
    }
    world.grows(&rows);
    catalogue(&world, brand);
    for (patch, _) in &brand.patches[1..] {
        authorise(&world, &cast, patch);
    }
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
    let keys = [1, 2].map(|n| agents::person_key(&[n; 32]));
    let keys_secret = keys.clone().map(|(secret, _)| secret);
    let proposal = RootProposal {
        site: "North".into(),
        image_keys: keys.iter().map(|(_, public)| public.clone()).collect(),
        threshold: 2,
        days: 700,
    };
    let root = agents::make_root(&world.app, &operator(), &proposal).unwrap();
    put(&world, &root, &keys_secret).unwrap();
    let mut site = Site { world, cast, door, keys: keys_secret, devices: Vec::new(), brand };
    site.devices = (1..=n_devices).map(|number| site.enrol(&format!("H-{number}"))).collect();
    site
}

pub(crate) fn operator() -> Caller {
    Caller::operator("test")
}

/// Signs a paper with these keys and brings it.
fn put(world: &World, paper: &Envelope, keys: &[String]) -> Result<(), AppError> {
    let mut bytes = agents::write(paper);
    for key in keys {
        bytes = agents::sign_paper(&bytes, key)?;
    }
    agents::put_paper(&world.app, &operator(), &bytes, "signed by those who hold the keys").map(|_| ())
}

fn catalogue(world: &World, brand: &Brand) {
    let records: Vec<PatchRecord> = brand
        .patches
        .iter()
        .map(|(name, _)| PatchRecord {
            identifier: (*name).to_owned(),
            title: (*name).to_owned(),
            ..PatchRecord::of("Plant".to_owned())
        })
        .collect();
    let intent = world.app.intent(&operator(), "patch.read-repository", "a test");
    world
        .app
        .store()
        .change(&intent, |c| {
            let (at, records) = (c.at(), records.iter().collect::<Vec<_>>());
            let new = NewPatches { source: PatchSource::Apt, document: "plant", records: &records };
            c.put_patches(&[new], at)?;
            Ok::<_, AppError>(())
        })
        .unwrap();
    for (name, version) in brand.patches {
        let file = NewFile {
            name: format!("plant-hmi_{}_all.package", version.replace(':', "_")),
            bytes: format!("the bytes of plant-hmi {version}").into_bytes(),
            expected_sha256: String::new(),
            origin: "the plant's mirror".into(),
            scan: ScanResult::Clean,
            scanner: "a scanner".into(),
            scanned_at: Some(world.app.now()),
        };
        files::add(&world.app, &operator(), name, &file, "").unwrap();
    }
}

pub(crate) fn request() -> EnrolRequest {
    let key = rcgen::KeyPair::generate().unwrap();
    let request = rcgen::CertificateParams::default().serialize_request(&key).unwrap();
    EnrolRequest {
        version: VersionOne,
        code: Id::new("none").unwrap(),
        certificate_request: request.pem().unwrap(),
        agent_version: Words::cut("0.1"),
        host_name: Words::cut("hmi"),
    }
}

impl Site {
    fn enrol(&self, tag: &str) -> Device {
        let app = &self.world.app;
        let shown = agents::make_code(app, &operator(), tag, ("hmi", 8), "").unwrap();
        let request = EnrolRequest { code: Id::new(shown.code.as_str()).unwrap(), ..request() };
        let answer = agents::enrol(app, &request, "10.0.0.1").unwrap();
        assert!(agents::enrol(app, &request, "10.0.0.1").is_err(), "a code works once");
        let line = app.store().read(|r| r.agent_of(answer.asset.as_str().parse().unwrap())).unwrap().unwrap();
        let root = root::first(&answer.root, &answer.site).unwrap();
        let identity = Identity { site: answer.site, asset: answer.asset, class: answer.class };
        Device {
            known: agents::recognise(app, &line.certificate).unwrap().unwrap(),
            certificate: line.certificate,
            judge: Judge { identity, root, seen: Seen::default() },
            version: self.brand.patches[0].1.into(),
            brand: self.brand,
            whole: true,
            seq: 0,
            events: Vec::new(),
            tag: None,
            acts: Vec::new(),
            asked: None,
            lazy: false,
            wants_restart: false,
            behind_s: 0,
            held: Vec::new(),
            places: Vec::new(),
            was: None,
            lies: FoundThere::Nothing,
            breaks_files: false,
            blind: false,
            checks: (Checked::Well, Checked::Well),
            ran: None,
            start: None,
            stays_up: false,
            good_until: None,
        }
    }

    pub(crate) fn approve(&self, patches: &[&str]) {
        self.approve_at(patches, vec![]);
    }

    /// Approves patches, files among them at these places.
    pub(crate) fn approve_at(&self, patches: &[&str], places: Vec<ProposedPlace>) {
        self.approve_with(patches, places, vec![]);
    }

    /// Approves patches, files and scripts among them.
    pub(crate) fn approve_with(
        &self,
        patches: &[&str],
        places: Vec<ProposedPlace>,
        scripts: Vec<ProposedScript>,
    ) {
        let proposal = ImageProposal {
            site: "North".into(),
            class: "hmi".into(),
            patches: patches.iter().map(|patch| (*patch).to_owned()).collect(),
            without: vec![],
            places,
            scripts,
            days: 90,
        };
        let image = agents::make_image(&self.world.app, &operator(), &proposal).unwrap();
        assert!(put(&self.world, &image, &self.keys[..1]).is_err(), "one of two keys is not enough");
        put(&self.world, &image, &self.keys).unwrap();
    }

    /// Brings a paper that all sign.
    pub(crate) fn bring(&self, paper: &Envelope) -> Result<(), AppError> {
        put(&self.world, paper, &self.keys)
    }

    pub(crate) fn begun(&self, patch: &str) -> String {
        let (app, cast) = (&self.world.app, &self.cast);
        let proposal = Proposal {
            title: "Hosts of North".into(),
            assets: (1..=self.devices.len()).map(|number| format!("H-{number}")).collect(),
            patches: vec![patch.to_owned()],
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

    pub(crate) fn lines(&self, id: &str) -> Vec<(String, String)> {
        let shown = execution::show(&self.world.app, &self.cast.viewer, id).unwrap();
        shown.steps.into_iter().map(|step| (step.state, step.wait_why.unwrap_or_default())).collect()
    }

    pub(crate) fn clock_to_start(&self, id: &str, number: usize) {
        let shown = execution::show(&self.world.app, &self.cast.viewer, id).unwrap();
        let start: Moment = shown.steps[number - 1].start;
        self.world.clock.advance_micros(start.since(self.world.app.now()));
    }

    /// What the server and the devices do while this many seconds pass.
    pub(crate) fn pass(&mut self, seconds: i64) {
        for _ in 0..seconds / 10 {
            execution::work(&self.world.app).unwrap();
            agents::settle(&self.world.app).unwrap();
            nothing_restarts(&self.world.app, &self.cast.engineer);
            for device in &mut self.devices {
                device.round(&self.world);
            }
            self.world.clock.advance_micros(10_000_000);
        }
    }
}

fn audit_entries(world: &World) -> u64 {
    let query = holdpoint_app::store::page::ListQuery::everything(1, world.app.now());
    let page = holdpoint_app::audit::list(&world.app, &operator(), &query).unwrap();
    page.items.first().map_or(0, |entry| entry.sequence)
}

#[test]
fn a_plan_is_carried_out_by_orders_that_devices_obey() {
    for engine in ["sqlite", "postgres"] {
        let mut site = site(engine, 2);
        site.approve(&[GOOD]);
        let id = site.begun(GOOD);
        site.pass(20);
        assert!(site.devices.iter().all(|device| device.acts.is_empty()));
        site.clock_to_start(&id, 1);
        site.pass(300);
        let lines = site.lines(&id);
        assert_eq!(lines[0].0, "verified", "{lines:?}");
        assert_eq!((site.devices[0].version.as_str(), site.devices[1].version.as_str()), ("1.1", "1.0"));
        assert_eq!(site.devices[0].acts.len(), 1);
        let (events, said) = execution::step(&site.world.app, &site.cast.viewer, &id, 1).unwrap();
        let evidence: Vec<String> = events.iter().filter_map(|event| event.evidence.clone()).collect();
        assert!(evidence.iter().any(|text| text.contains("order done")), "{evidence:?}");
        assert!(said["differences"].body.contains("1.0 → 1.1"), "{said:?}");
        // What the inventory of assets says followed by itself.
        let asset = holdpoint_app::inventory::get(&site.world.app, &operator(), "H-1", Moment::OPEN).unwrap();
        assert!(asset.asset.installed.iter().any(|one| one.component.purl.contains("plant-hmi@1.1")));
    }
}

#[test]
fn packages_of_rpm_are_ordered_compared_by_their_own_rules_and_taken_back() {
    for engine in ["sqlite", "postgres"] {
        let [_, (good, version), (failing, _)] = RPM.patches;
        let mut site = site_of(engine, 1, &RPM);
        site.approve(&[good]);
        let id = site.begun(good);
        site.clock_to_start(&id, 1);
        site.pass(300);
        let lines = site.lines(&id);
        assert_eq!(
            (lines[0].0.as_str(), site.devices[0].version.as_str()),
            ("verified", version),
            "{lines:?}"
        );
        let (_, said) = execution::step(&site.world.app, &site.cast.viewer, &id, 1).unwrap();
        assert!(said["differences"].body.contains("1:1.9-1.el9 → 1:1.10-1.el9"), "{said:?}");
        // What fails is taken back with the file of the version before, which the image names as well.
        let mut site = site_of(engine, 1, &RPM);
        site.approve(&[failing]);
        let id = site.begun(failing);
        site.clock_to_start(&id, 1);
        site.pass(600);
        assert_eq!(site.lines(&id)[0].0, "rolled_back", "{:?}", site.lines(&id));
        assert_eq!((site.devices[0].version.as_str(), site.devices[0].acts.len()), ("1:1.9-1.el9", 2));
    }
}

#[test]
fn nothing_is_ordered_that_is_no_package_of_the_device() {
    let mut site = site_of("sqlite", 1, &RPM);
    site.approve(&[RPM.patches[1].0]);
    site.devices[0].brand = &DEB;
    let id = site.begun(RPM.patches[1].0);
    site.clock_to_start(&id, 1);
    site.pass(300);
    let lines = site.lines(&id);
    assert_eq!((lines[0].0.as_str(), site.devices[0].acts.len()), ("aborted", 0), "{lines:?}");
    let (events, _) = execution::step(&site.world.app, &site.cast.viewer, &id, 1).unwrap();
    assert!(format!("{events:?}").contains("the device's packages are of Debian"), "{events:?}");
    let proposal = ImageProposal {
        site: "North".into(),
        class: "hmi".into(),
        patches: vec!["KB5041578".into()],
        without: vec![],
        places: vec![],
        scripts: vec![],
        days: 90,
    };
    let refused = agents::make_image(&site.world.app, &operator(), &proposal).unwrap_err();
    assert!(refused.to_string().contains("no package of Debian or of rpm"), "{refused}");
}

#[test]
fn an_order_tells_people_at_the_device_what_the_way_of_working_says_and_the_process_permits_it() {
    for engine in ["sqlite", "postgres"] {
        let mut site = site(engine, 1);
        site.approve(&[GOOD]);
        let profile = planning::profiles(&site.world.app, &site.cast.viewer).unwrap();
        let profile = profile.into_iter().find(|one| one.kind == Some(AssetKind::Server)).unwrap();
        let notice = WorkNotice {
            message: "The HMI restarts tonight".into(),
            postpone_at_most: 2,
            postpone_minutes: 30,
            confirmation: Asked::Yes,
        };
        let asks = WorkAsks { notice: Some(notice), permit: Asked::Yes };
        let profile = WorkProfile { asks, ..profile };
        planning::put_profile(&site.world.app, &site.cast.engineer, &profile, "the shift wants it").unwrap();
        let id = site.begun(GOOD);
        site.clock_to_start(&id, 1);
        site.pass(60);
        let lines = site.lines(&id);
        assert!(lines[0].1.contains("whether the process permits it is not known"), "{lines:?}");
        assert!(site.devices[0].asked.is_none());
        let permit = Said::Permitted { until: None, what: "the mill stands".into() };
        execution::say(&site.world.app, &site.cast.engineer, (&id, 1), &permit, "").unwrap();
        site.pass(120);
        let (needs, notice) = site.devices[0].asked.clone().expect("an order came");
        let notice = notice.expect("people are told");
        assert_eq!(notice.message.to_string(), "The HMI restarts tonight");
        assert_eq!((notice.postpone_at_most, notice.postpone_s), (2, 1_800));
        assert_eq!(notice.confirmation, Confirmation::Needed);
        assert!(needs.free_disk_bytes > 0 && needs.free_memory_bytes > 0, "{needs:?}");
        assert_eq!(needs.battery_percent, 50, "on battery it must be half full");
    }
}

#[test]
fn a_failed_installation_goes_the_way_back_by_an_order_of_its_own() {
    let mut site = site("sqlite", 1);
    site.approve(&[FAILING]);
    let id = site.begun(FAILING);
    site.clock_to_start(&id, 1);
    site.pass(600);
    let lines = site.lines(&id);
    assert_eq!(lines[0].0, "rolled_back", "{lines:?}");
    assert_eq!(site.devices[0].version, "1.0");
    assert_eq!(site.devices[0].acts.len(), 2, "{:?}", site.devices[0].acts);
}

#[test]
fn nothing_is_ordered_that_no_image_approves_and_a_stolen_order_key_chooses_no_other_file() {
    let mut site = site("sqlite", 1);
    let id = site.begun(GOOD);
    site.clock_to_start(&id, 1);
    site.pass(60);
    assert!(site.devices[0].acts.is_empty());
    assert!(site.lines(&id)[0].1.contains("no signed image"), "{:?}", site.lines(&id));
    site.approve(&[GOOD]);
    site.pass(3_600);
    let device = &site.devices[0];
    assert_eq!(device.version, "1.1", "{:?}", site.lines(&id));
    // Somebody has the server's key, and orders a file of their own.
    let path = std::fs::read_dir(site.door.path().join("door")).unwrap().flatten();
    let key = path.map(|file| file.path()).find(|path| is_order_key(path)).unwrap();
    let seed = from_hex::<32>(std::fs::read_to_string(key).unwrap().trim()).unwrap();
    let orders = site.world.app.store().read(|r| r.agent_order(&device.acts[0])).unwrap().unwrap();
    let envelope: Envelope = message::read(orders.envelope.as_bytes()).unwrap();
    let mut order: Order = message::read(envelope.text.as_bytes()).unwrap();
    let evil = Hash::of(b"evil");
    order.counter += 1_000_000;
    order.artifacts[0].sha256 = evil.clone();
    if let Command::Deb(work) = &mut order.command {
        work.packages[0].install = evil;
    }
    let forged = sign(&order, &[&Signer::from_seed(&seed)]);
    let now = order.issued_at;
    let Poll::Work(work) = agents::poll(&site.world.app, &device.known, None).unwrap() else { panic!() };
    let answer: PollAnswer = message::read(&work.body).unwrap();
    let image = open_image(answer.image.as_ref().unwrap(), &device.judge, now).unwrap();
    let refused = admit(&forged, Some(&image), &device.judge, Occasion::Receipt, now).unwrap_err();
    assert_eq!(refused.rule(), "hash_not_in_image");
    // And a root of their own is not even kept.
    let own: Root = Root { root_version: 2, ..device.judge.root.clone() };
    let thief = sign(&own, &[&Signer::from_seed(&seed)]);
    assert!(put(&site.world, &thief, &[]).is_err());
}

fn is_order_key(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("order-"))
}

#[test]
fn a_revoked_agent_is_nobody_and_a_new_enrolment_ends_the_old_one() {
    let site = site("sqlite", 1);
    let app = &site.world.app;
    let asset = site.devices[0].known.asset;
    let certificate = app.store().read(|r| r.agent_of(asset)).unwrap().unwrap().certificate;
    let again = site.enrol("H-1");
    assert!(agents::recognise(app, &certificate).unwrap().is_none());
    let certificate = app.store().read(|r| r.agent_of(asset)).unwrap().unwrap().certificate;
    assert!(agents::recognise(app, &certificate).unwrap().is_some());
    agents::revoke(app, &site.cast.engineer, "H-1", "stolen").unwrap();
    assert!(agents::recognise(app, &certificate).unwrap().is_none());
    assert!(agents::take_inventory(app, &again.known, b"{}").is_err());
    assert!(agents::revoke(app, &site.cast.viewer, "H-1", "").is_err());
    assert!(agents::make_code(app, &site.cast.viewer, "H-1", ("hmi", 8), "").is_err());
}

const MINUTE: i64 = 60_000_000;

/// State, and how many minutes ago it was seen, of each agent, as a program over this store says.
fn standing(app: &App) -> Vec<(String, &'static str, i64)> {
    let query = ListQuery::everything(10, app.now());
    let listed = agents::list(app, &operator(), &query).unwrap().items;
    let of = |one: ShownAgent| (one.line.tag, one.state.word(), app.now().since(one.seen_at) / MINUTE);
    listed.into_iter().map(of).collect()
}

#[test]
fn who_asks_no_more_is_overdue_and_that_is_known_after_a_restart() {
    for engine in ["sqlite", "postgres"] {
        let mut site = site(engine, 2);
        let app = site.world.app.clone();
        let is = |tag: &str, state, minutes| (tag.to_owned(), state, minutes);
        assert_eq!(standing(&app), [is("H-1", "enrolled", 0), is("H-2", "enrolled", 0)]);
        site.world.clock.advance_micros(29 * MINUTE);
        site.devices[0].round(&site.world);
        agents::mark_seen(&app).unwrap();
        site.world.clock.advance_micros(2 * MINUTE);
        site.devices[0].round(&site.world);
        // So soon after it nothing is written again: another program says two minutes, and this one knows better.
        agents::mark_seen(&app).unwrap();
        assert_eq!(standing(&app), [is("H-1", "enrolled", 0), is("H-2", "overdue", 31)]);
        let again = App::new(
            app.store().clone(),
            site.world.clock.clone(),
            Arc::new(SeededRandom::new(3)),
            AppSettings::default(),
        );
        assert_eq!(standing(&again), [is("H-1", "enrolled", 2), is("H-2", "overdue", 31)]);
        // A device that comes back, and another that is sent away: that somebody asked is not forgotten with it.
        site.devices[1].round(&site.world);
        agents::revoke(&app, &operator(), "H-1", "stolen").unwrap();
        assert_eq!(standing(&app), [is("H-1", "ended", 2), is("H-2", "enrolled", 0)]);
        site.world.clock.advance_micros(400 * 24 * 60 * MINUTE);
        assert_eq!(standing(&app)[1].1, "certificate_over");
    }
}

#[test]
fn a_list_of_lines_says_who_serves_the_host_instead() {
    for engine in ["sqlite", "postgres"] {
        let site = site(engine, 1);
        let app = &site.world.app;
        let line = execution::NewLine {
            address: "192.0.2.7".into(),
            port: 2_222,
            account: "engineer".into(),
            fingerprint: format!("SHA256:{}", "a".repeat(43)),
            rights: "sudo".into(),
            note: "read at the machine".into(),
        };
        let other = execution::NewLine {
            address: "192.0.2.8".into(),
            fingerprint: format!("SHA256:{}", "b".repeat(43)),
            ..line.clone()
        };
        for (tag, line) in [("H-1", &line), ("SRV-3", &other)] {
            let asset = execution::asset_named(app, &operator(), tag).unwrap();
            execution::put_line(app, &operator(), asset, Some(line), "").unwrap();
        }
        let listed = |filter: &str| -> Vec<(String, String, String, u16)> {
            let filter = Filter::parse(filter).unwrap();
            let query = ListQuery { filter, ..ListQuery::everything(10, app.now()) };
            let found = execution::lines(app, &operator(), &query).unwrap().items;
            found.into_iter().map(|one| (one.tag, one.site_name, one.served, one.line.port)).collect()
        };
        let row =
            |tag: &str, site: &str, served: &str| (tag.to_owned(), site.to_owned(), served.to_owned(), 2_222);
        assert_eq!(listed(""), [row("H-1", "North", "agent"), row("SRV-3", "South", "ssh")]);
        assert_eq!(listed("served:ssh -worked>1d"), [row("SRV-3", "South", "ssh")]);
        assert_eq!(listed("site:North"), [row("H-1", "North", "agent")]);
    }
}

#[test]
fn a_line_or_a_client_of_another_asset_at_the_address_of_an_agent_is_told_beside_it() {
    for engine in ["sqlite", "postgres"] {
        let site = site(engine, 1);
        let app = &site.world.app;
        let remark = || {
            let listed = agents::list(app, &operator(), &ListQuery::everything(10, app.now())).unwrap().items;
            listed.into_iter().map(|one| one.remark).next().unwrap()
        };
        let line = |tag: &str, address: &str| {
            let line = execution::NewLine {
                address: address.into(),
                port: 22,
                account: "engineer".into(),
                fingerprint: format!("SHA256:{}", if tag == "H-1" { "a" } else { "b" }.repeat(43)),
                rights: "sudo".into(),
                note: String::new(),
            };
            let asset = execution::asset_named(app, &operator(), tag).unwrap();
            execution::put_line(app, &operator(), asset, Some(&line), "").unwrap();
        };
        line("H-1", "10.0.0.9");
        line("SRV-3", "10.0.0.8");
        assert_eq!(remark(), None, "another address");
        line("H-1", "10.0.0.1");
        assert_eq!(remark(), None, "its own line");
        line("H-1", "10.0.0.9");
        line("SRV-3", "::ffff:10.0.0.1");
        let said = remark().expect("one address, two assets");
        assert!(said.contains("10.0.0.1") && said.contains("the line of `SRV-3`"), "{said}");
        holdpoint_app::controllers::show_up(app, "panel-7", "10.0.0.1").unwrap();
        assert!(!remark().unwrap().contains("client"), "nobody has accepted it");
        holdpoint_app::controllers::accept(app, &site.cast.engineer, "panel-7", "SRV-2", "seen there")
            .unwrap();
        let said = remark().unwrap();
        assert!(said.contains("the client of `SRV-2`"), "{said}");
        // Another enrolment of the asset from elsewhere takes the place of this one.
        let shown = agents::make_code(app, &operator(), "H-1", ("hmi", 8), "").unwrap();
        let request = EnrolRequest { code: Id::new(shown.code.as_str()).unwrap(), ..request() };
        agents::enrol(app, &request, "10.0.0.77").unwrap();
        assert_eq!(remark(), None);
    }
}
