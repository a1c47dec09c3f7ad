//! The agents' door with a whole fleet: how long a poll takes and what it costs, how many reports a second are durable, and how
//! soon a wave of orders stands open.
//!
//! Every poll is a connection of its own with TLS 1.3 and certificates on both sides, as the agent makes them, and none takes up
//! an earlier session. Reports go over connections that stay open. What is not real: so many devices ask at the rate of the fleet,
//! and the rest of the fleet is known to the door and silent.

use crate::ddi::settle;
use crate::measure::{Saw, at, processor_s, summed};
use crate::people::import;
use holdpoint_agent::door::http::{self, Request, Target};
use holdpoint_agent::enrol::{Enrolment, OwnIdentity, enrol};
use holdpoint_agent::settings::Settings;
use holdpoint_agent::state::StateFolder;
use holdpoint_agent::wire::text::Id;
use holdpoint_app::agents::{self, Known, RootProposal};
use holdpoint_app::edge::{OsRandom, SystemClock};
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
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Devices that really ask, in turn.
const REAL: usize = 64;
/// Connections that stay open and report, two to a device.
const REPORTING: usize = 128;
/// How long polls are made, at the rate of the fleet.
const MEASURED: Duration = Duration::from_secs(20);
/// How long reports are made, as fast as they are answered.
const REPORTED: Duration = Duration::from_secs(10);

pub(crate) fn run(fleet: usize) {
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(&Location::Sqlite(data.path().join("holdpoint.db"))).unwrap();
    let settings = AppSettings { door_folder: Some(data.path().join("door")), ..AppSettings::default() };
    let app = App::new(store, Arc::new(SystemClock), Arc::new(OsRandom), settings);
    prepare(&app);
    let certificates = agents_of(&app, fleet);
    let known = recognised(&app, &certificates);
    println!("agents: {} enrolled and known", known.len());
    wave(&app, &known);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = DoorConfig { listen: "127.0.0.1:0".parse().unwrap(), names: vec![] };
    let own = app.clone();
    let door = runtime.block_on(async { door::open(&config, own) }).unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let settling = settle(&app, &over);
    let targets = Arc::new(enrolled(&app, data.path(), &door.address.to_string()));
    reports(&targets);
    // Each enrolment makes the door forget whom it knows, at once or by the next look of the server.
    std::thread::sleep(Duration::from_secs(2));
    recognised(&app, &certificates);
    polls(&targets, fleet);
    over.store(true, Ordering::SeqCst);
    settling.join().unwrap();
    door.close();
}

/// Devices that are enrolled by their own code over the door.
fn enrolled(app: &App, folder: &std::path::Path, address: &str) -> Vec<Target> {
    let fingerprint = agents::authority(app).unwrap().fingerprint();
    let started = Instant::now();
    let one = |n: usize| {
        let code = agents::make_code(app, &operator(), &format!("H-{n}"), ("hmi", 8), "").unwrap();
        let settings = Settings {
            state: folder.join(format!("device-{n}")),
            witness: folder.join(format!("seen-{n}")),
            ..Settings::default()
        };
        let enrolment = Enrolment {
            server: address.to_owned(),
            fingerprint: fingerprint.clone(),
            code: Id::new(code.code).unwrap(),
            root: None,
            host_name: "hmi".into(),
        };
        enrol(&settings, &enrolment).unwrap();
        let state = StateFolder::open(&settings.state).unwrap();
        let target = OwnIdentity::read(&state).unwrap().target(address, &fingerprint).unwrap();
        // The door keeps few sessions, and a fleet is large: nobody of it would find its own again.
        let mut config = (*target.config).clone();
        config.resumption = Resumption::disabled();
        Target { config: Arc::new(config), ..target }
    };
    let targets: Vec<Target> = (0..REAL).map(one).collect();
    println!(
        "agents, enrolment: {REAL} devices from one address in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    targets
}

fn operator() -> Caller {
    Caller::operator("bench")
}

fn prepare(app: &App) {
    let mut rows = String::from("asset_tag,site,zone,kind,vendor,product\n");
    for n in 0..REAL {
        writeln!(rows, "H-{n},North,Z2,server,Acme,HMI").unwrap();
    }
    import(app, &rows);
    let (secret, public) = agents::person_key(&[7; 32]);
    let proposal = RootProposal { site: "North".into(), image_keys: vec![public], threshold: 1, days: 100 };
    let root = agents::make_root(app, &operator(), &proposal).unwrap();
    let signed = agents::sign_paper(&agents::write(&root), &secret).unwrap();
    agents::put_paper(app, &operator(), &signed, "a bench").unwrap();
}

/// A fleet in the store; their certificates are only hashes.
fn agents_of(app: &App, fleet: usize) -> Vec<[u8; 32]> {
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
    certificates
}

fn recognised(app: &App, certificates: &[[u8; 32]]) -> Vec<Arc<Known>> {
    certificates.iter().map(|one| agents::recognise(app, one).unwrap().unwrap()).collect()
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
                renewed: None,
            }
        })
        .collect();
    let signed = started.elapsed().as_secs_f64();
    let intent = app.intent(&operator(), "agent.order", "a bench");
    app.store().change(&intent, |c| c.put_agent_orders(&orders)).unwrap();
    let stored = started.elapsed().as_secs_f64();
    println!(
        "agents, wave: {} orders signed in {signed:.1} s, standing open after {stored:.1} s",
        orders.len()
    );
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

/// A connection to the door that stays open.
struct Kept {
    stream: StreamOwned<ClientConnection, TcpStream>,
    server: String,
}

impl Kept {
    fn open(target: &Target) -> Self {
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let stream = TcpStream::connect(&target.server).unwrap();
        stream.set_nodelay(true).unwrap();
        let tls = ClientConnection::new(Arc::clone(&target.config), name).unwrap();
        Self { stream: StreamOwned::new(tls, stream), server: target.server.clone() }
    }

    /// Posts events; gives the status once the whole answer is here.
    fn post(&mut self, body: &[u8]) -> u16 {
        let head = format!(
            "POST /agent/v1/events HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.server,
            body.len()
        );
        self.stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        self.stream.flush().unwrap();
        let (mut answer, mut piece) = (Vec::new(), [0; 4_096]);
        loop {
            let n = self.stream.read(&mut piece).unwrap();
            assert!(n > 0, "the door hung up");
            answer.extend_from_slice(&piece[..n]);
            let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if answer.len() >= end + 4 + length {
                return head.split(' ').nth(1).unwrap().parse().unwrap();
            }
        }
    }
}

/// Reports of one event each; every device waits for its answer, which comes when the event is on the disk.
fn reports(targets: &Arc<Vec<Target>>) {
    let before = processor_s("/proc/self/stat");
    let started = Instant::now();
    let workers: Vec<_> = (0..REPORTING).map(|n| report(targets, n)).collect();
    let saw: Vec<Saw> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
    let (wall, used) = (started.elapsed().as_secs_f64(), processor_s("/proc/self/stat") - before);
    let (took, door_s) = summed(saw, used);
    println!(
        "agents, reports: {} events of one in a report over {REPORTING} connections in {wall:.1} s, {:.0} durable a second; median \
         {:.1?}, p99 {:.1?}; the door {:.2} cores, the devices {:.2}",
        took.len(),
        took.len() as f64 / wall,
        at(&took, 0.5),
        at(&took, 0.99),
        door_s / wall,
        (used - door_s) / wall
    );
}

fn report(targets: &Arc<Vec<Target>>, n: usize) -> std::thread::JoinHandle<Saw> {
    let targets = Arc::clone(targets);
    std::thread::spawn(move || {
        let mut kept = Kept::open(&targets[n % targets.len()]);
        let (started, mut took) = (Instant::now(), Vec::new());
        // Two connections of one device tell different numbers of its journal.
        let mut seq = n as u64 * 1_000_000;
        while started.elapsed() < REPORTED {
            seq += 1;
            let body = message::write(&progress(seq));
            let one = Instant::now();
            assert_eq!(kept.post(&body), 200);
            took.push(one.elapsed());
        }
        Saw { took, own_processor_s: processor_s("/proc/thread-self/stat") }
    })
}

fn progress(seq: u64) -> Progress {
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
    Progress { version: VersionOne, journal: Id::new("0123456789abcdef").unwrap(), events: vec![event] }
}

/// Polls at the rate of the fleet: each agent every five minutes.
fn polls(targets: &Arc<Vec<Target>>, fleet: usize) {
    let rate = fleet as f64 / 300.0;
    let before = processor_s("/proc/self/stat");
    let started = Instant::now();
    let workers: Vec<_> = (0..8).map(|worker| ask_in_turn(targets, worker, rate / 8.0)).collect();
    let saw: Vec<Saw> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
    let (wall, used) = (started.elapsed().as_secs_f64(), processor_s("/proc/self/stat") - before);
    let (took, door_s) = summed(saw, used);
    println!(
        "agents, polls: {} in {wall:.1} s ({:.0} a second, wanted {rate:.0}); median {:.1?}, p99 {:.1?}, longest {:.1?}; the door \
         {:.2} cores, the devices {:.2}",
        took.len(),
        took.len() as f64 / wall,
        at(&took, 0.5),
        at(&took, 0.99),
        at(&took, 1.0),
        door_s / wall,
        (used - door_s) / wall
    );
}

fn ask_in_turn(targets: &Arc<Vec<Target>>, worker: usize, rate: f64) -> std::thread::JoinHandle<Saw> {
    let targets = Arc::clone(targets);
    std::thread::spawn(move || {
        let mut tags: Vec<Option<String>> = vec![None; targets.len()];
        let (started, mut took, mut n) = (Instant::now(), Vec::new(), worker);
        while started.elapsed() < MEASURED {
            // When it is due is when it begins: who had to wait because the one before was slow counts the waiting.
            let due = Duration::from_secs_f64(took.len() as f64 / rate);
            std::thread::sleep(due.saturating_sub(started.elapsed()));
            let place = n % targets.len();
            let headers: Vec<_> = tags[place].iter().map(|tag| ("if-none-match", tag.clone())).collect();
            let request = Request { method: "GET", path: "/agent/v1/work", headers: &headers, body: None };
            let answer = http::send(&targets[place], &request).unwrap();
            assert!(matches!(answer.status, 200 | 304), "{}", answer.status);
            tags[place] = answer.header("etag").map(str::to_owned).or(tags[place].take());
            took.push(started.elapsed().saturating_sub(due));
            n += 8;
        }
        Saw { took, own_processor_s: processor_s("/proc/thread-self/stat") }
    })
}
