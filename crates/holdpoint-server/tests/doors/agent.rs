//! The agents' door and the attacks that it can meet.

use crate::{ENGINES, World, operator, world};
use holdpoint_agent::door::http::{self, Request, Target};
use holdpoint_agent::door::tls::{self, OwnCertificate};
use holdpoint_agent::enrol::{Enrolment, enrol};
use holdpoint_agent::run;
use holdpoint_agent::settings::Settings;
use holdpoint_agent::wire::text::{Hash, Id};
use holdpoint_app::agents;
use holdpoint_app::store::page::ListQuery;
use holdpoint_server::DoorConfig;
use holdpoint_server::door::{self, Demand, OpenDoor, ROUTES};
use serde_json::{Value, json};
use std::fs;

/// A door that is open, on a runtime of its own.
pub(crate) struct Opened {
    pub(crate) world: World,
    pub(crate) door: OpenDoor,
    pub(crate) fingerprint: Hash,
    runtime: tokio::runtime::Runtime,
}

pub(crate) fn opened(engine: &str) -> Opened {
    opened_on(engine, "127.0.0.1:0", &[])
}

pub(crate) fn opened_on(engine: &str, listen: &str, names: &[String]) -> Opened {
    let world = world(engine);
    world.root();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let door = open_at(&runtime, &world, listen, names);
    let fingerprint = agents::authority(&world.app).unwrap().fingerprint();
    Opened { world, door, fingerprint, runtime }
}

fn open_at(runtime: &tokio::runtime::Runtime, world: &World, listen: &str, names: &[String]) -> OpenDoor {
    let config = DoorConfig { listen: listen.parse().unwrap(), names: names.to_vec() };
    let app = world.app.clone();
    runtime.block_on(async { door::open(&config, app) }).unwrap()
}

pub(crate) struct Device {
    pub(crate) settings: Settings,
}

impl Opened {
    /// The door is closed and opened again at the same address.
    pub(crate) fn open_again(&mut self) {
        let listen = self.door.address.to_string();
        self.door = open_at(&self.runtime, &self.world, &listen, &[]);
    }

    /// A device that is enrolled as this asset.
    pub(crate) fn enrolled(&self, asset: &str) -> Device {
        let device = self.device(asset);
        let shown = self.code(asset);
        self.enrol(&device, &shown.code, Some(shown.root)).unwrap();
        device
    }

    pub(crate) fn device(&self, name: &str) -> Device {
        let at = self.world.folder.path().join(name);
        fs::create_dir_all(&at).unwrap();
        let settings = Settings {
            state: at.join("state"),
            witness: at.join("seen"),
            scripts: at.join("scripts"),
            ..Settings::default()
        };
        Device { settings }
    }

    pub(crate) fn code(&self, asset: &str) -> agents::ShownCode {
        agents::make_code(&self.world.app, &operator(), asset, ("hmi", 8), "a test").unwrap()
    }

    fn enrol(&self, device: &Device, code: &str, root: Option<Hash>) -> Result<(), String> {
        let enrolment = Enrolment {
            server: self.door.address.to_string(),
            fingerprint: self.fingerprint.clone(),
            code: Id::new(code).unwrap(),
            root,
            host_name: "hmi-7".into(),
        };
        enrol(&device.settings, &enrolment).map(|_| ()).map_err(|why| why.in_full())
    }

    fn target(&self, device: Option<&Device>) -> Target {
        let texts = device.map(|device| {
            let text = fs::read_to_string(device.settings.state.join("identity.json")).unwrap();
            let identity: Value = serde_json::from_str(&text).unwrap();
            let part = |name: &str| identity[name].as_str().unwrap().to_owned();
            (part("certificates"), part("key"))
        });
        let own = texts.as_ref().map(|(certificates, key)| OwnCertificate { certificates, key });
        let config = tls::config(&self.fingerprint, own).unwrap();
        Target { server: self.door.address.to_string(), config }
    }

    pub(crate) fn ask(
        &self,
        who: Option<&Device>,
        (method, path): (&str, &str),
        body: Option<&[u8]>,
    ) -> (u16, Value) {
        let request = Request { method, path, headers: &[], body };
        let answer = http::send(&self.target(who), &request).unwrap();
        let status = answer.status;
        (status, serde_json::from_slice(&answer.bytes(1 << 20).unwrap()).unwrap_or_default())
    }
}

#[test]
fn a_device_is_enrolled_asks_and_hands_over_what_is_on_it() {
    for engine in ENGINES {
        let opened = opened(engine);
        let device = opened.device("one");
        let shown = opened.code("H-1");
        assert_eq!(shown.fingerprint, opened.fingerprint);
        opened.enrol(&device, &shown.code, Some(shown.root)).unwrap();
        let (mut agent, mut door) = run::open(device.settings.clone(), None).unwrap();
        let round = agent.round(&mut door).unwrap();
        // Nobody has looked yet what is due, so the device is to ask again soon.
        assert_eq!((round.server, round.ask_again_s), (None, Some(10)));
        let round = agent.round(&mut door).unwrap();
        assert_eq!((round.server, round.ask_again_s), (None, None), "nothing new");
        drop(agent);
        let events = json!({"version": 1, "journal": "j", "events": [{"order": null, "attempt": 1, "step": "admission",
            "seq": 4, "at": 1, "outcome": "refused", "rule": "wrong_site", "words": "a paper of another plant"}]});
        for _ in 0..2 {
            let body = serde_json::to_vec(&events).unwrap();
            let (status, answer) = opened.ask(Some(&device), ("POST", "/agent/v1/events"), Some(&body));
            assert_eq!((status, answer["kept_through"].as_u64()), (200, Some(4)));
        }
        let query = ListQuery::everything(10, opened.world.app.now());
        let listed = agents::list(&opened.world.app, &operator(), &query).unwrap().items;
        assert_eq!(listed.len(), 1);
        assert!(listed[0].asked_at.is_some() && listed[0].line.heard_at.is_some());
        assert!(
            listed[0]
                .asked_at
                .is_some_and(|asked| listed[0].seen_at == asked && asked > listed[0].line.seen_at)
        );
        assert_eq!(listed[0].state.word(), "enrolled");
        let (status, _) = opened.ask(Some(&device), ("GET", "/agent/v1/artifacts/00"), None);
        assert_eq!(status, 404);
        let mode = |name: &str| {
            use std::os::unix::fs::PermissionsExt as _;
            let path = opened.world.folder.path().join("door").join(name);
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        };
        assert_eq!((mode("authority.key"), mode("authority.pem")), (0o600, 0o600));
    }
}

#[test]
fn who_shows_no_certificate_or_a_revoked_one_is_refused_everywhere() {
    for engine in ENGINES {
        let opened = opened(engine);
        let device = opened.device("one");
        opened.enrol(&device, &opened.code("H-1").code, None).unwrap();
        agents::revoke(&opened.world.app, &operator(), "H-1", "stolen").unwrap();
        for (method, path, demand) in ROUTES {
            if demand == Demand::Code {
                continue;
            }
            let (status, problem) = opened.ask(None, (method, path), Some(b"{}"));
            assert_eq!(status, 401, "{method} {path}: {problem}");
            let (status, problem) = opened.ask(Some(&device), (method, path), Some(b"{}"));
            assert_eq!(status, 403, "{method} {path}: {problem}");
            assert!(problem["detail"].as_str().unwrap().contains("revoked"), "{problem}");
        }
        let (status, _) = opened.ask(None, ("GET", "/api/v1/status"), None);
        assert_eq!(status, 404, "nothing of the pages is behind this door");
    }
}

#[test]
fn a_code_works_once_and_who_tries_codes_is_slowed_down() {
    for engine in ENGINES {
        let opened = opened(engine);
        let code = opened.code("H-1").code;
        opened.enrol(&opened.device("one"), &code, None).unwrap();
        let again = opened.enrol(&opened.device("two"), &code, None).unwrap_err();
        assert!(again.contains("403") && again.contains("unknown, used or over"), "{again}");
        let replaced = opened.code("H-2").code;
        let newer = opened.code("H-2").code;
        assert!(opened.enrol(&opened.device("three"), &replaced, None).unwrap_err().contains("403"));
        let mut said = Vec::new();
        for n in 0..6 {
            said.push(opened.enrol(&opened.device("four"), &format!("wrong-{n}"), None).unwrap_err());
        }
        assert!(said.iter().any(|said| said.contains("429")), "{said:?}");
        // Slowed down means everybody from there, the right code too, until the time has passed.
        assert!(opened.enrol(&opened.device("five"), &newer, None).unwrap_err().contains("429"));
    }
}

#[test]
fn devices_that_come_from_one_address_with_good_codes_are_not_held_back() {
    let opened = opened("sqlite");
    // More than any rule lets somebody guess from one place, or under one name.
    for n in 0..60 {
        let device = opened.device(&format!("device-{n}"));
        opened.enrol(&device, &opened.code("H-1").code, None).unwrap();
    }
    let mut said = Vec::new();
    for n in 0..6 {
        said.push(opened.enrol(&opened.device("wrong"), &format!("wrong-{n}"), None).unwrap_err());
    }
    assert!(said[..5].iter().all(|said| said.contains("403")), "{said:?}");
    assert!(said[5].contains("429"), "wrong codes are held back as ever: {said:?}");
}

#[test]
fn a_renewed_certificate_takes_the_place_of_the_old_one_once_it_is_seen() {
    for engine in ENGINES {
        let opened = opened(engine);
        let device = opened.device("one");
        opened.enrol(&device, &opened.code("H-1").code, None).unwrap();
        let before = opened.target(Some(&device));
        let work = Request { method: "GET", path: "/agent/v1/work", headers: &[], body: None };
        let (mut agent, _) = run::open(device.settings.clone(), None).unwrap();
        let mut door = run::renew(&agent, &opened.fingerprint).unwrap();
        assert_eq!(http::send(&before, &work).unwrap().status, 200, "the answer may have been lost");
        assert_eq!(agent.round(&mut door).unwrap().server, None);
        assert_eq!(http::send(&before, &work).unwrap().status, 403, "the new one was seen");
        assert_eq!(agent.round(&mut door).unwrap().server, None);
    }
}

#[test]
fn a_certificate_of_another_authority_does_not_get_in() {
    let (opened, other) = (opened("sqlite"), opened("sqlite"));
    let foreign = other.device("foreign");
    other.enrol(&foreign, &other.code("H-1").code, None).unwrap();
    let request = Request { method: "GET", path: "/agent/v1/work", headers: &[], body: None };
    let asked = http::send(&opened.target(Some(&foreign)), &request);
    assert!(asked.is_err(), "the handshake ends it");
    let stranger = opened.device("stranger");
    let enrolment = Enrolment {
        server: opened.door.address.to_string(),
        fingerprint: other.fingerprint.clone(),
        code: Id::new("any").unwrap(),
        root: None,
        host_name: String::new(),
    };
    assert!(enrol(&stranger.settings, &enrolment).is_err(), "nor does a device believe another server");
}

#[test]
fn a_body_that_is_too_large_or_no_message_is_refused_in_words() {
    let opened = opened("sqlite");
    let device = opened.device("one");
    opened.enrol(&device, &opened.code("H-1").code, None).unwrap();
    let (status, problem) = opened.ask(Some(&device), ("POST", "/agent/v1/events"), Some(b"{\"version\":2}"));
    assert_eq!(status, 422, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("version 2"), "{problem}");
    let large = vec![b' '; 9 * 1024 * 1024];
    let request = Request { method: "PUT", path: "/agent/v1/inventory", headers: &[], body: Some(&large) };
    // The door answers before it has read everything; the device may see the answer or a broken connection.
    if let Ok(answer) = http::send(&opened.target(Some(&device)), &request) {
        assert_eq!(answer.status, 413);
    }
}

#[test]
fn a_hostile_report_is_refused_in_words_and_harms_no_report_beside_it() {
    for engine in ENGINES {
        let opened = opened(engine);
        let (good, bad) = (opened.enrolled("H-1"), opened.enrolled("H-2"));
        let event = |seq: u64, rule: &str, words: &str| {
            let event = json!({"order": null, "attempt": u32::MAX, "step": "install", "seq": seq, "at": i64::MIN,
                "outcome": "unknown", "rule": rule, "words": words});
            serde_json::to_vec(&json!({"version": 1, "journal": "j", "events": [event]})).unwrap()
        };
        let long = "x".repeat(65);
        let hostile = [
            (event(1, "a\u{0}b", ""), "control letter"),
            (event(1, "\u{1b}[31m", ""), "control letter"),
            (event(1, &long, ""), "at most 64"),
            (event(u64::MAX, "", ""), "larger than any journal"),
            (event(1, "", "a\u{0}b"), "without control letters"),
        ];
        std::thread::scope(|threads| {
            for n in 1..=8 {
                let (opened, good) = (&opened, &good);
                let body = event(n, "", "all is well");
                threads.spawn(move || {
                    let (status, answer) = opened.ask(Some(good), ("POST", "/agent/v1/events"), Some(&body));
                    assert_eq!((status, answer["kept_through"].as_u64()), (200, Some(n)), "{answer}");
                });
            }
            for (body, words) in &hostile {
                let (status, problem) = opened.ask(Some(&bad), ("POST", "/agent/v1/events"), Some(body));
                assert_eq!(status, 422, "{problem}");
                assert!(problem["detail"].as_str().unwrap().contains(words), "{problem}");
            }
        });
        let largest = event(u64::try_from(i64::MAX).unwrap(), "", "");
        assert_eq!(opened.ask(Some(&bad), ("POST", "/agent/v1/events"), Some(&largest)).0, 200);
    }
}

#[test]
fn an_inventory_with_letters_that_no_database_keeps_is_refused() {
    for engine in ENGINES {
        let opened = opened(engine);
        let device = opened.enrolled("H-1");
        let seen = |name: &str, os: &str| {
            let package = json!({"name": name, "version": "1.0", "architecture": "all", "source": null, "state": "installed"});
            let seen = json!({"version": 1, "taken_at": i64::MAX, "agent_version": "0.1",
                "os": {"id": os, "version_id": "12", "pretty_name": "", "architecture": "x86_64"},
                "packages": {"database": "dpkg", "items": [package]},
                "kernel": {"running": null, "installed": []}, "restart": "not_needed", "disks": [], "memory": null,
                "uptime_s": u64::MAX, "clock": "unknown", "remarks": []});
            serde_json::to_vec(&seen).unwrap()
        };
        for body in [seen("a\u{0}b", "debian"), seen("plant-hmi", "deb\u{0}ian"), seen("a\nb", "debian")] {
            let (status, problem) = opened.ask(Some(&device), ("PUT", "/agent/v1/inventory"), Some(&body));
            assert_eq!(status, 422, "{problem}");
            assert!(problem["detail"].as_str().unwrap().contains("control letter"), "{problem}");
        }
        let (status, problem) =
            opened.ask(Some(&device), ("PUT", "/agent/v1/inventory"), Some(&seen("plant-hmi", "debian")));
        assert_eq!(status, 204, "{problem}");
    }
}
