//! Questions whose time is over: whoever asked is told, and after a while it is taken higher. Run by a clock.
//!
//! The surprise: no message goes out to a supplier from here. The program says that it is time; writing is for people.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::notices::{People, Told, tell};
use holdpoint_domain::Moment;
use holdpoint_domain::notice::NoticeKind;
use holdpoint_domain::question::{QuestionDeed, QuestionState, QuestionStep};
use holdpoint_domain::signature::days;
use holdpoint_store::question::QuestionLine;
use holdpoint_store::{Reader, StoreError};

/// How long a supplier has when nobody said: a report of IEC asks suppliers for a word within thirty days.
const USUAL_DAYS: u32 = 30;
/// How long after its time a question is taken higher.
const PATIENCE_DAYS: u32 = 14;

/// What a look did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Overdue {
    /// Questions whose time was over since the last look.
    pub fell_due: u64,
    /// Questions that were taken higher.
    pub escalated: u64,
}

/// Looks at the open questions; writes nothing when none fell due. A program that was off needs no repair.
///
/// # Errors
/// [`AppError::Store`].
pub fn sweep(app: &App) -> Result<Overdue, AppError> {
    let now = app.now();
    if app.store().read(|r| due(r, now))?.is_empty() {
        return Ok(Overdue::default());
    }
    let caller = Caller::system("questions");
    let intent = app.intent(&caller, "question.overdue", "their time is over");
    let committed = app.store().change(&intent, |c| {
        let at = c.at();
        let mut done = Overdue::default();
        for (line, deed, since) in due(c, at)? {
            let question = &line.question;
            let (kind, text) = match deed {
                QuestionDeed::Escalated => {
                    done.escalated += 1;
                    let text = format!(
                        "{} has not answered for {PATIENCE_DAYS} days after {since}; it was taken higher here. \
                         Find another way to an answer, or close the question with the reason.",
                        question.supplier
                    );
                    (NoticeKind::QuestionEscalated, text)
                }
                QuestionDeed::FellDue
                | QuestionDeed::Asked
                | QuestionDeed::Reminded
                | QuestionDeed::Answered
                | QuestionDeed::Closed => {
                    done.fell_due += 1;
                    let text = format!(
                        "{} has not answered by {since}. No message went out from here: remind them, or escalate it.",
                        question.supplier
                    );
                    (NoticeKind::QuestionDue, text)
                }
            };
            let step = QuestionStep { deed, at, by: "Holdpoint".to_owned(), note: text.clone() };
            c.move_question(question.id, &step, QuestionState::Open)?;
            c.about("question", question.id);
            let mut people = People::default().named(c, std::iter::once(line.asked_by.as_str()))?;
            if deed == QuestionDeed::Escalated {
                people = people.approvers(c, None)?;
            }
            let people = people.or_approvers(c, None)?;
            let told = Told {
                kind,
                noun: "question",
                about: question.id.to_string(),
                text,
                cause: since.to_string(),
            };
            tell(app, c, &told, people)?;
        }
        if done == Overdue::default() {
            c.nothing_to_do();
        }
        Ok::<_, AppError>(done)
    })?;
    Ok(committed.value)
}

/// What each overdue question needs now, with when its time was over.
fn due(r: &mut Reader<'_>, now: Moment) -> Result<Vec<(QuestionLine, QuestionDeed, Moment)>, StoreError> {
    let usual = days(USUAL_DAYS);
    let mut found = Vec::new();
    for line in r.overdue_questions(now, usual)? {
        let since = line.question.due_at.unwrap_or_else(|| line.asked_at.plus_micros(usual));
        let steps = r.question_steps(line.question.id)?;
        let has = |deed| steps.iter().any(|step| step.deed == deed);
        if now >= since.plus_micros(days(PATIENCE_DAYS)) && !has(QuestionDeed::Escalated) {
            found.push((line, QuestionDeed::Escalated, since));
        } else if !has(QuestionDeed::FellDue) && !has(QuestionDeed::Escalated) {
            found.push((line, QuestionDeed::FellDue, since));
        }
    }
    Ok(found)
}
