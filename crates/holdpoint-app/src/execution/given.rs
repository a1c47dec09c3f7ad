//! Work that a device calls done without having fetched its files: nothing of it is believed until a person has looked.
//!
//! The surprise: the device's own word would verify it, because report and look come from the same mouth. So no look is had
//! before somebody says how the files came, or has taken the step in hand.

use crate::approval::{baselines::conflict, refused};
use crate::error::AppError;
use holdpoint_domain::execution::{Deed, StepRun, StepState};
use holdpoint_domain::id::PlanId;
use holdpoint_domain::signature::written;
use holdpoint_store::Change;
use holdpoint_store::execution::Word;
use std::borrow::Borrow;
use std::collections::BTreeMap;

/// The kind of the word that names what was not fetched.
pub(crate) const UNFETCHED: &str = "unfetched";
/// The kind of the word by which a person settles that.
pub(super) const SETTLED: &str = "came_otherwise";

/// The kind of the word that says why nothing on the device answers a look: a person reads the asset.
pub(crate) const UNREAD: &str = "unread";

/// Whether a device called something done that it did not fetch, and nobody has settled that.
pub(super) fn is_open<K: Borrow<str> + Ord, W>(words: &BTreeMap<K, W>) -> bool {
    words.contains_key(UNFETCHED) && !words.contains_key(SETTLED)
}

/// The looks that no program has at a step, each with why not.
pub(super) fn against_looking(words: &BTreeMap<&str, &Word>) -> Vec<(Deed, String)> {
    let unread = words.get(UNREAD).map(|why| {
        format!(
            "{}; a person reads the asset: end the step, issue a work order and tell the reading by it",
            why.body
        )
    });
    let unfetched = words.get(UNFETCHED).filter(|_| is_open(words)).map(|missing| {
        format!(
            "the device says success and did not fetch {}; look at the device and say how the files came (`came_otherwise`), or end \
             the step",
            missing.body
        )
    });
    let of = |why: &Option<String>, deed: Deed| why.clone().map(|why| (deed, why));
    let looks = [Deed::Verify, Deed::Recheck].into_iter();
    looks
        .filter_map(|deed| of(&unfetched, deed).or_else(|| of(&unread, deed)))
        .chain(of(&unread, Deed::VerifyUndo))
        .collect()
}

/// Refuses a word of files that came otherwise where nobody asks for it, or that says nothing.
pub(super) fn wanted(c: &mut Change<'_>, plan: PlanId, run: &StepRun, how: &str) -> Result<(), AppError> {
    written("way of the files", how).map_err(refused)?;
    let words = c.words_of_step(plan, run.number)?;
    if is_open(&words) && matches!(run.state, StepState::ToVerify { .. }) {
        return Ok(());
    }
    let what = "no device calls this step done that it fetched nothing of".to_owned();
    Err(conflict("not-asked", what, "look at the step, and say what fits"))
}

/// Whoever had the step in hand and says that the patch is on it has settled how the files came.
pub(super) fn settled_by_hand(
    c: &mut Change<'_>,
    (plan, number): (PlanId, u32),
    by: &str,
) -> Result<(), AppError> {
    if is_open(&c.words_of_step(plan, number)?) {
        c.say_of_step(
            plan,
            number,
            SETTLED,
            (by, "a person had the step in hand and says that the patch is on it"),
        )?;
    }
    Ok(())
}
