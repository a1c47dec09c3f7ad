//! Deeds of deployments as orders to agents: what is intended becomes a signed order, what the agent tells becomes the outcome.
//!
//! The surprise: nothing here is done once and remembered. [`settle`] compares what steps wait for with the orders that exist
//! and the inventories that came, so a crash between an intent and its order, or between an event and its outcome, is made
//! good by the next look. An order's name follows from step, deed and attempt, so there is never a second one.

use super::keys::order_key;
use super::papers::{read_text, wire_hash, wire_patch};
use super::seen::snapshot;
use super::{count_up, generation, wire_time};
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use crate::execution::{Left, Report, compare_look, report_all, write_promise, write_snapshot};
use crate::planning::{NOTICE, NOTICE_TERMS, read_terms};
use crate::plans::whole;
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Attempt, Deed, ErrorClass, ObservedBy, Outcome};
use holdpoint_domain::id::{AssetId, PlanId, SiteId};
use holdpoint_domain::plan::{ChangePlan, PlannedStep, WayBack as PlannedWayBack};
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_engine::verification::Promise;
use holdpoint_store::agent::{AgentLine, AgentOrder, NewOrder, OpenDeed, OrderOf};
use holdpoint_store::patch::KeptFile;
use holdpoint_store::{Reader, StoreError};
use holdpoint_versions::{Comparison, Scheme};
use holdpoint_wire::command::{
    Command, PackageChange, PackageWork, RestartWork, SettingsFiles, StopWork, WayBackWork,
};
use holdpoint_wire::envelope::{Signer, sign};
use holdpoint_wire::image::{Approved, Image};
use holdpoint_wire::inventory::{Inventory, PackageState};
use holdpoint_wire::message::{self, Message as _, VersionOne};
use holdpoint_wire::order::{Artifact, ClockNeed, Confirmation, Needs, Notice, Order, WayBack, Window};
use holdpoint_wire::text::{Architecture, FileName, Hash, Id, PackageName, PackageVersion, Words};
use std::collections::{BTreeMap, HashMap, HashSet};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
/// So far ahead of its start an agent is told to ask often.
const AHEAD: i64 = 15 * MINUTE;
/// An inventory of the preflight is good for the backup for so long.
const FRESH: i64 = 10 * MINUTE;

/// Hands deeds over to the agents of their assets, however many there are. Gives how many steps moved.
///
/// # Errors
/// [`AppError::Store`]. What cannot be ordered is an outcome, not an error.
pub fn hand_over(app: &App, steps: &[(PlanId, u32)]) -> Result<u64, AppError> {
    if steps.is_empty() { Ok(0) } else { look_after(app, steps) }
}

/// One look at everything that agents have to do and have told. Gives how many steps moved.
///
/// # Errors
/// [`AppError::Store`]; [`AppError::File`] when the keys cannot be used.
pub fn settle(app: &App) -> Result<u64, AppError> {
    let now = app.now();
    let (seen, due, deeds) = reading(app, |r| {
        let due: HashSet<AssetId> = r.assets_due(now.plus_micros(AHEAD))?.into_iter().collect();
        Ok((generation(r)?, due, r.open_agent_deeds()?))
    })?;
    app.agents().seen_generation(seen);
    app.agents().put_due(due);
    // A plan is read whole for its deeds: those that nothing can move before the device tells something are left out.
    let (deeds, wait): (Vec<_>, Vec<_>) = deeds.into_iter().partition(can_move);
    wait.iter().for_each(|deed| app.agents().wish(deed.asset));
    let keys: Vec<(PlanId, u32)> = deeds.iter().map(|deed| (deed.plan, deed.step)).collect();
    let mut moved = look_after(app, &keys)?;
    moved += closed_orders(app)?;
    withdraw_orphans(app)?;
    Ok(moved)
}

/// Whether a look at a deed can move it: one that waits for an inventory is moved by none that came long before it.
fn can_move(deed: &OpenDeed) -> bool {
    let looks = ["checking", "backing_up", "verifying", "rechecking", "verifying_undo"];
    !looks.contains(&deed.state.as_str())
        || deed.inventory_at.is_some_and(|came| came >= deed.since.plus_micros(-FRESH))
}

/// What is read of a step before its deed is looked after.
struct Facts {
    plan: PlanId,
    planned: PlannedStep,
    deed: Deed,
    attempt: Attempt,
    agent: AgentLine,
    orders: Vec<AgentOrder>,
    words: BTreeMap<String, String>,
}

fn look_after(app: &App, keys: &[(PlanId, u32)]) -> Result<u64, AppError> {
    let mut wanted = Vec::new();
    let mut reports = Vec::new();
    let mut jobs = Jobs::new(app, app.now());
    for facts in reading(app, |r| facts(r, keys))? {
        match facts.deed {
            Deed::Install | Deed::Restart | Deed::Undo => {
                let name = order_name(&facts);
                if !facts.orders.iter().any(|order| order.name == name) {
                    wanted.push(facts);
                }
            }
            Deed::Stage => reports.push(told(&facts, staged(app, &mut jobs, &facts)?)),
            Deed::Preflight | Deed::Backup | Deed::Verify | Deed::Recheck | Deed::VerifyUndo => {
                match fresh_inventory(app, &facts)? {
                    Some(seen) => {
                        if let Some(outcome) = looked(app, &mut jobs, &facts, &seen)? {
                            reports.push(told(&facts, outcome));
                        }
                    }
                    None => app.agents().wish(facts.agent.asset),
                }
            }
        }
    }
    let moved = report_all(app, &reports);
    issue(app, &wanted)?;
    moved.all()
}

fn facts(r: &mut Reader<'_>, keys: &[(PlanId, u32)]) -> Result<Vec<Facts>, AppError> {
    let mut found = Vec::with_capacity(keys.len());
    let mut by_plan: HashMap<PlanId, Vec<u32>> = HashMap::new();
    for (plan, step) in keys {
        by_plan.entry(*plan).or_default().push(*step);
    }
    for (id, steps) in by_plan {
        let (plan, _): (ChangePlan, _) = whole(r, id)?;
        let mut runs = r.step_runs(id)?;
        let planned: HashMap<u32, &PlannedStep> = plan.steps.iter().map(|step| (step.number, step)).collect();
        let mut words: BTreeMap<u32, BTreeMap<String, String>> = BTreeMap::new();
        for ((step, kind), word) in r.step_words(id)? {
            words.entry(step).or_default().insert(kind, word.body);
        }
        let (agents, mut orders) = held_by(r, &plan, id, &steps)?;
        for step in steps {
            let (Some(planned), Some(run)) = (planned.get(&step), runs.remove(&step)) else { continue };
            let Some((deed, attempt)) = run.state.open_attempt() else { continue };
            let Some(agent) = agents.get(&planned.asset).cloned() else { continue };
            let orders = orders.remove(&step).unwrap_or_default();
            let words = words.remove(&step).unwrap_or_default();
            let planned = (*planned).clone();
            found.push(Facts { plan: id, planned, deed, attempt, agent, orders, words });
        }
    }
    Ok(found)
}

type Held = (HashMap<AssetId, AgentLine>, HashMap<u32, Vec<AgentOrder>>);

/// The agents and the orders of these steps: of one step by itself, of more in one statement for the plan.
fn held_by(r: &mut Reader<'_>, plan: &ChangePlan, id: PlanId, steps: &[u32]) -> Result<Held, AppError> {
    let (agents, orders) = match steps {
        [step] => {
            let asset = plan.steps.iter().find(|one| one.number == *step).map(|one| one.asset);
            let agent = asset.map(|asset| r.agent_of(asset)).transpose()?.flatten();
            (agent.into_iter().collect(), r.agent_orders_of_step(id, *step)?)
        }
        _ => (r.agents_of_open_steps(id)?, r.agent_orders_of_open_steps(id)?),
    };
    let mut by_step: HashMap<u32, Vec<AgentOrder>> = HashMap::new();
    for order in orders {
        if let Some(of) = &order.of {
            by_step.entry(of.step).or_default().push(order);
        }
    }
    Ok((agents.into_iter().map(|agent| (agent.asset, agent)).collect(), by_step))
}

fn name_of(plan: PlanId, step: u32, deed: Deed, attempt: u16) -> String {
    format!("{plan}.{step}.{}.{attempt}", deed.word())
}

fn order_name(facts: &Facts) -> String {
    name_of(facts.plan, facts.planned.number, facts.deed, facts.attempt.number)
}

/// The outcome of a deed.
fn told(facts: &Facts, (outcome, left): (Outcome, Left)) -> Report {
    let deed = (facts.deed, facts.attempt.number);
    Report { plan: facts.plan, step: facts.planned.number, deed, outcome, left }
}

fn unfit(what: impl Into<String>) -> Outcome {
    Outcome::Failed { class: ErrorClass::Unfit, what: what.into() }
}

/// The files are near when they are kept here and the approved image names them; the device fetches them with the order.
fn staged(app: &App, jobs: &mut Jobs, facts: &Facts) -> Result<(Outcome, Left), AppError> {
    let job = reading(app, |r| jobs.of(r, facts))?;
    Ok(match job {
        Ok(job) => {
            let names: Vec<&str> = job.file.iter().map(|file| file.name.as_str()).collect();
            let evidence = format!("{} is here, and image {} names it", names.join(", "), job.image_version);
            (Outcome::Succeeded, Left { evidence: Some(evidence), ..Left::default() })
        }
        Err(what) if package_of(&facts.planned.patch).is_none() => {
            (Outcome::Failed { class: ErrorClass::Impossible, what }, Left::default())
        }
        Err(what) => (unfit(what), Left::default()),
    })
}

/// What an installation needs besides the device's own state.
#[derive(Clone)]
struct Job {
    name: String,
    version: String,
    architecture: String,
    file: Vec<KeptFile>,
    entry: Approved,
    image_version: u64,
    /// What must hold on the device, asked once more there.
    needs: Needs,
}

/// Jobs of one look, each worked out once for all devices of a class: a wave is many devices and one patch.
struct Jobs {
    now: Moment,
    needs: Needs,
    known: HashMap<(SiteId, String, String), Result<Job, String>>,
}

impl Jobs {
    fn new(app: &App, now: Moment) -> Self {
        let fitness = app.settings().fitness;
        let needs = Needs {
            free_disk_bytes: fitness.disk_kib * 1_024,
            free_memory_bytes: fitness.memory_kib * 1_024,
            clock: ClockNeed::Plausible,
            battery_percent: 0,
        };
        Self { now, needs, known: HashMap::new() }
    }

    fn of(&mut self, r: &mut Reader<'_>, facts: &Facts) -> Result<Result<Job, String>, AppError> {
        let key = (facts.agent.site, facts.agent.class.clone(), facts.planned.patch.clone());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let job = job(r, facts, (self.now, self.needs))?;
        self.known.insert(key, job.clone());
        Ok(job)
    }
}

fn job(
    r: &mut Reader<'_>,
    facts: &Facts,
    (now, needs): (Moment, Needs),
) -> Result<Result<Job, String>, AppError> {
    let patch = &facts.planned.patch;
    let Some((name, version, architecture)) = package_of(patch) else {
        return Ok(Err(format!("`{patch}` is no package of Debian, and agents are given nothing else yet")));
    };
    let file = r.patch_files(patch)?;
    if file.is_empty() {
        return Ok(Err(format!("no file of `{patch}` is kept here")));
    }
    let Some(kept) = r.agent_image(facts.agent.site, &facts.agent.class)? else {
        return Ok(Err(format!("class `{}` has no signed image", facts.agent.class)));
    };
    let image: Image = read_text(&kept)?;
    if image.expires_at < wire_time(now) {
        return Ok(Err(format!(
            "the image of class `{}` is over since {}",
            facts.agent.class, image.expires_at
        )));
    }
    let Some(entry) = image.entry(&wire_patch(patch)).cloned() else {
        return Ok(Err(format!(
            "image {} of class `{}` does not name it",
            image.image_version, facts.agent.class
        )));
    };
    let named: Vec<KeptFile> = file.into_iter().filter(|file| is_named(&entry, file)).collect();
    if named.len() != 1 {
        let n = named.len();
        return Ok(Err(format!("{n} of its kept files are named by the image, and it takes exactly one")));
    }
    let image_version = image.image_version;
    Ok(Ok(Job { name, version, architecture, file: named, entry, image_version, needs }))
}

fn is_named(entry: &Approved, file: &KeptFile) -> bool {
    entry.files.iter().any(|one| one.sha256 == wire_hash(&file.sha256) && one.size_bytes == file.size_bytes)
}

/// Name, version and architecture of `deb NAME VERSION (ARCHITECTURE)`, as package repositories are read.
pub(crate) fn package_of(patch: &str) -> Option<(String, String, String)> {
    let mut words = patch.strip_prefix("deb ")?.split(' ');
    let (name, version) = (words.next()?, words.next()?);
    let architecture = words.next()?.strip_prefix('(')?.strip_suffix(')')?;
    Some((name.to_owned(), version.to_owned(), architecture.to_owned()))
}

/// The other versions of a patch's package that are in the catalogue, by their names.
pub(super) fn other_versions(r: &mut Reader<'_>, patch: &str) -> Result<Vec<String>, AppError> {
    let Some((name, _, _)) = package_of(patch) else { return Ok(Vec::new()) };
    let head = format!("deb {name} ");
    Ok(r.patches_with_files()?
        .into_iter()
        .filter(|other| other != patch && other.starts_with(&head))
        .collect())
}

/// An inventory that is new enough for the deed.
fn fresh_inventory(app: &App, facts: &Facts) -> Result<Option<Inventory>, AppError> {
    let agent = &facts.agent;
    let (Some(came), Some(sha256)) = (agent.inventory_at, agent.inventory_sha256) else { return Ok(None) };
    let last_act =
        facts.orders.iter().filter(|order| order.closed_at.is_some()).max_by_key(|order| order.counter);
    let after_act = |act: &AgentOrder| {
        act.closed_at.is_some_and(|closed| came >= closed)
            && act.device_at.zip(agent.inventory_taken_at).is_none_or(|(closed, taken)| taken >= closed)
    };
    let is_fresh = match (facts.deed, last_act) {
        (Deed::Verify | Deed::VerifyUndo, Some(act)) => after_act(act),
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
fn looked(
    app: &App,
    jobs: &mut Jobs,
    facts: &Facts,
    seen: &Inventory,
) -> Result<Option<(Outcome, Left)>, AppError> {
    let now = snapshot(seen);
    let evidence =
        format!("inventory of the agent, by its own word, taken at {} by the device's clock", seen.taken_at);
    let mut left = Left { evidence: Some(evidence), read_by: Some(ObservedBy::Agent), ..Left::default() };
    let outcome = match facts.deed {
        Deed::Preflight => match preflight(app, jobs, (facts, seen), &now)? {
            Ok(promise) => {
                left.words.push(("promise".into(), write_promise(&promise)));
                Outcome::Succeeded
            }
            Err(outcome) => outcome,
        },
        Deed::Backup => backup(app, jobs, (facts, &now), &mut left)?,
        Deed::Verify | Deed::Recheck | Deed::VerifyUndo => {
            left.asks = super::seen::asks_restart(seen);
            compare_look(&now, (&facts.words, &facts.planned.patch), &mut left)
        }
        Deed::Stage | Deed::Install | Deed::Restart | Deed::Undo => return Ok(None),
    };
    Ok(Some((outcome, left)))
}

/// Whether the device is fit for the work; what will be on it then.
fn preflight(
    app: &App,
    jobs: &mut Jobs,
    (facts, seen): (&Facts, &Inventory),
    now: &Snapshot,
) -> Result<Result<Promise, Outcome>, AppError> {
    let job = match reading(app, |r| jobs.of(r, facts))? {
        Ok(job) => job,
        Err(what) => return Ok(Err(unfit(what))),
    };
    let fitness = app.settings().fitness;
    let Some(packages) = &seen.packages else {
        return Ok(Err(unfit("the device could not say which packages it has")));
    };
    if let Some(broken) = packages.items.iter().find(|one| one.state == PackageState::Broken) {
        return Ok(Err(unfit(format!("package `{}` on the device is not whole", broken.name))));
    }
    for path in ["/var", "/usr", "/"] {
        let Some(disk) = seen.disks.iter().find(|disk| disk.path == path) else { continue };
        if disk.free_bytes / 1_024 < fitness.disk_kib {
            return Ok(Err(unfit(format!("{} MiB are free on `{path}`", disk.free_bytes >> 20))));
        }
    }
    if let Some(memory) = seen.memory.filter(|memory| memory.free_bytes / 1_024 < fitness.memory_kib) {
        return Ok(Err(unfit(format!("{} MiB of memory are free", memory.free_bytes >> 20))));
    }
    let came = facts.agent.inventory_at.map_or(0, Moment::micros);
    let off_s = came.abs_diff(seen.taken_at.0) / 1_000_000;
    if off_s > fitness.clock_s.max(60) {
        return Ok(Err(unfit(format!("the device's clock is off by about {off_s} s"))));
    }
    let full = format!("{}:{}", job.name, job.architecture);
    let have = now.software.as_ref().and_then(|software| software.get(&full));
    match have {
        None => return Ok(Err(unfit(format!("`{full}` is not installed, so there is nothing to patch")))),
        Some(version) if *version == job.version => {
            let what = format!("`{full}` is at {version} already");
            return Ok(Err(Outcome::Failed { class: ErrorClass::Mismatch, what }));
        }
        Some(version) if !is_older(version, &job.version) => {
            let what = format!("`{full}` is at {version}, and {} is no newer version", job.version);
            return Ok(Err(unfit(format!("{what}; only the way back goes to an older one"))));
        }
        Some(_) => {}
    }
    Ok(Ok(Promise::from([(full, Some(job.version))])))
}

fn is_older(one: &str, other: &str) -> bool {
    Scheme::Dpkg.compare(one, other).is_ok_and(|order| order == Comparison::Less)
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
            way_back_file(r, facts, &job, now)
        })?;
        let Some(file) = found else {
            return Ok(unfit(
                "the file of the version before is not kept here, or the image does not name it",
            ));
        };
        left.evidence =
            Some(format!("{} brings the version before back; it is here and approved", file.name));
    }
    left.words.push(("before".into(), write_snapshot(now)));
    Ok(Outcome::Succeeded)
}

fn way_back_file(
    r: &mut Reader<'_>,
    facts: &Facts,
    job: &Job,
    before: &Snapshot,
) -> Result<Option<KeptFile>, AppError> {
    let full = format!("{}:{}", job.name, job.architecture);
    let Some(from) = before.software.as_ref().and_then(|software| software.get(&full)) else {
        return Ok(None);
    };
    for other in other_versions(r, &facts.planned.patch)? {
        let is_it = package_of(&other)
            .is_some_and(|(_, version, architecture)| version == *from && architecture == job.architecture);
        if is_it {
            let file = r.patch_files(&other)?.into_iter().find(|file| is_named(&job.entry, file));
            if file.is_some() {
                return Ok(file);
            }
        }
    }
    Ok(None)
}

/// Makes the orders that are wanted, in one change.
fn issue(app: &App, wanted: &[Facts]) -> Result<(), AppError> {
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
                    });
                }
                Err(what) => failed.push((place, what)),
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
    let failed = failed.into_iter().map(|(place, what)| told(&wanted[place], (unfit(what), Left::default())));
    report_all(app, &failed.collect::<Vec<_>>()).all()?;
    Ok(())
}

/// Numbers rise with the clock, so that a restored backup does not bring old ones again.
fn counter(r: &mut Reader<'_>, asset: AssetId, now: Moment) -> Result<u64, AppError> {
    let by_clock = u64::try_from(now.micros() / SECOND).unwrap_or_default();
    Ok(by_clock.max(r.agent_counter(asset)? + 1))
}

fn bad(why: holdpoint_wire::text::BadText) -> String {
    format!("it cannot be told to a device: {why}")
}

fn order(
    r: &mut Reader<'_>,
    jobs: &mut Jobs,
    facts: &Facts,
    now: Moment,
) -> Result<Result<Order, String>, AppError> {
    let job = match jobs.of(r, facts)? {
        Ok(job) => job,
        Err(what) => return Ok(Err(what)),
    };
    let before =
        facts.words.get("before").map(|text| crate::execution::read_snapshot(text)).unwrap_or_default();
    let back = way_back_file(r, facts, &job, &before)?;
    let counter = counter(r, facts.agent.asset, now)?;
    Ok(build(facts, (&job, back.as_ref()), &before, (counter, now)))
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
        Deed::Install => install(facts, (job, back), before, time_limit_s)?,
        Deed::Restart => {
            let why = Words::cut(&format!("{} wants it", step.patch));
            let back_within_s = time_limit_s.max(600);
            (Command::Restart(RestartWork { why, back_within_s }), vec![], WayBack::Kept)
        }
        Deed::Undo => {
            let of = facts.orders.iter().rev().find(|order| is_installation(order));
            let of = of.ok_or("there is no order that could be taken back")?;
            let of = Id::new(&of.name).map_err(bad)?;
            (Command::WayBack(WayBackWork { of, time_limit_s }), vec![], WayBack::Kept)
        }
        Deed::Stage | Deed::Preflight | Deed::Backup | Deed::Verify | Deed::Recheck | Deed::VerifyUndo => {
            return Err("a look is no order".to_owned());
        }
    };
    let last = match facts.deed {
        Deed::Install => attempt.deadline.min(step.last_safe_start.max(now)),
        _ => attempt.deadline,
    };
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
            ends_at: wire_time(attempt.deadline.max(last).max(starts_at)),
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

fn is_installation(order: &AgentOrder) -> bool {
    order.of.as_ref().is_some_and(|of| of.deed == Deed::Install.word())
}

fn install(
    facts: &Facts,
    (job, back): (&Job, Option<&KeptFile>),
    before: &Snapshot,
    time_limit_s: u32,
) -> Result<(Command, Vec<Artifact>, WayBack), String> {
    let file = job.file.first().ok_or("there is no file")?;
    let full = format!("{}:{}", job.name, job.architecture);
    let from = before.software.as_ref().and_then(|software| software.get(&full));
    let from = from.map(|version| PackageVersion::new(version.as_str()).map_err(bad)).transpose()?;
    let mut artifacts = vec![artifact(file)?];
    if let Some(back) = back {
        artifacts.push(artifact(back)?);
    }
    let way_back = match (&facts.planned.way_back, back) {
        (_, Some(_)) => WayBack::Kept,
        (PlannedWayBack::None { signed_by, reason }, None) => {
            WayBack::None(Words::cut(&format!("{signed_by}: {reason}")))
        }
        (PlannedWayBack::ByHand { instruction }, None) => {
            WayBack::None(Words::cut(&format!("a person goes it: {instruction}")))
        }
        (PlannedWayBack::Automatic { .. }, None) => {
            return Err("the plan promises a way back, and its file is not here".to_owned());
        }
    };
    let change = PackageChange {
        name: PackageName::new(job.name.as_str()).map_err(bad)?,
        architecture: Architecture::new(job.architecture.as_str()).map_err(bad)?,
        from,
        to: PackageVersion::new(job.version.as_str()).map_err(bad)?,
        install: wire_hash(&file.sha256),
        way_back: back.map(|back| wire_hash(&back.sha256)),
    };
    let work = PackageWork { packages: vec![change], settings: SettingsFiles::KeepOld, time_limit_s };
    Ok((Command::Deb(work), artifacts, way_back))
}

fn artifact(file: &KeptFile) -> Result<Artifact, String> {
    let sha256: Hash = wire_hash(&file.sha256);
    let name = FileName::new(file.name.as_str()).map_err(bad)?;
    Ok(Artifact { name, size_bytes: file.size_bytes, sha256 })
}

/// Tells the steps of closed orders what became of them.
fn closed_orders(app: &App) -> Result<u64, AppError> {
    let closed = app.store().read(|r| r.unsettled_agent_orders())?;
    if closed.is_empty() {
        return Ok(0);
    }
    let caller = Caller::system("agents' orders");
    let (mut reports, mut of_report) = (Vec::new(), Vec::new());
    for (place, order) in closed.iter().enumerate() {
        if let Some(of) = &order.of
            && let Ok(deed) = of.deed.parse::<Deed>()
        {
            let evidence = app.store().read(|r| r.agent_events(&order.name))?;
            let lines: Vec<String> = evidence
                .iter()
                .map(|event| {
                    format!("{} {} {}: {} {}", event.at, event.part, event.outcome, event.rule, event.words)
                })
                .collect();
            let left = Left { evidence: Some(lines.join("\n")), ..Left::default() };
            let (outcome, deed) = (outcome_of(order), (deed, of.attempt));
            reports.push(Report { plan: of.plan, step: of.step, deed, outcome, left });
            of_report.push(place);
        }
    }
    let told = report_all(app, &reports);
    let refused: HashSet<usize> = told.refused.iter().map(|place| of_report[*place]).collect();
    // Afterwards: an outcome that is told twice changes nothing, and one that is settled untold is lost.
    app.store().change(&app.intent(&caller, "agent.settle", ""), |c| {
        let mut settled = 0;
        for (_, order) in closed.iter().enumerate().filter(|(place, _)| !refused.contains(place)) {
            c.settle_agent_order(&order.name)?;
            c.about("order", &order.name);
            settled += 1;
        }
        if settled == 0 {
            c.nothing_to_do();
        }
        Ok::<_, AppError>(())
    })?;
    told.all()
}

/// What the agent reports, as the outcome of a deed. Nothing that nobody knows is taken for done or not done.
fn outcome_of(order: &AgentOrder) -> Outcome {
    let what = order.words.clone().unwrap_or_default();
    match order.outcome.as_deref().unwrap_or_default() {
        "done" => Outcome::Succeeded,
        "not_done" | "refused" | "stopped" => {
            Outcome::Failed { class: ErrorClass::Unfit, what: format!("the agent did not do it: {what}") }
        }
        "failed" => Outcome::Failed { class: ErrorClass::Broken, what: format!("the agent says: {what}") },
        _ => Outcome::Unknown { what: format!("the agent cannot tell: {what}") },
    }
}

/// Orders for which no step waits any more are taken back, and the device is told not to begin them.
fn withdraw_orphans(app: &App) -> Result<(), AppError> {
    let orphaned = app.store().read(|r| r.orphaned_agent_orders())?;
    if orphaned.is_empty() {
        return Ok(());
    }
    let caller = Caller::system("agents' orders");
    let why = "its step does not wait for it any more";
    let committed = app.store().change(&app.intent(&caller, "agent.withdraw", why), |c| {
        let mut stops = Vec::new();
        let at = c.at();
        for order in &orphaned {
            if c.withdraw_agent_order(&order.name, why)?
                && let Some(agent) = c.agent_of(order.asset)?
                && let Ok(stop) = stop(c, (&agent, order), (why, at))?
            {
                let envelope = sign(&stop, &[&order_key(app, agent.site)?]);
                stops.push(NewOrder {
                    asset: order.asset,
                    counter: stop.counter,
                    name: stop.order.to_string(),
                    of: None,
                    command: stop.command.name().as_str().to_owned(),
                    envelope: String::from_utf8(message::write(&envelope)).expect("JSON is UTF-8"),
                    expires_at: Moment::from_micros(stop.expires_at.0),
                });
            }
            c.about("order", &order.name);
        }
        c.put_agent_orders(&stops)?;
        count_up(c)
    })?;
    app.agents().counted(committed.value, orphaned.iter().map(|order| order.asset));
    Ok(())
}

fn stop(
    r: &mut Reader<'_>,
    (agent, of): (&AgentLine, &AgentOrder),
    (why, at): (&str, Moment),
) -> Result<Result<Order, String>, AppError> {
    let counter = counter(r, of.asset, at)?;
    let until = wire_time(of.expires_at.max(at).plus_micros(60 * MINUTE));
    let ids = (|| {
        Ok::<_, holdpoint_wire::text::BadText>((
            Id::new(agent.site.to_string())?,
            Id::new(of.asset.to_string())?,
            Id::new(format!("stop.{counter}"))?,
            Id::new(of.name.as_str())?,
        ))
    })();
    let (site, asset, name, order) = match ids {
        Ok(ids) => ids,
        Err(why) => return Ok(Err(bad(why))),
    };
    let unnamed = Id::new("none").expect("letters");
    Ok(Ok(Order {
        version: VersionOne,
        site,
        order: Id::new(format!("{asset}.{name}")).unwrap_or(name),
        asset,
        counter,
        patch: unnamed,
        image_version: 0,
        issued_at: wire_time(at),
        expires_at: until,
        window: Window {
            starts_at: wire_time(at.plus_micros(-MINUTE)),
            last_start_at: until,
            ends_at: until,
        },
        artifacts: Vec::new(),
        command: Command::Stop(StopWork { order, why: Words::cut(why) }),
        needs: Needs::default(),
        notice: None,
        way_back: WayBack::Kept,
    }))
}
