//! Doing what a turn hands out, on hosts that are reached over SSH.
//!
//! The surprise: the promise of a step is what the host's own simulation said before the installation, not what the plan
//! hoped for: packages that come along are promised too, and anything else that changes is drift.

use super::partners::Seen;
use super::{HandOut, Left, later, report, snapshot};
use crate::App;
use crate::error::AppError;
use holdpoint_connectors::apply::debian::{
    Closing, Deeded, Fitness, Job, Package, Restart, backup, install, look, preflight, restart, stage, undo,
};
use holdpoint_connectors::apply::ssh::{Host, Rights};
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Deed, ErrorClass, ObservedBy, Outcome, Started, StepRun, StepState};
use holdpoint_engine::verification::{Promise, compare};
use holdpoint_store::execution::AssetLine;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// Does one deed and reports it.
///
/// # Errors
/// [`AppError::Store`]. What goes wrong on the host is an outcome, not an error.
pub fn carry_out(app: &App, hand_out: &HandOut) -> Result<StepRun, AppError> {
    // An asset with an agent is given an order; what the agent tells of it is reported later. One may have come since the turn, and
    // two hands at one deed are one too many.
    let (agent, controller) =
        app.store().read(|r| Ok((r.agent_of(hand_out.asset)?, r.controller_of(hand_out.asset)?)))?;
    if agent.is_some() {
        crate::agents::hand_over(app, &[(hand_out.plan, hand_out.step)])?;
        return as_it_stands(app, hand_out);
    }
    if controller.is_some() {
        crate::controllers::hand_over(app, &[(hand_out.plan, hand_out.step)])?;
        return as_it_stands(app, hand_out);
    }
    let (line, own, files, later) = app.store().read(|r| {
        let line = r.asset_line(hand_out.asset)?;
        let own = r.words_of_step(hand_out.plan, hand_out.step)?;
        let records = r.patch_records(&hand_out.patch)?;
        let files: Vec<String> =
            records.iter().flat_map(|kept| &kept.record.files).flat_map(|file| file.hashes.clone()).collect();
        Ok((line, own, files, r.later_steps(hand_out.plan, hand_out.step)?))
    })?;
    let mut words: BTreeMap<String, String> = own.into_iter().map(|(kind, word)| (kind, word.body)).collect();
    later::know(&mut words, &later);
    let (outcome, left) = match (host_of(app, line), job_of(hand_out, &files)) {
        (Err(what), _) => (Outcome::Failed { class: ErrorClass::Unfit, what }, Left::default()),
        (_, Err(what)) => (Outcome::Failed { class: ErrorClass::Impossible, what }, Left::default()),
        (Ok(host), Ok(job)) => match partners(app, hand_out)? {
            Seen { evidence, against: Some(held) } => {
                (held, Left { evidence: Some(evidence), read_by: Some(ObservedBy::Host), ..Left::default() })
            }
            Seen { evidence, against: None } => {
                let run = as_it_stands(app, hand_out)?;
                let (outcome, mut left) = done(app, hand_out, (&host, &job), (&words, &run));
                if let Some(read) = left.evidence.as_mut() {
                    read.push_str(&evidence);
                }
                (outcome, left)
            }
        },
    };
    report(app, hand_out.plan, hand_out.step, (hand_out.deed, hand_out.attempt.number), (outcome, left))
}

/// What is seen of the partners of a host that is examined; of other deeds the gate knows what to ask.
fn partners(app: &App, hand_out: &HandOut) -> Result<Seen, AppError> {
    match hand_out.deed {
        Deed::Preflight => super::partners::look(app, hand_out.asset),
        _ => Ok(Seen { evidence: String::new(), against: None }),
    }
}

fn as_it_stands(app: &App, hand_out: &HandOut) -> Result<StepRun, AppError> {
    let run = app.store().read(|r| r.step_run(hand_out.plan, hand_out.step))?;
    run.ok_or_else(|| AppError::NotFound { noun: "step", id: hand_out.step.to_string() })
}

/// Looks at a host now, for whoever wants to compare it with its baseline.
pub(super) fn look_now(
    app: &App,
    line: Option<AssetLine>,
    promise: &Promise,
) -> Result<holdpoint_domain::snapshot::Snapshot, String> {
    let host = host_of(app, line)?;
    let packages = promise.iter().filter_map(|(name, version)| {
        let name = name.split(':').next().unwrap_or(name).to_owned();
        Some(Package { name, version: version.clone()?, sha256: None })
    });
    let job = Job { order: "look".into(), packages: packages.collect(), limit_s: 60 };
    let deeded = look(&host, &job, &[]);
    match (deeded.outcome, deeded.snapshot) {
        (Outcome::Succeeded, Some(seen)) => Ok(seen),
        (Outcome::Failed { what, .. } | Outcome::Unknown { what }, _) => Err(what),
        (
            Outcome::Succeeded
            | Outcome::Seen(_)
            | Outcome::NotDone { .. }
            | Outcome::NotBegun { .. }
            | Outcome::Refused { .. }
            | Outcome::NotTold { .. },
            _,
        ) => Err("nothing was read".into()),
    }
}

fn host_of(app: &App, line: Option<AssetLine>) -> Result<Host, String> {
    let line = line.ok_or("nobody has said how the asset is reached")?;
    let key =
        app.settings().login_key.clone().ok_or("this installation has no key to sign in to hosts with")?;
    Ok(Host {
        address: line.address,
        port: line.port,
        user: line.account,
        fingerprint: line.fingerprint,
        key,
        rights: if line.rights == "sudo" { Rights::Sudo } else { Rights::Own },
    })
}

/// The packages of a patch: `deb NAME VERSION (ARCHITECTURE)`, as package repositories are read.
fn job_of(hand_out: &HandOut, hashes: &[String]) -> Result<Job, String> {
    let none = || {
        format!("`{}` is no package of Debian, and nothing else is installed over SSH yet", hand_out.patch)
    };
    let mut words = hand_out.patch.strip_prefix("deb ").ok_or_else(none)?.split(' ');
    let (name, version) = (words.next().ok_or_else(none)?, words.next().ok_or_else(none)?);
    let digests: Vec<&str> = hashes.iter().filter_map(|hash| hash.strip_prefix("sha256:")).collect();
    let sha256 = match digests.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => None,
    };
    Ok(Job {
        order: format!("{}-{}", hand_out.plan, hand_out.step),
        packages: vec![Package { name: name.to_owned(), version: version.to_owned(), sha256 }],
        limit_s: hand_out.work_minutes.saturating_mul(60).clamp(30, 6 * 3_600),
    })
}

fn done(
    app: &App,
    hand_out: &HandOut,
    (host, job): (&Host, &Job),
    (words, run): (&BTreeMap<String, String>, &StepRun),
) -> (Outcome, Left) {
    // A restart that was never ordered may still come, and a look that closed it would refuse it.
    let closing: &[Closing] = if run.attempts(Deed::Restart) > 0 {
        &[Closing::Install, Closing::Restart]
    } else {
        &[Closing::Install]
    };
    let deeded = match hand_out.deed {
        Deed::Stage => stage(host, job),
        Deed::Preflight => preflight(host, job, fitness(app), app.now().millis() / 1_000),
        Deed::Backup => backup(host, job),
        Deed::Install => install(host, job),
        Deed::Restart => restart(host, job, &Restart::Machine, restart_patience(app, hand_out)),
        Deed::Undo => undo(host, job),
        Deed::Verify | Deed::Recheck => look(host, job, closing),
        Deed::VerifyUndo => look(host, job, &[Closing::Install, Closing::Restart, Closing::Undo]),
    };
    let mut left = Left {
        evidence: Some(deeded.evidence.clone()),
        read_by: Some(ObservedBy::Host),
        started: deeded.started,
        asks: deeded.asks.clone(),
        ..Left::default()
    };
    let outcome = match hand_out.deed {
        Deed::Verify if may_still_restart(run, &deeded, app.now()) => Outcome::Failed {
            class: ErrorClass::Busy,
            what: "its restart was ordered, and it still runs since before that".to_owned(),
        },
        Deed::Verify | Deed::Recheck | Deed::VerifyUndo => seen(&deeded, (words, &hand_out.patch), &mut left),
        Deed::Preflight => {
            if deeded.outcome == Outcome::Succeeded {
                left.words.push(("promise".into(), snapshot::write_promise(&promise(&deeded))));
            }
            deeded.outcome
        }
        Deed::Backup => {
            if let Some(before) = &deeded.snapshot {
                left.words.push(("before".into(), snapshot::write(before)));
            }
            deeded.outcome
        }
        Deed::Stage | Deed::Install | Deed::Restart | Deed::Undo => deeded.outcome,
    };
    (outcome, left)
}

/// How long a host is waited for that restarts: its outcome is to be there before the attempt is overdue.
fn restart_patience(app: &App, hand_out: &HandOut) -> Duration {
    const SPARE: Duration = Duration::from_secs(60);
    let left = hand_out.attempt.deadline.since(app.now()).max(0).unsigned_abs();
    app.settings().restart_patience.unwrap_or(Duration::from_micros(left).saturating_sub(SPARE))
}

/// Whether a machine whose restart was ordered a short while ago may still be on its way down.
fn may_still_restart(run: &StepRun, deeded: &Deeded, now: Moment) -> bool {
    const SHORT: i64 = 10 * 60_000_000;
    let StepState::Verifying { since, .. } = &run.state else { return false };
    let asked = deeded.started == Started::NotAgain && run.attempts(Deed::Restart) > 0;
    asked && !deeded.restart_failed && now.since(*since) < SHORT
}

fn fitness(app: &App) -> Fitness {
    app.settings().fitness
}

fn promise(deeded: &Deeded) -> Promise {
    deeded.changes.iter().map(|change| (change.name.clone(), change.after.clone())).collect()
}

/// What a look means, beside the snapshot before and the promise.
fn seen(deeded: &Deeded, (words, patch): (&BTreeMap<String, String>, &str), left: &mut Left) -> Outcome {
    if deeded.outcome != Outcome::Succeeded {
        return deeded.outcome.clone();
    }
    match &deeded.snapshot {
        Some(after) => compare_look(after, (words, patch), left),
        None => nothing_to_compare(),
    }
}

fn nothing_to_compare() -> Outcome {
    let what = "there is nothing to compare the look with".to_owned();
    Outcome::Failed { class: ErrorClass::Broken, what }
}

/// What a look means, beside the snapshot before and the promise among the words about the step.
pub(crate) fn compare_look(
    after: &holdpoint_domain::snapshot::Snapshot,
    (words, patch): (&BTreeMap<String, String>, &str),
    left: &mut Left,
) -> Outcome {
    let (Some(before), Some(promise)) = (words.get("before"), words.get("promise")) else {
        return nothing_to_compare();
    };
    let (mut before, later) = (snapshot::read(before), words.get(later::WORD));
    let mut promise = snapshot::with_architecture(&before, after, snapshot::read_promise(promise));
    if let Some(later) = later {
        let named = snapshot::with_architecture(&before, after, snapshot::read_promise(later));
        later::laid(&mut before, &mut promise, named);
        left.words.push((later::WORD.to_owned(), later.clone()));
    }
    let verdict = compare(&before, after, &promise, patch);
    left.words.push(("after".into(), snapshot::write(after)));
    let differences: Vec<String> =
        verdict.differences.iter().map(|one| format!("{:?}: {one}", one.planned)).collect();
    left.words.push(("differences".into(), json!(differences).to_string()));
    Outcome::Seen(verdict.observed)
}
