//! One value of an OPC UA server, read as the permit of a process: connect, read once, close.
//!
//! The client is our own and small, because it must not be able to write: there are messages for reading one value and none else. It
//! speaks without signatures and encryption and is anonymous; whoever can change packets on the way can change the answer. The
//! surprise: only the plain status *good* counts. A value that is uncertain, old, set by hand or of another type is unknown.

mod codec;
mod line;
mod status;
mod talk;
#[cfg(test)]
mod tests;

use super::{PATIENCE, Said, unknown};
use codec::{In, Out};
use holdpoint_domain::Moment;
use status::Status;
use std::fmt;
use std::time::Duration;

/// Longest address and longest node id that are taken; both fit thrice into the smallest message that a server must take.
const LONGEST: usize = 1_000;
/// A value may come from so far in the future: clocks of plants differ.
const AHEAD_MICROS: i64 = 300_000_000;
/// Microseconds from the standard's year 1601 to 1970.
const FROM_1601: i64 = 11_644_473_600_000_000;

/// What was understood, or why nothing was, as a clause.
type Told<T> = Result<T, String>;

/// Where a server is: `opc.tcp://host:port/path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    text: String,
    host: String,
    port: u16,
}

impl Endpoint {
    /// Reads an address. The port is 4840 unless it is written.
    ///
    /// # Errors
    /// What is wrong with it, as a clause.
    pub fn read(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("opc.tcp://").ok_or("it does not begin with `opc.tcp://`")?;
        if text.len() > LONGEST || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(format!("it has a blank in it, or more than {LONGEST} bytes"));
        }
        let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if place.contains('@') {
            return Err("it has a name or a password in it, and whoever sees the plan sees its checks".into());
        }
        let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, "")) => (host, "4840"),
            Some((host, port)) => (host, port.strip_prefix(':').ok_or("its port cannot be read")?),
            None => place.split_once(':').unwrap_or((place, "4840")),
        };
        if host.is_empty() || host.len() > 253 {
            return Err("it has no host".into());
        }
        let port = port.parse().ok().filter(|port| *port > 0).ok_or("its port cannot be read")?;
        Ok(Self { text: text.to_owned(), host: host.to_owned(), port })
    }
}

/// Which value: `ns=2;s=Permit`, `ns=3;i=1001`, `i=2258` or `ns=4;g=…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    text: String,
    bytes: Vec<u8>,
}

impl Node {
    /// Reads a node id.
    ///
    /// # Errors
    /// What is wrong with it, as a clause.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST || text.chars().any(char::is_control) {
            return Err(format!("it has a sign that cannot be printed, or more than {LONGEST} bytes"));
        }
        let (space, id) = match text.strip_prefix("ns=") {
            Some(rest) => {
                let (space, id) = rest.split_once(';').ok_or("behind `ns=` stand a number and `;`")?;
                (space.parse().map_err(|_| "its namespace is no number from 0 to 65535")?, id)
            }
            None => (0_u16, text),
        };
        let bytes = match id.split_once('=') {
            Some(("i", number)) => {
                let number: u32 = number.parse().map_err(|_| "behind `i=` stands no number")?;
                Out::default().u8(2).u16(space).u32(number)
            }
            Some(("s", name)) if !name.is_empty() => Out::default().u8(3).u16(space).text(name),
            Some(("g", guid)) => Out::default().u8(4).u16(space).raw(&guid_bytes(guid)?),
            Some(_) | None => {
                return Err(
                    "it names no number (`i=`), name (`s=`) or GUID (`g=`); others are not read".into()
                );
            }
        };
        Ok(Self { text: text.to_owned(), bytes: bytes.done() })
    }
}

/// The sixteen bytes of a GUID: its first three parts are numbers and turned round, the others are not.
fn guid_bytes(text: &str) -> Told<[u8; 16]> {
    let wrong = || "behind `g=` stands no GUID as in `72962b91-fa75-4ae6-8d28-b404dc7daf63`".to_owned();
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits: String = parts.concat();
    if lengths != [8, 4, 4, 4, 12] || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let mut bytes = u128::from_str_radix(&digits, 16).map_err(|_| wrong())?.to_be_bytes();
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    Ok(bytes)
}

/// The value that permits. Its type must be the node's: a 1 is no `true`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A Boolean.
    Bit(bool),
    /// A whole number, of any of the eight types that hold some.
    Number(i64),
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bit(bit) => bit.fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// A permit that a server shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    /// The server.
    pub endpoint: Endpoint,
    /// The value's node.
    pub node: Node,
    /// The value that permits.
    pub wanted: Wanted,
    /// How old the value may be, by the time of its source.
    pub max_age_s: u32,
}

/// What a server showed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reading {
    value: Value,
    status: Status,
    source: Option<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// The server shows none.
    None,
    Bit(bool),
    Number(i128),
    /// Something that is never a permit, by its name.
    Other(&'static str),
}

/// Reads a permit once; passed when it was read, is good and fresh, and is the one that is wanted.
#[must_use]
pub fn permit(permit: &Permit, now: Moment) -> Said {
    within(permit, now, PATIENCE)
}

fn within(permit: &Permit, now: Moment, patience: Duration) -> Said {
    let ticks = now.micros().saturating_add(FROM_1601).saturating_mul(10);
    let place = format!("`{}` at {}", permit.node.text, permit.endpoint.text);
    match talk::read(&permit.endpoint, &permit.node, ticks, patience) {
        Ok(reading) => judged(&place, permit, &reading, now),
        Err(why) => unknown(format!("{place} cannot be read: {why}")),
    }
}

fn judged(place: &str, permit: &Permit, reading: &Reading, now: Moment) -> Said {
    if !reading.status.is_plain_good() {
        return unknown(format!("{place} has no value that holds: {}", reading.status));
    }
    let (is, good) = match (reading.value, permit.wanted) {
        (Value::Bit(is), Wanted::Bit(wanted)) => (is.to_string(), is == wanted),
        (Value::Number(is), Wanted::Number(wanted)) => (is.to_string(), is == i128::from(wanted)),
        (Value::None, _) => return unknown(format!("{place} has no value")),
        (other, wanted) => {
            let needed = match wanted {
                Wanted::Bit(_) => "a Boolean",
                Wanted::Number(_) => "a whole number",
            };
            return unknown(format!("{place} is {}, and {needed} is asked for", other.name()));
        }
    };
    // A wrong value is a refusal whatever its age; a right one must be fresh.
    if !good {
        return Said::Refused { what: format!("{place} is {is} and must be {}", permit.wanted) };
    }
    match too_old(permit.max_age_s, reading.source, now) {
        Some(why) => unknown(format!("{place} is {is}, but {why}")),
        None => Said::Passed { what: format!("{place} is {is}") },
    }
}

/// Why a value is not of now. The moment is named and not the age, so that the words stay the same as long as the value does.
fn too_old(max_age_s: u32, source: Option<Moment>, now: Moment) -> Option<String> {
    let Some(source) = source else {
        return Some("its source does not say since when, so its age is not known".into());
    };
    let age = now.since(source);
    if age > i64::from(max_age_s) * 1_000_000 {
        Some(format!("of {source}, and may be at most {max_age_s} seconds old"))
    } else if age < -AHEAD_MICROS {
        Some(format!("of {source}, which is still to come: the clocks differ, and its age is not known"))
    } else {
        None
    }
}

impl Value {
    const fn name(self) -> &'static str {
        match self {
            Self::None => "nothing",
            Self::Bit(_) => "a Boolean",
            Self::Number(_) => "a whole number",
            Self::Other(name) => name,
        }
    }
}

/// Reads a value with its status and the time of its source. Behind a value of another type nothing can be found, and nothing is
/// looked for: it is no permit.
fn reading(body: &mut In<'_>) -> Told<Reading> {
    let has = body.u8()?;
    if has & 0xC0 != 0 {
        return Err("the answer has a value of an unknown form".into());
    }
    let value = if has & 1 == 0 { Value::None } else { value(body)? };
    if matches!(value, Value::Other(_)) {
        return Ok(Reading { value, status: Status(0), source: None });
    }
    let status = Status(if has & 2 == 0 { 0 } else { body.u32()? });
    let ticks = if has & 4 == 0 { 0 } else { body.i64()? };
    // The standard's null time, and everything that no clock shows.
    let source = (ticks > 0 && ticks < i64::MAX).then(|| Moment::from_micros(ticks / 10 - FROM_1601));
    Ok(Reading { value, status, source })
}

fn value(body: &mut In<'_>) -> Told<Value> {
    let kind = body.u8()?;
    Ok(match kind {
        0 => Value::None,
        1 => match body.u8()? {
            0 => Value::Bit(false),
            1 => Value::Bit(true),
            other => return Err(format!("its Boolean is {other}, which is neither true nor false")),
        },
        2 => Value::Number(body.signed(1)?),
        3 => Value::Number(body.u8()?.into()),
        4 => Value::Number(body.signed(2)?),
        5 => Value::Number(body.u16()?.into()),
        6 => Value::Number(body.signed(4)?),
        7 => Value::Number(body.u32()?.into()),
        8 => Value::Number(body.signed(8)?),
        9 => Value::Number(body.u64()?.into()),
        10 | 11 => Value::Other("a number with a fraction"),
        12 => Value::Other("a text"),
        13 => Value::Other("a time"),
        _ if kind & 0x80 != 0 => Value::Other("a list"),
        _ => Value::Other("of a type that is not read"),
    })
}
