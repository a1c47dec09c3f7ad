//! The agents of the story: papers that people sign, enrolment over the real door, and processes that are killed and come back.

use crate::plant::{OLD, PATCH, Plant, has_agent};
use holdpoint_app::agents::{self, ImageProposal, RootProposal};
use holdpoint_app::patches::files::{self, NewFile};
use holdpoint_app::store::patch::NewPatches;
use holdpoint_app::{App, AppError, Caller};
use holdpoint_domain::patch::{PatchRecord, PatchSource, ScanResult};
use holdpoint_testkit::hosts::{self, PatchHost};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Where the program is on a host.
const PROGRAM: &str = "/usr/local/bin/holdpoint";
/// The class of devices that the image is for.
const CLASS: &str = "hmi";

fn operator() -> Caller {
    Caller::operator("story")
}

/// The patch and the version before it in the catalogue, with their files.
pub fn catalogue(app: &App) {
    let records = [OLD, PATCH].map(|name| PatchRecord {
        identifier: name.to_owned(),
        title: name.to_owned(),
        ..PatchRecord::of("Plant".to_owned())
    });
    let intent = app.intent(&operator(), "patch.read-repository", "a story");
    let put = app.store().change(&intent, |c| {
        let (at, records) = (c.at(), records.iter().collect::<Vec<_>>());
        let new = NewPatches { source: PatchSource::Apt, document: "plant", records: &records };
        c.put_patches(&[new], at)?;
        Ok::<_, AppError>(())
    });
    put.unwrap();
    for (name, version) in [(OLD, "1.0"), (PATCH, "1.1")] {
        let (file, bytes) = hosts::package(version);
        let file = NewFile {
            name: file,
            bytes,
            expected_sha256: String::new(),
            origin: "the plant's own repository".into(),
            scan: ScanResult::Clean,
            scanner: "a scanner".into(),
            scanned_at: Some(app.now()),
        };
        files::add(app, &operator(), name, &file, "").unwrap();
    }
}

/// A root and an image, each signed by two people.
pub fn papers(app: &App) {
    let keys = [1, 2].map(|n| agents::person_key(&[n; 32]));
    let put = |mut bytes: Vec<u8>| {
        for (secret, _) in &keys {
            bytes = agents::sign_paper(&bytes, secret).unwrap();
        }
        agents::put_paper(app, &operator(), &bytes, "signed by those who hold the keys").unwrap();
    };
    let root = RootProposal {
        site: "North".into(),
        image_keys: keys.iter().map(|(_, public)| public.clone()).collect(),
        threshold: 2,
        days: 700,
    };
    put(agents::write(&agents::make_root(app, &operator(), &root).unwrap()));
    let image = ImageProposal {
        site: "North".into(),
        class: CLASS.into(),
        patches: vec![PATCH.to_owned()],
        without: Vec::new(),
        places: vec![],
        scripts: vec![],
        days: 90,
    };
    put(agents::write(&agents::make_image(app, &operator(), &image).unwrap()));
}

/// The agent processes of a plant.
pub struct Agents {
    running: Vec<(usize, Child)>,
}

impl Agents {
    /// Enrols every host that is to have an agent, each with a code of its own; none runs yet. The server must be up.
    pub fn enrolled(plant: &Plant) -> Self {
        for number in (1..=plant.hosts.len()).filter(|number| has_agent(*number)) {
            enrol(plant, number);
        }
        Self { running: Vec::new() }
    }

    /// Starts those that do not run.
    pub fn keep_running(&mut self, plant: &Plant) {
        self.running.retain_mut(|(_, child)| child.try_wait().unwrap().is_none());
        for number in (1..=plant.hosts.len()).filter(|number| has_agent(*number)) {
            if !self.running.iter().any(|(running, _)| *running == number) {
                self.running.push((number, run(&plant.hosts[number - 1])));
            }
        }
    }

    /// Ends the agent of one host at once; what it has begun lives on or not, as it may be.
    pub fn kill(&mut self, plant: &Plant, number: usize) {
        plant.hosts[number - 1].kill(PROGRAM);
    }
}

impl Drop for Agents {
    fn drop(&mut self) {
        for (_, child) in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn enrol(plant: &Plant, number: usize) {
    let host = &plant.hosts[number - 1];
    let tag = format!("H-{number:02}");
    let shown = agents::make_code(&plant.app, &operator(), &tag, (CLASS, 1), "a story").unwrap();
    let server = format!("{}:{}", host.outside(), plant.door);
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let asked = host
            .command(PROGRAM)
            .args(["agent", "enrol", &server, "--fingerprint", shown.fingerprint.as_str()])
            .args(["--code", &shown.code, "--root", shown.root.as_str()])
            .output()
            .unwrap();
        if asked.status.success() {
            println!("{tag}: {}", String::from_utf8_lossy(&asked.stdout).trim());
            return;
        }
        let why = String::from_utf8_lossy(&asked.stderr).into_owned();
        assert!(
            Instant::now() < until && why.contains("cannot reach"),
            "{tag} is not enrolled: {why}\n{}",
            plant.said()
        );
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn run(host: &PatchHost) -> Child {
    let mut command = host.command(PROGRAM);
    command.args(["agent", "run"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}
