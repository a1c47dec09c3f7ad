//! `holdpoint match …`

pub mod run;

use crate::cli::{Global, ListArgs, Output};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::matching::explain::{self, Replay};
use holdpoint_app::{App, Caller, matching, vulnerabilities};
use holdpoint_server::api::match_views::{ExplanationView, MatchView};
use holdpoint_server::api::threat_views::Threats;
use std::io::Write;

/// Verbs on matches.
#[derive(Debug, Subcommand)]
pub enum MatchCommand {
    /// List matches: one for each asset, product and vulnerability
    List(MatchListArgs),
    /// Explain a match: the sentence, the evidence, the raw source
    Explain(OneArgs),
    /// Match advisories or assets again
    Run(run::RunArgs),
    /// List runs of matching; the filters kind:manual and kind:automatic show the two queues
    Runs(ListArgs),
    /// List what newer revisions meant for assets that matched before
    News(ListArgs),
    /// Compare everything with everything again, as after an upgrade
    Rebuild,
}

/// Which matches.
#[derive(Debug, Args)]
pub struct MatchListArgs {
    /// Only of this advisory
    #[arg(long, value_name = "TRACKING-ID")]
    pub advisory: Option<String>,
    /// Only of this asset
    #[arg(long, value_name = "TAG")]
    pub asset: Option<String>,
    /// All matches, not only the first rows; with jsonl this is so anyway
    #[arg(long)]
    pub all: bool,
    /// Options of the list
    #[command(flatten)]
    pub list: ListArgs,
}

/// One match.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// The match's id, as lists show it
    pub id: String,
    /// As it was at a moment
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &MatchCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        MatchCommand::List(args) => list(global, &app, &caller, args),
        MatchCommand::Explain(args) => explain_one(global, &app, &caller, args),
        MatchCommand::Run(args) => run::run(global, &app, &caller, args),
        MatchCommand::Runs(args) => run::list(global, &app, &caller, args),
        MatchCommand::News(args) => run::news(global, &app, &caller, args),
        MatchCommand::Rebuild => {
            let counts = matching::rebuild(&app, &caller, &global.reason)?;
            output::value(global.output, &counts, || {
                format!(
                    "{} opened, {} changed, {} carried over, {} closed",
                    counts.opened, counts.changed, counts.carried_over, counts.closed
                )
            })?;
            Ok(Exit::Done)
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn list(global: &Global, app: &App, caller: &Caller, args: &MatchListArgs) -> Result<Exit> {
    let mut list = args.list.clone();
    for (field, value) in [("advisory", &args.advisory), ("asset", &args.asset)] {
        if let Some(value) = value {
            list.filter.push_str(&format!(" {field}={}", quoted(value)));
        }
    }
    let query = open::list_query(app, &list)?;
    if args.all || global.output == Output::Jsonl {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut broken = None;
        let threats = Threats::new(vulnerabilities::threats_of_advisories(app, caller)?);
        matching::each(app, caller, &query, |line| {
            if broken.is_none() {
                let text =
                    serde_json::to_string(&MatchView::of(line, &threats)).expect("a match is plain data");
                broken = writeln!(out, "{text}").err();
            }
            Ok(())
        })?;
        if let Some(error) = broken {
            return Err(error.into());
        }
        out.flush()?;
        return Ok(Exit::Done);
    }
    let found = matching::list(app, caller, &query)?;
    let names: Vec<String> = found.items.iter().map(|line| line.vulnerability.clone()).collect();
    let threats = Threats::new(vulnerabilities::threats(app, caller, &names)?);
    let items: Vec<MatchView> = found.items.into_iter().map(|line| MatchView::of(line, &threats)).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Match", "Advisory", "Vulnerability", "Asset", "Affected", "Confidence", "Why"];
    output::list(global.output, &listed, &header, |line| {
        vec![
            line.id.clone(),
            line.advisory.clone(),
            line.vulnerability.clone(),
            line.asset_tag.clone(),
            line.verdict.clone(),
            line.confidence_words.clone(),
            line.why.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn explain_one(global: &Global, app: &App, caller: &Caller, args: &OneArgs) -> Result<Exit> {
    let explained = explain::explain(app, caller, &args.id, open::as_of(args.as_of.as_deref())?)?;
    let replay = explained.replay;
    let view = ExplanationView::from(explained);
    output::value(global.output, &view, || {
        let rows = view.evidence.iter().map(|row| {
            let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
            vec![
                row.test.clone(),
                said(&row.asset_value),
                said(&row.advisory_value),
                row.result.clone(),
                row.note.clone(),
            ]
        });
        let mut text = format!(
            "{} {} {} on {}: {} ({})\n{}\n\n{}\n",
            view.line.advisory,
            view.line.product_id,
            view.line.vulnerability,
            view.line.asset_tag,
            view.line.verdict,
            view.line.confidence_words,
            view.sentence,
            output::table(&["Test", "Asset", "Advisory", "Result", "Note"], rows),
        );
        for change in &view.what_would_change_it {
            text.push_str(&format!("\nwould change it: {change}"));
        }
        for remediation in &view.remediations {
            text.push_str(&format!("\n{}: {}", remediation.category, remediation.details));
        }
        for place in &view.raw.pointers {
            text.push_str(&format!("\nraw {} of sha256 {}", place.pointer, view.raw.sha256));
        }
        if replay == Replay::Different {
            text.push_str("\nThe rules changed since this match was stored: run `holdpoint match rebuild`.");
        }
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}
