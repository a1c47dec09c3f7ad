//! What of an exemption lies in one JSON column: its controls, what it was accepted under, and what became of it.

use crate::columns::write_json;
use holdpoint_domain::Moment;
use holdpoint_domain::control::{Burden, ControlUse, Found, Verification};
use holdpoint_domain::exemption::{Exemption, ExemptionState, ExemptionWord, Watched};
use holdpoint_domain::signature::Person;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::str::FromStr;

/// The column.
#[derive(Serialize, Deserialize)]
pub(super) struct Facts {
    controls: Vec<StoredControl>,
    watched: StoredWatched,
    decision: Option<String>,
    triggers: Vec<String>,
    end: Option<[String; 2]>,
}

#[derive(Serialize, Deserialize)]
struct StoredControl {
    control: String,
    what: String,
    owner: String,
    cost_cents: Option<u64>,
    effort_min: Option<u32>,
    downtime_min: Option<u32>,
    works: Option<StoredFound>,
    failed: Option<StoredFound>,
}

#[derive(Serialize, Deserialize)]
struct StoredFound {
    at: i64,
    by: [String; 2],
    evidence: String,
}

#[derive(Serialize, Deserialize)]
struct StoredWatched {
    kev: Option<String>,
    exploitation: Option<String>,
    supplier: Option<String>,
    zone: Option<String>,
    end_of_support: Option<i64>,
    #[serde(default)]
    covered: Option<BTreeSet<i64>>,
    #[serde(default)]
    stake: Option<String>,
}

/// The parts of an exemption that the column holds.
pub(super) struct Parts {
    pub controls: Vec<ControlUse>,
    pub watched: Watched,
    pub state: ExemptionState,
}

fn read<T: FromStr>(text: &str) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|why: T::Err| why.to_string())
}

fn read_opt<T: FromStr>(text: Option<String>) -> Result<Option<T>, String>
where
    T::Err: std::fmt::Display,
{
    text.as_deref().map(read).transpose()
}

impl Facts {
    /// The parts, for an exemption that stands so.
    pub(super) fn read(self, word: ExemptionWord) -> Result<Parts, String> {
        let decision = || match &self.decision {
            Some(id) => read(id),
            None => Err("it held by no decision".to_owned()),
        };
        let state = match word {
            ExemptionWord::Proposed => ExemptionState::Proposed,
            ExemptionWord::Holding => ExemptionState::Holding { decision: decision()? },
            ExemptionWord::UnderReview => ExemptionState::UnderReview {
                decision: decision()?,
                triggers: self.triggers.iter().map(|one| read(one)).collect::<Result<_, _>>()?,
            },
            ExemptionWord::Ended => {
                let [why, note] = self.end.clone().ok_or("it is over for no reason")?;
                ExemptionState::Ended { why: read(&why)?, note }
            }
        };
        let watched = Watched {
            kev: read_opt(self.watched.kev)?,
            exploitation: read_opt(self.watched.exploitation)?,
            supplier: read_opt(self.watched.supplier)?,
            zone: self.watched.zone,
            end_of_support: self.watched.end_of_support.map(Moment::from_micros),
            covered: self.watched.covered,
            stake: read_opt(self.watched.stake)?,
        };
        let controls = self.controls.into_iter().map(control).collect::<Result<_, String>>()?;
        Ok(Parts { controls, watched, state })
    }
}

fn control(stored: StoredControl) -> Result<ControlUse, String> {
    let found = |stored: StoredFound| {
        let [account, name] = stored.by;
        Found { at: Moment::from_micros(stored.at), by: Person { account, name }, evidence: stored.evidence }
    };
    Ok(ControlUse {
        control: read(&stored.control)?,
        what: stored.what,
        owner: stored.owner,
        burden: Burden {
            cost_cents: stored.cost_cents,
            effort_min: stored.effort_min,
            downtime_min: stored.downtime_min,
        },
        verification: match (stored.works, stored.failed) {
            (_, Some(failed)) => Verification::Failed(found(failed)),
            (Some(works), None) => Verification::Working(found(works)),
            (None, None) => Verification::Never,
        },
    })
}

/// The text of the column.
pub(super) fn write(one: &Exemption) -> String {
    let mut facts = Facts {
        controls: one.controls.iter().map(stored).collect(),
        watched: StoredWatched {
            kev: one.watched.kev.map(|word| word.word().to_owned()),
            exploitation: one.watched.exploitation.map(|word| word.word().to_owned()),
            supplier: one.watched.supplier.map(|word| word.word().to_owned()),
            zone: one.watched.zone.clone(),
            end_of_support: one.watched.end_of_support.map(Moment::micros),
            covered: one.watched.covered.clone(),
            stake: one.watched.stake.map(|word| word.word().to_owned()),
        },
        decision: None,
        triggers: Vec::new(),
        end: None,
    };
    match &one.state {
        ExemptionState::Proposed => {}
        ExemptionState::Holding { decision } => facts.decision = Some(decision.to_string()),
        ExemptionState::UnderReview { decision, triggers } => {
            facts.decision = Some(decision.to_string());
            facts.triggers = triggers.iter().map(|one| one.word().to_owned()).collect();
        }
        ExemptionState::Ended { why, note } => facts.end = Some([why.word().to_owned(), note.clone()]),
    }
    write_json(&facts)
}

fn stored(one: &ControlUse) -> StoredControl {
    let found = |found: &Found| StoredFound {
        at: found.at.micros(),
        by: [found.by.account.clone(), found.by.name.clone()],
        evidence: found.evidence.clone(),
    };
    let (works, failed) = match &one.verification {
        Verification::Never => (None, None),
        Verification::Working(one) => (Some(found(one)), None),
        Verification::Failed(one) => (None, Some(found(one))),
    };
    StoredControl {
        control: one.control.word().to_owned(),
        what: one.what.clone(),
        owner: one.owner.clone(),
        cost_cents: one.burden.cost_cents,
        effort_min: one.burden.effort_min,
        downtime_min: one.burden.downtime_min,
        works,
        failed,
    }
}
