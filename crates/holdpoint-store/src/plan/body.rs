//! What of a plan lies in one JSON column: waves, hold points, what was asked for, and what it rests on.

use crate::error::StoreError;
use crate::value::Row;
use holdpoint_domain::id::AssetId;
use holdpoint_domain::plan::{ChangePlan, HoldKind, PlannedHold, Wave};
use serde::{Deserialize, Serialize};

/// One patch on one asset that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The asset.
    pub asset: AssetId,
    /// The patch; empty: somebody wants the asset patched, and no patch is known.
    pub patch: String,
    /// Whether a person named this patch; else it follows from what is missing on the asset.
    pub named: bool,
}

/// Something that a step rests on, as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Input {
    /// What kind: `asset`, `approval`, `duration`, `window`, `freeze`, `member`, `group`, `rules`, `way-back`.
    pub kind: String,
    /// Of what.
    pub what: String,
    /// How it was.
    pub value: String,
}

/// What belongs to a plan besides its steps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanBody {
    /// What was asked for.
    pub wanted: Vec<Wanted>,
    /// What its steps rest on.
    pub inputs: Vec<Input>,
    /// What the plan counts on without knowing, as sentences.
    pub remarks: Vec<String>,
    /// Where the request came from, in words: an advisory, findings, assets.
    pub origin: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    waves: Vec<StoredWave>,
    holds: Vec<StoredHold>,
    wanted: Vec<(String, String, bool)>,
    inputs: Vec<Input>,
    remarks: Vec<String>,
    origin: String,
}

#[derive(Serialize, Deserialize)]
struct StoredWave {
    kind: String,
    patch: String,
    number: u32,
    steps: Vec<u32>,
    soak_minutes: u32,
    failures_allowed: u32,
}

#[derive(Serialize, Deserialize)]
struct StoredHold {
    before: u32,
    /// Plans of older programs have only one kind.
    #[serde(default)]
    kind: Option<String>,
    evidence: String,
    opened_by: String,
}

pub(super) fn write(plan: &ChangePlan, body: &PlanBody) -> String {
    let waves = plan.waves.iter().map(|wave| StoredWave {
        kind: wave.kind.word().to_owned(),
        patch: wave.patch.clone(),
        number: wave.number,
        steps: wave.steps.clone(),
        soak_minutes: wave.soak_minutes,
        failures_allowed: wave.failures_allowed,
    });
    let holds = plan.holds.iter().map(|hold| StoredHold {
        before: hold.before,
        kind: Some(hold.kind.word().to_owned()),
        evidence: hold.evidence.clone(),
        opened_by: hold.opened_by.word().to_owned(),
    });
    let wanted = body.wanted.iter().map(|one| (one.asset.to_string(), one.patch.clone(), one.named));
    crate::columns::write_json(&Stored {
        waves: waves.collect(),
        holds: holds.collect(),
        wanted: wanted.collect(),
        inputs: body.inputs.clone(),
        remarks: body.remarks.clone(),
        origin: body.origin.clone(),
    })
}

pub(super) type Read = (Vec<Wave>, Vec<PlannedHold>, PlanBody);

pub(super) fn read(row: &Row<'_>, index: usize) -> Result<Read, StoreError> {
    let stored: Stored = crate::columns::read_json(row, index)?;
    parts(stored).map_err(|why| row.damaged(index, &why))
}

fn parts(stored: Stored) -> Result<Read, String> {
    let unknown = |why: holdpoint_domain::words::UnknownWord| why.to_string();
    let mut waves = Vec::with_capacity(stored.waves.len());
    for wave in stored.waves {
        waves.push(Wave {
            kind: wave.kind.parse().map_err(unknown)?,
            patch: wave.patch,
            number: wave.number,
            steps: wave.steps,
            soak_minutes: wave.soak_minutes,
            failures_allowed: wave.failures_allowed,
        });
    }
    let mut holds = Vec::with_capacity(stored.holds.len());
    for hold in stored.holds {
        let opened_by = hold.opened_by.parse().map_err(unknown)?;
        let kind = hold.kind.map_or(Ok(HoldKind::Wave), |kind| kind.parse()).map_err(unknown)?;
        holds.push(PlannedHold { before: hold.before, kind, evidence: hold.evidence, opened_by });
    }
    let mut wanted = Vec::with_capacity(stored.wanted.len());
    for (asset, patch, named) in stored.wanted {
        let asset = asset.parse().map_err(|why: holdpoint_domain::id::NoId| why.to_string())?;
        wanted.push(Wanted { asset, patch, named });
    }
    let body = PlanBody { wanted, inputs: stored.inputs, remarks: stored.remarks, origin: stored.origin };
    Ok((waves, holds, body))
}
