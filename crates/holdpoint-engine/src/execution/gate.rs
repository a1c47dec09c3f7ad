//! The gate before anything on an asset is changed. Preflight, backup and installation pass the same one, so nobody checks
//! or backs up an asset whose work cannot begin, and the installation asks everything again.

use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Deed, Footing};
use holdpoint_domain::plan::{PlannedStep, WayBack};

use super::facts::{Approval, BackupBy, Interlock, Operator, Release, RestartRule, Room, Supplier};
use super::progress::{Look, minutes};
use super::stop::{StopReach, is_done};
use super::{Wait, WaitFor};

/// What keeps a step from beginning, the first that stands; `None`: it may begin.
pub(super) fn closed(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    authority(look, planned)
        .or_else(|| words(look))
        .or_else(|| restore_test(look, planned))
        .or_else(|| time(look, planned))
        .or_else(|| earlier(look, planned))
        .or_else(|| group(look, planned))
        .or_else(|| capacity(look, planned))
        .or_else(|| process(look))
}

/// What keeps an installed asset from its restart, the first that stands. A restart takes it out of the process once more, so what
/// the installation asked is asked afresh; hold points, files and the backup lie behind it.
pub(super) fn restart(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    authority(look, planned)
        .or_else(|| approval(look))
        .or_else(|| supplier(look))
        .or_else(|| room(look, restart_needs_until(look, planned), "the restart and undo"))
        .or_else(|| busy(look, planned))
        .or_else(|| group(look, planned))
        .or_else(|| capacity(look, planned))
        .or_else(|| interlock(look))
}

/// How long a restart may take if it begins now: what the installation left of the time for the work, and no less than a machine
/// needs to come back.
pub(super) fn restart_minutes(look: &Look<'_>, planned: &PlannedStep) -> u32 {
    const LEAST: u32 = 10;
    let begun = look.step().run.begun_at().unwrap_or(look.facts.now);
    let used = u32::try_from(look.facts.now.since(begun).max(0) / minutes(1)).unwrap_or(u32::MAX);
    let most = look.facts.limits.look_minutes.max(LEAST);
    planned.estimate.work_minutes.saturating_sub(used).clamp(LEAST, most)
}

/// The margin is for work that takes longer than planned, so a restart may use it up: it was kept when the installation began, and
/// an asset that is installed and not restarted serves nobody.
fn restart_needs_until(look: &Look<'_>, planned: &PlannedStep) -> Moment {
    look.facts.now.plus_micros(
        minutes(restart_minutes(look, planned)).saturating_add(minutes(planned.estimate.undo_minutes)),
    )
}

/// Everything that keeps a step from beginning, in the order in which [`closed`] asks.
pub(super) fn every(look: &Look<'_>, planned: &PlannedStep) -> Vec<Wait> {
    let before = [release(look), stop(look, planned), pause(look), approval(look), supplier(look)];
    let after = [
        backup(look),
        restore_test(look, planned),
        time(look, planned),
        earlier(look, planned),
        group(look, planned),
        capacity(look, planned),
        interlock(look),
        agreed(look, &look.step().operator, "the installation"),
    ];
    before.into_iter().flatten().chain(holds(look)).chain(after.into_iter().flatten()).collect()
}

/// Release, stops, pause: what lets anything of this plan begin, files included.
pub(super) fn authority(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    release(look).or_else(|| stop(look, planned)).or_else(|| pause(look))
}

fn release(look: &Look<'_>) -> Option<Wait> {
    match &look.facts.release {
        Release::NotReleased => look.wait(WaitFor::Release, "the plan is not released by a second person"),
        Release::Withdrawn { why } => {
            look.wait(WaitFor::Release, format!("the release was taken back: {why}"))
        }
        Release::Released => None,
    }
}

fn stop(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    let group = look.facts.group_of.get(&planned.asset);
    let stop = look.stops.iter().find(|stop| match &stop.reach {
        StopReach::Plan => true,
        StopReach::Patch(patch) => *patch == planned.patch,
        StopReach::Group(name) => Some(name) == group,
    })?;
    look.wait(WaitFor::Stop, stop.why.clone())
}

fn pause(look: &Look<'_>) -> Option<Wait> {
    look.wait(WaitFor::Pause, look.facts.paused.clone()?)
}

/// What people and suppliers have said: approval, hold points, the backup that a person makes.
fn words(look: &Look<'_>) -> Option<Wait> {
    approval(look).or_else(|| supplier(look)).or_else(|| holds(look).next()).or_else(|| backup(look))
}

fn approval(look: &Look<'_>) -> Option<Wait> {
    match &look.step().approval {
        Approval::Effective => None,
        Approval::NotEffective { what } => {
            look.wait(WaitFor::Approval, format!("the patch is not Effective here: {what}"))
        }
        Approval::Unknown { what } => {
            look.wait(WaitFor::Approval, format!("whether the patch is Effective is not known: {what}"))
        }
    }
}

fn supplier(look: &Look<'_>) -> Option<Wait> {
    match &look.step().supplier {
        Supplier::Against { word, overridden_until }
            if overridden_until.is_none_or(|until| until <= look.facts.now) =>
        {
            look.wait(WaitFor::Supplier, format!("the supplier says `{word}`, and no override holds"))
        }
        Supplier::Against { .. } | Supplier::NotAgainst => None,
    }
}

fn holds(look: &Look<'_>) -> impl Iterator<Item = Wait> {
    look.step().holds.iter().filter(|hold| hold.opened_at.is_none()).filter_map(|hold| {
        look.wait(WaitFor::HoldPoint, format!("{} opens it when there is: {}", hold.opened_by, hold.evidence))
    })
}

fn backup(look: &Look<'_>) -> Option<Wait> {
    match look.step().backup {
        BackupBy::ItsHand | BackupBy::Person { told_at: Some(_) } => None,
        BackupBy::Person { told_at: None } => look.wait(
            WaitFor::Proof,
            "nothing of this program makes a backup of its asset: a person makes one, and says where it lies",
        ),
    }
}

/// What keeps a person from wanting the way back of an asset that works, the first that stands. What the process says of it is asked
/// when it begins.
pub(super) fn against_going_back(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    let needs = look.facts.now.plus_micros(minutes(planned.estimate.undo_minutes));
    let time = || match look.step().room {
        Room::Open { until } if needs <= until => None,
        Room::Open { until } => look.wait(
            WaitFor::Window,
            format!("the way back would last until {needs}, and the window until {until}"),
        ),
        Room::Closed { opens } => look.wait_until(WaitFor::Window, "the window is closed", opens),
        Room::Frozen { until } => look.wait_until(WaitFor::Freeze, "a freeze stands", Some(until)),
    };
    laid_over(look)
        .or_else(|| group(look, planned))
        .or_else(|| stop(look, planned))
        .or_else(|| pause(look))
        .or_else(time)
}

/// What was put on the asset later, and would be taken off with it.
pub(super) fn laid_over(look: &Look<'_>) -> Option<Wait> {
    let what = look.facts.laid_over.get(&look.step().run.number)?;
    look.wait(WaitFor::Earlier, format!("{what}, and the way back of this one would take that off too"))
}

/// What keeps the way back from an asset that works, when it would begin. The stop that the wish for it made holds the others, and
/// not it.
pub(super) fn back_from_work(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    pause(look)
        .or_else(|| group(look, planned))
        .or_else(|| interlock(look))
        .or_else(|| signal(look, Deed::Undo))
}

/// The window, with everything that must fit into it.
fn time(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    let now = look.facts.now;
    if now < planned.start {
        return look.wait_until(WaitFor::Window, "its planned start has not come", Some(planned.start));
    }
    room(look, needs_until(look, planned), "work, undo and margin")
}

/// What the calendar says against something that would last until a moment.
fn room(look: &Look<'_>, needs: Moment, what: &str) -> Option<Wait> {
    match look.step().room {
        Room::Frozen { until } => look.wait_until(WaitFor::Freeze, "a freeze stands", Some(until)),
        Room::Closed { opens } => look.wait_until(WaitFor::Window, "the window is closed", opens),
        Room::Open { until } => (needs > until).then(|| {
            let why = format!("{what} would last until {needs}, and the window until {until}");
            look.say(WaitFor::Window, why, None)
        }),
    }
}

/// When the step is surely out of the way if it begins now.
fn needs_until(look: &Look<'_>, planned: &PlannedStep) -> Moment {
    let estimate = planned.estimate;
    look.facts.now.plus_micros(
        minutes(estimate.work_minutes)
            .saturating_add(minutes(estimate.undo_minutes))
            .saturating_add(minutes(look.facts.limits.margin_minutes)),
    )
}

/// Steps and waves that come before.
fn earlier(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    for number in &planned.after {
        let done = look.run(*number).is_some_and(is_done);
        if !done {
            return look.wait(WaitFor::Earlier, format!("step {number} must be done before"));
        }
    }
    for place in look.tally.waves_of(&planned.patch) {
        if look.tally.wave_of(planned.number) == Some(*place) {
            break;
        }
        let (Some(wave), stands) = (look.facts.plan.waves.get(*place), look.tally.wave(*place)) else {
            continue;
        };
        if stands.open > 0 {
            let why =
                format!("wave {} of {} is not over: {} steps are not", wave.number, wave.patch, stands.open);
            return look.wait(WaitFor::Earlier, why);
        }
        if stands.done == 0 {
            let why = format!("in wave {} of {} not one step ended well", wave.number, wave.patch);
            return look.wait(WaitFor::Earlier, why);
        }
    }
    busy(look, planned)
}

/// Other work on the same asset.
pub(super) fn busy(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    if look.facts.in_work_elsewhere.contains(&planned.asset) {
        return look.wait(WaitFor::Earlier, "another plan has its asset in work");
    }
    if let Some(busy) = look.tally.busy(planned.asset, planned.number) {
        return look.wait(WaitFor::Earlier, format!("step {busy} is in work on the same asset"));
    }
    at_it(look, planned)
}

/// A deed that another step has under way on the same asset: one host does one thing at a time.
pub(super) fn at_it(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    if look.facts.looked_at_elsewhere.contains(&planned.asset) {
        return look.wait(WaitFor::Earlier, "another plan is looking at its asset");
    }
    let other = look.tally.at_it(planned.asset, planned.number)?;
    look.wait(WaitFor::Earlier, format!("step {other} is looking at the same asset"))
}

/// The redundancy group.
pub(super) fn group(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    if let Some(what) = look.facts.regrouped.get(&planned.asset) {
        let why = format!(
            "what its release counted on is not so any more: {what}; propose the plan anew, so that a second person releases it"
        );
        return look.wait(WaitFor::Group, why);
    }
    let name = look.facts.group_of.get(&planned.asset)?;
    let Some(group) = look.facts.groups.iter().find(|group| group.name == *name) else {
        return look.wait(WaitFor::Group, format!("nobody has said what group `{name}` can lose"));
    };
    let Some(may_lose) = group.may_lose else {
        return look.wait(WaitFor::Group, format!("nobody has said how many members `{name}` can lose"));
    };
    let mut out = group.out_now.clone();
    out.extend(look.tally.out_of(name).into_iter().flatten().copied());
    out.insert(planned.asset);
    let silent = look.facts.silent.get(name).into_iter().flatten().filter(|(asset, _)| !out.contains(asset));
    let silent: Vec<&str> = silent.map(|(_, what)| what.as_str()).collect();
    let n_out = out.len() + silent.len();
    (n_out > usize::from(may_lose)).then(|| {
        let unheard =
            if silent.is_empty() { String::new() } else { format!(", counting {}", silent.join("; ")) };
        let why = format!("`{name}` can lose {may_lose}, and with this one {n_out} would be out{unheard}");
        look.say(WaitFor::Group, why, None)
    })
}

/// People and places of the window.
fn capacity(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    let left = look.facts.left.get(&planned.window)?;
    let taken = look.tally.taken(planned.window);
    // What is in work already holds its people and its place.
    let is_in = look.step().run.state.footing() == Footing::InWork;
    let people = taken.people.saturating_add(if is_in { 0 } else { u32::from(planned.people) });
    let steps = taken.steps.saturating_add(u32::from(!is_in));
    let short = left.people.is_some_and(|left| people > u32::from(left))
        || left.steps.is_some_and(|left| steps > u32::from(left));
    short.then(|| look.say(WaitFor::Capacity, "people or places of the window are taken".to_owned(), None))
}

/// The process and its operator.
fn process(look: &Look<'_>) -> Option<Wait> {
    interlock(look).or_else(|| agreed(look, &look.step().operator, "the installation"))
}

fn interlock(look: &Look<'_>) -> Option<Wait> {
    let now = look.facts.now;
    match &look.step().interlock {
        Interlock::NotAsked => None,
        Interlock::Permitted { at } => {
            let old = now.since(*at) > minutes(look.facts.limits.permit_minutes);
            if !old {
                return None;
            }
            look.wait(WaitFor::Interlock, format!("the permission of {at} is too old"))
        }
        Interlock::Refused { what } => {
            look.wait(WaitFor::Interlock, format!("the process does not permit it: {what}"))
        }
        Interlock::Unknown { what } => {
            look.wait(WaitFor::Interlock, format!("whether the process permits it is not known: {what}"))
        }
    }
}

/// How old a signal of the process may be when the asset is changed by it, in microseconds: the time that the asking itself takes.
const OF_THIS_MOMENT: i64 = 10_000_000;

/// What speaks now against a deed that was intended, for as long as its device may not have begun it; the first that stands. What must
/// fit into the window was asked when it was intended, and the deed itself says until when it may begin.
pub(super) fn still(look: &Look<'_>, planned: &PlannedStep, deed: Deed) -> Option<Wait> {
    let said = || authority(look, planned).or_else(|| approval(look)).or_else(|| supplier(look));
    let now = || shut(look).or_else(|| group(look, planned)).or_else(|| interlock(look));
    match deed {
        Deed::Install => said()
            .or_else(|| holds(look).next())
            .or_else(now)
            .or_else(|| agreed(look, &look.step().operator, "the installation")),
        Deed::Restart => said().or_else(now).or_else(|| match &look.step().restart {
            RestartRule::OperatorAgrees(operator) => agreed(look, operator, "the restart"),
            RestartRule::ByHand => look.wait(WaitFor::Person, "a person restarts it"),
            RestartRule::Automatic | RestartRule::NotNeeded { .. } => None,
        }),
        // Something failed and is half done: nothing holds its way back. From what works it is work like any other.
        Deed::Undo if look.step().back_from_work => {
            pause(look).or_else(|| group(look, planned)).or_else(|| interlock(look))
        }
        Deed::Undo
        | Deed::Stage
        | Deed::Preflight
        | Deed::Backup
        | Deed::Verify
        | Deed::Recheck
        | Deed::VerifyUndo => None,
    }
}

/// What people who have begun a step have to hear of: the plan or what it rests on is held, a freeze stands, or somebody or something says
/// that the process does not permit it. That a permission grows old while they work is none of it.
pub(super) fn halt(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    let frozen = || match look.step().room {
        Room::Frozen { .. } => shut(look),
        Room::Open { .. } | Room::Closed { .. } => None,
    };
    let refused = || match (&look.step().interlock, &look.step().signal) {
        (Interlock::Refused { what }, _) | (_, Interlock::Refused { what }) => {
            look.wait(WaitFor::Interlock, format!("the process does not permit it: {what}"))
        }
        _ => None,
    };
    let said = authority(look, planned).or_else(|| approval(look)).or_else(|| supplier(look));
    said.or_else(frozen).or_else(refused)
}

/// Whether the window is closed now, or a freeze stands.
fn shut(look: &Look<'_>) -> Option<Wait> {
    match look.step().room {
        Room::Frozen { until } => look.wait_until(WaitFor::Freeze, "a freeze stands", Some(until)),
        Room::Closed { opens } => look.wait_until(WaitFor::Window, "the window is closed", opens),
        Room::Open { .. } => None,
    }
}

/// What was read of the process, right before a deed that changes the asset: an answer of earlier counts for nothing, the deed waits
/// and the process is asked. It stands behind everything else, so that nobody is asked while something else holds the deed.
pub(super) fn signal(look: &Look<'_>, deed: Deed) -> Option<Wait> {
    match &look.step().signal {
        Interlock::NotAsked => None,
        Interlock::Permitted { at } if (0..=OF_THIS_MOMENT).contains(&look.facts.now.since(*at)) => None,
        Interlock::Permitted { .. } => {
            look.wait(WaitFor::Signal, format!("the process is asked at this moment, right before {deed}"))
        }
        Interlock::Refused { what } => {
            look.wait(WaitFor::Interlock, format!("the process does not permit it: {what}"))
        }
        Interlock::Unknown { what } => {
            look.wait(WaitFor::Interlock, format!("whether the process permits it is not known: {what}"))
        }
    }
}

/// What keeps a deed from an asset whose operator has a word in it; `of` names the deed.
pub(super) fn agreed(look: &Look<'_>, operator: &Operator, of: &str) -> Option<Wait> {
    match operator {
        Operator::NotAsked | Operator::Agreed => None,
        Operator::Asked => {
            look.wait(WaitFor::Operator, format!("the operator was asked for {of} and has not answered"))
        }
        Operator::Postponed { until } if *until > look.facts.now => {
            look.wait_until(WaitFor::Operator, &format!("the operator has put off {of}"), Some(*until))
        }
        Operator::Postponed { .. } => look.wait(
            WaitFor::Operator,
            format!("the time that the operator asked for before {of} is over; ask again"),
        ),
    }
}

/// Whether backups of the asset can be gone back to, as the site's policy wants it. Where it is signed that there is no way back,
/// there is nothing to restore.
fn restore_test(look: &Look<'_>, planned: &PlannedStep) -> Option<Wait> {
    if matches!(planned.way_back, WayBack::None { .. }) {
        return None;
    }
    let days = look.facts.limits.restore_test_days?;
    match look.step().restore_tested_at {
        Some(at) if look.facts.now.since(at) <= minutes(days.saturating_mul(24 * 60)) => None,
        Some(at) => look.wait(
            WaitFor::Proof,
            format!("restoring a backup of its asset was tested last at {at}, more than {days} days ago"),
        ),
        None => look.wait(
            WaitFor::Proof,
            format!(
                "restoring a backup of its asset was never tested, and the site wants that every {days} days"
            ),
        ),
    }
}

/// Whether a deed is withheld.
pub(super) fn withheld(look: &Look<'_>, deed: Deed) -> Option<Wait> {
    let why = look.step().withheld.get(&deed)?;
    look.wait(WaitFor::Permission, format!("{deed} is not permitted: {why}"))
}
