//! Questions to suppliers: ask, remind, escalate, answer, close. An answer that names the supplier's word on a patch for a
//! release becomes a statement with the question as its source.

pub mod overdue;

use crate::App;
use crate::access_check::Caller;
use crate::approval::standing::maker;
use crate::error::AppError;
use crate::statements::{self, speakers};
use holdpoint_domain::access::Permission;
use holdpoint_domain::compatibility::{
    CompatibilityStatement, IdentifierKind, StatedPatch, StatedProduct, StatedState, StatementSource,
};
use holdpoint_domain::id::{QuestionId, StatementId};
use holdpoint_domain::patch::canonical_kb;
use holdpoint_domain::question::{Question, QuestionDeed, QuestionState, QuestionStep, QuestionTopic};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::compatibility::{NewStatement, Origin};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::question::{QuestionLine, SupplierLine};
use holdpoint_store::{Change, Reader, StoreError};
use serde_json::json;

/// The longest question, in characters.
const LONGEST: usize = 10_000;

/// A question to be asked.
#[derive(Debug, Clone, Default)]
pub struct NewQuestion {
    /// Who is asked.
    pub supplier: String,
    /// The person or address there.
    pub contact: String,
    /// What it is about.
    pub topic: QuestionTopic,
    /// The question.
    pub text: String,
    /// By when an answer is wanted.
    pub due_at: Option<Moment>,
}

/// What was answered.
#[derive(Debug, Clone, Default)]
pub struct NewAnswer {
    /// The answer in the supplier's words.
    pub text: String,
    /// What it says of the patch; `None`: nothing that becomes a statement.
    pub said: Option<SaidOfPatch>,
}

/// What an answer says of a patch for a release.
#[derive(Debug, Clone)]
pub struct SaidOfPatch {
    /// The supplier's own word.
    pub word: String,
    /// The state that it stands for.
    pub state: StatedState,
    /// Who publishes the patch; empty: Microsoft for an article, else the supplier.
    pub patch_vendor: String,
    /// On what it depends; empty: nothing.
    pub conditions: String,
    /// When the supplier said it.
    pub issued: Option<Moment>,
}

/// A question with its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownQuestion {
    /// The question.
    pub line: QuestionLine,
    /// Its steps, the oldest first.
    pub steps: Vec<QuestionStep>,
}

/// Lists questions, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<QuestionLine>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.questions(query))?)
}

/// How the suppliers stand with our questions.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn suppliers(app: &App, caller: &Caller) -> Result<Vec<SupplierLine>, AppError> {
    caller.require(Permission::ReadPlant)?;
    let now = app.now();
    Ok(joined(app.store().read(|r| r.question_suppliers(now))?))
}

/// One line for each supplier, however they are spelled: under the name that most questions have.
fn joined(lines: Vec<SupplierLine>) -> Vec<SupplierLine> {
    let mut found: Vec<(String, u64, SupplierLine)> = Vec::new();
    for line in lines {
        let key = maker(&line.supplier);
        let same = found.iter_mut().find(|(known, ..)| !key.is_empty() && *known == key);
        let Some((_, most, known)) = same else {
            found.push((key, line.questions, line));
            continue;
        };
        if line.questions > *most {
            (*most, known.supplier) = (line.questions, line.supplier);
        }
        known.questions += line.questions;
        known.open += line.open;
        known.overdue += line.overdue;
        known.answered += line.answered;
        known.answer_seconds += line.answer_seconds;
        known.escalated += line.escalated;
        known.waiting_since = match (known.waiting_since, line.waiting_since) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
    let mut lines: Vec<SupplierLine> = found.into_iter().map(|(.., line)| line).collect();
    lines.sort_by(|one, other| (other.open, &one.supplier).cmp(&(one.open, &other.supplier)));
    lines
}

/// A supplier by the name under which they were asked before, so that their questions stand together.
fn spelled(r: &mut Reader<'_>, supplier: &str, now: Moment) -> Result<String, StoreError> {
    let key = maker(supplier);
    let known = joined(r.question_suppliers(now)?);
    let same = known.into_iter().find(|one| !key.is_empty() && maker(&one.supplier) == key);
    Ok(same.map_or_else(|| supplier.to_owned(), |one| one.supplier))
}

/// A question with its steps.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn get(app: &App, caller: &Caller, id: &str) -> Result<ShownQuestion, AppError> {
    caller.require(Permission::ReadPlant)?;
    let wanted: QuestionId = id.parse().map_err(|_| missing(id))?;
    let found = app.store().read(|r| {
        let Some(line) = r.question(wanted)? else { return Ok(None) };
        Ok(Some(ShownQuestion { line, steps: r.question_steps(wanted)? }))
    })?;
    found.ok_or_else(|| missing(id))
}

fn missing(id: &str) -> AppError {
    AppError::NotFound { noun: "question", id: id.chars().take(64).collect() }
}

fn bad(what: impl Into<String>, remedy: &str) -> AppError {
    AppError::invalid("bad-question", what, "nothing was changed", remedy)
}

fn text(text: &str, name: &str, most: usize) -> Result<String, AppError> {
    let text = text.trim();
    let n_chars = text.chars().count();
    if n_chars > most {
        return Err(bad(format!("the {name} has {n_chars} characters"), "shorten it"));
    }
    Ok(text.to_owned())
}

/// Asks a supplier.
///
/// # Errors
/// [`AppError::Invalid`] without a supplier, a topic or a question, or for a due moment that is past;
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn ask(app: &App, caller: &Caller, new: &NewQuestion, reason: &str) -> Result<ShownQuestion, AppError> {
    statements::may_ask(caller)?;
    let topic = QuestionTopic {
        patch: {
            let name = text(&new.topic.patch, "patch", 200)?;
            canonical_kb(&name).unwrap_or(name)
        },
        product: text(&new.topic.product, "product", 200)?,
        version: text(&new.topic.version, "version", 200)?,
        order_number: text(&new.topic.order_number, "order number", 200)?,
        reference: text(&new.topic.reference, "reference", 200)?,
    };
    let supplier = text(&new.supplier, "supplier", 200)?;
    let question = Question {
        id: QuestionId::new(app.now(), app.random_bytes()),
        supplier: app.store().read(|r| spelled(r, &supplier, app.now()))?,
        contact: text(&new.contact, "contact", 200)?,
        topic,
        text: text(&new.text, "question", LONGEST)?,
        due_at: new.due_at,
    };
    if question.supplier.is_empty() || question.text.is_empty() {
        return Err(bad("a question needs a supplier and a text", "say who is asked, and what"));
    }
    if question.topic.is_empty() {
        let remedy = "name a patch, a product, an order number or a vulnerability";
        return Err(bad("it is not said what the question is about", remedy));
    }
    if question.due_at.is_some_and(|due| due <= app.now()) {
        return Err(bad("the answer is due in the past", "name a moment that is still to come"));
    }
    app.store().change(&app.intent(caller, "question.ask", reason), |c| {
        let step = step(caller, QuestionDeed::Asked, c.at(), &question.text);
        c.put_question(&question, &step)?;
        c.about("question", question.id);
        c.detail("supplier", json!(question.supplier));
        c.detail("text", json!(question.text));
        c.detail("due_at", json!(question.due_at.map(|due| due.to_string())));
        Ok::<_, StoreError>(())
    })?;
    get(app, caller, &question.id.to_string())
}

fn step(caller: &Caller, deed: QuestionDeed, at: Moment, note: &str) -> QuestionStep {
    QuestionStep { deed, at, by: caller.actor.name().to_owned(), note: note.to_owned() }
}

/// Notes that the supplier was reminded, that it was taken higher, or that nothing more is expected.
///
/// # Errors
/// [`AppError::Conflict`] when the question has ended; [`AppError::Invalid`] without a note where one is needed;
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn note(
    app: &App,
    caller: &Caller,
    id: &str,
    deed: QuestionDeed,
    words: &str,
) -> Result<ShownQuestion, AppError> {
    statements::may_ask(caller)?;
    let words = text(words, "note", LONGEST)?;
    match deed {
        QuestionDeed::Escalated | QuestionDeed::Closed if words.is_empty() => {
            return Err(bad(
                format!("it is not said why the question is {deed}"),
                "give the reason in the note",
            ));
        }
        QuestionDeed::Asked | QuestionDeed::FellDue | QuestionDeed::Answered => {
            return Err(bad(format!("`{deed}` is no note"), "ask a new question, or answer this one"));
        }
        QuestionDeed::Reminded | QuestionDeed::Escalated | QuestionDeed::Closed => {}
    }
    moved(app, caller, id, deed, &words, |_, _| Ok(()))
}

/// Notes the supplier's answer. What it says of a patch becomes a statement with the question as its source.
///
/// # Errors
/// As [`note`]; [`AppError::Invalid`] when the question names no patch, product or version that a statement could be on.
pub fn answer(app: &App, caller: &Caller, id: &str, answer: &NewAnswer) -> Result<ShownQuestion, AppError> {
    match answer.said {
        Some(_) => statements::may_enter(caller)?,
        None => statements::may_ask(caller)?,
    }
    let words = text(&answer.text, "answer", LONGEST)?;
    if words.is_empty() {
        return Err(bad("the answer is empty", "write what the supplier answered"));
    }
    let asked = get(app, caller, id)?;
    let statement =
        answer.said.as_ref().map(|said| statement_of(app.now(), &asked.line, said, &words)).transpose()?;
    let statement_id = StatementId::new(app.now(), app.random_bytes());
    let who = crate::approval::person(caller);
    let shown = moved(app, caller, id, QuestionDeed::Answered, &words, |c, at| {
        if let Some(statement) = &statement {
            statements::may_replace(c, caller, statement)?;
            let origin = Origin::Person(&who);
            c.put_statements(&[NewStatement { id: statement_id, statement, origin }], at)?;
            speakers::keep_voices(c)?;
            c.about("patch", statement.patch_name());
            c.detail("state", json!(statement.state.word()));
            c.detail("word", json!(statement.word));
        }
        Ok(())
    })?;
    if statement.is_some() {
        crate::approval::sweep::sweep(app)?;
    }
    Ok(shown)
}

/// Adds a step, and does what belongs to it in the same change.
fn moved(
    app: &App,
    caller: &Caller,
    id: &str,
    deed: QuestionDeed,
    words: &str,
    mut also: impl FnMut(&mut Change<'_>, Moment) -> Result<(), AppError>,
) -> Result<ShownQuestion, AppError> {
    let wanted: QuestionId = id.parse().map_err(|_| missing(id))?;
    app.store().change(&app.intent(caller, &format!("question.{deed}"), words), |c| {
        let known = c.question(wanted)?.ok_or_else(|| missing(id))?;
        let next: QuestionState = known.state.after(deed).map_err(|ended| {
            let remedy = "ask a new question";
            AppError::Conflict(Rejected::new(
                "question-ended",
                ended.to_string(),
                "nothing was changed",
                remedy,
            ))
        })?;
        let at = c.at();
        c.move_question(wanted, &step(caller, deed, at, words), next)?;
        c.about("question", wanted);
        c.detail("before", json!(known.state.word()));
        c.detail("after", json!(next.word()));
        also(c, at)?;
        Ok::<_, AppError>(())
    })?;
    get(app, caller, id)
}

fn statement_of(
    now: Moment,
    line: &QuestionLine,
    said: &SaidOfPatch,
    words: &str,
) -> Result<CompatibilityStatement, AppError> {
    let (question, topic) = (&line.question, &line.question.topic);
    if topic.patch.is_empty() || topic.product.is_empty() {
        return Err(bad(
            "the question names no patch and product, so its answer cannot become a statement on one",
            "leave the state away, or ask a question that names patch, product and version",
        ));
    }
    let is_article = canonical_kb(&topic.patch).is_some();
    let vendor = match (said.patch_vendor.trim(), is_article) {
        ("", true) => "Microsoft".to_owned(),
        ("", false) => question.supplier.clone(),
        (vendor, _) => vendor.to_owned(),
    };
    let statement = CompatibilityStatement {
        publisher: question.supplier.clone(),
        source: StatementSource::Answer { question: question.id },
        issued: said.issued,
        patch: StatedPatch {
            vendor,
            identifier: topic.patch.clone(),
            kind: if is_article { IdentifierKind::Kb } else { IdentifierKind::VendorId },
            title: String::new(),
            url: String::new(),
            released: None,
            severity: String::new(),
            supersedes: Vec::new(),
            superseded_by: Vec::new(),
            prerequisites: Vec::new(),
            security_related: None,
        },
        product: StatedProduct {
            vendor: question.supplier.clone(),
            name: topic.product.clone(),
            version: topic.version.clone(),
            platform: String::new(),
        },
        state: said.state,
        word: said.word.trim().to_owned(),
        tested: None,
        restart: String::new(),
        conditions: said.conditions.trim().to_owned(),
        comment: words.chars().take(statements::LONGEST).collect(),
    };
    statements::check(&statement, now)?;
    Ok(statement)
}
