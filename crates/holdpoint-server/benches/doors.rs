//! The agents' door with a whole fleet: how long a poll takes and what it costs, how many reports a second are durable, and how
//! soon a wave of orders stands open.
//!
//! Run by `cargo xtask bench door [AGENTS]`. Every poll is a connection of its own with TLS 1.3 and certificates on both sides,
//! as the agent makes them. The surprise: the agents run in the same process as the door, so the processor time is that of both.

#![expect(clippy::unwrap_used, reason = "a bench has no users, and fails by panicking")]

use holdpoint_agent::door::http::{self, Request, Target};
use holdpoint_agent::enrol::{Enrolment, OwnIdentity, enrol};
use holdpoint_agent::settings::Settings;
use holdpoint_agent::state::StateFolder;
use holdpoint_agent::wire::text::Id;
use holdpoint_app::agents::{self, Known, RootProposal, ToldBy};
use holdpoint_app::edge::{OsRandom, SystemClock};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::store::agent::{AgentCode, NewAgent, NewOrder};
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppError, AppSettings, Caller};
use holdpoint_domain::id::AssetId;
use holdpoint_server::DoorConfig;
use holdpoint_server::door;
use holdpoint_wire::command::{Command, InventoryWork};
use holdpoint_wire::envelope::{Signer, sign};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::moment::Moment as WireMoment;
use holdpoint_wire::order::{Needs, Order, WayBack, Window};
use holdpoint_wire::progress::{Event, Outcome, Progress, Step};
use holdpoint_wire::text::Words;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Devices that really ask, in turn.
const REAL: usize = 64;
/// How long polls are made, at the rate of the fleet.
const MEASURED: Duration = Duration::from_secs(20);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|text| text != "--bench").collect();
    let fleet: usize = arguments.first().map_or(100_000, |text| text.parse().unwrap());
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(&Location::Sqlite(data.path().join("holdpoint.db"))).unwrap();
    let settings = AppSettings { door_folder: Some(data.path().join("door")), ..AppSettings::default() };
    let app = App::new(store, Arc::new(SystemClock), Arc::new(OsRandom), settings);
    prepare(&app);
    let known = agents_of(&app, fleet);
    println!("{} agents enrolled and known", known.len());
    reports(&app, &known);
    wave(&app, &known);
    polls(&app, data.path(), fleet);
}

fn operator() -> Caller {
    Caller::operator("bench")
}

fn prepare(app: &App) {
    let mut rows = String::from("asset_tag,site,zone,kind,vendor,product\n");
    for n in 0..REAL {
        writeln!(rows, "H-{n},North,Z2,server,Acme,HMI").unwrap();
    }
    let request = ImportRequest {
        name: "assets.csv",
        bytes: rows.as_bytes(),
        kind: ImportKind::Auto,
        run: Run::Apply,
        mode: Mode::AllOrNothing,
        mapping: MappingChoice::Known,
        remember_as: None,
        asset: None,
        reason: "",
    };
    inventory::import(app, &operator(), &request).unwrap();
    let (secret, public) = agents::person_key(&[7; 32]);
    let proposal = RootProposal { site: "North".into(), image_keys: vec![public], threshold: 1, days: 100 };
    let root = agents::make_root(app, &operator(), &proposal).unwrap();
    let signed = agents::sign_paper(&agents::write(&root), &secret).unwrap();
    agents::put_paper(app, &operator(), &signed, "a bench").unwrap();
}

/// A fleet in the store and in memory; their certificates are only hashes.
fn agents_of(app: &App, fleet: usize) -> Vec<Arc<Known>> {
    let site = app.store().read(|r| r.sites()).unwrap()[0].id;
    let now = app.now();
    let mut certificates = Vec::with_capacity(fleet);
    for part in (0..fleet).collect::<Vec<_>>().chunks(10_000) {
        let intent = app.intent(&operator(), "agent.enrol", "a bench");
        let made: Vec<[u8; 32]> = part.iter().map(|_| app.random_bytes()).collect();
        let put = |c: &mut holdpoint_app::store::Change<'_>| {
            for certificate in &made {
                let code = AgentCode {
                    asset: AssetId::new(now, app.random_bytes()),
                    site,
                    class: "hmi".into(),
                    made_by: "bench".into(),
                    expires_at: now,
                    used_at: None,
                };
                c.put_agent(&NewAgent {
                    code,
                    certificate: *certificate,
                    expires_at: now.plus_micros(1 << 50),
                    root_version: 1,
                    agent_version: "0.1".into(),
                    host_name: "hmi".into(),
                })?;
            }
            Ok::<_, AppError>(())
        };
        app.store().change(&intent, put).unwrap();
        certificates.extend(made);
    }
    certificates.iter().map(|one| agents::recognise(app, one).unwrap().unwrap()).collect()
}

fn told(who: &Arc<Known>, seq: u64) -> ToldBy {
    let event = Event {
        order: Some(Id::new("0198f000-0000-7000-8000-000000000000.1.install.1").unwrap()),
        attempt: 1,
        step: Step::Preflight,
        seq,
        at: WireMoment(1),
        outcome: Outcome::Done,
        rule: String::new(),
        words: Words::cut("everything holds that must hold"),
    };
    let journal = Id::new("0123456789abcdef").unwrap();
    ToldBy { who: Arc::clone(who), progress: Progress { version: VersionOne, journal, events: vec![event] } }
}

/// One event of each agent, as many in one change as the door's desk takes.
fn reports(app: &App, known: &[Arc<Known>]) {
    let started = Instant::now();
    let mut slowest = Duration::ZERO;
    for part in known.chunks(4_000) {
        let batch: Vec<ToldBy> = part.iter().map(|who| told(who, 1)).collect();
        let one = Instant::now();
        agents::keep_events(app, &batch).unwrap();
        slowest = slowest.max(one.elapsed());
    }
    let seconds = started.elapsed().as_secs_f64();
    let rate = known.len() as f64 / seconds;
    println!(
        "reports: {} events in {seconds:.1} s, {rate:.0} a second, slowest change {slowest:.2?}",
        known.len()
    );
}

/// Orders for the whole fleet: signed, stored in one change, standing open.
fn wave(app: &App, known: &[Arc<Known>]) {
    let started = Instant::now();
    let key = Signer::from_seed(&[9; 32]);
    let now = WireMoment(app.now().micros());
    let orders: Vec<NewOrder> = known
        .iter()
        .map(|who| {
            let order = order(who, now);
            let envelope = sign(&order, &[&key]);
            NewOrder {
                asset: who.asset,
                counter: order.counter,
                name: order.order.to_string(),
                of: None,
                command: order.command.name().as_str().to_owned(),
                envelope: String::from_utf8(message::write(&envelope)).unwrap(),
                expires_at: app.now().plus_micros(3_600_000_000),
            }
        })
        .collect();
    let signed = started.elapsed().as_secs_f64();
    let intent = app.intent(&operator(), "agent.order", "a bench");
    app.store().change(&intent, |c| c.put_agent_orders(&orders)).unwrap();
    let stored = started.elapsed().as_secs_f64();
    println!("wave: {} orders signed in {signed:.1} s, standing open after {stored:.1} s", orders.len());
}

fn order(who: &Known, now: WireMoment) -> Order {
    Order {
        version: VersionOne,
        site: Id::new(who.site.to_string()).unwrap(),
        asset: Id::new(who.asset.to_string()).unwrap(),
        order: Id::new(format!("{}.1", who.asset)).unwrap(),
        counter: 1,
        patch: Id::new("none").unwrap(),
        image_version: 0,
        issued_at: now,
        expires_at: now.plus_seconds(3_600),
        window: Window { starts_at: now, last_start_at: now, ends_at: now.plus_seconds(3_600) },
        artifacts: vec![],
        command: Command::Inventory(InventoryWork {}),
        needs: Needs::default(),
        notice: None,
        way_back: WayBack::Kept,
    }
}

/// Polls at the rate of the fleet: each agent every five minutes.
fn polls(app: &App, folder: &std::path::Path, fleet: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = DoorConfig { listen: "127.0.0.1:0".parse().unwrap(), names: vec![] };
    let own = app.clone();
    let door = runtime.block_on(async { door::open(&config, own) }).unwrap();
    let address = door.address.to_string();
    let fingerprint = agents::authority(app).unwrap().fingerprint();
    let targets: Vec<Target> = (0..REAL)
        .map(|n| {
            let code = agents::make_code(app, &operator(), &format!("H-{n}"), ("hmi", 8), "").unwrap();
            let settings = Settings {
                state: folder.join(format!("device-{n}")),
                witness: folder.join(format!("seen-{n}")),
                ..Settings::default()
            };
            let enrolment = Enrolment {
                server: address.clone(),
                fingerprint: fingerprint.clone(),
                code: Id::new(code.code).unwrap(),
                root: None,
                host_name: "hmi".into(),
            };
            enrol(&settings, &enrolment).unwrap();
            let state = StateFolder::open(&settings.state).unwrap();
            OwnIdentity::read(&state).unwrap().target(&address, &fingerprint).unwrap()
        })
        .collect();
    let rate = fleet as f64 / 300.0;
    let targets = Arc::new(targets);
    let before = processor_seconds();
    let started = Instant::now();
    let workers: Vec<_> = (0..8).map(|worker| ask_in_turn(&targets, worker, rate / 8.0)).collect();
    let mut took: Vec<Duration> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    let (wall, used) = (started.elapsed().as_secs_f64(), processor_seconds() - before);
    took.sort_unstable();
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize];
    println!(
        "polls: {} in {wall:.1} s ({:.0} a second, wanted {rate:.0}); median {:.1?}, p99 {:.1?}, longest {:.1?}; \
         {:.2} cores, door and agents together",
        took.len(),
        took.len() as f64 / wall,
        at(0.5),
        at(0.99),
        at(1.0),
        used / wall
    );
    door.close();
}

fn ask_in_turn(
    targets: &Arc<Vec<Target>>,
    worker: usize,
    rate: f64,
) -> std::thread::JoinHandle<Vec<Duration>> {
    let targets = Arc::clone(targets);
    std::thread::spawn(move || {
        let mut tags: Vec<Option<String>> = vec![None; targets.len()];
        let (started, mut took, mut n) = (Instant::now(), Vec::new(), worker);
        while started.elapsed() < MEASURED {
            let due = Duration::from_secs_f64(took.len() as f64 / rate);
            std::thread::sleep(due.saturating_sub(started.elapsed()));
            let place = n % targets.len();
            let headers: Vec<_> = tags[place].iter().map(|tag| ("if-none-match", tag.clone())).collect();
            let request = Request { method: "GET", path: "/agent/v1/work", headers: &headers, body: None };
            let one = Instant::now();
            let answer = http::send(&targets[place], &request).unwrap();
            took.push(one.elapsed());
            assert!(matches!(answer.status, 200 | 304), "{}", answer.status);
            tags[place] = answer.header("etag").map(str::to_owned).or(tags[place].take());
            n += 8;
        }
        took
    })
}

/// What this process has used of all processors, from `/proc`.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let fields: Vec<f64> = after.split(' ').map(|field| field.parse().unwrap_or(0.0)).collect();
    (fields.get(11).unwrap_or(&0.0) + fields.get(12).unwrap_or(&0.0)) / 100.0
}
