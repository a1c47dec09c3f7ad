//! Everything that a plan of one site is made of, read with one view of the data.
//!
//! The surprise: what nobody has said stays unsaid. Work whose patch is not effective in every baseline that governs its
//! asset, whose duration or way back nobody has written down, or of which nobody knows whether it is needed, comes with
//! what it lacks, and the planner lets it wait.

use super::elsewhere::{ByWork, Elsewhere, elsewhere};
use super::newer;
use super::words::FROM_APPROVERS;
use crate::App;
use crate::approval::baselines::{Resolved, resolve};
use crate::approval::members::{Configurations, facts as asset_facts};
use crate::error::AppError;
use crate::patches::asset::{AssetPatches, PatchOnAsset, of_configuration};
use crate::patches::fits::{self, Fit, Fits};
use crate::patches::vendor::Documents;
use crate::planning::rules_of;
use crate::ranking::traces;
use crate::windows::reaches;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::{AssetKind, Consequence, Field};
use holdpoint_domain::baseline::Baseline;
use holdpoint_domain::component::Component;
use holdpoint_domain::decision::{Decision, EvidenceHold, Procedure};
use holdpoint_domain::id::{AssetId, BaselineId, PlanId, SiteId};
use holdpoint_domain::patch::PatchReference;
use holdpoint_domain::plan::ground::{RedundancyGroup, SiteRules, WorkObservation, WorkProfile};
use holdpoint_domain::ranking::criticality::Dimension;
use holdpoint_domain::ranking::policy::Lane;
use holdpoint_domain::site::Site;
use holdpoint_domain::test_record::RunState;
use holdpoint_domain::window::{Window, ZoneName};
use holdpoint_engine::approval::governing::{Governing, governing};
use holdpoint_engine::calendar::{Booking, Period};
use holdpoint_engine::planning::{
    AssetFacts, AssetRole, Door, Facts, GroupFacts, Missing, PlanningRules, Proof, Work, WorkKind,
    known_duration,
};
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::execution::{AssetLine, OwnPrograms};
use holdpoint_store::page::ListQuery;
use holdpoint_store::plan::{KeptWait, Reserved, StepQuery, Wanted};
use holdpoint_store::ranking::list::{FindingLine, Standing};
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// How patches stand on configurations, each read once.
pub(super) struct Standings<'a> {
    app: &'a App,
    documents: Documents,
    fits: Fits,
    known: HashMap<Option<i64>, Rc<AssetPatches>>,
}

impl<'a> Standings<'a> {
    pub(super) fn new(app: &'a App) -> Self {
        Self { app, documents: Documents::default(), fits: Fits::default(), known: HashMap::new() }
    }

    /// Whether a patch is for the assets of a configuration.
    fn fit(
        &mut self,
        r: &mut Reader<'_>,
        (configuration, components): (Option<i64>, &[Component]),
        patch: &str,
    ) -> Result<Fit, StoreError> {
        let patches = self.of(r, configuration)?;
        let ground = fits::Ground { configuration, components, patches: &patches };
        fits::fit(self.app, r, ground, patch, (&mut self.documents, &mut self.fits))
    }

    /// How patches stand on a configuration.
    pub(super) fn of(
        &mut self,
        r: &mut Reader<'_>,
        configuration: Option<i64>,
    ) -> Result<Rc<AssetPatches>, StoreError> {
        if let Some(known) = self.known.get(&configuration) {
            return Ok(Rc::clone(known));
        }
        let patches = Rc::new(of_configuration(self.app, r, configuration, &mut self.documents)?);
        self.known.insert(configuration, Rc::clone(&patches));
        Ok(patches)
    }
}

/// Which plan is made or looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    /// The site.
    pub site: SiteId,
    /// What is wanted.
    pub wanted: &'a BTreeSet<Wanted>,
    /// The present.
    pub now: Moment,
    /// The last moment that is looked at.
    pub until: Moment,
    /// Plans whose steps hold no place: the plan itself, and the one that it takes the place of.
    pub without: [Option<PlanId>; 2],
    /// Whose steps hold a place.
    pub reserved: Reserved,
    /// What becomes of work that other plans hold or have done.
    pub others: OtherPlans,
    /// Minutes that are kept for the release.
    pub lead_minutes: u32,
}

/// What becomes of work that other plans hold or have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OtherPlans {
    /// It is left out, with the reason.
    LeftOut,
    /// Nobody asks: the plan is carried out already, and was released on that ground.
    NotAsked,
}

/// What was gathered.
#[derive(Debug)]
pub(super) struct Gathered {
    /// The site.
    pub site: Site,
    /// Its time zone.
    pub zone: ZoneName,
    /// The facts for the planner and the checker.
    pub facts: Facts,
    /// The assets' tags.
    pub tags: BTreeMap<AssetId, String>,
    /// What waits outside the planner: nothing is known to put on the asset, or it is there already.
    pub extra: Vec<KeptWait>,
    /// Of each piece of work how its duration is known, and whether it is needed.
    pub why: BTreeMap<(AssetId, String), (String, String)>,
    /// Named work of which nobody knows whether it is needed, with what is known of it.
    pub need_unknown: BTreeMap<(AssetId, String), String>,
    /// The rules of the site.
    pub rules: SiteRules,
    /// How hosts without an agent are reached.
    pub lines: BTreeMap<AssetId, AssetLine>,
    /// What approval lacks for what a plan that is carried out has brought onto an asset already.
    pub in_place: BTreeMap<(AssetId, String), Vec<Missing>>,
}

/// Reads everything.
pub(super) fn gather(app: &App, r: &mut Reader<'_>, request: &Request<'_>) -> Result<Gathered, AppError> {
    let missing = || AppError::NotFound { noun: "site", id: request.site.to_string() };
    let site = r.sites()?.into_iter().find(|one| one.id == request.site).ok_or_else(missing)?;
    let zone: ZoneName = site.time_zone.parse().map_err(|why: holdpoint_domain::window::NoZone| {
        crate::planning::invalid("time-zone", why.to_string(), "set the site's time zone")
    })?;
    let rules = rules_of(r, site.id)?;
    let assets = read_assets(r, request)?;
    let mut gathered = Gathered {
        tags: assets.values().map(|one| (one.asset.id, one.asset.tag.clone())).collect(),
        facts: empty_facts(request, &rules),
        zone,
        extra: Vec::new(),
        why: BTreeMap::new(),
        need_unknown: BTreeMap::new(),
        rules,
        lines: r.asset_lines()?,
        in_place: BTreeMap::new(),
        site,
    };
    let here: BTreeMap<AssetId, StoredAsset> =
        assets.into_iter().filter(|(_, one)| one.site == Some(request.site)).collect();
    let said = crate::planning::counted_groups(r)?;
    let out = r.assets_in_hand(request.site, request.without[0])?;
    let doors = match request.others {
        OtherPlans::LeftOut => Some(r.own_programs()?),
        OtherPlans::NotAsked => None,
    };
    let importances = importances(r, &here.values().collect::<Vec<_>>())?;
    add_assets(&mut gathered, &here, (&said, &out, &importances), doors.as_ref());
    add_windows(r, &mut gathered, &here)?;
    add_held(r, &mut gathered, request)?;
    add_work(app, r, &mut gathered, request, &here)?;
    Ok(gathered)
}

fn empty_facts(request: &Request<'_>, rules: &SiteRules) -> Facts {
    Facts {
        site: request.site,
        now: request.now,
        until: request.until,
        assets: Vec::new(),
        groups: Vec::new(),
        windows: Vec::new(),
        booked: Vec::new(),
        busy: Vec::new(),
        work: Vec::new(),
        rules: PlanningRules {
            pilots: rules.pilots,
            wave_steps: rules.wave_steps,
            soak_minutes: rules.soak_minutes,
            margin_minutes: rules.margin_minutes,
            failures_allowed: rules.failures_allowed,
            occurrences: PlanningRules::default().occurrences,
            lead_minutes: request.lead_minutes,
        },
    }
}

fn read_assets(
    r: &mut Reader<'_>,
    request: &Request<'_>,
) -> Result<BTreeMap<AssetId, StoredAsset>, StoreError> {
    let ids: BTreeSet<AssetId> = request.wanted.iter().map(|one| one.asset).collect();
    let mut found = BTreeMap::new();
    for id in ids {
        if let Some(asset) = r.asset(id, Moment::OPEN)? {
            found.insert(id, asset);
        }
    }
    Ok(found)
}

fn kind_of(asset: &StoredAsset) -> Option<AssetKind> {
    asset.asset.value(Field::Kind).and_then(|word| word.parse().ok())
}

/// The worst that the loss of each can bring, with its functions and its zone, as far as somebody has said.
fn importances(r: &mut Reader<'_>, assets: &[&StoredAsset]) -> Result<HashMap<i64, Consequence>, StoreError> {
    let numbers: Vec<i64> = assets.iter().map(|asset| asset.number).collect();
    let ranked = r.ranked_assets(Some(&numbers))?.into_iter();
    let worst = ranked.filter_map(|one| {
        let all = one.criticality().profile();
        let worst = Dimension::ALL.iter().filter_map(|dimension| all.of(*dimension)).max()?;
        Some((one.number, worst))
    });
    Ok(worst.collect())
}

/// What people have said of groups, which member is out, and the worst that the loss of an asset can bring.
type Told<'a> = (&'a [RedundancyGroup], &'a [(AssetId, String)], &'a HashMap<i64, Consequence>);

fn add_assets(
    gathered: &mut Gathered,
    here: &BTreeMap<AssetId, StoredAsset>,
    (said, out, importances): Told<'_>,
    doors: Option<&OwnPrograms>,
) {
    let lines: BTreeSet<AssetId> = gathered.lines.keys().copied().collect();
    let door = |id: AssetId| match doors {
        None => Door::NotAsked,
        Some(own) if own.agents.contains(&id) => Door::Agent,
        Some(own) if own.controllers.contains(&id) => Door::Device,
        Some(_) if lines.contains(&id) => Door::Host,
        Some(_) => Door::Nothing,
    };
    let mut groups: BTreeSet<String> = BTreeSet::new();
    for (id, asset) in here {
        let group = asset.asset.value(Field::RedundancyGroup).map(str::to_owned);
        groups.extend(group.clone());
        let is_test = gathered.rules.test_assets.contains(id);
        gathered.facts.assets.push(AssetFacts {
            id: *id,
            tag: asset.asset.tag.clone(),
            zone: asset.zone,
            role: if is_test { AssetRole::Test } else { AssetRole::Production },
            group,
            importance: importances.get(&asset.number).copied(),
            door: door(*id),
        });
    }
    for name in groups {
        let own = said.iter().find(|one| one.site == gathered.site.id && one.name == name);
        let may_lose = own.map(|one| one.may_lose);
        let out = out.iter().filter(|(_, group)| *group == name).map(|(asset, _)| *asset);
        gathered.facts.groups.push(GroupFacts { out_now: out.collect(), name, may_lose });
    }
}

fn add_windows(
    r: &mut Reader<'_>,
    gathered: &mut Gathered,
    here: &BTreeMap<AssetId, StoredAsset>,
) -> Result<(), StoreError> {
    let all = r.windows_of(gathered.site.id)?.into_iter().map(|kept| kept.window);
    let used = |window: &Window| here.values().any(|asset| reaches(window, asset));
    gathered.facts.windows = all.filter(used).collect();
    Ok(())
}

/// Steps of other plans hold people, places in windows, assets and members of groups.
fn add_held(r: &mut Reader<'_>, gathered: &mut Gathered, request: &Request<'_>) -> Result<(), AppError> {
    let query =
        StepQuery { site: Some(request.site), from: request.now, to: request.until, of: request.reserved };
    let mut groups: HashMap<AssetId, AssetFacts> = HashMap::new();
    let own: BTreeSet<AssetId> = gathered.facts.assets.iter().map(|one| one.id).collect();
    for held in r.held_steps(query)? {
        if request.without.contains(&Some(held.plan)) {
            continue;
        }
        let Some(period) = Period::new(held.step.start, held.step.free_at) else { continue };
        let (window, people) = (held.step.window, held.step.people);
        gathered.facts.booked.push(Booking { window, period, people });
        gathered.facts.busy.push((held.step.asset, period));
        // An asset of another plan may be a member of a group of this one.
        if !own.contains(&held.step.asset)
            && !groups.contains_key(&held.step.asset)
            && let Some(asset) = r.asset(held.step.asset, Moment::OPEN)?
        {
            let group = asset.asset.value(Field::RedundancyGroup).map(str::to_owned);
            groups.insert(
                held.step.asset,
                AssetFacts {
                    id: held.step.asset,
                    tag: held.tag.clone(),
                    zone: asset.zone,
                    role: AssetRole::Production,
                    group,
                    importance: importances(r, &[&asset])?.remove(&asset.number),
                    // Nothing of this plan is done there.
                    door: Door::NotAsked,
                },
            );
        }
    }
    let mut others: Vec<AssetFacts> = groups.into_values().collect();
    others.sort_by_key(|one| one.id);
    gathered.facts.assets.extend(others);
    Ok(())
}

/// What is read once for all pieces of work.
struct Ground<'a> {
    standings: Standings<'a>,
    approvals: Approvals,
    profiles: Vec<WorkProfile>,
    observations: Vec<WorkObservation>,
    findings: Lanes,
    /// The vulnerabilities on an asset for which traces are secured first.
    traces: HashMap<AssetId, BTreeSet<String>>,
    proofs: HashMap<(String, BaselineId), bool>,
    needs: HashMap<String, Vec<String>>,
    elsewhere: ByWork,
    /// Whether approval counts after the installation too: a restart asks for it.
    asks_in_place: bool,
}

impl Ground<'_> {
    /// Whether a patch of which nothing stands on its asset is for that asset.
    fn fit(&mut self, r: &mut Reader<'_>, asset: &StoredAsset, patch: &str) -> Result<Fit, AppError> {
        let number = asset.configuration_no;
        let components = self.approvals.configurations.of(number);
        Ok(self.standings.fit(r, (number, &components), patch)?)
    }
}

fn add_work(
    app: &App,
    r: &mut Reader<'_>,
    gathered: &mut Gathered,
    request: &Request<'_>,
    here: &BTreeMap<AssetId, StoredAsset>,
) -> Result<(), AppError> {
    let (open, listed) = findings(r, here, request.now)?;
    let mut ground = Ground {
        standings: Standings::new(app),
        approvals: Approvals::read(r, request.now)?,
        profiles: r.work_profiles()?,
        observations: r.work_observations()?,
        findings: open,
        traces: traces::asked(r, &listed, request.now)?,
        proofs: HashMap::new(),
        needs: HashMap::new(),
        elsewhere: elsewhere(r, request, &gathered.zone)?,
        asks_in_place: request.others == OtherPlans::NotAsked,
    };
    // By tag, as people would: of assets that matter alike, the first by its tag is the pilot.
    let mut ordered: Vec<&Wanted> = request.wanted.iter().collect();
    ordered.sort_by_key(|one| (gathered.tags.get(&one.asset).cloned(), one.patch.clone()));
    ordered.retain(|one| {
        let known = ground.elsewhere.get(&(one.asset, one.patch.clone())).map(Elsewhere::as_wait);
        if let Some((cause, why)) = &known {
            gathered.wait(one, cause, why.clone());
        }
        known.is_none()
    });
    let numbered = (1_u32..).zip(ordered.iter().copied());
    let numbers: BTreeMap<(AssetId, &str), u32> =
        numbered.map(|(number, one)| ((one.asset, one.patch.as_str()), number)).collect();
    for wanted in ordered {
        let Some(asset) = here.get(&wanted.asset) else {
            let why = "for the asset: it does not stand at this site any more";
            gathered.wait(wanted, "asset", why.to_owned());
            continue;
        };
        if wanted.patch.is_empty() {
            let why =
                "for a patch: none is known that closes what was asked for; mitigate or ask the supplier";
            gathered.wait(wanted, "no-patch", why.to_owned());
            continue;
        }
        if !ground.asks_in_place
            && let Some(verified) = newer::verified(r, wanted.asset, &wanted.patch)?
        {
            gathered.wait(wanted, "need", format!("for nothing: {verified}"));
            continue;
        }
        if let Some(work) = one_work(r, gathered, &mut ground, (wanted, asset), &numbers)? {
            gathered.facts.work.push(work);
        }
    }
    // A plan that is carried out stays as it was released.
    if !ground.asks_in_place {
        leave_out_superseded(gathered);
    }
    Ok(())
}

fn leave_out_superseded(gathered: &mut Gathered) {
    let mut older: BTreeMap<u32, String> = newer::superseded(&gathered.facts.work).into_iter().collect();
    if older.is_empty() {
        return;
    }
    for work in std::mem::take(&mut gathered.facts.work) {
        match older.remove(&work.number) {
            None => gathered.facts.work.push(work),
            Some(newer) => {
                let wanted = Wanted { asset: work.asset, patch: work.patch, named: false };
                gathered.wait(
                    &wanted,
                    "need",
                    format!("for nothing: `{newer}` of this plan brings a newer version"),
                );
            }
        }
    }
}

impl Gathered {
    fn wait(&mut self, wanted: &Wanted, cause: &str, why: String) {
        self.extra.push(KeptWait {
            asset: wanted.asset,
            tag: self.tags.get(&wanted.asset).cloned().unwrap_or_default(),
            patch: wanted.patch.clone(),
            cause: cause.to_owned(),
            why,
        });
    }
}

fn one_work(
    r: &mut Reader<'_>,
    gathered: &mut Gathered,
    ground: &mut Ground<'_>,
    (wanted, asset): (&Wanted, &StoredAsset),
    numbers: &BTreeMap<(AssetId, &str), u32>,
) -> Result<Option<Work>, AppError> {
    let patches = ground.standings.of(r, asset.configuration_no)?;
    let rows = patches.rows.as_slice();
    let row = rows.iter().find(|row| row.patch == wanted.patch);
    let need = row.map_or("not-listed", |row| row.standing);
    let mut missing = Vec::new();
    let why = match row {
        Some(row) => row.why.clone(),
        None => match ground.fit(r, asset, &wanted.patch)? {
            Fit::Yes(why) | Fit::Unknown(why) => why,
            Fit::No(why) => {
                gathered.wait(wanted, "need", format!("for nothing: it is not for this asset; {why}"));
                return Ok(None);
            }
        },
    };
    match (need, wanted.named) {
        ("installed" | "covered", _) => {
            if ground.asks_in_place {
                let (lacks, _) = ground.approvals.of(r, asset, &wanted.patch)?;
                gathered.in_place.insert((wanted.asset, wanted.patch.clone()), lacks);
            }
            gathered.wait(wanted, "need", format!("for nothing: it is {need} already"));
            return Ok(None);
        }
        ("unknown" | "not-listed", false) => missing.push(to_find_out(&why)),
        // Whoever named this patch for this very asset has said that it is for it, and not that it is known.
        ("unknown" | "not-listed", true) => {
            gathered.need_unknown.insert((wanted.asset, wanted.patch.clone()), why);
        }
        _ => {}
    }
    let (approval, baselines) = ground.approvals.of(r, asset, &wanted.patch)?;
    missing.extend(approval);
    let (needs, absent) = needs(r, ground, (wanted, rows), numbers)?;
    missing.extend(absent);
    let known = known_duration(
        &ground.profiles,
        &ground.observations,
        WorkKind {
            patch: &wanted.patch,
            kind: kind_of(asset),
            product: asset.asset.value(Field::Product).unwrap_or_default(),
        },
        gathered.rules.measured_at_least,
    );
    let proof = proof(r, &mut ground.proofs, &wanted.patch, &baselines)?;
    let traces = why_traces(r, ground, wanted, &baselines)?;
    gathered.why.insert((wanted.asset, wanted.patch.clone()), (known.why.clone(), need.to_owned()));
    let number = numbers.get(&(wanted.asset, wanted.patch.as_str())).copied().unwrap_or_default();
    Ok(Some(Work {
        number,
        asset: wanted.asset,
        patch: wanted.patch.clone(),
        weight: weight(ground.findings.get(&wanted.asset), row),
        missing,
        estimate: known.estimate,
        people: known.profile.map_or(1, |profile| profile.people),
        way_back: known.profile.and_then(|profile| profile.way_back.clone()),
        needs,
        proof,
        traces,
    }))
}

fn to_find_out(why: &str) -> Missing {
    let what = format!("somebody to find out whether it is needed: {why}");
    Missing { what, from: "the inventory".to_owned() }
}

/// Why traces are secured before this patch on this asset: what it fixes asks for a forensic triage, or the emergency by
/// which it was approved counts on kept evidence.
fn why_traces(
    r: &mut Reader<'_>,
    ground: &Ground<'_>,
    wanted: &Wanted,
    baselines: &[BaselineId],
) -> Result<Option<String>, StoreError> {
    let mut why = Vec::new();
    if let Some(asked) = ground.traces.get(&wanted.asset) {
        let records = r.patch_records(&wanted.patch)?;
        let fixed: BTreeSet<&str> =
            records.iter().flat_map(|one| one.record.fixes.iter().map(String::as_str)).collect();
        // Of a patch of which nobody knows what it fixes, nobody can say that it touches none of them.
        let touched = asked.iter().filter(|name| fixed.is_empty() || fixed.contains(name.as_str()));
        let names: Vec<&str> = touched.map(String::as_str).collect();
        if !names.is_empty() {
            why.push(format!("BOD 26-04 asks for a forensic triage of {}", names.join(", ")));
        }
    }
    for baseline in baselines {
        let decision = ground.approvals.decision(*baseline, &wanted.patch);
        if let Some(Procedure::Emergency(declared)) = decision.map(|one| &one.procedure)
            && let EvidenceHold::Kept(text) = &declared.evidence
        {
            why.push(format!("the emergency decision counts on kept evidence: {text}"));
        }
    }
    why.dedup();
    Ok((!why.is_empty()).then(|| why.join("; ")))
}

/// A passed test or pilot in every baseline that governs the asset is a proof.
fn proof(
    r: &mut Reader<'_>,
    known: &mut HashMap<(String, BaselineId), bool>,
    patch: &str,
    baselines: &[BaselineId],
) -> Result<Proof, StoreError> {
    let mut all = !baselines.is_empty();
    for baseline in baselines {
        let key = (patch.to_owned(), *baseline);
        let passed = match known.get(&key) {
            Some(passed) => *passed,
            None => {
                let runs = r.test_runs_of(patch, *baseline)?;
                let passed = runs.iter().any(|line| line.run.state == RunState::Passed);
                known.insert(key, passed);
                passed
            }
        };
        all &= passed;
    }
    Ok(if all { Proof::Given } else { Proof::Wanted })
}

/// What must be installed before: by number when it is asked for as well, else what is missing of it.
fn needs(
    r: &mut Reader<'_>,
    ground: &mut Ground<'_>,
    (wanted, rows): (&Wanted, &[PatchOnAsset]),
    numbers: &BTreeMap<(AssetId, &str), u32>,
) -> Result<(Vec<u32>, Vec<Missing>), StoreError> {
    if !ground.needs.contains_key(&wanted.patch) {
        let mut named: BTreeSet<String> = BTreeSet::new();
        for stored in r.patch_records(&wanted.patch)? {
            named.extend(stored.record.needs.iter().filter_map(|need| match need {
                PatchReference::Identifier(name) => Some(name.clone()),
                PatchReference::UpdateId(_) => None,
            }));
        }
        ground.needs.insert(wanted.patch.clone(), named.into_iter().collect());
    }
    let (mut found, mut absent) = (Vec::new(), Vec::new());
    for need in &ground.needs[&wanted.patch] {
        let standing = rows.iter().find(|row| row.patch == *need).map(|row| row.standing);
        match ground.elsewhere.get(&(wanted.asset, need.clone())) {
            Some(Elsewhere::Done(_)) => continue,
            Some(Elsewhere::Stands(why)) => {
                let what = format!("{need}, which must be installed before and waits {why}");
                absent.push(Missing { what, from: "that plan".to_owned() });
                continue;
            }
            None => {}
        }
        match (standing, numbers.get(&(wanted.asset, need.as_str()))) {
            (Some("installed" | "covered"), _) => {}
            (_, Some(number)) => found.push(*number),
            (Some("missing"), None) => absent.push(Missing {
                what: format!("{need}, which must be installed before"),
                from: "a plan that holds it too".to_owned(),
            }),
            (_, None) => absent.push(Missing {
                what: format!("somebody to find out whether {need} is installed, which it needs"),
                from: "the inventory".to_owned(),
            }),
        }
    }
    Ok((found, absent))
}

/// How much risk goes away: what stands open on the asset and is fixed, by its lane; 1 when nothing is known of it.
fn weight(findings: Option<&HashMap<String, Lane>>, row: Option<&PatchOnAsset>) -> u32 {
    let (Some(findings), Some(row)) = (findings, row) else { return 1 };
    let fixed = row.fixes.iter().filter_map(|fixed| findings.get(fixed));
    let sum: u32 = fixed
        .map(|lane| match lane {
            Lane::Now => 1_000,
            Lane::NextWindow => 100,
            Lane::NextOutage => 10,
            Lane::Accept => 1,
        })
        .sum();
    sum.max(1)
}

/// The lanes of what stands open on assets.
type Lanes = HashMap<AssetId, HashMap<String, Lane>>;

/// What stands open on the assets, and that of it which is listed as exploited.
fn findings(
    r: &mut Reader<'_>,
    here: &BTreeMap<AssetId, StoredAsset>,
    now: Moment,
) -> Result<(Lanes, Vec<FindingLine>), StoreError> {
    let (mut found, mut listed) = (Lanes::new(), Vec::new());
    r.ranked_findings_each(Standing::Open, &ListQuery::everything(1, now), |line| {
        if here.contains_key(&line.asset_id) {
            if line.kev_added.is_some() {
                listed.push(line.clone());
            }
            found.entry(line.asset_id).or_default().insert(line.vulnerability, line.lane);
        }
        Ok(())
    })?;
    Ok((found, listed))
}

/// What baselines say, each resolved once.
struct Approvals {
    all: Vec<Baseline>,
    configurations: Configurations,
    resolved: HashMap<BaselineId, HashMap<String, Resolved>>,
    now: Moment,
}

impl Approvals {
    fn read(r: &mut Reader<'_>, now: Moment) -> Result<Self, StoreError> {
        Ok(Self {
            all: r.baselines()?,
            configurations: Configurations::read(r)?,
            resolved: HashMap::new(),
            now,
        })
    }

    /// The decision behind an entry of a baseline that was asked for before.
    fn decision(&self, baseline: BaselineId, patch: &str) -> Option<&Decision> {
        self.resolved.get(&baseline)?.get(patch)?.decision.as_ref()
    }

    /// What approval of a patch lacks on an asset, and the baselines that govern it.
    fn of(
        &mut self,
        r: &mut Reader<'_>,
        asset: &StoredAsset,
        patch: &str,
    ) -> Result<(Vec<Missing>, Vec<BaselineId>), AppError> {
        let lacks = |what: String| Missing { what, from: FROM_APPROVERS.to_owned() };
        let components = self.configurations.of(asset.configuration_no);
        let mut missing = Vec::new();
        let ids = match governing(&self.all, &asset_facts(asset, &components)) {
            Governing::None => {
                missing.push(lacks("an approval baseline that governs the asset".to_owned()));
                Vec::new()
            }
            Governing::One(id) => vec![id],
            Governing::Several(ids) => ids,
            Governing::Unknown { candidates, missing: gaps } => {
                missing.push(Missing {
                    what: format!(
                        "somebody to say which baseline governs the asset ({} is not known)",
                        gaps.join(", ")
                    ),
                    from: "the inventory".to_owned(),
                });
                candidates
            }
        };
        for id in &ids {
            let Some(baseline) = self.all.iter().find(|one| one.id == *id) else { continue };
            if !self.resolved.contains_key(id) {
                let entries = resolve(r, baseline, &self.all, Moment::OPEN, self.now)?;
                let entries = entries.into_iter().map(|one| (one.entry.patch.clone(), one));
                self.resolved.insert(*id, entries.collect());
            }
            match self.resolved[id].get(patch) {
                None => missing.push(lacks(format!(
                    "approval in baseline {}: nobody has decided on this patch",
                    baseline.name
                ))),
                Some(one) => missing.extend(
                    one.blocked
                        .iter()
                        .map(|why| lacks(format!("approval in baseline {}: {why}", baseline.name))),
                ),
            }
        }
        Ok((missing, ids))
    }
}
