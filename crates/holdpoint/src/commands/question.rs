//! `holdpoint question …`

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::questions::{self, NewAnswer, NewQuestion, SaidOfPatch, ShownQuestion};
use holdpoint_domain::Moment;
use holdpoint_domain::compatibility::StatedState;
use holdpoint_domain::question::{QuestionDeed, QuestionTopic};
use holdpoint_server::api::questions::{QuestionDetailView, QuestionView, SupplierView};

/// Verbs on questions to suppliers.
#[derive(Debug, Subcommand)]
pub enum QuestionCommand {
    /// List questions, the newest first
    List(ListArgs),
    /// Show a question with its steps
    Show(IdArgs),
    /// Ask a supplier; nothing is sent, the question is kept
    Ask(Box<AskArgs>),
    /// Note that the supplier was reminded
    Remind(NoteArgs),
    /// Note that it was taken to somebody higher; the note says why
    Escalate(NoteArgs),
    /// Note the supplier's answer; what it says of the patch becomes a statement
    Answer(AnswerArgs),
    /// Note that nothing more is expected; the note says why
    Close(NoteArgs),
    /// Say how the suppliers stand with our questions
    Suppliers,
}

/// Which question.
#[derive(Debug, Args)]
pub struct IdArgs {
    /// Its id
    pub id: String,
}

/// A question to be asked.
#[derive(Debug, Args)]
pub struct AskArgs {
    /// Who is asked
    pub supplier: String,
    /// The question
    pub text: String,
    /// The person or address there
    #[arg(long, default_value = "", value_name = "TEXT", hide_default_value = true)]
    pub contact: String,
    /// The patch it is about
    #[arg(long, default_value = "", value_name = "NAME", hide_default_value = true)]
    pub patch: String,
    /// The product it is about
    #[arg(long, default_value = "", value_name = "NAME", hide_default_value = true)]
    pub product: String,
    /// That product's version
    #[arg(long, default_value = "", value_name = "TEXT", hide_default_value = true)]
    pub release: String,
    /// The order number it is about
    #[arg(long, default_value = "", value_name = "NUMBER", hide_default_value = true)]
    pub order_number: String,
    /// The vulnerability or advisory it is about
    #[arg(long, default_value = "", value_name = "ID", hide_default_value = true)]
    pub reference: String,
    /// By when an answer is wanted: 2026-12-31 or 2026-12-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub due: Option<Moment>,
}

/// A step.
#[derive(Debug, Args)]
pub struct NoteArgs {
    /// The question's id
    pub id: String,
    /// What was said, or why
    #[arg(default_value = "", hide_default_value = true)]
    pub note: String,
}

/// An answer.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// The question's id
    pub id: String,
    /// The answer in the supplier's words
    pub text: String,
    /// What it means for the patch: one of the six states, or unknown
    #[arg(long, value_name = "STATE", value_parser = state)]
    pub state: Option<StatedState>,
    /// The supplier's own word for that state
    #[arg(long, default_value = "", value_name = "TEXT", hide_default_value = true)]
    pub word: String,
    /// On what it depends
    #[arg(long, default_value = "", value_name = "TEXT", hide_default_value = true)]
    pub conditions: String,
    /// When the supplier said it
    #[arg(long, value_name = "TIME")]
    pub issued: Option<Moment>,
}

fn state(text: &str) -> Result<StatedState, String> {
    text.parse().map_err(|error: holdpoint_domain::words::UnknownWord| error.to_string())
}

/// Carries out a verb.
pub fn run(global: &Global, command: &QuestionCommand) -> Result<Exit> {
    match command {
        QuestionCommand::List(args) => list(global, args),
        QuestionCommand::Show(args) => {
            let app = open::app(global)?;
            shown(global, questions::get(&app, &open::operator(), &args.id)?, app.now())
        }
        QuestionCommand::Ask(args) => ask(global, args),
        QuestionCommand::Remind(args) => note(global, args, QuestionDeed::Reminded),
        QuestionCommand::Escalate(args) => note(global, args, QuestionDeed::Escalated),
        QuestionCommand::Close(args) => note(global, args, QuestionDeed::Closed),
        QuestionCommand::Answer(args) => answer(global, args),
        QuestionCommand::Suppliers => suppliers(global),
    }
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let now = app.now();
    let found = questions::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<QuestionView> = found.items.into_iter().map(|line| QuestionView::of(line, now)).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Id", "Supplier", "State", "Asked", "Due", "About", "Question"];
    output::list(global.output, &listed, &header, |one| {
        let state = if one.overdue { "overdue".to_owned() } else { one.state.clone() };
        vec![
            one.id.clone(),
            one.supplier.clone(),
            state,
            one.asked_at.clone(),
            output::said(one.due_at.as_ref()),
            about(one),
            one.text.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn about(one: &QuestionView) -> String {
    let parts = [&one.patch, &one.product, &one.version, &one.order_number, &one.reference];
    parts.into_iter().filter_map(Option::as_deref).collect::<Vec<_>>().join(" ")
}

fn shown(global: &Global, question: ShownQuestion, now: Moment) -> Result<Exit> {
    let view = QuestionDetailView::of(question, now);
    output::value(global.output, &view, || {
        let one = &view.question;
        let mut text =
            format!("{}  {} to {}: {}\n{}\n\n", one.id, one.state, one.supplier, about(one), one.text);
        for step in &view.steps {
            text.push_str(&format!(
                "{} {} by {}: {}\n",
                step.at,
                step.deed,
                step.by,
                step.note.as_deref().unwrap_or_default()
            ));
        }
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}

fn ask(global: &Global, args: &AskArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let new = NewQuestion {
        supplier: args.supplier.clone(),
        contact: args.contact.clone(),
        topic: QuestionTopic {
            patch: args.patch.clone(),
            product: args.product.clone(),
            version: args.release.clone(),
            order_number: args.order_number.clone(),
            reference: args.reference.clone(),
        },
        text: args.text.clone(),
        due_at: args.due,
    };
    shown(global, questions::ask(&app, &open::operator(), &new, &global.reason)?, app.now())
}

fn note(global: &Global, args: &NoteArgs, deed: QuestionDeed) -> Result<Exit> {
    let app = open::app(global)?;
    let words = if args.note.is_empty() { &global.reason } else { &args.note };
    shown(global, questions::note(&app, &open::operator(), &args.id, deed, words)?, app.now())
}

fn answer(global: &Global, args: &AnswerArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let said = args.state.map(|state| SaidOfPatch {
        word: args.word.clone(),
        state,
        patch_vendor: String::new(),
        conditions: args.conditions.clone(),
        issued: args.issued,
    });
    let new = NewAnswer { text: args.text.clone(), said };
    shown(global, questions::answer(&app, &open::operator(), &args.id, &new)?, app.now())
}

fn suppliers(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<SupplierView> =
        questions::suppliers(&app, &open::operator())?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Supplier", "Open", "Overdue", "Escalated", "Answered", "Answer takes", "Waits since"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![
            one.supplier.clone(),
            one.open.to_string(),
            one.overdue.to_string(),
            one.escalated.to_string(),
            one.answered.to_string(),
            one.answer_hours.map_or_else(|| output::UNKNOWN.to_owned(), |hours| format!("{hours} h")),
            one.waiting_since.clone().unwrap_or_default(),
        ]
    })?;
    Ok(Exit::Done)
}
