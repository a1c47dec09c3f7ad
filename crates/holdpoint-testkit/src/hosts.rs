//! Debian hosts that can really be patched: a root file system of their own, a network of their own, real sshd, real apt with
//! a signed repository of our own making.
//!
//! [`host`] starts one; it is gone with its handle. The root file system is built once a machine and kept in the system's
//! folder for temporary files; each host writes into a layer of its own. It needs root, and the programs that
//! `cargo xtask test --only needs` installs; what is missing is a panic that says so. The package `plant-hmi` is there in
//! these versions: 1.0 is installed, 1.1 is good, 1.2 fails when it is configured, 1.3 refuses, 1.4 wants a restart, 1.5 never
//! ends, 1.6 leaves an account behind that nobody planned.
//!
//! A host has a name of its own for each start of its system, where programs look for it; `reboot` gives it another one.
//!
//! The surprise: a host ends when the test process ends, however it ends, because a small shell waits for its input to close.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Raised when the root file system is built differently.
const EDITION: &str = "holdpoint-hosts-2";

/// Builds the root file system, the packages and the keys. `$1`: the folder.
const BUILD: &str = r#"
set -eu
cd "$1"
exec 9> lock; flock 9
[ -e ready ] && exit 0
rm -rf root repo gnupg key key.pub; mkdir -p repo; mkdir -m 700 gnupg
export GNUPGHOME="$1/gnupg" LC_ALL=C
gpg --batch --quiet --passphrase '' --quick-gen-key 'Plant Repository <repo@example.invalid>' rsa2048 sign 0
package() {
    d=$(mktemp -d); mkdir -p "$d/DEBIAN" "$d/usr/bin" "$d/etc/plant-hmi"
    printf 'Package: plant-hmi\nVersion: %s\nArchitecture: all\nMaintainer: Plant <plant@example.invalid>\nDescription: a payload\n' "$1" > "$d/DEBIAN/control"
    printf '#!/bin/sh\necho plant-hmi %s\n' "$1" > "$d/usr/bin/plant-hmi"; chmod 755 "$d/usr/bin/plant-hmi"
    echo "screen = 1" > "$d/etc/plant-hmi/screen.conf"; echo /etc/plant-hmi/screen.conf > "$d/DEBIAN/conffiles"
    [ -z "${3:-}" ] || { printf '#!/bin/sh\n%s\n' "$3" > "$d/DEBIAN/$2"; chmod 755 "$d/DEBIAN/$2"; }
    dpkg-deb --root-owner-group -Zgzip -b "$d" "repo/plant-hmi_$1_all.deb" > /dev/null; rm -rf "$d"
}
package 1.0
package 1.1
package 1.2 postinst 'echo "it cannot be configured" >&2; exit 1'
package 1.3 preinst '[ "$1" = upgrade ] || [ "$1" = install ] || exit 0; echo "it refuses" >&2; exit 1'
package 1.4 postinst 'touch /run/reboot-required; echo plant-hmi >> /run/reboot-required.pkgs'
package 1.5 postinst 'sleep 3600'
package 1.6 postinst 'useradd --shell /bin/sh visitor'
cd repo
apt-ftparchive packages . > Packages; gzip -kf Packages
apt-ftparchive -o APT::FTPArchive::Release::Origin=Plant -o APT::FTPArchive::Release::Suite=plant -o APT::FTPArchive::Release::Codename=plant release . > Release
gpg --batch --yes --quiet --clearsign -o InRelease Release
cd ..
mirror=$(apt-get indextargets --format '$(SITE)' "Created-By: Packages" | grep -v security | head -n 1)
mmdebstrap --quiet --variant=minbase --include=openssh-server,iproute2,procps,sudo bookworm root "$mirror"
ssh-keygen -q -t ed25519 -N '' -f key -C plant
mkdir -p -m 700 root/root/.ssh; cp key.pub root/root/.ssh/authorized_keys; chmod 600 root/root/.ssh/authorized_keys
gpg --batch --quiet --export > root/usr/share/keyrings/plant.gpg
mkdir -p root/srv; cp -r repo root/srv/repo
chmod 755 root/srv root/srv/repo; chmod 644 root/srv/repo/* root/usr/share/keyrings/plant.gpg
rm -rf root/etc/apt/sources.list root/etc/apt/sources.list.d/* root/var/lib/apt/lists/* root/etc/ssh/ssh_host_*
echo 'deb [signed-by=/usr/share/keyrings/plant.gpg] copy:/srv/repo ./' > root/etc/apt/sources.list
chroot root apt-get -q update > build.log 2>&1
chroot root apt-get -q -y install plant-hmi=1.0 >> build.log 2>&1
chroot root useradd -m -s /bin/sh engineer; echo 'engineer ALL=(root) NOPASSWD: ALL' > root/etc/sudoers.d/engineer
chroot root su engineer -c 'mkdir -m 700 ~/.ssh; cat > ~/.ssh/authorized_keys' < key.pub
touch ready
"#;

/// Starts a host and waits until its input ends. `$1`: the folder, `$2`: the layer, `$3`: its name, `$4`, `$5`: its network,
/// `$6`: a program of this machine that it gets as `/usr/local/bin/holdpoint`, or nothing, `$7`: how it restarts.
const KEEPER: &str = r#"
set -u
base=$1 layer=$2 name=$3 net=$4 link=$5 program=$6 reboot=$7
mkdir -p "$layer/upper" "$layer/work" "$layer/root"
ip netns add "$name" || exit 1
ip link add "$link" type veth peer name inside netns "$name" || exit 1
ip addr add "$net.1/24" dev "$link"; ip link set "$link" up
ip -n "$name" addr add "$net.2/24" dev inside; ip -n "$name" link set inside up; ip -n "$name" link set lo up
ip netns exec "$name" unshare --mount --pid --uts --ipc --fork --kill-child sh -c '
    mount --make-rprivate /
    mount -t overlay overlay -o "lowerdir=$1/root,upperdir=$2/upper,workdir=$2/work" "$2/root" || exit 1
    r=$2/root
    mount -t proc proc "$r/proc"; mount -t tmpfs tmpfs "$r/run"; mkdir -p "$r/run/sshd"
    mount -t tmpfs -o mode=755 tmpfs "$r/dev"
    for n in null zero random urandom tty; do touch "$r/dev/$n"; mount --bind "/dev/$n" "$r/dev/$n"; done
    mkdir -p "$r/dev/pts" "$r/dev/shm"; mount -t devpts -o newinstance,ptmxmode=0666 devpts "$r/dev/pts"; ln -s pts/ptmx "$r/dev/ptmx"
    cat /proc/sys/kernel/random/uuid > "$r/run/start"; mount --bind "$r/run/start" "$r/proc/sys/kernel/random/boot_id"
    printf %s "$5" > "$r/usr/sbin/reboot"; chmod 755 "$r/usr/sbin/reboot"
    hostname "$3"
    [ -z "$4" ] || { touch "$r/usr/local/bin/holdpoint"; mount --bind "$4" "$r/usr/local/bin/holdpoint"; }
    [ -e "$r/etc/ssh/ssh_host_ed25519_key" ] || chroot "$r" ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
    exec chroot "$r" /usr/sbin/sshd -D -e -o MaxStartups=100 -o HostKey=/etc/ssh/ssh_host_ed25519_key
' sh "$base" "$layer" "$name" "$program" "$reboot" > "$layer/sshd.log" 2>&1 < /dev/null &
running=$!
disown
read -r nothing
kill -9 "$running" 2>/dev/null
for process in $(ip netns pids "$name" 2>/dev/null); do kill -9 "$process" 2>/dev/null; done
while kill -0 "$running" 2>/dev/null; do sleep 0.05; done
ip netns del "$name" 2>/dev/null
ip link del "$link" 2>/dev/null
[ "${nothing:-}" = keep ] || rm -rf "$layer"
"#;

/// How a host restarts: it shares the kernel of this machine, so every process but its first ends, what lives in `/run` for one
/// start is gone, and the start has another name. With the file `/etc/no-restart` it refuses.
const REBOOT: &str = r#"#!/bin/sh
[ -e /etc/no-restart ] && { echo "the restart is refused" >&2; exit 1; }
kill -9 -1 2> /dev/null
rm -f /run/reboot-required /run/reboot-required.pkgs
cat /proc/sys/kernel/random/uuid > /run/start
"#;

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A host that runs.
#[derive(Debug)]
pub struct PatchHost {
    name: String,
    network: String,
    link: String,
    base: PathBuf,
    layer: PathBuf,
    program: Option<PathBuf>,
    keeper: Option<(Child, ChildStdin)>,
}

/// Starts a host.
///
/// # Panics
/// When this machine cannot have one; the message says what is missing.
#[must_use]
pub fn host() -> PatchHost {
    host_of(None)
}

/// Starts a host on which a program of this machine is `/usr/local/bin/holdpoint`.
///
/// # Panics
/// As [`host`].
#[must_use]
pub fn host_with(program: &Path) -> PatchHost {
    host_of(Some(program.to_owned()))
}

/// The file of a version of `plant-hmi`, as the hosts' repository has it.
///
/// # Panics
/// As [`host`].
#[must_use]
pub fn package(version: &str) -> (String, Vec<u8>) {
    let name = format!("plant-hmi_{version}_all.deb");
    let bytes = fs::read(base().join("repo").join(&name)).expect("the repository has it");
    (name, bytes)
}

fn host_of(program: Option<PathBuf>) -> PatchHost {
    let base = base();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    // One block of addresses a process: tests of several processes run side by side.
    let block = process % 200;
    let mut host = PatchHost {
        name: format!("plant-{process}-{number}"),
        network: format!("10.{}.{}", 20 + block, number % 250),
        link: format!("hp{:x}n{number}", process % 0xffff),
        layer: std::env::temp_dir().join(format!("{EDITION}-{process}-{number}")),
        base,
        program,
        keeper: None,
    };
    host.start();
    host
}

impl PatchHost {
    /// Where its sshd listens, on port 22.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}.2", self.network)
    }

    /// This machine as the host reaches it.
    #[must_use]
    pub fn outside(&self) -> String {
        format!("{}.1", self.network)
    }

    /// A program of the host, to be run on it.
    ///
    /// # Panics
    /// When the host does not run.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let first = self.processes().into_iter().find(|pid| is_first(*pid)).expect("the host runs");
        let mut command = Command::new("nsenter");
        let enter = ["--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"];
        command.args(["--target", &first.to_string()]).args(enter).arg("--").arg(program);
        command
    }

    /// Ends every process of this program on the host at once and without a word; how many there were.
    pub fn kill(&self, program: &str) -> usize {
        let own = |pid: &u32| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.split(|byte| *byte == 0).next() == Some(program.as_bytes())
        };
        let found: Vec<String> = self.processes().iter().filter(|pid| own(pid)).map(u32::to_string).collect();
        if !found.is_empty() {
            // One that has ended by itself meanwhile is no fault.
            let _ = Command::new("kill").arg("-9").args(&found).stderr(Stdio::null()).status();
        }
        found.len()
    }

    fn processes(&self) -> Vec<u32> {
        let listed = Command::new("ip").args(["netns", "pids", &self.name]).output().expect("ip starts");
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        text.lines().filter_map(|line| line.trim().parse().ok()).collect()
    }

    /// The private key that lets in, for `root` and for `engineer`, who may use sudo.
    ///
    /// # Panics
    /// When it cannot be read.
    #[must_use]
    pub fn login_key(&self) -> String {
        fs::read_to_string(self.base.join("key")).expect("the key is there")
    }

    /// What a file of the host says; `None`: there is no such file.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<String> {
        let path = path.trim_start_matches('/');
        let written = fs::read_to_string(self.layer.join("upper").join(path));
        written.or_else(|_| fs::read_to_string(self.base.join("root").join(path))).ok()
    }

    /// The power is cut; what was written stays.
    pub fn cut_power(&mut self) {
        self.stop("keep\n");
    }

    /// It starts again.
    ///
    /// # Panics
    /// When it does not.
    pub fn start(&mut self) {
        if self.keeper.is_some() {
            return;
        }
        let mut child = Command::new("bash")
            .args(["-c", KEEPER, "keeper"])
            .args([&self.base, &self.layer])
            .args([&self.name, &self.network, &self.link])
            .arg(self.program.as_deref().unwrap_or(Path::new("")))
            .arg(REBOOT)
            .stdin(Stdio::piped())
            .spawn()
            .expect("bash starts");
        let input = child.stdin.take().expect("its input is a pipe");
        self.keeper = Some((child, input));
        let until = Instant::now() + Duration::from_secs(30);
        while !greets(&self.address()) {
            let log = fs::read_to_string(self.layer.join("sshd.log")).unwrap_or_default();
            assert!(Instant::now() < until, "{} does not come up: {log}", self.name);
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn stop(&mut self, word: &str) {
        if let Some((mut child, mut input)) = self.keeper.take() {
            let _ = input.write_all(word.as_bytes());
            drop(input);
            let _ = child.wait();
        }
    }
}

impl Drop for PatchHost {
    fn drop(&mut self) {
        self.stop("end\n");
        let _ = fs::remove_dir_all(&self.layer);
    }
}

/// Whether a process is the first of its host.
fn is_first(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:")).unwrap_or_default();
    let numbers: Vec<&str> = numbers.split_whitespace().collect();
    numbers.len() > 1 && numbers.last() == Some(&"1")
}

/// Whether an sshd greets there. A connection alone says nothing: some networks answer for addresses that do not exist.
fn greets(address: &str) -> bool {
    let address = format!("{address}:22").parse().expect("an address");
    let Ok(mut line) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) else { return false };
    let mut greeting = [0; 8];
    line.set_read_timeout(Some(Duration::from_secs(2))).is_ok()
        && line.read_exact(&mut greeting).is_ok()
        && greeting == *b"SSH-2.0-"
}

fn base() -> PathBuf {
    let folder = std::env::temp_dir().join(EDITION);
    fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
    if !folder.join("ready").is_file() {
        build(&folder);
    }
    folder
}

fn build(folder: &Path) {
    let built = Command::new("bash").args(["-c", BUILD, "build"]).arg(folder).output().expect("bash starts");
    assert!(
        built.status.success(),
        "a host cannot be built here. It needs root and mmdebstrap, apt-utils, dpkg-dev, gnupg, openssh-client, iproute2: \
         `cargo xtask test --only needs` installs them.\n{}",
        String::from_utf8_lossy(&built.stderr)
    );
}
