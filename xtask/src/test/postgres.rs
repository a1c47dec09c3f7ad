//! A PostgreSQL server for one test run: made from nothing, on this machine only, gone afterwards.
//!
//! Here: initdb, start, and stop when the value is dropped, also after a failure. Not here: databases and tables,
//! which each test makes for itself. The surprises: PostgreSQL refuses to run as root, so root starts it as the
//! system user `postgres`; it runs as a direct child, so that Ctrl-C reaches it too.

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::needs;
use crate::root;

/// How long the server may take to answer, or to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server; dropping it stops it and removes its files.
pub struct Postgres {
    server: Child,
    folder: PathBuf,
    port: u16,
}

/// The user and group the server runs as, when we are root.
#[derive(Clone, Copy)]
struct Owner {
    uid: u32,
    gid: u32,
}

impl Postgres {
    /// Makes and starts a server on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not come up; the server's own words are in the message.
    pub fn start() -> Result<Self> {
        let programs = needs::postgres_folder().context(
            "PostgreSQL is missing, so the store was not tested; run `cargo xtask test --only needs`",
        )?;
        let owner = if needs::is_root() { Some(system_user()?) } else { None };
        let folder = new_folder(owner)?;
        init(&programs, &folder, owner)?;
        let port = free_port()?;
        let mut command = as_owner(Command::new(programs.join("postgres")), owner, &folder);
        command.arg("-D").arg(folder.join("data")).arg("-p").arg(port.to_string());
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            // The data is thrown away, so nothing has to survive a loss of power.
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ] {
            command.arg("-c").arg(setting);
        }
        let log = fs::File::create(folder.join("server.log"))?;
        let server = command.stdout(log.try_clone()?).stderr(log).stdin(Stdio::null()).spawn();
        let server =
            server.with_context(|| format!("cannot start `{}`", programs.join("postgres").display()))?;
        let mut running = Self { server, folder, port };
        running.wait_until_ready(&programs)?;
        Ok(running)
    }

    /// The address for clients, without a password: the server trusts this machine.
    pub fn url(&self) -> String {
        format!("postgres://holdpoint@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self, programs: &Path) -> Result<()> {
        let start = Instant::now();
        loop {
            let mut question = Command::new(programs.join("pg_isready"));
            question.args(["-q", "-h", "127.0.0.1", "-d", "postgres", "-p"]).arg(self.port.to_string());
            if question.status().context("cannot start pg_isready")?.success() {
                return Ok(());
            }
            if self.server.try_wait()?.is_some() || start.elapsed() > PATIENCE {
                let mut said = String::new();
                fs::File::open(self.folder.join("server.log"))?.read_to_string(&mut said)?;
                bail!("the throw-away PostgreSQL did not come up. It said:\n{said}");
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: it ends open sessions and its own children.
        let asked = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        let start = Instant::now();
        while asked.is_ok() && start.elapsed() < PATIENCE {
            match self.server.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(20)),
                Ok(Some(_)) | Err(_) => break,
            }
        }
        if matches!(self.server.try_wait(), Ok(None)) {
            eprintln!("the throw-away PostgreSQL did not stop in time and is killed");
            if let Err(error) = self.server.kill().and_then(|()| self.server.wait()) {
                eprintln!("process {} could not be killed: {error}", self.server.id());
            }
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("`{}` could not be removed: {error}", self.folder.display());
        }
    }
}

fn system_user() -> Result<Owner> {
    let number = |option: &str| -> Result<u32> {
        let text = root::read(Command::new("id").args([option, "postgres"])).context(
            "PostgreSQL does not run as root, and there is no system user `postgres` to run it as",
        )?;
        text.trim().parse().context("`id` printed no number")
    };
    Ok(Owner { uid: number("-u")?, gid: number("-g")? })
}

fn new_folder(owner: Option<Owner>) -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("holdpoint-postgres-{}", std::process::id()));
    fs::create_dir(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    if let Some(owner) = owner {
        std::os::unix::fs::chown(&folder, Some(owner.uid), Some(owner.gid))?;
    }
    Ok(folder)
}

fn as_owner(mut command: Command, owner: Option<Owner>, folder: &Path) -> Command {
    if let Some(owner) = owner {
        command.uid(owner.uid).gid(owner.gid);
    }
    // The folder of the caller may be closed to the owner.
    command.current_dir(folder);
    command
}

fn init(programs: &Path, folder: &Path, owner: Option<Owner>) -> Result<()> {
    let mut command = as_owner(Command::new(programs.join("initdb")), owner, folder);
    command.args([
        "--username=holdpoint",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]);
    command.arg("-D").arg(folder.join("data"));
    root::read(&mut command).context("the throw-away PostgreSQL could not be made").map(|_| ())
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::Postgres;

    #[test]
    fn the_server_listens_on_this_machine_and_leaves_nothing_behind() {
        let server =
            Postgres::start().expect("PostgreSQL is installed; `cargo xtask test --only needs` does it");
        let (port, folder) = (server.port, server.folder.clone());
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
        assert!(server.url().ends_with(&format!("127.0.0.1:{port}/postgres")));
        drop(server);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "port {port} still answers");
        assert!(!folder.exists(), "`{}` is still there", folder.display());
    }
}
