//! `holdpoint finding …` and `holdpoint clock …`: what is to be done first, until when, and why.

mod triage;

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::ranking::word::{NewWord, WordScope};
use holdpoint_app::ranking::{read, refresh, word};
use holdpoint_app::store::ranking::list::Standing;
use holdpoint_app::{App, Caller};
use holdpoint_domain::ranking::replacement::{PointValue, Replaceable};
use holdpoint_server::api::finding_views::{FindingView, LaneCountView, OverrideView, PriorityView};
use std::fmt::Write as _;

/// Verbs on findings.
#[derive(Debug, Subcommand)]
pub enum FindingCommand {
    /// List vulnerabilities of assets that stand open, the most pressing first
    List(FindingListArgs),
    /// Show one finding
    Show(OneArgs),
    /// Say why a finding stands where it stands: the answered questions, clocks, and what would change it
    Explain(OneArgs),
    /// Say another value of a decision point, with the reason in --reason and an end
    Override(OverrideArgs),
    /// Confirm somebody else's word, which lowers from then on too, or that it ends; needs --reason
    ConfirmOverride(EndArgs),
    /// Keep a word that somebody wanted ended; needs --reason
    KeepOverride(EndArgs),
    /// Take such a word back before its end
    EndOverride(EndArgs),
    /// Rank anew what is stale
    Rank,
    /// Say what a decision about findings would do; changes nothing
    Preview(triage::TriageArgs),
    /// Decide about findings, one or many; needs --reason, and waits for signatures
    Decide(triage::TriageArgs),
    /// Take decisions back that nobody has signed yet; needs --reason
    Undo(triage::UndoArgs),
}

/// Which findings.
#[derive(Debug, Args)]
pub struct FindingListArgs {
    /// Those that closed too
    #[arg(long)]
    pub all: bool,
    /// Options of the list
    #[command(flatten)]
    pub list: ListArgs,
}

/// One finding: by its number, or by the vulnerability and the asset.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// The finding's number, or the vulnerability
    pub finding: String,
    /// The asset's tag, when a vulnerability is named
    pub asset: Option<String>,
}

/// A word on a decision point.
#[derive(Debug, Args)]
pub struct OverrideArgs {
    /// The finding's number, or the vulnerability
    pub finding: String,
    /// The asset's tag, when a vulnerability is named
    pub asset: Option<String>,
    /// exploitation, exposure, automatable, safety or mission
    #[arg(long)]
    pub point: String,
    /// One of the point's words, for example `public poc`
    #[arg(long)]
    pub value: String,
    /// Until when, as 2027-03-31; at most a year from now
    #[arg(long, value_name = "DAY")]
    pub until: String,
    /// On what: finding, vulnerability (wherever it is) or asset (whatever its vulnerability)
    #[arg(long, default_value = "finding")]
    pub scope: String,
}

/// A word.
#[derive(Debug, Args)]
pub struct EndArgs {
    /// The word's id, as `finding explain` shows it
    pub id: String,
}

/// Verbs on clocks.
#[derive(Debug, Subcommand)]
pub enum ClockCommand {
    /// Say how many findings stand open in each lane by the clock that runs out first, and how many are late
    List,
}

/// Carries out a verb on findings.
pub fn run(global: &Global, command: &FindingCommand) -> Result<Exit> {
    match command {
        FindingCommand::Preview(args) => return triage::preview(global, args),
        FindingCommand::Decide(args) => return triage::decide(global, args),
        FindingCommand::Undo(args) => return triage::undo(global, args),
        FindingCommand::List(_)
        | FindingCommand::Show(_)
        | FindingCommand::Explain(_)
        | FindingCommand::Override(_)
        | FindingCommand::ConfirmOverride(_)
        | FindingCommand::KeepOverride(_)
        | FindingCommand::EndOverride(_)
        | FindingCommand::Rank => {}
    }
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        FindingCommand::Preview(args) => triage::preview(global, args),
        FindingCommand::Decide(args) => triage::decide(global, args),
        FindingCommand::Undo(args) => triage::undo(global, args),
        FindingCommand::List(args) => list(global, &app, &caller, args),
        FindingCommand::Show(args) => show(global, &app, &caller, args),
        FindingCommand::Explain(args) => explain(global, &app, &caller, args),
        FindingCommand::Override(args) => say(global, &app, &open::person_or_operator(&app)?, args),
        FindingCommand::ConfirmOverride(args) => {
            word::confirm(&app, &open::person(&app)?, args.id.parse()?, &global.reason)?;
            Ok(Exit::Done)
        }
        FindingCommand::KeepOverride(args) => {
            word::keep(&app, &open::person(&app)?, args.id.parse()?, &global.reason)?;
            Ok(Exit::Done)
        }
        FindingCommand::EndOverride(args) => {
            word::take_back(&app, &open::person_or_operator(&app)?, args.id.parse()?, &global.reason)?;
            Ok(Exit::Done)
        }
        FindingCommand::Rank => {
            let counts = refresh::now(&app)?.unwrap_or_default();
            eprintln!(
                "{} looked at, {} opened, {} changed, {} closed, {} outcomes changed",
                counts.looked_at, counts.opened, counts.changed, counts.closed, counts.outcomes
            );
            Ok(Exit::Done)
        }
    }
}

/// Carries out a verb on clocks.
pub fn clock(global: &Global, command: &ClockCommand) -> Result<Exit> {
    let ClockCommand::List = command;
    let app = open::app(global)?;
    let found = read::counts(&app, &open::operator())?;
    let items: Vec<LaneCountView> = found.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Lane", "Clock", "Findings", "Late", "Of them unknown", "Earliest"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![
            one.lane.clone(),
            one.clock.clone(),
            one.findings.to_string(),
            one.late.to_string(),
            one.unknown.to_string(),
            one.earliest.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn list(global: &Global, app: &App, caller: &Caller, args: &FindingListArgs) -> Result<Exit> {
    let standing = if args.all { Standing::All } else { Standing::Open };
    let found = read::list(app, caller, standing, &open::list_query(app, &args.list)?)?;
    let items: Vec<FindingView> = found.items.into_iter().map(|line| FindingView::of(app, line)).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = [
        "Finding",
        "Lane",
        "Outcome",
        "Possible",
        "Due",
        "Clock",
        "Vulnerability",
        "Asset",
        "Affected",
        "Exploited",
    ];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.id.clone(),
            one.lane.clone(),
            one.outcome.clone(),
            if one.lowest == one.highest {
                String::new()
            } else {
                format!("{} to {}", one.lowest, one.highest)
            },
            format!("{} ({})", one.due, one.clock_state.words),
            one.clock.clone(),
            one.vulnerability.clone(),
            one.asset_tag.clone(),
            one.verdict.clone(),
            match (&one.kev_added, &one.exploited_by) {
                (Some(day), _) => format!("KEV since {day}"),
                (None, Some(who)) => format!("{}, says {who}", one.exploited),
                (None, None) => one.exploited.clone(),
            },
        ]
    })?;
    Ok(Exit::Done)
}

fn number(app: &App, caller: &Caller, finding: &str, asset: Option<&str>) -> Result<i64> {
    match asset {
        Some(asset) => Ok(read::number_of(app, caller, finding, asset)?),
        None => Ok(finding.parse().map_err(|_| {
            anyhow::anyhow!(
                "`{finding}` is no finding's number; name a number, or a vulnerability and an asset's tag"
            )
        })?),
    }
}

fn show(global: &Global, app: &App, caller: &Caller, args: &OneArgs) -> Result<Exit> {
    let number = number(app, caller, &args.finding, args.asset.as_deref())?;
    let view = FindingView::of(app, read::explained(app, caller, number)?.line);
    output::value(global.output, &view, || {
        let reported = view.reported.as_ref().map_or_else(String::new, |at| {
            format!("\nreported done since {at}; it stands open until the inventory shows it")
        });
        format!(
            "{} on {}: {} ({}), due {} by {} ({}){reported}",
            view.vulnerability,
            view.asset_tag,
            view.lane,
            view.outcome,
            view.due,
            view.clock,
            view.clock_state.words
        )
    })?;
    Ok(Exit::Done)
}

fn explain(global: &Global, app: &App, caller: &Caller, args: &OneArgs) -> Result<Exit> {
    let number = number(app, caller, &args.finding, args.asset.as_deref())?;
    let view = PriorityView::of(app, read::explained(app, caller, number)?);
    output::value(global.output, &view, || in_words(&view))?;
    Ok(Exit::Done)
}

fn in_words(view: &PriorityView) -> String {
    let mut text =
        format!("{} on {}\n{}\n", view.finding.vulnerability, view.finding.asset_tag, view.sentence);
    for question in &view.questions {
        let since = question.on.as_ref().map(|on| format!(", {on}")).unwrap_or_default();
        let counted = if question.possible == question.counted {
            String::new()
        } else {
            format!(", counted as {}", question.counted)
        };
        line(
            &mut text,
            &format!("  {}: {}{counted} ({}{since})", question.point, question.possible, question.source),
        );
        for replaced in &question.replaced {
            line(&mut text, &format!("    {} (instead of {})", replaced.by, replaced.instead_of));
        }
        for other in &question.otherwise {
            line(&mut text, &format!("    if {}: {} ({})", other.value, other.lane, other.outcome));
        }
    }
    line(&mut text, "Clocks:");
    for clock in &view.clocks {
        let due = clock.due.as_ref().map(|due| format!(" by {due}")).unwrap_or_default();
        line(&mut text, &format!("  {}{due}: {} – {}", clock.clock, clock.state.words, clock.source));
    }
    line(&mut text, &format!("Order within {}: {}", view.outcome, view.order));
    for term in &view.terms {
        line(&mut text, &format!("  {}: {}", term.name, term.value));
    }
    line(&mut text, &format!("Way: {}", view.gate.way.replace('_', " ")));
    for (sign, notes) in [("", &view.gate.missing), ("? ", &view.gate.unknown), ("", &view.gate.notes)] {
        for note in notes {
            line(&mut text, &format!("  {sign}{note}"));
        }
    }
    for one in &view.gate.instead {
        line(&mut text, &format!("  {} of {}: {}", one.category, one.source, one.text));
    }
    for one in &view.gate.controls {
        line(&mut text, &format!("  control {} would make it {} ({})", one.control, one.lane, one.outcome));
    }
    for word in view.overrides.iter().filter(|word| word.ended.is_none()) {
        line(&mut text, &format!("Word {}: {} {} by {}", word.id, word.point, word.value, word.author));
    }
    line(&mut text, &format!("Tables: {}; rules version {}", view.tables.join(", "), view.policy_version));
    text.truncate(text.trim_end().len());
    text
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("writing to a text cannot fail");
}

fn say(global: &Global, app: &App, caller: &Caller, args: &OverrideArgs) -> Result<Exit> {
    let finding = number(app, caller, &args.finding, args.asset.as_deref())?;
    let point: Replaceable = args.point.parse()?;
    let scope = match args.scope.as_str() {
        "finding" => WordScope::Finding,
        "vulnerability" => WordScope::Vulnerability,
        "asset" => WordScope::Asset,
        other => anyhow::bail!("`{other}` is no scope; it must be one of: finding, vulnerability, asset"),
    };
    let new = NewWord {
        finding,
        scope,
        value: PointValue::read(point, &args.value)?,
        reason: &global.reason,
        expires_at: args.until.parse()?,
    };
    let view = OverrideView::from(word::say(app, caller, &new)?);
    output::value(global.output, &view, || {
        format!(
            "{} is {} until {}: {}",
            view.point,
            view.value,
            view.expires.clone().unwrap_or_default(),
            view.id
        )
    })?;
    Ok(Exit::Done)
}
