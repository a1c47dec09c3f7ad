//! What people say about a step: a hold point is opened, the process permits, the operator agrees or puts off, a failure is
//! looked at, a step is ended, taken in hand and handed back.

use super::find_step;
use super::look::HoldShown;
use super::permit::{permit_in_time, permitted, takes};
use super::{back, backup, given, restarting};
use crate::App;
use crate::access_check::Caller;
use crate::approval::{accountable, baselines::conflict, refused, signer};
use crate::controllers::take_back_of_step;
use crate::error::AppError;
use crate::planning::invalid;
use crate::plans::{find_in, whole};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::asset::Field;
use holdpoint_domain::execution::{Deed, Ending, Event, Footing, HandWord, StepRun, StepState};
use holdpoint_domain::plan::life::PlanWord;
use holdpoint_domain::plan::{ChangePlan, HoldKind, HoldRole, PlannedHold, names_traces};
use holdpoint_domain::signature::{Person, written};
use holdpoint_engine::execution as engine;
use holdpoint_store::Change;
use holdpoint_store::execution::Word;
use holdpoint_store::plan::PlanLine;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Something that a person says about a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// The evidence is on the table: the hold point with this number before the step is open.
    HoldOpened {
        /// Its number, from 1.
        hold: u32,
        /// What the evidence is.
        evidence: String,
    },
    /// From now on the process must permit this step.
    PermitWanted,
    /// The process permits it: for a few minutes, and no longer than is said.
    Permitted {
        /// Until when at most; `None`: nobody has said.
        until: Option<Moment>,
        /// What was said with it; empty: nothing.
        what: String,
    },
    /// It does not.
    PermitRefused {
        /// Why.
        why: String,
    },
    /// The operator must agree before the installation.
    OperatorWanted,
    /// The operator agrees to the installation.
    OperatorAgreed,
    /// The operator puts the installation off.
    OperatorPostponed {
        /// Until when.
        until: Moment,
    },
    /// A person made a backup of an asset of which this program makes none.
    BackupMade {
        /// Where it lies, and what it is.
        what: String,
    },
    /// The device says success and fetched nothing, and a person knows how the files came to it.
    CameOtherwise {
        /// How.
        how: String,
    },
    /// What is restarted afterwards, and who does it.
    Restart(RestartWord),
    /// The failure was looked at, and the plan may go on.
    FailureAccepted {
        /// Why.
        why: String,
    },
    /// The step ends here.
    Ended {
        /// Why.
        why: String,
    },
    /// The way back is to be gone.
    BackWanted {
        /// Why.
        why: String,
    },
    /// A step that ended before anything was changed begins again.
    Retried,
    /// What was done by hand.
    HandedBack(HandWord),
}

/// A word that a person can say, as API, pages and commands name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Saying {
    /// The word.
    pub word: &'static str,
    /// What it needs besides a reason: `text`, `until`, or nothing.
    pub needs: Option<&'static str>,
}

const fn saying(word: &'static str, needs: Option<&'static str>) -> Saying {
    Saying { word, needs }
}

/// All words that a person can say.
pub const SAYINGS: &[Saying] = &[
    saying("open_hold", Some("text")),
    saying("want_permit", None),
    saying("permit", None),
    saying("refuse_permit", Some("text")),
    saying("ask_operator", None),
    saying("agree", None),
    saying("postpone", Some("until")),
    saying("backup_made", Some("text")),
    saying("restart_none", None),
    saying("restart_automatic", None),
    saying("restart_agreed", None),
    saying("restart_by_hand", None),
    saying("came_otherwise", Some("text")),
    saying("accept_failure", Some("text")),
    saying("end", Some("text")),
    saying("go_back", Some("text")),
    saying("retry", None),
    saying("installed", None),
    saying("as_before", None),
];

/// How long an operator may put something off.
const LONGEST_POSTPONEMENT: i64 = 7 * 24 * 3_600_000_000;

impl Said {
    /// What a person's word means.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a word that is none, or without what it needs.
    pub fn read(word: &str, text: &str, hold: Option<u32>, until: Option<Moment>) -> Result<Self, AppError> {
        let known = SAYINGS.iter().find(|one| one.word == word).ok_or_else(|| {
            let all: Vec<&str> = SAYINGS.iter().map(|one| one.word).collect();
            let what = format!("`{}` is no word about a step", word.chars().take(64).collect::<String>());
            invalid("word", what, &format!("say one of: {}", all.join(", ")))
        })?;
        let text = text.trim();
        if known.needs == Some("text") && text.is_empty() || text.chars().count() > 2_000 {
            return Err(invalid(
                "text",
                format!("`{word}` needs a text of 1 to 2,000 characters"),
                "say it in words",
            ));
        }
        takes(word, hold, until)?;
        let why = text.to_owned();
        Ok(match known.word {
            "open_hold" => Self::HoldOpened { hold: hold.unwrap_or(1), evidence: why },
            "want_permit" => Self::PermitWanted,
            "permit" => Self::Permitted { until, what: why },
            "refuse_permit" => Self::PermitRefused { why },
            "ask_operator" => Self::OperatorWanted,
            "agree" => Self::OperatorAgreed,
            "postpone" => {
                let missing =
                    || invalid("until", "nobody said until when", "name a moment within seven days");
                Self::OperatorPostponed { until: until.ok_or_else(missing)? }
            }
            "backup_made" => Self::BackupMade { what: why },
            "came_otherwise" => Self::CameOtherwise { how: why },
            "restart_none" => Self::Restart(RestartWord::None),
            "restart_automatic" => Self::Restart(RestartWord::Automatic),
            "restart_agreed" => Self::Restart(RestartWord::Agreed),
            "restart_by_hand" => Self::Restart(RestartWord::ByHand),
            "accept_failure" => Self::FailureAccepted { why },
            "end" => Self::Ended { why },
            "go_back" => Self::BackWanted { why },
            "retry" => Self::Retried,
            "installed" => Self::HandedBack(HandWord::Installed),
            _ => Self::HandedBack(HandWord::AsBefore),
        })
    }
}

/// What may be said of a step as it stands; `holds` are its hold points, if what comes before them is over.
#[must_use]
pub fn fitting(run: &StepRun, words: &BTreeMap<String, Word>, holds: &[HoldShown]) -> Vec<Saying> {
    let mut fits: Vec<&str> = Vec::new();
    let body = |kind: &str| words.get(kind).map(|word| word.body.as_str());
    let back = run.attempts(Deed::Undo) == 0;
    match run.state.footing() {
        Footing::Untouched => {
            if holds.iter().any(|hold| hold.opened.is_none()) {
                fits.push("open_hold");
            }
            fits.extend(if body("permit").is_none() {
                &["want_permit"][..]
            } else {
                &["permit", "refuse_permit"][..]
            });
            fits.extend(match body("operator") {
                None => &["ask_operator"][..],
                Some("agreed") => &["postpone"][..],
                Some(_) => &["agree", "postpone"][..],
            });
            fits.extend(["backup_made", "restart_automatic", "restart_by_hand", "end"]);
        }
        Footing::InWork => match &run.state {
            StepState::ByHand { .. } => {
                fits.extend(["installed", "as_before"]);
                fits.extend(back.then_some("go_back"));
            }
            // A device that has its order may not have begun it.
            StepState::Installing(_) | StepState::Restarting(_) => {
                if body("permit").is_some() {
                    fits.extend(["permit", "refuse_permit"]);
                }
                fits.push("end");
            }
            StepState::AwaitingRestart { .. } => {
                if body("permit").is_some() {
                    fits.extend(["permit", "refuse_permit"]);
                }
                fits.extend(["restart_agreed", "restart_none", "restart_by_hand", "end"]);
                fits.extend(back.then_some("go_back"));
            }
            StepState::ToVerify { .. } => {
                fits.extend(given::is_open(words).then_some("came_otherwise"));
                fits.push("end");
                fits.extend(back.then_some("go_back"));
            }
            _ => fits.push("end"),
        },
        Footing::Soaking => {
            fits.push("end");
            if back && run.state.open_attempt().is_none() {
                fits.push("go_back");
            }
        }
        Footing::Over(Ending::Aborted) if run.attempts(Deed::Install) == 0 => fits.push("retry"),
        Footing::Over(_) => {}
    }
    if run.has_failed() && body("accepted").is_none() && body("lifted").is_none() {
        fits.push("accept_failure");
    }
    SAYINGS.iter().copied().filter(|one| fits.contains(&one.word)).collect()
}

/// What is said of a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestartWord {
    /// Nothing has to be restarted.
    None,
    /// The program may do it.
    Automatic,
    /// The operator agrees.
    Agreed,
    /// A person does it.
    ByHand,
}

/// Takes a person's word about a step.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when the step does not allow it, or this person may
/// not open that hold point.
pub fn say(
    app: &App,
    caller: &Caller,
    (id, number): (&str, u32),
    said: &Said,
    reason: &str,
) -> Result<StepRun, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let (action, event) = (action(said), event(said));
    let committed = app.store().change(&app.intent(caller, action, reason), |c| {
        let line = find_in(c, id, &reach)?;
        let (plan, _) = whole(c, line.id)?;
        let needed = match said {
            Said::HoldOpened { hold, .. } => hold_permission(hold_named(&plan, number, *hold)?),
            _ => Permission::WritePlans,
        };
        caller.require_at(needed, Some(line.site))?;
        let by = if needed == Permission::Approve { signer(caller)? } else { accountable(caller)? };
        four_eyes(c, (&line, &by), (&plan, number), said)?;
        let run = find_step(c, line.id, number)?;
        let at = c.at();
        fits_now(c, (&line, &plan), &run, said)?;
        if let Said::BackWanted { why } = said {
            back::wanted(app, c, (&line, &plan, &by), (&run, why))?;
        }
        let after = match event {
            Some(make) => {
                let event = make(at, said);
                run.after(&event).map_err(|why| {
                    conflict("step-state", why.to_string(), "look at the step, and say what fits")
                })?;
                c.put_step_event(line.id, &run, &event, &by.name, None)?
            }
            None => run.clone(),
        };
        let none = *said == Said::Restart(RestartWord::None);
        let kept = if none { Some(restarting::none_said(c, (&line, &by), &run)?) } else { None };
        if let Some((kind, body)) =
            kept.map(|body| (restarting::KIND.to_owned(), body)).or_else(|| word(said))
        {
            c.say_of_step(line.id, number, &kind, (&by.name, &body))?;
        }
        let is_left = matches!(run.state, StepState::Installing(_)) && after.state != run.state;
        let taken = match (is_left, &after.state) {
            (true, StepState::ByHand { why, .. }) => take_back_of_step(c, (line.id, number), why)?,
            _ => None,
        };
        if *said == Said::HandedBack(HandWord::Installed) {
            given::settled_by_hand(c, (line.id, number), &by.name)?;
        }
        c.plan_turned(line.id)?;
        c.about("plan", line.id);
        c.detail("step", json!(number));
        c.detail("state", json!([run.state.word().word(), after.state.word().word()]));
        Ok::<_, AppError>((after, taken))
    })?;
    let (after, taken) = committed.value;
    if let Some(taken) = taken {
        taken.written(app);
    }
    Ok(after)
}

/// Refuses what the step, the plan or the clock does not let anybody say now; what a new beginning takes back is taken back here.
fn fits_now(
    c: &mut Change<'_>,
    (line, plan): (&PlanLine, &ChangePlan),
    run: &StepRun,
    said: &Said,
) -> Result<(), AppError> {
    let (at, number) = (c.at(), run.number);
    if let Said::HoldOpened { hold, evidence } = said {
        let named = hold_named(plan, number, *hold)?;
        may_open(c, (plan, number), (*hold, named), evidence)?;
        // Traces are secured as early as they can be; they say nothing of the wave before.
        if named.kind == HoldKind::Wave
            && let Some(open) = open_before(c, plan, number)?
        {
            let what = format!("{open}, so there is no evidence of it yet");
            return Err(conflict("wave-before", what, "wait until that wave is over, and look at it then"));
        }
    }
    if let Said::BackupMade { what } = said {
        backup::wanted(c, (line, plan), run, what)?;
    }
    if let Said::CameOtherwise { how } = said {
        given::wanted(c, line.id, run, how)?;
    }
    if *said == Said::Retried {
        begin_anew(c, line, plan, number)?;
    }
    if let Said::OperatorPostponed { until } = said
        && (*until <= at || until.since(at) > LONGEST_POSTPONEMENT)
    {
        let what = format!("{until} is not within the next seven days");
        return Err(invalid("until", what, "put it off for a shorter time, or end the step"));
    }
    permit_in_time(said, at)
}

/// Whoever drafted the plan opens none of its hold points. Over the failure of a member of a redundancy group nobody lets it go on
/// who drafted or began the plan, or had a hand in the step: one person alone could lose the group.
fn four_eyes(
    c: &mut Change<'_>,
    (line, by): (&PlanLine, &Person),
    (plan, number): (&ChangePlan, u32),
    said: &Said,
) -> Result<(), AppError> {
    match said {
        Said::HoldOpened { .. } if by.account == line.author.account => {
            let what = format!("{} drafted the plan, and whoever did may not open its hold points", by.name);
            Err(conflict("four-eyes", what, "ask a second person who may open it"))
        }
        Said::FailureAccepted { .. } => {
            let planned = plan.steps.iter().find(|step| step.number == number);
            let asset = planned.map(|step| c.asset(step.asset, Moment::OPEN)).transpose()?.flatten();
            let group = asset.as_ref().and_then(|asset| asset.asset.value(Field::RedundancyGroup));
            let Some(group) = group else { return Ok(()) };
            let Some(part) = part_of(c, (line, by), number)? else { return Ok(()) };
            let what =
                format!("{} {part}, and the step's asset belongs to the redundancy group `{group}`", by.name);
            Err(conflict("four-eyes", what, "ask a second person to look at the failure and accept it"))
        }
        Said::HoldOpened { .. }
        | Said::PermitWanted
        | Said::Permitted { .. }
        | Said::PermitRefused { .. }
        | Said::OperatorWanted
        | Said::OperatorAgreed
        | Said::OperatorPostponed { .. }
        | Said::BackupMade { .. }
        | Said::CameOtherwise { .. }
        | Said::Restart(_)
        | Said::Ended { .. }
        | Said::BackWanted { .. }
        | Said::Retried
        | Said::HandedBack(_) => Ok(()),
    }
}

/// What a person had to do with a step before it failed, as a clause; `None`: nothing. Ending a step, or wanting it back, is a look
/// at it and no part in it.
pub(super) fn part_of(
    c: &mut Change<'_>,
    (line, by): (&PlanLine, &Person),
    number: u32,
) -> Result<Option<&'static str>, AppError> {
    if by.account == line.author.account {
        return Ok(Some("drafted the plan"));
    }
    if c.plan_run(line.id)?.is_some_and(|run| run.started_by == by.name) {
        return Ok(Some("began the plan"));
    }
    let own = c.step_events(line.id, number)?.into_iter().filter(|kept| kept.by == by.name);
    let worked = own.map(|kept| kept.event).any(|event| match event {
        Event::Intended { .. } | Event::Ended { .. } | Event::HandedBack { .. } | Event::Reopened { .. } => {
            true
        }
        Event::Overdue { .. }
        | Event::NoRestartNeeded { .. }
        | Event::Stopped { .. }
        | Event::Restaged { .. }
        | Event::BackWanted { .. } => false,
    });
    Ok(worked.then_some("had a hand in the step"))
}

/// What is not over before a step, as its hold points see it.
fn open_before(c: &mut Change<'_>, plan: &ChangePlan, number: u32) -> Result<Option<String>, AppError> {
    let runs = c.step_runs(plan.id)?;
    let words = c.step_words(plan.id)?;
    Ok(engine::open_before(plan, &runs, &accepted(&words), number))
}

/// The steps whose failure was accepted, or lifted by two persons.
pub(super) fn accepted(words: &BTreeMap<(u32, String), Word>) -> BTreeSet<u32> {
    words
        .keys()
        .filter(|(_, kind)| kind == "accepted" || kind == "lifted")
        .map(|(number, _)| *number)
        .collect()
}

/// A step that begins again asks for its evidence again, and so do the waves that counted on it. What was accepted of its failure
/// is not accepted of the next, and its backup is made anew.
fn begin_anew(c: &mut Change<'_>, line: &PlanLine, plan: &ChangePlan, number: u32) -> Result<(), AppError> {
    if line.state.word() == PlanWord::Ended {
        let what = format!("plan {} has ended, and its places are free for others", line.number);
        return Err(conflict("plan-state", what, "propose it anew: what is left over is planned"));
    }
    for own in plan.holds_of(number) {
        c.close_hold(line.id, own.hold.before, own.number)?;
    }
    c.forget_words_of_try(line.id, number)?;
    let own = plan.waves.iter().find(|wave| wave.steps.contains(&number));
    let later = plan
        .waves
        .iter()
        .filter(|wave| own.is_some_and(|own| wave.patch == own.patch && wave.number > own.number));
    for step in later.flat_map(|wave| &wave.steps) {
        c.close_holds(line.id, *step)?;
    }
    Ok(())
}

/// Evidence is said in words, before the work, and once: what was seen then is not written over.
fn may_open(
    c: &mut Change<'_>,
    (plan, number): (&ChangePlan, u32),
    (hold, named): (u32, &PlannedHold),
    evidence: &str,
) -> Result<(), AppError> {
    written("evidence of a hold point", evidence).map_err(refused)?;
    if named.kind == HoldKind::Traces && !names_traces(evidence) {
        return Err(AppError::invalid(
            "traces",
            "this hold point asks for traces that were secured, and none are named",
            "nothing was changed",
            "name what was kept, where it lies and its SHA-256; or begin with `not possible:` and say why",
        ));
    }
    // One of a wave is behind it only when no step of the wave is still before it.
    let runs = c.step_runs(plan.id)?;
    let untouched = |step: &u32| runs.get(step).is_none_or(|run| run.state.footing() == Footing::Untouched);
    if !plan.held_by(named).iter().any(untouched) {
        let state = runs.get(&number).map_or("over", |run| run.state.word().word());
        let what = format!("the step is {state}, so its hold points are behind it");
        return Err(conflict("step-state", what, "look at the step, and say what fits"));
    }
    if let Some(open) = c.step_words(plan.id)?.get(&(number, format!("hold:{hold}"))) {
        let what = format!("{} opened it at {}: {}", open.by, open.at, open.body);
        return Err(conflict("hold-open", what, "nothing needs to be done"));
    }
    Ok(())
}

fn hold_named(plan: &ChangePlan, number: u32, hold: u32) -> Result<&PlannedHold, AppError> {
    let holds = plan.holds_of(number);
    if let Some(own) = holds.iter().find(|one| one.hold.before == number && one.number == hold) {
        return Ok(own.hold);
    }
    if let Some(of_wave) = holds.iter().find(|one| one.hold.before != number && one.number == hold) {
        let before = of_wave.hold.before;
        let what = format!("the hold point of the wave of step {number} stands before step {before}");
        return Err(conflict("hold-of-wave", what, &format!("open it at step {before}; it holds both")));
    }
    Err(AppError::NotFound { noun: "hold point", id: format!("{hold} before step {number}") })
}

const fn hold_permission(hold: &PlannedHold) -> Permission {
    match hold.opened_by {
        HoldRole::Approver => Permission::Approve,
        HoldRole::Operator | HoldRole::Engineer => Permission::WritePlans,
    }
}

type MakeEvent = fn(Moment, &Said) -> Event;

fn event(said: &Said) -> Option<MakeEvent> {
    match said {
        Said::Ended { .. } => Some(|at, said| {
            let why = match said {
                Said::Ended { why } => format!("a person ended it: {why}"),
                _ => String::new(),
            };
            Event::Stopped { at, why }
        }),
        Said::BackWanted { .. } => Some(|at, said| {
            let why = match said {
                Said::BackWanted { why } => format!("a person wants the way back: {why}"),
                _ => String::new(),
            };
            Event::BackWanted { at, why }
        }),
        Said::Retried => Some(|at, _| Event::Reopened { at }),
        Said::HandedBack(HandWord::Installed) => {
            Some(|at, _| Event::HandedBack { at, says: HandWord::Installed })
        }
        Said::HandedBack(HandWord::AsBefore) => {
            Some(|at, _| Event::HandedBack { at, says: HandWord::AsBefore })
        }
        Said::HoldOpened { .. }
        | Said::PermitWanted
        | Said::Permitted { .. }
        | Said::PermitRefused { .. }
        | Said::OperatorWanted
        | Said::OperatorAgreed
        | Said::OperatorPostponed { .. }
        | Said::BackupMade { .. }
        | Said::CameOtherwise { .. }
        | Said::Restart(_)
        | Said::FailureAccepted { .. } => None,
    }
}

const fn action(said: &Said) -> &'static str {
    match said {
        Said::HoldOpened { .. } => "deployment.open_hold",
        Said::PermitWanted | Said::Permitted { .. } | Said::PermitRefused { .. } => "deployment.permit",
        Said::OperatorWanted | Said::OperatorAgreed | Said::OperatorPostponed { .. } => "deployment.operator",
        Said::BackupMade { .. } => "deployment.backup_word",
        Said::CameOtherwise { .. } => "deployment.came_otherwise",
        Said::Restart(_) => "deployment.restart_word",
        Said::FailureAccepted { .. } => "deployment.accept_failure",
        Said::Ended { .. } => "deployment.end_step",
        Said::BackWanted { .. } => "deployment.go_back",
        Said::Retried => "deployment.retry",
        Said::HandedBack(_) => "deployment.hand_back",
    }
}

/// The word that is kept, by kind.
fn word(said: &Said) -> Option<(String, String)> {
    let word = |kind: &str, body: &str| Some((kind.to_owned(), body.to_owned()));
    match said {
        Said::HoldOpened { hold, evidence } => Some((format!("hold:{hold}"), evidence.clone())),
        Said::PermitWanted => word("permit", "asked"),
        Said::Permitted { until, what } => Some(("permit".to_owned(), permitted(*until, what))),
        Said::PermitRefused { why } => Some(("permit".to_owned(), format!("refused: {why}"))),
        Said::OperatorWanted => word("operator", "asked"),
        Said::OperatorAgreed => word("operator", "agreed"),
        Said::OperatorPostponed { until } => Some(("operator".to_owned(), format!("postponed {until}"))),
        Said::BackupMade { what } => word("backup", what),
        Said::CameOtherwise { how } => word(given::SETTLED, how),
        // What stands behind it hangs on the step.
        Said::Restart(RestartWord::None) => None,
        Said::Restart(RestartWord::Automatic) => word(restarting::KIND, "automatic"),
        Said::Restart(RestartWord::Agreed) => word(restarting::KIND, "agreed"),
        Said::Restart(RestartWord::ByHand) => word(restarting::KIND, "by_hand"),
        Said::FailureAccepted { why } => Some(("accepted".to_owned(), why.clone())),
        Said::Ended { .. } | Said::BackWanted { .. } | Said::Retried | Said::HandedBack(_) => None,
    }
}
