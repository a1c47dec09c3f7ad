//! `holdpoint version …`: questions about versions, by argument or as JSON lines. Needs no database.

use crate::cli::{Global, Output};
use crate::exit::Exit;
use crate::output;
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use holdpoint_app::versions::{self, ContainsQuestion, Scheme};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::io::{BufRead, Write};

/// The longest line that is read from standard input, in bytes.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// Questions about versions.
#[derive(Debug, Subcommand)]
pub enum VersionCommand {
    /// How a version expression is read. Without TEXT: JSON lines {"vendor","product","text"} on standard input
    Explain(ExplainArgs),
    /// Which of two versions is newer. Without versions: JSON lines {"vendor","scheme","a","b"} on standard input
    Compare(CompareArgs),
    /// Whether an expression covers a version. Without TEXT: JSON lines {"vendor","product","text","version"}
    Contains(ContainsArgs),
}

/// What to explain.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The expression, as an advisory writes it
    pub text: Option<String>,
    /// Of which vendor and product it speaks
    #[command(flatten)]
    pub about: About,
}

/// What to compare.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// One version
    #[arg(requires = "b")]
    pub a: Option<String>,
    /// The other
    pub b: Option<String>,
    /// By which rules: ot, deb, rpm, semver, pypi, maven, intdot, datetime, windows, kb, lexicographic, generic, apk, composer, gem
    #[arg(long, default_value = "ot", value_parser = versions::scheme)]
    pub scheme: Scheme,
    /// Of which vendor and product they speak
    #[command(flatten)]
    pub about: About,
}

/// What may be covered.
#[derive(Debug, Args)]
pub struct ContainsArgs {
    /// The expression, as an advisory writes it
    #[arg(requires = "installed")]
    pub text: Option<String>,
    /// The installed version
    pub installed: Option<String>,
    /// Of which vendor and product they speak
    #[command(flatten)]
    pub about: About,
}

/// Of which vendor and product a text speaks.
#[derive(Debug, Args)]
pub struct About {
    /// Vendor, which may write versions in its own way
    #[arg(long, default_value = "", hide_default_value = true)]
    pub vendor: String,
    /// Product
    #[arg(long, default_value = "", hide_default_value = true)]
    pub product: String,
}

/// A question; fields of the asker's own, such as an id, are passed over.
#[derive(Deserialize)]
struct ExplainLine {
    #[serde(default, deserialize_with = "versions::or_empty")]
    vendor: String,
    #[serde(default, deserialize_with = "versions::or_empty")]
    product: String,
    text: String,
}

/// A question; fields of the asker's own, such as an id, are passed over.
#[derive(Deserialize)]
struct CompareLine {
    #[serde(default, deserialize_with = "versions::or_empty")]
    vendor: String,
    #[serde(default)]
    scheme: Option<String>,
    a: String,
    b: String,
}

/// Answers a question, or all that come on standard input.
pub fn run(global: &Global, command: &VersionCommand) -> Result<Exit> {
    match command {
        VersionCommand::Explain(ExplainArgs { text: Some(text), about }) => {
            let explained = versions::explain(&about.vendor, &about.product, text);
            output::value(global.output, &explained, || {
                let parts = [&explained.range, &explained.predicates.join("; "), &explained.why];
                let said: Vec<&str> =
                    parts.into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
                format!("{}: {}", explained.outcome, said.join("; "))
            })?;
            Ok(Exit::Done)
        }
        VersionCommand::Explain(_) => {
            let read = |line: ExplainLine| versions::explain(&line.vendor, &line.product, &line.text);
            each_line(
                &["text"],
                read,
                |why| json!({"outcome": "not_understood", "range": "", "predicates": [], "flags": [], "why": why}),
            )
        }
        VersionCommand::Compare(CompareArgs { a: Some(a), b: Some(b), scheme, about }) => {
            print(global.output, &versions::compare(*scheme, &about.vendor, a, b))
        }
        VersionCommand::Compare(CompareArgs { scheme: usual, .. }) => {
            let read = |line: CompareLine| {
                let named = line.scheme.as_deref().map_or(Ok(*usual), versions::scheme);
                match named {
                    Ok(scheme) => versions::compare(scheme, &line.vendor, &line.a, &line.b),
                    Err(why) => versions::VersionAnswer { answer: "unknown", why },
                }
            };
            each_line(&["a", "b"], read, unanswered)
        }
        VersionCommand::Contains(ContainsArgs { text: Some(text), installed: Some(installed), about }) => {
            let question = ContainsQuestion {
                vendor: about.vendor.clone(),
                product: about.product.clone(),
                text: text.clone(),
                version: installed.clone(),
            };
            print(global.output, &versions::contains(&question))
        }
        VersionCommand::Contains(_) => {
            let read = |question: ContainsQuestion| versions::contains(&question);
            each_line(&["text", "version"], read, unanswered)
        }
    }
}

fn print(output: Output, answer: &versions::VersionAnswer) -> Result<Exit> {
    output::value(output, answer, || format!("{}: {}", answer.answer, answer.why))?;
    Ok(Exit::Done)
}

fn unanswered(why: String) -> Value {
    json!({"answer": "unknown", "why": why})
}

/// Reads questions line by line and answers each on a line of its own, in their order; a line that is no question is
/// answered with what is wrong with it, and the batch goes on. So is an empty line: line for line, answers and
/// questions stand side by side.
fn each_line<Q: for<'de> Deserialize<'de>, A: Serialize>(
    needed: &[&str],
    answer: impl Fn(Q) -> A,
    refuse: impl Fn(String) -> Value,
) -> Result<Exit> {
    let mut input = std::io::stdin().lock();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut exit = Exit::Done;
    let mut number = 0_u64;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = std::io::Read::take(&mut input, MAX_LINE_BYTES + 1).read_until(b'\n', &mut line);
        let read = read.context("cannot read standard input")?;
        if read == 0 {
            break;
        }
        number += 1;
        let too_long = read as u64 > MAX_LINE_BYTES && !line.ends_with(b"\n");
        if too_long {
            skip_line(&mut input).context("cannot read standard input")?;
        }
        let question = if too_long {
            Err(format!("it has more than {MAX_LINE_BYTES} bytes"))
        } else if line.iter().all(u8::is_ascii_whitespace) {
            Err("it is empty".to_owned())
        } else {
            question_in(&line, needed)
        };
        match question {
            Ok(question) => writeln!(out, "{}", serde_json::to_string(&answer(question))?)?,
            Err(error) => {
                exit = Exit::Partly;
                writeln!(out, "{}", refuse(format!("line {number} is no question: {error}")))?;
            }
        }
    }
    out.flush()?;
    Ok(exit)
}

/// Reads one line as a question; else says in words what such a line must look like.
fn question_in<Q: for<'de> Deserialize<'de>>(line: &[u8], needed: &[&str]) -> Result<Q, String> {
    let is_object = line.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    if is_object && let Ok(question) = serde_json::from_slice(line) {
        return Ok(question);
    }
    let fields: Vec<String> = needed.iter().map(|name| format!("\"{name}\": \"…\"")).collect();
    let what = match serde_json::from_slice::<Value>(line) {
        Err(_) => "it cannot be read as JSON".to_owned(),
        Ok(Value::Object(found)) => {
            let wrong: Vec<String> = needed
                .iter()
                .chain(&["vendor", "product"])
                .filter_map(|name| match found.get(*name) {
                    None if needed.contains(name) => Some(format!("`{name}` is missing")),
                    None | Some(Value::String(_)) => None,
                    Some(Value::Null) if !needed.contains(name) => None,
                    Some(_) => Some(format!("`{name}` is no text")),
                })
                .collect();
            // A name that stands there twice is the one thing that is left.
            if wrong.is_empty() { "it names a field twice".to_owned() } else { wrong.join(", ") }
        }
        Ok(Value::Array(_)) => "it is a list".to_owned(),
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            "it is a single value".to_owned()
        }
    };
    Err(format!("{what}; a question is an object like {{{}}} on one line", fields.join(", ")))
}

/// Passes over the rest of a line, however long it is.
fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let held = input.fill_buf()?;
        if held.is_empty() {
            return Ok(());
        }
        let end = held.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(held.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ContainsQuestion, question_in};

    #[test]
    fn a_line_that_is_no_question_is_told_what_one_looks_like() {
        let said = |line: &str| {
            question_in::<ContainsQuestion>(line.as_bytes(), &["text", "version"]).expect_err("no question")
        };
        let like = "a question is an object like {\"text\": \"…\", \"version\": \"…\"} on one line";
        assert_eq!(said("[1, 2]"), format!("it is a list; {like}"));
        assert_eq!(said(r#"["a", "b", "c", "d"]"#), format!("it is a list; {like}"));
        assert_eq!(said("7"), format!("it is a single value; {like}"));
        assert_eq!(said("{"), format!("it cannot be read as JSON; {like}"));
        assert_eq!(said(r#"{"text": 7}"#), format!("`text` is no text, `version` is missing; {like}"));
        assert!(question_in::<ContainsQuestion>(br#"{"text": "<2", "version": "1", "id": 7}"#, &[]).is_ok());
        let nothing = br#"{"vendor": null, "product": null, "text": "<2", "version": "1"}"#;
        assert!(question_in::<ContainsQuestion>(nothing, &[]).is_ok());
        assert_eq!(said(r#"{"text": null, "version": "1"}"#), format!("`text` is no text; {like}"));
    }
}
