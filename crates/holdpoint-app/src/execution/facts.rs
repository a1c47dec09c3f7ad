//! The facts of a turn, read with one view of the data: the planner's facts of now, the steps, and what was said.

use super::later;
use crate::App;
use crate::error::AppError;
use crate::plans::{Counted, planning_facts};
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Deed, StepRun, StepState};
use holdpoint_domain::id::{AssetId, PlanId, WindowId, ZoneId};
use holdpoint_domain::plan::ground::SiteRules;
use holdpoint_domain::plan::life::PlanState;
use holdpoint_domain::plan::{ChangePlan, PlannedStep};
use holdpoint_domain::window::{Window, WindowKind, WindowReach};
use holdpoint_domain::work_order::WorkOrderState;
use holdpoint_engine::calendar::{Period, open_time};
use holdpoint_engine::execution::{
    Approval, BackupBy, Interlock, Left, Limits, Operator, PlanFacts, Release, Room, StepFacts, Supplier,
    holds_of,
};
use holdpoint_engine::planning::{Facts, Missing, Work};
use holdpoint_store::Reader;
use holdpoint_store::execution::{PlanRun, Served, Word};
use holdpoint_store::plan::{PlanBody, PlanLine};
use std::collections::{BTreeMap, BTreeSet};

const DAY: i64 = 24 * 3_600_000_000;
/// How far the calendar is looked at before and after now: a turnaround of six weeks has room, and so has the next night.
const LOOK_BACK: i64 = 60 * DAY;
const LOOK_AHEAD: i64 = 60 * DAY;

/// What was read.
pub(super) struct Gathered {
    release: Release,
    run: PlanRun,
    facts: Facts,
    steps: Vec<StepFacts>,
    failed_elsewhere: BTreeMap<String, Vec<String>>,
    in_work_elsewhere: BTreeSet<AssetId>,
    regrouped: BTreeMap<AssetId, String>,
    silent: BTreeMap<String, BTreeMap<AssetId, String>>,
    looked_at_elsewhere: BTreeSet<AssetId>,
    laid_over: BTreeMap<u32, String>,
    served: Served,
    has_sheets: bool,
    rules: SiteRules,
    /// Step number → place among the steps.
    places: BTreeMap<u32, usize>,
}

/// What is looked up for each step: a plan can have twenty thousand.
struct Ground<'a> {
    facts: &'a Facts,
    work: BTreeMap<(AssetId, &'a str), &'a Work>,
    /// What approval lacks for what is on its asset already.
    in_place: BTreeMap<(AssetId, &'a str), &'a [Missing]>,
    zones: BTreeMap<AssetId, Option<ZoneId>>,
    /// What the calendar says of each set of windows, asked once.
    rooms: BTreeMap<Vec<WindowId>, Room>,
}

impl<'a> Ground<'a> {
    fn new(facts: &'a Facts, in_place: &'a BTreeMap<(AssetId, String), Vec<Missing>>) -> Self {
        let in_place = in_place.iter().map(|((asset, patch), lacks)| ((*asset, patch.as_str()), &lacks[..]));
        let work = facts.work.iter().map(|work| ((work.asset, work.patch.as_str()), work));
        let zones = facts.assets.iter().map(|asset| (asset.id, asset.zone));
        Self {
            facts,
            work: work.collect(),
            in_place: in_place.collect(),
            zones: zones.collect(),
            rooms: BTreeMap::new(),
        }
    }
}

/// Reads everything that a turn looks at.
pub(super) fn gather(
    app: &App,
    r: &mut Reader<'_>,
    (line, plan, body): (&PlanLine, &ChangePlan, &PlanBody),
    now: Moment,
) -> Result<Gathered, AppError> {
    let missing = || AppError::NotFound { noun: "deployment", id: line.id.to_string() };
    let run = r.plan_run(plan.id)?.ok_or_else(missing)?;
    let Counted { mut facts, regrouped, in_place } = planning_facts(app, r, line, (plan, body), now)?;
    let out: BTreeSet<AssetId> = r.assets_in_work_elsewhere(plan.id)?.into_iter().collect();
    lose(&mut facts, &out);
    let silent = super::partners::silent(app, r, (&facts, plan), now)?;
    let withheld = withheld(r, line)?;
    let on_paper = by_hand(r, line, &mut facts, now)?;
    let served = r.steps_served(plan.id)?;
    let rules = crate::planning::rules_of(r, line.site)?;
    let restored = restored(r, plan.id, &rules)?;
    let runs = r.step_runs(plan.id)?;
    let words = r.step_words(plan.id)?;
    let mut said: BTreeMap<u32, BTreeMap<&str, &Word>> = BTreeMap::new();
    for ((number, kind), word) in &words {
        said.entry(*number).or_default().insert(kind.as_str(), word);
    }
    let asked = r.plan_checks(plan.id)?;
    let opened =
        |before: u32, hold: u32| words.get(&(before, format!("hold:{hold}"))).map(|word: &Word| word.at);
    let mut holds = holds_of(plan, opened);
    let mut ground = Ground::new(&facts, &in_place);
    let mut steps = Vec::with_capacity(plan.steps.len());
    for planned in &plan.steps {
        let own = said.remove(&planned.number).unwrap_or_default();
        let run = runs.get(&planned.number).cloned().unwrap_or_else(|| StepRun::new(planned.number));
        let mut step = step_facts(planned, run, (&mut ground, &own), now);
        step.holds = holds.remove(&planned.number).unwrap_or_default();
        let is_on_paper = on_paper.contains_key(&planned.number);
        step.restore_tested_at = restored.get(&planned.asset).copied().filter(|at| *at <= now);
        step.backup = super::backup::by((planned, is_on_paper), &served, &own);
        if let Some(why) = on_paper.get(&planned.number).or_else(|| withheld.get(&planned.number)) {
            step.withheld = Deed::ALL.iter().map(|deed| (*deed, why.clone())).collect();
        }
        for (deed, why) in super::given::against_looking(&own) {
            step.withheld.entry(deed).or_insert(why);
        }
        step.signal = super::checks::signal(&asked);
        step.interlock = super::checks::interlock(step.interlock, &asked, (plan, planned));
        steps.push(step);
    }
    let laid_over = later::over_broken(r, plan.id, &steps)?;
    Ok(Gathered {
        release: release(&line.state, now),
        run,
        facts,
        places: steps.iter().enumerate().map(|(place, step)| (step.run.number, place)).collect(),
        steps,
        failed_elsewhere: faults(r, plan.id)?,
        in_work_elsewhere: out,
        regrouped,
        silent,
        looked_at_elsewhere: r.assets_looked_at_elsewhere(plan.id)?.into_iter().collect(),
        laid_over,
        served,
        has_sheets: !on_paper.is_empty(),
        rules,
    })
}

/// What other plans have in work is lost to its groups.
fn lose(facts: &mut Facts, out: &BTreeSet<AssetId>) {
    let mut lost: BTreeMap<&str, Vec<AssetId>> = BTreeMap::new();
    for asset in facts.assets.iter().filter(|asset| out.contains(&asset.id)) {
        if let Some(group) = &asset.group {
            lost.entry(group.as_str()).or_default().push(asset.id);
        }
    }
    for group in &mut facts.groups {
        group.out_now.extend(lost.get(group.name.as_str()).into_iter().flatten());
    }
}

/// When a backup of each asset was restored last, where the site asks for that.
fn restored(
    r: &mut Reader<'_>,
    plan: PlanId,
    rules: &SiteRules,
) -> Result<BTreeMap<AssetId, Moment>, AppError> {
    Ok(match rules.restore_test_days {
        Some(_) => r.restored_of(plan)?,
        None => BTreeMap::new(),
    })
}

/// Where other plans met a failure of a patch of this plan, as clauses.
fn faults(r: &mut Reader<'_>, plan: PlanId) -> Result<BTreeMap<String, Vec<String>>, AppError> {
    let found = r.faults_elsewhere(plan)?.into_iter();
    let named = |steps: Vec<(i64, u32)>| {
        steps.into_iter().map(|(plan, step)| format!("plan {plan}, step {step}")).collect()
    };
    Ok(found.map(|(patch, steps)| (patch, named(steps))).collect())
}

/// Steps to whose assets nothing leads, with the reason why nothing of them begins by itself.
fn withheld(r: &mut Reader<'_>, line: &PlanLine) -> Result<BTreeMap<u32, String>, AppError> {
    let why = "nothing leads to its asset: enrol an agent, issue a work order, or write its line and propose the plan anew";
    Ok(r.steps_without_way(line.id)?.into_iter().map(|step| (step, why.to_owned())).collect())
}

/// Steps of this plan that people carry out, with the reason why nothing of them begins by itself. Where such a step may have begun without anybody
/// having told it yet, the asset counts as lost to its redundancy group.
fn by_hand(
    r: &mut Reader<'_>,
    line: &PlanLine,
    facts: &mut Facts,
    now: Moment,
) -> Result<BTreeMap<u32, String>, AppError> {
    let mut found = BTreeMap::new();
    let group_of: BTreeMap<AssetId, &String> =
        facts.assets.iter().filter_map(|asset| Some((asset.id, asset.group.as_ref()?))).collect();
    for order in r.open_work_orders(line.site)? {
        if order.plan == line.id {
            found.insert(order.step, format!("a person does it, by work order {}", order.number));
        }
        let may_be_in_work = order.start <= now && order.state != WorkOrderState::Told;
        let group = group_of.get(&order.asset).copied();
        if let Some(group) = facts.groups.iter_mut().find(|own| may_be_in_work && Some(&own.name) == group) {
            group.out_now.insert(order.asset);
        }
    }
    Ok(found)
}

impl Gathered {
    /// The run of a step.
    pub(super) fn run(&self, number: u32) -> Option<&StepRun> {
        self.steps.get(*self.places.get(&number)?).map(|step| &step.run)
    }

    /// When the result was told that paused the plan, if one did.
    pub(super) const fn told_against_at(&self) -> Option<Moment> {
        self.run.told_against_at
    }

    /// Whether people have steps of it in hand, with a sheet.
    pub(super) const fn has_sheets(&self) -> bool {
        self.has_sheets
    }

    /// Whose own programs serve the steps.
    pub(super) const fn served(&self) -> &Served {
        &self.served
    }

    /// As the engine looks at it.
    pub(super) fn of<'a>(&self, plan: &'a ChangePlan, now: Moment) -> PlanFacts<'a> {
        let with_group = self.facts.assets.iter().filter_map(|asset| Some((asset.id, asset.group.clone()?)));
        PlanFacts {
            now,
            plan,
            release: self.release.clone(),
            paused: self.run.paused.clone(),
            steps: self.steps.clone(),
            group_of: with_group.collect(),
            groups: self.facts.groups.clone(),
            left: left(&self.facts, now),
            failed_elsewhere: self.failed_elsewhere.clone(),
            in_work_elsewhere: self.in_work_elsewhere.clone(),
            regrouped: self.regrouped.clone(),
            silent: self.silent.clone(),
            looked_at_elsewhere: self.looked_at_elsewhere.clone(),
            laid_over: self.laid_over.clone(),
            limits: Limits {
                margin_minutes: self.facts.rules.margin_minutes,
                restore_test_days: self.rules.restore_test_days,
                catch_up_minutes: self.rules.catch_up_minutes,
                ..Limits::default()
            },
        }
    }
}

/// What was taken back later than that moment was released then.
fn release(state: &PlanState, now: Moment) -> Release {
    match state {
        PlanState::Released { .. } => Release::Released,
        PlanState::Withdrawn { withdrawn, .. } if withdrawn.at > now => Release::Released,
        PlanState::Superseded { at, .. } | PlanState::Ended { at, .. } if *at > now => Release::Released,
        PlanState::Withdrawn { why, .. } => Release::Withdrawn { why: why.clone() },
        PlanState::Superseded { .. } => Release::Withdrawn { why: "another plan took its place".into() },
        PlanState::Ended { .. } => Release::Withdrawn { why: "it has ended".into() },
        PlanState::Draft | PlanState::Submitted { .. } | PlanState::Rejected { .. } => Release::NotReleased,
    }
}

fn step_facts(
    planned: &PlannedStep,
    run: StepRun,
    (ground, words): (&mut Ground<'_>, &BTreeMap<&str, &Word>),
    now: Moment,
) -> StepFacts {
    // Since that very word, and not since a look that came later.
    let wanted = words.get("back_wanted").map(|word| word.at);
    let back_from_work = match &run.state {
        StepState::Broken { since, .. } => Some(*since) == wanted,
        StepState::Undoing { .. } => wanted.is_some() && !run.is_faulted(),
        _ => false,
    };
    StepFacts {
        approval: approval(ground, planned, &run),
        back_from_work,
        // What a supplier says against a patch holds its entry in the baseline, and so its approval.
        supplier: Supplier::NotAgainst,
        // What holds a step is a matter of the whole plan.
        holds: Vec::new(),
        room: room(ground, planned, now),
        // What was read of the process is a matter of the checks of the whole plan.
        signal: Interlock::NotAsked,
        interlock: super::permit::interlock(words.get("permit").copied(), now),
        permit_ends: words.get("permit").and_then(|word| super::permit::ends(word)),
        operator: words.get("operator").map_or(Operator::NotAsked, |word| operator(&word.body)),
        restart: super::restarting::rule(words, &run),
        // Who answers for a backup is a matter of who carries the step out.
        backup: BackupBy::ItsHand,
        restore_tested_at: None,
        withheld: BTreeMap::new(),
        failure_accepted: words.contains_key("accepted") || words.contains_key("lifted"),
        run,
    }
}

/// What is being installed, restarted or waits for that may be on its asset already, so that it is needed no more is no objection; that it
/// may be there still counts.
fn approval(ground: &Ground<'_>, planned: &PlannedStep, run: &StepRun) -> Approval {
    let key = (planned.asset, planned.patch.as_str());
    let is_on_it = matches!(
        run.state,
        StepState::Installing(_) | StepState::AwaitingRestart { .. } | StepState::Restarting(_)
    );
    let missing = match (ground.work.get(&key), ground.in_place.get(&key)) {
        (Some(work), _) => work.missing.as_slice(),
        (None, Some(missing)) if is_on_it => missing,
        (None, _) => {
            return Approval::NotEffective { what: "it is not needed on the asset any more".into() };
        }
    };
    if missing.is_empty() {
        return Approval::Effective;
    }
    let missing: Vec<&str> = missing.iter().map(|one| one.what.as_str()).collect();
    Approval::NotEffective { what: format!("it lacks {}", missing.join("; ")) }
}

/// What the calendar says of a step's window now.
fn room(ground: &mut Ground<'_>, planned: &PlannedStep, now: Moment) -> Room {
    let facts = ground.facts;
    let zone = ground.zones.get(&planned.asset).copied().flatten();
    let reaching = |window: &&Window| match window.reach {
        WindowReach::Everywhere => window.kind == WindowKind::Freeze,
        WindowReach::Site(site) => site == facts.site,
        WindowReach::Zone(own) => zone == Some(own),
        WindowReach::Asset(own) => own == planned.asset,
    };
    let windows: Vec<&Window> = facts
        .windows
        .iter()
        .filter(|window| window.id == planned.window || window.kind == WindowKind::Freeze)
        .filter(reaching)
        .collect();
    let key: Vec<WindowId> = windows.iter().map(|window| window.id).collect();
    *ground.rooms.entry(key).or_insert_with(|| room_in(&windows, facts.rules.occurrences, now))
}

/// What the calendar says of windows and freezes together, now.
fn room_in(windows: &[&Window], occurrences: usize, now: Moment) -> Room {
    let Some(within) = Period::new(now.plus_micros(-LOOK_BACK), now.plus_micros(LOOK_AHEAD)) else {
        return Room::Closed { opens: None };
    };
    let windows: Vec<Window> = windows.iter().copied().cloned().collect();
    let open = open_time(&windows, within, occurrences);
    let has_now = |period: Period| period.from() <= now && now < period.to();
    if let Some(span) = open.spans.iter().find(|span| has_now(span.period)) {
        return Room::Open { until: span.period.to() };
    }
    let next = open.spans.iter().map(|span| span.period.from()).filter(|from| *from > now).min();
    let frozen = open.spans.iter().chain(&open.frozen).any(|span| has_now(span.occurrence));
    match (frozen, next) {
        (true, until) => Room::Frozen { until: until.unwrap_or_else(|| within.to()) },
        (false, opens) => Room::Closed { opens },
    }
}

/// What windows have left beside what other plans have booked in them now.
fn left(facts: &Facts, now: Moment) -> BTreeMap<WindowId, Left> {
    let mut found = BTreeMap::new();
    for window in &facts.windows {
        let booked = facts
            .booked
            .iter()
            .filter(|one| one.window == window.id && one.period.from() <= now && now < one.period.to());
        let (mut people, mut steps) = (0_u16, 0_u16);
        for one in booked {
            people = people.saturating_add(one.people);
            steps = steps.saturating_add(1);
        }
        let rest = |most: Option<std::num::NonZeroU16>, taken: u16| {
            most.map(|most| most.get().saturating_sub(taken))
        };
        found.insert(
            window.id,
            Left { people: rest(window.capacity.people, people), steps: rest(window.capacity.steps, steps) },
        );
    }
    found
}

pub(super) fn operator(body: &str) -> Operator {
    match body.split_once(' ').unwrap_or((body, "")) {
        ("agreed", _) => Operator::Agreed,
        ("postponed", until) => match until.parse() {
            Ok(until) => Operator::Postponed { until },
            Err(_) => Operator::Asked,
        },
        _ => Operator::Asked,
    }
}
