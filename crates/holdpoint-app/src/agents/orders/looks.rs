//! Looks at a device, as its inventory shows it: whether it is fit, whether there is a way back, whether the promise holds.

use super::super::seen::{asks_restart, snapshot};
use super::file::{hash_before, name_of, places_in, wanted, with_place};
use super::job::{Brings, Job, Jobs, PackagePatch, kind_of, way_back_file};
use super::script::is_script;
use super::{FRESH, Facts, script, start, unfit};
use crate::App;
use crate::approval::reading;
use crate::error::AppError;
use crate::execution::{Left, compare_look, read_promise, read_snapshot, write_promise, write_snapshot};
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Deed, ErrorClass, ObservedBy, Outcome};
use holdpoint_domain::plan::WayBack as PlannedWayBack;
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_engine::verification::Promise;
use holdpoint_store::agent::AgentOrder;
use holdpoint_store::{Reader, StoreError};
use holdpoint_wire::command::ScriptWork;
use holdpoint_wire::image::Place;
use holdpoint_wire::inventory::{Inventory, Package, PackageState, Packages};
use holdpoint_wire::message;

/// By how many seconds the clock of a device may be off whose work waits for a permit or a check.
const CLOCK_BEHIND_A_PERMIT: u64 = 30;
/// Why a script that is to be taken back by itself is not begun.
const NO_UNDO: &str =
    "the plan promises a way back by itself, and the image says nothing that takes the script back";

/// An inventory that is new enough for the deed.
pub(super) fn fresh_inventory(app: &App, facts: &Facts) -> Result<Option<Inventory>, AppError> {
    let agent = &facts.agent;
    let (Some(came), Some(sha256)) = (agent.inventory_at, agent.inventory_sha256) else { return Ok(None) };
    let last_act =
        facts.orders.iter().filter(|order| order.closed_at.is_some()).max_by_key(|order| order.counter);
    let after_act = |act: &AgentOrder| {
        act.closed_at.is_some_and(|closed| came >= closed)
            && act.device_at.zip(agent.inventory_taken_at).is_none_or(|(closed, taken)| taken >= closed)
    };
    let is_fresh = match (facts.deed, last_act) {
        // Who looks again wants to see something new.
        (Deed::Verify | Deed::VerifyUndo, Some(act)) => {
            after_act(act) && (facts.attempt.number == 1 || came >= facts.attempt.intended_at)
        }
        (Deed::Backup, _) => came >= facts.attempt.intended_at.plus_micros(-FRESH),
        _ => came >= facts.attempt.intended_at,
    };
    if !is_fresh {
        return Ok(None);
    }
    let bytes = app.store().read(|r| r.blob(&sha256))?;
    let seen = bytes.map(|bytes| message::read::<Inventory>(&bytes)).transpose();
    Ok(seen.map_err(|why| StoreError::damaged(format!("an inventory: {why}")))?)
}

/// What a look means for the step.
pub(super) fn looked(
    app: &App,
    jobs: &mut Jobs,
    facts: &Facts,
    seen: &Inventory,
) -> Result<Option<(Outcome, Left)>, AppError> {
    let now = match with_places(snapshot(seen), facts, seen) {
        Ok(now) => now,
        Err(why) => return Ok(Some((unfit(why), Left::default()))),
    };
    let before = facts.words.get("before").map(|text| read_snapshot(text)).unwrap_or_default();
    let (now, said) = match script::with_check(now, (facts, &before), seen) {
        Ok(found) => found,
        Err(why) => return Ok(Some(script::unread(why))),
    };
    let said = said.map(|said| format!("; {said}")).unwrap_or_default();
    let evidence = format!(
        "inventory of the agent, by its own word, taken at {} by the device's clock{said}",
        seen.taken_at
    );
    let mut left = Left { evidence: Some(evidence), read_by: Some(ObservedBy::Agent), ..Left::default() };
    let outcome = match facts.deed {
        Deed::Preflight => match preflight(app, jobs, (facts, seen), now)? {
            Ok(promise) => {
                left.words.push(("promise".into(), write_promise(&promise)));
                Outcome::Succeeded
            }
            Err(outcome) => outcome,
        },
        Deed::Backup => {
            let names_start = seen.boot.as_ref().map(|boot| (start::BEFORE.to_owned(), boot.to_string()));
            left.words.extend(names_start);
            backup(app, jobs, (facts, &now), &mut left)?
        }
        Deed::Verify | Deed::Recheck | Deed::VerifyUndo => {
            left.asks = asks_restart(seen);
            left.started = start::started(facts, seen);
            left.evidence = left.evidence.map(|evidence| evidence + start::in_words(left.started));
            compare_look(&now, (&facts.words, &facts.planned.patch), &mut left)
        }
        Deed::Stage | Deed::Install | Deed::Restart | Deed::Undo => return Ok(None),
    };
    Ok(Some((outcome, left)))
}

/// A snapshot with the places for files that the step promises something of.
fn with_places(now: Snapshot, facts: &Facts, seen: &Inventory) -> Result<Snapshot, String> {
    let word = |kind: &str| facts.words.get(kind).map(String::as_str);
    let promise = word("promise").map(read_promise).unwrap_or_default();
    let before = word("before").map(read_snapshot).unwrap_or_default();
    // What an earlier preflight promised is not what this one finds.
    let places = if facts.deed == Deed::Preflight { Vec::new() } else { places_in(promise.keys()) };
    places.iter().try_fold(now, |now, path| with_place(now, (seen, &before), path))
}

/// Whether the device is fit for the work; what will be on it then.
fn preflight(
    app: &App,
    jobs: &mut Jobs,
    (facts, seen): (&Facts, &Inventory),
    now: Snapshot,
) -> Result<Result<Promise, Outcome>, AppError> {
    let job = match reading(app, |r| jobs.of(r, facts))? {
        Ok(job) => job,
        Err(outcome) => return Ok(Err(outcome)),
    };
    if let Err(outcome) = resources(app, facts, seen) {
        return Ok(Err(outcome));
    }
    Ok(match &job.brings {
        Brings::Package(package, _) => packages(seen).and_then(|packages| installed(package, packages, &now)),
        Brings::Script(work) => runnable(facts, work),
        Brings::File(place, _) => with_place(now, (seen, &Snapshot::default()), &place.path)
            .map_err(unfit)
            .and_then(|now| placed(place, &now)),
    })
}

/// The packages of the device, when they are all whole.
fn packages(seen: &Inventory) -> Result<&Packages, Outcome> {
    let packages =
        seen.packages.as_ref().ok_or_else(|| unfit("the device could not say which packages it has"))?;
    match packages.items.iter().find(|one| one.state == PackageState::Broken) {
        Some(broken) => Err(unfit(format!("package `{}` on the device is not whole", broken.name))),
        None => Ok(packages),
    }
}

/// Whether there is room and memory, and the clock is right.
fn resources(app: &App, facts: &Facts, seen: &Inventory) -> Result<(), Outcome> {
    let fitness = app.settings().fitness;
    for path in ["/var", "/usr", "/"] {
        let Some(disk) = seen.disks.iter().find(|disk| disk.path == path) else { continue };
        if disk.free_bytes / 1_024 < fitness.disk_kib {
            return Err(unfit(format!("{} MiB are free on `{path}`", disk.free_bytes >> 20)));
        }
    }
    if let Some(memory) = seen.memory.filter(|memory| memory.free_bytes / 1_024 < fitness.memory_kib) {
        return Err(unfit(format!("{} MiB of memory are free", memory.free_bytes >> 20)));
    }
    let came = facts.agent.inventory_at.map_or(0, Moment::micros);
    let off_s = came.abs_diff(seen.taken_at.0) / 1_000_000;
    // What a device may begin for a minute and a half only, it must not begin by a clock of its own.
    let borne = if facts.good_until.is_some() { CLOCK_BEHIND_A_PERMIT } else { fitness.clock_s.max(60) };
    if off_s > borne {
        let what = format!("the device's clock is off by about {off_s} s, and {borne} s are borne");
        return Err(unfit(what));
    }
    Ok(())
}

/// What the place holds afterwards, when something else lies there now.
fn placed(place: &Place, now: &Snapshot) -> Result<Promise, Outcome> {
    let (name, wanted) = (name_of(&place.path), wanted(place));
    let mismatch = |what: String| Outcome::Failed { class: ErrorClass::Mismatch, what };
    let lies = now.software.as_ref().and_then(|software| software.get(&name));
    let lies = lies.ok_or_else(|| unfit(format!("what lies at `{}` is not known", place.path)))?;
    if *lies == wanted {
        return Err(mismatch(format!("`{}` is there already as the image wants it", place.path)));
    }
    if hash_before(lies).map_err(unfit)?.as_ref() == Some(&place.install) {
        let what = format!("`{}` has the content already, but it is there with {lies}", place.path);
        return Err(mismatch(format!("{what}; a person sets mode and owner")));
    }
    Ok(Promise::from([(name, Some(wanted))]))
}

/// What the check of the script says afterwards, when the plan promises no way back that the image does not have.
fn runnable(facts: &Facts, work: &ScriptWork) -> Result<Promise, Outcome> {
    let is_automatic = matches!(facts.planned.way_back, PlannedWayBack::Automatic { .. });
    if is_automatic && work.undo.is_none() {
        let what = format!("{NO_UNDO}; plan it with a way back by hand");
        return Err(Outcome::Failed { class: ErrorClass::Impossible, what });
    }
    Ok(script::promised(&facts.planned.patch))
}

/// Whether what the job replaces is on the device, once and older; what it is afterwards.
fn installed(package: &PackagePatch, packages: &Packages, now: &Snapshot) -> Result<Promise, Outcome> {
    let full = package.full();
    let mismatch = |what: String| Outcome::Failed { class: ErrorClass::Mismatch, what };
    if packages.database != package.database {
        let (has, is) = (kind_of(packages.database), package.kind());
        return Err(mismatch(format!("the device's packages are of {has}, and `{full}` is one of {is}")));
    }
    let same = |one: &&Package| {
        one.state == PackageState::Installed
            && one.name == package.name
            && one.architecture == package.architecture
    };
    let n_there = packages.items.iter().filter(same).count();
    if n_there > 1 {
        let what = format!("`{full}` is there in {n_there} versions beside each other; a person installs it");
        return Err(Outcome::Failed { class: ErrorClass::Impossible, what });
    }
    match now.software.as_ref().and_then(|software| software.get(&full)) {
        None => Err(unfit(format!("`{full}` is not installed, so there is nothing to patch"))),
        Some(version) if *version == package.version => {
            Err(mismatch(format!("`{full}` is at {version} already")))
        }
        Some(version) if !package.is_newer_than(version) => {
            let what = format!("`{full}` is at {version}, and {} is no newer version", package.version);
            Err(unfit(format!("{what}; only the way back goes to an older one")))
        }
        Some(_) => Ok(Promise::from([(full, Some(package.version.clone()))])),
    }
}

/// The way back is proven when the file of the version before is here and named; the device keeps what it replaces.
fn backup(
    app: &App,
    jobs: &mut Jobs,
    (facts, now): (&Facts, &Snapshot),
    left: &mut Left,
) -> Result<Outcome, AppError> {
    if matches!(facts.planned.way_back, PlannedWayBack::Automatic { .. }) {
        let found = reading(app, |r| {
            let Ok(job) = jobs.of(r, facts)? else { return Ok(None) };
            way_back_said(r, (facts, &job), now)
        })?;
        let Some(said) = found else {
            let no_file = "the file of the version before is not kept here, or the image does not name it";
            return Ok(unfit(if is_script(&facts.planned.patch) { NO_UNDO } else { no_file }));
        };
        left.evidence = Some(said);
    }
    left.words.push(("before".into(), write_snapshot(now)));
    Ok(Outcome::Succeeded)
}

/// How the version before is brought back, in words; `None`: it cannot be.
fn way_back_said(
    r: &mut Reader<'_>,
    (facts, job): (&Facts, &Job),
    now: &Snapshot,
) -> Result<Option<String>, AppError> {
    match &job.brings {
        Brings::Script(work) => Ok(work.undo.as_ref().map(|undo| {
            format!(
                "`{}` takes the script back, as the image says; the agent begins nothing when it cannot be run, and a person reads what is \
                 there afterwards",
                undo.script
            )
        })),
        Brings::Package(..) => {
            let file = way_back_file(r, facts, job, now)?;
            Ok(file
                .map(|file| format!("{} brings the version before back; it is here and approved", file.name)))
        }
        Brings::File(place, _) => {
            let lies = now.software.as_ref().and_then(|software| software.get(&name_of(&place.path)));
            Ok(lies.map(|lies| {
                format!(
                    "what lies at `{}` now ({lies}) is kept by the agent and read again before it is replaced; it begins nothing when it \
                     cannot keep it",
                    place.path
                )
            }))
        }
    }
}
