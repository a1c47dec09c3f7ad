//! Deeds as signed orders: what is put into them, and that there is one of each.

use super::super::keys::order_key;
use super::super::papers::{wire_hash, wire_patch};
use super::super::{count_up, wire_time};
use super::file::{hash_before, name_of};
use super::job::{Brings, Job, Jobs, PackagePatch, way_back_file};
use super::{Facts, MINUTE, SECOND, order_name, told, unfit};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::execution::{Left, report_all};
use crate::planning::{NOTICE, NOTICE_TERMS, read_terms};
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Deed, Outcome};
use holdpoint_domain::id::{AssetId, SiteId};
use holdpoint_domain::plan::WayBack as PlannedWayBack;
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_store::Reader;
use holdpoint_store::agent::{AgentOrder, NewOrder, OrderOf};
use holdpoint_store::patch::KeptFile;
use holdpoint_wire::command::{
    Command, FileWork, PackageChange, PackageWork, RestartWork, SettingsFiles, WayBackWork,
};
use holdpoint_wire::envelope::{Signer, sign};
use holdpoint_wire::image::Place;
use holdpoint_wire::inventory::PackageDatabase;
use holdpoint_wire::message::{self, Message as _, VersionOne};
use holdpoint_wire::order::{Artifact, Confirmation, Needs, Notice, Order, WayBack, Window};
use holdpoint_wire::text::{Architecture, FileName, Hash, Id, PackageName, PackageVersion, Words};
use std::collections::HashMap;

/// Makes the orders that are wanted, in one change.
pub(super) fn issue(app: &App, wanted: &[Facts]) -> Result<(), AppError> {
    if wanted.is_empty() {
        return Ok(());
    }
    let caller = Caller::system("agents' orders");
    let mut keys: HashMap<SiteId, Signer> = HashMap::new();
    for facts in wanted {
        if let std::collections::hash_map::Entry::Vacant(place) = keys.entry(facts.agent.site) {
            place.insert(order_key(app, facts.agent.site)?);
        }
    }
    let mut failed = Vec::new();
    let committed = app.store().change(&app.intent(&caller, "agent.order", ""), |c| {
        failed.clear();
        let mut orders = Vec::with_capacity(wanted.len());
        let at = c.at();
        let mut jobs = Jobs::new(app, at);
        for (place, facts) in wanted.iter().enumerate() {
            let name = order_name(facts);
            if c.agent_order(&name)?.is_some() {
                continue;
            }
            match order(c, &mut jobs, facts, at)? {
                Ok(order) => {
                    let key = keys.get(&facts.agent.site).expect("a key for every site was read above");
                    let envelope = sign(&order, &[key]);
                    c.about("asset", &facts.agent.tag);
                    orders.push(NewOrder {
                        asset: facts.agent.asset,
                        counter: order.counter,
                        name,
                        of: Some(OrderOf {
                            plan: facts.plan,
                            step: facts.planned.number,
                            deed: facts.deed.word().to_owned(),
                            attempt: facts.attempt.number,
                        }),
                        command: order.command.name().as_str().to_owned(),
                        envelope: String::from_utf8(message::write(&envelope)).expect("JSON is UTF-8"),
                        expires_at: Moment::from_micros(order.expires_at.0),
                        renewed: facts.good_until.map(|_| {
                            (Moment::from_micros(order.window.last_start_at.0), latest_start(facts, at))
                        }),
                    });
                }
                Err(outcome) => failed.push((place, outcome)),
            }
        }
        if orders.is_empty() {
            c.nothing_to_do();
            return Ok::<_, AppError>(None);
        }
        c.put_agent_orders(&orders)?;
        c.detail("orders", orders.len());
        let assets: Vec<AssetId> = orders.iter().map(|order| order.asset).collect();
        Ok(Some((count_up(c)?, assets)))
    })?;
    if let Some((generation, assets)) = committed.value {
        app.agents().counted(generation, assets);
    }
    let failed = failed
        .into_iter()
        .map(|(place, outcome)| told(&wanted[place], (unordered(outcome), Left::default())));
    report_all(app, &failed.collect::<Vec<_>>()).all()?;
    Ok(())
}

/// What could not even be ordered was begun by nobody.
fn unordered(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Failed { what, .. } => Outcome::Refused { what: format!("it could not be ordered: {what}") },
        other => other,
    }
}

/// Numbers rise with the clock, so that a restored backup does not bring old ones again.
pub(super) fn counter(r: &mut Reader<'_>, asset: AssetId, now: Moment) -> Result<u64, AppError> {
    let by_clock = u64::try_from(now.micros() / SECOND).unwrap_or_default();
    Ok(by_clock.max(r.agent_counter(asset)? + 1))
}

pub(super) fn bad(why: holdpoint_wire::text::BadText) -> String {
    format!("it cannot be told to a device: {why}")
}

fn order(
    r: &mut Reader<'_>,
    jobs: &mut Jobs,
    facts: &Facts,
    now: Moment,
) -> Result<Result<Order, Outcome>, AppError> {
    let job = match jobs.of(r, facts)? {
        Ok(job) => job,
        Err(outcome) => return Ok(Err(outcome)),
    };
    let before =
        facts.words.get("before").map(|text| crate::execution::read_snapshot(text)).unwrap_or_default();
    let back = way_back_file(r, facts, &job, &before)?;
    let counter = counter(r, facts.agent.asset, now)?;
    Ok(build(facts, (&job, back.as_ref()), &before, (counter, now)).map_err(unfit))
}

fn build(
    facts: &Facts,
    (job, back): (&Job, Option<&KeptFile>),
    before: &Snapshot,
    (counter, now): (u64, Moment),
) -> Result<Order, String> {
    let (step, attempt) = (&facts.planned, &facts.attempt);
    let time_limit_s = step.estimate.work_minutes.saturating_mul(60).clamp(30, 6 * 3_600);
    let (command, artifacts, way_back) = match facts.deed {
        Deed::Install => match &job.brings {
            Brings::Package(package, file) => install(facts, (package, file, back), before, time_limit_s)?,
            Brings::File(place, file) => put_in_place(facts, (place, file), before)?,
            Brings::Script(work) => {
                (Command::Script(work.clone()), vec![], no_way_back(facts).unwrap_or(WayBack::Kept))
            }
        },
        Deed::Restart => {
            let why = Words::cut(&format!("{} wants it", step.patch));
            let back_within_s = time_limit_s.max(600);
            (Command::Restart(RestartWork { why, back_within_s }), vec![], WayBack::Kept)
        }
        Deed::Undo => {
            let of = facts.orders.iter().rev().find(|order| is_installation(order));
            let of = of.ok_or("there is no order that could be taken back")?;
            let of = Id::new(&of.name).map_err(bad)?;
            let time_limit_s = undo_limit_s(job).unwrap_or(time_limit_s);
            (Command::WayBack(WayBackWork { of, time_limit_s }), vec![], WayBack::Kept)
        }
        Deed::Stage | Deed::Preflight | Deed::Backup | Deed::Verify | Deed::Recheck | Deed::VerifyUndo => {
            return Err("a look is no order".to_owned());
        }
    };
    let latest = latest_start(facts, now);
    let last = facts.good_until.map_or(latest, |until| latest.min(until));
    let starts_at = attempt.intended_at.min(now).plus_micros(-MINUTE);
    let order = Order {
        version: VersionOne,
        site: Id::new(facts.agent.site.to_string()).map_err(bad)?,
        asset: Id::new(facts.agent.asset.to_string()).map_err(bad)?,
        order: Id::new(order_name(facts)).map_err(bad)?,
        counter,
        patch: wire_patch(&step.patch),
        image_version: job.image_version,
        issued_at: wire_time(now),
        expires_at: wire_time(attempt.deadline),
        window: Window {
            starts_at: wire_time(starts_at),
            last_start_at: wire_time(last.max(starts_at)),
            ends_at: wire_time(attempt.deadline.max(latest).max(starts_at)),
        },
        artifacts,
        command,
        needs: if facts.deed == Deed::Install { job.needs } else { Needs::default() },
        notice: if facts.deed == Deed::Install { notice(facts) } else { None },
        way_back,
    };
    order.check()?;
    Ok(order)
}

/// The latest moment at which the device may begin, whatever the process says.
fn latest_start(facts: &Facts, now: Moment) -> Moment {
    let deadline = facts.attempt.deadline;
    match facts.deed {
        Deed::Install => deadline.min(facts.planned.last_safe_start.max(now)),
        _ => deadline,
    }
}

/// What people at the device are told before the installation, as it was asked when the plan was begun.
fn notice(facts: &Facts) -> Option<Notice> {
    let message = facts.words.get(NOTICE)?;
    let terms = read_terms(facts.words.get(NOTICE_TERMS)?)?;
    Some(Notice {
        message: Words::cut(message),
        postpone_at_most: terms.postpone_at_most,
        postpone_s: terms.postpone_minutes.saturating_mul(60),
        confirmation: if terms.confirm { Confirmation::Needed } else { Confirmation::NotNeeded },
    })
}

/// How long what takes a script back may take, as the image says.
fn undo_limit_s(job: &Job) -> Option<u32> {
    match &job.brings {
        Brings::Script(work) => work.undo.as_ref().map(|undo| undo.time_limit_s),
        Brings::Package(..) | Brings::File(..) => None,
    }
}

pub(super) fn is_installation(order: &AgentOrder) -> bool {
    order.of.as_ref().is_some_and(|of| of.deed == Deed::Install.word())
}

fn install(
    facts: &Facts,
    (package, file, back): (&PackagePatch, &KeptFile, Option<&KeptFile>),
    before: &Snapshot,
    time_limit_s: u32,
) -> Result<(Command, Vec<Artifact>, WayBack), String> {
    let from = before.software.as_ref().and_then(|software| software.get(&package.full()));
    let from = from.map(|version| PackageVersion::new(version.as_str()).map_err(bad)).transpose()?;
    let mut artifacts = vec![artifact(file)?];
    if let Some(back) = back {
        artifacts.push(artifact(back)?);
    }
    let way_back = match (back, no_way_back(facts)) {
        (Some(_), _) => WayBack::Kept,
        (None, Some(none)) => none,
        (None, None) => return Err("the plan promises a way back, and its file is not here".to_owned()),
    };
    let change = PackageChange {
        name: PackageName::new(package.name.as_str()).map_err(bad)?,
        architecture: Architecture::new(package.architecture.as_str()).map_err(bad)?,
        from,
        to: PackageVersion::new(package.version.as_str()).map_err(bad)?,
        install: wire_hash(&file.sha256),
        way_back: back.map(|back| wire_hash(&back.sha256)),
    };
    let work = PackageWork { packages: vec![change], settings: SettingsFiles::KeepOld, time_limit_s };
    let command = match package.database {
        PackageDatabase::Dpkg => Command::Deb(work),
        PackageDatabase::Rpm => Command::Rpm(work),
    };
    Ok((command, artifacts, way_back))
}

/// What the plan says where it promises no automatic way back.
fn no_way_back(facts: &Facts) -> Option<WayBack> {
    match &facts.planned.way_back {
        PlannedWayBack::None { signed_by, reason } => {
            Some(WayBack::None(Words::cut(&format!("{signed_by}: {reason}"))))
        }
        PlannedWayBack::ByHand { instruction } => {
            Some(WayBack::None(Words::cut(&format!("a person goes it: {instruction}"))))
        }
        PlannedWayBack::Automatic { .. } => None,
    }
}

/// A file at its place; what lies there before is what the snapshot shows, and the device compares it.
fn put_in_place(
    facts: &Facts,
    (place, file): (&Place, &KeptFile),
    before: &Snapshot,
) -> Result<(Command, Vec<Artifact>, WayBack), String> {
    let lies = before.software.as_ref().and_then(|software| software.get(&name_of(&place.path)));
    let lies = lies.ok_or_else(|| format!("what lies at `{}` was not read before", place.path))?;
    let Place { path, install, mode, owner } = place.clone();
    let work = FileWork { path, from: hash_before(lies)?, install, mode, owner };
    let way_back = no_way_back(facts).unwrap_or(WayBack::Kept);
    Ok((Command::File(work), vec![artifact(file)?], way_back))
}

fn artifact(file: &KeptFile) -> Result<Artifact, String> {
    let sha256: Hash = wire_hash(&file.sha256);
    let name = FileName::new(file.name.as_str()).map_err(bad)?;
    Ok(Artifact { name, size_bytes: file.size_bytes, sha256 })
}
