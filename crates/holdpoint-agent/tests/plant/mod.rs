#![expect(dead_code, reason = "each test file uses its part of the device")]
//! A device for the tests: a real Debian root file system, a server's keys, and a folder that carries papers.
//!
//! The root is the machine's own, under an overlay in memory, in a mount namespace of its own: real dpkg, real apt, and
//! nothing that is done reaches the machine. dpkg's list is cut to what dpkg and apt themselves need. Where the machine
//! cannot do that (no Debian, no right to mount), [`Device::new`] says so on standard error and gives nothing.

use holdpoint_wire::command::CommandName;
use holdpoint_wire::command::{Command as Template, PackageChange, PackageWork, ScriptWork, SettingsFiles};
use holdpoint_wire::enrol::EnrolAnswer;
use holdpoint_wire::envelope::{Envelope, KeySet, Signer, sign};
use holdpoint_wire::image::{Approved, ApprovedFile, Image, Place};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::moment::Moment;
use holdpoint_wire::order::{Artifact, Needs, Order, WayBack, Window};
use holdpoint_wire::poll::{InventoryWish, PollAnswer};
use holdpoint_wire::progress::{Event, Outcome, Progress, Step};
use holdpoint_wire::root::Root;
use holdpoint_wire::text::{Architecture, FileName, Hash, Id, PackageName, PackageVersion};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub fn id(text: &str) -> Id {
    Id::new(text).expect("an id")
}

pub fn version(text: &str) -> PackageVersion {
    PackageVersion::new(text).expect("a version")
}

/// The device, and everything around it.
pub struct Device {
    folder: TempDir,
    holder: Child,
    pub image_version: u64,
    pub files: BTreeMap<String, Artifact>,
    pub counter: u64,
    /// Where the image approves that a file is put.
    pub place: Option<Place>,
    /// How the image says that a script runs.
    pub script: Option<ScriptWork>,
    /// The scripts that the image names.
    pub scripts: Vec<Hash>,
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

const BUILD: &str = r#"
set -e
mount --make-rprivate /
mkdir -p "$W/ram" "$W/stick" "$W/state" && mount -t tmpfs tmpfs "$W/ram"
mkdir "$W/ram/u" "$W/ram/w" "$W/ram/r"
mount -t overlay overlay -o "lowerdir=/,upperdir=$W/ram/u,workdir=$W/ram/w" "$W/ram/r"
R="$W/ram/r"
mount --bind /proc "$R/proc"
mount --rbind /dev "$R/dev"
mount -t tmpfs tmpfs "$R/run"
mkdir -p "$R/var/lib/holdpoint-agent" "$R/stick" "$R/etc/holdpoint-agent/scripts"
chmod 700 "$W/state"
mount --bind "$W/state" "$R/var/lib/holdpoint-agent"
mount --bind "$W/stick" "$R/stick"
cp "$AGENT" "$R/usr/local/bin/holdpoint-agent"
cp "$W/status" "$R/var/lib/dpkg/status"
rm -rf "$R/var/lib/dpkg/triggers" "$R/var/lib/dpkg/updates" "$R/var/lib/apt/lists" "$R/var/lib/apt/extended_states"
mkdir -p "$R/var/lib/dpkg/triggers" "$R/var/lib/dpkg/updates" "$R/var/lib/apt/lists/partial"
rm -rf "$R/etc/apt/sources.list" "$R/etc/apt/sources.list.d" "$R/etc/apt/apt.conf.d" "$R/etc/apt/preferences.d"
mkdir -p "$R/etc/apt/sources.list.d" "$R/etc/apt/apt.conf.d" "$R/etc/apt/preferences.d"
: > "$R/etc/apt/sources.list"
: > "$R/var/log/dpkg.log"
echo ready > "$W/ready"
exec sleep 100000
"#;

impl Device {
    /// Builds one, enrolled, with `hp-demo` 1.0 installed; `None` where the machine cannot.
    pub fn new() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let why_not =
            |why: &str| eprintln!("not checked: {why}; no real Debian root can be made on this machine");
        let Ok(status) = fs::read_to_string("/var/lib/dpkg/status") else {
            why_not("there is no dpkg");
            return None;
        };
        fs::write(folder.path().join("status"), needed(&status)).expect("the list is written");
        let holder = Command::new("unshare")
            .args(["--mount", "sh", "-c", BUILD])
            .env("W", folder.path())
            .env("AGENT", env!("CARGO_BIN_EXE_holdpoint-agent"))
            .stdin(Stdio::null())
            .spawn();
        let Ok(mut holder) = holder else {
            why_not("`unshare` cannot be started");
            return None;
        };
        while !folder.path().join("ready").exists() {
            if holder.try_wait().expect("it can be waited for").is_some() {
                why_not("an overlay cannot be mounted");
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut device = Self {
            folder,
            holder,
            files: BTreeMap::new(),
            counter: 0,
            image_version: 1,
            place: None,
            script: None,
            scripts: Vec::new(),
        };
        fs::create_dir_all(device.stick().join("files")).expect("a folder");
        device.build_packages();
        let old = device.files["1.0"].sha256.clone();
        let installed = device.inside(&["dpkg", "--install", &format!("/stick/files/{old}")]);
        assert!(installed.0, "{}", installed.1);
        // The shorter list makes dpkg run triggers once.
        let whole = device.inside(&["dpkg", "--configure", "--pending"]);
        assert!(whole.0, "{}", whole.1);
        device.enrol();
        Some(device)
    }

    pub fn stick(&self) -> PathBuf {
        self.folder.path().join("stick")
    }

    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// The lines of the agent's journal, as JSON; a broken journal is an error.
    pub fn journal(&self) -> String {
        let (ended_well, said) = self.inside(&["holdpoint-agent", "journal"]);
        assert!(ended_well, "{said}");
        said
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--mount=/proc/{}/ns/mnt", self.holder.id()));
        command.arg("chroot").arg(self.folder.path().join("ram/r")).args(words).stdin(Stdio::null());
        command
    }

    /// Runs a program on the device; whether it ended well, and what it said.
    pub fn inside(&self, words: &[&str]) -> (bool, String) {
        let output = self.command(words).output().expect("it can be started");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    /// One round of the agent.
    pub fn once(&self) -> (bool, String) {
        self.inside(&["holdpoint-agent", "once", "/stick"])
    }

    /// A round of the agent that can be killed.
    pub fn start_once(&self) -> Child {
        let mut command = self.command(&["holdpoint-agent", "once", "/stick"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it can be started")
    }

    /// Rounds until the order is closed; every event about it.
    pub fn until_closed(&self, order: &Order) -> Vec<Event> {
        for _ in 0..10 {
            let (ended_well, said) = self.once();
            assert!(ended_well, "{said}");
            let events = self.events(&order.order);
            if events.iter().any(|event| event.step == Step::Order) {
                return events;
            }
        }
        panic!("the order is never closed: {:?}", self.events(&order.order));
    }

    /// Every event about an order that was reported, once each.
    pub fn events(&self, order: &Id) -> Vec<Event> {
        let mut events = BTreeMap::new();
        let reports = fs::read_dir(self.stick().join("results")).into_iter().flatten().flatten();
        for report in reports.filter(|file| file.file_name() != "inventory.json") {
            // One that a killed agent was just writing has another name and is left out.
            if report.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let bytes = fs::read(report.path()).expect("a report");
            let progress: Progress = message::read(&bytes).expect("a report as agreed");
            events.extend(progress.events.into_iter().map(|event| (event.seq, event)));
        }
        events.into_values().filter(|event| event.order.as_ref() == Some(order)).collect()
    }

    /// What dpkg says of a package: version and state.
    pub fn installed(&self, name: &str) -> String {
        let (_, said) = self.inside(&["dpkg-query", "-W", "-f=${Version} ${db:Status-Abbrev}", name]);
        said.trim().to_owned()
    }

    pub fn dpkg_log(&self) -> String {
        self.inside(&["cat", "/var/log/dpkg.log"]).1
    }

    fn enrol(&self) {
        let keys = keys();
        let answer = EnrolAnswer {
            version: VersionOne,
            site: id("nord"),
            asset: id("hmi-7"),
            class: id("hmi"),
            certificates: String::new(),
            root: sign(&root(), &[&keys.0, &keys.1]),
            poll_every_s: 300,
            server_time: now(),
        };
        fs::write(self.stick().join("enrol.json"), message::write(&answer)).expect("the answer is written");
        let hash = Hash::of(answer.root.text.as_bytes());
        let (ended_well, said) =
            self.inside(&["holdpoint-agent", "adopt", "/stick/enrol.json", hash.as_str()]);
        assert!(ended_well, "{said}");
    }

    /// Puts papers on the stick: the image of everything that was built, and these orders.
    pub fn hand_over(&self, orders: &[&Order]) {
        let keys = keys();
        let signed = orders.iter().map(|order| sign(*order, &[&keys.2])).collect();
        self.hand_over_papers(Some(sign(&self.image(), &[&keys.0, &keys.1])), signed);
    }

    pub fn hand_over_papers(&self, image: Option<Envelope>, orders: Vec<Envelope>) {
        let answer = PollAnswer {
            version: VersionOne,
            server_time: now(),
            ask_again_s: 300,
            roots: vec![],
            image,
            orders,
            inventory: InventoryWish::NotNeeded,
        };
        fs::write(self.stick().join("answer.json"), message::write(&answer)).expect("the answer is written");
    }

    pub fn image(&self) -> Image {
        use CommandName::{Deb, File, Restart, Rpm, Script, WayBack};
        let approve =
            |file: &Artifact| ApprovedFile { sha256: file.sha256.clone(), size_bytes: file.size_bytes };
        Image {
            version: VersionOne,
            site: id("nord"),
            class: id("hmi"),
            image_version: self.image_version,
            expires_at: now().plus_seconds(90 * 86_400),
            entries: vec![Approved {
                patch: id("hp-demo"),
                commands: vec![Deb, File, Restart, Rpm, Script, WayBack],
                files: self.files.values().map(approve).collect(),
                scripts: self.scripts.clone(),
                place: self.place.clone(),
                script: self.script.clone(),
            }],
        }
    }

    /// An order with any template, in a window that is open now.
    pub fn order(&mut self, command: Template) -> Order {
        self.counter += 1;
        let now = now();
        let used: BTreeSet<Hash> = command.files().into_iter().cloned().collect();
        let artifacts = self.files.values().filter(|file| used.contains(&file.sha256)).cloned().collect();
        Order {
            version: VersionOne,
            site: id("nord"),
            asset: id("hmi-7"),
            order: id(&format!("order-{}", self.counter)),
            counter: self.counter,
            patch: id("hp-demo"),
            image_version: self.image_version,
            issued_at: now,
            expires_at: now.plus_seconds(86_400),
            window: Window {
                starts_at: now.plus_seconds(-60),
                last_start_at: now.plus_seconds(3_600),
                ends_at: now.plus_seconds(7_200),
            },
            artifacts,
            command,
            needs: Needs::default(),
            notice: None,
            way_back: WayBack::Automatic,
        }
    }

    /// `hp-demo` from one version to another.
    pub fn upgrade(&mut self, from: &str, to: &str, time_limit_s: u32) -> Order {
        let work = PackageWork {
            packages: vec![PackageChange {
                name: PackageName::new("hp-demo").expect("a name"),
                architecture: Architecture::new("all").expect("an architecture"),
                from: Some(version(from)),
                to: version(to),
                install: self.files[to].sha256.clone(),
                way_back: Some(self.files[from].sha256.clone()),
            }],
            settings: SettingsFiles::KeepOld,
            time_limit_s,
        };
        self.order(Template::Deb(work))
    }

    /// Puts a file on the stick, approved under a name.
    pub fn add_file(&mut self, name: &str, bytes: &[u8]) -> Hash {
        let hash = Hash::of(bytes);
        fs::write(self.stick().join("files").join(hash.as_str()), bytes).expect("a file");
        let artifact = Artifact {
            name: FileName::new(format!("file-{name}")).expect("a name"),
            size_bytes: bytes.len() as u64,
            sha256: hash.clone(),
        };
        self.files.insert(name.to_owned(), artifact);
        hash
    }

    fn build_packages(&mut self) {
        for (version, script, body, more) in [
            ("1.0", "postinst", "exit 0", ""),
            ("1.1", "postinst", "sleep 0.15; exit 0", ""),
            ("1.2", "postinst", "echo no >&2; exit 1", ""),
            ("1.3", "preinst", "echo never >&2; exit 1", ""),
            ("1.4", "postinst", "touch /run/reboot-required; echo hp-demo >> /run/reboot-required.pkgs", ""),
            ("1.5", "postinst", "sleep 3600", ""),
            ("1.6", "postinst", "exit 0", "Depends: hp-more"),
            ("1.7", "postinst", "exit 0", "Conflicts: tar"),
        ] {
            let bytes = package(self.folder.path(), version, (script, body), more, "/usr/share/hp-demo/text");
            self.add_file(version, &bytes);
        }
        let bytes =
            package(self.folder.path(), "1.8", ("postinst", "exit 0"), "", "/var/lib/holdpoint-agent/x");
        self.add_file("1.8", &bytes);
    }
}

/// One package with a file, a settings file and a script.
fn package(folder: &Path, version: &str, (script, body): (&str, &str), more: &str, file: &str) -> Vec<u8> {
    let tree = folder.join(format!("deb-{version}"));
    let write = |path: &str, text: &str| {
        let path = tree.join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    };
    let more = if more.is_empty() { String::new() } else { format!("{more}\n") };
    write(
        "DEBIAN/control",
        &format!(
            "Package: hp-demo\nVersion: {version}\nArchitecture: all\nMaintainer: Test <test@example.invalid>\n\
             {more}Description: a package for tests\n"
        ),
    );
    write("DEBIAN/conffiles", "/etc/hp-demo.conf\n");
    write("etc/hp-demo.conf", &format!("version = {version}\n"));
    write(file, version);
    let script = write(&format!("DEBIAN/{script}"), &format!("#!/bin/sh\n{body}\n"));
    let made = Command::new("chmod").arg("755").arg(&script).status().expect("it can be started");
    assert!(made.success());
    let deb = folder.join(format!("{version}.deb"));
    let built = Command::new("dpkg-deb")
        .args(["--root-owner-group", "-Zgzip", "--build"])
        .arg(&tree)
        .arg(&deb)
        .output();
    let built = built.expect("dpkg-deb can be started");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    fs::read(&deb).expect("the package")
}

/// The paragraphs of dpkg's list that dpkg and apt need, with all they depend on.
fn needed(status: &str) -> String {
    let field = |paragraph: &str, name: &str| {
        let line = paragraph.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.map(str::to_owned).unwrap_or_default()
    };
    let paragraphs: BTreeMap<String, &str> = status
        .split("\n\n")
        .filter(|p| p.contains("ok installed"))
        .map(|p| (field(p, "Package"), p))
        .collect();
    let mut wanted: Vec<String> = ["dpkg", "apt", "base-files"].map(str::to_owned).into();
    wanted.extend(
        paragraphs.iter().filter(|(_, p)| field(p, "Essential") == "yes").map(|(name, _)| name.clone()),
    );
    let mut taken = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        let Some(paragraph) = paragraphs.get(&name) else {
            let provides = |p: &&str| {
                let provided = field(p, "Provides");
                provided.split(',').any(|one| one.split_whitespace().next() == Some(name.as_str()))
            };
            let provider = paragraphs.iter().find(|(_, p)| provides(p));
            wanted.extend(provider.map(|(name, _)| name.clone()).filter(|name| !taken.contains(name)));
            continue;
        };
        if taken.insert(name) {
            let on = format!("{}, {}", field(paragraph, "Pre-Depends"), field(paragraph, "Depends"));
            // Every alternative that is there; more than needed does no harm.
            let names =
                on.split([',', '|']).filter_map(|one| one.split_whitespace().next().map(str::to_owned));
            wanted.extend(names.map(|name| name.split(':').next().unwrap_or_default().to_owned()));
        }
    }
    taken.iter().map(|name| format!("{}\n\n", paragraphs[name].trim())).collect()
}

/// Two people with image keys, and the server.
pub fn keys() -> (Signer, Signer, Signer) {
    let key = |n| Signer::from_seed(&[n; 32]);
    (key(1), key(2), key(4))
}

pub fn root() -> Root {
    let (anna, ben, server) = keys();
    Root {
        version: VersionOne,
        site: id("nord"),
        root_version: 1,
        expires_at: now().plus_seconds(400 * 86_400),
        image: KeySet { threshold: 2, keys: vec![anna.public(), ben.public()] },
        order: KeySet { threshold: 1, keys: vec![server.public()] },
    }
}

pub fn now() -> Moment {
    holdpoint_agent::edge::now()
}

/// The steps and outcomes of events, for comparing.
pub fn shape(events: &[Event]) -> Vec<(Step, Outcome)> {
    events.iter().map(|event| (event.step, event.outcome)).collect()
}
