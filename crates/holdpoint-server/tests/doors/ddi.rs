//! The DDI door with the crate `hawkbit`, a client that nobody of this project wrote, and what it refuses.

use crate::{ENGINES, World, operator, world};
use hawkbit::ddi::{Client, ClientAuthorization, Execution, Finished};
use holdpoint_app::store::controller::NewAction;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::patch::NewPatches;
use holdpoint_app::{AppError, controllers};
use holdpoint_domain::patch::{PatchRecord, PatchSource, ScanResult};
use holdpoint_server::ddi::{self, OpenDdi, ROUTES};
use holdpoint_server::{DdiConfig, TargetTokens};
use serde::Serialize;
use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

pub(crate) const PATCH: &str = "deb plant-hmi 1.1 (all)";
const BYTES: &[u8] = b"the bytes of plant-hmi 1.1";

pub(crate) struct Opened {
    pub(crate) world: World,
    pub(crate) door: OpenDdi,
    runtime: tokio::runtime::Runtime,
}

fn opened(engine: &str) -> Opened {
    opened_with(engine, BYTES)
}

/// A door, and a patch whose one file is these bytes.
pub(crate) fn opened_with(engine: &str, bytes: &[u8]) -> Opened {
    opened_in(world(engine), bytes)
}

/// A door of this world, and a patch whose one file is these bytes.
pub(crate) fn opened_in(world: World, bytes: &[u8]) -> Opened {
    let record = PatchRecord {
        identifier: PATCH.to_owned(),
        title: PATCH.to_owned(),
        ..PatchRecord::of("Plant".to_owned())
    };
    let intent = world.app.intent(&operator(), "patch.read-repository", "a test");
    let put = |c: &mut holdpoint_app::store::Change<'_>| {
        let at = c.at();
        c.put_patches(
            &[NewPatches { source: PatchSource::Apt, document: "plant", records: &[&record] }],
            at,
        )?;
        Ok::<_, AppError>(())
    };
    world.app.store().change(&intent, put).unwrap();
    let file = holdpoint_app::patches::files::NewFile {
        name: "plant-hmi_1.1_all.swu".into(),
        bytes: bytes.to_vec(),
        expected_sha256: String::new(),
        origin: "the plant's mirror".into(),
        scan: ScanResult::Clean,
        scanner: "a scanner".into(),
        scanned_at: Some(world.app.now()),
    };
    holdpoint_app::patches::files::add(&world.app, &operator(), PATCH, &file, "").unwrap();
    let config = DdiConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: None,
        tenant: "DEFAULT".into(),
        target_tokens: TargetTokens::Taken,
        gateway_token: None,
        proxies: vec![],
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let app = world.app.clone();
    let door = runtime.block_on(ddi::open(&config, app)).unwrap();
    Opened { world, door, runtime }
}

#[derive(Debug, Serialize)]
struct OwnWords {
    #[serde(rename = "plant-hmi")]
    version: String,
}

impl Opened {
    /// Waits for a client.
    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub(crate) fn client(&self, token: &str) -> Client {
        let url = format!("http://{}", self.door.address);
        let authorization = ClientAuthorization::TargetToken(token.to_owned());
        Client::new(&url, "DEFAULT", "panel-1", authorization, None, None, None).unwrap()
    }

    pub(crate) fn action(&self) -> i64 {
        self.action_that("not_needed")
    }

    /// An action that waits for a confirmation at the device, or does not.
    fn action_that(&self, confirmation: &'static str) -> i64 {
        let app = &self.world.app;
        let one = app.store().read(|r| r.controller("panel-1")).unwrap().unwrap();
        let new = NewAction {
            controller: one.number,
            of: None,
            patch: PATCH.into(),
            version: "1.1".into(),
            confirmation,
            starts_at: app.now(),
            ends_at: app.now().plus_micros(3_600_000_000),
        };
        let intent = app.intent(&operator(), "controller.action", "a test");
        app.store().change(&intent, |c| c.put_controller_action(&new)).unwrap().value
    }

    /// One raw request: status, headers, body.
    fn raw(&self, head: &str, body: &str) -> (u16, HashMap<String, String>, Vec<u8>) {
        let mut stream = TcpStream::connect(self.door.address).unwrap();
        let length = body.len();
        let request = format!(
            "{head}\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}",
            self.door.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let text = String::from_utf8_lossy(&answer[..end]).into_owned();
        let mut lines = text.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        (status, headers, answer[end + 4..].to_vec())
    }
}

#[test]
fn a_foreign_client_is_accepted_by_a_person_installs_and_reports() {
    for engine in ENGINES {
        let opened = opened(engine);
        let app = &opened.world.app;
        assert!(opened.runtime.block_on(opened.client("guess").poll()).is_err());
        let query = ListQuery::everything(10, app.now());
        let candidates = controllers::list(app, &operator(), &query).unwrap().items;
        assert_eq!((candidates.len(), candidates[0].state.as_str()), (1, "candidate"));
        let token = controllers::accept(app, &operator(), "panel-1", "H-1", "seen at the panel").unwrap();
        let number = opened.action();
        let client = opened.client(&token);
        opened.runtime.block_on(async {
            let reply = client.poll().await.unwrap();
            let wait = reply.polling_sleep().unwrap().as_secs();
            assert!((27..=33).contains(&wait), "{wait}");
            let words = OwnWords { version: "1.0".into() };
            let asked = reply.config_data_request().expect("it was never told");
            asked.upload(Execution::Closed, Finished::Success, None, words, vec![]).await.unwrap();
            let update = reply.update().expect("there is an action").fetch().await.unwrap();
            update.send_feedback(Execution::Proceeding, Finished::None, vec!["Downloading"]).await.unwrap();
            let folder = tempfile::tempdir().unwrap();
            let files = update.download(folder.path()).await.unwrap();
            for file in files {
                file.check_sha256().await.unwrap();
                file.check_sha1().await.unwrap();
            }
            update.send_feedback(Execution::Closed, Finished::Success, vec!["installed"]).await.unwrap();
            let reply = client.poll().await.unwrap();
            assert!(reply.update().is_none() && reply.config_data_request().is_none());
        });
        let action = app.store().read(|r| r.controller_action(number)).unwrap().unwrap();
        assert_eq!(action.outcome.as_deref(), Some("finished"));
        let given = app.store().read(|r| r.controller_given(number)).unwrap();
        assert_eq!(given[0].spans, [(0, BYTES.len() as u64)]);
        assert!(given[0].whole_at.is_some() && given[0].whole_at <= action.closed_at);
        let one = app.store().read(|r| r.controller("panel-1")).unwrap().unwrap();
        let told = app.store().read(|r| r.controller_attributes(one.number)).unwrap();
        assert_eq!(told["plant-hmi"], "1.0");
        controllers::mark_seen(app).unwrap();
        let marked = app.store().read(|r| r.controller("panel-1")).unwrap().unwrap();
        assert_eq!(marked.seen_at, marked.first_at, "a mark so soon says nothing new");
    }
}

#[test]
fn an_action_is_taken_back_when_its_time_is_over() {
    for engine in ENGINES {
        let opened = opened(engine);
        let app = &opened.world.app;
        drop(opened.runtime.block_on(opened.client("guess").poll()));
        let token = controllers::accept(app, &operator(), "panel-1", "H-1", "").unwrap();
        let number = opened.action();
        let intent = app.intent(&operator(), "controller.take_back", "a test");
        let back = |c: &mut holdpoint_app::store::Change<'_>| {
            c.move_controller_action(number, "canceling", "not_needed")
        };
        app.store().change(&intent, back).unwrap();
        let client = opened.client(&token);
        opened.runtime.block_on(async {
            let reply = client.poll().await.unwrap();
            let cancel = reply.cancel_action().expect("it is taken back");
            assert_eq!(cancel.id().await.unwrap(), number.to_string());
            cancel.send_feedback(Execution::Proceeding, Finished::None, vec!["Cancelling"]).await.unwrap();
            cancel.send_feedback(Execution::Closed, Finished::Success, vec![]).await.unwrap();
        });
        let action = app.store().read(|r| r.controller_action(number)).unwrap().unwrap();
        assert_eq!(action.outcome.as_deref(), Some("canceled"));
    }
}

#[test]
fn nothing_answers_who_proves_nothing_and_odd_bodies_do_no_harm() {
    for engine in ENGINES {
        let opened = opened(engine);
        for (method, path) in ROUTES {
            let path = path.replace(['{', '}'], "");
            for head in [
                "",
                "\r\nauthorization: TargetToken x",
                "\r\nauthorization: GatewayToken x",
                "\r\nx-controller-id: panel-9",
            ] {
                let (status, _, _) = opened
                    .raw(&format!("{method} /DEFAULT/controller/v1/panel-9{path} HTTP/1.1{head}"), "{}");
                assert_eq!(status, 401, "{method} {path}{head}");
            }
        }
        let app = &opened.world.app;
        drop(opened.runtime.block_on(opened.client("guess").poll()));
        let token = controllers::accept(app, &operator(), "panel-1", "H-1", "").unwrap();
        let number = opened.action();
        let base = "/DEFAULT/controller/v1/panel-1";
        let own = format!("authorization: TargetToken {token}");
        let post =
            |path: &str, body: &str| opened.raw(&format!("POST {base}{path} HTTP/1.1\r\n{own}"), body).0;
        let feedback = format!("/deploymentBase/{number}/feedback");
        assert_eq!(post(&feedback, "not JSON"), 400);
        assert_eq!(post(&feedback, "{\"status\":{\"execution\":\"dancing\"}}"), 400);
        assert_eq!(post("/deploymentBase/999/feedback", "{\"status\":{\"execution\":\"proceeding\"}}"), 404);
        assert_eq!(
            post(&format!("/cancelAction/{number}/feedback"), "{\"status\":{\"execution\":\"closed\"}}"),
            404
        );
        // Numbers for texts, members that nobody knows, and a log of 40 KB: all of it is borne.
        let long = "x".repeat(40_000);
        let odd = format!(
            "{{\"id\":{number},\"time\":\"20261120T173515\",\"status\":{{\"execution\":\"proceeding\",\"result\":{{\"finished\":\"none\"}},\"details\":[\"{long}\"]}}}}"
        );
        assert_eq!(post(&feedback, &odd), 200);
        let told = app.store().read(|r| r.controller_statuses(number, 10)).unwrap();
        assert_eq!(told[0].2[0].len(), 4_096);
        let get =
            |path: &str, more: &str| opened.raw(&format!("GET {base}{path} HTTP/1.1\r\n{own}{more}"), "");
        let file = format!("/softwaremodules/{number}/artifacts/plant-hmi_1.1_all.swu");
        let closed = "{\"status\":{\"execution\":\"closed\",\"result\":{\"finished\":\"success\"}}}";
        assert_eq!((post(&feedback, closed), post(&feedback, closed)), (200, 410));
        let (status, headers, bytes) = get(&file, "\r\nrange: bytes=4-");
        assert_eq!((status, bytes.as_slice()), (206, &BYTES[4..]));
        let tag = headers["etag"].clone();
        assert_eq!(get(&file, &format!("\r\nrange: bytes=4-\r\nif-range: {tag}")).0, 206);
        assert_eq!(get(&file, "\r\nrange: bytes=4-\r\nif-range: \"other\"").0, 200);
        assert_eq!(get(&file, "\r\nrange: bytes=999-").0, 416);
        assert_eq!(get(&file, "\r\nif-match: \"other\"").0, 412);
        assert!(get(&format!("{file}.MD5SUM"), "").2.ends_with(b"  plant-hmi_1.1_all.swu"));
        assert_eq!(get("/confirmationBase", "").0, 200);
        assert_eq!(
            (
                post("/confirmationBase/activateAutoConfirm", ""),
                post("/confirmationBase/activateAutoConfirm", "")
            ),
            (200, 409)
        );
        let put = |body: &str| opened.raw(&format!("PUT {base}/installedBase HTTP/1.1\r\n{own}"), body).0;
        let loaded = "{\"name\":\"linux\",\"version\":\"6.1\"}";
        assert_eq!((put(loaded), put(loaded)), (201, 200));
        assert_eq!(get(&format!("/installedBase/{number}"), "").0, 200);
        assert_eq!(opened.raw("GET /OTHER/controller/v1/panel-1 HTTP/1.1", "").0, 404);
    }
}

#[test]
fn what_a_device_was_given_is_known_and_a_report_names_no_other_action() {
    for engine in ENGINES {
        let opened = opened(engine);
        let app = &opened.world.app;
        drop(opened.runtime.block_on(opened.client("guess").poll()));
        let token = controllers::accept(app, &operator(), "panel-1", "H-1", "").unwrap();
        let number = opened.action();
        let base = "/DEFAULT/controller/v1/panel-1";
        let own = format!("authorization: TargetToken {token}");
        let file = format!("/softwaremodules/{number}/artifacts/plant-hmi_1.1_all.swu");
        let get =
            |path: &str, more: &str| opened.raw(&format!("GET {base}{path} HTTP/1.1\r\n{own}{more}"), "");
        // What was given of the file is known span by span; who asks for its head was given nothing.
        let spans = || {
            let given = app.store().read(|r| r.controller_given(number)).unwrap();
            given.first().map(|one| (one.spans.clone(), one.whole_at.is_some()))
        };
        assert_eq!(opened.raw(&format!("HEAD {base}{file} HTTP/1.1\r\n{own}"), "").0, 200);
        assert_eq!(spans(), None);
        let size = BYTES.len() as u64;
        assert_eq!(get(&file, "\r\nrange: bytes=4-").2, &BYTES[4..]);
        assert_eq!(spans(), Some((vec![(4, size)], false)));
        assert_eq!(get(&file, "\r\nrange: bytes=0-3").2, &BYTES[..4]);
        assert_eq!(spans(), Some((vec![(0, size)], true)));
        let feedback = format!("/deploymentBase/{number}/feedback");
        let post = |body: &str| opened.raw(&format!("POST {base}{feedback} HTTP/1.1\r\n{own}"), body).0;
        let report = |id: &str| {
            format!("{{{id}\"status\":{{\"execution\":\"closed\",\"result\":{{\"finished\":\"success\"}}}}}}")
        };
        for other in ["\"id\":777,", "\"id\":\"777\","] {
            assert_eq!(post(&report(other)), 400, "another action in the body");
        }
        // What the contract does not know is no success: nothing is kept, and the action stands open.
        for finished in ["\"maybe\"", "\"SUCCESS\"", "\"\"", "true", "{}"] {
            let body =
                format!("{{\"status\":{{\"execution\":\"closed\",\"result\":{{\"finished\":{finished}}}}}}}");
            assert_eq!(post(&body), 400, "{finished}");
        }
        let open = app.store().read(|r| r.controller_action(number)).unwrap().unwrap();
        assert_eq!((open.outcome, open.closed_at), (None, None));
        assert_eq!(post(&report(&format!("\"id\":\"{number}\","))), 200);
    }
}

#[test]
fn what_somebody_at_the_device_has_to_confirm_waits_for_their_yes() {
    for engine in ENGINES {
        let opened = opened(engine);
        let app = &opened.world.app;
        drop(opened.runtime.block_on(opened.client("guess").poll()));
        let token = controllers::accept(app, &operator(), "panel-1", "H-1", "").unwrap();
        let number = opened.action_that("wanted");
        let client = opened.client(&token);
        opened.runtime.block_on(async {
            let reply = client.poll().await.unwrap();
            assert!(reply.update().is_none(), "nothing is offered before the yes");
            let asked = reply.confirmation_base().expect("it asks");
            assert_eq!(asked.update_info().await.unwrap().action_id(), number.to_string());
            asked.decline().await.unwrap();
            let reply = client.poll().await.unwrap();
            assert!(reply.update().is_none(), "a no leaves it waiting");
            reply.confirmation_base().expect("it asks again").confirm().await.unwrap();
            let reply = client.poll().await.unwrap();
            assert!(reply.confirmation_base().is_none());
            let update = reply.update().expect("now it is offered").fetch().await.unwrap();
            let said = vec!["the disk is full"];
            update.send_feedback(Execution::Closed, Finished::Failure, said).await.unwrap();
        });
        let action = app.store().read(|r| r.controller_action(number)).unwrap().unwrap();
        assert_eq!(action.outcome.as_deref(), Some("error"));
        assert_eq!(action.words.as_deref(), Some("the disk is full"));
    }
}

#[test]
fn letters_that_no_database_keeps_do_no_harm() {
    for engine in ENGINES {
        let opened = opened(engine);
        let app = &opened.world.app;
        drop(opened.runtime.block_on(opened.client("guess").poll()));
        let token = controllers::accept(app, &operator(), "panel-1", "H-1", "").unwrap();
        let number = opened.action();
        let base = "/DEFAULT/controller/v1/panel-1";
        let own = format!("authorization: TargetToken {token}");
        let send = |method: &str, path: &str, body: &str| {
            opened.raw(&format!("{method} {base}{path} HTTP/1.1\r\n{own}"), body).0
        };
        for mode in ["merge", "replace", "remove"] {
            let body = format!("{{\"mode\":\"{mode}\",\"data\":{{\"a\\u0000b\":\"c\\u0000d\"}}}}");
            assert_eq!(send("PUT", "/configData", &body), 200, "{engine} {mode}");
        }
        let body = "{\"name\":\"li\\u0000nux\",\"version\":\"6\\u0000.1\"}";
        assert_eq!(send("PUT", "/installedBase", body), 201, "{engine}");
        let body = "{\"status\":{\"execution\":\"closed\",\"result\":{\"finished\":\"failure\"},\"details\":[\"\\u0000\"]}}";
        assert_eq!(send("POST", &format!("/deploymentBase/{number}/feedback"), body), 200, "{engine}");
    }
}

#[test]
fn what_is_taken_back_is_given_to_nobody_and_how_it_ended_is_still_heard() {
    for engine in ENGINES {
        let opened = opened(engine);
        let app = &opened.world.app;
        drop(opened.runtime.block_on(opened.client("guess").poll()));
        let token = controllers::accept(app, &operator(), "panel-1", "H-1", "").unwrap();
        let number = opened.action();
        let base = "/DEFAULT/controller/v1/panel-1";
        let own = format!("authorization: TargetToken {token}");
        let get = |path: &str| opened.raw(&format!("GET {base}{path} HTTP/1.1\r\n{own}"), "");
        let offered = format!("/deploymentBase/{number}");
        let file = format!("/softwaremodules/{number}/artifacts/plant-hmi_1.1_all.swu");
        assert_eq!([get(&offered).0, get(&file).0], [200, 200]);
        let intent = app.intent(&operator(), "controller.take_back", "a test");
        app.store().change(&intent, |c| Ok::<_, AppError>(c.stop_controller_action(number)?)).unwrap();
        assert_eq!([get(&offered).0, get(&file).0, get(&format!("{file}.MD5SUM")).0], [404, 404, 404]);
        assert_eq!(get(&format!("/cancelAction/{number}")).0, 200);
        let body = "{\"status\":{\"execution\":\"closed\",\"result\":{\"finished\":\"success\"}}}";
        let post = || opened.raw(&format!("POST {base}{offered}/feedback HTTP/1.1\r\n{own}"), body).0;
        assert_eq!([post(), post()], [200, 410]);
        let action = app.store().read(|r| r.controller_action(number)).unwrap().unwrap();
        assert_eq!(action.outcome.as_deref(), Some("finished"));
    }
}
