//! Settles conditions by what is known about an asset.
//!
//! Pure: facts in, answer out. The engine fills [`Facts`] from its inventory and asks [`Predicate::evaluate`] for one
//! condition or [`Expression::contains_with`] for a whole expression. The surprise: a fact that is not known gives
//! [`Answer::Unknown`] with the attribute's name, and a condition whose text was not typed is never settled at all.

use super::predicate::Predicate;
use super::{Expression, Outcome, dates, phrase};
use crate::names::order_number_key;
use crate::range::{Answer, VersionRange};
use crate::version::Version;
use crate::{Profile, Scheme};

/// The attribute of a [`Predicate::Variant`] that [`Facts::architecture`] can settle.
pub const ARCHITECTURE: &str = "architecture";

/// What is known about one asset; everything is unknown by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The whole serial number, as on the plate.
    pub serial_number: Option<&'a str>,
    /// The revision of the hardware, as the vendor writes it (`4`, `A1`); with `FS` in it, it is the function state.
    pub hardware_revision: Option<&'a str>,
    /// The function state that some vendors count beside the revision (`FS 5` is `5`).
    pub function_state: Option<&'a str>,
    /// The day of manufacture, `YYYY-MM-DD`.
    pub manufactured_on: Option<&'a str>,
    /// The day of delivery, `YYYY-MM-DD`.
    pub delivered_on: Option<&'a str>,
    /// The day on which the installed software or firmware was built or released, `YYYY-MM-DD`.
    pub built_on: Option<&'a str>,
    /// The fitted options and order codes, all of them; `None` when they are not known completely.
    pub options: Option<&'a [&'a str]>,
    /// Names of the exact model: order number, model, edition; as many as are known.
    pub models: &'a [&'a str],
    /// Parts and other products on the same asset, with their versions where known.
    pub components: &'a [Component<'a>],
    /// How much of what is installed the list of components holds.
    pub coverage: Coverage,
    /// The architecture for which the software is built (`x86_64`).
    pub architecture: Option<&'a str>,
    /// The vulnerability that is asked about.
    pub vulnerability: Option<&'a str>,
}

/// A part of an asset, or another product on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component<'a> {
    /// The name, as the inventory has it.
    pub name: &'a str,
    /// The version; `None` when only the presence is known.
    pub version: Option<&'a str>,
}

/// How much of what is installed a list of components holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Coverage {
    /// Something may be missing: what is not listed can be there all the same.
    #[default]
    Partial,
    /// Everything is listed: what is not listed is not there.
    Complete,
}

impl Predicate {
    /// Whether the condition holds for an asset. Unknown always names the attribute that must be known, and `No` is
    /// said only when the condition surely does not hold.
    pub fn evaluate(&self, facts: &Facts<'_>) -> Answer {
        let found = match self {
            Self::SerialNumber { leading, condition } => {
                facts.serial_number.and_then(|serial| serial_number(*leading, condition, serial))
            }
            Self::HardwareRevision { name, range } => revision(name, range, facts),
            Self::Date { condition } => date(condition, facts),
            Self::Option { options } => facts.options.map(|fitted| {
                options.iter().any(|option| fitted.iter().any(|own| own.trim().eq_ignore_ascii_case(option)))
            }),
            Self::SubComponent { name, range } => component(name, range, facts, Absence::SaysNothing),
            Self::OtherProduct { name, range } => component(name, range, facts, Absence::SaysNo),
            Self::ModelList { models } => model(models, facts.models),
            Self::Vulnerability { ids } => {
                facts.vulnerability.map(|asked| ids.iter().any(|id| id.eq_ignore_ascii_case(asked.trim())))
            }
            // One architecture has many names (`amd64`, `x86_64`), so that another one is no "no".
            Self::Variant { attribute, text } if attribute == ARCHITECTURE => facts
                .architecture
                .is_some_and(|own| own.trim().eq_ignore_ascii_case(text.trim()))
                .then_some(true),
            Self::Variant { .. } | Self::Configuration { .. } | Self::Reading { .. } | Self::Other { .. } => {
                None
            }
        };
        match found {
            Some(true) => Answer::Yes,
            Some(false) => Answer::No,
            None => Answer::Unknown { why: format!("it depends on what is not known: {}", self.attribute()) },
        }
    }

    /// True for conditions that no fact about an asset settles: a person must read the text.
    pub fn needs_a_reader(&self) -> bool {
        match self {
            Self::Configuration { .. } | Self::Reading { .. } | Self::Other { .. } => true,
            Self::SerialNumber { .. }
            | Self::HardwareRevision { .. }
            | Self::Date { .. }
            | Self::Option { .. }
            | Self::SubComponent { .. }
            | Self::OtherProduct { .. }
            | Self::ModelList { .. }
            | Self::Variant { .. }
            | Self::Vulnerability { .. } => false,
        }
    }
}

impl Expression {
    /// As [`Expression::contains`], with facts that can settle the conditions.
    ///
    /// `No` when the range excludes the version, or a condition surely does not hold and the text has no doubt of its
    /// own (a second reading, a remark); `Yes` when the version is inside and every condition holds.
    pub fn contains_with(&self, version_text: &str, facts: &Facts<'_>) -> Answer {
        let alone = self.contains(version_text);
        let Outcome::Conditional { range, predicates, .. } = &self.outcome else { return alone };
        if !matches!(alone, Answer::Unknown { .. }) {
            return alone;
        }
        let doubt = self.is_opened() || predicates.iter().any(Predicate::needs_a_reader);
        let mut missing = Vec::new();
        for predicate in predicates {
            match predicate.evaluate(facts) {
                Answer::Yes => {}
                Answer::No if !doubt => return Answer::No,
                Answer::No | Answer::Unknown { .. } => missing.push(predicate.attribute()),
            }
        }
        missing.dedup();
        if !missing.is_empty() {
            let why = format!("it depends on what is not known: {}", missing.join(", "));
            return Answer::Unknown { why };
        }
        if self.is_opened() {
            return alone;
        }
        if range.is_all() { Answer::Yes } else { self.inside(range, version_text) }
    }
}

/// A condition such as `<= 24061`, `>= 1000, <= 2000`, on the whole serial number or its first characters.
fn serial_number(leading: Option<usize>, condition: &str, serial: &str) -> Option<bool> {
    let serial = serial.trim().to_ascii_uppercase();
    let own = match leading {
        Some(count) => serial.get(..count)?,
        None => serial.as_str(),
    };
    let mut all = true;
    for part in condition.split(',') {
        let part = part.trim();
        let value = part.trim_start_matches(['<', '>', '=', ' ']);
        let sign = part[..part.len() - value.len()].trim();
        let plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !plain || sign.is_empty() {
            return None;
        }
        let value = value.to_ascii_uppercase();
        // Numbers of another length, and letters in them, have no order that one could rely on.
        let numbers =
            own.len() == value.len() && (own.to_owned() + &value).bytes().all(|b| b.is_ascii_digit());
        all &= match sign {
            "=" if own == value => true,
            // Only a plain number of the same length is surely another one.
            "=" if own.len() == value.len() && is_plain_serial(own) && is_plain_serial(&value) => false,
            "<" if numbers => *own < *value,
            "<=" if numbers => *own <= *value,
            ">" if numbers => *own > *value,
            ">=" if numbers => *own >= *value,
            "<=" | ">=" if own == value => true,
            _ => return None,
        };
    }
    Some(all)
}

/// Whether no sign of a serial number may stand for another one.
fn is_plain_serial(number: &str) -> bool {
    number.bytes().all(|byte| byte.is_ascii_alphanumeric() && byte != b'X')
        && number.bytes().any(|b| b.is_ascii_digit())
}

fn revision(name: &str, range: &VersionRange, facts: &Facts<'_>) -> Option<bool> {
    let lower = name.to_ascii_lowercase();
    let is_state = lower.contains("function state") || lower.split([' ', '(', ')']).any(|word| word == "fs");
    let read = facts.hardware_revision.and_then(function_state);
    let own = match (is_state, facts.function_state, read) {
        (true, Some(given), _) => function_state(given).unwrap_or(given),
        (true, None, read) => read?,
        // A function state in the field of the revision is no revision.
        (false, _, Some(_)) => return None,
        (false, _, None) => facts.hardware_revision?,
    };
    decided(range, own.trim())
}

/// The number behind `FS`, as in `FS:09`, `FS 10` or `A5 FS11`; a bare number says not of itself what it counts.
fn function_state(text: &str) -> Option<&str> {
    let text = text.trim();
    let upper = text.to_ascii_uppercase();
    let starts = upper.match_indices("FS").map(|(at, _)| at);
    let alone = |at: &usize| !upper[..*at].ends_with(|c: char| c.is_alphanumeric());
    let behind = starts.filter(alone).map(|at| text[at + 2..].trim_start_matches([':', '=', '.', '-', ' ']));
    let number = |rest: &'_ str| rest.bytes().take_while(u8::is_ascii_digit).count();
    let mut numbers = behind.filter(|rest| number(rest) > 0).map(|rest| &rest[..number(rest)]);
    numbers.next().filter(|_| numbers.next().is_none())
}

fn decided(range: &VersionRange, own: &str) -> Option<bool> {
    let version = Version::with_profile(Scheme::Ot, Profile::Common, own).ok()?;
    match range.contains(&version) {
        Answer::Yes => Some(true),
        Answer::No => Some(false),
        Answer::Unknown { .. } => None,
    }
}

/// Whether an absent component settles the condition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Absence {
    SaysNo,
    SaysNothing,
}

fn component(name: &str, range: &VersionRange, facts: &Facts<'_>, absence: Absence) -> Option<bool> {
    let key = words(name);
    let mut fitting = facts.components.iter().filter(|component| words(component.name) == key).peekable();
    if fitting.peek().is_none() {
        let absent =
            facts.coverage == Coverage::Complete && absence == Absence::SaysNo && is_plain_name(name);
        return absent.then_some(false);
    }
    let answers: Vec<Option<bool>> =
        fitting
            .map(|component| {
                if range.is_all() {
                    Some(true)
                } else {
                    component.version.and_then(|own| decided(range, own))
                }
            })
            .collect();
    if answers.contains(&Some(true)) {
        return Some(true);
    }
    answers.iter().all(|answer| *answer == Some(false)).then_some(false)
}

/// The letters and digits of a name, for comparing; blanks and signs do not count.
fn words(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A name of a few words; a longer one is a sentence whose absence says nothing.
fn is_plain_name(name: &str) -> bool {
    name.split(' ').count() <= 4
}

/// One of the models is the asset's own: yes. No is said only between whole order numbers.
fn model(models: &[String], own: &[&str]) -> Option<bool> {
    let keys: Vec<String> =
        own.iter().map(|name| order_number_key(name)).filter(|key| !key.is_empty()).collect();
    let listed: Vec<String> = models.iter().map(|name| order_number_key(name)).collect();
    if listed.iter().any(|name| keys.contains(name)) {
        return Some(true);
    }
    let whole = |key: &String| {
        key.len() >= 10 && !key.contains(['*', '?']) && key.bytes().filter(u8::is_ascii_digit).count() >= 4
    };
    let begins = |a: &String, b: &String| a.starts_with(b.as_str()) || b.starts_with(a.as_str());
    let own: Vec<&String> = keys.iter().filter(|key| whole(key)).collect();
    let apart = listed.iter().all(|name| whole(name) && own.iter().all(|key| !begins(key, name)));
    (!own.is_empty() && apart).then_some(false)
}

/// `manufactured before 2019-05`, `<= 2024-05-03`: compared with the day the words speak of.
fn date(condition: &str, facts: &Facts<'_>) -> Option<bool> {
    let lower = condition.to_ascii_lowercase();
    let speaks = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let own = if speaks(&["manufactur", "produc", "date code"]) {
        facts.manufactured_on
    } else if speaks(&["distribut", "shipp", "deliver", "sold"]) {
        facts.delivered_on
    } else {
        facts.built_on
    }?;
    let rewritten = phrase::operators(condition);
    let at = rewritten.find(['<', '>'])?;
    let body = rewritten[at..].trim_start_matches(['<', '>', '=']);
    let sign = &rewritten[at..rewritten.len() - body.len()];
    let limit = dates::date(&body.replace(" , ", " ")).or_else(|| month(body.trim()))?;
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let own = own.get(..limit.len()).filter(|_| own.len() == 10 && plain(own) && plain(&limit))?;
    // Inside a month that is named without its day, only the month's own side is sure.
    let whole = limit.len() == 10;
    match (own.cmp(limit.as_str()), sign) {
        (std::cmp::Ordering::Less, "<" | "<=") | (std::cmp::Ordering::Greater, ">" | ">=") => Some(true),
        (std::cmp::Ordering::Less, ">" | ">=") | (std::cmp::Ordering::Greater, "<" | "<=") => Some(false),
        (std::cmp::Ordering::Equal, "<=" | ">=") => Some(true),
        (std::cmp::Ordering::Equal, "<" | ">") => whole.then_some(false),
        _ => None,
    }
}

/// `2019-05`, which only a text that speaks of a date makes a month.
fn month(text: &str) -> Option<String> {
    let (year, month) = text.split_once('-')?;
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let fits = digits(year, 4) && digits(month, 2) && (1..=12).contains(&month.parse::<u32>().ok()?);
    fits.then(|| text.to_owned())
}
