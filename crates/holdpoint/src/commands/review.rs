//! `holdpoint review …`: the questions that matching cannot decide, and answers to them.

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::review::decide::{self, Answer, Scope};
use holdpoint_app::review::policy::Persons;
use holdpoint_app::review::{policy, queue};
use holdpoint_app::{App, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::review::RuleVerdict;
use holdpoint_server::api::review_views::{PolicyView, QuestionView, SettledView};

/// Verbs on questions.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// List open questions, those first whose answer settles most
    List(ListArgs),
    /// Show a question: both sides, their words beside each other, the tests
    Show(OneArgs),
    /// Say that the names mean the same product; needs --reason
    Confirm(ConfirmArgs),
    /// Say that they mean different products; needs --reason. The answer is kept
    Reject(RejectArgs),
    /// How many persons a decision takes, or lay it down with --persons
    Policy(PolicyArgs),
}

/// One question.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Its key, as the list shows it
    pub key: String,
}

/// Questions to confirm.
#[derive(Debug, Args)]
pub struct ConfirmArgs {
    /// Keys, as the list shows them; several take one reason
    #[arg(required = true, value_name = "KEY")]
    pub keys: Vec<String>,
    /// Until when it holds: 2027-06-30 [default: until it is withdrawn]
    #[arg(long, value_name = "TIME")]
    pub expires: Option<String>,
    /// Write the rule that the question suggests: a whole family, or two spellings of a vendor
    #[arg(long)]
    pub as_suggested: bool,
}

/// Questions to reject.
#[derive(Debug, Args)]
pub struct RejectArgs {
    /// Keys, as the list shows them; several take one reason
    #[arg(required = true, value_name = "KEY")]
    pub keys: Vec<String>,
    /// Until when it holds: 2027-06-30 [default: until it is withdrawn]
    #[arg(long, value_name = "TIME")]
    pub expires: Option<String>,
}

/// What to lay down.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// 1: a decision holds at once. 2: it waits until a second person agrees
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=2))]
    pub persons: Option<u8>,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &ReviewCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        ReviewCommand::List(args) => list(global, &app, &caller, args),
        ReviewCommand::Show(args) => show(global, &app, &caller, args),
        ReviewCommand::Confirm(args) => {
            let scope = if args.as_suggested { Scope::Suggested } else { Scope::Names };
            let answer = answer(global, &args.keys, args.expires.as_deref(), RuleVerdict::Same, scope)?;
            decided(global, &app, &caller, &answer)
        }
        ReviewCommand::Reject(args) => {
            let verdict = RuleVerdict::Different;
            let answer = answer(global, &args.keys, args.expires.as_deref(), verdict, Scope::Names)?;
            decided(global, &app, &caller, &answer)
        }
        ReviewCommand::Policy(args) => {
            let laid_down = match args.persons {
                Some(count) => policy::set(&app, &caller, Persons::from_count(count)?, &global.reason)?,
                None => policy::show(&app, &caller)?,
            };
            let view = PolicyView::from(laid_down);
            output::value(global.output, &view, || format!("a decision takes {} person(s)", view.persons))?;
            Ok(Exit::Done)
        }
    }
}

/// A moment that an option names.
pub fn moment(text: Option<&str>) -> Result<Option<Moment>> {
    Ok(text.map(str::parse).transpose()?)
}

fn answer(
    global: &Global,
    keys: &[String],
    expires: Option<&str>,
    verdict: RuleVerdict,
    scope: Scope,
) -> Result<Answer> {
    Ok(Answer {
        keys: keys.to_vec(),
        verdict,
        scope,
        reason: global.reason.clone(),
        expires_at: moment(expires)?,
    })
}

fn decided(global: &Global, app: &App, caller: &Caller, answer: &Answer) -> Result<Exit> {
    let answered = decide::decide(app, caller, answer)?;
    let items: Vec<SettledView> = answered.into_iter().map(Into::into).collect();
    settled(global, items)
}

/// Prints what decisions did.
pub fn settled(global: &Global, items: Vec<SettledView>) -> Result<Exit> {
    let count = items.len() as u64;
    let listed = Listed { items, next: None, count };
    let header = ["Question", "Rule", "State", "Written", "Matches opened", "Changed", "Closed"];
    output::list(global.output, &listed, &header, |view| {
        vec![
            view.key.clone().unwrap_or_default(),
            view.rule.clone(),
            view.state.clone(),
            view.written.clone(),
            view.matches.opened.to_string(),
            view.matches.changed.to_string(),
            view.matches.closed.to_string(),
        ]
    })?;
    Ok(Exit::Done)
}

fn list(global: &Global, app: &App, caller: &Caller, args: &ListArgs) -> Result<Exit> {
    let found = queue::list(app, caller, &open::list_query(app, args)?)?;
    let items: Vec<QuestionView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Key", "Ours", "Theirs", "Kind", "Assets", "Advisories", "State", "Why"];
    output::list(global.output, &listed, &header, |question| {
        vec![
            question.key.clone(),
            ours(question),
            theirs(question),
            question.kind.clone(),
            question.assets.to_string(),
            question.advisories.to_string(),
            question.state.clone(),
            question.why.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn ours(question: &QuestionView) -> String {
    let side = &question.ours;
    joined(&[&side.vendor, &side.product, &side.order_number])
}

fn theirs(question: &QuestionView) -> String {
    joined(&[&question.theirs.vendor, &question.theirs.product])
}

fn joined(parts: &[&str]) -> String {
    let said: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    said.join(" ")
}

fn show(global: &Global, app: &App, caller: &Caller, args: &OneArgs) -> Result<Exit> {
    let view = QuestionView::from(queue::show(app, caller, &args.key)?);
    output::value(global.output, &view, || {
        let words = view.aligned.iter().map(|pair| vec![pair.ours.clone(), pair.theirs.clone()]);
        let tests = view.evidence.iter().map(|row| {
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
            "Is `{}` the same as `{}`?\n{}\n{} asset(s) on {}, for {} of them the last open question; {} advisory(ies) such as {}; for example {}\n\n{}\n\n{}\n",
            ours(&view),
            theirs(&view),
            view.why,
            view.assets,
            if view.sites.is_empty() { "no site".to_owned() } else { view.sites.join(", ") },
            view.settled_assets,
            view.advisories,
            view.tracking_id,
            view.tags.join(", "),
            output::table(&["Our words", "Their words"], words),
            output::table(&["Test", "Asset", "Advisory", "Result", "Note"], tests),
        );
        if let Some(waiting) = &view.proposal {
            text.push_str(&format!(
                "\n{} proposed `{}` at {}: {} (rule {})",
                waiting.by, waiting.verdict, waiting.at, waiting.reason, waiting.rule
            ));
        }
        text.push_str(&format!("\nanswer: holdpoint review confirm|reject {} --reason …", view.key));
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}
