//! Where data lives: a SQLite file, memory, or a PostgreSQL database.
//!
//! The surprise: neither `Display` nor `Debug` shows a password, so a location can go into any message.

use crate::error::StoreError;
use std::fmt;
use std::path::PathBuf;

/// A place for data.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file; it is made when it is absent.
    Sqlite(PathBuf),
    /// SQLite in memory, for tests: gone when the last [`crate::Store`] of it is dropped.
    Memory,
    /// A PostgreSQL database by its URL.
    Postgres(String),
}

impl Location {
    /// Reads `postgres://user:password@host:port/database`, `sqlite:PATH`, or a bare path.
    ///
    /// # Errors
    /// [`StoreError::Location`] for an empty text, another scheme, or a URL that PostgreSQL does not take.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let refuse = |location: &str, why: &str| StoreError::Location {
            location: location.to_owned(),
            why: why.to_owned(),
        };
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            if text.parse::<tokio_postgres::Config>().is_err() {
                return Err(refuse(
                    "postgres://…",
                    "it is no PostgreSQL URL; write `postgres://user:password@host:5432/database`, with `%40` for an `@` and `%2F` for a `/` in the password",
                ));
            }
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        if path.is_empty() {
            return Err(refuse(text, "it is empty; write a path, `sqlite:PATH` or `postgres://…`"));
        }
        if let Some((scheme, _)) = path.split_once("://") {
            return Err(refuse(
                &format!("{scheme}://…"),
                "only SQLite files (a path, or `sqlite:PATH`) and `postgres://…` are known",
            ));
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Memory => f.write_str("memory"),
            Self::Postgres(url) => match url.parse::<tokio_postgres::Config>() {
                Ok(config) => show_postgres(&config, f),
                Err(_) => f.write_str("postgres://…"),
            },
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

fn show_postgres(config: &tokio_postgres::Config, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use tokio_postgres::config::Host;
    f.write_str("postgres://")?;
    if let Some(user) = config.get_user() {
        write!(f, "{user}@")?;
    }
    match config.get_hosts().first() {
        Some(Host::Tcp(name)) => f.write_str(name)?,
        Some(Host::Unix(path)) => write!(f, "{}", path.display())?,
        None => {}
    }
    if let Some(port) = config.get_ports().first() {
        write!(f, ":{port}")?;
    }
    write!(f, "/{}", config.get_dbname().unwrap_or_default())
}
