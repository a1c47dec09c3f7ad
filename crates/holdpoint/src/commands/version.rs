//! `holdpoint version …`: questions about versions, by argument or as JSON lines. Needs no database.

use crate::cli::{Global, Output};
use crate::exit::Exit;
use crate::output;
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use holdpoint_app::versions::{self, ContainsQuestion};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io::{BufRead, Write};

/// The longest line that is read from standard input, in bytes.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// Questions about versions.
#[derive(Debug, Subcommand)]
pub enum VersionCommand {
    /// How a version expression is read. Without TEXT: JSON lines {"vendor","product","text"} on standard input
    Explain(ExplainArgs),
    /// Which of two versions is newer. Without versions: JSON lines {"vendor","a","b"} on standard input
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExplainLine {
    #[serde(default)]
    vendor: String,
    #[serde(default)]
    product: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompareLine {
    #[serde(default)]
    vendor: String,
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
            each_line(|line: ExplainLine| versions::explain(&line.vendor, &line.product, &line.text))
        }
        VersionCommand::Compare(CompareArgs { a: Some(a), b: Some(b), about }) => {
            print(global.output, &versions::compare(&about.vendor, a, b))
        }
        VersionCommand::Compare(_) => {
            each_line(|line: CompareLine| versions::compare(&line.vendor, &line.a, &line.b))
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
        VersionCommand::Contains(_) => each_line(|question: ContainsQuestion| versions::contains(&question)),
    }
}

fn print(output: Output, answer: &versions::VersionAnswer) -> Result<Exit> {
    output::value(output, answer, || format!("{}: {}", answer.answer, answer.why))?;
    Ok(Exit::Done)
}

/// Reads questions line by line and answers each on a line of its own; a bad line is answered with its error.
fn each_line<Q: for<'de> Deserialize<'de>, A: Serialize>(answer: impl Fn(Q) -> A) -> Result<Exit> {
    let mut input = std::io::stdin().lock();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut exit = Exit::Done;
    let mut number = 0_u64;
    loop {
        let mut line = Vec::new();
        let read = std::io::Read::take(&mut input, MAX_LINE_BYTES + 1).read_until(b'\n', &mut line);
        if read.context("cannot read standard input")? == 0 {
            break;
        }
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<Q>(&line) {
            Ok(question) => writeln!(out, "{}", serde_json::to_string(&answer(question))?)?,
            Err(error) => {
                exit = Exit::Partly;
                let what = format!("line {number} is no question: {error}");
                writeln!(out, "{}", json!({"answer": "unknown", "why": what}))?;
            }
        }
    }
    out.flush()?;
    Ok(exit)
}
