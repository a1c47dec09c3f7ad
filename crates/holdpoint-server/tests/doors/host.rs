//! The agent's own program on a Debian host: it is enrolled through the door, upgrades a package by apt, is killed in the
//! middle of it, and tells what became of it.
//!
//! The surprise: the program is built by this test, because no test of this crate gets the programs of another. It needs root
//! and what `cargo xtask test --only needs` installs, as every host of the test support does.

use crate::ENGINES;
use crate::agent::opened_on;
use crate::orders::{Bench, bench_of};
use holdpoint_testkit::hosts::{self, PatchHost};
use holdpoint_wire::command::{Command as Work, CommandName, PackageChange, PackageWork, SettingsFiles};
use holdpoint_wire::order::{Order, WayBack};
use holdpoint_wire::text::{Architecture, Hash, PackageName, PackageVersion, Words};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A newer version that takes its time, and writes down how often it was configured. `$1`: the folder.
const PACKAGE: &str = r#"
set -eu
cd "$1"; mkdir -p tree/DEBIAN tree/usr/bin
printf 'Package: plant-hmi\nVersion: 2.0\nArchitecture: all\nMaintainer: Plant <plant@example.invalid>\nDescription: a payload\n' > tree/DEBIAN/control
printf '#!/bin/sh\necho plant-hmi 2.0\n' > tree/usr/bin/plant-hmi; chmod 755 tree/usr/bin/plant-hmi
printf '#!/bin/sh\n[ "$1" = configure ] || exit 0\necho begun >> /var/lib/configured\nsleep 4\necho ended >> /var/lib/configured\n' > tree/DEBIAN/postinst
chmod 755 tree/DEBIAN/postinst
dpkg-deb --root-owner-group -Zgzip -b tree plant-hmi.deb > /dev/null
"#;

/// The agent's program, as it is built beside this test.
fn program() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "holdpoint-agent", "--bin", "holdpoint-agent"])
        .args(["--message-format", "json"])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let lines = String::from_utf8(built.stdout).unwrap();
    let executable = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        value["executable"].as_str().map(PathBuf::from)
    };
    lines.lines().rev().find_map(executable).unwrap()
}

/// A host, and the way to give it commands.
struct Guest {
    host: PatchHost,
    key: PathBuf,
}

impl Guest {
    fn command(&self, words: &str) -> Command {
        let mut ssh = Command::new("ssh");
        ssh.args(["-q", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-i"]);
        ssh.arg(&self.key).arg(format!("root@{}", self.host.address())).arg(words);
        ssh
    }

    fn run(&self, words: &str) -> String {
        let done = self.command(words).stdin(Stdio::null()).output().unwrap();
        let (said, wrong) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "`{words}`: {said}{wrong}");
        said.into_owned()
    }

    fn copy(&self, from: &Path, to: &str) {
        let bytes = std::fs::read(from).unwrap();
        let mut ssh =
            self.command(&format!("cat > {to} && chmod 755 {to}")).stdin(Stdio::piped()).spawn().unwrap();
        ssh.stdin.take().unwrap().write_all(&bytes).unwrap();
        assert!(ssh.wait().unwrap().success());
    }

    /// One round of the agent, which goes on beside us.
    fn round(&self) -> Child {
        self.command("/usr/bin/holdpoint-agent once").stdin(Stdio::null()).spawn().unwrap()
    }

    fn configured(&self) -> String {
        self.host.file("/var/lib/configured").unwrap_or_default()
    }
}

fn guest(folder: &Path) -> Guest {
    let host = hosts::host();
    let key = folder.join("login-key");
    std::fs::write(&key, host.login_key()).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let guest = Guest { host, key };
    guest.copy(&program(), "/usr/bin/holdpoint-agent");
    guest
}

fn upgrade(bench: &Bench, bytes: &[u8]) -> Order {
    let version = |text: &str| PackageVersion::new(text).unwrap();
    let change = PackageChange {
        name: PackageName::new("plant-hmi").unwrap(),
        architecture: Architecture::new("all").unwrap(),
        from: Some(version("1.0")),
        to: version("2.0"),
        install: Hash::of(bytes),
        way_back: None,
    };
    let work = PackageWork { packages: vec![change], settings: SettingsFiles::KeepOld, time_limit_s: 300 };
    let order = bench.order_of(7, ("plant-hmi.deb", bytes), Work::Deb(work));
    Order { way_back: WayBack::None(Words::cut("the test looks at the way there alone")), ..order }
}

fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(120);
    while !holds() {
        assert!(Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_agent_on_a_debian_host_upgrades_a_package_once_though_it_is_killed_in_the_middle() {
    for engine in ENGINES {
        let folder = tempfile::tempdir().unwrap();
        let guest = guest(folder.path());
        let built =
            Command::new("bash").args(["-c", PACKAGE, "package"]).arg(folder.path()).status().unwrap();
        assert!(built.success());
        let package = std::fs::read(folder.path().join("plant-hmi.deb")).unwrap();
        // The host's network has two ends: its own, and ours.
        let own = guest.host.address().strip_suffix(".2").map(|head| format!("{head}.1")).unwrap();
        let opened = opened_on(engine, "0.0.0.0:0", std::slice::from_ref(&own));
        let shown = opened.code("H-1");
        let server = format!("{own}:{}", opened.door.address.port());
        let (fingerprint, code, root) = (&opened.fingerprint, &shown.code, &shown.root);
        guest.run(&format!("holdpoint-agent enrol {server} {fingerprint} {code} {root}"));
        let unused = opened.device("unused");
        let bench = bench_of(opened, unused, ("plant-hmi.deb", &package), CommandName::Deb);
        bench.give(&upgrade(&bench, &package));
        let mut first = guest.round();
        wait_for("apt configures the package", || guest.configured() == "begun\n");
        guest.run("kill -9 $(pidof holdpoint-agent)");
        first.wait().unwrap();
        assert!(bench.kept("order.7").closed_at.is_none(), "nobody knows yet what became of it");
        // While apt still runs, and again when it has ended.
        wait_for("the order is closed", || {
            guest.round().wait().unwrap();
            bench.kept("order.7").closed_at.is_some()
        });
        let kept = bench.kept("order.7");
        assert_eq!(kept.outcome.as_deref(), Some("done"), "{engine}: {kept:?}");
        assert_eq!(guest.configured(), "begun\nended\n", "{engine}: it was configured once");
        assert_eq!(
            guest.run("dpkg-query -W -f '${Version} ${Status}' plant-hmi"),
            "2.0 install ok installed"
        );
        assert_eq!(guest.run("plant-hmi"), "plant-hmi 2.0\n");
        let status = guest.run("dpkg --audit");
        assert_eq!(status, "", "{engine}: nothing is left half done");
    }
}
