//! Debian's own `swupdate`, as a daemon that asks the door: it fetches a signed image, installs it, and says so.
//!
//! The program and what it needs are unpacked below the folder for temporary files, once a machine; nothing is installed. The
//! surprise: this client reports its success only when it is started again and told that the new software runs.

use crate::ddi::opened_with;
use crate::{ENGINES, operator};
use holdpoint_app::{AppError, controllers};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Unpacks `swupdate` with the libraries that this machine does not have. `$1`: the folder.
const UNPACK: &str = r#"
set -eu
mkdir -p "$1"; cd "$1"
exec 9> lock; flock 9
[ -e ready ] && exit 0
mkdir -p packages root
cd packages
for package in $(apt-get -s install swupdate | sed -n 's/^Inst \([^ ]*\) .*/\1/p'); do apt-get download -q "$package" >&2; done
cd ..
for package in packages/*.deb; do dpkg-deb -x "$package" root; done
test -x root/usr/bin/swupdate
touch ready
"#;

/// Writes the description of the image and signs it. `$1`: the folder; `$2`: where the file is to be put.
const SIGN: &str = r#"
set -eu
cd "$1"
openssl req -x509 -newkey rsa:2048 -nodes -keyout signer.key -out signer.pem -days 30 -subj /CN=plant \
    -addext extendedKeyUsage=emailProtection 2> /dev/null
sum=$(sha256sum panel.conf | cut -d' ' -f1)
cat > sw-description <<X
software = { version = "1.1"; hardware-compatibility: [ "1.0" ];
  files: ( { filename = "panel.conf"; path = "$2"; type = "rawfile"; sha256 = "$sum"; } ); }
X
openssl cms -sign -in sw-description -out sw-description.sig -signer signer.pem -inkey signer.key -outform DER -nosmimecap -binary
"#;

const NEW: &str = "screen = 3\n";

fn bash(script: &str, arguments: &[&Path]) {
    let done = Command::new("bash").args(["-c", script, "a test"]).args(arguments).output().unwrap();
    assert!(
        done.status.success(),
        "this needs openssl, and Debian's package `swupdate` at the archive that this machine uses (`apt-get update`)\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// Where `swupdate` lies unpacked.
fn unpacked() -> PathBuf {
    let folder = std::env::temp_dir().join("holdpoint-swupdate-1");
    if !folder.join("ready").is_file() {
        bash(UNPACK, &[&folder]);
    }
    folder.join("root")
}

/// An archive as `cpio -H crc` makes it.
fn archive(folder: &Path, names: &[&str]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut put = |number: usize, name: &str, data: &[u8]| {
        let sum = data.iter().map(|byte| u32::from(*byte)).fold(0, u32::wrapping_add) as usize;
        all.extend_from_slice(b"070702");
        let fields = [number, 0o100_644, 0, 0, 1, 0, data.len(), 0, 0, 0, 0, name.len() + 1, sum];
        for field in fields {
            all.extend_from_slice(format!("{field:08X}").as_bytes());
        }
        all.extend_from_slice(name.as_bytes());
        all.push(0);
        all.resize(all.len().next_multiple_of(4), 0);
        all.extend_from_slice(data);
        all.resize(all.len().next_multiple_of(4), 0);
    };
    for (number, name) in (1..).zip(names) {
        put(number, name, &std::fs::read(folder.join(name)).unwrap());
    }
    put(0, "TRAILER!!!", b"");
    all.resize(all.len().next_multiple_of(512), 0);
    all
}

/// The daemon; it is ended with its handle.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        // Asked to end, it ends its own children too.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Starts the daemon; `words` go to its talk with the server.
fn daemon(folder: &Path, door: &str, words: &str) -> Daemon {
    let root = unpacked();
    let libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map(|path| root.join(path));
    let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).unwrap();
    let talk = format!("-t DEFAULT -u http://{door} -i panel-1 -p 2 {words}");
    let child = Command::new(root.join("usr/bin/swupdate"))
        .args(["-v", "-H", "plant:1.0", "-k", "signer.pem", "-u", &talk])
        .current_dir(folder)
        .env("LD_LIBRARY_PATH", std::env::join_paths(libraries).unwrap())
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    Daemon(child)
}

fn wait_for(folder: &Path, what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(120);
    while !holds() {
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        let end: Vec<&str> = log.lines().rev().take(30).collect();
        assert!(Instant::now() < until, "{what}: {end:#?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn swupdate_installs_a_signed_image_and_the_action_is_closed_as_a_success() {
    for engine in ENGINES {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        std::fs::write(at.join("panel.conf"), NEW).unwrap();
        let place = at.join("installed.conf");
        bash(SIGN, &[at, &place]);
        let image = archive(at, &["sw-description", "sw-description.sig", "panel.conf"]);
        let opened = opened_with(engine, &image);
        let app = &opened.world.app;
        let door = opened.door.address.to_string();
        // It shows up with a token of its own, and waits until a person knows it.
        let stranger = daemon(at, &door, "-k guess");
        let known = || app.store().read(|r| r.controller("panel-1")).unwrap();
        wait_for(at, "it shows up", || known().is_some());
        drop(stranger);
        let token = controllers::accept(app, &operator(), "panel-1", "H-1", "seen at the panel").unwrap();
        let number = opened.action();
        let action = || app.store().read(|r| r.controller_action(number)).unwrap().unwrap();
        let running = daemon(at, &door, &format!("-k {token}"));
        let log = || std::fs::read_to_string(at.join("log")).unwrap();
        wait_for(at, "it installs", || log().contains("SWUPDATE successful") && place.is_file());
        assert_eq!(std::fs::read_to_string(&place).unwrap(), NEW);
        let told = || app.store().read(|r| r.controller_statuses(number, 100)).unwrap();
        wait_for(at, "it tells", || told().iter().any(|(_, status, _)| status == "proceeding"));
        assert!(action().closed_at.is_none(), "installed is not yet running");
        drop(running);
        let again = daemon(at, &door, &format!("-k {token} -c 2"));
        wait_for(at, "it says that the new one runs", || action().closed_at.is_some());
        drop(again);
        assert_eq!(action().outcome.as_deref(), Some("finished"), "{engine}: {:?}", told());
    }
}

#[test]
fn an_image_that_another_key_has_signed_is_not_installed_and_the_action_is_closed_as_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("panel.conf"), NEW).unwrap();
    let place = at.join("installed.conf");
    bash(SIGN, &[at, &place]);
    let image = archive(at, &["sw-description", "sw-description.sig", "panel.conf"]);
    // The key that the device knows is another one from here on.
    bash(SIGN, &[at, &place]);
    let opened = opened_with("sqlite", &image);
    let app = &opened.world.app;
    controllers::show_up(app, "panel-1", "127.0.0.1")
        .map(drop)
        .unwrap_or_else(|why: AppError| panic!("{why}"));
    let token = controllers::accept(app, &operator(), "panel-1", "H-1", "seen at the panel").unwrap();
    let number = opened.action();
    let action = || app.store().read(|r| r.controller_action(number)).unwrap().unwrap();
    let running = daemon(at, &opened.door.address.to_string(), &format!("-k {token}"));
    wait_for(at, "it refuses", || action().closed_at.is_some());
    drop(running);
    assert_eq!(action().outcome.as_deref(), Some("error"));
    assert!(!place.exists());
}
