//! What the tests need on the machine, and how to get it.
//!
//! Here: finding PostgreSQL, Chromium and Node; installing the first two from the system's packages where that is
//! possible; installing the web's packages. Not here: starting anything. The rule: a missing part that cannot be
//! installed is an error that names the command to type, never a test left out.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::root;

/// Oldest Node that the web's tools accept.
const NODE_AT_LEAST: u32 = 20;

/// What it takes to make a host that can be patched, with the package that has it.
const HOST_PROGRAMS: [(&str, &str); 6] = [
    ("mmdebstrap", "mmdebstrap"),
    ("apt-ftparchive", "apt-utils"),
    ("dpkg-deb", "dpkg-dev"),
    ("gpg", "gnupg"),
    ("ssh-keygen", "openssh-client"),
    ("ip", "iproute2"),
];

/// Makes sure that everything is there.
///
/// # Errors
/// When something is missing and cannot be installed; the message says what to do.
pub fn prepare() -> Result<()> {
    let mut packages = Vec::new();
    if postgres_folder().is_none() {
        packages.push("postgresql");
    }
    if chromium().is_none() {
        packages.push("chromium");
    }
    // Hosts that tests patch: their root file system, their repository, their network.
    for (program, package) in HOST_PROGRAMS {
        if in_path(&[program]).is_none() {
            packages.push(package);
        }
    }
    if !packages.is_empty() {
        install(&packages)?;
    }
    hosts_can_be_made()?;
    let postgres =
        postgres_folder().context("PostgreSQL's server programs (initdb, postgres) were not found")?;
    let chromium = chromium().context("Chromium was not found")?;
    println!("PostgreSQL: {}", postgres.display());
    println!("Chromium:   {}", chromium.display());
    println!("Node:       {}", node()?);
    python_tuf()?;
    web_packages()
}

/// An independent reader of signed repositories, in a place of its own.
fn python_tuf() -> Result<()> {
    let place = root::folder().join("target/python-tuf");
    let python = place.join("bin/python");
    let there = Command::new(&python).args(["-c", "import tuf.ngclient"]).status();
    if there.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let advice = "install Python 3 with venv and make its package index reachable, then run this again";
    let steps: [(&Path, &[&str]); 2] = [
        (Path::new("python3"), &["-m", "venv", "target/python-tuf"]),
        (&python, &["-m", "pip", "install", "--quiet", "tuf==7.0.1"]),
    ];
    for (program, arguments) in steps {
        let status = Command::new(program).args(arguments).current_dir(root::folder()).status();
        if !status.with_context(|| advice.to_owned())?.success() {
            bail!("python-tuf could not be installed; {advice}");
        }
    }
    Ok(())
}

/// Hosts that tests patch live in namespaces and on a layered file system; where those are not to be had, tests of deployments
/// would prove nothing, so that is said here and not left out there.
fn hosts_can_be_made() -> Result<()> {
    let trial = "mount -t tmpfs tmpfs /mnt && mkdir /mnt/l /mnt/u /mnt/w /mnt/r && \
                 mount -t overlay overlay -o lowerdir=/mnt/l,upperdir=/mnt/u,workdir=/mnt/w /mnt/r && ip link set lo up";
    let mut command = Command::new("unshare");
    command.args(["--mount", "--pid", "--uts", "--ipc", "--net", "--fork", "sh", "-c", trial]);
    let made = command.output().context("cannot start unshare (package util-linux)")?;
    if !made.status.success() {
        bail!(
            "this machine cannot make the hosts that tests patch: {} (it needs root, namespaces of network, mounts and \
             processes, and overlayfs). Run the tests where these are allowed; without them the tests of deployments fail",
            String::from_utf8_lossy(&made.stderr).trim()
        );
    }
    Ok(())
}

/// The folder of PostgreSQL's server programs, the newest if there are several.
pub fn postgres_folder() -> Option<PathBuf> {
    let debian = Path::new("/usr/lib/postgresql");
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(debian)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| has_server(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder).or_else(|| in_path(&["initdb"])?.parent().map(Path::to_path_buf))
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).is_file())
}

/// The browser: `CHROMIUM` if set, else the first of its usual names in `PATH`.
pub fn chromium() -> Option<PathBuf> {
    match std::env::var_os("CHROMIUM").filter(|value| !value.is_empty()) {
        Some(named) => Some(PathBuf::from(named)).filter(|path| path.is_file()),
        None => in_path(&["chromium", "chromium-browser", "google-chrome"]),
    }
}

fn in_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
}

/// Whether this process may install packages.
pub fn is_root() -> bool {
    root::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if in_path(&["apt-get"]).is_none() {
        bail!(
            "missing: {list}. This machine has no apt-get: install them by its own means, then run this again"
        );
    }
    if !is_root() {
        bail!(
            "missing: {list}. Install them, then run this again:\n  \
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {list}"
        );
    }
    println!("installing from the system's packages: {list}");
    apt_get(&["update", "--quiet"])?;
    let options = ["install", "--yes", "--quiet", "--no-install-recommends"];
    apt_get(&[options.as_slice(), packages].concat())
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    let status = command.status().context("cannot start apt-get")?;
    if !status.success() {
        bail!(
            "`{}` ended with {status}; make the package mirror reachable and run this again",
            root::shown(&command)
        );
    }
    Ok(())
}

fn node() -> Result<String> {
    let advice = format!("install Node.js {NODE_AT_LEAST} or newer with npm, then run this again");
    let version = root::read(Command::new("node").arg("--version")).with_context(|| advice.clone())?;
    let version = version.trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|part| part.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_AT_LEAST) {
        bail!("Node is {version}; {advice}");
    }
    root::read(Command::new("npm").arg("--version")).with_context(|| advice)?;
    Ok(version)
}

/// Installs the web's packages when they are older than the lock file, as the build of the web front does.
fn web_packages() -> Result<()> {
    let web = root::folder().join("web");
    if !web.join("package-lock.json").is_file() {
        bail!(
            "web/package-lock.json is missing: this source tree is not whole, bring it back from the history"
        );
    }
    // The build script of holdpoint-ui takes the same lock.
    let lock = File::create(web.join(".npm-lock")).context("cannot write in web/")?;
    lock.lock().context("cannot lock web/.npm-lock")?;
    let changed = |path: &str| web.join(path).metadata().and_then(|meta| meta.modified());
    let is_fresh = match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Ok(installed), Ok(wanted)) => installed >= wanted,
        _ => false,
    };
    if is_fresh {
        println!("web:        packages are as the lock file wants them");
        return Ok(());
    }
    let mut command = root::npm();
    let status = command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).status()?;
    if !status.success() {
        bail!("`npm ci` in web/ ended with {status}; make the npm registry reachable and run this again");
    }
    Ok(())
}
