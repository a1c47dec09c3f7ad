//! `holdpoint decision …`: the queue, the card, asking, signing and answering.
//!
//! Asking and signing need a person: the token of an account in HOLDPOINT_TOKEN. What is asked for comes as the JSON
//! that the API takes, from a file.

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use holdpoint_app::AppError;
use holdpoint_app::approval::card;
use holdpoint_app::approval::decisions::{self, AskAuthorise, Rejection, SignRequest};
use holdpoint_app::approval::known::Source;
use holdpoint_app::approval::waiting;
use holdpoint_domain::decision::{Basis, Ending};
use holdpoint_server::api::approval_views::DecisionView;
use holdpoint_server::api::baselines::RowOutcome;
use holdpoint_server::api::card_views::{CardView, WaitingView};
use holdpoint_server::api::decisions::{AskBody, AskStandardBody, card_hash};
use holdpoint_server::api::stake_views::{NOTHING_KNOWN, OffersView, StakeView};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// Verbs on decisions.
#[derive(Debug, Subcommand)]
pub enum DecisionCommand {
    /// List decisions, the newest first; what waits: --filter state:waiting
    List(ListArgs),
    /// List what waits for your own signature, and in whose name you can give it
    Waiting,
    /// Show the card: everything that a signer must see, and its hash
    Show(OneArgs),
    /// Ask that patches be authorised, as a file says (the API's JSON of decisions:approve)
    Approve(FileArgs),
    /// Ask that a kind of change be approved beforehand, as a file says (the API's JSON)
    Standard(FileArgs),
    /// Reject patches in a baseline, or ask that they be declined everywhere; needs --reason
    Reject(RejectArgs),
    /// Sign a decision; needs the hash of the card that was seen
    Sign(SignArgs),
    /// Answer otherwise: withdraw, reject, return, revoke, review; needs --reason
    Answer(AnswerArgs),
}

/// One decision.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Its id
    pub id: String,
}

/// What is asked for.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// A file with the API's JSON
    pub file: PathBuf,
}

/// What is rejected.
#[derive(Debug, Args)]
pub struct RejectArgs {
    /// The patches
    #[arg(required = true)]
    pub patches: Vec<String>,
    /// The baseline; without it everywhere
    #[arg(long, value_name = "BASELINE")]
    pub baseline: Option<String>,
    /// No source here knows them yet; the reason says from where they are known
    #[arg(long)]
    pub unseen: bool,
}

/// A signature.
#[derive(Debug, Args)]
pub struct SignArgs {
    /// The decision's id
    pub id: String,
    /// The hash of the card, as `decision show` prints it
    #[arg(long, value_name = "HASH")]
    pub shown: String,
    /// The name of the person whose right was lent to you
    #[arg(long, value_name = "NAME")]
    pub on_behalf_of: Option<String>,
}

/// An answer other than a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Answer {
    /// Its author takes it back
    Withdraw,
    /// An approver says no
    Reject,
    /// An approver asks back
    Return,
    /// What holds is taken back: a decline everywhere, or a standard change
    Revoke,
    /// An emergency is reviewed
    Review,
}

/// Which decision, and what is answered.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// The decision's id
    pub id: String,
    /// The answer
    #[arg(value_enum)]
    pub answer: Answer,
}

/// Reads a file of the API's JSON.
pub fn body<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    serde_json::from_slice(&bytes)
        .with_context(|| format!("`{}` is not the JSON that is asked for", path.display()))
}

/// Prints what came of many rows; says in the exit code whether some were refused.
pub fn rows(global: &Global, rows: Vec<RowOutcome>) -> Result<Exit> {
    let done = rows.iter().all(|row| row.done);
    let count = rows.len() as u64;
    let listed = Listed { items: rows, next: None, count };
    output::list(global.output, &listed, &["Row", "Done", "State", "Why not"], |row| {
        let why = row.why.clone().unwrap_or_default();
        vec![row.key.clone(), if row.done { "yes" } else { "no" }.to_owned(), row.state.clone(), why]
    })?;
    Ok(if done { Exit::Done } else { Exit::Partly })
}

/// Carries out a verb.
pub fn run(global: &Global, command: &DecisionCommand) -> Result<Exit> {
    match command {
        DecisionCommand::List(args) => list(global, args),
        DecisionCommand::Waiting => waits(global),
        DecisionCommand::Show(args) => show(global, &args.id),
        DecisionCommand::Approve(args) => approve(global, args),
        DecisionCommand::Standard(args) => standard(global, args),
        DecisionCommand::Reject(args) => reject(global, args),
        DecisionCommand::Sign(args) => sign(global, args),
        DecisionCommand::Answer(args) => answer(global, args),
    }
}

fn waits(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let found = waiting::waiting(&app, &open::person(&app)?)?;
    let items: Vec<WaitingView> = found.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Id", "Kind", "Risk", "About", "On", "Signed", "Author", "In the name of"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |row| {
        let one = &row.decision;
        let own = if row.cannot_sign.is_empty() { Some("yourself".to_owned()) } else { None };
        vec![
            one.id.clone(),
            one.kind.clone(),
            one.risk.clone(),
            about(one),
            on(one),
            format!("{} of {}", one.signatures.len(), one.needed),
            one.author.name.clone(),
            own.into_iter().chain(row.sign_for.clone()).collect::<Vec<_>>().join(", "),
        ]
    })?;
    Ok(Exit::Done)
}

/// What it is about, so that two rows can be told apart.
fn about(one: &DecisionView) -> String {
    let named = one.patch.clone().or_else(|| one.exempts.clone()).or_else(|| one.standard.clone());
    named.unwrap_or_default()
}

/// For which assets it would hold.
fn on(one: &DecisionView) -> String {
    let everywhere = matches!(one.kind.as_str(), "reject" | "readmit").then(|| "everywhere".to_owned());
    one.baseline.clone().or_else(|| one.exempts_on.clone()).or(everywhere).unwrap_or_default()
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = decisions::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<DecisionView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Id", "Kind", "State", "Risk", "About", "On", "Footing", "Signed", "Author", "Asked"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.id.clone(),
            one.kind.clone(),
            one.state.clone(),
            one.risk.clone(),
            about(one),
            on(one),
            one.footing.clone().unwrap_or_default(),
            format!("{} of {}", one.signatures.len(), one.needed),
            one.author.name.clone(),
            one.asked_at.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn show(global: &Global, id: &str) -> Result<Exit> {
    let app = open::app(global)?;
    let view = CardView::from(card::card(&app, &open::operator(), id)?);
    print_card(global, &view)
}

fn print_card(global: &Global, view: &CardView) -> Result<Exit> {
    output::value(global.output, view, || {
        let one = &view.decision;
        if let Some(exemption) = &view.exemption {
            let text = format!(
                "{} (risk {}: {})\n{}\n{}{}{}assets: {}\n{}{}signed: {} of {}\nhash: {}{}\n",
                one.state,
                one.risk,
                one.risk_why.join("; "),
                super::exemption::about(exemption),
                stake(view),
                fixes(view),
                view.on_offer.as_ref().map(OffersView::words).unwrap_or_default(),
                assets(view),
                output::table(&super::exemption::CONTROLS, super::exemption::controls_of(exemption)),
                spoken(view),
                one.signatures.len(),
                one.needed,
                view.hash,
                changed(view),
            );
            return output::printable(&text);
        }
        let text = format!(
            "{} {} in {}: {} (risk {}: {})\nwhy: {}\nrests on: {}{}\n{}supplier: {}{}\n{}{}{}assets: {}\n{}\
             signed: {} of {}\nhash: {}{}\n",
            one.kind,
            one.patch.as_deref().or(one.standard.as_deref()).unwrap_or("nothing that has a name"),
            one.baseline.as_deref().unwrap_or("no baseline"),
            one.state,
            one.risk,
            one.risk_why.join("; "),
            one.reason,
            one.basis.as_deref().unwrap_or("nothing"),
            one.inspection.as_deref().map(|why| format!(": {why}")).unwrap_or_default(),
            tested(view),
            view.supplier.as_ref().map_or("not asked", |supplier| supplier.text.as_str()),
            own_word(view),
            spoken(view),
            stake(view),
            fixes(view),
            assets(view),
            carried_out(view),
            one.signatures.len(),
            one.needed,
            view.hash,
            changed(view),
        );
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}

/// The supplier's own word, and where it stands.
fn own_word(view: &CardView) -> String {
    let Some(said) = &view.said else { return String::new() };
    let source = &said.source;
    let (name, place) = (source.name.as_deref().unwrap_or_default(), source.place.as_deref());
    let place = place.map(|place| format!(", {place}")).unwrap_or_default();
    format!(
        "\n  in its own word: `{}` ({} of {} {}; {} {name}{place}; said {}; received {}; {})",
        said.word,
        said.publisher,
        said.product,
        said.version.as_deref().unwrap_or("without a version"),
        source.kind,
        super::statement::when(said),
        said.received_at.as_deref().unwrap_or("at a moment that is not known"),
        super::statement::hands(said),
    )
}

fn stake(view: &CardView) -> String {
    let is_about_one = view.exemption.is_some() || view.decision.kind == "approve";
    let unknown = || if is_about_one { NOTHING_KNOWN.to_owned() } else { String::new() };
    view.stake.as_ref().map_or_else(unknown, StakeView::words)
}

/// The runs that it rests on, with the plan that each followed.
fn tested(view: &CardView) -> String {
    let lines = view.runs.iter().map(|run| {
        let place = run.environment.as_deref().map(|name| format!(" in {name}")).unwrap_or_default();
        let plan = match (&run.plan, run.plan_version) {
            (None, _) => format!("{} steps of its own, no plan", run.steps.len()),
            (Some(plan), None) => format!("by the plan {plan}"),
            (Some(plan), Some(version)) => format!("by the plan {plan}, version {version}"),
        };
        format!("test: {}{place} {}, {plan}, by {}\n", run.kind, run.state, run.tester)
    });
    lines.collect()
}

/// What it fixes, or leaves open.
fn fixes(view: &CardView) -> String {
    let lines = view.fixes.iter().map(|one| {
        let score = one.base_tenths.map_or("no base score".to_owned(), |tenths| {
            format!("base score {}.{}", tenths / 10, tenths % 10)
        });
        format!("vulnerability: {}, {score}, listed as exploited: {}\n", one.reference, one.kev)
    });
    lines.collect()
}

/// Which assets it is about, by place.
fn assets(view: &CardView) -> String {
    let places = view.places.iter().map(|one| {
        let (site, zone) = (one.site.as_deref(), one.zone.as_deref());
        let rest = if (one.tags.len() as u64) < one.assets + one.unsure { ", …" } else { "" };
        let named = format!("{}, {}", site.unwrap_or("no known site"), zone.unwrap_or("no known zone"));
        format!("\n  {named}: {} and {} unsure ({}{rest})", one.assets, one.unsure, one.tags.join(", "))
    });
    format!("{} and {} unsure{}", view.assets, view.assets_unsure, places.collect::<String>())
}

/// When a window comes, whether backups are proven, and the way back.
fn carried_out(view: &CardView) -> String {
    let Some(one) = &view.carrying else { return String::new() };
    let windows = one.windows.iter().map(|window| {
        let next = window.next.as_deref().unwrap_or(match window.state.as_str() {
            "none_ahead" => "none is ahead",
            _ => "none is known",
        });
        format!("next window in {}: {next}\n", window.zone.as_deref().unwrap_or("no known zone"))
    });
    let ways = one.ways.iter().map(|way| {
        let back = way.way_back.as_deref().unwrap_or("nobody has said");
        let kind = way.kind.as_deref().unwrap_or("any kind");
        format!("way back ({kind}): {back}; work {} min, undo {} min\n", way.work_minutes, way.undo_minutes)
    });
    let silent = if one.ways.is_empty() { "way back: nobody has said\n" } else { "" };
    format!(
        "{}backups: {} proven, {} failed, {} unknown\n{}{silent}",
        windows.collect::<String>(),
        one.backups_proven,
        one.backups_failed,
        one.backups_unknown,
        ways.collect::<String>(),
    )
}

/// The documents that speak of it, a line each.
fn spoken(view: &CardView) -> String {
    let lines = view.spoken.iter().map(|one| {
        let by = one.publisher.as_deref().map(|name| format!(" of {name}")).unwrap_or_default();
        format!("source: {}{by}; {}, received {}\n", one.document, one.origin, one.received_at)
    });
    lines.collect()
}

fn changed(view: &CardView) -> &'static str {
    let waits = view.decision.state == "waiting";
    if view.unchanged || !waits { "" } else { "\nwhat it is about changed: the next signature lets it lapse" }
}

fn approve(global: &Global, args: &FileArgs) -> Result<Exit> {
    let ask: AskBody = body(&args.file)?;
    let app = open::app(global)?;
    let caller = open::person(&app)?;
    let wording = ask.wording().map_err(|problem| anyhow!(problem.detail))?;
    let mut all = Vec::new();
    for patch in ask.patches {
        let mut one = AskAuthorise { patch: patch.clone(), ..wording.clone() };
        if let Basis::Tested(runs) = &one.basis {
            one.basis = Basis::Tested(decisions::runs_of(&app, &caller, &patch, runs)?);
        }
        let done = decisions::ask_authorise(&app, &caller, &one).map(|asked| asked.id.to_string());
        all.push(RowOutcome::of(patch, done));
    }
    rows(global, all)
}

fn standard(global: &Global, args: &FileArgs) -> Result<Exit> {
    let wanted: AskStandardBody = body(&args.file)?;
    let wanted = wanted.asked().map_err(|problem| anyhow!(problem.detail))?;
    let app = open::app(global)?;
    let caller = open::person(&app)?;
    let asked = decisions::ask_standard(&app, &caller, &wanted)?;
    print_card(global, &CardView::from(card::card(&app, &caller, &asked.id.to_string())?))
}

fn reject(global: &Global, args: &RejectArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::person(&app)?;
    let outcomes = args.patches.iter().map(|patch| {
        let wanted = Rejection {
            baseline: args.baseline.clone(),
            patch: patch.clone(),
            source: if args.unseen { Source::NotYet } else { Source::Asked },
            reason: global.reason.clone(),
        };
        let done: Result<String, AppError> =
            decisions::reject(&app, &caller, &wanted).map(|decision| decision.id.to_string());
        RowOutcome::of(patch.clone(), done)
    });
    rows(global, outcomes.collect())
}

fn sign(global: &Global, args: &SignArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::person(&app)?;
    let request = SignRequest {
        id: args.id.clone(),
        shown: card_hash(&args.shown).map_err(|problem| anyhow!(problem.detail))?,
        note: global.reason.clone(),
        on_behalf_of: args.on_behalf_of.clone(),
    };
    decisions::sign(&app, &caller, &request)?;
    print_card(global, &CardView::from(card::card(&app, &caller, &args.id)?))
}

fn answer(global: &Global, args: &AnswerArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::person(&app)?;
    let (id, why) = (args.id.as_str(), global.reason.as_str());
    let done = match args.answer {
        Answer::Withdraw => decisions::close(&app, &caller, id, Ending::Withdrawn, why)?,
        Answer::Reject => decisions::close(&app, &caller, id, Ending::Rejected, why)?,
        Answer::Return => decisions::close(&app, &caller, id, Ending::Returned, why)?,
        Answer::Revoke => decisions::revoke(&app, &caller, id, why)?,
        Answer::Review => decisions::review(&app, &caller, id, why)?,
    };
    // What a decline everywhere takes to be revoked is another decision.
    print_card(global, &CardView::from(card::card(&app, &caller, &done.id.to_string())?))
}
