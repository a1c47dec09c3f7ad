//! Questions to the outside that a deployment waits for: a web address, a Prometheus query, a register of a controller, and in
//! [`opcua`] a value of an OPC UA server.
//!
//! The surprise: an answer is `passed` only when it was read and is what was asked for. Whatever goes wrong is *unknown*, with the
//! reason, and never a pass. Of a controller only the four reading functions of Modbus are used; there is no function here that
//! could write.

pub mod opcua;

use super::fetch::{Conditional, FetchError, FetchSettings, Fetcher};
use holdpoint_domain::Moment;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;
use tokio_modbus::client::sync::{Reader, tcp};
use tokio_modbus::prelude::Slave;

/// Most bytes of an answer that are read; a query for one number has some hundred.
const ANSWER_BYTES: u64 = 256 * 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(8);

/// What an outside answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It was read, and is what was asked for.
    Passed {
        /// What was read, as a clause.
        what: String,
    },
    /// It was read, and is something else.
    Refused {
        /// What was read, as a clause.
        what: String,
    },
    /// It could not be read.
    Unknown {
        /// Why not, as a clause.
        what: String,
    },
}

/// How a number must stand to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Must {
    /// Smaller.
    BeBelow,
    /// Larger.
    BeAbove,
    /// The same.
    Equal,
}

/// Which table of a controller is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Coils (function 1).
    Coil,
    /// Discrete inputs (function 2).
    DiscreteInput,
    /// Holding registers (function 3).
    HoldingRegister,
    /// Input registers (function 4).
    InputRegister,
}

/// One value of a controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Its name or address.
    pub address: String,
    /// The port; 502 unless somebody said else.
    pub port: u16,
    /// The unit behind the address.
    pub unit: u8,
    /// The table.
    pub table: Table,
    /// The place in it, from 0.
    pub place: u16,
}

fn unknown(what: impl Into<String>) -> Said {
    Said::Unknown { what: what.into() }
}

/// Asks a web address; passed when its answer has this text in it.
#[must_use]
pub fn web(settings: &FetchSettings, url: &str, text: &str) -> Said {
    let body = match fetched(settings, url) {
        Ok(body) => body,
        Err(why) => return unknown(why),
    };
    if body.contains(text) {
        Said::Passed { what: format!("{url} answers with `{text}`") }
    } else {
        let begin: String = body.chars().take(80).filter(|c| !c.is_control()).collect();
        Said::Refused { what: format!("{url} answers without `{text}`: {begin}") }
    }
}

/// Asks Prometheus one query whose answer is one number; passed when the number stands as it must.
#[must_use]
pub fn prometheus(
    settings: &FetchSettings,
    (base, query): (&str, &str),
    (must, value): (Must, f64),
    now: Moment,
) -> Said {
    let url = format!("{}/api/v1/query?query={}", base.trim_end_matches('/'), encoded(query));
    let body = match fetched(settings, &url) {
        Ok(body) => body,
        Err(why) => return unknown(why),
    };
    let number = match number_of(&body, now) {
        Ok(number) => number,
        Err(why) => return unknown(format!("`{query}` gives {why}")),
    };
    let (good, word) = match must {
        Must::BeBelow => (number < value, "below"),
        Must::BeAbove => (number > value, "above"),
        // Bits or counts are compared here, which floats hold exactly.
        Must::Equal => ((number - value).abs() < f64::EPSILON, "equal to"),
    };
    let what = format!("`{query}` is {number} and must be {word} {value}");
    if good { Said::Passed { what } } else { Said::Refused { what } }
}

/// How old the sample of an answer may be, or how far ahead its clock, in seconds.
const SAMPLE_S: f64 = 300.0;

/// The one number of an answer of Prometheus. More than one, none, one without end, NaN and one of another time are no answer.
fn number_of(body: &str, now: Moment) -> Result<f64, String> {
    let value: serde_json::Value = serde_json::from_str(body).map_err(|_| "no JSON".to_owned())?;
    if value["status"] != "success" {
        let why = value["error"].as_str().unwrap_or("no reason").chars().take(200).collect::<String>();
        return Err(format!("an error: {why}"));
    }
    let result = &value["data"]["result"];
    let sample = match value["data"]["resultType"].as_str() {
        Some("scalar") => result,
        Some("vector") => match result.as_array().map(Vec::as_slice) {
            Some([one]) => &one["value"],
            Some([]) => return Err("no value".into()),
            Some(many) => return Err(format!("{} values, and one is asked for", many.len())),
            None => return Err("no number".into()),
        },
        _ => return Err("neither a number nor a vector".into()),
    };
    let number: f64 = sample[1].as_str().and_then(|text| text.parse().ok()).ok_or("no number")?;
    if number.is_nan() {
        return Err("not a number".into());
    }
    if number.is_infinite() {
        return Err("a number without end".into());
    }
    // Seconds with a fraction, exact enough for minutes.
    let at = sample[0].as_f64().ok_or("a number without its time")?;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this millennium fit exactly")]
    let now_s = now.millis() as f64 / 1_000.0;
    let age = now_s - at;
    if age.is_finite() && age.abs() <= SAMPLE_S {
        return Ok(number);
    }
    let (off, how) = if age < 0.0 { (-age, "ahead of the time here") } else { (age, "old") };
    Err(format!("{number}, and that is {off:.0} s {how}; it may be {SAMPLE_S:.0} s"))
}

fn fetched(settings: &FetchSettings, url: &str) -> Result<String, String> {
    let settings = FetchSettings {
        connect_timeout: PATIENCE,
        idle_timeout: PATIENCE,
        total_timeout: PATIENCE,
        max_body_bytes: ANSWER_BYTES,
        ..settings.clone()
    };
    let fetcher = Fetcher::new(settings).map_err(|why| why.to_string())?;
    let fetched = fetcher.get(url, &Conditional::default()).map_err(|why| not_answered(&why))?;
    let document = fetched.into_document().ok_or("the answer has no body")?;
    Ok(String::from_utf8_lossy(&document.bytes).into_owned())
}

/// Why a page of the plant gave no answer: nobody here is a publisher, and what is asked is the process.
fn not_answered(why: &FetchError) -> String {
    match why {
        FetchError::ServerFault { url, status } | FetchError::AskedToWait { url, status, .. } => format!(
            "`{url}` failed at its end (status {status}): this says nothing about the process; it is asked again, and if it stays so,              whoever runs it should look"
        ),
        other => other.to_string(),
    }
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Reads one value of a controller; passed when it is this one.
#[must_use]
pub fn signal(signal: &Signal, wanted: u16) -> Said {
    match read_signal(signal) {
        Ok(is) if is == wanted => Said::Passed { what: format!("{signal} is {is}") },
        Ok(is) => Said::Refused { what: format!("{signal} is {is} and must be {wanted}") },
        Err(why) => unknown(format!("{signal}: {why}")),
    }
}

impl std::fmt::Display for Signal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let table = match self.table {
            Table::Coil => "coil",
            Table::DiscreteInput => "discrete input",
            Table::HoldingRegister => "holding register",
            Table::InputRegister => "input register",
        };
        write!(f, "{table} {} of unit {} at {}:{}", self.place, self.unit, self.address, self.port)
    }
}

fn read_signal(signal: &Signal) -> Result<u16, String> {
    let address: SocketAddr = (signal.address.as_str(), signal.port)
        .to_socket_addrs()
        .map_err(|why| why.to_string())?
        .next()
        .ok_or("the name has no address")?;
    let mut line = tcp::connect_slave_with_timeout(address, Slave(signal.unit), Some(PATIENCE))
        .map_err(|why| why.to_string())?;
    line.set_timeout(PATIENCE);
    let place = signal.place;
    let bit = |bits: Vec<bool>| bits.first().map(|bit| u16::from(*bit));
    let word = |words: Vec<u16>| words.first().copied();
    let read = match signal.table {
        Table::Coil => bit(told(line.read_coils(place, 1))?),
        Table::DiscreteInput => bit(told(line.read_discrete_inputs(place, 1))?),
        Table::HoldingRegister => word(told(line.read_holding_registers(place, 1))?),
        Table::InputRegister => word(told(line.read_input_registers(place, 1))?),
    };
    read.ok_or_else(|| "the answer has no value".to_owned())
}

fn told<T>(answer: tokio_modbus::Result<T>) -> Result<T, String> {
    let answer = answer.map_err(|why| why.to_string())?;
    answer.map_err(|code| format!("the controller refuses: {code}"))
}

#[cfg(test)]
mod tests {
    use super::{not_answered, number_of};
    use crate::fetch::FetchError;
    use holdpoint_domain::Moment;

    #[test]
    fn a_page_of_the_plant_that_fails_is_told_as_one() {
        let told =
            not_answered(&FetchError::ServerFault { url: "https://mill.example/".into(), status: 503 });
        assert!(told.contains("status 503") && told.contains("nothing about the process"), "{told}");
        assert!(!told.contains("publisher") && !told.contains("document"), "{told}");
    }

    #[test]
    fn only_a_finite_number_of_this_moment_is_an_answer_of_prometheus() {
        let now = Moment::from_micros(1_800_000_000_500_000);
        let vector = |at: &str, number: &str| {
            let body = format!(
                r#"{{"status":"success","data":{{"resultType":"vector","result":[{{"value":[{at},"{number}"]}}]}}}}"#
            );
            number_of(&body, now)
        };
        assert_eq!(vector("1800000000.123", "7"), Ok(7.0));
        assert_eq!(vector("1799999701", "7"), Ok(7.0), "299 seconds old");
        for endless in ["+Inf", "-Inf", "NaN", "1e999"] {
            assert!(vector("1800000000", endless).is_err(), "{endless}");
        }
        let old = vector("1", "7").expect_err("it is of 1970");
        assert!(old.contains("s old; it may be 300 s"), "{old}");
        let ahead = vector("1800000400", "7").expect_err("it is of a time that is not yet");
        assert!(ahead.contains("400 s ahead"), "{ahead}");
        assert!(vector("null", "7").is_err(), "without its time");
        let scalar = |at: u64| {
            let body =
                format!(r#"{{"status":"success","data":{{"resultType":"scalar","result":[{at},"7"]}}}}"#);
            number_of(&body, now)
        };
        assert_eq!(scalar(1_800_000_000), Ok(7.0));
        assert!(scalar(1_700_000_000).is_err());
    }
}
