//! The door for devices with a client of their own: polls at the rate of the fleet and reports of what they do.
//!
//! Every poll is a connection of its own from the device's own address, without TLS, as behind a proxy; devices that were
//! answered before send the tag of their answer. Reports go over connections that stay open, each of another device. What is
//! not real: in half a minute a tenth of the fleet asks, the others are in the store and silent.

use crate::measure::{Saw, at, processor_s, summed};
use holdpoint_app::edge::{OsRandom, SystemClock};
use holdpoint_app::store::controller::{ControllerDecision, NewAction};
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppError, AppSettings, Caller, agents, controllers};
use holdpoint_domain::id::{AssetId, SiteId};
use holdpoint_server::ddi;
use holdpoint_server::{DdiConfig, TargetTokens};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// Devices that report at the same time.
const REPORTING: usize = 512;
/// How long polls are made, at the rate of the fleet.
const MEASURED: Duration = Duration::from_secs(30);
/// How long reports are made, as fast as they are answered.
const REPORTED: Duration = Duration::from_secs(10);

pub(crate) fn run(fleet: usize) {
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(&Location::Sqlite(data.path().join("holdpoint.db"))).unwrap();
    let app = App::new(store, Arc::new(SystemClock), Arc::new(OsRandom), AppSettings::default());
    accepted(&app, fleet);
    let actions = actions(&app);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let door = runtime.block_on(ddi::open(&config(), app.clone())).unwrap();
    // Until the server has looked once at what is planned, every device is told to come again soon: another answer, another tag.
    agents::settle(&app).unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let settling = settle(&app, &over);
    let tags = polls("just after a start", door.address, fleet, vec![None; fleet]);
    polls("nothing new", door.address, fleet, tags);
    reports(door.address, &actions);
    over.store(true, Ordering::SeqCst);
    settling.join().unwrap();
    door.close();
}

pub(crate) fn config() -> DdiConfig {
    DdiConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: None,
        tenant: "DEFAULT".into(),
        target_tokens: TargetTokens::Taken,
        gateway_token: None,
        proxies: vec![],
    }
}

/// What the server does beside the door, every second.
pub(crate) fn settle(app: &App, over: &Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    let (app, over) = (app.clone(), Arc::clone(over));
    std::thread::spawn(move || {
        while !over.load(Ordering::SeqCst) {
            agents::settle(&app).unwrap();
            agents::mark_seen(&app).unwrap();
            controllers::settle(&app).unwrap();
            controllers::mark_seen(&app).unwrap();
            std::thread::sleep(Duration::from_secs(1));
        }
    })
}

pub(crate) fn name(device: usize) -> String {
    format!("panel-{device:06}")
}

fn token(device: usize) -> String {
    format!("token-of-{device:06}")
}

/// What a person says of this device.
pub(crate) fn decision(device: usize, asset: (AssetId, SiteId)) -> ControllerDecision {
    ControllerDecision {
        state: "accepted",
        asset: Some(asset),
        token: Some(agents::fingerprint(token(device).as_bytes())),
        by: "bench".into(),
    }
}

/// A fleet in the store. Their assets are only numbers: a poll asks nothing about them.
fn accepted(app: &App, fleet: usize) {
    let site = SiteId::new(app.now(), app.random_bytes());
    for part in (0..fleet).collect::<Vec<_>>().chunks(10_000) {
        let intent = app.intent(&Caller::operator("bench"), "controller.accept", "a bench");
        let put = |c: &mut holdpoint_app::store::Change<'_>| {
            for device in part {
                c.put_controller(&name(*device), "127.0.0.1")?;
                let one = c.controller(&name(*device))?.unwrap();
                let asset = AssetId::new(app.now(), app.random_bytes());
                c.decide_controller(one.number, &decision(*device, (asset, site)))?;
            }
            Ok::<_, AppError>(())
        };
        app.store().change(&intent, put).unwrap();
    }
}

/// Something to do for those that report, the last devices of the fleet: device and action.
fn actions(app: &App) -> Vec<(usize, i64)> {
    let intent = app.intent(&Caller::operator("bench"), "controller.action", "a bench");
    let put = |c: &mut holdpoint_app::store::Change<'_>| {
        let mut made = Vec::new();
        for device in 0..REPORTING {
            let one = c.controller(&name(device))?.unwrap();
            let new = NewAction {
                controller: one.number,
                of: None,
                patch: "deb plant-hmi 1.1 (all)".into(),
                version: "1.1".into(),
                confirmation: "not_needed",
                starts_at: c.at(),
                ends_at: c.at().plus_micros(3_600_000_000),
            };
            made.push((device, c.put_controller_action(&new)?));
        }
        Ok::<_, AppError>(made)
    };
    app.store().change(&intent, put).unwrap().value
}

/// A connection of this device, from an address that no other has.
async fn connect(device: usize, door: SocketAddr) -> TcpStream {
    let number = u32::try_from(device).unwrap() + 256;
    let own = Ipv4Addr::from(0x7f01_0000 + number);
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(IpAddr::V4(own), 0)).unwrap();
    let stream = socket.connect(door).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// One poll: the status, the tag and the whole answer.
pub(crate) async fn ask(device: usize, door: SocketAddr, tag: Option<&str>) -> (u16, Option<String>, String) {
    let mut stream = connect(device, door).await;
    let known = tag.map(|tag| format!("if-none-match: {tag}\r\n")).unwrap_or_default();
    let request = format!(
        "GET /DEFAULT/controller/v1/{} HTTP/1.1\r\nhost: {door}\r\nauthorization: TargetToken {}\r\n{known}connection: close\r\n\r\n",
        name(device),
        token(device)
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let tag = answer.lines().find_map(|line| line.strip_prefix("etag: ")).map(str::to_owned);
    (status, tag, answer)
}

/// Polls at the rate of the fleet, each begun when it is due; gives the tags that devices have then.
fn polls(what: &str, door: SocketAddr, fleet: usize, tags: Vec<Option<String>>) -> Vec<Option<String>> {
    let rate = fleet as f64 / 300.0;
    let before = processor_s("/proc/self/stat");
    let started = Instant::now();
    let asking = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (tags, took) = runtime.block_on(ask_in_turn(door, rate, tags));
        (tags, Saw { took, own_processor_s: processor_s("/proc/thread-self/stat") })
    });
    let (tags, saw) = asking.join().unwrap();
    let (wall, used) = (started.elapsed().as_secs_f64(), processor_s("/proc/self/stat") - before);
    let (took, door_s) = summed(vec![saw], used);
    println!(
        "ddi, polls, {what}: {} in {wall:.1} s ({:.0} a second, wanted {rate:.0}); median {:.1?}, p99 {:.1?}, longest \
         {:.1?}; the door {:.2} cores, the devices {:.2}",
        took.len(),
        took.len() as f64 / wall,
        at(&took, 0.5),
        at(&took, 0.99),
        at(&took, 1.0),
        door_s / wall,
        (used - door_s) / wall
    );
    tags
}

async fn ask_in_turn(
    door: SocketAddr,
    rate: f64,
    mut tags: Vec<Option<String>>,
) -> (Vec<Option<String>>, Vec<Duration>) {
    let started = tokio::time::Instant::now();
    let n_polls = ((rate * MEASURED.as_secs_f64()) as usize).min(tags.len());
    let mut asked = Vec::with_capacity(n_polls);
    for n in 0..n_polls {
        // When it is due is when it begins: who is late because others are slow counts the waiting.
        let due = started + Duration::from_secs_f64(n as f64 / rate);
        tokio::time::sleep_until(due).await;
        // From the end: those at the front have something to do, and are told so each time.
        let device = tags.len() - 1 - n;
        let tag = tags[device].take();
        asked.push(tokio::spawn(async move {
            let (status, new, _) = ask(device, door, tag.as_deref()).await;
            assert_eq!(status, if tag.is_some() { 304 } else { 200 });
            (device, new, due.elapsed())
        }));
    }
    let mut took = Vec::with_capacity(n_polls);
    for one in asked {
        let (device, tag, lasted) = one.await.unwrap();
        tags[device] = tag;
        took.push(lasted);
    }
    (tags, took)
}

/// Reports of one device each; every device waits for its answer, which comes when the report is on the disk.
fn reports(door: SocketAddr, actions: &[(usize, i64)]) {
    let actions = actions.to_vec();
    let before = processor_s("/proc/self/stat");
    let started = Instant::now();
    let telling = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let took = runtime.block_on(async {
            let all: Vec<_> = actions
                .into_iter()
                .map(|(device, action)| tokio::spawn(report(door, device, action)))
                .collect();
            let mut took = Vec::new();
            for one in all {
                took.extend(one.await.unwrap());
            }
            took
        });
        Saw { took, own_processor_s: processor_s("/proc/thread-self/stat") }
    });
    let saw = telling.join().unwrap();
    let (wall, used) = (started.elapsed().as_secs_f64(), processor_s("/proc/self/stat") - before);
    let (took, door_s) = summed(vec![saw], used);
    println!(
        "ddi, reports: {} over {REPORTING} connections in {wall:.1} s, {:.0} durable a second; median {:.1?}, p99 {:.1?}; the \
         door {:.2} cores, the devices {:.2}",
        took.len(),
        took.len() as f64 / wall,
        at(&took, 0.5),
        at(&took, 0.99),
        door_s / wall,
        (used - door_s) / wall
    );
}

async fn report(door: SocketAddr, device: usize, action: i64) -> Vec<Duration> {
    let body = r#"{"status":{"execution":"proceeding","result":{"finished":"none"},"details":["writing block 17 of 40"]}}"#;
    let request = format!(
        "POST /DEFAULT/controller/v1/{}/deploymentBase/{action}/feedback HTTP/1.1\r\nhost: {door}\r\nauthorization: TargetToken {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        name(device),
        token(device),
        body.len()
    );
    let mut stream = connect(device, door).await;
    let (started, mut took) = (Instant::now(), Vec::new());
    while started.elapsed() < REPORTED {
        let one = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = head(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("content-length: 0"), "{answer}");
        took.push(one.elapsed());
    }
    took
}

/// The head of an answer without a body.
async fn head(stream: &mut TcpStream) -> String {
    let (mut answer, mut piece) = (Vec::new(), [0; 1_024]);
    while !answer.ends_with(b"\r\n\r\n") {
        let n = stream.read(&mut piece).await.unwrap();
        assert!(n > 0, "the door hung up");
        answer.extend_from_slice(&piece[..n]);
    }
    String::from_utf8(answer).unwrap()
}
