//! What people say of a restart, beside what the asset itself says of it.
//!
//! The surprise: that nothing has to be restarted can be said only when there is something to say it about. Where the asset asks for a
//! restart by a mark of its own, whoever wants the work done does not say it away, and the record tells whose word it was.

use super::saying::part_of;
use crate::approval::baselines::conflict;
use crate::error::AppError;
use holdpoint_domain::execution::{Deed, StepRun, StepState};
use holdpoint_domain::id::PlanId;
use holdpoint_domain::signature::Person;
use holdpoint_engine::execution::{Operator, RestartRule};
use holdpoint_store::Change;
use holdpoint_store::execution::Word;
use holdpoint_store::plan::PlanLine;
use std::collections::BTreeMap;

/// The kind of the word about a restart.
pub(super) const KIND: &str = "restart";
/// The kind of the word that holds what on the asset asks for a restart.
const ASKS: &str = "asks_restart";
/// What is kept of the word that nothing is restarted; what the asset asks for stands behind it.
const NONE: &str = "none";

/// Who restarts the asset, as it was said last. Nobody having said it means the machine, and for that the operator must agree; so does
/// a word that there is nothing to restart from before the installation, or without knowing what the asset asks for.
pub(super) fn rule(words: &BTreeMap<&str, &Word>, run: &StepRun) -> RestartRule {
    let Some(word) = words.get(KIND) else { return RestartRule::OperatorAgrees(Operator::Asked) };
    let (head, against) = match word.body.split_once(": ") {
        Some((head, against)) => (head, Some(against)),
        None => (word.body.as_str(), None),
    };
    match head {
        NONE => {
            let early =
                matches!(&run.state, StepState::AwaitingRestart { installed_at } if word.at < *installed_at);
            let unaware = words.contains_key(ASKS) && against.is_none();
            if early || unaware {
                return RestartRule::OperatorAgrees(Operator::Asked);
            }
            RestartRule::NotNeeded { against: against.map(str::to_owned) }
        }
        "by_hand" => RestartRule::ByHand,
        "automatic" => RestartRule::Automatic,
        _ => RestartRule::OperatorAgrees(super::facts::operator(&word.body)),
    }
}

/// Refuses the word that nothing is restarted where there is nothing to say it about, and from whoever wants the work done where the
/// asset asks for a restart; gives how the word is kept.
pub(super) fn none_said(
    c: &mut Change<'_>,
    (line, by): (&PlanLine, &Person),
    run: &StepRun,
) -> Result<String, AppError> {
    if !matches!(run.state, StepState::AwaitingRestart { .. }) {
        let what = format!(
            "the step is {}, and whether anything has to be restarted is seen when the patch is on its asset",
            run.state.word()
        );
        let remedy = "say it when the step waits for its restart; before that, `restart_automatic` and `restart_by_hand` fit";
        return Err(conflict("nothing-installed", what, remedy));
    }
    let words = c.words_of_step(line.id, run.number)?;
    let Some(asks) = words.get(ASKS) else { return Ok(NONE.to_owned()) };
    if let Some(part) = part_of(c, (line, by), run.number)? {
        let what = format!("the asset itself asks for a restart ({}), and {} {part}", asks.body, by.name);
        let remedy =
            "let it be restarted, or ask a person who has no hand in the plan to say that nothing is";
        return Err(conflict("four-eyes", what, remedy));
    }
    Ok(format!("{NONE}: by {}'s word, against the host's own mark: {}", by.name, asks.body))
}

/// Refuses a reading by whoever wants the work done where the asset itself asks for a restart: that it was done is seen by the program,
/// or said by somebody else. Gives what the asset asks for.
pub(crate) fn read_by_person(
    c: &mut Change<'_>,
    (line, by): (&PlanLine, &Person),
    number: u32,
) -> Result<Option<String>, AppError> {
    let Some(asks) = c.words_of_step(line.id, number)?.remove(ASKS) else { return Ok(None) };
    if let Some(part) = part_of(c, (line, by), number)? {
        let what = format!("the asset itself asks for a restart ({}), and {} {part}", asks.body, by.name);
        let remedy = "withdraw the work order, so that the program looks itself; or let a person who has no hand in the plan read it";
        return Err(conflict("four-eyes", what, remedy));
    }
    Ok(Some(asks.body))
}

/// Keeps what on the asset asks for a restart. Where a look finds that after the word that there is none, the word is over.
pub(super) fn keep(
    c: &mut Change<'_>,
    plan: PlanId,
    (after, deed): (&StepRun, Deed),
    asks: Option<&str>,
) -> Result<(), AppError> {
    if let Some(asks) = asks {
        c.say_of_step(plan, after.number, ASKS, ("Holdpoint", asks))?;
    }
    let open = matches!(after.state, StepState::AwaitingRestart { .. });
    let looked = matches!(deed, Deed::Verify | Deed::Recheck);
    let words = if open && looked { c.words_of_step(plan, after.number)? } else { BTreeMap::new() };
    if words.get(KIND).is_some_and(|word| word.body.starts_with(NONE)) {
        c.say_of_step(plan, after.number, KIND, ("Holdpoint", "asked"))?;
    }
    Ok(())
}
