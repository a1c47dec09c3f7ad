//! Where a plan stands, as one JSON column.

use holdpoint_domain::Moment;
use holdpoint_domain::plan::life::{Done, Endings, PlanState, PlanWord};
use holdpoint_domain::signature::Person;
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Stored {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submitted: Option<StoredDone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<StoredDone>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaced: Option<(String, i64)>,
    /// When it ended, and how many steps are done, went back, and ended untouched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<(i64, u32, u32, u32)>,
}

#[derive(Serialize, Deserialize)]
struct StoredDone(String, String, i64);

impl StoredDone {
    fn of(done: &Done) -> Self {
        Self(done.by.account.clone(), done.by.name.clone(), done.at.micros())
    }

    fn read(self) -> Done {
        Done { by: Person { account: self.0, name: self.1 }, at: Moment::from_micros(self.2) }
    }
}

pub(super) fn write(state: &PlanState) -> String {
    let mut stored = Stored::default();
    match state {
        PlanState::Draft => {}
        PlanState::Submitted { submitted } => stored.submitted = Some(StoredDone::of(submitted)),
        PlanState::Released { submitted, released } => {
            stored.submitted = Some(StoredDone::of(submitted));
            stored.last = Some(StoredDone::of(released));
        }
        PlanState::Rejected { rejected: last, why } | PlanState::Withdrawn { withdrawn: last, why } => {
            stored.last = Some(StoredDone::of(last));
            stored.why.clone_from(why);
        }
        PlanState::Superseded { by, at } => stored.replaced = Some((by.to_string(), at.micros())),
        PlanState::Ended { submitted, released, at, steps } => {
            stored.submitted = Some(StoredDone::of(submitted));
            stored.last = Some(StoredDone::of(released));
            stored.ended = Some((at.micros(), steps.done, steps.rolled_back, steps.aborted));
        }
    }
    crate::columns::write_json(&stored)
}

pub(super) fn read(text: &str, word: PlanWord) -> Result<PlanState, String> {
    let stored: Stored = serde_json::from_str(text).map_err(|why| why.to_string())?;
    let done_by = |one: Option<StoredDone>| one.map(StoredDone::read).ok_or("nobody did it");
    Ok(match word {
        PlanWord::Draft => PlanState::Draft,
        PlanWord::Submitted => PlanState::Submitted { submitted: done_by(stored.submitted)? },
        PlanWord::Released => {
            PlanState::Released { submitted: done_by(stored.submitted)?, released: done_by(stored.last)? }
        }
        PlanWord::Rejected => PlanState::Rejected { rejected: done_by(stored.last)?, why: stored.why },
        PlanWord::Withdrawn => PlanState::Withdrawn { withdrawn: done_by(stored.last)?, why: stored.why },
        PlanWord::Superseded => {
            let (by, at) = stored.replaced.ok_or("no plan took its place")?;
            let by = by.parse().map_err(|why: holdpoint_domain::id::NoId| why.to_string())?;
            PlanState::Superseded { by, at: Moment::from_micros(at) }
        }
        PlanWord::Ended => {
            let (at, done, rolled_back, aborted) = stored.ended.ok_or("nobody said how it ended")?;
            PlanState::Ended {
                submitted: done_by(stored.submitted)?,
                released: done_by(stored.last)?,
                at: Moment::from_micros(at),
                steps: Endings { done, rolled_back, aborted },
            }
        }
    })
}
