//! Which patches close findings, in which baselines they would be asked for, and what stands in the way.

use super::{Done, Look, Row, link, settled};
use crate::App;
use crate::access_check::Caller;
use crate::approval::card::{Ground, standing_with};
use crate::approval::decisions::{self, AskAuthorise, Urgency};
use crate::approval::members;
use crate::approval::reading;
use crate::approval::standing;
use crate::error::AppError;
use crate::patches::asset::{AssetPatches, PatchOnAsset, of_configuration};
use crate::patches::vendor::Documents;
use holdpoint_domain::Moment;
use holdpoint_domain::baseline::Baseline;
use holdpoint_domain::component::Component;
use holdpoint_domain::decision::checks;
use holdpoint_domain::decision::{Authorisation, Basis, Footing, Matter, Posting, Procedure};
use holdpoint_domain::id::{AssetId, BaselineId, DecisionId};
use holdpoint_domain::patch_state::{SupplierStanding, SupplierState};
use holdpoint_engine::approval::governing::{Governing, governing};
use holdpoint_store::Reader;
use holdpoint_store::ranking::list::FindingLine;
use std::collections::{BTreeMap, HashMap};

/// What is said besides the reason, where it is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grounds {
    /// Why looking was enough, for patches without a passed test.
    pub inspection: Option<String>,
    /// Why to go on where the supplier has said nothing.
    pub silence: Option<String>,
}

/// Something that has to be said before a patch can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// Why looking was enough.
    Inspection,
    /// Why to go on although the supplier has said nothing.
    Silence,
}

/// How a patch stands in a baseline, seen from the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedState {
    /// It would be asked for, resting on this.
    New {
        /// Tests or inspection.
        basis: Basis,
        /// The supplier's word.
        footing: Footing,
        /// What has to be said first.
        missing: Vec<Missing>,
    },
    /// A decision on it waits for signatures.
    Waits(DecisionId),
    /// It is authorised.
    Authorised(DecisionId),
    /// It cannot be asked for from here.
    Hindered(String),
}

/// A patch that findings need in a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The patch.
    pub patch: String,
    /// The baseline.
    pub baseline: BaselineId,
    /// Its name.
    pub baseline_name: String,
    /// What suppliers say, in words.
    pub supplier: String,
    /// How it stands.
    pub state: WantedState,
    /// The findings that need it.
    pub findings: Vec<i64>,
    /// The tags of their assets, each once, sorted.
    pub assets: Vec<String>,
}

impl Wanted {
    /// What has to be said before it can be asked for.
    pub fn missing(&self) -> Vec<Missing> {
        match &self.state {
            WantedState::New { missing, .. } => missing.clone(),
            WantedState::Waits(_) | WantedState::Authorised(_) | WantedState::Hindered(_) => Vec::new(),
        }
    }
}

/// The patches that close a finding, each in a baseline; or why there is none to ask for, which is an answer and no error.
type Needs = Result<Vec<(BaselineId, String)>, String>;

/// What is read once for all findings of a look.
struct Plant {
    baselines: Vec<Baseline>,
    by_configuration: HashMap<i64, AssetPatches>,
    documents: Documents,
    by_asset: HashMap<AssetId, (Option<i64>, Governing)>,
}

pub(super) fn look(app: &App, lines: Vec<FindingLine>, grounds: &Grounds) -> Result<Look, AppError> {
    reading(app, |r| {
        let mut plant = Plant {
            baselines: r.baselines()?,
            by_configuration: HashMap::new(),
            documents: Documents::default(),
            by_asset: HashMap::new(),
        };
        let mut look = Look::default();
        let mut places: BTreeMap<(BaselineId, String), usize> = BTreeMap::new();
        for line in lines {
            let mut row = Row { hindrance: settled(&line), wanted: Vec::new(), line };
            if row.hindrance.is_none() {
                match plant.needs(app, r, &row.line)? {
                    Err(why) => row.hindrance = Some(why),
                    Ok(needs) => {
                        for need in needs {
                            let place = match places.get(&need) {
                                Some(place) => *place,
                                None => {
                                    look.wanted.push(weigh(app, r, &plant.baselines, &need, grounds)?);
                                    places.insert(need, look.wanted.len() - 1);
                                    look.wanted.len() - 1
                                }
                            };
                            row.wanted.push(place);
                        }
                    }
                }
            }
            look.rows.push(row);
        }
        Ok(tied(look))
    })
}

/// Ties rows and patches together: who needs what, and which finding is left without anything.
fn tied(mut look: Look) -> Look {
    for row in &mut look.rows {
        for place in &row.wanted {
            let wanted = &mut look.wanted[*place];
            wanted.findings.push(row.line.number);
            wanted.assets.push(row.line.asset_tag.clone());
        }
        let hindrances: Vec<&String> = row
            .wanted
            .iter()
            .filter_map(|place| match &look.wanted[*place].state {
                WantedState::Hindered(why) => Some(why),
                WantedState::New { .. } | WantedState::Waits(_) | WantedState::Authorised(_) => None,
            })
            .collect();
        // A finding that only a part of its patches would close is not closed, so all of them must be possible.
        if row.hindrance.is_none()
            && let Some(why) = hindrances.first()
        {
            row.hindrance = Some((*why).clone());
        }
    }
    for wanted in &mut look.wanted {
        wanted.assets.sort();
        wanted.assets.dedup();
    }
    look
}

impl Plant {
    /// The patches that close a finding, each in every baseline that governs its asset; else why there is none to ask for.
    fn needs(&mut self, app: &App, r: &mut Reader<'_>, line: &FindingLine) -> Result<Needs, AppError> {
        if !self.by_asset.contains_key(&line.asset_id) {
            let Some(asset) = r.asset(line.asset_id, Moment::OPEN)? else {
                return Ok(Err("its asset is not there any more".to_owned()));
            };
            let components: Vec<Component> = match asset.configuration_no {
                Some(number) => r.configuration(number)?.into_iter().map(|(_, one)| one).collect(),
                None => Vec::new(),
            };
            let governs = governing(&self.baselines, &members::facts(&asset, &components));
            self.by_asset.insert(line.asset_id, (asset.configuration_no, governs));
        }
        let (configuration, governs) = self.by_asset[&line.asset_id].clone();
        let key = configuration.unwrap_or(-1);
        if !self.by_configuration.contains_key(&key) {
            let patches = of_configuration(app, r, configuration, &mut self.documents)?;
            self.by_configuration.insert(key, patches);
        }
        let patches = match closing(&self.by_configuration[&key].rows, &line.vulnerability) {
            Ok(patches) => patches,
            Err(why) => return Ok(Err(why)),
        };
        let ids = match governs {
            Governing::One(id) => vec![id],
            Governing::Several(ids) => ids,
            Governing::None => {
                return Ok(Err("no baseline governs its asset; make one first".to_owned()));
            }
            Governing::Unknown { missing, .. } => {
                let text = format!("it is unknown which baseline governs its asset: {}", missing.join(", "));
                return Ok(Err(text));
            }
        };
        let needs = ids.iter().flat_map(|id| patches.iter().map(|patch| (*id, patch.clone())));
        Ok(Ok(needs.collect()))
    }
}

/// The missing patches that close a vulnerability: one for each product that has it, the one that closes most.
fn closing(rows: &[PatchOnAsset], vulnerability: &str) -> Result<Vec<String>, String> {
    let fixing: Vec<&PatchOnAsset> =
        rows.iter().filter(|row| row.fixes.iter().any(|fix| fix == vulnerability)).collect();
    let mut best: BTreeMap<&str, &PatchOnAsset> = BTreeMap::new();
    let newest = |row: &&&PatchOnAsset| row.superseded_by.is_none();
    let alone = fixing.iter().filter(|row| row.standing == "missing").filter(newest).copied();
    // Where each is replaced by a newer one, that one is what closes it.
    let newer = fixing.iter().filter(|row| row.standing == "missing").filter_map(|row| {
        let newer = row.superseded_by.as_ref()?;
        rows.iter().find(|other| {
            other.patch == *newer && other.product == row.product && other.standing == "missing"
        })
    });
    for row in alone.chain(newer) {
        let found = best.entry(&row.product).or_insert(row);
        if (row.fixes.len(), &row.patch) > (found.fixes.len(), &found.patch) {
            *found = row;
        }
    }
    if !best.is_empty() {
        return Ok(best.into_values().map(|row| row.patch.clone()).collect());
    }
    Err(match fixing.first() {
        Some(row) if row.standing == "unknown" => {
            format!("whether {} is missing on its asset is unknown", row.patch)
        }
        Some(row) => format!("{} is {} on its asset, and the finding stands open", row.patch, row.standing),
        None => "no patch is known that closes it on its asset".to_owned(),
    })
}

fn weigh(
    app: &App,
    r: &mut Reader<'_>,
    baselines: &[Baseline],
    (id, patch): &(BaselineId, String),
    grounds: &Grounds,
) -> Result<Wanted, AppError> {
    let missing = || AppError::NotFound { noun: "baseline", id: id.to_string() };
    let baseline = baselines.iter().find(|one| one.id == *id).ok_or_else(missing)?;
    let heard = standing::heard(r, baseline, patch, Moment::OPEN)?;
    Ok(Wanted {
        patch: patch.clone(),
        baseline: *id,
        baseline_name: baseline.name.clone(),
        supplier: standing_with(&heard.standing, heard.unheard.as_deref()),
        state: state(app, r, (baseline, patch), &heard.standing, grounds)?,
        findings: Vec::new(),
        assets: Vec::new(),
    })
}

fn state(
    app: &App,
    r: &mut Reader<'_>,
    (baseline, patch): (&Baseline, &str),
    heard: &SupplierStanding,
    grounds: &Grounds,
) -> Result<WantedState, AppError> {
    let on_it = |matter: &Matter| matches!(matter, Matter::Authorise(what) if what.baseline == baseline.id);
    if let Some(kept) = r.waiting_decisions(patch)?.iter().find(|kept| on_it(&kept.decision.matter)) {
        return Ok(WantedState::Waits(kept.decision.id));
    }
    if let Some(decision) = r.entry(baseline.id, patch)?.and_then(|entry| entry.state.decision()) {
        return Ok(WantedState::Authorised(decision));
    }
    let at = app.now();
    let runs: Vec<_> = r.test_runs_of(patch, baseline.id)?.into_iter().map(|line| line.run.id).collect();
    let mut what = Authorisation {
        baseline: baseline.id,
        patch: patch.to_owned(),
        basis: Basis::Tested(runs),
        footing: Footing::Released,
        posting: Posting::Later,
        expires: None,
    };
    let mut ground = Ground::read(r, &what, &Procedure::Normal)?;
    let rules = ground.policy;
    ground.tested.retain(|run| run.is_full_test(patch, baseline.id, at, &rules).is_ok());
    let passed: Vec<_> = ground.tested.iter().map(|run| run.id).collect();
    let mut missing = Vec::new();
    let basis = if passed.is_empty() {
        let reason = said(grounds.inspection.as_deref(), Missing::Inspection, &mut missing);
        Basis::Inspection { reason }
    } else {
        Basis::Tested(passed)
    };
    let footing = match heard {
        SupplierStanding::NoStatement { .. }
        | SupplierStanding::Said { state: SupplierState::Available, .. } => {
            let reason = said(grounds.silence.as_deref(), Missing::Silence, &mut missing);
            Footing::NoVendorQualification { reason }
        }
        SupplierStanding::NotUnderstood { word, .. } => {
            let text = format!("the supplier's word `{word}` is not understood; explain it first");
            return Ok(WantedState::Hindered(text));
        }
        SupplierStanding::Said { .. } => Footing::Released,
    };
    (what.basis, what.footing) = (basis.clone(), footing.clone());
    Ok(match checks::authorise(&what, &Procedure::Normal, &ground.facts(at)) {
        Ok(()) => WantedState::New { basis, footing, missing },
        Err(why) => WantedState::Hindered(format!("{}; {}", why.what, why.remedy)),
    })
}

/// What was said; while nobody has said it, a mark stands in its place so that the rest can be looked at.
fn said(text: Option<&str>, what: Missing, missing: &mut Vec<Missing>) -> String {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => text.to_owned(),
        None => {
            missing.push(what);
            "(to be said)".to_owned()
        }
    }
}

pub(super) fn ask(app: &App, caller: &Caller, look: Look, reason: &str) -> Result<Vec<Done>, AppError> {
    if !look.missing().is_empty() {
        return Err(AppError::invalid(
            "grounds",
            "a patch without a passed test or without its supplier's word needs a reason for that",
            "nothing was changed",
            "say why looking was enough, and why to go on without the supplier's word",
        ));
    }
    let needed: Vec<bool> = (0..look.wanted.len())
        .map(|place| look.rows.iter().any(|row| row.hindrance.is_none() && row.wanted.contains(&place)))
        .collect();
    let mut outcomes: Vec<Result<DecisionId, String>> = Vec::new();
    for (wanted, needed) in look.wanted.iter().zip(needed) {
        outcomes.push(match &wanted.state {
            WantedState::Waits(id) | WantedState::Authorised(id) => Ok(*id),
            WantedState::Hindered(why) => Err(why.clone()),
            WantedState::New { .. } if !needed => Err("nothing needs it".to_owned()),
            WantedState::New { basis, footing, .. } => {
                let ask = AskAuthorise {
                    baseline: wanted.baseline.to_string(),
                    patch: wanted.patch.clone(),
                    basis: basis.clone(),
                    footing: footing.clone(),
                    posting: Posting::Later,
                    expires: None,
                    urgency: Urgency::Normal,
                    reason: reason.to_owned(),
                };
                let asked = decisions::ask_authorise(app, caller, &ask);
                asked.map(|decision| decision.id).map_err(|error| error.to_string())
            }
        });
    }
    let mut links: BTreeMap<DecisionId, Vec<i64>> = BTreeMap::new();
    let done: Vec<Done> = look.rows.into_iter().map(|row| came(&row, &outcomes, &mut links)).collect();
    link(app, caller, reason, &links.into_iter().collect::<Vec<_>>())?;
    Ok(done)
}

fn came(
    row: &Row,
    outcomes: &[Result<DecisionId, String>],
    links: &mut BTreeMap<DecisionId, Vec<i64>>,
) -> Done {
    let finding = row.line.number;
    let mut done = Done { finding, decisions: Vec::new(), why_not: row.hindrance.clone() };
    if done.why_not.is_some() {
        return done;
    }
    for place in &row.wanted {
        match &outcomes[*place] {
            Ok(id) => {
                links.entry(*id).or_default().push(finding);
                done.decisions.push(*id);
            }
            Err(why) => done.why_not = Some(why.clone()),
        }
    }
    done
}
