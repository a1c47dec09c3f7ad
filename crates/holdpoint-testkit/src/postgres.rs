//! Throw-away PostgreSQL databases for tests.
//!
//! [`database`] gives a fresh database that is dropped with its handle. The server is the one whose URL stands in
//! `HOLDPOINT_TEST_POSTGRES`; without it a server is made once per process, on a free port of 127.0.0.1, from the
//! programs that are installed. A missing PostgreSQL is a panic that says what to install, never a silent skip.
//!
//! The surprise: the own server is started by a small shell that waits for its input to end. When the test
//! process ends, however it ends, the pipe closes, and the shell stops the server and removes its files.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the server, waits until the test process is gone, then cleans up.
const KEEPER: &str = r#"
"$1/postgres" -D "$2/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c max_connections=200 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    >"$2/server.log" 2>&1 &
server=$!
read -r nothing
kill -INT "$server"
wait "$server"
cd /
rm -rf "$2"
"#;

/// A database of its own, dropped with this handle.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Its URL, without a password unless the given server's URL has one.
    #[must_use]
    pub fn url(&self) -> String {
        on_server(&self.server, &self.name)
    }

    /// Ends every connection to it from outside, as a restart of the server or a cable does.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn cut_connections(&self) {
        let name = &self.name;
        sql(
            &self.server,
            &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
        );
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let text = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if !psql(&self.server, &text).status().is_ok_and(|status| status.success()) {
            // A panic here would hide the test's own; on the own server it goes away anyway.
            eprintln!("the test database `{}` could not be dropped", self.name);
        }
    }
}

/// Makes a fresh, empty database.
///
/// # Panics
/// When there is no PostgreSQL to be used, with what to do about it.
#[must_use]
pub fn database() -> Database {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = server();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("holdpoint_test_{}_{number}", std::process::id());
    // A killed run of the same process number may have left one behind.
    sql(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    sql(&server, &format!("CREATE DATABASE {name} TEMPLATE template0"));
    Database { server, name }
}

/// The server's URL.
fn server() -> String {
    static OWN: OnceLock<OwnServer> = OnceLock::new();
    match std::env::var("HOLDPOINT_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => url,
        Ok(_) | Err(_) => OWN.get_or_init(OwnServer::start).url.clone(),
    }
}

/// The same server with another database.
fn on_server(server: &str, database: &str) -> String {
    let (address, options) = match server.split_once('?') {
        Some((address, options)) => (address, format!("?{options}")),
        None => (server, String::new()),
    };
    let host_begins = address.find("://").map_or(0, |at| at + 3);
    let host = match address[host_begins..].find('/') {
        Some(at) => &address[..host_begins + at],
        None => address,
    };
    format!("{host}/{database}{options}")
}

struct OwnServer {
    url: String,
    /// Closed by the end of the process, which tells the keeper to clean up.
    _keeper: ChildStdin,
}

/// Whom the server runs as: PostgreSQL refuses to run as root.
#[derive(Clone, Copy)]
struct Owner {
    uid: u32,
    gid: u32,
}

impl OwnServer {
    #[expect(clippy::zombie_processes, reason = "the keeper outlives this process by design")]
    fn start() -> Self {
        let programs = programs();
        let owner = (number("-u", None) == Some(0)).then(|| {
            let id = |option| {
                number(option, Some("postgres"))
                    .expect("there is a system user `postgres`; Debian's package `postgresql` makes it")
            };
            Owner { uid: id("-u"), gid: id("-g") }
        });
        let folder = tempfile::Builder::new()
            .prefix("holdpoint-testkit-postgres-")
            .tempdir()
            .expect("a folder can be made for temporary files")
            .keep();
        if let Some(owner) = owner {
            std::os::unix::fs::chown(&folder, Some(owner.uid), Some(owner.gid))
                .expect("root can give a folder away");
        }
        let made = as_owner(Command::new(programs.join("initdb")), owner, &folder)
            .args([
                "--username=holdpoint",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "-D",
            ])
            .arg(folder.join("data"))
            .output()
            .expect("initdb starts");
        assert!(made.status.success(), "initdb said: {}", String::from_utf8_lossy(&made.stderr));

        let port = TcpListener::bind(("127.0.0.1", 0))
            .and_then(|listener| listener.local_addr())
            .expect("there is a free port")
            .port()
            .to_string();
        let mut keeper = as_owner(Command::new("sh"), owner, &folder)
            .args(["-c", KEEPER, "holdpoint-testkit-postgres"])
            .arg(&programs)
            .arg(&folder)
            .arg(&port)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C ends the tests; the keeper notices by its pipe and can still clean up.
            .process_group(0)
            .spawn()
            .expect("a shell starts");
        let url = format!("postgres://holdpoint@127.0.0.1:{port}/postgres");
        wait_until_ready(&url, &folder);
        Self { url, _keeper: keeper.stdin.take().expect("the keeper's input is a pipe") }
    }
}

fn wait_until_ready(url: &str, folder: &Path) {
    let deadline = Deadline::after(PATIENCE);
    while !psql(url, "SELECT 1").stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        assert!(
            !deadline.is_past(),
            "the throw-away PostgreSQL did not come up; it said: {}",
            std::fs::read_to_string(folder.join("server.log")).unwrap_or_default()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A limit for waiting on another process.
struct Deadline(Instant);

impl Deadline {
    fn after(patience: Duration) -> Self {
        Self(Instant::now() + patience)
    }

    fn is_past(&self) -> bool {
        Instant::now() > self.0
    }
}

/// Runs statements of tests; panics with the server's words when it refuses.
fn sql(server: &str, text: &str) {
    let done = psql(server, text).output().expect("psql starts");
    assert!(done.status.success(), "PostgreSQL refused `{text}`: {}", String::from_utf8_lossy(&done.stderr));
}

fn psql(server: &str, text: &str) -> Command {
    let mut command = Command::new(programs().join("psql"));
    command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", text, server]);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// The folder of PostgreSQL's programs, the newest if there are several.
fn programs() -> PathBuf {
    let has_all =
        |folder: &Path| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| has_all(folder))
        .collect();
    versions.sort();
    let searched = std::env::var_os("PATH").unwrap_or_default();
    versions
        .pop()
        .map(|(_, folder)| folder)
        .or_else(|| std::env::split_paths(&searched).find(|folder| has_all(folder)))
        .expect("PostgreSQL is installed (Debian: `apt install postgresql`); the store is tested on both databases")
}

/// A number that `id` prints.
fn number(option: &str, user: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(option).args(user).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn as_owner(mut command: Command, owner: Option<Owner>, folder: &Path) -> Command {
    if let Some(owner) = owner {
        command.uid(owner.uid).gid(owner.gid);
    }
    // The caller's folder may be closed to the owner.
    command.current_dir(folder);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_of_the_same_server() {
        assert_eq!(on_server("postgres://u:p@h:5/postgres", "x"), "postgres://u:p@h:5/x");
        assert_eq!(on_server("postgres://u@h", "x"), "postgres://u@h/x");
        assert_eq!(on_server("postgres://u@h/a?sslmode=disable", "x"), "postgres://u@h/x?sslmode=disable");
    }

    #[test]
    fn each_database_is_fresh_and_goes_away() {
        let first = database();
        let second = database();
        sql(&first.url(), "CREATE TABLE only_here (n BIGINT)");
        sql(&second.url(), "CREATE TABLE only_here (n BIGINT)");
        let (server, name) = (first.server.clone(), first.name.clone());
        drop(first);
        let gone = psql(&on_server(&server, &name), "SELECT 1").output().expect("psql starts");
        assert!(!gone.status.success(), "database `{name}` is still there");
    }
}
