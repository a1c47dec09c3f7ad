//! A text becomes a policy, or a list of everything that is wrong with it, each with its line.

use super::{Document, MAX_BYTES, MAX_DOCUMENTS, MAX_FILE_BYTES, SEPARATOR};
use holdpoint_domain::policy::{Fault, PolicyKind, Reaches, Value, Values, check};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct ReadFault {
    /// The line, from 1.
    pub line: usize,
    /// The key, what is wrong, what to do.
    pub fault: Fault,
}

/// The longest name of a site.
const MAX_SITE: usize = 200;
/// After so many faults the rest is not looked at.
const MAX_FAULTS: usize = 50;

/// Reads a document.
///
/// # Errors
/// Everything that is wrong with it, in the order of its lines; at least one.
pub fn read(text: &str) -> Result<Document, Vec<ReadFault>> {
    if text.len() > MAX_BYTES {
        let what = format!("the text has {} bytes, and {MAX_BYTES} are read", text.len());
        return Err(vec![ReadFault { line: 1, fault: Fault::of("", what, "leave long comments out") }]);
    }
    let table = DeTable::parse(text).map_err(|why| {
        let at = why.span().map_or(0, |span| span.start);
        let what = format!("this is no TOML: {}", why.message().trim_end_matches('.'));
        let remedy = "write `key = value`, texts in quotes, a table as `[name]`";
        vec![ReadFault { line: line_of(text, at), fault: Fault::of(key_at(text, at), what, remedy) }]
    })?;
    let table = table.into_inner();
    let kind = kind(text, &table).map_err(|fault| vec![fault])?;
    Reading { text, values: Values::brought(kind), site: None, seen: Vec::new(), faults: Vec::new() }
        .document(&table)
}

/// Cuts a file into its documents, each with the number of its first line.
///
/// # Errors
/// A file that is too long or holds too many.
pub fn split(text: &str) -> Result<Vec<(usize, &str)>, ReadFault> {
    let refuse =
        |what: String| Err(ReadFault { line: 1, fault: Fault::of("", what, "take it in as several files") });
    if text.len() > MAX_FILE_BYTES {
        return refuse(format!("the file has {} bytes, and {MAX_FILE_BYTES} are read", text.len()));
    }
    let mut found = Vec::new();
    let (mut start, mut first_line, mut at) = (0, 1, 0);
    for (place, line) in text.split_inclusive('\n').enumerate() {
        if line.trim_end() == SEPARATOR {
            found.push((first_line, &text[start..at]));
            start = at + line.len();
            first_line = place + 2;
        }
        at += line.len();
    }
    found.push((first_line, &text[start..]));
    found.retain(|(_, document)| !document.trim().is_empty());
    if found.len() > MAX_DOCUMENTS {
        return refuse(format!("the file holds {} policies, and {MAX_DOCUMENTS} are read", found.len()));
    }
    Ok(found)
}

fn kind(text: &str, table: &DeTable<'_>) -> Result<PolicyKind, ReadFault> {
    let all = || PolicyKind::ALL.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(", ");
    let remedy = || format!("write `kind = \"…\"` with one of: {}", all());
    let Some((_, found)) = table.iter().find(|(key, _)| key.get_ref() == "kind") else {
        let fault = Fault::of("kind", "the text does not say what kind of policy it is", remedy());
        return Err(ReadFault { line: 1, fault });
    };
    let word = found.get_ref().as_str().unwrap_or_default();
    word.parse().map_err(|_| {
        let shown: String = word.chars().take(64).collect();
        let what = format!("`{shown}` is no kind of policy");
        ReadFault { line: line_of(text, found.span().start), fault: Fault::of("kind", what, remedy()) }
    })
}

struct Reading<'a> {
    text: &'a str,
    values: Values,
    site: Option<String>,
    /// Keys that were read, each with its line.
    seen: Vec<(String, usize)>,
    faults: Vec<ReadFault>,
}

impl Reading<'_> {
    fn document(mut self, table: &DeTable<'_>) -> Result<Document, Vec<ReadFault>> {
        self.table("", table);
        if self.faults.is_empty()
            && let Err(fault) = check(&self.values)
        {
            let under = |key: &str| !fault.key.is_empty() && key.starts_with(fault.key.as_str());
            let lines = self.seen.iter().filter(|(key, _)| under(key)).map(|(_, line)| *line);
            let line = lines.min().unwrap_or(1);
            self.faults.push(ReadFault { line, fault });
        }
        if !self.faults.is_empty() {
            self.faults.sort_by_key(|fault| fault.line);
            return Err(self.faults);
        }
        let written = |key: &str| self.seen.iter().any(|(seen, _)| seen == key);
        let fields = self.values.kind().fields().iter().map(|field| field.key);
        let left_out = fields.filter(|key| !written(key)).collect();
        Ok(Document { site: self.site, values: self.values, left_out })
    }

    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            if self.faults.len() >= MAX_FAULTS {
                return;
            }
            let line = line_of(self.text, name.span().start);
            let key = if prefix.is_empty() {
                name.get_ref().to_string()
            } else {
                format!("{prefix}.{}", name.get_ref())
            };
            match (key.as_str(), value.get_ref()) {
                ("kind", DeValue::String(_)) => {}
                ("site", DeValue::String(site)) => self.site(line, site),
                (_, DeValue::Table(inner)) => {
                    let opens = format!("{key}.");
                    let known = self.values.kind().fields().iter().any(|field| field.key.starts_with(&opens));
                    if known { self.table(&key, inner) } else { self.value(line, key, Value::Switch(true)) }
                }
                (_, other) => match plain(other) {
                    Some(value) => self.value(line, key, value),
                    None => {
                        let kept: String = key.chars().take(64).collect();
                        let what = "numbers with a fraction, dates and nested lists are not used in policies";
                        self.fault(
                            line,
                            Fault::of(kept, what, "write a whole number, a text or a list of texts"),
                        );
                    }
                },
            }
        }
    }

    fn site(&mut self, line: usize, site: &str) {
        let name = site.trim();
        if self.values.kind().reaches() == Reaches::AllOnly {
            let what = format!("the policy `{}` is the same for all sites", self.values.kind());
            self.fault(line, Fault::of("site", what, "leave `site` out"));
        } else if name.is_empty() || name.chars().count() > MAX_SITE || name.chars().any(char::is_control) {
            let remedy = "write the site's name, or leave `site` out for all sites";
            self.fault(line, Fault::of("site", "this is no name of a site", remedy));
        } else {
            self.site = Some(name.to_owned());
        }
    }

    fn value(&mut self, line: usize, key: String, value: Value) {
        match self.values.clone().with(&key, value) {
            Ok(values) => {
                self.values = values;
                self.seen.push((key, line));
            }
            Err(fault) => self.fault(line, fault),
        }
    }

    fn fault(&mut self, line: usize, fault: Fault) {
        self.faults.push(ReadFault { line, fault });
    }
}

/// A value of TOML as a value of a policy.
fn plain(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Count)
        }
        DeValue::Boolean(on) => Some(Value::Switch(*on)),
        DeValue::Array(items) => {
            let word = |item: &Spanned<DeValue<'_>>| item.get_ref().as_str().map(str::to_owned);
            items.iter().map(word).collect::<Option<Vec<_>>>().map(Value::Words)
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

/// The line of a place in the text, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// What stands before the equals sign on the line of a place.
fn key_at(text: &str, at: usize) -> String {
    let line = text.lines().nth(line_of(text, at) - 1).unwrap_or_default();
    line.split('=').next().unwrap_or_default().trim().chars().take(64).collect()
}
